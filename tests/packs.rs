//! The packs that come with the program: every rule has a name, says what it means and why, and has examples of both
//! kinds that show what they say.

#![cfg(test)]

mod program;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use program::{fixture, root, tieout};
use regex::Regex;
use tieout::check::example;
use tieout::rules::library;
use tieout::rules::mistake::PackFile;
use tieout::rules::pack::Pack;
use tieout::rules::rule::{Expected, Rule};

fn packs() -> Vec<Pack> {
    let packs: Vec<Pack> = library::load(library::embedded()).into_iter().map(Result::unwrap).collect();
    assert!(!packs.is_empty());
    packs
}

/// Fails with all rules of which something is not so.
fn assert_each(what: &str, is_so: impl Fn(&Pack, &Rule) -> bool) {
    let packs = packs();
    let rules = packs.iter().flat_map(|pack| pack.rules.iter().map(move |rule| (pack, rule)));
    let wrong: Vec<&str> =
        rules.filter(|(pack, rule)| !is_so(pack, rule)).map(|(_, rule)| &*rule.id).collect();
    assert!(wrong.is_empty(), "{what}: {wrong:#?}");
}

fn files(folder: PathBuf) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// What is in the folder is what is in the program, each rule under the name of its file.
#[test]
fn every_rule_is_called_after_its_pack_and_file() {
    let mut expected = BTreeSet::new();
    for pack in files(root().join("rules")) {
        let id = pack.file_name().unwrap().to_string_lossy().into_owned();
        for file in files(pack.join("rules")) {
            assert_eq!(file.extension().unwrap(), "toml", "{}", file.display());
            expected.insert(format!("{id}/{}", file.file_stem().unwrap().to_string_lossy()));
        }
    }
    let packs = packs();
    let found: BTreeSet<String> =
        packs.iter().flat_map(|pack| &pack.rules).map(|rule| rule.id.to_string()).collect();
    // A file that adds to a rule of another pack leaves it its name.
    let name = |id: &str| id.split('/').nth(1).map(str::to_owned);
    expected.retain(|id| found.contains(id) || !found.iter().any(|other| name(other) == name(id)));
    assert_eq!(found, expected);
    let name = Regex::new("^[a-z0-9]+(-[a-z0-9]+)*/[a-z0-9]+(-[a-z0-9]+)*$").unwrap();
    assert!(found.iter().all(|id| name.is_match(id)), "{found:?}");
}

fn toml_files(folder: PathBuf, found: &mut BTreeSet<PathBuf>) {
    for path in files(folder) {
        match path.is_dir() {
            true => toml_files(path, found),
            false => _ = found.insert(path),
        }
    }
}

/// Every file below `rules/` is a file of a pack that is in the program and loaded: as its rules, forms and claims.
#[test]
fn every_file_is_loaded() {
    let folder = root().join("rules");
    let mut there = BTreeSet::new();
    toml_files(folder.clone(), &mut there);
    let embedded = library::embedded();
    let loaded: BTreeSet<PathBuf> =
        embedded.iter().flat_map(|pack| &pack.files).map(|file| folder.join(&file.path)).collect();
    assert_eq!(loaded, there);
    for (files, pack) in embedded.iter().zip(packs()) {
        let of = |part: &str| files.files.iter().filter(|file| file.within.starts_with(part)).count();
        assert_eq!(of("pack.toml"), 1, "{}", pack.id);
        // A pack that extends another has the files of that one too.
        assert!(pack.forms.len() >= of("forms/"), "{}", pack.id);
        let rules = files.files.iter().filter_map(|file| file.within.strip_prefix("rules/"));
        for name in rules.map(|file| file.trim_end_matches(".toml")) {
            let is_it = |rule: &&Rule| rule.id.split('/').nth(1) == Some(name);
            assert!(pack.rules.iter().any(|rule| is_it(&rule)), "{}/{name}", pack.id);
        }
        assert!(pack.claims.claims.len() >= of("claims/"), "{}", pack.id);
        assert_eq!(Some(pack.id.as_str()), files.folder(), "a pack is called after its folder");
    }
}

