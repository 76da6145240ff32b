//! What is kept of a report when its text is not: who reports on which year, and the figures that rules name which
//! speak of several reports.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

use rust_decimal::prelude::ToPrimitive;

use super::cell::Reading;
use super::date::Date;
use super::interval::Interval;
use super::outline::Outline;
use super::prose::Prose;
use super::quantity::Quantity;
use super::report::ReportFacts;
use super::table::{FoundTable, Line, TablePlace};
use super::{Facts, Figure, FigureId, Home};
use crate::rules::form::{Side, Slot};
use crate::rules::pack::Pack;
use crate::rules::reach::{Named, OpenLines};
use crate::source::place::Span;

/// A report in few bytes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Digest {
    /// The year it is about.
    pub year: Option<u32>,
    /// The body that reports.
    pub body: Option<Box<str>>,
    /// The day it was signed on.
    pub signed: Option<Date>,
    edition: usize,
    is_edition_seen: bool,
    /// Values of the named cells, in their order.
    cells: Box<[Value]>,
    tables: Box<[Table]>,
    /// Values that are more than a small whole number.
    wide: Box<[Interval]>,
}

/// The value of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Value(i32);

impl Value {
    /// The report does not have the cell.
    const ABSENT: Value = Value(i32::MIN);
    /// The cell is there, but no number can be told from it.
    const UNKNOWN: Value = Value(i32::MIN + 1);
    /// Below this it is the number of a value among those that are wide.
    const WIDE: i32 = -(1 << 30);

    fn of(interval: Option<Interval>, wide: &mut Vec<Interval>) -> Self {
        let Some(interval) = interval else { return Self::UNKNOWN };
        let small = interval.exact().filter(|value| value.fract().is_zero()).and_then(|value| value.to_i32());
        if let Some(value) = small.filter(|&value| value > Self::WIDE) {
            return Self(value);
        }
        let Ok(index) = i32::try_from(wide.len()) else { return Self::UNKNOWN };
        match Self::WIDE.checked_sub(index).filter(|&code| code > Self::UNKNOWN.0) {
            Some(code) => {
                wide.push(interval);
                Self(code)
            }
            None => Self::UNKNOWN,
        }
    }

    fn interval(self, wide: &[Interval]) -> Option<Interval> {
        if self == Self::ABSENT || self == Self::UNKNOWN {
            return None;
        }
        if self.0 > Self::WIDE {
            return Some(Interval::Exact(self.0.into()));
        }
        wide.get(usize::try_from(Self::WIDE - self.0).ok()?).copied()
    }
}

/// A table of an open form, as far as rules name its rows and columns.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Table {
    form: usize,
    rows: Box<[TableLine]>,
    columns: Box<[TableLine]>,
    /// Row by row.
    cells: Box<[Value]>,
    /// Its first cell and its width in the report.
    base: usize,
    width: usize,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct TableLine {
    leaf: usize,
    /// Which row or column of the table it is in the report.
    index: usize,
    name: Arc<str>,
}

impl Digest {
    /// The digest of a report, and its figures that it holds, in its order.
    pub fn of(facts: &Facts<'_>, named: &Named) -> (Self, Vec<FigureId>) {
        let mut wide = Vec::new();
        let mut held = Vec::new();
        let mut value = |slot: Slot| match facts.cell(slot) {
            Some(id) => {
                held.push(id);
                Value::of(facts.interval(id), &mut wide)
            }
            None => Value::ABSENT,
        };
        let cells = named.slots.iter().map(|&slot| value(slot)).collect();
        let mut names: BTreeMap<&str, Arc<str>> = BTreeMap::new();
        let mut tables = Vec::new();
        for table in &facts.tables {
            let Some(lines) = named.open.get(&table.form) else { continue };
            let rows = kept_lines(table, Side::Rows, lines, &mut names);
            let columns = kept_lines(table, Side::Columns, lines, &mut names);
            let slots = rows
                .iter()
                .flat_map(|row| columns.iter().map(move |column| table.slot(row.index, column.index)));
            let cells = slots.map(&mut value).collect();
            let (base, width) = (table.base, table.columns.len());
            tables.push(Table { form: table.form, rows, columns, cells, base, width });
        }
        let digest = Self {
            year: facts.report.year,
            body: facts.report.body.as_deref().map(Into::into),
            signed: facts.report.signed,
            edition: facts.edition,
            is_edition_seen: facts.is_edition_seen,
            cells,
            tables: tables.into(),
            wide: wide.into(),
        };
        (digest, held)
    }
}

