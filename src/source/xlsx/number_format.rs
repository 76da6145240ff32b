//! Numbers as a spreadsheet shows them: a share as 12.3%, a day as a date, thousands set off. What is shown is what is
//! checked, so a figure is rounded here as its cell rounds it.

use rust_decimal::{Decimal, RoundingStrategy};

/// How the cells of a style show numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberFormat {
    sections: Vec<Section>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Section {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Literal(String),
    /// The digits of the number.
    Digits {
        decimals: u32,
        /// Decimals that are shown although they are zero.
        kept: u32,
        has_thousands: bool,
        /// Thousands that are left off: each comma behind the digits.
        scale: u32,
    },
    Percent,
    /// A letter of a date or time, and how often it is written.
    Date(char, usize),
    /// The number as it is.
    General,
}

/// The code of a format that has a number instead, as far as it shows something of its own.
pub fn built_in(id: u32) -> &'static str {
    match id {
        1 => "0",
        2 => "0.00",
        3 => "#,##0",
        4 => "#,##0.00",
        9 => "0%",
        10 => "0.00%",
        14 => "yyyy/m/d",
        15 => "d-mmm-yy",
        16 => "d-mmm",
        17 => "mmm-yy",
        20 | 32 => "h:mm",
        21 | 33 => "h:mm:ss",
        22 => "yyyy/m/d h:mm",
        27 | 36 | 50 | 52 | 57 => "yyyy\"年\"m\"月\"",
        28 | 29 | 51 | 53 | 54 | 58 => "m\"月\"d\"日\"",
        30 => "m-d-yy",
        31 => "yyyy\"年\"m\"月\"d\"日\"",
        37 | 38 => "#,##0;-#,##0",
        39 | 40 => "#,##0.00;-#,##0.00",
        _ => "General",
    }
}

impl NumberFormat {
    /// Reads a format code.
    pub fn new(code: &str) -> Self {
        Self { sections: sections(code).iter().map(|section| Section::new(section)).collect() }
    }

    /// A number, as the file writes it, as it is shown; `is_1904` says from when days are counted.
    pub fn show(&self, raw: &str, is_1904: bool) -> String {
        let Some(value) = decimal(raw) else { return raw.trim().to_owned() };
        let section = match (self.sections.as_slice(), value) {
            ([_, negative, ..], value) if value.is_sign_negative() && !value.is_zero() => {
                Some((negative, value.abs()))
            }
            ([_, _, zero, ..], value) if value.is_zero() => Some((zero, value)),
            ([first, ..], value) => Some((first, value)),
            ([], _) => None,
        };
        match section {
            Some((section, value)) => section.show(value, is_1904),
            None => plain(value),
        }
    }
}

/// A number as the file writes it. Binary numbers are written with digits that nobody typed: 0.28999999999999998 is 0.29.
fn decimal(raw: &str) -> Option<Decimal> {
    let raw = raw.trim();
    if raw.len() <= 15
        && let Ok(exact) = Decimal::from_str_exact(raw)
    {
        return Some(exact);
    }
    let shortest = raw.parse::<f64>().ok().filter(|value| value.is_finite())?.to_string();
    Decimal::from_str_exact(&shortest).ok()
}

fn plain(value: Decimal) -> String {
    value.normalize().to_string()
}

fn sections(code: &str) -> Vec<String> {
    let mut sections = vec![String::new()];
    let (mut is_quoted, mut is_escaped) = (false, false);
    for character in code.chars() {
        if character == ';' && !is_quoted && !is_escaped {
            sections.push(String::new());
            continue;
        }
        is_quoted ^= character == '"' && !is_escaped;
        is_escaped = character == '\\' && !is_escaped && !is_quoted;
        if let Some(section) = sections.last_mut() {
            section.push(character);
        }
    }
    sections
}

