//! Outputs: one file a format, each a pure writing-out of findings that are already chosen and ordered.

mod drawing;
mod excerpt;
mod json;
mod safe;
mod text;

pub use safe::{safe_json, safe_line};
pub use text::count;

use std::io::{self, Write};

use crate::check::Relations;
use crate::finding::{Figures, Report};
use std::collections::BTreeMap;

/// What is told of a whole run.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// Reports checked.
    pub reports: usize,
    /// Files passed over, counted by what they are.
    pub skipped: BTreeMap<String, usize>,
    /// Findings by level.
    pub errors: usize,
    /// Findings by level.
    pub warnings: usize,
    /// Findings by level.
    pub notes: usize,
    /// Findings that were accepted, and so are not among the others.
    pub accepted: usize,
    /// The tally of relations.
    pub relations: Relations,
    /// The tally of figures.
    pub figures: Figures,
}

impl Summary {
    /// Adds what is told of a report.
    pub fn add(&mut self, report: &Report) {
        use crate::finding::Level;
        if report.pack.is_some() {
            self.reports += 1;
        }
        self.accepted += report.findings.iter().filter(|finding| finding.accepted.is_some()).count();
        for finding in report.findings.iter().filter(|finding| finding.accepted.is_none()) {
            match finding.level {
                Level::Error => self.errors += 1,
                Level::Warning => self.warnings += 1,
                Level::Note => self.notes += 1,
            }
        }
        self.relations.held += report.relations.held;
        self.relations.failed += report.relations.failed;
        self.relations.undecided += report.relations.undecided;
        self.figures.tied += report.figures.tied;
        self.figures.broken += report.figures.broken;
        self.figures.unchecked += report.figures.unchecked;
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
}

/// How an output is to look.
#[derive(Clone, Copy, Debug, Default)]
pub struct Style {
    /// With colours, for a terminal.
    pub color: bool,
    /// Without the closing summary.
    pub quiet: bool,
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
pub const FORMATS: &[Format] = &[text::FORMAT, json::FORMAT, json::LINES];

/// The format called `name`.
pub fn format(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}
