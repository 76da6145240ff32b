//! Worksheets as content: runs of rows that hold several cells are tables, rows that hold one are running text.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::content::{CELL_BREAK_TEXT, ContentBuilder, Geometry, Mark, RemarkKind};
use super::place::Place;
use super::refusal::Refusal;

/// Cells of a file at most, those that are blank but within a table included.
pub const MAX_CELLS: usize = 1_000_000;
/// A single cell below a table with more characters than this is running text, not the label of a blank row.
const LONGEST_LABEL: usize = 40;

/// Cells merged into one; all bounds are within.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Merge {
    /// First row, from zero.
    pub top: u32,
    /// First column, from zero.
    pub left: u32,
    /// Last row.
    pub bottom: u32,
    /// Last column.
    pub right: u32,
}

/// A worksheet as it is shown.
#[derive(Debug)]
pub struct Sheet {
    /// Its name.
    pub name: Arc<str>,
    /// Whether its tab is shown.
    pub is_shown: bool,
    /// By row and column, from zero, the texts of its cells, of which many may be one; none is blank.
    pub cells: BTreeMap<(u32, u32), Arc<str>>,
    /// Blank cells that a border draws: a row of them belongs to its table.
    drawn: BTreeSet<(u32, u32)>,
    /// Its merged cells.
    pub merges: Vec<Merge>,
    /// Rows that are not shown.
    pub hidden_rows: BTreeSet<u32>,
    /// Columns that are not shown, first and last.
    pub hidden_columns: Vec<(u32, u32)>,
    /// Cells with formulas that no program has computed.
    pub uncomputed: Vec<(u32, u32)>,
    /// What its formulas say of its figures.
    pub remarks: Vec<SheetRemark>,
}

impl Sheet {
    /// An empty sheet.
    pub fn new(name: &str) -> Self {
        Self {
            name: Arc::from(name),
            is_shown: true,
            cells: BTreeMap::new(),
            drawn: BTreeSet::new(),
            merges: Vec::new(),
            hidden_rows: BTreeSet::new(),
            hidden_columns: Vec::new(),
            uncomputed: Vec::new(),
            remarks: Vec::new(),
        }
    }

    /// Puts a text into a cell, if it has any.
    ///
    /// # Errors
    /// The sheet has more cells than are read.
    pub fn put(&mut self, row: u32, column: u32, text: impl Into<Arc<str>>) -> Result<(), Refusal> {
        if self.cells.len() >= MAX_CELLS {
            return Err(Refusal::TooMuch { limit: MAX_CELLS, what: "cells" });
        }
        let text = text.into();
        if !text.trim().is_empty() {
            self.cells.insert((row, column), text);
        }
        Ok(())
    }

    /// Notes a blank cell that has a border.
    pub fn draw(&mut self, row: u32, column: u32) {
        if self.drawn.len() < MAX_CELLS / 4 {
            self.drawn.insert((row, column));
        }
    }

    fn place(&self, row: u32, column: u32) -> Place {
        Place::Sheet { sheet: Arc::clone(&self.name), row, column }
    }
}

/// Something to be said of a cell.
#[derive(Debug)]
pub struct SheetRemark {
    /// Row and column, from zero.
    pub cell: (u32, u32),
    /// What is said, in a sentence without a full stop.
    pub message: String,
    /// What it is about.
    pub kind: RemarkKind,
}

/// Writes sheets as content.
///
/// # Errors
/// They have more cells than are read.
pub fn write(sheets: &[Sheet], builder: &mut ContentBuilder) -> Result<(), Refusal> {
    let mut written = 0;
    for sheet in sheets {
        if !sheet.is_shown {
            if !sheet.cells.is_empty() {
                builder.spot(sheet.place(0, 0));
                builder
                    .remark(format!("sheet {} is hidden and was not read", sheet.name), RemarkKind::Hidden);
                builder.push("\n");
            }
            continue;
        }
        remarks(sheet, builder);
        let layout = Layout::new(sheet)?;
        for rows in layout.runs() {
            layout.write(&rows, builder, &mut written)?;
        }
    }
    Ok(())
}

fn remarks(sheet: &Sheet, builder: &mut ContentBuilder) {
    let hidden = |row: u32, column: u32| {
        let is_hidden_column =
            sheet.hidden_columns.iter().any(|&(first, last)| (first..=last).contains(&column));
        is_hidden_column || sheet.hidden_rows.contains(&row)
    };
    let mut hidden = sheet.cells.keys().filter(|&&(row, column)| hidden(row, column));
    if let Some(&(row, column)) = hidden.next() {
        let count = hidden.count() + 1;
        builder.spot(sheet.place(row, column));
        let message = match count {
            1 => format!("a cell of sheet {} is in a hidden row or column; it was read", sheet.name),
            _ => {
                format!("{count} cells of sheet {} are in hidden rows or columns; they were read", sheet.name)
            }
        };
        builder.remark(message, RemarkKind::Hidden);
        builder.push("\n");
    }
    if let Some(&(row, column)) = sheet.uncomputed.first() {
        builder.spot(sheet.place(row, column));
        let what = match sheet.uncomputed.len() {
            1 => format!("a formula of sheet {} has no value", sheet.name),
            count => format!("{count} formulas of sheet {} have no values", sheet.name),
        };
        let message = format!("{what}; open and save the file in a spreadsheet program");
        builder.remark(message, RemarkKind::Gap);
        builder.push("\n");
    }
    for remark in &sheet.remarks {
        let (row, column) = remark.cell;
        builder.spot(sheet.place(row, column));
        builder.remark(remark.message.clone(), remark.kind);
        builder.push("\n");
    }
}

