//! What tieout says of a changed report, against what arithmetic can tell of it.

use tieout::finding::{Finding, Level};
use tieout::lint::{Linter, Outcome, Policy};
use tieout::rules::library;
use tieout::source::Source;

use crate::brute::{Brute, Printed, Set};
use crate::form::{Edition, Kind, Sheet};
use crate::measure::Count;
use crate::page::Page;
use crate::random::Random;
use crate::slip::{self, Slip};

/// Lints texts with the embedded packs.
pub struct Lint(Linter);

impl Lint {
    pub fn new() -> Self {
        let packs: Vec<_> = library::entries(Vec::new()).into_iter().map(Result::unwrap).collect();
        let policy = Policy::new(&[], &[], None, &packs).unwrap();
        Self(Linter { packs, is_forced: false, policy })
    }

    /// The errors and warnings.
    pub fn findings(&self, text: &str) -> Vec<Finding> {
        match self.0.source(Source::from_text("report.txt", text.to_owned()), "report.txt") {
            Outcome::Reports(reports) => {
                let findings = reports.into_iter().flat_map(|report| report.findings);
                findings.filter(|finding| finding.level > Level::Note).collect()
            }
            Outcome::Skipped(why) => panic!("{why}: {text}"),
        }
    }
}

/// A clean report.
pub struct Clean {
    pub sheet: Sheet,
    pub page: Page,
    pub printed: Vec<Printed>,
}

impl Clean {
    /// A report with figures of its own.
    pub fn new(sheet: Sheet, size: i64, random: &mut Random) -> Self {
        let figures = sheet.figures(random, size);
        let zero = *random.pick(&["0", "0", "0", "—", "/"]);
        let is_grouped = random.below(4) == 0;
        let write = |(&figure, kind): (&i64, Kind)| match figure {
            0 if kind != Kind::Prose => zero.to_owned(),
            1000.. if is_grouped => format!("{},{:03}", figure / 1000, figure % 1000),
            _ => figure.to_string(),
        };
        let cells: Vec<String> =
            figures.iter().zip(sheet.cells.iter().map(|cell| cell.kind)).map(write).collect();
        let (year, office) = match sheet.edition {
            Edition::Of2019 => (2020, "云岭市星河区听泉街道办事处"),
            Edition::Of2021 => (2023, "云岭市水务局"),
        };
        Self::of(Page::write(&sheet, &cells, year, office), sheet)
    }

    /// A report at hand.
    pub fn of(page: Page, sheet: Sheet) -> Self {
        let read = |(cell, place): (usize, &std::ops::Range<usize>)| {
            Printed::read(&page.text[place.clone()], sheet.cells[cell].domain)
        };
        let printed = page.places.iter().enumerate().map(read).collect();
        Self { sheet, page, printed }
    }

    pub fn value(&self, cell: usize) -> i64 {
        match self.printed[cell] {
            Printed::Number(value) => value,
            _ => 0,
        }
    }

    /// Every text that a slip could put in the place of a cell.
    pub fn slips(&self, cell: usize) -> Vec<(Slip, String)> {
        let (form, row, column) = self.sheet.cells[cell].at;
        let beside = [column.wrapping_sub(1), column + 1].map(|column| (form, row, column));
        let above = [row.wrapping_sub(1), row + 1].map(|row| (form, row, column));
        let values = |places: [(usize, usize, usize); 2]| -> Vec<i64> {
            places.into_iter().filter_map(|at| self.sheet.find(at)).map(|other| self.value(other)).collect()
        };
        let mut slips = slip::slips(self.value(cell), &values(beside), &values(above));
        if self.sheet.cells[cell].kind == Kind::Prose {
            // In a sentence only what still is a count is still claimed: 06 may be part of a telephone number.
            let is_count = |text: &String| {
                text.chars().all(|digit| digit.is_ascii_digit()) && (text == "0" || !text.starts_with('0'))
            };
            slips.retain(|(_, text)| is_count(text));
        }
        slips
    }

    /// Slips of different cells that leave other numbers of their kinds.
    pub fn random_changes(&self, count: usize, random: &mut Random) -> Vec<(usize, String)> {
        let mut changes: Vec<(usize, String)> = Vec::new();
        let tied: Vec<usize> = self.sheet.tied().collect();
        while changes.len() < count {
            let cell = *random.pick(&tied);
            let mut slips = self.slips(cell);
            slips.retain(|(_, text)| match Printed::read(text, self.sheet.cells[cell].domain) {
                Printed::Number(value) => value != self.value(cell),
                _ => false,
            });
            if !slips.is_empty() && changes.iter().all(|(other, _)| *other != cell) {
                changes.push((cell, random.pick(&slips).1.clone()));
            }
        }
        changes
    }

    /// What arithmetic can tell after some changes.
    pub fn brute(&self, changes: &[(usize, String)]) -> Brute {
        let mut printed = self.printed.clone();
        for (cell, text) in changes {
            printed[*cell] = Printed::read(text, self.sheet.cells[*cell].domain);
        }
        Brute::new(&self.sheet.cells, &self.sheet.relations, &printed)
    }
}

/// The findings on a page, by the cells they point at.
pub struct Said<'p> {
    pub page: &'p Page,
    pub findings: Vec<Finding>,
}