impl Section {
    fn new(code: &str) -> Self {
        let mut section = Self::default();
        let mut characters = code.chars().peekable();
        let mut digits: Option<String> = None;
        while let Some(character) = characters.next() {
            match character {
                '0' | '#' | '?' | '.' | ',' => {
                    digits.get_or_insert_default().push(character);
                    continue;
                }
                _ => section.end_digits(&mut digits),
            }
            match character {
                '"' => section.literal(&characters.by_ref().take_while(|&c| c != '"').collect::<String>()),
                '\\' => section.literal(&characters.next().map(String::from).unwrap_or_default()),
                '_' => drop(characters.next()),
                '*' => drop(characters.next()),
                '[' => {
                    let inner: String = characters.by_ref().take_while(|&c| c != ']').collect();
                    // `[$¥-804]` is a sign of money; colours, conditions and languages show nothing.
                    let sign = inner.strip_prefix('$').and_then(|sign| sign.split('-').next());
                    section.literal(sign.unwrap_or_default());
                }
                '%' => section.parts.push(Part::Percent),
                'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' => {
                    let letter = character.to_ascii_lowercase();
                    let mut count = 1;
                    while characters.next_if(|c| c.eq_ignore_ascii_case(&letter)).is_some() {
                        count += 1;
                    }
                    section.parts.push(Part::Date(letter, count));
                }
                'G' | 'g' => {
                    let rest: String =
                        std::iter::from_fn(|| characters.next_if(char::is_ascii_alphabetic)).collect();
                    if rest.eq_ignore_ascii_case("eneral") {
                        section.parts.push(Part::General);
                    }
                }
                // Scientific notation and fractions are shown as the number itself.
                'E' | 'e' | '/' if !section.parts.iter().any(|part| matches!(part, Part::Date(..))) => {
                    section.parts = vec![Part::General];
                    return section;
                }
                '@' => section.parts.push(Part::General),
                other => section.literal(other.encode_utf8(&mut [0; 4])),
            }
        }
        section.end_digits(&mut digits);
        section
    }

    fn literal(&mut self, text: &str) {
        match self.parts.last_mut() {
            Some(Part::Literal(last)) => last.push_str(text),
            _ if text.is_empty() => {}
            _ => self.parts.push(Part::Literal(text.to_owned())),
        }
    }

    fn end_digits(&mut self, digits: &mut Option<String>) {
        let Some(digits) = digits.take() else { return };
        if self.parts.iter().any(|part| matches!(part, Part::Date(..))) || !digits.contains(['0', '#', '?']) {
            self.literal(&digits.replace(['0', '#', '?'], ""));
            return;
        }
        let scale = digits.len() - digits.trim_end_matches(',').len();
        let digits = digits.trim_end_matches(',');
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let count = |text: &str, wanted: &[char]| u32::try_from(text.matches(wanted).count()).unwrap_or(0);
        self.parts.push(Part::Digits {
            decimals: count(fraction, &['0', '#', '?']),
            kept: count(fraction, &['0', '?']),
            has_thousands: whole.contains(','),
            scale: u32::try_from(scale).unwrap_or(0),
        });
    }

    fn show(&self, value: Decimal, is_1904: bool) -> String {
        if self.parts.iter().any(|part| matches!(part, Part::Date(..))) {
            return self.date(value, is_1904).unwrap_or_else(|| plain(value));
        }
        let has_percent = self.parts.contains(&Part::Percent);
        let value =
            if has_percent { value.checked_mul(Decimal::ONE_HUNDRED).unwrap_or(value) } else { value };
        let mut shown = String::new();
        for part in &self.parts {
            match part {
                Part::Literal(text) => shown.push_str(text),
                Part::Percent => shown.push('%'),
                Part::General => shown.push_str(&plain(value)),
                Part::Date(..) => {}
                Part::Digits { decimals, kept, has_thousands, scale } => {
                    let thousands = (0..*scale)
                        .fold(value, |value, _| value.checked_div(Decimal::ONE_THOUSAND).unwrap_or(value));
                    shown.push_str(&digits(thousands, *decimals, *kept, *has_thousands));
                }
            }
        }
        shown
    }

