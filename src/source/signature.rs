//! What the first bytes of a file say of its kind, whatever its name says.

use super::kind::Format;
use super::refusal::Refusal;

/// The format that the bytes themselves say; `None` for text, which has no signature.
///
/// # Errors
/// The bytes are of a kind that can be told, but not read.
pub fn read(bytes: &[u8]) -> Result<Option<&'static Format>, Refusal> {
    let _ = bytes;
    Ok(None)
}
