//! Forms read table by table: those whose rows or columns are found in the report, and those whose labels stand right
//! beside their figures.

use super::token::{self, TokenKind};
use super::{Binding, BoundCell, FoundRow, Problem, Unbound};
use crate::document::table::{Cell, Table};
use crate::document::{Block, Document};
use std::sync::Arc;

use crate::facts::grid::{self, Grid, Unread};
use crate::facts::table::{FoundTable, Line, TablePlace};
use crate::rules::form::{Axis, Form, Kind, Layout};
use crate::rules::label_index::{Meaning, Target};
use crate::rules::pack::Pack;
use crate::rules::pattern::Pattern;
use crate::source::place::Span;

/// Binds the tables of a document that no other form has taken.
pub(super) fn bind(document: &Document<'_>, pack: &Pack, binding: &mut Binding) {
    for (block, found) in document.blocks().iter().enumerate() {
        let Block::Table(table) = found else { continue };
        if binding.tables.iter().any(|table| table.has_block(block)) {
            continue;
        }
        let whole = table.cells().iter().map(|cell| cell.span).reduce(Span::join).unwrap_or_default();
        let is_taken = |row: &FoundRow| {
            whole.contains(row.label) && table.cells().iter().any(|cell| cell.span.contains(row.label))
        };
        if binding.rows.iter().any(is_taken) {
            continue;
        }
        let reader = Reader::new(document.text(), pack, table);
        let is_read = |form: &Form| form.is_read_by_table() && !form.is_footed;
        let readings = pack.forms.iter().enumerate().filter(|(_, form)| is_read(form));
        let readings = readings.filter_map(|(number, form)| reader.read(number, form));
        // Of forms that fit alike, the first; one that names its columns before one that takes any.
        let best = readings.reduce(|best, next| if next.fit > best.fit { next } else { best });
        match best.map_or_else(|| general(document, pack, (block, table)), Ok) {
            Ok(reading) => reading.enter(pack, block, binding),
            Err(why) => binding.unread.extend(why.map(|why| (block, why))),
        }
    }
}

/// A table that no form explains, as the form reads it that takes any; `None` for the reason where no form does.
fn general(
    document: &Document<'_>,
    pack: &Pack,
    (block, table): (usize, &Table),
) -> Result<Reading, Option<Unread>> {
    let (number, form) = pack.forms.iter().enumerate().find(|(_, form)| form.is_footed).ok_or(None)?;
    let says = |words: &Pattern| says_near(document, words, block, table);
    let is_rounded = form.rounded_where.as_deref().is_some_and(says);
    // Blank lines and titles part a table of records into several.
    let parts = document.blocks().iter().enumerate().skip(block).filter_map(|(number, found)| match found {
        Block::Table(other) if number == block || table.is_listed && other.is_listed => Some((number, other)),
        _ => None,
    });
    let (blocks, parts): (Vec<usize>, Vec<&Table>) = parts.unzip();
    let joined = Table::joined(&parts).filter(|_| parts.len() > 1);
    let table = joined.as_ref().unwrap_or(table);
    let mut found = grid::read(document.text(), table, form, is_rounded).map_err(Some)?;
    found.grid.blocks = blocks;
    if form.overlap_words.as_deref().is_some_and(says) {
        found.grid.believe();
    }
    Ok(Reading {
        form: number,
        fit: (0, 0),
        rows: found.rows,
        columns: found.columns,
        cells: found.cells,
        unbound: Vec::new(),
        grid: Some(found.grid),
    })
}

/// Whether words stand in a table, or right above or below it.
fn says_near(document: &Document<'_>, words: &Pattern, block: usize, table: &Table) -> bool {
    let text = document.text();
    let beside = [block.checked_sub(1), block.checked_add(1)].into_iter().flatten();
    let mut beside = beside.filter_map(|block| match document.blocks().get(block) {
        Some(Block::Paragraph(paragraph)) => Some(paragraph.span),
        _ => None,
    });
    beside.any(|span| words.is_in(span.of(text)))
        || table.cells().iter().any(|cell| words.is_in(cell.span.of(text)))
}