/// A sheet, and by row the merges that cover a part of it.
struct Layout<'s> {
    sheet: &'s Sheet,
    covers: BTreeMap<u32, Vec<Merge>>,
}

impl<'s> Layout<'s> {
    fn new(sheet: &'s Sheet) -> Result<Self, Refusal> {
        let last = sheet.cells.keys().next_back().map_or(0, |&(row, _)| row);
        let mut covers: BTreeMap<u32, Vec<Merge>> = BTreeMap::new();
        let mut count = 0_usize;
        // A merge without a text is so many blank cells.
        for merge in sheet.merges.iter().filter(|merge| sheet.cells.contains_key(&(merge.top, merge.left))) {
            let bottom = merge.bottom.min(last);
            count = count.saturating_add(bottom.saturating_sub(merge.top) as usize + 1);
            if count > MAX_CELLS {
                return Err(Refusal::TooMuch { limit: MAX_CELLS, what: "rows of merged cells" });
            }
            for row in merge.top..=bottom {
                covers.entry(row).or_default().push(*merge);
            }
        }
        Ok(Self { sheet, covers })
    }

    /// Runs of rows without a blank row between them.
    fn runs(&self) -> Vec<Vec<u32>> {
        let mut rows: BTreeSet<u32> = self.sheet.cells.keys().map(|&(row, _)| row).collect();
        rows.extend(self.covers.keys());
        rows.extend(self.sheet.drawn.iter().map(|&(row, _)| row));
        let rows: Vec<u32> = rows.into_iter().collect();
        let runs = rows.chunk_by(|&a, &b| a.saturating_add(1) == b).filter_map(|run| {
            // Of the blank rows that are drawn, the first below a table may be its figures; the others are paper.
            let first = run.iter().position(|&row| !self.is_blank(row))?;
            let last = run.iter().rposition(|&row| !self.is_blank(row))?;
            run.get(first..=last + 1).or_else(|| run.get(first..)).map(<[u32]>::to_vec)
        });
        runs.collect()
    }

    fn is_blank(&self, row: u32) -> bool {
        self.cells(row).next().is_none() && self.merges(row).is_empty()
    }

    /// The texts of the cells that start in a row.
    fn cells(&self, row: u32) -> impl Iterator<Item = (u32, &'s str)> {
        self.sheet.cells.range((row, 0)..=(row, u32::MAX)).map(|(&(_, column), text)| (column, &**text))
    }

