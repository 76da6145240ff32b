//! Reading tables row by row: headers set the columns of a form, labels name its rows, and the figures behind them are
//! bound to its cells.

use super::align::align;
use super::header::{self, HeaderCell, HeaderColumn};
use super::recognise::{Placed, Recognised};
use super::token::{Token, TokenKind};
use super::{Binding, BoundCell, FoundRow, Problem, Unbound, order, placed};
use crate::rules::form::{Form, Layout};
use crate::rules::label_index::Target;
use crate::rules::pack::{Editions, Pack};
use crate::source::place::Span;

/// The state of one form while the report is read.
#[derive(Clone, Default)]
pub(super) struct FormState<'p> {
    pub(super) header: Option<Vec<HeaderColumn>>,
    /// The cells that said so.
    header_cells: Vec<HeaderCell<'p>>,
    pub(super) last_row: Option<usize>,
    pub(super) group: Option<usize>,
}

pub(super) struct Binder<'d, 'p> {
    pub(super) text: &'d str,
    pub(super) pack: &'p Pack,
    pub(super) states: Vec<FormState<'p>>,
    /// The form that the last bound row belongs to.
    pub(super) current: Option<usize>,
    /// Header cells since the last row of figures.
    pub(super) pending: Vec<HeaderCell<'p>>,
    line: usize,
    pub(super) rows: Vec<FoundRow>,
    unbound: Vec<Unbound>,
    pub(super) cell_blocks: Vec<usize>,
    /// Stretches of the text that are forms.
    forms: Vec<Span>,
    /// Lines told by their place alone.
    placed: Vec<Placed>,
    /// Words among the rows of forms that are none of their labels.
    strange: Vec<(usize, Span)>,
    /// Labels of forms seen in the table being read, by form, and whether any row of it was bound.
    seen: Vec<(usize, Span)>,
    pub(super) bound_in_table: bool,
}

impl<'d, 'p> Binder<'d, 'p> {
    pub(super) fn new(text: &'d str, pack: &'p Pack) -> Self {
        Self {
            text,
            pack,
            states: vec![FormState::default(); pack.forms.len()],
            current: None,
            pending: Vec::new(),
            line: 0,
            rows: Vec::new(),
            unbound: Vec::new(),
            cell_blocks: Vec::new(),
            forms: Vec::new(),
            placed: Vec::new(),
            strange: Vec::new(),
            seen: Vec::new(),
            bound_in_table: false,
        }
    }

    /// Keeps what was recognised among the tokens that are read next.
    pub(super) fn note(&mut self, recognised: Recognised) {
        self.forms.extend(recognised.forms);
        self.placed.extend(recognised.placed);
        self.strange.extend(recognised.strange);
    }

    pub(super) fn start_table(&mut self) {
        self.pending.clear();
        self.line = 0;
        self.seen.clear();
        self.bound_in_table = false;
    }

    /// A table whose labels are a form's, but of which nothing was bound, must be told.
    pub(super) fn end_table(&mut self) {
        const ENOUGH: usize = 3;
        if self.bound_in_table {
            return;
        }
        for form in 0..self.pack.forms.len() {
            let mut labels = self.seen.iter().filter(|(seen, _)| *seen == form);
            let first = labels.next().map(|&(_, span)| span);
            if let Some(span) = first.filter(|_| labels.count() + 1 >= ENOUGH)
                && !self.unbound.iter().any(|unbound| unbound.form == form)
            {
                self.unbound.push(Unbound { form, span, problem: Problem::NoColumns });
                return;
            }
        }
    }

