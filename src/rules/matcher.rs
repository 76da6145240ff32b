//! Regular expressions as prose asks for them: many, of which a report needs a few, on texts of a sentence or two.

use std::cell::RefCell;
use std::ops::Range;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use regex_automata::meta;
use regex_automata::nfa::thompson::backtrack::{self, BoundedBacktracker};
use regex_automata::nfa::thompson::{self, Compiler, NFA};
use regex_automata::util::prefilter::Prefilter;
use regex_automata::util::primitives::NonMaxUsize;
use regex_automata::{Anchored, Input, MatchKind, PatternID, Span};
use regex_syntax::hir::Hir;

/// A larger expression is none that anyone means.
const LARGEST: usize = 10 << 20;
/// Bytes for what the search of a short text has tried; a longer text is for the other engine.
const TRIED: usize = 64 << 10;

thread_local! {
    /// Its tables take longer to make than most expressions to compile.
    static COMPILER: RefCell<Compiler> = RefCell::new({
        let mut compiler = Compiler::new();
        compiler.configure(thompson::Config::new().nfa_size_limit(Some(LARGEST)));
        compiler
    });
    static CACHE: RefCell<Option<backtrack::Cache>> = const { RefCell::new(None) };
}

/// A compiled regular expression.
#[derive(Debug)]
pub struct Matcher {
    /// For short texts: compiled in a third of the time and memory of the other, and as fast there.
    short: BoundedBacktracker,
    /// How often it was searched for, up to some number.
    uses: AtomicU32,
    /// The same engine once it looks first for what matches start with, where that is known. To make ready for that takes
    /// as long as dozens of searches.
    often: OnceLock<BoundedBacktracker>,
    /// For long texts, compiled when there is one.
    long: OnceLock<Option<meta::Regex>>,
    hir: Hir,
}

impl Matcher {
    /// Compiles an expression; `None` if it is none, or takes too much memory.
    pub fn new(expression: &str) -> Option<Self> {
        let hir = regex_syntax::parse(expression).ok()?;
        let nfa = COMPILER.with_borrow(|compiler| compiler.build_from_hir(&hir).ok())?;
        let short = backtracker(nfa, None)?;
        Some(Self { short, uses: AtomicU32::new(0), often: OnceLock::new(), long: OnceLock::new(), hir })
    }

    /// Whether it occurs in `text`.
    pub fn is_match(&self, text: &str) -> bool {
        self.search(&Input::new(text).earliest(true), &mut [])
    }

    /// Whether it matches at the start of `text`.
    pub fn starts(&self, text: &str) -> bool {
        self.search(&Input::new(text).anchored(Anchored::Yes).earliest(true), &mut [])
    }

    /// Its matches in `text`, each behind the one before; empty ones are left out.
    pub fn matches<'t>(&self, text: &'t str) -> Matches<'_, 't> {
        Matches { matcher: self, text, from: 0, slots: vec![None; 2] }
    }

    /// The same from some place on, with what its groups match.
    pub fn captures<'t>(&self, text: &'t str, from: usize) -> Matches<'_, 't> {
        let slots = vec![None; self.short.get_nfa().group_info().slot_len()];
        Matches { matcher: self, text, from, slots }
    }

    /// Whether it only looks where one of some texts stands.
    pub fn knows_starts(&self) -> bool {
        self.often().get_config().get_prefilter().is_some()
    }

    /// The number of the group of a name.
    pub fn group(&self, name: &str) -> Option<usize> {
        self.short.get_nfa().group_info().to_index(PatternID::ZERO, name)
    }

    fn search(&self, input: &Input<'_>, slots: &mut [Option<NonMaxUsize>]) -> bool {
        let engine = self.engine();
        let found = CACHE.with_borrow_mut(|cache| {
            let cache = cache.get_or_insert_with(|| engine.create_cache());
            cache.reset(engine);
            engine.try_search_slots(cache, input, slots)
        });
        match found {
            Ok(found) => found.is_some(),
            Err(_) => self.long().is_some_and(|long| long.search_slots(input, slots).is_some()),
        }
    }

    fn engine(&self) -> &BoundedBacktracker {
        const OFTEN: u32 = 64;
        match self.often.get() {
            Some(often) => often,
            None if self.uses.fetch_add(1, Ordering::Relaxed) < OFTEN => &self.short,
            None => self.often(),
        }
    }

    fn often(&self) -> &BoundedBacktracker {
        self.often.get_or_init(|| {
            let starts = Prefilter::from_hir_prefix(MatchKind::LeftmostFirst, &self.hir);
            backtracker(self.short.get_nfa().clone(), starts).unwrap_or_else(|| self.short.clone())
        })
    }

    fn long(&self) -> Option<&meta::Regex> {
        let compile = || {
            let config = meta::Config::new().nfa_size_limit(Some(LARGEST));
            meta::Builder::new().configure(config).build_from_hir(&self.hir).ok()
        };
        self.long.get_or_init(compile).as_ref()
    }
}

