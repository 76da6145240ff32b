//! PDF with a text layer: characters by their places, tables by their ruling lines.

mod chart;
mod columns;
mod extent;
mod flow;
mod grid;
mod kind;
mod lines;
mod page;
mod pieces;
mod ruled;
mod stack;
mod table;
mod unruled;
mod widths;
mod zones;

use std::collections::BTreeMap;

use hayro_interpret::InterpreterCache;
use hayro_syntax::{DecryptionError, LoadPdfError, Pdf};

use super::content::{CELL_BREAK_TEXT, Content, ContentBuilder, Geometry, Mark, RemarkKind};
use super::kind::{Format, Reads};
use super::place::Place;
use super::refusal::Refusal;
use flow::{Item, Page, Placed};
use lines::Line;
use page::{Area, Drawing, Turn, UNIT};
use table::{Cell, Table};

/// PDF files.
pub const FORMAT: Format = Format { name: FORMAT_NAME, extensions: &["pdf"], read: Reads::Bytes(read) };

const FORMAT_NAME: &str = "pdf";
/// Pages at most.
const MAX_PAGES: usize = 5000;
/// Characters and lines drawn on all pages at most: a file that was made to waste time has more.
const MAX_DRAWN: usize = 5_000_000;
/// Characters in a cell from which on its table lays out text.
const LONG_CELL: usize = 400;

fn open(bytes: &[u8]) -> Result<Pdf, Refusal> {
    // What some producers write before it shifts all places in the file.
    let start = memchr::memmem::find(bytes.get(..1024).unwrap_or(bytes), b"%PDF-").unwrap_or(0);
    let bytes = bytes.get(start..).unwrap_or(bytes);
    Pdf::new(bytes.to_vec()).or_else(|error| unlocked(bytes).ok_or(error)).map_err(|error| match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => Refusal::Locked,
        LoadPdfError::Decryption(_) => Refusal::damaged(FORMAT_NAME, "it is encrypted in an unknown way"),
        LoadPdfError::Invalid => Refusal::damaged(FORMAT_NAME, "its list of objects cannot be read"),
    })
}

/// A file of which only the attachments are encrypted, read without them.
fn unlocked(bytes: &[u8]) -> Option<Pdf> {
    let has = |text: &[u8]| memchr::memmem::find(bytes, text).is_some();
    let is_plain = |key: &[u8]| {
        memchr::memmem::find_iter(bytes, key).all(|at| {
            let value = bytes.get(at + key.len()..).unwrap_or_default().trim_ascii_start();
            value.starts_with(b"/Identity")
        })
    };
    if !(has(b"/EFF") && has(b"/Encrypt") && is_plain(b"/StmF") && is_plain(b"/StrF")) {
        return None;
    }
    let mut bytes = bytes.to_vec();
    let places: Vec<usize> = memchr::memmem::find_iter(&bytes, b"/Encrypt").collect();
    for at in places {
        // A key that says nothing.
        if let Some(key) = bytes.get_mut(at + 1..at + 8) {
            key.copy_from_slice(b"Unknown");
        }
    }
    Pdf::new(bytes).ok()
}

fn read(bytes: &[u8]) -> Result<Content<'static>, Refusal> {
    let pdf = open(bytes)?;
    let pages = pdf.pages();
    if pages.len() > MAX_PAGES {
        return Err(Refusal::TooMuch { limit: MAX_PAGES, what: "pages" });
    }
    if pages.is_empty() {
        return Err(Refusal::damaged(FORMAT_NAME, "it has no pages"));
    }
    if widths::are_endless(&pdf) {
        return Err(Refusal::damaged(FORMAT_NAME, "its fonts give widths to more characters than there are"));
    }
    let mut drawn = 0;
    let cache = InterpreterCache::new();
    let mut writer = Writer::default();
    let mut gaps = Gaps::default();
    let mut taken = Vec::new();
    let mut is_blank = true;
    for (number, page) in (1..).zip(pages.iter()) {
        let drawing = page::look(page, pdf.xref(), &cache);
        drawn += drawing.glyphs.len() + drawing.level.len() + drawing.upright.len();
        if drawn > MAX_DRAWN {
            return Err(Refusal::TooMuch { limit: MAX_DRAWN, what: "characters and lines" });
        }
        gaps.look(number, &drawing);
        is_blank &= drawing.glyphs.is_empty();
        writer.turns.insert(number, drawing.turn);
        let page = Page::new(number, drawing);
        gaps.note_left(number, page.left);
        taken.push(page);
    }
    if is_blank && !gaps.pictures.is_empty() {
        return Err(Refusal::NoText);
    }
    gaps.tell(&mut writer.builder);
    for item in flow::items(taken) {
        match item {
            Item::Paragraph(lines) => writer.paragraph(&lines),
            Item::Table(table) => writer.table(&table),
        }
    }
    writer.builder.whole()
}

