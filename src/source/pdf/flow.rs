//! Pages to one run of paragraphs and tables: headers and footers of pages are left out, and what a page break parts is
//! joined.

use std::collections::BTreeMap;

use super::grid::{Grid, grids};
use super::lines::{Column, Line, goes_on, lines, usual_gap};
use super::page::{Area, Drawing, Glyph, UNIT};
use super::{ruled, unruled, zones};

/// A line and the number of its page.
pub type Placed = (u32, Line);

/// A part of the report.
#[derive(Debug)]
pub enum Item {
    Paragraph(Vec<Placed>),
    Table(Table),
}

/// A table.
#[derive(Debug)]
pub struct Table {
    /// The rows; a row has the cells that start in it.
    pub rows: Vec<Vec<Cell>>,
    columns: Vec<i32>,
}

/// A cell of a table.
#[derive(Clone, Debug)]
pub struct Cell {
    pub page: u32,
    pub area: Area,
    pub lines: Vec<Line>,
    pub column: usize,
    pub colspan: usize,
    pub rowspan: usize,
    /// Whether lines bound it, so that a figure that fills it may go on in its next line.
    pub is_ruled: bool,
}

impl Cell {
    fn is_blank(&self) -> bool {
        self.lines.is_empty()
    }

    /// Whether the text of `lower`, a cell of the next page, may be the rest of the text of this one.
    fn goes_on_in(&self, lower: &Cell) -> bool {
        let is_figure = |text: &str| text.chars().all(|c| c.is_ascii_digit() || c == ',');
        if let (Some(last), true) = (self.lines.last(), is_figure(&self.text()) && is_figure(&lower.text())) {
            return last.fills(self.area);
        }
        // Another character and the usual margins would not fit beside a line; the last may be shorter.
        let fills = |line: &Line| line.area.width() + line.size * 3 / 2 + 11 * UNIT >= self.area.width();
        let rest = lower.text();
        self.lines.iter().any(fills) && rest.contains(char::is_alphabetic) && !lower.is_numbered()
    }

    /// Whether it starts with a number, as a label of its own does.
    fn is_numbered(&self) -> bool {
        let text = self.text();
        if !text.contains(char::is_alphabetic) {
            return false;
        }
        let mut start = text.trim_start_matches(['（', '(']).chars();
        let is_number =
            start.next().is_some_and(|c| c.is_ascii_digit() || "一二三四五六七八九十".contains(c));
        is_number && (text.starts_with(['（', '(']) || start.next().is_some_and(|c| "、.．".contains(c)))
    }

    fn text(&self) -> String {
        self.lines.iter().flat_map(|line| line.text.chars()).filter(|c| !c.is_whitespace()).collect()
    }

    fn is_like(&self, other: &Cell) -> bool {
        (self.column, self.colspan, self.rowspan) == (other.column, other.colspan, other.rowspan)
            && self.text() == other.text()
    }
}

/// A page taken apart.
#[derive(Debug)]
pub struct Page {
    number: u32,
    height: i32,
    /// Its parts in the order in which they are read.
    zones: Vec<Zone>,
    /// Figures that stand apart, in no table.
    pub left: usize,
}

/// A part of a page: all of it, or a column of running text.
#[derive(Debug, Default)]
struct Zone {
    area: Area,
    free: Vec<Line>,
    tables: Vec<(Area, Table)>,
}

