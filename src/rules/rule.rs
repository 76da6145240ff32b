//! Rules: one relation that a report must satisfy, said as data.

mod condition;
mod message;
mod sense;

use std::sync::Arc;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::claim::{Claims, compile as compile_pattern};
use super::expression::compile::{Binding, Compiler, Lost};
use super::expression::node::Node;
use super::expression::syntax::{self, Expression, Name};
use super::expression::vocabulary::Record;
use super::fields::{self, Fields, Text};
use super::form::{Form, Side};
use super::mistake::{At, Mistake};
use super::pack::Editions;
use super::pattern::{Pattern, Words};
use super::reach::Reach;
pub use condition::Condition;
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

/// What a rule says of an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Expected {
    /// The relation holds.
    Pass,
    /// The relation cannot hold.
    Fail,
    /// It cannot be told.
    Undecided,
}

/// A short report, and what the rule must say of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Example {
    /// The verdict.
    pub verdict: Expected,
    /// Where it stands.
    pub verdict_at: At,
    /// The report.
    pub report: Text,
    /// The report of the same body on the year before.
    pub previous: Option<Text>,
    /// The reports of the bodies below.
    pub children: Vec<Text>,
    /// The extension of the file format that they are written in.
    pub format: String,
    /// The text that the finding must point at.
    pub at: Option<Text>,
    /// The message of the finding.
    pub message: Option<Text>,
}

/// What a dynamic variable of a rule runs over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Domain {
    /// Cells of one form or of all.
    Cells(Option<usize>),
    /// Claims of a kind.
    Claims(usize),
    /// Dates in the text.
    Dates,
    /// Numbered headings.
    Headings,
    /// Sections that the pack names.
    Sections,
    /// Figures in prose.
    Figures,
    /// Totals in prose with their parts.
    Lists,
    /// Totals in tables with their parts.
    Footings,
    /// Rates of change in tables.
    Rates,
    /// Tables of an open form.
    Tables(usize),
    /// Rows or columns of the tables of an open form, of one group or all.
    Lines {
        /// The form.
        form: usize,
        /// Rows or columns.
        side: Side,
        /// The group, or the one row or column, by node.
        group: Option<usize>,
    },
    /// The parts of the claim or list that an earlier variable stands for.
    Parts(usize),
    /// The other counts in the paragraph of that claim.
    Others(usize),
}

impl Domain {
    fn record(self) -> Record {
        match self {
            Domain::Cells(_) => Record::Cell,
            Domain::Claims(claim) => Record::Claim(claim),
            Domain::Dates => Record::Date,
            Domain::Tables(form) => Record::Table(form),
            Domain::Lines { form, side, .. } => Record::Line(form, side),
            Domain::Headings => Record::Heading,
            Domain::Lists => Record::List,
            Domain::Footings => Record::Footing,
            Domain::Rates => Record::Rate,
            Domain::Sections => Record::Section,
            Domain::Figures | Domain::Parts(_) | Domain::Others(_) => Record::Figure,
        }
    }
}

/// A rule for one choice of its rows and columns.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Instance {
    /// The relation is only looked at where all of these are true.
    pub when: Vec<Condition>,
    /// The relation.
    pub assert: Node,
    /// The relation compares values; else it only asks whether something is there, or is as it must be.
    pub compares: bool,
    /// The figure that the finding points at, where it is not the first of the relation.
    pub target: Option<Node>,
    /// What is said when it is broken.
    pub message: Vec<Piece>,
    /// Names of the parts that figures play, each with the expression for those figures.
    pub roles: Vec<(String, Node)>,
}

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

/// Every cell of a large form and far more; what runs over the rows of several forms at once runs away.
const MOST_CHOICES: usize = 10_000;

