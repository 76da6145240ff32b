//! The chapter on writing a pack does what it says: its files are written and its commands run in an empty folder, in
//! their order, and each prints what is shown.
//! `TIEOUT_UPDATE=1 cargo test --test guide` writes what is printed into the chapter; then read the difference.

#![cfg(test)]

mod program;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use program::{root, tieout_in};

const CHAPTER: &str = "docs/src/write-a-pack.md";

/// What a command prints, as the chapter shows it.
fn run(folder: &Path, command: &str) -> String {
    let words: Vec<&str> = command.split_whitespace().collect();
    let mut shown = format!("$ {command}\n");
    match words.as_slice() {
        ["tieout", arguments @ ..] => {
            let answer = tieout_in(folder, arguments);
            if answer.status != 0 {
                let _ = writeln!(shown, "? {}", answer.status);
            }
            shown += &answer.stdout;
            shown += &answer.stderr;
            shown.truncate(shown.trim_end().len());
            shown.push('\n');
        }
        ["rm", files @ ..] => files.iter().for_each(|file| fs::remove_file(folder.join(file)).unwrap()),
        _ => panic!("the chapter runs {command}"),
    }
    shown
}

#[test]
fn what_the_chapter_shows_is_what_happens() {
    let page = fs::read_to_string(root().join(CHAPTER)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (mut made, mut statuses, mut commands) = (String::new(), Vec::new(), 0);
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        made += line;
        made.push('\n');
        let Some(language) = line.strip_prefix("```").filter(|language| !language.is_empty()) else {
            continue;
        };
        let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        let mut body: String = body.iter().map(|line| format!("{line}\n")).collect();
        if let Some((_, path)) = language.split_once(' ') {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, &body).unwrap();
        } else {
            assert_eq!(language, "console");
            let typed = body.lines().filter_map(|line| line.strip_prefix("$ "));
            body = typed.map(|command| run(folder.path(), command)).collect();
            commands += body.lines().filter(|line| line.starts_with("$ ")).count();
            statuses.extend(body.lines().filter_map(|line| line.strip_prefix("? ")?.parse::<u8>().ok()));
        }
        made += &body;
        made += "```\n";
    }
    if std::env::var_os("TIEOUT_UPDATE").is_some() {
        fs::write(root().join(CHAPTER), &made).unwrap();
    } else {
        assert_eq!(made, page, "run `TIEOUT_UPDATE=1 cargo test --test guide`");
    }
    // A broken pack, a failed example, then findings; all else is as it should be.
    assert_eq!(statuses, [2, 1, 1, 1], "{made}");
    assert!(commands > 8);
    assert!(made.contains("957") && made.contains("975 would"), "the finding is shown: {made}");
}
