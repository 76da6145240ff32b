//! The numbers that headings and listed items start with: 一、 （一） 1. (1) 第一条 ①.

use super::numeral;
use crate::source::place::Span;

/// How a heading's number is written; headings of one level are written alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NumberStyle {
    /// 第一章, 第二部分, 第三节
    Part,
    /// 一、
    Chinese,
    /// （一）
    ChineseInBrackets,
    /// 第一条
    Article,
    /// 1. or 1、
    Arabic,
    /// （1） or 1)
    ArabicInBrackets,
    /// ①
    Circled,
}

/// The number that a paragraph starts with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number {
    /// How it is written.
    pub style: NumberStyle,
    /// Its value.
    pub value: u32,
    /// The number with its brackets and stops.
    pub span: Span,
}

/// Reads the number that the text in `span` starts with.
pub fn read(text: &str, span: Span) -> Option<Number> {
    let body = span.of(text);
    let (style, value, length) = prefix(body)?;
    let start = span.start as usize;
    Some(Number { style, value, span: Span::new(start, start + length) })
}

/// The text behind the number that it starts with, if it starts with one.
pub fn strip(text: &str) -> &str {
    prefix(text).and_then(|(_, _, length)| text.get(length..)).unwrap_or(text).trim_start()
}

fn prefix(body: &str) -> Option<(NumberStyle, u32, usize)> {
    let first = body.chars().next()?;
    match first {
        '第' => ordinal(body),
        '（' | '(' | '〔' | '【' => bracketed(body, first),
        '①'..='⑳' => Some((NumberStyle::Circled, first as u32 - '①' as u32 + 1, first.len_utf8())),
        _ => plain(body),
    }
}

fn leading(body: &str, is_part: impl Fn(char) -> bool) -> &str {
    let end = body.find(|character| !is_part(character)).unwrap_or(body.len());
    body.get(..end).unwrap_or_default()
}

/// A run of digits or Chinese numerals at the start, and its value; nothing that could be a year or a count.
fn value(body: &str) -> Option<(bool, u32, usize)> {
    let arabic = leading(body, is_digit);
    if !arabic.is_empty() {
        let value = arabic.chars().try_fold(0, |value, digit| {
            Some(value * 10 + digit_value(digit)?).filter(|&value| value < 1000)
        })?;
        return Some((true, value, arabic.len()));
    }
    let chinese = leading(body, |character| numeral::is_part(character) && !matches!(character, '万' | '亿'));
    let value =
        numeral::parse(chinese).and_then(|value| u32::try_from(value).ok()).filter(|&value| value < 1000)?;
    Some((false, value, chinese.len()))
}

fn is_digit(character: char) -> bool {
    character.is_ascii_digit() || ('０'..='９').contains(&character)
}

fn digit_value(digit: char) -> Option<u32> {
    let full_width = (digit as u32).checked_sub('０' as u32).filter(|&value| value < 10);
    digit.to_digit(10).or(full_width)
}

fn plain(body: &str) -> Option<(NumberStyle, u32, usize)> {
    let (arabic, value, length) = value(body)?;
    let rest = body.get(length..)?;
    let gap = rest.len() - rest.trim_start_matches(' ').len();
    let mut after = rest.chars().skip(gap);
    let stop = after.next()?;
    let next = after.next();
    let style = match stop {
        // A point before a digit is a decimal point.
        '.' | '．' if next.is_some_and(is_digit) => return None,
        '、' | '.' | '．' if arabic => NumberStyle::Arabic,
        '、' | '.' | '．' | '\u{3000}' if !arabic => NumberStyle::Chinese,
        ')' | '）' if arabic => NumberStyle::ArabicInBrackets,
        _ => return None,
    };
    Some((style, value, length + gap + stop.len_utf8()))
}

fn bracketed(body: &str, open: char) -> Option<(NumberStyle, u32, usize)> {
    let inner = body.get(open.len_utf8()..)?;
    let spaces = inner.len() - inner.trim_start().len();
    let (arabic, value, length) = value(inner.trim_start())?;
    let rest = inner.get(spaces + length..)?;
    let close = rest.trim_start().chars().next().filter(|close| matches!(close, '）' | ')' | '〕' | '】'))?;
    let gap = rest.len() - rest.trim_start().len();
    let style = if arabic { NumberStyle::ArabicInBrackets } else { NumberStyle::ChineseInBrackets };
    Some((style, value, open.len_utf8() + spaces + length + gap + close.len_utf8()))
}

fn ordinal(body: &str) -> Option<(NumberStyle, u32, usize)> {
    let start = '第'.len_utf8();
    let (_, value, length) = value(body.get(start..)?)?;
    let rest = body.get(start + length..)?;
    let (style, unit) = [
        (NumberStyle::Part, "章"),
        (NumberStyle::Part, "部分"),
        (NumberStyle::Part, "节"),
        (NumberStyle::Article, "条"),
    ]
    .into_iter()
    .find(|(_, unit)| rest.starts_with(unit))?;
    // 第二十条第（五）项 cites an article; a heading goes on with its title.
    let after = rest.get(unit.len()..)?;
    (!after.starts_with('第') && !after.starts_with('的')).then_some((
        style,
        value,
        start + length + unit.len(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_headings_write_them() {
        use NumberStyle::*;
        for (text, style, value, rest) in [
            ("一、总则", Chinese, 1, "总则"),
            ("三　总则", Chinese, 3, "总则"),
            ("（十二）其他", ChineseInBrackets, 12, "其他"),
            ("( 三 ) 其他", ChineseInBrackets, 3, "其他"),
            ("1.甲", Arabic, 1, "甲"),
            ("２．乙", Arabic, 2, "乙"),
            ("10、丙", Arabic, 10, "丙"),
            ("（3）丁", ArabicInBrackets, 3, "丁"),
            ("4）戊", ArabicInBrackets, 4, "戊"),
            ("第二章 己", Part, 2, "己"),
            ("第十条 庚", Article, 10, "庚"),
            ("③辛", Circled, 3, "辛"),
        ] {
            let number = read(text, Span::new(0, text.len())).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((number.style, number.value), (style, value), "{text}");
            assert_eq!(strip(text), rest);
        }
    }

    #[test]
    fn figures_and_citations_are_not_heading_numbers() {
        for text in ["1.5", "2020、2021年", "第二十条第（五）项", "一是", "3件", "（以下简称", "总则", ""]
        {
            assert!(read(text, Span::new(0, text.len())).is_none(), "{text}");
        }
    }
}
