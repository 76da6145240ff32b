//! The cells that a selection picks, in a form or in a table.

use super::Evaluator;
use crate::check::value::{Record, Value};
use crate::facts::FigureId;
use crate::facts::table::Line;
use crate::rules::expression::node::{FoundCells, Leaf, Lines};
use crate::rules::form::{Side, Slot};
use crate::rules::pack::Editions;

impl Evaluator<'_, '_> {
    /// The cell that a dynamic selection picks.
    pub fn slot(&self, form: usize, row: &Leaf, column: &Leaf) -> Option<Slot> {
        let leaf = |leaf: &Leaf| match leaf {
            Leaf::Known(leaf) => Some(*leaf),
            Leaf::Of(node) => match self.value(node) {
                Value::Record(Record::Row { leaf, .. } | Record::Column { leaf, .. }) => Some(leaf),
                _ => None,
            },
        };
        let (row, column) = (leaf(row)?, leaf(column)?);
        let form = self.facts.pack.forms.get(form)?;
        form.has(self.editions(), row, column).then(|| form.slot(row, column))
    }

    /// The edition of the report that is looked at now.
    fn editions(&self) -> Editions {
        let other = self.other.get().and_then(|other| self.facts.others.get(other));
        other.map_or_else(|| self.facts.editions(), |other| Editions::only(other.edition))
    }

    /// The figures of a table that a selection picks; `None` where the table lacks a row or column that is named.
    pub fn found_figures(&self, cells: &FoundCells) -> Option<Vec<Option<FigureId>>> {
        let Value::Record(Record::Table(number) | Record::Line { table: number, .. }) =
            self.value(&cells.table)
        else {
            return None;
        };
        let own = self.facts.tables.get(number)?;
        let table = match self.other.get() {
            Some(other) => self.counterpart(number, own, other)?,
            None => own,
        };
        // A line of the report's own table, in that of the report that is asked.
        let there = |index: usize, side: Side| -> Option<Vec<usize>> {
            if self.other.get().is_none() {
                return Some(vec![index]);
            }
            let line = own.lines(side).get(index)?;
            let is_there = |other: &Line| (other.leaf, &other.name) == (line.leaf, &line.name);
            table.lines(side).iter().position(is_there).map(|index| vec![index])
        };
        let pick = |lines: &Lines, side: Side| -> Option<Vec<usize>> {
            match lines {
                Lines::Of(node) => match self.value(node) {
                    Value::Record(Record::Line { table: of, index, .. }) if of == number => {
                        there(index, side)
                    }
                    _ => None,
                },
                Lines::Same(node) => {
                    let Value::Record(Record::Line { table: other, index, .. }) = self.value(node) else {
                        return None;
                    };
                    there(self.facts.same_line(side, (other, index), number)?, side)
                }
                Lines::Fixed(leaf) => {
                    table.lines(side).iter().position(|line| line.leaf == *leaf).map(|index| vec![index])
                }
                Lines::Leaves(leaves) => {
                    let lines = table.lines(side).iter().enumerate();
                    Some(
                        lines
                            .filter(|(_, line)| leaves.contains(&line.leaf))
                            .map(|(index, _)| index)
                            .collect(),
                    )
                }
            }
        };
        let (rows, columns) = (pick(&cells.rows, Side::Rows)?, pick(&cells.columns, Side::Columns)?);
        let slots = rows.iter().flat_map(|&row| columns.iter().map(move |&column| table.slot(row, column)));
        Some(slots.map(|slot| self.facts.cell(slot)).collect())
    }
}
