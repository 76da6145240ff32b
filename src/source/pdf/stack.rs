//! Lines in columns to rows: labels and names of several lines are one cell.

use std::collections::{BTreeMap, BTreeSet};

use super::columns::{Column, Set, set, spread};
use super::kind::Kind;
use super::lines::Line;
use super::page::{Area, Stroke};
use super::pieces::{Piece, Row};

/// What stands in a cell, line by line.
#[derive(Clone, Debug)]
pub struct Made {
    pub colspan: usize,
    pub rowspan: usize,
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
        Some((first, over.next_back().unwrap_or(first) - first + 1))
    }
}

/// The rows of the lines of a header.
pub fn header(lines: &[&Row], next: Option<&Row>, frame: &Frame) -> Vec<Cells> {
    let mut laid: Vec<Laid> = lines.iter().map(|row| Laid::new(row, frame.columns, false)).collect();
    // The first column has labels, if it has no figures.
    let stub = usize::from(frame.columns.first().is_some_and(|column| !column.is_of_figures));
    // What stands in each column of the lines below, the highest.
    let mut below: BTreeMap<usize, Set> = BTreeMap::new();
    let add_below = |below: &mut BTreeMap<usize, Set>, sets: &[Set]| {
        for set in sets.iter().filter(|set| set.column >= stub) {
            below.retain(|column, _| !(set.column..set.column + set.colspan).contains(column));
            below.insert(set.column, set.clone());
        }
    };
    add_below(&mut below, &next.map(|row| set(row, frame.columns, true)).unwrap_or_default());
    // The columns that have a name in a line above each.
    let mut named: Vec<BTreeSet<usize>> = vec![BTreeSet::new()];
    for line in &laid {
        let own = line.sets.iter().map(|set| set.column);
        named.push(named.last().into_iter().flatten().copied().chain(own).collect());
    }
    for (line, named) in laid.iter_mut().zip(&named).rev() {
        let (base, size) = (line.base, line.size);
        let mut is_underlined = false;
        for set in &mut line.sets {
            if let Some((column, colspan)) = frame.underlined(set, base, size) {
                (set.column, set.colspan) = (column, colspan);
                is_underlined |= colspan > 1;
            }
        }
        let behind_stub = line.sets.iter().position(|set| set.column >= stub).unwrap_or(line.sets.len());
        let under: Vec<Set> = below.values().cloned().collect();
        if let Some(names) = line.sets.get_mut(behind_stub..).filter(|_| !is_underlined) {
            spread(names, frame.columns, &under, named, size);
        }
        add_below(&mut below, &line.sets);
    }
    levelled(&laid, frame)
}

/// What stands lowest in a column of a header so far.
#[derive(Clone, Copy)]
struct Lowest {
    level: usize,
    column: usize,
    colspan: usize,
    base: i32,
    size: i32,
}

/// The lines of a header as rows: a name goes on in the next line, or stands a row below what is over its columns.
fn levelled(laid: &[Laid], frame: &Frame) -> Vec<Cells> {
    let mut rows: Vec<Cells> = Vec::new();
    let mut lowest: BTreeMap<usize, Lowest> = BTreeMap::new();
    for line in laid {
        for set in &line.sets {
            let columns = set.column..set.column + set.colspan;
            let above: Vec<Lowest> = lowest.range(columns.clone()).map(|(_, lowest)| *lowest).collect();
            let is_one = |above: &Lowest| {
                let end = above.column + above.colspan;
                line.sets.iter().filter(|set| (above.column..end).contains(&set.column)).count() == 1
            };
            let is_rest = |above: &Lowest| {
                above.column == set.column
                    && (above.colspan == set.colspan || is_one(above))
                    && (line.base - above.base) * 2 <= line.size.max(above.size) * 3
                    && !frame.is_ruled_between(above.base, line.base, set.piece.area)
            };
            let level = match above.iter().map(|above| above.level).max() {
                None => 0,
                Some(level) if above.iter().all(is_rest) => level,
                Some(level) => level + 1,
            };
            let own =
                Lowest { level, column: set.column, colspan: set.colspan, base: line.base, size: line.size };
            lowest.extend(columns.map(|column| (column, own)));
            while rows.len() <= level {
                rows.push(Cells::new());
            }
            if let Some(row) = rows.get_mut(level) {
                add(row, set);
            }
        }
    }
    // A name reaches down to what stands below it, or to the end of the header.
    let height = rows.len();
    for at in 0..height {
        let (above, below) = rows.split_at_mut(at + 1);
        for (column, made) in above.last_mut().into_iter().flatten() {
            let is_under = |row: &&Cells| {
                row.iter()
                    .any(|(other, under)| *other < column + made.colspan && *column < other + under.colspan)
            };
            made.rowspan = 1 + below.iter().position(|row| is_under(&row)).unwrap_or(below.len());
        }
    }
    rows
}

