//! How like the words of a report are to the labels of a form.

use super::{Found, Reader};
use crate::facts::bind::token::TokenKind;
use crate::rules::form::Node;
use crate::rules::label::{self, Key};
use crate::source::place::Span;

/// A label as much like another as this has its words, but for a few.
pub const LIKE: u32 = 60;

impl Reader<'_, '_> {
    /// The text of some tokens that follow each other, as one.
    pub fn joined(&self, at: usize, length: usize) -> Option<String> {
        let parts = self.tokens.get(at..at + length)?;
        Some(parts.iter().map(|token| token.span.of(self.text)).collect())
    }

    /// The tokens from one on that are one label with it, at most: words without figures between them.
    pub fn parts(&self, at: usize) -> usize {
        let words = self.tokens.iter().skip(at).take(self.most_parts);
        words.take_while(|token| super::is_unknown(token, self.number)).count()
    }

    /// Whether figures stand behind a token, or so many blank cells that they must be those of a row.
    pub fn has_figures(&self, at: usize) -> bool {
        const BLANK_ROW: usize = 3;
        let behind = || self.tokens.iter().skip(at + 1).take_while(|token| token.is_value());
        behind().any(|token| token.kind == TokenKind::Value) || behind().count() >= BLANK_ROW
    }

    /// The first words behind the header of a form that are not known and were not found out.
    pub fn strange(&self, found: &[Found]) -> Option<Span> {
        let is_found =
            |at: usize| found.iter().any(|found| (found.at..found.at + found.length).contains(&at));
        let first = (0..self.tokens.len()).find(|&at| self.has_figures(at))?;
        let words = self.tokens.iter().enumerate().skip(first);
        let mut strange = words.filter(|&(at, token)| super::is_unknown(token, self.number) && !is_found(at));
        strange.next().map(|(_, token)| token.span)
    }

    /// Number of figures behind a token.
    pub fn figures_behind(&self, at: usize) -> usize {
        self.tokens.iter().skip(at + 1).take_while(|token| token.is_value()).count()
    }
}

/// How like a text is to what a row or column is called, from 0 to 100.
pub fn likeness(text: &str, node: &Node) -> u32 {
    let texts = without_extras(text);
    let of_label = |label: &str| {
        let labels = without_extras(label);
        let pairs = texts.iter().flat_map(|text| labels.iter().map(move |label| (text, label)));
        pairs.map(|(text, label)| label::likeness(text.as_str(), label.as_str())).max().unwrap_or(0)
    };
    node.labels.iter().map(|label| of_label(&label.value)).max().unwrap_or(0)
}

/// A label without its number, and without its note too where it has one.
fn without_extras(label: &str) -> Vec<Key> {
    let plain = label::without_number(label);
    [Some(plain), label::without_note(plain)].into_iter().flatten().map(Key::new).collect()
}
