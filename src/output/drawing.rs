//! Excerpts from reports that have no lines: around figures in a table a small table is drawn, with the headers of its
//! rows and columns; around figures in running text a stretch of the paragraph. The figures are underlined.

use std::collections::BTreeSet;
use std::io;
use std::ops::Range;

use codespan_reporting::diagnostic::{LabelStyle, Severity};
use codespan_reporting::term::WriteStyle;
use comfy_table::{ContentArrangement, Table as Drawn, presets};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::excerpt::windows;
use super::safe::{push_safe, safe_line};
use crate::document::table::{Cell, Table};
use crate::document::{Block, Document};
use crate::finding::{Finding, Position};
use crate::source::place::Span;

/// Columns of a drawn table at most.
const WIDTH: u16 = 96;
/// Columns of a label that are shown.
const LABEL: usize = 26;
/// Stand for one column of underlining until colours are given; text that holds them does not keep them.
const PRIMARY: char = '\u{e000}';
const SECONDARY: char = '\u{e001}';

/// A place that a finding names.
struct Spot<'f> {
    place: &'f Position,
    is_primary: bool,
}

impl Spot<'_> {
    fn underline(&self, width: usize) -> String {
        let mark = if self.is_primary { PRIMARY } else { SECONDARY };
        std::iter::repeat_n(mark, width.max(1)).collect()
    }
}

/// What is shown of a report for a finding.
pub struct Drawing {
    /// For each stretch of the report its place and its lines.
    parts: Vec<(String, Vec<String>)>,
}

impl Drawing {
    /// The drawing for a finding.
    pub fn new(document: &Document<'_>, name: &str, finding: &Finding) -> Self {
        let own = finding.related.iter().filter(|place| place.other.is_none());
        let mut spots: Vec<Spot<'_>> = own.map(|place| Spot { place, is_primary: false }).collect();
        spots.extend(finding.primary.iter().map(|place| Spot { place, is_primary: true }));
        Self { parts: drawn(document, name, spots) }
    }

    /// Adds what is shown of another report.
    pub fn add(&mut self, document: &Document<'_>, name: &str, places: &[&Position]) {
        let spots = places.iter().map(|&place| Spot { place, is_primary: false }).collect();
        self.parts.extend(drawn(document, name, spots));
    }
    /// Writes the finding in the way of codespan-reporting.
    pub fn write(
        &self,
        severity: Severity,
        finding: &Finding,
        notes: &[String],
        out: &mut dyn WriteStyle,
    ) -> io::Result<()> {
        let name = match severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            _ => "note",
        };
        set(out.set_header(severity))?;
        write!(out, "{name}[{}]", finding.rule)?;
        set(out.set_header_message())?;
        write!(out, ": {}", safe_line(&finding.message))?;
        set(out.reset())?;
        writeln!(out)?;
        for (place, lines) in &self.parts {
            set(out.set_source_border())?;
            write!(out, "  ┌─ ")?;
            set(out.reset())?;
            writeln!(out, "{place}")?;
            for line in lines.iter().map(String::as_str).chain([""]) {
                set(out.set_source_border())?;
                write!(out, "  │ ")?;
                set(out.reset())?;
                painted(line, severity, out)?;
                writeln!(out)?;
            }
        }
        for note in notes {
            set(out.set_note_bullet())?;
            write!(out, "  = ")?;
            set(out.reset())?;
            writeln!(out, "{note}")?;
        }
        writeln!(out)
    }
}

