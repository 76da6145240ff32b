//! Slips of the hand that turn one number into another.

use std::fmt;

use rust_decimal::Decimal;

/// How a number most likely came to be printed instead of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slip {
    /// 148 for 184.
    Swapped,
    /// 18 for 188, or 14 for 184.
    Dropped,
    /// 1884 for 184.
    Doubled,
    /// 1.84 for 184, or 1840.
    Shifted,
    /// -3 for 3.
    Sign,
    /// 181 for 187: digits that look alike.
    Misread,
    /// The value of the cell beside or above it.
    Neighbour,
}

impl fmt::Display for Slip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Slip::Swapped => "two digits swapped",
            Slip::Dropped => "a digit left out",
            Slip::Doubled => "a digit too many",
            Slip::Shifted => "off by a power of ten",
            Slip::Sign => "the sign flipped",
            Slip::Misread => "a digit misread",
            Slip::Neighbour => "the value of a neighbouring cell",
        })
    }
}

/// The slip by which `printed` stands for `meant`, if one explains it.
pub fn slip(printed: Decimal, meant: Decimal) -> Option<Slip> {
    let (printed, meant) = (printed.normalize(), meant.normalize());
    if printed == meant || printed.is_zero() || meant.is_zero() {
        return None;
    }
    if printed == -meant {
        return Some(Slip::Sign);
    }
    let is_shifted = |a: Decimal, b: Decimal| {
        [10, 100, 1000, 10_000].iter().any(|&factor| a.checked_mul(Decimal::from(factor)) == Some(b))
    };
    if is_shifted(printed, meant) || is_shifted(meant, printed) {
        return Some(Slip::Shifted);
    }
    if printed.scale() != meant.scale() {
        return None;
    }
    let (a, b) = (digits(printed), digits(meant));
    if a.len() == b.len() {
        let different: Vec<usize> = (0..a.len()).filter(|&at| a.get(at) != b.get(at)).collect();
        return match different.as_slice() {
            [first, second]
                if *second == first + 1
                    && a.get(*first) == b.get(*second)
                    && a.get(*second) == b.get(*first) =>
            {
                Some(Slip::Swapped)
            }
            [at] => look_alike(*a.get(*at)?, *b.get(*at)?).then_some(Slip::Misread),
            _ => None,
        };
    }
    if is_without_one(&a, &b) {
        Some(Slip::Dropped)
    } else if is_without_one(&b, &a) {
        Some(Slip::Doubled)
    } else {
        None
    }
}

fn digits(number: Decimal) -> Vec<u8> {
    number.mantissa().unsigned_abs().to_string().into_bytes()
}

/// Whether `short` is `long` with one digit left out. Two digits at least must be left to tell it by.
fn is_without_one(short: &[u8], long: &[u8]) -> bool {
    short.len() >= 2
        && short.len() + 1 == long.len()
        && (0..long.len()).any(|skipped| {
            long.iter().enumerate().filter(|(at, _)| *at != skipped).map(|(_, digit)| digit).eq(short)
        })
}

fn look_alike(a: u8, b: u8) -> bool {
    const PAIRS: [(u8, u8); 8] = [
        (b'1', b'7'),
        (b'3', b'8'),
        (b'5', b'6'),
        (b'0', b'6'),
        (b'0', b'8'),
        (b'6', b'8'),
        (b'8', b'9'),
        (b'4', b'9'),
    ];
    PAIRS.contains(&(a.min(b), a.max(b)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_told_by_their_digits() {
        let of = |printed: &str, meant: &str| {
            slip(Decimal::from_str_exact(printed).unwrap(), Decimal::from_str_exact(meant).unwrap())
        };
        assert_eq!(of("148", "184"), Some(Slip::Swapped));
        assert_eq!(of("54", "45"), Some(Slip::Swapped));
        assert_eq!(of("14", "184"), Some(Slip::Dropped));
        assert_eq!(of("1884", "184"), Some(Slip::Doubled));
        assert_eq!(of("1840", "184"), Some(Slip::Shifted));
        assert_eq!(of("34.1574", "3415.74"), Some(Slip::Shifted));
        assert_eq!(of("-3", "3"), Some(Slip::Sign));
        assert_eq!(of("181", "187"), Some(Slip::Misread));
        assert_eq!(of("71", "72"), None);
        assert_eq!(of("5", "6"), Some(Slip::Misread));
        assert_eq!(of("7", "0"), None);
    }
}
