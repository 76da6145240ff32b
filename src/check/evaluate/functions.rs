//! The functions of the expression language.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::Evaluator;
use super::sets::Numbers;
use crate::check::value::{Number, Record, Truth, Value};
use crate::facts::cell::Reading;
use crate::facts::date::Date;
use crate::facts::interval::{Possible, Relation};
use crate::facts::quantity::Quantity;
use crate::facts::{Figure, FigureId};
use crate::rules::expression::node::Node;
use crate::rules::expression::vocabulary::Function;

impl<'e> Evaluator<'e, '_> {
    pub(super) fn call(&self, function: Function, arguments: &[Node]) -> Value<'e> {
        let Some(first) = arguments.first() else { return Value::Unknown };
        let known = |number: Option<Number>| number.map_or(Value::Unknown, Value::Number);
        match function {
            Function::Sum => known(self.sum(first)),
            Function::Min | Function::Max => {
                known(self.several(first).and_then(|numbers| extreme(function, &numbers)))
            }
            Function::Count => match first {
                Node::AllCells(slots) => {
                    let there = slots.iter().filter(|&&slot| self.cell_figure(slot).is_some()).count();
                    Value::Number(Number::exact(there.into()))
                }
                _ => match self.set(first) {
                    Value::Numbers(numbers) => Value::Number(Number::exact(numbers.len().into())),
                    Value::Records(records) => Value::Number(Number::exact(records.len().into())),
                    _ => Value::Unknown,
                },
            },
            Function::AnyOf => Value::Numbers(self.any_of(arguments)),
            Function::Known => {
                known(self.number(first).or_else(|| arguments.get(1).and_then(|second| self.number(second))))
            }
            Function::Near => Value::Truth(self.near(arguments)),
            Function::Round => {
                let decimals = arguments.get(1).and_then(|decimals| self.number(decimals)?.value()?.to_u32());
                known(
                    self.number(first).zip(decimals).and_then(|(number, decimals)| number.rounded(decimals)),
                )
            }
            Function::PercentOf => {
                let (part, total) =
                    (self.number(first), arguments.get(1).and_then(|total| self.number(total)));
                let share = part.zip(total).and_then(|(part, total)| {
                    part.checked_mul(Number::exact(Decimal::ONE_HUNDRED))?.checked_div(total)
                });
                known(share)
            }
            Function::Year => match self.plain(self.value(first)) {
                Value::Date(Date { year: Some(year), .. }) => known(Some(Number::exact(year.into()))),
                _ => Value::Unknown,
            },
            Function::DateIn => match self.figure_of(first).and_then(|id| self.facts.figure(id)) {
                Some(Figure { reading: Reading::Date(date), .. }) => Value::Date(*date),
                _ => Value::Unknown,
            },
            Function::Date => {
                let part = |index: usize| self.number(arguments.get(index)?)?.value()?.to_u32();
                match (part(0), part(1), part(2)) {
                    (Some(year), Some(month), Some(day)) => {
                        Value::Date(Date { year: Some(year), month, day })
                    }
                    _ => Value::Unknown,
                }
            }
            Function::Exists
            | Function::Present
            | Function::Blank
            | Function::IsProper
            | Function::IsWord => Value::Truth(self.predicate(function, first)),
            Function::Printed | Function::Rounded | Function::Exact | Function::Hedged => {
                match self.several(first) {
                    Some(numbers) => Value::Numbers(self.by_hedge(function, numbers)),
                    None => Value::Unknown,
                }
            }
            Function::First => match first {
                Node::Claims(kind) => {
                    let first = self.facts.claims_of(*kind).next();
                    first.map_or(Value::Unknown, |claim| self.plain(Value::Record(Record::Claim(claim))))
                }
                _ => match self.set(first) {
                    Value::Records(records) => {
                        records.first().map_or(Value::Unknown, |&record| self.plain(Value::Record(record)))
                    }
                    Value::Numbers(numbers) => known(numbers.first().map(|&(_, number)| number)),
                    _ => Value::Unknown,
                },
            },
        }
    }

    /// Whether two numbers may differ by so many percent of the second or less.
    pub(super) fn near(&self, arguments: &[Node]) -> Truth {
        let argument = |index: usize| self.number(arguments.get(index)?);
        let others = arguments.get(1).and_then(|others| self.several(others));
        let (Some(number), Some(others), Some(percent)) = (argument(0), others, argument(2)) else {
            return Truth::Unknown;
        };
        let told: Vec<Option<bool>> =
            others.into_iter().map(|(_, other)| is_near(number, other, percent)).collect();
        match told.contains(&Some(true)) {
            true => Truth::Yes,
            false if told.contains(&None) => Truth::Unknown,
            false => Truth::No,
        }
    }

    /// Whether a function that asks something of its argument says yes.
    pub(super) fn predicate(&self, function: Function, argument: &Node) -> Truth {
        if function == Function::Present {
            return Truth::of(self.is_present(argument));
        }
        if function == Function::Exists {
            return match self.plain(self.value(argument)) {
                Value::Date(date) => Truth::of(date.exists()),
                _ => Truth::Unknown,
            };
        }
        let Some(figure) = self.figure_of(argument).and_then(|id| self.facts.figure(id)) else {
            return Truth::Unknown;
        };
        match function {
            Function::Blank => Truth::of(figure.reading == Reading::Blank),
            Function::IsProper => Truth::of(figure.is_proper),
            Function::IsWord => Truth::of(figure.reading == Reading::ZeroWord),
            _ => Truth::Unknown,
        }
    }

    fn is_present(&self, node: &Node) -> bool {
        match self.set(node) {
            Value::Unknown => self.figure_of(node).is_some(),
            Value::Numbers(numbers) => !numbers.is_empty(),
            Value::Records(records) => !records.is_empty(),
            _ => true,
        }
    }

    fn by_hedge(&self, function: Function, numbers: Numbers) -> Numbers {
        let quantity = |id: Option<FigureId>| match self.facts.figure(id?)?.reading {
            Reading::Number(quantity) => Some(quantity),
            _ => None,
        };
        numbers
            .into_iter()
            .filter_map(|(id, number)| {
                let is_hedged =
                    quantity(id).is_some_and(|quantity| quantity.hedge.is_some() || !quantity.is_exact());
                match function {
                    Function::Rounded => {
                        let rounded = quantity(id).and_then(Quantity::rounded);
                        Some((id, rounded.map_or(number, |quantity| Number::new(quantity.interval))))
                    }
                    Function::Exact => (!is_hedged).then_some((id, number)),
                    Function::Hedged => is_hedged.then_some((id, number)),
                    _ => Some((id, quantity(id).map_or(number, |quantity| Number::exact(quantity.printed)))),
                }
            })
            .collect()
    }
}

fn is_near(a: Number, b: Number, percent: Number) -> Option<bool> {
    let hundred = Number::exact(Decimal::ONE_HUNDRED);
    let end = |percent: Number| b.checked_mul(hundred.checked_add(percent)?)?.checked_div(hundred);
    let (low, high) = (end(percent.negate())?, end(percent)?);
    let is_between = |low: Number, high: Number| {
        let (below, above) = (a.compare(Relation::Less, low)?, high.compare(Relation::Less, a)?);
        Some(below != Possible::Always && above != Possible::Always)
    };
    // The ends of a negative number stand the other way round.
    Some(is_between(low, high)? || is_between(high, low)?)
}

pub(super) fn extreme(function: Function, numbers: &[(Option<FigureId>, Number)]) -> Option<Number> {
    let mut best = numbers.first()?.1;
    for &(_, number) in numbers.iter().skip(1) {
        let is_smaller = number.compare(Relation::Less, best)?;
        if is_smaller == Possible::Sometimes {
            return None;
        }
        if (is_smaller == Possible::Always) == (function == Function::Min) {
            best = number;
        }
    }
    Some(best)
}
