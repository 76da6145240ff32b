//! One mistake, one finding: clean reports are changed cell by cell, by every kind of slip, and what tieout says of
//! them is compared with what a brute force shows that arithmetic can tell.
//!
//! `TIEOUT_FULL=1` runs the whole of it; without it a sample is run, smaller in a debug build.

#![allow(clippy::string_slice, reason = "a test may panic")]
#![cfg(test)]

#[path = "localise/brute.rs"]
mod brute;
#[path = "localise/form.rs"]
mod form;
#[path = "localise/judge.rs"]
mod judge;
#[path = "localise/measure.rs"]
mod measure;
#[path = "localise/page.rs"]
mod page;
#[path = "localise/random.rs"]
mod random;
#[path = "localise/slip.rs"]
mod slip;

use std::time::{Duration, Instant};

use brute::{Brute, Printed, Set};
use form::{Edition, Sheet};
use judge::{Clean, Lint};
use measure::{Count, Table};
use random::Random;
use tieout::check::localise::{self, Answer, BUDGET, Change, Equation, System, Variable};

const EDITIONS: [Edition; 2] = [Edition::Of2019, Edition::Of2021];
/// Requests that the reports tell of, about.
const SIZES: [i64; 6] = [0, 3, 25, 60, 400, 15_000];

/// Of the changes, or of the tries, one in so many is made.
fn one_in() -> usize {
    match (std::env::var_os("TIEOUT_FULL").is_some(), cfg!(debug_assertions)) {
        (true, _) => 1,
        (false, false) => 5,
        (false, true) => 60,
    }
}

/// Changes every cell of clean reports in turn, by every slip.
fn change_every_cell(sheet: impl Fn(Edition) -> Sheet, random: &mut Random) -> Table {
    let lint = Lint::new();
    let mut table = Table::default();
    let mut tried = 0;
    for edition in EDITIONS {
        for size in SIZES {
            let clean = Clean::new(sheet(edition), size, random);
            let findings = lint.findings(&clean.page.text);
            assert!(findings.is_empty(), "clean, but {findings:#?}\n{}", clean.page.text);
            for cell in 0..clean.sheet.cells.len() {
                for (slip, text) in clean.slips(cell) {
                    tried += 1;
                    if tried % one_in() != 0 {
                        continue;
                    }
                    let Some(count) = judge::one(&lint, &clean, cell, &text) else { continue };
                    let kind = clean.sheet.cells[cell].kind;
                    table.add(&["all".to_owned(), format!("slip {slip:?}"), format!("cell {kind:?}")], count);
                    let is_right = count.once == 1
                        && count.named == count.decidable
                        && count.listed + count.decidable == 1;
                    if !is_right || count.overbold > 0 {
                        let at = clean.sheet.cells[cell].at;
                        eprintln!(
                            "{edition:?} {size} {at:?} {slip:?} {} -> {text}: {count:?}",
                            clean.value(cell)
                        );
                    }
                }
            }
        }
    }
    table
}

fn assert_aims(count: Count) {
    assert!(count.broken > 0);
    assert_eq!(count.once, count.broken, "every change is reported, by one finding");
    assert_eq!(count.overbold, 0, "nothing is certain that arithmetic cannot tell");
    assert!(100 * count.named >= 98 * count.decidable, "what can be told is named first");
    assert!(100 * count.listed >= 98 * (count.broken - count.decidable), "what cannot is listed");
}

#[test]
fn one_changed_cell_is_one_finding_at_that_cell() {
    let table = change_every_cell(Sheet::new, &mut Random(1));
    eprintln!("forms alone\n{table}");
    assert_aims(table.all("all"));
}

#[test]
fn one_changed_figure_is_one_finding_where_sentences_restate_the_forms() {
    let table = change_every_cell(|edition| Sheet::new(edition).with_prose(), &mut Random(3));
    eprintln!("forms and prose\n{table}");
    assert_aims(table.all("all"));
}

