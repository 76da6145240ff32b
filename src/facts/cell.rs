//! What a cell of a form shows.

use rust_decimal::Decimal;

use super::date::Date;
use super::figure::{self, digit};
use super::interval::Interval;
use super::quantity::{Grain, Hedge, Quantity};
use crate::document::numeral;
use crate::rules::form::{Blank, Kind};

/// What a cell shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reading {
    /// A number.
    Number(Quantity),
    /// Nothing, or a mark such as `/` or `—`.
    Blank,
    /// A word for nothing, such as 无.
    ZeroWord,
    /// Words that say the cell does not apply.
    NotApplicable,
    /// A day.
    Date(Date),
    /// Something else; `likely` is the number it would be after one obvious slip.
    Garbled {
        /// The number most likely meant.
        likely: Option<Decimal>,
    },
}

impl Reading {
    /// The numbers the cell can mean, given what a blank means in its form.
    pub fn interval(&self, blank: Blank) -> Option<Interval> {
        match self {
            Reading::Number(quantity) => Some(quantity.interval),
            Reading::Blank | Reading::ZeroWord => (blank == Blank::Zero).then_some(Interval::ZERO),
            Reading::NotApplicable | Reading::Date(_) | Reading::Garbled { .. } => None,
        }
    }

    /// Whether the cell shows a number of its kind, or nothing: a count is whole and not negative, an amount not
    /// negative.
    pub fn is_proper(&self, kind: Kind) -> bool {
        match self {
            Reading::Number(quantity) => {
                let value = quantity.printed;
                let is_whole = quantity
                    .interval
                    .exact()
                    .is_none_or(|value| value.scale() == 0 || value.fract().is_zero());
                match kind {
                    Kind::Count => is_whole && value >= Decimal::ZERO,
                    Kind::Amount => value >= Decimal::ZERO,
                    Kind::Change => is_whole,
                    Kind::Balance | Kind::Percent | Kind::Ordinal => true,
                    Kind::Date => false,
                }
            }
            Reading::Date(_) => kind == Kind::Date,
            Reading::Blank | Reading::ZeroWord | Reading::NotApplicable => true,
            Reading::Garbled { .. } => false,
        }
    }
}

/// Whether a text is one of the marks that stand for nothing.
pub fn is_blank_mark(text: &str) -> bool {
    matches!(text, "" | "/" | "／" | "\\" | "-" | "--" | "—" | "——" | "－" | "–" | "―" | "─" | "…")
}

/// Reads the text of a cell.
pub fn read(text: &str, kind: Kind, is_rounded: bool) -> Reading {
    // Nearly all cells are so.
    if !is_rounded
        && !matches!(kind, Kind::Date | Kind::Percent)
        && let Some(value) = plain_digits(text)
    {
        return Reading::Number(Quantity::exact(value));
    }
    let text = text.trim();
    if is_blank_mark(text) {
        return Reading::Blank;
    }
    match text {
        "无" | "没有" | "×" | "✕" | "✖" | "╳" => return Reading::ZeroWord,
        "不适用" | "不涉及" | "N/A" | "n/a" | "NA" => return Reading::NotApplicable,
        "不变" | "无变化" | "没有变化" | "持平" | "无增减" if kind == Kind::Change => {
            return Reading::Number(Quantity::exact(Decimal::ZERO));
        }
        _ => {}
    }
    if kind == Kind::Date {
        return day(text).map_or(Reading::Garbled { likely: None }, Reading::Date);
    }
    // A mark of a note behind a figure is none of it.
    let text = text.trim_end_matches(['*', '＊', '※']).trim_end();
    if kind == Kind::Percent {
        let number = text.trim_end_matches(['%', '％']);
        let share =
            self::number(number, Grain::Continuous).and_then(|share| Quantity::percent(share.printed, None));
        return share.map_or(Reading::Garbled { likely: repaired(number) }, Reading::Number);
    }
    let grain = if matches!(kind, Kind::Amount | Kind::Balance) { Grain::Continuous } else { Grain::Whole };
    let below = |text: &str| {
        Quantity::new(
            number(text.trim_start(), grain)?.interval.exact()?,
            Decimal::ONE,
            Some(Hedge::Under),
            grain,
        )
    };
    if let Some(quantity) = text.strip_prefix(['<', '＜']).and_then(below) {
        return Reading::Number(quantity);
    }
    if let Some(quantity) = number(text, grain) {
        let rounded = is_rounded.then(|| quantity.rounded()).flatten();
        return Reading::Number(rounded.unwrap_or(quantity));
    }
    if kind == Kind::Change
        && let Some(net) = rise_and_fall(text)
    {
        return Reading::Number(Quantity::exact(net));
    }
    Reading::Garbled { likely: repaired(text) }
}

