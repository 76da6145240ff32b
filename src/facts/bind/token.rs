//! Cells as the binder sees them: labels, values, blanks.

use crate::document::table::Cell;
use crate::facts::cell::{self, Reading};
use crate::facts::figure::digit;
use crate::rules::form::Kind;
use crate::rules::label_index::{LabelIndex, Meaning, Target};
use crate::source::place::Span;

/// What a cell is to the binder.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TokenKind<'p> {
    /// A label of some form.
    Label(&'p [Meaning]),
    /// A figure, or what stands in a figure's place.
    Value,
    /// Nothing, or a mark that stands for nothing.
    Blank,
    /// Other words.
    Words,
}

/// A cell with its place.
#[derive(Clone, Copy, Debug)]
pub struct Token<'p> {
    /// Its text.
    pub span: Span,
    /// First column, where the table is aligned.
    pub column: u16,
    /// Columns covered.
    pub colspan: u16,
    /// What it is.
    pub kind: TokenKind<'p>,
}

impl<'p> Token<'p> {
    /// The token of a table cell.
    pub fn of_cell(text: &str, cell: &Cell, labels: &'p LabelIndex) -> Self {
        Self {
            span: cell.span,
            column: cell.column,
            colspan: cell.colspan,
            kind: classify(cell.span.of(text), labels),
        }
    }

    /// Whether it stands in the place of a figure.
    pub fn is_value(&self) -> bool {
        matches!(self.kind, TokenKind::Value | TokenKind::Blank)
    }

    /// Whether it holds words.
    pub fn is_wordy(&self) -> bool {
        matches!(self.kind, TokenKind::Label(_) | TokenKind::Words)
    }

    /// What it can name.
    pub fn meanings(&self) -> &'p [Meaning] {
        match self.kind {
            TokenKind::Label(meanings) => meanings,
            _ => &[],
        }
    }

    /// Whether it can name a column or a group of columns.
    pub fn can_name_column(&self) -> bool {
        self.meanings().iter().any(|meaning| matches!(meaning.target, Target::Column(_)))
    }
}

/// A letter that nobody takes for a digit.
fn is_no_misread_digit(character: char) -> bool {
    character.is_ascii_alphabetic() && !"OoDlIiSsBbZzg".contains(character)
}

/// What the text of a cell is to the binder.
pub fn classify<'p>(text: &str, labels: &'p LabelIndex) -> TokenKind<'p> {
    // Most cells are plain figures, which need no looking up.
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return TokenKind::Value;
    }
    let text = text.trim();
    if cell::is_blank_mark(text) {
        return TokenKind::Blank;
    }
    if text.chars().all(|c| digit(c).is_some() || matches!(c, ',' | '.' | '，' | '．' | '+' | '-' | ' ')) {
        return TokenKind::Value;
    }
    let meanings = labels.find(text);
    if !meanings.is_empty() {
        return TokenKind::Label(meanings);
    }
    let has_words = text.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).count() > 0
        || text.chars().count() > 8
        || text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.contains(is_no_misread_digit);
    let is_read = matches!(
        cell::read(text, Kind::Count, false),
        Reading::Number(_) | Reading::ZeroWord | Reading::NotApplicable
    );
    if is_read || !has_words { TokenKind::Value } else { TokenKind::Words }
}
