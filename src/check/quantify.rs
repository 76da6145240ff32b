//! Every choice of what the rules run over.

use rust_decimal::Decimal;

use super::evaluate::Evaluator;
use super::value::{Record, Truth};
use crate::facts::cell::Reading;
use crate::facts::figure::Value;
use crate::rules::expression::node::Node;
use crate::rules::expression::syntax::Operator;
use crate::rules::expression::vocabulary::Function;
use crate::rules::form::{Side, Slot};
use crate::rules::reach::Reach;
use crate::rules::rule::{Domain, Instance, Rule};
use crate::rules::settings::Settings;

/// A rule for one choice of its rows and columns; the choice of its records is in the evaluator.
#[derive(Clone, Copy, Debug)]
pub struct Site<'r> {
    /// Number of the rule.
    pub number: usize,
    /// The rule.
    pub rule: &'r Rule,
    /// The rule for its rows and columns.
    pub instance: &'r Instance,
    /// By how much the sides of its relation may differ.
    pub tolerance: Decimal,
}

/// Calls `each` for every choice of what the rules run over that the settings do not leave out. A rule that names other
/// reports is looked at where they are there.
pub fn sites<'e, 'p>(
    evaluator: &mut Evaluator<'e, 'p>,
    settings: &Settings,
    each: &mut impl FnMut(&Evaluator<'e, 'p>, Site<'p>),
) {
    let has_others = |rule: &Rule, evaluator: &Evaluator<'_, '_>| {
        rule.reach.as_ref().is_none_or(|reach| reaches(evaluator, reach))
    };
    sites_of(evaluator, settings, has_others, each);
}

/// Whether the reports that a rule names are there.
pub fn reaches(evaluator: &Evaluator<'_, '_>, reach: &Reach) -> bool {
    evaluator.facts.years_back() >= reach.years && (!reach.children || evaluator.children().is_some())
}

/// Calls `each` for every choice of what the rules that are `wanted` run over.
pub fn sites_of<'e, 'p>(
    evaluator: &mut Evaluator<'e, 'p>,
    settings: &Settings,
    wanted: impl Fn(&Rule, &Evaluator<'e, 'p>) -> bool,
    each: &mut impl FnMut(&Evaluator<'e, 'p>, Site<'p>),
) {
    let pack = evaluator.facts.pack;
    for (number, rule) in pack.rules.iter().enumerate() {
        let Some(tolerance) = settings.tolerance(number).filter(|_| wanted(rule, evaluator)) else {
            continue;
        };
        evaluator.tolerance = tolerance;
        for instance in rule.instances.get(evaluator.facts.edition).into_iter().flatten() {
            evaluator.variables.clear();
            choices(evaluator, Site { number, rule, instance, tolerance }, 0, each);
        }
    }
    evaluator.tolerance = Decimal::ZERO;
}

/// Every choice of the dynamic variables from `depth` on.
fn choices<'e, 'p>(
    evaluator: &mut Evaluator<'e, 'p>,
    site: Site<'p>,
    depth: usize,
    each: &mut impl FnMut(&Evaluator<'e, 'p>, Site<'p>),
) {
    let Some(&domain) = site.rule.domains.get(depth) else {
        each(evaluator, site);
        return;
    };
    let condition = site.instance.when.as_ref().filter(|_| depth > 0);
    if condition.is_some_and(|condition| is_ruled_out(evaluator, condition, depth)) {
        return;
    }
    for record in records(evaluator, domain) {
        if site.rule.domains.len() == 1 && is_met_at_a_glance(evaluator, site.instance, record) {
            continue;
        }
        evaluator.variables.truncate(depth);
        evaluator.variables.push(record);
        choices(evaluator, site, depth + 1, each);
    }
    evaluator.variables.truncate(depth);
}

/// Whether the records chosen so far leave a condition unmet, whatever the others are: of thousands of figures, each
/// would be tried with each.
fn is_ruled_out(evaluator: &Evaluator<'_, '_>, condition: &Node, chosen: usize) -> bool {
    if let Node::Binary(Operator::And, left, right) = condition {
        return is_ruled_out(evaluator, left, chosen) || is_ruled_out(evaluator, right, chosen);
    }
    let is_unmet = condition.knows_only(chosen) && evaluator.condition(condition) != Truth::Yes;
    evaluator.forget_witnesses();
    is_unmet
}

/// Whether a cell shows a number as it must, where a rule asks no more: nearly all cells do, and nothing is told
/// of those. This takes a tenth off the time of a run.
fn is_met_at_a_glance(evaluator: &Evaluator<'_, '_>, instance: &Instance, record: Record) -> bool {
    let Record::Cell(slot) = record else { return false };
    let Some(figure) = evaluator.facts.cell(slot).and_then(|id| evaluator.facts.figure(id)) else {
        return false;
    };
    let asks = |node: &Node, asked: Function| {
        matches!(node, Node::Call(function, arguments)
            if *function == asked && matches!(arguments.as_slice(), [Node::Variable(0)]))
    };
    match &instance.assert {
        Node::Not(inner) => asks(inner, Function::IsWord) && figure.reading != Reading::ZeroWord,
        other => asks(other, Function::IsProper) && figure.is_proper,
    }
}

/// Rows or columns of the tables of an open form. Where an earlier variable picked one of the form's tables, of that.
fn lines(evaluator: &Evaluator<'_, '_>, form: usize, side: Side, group: Option<usize>) -> Vec<Record> {
    let facts = evaluator.facts;
    let Some(axis) = facts.pack.forms.get(form).map(|form| form.axis(side)) else { return Vec::new() };
    let is_wanted = |leaf: usize| match group {
        Some(group) => axis.leaves.get(leaf).is_some_and(|&node| axis.is_within(node, group)),
        None => true,
    };
    let picked = evaluator.variables.iter().find_map(|record| match *record {
        Record::Table(table) | Record::Line { table, .. } => {
            facts.tables.get(table).is_some_and(|table| table.form == form).then_some(table)
        }
        _ => None,
    });
    let tables = facts.tables.iter().enumerate().filter(|(_, table)| table.form == form);
    tables
        .filter(|(number, _)| picked.is_none_or(|picked| picked == *number))
        .flat_map(|(table, found)| {
            let lines = found.lines(side).iter().enumerate().filter(|(_, line)| is_wanted(line.leaf));
            lines.map(move |(index, _)| Record::Line { table, side, index })
        })
        .collect()
}

fn records(evaluator: &Evaluator<'_, '_>, domain: Domain) -> Vec<Record> {
    let facts = evaluator.facts;
    let claim_of = |variable: usize| match evaluator.variables.get(variable) {
        Some(Record::Claim(claim)) => facts.claims.claims.get(*claim),
        _ => None,
    };
    let figures =
        |indices: &[usize]| indices.iter().map(|&index| Record::Figure(facts.prose_figure(index))).collect();
    match domain {
        Domain::Cells(form) => {
            let slots = match form.and_then(|form| facts.pack.forms.get(form)) {
                Some(form) => form.slots(),
                None => 0..facts.pack.size(),
            };
            slots.map(Slot).filter(|&slot| facts.cell(slot).is_some()).map(Record::Cell).collect()
        }
        Domain::Claims(kind) => facts.claims_of(kind).map(Record::Claim).collect(),
        Domain::Dates => (0..facts.dates.len()).map(Record::Date).collect(),
        Domain::Tables(form) => {
            let tables = facts.tables.iter().enumerate().filter(|(_, table)| table.form == form);
            tables.map(|(number, _)| Record::Table(number)).collect()
        }
        Domain::Lines { form, side, group } => lines(evaluator, form, side, group),
        Domain::Footings => (0..facts.footings.len()).map(Record::Footing).collect(),
        Domain::Rates => (0..facts.rates.len()).map(Record::Rate).collect(),
        Domain::Lists => (0..facts.lists.len()).map(Record::List).collect(),
        Domain::Headings => {
            let numbered =
                facts.outline.headings.iter().enumerate().filter(|(_, heading)| heading.number.is_some());
            numbered.map(|(index, _)| Record::Heading(index)).collect()
        }
        Domain::Sections => (0..facts.pack.sections.len()).map(Record::Section).collect(),
        Domain::Figures => {
            let counts = facts.prose.figures.iter().enumerate();
            counts
                .filter(|(_, figure)| matches!(figure.value, Value::Count(_)))
                .map(|(index, _)| Record::Figure(facts.prose_figure(index)))
                .collect()
        }
        Domain::Parts(variable) => match evaluator.variables.get(variable) {
            Some(&Record::List(list)) => {
                facts.lists.get(list).map(|list| figures(&list.items)).unwrap_or_default()
            }
            _ => claim_of(variable).map(|claim| figures(&claim.breakdown.parts)).unwrap_or_default(),
        },
        Domain::Others(variable) => {
            claim_of(variable).map(|claim| figures(&claim.others)).unwrap_or_default()
        }
    }
}