    /// Reads one row of a table. `is_aligned` says whether its cells stand under those of the rows above.
    pub(super) fn row(&mut self, tokens: &[Token<'p>], is_aligned: bool) {
        self.line += 1;
        for token in tokens {
            // A label that means one thing only shows what form a table is.
            if let [meaning] = token.meanings() {
                self.seen.push((meaning.form, token.span));
            }
        }
        let Some(last_label) = tokens.iter().rposition(Token::is_wordy) else {
            self.figures_without_label(tokens, is_aligned);
            return;
        };
        if let Some((number, from)) = self.heads_stacked_figures(tokens) {
            self.stacked_figures(number, &as_values(tokens.get(from..).unwrap_or_default()), is_aligned);
            return;
        }
        if let Some(row) = self.row_for(tokens, last_label) {
            let (labels, values) = tokens.split_at(row + 1);
            self.labelled(&[labels, &as_values(values)].concat(), row, is_aligned);
            return;
        }
        let (labels, values) = tokens.split_at(last_label + 1);
        if let Some(number) = self.completes_stacked_header(labels, values) {
            self.add_header(labels, is_aligned);
            self.stacked_figures(number, values, is_aligned);
            return;
        }
        if self.is_header(labels, values) {
            self.add_header(labels, is_aligned);
            return;
        }
        self.note_groups(labels);
        if !values.is_empty() {
            self.labelled(tokens, last_label, is_aligned);
        }
    }

    /// The columns that the header names which is in force for the next row of a form.
    pub(super) fn columns(&self, number: usize) -> Option<Vec<HeaderColumn>> {
        if self.names_columns(number) {
            self.resolved(number)
        } else {
            self.states.get(number)?.header.clone()
        }
    }

    fn add_header(&mut self, labels: &[Token<'p>], is_aligned: bool) {
        let line = self.line;
        let named = labels.iter().filter(|token| !token.meanings().is_empty());
        self.pending.extend(named.map(|token| HeaderCell {
            meanings: token.meanings(),
            span: token.span,
            line: Some(line),
            columns: is_aligned.then_some((token.column, token.colspan)),
        }));
    }

    /// The form that is being read: the one whose columns the pending header names, else the last one bound.
    pub(super) fn reading(&self) -> Option<usize> {
        let columns_of = |number: usize| {
            let names = |cell: &&HeaderCell<'_>| {
                cell.meanings
                    .iter()
                    .any(|meaning| meaning.form == number && matches!(meaning.target, Target::Column(_)))
            };
            self.pending.iter().filter(names).count()
        };
        (0..self.pack.forms.len())
            .map(|number| (columns_of(number), number))
            .filter(|&(columns, _)| columns > 0)
            .max_by_key(|&(columns, number)| (columns, std::cmp::Reverse(number)))
            .map(|(_, number)| number)
            .or(self.current)
    }

    /// Whether a row heads columns: it names some, and has no figures.
    fn is_header(&self, labels: &[Token<'p>], values: &[Token<'p>]) -> bool {
        let Some((last, before)) = labels.split_last() else { return false };
        if values.iter().any(|token| token.kind == TokenKind::Value) {
            return false;
        }
        if before.iter().any(Token::can_name_column) {
            return true;
        }
        if labels.iter().any(|token| self.names_stacked_row(token)) {
            return true;
        }
        // A lone label that can name a column or a row: the row's figures may all be blank.
        let has_room = last.meanings().iter().any(|meaning| {
            matches!(meaning.target, Target::Row(_))
                && self
                    .states
                    .get(meaning.form)
                    .and_then(|state| state.header.as_ref())
                    .is_some_and(|header| values.len() >= header.len())
        });
        last.can_name_column() && !has_room
    }

    pub(super) fn form(&self, number: usize) -> Option<&'p Form> {
        self.pack.forms.get(number)
    }

    /// Remembers the groups that labels name, for rows that other groups have too.
    fn note_groups(&mut self, labels: &[Token<'p>]) {
        for token in labels {
            for meaning in token.meanings() {
                if let Target::Row(node) = meaning.target
                    && let Some(form) = self.pack.forms.get(meaning.form)
                    && form.rows.nodes.get(node).is_some_and(|node| node.leaf.is_none())
                    && let Some(state) = self.states.get_mut(meaning.form)
                {
                    state.group = Some(node);
                }
            }
        }
    }

    /// A row with a label and figures.
    fn labelled(&mut self, tokens: &[Token<'p>], last_label: usize, is_aligned: bool) {
        let Some(label) = tokens.get(last_label) else { return };
        let Some((form_number, row)) = self.choose_row(label) else {
            self.unknown_row(label, tokens, last_label);
            return;
        };
        let Some(form) = self.form(form_number) else { return };
        self.take_header(form_number);
        let only = [HeaderColumn { row: None, column: 0, at: None, width: 1, span: label.span }];
        let is_in_form = || self.forms.iter().any(|form| form.contains(label.span));
        let header = self.states.get(form_number).and_then(|state| state.header.as_deref());
        // A form with one column needs no header.
        let header = header.or_else(|| (form.columns.leaves.len() == 1 && is_in_form()).then_some(&only[..]));
        // A table whose labels are a form's is told when it has been read.
        let Some(header) = header else { return };
        let values = tokens.get(last_label + 1..).unwrap_or_default();
        let of_row = |header: &[HeaderColumn]| -> Vec<HeaderColumn> {
            let mut columns = Vec::with_capacity(header.len());
            columns.extend(header.iter().filter(|column| form.has(Editions::ALL, row, column.column)));
            columns
        };
        let columns = of_row(header);
        let in_order = || {
            let cells = &self.states.get(form_number)?.header_cells;
            let columns = of_row(&header::in_order(form, form_number, cells)?);
            align(&columns, values, self.text, false)
        };
        let pairs = align(&columns, values, self.text, is_aligned).or_else(in_order);
        let is_misfit = pairs.is_none();
        let bound =
            |(column, span): (HeaderColumn, Span)| BoundCell { slot: form.slot(row, column.column), span };
        let cells = pairs.unwrap_or_default().into_iter().map(bound).collect();
        self.push(FoundRow {
            form: form_number,
            row,
            label: label.span,
            is_extra: false,
            stands_for: None,
            cells,
        });
        if is_misfit {
            self.tell(
                form_number,
                label.span,
                Problem::Misfit { found: values.len(), expected: columns.len() },
            );
        }
    }

    pub(super) fn push(&mut self, row: FoundRow) {
        self.current = Some(row.form);
        self.bound_in_table = true;
        if let Some(state) = self.states.get_mut(row.form) {
            state.last_row = Some(row.row);
        }
        self.rows.push(row);
    }

    pub(super) fn tell(&mut self, form: usize, span: Span, problem: Problem) {
        self.bound_in_table = true;
        self.unbound.push(Unbound { form, span, problem });
    }

    /// Resolves the header cells seen since the last figures, if they name columns of the form.
    fn take_header(&mut self, number: usize) {
        if !self.names_columns(number) {
            return;
        }
        let header = self.resolved(number);
        let header_cells = std::mem::take(&mut self.pending);
        if let Some(state) = self.states.get_mut(number) {
            (state.header, state.header_cells) = (header, header_cells);
        }
    }

    fn names_columns(&self, number: usize) -> bool {
        let names_column = |cell: &HeaderCell<'_>| {
            cell.meanings
                .iter()
                .any(|meaning| meaning.form == number && matches!(meaning.target, Target::Column(_)))
        };
        self.pending.iter().any(names_column)
    }

    /// The columns that the pending header names: by where its labels stand, or else in the order of reading.
    fn resolved(&self, number: usize) -> Option<Vec<HeaderColumn>> {
        let form = self.form(number)?;
        header::resolve_as(Layout::Rows, form, number, &self.pending)
            .or_else(|| header::in_order(form, number, &self.pending))
    }

    /// A row whose cells are all left blank in lines of text: it is there, though nothing shows its cells.
    pub(super) fn blank_row(&mut self, label: &Token<'p>) {
        let Some((form, row)) = self.choose_row(label) else { return };
        self.take_header(form);
        if self.states.get(form).is_none_or(|state| state.header.is_none()) {
            return;
        }
        self.push(FoundRow {
            form,
            row,
            label: label.span,
            is_extra: false,
            stands_for: None,
            cells: Vec::new(),
        });
    }

    /// A row of figures whose label is not known matters where it stands among rows of a form.
    fn unknown_row(&mut self, label: &Token<'p>, tokens: &[Token<'p>], last_label: usize) {
        let Some(form) = self.reading().filter(|_| label.kind == TokenKind::Words) else { return };
        let columns = self.states.get(form).and_then(|state| state.header.as_ref()).map_or(0, Vec::len);
        if self.bound_in_table && columns > 0 && tokens.len() - last_label > columns {
            self.tell(form, label.span, Problem::UnknownRow);
        }
    }

