//! A broken relation by itself, where no system of relations tells which of its figures is wrong.

use super::evaluate::{Evaluator, Witness};
use super::quantify::Site;
use super::value::{Record, Value};
use super::{Breach, Label, figure_of, linear, message, names, relation, subject};
use crate::facts::FigureId;
use crate::rules::rule::Instance;

/// A broken relation by itself: the place to look at first is the target that its rule names, or what it names first.
pub(super) fn breach(evaluator: &Evaluator<'_, '_>, site: Site<'_>) -> Option<(Breach, Vec<FigureId>)> {
    let broken = linear::broken(evaluator, &site.instance.assert);
    evaluator.forget_witnesses();
    let _ = evaluator.relation(broken);
    let mut witnesses = distinct(evaluator.take_witnesses());
    if witnesses.is_empty() {
        witnesses = evaluator
            .variables
            .iter()
            .rev()
            .find_map(|&record| witness(evaluator, record))
            .into_iter()
            .collect();
    }
    let target = site.instance.target.as_ref().and_then(|target| {
        evaluator.forget_witnesses();
        match evaluator.value(target) {
            Value::Record(record) => witness(evaluator, record),
            _ => evaluator.take_witnesses().into_iter().next(),
        }
    });
    if let Some(target) = target {
        witnesses.retain(|witness| *witness != target);
        witnesses.insert(0, target);
    }
    let mut roles = names::roles(evaluator.facts, evaluator.document, &witnesses);
    name_roles(evaluator, site.instance, &witnesses, &mut roles);
    let labels = witnesses.iter().zip(roles);
    let labels = labels.filter_map(|(witness, role)| names::label(evaluator.facts, witness, role));
    let mut related: Vec<Label> = labels.collect();
    // The place to look at first stands in the report itself.
    let first = related.iter().position(|label| label.elsewhere.is_none())?;
    let primary = related.remove(first);
    if let Some(Witness::Row { form, leaf }) = witnesses.first() {
        related.extend(names::other_rows(evaluator.facts, *form, *leaf, primary.span));
    }
    let figure = |witness: &Witness| figure_of(evaluator.facts, witness);
    let relation = relation::written(evaluator, broken);
    let breach = Breach {
        rules: vec![site.number],
        message: message(evaluator, &site.instance.message),
        evidence: relation.iter().cloned().collect(),
        relation,
        cause: None,
        pattern: None,
        expected: None,
        primary,
        related,
        subject: witnesses.first().map(|first| subject::of(evaluator, first)).unwrap_or_default(),
        at: witnesses.first().map(|first| subject::path(evaluator, first)).unwrap_or_default(),
        note: None,
        is_structural: matches!(
            witnesses.first(),
            Some(Witness::Row { .. } | Witness::Section(_) | Witness::Heading(_))
        ),
        dissent: None,
    };
    evaluator.forget_witnesses();
    Some((breach, witnesses.iter().filter_map(figure).take(1).collect()))
}

/// Gives figures the names that the rule has for the parts they play.
fn name_roles(
    evaluator: &Evaluator<'_, '_>,
    instance: &Instance,
    witnesses: &[Witness],
    roles: &mut [String],
) {
    for (name, node) in &instance.roles {
        evaluator.forget_witnesses();
        let named: Vec<Witness> = match evaluator.set(node) {
            Value::Record(record) => witness(evaluator, record).into_iter().collect(),
            Value::Records(records) => {
                records.into_iter().filter_map(|record| witness(evaluator, record)).collect()
            }
            _ => evaluator.take_witnesses(),
        };
        for (_, role) in witnesses.iter().zip(roles.iter_mut()).filter(|(witness, _)| named.contains(witness))
        {
            role.clone_from(name);
        }
    }
    evaluator.forget_witnesses();
}

fn witness(evaluator: &Evaluator<'_, '_>, record: Record) -> Option<Witness> {
    Some(match record {
        Record::Claim(index) => match evaluator.facts.claims.claims.get(index)?.figure() {
            Some(captured) => {
                match (evaluator.facts.captured_figure(captured), evaluator.facts.captured_date(captured)) {
                    (Some(id), _) => Witness::Figure(id),
                    (_, Some(date)) => Witness::Date(date),
                    _ => Witness::Claim(index),
                }
            }
            None => Witness::Claim(index),
        },
        Record::Date(index) => Witness::Date(index),
        Record::Heading(index) => Witness::Heading(index),
        Record::Section(index) => Witness::Section(index),
        Record::Figure(_) | Record::List(_) | Record::Footing(_) | Record::Rate(_) => {
            Witness::Figure(evaluator.record_figure(record)?)
        }
        Record::Cell(slot) => Witness::Figure(evaluator.facts.cell(slot)?),
        Record::Row { form, leaf } => Witness::Row { form, leaf },
        Record::Column { .. } | Record::Table(_) | Record::Line { .. } => return None,
    })
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
