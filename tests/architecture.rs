//! What stands in a cell is read the same in every layout, and what is no number is told to be none.

#![allow(clippy::string_slice, reason = "a test may panic")]
#![cfg(test)]

mod program;

use std::fs;

use program::{fixture_text, text, tieout_in};
use serde_json::Value;

/// The name of a row of the official form, in each layout of `tests/reports`.
const ROW: &str = "2.重复申请";

/// The three layouts with another text in the first cell of a row that says 1, or in its third cell, which says 0.
fn layouts(first: &str, third: &str) -> [(&'static str, String); 3] {
    let replaced = |file: &str, before: &str, after: &str| {
        let report = fixture_text(file);
        let at = report.find(ROW).unwrap() + ROW.len();
        assert!(report[at..].starts_with(before), "{file}: {:?}", &report[at..at + 60]);
        format!("{}{after}{}", &report[..at], &report[at + before.len()..])
    };
    [
        ("a.txt", replaced("clean.txt", "\n\t1\n\t0\n\t0\n", &format!("\n\t{first}\n\t0\n\t{third}\n"))),
        // In this report the row is empty, so that a one would break its sums: a zero is replaced.
        ("b.md", replaced("clean.md", " | 0 | 0 | 0 |", &format!(" | 0 | 0 | {third} |"))),
        (
            "c.html",
            replaced(
                "clean.html",
                "</td><td>1</td><td>0</td><td>0</td>",
                &format!("</td><td>{first}</td><td>0</td><td>{third}</td>"),
            ),
        ),
    ]
}

/// For each finding over all the reports: rule, level, the number of the cells in the list, the layout, what stands there.
fn told(cells: &[(&str, &str)]) -> Vec<[String; 5]> {
    let folder = tempfile::tempdir().unwrap();
    for (number, (first, third)) in cells.iter().enumerate() {
        for (name, report) in layouts(first, third) {
            fs::write(folder.path().join(format!("{number:02} {name}")), report).unwrap();
        }
    }
    let answer = tieout_in(folder.path(), ["check", "--format", "json"]);
    assert_eq!(answer.json()["summary"]["reports"], cells.len() * 3);
    let told = |finding: &Value| {
        let path = text(&finding["path"]);
        let (number, name) = path.split_once(' ').unwrap();
        let place = text(&finding["primary"]["text"]);
        [text(&finding["rule"]), text(&finding["level"]), number.to_owned(), name.to_owned(), place]
    };
    answer.findings().iter().map(told).collect()
}

#[test]
fn one_and_nothing_are_written_in_many_ways() {
    let ones = ["1", "１", " 1 ", "1件", "01", "一", "1（转办）", "+1", "1"];
    let nothings = ["", "/", "—", "-", "－", "零", "０", "0件", "0"];
    let cells: Vec<_> = ones.into_iter().zip(nothings).collect();
    assert_eq!(told(&cells), Vec::<[String; 5]>::new(), "{cells:?}");
}

#[test]
fn what_is_no_number_is_told_where_it_stands() {
    assert_each_is_told(
        &["待查", "若干", "见附件", "约1", "1件以上", "#REF!", "1/2", "l"],
        "ogi/count-cells",
        "error",
    );
}

/// A word for nothing is understood, and still not how a count is written.
#[test]
fn a_word_for_nothing_is_a_warning() {
    assert_each_is_told(&["无", "没有"], "ogi/word-for-zero", "warning");
}

fn assert_each_is_told(cells: &[&str], rule: &str, level: &str) {
    let pairs: Vec<_> = cells.iter().map(|cell| ("1", *cell)).collect();
    let mut expected = Vec::new();
    for (number, cell) in cells.iter().enumerate() {
        for layout in ["a.txt", "b.md", "c.html"] {
            expected.push([rule, level, &format!("{number:02}"), layout, cell].map(str::to_owned));
        }
    }
    assert_eq!(told(&pairs), expected);
}
