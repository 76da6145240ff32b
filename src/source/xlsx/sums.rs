//! What the formulas of a worksheet say of its figures: a sum whose value is not that of its cells, a total that was typed
//! in among totals that are computed.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::cell_at;
use crate::source::content::RemarkKind;
use crate::source::place::cell_name;
use crate::source::sheet::SheetRemark;

/// Cells looked at for all sums of a sheet at most: a file that was made to waste time has more.
const MAX_VISITED: usize = 4_000_000;
/// Programs keep about fifteen digits; what is beyond them is not compared.
const NEARLY_NOTHING: Decimal = Decimal::from_parts(1, 0, 0, false, 6);
/// Remarks of one kind on a sheet told one by one.
const MAX_TOLD: usize = 10;

/// A formula that adds up cells of its own sheet, told from the cell it stands in.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Sum {
    blocks: Vec<Block>,
    /// Written with a function, which passes over texts; signs between cells do not.
    is_function: bool,
}

/// A block of cells by two of its corners.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Block {
    first: Reference,
    last: Reference,
}

/// A cell that a formula names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Reference {
    row: Step,
    column: Step,
}

/// A row or column: one that stays the same wherever the formula is copied to, or so many from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Fixed(u32),
    From(i64),
}

impl Step {
    fn at(self, own: u32) -> Option<u32> {
        match self {
            Step::Fixed(at) => Some(at),
            Step::From(distance) => u32::try_from(i64::from(own) + distance).ok(),
        }
    }
}

/// The figures and the sums of a worksheet.
#[derive(Debug, Default)]
pub struct Sums {
    figures: BTreeMap<(u32, u32), Decimal>,
    sums: BTreeMap<(u32, u32), Sum>,
    /// Formulas that several cells share, by their numbers.
    shared: BTreeMap<String, Sum>,
}

impl Sums {
    /// Takes the value of a cell that holds a number.
    pub fn figure(&mut self, cell: (u32, u32), value: &str) {
        let value = value.trim();
        if let Ok(value) = value.parse().or_else(|_| Decimal::from_scientific(value)) {
            self.figures.insert(cell, value);
        }
    }

    /// Takes the formula of a cell; `shared` is the number by which cells share one, that is written in the first.
    pub fn formula(&mut self, cell: (u32, u32), text: &str, shared: Option<String>) {
        let sum = match (Sum::read(text, cell), &shared) {
            (None, Some(shared)) if text.is_empty() => self.shared.get(shared).cloned(),
            (sum, _) => sum,
        };
        if let (Some(sum), Some(shared)) = (&sum, shared) {
            self.shared.entry(shared).or_insert_with(|| sum.clone());
        }
        self.sums.extend(sum.map(|sum| (cell, sum)));
    }

    /// What is to be said of them.
    pub fn remarks(&self) -> Vec<SheetRemark> {
        let stale = self.stale();
        let typed = self.typed();
        [(stale, RemarkKind::StaleSum, "sums"), (typed, RemarkKind::TypedTotal, "totals")]
            .into_iter()
            .flat_map(|(remarks, kind, what)| told(remarks, kind, what))
            .collect()
    }

    /// Sums that show another value than their cells add up to.
    fn stale(&self) -> Vec<((u32, u32), String)> {
        let mut visited = 0;
        let mut stale = Vec::new();
        for (&cell, sum) in &self.sums {
            let (Some(&shown), Some(value)) = (self.figures.get(&cell), self.value(sum, cell, &mut visited))
            else {
                continue;
            };
            if shown.checked_sub(value).is_some_and(|difference| difference.abs() > NEARLY_NOTHING) {
                let (name, shown, value) = (cell_name(cell.0, cell.1), shown.normalize(), value.normalize());
                let message =
                    format!("{name} shows {shown}, but the cells that its formula adds up make {value}");
                stale.push((cell, message));
            }
        }
        stale
    }

    /// What a sum comes to; `None` where that cannot be told.
    fn value(&self, sum: &Sum, cell: (u32, u32), visited: &mut usize) -> Option<Decimal> {
        let mut value = Decimal::ZERO;
        for block in &sum.blocks {
            let (rows, columns) = block.at(cell)?;
            if rows.contains(&cell.0) && columns.contains(&cell.1) {
                return None;
            }
            let figures = self.figures_in(rows, columns, visited)?;
            // A text that looks like a number counts where signs are written, and blank cells look the same here.
            if figures.is_empty() && !sum.is_function {
                return None;
            }
            for figure in figures {
                value = value.checked_add(figure)?;
            }
        }
        Some(value)
    }

