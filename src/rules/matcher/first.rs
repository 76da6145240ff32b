//! What is done first where an expression is searched for often, so that most texts need no search for groups.

use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::OnceLock;

use regex_automata::hybrid::dfa::{self, DFA};
use regex_automata::nfa::thompson::NFA;
use regex_automata::nfa::thompson::backtrack::BoundedBacktracker;
use regex_automata::util::pool::Pool;
use regex_automata::util::prefilter::Prefilter;
use regex_automata::{Anchored, Input, MatchKind, Span};
use regex_syntax::hir::Hir;
use regex_syntax::hir::literal::Extractor;
use serde::{Deserialize, Serialize};

use super::backtracker;

/// Texts of which one stands at the start of every match.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Beginnings {
    /// Nothing follows them: the expression has neither groups nor asks what stands beside.
    are_whole: bool,
    texts: Vec<Vec<u8>>,
}

impl Beginnings {
    /// `None` where they are too many, or one of them is empty.
    pub(super) fn of(hir: &Hir) -> Option<Self> {
        let mut texts = Extractor::new().extract(hir);
        let properties = hir.properties();
        let are_whole = texts.is_exact()
            && properties.look_set().is_empty()
            && properties.explicit_captures_len() == 0
            && texts.literals().is_some_and(|texts| !texts.iter().any(|text| text.as_bytes().is_empty()));
        if !are_whole {
            texts.optimize_for_prefix_by_preference();
        }
        let texts = texts.literals()?.iter().map(|text| text.as_bytes().to_vec()).collect();
        Some(Self { are_whole, texts })
    }

    /// What looks for them; `None` where that gains nothing.
    fn prefilter(&self) -> Option<Prefilter> {
        Prefilter::new(MatchKind::LeftmostFirst, &self.texts)
    }
}

/// The first of some texts in an input; of an anchored one, only at its start.
pub(super) fn found_text(texts: &Prefilter, input: &Input<'_>) -> Option<Span> {
    if input.get_anchored().is_anchored() {
        texts.prefix(input.haystack(), input.get_span())
    } else {
        texts.find(input.haystack(), input.get_span())
    }
}

/// What a search does first.
#[derive(Debug)]
pub(super) enum First {
    /// Looks for the texts that are the matches.
    Whole(Prefilter),
    /// Looks for the texts that matches start with.
    Starts(Box<Starts>),
    /// Tells whether there is a match.
    Learned(Box<Learned>),
    Nothing,
}

impl First {
    /// What is done first for an expression.
    pub(super) fn of(beginnings: Option<&Beginnings>, nfa: &NFA) -> Self {
        if let Some(beginnings) = beginnings
            && let Some(texts) = beginnings.prefilter()
        {
            if beginnings.are_whole {
                return First::Whole(texts);
            }
            if let Some(engine) = backtracker(nfa.clone(), Some(texts.clone())) {
                return First::Starts(Box::new(Starts { texts, engine, learned: OnceLock::new() }));
            }
        }
        Learned::new(nfa.clone()).map_or(First::Nothing, |learned| First::Learned(Box::new(learned)))
    }
}

/// An expression with the texts that its matches start with.
#[derive(Debug)]
pub(super) struct Starts {
    texts: Prefilter,
    /// Finds what the groups match.
    pub(super) engine: BoundedBacktracker,
    /// Made for the first search that asks for no groups: it finds out soonest that nothing follows a start.
    learned: OnceLock<Option<Learned>>,
}

/// What is known of the first match in an input.
pub(super) enum Told {
    Nothing,
    At(Span),
    /// If there is one, it is in the input, which starts later than before.
    Unknown,
}

impl Starts {
    /// Narrows an input to what may have the first match in it.
    pub(super) fn search(&self, input: &mut Input<'_>, has_groups: bool) -> Told {
        /// What has more starts is read through once.
        const TRIES: usize = 8;
        for _ in 0..TRIES {
            let Some(start) = found_text(&self.texts, input) else { return Told::Nothing };
            input.set_start(start.start);
            if has_groups {
                break;
            }
            let learned = self.learned.get_or_init(|| Learned::new(self.engine.get_nfa().clone()));
            let end =
                learned.as_ref().and_then(|learned| learned.end(&input.clone().anchored(Anchored::Yes)));
            match end {
                None => break,
                Some(Some(end)) => return Told::At(Span { start: start.start, end }),
                Some(None) if input.get_anchored().is_anchored() => return Told::Nothing,
                Some(None) => input.set_start(start.start + 1),
            }
        }
        Told::Unknown
    }
}

/// An expression as a deterministic automaton, of which each thread makes the states that its texts lead to: a step for
/// each byte, where the backtracker has dozens.
#[derive(Debug)]
pub(super) struct Learned {
    dfa: DFA,
    caches: Pool<dfa::Cache, MakeCache>,
}

type MakeCache = Box<dyn Fn() -> dfa::Cache + Send + Sync + UnwindSafe + RefUnwindSafe>;

impl Learned {
    /// `None` for an expression that no such automaton can tell.
    fn new(nfa: NFA) -> Option<Self> {
        /// Bytes for the states that a thread knows.
        const STATES: usize = 256 << 10;
        let config = DFA::config()
            .cache_capacity(STATES)
            .skip_cache_capacity_check(true)
            // It is given up where it forgets and learns again all the time.
            .minimum_cache_clear_count(Some(8))
            .minimum_bytes_per_state(Some(10));
        let dfa = DFA::builder().configure(config).build_from_nfa(nfa).ok()?;
        let maker = dfa.clone();
        Some(Self { dfa, caches: Pool::new(Box::new(move || maker.create_cache())) })
    }

    /// Where the first match ends, if there is one; `None` where that cannot be told.
    pub(super) fn end(&self, input: &Input<'_>) -> Option<Option<usize>> {
        let found = self.dfa.try_search_fwd(&mut self.caches.get(), input).ok()?;
        Some(found.map(|found| found.offset()))
    }
}
