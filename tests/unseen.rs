//! Sentences written by people who had not read the lexicon, half of them wrong: none that is right is told, and of those
//! that are wrong no fewer than before. What a set showed once it is no longer unseen: a new one shows more.

#![cfg(test)]

mod program;

use std::fs;

use program::root;
use serde_json::Value;
use tieout::lint::{Linter, Outcome, Policy};
use tieout::rules::library;
use tieout::rules::rule::Level;
use tieout::source::Source;

/// The rules on the outline of a report, which a sentence alone has not.
const OF_OUTLINES: [&str; 3] = ["ogi/official-sections", "ogi/heading-numbers", "ogi/announced-sections"];

/// The file of a set, and how many of its wrong sentences are told at least.
const SETS: [(&str, usize); 3] = [("mixed", 112), ("english", 28), ("chinese", 38)];

fn linter(pack: &str) -> Linter {
    let mut packs: Vec<_> = library::entries(Vec::new()).into_iter().map(Result::unwrap).collect();
    packs.retain(|known| known.card.id == pack);
    let policy = Policy::new(&[], &[], None, &packs).unwrap();
    Linter { packs, is_forced: true, policy }
}

fn told(linter: &Linter, text: &str) -> Vec<String> {
    let source = Source::from_text("report.txt", text.to_owned());
    let Outcome::Reports(reports) = linter.source(source, "report.txt") else { return Vec::new() };
    let findings = reports.into_iter().flat_map(|report| report.findings);
    let rules = findings.filter(|finding| finding.level > Level::Note).map(|finding| finding.rule);
    rules.filter(|rule| !OF_OUTLINES.contains(&rule.as_str())).collect()
}

#[test]
fn nothing_true_is_told_and_as_much_that_is_wrong_as_before() {
    let packs = ["ogi", "prose"].map(|pack| (pack, linter(pack)));
    for (set, least) in SETS {
        let file = root().join("tests/unseen").join(format!("{set}.jsonl"));
        let mut found = 0;
        let mut alarms = Vec::new();
        for line in fs::read_to_string(file).unwrap().lines() {
            let sentence: Value = serde_json::from_str(line).unwrap();
            let of = |key: &str| sentence[key].as_str().unwrap();
            let (_, linter) = packs.iter().find(|(pack, _)| *pack == of("pack")).unwrap();
            let rules = told(linter, of("text"));
            match sentence["wrong"].as_bool().unwrap() {
                true => found += usize::from(!rules.is_empty()),
                false if rules.is_empty() => {}
                false => alarms.push(format!("{}: {}", of("text"), rules.join(", "))),
            }
        }
        assert!(alarms.is_empty(), "{set}: {} are told:\n{}", alarms.len(), alarms.join("\n"));
        assert!(found >= least, "{set}: {found} are told, at least {least} before");
    }
}
