//! The examples of a rule: short reports, and what it must say of them.

use serde::{Deserialize, Serialize};

use crate::rules::fields::{Fields, Text};
use crate::rules::mistake::{At, Mistake};

/// What a rule says of an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Expected {
    /// The relation holds.
    Pass,
    /// The relation cannot hold.
    Fail,
    /// It cannot be told.
    Undecided,
}

/// A short report, and what the rule must say of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Example {
    /// The verdict.
    pub verdict: Expected,
    /// Where it stands.
    pub verdict_at: At,
    /// The report.
    pub report: Text,
    /// The report of the same body on the year before.
    pub previous: Option<Text>,
    /// The reports of the bodies below.
    pub children: Vec<Text>,
    /// The extension of the file format that they are written in.
    pub format: String,
    /// The text that the finding must point at.
    pub at: Option<Text>,
    /// The message of the finding.
    pub message: Option<Text>,
}

pub(super) fn examples(fields: &mut Fields<'_, '_>) -> Vec<Example> {
    let verdicts = [("pass", Expected::Pass), ("fail", Expected::Fail), ("undecided", Expected::Undecided)];
    let (mut given, told) = (0, fields.mistakes.len());
    let examples: Vec<Example> = fields
        .tables("example", |fields| {
            given += 1;
            let verdict = fields.required_choice("verdict", &verdicts);
            let format = fields
                .choice("format", &[("text", "txt"), ("markdown", "md"), ("html", "html"), ("xml", "xml")])
                .unwrap_or("txt");
            let report = fields.required("report");
            let previous = fields.text("previous");
            let children = fields.tables("child", |fields| fields.required("report"));
            let children = children.into_iter().flatten().collect();
            let (at, message) = (fields.text("at"), fields.text("message"));
            let verdict_at = fields.text("verdict").map(|verdict| verdict.at());
            let (verdict, verdict_at) = (verdict?, verdict_at?);
            let (report, format) = (report?, format.to_owned());
            Some(Example { verdict, verdict_at, report, previous, children, format, at, message })
        })
        .into_iter()
        .flatten()
        .collect();
    // One that could not be read may be of either kind.
    if examples.len() < given || fields.mistakes.len() > told {
        return examples;
    }
    for (wanted, name) in [(Expected::Pass, "pass"), (Expected::Fail, "fail")] {
        if !examples.iter().any(|example| example.verdict == wanted) {
            let message = format!("this rule has no example with the verdict `{name}`");
            let mut at = fields.at();
            at.range.end = at.range.start;
            let mistake = Mistake::new(at, message, "in this file");
            fields.mistakes.push(
                mistake.help(format!("add `[[example]]`, `verdict = \"{name}\"` and a short `report`")),
            );
        }
    }
    examples
}
