//! Findings: breaches with their places in the file, their level and a fingerprint that survives edits elsewhere.

pub mod accept;
pub mod baseline;
mod fingerprint;
mod group;
mod make;
pub mod own;
mod position;
mod take_up;

use std::collections::BTreeMap;
use std::sync::Arc;

use accept::Acceptance;
pub use group::{Group, group};
pub use make::{of_several, report, tallied, unreadable};
use position::position_in;
pub use position::{OtherFile, Position, placed, position};
use serde::{Deserialize, Serialize};
pub use take_up::take_up;

use crate::check::{Counted, Label, Relations};
use crate::document::Document;
use crate::rules::pack::Pack;
pub use crate::rules::rule::Level;
use crate::source::Source;

/// Something in a report that cannot be true, is very likely wrong, or is worth a look.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Finding {
    /// Full name of the rule.
    pub rule: String,
    /// Every rule whose relation it explains.
    pub rules: Vec<String>,
    /// How much it matters.
    pub level: Level,
    /// What is said of it.
    pub message: String,
    /// The relation with numbers in it.
    pub relation: Option<String>,
    /// All broken relations, with numbers.
    pub evidence: Vec<String>,
    /// What most likely happened.
    pub cause: Option<String>,
    /// The value that would make everything tie.
    pub expected: Option<String>,
    /// The regulation or note that says so.
    pub authority: Option<String>,
    /// What identifies it from run to run.
    pub fingerprint: String,
    /// The labels above the primary place, then what stands there: how an accepted finding names it.
    pub at: Vec<String>,
    /// Why it is not told, where it is not. That is for each run to say.
    #[serde(skip)]
    pub accepted: Option<Acceptance>,
    /// The place to look at first; `None` for a finding about the file itself.
    pub primary: Option<Position>,
    /// The other places.
    pub related: Vec<Position>,
    /// It says that this report and others differ, and not which of them is wrong.
    pub is_dissent: bool,
    /// What happened, without the figures of this report.
    pub pattern: Option<String>,
    /// The findings of other reports with the same cause.
    #[serde(skip)]
    pub group: Option<Group>,
}

/// How many figures came out how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// Took part in a relation that could have failed and held.
    pub tied: usize,
    /// Take part in a relation that cannot hold.
    pub broken: usize,
    /// No relation could tell.
    pub unchecked: usize,
}

/// How the relations of one rule came out in a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleTally {
    /// Full name of the rule.
    pub rule: Arc<str>,
    /// Its relations.
    pub relations: Relations,
}

/// What is told of one report file.
#[derive(Clone, Debug)]
pub struct Report {
    /// Path as shown.
    pub path: String,
    /// Name of the pack it was checked with; `None` for a file that could not be read.
    pub pack: Option<String>,
    /// Edition of its forms.
    pub edition: Option<String>,
    /// The year it is about.
    pub year: Option<u32>,
    /// The body that reports.
    pub subject: Option<String>,
    /// The tally of its figures.
    pub figures: Figures,
    /// The tally of its relations.
    pub relations: Relations,
    /// The tally of its tables.
    pub tables: Tables,
    /// No pack recognises it: only its tables were checked.
    pub is_fallback: bool,
    /// The tally of each rule that was wanted, those included that compare nothing.
    pub rules: Vec<RuleTally>,
    /// Its findings, by place, then rule.
    pub findings: Vec<Finding>,
    /// Its text, for excerpts.
    pub source: Option<Arc<Source>>,
}

/// What could not be compared, because a report is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Reports on a year.
    Year {
        /// The year.
        year: u32,
        /// How many bodies have none, but one on the year after.
        bodies: usize,
    },
    /// Reports under the name of one body that differ so often that they may be of several bodies.
    Doubtful {
        /// How many were not compared.
        reports: usize,
    },
    /// Reports of bodies below another.
    Below {
        /// The body above.
        body: String,
        /// The year.
        year: u32,
        /// The bodies without a report.
        missing: Vec<String>,
    },
}

