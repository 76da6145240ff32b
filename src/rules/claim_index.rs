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

/// A need of a pattern that a literal meets.
#[derive(Clone, Copy, Debug)]
struct Need {
    /// Number of the pattern.
    pattern: usize,
    /// Which of its needs, as a bit.
    bit: u32,
}

/// What a sentence has met so far of the needs of each pattern.
#[derive(Debug)]
pub struct Met {
    /// For each pattern, the sentence it was last met in and the needs met there.
    patterns: Vec<(u32, u32)>,
}

/// The search for the patterns of a pack.
#[derive(Debug)]
pub struct ClaimIndex {
    search: Option<AhoCorasick>,
    /// All patterns.
    patterns: Vec<PatternId>,
    /// For each literal, the patterns that need it or one like it, and which of their needs it is.
    needed_by: Vec<Vec<Need>>,
    /// For each pattern, all of its needs, as bits.
    all: Vec<u32>,
    /// Patterns without a literal.
    always: Vec<PatternId>,
}

impl ClaimIndex {
    /// The index of some claims.
    pub fn new(claims: &[Claim]) -> Self {
        let mut literals: Vec<&str> = Vec::new();
        let mut index = Self {
            search: None,
            patterns: Vec::new(),
            needed_by: Vec::new(),
            all: Vec::new(),
            always: Vec::new(),
        };
        for (claim_number, claim) in claims.iter().enumerate() {
            for (is_none, patterns) in [(false, &claim.patterns), (true, &claim.none)] {
                for (pattern_number, pattern) in patterns.iter().enumerate() {
                    let id = PatternId { claim: claim_number, is_none, pattern: pattern_number };
                    let number = index.patterns.len();
                    index.patterns.push(id);
                    if pattern.needs().is_empty() {
                        index.always.push(id);
                    }
                    for (bit, set) in pattern.needs().iter().enumerate() {
                        for literal in set {
                            let need = Need { pattern: number, bit: 1 << bit };
                            let known = literals.iter().position(|known| known == literal);
                            match known.and_then(|known| index.needed_by.get_mut(known)) {
                                Some(needed_by) => needed_by.push(need),
                                None => {
                                    literals.push(literal);
                                    index.needed_by.push(vec![need]);
                                }
                            }
                        }
                    }
                    index.all.push((1 << pattern.needs().len()) - 1);
                }
            }
        }
        index.search = AhoCorasick::builder().match_kind(MatchKind::Standard).build(&literals).ok();
        index
    }

    /// The literals in a text, each with its place and number, in order of their ends.
    pub fn literals<'i>(&'i self, text: &'i str) -> impl Iterator<Item = (usize, usize)> + 'i {
        let found = self.search.iter().flat_map(move |search| search.find_overlapping_iter(text));
        found.map(|found| (found.start(), found.pattern().as_usize()))
    }

    /// Nothing met yet.
    pub fn nothing_met(&self) -> Met {
        Met { patterns: vec![(u32::MAX, 0); self.patterns.len()] }
    }

    /// The patterns whose needs are all met in a sentence, now that a literal was found there.
    pub fn met<'i>(
        &'i self,
        met: &'i mut Met,
        literal: usize,
        sentence: u32,
    ) -> impl Iterator<Item = PatternId> + 'i {
        let needs = self.needed_by.get(literal).map(Vec::as_slice).unwrap_or_default();
        needs.iter().filter_map(move |need| {
            let (last, bits) = met.patterns.get_mut(need.pattern)?;
            if *last != sentence {
                (*last, *bits) = (sentence, 0);
            }
            let before = std::mem::replace(bits, *bits | need.bit);
            let all = *self.all.get(need.pattern)?;
            (before != all && *bits == all).then(|| self.patterns.get(need.pattern).copied()).flatten()
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
