//! What a cell of a table of no known form shows: a figure with its signs, in the way in which its table writes figures.

use rust_decimal::Decimal;

use crate::facts::cell::{self, Reading};
use crate::facts::figure::digit;
use crate::rules::form::Kind;

/// What a cell shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Shown {
    /// The cell is not there.
    Nothing,
    /// Nothing, or a mark for nothing.
    Blank,
    /// A figure.
    Number(Number),
    /// Words.
    Words,
}

/// A figure as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Number {
    /// Its value.
    pub value: Decimal,
    /// It has a sign of percent.
    pub is_percent: bool,
    /// The sign of its currency.
    pub currency: Option<String>,
    /// It is written in four digits and nothing else, as years are.
    pub is_plain: bool,
}

impl Number {
    /// Whether it is written as years are; a workbook may show one with zeros behind a point.
    pub fn is_plain_year(&self) -> bool {
        self.is_plain
    }
}

/// How a table writes figures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// `1,234.5`
    #[default]
    Point,
    /// `1.234,5`
    Comma,
}

const CURRENCIES: &[&str] = &[
    "US$", "HK$", "NT$", "NZ$", "A$", "C$", "S$", "R$", "RMB", "USD", "EUR", "GBP", "CNY", "CHF", "JPY",
    "RM", "Rs.", "Rs", "kr", "$", "£", "€", "¥", "￥", "₹", "₩",
];

/// How a table writes figures, by its cells: what can only be read one way decides, `1.234` alone does not.
pub fn format<'t>(texts: impl Iterator<Item = &'t str>) -> Format {
    let (mut point, mut comma) = (0_usize, 0_usize);
    for text in texts {
        let digits: &str = text.trim_matches(|c: char| !c.is_ascii_digit());
        if digits.is_empty()
            || !digits.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','))
        {
            continue;
        }
        let (points, commas) = (digits.matches('.').count(), digits.matches(',').count());
        let last = |mark: char| digits.rfind(mark).map(|at| digits.len() - at - 1);
        match (points, commas) {
            (0, 0) => {}
            (1, 0) => point += usize::from(last('.') != Some(3)),
            (0, 1) => comma += usize::from(last(',') != Some(3)),
            (0, _) => point += 1,
            (_, 0) => comma += 1,
            _ if last(',') > last('.') => point += 1,
            _ => comma += 1,
        }
    }
    if comma > point { Format::Comma } else { Format::Point }
}

/// Reads the text of a cell.
pub fn shown(text: &str, format: Format) -> Shown {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{a0}' || c == '*').trim();
    if cell::is_blank_mark(text) || is_dashes(text) {
        return Shown::Blank;
    }
    if let Some(number) = number(text, format) {
        return Shown::Number(number);
    }
    match cell::read(text, Kind::Balance, false) {
        // Digits that are no figure above are none; what words stand around may be read.
        Reading::Number(quantity) if quantity.is_exact() && has_digit(text) && has_letter(text) => {
            Shown::Number(Number {
                value: quantity.printed,
                is_percent: false,
                currency: None,
                is_plain: false,
            })
        }
        Reading::ZeroWord => Shown::Blank,
        _ if matches!(text, "nil" | "Nil" | "NIL" | "none" | "None") => Shown::Blank,
        _ if matches!(text, "%" | "$" | "£" | "€" | "- %" | "—%" | "-%" | "–%") => Shown::Blank,
        _ => Shown::Words,
    }
}

fn is_dashes(text: &str) -> bool {
    text.chars().all(|c| matches!(c, '-' | '–' | '—' | '−' | '－' | ' ' | '$' | '£' | '€'))
}

fn has_letter(text: &str) -> bool {
    text.chars().any(|c| c.is_alphabetic())
}

fn has_digit(text: &str) -> bool {
    text.chars().any(|c| digit(c).is_some())
}

fn number(text: &str, format: Format) -> Option<Number> {
    let mut rest = text;
    let mut is_negative = false;
    let mut is_percent = false;
    let mut currency = None;
    // Signs, currencies and brackets stand around the digits in any order.
    loop {
        let before = rest;
        rest = rest.trim_matches(|c: char| c.is_whitespace() || c == '\u{a0}');
        for sign in CURRENCIES {
            for found in [rest.strip_prefix(sign), rest.strip_suffix(sign)].into_iter().flatten() {
                (rest, currency) = (found, Some((*sign).to_owned()));
            }
        }
        if let Some(inner) = rest.strip_suffix(['%', '％']) {
            (rest, is_percent) = (inner, true);
        }
        let opened = rest.strip_prefix(['(', '（']);
        if let Some(inner) = opened.and_then(|inner| inner.strip_suffix([')', '）'])) {
            (rest, is_negative) = (inner, true);
        } else if let Some(inner) = opened.filter(|inner| !inner.contains([')', '）'])) {
            // The bracket that closes it stands in a cell of its own, or behind a sign of percent.
            (rest, is_negative) = (inner, true);
        }
        if let Some(inner) = rest.strip_prefix(['-', '−', '–', '—', '－']).filter(|_| !is_negative) {
            (rest, is_negative) = (inner, true);
        } else if let Some(inner) = rest.strip_prefix(['+', '＋']) {
            rest = inner;
        } else if let Some(inner) = rest.strip_suffix(['-', '−']).filter(|_| !is_negative) {
            (rest, is_negative) = (inner, true);
        }
        rest = without_marks(rest);
        if rest == before {
            break;
        }
    }
    let value = digits(rest, format)?;
    let whole = rest.split_once('.').filter(|(_, zeros)| zeros.bytes().all(|byte| byte == b'0'));
    let whole = whole.map_or(rest, |(whole, _)| whole);
    let is_plain = rest == text && whole.len() == 4 && whole.bytes().all(|byte| byte.is_ascii_digit());
    Some(Number { value: if is_negative { -value } else { value }, is_percent, currency, is_plain })
}

