//! Rounding is no error, and one unit more is: sums and shares of rounded figures against every way to round them, with
//! the rules of `tests/rounding`.

#![cfg(test)]

mod program;
#[path = "localise/random.rs"]
mod random;

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use program::root;
use random::Random;
use tieout::lint::{Linter, Outcome, Policy};
use tieout::rules::library;
use tieout::source::Source;

/// How a figure is rounded to whole units.
#[derive(Clone, Copy, Debug)]
enum Method {
    /// Halves away from zero.
    HalfUp,
    /// Halves to the even neighbour.
    HalfEven,
    /// What is behind the point is cut off.
    Cut,
}

const METHODS: [Method; 3] = [Method::HalfUp, Method::HalfEven, Method::Cut];

impl Method {
    /// A fraction as whole units.
    fn round(self, numerator: i64, denominator: i64) -> i64 {
        let (size, sign) = (numerator.abs(), numerator.signum());
        let (whole, rest) = (size / denominator, size % denominator);
        let is_up = match self {
            Method::HalfUp => 2 * rest >= denominator,
            Method::HalfEven => 2 * rest > denominator || 2 * rest == denominator && whole % 2 == 1,
            Method::Cut => false,
        };
        sign * (whole + i64::from(is_up))
    }
}

/// Parts of a unit: halves are among them.
const TICKS: i64 = 20;

/// The values, in ticks, that some method rounds to so many units.
fn values(units: i64) -> RangeInclusive<i64> {
    let is_it = |ticks: &i64| METHODS.iter().any(|method| method.round(*ticks, TICKS) == units);
    let mut all = ((units - 2) * TICKS..=(units + 2) * TICKS).filter(is_it);
    let first = all.next().unwrap();
    first..=all.next_back().unwrap_or(first)
}

/// Whether some values that round to the parts make one that rounds to the total.
fn can_be_sum(parts: &[i64], total: RangeInclusive<i64>) -> bool {
    let least: i64 = parts.iter().map(|&part| *values(part).start()).sum();
    let most: i64 = parts.iter().map(|&part| *values(part).end()).sum();
    least <= *total.end() && *total.start() <= most
}

/// Units as printed, with some decimals.
fn printed(units: i64, decimals: u32) -> String {
    let scale = 10_i64.pow(decimals);
    let sign = if units < 0 { "-" } else { "" };
    let (whole, rest) = (units.abs() / scale, units.abs() % scale);
    match decimals {
        0 => format!("{sign}{whole}"),
        _ => format!("{sign}{whole}.{rest:0width$}", width = decimals as usize),
    }
}

/// Parts of a whole that has so many units, rounded so that they make it: all cut off, then the largest rests up.
fn by_largest_remainder(ticks: &[i64], units: i64) -> Vec<i64> {
    let mut parts: Vec<i64> = ticks.iter().map(|part| part / TICKS).collect();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|&part| -(ticks[part] % TICKS));
    let left = units - parts.iter().sum::<i64>();
    for &part in order.iter().cycle().take(usize::try_from(left).unwrap()) {
        parts[part] += 1;
    }
    parts
}

/// A table under test: its header, and its rows, each with whether it may be an error.
struct Table {
    header: String,
    rows: Vec<(Vec<String>, bool)>,
}

impl Table {
    fn new(header: impl IntoIterator<Item = String>) -> Self {
        let header: Vec<String> = header.into_iter().collect();
        Self { header: format!("项目 | {} |\n", header.join(" | ")), rows: Vec::new() }
    }

    /// Fails where a row is an error and should not be, or the other way round.
    fn assert(&self) {
        let packs: Vec<_> = library::load(library::in_folder(&root().join("tests/rounding")).unwrap())
            .into_iter()
            .map(|pack| pack.unwrap().into())
            .collect();
        let policy = Policy::new(&[], &[], None, &packs).unwrap();
        let linter = Linter { packs, is_forced: true, policy };
        for rows in self.rows.chunks(200) {
            let mut text = self.header.clone();
            for (cells, _) in rows {
                text.push_str(&format!("收入 | {} |\n", cells.join(" | ")));
            }
            let source = Source::from_text("table.txt", text);
            let Outcome::Reports(reports) = linter.source(source, "table.txt") else { panic!() };
            let findings = reports.iter().flat_map(|report| &report.findings);
            let lines: BTreeSet<usize> =
                findings.map(|finding| finding.primary.as_ref().unwrap().line.unwrap()).collect();
            let relations = reports[0].relations;
            assert_eq!(relations.held + relations.failed + relations.undecided, rows.len());
            for (number, (cells, is_error)) in rows.iter().enumerate() {
                assert_eq!(lines.contains(&(number + 2)), *is_error, "{cells:?}");
            }
        }
    }
}

const PARTS: usize = 8;

fn row(parts: &[i64], decimals: u32) -> Vec<String> {
    let mut cells: Vec<String> = parts.iter().map(|&part| printed(part, decimals)).collect();
    cells.resize(PARTS, String::new());
    cells
}

fn amounts() -> Table {
    Table::new((1..=PARTS).map(|part| format!("Part {part}")).chain(["All".to_owned()]))
}