    fn date(&self, value: Decimal, is_1904: bool) -> Option<String> {
        use rust_decimal::prelude::ToPrimitive;
        let days = value.trunc().to_i64()?;
        let seconds = (value.fract() * Decimal::from(86_400)).round().to_i64()?;
        // Serial 60 is a 29 February 1900 that never was: days before it are one further on.
        let days = days + if is_1904 { 1462 } else { i64::from(days < 60) };
        let (year, month, day) = civil(days - 25_569)?;
        let is_minute = |index: usize| {
            let is =
                |part: Option<&Part>, letter| matches!(part, Some(Part::Date(other, _)) if *other == letter);
            let near = |step: usize| index.checked_sub(step).and_then(|at| self.parts.get(at));
            is(near(2), 'h')
                || is(near(1), 'h')
                || is(self.parts.get(index + 2), 's')
                || is(self.parts.get(index + 1), 's')
        };
        let mut shown = String::new();
        for (index, part) in self.parts.iter().enumerate() {
            let (number, width) = match part {
                Part::Literal(text) => {
                    shown.push_str(text);
                    continue;
                }
                Part::Date('y', count) if *count > 2 => (year, 4),
                Part::Date('y', _) => (year % 100, 2),
                Part::Date('m', count) if is_minute(index) => (seconds / 60 % 60, *count),
                // Names of months are those of other languages: the number says the same.
                Part::Date('m', count) => (month, if *count == 2 { 2 } else { 1 }),
                Part::Date('d', count) => (day, if *count == 2 { 2 } else { 1 }),
                Part::Date('h', count) => (seconds / 3600 % 24, *count),
                Part::Date('s', count) => (seconds % 60, *count),
                _ => continue,
            };
            shown.push_str(&format!("{number:0width$}"));
        }
        Some(shown)
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

fn digits(value: Decimal, decimals: u32, kept: u32, has_thousands: bool) -> String {
    let rounded = value.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero);
    let text = rounded.abs().to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut fraction = fraction.trim_end_matches('0').to_owned();
    while fraction.len() < kept as usize {
        fraction.push('0');
    }
    let mut shown = String::new();
    if rounded.is_sign_negative() && !rounded.is_zero() {
        shown.push('-');
    }
    for (index, digit) in whole.chars().enumerate() {
        if has_thousands && index > 0 && (whole.len() - index).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    if !fraction.is_empty() {
        shown.push('.');
        shown.push_str(&fraction);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_their_cells_show_them() {
        let show = |code: &str, raw: &str| NumberFormat::new(code).show(raw, false);
        assert_eq!(show("General", "12"), "12");
        assert_eq!(show("General", "0.28999999999999998"), "0.29");
        assert_eq!(show("General", "1.5E+3"), "1500");
        assert_eq!(show("0.0%", "0.12345"), "12.3%");
        assert_eq!(show("0%", "0.125"), "13%");
        assert_eq!(show("#,##0.00_ ", "1234567.5"), "1,234,567.50");
        assert_eq!(show("#,##0.##", "1234.5"), "1,234.5");
        assert_eq!(show("0_ ;[Red]\\-0\\ ", "-3"), "-3 ");
        assert_eq!(show("0.00", "-0.001"), "0.00");
        assert_eq!(show("_ * #,##0_ ;_ * \\-#,##0_ ;_ * \"-\"_ ;_ @_ ", "0"), "-");
        assert_eq!(show("0\"件\"", "58"), "58件");
        assert_eq!(show("0.0,\"千\"", "12345"), "12.3千");
        assert_eq!(show("@", "7"), "7");
    }

    #[test]
    fn days_as_dates() {
        let show = |code: &str, raw: &str| NumberFormat::new(code).show(raw, false);
        assert_eq!(show("yyyy\"年\"m\"月\"d\"日\"", "44561"), "2021年12月31日");
        assert_eq!(show("[$-804]yyyy-mm-dd;@", "44562"), "2022-01-01");
        assert_eq!(show(built_in(14), "43831"), "2020/1/1");
        assert_eq!(show("yyyy/m/d h:mm", "44561.5"), "2021/12/31 12:00");
        assert_eq!(NumberFormat::new("yyyy-mm-dd").show("43100", true), "2022-01-01");
    }
}