impl Page {
    /// Takes a page apart.
    pub fn new(number: u32, drawing: Drawing) -> Self {
        let height = drawing.height;
        let (grids, glyphs) = (grids(&drawing), &drawing.glyphs);
        let (held, mut free) = held(&grids, glyphs);
        let mut tables = Vec::new();
        for (grid, held) in grids.into_iter().zip(held) {
            if held.len() > 1 && ruled::is_whole(&grid, &held, &free) {
                tables.push((grid.area, table(number, grid, held)));
            } else {
                free.extend(held.into_values().flatten());
            }
        }
        let mut zones: Vec<Zone> = Vec::new();
        let mut left = 0;
        for rows in zones::zones(free, &drawing.upright) {
            let Some(area) = rows.iter().map(|row| row.area).reduce(Area::join) else { continue };
            let found = unruled::take(rows, &drawing.level);
            let tables =
                found.tables.into_iter().map(|found| (found.area, of_columns(number, found))).collect();
            left += found.left;
            zones.push(Zone { area, free: lines(found.free), tables });
        }
        if zones.is_empty() {
            zones.push(Zone::default());
        }
        for (area, table) in tables {
            // The last part that starts above it and stands over its middle.
            let is_over = |zone: &Zone| {
                zone.area.top <= area.top && (zone.area.left..=zone.area.right).contains(&area.center().0)
            };
            let at = zones.iter().rev().position(is_over).unwrap_or(zones.len() - 1);
            if let Some(zone) = zones.iter_mut().rev().nth(at) {
                zone.tables.push((area, table));
            }
        }
        Self { number, height, zones, left }
    }

    fn free(&self) -> impl Iterator<Item = &Line> + Clone {
        self.zones.iter().flat_map(|zone| &zone.free)
    }

    /// The first and last lines near the edges of the page: what may be its header or footer.
    fn margins(&self) -> impl Iterator<Item = &Line> {
        let edge = self.height / 12;
        self.free().filter(move |line| line.area.bottom < edge || line.area.top > self.height - edge)
    }
}

/// The characters within the cells of each grid, and those outside.
fn held(grids: &[Grid], glyphs: &[Glyph]) -> (Vec<BTreeMap<usize, Vec<Glyph>>>, Vec<Glyph>) {
    let mut free = Vec::new();
    let mut held: Vec<BTreeMap<usize, Vec<Glyph>>> = vec![BTreeMap::new(); grids.len()];
    for &glyph in glyphs {
        // The smallest table that holds it comes first.
        let place =
            grids.iter().enumerate().find_map(|(index, grid)| Some((index, grid.cell_at(glyph.area)?)));
        match place.and_then(|(index, cell)| Some((held.get_mut(index)?, cell))) {
            Some((held, cell)) => held.entry(cell).or_default().push(glyph),
            None => free.push(glyph),
        }
    }
    (held, free)
}

fn table(page: u32, grid: Grid, mut held: BTreeMap<usize, Vec<Glyph>>) -> Table {
    let mut rows = vec![Vec::new(); grid.rows];
    for (index, cell) in grid.cells.into_iter().enumerate() {
        let lines = lines(held.remove(&index).unwrap_or_default());
        let super::grid::Cell { area, row, column, rowspan, colspan, .. } = cell;
        if let Some(row) = rows.get_mut(row) {
            row.push(Cell { page, area, lines, column, colspan, rowspan, is_ruled: true });
        }
    }
    Table { rows, columns: grid.columns }
}

fn of_columns(page: u32, found: unruled::Table) -> Table {
    let unruled::Table { area, columns, rows } = found;
    let row = |cells: Vec<unruled::Cell>| {
        let cell = |cell: unruled::Cell| {
            let unruled::Cell { column, colspan, lines } = cell;
            // A blank cell has the place of its table.
            let area = lines.iter().map(|line| line.area).reduce(Area::join).unwrap_or(area);
            Cell { page, area, lines, column, colspan, rowspan: 1, is_ruled: false }
        };
        cells.into_iter().map(cell).collect()
    };
    Table { rows: rows.into_iter().map(row).collect(), columns }
}

/// A line of a margin without what counts pages.
fn kept_of_margin(line: &Line) -> String {
    line.text.chars().filter(|c| c.is_alphabetic() && !matches!(c, '第' | '页' | '共' | '頁')).collect()
}

