//! Sums that are no run of lines: a line as the sum or the difference of two others, of lines at equal distances, of lines
//! that stand away from it, or of a run with a line or two left out. What is far from the total, or apart, costs more to
//! say, and so takes more evidence.

use super::Sum;
use super::body::{Across, View};
use super::evidence::{self, BIT, Budget, log2};
use super::probe::Probe;

/// Lines between a sum of two and its parts, in a table of many lines.
const NEAR: usize = 12;

/// So many lines are few: all pairs of them are tried.
const FEW: usize = 64;

/// Finds sums of a table.
pub struct Finder<'f> {
    /// The table.
    pub view: &'f View<'f>,
    /// Its lines at a glance.
    pub probe: &'f Probe,
    /// How much may still be looked at.
    pub budget: &'f mut Budget,
    /// What was found.
    pub found: Vec<Sum>,
}

/// What it costs to say how far it is from one line to the next.
fn distance(lines: usize) -> i64 {
    BIT + 2 * log2(lines.max(1) as u128)
}

/// Whether the lines of a sum stand side by side, or at equal distances: what no label says is told by no other lay-out.
fn is_compact(total: usize, parts: &[(usize, i8)]) -> bool {
    let mut lines: Vec<usize> = parts.iter().map(|&(line, _)| line).chain([total]).collect();
    lines.sort_unstable();
    let gaps: Vec<usize> = lines.iter().zip(lines.iter().skip(1)).map(|(one, next)| next - one).collect();
    gaps.iter().all(|gap| Some(gap) == gaps.first())
}

