//! Forms: official tables, their rows and columns, named once with the labels that real reports use.

mod axis;
mod read;

use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::element_path::ElementPath;
use super::fields::Text;
use super::mistake::At;
use super::pack::Editions;
use super::pattern::Pattern;
pub use axis::{Axis, Node, Side};
pub use read::{describe, paths, read};

/// What a cell holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// A number of things: whole, not negative.
    Count,
    /// A sum of money or another measure: not negative.
    Amount,
    /// A change against an earlier count: whole, of either sign.
    Change,
    /// A sum of money that may be below zero.
    Balance,
    /// A percentage, with or without its sign.
    Percent,
    /// A day.
    Date,
    /// The number of the line: no figure of the report.
    Ordinal,
}

/// What a blank cell, or a mark such as `/` or `—`, means in a form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Blank {
    /// Nothing to count.
    #[default]
    Zero,
    /// Not told.
    Unknown,
}

/// Which way a form's rows are found in a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Layout {
    /// Row labels stand to the left of their cells.
    #[default]
    Rows,
    /// Row labels stand above the column labels, in the header: one line of figures holds all.
    Stacked,
    /// Each label has its figures right beside it; a line may hold several labels.
    Beside,
}

/// Where the elements of a form are in XML.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ElementMap {
    /// Its tables, below the outermost element.
    pub table: ElementPath,
    /// The rows, below a table.
    pub row: ElementPath,
    /// What joins a row to what it belongs to by references, below a table.
    pub link: ElementPath,
    /// The label of a row, below what it belongs to.
    pub label: ElementPath,
    /// Notes to a table, below it.
    pub notes: Option<ElementPath>,
}

/// An official table.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Form {
    /// Name in expressions.
    pub id: String,
    /// Where that stands.
    pub at: At,
    /// Name in messages.
    pub name: String,
    /// Where its row labels stand.
    pub layout: Layout,
    /// What a blank cell means.
    pub blank: Blank,
    /// Its figures are rounded to the decimals shown.
    pub is_rounded: bool,
    /// Figures of a table with such words in it, or right above it, are rounded, and so are all that show decimals.
    pub rounded_where: Option<Arc<Pattern>>,
    /// Reports adapt it: they need not have all its rows.
    pub varies: bool,
    /// Words in a label that say that a row or column is a total.
    pub total_words: Option<Arc<Pattern>>,
    /// Words in a label that say that a row or column is not added up with those beside it: a rate, a rank, an average.
    pub apart_words: Option<Arc<Pattern>>,
    /// Words in or near a table that say why a total of it is no sum.
    pub overlap_words: Option<Arc<Pattern>>,
    /// What its total rows and columns add up is told from the report.
    pub is_footed: bool,
    /// Its rows, its columns or the tables themselves are found in the report.
    pub is_open: bool,
    /// Where it is in XML, if it is there.
    pub elements: Option<ElementMap>,
    kind: Kind,
    /// Its rows.
    pub rows: Axis,
    /// Its columns.
    pub columns: Axis,
    /// Labels of header cells that bind nothing, such as the name of the stub.
    pub captions: Vec<Text>,
    /// Number of its first cell among the cells of the pack.
    pub base: usize,
}

/// A cell, by its number: first those of the pack's forms, then those of the tables found in the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Slot(pub usize);

impl Form {
    /// Its rows or its columns.
    pub fn axis(&self, side: Side) -> &Axis {
        match side {
            Side::Rows => &self.rows,
            Side::Columns => &self.columns,
        }
    }

    /// Number of cells, whether or not the form has them; none of an open form, whose cells are found in the report.
    pub fn size(&self) -> usize {
        if self.is_open { 0 } else { self.rows.leaves.len() * self.columns.leaves.len() }
    }

    /// Whether its tables are told by their columns and its row labels, rather than by the order of a fixed form.
    pub fn is_read_by_table(&self) -> bool {
        self.elements.is_none() && (self.is_open || self.layout == Layout::Beside)
    }

    /// Whether a cell that is not there means nothing to count.
    pub fn absent_is_zero(&self, column: usize) -> bool {
        self.blank == Blank::Zero && !self.columns.leaf(column).is_some_and(|node| node.is_total)
    }

    /// The cells of this form among those of the pack.
    pub fn slots(&self) -> Range<usize> {
        self.base..self.base + self.size()
    }

    /// The cell in a row and column.
    pub fn slot(&self, row: usize, column: usize) -> Slot {
        Slot(self.base + row * self.columns.leaves.len() + column)
    }

    /// Row and column of one of this form's cells.
    pub fn row_column(&self, slot: Slot) -> (usize, usize) {
        let offset = slot.0.saturating_sub(self.base);
        let width = self.columns.leaves.len().max(1);
        (offset / width, offset % width)
    }

    /// Whether an edition of the form has the cell.
    pub fn has(&self, editions: Editions, row: usize, column: usize) -> bool {
        let (Some(row), Some(column_node)) = (self.rows.leaf(row), self.columns.leaf(column)) else {
            return false;
        };
        row.editions.meets(editions)
            && column_node.editions.meets(editions)
            && row.columns.as_ref().is_none_or(|columns| columns.contains(&column))
    }

    /// The columns that a row has in an edition.
    pub fn columns_of(&self, editions: Editions, row: usize) -> impl Iterator<Item = usize> {
        (0..self.columns.leaves.len()).filter(move |&column| self.has(editions, row, column))
    }

    /// The rows of an edition.
    pub fn rows_in(&self, editions: Editions) -> impl Iterator<Item = usize> {
        (0..self.rows.leaves.len())
            .filter(move |&row| self.rows.leaf(row).is_some_and(|row| row.editions.meets(editions)))
    }

    /// Whether a cell is the total of others.
    pub fn is_total(&self, row: usize, column: usize) -> bool {
        let of = |axis: &Axis, leaf| axis.leaf(leaf).is_some_and(|node| node.is_total);
        of(&self.rows, row) || of(&self.columns, column)
    }

    /// What a cell holds.
    pub fn kind(&self, row: usize, column: usize) -> Kind {
        let of = |axis: &Axis, leaf| axis.leaf(leaf).and_then(|node| node.kind);
        of(&self.columns, column).or(of(&self.rows, row)).unwrap_or(self.kind)
    }
}
