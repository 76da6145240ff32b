//! Claims: what phrases in prose say.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::fields::{self, Fields, Text};
use super::form::{Axis, Form, Side};
use super::label;
use super::lexicon::{Lexicon, Words as LexiconWords};
use super::lists;
use super::mistake::{At, Mistake};
use super::pattern::{Capture, CaptureKind, Pattern, Phrase, Words};
use super::reads::{self, Reads};

/// Which part of a report a claim is looked for in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scope {
    /// All running text.
    #[default]
    Text,
    /// The first lines, up to the first sentence.
    Title,
    /// The running text before the first numbered heading.
    Preface,
    /// The last lines.
    SignOff,
}

/// What a phrase in prose says.
#[derive(Debug, Serialize, Deserialize)]
pub struct Claim {
    /// Name in expressions.
    pub id: String,
    /// Where it is defined.
    pub at: At,
    /// Name in messages.
    pub name: String,
    /// Where it is looked for.
    pub scope: Scope,
    /// Units it may be counted in.
    pub units: Vec<String>,
    /// The phrases.
    pub patterns: Vec<Pattern>,
    /// Phrases that say there was none: the count is zero.
    pub none: Vec<Pattern>,
    /// How it is read besides, or instead.
    pub reads: Option<Reads>,
    /// A clause with this in it makes no such claim.
    pub unless: Option<Pattern>,
    /// A sentence with this in it makes no such claim.
    pub unless_sentence: Option<Pattern>,
    /// The words before the phrase that say of what time and of whom it speaks, by number among the pack's qualifiers.
    pub qualifiers: Option<usize>,
    /// The sentence, the paragraph before it or its headings must have this.
    pub context: Option<Pattern>,
    /// The subject last named before the figure must be this one of the pack's topics.
    pub topic: Option<usize>,
    /// Where no subject has been named before the figure, it is that one.
    pub is_topic_presumed: bool,
    /// The form whose rows `{row}` names.
    pub form: Option<usize>,
    /// Units of the other counts that belong with this one.
    pub others: Vec<String>,
    /// Another figure in such words means the same thing.
    pub same: Option<Pattern>,
    /// What its patterns capture; the first is its figure.
    pub captures: Vec<Capture>,
}

/// A subject that sentences can be about.
#[derive(Debug, Serialize, Deserialize)]
pub struct Topic {
    /// Its name.
    pub id: String,
    /// The words that name it.
    pub words: Pattern,
}

/// Words before a phrase that say of what time and of whom it speaks: `last year, the branches received …`.
#[derive(Debug, Serialize, Deserialize)]
pub struct Qualifiers {
    /// Their name.
    pub id: String,
    /// All words before a phrase of the reporting body in the report's period; a clause of other words is not sure.
    pub own: Pattern,
    /// Words of another time, or of someone else: such a phrase makes no claim.
    pub other: Pattern,
}

/// The claims of one or more claim files, with the topics and phrases that they use.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Claims {
    /// Subjects.
    pub topics: Vec<Topic>,
    /// Named parts of patterns.
    pub phrases: Vec<Phrase>,
    /// Words of time and of whom.
    pub qualifiers: Vec<Qualifiers>,
    /// Words by what they say.
    pub lexicon: Lexicon,
    /// Claims.
    pub claims: Vec<Claim>,
}

/// The topics that a claim file declares.
pub fn read_topics(fields: &mut Fields<'_, '_>) -> Vec<Topic> {
    let named = fields.named_texts("topics");
    named
        .into_iter()
        .filter_map(|(id, words)| {
            let words = compile(words, Words::default(), fields.mistakes)?;
            Some(Topic { id: id.value, words })
        })
        .collect()
}

/// The phrases that a claim file declares.
pub fn read_phrases(fields: &mut Fields<'_, '_>) -> Vec<Phrase> {
    let named = fields.named_texts("phrases");
    named
        .into_iter()
        .filter_map(|(name, regex)| {
            let value = regex.value.clone();
            compile(regex, Words::default(), fields.mistakes)?;
            Some(Phrase { name: name.value, regex: value })
        })
        .collect()
}

/// What a claim file may say.
pub fn describe() -> fields::Table {
    fields::describe(|fields| read(fields, &Claims::default(), &[]))
}