/// Columns of a table at most: columns are looked at one by one, and no form has near as many.
const MAX_COLUMNS: u16 = 1000;

/// A table with its cells told apart.
struct Reader<'r> {
    text: &'r str,
    table: &'r Table,
    /// The kinds of its cells, row by row.
    kinds: Vec<Vec<TokenKind<'r>>>,
    /// The first row with figures.
    body: usize,
    /// Number of columns.
    width: u16,
}

/// A table as a form reads it.
struct Reading {
    form: usize,
    /// Columns that the form fixes, then rows that it fixes.
    fit: (usize, usize),
    rows: Vec<Line>,
    columns: Vec<Line>,
    cells: Vec<Option<Span>>,
    unbound: Vec<Unbound>,
    grid: Option<Grid>,
}

/// Columns of a table between one set of row labels and the next.
struct Segment {
    /// Columns with labels of rows.
    stub: Vec<u16>,
    /// Columns with figures, each with its line in the table read.
    values: Vec<(u16, usize)>,
}

impl<'r> Reader<'r> {
    fn new(text: &'r str, pack: &'r Pack, table: &'r Table) -> Self {
        let kind = |cell: &Cell| token::classify(cell.span.of(text), &pack.table_labels);
        let kinds: Vec<Vec<TokenKind<'r>>> = table.rows().map(|row| row.iter().map(kind).collect()).collect();
        let is_caption = |kind: &TokenKind<'_>| matches!(kind, TokenKind::Label(meanings) if meanings.iter().all(|meaning| meaning.target == Target::Caption));
        let has_figures = |(cells, kinds): (&[Cell], &Vec<TokenKind<'r>>)| {
            let label = kinds.iter().position(|kind| matches!(kind, TokenKind::Label(_) | TokenKind::Words));
            let values = kinds.iter().zip(cells).skip(label.map_or(0, |label| label + 1));
            let mut values = values.filter(|(kind, _)| **kind == TokenKind::Value);
            label.is_some_and(|label| !kinds.get(label).is_some_and(is_caption))
                && values.any(|(_, cell)| !is_year(cell.span.of(text)))
        };
        let body = table.rows().zip(&kinds).position(has_figures).unwrap_or(kinds.len());
        let width =
            table.cells().iter().map(|cell| cell.column.saturating_add(cell.colspan)).max().unwrap_or(0);
        Self { text, table, kinds, body, width }
    }

    fn read(&self, number: usize, form: &Form) -> Option<Reading> {
        if !self.table.aligned || self.body == self.kinds.len() || self.width > MAX_COLUMNS {
            return None;
        }
        let mut reading = Reading {
            form: number,
            fit: (0, 0),
            rows: Vec::new(),
            columns: Vec::new(),
            cells: Vec::new(),
            unbound: Vec::new(),
            grid: None,
        };
        let segments = self.segments(number, form, &mut reading);
        let mut cells: Vec<Vec<(usize, Span)>> = Vec::new();
        for segment in &segments {
            self.rows(number, form, segment, &mut reading, &mut cells);
        }
        let width = reading.columns.len();
        reading.cells = vec![None; reading.rows.len() * width];
        for (row, cells) in cells.iter().enumerate() {
            for &(column, span) in cells {
                if let Some(cell) = reading.cells.get_mut(row * width + column) {
                    *cell = Some(span);
                }
            }
        }
        self.accept(number, form, reading)
    }

