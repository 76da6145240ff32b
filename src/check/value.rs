//! Values of expressions: intervals and shares of them, three-valued truth, records.

use std::borrow::Cow;

use rust_decimal::{Decimal, RoundingStrategy};

use crate::facts::FigureId;
use crate::facts::date::Date;
use crate::facts::interval::{Interval, Possible, Relation};
use crate::rules::form::{Side, Slot};

/// Whether something is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    /// It is.
    Yes,
    /// It cannot be.
    No,
    /// It cannot be told.
    Unknown,
}

impl Truth {
    /// Yes or no.
    pub fn of(is_true: bool) -> Self {
        if is_true { Truth::Yes } else { Truth::No }
    }
}

impl std::ops::Not for Truth {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Truth::Yes => Truth::No,
            Truth::No => Truth::Yes,
            Truth::Unknown => Truth::Unknown,
        }
    }
}

/// A record of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Record {
    /// A cell of a form.
    Cell(Slot),
    /// A row of a form.
    Row {
        /// The form, by number.
        form: usize,
        /// The leaf of its rows, by number.
        leaf: usize,
    },
    /// A column of a form.
    Column {
        /// The form, by number.
        form: usize,
        /// The leaf of its columns, by number.
        leaf: usize,
    },
    /// A claim, by number among those found.
    Claim(usize),
    /// A date, by number among those found.
    Date(usize),
    /// A heading, by number.
    Heading(usize),
    /// A section of the pack, by number.
    Section(usize),
    /// A figure.
    Figure(FigureId),
    /// A total in prose with its parts, by number.
    List(usize),
    /// A total in a table with its parts, by number.
    Footing(usize),
    /// A rate of change in a table, by number.
    Rate(usize),
    /// A table of an open form, by number among those found.
    Table(usize),
    /// A row or column of such a table.
    Line {
        /// The table.
        table: usize,
        /// Rows or columns.
        side: Side,
        /// Which of them.
        index: usize,
    },
}

/// A number: an interval, or the quotient of two.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Number {
    /// What is divided.
    pub numerator: Interval,
    /// What it is divided by; not there for one. It is never zero nor negative.
    pub divisor: Option<Interval>,
    /// Every figure that went into it is narrow.
    pub is_narrow: bool,
}

impl Number {
    /// A number that is one interval.
    pub fn new(interval: Interval) -> Self {
        Self { numerator: interval, divisor: None, is_narrow: interval.is_narrow() }
    }

    /// An exact number.
    pub fn exact(value: Decimal) -> Self {
        Self::new(Interval::Exact(value))
    }

    /// The value, where it is one exact number.
    pub fn value(&self) -> Option<Decimal> {
        self.numerator.exact().filter(|_| self.divisor.is_none())
    }

    fn with(self, other: Self, numerator: Interval, divisor: Option<Interval>) -> Self {
        Self { numerator, divisor, is_narrow: self.is_narrow && other.is_narrow }
    }

