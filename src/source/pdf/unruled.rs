//! Tables without ruling lines, or with lines around their header only: figures that stand under each other, with the
//! white between them. Running text has figures, too, but none that stand apart, line below line.

use super::chart;
use super::columns::{self, Column};
use super::lines::Line;
use super::page::{Area, Glyph, Stroke};
use super::pieces::{Kind, Piece, Row, is_enumerator};
use super::stack::{self, Cells, Frame, Made};

/// A table.
#[derive(Debug)]
pub struct Table {
    pub area: Area,
    /// The left and right edges of its columns.
    pub columns: Vec<(i32, i32)>,
    /// Its rows; a row has a cell for each column, or for several.
    pub rows: Vec<Vec<Cell>>,
}

/// A cell.
#[derive(Debug)]
pub struct Cell {
    pub column: usize,
    pub colspan: usize,
    pub rowspan: usize,
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
                found.left += apart(rows.get(start..end).unwrap_or_default());
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

/// The figures of lines that are no table, but may be a part of one.
fn apart(rows: &[Row]) -> usize {
    let tabular: Vec<&Row> = rows.iter().filter(|row| is_tabular(row)).collect();
    if tabular.len() < 2 || chart::is_axes(&tabular, &columns::of_figures(&tabular)) {
        return 0;
    }
    tabular.iter().map(|row| row.figures().count()).sum()
}

/// Whether a line has figures that stand apart.
fn is_tabular(row: &Row) -> bool {
    let mut pieces = row.pieces.iter();
    let Some(first) = pieces.next() else { return false };
    let has_figure = pieces.clone().any(|piece| piece.kind == Kind::Figure);
    let is_pair =
        first.kind == Kind::Figure && !is_enumerator(&first.text()) && pieces.any(|piece| piece.is_figure());
    // A row may have nothing but dashes.
    let dashes = row.pieces.iter().skip(1).filter(|piece| piece.is_dash()).count();
    has_figure || is_pair || dashes > 1
}

/// Whether a piece is running text that goes over columns.
fn is_running(row: &Row, columns: &[Column]) -> bool {
    row.pieces.iter().any(|piece| {
        piece.longest() >= LONG
            && columns.iter().filter(|column| column.meets(piece.area)).count()
                > usize::from(columns.len() > 1)
    })
}

/// Whether a line has a piece that may be running text.
fn piece_is_long(row: &Row) -> bool {
    row.pieces.iter().any(|piece| piece.longest() >= LONG)
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
            // Lines of labels stand beside the figures, lines of text below them.
            let is_beside =
                !row.pieces.iter().any(|piece| found.iter().any(|column| column.meets(piece.area)));
            loose += usize::from(!is_beside || row.pieces.len() == 1 && piece_is_long(row));
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
    let is_named = is_row_of_names(rows.get(from..start).unwrap_or_default(), rows.get(start)?);
    let tabular: Vec<&Row> = lines.iter().copied().filter(|row| is_tabular(row)).collect();
    let loose: Vec<&Row> = lines.iter().copied().filter(|row| !is_tabular(row)).collect();
    let columns = columns::of_rows(&tabular, &loose);
    if !is_table(&tabular, &columns, is_named) || chart::is_axes(&tabular, &columns) {
        return None;
    }
    let area = tabular.iter().map(|row| row.area).reduce(Area::join)?;
    let left = columns.iter().map(|column| column.left).min()?;
    let area = Area { left: left.min(area.left), ..area };
    let frame = Frame { columns: &columns, level, area };
    let first = headed(rows, from, start, &frame);
    let last = tailed(rows, end, &frame);
    let begin = begun(rows, first, start, end, frame.columns);
    let head: Vec<&Row> = rows.get(first..begin)?.iter().collect();
    let rest: Vec<&Row> = rows.get(begin..last)?.iter().collect();
    let mut made = stack::header(&head, rest.first().copied(), &frame);
    made.extend(stack::body(&rest, &frame));
    let area = rows.get(first..last)?.iter().map(|row| row.area).reduce(Area::join)?;
    let edges = columns.iter().map(|column| (column.left, column.right)).collect();
    let count = columns.len();
    let rows = filled(made, count);
    Some((Table { area, columns: edges, rows }, first, last))
}

/// Where the header ends of a table whose lines from `first` to `start` are above its figures: behind the last line that
/// names columns, be it by years.
fn begun(rows: &[Row], first: usize, start: usize, end: usize, columns: &[Column]) -> usize {
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

/// The cells of rows, with blank ones where nothing stands.
fn filled(made: Vec<Cells>, count: usize) -> Vec<Vec<Cell>> {
    // How many more rows a cell above reaches into, for each column.
    let mut covered = vec![0_usize; count];
    let mut rows = Vec::new();
    for mut cells in made {
        let mut row = Vec::new();
        let mut column = 0;
        while column < count {
            let reach = covered.get_mut(column).filter(|rows| **rows > 0);
            if let (Some(rows), None) = (reach, cells.get(&column)) {
                *rows -= 1;
                column += 1;
                continue;
            }
            let blank = || Made { colspan: 1, rowspan: 1, pieces: Vec::new() };
            let own = cells.remove(&column).unwrap_or_else(blank);
            let next = cells.keys().copied().find(|next| *next > column).unwrap_or(count);
            let colspan = own.colspan.clamp(1, next - column);
            let covering = covered.iter_mut().skip(column).take(colspan);
            covering.for_each(|rows| *rows = own.rowspan - 1);
            row.push(Cell { column, colspan, rowspan: own.rowspan, lines: stack::lines(&own) });
            column += colspan;
        }
        rows.push(row);
    }
    rows
}

/// Whether lines in columns are a table, and no list or text.
fn is_table(rows: &[&Row], columns: &[Column], is_named: bool) -> bool {
    let figures = columns.iter().filter(|column| column.is_of_figures && column.count() > 1).count();
    let enough = rows.len() >= 3 || rows.len() == 2 && figures > 1 || is_named;
    let is_figure = |piece: &&Piece| piece.kind == Kind::Figure || piece.is_dash();
    let of_figures = rows.iter().flat_map(|row| &row.pieces).filter(is_figure).count();
    let letters: usize = rows.iter().flat_map(|row| &row.pieces).map(|piece| piece.letters()).sum();
    (figures > 0 || is_named) && columns.len() > 1 && enough && letters < of_figures * 60
}

/// Whether all figures of a line have names right above them, so that it is a table though it is one line only.
fn is_row_of_names(above: &[Row], row: &Row) -> bool {
    let is_near = |name: &&Row| row.base - name.base <= row.size * 6;
    let names: Vec<&Row> = above.iter().rev().take(MAX_HEADER).take_while(is_near).collect();
    let names: Vec<Area> = names.into_iter().flat_map(Row::apart).collect();
    // The lowest of what stands over a figure is its name.
    let name = |piece: &Piece| {
        names.iter().position(|name| name.left < piece.area.right && piece.area.left < name.right)
    };
    let own: Vec<Option<usize>> = row.figures().map(name).collect();
    let is_own =
        |name: &Option<usize>| name.is_some() && own.iter().filter(|other| *other == name).count() == 1;
    own.len() > 2 && own.iter().all(is_own)
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
fn tailed(rows: &[Row], end: usize, frame: &Frame) -> usize {
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
