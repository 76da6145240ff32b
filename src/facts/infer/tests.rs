//! What is found in tables that are made for it, and that nothing is found where nothing is.

use proptest::prelude::*;

use super::body::{Across, Body, Cell, Traits};
use super::{Inferred, Surety, Verdict, infer};

/// A table of whole numbers; a row or column is called a total by its number.
fn body(rows: &[Vec<i128>], totals: &[usize], total_columns: &[usize]) -> Body {
    let width = rows.first().map_or(0, Vec::len);
    let traits = |count: usize, totals: &[usize]| {
        (0..count).map(|line| Traits { is_total: totals.contains(&line), ..Traits::default() }).collect()
    };
    Body {
        rows: traits(rows.len(), totals),
        columns: traits(width, total_columns),
        cells: rows.iter().flatten().map(|&value| Cell::Value { value, ulp: 1 }).collect(),
        is_rounded: false,
    }
}

fn parts(sum: &Inferred) -> Vec<usize> {
    let mut parts: Vec<usize> = sum.parts.iter().map(|part| part.0).collect();
    parts.sort_unstable();
    parts
}

fn of_rows(body: &Body) -> Vec<(usize, Vec<usize>)> {
    let sums = infer(body).sums;
    sums.iter().filter(|sum| sum.across == Across::Rows).map(|sum| (sum.total, parts(sum))).collect()
}

fn fails(body: &Body) -> Vec<(usize, usize, Surety, Vec<usize>)> {
    let sums = infer(body).sums;
    let failing = sums.iter().flat_map(|sum| {
        let places = sum.places.iter().filter(|(_, verdict)| *verdict == Verdict::Fails);
        places.map(|&(place, _)| {
            let suspects = sum.suspects.iter().find(|(at, _)| *at == place).map(|(_, lines)| lines.clone());
            (sum.total, place, sum.surety, suspects.unwrap_or_default())
        })
    });
    failing.collect()
}

/// The plainest balance sheet: two years.
fn balance() -> Vec<Vec<i128>> {
    vec![
        vec![35_934, 29_965],
        vec![12_811, 13_102],
        vec![4_061, 3_956],
        vec![52_806, 47_023],
        vec![91_240, 88_316],
        vec![144_046, 135_339],
    ]
}

#[test]
fn totals_of_totals() {
    let found = of_rows(&body(&balance(), &[3, 5], &[]));
    assert!(found.contains(&(3, vec![0, 1, 2])), "{found:?}");
    assert!(found.contains(&(5, vec![3, 4])), "{found:?}");
}

#[test]
fn totals_before_their_parts() {
    let mut rows = balance();
    rows.reverse();
    let found = of_rows(&body(&rows, &[0, 2], &[]));
    assert!(found.contains(&(0, vec![1, 2])), "{found:?}");
    assert!(found.contains(&(2, vec![3, 4, 5])), "{found:?}");
}

#[test]
fn the_right_year_tells_the_wrong_one() {
    let mut rows = balance();
    rows[1][1] = 18_102;
    let found = fails(&body(&rows, &[3, 5], &[]));
    assert_eq!(found.len(), 1, "{found:?}");
    let (total, place, surety, suspects) = &found[0];
    assert_eq!((*total, *place, *surety), (3, 1, Surety::Lone));
    assert_eq!(suspects.first(), Some(&1));
}

#[test]
fn no_other_miss_than_a_slip_is_told_of_two_years() {
    let mut rows = balance();
    rows[1][1] = 9_377;
    assert_eq!(fails(&body(&rows, &[3, 5], &[])), []);
}

#[test]
fn a_lone_total_is_told_by_a_slip_near_its_sum() {
    let rows = |total: i128| [4_120, 3_880, 1_570, 10_230, total].map(|value| vec![value, 7]).to_vec();
    let lone = |total: i128| {
        let mut body = body(&rows(total), &[4], &[]);
        body.columns[1].is_other = true;
        fails(&body)
    };
    assert_eq!(lone(19_800), []);
    assert_eq!(lone(19_890).len(), 1);
    assert_eq!(lone(19_834), []);
}

