//! Which row of a form a label names.

use super::Binder;
use super::token::{Token, TokenKind};
use crate::rules::form::Layout;
use crate::rules::label_index::Target;
use crate::rules::pack::Editions;

impl<'p> Binder<'_, 'p> {
    /// The label of the row in which the words at `last` stand in the place of a figure: a row of the form is named
    /// before them, and more figures stand around them, or as many cells as the header has columns.
    pub(super) fn row_for(&self, tokens: &[Token<'p>], last: usize) -> Option<usize> {
        tokens.get(last).filter(|token| token.kind == TokenKind::Words)?;
        let label = tokens.iter().rposition(|token| !token.meanings().is_empty())?;
        // A group's name may be followed by a row's name that is not known word for word.
        let names_row = tokens.get(label)?.meanings().iter().all(|meaning| {
            let Target::Row(node) = meaning.target else { return false };
            self.form(meaning.form)
                .and_then(|form| form.rows.nodes.get(node))
                .is_some_and(|node| node.leaf.is_some())
        });
        let behind = tokens.get(label + 1..)?;
        let count = |kind: TokenKind<'_>| behind.iter().filter(|token| token.kind == kind).count();
        let fills_columns = || {
            let (form, row) = self.choose_row(tokens.get(label)?)?;
            let columns = self.columns(form)?;
            let form = self.form(form)?;
            let columns = columns.iter().filter(|column| form.has(Editions::ALL, row, column.column)).count();
            (columns == behind.len()).then_some(())
        };
        (names_row && (count(TokenKind::Value) > count(TokenKind::Words) || fills_columns().is_some()))
            .then_some(label)
    }

    /// The form's row that a label names: of the form being read, of the group named last, the next in order.
    pub(super) fn choose_row(&self, label: &Token<'p>) -> Option<(usize, usize)> {
        let candidates = label.meanings().iter().filter_map(|meaning| {
            let Target::Row(node) = meaning.target else { return None };
            let form = self.form(meaning.form)?;
            let is_beside = match form.layout {
                Layout::Rows => true,
                Layout::Stacked => self.is_upright(meaning.form),
                Layout::Beside => false,
            };
            let form = is_beside.then_some(form)?;
            Some((meaning.form, form.rows.nodes.get(node)?.leaf?, meaning.omitted))
        });
        candidates
            .min_by_key(|&(form, row, omitted)| {
                let state = self.states.get(form);
                let group = state.and_then(|state| state.group);
                let is_in_group = self.form(form).zip(group).is_some_and(|(form, group)| {
                    form.rows.leaves.get(row).is_some_and(|&node| form.rows.is_within(node, group))
                });
                let is_ahead = state.is_some_and(|state| state.last_row.is_none_or(|last| row > last));
                (Some(form) != self.current, omitted, !is_in_group, !is_ahead, row)
            })
            .map(|(form, row, _)| (form, row))
    }

    /// Whether a label names a row of a form whose header has been read, and no group of it or column.
    pub(super) fn names_row_only(&self, label: &Token<'p>) -> bool {
        let Some((number, _)) = self.choose_row(label) else { return false };
        let is_leaf = |node: usize| {
            self.form(number)
                .and_then(|form| form.rows.nodes.get(node))
                .is_some_and(|node| node.leaf.is_some())
        };
        let mut meanings = label.meanings().iter().filter(|meaning| meaning.form == number);
        meanings.all(|meaning| matches!(meaning.target, Target::Row(node) if is_leaf(node)))
    }
}
