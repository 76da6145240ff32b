//! Totals that nothing but their label speaks for: told where they miss what they should add up by one slip.

use super::Sum;
use super::body::View;
use super::evidence::{self, MARGIN, Tally, Told, log2, told};
use super::settle::slips;

/// The lines that a label calls totals, that none of the sums found explains, and that nearly are the sum of the lines
/// before or behind them.
pub fn find(view: &View<'_>, sums: &[Sum], is_part: &[bool]) -> Vec<Sum> {
    let is_known = |line: usize| sums.iter().any(|sum| sum.total == line);
    let totals = (0..view.lines()).filter(|&line| view.line(line).is_total && !is_known(line));
    totals.filter_map(|total| near(view, total, is_part)).collect()
}

fn near(view: &View<'_>, total: usize, is_part: &[bool]) -> Option<Sum> {
    let is_free = |line: &usize| !is_part.get(*line).copied().unwrap_or(false) && !view.line(*line).is_other;
    let is_item = |line: &usize| !view.line(*line).is_total;
    let before: Vec<usize> = (0..total).rev().filter(is_free).collect();
    let behind: Vec<usize> =
        if total == 0 { (1..view.lines()).filter(is_free).collect() } else { Vec::new() };
    let since = before.iter().copied().take_while(is_item).collect();
    let candidates = [since, before, behind];
    let mut found: Option<Sum> = None;
    for lines in &candidates {
        let parts: Vec<(usize, i8)> = lines.iter().map(|&line| (line, 1)).collect();
        if parts.len() < 2 || found.as_ref().is_some_and(|known| known.parts == parts) {
            continue;
        }
        let mut tally = Tally::default();
        for place in (0..view.places()).filter(|&place| !view.place(place).is_other) {
            match told(view, total, &parts, place) {
                Told::Fails(left) => tally.fails.push((place, left)),
                Told::Nothing | Told::Unknown | Told::Plain(_) | Told::Loose(_) => {}
                // What holds is no evidence of a mistake.
                Told::Holds(..) => return None,
            }
        }
        let [(place, left)] = tally.fails.as_slice() else { continue };
        let stated = view.value(total, *place).unwrap_or(0);
        let near = log2((stated / left).unsigned_abs());
        let round = log2(10_u128.saturating_pow(evidence::trailing_zeros(*left)));
        if near + round < MARGIN + log2(3) || !slips(view, (total, &parts), (*place, *left), 0) {
            continue;
        }
        if found.is_some() {
            return None;
        }
        found = Some(Sum { total, parts, tally, gain: 0, cost: 0, is_run: true, is_expected: true });
    }
    found
}
