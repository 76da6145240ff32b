//! Which of the sums found are told, and how sure each is in each place.

use std::collections::BTreeMap;

use super::body::{Across, Body, Cell, View};
use super::evidence::{BIT, MARGIN, log2};
use super::span::Span;
use super::suspects::suspects;
use super::{Outcome, Sum};
use crate::facts::slip::is_slip;

/// How sure it is that a line is a sum where it does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Surety {
    /// Nothing else speaks for it than that place: told only where a slip of one figure explains the miss.
    Lone,
    /// It holds in other places.
    Likely,
    /// It holds in other places so that chance is out of the question.
    Sure,
}

/// A line as the sum of others in one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inferred {
    /// Along which side.
    pub across: Across,
    /// The line that is the sum.
    pub total: usize,
    /// The lines that it adds up, with their signs.
    pub parts: Vec<(usize, i8)>,
    /// The places where it can be told, each with what is left over where it cannot hold.
    pub places: Vec<(usize, Verdict)>,
    /// How sure it is.
    pub surety: Surety,
    /// For each place where it cannot hold the lines whose figure may be wrong there, the likeliest first.
    pub suspects: Vec<(usize, Vec<usize>)>,
}

/// What a sum does in a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It holds.
    Holds,
    /// It cannot hold.
    Fails,
    /// It cannot be told.
    Unknown,
}

/// The sums of a side that do not follow from each other.
pub struct Distinct<'s> {
    view: &'s View<'s>,
    span: Span,
    /// The sums.
    pub sums: Vec<Sum>,
}

impl<'s> Distinct<'s> {
    /// None yet. Lines that show the same figures everywhere stand for each other.
    pub fn new(view: &'s View<'s>) -> Self {
        let mut span = Span::default();
        let mut known: BTreeMap<Vec<Option<i128>>, usize> = BTreeMap::new();
        for line in 0..view.lines() {
            let figures: Vec<Option<i128>> =
                (0..view.places()).map(|place| view.value(line, place)).collect();
            match known.get(&figures) {
                Some(&same) => {
                    span.add([(same, 1), (line, -1)]);
                }
                None => {
                    known.insert(figures, line);
                }
            }
        }
        Self { view, span, sums: Vec::new() }
    }

    /// Adds a sum, unless it follows from the others, or is nearly what another says of its line.
    pub fn add(&mut self, sum: Sum) {
        let is_part = |known: &Sum, line: usize| known.parts.iter().any(|&(part, _)| part == line);
        let is_like =
            |known: &Sum| known.total == sum.total && sum.parts.iter().any(|&(line, _)| is_part(known, line));
        if !self.sums.iter().any(is_like)
            && self.span.add(std::iter::once((sum.total, -1)).chain(sum.parts.iter().copied()))
        {
            self.sums.push(sum);
        }
    }

    /// Adds sums, the simplest first. Those that add up a line that another does are given back.
    pub fn add_best(&mut self, mut sums: Vec<Sum>) -> Vec<Sum> {
        sums.sort_by_key(|sum| (sum.gain < MARGIN, sum.cost, std::cmp::Reverse(sum.gain), sum.total));
        let mut is_part = self.parts();
        let mut crossing = Vec::new();
        for sum in sums {
            if sum.parts.iter().any(|&(line, _)| is_part.get(line).copied().unwrap_or(false)) {
                crossing.push(sum);
                continue;
            }
            for &(line, _) in &sum.parts {
                if let Some(part) = is_part.get_mut(line) {
                    *part = true;
                }
            }
            self.add(sum);
        }
        crossing
    }

    /// Which lines are part of a sum.
    pub fn parts(&self) -> Vec<bool> {
        let mut is_part = vec![false; self.view.lines()];
        for &(line, _) in self.sums.iter().flat_map(|sum| &sum.parts) {
            if let Some(part) = is_part.get_mut(line) {
                *part = true;
            }
        }
        is_part
    }
}

