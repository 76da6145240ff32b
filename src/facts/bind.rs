//! Binding: which cell of a report is which cell of a form. Rows and columns are found by their labels; what the
//! labels do not say is left unbound and told, never guessed.

mod align;
mod binder;
mod by_element;
mod by_table;
mod choose;
mod header;
mod linear;
mod order;
mod placed;
mod recognise;
mod rows;
mod stacked;
mod token;

use super::grid::Unread;
use super::table::FoundTable;
use crate::document::{Block, Document};
use crate::rules::form::{Form, Slot};
use crate::rules::pack::{Editions, Pack};
use crate::rules::pattern::Pattern;
use crate::source::place::Span;
use binder::Binder;

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
    /// A row or column whose label is in other words, told by where it stands.
    Placed {
        /// Its figures add up with those around it, so that it takes part.
        agrees: bool,
    },
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
    /// Stretches of the text that are forms: no line of them is a heading.
    pub forms: Vec<Span>,
    /// Tables of open forms.
    pub tables: Vec<FoundTable>,
    /// Tables that are not read, by block, and why.
    pub unread: Vec<(usize, Unread)>,
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
            && !linear::is_of_single_cells(document.text(), table)
        {
            binder.table(document.text(), table);
        }
    }
    // Most forms are written in tables or as lines, not both; those that vary are of other reports than the rest.
    let is_bound = |form: usize| binder.rows.iter().any(|row| row.form == form);
    let are_bound = pack.forms.iter().enumerate().all(|(number, form)| form.varies || is_bound(number));
    if !are_bound || pack.forms.iter().all(|form| form.varies) {
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