/// A variable of a rule: its name, and what it runs over.
enum Quantifier {
    AllRows,
    Rows { form: usize, group: Option<usize> },
    Columns { form: usize, group: Option<usize> },
    Dynamic(usize, Domain),
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

fn examples(fields: &mut Fields<'_, '_>) -> Vec<Example> {
    let verdicts = [("pass", Expected::Pass), ("fail", Expected::Fail), ("undecided", Expected::Undecided)];
    let (mut given, told) = (0, fields.mistakes.len());
    let examples: Vec<Example> = fields
        .tables("example", |fields| {
            given += 1;
            let verdict = fields.required_choice("verdict", &verdicts);
            let format = fields
                .choice("format", &[("text", "txt"), ("markdown", "md"), ("html", "html"), ("xml", "xml")])
                .unwrap_or("txt");
            let report = fields.required("report");
            let previous = fields.text("previous");
            let children = fields.tables("child", |fields| fields.required("report"));
            let children = children.into_iter().flatten().collect();
            let (at, message) = (fields.text("at"), fields.text("message"));
            let verdict_at = fields.text("verdict").map(|verdict| verdict.at());
            let (verdict, verdict_at) = (verdict?, verdict_at?);
            let (report, format) = (report?, format.to_owned());
            Some(Example { verdict, verdict_at, report, previous, children, format, at, message })
        })
        .into_iter()
        .flatten()
        .collect();
    // One that could not be read may be of either kind.
    if examples.len() < given || fields.mistakes.len() > told {
        return examples;
    }
    for (wanted, name) in [(Expected::Pass, "pass"), (Expected::Fail, "fail")] {
        if !examples.iter().any(|example| example.verdict == wanted) {
            let message = format!("this rule has no example with the verdict `{name}`");
            let mut at = fields.at();
            at.range.end = at.range.start;
            let mistake = Mistake::new(at, message, "in this file");
            fields.mistakes.push(
                mistake.help(format!("add `[[example]]`, `verdict = \"{name}\"` and a short `report`")),
            );
        }
    }
    examples
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

fn quantifiers(
    named: &[(Text, Text)],
    mistakes: &mut Vec<Mistake>,
    context: Context<'_>,
) -> Vec<(String, Quantifier)> {
    let mut found: Vec<(String, Quantifier)> = Vec::new();
    for (name, text) in named {
        let path = match syntax::parse_path(&text.value) {
            Ok(path) => path,
            Err(error) => {
                mistakes.push(syntax_mistake(text, error));
                continue;
            }
        };
        let quantifier = domain(text, &path, &found, context);
        match quantifier {
            Ok(quantifier) => found.push((name.value.clone(), quantifier)),
            Err(mistake) => mistakes.push(mistake),
        }
    }
    found
}

fn domain(
    text: &Text,
    path: &[Name],
    earlier: &[(String, Quantifier)],
    context: Context<'_>,
) -> Result<Quantifier, Mistake> {
    let words: Vec<&str> = path.iter().map(|name| name.text.as_str()).collect();
    let at = |index: usize| path.get(index).map_or_else(|| text.at(), |name| text.part(name.at.clone()));
    let next = earlier.iter().filter(|(_, quantifier)| matches!(quantifier, Quantifier::Dynamic(..))).count();
    let dynamic = |domain| Ok(Quantifier::Dynamic(next, domain));
    if let [variable, field] = words.as_slice()
        && let Some((_, Quantifier::Dynamic(index, domain))) =
            earlier.iter().find(|(name, _)| name == variable)
    {
        return match (domain, *field) {
            (Domain::Claims(_) | Domain::Lists, "parts") => dynamic(Domain::Parts(*index)),
            (Domain::Claims(_), "others") => dynamic(Domain::Others(*index)),
            _ => Err(Mistake::unknown(at(1), "set", field, ["parts", "others"])),
        };
    }
    match words.as_slice() {
        ["rows"] => Ok(Quantifier::AllRows),
        ["cells"] => dynamic(Domain::Cells(None)),
        ["dates"] => dynamic(Domain::Dates),
        ["headings"] => dynamic(Domain::Headings),
        ["lists"] => dynamic(Domain::Lists),
        ["footings"] => dynamic(Domain::Footings),
        ["rates"] => dynamic(Domain::Rates),
        ["sections"] => dynamic(Domain::Sections),
        ["figures"] => dynamic(Domain::Figures),
        ["claims", claim] => match context.claims.find(claim) {
            Some(claim) => dynamic(Domain::Claims(claim)),
            None => Err(Mistake::unknown(
                at(1),
                "claim",
                claim,
                context.claims.claims.iter().map(|claim| claim.id.as_str()),
            )),
        },
        [form] if context.forms.iter().any(|known| known.id == *form && known.is_open) => {
            let index = context.forms.iter().position(|known| known.id == *form).unwrap_or_default();
            dynamic(Domain::Tables(index))
        }
        [form, axis, group @ ..] if group.len() <= 1 => {
            let Some(index) = context.forms.iter().position(|known| known.id == *form) else {
                let known = context
                    .forms
                    .iter()
                    .map(|form| form.id.as_str())
                    .chain(["claims"])
                    .chain(earlier.iter().map(|(name, _)| name.as_str()));
                return Err(Mistake::unknown(at(0), "form", form, known));
            };
            let found = context.forms.get(index);
            let within = |axis: Option<&super::form::Axis>| match (group, axis) {
                ([group], Some(axis)) => axis.find(group).map(Some).ok_or_else(|| {
                    Mistake::unknown(at(2), "group", group, axis.nodes.iter().map(|node| node.id.as_str()))
                }),
                _ => Ok(None),
            };
            if let Some(open) = found.filter(|form| form.is_open) {
                let side = match *axis {
                    "rows" => Side::Rows,
                    "columns" => Side::Columns,
                    other => return Err(Mistake::unknown(at(1), "set", other, ["rows", "columns"])),
                };
                return dynamic(Domain::Lines { form: index, side, group: within(Some(open.axis(side)))? });
            }
            match *axis {
                "rows" => Ok(Quantifier::Rows { form: index, group: within(found.map(|form| &form.rows))? }),
                "columns" => {
                    Ok(Quantifier::Columns { form: index, group: within(found.map(|form| &form.columns))? })
                }
                "cells" if group.is_empty() => dynamic(Domain::Cells(Some(index))),
                other => Err(Mistake::unknown(at(1), "set", other, ["rows", "columns", "cells"])),
            }
        }
        _ => {
            let known = [
                "rows", "cells", "claims", "dates", "figures", "headings", "lists", "footings", "rates",
                "sections",
            ];
            Err(Mistake::unknown(
                text.at(),
                "set",
                &text.value,
                known.into_iter().chain(context.forms.iter().map(|form| form.id.as_str())),
            ))
        }
    }
}

/// A rule that names cells of an open form, but has no variable over its tables, looks over all of them.
fn look_over_tables<'e>(
    quantifiers: &mut Vec<(String, Quantifier)>,
    expressions: impl Iterator<Item = &'e Expression>,
    forms: &[Form],
) {
    let mut named: Vec<&str> = Vec::new();
    expressions.for_each(|expression| expression.forms(&mut named));
    for (number, form) in forms.iter().enumerate().filter(|(_, form)| form.is_open) {
        let has_variable = quantifiers.iter().any(|(_, quantifier)| {
            matches!(quantifier, Quantifier::Dynamic(_, Domain::Tables(of) | Domain::Lines { form: of, .. }) if *of == number)
        });
        if named.contains(&form.id.as_str()) && !has_variable {
            let next = quantifiers
                .iter()
                .filter(|(_, quantifier)| matches!(quantifier, Quantifier::Dynamic(..)))
                .count();
            quantifiers.push((String::new(), Quantifier::Dynamic(next, Domain::Tables(number))));
        }
    }
}

/// The parts of a rule file from which its instances are made.
struct Source {
    quantifiers: Vec<(String, Quantifier)>,
    /// Where the last of them stands.
    over: Option<At>,
    /// Variables that could not be read.
    lost: Lost,
    when: Option<(Text, Expression)>,
    /// The relation; `None` where it could not be read, which is a mistake of its own.
    assert: Option<(Text, Expression)>,
    target: Option<(Text, Expression)>,
    message: Template,
    roles: Vec<(String, (Text, Expression))>,
}

impl Source {
    fn instances(&self, mistakes: &mut Vec<Mistake>, context: Context<'_>) -> Vec<Vec<Instance>> {
        let before = mistakes.len();
        let mut editions = Vec::new();
        for edition in 0..context.editions.max(1) {
            let mask = Editions::only(edition);
            let mut instances = Vec::new();
            let Some(choices) = self.choices(mask, context) else {
                let at = self.over.clone().unwrap_or_else(|| self.message.at());
                let message =
                    format!("this rule runs over more than {MOST_CHOICES} choices of rows and columns");
                mistakes.push(Mistake::new(at, message, "expected fewer variables, or smaller groups"));
                return Vec::new();
            };
            for variables in choices {
                let mut compiler = Compiler {
                    forms: context.forms,
                    claims: &context.claims.claims,
                    editions: mask,
                    variables,
                    mistakes: Vec::new(),
                    lost: &self.lost,
                    is_absent: false,
                    is_elsewhere: false,
                };
                let instance = self.instance(&mut compiler);
                // One choice of rows and columns shows the mistakes of all.
                if !compiler.mistakes.is_empty() {
                    mistakes.append(&mut compiler.mistakes);
                    return Vec::new();
                }
                if !compiler.is_absent {
                    instances.extend(instance);
                }
            }
            editions.push(instances);
        }
        let is_empty =
            editions.iter().all(Vec::is_empty) && mistakes.len() == before && self.lost == Lost::None;
        if let Some((text, _)) = self.assert.as_ref().filter(|_| is_empty) {
            mistakes.push(Mistake::new(
                text.at(),
                "this rule can never fire",
                "no edition of the pack has the cells it names",
            ));
        }
        editions
    }

