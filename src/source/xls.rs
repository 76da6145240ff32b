//! XLS: the binary workbooks of Excel 97 and later, which some programs still write ([MS-XLS], BIFF8).

mod strings;

use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::sync::Arc;

use rust_decimal::Decimal;

use super::content::{Content, ContentBuilder};
use super::kind::{Format, Reads};
use super::number_format::{NumberFormat, built_in};
use super::refusal::Refusal;
use super::sheet::{self, Merge, Sheet};

/// Binary workbooks.
pub const FORMAT: Format = Format { name: FORMAT_NAME, extensions: &["xls", "et"], read: Reads::Bytes(read) };

const FORMAT_NAME: &str = "xls";
/// The stream that holds everything.
const WORKBOOK: &str = "Workbook";

/// What the streams of a compound file say of its kind.
///
/// # Errors
/// It is of a kind that can be told, but not read.
pub(super) fn compound(bytes: &[u8]) -> Result<&'static Format, Refusal> {
    let damaged = |error: std::io::Error| Refusal::damaged("office", error);
    let file = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(damaged)?;
    if file.is_stream(WORKBOOK) {
        return Ok(&FORMAT);
    }
    if file.is_stream("EncryptedPackage") {
        return Err(Refusal::Locked);
    }
    let (what, instead) = if file.is_stream("Book") {
        ("a workbook of Excel 95 or older", "save it as .xlsx")
    } else if file.is_stream("WordDocument") {
        ("a Word 97 document (.doc)", "save it as .docx")
    } else {
        ("an office file of an old kind", "save it as .docx, .xlsx or .pdf")
    };
    Err(Refusal::Unsupported { what, instead })
}

fn read(bytes: &[u8]) -> Result<Content<'static>, Refusal> {
    let damaged = |error: std::io::Error| Refusal::damaged(FORMAT_NAME, error);
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(damaged)?;
    let mut stream = Vec::new();
    // A stream is no longer than the file it is in; one that says so runs in circles.
    let limit = bytes.len() as u64;
    file.open_stream(WORKBOOK).map_err(damaged)?.take(limit).read_to_end(&mut stream).map_err(damaged)?;
    let globals = Globals::read(&stream)?;
    let mut sheets = Vec::new();
    for Listed { name, offset, is_shown } in &globals.sheets {
        let mut sheet = Sheet::new(name);
        sheet.is_shown = *is_shown;
        globals.sheet(stream.get(*offset..).unwrap_or_default(), &mut sheet)?;
        sheets.push(sheet);
    }
    let mut builder = ContentBuilder::default();
    sheet::write(&sheets, &mut builder)?;
    builder.whole()
}

/// The records of a stream, up to one that is cut off.
fn records(stream: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    let mut rest = stream;
    std::iter::from_fn(move || {
        let (kind, length) = (u16_at(rest, 0)?, u16_at(rest, 2)?);
        let (record, behind) = rest.get(4..)?.split_at_checked(length.into())?;
        rest = behind;
        Some((kind, record))
    })
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at.checked_add(2)?)?.try_into().ok().map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at.checked_add(4)?)?.try_into().ok().map(u32::from_le_bytes)
}

fn f64_at(bytes: &[u8], at: usize) -> Option<f64> {
    bytes.get(at..at.checked_add(8)?)?.try_into().ok().map(f64::from_le_bytes)
}

/// Begins the records of a sheet, or of a chart in one.
const BEGIN: u16 = 0x0809;
const END: u16 = 0x000A;

struct Listed {
    name: String,
    offset: usize,
    is_shown: bool,
}

struct Style {
    format: u16,
    has_border: bool,
}

/// What concerns all sheets.
#[derive(Default)]
struct Globals {
    strings: Vec<Arc<str>>,
    styles: Vec<Style>,
    formats: BTreeMap<u16, NumberFormat>,
    sheets: Vec<Listed>,
    is_1904: bool,
}

