//! Totals in tables whose form is not known: which rows or columns a total row or column adds up is told from the lines
//! in which it does (footing, cross-footing), and so are the two rows that a row of rates compares.

use rust_decimal::Decimal;

use super::infer::body::Across;
use super::infer::{Inferred, Surety, Verdict};
use super::interval::{Interval, Possible, Relation};
use super::table::FoundTable;
use super::{Facts, FigureId};
use crate::rules::form::Side;

/// A total in a table, and the cells that it adds up.
#[derive(Clone, Debug)]
pub struct Footing {
    /// The total.
    pub total: FigureId,
    /// The cells.
    pub parts: Vec<FigureId>,
    /// How sure that is.
    pub surety: Surety,
    /// The table, by number.
    pub table: usize,
    /// Where it cannot hold, the figures that may be wrong, the likeliest first.
    pub suspects: Vec<FigureId>,
}

/// A rate of change, or a share, in a table, in percent.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    /// The rate.
    pub rate: FigureId,
    /// What it was, or the total.
    pub before: FigureId,
    /// What it has become, or the part of the total.
    pub now: FigureId,
    /// Whether it is a share.
    pub is_share: bool,
}

/// Reads the totals and rates of the tables that are to be footed.
pub fn read(facts: &Facts<'_>) -> (Vec<Footing>, Vec<Rate>) {
    let (mut footings, mut rates) = (Vec::new(), Vec::new());
    for (number, table) in facts.tables.iter().enumerate() {
        if !facts.pack.forms.get(table.form).is_some_and(|form| form.is_footed) {
            continue;
        }
        footings.extend(
            table
                .grid
                .iter()
                .flat_map(|grid| grid.sums.iter().flat_map(|sum| inferred(facts, (number, table), sum))),
        );
        for side in [Side::Rows, Side::Columns] {
            let grid = Grid { facts, table, side };
            for line in 0..grid.lines() {
                if grid.is_rate(line) {
                    rates.extend(grid.rates(line));
                } else if grid.is_share(line) {
                    rates.extend(grid.shares(line));
                }
            }
        }
    }
    (footings, rates)
}

/// A sum that was inferred, in each of its places.
fn inferred(facts: &Facts<'_>, (number, table): (usize, &FoundTable), sum: &Inferred) -> Vec<Footing> {
    let footing = |&(place, _): &(usize, Verdict)| {
        let cell = |line: usize| {
            facts.cell(match sum.across {
                Across::Rows => table.slot(line, place),
                Across::Columns => table.slot(place, line),
            })
        };
        let mut lines: Vec<usize> = sum.parts.iter().map(|part| part.0).collect();
        lines.sort_unstable();
        let parts = lines.into_iter().filter_map(cell).collect();
        let suspects = sum.suspects.iter().find(|(at, _)| *at == place);
        let suspects = suspects.into_iter().flat_map(|(_, lines)| lines.iter().copied());
        let suspects = suspects.filter_map(cell).collect();
        Some(Footing { total: cell(sum.total)?, parts, surety: sum.surety, table: number, suspects })
    };
    sum.places.iter().filter_map(footing).collect()
}

/// A table seen along its rows or along its columns. A line is one of these, a place is where a line crosses it.
struct Grid<'g> {
    facts: &'g Facts<'g>,
    table: &'g FoundTable,
    side: Side,
}

