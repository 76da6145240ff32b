//! Forms written as lines of text: a cell a line, or cells set apart by spaces, with labels that may go on in the line
//! below. What is read in order is fed to the binder row by row.

mod header;
mod join;
mod pieces;

use super::Binder;
use super::recognise;
use super::token::{Token, TokenKind};
use crate::document::table::{Cell, Table};
use crate::document::{Block, Document};
use crate::facts::{cell, figure};
use crate::rules::pack::Pack;
use crate::source::place::Span;
use pieces::Piece;

/// Longer lines are text, not cells.
const LONGEST_CELL: usize = 60;
/// Fewer labels or figures than this in a run of lines are text that happens to use a form's words.
const FEWEST: usize = 4;
/// So many labels are those of a form although it is left blank.
const ENOUGH_LABELS: usize = 16;

/// Lines that may be cells, one below the other.
#[derive(Default)]
struct Run<'p> {
    pieces: Vec<Piece<'p>>,
    lines: usize,
}

/// Binds the forms that stand in the lines of a document.
pub(super) fn bind<'p>(document: &Document<'_>, pack: &'p Pack, binder: &mut Binder<'_, 'p>) {
    let text = document.text();
    let mut run = Run::default();
    for (number, block) in document.blocks().iter().enumerate() {
        match block {
            Block::Paragraph(paragraph) if is_short(paragraph.span.of(text)) => {
                run.add(text, paragraph.span, number, pack);
            }
            Block::Table(table) if is_of_single_cells(text, table) => {
                for row in table.rows() {
                    run.add_row(text, row, number, pack);
                }
            }
            Block::Table(table) if table.is_spaced || has_no_labels(text, table) => {
                for row in table.rows() {
                    if let Some((first, last)) = row.first().zip(row.last()) {
                        run.add(text, first.span.join(last.span), number, pack);
                    }
                }
            }
            _ => {
                std::mem::take(&mut run).bind(text, pack, binder);
            }
        }
    }
    run.bind(text, pack, binder);
}

/// Whether the rows of a table are cells of a form, one below the other, as they are where a page lost its columns: the
/// figures stand in other rows than the labels, or each row is a paragraph.
pub(super) fn is_of_single_cells(text: &str, table: &Table) -> bool {
    if !table.is_of_lines || table.is_spaced {
        return false;
    }
    if table.rows().nth(1).is_none() {
        return table.cells().iter().map(|cell| cell.span).reduce(Span::join).is_some_and(|row| {
            let row = row.of(text);
            row.contains(['|', '｜']) || table.cells().len() == 1
        });
    }
    let (mut alone, mut labelled) = (0, 0);
    for row in table.rows() {
        let has = |such: fn(char) -> bool| row.iter().any(|cell| cell.span.of(text).contains(such));
        if has(|c| figure::digit(c).is_some()) {
            *(if has(char::is_alphabetic) { &mut labelled } else { &mut alone }) += 1;
        }
    }
    alone > 1 && alone > labelled
}

/// Whether a table has figures only: its labels stand in the lines between its rows.
fn has_no_labels(text: &str, table: &Table) -> bool {
    table.is_of_lines
        && table.cells().iter().all(|cell| {
            let text = cell.span.of(text).trim();
            cell::is_blank_mark(text) || text.chars().all(|c| figure::digit(c).is_some() || ",.-".contains(c))
        })
}

/// Whether each line of a paragraph is as short as a cell or a row of cells, and none ends a sentence.
fn is_short(text: &str) -> bool {
    text.lines().all(|line| {
        line.len() <= LONGEST_CELL * 4
            && (line.chars().nth(LONGEST_CELL).is_none() || is_parted(line))
            && !line.trim_end().ends_with('。')
    })
}

/// Whether white space takes up a good part of a line.
fn is_parted(line: &str) -> bool {
    line.chars().filter(|c| !c.is_whitespace()).nth(LONGEST_CELL * 2).is_none()
        && line.split(char::is_whitespace).filter(|part| part.is_empty()).nth(2).is_some()
        && !line.contains('。')
}

