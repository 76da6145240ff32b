//! Cells of a row under the columns of a header.

use super::header::HeaderColumn;
use super::token::{Token, TokenKind};
use crate::source::place::Span;

/// Pairs the columns of a header with the cells of a row: by where they stand in an aligned table, else one by
/// one where there are as many of each.
pub(super) fn align(
    columns: &[HeaderColumn],
    values: &[Token<'_>],
    text: &str,
    is_aligned: bool,
) -> Option<Vec<(HeaderColumn, Span)>> {
    if columns.is_empty() {
        return None;
    }
    is_aligned.then(|| by_place(columns, values, text)).flatten().or_else(|| in_order(columns, values))
}

fn by_place(columns: &[HeaderColumn], values: &[Token<'_>], text: &str) -> Option<Vec<(HeaderColumn, Span)>> {
    let mut pairs = Vec::with_capacity(columns.len());
    let mut used: Vec<(usize, HeaderColumn)> = Vec::with_capacity(columns.len());
    for column in columns {
        let at = column.at?;
        let index = values
            .iter()
            .position(|token| (token.column..token.column.saturating_add(token.colspan)).contains(&at))?;
        if used.iter().any(|&(other, _)| other == index) {
            return None;
        }
        used.push((index, *column));
        pairs.push((*column, values.get(index)?.span));
    }
    // Where a merged cell was copied into each cell of its place, its figure was too.
    let is_copy = |token: &Token<'_>| {
        used.iter().any(|(index, column)| {
            let original = values.get(*index).map(|original| original.span.of(text).trim());
            column.covers(token.column) && original == Some(token.span.of(text).trim())
        })
    };
    let is_accounted = |(index, token): (usize, &Token<'_>)| {
        used.iter().any(|&(other, _)| other == index) || token.kind == TokenKind::Blank || is_copy(token)
    };
    values.iter().enumerate().all(is_accounted).then_some(pairs)
}

/// Blank cells behind the last column belong to no column.
fn in_order(columns: &[HeaderColumn], values: &[Token<'_>]) -> Option<Vec<(HeaderColumn, Span)>> {
    let (values, rest) = values.split_at_checked(columns.len())?;
    let fits = values.iter().all(Token::is_value) && rest.iter().all(|token| token.kind == TokenKind::Blank);
    fits.then(|| columns.iter().copied().zip(values.iter().map(|token| token.span)).collect())
}
