//! Shares: a percentage with the count that it is the share of, and what that count may be a share of.

use rustc_hash::FxHashMap;

use super::slots::Said;
use crate::facts::figure::Value;
use crate::facts::interval::{Possible, Relation};
use crate::facts::lists::List;
use crate::facts::slots::{Slot, Slots};
use crate::facts::tokens::{Border, Kind, Token};
use crate::rules::lexicon::{Classes, Roles};

/// No more counts before a share are looked at for its base.
const MOST_BASES: usize = 60;
/// No base stands in an earlier paragraph than this many before.
const MOST_PARAGRAPHS: u32 = 8;

/// A part belongs to no more totals.
const MOST_TOTALS: usize = 8;

/// For each part of a list, the totals that it is listed for.
type Totals = FxHashMap<usize, Vec<usize>>;

/// Finds the shares of a text.
pub fn read(prose: &str, text: &Slots, lists: &[List], roles: &Roles) -> Vec<Said> {
    let mut totals: Totals = FxHashMap::default();
    for list in lists.iter().filter(|list| list.introduced.is_said() || list.is_exact) {
        for &part in &list.items {
            let totals = totals.entry(part).or_default();
            if totals.len() < MOST_TOTALS && !totals.contains(&list.total) {
                totals.push(list.total);
            }
        }
    }
    (0..text.slots.len()).filter_map(|number| share(prose, text, &totals, roles, number)).collect()
}

fn share(prose: &str, text: &Slots, totals: &Totals, roles: &Roles, number: usize) -> Option<Said> {
    let own = text.slots.get(number)?;
    if !matches!(own.value, Value::Percent(_)) || is_change(text, own, roles) {
        return None;
    }
    if own.words().meets(roles.completion) {
        return completion(text, own, number, roles);
    }
    if let Some((first, count, which)) = text.told_together(number, roles.respective) {
        return together(text, totals, own, number, (first, count, which));
    }
    let before = number.checked_sub(1).and_then(|before| text.slots.get(before));
    let before = before.filter(|before| before.is_count() && before.sentence == own.sentence);
    let behind = text.slots.get(number + 1).filter(|base| is_base_behind(text, own, base, roles));
    let (part, base) = match before {
        // $312 million, or 22.5% of net sales of $1,240 million
        Some(part) if behind.is_some() && is_beside(text, part, own, roles) => (part, behind),
        // 26 of the 60 members (52%), 8万元占支出10万元的67%
        Some(base) if is_base(text, base, own, roles) => {
            let part = number.checked_sub(2).and_then(|part| text.slots.get(part));
            (part.filter(|part| part.is_count() && part.sentence == own.sentence)?, Some(base))
        }
        // 128件，占全县总量（453件）的28%
        Some(base) if base.depth == own.depth + 1 && is_named_in_bracket(text, base, own, roles) => {
            let part = number.checked_sub(2).and_then(|part| text.slots.get(part));
            let is_part =
                |part: &&Slot| part.is_count() && part.sentence == own.sentence && part.depth == own.depth;
            (part.filter(is_part)?, Some(base))
        }
        Some(part) if is_beside(text, part, own, roles) => {
            (named(prose, text, number, roles).unwrap_or(part), None)
        }
        _ => return share_ahead(text, own, number, roles),
    };
    // `206 of grade 4, by keyhole 31.4 %`: what a share is named for behind a comma is not the count before it.
    let is_comma = |token: &Token| token.kind == Kind::Border(Border::Comma);
    let is_of_another = base.is_none()
        && text.tokens(part.token + 1..own.token).iter().any(is_comma)
        && !name(prose, text, own, roles).is_empty()
        && named(prose, text, number, roles).is_none();
    // increased $4.6 billion or 12%
    if text.ends_with(part, roles.rise.and(roles.fall).and(roles.kind_end), roles.neutral) {
        return None;
    }
    let totals: Vec<usize> = totals.get(&part.figure).cloned().unwrap_or_default();
    let is_sure = base.is_some() || !totals.is_empty() || own.label.meets(roles.all_of);
    let bases = match base {
        Some(base) => vec![base.figure],
        None => bases(text, part, number, &totals),
    };
    (!bases.is_empty()).then(|| Said {
        slot: number,
        count: Some(part.figure),
        percent: Some(own.figure),
        base: base.map(|base| base.figure),
        others: bases,
        is_doubtful: !is_sure || is_of_another || is_vague(text, own, roles),
        ..Said::default()
    })
}

