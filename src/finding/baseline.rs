//! A baseline: the findings that were there when a team began to check its reports, held back until they change.
//!
//! A file of JSON lines, sorted, to be reviewed like any other file.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::accept::{Acceptance, AcceptedBy};
use super::{Finding, Report, own, own_finding, position_in};
use crate::source::Source;
use crate::source::place::Span;

/// A finding that a baseline lists.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Entry {
    /// The file it was found in, told from the folder of the baseline.
    pub path: String,
    /// The rule.
    pub rule: String,
    /// What identifies the finding.
    pub fingerprint: String,
    /// The figures that take part, as they are printed in the file. When one of them changes the finding comes back.
    pub figures: Vec<String>,
    /// The broken relations. When a number in them changes the finding comes back too: one may stand for what is not
    /// printed, such as the number that is due.
    #[serde(default)]
    pub relations: Vec<String>,
    /// What was said of it, for those who review the file.
    #[serde(default)]
    pub message: String,
}

impl Entry {
    /// The entry of a finding in a file.
    pub fn of(path: &str, finding: &Finding) -> Self {
        Self {
            path: path.to_owned(),
            rule: finding.rule.clone(),
            fingerprint: finding.fingerprint.clone(),
            figures: figures(finding),
            relations: finding.evidence.clone(),
            message: finding.message.clone(),
        }
    }

    /// Whether it is about the same finding, with the same figures.
    fn is_same(&self, other: &Entry) -> bool {
        self.fingerprint == other.fingerprint
            && self.figures == other.figures
            && numbers(&self.relations) == numbers(&other.relations)
    }
}

/// The numbers in some relations. How relations are written may change, and their order.
fn numbers(relations: &[String]) -> Vec<&str> {
    let is_number = |character: char| character.is_numeric() || matches!(character, '.' | ',');
    let parts = relations.iter().flat_map(|relation| relation.split(|character| !is_number(character)));
    let mut numbers: Vec<&str> = parts.filter(|number| !number.is_empty()).collect();
    numbers.sort_unstable();
    numbers
}

/// The figures that take part in a finding, as printed: first the one it points at. The order of the others means
/// nothing, and may be another when the file is edited elsewhere.
fn figures(finding: &Finding) -> Vec<String> {
    let mut others: Vec<String> = finding.related.iter().map(|place| place.text.clone()).collect();
    others.sort();
    finding.primary.iter().map(|place| place.text.clone()).chain(others).collect()
}

/// A line of a baseline that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{path}:{line}: this is not an entry of a baseline: {reason}")]
pub struct BaselineError {
    /// The file.
    pub path: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub reason: String,
}

/// An entry, and what came of it in a run.
#[derive(Clone, Debug)]
struct Known {
    entry: Entry,
    /// Where its rule stands in the file.
    span: Span,
    /// Its file was checked with its rule.
    is_covered: bool,
    /// It held back a finding.
    is_used: bool,
}

/// The entries of a baseline.
#[derive(Clone, Debug)]
pub struct Baseline {
    /// The file, as shown.
    pub path: String,
    text: String,
    known: Vec<Known>,
    by_fingerprint: BTreeMap<String, Vec<usize>>,
    by_path: BTreeMap<String, Vec<usize>>,
}

impl Baseline {
    /// Reads the text of a baseline.
    ///
    /// # Errors
    /// The first line that is no entry, such as what a merge leaves behind.
    pub fn parse(path: &str, text: String) -> Result<Self, BaselineError> {
        let mut known = Vec::new();
        let mut start = 0;
        for (number, whole) in text.split_inclusive('\n').enumerate() {
            let before = start;
            start += whole.len();
            let line = whole.trim_end().trim_start_matches('\u{feff}');
            if line.is_empty() {
                continue;
            }
            let entry: Entry = serde_json::from_str(line).map_err(|error| BaselineError {
                path: path.to_owned(),
                line: number + 1,
                reason: error.to_string(),
            })?;
            let rule = whole.find(&entry.rule).unwrap_or(0);
            let span = Span::new(before + rule, before + rule + entry.rule.len());
            known.push(Known { entry, span, is_covered: false, is_used: false });
        }
        let (mut by_fingerprint, mut by_path) = (BTreeMap::new(), BTreeMap::new());
        for (index, known) in known.iter().enumerate() {
            let entry = &known.entry;
            by_fingerprint.entry(entry.fingerprint.clone()).or_insert_with(Vec::new).push(index);
            by_path.entry(entry.path.clone()).or_insert_with(Vec::new).push(index);
        }
        Ok(Self { path: path.to_owned(), text, known, by_fingerprint, by_path })
    }

    /// The text of a baseline with some entries, each once, in order.
    ///
    /// # Errors
    /// None in practice: an entry is nothing but text.
    pub fn text(entries: &mut Vec<Entry>) -> serde_json::Result<String> {
        entries.sort();
        entries.dedup();
        let mut text = String::new();
        for entry in entries {
            text += &serde_json::to_string(entry)?;
            text.push('\n');
        }
        Ok(text)
    }

