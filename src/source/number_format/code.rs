//! Format codes: their sections, and what each is made of.

use std::iter::Peekable;
use std::str::Chars;

use rust_decimal::Decimal;

/// A section of a format code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section {
    /// What it is made of, in order.
    pub tokens: Vec<Token>,
    /// Which numbers it is for, where it says so.
    pub condition: Option<Condition>,
    /// Whether it has a colour of its own.
    pub is_coloured: bool,
    /// What it shows.
    pub kind: Kind,
    /// Thousands that are left off.
    pub scale: u32,
    /// Whether thousands are set off.
    pub has_thousands: bool,
    /// Whether its names of months and days are Chinese or Japanese.
    pub is_han: bool,
}

/// What a section shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// A number, or nothing but text.
    #[default]
    Number,
    /// A date or a time.
    Time,
}

/// A piece of a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// Text that is shown as it is.
    Literal(String),
    /// The place of a digit: `0`, `#` or `?`.
    Digit(char),
    /// The point before the decimals.
    Point,
    Comma,
    /// A hundredfold is shown.
    Percent,
    Slash,
    /// `E+`: what is behind it is the exponent.
    Exponent,
    /// A letter of a date or time, and how often it is written.
    Time(char, usize),
    /// Hours, minutes or seconds that go on beyond a day.
    Elapsed(char, usize),
    /// Decimals of a second.
    Fraction(usize),
    /// Morning and afternoon, as they are shown.
    Halves(&'static str, &'static str),
    /// The number as it is.
    General,
    /// The text of the cell.
    Text,
}

/// For which numbers a section is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    operator: String,
    limit: Decimal,
}

impl Condition {
    fn read(text: &str) -> Option<Self> {
        let limit = text.trim_start_matches(['<', '>', '=']);
        let operator = text.strip_suffix(limit).filter(|operator| !operator.is_empty())?;
        let limit = limit.trim().parse().or_else(|_| Decimal::from_scientific(limit.trim())).ok()?;
        Some(Self { operator: operator.to_owned(), limit })
    }

    /// Whether a number meets it.
    pub fn holds(&self, value: Decimal) -> bool {
        match self.operator.as_str() {
            "<" => value < self.limit,
            "<=" | "=<" => value <= self.limit,
            ">" => value > self.limit,
            ">=" | "=>" => value >= self.limit,
            "<>" => value != self.limit,
            _ => value == self.limit,
        }
    }
}

impl Section {
    /// Whether all numbers that it shows are below zero, so that it has a sign of its own; `first` is the section before.
    pub fn is_below_zero(&self, first: Option<&Section>) -> bool {
        let is = |condition: &Condition, operators: &[&str]| {
            condition.limit.is_zero() && operators.contains(&condition.operator.as_str())
        };
        match (&self.condition, first.map(|first| &first.condition)) {
            (Some(own), _) => is(own, &["<", "<="]),
            (None, Some(Some(first))) => is(first, &[">", ">=", "=>"]),
            (None, first) => first.is_some(),
        }
    }

    /// What it writes around its digits, without spaces.
    pub fn literals(&self) -> String {
        let literals = self.tokens.iter().filter_map(|token| match token {
            Token::Literal(text) => Some(text.as_str()),
            _ => None,
        });
        literals.flat_map(str::chars).filter(|c| !c.is_whitespace()).collect()
    }

    /// Whether it writes a sign before its digits itself.
    pub fn writes_sign(&self) -> bool {
        let before = self.tokens.iter().take_while(|token| matches!(token, Token::Literal(_)));
        before.into_iter().any(|token| {
            matches!(token, Token::Literal(text) if text.contains(['-', '(', '−', '－', '（', '△', '▲', '▼', '负']))
        })
    }

    /// Whether it shows any of the number itself.
    pub fn has_digits(&self) -> bool {
        self.tokens.iter().any(|token| matches!(token, Token::Digit(_) | Token::General | Token::Text))
    }

    /// Reads the code of one section.
    pub fn new(code: &str) -> Self {
        let mut section = Self::default();
        let mut rest = code.chars().peekable();
        // An empty code shows numbers as they are; an empty section beside others shows nothing.
        while let Some(character) = rest.next() {
            section.read(character, &mut rest);
        }
        section.settle();
        section
    }

