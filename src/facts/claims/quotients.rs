//! Averages: a figure said to be what one of several counted things has of a total: 12个镇共收到372件，平均每个镇31件;
//! 3,640 cases over 52 weeks, an average of 70 per week.

use super::slots::Said;
use crate::facts::slots::{Slot, Slots};
use crate::facts::tokens::{Kind, Token};
use crate::rules::lexicon::{Classes, Roles};

/// What an average is told for.
enum Each<'p> {
    /// What the words behind it start with: per week, 每件.
    Named(&'p str),
    /// The thing counted next: for each of our 420 volunteers.
    Next,
    /// The thing counted before: 1,250 households $400 each.
    Before,
}

/// So many words may stand between an average and what it is told for.
const MOST_WORDS: usize = 4;

/// Finds the averages of a text: a count said to be one, with just two others in its sentence.
pub fn read(prose: &str, text: &Slots, roles: &Roles) -> Vec<Said> {
    let reader = Reader { prose, text, roles };
    (0..text.slots.len()).filter_map(|number| reader.average(number)).collect()
}

struct Reader<'r> {
    prose: &'r str,
    text: &'r Slots,
    roles: &'r Roles,
}

impl<'r> Reader<'r> {
    fn average(&self, number: usize) -> Option<Said> {
        let roles = self.roles;
        let own = self.text.slots.get(number).filter(|own| own.is_count())?;
        let each = self.each(own)?;
        let other = roles.than.and(roles.last).and(roles.plan).and(roles.next);
        if own.words().meets(other) || self.text.ends_with(own, roles.rise.and(roles.fall), roles.neutral) {
            return None;
        }
        let is_same = |slot: &&Slot| slot.sentence == own.sentence;
        let before = self.text.slots.get(..number)?.iter().rev().take_while(is_same).take(3);
        let behind = self.text.slots.get(number + 1..)?.iter().take_while(is_same).take(3);
        let others: Vec<&Slot> = before.chain(behind).filter(|slot| slot.is_count()).collect();
        let [first, second] = others.as_slice() else { return None };
        let is_of = |slot: &Slot| match each {
            Each::Named(noun) => self.is_named(slot, noun),
            Each::Next => slot.token > own.token,
            Each::Before => slot.token < own.token && slot.measure != own.measure,
        };
        let (of, base) = match (is_of(first), is_of(second)) {
            (true, false) => (second, first),
            (false, true) => (first, second),
            _ => return None,
        };
        let is_alike = of.measure == own.measure && !of.label.meets(roles.average);
        // What grows and shrinks within the year is averaged over it.
        let is_stock = base.words().meets(roles.stock);
        is_alike.then(|| Said {
            slot: number,
            now: Some(own.figure),
            before: Some(of.figure),
            base: Some(base.figure),
            is_doubtful: is_stock || of.words().meets(other) || base.words().meets(other),
            ..Said::default()
        })
    }

    /// What the words around an average say that it is told for.
    fn each(&self, own: &Slot) -> Option<Each<'r>> {
        let is = |token: &Token, wanted: Classes| matches!(token.kind, Kind::Word(classes) if classes.meets(wanted));
        let rest = self.text.tokens.get(own.token + 1..)?.iter();
        let mut clause = rest.take_while(|token| matches!(token.kind, Kind::Word(_) | Kind::Unknown));
        let words: Vec<&Token> = clause.by_ref().take(MOST_WORDS + 2).collect();
        if let Some(at) = words.iter().take(MOST_WORDS).position(|token| is(token, self.roles.each)) {
            let noun = words.get(at + 1..).unwrap_or_default();
            let noun = noun
                .iter()
                .find(|token| !is(token, self.roles.neutral.and(self.roles.own).and(self.roles.out_of)));
            return match noun {
                Some(noun) => Some(Each::Named(noun.span.of(self.prose).trim())),
                None if at == 0 && self.ends(own, words.len()) => Some(Each::Before),
                None => Some(Each::Next).filter(|_| !self.ends(own, words.len())),
            };
        }
        let before = self.text.tokens(own.before.clone());
        if let Some(at) = before.iter().rposition(|token| is(token, self.roles.average_of)) {
            let word = before.get(at)?.span.of(self.prose).trim();
            return word.char_indices().nth(1).and_then(|(end, _)| word.get(..end)).map(Each::Named);
        }
        let at = before.iter().rposition(|token| is(token, self.roles.each))?;
        let is_joined = |token: &&Token| !token.span.of(self.prose).is_ascii();
        let noun =
            before.get(at + 1).filter(|noun| own.label.meets(self.roles.average) || is_joined(noun))?;
        Some(Each::Named(noun.span.of(self.prose).trim()))
    }

    /// Whether a border stands behind so many words behind a figure.
    fn ends(&self, own: &Slot, words: usize) -> bool {
        let next = self.text.tokens.get(own.token + 1 + words);
        next.is_none_or(|next| matches!(next.kind, Kind::Border(_) | Kind::Close | Kind::Open))
    }

    /// Whether what a figure counts is named by a noun.
    fn is_named(&self, slot: &Slot, noun: &str) -> bool {
        let behind = self.text.tokens.get(slot.token + 1..).unwrap_or_default().iter();
        let words = behind.take_while(|token| matches!(token.kind, Kind::Word(_) | Kind::Unknown));
        let Some(first) = words.clone().next() else {
            return starts_alike(slot.measure.word(), noun);
        };
        let last = words.take(MOST_WORDS).last().unwrap_or(first);
        let counted = first.span.join(last.span).of(self.prose);
        if noun.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let noun = noun.split_whitespace().next().unwrap_or(noun);
            return counted.split(|c: char| !c.is_ascii_alphabetic()).any(|word| stem(word) == stem(noun));
        }
        starts_alike(slot.measure.word(), noun) || starts_alike(counted, noun)
    }
}

/// Whether two texts start with the same character.
fn starts_alike(one: &str, other: &str) -> bool {
    one.chars().next().is_some_and(|first| other.starts_with(first))
}

/// A noun without the ending of its plural, in small letters.
fn stem(word: &str) -> String {
    let word = word.to_ascii_lowercase();
    match word.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => word.strip_suffix('s').unwrap_or(&word).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::stem;

    #[test]
    fn one_thing_and_several_have_one_stem() {
        for (several, one) in [("weeks", "week"), ("Authorities", "authority"), ("staff", "staff")] {
            assert_eq!(stem(several), stem(one));
        }
    }
}
