//! The columns of lines that have no ruling lines between them: figures that stand under each other first, since no figure
//! reaches over two columns, then words beside them.

use std::collections::BTreeSet;

use super::kind::Kind;
use super::page::Area;
use super::pieces::{Piece, Row, Word};

/// A column.
#[derive(Clone, Debug)]
pub struct Column {
    pub left: i32,
    pub right: i32,
    /// Whether it was found by its figures.
    pub is_of_figures: bool,
    /// The lines that have something in it, by number.
    rows: Vec<usize>,
}

impl Column {
    fn overlap(&self, area: Area) -> i32 {
        self.right.min(area.right) - self.left.max(area.left)
    }

    pub fn meets(&self, area: Area) -> bool {
        self.overlap(area) > 0
    }

    fn center(&self) -> i32 {
        self.left.midpoint(self.right)
    }

    fn take(&mut self, area: Area, row: usize) {
        self.left = self.left.min(area.left);
        self.right = self.right.max(area.right);
        self.rows.push(row);
    }

    /// The number of lines that have something in it.
    pub fn count(&self) -> usize {
        self.rows.len()
    }
}

/// The columns that the boxes of lines make, each list with the number of its line.
fn clustered(mut lists: Vec<(usize, Vec<Area>)>, is_of_figures: bool) -> Vec<Column> {
    // The fullest lines show the columns best.
    lists.sort_by_key(|(_, list)| std::cmp::Reverse(list.len()));
    let mut columns: Vec<Column> = Vec::new();
    for (row, list) in lists {
        for area in list {
            let met: Vec<usize> = columns
                .iter()
                .enumerate()
                .filter(|(_, column)| column.meets(area))
                .map(|(at, _)| at)
                .collect();
            match met.as_slice() {
                [] => columns.push(Column {
                    left: area.left,
                    right: area.right,
                    is_of_figures,
                    rows: vec![row],
                }),
                [one] => columns.iter_mut().skip(*one).take(1).for_each(|column| column.take(area, row)),
                _ => {
                    let best = columns.iter_mut().max_by_key(|column| column.overlap(area));
                    best.into_iter().for_each(|column| column.rows.push(row));
                }
            }
        }
    }
    columns.sort_by_key(|column| (column.left, column.right));
    // Parts of one column that no line joined: they overlap now, and no line has something in both.
    let mut merged: Vec<Column> = Vec::new();
    for column in columns {
        let is_same = |last: &Column| {
            let overlap = last.right.min(column.right) - last.left.max(column.left);
            overlap > 0 && !column.rows.iter().any(|row| last.rows.contains(row))
        };
        match merged.last_mut() {
            Some(last) if is_same(last) => {
                last.right = last.right.max(column.right);
                last.rows.extend(column.rows);
            }
            _ => merged.push(column),
        }
    }
    merged
}

/// The columns of figures of some lines.
pub fn of_figures(rows: &[&Row]) -> Vec<Column> {
    let list =
        |row: &Row| row.pieces.iter().filter(|piece| piece.is_figure()).map(|piece| piece.area).collect();
    let columns = clustered(rows.iter().enumerate().map(|(number, row)| (number, list(row))).collect(), true);
    // Marks alone make no column of figures, but for dashes.
    let figures = || {
        rows.iter().flat_map(|row| &row.pieces).filter(|piece| piece.kind == Kind::Figure || piece.is_dash())
    };
    let has_figure = |column: &Column| figures().any(|piece| column.meets(piece.area));
    columns.into_iter().filter(has_figure).collect()
}

/// Adds the figures of a line to columns of lines above it.
pub fn add_figures(columns: &mut Vec<Column>, row: &Row, number: usize) {
    for piece in row.pieces.iter().filter(|piece| piece.is_figure()) {
        let mut met = columns.iter_mut().filter(|column| column.meets(piece.area));
        match (met.next(), met.next()) {
            (Some(column), None) => column.take(piece.area, number),
            (None, _) => columns.push(Column {
                left: piece.area.left,
                right: piece.area.right,
                is_of_figures: true,
                rows: vec![number],
            }),
            _ => {}
        }
    }
}

/// All columns of some lines, from the left; `loose` are lines between them that have no figures.
pub fn of_rows(rows: &[&Row], loose: &[&Row]) -> Vec<Column> {
    let mut columns = of_figures(rows);
    columns.extend(of_words(rows, &columns));
    let mut columns = without_marks(columns, rows);
    // Labels of several rows stand between their lines.
    columns.extend(of_words(loose, &columns).into_iter().filter(|column| column.count() > 1));
    columns.sort_by_key(|column| (column.left, column.right));
    columns
}

