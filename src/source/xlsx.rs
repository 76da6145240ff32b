//! XLSX: the values of cells as their formats show them.

mod sums;

use std::collections::BTreeMap;

use super::content::{Content, ContentBuilder};
use super::kind::{Format, Reads};
use super::markup::{Markup, Piece, Tag};
use super::number_format::{NumberFormat, built_in};
use super::package::Package;
use super::refusal::Refusal;
use super::sheet::{self, Merge, Sheet};

use sums::Sums;

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
    let workbook =
        package.part(MAIN_PART)?.ok_or_else(|| Refusal::damaged(FORMAT_NAME, "it has no workbook"))?;
    let (listed, is_1904) = listed(&workbook)?;
    let targets = workbook_targets(&mut package)?;
    let strings = match package.part("xl/sharedStrings.xml")? {
        Some(xml) => strings(&xml)?,
        None => Vec::new(),
    };
    let styles = match package.part("xl/styles.xml")? {
        Some(xml) => styles(&xml)?,
        None => Vec::new(),
    };
    let context = Context { strings, styles, is_1904 };
    let mut sheets = Vec::new();
    for (part, Listed { name, is_shown, .. }) in worksheets(listed, &targets) {
        let Some(xml) = package.part(&part)? else { continue };
        let mut sheet = Sheet::new(&name);
        sheet.is_shown = is_shown;
        context.read(&xml, &mut sheet)?;
        sheets.push(sheet);
    }
    let mut builder = ContentBuilder::default();
    sheet::write(&sheets, &mut builder)?;
    Ok(builder.finish())
}

/// The worksheets of a file, each with its name and that of its part.
///
/// # Errors
/// The file cannot be read.
pub fn sheets(bytes: &[u8]) -> Result<Vec<(String, String)>, Refusal> {
    let mut package = Package::open(bytes, FORMAT_NAME)?;
    let workbook = package.part(MAIN_PART)?.unwrap_or_default();
    let targets = workbook_targets(&mut package)?;
    let (listed, _) = listed(&workbook)?;
    Ok(worksheets(listed, &targets).map(|(part, sheet)| (sheet.name, part)).collect())
}

fn workbook_targets(package: &mut Package<'_>) -> Result<BTreeMap<String, String>, Refusal> {
    package.part("xl/_rels/workbook.xml.rels")?.map_or_else(|| Ok(BTreeMap::new()), |xml| targets(&xml))
}

/// The sheets that are worksheets, not charts or macros, with the names of their parts.
fn worksheets(
    listed: Vec<Listed>,
    targets: &BTreeMap<String, String>,
) -> impl Iterator<Item = (String, Listed)> {
    let named = listed.into_iter().enumerate().map(|(index, sheet)| {
        let by_number = || format!("xl/worksheets/sheet{}.xml", index + 1);
        (targets.get(&sheet.id).map_or_else(by_number, |target| part_name(target)), sheet)
    });
    named.filter(|(part, _)| part.contains("worksheets/"))
}

fn part_name(target: &str) -> String {
    target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned)
}

struct Listed {
    name: String,
    id: String,
    is_shown: bool,
}

fn listed(workbook: &str) -> Result<(Vec<Listed>, bool), Refusal> {
    let (mut sheets, mut is_1904) = (Vec::new(), false);
    each(workbook, |tag| match tag.name() {
        "sheet" => sheets.push(Listed {
            name: tag.attribute("name").unwrap_or_default(),
            id: tag.attribute("id").unwrap_or_default(),
            is_shown: tag.attribute("state").is_none_or(|state| state == "visible"),
        }),
        "workbookPr" => {
            is_1904 = tag.attribute("date1904").is_some_and(|value| value != "0" && value != "false")
        }
        _ => {}
    })?;
    Ok((sheets, is_1904))
}

