//! The body of a text document as a tree: paragraphs, and tables of cells that hold paragraphs and tables.

use std::ops::Range;

use super::FORMAT_NAME;
use super::numbering::Numbering;
use super::styles::{Look, Styles, outline_level};
use crate::source::markup::{Markup, Piece, Tag};
use crate::source::refusal::Refusal;

/// Tables and text boxes within each other at most.
const MAX_NESTING: usize = 24;
/// Stands for a line break within a paragraph.
pub const LINE_BREAK: char = '\n';
/// Stands for a tab within a paragraph.
pub const TAB: char = '\t';

/// A part of the body.
#[derive(Debug)]
pub enum Block {
    /// A paragraph.
    Paragraph(Paragraph),
    /// A table.
    Table(Table),
}

/// A paragraph as readers see it.
#[derive(Debug, Default)]
pub struct Paragraph {
    /// Its text, with the number that the word processor puts before it.
    pub text: String,
    /// Level of heading.
    pub heading: Option<u8>,
    /// Number of pictures in it.
    pub pictures: usize,
    /// Where its runs stand in the part, from behind its properties to its end tag.
    pub inner: Range<usize>,
}

/// A table.
#[derive(Debug, Default)]
pub struct Table {
    /// Its rows; what continues a cell from above is left out.
    pub rows: Vec<Vec<Cell>>,
}

/// A cell of a table.
#[derive(Debug)]
pub struct Cell {
    /// What it holds.
    pub blocks: Vec<Block>,
    /// First column of the grid, from zero.
    pub column: u32,
    /// Columns of the grid covered.
    pub colspan: u16,
    /// Rows covered.
    pub rowspan: u16,
    merge: Merge,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Merge {
    None,
    Starts,
    Continues,
}

/// Reads bodies: that of the document, of notes, of text boxes.
#[derive(Debug)]
pub struct Bodies<'s> {
    /// The styles.
    pub styles: &'s Styles,
    /// The lists.
    pub numbering: Numbering,
    /// Whether text was met that the word processor does not show.
    pub has_hidden: bool,
    nesting: usize,
}

/// What is known of the run being read.
#[derive(Clone, Copy, Default)]
struct Run {
    is_hidden: bool,
}

impl<'s> Bodies<'s> {
    /// A reader with the styles and lists of a document.
    pub fn new(styles: &'s Styles, numbering: Numbering) -> Self {
        Self { styles, numbering, has_hidden: false, nesting: 0 }
    }

    /// The blocks up to the end of the element that was started last.
    pub fn blocks(&mut self, markup: &mut Markup<'_>) -> Result<Vec<Block>, Refusal> {
        self.nesting += 1;
        if self.nesting > MAX_NESTING {
            return Err(Refusal::TooMuch { limit: MAX_NESTING, what: "tables within each other" });
        }
        let mut blocks = Vec::new();
        self.blocks_into(markup, &mut blocks)?;
        self.nesting -= 1;
        Ok(blocks)
    }

    fn blocks_into(&mut self, markup: &mut Markup<'_>, blocks: &mut Vec<Block>) -> Result<(), Refusal> {
        let mut depth = 0_usize;
        loop {
            match markup.next()? {
                Piece::Start(tag) => match tag.name() {
                    "p" => self.paragraph(markup, blocks)?,
                    "tbl" => {
                        let table = self.table(markup)?;
                        blocks.push(Block::Table(table));
                    }
                    "sectPr" | "tblPr" | "tcPr" | "sdtPr" | "sdtEndPr" | "Fallback" | "del" | "moveFrom" => {
                        markup.skip()?
                    }
                    // Content controls, insertions and the like: what they hold counts.
                    _ => depth += 1,
                },
                Piece::End if depth == 0 => return Ok(()),
                Piece::End => depth -= 1,
                Piece::Text(_) => {}
                Piece::Finish => return Ok(()),
            }
        }
    }

