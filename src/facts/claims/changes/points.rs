//! Changes of percentages in percentage points: 由58.4%提高到66.9%，提高8.5个百分点; up 1.2 percentage points to 45.2%.

use super::super::slots::Said;
use super::Reader;
use crate::facts::figure::Value;
use crate::facts::slots::{Slot, Slots};
use crate::facts::tokens::{Border, Kind, Token};
use crate::rules::lexicon::Roles;

/// Finds the changes of percentages of a text: a number of points with just two percentages in its sentence, up to the
/// next number of points.
pub fn read(text: &Slots, roles: &Roles) -> Vec<Said> {
    let reader = Reader { text, roles };
    (0..text.slots.len()).filter_map(|number| reader.points(number)).collect()
}

impl Reader<'_> {
    fn points(&self, number: usize) -> Option<Said> {
        let own = self.slot(number).filter(|own| matches!(own.value, Value::Points(_)))?;
        let slots = &self.text.slots;
        let is_near = |slot: &&Slot| slot.sentence == own.sentence && !matches!(slot.value, Value::Points(_));
        let before = slots.get(..number)?.iter().rev().take_while(is_near).collect::<Vec<_>>();
        let behind = slots.get(number + 1..)?.iter().take_while(is_near);
        let percents: Vec<&Slot> = before
            .into_iter()
            .rev()
            .chain(behind)
            .filter(|slot| matches!(slot.value, Value::Percent(_)))
            .collect();
        let [first, second] = percents.as_slice() else { return None };
        let (was, now) = match (self.is_before(first), self.is_before(second)) {
            (true, false) => (first, second),
            (false, true) => (second, first),
            _ => return None,
        };
        let is_rate = [was, now].iter().any(|slot| self.is_change(slot));
        let planned = self.roles.plan.and(self.roles.next).and(self.roles.adjusted);
        let is_planned = [own, was, now].iter().any(|slot| slot.words().meets(planned));
        let nearest = if own.token < second.token && own.token > first.token {
            [*first, *second]
        } else {
            let near = if own.token > second.token { *second } else { *first };
            [near, near]
        };
        let is_joined = nearest.iter().all(|slot| self.is_joined(own, slot));
        (!is_rate).then(|| Said {
            slot: number,
            before: Some(was.figure),
            now: Some(now.figure),
            change: Some(own.figure),
            is_doubtful: is_planned || !is_joined,
            ..Said::default()
        })
    }

    /// Whether a percentage is what was.
    fn is_before(&self, slot: &Slot) -> bool {
        let roles = self.roles;
        let passed = roles.neutral.and(roles.own_time);
        self.text.ends_with(slot, roles.since, passed)
            || slot.label.meets(roles.than.and(roles.last))
            || slot.tail.meets(roles.last)
            || self.is_aside(slot)
    }

    /// Whether a percentage tells itself by how much something changed.
    fn is_change(&self, slot: &Slot) -> bool {
        let roles = self.roles;
        let change = roles.rise.and(roles.fall);
        !slot.label.meets(roles.reached.and(roles.since).and(roles.than))
            && self.text.ends_with(slot, change, roles.neutral)
    }

    /// Whether nothing but words of changes and times stands between a number of points and a percentage.
    fn is_joined(&self, own: &Slot, percent: &Slot) -> bool {
        let roles = self.roles;
        let (from, to) =
            if own.token < percent.token { (own.token, percent.token) } else { (percent.token, own.token) };
        let said = roles.rise.and(roles.fall).and(roles.than).and(roles.since).and(roles.reached);
        let said = said.and(roles.neutral).and(roles.last).and(roles.own_time);
        let is_said = |token: &Token| match token.kind {
            Kind::Word(classes) => classes.meets(said) && !classes.meets(roles.joint.without(roles.neutral)),
            Kind::Border(border) => border <= Border::Comma,
            Kind::Open | Kind::Close | Kind::Figure(_) => true,
            Kind::Quoted(_) | Kind::Unknown => false,
        };
        self.text.tokens(from + 1..to).iter().all(is_said)
    }
}
