//! All patterns of a pack's claims behind one search for their literals, so that a sentence is only matched
//! against patterns that can match it.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::claim::Claim;
use super::pattern::Pattern;
use super::search::Search;

/// Needs of a pattern that are asked for; any of them may go unasked.
const MOST_NEEDS: u16 = 1000;

/// A pattern of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PatternId {
    /// Number of the claim.
    pub claim: usize,
    /// Whether it says that there was none.
    pub is_none: bool,
    /// Number among the claim's patterns of its kind.
    pub pattern: usize,
}

/// A need of a pattern that a literal meets.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Need {
    /// Number of the pattern.
    pattern: u32,
    /// Which of its needs, by number.
    number: u16,
    /// Whether it is the last of them.
    is_last: bool,
}

/// How far the needs of each pattern are met in the sentence that is looked at.
#[derive(Debug)]
pub struct Met {
    progress: Vec<Progress>,
    /// Those whose needs are all met, by number.
    complete: Vec<u32>,
}

/// How far the needs of a pattern are met in the sentence that it was last looked at in. Small, since most literals of a
/// report touch that of several patterns.
#[derive(Clone, Copy, Debug)]
struct Progress {
    sentence: u32,
    /// Where the last need that is met ends.
    end: u32,
    /// Where what meets the first of them starts first.
    start: u32,
    /// Number of needs met, one behind the other.
    count: u16,
    /// How often all were met, one time behind the other; the largest number stands for more, too.
    times: u16,
}

/// A pattern that a sentence may match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Which.
    pub id: PatternId,
    /// No match starts before.
    pub from: usize,
    /// There are no more matches than this.
    pub most: usize,
}

/// A literal in a text.
#[derive(Clone, Copy, Debug)]
pub struct Literal {
    /// Which.
    number: usize,
    /// Where it starts.
    pub start: u32,
    /// Where it ends.
    end: u32,
}

/// The search for the patterns of a pack.
#[derive(Debug, Serialize, Deserialize)]
pub struct ClaimIndex {
    search: Option<Search>,
    /// All patterns.
    patterns: Vec<PatternId>,
    /// For each literal, the patterns that need it or one like it, and which of their needs it is.
    needed_by: Vec<Vec<Need>>,
    /// For each pattern, the most bytes of a match before the first of its needs, where there is a bound.
    leads: Vec<Option<usize>>,
    /// Patterns without a literal.
    always: Vec<PatternId>,
}

impl ClaimIndex {
    /// The index of some claims.
    pub fn new(claims: &[Claim]) -> Self {
        let mut literals: Vec<&str> = Vec::new();
        let mut numbers: HashMap<&str, usize> = HashMap::new();
        let mut index = Self {
            search: None,
            patterns: Vec::new(),
            needed_by: Vec::new(),
            leads: Vec::new(),
            always: Vec::new(),
        };
        for (claim_number, claim) in claims.iter().enumerate() {
            for (is_none, patterns) in [(false, &claim.patterns), (true, &claim.none)] {
                for (pattern_number, pattern) in patterns.iter().enumerate() {
                    let id = PatternId { claim: claim_number, is_none, pattern: pattern_number };
                    if pattern.needs().is_empty() {
                        index.always.push(id);
                    }
                    let needs = pattern.needs();
                    for (number, set) in (0..MOST_NEEDS).zip(needs) {
                        let is_last = usize::from(number) + 1 == needs.len().min(MOST_NEEDS.into());
                        for literal in set {
                            let known = *numbers.entry(literal).or_insert_with(|| {
                                literals.push(literal);
                                index.needed_by.push(Vec::new());
                                literals.len() - 1
                            });
                            let pattern = u32::try_from(index.patterns.len()).unwrap_or(u32::MAX);
                            let need = Need { pattern, number, is_last };
                            index.needed_by.get_mut(known).into_iter().for_each(|needed| needed.push(need));
                        }
                    }
                    index.patterns.push(id);
                    index.leads.push(pattern.lead());
                }
            }
        }
        index.search = Search::overlapping(&literals);
        index
    }

