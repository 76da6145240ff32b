//! Paragraphs whose words stand under each other by tabs: a table that was never made one.

use super::body::{Block, LINE_BREAK, Paragraph, TAB};
use crate::source::lines;
use crate::source::signs::is_figure;

/// Such a paragraph, and the words between its tabs.
pub struct Row<'p> {
    /// The paragraph.
    pub paragraph: &'p Paragraph,
    /// Its cells.
    pub cells: Vec<&'p str>,
}

/// Lines that are a table, at least.
const FEWEST: usize = 3;

/// The first of `blocks` that together are a table: lines of as many words, of which those behind the first are
/// figures in most. There are none where the first block starts none.
pub fn rows(blocks: &[Block]) -> Vec<Row<'_>> {
    let run = blocks.iter().map_while(|block| match block {
        Block::Paragraph(paragraph) => row(paragraph),
        Block::Table(_) => None,
    });
    let mut rows: Vec<Row<'_>> = Vec::new();
    for row in run {
        if rows.first().is_some_and(|first| first.cells.len() != row.cells.len()) {
            break;
        }
        rows.push(row);
    }
    let figures = rows.iter().filter(|row| is_of_figures(row)).count();
    let is_table = rows.len() >= FEWEST && figures * 3 >= rows.len() * 2;
    if is_table { rows } else { Vec::new() }
}

fn row(paragraph: &Paragraph) -> Option<Row<'_>> {
    let text = paragraph.text.trim();
    if !text.contains(TAB)
        || text.contains(LINE_BREAK)
        || paragraph.pictures > 0
        || paragraph.heading.is_some()
    {
        return None;
    }
    // Several tabs stand for one where words are set apart by stops that a word reaches beyond.
    let cells = text.split(TAB).map(str::trim).filter(|cell| !cell.is_empty());
    Some(Row { paragraph, cells: cells.collect() })
}

/// Whether all words of a row but the first are figures, or marks in the place of one.
fn is_of_figures(row: &Row<'_>) -> bool {
    let mut behind = row.cells.iter().skip(1);
    let has_label = row.cells.first().is_some_and(|label| !is_figure(label));
    has_label
        && behind.clone().any(|cell| is_figure(cell))
        && behind.all(|cell| is_figure(cell) || lines::is_figure(cell))
}