/// The number that a text is, where it is a few ASCII digits and nothing else.
fn plain_digits(text: &str) -> Option<Decimal> {
    /// So many fit into 64 bits.
    const MOST: usize = 18;
    if text.is_empty() || text.len() > MOST {
        return None;
    }
    let mut digits = text.bytes().map(|byte| byte.is_ascii_digit().then(|| u64::from(byte - b'0')));
    digits.try_fold(0, |value: u64, digit| Some(value * 10 + digit?)).map(Decimal::from)
}

/// A day as `2009-05-08`.
fn day(text: &str) -> Option<Date> {
    let mut parts = text.split('-').map(|part| part.parse::<u32>().ok().filter(|_| part.len() >= 2));
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    parts.next().is_none().then_some(Date { year: Some(year), month, day })
}

/// What two figures come to, of which the first says what was added and the second what was taken away: `+5/-8`,
/// `增5、减8`, `5/8`.
fn rise_and_fall(text: &str) -> Option<Decimal> {
    let part = |text: &str| number(text.trim(), Grain::Whole)?.interval.exact();
    let by_separator = text.split_once(['/', '／', '、']);
    let by_word = || {
        let at =
            text.char_indices().skip(1).find(|(_, c)| matches!(c, '减' | '-' | '－' | '−' | '—' | '↓'))?.0;
        text.split_at_checked(at)
    };
    let (rise, fall) = by_separator.or_else(by_word)?;
    let (rise, fall) = (part(rise.trim_end().trim_end_matches([',', '，', ';', '；']))?, part(fall)?);
    (rise >= Decimal::ZERO).then(|| rise.checked_sub(fall.abs())).flatten()
}

/// A sign, digits with separators and spaces among them, a scale, a unit, and a remark in brackets.
fn number(text: &str, grain: Grain) -> Option<Quantity> {
    let (is_negative, body) = sign(without_money(text));
    let body = without_money(body);
    let mut rest = body;
    let mut mantissa = 0_i64;
    let (mut digits, mut decimals) = (0_u32, None::<u32>);
    let mut separated = false;
    let mut groups = Groups::default();
    while let Some(character) = rest.chars().next() {
        if let Some(value) = digit(character) {
            mantissa = mantissa.checked_mul(10)?.checked_add(i64::from(value))?;
            digits += 1;
            decimals = decimals.map(|count| count + 1);
            separated = false;
            groups.digits += u32::from(decimals.is_none());
        } else if matches!(character, '.' | '．') && decimals.is_none() && digits > 0 {
            decimals = Some(0);
        } else if matches!(character, ',' | '，' | ' ' | '\u{a0}' | '\u{3000}' | '\u{2009}')
            && digits > 0
            && !separated
        {
            separated = true;
            if matches!(character, ',' | '，') {
                groups.part();
            }
        } else {
            break;
        }
        rest = rest.get(character.len_utf8()..)?;
    }
    if digits == 0 {
        let value =
            numeral::parse(body).filter(|_| !body.contains(['百', '千']) || body.chars().count() > 1)?;
        return signed(Quantity::new(Decimal::from(value), Decimal::ONE, None, grain)?, is_negative);
    }
    if decimals == Some(0)
        || !groups.are_thousands()
        || separated && rest.is_empty() && !body.ends_with(char::is_whitespace)
    {
        return None;
    }
    let value = Decimal::try_new(mantissa, decimals.unwrap_or(0)).ok()?;
    if rest.is_empty() {
        return signed(Quantity::exact(value), is_negative);
    }
    let (scale, rest) = scale(rest.trim_start());
    let rest = rest.strip_prefix(figure::unit(rest)).unwrap_or(rest).trim_start();
    let is_done = rest.is_empty() || rest.starts_with(['（', '(']) && rest.ends_with(['）', ')']);
    if !is_done {
        return None;
    }
    // A cell that carries its own scale is as exact as any other cell: its decimals are what was counted in.
    let exact = if scale == 1 { value } else { value.checked_mul(Decimal::from(scale))?.normalize() };
    signed(Quantity::exact(exact), is_negative)
}

/// A text without the sign of money that it starts with.
fn without_money(text: &str) -> &str {
    const MONEY: &[&str] = &["$", "US$", "HK$", "¥", "￥", "€", "£"];
    let behind = MONEY.iter().find_map(|sign| text.strip_prefix(sign));
    behind.map_or(text, str::trim_start)
}

