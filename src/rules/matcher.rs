//! Regular expressions as prose asks for them: many, of which a report needs a few, on texts of a sentence or two.

mod first;
pub mod steps;

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

use self::first::{Beginnings, First, Told, found_text};
use crate::embedded;

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
    /// What is done first once it is searched for often. To make ready for that takes as long as dozens of searches.
    often: OnceLock<First>,
    /// For long texts, compiled when there is one.
    long: OnceLock<Option<meta::Regex>>,
    expression: Box<str>,
    /// Groups by their names: so few are found faster one by one than by hashes.
    named: Vec<(Box<str>, usize)>,
}

impl Matcher {
    /// Compiles an expression; `None` if it is none, or takes too much memory.
    pub fn new(expression: &str) -> Option<Self> {
        let known = embedded::expression(expression);
        let nfa = match known.and_then(|known| steps::read(known.steps)) {
            Some(nfa) => nfa,
            None => compiled(&regex_syntax::parse(expression).ok()?)?,
        };
        let short = backtracker(nfa, None)?;
        let names = short.get_nfa().group_info().pattern_names(PatternID::ZERO).enumerate();
        let named = names.filter_map(|(group, name)| Some((name?.into(), group))).collect();
        Some(Self {
            short,
            uses: AtomicU32::new(0),
            often: OnceLock::new(),
            long: OnceLock::new(),
            expression: expression.into(),
            named,
        })
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
        matches!(self.often(), First::Whole(_) | First::Starts(_))
    }

    /// The number of the group of a name.
    pub fn group(&self, name: &str) -> Option<usize> {
        self.named.iter().find(|(known, _)| **known == *name).map(|&(_, group)| group)
    }

    fn search(&self, input: &Input<'_>, slots: &mut [Option<NonMaxUsize>]) -> bool {
        let mut input = input.clone();
        let mut engine = &self.short;
        match self.first() {
            Some(First::Whole(texts)) => {
                return found_text(texts, &input).is_some_and(|whole| take(whole, slots));
            }
            Some(First::Starts(starts)) => {
                match starts.search(&mut input, slots.len() > 2) {
                    Told::Nothing => return false,
                    Told::At(whole) => return take(whole, slots),
                    Told::Unknown => {}
                }
                engine = &starts.engine;
            }
            Some(First::Learned(learned)) => match learned.end(&input) {
                Some(None) => return false,
                Some(Some(_)) if slots.is_empty() => return true,
                Some(Some(end)) => input.set_end(end),
                None => {}
            },
            _ => {}
        }
        let found = CACHE.with_borrow_mut(|cache| {
            let cache = cache.get_or_insert_with(|| engine.create_cache());
            cache.reset(engine);
            engine.try_search_slots(cache, &input, slots)
        });
        match found {
            Ok(found) => found.is_some(),
            Err(_) => self.long().is_some_and(|long| long.search_slots(&input, slots).is_some()),
        }
    }

    fn first(&self) -> Option<&First> {
        const OFTEN: u32 = 16;
        match self.often.get() {
            Some(first) => Some(first),
            None if self.uses.fetch_add(1, Ordering::Relaxed) < OFTEN => None,
            None => Some(self.often()),
        }
    }

    fn often(&self) -> &First {
        self.often.get_or_init(|| First::of(self.beginnings().as_ref(), self.short.get_nfa()))
    }

    fn beginnings(&self) -> Option<Beginnings> {
        let known = embedded::expression(&self.expression);
        let known = known.and_then(|known| steps::beginnings(known.steps));
        known.unwrap_or_else(|| Beginnings::of(&self.hir()?))
    }

    /// Taken apart again: few expressions are asked for it.
    fn hir(&self) -> Option<Hir> {
        regex_syntax::parse(&self.expression).ok()
    }

    fn long(&self) -> Option<&meta::Regex> {
        let compile = || {
            let config = meta::Config::new().nfa_size_limit(Some(LARGEST));
            meta::Builder::new().configure(config).build_from_hir(&self.hir()?).ok()
        };
        self.long.get_or_init(compile).as_ref()
    }
}

/// `None` for what takes too much memory.
fn compiled(hir: &Hir) -> Option<NFA> {
    COMPILER.with_borrow(|compiler| compiler.build_from_hir(hir).ok())
}

