//! Bytes in, decoded text and flat marks out. One file a format; no word of any report's language or domain.

pub mod archive;
pub mod content;
mod csv;
pub mod decode;
pub mod docx;
pub mod elements;
mod html;
pub mod kind;
mod lines;
mod locked;
mod markdown;
pub(crate) mod markup;
mod mhtml;
mod number_format;
mod ods;
pub(crate) mod package;
pub mod pdf;
pub mod place;
pub mod refusal;
mod relations;
mod sheet;
mod signature;
mod signs;
pub mod skipped;
mod text;
mod visible;
pub mod walk;
mod xls;
pub mod xlsx;
mod xml;

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::OnceLock;

use content::Content;
use decode::DecodeError;
use kind::{Format, Reads};
use place::Span;
use refusal::Refusal;

/// Files larger than this are not read: no report is near it, and a folder of them must not fill the memory.
const MAX_BYTES: u64 = 256 << 20;

/// A report file, decoded.
#[derive(Debug)]
pub struct Source {
    /// Path as it is shown.
    pub path: String,
    /// The decoded text; of a format that is not text, what was read in it.
    pub text: String,
    /// Name of the encoding it was decoded from; empty for a format that is not text.
    pub encoding: &'static str,
    format: &'static Format,
    /// What was read of a format that is not text, without its text.
    content: Option<Content<'static>>,
    line_starts: OnceLock<Vec<u32>>,
}

