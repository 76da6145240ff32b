//! Reports damaged at random: whatever is cut out, put in or doubled, the program answers, and each place it names is
//! a place of the file. The damage is the same in every run.

#![cfg(test)]

mod program;

use std::cell::Cell;

use program::fixture_text;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use tieout::finding::{Position, Report};
use tieout::lint::{Linter, Outcome, Policy};
use tieout::rules::library;
use tieout::source::Source;

/// What is put in: figures, marks, markup, parts of labels, and what has no business in a report.
const PIECES: &[&str] = &[
    "0",
    "-1",
    "9999999999999999999",
    "1.5",
    "58余",
    "近百",
    "二〇二〇年",
    "12月31日",
    "%",
    "，",
    "。",
    "\n",
    "\n\n",
    "\t",
    "|",
    "| --- |",
    "总计",
    "（一）",
    "三、",
    "其中",
    "合计",
    "<td>",
    "</table>",
    "<table>",
    "<td colspan=999>",
    "&#0;",
    "&#x1f4a9;",
    "\u{0}",
    "\u{202e}",
    "\u{feff}",
    "\u{e000}",
    "𠮷",
    "e\u{301}",
    "**",
    "[",
    "](",
    "```",
    "> ",
];

/// One stroke: where, as a share of the text, how many characters go, and what comes in their place.
type Stroke = (prop::sample::Index, usize, Option<&'static str>);

fn strokes() -> impl Strategy<Value = Vec<Stroke>> {
    let stroke = (any::<prop::sample::Index>(), 0_usize..40, prop::option::of(prop::sample::select(PIECES)));
    prop::collection::vec(stroke, 1..12)
}

/// The text after the strokes; one that puts nothing in puts in what it took out, twice.
fn damaged(text: &str, strokes: &[Stroke]) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for (at, length, piece) in strokes {
        let start = at.index(characters.len() + 1);
        let end = (start + length).min(characters.len());
        let removed: Vec<char> = characters[start..end].to_vec();
        let added = match piece {
            Some(piece) => piece.chars().collect(),
            None => removed.repeat(2),
        };
        characters.splice(start..end, added);
    }
    characters.into_iter().collect()
}

fn linter() -> Linter {
    let packs: Vec<_> = library::entries(Vec::new()).into_iter().map(Result::unwrap).collect();
    let policy = Policy::new(&[], &[], None, &packs).unwrap();
    // A damaged report need not be recognised.
    Linter { packs, is_forced: true, policy }
}

/// Fails where a place is not one of the file, or not what is said to stand there.
fn assert_place(text: &str, place: &Position) -> Result<(), TestCaseError> {
    let span = place.span.unwrap().range();
    prop_assert!(
        span.end <= text.len() && text.is_char_boundary(span.start) && text.is_char_boundary(span.end)
    );
    let (before, _) = text.split_at(span.start);
    let (_, line) = before.rsplit_once('\n').unwrap_or(("", before));
    prop_assert_eq!(place.line, Some(before.matches('\n').count() + 1));
    prop_assert_eq!(place.column, Some(line.chars().count() + 1));
    prop_assert!((place.line, place.column) <= (place.end_line, place.end_column));
    Ok(())
}

fn assert_report(text: &str, report: &Report) -> Result<(), TestCaseError> {
    for finding in &report.findings {
        prop_assert!(!finding.message.is_empty());
        prop_assert!(finding.rules.contains(&finding.rule), "{:?}", finding.rules);
        for place in finding.primary.iter().chain(&finding.related) {
            assert_place(text, place)?;
        }
    }
    let mut fingerprints: Vec<&str> =
        report.findings.iter().map(|finding| finding.fingerprint.as_str()).collect();
    fingerprints.sort_unstable();
    let findings = fingerprints.len();
    fingerprints.dedup();
    prop_assert_eq!(fingerprints.len(), findings, "two findings have one fingerprint");
    Ok(())
}

fn survive(fixture: &str) {
    const CASES: u32 = 6000;
    let (text, linter) = (fixture_text(fixture), linter());
    let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
    let random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let findings = Cell::new(0);
    let outcome = TestRunner::new_with_rng(config, random).run(&strokes(), |strokes| {
        let text = damaged(&text, &strokes);
        let source = Source::from_text(fixture, text.clone());
        let Outcome::Reports(reports) = linter.source(source, fixture) else { panic!("every file is read") };
        for report in &reports {
            assert_report(&text, report)?;
            findings.set(findings.get() + report.findings.len());
        }
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
    // The strokes do damage.
    assert!(findings.get() > CASES as usize, "only {} findings", findings.get());
}

#[test]
fn a_damaged_text_is_survived() {
    survive("clean.txt");
}

#[test]
fn damaged_markdown_is_survived() {
    survive("clean.md");
}

#[test]
fn a_damaged_page_is_survived() {
    survive("clean.html");
}
