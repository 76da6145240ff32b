//! What is made from the program is fresh: the schemas of its files, the tables of their keys, a page for each rule.
//! `TIEOUT_UPDATE=1 cargo test --test fresh` makes it anew; then read the difference.

#![cfg(test)]

mod program;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use program::{root, text, tieout};
use tieout::rules::expression::vocabulary::{FUNCTIONS, REPORT, Record};
use tieout::rules::fields::Needed;
use tieout::rules::form::Side;
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

fn printed<'a>(arguments: impl IntoIterator<Item = &'a str>) -> String {
    let answer = tieout(arguments);
    assert_eq!(answer.status, 0, "{answer:?}");
    answer.stdout
}

/// Every file below a folder, relative to the root of the repository.
fn files(folder: &Path, found: &mut BTreeSet<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => files(&path, found),
            false => _ = found.insert(path.strip_prefix(root()).unwrap().to_owned()),
        }
    }
}

#[test]
fn every_rule_has_a_page_in_the_summary() {
    const FOLDER: &str = "docs/src/rules";
    let rules: serde_json::Value = serde_json::from_str(&printed(["rules", "--format", "json"])).unwrap();
    let ids: Vec<String> = rules.as_array().unwrap().iter().map(|rule| text(&rule["id"])).collect();
    let mut made = Made::new();
    let mut index = printed(["rules", "--format", "markdown"]);
    let mut summary = "- [Rules](rules/index.md)\n".to_owned();
    let mut pack = "";
    for id in &ids {
        index = index.replace(&format!("| `{id}` |"), &format!("| [`{id}`]({id}.md) |"));
        let (of, name) = id.split_once('/').unwrap();
        if of != pack {
            pack = of;
            let _ = writeln!(summary, "  - [{of}](rules/{of}/index.md)");
            let part = index_of(of, &printed(["rules", "--format", "markdown"]));
            made.insert(format!("{FOLDER}/{of}/index.md"), part);
        }
        let _ = writeln!(summary, "    - [{name}](rules/{id}.md)");
    }
    made.insert(format!("{FOLDER}/index.md"), index);
    let all = ["explain", "--format", "markdown"].into_iter().chain(ids.iter().map(String::as_str));
    let pages = printed(all);
    let mut rest = pages.as_str();
    for (number, id) in ids.iter().enumerate() {
        let next = ids.get(number + 1).and_then(|next| rest.find(&format!("\n# {next}\n")));
        let (page, after) = rest.split_at(next.map_or(rest.len(), |at| at + 1));
        assert!(page.starts_with(&format!("# {id}\n")), "{id}: {page}");
        made.insert(format!("{FOLDER}/{id}.md"), format!("{}\n", page.trim_end()));
        rest = after;
    }
    let page = "docs/src/SUMMARY.md";
    made.insert(page.to_owned(), with_part(page, "rules", &summary));
    let mut there = BTreeSet::new();
    files(&root().join(FOLDER), &mut there);
    let is_stale = |path: &&PathBuf| !made.contains_key(path.to_str().unwrap());
    let stale: Vec<_> = there.iter().filter(is_stale).collect();
    if std::env::var_os("TIEOUT_UPDATE").is_some() {
        stale.iter().for_each(|path| fs::remove_file(root().join(path)).unwrap());
    } else {
        assert!(stale.is_empty(), "there is no such rule any more: {stale:?}");
    }
    assert_fresh(&made);
}

/// The part of the list of rules that is about a pack, as a page.
fn index_of(pack: &str, list: &str) -> String {
    let part = list.split("\n## ").find(|part| part.starts_with(&format!("{pack}\n"))).unwrap();
    let mut page = format!("# {}", part.trim_end());
    for id in part.split('`').filter(|part| part.starts_with(&format!("{pack}/"))) {
        let name = id.split_once('/').unwrap().1;
        page = page.replace(&format!("| `{id}` |"), &format!("| [`{id}`]({name}.md) |"));
    }
    page + "\n"
}

/// The chapter on expressions leaves nothing out.
#[test]
fn every_function_and_field_is_explained() {
    let page = fs::read_to_string(root().join("docs/src/expressions.md")).unwrap();
    let records = [
        Record::Row(0),
        Record::Column(0),
        Record::Cell,
        Record::Claim(0),
        Record::Date,
        Record::Heading,
        Record::Section,
        Record::Figure,
        Record::Table(0),
        Record::List,
        Record::Footing,
        Record::Rate,
        Record::Line(0, Side::Rows),
    ];
    let functions = FUNCTIONS.iter().map(|(name, ..)| format!("`{name}`"));
    let report = REPORT.iter().map(|(name, ..)| format!("`report.{name}`"));
    let fields = records.iter().flat_map(|record| record.field_names(&[])).map(|name| format!("`{name}`"));
    let missing: BTreeSet<String> =
        functions.chain(report).chain(fields).filter(|name| !page.contains(name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
