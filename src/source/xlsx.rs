//! XLSX: the values of cells as their formats show them.

mod styles;
mod sums;
mod workbook;

use std::sync::Arc;

use super::content::{Content, ContentBuilder};
use super::kind::{Format, Reads};
use super::markup::{Markup, Piece, Tag};
use super::number_format::{NumberFormat, built_in};
use super::package::Package;
use super::refusal::Refusal;
use super::sheet::{self, Merge, Sheet};

use styles::Style;
use sums::Sums;
use workbook::{Listed, Workbook};

/// Workbooks of Office Open XML.
pub const FORMAT: Format =
    Format { name: FORMAT_NAME, extensions: &["xlsx", "xlsm", "xltx"], read: Reads::Bytes(read) };

const FORMAT_NAME: &str = "xlsx";
/// The part that lists the sheets.
pub(super) const MAIN_PART: &str = "xl/workbook.xml";
/// Merged cells of a sheet at most.
const MAX_MERGES: usize = 200_000;

fn read(bytes: &[u8]) -> Result<Content<'static>, Refusal> {
    let mut package = Package::open(bytes, FORMAT_NAME)?;
    let workbook = Workbook::read(&mut package)?;
    let strings = match package.part(&workbook.strings)? {
        Some(xml) => strings(&xml)?,
        None => Vec::new(),
    };
    let styles = match package.part(&workbook.styles)? {
        Some(xml) => styles::styles(&xml)?,
        None => Vec::new(),
    };
    let context = Context { strings, styles, is_1904: workbook.is_1904 };
    let mut sheets = Vec::new();
    for Listed { name, part, is_shown } in workbook.sheets {
        let Some(xml) = package.part(&part)? else { continue };
        let mut sheet = Sheet::new(&name);
        sheet.is_shown = is_shown;
        context.read(&xml, &mut sheet)?;
        sheets.push(sheet);
    }
    let mut builder = ContentBuilder::default();
    sheet::write(&sheets, &mut builder)?;
    builder.whole()
}

/// The worksheets of a file, each with its name and that of its part.
///
/// # Errors
/// The file cannot be read.
pub fn sheets(bytes: &[u8]) -> Result<Vec<(String, String)>, Refusal> {
    let mut package = Package::open(bytes, FORMAT_NAME)?;
    let workbook = Workbook::read(&mut package)?;
    Ok(workbook.sheets.into_iter().map(|sheet| (sheet.name, sheet.part)).collect())
}