    /// The literals in a text, in order of their ends.
    pub fn literals<'i>(&'i self, text: &'i str) -> impl Iterator<Item = Literal> + 'i {
        let found = self.search.iter().flat_map(move |search| search.all(text));
        // Texts are shorter than 4 GiB.
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        found.map(move |found| Literal {
            number: found.number,
            start: offset(found.start),
            end: offset(found.end),
        })
    }

    /// Nothing met yet.
    pub fn nothing_met(&self) -> Met {
        let progress = Progress { sentence: u32::MAX, end: 0, start: 0, count: 0, times: 0 };
        Met { progress: vec![progress; self.patterns.len()], complete: Vec::new() }
    }

    /// Notes the needs that a literal of a sentence meets.
    pub fn meet(&self, met: &mut Met, literal: Literal, sentence: u32) {
        for need in self.needed_by.get(literal.number).into_iter().flatten() {
            let Some(progress) = met.progress.get_mut(need.pattern as usize) else { continue };
            if progress.sentence != sentence {
                *progress = Progress { sentence, end: 0, start: u32::MAX, count: 0, times: 0 };
            }
            if need.number == 0 {
                progress.start = progress.start.min(literal.start);
            }
            // Taking the first that fits leaves most room for those behind it.
            if progress.count != need.number || literal.start < progress.end {
                continue;
            }
            (progress.count, progress.end) = (need.number + 1, literal.end);
            if need.is_last {
                if progress.times == 0 {
                    met.complete.push(need.pattern);
                }
                (progress.count, progress.times) = (0, progress.times.saturating_add(1));
            }
        }
    }

    /// The patterns whose needs were all met since this was asked last. Each match has what meets all of them, and none
    /// of that belongs to two.
    pub fn complete<'m>(&'m self, met: &'m mut Met) -> impl Iterator<Item = Candidate> + 'm {
        let progress = &met.progress;
        met.complete.drain(..).filter_map(move |pattern| {
            let pattern = pattern as usize;
            let (id, progress) = (*self.patterns.get(pattern)?, progress.get(pattern)?);
            let lead = self.leads.get(pattern).copied().flatten();
            let from = lead.map_or(0, |lead| (progress.start as usize).saturating_sub(lead));
            let most = if progress.times == u16::MAX { usize::MAX } else { progress.times.into() };
            Some(Candidate { id, from, most })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::claim::{self, Claims};
    use crate::rules::fields::parse;
    use crate::rules::mistake::FileId;

    #[test]
    fn needs_are_met_in_order_and_in_one_sentence() {
        let file = "[claims.parcels]\npatterns = ['收到{gap}包裹{count}']\n";
        let claims = parse(&[(FileId(0), file)], &mut Vec::new(), |fields| {
            claim::read(fields, &Claims::default(), &[])
        });
        let index = ClaimIndex::new(&claims);
        let tried = |sentences: &[&str]| {
            let mut met = index.nothing_met();
            let mut most = Vec::new();
            for (number, sentence) in (0..).zip(sentences) {
                for literal in index.literals(sentence) {
                    index.meet(&mut met, literal, number);
                }
                most.extend(index.complete(&mut met).map(|candidate| (candidate.from, candidate.most)));
            }
            most
        };
        assert_eq!(tried(&["收到包裹\u{e000}件"]), [(0, 1)]);
        assert_eq!(tried(&["包裹收到\u{e000}件，包裹"]), [(6, 1)]);
        assert_eq!(tried(&["包裹都收到了"]), []);
        assert_eq!(tried(&["收到了", "包裹\u{e000}件"]), []);
        let twice = ["收到包裹\u{e000}件，又收到包裹\u{e000}件", "都收到包裹\u{e000}件"];
        assert_eq!(tried(&twice), [(0, 2), (3, 1)]);
    }
}