    /// The number of findings that it lists.
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// Whether it lists nothing.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// Marks the findings of a report that it lists. `path` is told from its folder.
    pub fn apply(&mut self, path: &str, report: &mut Report) {
        for &index in self.by_path.get(path).into_iter().flatten() {
            let Some(known) = self.known.get_mut(index) else { continue };
            let rule = &known.entry.rule;
            // What was not looked at is not gone.
            known.is_covered |= report.rules.iter().any(|tally| *tally.rule == **rule)
                || own::ALL.iter().any(|own| own.id == rule);
        }
        for finding in report.findings.iter_mut().filter(|finding| finding.accepted.is_none()) {
            let found = Entry::of(path, finding);
            let alike = self.by_fingerprint.get(&finding.fingerprint).into_iter().flatten().copied();
            let listing: Vec<usize> = alike
                .filter(|&index| self.known.get(index).is_some_and(|known| known.entry.is_same(&found)))
                .collect();
            // A file that was moved is held by the entry for where it was.
            let is_here =
                |&&index: &&usize| self.known.get(index).is_some_and(|known| known.entry.path == path);
            let Some(&index) = listing.iter().find(is_here).or(listing.first()) else { continue };
            if let Some(known) = self.known.get_mut(index) {
                known.is_used = true;
                let reason = format!("in the baseline {}", self.path);
                finding.accepted = Some(Acceptance { by: AcceptedBy::Baseline, reason, until: None });
            }
        }
    }

    /// Its entries that held back nothing although their file was checked with their rule, and the others. `is_there`
    /// says of a path whether there is such a file.
    pub fn parted(&self, is_there: impl Fn(&str) -> bool) -> (Vec<Entry>, Vec<Entry>) {
        let is_gone = |known: &&Known| !known.is_used && (known.is_covered || !is_there(&known.entry.path));
        let (gone, kept): (Vec<&Known>, Vec<&Known>) = self.known.iter().partition(is_gone);
        let entries = |known: Vec<&Known>| known.into_iter().map(|known| known.entry.clone()).collect();
        (entries(gone), entries(kept))
    }

    /// What is told of the baseline itself: entries that held back nothing although their file was checked.
    pub fn report(&self) -> Option<Report> {
        let source = Arc::new(Source::from_text(&self.path, self.text.clone()));
        let unused = self.known.iter().filter(|known| known.is_covered && !known.is_used);
        let findings: Vec<Finding> = unused
            .map(|known| {
                let entry = &known.entry;
                let message = format!(
                    "the baseline holds back a finding of {} that there is no more, or not with these figures",
                    entry.rule
                );
                let subject = format!("{} {}", entry.fingerprint, entry.figures.join(" "));
                Finding {
                    primary: Some(position_in(&source, known.span, "matches nothing")),
                    ..own_finding(own::UNUSED_BASELINE, message, &self.path, &subject)
                }
            })
            .collect();
        (!findings.is_empty()).then(|| Report::about_file(&self.path, findings, Some(source)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(path: &str, fingerprint: &str, figures: &[&str]) -> Entry {
        Entry {
            path: path.to_owned(),
            rule: "orchard/total".to_owned(),
            fingerprint: fingerprint.to_owned(),
            figures: figures.iter().map(|&figure| figure.to_owned()).collect(),
            relations: Vec::new(),
            message: String::new(),
        }
    }

    #[test]
    fn what_is_written_is_read_again_in_order() {
        let mut entries =
            vec![entry("b", "2", &["年"]), entry("a", "1", &["3", "4"]), entry("b", "2", &["年"])];
        let text = Baseline::text(&mut entries).unwrap();
        assert_eq!(entries, [entry("a", "1", &["3", "4"]), entry("b", "2", &["年"])]);
        let baseline = Baseline::parse("x.jsonl", text).unwrap();
        assert_eq!(baseline.parted(|_| true), (Vec::new(), entries.clone()));
        assert_eq!(baseline.parted(|path| path == "a").0, [entry("b", "2", &["年"])]);
    }

    #[test]
    fn what_a_merge_leaves_is_told_with_its_line() {
        let text = "\n<<<<<<< ours\n".to_owned();
        let told = Baseline::parse("x.jsonl", text).unwrap_err().to_string();
        assert!(told.starts_with("x.jsonl:2: this is not an entry of a baseline"), "{told}");
    }

    #[test]
    fn another_number_in_a_relation_makes_another_finding() {
        let of = |relations: &[&str]| Entry {
            relations: relations.iter().map(|&relation| relation.to_owned()).collect(),
            ..entry("a", "1", &["（四）"])
        };
        assert!(of(&["4 ≠ 3", "1 + 2 ≠ 4"]).is_same(&of(&["1 plus 2 is not 4", "4 ≠ 3"])));
        assert!(!of(&["4 ≠ 3"]).is_same(&of(&["4 ≠ 2"])));
    }

    #[test]
    fn fields_that_are_not_known_are_passed_over() {
        let line = r#"{"path":"a","rule":"r","fingerprint":"f","figures":[],"since":2030}"#;
        assert_eq!(Baseline::parse("x", line.to_owned()).unwrap().len(), 1);
    }
}
