//! Where the figures of a table begin: its header, its columns of labels, its lines.

use super::shown::{self, Shown};
use crate::document::table::{Cell, Table};
use crate::source::place::Span;

/// A table with its cells told apart.
pub struct Layout<'t> {
    text: &'t str,
    /// Its cells by row and column; of a cell that spans several, the first.
    cells: Vec<Vec<Option<Cell>>>,
    shown: Vec<Vec<Shown>>,
    nothing: Shown,
    /// Rows above the figures.
    pub header_rows: usize,
    /// The rows with figures.
    pub lines: Vec<usize>,
    /// The columns with figures.
    pub columns: Vec<usize>,
    apart: Vec<bool>,
    width: usize,
}

impl<'t> Layout<'t> {
    /// Tells the cells of a table apart.
    pub fn new(text: &'t str, table: &Table, width: usize) -> Self {
        let format = shown::format(table.cells().iter().map(|cell| cell.span.of(text)));
        let mut cells = Vec::new();
        for row in table.rows() {
            let mut line = vec![None; width];
            for (number, cell) in row.iter().enumerate() {
                let column =
                    if table.aligned || !table.is_of_lines { usize::from(cell.column) } else { number };
                if let Some(place) = line.get_mut(column) {
                    *place = Some(*cell);
                }
            }
            cells.push(line);
        }
        let show = |cell: &Option<Cell>| match cell {
            Some(cell) => shown::shown(cell.span.of(text), format),
            None => Shown::Nothing,
        };
        let shown: Vec<Vec<Shown>> =
            cells.iter().map(|row: &Vec<Option<Cell>>| row.iter().map(show).collect()).collect();
        let mut layout = Self {
            text,
            cells,
            shown,
            nothing: Shown::Nothing,
            header_rows: 0,
            lines: Vec::new(),
            columns: Vec::new(),
            apart: vec![false; width],
            width,
        };
        layout.find_lines();
        layout.find_columns();
        layout
    }

    /// What a cell shows.
    pub fn at(&self, row: usize, column: usize) -> &Shown {
        self.shown.get(row).and_then(|row| row.get(column)).unwrap_or(&self.nothing)
    }

    /// The place of a cell.
    pub fn span(&self, row: usize, column: usize) -> Option<Span> {
        self.cells.get(row)?.get(column)?.map(|cell| cell.span)
    }

    /// Number of rows, those without figures among them.
    pub fn row_count(&self) -> usize {
        self.cells.len()
    }

    /// Number of columns, those without figures among them.
    pub fn width(&self) -> usize {
        self.width
    }

    fn figures(&self, row: usize) -> impl Iterator<Item = (usize, &shown::Number)> {
        let cells = self.shown.get(row).map(Vec::as_slice).unwrap_or_default().iter().enumerate();
        cells.filter_map(|(column, shown)| match shown {
            Shown::Number(number) => Some((column, number)),
            _ => None,
        })
    }

    fn find_lines(&mut self) {
        let is_line = |row: &usize| self.figures(*row).next().is_some() && !self.heads_columns(*row);
        let mut lines: Vec<usize> = (0..self.cells.len()).filter(is_line).collect();
        // A row of numbers of columns, above all figures: 1, 2, 3.
        if let Some(&first) = lines.first()
            && lines.len() > 1
            && self.counts_columns(first)
        {
            lines.remove(0);
        }
        self.header_rows = lines.first().copied().unwrap_or(self.cells.len());
        self.lines = lines;
    }

    /// Whether a row names columns by their years: it has two years at least, and no other figure.
    fn heads_columns(&self, row: usize) -> bool {
        let mut count = 0;
        let all = self.figures(row).all(|(_, number)| {
            count += 1;
            is_year(number)
        });
        all && (count > 1 || !self.has_label(row, 0))
    }

    fn has_label(&self, row: usize, column: usize) -> bool {
        *self.at(row, column) == Shown::Words
    }

    fn counts_columns(&self, row: usize) -> bool {
        let figures: Vec<_> = self.figures(row).map(|(_, number)| number.value).collect();
        let is_next =
            |pair: &[rust_decimal::Decimal]| matches!(pair, [a, b] if *b - *a == rust_decimal::Decimal::ONE);
        figures.len() > 2
            && figures.first().is_some_and(|&first| first <= rust_decimal::Decimal::TWO)
            && figures.windows(2).all(is_next)
    }

    /// The column of labels, where it is one of the first: numbers before it are those of lines, codes or years.
    fn label_column(&self) -> usize {
        const FIRST: usize = 3;
        let is_wordy = |column: &usize| {
            let words = self.lines.iter().filter(|&&row| self.has_label(row, *column)).count();
            2 * words > self.lines.len()
        };
        (0..self.width.min(FIRST)).find(is_wordy).unwrap_or(0)
    }

