//! What the first bytes of a file say of its kind, whatever its name says.

use super::kind::Format;
use super::package::Package;
use super::refusal::Refusal;
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

fn zipped(bytes: &[u8]) -> Result<&'static Format, Refusal> {
    let mut package = Package::open(bytes, "zip")?;
    if package.has(docx::MAIN_PART) {
        return Ok(&docx::FORMAT);
    }
    if package.has(xlsx::MAIN_PART) {
        return Ok(&xlsx::FORMAT);
    }
    if package.has("xl/workbook.bin") {
        let what = "a binary workbook (.xlsb)";
        return Err(Refusal::Unsupported { what, instead: "save it as .xlsx" });
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
