//! Verdicts: every relation of the rules, for every choice of what it runs over, against the facts of a report.

pub mod evaluate;
pub mod example;
mod names;
mod relation;
pub mod value;

use crate::document::Document;
use crate::facts::Facts;
use crate::facts::bind::{Problem, Unbound};
use crate::facts::cell::Reading;
use crate::rules::expression::node::Node;
use crate::rules::expression::vocabulary::Function;
use crate::rules::rule::{Domain, Instance, Piece, Rule};
use crate::source::place::Span;
use evaluate::{Evaluator, Witness};
use value::{Record, Truth, Value};

/// A place that takes part in a broken relation, and its part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where, in the document.
    pub span: Span,
    /// The part it plays: `carried over`.
    pub role: String,
}

/// A relation that cannot hold.
#[derive(Clone, Debug)]
pub struct Breach {
    /// The rules whose relations it explains, by number; the first gives the message.
    pub rules: Vec<usize>,
    /// What is said of it.
    pub message: String,
    /// The relation with numbers in it.
    pub relation: Option<String>,
    /// The value that would make it hold.
    pub expected: Option<String>,
    /// The place to look at first.
    pub primary: Label,
    /// The other places of the relation.
    pub related: Vec<Label>,
    /// What the relation is about, in words that survive edits elsewhere in the file.
    pub subject: String,
    /// Number of figures in the relation.
    pub figures: usize,
}

/// How many relations came out how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Relations {
    /// Hold, and a wrong figure would have shown.
    pub held: usize,
    /// Cannot hold.
    pub failed: usize,
    /// Could not be told.
    pub undecided: usize,
}

/// What became of a figure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// No relation speaks of it.
    #[default]
    NoRule,
    /// The relations that speak of it could not be told.
    Undecided,
    /// It took part in a relation that could have failed and held.
    Tied,
    /// It takes part in a relation that cannot hold.
    Broken,
}

/// What came of checking a report.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// Broken relations.
    pub breaches: Vec<Breach>,
    /// The tally of relations.
    pub relations: Relations,
    /// For each figure, what became of it.
    pub states: Vec<State>,
}

/// Checks the facts of a report against the rules of its pack, but for those that are left out.
pub fn check(facts: &Facts<'_>, document: &Document<'_>, is_ignored: impl Fn(&Rule) -> bool) -> Checked {
    let mut checker = Checker {
        evaluator: Evaluator::new(facts, document),
        checked: Checked { states: vec![State::NoRule; facts.figures.len()], ..Checked::default() },
    };
    for (number, rule) in facts.pack.rules.iter().enumerate() {
        if is_ignored(rule) {
            continue;
        }
        for instance in rule.instances.get(facts.edition).into_iter().flatten() {
            checker.evaluator.variables.clear();
            checker.each(number, rule, instance, 0);
        }
    }
    checker.checked
}

struct Checker<'c, 'p> {
    evaluator: Evaluator<'c, 'p>,
    checked: Checked,
}

impl Checker<'_, '_> {
    /// Runs an instance for every choice of the dynamic variables from `depth` on.
    fn each(&mut self, number: usize, rule: &Rule, instance: &Instance, depth: usize) {
        let Some(&domain) = rule.domains.get(depth) else {
            self.relation(number, rule, instance);
            return;
        };
        for record in self.records(domain) {
            if rule.domains.len() == 1 && self.is_met_at_a_glance(instance, record) {
                continue;
            }
            self.evaluator.variables.truncate(depth);
            self.evaluator.variables.push(record);
            self.each(number, rule, instance, depth + 1);
        }
        self.evaluator.variables.truncate(depth);
    }

    /// Whether a cell shows a number as it must, where a rule asks no more: nearly all cells do, and nothing is told
    /// of those. This takes a tenth off the time of a run.
    fn is_met_at_a_glance(&self, instance: &Instance, record: Record) -> bool {
        let Record::Cell(slot) = record else { return false };
        let facts = self.evaluator.facts;
        let Some(figure) = facts.cell(slot).and_then(|id| facts.figure(id)) else { return false };
        let asks = |node: &Node, asked: Function| {
            matches!(node, Node::Call(function, arguments)
                if *function == asked && matches!(arguments.as_slice(), [Node::Variable(0)]))
        };
        match &instance.assert {
            Node::Not(inner) => asks(inner, Function::IsWord) && figure.reading != Reading::ZeroWord,
            other => asks(other, Function::IsProper) && figure.is_proper,
        }
    }

