//! What came of a file, as a cache keeps it: without its path and text, which are at hand, and without the names of the
//! rules that were tallied, which the pack has.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::check::Relations;
use crate::finding::{Figures, Finding, Report, RuleTally, Tables, tallied};
use crate::lint::beside::Kept;
use crate::lint::{Linter, Outcome};

/// What came of a file.
#[derive(Serialize, Deserialize)]
pub enum Stored<'o> {
    /// It was read: the reports, and what other reports are compared with.
    Reports(Vec<StoredReport<'o>>, Cow<'o, [Kept]>),
    /// It was passed over, and what it is.
    Skipped(Cow<'o, str>),
}

/// A report.
#[derive(Serialize, Deserialize)]
pub struct StoredReport<'o> {
    pack: Cow<'o, str>,
    edition: Option<Cow<'o, str>>,
    year: Option<u32>,
    subject: Option<Cow<'o, str>>,
    figures: Figures,
    relations: Relations,
    tables: Tables,
    is_fallback: bool,
    rules: Vec<Relations>,
    findings: Cow<'o, [Finding]>,
}

impl<'o> Stored<'o> {
    /// What is kept of an outcome; nothing of a file that could not be read.
    pub fn of(outcome: &'o Outcome, kept: &'o [Kept]) -> Option<Self> {
        match outcome {
            Outcome::Skipped(what) => Some(Stored::Skipped(Cow::Borrowed(what))),
            Outcome::Reports(reports) => {
                let reports = reports.iter().map(StoredReport::of).collect::<Option<_>>()?;
                Some(Stored::Reports(reports, Cow::Borrowed(kept)))
            }
        }
    }

    /// What came of a file: its path as shown, and as told from its configuration.
    pub fn found(self, linter: &Linter, shown: &str, path: &str) -> Option<(Outcome, Vec<Kept>)> {
        match self {
            Stored::Skipped(what) => Some((Outcome::Skipped(what.into_owned()), Vec::new())),
            Stored::Reports(reports, kept) => {
                let reports = reports.into_iter().map(|report| report.report(linter, shown, path));
                Some((Outcome::Reports(reports.collect::<Option<_>>()?), kept.into_owned()))
            }
        }
    }
}

impl<'o> StoredReport<'o> {
    fn of(report: &'o Report) -> Option<Self> {
        Some(Self {
            pack: Cow::Borrowed(report.pack.as_deref()?),
            edition: report.edition.as_deref().map(Cow::Borrowed),
            year: report.year,
            subject: report.subject.as_deref().map(Cow::Borrowed),
            figures: report.figures,
            relations: report.relations,
            tables: report.tables,
            is_fallback: report.is_fallback,
            rules: report.rules.iter().map(|tally| tally.relations).collect(),
            findings: Cow::Borrowed(&report.findings),
        })
    }

    fn report(self, linter: &Linter, shown: &str, path: &str) -> Option<Report> {
        let mut packs = linter.packs.iter().enumerate();
        let (number, entry) = packs.find(|(_, entry)| entry.card.id == self.pack)?;
        let pack = entry.pack();
        let mut settings = linter.policy.settings(number, pack, path);
        if self.is_fallback {
            settings = Cow::Owned(settings.of_tables(pack));
        }
        let names: Vec<&Arc<str>> = tallied(pack, &settings).map(|(_, rule)| &rule.id).collect();
        if names.len() != self.rules.len() {
            return None;
        }
        let tally =
            |(rule, relations): (&Arc<str>, Relations)| RuleTally { rule: Arc::clone(rule), relations };
        Some(Report {
            path: shown.to_owned(),
            pack: Some(self.pack.into_owned()),
            edition: self.edition.map(Cow::into_owned),
            year: self.year,
            subject: self.subject.map(Cow::into_owned),
            figures: self.figures,
            relations: self.relations,
            tables: self.tables,
            is_fallback: self.is_fallback,
            rules: names.into_iter().zip(self.rules).map(tally).collect(),
            findings: self.findings.into_owned(),
            source: None,
        })
    }
}
