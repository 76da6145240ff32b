//! Totals with the parts that are listed for them: `共30件：网上10件、信函15件、当面5件`. Which figures are parts is told by
//! borders, brackets and words; what may be concluded of them, by the parts themselves.

mod parts;
mod shares;
mod slip;
mod sums;
pub mod worded;

use super::interval::{Interval, Possible, Relation};
use super::prose::Prose;
use super::slots::{Slot, Slots};
use super::tokens::Kind;
use crate::rules::lexicon::{Classes, Lexicon, Roles};

/// How a total introduces its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Introduced {
    /// `30: 10 of these, 20 of those`
    Colon,
    /// `30 (10 of these, 20 of those)`
    Bracket,
    /// `30, of which 10 are these`
    Words,
    /// `30 are made up of 10 of these and 20 of those`
    Whole,
    /// `30, these 10 and those 20`
    Comma,
    /// `30. These 10, those 20.`
    Sentence,
    /// `30, 10 and 20 respectively`
    Respective,
    /// `These 10, those 20, 30 in all`
    Sum,
}

impl Introduced {
    /// Its name in expressions.
    pub fn name(self) -> &'static str {
        match self {
            Self::Colon => "colon",
            Self::Bracket => "bracket",
            Self::Words => "words",
            Self::Whole => "whole",
            Self::Comma => "comma",
            Self::Sentence => "sentence",
            Self::Respective => "respective",
            Self::Sum => "sum",
        }
    }

    /// Whether what follows is said to be of the total.
    pub fn is_said(self) -> bool {
        !matches!(self, Self::Comma | Self::Sentence)
    }
}

/// A total and its parts. Figures are meant by their numbers in the prose.
#[derive(Clone, Debug)]
pub struct List {
    /// The total.
    pub total: usize,
    /// The parts that are added up.
    pub items: Vec<usize>,
    /// All parts, whatever their unit.
    pub all: Vec<usize>,
    /// The percentages behind the parts, one behind each; none where some part has none.
    pub shares: Vec<usize>,
    /// How they are introduced.
    pub introduced: Introduced,
    /// They add up to the total.
    pub is_exact: bool,
    /// They are all there are, and exclude each other.
    pub is_complete: bool,
    /// They exclude each other.
    pub is_exclusive: bool,
    /// They are ways by which one thing may go out several times.
    pub is_by_channel: bool,
    /// One thing can be in several of them.
    pub is_overlapping: bool,
    /// They are only a selection.
    pub is_selection: bool,
    /// One slip of the hand in one of the figures explains why they do not add up.
    pub is_slip: bool,
    /// The classes of words that all parts have around them, what is left over aside.
    pub common: Classes,
    /// The classes of the words around the total.
    pub words: Classes,
}

/// A list has at most so many parts; what is longer is text.
const MOST_ITEMS: usize = 80;

/// Parts that were found for a total, with what is said of them.
#[derive(Clone, Debug)]
struct Found {
    /// The numbers of their slots, in order.
    parts: Vec<usize>,
    /// Slots that may be parts as well, behind them.
    more: Vec<usize>,
    introduced: Introduced,
    /// They are said to be all.
    is_whole: bool,
    /// Nothing but their numbers says that they are parts.
    is_bare: bool,
    /// The words between the total and the last part, and right behind it.
    said: Classes,
}

struct Reader<'r> {
    prose: &'r Prose,
    text: &'r Slots,
    roles: &'r Roles,
    /// The classes of the labels of rows and of columns of forms: kinds that exclude each other.
    kinds: [Classes; 2],
    /// Words that name all there is of a kind.
    wholes: &'r [Vec<String>],
}

/// Finds the lists in running text.
pub fn read(prose: &Prose, text: &Slots, lexicon: &Lexicon) -> Vec<List> {
    let class = |name| lexicon.class(name).unwrap_or_default();
    let kinds = [class(crate::rules::lexicon::ROW), class(crate::rules::lexicon::COLUMN)];
    let reader = Reader { prose, text, roles: &lexicon.roles, kinds, wholes: &lexicon.wholes };
    let mut lists = Vec::new();
    // Parts of a list that adds up are no totals of those behind them unless words say so.
    let mut settled = 0;
    for (number, slot) in text.slots.iter().enumerate() {
        if !slot.is_count() {
            continue;
        }
        for found in reader.bracketed(number).into_iter().chain(reader.following(number)) {
            let first = found.parts.first().and_then(|&first| reader.slot(first));
            let is_left_out = first.is_some_and(|first| first.label.meets(lexicon.roles.but));
            if number <= settled
                && settled > 0
                && (!found.introduced.is_said() || found.is_bare || is_left_out)
            {
                continue;
            }
            let Some(list) = reader.list(number, &found) else { continue };
            if list.is_exact
                && let Some(&last) = found.parts.last()
            {
                settled = settled.max(last);
            }
            lists.push(list);
        }
        lists.extend(reader.summed(number));
    }
    lists
}