/// The boxes of places in the space that a page itself is written in: left, bottom, right and top in whole points.
/// `None` for a place that is on no page.
///
/// # Errors
/// The file cannot be read.
pub fn boxes(bytes: &[u8], places: &[&Place]) -> Result<Vec<Option<[i64; 4]>>, Refusal> {
    let pdf = open(bytes)?;
    let pages = pdf.pages();
    let in_page = |place: &&Place| {
        let Place::Page { page: number, edges } = place else { return None };
        let index = usize::try_from(*number).ok()?.checked_sub(1)?;
        Some(page::to_own_space(pages.get(index)?, *edges))
    };
    Ok(places.iter().map(in_page).collect())
}

/// Pages of which not all could be read.
#[derive(Default)]
struct Gaps {
    /// Those that are pictures.
    pictures: Vec<u32>,
    /// Those whose text was recognised from a picture.
    recognised: Vec<u32>,
    /// Those with characters that stand for no text.
    unknown: Vec<u32>,
    /// Those with much text that is not written from left to right.
    turned: Vec<u32>,
    /// Those on which more is drawn than was looked at.
    cut: Vec<u32>,
    /// Those with figures that stand apart as those of tables do, of which no table could be told, and how many.
    left: Vec<(u32, usize)>,
}

/// Figures of a page that stand apart, in no table, from which on it is told.
const MIN_LEFT: usize = 4;

impl Gaps {
    fn look(&mut self, number: u32, drawing: &Drawing) {
        let shown = drawing.glyphs.iter().filter(|glyph| !glyph.character.is_whitespace()).count();
        let mut note = |is_so: bool, pages: fn(&mut Self) -> &mut Vec<u32>| {
            if is_so {
                pages(self).push(number);
            }
        };
        // A mark or a seal on a page that is blank else is no picture of text.
        let points = i64::from(drawing.width / UNIT) * i64::from(drawing.height / UNIT);
        note(shown == 0 && drawing.pictured * 4 >= points.max(1), |gaps| &mut gaps.pictures);
        note(drawing.invisible * 2 > shown, |gaps| &mut gaps.recognised);
        note(drawing.unknown * 50 > shown, |gaps| &mut gaps.unknown);
        note(drawing.turned * 5 > shown && drawing.turned > 20, |gaps| &mut gaps.turned);
        note(drawing.is_cut, |gaps| &mut gaps.cut);
    }

    fn note_left(&mut self, number: u32, count: usize) {
        self.left.extend((count >= MIN_LEFT).then_some((number, count)));
    }

    fn tell(&self, builder: &mut ContentBuilder) {
        self.tell_pages(builder);
        if let Some(&(first, _)) = self.left.first() {
            let counts: Vec<String> =
                self.left.iter().map(|(page, count)| format!("{count} on page {page}")).collect();
            builder.spot(Place::Page { page: first, edges: [0; 4] });
            builder.remark(
                format!("figures that stand apart were read as running text, since their table could not be told: {}", counts.join(", ")),
                RemarkKind::Gap,
            );
            builder.push("\n");
        }
    }

    fn tell_pages(&self, builder: &mut ContentBuilder) {
        let told = [
            (&self.pictures, "no text layer", RemarkKind::Gap),
            (&self.unknown, "characters that stand for no text", RemarkKind::Gap),
            (
                &self.turned,
                "text that is not written from left to right, which was not read",
                RemarkKind::Gap,
            ),
            (&self.cut, "more is drawn than is looked at", RemarkKind::Gap),
            (
                &self.recognised,
                "the text was recognised from a picture, and may differ from it",
                RemarkKind::Hidden,
            ),
        ];
        for (pages, what, kind) in told {
            let Some(&first) = pages.first() else { continue };
            let numbers: Vec<String> = pages.iter().map(u32::to_string).collect();
            builder.spot(Place::Page { page: first, edges: [0; 4] });
            builder.remark(format!("{what}: page {}", numbers.join(", ")), kind);
            builder.push("\n");
        }
    }
}