fn kept_lines<'t>(
    table: &'t FoundTable,
    side: Side,
    wanted: &OpenLines,
    names: &mut BTreeMap<&'t str, Arc<str>>,
) -> Box<[TableLine]> {
    let wanted = if side == Side::Rows { &wanted.rows } else { &wanted.columns };
    let lines = table.lines(side).iter().enumerate().filter(|(_, line)| wanted.contains(&line.leaf));
    let kept = lines.map(|(index, line)| TableLine {
        leaf: line.leaf,
        index,
        name: Arc::clone(names.entry(&line.name).or_insert_with(|| line.name.as_str().into())),
    });
    kept.collect()
}

/// Another report, as far as its figures are among those of a report's facts.
#[derive(Debug)]
pub struct Other {
    /// The number that it is known by where reports are many.
    pub number: usize,
    /// The year it is about.
    pub year: Option<u32>,
    /// The body that reports.
    pub body: Option<String>,
    /// The edition of its forms.
    pub edition: usize,
    /// The report of its body on the year before, by number among the others.
    pub previous: Option<usize>,
    /// Its tables of open forms.
    pub tables: Vec<FoundTable>,
    /// Number of its first cell.
    base: usize,
    /// The cells of its tables, as they are numbered in the report itself.
    slots: Vec<Slot>,
}

/// The other reports that a report is compared with, each with the number that it is known by.
#[derive(Clone, Debug, Default)]
pub struct Others<'d> {
    /// That of the same body on the year before, the one before that, and so on.
    pub previous: Vec<(usize, &'d Digest)>,
    /// Those of the bodies below, where all are there.
    pub children: Option<Vec<(usize, &'d Digest)>>,
}

impl Others<'_> {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.previous.is_empty() && self.children.is_none()
    }
}

impl<'p> Facts<'p> {
    /// The facts that a digest holds, as if nothing else stood in the report.
    pub fn of_digest(pack: &'p Pack, named: &Named, digest: &Digest) -> Self {
        let mut facts = Self {
            pack,
            edition: digest.edition,
            is_edition_seen: digest.is_edition_seen,
            figures: Vec::new(),
            tables: Vec::new(),
            cells: Vec::new(),
            odd_cells: Vec::new(),
            prose_base: 0,
            numeral_base: 0,
            prose: Prose::default(),
            outline: Outline::default(),
            claims: Default::default(),
            orders: Vec::new(),
            slots: super::slots::Slots::default(),
            lists: Vec::new(),
            footings: Vec::new(),
            rates: Vec::new(),
            dates: Vec::new(),
            claimed: Vec::new(),
            sayings: Default::default(),
            binding: Default::default(),
            report: ReportFacts {
                year: digest.year,
                body: digest.body.as_deref().map(str::to_owned),
                ..ReportFacts::default()
            },
            pictures: Vec::new(),
            own_figures: 0,
            others: Vec::new(),
            previous: None,
            children: None,
        };
        facts.tables = facts.lay_out(named, digest).0;
        (facts.prose_base, facts.numeral_base) = (facts.figures.len(), facts.figures.len());
        facts.own_figures = facts.figures.len();
        facts
    }

    /// Adds the figures of other reports. Their digests hold the figures that `named` does.
    pub fn add_others(&mut self, named: &Named, others: &Others<'_>) {
        let first = self.others.len();
        let last = others.previous.len().saturating_sub(1);
        for (back, &report) in others.previous.iter().enumerate() {
            self.add_other(named, report, (back < last).then_some(first + back + 1));
        }
        self.previous = (!others.previous.is_empty()).then_some(first);
        self.children = others
            .children
            .as_ref()
            .map(|children| children.iter().map(|&child| self.add_other(named, child, None)).collect());
    }

    fn add_other(
        &mut self,
        named: &Named,
        (number, digest): (usize, &Digest),
        previous: Option<usize>,
    ) -> usize {
        let base = self.cells.len();
        let (tables, slots) = self.lay_out(named, digest);
        self.others.push(Other {
            number,
            year: digest.year,
            body: digest.body.as_deref().map(str::to_owned),
            edition: digest.edition,
            previous,
            tables,
            base,
            slots,
        });
        self.others.len() - 1
    }

