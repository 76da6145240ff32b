//! Strings of a TOML file with the place of every part of them.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::rules::mistake::{At, FileId};

/// A string of a TOML file with its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// The string.
    pub value: String,
    /// The file it stands in.
    pub file: FileId,
    /// For each byte of `value` and its end, where it stands in the file; just the start where they run alike.
    offsets: Offsets,
    /// Bytes of the file with its quotes.
    quoted: Range<usize>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Offsets {
    From(usize),
    Each(Vec<usize>),
}

impl Text {
    /// The place of the whole string, without its quotes.
    pub fn at(&self) -> At {
        self.part(0..self.value.len())
    }

    /// The place of a part of the string.
    pub fn part(&self, part: Range<usize>) -> At {
        let place = |offset: usize| match &self.offsets {
            Offsets::From(start) => start + offset,
            Offsets::Each(all) => all.get(offset).or(all.last()).copied().unwrap_or(0),
        };
        let start = place(part.start);
        At { file: self.file, range: start..place(part.end).max(start) }
    }

    /// A part of the string as a string of its own, with its place.
    #[must_use]
    pub fn sub_text(&self, part: Range<usize>) -> Text {
        let offsets = match &self.offsets {
            Offsets::From(start) => Offsets::From(start + part.start),
            Offsets::Each(all) => Offsets::Each(all.get(part.start..=part.end).unwrap_or_default().to_vec()),
        };
        let value = self.value.get(part).unwrap_or_default().to_owned();
        Text { value, file: self.file, offsets, quoted: self.quoted.clone() }
    }

    pub(super) fn new(value: &str, quoted: Range<usize>, file: FileId, source: &str) -> Self {
        let raw = source.get(quoted.clone()).unwrap_or_default();
        // A value without quotes is a mistake, which the parser tells; it goes on with the value.
        let is_long = raw.starts_with("\"\"\"") || raw.starts_with("'''");
        let quote = if is_long { 3 } else { usize::from(raw.starts_with(['"', '\''])) };
        let mut start = quote;
        if quote == 3 {
            let body = raw.get(3..).unwrap_or_default();
            start += if body.starts_with("\r\n") { 2 } else { usize::from(body.starts_with('\n')) };
        }
        let body = raw.get(start..raw.len().saturating_sub(quote)).unwrap_or_default();
        let base = quoted.start + start;
        let offsets =
            if body == value { Offsets::From(base) } else { Offsets::Each(escaped(body, value, base)) };
        Self { value: value.to_owned(), file, offsets, quoted }
    }

    /// The place of the string with its quotes.
    pub fn quoted(&self) -> At {
        At { file: self.file, range: self.quoted.clone() }
    }
}

/// Where each byte of `value` stands, for a string with escapes: characters that agree go together, and what
/// lies between them in the source belongs to the next.
fn escaped(body: &str, value: &str, base: usize) -> Vec<usize> {
    let mut offsets = Vec::with_capacity(value.len() + 1);
    let mut at = 0;
    for character in value.chars() {
        let rest = body.get(at..).unwrap_or_default();
        // A backslash at the end of a line joins it to the next word.
        let joined = rest.strip_prefix('\\').map(str::trim_start).filter(|next| next.len() + 1 < rest.len());
        let rest = joined.unwrap_or(rest);
        at = body.len() - rest.len();
        let width = if rest.starts_with('\\') {
            match rest.chars().nth(1) {
                Some('u') => 6,
                Some('U') => 10,
                Some('x') => 4,
                other => 1 + other.map_or(0, char::len_utf8),
            }
        } else {
            rest.chars().next().map_or(0, char::len_utf8)
        };
        offsets.extend(std::iter::repeat_n(base + at, character.len_utf8()));
        // A damaged escape may be shorter.
        at = (0..=(at + width).min(body.len())).rev().find(|&at| body.is_char_boundary(at)).unwrap_or(at);
    }
    offsets.push(base + at);
    offsets
}