/// Shares that are told together: 网上71件、信函42件，分别占62.8%、37.2%.
fn together(
    text: &Slots,
    totals: &Totals,
    own: &Slot,
    number: usize,
    (first, count, which): (usize, usize, usize),
) -> Option<Said> {
    let start = first.checked_sub(count).filter(|_| count > 1)?;
    let counted = text.slots.get(start..first)?;
    let are_counts = counted.iter().all(|slot| slot.is_count() && slot.sentence == own.sentence);
    let part = counted.get(which).filter(|_| are_counts)?;
    let totals: Vec<usize> = totals.get(&part.figure).cloned().unwrap_or_default();
    let bases = bases(text, part, number, &totals);
    (!bases.is_empty()).then(|| Said {
        slot: number,
        count: Some(part.figure),
        percent: Some(own.figure),
        others: bases,
        is_doubtful: totals.is_empty(),
        ..Said::default()
    })
}

/// How much of what was planned was done: 计划200件，完成140件，完成计划的70%.
fn completion(text: &Slots, own: &Slot, number: usize, roles: &Roles) -> Option<Said> {
    let before = text.slots.get(..number)?.iter().rev();
    let before: Vec<&Slot> =
        before.take_while(|slot| slot.sentence == own.sentence && slot.is_count()).take(2).collect();
    let [second, first] = before.as_slice() else { return None };
    let is_planned = |slot: &Slot| slot.label.meets(roles.planned);
    let (part, base) = match (is_planned(first), is_planned(second)) {
        (true, false) => (second, first),
        (false, true) => (first, second),
        _ => return None,
    };
    (part.measure == base.measure && !part.label.meets(roles.rise.and(roles.fall)))
        .then(|| of_base(number, part, own, base))
}

/// `52% (26 of 60)`
fn share_ahead(text: &Slots, own: &Slot, number: usize, roles: &Roles) -> Option<Said> {
    let (part, base) = (text.slots.get(number + 1)?, text.slots.get(number + 2)?);
    let opens =
        matches!(text.tokens.get(own.behind.end)?.kind, Kind::Open) && part.token == own.behind.end + 1;
    let is_pair =
        part.is_count() && base.is_count() && base.depth == part.depth && part.depth == own.depth + 1;
    let between = text.tokens(base.before.clone());
    let is_slash = between.len() == 1
        && between.iter().all(|token| token.kind == Kind::Unknown && token.span.len() == 1);
    let joined = base.before.start == part.token + 1 && (base.label.meets(roles.out_of) || is_slash);
    (opens && is_pair && joined).then(|| of_base(number, part, own, base))
}

/// The share of a part in the base that it names.
fn of_base(number: usize, part: &Slot, own: &Slot, base: &Slot) -> Said {
    Said {
        slot: number,
        count: Some(part.figure),
        percent: Some(own.figure),
        base: Some(base.figure),
        others: vec![base.figure],
        ..Said::default()
    }
}

/// Whether a percentage says how much something changed, or is no share for another reason.
fn is_change(text: &Slots, own: &Slot, roles: &Roles) -> bool {
    let change = roles.rise.and(roles.fall).and(roles.than);
    let other = change.and(roles.plan).and(roles.adjusted);
    text.ends_with(own, other.and(roles.kind_end), roles.neutral.and(roles.reached))
        || own.label.meets(roles.than)
        || own.tail.meets(change) && !own.label.meets(roles.share)
}