    /// The columns of the table that the header names, parted where the labels of rows begin anew.
    fn segments(&self, number: usize, form: &Form, reading: &mut Reading) -> Vec<Segment> {
        let mut segments: Vec<Segment> = Vec::new();
        for column in 0..self.width {
            let header = self.header(column);
            let is_caption = header.last().is_some_and(|&(cell, meanings)| {
                meanings.iter().any(|meaning| meaning.form == number && meaning.target == Target::Caption)
                    || form.layout == Layout::Rows && self.is_stub(column, cell)
            });
            if is_caption || header.is_empty() && self.has_labels(column) {
                match segments.last_mut().filter(|segment| segment.values.is_empty()) {
                    Some(segment) => segment.stub.push(column),
                    None => segments.push(Segment { stub: vec![column], values: Vec::new() }),
                }
                continue;
            }
            let leaf = match header.is_empty() {
                true => only_column(form).filter(|_| self.has_figures(column)),
                false => column_leaf(number, form, &header, self.text),
            };
            let (Some(leaf), Some(segment)) = (leaf, segments.last_mut()) else { continue };
            let label = header.last().map(|&(cell, _)| cell.span).unwrap_or_default();
            let is_found = form.columns.leaf(leaf).is_some_and(|node| node.found.is_some());
            let known = reading.columns.iter().position(|line| line.leaf == leaf && !is_found);
            let line = known.unwrap_or(reading.columns.len());
            if known.is_none() {
                let name = self.joined(header.iter().map(|&(cell, _)| cell));
                reading.columns.push(Line { leaf, label, name });
            }
            segment.values.push((column, line));
        }
        // Two columns of figures that are one in the form: which of them it is cannot be told.
        segments.retain(|segment| {
            let is_twice = |(at, (_, line)): (usize, &(u16, usize))| {
                segment.values.iter().skip(at + 1).any(|(_, other)| other == line)
            };
            !segment.values.iter().enumerate().any(is_twice)
        });
        segments
    }

    /// The header cells over a column from top to bottom, each with what it can name; blank ones left out.
    fn header(&self, column: u16) -> Vec<(&'r Cell, &'r [Meaning])> {
        let rows = self.table.rows().zip(&self.kinds).take(self.body);
        let over =
            rows.flat_map(|(cells, kinds)| cells.iter().zip(kinds)).filter(|(cell, _)| cell.covers(column));
        over.filter_map(|(cell, kind)| match *kind {
            TokenKind::Blank => None,
            TokenKind::Label(meanings) => Some((cell, meanings)),
            TokenKind::Value | TokenKind::Words => Some((cell, &[][..])),
        })
        .collect()
    }

    /// Whether a column with a header of its own holds the labels of rows: the first ones, before any figure.
    fn is_stub(&self, column: u16, header: &Cell) -> bool {
        header.column == 0 && (0..=column).all(|column| !self.has_figures(column)) && self.has_labels(column)
    }

