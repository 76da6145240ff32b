//! DOCX: what a word processor shows, with the numbers it puts before paragraphs and without what is deleted.

mod body;
mod numbering;
mod styles;
mod tabbed;

use std::collections::BTreeMap;
use std::ops::Range;

use super::content::{CELL_BREAK_TEXT, Content, ContentBuilder, Geometry, Mark, RemarkKind};
use super::kind::{Format, Reads};
use super::markup::{Markup, Piece};
use super::package::Package;
use super::place::{Place, Span};
use super::refusal::Refusal;
use super::relations;
use super::signs::{self, Looks};
use body::{Block, Bodies, Cell, LINE_BREAK, Paragraph, TAB, Table};
use numbering::Numbering;
use styles::Styles;
use tabbed::Row;

/// Text documents of Office Open XML. A `.doc` may be one too, or a web page: its bytes say so.
pub const FORMAT: Format = Format {
    name: FORMAT_NAME,
    extensions: &["docx", "docm", "dotx", "doc", "wps"],
    read: Reads::Bytes(read),
};

/// Name of the format, for messages.
const FORMAT_NAME: &str = "docx";
/// The part that holds the body.
pub(super) const MAIN_PART: &str = "word/document.xml";
/// Cells of all tables at most.
const MAX_CELLS: usize = 1_000_000;

fn read(bytes: &[u8]) -> Result<Content<'static>, Refusal> {
    let Parsed { body, notes, has_hidden, .. } = parse(bytes)?;
    let mut writer = Writer::default();
    writer.blocks(&body)?;
    writer.blocks(&notes)?;
    if has_hidden {
        writer
            .builder
            .remark("the document has hidden text, which was not read".to_owned(), RemarkKind::Hidden);
    }
    writer.builder.whole()
}

/// Where the text of each place of the body stands in its part of the file.
#[derive(Debug)]
pub struct Anchors {
    /// Name of the part that holds the body.
    pub part: String,
    /// Its text.
    pub text: String,
    /// By place, the bytes of the text that hold its runs; they may be none.
    pub runs: BTreeMap<Place, Range<usize>>,
}

/// Finds where in a file the places of its body stand, for those who write into it.
///
/// # Errors
/// The file cannot be read.
pub fn anchors(bytes: &[u8]) -> Result<Anchors, Refusal> {
    let Parsed { part, main, body, .. } = parse(bytes)?;
    let mut writer = Writer { anchors: Some(BTreeMap::new()), ..Writer::default() };
    writer.blocks(&body)?;
    Ok(Anchors { part, text: main, runs: writer.anchors.unwrap_or_default() })
}

/// A document as a tree.
struct Parsed {
    part: String,
    main: String,
    body: Vec<Block>,
    notes: Vec<Block>,
    has_hidden: bool,
}

fn parse(bytes: &[u8]) -> Result<Parsed, Refusal> {
    let mut package = Package::open(bytes, FORMAT_NAME)?;
    let is_main = |name: &&str| name.starts_with("word/document") && name.ends_with(".xml");
    let part = match (package.has(MAIN_PART), relations::main_part(&mut package)?) {
        (true, _) => MAIN_PART.to_owned(),
        (false, Some(part)) => part,
        (false, None) => package.names().find(is_main).unwrap_or(MAIN_PART).to_owned(),
    };
    let relations = relations::of(&mut package, &part)?;
    let named = |kind: &str| {
        let found = relations.iter().find(|relation| relation.kind == kind);
        found.map_or_else(|| format!("word/{kind}.xml"), |relation| relation.part.clone())
    };
    let no_body = || Refusal::damaged(FORMAT_NAME, "it has no body");
    let main = package.part(&part)?.ok_or_else(no_body)?;
    let styles = match package.part(&named("styles"))? {
        Some(xml) => Styles::read(&xml)?,
        None => Styles::default(),
    };
    let numbering = match package.part(&named("numbering"))? {
        Some(xml) => Numbering::read(&xml)?,
        None => Numbering::default(),
    };
    let mut bodies = Bodies::new(&styles, numbering);
    let (mut body, mut notes) = (Vec::new(), Vec::new());
    let mut markup = Markup::new(&main, FORMAT_NAME);
    loop {
        match markup.next()? {
            Piece::Start(tag) if tag.name() == "body" => body = bodies.blocks(&mut markup)?,
            Piece::Finish => break,
            _ => {}
        }
    }
    for part in [named("footnotes"), named("endnotes")] {
        if let Some(xml) = package.part(&part)? {
            notes.extend(body::notes(&xml, &mut bodies)?);
        }
    }
    let has_hidden = bodies.has_hidden;
    Ok(Parsed { part, main, body, notes, has_hidden })
}

/// Writes blocks as content.
#[derive(Default)]
struct Writer {
    builder: ContentBuilder,
    paragraphs: u32,
    tables: u32,
    cells: usize,
    /// Where the places met so far stand in their part, if that is asked for.
    anchors: Option<BTreeMap<Place, Range<usize>>>,
}

impl Writer {
    fn blocks(&mut self, blocks: &[Block]) -> Result<(), Refusal> {
        let mut rest = blocks;
        while let Some((block, behind)) = rest.split_first() {
            let tabbed = tabbed::rows(rest);
            if !tabbed.is_empty() {
                self.tabbed(&tabbed);
                rest = rest.get(tabbed.len()..).unwrap_or_default();
                continue;
            }
            rest = behind;
            match block {
                Block::Paragraph(paragraph) => {
                    self.paragraphs += 1;
                    self.spot(Place::Paragraph(self.paragraphs), Some(paragraph));
                    self.paragraph(paragraph);
                }
                Block::Table(table) => self.table(table)?,
            }
        }
        Ok(())
    }