/// The digits between the commas of a figure.
#[derive(Default)]
struct Groups {
    digits: u32,
    commas: u32,
    is_uneven: bool,
}

impl Groups {
    fn part(&mut self) {
        self.is_uneven |= !self.fits();
        self.commas += 1;
        self.digits = 0;
    }

    fn fits(&self) -> bool {
        if self.commas == 0 { (1..=3).contains(&self.digits) } else { self.digits == 3 }
    }

    /// Commas stand before every three digits, or nowhere: `1,28` is no number.
    fn are_thousands(&self) -> bool {
        self.commas == 0 || !self.is_uneven && self.fits()
    }
}

fn signed(quantity: Quantity, is_negative: bool) -> Option<Quantity> {
    if !is_negative {
        return Some(quantity);
    }
    Some(Quantity { interval: quantity.interval.negate(), printed: -quantity.printed, hedge: quantity.hedge })
}

fn sign(text: &str) -> (bool, &str) {
    if text.starts_with(|first| digit(first).is_some()) {
        return (false, text);
    }
    if let Some(inner) = text.strip_prefix(['(', '（']).and_then(|inner| inner.strip_suffix([')', '）'])) {
        return (true, inner.trim());
    }
    const DOWN: &[&str] = &["-", "－", "−", "—", "–", "―", "─", "↓", "减少", "减"];
    const UP: &[&str] = &["+", "＋", "↑", "增加", "新增", "增"];
    for (prefixes, is_negative) in [(DOWN, true), (UP, false)] {
        for prefix in prefixes {
            if let Some(rest) = text.strip_prefix(prefix) {
                return (is_negative, rest.trim_start());
            }
        }
    }
    (false, text)
}

fn scale(text: &str) -> (i64, &str) {
    for (word, scale) in [("万", 10_000), ("萬", 10_000), ("亿", 100_000_000), ("億", 100_000_000)] {
        if let Some(rest) = text.strip_prefix(word) {
            return (scale, rest);
        }
    }
    (1, text)
}