#[test]
fn several_changed_cells_are_told_as_far_as_arithmetic_can() {
    let lint = Lint::new();
    let mut random = Random(2);
    let mut table = Table::default();
    // The brute force over three cells takes a third of a second in a debug build.
    let tries = if cfg!(debug_assertions) { 16 } else { 4000 / one_in() };
    for number in 0..tries {
        let edition = *random.pick(&EDITIONS);
        let sheet = if number % 2 == 0 { Sheet::new(edition) } else { Sheet::new(edition).with_prose() };
        let with = if number % 2 == 0 { "" } else { ", prose" };
        let size = *random.pick(&SIZES);
        let clean = Clean::new(sheet, size, &mut random);
        for changed in [2, 3] {
            let changes = clean.random_changes(changed, &mut random);
            let Some(count) = judge::several(&lint, &clean, &changes) else { continue };
            table.add(&["all".to_owned(), format!("{changed} changes{with}")], count);
            let is_right =
                count.once == 1 && count.named == count.decidable && count.listed + count.decidable == 1;
            if !is_right || count.overbold > 0 {
                let of = |(cell, text): &(usize, String)| {
                    (clean.sheet.cells[*cell].at, clean.value(*cell), text.clone())
                };
                eprintln!(
                    "{edition:?} {size}{with} {:?}: {count:?}",
                    changes.iter().map(of).collect::<Vec<_>>()
                );
                let name = |set: Set| {
                    set.into_iter()
                        .map(|(cell, delta)| (clean.sheet.cells[cell].at, delta))
                        .collect::<Vec<_>>()
                };
                for set in clean.brute(&changes).smallest(3) {
                    eprintln!("   set {:?}", name(set));
                }
                let page = clean.page.with(&changes);
                for finding in lint.findings(&page.text) {
                    let place = |position: &tieout::finding::Position| {
                        (
                            page.cell_at(position.span.unwrap().start as usize)
                                .map(|cell| clean.sheet.cells[cell].at),
                            position.message.clone(),
                        )
                    };
                    eprintln!(
                        "   finding {:?} {} {:?} {:?}",
                        finding.expected,
                        finding.message,
                        place(finding.primary.as_ref().unwrap()),
                        finding
                            .related
                            .iter()
                            .map(place)
                            .filter(|(_, m)| m.ends_with("tie") || m.ends_with("on"))
                            .collect::<Vec<_>>()
                    );
                }
            }
        }
    }
    eprintln!("{table}");
    assert_aims(table.all("all"));
}

/// The system of a sheet with some figures.
fn system(sheet: &Sheet, figures: &[i64]) -> System {
    let equation = |relation: &form::Relation| {
        let terms = &relation.readings[0];
        let residual: i64 = terms.iter().map(|term| term.sign * figures[term.cell]).sum();
        let terms = terms.iter().map(|term| (term.cell, term.sign)).collect();
        Equation { terms, residual: residual.into() }
    };
    let variable = |&value: &i64| Variable { value: value.into(), least: Some(0), step: 1 };
    System {
        variables: figures.iter().map(variable).collect(),
        equations: sheet.relations.iter().map(equation).collect(),
    }
}

/// Figures with some of them changed at random.
fn changed(figures: &[i64], tied: std::ops::Range<usize>, count: usize, random: &mut Random) -> Vec<i64> {
    let mut changed = figures.to_vec();
    while changed.iter().zip(figures).filter(|(a, b)| a != b).count() < count {
        let cell = tied.start + random.below(tied.len());
        changed[cell] = match random.below(3) {
            0 => random.within(0, 9),
            1 => figures[cell] + random.within(1, 9),
            _ => figures[cell] / 10,
        };
    }
    changed
}

fn localise(system: &System) -> Vec<Answer> {
    localise::localise(system, &mut BUDGET.clone())
}

/// Every smallest set of cells that the solver finds.
fn solved(system: &System) -> Vec<Vec<usize>> {
    let mut all: Vec<Vec<usize>> = vec![Vec::new()];
    for answer in localise(system) {
        assert!(answer.is_complete);
        let cells = |set: &Vec<Change>| set.iter().map(|change| change.variable).collect::<Vec<usize>>();
        let with = |known: &Vec<usize>| {
            let known = known.clone();
            answer.sets.iter().map(move |set| [known.clone(), cells(set)].concat())
        };
        all = all.iter().flat_map(with).collect();
    }
    all.iter_mut().for_each(|set| set.sort_unstable());
    all.sort();
    all.dedup();
    all
}

