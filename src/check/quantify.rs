//! Every choice of what the rules run over.

use std::ops::Range;

use rust_decimal::Decimal;

use super::evaluate::Evaluator;
use super::value::{Record, Truth};
use crate::facts::Facts;
use crate::facts::cell::Reading;
use crate::facts::figure::Value;
use crate::rules::expression::node::Node;
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

/// Calls `each` for every choice of what the rules run over that meets their conditions, and that the settings do not
/// leave out. A rule that names other reports is looked at where they are there.
pub fn sites<'e, 'p>(
    evaluator: &mut Evaluator<'e, 'p>,
    settings: &Settings,
    each: &mut impl FnMut(&Evaluator<'e, 'p>, Site<'p>),
) {
    let has_others = |rule: &Rule, evaluator: &Evaluator<'_, '_>| {
        rule.reach.as_ref().is_none_or(|reach| reaches(evaluator, reach))
    };
    sites_of(evaluator, settings, has_others, is_met, each);
}

/// Whether a condition is met for sure.
pub fn is_met(condition: Truth) -> bool {
    condition == Truth::Yes
}

/// Whether the reports that a rule names are there.
pub fn reaches(evaluator: &Evaluator<'_, '_>, reach: &Reach) -> bool {
    evaluator.facts.years_back() >= reach.years && (!reach.children || evaluator.children().is_some())
}

/// Calls `each` for every choice of what the rules that are `wanted` run over of which all conditions are `met`.
pub fn sites_of<'e, 'p>(
    evaluator: &mut Evaluator<'e, 'p>,
    settings: &Settings,
    wanted: impl Fn(&Rule, &Evaluator<'e, 'p>) -> bool,
    met: fn(Truth) -> bool,
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
            choices(evaluator, Site { number, rule, instance, tolerance }, (0, met), each);
        }
    }
    evaluator.tolerance = Decimal::ZERO;
}

