//! Running text made ready for patterns: figures read and replaced by marks, white space dropped, widths and
//! punctuation made alike. Everything keeps its place in the document.

mod strides;

use self::strides::Strides;
use super::figure::{self, Value};
use crate::document::{Paragraph, numeral};
use crate::rules::pattern::Mark;
use crate::rules::script::simplified;
use crate::source::place::Span;

/// A figure in running text.
#[derive(Clone, Copy, Debug)]
pub struct ProseFigure {
    /// Offset of its mark in the prose text.
    pub mark: u32,
    /// Its place in the document.
    pub span: Span,
    /// What it says.
    pub value: Value,
    /// The measure word behind it; empty without one.
    pub unit: &'static str,
}

/// A paragraph of running text.
#[derive(Clone, Copy, Debug)]
pub struct ProseParagraph {
    /// Its text, as a span of the prose text.
    pub text: Span,
    /// The document's paragraph.
    pub paragraph: Paragraph,
    /// Number of its block in the document.
    pub block: usize,
}

/// The running text of a report.
#[derive(Debug, Default)]
pub struct Prose {
    text: String,
    /// Offsets in `text` where it stops running alike with the document, and where each stands there.
    runs: Vec<(u32, u32)>,
    /// Its figures, in order.
    pub figures: Vec<ProseFigure>,
    figure_strides: Strides,
    /// Figures written in words that were asked for; their numbers follow those of the others.
    pub worded: Vec<ProseFigure>,
    /// Its paragraphs, in order; parted by line breaks.
    pub paragraphs: Vec<ProseParagraph>,
    /// Its sentences without their stops, in order.
    sentences: Vec<Span>,
    sentence_strides: Strides,
}

impl Prose {
    /// An empty text with room for `bytes`.
    pub fn with_capacity(bytes: usize) -> Self {
        Self { text: String::with_capacity(bytes), ..Self::default() }
    }

    /// The text, with marks for figures.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Adds a paragraph of the document whose text is `document`.
    pub fn add(&mut self, document: &str, paragraph: Paragraph, block: usize) {
        let start = self.text.len();
        self.write(document, paragraph.span);
        let text = Span::new(start, self.text.len());
        self.text.push('\n');
        self.end_sentences(text);
        for figure in self.figures.iter_mut().rev().take_while(|figure| figure.mark >= text.start) {
            figure.unit = unit_behind(&self.text, figure.mark);
        }
        self.paragraphs.push(ProseParagraph { text, paragraph, block });
    }

    fn write(&mut self, document: &str, span: Span) {
        let base = span.start as usize;
        let body = span.of(document);
        let mut at = 0;
        let mut is_alike = false;
        while let Some(rest) = body.get(at..) {
            let plain = rest.get(..rest.find(|c| !is_plain(c)).unwrap_or(rest.len())).unwrap_or_default();
            if !plain.is_empty() {
                if !is_alike {
                    self.runs.push((offset(self.text.len()), offset(base + at)));
                }
                self.text.push_str(plain);
                is_alike = true;
                at += plain.len();
            }
            let Some(character) = rest.get(plain.len()..).and_then(|rest| rest.chars().next()) else { break };
            let is_digit = figure::digit(character).is_some();
            if (is_digit || character == '二' || character == '一')
                && let Some(found) = figure_at(body, at, is_digit)
            {
                self.figure_strides.note(self.figures.len(), offset(self.text.len()));
                self.figures.push(ProseFigure {
                    mark: offset(self.text.len()),
                    span: Span::new(base + at, base + found.end),
                    value: found.value,
                    unit: "",
                });
                self.runs.push((offset(self.text.len()), offset(base + at)));
                self.text.push(found.value.mark().character());
                at = found.end;
                is_alike = false;
                continue;
            }
            let reduced = reduce(character);
            let is_same = reduced == Some(character) && !needs_dropping(character, body, at);
            if is_same {
                if !is_alike {
                    self.runs.push((offset(self.text.len()), offset(base + at)));
                }
                self.text.push(character);
            } else if let Some(reduced) =
                reduced.filter(|reduced| *reduced != ' ' || keeps_words_apart(&self.text, body, at))
            {
                self.runs.push((offset(self.text.len()), offset(base + at)));
                self.text.push(reduced);
            }
            is_alike = is_same;
            at += character.len_utf8();
        }
    }

