//! What of a report would be the same in a copy of it and hardly in any other report: the figures of its forms, and
//! sentences with figures that say something of the year.

use serde::{Deserialize, Serialize};
use std::hash::BuildHasher;

use rust_decimal::Decimal;
use rustc_hash::FxBuildHasher;

use super::figure::Value;
use super::interval::Interval;
use super::{Facts, FigureId, Home};
use crate::document::Document;
use crate::rules::form::{Kind, Slot};
use crate::source::place::Span;

/// Figures of forms that are not zero tell a report from others if so many are different numbers…
const DIFFERENT: usize = 8;
/// … and so many of those are not small.
const LARGE: usize = 4;
const SMALLEST_LARGE: Decimal = Decimal::TEN;

/// What a copy of a report would have too.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imprint {
    /// Stands for all figures of its forms; `None` where they are too few to tell it from others.
    pub forms: Option<u64>,
    /// Stand for its sentences with figures, in order.
    pub sentences: Box<[u32]>,
}

/// Whether a character is a letter or a digit.
fn is_letter_or_digit(character: char) -> bool {
    // Of most texts nearly all are of these.
    matches!(character, '\u{4e00}'..='\u{9fff}') || character.is_alphanumeric()
}

impl Facts<'_> {
    /// What a copy of the report would have too.
    pub fn imprint(&self, document: &Document<'_>) -> Imprint {
        let mut sentences: Vec<u32> =
            self.telling_sentences(document).into_iter().map(|(stamp, _)| stamp).collect();
        sentences.sort_unstable();
        sentences.dedup();
        Imprint { forms: self.stamp_of_forms(), sentences: sentences.into() }
    }

    fn stamp_of_forms(&self) -> Option<u64> {
        let cells: Vec<(Slot, Decimal)> = self.telling_cells().collect();
        let mut different: Vec<Decimal> = cells.iter().map(|(_, value)| *value).collect();
        // Any order brings equal ones together: they are written alike.
        different.sort_unstable_by_key(|value| (value.mantissa(), value.scale()));
        different.dedup();
        let large = different.iter().filter(|value| **value >= SMALLEST_LARGE).count();
        (different.len() >= DIFFERENT && large >= LARGE).then(|| FxBuildHasher.hash_one(&cells))
    }

    /// The cells of its forms that count something and are not zero.
    pub fn telling_cells(&self) -> impl Iterator<Item = (Slot, Decimal)> {
        self.figures.iter().take(self.own_figures()).filter_map(|figure| {
            let Home::Cell(slot) = figure.home else { return None };
            let value = figure.interval.and_then(Interval::exact).filter(|value| !value.is_zero())?;
            let cell = self.locate(slot).filter(|cell| cell.table.is_none())?;
            let is_counted = matches!(cell.form.kind(cell.row, cell.column), Kind::Count | Kind::Amount);
            is_counted.then(|| (slot, value.normalize()))
        })
    }

    /// Sentences in which a claim has read a count that is not small, each with what stands for it.
    pub fn telling_sentences(&self, document: &Document<'_>) -> Vec<(u32, Span)> {
        let mut found: Vec<(u32, Span)> = Vec::new();
        for (index, figure) in self.prose.figures.iter().enumerate() {
            let Value::Count(quantity) = figure.value else { continue };
            let is_telling = quantity.printed >= SMALLEST_LARGE && self.is_claimed(self.prose_figure(index));
            if !is_telling {
                continue;
            }
            let span = self.prose.place(self.prose.sentence_around(figure.mark));
            if found.last().is_some_and(|(_, last)| *last == span) {
                continue;
            }
            let words: String = span.of(document.text()).chars().filter(|c| is_letter_or_digit(*c)).collect();
            // Half of the bits do for a few sentences a report.
            found.push(((FxBuildHasher.hash_one(&words) >> 32) as u32, span));
        }
        found
    }

    /// The figure in the first cell of its forms that tells it from others.
    pub fn first_telling(&self) -> Option<FigureId> {
        self.telling_cells()
            .max_by_key(|&(slot, value)| (value, std::cmp::Reverse(slot)))
            .and_then(|(slot, _)| self.cell(slot))
    }
}
