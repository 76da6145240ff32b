//! The same reports give the same bytes: run again, on any number of threads, in any order of arguments.

#![cfg(test)]

mod program;

use std::collections::BTreeSet;
use std::fs;

use program::{fixture_text, tieout_in};
use serde_json::Value;
use tempfile::TempDir;

const REPORTS: usize = 60;

/// A folder with sixty reports in three layouts, in each of which other figures are changed.
fn reports() -> (TempDir, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let mut names = Vec::new();
    for number in 0..REPORTS {
        let (fixture, extension) =
            [("clean.txt", "txt"), ("clean.md", "md"), ("clean.html", "html")][number % 3];
        // Folders and names in no order of their own.
        let name = format!("{}/{}.{extension}", number * 7 % 4, number * 37 % REPORTS);
        let path = folder.path().join("reports").join(&name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, damaged(&fixture_text(fixture), number)).unwrap();
        names.push(name);
    }
    (folder, names)
}

/// The report with every so many-th digit replaced by the next one.
fn damaged(report: &str, number: usize) -> String {
    let every = 41 + number;
    let digits = report.chars().scan(0, |seen, character| {
        *seen += usize::from(character.is_ascii_digit());
        let digit = character.to_digit(10).filter(|_| *seen % every == 0);
        Some(digit.map_or(character, |digit| char::from_digit((digit + 1) % 10, 10).unwrap()))
    });
    digits.collect()
}

/// One run, in all formats: the exit status, what is printed, and the files written beside it.
#[derive(PartialEq)]
struct Run {
    status: i32,
    outputs: [String; 3],
}

fn check(folder: &TempDir, arguments: &[&str]) -> Run {
    let outputs = ["--output", "json=../findings.json", "--output", "jsonl=../findings.jsonl"];
    let reports = folder.path().join("reports");
    let answer = tieout_in(&reports, ["check"].iter().chain(&outputs).chain(arguments));
    let written = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    Run {
        status: answer.status,
        outputs: [answer.stdout, written("findings.json"), written("findings.jsonl")],
    }
}

/// Fails with the first line that differs: the whole would fill the screen.
fn assert_same(one: &Run, other: &Run, what: &str) {
    for (one, other) in one.outputs.iter().zip(&other.outputs) {
        let differs = one.lines().zip(other.lines()).find(|(one, other)| one != other);
        assert_eq!(differs, None, "{what}");
    }
    assert!(one == other, "{what}");
}

/// What is compared below says enough that a change of order would show.
#[test]
fn the_reports_have_findings_of_many_rules() {
    let (folder, _) = reports();
    let json: Value = serde_json::from_str(&check(&folder, &[]).outputs[1]).unwrap();
    let rules: Vec<&str> = json["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["rule"].as_str().unwrap())
        .collect();
    let kinds: BTreeSet<&&str> = rules.iter().collect();
    assert!(rules.len() > 2 * REPORTS && kinds.len() > 8, "{} findings of {kinds:?}", rules.len());
}

#[test]
fn a_second_run_says_the_same() {
    let (folder, _) = reports();
    assert_same(&check(&folder, &[]), &check(&folder, &[]), "again");
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let (folder, _) = reports();
    let alone = check(&folder, &["--jobs", "1"]);
    for jobs in ["2", "8"] {
        assert_same(&alone, &check(&folder, &["--jobs", jobs]), jobs);
    }
}

#[test]
fn the_order_of_arguments_changes_nothing() {
    let (folder, names) = reports();
    let mut sorted: Vec<&str> = names.iter().map(String::as_str).collect();
    sorted.sort_unstable();
    let mut turned = sorted.clone();
    turned.reverse();
    // The first, the eighth, the fifteenth, and so on, round and round.
    let dealt: Vec<&str> = (0..REPORTS).map(|number| sorted[number * 7 % REPORTS]).collect();
    let expected = check(&folder, &[]);
    for (what, arguments) in [("turned", &turned[..]), ("dealt", &dealt), ("folders", &["3", "1", "0", "2"])]
    {
        assert_same(&expected, &check(&folder, arguments), what);
    }
}