    fn records(&self, domain: Domain) -> Vec<Record> {
        let facts = self.evaluator.facts;
        let claim_of = |variable: usize| match self.evaluator.variables.get(variable) {
            Some(Record::Claim(claim)) => facts.claims.claims.get(*claim),
            _ => None,
        };
        let figures = |indices: &[usize]| {
            indices.iter().map(|&index| Record::Figure(facts.prose_figure(index))).collect()
        };
        match domain {
            Domain::Cells(form) => {
                let slots = match form.and_then(|form| facts.pack.forms.get(form)) {
                    Some(form) => form.slots(),
                    None => 0..facts.pack.size(),
                };
                slots
                    .map(crate::rules::form::Slot)
                    .filter(|&slot| facts.cell(slot).is_some())
                    .map(Record::Cell)
                    .collect()
            }
            Domain::Claims(kind) => {
                let claims = facts.claims.claims.iter().enumerate().filter(|(_, claim)| claim.kind == kind);
                claims.map(|(index, _)| Record::Claim(index)).collect()
            }
            Domain::Dates => (0..facts.dates.len()).map(Record::Date).collect(),
            Domain::Headings => {
                let numbered =
                    facts.outline.headings.iter().enumerate().filter(|(_, heading)| heading.number.is_some());
                numbered.map(|(index, _)| Record::Heading(index)).collect()
            }
            Domain::Sections => (0..facts.pack.sections.len()).map(Record::Section).collect(),
            Domain::Figures => {
                let counts = facts.prose.figures.iter().enumerate();
                counts
                    .filter(|(_, figure)| matches!(figure.value, crate::facts::figure::Value::Count(_)))
                    .map(|(index, _)| Record::Figure(facts.prose_figure(index)))
                    .collect()
            }
            Domain::Parts(variable) => {
                claim_of(variable).map(|claim| figures(&claim.breakdown.parts)).unwrap_or_default()
            }
            Domain::Others(variable) => {
                claim_of(variable).map(|claim| figures(&claim.others)).unwrap_or_default()
            }
        }
    }

    fn relation(&mut self, number: usize, rule: &Rule, instance: &Instance) {
        if let Some(when) = &instance.when {
            let is_met = self.evaluator.condition(when) == Truth::Yes;
            self.evaluator.forget_witnesses();
            if !is_met {
                return;
            }
        }
        let verdict = self.evaluator.relation(&instance.assert);
        // What is only there or not, or as it must be, ties nothing to anything: it is told when it is not.
        if verdict != Truth::No && !instance.compares {
            self.evaluator.forget_witnesses();
            return;
        }
        let (counter, state) = match verdict {
            Truth::Yes => (&mut self.checked.relations.held, State::Tied),
            Truth::No => (&mut self.checked.relations.failed, State::Broken),
            Truth::Unknown => (&mut self.checked.relations.undecided, State::Undecided),
        };
        // What is only there or not, or as it must be, ties nothing to anything: it is told when it is not.
        if verdict != Truth::No && !instance.compares {
            self.evaluator.forget_witnesses();
            return;
        }
        *counter += 1;
        let states = &mut self.checked.states;
        self.evaluator.drain_witnesses(|witness| {
            if let Witness::Figure(id) = witness
                && let Some(known) = states.get_mut(id.0)
            {
                *known = (*known).max(state);
            }
        });
        if verdict == Truth::No {
            let breach = self.breach(number, rule, instance);
            self.checked.breaches.extend(breach);
        }
    }

    fn breach(&self, number: usize, _rule: &Rule, instance: &Instance) -> Option<Breach> {
        let evaluator = &self.evaluator;
        let broken = relation::broken(evaluator, &instance.assert);
        evaluator.forget_witnesses();
        let _ = evaluator.relation(broken);
        let mut witnesses = distinct(evaluator.take_witnesses());
        let target = instance.target.as_ref().and_then(|target| self.target(target));
        evaluator.forget_witnesses();
        let related_to_when = instance.when.as_ref().map(|when| {
            let _ = evaluator.condition(when);
            distinct(evaluator.take_witnesses())
        });
        // A relation that looks at nothing itself is about what its condition looked at.
        if witnesses.is_empty() {
            witnesses = related_to_when.unwrap_or_default();
        }
        if let Some(target) = target {
            witnesses.retain(|witness| *witness != target);
            witnesses.insert(0, target);
        }
        if witnesses.is_empty() {
            witnesses.extend(evaluator.variables.iter().rev().find_map(|record| match record {
                Record::Claim(index) => Some(Witness::Claim(*index)),
                Record::Date(index) => Some(Witness::Date(*index)),
                Record::Heading(index) => Some(Witness::Heading(*index)),
                Record::Section(index) => Some(Witness::Section(*index)),
                Record::Figure(id) => Some(Witness::Figure(*id)),
                Record::Cell(slot) => evaluator.facts.cell(*slot).map(Witness::Figure),
                _ => None,
            }));
        }
        let roles = names::roles(evaluator.facts, evaluator.document, &witnesses);
        let mut labels = witnesses.iter().zip(roles).filter_map(|(witness, role)| {
            Some(Label { span: names::place(evaluator.facts, witness)?, role })
        });
        let primary = labels.next()?;
        let related = labels.collect();
        let first_figure = witnesses.iter().find_map(|witness| match witness {
            Witness::Figure(id) => Some(*id),
            _ => None,
        });
        let expected = first_figure
            .and_then(|id| relation::expected(evaluator, broken, id))
            .map(|value| value.to_string());
        let relation = relation::written(evaluator, broken);
        let message = self.message(&instance.message);
        evaluator.forget_witnesses();
        Some(Breach {
            rules: vec![number],
            message,
            relation,
            expected,
            primary,
            related,
            subject: String::new(),
            figures: witnesses.len(),
        })
    }

