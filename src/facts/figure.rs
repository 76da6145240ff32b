//! Figures in running text: numbers as people write them, with hedges, scales and units; dates and years.

use rust_decimal::Decimal;

use super::date::Date;
use super::quantity::{Grain, Hedge, Quantity};
use crate::document::numeral;
use crate::rules::pattern::Mark;

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
    /// A year.
    Year(u32),
    /// A date with a month and a day.
    Date(Date),
    /// Digits that count nothing.
    Other,
}

impl Value {
    /// The mark that stands for it in patterns.
    pub fn mark(&self) -> Mark {
        match self {
            Value::Count(_) => Mark::Count,
            Value::Percent(_) => Mark::Percent,
            Value::Year(_) => Mark::Year,
            Value::Date(_) => Mark::Date,
            Value::Other => Mark::Other,
        }
    }
}

/// The value of an ASCII or full-width digit.
pub fn digit(character: char) -> Option<u32> {
    match character {
        '0'..='9' => Some(character as u32 - '0' as u32),
        '０'..='９' => Some(character as u32 - '０' as u32),
        _ => None,
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

/// A run of digits at the start of a text.
struct Digits {
    value: Option<u64>,
    count: usize,
    /// Bytes read.
    length: usize,
    has_leading_zero: bool,
}

impl Digits {
    fn read(text: &str) -> Option<Self> {
        let mut digits = Digits { value: Some(0), count: 0, length: 0, has_leading_zero: false };
        for character in text.chars() {
            let Some(value) = digit(character) else { break };
            digits.has_leading_zero |= digits.count == 0 && value == 0;
            digits.value =
                digits.value.and_then(|so_far| so_far.checked_mul(10)?.checked_add(u64::from(value)));
            digits.count += 1;
            digits.length += character.len_utf8();
        }
        (digits.count > 0).then_some(digits)
    }

    fn small(&self) -> u32 {
        self.value.and_then(|value| u32::try_from(value).ok()).unwrap_or(u32::MAX)
    }
}

/// White space within a line.
fn skip_spaces(text: &str) -> usize {
    text.len() - text.trim_start_matches([' ', '\u{a0}', '\u{3000}', '\u{2009}']).len()
}

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
fn date(rest: &str, digits: &Digits) -> Option<(usize, Value)> {
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
fn year_in_english(text: &str, at: usize, digits: &Digits) -> Option<(usize, Value)> {
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
fn chinese_date(rest: &str, at: usize) -> Option<Found> {
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

/// Measure words that a count can stand before; a language has few.
const UNITS: &[&str] = &[
    "人次",
    "万元",
    "亿元",
    "件次",
    "条次",
    "件",
    "条",
    "次",
    "篇",
    "项",
    "个",
    "份",
    "场",
    "期",
    "人",
    "名",
    "户",
    "家",
    "册",
    "宗",
    "例",
    "起",
    "封",
    "张",
    "幅",
    "部",
    "处",
    "类",
    "批",
    "元",
    "亩",
    "吨",
    "位",
    "台",
    "套",
    "组",
    "种",
    "辆",
    "件（次）",
];

/// The measure word that a text starts with, if it does.
pub fn unit(text: &str) -> &'static str {
    let text = text.trim_start();
    // Most texts start as no measure word does.
    let first = text.as_bytes().first_chunk::<3>();
    let may_be = |unit: &&&str| unit.as_bytes().first_chunk() == first;
    UNITS.iter().filter(may_be).find(|unit| text.starts_with(**unit)).copied().unwrap_or("")
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
        || next.is_some_and(|c| c.is_ascii_alphabetic() || c == '号')
        || is_spoken_number(before, after)
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
        let prefix = hedge_before(before);
        let spaces = skip_spaces(self.tail());
        let behind = self.tail().get(spaces..).unwrap_or_default();
        if let Some(sign) = behind.chars().next().filter(|c| matches!(c, '%' | '％')) {
            self.end += spaces + sign.len_utf8();
            let hedge = prefix.or_else(|| hedge_after(self.tail()));
            let value = Quantity::percent(value, hedge).map_or(Value::Other, Value::Percent);
            return Found { end: at + self.end, value };
        }
        if behind.starts_with("个百分点") {
            return Found { end: at + self.end, value: Value::Other };
        }
        let mut more = self.take(&["余", "多", "来"]).is_some();
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
        let word = words.iter().copied().find(|word| self.tail().starts_with(word))?;
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
    ];
    let before = before.trim_end_matches([' ', '\u{a0}', '\u{3000}', '$', '£', '€']);
    let last = before.chars().next_back()?;
    if !"过于多少低足到破超逾近约为otnrydm".contains(last) {
        return None;
    }
    let (word, hedge) = HEDGES.iter().find(|(word, _)| before.ends_with(word))?;
    let stem = before.strip_suffix(word)?.chars().next_back();
    // 最近, 附近, 契约 and the like end in the same characters.
    let is_other_word = matches!(
        (*word, stem),
        ("近", Some('最' | '附' | '邻' | '靠'))
            | ("约", Some('契' | '条' | '合' | '预' | '节' | '公' | '特'))
    ) || word.is_ascii() && stem.is_some_and(|stem| stem.is_ascii_alphanumeric());
    (!is_other_word).then_some(*hedge)
}

/// The hedge that starts the text after a figure and its unit.
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
mod tests {
    use super::*;
    use crate::facts::interval::Interval;

    fn at(text: &str) -> Value {
        let start = text.find(|c| digit(c).is_some()).or_else(|| text.find('二')).unwrap();
        read(text, start).unwrap().value
    }

    #[test]
    fn english() {
        assert_eq!(at("in 2019"), Value::Year(2019));
        assert_eq!(at("2018/19 and 2019/20"), Value::Year(2018));
        assert!(matches!(at("2,019 in all"), Value::Count(_)));
        assert!(matches!(at("of 2019 parcels"), Value::Count(_)));
        let Value::Count(quantity) = at("$4.2 million") else { panic!() };
        assert_eq!(quantity.printed, Decimal::from(4_200_000));
        let Value::Count(quantity) = at("nearly 100") else { panic!() };
        assert_eq!(quantity.hedge, Some(Hedge::Nearly));
        let Value::Count(quantity) = at("Dover 100") else { panic!() };
        assert_eq!(quantity.hedge, None);
    }

    fn interval(text: &str) -> Interval {
        match at(text) {
            Value::Count(quantity) | Value::Percent(quantity) => quantity.interval,
            other => panic!("{text}: {other:?}"),
        }
    }

    fn exact(value: &str) -> Interval {
        Interval::Exact(Decimal::from_str_exact(value).unwrap())
    }

    #[test]
    fn counts_as_people_write_them() {
        for (text, value) in [
            ("共1,234件", "1234"),
            ("共１２３４条", "1234"),
            ("共１，２３４条", "1234"),
            ("付款251000元", "251000"),
            ("付款3415.74元", "3415.74"),
            ("寄出321 146件", "321146"),
            ("第一季度12，345件", "12"),
            ("6.万", "6"),
        ] {
            assert_eq!(interval(text), exact(value), "{text}");
        }
        let closed = |low: i64, high: i64| Interval::closed(Decimal::from(low), Decimal::from(high));
        assert_eq!(interval("稿件58余篇"), closed(59, 59));
        assert_eq!(interval("约200人"), closed(150, 250));
        assert_eq!(interval("1.2万条"), closed(11_500, 12_999));
        assert_eq!(interval("10余万人次"), closed(100_001, 199_999));
        assert_eq!(interval("100条以上").ends().1, None);
        assert_eq!(interval("不足300件"), closed(0, 299));
        assert_eq!(interval("最近3件"), exact("3"));
    }

    #[test]
    fn digits_that_count_nothing() {
        for text in [
            "第20条",
            "〔2021〕",
            "30号文",
            "0799—1234567",
            "邮编000123",
            "A4纸",
            "版本1.2.3",
            "提高3个百分点",
        ] {
            assert_eq!(at(text), Value::Other, "{text}");
        }
    }

    #[test]
    fn dates_and_years() {
        let date = |year, month, day| Value::Date(Date { year, month, day });
        assert_eq!(at("自2020年1月1日起"), date(Some(2020), 1, 1));
        assert_eq!(at("自２０２０年 2 月 30 日起"), date(Some(2020), 2, 30));
        assert_eq!(at("到12月31日止"), date(None, 12, 31));
        assert_eq!(at("至202020年12月31日"), date(Some(202_020), 12, 31));
        assert_eq!(at("2021-01-31"), date(Some(2021), 1, 31));
        assert_eq!(at("二〇二一年一月三十日"), date(Some(2021), 1, 30));
        assert_eq!(at("2020年度"), Value::Year(2020));
        assert_eq!(at("二〇二〇年度"), Value::Year(2020));
        assert!(matches!(at("近3年来"), Value::Count(_)));
    }

    #[test]
    fn percentages() {
        let Value::Percent(quantity) = at("占12.3％") else { panic!() };
        assert_eq!(quantity.printed, Decimal::new(123, 1));
    }

    #[test]
    fn numerals_with_hedges() {
        let closed = |low: i64, high: i64| Interval::closed(Decimal::from(low), Decimal::from(high));
        for (text, expected) in [
            ("三十六", closed(36, 36)),
            ("近百", closed(90, 99)),
            ("几十", closed(20, 99)),
            ("数百", closed(200, 999)),
            ("三四十", closed(30, 49)),
            ("十余", closed(11, 19)),
            ("两", closed(2, 2)),
        ] {
            assert_eq!(read_numeral(text, "").unwrap().interval, expected, "{text}");
        }
    }
}
