//! Binding: which cell of a report is which cell of a form. Rows and columns are found by their labels; what the
//! labels do not say is left unbound and told, never guessed.

mod align;
mod by_element;
mod by_table;
mod header;
mod linear;
mod order;
mod stacked;
mod token;

use super::table::FoundTable;
use crate::document::table::Table;
use crate::document::{Block, Document};
use crate::rules::form::{Form, Layout, Slot};
use crate::rules::label;
use crate::rules::label_index::Target;
use crate::rules::pack::{Editions, Pack};
use crate::rules::pattern::Pattern;
use crate::source::place::Span;
use align::align;
use header::{HeaderCell, HeaderColumn};
use token::{Token, TokenKind};

/// A cell bound to its place in a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BoundCell {
    /// The form's cell.
    pub slot: Slot,
    /// Its text in the document.
    pub span: Span,
}

/// A row of a form as it was found in the report.
#[derive(Clone, Debug)]
pub struct FoundRow {
    /// The form.
    pub form: usize,
    /// The row, by leaf.
    pub row: usize,
    /// Place of its label.
    pub label: Span,
    /// The label was not known word for word, and was told from its likeness and its place.
    pub is_reworded: bool,
    /// Another row of this name stands where this one belongs: its cells are not bound.
    pub is_extra: bool,
    /// The row that is missing just where this extra one stands.
    pub stands_for: Option<usize>,
    /// Its cells; none where they could not be told apart.
    pub cells: Vec<BoundCell>,
}

/// What the binder could not make out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// A table shows labels of a form, but nothing says which columns its figures stand in.
    NoColumns,
    /// A row has more or fewer figures than the header has columns.
    Misfit {
        /// Figures found.
        found: usize,
        /// Columns in the header.
        expected: usize,
    },
    /// A row among rows of the form has a label that names none of them.
    UnknownRow,
    /// A header lacks columns of the form.
    MissingColumns(Vec<usize>),
    /// A row or column of another edition of the form.
    OtherEdition,
    /// So many rows of the form are missing that part of it must be.
    MissingRows(Vec<usize>),
    /// The form is there again.
    AnotherCopy,
    /// A row of elements does not say whose it is.
    Ownerless {
        /// How many more of the report do not.
        more: usize,
    },
}

impl Problem {
    /// Whether rows that seem to be missing may be there.
    pub fn may_hide_rows(&self) -> bool {
        matches!(
            self,
            Problem::NoColumns | Problem::UnknownRow | Problem::MissingRows(_) | Problem::OtherEdition
        )
    }
}

/// Something unbound, at its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unbound {
    /// The form.
    pub form: usize,
    /// Where.
    pub span: Span,
    /// What is the matter.
    pub problem: Problem,
}

/// A note to a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Note {
    /// What it is a note to: a stretch of the document.
    pub about: Span,
    /// Its text.
    pub span: Span,
}

/// What was bound, and what was not.
#[derive(Clone, Debug, Default)]
pub struct Binding {
    /// Rows in the order found.
    pub rows: Vec<FoundRow>,
    /// What could not be bound.
    pub unbound: Vec<Unbound>,
    /// Blocks of the document that turned out to be cells of a form.
    pub cell_blocks: Vec<usize>,
    /// Tables of open forms.
    pub tables: Vec<FoundTable>,
    /// Notes to tables.
    pub notes: Vec<Note>,
    /// Rows of forms that are there again: of another report in the same file, or another year.
    pub copies: Vec<FoundRow>,
    /// Nodes found that only some editions have, as sets of editions.
    pub votes: Vec<Editions>,
}

impl Binding {
    /// The bound cells.
    pub fn cells(&self) -> impl Iterator<Item = BoundCell> {
        self.rows.iter().filter(|row| !row.is_extra).flat_map(|row| row.cells.iter().copied())
    }
}

