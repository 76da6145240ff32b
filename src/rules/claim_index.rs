//! All patterns of a pack's claims behind one search for their literals, so that a sentence is only matched
//! against patterns that can match it.

use aho_corasick::{AhoCorasick, MatchKind};

use super::claim::Claim;
use super::pattern::Pattern;

/// A pattern of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PatternId {
    /// Number of the claim.
    pub claim: usize,
    /// Whether it says that there was none.
    pub is_none: bool,
    /// Number among the claim's patterns of its kind.
    pub pattern: usize,
}

/// The search for the patterns of a pack.
#[derive(Debug)]
pub struct ClaimIndex {
    search: Option<AhoCorasick>,
    /// For each literal, the patterns that need it or one like it.
    needed_by: Vec<Vec<PatternId>>,
    /// Patterns without a literal.
    always: Vec<PatternId>,
}

impl ClaimIndex {
    /// The index of some claims.
    pub fn new(claims: &[Claim]) -> Self {
        let mut literals: Vec<String> = Vec::new();
        let mut needed_by: Vec<Vec<PatternId>> = Vec::new();
        let mut always = Vec::new();
        for (claim_number, claim) in claims.iter().enumerate() {
            for (is_none, patterns) in [(false, &claim.patterns), (true, &claim.none)] {
                for (pattern_number, pattern) in patterns.iter().enumerate() {
                    let id = PatternId { claim: claim_number, is_none, pattern: pattern_number };
                    if pattern.literals().is_empty() {
                        always.push(id);
                    }
                    for literal in pattern.literals() {
                        let known = literals.iter().position(|known| known == literal);
                        let index = known.unwrap_or_else(|| {
                            literals.push(literal.clone());
                            needed_by.push(Vec::new());
                            literals.len() - 1
                        });
                        needed_by.get_mut(index).into_iter().for_each(|ids| ids.push(id));
                    }
                }
            }
        }
        let search = AhoCorasick::builder().match_kind(MatchKind::Standard).build(&literals).ok();
        Self { search, needed_by, always }
    }

    /// The patterns that can match in `text`, each with a place where its literal stands, in order of place.
    pub fn candidates<'i>(&'i self, text: &'i str) -> impl Iterator<Item = (usize, PatternId)> + 'i {
        let found = self.search.iter().flat_map(move |search| search.find_overlapping_iter(text));
        found.flat_map(|found| {
            let ids = self.needed_by.get(found.pattern().as_usize()).map(Vec::as_slice).unwrap_or_default();
            ids.iter().map(move |&id| (found.start(), id))
        })
    }

    /// The patterns that must be tried everywhere.
    pub fn always(&self) -> &[PatternId] {
        &self.always
    }
}

impl PatternId {
    /// The pattern among the claims it was indexed with.
    pub fn of(self, claims: &[Claim]) -> Option<&Pattern> {
        let claim = claims.get(self.claim)?;
        if self.is_none { claim.none.get(self.pattern) } else { claim.patterns.get(self.pattern) }
    }
}