impl<'p> Run<'p> {
    /// Adds the lines of a stretch of text.
    fn add(&mut self, text: &str, span: Span, block: usize, pack: &'p Pack) {
        let mut start = span.start as usize;
        for line in span.of(text).split('\n') {
            let place = Span::new(start, start + line.len());
            start += line.len() + 1;
            if pieces::is_page_number(line) {
                continue;
            }
            for part in pieces::between_bars(place, line) {
                pieces::read(text, part, (self.lines, block), &pack.labels, &mut self.pieces);
                self.lines += 1;
            }
        }
    }

    /// Adds the cells of a row, each as a line of its own.
    fn add_row(&mut self, text: &str, row: &[Cell], block: usize, pack: &'p Pack) {
        let is_blank = |cell: &&Cell| cell.span.of(text).trim().is_empty();
        // Borders without anything between them are no blank cells, but one cell of a column may be.
        let is_empty = row.iter().all(|cell| is_blank(&cell)) && row.len() > 1;
        for cell in row.iter().filter(|_| !is_empty) {
            if is_blank(&cell) {
                self.pieces.push(Piece::blank(cell.span, (self.lines, block)));
                self.lines += 1;
            } else {
                self.add(text, cell.span, block, pack);
            }
        }
    }

    fn bind(mut self, text: &str, pack: &'p Pack, binder: &mut Binder<'_, 'p>) {
        let is_label = |piece: &&Piece<'p>| matches!(piece.token.kind, TokenKind::Label(_));
        let values = self.pieces.iter().filter(|piece| piece.token.is_value()).count();
        let labels = self.pieces.iter().filter(is_label).count();
        if labels + values < FEWEST {
            return;
        }
        let joined = join::labels(text, &pack.labels, &mut self.pieces);
        let labels = self.pieces.iter().filter(is_label).count();
        if (values < FEWEST || labels < FEWEST) && labels < ENOUGH_LABELS {
            return;
        }
        let of_three = |three: &[Piece<'p>]| matches!(three, [before, piece, after] if recognise::is_unit(&before.token, &piece.token, &after.token));
        let units: Vec<usize> = self
            .pieces
            .windows(3)
            .enumerate()
            .filter(|(_, three)| of_three(three))
            .map(|(at, _)| at + 1)
            .collect();
        let unit_blocks: Vec<usize> =
            units.iter().filter_map(|&unit| self.pieces.get(unit)).map(|piece| piece.block).collect();
        join::drop(&mut self.pieces, &units);
        let mut tokens: Vec<Token<'p>> = self.pieces.iter().map(|piece| piece.token).collect();
        let recognised = recognise::labels(text, pack, &mut tokens, join::MOST);
        for (piece, token) in self.pieces.iter_mut().zip(tokens) {
            piece.token = token;
        }
        let is_in_form =
            |piece: &Piece<'p>| recognised.forms.iter().any(|form| form.contains(piece.token.span));
        let in_forms: Vec<usize> =
            self.pieces.iter().filter(|piece| is_in_form(piece)).map(|piece| piece.block).collect();
        join::drop_parts(&mut self.pieces, &recognised.parts);
        binder.note(recognised);
        binder.start_table();
        Feeder { pieces: &self.pieces, at: 0, binder, row: Vec::new(), header: Vec::new(), grid: None }.run();
        binder.end_table();
        if binder.bound_in_table {
            let cells = self.pieces.iter().filter(|piece| piece.token.kind != TokenKind::Words);
            binder.cell_blocks.extend(cells.map(|piece| piece.block).chain(joined));
            binder.cell_blocks.extend(in_forms.into_iter().chain(unit_blocks));
        }
    }
}

/// Hands the pieces of a run to the binder: headers whole, rows one by one.
struct Feeder<'f, 'd, 'p> {
    pieces: &'f [Piece<'p>],
    /// The first piece of the line being read.
    at: usize,
    binder: &'f mut Binder<'d, 'p>,
    row: Vec<Token<'p>>,
    header: Vec<Piece<'p>>,
    /// Where the columns stand, if the header stands over them.
    grid: Option<Vec<(usize, usize)>>,
}