    pub(super) fn finish(mut self) -> Binding {
        self.rows.sort_by_key(|row| row.label);
        // A form that is there may be summed up in another table.
        let is_bound = |form: usize| self.rows.iter().any(|row| row.form == form);
        self.unbound.retain(|unbound| unbound.problem != Problem::NoColumns || !is_bound(unbound.form));
        let (pack, text) = (self.pack, self.text);
        let mut binding = Binding {
            rows: self.rows,
            unbound: self.unbound,
            cell_blocks: self.cell_blocks,
            forms: self.forms,
            tables: Vec::new(),
            unread: Vec::new(),
            notes: Vec::new(),
            copies: Vec::new(),
            votes: Vec::new(),
        };
        for row in &binding.rows {
            let Some(form) = self.pack.forms.get(row.form) else { continue };
            let of_row = form.rows.leaf(row.row).map(|row| row.editions);
            let columns = row.cells.iter().map(|cell| form.row_column(cell.slot).1);
            let of_columns =
                columns.filter_map(|column| form.columns.leaf(column)).map(|column| column.editions);
            binding.votes.extend(of_row.into_iter().chain(of_columns).filter(|editions| !editions.is_all()));
        }
        let edition = Editions::most_voted(&binding.votes, self.pack.editions.len());
        let editions = edition.map_or(Editions::ALL, Editions::only);
        for (number, form) in self.pack.forms.iter().enumerate() {
            order::settle(number, form, editions, &mut binding.rows);
            binding.copies.extend(order::copies(number, &mut binding.rows));
        }
        // A row that seems to be missing may be what strange words name.
        for (number, span) in self.strange {
            let is_found =
                |row: usize| binding.rows.iter().any(|found| (found.form, found.row) == (number, row));
            let is_told = |unbound: &Unbound| unbound.form == number && unbound.problem.may_hide_rows();
            let form = pack.forms.get(number).filter(|form| !form.varies);
            let lacks_row = form.is_some_and(|form| form.rows_in(editions).any(|row| !is_found(row)));
            if lacks_row && !binding.unbound.iter().any(is_told) {
                binding.unbound.push(Unbound { form: number, span, problem: Problem::UnknownRow });
            }
        }
        for line in self.placed {
            placed::settle(pack, text, editions, line, &mut binding);
        }
        let first = binding.copies.iter().min_by_key(|copy| copy.label);
        let told =
            first.map(|copy| Unbound { form: copy.form, span: copy.label, problem: Problem::AnotherCopy });
        binding.unbound.extend(told);
        binding
    }
}

/// Cells in the place of figures, words among them.
fn as_values<'p>(tokens: &[Token<'p>]) -> Vec<Token<'p>> {
    let value = |token: &Token<'p>| match token.kind {
        TokenKind::Words => Token { kind: TokenKind::Value, ..*token },
        _ => *token,
    };
    tokens.iter().map(value).collect()
}
