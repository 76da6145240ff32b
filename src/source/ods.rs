//! ODS: the texts of cells, which the file holds as they are shown.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::content::{Content, ContentBuilder};
use super::kind::{Format, Reads};
use super::markup::{Markup, Piece, Tag};
use super::package::Package;
use super::refusal::Refusal;
use super::sheet::{self, Merge, Sheet};

/// Spreadsheets of OpenDocument.
pub const FORMAT: Format = Format { name: FORMAT_NAME, extensions: &["ods"], read: Reads::Bytes(read) };

const FORMAT_NAME: &str = "ods";
/// The part that holds the sheets.
const MAIN_PART: &str = "content.xml";
/// The kind of document that the part `mimetype` says.
pub(super) const MIME_TYPE: &str = "application/vnd.oasis.opendocument.spreadsheet";
/// Blank cells and rows are written once with a number of how many they are; paper is full of them.
const PAPER: u32 = 64;

fn read(bytes: &[u8]) -> Result<Content<'static>, Refusal> {
    let mut package = Package::open(bytes, FORMAT_NAME)?;
    let manifest = package.part("META-INF/manifest.xml")?.unwrap_or_default();
    if manifest.contains("encryption-data") {
        return Err(Refusal::Locked);
    }
    let xml = package.part(MAIN_PART)?.ok_or_else(|| Refusal::damaged(FORMAT_NAME, "it has no content"))?;
    let mut reader =
        Reader { markup: Markup::new(&xml, FORMAT_NAME), bordered: BTreeSet::new(), hidden: BTreeSet::new() };
    let sheets = reader.sheets()?;
    let mut builder = ContentBuilder::default();
    sheet::write(&sheets, &mut builder)?;
    builder.whole()
}

struct Reader<'x> {
    markup: Markup<'x>,
    /// Styles of cells that have a border.
    bordered: BTreeSet<String>,
    /// Styles of sheets that are not shown.
    hidden: BTreeSet<String>,
}

/// What a cell is, and how often it stands there.
struct Cell {
    text: String,
    count: u32,
    columns: u32,
    rows: u32,
    has_border: bool,
}

impl Reader<'_> {
    fn sheets(&mut self) -> Result<Vec<Sheet>, Refusal> {
        let mut sheets = Vec::new();
        let mut style = String::new();
        loop {
            let tag = match self.markup.next()? {
                Piece::Start(tag) => tag,
                Piece::Finish => return Ok(sheets),
                _ => continue,
            };
            match tag.name() {
                "style" => style = tag.attribute("name").unwrap_or_default(),
                "table-cell-properties" => {
                    const BORDERS: [&str; 5] =
                        ["border", "border-left", "border-right", "border-top", "border-bottom"];
                    let is_drawn = |name: &&str| tag.attribute(name).is_some_and(|border| border != "none");
                    if BORDERS.iter().any(is_drawn) {
                        self.bordered.insert(style.clone());
                    }
                }
                "table-properties" if tag.attribute("display").as_deref() == Some("false") => {
                    self.hidden.insert(style.clone());
                }
                "table" => {
                    let mut sheet = Sheet::new(&tag.attribute("name").unwrap_or_default());
                    sheet.is_shown =
                        !tag.attribute("style-name").is_some_and(|style| self.hidden.contains(&style));
                    self.sheet(&mut sheet)?;
                    sheets.push(sheet);
                }
                _ => {}
            }
        }
    }

    fn sheet(&mut self, sheet: &mut Sheet) -> Result<(), Refusal> {
        let (mut row, mut depth) = (0_u32, 0_usize);
        loop {
            match self.markup.next()? {
                Piece::Start(tag) => match tag.name() {
                    "table-row" => {
                        let count = repeated(&tag, "number-rows-repeated");
                        let is_hidden = tag.attribute("visibility").is_some_and(|seen| seen != "visible");
                        self.row(sheet, row, count, is_hidden)?;
                        row = row.saturating_add(count);
                    }
                    // Shapes, forms and sources of data are not part of the grid.
                    "shapes" | "forms" | "table-source" | "named-expressions" => self.markup.skip()?,
                    _ => depth += 1,
                },
                Piece::End if depth == 0 => return Ok(()),
                Piece::End => depth -= 1,
                Piece::Text(_) => {}
                Piece::Finish => return Ok(()),
            }
        }
    }

    fn row(&mut self, sheet: &mut Sheet, row: u32, count: u32, is_hidden: bool) -> Result<(), Refusal> {
        let mut column = 0_u32;
        loop {
            match self.markup.next()? {
                Piece::Start(tag) if matches!(tag.name(), "table-cell" | "covered-table-cell") => {
                    let cell = self.cell(&tag)?;
                    let is_blank = cell.text.trim().is_empty();
                    let text: Arc<str> = cell.text.as_str().into();
                    let (rows, columns) =
                        if is_blank { (count.min(2), cell.count.min(PAPER)) } else { (count, cell.count) };
                    for (row, column) in (0..rows).flat_map(|down| {
                        (0..columns)
                            .map(move |right| (row.saturating_add(down), column.saturating_add(right)))
                    }) {
                        if is_blank && cell.has_border {
                            sheet.draw(row, column);
                        }
                        sheet.put(row, column, Arc::clone(&text))?;
                    }
                    if !is_blank && cell.columns.max(cell.rows) > 1 {
                        let (right, bottom) =
                            (column.saturating_add(cell.columns - 1), row.saturating_add(cell.rows - 1));
                        sheet.merges.push(Merge { top: row, left: column, bottom, right });
                    }
                    if is_hidden && !is_blank {
                        sheet.hidden_rows.extend((0..count).map(|down| row.saturating_add(down)));
                    }
                    column = column.saturating_add(cell.count);
                }
                Piece::Start(_) => self.markup.skip()?,
                Piece::End | Piece::Finish => return Ok(()),
                Piece::Text(_) => {}
            }
        }
    }

    fn cell(&mut self, tag: &Tag<'_>) -> Result<Cell, Refusal> {
        let is_covered = tag.name() == "covered-table-cell";
        let mut cell = Cell {
            text: String::new(),
            count: repeated(tag, "number-columns-repeated"),
            columns: repeated(tag, "number-columns-spanned"),
            rows: repeated(tag, "number-rows-spanned"),
            has_border: tag.attribute("style-name").is_some_and(|style| self.bordered.contains(&style)),
        };
        let mut depth = 0_usize;
        loop {
            match self.markup.next()? {
                Piece::Start(inner) => {
                    match inner.name() {
                        "annotation" | "shapes" => {
                            self.markup.skip()?;
                            continue;
                        }
                        "p" | "line-break" if !cell.text.is_empty() => cell.text.push('\n'),
                        "s" | "tab" => cell.text.push(' '),
                        _ => {}
                    }
                    depth += 1;
                }
                Piece::End if depth == 0 => break,
                Piece::End => depth -= 1,
                Piece::Text(text) if depth > 0 => cell.text.push_str(&text),
                Piece::Text(_) => {}
                Piece::Finish => break,
            }
        }
        // What a merged cell covers is not shown.
        if is_covered {
            cell.text.clear();
        }
        Ok(cell)
    }
}

fn repeated(tag: &Tag<'_>, name: &str) -> u32 {
    tag.number(name).unwrap_or(1).clamp(1, 1 << 20)
}