/// For each stretch of a report with places in it, where it stands and its lines.
fn drawn(document: &Document<'_>, name: &str, mut spots: Vec<Spot<'_>>) -> Vec<(String, Vec<String>)> {
    spots.sort_by_key(|spot| (spot.place.inner, !spot.is_primary));
    spots.dedup_by_key(|spot| spot.place.inner);
    let mut parts: Vec<(Option<usize>, Vec<Spot<'_>>)> = Vec::new();
    for spot in spots {
        let block = document.blocks().iter().position(|block| covers(block, spot.place.inner));
        match parts.iter_mut().find(|(other, _)| *other == block) {
            Some((_, members)) => members.push(spot),
            None => parts.push((block, vec![spot])),
        }
    }
    parts.sort_by_key(|(_, spots)| !spots.iter().any(|spot| spot.is_primary));
    let parts = parts.into_iter().map(|(block, spots)| {
        let main = spots.iter().find(|spot| spot.is_primary).or(spots.first());
        let place = main.map(|spot| place_in(name, spot.place)).unwrap_or_default();
        let lines = match block.and_then(|block| document.blocks().get(block)) {
            Some(Block::Table(table)) => drawn_table(document.text(), table, &spots),
            Some(Block::Paragraph(paragraph)) => stretches(document.text(), paragraph.span, &spots),
            Some(Block::Picture(_)) | None => Vec::new(),
        };
        (safe_line(&place), lines)
    });
    parts.collect()
}

/// A file and the place in it.
fn place_in(name: &str, place: &Position) -> String {
    match (&place.locator, place.line, place.column) {
        (None, Some(line), Some(column)) => format!("{name}:{line}:{column}"),
        (locator, ..) => format!("{name}: {}", locator.as_deref().unwrap_or_default()),
    }
}

fn set(result: Result<(), impl Into<Box<dyn std::error::Error + Send + Sync>>>) -> io::Result<()> {
    result.map_err(io::Error::other)
}

/// Writes a line with its underlining in colour.
fn painted(line: &str, severity: Severity, out: &mut dyn WriteStyle) -> io::Result<()> {
    let mut current = None;
    for character in line.chars() {
        let wanted = match character {
            PRIMARY => Some(LabelStyle::Primary),
            SECONDARY => Some(LabelStyle::Secondary),
            _ => None,
        };
        if wanted != current {
            set(match wanted {
                Some(style) => out.set_label(severity, style),
                None => out.reset(),
            })?;
            current = wanted;
        }
        match wanted {
            Some(LabelStyle::Primary) => write!(out, "^")?,
            Some(LabelStyle::Secondary) => write!(out, "-")?,
            None => write!(out, "{character}")?,
        }
    }
    set(out.reset())
}

fn covers(block: &Block, span: Span) -> bool {
    match block {
        Block::Paragraph(paragraph) => paragraph.span.contains(span),
        Block::Picture(picture) => *picture == span,
        Block::Table(table) => table.cells().iter().any(|cell| cell.span.contains(span)),
    }
}

/// Text on one line that neither acts nor is taken for underlining.
fn plain(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for character in text.chars() {
        let kept = if matches!(character, PRIMARY | SECONDARY) { '\u{fffd}' } else { character };
        push_safe(&mut line, if kept == '\n' { ' ' } else { kept });
    }
    line
}

/// The text of a cell or label, cut where it is long.
fn short(text: &str) -> String {
    let line = plain(text.trim());
    let mut width = 0;
    let end = line.char_indices().find(|(_, character)| {
        width += character.width().unwrap_or(0);
        width > LABEL
    });
    match end {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

/// Whether a text is a label rather than a figure or a blank.
fn is_words(text: &str) -> bool {
    text.chars().any(char::is_alphabetic)
}

/// A table with the place of each cell.
struct Grid<'t> {
    text: &'t str,
    rows: Vec<&'t [Cell]>,
}

impl<'t> Grid<'t> {
    /// The cell that covers a row and column.
    fn at(&self, row: usize, column: u16) -> Option<&'t Cell> {
        self.rows.iter().take(row + 1).enumerate().rev().find_map(|(start, cells)| {
            let cell = cells.iter().find(|cell| cell.covers(column))?;
            (start + usize::from(cell.rowspan) > row).then_some(cell)
        })
    }

    fn words(&self, row: usize, column: u16) -> Option<&'t str> {
        self.at(row, column).map(|cell| cell.span.of(self.text)).filter(|text| is_words(text))
    }

    /// The lowest label above a row, in the run of labels from the top of the column.
    fn header(&self, row: usize, column: u16) -> String {
        let mut found = "";
        for above in 0..row {
            match self.at(above, column).map(|cell| cell.span.of(self.text)) {
                Some(text) if is_words(text) => found = text,
                Some(text) if !text.trim().is_empty() => break,
                _ => {}
            }
        }
        short(found)
    }

    /// The last label to the left of a column.
    fn stub(&self, row: usize, column: u16) -> String {
        short((0..column).rev().find_map(|column| self.words(row, column)).unwrap_or_default())
    }
}

