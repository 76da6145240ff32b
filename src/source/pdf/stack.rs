//! Lines in columns to rows: labels and names of several lines are one cell.

use std::collections::BTreeMap;

use super::columns::{Column, Set, set, spread};
use super::lines::Line;
use super::page::{Area, Stroke};
use super::pieces::{Kind, Piece, Row};

/// What stands in a cell, line by line.
#[derive(Clone, Debug)]
pub struct Made {
    pub colspan: usize,
    pub pieces: Vec<Piece>,
}

/// A row: its cells by their first columns.
pub type Cells = BTreeMap<usize, Made>;

/// A line in columns.
struct Laid {
    base: i32,
    size: i32,
    sets: Vec<Set>,
    has_figures: bool,
}

impl Laid {
    fn new(row: &Row, columns: &[Column], is_body: bool) -> Self {
        let sets = set(row, columns, is_body);
        let is_figure = |set: &Set| {
            set.piece.is_figure() && columns.get(set.column).is_some_and(|column| column.is_of_figures)
        };
        let has_figures = sets.iter().any(is_figure);
        Self { base: row.base, size: row.size, sets, has_figures }
    }

    fn at(&self, column: usize) -> Option<&Set> {
        self.sets.iter().find(|set| set.column <= column && column < set.column + set.colspan)
    }
}

/// What is known of all lines of a table.
pub struct Frame<'a> {
    pub columns: &'a [Column],
    pub level: &'a [Stroke],
    pub area: Area,
}

impl Frame<'_> {
    /// Whether a ruling line goes between two base lines, somewhere above or below a box.
    fn is_ruled_between(&self, above: i32, below: i32, area: Area) -> bool {
        let is_between = |line: &&Stroke| line.at > above && line.at < below;
        self.level.iter().filter(is_between).any(|line| line.start < area.right && area.left < line.end)
    }

    /// The columns over which a line goes that is drawn right below a name, and not below the whole line.
    fn underlined(&self, set: &Set, base: i32, size: i32) -> Option<(usize, usize)> {
        let center = set.piece.area.center().0;
        let is_below = |line: &&Stroke| {
            line.at > base
                && line.at < base + size * 3 / 2
                && line.start < center
                && center < line.end
                && (line.end - line.start) * 10 < self.area.width() * 9
        };
        let line = self.level.iter().filter(is_below).min_by_key(|line| line.at)?;
        let is_over = |column: &&(usize, &Column)| {
            let center = column.1.left.midpoint(column.1.right);
            line.start <= center && center <= line.end
        };
        let all: Vec<(usize, &Column)> = self.columns.iter().enumerate().collect();
        let mut over = all.iter().filter(is_over).map(|(at, _)| *at);
        let first = over.next()?;
        Some((first, over.last().unwrap_or(first) - first + 1))
    }
}

/// The rows of the lines of a header.
pub fn header(lines: &[&Row], next: Option<&Row>, frame: &Frame) -> Vec<Cells> {
    let mut laid: Vec<Laid> = lines.iter().map(|row| Laid::new(row, frame.columns, false)).collect();
    // What stands in each column of the lines below, the highest.
    let mut below: BTreeMap<usize, Set> = BTreeMap::new();
    let add_below = |below: &mut BTreeMap<usize, Set>, sets: &[Set]| {
        below.extend(sets.iter().filter(|set| set.column > 0).map(|set| (set.column, set.clone())));
    };
    add_below(&mut below, &next.map(|row| set(row, frame.columns, true)).unwrap_or_default());
    for line in laid.iter_mut().rev() {
        let (base, size) = (line.base, line.size);
        for set in &mut line.sets {
            if let Some((column, colspan)) = frame.underlined(set, base, size) {
                (set.column, set.colspan) = (column, colspan);
            }
        }
        let behind_stub = line.sets.iter().position(|set| set.column > 0).unwrap_or(line.sets.len());
        let under: Vec<Set> = below.values().cloned().collect();
        if let Some(names) = line.sets.get_mut(behind_stub..)
            && names.iter().all(|name| name.colspan == 1)
        {
            spread(names, frame.columns, &under);
        }
        add_below(&mut below, &line.sets);
    }
    let mut rows: Vec<Cells> = Vec::new();
    let mut lines: Vec<&Laid> = Vec::new();
    for line in &laid {
        if lines.is_empty() || !is_one_row(&lines, line, frame) {
            rows.push(Cells::new());
            lines.clear();
        }
        if let Some(row) = rows.last_mut() {
            line.sets.iter().for_each(|set| add(row, set));
        }
        lines.push(line);
    }
    rows
}

/// Whether a line of a header goes on with the names of the lines above it.
fn is_one_row(lines: &[&Laid], below: &Laid, frame: &Frame) -> bool {
    let meets = |a: &Set, b: &Set| a.column < b.column + b.colspan && b.column < a.column + a.colspan;
    let is_rest = |set: &Set| {
        let above = lines.iter().rev().find_map(|line| {
            let met: Vec<&Set> = line.sets.iter().filter(|other| meets(set, other)).collect();
            (!met.is_empty()).then_some((line, met))
        });
        let Some((line, met)) = above else { return true };
        let is_near = (below.base - line.base) * 2 <= line.size.max(below.size) * 3;
        let is_same =
            matches!(met.as_slice(), [one] if (one.column, one.colspan) == (set.column, set.colspan));
        is_near && is_same && !frame.is_ruled_between(line.base, below.base, set.piece.area)
    };
    let is_near = lines.last().is_some_and(|line| below.base - line.base <= line.size.max(below.size) * 2);
    is_near && below.sets.iter().all(is_rest)
}

