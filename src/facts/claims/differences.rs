//! Differences: a figure said to be what is left when one is taken from another.

use super::slots::Said;
use crate::facts::slots::{Slot, Slots};
use crate::facts::tokens::{Border, Kind};
use crate::rules::lexicon::Roles;

/// Finds the differences of a text: a figure behind a word for it, and the only two counts before it in its sentence.
pub fn read(text: &Slots, roles: &Roles) -> Vec<Said> {
    (0..text.slots.len()).filter_map(|number| difference(text, roles, number)).collect()
}

fn difference(text: &Slots, roles: &Roles, number: usize) -> Option<Said> {
    let own = text.slots.get(number)?;
    let is_named = text.ends_with(own, roles.difference, roles.neutral.and(roles.reached));
    let change = roles.rise.and(roles.fall).and(roles.than).and(roles.last).and(roles.next);
    // `10, 20 and differences of 5` is a list.
    let first = text.tokens(own.before.clone()).first();
    let is_listed =
        first.is_some_and(|first| matches!(first.kind, Kind::Word(classes) if classes.meets(roles.joint)));
    if !own.is_count() || !is_named || is_listed || own.label.meets(change) {
        return None;
    }
    let before = text.slots.get(..number)?.iter().rev().take_while(|slot| slot.sentence == own.sentence);
    let before: Vec<&Slot> = before.take(3).collect();
    let [second, first] = before.as_slice() else { return None };
    let is_alike = |slot: &&&Slot| {
        slot.is_count() && slot.measure == own.measure && slot.depth == own.depth && !slot.label.meets(change)
    };
    let between = text.tokens(first.token + 1..own.token);
    let is_parted =
        between.iter().any(|token| matches!(token.kind, Kind::Border(border) if border >= Border::Semicolon));
    let are_alike = [first, second].iter().all(is_alike) && !is_parted;
    are_alike.then(|| Said {
        slot: number,
        change: Some(own.figure),
        before: Some(first.figure),
        now: Some(second.figure),
        is_doubtful: own.words().meets(roles.other_kind),
        ..Said::default()
    })
}
