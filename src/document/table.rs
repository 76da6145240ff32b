//! Tables as grids: which column each cell stands in.

use crate::source::content::Geometry;
use crate::source::place::Span;

/// A cell of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Its text; empty, but in its place, for a blank cell.
    pub span: Span,
    /// First column, from zero. Meaningful only in an [aligned](Table::aligned) table.
    pub column: u16,
    /// Columns covered.
    pub colspan: u16,
    /// Rows covered.
    pub rowspan: u16,
}

impl Cell {
    /// Whether the cell covers a column.
    pub fn covers(&self, column: u16) -> bool {
        (self.column..self.column.saturating_add(self.colspan)).contains(&column)
    }
}

/// A table.
#[derive(Clone, Debug)]
pub struct Table {
    /// Whether the cells of different rows stand under each other as their columns say.
    pub aligned: bool,
    /// Whether its rows are lines of text whose cells are set apart by spaces.
    pub is_spaced: bool,
    /// Whether its rows are lines of text.
    pub is_of_lines: bool,
    /// Whether it may be a part of a larger table, whose columns it has.
    pub is_listed: bool,
    cells: Vec<Cell>,
    /// End of each row in `cells`.
    ends: Vec<usize>,
}

impl Table {
    /// The rows, top to bottom; a row has the cells that start in it.
    pub fn rows(&self) -> impl Iterator<Item = &[Cell]> {
        let mut start = 0;
        self.ends.iter().map(move |&end| {
            let row = self.cells.get(start..end).unwrap_or_default();
            start = end;
            row
        })
    }

    /// Tables that are parts of one, as that.
    pub fn joined(parts: &[&Table]) -> Option<Table> {
        let (first, others) = parts.split_first()?;
        let mut joined = Table::clone(first);
        for other in others {
            let base = joined.cells.len();
            joined.aligned &= other.aligned;
            joined.cells.extend_from_slice(&other.cells);
            joined.ends.extend(other.ends.iter().map(|end| base + end));
        }
        // Fields stand in a column by their number, however many a record has.
        joined.aligned &= joined.rows().map(<[Cell]>::len).is_sorted_by(|one, next| one == next);
        Some(joined)
    }

    /// All cells in reading order.
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }
}

/// Builds a table from its cells in reading order.
#[derive(Debug)]
pub struct TableBuilder {
    geometry: Geometry,
    cells: Vec<Cell>,
    ends: Vec<usize>,
    /// For each column, the number of further rows that a cell above reaches into.
    reach: Vec<u16>,
    next_column: usize,
    in_row: bool,
}

impl TableBuilder {
    /// An empty table.
    pub fn new(geometry: Geometry) -> Self {
        Self {
            geometry,
            cells: Vec::new(),
            ends: Vec::new(),
            reach: Vec::new(),
            next_column: 0,
            in_row: false,
        }
    }

    /// Starts a row.
    pub fn row(&mut self) {
        self.end_row();
        self.next_column = 0;
        self.in_row = true;
    }

    /// Adds a cell to the row, in the first column that no cell above reaches into (HTML, "forming a table").
    pub fn cell(&mut self, span: Span, colspan: u16, rowspan: u16) {
        while self.reach.get(self.next_column).is_some_and(|&rows| rows > 0) {
            self.next_column += 1;
        }
        let start = self.next_column;
        let end = start + usize::from(colspan);
        if self.reach.len() < end {
            self.reach.resize(end, 0);
        }
        // Plus one: the row that the cell stands in is taken off when that row ends.
        for column in self.reach.iter_mut().take(end).skip(start) {
            *column = (*column).max(rowspan);
        }
        self.cells.push(Cell { span, column: u16::try_from(start).unwrap_or(u16::MAX), colspan, rowspan });
        self.next_column = end;
    }

    fn end_row(&mut self) {
        if !std::mem::take(&mut self.in_row) {
            return;
        }
        self.ends.push(self.cells.len());
        for rows in &mut self.reach {
            *rows = rows.saturating_sub(1);
        }
    }

    /// The finished table; `None` without a cell.
    pub fn finish(mut self) -> Option<Table> {
        self.end_row();
        if self.cells.is_empty() {
            return None;
        }
        let mut table = Table {
            aligned: false,
            is_spaced: self.geometry == Geometry::Spaced,
            is_of_lines: self.geometry != Geometry::Spanned,
            is_listed: self.geometry == Geometry::Listed,
            cells: self.cells,
            ends: self.ends,
        };
        table.aligned = match self.geometry {
            Geometry::Spanned => true,
            Geometry::Ordered | Geometry::Listed | Geometry::Spaced => {
                let mut widths = table.rows().map(<[Cell]>::len);
                let first = widths.next().unwrap_or(0);
                first > 1 && widths.all(|width| width == first)
            }
        };
        Some(table)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_pushed_aside_by_cells_from_above() {
        let mut builder = TableBuilder::new(Geometry::Spanned);
        let at = Span::default();
        builder.row();
        builder.cell(at, 2, 2);
        builder.cell(at, 1, 1);
        builder.row();
        builder.cell(at, 1, 1);
        builder.row();
        builder.cell(at, 1, 1);
        let table = builder.finish().unwrap();
        let columns: Vec<Vec<u16>> =
            table.rows().map(|row| row.iter().map(|cell| cell.column).collect()).collect();
        assert_eq!(columns, [vec![0, 2], vec![2], vec![0]]);
    }

    #[test]
    fn ordered_cells_align_only_where_all_rows_are_alike() {
        let build = |widths: &[usize]| {
            let mut builder = TableBuilder::new(Geometry::Ordered);
            for &width in widths {
                builder.row();
                (0..width).for_each(|_| builder.cell(Span::default(), 1, 1));
            }
            builder.finish().unwrap().aligned
        };
        assert!(build(&[3, 3, 3]));
        assert!(!build(&[3, 2]));
    }
}
