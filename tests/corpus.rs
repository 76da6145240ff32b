//! Real excerpts with what is true of them, where they are at hand: what is violated is found, what holds or cannot be
//! compared is not reported.

#![cfg(test)]

mod program;

use std::fs;
use std::path::{Path, PathBuf};

use program::shared;
use serde_json::Value;
use tieout::finding::{Finding, Position};
use tieout::lint::{Linter, Outcome, Policy};
use tieout::rules::library;
use tieout::rules::rule::Level;
use tieout::source::Source;

/// Of the claims that are violated, so many are found at least, in percent.
const LEAST_FOUND: usize = 90;

/// A stretch of a line, in characters from one.
struct Stretch {
    line: usize,
    columns: std::ops::Range<usize>,
}

impl Stretch {
    fn of(text: &str, claim: &Value) -> Self {
        let line = usize::try_from(claim["line"].as_u64().unwrap()).unwrap();
        let wanted = claim["text"].as_str().unwrap();
        let whole = text.lines().nth(line - 1).unwrap();
        let (before, _) = whole.split_once(wanted).unwrap();
        let start = before.chars().count() + 1;
        Self { line, columns: start..start + wanted.chars().count() }
    }

    fn holds(&self, place: &Position) -> bool {
        place.line == Some(self.line)
            && place.column.is_some_and(|column| column < self.columns.end)
            && place.end_column.is_some_and(|column| column > self.columns.start)
    }
}

fn linter(pack: &str) -> Linter {
    let mut packs: Vec<_> = library::entries(Vec::new()).into_iter().map(Result::unwrap).collect();
    packs.retain(|known| known.card.id == pack);
    let policy = Policy::new(&[], &[], None, &packs).unwrap();
    Linter { packs, is_forced: true, policy }
}

/// Notes are worth a look: they find, and they are no false alarm.
fn findings(linter: &Linter, text: String) -> Vec<Finding> {
    let Outcome::Reports(reports) = linter.source(Source::from_text("excerpt.txt", text), "excerpt.txt")
    else {
        panic!("not read");
    };
    reports.into_iter().flat_map(|report| report.findings).collect()
}

fn excerpts(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    let mut found: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|extension| extension == "json")).collect();
    found.sort();
    found
}

#[test]
fn what_is_true_of_excerpts_is_not_reported_and_what_is_not_is_found() {
    let Some(corpus) = shared("corpus") else { return };
    let (ogi, prose) = (linter("ogi"), linter("prose"));
    let (mut violated, mut missed, mut reported, mut others) = (0, Vec::new(), Vec::new(), 0);
    for path in ["real", "restated"].iter().flat_map(|folder| excerpts(&corpus.join(folder))) {
        let about: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let text = fs::read_to_string(path.with_extension("txt")).unwrap();
        let found = findings(if about["kind"] == "ogi" { &ogi } else { &prose }, text.clone());
        for claim in about["claims"].as_array().unwrap() {
            let stretch = Stretch::of(&text, claim);
            let is_primary =
                |finding: &&Finding| finding.primary.as_ref().is_some_and(|place| stretch.holds(place));
            let what = || format!("{}: {claim}", path.file_name().unwrap().display());
            if claim["verdict"] == "violated" {
                violated += 1;
                let is_related = |finding: &Finding| finding.related.iter().any(|place| stretch.holds(place));
                if !found.iter().any(|finding| is_primary(&finding) || is_related(finding)) {
                    missed.push(what());
                }
            } else {
                others += 1;
                let alarms = found.iter().filter(|finding| finding.level > Level::Note);
                reported
                    .extend(alarms.filter(is_primary).map(|finding| format!("{} {}", finding.rule, what())));
            }
        }
    }
    assert!(violated > 0 && others > 0);
    let share = |of: usize, all: usize| of * 100 / all;
    eprintln!("found {} of {violated}, reported {} of {others}", violated - missed.len(), reported.len());
    assert!(share(reported.len(), others) < 1, "{reported:#?}");
    assert!(share(violated - missed.len(), violated) >= LEAST_FOUND, "{missed:#?}");
}
