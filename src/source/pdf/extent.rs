//! Where a table without ruling lines starts and ends: its header above its figures, and what its last label and the next
//! page go on with.

use super::columns::Column;
use super::page::{Area, Stroke};
use super::pieces::{Piece, Row};
use super::stack::{self, Frame};
use super::unruled::{LONG, MAX_HEADER, is_of_years, is_tabular};

/// Where the header ends of a table whose lines from `first` to `start` are above its figures: behind the last line that
/// names columns, be it by years.
pub fn begun(rows: &[Row], first: usize, start: usize, end: usize, columns: &[Column]) -> usize {
    let stub = columns.get(1).map_or(i32::MAX, |column| column.left);
    let names = |row: &Row| row.area.right > stub;
    let is_name = |row: &Row, above: &Row| {
        let is_next = (row.base - above.base) * 2 <= row.size.max(above.size) * 3;
        is_of_years(row) || !is_tabular(row) && row.pieces.len() > 1 && is_next
    };
    let lines = rows.get(start..end).unwrap_or_default();
    let above = lines.first().into_iter().chain(lines);
    let years = lines.iter().zip(above).take_while(|(row, above)| is_name(row, above)).count();
    if years > 0 && start + years < end {
        return start + years;
    }
    let above = rows.get(first..start).unwrap_or_default();
    above.iter().rposition(names).map_or(start, |at| first + at + 1).max(if above.iter().any(names) {
        first
    } else {
        start
    })
}

/// Where the header of a table starts, whose figures start at `start`: not before `from`.
pub fn headed(rows: &[Row], from: usize, start: usize, frame: &Frame) -> usize {
    let Some(mut below) = rows.get(start) else { return start };
    let stub = frame.columns.get(1).map_or(frame.area.right, |column| column.left);
    let mut first = start;
    let mut labels = 0;
    let wide = |above: i32, below: i32| {
        let is_between = |line: &&Stroke| {
            line.at > above && line.at < below && (line.end - line.start) * 2 > frame.area.width()
        };
        let covered = |line: &Stroke| line.start < frame.area.right && frame.area.left < line.end;
        frame.level.iter().filter(is_between).any(covered)
    };
    let mut at = start;
    let mut names: Vec<&Piece> = Vec::new();
    for _ in 0..MAX_HEADER {
        let Some((top, band)) = band(rows, from, at) else { break };
        let (Some(above), Some(last)) = (rows.get(top), at.checked_sub(1).and_then(|at| rows.get(at))) else {
            break;
        };
        at = top;
        let size = last.size.max(below.size);
        let distance = below.base - last.base;
        if distance > size * 3 {
            break;
        }
        let is_ruled = wide(last.base, below.base);
        let top = above.area.top - size * 5;
        if is_ruled && first < start && !wide(top, above.base - size / 2) {
            break;
        }
        let met = |area: Area| frame.columns.iter().filter(|column| column.meets(area)).count();
        let over_figures = |area: Area| {
            frame.columns.iter().filter(|column| column.is_of_figures && column.meets(area)).count()
        };
        let is_within = band.iter().all(|piece| {
            piece.area.left >= frame.area.left - size * 4 && piece.area.right <= frame.area.right + size * 8
        });
        let is_label = matches!(band.as_slice(), [one] if one.area.right <= stub);
        let is_centered = |area: Area| {
            let middle = stub.midpoint(frame.area.right);
            (area.center().0 - middle).abs() * 10 <= frame.area.right - stub && first < start
        };
        // Names of several columns start over the first of them.
        let is_over_first = |area: Area| {
            let is_first = |piece: &Piece| (piece.area.left - area.left).abs() * 2 <= size;
            first < start && distance * 2 <= size * 5 && names.iter().any(|name| is_first(name))
        };
        let is_close = distance * 2 <= size * 3;
        let is_name = match band.as_slice() {
            [one] if one.area.left >= stub - size => {
                // Over figures only, and not over all the page.
                one.longest() < LONG * 2
                    && (is_ruled
                        || is_close
                        || met(one.area) == 1
                        || is_centered(one.area)
                        || is_over_first(one.area))
            }
            [_] => is_label && is_close && (!is_ruled || labels == 0),
            pieces => !pieces
                .iter()
                .any(|piece| piece.longest() >= LONG && over_figures(piece.area) > 1 && pieces.len() < 3),
        };
        if !is_name || !is_within {
            break;
        }
        // A label belongs to the table only below a line that names columns.
        if is_label {
            labels += 1;
            if labels > 2 {
                break;
            }
        } else {
            (first, labels) = (at, 0);
        }
        below = above;
        names.extend(band);
    }
    first
}

/// The pieces of the lines above a line that reach into each other's height, and the first of these lines.
fn band(rows: &[Row], from: usize, end: usize) -> Option<(usize, Vec<&Piece>)> {
    let mut first = end.checked_sub(1).filter(|first| *first >= from)?;
    while first > from {
        let (above, below) = (rows.get(first - 1)?, rows.get(first)?);
        if below.base - above.base >= below.size.min(above.size) {
            break;
        }
        first -= 1;
    }
    Some((first, rows.get(first..end)?.iter().flat_map(|row| &row.pieces).collect()))
}

/// Where a table ends whose figures end at `end`: the last label may go on.
pub fn tailed(rows: &[Row], end: usize, frame: &Frame) -> usize {
    let mut last = end;
    let figures = frame.columns.iter().filter(|column| column.is_of_figures).map(|column| column.left).min();
    let Some(figures) = figures else { return end };
    for (at, row) in rows.iter().enumerate().skip(end) {
        let Some(above) = at.checked_sub(1).and_then(|at| rows.get(at)) else { break };
        let is_near = row.base - above.base <= row.size * 2;
        let is_ruled = frame.level.iter().any(|line| line.at > above.base && line.at < row.base);
        let is_rest = |piece: &Piece| {
            let starts_small = piece.text().starts_with(char::is_lowercase);
            let column = frame.columns.iter().position(|column| column.meets(piece.area));
            let over = above
                .pieces
                .iter()
                .find(|other| other.area.left < piece.area.right && piece.area.left < other.area.right);
            let is_filled =
                column.zip(over).is_some_and(|(at, over)| stack::is_filled(over, piece, at, frame));
            piece.area.right < figures && (starts_small || is_filled)
        };
        if !is_near || is_ruled || !row.pieces.iter().all(is_rest) {
            break;
        }
        last = at + 1;
    }
    led_on(rows, last, frame)
}

/// Where a table ends that goes on on the next page, below names of columns that stand at the end of this one.
fn led_on(rows: &[Row], end: usize, frame: &Frame) -> usize {
    let (mut last, mut has_names) = (end, false);
    for pair in rows.get(end.saturating_sub(1)..).unwrap_or_default().windows(2) {
        let [above, row] = pair else { break };
        let met = |piece: &Piece| frame.columns.iter().filter(|column| column.meets(piece.area)).count();
        let is_far = row.base - above.base > row.size * 3;
        if is_far
            || row.figures().count() > 0
            || !row.pieces.iter().all(|piece| met(piece) == 1 && piece.longest() < LONG)
        {
            break;
        }
        let is_beside = row.base - above.base < row.size;
        has_names |= row.pieces.len() > 1 || is_beside && last > end;
        last += 1;
    }
    // A line or two may count the pages.
    if has_names && rows.len() <= last + 2 { last } else { end }
}