/// The number that a garbled cell most likely means: letters that look like digits, or one stray character.
fn repaired(text: &str) -> Option<Decimal> {
    let mut value = 0_i64;
    let (mut digits, mut strays) = (0, 0);
    for character in text.chars() {
        let lookalike = match character {
            'O' | 'o' | 'Q' | 'D' => Some(0),
            'l' | 'I' | 'i' | '|' => Some(1),
            'Z' | 'z' => Some(2),
            'S' | 's' => Some(5),
            'B' => Some(8),
            'g' | 'q' => Some(9),
            _ => digit(character),
        };
        match lookalike {
            Some(next) => {
                value = value.checked_mul(10)?.checked_add(i64::from(next))?;
                digits += 1;
            }
            None => strays += 1,
        }
    }
    (digits > 0 && strays <= 1).then(|| Decimal::from(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn value(text: &str) -> Option<Decimal> {
        match read(text, Kind::Count, false) {
            Reading::Number(quantity) => quantity.interval.exact(),
            _ => None,
        }
    }

    #[test]
    fn numbers_in_cells() {
        for (text, expected) in [
            ("538", "538"),
            (" 1,234 ", "1234"),
            ("１２", "12"),
            ("1 234", "1234"),
            ("-3", "-3"),
            ("＋2", "2"),
            ("1.5", "1.5"),
            ("12件", "12"),
            ("3.5万元", "35000"),
            ("22（其中修订16件）", "22"),
            ("三十六", "36"),
            ("零", "0"),
            ("(432)", "-432"),
            ("减少2", "-2"),
            ("—3", "-3"),
            ("– 3", "-3"),
            ("↓3", "-3"),
            ("↑3项", "3"),
            ("新增3", "3"),
            ("12,345,678.5", "12345678.5"),
            ("128*", "128"),
            ("$ 281,724", "281724"),
            ("¥-12", "-12"),
            ("-$1,200", "-1200"),
            ("$ (30)", "-30"),
            ("(€30)", "-30"),
        ] {
            assert_eq!(value(text), Some(Decimal::from_str_exact(expected).unwrap()), "{text}");
        }
    }

    #[test]
    fn days_and_what_is_below_a_number() {
        let day = Date { year: Some(2009), month: 5, day: 8 };
        assert_eq!(read("2009-05-08", Kind::Date, false), Reading::Date(day));
        assert_eq!(read("N/A", Kind::Date, false), Reading::NotApplicable);
        assert_eq!(read("8 May", Kind::Date, false), Reading::Garbled { likely: None });
        let Reading::Number(below) = read("<1", Kind::Amount, false) else { panic!() };
        assert_eq!(below.interval.to_string(), "0 up to 1");
    }

    #[test]
    fn blanks_words_and_slips() {
        for text in ["", " ", "/", "—", "-", "　"] {
            assert_eq!(read(text, Kind::Count, false), Reading::Blank, "{text:?}");
        }
        assert_eq!(read("无", Kind::Count, false), Reading::ZeroWord);
        let likely = |text| match read(text, Kind::Count, false) {
            Reading::Garbled { likely } => likely.map(|value| value.to_string()),
            other => panic!("{text}: {other:?}"),
        };
        assert_eq!(likely("1O").as_deref(), Some("10"));
        assert_eq!(likely("l2").as_deref(), Some("12"));
        assert_eq!(likely("7?").as_deref(), Some("7"));
        assert_eq!(likely("7、").as_deref(), Some("7"));
        assert_eq!(likely("3."), Some("3".into()));
        assert_eq!(likely("待查"), None);
        assert_eq!(likely("1,28"), Some("128".into()));
        assert_eq!(likely("1，2345"), Some("12345".into()));
        assert_eq!(likely("1234,567"), Some("1234567".into()));
        assert_eq!(read("×", Kind::Count, false), Reading::ZeroWord);
    }

    #[test]
    fn changes_say_what_came_and_went() {
        for (text, net) in [
            ("+5/-8", -3),
            ("增5减8", -3),
            ("增0/减3", -3),
            ("增3、减3", 0),
            ("新增5项，减少8项", -3),
            ("0/-3", -3),
            ("5/8", -3),
            ("+2-0", 2),
            ("持平", 0),
        ] {
            let reading = read(text, Kind::Change, false);
            assert_eq!(reading, Reading::Number(Quantity::exact(net.into())), "{text}");
            assert!(!matches!(read(text, Kind::Count, false), Reading::Number(_)), "{text}");
        }
        assert!(matches!(read("1,28", Kind::Change, false), Reading::Garbled { .. }));
    }

    #[test]
    fn kinds_of_cell() {
        let proper = |text, kind| read(text, kind, false).is_proper(kind);
        assert!(!proper("-1", Kind::Count) && !proper("1.5", Kind::Count) && !proper("1O", Kind::Count));
        assert!(proper("3415.74", Kind::Amount) && !proper("-10", Kind::Amount));
        assert!(proper("-35", Kind::Change) && !proper("1.5", Kind::Change));
        assert!(proper("", Kind::Count) && proper("无", Kind::Count));
    }

    #[test]
    fn rounded_amounts_and_percentages() {
        let interval = |text, kind| match read(text, kind, true) {
            Reading::Number(quantity) => quantity.interval,
            other => panic!("{text}: {other:?}"),
        };
        let decimal = |text| Decimal::from_str_exact(text).unwrap();
        assert_eq!(interval("12.30", Kind::Amount).to_string(), "12.295 up to 12.31");
        assert_eq!(interval("-3", Kind::Balance).to_string(), "above -4 to -2.5");
        assert_eq!(interval("0.00", Kind::Amount).to_string(), "above -0.01 up to 0.01");
        assert_eq!(interval("12.3%", Kind::Percent).ends().0.unwrap().value, decimal("12.25"));
        assert_eq!(interval("12.3", Kind::Percent), interval("12.3％", Kind::Percent));
    }

    proptest! {
        /// What is read at a glance is what is read digit by digit.
        #[test]
        fn digits_alone_are_read_as_any_number(text in "[0-9]{1,20}") {
            let read = read(&text, Kind::Count, false);
            match number(&text, Grain::Whole) {
                Some(quantity) => prop_assert_eq!(read, Reading::Number(quantity)),
                None => prop_assert_eq!(read, Reading::Garbled { likely: repaired(&text) }),
            }
        }

        #[test]
        fn every_way_of_writing_a_number_is_read(number in 0_u32..100_000_000) {
            let plain = number.to_string();
            let wide: String = plain.chars().map(|c| char::from_u32(c as u32 + 0xfee0).unwrap()).collect();
            let mut grouped = String::new();
            for (at, c) in plain.chars().enumerate() {
                if at > 0 && (plain.len() - at) % 3 == 0 {
                    grouped.push(',');
                }
                grouped.push(c);
            }
            for text in [plain, wide, grouped] {
                prop_assert_eq!(value(&text), Some(Decimal::from(number)), "{}", text);
            }
        }

        #[test]
        fn no_text_is_too_strange(text in ".{0,12}") {
            read(&text, Kind::Count, false);
            read(&text, Kind::Percent, false);
            read(&text, Kind::Amount, true);
        }
    }
}
