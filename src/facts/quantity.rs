//! Quantities: a figure as printed, and the numbers it can mean. Definitions with their sources are in
//! docs/src/figures.md.

use rust_decimal::Decimal;

use super::interval::{Bound, Interval};

/// Words that widen a figure (概数, GB/T 15835-2011).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hedge {
    /// N余, N多, N来: more than N, less than the next multiple of its grain.
    More,
    /// 近N, 将近N: at least nine tenths of N, below N.
    Nearly,
    /// 不足N, 不到N: below N.
    Under,
    /// 超N, 逾N, 突破N: above N.
    Over,
    /// N以上, 至少N: N or more.
    AtLeast,
    /// N以下, 至多N: N or less.
    AtMost,
    /// 约N, N左右: half a grain to either side.
    About,
    /// 几十, 数百: between two and less than ten of the unit.
    Several,
    /// 三四十: from the first figure to less than one more than the second.
    Range,
}

/// What a figure counts or measures, as far as its interval goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grain {
    /// Things: whole numbers.
    Whole,
    /// Money or another measure.
    Continuous,
}

/// A figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quantity {
    /// The numbers it can mean.
    pub interval: Interval,
    /// The number printed, with its scale (万, 亿) and without its hedge.
    pub printed: Decimal,
    /// Its hedge.
    pub hedge: Option<Hedge>,
}

impl Quantity {
    /// A figure that means just what it says.
    pub fn exact(value: Decimal) -> Self {
        Self { interval: Interval::Exact(value), printed: value, hedge: None }
    }

    /// Whether it means just what it says.
    pub fn is_exact(&self) -> bool {
        self.interval.exact().is_some()
    }

    /// A count or amount: `value` as printed, times `scale` (1, 10,000 for 万 …).
    ///
    /// `None` where it has more digits than can be held exactly.
    pub fn new(value: Decimal, scale: Decimal, hedge: Option<Hedge>, grain: Grain) -> Option<Self> {
        let printed = value.checked_mul(scale)?.normalize();
        let unit = scale.checked_mul(Decimal::new(1, value.scale()))?;
        let stated = if scale > Decimal::ONE && !printed.is_zero() {
            rounded_or_cut(printed, unit)?
        } else {
            Interval::Exact(printed)
        };
        let interval = match hedge {
            None => stated,
            Some(hedge) => hedged(printed, stated, hedge, grain)?,
        };
        let interval = if grain == Grain::Whole { whole(interval) } else { interval };
        Some(Self { interval, printed, hedge })
    }

    /// The same figure as any that rounds or is cut off to the decimals printed. `None` where it cannot be held exactly.
    pub fn rounded(self) -> Option<Self> {
        let value = self.interval.exact()?;
        let interval = rounded_or_cut(value, Decimal::new(1, self.printed.scale()))?;
        Some(Self { interval, ..self })
    }

    /// The same figure rounded to the decimals printed: half a unit of the last to either side (XBRL Calculations 1.1,
    /// section 6.2). `None` where it cannot be held exactly.
    pub fn rounded_to_nearest(self) -> Option<Self> {
        let value = self.interval.exact()?;
        let half = Decimal::new(5, self.printed.scale().checked_add(1)?);
        let interval = Interval::closed(value.checked_sub(half)?, value.checked_add(half)?);
        Some(Self { interval, ..self })
    }

    /// A percentage with the decimals printed: any share that rounds or is cut off to it.
    pub fn percent(value: Decimal, hedge: Option<Hedge>) -> Option<Self> {
        let printed = value.normalize();
        let stated = rounded_or_cut(value, Decimal::new(1, value.scale()))?;
        let interval = match hedge {
            None => stated,
            Some(hedge) => hedged(printed, stated, hedge, Grain::Continuous)?,
        };
        Some(Self { interval, printed, hedge })
    }
}

/// Every value that rounds (either way at the middle) or is cut off to `value` at `unit`.
fn rounded_or_cut(value: Decimal, unit: Decimal) -> Option<Interval> {
    let half = unit.checked_div(Decimal::TWO)?;
    let (low, high) = if value.is_zero() {
        // It does not show the sign of what was cut off.
        (Bound::open(-unit), Bound::open(unit))
    } else if value.is_sign_negative() {
        (Bound::open(value.checked_sub(unit)?), Bound::closed(value.checked_add(half)?))
    } else {
        (Bound::closed(value.checked_sub(half)?), Bound::open(value.checked_add(unit)?))
    };
    Some(Interval::between(Some(low), Some(high)))
}

fn hedged(printed: Decimal, stated: Interval, hedge: Hedge, kind: Grain) -> Option<Interval> {
    let grain = grain_of(printed, kind);
    let below = |value: Decimal| Some(Bound::open(value));
    Some(match hedge {
        Hedge::More => {
            let next = next_multiple(printed, grain)?;
            Interval::between(Some(Bound::open(printed)), below(next))
        }
        Hedge::Nearly => {
            let low = printed.checked_mul(Decimal::new(9, 1))?;
            Interval::between(Some(Bound::closed(low)), below(printed))
        }
        Hedge::Under => Interval::between(Some(Bound::closed(Decimal::ZERO)), below(printed)),
        Hedge::Over => Interval::between(Some(Bound::open(printed)), None),
        Hedge::AtLeast => Interval::between(Some(Bound::closed(printed)), None),
        Hedge::AtMost => Interval::between(Some(Bound::closed(Decimal::ZERO)), Some(Bound::closed(printed))),
        Hedge::About => {
            let half = grain.checked_div(Decimal::TWO)?;
            let around = Interval::closed(printed.checked_sub(half)?, printed.checked_add(half)?);
            hull(around, stated)
        }
        Hedge::Several => Interval::between(
            Some(Bound::closed(printed.checked_mul(Decimal::TWO)?)),
            below(printed.checked_mul(Decimal::TEN)?),
        ),
        // The caller states the range itself.
        Hedge::Range => stated,
    })
}

