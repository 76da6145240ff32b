//! The rows of a table made ready for reading: labels that are in other words, units, rows that were cut.

use super::Binder;
use super::recognise;
use super::token::{Token, TokenKind};
use crate::document::table::Table;
use crate::rules::form::Layout;
use crate::rules::label_index::{Meaning, Target};

impl<'p> Binder<'_, 'p> {
    pub(super) fn table(&mut self, text: &str, table: &Table) {
        self.start_table();
        let token = |cell| Token::of_cell(text, cell, &self.pack.labels);
        let mut rows: Vec<Vec<Token<'p>>> = table.rows().map(|row| row.iter().map(token).collect()).collect();
        if rows.iter().flatten().any(|token| !token.meanings().is_empty()) {
            let is_unit = |three: &[Token<'p>]| matches!(three, [before, token, after] if recognise::is_unit(before, token, after));
            for row in &mut rows {
                while let Some(at) = row.windows(3).position(is_unit) {
                    row.remove(at + 1);
                }
            }
            let mut tokens = rows.concat();
            let recognised = recognise::labels(text, self.pack, &mut tokens, 1);
            for (token, read) in rows.iter_mut().flatten().zip(tokens) {
                *token = read;
            }
            self.note(recognised);
            if table.is_of_lines {
                rows = self.whole_rows(rows);
            }
        }
        if !self.turned(&rows) {
            for row in &rows {
                self.row(row, table.aligned);
            }
        }
        self.end_table();
    }

    /// The rows with the label of one above its figures put together, as they are where a line of text was cut.
    fn whole_rows(&self, rows: Vec<Vec<Token<'p>>>) -> Vec<Vec<Token<'p>>> {
        let is_row = |meaning: &Meaning| {
            let form = self.form(meaning.form).filter(|form| form.layout == Layout::Rows);
            matches!(meaning.target, Target::Row(node) if form.is_some_and(|form| form.rows.nodes.get(node).is_some_and(|node| node.leaf.is_some())))
        };
        let mut whole: Vec<Vec<Token<'p>>> = Vec::with_capacity(rows.len());
        for row in rows {
            let above = whole.last_mut().filter(|_| row.len() > 1 && row.iter().all(Token::is_value));
            let label = above.as_deref().and_then(|above| above.iter().rposition(Token::is_wordy));
            let names_row = above.as_deref().zip(label).and_then(|(above, label)| above.get(label));
            let meanings = names_row.map_or(&[][..], Token::meanings);
            let names_column = names_row.is_some_and(Token::can_name_column);
            let has_figures = above
                .as_deref()
                .is_some_and(|above| above.iter().any(|token| token.kind == TokenKind::Value));
            match (above, label) {
                (Some(above), Some(label))
                    if !has_figures && meanings.iter().any(is_row) && !names_column =>
                {
                    above.truncate(label + 1);
                    above.extend(row);
                }
                _ => whole.push(row),
            }
        }
        whole
    }
}
