//! Paths to elements of XML: `Section/Row[2]/Part[Code=A]/Quantity`.

use serde::{Deserialize, Serialize};

use super::fields::Text;
use super::mistake::Mistake;

/// A way down from an element to others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ElementPath {
    /// Its steps, each to elements within the one before.
    pub steps: Vec<Step>,
}

/// A step to the elements of a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The name, without a prefix.
    pub name: String,
    /// Which of them, where not all.
    pub only: Option<Only>,
}

/// Which elements of a name are meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Only {
    /// The one at a place, from zero, among those of its name.
    Nth(usize),
    /// Those in which an element of a name holds a text.
    With {
        /// The name.
        name: String,
        /// The text.
        value: String,
    },
}

impl ElementPath {
    /// Reads a path.
    ///
    /// # Errors
    /// Says where it is none.
    pub fn read(text: &Text) -> Result<Self, Mistake> {
        let mut steps = Vec::new();
        let mut at = 0;
        for part in parts(&text.value) {
            let end = at + part.len();
            let wrong = |from: usize, to: usize, message: &str, label: &str| {
                Mistake::new(text.part(at + from..at + to), message, label)
            };
            let (name, condition) = match part.split_once('[') {
                Some((name, rest)) => (name, Some(rest)),
                None => (part, None),
            };
            if !is_name(name) {
                let label = "expected letters, digits, `_`, `-` and `.`, without a prefix";
                return Err(wrong(0, name.len(), "this is no name of an element", label));
            }
            let only = match condition {
                None => None,
                Some(rest) => {
                    let inner = rest.strip_suffix(']');
                    let only = inner.and_then(only);
                    if only.is_none() {
                        let label = "expected `[2]` for the second, or `[Name=text]`";
                        let message = "this does not say which elements are meant";
                        return Err(wrong(name.len(), part.len(), message, label));
                    }
                    only
                }
            };
            steps.push(Step { name: name.to_owned(), only });
            at = end + 1;
        }
        Ok(Self { steps })
    }
}

/// The parts of a path; a slash in brackets parts nothing.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let mut is_within = false;
    text.split(move |c: char| {
        is_within = (is_within || c == '[') && c != ']';
        c == '/' && !is_within
    })
}

fn is_name(name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    name.starts_with(|c: char| c.is_alphabetic() || c == '_') && name.chars().all(is_part)
}

fn only(text: &str) -> Option<Only> {
    match text.split_once('=') {
        Some((name, value)) => (is_name(name) && !value.is_empty())
            .then(|| Only::With { name: name.to_owned(), value: value.to_owned() }),
        None => text.parse::<usize>().ok()?.checked_sub(1).map(Only::Nth),
    }
}
