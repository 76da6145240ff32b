//! Tables without ruling lines: texts that stand under each other, below a header that names each column. Only what cannot
//! be anything else is taken for one; the rest stays lines of text.

use super::lines::{Line, line, rows};
use super::page::{Area, Glyph};

/// Columns at least.
const MIN_COLUMNS: usize = 3;
/// Rows below the header at least.
const MIN_ROWS: usize = 3;
/// Columns of figures at least.
const MIN_FIGURES: usize = 2;

/// A table.
#[derive(Debug)]
pub struct Table {
    pub area: Area,
    /// The left edges of its columns, and the right edge of the last.
    pub columns: Vec<i32>,
    /// Its rows, with a place for each column.
    pub rows: Vec<Vec<Option<Line>>>,
}

/// A line of a page, parted where there is much space.
struct Row {
    glyphs: Vec<Glyph>,
    parts: Vec<Line>,
    area: Area,
    size: i32,
}

impl Row {
    fn new(mut glyphs: Vec<Glyph>) -> Option<Self> {
        glyphs.sort_by_key(|glyph| glyph.area.left);
        let shown: Vec<Glyph> =
            glyphs.iter().filter(|glyph| !glyph.character.is_whitespace()).copied().collect();
        let is_near = |a: &Glyph, b: &Glyph| b.area.left - a.area.right <= a.size().max(b.size());
        let bounds: Vec<(i32, i32)> = shown
            .chunk_by(is_near)
            .filter_map(|part| Some((part.first()?.area.left, part.last()?.area.right)))
            .collect();
        let within = |(left, right): (i32, i32)| {
            let own = glyphs.iter().filter(|glyph| (left..=right).contains(&glyph.area.center().0));
            line(own.copied().collect())
        };
        let parts: Vec<Line> = bounds.into_iter().filter_map(within).collect();
        let area = parts.iter().map(|part| part.area).reduce(Area::join)?;
        let size = parts.iter().map(|part| part.size).max()?;
        Some(Self { glyphs, parts, area, size })
    }

    /// Whether each part names something.
    fn is_header(&self) -> bool {
        self.parts.len() >= MIN_COLUMNS
            && self.parts.iter().all(|part| part.text.contains(char::is_alphabetic))
    }
}

/// Takes the tables out of the characters of a page of a height, and leaves the others.
pub fn take(glyphs: Vec<Glyph>, height: i32) -> (Vec<Table>, Vec<Glyph>) {
    let rows: Vec<Row> = rows(glyphs).into_iter().filter_map(Row::new).collect();
    let (mut tables, mut free) = (Vec::new(), Vec::new());
    let mut rest = rows.as_slice();
    let mut above = None;
    while let Some((first, below)) = rest.split_first() {
        match table(above, rest, height) {
            Some((table, end)) => {
                tables.push(table);
                above = rest.get(end - 1);
                rest = rest.get(end..).unwrap_or_default();
            }
            None => {
                free.extend_from_slice(&first.glyphs);
                (above, rest) = (Some(first), below);
            }
        }
    }
    (tables, free)
}

/// The table that starts with the first of some rows, and the number of its rows.
fn table(above: Option<&Row>, rows: &[Row], height: i32) -> Option<(Table, usize)> {
    let (header, below) = rows.split_first()?;
    if !header.is_header() {
        return None;
    }
    let mut columns: Vec<(i32, i32)> =
        header.parts.iter().map(|part| (part.area.left, part.area.right)).collect();
    let mut last = header;
    let mut pitch = 0;
    for row in below {
        let distance = row.area.top - last.area.top;
        if distance > 4 * row.size || !widen(&mut columns, row) {
            break;
        }
        pitch = pitch.max(distance);
        last = row;
    }
    let body: Vec<&Row> = below.iter().take_while(|row| row.area.top <= last.area.top).collect();
    let end = body.len() + 1;
    let next = rows.get(end);
    // A line of names above the header or a text that goes on below: not all of it would be understood.
    let is_headed =
        above.is_some_and(|above| above.parts.len() > 1 && header.area.top - above.area.top <= 2 * pitch);
    let stub = columns.get(1)?.0;
    let goes_on = next.is_some_and(|next| {
        let distance = next.area.top - last.area.top;
        let is_row = next.parts.len() > 1 && distance <= 2 * pitch;
        is_row || next.area.right < stub && distance <= pitch * 5 / 4
    });
    let is_cut = last.area.bottom > height - height / 8;
    if body.len() < MIN_ROWS || is_headed || goes_on || is_cut {
        return None;
    }
    let rows: Vec<Vec<Option<Line>>> =
        std::iter::once(header).chain(body).map(|row| in_columns(row, &columns)).collect();
    let figures = (1..columns.len()).filter(|&column| is_of_figures(&rows, column)).count();
    if figures < MIN_FIGURES {
        return None;
    }
    let area = rows.iter().flatten().flatten().map(|part| part.area).reduce(Area::join)?;
    let columns = columns.iter().map(|&(left, _)| left).chain([area.right]).collect();
    Some((Table { area, columns, rows }, end))
}