/// Why a file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The system would not give its bytes.
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
    /// No format of tieout's has this extension.
    #[error("is of a kind that tieout does not read ({extension}); it reads {}", known_extensions())]
    UnknownKind {
        /// Extension, with its dot.
        extension: String,
    },
    /// The file holds nothing.
    #[error("is empty")]
    Empty,
    /// The file is too large.
    #[error("is larger than {} MiB", MAX_BYTES >> 20)]
    TooLarge,
    /// The bytes are not text.
    #[error(transparent)]
    NotText(#[from] DecodeError),
    /// The bytes are not of their format, or of none that is read.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

fn known_extensions() -> String {
    let extensions = kind::FORMATS.iter().flat_map(|format| format.extensions);
    let all: Vec<String> = extensions.map(|extension| format!(".{extension}")).collect();
    all.join(", ")
}

impl Source {
    /// The name of the format that bytes themselves say they are of; `None` for text.
    ///
    /// # Errors
    /// They are of a kind that can be told, but not read.
    pub fn kind(bytes: &[u8]) -> Result<Option<&'static str>, Refusal> {
        Ok(signature::read(bytes)?.map(|format| format.name))
    }

    /// Reads and decodes a file.
    ///
    /// # Errors
    /// Says why the file cannot be read.
    pub fn read(path: &Path) -> Result<Self, SourceError> {
        Self::read_as(path, None)
    }

    /// Reads and decodes a file, as of a format if one is given.
    ///
    /// # Errors
    /// Says why the file cannot be read.
    pub fn read_as(path: &Path, format: Option<&'static Format>) -> Result<Self, SourceError> {
        Self::decode(path, bytes_of(path)?, format)
    }

    /// Reads and decodes what `reader` gives, about `size` bytes.
    ///
    /// # Errors
    /// Says why it cannot be read.
    pub fn read_from(
        path: &Path,
        reader: impl Read,
        size: usize,
        format: Option<&'static Format>,
    ) -> Result<Self, SourceError> {
        Self::decode(path, bytes(reader, size)?, format)
    }

    /// Decodes the bytes of a file. Its kind is the format that is given, or else told by the bytes and by `path`.
    ///
    /// # Errors
    /// Says why the bytes cannot be read.
    pub fn decode(path: &Path, bytes: Vec<u8>, format: Option<&'static Format>) -> Result<Self, SourceError> {
        if bytes.is_empty() {
            return Err(SourceError::Empty);
        }
        let bytes = locked::opened(&bytes).unwrap_or(bytes);
        let (told, bytes) = match format {
            Some(format) => (Some(format), bytes),
            None => match mhtml::page(&bytes) {
                Some(page) => (Some(&html::FORMAT), page),
                None => (signature::read(&bytes)?, bytes),
            },
        };
        let named = told.or_else(|| kind::by_name(path));
        if let Some(format) = told
            && let Reads::Bytes(read) = format.read
        {
            return Ok(Self::of_content(path, format, read(&bytes)?));
        }
        let Some(named) = named else {
            return Err(SourceError::UnknownKind { extension: format!(".{}", kind::extension(path)) });
        };
        let not_so = || Refusal::damaged(named.name, "it does not begin as one does");
        let decoded = decode::decode(&bytes).map_err(|error| match named.read {
            Reads::Text(_) => SourceError::from(error),
            Reads::Bytes(_) => not_so().into(),
        })?;
        let told = format.or_else(|| kind::by_content(named, &decoded.text));
        Ok(Self {
            path: shown(path),
            format: told.ok_or_else(not_so)?,
            text: decoded.text,
            encoding: decoded.encoding,
            content: None,
            line_starts: OnceLock::new(),
        })
    }

    fn of_content(path: &Path, format: &'static Format, mut content: Content<'static>) -> Self {
        let text = std::mem::take(&mut content.text).into_owned();
        let content = Some(content);
        Self { path: shown(path), format, text, encoding: "", content, line_starts: OnceLock::new() }
    }

    /// A source from text at hand, of the kind that `path` says or else plain text.
    pub fn from_text(path: &str, text: String) -> Self {
        let named = kind::by_name(Path::new(path)).unwrap_or(&text::FORMAT);
        Self {
            path: path.to_owned(),
            format: kind::by_content(named, &text).unwrap_or(&text::FORMAT),
            text,
            encoding: "UTF-8",
            content: None,
            line_starts: OnceLock::new(),
        }
    }

    /// The text in reading order, with flat marks.
    pub fn content(&self) -> Content<'_> {
        match (&self.content, self.format.read) {
            (Some(content), _) => Content { text: Cow::Borrowed(&self.text), ..content.clone() },
            (None, Reads::Text(read)) => visible::read(&self.text, read),
            // Text of a name that says another kind is plain text.
            (None, Reads::Bytes(_)) => visible::read(&self.text, text::read),
        }
    }

    /// The text with its elements, where it is XML.
    pub fn elements(&self) -> Option<Content<'_>> {
        (self.format.name == xml::FORMAT.name).then(|| visible::read(&self.text, xml::read_elements))
    }

    /// Whether places are lines and columns of the text.
    pub fn has_lines(&self) -> bool {
        self.content.is_none()
    }

    /// What it is, where its name says another kind of text: `html named xml`.
    pub fn misnamed(&self) -> Option<String> {
        let path = Path::new(&self.path);
        let named = kind::by_name(path).filter(|named| matches!(named.read, Reads::Text(_)))?;
        let is_so = named.name != self.format.name;
        is_so.then(|| format!("{} named {}", self.format.name, kind::extension(path)))
    }

    /// The name of the format it is read as.
    pub fn format(&self) -> &'static str {
        self.format.name
    }

    /// Line (from 1) and column (from 1, in characters) of a byte.
    pub fn line_column(&self, offset: u32) -> (usize, usize) {
        let starts = self.line_starts();
        let line = starts.partition_point(|&start| start <= offset);
        let start = starts.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let before = Span { start, end: offset.max(start) }.of(&self.text);
        (line, before.chars().count() + 1)
    }

    /// The bytes of a line (from 1), without its line break.
    pub fn line_span(&self, line: usize) -> Span {
        let starts = self.line_starts();
        let start = starts.get(line.saturating_sub(1)).copied().unwrap_or(0) as usize;
        let end = starts.get(line).map_or(self.text.len(), |&next| next as usize);
        let kept = self.text.get(start..end).unwrap_or_default().trim_end_matches(['\n', '\r']).len();
        Span::new(start, start + kept)
    }

    fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            let breaks = memchr::memchr_iter(visible::line_end(&self.text), self.text.as_bytes());
            std::iter::once(0).chain(breaks.map(|at| Span::new(0, at + 1).end)).collect()
        })
    }
}

/// The bytes of a file.
fn bytes_of(path: &Path) -> Result<Vec<u8>, SourceError> {
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    if size > MAX_BYTES {
        return Err(SourceError::TooLarge);
    }
    bytes(file, usize::try_from(size).unwrap_or(0))
}

/// What `reader` gives, about `size` bytes. A device or a pipe may never end.
fn bytes(reader: impl Read, size: usize) -> Result<Vec<u8>, SourceError> {
    let mut bytes = Vec::with_capacity(size);
    reader.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(SourceError::TooLarge);
    }
    Ok(bytes)
}

/// A path as it is shown: with forward slashes, and without a leading `./`.
pub fn shown(path: &Path) -> String {
    let path = path.to_string_lossy();
    let path = if cfg!(windows) { path.replace('\\', "/") } else { path.into_owned() };
    path.strip_prefix("./").map(str::to_owned).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let source = Source::from_text("a.txt", "第一行\r\n第二行538条\n".into());
        let at = source.text.find("538").unwrap();
        assert_eq!(source.line_column(Span::new(at, at).start), (2, 4));
        assert_eq!(source.line_span(1).of(&source.text), "第一行");
        assert_eq!(source.line_span(2).of(&source.text), "第二行538条");
    }
}
