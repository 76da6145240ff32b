//! Files and folders as they come: empty, broken, huge, linked in circles, gone, hidden, left out.

#![cfg(test)]

mod program;

use std::fs::{self, File};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use program::{Answer, fixture, fixture_text, text, tieout_in};
use tempfile::TempDir;
use tieout::lint::{self, Job, Linter, Outcome, Plan, Policy};
use tieout::rules::library;
use tieout::source::walk::Candidate;

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// A JSON run over `paths` in a folder.
fn check(folder: &Path, paths: &[&str]) -> Answer {
    tieout_in(folder, ["check", "--format", "json"].iter().chain(paths))
}

fn reports(answer: &Answer) -> Vec<String> {
    answer.json()["reports"].as_array().unwrap().iter().map(|report| text(&report["path"])).collect()
}

/// The last line of a run for people: what was passed over.
fn skipped(folder: &Path) -> String {
    let answer = tieout_in(folder, ["check", "."]);
    answer.stdout.lines().last().unwrap_or_default().to_owned()
}

#[test]
fn an_empty_folder_is_not_a_pass() {
    let folder = folder();
    let answer = check(folder.path(), &[]);
    assert_eq!(answer.status, 3);
    assert_eq!(answer.json()["summary"]["reports"], 0);
    assert!(answer.stderr.contains("nothing was checked"), "{answer:?}");
    assert_eq!(check(folder.path(), &["--allow-nothing"]).status, 0);
}

#[test]
fn an_empty_file_is_told() {
    let folder = folder();
    fs::write(folder.path().join("a.txt"), "").unwrap();
    fs::write(folder.path().join("b.html"), "\u{feff}").unwrap();
    let answer = check(folder.path(), &[]);
    assert_eq!(answer.status, 3);
    assert_eq!(answer.told(), [["tieout/empty", "note", "a.txt"].map(str::to_owned)]);
    assert_eq!(skipped(folder.path()), "skipped: 1 not recognised");
}

#[test]
fn bytes_that_are_no_text_hide_no_other_report() {
    let folder = folder();
    fs::write(folder.path().join("binary.txt"), b"\x7fELF\x02\x01\x00\x00").unwrap();
    let noise: Vec<u8> = (0..2000).map(|i| if i % 2 == 0 { 0xff } else { 0x80 + (i % 64) as u8 }).collect();
    fs::write(folder.path().join("noise.md"), noise).unwrap();
    fs::copy(fixture("errors.md"), folder.path().join("z.md")).unwrap();
    let answer = check(folder.path(), &[]);
    assert_eq!(answer.status, 1);
    let unreadable = |name: &str| ["tieout/unreadable", "error", name].map(str::to_owned);
    let told = answer.told();
    assert_eq!(told[..2], [unreadable("binary.txt"), unreadable("noise.md")]);
    assert_eq!(told[2][2], "z.md");
    assert_eq!(reports(&answer), ["z.md"]);
}

#[test]
fn a_kind_that_is_not_read_is_an_error_only_where_it_is_named() {
    let folder = folder();
    fs::write(folder.path().join("scan.png"), "no report").unwrap();
    fs::write(folder.path().join("LIESMICH"), "no report").unwrap();
    let named = check(folder.path(), &["scan.png"]);
    assert_eq!(named.status, 1);
    assert_eq!(named.told(), [["tieout/unreadable", "error", "scan.png"].map(str::to_owned)]);
    assert_eq!(check(folder.path(), &["."]).status, 3);
    assert_eq!(skipped(folder.path()), "skipped: 1 png, 1 without extension");
}

#[test]
fn a_huge_file_is_told_and_not_read() {
    let folder = folder();
    // A file with a hole: it takes no room on the disk.
    File::create(folder.path().join("huge.txt")).unwrap().set_len(300 << 20).unwrap();
    fs::copy(fixture("clean.md"), folder.path().join("report.md")).unwrap();
    let answer = check(folder.path(), &[]);
    assert_eq!(answer.status, 1);
    assert_eq!(reports(&answer), ["report.md"]);
    // Had it been read, it would be told to be binary.
    assert_eq!(text(&answer.findings()[0]["message"]), "huge.txt is larger than 256 MiB");
}

