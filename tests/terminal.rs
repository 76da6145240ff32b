//! What reaches the screen: nothing that a report says can act on it, and what is underlined is what is meant.

#![allow(clippy::string_slice, clippy::indexing_slicing, reason = "a test may panic")]
#![cfg(test)]

mod program;

use std::fs;
use std::path::Path;

use program::{Answer, answer, command, fixture, fixture_text, text, tieout_in};
use tempfile::TempDir;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Clears the screen, sets the title, starts a control sequence in one byte, turns the direction of text, hides.
const HOSTILE: &str = "\u{1b}[2J\u{1b}]0;owned\u{7}\u{9b}31m\u{202e}\u{2066}\u{200f}\u{7f}\u{8}\r";

/// Whether a character changes more than the place where it is printed.
fn acts(character: char) -> bool {
    character.is_control() && character != '\n'
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// A folder with reports that say hostile things in sentences, cells, headings, titles and the name of a file.
fn hostile() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| {
        assert!(text.contains("owned"), "{name} is not hostile");
        fs::write(folder.path().join(name), text).unwrap();
    };
    let said = |text: &str, places: &[&str]| {
        places.iter().fold(text.to_owned(), |text, place| {
            assert!(text.contains(place), "{place}");
            text.replacen(place, &format!("{place}{HOSTILE}"), 1)
        })
    };
    let line = fixture_text("errors.txt");
    write("a.txt", said(&line, &["办结38件", "政府", "\n\tl", "\n\t51", "（四）监督保障", "2021年2月30日"]));
    write("b.md", said(&fixture_text("errors.md"), &["结转1件", "水务局", "| 3 |", "一、总体情况"]));
    // A browser decodes references, and so does tieout.
    let references = HOSTILE.chars().map(|character| format!("&#{};", character as u32)).collect::<String>();
    let page = fixture_text("errors.html").replace("申请12件", &format!("申请12件owned{references}"));
    write("c.html", page.replace("<td>6</td>", &format!("<td>6x{references}</td>")));
    if cfg!(unix) {
        fs::copy(fixture("errors.md"), folder.path().join(format!("{}.md", HOSTILE))).unwrap();
        fs::write(folder.path().join(format!("no-report{HOSTILE}.txt")), "no report").unwrap();
        fs::write(folder.path().join(format!("kind.{HOSTILE}")), "no report").unwrap();
    }
    folder
}

fn assert_inert(answer: &Answer) {
    for (name, stream) in [("stdout", &answer.stdout), ("stderr", &answer.stderr)] {
        if let Some(at) = stream.find(acts) {
            let start = stream[..at].char_indices().rev().nth(60).map_or(0, |(start, _)| start);
            panic!("{name} holds {:?} after {:?}", stream[at..].chars().next().unwrap(), &stream[start..at]);
        }
    }
}

#[test]
fn no_format_lets_a_report_act_on_the_screen() {
    let folder = hostile();
    for format in ["text", "json", "jsonl"] {
        let answer = tieout_in(folder.path(), ["check", "--verbose", "--format", format]);
        assert_eq!(answer.status, 1, "{answer:?}");
        assert!(answer.stdout.contains("owned"), "the hostile places are not told: {answer:?}");
        assert_inert(&answer);
    }
}

#[test]
fn what_is_said_of_facts_and_paths_does_not_act_either() {
    let folder = hostile();
    for name in ["a.txt", "b.md", "c.html", &format!("{HOSTILE}.md")] {
        for format in ["text", "json"] {
            assert_inert(&tieout_in(folder.path(), ["facts", "--format", format, name]));
        }
    }
    for arguments in [["check", HOSTILE], ["facts", HOSTILE], ["explain", HOSTILE], ["test", HOSTILE]] {
        let answer = tieout_in(folder.path(), arguments);
        assert_eq!(answer.status, 2);
        assert!(answer.stderr.contains("owned"), "{answer:?}");
        assert_inert(&answer);
    }
}

