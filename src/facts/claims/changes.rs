//! Changes: what a figure is, what it was, by how much it changed, and the rate of that.

pub mod points;

use std::ops::Range;

use super::slots::Said;
use crate::facts::figure::Value;
use crate::facts::measure::Measure;
use crate::facts::slots::{Slot, Slots};
use crate::facts::tokens::{Border, Kind, Token};
use crate::rules::lexicon::{Classes, Roles};

/// Finds the changes of a text; `is_rise` tells those from falls.
pub fn read(text: &Slots, roles: &Roles) -> Vec<(bool, Said)> {
    let reader = Reader { text, roles };
    let mut found = Vec::new();
    let mut start = 0;
    while let Some(first) = text.slots.get(start) {
        let same = |slot: &&Slot| slot.sentence == first.sentence;
        let end = start + text.slots.get(start..).unwrap_or_default().iter().take_while(same).count();
        reader.sentence(start..end, &mut found);
        start = end;
    }
    found
}

struct Reader<'r> {
    text: &'r Slots,
    roles: &'r Roles,
}

/// No more tokens around a change say anything of it.
const MOST_WORDS: usize = 200;

/// What a figure is in the telling of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// What was.
    Before,
    /// By how much it changed, or at which rate; whether it rose.
    Change(bool),
    /// What it has come to; whether it rose, where the words say so.
    Reached(Option<bool>),
    /// Any other figure.
    Plain,
}

