//! A table that no form explains, read from its own signs: where types change, labels end and figures begin.

mod layout;
mod shown;

use rust_decimal::Decimal;

use super::cell::Reading;
use super::infer::body::{Body, Cell as Figure, Traits};
use super::infer::{Inferred, Verdict, infer};
use super::interval::Interval;
use super::quantity::Quantity;
use super::table::Line;
use crate::document::table::Table;
use crate::rules::form::{Axis, Form, Side};
use crate::source::place::Span;
use layout::Layout;
use shown::Shown;

/// Why a table is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// Its cells do not stand under each other.
    Ragged,
    /// It shows no figures.
    NoFigures,
    /// It has more columns than any table that is read.
    TooWide,
}

/// How a table was read.
#[derive(Clone, Debug)]
pub struct Grid {
    /// The blocks of the document that it is.
    pub blocks: Vec<usize>,
    /// Rows above the figures.
    pub header_rows: usize,
    /// Columns of labels before the figures.
    pub stub_columns: usize,
    /// For each of its lines, its row in the table.
    pub rows: Vec<usize>,
    /// For each of its columns, where it stands in the table.
    pub columns: Vec<u16>,
    /// What each cell shows, row by row; `None` where nothing stands there.
    pub readings: Vec<Option<Reading>>,
    /// What is known of its rows and columns.
    traits: (Vec<Traits>, Vec<Traits>),
    /// The unit of each column, where its cells show one.
    pub units: Vec<Option<String>>,
    /// The sums found in it.
    pub sums: Vec<Inferred>,
    /// Some sums were not looked for: the table is too large for all that were to be tried.
    pub is_cut: bool,
}

impl Grid {
    /// Believes the table where it says why its totals are no sums: those that do not hold are none.
    pub fn believe(&mut self) {
        for sum in &mut self.sums {
            sum.places.retain(|&(_, verdict)| verdict != Verdict::Fails);
        }
    }

    /// Whether a row or column casts no vote on sums, since it is of another kind.
    pub fn is_apart(&self, side: Side, line: usize) -> bool {
        let traits = if side == Side::Rows { &self.traits.0 } else { &self.traits.1 };
        traits.get(line).is_some_and(|traits| traits.is_other)
    }
}

/// A table read.
#[derive(Clone, Debug)]
pub struct Found {
    /// How.
    pub grid: Grid,
    /// Its rows.
    pub rows: Vec<Line>,
    /// Its columns.
    pub columns: Vec<Line>,
    /// The texts of its cells.
    pub cells: Vec<Option<Span>>,
}

/// Columns of a table at most.
const MAX_COLUMNS: usize = 1000;

