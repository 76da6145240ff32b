//! Ruling lines to tables: lines that touch make a grid, and fields of the grid without a line between them are one cell.

use super::page::{Area, Drawing, Stroke, UNIT};

/// Lines nearer than this are one, and lines that end so near to each other touch.
const NEAR: i32 = UNIT * 5 / 2;
/// Lines of one direction on a page at most: more make a picture.
const MAX_LINES: usize = 3000;
/// Fields of a grid at most.
const MAX_FIELDS: usize = 100_000;

/// A cell of a table on a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    pub area: Area,
    pub row: usize,
    pub column: usize,
    pub rowspan: usize,
    pub colspan: usize,
    /// No line ends it below: the page does.
    pub is_open: bool,
}

/// A table on a page.
#[derive(Clone, Debug)]
pub struct Grid {
    pub area: Area,
    /// Its cells, by row and column.
    pub cells: Vec<Cell>,
    pub rows: usize,
    /// The places of the lines between its columns.
    pub columns: Vec<i32>,
}

/// The tables of a page, small ones before those that hold them.
pub fn grids(drawing: &Drawing) -> Vec<Grid> {
    let level = merged(&drawing.level);
    let upright = merged(&drawing.upright);
    if level.len() > MAX_LINES || upright.len() > MAX_LINES {
        return Vec::new();
    }
    let mut grids: Vec<Grid> = connected(&level, &upright)
        .into_iter()
        .filter_map(|(level, upright)| grid(&level, &upright))
        .collect();
    grids.sort_by_key(|grid| i64::from(grid.area.width()) * i64::from(grid.area.height()));
    grids
}

/// Joins lines that run on in each other.
fn merged(strokes: &[Stroke]) -> Vec<Stroke> {
    let mut strokes = strokes.to_vec();
    strokes.sort_unstable();
    let mut merged: Vec<Stroke> = Vec::new();
    for stroke in strokes {
        // Lines drawn double lie side by side: those before this one that are near are the last few.
        let same = merged.iter_mut().rev().take(64).find(|last| {
            stroke.at - last.at <= UNIT && stroke.start <= last.end + NEAR && last.start <= stroke.end + NEAR
        });
        match same {
            Some(last) => {
                last.start = last.start.min(stroke.start);
                last.end = last.end.max(stroke.end);
            }
            None => merged.push(stroke),
        }
    }
    merged
}

/// The sets of lines that touch.
fn connected(level: &[Stroke], upright: &[Stroke]) -> Vec<(Vec<Stroke>, Vec<Stroke>)> {
    let mut roots: Vec<usize> = (0..level.len() + upright.len()).collect();
    fn root(roots: &mut [usize], mut at: usize) -> usize {
        while let Some(&up) = roots.get(at).filter(|&&up| up != at) {
            let above = roots.get(up).copied().unwrap_or(up);
            if let Some(slot) = roots.get_mut(at) {
                *slot = above;
            }
            at = above;
        }
        at
    }
    for (number, line) in upright.iter().enumerate() {
        let first = level.partition_point(|other| other.at < line.start - NEAR);
        for (index, other) in level.iter().enumerate().skip(first) {
            if other.at > line.end + NEAR {
                break;
            }
            if (other.start - NEAR..=other.end + NEAR).contains(&line.at) {
                let (a, b) = (root(&mut roots, index), root(&mut roots, level.len() + number));
                if let Some(slot) = roots.get_mut(a) {
                    *slot = b;
                }
            }
        }
    }
    let mut sets: std::collections::BTreeMap<usize, (Vec<Stroke>, Vec<Stroke>)> = Default::default();
    for index in 0..roots.len() {
        let set = sets.entry(root(&mut roots, index)).or_default();
        match level.get(index) {
            Some(line) => set.0.push(*line),
            None => set.1.extend(index.checked_sub(level.len()).and_then(|index| upright.get(index))),
        }
    }
    sets.into_values().collect()
}

