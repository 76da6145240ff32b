//! Places: where a piece of text stands, in bytes or in cells and pages.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A half-open range of bytes in a text of less than 4 GiB.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The span from `start` up to, not including, `end`.
    pub fn new(start: usize, end: usize) -> Self {
        let narrow = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self { start: narrow(start), end: narrow(end.max(start)) }
    }

    /// The same range for slicing.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether nothing is covered.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Number of bytes covered.
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether `other` lies inside this span.
    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The smallest span that covers both.
    pub fn join(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The part of `text` that is covered; empty where the span does not fit the text.
    pub fn of(self, text: &str) -> &str {
        text.get(self.range()).unwrap_or_default()
    }

    /// The span without white space at either end of its text.
    pub fn trim(self, text: &str) -> Span {
        let inner = self.of(text);
        let behind = inner.trim_start();
        let start = self.start as usize + inner.len() - behind.len();
        Span::new(start, start + behind.trim_end().len())
    }

    /// The span moved to the right by `offset` bytes.
    pub fn shift(self, offset: u32) -> Span {
        Span { start: self.start.saturating_add(offset), end: self.end.saturating_add(offset) }
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self::new(range.start, range.end)
    }
}

/// Where a piece of text stands in its report file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Place {
    /// Bytes of the decoded source, for formats that have lines.
    Bytes(Span),
    /// A cell of a worksheet; row and column count from zero.
    Sheet {
        /// Name of the sheet as printed on its tab.
        sheet: Arc<str>,
        /// Row, from zero.
        row: u32,
        /// Column, from zero.
        column: u32,
    },
    /// A cell of a table in a document that has neither lines nor fixed pages; everything counts from one.
    Cell {
        /// Which table of the document.
        table: u32,
        /// Row of the table.
        row: u32,
        /// Column of the table's grid.
        column: u32,
    },
    /// A paragraph outside of tables, in such a document.
    Paragraph(
        /// Which one, from one.
        u32,
    ),
    /// A box on a page, in whole points from the top left corner.
    Page {
        /// Page number, from one.
        page: u32,
        /// Left, top, right and bottom edge.
        edges: [u32; 4],
    },
}

impl Place {
    /// The locator printed for formats without lines, such as `sheet1!C7`; `None` where lines say it.
    pub fn locator(&self) -> Option<String> {
        match self {
            Place::Bytes(_) => None,
            Place::Sheet { sheet, row, column } => Some(format!("{sheet}!{}", cell_name(*row, *column))),
            Place::Cell { table, row, column } => Some(format!("table {table}, row {row}, column {column}")),
            Place::Paragraph(number) => Some(format!("paragraph {number}")),
            Place::Page { page, .. } => Some(format!("page {page}")),
        }
    }

    /// The place that covers this one and `other`, where one box on a page can.
    pub(super) fn join(self, other: &Place) -> Place {
        match (self, other) {
            (
                Place::Page { page, edges: [l, t, r, b] },
                Place::Page { page: same, edges: [l2, t2, r2, b2] },
            ) if page == *same => {
                Place::Page { page, edges: [l.min(*l2), t.min(*t2), r.max(*r2), b.max(*b2)] }
            }
            (place, _) => place,
        }
    }
}

/// The name of a cell of a worksheet, whose row and column count from zero: `C7`.
pub fn cell_name(row: u32, column: u32) -> String {
    format!("{}{}", ColumnLetters(column), row.saturating_add(1))
}

/// A column number as spreadsheets write it: A, B, …, Z, AA.
struct ColumnLetters(u32);

impl fmt::Display for ColumnLetters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (high, low) = (self.0 / 26, self.0 % 26);
        if high > 0 {
            ColumnLetters(high - 1).fmt(f)?;
        }
        let letter = char::from_u32(u32::from(b'A') + low).unwrap_or('?');
        write!(f, "{letter}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_cell_is_located_as_spreadsheets_do() {
        let at = |row, column| Place::Sheet { sheet: "S".into(), row, column }.locator();
        assert_eq!(at(6, 2).as_deref(), Some("S!C7"));
        assert_eq!(at(0, 26).as_deref(), Some("S!AA1"));
        assert_eq!(at(0, 27 * 26).as_deref(), Some("S!AAA1"));
    }

    #[test]
    fn trimming_keeps_the_place_of_what_is_left() {
        let text = "a　 538 \n";
        assert_eq!(Span::new(1, text.len()).trim(text).of(text), "538");
    }
}
