//! Intervals of exact numbers. Arithmetic keeps every value that is possible and adds none that is not, except
//! that a figure named twice in one expression is not known to be the same figure.

use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::fmt;

use rust_decimal::Decimal;

/// One end of an interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bound {
    /// The value at the end.
    pub value: Decimal,
    /// Whether the value itself is left out.
    pub is_open: bool,
}

impl Bound {
    /// An end that belongs to the interval.
    pub fn closed(value: Decimal) -> Self {
        Self { value, is_open: false }
    }

    /// An end that does not belong to the interval.
    pub fn open(value: Decimal) -> Self {
        Self { value, is_open: true }
    }
}

/// What a figure can be: an exact number, or all numbers between two ends. A missing end is unbounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Interval {
    /// Exactly this number.
    Exact(Decimal),
    /// Any number from `low` to `high`.
    Between {
        /// Lower end.
        low: Option<Bound>,
        /// Upper end.
        high: Option<Bound>,
    },
}

/// In words, as docs/src/figures.md has them: 201 to 299; 45.25 up to 45.4, which leaves out 45.4; 101 or more.
impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let above = |low: Bound| if low.is_open { "above " } else { "" };
        match self.ends() {
            (Some(low), Some(high)) if low == high => write!(f, "{}", low.value.normalize()),
            (Some(low), Some(high)) => {
                let to = if high.is_open { "up to" } else { "to" };
                write!(f, "{}{} {to} {}", above(low), low.value.normalize(), high.value.normalize())
            }
            (Some(low), None) if low.is_open => write!(f, "above {}", low.value.normalize()),
            (Some(low), None) => write!(f, "{} or more", low.value.normalize()),
            (None, Some(high)) if high.is_open => write!(f, "below {}", high.value.normalize()),
            (None, Some(high)) => write!(f, "{} or less", high.value.normalize()),
            (None, None) => f.write_str("any number"),
        }
    }
}

/// Whether a comparison of two intervals is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Possible {
    /// For every choice of values.
    Always,
    /// For some choice of values.
    Sometimes,
    /// For no choice of values.
    Never,
}

type End = Option<Bound>;

impl Interval {
    /// Zero.
    pub const ZERO: Interval = Interval::Exact(Decimal::ZERO);

    /// The interval between two ends.
    pub fn between(low: End, high: End) -> Self {
        match (low, high) {
            (Some(low), Some(high)) if low.value == high.value && !low.is_open && !high.is_open => {
                Interval::Exact(low.value)
            }
            _ => Interval::Between { low, high },
        }
    }

    /// The interval between two values that belong to it.
    pub fn closed(low: Decimal, high: Decimal) -> Self {
        Self::between(Some(Bound::closed(low)), Some(Bound::closed(high)))
    }

    /// Lower and upper end.
    pub fn ends(self) -> (End, End) {
        match self {
            Interval::Exact(value) => (Some(Bound::closed(value)), Some(Bound::closed(value))),
            Interval::Between { low, high } => (low, high),
        }
    }

    /// The number, where there is only one.
    pub fn exact(self) -> Option<Decimal> {
        match self {
            Interval::Exact(value) => Some(value),
            Interval::Between { .. } => None,
        }
    }

