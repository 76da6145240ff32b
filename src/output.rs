//! Outputs: one file a format, each a pure writing-out of findings that are already chosen and ordered.

pub mod annotate;
mod csv;
mod drawing;
mod excerpt;
mod github;
mod gitlab;
mod json;
mod junit;
mod markdown;
mod root;
mod safe;
mod sarif;
mod text;

pub use root::Root;
pub use safe::{safe_json, safe_line};
pub use text::count;

use std::io::{self, Write};

use crate::check::Relations;
pub use crate::finding::Missing;
use crate::finding::accept::AcceptedBy;
use crate::finding::{Figures, Finding, Level, Report, Tables};
use crate::source::skipped::SkippedFile;
use std::collections::BTreeMap;
use std::path::Path;

/// What is told of a whole run.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// Reports checked.
    pub reports: usize,
    /// Files passed over, counted by what they are.
    pub skipped: BTreeMap<String, usize>,
    /// The files passed over, by name.
    pub skipped_files: Vec<SkippedFile>,
    /// Findings by level.
    pub errors: usize,
    /// Findings by level.
    pub warnings: usize,
    /// Findings by level.
    pub notes: usize,
    /// Findings that were accepted, and so are not among the others.
    pub accepted: usize,
    /// Findings that a baseline holds back, and so are not among the others.
    pub baseline: usize,
    /// The tally of relations.
    pub relations: Relations,
    /// The tally of figures.
    pub figures: Figures,
    /// The tally of tables.
    pub tables: Tables,
    /// Reports that no pack recognises, of which only the tables were checked.
    pub fallback: usize,
    /// The rules that the reports were checked with, by name.
    pub rules: Vec<RuleAbout>,
    /// What could not be compared, because a report is missing.
    pub missing: Vec<Missing>,
}

/// What a rule says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleAbout {
    /// Full name.
    pub id: String,
    /// How much a breach matters.
    pub level: Level,
    /// What must be true, in a sentence without a full stop.
    pub summary: String,
    /// Why it matters, and what may be behind a breach.
    pub explanation: Option<String>,
    /// The regulation or official note that says so.
    pub authority: Option<String>,
    /// The relation as written.
    pub relation: Option<String>,
}

impl Summary {
    /// Counts a file that was passed over as what `what` says.
    pub fn skip(&mut self, path: &Path, what: &str) {
        *self.skipped.entry(what.to_owned()).or_default() += 1;
        self.skipped_files.push(SkippedFile::new(path, what));
    }

    /// Adds what is told of a report.
    pub fn add(&mut self, report: &Report) {
        if report.pack.is_some() {
            self.reports += 1;
        }
        for finding in &report.findings {
            let counter = match (&finding.accepted, finding.level) {
                (Some(accepted), _) if accepted.by == AcceptedBy::Baseline => &mut self.baseline,
                (Some(_), _) => &mut self.accepted,
                (None, Level::Error) => &mut self.errors,
                (None, Level::Warning) => &mut self.warnings,
                (None, Level::Note) => &mut self.notes,
            };
            *counter += 1;
        }
        self.relations.held += report.relations.held;
        self.relations.failed += report.relations.failed;
        self.relations.undecided += report.relations.undecided;
        self.figures.tied += report.figures.tied;
        self.figures.broken += report.figures.broken;
        self.figures.unchecked += report.figures.unchecked;
        self.tables.add(report.tables);
        self.fallback += usize::from(report.is_fallback);
    }
}

/// Writes the findings of a run, report by report.
pub trait Output {
    /// Writes what is told of one report.
    ///
    /// # Errors
    /// What the writer says.
    fn report(&mut self, report: &Report, out: &mut dyn Write) -> io::Result<()>;

    /// Writes what is told of the whole run.
    ///
    /// # Errors
    /// What the writer says.
    fn finish(&mut self, summary: &Summary, out: &mut dyn Write) -> io::Result<()>;

    /// Whether it shows how the relations of each rule came out in each report.
    fn shows_rules(&self) -> bool {
        false
    }

    /// Whether it shows lines of the reports that findings are in.
    fn shows_text(&self) -> bool {
        false
    }
}

/// How an output is to look.
#[derive(Clone, Debug, Default)]
pub struct Style {
    /// With colours, for a terminal.
    pub color: bool,
    /// Without the closing summary.
    pub quiet: bool,
    /// With links to files, for a terminal that follows them.
    pub links: bool,
    /// The lowest level of finding that fails a run.
    pub fail_on: Option<Level>,
    /// What paths are told from, in formats for a repository.
    pub root: Root,
    /// Bytes that there is room for.
    pub limit: Option<usize>,
    /// Every finding, also of those with one cause.
    pub show_all: bool,
}

impl Style {
    /// The findings of a report that are told one by one: of those with one cause in many reports only the first.
    fn told<'r>(&self, report: &'r Report) -> impl Iterator<Item = &'r Finding> {
        let show_all = self.show_all;
        report.findings.iter().filter(move |finding| {
            show_all || finding.group.as_ref().is_none_or(|group| group.examples.is_some())
        })
    }

    /// What is said of a finding that stands for others with the same cause.
    fn of_group(&self, finding: &Finding) -> Option<String> {
        let group = finding.group.as_ref().filter(|_| !self.show_all)?;
        let examples = group.examples.as_ref()?.join(", ");
        let (reports, more) = (count(group.reports, "report"), count(group.size, "finding"));
        Some(format!("the same in {reports} ({more}), such as {examples}; --show-all shows each"))
    }
}

/// Places in the files of other reports, as `path:line`; a few of many.
fn other_places(finding: &Finding) -> Vec<String> {
    const MOST: usize = 3;
    let mut places: Vec<String> = Vec::new();
    for place in &finding.related {
        let Some(other) = &place.other else { continue };
        let locator = || place.locator.clone().unwrap_or_default();
        let at = place.line.map_or_else(locator, |line| line.to_string());
        let shown = format!("{}:{at}", other.path);
        if !places.contains(&shown) {
            places.push(shown);
        }
    }
    let more = places.len().saturating_sub(MOST);
    places.truncate(MOST);
    places.extend((more > 0).then(|| format!("and {more} more places")));
    places
}

/// A format: its name and how to make a writer of it.
pub struct Format {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// Makes a writer.
    pub new: fn(Style) -> Box<dyn Output>,
}

/// Every format. Adding one is a file in this folder and a line here.
pub const FORMATS: &[Format] = &[
    text::FORMAT,
    json::FORMAT,
    json::LINES,
    github::FORMAT,
    sarif::FORMAT,
    junit::FORMAT,
    gitlab::FORMAT,
    csv::FORMAT,
    markdown::FORMAT,
];

/// The format called `name`.
pub fn format(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}
