//! The counts and percentages of running text, each with the words that stand around it.

use std::ops::Range;

use super::figure::Value;
use super::lists::worded;
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
    /// Its measure word; empty without one.
    pub unit: &'static str,
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
}

/// Reads the slots of a text.
pub fn read(prose: &Prose, lexicon: &Lexicon) -> Slots {
    let mut found = Slots::default();
    if lexicon.is_empty() {
        return found;
    }
    let mut sentence = 0;
    for (number, paragraph) in prose.paragraphs.iter().enumerate() {
        let first = prose.figures.len() + found.worded.len();
        let in_words = worded::read(prose, paragraph.text);
        let numbered: Vec<(usize, ProseFigure)> =
            in_words.iter().enumerate().map(|(at, figure)| (first + at, *figure)).collect();
        found.worded.extend(in_words);
        let start = found.tokens.len();
        found.tokens.extend(tokens::read(prose, paragraph.text, lexicon, &numbered));
        let paragraph = u32::try_from(number).unwrap_or(u32::MAX);
        found.slots_from(prose, start, paragraph, &mut sentence);
    }
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

    /// Whether the last word before a slot's figure is one of `wanted`; words of `passed` may stand between.
    pub fn ends_with(&self, slot: &Slot, wanted: Classes, passed: Classes) -> bool {
        for token in self.tokens(slot.before.clone()).iter().rev() {
            match token.kind {
                Kind::Word(classes) if classes.meets(wanted) => return true,
                Kind::Word(classes) if classes.meets(passed) => {}
                _ => return false,
            }
        }
        false
    }

    fn slots_from(&mut self, prose: &Prose, start: usize, paragraph: u32, sentence: &mut u32) {
        let (mut depth, mut from) = (0_u16, start);
        let mut has_figure = false;
        let first = self.slots.len();
        for at in start..self.tokens.len() {
            let Some(token) = self.tokens.get(at).copied() else { break };
            let cuts = match token.kind {
                Kind::Open => {
                    depth = depth.saturating_add(1);
                    true
                }
                Kind::Close => {
                    depth = depth.saturating_sub(1);
                    true
                }
                Kind::Border(border) => {
                    if border >= Border::Stop {
                        *sentence += 1;
                        depth = 0;
                    }
                    // Labels are joined by the same mark as what is counted.
                    border > Border::Item || has_figure
                }
                // The number of an item of a list: 1.咨询类12件.
                Kind::Figure(_) if self.is_enumeration(prose, at) => false,
                Kind::Figure(number) => {
                    match self.figure(prose, number).map(|figure| (figure.value, figure.unit)) {
                        Some((value @ (Value::Count(_) | Value::Percent(_)), unit)) => {
                            let before = from..at;
                            let label = self.classes(before.clone());
                            self.slots.push(Slot {
                                figure: number,
                                token: at,
                                value,
                                unit,
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
        self.tails_from(first);
    }

    /// Whether a figure at the start of a clause only numbers what follows.
    fn is_enumeration(&self, prose: &Prose, at: usize) -> bool {
        let is_start = at.checked_sub(1).and_then(|before| self.tokens.get(before)).is_none_or(|before| {
            matches!(before.kind, Kind::Border(border) if border >= Border::Colon)
                || before.kind == Kind::Open
        });
        let Some(token) = self.tokens.get(at).filter(|_| is_start) else { return false };
        let behind = prose.text().get(token.span.end as usize..).unwrap_or_default();
        let is_plain = matches!(token.kind, Kind::Figure(number) if self.figure(prose, number).is_some_and(|figure| figure.unit.is_empty()));
        is_plain && behind.starts_with(['.', '．', '、', '）', ')'])
    }

    /// Gives the slots from one on what stands behind them.
    fn tails_from(&mut self, first: usize) {
        for number in first..self.slots.len() {
            let next = self.slots.get(number + 1).map_or(self.tokens.len(), |next| next.token);
            let Some(slot) = self.slots.get(number) else { break };
            let start = slot.token + 1;
            let is_end = |token: &Token| matches!(token.kind, Kind::Border(_) | Kind::Open | Kind::Close);
            let length = self.tokens(start..next).iter().take_while(|token| !is_end(token)).count();
            let behind = start..start + length;
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
