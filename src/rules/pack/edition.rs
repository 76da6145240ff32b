//! Editions of a pack's forms, and sets of them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::rules::fields::Text;
use crate::rules::mistake::Mistake;

/// A set of editions of a pack's forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Editions(u32);

impl Editions {
    /// Every edition.
    pub const ALL: Editions = Editions(u32::MAX);

    /// One edition.
    pub fn only(edition: usize) -> Self {
        Self(1_u32.checked_shl(u32::try_from(edition).unwrap_or(u32::MAX)).unwrap_or(0))
    }

    /// Whether the sets share an edition.
    pub fn meets(self, other: Editions) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether every edition is in it.
    pub fn is_all(self) -> bool {
        self == Self::ALL
    }

    /// The edition of `count` that most votes are for, if any is; of several the newest.
    pub fn most_voted(votes: &[Editions], count: usize) -> Option<usize> {
        let votes_for =
            |edition: usize| votes.iter().filter(|vote| vote.meets(Editions::only(edition))).count();
        let best = (0..count).map(|edition| (votes_for(edition), edition)).max();
        best.filter(|&(votes, _)| votes > 0).map(|(_, edition)| edition)
    }

    /// Each of a pack's editions by its name.
    pub fn by_name(editions: &[Edition]) -> BTreeMap<String, Editions> {
        let named = editions.iter().enumerate();
        named.map(|(number, edition)| (edition.id.clone(), Self::only(number))).collect()
    }

    /// Reads a list of editions; none given means all.
    pub fn read(names: Vec<Text>, known: &BTreeMap<String, Editions>, mistakes: &mut Vec<Mistake>) -> Self {
        if names.is_empty() {
            return Self::ALL;
        }
        let mut set = Self(0);
        for name in names {
            match known.get(&name.value) {
                Some(edition) => set.0 |= edition.0,
                None => mistakes.push(Mistake::unknown(
                    name.at(),
                    "edition",
                    &name.value,
                    known.keys().map(String::as_str),
                )),
            }
        }
        set
    }
}

/// An edition of a pack's forms.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Edition {
    /// Its name.
    pub id: String,
    /// First year of the reports that use it.
    pub from: Option<u32>,
    /// Last year of the reports that use it.
    pub until: Option<u32>,
    /// The document that issued it.
    pub authority: Option<String>,
}
