//! Tables: of figures, or only laying out the page.

use super::{PARAGRAPH, Reader};
use crate::source::content::{Geometry, Mark};
use crate::source::place::Span;
use crate::source::signs::{self, Looks};

/// A table whose end has not been met.
pub(super) struct OpenTable {
    /// Index of its [`Mark::TableStart`].
    first_mark: usize,
    /// It holds another table, so it only lays out the page: its cells are running text.
    is_layout: bool,
    in_row: bool,
    /// Columns and rows spanned by the cell being read.
    cell: Option<(u16, u16)>,
}

impl Reader<'_, '_> {
    pub(super) fn in_cell(&self) -> bool {
        self.tables.last().is_some_and(|table| !table.is_layout && table.cell.is_some())
    }

    pub(super) fn table_start(&mut self, source: usize) {
        if let Some(outer) = self.tables.last_mut()
            && !outer.is_layout
        {
            outer.is_layout = true;
            let first = outer.first_mark;
            self.run_text(first);
        }
        self.flush(source);
        self.heading = None;
        let first_mark = self.builder.marks.len();
        self.builder.marks.push(Mark::TableStart(Geometry::Spanned));
        self.tables.push(OpenTable { first_mark, is_layout: false, in_row: false, cell: None });
    }

    pub(super) fn table_end(&mut self, source: usize) {
        self.row_end(source);
        match self.tables.pop() {
            Some(OpenTable { is_layout: false, first_mark, .. }) => {
                let mut marks = self.builder.marks.split_off(first_mark);
                signs::join(&mut marks, self.builder.text());
                self.builder.marks.extend(marks);
                self.builder.marks.push(Mark::TableEnd);
                if self.is_prose(first_mark) {
                    self.run_text(first_mark);
                }
            }
            _ => self.flush(source),
        }
    }

    /// Whether the table from mark `first` on only lays out the page.
    fn is_prose(&self, first: usize) -> bool {
        let text = self.builder.text();
        let mut looks = Looks::default();
        for mark in self.builder.marks.iter().skip(first) {
            if let Mark::Cell { span, .. } = mark {
                looks.count(span.of(text).split(PARAGRAPH));
            }
        }
        looks.is_layout()
    }

    /// Turns the marks from `first` on from a table into the running text of its cells.
    fn run_text(&mut self, first: usize) {
        for mark in self.builder.marks.split_off(first) {
            match mark {
                Mark::Cell { span, .. } => self.paragraphs(span),
                Mark::TableStart(_) | Mark::TableEnd | Mark::RowStart => {}
                Mark::Text { .. } | Mark::Picture(_) => self.builder.marks.push(mark),
            }
        }
    }

    pub(super) fn row_start(&mut self, source: usize) {
        self.row_end(source);
        self.open_row(source);
    }

    fn open_row(&mut self, source: usize) {
        match self.tables.last_mut() {
            Some(table) if !table.is_layout => {
                table.in_row = true;
                // Stray text between rows is not a cell's.
                self.flush_before_row(source);
                self.builder.marks.push(Mark::RowStart);
            }
            _ => self.flush(source),
        }
    }

    /// Text met in a table outside its cells stands before the table, as browsers show it.
    fn flush_before_row(&mut self, source: usize) {
        let marks = self.builder.marks.len();
        self.flush(source);
        if self.builder.marks.len() > marks
            && let Some(text) = self.builder.marks.pop()
            && let Some(table) = self.tables.last_mut()
        {
            self.builder.marks.insert(table.first_mark, text);
            table.first_mark += 1;
        }
    }

    pub(super) fn row_end(&mut self, source: usize) {
        self.cell_end(source);
        if let Some(table) = self.tables.last_mut() {
            table.in_row = false;
        }
    }

    pub(super) fn cell_start(&mut self, source: usize) {
        self.cell_end(source);
        let spans = (self.tag.colspan, self.tag.rowspan);
        match self.tables.last() {
            Some(table) if table.is_layout => return,
            Some(table) if table.in_row => {}
            Some(_) => self.open_row(source),
            None => return,
        }
        self.flush_before_row(source);
        if let Some(table) = self.tables.last_mut() {
            table.cell = Some(spans);
        }
        self.block = Some(self.builder.position());
    }

    pub(super) fn cell_end(&mut self, source: usize) {
        let Some(table) = self.tables.last_mut() else { return };
        if table.is_layout {
            self.flush(source);
            return;
        }
        let Some((colspan, rowspan)) = table.cell.take() else { return };
        let text = self.builder.text();
        let start = self.block.take().unwrap_or(text.len());
        let inner = Span::new(start, text.len()).trim(text);
        if inner.is_empty() {
            let span = self.here(source);
            self.builder.marks.push(Mark::Cell { span, colspan, rowspan });
        } else {
            self.builder.marks.push(Mark::Cell { span: inner, colspan, rowspan });
            self.builder.separator(self.source(source));
        }
    }
}
