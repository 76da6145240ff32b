//! Figures in running text: numbers as people write them, with hedges, scales and units; dates and years.

mod dates;
mod digits;
mod units;
pub mod words;

use rust_decimal::Decimal;

use super::date::Date;
use super::quantity::{Grain, Hedge, Quantity};
use crate::document::numeral;
use crate::rules::pattern::Mark;
use crate::rules::script::simplified;
use dates::{chinese_date, date, year_in_english};
pub use digits::digit;
use digits::{Digits, skip_spaces};
pub use units::unit;

/// A figure found in running text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found {
    /// One past its last byte; its first byte is where it was looked for.
    pub end: usize,
    /// What it is.
    pub value: Value,
}

/// What a figure in running text says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// A count or amount.
    Count(Quantity),
    /// A percentage.
    Percent(Quantity),
    /// By how much two percentages differ, in percentage points.
    Points(Quantity),
    /// A year.
    Year(u32),
    /// A date with a month and a day.
    Date(Date),
    /// Digits that count nothing.
    Other,
}

impl Value {
    /// Whether it is the last day of a year: that of the report, where both are known.
    pub fn is_year_end(&self, own: Option<u32>) -> bool {
        let is_own = |year: u32| own.is_none_or(|own| own == year);
        matches!(self, Self::Date(Date { year, month: 12, day: 31 }) if year.is_none_or(is_own))
    }

    /// The mark that stands for it in patterns.
    pub fn mark(&self) -> Mark {
        match self {
            Value::Count(_) => Mark::Count,
            Value::Percent(_) => Mark::Percent,
            Value::Year(_) => Mark::Year,
            Value::Date(_) => Mark::Date,
            Value::Points(_) | Value::Other => Mark::Other,
        }
    }
}

/// Reads the figure that starts at byte `at` of `text`, which holds a digit there or a Chinese numeral that may
/// start a year.
pub fn read(text: &str, at: usize) -> Option<Found> {
    let rest = text.get(at..)?;
    let first = rest.chars().next()?;
    if digit(first).is_none() {
        return chinese_date(rest, at);
    }
    let digits = Digits::read(rest)?;
    if let Some(found) = date(rest, &digits).or_else(|| year_in_english(text, at, &digits)) {
        return Some(Found { end: at + found.0, value: found.1 });
    }
    Some(number(text, at, &digits))
}

fn number(text: &str, at: usize, digits: &Digits) -> Found {
    let rest = text.get(at..).unwrap_or_default();
    let before = text.get(..at).unwrap_or_default();
    let mut reader = NumberReader { rest, end: digits.length, mantissa: digits.value, decimals: 0 };
    reader.groups(digits);
    reader.fraction();
    let is_other = digits.has_leading_zero && digits.count > 1
        || digits.count > 12
        || !reader.is_number()
        || names(before, reader.tail());
    let value = reader.value().filter(|_| !is_other);
    let Some(value) = value else { return Found { end: at + reader.end, value: Value::Other } };
    reader.measured(before, value, at)
}

/// Whether digits between `before` and `after` name something rather than count: 第3, A4, 〔2021〕, 30号.
fn names(before: &str, after: &str) -> bool {
    let last = before.chars().next_back();
    let next = after.chars().next();
    matches!(before.trim_end_matches(' ').chars().next_back(), Some('第' | '〔' | '[' | '№'))
        || last.is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        || next.is_some_and(|c| c == '号' || c.is_ascii_alphabetic() && short_scale(before, after).is_none())
        || is_spoken_number(before, after)
}

/// The scale of an amount of money in a letter or two right behind it, and their length: £11.42m, $3bn.
fn short_scale(before: &str, after: &str) -> Option<(usize, i64)> {
    const SCALES: [(&str, i64); 8] = [
        ("bn", 1_000_000_000),
        ("mn", 1_000_000),
        ("tn", 1_000_000_000_000),
        ("m", 1_000_000),
        ("b", 1_000_000_000),
        ("k", 1000),
        ("M", 1_000_000),
        ("B", 1_000_000_000),
    ];
    let is_money = before.trim_end_matches([' ', '\u{a0}']).ends_with(['$', '£', '€', '¥']);
    let is_whole = |rest: &str| rest.chars().next().is_none_or(|c| !c.is_alphanumeric());
    let found = SCALES.iter().find(|(word, _)| after.strip_prefix(word).is_some_and(is_whole));
    found.filter(|_| is_money).map(|&(word, scale)| (word.len(), scale))
}

