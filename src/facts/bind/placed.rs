//! Lines of a form told by their place alone: they take part where the figures around them bear them out.

use rust_decimal::Decimal;

use super::recognise::Placed;
use super::{Binding, Problem, Unbound};
use crate::facts::cell::{self, Reading};
use crate::rules::form::{Form, Kind, Side};
use crate::rules::pack::{Editions, Pack};

/// Keeps a line if most of the sums that it takes part in come out, and leaves its cells unbound otherwise.
pub fn settle(pack: &Pack, text: &str, editions: Editions, line: Placed, binding: &mut Binding) {
    let Some(form) = pack.forms.get(line.form) else { return };
    let mut values = vec![None; form.size()];
    for cell in binding.cells() {
        if let Some(value) = cell.slot.0.checked_sub(form.base).and_then(|at| values.get_mut(at)) {
            *value = number(cell.span.of(text));
        }
    }
    let agrees = Figures { form, editions, values }.bear_out(line);
    binding.unbound.push(Unbound { form: line.form, span: line.label, problem: Problem::Placed { agrees } });
    if agrees {
        return;
    }
    for row in binding.rows.iter_mut().filter(|row| row.form == line.form) {
        row.cells.retain(|cell| {
            let (row, column) = form.row_column(cell.slot);
            line.leaf != if line.side == Side::Rows { row } else { column }
        });
    }
}

fn number(text: &str) -> Option<Decimal> {
    match cell::read(text, Kind::Count, false) {
        Reading::Number(quantity) => quantity.interval.exact(),
        Reading::Blank | Reading::ZeroWord => Some(Decimal::ZERO),
        _ => None,
    }
}

/// The numbers in a form.
struct Figures<'f> {
    form: &'f Form,
    editions: Editions,
    values: Vec<Option<Decimal>>,
}

/// How a sum comes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sum {
    Right,
    Wrong,
    /// The line adds nothing to it, wherever it belongs.
    Empty,
}

impl Figures<'_> {
    /// Whether more of the sums that a line takes part in come out than not.
    fn bear_out(&self, line: Placed) -> bool {
        let mut sums = Vec::new();
        let mut count = |sum: Option<Sum>| sums.extend(sum);
        let (rows, columns) = (self.form.rows.leaves.len(), self.form.columns.leaves.len());
        for row in 0..rows {
            for column in 0..columns {
                let adds = |side: Side, total: usize, other: usize| {
                    let of = &self.form.axis(side).leaf(total)?.of;
                    let is_in = of.contains(&line.leaf) || total == line.leaf;
                    let concerns = if side == line.side { is_in } else { other == line.leaf };
                    (concerns && !of.is_empty()).then_some(())
                };
                if adds(Side::Columns, column, row).is_some() {
                    let of = self.form.columns.leaf(column).map_or(&[][..], |node| &node.of);
                    count(self.adds_up(line, (row, column), of.iter().map(|&part| (row, part))));
                }
                if adds(Side::Rows, row, column).is_some() {
                    let of = self.form.rows.leaf(row).map_or(&[][..], |node| &node.of);
                    count(self.adds_up(line, (row, column), of.iter().map(|&part| (part, column))));
                }
            }
        }
        let such = |wanted: Sum| sums.iter().filter(|sum| **sum == wanted).count();
        let (right, wrong) = (such(Sum::Right), such(Sum::Wrong));
        right > wrong || wrong == 0 && such(Sum::Empty) > 0
    }

    /// How a sum comes out that a line takes part in.
    fn adds_up(
        &self,
        line: Placed,
        total: (usize, usize),
        parts: impl Iterator<Item = (usize, usize)>,
    ) -> Option<Sum> {
        let has = |&(row, column): &(usize, usize)| self.form.has(self.editions, row, column);
        let is_own =
            |(row, column): (usize, usize)| line.leaf == if line.side == Side::Rows { row } else { column };
        let stated = self.value(total)?;
        let (mut sum, mut is_empty) = (Decimal::ZERO, stated.is_zero() || !is_own(total));
        for part in parts.filter(has) {
            let value = self.value(part)?;
            is_empty &= value.is_zero() || !is_own(part);
            sum = sum.checked_add(value)?;
        }
        Some(match sum == stated {
            _ if is_empty => Sum::Empty,
            true => Sum::Right,
            false => Sum::Wrong,
        })
    }

    fn value(&self, (row, column): (usize, usize)) -> Option<Decimal> {
        self.values.get(self.form.slot(row, column).0.checked_sub(self.form.base)?).copied().flatten()
    }
}