impl Finder<'_> {
    /// Finds the sums of a table that are no runs.
    pub fn find(&mut self) {
        self.pairs();
        self.strides();
        if self.view.lines() <= FEW {
            self.away();
        }
        if self.view.across == Across::Rows {
            self.with_gaps();
        }
    }

    fn try_sum(&mut self, total: usize, parts: &[(usize, i8)], cost: i64) {
        if !self.view.line(total).is_total && !is_compact(total, parts) {
            return;
        }
        let is_other = self.view.line(total).is_other;
        let is_mixed = parts.iter().any(|&(line, _)| self.view.line(line).is_other != is_other);
        let cost = cost + evidence::naming(self.view, total) + if is_mixed { 4 * BIT } else { 0 };
        if !self.budget.take(parts.len() * self.view.places()) {
            return;
        }
        let tally = evidence::weigh(self.view, total, parts);
        let gain = tally.gain(cost);
        // A few places out of many that agree by the way are not what the line is.
        if gain >= 0 && tally.holds.len() >= tally.fails.len() {
            self.found.push(Sum {
                total,
                parts: parts.to_vec(),
                tally,
                gain,
                cost,
                is_run: false,
                is_expected: false,
            });
        }
    }

    /// A line as the sum of two.
    fn pairs(&mut self) {
        let lines = self.view.lines();
        let reach = if lines <= FEW { lines } else { NEAR };
        for total in 0..lines {
            if self.view.line(total).is_apart {
                continue;
            }
            let from = total.saturating_sub(reach);
            let until = lines.min(total + reach + 1);
            for first in (from..until).filter(|&line| line != total) {
                if !self.budget.take(until - first) {
                    return;
                }
                for second in (first + 1..until).filter(|&line| line != total) {
                    let mut sum = Probe::zero();
                    self.probe.add(&mut sum, first);
                    self.probe.add(&mut sum, second);
                    if self.probe.often_is(total, &sum, 2) {
                        let near = first.abs_diff(total).min(second.abs_diff(total));
                        let far = first.abs_diff(total).max(second.abs_diff(total));
                        // Behind it, before it, or on both sides.
                        let cost = 2 * BIT + distance(near) + distance(far.abs_diff(near).max(1));
                        self.try_sum(total, &[(first, 1), (second, 1)], cost);
                    }
                }
            }
        }
    }

    /// A line as the sum of lines at equal distances: every second column, the same line of each block.
    fn strides(&mut self) {
        /// Blocks of more lines are tried only where there are not too many.
        const MOST: usize = 400;
        let lines = self.view.lines();
        let longest = if lines <= MOST { lines / 2 } else { NEAR };
        for total in 0..lines {
            if self.view.line(total).is_apart {
                continue;
            }
            for stride in 2..=longest {
                // A total of blocks stands in one itself; one of columns may stand anywhere.
                let gaps = if lines <= FEW { 1..=lines } else { stride..=stride };
                for gap in gaps.filter(|&gap| gap == stride || stride <= NEAR) {
                    for is_behind in [true, false] {
                        self.stride(total, stride, gap, is_behind);
                    }
                }
            }
            if self.budget.is_spent() {
                return;
            }
        }
    }

    fn stride(&mut self, total: usize, stride: usize, gap: usize, is_behind: bool) {
        let lines = self.view.lines();
        let next = |from: usize, by: usize| {
            let line = if is_behind { from.checked_add(by) } else { from.checked_sub(by) };
            line.filter(|&line| line < lines)
        };
        let mut parts: Vec<(usize, i8)> = Vec::new();
        let mut sum = Probe::zero();
        let mut at = next(total, gap);
        while let Some(line) = at {
            parts.push((line, 1));
            self.probe.add(&mut sum, line);
            if !self.budget.take(1) {
                return;
            }
            if parts.len() >= 2 && self.probe.often_is(total, &sum, parts.len()) {
                let own_gap = if gap == stride { 0 } else { distance(gap) };
                let cost = 2 * BIT + distance(stride) + own_gap + distance(parts.len() - 1);
                self.try_sum(total, &parts, cost);
            }
            at = next(line, stride);
        }
    }

    /// A line as the sum of a run of lines that stands away from it.
    fn away(&mut self) {
        let lines = self.view.lines();
        for total in (0..lines).filter(|&line| !self.view.line(line).is_apart) {
            for first in (0..lines).filter(|&line| line != total) {
                if !self.budget.take(lines - first) {
                    return;
                }
                let mut sum = Probe::zero();
                self.probe.add(&mut sum, first);
                for last in (first + 1..lines).take_while(|&last| first > total || last < total) {
                    self.probe.add(&mut sum, last);
                    let count = last - first + 1;
                    if count > 2 && self.probe.often_is(total, &sum, count) {
                        let parts: Vec<(usize, i8)> = (first..=last).map(|line| (line, 1)).collect();
                        let gap = if first > total { first - total } else { total - last };
                        let cost = 2 * BIT + distance(gap) + distance(count);
                        self.try_sum(total, &parts, cost);
                    }
                }
            }
        }
    }

    /// A line whose label has a word for a total as the sum of the lines before it without one or two of them, which say
    /// what is among the others.
    fn with_gaps(&mut self) {
        const LONGEST: usize = 14;
        let totals: Vec<usize> =
            (0..self.view.lines()).filter(|&line| self.view.line(line).is_total).collect();
        for total in totals {
            let mut run = Probe::zero();
            for length in 1..=total.min(LONGEST) {
                self.probe.add(&mut run, total - length);
                for skipped in 1..length {
                    for also in skipped..length {
                        self.gap(total, length, [skipped, also]);
                    }
                }
                if self.budget.is_spent() {
                    return;
                }
            }
        }
    }

    fn gap(&mut self, total: usize, length: usize, skipped: [usize; 2]) {
        let kept = (1..=length).filter(|back| !skipped.contains(back));
        let parts: Vec<(usize, i8)> = kept.map(|back| (total - back, 1)).collect();
        let mut sum = Probe::zero();
        for &(line, _) in &parts {
            self.probe.add(&mut sum, line);
        }
        if parts.len() >= 2 && self.budget.take(parts.len()) && self.probe.often_is(total, &sum, parts.len())
        {
            let [one, other] = skipped;
            let second = if one == other { 0 } else { distance(other - one) };
            self.try_sum(total, &parts, 2 * BIT + distance(length) + distance(one) + second);
        }
    }
}
