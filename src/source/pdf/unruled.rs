//! Tables without ruling lines, or with lines around their header only: figures that stand under each other, with the
//! white between them. Running text has figures, too, but none that stand apart, line below line.

use super::columns::{self, Column};
use super::kind::{Kind, is_enumerator};
use super::lines::{Line, line};
use super::page::{Area, Stroke};
use super::pieces::{Piece, Row};
use super::stack::{self, Cells, Frame, Made};
use super::{chart, extent};

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
    /// The lines that stand in none.
    pub free: Vec<Line>,
    /// Figures that stand apart in lines and may be of tables that could not be told.
    pub left: usize,
}

/// Letters of a piece from which on it may be running text.
pub const LONG: usize = 25;
/// Lines without figures within a table at most, one after another.
const MAX_LOOSE: usize = 5;
/// Lines of a header at most.
pub const MAX_HEADER: usize = 8;

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
            found.free.extend(line(row.into_glyphs()));
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
pub fn is_tabular(row: &Row) -> bool {
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
    let mut found = columns::of_figures(&[first]);
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
            columns::add_figures(&mut found, row, at);
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
    let first = extent::headed(rows, from, start, &frame);
    let last = extent::tailed(rows, end, &frame);
    let begin = extent::begun(rows, first, start, end, frame.columns);
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
pub fn is_of_years(row: &Row) -> bool {
    let is_year = |text: &str| text.len() == 4 && (text.starts_with("19") || text.starts_with("20"));
    let mut figures = row.figures().peekable();
    let starts_with_words = row.pieces.first().is_some_and(|piece| piece.kind == Kind::Words);
    figures.peek().is_some()
        && figures.all(|piece| is_year(piece.text().trim_end_matches(|c: char| !c.is_ascii_digit())))
        && (starts_with_words || row.figures().count() == row.pieces.len() && row.pieces.len() > 1)
}