/// What is told of the sums of both sides.
pub fn settle(body: &Body, all: &[(Across, Vec<Sum>)], is_rounded: bool, is_cut: bool) -> Outcome {
    let mut outcome = Outcome { sums: Vec::new(), is_rounded, is_cut };
    for (across, sums) in all {
        let view = View::new(body, *across, is_rounded);
        let side = Side { view: &view, sums, is_rounded };
        outcome.sums.extend(sums.iter().map(|sum| side.inferred(sum)));
    }
    outcome
}

/// Whether the figures of a table are rounded: by what it takes to say that so many sums of rounded figures meet to the
/// digit, and what it takes to say that the others are mistakes.
pub fn is_rounded(body: &Body, all: &[(Across, Vec<Sum>)]) -> bool {
    /// To say that a sum is a mistake, and which.
    const MISTAKE: i64 = 10 * BIT;
    /// Few tables are rounded without a sign of it.
    const UNSAID: i64 = 5 * BIT;
    let sums = || all.iter().flat_map(|(_, sums)| sums);
    let (mut exact, mut misses) = (0, 0);
    for sum in sums() {
        // Sums of as many rounded figures miss by as many units on average.
        let bits = log2(sum.parts.len() as u128 + 1) / 2;
        let is_exact = |hold: &&(usize, i128)| hold.1 == 0;
        let held = sum.tally.holds.iter().filter(is_exact).count();
        exact += bits * i64::try_from(held).unwrap_or(0);
        misses += i64::try_from(sum.tally.holds.len() - held + sum.tally.loose.len()).unwrap_or(0);
    }
    match (misses, body.is_rounded) {
        (0, false) => false,
        (0, true) => exact < MARGIN,
        (_, is_rounded) => is_rounded || exact + UNSAID < misses * MISTAKE,
    }
}

struct Side<'s> {
    view: &'s View<'s>,
    sums: &'s [Sum],
    is_rounded: bool,
}

