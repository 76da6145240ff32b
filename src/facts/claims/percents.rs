//! Percentages of one whole, listed without their counts: 政策类占20%，动态类占55%，其他占25%.

use super::slots::Said;
use crate::facts::figure::Value;
use crate::facts::slots::{Slot, Slots};
use crate::facts::tokens::{Border, Kind};
use crate::rules::lexicon::{Classes, Roles};

/// Finds the lists of percentages of a text.
pub fn read(text: &Slots, roles: &Roles) -> Vec<Said> {
    let mut found = Vec::new();
    let mut run: Vec<usize> = Vec::new();
    for number in 0..=text.slots.len() {
        if let Some(slot) = text.slots.get(number)
            && (is_share(text, number, roles) || is_next(text, &run, number, roles))
            && run.last().is_none_or(|&last| goes_on(text, last, number))
            && !is_of_another(text, &run, slot, roles)
        {
            run.push(number);
            if slot.label.meets(roles.rest) {
                found.extend(list(text, &run, roles));
                run.clear();
            }
            continue;
        }
        found.extend(list(text, &run, roles));
        run.clear();
        if text.slots.get(number).is_some() && is_share(text, number, roles) {
            run.push(number);
        }
    }
    found
}

/// Whether a slot is a share of something that its words name, and nothing counts it.
fn is_share(text: &Slots, number: usize, roles: &Roles) -> bool {
    let Some(slot) = text.slots.get(number) else { return false };
    let other =
        roles.rise.and(roles.fall).and(roles.than).and(roles.plan).and(roles.last).and(roles.other_kind);
    let says_nothing = roles.share.and(roles.neutral).and(roles.joint);
    let is_bare = text.tokens(slot.before.clone()).iter().all(|token| {
        matches!(token.kind, Kind::Word(classes) if classes.meets(says_nothing) && !classes.meets(roles.rest))
    });
    // 46% of sales came from the north
    if matches!(slot.value, Value::Percent(_)) && names_whole(text, slot, roles) && !slot.words().meets(other)
    {
        return true;
    }
    matches!(slot.value, Value::Percent(_))
        && slot.label.meets(roles.share)
        && !slot.words().meets(other)
        && !is_bare
        && !text.ends_with(slot, roles.kind_end, Classes::NONE)
}

/// Whether what a percentage is of stands behind it.
fn names_whole(text: &Slots, slot: &Slot, roles: &Roles) -> bool {
    let next = text.tokens.get(slot.token + 1);
    next.is_some_and(|token| matches!(token.kind, Kind::Word(classes) if classes.meets(roles.out_of)))
}

/// Whether a percentage is of another whole than the first of a list: 46% of the workforce, 31% of managers.
fn is_of_another(text: &Slots, run: &[usize], slot: &Slot, roles: &Roles) -> bool {
    let first = run.first().and_then(|&first| text.slots.get(first));
    names_whole(text, slot, roles) && first.is_some_and(|first| names_whole(text, first, roles))
}

/// Whether a percentage goes on with a list whose words stand behind its figures, or are told before all of them.
fn is_next(text: &Slots, run: &[usize], number: usize, roles: &Roles) -> bool {
    let (Some(&first), Some(slot)) = (run.first(), text.slots.get(number)) else { return false };
    let is_plain =
        !slot.words().meets(roles.rise.and(roles.fall).and(roles.than).and(roles.plan).and(roles.last));
    let is_together = text.told_together(number, roles.respective).is_some_and(|(start, ..)| start == first);
    let has_tails =
        text.slots.get(first).is_some_and(|first| !first.behind.is_empty()) && !slot.behind.is_empty();
    matches!(slot.value, Value::Percent(_)) && is_plain && (is_together || has_tails)
}

/// Whether a slot stands right behind another in a list.
fn goes_on(text: &Slots, before: usize, number: usize) -> bool {
    let (Some(before), Some(own)) = (text.slots.get(before), text.slots.get(number)) else { return false };
    let between = text.tokens(before.behind.end..own.before.start);
    before.sentence == own.sentence
        && before.depth == own.depth
        && between
            .iter()
            .all(|token| matches!(token.kind, Kind::Border(border) if border <= Border::Semicolon))
}

fn is_loose(text: &Slots, run: &[usize], roles: &Roles) -> bool {
    let is_share = run
        .first()
        .and_then(|&first| text.slots.get(first))
        .is_some_and(|slot| slot.label.meets(roles.share));
    let has_rest =
        run.last().and_then(|&last| text.slots.get(last)).is_some_and(|slot| slot.label.meets(roles.rest));
    !is_share && !has_rest
}

fn list(text: &Slots, run: &[usize], roles: &Roles) -> Option<Said> {
    let (&first, &last) = (run.first()?, run.last()?);
    let figures: Vec<usize> = run.iter().filter_map(|&number| Some(text.slots.get(number)?.figure)).collect();
    let said = text.classes(text.slots.get(first)?.before.start..text.slots.get(last)?.behind.end);
    (run.len() >= 2).then(|| Said {
        slot: first,
        percent: figures.first().copied(),
        is_complete: text.slots.get(last).is_some_and(|slot| slot.label.meets(roles.rest))
            && !said.meets(roles.selection),
        // Where words stand behind, only the rest shows that they are of one whole.
        is_doubtful: said.meets(roles.overlapping) || is_loose(text, run, roles),
        parts: figures,
        ..Said::default()
    })
}
