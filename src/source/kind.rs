//! Kinds of file: the registry of formats, and which of them a file is.

use std::ffi::OsStr;
use std::path::Path;

use super::content::Content;
use super::{html, markdown, text};

/// A format that tieout reads. Adding one is a file in this folder and a line in [`FORMATS`].
#[derive(Debug)]
pub struct Format {
    /// Its name, as in messages.
    pub name: &'static str,
    /// File name extensions, in lower case.
    pub extensions: &'static [&'static str],
    /// Reads decoded text.
    pub read: fn(&str) -> Content<'_>,
}

/// Every format that tieout reads.
pub const FORMATS: &[&Format] = &[&text::FORMAT, &markdown::FORMAT, &html::FORMAT];

/// The extension of a file in lower case, or nothing.
pub fn extension(path: &Path) -> String {
    path.extension().map(OsStr::to_string_lossy).unwrap_or_default().to_lowercase()
}

/// The format that a file name says, if tieout reads it. A name without extension is taken for text.
pub fn by_name(path: &Path) -> Option<&'static Format> {
    let extension = extension(path);
    FORMATS
        .iter()
        .copied()
        .find(|format| format.extensions.contains(&extension.as_str()))
        .or_else(|| extension.is_empty().then_some(&text::FORMAT))
}

/// The format of decoded text: what the name says, unless a text is plainly a web page.
pub fn by_content(named: &'static Format, decoded: &str) -> &'static Format {
    let head = decoded.trim_start().get(..5).unwrap_or_default().to_ascii_lowercase();
    if named.name == text::FORMAT.name && (head == "<html" || head == "<!doc") {
        &html::FORMAT
    } else {
        named
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_web_page_saved_as_text_is_read_as_a_web_page() {
        let named = by_name(Path::new("a.TXT")).unwrap();
        assert_eq!(named.name, "text");
        assert_eq!(by_content(named, "\n<!DOCTYPE html><p>").name, "html");
        assert_eq!(by_content(named, "年度报告").name, "text");
        assert!(by_name(Path::new("a.png")).is_none());
    }
}
