//! One mistake, one finding: clean reports are changed cell by cell, by every kind of slip, and what tieout says of
//! them is compared with what a brute force shows that arithmetic can tell.
//!
//! `TIEOUT_FULL=1` runs the whole of it; without it a sample is run, smaller in a debug build.

#[path = "localise/brute.rs"]
mod brute;
#[path = "localise/form.rs"]
mod form;
#[path = "localise/measure.rs"]
mod measure;
#[path = "localise/random.rs"]
mod random;
#[path = "localise/slip.rs"]
mod slip;

use brute::{Brute, Printed};
use form::{Edition, Page, Sheet};
use measure::{Count, Table};
use random::Random;
use tieout::finding::{Finding, Level};
use tieout::lint::{Linter, Outcome, RuleGlobs};
use tieout::rules::library;
use tieout::source::Source;

/// Lints texts with the embedded packs.
struct Lint(Linter);

impl Lint {
    fn new() -> Self {
        let packs: Vec<_> = library::embedded().into_iter().map(|pack| pack.load().unwrap()).collect();
        let globs = RuleGlobs::new(&[], &[], &packs).unwrap();
        Self(Linter { packs, is_forced: false, globs })
    }

    /// The errors and warnings.
    fn findings(&self, text: &str) -> Vec<Finding> {
        match self.0.source(Source::from_text("report.txt", text.to_owned())) {
            Outcome::Reports(reports) => {
                let findings = reports.into_iter().flat_map(|report| report.findings);
                findings.filter(|finding| finding.level > Level::Note).collect()
            }
            Outcome::Skipped(why) => panic!("{why}: {text}"),
        }
    }
}

/// How much is tried: a divisor of the changes.
fn sampled() -> usize {
    match (std::env::var_os("TIEOUT_FULL").is_some(), cfg!(debug_assertions)) {
        (true, _) => 1,
        (false, false) => 3,
        (false, true) => 40,
    }
}

/// The cell that a finding points at first.
fn primary(page: &Page, finding: &Finding) -> Option<usize> {
    cell_at(page, finding.primary.as_ref()?.span?.start as usize)
}

fn cell_at(page: &Page, offset: usize) -> Option<usize> {
    // A blank cell is found between the bars that bound it.
    page.places.iter().position(|place| (place.start..=place.end + 2).contains(&(offset + 1)))
}

/// The cells that a finding suspects.
fn suspects(page: &Page, finding: &Finding) -> Vec<usize> {
    let all = finding.primary.iter().chain(&finding.related);
    let suspected = all.filter(|position| position.message.ends_with("would tie"));
    let mut cells: Vec<usize> =
        suspected.filter_map(|position| cell_at(page, position.span?.start as usize)).collect();
    if cells.is_empty() {
        cells.extend(primary(page, finding));
    }
    cells.sort_unstable();
    cells
}

/// A clean report.
struct Clean {
    sheet: Sheet,
    page: Page,
    printed: Vec<Printed>,
}

impl Clean {
    fn new(edition: Edition, size: i64, random: &mut Random) -> Self {
        let sheet = Sheet::new(edition);
        let figures = sheet.figures(random, size);
        let zero = *random.pick(&["0", "0", "0", "—", "/"]);
        let is_grouped = random.below(4) == 0;
        let cells: Vec<String> = figures
            .iter()
            .map(|&figure| match figure {
                0 => zero.to_owned(),
                1000.. if is_grouped => format!("{},{:03}", figure / 1000, figure % 1000),
                _ => figure.to_string(),
            })
            .collect();
        let (year, office) = match edition {
            Edition::Of2019 => (2020, "云岭市星河区听泉街道办事处"),
            Edition::Of2021 => (2023, "云岭市水务局"),
        };
        let page = Page::write(&sheet, &cells, year, office);
        let printed =
            sheet.cells.iter().zip(&cells).map(|(cell, text)| Printed::read(text, cell.domain)).collect();
        Self { sheet, page, printed }
    }

    fn value(&self, cell: usize) -> i64 {
        match self.printed[cell] {
            Printed::Number(value) => value,
            _ => 0,
        }
    }

    /// The values of the cells one column and one row off.
    fn neighbours(&self, cell: usize) -> (Vec<i64>, Vec<i64>) {
        let (form, row, column) = self.sheet.cells[cell].at;
        let value =
            |row: usize, column: usize| self.sheet.find((form, row, column)).map(|other| self.value(other));
        let beside = [column.wrapping_sub(1), column + 1].map(|column| value(row, column));
        let above = [row.wrapping_sub(1), row + 1].map(|row| value(row, column));
        (beside.into_iter().flatten().collect(), above.into_iter().flatten().collect())
    }