#[derive(Default)]
struct Writer {
    builder: ContentBuilder,
    /// How pages were turned to be read.
    turns: BTreeMap<u32, Turn>,
}

fn place(page: u32, turn: Turn, area: Area) -> Place {
    let area = turn.back(area);
    let point = |length: i32| u32::try_from(length / UNIT).unwrap_or(0);
    let up = |length: i32| u32::try_from((length + UNIT - 1) / UNIT).unwrap_or(0);
    Place::Page { page, edges: [point(area.left), point(area.top), up(area.right), up(area.bottom)] }
}

/// What parts two lines of a cell. Most are parted by its width only; figures may be two, or one too long for the cell.
fn between(last: &Line, next: &Line, cell: &Cell) -> &'static str {
    let (Some(end), Some(start)) = (last.text.chars().next_back(), next.text.chars().next()) else {
        return "";
    };
    let is_figure = |c: char| c.is_ascii_digit() || matches!(c, ',' | '.');
    let is_full = cell.is_ruled && last.fills(cell.area);
    match (end, start) {
        _ if is_figure(end) && is_figure(start) && is_full => "",
        _ if is_figure(end) && is_figure(start) => CELL_BREAK_TEXT,
        _ if end.is_ascii_alphanumeric() && start.is_ascii_alphanumeric() => " ",
        _ => "",
    }
}

impl Writer {
    fn place(&self, page: u32, area: Area) -> Place {
        place(page, self.turns.get(&page).copied().unwrap_or_default(), area)
    }

    fn line(&mut self, page: u32, line: &Line) {
        let ends = line.spots.iter().skip(1).map(|&(offset, _)| offset).chain([line.text.len()]);
        for (&(start, area), end) in line.spots.iter().zip(ends) {
            let place = self.place(page, area);
            self.builder.spot(place);
            self.builder.push(line.text.get(start..end).unwrap_or_default());
        }
    }

    fn paragraph(&mut self, lines: &[Placed]) {
        let start = self.builder.position();
        let mut last = None;
        for (page, line) in lines {
            // Words and figures are parted; characters of which each is a word are not.
            let is_narrow = |c: Option<char>| c.is_some_and(|c| c.is_ascii() && !matches!(c, '-' | ' '));
            if is_narrow(last) && is_narrow(line.text.chars().next()) {
                self.builder.push(" ");
            }
            self.line(*page, line);
            last = line.text.chars().next_back();
        }
        let span = self.builder.piece(start);
        if !span.is_empty() {
            self.builder.marks.push(Mark::Text { span, heading: None });
        }
    }

    fn table(&mut self, table: &Table) {
        let cells = || table.rows.iter().flatten();
        let length = |cell: &Cell| cell.lines.iter().map(|line| line.text.chars().count()).sum::<usize>();
        if cells().any(|cell| length(cell) > LONG_CELL) {
            for cell in cells() {
                let lines: Vec<Placed> = cell.lines.iter().map(|line| (cell.page, line.clone())).collect();
                lines.chunks(1).for_each(|line| self.paragraph(line));
            }
            return;
        }
        self.builder.marks.push(Mark::TableStart(Geometry::Spanned));
        for row in &table.rows {
            self.builder.marks.push(Mark::RowStart);
            for cell in row {
                self.cell(cell);
            }
        }
        self.builder.marks.push(Mark::TableEnd);
    }

    fn cell(&mut self, cell: &Cell) {
        let start = self.builder.position();
        let place = self.place(cell.page, cell.area);
        self.builder.spot(place);
        let mut last: Option<&Line> = None;
        for line in &cell.lines {
            if let Some(last) = last {
                self.builder.push(between(last, line, cell));
            }
            self.line(cell.page, line);
            last = Some(line);
        }
        let span = self.builder.piece(start);
        let narrow = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
        let (colspan, rowspan) = (narrow(cell.colspan), narrow(cell.rowspan));
        self.builder.marks.push(Mark::Cell { span, colspan, rowspan });
    }
}