impl Reader<'_> {
    fn slot(&self, number: usize) -> Option<&Slot> {
        self.text.slots.get(number)
    }

    /// The changes of a sentence: each run of figures that belongs to one.
    fn sentence(&self, slots: Range<usize>, found: &mut Vec<(bool, Said)>) {
        let mut parts: Vec<(usize, Part)> = Vec::new();
        for number in slots {
            if let Some(slot) = self.slot(number) {
                parts.push((number, self.part(slot)));
            }
        }
        let mut at = 0;
        while at < parts.len() {
            let direction = |&(number, part): &(usize, Part)| match part {
                Part::Change(is_rise) => Some((number, is_rise, false)),
                Part::Reached(Some(is_rise)) => Some((number, is_rise, true)),
                _ => None,
            };
            let rest = parts.get(at..).unwrap_or_default();
            // What says by how much counts before what only says which way.
            let told =
                rest.iter().position(|part| direction(part).is_some_and(|(.., is_reached)| !is_reached));
            let told = told.or_else(|| rest.iter().position(|part| direction(part).is_some()));
            let Some((first, (number, is_rise, _))) =
                told.and_then(|told| Some((at + told, direction(rest.get(told)?)?)))
            else {
                break;
            };
            let (said, next) = self.change(&parts, first, at, is_rise);
            if let Some(said) = said {
                found.push((is_rise, Said { slot: number, ..said }));
            }
            at = next.max(first + 1);
        }
    }

    /// The change that a figure tells, with the figures around it, and where to go on.
    fn change(
        &self,
        parts: &[(usize, Part)],
        first: usize,
        from: usize,
        is_rise: bool,
    ) -> (Option<Said>, usize) {
        let mut said = Said::default();
        let mut end = first;
        let is_percent =
            |number: usize| self.slot(number).is_some_and(|slot| matches!(slot.value, Value::Percent(_)));
        let figure = |number: usize| self.slot(number).map(|slot| slot.figure);
        let mut is_doubtful = false;
        // The change itself, and its rate behind it.
        for (index, &(number, part)) in parts.iter().enumerate().skip(first) {
            let goes_on = index == first || self.is_close(parts, index);
            match part {
                Part::Change(rises) if goes_on && rises == is_rise => {
                    let place = if is_percent(number) { &mut said.percent } else { &mut said.change };
                    if place.is_some() {
                        break;
                    }
                    *place = figure(number);
                    end = index + 1;
                }
                // up 13% from 115 to 128
                Part::Before if goes_on && said.before.is_none() && !is_percent(number) => {
                    said.before = figure(number);
                    end = index + 1;
                }
                Part::Reached(_) if goes_on && said.now.is_none() && !is_percent(number) => {
                    said.now = figure(number);
                    end = index + 1;
                }
                Part::Plain
                    if goes_on
                        && (self.is_in_bracket_of_change(number) || self.is_or(number))
                        && is_percent(number)
                        && said.percent.is_none() =>
                {
                    said.percent = figure(number);
                    end = index + 1;
                }
                _ => break,
            }
        }
        // What was and what is, before it.
        let mut start = first;
        while start > from {
            let Some(&(number, part)) = parts.get(start - 1) else { break };
            if is_percent(number) || !self.is_close(parts, start) {
                break;
            }
            let place = match part {
                Part::Before if said.before.is_none() => &mut said.before,
                Part::Plain | Part::Reached(_) if said.now.is_none() => &mut said.now,
                _ => break,
            };
            *place = figure(number);
            start -= 1;
        }
        // 年初3420万元，增加1150万元，年末4570万元
        if said.before.is_some() && said.now.is_none() && said.change.is_some() {
            let next = parts.get(end).filter(|_| self.is_close(parts, end));
            let next = next.and_then(|&(number, part)| Some((self.slot(number)?, part)));
            if let Some((slot, Part::Plain)) = next
                && slot.is_count()
                && slot.words().meets(self.roles.closing)
            {
                said.now = Some(slot.figure);
                end += 1;
            }
        }
        let known = [said.before, said.now, said.change, said.percent].iter().flatten().count();
        let of_unit = |number: Option<usize>| {
            number.and_then(|number| self.text.of_figure(number)).map_or(Measure::Unsaid, |slot| slot.measure)
        };
        let units = [said.before, said.now, said.change].map(of_unit);
        // A sign of a currency stands with every amount.
        let is_currency = units.iter().any(|unit| unit.is_sign());
        let present = [said.before, said.now, said.change].map(|figure| figure.is_some());
        let units = units.into_iter().zip(present).filter(|&(_, is_there)| is_there).map(|(unit, _)| unit);
        let named: Vec<Measure> = units.filter(|unit| is_currency || !unit.is_unsaid()).collect();
        let is_alike = named.windows(2).all(|pair| pair.first() == pair.last());
        let is_told = known >= 2 && (said.now.is_some() || said.before.is_some());
        is_doubtful |= self.is_adjusted(parts, start, end);
        said.is_doubtful = is_doubtful;
        (Some(said).filter(|_| is_alike && is_told), end)
    }

    /// Whether a figure goes on with what the one before it tells.
    fn is_close(&self, parts: &[(usize, Part)], index: usize) -> bool {
        let pair = index
            .checked_sub(1)
            .and_then(|before| Some((self.slot(parts.get(before)?.0)?, self.slot(parts.get(index)?.0)?)));
        let Some((before, own)) = pair else { return false };
        let between = self.text.tokens(before.token + 1..own.token);
        between.iter().all(|token| match token.kind {
            // (2019: 602)
            Kind::Border(Border::Colon) => self.is_aside(own),
            Kind::Border(border) => border == Border::Comma,
            _ => true,
        })
    }

    /// Whether a figure says the same as the one before it in another way: `or 12%`.
    fn is_or(&self, number: usize) -> bool {
        let Some(slot) = self.slot(number) else { return false };
        let mut words = self.text.tokens(slot.before.clone()).iter();
        words.len() == 1
            && words.all(|token| matches!(token.kind, Kind::Word(classes) if classes.meets(self.roles.joint)))
    }

    fn is_in_bracket_of_change(&self, number: usize) -> bool {
        let Some(slot) = self.slot(number) else { return false };
        slot.before.is_empty()
            && slot.before.start > 0
            && self
                .text
                .tokens
                .get(slot.before.start - 1)
                .is_some_and(|token| matches!(token.kind, Kind::Open))
    }

    /// Whether the sentence says that the rate is not that of the figures beside it.
    fn is_adjusted(&self, parts: &[(usize, Part)], start: usize, end: usize) -> bool {
        let first = parts.get(start).and_then(|(number, _)| self.slot(*number));
        let last = parts.get(end.saturating_sub(1)).and_then(|(number, _)| self.slot(*number));
        let (Some(first), Some(last)) = (first, last) else { return true };
        let tokens = &self.text.tokens;
        let is_stop = |at: &usize| {
            tokens
                .get(*at)
                .is_some_and(|token| matches!(token.kind, Kind::Border(border) if border >= Border::Stop))
        };
        let begin = (0..first.token)
            .rev()
            .take(MOST_WORDS)
            .find(is_stop)
            .map_or(first.token.saturating_sub(MOST_WORDS), |at| at + 1);
        let finish = (last.token..tokens.len()).take(MOST_WORDS).find(is_stop).unwrap_or(last.token);
        self.text.classes(begin..finish).meets(self.roles.adjusted)
    }

    fn part(&self, slot: &Slot) -> Part {
        let roles = self.roles;
        let change = roles.rise.and(roles.fall);
        // Years, signs of currencies and words of grammar may stand before a figure.
        let told = roles.since.and(roles.reached).and(roles.than);
        let is_passed = |token: &&Token| match token.kind {
            Kind::Word(classes) => {
                classes.meets(roles.neutral.and(roles.own_time).and(roles.last)) && !classes.meets(told)
            }
            Kind::Figure(_) => true,
            _ => is_currency(token),
        };
        let last = self.text.tokens(slot.before.clone()).iter().rev().find(|token| !is_passed(token));
        let last = match last.map(|token| token.kind) {
            Some(Kind::Word(classes)) => classes,
            _ => Classes::NONE,
        };
        if slot.is_count() {
            if last.meets(roles.since) || last.meets(roles.than) && last.meets(change) {
                return Part::Before;
            }
            if last.meets(roles.reached) && !last.meets(roles.than) {
                let (rises, falls) = (slot.label.meets(roles.rise), slot.label.meets(roles.fall));
                return Part::Reached((rises != falls).then_some(rises));
            }
        }
        let passed = roles.neutral.and(roles.share).and(roles.reached);
        let (rises, falls) =
            (self.text.ends_with(slot, roles.rise, passed), self.text.ends_with(slot, roles.fall, passed));
        if rises != falls {
            return Part::Change(rises);
        }
        let was = roles.than.and(roles.last).and(roles.opening);
        if slot.is_count() && (slot.label.meets(was) || self.is_aside(slot)) {
            return Part::Before;
        }
        // 14 fewer than, 12% up on
        let is_telling = |token: &&Token| !matches!(token.kind, Kind::Word(classes) if classes.meets(roles.neutral) && !classes.meets(change));
        let next = self.text.tokens(slot.behind.clone()).iter().find(is_telling);
        if let Some(Kind::Word(classes)) = next.map(|token| token.kind) {
            let (rises, falls) = (classes.meets(roles.rise), classes.meets(roles.fall));
            if rises != falls {
                return Part::Change(rises);
            }
        }
        Part::Plain
    }
}