    /// The sum. `None` where it has more digits than can be held exactly.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        if let (Interval::Exact(a), Interval::Exact(b)) = (self, other) {
            return a.checked_add(b).map(Interval::Exact);
        }
        let ((a_low, a_high), (b_low, b_high)) = (self.ends(), other.ends());
        let end = |a: End, b: End| match (a, b) {
            (Some(a), Some(b)) => {
                let value = a.value.checked_add(b.value)?;
                Some(Some(Bound { value, is_open: a.is_open || b.is_open }))
            }
            _ => Some(None),
        };
        Some(Self::between(end(a_low, b_low)?, end(a_high, b_high)?))
    }

    /// The interval mirrored at zero.
    pub fn negate(self) -> Self {
        let mirror = |end: End| end.map(|bound| Bound { value: -bound.value, ..bound });
        match self {
            Interval::Exact(value) => Interval::Exact(-value),
            Interval::Between { low, high } => Self::between(mirror(high), mirror(low)),
        }
    }

    /// The difference. `None` where it has more digits than can be held exactly.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.checked_add(other.negate())
    }

    /// The product. `None` where it has more digits than can be held exactly, or an end is unbounded and the
    /// other interval holds zero.
    pub fn checked_mul(self, other: Self) -> Option<Self> {
        if let (Interval::Exact(a), Interval::Exact(b)) = (self, other) {
            return exact_product(a, b).map(Interval::Exact);
        }
        let (Some(a), Some(b)) = (self.bounded(), other.bounded()) else {
            return self.unbounded_product(other);
        };
        let mut low: Option<Bound> = None;
        let mut high: Option<Bound> = None;
        for x in [a.0, a.1] {
            for y in [b.0, b.1] {
                let value = exact_product(x.value, y.value)?;
                // A product with zero is reached even from an open end beside it.
                let is_open = (x.is_open && (!y.value.is_zero() || y.is_open))
                    || (y.is_open && (!x.value.is_zero() || x.is_open));
                let bound = Bound { value, is_open };
                if low.is_none_or(|end| outer(bound, end, Ordering::Less)) {
                    low = Some(bound);
                }
                if high.is_none_or(|end| outer(bound, end, Ordering::Greater)) {
                    high = Some(bound);
                }
            }
        }
        Some(Self::between(low, high))
    }

    fn bounded(self) -> Option<(Bound, Bound)> {
        let (low, high) = self.ends();
        low.zip(high)
    }

    /// The product where an upper end is unbounded: known only for intervals that are not negative.
    fn unbounded_product(self, other: Self) -> Option<Self> {
        let low = |interval: Self| interval.ends().0.filter(|bound| bound.value >= Decimal::ZERO);
        let (a, b) = (low(self)?, low(other)?);
        let value = exact_product(a.value, b.value)?;
        Some(Self::between(Some(Bound { value, is_open: a.is_open || b.is_open }), None))
    }

    /// How this interval compares with another as `relation` asks.
    pub fn compare(self, relation: Relation, other: Self) -> Possible {
        if let (Interval::Exact(a), Interval::Exact(b)) = (self, other) {
            return always(match relation {
                Relation::Equal => a == b,
                Relation::NotEqual => a != b,
                Relation::AtMost => a <= b,
                Relation::Less => a < b,
            });
        }
        let ((a_low, a_high), (b_low, b_high)) = (self.ends(), other.ends());
        match relation {
            Relation::Equal if is_below(a_high, b_low) || is_below(b_high, a_low) => Possible::Never,
            Relation::Equal => Possible::Sometimes,
            Relation::NotEqual => !self.compare(Relation::Equal, other),
            Relation::AtMost => {
                if is_below(b_high, a_low) {
                    Possible::Never
                } else if is_at_most(a_high, b_low) {
                    Possible::Always
                } else {
                    Possible::Sometimes
                }
            }
            Relation::Less => !other.compare(Relation::AtMost, self),
        }
    }

    /// Whether a wrong value would show: the interval is at most a tenth of its figure wide, or that of a zero that was
    /// rounded.
    pub fn is_narrow(self) -> bool {
        self.is_narrow_by(Decimal::TEN)
    }

    /// Whether the interval is no wider than one of so many parts of its figure, or that of a zero that was rounded.
    pub fn is_narrow_by(self, parts: Decimal) -> bool {
        let Interval::Between { low, high } = self else { return true };
        let (Some(low), Some(high)) = (low, high) else { return false };
        if low.value == -high.value {
            return true;
        }
        let width = high.value - low.value;
        let figure = low.value.abs().max(high.value.abs());
        width.checked_mul(parts).is_some_and(|width| width <= figure)
    }
}

/// The ways to compare two numbers; the others are these with the sides changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// One equals the other.
    Equal,
    /// One differs from the other.
    NotEqual,
    /// One is the other or less.
    AtMost,
    /// One is less than the other.
    Less,
}

impl std::ops::Not for Possible {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Possible::Always => Possible::Never,
            Possible::Sometimes => Possible::Sometimes,
            Possible::Never => Possible::Always,
        }
    }
}

fn always(is_true: bool) -> Possible {
    if is_true { Possible::Always } else { Possible::Never }
}

/// Whether every number up to `high` is below every number from `low`.
fn is_below(high: End, low: End) -> bool {
    match (high, low) {
        (Some(high), Some(low)) => {
            high.value < low.value || (high.value == low.value && (high.is_open || low.is_open))
        }
        _ => false,
    }
}

/// Whether every number up to `high` is at most every number from `low`.
fn is_at_most(high: End, low: End) -> bool {
    matches!((high, low), (Some(high), Some(low)) if high.value <= low.value)
}

/// Whether `bound` lies further out than `end`.
fn outer(bound: Bound, end: Bound, direction: Ordering) -> bool {
    let order = bound.value.cmp(&end.value);
    order == direction || (order == Ordering::Equal && end.is_open && !bound.is_open)
}

