//! Headers: from the labels above a table's figures to the order of its columns.

use crate::rules::form::{Axis, Form, Layout};
use crate::rules::label_index::{Meaning, Target};
use crate::source::place::Span;

/// A cell of a header.
#[derive(Clone, Copy, Debug)]
pub struct HeaderCell<'p> {
    /// What it can name.
    pub meanings: &'p [Meaning],
    /// Its place.
    pub span: Span,
    /// Line of the header, from the top; `None` where lines are not known.
    pub line: Option<usize>,
    /// First column and number of columns, where the table is aligned.
    pub columns: Option<(u16, u16)>,
}

/// A column of a table, as its header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeaderColumn {
    /// The form's row, for forms whose row labels stand in the header.
    pub row: Option<usize>,
    /// The form's column.
    pub column: usize,
    /// Column of the table, where it is aligned.
    pub at: Option<u16>,
    /// Number of columns of the table that it covers.
    pub width: u16,
    /// Place of its label.
    pub span: Span,
}

impl HeaderColumn {
    /// Whether it covers a column of the table.
    pub fn covers(&self, column: u16) -> bool {
        self.at.is_some_and(|at| (at..at.saturating_add(self.width)).contains(&column))
    }
}

/// The columns of a table from left to right, or `None` if the labels do not say.
pub fn resolve(form: &Form, number: usize, cells: &[HeaderCell<'_>]) -> Option<Vec<HeaderColumn>> {
    resolve_as(form.layout, form, number, cells)
}

/// The columns in the order in which their labels are read, wherever they stand.
pub fn in_order(form: &Form, number: usize, cells: &[HeaderCell<'_>]) -> Option<Vec<HeaderColumn>> {
    let cells: Vec<HeaderCell<'_>> =
        cells.iter().map(|cell| HeaderCell { line: None, columns: None, ..*cell }).collect();
    resolve(form, number, &cells)
}

/// The columns of a table that is laid out in a way of its own.
pub fn resolve_as(
    layout: Layout,
    form: &Form,
    number: usize,
    cells: &[HeaderCell<'_>],
) -> Option<Vec<HeaderColumn>> {
    let ours: Vec<Named> = cells.iter().filter_map(|cell| named(form, number, cell)).collect();
    let columns = match layout {
        Layout::Rows if ours.iter().all(|cell| cell.at.is_some()) => aligned(&ours)?,
        Layout::Rows => in_reading_order(&form.columns, &ours)?,
        // Such forms are read table by table.
        Layout::Beside => return None,
        Layout::Stacked if ours.iter().all(|cell| cell.at.is_some()) => stacked_aligned(&ours)?,
        Layout::Stacked => stacked_in_reading_order(&ours)?,
    };
    (!columns.is_empty()).then_some(columns)
}

/// A header cell that names something in one form.
#[derive(Clone, Copy, Debug)]
struct Named {
    name: Name,
    span: Span,
    line: Option<usize>,
    at: Option<u16>,
    width: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Name {
    /// A column, by node and leaf.
    Column { node: usize, leaf: usize },
    /// A group of columns, by node.
    Group(usize),
    /// A row in a stacked header, by leaf.
    Row(usize),
}

fn named(form: &Form, number: usize, cell: &HeaderCell<'_>) -> Option<Named> {
    let name =
        cell.meanings.iter().filter(|meaning| meaning.form == number).find_map(|meaning| {
            match meaning.target {
                Target::Column(node) => Some(match form.columns.nodes.get(node)?.leaf {
                    Some(leaf) => Name::Column { node, leaf },
                    None => Name::Group(node),
                }),
                Target::Row(node) if form.layout == Layout::Stacked => {
                    form.rows.nodes.get(node)?.leaf.map(Name::Row)
                }
                _ => None,
            }
        })?;
    let (at, width) = cell.columns.map_or((None, 1), |(first, width)| (Some(first), width));
    Some(Named { name, span: cell.span, line: cell.line, at, width })
}

/// In an aligned table the lowest label of a column names it; the same label in the columns beside it is one
/// that a merged cell was copied into.
fn aligned(cells: &[Named]) -> Option<Vec<HeaderColumn>> {
    let mut columns: Vec<HeaderColumn> = Vec::new();
    for cell in cells {
        let Name::Column { leaf, .. } = cell.name else { continue };
        place(
            &mut columns,
            HeaderColumn { row: None, column: leaf, at: cell.at, width: cell.width, span: cell.span },
        );
    }
    columns.sort_by_key(|column| column.at);
    columns.dedup_by(|copy, column| {
        let is_copy = copy.column == column.column;
        if is_copy && let Some((first, last)) = column.at.zip(copy.at) {
            column.width = (last + copy.width).saturating_sub(first);
        }
        is_copy
    });
    is_unambiguous(&columns).then_some(columns)
}

/// Enters a column in place of one that a label above it named.
fn place(columns: &mut Vec<HeaderColumn>, found: HeaderColumn) {
    match columns.iter_mut().find(|column| column.at == found.at) {
        Some(above) => *above = found,
        None => columns.push(found),
    }
}

fn is_unambiguous(columns: &[HeaderColumn]) -> bool {
    columns.iter().enumerate().all(|(index, column)| {
        !columns.iter().skip(index + 1).any(|other| (other.row, other.column) == (column.row, column.column))
    })
}

/// Labels in reading order, as flattened text has them: a group's columns come below its label, so each stands
/// where its group does among its neighbours.
fn in_reading_order(axis: &Axis, cells: &[Named]) -> Option<Vec<HeaderColumn>> {
    let mut columns: Vec<(Vec<usize>, HeaderColumn)> = Vec::new();
    let first_seen = |node: usize| {
        cells.iter().position(|cell| match cell.name {
            Name::Column { node: named, .. } | Name::Group(named) => axis.is_within(named, node),
            Name::Row(_) => false,
        })
    };
    for cell in cells {
        let Name::Column { node, leaf } = cell.name else { continue };
        let found = HeaderColumn { row: None, column: leaf, at: None, width: 1, span: cell.span };
        let mut path: Vec<usize> = std::iter::successors(Some(node), |&node| axis.labelled_group(node))
            .filter_map(first_seen)
            .collect();
        path.reverse();
        columns.push((path, found));
    }
    columns.sort_by(|a, b| a.0.cmp(&b.0));
    let columns: Vec<HeaderColumn> = columns.into_iter().map(|(_, column)| column).collect();
    is_unambiguous(&columns).then_some(columns)
}

/// In an aligned stacked header, a column belongs to the nearest row label above it, at it or to its left.
fn stacked_aligned(cells: &[Named]) -> Option<Vec<HeaderColumn>> {
    let mut columns = Vec::new();
    for cell in cells {
        let Name::Column { leaf, .. } = cell.name else { continue };
        let above = cells.iter().filter(|other| {
            matches!(other.name, Name::Row(_)) && other.line < cell.line && other.at <= cell.at
        });
        let Some(Name::Row(row)) = above.max_by_key(|other| (other.at, other.line)).map(|other| other.name)
        else {
            continue;
        };
        let found =
            HeaderColumn { row: Some(row), column: leaf, at: cell.at, width: cell.width, span: cell.span };
        place(&mut columns, found);
    }
    columns.sort_by_key(|column| column.at);
    is_unambiguous(&columns).then_some(columns)
}

/// A stacked header in reading order lists the columns of one row label after those of another; a column that
/// the row has already starts the next row.
fn stacked_in_reading_order(cells: &[Named]) -> Option<Vec<HeaderColumn>> {
    let mut rows: Vec<usize> = Vec::new();
    let mut active = 0;
    let mut columns: Vec<HeaderColumn> = Vec::new();
    for cell in cells {
        match cell.name {
            Name::Row(row) => rows.push(row),
            Name::Group(_) => {}
            Name::Column { leaf, .. } => {
                let row = *rows.get(active)?;
                let has_it = columns.iter().any(|column| column.row == Some(row) && column.column == leaf);
                if has_it {
                    active += 1;
                }
                let row = *rows.get(active)?;
                let found =
                    HeaderColumn { row: Some(row), column: leaf, at: None, width: 1, span: cell.span };
                columns.push(found);
            }
        }
    }
    (active + 1 == rows.len() && is_unambiguous(&columns)).then_some(columns)
}