fn shares() -> Table {
    Table::new((1..=PARTS).map(|part| format!("Share {part}")))
}

/// Values at random, many of them on a half.
fn ticks(random: &mut Random, count: usize, least: i64) -> Vec<i64> {
    let any = |random: &mut Random| match random.below(3) {
        0 => random.within(least, 60) * TICKS + TICKS / 2,
        _ => random.within(least * TICKS, 60 * TICKS),
    };
    (0..count).map(|_| any(random)).collect()
}

#[test]
fn sums_of_rounded_figures_are_no_error() {
    let mut random = Random(6);
    let mut table = amounts();
    for number in 0..1500 {
        let count = 2 + random.below(PARTS - 1);
        let decimals = u32::try_from(random.below(3)).unwrap();
        let parts = ticks(&mut random, count, if number % 3 == 0 { -60 } else { 0 });
        let total: i64 = parts.iter().sum();
        for method in METHODS {
            let rounded: Vec<i64> = parts.iter().map(|&part| method.round(part, TICKS)).collect();
            let mut cells = row(&rounded, decimals);
            cells.push(printed(method.round(total, TICKS), decimals));
            table.rows.push((cells, false));
        }
        if parts.iter().all(|&part| part >= 0) {
            let total = Method::HalfUp.round(total, TICKS);
            let mut cells = row(&by_largest_remainder(&parts, total), decimals);
            cells.push(printed(total, decimals));
            table.rows.push((cells, false));
        }
    }
    table.assert();
}

#[test]
fn shares_of_a_whole_are_no_error() {
    let mut random = Random(7);
    let mut table = shares();
    for _ in 0..1500 {
        let count = 2 + random.below(PARTS - 1);
        let decimals = u32::try_from(random.below(3)).unwrap();
        let unit = 100 * 10_i64.pow(decimals);
        let counts: Vec<i64> = (0..count).map(|_| random.within(0, 40)).collect();
        let all: i64 = counts.iter().sum();
        if all == 0 {
            continue;
        }
        for method in METHODS {
            let rounded: Vec<i64> = counts.iter().map(|&part| method.round(part * unit, all)).collect();
            table.rows.push((row(&rounded, decimals), false));
        }
        let mut rounded: Vec<i64> = counts.iter().map(|&part| part * unit / all).collect();
        let mut order: Vec<usize> = (0..count).collect();
        order.sort_by_key(|&part| -(counts[part] * unit % all));
        let left = unit - rounded.iter().sum::<i64>();
        order.iter().take(usize::try_from(left).unwrap()).for_each(|&part| rounded[part] += 1);
        table.rows.push((row(&rounded, decimals), false));
    }
    table.assert();
}

/// A part moved by so many units is an error just where no values make the total any more.
#[test]
fn a_part_moved_further_than_rounding_allows_is_an_error() {
    let mut random = Random(8);
    let (mut sums, mut closures) = (amounts(), shares());
    let mut errors = 0;
    for number in 0..120 {
        let count = 2 + random.below(PARTS - 1);
        let method = *random.pick(&METHODS);
        let exact = ticks(&mut random, count, if number % 3 == 0 { -60 } else { 0 });
        let total = method.round(exact.iter().sum(), TICKS);
        let parts: Vec<i64> = exact.iter().map(|&part| method.round(part, TICKS)).collect();
        let whole: Vec<i64> = (0..count).map(|_| random.within(1, 20)).collect();
        let all: i64 = whole.iter().sum();
        let percents: Vec<i64> = whole.iter().map(|&part| method.round(100 * part, all)).collect();
        let at = random.below(count);
        for moved in -12..=12 {
            let with = |parts: &[i64]| {
                let mut parts = parts.to_vec();
                parts[at] += moved;
                parts
            };
            let parts = with(&parts);
            let is_error = !can_be_sum(&parts, values(total));
            let mut cells = row(&parts, 1);
            cells.push(printed(total, 1));
            sums.rows.push((cells, is_error));
            errors += usize::from(is_error);
            let percents = with(&percents);
            let is_error = !can_be_sum(&percents, 100 * TICKS..=100 * TICKS);
            closures.rows.push((row(&percents, 0), is_error));
            errors += usize::from(is_error);
        }
    }
    assert!(errors > 1000, "{errors}");
    sums.assert();
    closures.assert();
}

/// Every share of every count up to 40, and those beside it.
#[test]
fn a_share_is_an_error_where_no_rounding_of_the_counts_makes_it() {
    let mut table = Table::new(["Some", "Of", "Percent"].map(str::to_owned));
    for decimals in 0..3 {
        for of in 1..=40 {
            for some in 0..=of {
                let share = 100 * 10_i64.pow(decimals) * some;
                let right: Vec<i64> = METHODS.iter().map(|method| method.round(share, of)).collect();
                let least = *right.iter().min().unwrap();
                for percent in (least - 1).max(0)..=least + 2 {
                    let cells = vec![some.to_string(), of.to_string(), printed(percent, decimals)];
                    table.rows.push((cells, !right.contains(&percent)));
                }
            }
        }
    }
    table.assert();
}