fn targets(xml: &str) -> Result<BTreeMap<String, String>, Refusal> {
    let mut targets = BTreeMap::new();
    each(xml, |tag| {
        if let ("Relationship", Some(id), Some(target)) =
            (tag.name(), tag.attribute("Id"), tag.attribute("Target"))
        {
            targets.insert(id, target);
        }
    })?;
    Ok(targets)
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

fn strings(xml: &str) -> Result<Vec<String>, Refusal> {
    let mut strings = Vec::new();
    let mut markup = Markup::new(xml, FORMAT_NAME);
    loop {
        match markup.next()? {
            Piece::Start(tag) if tag.name() == "si" => strings.push(rich_text(&mut markup)?),
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

/// What a style says of the cells that have it.
struct Style {
    format: NumberFormat,
    has_border: bool,
}

/// The styles of cells, by their numbers.
fn styles(xml: &str) -> Result<Vec<Style>, Refusal> {
    let mut codes: BTreeMap<u32, String> = BTreeMap::new();
    let mut borders: Vec<bool> = Vec::new();
    let mut used: Vec<(u32, usize)> = Vec::new();
    let mut is_of_cells = false;
    each(xml, |tag| match tag.name() {
        "numFmt" => {
            let id = tag.number("numFmtId").unwrap_or(0);
            codes.insert(id, tag.attribute("formatCode").unwrap_or_default());
        }
        "border" => borders.push(false),
        "left" | "right" | "top" | "bottom" => {
            let is_drawn = tag.attribute("style").is_some_and(|style| style != "none");
            if let Some(border) = borders.last_mut() {
                *border |= is_drawn;
            }
        }
        "cellXfs" => is_of_cells = true,
        "cellStyles" | "dxfs" => is_of_cells = false,
        "xf" if is_of_cells => {
            used.push((tag.number("numFmtId").unwrap_or(0), tag.number("borderId").unwrap_or(0)));
        }
        _ => {}
    })?;
    let code = |id: &u32| codes.get(id).map_or_else(|| built_in(*id), String::as_str);
    let style = |(id, border): &(u32, usize)| Style {
        format: NumberFormat::new(code(id)),
        has_border: borders.get(*border).copied().unwrap_or(false),
    };
    Ok(used.iter().map(style).collect())
}

struct Context {
    strings: Vec<String>,
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
        let style: usize = tag.number("s").unwrap_or(0);
        let (mut value, mut inline, mut has_formula) = (None, None, false);
        loop {
            match markup.next()? {
                Piece::Start(tag) => match tag.name() {
                    "v" => value = Some(markup.text()?),
                    "is" => inline = Some(rich_text(markup)?),
                    "f" => {
                        has_formula = true;
                        let shared =
                            tag.attribute("si").filter(|_| tag.attribute("t").as_deref() == Some("shared"));
                        sums.formula((row, column), &markup.text()?, shared);
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
        let text = match (kind.as_str(), value, inline) {
            (_, None, None) if has_formula => {
                sheet.uncomputed.push((row, column));
                return Ok(());
            }
            (_, None, inline) => inline.unwrap_or_default(),
            ("s", Some(value), _) => {
                let index: Option<usize> = value.trim().parse().ok();
                index.and_then(|index| self.strings.get(index)).cloned().unwrap_or_default()
            }
            ("b", Some(value), _) => if value.trim() == "1" { "TRUE" } else { "FALSE" }.to_owned(),
            ("str" | "e" | "d" | "inlineStr", Some(value), _) => value,
            (_, Some(value), _) => match self.styles.get(style) {
                Some(style) => style.format.show(&value, self.is_1904),
                None => NumberFormat::new(built_in(0)).show(&value, self.is_1904),
            },
        };
        if text.trim().is_empty() && self.styles.get(style).is_some_and(|style| style.has_border) {
            sheet.draw(row, column);
        }
        sheet.put(row, column, unescaped(&text))
    }
}

/// Characters that XML cannot hold are written as `_x000D_`.
fn unescaped(text: &str) -> String {
    if !text.contains("_x00") {
        return text.to_owned();
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
        assert_eq!(unescaped("a_x000D_\nb"), "a\nb");
    }
}
