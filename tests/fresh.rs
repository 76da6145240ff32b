//! What is made from the program is fresh: the schemas of its files and the tables of their keys.
//! `TIEOUT_UPDATE=1 cargo test --test fresh` makes it anew; then read the difference.

#![cfg(test)]

mod program;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use program::root;
use tieout::rules::fields::Needed;
use tieout::schema::FileKind;

/// What is made, by path.
type Made = BTreeMap<String, String>;

/// Compares what is made with what is there, or writes it.
fn assert_fresh(made: &Made) {
    let is_update = std::env::var_os("TIEOUT_UPDATE").is_some();
    let mut stale = Vec::new();
    for (path, text) in made {
        let file = root().join(path);
        if fs::read_to_string(&file).is_ok_and(|there| there == *text) {
            continue;
        }
        if is_update {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, text).unwrap();
        } else {
            stale.push(path);
        }
    }
    assert!(stale.is_empty(), "run `TIEOUT_UPDATE=1 cargo test --test fresh`: {stale:#?}");
}

/// A page of which the part between two marks is made.
fn with_part(path: &str, mark: &str, part: &str) -> String {
    let page = fs::read_to_string(root().join(path)).unwrap();
    let (start, end) =
        (format!("<!-- {mark}: made by tests/fresh.rs -->\n"), format!("<!-- {mark}: end -->"));
    let (before, rest) = page.split_once(&start).unwrap_or_else(|| panic!("{path} has no {start}"));
    let (_, after) = rest.split_once(&end).unwrap_or_else(|| panic!("{path} has no {end}"));
    format!("{before}{start}{part}{end}{after}")
}

#[test]
fn schemas_are_those_of_the_program() {
    let schema = |kind: FileKind| format!("{}\n", serde_json::to_string_pretty(&kind.schema()).unwrap());
    let made = FileKind::ALL.map(|kind| (format!("docs/schema/{}.json", kind.name()), schema(kind)));
    assert_fresh(&made.into());
}

#[test]
fn keys_of_files_are_those_that_are_read() {
    let page = "docs/src/pack-files.md";
    assert!(Path::new(&root().join(page)).exists());
    let mut text = String::new();
    for kind in FileKind::ALL {
        let _ = writeln!(text, "\n## {}\n\n{}\n", kind.files(), schema_description(kind));
        text += "| key | holds | |\n| --- | --- | --- |\n";
        for key in kind.described() {
            let needed = match key.needed {
                Needed::Never => "",
                Needed::UnlessAdded | Needed::Always => "**needed**; ",
            };
            let cell = |text: &str| text.replace('|', "\\|").replace('<', "&lt;");
            let _ =
                writeln!(text, "| `{}` | {} | {needed}{} |", key.path, cell(&key.shape), cell(key.meaning));
        }
    }
    text.push('\n');
    assert_fresh(&Made::from([(page.to_owned(), with_part(page, "keys", &text))]));
}

fn schema_description(kind: FileKind) -> String {
    kind.schema()["description"].as_str().unwrap().to_owned()
}
