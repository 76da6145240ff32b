//! Pages to one run of paragraphs and tables: headers and footers of pages are left out, and what a page break parts is
//! joined.

use std::collections::BTreeMap;

use super::grid::{Grid, grids};
use super::lines::{Column, Line, goes_on, lines, usual_gap};
use super::page::{Area, Drawing, Glyph};
use super::table::{Cell, Edges, Table};
use super::{ruled, unruled, zones};

/// A line and the number of its page.
pub type Placed = (u32, Line);

/// A part of the report.
#[derive(Debug)]
pub enum Item {
    Paragraph(Vec<Placed>),
    Table(Table),
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
            zones.push(Zone { area, free: found.free, tables });
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
    Table { rows, edges: Edges::Ruled(grid.columns) }
}

fn of_columns(page: u32, found: unruled::Table) -> Table {
    let unruled::Table { area, columns, rows } = found;
    let row = |cells: Vec<unruled::Cell>| {
        let cell = |cell: unruled::Cell| {
            let unruled::Cell { column, colspan, rowspan, lines } = cell;
            // A blank cell has the place of its table.
            let area = lines.iter().map(|line| line.area).reduce(Area::join).unwrap_or(area);
            Cell { page, area, lines, column, colspan, rowspan, is_ruled: false }
        };
        cells.into_iter().map(cell).collect()
    };
    Table { rows: rows.into_iter().map(row).collect(), edges: Edges::Free(columns) }
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
            Part::Table(table) => {
                let above = match items.last_mut() {
                    Some(Item::Table(above)) if is_first => Some(above),
                    _ => None,
                };
                let rest = match above {
                    Some(above) => above.take(table),
                    None => Some(table),
                };
                items.extend(rest.map(Item::Table));
            }
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