    fn paragraph(&mut self, markup: &mut Markup<'_>, blocks: &mut Vec<Block>) -> Result<(), Refusal> {
        let start = markup.position();
        let mut paragraph = Paragraph { inner: start..start, ..Paragraph::default() };
        let mut boxes = Vec::new();
        let mut style = None;
        let mut own = Look::default();
        let mut runs: Vec<Run> = vec![Run::default()];
        loop {
            paragraph.inner.end = markup.position();
            match markup.next()? {
                Piece::Start(tag) => match tag.name() {
                    "pPr" => {
                        style = self.properties(markup, &mut own)?;
                        paragraph.inner.start = markup.position();
                    }
                    "rPr" => {
                        let is_hidden = hides(markup)?;
                        if let Some(run) = runs.last_mut() {
                            run.is_hidden |= is_hidden;
                        }
                    }
                    "t" => {
                        let text = markup.text()?;
                        if runs.last().is_some_and(|run| run.is_hidden) {
                            self.has_hidden |= !text.trim().is_empty();
                        } else {
                            paragraph.text.push_str(&text);
                        }
                    }
                    // A tracked deletion, a move away, a field's code, what older programs get, phonetic guides.
                    "del" | "moveFrom" | "instrText" | "delText" | "Fallback" | "rt" | "pPrChange" => {
                        markup.skip()?
                    }
                    "txbxContent" => {
                        let inner = self.blocks(markup)?;
                        boxes.extend(inner);
                    }
                    name => {
                        inline(name, &tag, &mut paragraph);
                        runs.push(runs.last().copied().unwrap_or_default());
                    }
                },
                Piece::End => {
                    runs.pop();
                    if runs.is_empty() {
                        break;
                    }
                }
                Piece::Text(_) => {}
                Piece::Finish => break,
            }
        }
        let look = self.styles.look(style.as_deref());
        if look.is_contents {
            return Ok(());
        }
        paragraph.heading = own.heading.or(look.heading).filter(|&level| level > 0);
        let list = own.list.or(look.list).filter(|list| list != "0");
        let is_shown = !paragraph.text.trim().is_empty() || paragraph.pictures > 0;
        if let Some(list) = list.filter(|_| is_shown) {
            let of_style = style.and_then(|style| self.numbering.level_of_style(&list, &style));
            let level = own.level.or(of_style).or(look.level).unwrap_or(0);
            if let Some(number) = self.numbering.next(&list, level) {
                paragraph.text.insert_str(0, &number);
            }
        }
        blocks.push(Block::Paragraph(paragraph));
        blocks.extend(boxes);
        Ok(())
    }

    /// Reads the properties of a paragraph: its style, and what it says itself.
    fn properties(&mut self, markup: &mut Markup<'_>, own: &mut Look) -> Result<Option<String>, Refusal> {
        let mut style = None;
        let mut depth = 0_usize;
        loop {
            match markup.next()? {
                Piece::Start(tag) => {
                    match tag.name() {
                        "pStyle" => style = tag.attribute("val"),
                        "outlineLvl" => own.heading = outline_level(tag.number("val")),
                        "numId" => own.list = tag.attribute("val"),
                        "ilvl" => own.level = tag.number("val"),
                        "pPrChange" | "rPr" | "sectPr" => {
                            markup.skip()?;
                            continue;
                        }
                        _ => {}
                    }
                    depth += 1;
                }
                Piece::End if depth == 0 => return Ok(style),
                Piece::End => depth -= 1,
                Piece::Text(_) => {}
                Piece::Finish => return Ok(style),
            }
        }
    }

    fn table(&mut self, markup: &mut Markup<'_>) -> Result<Table, Refusal> {
        let mut rows: Vec<Vec<Cell>> = Vec::new();
        let mut depth = 0_usize;
        loop {
            match markup.next()? {
                Piece::Start(tag) => match tag.name() {
                    "tr" => rows.extend(self.row(markup)?),
                    "tblPr" | "tblGrid" | "sdtPr" | "sdtEndPr" => markup.skip()?,
                    _ => depth += 1,
                },
                Piece::End if depth == 0 => break,
                Piece::End => depth -= 1,
                Piece::Text(_) => {}
                Piece::Finish => break,
            }
        }
        Ok(Table { rows: merged(rows) })
    }

    /// A row; `None` for one that a tracked change takes away.
    fn row(&mut self, markup: &mut Markup<'_>) -> Result<Option<Vec<Cell>>, Refusal> {
        let mut cells: Vec<Cell> = Vec::new();
        let mut column: u32 = 0;
        let (mut depth, mut is_deleted) = (0_usize, false);
        loop {
            match markup.next()? {
                Piece::Start(tag) => match tag.name() {
                    "tc" => {
                        let cell = self.cell(markup, column)?;
                        column = column.saturating_add(cell.colspan.into());
                        cells.push(cell);
                    }
                    "gridBefore" => {
                        let skipped: u16 = tag.number("val").unwrap_or(0).min(1000);
                        if skipped > 0 {
                            let colspan = skipped;
                            cells.push(Cell {
                                blocks: Vec::new(),
                                column,
                                colspan,
                                rowspan: 1,
                                merge: Merge::None,
                            });
                            column += u32::from(skipped);
                        }
                        markup.skip()?;
                    }
                    "del" => {
                        is_deleted = true;
                        markup.skip()?;
                    }
                    "tblPrEx" | "trPrChange" | "sdtPr" => markup.skip()?,
                    _ => depth += 1,
                },
                Piece::End if depth == 0 => break,
                Piece::End => depth -= 1,
                Piece::Text(_) => {}
                Piece::Finish => break,
            }
        }
        Ok((!is_deleted).then_some(cells))
    }

