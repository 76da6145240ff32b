//! Cells of one form in which the same thing is written and the same thing is wrong: they are told once.

use std::collections::BTreeMap;

use super::Breach;
use crate::document::Document;
use crate::facts::{Facts, Home};
use crate::source::place::Span;

/// Fewer cells are told one by one.
const FEWEST: usize = 5;

/// Puts together breaches that differ only in the cell of a form that they are about.
pub fn together(facts: &Facts<'_>, document: &Document<'_>, breaches: Vec<Breach>) -> Vec<Breach> {
    let written = |breach: &Breach| {
        let is_alone = breach.related.is_empty() && breach.expected.is_none() && breach.rules.len() == 1;
        let text = breach.primary.span.of(document.text()).trim();
        (is_alone && !text.is_empty()).then(|| (breach.rules.first().copied(), text.to_owned()))
    };
    let mut counts = BTreeMap::new();
    for written in breaches.iter().filter_map(written) {
        *counts.entry(written).or_insert(0_usize) += 1;
    }
    if counts.values().all(|&count| count < FEWEST) {
        return breaches;
    }
    let forms: BTreeMap<Span, (usize, Option<usize>)> = facts
        .figures
        .iter()
        .filter_map(|figure| {
            let Home::Cell(slot) = figure.home else { return None };
            let cell = facts.locate(slot)?;
            Some((figure.span, (cell.number, cell.table.map(|(table, _)| table))))
        })
        .collect();
    let key = |breach: &Breach| Some((*forms.get(&breach.primary.span)?, written(breach)?));
    let mut counts = BTreeMap::new();
    for key in breaches.iter().filter_map(key) {
        *counts.entry(key).or_insert(0_usize) += 1;
    }
    counts.retain(|_, count| *count >= FEWEST);
    let mut told = Vec::with_capacity(breaches.len());
    for mut breach in breaches {
        let Some(key) = key(&breach).filter(|key| counts.contains_key(key)) else {
            told.push(breach);
            continue;
        };
        // The first one stands for all of them.
        if let Some(count) = counts.get_mut(&key).filter(|count| **count > 0) {
            breach.message += &format!(", and in {} more cells of the form", *count - 1);
            *count = 0;
            told.push(breach);
        }
    }
    told
}