/// Escaping is not losing: who reads the JSON gets the name that the file has.
#[cfg(unix)]
#[test]
fn json_keeps_what_it_escapes() {
    let folder = hostile();
    let answer = tieout_in(folder.path(), ["check", "--format", "json"]);
    let paths = answer.findings().iter().map(|finding| text(&finding["path"])).collect::<Vec<_>>();
    assert!(paths.contains(&format!("{HOSTILE}.md")), "{paths:?}");
    assert!(!answer.stdout.contains(HOSTILE));
}

fn check(folder: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> String {
    let mut command = command(folder);
    command.arg("check").args(arguments).envs(environment.iter().copied());
    answer(&mut command, b"").stdout
}

#[test]
fn colours_are_for_those_who_ask() {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(fixture("errors.txt"), folder.path().join("a.txt")).unwrap();
    let plain = check(folder.path(), &[], &[]);
    assert!(!plain.contains('\u{1b}'));
    let coloured = check(folder.path(), &["--color", "always"], &[]);
    assert!(coloured.contains('\u{1b}'));
    assert_eq!(without_colours(&coloured), plain);
    assert_eq!(check(folder.path(), &[], &[("CLICOLOR_FORCE", "1")]), coloured);
    assert_eq!(check(folder.path(), &[], &[("NO_COLOR", "1")]), plain);
    assert_eq!(check(folder.path(), &["--color", "never"], &[("CLICOLOR_FORCE", "1")]), plain);
    // JSON has no colours.
    assert!(!check(folder.path(), &["--color", "always", "--format", "json"], &[]).contains('\u{1b}'));
}

/// Takes out the sequences that set colours, and no other sequence.
fn without_colours(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain += before;
        let end = after.find(|character: char| !character.is_ascii_digit() && character != ';').unwrap();
        assert_eq!(&after[end..=end], "m", "a sequence that is no colour");
        rest = &after[end + 1..];
    }
    plain + rest
}

/// A sentence of 40,000 characters around one wrong figure.
#[test]
fn a_long_line_is_shown_as_a_window() {
    let folder = tempfile::tempdir().unwrap();
    let filler = "镇里一年到头都在做这件事。".repeat(1500);
    let report =
        fixture_text("errors.txt").replace("全年办结38件", &format!("{filler}全年办结38件。{filler}"));
    fs::write(folder.path().join("a.txt"), report).unwrap();
    let told = check(folder.path(), &["--select", "ogi/prose-closed"], &[]);
    let line = told.lines().find(|line| line.contains("办结38件")).expect("the figure is shown");
    assert!(line.contains('…'), "{line}");
    let widest = told.lines().map(|line| line.width()).max().unwrap();
    assert!(widest < 130, "a line of {widest} columns:\n{told}");
}

/// Chinese characters take two columns, so what is below them must too.
#[test]
fn the_marks_stand_under_what_they_mark() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["errors.txt", "errors.md", "errors.html"] {
        fs::copy(fixture(name), folder.path().join(name)).unwrap();
    }
    let told = check(folder.path(), &[], &[]);
    let primaries = tieout_in(folder.path(), ["check", "--format", "json"]).findings();
    let mut marked = Vec::new();
    let lines: Vec<&str> = told.lines().collect();
    for pair in lines.windows(2) {
        let [above, below] = pair else { continue };
        if !below.contains('^') || below.contains("error[") {
            continue;
        }
        let (from, to) = (below.find('^').unwrap(), below.rfind('^').unwrap() + 1);
        let columns = below[..from].width()..below[..to].width();
        let mut column = 0;
        let under = above.chars().filter(|character| {
            let here = column;
            column += character.width().unwrap_or(0);
            columns.contains(&here)
        });
        marked.push(under.collect::<String>());
    }
    let mut expected: Vec<String> = primaries.iter().map(|one| text(&one["primary"]["text"])).collect();
    marked.sort();
    expected.sort();
    assert_eq!(marked, expected);
}
