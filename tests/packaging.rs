//! What packages say is what the program is: versions, kinds of file, where releases are found.

#![allow(clippy::indexing_slicing, reason = "a test may panic")]
#![cfg(test)]

mod program;

use std::collections::BTreeSet;
use std::fs;

use program::{root, tieout};
use regex::Regex;
use tieout::source::kind;

const VERSION: &str = env!("CARGO_PKG_VERSION");

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn every_package_has_the_version_of_the_program() {
    for (file, pattern, times) in [
        ("python/Cargo.toml", r#"(?m)^version = "([^"]+)""#, 1),
        ("setup.py", r#"version="([^"]+)""#, 1),
        ("setup.py", r"tieout==([^\]\x22]+)", 1),
        ("action.yml", r"default: (\d+\.\d+\S*)", 1),
        ("README.md", r"rev: v(\S+)", 1),
        ("README.md", r"OWNER/tieout@v(\S+)", 1),
        ("docs/src/teams.md", r"(?:rev: |tieout@)v(\S+)", 2),
    ] {
        let text = read(file);
        let found: Vec<&str> = Regex::new(pattern)
            .unwrap()
            .captures_iter(&text)
            .map(|found| found.extract::<1>().1[0])
            .collect();
        assert_eq!(found, vec![VERSION; times], "{file}: {pattern}");
    }
}

/// A kind of file that is read and not named there would not be checked before a commit.
#[test]
fn the_hooks_are_for_the_kinds_of_file_that_are_read() {
    let hooks = read(".pre-commit-hooks.yaml");
    let listed = Regex::new(r"files: &reports \(\?i\)\\\.\(([^)]*)\)\$").unwrap();
    let listed = listed.captures(&hooks).expect("the hooks have `files`");
    let listed: BTreeSet<&str> = listed[1].split('|').collect();
    let read: BTreeSet<&str> = kind::FORMATS.iter().flat_map(|format| format.extensions).copied().collect();
    assert_eq!(listed, read, "`files` in .pre-commit-hooks.yaml");
}

#[test]
fn releases_are_found_where_they_are_put() {
    let release = read(".github/workflows/release.yml");
    let manifest: toml::Table = toml::from_str(&read("Cargo.toml")).unwrap();
    let binstall = &manifest["package"]["metadata"]["binstall"];
    assert!(
        release.contains(r#"tar czf "$name.tgz" "$name""#) && release.contains(r#"name="tieout-$TARGET""#)
    );
    assert!(binstall["pkg-url"].as_str().unwrap().ends_with("/v{ version }/tieout-{ target }.tgz"));
    let made = Regex::new(r"target: ([\w-]+)").unwrap();
    let made: Vec<&str> = made.captures_iter(&release).map(|found| found.extract::<1>().1[0]).collect();
    assert_eq!(made.len(), 5);
    for (target, how) in binstall["overrides"].as_table().unwrap() {
        let url = how["pkg-url"].as_str().unwrap().replace("{ target }", target);
        assert!(made.iter().any(|made| url.contains(&format!("/tieout-{made}."))), "{url}");
    }
}

#[test]
fn the_version_has_a_commit_or_nothing() {
    let version = tieout(["--version"]).stdout;
    let shape = Regex::new(r"^tieout \d+\.\d+\.\d+( \([0-9a-f]{7,10}\))?\n$").unwrap();
    assert!(shape.is_match(&version), "{version}");
}

#[test]
fn every_shell_gets_a_script_and_every_command_a_page() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = tieout(["completions", shell]);
        assert_eq!(script.status, 0);
        assert!(script.stdout.contains("baseline") && script.stdout.contains("fail-on"), "{shell}");
    }
    assert_eq!(tieout(["completions", "csh"]).status, 2);
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("a/man");
    assert_eq!(tieout(["man", &pages.to_string_lossy()]).status, 0);
    for page in ["tieout.1", "tieout-check.1", "tieout-baseline-update.1"] {
        let text = fs::read_to_string(pages.join(page)).unwrap();
        assert!(text.contains(".SH NAME"), "{page}");
    }
}