/// Puts the pages together.
pub fn items(pages: Vec<Page>) -> Vec<Item> {
    let mut margins: BTreeMap<String, usize> = BTreeMap::new();
    for page in &pages {
        for line in page.margins() {
            *margins.entry(kept_of_margin(line)).or_default() += 1;
        }
    }
    let count = pages.len();
    let is_repeated = |line: &Line| {
        let kept = kept_of_margin(line);
        kept.is_empty() || margins.get(&kept).is_some_and(|&times| times > 1 && times * 2 > count)
    };
    let mut pages = pages;
    for page in &mut pages {
        let (edge, height) = (page.height / 12, page.height);
        let is_margin = |line: &Line| line.area.bottom < edge || line.area.top > height - edge;
        for zone in &mut page.zones {
            zone.free.retain(|line| !(is_margin(line) && is_repeated(line)));
        }
    }
    // Pages of one size have the same column, though few lines may stand on one.
    let mut columns: BTreeMap<i32, Column> = BTreeMap::new();
    for page in &pages {
        let own = Column::of(page.free());
        columns.entry(page.height).and_modify(|column| *column = column.join(own)).or_insert(own);
    }
    let mut items = Vec::new();
    let mut last_column = None;
    for page in pages {
        let is_one = page.zones.len() == 1;
        let shared = columns.get(&page.height).copied();
        for zone in page.zones {
            let own = || Column::of(zone.free.iter());
            let column = shared.filter(|_| is_one).unwrap_or_else(own);
            last_column = add_zone(&mut items, page.number, zone, column, last_column).or(last_column);
        }
    }
    items
}

/// Adds what stands in a part of a page, and gives the column of its lines, if it has some.
fn add_zone(
    items: &mut Vec<Item>,
    number: u32,
    zone: Zone,
    column: Column,
    last_column: Option<Column>,
) -> Option<Column> {
    let free = zone.free;
    let gap = usual_gap(&free.iter().collect::<Vec<_>>());
    let mut parts: Vec<(i32, Part)> =
        free.into_iter().map(|line| (line.area.top, Part::Line(line))).collect();
    parts.extend(zone.tables.into_iter().map(|(area, table)| (area.top, Part::Table(table))));
    parts.sort_by_key(|(top, _)| *top);
    let mut is_first = true;
    for (_, part) in parts {
        match part {
            Part::Line(line) => {
                let above = match items.last_mut() {
                    Some(Item::Paragraph(lines)) => Some(lines),
                    _ => None,
                };
                match above.filter(|lines| resumes(lines, &line, column, gap, is_first, last_column)) {
                    Some(lines) => lines.push((number, line)),
                    None => items.push(Item::Paragraph(vec![(number, line)])),
                }
            }
            Part::Table(table) => match items.last_mut() {
                Some(Item::Table(above)) if is_first && is_same_width(above, &table) => join(above, table),
                _ => items.push(Item::Table(table)),
            },
        }
        is_first = false;
    }
    (!is_first).then_some(column)
}

enum Part {
    Line(Line),
    Table(Table),
}

/// Whether a line is the rest of a paragraph, on the same page or from the page before.
fn resumes(
    lines: &[Placed],
    line: &Line,
    column: Column,
    gap: i32,
    is_first: bool,
    last_column: Option<Column>,
) -> bool {
    let Some((_, last)) = lines.last() else { return false };
    if !is_first {
        return goes_on(last, line, column, gap);
    }
    last_column.is_some_and(|above| above.is_filled(last, line) && !last.ends_sentence())
        && column.resumes(line)
        && (last.size - line.size).abs() * 16 <= last.size
}

/// Whether two tables, of which one ends a page and the other starts the next, are as wide and stand under each other.
fn is_same_width(above: &Table, below: &Table) -> bool {
    let is_near = |a: Option<&i32>, b: Option<&i32>| a.zip(b).is_some_and(|(a, b)| (a - b).abs() <= 3 * UNIT);
    is_near(above.columns.first(), below.columns.first())
        && is_near(above.columns.last(), below.columns.last())
}

