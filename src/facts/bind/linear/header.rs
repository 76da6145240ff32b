//! Headers of several lines over columns of figures.

use super::super::Binder;
use super::super::header::{self, HeaderCell};
use super::super::token::{Token, TokenKind};
use super::pieces::Piece;
use crate::rules::label_index::Target;
use crate::source::place::Span;

/// How far a figure may stand out from under its label, in columns of text.
const SLACK: usize = 3;

/// The labels of a header from left to right, and where the columns stand, if it stands over the figures below it; else
/// its labels in the order of reading.
pub fn arrange<'p>(
    binder: &Binder<'_, 'p>,
    mut header: Vec<Piece<'p>>,
    below: &[Piece<'p>],
) -> (Vec<Token<'p>>, Option<Vec<(usize, usize)>>) {
    let is_column = |piece: &Piece<'p>| names_single_column(binder, &piece.token);
    let in_order: Vec<Token<'p>> = header.iter().map(|piece| piece.token).collect();
    let names_row = |piece: &&Piece<'p>| is_column(piece) || binder.names_stacked_row(&piece.token);
    // Names of rows and of groups come before the columns that stand under them.
    header.sort_by_key(|piece| (is_column(piece), piece.columns.0));
    let columns: Vec<(usize, usize)> =
        header.iter().filter(|piece| is_column(piece)).map(|piece| piece.columns).collect();
    match grid(&columns, below) {
        // Which columns a group holds is seen by where they stand.
        Some(grid) => (header.iter().filter(names_row).map(|piece| piece.token).collect(), Some(grid)),
        None if is_in_order(binder, &in_order) => (in_order, None),
        None => (Vec::new(), None),
    }
}

/// Whether labels in the order of reading name the columns of each form in the order of the form: lines of a header that
/// stand beside each other are read in another.
fn is_in_order(binder: &Binder<'_, '_>, tokens: &[Token<'_>]) -> bool {
    let cells: Vec<HeaderCell<'_>> = tokens
        .iter()
        .map(|token| HeaderCell { meanings: token.meanings(), span: token.span, line: None, columns: None })
        .collect();
    let is_sorted = |number: usize| {
        let columns = binder.form(number).and_then(|form| header::in_order(form, number, &cells));
        columns.is_none_or(|columns| columns.is_sorted_by_key(|column| (column.row, column.column)))
    };
    (0..binder.pack.forms.len()).all(is_sorted)
}

fn names_single_column(binder: &Binder<'_, '_>, token: &Token<'_>) -> bool {
    token.meanings().iter().any(|meaning| match meaning.target {
        Target::Column(node) => binder
            .form(meaning.form)
            .and_then(|form| form.columns.nodes.get(node))
            .is_some_and(|node| node.leaf.is_some()),
        _ => false,
    })
}

/// Where the figures of some columns stand: below their labels, in most lines.
fn grid(columns: &[(usize, usize)], below: &[Piece<'_>]) -> Option<Vec<(usize, usize)>> {
    const LINES: usize = 12;
    let mut grid: Vec<(usize, usize)> = columns.to_vec();
    let (mut lines, mut under) = (0, 0);
    for line in below.chunk_by(|a, b| a.line == b.line).take_while(|line| !line.iter().all(is_column_label)) {
        let figures: Vec<&Piece<'_>> = line.iter().filter(|piece| piece.token.is_value()).collect();
        if figures.is_empty() {
            continue;
        }
        lines += 1;
        let Some(places) = places(columns, figures.iter().map(|figure| figure.columns)) else { continue };
        under += 1;
        for (figure, place) in figures.iter().zip(places) {
            if let Some(place) = grid.get_mut(place) {
                *place = (place.0.min(figure.columns.0), place.1.max(figure.columns.1));
            }
        }
        if lines == LINES {
            break;
        }
    }
    (columns.len() > 1 && under > 0 && under * 5 >= lines * 4).then_some(grid)
}

fn is_column_label(piece: &Piece<'_>) -> bool {
    piece.token.can_name_column()
}

/// The columns that figures stand under, one each, from left to right.
fn places(columns: &[(usize, usize)], figures: impl Iterator<Item = (usize, usize)>) -> Option<Vec<usize>> {
    let mut found: Vec<usize> = Vec::new();
    for figure in figures {
        let middle = figure.0 + figure.1;
        let (nearest, column) =
            columns.iter().enumerate().min_by_key(|(_, column)| (column.0 + column.1).abs_diff(middle))?;
        let is_under = column.0 * 2 <= middle + SLACK * 2 && middle <= (column.1 + SLACK) * 2;
        if !is_under || found.last().is_some_and(|&last| nearest <= last) {
            return None;
        }
        found.push(nearest);
    }
    Some(found)
}

/// Blank cells at a place of the text.
pub fn blanks<'p>(at: u32, count: usize) -> Vec<Token<'p>> {
    let span = Span { start: at, end: at };
    vec![Token { span, column: 0, colspan: 1, kind: TokenKind::Blank }; count]
}

/// The figures of a line with blanks where the columns between them are; `None` if they fill all columns, or it cannot
/// be told which they stand in.
pub fn in_grid<'p>(grid: &[(usize, usize)], values: &[Piece<'p>]) -> Option<Vec<Token<'p>>> {
    if values.len() >= grid.len() {
        return None;
    }
    let places = places(grid, values.iter().map(|value| value.columns))?;
    let mut row = blanks(values.last()?.token.span.end, grid.len());
    for (place, value) in places.into_iter().zip(values) {
        if let Some(cell) = row.get_mut(place) {
            *cell = value.token;
        }
    }
    Some(row)
}