    fn read(&mut self, character: char, rest: &mut Peekable<Chars<'_>>) {
        match character {
            '"' => self.literal(&rest.by_ref().take_while(|&c| c != '"').collect::<String>()),
            '\\' | '!' if rest.peek().is_some() => {
                self.literal(&rest.next().map(String::from).unwrap_or_default());
            }
            // A blank as wide as a character.
            '_' => {
                rest.next();
                self.literal(" ");
            }
            // A character that fills the cell.
            '*' => {
                rest.next();
            }
            '[' => {
                let inner: String = rest.by_ref().take_while(|&c| c != ']').collect();
                self.bracket(&inner);
            }
            '0' | '#' | '?' => self.tokens.push(Token::Digit(character)),
            '.' => self.tokens.push(Token::Point),
            ',' => self.tokens.push(Token::Comma),
            '%' => self.tokens.push(Token::Percent),
            '/' => self.tokens.push(Token::Slash),
            '@' => self.tokens.push(Token::Text),
            'e' | 'E' if rest.peek().is_some_and(|c| matches!(c, '+' | '-')) => {
                rest.next();
                self.tokens.push(Token::Exponent);
            }
            'g' | 'G' | 'a' | 'A' | '上' if self.word(character, rest) => {}
            'y' | 'm' | 'd' | 'h' | 's' | 'e' | 'a' | 'b' | 'g' | 'Y' | 'M' | 'D' | 'H' | 'S' | 'E' => {
                let letter = character.to_ascii_lowercase();
                let mut count = 1;
                while rest.next_if(|c| c.eq_ignore_ascii_case(&letter)).is_some() {
                    count += 1;
                }
                self.tokens.push(Token::Time(letter, count));
            }
            other => self.literal(other.encode_utf8(&mut [0; 4])),
        }
    }

    /// Reads a word that a section may hold without quotes: whether there is one that `first` begins.
    fn word(&mut self, first: char, rest: &mut Peekable<Chars<'_>>) -> bool {
        const WORDS: &[(&str, Token)] = &[
            ("general", Token::General),
            ("g/通用格式", Token::General),
            ("g/標準", Token::General),
            ("am/pm", Token::Halves("AM", "PM")),
            ("a/p", Token::Halves("A", "P")),
            ("上午/下午", Token::Halves("上午", "下午")),
        ];
        let ahead: String = std::iter::once(first).chain(rest.clone().take(8)).collect();
        let ahead = ahead.to_lowercase();
        let Some((word, token)) = WORDS.iter().find(|(word, _)| ahead.starts_with(word)) else {
            return false;
        };
        word.chars().skip(1).for_each(|_| {
            rest.next();
        });
        self.tokens.push(token.clone());
        true
    }

    fn bracket(&mut self, inner: &str) {
        const COLOURS: &[&str] =
            &["black", "blue", "cyan", "green", "magenta", "red", "white", "yellow", "color"];
        let lower = inner.to_ascii_lowercase();
        if let Some(sign) = inner.strip_prefix('$') {
            // `[$¥-804]` is a sign of money and a country; the last two digits of the country are its language.
            let (sign, country) = sign.rsplit_once('-').unwrap_or((sign, ""));
            self.is_han |= country.len() >= 3 && country.ends_with(['4']) && country.ends_with("04")
                || country.ends_with("11") && country.len() >= 3;
            self.literal(sign);
        } else if let Some(letter) = lower.chars().next().filter(|c| matches!(c, 'h' | 'm' | 's'))
            && lower.chars().all(|c| c == letter)
        {
            self.tokens.push(Token::Elapsed(letter, lower.len()));
        } else if let Some(condition) = Condition::read(inner) {
            self.condition = Some(condition);
        } else {
            self.is_coloured |=
                COLOURS.iter().any(|colour| lower.starts_with(colour)) || lower.contains('色');
        }
    }

    fn literal(&mut self, text: &str) {
        match self.tokens.last_mut() {
            Some(Token::Literal(last)) => last.push_str(text),
            _ if text.is_empty() => {}
            _ => self.tokens.push(Token::Literal(text.to_owned())),
        }
    }

    /// Settles what its signs mean, once all of it is known.
    fn settle(&mut self) {
        let is_time =
            |token: &Token| matches!(token, Token::Time(..) | Token::Elapsed(..) | Token::Halves(..));
        if self.tokens.iter().any(is_time) {
            self.kind = Kind::Time;
            self.settle_time();
        } else {
            self.settle_exponent();
            self.settle_fraction();
            self.settle_commas();
        }
    }

    /// In a date and a time signs are shown as they are, but for the decimals of seconds.
    fn settle_time(&mut self) {
        let mut settled: Vec<Token> = Vec::new();
        let mut tokens = std::mem::take(&mut self.tokens).into_iter().peekable();
        while let Some(token) = tokens.next() {
            let text = match token {
                Token::Point if matches!(tokens.peek(), Some(Token::Digit(_))) => {
                    let mut count = 0;
                    while tokens.next_if(|token| matches!(token, Token::Digit(_))).is_some() {
                        count += 1;
                    }
                    settled.push(Token::Fraction(count));
                    continue;
                }
                Token::Point => ".",
                Token::Comma => ",",
                Token::Slash => "/",
                Token::Percent => "%",
                Token::Digit(_) | Token::General | Token::Text | Token::Exponent => continue,
                other => {
                    settled.push(other);
                    continue;
                }
            };
            settled.push(Token::Literal(text.to_owned()));
        }
        self.tokens = settled;
    }