/// Gives two tables the same columns: a part of a table may lack lines that its other part has.
fn align(above: &mut Table, below: &mut Table) {
    let mut all: Vec<i32> = above.columns.iter().chain(&below.columns).copied().collect();
    all.sort_unstable();
    all.dedup_by(|next, kept| *next - *kept <= 3 * UNIT);
    for table in [above, below] {
        let place = |index: usize| {
            let edge = table.columns.get(index).copied().unwrap_or(i32::MAX);
            all.partition_point(|&line| line <= edge).saturating_sub(1)
        };
        for cell in table.rows.iter_mut().flatten() {
            let (first, last) = (place(cell.column), place(cell.column + cell.colspan));
            (cell.column, cell.colspan) = (first, (last - first).max(1));
        }
        table.columns.clone_from(&all);
    }
}

/// Adds the rest of a table that a page break parts.
fn join(above: &mut Table, mut below: Table) {
    align(above, &mut below);
    let is_same = |(a, b): (&Vec<Cell>, &Vec<Cell>)| {
        a.len() == b.len()
            && a.iter().zip(b).all(|(a, b)| a.is_like(b))
            && a.iter().any(|cell| !cell.is_blank())
    };
    let repeated = above.rows.iter().zip(&below.rows).take_while(|pair| is_same(*pair)).count();
    let mut rest = below.rows.into_iter().skip(repeated);
    let Some(first) = rest.next() else { return };
    let cut = cut(above, &first);
    // Behind the label of a row stand its own cells.
    let label = first.iter().find(|cell| cell.is_numbered()).map_or(usize::MAX, |cell| cell.column);
    let mut own = Vec::new();
    for lower in first {
        let upper = reaching(above, &lower).filter(|&place| {
            let upper = at(above, place);
            // A cell over several rows is drawn again on the next page, without its text.
            let is_tall =
                upper.is_some_and(|upper| upper.rowspan > 1 && !upper.is_blank()) || lower.rowspan > 1;
            cut.is_some() || (lower.is_blank() && is_tall && lower.column < label)
        });
        match upper.and_then(|(row, index)| above.rows.get_mut(row)?.get_mut(index)) {
            Some(upper) => {
                upper.rowspan += lower.rowspan - usize::from(cut == Some(Cut::Row));
                upper.lines.extend(lower.lines);
            }
            None => own.push(lower),
        }
    }
    if cut != Some(Cut::Row) {
        above.rows.push(own);
    }
    above.rows.extend(rest);
}

fn at(table: &Table, (row, index): (usize, usize)) -> Option<&Cell> {
    table.rows.get(row)?.get(index)
}

/// How a page break goes through cells, and not between rows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cut {
    /// The first row of the page is the rest of the last row of the page before.
    Row,
    /// Cells of the last row go on in the first row of the page, beside cells of its own.
    Cells,
}

/// Whether a page break goes through the cells between the last row of a page and the first row of the next: what such
/// a cell holds stands on one of the pages, or is a text of full lines that goes on.
fn cut(above: &Table, first: &[Cell]) -> Option<Cut> {
    let pairs = first.iter().filter_map(|lower| Some((at(above, reaching(above, lower)?)?, lower)));
    let pairs: Vec<(&Cell, &Cell)> = pairs.collect();
    let own = || pairs.iter().filter(|(upper, lower)| (upper.rowspan, lower.rowspan) == (1, 1));
    let has_words = |cell: &Cell| cell.text().contains(char::is_alphabetic);
    let is_label = |cell: &Cell| cell.is_blank() || has_words(cell);
    // A row without a label, below one that has one, is the rest of that.
    let lacks_label = own().next().is_some_and(|(upper, lower)| has_words(upper) && lower.is_blank());
    let is_one = |(upper, lower): &(&Cell, &Cell)| {
        let is_parted = lacks_label && has_words(upper) && has_words(lower);
        upper.is_blank() || lower.is_blank() || is_parted || upper.goes_on_in(lower)
    };
    let cut = if pairs.len() == first.len() { Cut::Row } else { Cut::Cells };
    // Beside cells of its own, only a header goes on: figures there are a row of their own.
    let is_header = own().all(|(upper, lower)| is_label(upper) && is_label(lower));
    let starts_anew = pairs.iter().any(|(upper, lower)| !upper.is_blank() && lower.is_numbered());
    let is_whole = !starts_anew && own().all(is_one) && (cut == Cut::Row || is_header);
    let is_parted = own().any(|(upper, lower)| upper.is_blank() != lower.is_blank());
    let are_words = |(upper, lower): &&(&Cell, &Cell)| has_words(upper) && has_words(lower);
    let are_blank = |(upper, lower): &(&Cell, &Cell)| upper.is_blank() && lower.is_blank();
    let is_wrapped =
        own().any(|pair| are_words(&pair)) && own().all(|pair| are_words(&pair) || are_blank(pair));
    (is_whole && (is_parted || is_wrapped)).then_some(cut)
}