impl Grid<'_> {
    fn lines(&self) -> usize {
        self.table.lines(self.side).len()
    }

    fn places(&self) -> usize {
        self.table.lines(self.across()).len()
    }

    fn across(&self) -> Side {
        match self.side {
            Side::Rows => Side::Columns,
            Side::Columns => Side::Rows,
        }
    }

    fn cell(&self, line: usize, place: usize) -> Option<FigureId> {
        let slot = match self.side {
            Side::Rows => self.table.slot(line, place),
            Side::Columns => self.table.slot(place, line),
        };
        self.facts.cell(slot)
    }

    fn node(&self, side: Side, line: usize) -> Option<&crate::rules::form::Node> {
        let form = self.facts.pack.forms.get(self.table.form)?;
        form.axis(side).leaf(self.table.lines(side).get(line)?.leaf)
    }

    fn is_total(&self, line: usize) -> bool {
        self.node(self.side, line).is_some_and(|node| node.is_total)
    }

    fn is_rate(&self, line: usize) -> bool {
        self.node(self.side, line).is_some_and(|node| node.is_rate)
    }

    fn is_share(&self, line: usize) -> bool {
        self.node(self.side, line).is_some_and(|node| node.is_share)
    }

    fn is_item(&self, line: usize) -> bool {
        !self.is_total(line) && !self.is_rate(line) && !self.is_share(line)
    }

    /// The rates of a line, of the two lines before it in the order in which they fit most often.
    fn rates(&self, rate: usize) -> Vec<Rate> {
        let mut lines = (0..rate).rev().filter(|&line| !self.is_rate(line) && !self.is_share(line));
        let (Some(second), Some(first)) = (lines.next(), lines.next()) else { return Vec::new() };
        let read = |before: usize, now: usize| -> Vec<(Rate, bool)> {
            let at = |place: usize| {
                let found = Rate {
                    rate: self.cell(rate, place)?,
                    before: self.cell(before, place)?,
                    now: self.cell(now, place)?,
                    is_share: false,
                };
                Some((found, self.fits(found)?))
            };
            (0..self.places()).filter_map(at).collect()
        };
        let fitting = |rates: &[(Rate, bool)]| rates.iter().filter(|(_, fits)| *fits).count();
        let (down, up) = (read(first, second), read(second, first));
        let rates = if fitting(&up) > fitting(&down) { up } else { down };
        if fitting(&rates) < 2 || fitting(&rates) * 2 < rates.len() {
            return Vec::new();
        }
        rates.into_iter().map(|(rate, _)| rate).collect()
    }

    /// The shares of a line, of the total of the line before it.
    fn shares(&self, share: usize) -> Vec<Rate> {
        let is_total = |&place: &usize| self.node(self.across(), place).is_some_and(|node| node.is_total);
        let line = (0..share).rev().find(|&line| self.is_item(line));
        let total = (0..self.places()).rev().find(is_total);
        let (Some(line), Some(total)) = (line, total) else { return Vec::new() };
        let at = |place: usize| {
            let found = Rate {
                rate: self.cell(share, place)?,
                before: self.cell(line, total)?,
                now: self.cell(line, place)?,
                is_share: true,
            };
            Some((found, self.fits(found)?))
        };
        let shares: Vec<(Rate, bool)> =
            (0..self.places()).filter(|place| !is_total(place)).filter_map(at).collect();
        let fitting = shares.iter().filter(|(_, fits)| *fits).count();
        if fitting < 2 || fitting * 2 < shares.len() {
            return Vec::new();
        }
        shares.into_iter().map(|(share, _)| share).collect()
    }

    /// Whether a rate can be that of its two figures; `None` where that cannot be told.
    fn fits(&self, rate: Rate) -> Option<bool> {
        // Rates are often made from figures that have more digits than the table shows.
        let of = |id: FigureId| self.facts.rounded_interval(id);
        let (stated, before, now) = (self.facts.interval(rate.rate)?, of(rate.before)?, of(rate.now)?);
        if before.compare(Relation::AtMost, Interval::ZERO) != Possible::Never {
            return None;
        }
        // With `before` on one side only, its uncertainty is counted once.
        let hundred = Interval::Exact(Decimal::ONE_HUNDRED);
        let whole = if rate.is_share { stated } else { stated.checked_add(hundred)? };
        let become_of = before.checked_mul(whole)?;
        Some(become_of.compare(Relation::Equal, now.checked_mul(hundred)?) != Possible::Never)
    }
}
