//! Pages to one run of paragraphs and tables: headers and footers of pages are left out, and what a page break parts is
//! joined.

use std::collections::BTreeMap;

use super::grid::{Grid, grids};
use super::lines::{Column, Line, goes_on, lines, usual_gap};
use super::page::{Area, Drawing, Glyph, UNIT};

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
}

impl Cell {
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
    free: Vec<Line>,
    tables: Vec<(Area, Table)>,
}

impl Page {
    /// Takes a page apart.
    pub fn new(number: u32, drawing: Drawing) -> Self {
        let grids = grids(&drawing);
        let height = drawing.height;
        let mut free = Vec::new();
        let mut held: Vec<BTreeMap<usize, Vec<Glyph>>> = vec![BTreeMap::new(); grids.len()];
        for glyph in drawing.glyphs {
            let center = glyph.area.center();
            // The smallest table that holds it comes first.
            let place = grids.iter().enumerate().find_map(|(index, grid)| {
                let within = grid.area.holds(center);
                within.then(|| grid.cells.iter().position(|cell| cell.area.holds(center)))?.map(|cell| (index, cell))
            });
            match place.and_then(|(index, cell)| Some((held.get_mut(index)?, cell))) {
                Some((held, cell)) => held.entry(cell).or_default().push(glyph),
                None => free.push(glyph),
            }
        }
        let tables = grids.into_iter().zip(held);
        let tables = tables.filter(|(_, held)| !held.is_empty());
        let tables = tables.map(|(grid, held)| (grid.area, table(number, grid, held))).collect();
        Self { number, height, free: lines(free), tables }
    }

    /// The first and last lines near the edges of the page: what may be its header or footer.
    fn margins(&self) -> impl Iterator<Item = &Line> {
        let edge = self.height / 12;
        self.free.iter().filter(move |line| line.area.bottom < edge || line.area.top > self.height - edge)
    }
}

fn table(page: u32, grid: Grid, mut held: BTreeMap<usize, Vec<Glyph>>) -> Table {
    let mut rows = vec![Vec::new(); grid.rows];
    for (index, cell) in grid.cells.into_iter().enumerate() {
        let lines = lines(held.remove(&index).unwrap_or_default());
        let super::grid::Cell { area, row, column, rowspan, colspan } = cell;
        if let Some(row) = rows.get_mut(row) {
            row.push(Cell { page, area, lines, column, colspan, rowspan });
        }
    }
    Table { rows, columns: grid.columns }
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
    let mut items = Vec::new();
    let mut last_column = None;
    for page in pages {
        let edge = page.height / 12;
        let is_margin = |line: &Line| line.area.bottom < edge || line.area.top > page.height - edge;
        let free: Vec<Line> = page.free.into_iter().filter(|line| !(is_margin(line) && is_repeated(line))).collect();
        let column = Column::of(free.iter());
        let gap = usual_gap(&free.iter().collect::<Vec<_>>());
        let mut parts: Vec<(i32, Part)> = free.into_iter().map(|line| (line.area.top, Part::Line(line))).collect();
        parts.extend(page.tables.into_iter().map(|(area, table)| (area.top, Part::Table(table))));
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
                        Some(lines) => lines.push((page.number, line)),
                        None => items.push(Item::Paragraph(vec![(page.number, line)])),
                    }
                }
                Part::Table(table) => match items.last_mut() {
                    Some(Item::Table(above)) if is_first && is_same_width(above, &table) => join(above, table),
                    _ => items.push(Item::Table(table)),
                },
            }
            is_first = false;
        }
        last_column = Some(column);
    }
    items
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
    last_column.is_some_and(|above| above.fills(last))
        && column.resumes(line)
        && (last.size - line.size).abs() * 8 <= last.size
}

fn is_same_width(above: &Table, below: &Table) -> bool {
    above.columns.len() == below.columns.len()
        && above.columns.iter().zip(&below.columns).all(|(a, b)| (a - b).abs() <= 3 * UNIT)
}

/// Adds the rest of a table that a page break parts.
fn join(above: &mut Table, below: Table) {
    let is_same = |(a, b): (&Vec<Cell>, &Vec<Cell>)| {
        a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.is_like(b)) && a.iter().any(|cell| !cell.lines.is_empty())
    };
    let repeated = above.rows.iter().zip(&below.rows).take_while(|pair| is_same(*pair)).count();
    let mut rest: Vec<Vec<Cell>> = below.rows.into_iter().skip(repeated).collect();
    let height = above.rows.len();
    let is_cut = above.rows.last().zip(rest.first()).is_some_and(|(last, first)| goes_on_in(last, first));
    if let Some(first) = rest.first_mut() {
        first.retain(|cell| {
            // A cell over several rows is drawn again on the next page, without its text.
            let goes_on = cell.lines.is_empty().then(|| reaching(above, height, cell)).flatten();
            if let Some((row, index)) = goes_on
                && let Some(upper) = above.rows.get_mut(row).and_then(|row| row.get_mut(index))
            {
                upper.rowspan += cell.rowspan - usize::from(is_cut);
                return false;
            }
            true
        });
    }
    let mut rest = rest.into_iter();
    if is_cut && let (Some(last), Some(first)) = (above.rows.last_mut(), rest.next()) {
        for cell in first {
            if let Some(upper) = last.iter_mut().find(|upper| upper.column == cell.column) {
                upper.lines.extend(cell.lines);
            }
        }
    }
    above.rows.extend(rest);
}

/// Whether `first`, the first row of a page, is the rest of `last`, the last row of the page before, which was cut: texts
/// of full lines go on in it, and nothing else is in it.
fn goes_on_in(last: &[Cell], first: &[Cell]) -> bool {
    let own = |cells: &[Cell]| cells.iter().filter(|cell| cell.rowspan == 1).cloned().collect::<Vec<_>>();
    let (last, first) = (own(last), own(first));
    let mut has_rest = false;
    for cell in &first {
        let Some(upper) = last.iter().find(|upper| (upper.column, upper.colspan) == (cell.column, cell.colspan)) else {
            return false;
        };
        if cell.lines.is_empty() {
            continue;
        }
        let fills = |line: &Line| line.area.width() + line.size * 2 >= cell.area.width();
        if !upper.lines.last().is_some_and(fills) {
            return false;
        }
        has_rest = true;
    }
    // A row with figures of its own is a row of its own; one of labels only, below a row that has figures, is not.
    let filled = |cells: &[Cell]| cells.iter().filter(|cell| !cell.lines.is_empty()).count();
    has_rest && first.len() > 2 && filled(&first) < filled(&last) && filled(&first) * 2 <= first.len()
}

/// The cell that reaches the last of `height` rows above a blank cell, where one of them spans several rows.
fn reaching(table: &Table, height: usize, blank: &Cell) -> Option<(usize, usize)> {
    table.rows.iter().enumerate().rev().find_map(|(row, cells)| {
        let index = cells.iter().position(|cell| (cell.column, cell.colspan) == (blank.column, blank.colspan))?;
        let cell = cells.get(index)?;
        let is_it = row + cell.rowspan == height && !cell.lines.is_empty() && (cell.rowspan > 1 || blank.rowspan > 1);
        Some(is_it.then_some((row, index)))
    })?
}