/// The columns of what stands in no other.
fn of_words(rows: &[&Row], columns: &[Column]) -> Vec<Column> {
    let is_free = |piece: &&Piece| !columns.iter().any(|column| column.meets(piece.area));
    let list = |row: &Row| row.pieces.iter().filter(is_free).map(|piece| piece.area).collect();
    clustered(rows.iter().enumerate().map(|(number, row)| (number, list(row))).collect(), false)
}

/// Leaves out columns that hold one thing only, close to what it belongs to: the mark of a note, say.
fn without_marks(columns: Vec<Column>, rows: &[&Row]) -> Vec<Column> {
    let is_beside = |column: &Column| {
        let row = column.rows.first().and_then(|&row| rows.get(row));
        row.is_some_and(|row| {
            let at = row.pieces.iter().position(|piece| column.meets(piece.area));
            let last = at.and_then(|at| row.pieces.get(at.checked_sub(1)?));
            last.is_some_and(|last| column.left - last.area.right <= row.size)
        })
    };
    let is_kept = |column: &Column| column.count() > 1 || rows.len() < 4 || !is_beside(column);
    columns.into_iter().filter(is_kept).collect()
}

/// What stands in one or more columns.
#[derive(Clone, Debug)]
pub struct Set {
    pub column: usize,
    pub colspan: usize,
    pub piece: Piece,
}

/// The column of which a box holds most, else the nearest.
fn best(columns: &[Column], area: Area) -> usize {
    let by_overlap = columns.iter().enumerate().max_by_key(|(_, column)| column.overlap(area));
    by_overlap.map_or(0, |(at, _)| at)
}

/// The columns that a box reaches into, more than a little.
fn reached(columns: &[Column], area: Area, size: i32) -> (usize, usize) {
    let is_reached = |column: &&(usize, &Column)| {
        let overlap = column.1.overlap(area);
        overlap * 4 > size || overlap * 2 > column.1.right - column.1.left
    };
    let all: Vec<(usize, &Column)> = columns.iter().enumerate().collect();
    let mut reached = all.iter().filter(is_reached).map(|(at, _)| *at);
    let Some(first) = reached.next() else { return (best(columns, area), 1) };
    (first, reached.next_back().unwrap_or(first) - first + 1)
}

/// Puts the pieces of a line into columns. In a line with figures, a piece that reaches into several is parted between
/// its words, if that puts figures alone under figures; else it is a label that is too long for its column.
pub fn set(row: &Row, columns: &[Column], is_body: bool) -> Vec<Set> {
    let mut set: Vec<Set> = Vec::new();
    for piece in &row.pieces {
        let (column, colspan) = reached(columns, piece.area, row.size);
        if colspan == 1 {
            push(&mut set, Set { column, colspan, piece: piece.clone() });
            continue;
        }
        match parted(piece, columns, column, is_body).filter(|parts| is_body || are_apart(parts, row)) {
            Some(parts) => parts.into_iter().for_each(|part| push(&mut set, part)),
            None if is_body => push(&mut set, Set { column, colspan: 1, piece: piece.clone() }),
            None => push(&mut set, Set { column, colspan, piece: piece.clone() }),
        }
    }
    set
}

/// Adds a piece; two in one column are one cell.
fn push(set: &mut Vec<Set>, next: Set) {
    match set.last_mut() {
        Some(last) if next.column < last.column + last.colspan => {
            let end = (last.column + last.colspan).max(next.column + next.colspan);
            let words = last.piece.words.iter().chain(&next.piece.words).cloned().collect();
            if let Some(piece) = Piece::new(words) {
                last.piece = piece;
            }
            last.colspan = end - last.column;
        }
        _ => set.push(next),
    }
}

fn parted(piece: &Piece, columns: &[Column], first: usize, is_body: bool) -> Option<Vec<Set>> {
    let mut parts: Vec<(usize, Vec<Word>)> = Vec::new();
    for word in &piece.words {
        let met = best(columns, word.area).max(first);
        // Words before the figures belong to the label, however far it reaches.
        let at = match columns.get(met) {
            Some(column) if is_body && column.is_of_figures && word.kind == Kind::Words => {
                parts.last().map_or(first, |(at, _)| *at)
            }
            _ => met,
        };
        match parts.last_mut() {
            Some((last, words)) if *last == at => words.push(word.clone()),
            _ => parts.push((at, vec![word.clone()])),
        }
    }
    let parts: Vec<Set> = parts
        .into_iter()
        .map(|(column, words)| Some(Set { column, colspan: 1, piece: Piece::new(words)? }))
        .collect::<Option<_>>()?;
    let is_in_order = parts.windows(2).all(|pair| matches!(pair, [a, b] if a.column < b.column));
    let are_figures = parts.iter().all(|part| {
        !is_body
            || !columns.get(part.column).is_some_and(|column| column.is_of_figures)
            || part.piece.is_figure()
    });
    (parts.len() > 1 && is_in_order && are_figures).then_some(parts)
}

