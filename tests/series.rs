//! Sets of reports: bodies over several years and offices below counties. All planted errors are found, each once and
//! with both files, and nothing is said of what is right.

#![allow(clippy::string_slice, clippy::indexing_slicing, reason = "a test may panic")]
#![cfg(test)]

mod program;
#[path = "series/set.rs"]
mod set;

use program::{text, tieout_in};
use serde_json::Value;
use set::{Set, Slip};
use tempfile::TempDir;

const YEARS: usize = 4;

#[test]
fn nothing_is_said_of_sets_that_tie() {
    for seed in 1..4 {
        let folder = TempDir::new().unwrap();
        Set::new(seed, YEARS).write(folder.path());
        let answer = tieout_in(folder.path(), ["check", "--format", "json", "."]);
        assert_eq!(answer.findings(), Vec::<Value>::new(), "seed {seed}");
        let relations = answer.json()["summary"]["relations"].clone();
        assert_eq!(relations["failed"], 0);
        assert_eq!(answer.json()["summary"]["missing"], Value::Array(Vec::new()));
    }
}

#[test]
fn what_is_planted_is_found_once_and_shown_in_both_files() {
    for seed in 11..14 {
        let folder = TempDir::new().unwrap();
        let mut set = Set::new(seed, YEARS);
        let planted: Vec<_> =
            Slip::ALL.iter().enumerate().map(|(number, &slip)| set.plant(slip, number)).collect();
        set.write(folder.path());
        let answer = tieout_in(folder.path(), ["check", "--format", "json", "."]);
        let shown = tieout_in(folder.path(), ["check", "."]).stdout;
        let mut findings = answer.findings();
        for planted in &planted {
            let is_it = |finding: &Value| {
                let rules = finding["rules"].as_array().unwrap();
                finding["path"] == planted.path.as_str() && rules.iter().any(|rule| rule == planted.rule)
            };
            let found = findings.iter().position(is_it);
            let found = findings.remove(found.unwrap_or_else(|| panic!("seed {seed}: {planted:?} is not found in {shown}")));
            if let Some(other) = &planted.other {
                let related = found["related"].as_array().unwrap();
                let names = |place: &Value| place["path"] == other.as_str() && !text(&place["text"]).is_empty();
                assert!(related.iter().any(names), "seed {seed}: {planted:?}: {found:#}");
                let excerpts = format!("┌─ {other}:");
                assert!(shown.contains(&excerpts), "seed {seed}: {planted:?}: {shown}");
            }
        }
        assert!(findings.is_empty(), "seed {seed}: {findings:#?}");
    }
}
