//! What the first bytes of a file say of its kind, whatever its name says.

use super::kind::Format;
use super::markup::{Markup, Piece};
use super::package::Package;
use super::refusal::Refusal;
use super::relations;
use super::{docx, ods, pdf, xls, xlsx};

/// The format that the bytes themselves say; `None` for text, which has no signature.
///
/// # Errors
/// The bytes are of a kind that can be told, but not read.
pub fn read(bytes: &[u8]) -> Result<Option<&'static Format>, Refusal> {
    if bytes.starts_with(b"PK\x03\x04") {
        return zipped(bytes).map(Some);
    }
    if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return xls::compound(bytes).map(Some);
    }
    if bytes.starts_with(b"{\\rtf") {
        return Err(Refusal::Unsupported { what: "rich text (RTF)", instead: "save it as .docx" });
    }
    // Some producers write a few bytes before it; a text may speak of it.
    let head = bytes.get(..1024).unwrap_or(bytes);
    let is_text = || std::str::from_utf8(head).map_or_else(|error| error.error_len().is_none(), |_| true);
    let starts = head.trim_ascii_start().starts_with(b"%PDF-");
    if starts || (memchr::memmem::find(head, b"%PDF-").is_some() && !is_text()) {
        return Ok(Some(&pdf::FORMAT));
    }
    Ok(None)
}

/// The format of an Office Open XML package by its main part, whose name its producer chooses.
fn office(package: &mut Package<'_>, main: &str) -> Result<&'static Format, Refusal> {
    if main.ends_with(".bin") {
        let what = "a binary workbook (.xlsb)";
        return Err(Refusal::Unsupported { what, instead: "save it as .xlsx" });
    }
    let xml = package.part(main)?.unwrap_or_default();
    let mut markup = Markup::new(&xml, "zip");
    loop {
        match markup.next()? {
            Piece::Start(tag) if tag.name() == "document" => return Ok(&docx::FORMAT),
            Piece::Start(tag) if tag.name() == "workbook" => return Ok(&xlsx::FORMAT),
            Piece::Start(tag) if tag.name() == "presentation" => {
                let what = "a presentation (.pptx)";
                return Err(Refusal::Unsupported { what, instead: "save it as .pdf" });
            }
            Piece::Start(_) | Piece::Finish => {
                return Err(Refusal::damaged(
                    "office",
                    format!("its main part {main} is of no kind that is known"),
                ));
            }
            Piece::End | Piece::Text(_) => {}
        }
    }
}

fn zipped(bytes: &[u8]) -> Result<&'static Format, Refusal> {
    let mut package = Package::open(bytes, "zip")?;
    if package.has(docx::MAIN_PART) {
        return Ok(&docx::FORMAT);
    }
    if package.has(xlsx::MAIN_PART) {
        return Ok(&xlsx::FORMAT);
    }
    if let Some(main) = relations::main_part(&mut package)? {
        return office(&mut package, &main);
    }
    match package.part("mimetype")?.as_deref().map(str::trim) {
        Some(ods::MIME_TYPE) => return Ok(&ods::FORMAT),
        Some(mime) if mime.starts_with("application/vnd.oasis.opendocument") => {
            let what = "an OpenDocument file";
            return Err(Refusal::Unsupported { what, instead: "save it as .docx or .pdf" });
        }
        _ => {}
    }
    Err(Refusal::Unsupported {
        what: "a zip of files",
        instead: "give it the extension .zip to have them read",
    })
}
