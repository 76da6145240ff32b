//! Forms whose row labels stand in the header: one line of figures, or a table turned around.

use super::align::align;
use super::header::{self, HeaderCell, HeaderColumn};
use super::token::{Token, TokenKind};
use super::{Binder, BoundCell, FoundRow, Problem};
use crate::rules::form::{Form, Layout};
use crate::rules::label_index::{Meaning, Target};
use crate::source::place::Span;

impl<'p> Binder<'_, 'p> {
    /// The stacked form whose header a lone label before figures completes: it gives each figure its column.
    pub(super) fn completes_stacked_header(
        &self,
        labels: &[Token<'p>],
        values: &[Token<'p>],
    ) -> Option<usize> {
        let [label] = labels else { return None };
        let number = self.pending_stacked_form().filter(|_| !values.is_empty() && label.can_name_column())?;
        let last = HeaderCell { meanings: label.meanings(), span: label.span, line: None, columns: None };
        let cells: Vec<HeaderCell<'p>> = self.pending.iter().copied().chain([last]).collect();
        let columns = header::resolve(self.form(number)?, number, &cells)?;
        (columns.len() == values.len()).then_some(number)
    }

    /// The stacked form of which the pending header names a row.
    pub(super) fn pending_stacked_form(&self) -> Option<usize> {
        let names_row_of = |number: usize| {
            move |meaning: &Meaning| meaning.form == number && matches!(meaning.target, Target::Row(_))
        };
        (0..self.pack.forms.len()).find(|&number| {
            self.form(number).is_some_and(|form| form.layout == Layout::Stacked)
                && self.pending.iter().any(|cell| cell.meanings.iter().any(names_row_of(number)))
        })
    }

    /// A row of figures only: the one line of a form whose row labels stand in its header.
    pub(super) fn figures_without_label(&mut self, tokens: &[Token<'p>], is_aligned: bool) {
        if let Some(number) = self.pending_stacked_form() {
            self.stacked_figures(number, tokens, is_aligned);
        }
    }

    pub(super) fn stacked_figures(&mut self, number: usize, tokens: &[Token<'p>], is_aligned: bool) {
        if self.numbers_columns(tokens) {
            return;
        }
        let Some(form) = self.form(number) else { return };
        let Some(span) = tokens.first().map(|token| token.span) else { return };
        let columns = header::resolve(form, number, &self.pending);
        let Some(columns) = columns.or_else(|| header::in_order(form, number, &self.pending)) else {
            self.tell(number, span, Problem::NoColumns);
            self.pending.clear();
            return;
        };
        let in_order = || {
            let columns = header::in_order(form, number, &self.pending)?;
            align(&columns, tokens, self.text, false)
        };
        let Some(pairs) = align(&columns, tokens, self.text, is_aligned).or_else(in_order) else {
            // A line of blanks may lie between the lines of the header.
            if tokens.iter().any(|token| token.kind == TokenKind::Value) {
                self.tell(number, span, Problem::Misfit { found: tokens.len(), expected: columns.len() });
                self.pending.clear();
            }
            return;
        };
        self.pending.clear();
        for row in 0..form.rows.leaves.len() {
            let of_row = pairs.iter().filter(|(column, _)| column.row == Some(row));
            let cell = |(column, span): &(HeaderColumn, Span)| BoundCell {
                slot: form.slot(row, column.column),
                span: *span,
            };
            let cells: Vec<BoundCell> = of_row.clone().map(cell).collect();
            if let Some((column, _)) = of_row.clone().next() {
                self.push(FoundRow {
                    form: number,
                    row,
                    label: column.span,
                    is_extra: false,
                    stands_for: None,
                    cells,
                });
            }
        }
    }

    /// Whether a line only numbers the columns: 1, 2, 3 …
    fn numbers_columns(&self, tokens: &[Token<'p>]) -> bool {
        const FEWEST: usize = 4;
        tokens.len() >= FEWEST
            && tokens.iter().enumerate().all(|(index, token)| {
                token.span.of(self.text).trim().parse::<usize>().is_ok_and(|number| number == index + 1)
            })
    }

    /// The words that name a row of figures, where they are no row of a form: the line of a stacked form may be
    /// headed `数量`, or hold words in place of all its figures.
    pub(super) fn heads_stacked_figures(&self, tokens: &[Token<'p>]) -> Option<(usize, usize)> {
        if tokens.iter().any(|token| !token.meanings().is_empty()) {
            return None;
        }
        let number = self.pending_stacked_form()?;
        let form = self.form(number)?;
        let columns = header::resolve(form, number, &self.pending)
            .or_else(|| header::in_order(form, number, &self.pending))?;
        let from = tokens.len().checked_sub(columns.len())?;
        let (heads, figures) = tokens.split_at_checked(from)?;
        let is_head = |token: &Token<'_>| token.kind == TokenKind::Words;
        (heads.len() <= 1 && heads.iter().all(is_head) && !figures.is_empty()).then_some((number, from))
    }

    /// Whether a label names a row of a form whose row labels stand in its header.
    pub(super) fn names_stacked_row(&self, token: &Token<'p>) -> bool {
        token.meanings().iter().any(|meaning| {
            matches!(meaning.target, Target::Row(_))
                && self.form(meaning.form).is_some_and(|form| form.layout == Layout::Stacked)
                && !self.is_upright(meaning.form)
        })
    }

    /// Whether the header read so far names columns of a stacked form and none of its rows, so that these stand to
    /// the left of their figures.
    pub(super) fn is_upright(&self, number: usize) -> bool {
        let names = |wanted: fn(&Target) -> bool| {
            let is_named = move |meaning: &&Meaning| meaning.form == number && wanted(&meaning.target);
            self.pending.iter().filter(|cell| cell.meanings.iter().any(|meaning| is_named(&meaning))).count()
        };
        let state = self.states.get(number).and_then(|state| state.header.as_ref());
        let is_open = state.is_some_and(|header| header.iter().all(|column| column.row.is_none()));
        let (columns, rows) = (
            names(|target| matches!(target, Target::Column(_))),
            names(|target| matches!(target, Target::Row(_))),
        );
        rows == 0 && (columns >= 2 || columns == 0 && is_open)
    }

    /// Binds a table in which a stacked form is turned around: each line has the name of a column, with that of its
    /// row before or above it, and one figure.
    pub(super) fn turned(&mut self, rows: &[Vec<Token<'p>>]) -> bool {
        (0..self.pack.forms.len()).any(|number| {
            let Some(form) = self.form(number).filter(|form| form.layout == Layout::Stacked) else {
                return false;
            };
            let Some(found) = turned_cells(form, number, rows) else { return false };
            for row in 0..form.rows.leaves.len() {
                let of_row = found.iter().filter(|cell| cell.row == row);
                let Some(first) = of_row.clone().next() else { continue };
                let cell =
                    |cell: &TurnedCell| BoundCell { slot: form.slot(row, cell.column), span: cell.span };
                self.push(FoundRow {
                    form: number,
                    row,
                    label: first.label,
                    is_extra: false,
                    stands_for: None,
                    cells: of_row.map(cell).collect(),
                });
            }
            true
        })
    }
}

struct TurnedCell {
    row: usize,
    column: usize,
    label: Span,
    span: Span,
}

/// The cells of a stacked form that is turned around, if a table shows most of them, each once.
fn turned_cells(form: &Form, number: usize, rows: &[Vec<Token<'_>>]) -> Option<Vec<TurnedCell>> {
    let leaf = |token: &Token<'_>, is_row: bool| {
        token.meanings().iter().filter(|meaning| meaning.form == number).find_map(|meaning| {
            match meaning.target {
                Target::Row(node) if is_row => form.rows.nodes.get(node)?.leaf,
                Target::Column(node) if !is_row => form.columns.nodes.get(node)?.leaf,
                _ => None,
            }
        })
    };
    let mut found: Vec<TurnedCell> = Vec::new();
    let mut current: Option<(usize, Span)> = None;
    for tokens in rows {
        let named = tokens.iter().filter_map(|token| Some((leaf(token, true)?, token.span))).next_back();
        current = named.or(current);
        let Some(last) = tokens.iter().rposition(Token::is_wordy) else { continue };
        let values = tokens.get(last + 1..).unwrap_or_default();
        let Some(column) = tokens.get(last).and_then(|token| leaf(token, false)) else { continue };
        let ([value], Some((row, label))) = (values, current) else { return None };
        if found.iter().any(|cell| (cell.row, cell.column) == (row, column)) {
            return None;
        }
        found.push(TurnedCell { row, column, label, span: value.span });
    }
    (found.len() * 3 >= form.size() * 2).then_some(found)
}
