//! The examples of a rule: short reports with the verdict that the rule must give.

use super::check;
use crate::document::Document;
use crate::facts;
use crate::rules::pack::Pack;
use crate::rules::rule::{Example, Expected, Rule};
use crate::rules::settings::Settings;
use crate::source::Source;

/// What a rule said of an example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// The verdict.
    pub verdict: Expected,
    /// For each broken relation, the text of the place to look at first and the message.
    pub findings: Vec<(String, String)>,
}

impl Given {
    /// What is wrong with it, if it is not what the example says.
    pub fn mismatch(&self, example: &Example) -> Option<String> {
        if self.verdict != example.verdict {
            return Some(format!("expected {}, got {}", name(example.verdict), name(self.verdict)));
        }
        let shown =
            |texts: Vec<&str>| texts.iter().map(|text| format!("`{text}`")).collect::<Vec<_>>().join(", ");
        let places: Vec<&str> = self.findings.iter().map(|(place, _)| place.as_str()).collect();
        if let Some(at) = example.at.as_ref().filter(|at| !places.contains(&at.value.as_str())) {
            return Some(format!("expected a finding at `{}`, got {}", at.value, shown(places)));
        }
        let messages: Vec<&str> = self.findings.iter().map(|(_, message)| message.as_str()).collect();
        let message =
            example.message.as_ref().filter(|message| !messages.contains(&message.value.as_str()))?;
        Some(format!("expected the message `{}`, got {}", message.value, shown(messages)))
    }
}

/// The name of a verdict.
pub fn name(verdict: Expected) -> &'static str {
    match verdict {
        Expected::Pass => "pass",
        Expected::Fail => "fail",
        Expected::Undecided => "undecided",
    }
}

/// Runs one rule on one of its examples.
pub fn run(pack: &Pack, rule: &Rule, example: &Example) -> Given {
    let source = Source::from_text(&format!("example.{}", example.format), example.report.value.clone());
    let document = Document::new(source.content());
    let facts = facts::read(&document, pack);
    let checked = check(&facts, &document, &Settings::only(pack, rule));
    let verdict = if checked.relations.failed > 0 {
        Expected::Fail
    } else if checked.relations.held > 0 || checked.relations.undecided == 0 {
        Expected::Pass
    } else {
        Expected::Undecided
    };
    let text = document.text();
    let findings = checked
        .breaches
        .into_iter()
        .map(|breach| (breach.primary.span.of(text).trim().to_owned(), breach.message));
    Given { verdict, findings: findings.collect() }
}