impl Globals {
    fn read(stream: &[u8]) -> Result<Self, Refusal> {
        const BIFF8: u16 = 0x0600;
        match records(stream).next() {
            Some((BEGIN, record)) if u16_at(record, 0) == Some(BIFF8) => {}
            Some((BEGIN, _)) => {
                let what = "a workbook of Excel 95 or older";
                return Err(Refusal::Unsupported { what, instead: "save it as .xlsx" });
            }
            _ => return Err(Refusal::damaged(FORMAT_NAME, "its workbook does not begin as one does")),
        }
        let mut globals = Self::default();
        let mut shared: Vec<&[u8]> = Vec::new();
        let mut is_shared = false;
        for (kind, record) in records(stream) {
            // A record goes on in those behind it that only continue.
            is_shared = kind == 0x00FC || (is_shared && kind == 0x003C);
            if is_shared {
                shared.push(record);
            }
            match kind {
                END => break,
                0x002F => return Err(Refusal::Locked),
                0x0022 => globals.is_1904 = u16_at(record, 0) == Some(1),
                0x041E => {
                    let code = record.get(2..).map(strings::long).unwrap_or_default();
                    globals.formats.insert(u16_at(record, 0).unwrap_or(0), NumberFormat::new(&code));
                }
                0x00E0 => {
                    let has_border = u16_at(record, 10).is_some_and(|borders| borders != 0);
                    globals.styles.push(Style { format: u16_at(record, 2).unwrap_or(0), has_border });
                }
                0x0085 if record.get(5) == Some(&0) => {
                    globals.sheets.push(Listed {
                        name: record.get(6..).map(strings::short).unwrap_or_default(),
                        offset: u32_at(record, 0).map_or(usize::MAX, |offset| offset as usize),
                        is_shown: record.get(4).is_some_and(|state| state & 3 == 0),
                    });
                }
                _ => {}
            }
        }
        globals.strings = strings::shared(&shared).into_iter().map(Arc::from).collect();
        Ok(globals)
    }