    /// Every choice of the static variables, with the dynamic ones beside them; `None` if there are too many.
    fn choices(&self, editions: Editions, context: Context<'_>) -> Option<Vec<Vec<(String, Binding)>>> {
        let mut choices: Vec<Vec<(String, Binding)>> = vec![Vec::new()];
        for (name, quantifier) in &self.quantifiers {
            let bindings: Vec<Binding> = match *quantifier {
                Quantifier::AllRows => {
                    // The rows of an open form are those of the report, however many.
                    let forms = context.forms.iter().enumerate().filter(|(_, form)| !form.is_open);
                    forms
                        .flat_map(|(form, found)| {
                            found.rows_in(editions).map(move |leaf| Binding::Row { form, leaf })
                        })
                        .collect()
                }
                Quantifier::Rows { form, group } => {
                    let Some(found) = context.forms.get(form) else { continue };
                    let leaves = found.rows_in(editions).filter(|&leaf| in_group(&found.rows, leaf, group));
                    leaves.map(|leaf| Binding::Row { form, leaf }).collect()
                }
                Quantifier::Columns { form, group } => {
                    let Some(found) = context.forms.get(form) else { continue };
                    let leaves = (0..found.columns.leaves.len()).filter(|&leaf| {
                        found.columns.leaf(leaf).is_some_and(|column| column.editions.meets(editions))
                            && in_group(&found.columns, leaf, group)
                    });
                    leaves.map(|leaf| Binding::Column { form, leaf }).collect()
                }
                Quantifier::Dynamic(index, domain) => vec![Binding::Dynamic(index, domain.record())],
            };
            if choices.len() * bindings.len() > MOST_CHOICES {
                return None;
            }
            choices = choices
                .into_iter()
                .flat_map(|choice| {
                    bindings.iter().map(move |&binding| {
                        let mut choice = choice.clone();
                        choice.push((name.clone(), binding));
                        choice
                    })
                })
                .collect();
        }
        Some(choices)
    }

    fn instance(&self, compiler: &mut Compiler<'_>) -> Option<Instance> {
        let when = self.when.as_ref().map(|(text, expression)| compiler.truth(text, expression));
        let target = self
            .target
            .as_ref()
            .map(|(text, expression)| compiler.expression(text, expression).map(|(node, _)| node));
        let assert = self.assert.as_ref().map(|(text, expression)| compiler.truth(text, expression));
        let message = self.message.compile(compiler);
        let role = |(name, (text, expression)): &(String, (Text, Expression))| {
            compiler.expression(text, expression).map(|(node, _)| (name.clone(), node))
        };
        let roles = self.roles.iter().filter_map(role).collect();
        let when = match when {
            Some(node) => Condition::joined(node?),
            None => Vec::new(),
        };
        let assert = assert??;
        Some(Instance { when, compares: assert.compares(), assert, target: target.flatten(), message, roles })
    }
}

fn in_group(axis: &super::form::Axis, leaf: usize, group: Option<usize>) -> bool {
    group.is_none_or(|group| axis.leaves.get(leaf).is_some_and(|&node| axis.is_within(node, group)))
}