    fn body_cells(&self, column: u16) -> impl Iterator<Item = TokenKind<'r>> {
        let rows = self.table.rows().zip(&self.kinds).skip(self.body);
        rows.flat_map(|(cells, kinds)| cells.iter().zip(kinds))
            .filter(move |(cell, _)| cell.column == column)
            .map(|(_, kind)| *kind)
    }

    fn has_figures(&self, column: u16) -> bool {
        self.body_cells(column).any(|kind| kind == TokenKind::Value)
    }

    fn has_labels(&self, column: u16) -> bool {
        self.body_cells(column).any(|kind| matches!(kind, TokenKind::Label(_) | TokenKind::Words))
    }

    /// Reads the rows of the columns of a segment.
    fn rows(
        &self,
        number: usize,
        form: &Form,
        segment: &Segment,
        reading: &mut Reading,
        cells: &mut Vec<Vec<(usize, Span)>>,
    ) {
        // Labels that reach down into the rows below.
        let mut reaching: Vec<(u16, &Cell, u16)> = Vec::new();
        let mut last = None;
        for (row, kinds) in self.table.rows().zip(&self.kinds).skip(self.body) {
            let mut labels: Vec<&Cell> = Vec::new();
            for &column in &segment.stub {
                let own = row.iter().find(|cell| cell.column == column);
                let held = reaching.iter().find(|(at, ..)| *at == column).map(|&(_, cell, _)| cell);
                labels.extend(own.or(held).filter(|cell| !cell.span.of(self.text).trim().is_empty()));
                if let Some(own) = own {
                    reaching.retain(|(at, ..)| *at != column);
                    reaching.push((column, own, own.rowspan));
                }
            }
            for (_, _, rows) in &mut reaching {
                *rows = rows.saturating_sub(1);
            }
            reaching.retain(|(_, _, rows)| *rows > 0);
            let Some(&label) = labels.last() else { continue };
            let values: Vec<(usize, Span)> = segment
                .values
                .iter()
                .filter_map(|&(column, line)| {
                    let (cell, kind) = row.iter().zip(kinds).find(|(cell, _)| cell.column == column)?;
                    matches!(kind, TokenKind::Value | TokenKind::Blank).then_some((line, cell.span))
                })
                .collect();
            if values.is_empty() {
                continue;
            }
            let name = self.joined(labels.iter().copied());
            let Some(leaf) = self.row_leaf(number, form, label, &name, last) else { continue };
            last = Some(leaf);
            let is_found = form.rows.leaf(leaf).is_some_and(|node| node.found.is_some());
            if !is_found && reading.rows.iter().any(|line| line.leaf == leaf) {
                continue;
            }
            reading.rows.push(Line { leaf, label: label.span, name });
            cells.push(values);
        }
    }

    /// The row that a label names: of several, the next in the order of the form.
    fn row_leaf(
        &self,
        number: usize,
        form: &Form,
        label: &Cell,
        name: &str,
        last: Option<usize>,
    ) -> Option<usize> {
        let named = self.meanings(label).iter().filter(|meaning| meaning.form == number);
        let leaves = named.filter_map(|meaning| match meaning.target {
            Target::Row(node) => form.rows.nodes.get(node)?.leaf,
            _ => None,
        });
        let next = leaves.min_by_key(|&leaf| (last.is_some_and(|last| leaf <= last), leaf));
        next.or_else(|| found_leaf(&form.rows, name))
    }

    fn meanings(&self, cell: &Cell) -> &'r [Meaning] {
        let rows = self.table.rows().zip(&self.kinds);
        let mut all = rows.flat_map(|(cells, kinds)| cells.iter().zip(kinds));
        match all.find(|(other, _)| other.span == cell.span).map(|(_, kind)| *kind) {
            Some(TokenKind::Label(meanings)) => meanings,
            _ => &[],
        }
    }

    /// Texts of cells in one line, each once.
    fn joined<'c>(&self, cells: impl Iterator<Item = &'c Cell>) -> String {
        let mut texts: Vec<String> = Vec::new();
        for cell in cells {
            let text = cell.span.of(self.text).split_whitespace().collect::<Vec<_>>().join(" ");
            if texts.last() != Some(&text) && !text.is_empty() {
                texts.push(text);
            }
        }
        texts.join(" ")
    }

    /// The reading, if enough of what the form fixes is there: half of its columns, or without such a row.
    fn accept(&self, number: usize, form: &Form, mut reading: Reading) -> Option<Reading> {
        let fixed = |axis: &Axis| -> Vec<usize> {
            let is_fixed = |leaf: &usize| {
                axis.leaf(*leaf).is_some_and(|node| node.found.is_none() && node.kind != Some(Kind::Ordinal))
            };
            (0..axis.leaves.len()).filter(is_fixed).collect()
        };
        let (columns, rows) = (fixed(&form.columns), fixed(&form.rows));
        let count = |lines: &[Line], wanted: &[usize]| {
            lines.iter().filter(|line| wanted.contains(&line.leaf)).count()
        };
        reading.fit = (count(&reading.columns, &columns), count(&reading.rows, &rows));
        let (found_columns, found_rows) = reading.fit;
        let enough_columns = if columns.is_empty() {
            found_rows > 0 || rows.is_empty()
        } else {
            found_columns * 2 >= columns.len()
        };
        let enough_rows = form.layout != Layout::Beside || found_rows * 2 >= rows.len();
        if !enough_columns || !enough_rows || reading.rows.is_empty() || reading.columns.is_empty() {
            return None;
        }
        let missing: Vec<usize> = columns
            .into_iter()
            .filter(|leaf| !reading.columns.iter().any(|line| line.leaf == *leaf))
            .collect();
        if form.is_open && !missing.is_empty() {
            let span = reading.rows.first().map(|line| line.label)?;
            reading.unbound.push(Unbound { form: number, span, problem: Problem::MissingColumns(missing) });
        }
        Some(reading)
    }
}

