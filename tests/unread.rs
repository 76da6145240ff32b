//! Files that were not read are named with why and what to do, in every output; one file ends no run.

#![cfg(test)]

mod program;

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;

use program::{fixture_text, text, tieout_in};
use tempfile::TempDir;
use zip::write::SimpleFileOptions;

/// A folder of files of many kinds, of which one is a report.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("good.html"), fixture_text("clean.html")).unwrap();
    let mut word = cfb::CompoundFile::create(File::create(folder.path().join("old.doc")).unwrap()).unwrap();
    word.create_stream("WordDocument").unwrap().write_all(b"x").unwrap();
    for name in ["b.odt", "c.ofd", "d.rtf", "e.pptx", "f.png", "~$good.docx", "g.tmp"] {
        fs::write(folder.path().join(name), "x").unwrap();
    }
    folder
}

const UNREAD: [&str; 8] = ["old.doc", "b.odt", "c.ofd", "d.rtf", "e.pptx", "f.png", "~$good.docx", "g.tmp"];

fn check(folder: &Path, args: &[&str]) -> program::Answer {
    let all: Vec<&str> = ["check", "."].iter().chain(args).copied().collect();
    tieout_in(folder, &all)
}

#[test]
fn every_output_names_what_was_not_read() {
    let folder = folder();
    for format in ["json", "jsonl", "csv", "sarif", "junit", "markdown"] {
        let answer = check(folder.path(), &["--format", format]);
        for name in UNREAD {
            assert!(answer.stdout.contains(name), "{format}: {name}\n{}", answer.stdout);
        }
        assert!(answer.stdout.contains("--convert-to docx"), "{format}");
        assert_eq!(answer.status, 0, "{format}");
    }
    let answer = check(folder.path(), &["--format=json"]);
    let json = answer.json();
    let files = json["skipped_files"].as_array().unwrap();
    assert_eq!(files.len(), UNREAD.len());
    let old = files.iter().find(|file| text(&file["path"]).ends_with("old.doc")).unwrap();
    assert_eq!(text(&old["kind"]), "doc");
    assert_eq!(text(&old["why"]), "is a Word 97 document (.doc), which tieout does not read");
    assert!(files.iter().find(|file| text(&file["path"]).ends_with("f.png")).unwrap()["hint"].is_null());
    // Only kinds that hold reports are told beside the findings.
    assert!(answer.stderr.contains("5 files that may be reports were not read"), "{}", answer.stderr);
    assert!(!answer.stderr.contains("f.png") && !answer.stderr.contains("~$"), "{}", answer.stderr);
}

#[test]
fn a_run_fails_on_what_was_not_read_where_that_is_wanted() {
    let folder = folder();
    assert_eq!(check(folder.path(), &["--fail-on-skipped"]).status, 1);
    for name in UNREAD.iter().filter(|name| !name.ends_with("png")) {
        fs::remove_file(folder.path().join(name)).unwrap();
    }
    assert_eq!(check(folder.path(), &["--fail-on-skipped"]).status, 0);
}

#[test]
fn an_empty_file_is_a_note_and_a_large_one_too_much() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("good.html"), fixture_text("clean.html")).unwrap();
    fs::write(folder.path().join("empty.docx"), "").unwrap();
    File::create(folder.path().join("large.csv")).unwrap().set_len((256 << 20) + 1).unwrap();
    let answer = check(folder.path(), &["--format=json"]);
    let rules: Vec<String> = answer.findings().iter().map(|finding| text(&finding["rule"])).collect();
    assert_eq!(rules, ["tieout/empty", "tieout/too-much"]);
    assert_eq!(answer.json()["summary"]["reports"], 1);
}

#[test]
fn a_name_that_leads_out_of_an_archive_is_read_within_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut zip = zip::ZipWriter::new(File::create(folder.path().join("all.zip")).unwrap());
    zip.start_file("../good.html", SimpleFileOptions::default()).unwrap();
    zip.write_all(fixture_text("clean.html").as_bytes()).unwrap();
    zip.finish().unwrap();
    let answer = check(folder.path(), &["--format=json"]);
    let report = &answer.json()["reports"][0];
    assert!(text(&report["path"]).ends_with("all.zip!/__/good.html"), "{report}");
}

#[test]
fn many_reports_in_one_file_take_no_more_memory_than_their_text() {
    let report = fixture_text("clean.html");
    let peak = |count: usize| {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("all.html"), report.repeat(count)).unwrap();
        let answer = check(folder.path(), &["--format=json"]);
        assert_eq!(answer.json()["summary"]["reports"], 1);
        start_to_peak(folder.path())
    };
    let (few, many) = (peak(20), peak(160));
    // Eight times as many may take eight times as much, not 64 times.
    assert!(many < few * 12, "{few} KiB for 20, {many} KiB for 160");
}

/// The most memory that a check of a folder takes, in KiB; as `/proc` tells it, and 1 where it tells nothing.
fn start_to_peak(folder: &Path) -> usize {
    let mut command = program::command(folder);
    let mut child = command.args(["check", "."]).stdout(std::process::Stdio::null()).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 1;
    while child.try_wait().unwrap().is_none() {
        let told = fs::read_to_string(&status).unwrap_or_default();
        let line = told.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let now = line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0);
        peak = peak.max(now);
    }
    peak
}

/// Signs are written in the simplified script; a report in traditional characters, tables and all, shows them too.
#[test]
fn a_report_in_traditional_characters_is_of_its_kind() {
    const SCRIPTS: (&str, &str) = (
        "开报动请转复议诉讼结维纠审项问题统计规总务门县组织业营关决强处理数",
        "開報動請轉復議訴訟結維糾審項問題統計規總務門縣組織業營關決強處理數",
    );
    let of = |character: char| SCRIPTS.0.chars().position(|known| known == character);
    let traditional: String = fixture_text("clean.md")
        .chars()
        .map(|character| of(character).and_then(|at| SCRIPTS.1.chars().nth(at)).unwrap_or(character))
        .collect();
    assert!(traditional.contains("政府信息公開") && !traditional.contains("公开"));
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("report.md"), traditional).unwrap();
    let told = tieout_in(folder.path(), ["check", "--format", "json"]).json();
    let packs: Vec<&serde_json::Value> =
        told["reports"].as_array().unwrap().iter().map(|report| &report["pack"]).collect();
    assert_eq!(packs, ["ogi"], "{told}");
}