impl<'p> Feeder<'_, '_, 'p> {
    fn run(&mut self) {
        while let Some(&piece) = self.pieces.get(self.at) {
            let end = self.pieces.iter().skip(self.at).position(|next| next.line != piece.line);
            let end = end.map_or(self.pieces.len(), |length| self.at + length);
            self.line(self.at, end);
            self.at = end;
        }
        self.end_row();
    }

    /// Reads the pieces of a line, `from..to`.
    fn line(&mut self, from: usize, to: usize) {
        let Some(line) = self.pieces.get(from..to) else { return };
        let (words, values) =
            line.split_at(line.iter().rposition(|piece| piece.token.is_wordy()).map_or(0, |at| at + 1));
        let is_figure_next = self.pieces.get(to).is_some_and(|next| next.token.is_value());
        for (index, piece) in words.iter().enumerate() {
            let is_last = index + 1 == words.len();
            let has_figures = is_last && !values.is_empty() || words.len() == 1 && is_figure_next;
            if !has_figures && self.is_of_header(&piece.token) {
                self.end_row();
                self.header.push(*piece);
            } else if is_last && (has_figures || !piece.token.meanings().is_empty() || !is_figure_next) {
                self.end_row();
                self.row.push(piece.token);
            } else {
                self.end_row();
                self.binder_row(&[piece.token]);
            }
        }
        let is_full = self.grid.as_ref().is_some_and(|grid| self.row.len() > grid.len());
        if values.is_empty() || words.is_empty() && is_full {
            return;
        }
        self.end_header();
        let blanks = self.grid.as_deref().and_then(|grid| header::in_grid(grid, values));
        match blanks {
            Some(values) => self.row.extend(values),
            None => self.row.extend(values.iter().map(|piece| piece.token)),
        }
    }

    fn is_of_header(&self, token: &Token<'p>) -> bool {
        token.can_name_column() || self.binder.names_stacked_row(token)
    }

    /// A row is a label with the figures behind it; a label without figures names a group, or a row left blank.
    fn end_row(&mut self) {
        let row = std::mem::take(&mut self.row);
        let [label] = row.as_slice() else {
            if !row.is_empty() {
                self.binder_row(&row);
            }
            return;
        };
        if label.is_value() {
            self.binder_row(&row);
        } else if self.binder.names_row_only(label) {
            self.end_header();
            match &self.grid {
                Some(grid) => {
                    let blanks = header::blanks(label.span.end, grid.len());
                    self.binder_row(&[&[*label][..], &blanks].concat());
                }
                None => self.binder.blank_row(label),
            }
        } else {
            self.binder_row(&row);
        }
    }

    fn binder_row(&mut self, tokens: &[Token<'p>]) {
        self.binder.row(tokens, false);
        self.forget_lines();
    }

    /// Hands on the header that stands above the line being read.
    fn end_header(&mut self) {
        if self.header.is_empty() {
            return;
        }
        let header = std::mem::take(&mut self.header);
        let is_gridded = header.windows(2).any(|pair| matches!(pair, [a, b] if a.line == b.line));
        self.grid = None;
        if !is_gridded {
            for piece in &header {
                self.binder_row(&[piece.token]);
            }
            return;
        }
        let below = self.pieces.get(self.at..).unwrap_or_default();
        let (tokens, grid) = header::arrange(self.binder, header, below);
        self.grid = grid;
        if !tokens.is_empty() {
            self.binder_row(&tokens);
        }
    }

    fn forget_lines(&mut self) {
        for cell in &mut self.binder.pending {
            cell.line = None;
        }
    }
}