/// The qualifiers that a claim file declares.
pub fn read_qualifiers(fields: &mut Fields<'_, '_>, phrases: &[Phrase]) -> Vec<Qualifiers> {
    let words = Words { phrases, ..Words::default() };
    let read = fields.named_tables("qualifiers", |id, fields| {
        let own = fields.required("own").and_then(|own| compile(own, words, fields.mistakes));
        let other = fields.required("other").and_then(|other| compile(other, words, fields.mistakes));
        Some(Qualifiers { id: id.value, own: own?, other: other? })
    });
    read.into_iter().flatten().collect()
}

/// Reads the claims of a file; topics, phrases, qualifiers and forms of the pack are known by then.
pub fn read(fields: &mut Fields<'_, '_>, known: &Claims, forms: &[Form]) -> Vec<Claim> {
    read_topics(fields);
    read_phrases(fields);
    read_qualifiers(fields, &known.phrases);
    lists::refuse(fields);
    LexiconWords::default().add(fields);
    fields.named_tables("claims", |id, fields| claim(id, fields, known, forms))
}

fn claim(id: Text, fields: &mut Fields<'_, '_>, known: &Claims, forms: &[Form]) -> Claim {
    let topics = &known.topics;
    let at = id.at();
    let name = fields.text("name").map_or_else(|| id.value.replace('_', " "), |name| name.value);
    let scope = fields
        .choice(
            "scope",
            &[
                ("text", Scope::Text),
                ("title", Scope::Title),
                ("preface", Scope::Preface),
                ("signoff", Scope::SignOff),
            ],
        )
        .unwrap_or_default();
    let topic = fields.text("topic").and_then(|topic| {
        let found = topics.iter().position(|known| known.id == topic.value);
        if found.is_none() {
            let known = topics.iter().map(|topic| topic.id.as_str());
            fields.mistakes.push(Mistake::unknown(topic.at(), "topic", &topic.value, known));
        }
        found
    });
    let is_topic_presumed = fields.flag("presumed");
    let form = fields.text("form").and_then(|form| {
        let found = forms.iter().position(|known| known.id == form.value);
        if found.is_none() {
            fields.mistakes.push(Mistake::unknown(
                form.at(),
                "form",
                &form.value,
                forms.iter().map(|form| form.id.as_str()),
            ));
        }
        found
    });
    let qualifiers = fields.text("qualifiers").and_then(|wanted| {
        let found = known.qualifiers.iter().position(|known| known.id == wanted.value);
        if found.is_none() {
            let known = known.qualifiers.iter().map(|known| known.id.as_str());
            fields.mistakes.push(Mistake::unknown(wanted.at(), "qualifiers", &wanted.value, known));
        }
        found
    });
    let labels = |side| {
        form.and_then(|form| forms.get(form)).map(|form| plain_labels(form.axis(side))).unwrap_or_default()
    };
    let (rows, columns) = (labels(Side::Rows), labels(Side::Columns));
    let units: Vec<String> = fields.texts("unit").into_iter().map(|unit| unit.value).collect();
    let words = Words { units: &units, rows: &rows, columns: &columns, phrases: &known.phrases };
    let mut captures: Vec<Capture> = Vec::new();
    let patterns = patterns(fields, "patterns", words, Some(&mut captures));
    let none = self::patterns(fields, "none", words, None);
    let reads = reads::read(fields, &known.lexicon, form.is_some(), &mut captures);
    if !fields.has("patterns") && !fields.has("none") && reads.is_none() {
        let message = format!("claim `{}` has no pattern and no words", id.value);
        let label = "expected `needs = [\"class\"]`, `reads = \"…\"` or `patterns = ['…']`";
        fields.mistakes.push(Mistake::new(at.clone(), message, label));
    }
    if !none.is_empty() && !captures.iter().any(|capture| capture.kind == CaptureKind::Count) {
        captures.insert(0, Capture { name: "count".into(), kind: CaptureKind::Count });
    }
    // The figure of the claim comes first, whatever else its patterns capture before it.
    captures.sort_by_key(|capture| capture.kind);
    let unless = one(fields, "unless", words);
    let unless_sentence = one(fields, "unless_sentence", words);
    let context = one(fields, "context", words);
    let same = one(fields, "same", words);
    let others = fields.texts("others").into_iter().map(|unit| unit.value).collect();
    lists::refuse_parts(fields);
    Claim {
        id: id.value,
        at,
        name,
        scope,
        units,
        patterns,
        none,
        reads,
        unless,
        unless_sentence,
        qualifiers,
        context,
        topic,
        is_topic_presumed,
        form,
        others,
        same,
        captures,
    }
}