/// The product, unless it would be rounded.
fn exact_product(a: Decimal, b: Decimal) -> Option<Decimal> {
    let (a, b) = (a.normalize(), b.normalize());
    let product = a.checked_mul(b)?;
    (a.is_zero() || b.is_zero() || product.scale() == a.scale() + b.scale()).then_some(product)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn number(value: i64) -> Decimal {
        Decimal::from(value)
    }

    fn interval() -> impl Strategy<Value = Interval> {
        let end = (-6_i64..6, any::<bool>());
        (end.clone(), end).prop_map(|((a, a_open), (b, b_open))| {
            let (low, high) = (a.min(b), a.max(b));
            if low == high {
                return Interval::Exact(number(low));
            }
            Interval::between(
                Some(Bound { value: number(low), is_open: a_open }),
                Some(Bound { value: number(high), is_open: b_open }),
            )
        })
    }

    /// Values inside an interval, its ends approached closely.
    fn samples(interval: Interval) -> Vec<Decimal> {
        let (Some(low), Some(high)) = interval.ends() else { return Vec::new() };
        let hair = Decimal::new(1, 6);
        let all = [
            low.value,
            low.value + hair,
            (low.value + high.value) / number(2),
            high.value - hair,
            high.value,
        ];
        all.into_iter().filter(|&value| holds(interval, value)).collect()
    }

    fn holds(interval: Interval, value: Decimal) -> bool {
        let (low, high) = interval.ends();
        low.is_none_or(|low| if low.is_open { low.value < value } else { low.value <= value })
            && high.is_none_or(|high| if high.is_open { value < high.value } else { value <= high.value })
    }

    proptest! {
        #[test]
        fn results_hold_every_possible_value(a in interval(), b in interval()) {
            for x in samples(a) {
                for y in samples(b) {
                    prop_assert!(holds(a.checked_add(b).unwrap(), x + y));
                    prop_assert!(holds(a.checked_sub(b).unwrap(), x - y));
                    prop_assert!(holds(a.checked_mul(b).unwrap(), x * y), "{x} * {y}: {:?}", a.checked_mul(b));
                }
            }
        }

        #[test]
        fn comparisons_agree_with_the_values(a in interval(), b in interval()) {
            for (relation, test) in [
                (Relation::Equal, (|x, y| x == y) as fn(Decimal, Decimal) -> bool),
                (Relation::NotEqual, |x, y| x != y),
                (Relation::AtMost, |x, y| x <= y),
                (Relation::Less, |x, y| x < y),
            ] {
                let verdict = a.compare(relation, b);
                for x in samples(a) {
                    for y in samples(b) {
                        prop_assert!(verdict != Possible::Never || !test(x, y), "{relation:?} {x} {y}");
                        prop_assert!(verdict != Possible::Always || test(x, y), "{relation:?} {x} {y}");
                    }
                }
            }
        }
    }

    #[test]
    fn unbounded_intervals_only_break_what_they_must() {
        let above = Interval::between(Some(Bound::open(number(100))), None);
        assert_eq!(above.compare(Relation::Equal, Interval::Exact(number(100))), Possible::Never);
        assert_eq!(above.compare(Relation::Equal, Interval::Exact(number(101))), Possible::Sometimes);
        assert!(!above.is_narrow());
    }

    #[test]
    fn intervals_in_words() {
        let (one, two) = (number(1), number(2));
        for (low, high, words) in [
            (Some(Bound::closed(one)), Some(Bound::closed(one)), "1"),
            (Some(Bound::closed(one)), Some(Bound::closed(two)), "1 to 2"),
            (Some(Bound::closed(one)), Some(Bound::open(two)), "1 up to 2"),
            (Some(Bound::open(one)), Some(Bound::open(two)), "above 1 up to 2"),
            (Some(Bound::closed(one)), None, "1 or more"),
            (Some(Bound::open(one)), None, "above 1"),
            (None, Some(Bound::closed(one)), "1 or less"),
            (None, Some(Bound::open(one)), "below 1"),
            (None, None, "any number"),
        ] {
            assert_eq!(Interval::between(low, high).to_string(), words);
        }
    }

    #[test]
    fn nothing_is_rounded() {
        let long = Interval::Exact(Decimal::from_str_exact("0.00000000000001").unwrap());
        assert!(long.checked_mul(long).is_some());
        let longer = long.checked_mul(long).unwrap();
        assert_eq!(longer.checked_mul(long), None);
    }
}