#[cfg(target_os = "linux")]
#[test]
fn a_device_without_end_comes_to_an_end() {
    let answer = check(folder().path(), &["/dev/zero"]);
    assert_eq!(answer.status, 1);
    assert_eq!(text(&answer.findings()[0]["message"]), "/dev/zero is larger than 256 MiB");
}

#[test]
fn a_path_that_is_not_there_stops_the_run() {
    let folder = folder();
    fs::copy(fixture("clean.md"), folder.path().join("here.md")).unwrap();
    let answer = check(folder.path(), &["here.md", "gone.md"]);
    assert_eq!((answer.status, answer.stdout.as_str()), (2, ""));
    assert!(answer.stderr.contains("cannot read gone.md"), "{answer:?}");
}

/// What comes of a file that was there on the walk and is gone when its turn comes.
#[test]
fn a_file_that_vanishes_on_the_walk_is_no_finding() {
    let packs = library::entries(Vec::new()).into_iter().map(Result::unwrap).collect::<Vec<_>>();
    let policy = Policy::new(&[], &[], None, &packs).unwrap();
    let linter = Arc::new(Linter { packs, is_forced: false, policy });
    let job = |named| {
        let candidate = Candidate::new(folder().path().join("gone.txt"), named);
        Job { candidate, path: "gone.txt".to_owned(), linter: Arc::clone(&linter), given: None, cache: None }
    };
    let mut outcomes = Vec::new();
    let jobs = [job(false), job(true)];
    let plan = Plan { jobs: &jobs, beside: &[], bodies: None, threads: 1, with_text: true, with_rules: true };
    let _ = lint::run(
        plan,
        || {},
        |_, outcome| {
            outcomes.push(outcome);
            ControlFlow::Continue(())
        },
    );
    let [Outcome::Skipped(what), Outcome::Reports(reports)] = &outcomes[..] else { panic!("{outcomes:?}") };
    assert_eq!(what, "gone");
    // A file that was named is never passed over.
    assert_eq!(reports[0].findings[0].rule, "tieout/unreadable");
}

#[test]
fn hidden_and_ignored_files_are_read_where_they_are_named() {
    let folder = folder();
    for name in [".hidden.md", "ignored.md", "seen.md"] {
        fs::copy(fixture("clean.md"), folder.path().join(name)).unwrap();
    }
    fs::write(folder.path().join(".gitignore"), "ignored.md\n").unwrap();
    assert_eq!(reports(&check(folder.path(), &["."])), ["seen.md"]);
    let named = check(folder.path(), &["seen.md", "ignored.md", ".hidden.md"]);
    assert_eq!(reports(&named), [".hidden.md", "ignored.md", "seen.md"]);
}

#[test]
fn tieoutignore_holds_for_files_that_are_named_too() {
    let folder = folder();
    fs::create_dir(folder.path().join("old")).unwrap();
    for name in ["seen.md", "left-out.md", "old/2010.md"] {
        fs::copy(fixture("errors.md"), folder.path().join(name)).unwrap();
    }
    fs::write(folder.path().join(".tieoutignore"), "left-out.md\nold/\n").unwrap();
    assert_eq!(reports(&check(folder.path(), &[])), ["seen.md"]);
    let named = check(folder.path(), &["left-out.md", "old/2010.md"]);
    assert_eq!((named.status, reports(&named).len()), (3, 0));
    assert_eq!(named.json()["summary"]["skipped"], 2);
}

#[test]
fn a_report_reached_twice_is_checked_once() {
    let folder = folder();
    fs::create_dir(folder.path().join("inner")).unwrap();
    fs::copy(fixture("errors.md"), folder.path().join("inner/a.md")).unwrap();
    let once = check(folder.path(), &["inner/a.md"]);
    let absolute = folder.path().join("inner/a.md");
    let again = check(
        folder.path(),
        &[".", "inner", "inner/../inner/a.md", "./inner/a.md", absolute.to_str().unwrap(), "inner/a.md"],
    );
    assert_eq!(reports(&again).len(), 1);
    assert_eq!(again.findings().len(), once.findings().len());
    assert_eq!(again.status, 1);
}

