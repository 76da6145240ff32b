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
            let mut difference = Linear::default();
            gather(evaluator, left, Decimal::ONE, &mut difference)?;
            gather(evaluator, right, Decimal::NEGATIVE_ONE, &mut difference)?;
            difference.terms.retain(|(_, coefficient)| !coefficient.is_zero());
            (!difference.terms.is_empty()).then(|| vec![(difference, relation)])
        }
        _ => None,
    }
}

impl Linear {
    fn add_constant(&mut self, constant: Decimal, factor: Decimal) -> Option<()> {
        self.constant = self.constant.checked_add(constant.checked_mul(factor)?)?;
        Some(())
    }

    /// Adds a figure, if it is exact.
    fn add_figure(&mut self, evaluator: &Evaluator<'_, '_>, id: FigureId, factor: Decimal) -> Option<()> {
        evaluator.facts.interval(id)?.exact()?;
        self.add_term(id, factor)
    }

    fn add_term(&mut self, id: FigureId, coefficient: Decimal) -> Option<()> {
        match self.terms.iter_mut().find(|(known, _)| *known == id) {
            Some((_, known)) => *known = known.checked_add(coefficient)?,
            None => self.terms.push((id, coefficient)),
        }
        Some(())
    }

    fn add(&mut self, other: Self, factor: Decimal) -> Option<()> {
        self.add_constant(other.constant, factor)?;
        let mut terms = other.terms.into_iter();
        terms.try_for_each(|(id, coefficient)| self.add_term(id, coefficient.checked_mul(factor)?))
    }

    /// Its value with the figures as printed; `None` where one of them is not exact.
    pub fn value(&self, evaluator: &Evaluator<'_, '_>) -> Option<Decimal> {
        self.terms.iter().try_fold(self.constant, |sum, &(id, coefficient)| {
            sum.checked_add(evaluator.facts.interval(id)?.exact()?.checked_mul(coefficient)?)
        })
    }
}

fn linear(evaluator: &Evaluator<'_, '_>, node: &Node) -> Option<Linear> {
    let mut linear = Linear::default();
    gather(evaluator, node, Decimal::ONE, &mut linear)?;
    linear.terms.retain(|(_, coefficient)| !coefficient.is_zero());
    Some(linear)
}

/// Adds an expression, so many times, to a sum.
fn gather(evaluator: &Evaluator<'_, '_>, node: &Node, factor: Decimal, sum: &mut Linear) -> Option<()> {
    match node {
        Node::Number(number) => sum.add_constant(*number, factor),
        Node::Negative(inner) => gather(evaluator, inner, -factor, sum),
        Node::Binary(operator @ (Operator::Add | Operator::Subtract), left, right) => {
            gather(evaluator, left, factor, sum)?;
            gather(evaluator, right, if *operator == Operator::Add { factor } else { -factor }, sum)
        }
        Node::Binary(Operator::Multiply, left, right) => {
            let (left, right) = (linear(evaluator, left)?, linear(evaluator, right)?);
            let (times, other) =
                if left.terms.is_empty() { (left.constant, right) } else { (right.constant, left) };
            let is_product_of_figures = !other.terms.is_empty() && times.is_zero();
            if is_product_of_figures { None } else { sum.add(other, factor.checked_mul(times)?) }
        }
        Node::Call(Function::Sum, arguments) => match arguments.first()? {
            Node::Cells(slots) | Node::AllCells(slots) => {
                sum.terms.reserve(slots.len());
                slots
                    .iter()
                    .try_for_each(|&slot| sum.add_figure(evaluator, evaluator.cell_figure(slot)?, factor))
            }
            other => figures(evaluator, other)?
                .into_iter()
                .try_for_each(|id| sum.add_figure(evaluator, id, factor)),
        },
        Node::Call(Function::Known, arguments) => {
            let [first, second] = arguments.as_slice() else { return None };
            gather(evaluator, if is_known(evaluator, first) { first } else { second }, factor, sum)
        }
        Node::Call(Function::First, arguments) => {
            let first = *figures(evaluator, arguments.first()?)?.first()?;
            sum.add_figure(evaluator, first, factor)
        }
        Node::Elsewhere(Whose::Previous, inner) => {
            sum.add(evaluator.within(evaluator.previous()?, || linear(evaluator, inner))?, factor)
        }
        Node::Elsewhere(Whose::Children, inner) => {
            match inner.as_ref() {
                Node::Call(Function::Sum, _) => evaluator.children()?.iter().copied().try_for_each(|child| {
                    sum.add(evaluator.within(child, || linear(evaluator, inner))?, factor)
                }),
                _ => None,
            }
        }
        other => match evaluator.figure_of(other) {
            Some(id) => sum.add_figure(evaluator, id, factor),
            None => match evaluator.value(other) {
                Value::Number(number) => sum.add_constant(number.value()?, factor),
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