    /// The sum; `None` where it cannot be held exactly.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        let (a, b, divisor) = self.common(other)?;
        Some(self.with(other, a.checked_add(b)?, divisor))
    }

    /// The difference; `None` where it cannot be held exactly.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        let (a, b, divisor) = self.common(other)?;
        Some(self.with(other, a.checked_sub(b)?, divisor))
    }

    /// The product; `None` where it cannot be held exactly.
    pub fn checked_mul(self, other: Self) -> Option<Self> {
        let divisor = match (self.divisor, other.divisor) {
            (Some(a), Some(b)) => Some(a.checked_mul(b)?),
            (one, None) | (None, one) => one,
        };
        Some(self.with(other, self.numerator.checked_mul(other.numerator)?, divisor))
    }

    /// The quotient; `None` where the divisor may be zero or less, or it cannot be held exactly.
    pub fn checked_div(self, other: Self) -> Option<Self> {
        let positive = other.numerator.compare(Relation::AtMost, Interval::ZERO) == Possible::Never;
        if !positive {
            return None;
        }
        let numerator = match other.divisor {
            Some(divisor) => self.numerator.checked_mul(divisor)?,
            None => self.numerator,
        };
        let divisor = match self.divisor {
            Some(divisor) => divisor.checked_mul(other.numerator)?,
            None => other.numerator,
        };
        Some(self.with(other, numerator, Some(divisor)))
    }

    /// The number rounded to so many decimals, halves away from zero; `None` where it is not one exact number.
    pub fn rounded(self, decimals: u32) -> Option<Self> {
        let divisor = self.divisor.map_or(Some(Decimal::ONE), Interval::exact)?;
        let value = self.numerator.exact()?.checked_div(divisor)?;
        Some(Self::exact(value.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero)))
    }

    /// The number mirrored at zero.
    #[must_use]
    pub fn negate(self) -> Self {
        Self { numerator: self.numerator.negate(), ..self }
    }

    /// The number as it would be with so much more or less; `None` where it cannot be held exactly.
    pub fn widened(self, tolerance: Decimal) -> Option<Self> {
        if tolerance.is_zero() {
            return Some(self);
        }
        let margin = Number::new(Interval::closed(-tolerance, tolerance));
        Some(Self { is_narrow: self.is_narrow, ..self.checked_add(margin)? })
    }

    /// How it compares with another.
    pub fn compare(self, relation: Relation, other: Self) -> Option<Possible> {
        if self.divisor.is_none() && other.divisor.is_none() {
            return Some(self.numerator.compare(relation, other.numerator));
        }
        let (a, b, _) = self.common(other)?;
        Some(a.compare(relation, b))
    }

    /// Both over one divisor.
    fn common(self, other: Self) -> Option<(Interval, Interval, Option<Interval>)> {
        Some(match (self.divisor, other.divisor) {
            (None, None) => (self.numerator, other.numerator, None),
            (Some(divisor), None) => (self.numerator, other.numerator.checked_mul(divisor)?, Some(divisor)),
            (None, Some(divisor)) => (self.numerator.checked_mul(divisor)?, other.numerator, Some(divisor)),
            (Some(a), Some(b)) => {
                (self.numerator.checked_mul(b)?, other.numerator.checked_mul(a)?, Some(a.checked_mul(b)?))
            }
        })
    }
}

/// A sum as it is added up: whole numbers, which nearly all figures are, apart from the others.
#[derive(Debug, Default)]
pub struct Sum {
    whole: i128,
    /// The sum of the others, where there are any.
    others: Option<Number>,
    /// A term is not known, or the sum cannot be held exactly.
    is_unknown: bool,
}

impl Number {
    /// A sum of many terms: a wrong one would show in it, however loosely it is stated itself.
    #[must_use]
    pub fn as_a_whole(self) -> Self {
        Self { is_narrow: self.numerator.is_narrow(), ..self }
    }
}

impl Sum {
    /// Adds a number.
    pub fn add(&mut self, number: Number) {
        match number {
            Number { numerator: Interval::Exact(value), divisor: None, is_narrow: true }
                if value.scale() == 0 =>
            {
                self.whole = self.whole.saturating_add(value.mantissa());
            }
            _ => {
                let others = self.others.map_or(Some(number), |others| others.checked_add(number));
                self.is_unknown |= others.is_none();
                self.others = others;
            }
        }
    }

    /// Adds what a figure can mean; `None` where that is not known.
    pub fn add_interval(&mut self, term: Option<Interval>) {
        match term {
            Some(Interval::Exact(value)) if value.scale() == 0 => {
                self.whole = self.whole.saturating_add(value.mantissa());
            }
            Some(other) => self.add(Number::new(other)),
            None => self.is_unknown = true,
        }
    }

