//! What the first bytes of a file say of its kind, whatever its name says.

use super::docx;
use super::kind::Format;
use super::package::Package;
use super::refusal::Refusal;

/// The format that the bytes themselves say; `None` for text, which has no signature.
///
/// # Errors
/// The bytes are of a kind that can be told, but not read.
pub fn read(bytes: &[u8]) -> Result<Option<&'static Format>, Refusal> {
    if bytes.starts_with(b"PK\x03\x04") {
        return zipped(bytes).map(Some);
    }
    Ok(None)
}

fn zipped(bytes: &[u8]) -> Result<&'static Format, Refusal> {
    let package = Package::open(bytes, "zip")?;
    if package.has(docx::MAIN_PART) {
        return Ok(&docx::FORMAT);
    }
    Err(Refusal::Unsupported { what: "a zip of files", instead: "give it the extension .zip to have them read" })
}
