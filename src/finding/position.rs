//! Places in report files, as findings point at them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::check::{Elsewhere, Label};
use crate::document::Document;
use crate::facts::Facts;
use crate::source::Source;
use crate::source::place::{Place, Span};

/// A place in a report file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// First line, from 1; `None` for formats without lines.
    pub line: Option<usize>,
    /// First column, from 1, in characters.
    pub column: Option<usize>,
    /// Last line.
    pub end_line: Option<usize>,
    /// One past the last column.
    pub end_column: Option<usize>,
    /// Bytes of the decoded text.
    pub span: Option<Span>,
    /// Bytes of the text of the document, which every format has.
    pub inner: Span,
    /// Where it stands in a format without lines, for programs.
    pub place: Option<Place>,
    /// What stands there.
    pub text: String,
    /// The same in words.
    pub locator: Option<String>,
    /// The part it plays.
    pub message: String,
    /// The file of another report that it stands in: when all reports are known.
    #[serde(skip)]
    pub other: Option<OtherFile>,
}

/// The file of another report than the one that a finding is told of.
#[derive(Clone, Debug)]
pub struct OtherFile {
    /// Path as shown.
    pub path: String,
    /// What its place is found by.
    pub cell: Option<Elsewhere>,
    /// Its text, for excerpts.
    pub source: Option<Arc<Source>>,
}

impl PartialEq for OtherFile {
    fn eq(&self, other: &Self) -> bool {
        (&self.path, self.cell) == (&other.path, other.cell)
    }
}

impl Eq for OtherFile {}

/// The position of a label in the file; in XML whose elements are known, with those it is in.
pub fn placed(source: &Source, document: &Document<'_>, facts: &Facts<'_>, label: Label) -> Position {
    let elements = facts.element_path(document, label.span);
    let position = position(source, document, label);
    Position { locator: position.locator.or(elements), ..position }
}

/// The position of a label in the file.
pub fn position(source: &Source, document: &Document<'_>, label: Label) -> Position {
    if let Some(cell) = label.elsewhere {
        let other = OtherFile { path: String::new(), cell: Some(cell), source: None };
        return Position { message: label.role, other: Some(other), ..Position::default() };
    }
    let text = label.span.of(document.text()).to_owned();
    let place = document.place(label.span);
    let position = match place {
        Place::Bytes(span) => position_in(source, span, &label.role),
        _ => Position { message: label.role, ..Position::default() },
    };
    let locator = place.locator();
    let place = locator.is_some().then_some(place);
    Position { text, inner: label.span, place, locator, ..position }
}

/// The position of bytes of a file's text.
pub(super) fn position_in(source: &Source, span: Span, role: &str) -> Position {
    let (line, column) = source.line_column(span.start);
    let (end_line, end_column) = source.line_column(span.end);
    Position {
        line: Some(line),
        column: Some(column),
        end_line: Some(end_line),
        end_column: Some(end_column),
        span: Some(span),
        inner: span,
        place: None,
        text: span.of(&source.text).to_owned(),
        locator: None,
        message: role.to_owned(),
        other: None,
    }
}