    fn cell(&mut self, markup: &mut Markup<'_>, column: u32) -> Result<Cell, Refusal> {
        let mut cell = Cell { blocks: Vec::new(), column, colspan: 1, rowspan: 1, merge: Merge::None };
        self.nesting += 1;
        if self.nesting > MAX_NESTING {
            return Err(Refusal::TooMuch { limit: MAX_NESTING, what: "tables within each other" });
        }
        let mut depth = 0_usize;
        loop {
            match markup.next()? {
                Piece::Start(tag) => match tag.name() {
                    "tcPr" => depth += 1,
                    "gridSpan" => {
                        cell.colspan = tag.number("val").unwrap_or(1).clamp(1, 1000);
                        depth += 1;
                    }
                    "vMerge" => {
                        let starts = tag.attribute("val").as_deref() == Some("restart");
                        cell.merge = if starts { Merge::Starts } else { Merge::Continues };
                        depth += 1;
                    }
                    "tcPrChange" | "sdtPr" | "sdtEndPr" | "Fallback" => markup.skip()?,
                    "p" => self.paragraph(markup, &mut cell.blocks)?,
                    "tbl" => {
                        let table = self.table(markup)?;
                        cell.blocks.push(Block::Table(table));
                    }
                    _ => depth += 1,
                },
                Piece::End if depth == 0 => break,
                Piece::End => depth -= 1,
                Piece::Text(_) => {}
                Piece::Finish => break,
            }
        }
        self.nesting -= 1;
        Ok(cell)
    }
}

/// Whether the properties of a run hide it.
fn hides(markup: &mut Markup<'_>) -> Result<bool, Refusal> {
    let (mut depth, mut is_hidden) = (0_usize, false);
    loop {
        match markup.next()? {
            Piece::Start(tag) => {
                is_hidden |= matches!(tag.name(), "vanish" | "webHidden") && tag.is_on("val");
                depth += 1;
            }
            Piece::End if depth == 0 => return Ok(is_hidden),
            Piece::End => depth -= 1,
            Piece::Text(_) => {}
            Piece::Finish => return Ok(is_hidden),
        }
    }
}

/// What an element within a run is in the text.
fn inline(name: &str, tag: &Tag<'_>, paragraph: &mut Paragraph) {
    match name {
        "tab" | "ptab" => paragraph.text.push(TAB),
        // Breaks of pages and columns break no line.
        "br" if matches!(tag.attribute("type").as_deref(), Some("page" | "column")) => {}
        "br" | "cr" => paragraph.text.push(LINE_BREAK),
        "noBreakHyphen" => paragraph.text.push('-'),
        "blip" | "imagedata" => paragraph.pictures += 1,
        "sym" => {
            let code = tag.attribute("char").and_then(|code| u32::from_str_radix(&code, 16).ok());
            // Codes from F000 on are the font's own pictures.
            let character = code.filter(|code| !(0xe000..0xf900).contains(code)).and_then(char::from_u32);
            paragraph.text.extend(character);
        }
        _ => {}
    }
}

/// Gives the cells their spans of rows, and takes out those that continue one from above.
fn merged(mut rows: Vec<Vec<Cell>>) -> Vec<Vec<Cell>> {
    // For each column of the grid, the row of the cell that may go on there, and its number in that row.
    let mut open: std::collections::BTreeMap<u32, (usize, usize)> = std::collections::BTreeMap::new();
    for row in 0..rows.len() {
        let looks: Vec<(u32, Merge)> =
            rows.get(row).into_iter().flatten().map(|cell| (cell.column, cell.merge)).collect();
        let mut next = std::collections::BTreeMap::new();
        for (index, (column, merge)) in looks.iter().enumerate() {
            match (merge, open.get(column)) {
                (Merge::Continues, Some(&(above, place))) => {
                    if let Some(cell) = rows.get_mut(above).and_then(|cells| cells.get_mut(place)) {
                        cell.rowspan = cell.rowspan.saturating_add(1);
                    }
                    next.insert(*column, (above, place));
                }
                // One that continues nothing is a cell of its own.
                (Merge::Starts | Merge::Continues, _) => {
                    if let Some(cell) = rows.get_mut(row).and_then(|cells| cells.get_mut(index)) {
                        cell.merge = Merge::Starts;
                    }
                    next.insert(*column, (row, index));
                }
                (Merge::None, _) => {}
            }
        }
        open = next;
    }
    for cells in &mut rows {
        cells.retain(|cell| cell.merge != Merge::Continues);
    }
    rows
}

/// Reads the notes of a `footnotes.xml` or `endnotes.xml`, those that are text.
pub fn notes(xml: &str, bodies: &mut Bodies<'_>) -> Result<Vec<Block>, Refusal> {
    let mut markup = Markup::new(xml, FORMAT_NAME);
    let mut blocks = Vec::new();
    loop {
        match markup.next()? {
            Piece::Start(tag) if matches!(tag.name(), "footnote" | "endnote") => {
                if tag.attribute("type").is_some_and(|kind| kind != "normal") {
                    markup.skip()?;
                } else {
                    blocks.extend(bodies.blocks(&mut markup)?);
                }
            }
            Piece::Finish => return Ok(blocks),
            _ => {}
        }
    }
}