    /// Adds cells and figures of a digest behind all others: the cells of the pack's forms, then those of its tables,
    /// which are given back with the numbers that their cells have in the report itself.
    fn lay_out(&mut self, named: &Named, digest: &Digest) -> (Vec<FoundTable>, Vec<Slot>) {
        let base = self.cells.len();
        self.cells.resize(base + self.pack.size(), None);
        let add = |facts: &mut Self, slot: Slot, value: Value| {
            if value == Value::ABSENT {
                return;
            }
            let interval = value.interval(&digest.wide);
            let exact = interval.and_then(Interval::exact).map(Quantity::exact);
            let id = FigureId(facts.figures.len());
            facts.figures.push(Figure {
                span: Span::default(),
                reading: exact.map_or(Reading::Garbled { likely: None }, Reading::Number),
                home: Home::Cell(slot),
                is_proper: true,
                interval,
            });
            if let Some(cell) = facts.cells.get_mut(slot.0) {
                *cell = Some(id);
            }
        };
        for (slot, &value) in named.slots.iter().zip(&digest.cells) {
            add(self, Slot(base + slot.0), value);
        }
        let (mut tables, mut slots) = (Vec::new(), Vec::new());
        for kept in &digest.tables {
            let line = |line: &TableLine| Line {
                leaf: line.leaf,
                label: Span::default(),
                name: line.name.as_ref().to_owned(),
            };
            let first = self.cells.len();
            let table = FoundTable {
                grid: None,
                form: kept.form,
                place: TablePlace::Block(0),
                rows: kept.rows.iter().map(line).collect(),
                columns: kept.columns.iter().map(line).collect(),
                cells: vec![Some(Span::default()); kept.cells.len()],
                base: first,
            };
            self.cells.resize(first + kept.cells.len(), None);
            for (offset, &value) in kept.cells.iter().enumerate() {
                add(self, Slot(first + offset), value);
            }
            for row in &kept.rows {
                let in_row = |column: &TableLine| Slot(kept.base + row.index * kept.width + column.index);
                slots.extend(kept.columns.iter().map(in_row));
            }
            tables.push(table);
        }
        (tables, slots)
    }

    /// How many reports of the same body are there on the years before, one a year.
    pub fn years_back(&self) -> usize {
        let next = |&other: &usize| self.others.get(other)?.previous;
        std::iter::successors(self.previous, next).count()
    }

    /// The other report that a figure is of, by number, and its cell as it is numbered there.
    pub fn elsewhere(&self, id: FigureId) -> Option<(usize, Slot)> {
        if id.0 < self.own_figures {
            return None;
        }
        let Home::Cell(slot) = self.figure(id)?.home else { return None };
        let (number, other) = self.other_of(slot)?;
        let local = slot.0.checked_sub(other.base)?;
        let slot = match local.checked_sub(self.pack.size()) {
            Some(of_tables) => *other.slots.get(of_tables)?,
            None => Slot(local),
        };
        Some((number, slot))
    }

    /// The other report that a cell is of.
    pub(super) fn other_of(&self, slot: Slot) -> Option<(usize, &Other)> {
        let number = self.others.partition_point(|other| other.base <= slot.0).checked_sub(1)?;
        Some((number, self.others.get(number)?))
    }

    /// The cell of another report that a cell of the pack's forms is there; of none, the cell itself.
    pub fn cell_in(&self, other: Option<usize>, slot: Slot) -> Slot {
        let base = other.and_then(|other| self.others.get(other)).map_or(0, |other| other.base);
        Slot(base + slot.0)
    }
}

impl Other {
    /// Number of its first cell.
    pub(super) fn base(&self) -> usize {
        self.base
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::Decimal;

    #[test]
    fn values_are_kept_as_they_are() {
        let mut wide = Vec::new();
        let exact = |text: &str| Some(Interval::Exact(Decimal::from_str_exact(text).unwrap()));
        let between = Some(Interval::closed(Decimal::ONE, Decimal::TEN));
        let all = [None, exact("0"), exact("-5"), exact("12.5"), exact("9999999999"), between, exact("7")];
        let kept: Vec<Value> = all.iter().map(|&interval| Value::of(interval, &mut wide)).collect();
        let back: Vec<Option<Interval>> = kept.iter().map(|value| value.interval(&wide)).collect();
        assert_eq!(back, all);
        assert_eq!(wide.len(), 3);
    }
}
