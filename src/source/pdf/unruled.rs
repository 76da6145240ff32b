//! Tables without ruling lines, or with lines around their header only: figures that stand under each other, with the
//! white between them. Running text has figures, too, but none that stand apart, line below line.

use super::chart;
use super::columns::{self, Column};
use super::lines::Line;
use super::page::{Area, Glyph, Stroke};
use super::pieces::{Kind, Row, is_enumerator};
use super::stack::{self, Cells, Frame, Made};

/// A table.
#[derive(Debug)]
pub struct Table {
    pub area: Area,
    /// The left edges of its columns, and the right edge of the last.
    pub columns: Vec<i32>,
    /// Its rows; a row has a cell for each column, or for several.
    pub rows: Vec<Vec<Cell>>,
}

/// A cell.
#[derive(Debug)]
pub struct Cell {
    pub column: usize,
    pub colspan: usize,
    pub lines: Vec<Line>,
}

/// What was found on a page.
#[derive(Debug, Default)]
pub struct Found {
    pub tables: Vec<Table>,
    /// The characters that stand in none.
    pub free: Vec<Glyph>,
    /// Figures that stand apart in lines and may be of tables that could not be told.
    pub left: usize,
}

/// Letters of a piece from which on it may be running text.
const LONG: usize = 25;
/// Lines without figures within a table at most, one after another.
const MAX_LOOSE: usize = 5;
/// Lines of a header at most.
const MAX_HEADER: usize = 8;

/// Takes the tables out of the lines of a page, or of a part of it.
pub fn take(rows: Vec<Row>, level: &[Stroke]) -> Found {
    let mut found = Found::default();
    let mut start = 0;
    let mut kept = 0;
    let mut taken: Vec<(usize, usize)> = Vec::new();
    while start < rows.len() {
        let Some(end) = group(&rows, start) else {
            start += 1;
            continue;
        };
        match table(&rows, kept, start, end, level) {
            Some((table, first, last)) => {
                taken.push((first, last));
                found.tables.push(table);
                start = last;
                kept = last;
            }
            None => {
                let left = rows.get(start..end).unwrap_or_default();
                found.left +=
                    left.iter().filter(|row| is_tabular(row)).map(|row| row.figures().count()).sum::<usize>();
                start = end;
            }
        }
    }
    for (at, row) in rows.into_iter().enumerate() {
        if !taken.iter().any(|&(first, last)| (first..last).contains(&at)) {
            found.free.extend(row.into_glyphs());
        }
    }
    found
}

/// Whether a line has figures that stand apart.
fn is_tabular(row: &Row) -> bool {
    let mut pieces = row.pieces.iter();
    let Some(first) = pieces.next() else { return false };
    let has_figure = pieces.clone().any(|piece| piece.kind == Kind::Figure);
    let is_pair =
        first.kind == Kind::Figure && !is_enumerator(&first.text()) && pieces.any(|piece| piece.is_figure());
    has_figure || is_pair
}

/// Whether a piece is running text that goes over columns.
fn is_running(row: &Row, columns: &[Column]) -> bool {
    row.pieces.iter().any(|piece| {
        piece.letters() >= LONG
            && columns.iter().filter(|column| column.meets(piece.area)).count()
                > usize::from(columns.len() > 1)
    })
}

/// Whether the figures of a line stand under those above.
fn is_under(row: &Row, columns: &[Column]) -> bool {
    let (mut under, mut across, mut all) = (0, 0, 0);
    for piece in row.pieces.iter().filter(|piece| piece.is_figure()) {
        all += 1;
        match columns.iter().filter(|column| column.meets(piece.area)).count() {
            0 => {}
            1 => under += 1,
            _ => across += 1,
        }
    }
    under > 0 && across * 4 <= all && under * 2 >= all.min(columns.len())
}

/// Where the lines end that go on with figures below those of the first.
fn group(rows: &[Row], start: usize) -> Option<usize> {
    let first = rows.get(start).filter(|row| is_tabular(row))?;
    let mut lines = vec![first];
    let mut found = columns::of_figures(&lines);
    let (mut end, mut last, mut pitch) = (start + 1, first, 0);
    let mut loose = 0;
    let mut base = first.base;
    for (at, row) in rows.iter().enumerate().skip(start + 1) {
        let limit = (row.size.max(last.size) * 18 / 5).max(pitch * 3 / 2);
        if row.base - base > limit || is_running(row, &found) {
            break;
        }
        base = row.base;
        let is_row = is_tabular(row) || row.pieces.len() == 1 && row.figures().count() == 1;
        if is_row && is_under(row, &found) {
            if loose == 0 {
                pitch = row.base - last.base;
            }
            (end, last, loose) = (at + 1, row, 0);
            lines.push(row);
            found = columns::of_figures(&lines);
        } else if is_row && is_tabular(row) {
            break;
        } else {
            loose += 1;
            if loose > MAX_LOOSE {
                break;
            }
        }
    }
    Some(end)
}

/// The table of the lines from `start` to `end`, with its header and what goes on below; and the lines that it takes.
fn table(
    rows: &[Row],
    from: usize,
    start: usize,
    end: usize,
    level: &[Stroke],
) -> Option<(Table, usize, usize)> {
    let lines: Vec<&Row> = rows.get(start..end)?.iter().collect();
    let tabular: Vec<&Row> = lines.iter().copied().filter(|row| is_tabular(row)).collect();
    let columns = columns::of_rows(&tabular);
    if !is_table(&tabular, &columns) || chart::is_axes(&tabular, &columns) {
        return None;
    }
    let area = tabular.iter().map(|row| row.area).reduce(Area::join)?;
    let frame = Frame { columns: &columns, level, area };
    let first = headed(rows, from, start, &frame);
    let last = tailed(rows, end, &frame);
    let begin = begun(rows, first, start, end, frame.columns);
    let head: Vec<&Row> = rows.get(first..begin)?.iter().collect();
    let rest: Vec<&Row> = rows.get(begin..last)?.iter().collect();
    let mut made = stack::header(&head, rest.first().copied(), &frame);
    made.extend(stack::body(&rest, &frame));
    let area = rows.get(first..last)?.iter().map(|row| row.area).reduce(Area::join)?;
    let edges = columns.iter().map(|column| column.left).chain([area.right]).collect();
    let count = columns.len();
    let rows = made.into_iter().map(|cells| filled(cells, count)).collect();
    Some((Table { area, columns: edges, rows }, first, last))
}

