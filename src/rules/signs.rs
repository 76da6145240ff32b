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
        let is_in = |sign: &String| memchr::memmem::find(text.as_bytes(), sign.as_bytes()).is_some();
        let (mut shown, mut left) = (0, self.groups.len());
        for group in &self.groups {
            // Most texts show enough at once, or of the signs of other kinds so few that the rest cannot be enough.
            if shown == self.least || shown + left < self.least {
                break;
            }
            shown += usize::from(group.iter().any(is_in));
            left -= 1;
        }
        self.least > 0 && shown == self.least
    }
}
