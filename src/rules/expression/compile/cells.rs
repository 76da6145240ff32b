//! Cells of forms: what expressions pick of their rows and columns.

use super::{Binding, Compiler, Typed};
use crate::rules::expression::node::{FoundCells, Leaf, Lines, Node};
use crate::rules::expression::syntax::{Name, Pick, Selector};
use crate::rules::expression::vocabulary::{Record, Type};
use crate::rules::fields::Text;
use crate::rules::form::{Axis, Kind as CellKind, Side};
use crate::rules::mistake::Mistake;
use crate::rules::pack::Editions;

impl Compiler<'_> {
    pub(super) fn counted_cells(&self) -> Vec<crate::rules::form::Slot> {
        let mut slots = Vec::new();
        for form in self.forms.iter().filter(|form| !form.is_open) {
            for row in form.rows_in(self.editions) {
                let counted = form
                    .columns_of(self.editions, row)
                    .filter(|&column| form.kind(row, column) == CellKind::Count);
                slots.extend(counted.map(|column| form.slot(row, column)));
            }
        }
        slots
    }

    pub(super) fn cell(&mut self, text: &Text, name: &Name, row: &Selector, column: &Selector) -> Typed {
        let Some(form_index) = self.forms.iter().position(|form| form.id == name.text) else {
            let known: Vec<&str> = self.forms.iter().map(|form| form.id.as_str()).collect();
            self.unknown(text, name, "form", &known);
            return None;
        };
        let form = self.forms.get(form_index)?;
        if form.is_open {
            return self.found_cells(text, form_index, name, row, column);
        }
        let rows = self.select(text, row, &form.rows, "row", Record::Row(form_index));
        let columns = self.select(text, column, &form.columns, "column", Record::Column(form_index));
        let at = name.at.start..column.at.end + 1;
        match (rows?, columns?) {
            (Selected::Dynamic(row), Selected::Dynamic(column)) => {
                Some(cell_at(form_index, Leaf::Of(row), Leaf::Of(column)))
            }
            (Selected::Dynamic(row), Selected::One(column)) => {
                Some(cell_at(form_index, Leaf::Of(row), Leaf::Known(column)))
            }
            (Selected::One(row), Selected::Dynamic(column)) => {
                Some(cell_at(form_index, Leaf::Known(row), Leaf::Of(column)))
            }
            (Selected::One(row), Selected::One(column)) => {
                if !form.has(Editions::ALL, row, column) {
                    self.mistake(
                        text,
                        &at,
                        "the form has no such cell",
                        "this row does not have this column",
                    );
                    return None;
                }
                self.is_absent |= !form.has(self.editions, row, column);
                Some((Node::Cell(form.slot(row, column)), Type::Number))
            }
            (Selected::Dynamic(_), Selected::Several(_)) | (Selected::Several(_), Selected::Dynamic(_)) => {
                self.mistake(
                    text,
                    &row.at,
                    "a row read in the report picks one cell",
                    "needs one column beside it",
                );
                None
            }
            (rows, columns) => {
                let (rows, columns) = (rows.leaves(), columns.leaves());
                let all = rows.iter().flat_map(|&row| columns.iter().map(move |&column| (row, column)));
                let slots = all
                    .filter(|&(row, column)| form.has(self.editions, row, column))
                    .map(|(row, column)| form.slot(row, column));
                Some((Node::Cells(slots.collect()), Type::Numbers))
            }
        }
    }

    /// Cells of an open form: of the table of a variable.
    fn found_cells(
        &mut self,
        text: &Text,
        form: usize,
        name: &Name,
        row: &Selector,
        column: &Selector,
    ) -> Typed {
        let rows = self.lines(text, row, form, Side::Rows);
        let columns = self.lines(text, column, form, Side::Columns);
        let (rows, columns) = (rows?, columns?);
        let of_line = [&rows, &columns].into_iter().find_map(|lines| match lines {
            Lines::Of(node) => Some(node.clone()),
            _ => None,
        });
        let of_form = |binding: &Binding| match binding {
            Binding::Dynamic(index, Record::Table(of) | Record::Line(of, _)) if *of == form => {
                Some(Node::Variable(*index))
            }
            _ => None,
        };
        let table = of_line.or_else(|| self.variables.iter().find_map(|(_, binding)| of_form(binding)));
        let Some(table) = table else {
            // Rules look over the tables of the forms that they name; other expressions do not.
            self.mistake(text, &name.at, "which table of the form?", "expected a variable that runs over it");
            return None;
        };
        let kind = if rows.is_one() && columns.is_one() { Type::Number } else { Type::Numbers };
        Some((Node::Found(Box::new(FoundCells { form, table, rows, columns })), kind))
    }

    fn lines(&mut self, text: &Text, selector: &Selector, form: usize, side: Side) -> Option<Lines> {
        let what = if side == Side::Rows { "row" } else { "column" };
        let axis = self.forms.get(form)?.axis(side);
        match self.select(text, selector, axis, what, Record::Line(form, side))? {
            Selected::Dynamic(node) => Some(Lines::Of(node)),
            Selected::Same(node) => Some(Lines::Same(node)),
            Selected::Several(leaves) => Some(Lines::Leaves(leaves)),
            Selected::One(leaf) => {
                let is_found = axis.leaf(leaf).is_some_and(|node| node.found.is_some());
                Some(if is_found { Lines::Leaves(vec![leaf]) } else { Lines::Fixed(leaf) })
            }
        }
    }

    fn select(
        &mut self,
        text: &Text,
        selector: &Selector,
        axis: &Axis,
        what: &str,
        record: Record,
    ) -> Option<Selected> {
        let find = |compiler: &mut Self, name: &Name| {
            let found = axis.find(&name.text);
            if found.is_none() {
                let mut known: Vec<String> = axis.nodes.iter().map(|node| node.id.clone()).collect();
                known.extend(compiler.variables.iter().map(|(name, _)| name.clone()));
                let known: Vec<&str> = known.iter().map(String::as_str).collect();
                compiler.unknown(text, name, what, &known);
            }
            found
        };
        match &selector.pick {
            Pick::All => Some(Selected::Several((0..axis.leaves.len()).collect())),
            Pick::Group(name) => {
                let group = find(self, name)?;
                Some(Selected::Several(axis.leaves_of(group).collect()))
            }
            Pick::Range(first, last) => {
                let (first_node, last_node) = (find(self, first)?, find(self, last)?);
                let leaf = |node: usize| axis.nodes.get(node).and_then(|node| node.leaf);
                let (Some(start), Some(end)) = (leaf(first_node), leaf(last_node)) else {
                    self.mistake(
                        text,
                        &selector.at,
                        format!("a range runs from one {what} to another"),
                        "one end is a group",
                    );
                    return None;
                };
                if start > end {
                    self.mistake(
                        text,
                        &selector.at,
                        "this range runs backwards",
                        format!("`{}` comes first in the form", last.text),
                    );
                    return None;
                }
                Some(Selected::Several((start..=end).collect()))
            }
            Pick::Path(path) => {
                let (first, fields) = path.split_first()?;
                if let Some(binding) = self.variable(&first.text) {
                    return self.select_variable(text, selector, binding, fields, record);
                }
                let node = find(self, first)?;
                if let Some(extra) = fields.first() {
                    self.mistake(
                        text,
                        &extra.at,
                        format!("a {what} has no fields here"),
                        "expected `,` or `]`",
                    );
                    return None;
                }
                let leaf = axis.nodes.get(node).and_then(|node| node.leaf);
                if leaf.is_none() {
                    let mistake = Mistake::new(
                        text.part(selector.at.clone()),
                        format!("`{}` is a group of {what}s", first.text),
                        format!("expected one {what}"),
                    );
                    self.mistakes.push(mistake.help(format!("write `{}.*` for all of them", first.text)));
                }
                leaf.map(Selected::One)
            }
        }
    }

    fn select_variable(
        &mut self,
        text: &Text,
        selector: &Selector,
        binding: Binding,
        fields: &[Name],
        record: Record,
    ) -> Option<Selected> {
        match binding {
            Binding::Row { leaf, .. } | Binding::Column { leaf, .. }
                if fields.is_empty() && binding.record() == record =>
            {
                Some(Selected::One(leaf))
            }
            Binding::Dynamic(index, of) => {
                let (node, kind) = self.fields(text, Node::Variable(index), Type::Record(of), fields)?;
                if kind == Type::Record(record) {
                    return Some(Selected::Dynamic(node));
                }
                if self.share_names(kind, record) {
                    return Some(Selected::Same(node));
                }
                let wanted = Type::Record(record);
                self.mistake(
                    text,
                    &selector.at,
                    "this picks nothing in the form",
                    format!("is {kind}, expected {wanted} of this form"),
                );
                None
            }
            _ => {
                let wanted = Type::Record(record);
                self.mistake(
                    text,
                    &selector.at,
                    "this variable is of another form or the other axis",
                    format!("expected {wanted} of this form"),
                );
                None
            }
        }
    }

    /// Whether a line of one open form can have the name of one of another.
    fn share_names(&self, kind: Type, wanted: Record) -> bool {
        let (Type::Record(Record::Line(form, side)), Record::Line(other, other_side)) = (kind, wanted) else {
            return false;
        };
        let axis = |form: usize| self.forms.get(form).map(|form| form.axis(side));
        let (Some(axis), Some(other)) = (axis(form), axis(other)) else { return false };
        let mut leaves = (0..axis.leaves.len()).filter_map(|leaf| axis.leaf(leaf));
        side == other_side && leaves.any(|leaf| other.find(&leaf.id).is_some())
    }
}

/// What a selector picks.
enum Selected {
    One(usize),
    Several(Vec<usize>),
    Dynamic(Node),
    /// The line of the same name as one of another form.
    Same(Node),
}

impl Selected {
    fn leaves(self) -> Vec<usize> {
        match self {
            Selected::One(leaf) => vec![leaf],
            Selected::Several(leaves) => leaves,
            Selected::Dynamic(_) | Selected::Same(_) => Vec::new(),
        }
    }
}

fn cell_at(form: usize, row: Leaf, column: Leaf) -> (Node, Type) {
    (Node::CellAt { form, row: Box::new(row), column: Box::new(column) }, Type::Number)
}
