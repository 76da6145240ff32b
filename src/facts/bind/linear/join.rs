//! Labels that go on in the line below, or whose characters are set apart.

use super::super::token::TokenKind;
use super::pieces::Piece;
use crate::rules::label_index::{LabelIndex, Meaning, Target};

/// A label has no more pieces than this.
pub const MOST: usize = 5;
/// So many lines may lie between two pieces of a label: one with its figures.
const FARTHEST: usize = 2;

/// Puts together the pieces of labels that are known when put together, and gives the blocks of those that were put to
/// others.
pub fn labels<'p>(text: &str, labels: &'p LabelIndex, pieces: &mut Vec<Piece<'p>>) -> Vec<usize> {
    let mut is_used = vec![false; pieces.len()];
    for start in 0..pieces.len() {
        if is_used.get(start) != Some(&false)
            || !pieces.get(start).is_some_and(|piece| piece.token.is_wordy())
        {
            continue;
        }
        let Some((chain, kind)) = longest(text, labels, pieces, &is_used, start) else { continue };
        for &part in chain.iter().skip(1) {
            if let Some(used) = is_used.get_mut(part) {
                *used = true;
            }
        }
        let lines: Vec<usize> =
            chain.iter().filter_map(|&part| pieces.get(part)).map(|part| part.line).collect();
        let columns = chain
            .iter()
            .filter_map(|&part| pieces.get(part))
            .map(|part| part.columns)
            .reduce(|all, next| (all.0.min(next.0), all.1.max(next.1)));
        // The label belongs to the line that has its figures.
        let (first, last) = (lines.first().copied().unwrap_or(0), lines.last().copied().unwrap_or(0));
        let with_figures = pieces
            .iter()
            .skip(start)
            .find(|piece| piece.token.is_value() && (first..=last).contains(&piece.line))
            .map(|piece| piece.line);
        if let Some(piece) = pieces.get_mut(start) {
            piece.token.kind = kind;
            piece.line = with_figures.unwrap_or(piece.line);
            piece.columns = columns.unwrap_or(piece.columns);
        }
    }
    let used = pieces.iter().zip(&is_used).filter(|(_, used)| **used);
    let blocks = used.map(|(piece, _)| piece.block).collect();
    let mut is_used = is_used.into_iter();
    pieces.retain(|_| is_used.next() != Some(true));
    pieces.sort_by_key(|piece| (piece.line, piece.token.is_value(), piece.columns.0));
    blocks
}

/// Takes out the pieces that are further parts of a label; its line is that of its figures.
pub fn drop_parts(pieces: &mut Vec<Piece<'_>>, parts: &[usize]) {
    for &part in parts {
        let line = pieces.get(part).map(|piece| piece.line);
        let label = (0..part).rev().find(|at| parts.binary_search(at).is_err());
        if let (Some(label), Some(line)) = (label.and_then(|label| pieces.get_mut(label)), line) {
            label.line = line;
        }
    }
    drop(pieces, parts);
}

/// Takes out some pieces, which are in order.
pub fn drop(pieces: &mut Vec<Piece<'_>>, dropped: &[usize]) {
    let mut at = 0;
    pieces.retain(|_| {
        at += 1;
        dropped.binary_search(&(at - 1)).is_err()
    });
}

/// The longest chain of pieces from one on that is a label, and what that label can name.
fn longest<'p>(
    text: &str,
    labels: &'p LabelIndex,
    pieces: &[Piece<'p>],
    is_used: &[bool],
    start: usize,
) -> Option<(Vec<usize>, TokenKind<'p>)> {
    let is_known =
        |at: usize| pieces.get(at).is_some_and(|piece| matches!(piece.token.kind, TokenKind::Label(_)));
    let is_free = |at: &usize| is_used.get(*at) == Some(&false);
    let next_of =
        |last: usize, columns| beside(pieces, last).or_else(|| below(pieces, last, columns)).filter(is_free);
    let mut columns = pieces.get(start)?.columns;
    // Two labels are two, whatever follows, but for two names of one thing.
    let are_one = |a: usize, b: usize| {
        let meanings = |at: usize| pieces.get(at).map_or(&[][..], |piece| piece.token.meanings());
        let is_shared = |one: &Meaning| {
            meanings(b).iter().any(|other| (other.form, other.target) == (one.form, one.target))
        };
        meanings(a).iter().any(|one| matches!(one.target, Target::Row(_)) && is_shared(one))
    };
    next_of(start, columns).filter(|&next| !is_known(start) || !is_known(next) || are_one(start, next))?;
    let mut chain = vec![start];
    let mut whole = pieces.get(start)?.token.span.of(text).to_owned();
    let mut best = None;
    while chain.len() < MOST {
        let &last = chain.last()?;
        let Some(next) = next_of(last, columns) else { break };
        let piece = pieces.get(next)?;
        whole += piece.token.span.of(text);
        columns = (columns.0.min(piece.columns.0), columns.1.max(piece.columns.1));
        chain.push(next);
        let meanings = labels.find(&whole);
        if !meanings.is_empty() {
            best = Some((chain.clone(), TokenKind::Label(meanings)));
        }
    }
    best
}

/// The next piece of the same line, where neither is a label by itself: `总  计`.
fn beside(pieces: &[Piece<'_>], at: usize) -> Option<usize> {
    const WIDEST: usize = 4;
    let (piece, next) = (pieces.get(at)?, pieces.get(at + 1)?);
    let are_words = [piece, next].iter().all(|piece| piece.token.kind == TokenKind::Words);
    let is_short = piece.columns.1 - piece.columns.0 <= WIDEST && next.columns.1 - next.columns.0 <= WIDEST;
    (piece.line == next.line && are_words && is_short).then_some(at + 1)
}

/// The first piece of the lines below that stands under some columns.
fn below(pieces: &[Piece<'_>], at: usize, columns: (usize, usize)) -> Option<usize> {
    let line = pieces.get(at)?.line;
    let near = pieces.iter().enumerate().skip(at + 1).take_while(|(_, piece)| piece.line <= line + FARTHEST);
    let mut below = near.filter(|(_, piece)| piece.line > line && piece.token.is_wordy());
    below
        .find(|(_, piece)| piece.columns.0 < columns.1 && columns.0 < piece.columns.1)
        .map(|(found, _)| found)
}