    /// The figures of a block; `None` once too many cells were looked at.
    fn figures_in(&self, rows: Bounds, columns: Bounds, visited: &mut usize) -> Option<Vec<Decimal>> {
        let mut figures = Vec::new();
        for (&(_, column), &figure) in self.figures.range((*rows.start(), 0)..=(*rows.end(), u32::MAX)) {
            *visited += 1;
            if *visited > MAX_VISITED {
                return None;
            }
            if columns.contains(&column) {
                figures.push(figure);
            }
        }
        Some(figures)
    }

    /// Whether there is anything that a sum would add up in a cell.
    fn has_figures(&self, sum: &Sum, cell: (u32, u32), visited: &mut usize) -> bool {
        sum.blocks.iter().filter_map(|block| block.at(cell)).any(|(rows, columns)| {
            self.figures_in(rows, columns, visited).is_some_and(|figures| !figures.is_empty())
        })
    }

    /// Figures without a formula between two cells whose sums are alike.
    fn typed(&self) -> Vec<((u32, u32), String)> {
        let (mut typed, mut visited) = (Vec::new(), 0);
        for &(row, column) in self.figures.keys() {
            if self.sums.contains_key(&(row, column)) {
                continue;
            }
            let mut alike = |before: Option<(u32, u32)>, after: (u32, u32)| {
                let sum = self.sums.get(&before?).filter(|sum| self.sums.get(&after) == Some(*sum))?;
                self.has_figures(sum, (row, column), &mut visited).then_some((before, after))
            };
            let beside =
                alike(column.checked_sub(1).map(|left| (row, left)), (row, column.saturating_add(1)));
            let above = row.checked_sub(1).map(|above| (above, column));
            let below = (row.saturating_add(1), column);
            if let Some((Some(before), after)) = beside.or_else(|| alike(above, below)) {
                let name = |(row, column)| cell_name(row, column);
                let message = format!(
                    "{} is typed in, while {} and {} beside it are sums",
                    name((row, column)),
                    name(before),
                    name(after)
                );
                typed.push(((row, column), message));
            }
        }
        typed
    }
}

fn told(remarks: Vec<((u32, u32), String)>, kind: RemarkKind, what: &str) -> Vec<SheetRemark> {
    let count = remarks.len();
    let one_by_one = count <= MAX_TOLD;
    let told = remarks.into_iter().take(if one_by_one { MAX_TOLD } else { 1 });
    told.map(|(cell, message)| {
        let message =
            if one_by_one { message } else { format!("{message}; so it is with {count} {what} here") };
        SheetRemark { cell, message, kind }
    })
    .collect()
}

type Bounds = std::ops::RangeInclusive<u32>;

impl Block {
    /// The rows and columns of a block named in a cell.
    fn at(&self, (row, column): (u32, u32)) -> Option<(Bounds, Bounds)> {
        let (top, bottom) = (self.first.row.at(row)?, self.last.row.at(row)?);
        let (left, right) = (self.first.column.at(column)?, self.last.column.at(column)?);
        Some((top.min(bottom)..=top.max(bottom), left.min(right)..=left.max(right)))
    }
}

impl Sum {
    /// `SUM(B2:G2)`, `SUM(B2,C2:D4)`, `B2+C2` as written in a cell; `None` for any other formula.
    fn read(text: &str, own: (u32, u32)) -> Option<Self> {
        let text = text.trim().trim_start_matches(['=', '+']);
        let function =
            text.get(..4).filter(|name| name.eq_ignore_ascii_case("sum(")).and_then(|_| text.get(4..));
        let (inner, separator) = match function {
            Some(inner) => (inner.strip_suffix(')')?, ','),
            None if text.contains('+') => (text, '+'),
            None => return None,
        };
        // A sign between blocks does not add up their cells: it takes those beside its own.
        if function.is_none() && inner.contains(':') {
            return None;
        }
        let blocks = inner.split(separator).map(|part| Block::read(part, own));
        Some(Self { blocks: blocks.collect::<Option<_>>()?, is_function: function.is_some() })
    }
}

