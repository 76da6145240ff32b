//! Copies of reports with comments: the same report as before, with what was found written beside the figures.

#![cfg(test)]

mod program;

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use program::{Answer, root, text, tieout_in};
use tempfile::TempDir;
use zip::ZipArchive;

const MADE: [&str; 7] = [
    "errors-docx.docx",
    "errors-office-docx.docx",
    "errors-xlsx.xlsx",
    "errors-typst.pdf",
    "errors-weasyprint.pdf",
    "errors-reportlab.pdf",
    "errors-office-pdf.pdf",
];

fn folder(names: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("reports")).unwrap();
    for name in names {
        fs::copy(root().join("tests/formats").join(name), folder.path().join("reports").join(name)).unwrap();
    }
    folder
}

fn check(folder: &Path, arguments: &[&str]) -> Answer {
    tieout_in(folder, [&["check", "--format", "json"], arguments].concat())
}

/// What is told of a report, and where in it.
fn told(answer: &Answer) -> Vec<[String; 4]> {
    let findings = answer.findings();
    let told = findings.iter().map(|finding| {
        let primary = &finding["primary"];
        [&finding["rule"], &finding["message"], &primary["locator"], &primary["text"]].map(text)
    });
    told.collect()
}

fn part(file: &Path, name: &str) -> String {
    let mut zip = ZipArchive::new(File::open(file).unwrap()).unwrap();
    let mut text = String::new();
    zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

fn names(file: &Path) -> Vec<String> {
    let zip = ZipArchive::new(File::open(file).unwrap()).unwrap();
    let mut names: Vec<String> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_copy_is_the_same_report() {
    let folder = folder(&MADE);
    let first = check(folder.path(), &["reports", "--output", "annotate=a"]);
    assert_eq!(first.stderr, "7 reports with comments in a\n");
    // Copies of copies: comments join those that are there.
    let second = check(folder.path(), &["a/reports", "--output", "annotate=b"]);
    let third = check(folder.path(), &["b/a/reports"]);
    assert_eq!(told(&first).len(), 14);
    assert_eq!(told(&first), told(&second));
    assert_eq!(told(&first), told(&third));
    for name in MADE {
        let read = |path: PathBuf| fs::read(path).unwrap();
        let (old, new) = (
            read(folder.path().join("reports").join(name)),
            read(folder.path().join("a/reports").join(name)),
        );
        assert_ne!(old, new);
        // What is added to a PDF stands behind it.
        assert!(!name.ends_with(".pdf") || new.starts_with(&old), "{name}");
    }
}

#[test]
fn comments_of_a_text_document() {
    for name in ["errors-docx.docx", "errors-office-docx.docx"] {
        let folder = folder(&[name]);
        check(folder.path(), &["reports", "--output", "annotate=a"]);
        check(folder.path(), &["a/reports", "--output", "annotate=b"]);
        let copy = folder.path().join("b/a/reports").join(name);
        let comments = part(&copy, "word/comments1.xml");
        assert_eq!(comments.matches("<w:comment ").count(), 4, "{comments}");
        assert!(comments.contains(">error: the text states 12 new requests, the form 10<"), "{comments}");
        assert!(comments.contains("(table "), "{comments}");
        let body = part(&copy, "word/document.xml");
        for id in 0..4 {
            for mark in ["commentRangeStart", "commentRangeEnd", "commentReference"] {
                assert_eq!(body.matches(&format!("<w:{mark} w:id=\"{id}\"/>")).count(), 1, "{mark} {id}");
            }
        }
        let original = names(&folder.path().join("reports").join(name));
        let added: Vec<String> = names(&copy).into_iter().filter(|name| !original.contains(name)).collect();
        assert_eq!(added, ["word/comments1.xml"]);
        assert_eq!(part(&copy, "[Content_Types].xml").matches("/word/comments1.xml").count(), 1);
    }
}

#[test]
fn comments_of_a_workbook() {
    let name = "errors-xlsx.xlsx";
    let folder = folder(&[name]);
    check(folder.path(), &["reports", "--output", "annotate=a"]);
    check(folder.path(), &["a/reports", "--output", "annotate=b"]);
    let copy = folder.path().join("b/a/reports").join(name);
    let comments = part(&copy, "xl/comments1.xml");
    // A cell has one comment, which then says both.
    assert_eq!(comments.matches("<comment ").count(), 2, "{comments}");
    assert_eq!(comments.matches("error: the text states 9 requests closed").count(), 2, "{comments}");
    assert_eq!(part(&copy, "xl/drawings/vmlDrawing1.vml").matches("<v:shape ").count(), 2);
    assert_eq!(part(&copy, "xl/worksheets/sheet1.xml").matches("<legacyDrawing ").count(), 1);
}

#[test]
fn what_takes_no_comments_is_told() {
    let folder = folder(&["errors-csv.csv", "errors-xlsx.xlsx", "clean-xlsx.xlsx"]);
    let answer = check(folder.path(), &["reports", "--output", "annotate=a"]);
    let expected = "1 report with comments in a; 1 report left out: text files take no comments\n";
    assert_eq!((answer.status, answer.stderr.as_str()), (1, expected));
    assert!(!folder.path().join("a/reports/clean-xlsx.xlsx").exists());
    assert_eq!(check(folder.path(), &["reports", "--quiet", "--output", "annotate=a"]).stderr, "");
}

#[test]
fn a_report_in_an_archive_is_copied_out_of_it() {
    let folder = folder(&["errors-xlsx.xlsx"]);
    let mut zip = zip::ZipWriter::new(File::create(folder.path().join("sent.zip")).unwrap());
    let bytes = fs::read(folder.path().join("reports/errors-xlsx.xlsx")).unwrap();
    zip.start_file("教育局/a.xlsx", zip::write::SimpleFileOptions::default()).unwrap();
    std::io::Write::write_all(&mut zip, &bytes).unwrap();
    zip.finish().unwrap();
    let answer = check(folder.path(), &["sent.zip", "--output", "annotate=a"]);
    assert_eq!(answer.stderr, "1 report with comments in a\n");
    let copy = check(folder.path(), &["a/sent.zip!/教育局/a.xlsx"]);
    assert_eq!(told(&answer), told(&copy));
}

#[test]
fn no_report_is_written_over() {
    let folder = folder(&["errors-xlsx.xlsx"]);
    let before = fs::read(folder.path().join("reports/errors-xlsx.xlsx")).unwrap();
    let answer = check(folder.path(), &["reports", "--output", "annotate=."]);
    assert_eq!(answer.status, 2);
    assert!(answer.stderr.contains("would take the place of the report"), "{}", answer.stderr);
    assert_eq!(fs::read(folder.path().join("reports/errors-xlsx.xlsx")).unwrap(), before);
    let answer = tieout_in(folder.path(), ["check", "reports", "--format", "annotate"]);
    assert_eq!(answer.status, 2);
    assert!(answer.stderr.contains("into a folder: --output annotate=DIR"), "{}", answer.stderr);
    for (argument, told) in [
        ("annotate=-", "copies of reports need a folder"),
        ("annotate=reports/errors-xlsx.xlsx", "cannot make the folder"),
    ] {
        let answer = check(folder.path(), &["reports", "--output", argument]);
        assert_eq!(answer.status, 2);
        assert!(answer.stderr.contains(told), "{}", answer.stderr);
    }
}

#[test]
fn reports_of_one_name_do_not_meet() {
    let folder = folder(&["errors-xlsx.xlsx"]);
    let inner = folder.path().join("inner");
    fs::create_dir_all(inner.join("reports")).unwrap();
    fs::copy(folder.path().join("reports/errors-xlsx.xlsx"), inner.join("reports/errors-xlsx.xlsx")).unwrap();
    let answer =
        check(&inner, &["reports/errors-xlsx.xlsx", "../reports/errors-xlsx.xlsx", "--output", "annotate=a"]);
    assert_eq!(answer.stderr, "2 reports with comments in a\n");
    assert!(inner.join("a/reports/errors-xlsx (2).xlsx").exists());
}
