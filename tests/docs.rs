//! The documentation says what is true: its output is what the program prints, its tables are what the program reads,
//! its links lead somewhere.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "clippy allows them in tests, but not in the functions that tests share"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use rust_decimal::Decimal;
use tieout::facts::cell;
use tieout::facts::figure::{self, Value};
use tieout::facts::interval::{Bound, Interval};
use tieout::rules::form::{Blank, Kind};

const CHAPTERS: &str = "docs/src";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(page: &Path) -> String {
    fs::read_to_string(root().join(page)).unwrap_or_else(|error| panic!("{}: {error}", page.display()))
}

fn chapters() -> Vec<PathBuf> {
    let mut pages: Vec<PathBuf> = fs::read_dir(root().join(CHAPTERS))
        .unwrap()
        .map(|entry| Path::new(CHAPTERS).join(entry.unwrap().file_name()))
        .filter(|page| page.extension().is_some_and(|extension| extension == "md"))
        .collect();
    pages.sort();
    pages
}

fn pages() -> Vec<PathBuf> {
    let others = ["README.md", "CHANGELOG.md", "examples/README.md"].map(PathBuf::from);
    others.into_iter().chain(chapters()).collect()
}

fn events(text: &str) -> Parser<'_> {
    Parser::new_ext(text, Options::ENABLE_TABLES)
}

/// The fenced blocks of a page: what language they are said to be in, and their text.
fn blocks(text: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut open = None;
    for event in events(text) {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language))) => {
                open = Some((language.into_string(), String::new()));
            }
            Event::Text(text) => {
                if let Some((_, body)) = &mut open {
                    body.push_str(&text);
                }
            }
            Event::End(TagEnd::CodeBlock) => blocks.extend(open.take()),
            _ => {}
        }
    }
    blocks
}

/// The rows of all tables of a page, cell by cell.
fn rows(text: &str) -> Vec<Vec<String>> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    for event in events(text) {
        match event {
            Event::Start(Tag::TableHead | Tag::TableRow) => rows.push(Vec::new()),
            Event::Start(Tag::TableCell) => rows.last_mut().unwrap().push(String::new()),
            Event::Text(text) | Event::Code(text) => {
                if let Some(cell) = rows.last_mut().and_then(|row| row.last_mut()) {
                    cell.push_str(&text);
                }
            }
            // What follows a table belongs to none of its cells.
            Event::End(TagEnd::Table) => rows.push(Vec::new()),
            _ => {}
        }
    }
    rows
}

/// The rows of the table whose header starts with some words.
fn table(text: &str, header: &[&str]) -> Vec<Vec<String>> {
    let mut rows = rows(text).into_iter().skip_while(|row| !row.iter().take(header.len()).eq(header));
    rows.next().unwrap_or_else(|| panic!("no table with {header:?}"));
    rows.take_while(|row| !row.is_empty()).collect()
}

#[test]
fn output_is_what_the_program_prints() {
    trycmd::TestCases::new()
        .env("COLUMNS", "100")
        .case("README.md")
        .case("docs/src/*.md")
        .skip("docs/src/write-a-pack.md");
}

#[test]
fn no_output_goes_uncompared() {
    let mut compared = 0;
    for page in pages() {
        for (language, body) in blocks(&read(&page)) {
            let shows_output = body.lines().any(|line| line.starts_with("$ "));
            assert_eq!(language == "console", shows_output, "{}: ```{language}\n{body}", page.display());
            compared += usize::from(shows_output);
        }
    }
    assert!(compared > 8, "only {compared} blocks of output");
}

