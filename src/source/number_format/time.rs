//! Days and times.

use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

use super::code::{Section, Token};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const HAN_DAYS: [&str; 7] = ["日", "一", "二", "三", "四", "五", "六"];
/// Parts of a second shown at most.
const FINEST: u32 = 3;

/// A moment, counted in days, as a section shows it; `None` for one that no spreadsheet has.
pub fn show(section: &Section, value: Decimal, is_1904: bool) -> Option<String> {
    let fraction = section.tokens.iter().filter_map(|token| match token {
        Token::Fraction(count) => u32::try_from(*count).ok(),
        _ => None,
    });
    let finest = fraction.max().unwrap_or(0).min(FINEST);
    let moment = Moment::new(value, finest, is_1904)?;
    let is_halved = section.tokens.iter().any(|token| matches!(token, Token::Halves(..)));
    let mut shown = String::new();
    for (index, token) in section.tokens.iter().enumerate() {
        match token {
            Token::Literal(text) => shown.push_str(text),
            Token::Halves(morning, afternoon) => {
                shown.push_str(if moment.hour() < 12 { morning } else { afternoon });
            }
            Token::Elapsed(letter, width) => {
                let seconds = match letter {
                    'h' => 3600,
                    'm' => 60,
                    _ => 1,
                };
                shown.push_str(&format!("{:0width$}", moment.elapsed / seconds));
            }
            Token::Fraction(count) => {
                let digits = format!("{:03}", moment.thousandths);
                shown.push('.');
                shown.extend(digits.chars().chain(std::iter::repeat('0')).take((*count).min(9)));
            }
            Token::Time('m', count) if *count < 3 && is_minute(&section.tokens, index) => {
                shown.push_str(&format!("{:0count$}", moment.elapsed / 60 % 60));
            }
            Token::Time(letter, count) => {
                shown.push_str(&moment.part(*letter, *count, is_halved, section.is_han));
            }
            _ => {}
        }
    }
    Some(shown)
}

/// Whether an `m` stands for minutes: behind hours or before seconds.
fn is_minute(tokens: &[Token], index: usize) -> bool {
    let letter = |token: &Token| match token {
        Token::Time(letter, _) | Token::Elapsed(letter, _) => Some(*letter),
        _ => None,
    };
    let before = tokens.get(..index).and_then(|before| before.iter().rev().find_map(letter));
    let after = tokens.get(index + 1..).and_then(|after| after.iter().find_map(letter));
    before == Some('h') || after == Some('s')
}

struct Moment {
    year: i64,
    month: usize,
    day: i64,
    weekday: usize,
    /// Seconds since midnight of day zero.
    elapsed: i64,
    thousandths: i64,
}

impl Moment {
    fn new(value: Decimal, finest: u32, is_1904: bool) -> Option<Self> {
        // The last day is 31 December 9999.
        if value.is_sign_negative() || value >= Decimal::from(2_958_466) {
            return None;
        }
        let seconds = value.checked_mul(Decimal::from(86_400))?;
        let seconds = seconds.round_dp_with_strategy(finest, RoundingStrategy::MidpointAwayFromZero);
        let elapsed = seconds.trunc().to_i64()?;
        let thousandths = (seconds.fract() * Decimal::ONE_THOUSAND).trunc().to_i64()?;
        let days = elapsed.div_euclid(86_400);
        let weekday = usize::try_from((days + if is_1904 { 5 } else { 6 }).rem_euclid(7)).ok()?;
        // Serial 60 is a 29 February 1900 that never was: days before it are one further on.
        let days = days + if is_1904 { 1462 } else { i64::from(days < 60) };
        let (year, month, day) = match elapsed < 86_400 && !is_1904 {
            true => (1900, 1, 0),
            false => civil(days - 25_569)?,
        };
        Some(Self { year, month: usize::try_from(month).ok()?, day, weekday, elapsed, thousandths })
    }

    fn hour(&self) -> i64 {
        self.elapsed / 3600 % 24
    }

    /// What a letter shows that is written so often.
    fn part(&self, letter: char, count: usize, is_halved: bool, is_han: bool) -> String {
        let padded = |number: i64, count: usize| format!("{number:0width$}", width = count.min(2));
        let first = |name: &str, count: usize| name.chars().take(count).collect::<String>();
        let month = MONTHS.get(self.month.wrapping_sub(1)).copied().unwrap_or_default();
        let day = DAYS.get(self.weekday).copied().unwrap_or_default();
        let han_day = HAN_DAYS.get(self.weekday).copied().unwrap_or_default();
        match (letter, count) {
            ('y', 1 | 2) => format!("{:02}", self.year % 100),
            ('y' | 'e', _) => self.year.to_string(),
            ('b', _) => (self.year + 543).to_string(),
            ('m', 1 | 2) => padded(i64::try_from(self.month).unwrap_or(0), count),
            ('m', _) if is_han => format!("{}月", self.month),
            ('m', 3) => first(month, 3),
            ('m', 5) => first(month, 1),
            ('m', _) => month.to_owned(),
            ('d', 1 | 2) => padded(self.day, count),
            ('d', _) if is_han => format!("星期{han_day}"),
            ('d', 3) => first(day, 3),
            ('d', _) => day.to_owned(),
            ('a', 3) => han_day.to_owned(),
            ('a', 4) => format!("星期{han_day}"),
            ('h', _) if is_halved => padded((self.hour() + 11) % 12 + 1, count),
            ('h', _) => padded(self.hour(), count),
            ('s', _) => padded(self.elapsed % 60, count),
            _ => String::new(),
        }
    }
}

/// Year, month and day of a day counted from 1970 (Howard Hinnant, "chrono-compatible low-level date algorithms").
fn civil(days: i64) -> Option<(i64, i64, i64)> {
    let days = (-1_000_000..4_000_000).contains(&days).then_some(days + 719_468)?;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    Some((year_of_era + era * 400 + i64::from(month <= 2), month, day))
}