#[test]
fn forms_that_are_pictures_are_told() {
    let folder = folder();
    let page = fixture_text("clean.html");
    // Where the three tables were, scans of them.
    let mut scanned = String::new();
    let mut rest = page.as_str();
    while let Some((before, after)) = rest.split_once("<table>") {
        scanned += before;
        scanned += "<p><img src=\"form.png\"></p>";
        rest = after.split_once("</table>").unwrap().1;
    }
    scanned += rest;
    fs::write(folder.path().join("scanned.html"), scanned).unwrap();
    let answer = check(folder.path(), &[]);
    assert_eq!(answer.told(), [["tieout/forms-are-pictures", "note", "scanned.html"].map(str::to_owned)]);
    let finding = &answer.findings()[0];
    assert!(text(&finding["message"]).contains("the report has 3 pictures"), "{finding}");
    // No form was read, so nothing of what the sentences say could be told.
    assert!(answer.json()["summary"]["relations"]["undecided"].as_u64().unwrap() > 50, "{answer:?}");
    fs::copy(fixture("clean.html"), folder.path().join("scanned.html")).unwrap();
    assert!(check(folder.path(), &[]).findings().is_empty());
}

/// What only file systems of Unix have.
#[cfg(unix)]
mod unix {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    use super::*;

    #[test]
    fn links_that_lead_nowhere_are_counted_on_the_walk() {
        let folder = folder();
        symlink("nowhere.txt", folder.path().join("link.txt")).unwrap();
        assert_eq!(check(folder.path(), &["."]).status, 3);
        assert_eq!(skipped(folder.path()), "skipped: 1 broken link");
        assert_eq!(check(folder.path(), &["link.txt"]).status, 2);
    }

    #[test]
    fn links_in_a_circle_come_to_an_end() {
        let folder = folder();
        fs::create_dir_all(folder.path().join("a/b")).unwrap();
        symlink("..", folder.path().join("a/up")).unwrap();
        symlink("../../a", folder.path().join("a/b/again")).unwrap();
        fs::copy(fixture("errors.md"), folder.path().join("a/b/report.md")).unwrap();
        assert_eq!(reports(&check(folder.path(), &[])), ["a/b/report.md"]);
        assert_eq!(skipped(folder.path()), "skipped: 2 link to a folder");
    }

    #[test]
    fn a_file_and_a_link_to_it_are_one_report() {
        let folder = folder();
        fs::copy(fixture("errors.md"), folder.path().join("b.md")).unwrap();
        symlink("b.md", folder.path().join("a.md")).unwrap();
        let folder_named = check(folder.path(), &["."]);
        assert_eq!(reports(&folder_named).len(), 1);
        let files_named = check(folder.path(), &["b.md", "a.md"]);
        assert_eq!(reports(&files_named).len(), 1);
        assert_eq!(folder_named.findings().len(), files_named.findings().len());
    }

    #[test]
    fn what_is_no_file_and_no_folder_is_not_opened_on_the_walk() {
        let folder = folder();
        let _socket = UnixListener::bind(folder.path().join("socket.txt")).unwrap();
        assert_eq!(check(folder.path(), &["."]).status, 3);
        assert_eq!(skipped(folder.path()), "skipped: 1 special file");
        assert_eq!(check(folder.path(), &["socket.txt"]).told()[0][0], "tieout/unreadable");
    }

    /// Not every file system takes such names; Linux does.
    #[cfg(target_os = "linux")]
    #[test]
    fn names_that_are_no_text_are_shown_as_far_as_they_are() {
        let folder = folder();
        let name = OsStr::from_bytes(b"b\xfcro.md");
        fs::copy(fixture("errors.md"), folder.path().join(name)).unwrap();
        let walked = check(folder.path(), &["."]);
        assert_eq!(reports(&walked), ["b\u{fffd}ro.md"]);
        assert_eq!(walked.status, 1);
        let named = tieout_in(folder.path(), [OsStr::new("check"), name]);
        assert_eq!(named.status, 1);
        assert!(named.stdout.contains("b\u{fffd}ro.md:59:23"), "{named:?}");
    }
}
