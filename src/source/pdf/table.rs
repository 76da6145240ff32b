//! Tables, and how a page break parts them.

use super::lines::Line;
use super::page::{Area, UNIT};

/// A table.
#[derive(Debug)]
pub struct Table {
    /// The rows; a row has the cells that start in it.
    pub rows: Vec<Vec<Cell>>,
    pub edges: Edges,
}

/// Where the columns of a table are.
#[derive(Clone, Debug)]
pub enum Edges {
    /// At the lines between them.
    Ruled(Vec<i32>),
    /// Where their texts are: left and right.
    Free(Vec<(i32, i32)>),
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

/// Whether two tables, of which one ends a page and the other starts the next, are as wide and stand under each other.
fn is_same_width(above: &[i32], below: &[i32]) -> bool {
    let is_near = |a: Option<&i32>, b: Option<&i32>| a.zip(b).is_some_and(|(a, b)| (a - b).abs() <= 3 * UNIT);
    is_near(above.first(), below.first()) && is_near(above.last(), below.last())
}

impl Table {
    /// Adds a table that starts the next page, if it is the rest of this one; else gives it back.
    pub fn take(&mut self, mut below: Table) -> Option<Table> {
        match (self.edges.clone(), below.edges.clone()) {
            (Edges::Ruled(own), Edges::Ruled(other)) if is_same_width(&own, &other) => {
                join(self, below, &own, &other);
                None
            }
            (Edges::Free(own), Edges::Free(other)) => {
                let (places, is_above) = match (onto(&own, &other), onto(&other, &own)) {
                    (Some(places), _) => (places, false),
                    (None, Some(places)) => (places, true),
                    (None, None) => return Some(below),
                };
                if is_above {
                    spread(&mut self.rows, &places, other.len());
                    self.edges = below.edges.clone();
                } else {
                    spread(&mut below.rows, &places, own.len());
                }
                let repeated = repeated(&self.rows, &below.rows);
                self.rows.extend(below.rows.into_iter().skip(repeated));
                None
            }
            _ => Some(below),
        }
    }
}

/// The columns of a table, first and last, at which each of another stands: none twice, and all from the same margin.
fn onto(rich: &[(i32, i32)], poor: &[(i32, i32)]) -> Option<Vec<(usize, usize)>> {
    let place = |own: &(i32, i32)| {
        let mut met = rich.iter().enumerate().filter(|(_, other)| own.0 < other.1 && other.0 < own.1);
        let (first, _) = met.next()?;
        Some((first, met.next_back().map_or(first, |(last, _)| last)))
    };
    let places: Vec<(usize, usize)> = poor.iter().map(place).collect::<Option<_>>()?;
    let is_near = |a: &(i32, i32), b: &(i32, i32)| (a.0 - b.0).abs() <= 3 * UNIT;
    let is_aligned = rich.first().zip(poor.first()).is_some_and(|(a, b)| is_near(a, b));
    // Only labels may be over several columns: they are parted into more where there is more to part.
    let is_one = places.iter().skip(1).all(|(first, last)| first == last);
    let is_in_order = places.windows(2).all(|pair| matches!(pair, [a, b] if a.1 < b.0));
    (is_aligned && is_one && is_in_order).then_some(places)
}

/// Puts the cells of rows into other columns, and blank ones between them.
fn spread(rows: &mut [Vec<Cell>], places: &[(usize, usize)], width: usize) {
    let mut covered = vec![0_usize; width];
    for row in rows {
        let mut wide: Vec<Cell> = Vec::new();
        let mut next = 0;
        let mut fill = |wide: &mut Vec<Cell>, next: &mut usize, end: usize, like: &Cell| {
            while *next < end {
                match covered.get_mut(*next).filter(|rows| **rows > 0) {
                    Some(rows) => *rows -= 1,
                    None => {
                        wide.push(Cell {
                            lines: Vec::new(),
                            column: *next,
                            colspan: 1,
                            rowspan: 1,
                            ..like.clone()
                        });
                    }
                }
                *next += 1;
            }
        };
        let mut reaching: Vec<(usize, usize, usize)> = Vec::new();
        let mut last = None;
        for cell in row.drain(..) {
            let start = places.get(cell.column).map_or(width, |(first, _)| *first);
            let end = places.get(cell.column + cell.colspan - 1).map_or(width, |(_, last)| last + 1);
            fill(&mut wide, &mut next, start, &cell);
            if end > start {
                reaching.push((start, end, cell.rowspan - 1));
                wide.push(Cell { column: start, colspan: end - start, ..cell.clone() });
                next = end;
            }
            last = Some(cell);
        }
        if let Some(last) = last {
            fill(&mut wide, &mut next, width, &last);
        }
        for (start, end, rows) in reaching {
            covered.iter_mut().take(end).skip(start).for_each(|slot| *slot = rows);
        }
        *row = wide;
    }
}

/// The number of rows at the start of a page that repeat those at the start of a table.
fn repeated(above: &[Vec<Cell>], below: &[Vec<Cell>]) -> usize {
    let is_same = |(a, b): (&Vec<Cell>, &Vec<Cell>)| {
        a.len() == b.len()
            && a.iter().zip(b).all(|(a, b)| a.is_like(b))
            && a.iter().any(|cell| !cell.is_blank())
    };
    above.iter().zip(below).take_while(|pair| is_same(*pair)).count()
}

/// Gives two tables the same columns: a part of a table may lack lines that its other part has.
fn align(above: &mut Table, below: &mut Table, own: &[i32], other: &[i32]) {
    let mut all: Vec<i32> = own.iter().chain(other).copied().collect();
    all.sort_unstable();
    all.dedup_by(|next, kept| *next - *kept <= 3 * UNIT);
    for (table, edges) in [(above, own), (below, other)] {
        let place = |index: usize| {
            let edge = edges.get(index).copied().unwrap_or(i32::MAX);
            all.partition_point(|&line| line <= edge).saturating_sub(1)
        };
        for cell in table.rows.iter_mut().flatten() {
            let (first, last) = (place(cell.column), place(cell.column + cell.colspan));
            (cell.column, cell.colspan) = (first, (last - first).max(1));
        }
        table.edges = Edges::Ruled(all.clone());
    }
}

/// Adds the rest of a table that a page break parts.
fn join(above: &mut Table, mut below: Table, own: &[i32], other: &[i32]) {
    align(above, &mut below, own, other);
    let repeated = repeated(&above.rows, &below.rows);
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
        let edges = Edges::Ruled(vec![0, 1000, 2000, 3000]);
        let mut above = Table { rows: above, edges: edges.clone() };
        assert!(above.take(Table { rows: below, edges }).is_none());
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

    #[test]
    fn a_table_goes_on_under_the_same_columns() {
        let rich = [(0, 1000), (1200, 1900), (2500, 3000), (3500, 4000)];
        // The first column may be over more; no other may, and all start at one margin.
        assert_eq!(onto(&rich, &[(0, 1950), (2600, 2900), (3600, 3900)]), Some(vec![(0, 1), (2, 2), (3, 3)]));
        assert_eq!(onto(&rich, &[(0, 900), (2600, 3900)]), None);
        assert_eq!(onto(&rich, &[(300, 900), (2600, 2900)]), None);
        assert_eq!(onto(&rich, &[(0, 900), (4100, 4200)]), None);
        let cells = row(&[(0, 1, 1, "Parish 2"), (1, 1, 1, "7")]);
        let mut rows = [cells];
        spread(&mut rows, &[(0, 1), (3, 3)], 4);
        let shown: Vec<_> = rows[0].iter().map(|cell| (cell.column, cell.colspan, cell.text())).collect();
        let expected = [(0, 2, "Parish2"), (2, 1, ""), (3, 1, "7")];
        assert_eq!(shown, expected.map(|(column, colspan, text)| (column, colspan, text.to_owned())));
    }
}
