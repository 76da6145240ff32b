//! DOCX: what a word processor shows, with the numbers it puts before paragraphs and without what is deleted.

mod body;
mod numbering;
mod styles;

use super::content::{CELL_BREAK_TEXT, Content, ContentBuilder, Geometry, Mark};
use super::kind::{Format, Reads};
use super::markup::{Markup, Piece};
use super::package::Package;
use super::place::{Place, Span};
use super::refusal::Refusal;
use body::{Block, Bodies, Cell, LINE_BREAK, Paragraph, Table};
use numbering::Numbering;
use styles::Styles;

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
    let mut package = Package::open(bytes, FORMAT_NAME)?;
    let main = match package.part(MAIN_PART)? {
        Some(main) => main,
        None => {
            let is_main = |name: &&str| name.starts_with("word/document") && name.ends_with(".xml");
            let other = package.names().find(is_main).map(str::to_owned);
            let other = other.map(|name| package.part(&name)).transpose()?.flatten();
            other.ok_or_else(|| Refusal::damaged(FORMAT_NAME, "it has no body"))?
        }
    };
    let styles = match package.part("word/styles.xml")? {
        Some(xml) => Styles::read(&xml)?,
        None => Styles::default(),
    };
    let numbering = match package.part("word/numbering.xml")? {
        Some(xml) => Numbering::read(&xml)?,
        None => Numbering::default(),
    };
    let mut bodies = Bodies::new(&styles, numbering);
    let mut blocks = Vec::new();
    let mut markup = Markup::new(&main, FORMAT_NAME);
    loop {
        match markup.next()? {
            Piece::Start(tag) if tag.name() == "body" => blocks = bodies.blocks(&mut markup)?,
            Piece::Finish => break,
            _ => {}
        }
    }
    for part in ["word/footnotes.xml", "word/endnotes.xml"] {
        if let Some(xml) = package.part(part)? {
            blocks.extend(body::notes(&xml, &mut bodies)?);
        }
    }
    let mut writer = Writer { builder: ContentBuilder::with_capacity(main.len() / 8), ..Writer::default() };
    writer.blocks(&blocks)?;
    if bodies.has_hidden {
        writer.builder.remark("the document has hidden text, which was not read".to_owned(), false);
    }
    Ok(writer.builder.finish())
}

/// Writes blocks as content.
#[derive(Default)]
struct Writer {
    builder: ContentBuilder,
    paragraphs: u32,
    tables: u32,
    cells: usize,
}

impl Writer {
    fn blocks(&mut self, blocks: &[Block]) -> Result<(), Refusal> {
        for block in blocks {
            match block {
                Block::Paragraph(paragraph) => {
                    self.paragraphs += 1;
                    self.builder.spot(Place::Paragraph(self.paragraphs));
                    self.paragraph(paragraph);
                }
                Block::Table(table) => self.table(table)?,
            }
        }
        Ok(())
    }

    fn paragraph(&mut self, paragraph: &Paragraph) {
        for line in paragraph.text.split(LINE_BREAK) {
            let start = self.builder.position();
            self.builder.push(line);
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
        // Such a table only lays out the page.
        if cells().any(|cell| has_table(cell) || holds_prose(cell)) {
            for (row, cell) in table
                .rows
                .iter()
                .enumerate()
                .flat_map(|(row, cells)| cells.iter().map(move |cell| (row, cell)))
            {
                for block in &cell.blocks {
                    match block {
                        Block::Paragraph(paragraph) => {
                            self.builder.spot(cell_place(number, row, cell));
                            self.paragraph(paragraph);
                        }
                        Block::Table(inner) => self.table(inner)?,
                    }
                }
            }
            return Ok(());
        }
        self.builder.marks.push(Mark::TableStart(Geometry::Spanned));
        for (row, cells) in table.rows.iter().enumerate() {
            self.builder.marks.push(Mark::RowStart);
            for cell in cells {
                self.builder.spot(cell_place(number, row, cell));
                self.cell(cell);
            }
        }
        self.builder.marks.push(Mark::TableEnd);
        for cell in cells() {
            self.builder.spot(cell_place(number, 0, cell));
            cell.blocks.iter().for_each(|block| {
                if let Block::Paragraph(paragraph) = block {
                    self.pictures(paragraph);
                }
            });
        }
        Ok(())
    }

    fn cell(&mut self, cell: &Cell) {
        let start = self.builder.position();
        for (index, line) in lines(cell).enumerate() {
            if index > 0 {
                self.builder.push(CELL_BREAK_TEXT);
            }
            self.builder.push(line);
        }
        let span = self.builder.piece(start);
        self.builder.marks.push(Mark::Cell { span, colspan: cell.colspan, rowspan: cell.rowspan });
    }
}

fn cell_place(table: u32, row: usize, cell: &Cell) -> Place {
    Place::Cell { table, row: Span::new(0, row + 1).end, column: cell.column.saturating_add(1) }
}

fn lines(cell: &Cell) -> impl Iterator<Item = &str> {
    let paragraphs = cell.blocks.iter().filter_map(|block| match block {
        Block::Paragraph(paragraph) => Some(paragraph.text.as_str()),
        Block::Table(_) => None,
    });
    paragraphs.flat_map(|text| text.split(LINE_BREAK)).map(str::trim).filter(|line| !line.is_empty())
}

fn has_table(cell: &Cell) -> bool {
    cell.blocks.iter().any(|block| matches!(block, Block::Table(_)))
}

/// Whether a cell holds several paragraphs, one of them long: its table is no table of figures.
fn holds_prose(cell: &Cell) -> bool {
    lines(cell).count() > 2 && lines(cell).any(|line| line.chars().nth(60).is_some())
}
