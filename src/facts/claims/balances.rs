//! Balances: what was there, what came to it, what went, and what is there; and rates of the two counts beside them.

use super::slots::Said;
use crate::facts::figure::Value;
use crate::facts::slots::{Slot, Slots};
use crate::facts::tokens::Kind;
use crate::rules::lexicon::{Classes, Roles};

/// Finds the balances of a text: four counts of one unit in a sentence or two, each under a word of its own.
pub fn read(text: &Slots, roles: &Roles) -> Vec<Said> {
    let mut found = Vec::new();
    let mut start = 0;
    while let Some(first) = text.slots.get(start) {
        let near = text.slots.get(start..).unwrap_or_default().iter();
        let in_two = near
            .clone()
            .take_while(|slot| slot.sentence <= first.sentence + 1 && slot.paragraph == first.paragraph);
        let slots: Vec<&Slot> = in_two.collect();
        found.extend(balance(text, roles, &slots, start));
        start += near.take_while(|slot| slot.sentence == first.sentence).count().max(1);
    }
    found.dedup_by(|a, b| (a.before, a.now) == (b.before, b.now));
    found
}

fn balance(text: &Slots, roles: &Roles, slots: &[&Slot], start: usize) -> Option<Said> {
    // The word that stands nearest before a count tells, else one behind it.
    let told = |slot: &Slot, class: Classes| {
        let others = roles.opening.and(roles.closing).and(roles.inflow).and(roles.outflow);
        let own = text.tokens(slot.before.clone()).iter().rev().find_map(|token| match token.kind {
            Kind::Word(classes) if classes.meets(others) => Some(classes),
            _ => None,
        });
        own.map_or_else(|| slot.tail.meets(class), |own| own.meets(class))
    };
    let only = |class: Classes| {
        let mut named = slots.iter().filter(|slot| slot.is_count() && told(slot, class));
        let one = named.next()?;
        named.next().is_none().then_some(*one)
    };
    let (before, now) = (only(roles.opening)?, only(roles.closing)?);
    let (came, went) = (only(roles.inflow)?, only(roles.outflow)?);
    let four = [before, now, came, went];
    let are_alike = four.iter().all(|slot| slot.measure == before.measure && slot.depth == before.depth);
    let mut tokens: Vec<usize> = four.iter().map(|slot| slot.token).collect();
    tokens.sort_unstable();
    tokens.dedup();
    let between = slots.iter().filter(|slot| slot.is_count() && slot.measure == before.measure);
    // Other counts of the unit would belong to the balance as well.
    let is_whole =
        tokens.len() == 4 && between.filter(|slot| slot.token <= *tokens.last().unwrap_or(&0)).count() == 4;
    (are_alike && is_whole).then(|| Said {
        slot: start,
        before: Some(before.figure),
        now: Some(now.figure),
        change: Some(came.figure),
        base: Some(went.figure),
        is_doubtful: slots.iter().any(|slot| slot.words().meets(roles.plan)),
        ..Said::default()
    })
}

/// Finds rates: a percentage behind a word for one, and just two counts of a unit before it in its sentence.
pub fn rates(text: &Slots, roles: &Roles) -> Vec<Said> {
    let rate = |number: usize| {
        let own = text.slots.get(number)?;
        let is_rate = text.ends_with(own, roles.kind_end, roles.neutral.and(roles.reached));
        let change = roles.rise.and(roles.fall).and(roles.than).and(roles.last).and(roles.plan);
        if !matches!(own.value, Value::Percent(_)) || !is_rate || own.words().meets(change) {
            return None;
        }
        let before = text.slots.get(..number)?.iter().rev().take_while(|slot| slot.sentence == own.sentence);
        let before: Vec<&Slot> = before.take(3).collect();
        let [second, first] = before.as_slice() else { return None };
        let is_alike = first.is_count() && second.is_count() && first.measure == second.measure;
        (is_alike && !first.label.meets(change) && !second.label.meets(change)).then(|| Said {
            slot: number,
            count: Some(second.figure),
            percent: Some(own.figure),
            base: Some(first.figure),
            ..Said::default()
        })
    };
    (0..text.slots.len()).filter_map(rate).collect()
}
