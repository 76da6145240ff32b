//! Office files that are a zip of parts.

use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use super::decode;
use super::refusal::Refusal;

/// What the parts of a file may unpack to, in MiB: no report is near it, and a small file must not fill the memory.
const MAX_UNPACKED: usize = 128;
/// Parts of a file at most.
const MAX_PARTS: usize = 20_000;

/// The zip and what may still be unpacked of it.
#[derive(Debug)]
pub struct Package<'b> {
    zip: ZipArchive<Cursor<&'b [u8]>>,
    /// Names of the parts, with slashes, and their numbers in the zip.
    names: Vec<(String, usize)>,
    format: &'static str,
    left: usize,
}

impl<'b> Package<'b> {
    /// Opens the bytes of a file of a format.
    ///
    /// # Errors
    /// It is no zip.
    pub fn open(bytes: &'b [u8], format: &'static str) -> Result<Self, Refusal> {
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|error| Refusal::damaged(format, error))?;
        if zip.len() > MAX_PARTS {
            return Err(Refusal::TooMuch { limit: MAX_PARTS, what: "parts" });
        }
        let names = zip.file_names().enumerate();
        let names =
            names.filter_map(|(number, name)| Some((name.ok()?.replace('\\', "/"), number))).collect();
        Ok(Self { zip, names, format, left: MAX_UNPACKED << 20 })
    }

    /// The format it is read as, for messages.
    pub fn format(&self) -> &'static str {
        self.format
    }

    /// The names of the parts.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|(name, _)| name.as_str())
    }

    /// Whether there is a part of a name.
    pub fn has(&self, name: &str) -> bool {
        self.number(name).is_some()
    }

    /// The number of a part; some producers differ in case.
    fn number(&self, wanted: &str) -> Option<usize> {
        let exact = self.names.iter().find(|(name, _)| name == wanted);
        let found = exact.or_else(|| self.names.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)));
        found.map(|&(_, number)| number)
    }

    /// The text of a part; `None` where there is none of this name.
    ///
    /// # Errors
    /// It cannot be unpacked, or is too large.
    pub fn part(&mut self, name: &str) -> Result<Option<String>, Refusal> {
        let Some(number) = self.number(name) else { return Ok(None) };
        let damaged = |error: String| Refusal::damaged(self.format, format!("{name}: {error}"));
        let part = self.zip.by_index(number).map_err(|error| match error {
            ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => Refusal::Locked,
            error => damaged(error.to_string()),
        })?;
        let mut bytes = Vec::new();
        let limit = self.left as u64 + 1;
        part.take(limit).read_to_end(&mut bytes).map_err(|error| damaged(error.to_string()))?;
        let Some(left) = self.left.checked_sub(bytes.len()) else {
            return Err(Refusal::TooMuch { limit: MAX_UNPACKED, what: "MiB in its parts" });
        };
        self.left = left;
        let decoded = decode::decode(&bytes).map_err(|error| damaged(error.to_string()))?;
        Ok(Some(decoded.text))
    }
}
