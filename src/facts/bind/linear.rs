//! Forms written as paragraphs, one cell each: labels and figures in reading order, with no row marks at all.

use super::token::{self, Token, TokenKind};
use super::{Binder, HeaderCell};
use crate::document::{Block, Document};
use crate::rules::pack::Pack;

/// Longer paragraphs are text, not cells.
const LONGEST_CELL: usize = 60;
/// Fewer labels or figures than this in a run of paragraphs are text that happens to use a form's words.
const FEWEST: usize = 4;

/// Binds the forms that stand in the paragraphs of a document.
pub(super) fn bind<'p>(document: &Document<'_>, pack: &'p Pack, binder: &mut Binder<'_, 'p>) {
    let mut run: Vec<(usize, Token<'p>)> = Vec::new();
    for (number, block) in document.blocks().iter().enumerate() {
        let cell = match block {
            Block::Paragraph(paragraph) if is_short(paragraph.span.of(document.text())) => paragraph.span,
            _ => {
                bind_run(&run, binder);
                run.clear();
                continue;
            }
        };
        let kind = token::classify(cell.of(document.text()), &pack.labels);
        run.push((number, Token { span: cell, column: 0, colspan: 1, kind }));
    }
    bind_run(&run, binder);
}

fn is_short(text: &str) -> bool {
    text.len() <= LONGEST_CELL * 4 && text.chars().nth(LONGEST_CELL).is_none() && !text.ends_with('。')
}

fn bind_run<'p>(run: &[(usize, Token<'p>)], binder: &mut Binder<'_, 'p>) {
    let labels = run.iter().filter(|(_, token)| matches!(token.kind, TokenKind::Label(_))).count();
    let values = run.iter().filter(|(_, token)| token.is_value()).count();
    if labels < FEWEST || values < FEWEST {
        return;
    }
    binder.start_table();
    let mut row: Vec<Token<'p>> = Vec::new();
    for (_, token) in run {
        if token.is_value() {
            row.push(*token);
            continue;
        }
        end_row(&mut row, binder);
        row.push(*token);
    }
    end_row(&mut row, binder);
    binder.end_table();
    if binder.bound_in_table {
        let cells =
            run.iter().filter(|(_, token)| token.is_value() || matches!(token.kind, TokenKind::Label(_)));
        binder.cell_blocks.extend(cells.map(|(block, _)| *block));
    }
}

/// A row is a label with the figures behind it; a label without figures heads columns or names a group.
fn end_row<'p>(row: &mut Vec<Token<'p>>, binder: &mut Binder<'_, 'p>) {
    if !row.is_empty() {
        binder.row(row, false);
        forget_lines(&mut binder.pending);
        row.clear();
    }
}

fn forget_lines(pending: &mut [HeaderCell<'_>]) {
    for cell in pending {
        cell.line = None;
    }
}
