//! How the names of reporting bodies are compared, where reports of one body are told from their text.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::fields::Fields;
use super::matcher::Texts;
use super::mistake::Mistake;
use super::pattern::{Pattern, Words};

/// How names of bodies are compared.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct BodyNames {
    /// Names that tell a body from all others; others are only the same within a folder.
    full: Option<Pattern>,
    /// What is written in several ways, and the way that stands for all of them.
    spellings: Vec<(Pattern, String)>,
    /// What a name with any of these must have.
    #[serde(skip)]
    needed: OnceLock<Option<Texts>>,
}

impl BodyNames {
    /// The spelling of a name that stands for all others.
    pub fn plain(&self, name: &str) -> String {
        let mut name: String = name.chars().filter(|c| !c.is_whitespace()).collect();
        if self.needed.get_or_init(|| self.needed()).as_ref().is_some_and(|needed| !needed.is_in(&name)) {
            return name;
        }
        for (pattern, spelling) in &self.spellings {
            let found: Vec<_> = pattern.matches(&name).collect();
            for place in found.into_iter().rev() {
                name.replace_range(place, spelling);
            }
        }
        name
    }

    fn needed(&self) -> Option<Texts> {
        let firsts: Option<Vec<_>> =
            self.spellings.iter().map(|(written, _)| written.needs().first()).collect();
        Texts::new(&firsts?.into_iter().flatten().collect::<Vec<_>>())
    }

    /// Whether a name tells a body from all others.
    pub fn is_full(&self, name: &str) -> bool {
        self.full.as_ref().is_none_or(|full| full.is_in(name))
    }
}

/// Reads how names of bodies are compared.
pub fn read(fields: &mut Fields<'_, '_>) -> BodyNames {
    let pattern = |text, mistakes: &mut Vec<Mistake>| match Pattern::new(text, Words::default()) {
        Ok(pattern) => Some(pattern),
        Err(mistake) => {
            mistakes.push(mistake);
            None
        }
    };
    let full = fields.text("full").and_then(|text| pattern(text, fields.mistakes));
    let mut spellings = Vec::new();
    for (spelling, written) in fields.named_texts("spellings") {
        spellings.extend(pattern(written, fields.mistakes).map(|pattern| (pattern, spelling.value)));
    }
    BodyNames { full, spellings, needed: OnceLock::new() }
}