/// Binds the tables of a document to the forms of a pack.
pub fn bind(document: &Document<'_>, pack: &Pack) -> Binding {
    let mut binder = Binder::new(document.text(), pack);
    for block in document.blocks() {
        if let Block::Table(table) = block
            && !table.is_spaced
        {
            binder.table(document.text(), table);
        }
    }
    // Forms are written in tables or as lines, not both.
    if !(0..pack.forms.len()).all(|form| binder.rows.iter().any(|row| row.form == form)) {
        linear::bind(document, pack, &mut binder);
    }
    let mut binding = binder.finish();
    if pack.forms.iter().any(Form::is_read_by_table) {
        by_table::bind(document, pack, &mut binding);
    }
    by_element::bind(document, pack, &mut binding);
    if let Some(words) = &pack.notes {
        binding.notes.extend(below_tables(document, words));
    }
    binding
}

/// Paragraphs right below a table, up to the first that does not begin as a note does.
fn below_tables<'d>(document: &'d Document<'_>, words: &'d Pattern) -> impl Iterator<Item = Note> + 'd {
    let blocks = document.blocks();
    let tables = blocks.iter().enumerate().filter(|(_, block)| matches!(block, Block::Table(_)));
    tables.flat_map(move |(number, table)| {
        let below = blocks.iter().skip(number + 1);
        let paragraphs = below.map_while(|block| match block {
            Block::Paragraph(paragraph) => Some(paragraph.span),
            _ => None,
        });
        let notes = paragraphs.take_while(|span| words.is_in(span.of(document.text()).trim_start()));
        notes.map(|span| Note { about: table.span(), span })
    })
}

/// The state of one form while the report is read.
#[derive(Clone, Default)]
struct FormState<'p> {
    header: Option<Vec<HeaderColumn>>,
    /// The cells that said so.
    header_cells: Vec<HeaderCell<'p>>,
    last_row: Option<usize>,
    group: Option<usize>,
}

struct Binder<'d, 'p> {
    text: &'d str,
    pack: &'p Pack,
    states: Vec<FormState<'p>>,
    /// The form that the last bound row belongs to.
    current: Option<usize>,
    /// Header cells since the last row of figures.
    pending: Vec<HeaderCell<'p>>,
    line: usize,
    rows: Vec<FoundRow>,
    unbound: Vec<Unbound>,
    cell_blocks: Vec<usize>,
    /// Labels of forms seen in the table being read, by form, and whether any row of it was bound.
    seen: Vec<(usize, Span)>,
    bound_in_table: bool,
}