    fn find_columns(&mut self) {
        for column in self.label_column()..self.width {
            let figures: Vec<&shown::Number> = self
                .lines
                .iter()
                .filter_map(|&row| match self.at(row, column) {
                    Shown::Number(number) => Some(number),
                    _ => None,
                })
                .collect();
            let words = self.lines.iter().filter(|&&row| self.has_label(row, column)).count();
            if figures.is_empty() || column == 0 && words > figures.len() {
                continue;
            }
            let is_years = figures.len() > 1 && figures.iter().all(|number| is_year(number));
            let is_serial = figures.len() > 2
                && figures
                    .windows(2)
                    .all(|pair| matches!(pair, [a, b] if b.value - a.value == rust_decimal::Decimal::ONE));
            // The first column of a table names its lines, even by a number, where each has another.
            if is_years || is_serial {
                continue;
            }
            let percent = figures.iter().filter(|number| number.is_percent).count();
            let is_apart = 2 * percent >= figures.len();
            if let Some(apart) = self.apart.get_mut(column) {
                *apart = is_apart;
            }
            self.columns.push(column);
        }
        // Where all are shares, they add up among themselves.
        if !self.has_plain_figures() {
            self.apart.fill(false);
        }
    }

    /// Whether some column shows more than shares.
    pub fn has_plain_figures(&self) -> bool {
        self.columns.iter().any(|&column| !self.is_apart(column))
    }

    /// Whether a column shows shares.
    pub fn is_apart(&self, column: usize) -> bool {
        self.apart.get(column).copied().unwrap_or(false)
    }

    /// Columns of labels before the first of figures.
    pub fn stub_columns(&self) -> usize {
        self.columns.first().copied().unwrap_or(0)
    }

    /// The label of a row: the words before its figures, those that reach down to it among them.
    pub fn row_label(&self, row: usize) -> (Span, String) {
        let stub = self.stub_columns().max(1);
        let mut names: Vec<&str> = Vec::new();
        let mut label = None;
        for column in 0..stub {
            let is_figure = self.columns.contains(&column)
                && matches!(self.at(row, column), Shown::Number(_) | Shown::Blank);
            let own = self.cells.get(row).and_then(|row| *row.get(column)?);
            let Some(cell) = own.or_else(|| self.reaching(row, column)).filter(|_| !is_figure) else {
                continue;
            };
            let text = cell.span.of(self.text).trim();
            if !text.is_empty() {
                names.push(text);
                label = Some(cell.span);
            }
        }
        let first = || self.columns.iter().find_map(|&column| self.span(row, column));
        let name = names.join(" ").split_whitespace().collect::<Vec<_>>().join(" ");
        (label.or_else(first).unwrap_or_default(), name)
    }

    /// The cell of a row above that reaches down into a cell.
    fn reaching(&self, row: usize, column: usize) -> Option<Cell> {
        const FURTHEST: usize = 200;
        (1..=row.min(FURTHEST))
            .find_map(|up| {
                let cell = (*self.cells.get(row - up)?.get(column)?)?;
                Some((cell, up))
            })
            .filter(|(cell, up)| usize::from(cell.rowspan) > *up)
            .map(|(cell, _)| cell)
    }

    /// The cells over a column, from top to bottom.
    fn header(&self, column: usize) -> Vec<Cell> {
        let rows = self.cells.iter().take(self.header_rows);
        let over = rows.filter_map(|row| {
            let is_title =
                row.iter().flatten().filter(|cell| !cell.span.of(self.text).trim().is_empty()).count() < 2;
            let covers = |cell: &&Cell| {
                usize::from(cell.column) <= column
                    && column < usize::from(cell.column) + usize::from(cell.colspan)
            };
            let cell = row.iter().take(column + 1).rev().flatten().find(covers)?;
            (!is_title || self.width < 3).then_some(*cell)
        });
        over.filter(|cell| !cell.span.of(self.text).trim().is_empty()).collect()
    }

    /// The label of a column.
    pub fn column_label(&self, column: usize) -> (Span, String) {
        let header = self.header(column);
        let mut names: Vec<String> = Vec::new();
        for cell in &header {
            let name = cell.span.of(self.text).split_whitespace().collect::<Vec<_>>().join(" ");
            if names.last() != Some(&name) {
                names.push(name);
            }
        }
        (header.last().map(|cell| cell.span).unwrap_or_default(), names.join(" "))
    }

    /// The label of a column without those that it shares with others.
    pub fn own_label(&self, column: usize) -> String {
        let header = self.header(column);
        let own = header.iter().filter(|cell| cell.colspan < 2).map(|cell| cell.span.of(self.text).trim());
        own.collect::<Vec<_>>().join(" ")
    }

    /// The unit that the cells of a column show.
    pub fn unit(&self, column: usize) -> Option<String> {
        if self.is_apart(column) {
            return Some("%".to_owned());
        }
        self.lines.iter().find_map(|&row| match self.at(row, column) {
            Shown::Number(number) => number.currency.clone(),
            _ => None,
        })
    }
}

fn is_year(number: &shown::Number) -> bool {
    let value = number.value.normalize();
    number.is_plain_year() && (1900..=2100).contains(&i32::try_from(value.mantissa()).unwrap_or(0))
}