/// Widens columns to hold the parts of a row: whether there is a label and a figure, and each part stands under one
/// column and away from the others.
fn widen(columns: &mut Vec<(i32, i32)>, row: &Row) -> bool {
    let mut wider = columns.clone();
    let mut taken = Vec::new();
    for part in &row.parts {
        let (left, right) = (part.area.left, part.area.right);
        let mut under = columns.iter().enumerate().filter(|(_, column)| left < column.1 && column.0 < right);
        let (Some((index, &column)), None) = (under.next(), under.next()) else { return false };
        if taken.contains(&index) {
            return false;
        }
        taken.push(index);
        if let Some(slot) = wider.get_mut(index) {
            *slot = (column.0.min(left), column.1.max(right));
        }
    }
    let is_apart = wider.windows(2).all(|pair| matches!(pair, [a, b] if b.0 - a.1 >= row.size / 2));
    let has_label = row.parts.first().is_some_and(|part| part.text.contains(char::is_alphabetic));
    if taken.len() < 2 || !taken.contains(&0) || !is_apart || !has_label {
        return false;
    }
    *columns = wider;
    true
}

fn in_columns(row: &Row, columns: &[(i32, i32)]) -> Vec<Option<Line>> {
    let under = |&(left, right): &(i32, i32)| {
        row.parts.iter().find(|part| part.area.left < right && left < part.area.right).cloned()
    };
    columns.iter().map(under).collect()
}

/// Whether the cells of a column below its header are figures, or stand for none.
fn is_of_figures(rows: &[Vec<Option<Line>>], column: usize) -> bool {
    let is_figure = |line: &Line| {
        line.text.chars().all(|c| c.is_numeric() || c.is_whitespace() || ",.%+-－—/，．％".contains(c))
    };
    let cells = || rows.iter().skip(1).filter_map(|row| row.get(column)?.as_ref());
    cells().all(is_figure) && cells().any(|line| line.text.contains(char::is_numeric))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::pdf::page::UNIT;

    /// The characters of lines, each of texts that start so many points from the left.
    fn glyphs(lines: &[&[(i32, &str)]]) -> Vec<Glyph> {
        let mut glyphs = Vec::new();
        for (top, line) in (5..).zip(lines) {
            for &(left, text) in *line {
                for (at, character) in (0..).zip(text.chars()) {
                    let (left, top) = ((left + at * 10) * UNIT, top * 15 * UNIT);
                    let area = Area { left, top, right: left + 10 * UNIT, bottom: top + 10 * UNIT };
                    glyphs.push(Glyph { character, area, base: area.bottom });
                }
            }
        }
        glyphs
    }

    fn shown(lines: &[&[(i32, &str)]]) -> Vec<String> {
        let (tables, free) = take(glyphs(lines), 800 * UNIT);
        let text = |part: &Option<Line>| part.as_ref().map_or(String::new(), |line| line.text.clone());
        let row = |row: &Vec<Option<Line>>| row.iter().map(text).collect::<Vec<_>>().join("|");
        let rows = tables.iter().flat_map(|table| table.rows.iter().map(row));
        let free: String = free.iter().map(|glyph| glyph.character).collect();
        rows.chain([free]).collect()
    }

    const HEADER: &[(i32, &str)] = &[(0, "项目"), (80, "上年数"), (160, "本年数")];
    const TITLE: &[(i32, &str)] = &[(60, "各类数量")];

    #[test]
    fn figures_under_names_are_a_table() {
        let rows: &[&[(i32, &str)]] = &[
            TITLE,
            HEADER,
            &[(0, "图书"), (90, "12"), (170, "3")],
            &[(0, "期刊和报纸"), (80, "1,345"), (170, "40")],
            &[(0, "地图"), (170, "5")],
        ];
        let expected = ["项目|上年数|本年数", "图书|12|3", "期刊和报纸|1,345|40", "地图||5", "各类数量"];
        assert_eq!(shown(rows), expected);
    }

    #[test]
    fn what_may_be_something_else_stays_text() {
        let body: [&[(i32, &str)]; 3] = [
            &[(0, "甲"), (90, "1"), (170, "3")],
            &[(0, "乙"), (90, "2"), (170, "4")],
            &[(0, "丙"), (90, "2"), (170, "4")],
        ];
        let is_text = |lines: &[&[(i32, &str)]]| assert_eq!(shown(lines).len(), 1, "{lines:?}");
        let with = |row: &'static [(i32, &'static str)]| [&[HEADER], &body[..], &[row]].concat();
        assert_eq!(shown(&with(&[(0, "合计"), (90, "5"), (170, "11")])).len(), 6);
        // Too few rows, no header, no figures.
        is_text(&[HEADER, body[0], body[1]]);
        is_text(&[body[0], body[1], body[2], body[0]]);
        is_text(&[HEADER, HEADER, HEADER, HEADER, HEADER]);
        // A label that goes on below, a figure under no name or under two.
        is_text(&with(&[(0, "其他")]));
        is_text(&with(&[(0, "丁"), (90, "1"), (240, "2")]));
        is_text(&with(&[(0, "丁"), (70, "123456789"), (170, "2")]));
        // A header above the header.
        is_text(&[&[&[(0, "项目"), (90, "合计数量")][..], HEADER], &body[..]].concat());
        // Lines of text with much space in them.
        is_text(&[
            &[(0, "全年"), (80, "借出"), (160, "图书")],
            &[(0, "共"), (60, "三条"), (150, "其中")],
            &[(0, "中心"), (90, "一条"), (160, "其他")],
            &[(0, "两条")],
        ]);
    }
}
