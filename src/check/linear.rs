//! Relations as linear equations of figures, where they are.

use rust_decimal::Decimal;

use super::evaluate::Evaluator;
use super::value::{Record, Truth, Value};
use crate::facts::FigureId;
use crate::rules::expression::node::{Node, Whose};
use crate::rules::expression::syntax::Operator;
use crate::rules::expression::vocabulary::Function;

/// A linear expression of exact figures.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Linear {
    /// Figures, each once, with their coefficients.
    pub terms: Vec<(FigureId, Decimal)>,
    /// What is added to them.
    pub constant: Decimal,
}

/// An equation that a relation states, in each of the readings that it allows.
#[derive(Clone, Debug)]
pub struct Equation<'n> {
    /// The readings, each with the part of the relation that states it: the difference of its sides.
    pub readings: Vec<(Linear, &'n Node)>,
}

/// The equations that a relation states, if it states nothing else.
pub fn equations<'n>(evaluator: &Evaluator<'_, '_>, relation: &'n Node) -> Option<Vec<Equation<'n>>> {
    if let Node::Binary(Operator::And, left, right) = relation {
        let mut both = equations(evaluator, left)?;
        both.extend(equations(evaluator, right)?);
        return Some(both);
    }
    Some(vec![Equation { readings: readings(evaluator, relation)? }])
}

fn readings<'n>(evaluator: &Evaluator<'_, '_>, relation: &'n Node) -> Option<Vec<(Linear, &'n Node)>> {
    match relation {
        Node::Binary(Operator::Or, left, right) => {
            let mut either = readings(evaluator, left)?;
            either.extend(readings(evaluator, right)?);
            Some(either)
        }
        Node::Binary(Operator::Equal, left, right) => {
            let difference =
                linear(evaluator, left)?.add(linear(evaluator, right)?, Decimal::NEGATIVE_ONE)?;
            (!difference.terms.is_empty()).then(|| vec![(difference, relation)])
        }
        _ => None,
    }
}

impl Linear {
    fn constant(constant: Decimal) -> Self {
        Self { terms: Vec::new(), constant }
    }

    fn figure(id: FigureId) -> Self {
        Self { terms: vec![(id, Decimal::ONE)], constant: Decimal::ZERO }
    }

    fn add(mut self, other: Self, factor: Decimal) -> Option<Self> {
        self.constant = self.constant.checked_add(other.constant.checked_mul(factor)?)?;
        for (id, coefficient) in other.terms {
            let coefficient = coefficient.checked_mul(factor)?;
            match self.terms.iter_mut().find(|(known, _)| *known == id) {
                Some((_, known)) => *known = known.checked_add(coefficient)?,
                None => self.terms.push((id, coefficient)),
            }
        }
        self.terms.retain(|(_, coefficient)| !coefficient.is_zero());
        Some(self)
    }

    /// Its value with the figures as printed; `None` where one of them is not exact.
    pub fn value(&self, evaluator: &Evaluator<'_, '_>) -> Option<Decimal> {
        self.terms.iter().try_fold(self.constant, |sum, &(id, coefficient)| {
            sum.checked_add(evaluator.facts.interval(id)?.exact()?.checked_mul(coefficient)?)
        })
    }
}

fn linear(evaluator: &Evaluator<'_, '_>, node: &Node) -> Option<Linear> {
    match node {
        Node::Number(number) => Some(Linear::constant(*number)),
        Node::Negative(inner) => Linear::default().add(linear(evaluator, inner)?, Decimal::NEGATIVE_ONE),
        Node::Binary(Operator::Add, left, right) => {
            linear(evaluator, left)?.add(linear(evaluator, right)?, Decimal::ONE)
        }
        Node::Binary(Operator::Subtract, left, right) => {
            linear(evaluator, left)?.add(linear(evaluator, right)?, Decimal::NEGATIVE_ONE)
        }
        Node::Binary(Operator::Multiply, left, right) => {
            let (left, right) = (linear(evaluator, left)?, linear(evaluator, right)?);
            let (factor, other) =
                if left.terms.is_empty() { (left.constant, right) } else { (right.constant, left) };
            let is_product_of_figures = !other.terms.is_empty() && factor.is_zero();
            if is_product_of_figures { None } else { Linear::default().add(other, factor) }
        }
        Node::Call(Function::Sum, arguments) => {
            let figures = figures(evaluator, arguments.first()?)?;
            figures
                .into_iter()
                .try_fold(Linear::default(), |sum, id| sum.add(exact(evaluator, id)?, Decimal::ONE))
        }
        Node::Call(Function::Known, arguments) => {
            let [first, second] = arguments.as_slice() else { return None };
            linear(evaluator, if is_known(evaluator, first) { first } else { second })
        }
        Node::Call(Function::First, arguments) => {
            let first = *figures(evaluator, arguments.first()?)?.first()?;
            exact(evaluator, first)
        }
        Node::Elsewhere(Whose::Previous, inner) => {
            evaluator.within(evaluator.previous()?, || linear(evaluator, inner))
        }
        Node::Elsewhere(Whose::Children, inner) => match inner.as_ref() {
            Node::Call(Function::Sum, _) => {
                let children = evaluator.children()?.iter();
                children.copied().try_fold(Linear::default(), |sum, child| {
                    sum.add(evaluator.within(child, || linear(evaluator, inner))?, Decimal::ONE)
                })
            }
            _ => None,
        },
        other => match evaluator.figure_of(other) {
            Some(id) => exact(evaluator, id),
            None => match evaluator.value(other) {
                Value::Number(number) => number.value().map(Linear::constant),
                _ => None,
            },
        },
    }
}

fn is_known(evaluator: &Evaluator<'_, '_>, node: &Node) -> bool {
    match evaluator.figure_of(node) {
        Some(id) => evaluator.facts.interval(id).is_some(),
        None => matches!(evaluator.value(node), Value::Number(_)),
    }
}

fn exact(evaluator: &Evaluator<'_, '_>, id: FigureId) -> Option<Linear> {
    evaluator.facts.interval(id)?.exact()?;
    Some(Linear::figure(id))
}

/// The figures of a set, if it is a set of figures.
pub fn figures(evaluator: &Evaluator<'_, '_>, node: &Node) -> Option<Vec<FigureId>> {
    match node {
        Node::Found(cells) => evaluator.found_figures(cells)?.into_iter().collect(),
        Node::Cells(slots) | Node::AllCells(slots) => {
            slots.iter().map(|&slot| evaluator.cell_figure(slot)).collect()
        }
        other => match evaluator.set(other) {
            Value::Records(records) => {
                records.into_iter().map(|record| evaluator.record_figure(record)).collect()
            }
            Value::Numbers(numbers) => numbers.into_iter().map(|(id, _)| id).collect(),
            Value::Record(
                record @ (Record::Figure(_)
                | Record::List(_)
                | Record::Footing(_)
                | Record::Cell(_)
                | Record::Claim(_)),
            ) => evaluator.record_figure(record).map(|id| vec![id]),
            _ => None,
        },
    }
}

/// The part of a relation that is broken: of `a and b` the one that is false, of `a or b` the first.
pub fn broken<'n>(evaluator: &Evaluator<'_, '_>, node: &'n Node) -> &'n Node {
    match node {
        Node::Binary(Operator::And, left, right) => {
            let part = if evaluator.relation(left) == Truth::No { left } else { right };
            broken(evaluator, part)
        }
        Node::Binary(Operator::Or, left, _) => broken(evaluator, left),
        other => other,
    }
}
