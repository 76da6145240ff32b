//! Totals behind their parts: `网上10件、信函20件，合计30件`.

use super::{Found, Introduced, List, MOST_ITEMS, Reader};
use crate::facts::slots::Slot;
use crate::facts::tokens::{Kind, Token};
use crate::rules::lexicon::Classes;

impl Reader<'_> {
    /// The list of a total that is named behind its parts, in their sentence.
    pub(super) fn summed(&self, total: usize) -> Option<List> {
        let own = self.slot(total)?;
        let is_sum = own.label.meets(self.roles.sum)
            || own.label.meets(self.roles.total) && own.label.meets(self.roles.goes_on);
        if !is_sum || self.is_other(own) {
            return None;
        }
        let before = self.text.slots.get(..total)?.iter().enumerate().rev().take(MOST_ITEMS);
        let mut parts: Vec<usize> = before
            .take_while(|(_, slot)| slot.sentence == own.sentence && !slot.label.meets(self.roles.sum))
            .filter(|(_, slot)| {
                slot.is_count()
                    && slot.depth == own.depth
                    && !self.is_other(slot)
                    && self.is_of_unit(own, slot)
            })
            .map(|(number, _)| number)
            .collect();
        if parts.len() < 2 {
            return None;
        }
        let value = self.interval(total)?;
        let adding =
            (2..=parts.len()).rev().find(|&count| self.add_up(value, parts.iter().take(count).copied()));
        let is_exact = adding.is_some();
        // What stands in the total's clause besides the word for it may tell another total.
        if !is_exact && !self.is_bare(own) {
            return None;
        }
        parts.truncate(adding.unwrap_or(parts.len()));
        parts.reverse();
        let first = self.slot(*parts.first()?)?;
        let found = Found {
            said: self.text.classes(first.token..own.token),
            parts: parts.clone(),
            more: Vec::new(),
            introduced: Introduced::Sum,
            is_whole: false,
            is_bare: false,
        };
        Some(self.made(total, parts.clone(), &parts, &found, is_exact))
    }

    /// Whether nothing but words for a sum stands before a figure, or such a word opens its clause.
    fn is_bare(&self, slot: &Slot) -> bool {
        /// So many words may name what is summed.
        const MOST: usize = 3;
        let tokens = self.text.tokens(slot.before.clone());
        let is_of = |token: Option<&Token>, classes: Classes| matches!(token.map(|token| token.kind), Some(Kind::Word(word)) if word.meets(classes));
        let known = self.roles.sum.and(self.roles.neutral).and(self.roles.goes_on).and(self.roles.total);
        let unknown = tokens.iter().filter(|token| !is_of(Some(token), known)).count();
        let opens = tokens.iter().find(|token| !is_of(Some(token), self.roles.joint));
        unknown == 0 || unknown <= MOST && is_of(opens, self.roles.sum)
    }
}
