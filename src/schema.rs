//! What each kind of TOML file may say, as a JSON Schema and as tables for the documentation. Both are made by the
//! readers of those files themselves, so that they cannot disagree with them.

mod meaning;

use serde_json::{Map, Value, json};

use crate::config::Config;
use crate::rules::fields::{Key, Needed, Shape, Table};
use crate::rules::{claim, form, pack, rule};
use crate::set::bodies::Bodies;

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// `pack.toml`
    Pack,
    /// `forms/*.toml`
    Form,
    /// `claims/*.toml`
    Claims,
    /// `rules/*.toml`
    Rule,
    /// `tieout.toml`
    Config,
    /// `bodies.toml`
    Bodies,
}

impl FileKind {
    /// Every kind.
    pub const ALL: [FileKind; 6] = [
        FileKind::Pack,
        FileKind::Form,
        FileKind::Claims,
        FileKind::Rule,
        FileKind::Config,
        FileKind::Bodies,
    ];

    /// Its name, and that of its schema.
    pub fn name(self) -> &'static str {
        match self {
            FileKind::Pack => "pack",
            FileKind::Form => "form",
            FileKind::Claims => "claims",
            FileKind::Rule => "rule",
            FileKind::Config => "tieout",
            FileKind::Bodies => "bodies",
        }
    }

    /// Which files are of the kind.
    pub fn files(self) -> &'static str {
        match self {
            FileKind::Pack => "pack.toml",
            FileKind::Form => "forms/*.toml",
            FileKind::Claims => "claims/*.toml",
            FileKind::Rule => "rules/*.toml",
            FileKind::Config => "tieout.toml",
            FileKind::Bodies => "bodies.toml",
        }
    }

    /// The kind of a file of a pack, by its path within the pack.
    pub fn of(within: &str) -> Option<Self> {
        match within.split_once('/') {
            None if within == "pack.toml" => Some(FileKind::Pack),
            Some(("forms", _)) => Some(FileKind::Form),
            Some(("claims", _)) => Some(FileKind::Claims),
            Some(("rules", _)) => Some(FileKind::Rule),
            _ => None,
        }
    }

    /// What such a file may say.
    pub fn keys(self) -> Table {
        match self {
            FileKind::Pack => pack::describe(),
            FileKind::Form => form::describe(),
            FileKind::Claims => claim::describe(),
            FileKind::Rule => rule::describe(),
            FileKind::Config => Config::describe(),
            FileKind::Bodies => Bodies::describe(),
        }
    }

    /// Its JSON Schema.
    pub fn schema(self) -> Value {
        let mut schema = object(self.name(), &self.keys());
        let head = [
            ("$schema", json!("https://json-schema.org/draft/2020-12/schema")),
            ("$id", json!(format!("urn:tieout:{}:1", self.name()))),
            ("title", json!(self.files())),
            ("description", json!(meaning::of(self.name()))),
        ];
        schema.extend(head.map(|(key, value)| (key.to_owned(), value)));
        Value::Object(schema)
    }

    /// Every key of such a file with its path, in the order in which they are read.
    pub fn described(self) -> Vec<Described> {
        let mut found = Vec::new();
        describe(self.name(), "", &self.keys(), &mut found);
        found
    }
}

/// A key of a file in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Described {
    /// Its path, as it is written in TOML.
    pub path: String,
    /// What it may hold.
    pub shape: String,
    /// Whether it must be there.
    pub needed: Needed,
    /// What it says; empty where nobody has said so.
    pub meaning: &'static str,
}

fn describe(place: &str, before: &str, table: &Table, found: &mut Vec<Described>) {
    for key in &table.keys {
        let place = format!("{place}.{}", key.name);
        let path = match &key.shape {
            Shape::NamedTables(_) => format!("[{before}{}.NAME]", key.name),
            Shape::Tables(_) => format!("[[{before}{}]]", key.name),
            Shape::Table(_) => format!("[{before}{}]", key.name),
            _ => format!("{before}{}", key.name),
        };
        let meaning = meaning::of(&place);
        found.push(Described { path, shape: in_words(&key.shape), needed: key.needed, meaning });
        match &key.shape {
            Shape::NamedTables(inner) => {
                describe(&place, &format!("{before}{}.NAME.", key.name), inner, found);
            }
            Shape::Tables(inner) | Shape::Table(inner) => {
                describe(&place, &format!("{before}{}.", key.name), inner, found);
            }
            _ => {}
        }
    }
}