/// A figure without the mark of a note behind it: `1,234¹`, `12.5*`, `7 [2]`, `9 (a)`, `12.5r`, `8 2/`.
fn without_marks(text: &str) -> &str {
    let is_mark = |c: char| {
        matches!(
            c,
            '*' | '＊' | '※' | '†' | '‡' | '§' | '#' | '^' | '⁎' | '¹' | '²' | '³' | '⁰' | '⁴'
                ..='⁹' | 'ª' | 'º'
        )
    };
    let text = text.trim_end_matches(is_mark).trim_end();
    for (open, close) in [('[', ']'), ('(', ')'), ('（', '）'), ('<', '>')] {
        if let Some(inner) = text.strip_suffix(close)
            && let Some(at) = inner.rfind(open).filter(|&at| at > 0)
            && let Some((figure, mark)) = inner.split_at_checked(at)
        {
            let mark = mark.trim_start_matches(open);
            let is_letter = mark.chars().all(|c| c.is_ascii_lowercase());
            let is_note = mark.chars().count() <= 2 && !mark.is_empty();
            if is_note && (is_letter || open == '[' && mark.chars().all(|c| c.is_ascii_digit())) {
                return figure.trim_end();
            }
        }
    }
    // Preliminary, revised, estimated.
    if let Some(figure) = text.strip_suffix(['p', 'r', 'e', 'a', 'b', 'c'])
        && figure.ends_with(|c: char| c.is_ascii_digit())
    {
        return figure;
    }
    if let Some(figure) = text.strip_suffix('/')
        && let Some((figure, mark)) = figure.rsplit_once(' ')
        && mark.len() == 1
        && mark.bytes().all(|byte| byte.is_ascii_digit())
    {
        return figure.trim_end();
    }
    text
}

/// Digits with separators of thousands and of decimals.
fn digits(text: &str, format: Format) -> Option<Decimal> {
    let (decimal, thousands): (char, &[char]) = match format {
        Format::Point => ('.', &[',', '，']),
        Format::Comma => (',', &['.']),
    };
    const SPACES: &[char] = &[' ', '\u{a0}', '\u{202f}', '\u{2009}', '\'', '’'];
    let mut plain = String::with_capacity(text.len());
    let (mut group, mut groups, mut decimals) = (0_usize, 0_usize, None::<u32>);
    let mut is_even = true;
    for c in text.chars() {
        if let Some(value) = digit(c) {
            plain.push(char::from_digit(value, 10)?);
            match &mut decimals {
                Some(count) => *count += 1,
                None => group += 1,
            }
        } else if (c == decimal || c == '．') && decimals.is_none() {
            decimals = Some(0);
        } else if (thousands.contains(&c) || SPACES.contains(&c)) && decimals.is_none() && group > 0 {
            // Groups of two stand before the last one in India.
            is_even &= if groups == 0 { group <= 3 } else { group == 3 || group == 2 };
            groups += 1;
            group = 0;
        } else {
            return None;
        }
    }
    let is_grouped = groups == 0 || is_even && group == 3;
    if plain.is_empty() || plain.len() > 24 || !is_grouped || decimals == Some(0) {
        return None;
    }
    let mantissa: i128 = plain.parse().ok()?;
    Decimal::try_from_i128_with_scale(mantissa, decimals.unwrap_or(0)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_of_many_hands() {
        let value = |text: &str, format| match shown(text, format) {
            Shown::Number(number) => Some(number.value.normalize().to_string()),
            _ => None,
        };
        for (text, expected) in [
            ("$1,577", "1577"),
            ("($210)", "-210"),
            ("$(210)", "-210"),
            ("1,234¹", "1234"),
            ("12.5*", "12.5"),
            ("1'234", "1234"),
            ("1,23,400", "123400"),
            ("321 146", "321146"),
            ("(5)", "-5"),
            ("−7", "-7"),
            ("(3.4%)", "-3.4"),
            ("12.50 %", "12.5"),
            ("7 [2]", "7"),
            ("9 (a)", "9"),
            ("US$ 12", "12"),
            (".5", "0.5"),
            ("12.5r", "12.5"),
            ("１２", "12"),
        ] {
            assert_eq!(value(text, Format::Point).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(value("1.234,56", Format::Comma).as_deref(), Some("1234.56"));
        for text in ["2019-20", "1-90", "c", "x", "tbd", "A1", "3/4", "12 34", "1.2.3"] {
            assert_eq!(value(text, Format::Point), None, "{text}");
        }
        for text in ["", "—", "-", "– –", "$ -", "nil"] {
            assert_eq!(shown(text, Format::Point), Shown::Blank, "{text}");
        }
    }

    #[test]
    fn one_cell_that_can_only_be_read_one_way_decides() {
        assert_eq!(format(["1.234", "5.678"].into_iter()), Format::Point);
        assert_eq!(format(["1.234", "5,6"].into_iter()), Format::Comma);
        assert_eq!(format(["1.234.567", "1.234"].into_iter()), Format::Comma);
        assert_eq!(format(["1,234", "0.5"].into_iter()), Format::Point);
    }
}
