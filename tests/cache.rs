//! `--cache` never changes a result: whatever is printed is what is printed without it.

#![allow(clippy::indexing_slicing, reason = "a test may panic")]
#![cfg(test)]

mod program;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use program::{command, root, tieout_in};

const FORMATS: [&str; 9] = ["text", "json", "jsonl", "github", "sarif", "junit", "gitlab", "csv", "markdown"];

/// A folder with reports of every kind, a page that is no report, files that cannot be read, and a picture.
fn reports() -> tempfile::TempDir {
    folder_of(&["reports", "formats"])
}

/// The same with reports in text alone, which are read sooner.
fn few_reports() -> tempfile::TempDir {
    folder_of(&["reports"])
}

fn folder_of(parts: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for part in parts {
        for entry in fs::read_dir(root().join("tests").join(part)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension != "py") {
                let copy = folder.path().join(part).join(path.file_name().unwrap());
                fs::create_dir_all(copy.parent().unwrap()).unwrap();
                fs::copy(path, copy).unwrap();
            }
        }
    }
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    write("page.txt", "今天天气很好。".as_bytes());
    write("broken.txt", b"\0");
    write("picture.png", b"\x89PNG");
    // Passed over where it is met, told where it is named.
    write("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
    // A report that does not say what it is about goes by its path.
    fs::copy(root().join("tests/reports/errors.txt"), folder.path().join("copy.txt")).unwrap();
    folder
}

/// What a run prints and writes in every format, and its exit status.
fn run(folder: &Path, arguments: &[&str]) -> Vec<String> {
    let out = tempfile::tempdir().unwrap();
    let file = |format: &str| out.path().join(format);
    let outputs = FORMATS.map(|format| format!("--output={format}={}", file(format).display()));
    let all = outputs.iter().map(String::as_str).chain(arguments.iter().copied());
    let answer = tieout_in(folder, ["check", "--today", "2026-01-01"].into_iter().chain(all));
    let mut told = vec![answer.status.to_string(), answer.stdout, answer.stderr];
    told.extend(FORMATS.iter().map(|format| fs::read_to_string(file(format)).unwrap()));
    told
}

/// Fails where a run with a cache says something else than one without.
fn assert_same(folder: &Path, arguments: &[&str]) {
    let without = run(folder, arguments);
    let with = run(folder, &[arguments, &["--cache"]].concat());
    for (with, without) in with.iter().zip(&without) {
        assert_eq!(with, without);
    }
}

/// How many files were known, and how many were looked at.
fn known(folder: &Path, arguments: &[&str]) -> (usize, usize) {
    let answer = tieout_in(folder, ["check", "--cache", "--verbose"].iter().chain(arguments));
    let line = answer.stderr.lines().find(|line| line.contains(".tieout_cache")).unwrap_or_default();
    let mut numbers = line.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse().ok());
    let (Some(known), Some(all)) = (numbers.next(), numbers.next()) else { panic!("{}", answer.stderr) };
    (known, all)
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(folder.join(".tieout_cache")).unwrap().map(|file| file.unwrap().path());
    let mut files: Vec<PathBuf> =
        files.filter(|path| path.extension().is_some_and(|name| name == "entries")).collect();
    files.sort();
    files
}

#[test]
fn a_run_again_says_the_same_and_knows_all_that_can_be_read() {
    let folder = reports();
    let folder = folder.path();
    assert_same(folder, &[]);
    assert_same(folder, &[]);
    let (hits, all) = known(folder, &[]);
    assert!(all > 20 && hits == all - 2, "{hits} of {all}");
    // One thread or many, one file or all, from another place.
    assert_same(folder, &["--jobs", "1"]);
    assert_same(folder, &["reports/errors.txt"]);
    assert_same(folder, &["old.doc", "page.txt", "broken.txt"]);
    let absolute = folder.join("reports").display().to_string();
    assert_same(folder, &[&absolute]);
    assert_eq!(known(folder, &["reports/errors.txt"]), (1, 1));
}

#[test]
fn an_edit_is_seen() {
    let folder = few_reports();
    let folder = folder.path();
    assert_same(folder, &[]);
    let (before, _) = known(folder, &[]);
    let text = fs::read_to_string(folder.join("copy.txt")).unwrap();
    let edited = text.replacen("38", "83", 1);
    assert_ne!(text, edited);
    fs::write(folder.join("copy.txt"), edited).unwrap();
    fs::rename(folder.join("reports/errors.md"), folder.join("moved.md")).unwrap();
    assert_eq!(known(folder, &["--fail-on", "never"]).0, before - 2);
    assert_same(folder, &[]);
    fs::write(folder.join("copy.txt"), text).unwrap();
    assert_same(folder, &[]);
    fs::remove_file(folder.join("copy.txt")).unwrap();
    assert_same(folder, &[]);
}

