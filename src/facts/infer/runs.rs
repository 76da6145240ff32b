//! Totals beside what they add up: a line as the sum of the run of lines before or behind it that no other total has taken,
//! so that a total of totals is found from those.

use super::Sum;
use super::body::View;
use super::evidence::{self, BIT, Budget, log2};
use super::probe::Probe;

/// Lines before the total that are tried one by one; of longer runs only the whole is.
const LONGEST: usize = 200;

/// Finds the runs of a table among the lines that are no part of another. What one direction has taken is out of the way of
/// the other.
pub fn find(view: &View<'_>, probe: &Probe, is_part: &mut [bool], budget: &mut Budget) -> Vec<Sum> {
    let mut found: Vec<Sum> = Vec::new();
    // First without shares and ranks that stand between the lines.
    for with_others in [false, true] {
        for is_forward in [true, false] {
            let is_free = |line: &usize| {
                !is_part.get(*line).copied().unwrap_or(false) && (with_others || !view.line(*line).is_other)
            };
            let mut free: Vec<usize> = (0..view.lines()).filter(is_free).collect();
            if !is_forward {
                free.reverse();
            }
            pass(view, probe, &free, is_part, &mut found, budget);
        }
    }
    found
}

fn pass(
    view: &View<'_>,
    probe: &Probe,
    free: &[usize],
    is_part: &mut [bool],
    found: &mut Vec<Sum>,
    budget: &mut Budget,
) {
    let mut open: Vec<usize> = Vec::new();
    for &line in free {
        if let Some(sum) = best(view, probe, line, &open, budget) {
            open.truncate(open.len().saturating_sub(sum.parts.len()));
            for &(part, _) in &sum.parts {
                if let Some(taken) = is_part.get_mut(part) {
                    *taken = true;
                }
            }
            found.push(sum);
        }
        open.push(line);
    }
}

/// The run of open lines that a line adds up, if its figures show one.
fn best(view: &View<'_>, probe: &Probe, total: usize, open: &[usize], budget: &mut Budget) -> Option<Sum> {
    if view.line(total).is_apart {
        return None;
    }
    let cost = BIT + log2(open.len().min(LONGEST) as u128) + evidence::naming(view, total);
    // What a line that says total adds up is all before it, or all since the last that says so.
    let is_total = |line: &usize| view.line(*line).is_total;
    let since = open.iter().rev().position(is_total).unwrap_or(open.len());
    let is_expected = |count: usize| is_total(&total) && (count == open.len() || count == since);
    let mut best: Option<Sum> = None;
    let mut sum = Probe::zero();
    let mut is_negative = false;
    for (count, &line) in (1..).zip(open.iter().rev()) {
        probe.add(&mut sum, line);
        is_negative |= probe.is_negative(line);
        if !budget.take(1) || !is_negative && probe.is_beyond(total, &sum) {
            break;
        }
        if count < 2 || count > LONGEST && count < open.len() || !probe.may_be(total, &sum, count) {
            continue;
        }
        if !budget.take(count * view.places()) {
            break;
        }
        let parts: Vec<(usize, i8)> = open.iter().rev().take(count).map(|&line| (line, 1)).collect();
        let tally = evidence::weigh(view, total, &parts);
        let is_expected = is_expected(count);
        let gain = if is_expected { tally.gain(0) + evidence::MARGIN } else { tally.gain(cost) };
        let is_found = gain >= 0 && !(is_expected && tally.holds.len() < tally.fails.len());
        if is_found && best.as_ref().is_none_or(|known| gain >= known.gain) {
            best = Some(Sum { total, parts, tally, gain, cost, is_run: true, is_expected });
        }
    }
    best
}