fn backtracker(nfa: NFA, starts: Option<Prefilter>) -> Option<BoundedBacktracker> {
    let config = BoundedBacktracker::config().visited_capacity(TRIED).prefilter(starts);
    BoundedBacktracker::builder().configure(config).build_from_nfa(nfa).ok()
}

/// Enters the place of a match that has no groups.
fn take(whole: Span, slots: &mut [Option<NonMaxUsize>]) -> bool {
    for (slot, at) in slots.iter_mut().zip([whole.start, whole.end]) {
        *slot = NonMaxUsize::new(at);
    }
    true
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
    use proptest::prelude::*;

    use super::*;

    /// Both engines, with what their groups match.
    #[test]
    fn long_texts_are_searched_as_short_ones() {
        let matcher = Matcher::new("(?:共)?收到(?P<what>[^，。]*?)(?P<count>[0-9]+)件|a*").unwrap();
        let count = matcher.group("count").unwrap();
        let text = "收到信1件，共收到22件，收到a件。收到b333件";
        let long = "，".repeat(TRIED) + text;
        for text in [&long, text] {
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

    /// The first searches and those behind them, by what matches start with and without.
    #[test]
    fn what_is_searched_for_often_is_found_as_before() {
        let text = format!("{}，年内共收到22件，其余3件。收到4件", "无".repeat(40));
        for (expression, knows) in
            [("共?收到(?P<count>[0-9]+)件", true), ("(?:\\A|，)[^，]*(?P<count>[0-9]+)件", false)]
        {
            let matcher = Matcher::new(expression).unwrap();
            let found = || {
                let mut matches = matcher.captures(&text, 0);
                let mut found = Vec::new();
                while let Some(whole) = matches.next() {
                    found.push((whole, matches.group(1)));
                }
                (found, matcher.is_match(&text), matcher.starts(&text), matcher.is_match("无"))
            };
            let first = found();
            assert_eq!(first.0.len(), 2);
            for _ in 0..20 {
                assert_eq!(found(), first);
            }
            assert!(matcher.often.get().is_some());
            assert_eq!(matcher.knows_starts(), knows);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        /// However often it is searched for, and whatever its matches start with.
        #[test]
        fn what_is_found_is_what_regular_expressions_find(
            texts in proptest::collection::vec("[甲乙丙丁，。0-9]{0,24}", 24),
        ) {
            for expression in [
                "甲乙|甲|丁丙",
                "甲|甲乙",
                "甲[^，。]{0,3}丙|乙丁",
                "甲(?P<count>[0-9]+)|乙",
                "[甲乙]?丙(?P<what>[^，]*?)丁",
                "(?:^|，)[^，。]*丁",
                "甲$|乙{2,3}",
                "[0-9]+",
                "(?:甲丙)?丁",
            ] {
                let (matcher, plain) = (Matcher::new(expression).unwrap(), meta::Regex::new(expression).unwrap());
                for text in &texts {
                    let place = |group: Span| group.range();
                    let wanted: Vec<_> = plain
                        .captures_iter(text.as_str())
                        .map(|found| (found.get_group(0).map(place), found.get_group(1).map(place)))
                        .collect();
                    let mut matches = matcher.captures(text, 0);
                    let mut found = Vec::new();
                    while let Some(whole) = matches.next() {
                        found.push((Some(whole), matches.group(1)));
                    }
                    prop_assert_eq!(&found, &wanted, "{} in {}", expression, text);
                    let places: Vec<_> = matcher.matches(text).map(Some).collect();
                    prop_assert_eq!(places, wanted.iter().map(|(whole, _)| whole.clone()).collect::<Vec<_>>());
                    prop_assert_eq!(matcher.is_match(text), !wanted.is_empty());
                    let at_start = Input::new(text).anchored(Anchored::Yes);
                    prop_assert_eq!(matcher.starts(text), plain.is_match(at_start));
                }
            }
        }
    }

    #[test]
    fn a_text_starts_with_what_matches_there() {
        let matcher = Matcher::new("其中|的其中").unwrap();
        assert!(matcher.starts("其中3件"));
        assert!(!matcher.starts("3件，其中"));
    }
}