    /// Writes paragraphs whose words stand under each other by tabs as a table.
    fn tabbed(&mut self, rows: &[Row<'_>]) {
        self.builder.marks.push(Mark::TableStart(Geometry::Ordered));
        for Row { paragraph, cells } in rows {
            self.paragraphs += 1;
            self.spot(Place::Paragraph(self.paragraphs), Some(paragraph));
            self.builder.marks.push(Mark::RowStart);
            for cell in cells {
                let start = self.builder.position();
                self.builder.push(cell);
                let span = self.builder.piece(start);
                self.builder.marks.push(Mark::Cell { span, colspan: 1, rowspan: 1 });
            }
        }
        self.builder.marks.push(Mark::TableEnd);
    }

    fn spot(&mut self, place: Place, anchor: Option<&Paragraph>) {
        if let (Some(anchors), Some(paragraph)) = (&mut self.anchors, anchor) {
            anchors.entry(place.clone()).or_insert_with(|| paragraph.inner.clone());
        }
        self.builder.spot(place);
    }

    fn paragraph(&mut self, paragraph: &Paragraph) {
        for line in paragraph.text.split(LINE_BREAK) {
            let start = self.builder.position();
            self.builder.push(&line.replace(TAB, " "));
            let span = self.builder.piece(start);
            if !span.is_empty() {
                self.builder.marks.push(Mark::Text { span, heading: paragraph.heading });
            }
        }
        self.pictures(paragraph);
    }

    fn pictures(&mut self, paragraph: &Paragraph) {
        for _ in 0..paragraph.pictures {
            let at = self.builder.position();
            self.builder.push("\n");
            self.builder.marks.push(Mark::Picture(Span::new(at, at)));
        }
    }

    fn table(&mut self, table: &Table) -> Result<(), Refusal> {
        self.tables += 1;
        let number = self.tables;
        let cells = || table.rows.iter().flatten();
        self.cells += cells().count();
        if self.cells > MAX_CELLS {
            return Err(Refusal::TooMuch { limit: MAX_CELLS, what: "cells" });
        }
        let mut looks = Looks::default();
        cells().for_each(|cell| looks.count(lines(cell)));
        let inner = cells().filter(|cell| has_table(cell)).count();
        if looks.is_layout() || inner > 0 && !looks.outweigh(inner) {
            for (row, cell) in table
                .rows
                .iter()
                .enumerate()
                .flat_map(|(row, cells)| cells.iter().map(move |cell| (row, cell)))
            {
                for block in &cell.blocks {
                    match block {
                        Block::Paragraph(paragraph) => {
                            self.spot(cell_place(number, row, cell), Some(paragraph));
                            self.paragraph(paragraph);
                        }
                        Block::Table(inner) => self.table(inner)?,
                    }
                }
            }
            return Ok(());
        }
        self.builder.marks.push(Mark::TableStart(Geometry::Spanned));
        let first = self.builder.marks.len();
        for (row, cells) in table.rows.iter().enumerate() {
            self.builder.marks.push(Mark::RowStart);
            for cell in cells {
                self.spot(cell_place(number, row, cell), anchor(cell));
                self.cell(cell);
            }
        }
        let mut marks = self.builder.marks.split_off(first);
        signs::join(&mut marks, self.builder.text());
        self.builder.marks.extend(marks);
        self.builder.marks.push(Mark::TableEnd);
        for cell in cells() {
            self.builder.spot(cell_place(number, 0, cell));
            for block in &cell.blocks {
                match block {
                    Block::Paragraph(paragraph) => self.pictures(paragraph),
                    Block::Table(inner) => self.table(inner)?,
                }
            }
        }
        Ok(())
    }

    fn cell(&mut self, cell: &Cell) {
        let start = self.builder.position();
        for (index, line) in lines(cell).enumerate() {
            if index > 0 {
                self.builder.push(CELL_BREAK_TEXT);
            }
            self.builder.push(&line.replace(TAB, " "));
        }
        let span = self.builder.piece(start);
        self.builder.marks.push(Mark::Cell { span, colspan: cell.colspan, rowspan: cell.rowspan });
    }
}

fn cell_place(table: u32, row: usize, cell: &Cell) -> Place {
    Place::Cell { table, row: Span::new(0, row + 1).end, column: cell.column.saturating_add(1) }
}

fn paragraphs(cell: &Cell) -> impl Iterator<Item = &Paragraph> + Clone {
    cell.blocks.iter().filter_map(|block| match block {
        Block::Paragraph(paragraph) => Some(paragraph),
        Block::Table(_) => None,
    })
}

fn lines(cell: &Cell) -> impl Iterator<Item = &str> + Clone {
    let texts = paragraphs(cell).flat_map(|paragraph| paragraph.text.split(LINE_BREAK));
    texts.map(str::trim).filter(|line| !line.is_empty())
}

/// The paragraph that a remark on a cell hangs on: the first with text, if any has.
fn anchor(cell: &Cell) -> Option<&Paragraph> {
    let has_text = |paragraph: &&Paragraph| !paragraph.text.trim().is_empty();
    paragraphs(cell).find(has_text).or_else(|| paragraphs(cell).next())
}

fn has_table(cell: &Cell) -> bool {
    cell.blocks.iter().any(|block| matches!(block, Block::Table(_)))
}