/// Words that make a share one of something else, or of another time.
fn is_vague(text: &Slots, own: &Slot, roles: &Roles) -> bool {
    own.words().meets(roles.last.and(roles.plan)) || text.ends_with(own, roles.other_kind, Classes::NONE)
}

/// Whether the count before a percentage is the base that it names: 占支出10万元的, of the 60 members.
fn is_base(text: &Slots, base: &Slot, own: &Slot, roles: &Roles) -> bool {
    let between = text.tokens(base.token + 1..own.token);
    let is_near = between.iter().all(|token| match token.kind {
        Kind::Border(border) => border == Border::Comma,
        Kind::Close => false,
        _ => true,
    });
    let is_named = base.label.meets(roles.share)
        && text.ends_with(own, roles.neutral, roles.neutral)
        && between.iter().all(|token| matches!(token.kind, Kind::Word(_) | Kind::Unknown | Kind::Quoted(_)));
    let first = text.tokens(base.before.clone()).iter().find(|token| !matches!(token.kind, Kind::Unknown));
    let is_out_of = first
        .is_some_and(|first| matches!(first.kind, Kind::Word(classes) if classes.meets(roles.out_of)))
        && base.before.start > 0
        && text.tokens.get(base.before.start - 1).is_some_and(|token| matches!(token.kind, Kind::Figure(_)));
    let opens = between.iter().filter(|token| matches!(token.kind, Kind::Open)).count() == 1;
    is_near && (is_named || is_out_of && (opens || own.label.meets(roles.share)))
}

/// Whether the count behind a percentage is what it is one of: 22.5% of net sales of 1,240.
fn is_base_behind(text: &Slots, own: &Slot, base: &Slot, roles: &Roles) -> bool {
    let between = text.tokens(own.token + 1..base.token);
    let is_of = |token: Option<&Token>| matches!(token.map(|token| token.kind), Some(Kind::Word(classes)) if classes.meets(roles.out_of));
    let is_plain =
        between.iter().all(|token| matches!(token.kind, Kind::Word(_) | Kind::Unknown | Kind::Quoted(_)));
    let ends = text.ends_with(base, roles.out_of, roles.neutral);
    base.is_count() && base.sentence == own.sentence && is_plain && is_of(between.first()) && ends
}

/// Whether a count in brackets is the base that the words before the bracket name.
fn is_named_in_bracket(text: &Slots, base: &Slot, own: &Slot, roles: &Roles) -> bool {
    let Some(open) = base.before.start.checked_sub(1) else { return false };
    let is_word = |at: &usize| {
        matches!(
            text.tokens.get(*at).map(|token| token.kind),
            Some(Kind::Word(_) | Kind::Unknown | Kind::Quoted(_))
        )
    };
    let start = (0..open).rev().take_while(is_word).last().unwrap_or(open);
    let closes =
        text.tokens(base.token + 1..own.token).iter().filter(|token| token.kind == Kind::Close).count() == 1;
    matches!(text.tokens.get(open).map(|token| token.kind), Some(Kind::Open))
        && closes
        && text.classes(start..open).meets(roles.share)
}

/// Whether a count stands right beside its share: 67件，占4.61%; 63 (15%).
fn is_beside(text: &Slots, part: &Slot, own: &Slot, roles: &Roles) -> bool {
    let between = text.tokens(part.token + 1..own.token);
    let mut opens = 0;
    for token in between {
        match token.kind {
            Kind::Open => opens += 1,
            Kind::Close => return false,
            Kind::Border(Border::Comma) => {}
            // 562条、占26.72%
            Kind::Border(Border::Item) if starts_with(text, own, roles.share) => {}
            Kind::Border(_) => return false,
            _ => {}
        }
    }
    let last_open = between.iter().rposition(|token| matches!(token.kind, Kind::Open));
    let in_bracket = opens == 1
        && last_open.is_some_and(|at| between.get(at + 1..).is_some_and(|rest| {
            rest.iter().all(|token| matches!(token.kind, Kind::Word(classes) if classes.meets(roles.share.and(roles.neutral))))
        }));
    let is_or = || starts_with(text, own, roles.joint);
    if opens > 0 {
        in_bracket && own.depth == part.depth + 1
    } else {
        own.label.meets(roles.share) || is_or()
    }
}