fn add(row: &mut Cells, set: &Set) {
    // What lies within a name that is over several columns belongs to it.
    let column = row
        .iter()
        .find(|(column, made)| **column <= set.column && set.column < *column + made.colspan)
        .map_or(set.column, |(column, _)| *column);
    let made =
        row.entry(column).or_insert_with(|| Made { colspan: set.colspan, rowspan: 1, pieces: Vec::new() });
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
    let laid = lines.iter().map(|row| Laid::new(row, frame.columns, true)).collect();
    let laid = beside(laid, frame);
    let mut pitches: Vec<i32> = laid
        .windows(2)
        .filter_map(|pair| match pair {
            [a, b] if a.has_figures && b.has_figures => Some(b.base - a.base),
            _ => None,
        })
        .collect();
    pitches.sort_unstable();
    let pitch = pitches.get(pitches.len() / 2).copied().unwrap_or(i32::MAX / 16);
    // The distance of the lines that stand closest.
    let distance = |pair: &[Laid]| match pair {
        [a, b] => b.base - a.base,
        _ => i32::MAX,
    };
    let leading = laid.windows(2).map(distance).min().unwrap_or(0) * 21 / 20;
    let mut rows: Vec<Cells> = Vec::new();
    let mut waiting: Vec<&Laid> = Vec::new();
    for (at, line) in laid.iter().enumerate() {
        let above = at.checked_sub(1).and_then(|at| laid.get(at));
        let part = if line.has_figures {
            Part::Alone
        } else {
            part(line, above, laid.get(at + 1), rows.last(), (pitch, leading), frame)
        };
        match (part, rows.last_mut()) {
            (Part::Above, Some(row)) if waiting.is_empty() => line.sets.iter().for_each(|set| add(row, set)),
            (Part::Below, _) => waiting.push(line),
            (Part::Above, _) if !waiting.is_empty() && !line.has_figures => waiting.push(line),
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

/// Joins lines of which one starts before the other ends: they are lines of cells of one row, set in the middle of it.
fn beside(lines: Vec<Laid>, frame: &Frame) -> Vec<Laid> {
    let mut joined: Vec<(Laid, i32)> = Vec::new();
    for line in lines {
        let is_beside = |last: &Laid, base: i32| {
            let is_ruled = |set: &Set| frame.is_ruled_between(base, line.base, set.piece.area);
            let stands_over = |set: &Set| last.at(set.column).is_some();
            line.base - base < line.size.min(last.size)
                && !(last.has_figures && line.has_figures)
                && !line.sets.iter().any(|set| is_ruled(set) || stands_over(set) && line.has_figures)
        };
        match joined.last_mut() {
            Some((last, base)) if is_beside(last, *base) => {
                *base = line.base;
                if line.has_figures {
                    last.base = line.base;
                    last.has_figures = true;
                }
                last.sets.extend(line.sets);
                last.sets.sort_by_key(|set| (set.column, set.piece.area.bottom));
            }
            _ => {
                let base = line.base;
                joined.push((line, base));
            }
        }
    }
    joined.into_iter().map(|(line, _)| line).collect()
}

/// Where a line without figures belongs, between the lines above and below it; `row` is the row above.
fn part(
    line: &Laid,
    above: Option<&Laid>,
    below: Option<&Laid>,
    row: Option<&Cells>,
    (pitch, leading): (i32, i32),
    frame: &Frame,
) -> Part {
    let is_near = |distance: i32, size: i32| {
        distance * 2 <= size * 3 || distance <= leading && distance < size * 11 / 5
    };
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
    // A label in the middle of two rows.
    if lacks(above) && lacks(below) && up.is_some() && down.is_some() {
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
    let is_named = |set: &Set| below.is_some_and(|below| below.at(set.column).is_some());
    if (lacks(below) || line.sets.iter().all(is_named)) && down.is_some_and(|down| is_closer(down, up)) {
        return Part::Below;
    }
    Part::Alone
}

/// Whether a label breaks off only because its column ends: what the next line starts with would not have fitted.
pub fn is_filled(piece: &Piece, next: &Piece, column: usize, frame: &Frame) -> bool {
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
