//! Comparisons of whole numbers, which nearly all figures are: reckoned as integers, without the intervals and fractions
//! that the others need.

use std::cmp::Ordering;

use super::{Evaluator, Witness};
use crate::check::value::{Truth, whole};
use crate::facts::FigureId;
use crate::facts::interval::Interval;
use crate::rules::expression::node::Node;
use crate::rules::expression::syntax::Operator;
use crate::rules::expression::vocabulary::Function;
use crate::rules::form::Slot;

impl Evaluator<'_, '_> {
    /// How two sides compare that are cells, sums of cells and numbers, where all of them are whole. Else nothing has been
    /// looked at.
    pub(super) fn compare_wholes(&self, operator: Operator, left: &Node, right: &Node) -> Option<Truth> {
        let holds: fn(Ordering) -> bool = match operator {
            Operator::Equal => Ordering::is_eq,
            Operator::NotEqual => Ordering::is_ne,
            Operator::AtMost => Ordering::is_le,
            Operator::Less => Ordering::is_lt,
            Operator::AtLeast => Ordering::is_ge,
            Operator::Greater => Ordering::is_gt,
            _ => return None,
        };
        let before = self.witnesses.borrow().len();
        let sides = self.whole(left).and_then(|left| Some((left, self.whole(right)?)));
        let Some((left, right)) = sides else {
            self.witnesses.borrow_mut().truncate(before);
            return None;
        };
        Some(Truth::of(holds(left.cmp(&right))))
    }

    fn whole(&self, node: &Node) -> Option<i128> {
        match node {
            Node::Number(number) => whole(*number),
            Node::Cell(slot) => self.whole_figure(self.cell_figure(*slot)?),
            Node::Call(Function::Sum, arguments) => match arguments.first()? {
                Node::Cells(slots) => self.whole_sum(slots.iter().map(|&slot| self.cell_figure(slot))),
                Node::AllCells(slots) => self.whole_sum(self.found(slots)),
                Node::Call(Function::AnyOf, sets) => sets.iter().try_fold(0_i128, |sum, set| {
                    let slots = match set {
                        Node::Cell(slot) => std::slice::from_ref(slot),
                        Node::Cells(slots) => slots.as_slice(),
                        _ => return None,
                    };
                    sum.checked_add(self.whole_sum(self.found(slots))?)
                }),
                _ => None,
            },
            Node::Binary(Operator::Add, left, right) => self.whole(left)?.checked_add(self.whole(right)?),
            Node::Binary(Operator::Subtract, left, right) => {
                self.whole(left)?.checked_sub(self.whole(right)?)
            }
            _ => None,
        }
    }

    /// The figures of the cells that the report has.
    fn found(&self, slots: &[Slot]) -> impl Iterator<Item = Option<FigureId>> {
        slots.iter().map(|&slot| self.cell_figure(slot)).filter(Option::is_some)
    }

    fn whole_sum(&self, mut figures: impl Iterator<Item = Option<FigureId>>) -> Option<i128> {
        figures.try_fold(0_i128, |sum, id| sum.checked_add(self.whole_figure(id?)?))
    }

    fn whole_figure(&self, id: FigureId) -> Option<i128> {
        self.saw(Witness::Figure(id));
        match self.interval(id)? {
            Interval::Exact(value) => whole(value),
            Interval::Between { .. } => None,
        }
    }
}