    fn sheet(&self, stream: &[u8], sheet: &mut Sheet) -> Result<(), Refusal> {
        // The cell whose formula gave a text, which the next record holds.
        let mut awaits_text: Option<(u32, u32)> = None;
        // Charts in a sheet have records of their own between a begin and an end.
        let mut depth = 0_usize;
        for (kind, record) in records(stream) {
            match kind {
                BEGIN => depth += 1,
                END if depth > 1 => depth -= 1,
                END => break,
                _ => {}
            }
            if depth > 1 {
                continue;
            }
            let at = |index: usize| u16_at(record, index).map_or(0, u32::from);
            let (row, column, style) = (at(0), at(2), u16_at(record, 4).unwrap_or(0));
            match kind {
                0x00FD => {
                    let index = u32_at(record, 6).map_or(usize::MAX, |index| index as usize);
                    let text = self.strings.get(index).cloned().unwrap_or_default();
                    self.put(sheet, (row, column), style, self.show_text(style, text))?;
                }
                0x0204 => {
                    let text = record.get(6..).map(strings::long).unwrap_or_default();
                    self.put(sheet, (row, column), style, self.show_text(style, text.into()))?;
                }
                0x0203 => {
                    let text = f64_at(record, 6).map(|value| self.show(style, &value.to_string()));
                    self.put(sheet, (row, column), style, text.unwrap_or_default())?;
                }
                0x027E => {
                    let text = u32_at(record, 6).map(|packed| self.show(style, &unpacked(packed)));
                    self.put(sheet, (row, column), style, text.unwrap_or_default())?;
                }
                0x00BD => {
                    let cells = record.get(4..record.len().saturating_sub(2)).unwrap_or_default();
                    for (right, cell) in (0..).zip(cells.chunks_exact(6)) {
                        let style = u16_at(cell, 0).unwrap_or(0);
                        let text = u32_at(cell, 2).map(|packed| self.show(style, &unpacked(packed)));
                        self.put(sheet, (row, column + right), style, text.unwrap_or_default())?;
                    }
                }
                0x0006 => match self.result(record, style) {
                    Some(text) => self.put(sheet, (row, column), style, text)?,
                    None => awaits_text = Some((row, column)),
                },
                0x0207 => {
                    if let Some((row, column)) = awaits_text.take() {
                        sheet.put(row, column, strings::long(record))?;
                    }
                }
                0x0205 => {
                    let text = match record.get(6..8) {
                        Some([value, 0]) => if *value == 0 { "FALSE" } else { "TRUE" }.to_owned(),
                        Some([code, _]) => error_name(*code).to_owned(),
                        _ => String::new(),
                    };
                    self.put(sheet, (row, column), style, text)?;
                }
                0x0201 => self.put(sheet, (row, column), style, String::new())?,
                0x00BE => {
                    let styles = record.get(4..record.len().saturating_sub(2)).unwrap_or_default();
                    for (right, style) in (0..).zip(styles.chunks_exact(2)) {
                        let style = u16_at(style, 0).unwrap_or(0);
                        self.put(sheet, (row, column + right), style, String::new())?;
                    }
                }
                0x00E5 => {
                    for merge in record.get(2..).unwrap_or_default().chunks_exact(8) {
                        let at = |index: usize| u16_at(merge, index).map_or(0, u32::from);
                        let (top, bottom, left, right) = (at(0), at(2), at(4), at(6));
                        if top <= bottom && left <= right {
                            sheet.merges.push(Merge { top, left, bottom, right });
                        }
                    }
                }
                0x0208 if u16_at(record, 12).is_some_and(|flags| flags & 0x20 != 0) => {
                    sheet.hidden_rows.insert(row);
                }
                0x007D if u16_at(record, 8).is_some_and(|flags| flags & 1 != 0) => {
                    sheet.hidden_columns.push((row, column));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn put(
        &self,
        sheet: &mut Sheet,
        (row, column): (u32, u32),
        style: u16,
        text: impl Into<Arc<str>>,
    ) -> Result<(), Refusal> {
        let text = text.into();
        if text.trim().is_empty() && self.styles.get(usize::from(style)).is_some_and(|style| style.has_border)
        {
            sheet.draw(row, column);
        }
        sheet.put(row, column, text)
    }

    fn show(&self, style: u16, raw: &str) -> String {
        let id = self.styles.get(usize::from(style)).map_or(0, |style| style.format);
        match self.formats.get(&id) {
            Some(format) => format.show(raw, self.is_1904),
            None => NumberFormat::new(built_in(id.into())).show(raw, self.is_1904),
        }
    }

    fn show_text(&self, style: u16, text: Arc<str>) -> Arc<str> {
        let id = self.styles.get(usize::from(style)).map_or(0, |style| style.format);
        match self.formats.get(&id) {
            Some(format) if format.changes_texts() => format.show_text(text.to_string()).into(),
            _ => text,
        }
    }

    /// The value of a formula; `None` for a text, which stands in the next record.
    fn result(&self, record: &[u8], style: u16) -> Option<String> {
        let value = record.get(6..14)?;
        if value.get(6..) != Some(&[0xFF, 0xFF]) {
            return f64_at(record, 6).map(|value| self.show(style, &value.to_string()));
        }
        match (value.first(), value.get(2)) {
            (Some(0), _) => None,
            (Some(1), Some(value)) => Some(if *value == 0 { "FALSE" } else { "TRUE" }.to_owned()),
            (Some(2), Some(code)) => Some(error_name(*code).to_owned()),
            _ => Some(String::new()),
        }
    }
}

/// A number in four bytes: a whole number or the upper half of a binary one, and perhaps a hundredth of it.
fn unpacked(packed: u32) -> String {
    let is_hundredth = packed & 1 != 0;
    let raw = if packed & 2 != 0 {
        (packed.cast_signed() >> 2).to_string()
    } else {
        f64::from_bits(u64::from(packed & !3) << 32).to_string()
    };
    if !is_hundredth {
        return raw;
    }
    let exact = Decimal::from_str_exact(&raw).ok().and_then(|value| value.checked_div(Decimal::ONE_HUNDRED));
    exact.map_or(raw, |value| value.normalize().to_string())
}

fn error_name(code: u8) -> &'static str {
    match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0F => "#VALUE!",
        0x17 => "#REF!",
        0x1D => "#NAME?",
        0x24 => "#NUM!",
        _ => "#N/A",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_numbers() {
        assert_eq!(unpacked((538 << 2) | 2), "538");
        assert_eq!(unpacked((1234 << 2) | 3), "12.34");
        assert_eq!(unpacked((-7_i32 << 2).cast_unsigned() | 2), "-7");
        // 1.5 and its hundredth, as the upper half of a binary number.
        assert_eq!((unpacked(0x3FF8_0000), unpacked(0x3FF8_0001)), ("1.5".to_owned(), "0.015".to_owned()));
    }
}