    /// Adds a stretch of another text with its figures, to the paragraph that [`Prose::end`] ends.
    pub fn copy(&mut self, from: &Prose, span: Span) {
        let moved = |at: u32, to: u32| at - span.start + to;
        let to = offset(self.text.len());
        self.runs.push((to, from.document_offset(span.start)));
        let first = from.runs.partition_point(|&(run, _)| run <= span.start);
        let within = from.runs.iter().skip(first).take_while(|&&(run, _)| run < span.end);
        self.runs.extend(within.map(|&(run, document)| (moved(run, to), document)));
        let figures = from.figures.get(from.figures_in(span)).unwrap_or_default();
        for figure in figures {
            let mark = moved(figure.mark, to);
            self.figure_strides.note(self.figures.len(), mark);
            self.figures.push(ProseFigure { mark, ..*figure });
        }
        self.text.push_str(span.of(&from.text));
    }

    /// Adds a border of clauses that the document does not have there.
    pub fn part(&mut self) {
        let document = self.runs.last().map_or(0, |&(_, document)| document);
        self.runs.push((offset(self.text.len()), document));
        self.text.push('，');
    }

    /// Ends a paragraph that was copied from `start` on.
    pub fn end(&mut self, start: u32, paragraph: ProseParagraph) {
        let text = Span { start, end: offset(self.text.len()) };
        self.text.push('\n');
        self.end_sentences(text);
        for figure in self.figures.iter_mut().rev().take_while(|figure| figure.mark >= text.start) {
            figure.unit = unit_behind(&self.text, figure.mark);
        }
        self.paragraphs.push(ProseParagraph { text, ..paragraph });
    }

    /// Where a stretch of the prose text stands in the document.
    pub fn place(&self, span: Span) -> Span {
        let start = self.document_offset(span.start);
        if span.is_empty() {
            return Span { start, end: start };
        }
        let last = span.of(&self.text).chars().next_back().map_or(1, char::len_utf8);
        let last_at = span.end - offset(last);
        let end = match self.figure_at(last_at) {
            Some(figure) => figure.span.end,
            None => self.document_offset(last_at) + offset(last),
        };
        Span { start, end: end.max(start) }
    }

    fn document_offset(&self, at: u32) -> u32 {
        let next = self.runs.partition_point(|&(run, _)| run <= at);
        let Some(&(run, document)) = next.checked_sub(1).and_then(|index| self.runs.get(index)) else {
            return 0;
        };
        document + (at - run)
    }

    /// The figure whose mark stands at an offset of the prose text.
    pub fn figure_at(&self, at: u32) -> Option<&ProseFigure> {
        self.figure_index(at).and_then(|index| self.figures.get(index))
    }

    /// A figure by its number, whether in digits or in words.
    pub fn figure(&self, index: usize) -> Option<&ProseFigure> {
        match index.checked_sub(self.figures.len()) {
            Some(worded) => self.worded.get(worded),
            None => self.figures.get(index),
        }
    }

    /// The number of that figure.
    pub fn figure_index(&self, at: u32) -> Option<usize> {
        let index = self.figures_before(at);
        self.figures.get(index).filter(|figure| figure.mark == at).map(|_| index)
    }

    /// The figures whose marks stand in a stretch of the prose text, by their numbers.
    pub fn figures_in(&self, span: Span) -> std::ops::Range<usize> {
        let start = self.figures_before(span.start);
        start..self.figures_before(span.end).max(start)
    }

    fn figures_before(&self, at: u32) -> usize {
        self.figure_strides.before(at, &self.figures, |figure| figure.mark)
    }

    fn sentences_before(&self, at: u32) -> usize {
        self.sentence_strides.before(at, &self.sentences, |sentence| sentence.start)
    }

