//! Of whom and of what time a figure speaks, as far as the text before it says.

use std::ops::Range;

use super::Reader;
use crate::facts::figure::Value;
use crate::facts::slots::{Slots, classes};
use crate::facts::tokens::{Border, Kind, Token};
use crate::rules::lexicon::Classes;

/// What the text before a figure says of whom and of what time it speaks.
#[derive(Debug, Default)]
pub(super) struct Scope {
    sentence: Option<u32>,
    /// The tokens before the slot that belong to no figure before it, back to the start of the sentence.
    pub(super) lead: Range<usize>,
    /// It speaks of others than the body that reports.
    pub(super) is_of_others: bool,
    /// It speaks of parts of what was named before.
    pub(super) is_subset: bool,
    /// It spoke of them before the bracket that is open.
    was_subset: bool,
    depth: u16,
    /// It speaks of what there was until the last day of the year: of all of the year, unless counted up over several.
    is_to_year_end: bool,
    /// What is done with the first of these parts.
    action: Classes,
    /// Words of its sentence make it unsure what it speaks of.
    pub(super) is_doubtful: bool,
    /// The year that the sentence names, by its figure's number, and whether it is another than that of the report.
    pub(super) year: Option<usize>,
    report_year: Option<u32>,
}

impl Scope {
    /// Turns to a slot.
    pub(super) fn enter(&mut self, reader: &Reader<'_, '_>, text: &Slots, number: usize, year: Option<u32>) {
        let roles = reader.pack.claims.lexicon.roles;
        let Some(slot) = text.slots.get(number) else { return };
        self.report_year = year;
        let before = number.checked_sub(1).and_then(|before| text.slots.get(before));
        let is_same = self.sentence == Some(slot.sentence);
        let start = match before.filter(|_| is_same) {
            Some(before) => before.behind.end,
            None => {
                let is_stop = |at: &usize| {
                    text.tokens.get(*at).is_some_and(
                        |token| matches!(token.kind, Kind::Border(border) if border >= Border::Stop),
                    )
                };
                (0..slot.token).rev().find(is_stop).map_or(0, |at| at + 1)
            }
        };
        self.lead = start..slot.before.start.max(start);
        let all = start..slot.token;
        let words = text.classes(all.clone());
        let is_end = |token: &Token| match token.kind {
            Kind::Figure(figure) => {
                text.figure(reader.prose, figure).is_some_and(|figure| figure.value.is_year_end(year))
            }
            _ => false,
        };
        self.is_to_year_end = text.tokens(all.clone()).iter().any(is_end) && !words.meets(roles.cumulative);
        if !is_same {
            let goes_on = text.tokens(all.clone()).iter().find_map(|token| match token.kind {
                Kind::Word(classes) => Some(classes.meets(roles.subset)),
                _ => None,
            });
            if goes_on != Some(true) {
                self.is_of_others = false;
                self.year = None;
            }
            self.is_subset = false;
            self.was_subset = false;
            self.is_doubtful = false;
        }
        // “31 letters (0 of them from last year), 29 read”: what a bracket says of its figures ends with it.
        if slot.depth > self.depth {
            self.was_subset = self.is_subset;
        } else if slot.depth < self.depth {
            self.is_subset = self.was_subset;
        }
        self.depth = slot.depth;
        self.sentence = Some(slot.sentence);
        let parted = text
            .tokens(all.clone())
            .iter()
            .any(|token| matches!(token.kind, Kind::Border(border) if border >= Border::Semicolon));
        if parted {
            self.is_subset = false;
        }
        for token in text.tokens(all.clone()) {
            match token.kind {
                Kind::Word(classes) if classes.meets(roles.own) => self.is_of_others = false,
                Kind::Word(classes) if classes.meets(roles.others) => self.is_of_others = true,
                _ => {}
            }
        }
        self.is_subset |= words.meets(roles.subset);
        // What is done with all of them is told of all: 其中邮寄11封，寄出8封.
        let action = slot.words().within(roles.action);
        if words.meets(roles.subset) {
            self.action = action;
        } else if !action.is_empty() && self.action.is_empty() {
            self.is_subset = false;
        }
        self.is_doubtful |= words.meets(roles.plan);
        // A year in an earlier clause is that of all that follows.
        for token in text.tokens(self.lead.clone()) {
            if let Kind::Figure(figure) = token.kind
                && text
                    .figure(reader.prose, figure)
                    .is_some_and(|figure| matches!(figure.value, Value::Year(_)))
            {
                self.year = Some(figure);
            }
        }
        // So is one that opens the clause of the first figure.
        let opens = text.tokens(slot.before.clone()).iter().find_map(|token| match token.kind {
            Kind::Figure(figure) => Some(figure),
            _ => None,
        });
        if let Some(figure) = opens.filter(|_| !words.meets(roles.carry))
            && text.figure(reader.prose, figure).is_some_and(|figure| matches!(figure.value, Value::Year(_)))
        {
            self.year = Some(figure);
        }
    }

    /// The classes of some tokens; a year is a word for its time.
    pub(super) fn classes(&self, reader: &Reader<'_, '_>, text: &Slots, range: Range<usize>) -> Classes {
        let roles = reader.pack.claims.lexicon.roles;
        let tokens = text.tokens(range);
        let said = classes(tokens);
        let said = if self.is_to_year_end { said.without(roles.span) } else { said };
        tokens.iter().fold(said, |classes, token| {
            let Kind::Figure(figure) = token.kind else { return classes };
            let value = text.figure(reader.prose, figure).map(|figure| figure.value);
            match (value, self.report_year) {
                (Some(Value::Year(year)), Some(own)) if year < own => classes.and(roles.last),
                (Some(Value::Year(year)), Some(own)) if year > own => classes.and(roles.next),
                _ => classes,
            }
        })
    }
}