impl Block {
    fn read(text: &str, own: (u32, u32)) -> Option<Self> {
        let text = text.trim();
        let (first, last) = text.split_once(':').unwrap_or((text, text));
        Some(Self { first: Reference::read(first, own)?, last: Reference::read(last, own)? })
    }
}

impl Reference {
    fn read(text: &str, own: (u32, u32)) -> Option<Self> {
        let (row, column) = cell_at(text)?;
        let inner = text.trim().strip_prefix('$');
        let step = |is_fixed: bool, at: u32, own: u32| match is_fixed {
            true => Step::Fixed(at),
            false => Step::From(i64::from(at) - i64::from(own)),
        };
        let is_row_fixed = inner.unwrap_or(text.trim()).contains('$');
        Some(Self { row: step(is_row_fixed, row, own.0), column: step(inner.is_some(), column, own.1) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(figures: &[(&str, &str)], formulas: &[(&str, &str)]) -> Vec<String> {
        let mut sums = Sums::default();
        for (cell, value) in figures {
            sums.figure(cell_at(cell).unwrap(), value);
        }
        for (cell, formula) in formulas {
            sums.formula(cell_at(cell).unwrap(), formula, None);
        }
        sums.remarks().into_iter().map(|remark| remark.message).collect()
    }

    #[test]
    fn a_sum_shows_what_its_cells_make() {
        let figures =
            [("B2", "5"), ("C2", "6.10"), ("D2", "11.1"), ("D3", "12"), ("D4", "1.1100000000000001E1")];
        let formulas = [("D2", "SUM(B2:C2)"), ("D3", "SUM($B$2,C2)"), ("D4", "B2+C2")];
        assert_eq!(
            sums(&figures, &formulas),
            ["D3 shows 12, but the cells that its formula adds up make 11.1"]
        );
    }

    #[test]
    fn what_is_no_plain_sum_says_nothing() {
        let figures = [("A1", "1"), ("B1", "2"), ("C1", "9")];
        for formula in [
            "SUM(A1:B1)*2",
            "SUM(Other!A1:B1)",
            "A1",
            "ROUND(SUM(A1:B1),0)",
            "SUM(A:B)",
            "SUM(A1:C1)",
            "A1+Z9",
            "A1:A2 + B1:B2",
        ] {
            assert_eq!(sums(&figures, &[("C1", formula)]), [""; 0], "{formula}");
        }
    }

    #[test]
    fn a_total_typed_in_among_sums() {
        let figures =
            [("A1", "1"), ("B1", "2"), ("C1", "3"), ("A2", "1"), ("B2", "2"), ("C2", "3"), ("C3", "0")];
        let formulas = [("C1", "SUM(A1:B1)"), ("C3", "SUM(A3:B3)")];
        assert_eq!(sums(&figures, &formulas), ["C2 is typed in, while C1 and C3 beside it are sums"]);
        let others = [("C1", "SUM(A1:B1)"), ("C3", "SUM(C1:C2)")];
        assert_eq!(
            sums(&[("C1", "3"), ("A1", "1"), ("B1", "2"), ("C2", "4"), ("C3", "7")], &others),
            [""; 0]
        );
    }

    #[test]
    fn cells_that_share_a_formula() {
        let mut sums = Sums::default();
        for (cell, value) in [("A1", "1"), ("B1", "1"), ("A2", "2"), ("B2", "3")] {
            sums.figure(cell_at(cell).unwrap(), value);
        }
        sums.formula((0, 1), "SUM(A1:A1)", Some("0".to_owned()));
        sums.formula((1, 1), "", Some("0".to_owned()));
        let remarks: Vec<String> = sums.remarks().into_iter().map(|remark| remark.message).collect();
        assert_eq!(remarks, ["B2 shows 3, but the cells that its formula adds up make 2"]);
    }

    #[test]
    fn many_are_told_at_once() {
        let mut sums = Sums::default();
        for row in 0..40 {
            sums.figure((row, 0), "1");
            sums.figure((row, 1), "2");
            sums.formula((row, 1), &format!("SUM(A{0}:A{0})", row + 1), None);
        }
        let remarks = sums.remarks();
        assert_eq!(remarks.len(), 1);
        assert!(remarks[0].message.ends_with("so it is with 40 sums here"));
    }
}