    /// The measure word behind a figure that stands at an offset, a mark or a numeral; empty without one.
    pub fn unit_at(&self, at: u32) -> &'static str {
        self.figure_at(at).map_or_else(|| unit_behind(&self.text, at), |figure| figure.unit)
    }

    /// Whether a count of this unit may be written in words in a stretch, which is then not among the figures.
    pub fn counts_in_words(&self, stretch: Span, unit: &str) -> bool {
        let text = stretch.of(&self.text);
        !unit.is_empty()
            && text.match_indices(unit).any(|(at, _)| {
                text.get(..at).and_then(|before| before.chars().next_back()).is_some_and(numeral::is_part)
            })
    }

    fn end_sentences(&mut self, paragraph: Span) {
        const STOPS: [&str; 3] = ["。", "！", "？"];
        let body = paragraph.of(&self.text);
        let mut start = 0;
        // The bytes that the stops start with.
        let stops = memchr::memchr2_iter(0xe3, 0xef, body.as_bytes());
        let stops = stops
            .filter(|&at| body.get(at..).is_some_and(|rest| STOPS.iter().any(|stop| rest.starts_with(stop))));
        for stop in stops.chain([body.len()]) {
            if start < stop {
                let sentence = Span::new(start, stop).shift(paragraph.start);
                self.sentence_strides.note(self.sentences.len(), sentence.start);
                self.sentences.push(sentence);
            }
            start = stop + STOPS[0].len();
        }
    }

    /// The sentences that lie within a stretch of the prose text.
    pub fn sentences(&self, span: Span) -> impl DoubleEndedIterator<Item = Span> {
        let start = self.sentences_before(span.start);
        let end = self.sentences_before(span.end);
        let last = end.checked_sub(1).and_then(|last| self.sentences.get(last));
        // Of the last one only the start may lie within.
        let end = end - usize::from(last.is_some_and(|last| last.end > span.end));
        self.sentences.get(start..end).unwrap_or_default().iter().copied()
    }

    /// The sentence around an offset.
    pub fn sentence_around(&self, at: u32) -> Span {
        let next = self.sentences_before(at.saturating_add(1));
        next.checked_sub(1).and_then(|index| self.sentences.get(index)).copied().unwrap_or_default()
    }

    /// The clause around a stretch of a sentence: out to the nearest comma, stop or bracket on each side.
    pub fn clause_around(&self, sentence: Span, part: Span) -> Span {
        let before = Span { start: sentence.start, end: part.start.max(sentence.start) }.of(&self.text);
        let start = before.rfind(is_border).map_or(sentence.start, |border| {
            let width = before.get(border..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
            sentence.start + offset(border + width)
        });
        let after = Span { start: part.end.min(sentence.end), end: sentence.end }.of(&self.text);
        let end = after.find(is_border).map_or(sentence.end, |border| part.end + offset(border));
        Span { start, end }
    }

    /// The clauses of a sentence before an offset, the nearest first.
    pub fn clauses_before(&self, sentence: Span, at: u32) -> impl Iterator<Item = Span> {
        let before = Span { start: sentence.start, end: at.max(sentence.start) };
        let mut end = before.end;
        before.of(&self.text).rsplit(is_border).filter_map(move |clause| {
            let start = end.saturating_sub(offset(clause.len()));
            let found = Span { start, end };
            // All borders are as wide as the next.
            end = start.saturating_sub(offset('，'.len_utf8()));
            (!clause.is_empty()).then_some(found)
        })
    }
}

/// Whether a character ends a clause.
pub fn is_border(character: char) -> bool {
    matches!(character, '，' | '；' | '：' | '（' | '）' | '。' | '\n')
}

fn offset(at: usize) -> u32 {
    Span::new(at, at).start
}

fn unit_behind(text: &str, at: u32) -> &'static str {
    let figure = text.get(at as usize..).unwrap_or_default();
    let is_figure = |c: char| {
        Mark::of(c).is_some()
            || numeral::is_part(c)
            || matches!(c, '几' | '数' | '近' | '约' | '余' | '多' | '来')
    };
    figure::unit(figure.trim_start_matches(is_figure))
}

fn figure_at(body: &str, at: usize, is_digit: bool) -> Option<figure::Found> {
    // Numerals are figures here only as years: 二〇二〇年, 一九九八年.
    let found = figure::read(body, at)?;
    let is_year = matches!(found.value.mark(), Mark::Year | Mark::Date);
    (is_digit || is_year).then_some(found)
}