/// Every choice of the dynamic variables from `depth` on. Conditions are looked at as soon as what they speak of is
/// chosen: of thousands of figures, each would be tried with each.
fn choices<'e, 'p>(
    evaluator: &mut Evaluator<'e, 'p>,
    site: Site<'p>,
    (depth, met): (usize, fn(Truth) -> bool),
    each: &mut impl FnMut(&Evaluator<'e, 'p>, Site<'p>),
) {
    // What speaks of no record waits until there is one.
    let first = site.rule.domains.len().min(1);
    let mut told = site.instance.when.iter().filter(|condition| condition.variables.max(first) == depth);
    if !told.all(|condition| met(evaluator.condition(&condition.node))) {
        return;
    }
    let Some(&domain) = site.rule.domains.get(depth) else {
        each(evaluator, site);
        return;
    };
    let mut choose = |evaluator: &mut Evaluator<'e, 'p>, record| {
        evaluator.variables.truncate(depth);
        evaluator.variables.push(record);
        choices(evaluator, site, (depth + 1, met), each);
    };
    let glance = Glance::of(site.instance).filter(|_| site.rule.domains.len() == 1);
    match (domain, glance) {
        (Domain::Cells(form), Some(glance)) => {
            let facts = evaluator.facts;
            let slots = cells(facts, form);
            let odd = facts.odd_cells.iter().copied().filter(|slot| slots.contains(&slot.0));
            for slot in odd.filter(|&slot| facts.cell(slot).is_some() && !glance.is_met(facts, slot)) {
                choose(evaluator, Record::Cell(slot));
            }
        }
        _ => each_record(evaluator, domain, &mut choose),
    }
    evaluator.variables.truncate(depth);
}

/// What a rule asks of a single cell, where it asks no more: nearly all of the hundreds of cells are so, and nothing is
/// told of those.
#[derive(Clone, Copy)]
enum Glance {
    /// It shows a number as it must.
    Proper,
    /// It does not show a word for zero.
    NoWord,
}

impl Glance {
    fn of(instance: &Instance) -> Option<Self> {
        let asks = |node: &Node, asked: Function| {
            matches!(node, Node::Call(function, arguments)
                if *function == asked && matches!(arguments.as_slice(), [Node::Variable(0)]))
        };
        match &instance.assert {
            Node::Not(inner) => asks(inner, Function::IsWord).then_some(Glance::NoWord),
            other => asks(other, Function::IsProper).then_some(Glance::Proper),
        }
    }

    fn is_met(self, facts: &Facts<'_>, slot: Slot) -> bool {
        let figure = facts.cell(slot).and_then(|id| facts.figure(id));
        figure.is_some_and(|figure| match self {
            Glance::Proper => figure.is_proper,
            Glance::NoWord => figure.reading != Reading::ZeroWord,
        })
    }
}

/// The cells of a form, or of all forms of the pack.
fn cells(facts: &Facts<'_>, form: Option<usize>) -> Range<usize> {
    match form.and_then(|form| facts.pack.forms.get(form)) {
        Some(form) => form.slots(),
        None => 0..facts.pack.size(),
    }
}

/// Calls `each` for the rows or columns of the tables of an open form. Where an earlier variable picked one of the form's
/// tables, for those of that.
fn each_line<'e, 'p>(
    evaluator: &mut Evaluator<'e, 'p>,
    (form, side, group): (usize, Side, Option<usize>),
    each: &mut dyn FnMut(&mut Evaluator<'e, 'p>, Record),
) {
    let facts = evaluator.facts;
    let Some(axis) = facts.pack.forms.get(form).map(|form| form.axis(side)) else { return };
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
    for (table, found) in tables.filter(|(number, _)| picked.is_none_or(|picked| picked == *number)) {
        for (index, _) in found.lines(side).iter().enumerate().filter(|(_, line)| is_wanted(line.leaf)) {
            each(evaluator, Record::Line { table, side, index });
        }
    }
}

/// Calls `each` for every record of a domain, in order.
fn each_record<'e, 'p>(
    evaluator: &mut Evaluator<'e, 'p>,
    domain: Domain,
    each: &mut dyn FnMut(&mut Evaluator<'e, 'p>, Record),
) {
    let facts = evaluator.facts;
    let chosen = match domain {
        Domain::Parts(variable) | Domain::Others(variable) => evaluator.variables.get(variable).copied(),
        _ => None,
    };
    let figure = |&index: &usize| Record::Figure(facts.prose_figure(index));
    let mut all = |records: &mut dyn Iterator<Item = Record>| {
        records.for_each(|record| each(evaluator, record));
    };
    match domain {
        Domain::Cells(form) => {
            all(&mut cells(facts, form)
                .map(Slot)
                .filter(|&slot| facts.cell(slot).is_some())
                .map(Record::Cell));
        }
        Domain::Claims(kind) => all(&mut facts.claims_of(kind).map(Record::Claim)),
        Domain::Dates => all(&mut (0..facts.dates.len()).map(Record::Date)),
        Domain::Tables(form) => {
            let tables = facts.tables.iter().enumerate().filter(|(_, table)| table.form == form);
            all(&mut tables.map(|(number, _)| Record::Table(number)));
        }
        Domain::Lines { form, side, group } => each_line(evaluator, (form, side, group), each),
        Domain::Footings => all(&mut (0..facts.footings.len()).map(Record::Footing)),
        Domain::Rates => all(&mut (0..facts.rates.len()).map(Record::Rate)),
        Domain::Lists => all(&mut (0..facts.lists.len()).map(Record::List)),
        Domain::Headings => {
            let headings = facts.outline.headings.iter().enumerate();
            let numbered = headings.filter(|(_, heading)| heading.number.is_some());
            all(&mut numbered.map(|(index, _)| Record::Heading(index)));
        }
        Domain::Sections => all(&mut (0..facts.pack.sections.len()).map(Record::Section)),
        Domain::Figures => {
            let figures = facts.prose.figures.iter().enumerate();
            let counts = figures.filter(|(_, figure)| matches!(figure.value, Value::Count(_)));
            all(&mut counts.map(|(index, _)| figure(&index)));
        }
        Domain::Parts(_) | Domain::Others(_) => {
            let claim = |claim: usize| facts.claims.claims.get(claim);
            let indices: Option<&Vec<usize>> = match (chosen, domain) {
                (Some(Record::List(list)), Domain::Parts(_)) => facts.lists.get(list).map(|list| &list.items),
                (Some(Record::Claim(of)), Domain::Parts(_)) => claim(of).map(|claim| &claim.breakdown.parts),
                (Some(Record::Claim(of)), _) => claim(of).map(|claim| &claim.others),
                _ => None,
            };
            let indices = indices.map(Vec::as_slice).unwrap_or_default();
            all(&mut indices.iter().map(figure));
        }
    }
}