fn in_words(shape: &Shape) -> String {
    match shape {
        Shape::Text => "string",
        Shape::Texts => "list of strings, or one",
        Shape::TextLists => "list of lists of strings",
        Shape::Flag => "true or false",
        Shape::Number => "whole number",
        Shape::Decimal => "number from zero on",
        Shape::Date => "date",
        Shape::NamedTexts => "strings by name",
        Shape::NamedTextLists => "lists of strings by name",
        Shape::NamedDecimals => "numbers by name",
        Shape::NamedTables(_) => "tables by name",
        Shape::Tables(_) => "list of tables",
        Shape::Table(_) => "table",
        Shape::Choice(words) | Shape::NamedChoices(words) => {
            let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
            let by_name = if matches!(shape, Shape::NamedChoices(_)) { " by name" } else { "" };
            return quoted.join(", ") + by_name;
        }
    }
    .to_owned()
}

/// A table as a schema: these keys and no others.
fn object(place: &str, table: &Table) -> Map<String, Value> {
    let mut properties = Map::new();
    for key in &table.keys {
        let place = format!("{place}.{}", key.name);
        let mut schema = value(&place, &key.shape);
        schema.insert("description".to_owned(), json!(said_of(&place, key)));
        properties.insert(key.name.to_owned(), Value::Object(schema));
    }
    let needed = table.keys.iter().filter(|key| key.needed == Needed::Always).map(|key| key.name);
    let needed: Vec<&str> = needed.collect();
    let mut schema = Map::new();
    schema.insert("type".to_owned(), json!("object"));
    schema.insert("properties".to_owned(), Value::Object(properties));
    schema.insert("additionalProperties".to_owned(), json!(false));
    if !needed.is_empty() {
        schema.insert("required".to_owned(), json!(needed));
    }
    schema
}

fn said_of(place: &str, key: &Key) -> String {
    let meaning = meaning::of(place);
    match key.needed {
        Needed::UnlessAdded => format!("{meaning} Needed, but in a file that adds to one which has it."),
        _ => meaning.to_owned(),
    }
}

fn value(place: &str, shape: &Shape) -> Map<String, Value> {
    let schema = match shape {
        Shape::Text => json!({"type": "string"}),
        Shape::Texts => json!({"type": ["array", "string"], "items": {"type": "string"}}),
        Shape::TextLists => {
            json!({"type": "array", "items": {"type": ["array", "string"], "items": {"type": "string"}}})
        }
        Shape::Flag => json!({"type": "boolean"}),
        Shape::Number => json!({"type": "integer", "minimum": 0, "maximum": u32::MAX}),
        Shape::Decimal => json!({"type": "number", "minimum": 0}),
        // A date of TOML is a string to those who check TOML with such a schema.
        Shape::Date => json!({"type": "string", "format": "date"}),
        Shape::Choice(words) => json!({"enum": words}),
        Shape::NamedTexts => json!({"type": "object", "additionalProperties": {"type": "string"}}),
        Shape::NamedTextLists => json!({
            "type": "object",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        }),
        Shape::NamedChoices(words) => {
            json!({"type": "object", "additionalProperties": {"enum": words}})
        }
        Shape::NamedDecimals => {
            json!({"type": "object", "additionalProperties": {"type": "number", "minimum": 0}})
        }
        Shape::NamedTables(inner) => {
            json!({"type": "object", "additionalProperties": object(place, inner)})
        }
        Shape::Tables(inner) => json!({"type": "array", "items": object(place, inner)}),
        Shape::Table(inner) => return object(place, inner),
    };
    match schema {
        Value::Object(schema) => schema,
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_a_meaning_and_every_meaning_a_key() {
        let mut places: Vec<String> = Vec::new();
        fn walk(place: String, table: &Table, places: &mut Vec<String>) {
            for key in &table.keys {
                let place = format!("{place}.{}", key.name);
                if let Shape::NamedTables(inner) | Shape::Tables(inner) | Shape::Table(inner) = &key.shape {
                    walk(place.clone(), inner, places);
                }
                places.push(place);
            }
            places.push(place);
        }
        for kind in FileKind::ALL {
            walk(kind.name().to_owned(), &kind.keys(), &mut places);
        }
        let unsaid: Vec<&String> = places.iter().filter(|place| meaning::of(place).is_empty()).collect();
        assert!(unsaid.is_empty(), "say in src/schema/meaning.rs what these are: {unsaid:#?}");
        let stale: Vec<&str> = meaning::ALL
            .iter()
            .map(|(place, _)| *place)
            .filter(|place| !places.iter().any(|known| known == place))
            .collect();
        assert!(stale.is_empty(), "no reader asks for these any more: {stale:#?}");
    }
}
