//! Whether one slip of the hand explains why parts do not add up.

use rust_decimal::Decimal;

use super::Reader;
use crate::facts::figure::Value;
use crate::facts::slip::is_changed;

impl Reader<'_> {
    /// Whether one figure of a list would make it add up with one digit changed, or with two that stand side by side
    /// changed about.
    pub(super) fn is_slip(&self, total: usize, parts: &[usize]) -> bool {
        let printed = |number: usize| match self.slot(number)?.value {
            Value::Count(quantity) if quantity.hedge.is_none() => Some(quantity.printed),
            _ => None,
        };
        let Some(total) = printed(total) else { return false };
        let values: Option<Vec<Decimal>> = parts.iter().map(|&part| printed(part)).collect();
        let Some(values) = values else { return false };
        let sum = values.iter().try_fold(Decimal::ZERO, |sum, &value| sum.checked_add(value));
        let Some(miss) = sum.and_then(|sum| total.checked_sub(sum)) else { return false };
        let mends = |value: Decimal| value.checked_add(miss).is_some_and(|meant| is_slip(value, meant));
        sum.is_some_and(|sum| is_slip(total, sum)) || values.iter().any(|&value| mends(value))
    }
}

/// Whether `printed` is `meant` with one digit changed or two neighbours changed about.
fn is_slip(printed: Decimal, meant: Decimal) -> bool {
    let digits = |value: Decimal, scale: u32| {
        let mut value = value;
        value.rescale(scale);
        (value.scale() == scale && value.is_sign_positive())
            .then(|| value.mantissa().to_string().into_bytes())
    };
    let scale = printed.normalize().scale().max(meant.normalize().scale());
    digits(printed, scale)
        .zip(digits(meant, scale))
        .is_some_and(|(printed, meant)| is_changed(&printed, &meant))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_digit_or_two_neighbours() {
        let of = |printed: &str, meant: &str| is_slip(printed.parse().unwrap(), meant.parse().unwrap());
        assert!(of("1303", "1203") && of("45", "54") && of("12.5", "12.8") && of("7", "2"));
        assert!(!of("1303", "1313.5") && !of("99", "100") && !of("45", "45") && !of("123", "321"));
    }
}