    fn merges(&self, row: u32) -> &[Merge] {
        self.covers.get(&row).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether a row holds one cell and no other reaches into it.
    fn is_single(&self, row: u32) -> bool {
        let merges = self.merges(row);
        let reaching = merges.iter().filter(|merge| merge.top < row).count();
        let is_own = |column: u32| !merges.iter().any(|merge| (merge.left..=merge.right).contains(&column));
        let drawn = self.sheet.drawn.range((row, 0)..=(row, u32::MAX));
        let blank = drawn.filter(|&&(_, column)| is_own(column)).take(2).count();
        self.cells(row).take(2).count() + reaching + blank <= 1
    }

    /// Whether a row is running text below or between tables.
    fn is_note(&self, row: u32) -> bool {
        let is_long =
            |text: &str| text.chars().nth(LONGEST_LABEL).is_some() || text.trim_end().ends_with('。');
        self.is_single(row) && self.cells(row).any(|(_, text)| is_long(text))
    }

    fn write(&self, rows: &[u32], builder: &mut ContentBuilder, written: &mut usize) -> Result<(), Refusal> {
        let first = rows.iter().position(|&row| !self.is_single(row)).unwrap_or(rows.len());
        let (above, rest) = rows.split_at_checked(first).unwrap_or((rows, &[]));
        above.iter().for_each(|&row| self.write_text(row, builder));
        for part in rest.chunk_by(|&a, &b| self.is_note(a) == self.is_note(b)) {
            if part.first().is_some_and(|&row| self.is_note(row)) {
                part.iter().for_each(|&row| self.write_text(row, builder));
            } else {
                self.write_table(part, builder, written)?;
            }
        }
        Ok(())
    }

    fn write_text(&self, row: u32, builder: &mut ContentBuilder) {
        for (column, text) in self.cells(row) {
            builder.spot(self.sheet.place(row, column));
            for line in text.lines() {
                let start = builder.position();
                builder.push(line);
                let span = builder.piece(start);
                if !span.is_empty() {
                    builder.marks.push(Mark::Text { span, heading: None });
                }
            }
        }
    }

    fn write_table(
        &self,
        rows: &[u32],
        builder: &mut ContentBuilder,
        written: &mut usize,
    ) -> Result<(), Refusal> {
        // A title may be merged over all columns of the sheet: where no cell starts the table has ended.
        let columns = || rows.iter().flat_map(|&row| self.cells(row).map(|(column, _)| column));
        let merged = rows.iter().flat_map(|&row| self.merges(row)).map(|merge| merge.left);
        let (left, right) = (columns().chain(merged).min(), columns().max());
        let (Some(left), Some(right), Some(&bottom)) = (left, right, rows.last()) else { return Ok(()) };
        let width = (right - left) as usize + 1;
        *written = written.saturating_add(width.saturating_mul(rows.len()));
        if *written > MAX_CELLS {
            return Err(Refusal::TooMuch { limit: MAX_CELLS, what: "cells" });
        }
        builder.marks.push(Mark::TableStart(Geometry::Spanned));
        for &row in rows {
            builder.within()?;
            builder.marks.push(Mark::RowStart);
            let mut column = left;
            while column <= right {
                let merge =
                    self.merges(row).iter().find(|merge| (merge.left..=merge.right).contains(&column));
                let (span, is_here) = match merge {
                    Some(merge) => (*merge, (merge.top, merge.left) == (row, column)),
                    None => (Merge { top: row, left: column, bottom: row, right: column }, true),
                };
                if is_here {
                    let (bottom, right) = (span.bottom.min(bottom), span.right.min(right));
                    self.write_cell(Merge { bottom, right, ..span }, builder);
                }
                column = span.right.max(column).saturating_add(1);
            }
        }
        builder.marks.push(Mark::TableEnd);
        Ok(())
    }

    fn write_cell(&self, span: Merge, builder: &mut ContentBuilder) {
        let count = |first: u32, last: u32| {
            u16::try_from(last.saturating_sub(first).saturating_add(1)).unwrap_or(u16::MAX)
        };
        builder.spot(self.sheet.place(span.top, span.left));
        let start = builder.position();
        let text = self.sheet.cells.get(&(span.top, span.left)).map(|text| &**text).unwrap_or_default();
        for (index, line) in text.lines().map(str::trim).filter(|line| !line.is_empty()).enumerate() {
            if index > 0 {
                builder.push(CELL_BREAK_TEXT);
            }
            builder.push(line);
        }
        let place = builder.piece(start);
        let (colspan, rowspan) = (count(span.left, span.right), count(span.top, span.bottom));
        builder.marks.push(Mark::Cell { span: place, colspan, rowspan });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sketch(cells: &[(u32, u32, &str)], merges: &[Merge]) -> String {
        let mut sheet = Sheet::new("S");
        for &(row, column, text) in cells {
            sheet.put(row, column, text.to_owned()).unwrap();
        }
        sheet.merges.extend(merges);
        let mut builder = ContentBuilder::default();
        write(&[sheet], &mut builder).unwrap();
        let content = builder.finish();
        let mut out = String::new();
        for mark in &content.marks {
            match mark {
                Mark::Text { span, .. } => out += &format!("¶{}", span.of(&content.text)),
                Mark::TableStart(_) => out.push('['),
                Mark::RowStart => out.push('/'),
                Mark::Cell { span, colspan: 1, rowspan: 1 } => out += &format!("{},", span.of(&content.text)),
                Mark::Cell { span, colspan, rowspan } => {
                    out += &format!("{}{colspan}x{rowspan},", span.of(&content.text))
                }
                Mark::TableEnd => out.push(']'),
                Mark::Picture(_) => {}
            }
        }
        out
    }

    #[test]
    fn titles_and_notes_are_text_and_blank_rows_part_tables() {
        let long = "这一行说明上面的表格里没有写明白的事情。";
        let cells = [
            (0, 0, "题"),
            (1, 0, "项目"),
            (1, 1, "数"),
            (2, 0, "甲"),
            (2, 1, "1"),
            (3, 0, "乙"),
            (4, 0, long),
            (6, 2, "丙"),
            (6, 3, "2"),
        ];
        assert_eq!(sketch(&cells, &[]), format!("¶题[/项目,数,/甲,1,/乙,,]¶{long}[/丙,2,]"));
    }

    #[test]
    fn merged_cells_span() {
        let merge = Merge { top: 0, left: 1, bottom: 1, right: 2 };
        let cells = [(0, 0, "甲"), (0, 1, "乙"), (1, 0, "1"), (2, 0, "2"), (2, 2, "3")];
        assert_eq!(sketch(&cells, &[merge]), "[/甲,乙2x2,/1,/2,,3,]");
        // As far as the table reaches.
        let title = Merge { top: 0, left: 1, bottom: 0, right: 16_383 };
        assert_eq!(sketch(&cells, &[title]), "[/甲,乙2x1,/1,,,/2,,3,]");
    }
}