fn add(row: &mut Cells, set: &Set) {
    // What lies within a name that is over several columns belongs to it.
    let column = row
        .iter()
        .find(|(column, made)| **column <= set.column && set.column < *column + made.colspan)
        .map_or(set.column, |(column, _)| *column);
    let made = row.entry(column).or_insert_with(|| Made { colspan: set.colspan, pieces: Vec::new() });
    made.pieces.push(set.piece.clone());
}

/// Where a line without figures belongs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Above,
    Below,
    Alone,
}

/// The rows of the lines below a header.
pub fn body(lines: &[&Row], frame: &Frame) -> Vec<Cells> {
    let laid: Vec<Laid> = lines.iter().map(|row| Laid::new(row, frame.columns, true)).collect();
    let mut pitches: Vec<i32> = laid
        .windows(2)
        .filter_map(|pair| match pair {
            [a, b] if a.has_figures && b.has_figures => Some(b.base - a.base),
            _ => None,
        })
        .collect();
    pitches.sort_unstable();
    let pitch = pitches.get(pitches.len() / 2).copied().unwrap_or(i32::MAX / 16);
    let mut rows: Vec<Cells> = Vec::new();
    let mut waiting: Vec<&Laid> = Vec::new();
    for (at, line) in laid.iter().enumerate() {
        let above = at.checked_sub(1).and_then(|at| laid.get(at));
        let part = if line.has_figures {
            Part::Alone
        } else {
            part(line, above, laid.get(at + 1), rows.last(), pitch, frame)
        };
        match (part, rows.last_mut()) {
            (Part::Above, Some(row)) if waiting.is_empty() => line.sets.iter().for_each(|set| add(row, set)),
            (Part::Below, _) => waiting.push(line),
            _ => {
                let mut row = Cells::new();
                waiting
                    .drain(..)
                    .chain([line])
                    .flat_map(|line| &line.sets)
                    .for_each(|set| add(&mut row, set));
                rows.push(row);
            }
        }
    }
    rows.extend(waiting.into_iter().map(|line| {
        let mut row = Cells::new();
        line.sets.iter().for_each(|set| add(&mut row, set));
        row
    }));
    rows
}

/// Where a line without figures belongs, between the lines above and below it; `row` is the row above.
fn part(
    line: &Laid,
    above: Option<&Laid>,
    below: Option<&Laid>,
    row: Option<&Cells>,
    pitch: i32,
    frame: &Frame,
) -> Part {
    let is_near = |distance: i32, size: i32| distance * 2 <= size * 3;
    let is_ruled =
        |from: i32, to: i32| line.sets.iter().any(|set| frame.is_ruled_between(from, to, set.piece.area));
    let up = above.map(|above| line.base - above.base).filter(|up| is_near(*up, line.size));
    let up = up.filter(|up| row.is_some() && !is_ruled(line.base - up, line.base));
    let down = below.map(|below| below.base - line.base).filter(|down| is_near(*down, line.size));
    let down = down.filter(|down| !is_ruled(line.base, line.base + down));
    let lacks = |other: Option<&Laid>| {
        other.is_some_and(|other| {
            other.has_figures && line.sets.iter().all(|set| other.at(set.column).is_none())
        })
    };
    let is_tight = |distance: Option<i32>| distance.is_some_and(|distance| distance * 5 <= line.size * 4);
    // Figures that stand between the lines of their label.
    if lacks(below) && is_tight(down) {
        return Part::Below;
    }
    if lacks(above) && is_tight(up) {
        return Part::Above;
    }
    let last = |column: usize| row.and_then(|row| row.get(&column)?.pieces.last());
    let is_rest = |set: &Set| {
        let starts_small = set.piece.text().starts_with(char::is_lowercase);
        last(set.column).is_some_and(|last| starts_small || is_filled(last, &set.piece, set.column, frame))
    };
    if up.is_some() && line.sets.iter().all(is_rest) {
        return Part::Above;
    }
    let goes_on = |set: &Set| {
        let next = below.and_then(|below| below.at(set.column));
        next.is_some_and(|next| is_filled(&set.piece, &next.piece, set.column, frame))
    };
    if down.is_some() && line.sets.iter().all(goes_on) {
        return Part::Below;
    }
    let is_closer = |distance: i32, other: Option<i32>| {
        distance * 5 < pitch * 4 && other.is_none_or(|other| distance < other)
    };
    let has_all = line.sets.iter().all(|set| last(set.column).is_some());
    if has_all && up.is_some_and(|up| is_closer(up, down)) {
        return Part::Above;
    }
    if lacks(below) && down.is_some_and(|down| is_closer(down, up)) {
        return Part::Below;
    }
    Part::Alone
}

/// Whether a label breaks off only because its column ends: what the next line starts with would not have fitted.
fn is_filled(piece: &Piece, next: &Piece, column: usize, frame: &Frame) -> bool {
    let Some(column) = frame.columns.get(column) else { return false };
    let Some(line) = next.line() else { return false };
    let lead = line.lead();
    let is_label = next.kind == Kind::Words && piece.kind == Kind::Words;
    is_label && piece.area.right + lead + line.size / 4 >= column.right
}

/// The lines of a cell.
pub fn lines(made: &Made) -> Vec<Line> {
    made.pieces.iter().filter_map(Piece::line).collect()
}