/// Where the header ends of a table whose lines from `first` to `start` are above its figures: behind the last line that
/// names columns, be it by years.
fn begun(rows: &[Row], first: usize, start: usize, end: usize, columns: &[Column]) -> usize {
    let stub = columns.get(1).map_or(i32::MAX, |column| column.left);
    let names = |row: &Row| row.area.right > stub;
    let is_name = |row: &Row| is_of_years(row) || !is_tabular(row) && row.pieces.len() > 1;
    let years = rows.get(start..end).unwrap_or_default().iter().take_while(|row| is_name(row)).count();
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

/// The cells of a row, with blank ones where nothing stands.
fn filled(mut cells: Cells, count: usize) -> Vec<Cell> {
    let mut row = Vec::new();
    let mut column = 0;
    while column < count {
        let made = cells.remove(&column).unwrap_or(Made { colspan: 1, pieces: Vec::new() });
        let next = cells.keys().copied().find(|next| *next > column).unwrap_or(count);
        let colspan = made.colspan.clamp(1, next - column);
        row.push(Cell { column, colspan, lines: stack::lines(&made) });
        column += colspan;
    }
    row
}

/// Whether lines in columns are a table, and no list or text.
fn is_table(rows: &[&Row], columns: &[Column]) -> bool {
    let figures = columns.iter().filter(|column| column.is_of_figures && column.count() > 1).count();
    let enough = rows.len() >= 3 || rows.len() == 2 && figures > 1;
    let of_figures = rows.iter().flat_map(|row| row.figures()).count();
    let letters: usize = rows.iter().flat_map(|row| &row.pieces).map(|piece| piece.letters()).sum();
    figures > 0 && columns.len() > 1 && enough && letters < of_figures * 60
}

/// Whether a line names columns by years.
fn is_of_years(row: &Row) -> bool {
    let is_year = |text: &str| text.len() == 4 && (text.starts_with("19") || text.starts_with("20"));
    let mut figures = row.figures().peekable();
    let starts_with_words = row.pieces.first().is_some_and(|piece| piece.kind == Kind::Words);
    figures.peek().is_some()
        && figures.all(|piece| is_year(piece.text().trim_end_matches(|c: char| !c.is_ascii_digit())))
        && (starts_with_words || row.figures().count() == row.pieces.len() && row.pieces.len() > 1)
}

/// Where the header of a table starts, whose figures start at `start`: not before `from`.
fn headed(rows: &[Row], from: usize, start: usize, frame: &Frame) -> usize {
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
    for at in (from..start).rev().take(MAX_HEADER) {
        let Some(row) = rows.get(at) else { break };
        let distance = below.base - row.base;
        if distance > row.size.max(below.size) * 3 {
            break;
        }
        let is_ruled = wide(row.base, below.base);
        let top = row.area.top - row.size * 5;
        if is_ruled && first < start && !wide(top, row.base - row.size / 2) {
            break;
        }
        let reach = |column: &&Column, area: Area| column.meets(area);
        let met = |area: Area| frame.columns.iter().filter(|column| reach(column, area)).count();
        let is_within = row.area.left >= frame.area.left - row.size * 4
            && row.area.right <= frame.area.right + row.size * 8;
        let is_label = |row: &Row| row.pieces.len() == 1 && row.area.right <= stub;
        let is_name = match row.pieces.as_slice() {
            [one] if one.area.left >= stub - row.size => {
                // Over figures only, and not over all the page.
                one.letters() < LONG * 2 && (is_ruled || distance * 2 <= row.size * 3 || met(one.area) == 1)
            }
            [_] => is_label(row) && distance * 2 <= row.size * 3 && (!is_ruled || labels == 0),
            pieces => {
                let long =
                    pieces.iter().filter(|piece| piece.letters() >= LONG && met(piece.area) > 1).count();
                long == 0
            }
        };
        if !is_name || !is_within {
            break;
        }
        // A label belongs to the table only below a line that names columns.
        if is_label(row) {
            labels += 1;
            if labels > 2 {
                break;
            }
        } else {
            (first, labels) = (at, 0);
        }
        below = row;
    }
    first
}

/// Where a table ends whose figures end at `end`: the last label may go on.
fn tailed(rows: &[Row], end: usize, frame: &Frame) -> usize {
    let mut last = end;
    let stub = frame.columns.get(1).map_or(frame.area.right, |column| column.left);
    for (at, row) in rows.iter().enumerate().skip(end).take(2) {
        let Some(above) = at.checked_sub(1).and_then(|at| rows.get(at)) else { break };
        let is_near = (row.base - above.base) * 3 <= row.size * 4;
        let is_ruled = frame.level.iter().any(|line| line.at > above.base && line.at < row.base);
        let is_label = row.area.right < stub && row.pieces.len() == 1;
        let starts_small =
            row.pieces.first().is_some_and(|piece| piece.text().starts_with(char::is_lowercase));
        if !is_near || is_ruled || !is_label || !starts_small {
            break;
        }
        last = at + 1;
    }
    last
}
