//! Running text as tokens: figures, the words of the lexicon, borders, and what nobody explains.

use super::figure::{self, Value};
use super::prose::{Prose, ProseFigure};
use crate::document::numeral;
use crate::rules::lexicon::{Classes, Lexicon};
use crate::rules::pattern::Mark;
use crate::source::place::Span;

/// How strongly a mark sets off what follows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Border {
    /// 、
    Item,
    /// A comma.
    Comma,
    /// A colon.
    Colon,
    /// A semicolon.
    Semicolon,
    /// A full stop.
    Stop,
    /// The end of a paragraph.
    Paragraph,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A word of the lexicon.
    Word(Classes),
    /// Words in quotation marks or title marks, with the classes of those that the lexicon has.
    Quoted(Classes),
    /// A figure of the prose by its number, its measure word included.
    Figure(usize),
    /// A mark that sets clauses apart.
    Border(Border),
    /// An opening bracket.
    Open,
    /// A closing bracket.
    Close,
    /// Characters that the lexicon does not have.
    Unknown,
}

/// A piece of running text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its place in the prose text.
    pub span: Span,
    /// What it is.
    pub kind: Kind,
}

/// Reads the tokens of a paragraph; `worded` are its figures in words, in order, each with its number in the prose.
pub fn read(
    prose: &Prose,
    paragraph: Span,
    lexicon: &Lexicon,
    worded: &[(usize, ProseFigure)],
) -> Vec<Token> {
    let text = paragraph.of(prose.text());
    let folded;
    let searched = if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        folded = text.to_ascii_lowercase();
        folded.as_str()
    } else {
        text
    };
    let mut reader = Reader { prose, base: paragraph.start, text, searched, lexicon, tokens: Vec::new() };
    reader.read(worded);
    let end = paragraph.end;
    reader.tokens.push(Token { span: Span { start: end, end }, kind: Kind::Border(Border::Paragraph) });
    reader.tokens
}

struct Reader<'r> {
    prose: &'r Prose,
    base: u32,
    text: &'r str,
    /// The text in small letters.
    searched: &'r str,
    lexicon: &'r Lexicon,
    tokens: Vec<Token>,
}