#[test]
fn another_configuration_or_other_packs_are_another_way_to_check() {
    let folder = few_reports();
    let folder = folder.path();
    assert_same(folder, &[]);
    for text in [
        "[levels]\n'ogi/*' = 'note'\n",
        "[[override]]\npath = 'copy.txt'\nlevels = { 'ogi/*' = 'off' }\n",
        "[[accept]]\nrule = 'ogi/*'\nreason = 'seen'\nuntil = 2025-01-01\n",
        "packs = ['prose']\n",
    ] {
        fs::write(folder.join("tieout.toml"), text).unwrap();
        let without = run(folder, &[]);
        assert_eq!(run(folder, &["--cache"]), without, "{text}");
        assert_eq!(run(folder, &["--cache"]), without, "{text}");
    }
    fs::remove_file(folder.join("tieout.toml")).unwrap();
    for arguments in [["--select", "ogi/heading-*"], ["--pack", "ogi"], ["--type", "text"]] {
        assert_same(folder, &arguments);
    }
    let pack = folder.join("packs/ours");
    fs::create_dir_all(&pack).unwrap();
    for base in ["ogi", "budget"] {
        fs::write(pack.join("pack.toml"), format!("id = 'ours'\ntitle = 'Ours'\nextends = '{base}'\n"))
            .unwrap();
        assert_same(folder, &["--rules", "packs"]);
    }
    assert!(entries(folder).len() <= 8);
}

#[test]
fn what_is_damaged_is_found_anew_and_written_again() {
    let folder = few_reports();
    let folder = folder.path();
    assert_same(folder, &[]);
    let [file] = &entries(folder)[..] else { panic!("one file of entries") };
    let sound = fs::read(file).unwrap();
    let (all, _) = known(folder, &[]);
    let damaged = (1..3).map(|part| {
        let mut bytes = sound.clone();
        let at = bytes.len() * part / 4 + 37 * part;
        bytes[at] ^= 0xff;
        bytes
    });
    let cut = [40, sound.len() - 1].map(|length| sound[..length].to_vec());
    let other = [[b"more".as_slice(), &sound].concat()];
    let expected = run(folder, &[]);
    for bytes in damaged.chain(cut).chain(other) {
        fs::write(file, &bytes).unwrap();
        assert_eq!(run(folder, &["--cache"]), expected);
        assert_eq!(fs::read(file).unwrap().len(), sound.len(), "all of it is written again");
        fs::write(file, &bytes).unwrap();
        assert!(known(folder, &[]).0 < all, "nothing was damaged");
    }
}

#[test]
fn runs_at_once_do_not_disturb_each_other() {
    let folder = few_reports();
    let folder = folder.path();
    let expected = tieout_in(folder, ["check"]).stdout;
    for _ in 0..3 {
        let start = || command(folder).args(["check", "--cache"]).stdout(Stdio::piped()).spawn().unwrap();
        let runs = [start(), start(), start()];
        for run in runs {
            let output = run.wait_with_output().unwrap();
            assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
        }
    }
    let (hits, all) = known(folder, &[]);
    assert_eq!(hits, all - 2);
    // What one adds, another keeps.
    fs::remove_file(&entries(folder)[0]).unwrap();
    assert_same(folder, &["reports/errors.txt", "reports/clean.txt"]);
    assert_same(folder, &["copy.txt", "page.txt"]);
    let all = ["reports/errors.txt", "reports/clean.txt", "copy.txt", "page.txt"];
    assert_eq!(known(folder, &all), (4, 4));
}

#[test]
fn a_run_that_was_cut_off_leaves_nothing_that_stays() {
    let folder = few_reports();
    let folder = folder.path();
    assert_same(folder, &[]);
    let cache = folder.join(".tieout_cache");
    fs::write(cache.join(".writingabc"), b"half an entry").unwrap();
    let old = std::time::SystemTime::now() - std::time::Duration::from_secs(40 * 24 * 60 * 60);
    let touch = |name: &str| {
        let file = fs::File::options().create(true).append(true).open(cache.join(name)).unwrap();
        file.set_modified(old).unwrap();
    };
    touch(".writingabc");
    touch("0123456789abcdef.entries");
    fs::write(folder.join("copy.txt"), "x").unwrap();
    assert_same(folder, &[]);
    let mut left: Vec<String> = fs::read_dir(&cache)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.ends_with(".entries"))
        .collect();
    left.sort();
    assert_eq!(left, [".gitignore", "CACHEDIR.TAG"]);
    assert_eq!(entries(folder).len(), 1);
    let tag = fs::read_to_string(cache.join("CACHEDIR.TAG")).unwrap();
    assert!(tag.starts_with("Signature: 8a477f597d28d172789f06886806bc55"));
}

#[test]
fn without_a_place_for_it_there_is_no_cache() {
    let folder = few_reports();
    let folder = folder.path();
    fs::write(folder.join(".tieout_cache"), "a file").unwrap();
    let without = run(folder, &[]);
    let with = run(folder, &["--cache"]);
    assert_eq!(with[..2], without[..2]);
    assert!(with[2].contains("tieout: there is no cache"), "{}", with[2]);
    assert_eq!(with[3..], without[3..]);
}