#[test]
fn the_solver_finds_every_smallest_set_and_no_other() {
    let mut random = Random(4);
    let (mut compared, mut sets) = (0, 0);
    for number in 0..3000 / one_in() {
        let sheet = Sheet::new(*random.pick(&EDITIONS));
        let mut sheet = if number % 3 == 0 { sheet } else { sheet.with_prose() };
        sheet.relations.iter_mut().for_each(|relation| relation.readings.truncate(1));
        let size = random.pick(&SIZES).min(&400);
        let figures = sheet.figures(&mut random, *size);
        let figures = changed(&figures, sheet.tied(), 1 + number % 3, &mut random);
        let printed: Vec<Printed> = figures.iter().map(|&figure| Printed::Number(figure)).collect();
        let brute = Brute::new(&sheet.cells, &sheet.relations, &printed).smallest(3);
        if brute.is_empty() {
            continue;
        }
        let mut wanted: Vec<Vec<usize>> =
            brute.iter().map(|set| set.iter().map(|&(cell, _)| cell).collect()).collect();
        wanted.sort();
        assert_eq!(solved(&system(&sheet, &figures)), wanted, "{figures:?}");
        compared += 1;
        sets += wanted.len();
    }
    eprintln!("{compared} systems, {sets} smallest sets");
    assert!(compared > 0);
}

#[test]
fn three_changes_of_the_largest_form_are_searched_in_time() {
    let mut random = Random(5);
    let sheet = Sheet::of_size(Edition::Of2021, 28).with_prose();
    let mut slowest = Duration::ZERO;
    let mut total = Duration::ZERO;
    let tries = 3000 / one_in().min(10);
    for number in 0..tries {
        let size = *random.pick(&SIZES);
        let figures = sheet.figures(&mut random, size);
        let figures = changed(&figures, sheet.tied(), 1 + number % 3, &mut random);
        let system = system(&sheet, &figures);
        let time = || {
            let start = Instant::now();
            assert!(localise(&system).iter().all(|answer| answer.is_complete));
            start.elapsed()
        };
        // What else the machine does is not counted.
        let took = (0..3).map(|_| time()).min().unwrap();
        slowest = slowest.max(took);
        total += took;
    }
    eprintln!(
        "{} figures, {} relations: {:?} on average, {slowest:?} at most, of {tries}",
        sheet.tied().len(),
        sheet.relations.len(),
        total / u32::try_from(tries).unwrap(),
    );
    if !cfg!(debug_assertions) {
        assert!(slowest < Duration::from_millis(20), "{slowest:?}");
    }
}

/// What is beyond an exact search takes a bounded time all the same: much is changed, or a table is shifted.
#[test]
fn a_form_that_is_wrong_all_over_is_given_up_in_time() {
    let mut random = Random(9);
    let sheet = Sheet::of_size(Edition::Of2021, 28).with_prose();
    let tied = sheet.tied();
    let tries = if cfg!(debug_assertions) { 1 } else { 20 };
    for count in [4, 6, 8, 12, 20, 40, 80, 160] {
        let mut slowest = Duration::ZERO;
        for _ in 0..tries {
            let figures = sheet.figures(&mut random, 400);
            let changed = changed(&figures, tied.clone(), count, &mut random);
            let mut shifted = figures.clone();
            shifted[tied.start..][..count].rotate_right(1);
            for figures in [changed, shifted] {
                let system = system(&sheet, &figures);
                let broken = system.equations.iter().filter(|equation| equation.residual != 0).count();
                let start = Instant::now();
                let answers = localise(&system);
                slowest = slowest.max(start.elapsed());
                let told: usize = answers.iter().map(|answer| answer.broken.len()).sum();
                assert_eq!(told, broken, "each broken relation is told, in one answer");
            }
        }
        eprintln!("{count} changes: {slowest:?} at most, of {}", 2 * tries);
        if !cfg!(debug_assertions) {
            assert!(slowest < Duration::from_secs(3), "{slowest:?}");
        }
    }
}