impl Side<'_> {
    /// Whether lines add up in a place, as far as the sums say: they hold there more often than not. `None` where that may be
    /// because of one figure.
    fn adds_up(&self, place: usize) -> Option<bool> {
        let at = |&&(at, _): &&(usize, i128)| at == place;
        let holds = self.sums.iter().filter(|sum| sum.tally.holds.iter().any(|hold| at(&hold))).count();
        let fails: Vec<i128> = self
            .sums
            .iter()
            .flat_map(|sum| sum.tally.fails.iter().find(at))
            .map(|&(_, left)| left.abs())
            .collect();
        let is_of_one = fails.windows(2).all(|pair| matches!(pair, [one, next] if one == next));
        if holds <= fails.len() && is_of_one { None } else { Some(holds > fails.len()) }
    }

    fn inferred(&self, sum: &Sum) -> Inferred {
        let is_held = |&&(_, left): &&(usize, i128)| left == 0 || self.is_rounded;
        let holds = sum.tally.holds.iter().filter(is_held).map(|&(place, _)| place);
        let mut places: Vec<(usize, Verdict)> =
            holds.chain(sum.tally.plain.iter().copied()).map(|place| (place, Verdict::Holds)).collect();
        let misses = sum.tally.holds.iter().filter(|hold| !is_held(hold));
        let fails: Vec<(usize, i128)> = (sum.tally.fails.iter())
            .chain(misses)
            .copied()
            .filter(|&(place, left)| {
                self.adds_up(place).unwrap_or_else(|| self.misses_by_a_slip(sum, place, left))
            })
            .collect();
        // The same miss again is a line that is not there.
        let is_again = |&(place, left): &(usize, i128)| {
            fails.iter().any(|&(other, same)| other != place && same == left)
        };
        let surety = self.surety(sum, fails.len());
        if let Some(surety) = surety {
            let told = fails.iter().filter(|fail| !is_again(fail));
            let told = told.filter(|&&(place, left)| self.is_told(sum, surety, place, left));
            places.extend(told.map(|&(place, _)| (place, Verdict::Fails)));
            places.extend(sum.tally.unknown.iter().map(|&place| (place, Verdict::Unknown)));
            if self.is_rounded {
                places.extend(sum.tally.loose.iter().map(|&(place, _)| (place, Verdict::Unknown)));
            }
        }
        places.sort_by_key(|&(place, _)| place);
        let failing = fails.iter().filter(|(place, _)| places.contains(&(*place, Verdict::Fails)));
        let suspects =
            failing.map(|&(place, left)| (place, suspects(self.view, sum, (place, left)))).collect();
        Inferred {
            across: self.view.across,
            total: sum.total,
            parts: sum.parts.clone(),
            places,
            surety: surety.unwrap_or(Surety::Lone),
            suspects,
        }
    }

    /// How sure a sum is; `None` where it does not hold so often that it says nothing of other places.
    fn surety(&self, sum: &Sum, fails: usize) -> Option<Surety> {
        let holds = sum.tally.holds.len();
        let is_usual = sum.is_run || self.view.line(sum.total).is_total;
        if sum.is_expected && holds == 0 && fails == 1 {
            return Some(Surety::Lone);
        }
        // Several misses are no slips: the line is something else there.
        if fails > 1 || holds < fails || !is_usual && holds < 4 {
            return None;
        }
        // Where the sum is none of a run, or hardly seen, there may be more to it.
        if !is_usual || holds < 2 || sum.gain < MARGIN {
            return Some(Surety::Lone);
        }
        Some(if sum.gain >= 3 * MARGIN && holds >= 4 { Surety::Sure } else { Surety::Likely })
    }

    /// Whether a miss is one to tell: no other sum of the line explains it, no blank does, and it is not so far off that the
    /// line is something else there.
    fn is_told(&self, sum: &Sum, surety: Surety, place: usize, left: i128) -> bool {
        let explains = |other: &Sum| {
            other.total == sum.total
                && other != sum
                && other.tally.holds.iter().any(|&(at, _)| at == place)
                && other.tally.fails.len() <= sum.tally.fails.len()
        };
        if self.sums.iter().any(explains) {
            return false;
        }
        if surety == Surety::Lone && !self.misses_by_a_slip(sum, place, left) {
            return false;
        }
        let stated = self.view.value(sum.total, place).unwrap_or(0);
        let added = stated - left;
        let smaller = stated.abs().min(added.abs()).max(1);
        if left.abs() > 15 * smaller {
            return false;
        }
        let is_blank = |&(line, _): &(usize, i8)| {
            self.view.at(line, place) == Cell::Blank && {
                let shown =
                    sum.tally.holds.iter().filter(|&&(at, _)| self.view.at(line, at) != Cell::Blank).count();
                shown * 2 > sum.tally.holds.len()
            }
        };
        !sum.parts.iter().any(is_blank) || self.misses_by_a_slip(sum, place, left)
    }

    /// Whether one figure of the sum with a slip of the hand explains a miss.
    fn misses_by_a_slip(&self, sum: &Sum, place: usize, left: i128) -> bool {
        let slack = if self.is_rounded { (sum.parts.len() as i128).div_euclid(2).clamp(0, 2) } else { 0 };
        slips(self.view, (sum.total, &sum.parts), (place, left), slack)
    }
}

/// Whether one figure of a sum with a slip of the hand explains a miss, give or take some units.
pub fn slips(
    view: &View<'_>,
    (total, parts): (usize, &[(usize, i8)]),
    (place, left): (usize, i128),
    slack: i128,
) -> bool {
    let slipped = |line: usize, change: i128| match view.at(line, place) {
        Cell::Value { value, ulp } => {
            (-slack..=slack).any(|more| is_slip(value, value + change + more * ulp))
        }
        Cell::Blank | Cell::Unknown => false,
    };
    slipped(total, -left) || parts.iter().any(|&(line, sign)| slipped(line, i128::from(sign) * left))
}
