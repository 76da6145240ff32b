//! How much is found, and how little is found where there is nothing: generated reports with planted errors, and the
//! seed report. Both are in ../shared, which not everybody has.

#![cfg(test)]

mod program;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use program::{Answer, shared, text, tieout, tieout_in};
use serde_json::Value;
use tempfile::TempDir;
use tieout::document::Document;
use tieout::facts::{self, Home};
use tieout::rules::library;
use tieout::rules::pack::Pack;
use tieout::source::Source;

/// Reports generated once for all tests of this file, and what was said of them.
struct Generated {
    folder: TempDir,
    bench: PathBuf,
    answer: Answer,
    manifest: Vec<Value>,
}

const REPORTS: usize = 300;

/// `None`, with a line that says so, where there is no generator or no Python.
fn generated() -> Option<&'static Generated> {
    static GENERATED: OnceLock<Option<Generated>> = OnceLock::new();
    GENERATED.get_or_init(generate).as_ref()
}

fn generate() -> Option<Generated> {
    let bench = shared("bench/gen_reports.py")?.parent()?.to_owned();
    let folder = tempfile::tempdir().unwrap();
    let mut python = Command::new("python3");
    python.arg(bench.join("gen_reports.py")).arg("--out").arg(folder.path().join("reports"));
    // Formats in turn, the same reports each time.
    python.args([
        "--count",
        &REPORTS.to_string(),
        "--seed",
        "20251124",
        "--formats",
        "txt,para,pipe,md,html",
    ]);
    match python.output() {
        Ok(output) => assert!(output.status.success(), "{output:?}"),
        Err(error) => {
            eprintln!("skipped: no python3 ({error})");
            return None;
        }
    }
    let manifest = fs::read_to_string(folder.path().join("reports/manifest.jsonl")).unwrap();
    let manifest: Vec<Value> = manifest.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(manifest.len(), REPORTS);
    let answer = tieout_in(folder.path(), ["check", "reports", "--format", "json"]);
    fs::write(folder.path().join("findings.json"), &answer.stdout).unwrap();
    Some(Generated { folder, bench, answer, manifest })
}

impl Generated {
    /// The reports in which nothing is planted.
    fn clean(&self) -> impl Iterator<Item = &Value> {
        self.manifest.iter().filter(|report| report["errors"].as_array().unwrap().is_empty())
    }

    fn path(&self, report: &Value) -> PathBuf {
        self.folder.path().join("reports").join(text(&report["path"]))
    }
}

#[test]
fn nearly_all_planted_errors_are_found() {
    let Some(generated) = generated() else { return };
    let mut python = Command::new("python3");
    python.arg(generated.bench.join("score.py"));
    python.arg(generated.folder.path().join("reports/manifest.jsonl"));
    python.arg(generated.folder.path().join("findings.json")).arg("--json");
    let output = String::from_utf8(python.output().unwrap().stdout).unwrap();
    let score: Value = serde_json::from_str(output.lines().last().unwrap()).unwrap();
    assert!(score["recall"].as_f64() >= Some(0.97), "{output}");
    assert!(score["primary"].as_f64() >= Some(0.97), "{output}");
    assert!(score["clean"].as_u64() > Some(100), "{output}");
    assert_eq!(score["clean_with_alarm"], 0, "{output}");
    assert_eq!(generated.answer.status, 1);
}

#[test]
fn nothing_is_found_where_nothing_is_planted() {
    let Some(generated) = generated() else { return };
    let clean: Vec<String> = generated.clean().map(|report| text(&report["path"])).collect();
    let findings = generated.answer.findings();
    let alarms: Vec<&Value> = findings
        .iter()
        .filter(|finding| finding["level"] != "note" || finding["rule"] == "tieout/unbound")
        .filter(|finding| clean.iter().any(|path| text(&finding["path"]).ends_with(path)))
        .collect();
    assert!(alarms.is_empty(), "{alarms:#?}");
}

