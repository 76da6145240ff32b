//! Dates and years, in digits and in Chinese numerals.

use super::digits::{Digits, digit, skip_spaces};
use super::{Found, Value};
use crate::document::numeral;
use crate::facts::date::Date;

/// The digits that stand at `from`, after spaces, and before `unit` (after spaces): their value and the end.
fn numbered(rest: &str, from: usize, units: &[&str]) -> Option<(u32, usize)> {
    let tail = rest.get(from..)?;
    let start = skip_spaces(tail);
    let digits = Digits::read(tail.get(start..)?)?;
    let after = start + digits.length;
    let gap = skip_spaces(tail.get(after..)?);
    let behind = tail.get(after + gap..)?;
    let unit = units.iter().find(|unit| behind.starts_with(**unit))?;
    (digits.count <= 2).then_some((digits.small(), from + after + gap + unit.len()))
}

/// `2020年1月31日`, `1月31日`, `2020-01-31`, or the digits of `2020年`.
pub(super) fn date(rest: &str, digits: &Digits) -> Option<(usize, Value)> {
    let gap = skip_spaces(rest.get(digits.length..)?);
    let behind = rest.get(digits.length + gap..)?;
    if behind.starts_with('年') {
        let after_year = digits.length + gap + '年'.len_utf8();
        let day = numbered(rest, after_year, &["月"])
            .and_then(|(month, end)| numbered(rest, end, &["日", "号"]).map(|(day, end)| (month, day, end)));
        if let Some((month, day, end)) = day {
            return Some((end, Value::Date(Date { year: Some(digits.small()), month, day })));
        }
        let is_year = digits.count == 4 && (1900..2100).contains(&digits.small());
        return is_year.then_some((digits.length, Value::Year(digits.small())));
    }
    if behind.starts_with('月') && digits.count <= 2 {
        let (day, end) = numbered(rest, digits.length + gap + '月'.len_utf8(), &["日", "号"])?;
        return Some((end, Value::Date(Date { year: None, month: digits.small(), day })));
    }
    let separator =
        behind.chars().next().filter(|c| matches!(c, '-' | '/' | '.') && gap == 0 && digits.count == 4)?;
    let month_at = digits.length + separator.len_utf8();
    let month = Digits::read(rest.get(month_at..)?).filter(|month| month.count <= 2)?;
    let day_at = month_at + month.length;
    let day_digits = rest.get(day_at..)?.strip_prefix(separator)?;
    let day = Digits::read(day_digits).filter(|day| day.count <= 2)?;
    let end = day_at + separator.len_utf8() + day.length;
    let date = Date { year: Some(digits.small()), month: month.small(), day: day.small() };
    (1900..2100).contains(&digits.small()).then_some((end, Value::Date(date)))
}

/// `in 2019`, `FY 2019`, `2018/19`, `2018-2019`: a year without a word behind it.
pub(super) fn year_in_english(text: &str, at: usize, digits: &Digits) -> Option<(usize, Value)> {
    const BEFORE: [&str; 9] = ["in ", "In ", "since ", "Since ", "during ", "FY ", "FY", "fiscal ", "year "];
    let year = digits.small();
    let rest = text.get(at + digits.length..)?;
    if digits.count != 4 || !(1900..2100).contains(&year) {
        return None;
    }
    let separator = rest.chars().next().filter(|c| matches!(c, '/' | '-' | '–'));
    if let Some(separator) = separator
        && let Some(next) = Digits::read(rest.get(separator.len_utf8()..)?)
        && next.value.is_some_and(|next| next == u64::from(year + 1) || next == u64::from((year + 1) % 100))
        && matches!(next.count, 2 | 4)
    {
        let length = digits.length + separator.len_utf8() + next.length;
        let is_whole = !text.get(at + length..)?.starts_with(['/', '-', '.', '年']);
        return is_whole.then_some((length, Value::Year(year)));
    }
    let is_named = BEFORE.iter().any(|word| text.get(..at).is_some_and(|before| before.ends_with(word)));
    let next_digit = rest.chars().nth(1).and_then(digit);
    let goes_on = rest.starts_with(['/', '-', '%']) || rest.starts_with([',', '.']) && next_digit.is_some();
    (is_named && !goes_on).then_some((digits.length, Value::Year(year)))
}

/// `二〇二一年一月三十日`, or the numerals of `二〇二一年`.
pub(super) fn chinese_date(rest: &str, at: usize) -> Option<Found> {
    let year_length: usize = rest.chars().take(4).map(char::len_utf8).sum();
    let numerals = rest.get(..year_length)?;
    if !rest.get(year_length..)?.starts_with('年') || !numerals.contains(['〇', '零', '○', '一', '九'])
    {
        return None;
    }
    let year = numeral::parse(numerals)
        .and_then(|year| u32::try_from(year).ok())
        .filter(|year| (1900..2100).contains(year))?;
    let after_year = year_length + '年'.len_utf8();
    let part = |from: usize, unit: char| {
        let tail = rest.get(from..)?;
        let length = tail.find(|character| !numeral::is_part(character))?;
        let value = u32::try_from(numeral::parse(tail.get(..length)?)?).ok()?;
        tail.get(length..)?.starts_with(unit).then_some((value, from + length + unit.len_utf8()))
    };
    let day =
        part(after_year, '月').and_then(|(month, end)| part(end, '日').map(|(day, end)| (month, day, end)));
    Some(match day {
        Some((month, day, end)) => {
            Found { end: at + end, value: Value::Date(Date { year: Some(year), month, day }) }
        }
        None => Found { end: at + year_length, value: Value::Year(year) },
    })
}
