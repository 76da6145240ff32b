//! What is looked up in other reports: that of the same body on the year before, those of the bodies below.

use super::Evaluator;
use super::functions::extreme;
use super::sets::Numbers;
use crate::check::value::{Number, Sum, Value};
use crate::facts::table::FoundTable;
use crate::rules::expression::node::{Node, Whose};
use crate::rules::expression::vocabulary::Function;

impl<'e> Evaluator<'e, '_> {
    /// The report on the year before that which is looked at now.
    pub fn previous(&self) -> Option<usize> {
        match self.other.get() {
            Some(other) => self.facts.others.get(other)?.previous,
            None => self.facts.previous,
        }
    }

    /// The reports of the bodies below.
    pub fn children(&self) -> Option<&'e [usize]> {
        self.facts.children.as_deref().filter(|_| self.other.get().is_none())
    }

    /// Looks up cells in another report while `look` is at it.
    pub fn within<T>(&self, other: usize, look: impl FnOnce() -> T) -> T {
        let before = self.other.replace(Some(other));
        let found = look();
        self.other.set(before);
        found
    }

    pub(super) fn elsewhere(&self, whose: Whose, inner: &Node) -> Value<'e> {
        let number = match whose {
            Whose::Previous => {
                self.previous().and_then(|previous| self.within(previous, || self.number(inner)))
            }
            Whose::Children => self.over_children(inner),
        };
        number.map_or(Value::Unknown, Value::Number)
    }

    /// A function of numbers over all reports of the bodies below.
    fn over_children(&self, inner: &Node) -> Option<Number> {
        let Node::Call(function, arguments) = inner else { return None };
        let (children, argument) = (self.children()?, arguments.first()?);
        // All are looked at, so that those whose figures are known have taken part.
        let each: Vec<Option<Numbers>> =
            children.iter().map(|&child| self.within(child, || self.several(argument))).collect();
        let numbers: Numbers =
            each.into_iter().collect::<Option<Vec<Numbers>>>()?.into_iter().flatten().collect();
        match function {
            Function::Sum => {
                let mut sum = Sum::default();
                numbers.into_iter().for_each(|(_, number)| sum.add(number));
                sum.total()
            }
            Function::Count => Some(Number::exact(numbers.len().into())),
            Function::Min | Function::Max => extreme(*function, &numbers),
            _ => None,
        }
    }

    /// The table of another report that is there what a table is here: of the same form, and the only one or the one
    /// with the same number of as many.
    pub(super) fn counterpart(
        &self,
        number: usize,
        own: &FoundTable,
        other: usize,
    ) -> Option<&'e FoundTable> {
        let is_alike = |table: &&FoundTable| table.form == own.form;
        let before = self.facts.tables.iter().take(number).filter(is_alike).count();
        let count = self.facts.tables.iter().filter(is_alike).count();
        let there: Vec<&'e FoundTable> =
            self.facts.others.get(other)?.tables.iter().filter(is_alike).collect();
        there.get(before).copied().filter(|_| there.len() == count)
    }
}