/// The place of the last digit that is not zero; at least ten for whole counts.
fn grain_of(value: Decimal, kind: Grain) -> Decimal {
    let value = value.normalize();
    let mut grain = Decimal::new(1, value.scale());
    if value.scale() == 0 && !value.is_zero() {
        while value.checked_rem(grain * Decimal::TEN).is_some_and(|rest| rest.is_zero()) {
            grain *= Decimal::TEN;
        }
    }
    if kind == Grain::Whole { grain.max(Decimal::TEN) } else { grain }
}

fn next_multiple(value: Decimal, grain: Decimal) -> Option<Decimal> {
    let rest = value.checked_rem(grain)?;
    value.checked_sub(rest)?.checked_add(grain)
}

/// The smallest interval that holds both.
fn hull(a: Interval, b: Interval) -> Interval {
    let ((a_low, a_high), (b_low, b_high)) = (a.ends(), b.ends());
    let outer = |x: Option<Bound>, y: Option<Bound>, upper: bool| {
        let (x, y) = (x?, y?);
        let x_is_outer = if x.value == y.value { !x.is_open } else { (x.value > y.value) == upper };
        Some(if x_is_outer { x } else { y })
    };
    Interval::between(outer(a_low, b_low, false), outer(a_high, b_high, true))
}

/// The whole numbers of an interval, as a closed interval; where it holds none, those on either side of it.
pub fn whole(interval: Interval) -> Interval {
    let (first, last) = interval.ends();
    let low = first.map(|bound| {
        let ceiling = bound.value.ceil();
        Bound::closed(if bound.is_open && ceiling == bound.value { ceiling + Decimal::ONE } else { ceiling })
    });
    let high = last.map(|bound| {
        let floor = bound.value.floor();
        Bound::closed(if bound.is_open && floor == bound.value { floor - Decimal::ONE } else { floor })
    });
    match (low, high) {
        // 59余 is more than 59 and less than 60.
        (Some(above), Some(below)) if above.value > below.value => Interval::closed(below.value, above.value),
        _ => Interval::between(low, high),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::from_str_exact(text).unwrap()
    }

    fn count(value: &str, scale: i64, hedge: Option<Hedge>) -> Interval {
        Quantity::new(decimal(value), Decimal::from(scale), hedge, Grain::Whole).unwrap().interval
    }

    fn closed(low: i64, high: i64) -> Interval {
        Interval::closed(Decimal::from(low), Decimal::from(high))
    }

    #[test]
    fn hedges_by_their_grain() {
        for (value, hedge, low, high) in [
            ("58", Hedge::More, 59, 59),
            ("538", Hedge::More, 539, 539),
            ("200", Hedge::More, 201, 299),
            ("3", Hedge::More, 4, 9),
            ("100", Hedge::Nearly, 90, 99),
            ("300", Hedge::Under, 0, 299),
            ("200", Hedge::About, 150, 250),
            ("58", Hedge::About, 53, 63),
            ("10", Hedge::Several, 20, 99),
            ("100", Hedge::AtMost, 0, 100),
            // No whole number is between these ends.
            ("59", Hedge::More, 59, 60),
            ("5", Hedge::Nearly, 4, 5),
            ("0", Hedge::Under, -1, 0),
        ] {
            assert_eq!(count(value, 1, Some(hedge)), closed(low, high), "{value} {hedge:?}");
        }
        assert_eq!(count("100", 1, Some(Hedge::Over)).ends().0, Some(Bound::closed(Decimal::from(101))));
        assert_eq!(
            count("100", 1, Some(Hedge::AtLeast)).ends(),
            (Some(Bound::closed(Decimal::from(100))), None)
        );
    }

    #[test]
    fn a_scale_rounds_or_cuts_off() {
        assert_eq!(count("1.2", 10_000, None), closed(11_500, 12_999));
        assert_eq!(count("1.2", 10_000, Some(Hedge::About)), closed(11_500, 12_999));
        assert_eq!(count("1.2", 10_000, Some(Hedge::More)), closed(12_001, 12_999));
        assert_eq!(count("0", 10_000, None), closed(0, 0));
        assert_eq!(count("538", 1, None), closed(538, 538));
    }

    #[test]
    fn a_percentage_rounds_or_is_cut_off() {
        let percent = |text: &str| Quantity::percent(decimal(text), None).unwrap().interval.ends();
        assert_eq!(
            percent("12.3"),
            (Some(Bound::closed(decimal("12.25"))), Some(Bound::open(decimal("12.4"))))
        );
        assert_eq!(percent("50"), (Some(Bound::closed(decimal("49.5"))), Some(Bound::open(decimal("51")))));
    }
}