/// Whether a character stands for itself wherever it stands, as most of a Chinese text do; not every such character.
fn is_plain(character: char) -> bool {
    matches!(character, '\u{4e00}'..='\u{9fff}' if !matches!(character, '一' | '二') && simplified(character) == character)
        || matches!(character, '，' | '。' | '、' | '（' | '）')
}

/// A character as patterns see it; `None` for white space that is dropped.
fn reduce(character: char) -> Option<char> {
    Some(match character {
        '\u{4e00}'..='\u{9fff}' => simplified(character),
        ',' => '，',
        ';' => '；',
        ':' => '：',
        '(' => '（',
        ')' => '）',
        '!' => '！',
        '?' => '？',
        '—' | '–' | '－' | '―' | '─' | '~' | '～' | '-' => '-',
        '％' => '%',
        'Ａ'..='Ｚ' | 'ａ'..='ｚ' => char::from_u32(character as u32 - 0xfee0)?,
        '“' | '”' | '＂' | '「' | '」' => '"',
        ' ' | '\t' | '\u{a0}' | '\n' | '\r' => ' ',
        _ if character.is_whitespace() || character.is_control() => return None,
        '\u{200b}'..='\u{200f}' | '\u{feff}' => return None,
        _ if Mark::of(character).is_some() => '\u{fffd}',
        _ => character,
    })
}

fn needs_dropping(character: char, body: &str, at: usize) -> bool {
    character == ' ' && !keeps_words_apart(body.get(..at).unwrap_or_default(), body, at)
}

/// Whether white space at `at` stands between two words written in letters.
fn keeps_words_apart(before: &str, body: &str, at: usize) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '，' | ',' | '%');
    let next = body.get(at..).and_then(|rest| rest.trim_start().chars().next());
    let last = before.chars().next_back();
    let is_last = last.is_some_and(|c| is_word(c) || Mark::of(c).is_some());
    is_last
        && next.is_some_and(is_word)
        && last.zip(next).is_some_and(|(a, b)| a.is_ascii_alphabetic() || b.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prose(text: &str) -> Prose {
        let mut prose = Prose::default();
        let paragraph = Paragraph { span: Span::new(0, text.len()), heading: None, number: None };
        prose.add(text, paragraph, 0);
        prose
    }

    #[test]
    fn figures_become_marks_and_keep_their_places() {
        let text = "２０２０年,共 收到包裹 1,234 件（占12.3％）。二〇二一年剩余七件";
        let prose = prose(text);
        assert_eq!(prose.text(), "\u{e002}年，共收到包裹\u{e000}件（占\u{e001}）。\u{e002}年剩余七件\n");
        let shown: Vec<&str> = prose.figures.iter().map(|figure| figure.span.of(text)).collect();
        assert_eq!(shown, ["２０２０", "1,234", "12.3％", "二〇二一"]);
        let whole = prose.text().find("收到").unwrap();
        let stretch = Span::new(whole, prose.text().find('件').unwrap() + '件'.len_utf8());
        assert_eq!(prose.place(stretch).of(text), "收到包裹 1,234 件");
        let seven = prose.text().find('七').unwrap();
        assert_eq!(prose.place(Span::new(seven, seven + 3)).of(text), "七");
    }

    #[test]
    fn words_in_letters_stay_apart() {
        assert_eq!(prose("received 12 new  parcels").text(), "received \u{e000} new parcels\n");
    }

    #[test]
    fn sentences_and_clauses() {
        let prose = prose("收到3件，其中（网上2件）已送达。无剩余！");
        let all = prose.paragraphs[0].text;
        let sentences: Vec<&str> = prose.sentences(all).map(|s| s.of(prose.text())).collect();
        assert_eq!(sentences, ["收到\u{e000}件，其中（网上\u{e000}件）已送达", "无剩余"]);
        let sentence = prose.sentences(all).next().unwrap();
        let figure = prose.figures[1].mark;
        let clause = prose.clause_around(sentence, Span { start: figure, end: figure + 3 });
        assert_eq!(clause.of(prose.text()), "网上\u{e000}件");
    }

    #[test]
    fn hostile_text_is_not_taken_for_marks() {
        assert_eq!(prose("a\u{e000}件\u{200b}").text(), "a\u{fffd}件\n");
    }
}