/// Reads a table; `says_rounded` where the text beside it says that its figures are.
pub fn read(text: &str, table: &Table, form: &Form, says_rounded: bool) -> Result<Found, Unread> {
    let width = table.cells().iter().map(|cell| usize::from(cell.column) + 1).max().unwrap_or(0);
    if width > MAX_COLUMNS {
        return Err(Unread::TooWide);
    }
    if !table.aligned && table.is_spaced {
        return Err(Unread::Ragged);
    }
    let layout = Layout::new(text, table, width);
    if layout.lines.is_empty() || layout.columns.is_empty() {
        return Err(Unread::NoFigures);
    }
    let line = |axis: &Axis, label: Span, name: String| Line { leaf: found_leaf(axis, &name), label, name };
    let rows: Vec<Line> = layout
        .lines
        .iter()
        .map(|&row| {
            let (label, name) = layout.row_label(row);
            line(&form.rows, label, name)
        })
        .collect();
    let columns: Vec<Line> = layout
        .columns
        .iter()
        .map(|&column| {
            let (label, name) = layout.column_label(column);
            line(&form.columns, label, name)
        })
        .collect();
    let shown = |row: usize, column: usize| layout.at(row, column);
    let mut body = Body {
        rows: rows.iter().map(|line| traits(form, &line.name)).collect(),
        columns: layout.columns.iter().map(|&column| traits(form, &layout.own_label(column))).collect(),
        ..Body::default()
    };
    let at = |row: usize, column: usize| {
        layout.lines.get(row).zip(layout.columns.get(column)).map(|(&row, &column)| (row, column))
    };
    for (number, traits) in body.columns.iter_mut().enumerate() {
        traits.is_other |= layout.columns.get(number).is_some_and(|&column| layout.is_apart(column));
    }
    for (number, traits) in body.rows.iter_mut().enumerate() {
        let cells = (0..columns.len())
            .filter_map(|column| at(number, column))
            .map(|(row, column)| shown(row, column));
        let (mut percent, mut figures) = (0, 0);
        for cell in cells {
            figures += usize::from(matches!(cell, Shown::Number(_)));
            percent += usize::from(matches!(cell, Shown::Number(number) if number.is_percent));
        }
        traits.is_other |= percent > 0 && 2 * percent >= figures && layout.has_plain_figures();
    }
    let positions: Vec<(usize, usize)> = (0..rows.len())
        .flat_map(|row| (0..columns.len()).filter_map(move |column| at(row, column)))
        .collect();
    let units = Units::new(&layout, &positions);
    let whole = |row: usize, column: usize| match layout.at(row, column) {
        Shown::Number(number) => Some(number.value.fract().is_zero()),
        _ => None,
    };
    let of_row = |row: usize| layout.columns.iter().filter_map(|&column| whole(row, column)).collect();
    let of_column = |column: usize| layout.lines.iter().filter_map(|&row| whole(row, column)).collect();
    mark_fractions(&mut body.rows, layout.lines.iter().map(|&row| of_row(row)).collect());
    mark_fractions(&mut body.columns, layout.columns.iter().map(|&column| of_column(column)).collect());
    body.cells = positions.iter().map(|&(row, column)| units.figure(&layout, row, column)).collect();
    body.is_rounded = units.is_rounded(says_rounded);
    let outcome = infer(&body);
    let is_rounded = outcome.is_rounded;
    let rounded = |row: usize, column: usize| match units.figure(&layout, row, column) {
        Figure::Value { ulp, .. } if is_rounded => Some(ulp),
        _ => None,
    };
    let readings = positions
        .iter()
        .map(|&(row, column)| units.reading(shown(row, column), rounded(row, column)))
        .collect();
    let cells = positions.iter().map(|&(row, column)| layout.span(row, column)).collect();
    let grid = Grid {
        blocks: Vec::new(),
        header_rows: layout.header_rows,
        stub_columns: layout.stub_columns(),
        rows: layout.lines.clone(),
        columns: layout.columns.iter().map(|&column| u16::try_from(column).unwrap_or(u16::MAX)).collect(),
        readings,
        traits: (body.rows, body.columns),
        units: layout.columns.iter().map(|&column| layout.unit(column)).collect(),
        sums: outcome.sums,
        is_cut: outcome.is_cut,
    };
    Ok(Found { grid, rows, columns, cells })
}

/// A few lines of fractions among lines of whole numbers are of another kind: ratios, amounts a head. For each line, which of
/// its figures are whole.
fn mark_fractions(traits: &mut [Traits], whole: Vec<Vec<bool>>) {
    let shows = |figures: &Vec<bool>| {
        let fractions = figures.iter().filter(|whole| !**whole).count();
        2 * fractions > figures.len()
    };
    let with: Vec<bool> = whole.iter().map(shows).collect();
    if 3 * with.iter().filter(|with| **with).count() <= with.len() {
        for (traits, with) in traits.iter_mut().zip(with) {
            traits.is_other |= with;
        }
    }
}

fn traits(form: &Form, name: &str) -> Traits {
    let says = |words: &Option<std::sync::Arc<crate::rules::pattern::Pattern>>| {
        words.as_ref().is_some_and(|words| words.is_in(name))
    };
    Traits { is_total: says(&form.total_words), is_apart: false, is_other: says(&form.apart_words) }
}

/// The first of what is found in the report that a label is like; the last is like any.
fn found_leaf(axis: &Axis, label: &str) -> usize {
    let is_like = |leaf: &usize| {
        axis.leaf(*leaf).and_then(|node| node.found.as_ref()).is_some_and(|found| found.is_in(label))
    };
    (0..axis.leaves.len()).find(is_like).unwrap_or(axis.leaves.len().saturating_sub(1))
}