    /// A number with an exponent is shown as the number itself: 1.5E+03 would be read as 1.5.
    fn settle_exponent(&mut self) {
        let is_number = |token: &Token| {
            matches!(token, Token::Digit(_) | Token::Point | Token::Comma | Token::Exponent | Token::General)
        };
        if self.tokens.contains(&Token::Exponent) {
            self.become_general(is_number);
        }
    }

    /// So is a fraction: 1 1/2 would be read as 1.
    fn settle_fraction(&mut self) {
        let Some(slash) = self.tokens.iter().position(|token| *token == Token::Slash) else { return };
        let is_digit = |token: Option<&Token>| matches!(token, Some(Token::Digit(_)));
        let before = slash.checked_sub(1).and_then(|before| self.tokens.get(before));
        let is_fraction = is_digit(before);
        if !is_fraction {
            self.tokens = std::mem::take(&mut self.tokens)
                .into_iter()
                .map(|token| match token {
                    Token::Slash => Token::Literal("/".to_owned()),
                    other => other,
                })
                .collect();
            return;
        }
        // What the parts are divided into may be written as a number: `# ?/8`.
        if let Some(Token::Literal(text)) = self.tokens.get_mut(slash + 1) {
            *text = text.trim_start_matches(|c: char| c.is_ascii_digit()).to_owned();
        }
        let last = self.tokens.iter().rposition(|token| matches!(token, Token::Digit(_) | Token::Slash));
        let first = self.tokens.iter().position(|token| matches!(token, Token::Digit(_)));
        if let (Some(first), Some(last)) = (first, last) {
            self.tokens.splice(first..=last, [Token::General]);
        }
    }

    fn become_general(&mut self, is_number: impl Fn(&Token) -> bool) {
        if let Some(first) = self.tokens.iter().position(&is_number) {
            let mut index = 0;
            self.tokens.retain(|token| {
                index += 1;
                index - 1 == first || !is_number(token)
            });
            if let Some(token) = self.tokens.get_mut(first) {
                *token = Token::General;
            }
        }
    }

    /// A comma between digits sets off thousands; one behind them leaves thousands off.
    fn settle_commas(&mut self) {
        let is_digit = |token: &Token| matches!(token, Token::Digit(_));
        let point = self.tokens.iter().position(|token| *token == Token::Point).unwrap_or(self.tokens.len());
        let mut seen = false;
        let mut settled = Vec::new();
        for (index, token) in self.tokens.iter().enumerate() {
            seen |= is_digit(token);
            let end = if index < point { point } else { self.tokens.len() };
            let has_more = self.tokens.get(index..end).is_some_and(|rest| rest.iter().any(is_digit));
            match token {
                Token::Comma if !seen => settled.push(Token::Literal(",".to_owned())),
                Token::Comma if has_more => self.has_thousands |= index < point,
                Token::Comma => self.scale += 1,
                Token::Point if index > point => settled.push(Token::Literal(".".to_owned())),
                token => settled.push(token.clone()),
            }
        }
        self.tokens = settled;
        if self.scale > 0 {
            self.settle_scale();
        }
    }

    /// A number that is shown as 3.4M or 12万 is shown in full. How many thousands are left off and what is written for
    /// them need not agree: a comma stands for a thousand, never for 万.
    fn settle_scale(&mut self) {
        const SCALES: &[&str] = &[
            "thousand", "million", "billion", "百万", "千万", "万", "亿", "千", "bn", "mn", "MM", "mm", "K",
            "k", "M", "m", "B", "b",
        ];
        let is_digit = |token: &Token| matches!(token, Token::Digit(_));
        let (first, last) = (self.tokens.iter().position(is_digit), self.tokens.iter().rposition(is_digit));
        let (Some(first), Some(last)) = (first, last) else { return };
        let Some(Token::Literal(text)) = self.tokens.get_mut(last + 1) else { return };
        let behind = SCALES.iter().find_map(|scale| text.trim_start().strip_prefix(scale));
        let Some(behind) = behind.filter(|behind| !behind.starts_with(|c: char| c.is_ascii_alphabetic()))
        else {
            return;
        };
        *text = behind.to_owned();
        self.scale = 0;
        self.tokens.splice(first..=last, [Token::General]);
    }
}

/// The sections of a format code.
pub fn sections(code: &str) -> Vec<String> {
    // Some programs write an empty code where they mean none.
    if code.trim().is_empty() {
        return vec!["General".to_owned()];
    }
    let mut sections = vec![String::new()];
    let (mut is_quoted, mut is_escaped) = (false, false);
    for character in code.chars() {
        if character == ';' && !is_quoted && !is_escaped {
            sections.push(String::new());
            continue;
        }
        is_quoted ^= character == '"' && !is_escaped;
        is_escaped = matches!(character, '\\' | '_' | '*') && !is_escaped && !is_quoted;
        if let Some(section) = sections.last_mut() {
            section.push(character);
        }
    }
    sections
}