    fn brute(&self, changes: &[(usize, String)]) -> (Brute, Vec<Printed>) {
        let mut printed = self.printed.clone();
        for (cell, text) in changes {
            printed[*cell] = Printed::read(text, self.sheet.cells[*cell].domain);
        }
        (Brute::new(&self.sheet.cells, &self.sheet.relations, &printed), printed)
    }
}

/// Judges what is said of a report with one cell changed.
fn one(lint: &Lint, clean: &Clean, cell: usize, text: &str) -> Option<Count> {
    let changes = [(cell, text.to_owned())];
    let page = clean.page.with(&changes);
    let findings = lint.findings(&page.text);
    let (brute, printed) = clean.brute(&changes);
    let is_improper = printed[cell] == Printed::Improper;
    if !brute.is_broken() && !is_improper {
        assert!(findings.is_empty(), "nothing breaks, but {findings:#?} in {}", page.text);
        return None;
    }
    let mut count = Count { broken: 1, ..Count::default() };
    let [finding] = findings.as_slice() else { return Some(count) };
    count.once = 1;
    let is_first = primary(&page, finding) == Some(cell);
    let mut could_be: Vec<usize> = brute.smallest(2).iter().map(|set| set[0].0).collect();
    could_be.sort_unstable();
    if is_improper || could_be == [cell] {
        count.decidable = 1;
        count.named = usize::from(is_first);
        let was = clean.value(cell).to_string();
        count.certain = usize::from(is_first && finding.expected.as_deref() == Some(was.as_str()));
        count.overbold = usize::from(finding.expected.is_some() && !is_first);
    } else {
        count.listed = usize::from(suspects(&page, finding) == could_be);
        count.first = usize::from(is_first);
        count.overbold = usize::from(finding.expected.is_some());
    }
    Some(count)
}

#[test]
fn one_changed_cell_is_one_finding_at_that_cell() {
    let lint = Lint::new();
    let mut random = Random(1);
    let mut table = Table::default();
    let mut tried = 0;
    for edition in [Edition::Of2019, Edition::Of2021] {
        for size in [0, 3, 25, 60, 400, 15_000] {
            let clean = Clean::new(edition, size, &mut random);
            let findings = lint.findings(&clean.page.text);
            assert!(findings.is_empty(), "clean, but {findings:#?}\n{}", clean.page.text);
            for cell in 0..clean.sheet.cells.len() {
                let (beside, above) = clean.neighbours(cell);
                for (slip, text) in slip::slips(clean.value(cell), &beside, &above) {
                    tried += 1;
                    if tried % sampled() != 0 {
                        continue;
                    }
                    if let Some(count) = one(&lint, &clean, cell, &text) {
                        let kinds = [
                            "all".to_owned(),
                            format!("slip {slip:?}"),
                            format!("cell {:?}", clean.sheet.cells[cell].kind),
                        ];
                        table.add(&kinds, count);
                        if count.once == 0
                            || count.named != count.decidable
                            || count.overbold > 0
                            || (count.decidable == 0 && count.listed == 0)
                        {
                            eprintln!(
                                "{edition:?} {size} {:?} {:?} {} -> {text}: {count:?}",
                                clean.sheet.cells[cell],
                                slip,
                                clean.value(cell)
                            );
                        }
                    }
                }
            }
        }
    }
    eprintln!("{tried} slips\n{table}");
}

/// What a finding with certainty says: the cells that change with the primary one, that one first.
fn convicted(page: &Page, finding: &Finding) -> Vec<usize> {
    let carried = finding.related.iter().filter(|position| position.message.ends_with("carried on"));
    let also = carried.filter_map(|position| cell_at(page, position.span?.start as usize));
    primary(page, finding).into_iter().chain(also).collect()
}