/// Places that are near are one.
fn clustered(strokes: &[Stroke]) -> Vec<i32> {
    let mut places: Vec<i32> = strokes.iter().map(|stroke| stroke.at).collect();
    places.sort_unstable();
    places.dedup_by(|next, kept| *next - *kept <= NEAR);
    places
}

/// For each place, and each stretch between the crossing places, whether a line runs there.
fn edges(strokes: &[Stroke], places: &[i32], crossing: &[i32]) -> Vec<Vec<bool>> {
    let edge = |place: i32, from: i32, to: i32| {
        let near = strokes.iter().filter(|stroke| (stroke.at - place).abs() <= NEAR);
        let covered: i32 = near.map(|stroke| (stroke.end.min(to) - stroke.start.max(from)).max(0)).sum();
        i64::from(covered) * 10 > i64::from(to - from) * 6
    };
    let stretches = |&place: &i32| {
        crossing.windows(2).map(|pair| matches!(pair, [from, to] if edge(place, *from, *to))).collect()
    };
    places.iter().map(stretches).collect()
}

/// Adds the edges that a table lacks where a page break goes through it: upright lines that run on end in nothing.
fn closed(level: &[Stroke], upright: &[Stroke]) -> Option<Vec<Stroke>> {
    let (start, end) = (upright.iter().map(|line| line.at).min()?, upright.iter().map(|line| line.at).max()?);
    let (first, last) = (level.iter().map(|line| line.at).min()?, level.iter().map(|line| line.at).max()?);
    let top = upright.iter().map(|line| line.start).min()?;
    let bottom = upright.iter().map(|line| line.end).max()?;
    let run_on = |is_on: &dyn Fn(&&Stroke) -> bool| upright.iter().filter(is_on).count() > 1;
    let mut level = level.to_vec();
    if run_on(&|line| line.start + 2 * NEAR < first) {
        level.push(Stroke { at: top, start, end });
    }
    if run_on(&|line| line.end - 2 * NEAR > last) {
        level.push(Stroke { at: bottom, start, end });
    }
    Some(level)
}

/// Adds the sides that a table lacks: level lines from its top to its bottom end at one place beyond its upright ones.
fn sided(level: &[Stroke], upright: &[Stroke]) -> Option<Vec<Stroke>> {
    let (first, last) =
        (upright.iter().map(|line| line.at).min()?, upright.iter().map(|line| line.at).max()?);
    let (top, bottom) = (level.iter().map(|line| line.at).min()?, level.iter().map(|line| line.at).max()?);
    let left = level.iter().map(|line| line.start).min()?;
    let right = level.iter().map(|line| line.end).max()?;
    let is_side = |ends: Vec<i32>| {
        let reach = ends.iter().max().zip(ends.iter().min()).map_or(0, |(last, first)| last - first);
        ends.len() > 2 && reach * 5 >= (bottom - top) * 3
    };
    let at = |is_at: &dyn Fn(&&Stroke) -> bool| level.iter().filter(is_at).map(|line| line.at).collect();
    let mut upright = upright.to_vec();
    if left + 4 * NEAR < first && is_side(at(&|line| line.start <= left + NEAR)) {
        upright.push(Stroke { at: left, start: top, end: bottom });
    }
    if right - 4 * NEAR > last && is_side(at(&|line| line.end >= right - NEAR)) {
        upright.push(Stroke { at: right, start: top, end: bottom });
    }
    Some(upright)
}

