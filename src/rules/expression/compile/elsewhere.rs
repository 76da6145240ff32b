//! What expressions say of other reports.

use super::{Binding, Compiler, Typed};
use crate::rules::expression::node::{Node, Whose};
use crate::rules::expression::syntax::{Expression, Name};
use crate::rules::expression::vocabulary::{Function, Record, Type};
use crate::rules::fields::Text;

impl Compiler<'_> {
    /// A number of other reports: a cell of the one before, the sum, count, smallest or largest over those below.
    pub(super) fn elsewhere(&mut self, text: &Text, whose: &Name, inner: &Expression) -> Typed {
        let whose = match whose.text.as_str() {
            "previous" => Whose::Previous,
            "children" => Whose::Children,
            _ => {
                self.unknown(text, whose, "report", &["previous", "children"]);
                return None;
            }
        };
        // The other report may be of another edition.
        let (was_elsewhere, was_absent) = (self.is_elsewhere, self.is_absent);
        self.is_elsewhere = true;
        let node = self.value(text, inner, Type::Number);
        (self.is_elsewhere, self.is_absent) = (was_elsewhere, was_absent);
        let node = node?;
        let over_all =
            |function| matches!(function, Function::Sum | Function::Count | Function::Min | Function::Max);
        match (whose, &node) {
            (Whose::Children, Node::Call(function, _)) if over_all(*function) => {}
            (Whose::Children, _) => {
                self.mistake(
                    text,
                    &inner.at,
                    "several reports have this figure",
                    "expected `sum(…)`, `count(…)`, `min(…)` or `max(…)` of it",
                );
                return None;
            }
            (Whose::Previous, _) => {}
        }
        Some((Node::Elsewhere(whose, Box::new(node)), Type::Number))
    }

    /// Whether a path can be read where it stands; of other reports only cells are known.
    pub(super) fn may_be_elsewhere(&mut self, text: &Text, first: &Name, fields: &[Name]) -> bool {
        let is_cell = |binding| matches!(binding, Binding::Dynamic(_, Record::Cell)) && fields.is_empty();
        let is_known = first.text == "cells" || self.variable(&first.text).is_none_or(is_cell);
        let is_own = !is_known || matches!(first.text.as_str(), "claims" | "report");
        if self.is_elsewhere && is_own {
            let message = "only the cells of forms are known of other reports";
            self.mistake(text, &first.at, message, "expected a cell, such as `form[row, column]`");
        }
        !(self.is_elsewhere && is_own)
    }
}
