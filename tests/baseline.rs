//! A baseline holds back what was known when it was written, and nothing else.

#![allow(clippy::indexing_slicing, reason = "a test may panic")]
#![cfg(test)]

mod program;

use std::fs;
use std::path::Path;

use program::{Answer, fixture_text, tieout_in};
use tempfile::TempDir;

const FILE: &str = "baseline.jsonl";

fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("reports")).unwrap();
    for name in ["errors.txt", "clean.txt", "errors.html"] {
        fs::write(folder.path().join("reports").join(name), fixture_text(name)).unwrap();
    }
    folder
}

fn baseline(folder: &TempDir, arguments: &[&str]) -> Answer {
    tieout_in(folder.path(), [&["baseline"], arguments].concat())
}

fn check(folder: &Path, arguments: &[&str]) -> Answer {
    tieout_in(folder, [&["check", "--format", "json"], arguments].concat())
}

fn lines(folder: &TempDir) -> Vec<String> {
    let text = fs::read_to_string(folder.path().join(FILE)).unwrap();
    text.lines().map(str::to_owned).collect()
}

fn change(folder: &TempDir, name: &str, before: &str, after: &str) {
    let path = folder.path().join("reports").join(name);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(before), "{before}");
    fs::write(path, text.replacen(before, after, 1)).unwrap();
}

#[test]
fn what_is_listed_is_held_back_and_counted() {
    let folder = folder();
    let found = check(folder.path(), &["reports"]).findings().len();
    assert!(found > 5);
    let written = baseline(&folder, &["write", FILE, "reports"]);
    assert_eq!((written.status, written.stdout), (0, format!("{FILE}: {found} findings\n")));
    let mut sorted = lines(&folder);
    sorted.sort();
    assert_eq!((lines(&folder).len(), lines(&folder)), (found, sorted));
    let held = check(folder.path(), &["--baseline", FILE, "reports"]);
    assert_eq!((held.status, held.findings().len()), (0, 0));
    assert_eq!(held.json()["summary"]["baseline"], found);
    assert_eq!(held.json()["summary"]["accepted"], 0);
    // From wherever a run is started.
    let inside = check(&folder.path().join("reports"), &["--baseline", "../baseline.jsonl"]);
    assert_eq!((inside.status, inside.findings().len()), (0, 0));
    let shown = check(folder.path(), &["--baseline", FILE, "--show-accepted", "reports"]);
    assert_eq!((shown.status, shown.findings().len()), (0, found));
    assert_eq!(shown.findings()[0]["accepted"]["reason"], format!("in the baseline {FILE}"));
}

/// Lines that move, and files that move, change nothing; a figure that changes does.
#[test]
fn a_finding_comes_back_when_a_figure_changes() {
    let folder = folder();
    baseline(&folder, &["write", FILE, "reports"]);
    let found = lines(&folder).len();
    change(&folder, "errors.txt", "一、总体情况", "\n\n一、总体情况");
    fs::rename(folder.path().join("reports/clean.txt"), folder.path().join("reports/d.txt")).unwrap();
    fs::rename(folder.path().join("reports/errors.txt"), folder.path().join("reports/moved.txt")).unwrap();
    let held = check(folder.path(), &["--baseline", FILE, "reports"]);
    assert_eq!((held.status, held.findings().len()), (0, 0), "{held:?}");
    change(&folder, "errors.html", "申请12件", "申请13件");
    let back = check(folder.path(), &["--baseline", FILE, "reports"]);
    assert_eq!(back.status, 1);
    assert_eq!(back.json()["summary"]["baseline"], found - 1);
    let told = back.told().into_iter().map(|[rule, level, _]| format!("{level} {rule}"));
    assert_eq!(told.collect::<Vec<_>>(), ["error ogi/prose-new", "note tieout/unused-baseline"]);
}