/// The unit in which the figures of a table are counted, and of the last digit of each.
struct Units {
    decimals: u32,
    rows: Vec<u32>,
    columns: Vec<u32>,
    /// All figures are multiples of it, in the unit of the table.
    base: i128,
}

/// More decimals than these are those of a computer.
const MOST_DECIMALS: u32 = 8;

impl Units {
    fn new(layout: &Layout<'_>, positions: &[(usize, usize)]) -> Self {
        let mut units = Self {
            decimals: 0,
            rows: vec![0; layout.row_count()],
            columns: vec![0; layout.width()],
            base: 1,
        };
        for &(row, column) in positions {
            let Shown::Number(number) = layout.at(row, column) else { continue };
            let decimals = number.value.normalize().scale().min(MOST_DECIMALS);
            units.decimals = units.decimals.max(decimals);
            for (all, at) in [(&mut units.rows, row), (&mut units.columns, column)] {
                if let Some(known) = all.get_mut(at) {
                    *known = decimals.max(*known);
                }
            }
        }
        units.base = units.common_base(layout, positions);
        units
    }

    /// What nearly all figures of a table are multiples of: offices round to 5, to 50, to 1000, or to 3 to hide who is meant.
    fn common_base(&self, layout: &Layout<'_>, positions: &[(usize, usize)]) -> i128 {
        const LEAST: usize = 12;
        const BASES: [i128; 7] = [1000, 500, 100, 50, 10, 5, 3];
        let figures: Vec<i128> = positions
            .iter()
            .filter_map(|&(row, column)| match layout.at(row, column) {
                Shown::Number(number) if !number.is_percent => {
                    self.whole(number.value).filter(|&value| value != 0)
                }
                _ => None,
            })
            .collect();
        let multiples = |base: i128| figures.iter().filter(|&figure| figure % base == 0).count();
        let is_common = |base: &i128| figures.len() >= LEAST && 20 * multiples(*base) >= 19 * figures.len();
        BASES.into_iter().find(is_common).unwrap_or(1)
    }

    fn whole(&self, value: Decimal) -> Option<i128> {
        let mut scaled = value;
        scaled.rescale(self.decimals);
        // Fewer decimals than the figure has cannot be held.
        (scaled.scale() == self.decimals).then(|| scaled.mantissa())
    }

    fn figure(&self, layout: &Layout<'_>, row: usize, column: usize) -> Figure {
        match layout.at(row, column) {
            Shown::Nothing | Shown::Blank => Figure::Blank,
            Shown::Words => Figure::Unknown,
            Shown::Number(number) => match self.whole(number.value) {
                Some(value) => {
                    let own = number.value.normalize().scale();
                    let of = |all: &[u32], at: usize| all.get(at).copied().unwrap_or(0);
                    let decimals = own.max(of(&self.rows, row).min(of(&self.columns, column)));
                    let ulp = (decimals..self.decimals).fold(1_i128, |ulp, _| ulp * 10);
                    Figure::Value { value, ulp: ulp.max(self.base) }
                }
                None => Figure::Unknown,
            },
        }
    }

    /// Whether the figures are likely to be rounded: they show decimals, are said to be, or are all round.
    fn is_rounded(&self, is_said: bool) -> bool {
        is_said || self.decimals > 0 || self.base > 1
    }

    /// What a cell shows; a figure as any that is rounded to so much.
    fn reading(&self, shown: &Shown, rounded_to: Option<i128>) -> Option<Reading> {
        Some(match shown {
            Shown::Nothing => return None,
            Shown::Blank => Reading::Blank,
            Shown::Words => Reading::Garbled { likely: None },
            Shown::Number(number) => {
                let exact = Quantity::exact(number.value);
                let rounded = rounded_to.and_then(|ulp| self.rounded(exact, ulp));
                Reading::Number(rounded.unwrap_or(exact))
            }
        })
    }

    fn rounded(&self, quantity: Quantity, ulp: i128) -> Option<Quantity> {
        let unit = Decimal::try_from_i128_with_scale(ulp, self.decimals).ok()?;
        let (value, half) = (quantity.printed, unit.checked_div(Decimal::TWO)?);
        let interval = Interval::closed(value.checked_sub(half)?, value.checked_add(half)?);
        Some(Quantity { interval, ..quantity })
    }
}