#[test]
fn a_cell_of_words_leaves_its_sum_untold() {
    let mut table = body(&balance(), &[3, 5], &[]);
    table.cells[3] = Cell::Unknown;
    let sums = infer(&table).sums;
    let sum = sums.iter().find(|sum| sum.total == 3).unwrap();
    assert!(sum.places.contains(&(1, Verdict::Unknown)));
}

#[test]
fn zeros_say_nothing() {
    assert_eq!(infer(&body(&vec![vec![0; 4]; 6], &[], &[])).sums, []);
}

#[test]
fn what_rises_in_proportion_says_no_more_than_once() {
    let rows: Vec<Vec<i128>> = (1..=20).map(|step| vec![3 * step, 5 * step, 7 * step, 8 * step]).collect();
    assert_eq!(infer(&body(&rows, &[], &[])).sums.len(), 0);
}

#[test]
fn rounded_sums_hold_but_for_the_last_digit() {
    let mut rows = balance();
    rows[3][0] += 1;
    let mut table = body(&rows, &[3, 5], &[]);
    table.is_rounded = true;
    assert_eq!(fails(&table), []);
}

/// Lines, and for each total the lines that it adds up.
type Tree = (Vec<Vec<i128>>, Vec<(usize, Vec<usize>)>);

/// A tree of sums: groups of lines, each with its total behind it, and a total of all.
fn tree() -> impl Strategy<Value = Tree> {
    let group = || prop::collection::vec(prop::collection::vec(1_000_i128..1_000_000, 5), 2..6);
    prop::collection::vec(group(), 2..5).prop_map(|groups| {
        let (mut rows, mut sums, mut totals) = (Vec::new(), Vec::new(), Vec::new());
        let add = |lines: &[usize], rows: &[Vec<i128>]| -> Vec<i128> {
            (0..5).map(|place| lines.iter().map(|&line: &usize| rows[line][place]).sum()).collect()
        };
        for group in groups {
            let lines: Vec<usize> = (rows.len()..rows.len() + group.len()).collect();
            rows.extend(group);
            rows.push(add(&lines, &rows));
            totals.push(rows.len() - 1);
            sums.push((rows.len() - 1, lines));
        }
        rows.push(add(&totals, &rows));
        sums.push((rows.len() - 1, totals));
        (rows, sums)
    })
}

proptest! {
    /// Any tree of sums is found without a label, with a column of noise beside it.
    #[test]
    fn trees_of_sums_are_recovered((mut rows, mut sums) in tree(), noise in prop::collection::vec(1_i128..1_000, 40)) {
        for (row, noise) in rows.iter_mut().zip(noise) {
            row.push(noise);
        }
        let table = body(&rows, &[], &[]);
        let mut found = of_rows(&table);
        found.sort();
        sums.sort();
        prop_assert_eq!(found, sums);
        prop_assert_eq!(fails(&table), []);
    }

    /// One wrong digit in a part of a tree is told, and named among the suspects.
    #[test]
    fn a_wrong_digit_is_told((rows, _) in tree(), line in 0_usize..2, place in 0_usize..5) {
        let mut wrong = rows;
        let digit = wrong[line][place] / 100 % 10;
        wrong[line][place] += if digit > 4 { -300 } else { 300 };
        let found = fails(&body(&wrong, &[], &[]));
        prop_assert!(found.iter().any(|(_, at, _, suspects)| *at == place && suspects.contains(&line)), "{:?}", found);
    }

    /// Figures that have nothing to do with each other show no sum more often than chance allows: one table in a hundred.
    #[test]
    fn unrelated_figures_show_nothing(rows in prop::collection::vec(prop::collection::vec(1_i128..100_000, 4), 3..30)) {
        let sums = infer(&body(&rows, &[], &[])).sums;
        prop_assert!(sums.len() <= 1, "{:?}", sums);
    }

    /// Whatever stands in a table, it is looked at in bounds and without overflow.
    #[test]
    fn any_figures(rows in prop::collection::vec(prop::collection::vec(any::<i64>(), 4), 0..12), rounded: bool) {
        let rows: Vec<Vec<i128>> = rows.into_iter().map(|row| row.into_iter().map(i128::from).collect()).collect();
        let mut table = body(&rows, &[0], &[3]);
        table.is_rounded = rounded;
        infer(&table);
    }
}