impl<'d, 'p> Binder<'d, 'p> {
    fn new(text: &'d str, pack: &'p Pack) -> Self {
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
            seen: Vec::new(),
            bound_in_table: false,
        }
    }

    fn table(&mut self, text: &str, table: &Table) {
        self.start_table();
        let token = |cell| Token::of_cell(text, cell, &self.pack.labels);
        let rows: Vec<Vec<Token<'p>>> = table.rows().map(|row| row.iter().map(token).collect()).collect();
        if !self.turned(&rows) {
            for row in &rows {
                self.row(row, table.aligned);
            }
        }
        self.end_table();
    }

    fn start_table(&mut self) {
        self.pending.clear();
        self.line = 0;
        self.seen.clear();
        self.bound_in_table = false;
    }

    /// A table whose labels are a form's, but of which nothing was bound, must be told.
    fn end_table(&mut self) {
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
    fn row(&mut self, tokens: &[Token<'p>], is_aligned: bool) {
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

    /// The label of the row in which the words at `last` stand in the place of a figure: a row of the form is named
    /// before them, and more figures stand around them, or as many cells as the header has columns.
    fn row_for(&self, tokens: &[Token<'p>], last: usize) -> Option<usize> {
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

    /// The columns that the header names which is in force for the next row of a form.
    fn columns(&self, number: usize) -> Option<Vec<HeaderColumn>> {
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
    fn reading(&self) -> Option<usize> {
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

    fn form(&self, number: usize) -> Option<&'p Form> {
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
        let found = self.choose_row(label).map(|(form, row)| (form, row, false));
        let found = found
            .or_else(|| self.reworded_row(label, tokens, last_label).map(|(form, row)| (form, row, true)));
        let Some((form_number, row, is_reworded)) = found else {
            self.unknown_row(label, tokens, last_label);
            return;
        };
        let Some(form) = self.form(form_number) else { return };
        self.take_header(form_number);
        let header = self.states.get(form_number).and_then(|state| state.header.as_deref());
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
            is_reworded,
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

    fn push(&mut self, row: FoundRow) {
        self.current = Some(row.form);
        self.bound_in_table = true;
        if let Some(state) = self.states.get_mut(row.form) {
            state.last_row = Some(row.row);
        }
        self.rows.push(row);
    }

    fn tell(&mut self, form: usize, span: Span, problem: Problem) {
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

    /// The form's row that a label names: of the form being read, of the group named last, the next in order.
    fn choose_row(&self, label: &Token<'p>) -> Option<(usize, usize)> {
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
    fn names_row_only(&self, label: &Token<'p>) -> bool {
        let Some((number, _)) = self.choose_row(label) else { return false };
        let is_leaf = |node: usize| {
            self.form(number)
                .and_then(|form| form.rows.nodes.get(node))
                .is_some_and(|node| node.leaf.is_some())
        };
        let mut meanings = label.meanings().iter().filter(|meaning| meaning.form == number);
        meanings.all(|meaning| matches!(meaning.target, Target::Row(node) if is_leaf(node)))
    }

    /// A row whose cells are all left blank in lines of text: it is there, though nothing shows its cells.
    fn blank_row(&mut self, label: &Token<'p>) {
        let Some((form, row)) = self.choose_row(label) else { return };
        self.take_header(form);
        if self.states.get(form).is_none_or(|state| state.header.is_none()) {
            return;
        }
        self.push(FoundRow {
            form,
            row,
            label: label.span,
            is_reworded: false,
            is_extra: false,
            stands_for: None,
            cells: Vec::new(),
        });
    }

    /// A label in other words: it must be like that of a row near where the form is being read, and like no
    /// other row of the form.
    fn reworded_row(
        &self,
        label: &Token<'p>,
        tokens: &[Token<'p>],
        last_label: usize,
    ) -> Option<(usize, usize)> {
        const LIKE: u32 = 60;
        const CLEARLY_MORE: u32 = 15;
        if label.kind != TokenKind::Words {
            return None;
        }
        let number = self.reading()?;
        let (form, state) = (self.form(number)?, self.states.get(number)?);
        let values = tokens.len() - last_label - 1;
        if values == 0 || form.layout == Layout::Stacked {
            return None;
        }
        let key = label::Key::new(label::without_number(label.span.of(self.text)));
        let mut likeness: Vec<(u32, usize)> = (0..form.rows.leaves.len())
            .filter_map(|row| {
                let labels = &form.rows.leaf(row)?.labels;
                let best = labels
                    .iter()
                    .map(|label| {
                        label::likeness(
                            key.as_str(),
                            label::Key::new(label::without_number(&label.value)).as_str(),
                        )
                    })
                    .max()?;
                Some((best, row))
            })
            .collect();
        likeness.sort_unstable_by_key(|&(likeness, row)| (std::cmp::Reverse(likeness), row));
        let &(best, row) = likeness.first()?;
        let second = likeness.get(1).map_or(0, |&(likeness, _)| likeness);
        let is_near = state.last_row.is_none_or(|last| row > last && row <= last + 3);
        (best >= LIKE && best >= second + CLEARLY_MORE && is_near).then_some((number, row))
    }

    /// A row of figures whose label is not known matters where it stands among rows of a form.
    fn unknown_row(&mut self, label: &Token<'p>, tokens: &[Token<'p>], last_label: usize) {
        let Some(form) = self.reading().filter(|_| label.kind == TokenKind::Words) else { return };
        let columns = self.states.get(form).and_then(|state| state.header.as_ref()).map_or(0, Vec::len);
        if self.bound_in_table && columns > 0 && tokens.len() - last_label > columns {
            self.tell(form, label.span, Problem::UnknownRow);
        }
    }

    fn finish(mut self) -> Binding {
        self.rows.sort_by_key(|row| row.label);
        // A form that is there may be summed up in another table.
        let is_bound = |form: usize| self.rows.iter().any(|row| row.form == form);
        self.unbound.retain(|unbound| unbound.problem != Problem::NoColumns || !is_bound(unbound.form));
        let mut binding = Binding {
            rows: self.rows,
            unbound: self.unbound,
            cell_blocks: self.cell_blocks,
            tables: Vec::new(),
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