impl Said<'_> {
    /// The cell that a finding points at first.
    pub fn primary(&self, finding: &Finding) -> Option<usize> {
        self.page.cell_at(finding.primary.as_ref()?.span?.start as usize)
    }

    fn cells(&self, finding: &Finding, role: &str) -> Vec<usize> {
        let all = finding.primary.iter().chain(&finding.related);
        let of_role = all.filter(|position| position.message.ends_with(role));
        of_role.filter_map(|position| self.page.cell_at(position.span?.start as usize)).collect()
    }

    /// The cells that a finding says could be wrong.
    pub fn suspects(&self, finding: &Finding) -> Vec<usize> {
        let mut cells = self.cells(finding, "would tie");
        if cells.is_empty() {
            cells.extend(self.primary(finding));
        }
        cells.sort_unstable();
        cells
    }

    /// The cells that a finding with certainty says are wrong: the first, and those that it was carried into.
    fn convicted(&self, finding: &Finding) -> Vec<usize> {
        self.primary(finding).into_iter().chain(self.cells(finding, "carried on")).collect()
    }

    /// Whether a finding that is certain says what every smallest set says.
    fn is_backed(&self, finding: &Finding, brute: &Brute, smallest: &[Set]) -> bool {
        let Some(expected) = &finding.expected else { return true };
        let cell = self.primary(finding);
        let is_it =
            |&change: &(usize, i64)| Some(change.0) == cell && *expected == brute.value(change).to_string();
        smallest.iter().all(|set| set.iter().any(is_it))
    }
}

/// Judges what is said of a report with one cell changed; `None` where nothing breaks.
pub fn one(lint: &Lint, clean: &Clean, cell: usize, text: &str) -> Option<Count> {
    let changes = [(cell, text.to_owned())];
    let page = clean.page.with(&changes);
    let said = Said { page: &page, findings: lint.findings(&page.text) };
    let brute = clean.brute(&changes);
    let is_improper = Printed::read(text, clean.sheet.cells[cell].domain) == Printed::Improper;
    if !brute.is_broken() && !is_improper {
        assert!(said.findings.is_empty(), "nothing breaks, but {:#?} in {}", said.findings, page.text);
        return None;
    }
    let mut count = Count { broken: 1, ..Count::default() };
    let [finding] = said.findings.as_slice() else { return Some(count) };
    count.once = 1;
    let is_first = said.primary(finding) == Some(cell);
    let smallest = brute.smallest(2);
    let mut could_be: Vec<usize> = smallest.iter().map(|set| set[0].0).collect();
    could_be.sort_unstable();
    // A sentence that may be read in two ways is one figure with two values that would tie.
    could_be.dedup();
    if is_improper || could_be == [cell] {
        let was = clean.value(cell).to_string();
        count.decidable = 1;
        count.named = usize::from(is_first);
        count.certain = usize::from(is_first && finding.expected.as_deref() == Some(was.as_str()));
        count.overbold = usize::from(finding.expected.is_some() && count.certain == 0);
    } else {
        count.listed = usize::from(said.suspects(finding) == could_be);
        count.first = usize::from(is_first);
        count.overbold = usize::from(!said.is_backed(finding, &brute, &smallest));
    }
    Some(count)
}

/// Judges what is said of a report with several cells changed; `None` where nothing breaks.
pub fn several(lint: &Lint, clean: &Clean, changes: &[(usize, String)]) -> Option<Count> {
    let page = clean.page.with(changes);
    let brute = clean.brute(changes);
    if !brute.is_broken() {
        return None;
    }
    let said = Said { page: &page, findings: lint.findings(&page.text) };
    let smallest = brute.smallest(changes.len());
    assert!(!smallest.is_empty(), "the changes undone are an answer: {changes:?} in {}", page.text);
    let truth: Vec<usize> = changes.iter().map(|&(cell, _)| cell).collect();
    let mut count = Count {
        broken: 1,
        once: usize::from((1..=changes.len()).contains(&said.findings.len())),
        overbold: usize::from(
            !said.findings.iter().all(|finding| said.is_backed(finding, &brute, &smallest)),
        ),
        ..Count::default()
    };
    if let [set] = smallest.as_slice() {
        let mut told: Vec<usize> = said.findings.iter().flat_map(|finding| said.convicted(finding)).collect();
        told.sort_unstable();
        let is_told = set.iter().map(|&(cell, _)| cell).eq(told);
        count.decidable = 1;
        count.named = usize::from(is_told);
        count.certain =
            usize::from(is_told && said.findings.iter().all(|finding| finding.expected.is_some()));
        count.misled = usize::from(!set.iter().all(|(cell, _)| truth.contains(cell)));
    } else {
        let told = |finding: &Finding| [said.suspects(finding), said.convicted(finding)].concat();
        let told: Vec<usize> = said.findings.iter().flat_map(told).collect();
        let is_told = |set: &Set| set.iter().all(|(cell, _)| told.contains(cell));
        count.listed = usize::from(smallest.iter().all(is_told));
        let is_true = |finding: &Finding| said.primary(finding).is_some_and(|cell| truth.contains(&cell));
        count.first = usize::from(said.findings.iter().all(is_true));
    }
    Some(count)
}