/// The cell that reaches the last row above a cell of the next page, as wide as that.
fn reaching(table: &Table, lower: &Cell) -> Option<(usize, usize)> {
    let height = table.rows.len();
    let (row, index) = table.rows.iter().enumerate().rev().find_map(|(row, cells)| {
        let index =
            cells.iter().position(|cell| (cell.column, cell.colspan) == (lower.column, lower.colspan))?;
        Some((row, index))
    })?;
    at(table, (row, index)).filter(|cell| row + cell.rowspan == height).map(|_| (row, index))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: &[(usize, usize, usize, &str)]) -> Vec<Cell> {
        let cell = |&(column, colspan, rowspan, text): &(usize, usize, usize, &str)| {
            let area = Area { left: 0, top: 0, right: 50 * UNIT, bottom: 20 * UNIT };
            let line = Line { text: text.to_owned(), spots: Vec::new(), area, size: 10 * UNIT };
            let lines = if text.is_empty() { Vec::new() } else { vec![line] };
            Cell { page: 1, area, lines, column, colspan, rowspan, is_ruled: true }
        };
        cells.iter().map(cell).collect()
    }

    fn joined(above: Vec<Vec<Cell>>, below: Vec<Vec<Cell>>) -> Vec<Vec<(String, usize)>> {
        let columns = vec![0, 1000, 2000, 3000];
        let mut above = Table { rows: above, columns: columns.clone() };
        join(&mut above, Table { rows: below, columns });
        let shown = |row: &Vec<Cell>| row.iter().map(|cell| (cell.text(), cell.rowspan)).collect();
        above.rows.iter().map(shown).collect()
    }

    #[test]
    fn a_row_of_blanks_below_a_header_is_a_row_of_its_own() {
        let header = || {
            vec![row(&[(0, 1, 2, "类别"), (1, 1, 2, "甲类"), (2, 1, 1, "乙类")]), row(&[(2, 1, 1, "企业")])]
        };
        let below = vec![row(&[(0, 1, 1, "一、收到数量"), (1, 1, 1, ""), (2, 1, 1, "")])];
        let rows = joined(header(), below);
        let expected = [("一、收到数量".to_owned(), 1), (String::new(), 1), (String::new(), 1)];
        assert_eq!(rows.last().unwrap(), &expected);
        assert_eq!(rows[0][1], ("甲类".to_owned(), 2));
        // The header is repeated above it.
        let mut below = header();
        below.push(row(&[(0, 1, 1, "一、收到数量"), (1, 1, 1, ""), (2, 1, 1, "")]));
        assert_eq!(joined(header(), below), rows);
    }

    #[test]
    fn a_row_that_a_page_break_goes_through_is_one() {
        let above = vec![row(&[(0, 1, 1, "（一）分店"), (1, 1, 1, ""), (2, 1, 1, "")])];
        let below = vec![row(&[(0, 1, 1, "数目"), (1, 1, 1, "3"), (2, 1, 1, "4")])];
        let expected = [("（一）分店数目".to_owned(), 1), ("3".to_owned(), 1), ("4".to_owned(), 1)];
        assert_eq!(joined(above, below), [expected]);
    }
}
