//! Mistakes in the files of a pack, each at its place.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// A file of a pack, by its number in [`PackFiles`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FileId(pub usize);

/// A file of a pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackFile {
    /// Path as it is shown, such as `pack/rules/rule.toml`.
    pub path: String,
    /// Path within its pack, such as `rules/rule.toml`.
    pub within: String,
    /// The pack it belongs to; another one than that being loaded where the file is one that it adds to.
    pub pack: String,
    /// Its text.
    pub text: String,
}

/// A place in a file of a pack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct At {
    /// Which file.
    pub file: FileId,
    /// Bytes of it.
    pub range: Range<usize>,
}

/// Something wrong in a file of a pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Where.
    pub at: At,
    /// What is wrong, in a sentence without a full stop.
    pub message: String,
    /// What stands at the place, or what was expected there.
    pub label: String,
    /// Other places that matter, each with what it is.
    pub also: Vec<(At, String)>,
    /// What to do.
    pub help: Option<Box<str>>,
    /// A name like no other that is known: what it names may only be lost through another mistake.
    pub is_lost: bool,
}

impl Mistake {
    /// A mistake at a place.
    pub fn new(at: At, message: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            at,
            message: message.into(),
            label: label.into(),
            also: Vec::new(),
            help: None,
            is_lost: false,
        }
    }

    /// The same mistake with advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into().into_boxed_str());
        self
    }

    /// The same mistake with another place that matters.
    #[must_use]
    pub fn also(mut self, at: At, label: impl Into<String>) -> Self {
        self.also.push((at, label.into()));
        self
    }

    /// The same mistake with the known name that was most likely meant.
    #[must_use]
    pub fn meant(self, name: &str, known: &[&str]) -> Self {
        match nearest(name, known) {
            Some(near) => self.help(format!("did you mean `{near}`?")),
            None => self,
        }
    }

    /// A name that is not known, with the nearest that is.
    pub fn unknown<'n>(at: At, kind: &str, name: &str, known: impl IntoIterator<Item = &'n str>) -> Self {
        let known: Vec<&str> = known.into_iter().collect();
        let label = format!("no {} of this name", kind.trim_end_matches(':'));
        let mistake = Self::new(at, format!("unknown {kind} `{name}`"), label);
        match nearest(name, &known) {
            Some(near) => mistake.help(format!("did you mean `{near}`?")),
            None if known.is_empty() => Self { is_lost: true, ..mistake },
            None => Self { is_lost: true, ..mistake.help(format!("known: {}", list(&known))) },
        }
    }
}

/// Names in words, as many as can be taken in.
pub(super) fn list(known: &[&str]) -> String {
    const SHOWN: usize = 24;
    let mut text = known.iter().take(SHOWN).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    if known.len() > SHOWN {
        text += &format!(" and {} more", known.len() - SHOWN);
    }
    text
}

/// The known name that a misspelt one most likely means.
pub(super) fn nearest<'n>(name: &str, known: &[&'n str]) -> Option<&'n str> {
    known
        .iter()
        .map(|candidate| (likeness(name, candidate), *candidate))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// How likely one name stands for another, from 0 to 1.
fn likeness(name: &str, candidate: &str) -> f64 {
    let length = name.chars().count().min(candidate.chars().count());
    let slip = match strsim::damerau_levenshtein(name, candidate) {
        0 => 1.0,
        // A letter wrong, lost, doubled or swapped, in short names too.
        1 if length >= 3 => 0.9,
        _ if length >= 4 && (name.contains(candidate) || candidate.contains(name)) => 0.85,
        _ => 0.0,
    };
    strsim::jaro_winkler(name, candidate).max(slip)
}
