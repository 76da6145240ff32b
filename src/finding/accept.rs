//! Accepted findings: what an auditor has looked at and found in order, with a reason and perhaps an end.

use std::sync::Arc;

use globset::GlobMatcher;
use jiff::civil::Date;

use super::{Finding, Report, own, own_finding, position_in};
use crate::rules::label::{self, Key};
use crate::rules::mistake::At;
use crate::rules::settings::RuleGlob;
use crate::source::Source;
use crate::source::place::Span;

/// A finding that is known and accepted, as a configuration says.
#[derive(Debug)]
pub struct Accept {
    /// The rules whose findings it accepts.
    pub rule: RuleGlob,
    /// The files it is about; `None` for all.
    pub path: Option<GlobMatcher>,
    /// Label path and value of what it accepts, such as `总体情况 / 图书借阅 / 538条`; a figure that changes comes back.
    pub at: Option<String>,
    /// Why it is accepted.
    pub reason: String,
    /// The last day on which it is.
    pub until: Option<Date>,
    /// Where it stands in the configuration.
    pub place: At,
}

/// What accepts a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AcceptedBy {
    /// A configuration.
    Config,
    /// A baseline.
    Baseline,
}

/// Why a finding is not told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acceptance {
    /// What accepts it.
    pub by: AcceptedBy,
    /// The reason given.
    pub reason: String,
    /// The last day on which it holds.
    pub until: Option<Date>,
}

impl Accept {
    /// Whether a file is one of those it is about.
    fn covers(&self, path: &str) -> bool {
        self.path.as_ref().is_none_or(|glob| glob.is_match(path))
    }

    fn is_expired(&self, today: Date) -> bool {
        self.until.is_some_and(|until| until < today)
    }

    fn accepts(&self, finding: &Finding) -> bool {
        finding.rules.iter().any(|rule| self.rule.is_match(rule))
            && self.at.as_ref().is_none_or(|at| is_at(at, &finding.at))
    }
}

/// Whether a label path names a place: its value is the last of the place, and its labels stand in those before, in
/// their order.
fn is_at(wanted: &str, place: &[String]) -> bool {
    let wanted: Vec<&str> = wanted.split(" / ").map(str::trim).collect();
    let (Some((value, labels)), Some((there, above))) = (wanted.split_last(), place.split_last()) else {
        return false;
    };
    // The unit may be left out.
    let (value, there) = (Key::new(value), Key::new(there));
    let unit = there.as_str().strip_prefix(value.as_str());
    if unit.is_none_or(|unit| unit.contains(|character: char| character.is_ascii_digit())) {
        return false;
    }
    let mut above = above.iter().map(|label| Key::new(label));
    labels
        .iter()
        .map(|label| Key::new(label::without_number(label)))
        .all(|label| above.any(|known| known.as_str().contains(label.as_str())))
}

/// What came of the accepted findings of a configuration during a run.
#[derive(Debug)]
pub struct Ledger {
    /// For each: it covers a file that was checked; it accepted a finding.
    entries: Vec<(bool, bool)>,
    today: Date,
}

impl Ledger {
    /// The ledger of a run on a day.
    pub fn new(accepts: &[Accept], today: Date) -> Self {
        Self { entries: vec![(false, false); accepts.len()], today }
    }

    /// Marks the findings of a report that are accepted. `path` is relative to the configuration.
    pub fn apply(&mut self, accepts: &[Accept], path: &str, report: &mut Report) {
        for (accept, (covered, used)) in accepts.iter().zip(&mut self.entries) {
            if !accept.covers(path) {
                continue;
            }
            *covered = true;
            if accept.is_expired(self.today) {
                continue;
            }
            for finding in report.findings.iter_mut().filter(|finding| accept.accepts(finding)) {
                *used = true;
                let acceptance =
                    Acceptance { by: AcceptedBy::Config, reason: accept.reason.clone(), until: accept.until };
                finding.accepted.get_or_insert(acceptance);
            }
        }
    }

    /// What is told of the configuration itself: accepted findings that have expired or that match nothing although a
    /// file they cover was checked.
    pub fn report(&self, accepts: &[Accept], path: &str, text: &str) -> Option<Report> {
        let source = Arc::new(Source::from_text(path, text.to_owned()));
        let mut findings = Vec::new();
        for (accept, &(covered, used)) in accepts.iter().zip(&self.entries) {
            if !covered || used {
                continue;
            }
            let rule = &accept.rule.text.value;
            let (own, message, role) = match accept.until.filter(|_| accept.is_expired(self.today)) {
                Some(until) => {
                    (own::EXPIRED, format!("the accepted finding of {rule} expired on {until}"), "expired")
                }
                None => (
                    own::UNUSED,
                    format!("this accepts a finding of {rule} that there is no more, or not with this value"),
                    "matches nothing",
                ),
            };
            let span = Span::new(accept.rule.text.at().range.start, accept.rule.text.at().range.end);
            let subject = format!("{rule} {}", accept.at.as_deref().unwrap_or_default());
            findings.push(Finding {
                primary: Some(position_in(&source, span, role)),
                ..own_finding(own, message, path, &subject)
            });
        }
        (!findings.is_empty()).then(|| Report::about_file(path, findings, Some(source)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_path_names_a_place_whose_value_is_the_same() {
        let place = ["一、总体情况", "（一）图书借阅", "全年借出图书", "538条"].map(str::to_owned);
        for at in ["总体情况 / 图书借阅 / 538条", "538条", "借出图书 / ５３８ 条", "一、总体情况 / 538"]
        {
            assert!(is_at(at, &place), "{at}");
        }
        for at in ["总体情况 / 图书借阅 / 539条", "图书借阅 / 总体情况 / 538条", "期刊 / 538条", "53"]
        {
            assert!(!is_at(at, &place), "{at}");
        }
    }
}