#[test]
fn links_lead_somewhere() {
    let mut broken = Vec::new();
    for page in pages() {
        let text = read(&page);
        for event in events(&text) {
            let Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) = event else {
                continue;
            };
            if dest_url.contains("://") {
                continue;
            }
            let (path, heading) = dest_url.split_once('#').unwrap_or((&dest_url, ""));
            let target = match path {
                "" => page.clone(),
                path => page.parent().unwrap_or(Path::new("")).join(path),
            };
            let is_there = root().join(&target).exists()
                && (heading.is_empty() || anchors(&read(&target)).contains(heading));
            if !is_there {
                broken.push(format!("{}: {dest_url}", page.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

/// The anchors that the headings of a page get.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut anchors = BTreeSet::new();
    let mut open: Option<String> = None;
    for event in events(text) {
        match event {
            Event::Start(Tag::Heading { .. }) => open = Some(String::new()),
            Event::Text(text) | Event::Code(text) => {
                if let Some(title) = &mut open {
                    title.push_str(&text);
                }
            }
            Event::End(TagEnd::Heading(_)) => anchors.extend(open.take().map(|title| anchor(&title))),
            _ => {}
        }
    }
    anchors
}

fn anchor(title: &str) -> String {
    let kept = title.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect()
}

#[test]
fn every_chapter_is_in_the_summary() {
    let summary = read(&Path::new(CHAPTERS).join("SUMMARY.md"));
    for chapter in chapters() {
        let name = chapter.file_name().unwrap().to_string_lossy().into_owned();
        assert!(name == "SUMMARY.md" || summary.contains(&format!("]({name})")), "{name}");
    }
}

#[test]
fn the_rule_that_is_shown_is_the_one_that_runs() {
    let page = read(&Path::new(CHAPTERS).join("architecture.md"));
    let shown = blocks(&page).into_iter().find(|(language, _)| language == "toml").unwrap().1;
    let rule = read(Path::new("rules/ogi/rules/request-flow.toml"));
    assert_eq!(rule.split("\n\n[[example]]").next().unwrap(), shown.trim_end());
}

/// The mistakes that `examples/README.md` lists are those that are found, and no others.
#[test]
fn examples_have_the_mistakes_that_are_listed() {
    let listed: BTreeSet<(String, String, String)> =
        table(&read(Path::new("examples/README.md")), &["place", "printed", "rule"])
            .into_iter()
            .map(|row| (row[0].clone(), row[1].clone(), row[2].clone()))
            .collect();
    let output = Command::new(env!("CARGO_BIN_EXE_tieout"))
        .args(["check", "examples", "--format", "json"])
        .current_dir(root())
        .output()
        .unwrap();
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let findings = document["findings"].as_array().unwrap();
    let found: BTreeSet<(String, String, String)> = findings
        .iter()
        .map(|finding| {
            let path = text(&finding["path"]);
            let file = path.strip_prefix("examples/").unwrap();
            let primary = &finding["primary"];
            let place = format!("{file}:{}:{}", primary["line"], primary["column"]);
            (place, text(&primary["text"]), text(&finding["rule"]))
        })
        .collect();
    assert_eq!(found.len(), findings.len());
    assert_eq!(found, listed);
}

#[test]
fn figures_of_running_text_mean_what_is_said() {
    let rows = table(&read(&Path::new(CHAPTERS).join("figures.md")), &["printed", "can mean"]);
    assert!(rows.len() > 20);
    for row in rows {
        assert_eq!(shown(in_text(&row[0])), row[1], "{}", row[0]);
    }
}

#[test]
fn cells_mean_what_is_said() {
    let rows = table(&read(&Path::new(CHAPTERS).join("figures.md")), &["cell", "can mean"]);
    assert!(rows.len() > 8);
    for row in rows {
        let interval = cell::read(&row[0], Kind::Count, false).interval(Blank::Zero);
        let shown = interval.map_or("cannot be told".to_owned(), shown);
        assert_eq!(shown, row[1], "{}", row[0]);
    }
}

fn in_text(printed: &str) -> Interval {
    let quantity = match printed.find(|c| figure::digit(c).is_some()) {
        Some(at) => match figure::read(printed, at).unwrap().value {
            Value::Count(quantity) | Value::Percent(quantity) => quantity,
            other => panic!("{printed}: {other:?}"),
        },
        None => figure::read_numeral(printed, "").unwrap_or_else(|| panic!("{printed}")),
    };
    quantity.interval
}

/// An interval in the words of the documentation.
fn shown(interval: Interval) -> String {
    match interval.ends() {
        (Some(low), Some(high)) if low == high => number(low),
        (Some(low), Some(high)) if high.is_open => format!("{} up to {}", number(low), set_off(high.value)),
        (Some(low), Some(high)) => format!("{} to {}", number(low), number(high)),
        (Some(low), None) => format!("{} or more", number(low)),
        other => panic!("{other:?}"),
    }
}

fn number(bound: Bound) -> String {
    let above = if bound.is_open { "above " } else { "" };
    format!("{above}{}", set_off(bound.value))
}

/// A number with its thousands set off.
fn set_off(value: Decimal) -> String {
    let plain = value.normalize().to_string();
    let (whole, rest) =
        plain.split_once('.').map_or((plain.as_str(), None), |(whole, rest)| (whole, Some(rest)));
    let mut out = String::new();
    for (at, digit) in whole.chars().enumerate() {
        let left = whole.len() - at;
        if at > 0 && left % 3 == 0 && out != "-" {
            out.push(',');
        }
        out.push(digit);
    }
    rest.map_or(out.clone(), |rest| format!("{out}.{rest}"))
}