#[test]
fn every_rule_says_what_must_be_true() {
    assert_each("a summary is a sentence without a full stop", |_, rule| {
        let summary = &rule.summary;
        summary.starts_with(|first: char| first.is_uppercase())
            && summary.trim() == summary
            && !summary.ends_with(['.', '。'])
            && summary.split_whitespace().count() >= 4
    });
    assert_each("an authority or explanation that is given says something", |_, rule| {
        [&rule.authority, &rule.explanation].into_iter().flatten().all(|text| !text.trim().is_empty())
    });
}

#[test]
fn every_level_is_known() {
    let known = ["error", "warning", "note"];
    assert_each("a rule that comes with the program is not off", |_, rule| {
        rule.level.is_some_and(|level| known.contains(&level.name()))
    });
    let listed = tieout(["rules", "--format", "json"]).json();
    let levels = listed.as_array().unwrap().iter().map(|rule| rule["level"].as_str().unwrap());
    assert!(levels.clone().all(|level| known.contains(&level)), "{listed}");
    assert_eq!(levels.collect::<BTreeSet<_>>().len(), known.len(), "not every level is used");
}

#[test]
fn every_rule_has_examples_of_both_kinds() {
    assert_each("a rule shows what it lets pass and what it does not", |_, rule| {
        let has = |verdict: Expected| rule.examples.iter().any(|example| example.verdict == verdict);
        has(Expected::Pass) && has(Expected::Fail)
    });
    assert_each("an example comes out as it says", |pack, rule| {
        rule.examples.iter().all(|one| example::run(pack, rule, one).mismatch(one).is_none())
    });
}

/// A finding of a failing example is about the example, not about the whole report or nothing.
#[test]
fn every_failing_example_has_a_place_and_a_message() {
    assert_each("a finding has a place and a message without holes", |pack, rule| {
        let failing = rule.examples.iter().filter(|example| example.verdict == Expected::Fail);
        failing.map(|one| example::run(pack, rule, one)).all(|given| {
            let hole = Regex::new(r"[{}]|\(\)|``|  ").unwrap();
            let is_whole =
                |finding: &example::Finding| !finding.message.is_empty() && !hole.is_match(&finding.message);
            !given.findings.is_empty() && given.findings.iter().all(is_whole)
        })
    });
}

/// A rule that is never looked at passes everything. One of the passing examples of a rule must not pass when the
/// rule says the contrary.
#[test]
fn a_passing_example_is_one_that_could_have_failed() {
    let assertion = Regex::new("(?m)^(assert *= *)([\"'])(.*)([\"'])$").unwrap();
    let mut vacuous = Vec::new();
    for sources in library::embedded() {
        let rules = sources.files.iter().enumerate().filter(|(_, file)| file.within.starts_with("rules/"));
        for (number, file) in rules {
            assert!(assertion.is_match(&file.text), "{} has no assertion of one line", file.path);
            let mut contrary = sources.clone();
            let text = assertion.replace(&file.text, "${1}${2}not (${3})${4}").into_owned();
            contrary.files[number] = PackFile { text, ..file.clone() };
            let mut others = library::embedded();
            others.retain(|other| other.files[0].path != sources.files[0].path);
            others.push(contrary);
            let pack = library::load(others).pop().unwrap().unwrap();
            let Some(rule) = pack.rules.iter().find(|rule| rule.path == file.path) else { continue };
            let passing = rule.examples.iter().filter(|example| example.verdict == Expected::Pass);
            let is_looked_at = passing
                .map(|one| example::run(&pack, rule, one))
                .any(|given| given.verdict != Expected::Pass);
            if !is_looked_at {
                vacuous.push(rule.id.clone());
            }
        }
    }
    assert!(vacuous.is_empty(), "no passing example of these is looked at: {vacuous:#?}");
}

#[test]
fn a_report_in_which_all_ties_has_no_finding() {
    for name in ["clean.txt", "clean.md", "clean.html"] {
        let answer = tieout(["check".into(), "--format=json".into(), fixture(name).into_os_string()]);
        assert_eq!(answer.status, 0, "{name}: {answer:?}");
        assert!(answer.findings().is_empty(), "{name}: {answer:?}");
        let relations = &answer.json()["summary"]["relations"];
        assert!(relations["held"].as_u64() > Some(80), "{name}: {relations}");
        assert_eq!(relations["undecided"], 0, "{name}: {relations}");
    }
}