    /// The sum; `None` where a term is not known or it cannot be held exactly.
    pub fn total(self) -> Option<Number> {
        if self.is_unknown {
            return None;
        }
        let whole = Number::exact(Decimal::try_from_i128_with_scale(self.whole, 0).ok()?);
        self.others.map_or(Some(whole), |others| others.checked_add(whole))
    }
}

/// A number that is whole, as an integer.
pub fn whole(value: Decimal) -> Option<i128> {
    let value = if value.scale() == 0 { value } else { value.normalize() };
    (value.scale() == 0).then(|| value.mantissa())
}

/// The value of an expression.
#[derive(Clone, Debug)]
pub enum Value<'f> {
    /// A number.
    Number(Number),
    /// Several numbers, each with the figure it is, where it is one.
    Numbers(Vec<(Option<FigureId>, Number)>),
    /// A date.
    Date(Date),
    /// True, false or not to be told.
    Truth(Truth),
    /// Words.
    Text(Cow<'f, str>),
    /// A record.
    Record(Record),
    /// Several records.
    Records(Vec<Record>),
    /// Something that the report does not say.
    Unknown,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::quantity::Quantity;

    fn exact(value: i64) -> Number {
        Number::exact(Decimal::from(value))
    }

    fn percent(text: &str) -> Number {
        Number::new(Quantity::percent(Decimal::from_str_exact(text).unwrap(), None).unwrap().interval)
    }

    #[test]
    fn shares_are_compared_without_rounding() {
        let share = |part: i64, total| exact(100 * part).checked_div(exact(total)).unwrap();
        for (stated, part, total, verdict) in [
            ("45.3", 59, 130, Possible::Sometimes), // 45.38 cut off
            ("45.4", 59, 130, Possible::Sometimes), // rounded
            ("45.5", 59, 130, Possible::Never),
            ("45.2", 59, 130, Possible::Never),
            ("33.3", 1, 3, Possible::Sometimes),
            ("33.4", 1, 3, Possible::Never),
        ] {
            assert_eq!(
                percent(stated).compare(Relation::Equal, share(part, total)),
                Some(verdict),
                "{stated} {part}/{total}"
            );
        }
        assert!(exact(1).checked_div(exact(0)).is_none());
    }

    #[test]
    fn sums_hold_what_is_not_whole_too() {
        let decimal = |text: &str| Decimal::from_str_exact(text).unwrap();
        let loose = Interval::closed(decimal("200"), decimal("299"));
        let sum = |terms: &[Interval]| {
            let mut sum = Sum::default();
            terms.iter().for_each(|&term| sum.add_interval(Some(term)));
            sum.total().unwrap()
        };
        let (two, half) = (Interval::Exact(decimal("2")), Interval::Exact(decimal("0.5")));
        assert_eq!(sum(&[]).value(), Some(Decimal::ZERO));
        assert_eq!(sum(&[two, half, two, half]).value(), Some(decimal("5")));
        assert_eq!(sum(&[two, loose]).numerator, Interval::closed(decimal("202"), decimal("301")));
        assert!(sum(&[two, half]).is_narrow && !sum(&[loose, two]).is_narrow);
        let mut shares = Sum::default();
        shares.add(exact(1).checked_div(exact(3)).unwrap());
        shares.add(exact(2));
        assert_eq!(
            shares.total().unwrap().compare(Relation::Equal, exact(7).checked_div(exact(3)).unwrap()),
            Some(Possible::Always)
        );
    }

    #[test]
    fn a_sum_with_an_unknown_term_or_too_many_digits_is_unknown() {
        let mut unknown = Sum::default();
        for term in [Some(Interval::ZERO), None, Some(Interval::ZERO)] {
            unknown.add_interval(term);
        }
        assert!(unknown.total().is_none());
        let mut long = Sum::default();
        long.add(Number::exact(Decimal::MAX));
        long.add(Number::exact(Decimal::MAX));
        assert!(long.total().is_none());
    }
}
