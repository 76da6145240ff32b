//! Rules: one relation that a report must satisfy, said as data.

mod condition;
mod domain;
mod example;
mod instance;
mod message;
mod sense;

use std::sync::Arc;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::claim::{Claims, compile as compile_pattern};
use super::expression::compile::Lost;
use super::expression::syntax::{self, Expression};
use super::fields::{self, Fields, Text};
use super::form::Form;
use super::mistake::Mistake;
use super::pattern::{Pattern, Words};
use super::reach::Reach;
pub use condition::Condition;
pub use domain::Domain;
use domain::{Quantifier, look_over_tables, quantifiers};
use example::examples;
pub use example::{Example, Expected};
pub use instance::Instance;
use instance::Source;
pub use message::Piece;
use message::Template;

/// How much a breach matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Level {
    /// Worth a human look.
    Note,
    /// Very likely wrong.
    Warning,
    /// Cannot be true.
    Error,
}

impl Level {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Level::Note => "note",
            Level::Warning => "warning",
            Level::Error => "error",
        }
    }
}

/// What a rule file or a configuration may give as level.
pub const LEVELS: &[(&str, Option<Level>)] = &[
    ("off", None),
    ("note", Some(Level::Note)),
    ("warning", Some(Level::Warning)),
    ("error", Some(Level::Error)),
];

/// A rule.
#[derive(Debug, Serialize, Deserialize)]
pub struct Rule {
    /// Full name: pack and file name, as in `pack/rule`.
    pub id: Arc<str>,
    /// What must be true, in a sentence without a full stop.
    pub summary: String,
    /// How much a breach matters; `None` where the rule is off.
    pub level: Option<Level>,
    /// By how much the sides of its relation may differ, beyond what the figures themselves allow.
    pub tolerance: Decimal,
    /// The regulation or official note that says so.
    pub authority: Option<String>,
    /// Why it matters, and what may be behind a breach.
    pub explanation: Option<String>,
    /// The relation as written.
    pub relation: String,
    /// The condition as written.
    pub condition: Option<String>,
    /// A note to a table of one of the figures with these words makes a breach a note.
    pub excused_by: Option<Pattern>,
    /// What it runs over, as written.
    pub quantifiers: Vec<(String, String)>,
    /// What its dynamic variables run over.
    pub domains: Vec<Domain>,
    /// For each edition of the pack, the rule for each choice of rows and columns.
    pub instances: Vec<Vec<Instance>>,
    /// The other reports that it names, if it names any.
    pub reach: Option<Reach>,
    /// Its examples.
    pub examples: Vec<Example>,
    /// The file it is defined in.
    pub path: String,
}

/// What a rule file is checked against.
#[derive(Clone, Copy)]
pub struct Context<'p> {
    /// Name of the pack.
    pub pack: &'p str,
    /// Forms of the pack.
    pub forms: &'p [Form],
    /// Claims of the pack.
    pub claims: &'p Claims,
    /// Number of editions.
    pub editions: usize,
    /// Path of the file, and its name without extension.
    pub path: &'p str,
}

/// The name of a rule, by the path of its file.
pub fn name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or_default().trim_end_matches(".toml")
}

/// The full name of a rule, by its pack and the path of its file.
pub fn id(pack: &str, path: &str) -> String {
    format!("{pack}/{}", name(path))
}

/// What a rule file may say.
pub fn describe() -> fields::Table {
    let context = Context { pack: "", forms: &[], claims: &Claims::default(), editions: 1, path: "" };
    fields::describe(|fields| read(fields, context))
}

/// Reads a rule file. `None` where it has mistakes.
pub fn read(fields: &mut Fields<'_, '_>, context: Context<'_>) -> Option<Rule> {
    let before = fields.mistakes.len();
    let summary = fields.required("summary");
    let level = fields.required_choice("level", LEVELS);
    let tolerance = fields.decimal("tolerance").unwrap_or_default();
    let authority = fields.text("authority").map(|text| text.value);
    let explanation = fields.text("explanation").map(|text| text.value);
    let message = fields.text("message");
    let told = fields.mistakes.len();
    let named = fields.named_texts("for");
    let all_lost = fields.mistakes.len() > told;
    let mut quantifiers = quantifiers(&named, fields.mistakes, context);
    let is_read = |name: &Text| quantifiers.iter().any(|(known, _)| *known == name.value);
    let unread: Vec<String> = named
        .iter()
        .map(|(name, _)| name)
        .filter(|name| !is_read(name))
        .map(|name| name.value.clone())
        .collect();
    let lost = match unread.is_empty() {
        _ if all_lost => Lost::All,
        true => Lost::None,
        false => Lost::Some(unread),
    };
    let when = fields.text("when").and_then(|text| parsed(text, fields.mistakes));
    let target = fields.text("target").and_then(|text| parsed(text, fields.mistakes));
    let roles = fields
        .named_texts("roles")
        .into_iter()
        .filter_map(|(name, text)| Some((name.value, parsed(text, fields.mistakes)?)))
        .collect();
    let excused_by =
        fields.text("excused_by").and_then(|text| compile_pattern(text, Words::default(), fields.mistakes));
    let assert = fields.required("assert").and_then(|text| parsed(text, fields.mistakes));
    let examples = examples(fields);
    let mistakes = &mut *fields.mistakes;
    sense::check_variables(&named, context.forms, mistakes);
    for (text, expression) in [when.as_ref(), assert.as_ref()].into_iter().flatten() {
        sense::check_relation(text, expression, mistakes);
    }
    sense::check_examples(&examples, mistakes);
    let written = [when.as_ref(), assert.as_ref()].into_iter().flatten();
    look_over_tables(&mut quantifiers, written.map(|(_, expression)| expression), context.forms);
    let source = Source {
        quantifiers,
        over: named.last().map(|(_, domain)| domain.at()),
        when,
        lost,
        assert,
        target,
        message: Template::new(message.or(summary.clone())?, fields.mistakes),
        roles,
    };
    let instances = source.instances(fields.mistakes, context);
    if fields.mistakes.len() > before {
        return None;
    }
    let domains = source.quantifiers.iter().filter_map(|(_, quantifier)| match quantifier {
        Quantifier::Dynamic(_, domain) => Some(*domain),
        _ => None,
    });
    let domains: Vec<Domain> = domains.collect();
    Some(Rule {
        id: id(context.pack, context.path).into(),
        summary: summary?.value,
        level: level?,
        tolerance,
        authority,
        explanation,
        relation: source.assert?.0.value,
        excused_by,
        condition: source.when.as_ref().map(|(text, _)| text.value.clone()),
        quantifiers: named.into_iter().map(|(name, domain)| (name.value, domain.value)).collect(),
        reach: Reach::of(&instances, &domains, context.forms),
        domains,
        instances,
        examples,
        path: context.path.to_owned(),
    })
}

fn parsed(text: Text, mistakes: &mut Vec<Mistake>) -> Option<(Text, Expression)> {
    match syntax::parse(&text.value) {
        Ok(expression) => Some((text, expression)),
        Err(error) => {
            mistakes.push(syntax_mistake(&text, error));
            None
        }
    }
}

fn syntax_mistake(text: &Text, error: syntax::SyntaxError) -> Mistake {
    let mistake = Mistake::new(text.part(error.at), error.message, "here");
    match error.also {
        Some((at, label)) => mistake.also(text.part(at), label),
        None => mistake,
    }
}
