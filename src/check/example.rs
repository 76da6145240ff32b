//! The examples of a rule: short reports with the verdict that the rule must give.

use super::check;
use crate::facts::digest::{Digest, Others};
use crate::facts::{self, Facts};
use crate::rules::fields::Text;
use crate::rules::mistake::{At, Mistake};
use crate::rules::pack::Pack;
use crate::rules::rule::{Example, Expected, Rule};
use crate::rules::settings::Settings;
use crate::source::Source;

/// A broken relation of an example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The text of the place to look at first.
    pub place: String,
    /// What is said of it.
    pub message: String,
    /// The relation with numbers in it.
    pub relation: Option<String>,
    /// The labels above the place, then what stands there.
    pub at: Vec<String>,
}

/// What a rule said of an example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// The verdict.
    pub verdict: Expected,
    /// How many relations were looked at.
    pub relations: usize,
    /// The broken relations.
    pub findings: Vec<Finding>,
}

impl Given {
    /// What is wrong with it, if it is not what the example says, at its place in the rule file.
    pub fn mismatch(&self, example: &Example) -> Option<Mistake> {
        let shown =
            |texts: Vec<&str>| texts.iter().map(|text| format!("`{text}`")).collect::<Vec<_>>().join(", ");
        let messages: Vec<&str> = self.findings.iter().map(|finding| finding.message.as_str()).collect();
        if self.verdict != example.verdict {
            let label = format!("expected {}, got {}", name(example.verdict), name(self.verdict));
            let mistake = Mistake::new(example.verdict_at.clone(), "the verdict is another one", label);
            return Some(match self.verdict {
                Expected::Fail => mistake.help(format!("it finds: {}", shown(messages))),
                _ if self.relations == 0 => mistake.help(
                    "nothing was looked at: the report shows nothing that the rule runs over, or `when` is not true",
                ),
                _ => mistake,
            });
        }
        let places: Vec<&str> = self.findings.iter().map(|finding| finding.place.as_str()).collect();
        if let Some(at) = example.at.as_ref().filter(|at| !places.contains(&at.value.as_str())) {
            let label = format!("expected a finding at this, got {}", shown(places));
            return Some(Mistake::new(at.at(), "the finding is at another place", label));
        }
        let message =
            example.message.as_ref().filter(|message| !messages.contains(&message.value.as_str()))?;
        let label = format!("expected this, got {}", shown(messages));
        let mistake = Mistake::new(message.quoted(), "the message is another one", label);
        Some(mistake.help("`tieout test --update` writes the new one"))
    }

    /// The message that an example should give, where it gives another one and all else is as it says.
    pub fn update(&self, example: &Example) -> Option<(At, &str)> {
        let message = example.message.as_ref()?;
        let is_there = |finding: &&Finding| example.at.as_ref().is_none_or(|at| at.value == finding.place);
        let found = self.findings.iter().find(is_there).filter(|_| self.verdict == example.verdict)?;
        let is_known = self.findings.iter().any(|finding| finding.message == message.value);
        (!is_known).then(|| (message.quoted(), found.message.as_str()))
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

/// Adds the figures of the other reports of an example.
fn add_others(facts: &mut Facts<'_>, pack: &Pack, example: &Example) {
    let Some(across) = &pack.across else { return };
    let digest = |text: &Text| {
        let source = Source::from_text(&format!("example.{}", example.format), text.value.clone());
        let document = facts::document(&source, pack);
        Digest::of(&facts::read(&document, pack), &across.all).0
    };
    let previous: Vec<Digest> = example.previous.iter().map(digest).collect();
    let children: Vec<Digest> = example.children.iter().map(digest).collect();
    let others = Others {
        previous: previous.iter().map(|digest| (0, digest)).collect(),
        children: (!children.is_empty()).then(|| children.iter().map(|digest| (0, digest)).collect()),
    };
    facts.add_others(&across.all, &others);
}

/// Runs one rule on one of its examples.
pub fn run(pack: &Pack, rule: &Rule, example: &Example) -> Given {
    let source = Source::from_text(&format!("example.{}", example.format), example.report.value.clone());
    let document = facts::document(&source, pack);
    let mut facts = facts::read(&document, pack);
    add_others(&mut facts, pack, example);
    let checked = check(&facts, &document, &Settings::only(pack, rule));
    let verdict = if checked.relations.failed > 0 {
        Expected::Fail
    } else if checked.relations.held > 0 || checked.relations.undecided == 0 {
        Expected::Pass
    } else {
        Expected::Undecided
    };
    let text = document.text();
    let relations = checked.relations.failed + checked.relations.held + checked.relations.undecided;
    let findings = checked.breaches.into_iter().map(|breach| Finding {
        place: breach.primary.span.of(text).trim().to_owned(),
        message: breach.message,
        relation: breach.relation,
        at: breach.at,
    });
    Given { verdict, relations, findings: findings.collect() }
}