/// The count whose name a share repeats behind a comma: 网上71件，信函42件，网上占62.8%.
fn named<'t>(prose: &str, text: &'t Slots, number: usize, roles: &Roles) -> Option<&'t Slot> {
    let own = text.slots.get(number)?;
    let part = text.slots.get(number.checked_sub(1)?)?;
    let is_comma = |token: &Token| token.kind == Kind::Border(Border::Comma);
    text.tokens(part.token + 1..own.token).iter().any(is_comma).then_some(())?;
    let name = name(prose, text, own, roles);
    let before = text.slots.get(..number)?.iter().rev().take_while(|slot| slot.sentence == own.sentence);
    let mut counts = before.filter(|slot| slot.is_count() && slot.depth == own.depth);
    counts.find(|slot| !name.is_empty() && self::name(prose, text, slot, roles).starts_with(name))
}

/// The words before a figure that name what it counts: those of its clause up to the first that says it is a share.
fn name<'p>(prose: &'p str, text: &Slots, slot: &Slot, roles: &Roles) -> &'p str {
    let words = text.tokens(slot.before.clone());
    let is_border = |token: &Token| !matches!(token.kind, Kind::Word(_) | Kind::Unknown | Kind::Quoted(_));
    let skipped = roles.subset.and(roles.neutral).and(roles.joint);
    let is =
        |token: &Token, wanted: Classes| matches!(token.kind, Kind::Word(classes) if classes.meets(wanted));
    let clause = words.iter().rposition(is_border).map_or(0, |border| border + 1);
    let words = words.get(clause..).unwrap_or_default();
    let passed = words.iter().take_while(|token| is(token, skipped)).count();
    let length = words.iter().skip(passed).take_while(|token| !is(token, roles.share)).count();
    let start = slot.before.start + clause + passed;
    text.span(start..start + length).of(prose).trim()
}

/// Whether the first word before a figure is one of `wanted`.
fn starts_with(text: &Slots, slot: &Slot, wanted: Classes) -> bool {
    let first = text.tokens(slot.before.clone()).first();
    first.is_some_and(|token| matches!(token.kind, Kind::Word(classes) if classes.meets(wanted)))
}

/// The counts before a share that it may be a share of: those of lists first.
fn bases(text: &Slots, part: &Slot, number: usize, totals: &[usize]) -> Vec<usize> {
    let is_money = |slot: &Slot| slot.measure.word().ends_with('元');
    let value = |slot: &Slot| match slot.value {
        Value::Count(quantity) => Some(quantity.interval),
        _ => None,
    };
    let Some(own) = value(part) else { return Vec::new() };
    let near = text.slots.get(..number).unwrap_or_default().iter().rev().take(MOST_BASES);
    // Where a list tells the total, another base is not far.
    let most = if totals.is_empty() { MOST_PARAGRAPHS } else { 1 };
    let near = near.take_while(|slot| slot.paragraph + most >= part.paragraph);
    let may_be = |slot: &&Slot| {
        slot.figure != part.figure
            && is_money(slot) == is_money(part)
            && value(slot).is_some_and(|value| own.compare(Relation::AtMost, value) != Possible::Never)
    };
    let mut bases: Vec<usize> = totals.to_vec();
    bases.extend(near.filter(may_be).map(|slot| slot.figure).filter(|figure| !totals.contains(figure)));
    bases
}