/// Whether digits stand beside a dash and more digits, as in telephone numbers.
fn is_spoken_number(before: &str, after: &str) -> bool {
    fn beside(mut characters: impl Iterator<Item = char>) -> bool {
        let is_dash = |c: &char| matches!(c, '-' | '—' | '－' | '–');
        characters.next().filter(is_dash).is_some()
            && characters.find(|c| !is_dash(c)).and_then(digit).is_some()
    }
    beside(before.chars().rev()) || beside(after.chars())
}

struct NumberReader<'t> {
    rest: &'t str,
    end: usize,
    mantissa: Option<u64>,
    decimals: u32,
}

impl<'t> NumberReader<'t> {
    fn tail(&self) -> &'t str {
        self.rest.get(self.end..).unwrap_or_default()
    }

    fn push(&mut self, digits: &Digits, length: usize) {
        let power = 10_u64.checked_pow(u32::try_from(digits.count).unwrap_or(u32::MAX));
        self.mantissa = self
            .mantissa
            .zip(power)
            .zip(digits.value)
            .and_then(|((so_far, power), value)| so_far.checked_mul(power)?.checked_add(value));
        self.end += length;
    }

    /// Thousands set off by commas, or by spaces before a measure word.
    fn groups(&mut self, first: &Digits) {
        if first.count > 3 || first.has_leading_zero {
            return;
        }
        let start = (self.end, self.mantissa);
        let mut by_spaces = false;
        while let Some(separator) =
            self.tail().chars().next().filter(|c| matches!(c, ',' | '，' | ' ' | '\u{a0}' | '\u{2009}'))
        {
            let body = self.tail().get(separator.len_utf8()..).unwrap_or_default();
            let Some(group) = Digits::read(body).filter(|group| group.count == 3) else { break };
            // A full-width comma parts clauses, unless its digits are full-width too.
            if separator == '，' && !body.starts_with(|c: char| ('０'..='９').contains(&c)) {
                break;
            }
            by_spaces |= separator != ',' && separator != '，';
            self.push(&group, separator.len_utf8() + group.length);
        }
        if by_spaces && unit(self.tail()).is_empty() {
            (self.end, self.mantissa) = start;
        }
    }

    fn fraction(&mut self) {
        let Some(point) = self.tail().chars().next().filter(|c| matches!(c, '.' | '．')) else { return };
        let body = self.tail().get(point.len_utf8()..).unwrap_or_default();
        if let Some(digits) = Digits::read(body).filter(|digits| digits.count <= 12) {
            self.decimals = u32::try_from(digits.count).unwrap_or(0);
            self.push(&digits, point.len_utf8() + digits.length);
        }
    }

    /// Whether what was read is one number: `1.2.3` and `1,23` are none.
    fn is_number(&self) -> bool {
        let mut tail = self.tail().chars();
        !(matches!(tail.next(), Some('.' | '．')) && tail.next().and_then(digit).is_some())
    }

    fn value(&self) -> Option<Decimal> {
        let mantissa = i64::try_from(self.mantissa?).ok()?;
        Decimal::try_new(mantissa, self.decimals).ok()
    }

    fn measured(mut self, before: &str, value: Decimal, at: usize) -> Found {
        let spaces = skip_spaces(self.tail());
        let behind = self.tail().get(spaces..).unwrap_or_default();
        let prefix = hedge_before(before).filter(|&hedge| hedge != Hedge::Over || !is_during(before, behind));
        if let Some((length, point)) = points_sign(behind) {
            self.end += spaces + length;
            let points = value.checked_mul(point).and_then(|points| Quantity::percent(points, prefix));
            return Found { end: at + self.end, value: points.map_or(Value::Other, Value::Points) };
        }
        if let Some(length) = percent_sign(behind) {
            self.end += spaces + length;
            let hedge = prefix.or_else(|| hedge_after(self.tail()));
            let value = Quantity::percent(value, hedge).map_or(Value::Other, Value::Percent);
            return Found { end: at + self.end, value };
        }
        let mut more = self.take(&["余", "多", "来"]).is_some();
        // 75.3 亿
        if behind.len() < self.tail().len()
            && behind.starts_with(['亿', '万'])
            && !unit(behind.trim_start_matches(['亿', '万'])).is_empty()
        {
            self.end += spaces;
        }
        let scale = match self.take(&["万亿", "百万", "千万", "亿", "万", "千", "百"]) {
            Some("万亿") => 1_000_000_000_000,
            Some("亿") => 100_000_000_i64,
            Some("千万") => 10_000_000,
            Some("百万") => 1_000_000,
            Some("万") => 10_000,
            Some("千") => 1000,
            Some("百") => 100,
            _ => 1,
        };
        let scale = match self.take(&[" thousand", " million", " billion"]) {
            Some(" thousand") => 1000,
            Some(" million") => 1_000_000,
            Some(_) => 1_000_000_000,
            None => scale,
        };
        let scale = match short_scale(before, self.tail()) {
            Some((length, short)) if scale == 1 => {
                self.end += length;
                short
            }
            _ => scale,
        };
        more |= self.take(&["余", "多", "来"]).is_some();
        let unit = unit(self.tail());
        let after = self.tail().trim_start().strip_prefix(unit).unwrap_or_default();
        let hedge = if more { Some(Hedge::More) } else { prefix.or_else(|| hedge_after(after)) };
        let is_whole = !unit.ends_with('元') && (self.decimals == 0 || scale > 1);
        let grain = if is_whole { Grain::Whole } else { Grain::Continuous };
        let value =
            Quantity::new(value, Decimal::from(scale), hedge, grain).map_or(Value::Other, Value::Count);
        Found { end: at + self.end, value }
    }

    fn take(&mut self, words: &[&'static str]) -> Option<&'static str> {
        let is_next = |word: &&str| {
            let written = self.tail().chars().map(simplified).take(word.chars().count());
            written.eq(word.chars())
        };
        let word = words.iter().copied().find(is_next)?;
        self.end += word.len();
        Some(word)
    }
}

/// The hedge that ends the text before a figure.
pub fn hedge_before(before: &str) -> Option<Hedge> {
    const HEDGES: &[(&str, Hedge)] = &[
        ("不超过", Hedge::AtMost),
        ("不多于", Hedge::AtMost),
        ("至多", Hedge::AtMost),
        ("不少于", Hedge::AtLeast),
        ("不低于", Hedge::AtLeast),
        ("至少", Hedge::AtLeast),
        ("不足", Hedge::Under),
        ("不到", Hedge::Under),
        ("超过", Hedge::Over),
        ("突破", Hedge::Over),
        ("超", Hedge::Over),
        ("逾", Hedge::Over),
        ("接近", Hedge::Nearly),
        ("将近", Hedge::Nearly),
        ("近", Hedge::Nearly),
        ("大约", Hedge::About),
        ("约为", Hedge::About),
        ("约", Hedge::About),
        ("up to", Hedge::AtMost),
        ("at least", Hedge::AtLeast),
        ("less than", Hedge::Under),
        ("fewer than", Hedge::Under),
        ("under", Hedge::Under),
        ("more than", Hedge::Over),
        ("over", Hedge::Over),
        ("nearly", Hedge::Nearly),
        ("almost", Hedge::Nearly),
        ("about", Hedge::About),
        ("around", Hedge::About),
        ("approximately", Hedge::About),
        ("roughly", Hedge::About),
        ("circa", Hedge::About),
        ("some", Hedge::About),
        ("an estimated", Hedge::About),
        ("close to", Hedge::Nearly),
        ("upwards of", Hedge::Over),
        ("in excess of", Hedge::Over),
    ];
    let before = before.trim_end_matches([' ', '\u{a0}', '\u{3000}', '$', '£', '€']);
    let last = before.chars().next_back()?;
    if !"过于多少低足到破超逾近约为otnrydmafeOTNRYDMAFE".contains(last) {
        return None;
    }
    let stem_of = |word: &str| {
        let (stem, end) = before.split_at_checked(before.len().checked_sub(word.len())?)?;
        end.eq_ignore_ascii_case(word).then_some(stem)
    };
    let (word, hedge, stem) =
        HEDGES.iter().find_map(|&(word, hedge)| stem_of(word).map(|stem| (word, hedge, stem)))?;
    let stem = stem.chars().next_back();
    // 最近, 附近, 契约 and the like end in the same characters.
    let is_other_word = matches!(
        (word, stem),
        ("近", Some('最' | '附' | '邻' | '靠'))
            | ("约", Some('契' | '条' | '合' | '预' | '节' | '公' | '特'))
    ) || word.is_ascii() && stem.is_some_and(|stem| stem.is_ascii_alphanumeric());
    (!is_other_word).then_some(hedge)
}

/// The hedge that starts the text after a figure and its unit.
/// Whether a number is that of a stretch of time over which something happened, not one that is exceeded: over 52 weeks.
fn is_during(before: &str, behind: &str) -> bool {
    const TIMES: [&str; 6] = ["year", "quarter", "month", "week", "day", "hour"];
    before.trim_end().ends_with("over") && TIMES.iter().any(|time| behind.starts_with(time))
}

/// The length of what makes a number a percentage, at the start of a text.
fn percent_sign(text: &str) -> Option<usize> {
    starts_with_word(text, &["%", "％", "percent", "per cent"])
}

/// The length of what makes a number one of percentage points, at the start of a text, and what one of them is.
fn points_sign(text: &str) -> Option<(usize, Decimal)> {
    const POINTS: &[&str] = &["个百分点", "percentage points", "percentage point"];
    const HUNDREDTHS: &[&str] = &["个基点", "basis points", "basis point"];
    let points = starts_with_word(text, POINTS).map(|length| (length, Decimal::ONE));
    points.or_else(|| starts_with_word(text, HUNDREDTHS).map(|length| (length, Decimal::new(1, 2))))
}

/// The length of one of some words at the start of a text, where no letter goes on with it.
fn starts_with_word(text: &str, words: &[&str]) -> Option<usize> {
    let ends = |word: &&&str| {
        text.strip_prefix(**word).is_some_and(|rest| {
            !word.ends_with(|c: char| c.is_ascii_alphabetic())
                || !rest.starts_with(|c: char| c.is_ascii_alphabetic())
        })
    };
    words.iter().find(ends).map(|word| word.len())
}

fn hedge_after(after: &str) -> Option<Hedge> {
    const HEDGES: &[(&str, Hedge)] = &[
        ("左右", Hedge::About),
        ("上下", Hedge::About),
        ("以上", Hedge::AtLeast),
        ("以下", Hedge::AtMost),
        ("以内", Hedge::AtMost),
    ];
    let after = after.trim_start();
    HEDGES.iter().find(|(word, _)| after.starts_with(word)).map(|&(_, hedge)| hedge)
}

/// Reads a Chinese numeral with its hedges, as a pattern's `{count}` captures it: 三十六, 近百, 几十, 三四十, 十余.
pub fn read_numeral(captured: &str, before: &str) -> Option<Quantity> {
    let whole = |value: u64, hedge| Quantity::new(Decimal::from(value), Decimal::ONE, hedge, Grain::Whole);
    let (body, prefix) = match captured.chars().next()? {
        '近' => (captured.get(3..)?, Some(Hedge::Nearly)),
        '约' => (captured.get(3..)?, Some(Hedge::About)),
        _ => (captured, hedge_before(before)),
    };
    let stem = body.trim_end_matches(['余', '多', '来']);
    let hedge = if stem.len() < body.len() { Some(Hedge::More) } else { prefix };
    if let Some(unit) = stem.strip_prefix(['几', '数']) {
        return whole(numeral::parse(unit)?, Some(Hedge::Several));
    }
    if let Some(value) = numeral::parse(stem).filter(|_| !is_range(stem)) {
        return whole(value, hedge);
    }
    range(stem)
}

/// Whether a numeral names two neighbouring digits before a power, as 三四十 does.
fn is_range(stem: &str) -> bool {
    let mut digits = stem.chars().take(2).map(numeral::digit);
    let (first, second) = (digits.next().flatten(), digits.next().flatten());
    matches!((first, second), (Some(first), Some(second)) if first >= 1 && second == first + 1)
        && stem.chars().count() <= 3
}

/// 三四十: from 30 to 49.
fn range(stem: &str) -> Option<Quantity> {
    if !is_range(stem) {
        return None;
    }
    let mut characters = stem.chars();
    let (first, second) = (numeral::digit(characters.next()?)?, numeral::digit(characters.next()?)?);
    let power = match characters.as_str() {
        "" => 1,
        power => numeral::parse(power)?,
    };
    let low = Decimal::from(first * power);
    let high = Decimal::from((second + 1) * power - 1);
    Some(Quantity {
        interval: super::interval::Interval::closed(low, high),
        printed: low,
        hedge: Some(Hedge::Range),
    })
}

#[cfg(test)]
mod tests;