#[test]
fn what_is_new_is_put_in_only_when_asked() {
    let folder = folder();
    baseline(&folder, &["write", FILE, "reports"]);
    let before = lines(&folder);
    change(&folder, "errors.html", "申请12件", "申请13件");
    let refused = baseline(&folder, &["update", FILE, "reports"]);
    assert_eq!((refused.status, lines(&folder)), (1, before.clone()));
    assert!(refused.stdout.contains("\n+ reports/errors.html ogi/prose-new"), "{refused:?}");
    assert!(
        refused.stderr.contains("1 finding not listed, and baseline.jsonl is left as it is"),
        "{refused:?}"
    );
    let pruned = baseline(&folder, &["prune", FILE, "reports"]);
    assert_eq!((pruned.status, lines(&folder).len()), (0, before.len() - 1));
    assert!(pruned.stdout.contains("0 added, 1 removed"), "{pruned:?}");
    let updated = baseline(&folder, &["update", "--accept-new", FILE, "reports"]);
    assert_eq!((updated.status, lines(&folder).len()), (0, before.len()));
    assert!(updated.stdout.contains("1 added, 0 removed"), "{updated:?}");
    assert_eq!(check(folder.path(), &["--baseline", FILE, "reports"]).status, 0);
}

/// A run over a part of the reports, or with a part of the rules, says nothing of the rest.
#[test]
fn what_was_not_looked_at_stays_listed() {
    let folder = folder();
    baseline(&folder, &["write", FILE, "reports"]);
    let before = lines(&folder);
    for part in [
        &["reports/clean.txt"][..],
        &["reports", "--select", "prose/shares"],
        &["reports", "--ignore", "prose/shares"],
    ] {
        let pruned = baseline(&folder, &[&["prune", FILE], part].concat());
        assert_eq!((pruned.status, lines(&folder)), (0, before.clone()), "{part:?}");
        let checked = check(folder.path(), &[&["--baseline", FILE], part].concat());
        assert_eq!(checked.told(), Vec::<[String; 3]>::new(), "{part:?}");
    }
    // A file that is gone is.
    fs::remove_file(folder.path().join("reports/errors.html")).unwrap();
    baseline(&folder, &["prune", FILE, "reports"]);
    assert!(lines(&folder).len() < before.len());
    assert!(lines(&folder).iter().all(|line| !line.contains("errors.html")));
}

#[test]
fn mistakes_are_told() {
    let folder = folder();
    let missing = check(folder.path(), &["--baseline", FILE, "reports"]);
    assert_eq!(missing.status, 2);
    assert!(missing.stderr.contains("cannot read the baseline baseline.jsonl"), "{missing:?}");
    assert_eq!(baseline(&folder, &["update", FILE, "reports"]).status, 2);
    // An empty baseline would look as if all were well.
    let nothing = tempfile::tempdir().unwrap();
    assert_eq!(baseline(&nothing, &["write", FILE]).status, 3);
    assert!(!nothing.path().join(FILE).exists());
    baseline(&folder, &["write", FILE, "reports"]);
    let again = baseline(&folder, &["write", FILE, "reports"]);
    assert_eq!(again.status, 2);
    assert!(again.stderr.contains("is there already"), "{again:?}");
    let text = fs::read_to_string(folder.path().join(FILE)).unwrap();
    fs::write(folder.path().join(FILE), format!("<<<<<<< ours\n{text}")).unwrap();
    let broken = check(folder.path(), &["--baseline", FILE, "reports"]);
    assert_eq!(broken.status, 2);
    assert!(broken.stderr.contains("baseline.jsonl:1: this is not an entry"), "{broken:?}");
}

/// A report that does not say what it is about goes by its path, told from the repository.
#[test]
fn fingerprints_do_not_depend_on_where_a_run_is_started() {
    let folder = folder();
    fs::create_dir(folder.path().join(".git")).unwrap();
    fs::write(folder.path().join("reports/binary.txt"), "\0").unwrap();
    let fingerprints = |answer: Answer| {
        let found = answer.findings();
        found.iter().map(|finding| finding["fingerprint"].clone()).collect::<Vec<_>>()
    };
    let outside = fingerprints(check(folder.path(), &["reports"]));
    assert_eq!(fingerprints(check(&folder.path().join("reports"), &["."])), outside);
}