/// A form of which a cell is not bound is not checked, and looks as if it were.
#[test]
fn every_cell_of_every_clean_report_is_bound() {
    let Some(generated) = generated() else { return };
    let packs: Vec<Pack> = library::load(library::embedded()).into_iter().map(Result::unwrap).collect();
    let mut wrong = Vec::new();
    let mut seen: BTreeMap<(String, String), usize> = BTreeMap::new();
    for report in generated.clean() {
        let expected = if report["template"] == "2019" { 198 } else { 200 };
        let bound = bound_cells(&packs, &generated.path(report));
        if bound != expected {
            wrong.push(format!("{}: {bound} of {expected}", text(&report["path"])));
        }
        *seen.entry((text(&report["template"]), text(&report["format"]))).or_default() += 1;
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    // Both templates in all five layouts.
    assert_eq!(seen.len(), 10, "{seen:?}");
}

fn bound_cells(packs: &[Pack], path: &Path) -> usize {
    let source = Source::read(path).unwrap();
    let document = Document::new(source.content());
    let pack = packs.iter().find(|pack| pack.signs.are_in(&source.text)).unwrap();
    let facts = facts::read(&document, pack);
    facts.figures.iter().filter(|figure| matches!(figure.home, Home::Cell(_))).count()
}

#[test]
fn the_seed_report_has_two_warnings_and_two_notes() {
    let Some(seed) = shared("seed") else { return };
    let answer = tieout(["check".as_ref(), "--format=json".as_ref(), seed.as_os_str()]);
    let told = answer.told().into_iter().map(|[rule, level, _]| (rule, level)).collect::<Vec<_>>();
    let expected = [
        ("ogi/hedged-sum", "warning"),
        ("ogi/items-over-empty-forms", "note"),
        ("ogi/heading-unnumbered", "note"),
        ("ogi/repeated-total-elsewhere", "warning"),
    ];
    assert_eq!(told, expected.map(|(rule, level)| (rule.to_owned(), level.to_owned())));
    assert_eq!(answer.status, 1);
    let summary = &answer.json()["summary"];
    assert_eq!((&summary["errors"], &summary["relations"]["undecided"]), (&0.into(), &0.into()));
    // 538 = 130 + 72 + 278 + 58余, all of them on one line.
    let hedged = &answer.findings()[0];
    let place = |place: &Value| (text(&place["text"]), place["line"].as_u64().unwrap());
    let places: Vec<_> =
        [&hedged["primary"]].into_iter().chain(hedged["related"].as_array().unwrap()).map(place).collect();
    assert_eq!(places, ["538", "130", "72", "278", "58余"].map(|figure| (figure.to_owned(), 10)));
}

/// The three forms of the seed report, a cell a line: every cell is bound, each to a line of its own.
#[test]
fn every_cell_of_the_seed_report_is_bound_to_its_line() {
    let Some(seed) = shared("seed/000_79fee03082277bb8.txt") else { return };
    let report = fs::read_to_string(&seed).unwrap();
    let lines: Vec<&str> = report.lines().collect();
    let answer = tieout(["facts".as_ref(), "--format=json".as_ref(), seed.as_os_str()]);
    let facts = answer.json()["facts"].as_array().unwrap().clone();
    let mut forms: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut names = Vec::new();
    for fact in facts.iter().filter(|fact| text(&fact["name"]).contains('[')) {
        let line = fact["line"].as_u64().unwrap() as usize;
        // What is bound stands there: a line with one cell.
        assert_eq!(lines[line - 1].trim(), text(&fact["text"]), "{fact}");
        forms.entry(text(&fact["kind"])).or_default().push(line);
        names.push(text(&fact["name"]));
    }
    let counts: Vec<(&str, usize)> = forms.iter().map(|(form, lines)| (form.as_str(), lines.len())).collect();
    assert_eq!(counts, [("disclosed", 22), ("requests", 161), ("reviews", 15)]);
    let mut bound: Vec<usize> = forms.into_values().flatten().collect();
    bound.sort_unstable();
    // The report's cells with a figure, told without the program: lines set off by a tab that hold digits only.
    let is_figure = |line: &str| {
        line.strip_prefix('\t')
            .is_some_and(|cell| !cell.is_empty() && cell.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let figures: Vec<usize> = (1..=lines.len()).filter(|line| is_figure(lines[line - 1])).collect();
    assert_eq!(bound, figures);
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 198, "two cells are bound to one place of a form");
}
