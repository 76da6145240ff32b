//! Tables of open forms: those whose rows or columns are found in the report.

use std::sync::Arc;

use super::grid::Grid;
use crate::rules::form::{Form, Side, Slot};
use crate::source::place::Span;

/// A row or column of a table.
#[derive(Clone, Debug)]
pub struct Line {
    /// What it is in the form, by leaf.
    pub leaf: usize,
    /// Place of its label.
    pub label: Span,
    /// Its label in one line.
    pub name: String,
}

/// What a table is in the document.
#[derive(Clone, Debug)]
pub enum TablePlace {
    /// A block.
    Block(usize),
    /// Elements of XML.
    Element(ElementPlace),
}

/// The elements of XML that a table is.
#[derive(Clone, Debug)]
pub struct ElementPlace {
    /// The name of the outermost one.
    pub name: Span,
    /// All of it.
    pub extent: Span,
    /// The extent of the element that each row is.
    pub rows: Vec<Span>,
}

/// A table of an open form.
#[derive(Clone, Debug)]
pub struct FoundTable {
    /// The form.
    pub form: usize,
    /// What it is in the document.
    pub place: TablePlace,
    /// Its rows.
    pub rows: Vec<Line>,
    /// Its columns.
    pub columns: Vec<Line>,
    /// The texts of its cells, row by row; `None` where it has none.
    pub cells: Vec<Option<Span>>,
    /// Number of its first cell among all cells.
    pub base: usize,
    /// How it was read, where no form fixes that.
    pub grid: Option<Arc<Grid>>,
}

impl FoundTable {
    /// The block that it is.
    pub fn block(&self) -> Option<usize> {
        match self.place {
            TablePlace::Block(block) => Some(block),
            TablePlace::Element(_) => None,
        }
    }

    /// Whether a block is a part of it.
    pub fn has_block(&self, block: usize) -> bool {
        self.block() == Some(block) || self.grid.as_ref().is_some_and(|grid| grid.blocks.contains(&block))
    }

    /// Its rows or its columns.
    pub fn lines(&self, side: Side) -> &[Line] {
        match side {
            Side::Rows => &self.rows,
            Side::Columns => &self.columns,
        }
    }

    /// The cell in a row and column.
    pub fn slot(&self, row: usize, column: usize) -> Slot {
        Slot(self.base + row * self.columns.len() + column)
    }
}

/// Where a cell stands: in a form of the pack, or in a table of an open form.
#[derive(Clone, Copy, Debug)]
pub struct Located<'f> {
    /// The other report that it is of, by number.
    pub report: Option<usize>,
    /// The number of the form.
    pub number: usize,
    /// The form.
    pub form: &'f Form,
    /// The table, of an open form.
    pub table: Option<(usize, &'f FoundTable)>,
    /// Number of its row in the form or the table.
    pub row: usize,
    /// Number of its column in the form or the table.
    pub column: usize,
}

impl<'f> Located<'f> {
    /// The leaf of its row or column in the form.
    pub fn leaf(&self, side: Side) -> usize {
        let line = match side {
            Side::Rows => self.row,
            Side::Columns => self.column,
        };
        match self.table {
            Some((_, table)) => table.lines(side).get(line).map_or(0, |line| line.leaf),
            None => line,
        }
    }

    /// The name of its row or column, for people.
    pub fn name(&self, side: Side) -> String {
        let node = self.form.axis(side).leaf(self.leaf(side));
        match (self.line(side), node) {
            (Some(line), Some(node)) if node.found.is_some() => line.name.clone(),
            (_, Some(node)) => node.name.clone(),
            _ => String::new(),
        }
    }

    /// The name of its row or column in expressions; of one found in the report, its label.
    pub fn id(&self, side: Side) -> &'f str {
        let node = self.form.axis(side).leaf(self.leaf(side));
        match (self.line(side), node) {
            (Some(line), Some(node)) if node.found.is_some() => &line.name,
            (_, Some(node)) => &node.id,
            _ => "",
        }
    }

    fn line(&self, side: Side) -> Option<&'f Line> {
        let index = if side == Side::Rows { self.row } else { self.column };
        self.table.and_then(|(_, table)| table.lines(side).get(index))
    }

    /// Whether another cell stands in the same row or column.
    pub fn shares(&self, other: &Located<'_>, side: Side) -> bool {
        let same_line = if side == Side::Rows { self.row == other.row } else { self.column == other.column };
        self.report == other.report
            && self.number == other.number
            && self.table.map(|(number, _)| number) == other.table.map(|(number, _)| number)
            && same_line
    }
}