fn grid(drawn: &[Stroke], upright: &[Stroke]) -> Option<Grid> {
    let upright = &sided(drawn, upright)?;
    let level = &closed(drawn, upright)?;
    let (ys, xs) = (clustered(level), clustered(upright));
    let (rows, columns) = (ys.len().checked_sub(1)?, xs.len().checked_sub(1)?);
    // A frame around text is no table.
    if rows == 0 || columns == 0 || rows * columns < 2 || rows * columns > MAX_FIELDS {
        return None;
    }
    let above = edges(level, &ys, &xs);
    let beside = edges(upright, &xs, &ys);
    let at_bottom = edges(drawn, ys.get(rows..)?, &xs).pop()?;
    let has_above =
        |row: usize, column: usize| above.get(row).and_then(|edges| edges.get(column)) == Some(&true);
    let has_left =
        |row: usize, column: usize| beside.get(column).and_then(|edges| edges.get(row)) == Some(&true);
    let mut taken = vec![false; rows * columns];
    let mut cells = Vec::new();
    for row in 0..rows {
        for column in 0..columns {
            if taken.get(row * columns + column) == Some(&true) {
                continue;
            }
            let is_free = |row: usize, column: usize| taken.get(row * columns + column) == Some(&false);
            let mut right = column + 1;
            while right < columns && !has_left(row, right) && is_free(row, right) {
                right += 1;
            }
            // A row belongs to the cell while no line parts all of it from that above, and none stands within it.
            let mut below = row + 1;
            while below < rows
                && (column..right).all(|x| !has_above(below, x) && is_free(below, x))
                && (column + 1..right).all(|x| !has_left(below, x))
            {
                below += 1;
            }
            for y in row..below {
                for x in column..right {
                    if let Some(field) = taken.get_mut(y * columns + x) {
                        *field = true;
                    }
                }
            }
            let (Some(&left), Some(&top), Some(&right_edge), Some(&bottom)) =
                (xs.get(column), ys.get(row), xs.get(right), ys.get(below))
            else {
                continue;
            };
            let area = Area { left, top, right: right_edge, bottom };
            let is_open = below == rows && !at_bottom.get(column..right)?.contains(&true);
            let (rowspan, colspan) = (below - row, right - column);
            cells.push(Cell { area, row, column, rowspan, colspan, is_open });
        }
    }
    let area = cells.iter().map(|cell| cell.area).reduce(Area::join)?;
    (cells.len() > 1).then_some(Grid { area, cells, rows, columns: xs })
}

impl Grid {
    /// The cell in which a character stands. Text of a cell that the page ends may reach below it.
    pub fn cell_at(&self, area: Area) -> Option<usize> {
        let (x, y) = area.center();
        if self.area.holds((x, y)) {
            return self.cells.iter().position(|cell| cell.area.holds((x, y)));
        }
        let depth = y.checked_sub(self.area.bottom).filter(|depth| (0..2 * area.height()).contains(depth))?;
        let within = |cell: &Cell| (cell.area.left..=cell.area.right).contains(&x);
        self.cells.iter().position(|cell| cell.is_open && cell.area.height() > depth && within(cell))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stroke(at: i32, start: i32, end: i32) -> Stroke {
        Stroke { at: at * UNIT, start: start * UNIT, end: end * UNIT }
    }

    #[test]
    fn fields_without_a_line_between_them_are_one_cell() {
        // Two columns and two rows; the left column is one cell.
        let level = vec![stroke(0, 0, 40), stroke(20, 20, 40), stroke(40, 0, 40)];
        let upright = vec![stroke(0, 0, 40), stroke(20, 0, 20), stroke(20, 20, 40), stroke(41, 0, 40)];
        let drawing = Drawing { level, upright, ..Drawing::default() };
        let grids = grids(&drawing);
        let cells: Vec<_> = grids[0].cells.iter().map(|c| (c.row, c.column, c.rowspan, c.colspan)).collect();
        assert_eq!(cells, [(0, 0, 2, 1), (0, 1, 1, 1), (1, 1, 1, 1)]);
    }

    #[test]
    fn a_frame_and_an_underline_are_no_tables() {
        let level = vec![stroke(0, 0, 40), stroke(40, 0, 40), stroke(90, 0, 40)];
        let upright = vec![stroke(0, 0, 40), stroke(40, 0, 40)];
        assert!(grids(&Drawing { level, upright, ..Drawing::default() }).is_empty());
    }
}
