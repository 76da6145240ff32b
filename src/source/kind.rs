//! Kinds of file: the registry of formats, and which of them a file is.

use std::ffi::OsStr;
use std::path::Path;

use super::content::Content;
use super::refusal::Refusal;
use super::{csv, docx, html, markdown, ods, pdf, text, xls, xlsx, xml};

/// A format that tieout reads. Adding one is a file in this folder and a line in [`FORMATS`].
#[derive(Debug)]
pub struct Format {
    /// Its name, as in messages and for `--type`.
    pub name: &'static str,
    /// File name extensions, in lower case.
    pub extensions: &'static [&'static str],
    /// Reads a file of the format.
    pub read: Reads,
}

/// How a format is read.
#[derive(Clone, Copy, Debug)]
pub enum Reads {
    /// From decoded text, into which its places point.
    Text(fn(&str) -> Content<'_>),
    /// From bytes; its places are not lines.
    Bytes(fn(&[u8]) -> Result<Content<'static>, Refusal>),
}

/// Every format that tieout reads.
pub const FORMATS: &[&Format] = &[
    &text::FORMAT,
    &markdown::FORMAT,
    &html::FORMAT,
    &csv::FORMAT,
    &xml::FORMAT,
    &docx::FORMAT,
    &xlsx::FORMAT,
    &xls::FORMAT,
    &ods::FORMAT,
    &pdf::FORMAT,
];

/// The extension of a file in lower case, or nothing.
pub fn extension(path: &Path) -> String {
    path.extension().map(OsStr::to_string_lossy).unwrap_or_default().to_lowercase()
}

/// The format with a name.
pub fn called(name: &str) -> Option<&'static Format> {
    FORMATS.iter().copied().find(|format| format.name == name)
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

/// The format of decoded text: what the name says, unless the text is plainly something else.
pub fn by_content(named: &'static Format, decoded: &str) -> Option<&'static Format> {
    let is_text = matches!(named.read, Reads::Text(_));
    let may_be_page = [text::FORMAT.name, xml::FORMAT.name].contains(&named.name) || !is_text;
    if may_be_page && is_page(decoded) { Some(&html::FORMAT) } else { is_text.then_some(named) }
}

/// Whether a text is a web page: some hold XML or remarks before its first tag, those of Word no doctype.
fn is_page(decoded: &str) -> bool {
    let mut rest = decoded.trim_start();
    for (start, end) in [("<?xml", "?>"), ("<!--", "-->")] {
        if let Some((_, behind)) = rest.strip_prefix(start).and_then(|rest| rest.split_once(end)) {
            rest = behind.trim_start();
        }
    }
    let head = rest.get(..9).unwrap_or_default().to_ascii_lowercase();
    head.starts_with("<html") || head.starts_with("<!doctype") || head.starts_with("<table")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_web_page_saved_as_text_is_read_as_a_web_page() {
        let named = by_name(Path::new("a.TXT")).unwrap();
        let name = |decoded| by_content(named, decoded).unwrap().name;
        assert_eq!(named.name, "text");
        assert_eq!(name("\n<!DOCTYPE html><p>"), "html");
        assert_eq!(name("<!-- saved from -->\n<html xmlns:o=\"urn\"><p>"), "html");
        assert_eq!(name("年度报告"), "text");
        assert!(by_name(Path::new("a.png")).is_none());
    }
}
