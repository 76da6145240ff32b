//! Headers of several lines over columns of figures.

use super::super::Binder;
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
    let in_order: Vec<Token<'p>> = header.iter().map(|piece| piece.token).collect();
    // Names of rows and of groups come before the columns that stand under them.
    let is_column = |piece: &Piece<'p>| names_single_column(binder, &piece.token);
    header.sort_by_key(|piece| (is_column(piece), piece.columns.0));
    let columns: Vec<(usize, usize)> = header.iter().filter(|piece| is_column(piece)).map(|piece| piece.columns).collect();
    match grid(&columns, below) {
        Some(grid) => (header.iter().map(|piece| piece.token).collect(), Some(grid)),
        None => (in_order, None),
    }
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

/// Where the figures of some columns stand: below their labels, in most lines that have as many.
fn grid(columns: &[(usize, usize)], below: &[Piece<'_>]) -> Option<Vec<(usize, usize)>> {
    const LINES: usize = 12;
    let mut grid: Vec<(usize, usize)> = columns.to_vec();
    let (mut lines, mut under) = (0, 0);
    for line in below.chunk_by(|a, b| a.line == b.line) {
        let figures: Vec<&Piece<'_>> = line.iter().filter(|piece| piece.token.is_value()).collect();
        if figures.len() != columns.len() {
            continue;
        }
        lines += 1;
        let is_under = |(figure, column): (&&Piece<'_>, &(usize, usize))| {
            let middle = (figure.columns.0 + figure.columns.1) / 2;
            column.0 <= middle + SLACK && middle <= column.1 + SLACK
        };
        if figures.iter().zip(columns).all(is_under) {
            under += 1;
            for (place, figure) in grid.iter_mut().zip(&figures) {
                *place = (place.0.min(figure.columns.0), place.1.max(figure.columns.1));
            }
        }
        if lines == LINES {
            break;
        }
    }
    (columns.len() > 1 && under > 0 && under * 5 >= lines * 4).then_some(grid)
}

/// The figures of a line with blanks where the columns between them are; `None` if they fill all columns, or it cannot
/// be told which they stand in.
pub fn in_grid<'p>(grid: &[(usize, usize)], values: &[Piece<'p>]) -> Option<Vec<Token<'p>>> {
    if values.len() >= grid.len() {
        return None;
    }
    let mut row: Vec<Token<'p>> = Vec::with_capacity(grid.len());
    for value in values {
        let middle = value.columns.0 + value.columns.1;
        let nearest = grid.iter().enumerate().min_by_key(|(_, column)| (column.0 + column.1).abs_diff(middle))?.0;
        if nearest < row.len() {
            return None;
        }
        let at = Span { start: value.token.span.start, end: value.token.span.start };
        row.resize(nearest, Token { span: at, column: 0, colspan: 1, kind: TokenKind::Blank });
        row.push(value.token);
    }
    let last = values.last()?.token.span.end;
    let at = Span { start: last, end: last };
    row.resize(grid.len(), Token { span: at, column: 0, colspan: 1, kind: TokenKind::Blank });
    Some(row)
}