/// The labels of a form's rows or columns as prose writes them: without numbers and notes.
fn plain_labels(axis: &Axis) -> Vec<String> {
    let mut labels: Vec<String> = axis
        .nodes
        .iter()
        .filter(|node| node.leaf.is_some())
        .flat_map(|node| &node.labels)
        .map(|label| plain(&label.value).to_owned())
        .collect();
    labels.sort();
    labels.dedup();
    labels
}

fn plain(label: &str) -> &str {
    let label = label::without_note(label).unwrap_or(label);
    label::without_number(label)
}

fn one(fields: &mut Fields<'_, '_>, key: &'static str, words: Words<'_>) -> Option<Pattern> {
    let text = fields.text(key)?;
    compile(text, words, fields.mistakes)
}

pub(super) fn compile(text: Text, words: Words<'_>, mistakes: &mut Vec<Mistake>) -> Option<Pattern> {
    match Pattern::new(text, words) {
        Ok(pattern) => Some(pattern),
        Err(mistake) => {
            mistakes.push(mistake);
            None
        }
    }
}

fn patterns(
    fields: &mut Fields<'_, '_>,
    key: &'static str,
    words: Words<'_>,
    mut captures: Option<&mut Vec<Capture>>,
) -> Vec<Pattern> {
    let mut found = Vec::new();
    for text in fields.texts(key) {
        let Some(pattern) = compile(text, words, fields.mistakes) else { continue };
        match captures.as_deref_mut() {
            Some(captures) => {
                if pattern.captures.is_empty() {
                    let mistake = Mistake::new(
                        pattern.text.at(),
                        "this pattern captures no figure",
                        "expected `{count}`, `{date}` or another placeholder",
                    );
                    fields.mistakes.push(mistake);
                }
                merge(captures, &pattern, fields.mistakes);
            }
            None if !pattern.captures.is_empty() => {
                fields.mistakes.push(Mistake::new(
                    pattern.text.at(),
                    format!("a pattern of `{key}` captures nothing"),
                    "has a placeholder",
                ));
            }
            None => {}
        }
        found.push(pattern);
    }
    found
}

/// The patterns of a claim capture the same things by the same names.
fn merge(captures: &mut Vec<Capture>, pattern: &Pattern, mistakes: &mut Vec<Mistake>) {
    for capture in &pattern.captures {
        match captures.iter().find(|known| known.name == capture.name) {
            None => captures.push(capture.clone()),
            Some(known) if known.kind == capture.kind => {}
            Some(_) => {
                let message =
                    format!("`{}` is of another kind in an earlier pattern of this claim", capture.name);
                mistakes.push(Mistake::new(pattern.text.at(), message, "in this pattern"));
            }
        }
    }
}

impl Claims {
    /// The claim called `id`.
    pub fn find(&self, id: &str) -> Option<usize> {
        self.claims.iter().position(|claim| claim.id == id)
    }

    /// Mistakes that concern claims of several files: claims that others name and that are not there.
    pub fn unknown(&self) -> Vec<Mistake> {
        let names = || self.claims.iter().map(|claim| claim.id.as_str());
        let mut mistakes = Vec::new();
        for claim in &self.claims {
            let Some(Reads::Together(wanted)) = &claim.reads else { continue };
            for name in wanted.iter().filter(|name| self.find(name).is_none()) {
                mistakes.push(Mistake::unknown(claim.at.clone(), "claim", name, names()));
            }
        }
        mistakes
    }

    /// Mistakes that concern claims of several files: names used twice.
    pub fn duplicates(&self) -> Vec<Mistake> {
        let mut seen: BTreeMap<&str, &At> = BTreeMap::new();
        let mut mistakes = Vec::new();
        for claim in &self.claims {
            if let Some(first) = seen.insert(&claim.id, &claim.at) {
                let mistake = Mistake::new(
                    claim.at.clone(),
                    format!("two claims are called `{}`", claim.id),
                    "the second",
                );
                mistakes.push(mistake.also(first.clone(), "the first"));
            }
        }
        mistakes
    }
}