    fn target(&self, node: &Node) -> Option<Witness> {
        self.evaluator.forget_witnesses();
        if let Some(id) = self.evaluator.figure_of(node) {
            return Some(Witness::Figure(id));
        }
        match self.evaluator.value(node) {
            Value::Record(Record::Date(index)) => Some(Witness::Date(index)),
            Value::Record(Record::Heading(index)) => Some(Witness::Heading(index)),
            Value::Record(Record::Claim(index)) => Some(Witness::Claim(index)),
            Value::Record(Record::Section(index)) => Some(Witness::Section(index)),
            _ => self.evaluator.take_witnesses().into_iter().next(),
        }
    }

    fn message(&self, pieces: &[Piece]) -> String {
        let mut message = String::new();
        for piece in pieces {
            match piece {
                Piece::Words(words) => message.push_str(words),
                Piece::Value(node) => message.push_str(&self.shown(node)),
            }
        }
        message
    }

    fn shown(&self, node: &Node) -> String {
        let evaluator = &self.evaluator;
        if let Some(id) = evaluator.figure_of(node) {
            return names::printed(evaluator.facts, evaluator.document, id);
        }
        match evaluator.value(node) {
            Value::Number(number) => {
                number.value().map(|value| value.normalize().to_string()).unwrap_or_default()
            }
            Value::Date(date) => date.to_string(),
            // A section's text carries its place, which is not for reading.
            Value::Text(text) => text.rsplit_once('@').map_or(text.as_ref(), |(title, _)| title).to_owned(),
            Value::Record(record) => names::record(evaluator.facts, evaluator.document, record),
            _ => String::new(),
        }
    }
}

/// What is said of something that could not be bound, and the role of its place.
pub fn unbound_message(facts: &Facts<'_>, unbound: &Unbound) -> (String, String) {
    let form = facts.pack.forms.get(unbound.form);
    let name = form.map(|form| form.name.as_str()).unwrap_or_default();
    match &unbound.problem {
        Problem::NoColumns => (
            format!(
                "a table looks like the form on {name}, but its header does not say which column is which: not checked"
            ),
            "in this table".to_owned(),
        ),
        Problem::Misfit { found, expected } => (
            format!("this row of the form on {name} has {found} cells for {expected} columns: not checked"),
            "this row".to_owned(),
        ),
        Problem::UnknownRow => {
            (format!("this row is none of the form on {name}: not checked"), "this row".to_owned())
        }
        Problem::MissingColumns(columns) => {
            let names = columns
                .iter()
                .filter_map(|&column| form?.columns.leaf(column))
                .map(|column| column.name.as_str());
            let names: Vec<&str> = names.collect();
            (
                format!("the form on {name} lacks columns from this row on: {}", names.join(", ")),
                "this row".to_owned(),
            )
        }
        Problem::MissingRows(rows) => {
            let names = rows.iter().filter_map(|&row| form?.rows.leaf(row)).map(|row| row.name.as_str());
            let names: Vec<&str> = names.collect();
            (
                format!("the form on {name} lacks {} rows: {}", names.len(), names.join(", ")),
                "first row found".to_owned(),
            )
        }
        Problem::OtherEdition => (
            format!("this row of the form on {name} is of another edition: not checked"),
            "this row".to_owned(),
        ),
    }
}

/// The witnesses in the order first seen, each once.
fn distinct(witnesses: Vec<Witness>) -> Vec<Witness> {
    let mut seen: Vec<Witness> = Vec::new();
    for witness in witnesses {
        if !seen.contains(&witness) {
            seen.push(witness);
        }
    }
    seen
}
