//! `tieout facts --coverage` tells of every figure what became of it, and agrees with `tieout check`.

#![cfg(test)]

mod program;

use std::fs;

use program::{fixture, fixture_text, text, tieout, tieout_in};
use serde_json::Value;

fn array(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

#[test]
fn the_marks_add_up_to_the_tally_of_a_check() {
    for name in ["clean.html", "errors.txt", "errors.md"] {
        let path = fixture(name);
        let coverage =
            tieout(["facts".as_ref(), "--coverage".as_ref(), "--format=json".as_ref(), path.as_os_str()])
                .json();
        let check = tieout(["check".as_ref(), "--format=json".as_ref(), path.as_os_str()]).json();
        let (figures, relations) = (array(&coverage["figures"]), array(&coverage["relations"]));
        for state in ["tied", "broken", "unchecked"] {
            let marked = figures.iter().filter(|figure| figure["state"] == state).count();
            assert_eq!(check["summary"]["figures"][state], marked, "{name}: {state}");
        }
        for verdict in ["held", "failed", "undecided"] {
            let counted = relations.iter().filter(|relation| relation["verdict"] == verdict).count();
            assert_eq!(check["summary"]["relations"][verdict], counted, "{name}: {verdict}");
        }
        for (number, figure) in figures.iter().enumerate() {
            assert_eq!(figure["why"].is_string(), figure["state"] == "unchecked", "{name}: {figure}");
            for relation in array(&figure["relations"]) {
                let relation = &relations[usize::try_from(relation.as_u64().unwrap()).unwrap()];
                assert!(array(&relation["figures"]).contains(&number.into()), "{name}: {figure} {relation}");
            }
        }
        for relation in relations {
            assert_eq!(relation["why"].is_string(), relation["verdict"] == "undecided", "{name}: {relation}");
        }
    }
}

/// What is said of a report, as text.
fn coverage_of(report: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("report.md"), report).unwrap();
    tieout_in(folder.path(), ["facts", "--coverage", "--pack", "ogi", "report.md"]).stdout
}

#[test]
fn what_cannot_be_told_is_said_with_the_reason() {
    let row = "| 三、本年度办理结果 | （一）予以公开 |  | 8 |";
    let report = fixture_text("errors.md");
    assert!(report.contains(row));
    for (cell, reason) in [("不适用", "does not apply"), ("1O", "is no number of its kind")] {
        let coverage = coverage_of(&report.replace(row, &row.replace('8', cell)));
        let wanted = format!("requests[granted, person] at 37:28 {reason}");
        let told = coverage
            .lines()
            .filter(|line| line.starts_with("cannot be told: ogi/request-") && line.ends_with(&wanted));
        assert_eq!(told.count(), 2, "{coverage}");
    }
}

#[test]
fn a_loose_figure_is_shown_with_what_it_can_mean() {
    let coverage = coverage_of(&fixture_text("errors.md").replace("申请22件", "申请200余件"));
    let line = coverage.lines().find(|line| line.contains("200余 (201 to 299)  fails: ")).unwrap_or_default();
    assert!(line.contains("ogi/prose-received"), "{coverage}");
    let facts = tieout(["facts", "--format=json", "--pack=ogi", "examples/resources-2022.md"]).json();
    let mut shares = array(&facts["facts"]).iter().filter(|fact| text(&fact["text"]).ends_with('%'));
    assert!(shares.clone().count() > 0 && shares.all(|share| share["interval"].is_string()));
}
