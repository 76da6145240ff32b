//! How sentences are read: some five hundred in a report whose forms are known, each with what is true of it.

#![cfg(test)]

mod program;

use std::fs;

use program::root;
use tieout::lint::{Linter, Outcome, Policy};
use tieout::rules::library;
use tieout::rules::rule::Level;
use tieout::source::Source;

/// Of the sentences in which nothing is wrong, those that are reported: a tool that cries wolf is not used.
const MOST_FALSE: usize = 1;
/// Of the sentences in which something is wrong, the share that is found, in percent.
const LEAST_FOUND: usize = 75;

struct Said {
    is_wrong: bool,
    sentence: String,
    /// The rules that the report then breaks, from warnings up.
    rules: Vec<String>,
}

fn said(name: &str) -> Vec<Said> {
    let packs: Vec<_> = library::entries(Vec::new()).into_iter().map(Result::unwrap).collect();
    let policy = Policy::new(&[], &[], None, &packs).unwrap();
    let linter = Linter { packs, is_forced: false, policy };
    let read = |file: String| fs::read_to_string(root().join("tests/phrases").join(file)).unwrap();
    let host = read(format!("{name}-report.txt"));
    let sentences = read(format!("{name}-sentences.txt"));
    let lines = sentences.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let (verdict, sentence) = line.split_once('|').unwrap();
            let text = host.replace("{sentence}", &sentence.replace("\\n", "\n"));
            let Outcome::Reports(reports) =
                linter.source(Source::from_text("report.txt", text), "report.txt")
            else {
                panic!("not recognised: {sentence}");
            };
            let findings = reports.into_iter().flat_map(|report| report.findings);
            let rules = findings.filter(|finding| finding.level > Level::Note).map(|finding| finding.rule);
            Said { is_wrong: verdict == "wrong", sentence: sentence.to_owned(), rules: rules.collect() }
        })
        .collect()
}

#[test]
fn true_sentences_are_not_reported() {
    let all: Vec<Said> = ["busy", "empty"].into_iter().flat_map(said).collect();
    let mut of_true = all.iter().filter(|said| !said.is_wrong).peekable();
    assert!(of_true.peek().is_some());
    let reported: Vec<String> = of_true
        .filter(|said| !said.rules.is_empty())
        .map(|said| format!("{}: {}", said.sentence, said.rules.join(", ")))
        .collect();
    assert!(reported.len() <= MOST_FALSE, "{} are reported:\n{}", reported.len(), reported.join("\n"));
}

#[test]
fn most_wrong_sentences_are_found() {
    let all = said("busy");
    let wrong: Vec<&Said> = all.iter().filter(|said| said.is_wrong).collect();
    let missed: Vec<&str> =
        wrong.iter().filter(|said| said.rules.is_empty()).map(|said| said.sentence.as_str()).collect();
    let found = wrong.len() - missed.len();
    assert!(
        found * 100 >= wrong.len() * LEAST_FOUND,
        "{found} of {}; missed:\n{}",
        wrong.len(),
        missed.join("\n")
    );
}
