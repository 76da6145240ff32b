//! A line of text parted into what may be its cells.

use unicode_width::UnicodeWidthStr;

use super::super::token::{self, Token, TokenKind};
use crate::document::numeral;
use crate::rules::label_index::LabelIndex;
use crate::source::place::Span;

/// A piece of a line.
#[derive(Clone, Copy, Debug)]
pub struct Piece<'p> {
    /// What it is.
    pub token: Token<'p>,
    /// Number of its line.
    pub line: usize,
    /// Number of its block in the document.
    pub block: usize,
    /// Columns of text that it covers.
    pub columns: (usize, usize),
}

impl Piece<'_> {
    /// A cell that is left blank.
    pub fn blank(span: Span, (line, block): (usize, usize)) -> Self {
        let token = Token { span, column: 0, colspan: 1, kind: TokenKind::Blank };
        Self { token, line, block, columns: (0, 0) }
    }
}

/// Whether a line only numbers a page: `- 3 -`.
pub fn is_page_number(line: &str) -> bool {
    let is_dash = |c: char| matches!(c, '-' | '—' | '–' | '－' | '─');
    let line = line.trim();
    if !line.starts_with(is_dash) {
        return false;
    }
    let inner = line.trim_matches(|c: char| is_dash(c) || c.is_whitespace());
    line.ends_with(is_dash)
        && !inner.is_empty()
        && inner.chars().all(|c| c.is_ascii_digit() || ('０'..='９').contains(&c))
}

/// The parts of a line between bars, without those that are empty; all of a line without bars.
pub fn between_bars(place: Span, line: &str) -> impl Iterator<Item = Span> {
    let is_bar = |c: char| matches!(c, '|' | '｜');
    let has_bar = line.contains(is_bar);
    parts(place, line, is_bar).filter(move |part| !has_bar || !part.is_empty())
}

/// Adds the pieces of the line at `place`.
pub fn read<'p>(
    text: &str,
    place: Span,
    (line, block): (usize, usize),
    labels: &'p LabelIndex,
    pieces: &mut Vec<Piece<'p>>,
) {
    let before = text.get(..place.start as usize).unwrap_or_default();
    let line_start = memchr::memrchr(b'\n', before.as_bytes()).map_or(0, |at| at + 1);
    let indent = width(before.get(line_start..).unwrap_or_default());
    let mut add = |span: Span, kind: TokenKind<'p>| {
        // A bracket that a label ends with may stand alone in the next line, and the number in brackets before one.
        let is_in_brackets =
            || span.of(text).starts_with(['（', '(']) && span.of(text).ends_with(['）', ')']);
        let is_part = |c: char| "（）()“”、，。".contains(c) || numeral::is_part(c) && is_in_brackets();
        let is_bracket = kind == TokenKind::Value && span.of(text).chars().all(is_part);
        let kind = if is_bracket { TokenKind::Words } else { kind };
        let from = place.start as usize;
        let start = indent + width(Span::new(from, span.start as usize).of(text));
        pieces.push(Piece {
            token: Token { span, column: 0, colspan: 1, kind },
            line,
            block,
            columns: (start, start + width(span.of(text))),
        });
    };
    let whole = place.trim(text);
    // Most lines are one cell.
    if !whole.of(text).contains(|c: char| c.is_whitespace() || matches!(c, ',' | ';')) {
        if !whole.is_empty() {
            add(whole, token::classify(whole.of(text), labels));
        }
        return;
    }
    let body = place.of(text);
    let kind = token::classify(whole.of(text), labels);
    if matches!(kind, TokenKind::Label(_)) {
        add(whole, kind);
        return;
    }
    if let Some(separator) = listed(body) {
        for span in parts(place, body, |c| c == separator) {
            let span = span.trim(text);
            add(span, token::classify(span.of(text), labels));
        }
        return;
    }
    for wide in wide_parts(text, place) {
        let kind = token::classify(wide.of(text), labels);
        let words: Vec<Span> = match kind {
            TokenKind::Label(_) | TokenKind::Blank => Vec::new(),
            TokenKind::Words | TokenKind::Value if wide.of(text).contains([' ', '\u{a0}']) => {
                parts(wide, wide.of(text), |c| matches!(c, ' ' | '\u{a0}'))
                    .filter(|part| !part.is_empty())
                    .collect()
            }
            _ => Vec::new(),
        };
        match narrow_parts(text, wide, &words, labels) {
            Some(parts) => {
                for part in parts {
                    add(part, token::classify(part.of(text), labels));
                }
            }
            None => add(wide, kind),
        }
    }
}

fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.width() }
}

fn parts(place: Span, body: &str, is_separator: impl Fn(char) -> bool) -> impl Iterator<Item = Span> {
    let base = body.as_ptr() as usize;
    body.split(is_separator).map(move |part| {
        let start = place.start as usize + (part.as_ptr() as usize - base);
        Span::new(start, start + part.len())
    })
}

/// The parts of a line between tabs, wide spaces, or two and more narrow ones.
fn wide_parts(text: &str, place: Span) -> Vec<Span> {
    let mut found = Vec::new();
    let mut start = None;
    let mut spaces = 0;
    let mut end = 0;
    for (at, c) in place.of(text).char_indices() {
        if c.is_whitespace() {
            spaces += if matches!(c, ' ' | '\u{a0}') { 1 } else { 2 };
            continue;
        }
        if spaces >= 2
            && let Some(start) = start.take()
        {
            found.push(Span::new(start, end).shift(place.start));
        }
        start.get_or_insert(at);
        spaces = 0;
        end = at + c.len_utf8();
    }
    found.extend(start.map(|start| Span::new(start, end).shift(place.start)));
    found
}

/// The parts of a piece between single spaces: figures behind a label or by themselves, or labels side by side.
fn narrow_parts(text: &str, piece: Span, words: &[Span], labels: &LabelIndex) -> Option<Vec<Span>> {
    let is_value =
        |word: &&Span| matches!(token::classify(word.of(text), labels), TokenKind::Value | TokenKind::Blank);
    let figures = words.iter().rev().take_while(is_value).count();
    let (names, figures) = words.split_at(words.len() - figures);
    if names.is_empty() && is_grouped(text, figures) {
        return None;
    }
    let mut found = Vec::new();
    if let (Some(first), Some(last)) = (names.first(), names.last()) {
        let name = first.join(*last);
        let is_label = |word: &&Span| matches!(token::classify(word.of(text), labels), TokenKind::Label(_));
        let known = names.iter().filter(is_label).count();
        let whole = token::classify(name.of(text), labels);
        if !matches!(whole, TokenKind::Label(_)) && known * 2 > names.len() && known >= 2 {
            found.extend(names);
        } else if figures.is_empty() {
            return None;
        } else {
            found.push(name);
        }
    }
    found.extend(figures);
    (found.len() > 1 || found.first().is_some_and(|only| *only != piece)).then_some(found)
}

/// Whether figures are one, its thousands set off by spaces.
fn is_grouped(text: &str, figures: &[Span]) -> bool {
    let Some((first, rest)) = figures.split_first() else { return false };
    figures.len() == 2
        && first.len() <= 3
        && rest.iter().all(|group| group.len() == 3 && group.of(text) != "000")
        && !first.of(text).starts_with('0')
}

/// The character that parts the cells of a line, where it is a comma or a semicolon: it stands right behind words and
/// before a figure, or between many figures, or between words without a stop.
fn listed(line: &str) -> Option<char> {
    if memchr::memchr2(b',', b';', line.as_bytes()).is_none() || line.contains('。') {
        return None;
    }
    [',', ';'].into_iter().filter(|&separator| !is_in_brackets(line, separator)).find(|&separator| {
        let parts: Vec<&str> = line.split(separator).map(str::trim).collect();
        let is_figure = |part: &&&str| {
            !part.is_empty() && part.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-'))
        };
        let figures = parts.iter().rev().take_while(is_figure).count();
        let words =
            parts.iter().filter(|part| part.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))).count();
        // A number before a label is part of it.
        if parts.first().is_some_and(|first| !first.is_ascii() && first.chars().nth(1).is_none()) {
            return false;
        }
        let is_row = parts.len() >= 2 && words + figures == parts.len() && words > 0 && figures > 0;
        let is_figures = figures >= 5 && figures == parts.len();
        let is_header = parts.len() >= 2 && words == parts.len();
        is_row || is_figures || is_header
    })
}

/// Whether a character stands within brackets, as a comma of a remark does.
fn is_in_brackets(line: &str, wanted: char) -> bool {
    let mut depth = 0_i32;
    line.chars().any(|c| {
        depth += match c {
            '(' | '（' => 1,
            ')' | '）' => -1,
            _ => 0,
        };
        depth > 0 && c == wanted
    })
}
