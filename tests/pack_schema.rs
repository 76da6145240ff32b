//! The schemas of pack files and of tieout.toml take what the program takes, and refuse what it refuses.

#![cfg(test)]

mod program;

use std::fs;
use std::path::PathBuf;

use jsonschema::Validator;
use program::root;
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};
use serde_json::Value;
use tieout::config::Config;
use tieout::rules::library;
use tieout::rules::mistake::PackFile;
use tieout::schema::FileKind;

/// The schema as it is stored for editors.
fn validator(kind: FileKind) -> Validator {
    let path = root().join(format!("docs/schema/{}.json", kind.name()));
    let schema: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    jsonschema::meta::validate(&schema).unwrap();
    jsonschema::draft202012::new(&schema).unwrap()
}

/// A TOML file as those see it who check it with a JSON Schema: dates are strings.
fn json(text: &str) -> Value {
    fn plain(value: toml::Value) -> Value {
        match value {
            toml::Value::Datetime(date) => Value::String(date.to_string()),
            toml::Value::Array(items) => items.into_iter().map(plain).collect(),
            toml::Value::Table(table) => table.into_iter().map(|(key, value)| (key, plain(value))).collect(),
            other => serde_json::to_value(other).unwrap(),
        }
    }
    plain(toml::Value::Table(text.parse().unwrap_or_else(|error| panic!("{error}\n{text}"))))
}

fn mistakes(kind: FileKind, text: &str) -> Vec<String> {
    let json = json(text);
    validator(kind).iter_errors(&json).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn the_packs_of_the_program_are_as_described() {
    let mut kinds = Vec::new();
    for pack in library::embedded() {
        for file in pack.files {
            let kind = FileKind::of(&file.within).unwrap();
            assert_eq!(mistakes(kind, &file.text), Vec::<String>::new(), "{}", file.path);
            kinds.push(kind);
        }
    }
    assert!(
        FileKind::ALL
            .iter()
            .all(|kind| kinds.contains(kind) || matches!(kind, FileKind::Config | FileKind::Bodies))
    );
}

/// What the documentation shows of pack files and configurations.
#[test]
fn examples_of_the_documentation_are_as_described() {
    let mut pages: Vec<PathBuf> =
        fs::read_dir(root().join("docs/src")).unwrap().map(|entry| entry.unwrap().path()).collect();
    pages.retain(|page| page.extension().is_some_and(|extension| extension == "md"));
    pages.push(root().join("README.md"));
    let mut compared = 0;
    for page in pages {
        let text = fs::read_to_string(&page).unwrap();
        let mut open: Option<(String, String)> = None;
        for event in Parser::new(&text) {
            match event {
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language)))
                    if language.starts_with("toml") =>
                {
                    open = Some((language.into_string(), String::new()));
                }
                Event::Text(text) => {
                    if let Some((_, body)) = &mut open {
                        body.push_str(&text);
                    }
                }
                Event::End(TagEnd::CodeBlock) => {
                    let Some((language, body)) = open.take() else { continue };
                    let within = language.split_once('/').map_or("", |(_, within)| within);
                    let kind = match FileKind::of(within) {
                        Some(kind) => kind,
                        None if body.contains("\nassert") => FileKind::Rule,
                        None if body.starts_with("[[body]]") => FileKind::Bodies,
                        None => FileKind::Config,
                    };
                    assert_eq!(mistakes(kind, &body), Vec::<String>::new(), "{}: {body}", page.display());
                    compared += 1;
                }
                _ => {}
            }
        }
    }
    assert!(compared > 12, "only {compared} blocks of TOML");
}

#[test]
fn what_is_refused_is_refused_by_both() {
    let config = |text: &str| {
        let file = PackFile {
            path: "tieout.toml".into(),
            within: "tieout.toml".into(),
            pack: String::new(),
            text: text.into(),
        };
        Config::parse(file, PathBuf::new()).map(|_| ()).map_err(|(_, mistakes)| mistakes.len())
    };
    for (text, is_right) in [
        ("", true),
        ("packs = 'a'\nexclude = ['x/**']\n[levels]\n'a/*' = 'off'\n[tolerances]\n'a/b' = 0.5\n", true),
        ("[[accept]]\nrule = 'a/b'\nreason = 'seen'\nuntil = 2027-06-30\n", true),
        ("[[override]]\npath = ['a', 'b']\n", true),
        ("pack = ['a']\n", false),
        ("packs = 1\n", false),
        ("packs = [1]\n", false),
        ("[levels]\n'a/*' = 'fatal'\n", false),
        ("[tolerances]\n'a/*' = '1'\n", false),
        ("[tolerances]\n'a/*' = -1\n", false),
        ("[[accept]]\nrule = 'a/b'\n", false),
        ("[[override]]\nlevels = {}\n", false),
        ("[accept]\nrule = 'a/b'\nreason = 'seen'\n", false),
    ] {
        assert_eq!(config(text).is_ok(), is_right, "{text}");
        assert_eq!(mistakes(FileKind::Config, text).is_empty(), is_right, "{text}");
    }
}
