//! The counts and percentages of running text, each with the words that stand around it.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::figure::Value;
use super::lists::worded;
use super::measure::{self, Measure, Measures};
use super::prose::{Prose, ProseFigure};
use super::tokens::{self, Border, Kind, Token};
use crate::rules::lexicon::{Classes, Lexicon};
use crate::source::place::Span;

/// A count or percentage and what stands around it: between the border or figure before it and the next one behind it.
#[derive(Clone, Debug)]
pub struct Slot {
    /// The figure, by its number in the prose.
    pub figure: usize,
    /// The number of its token.
    pub token: usize,
    /// What it says.
    pub value: Value,
    /// What it counts in.
    pub measure: Measure,
    /// The tokens before it.
    pub before: Range<usize>,
    /// The tokens behind it.
    pub behind: Range<usize>,
    /// The classes of the words before it.
    pub label: Classes,
    /// The classes of the words behind it.
    pub tail: Classes,
    /// In how many brackets it stands.
    pub depth: u16,
    /// The number of its sentence.
    pub sentence: u32,
    /// The number of its paragraph.
    pub paragraph: u32,
}

impl Slot {
    /// Whether it is a count or an amount.
    pub fn is_count(&self) -> bool {
        matches!(self.value, Value::Count(_))
    }

    /// The classes of the words on both sides.
    pub fn words(&self) -> Classes {
        self.label.and(self.tail)
    }
}

/// The running text of a report as tokens, with the slots of its counts and percentages.
#[derive(Debug, Default)]
pub struct Slots {
    /// All tokens, those of one paragraph behind those of another.
    pub tokens: Vec<Token>,
    /// The slots, in order.
    pub slots: Vec<Slot>,
    /// The counts in words that were read.
    pub worded: Vec<ProseFigure>,
    /// The measure words that were met, each where it stands first in the prose text.
    met: Vec<Span>,
    /// For each figure, its slot.
    by_figure: FxHashMap<usize, usize>,
}

/// Reads the slots of a text.
pub fn read(prose: &Prose, lexicon: &Lexicon) -> Slots {
    let mut found = Slots::default();
    if lexicon.is_empty() {
        return found;
    }
    let mut sentence = 0;
    let mut measures = Measures::default();
    for (number, paragraph) in prose.paragraphs.iter().enumerate() {
        let first = prose.figures.len() + found.worded.len();
        let in_words = worded::read(prose, paragraph.text);
        let numbered: Vec<(usize, ProseFigure)> =
            in_words.iter().enumerate().map(|(at, figure)| (first + at, *figure)).collect();
        found.worded.extend(in_words);
        let start = found.tokens.len();
        found.tokens.extend(tokens::read(prose, paragraph.text, lexicon, &numbered));
        let paragraph = u32::try_from(number).unwrap_or(u32::MAX);
        let first = found.slots.len();
        found.slots_from(prose, lexicon, (start, paragraph), &mut sentence);
        measures.settle(prose, &found.tokens, found.slots.get_mut(first..).unwrap_or_default());
    }
    found.met = measures.words;
    found.by_figure = found.slots.iter().enumerate().map(|(number, slot)| (slot.figure, number)).collect();
    found
}

impl Slots {
    /// The figure of the prose with a number, those in words included.
    pub fn figure<'f>(&'f self, prose: &'f Prose, number: usize) -> Option<&'f ProseFigure> {
        match number.checked_sub(prose.figures.len()) {
            Some(worded) => self.worded.get(worded),
            None => prose.figures.get(number),
        }
    }

    /// The slot of a figure, by its number in the prose.
    pub fn of_figure(&self, figure: usize) -> Option<&Slot> {
        self.by_figure.get(&figure).and_then(|&slot| self.slots.get(slot))
    }