impl Reading {
    /// Enters what was read: a table of an open form, or cells of a fixed one.
    fn enter(self, pack: &Pack, block: usize, binding: &mut Binding) {
        let Some(form) = pack.forms.get(self.form) else { return };
        binding.unbound.extend(self.unbound);
        if form.is_open {
            let last = binding.tables.last();
            let base = last.map_or(pack.size(), |table| table.base + table.cells.len());
            binding.tables.push(FoundTable {
                form: self.form,
                place: TablePlace::Block(block),
                rows: self.rows,
                columns: self.columns,
                cells: self.cells,
                base,
                grid: self.grid.map(Arc::new),
            });
            return;
        }
        let width = self.columns.len();
        for (index, row) in self.rows.iter().enumerate() {
            let cells = self.columns.iter().enumerate().filter_map(|(column, line)| {
                let span = self.cells.get(index * width + column).copied().flatten()?;
                Some(BoundCell { slot: form.slot(row.leaf, line.leaf), span })
            });
            binding.rows.push(FoundRow {
                form: self.form,
                row: row.leaf,
                label: row.label,
                is_extra: false,
                stands_for: None,
                cells: cells.collect(),
            });
        }
    }
}

/// The column of a form that a header names: by its lowest label, under the group that a label above it names.
fn column_leaf(number: usize, form: &Form, header: &[(&Cell, &[Meaning])], text: &str) -> Option<usize> {
    let named = |meanings: &[Meaning]| -> Vec<usize> {
        let columns = meanings.iter().filter(|meaning| meaning.form == number);
        columns
            .filter_map(|meaning| if let Target::Column(node) = meaning.target { Some(node) } else { None })
            .collect()
    };
    let (&(lowest, meanings), above) = header.split_last()?;
    let groups: Vec<usize> = above.iter().flat_map(|(_, meanings)| named(meanings)).collect();
    let leaves = || {
        named(meanings)
            .into_iter()
            .filter(|&node| form.columns.nodes.get(node).is_some_and(|node| node.leaf.is_some()))
    };
    let in_group = leaves().find(|&node| groups.iter().any(|&group| form.columns.is_within(node, group)));
    let node = in_group.or_else(|| leaves().next());
    // A label above may be the column's own, over a line of units or numbers.
    let node = node.or_else(|| {
        groups
            .iter()
            .rev()
            .copied()
            .find(|&node| form.columns.nodes.get(node).is_some_and(|node| node.leaf.is_some()))
    });
    let fixed = node.and_then(|node| form.columns.nodes.get(node)?.leaf);
    fixed.or_else(|| {
        found_leaf(&form.columns, &lowest.span.of(text).split_whitespace().collect::<Vec<_>>().join(" "))
    })
}

/// The column of a form that has but one, of forms whose figures stand right beside their labels.
fn only_column(form: &Form) -> Option<usize> {
    let is_figure =
        |leaf: &usize| form.columns.leaf(*leaf).is_some_and(|node| node.kind != Some(Kind::Ordinal));
    let mut leaves = (0..form.columns.leaves.len()).filter(is_figure);
    let only = leaves.next().filter(|_| form.layout == Layout::Beside)?;
    leaves.next().is_none().then_some(only)
}

/// The first of what is found in the report that a label is like.
fn found_leaf(axis: &Axis, label: &str) -> Option<usize> {
    (0..axis.leaves.len()).find(|&leaf| {
        axis.leaf(leaf).and_then(|node| node.found.as_ref()).is_some_and(|found| found.is_in(label))
    })
}

/// A year heads a column like a label.
fn is_year(text: &str) -> bool {
    let text = text.trim();
    let digits = text.trim_end_matches(['年', '度']);
    let year = digits.parse::<u32>().ok().filter(|_| digits.len() == 4);
    year.is_some_and(|year| (1990..=2100).contains(&year))
}