/// Whether parts of a name are further from each other than the words of its line.
fn are_apart(parts: &[Set], row: &Row) -> bool {
    let gap = |pair: &[Set]| match pair {
        [a, b] => b.piece.area.left - a.piece.area.right,
        _ => 0,
    };
    let between = |pair: &[Word]| match pair {
        [a, b] => b.area.left - a.area.right,
        _ => 0,
    };
    let usual = row.pieces.iter().flat_map(|piece| piece.words.windows(2).map(between)).min().unwrap_or(0);
    // Between characters of which each is a word there is usually none.
    let is_square = |pair: &[Set]| match pair {
        [a, b] => a.piece.ends_square() && b.piece.starts_square(),
        _ => false,
    };
    parts.windows(2).all(|pair| gap(pair) * 3 >= row.size && (is_square(pair) || gap(pair) * 2 >= usual * 3))
}

/// The columns that each of the names of a header line is over, where those below are more: each belongs to the name that
/// is nearest, unless it is among those that are `named` in a line above.
pub fn spread(names: &mut [Set], columns: &[Column], below: &[Set], named: &BTreeSet<usize>, size: i32) {
    if names.len() >= below.len() || over_first(names, below, named, size) {
        return;
    }
    let centers: Vec<i32> = names.iter().map(|name| name.piece.area.center().0).collect();
    let mut over: Vec<Vec<usize>> = vec![Vec::new(); names.len()];
    let own: Vec<usize> = names.iter().map(|name| name.column).collect();
    // What has a name in a line above is not under these.
    for set in below.iter().filter(|set| own.contains(&set.column) || !named.contains(&set.column)) {
        let Some(center) = columns.get(set.column).map(Column::center) else { continue };
        let nearest = centers.iter().enumerate().min_by_key(|(_, at)| (**at - center).abs());
        if let Some(over) = nearest.and_then(|(at, _)| over.get_mut(at)) {
            over.push(set.column);
        }
    }
    for (name, over) in names.iter_mut().zip(over) {
        let (Some(&first), Some(&last)) = (over.first(), over.last()) else { continue };
        let bounds = columns.get(first).zip(columns.get(last)).map(|(a, b)| (a.left, b.right));
        let Some((left, right)) = bounds else { continue };
        let center = name.piece.area.center().0;
        let is_centered = (left.midpoint(right) - center).abs() * 6 <= right - left;
        if last > first && is_centered && first <= name.column && name.column <= last {
            (name.column, name.colspan) = (first, last - first + 1);
        }
    }
}

/// The same where names start over the first of their columns: each goes on to the next. Whether they do.
fn over_first(names: &mut [Set], below: &[Set], named: &BTreeSet<usize>, size: i32) -> bool {
    let first = |name: &Set| {
        below.iter().position(|set| (set.piece.area.left - name.piece.area.left).abs() * 5 <= size * 2)
    };
    let Some(starts) = names.iter().map(first).collect::<Option<Vec<usize>>>() else { return false };
    // What stands close below a name may be its next line: unless the name reaches over more.
    let is_over = |(name, start): (&Set, &usize)| {
        let next = below.get(start + 1).is_some_and(|next| next.piece.area.left < name.piece.area.right);
        let is_apart = below
            .get(*start)
            .is_some_and(|first| (first.piece.area.bottom - name.piece.area.bottom) * 2 > size * 3);
        next || is_apart
    };
    if !starts.windows(2).all(|pair| matches!(pair, [a, b] if a < b))
        || !names.iter().zip(&starts).all(is_over)
    {
        return false;
    }
    let is_only = names.len() == 1;
    let ends = starts.iter().skip(1).copied().chain([below.len()]).collect::<Vec<_>>();
    for ((name, start), end) in names.iter_mut().zip(starts).zip(ends) {
        let on_line = |set: &&Set| {
            below
                .get(start)
                .is_some_and(|first| (set.piece.area.bottom - first.piece.area.bottom).abs() * 2 <= size)
        };
        let own = below.get(start..end).unwrap_or_default();
        // The only name of the uppermost line is over all that follows.
        let is_over_all = is_only && named.iter().all(|column| *column < name.column);
        // What stands beside it is not below it.
        let depth = name.piece.area.bottom + size * 6 / 5;
        let is_below = |set: &&Set| set.piece.area.bottom >= depth;
        let is_unnamed = |set: &&Set| set.column == name.column || !named.contains(&set.column);
        let last = own
            .iter()
            .take_while(|set| is_over_all && is_below(set) || on_line(set) && is_unnamed(set))
            .last();
        if let (Some(first), Some(last)) = (own.first(), last) {
            (name.column, name.colspan) = (first.column, last.column + last.colspan - first.column);
        }
    }
    true
}