impl Reader<'_> {
    /// Whether a figure stands in a bracket as what was: 比上年（3482条）, (2019: 602).
    fn is_aside(&self, slot: &Slot) -> bool {
        let roles = self.roles;
        let Some(open) = slot.before.start.checked_sub(1) else { return false };
        let is_open = |at: usize| self.text.tokens.get(at).is_some_and(|token| token.kind == Kind::Open);
        let is_word = |at: &usize| {
            matches!(self.text.tokens.get(*at).map(|token| token.kind), Some(Kind::Word(_) | Kind::Figure(_)))
        };
        let start = (0..open).rev().take_while(is_word).last().unwrap_or(open);
        let has_year = |range: Range<usize>| {
            self.text.tokens(range).iter().any(|token| matches!(token.kind, Kind::Figure(_)))
        };
        let is_named =
            self.text.classes(start..open).meets(roles.than.and(roles.last)) || has_year(slot.before.clone());
        // A year alone, then a colon.
        let is_of_a_year = is_open(open.saturating_sub(2)) && open >= 2
            || slot.before.is_empty()
                && matches!(
                    self.text.tokens.get(open).map(|token| token.kind),
                    Some(Kind::Border(Border::Colon))
                )
                && (1..=3).any(|back| open.checked_sub(back).is_some_and(is_open));
        is_open(open) && is_named || is_of_a_year && !is_open(open)
    }
}

/// Whether a token may be the sign of a currency.
fn is_currency(token: &Token) -> bool {
    token.kind == Kind::Unknown && token.span.len() <= 3
}
