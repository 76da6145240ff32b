//! What the figures of running text count in: a measure word of the language, the sign of a currency, or a word that
//! nobody taught and that stands behind several figures of a paragraph.

use rust_decimal::Decimal;
use rustc_hash::{FxHashMap, FxHashSet};

use super::figure::Value;
use super::prose::Prose;
use super::slots::Slot;
use super::tokens::{Kind, Token};
use crate::source::place::Span;

/// The signs of currencies that stand before their figures.
pub const SIGNS: [&str; 4] = ["$", "£", "€", "¥"];

/// What a figure counts in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Measure {
    /// Nothing says.
    #[default]
    Unsaid,
    /// A measure word or the sign of a currency.
    Known(&'static str),
    /// A word that stands behind several figures of a paragraph (kWh, where a language joins it to the figure), by its
    /// number among those of the report.
    Met(usize),
}

impl Measure {
    /// That of a word, which may be empty.
    pub fn of(word: &'static str) -> Self {
        if word.is_empty() { Self::Unsaid } else { Self::Known(word) }
    }

    /// The measure word or the sign; empty where none is known.
    pub fn word(self) -> &'static str {
        match self {
            Self::Known(word) => word,
            Self::Unsaid | Self::Met(_) => "",
        }
    }

    /// Whether nothing says what the figure counts in.
    pub fn is_unsaid(self) -> bool {
        self == Self::Unsaid
    }

    /// Whether it is an amount of money by the sign of its currency.
    pub fn is_sign(self) -> bool {
        SIGNS.contains(&self.word())
    }
}

/// The measure words of a report that were met.
#[derive(Debug, Default)]
pub struct Measures<'p> {
    numbers: FxHashMap<&'p str, usize>,
    /// Where in the prose text each stands first.
    pub words: Vec<Span>,
}

/// No measure word has more characters.
const MOST_CHARACTERS: usize = 6;

impl<'p> Measures<'p> {
    /// Gives the counts of a paragraph that have no measure word the one that several of them share. What stands behind
    /// the same number again belongs to a name.
    pub fn settle(&mut self, prose: &'p Prose, tokens: &[Token], slots: &mut [Slot]) {
        let tails: Vec<(usize, &str, Decimal)> = slots
            .iter()
            .enumerate()
            .filter_map(|(number, slot)| {
                let Value::Count(quantity) = slot.value else { return None };
                let tail = slot.measure.is_unsaid().then(|| joined(prose, tokens, slot))??;
                Some((number, tail, quantity.printed))
            })
            .collect();
        if tails.len() < 2 {
            return;
        }
        // For each tail how many numbers it stands behind, as a whole or as a start: two are enough.
        let mut firsts: FxHashMap<&str, Decimal> = FxHashMap::default();
        let mut shared: FxHashMap<&str, bool> = FxHashMap::default();
        for &(_, tail, value) in &tails {
            for start in starts(tail) {
                let first = *firsts.entry(start).or_insert(value);
                let is_shared = shared.entry(start).or_default();
                *is_shared |= first != value;
            }
        }
        let wholes: FxHashSet<&str> = tails.iter().map(|&(_, tail, _)| tail).collect();
        for &(number, tail, _) in &tails {
            let is_measure =
                |start: &&str| wholes.contains(start) && shared.get(start).copied().unwrap_or_default();
            let Some(word) = starts(tail).find(is_measure) else { continue };
            let Some(slot) = slots.get_mut(number) else { continue };
            let id = *self.numbers.entry(word).or_insert_with(|| {
                let start = tokens.get(slot.token).map_or(0, |token| token.span.end as usize);
                self.words.push(Span::from(start..start + word.len()));
                self.words.len() - 1
            });
            slot.measure = Measure::Met(id);
        }
    }
}

/// The starts of a text by characters, the shortest first.
fn starts(text: &str) -> impl Iterator<Item = &str> {
    text.char_indices().take(MOST_CHARACTERS).filter_map(move |(at, c)| text.get(..at + c.len_utf8()))
}

/// The text that is joined to a figure, up to the next mark, or word of the lexicon behind the first.
fn joined<'p>(prose: &'p Prose, tokens: &[Token], slot: &Slot) -> Option<&'p str> {
    let end = tokens.get(slot.token)?.span.end;
    let behind = tokens.get(slot.token + 1..)?;
    let is_text = |token: &&Token| matches!(token.kind, Kind::Unknown | Kind::Word(_));
    let first = behind.first().filter(|first| first.span.start == end).filter(is_text)?;
    let next = behind.get(1).filter(|next| {
        matches!(first.kind, Kind::Word(_)) && next.kind == Kind::Unknown && next.span.start == first.span.end
    });
    let last = next.unwrap_or(first);
    let text = first.span.join(last.span).of(prose.text()).trim_end();
    text.starts_with(|c: char| c.is_alphabetic() && !c.is_ascii()).then_some(text)
}