/// Judges what is said of a report with several cells changed.
fn several(lint: &Lint, clean: &Clean, changes: &[(usize, String)]) -> Option<Count> {
    let page = clean.page.with(changes);
    let (brute, _) = clean.brute(changes);
    if !brute.is_broken() {
        return None;
    }
    let findings = lint.findings(&page.text);
    let smallest = brute.smallest(3);
    assert!(!smallest.is_empty(), "the changes undone are an answer: {changes:?} in {}", page.text);
    let truth: Vec<usize> = changes.iter().map(|&(cell, _)| cell).collect();
    let is_certain = |finding: &&Finding| finding.expected.is_some();
    let is_backed = |finding: &Finding| {
        let cell = primary(&page, finding);
        let is_in = |&change: &(usize, i64)| {
            Some(change.0) == cell && finding.expected == Some(brute.value(change).to_string())
        };
        smallest.iter().all(|set| set.iter().any(is_in))
    };
    let mut count = Count {
        broken: 1,
        once: usize::from((1..=changes.len()).contains(&findings.len())),
        overbold: usize::from(!findings.iter().filter(is_certain).all(is_backed)),
        ..Count::default()
    };
    if let [set] = smallest.as_slice() {
        let mut wanted: Vec<usize> = set.iter().map(|&(cell, _)| cell).collect();
        let mut told: Vec<usize> = findings.iter().flat_map(|finding| convicted(&page, finding)).collect();
        wanted.sort_unstable();
        told.sort_unstable();
        count.decidable = 1;
        count.named = usize::from(told == wanted);
        count.certain =
            usize::from(told == wanted && findings.iter().all(|finding| finding.expected.is_some()));
        let mut changed = truth;
        changed.sort_unstable();
        count.misled = usize::from(wanted != changed);
    } else {
        let told: Vec<usize> = findings.iter().flat_map(|finding| suspects(&page, finding)).collect();
        let is_told = |set: &brute::Set| set.iter().any(|(cell, _)| told.contains(cell));
        count.listed = usize::from(smallest.iter().all(is_told));
        let is_true = |finding: &Finding| primary(&page, finding).is_some_and(|cell| truth.contains(&cell));
        count.first = usize::from(findings.iter().all(is_true));
    }
    Some(count)
}

/// Random changes of different cells that leave numbers of their kinds.
fn random_changes(clean: &Clean, count: usize, random: &mut Random) -> Vec<(usize, String)> {
    let mut changes: Vec<(usize, String)> = Vec::new();
    while changes.len() < count {
        let tied: Vec<usize> = clean.sheet.tied().collect();
        let cell = *random.pick(&tied);
        let (beside, above) = clean.neighbours(cell);
        let mut slips = slip::slips(clean.value(cell), &beside, &above);
        slips.retain(|(_, text)| match Printed::read(text, clean.sheet.cells[cell].domain) {
            Printed::Number(value) => value != clean.value(cell),
            _ => false,
        });
        if !slips.is_empty() && changes.iter().all(|(other, _)| *other != cell) {
            changes.push((cell, random.pick(&slips).1.clone()));
        }
    }
    changes
}

#[test]
fn changes_of_several_cells_are_told_as_far_as_arithmetic_can() {
    let lint = Lint::new();
    let mut random = Random(2);
    let mut table = Table::default();
    let tries = 400 / sampled() + 1;
    for edition in [Edition::Of2019, Edition::Of2021] {
        for size in [0, 3, 25, 60, 400, 15_000] {
            for _ in 0..tries {
                let clean = Clean::new(edition, size, &mut random);
                for count in [2, 3] {
                    let changes = random_changes(&clean, count, &mut random);
                    let Some(counted) = several(&lint, &clean, &changes) else { continue };
                    table.add(&[format!("{count} changes")], counted);
                    if counted.once == 0
                        || counted.named != counted.decidable
                        || counted.overbold > 0
                        || (counted.decidable == 0 && counted.listed == 0)
                    {
                        let at: Vec<_> = changes
                            .iter()
                            .map(|(cell, text)| (clean.sheet.cells[*cell].at, clean.value(*cell), text))
                            .collect();
                        eprintln!("{edition:?} {size} {at:?}: {counted:?}");
                        let (brute, _) = clean.brute(&changes);
                        for set in brute.smallest(3) {
                            eprintln!(
                                "   set {:?}",
                                set.iter()
                                    .map(|&(cell, delta)| (clean.sheet.cells[cell].at, delta))
                                    .collect::<Vec<_>>()
                            );
                        }
                        let page = clean.page.with(&changes);
                        for finding in lint.findings(&page.text) {
                            let place = |position: &tieout::finding::Position| {
                                (
                                    cell_at(&page, position.span.unwrap().start as usize)
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
        }
    }
    eprintln!("{table}");
}