fn backtracker(nfa: NFA, starts: Option<Prefilter>) -> Option<BoundedBacktracker> {
    let config = BoundedBacktracker::config().visited_capacity(TRIED).prefilter(starts);
    BoundedBacktracker::builder().configure(config).build_from_nfa(nfa).ok()
}

/// Some texts, to be looked for together.
#[derive(Debug)]
pub struct Texts(Prefilter);

impl Texts {
    /// `None` where that gains nothing.
    pub fn new<T: AsRef<str>>(texts: &[T]) -> Option<Self> {
        let texts: Vec<&[u8]> = texts.iter().map(|text| text.as_ref().as_bytes()).collect();
        Prefilter::new(MatchKind::LeftmostFirst, &texts).map(Self)
    }

    /// Whether one of them stands in `text`.
    pub fn is_in(&self, text: &str) -> bool {
        self.0.find(text.as_bytes(), Span::from(0..text.len())).is_some()
    }
}

/// The matches of an expression in a text.
#[derive(Debug)]
pub struct Matches<'m, 't> {
    matcher: &'m Matcher,
    text: &'t str,
    from: usize,
    slots: Vec<Option<NonMaxUsize>>,
}

impl Matches<'_, '_> {
    /// What a group of the match that was found last matched, by the group's number.
    pub fn group(&self, number: usize) -> Option<Range<usize>> {
        let slot = |slot: usize| self.slots.get(slot).copied().flatten().map(NonMaxUsize::get);
        Some(slot(2 * number)?..slot(2 * number + 1)?)
    }
}

impl Iterator for Matches<'_, '_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        while self.from <= self.text.len() {
            let input = Input::new(self.text).range(self.from..);
            if !self.matcher.search(&input, &mut self.slots) {
                break;
            }
            let found = self.group(0)?;
            if !found.is_empty() {
                self.from = found.end;
                return Some(found);
            }
            let skipped = self.text.get(found.end..).and_then(|rest| rest.chars().next());
            self.from = found.end + skipped.map_or(1, char::len_utf8);
        }
        self.from = self.text.len() + 1;
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Both engines, with what their groups match.
    #[test]
    fn long_texts_are_searched_as_short_ones() {
        let matcher = Matcher::new("(?:共)?收到(?P<what>[^，。]*?)(?P<count>[0-9]+)件|a*").unwrap();
        let count = matcher.group("count").unwrap();
        let text = "收到信1件，共收到22件，收到a件。收到b333件";
        let long = "，".repeat(TRIED) + text;
        for text in [text, &long] {
            let mut matches = matcher.captures(text, 0);
            let mut found = Vec::new();
            while let Some(whole) = matches.next() {
                found.push((text.get(whole).unwrap(), matches.group(count).map(|at| text.get(at).unwrap())));
            }
            let expected = [
                ("收到信1件", Some("1")),
                ("共收到22件", Some("22")),
                ("a", None),
                ("收到b333件", Some("333")),
            ];
            assert_eq!(found, expected);
            assert_eq!(matcher.matches(text).count(), 4);
            assert!(matcher.is_match(text));
        }
        assert!(matcher.long.get().is_some());
    }

    #[test]
    fn a_text_starts_with_what_matches_there() {
        let matcher = Matcher::new("其中|的其中").unwrap();
        assert!(matcher.starts("其中3件"));
        assert!(!matcher.starts("3件，其中"));
    }
}