    /// The measure word of a figure, by its number in the prose; empty where none is known.
    pub fn measure_word<'p>(&self, prose: &'p Prose, figure: usize) -> &'p str {
        match self.of_figure(figure).map(|slot| slot.measure) {
            Some(Measure::Met(number)) => {
                self.met.get(number).map(|word| word.of(prose.text())).unwrap_or_default()
            }
            _ => self.figure(prose, figure).map(|figure| figure.unit).unwrap_or_default(),
        }
    }

    /// The tokens of a range.
    pub fn tokens(&self, range: Range<usize>) -> &[Token] {
        self.tokens.get(range).unwrap_or_default()
    }

    /// The classes of the words of some tokens.
    pub fn classes(&self, range: Range<usize>) -> Classes {
        classes(self.tokens(range))
    }

    /// Where a range of tokens stands in the prose text.
    pub fn span(&self, range: Range<usize>) -> Span {
        let tokens = self.tokens(range);
        match (tokens.first(), tokens.last()) {
            (Some(first), Some(last)) => first.span.join(last.span),
            _ => Span::default(),
        }
    }

    /// The words that name a slot told together with others: of as many names before the first, that in its place
    /// (“letters and calls were 4 and 2 respectively”).
    pub fn name_together(&self, number: usize, respective: Classes, joint: Classes) -> Option<Range<usize>> {
        let (first, count, which) = self.told_together(number, respective)?;
        let names = self.slots.get(first)?.before.clone();
        let parts = |token: &Token| match token.kind {
            Kind::Border(border) => border == Border::Item,
            Kind::Word(classes) => classes.meets(joint),
            _ => false,
        };
        let tokens = self.tokens(names.clone());
        let start = tokens
            .iter()
            .rposition(|token| matches!(token.kind, Kind::Border(border) if border > Border::Item));
        let start = start.map_or(0, |border| border + 1);
        let mut edges: Vec<usize> =
            (start..tokens.len()).filter(|&at| tokens.get(at).is_some_and(parts)).collect();
        edges.push(tokens.len());
        let from = which.checked_sub(1).map_or(Some(start), |before| Some(edges.get(before)? + 1))?;
        let to = *edges.get(which)?;
        (edges.len() == count && from < to).then_some(names.start + from..names.start + to)
    }

    /// Of figures that are told together (分别为4件、2件、1件) the number of the first, how many they are, and which of them
    /// a slot is.
    pub fn told_together(&self, number: usize, respective: Classes) -> Option<(usize, usize, usize)> {
        /// No more figures are told together.
        const MOST: usize = 12;
        let is_next = |number: usize| {
            let pair = number
                .checked_sub(1)
                .and_then(|before| Some((self.slots.get(before)?, self.slots.get(number)?)));
            pair.is_some_and(|(before, own)| {
                let between = self.tokens(before.token + 1..own.token);
                let joins = |token: &Token| match token.kind {
                    Kind::Border(border) => border <= Border::Comma,
                    Kind::Word(_) => true,
                    _ => false,
                };
                before.is_count() == own.is_count() && between.len() <= 2 && between.iter().all(joins)
            })
        };
        let first = (0..MOST)
            .map_while(|back| number.checked_sub(back))
            .take_while(|&at| at == number || is_next(at + 1));
        let first =
            first.filter(|&at| self.slots.get(at).is_some_and(|slot| slot.label.meets(respective))).last()?;
        let count = (1..MOST).take_while(|&more| is_next(first + more)).count() + 1;
        (first + count > number).then_some((first, count, number - first))
    }

    /// Whether the last word before a slot's figure is one of `wanted`; words of `passed` may stand between.
    pub fn ends_with(&self, slot: &Slot, wanted: Classes, passed: Classes) -> bool {
        let before = self.tokens(slot.before.clone());
        // The sign of a currency belongs to its figure.
        let is_sign = |token: &Token| slot.measure.is_sign() && token.span.len() <= '€'.len_utf8();
        let words = match before.split_last() {
            Some((last, words)) if is_sign(last) => words,
            _ => before,
        };
        for token in words.iter().rev() {
            match token.kind {
                Kind::Word(classes) if classes.meets(wanted) => return true,
                Kind::Word(classes) if classes.meets(passed) => {}
                // No figure but a year or a day stands in a slot.
                Kind::Figure(_) if !passed.is_empty() => {}
                _ => return false,
            }
        }
        false
    }

    fn slots_from(
        &mut self,
        prose: &Prose,
        lexicon: &Lexicon,
        (start, paragraph): (usize, u32),
        sentence: &mut u32,
    ) {
        let (mut depth, mut from) = (0_u16, start);
        // Where the labels start that brackets stand in.
        let mut outer: Vec<(usize, usize)> = Vec::new();
        let mut has_figure = false;
        let first = self.slots.len();
        for at in start..self.tokens.len() {
            let Some(token) = self.tokens.get(at).copied() else { break };
            let cuts = match token.kind {
                Kind::Open => {
                    depth = depth.saturating_add(1);
                    outer.push((from, self.slots.len()));
                    true
                }
                Kind::Close => {
                    depth = depth.saturating_sub(1);
                    match outer.pop() {
                        // A remark without a figure is part of the label: 其他（短视频）1个.
                        Some((label, slots))
                            if slots == self.slots.len()
                                && label < at
                                && !self.classes(label..at).meets(lexicon.roles.subset) =>
                        {
                            from = label;
                            false
                        }
                        _ => true,
                    }
                }
                Kind::Border(border) => {
                    if border >= Border::Stop {
                        *sentence += 1;
                        depth = 0;
                        outer.clear();
                    }
                    // Labels are joined by the same mark as what is counted.
                    border > Border::Item || has_figure
                }
                Kind::Figure(_) if self.is_time(prose, at, lexicon) => false,
                // The number of an item of a list: 1.咨询类12件.
                Kind::Figure(_) if self.is_enumeration(prose, at) => false,
                Kind::Figure(number) => {
                    match self.figure(prose, number).map(|figure| (figure.value, figure.unit)) {
                        Some((value @ (Value::Count(_) | Value::Percent(_) | Value::Points(_)), unit)) => {
                            let measure =
                                Measure::of(if unit.is_empty() { self.currency(prose, at) } else { unit });
                            let before = from..at;
                            let label = self.classes(before.clone());
                            self.slots.push(Slot {
                                figure: number,
                                token: at,
                                value,
                                measure,
                                label,
                                before,
                                behind: at + 1..at + 1,
                                tail: Classes::NONE,
                                depth,
                                sentence: *sentence,
                                paragraph,
                            });
                            true
                        }
                        _ => false,
                    }
                }
                _ => false,
            };
            if cuts {
                from = at + 1;
                has_figure = matches!(token.kind, Kind::Figure(_))
                    || has_figure && matches!(token.kind, Kind::Border(Border::Item));
            }
        }
        self.drop_labels(prose, first);
        self.tails_from(first);
    }

    /// Drops numbers in words that are part of what is counted behind them: 三类内部信息9件.
    fn drop_labels(&mut self, prose: &Prose, first: usize) {
        let mut number = first;
        while let (Some(own), Some(next)) = (self.slots.get(number), self.slots.get(number + 1)) {
            let between = self.tokens(own.token + 1..next.token);
            let is_joined = !between.is_empty()
                && !between.iter().any(|token| {
                    matches!(token.kind, Kind::Border(_) | Kind::Open | Kind::Close | Kind::Figure(_))
                });
            if own.figure < prose.figures.len() || !is_joined || !next.is_count() {
                number += 1;
                continue;
            }
            let start = own.before.start;
            let label = own.label;
            self.slots.remove(number);
            if let Some(next) = self.slots.get_mut(number) {
                next.before.start = start;
                next.label = next.label.and(label);
            }
        }
    }

    /// The sign of a currency right before a figure; nothing where there is none.
    fn currency(&self, prose: &Prose, at: usize) -> &'static str {
        let start = self.tokens.get(at).map_or(0, |token| token.span.start as usize);
        let before = prose.text().get(..start).unwrap_or_default().trim_end();
        measure::SIGNS.into_iter().find(|sign| before.ends_with(sign)).unwrap_or("")
    }

    /// Whether a figure is a year, or a day beside the name of a month.
    fn is_time(&self, prose: &Prose, at: usize, lexicon: &Lexicon) -> bool {
        let Some(token) = self.tokens.get(at) else { return false };
        let Kind::Figure(number) = token.kind else { return false };
        let Some(figure) = self.figure(prose, number) else { return false };
        let Value::Count(quantity) = figure.value else { return false };
        let next = self.tokens.get(at + 1).map(|token| token.kind);
        if matches!(next, Some(Kind::Word(classes)) if classes.meets(lexicon.roles.duration)) {
            return true;
        }
        if !figure.unit.is_empty() || quantity.hedge.is_some() || !self.currency(prose, at).is_empty() {
            return false;
        }
        let text = token.span.of(prose.text());
        let is_mark = text.chars().nth(1).is_none();
        // 1,999 is no year, nor is 1999 in words.
        let digits = figure.span.len();
        let is_year = is_mark && digits == 4 && (1900..=2099).any(|year| quantity.printed == year.into());
        let month = |at: Option<usize>| {
            let token = at.and_then(|at| self.tokens.get(at));
            matches!(token.map(|token| token.kind), Some(Kind::Word(classes)) if classes.meets(lexicon.roles.month))
        };
        let behind = prose.text().get(token.span.end as usize..).unwrap_or_default();
        is_year
            || behind.starts_with(['月', '日', '时', '点']) && is_mark
            || month(at.checked_sub(1))
            || month(Some(at + 1))
    }

    /// Whether a figure at the start of a clause only numbers what follows.
    fn is_enumeration(&self, prose: &Prose, at: usize) -> bool {
        /// Nothing has more items that are numbered.
        const MOST: u8 = 99;
        let starts = |at: usize| {
            at.checked_sub(1)
                .and_then(|before| self.tokens.get(before))
                .is_none_or(|before| matches!(before.kind, Kind::Border(border) if border >= Border::Colon))
        };
        let opens = at.checked_sub(1).filter(|&before| {
            self.tokens.get(before).is_some_and(|token| token.kind == Kind::Open) && starts(before)
        });
        let Some(token) = self.tokens.get(at) else { return false };
        let Kind::Figure(number) = token.kind else { return false };
        let is_small = self.figure(prose, number).is_some_and(|figure| {
            figure.unit.is_empty()
                && matches!(figure.value, Value::Count(quantity) if quantity.printed.is_integer() && quantity.printed <= MOST.into())
        });
        let behind = prose.text().get(token.span.end as usize..).unwrap_or_default();
        let ends = if opens.is_some() {
            behind.starts_with(['）', ')'])
        } else {
            behind.starts_with(['.', '．', '、', '）'])
        };
        is_small && ends && (opens.is_some() || starts(at))
    }

    /// Gives the slots from one on what stands behind them.
    fn tails_from(&mut self, first: usize) {
        for number in first..self.slots.len() {
            let next = self.slots.get(number + 1).map_or(self.tokens.len(), |next| next.token);
            let Some(slot) = self.slots.get(number) else { break };
            let start = slot.token + 1;
            let is_end = |token: &Token| matches!(token.kind, Kind::Border(_) | Kind::Open | Kind::Close);
            let length = self.tokens(start..next).iter().take_while(|token| !is_end(token)).count();
            // Words between two figures are those of the second, unless the first has none of its own.
            let is_cut = start + length < next || slot.before.is_empty();
            let behind = start..start + if is_cut { length } else { 0 };
            let tail = self.classes(behind.clone());
            if let Some(slot) = self.slots.get_mut(number) {
                (slot.behind, slot.tail) = (behind, tail);
            }
        }
    }
}

/// The classes of the words of some tokens.
pub fn classes(tokens: &[Token]) -> Classes {
    tokens.iter().fold(Classes::NONE, |classes, token| match token.kind {
        Kind::Word(more) | Kind::Quoted(more) => classes.and(more),
        _ => classes,
    })
}