impl Reader<'_> {
    fn slot(&self, number: usize) -> Option<&Slot> {
        self.text.slots.get(number)
    }

    fn interval(&self, number: usize) -> Option<Interval> {
        match self.slot(number)?.value {
            super::figure::Value::Count(quantity) => Some(quantity.interval),
            _ => None,
        }
    }

    /// Whether a figure is a change, an average, a number of another kind or a name: neither a total nor a part.
    fn is_other(&self, slot: &Slot) -> bool {
        let roles = self.roles;
        slot.label.meets(roles.than.and(roles.other_kind))
            || self.text.ends_with(slot, roles.rise.and(roles.fall).and(roles.kind_end), roles.neutral)
            || self.text.ends_with(slot, roles.reference, Classes::NONE)
            || self.is_name(slot)
    }

    /// Whether a figure without a measure word is part of a name: 12345热线.
    fn is_name(&self, slot: &Slot) -> bool {
        let next = self.text.tokens.get(slot.token + 1);
        let is_joined = next.is_some_and(|next| {
            let at = self.text.tokens.get(slot.token).map_or(0, |token| token.span.end);
            next.span.start == at
                && matches!(next.kind, Kind::Word(_) | Kind::Quoted(_) | Kind::Unknown)
                && next.span.of(self.prose.text()).starts_with(|c: char| !c.is_ascii())
                && !matches!(next.kind, Kind::Word(classes) if classes.meets(self.roles.share))
        });
        slot.measure.is_unsaid() && is_joined
    }

    /// Whether the figures of some slots come to a total, and at least two of them say something.
    fn add_up(&self, total: Interval, parts: impl Iterator<Item = usize>) -> bool {
        let mut sum = Interval::ZERO;
        let mut telling = 0;
        for number in parts {
            let Some(part) = self.interval(number) else { return false };
            telling += usize::from(part != Interval::ZERO);
            match sum.checked_add(part) {
                Some(more) => sum = more,
                None => return false,
            }
        }
        telling >= 2
            && sum.is_narrow()
            && total.is_narrow()
            && sum.compare(Relation::Equal, total) != Possible::Never
    }

    /// Whether a part is counted as its total is.
    fn is_of_unit(&self, total: &Slot, part: &Slot) -> bool {
        part.measure == total.measure
            || part.measure.is_unsaid() && (part.behind.is_empty() || part.tail.meets(self.roles.share))
    }

    /// The list of a total with the parts found: those that add up, if some do.
    fn list(&self, total: usize, found: &Found) -> Option<List> {
        let own = self.slot(total)?;
        let value = self.interval(total)?;
        let all: Vec<usize> = found.parts.iter().chain(&found.more).copied().collect();
        let of_unit = |parts: &[usize]| -> Vec<usize> {
            let is_part =
                |number: &&usize| self.slot(**number).is_some_and(|part| self.is_of_unit(own, part));
            parts.iter().filter(is_part).copied().collect()
        };
        // What adds up by chance says nothing: small totals need words, or parts of one kind.
        let [rows, columns] = self.kinds;
        let may_tell = found.introduced.is_said()
            || self.common(&found.parts).meets(rows.and(columns).and(self.roles.way))
            || value.compare(Relation::AtMost, Interval::Exact(20.into())) == Possible::Never;
        let exact = |parts: &[usize]| {
            (2..=parts.len())
                .rev()
                .find(|&count| may_tell && self.add_up(value, parts.iter().take(count).copied()))
        };
        let (units, hard_units) = (of_unit(&all), of_unit(&found.parts));
        // A rest that is left over shows that what adds up is not all.
        let has_rest = found.parts.last().is_some_and(|&last| self.is_rest(last));
        let whole = |parts: &[usize], count: &usize| *count >= parts.len() || !has_rest;
        let adding = exact(&hard_units)
            .filter(|&count| count == hard_units.len())
            .map(|count| (&hard_units, count))
            .or_else(|| exact(&units).filter(|count| whole(&units, count)).map(|count| (&units, count)))
            .or_else(|| exact(&all).filter(|count| whole(&all, count)).map(|count| (&all, count)));
        if let Some((parts, count)) = adding {
            let items: Vec<usize> = parts.iter().take(count).copied().collect();
            return Some(self.made(total, items.clone(), &items, found, true));
        }
        // “95 new, 0 old, 2 still open”: where one part is all and the next is zero, nothing is left.
        let printed = |number: usize| match self.slot(number)?.value {
            crate::facts::figure::Value::Count(quantity) => Some(quantity.printed),
            _ => None,
        };
        let is_zero = |number: usize| printed(number).is_some_and(|value| value.is_zero());
        let is_all =
            found.parts.first().is_some_and(|&first| printed(first) == printed(total) && is_zero(first + 1));
        (!found.parts.is_empty() && !is_all).then(|| self.made(total, hard_units, &found.parts, found, false))
    }

    fn made(&self, total: usize, items: Vec<usize>, all: &[usize], found: &Found, is_exact: bool) -> List {
        let figure = |number: usize| self.slot(number).map_or(0, |slot| slot.figure);
        let labels: Vec<Classes> = items
            .iter()
            .map(|&number| self.slot(number).map(|slot| self.kind_words(slot)).unwrap_or_default())
            .collect();
        let any = |class: Classes| labels.iter().any(|label| label.meets(class));
        let are_all = |class: Classes| {
            !labels.is_empty() && labels.iter().all(|label| label.meets(class.and(self.roles.rest)))
        };
        let is_mixed = {
            let has = self.kinds.map(any);
            has.iter().filter(|has| **has).count() > 1 || any(self.roles.channel) && has.contains(&true)
        };
        let is_disjoint = found.said.meets(self.roles.disjoint);
        let own = self.slot(total).map(Slot::words).unwrap_or_default();
        let are_posted = own.meets(self.roles.posted) || any(self.roles.posted);
        let is_by_channel = any(self.roles.channel) && are_posted && !is_disjoint;
        let is_overlapping = (found.said.meets(self.roles.overlapping) || is_mixed) && !is_disjoint;
        // A number in words may be a part that was not read.
        let is_selection = found.said.meets(self.roles.selection.and(self.roles.numeral));
        let has_rest = items.len() > 1
            && items.last().is_some_and(|&last| self.is_rest(last))
            && found.more.is_empty()
            && self.are_in_a_row(total, found);
        let is_known = self.kinds.iter().any(|&kind| are_all(kind));
        let is_complete = !is_selection
            && !is_by_channel
            && (found.is_whole || has_rest || is_disjoint || self.are_all(&items));
        let is_slip = !is_exact && self.is_slip(total, &items);
        List {
            total: figure(total),
            items: items.iter().map(|&number| figure(number)).collect(),
            all: all.iter().map(|&number| figure(number)).collect(),
            shares: self.shares(&items),
            introduced: found.introduced,
            is_exact,
            is_complete,
            is_exclusive: !is_by_channel
                && (is_complete || is_known || !is_overlapping && found.introduced.is_said()),
            is_by_channel,
            is_overlapping,
            is_selection,
            is_slip,
            common: self.common(&items),
            words: own,
        }
    }

    /// The classes of words that all parts have around them.
    fn common(&self, parts: &[usize]) -> Classes {
        let slots = parts.iter().filter_map(|&part| self.slot(part));
        // What is left over may be of any kind, unless something else was done with it.
        let done = self.roles.action.and(self.roles.carry).and(self.roles.next);
        let named = slots.filter(|slot| !slot.label.meets(self.roles.rest) || slot.words().meets(done));
        named.map(|slot| self.kind_words(slot)).reduce(Classes::within).unwrap_or_default()
    }

    /// Whether parts stand in one sentence, or words say that they are parts.
    fn are_in_a_row(&self, total: usize, found: &Found) -> bool {
        let sentence = |&number: &usize| self.slot(number).map(|slot| slot.sentence);
        let mut sentences = found.parts.iter().map(sentence);
        let first = sentences.next();
        found.introduced.is_said()
            || found.introduced == Introduced::Comma && self.is_total(total)
            || found.introduced == Introduced::Sentence && sentences.all(|one| Some(one) == first)
    }

    /// Whether words say of a figure that it is a total.
    fn is_total(&self, total: usize) -> bool {
        self.slot(total)
            .is_some_and(|slot| slot.label.meets(self.roles.grand.and(self.roles.sum)) && self.is_first(slot))
    }

    /// Whether parts are known to be all that there is of their kind: 男 and 女.
    fn are_all(&self, parts: &[usize]) -> bool {
        let are_named = |words: &Vec<String>| {
            let longest = |&part: &usize| {
                let slot = self.slot(part)?;
                words.iter().filter(|word| self.names(slot, word)).max_by_key(|word| word.len())
            };
            let named: Option<Vec<&String>> = parts.iter().map(longest).collect();
            words.len() == parts.len()
                && named.is_some_and(|named| words.iter().all(|word| named.contains(&word)))
        };
        self.wholes.iter().any(are_named)
    }

    fn names(&self, slot: &Slot, word: &str) -> bool {
        let words = self.text.span(slot.before.start..slot.behind.end);
        words.of(self.prose.text()).contains(word)
    }

    /// The classes of the words around a slot but for those that name what is left over, whatever that is.
    fn kind_words(&self, slot: &Slot) -> Classes {
        let tokens = [slot.before.clone(), slot.behind.clone()].map(|range| self.text.tokens(range));
        let words = tokens.into_iter().flatten().filter_map(|token| match token.kind {
            Kind::Word(classes) | Kind::Quoted(classes) => Some(classes),
            _ => None,
        });
        let [rows, columns] = self.kinds;
        words
            .filter(|classes| !classes.meets(self.roles.rest) || classes.meets(rows.and(columns)))
            .map(|classes| if classes.meets(self.roles.outcome) { classes.and(rows) } else { classes })
            .fold(Classes::NONE, Classes::and)
    }

    /// Whether a part names what is left over.
    fn is_rest(&self, number: usize) -> bool {
        self.slot(number).is_some_and(|slot| slot.label.meets(self.roles.rest))
    }
}