impl Reader<'_> {
    fn push(&mut self, start: usize, end: usize, kind: Kind) {
        self.tokens.push(Token { span: Span::new(start, end).shift(self.base), kind });
    }

    fn read(&mut self, worded: &[(usize, ProseFigure)]) {
        let mut worded = worded.iter().peekable();
        let mut word = self.lexicon.next(self.searched, 0);
        let (mut at, mut unknown) = (0, None);
        while let Some(character) = self.text.get(at..).and_then(|rest| rest.chars().next()) {
            while word.is_some_and(|word| word.start < at) {
                word = self.lexicon.next(self.searched, at);
            }
            while worded.next_if(|(_, figure)| (figure.mark - self.base) < offset(at)).is_some() {}
            let in_words = worded.peek().filter(|(_, figure)| figure.mark - self.base == offset(at));
            let found = match self.special(at, character) {
                Some(found) => Some(found),
                None if let Some((number, _)) = in_words => {
                    Some((self.numeral_end(at), Kind::Figure(*number)))
                }
                None => word.filter(|word| word.start == at).map(|word| (word.end, Kind::Word(word.classes))),
            };
            match found {
                Some((end, kind)) => {
                    if let Some(start) = unknown.take() {
                        self.push(start, at, Kind::Unknown);
                    }
                    self.push(at, end, kind);
                    at = end;
                }
                None => {
                    if character == ' ' {
                        if let Some(start) = unknown.take() {
                            self.push(start, at, Kind::Unknown);
                        }
                    } else {
                        unknown.get_or_insert(at);
                    }
                    at += character.len_utf8();
                }
            }
        }
        if let Some(start) = unknown {
            self.push(start, at, Kind::Unknown);
        }
    }

    /// A figure in digits, a mark of punctuation, or what stands in quotation marks.
    fn special(&self, at: usize, character: char) -> Option<(usize, Kind)> {
        let end = at + character.len_utf8();
        if Mark::of(character).is_some() {
            let number = self.prose.figure_index(self.base + offset(at))?;
            let unit = self.prose.figures.get(number).map_or(0, |figure| figure.unit.len());
            let spaces = self.text.get(end..).map_or(0, |rest| rest.len() - rest.trim_start().len());
            return Some((if unit > 0 { end + spaces + unit } else { end }, Kind::Figure(number)));
        }
        let kind = match character {
            '、' => Kind::Border(Border::Item),
            '，' => Kind::Border(Border::Comma),
            '：' => Kind::Border(Border::Colon),
            '；' => Kind::Border(Border::Semicolon),
            '。' | '！' | '？' => Kind::Border(Border::Stop),
            '.' if self.is_stop(at) => Kind::Border(Border::Stop),
            '（' | '[' | '［' | '【' => Kind::Open,
            '）' | ']' | '］' | '】' => Kind::Close,
            '$' | '£' | '€' | '¥' => Kind::Word(self.lexicon.roles.neutral),
            '"' | '‘' | '’' | '《' | '〈' => return self.quoted(at, character),
            _ => return None,
        };
        Some((end, kind))
    }

    /// Whether a point ends a sentence: behind a word or a bracket, before white space and a capital or the end.
    fn is_stop(&self, at: usize) -> bool {
        let before = self.text.get(..at).unwrap_or_default();
        let behind = self.text.get(at + 1..).unwrap_or_default();
        let next = behind.trim_start();
        let word = before.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        let is_short =
            word.chars().all(char::is_alphabetic) && word.chars().nth(2).is_none() && !word.is_empty();
        let starts =
            |c: char| c.is_uppercase() || Mark::of(c).is_some() || matches!(c, '"' | '（' | '$' | '£' | '€');
        match next.chars().next() {
            None => true,
            Some(c) => {
                behind.len() > next.len() && starts(c) && !is_short
                // White space between a point and a figure is dropped by no one.
                || behind.len() == next.len() && Mark::of(c).is_some() && !is_short
            }
        }
    }

    /// What stands between quotation marks: a name, not many words long.
    fn quoted(&self, at: usize, open: char) -> Option<(usize, Kind)> {
        /// No name has more characters.
        const LONGEST: usize = 60;
        let close = match open {
            '《' => '》',
            '〈' => '〉',
            '‘' => '’',
            other => other,
        };
        let start = at + open.len_utf8();
        let rest = self.text.get(start..)?;
        let length =
            rest.char_indices().take(LONGEST).find(|(_, c)| *c == close).map(|(length, _)| length)?;
        let inner = rest.get(..length)?;
        if inner.contains('。') {
            return None;
        }
        let mut classes = Classes::NONE;
        let mut from = start;
        while let Some(word) =
            self.lexicon.next(self.searched, from).filter(|word| word.end <= start + length)
        {
            classes = classes.and(word.classes);
            from = word.end;
        }
        Some((start + length + close.len_utf8(), Kind::Quoted(classes)))
    }

    fn numeral_end(&self, at: usize) -> usize {
        if let Some((length, _)) = figure::words::read(self.searched.get(at..).unwrap_or_default()) {
            return at + length;
        }
        let rest = self.text.get(at..).unwrap_or_default();
        let numeral = rest.len() - rest.trim_start_matches(numeral::is_part).len();
        let hedged = rest.get(numeral..).unwrap_or_default();
        let hedge = hedged.len() - hedged.trim_start_matches(['余', '多', '来']).len();
        at + numeral + hedge + self.prose.unit_at(self.base + offset(at)).len()
    }
}

fn offset(at: usize) -> u32 {
    Span::new(at, at).start
}

/// Whether a figure is a count or an amount.
pub fn is_count(value: Value) -> bool {
    matches!(value, Value::Count(_))
}
