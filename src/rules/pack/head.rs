//! Reads `pack.toml`.

use super::{Edition, Editions, Section};
use crate::rules::claim;
use crate::rules::element_path::ElementPath;
use crate::rules::fields::{Fields, Text};
use crate::rules::form;
use crate::rules::mistake::Mistake;
use crate::rules::names::{self, BodyNames};
use crate::rules::pattern::{Pattern, Words};
use crate::rules::period;
use crate::rules::signs::Signs;

/// What `pack.toml` says, before claims are known.
pub(super) struct Head {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) about: String,
    pub(super) signs: Signs,
    pub(super) editions: Vec<Edition>,
    pub(super) sections: Vec<Section>,
    pub(super) report: RawSources,
    pub(super) notes: Option<Pattern>,
    pub(super) is_fallback: bool,
}

#[derive(Default)]
pub(super) struct RawSources {
    pub(super) year: Vec<Text>,
    pub(super) start: Option<Text>,
    pub(super) end: Option<Text>,
    pub(super) body: Vec<Text>,
    pub(super) signed: Option<Text>,
    pub(super) sections: Option<Text>,
    pub(super) year_elements: Vec<ElementPath>,
    pub(super) body_elements: Vec<ElementPath>,
    pub(super) year_begins: Option<(u32, u32)>,
    pub(super) names: BodyNames,
}

/// Whether a name can be part of the name of a rule.
pub(super) fn is_name(name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    !name.is_empty() && name.chars().all(is_part)
}

fn check_name(id: &Text, fields: &mut Fields<'_, '_>) {
    if !is_name(&id.value) {
        let message = format!("`{}` is no name for a pack", id.value);
        fields.mistakes.push(Mistake::new(id.at(), message, "expected letters, digits and hyphens"));
    }
    if id.value == OWN {
        let message = format!("a pack cannot be called `{OWN}`");
        fields.mistakes.push(Mistake::new(id.at(), message, "the program's own rules are"));
    }
}

/// The name before those of the program's own rules.
const OWN: &str = "tieout";

pub(super) fn head(fields: &mut Fields<'_, '_>) -> Head {
    let id = fields.own("id");
    if let Some(id) = &id {
        check_name(id, fields);
    }
    let title = fields.own("title");
    fields.texts("extends");
    let about = fields.text("about").map(|text| text.value).unwrap_or_default();
    let about = about.split_whitespace().collect::<Vec<_>>().join(" ");
    let recognised = fields.table("recognise", |fields| {
        let before = fields.mistakes.len();
        let signs = fields.text_lists("signs");
        let is_read = fields.mistakes.len() == before;
        let least = fields.number("least").map_or(signs.len(), |least| least as usize);
        if is_read && (least == 0 || least > signs.len()) {
            let label = format!("expected 1 to {}, the groups of `signs`", signs.len().max(1));
            let at = fields.place("least").unwrap_or_else(|| fields.at());
            fields.mistakes.push(Mistake::new(at, "no report could be recognised", label));
        }
        let texts = |group: Vec<Text>| group.into_iter().map(|sign| sign.value).collect();
        Signs { groups: signs.into_iter().map(texts).collect(), least }
    });
    let mut editions = fields.named_tables("editions", |id, fields| {
        let (from, until) = (fields.number("from"), fields.number("until"));
        if from.zip(until).is_some_and(|(from, until)| until < from) {
            let at = fields.place("until").unwrap_or_else(|| fields.at());
            fields.mistakes.push(Mistake::new(at, "this edition ends before it starts", "before `from`"));
        }
        let authority = fields.text("authority").map(|text| text.value);
        Edition { id: id.value, from, until, authority }
    });
    if editions.len() > 32 {
        let at = fields.at();
        fields.mistakes.push(Mistake::new(at, "a pack has at most 32 editions", "in this file"));
    }
    if editions.is_empty() {
        editions.push(Edition { id: String::new(), from: None, until: None, authority: None });
    }
    let known = Editions::by_name(&editions);
    let sections = fields.named_tables("sections", |id, fields| {
        let name = fields.text("name").map_or_else(|| id.value.clone(), |name| name.value);
        let editions = Editions::read(fields.texts("editions"), &known, fields.mistakes);
        let words = fields.required("words")?;
        match Pattern::new(words, Words::default()) {
            Ok(words) => Some(Section { name, words, editions }),
            Err(mistake) => {
                fields.mistakes.push(mistake);
                None
            }
        }
    });
    let is_fallback = fields.flag("fallback");
    let notes = fields.text("notes").and_then(|text| claim::compile(text, Words::default(), fields.mistakes));
    let report = fields.table("report", |fields| RawSources {
        year: fields.texts("year"),
        start: fields.text("start"),
        end: fields.text("end"),
        body: fields.texts("body"),
        signed: fields.text("signed"),
        names: fields.table("names", names::read).unwrap_or_default(),
        sections: fields.text("sections"),
        year_elements: form::paths(fields, "year_element"),
        body_elements: form::paths(fields, "body_element"),
        year_begins: fields.text("year_begins").and_then(|text| period::year_begins(&text, fields.mistakes)),
    });
    // What is missing is a mistake, behind which others are still looked for.
    let value = |text: Option<Text>| text.map(|text| text.value).unwrap_or_default();
    Head {
        id: value(id),
        title: value(title),
        about,
        signs: recognised.unwrap_or_default(),
        editions,
        sections: sections.into_iter().flatten().collect(),
        report: report.unwrap_or_default(),
        notes,
        is_fallback,
    }
}
