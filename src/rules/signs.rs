//! What reports of a kind are known by: words that stand in them.

use serde::{Deserialize, Serialize};

/// What reports of a kind are known by.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signs {
    /// Alternatives of which a report of the kind has some, group by group.
    pub groups: Vec<Vec<String>>,
    /// The number of groups of which a report has a sign at least.
    pub least: usize,
}

impl Signs {
    /// Whether a text shows enough of them.
    pub fn are_in(&self, text: &str) -> bool {
        let shown = self.groups.iter().filter(|group| {
            group.iter().any(|sign| memchr::memmem::find(text.as_bytes(), sign.as_bytes()).is_some())
        });
        self.least > 0 && shown.count() >= self.least
    }
}