/// Shows every start tag of a part.
fn each(xml: &str, mut see: impl FnMut(&Tag<'_>)) -> Result<(), Refusal> {
    let mut markup = Markup::new(xml, FORMAT_NAME);
    loop {
        match markup.next()? {
            Piece::Start(tag) => see(&tag),
            Piece::Finish => return Ok(()),
            _ => {}
        }
    }
}

fn strings(xml: &str) -> Result<Vec<Arc<str>>, Refusal> {
    let mut strings = Vec::new();
    let mut markup = Markup::new(xml, FORMAT_NAME);
    loop {
        match markup.next()? {
            Piece::Start(tag) if tag.name() == "si" => {
                strings.push(unescaped(rich_text(&mut markup)?).into())
            }
            Piece::Finish => return Ok(strings),
            _ => {}
        }
    }
}

/// The text of runs up to the end of the element, without phonetic guides.
fn rich_text(markup: &mut Markup<'_>) -> Result<String, Refusal> {
    let (mut text, mut depth) = (String::new(), 0_usize);
    loop {
        match markup.next()? {
            Piece::Start(tag) => match tag.name() {
                "t" => text.push_str(&markup.text()?),
                "rPh" => markup.skip()?,
                _ => depth += 1,
            },
            Piece::End if depth == 0 => return Ok(text),
            Piece::End => depth -= 1,
            Piece::Text(_) => {}
            Piece::Finish => return Ok(text),
        }
    }
}

struct Context {
    /// The texts that all cells share.
    strings: Vec<Arc<str>>,
    styles: Vec<Style>,
    is_1904: bool,
}

impl Context {
    fn read(&self, xml: &str, sheet: &mut Sheet) -> Result<(), Refusal> {
        let mut markup = Markup::new(xml, FORMAT_NAME);
        let (mut row, mut column) = (0_u32, 0_u32);
        let mut sums = Sums::default();
        loop {
            let tag = match markup.next()? {
                Piece::Start(tag) => tag,
                Piece::Finish => break,
                _ => continue,
            };
            let is_hidden =
                || tag.attribute("hidden").is_some_and(|hidden| hidden == "1" || hidden == "true");
            match tag.name() {
                "row" => {
                    row = tag.number("r").map_or(row + 1, |number: u32| number).clamp(1, 1 << 20);
                    column = 0;
                    if is_hidden() {
                        sheet.hidden_rows.insert(row - 1);
                    }
                }
                "c" => {
                    let reference = tag.attribute("r").and_then(|name| cell_at(&name));
                    let (at_row, at_column) = reference.unwrap_or((row.max(1) - 1, column));
                    column = at_column + 1;
                    self.cell(&mut markup, &tag, (at_row, at_column), sheet, &mut sums)?;
                }
                "mergeCell" => {
                    if sheet.merges.len() >= MAX_MERGES {
                        return Err(Refusal::TooMuch { limit: MAX_MERGES, what: "merged cells" });
                    }
                    sheet.merges.extend(tag.attribute("ref").and_then(|range| merge(&range)));
                }
                "col" if is_hidden() => {
                    let (first, last) = (tag.number("min").unwrap_or(1), tag.number("max").unwrap_or(1));
                    sheet.hidden_columns.push((u32::max(first, 1) - 1, u32::max(last, 1) - 1));
                }
                _ => {}
            }
        }
        sheet.remarks = sums.remarks();
        Ok(())
    }

    fn cell(
        &self,
        markup: &mut Markup<'_>,
        tag: &Tag<'_>,
        (row, column): (u32, u32),
        sheet: &mut Sheet,
        sums: &mut Sums,
    ) -> Result<(), Refusal> {
        let kind = tag.attribute("t").unwrap_or_default();
        let style = self.styles.get(tag.number("s").unwrap_or(0_usize));
        let (mut value, mut inline, mut has_formula) = (None, None, false);
        loop {
            match markup.next()? {
                Piece::Start(tag) => match tag.name() {
                    "v" => value = Some(markup.text()?),
                    "is" => inline = Some(rich_text(markup)?),
                    "f" => {
                        has_formula = true;
                        let kind = tag.attribute("t");
                        let shared = tag.attribute("si").filter(|_| kind.as_deref() == Some("shared"));
                        let text = markup.text()?;
                        // A formula of many cells gives each its own value, and blocks in it are taken cell by cell.
                        if kind.as_deref() != Some("array") {
                            sums.formula((row, column), &text, shared);
                        }
                    }
                    _ => markup.skip()?,
                },
                Piece::End | Piece::Finish => break,
                Piece::Text(_) => {}
            }
        }
        if let ("" | "n", Some(value)) = (kind.as_str(), &value) {
            sums.figure((row, column), value);
        }
        let text: Arc<str> = match (kind.as_str(), value, inline) {
            (_, None, None) if has_formula => {
                sheet.uncomputed.push((row, column));
                return Ok(());
            }
            (_, None, inline) => unescaped(inline.unwrap_or_default()).into(),
            ("s", Some(value), _) => {
                let index: Option<usize> = value.trim().parse().ok();
                index.and_then(|index| self.strings.get(index)).cloned().unwrap_or_default()
            }
            ("b", Some(value), _) => if value.trim() == "1" { "TRUE" } else { "FALSE" }.into(),
            ("str" | "e" | "d" | "inlineStr", Some(value), _) => unescaped(value).into(),
            (_, Some(value), _) => match style {
                Some(style) => style.format.show(&value, self.is_1904).into(),
                None => NumberFormat::new(built_in(0)).show(&value, self.is_1904).into(),
            },
        };
        let format = style.map(|style| &style.format).filter(|format| format.changes_texts());
        let text: Arc<str> = match format.filter(|_| matches!(kind.as_str(), "s" | "str" | "inlineStr")) {
            Some(format) => format.show_text(text.to_string()).into(),
            None => text,
        };
        if text.trim().is_empty() && style.is_some_and(|style| style.has_border) {
            sheet.draw(row, column);
        }
        sheet.put(row, column, text)
    }
}

/// Characters that XML cannot hold are written as `_x000D_`.
fn unescaped(text: String) -> String {
    if !text.contains("_x00") {
        return text;
    }
    text.replace("_x000D_\n", "\n").replace("_x000D_", "\n").replace("_x000A_", "\n").replace("_x0009_", " ")
}

/// Row and column of a cell by its name, from zero: `C7` is 6, 2.
fn cell_at(name: &str) -> Option<(u32, u32)> {
    let name = name.trim().trim_start_matches('$');
    let letters = name.len() - name.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
    let (letters, digits) =
        name.split_at_checked(letters).filter(|(letters, _)| (1..=3).contains(&letters.len()))?;
    let column = letters
        .bytes()
        .fold(0_u32, |column, letter| column * 26 + u32::from(letter.to_ascii_uppercase() - b'A') + 1);
    let row: u32 = digits.trim_start_matches('$').parse().ok().filter(|row| (1..=1 << 20).contains(row))?;
    Some((row - 1, column - 1))
}

fn merge(range: &str) -> Option<Merge> {
    let (first, last) = range.split_once(':')?;
    let ((top, left), (bottom, right)) = (cell_at(first)?, cell_at(last)?);
    (top <= bottom && left <= right).then_some(Merge { top, left, bottom, right })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_cells() {
        assert_eq!(cell_at("C7"), Some((6, 2)));
        assert_eq!(cell_at("$AA$1"), Some((0, 26)));
        assert_eq!((cell_at("7"), cell_at("ABCD1"), cell_at("A0")), (None, None, None));
        assert_eq!(merge("A1:B3"), Some(Merge { top: 0, left: 0, bottom: 2, right: 1 }));
    }

    #[test]
    fn control_characters_in_texts() {
        assert_eq!(unescaped("a_x000D_\nb".to_owned()), "a\nb");
    }
}