fn drawn_table(text: &str, table: &Table, spots: &[Spot<'_>]) -> Vec<String> {
    let grid = Grid { text, rows: table.rows().collect() };
    let mut places: Vec<(usize, u16, &Spot<'_>)> = Vec::new();
    for spot in spots {
        let found = grid.rows.iter().enumerate().find_map(|(row, cells)| {
            let cell = cells.iter().find(|cell| cell.span.contains(spot.place.inner))?;
            Some((row, cell.column, spot))
        });
        places.extend(found);
    }
    let columns: BTreeSet<u16> = places.iter().map(|&(_, column, _)| column).collect();
    let rows: BTreeSet<usize> = places.iter().map(|&(row, ..)| row).collect();
    let (Some(&first_column), Some(&first_row)) = (columns.first(), rows.first()) else { return Vec::new() };
    let mut drawn = Drawn::new();
    drawn.load_style(presets::UTF8_FULL_CONDENSED);
    drawn.set_content_arrangement(ContentArrangement::Dynamic).set_width(WIDTH);
    let headers: Vec<String> = columns.iter().map(|&column| grid.header(first_row, column)).collect();
    if headers.iter().any(|header| !header.is_empty()) {
        drawn.set_header(std::iter::once(String::new()).chain(headers));
    }
    for &row in &rows {
        let mut cells = vec![grid.stub(row, first_column)];
        for &column in &columns {
            let shown = grid.at(row, column).map(|cell| cell.span.of(text)).unwrap_or_default();
            let mut shown = short(shown);
            let here = places.iter().filter(|&&(r, c, _)| (r, c) == (row, column));
            for (_, _, spot) in here {
                let underline = spot.underline(plain(spot.place.text.trim()).width().min(LABEL));
                shown += &format!("\n{underline} {}", plain(&spot.place.message));
            }
            cells.push(shown);
        }
        drawn.add_row(cells);
    }
    drawn.lines().collect()
}

/// The stretches of a paragraph around places, each with its underlining below it.
fn stretches(text: &str, paragraph: Span, spots: &[Spot<'_>]) -> Vec<String> {
    let line = paragraph.of(text);
    let within = |at: u32| (at.saturating_sub(paragraph.start) as usize).min(line.len());
    let labels: Vec<(Range<usize>, &str, bool)> = spots
        .iter()
        .map(|spot| {
            let inner = spot.place.inner;
            (within(inner.start)..within(inner.end), spot.place.message.as_str(), spot.is_primary)
        })
        .collect();
    let mut lines = Vec::new();
    for (window, members) in windows(line, &labels) {
        let shown = plain(line.get(window.clone()).unwrap_or_default());
        let before = if window.start > 0 { "…" } else { "" };
        let after = if window.end < line.len() { "…" } else { "" };
        lines.push(format!("{before}{shown}{after}"));
        let mut marks: Vec<(usize, String, String)> = Vec::new();
        for (spot, (range, message, _)) in spots.iter().zip(&labels).skip(members.start).take(members.len()) {
            let lead = plain(line.get(window.start..range.start).unwrap_or_default());
            let width = plain(line.get(range.clone()).unwrap_or_default()).width();
            marks.push((before.width() + lead.width(), spot.underline(width), plain(message)));
        }
        lines.extend(underlining(&marks));
    }
    lines
}

/// The lines below a text: all underlining with what the last says behind it, then what the others say, each in its column.
fn underlining(marks: &[(usize, String, String)]) -> Vec<String> {
    let padded = |line: &mut String, column: usize| {
        let missing = column.saturating_sub(line.width());
        line.extend(std::iter::repeat_n(' ', missing));
    };
    let mut first = String::new();
    for (column, underline, _) in marks {
        padded(&mut first, *column);
        first += underline;
    }
    if let Some((.., message)) = marks.last() {
        first += &format!(" {message}");
    }
    let mut lines = vec![first];
    for (last, (column, _, message)) in marks.iter().enumerate().rev().skip(1) {
        if message.is_empty() {
            continue;
        }
        let mut line = String::new();
        for (bar, ..) in marks.iter().take(last) {
            padded(&mut line, *bar);
            line.push('│');
        }
        padded(&mut line, *column);
        line += message;
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_underlining_says_what_it_is() {
        let marks = [(2, "--".to_owned(), "a".to_owned()), (6, "^".to_owned(), "b".to_owned())];
        assert_eq!(underlining(&marks), ["  --  ^ b", "  a"]);
    }

    #[test]
    fn text_is_not_taken_for_underlining() {
        assert_eq!(plain("a\u{e000}b\nc"), "a\u{fffd}b c");
        assert_eq!(short("甲乙丙丁戊己庚辛壬癸子丑寅卯"), "甲乙丙丁戊己庚辛壬癸子丑寅…");
    }
}
