//! What sentences say that their figures are.

use rustc_hash::FxHashMap;

use super::{Facts, FigureId};

/// What a sentence says that a figure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// What a claim captured, by the number of the claim and of its capture.
    Captured {
        /// Number of the claim.
        claim: usize,
        /// Number among its captures.
        capture: usize,
    },
    /// A part of a total.
    Part,
    /// Another count of the paragraph of a claim.
    OtherCount,
    /// A total with parts.
    Total,
}

/// What the sentences of a report say that its figures and dates are: of several the first.
#[derive(Clone, Debug, Default)]
pub(super) struct Sayings {
    figures: FxHashMap<FigureId, Said>,
    /// The claims that read dates, by the numbers of both.
    dates: FxHashMap<usize, usize>,
}

impl Sayings {
    fn of(facts: &Facts<'_>) -> Self {
        let mut sayings = Self::default();
        let claims = || facts.claims.claims.iter().enumerate();
        for (claim, captures) in claims().map(|(number, claim)| (number, &claim.captures)) {
            for (capture, captured) in captures.iter().enumerate() {
                let Some(captured) = captured else { continue };
                if let Some(id) = facts.captured_figure(captured) {
                    sayings.figures.entry(id).or_insert(Said::Captured { claim, capture });
                }
                if let Some(date) = facts.captured_date(captured) {
                    sayings.dates.entry(date).or_insert(claim);
                }
            }
        }
        let parts = claims().flat_map(|(_, claim)| &claim.breakdown.parts).map(|part| (part, Said::Part));
        let others = claims().flat_map(|(_, claim)| &claim.others).map(|other| (other, Said::OtherCount));
        let items = facts.lists.iter().flat_map(|list| &list.all).map(|part| (part, Said::Part));
        let totals = facts.lists.iter().map(|list| (&list.total, Said::Total));
        for (&index, said) in parts.chain(others).chain(items).chain(totals) {
            sayings.figures.entry(facts.prose_figure(index)).or_insert(said);
        }
        sayings
    }
}

impl Facts<'_> {
    /// What is said of a figure; nothing of one that no sentence reads.
    pub fn said(&self, id: FigureId) -> Option<Said> {
        self.sayings().figures.get(&id).copied()
    }

    /// The first claim that reads a date of the text, by their numbers.
    pub fn claim_of_date(&self, date: usize) -> Option<usize> {
        self.sayings().dates.get(&date).copied()
    }

    fn sayings(&self) -> &Sayings {
        self.sayings.get_or_init(|| Sayings::of(self))
    }
}