/// What became of the tables of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tables {
    /// Some relation of its figures was looked at.
    pub checked: usize,
    /// Read, but nothing in them was to be checked.
    pub nothing: usize,
    /// Not read.
    pub unread: usize,
}

impl Tables {
    /// Adds the tally of another report.
    pub fn add(&mut self, other: Tables) {
        self.checked += other.checked;
        self.nothing += other.nothing;
        self.unread += other.unread;
    }
}

impl Figures {
    fn add(&mut self, other: Figures) {
        self.tied += other.tied;
        self.broken += other.broken;
        self.unchecked += other.unchecked;
    }
}

/// Sorts findings by place, then rule, and tells apart those with the same fingerprint.
fn in_order(findings: &mut [Finding]) {
    findings.sort_by(|a, b| {
        let place = |finding: &Finding| finding.primary.as_ref().map(|primary| (primary.span, primary.inner));
        (place(a), &a.rule, &a.fingerprint).cmp(&(place(b), &b.rule, &b.fingerprint))
    });
    number_alike(findings);
}

/// Findings of one file with the same fingerprint get #2, #3 … in order.
fn number_alike(findings: &mut [Finding]) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for finding in findings {
        let count = seen.entry(finding.fingerprint.clone()).or_default();
        *count += 1;
        if *count > 1 {
            finding.fingerprint = format!("{}#{count}", finding.fingerprint);
        }
    }
}

/// A finding of the engine's own about a file.
fn own_finding(rule: &str, message: String, path: &str, subject: &str) -> Finding {
    Finding {
        rule: rule.to_owned(),
        rules: vec![rule.to_owned()],
        level: own::level(rule),
        message,
        relation: None,
        evidence: Vec::new(),
        cause: None,
        expected: None,
        authority: None,
        fingerprint: fingerprint::of(rule, "", path, subject),
        at: Vec::new(),
        accepted: None,
        primary: None,
        related: Vec::new(),
        is_dissent: false,
        pattern: None,
        group: None,
    }
}

impl Report {
    /// Adds how relations with other reports came out.
    pub fn add(&mut self, counted: &Counted, pack: &Pack) {
        self.relations.add(counted.relations);
        for &(rule, relations) in &counted.by_rule {
            let rule = pack.rules.get(rule).map(|rule| &rule.id);
            if let Some(known) = self.rules.iter_mut().find(|known| Some(&known.rule) == rule) {
                known.relations.add(relations);
            }
        }
        self.figures.tied += counted.tied;
        self.figures.unchecked = self.figures.unchecked.saturating_sub(counted.tied);
    }

    /// Adds a finding of the engine's own, about places of which the first stands in the report.
    pub fn add_own(
        &mut self,
        rule: &str,
        message: String,
        labels: Vec<Label>,
        (source, document, path): (&Source, &Document<'_>, &str),
    ) {
        let mut places = labels.into_iter().map(|label| position(source, document, label));
        let primary = places.next();
        let identity = self.year.zip(self.subject.as_ref()).map(|(year, body)| format!("{year} {body}"));
        self.findings.push(Finding {
            fingerprint: fingerprint::of(rule, "", identity.as_deref().unwrap_or(path), ""),
            at: primary.iter().map(|place| place.text.trim().to_owned()).collect(),
            primary,
            related: places.collect(),
            ..own_finding(rule, message, path, "")
        });
        in_order(&mut self.findings);
    }

    /// Adds a finding about the file as a whole.
    pub fn add_note(&mut self, rule: &str, message: String, path: &str, subject: &str) {
        self.findings.push(own_finding(rule, message, path, subject));
        in_order(&mut self.findings);
    }

    /// What is told of a file that was not checked as a report.
    fn about_file(path: &str, findings: Vec<Finding>, source: Option<Arc<Source>>) -> Self {
        Self {
            path: path.to_owned(),
            pack: None,
            edition: None,
            year: None,
            subject: None,
            figures: Figures::default(),
            relations: Relations::default(),
            tables: Tables::default(),
            is_fallback: false,
            rules: Vec::new(),
            findings,
            source,
        }
    }
}
