//! Which lines of a table add up which others, told from its figures: no form says so. A sum is believed where the digits
//! that agree in all its places outweigh the number of sums that were tried (minimum description length).

pub mod body;
mod evidence;
mod few;
mod lone;
mod probe;
mod runs;
mod settle;
mod span;
mod suspects;

use body::{Across, Body, View};
#[cfg(test)]
mod tests;

pub use settle::{Inferred, Surety, Verdict};

/// A line as the signed sum of others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sum {
    /// The line that is the sum.
    pub total: usize,
    /// The lines that it adds up, with their signs.
    pub parts: Vec<(usize, i8)>,
    /// What it does in each place that can be told.
    pub tally: evidence::Tally,
    /// By how many sixteenths of a bit its evidence outweighs the candidates.
    pub gain: i64,
    /// How many sixteenths of a bit it takes to say which sum it is.
    pub cost: i64,
    /// It is one of a run of lines beside the total, as totals are.
    pub is_run: bool,
    /// Its label says that it is a total, and these are the lines that such a line adds up.
    pub is_expected: bool,
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The sums.
    pub sums: Vec<Inferred>,
    /// The figures of the table are rounded.
    pub is_rounded: bool,
    /// There was more to be tried than a table of its size is worth.
    pub is_cut: bool,
}

/// The sums of a table along both sides.
pub fn infer(body: &Body) -> Outcome {
    let mut budget = evidence::Budget::new(body);
    let mut all = both(body, body.is_rounded, &mut budget);
    let is_rounded = settle::is_rounded(body, &all);
    if is_rounded && !body.is_rounded {
        all = both(body, true, &mut budget);
    }
    settle::settle(body, &all, is_rounded, budget.is_spent())
}

/// The sums along both sides, of figures that are rounded or not.
fn both(body: &Body, is_rounded: bool, budget: &mut evidence::Budget) -> Vec<(Across, Vec<Sum>)> {
    let views = [Across::Rows, Across::Columns].map(|across| View::new(body, across, is_rounded));
    let views = views.into_iter().filter(|view| view.lines() >= 3);
    views.map(|view| (view.across, sums(&view, budget))).collect()
}

/// The sums of a table along one side: runs, then others, then runs of what those leave.
fn sums(view: &View<'_>, budget: &mut evidence::Budget) -> Vec<Sum> {
    let probe = probe::Probe::new(view);
    let mut is_part = vec![false; view.lines()];
    let runs = runs::find(view, &probe, &mut is_part, budget);
    let mut finder = few::Finder { view, probe: &probe, budget, found: Vec::new() };
    finder.find();
    let found = finder.found;
    let mut distinct = settle::Distinct::new(view);
    runs.into_iter().for_each(|sum| distinct.add(sum));
    let crossing = distinct.add_best(found);
    loop {
        let mut is_part = distinct.parts();
        let more = runs::find(view, &probe, &mut is_part, budget);
        let before = distinct.sums.len();
        more.into_iter().for_each(|sum| distinct.add(sum));
        if distinct.sums.len() == before {
            break;
        }
    }
    crossing.into_iter().for_each(|sum| distinct.add(sum));
    let lone = lone::find(view, &distinct.sums, &distinct.parts());
    distinct.sums.into_iter().chain(lone).collect()
}
