//! Sets of numbers, and what is computed over them.

use rust_decimal::Decimal;

use super::{Evaluator, Witness};
use crate::check::value::{Number, Record, Sum, Value};
use crate::facts::FigureId;
use crate::rules::expression::node::Node;
use crate::rules::expression::vocabulary::Function;
use crate::rules::form::Slot;

/// Numbers, each with the figure it is, where it is one.
pub(super) type Numbers = Vec<(Option<FigureId>, Number)>;

impl<'e> Evaluator<'e, '_> {
    /// The numbers of a set; `None` where one of them is not known.
    pub(super) fn several(&self, node: &Node) -> Option<Numbers> {
        match node {
            Node::Cells(slots) => self.of_slots(slots),
            Node::Found(cells) => self.of_figures(self.found_figures(cells)?.into_iter()),
            Node::AllCells(slots) => {
                let there: Vec<Slot> =
                    slots.iter().copied().filter(|&slot| self.cell_figure(slot).is_some()).collect();
                self.of_slots(&there)
            }
            Node::Call(Function::AnyOf, arguments) => Some(self.any_of(arguments)),
            Node::Call(Function::PercentOf, arguments) => {
                let [part, totals] = arguments.as_slice() else { return None };
                let (parts, totals) = (self.several(part)?, self.several(totals)?);
                let hundred = Number::exact(Decimal::ONE_HUNDRED);
                // There is no share of nothing.
                let share = |part: Number, total: Number| part.checked_mul(hundred)?.checked_div(total);
                let shares_of = |&(_, part)| {
                    totals.iter().filter_map(move |&(_, total)| Some((None, share(part, total)?)))
                };
                Some(parts.iter().flat_map(shares_of).collect())
            }
            _ => match self.set(node) {
                Value::Numbers(numbers) => Some(numbers),
                Value::Records(records) => all(records.into_iter().map(|record| self.numbered(record))),
                Value::Number(number) => Some(vec![(None, number)]),
                Value::Record(record) => Some(vec![self.numbered(record)?]),
                _ => None,
            },
        }
    }

    /// The numbers that are known, together.
    pub(super) fn any_of(&self, arguments: &[Node]) -> Numbers {
        let mut known = Numbers::new();
        self.each_known(arguments, &mut |id, number| known.push((id, number)));
        known
    }

    /// Calls `each` for the numbers of sets of cells that are known; of another set for all, where all are.
    fn each_known(&self, arguments: &[Node], each: &mut dyn FnMut(Option<FigureId>, Number)) {
        let known = |id: FigureId| {
            self.saw(Witness::Figure(id));
            Some((Some(id), Number::new(self.interval(id)?)))
        };
        for argument in arguments {
            match argument {
                Node::Cell(slot) => {
                    let number = self.cell_figure(*slot).and_then(known);
                    number.into_iter().for_each(|(_, number)| each(None, number));
                }
                Node::Cells(slots) => {
                    let figures = slots.iter().filter_map(|&slot| self.cell_figure(slot));
                    figures.filter_map(known).for_each(|(id, number)| each(id, number));
                }
                Node::Found(cells) => {
                    let figures = self.found_figures(cells).unwrap_or_default().into_iter().flatten();
                    figures.filter_map(known).for_each(|(id, number)| each(id, number));
                }
                other => {
                    let numbers = self.several(other).unwrap_or_default();
                    numbers.into_iter().for_each(|(id, number)| each(id, number));
                }
            }
        }
    }

    /// The numbers in some cells; `None` where one of them is not known. All are looked at all the same.
    pub(super) fn of_slots(&self, slots: &[Slot]) -> Option<Numbers> {
        self.of_figures(slots.iter().map(|&slot| self.cell_figure(slot)))
    }

    /// The numbers that some figures are; `None` where one of them is not known. All are looked at all the same.
    pub(super) fn of_figures(&self, figures: impl Iterator<Item = Option<FigureId>>) -> Option<Numbers> {
        let number = |id: Option<FigureId>| match self.figure(id?) {
            Value::Number(number) => Some((id, number)),
            _ => None,
        };
        all(figures.map(number))
    }

    pub(in crate::check) fn set(&self, node: &Node) -> Value<'e> {
        match node {
            Node::Claims(kind) => Value::Records(self.facts.claims_of(*kind).map(Record::Claim).collect()),
            other => self.value(other),
        }
    }

    pub(super) fn numbered(&self, record: Record) -> Option<(Option<FigureId>, Number)> {
        let id = match record {
            Record::Cell(slot) => self.cell_figure(slot),
            Record::Figure(_) | Record::List(_) | Record::Footing(_) | Record::Rate(_) => {
                self.record_figure(record)
            }
            Record::Claim(index) => {
                self.captured(index, 0).and_then(|captured| self.facts.captured_figure(captured))
            }
            _ => None,
        };
        match self.plain(Value::Record(record)) {
            Value::Number(number) => Some((id, number)),
            _ => None,
        }
    }

    pub(super) fn sum(&self, node: &Node) -> Option<Number> {
        let mut sum = Sum::default();
        match node {
            Node::Cells(slots) | Node::AllCells(slots) => {
                // A sum with a term missing is not known, but its other terms have been looked at. All cells are those
                // that the report has.
                let may_lack = matches!(node, Node::AllCells(_));
                for &slot in slots {
                    match self.cell_figure(slot) {
                        Some(id) => {
                            self.saw(Witness::Figure(id));
                            sum.add_interval(self.interval(id));
                        }
                        None if may_lack => {}
                        None => sum.add_interval(None),
                    }
                }
            }
            Node::Call(Function::AnyOf, arguments) => {
                self.each_known(arguments, &mut |_, number| sum.add(number));
            }
            _ => self.several(node)?.into_iter().for_each(|(_, number)| sum.add(number)),
        }
        let is_of_table = matches!(self.variables.as_slice(), [Record::Footing(_)]);
        sum.total().map(|sum| if is_of_table { sum.as_a_whole() } else { sum })
    }
}

/// The items, if each is there; unlike `collect`, it looks at all of them.
fn all<T>(items: impl Iterator<Item = Option<T>>) -> Option<Vec<T>> {
    let items: Vec<Option<T>> = items.collect();
    items.into_iter().collect()
}
