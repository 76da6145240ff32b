//! Totals with the parts that are listed for them: `共30件：网上10件、信函15件、当面5件`.

mod punctuation;
mod shares;
pub mod worded;

use super::figure::Value;
use super::prose::{Prose, ProseFigure, ProseParagraph};
use crate::document::numeral;
use crate::rules::lists::{ListWords, any};
use crate::rules::pattern::Pattern;
use crate::source::place::Span;
use punctuation::{STOP, border, closing, depth, is_label_border};

/// How a total introduces its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Introduced {
    /// `30: 10 of these, 20 of those`
    Colon,
    /// `30 (10 of these, 20 of those)`
    Bracket,
    /// `30, of which 10 are these`
    Words,
    /// `30, these 10 and those 20`
    Comma,
    /// `30. These 10, those 20.`
    Sentence,
    /// `These 10, those 20, 30 in all`
    Sum,
}

impl Introduced {
    /// Its name in expressions.
    pub fn name(self) -> &'static str {
        match self {
            Self::Colon => "colon",
            Self::Bracket => "bracket",
            Self::Words => "words",
            Self::Comma => "comma",
            Self::Sentence => "sentence",
            Self::Sum => "sum",
        }
    }
}

/// A total and its parts. Figures are meant by their numbers in the prose.
#[derive(Clone, Debug)]
pub struct List {
    /// The total.
    pub total: usize,
    /// The parts in its unit.
    pub items: Vec<usize>,
    /// All parts, whatever their unit.
    pub all: Vec<usize>,
    /// The percentages behind the parts, one behind each; none where some part has none.
    pub shares: Vec<usize>,
    /// How they are introduced.
    pub introduced: Introduced,
    /// Their labels or words around them say that they are all there are.
    pub is_complete: bool,
    /// They can overlap.
    pub is_overlapping: bool,
    /// They are only a selection.
    pub is_selection: bool,
}

/// A list has at most so many parts; what is longer is text.
const MOST_ITEMS: usize = 80;

/// Finds the lists in running text, and the figures written in words that stand in them.
pub fn read(prose: &Prose, words: &ListWords) -> (Vec<List>, Vec<ProseFigure>) {
    if words.is_empty() {
        return (Vec::new(), Vec::new());
    }
    let (mut lists, mut worded) = (Vec::new(), Vec::new());
    for paragraph in &prose.paragraphs {
        let reader = Reader { prose, words, worded: worded::read(prose, paragraph.text) };
        let found = reader.paragraph(paragraph);
        lists.extend(worded::number(found, prose, &reader.worded, &mut worded));
    }
    (lists, worded)
}

struct Reader<'r> {
    prose: &'r Prose,
    words: &'r ListWords,
    /// The figures of the paragraph that are written in words.
    worded: Vec<ProseFigure>,
}

/// A part being read: its figure, and the words before it.
#[derive(Clone, Copy, Debug)]
struct Item<'t> {
    index: usize,
    unit: &'static str,
    /// The words of its clause before it.
    label: &'t str,
    /// What stands between the part before it and it.
    between: &'t str,
    /// Where it and its unit end.
    end: u32,
}

impl<'r> Reader<'r> {
    fn paragraph(&self, paragraph: &ProseParagraph) -> Vec<List> {
        let mut lists = Vec::new();
        let in_digits = self.prose.figures_in(paragraph.text).filter(|&index| self.is_count(index));
        let first = self.prose.figures.len();
        let mut counts: Vec<usize> = in_digits.chain(first..first + self.worded.len()).collect();
        counts.sort_by_key(|&index| self.mark(index));
        for (place, &total) in counts.iter().enumerate() {
            let rest = counts.get(place + 1..).unwrap_or_default();
            let rest = rest.get(..MOST_ITEMS.min(rest.len())).unwrap_or_default();
            lists.extend(self.bracketed(paragraph, total, rest));
            lists.extend(self.following(paragraph, total, rest));
            let start = place.saturating_sub(MOST_ITEMS);
            lists.extend(self.summed(paragraph, total, counts.get(start..place).unwrap_or_default()));
        }
        lists
    }

    fn is_count(&self, index: usize) -> bool {
        self.figure(index).is_some_and(|figure| matches!(figure.value, Value::Count(_)))
    }

    fn figure(&self, index: usize) -> Option<&ProseFigure> {
        match index.checked_sub(self.prose.figures.len()) {
            Some(worded) => self.worded.get(worded),
            None => self.prose.figures.get(index),
        }
    }

    fn mark(&self, index: usize) -> u32 {
        self.figure(index).map_or(0, |figure| figure.mark)
    }

    fn unit(&self, index: usize) -> &'static str {
        self.figure(index).map_or("", |figure| figure.unit)
    }

    /// Where a figure and its unit end.
    fn end(&self, index: usize) -> u32 {
        let mark = self.mark(index);
        let text = self.prose.text().get(mark as usize..).unwrap_or_default();
        let numeral = text.len() - text.trim_start_matches(numeral::is_part).len();
        let mark_width = || text.chars().next().map_or(0, char::len_utf8);
        let width = if numeral > 0 { numeral } else { mark_width() } + self.unit(index).len();
        mark + Span::new(width, width).start
    }

    fn text(&self, start: u32, end: u32) -> &'r str {
        Span { start, end: end.max(start) }.of(self.prose.text())
    }

    /// The words of its clause before a figure.
    fn label(&self, index: usize, from: u32) -> &'r str {
        let before = self.text(from, self.mark(index));
        before.rsplit(is_label_border).next().unwrap_or(before).trim()
    }

    fn label_start(&self, index: usize, from: u32) -> u32 {
        let before = self.text(from, self.mark(index));
        self.mark(index) - width(before.rsplit(is_label_border).next().unwrap_or(before))
    }

    fn item(&self, index: usize, from: u32) -> Item<'r> {
        let mark = self.mark(index);
        Item {
            index,
            unit: self.unit(index),
            label: self.label(index, from),
            between: self.text(from, mark),
            end: self.end(index),
        }
    }

    /// Whether a figure that ends here is a total stated again: `of the 30, 10 …`.
    fn is_restated(&self, end: u32) -> bool {
        starts_with(&self.words.subset, self.text(end, self.prose.sentence_around(end).end))
    }

    fn is_part(&self, item: &Item<'_>) -> bool {
        !self.is_restated(item.end) && !any(&self.words.except, item.label)
    }

    /// `30件（网上10件，信函20件）`
    fn bracketed(&self, paragraph: &ProseParagraph, total: usize, rest: &[usize]) -> Option<List> {
        let end = self.end(total);
        let after = self.text(end, paragraph.text.end);
        let inner = after.strip_prefix('（')?;
        let close = closing(inner)?;
        let open = end + width("（");
        let inside = Span { start: open, end: open + width(inner.get(..close).unwrap_or_default()) };
        let items = self.items(rest, open, inside.end);
        let introduced = match any(
            &self.words.subset,
            self.text(open, items.first().map_or(open, |item| self.mark(item.index))),
        ) {
            true => Introduced::Words,
            false => Introduced::Bracket,
        };
        self.list(paragraph, total, &items, introduced, inside)
    }

    /// `30件，其中网上10件`, `30件：网上10件、信函20件`
    fn following(&self, paragraph: &ProseParagraph, total: usize, rest: &[usize]) -> Option<List> {
        let start = self.past_asides(self.end(total), paragraph.text.end);
        // What the total stands in ends with its bracket.
        let rest: Vec<usize> = rest.iter().copied().skip_while(|&index| self.mark(index) < start).collect();
        let first = rest.iter().copied().find(|&index| depth(self.text(start, self.mark(index))) == 0)?;
        let between = self.text(start, self.mark(first));
        let is_whole =
            || any(&self.words.whole, self.label(total, self.prose.sentence_around(self.mark(total)).start));
        let introduced = match self.introduced(between)? {
            Introduced::Comma if is_whole() => Introduced::Words,
            introduced => introduced,
        };
        let stop = self.text(self.mark(first), paragraph.text.end);
        let end = self.mark(first) + width(stop.split('。').next().unwrap_or_default());
        let from = self.mark(first) - width(between.rsplit(is_label_border).next().unwrap_or_default());
        let items = self.items(rest.get(rest.iter().position(|&index| index == first)?..)?, from, end);
        // `30 came in. Of the 29 that were answered, 10 …`
        if any(&self.words.whole, self.label(first, from)) {
            return None;
        }
        match introduced {
            // Which of several totals the next sentence speaks of cannot be told.
            _ if between.contains('。') && !self.is_alone(total) => return None,
            // Figures in a row are a list only if they are written like one.
            Introduced::Comma if items.len() < 2 => return None,
            Introduced::Comma if !items.iter().skip(1).all(|item| item.between.contains('、')) => {
                return None;
            }
            // `30 came in. Of what became of these 30 …`: the next sentence has the same total again.
            Introduced::Sentence if self.is_restated(self.end(first)) || self.are_equal(total, first) => {
                return None;
            }
            Introduced::Sentence if items.len() < 3 || !self.is_alone(total) => return None,
            _ => {}
        }
        self.list(paragraph, total, &items, introduced, Span { start, end })
    }

    /// The end of remarks in brackets right behind a total.
    fn past_asides(&self, mut at: u32, end: u32) -> u32 {
        while let Some(inner) = self.text(at, end).strip_prefix('（')
            && let Some(close) = closing(inner)
        {
            at += width("（") + width(inner.get(..close).unwrap_or_default()) + width("）");
        }
        at
    }

    fn are_equal(&self, one: usize, other: usize) -> bool {
        self.figure(one).zip(self.figure(other)).is_some_and(|(one, other)| one.value == other.value)
    }

    /// Whether no other count of its unit stands in a figure's sentence.
    fn is_alone(&self, index: usize) -> bool {
        let unit = self.unit(index);
        let mut others = self.prose.figures_in(self.prose.sentence_around(self.mark(index)));
        !others.any(|other| other != index && self.is_count(other) && self.unit(other) == unit)
    }

    fn introduced(&self, between: &str) -> Option<Introduced> {
        let clause = between.rsplit('。').next().unwrap_or(between);
        let (sentences, is_subset) = (between.matches('。').count(), any(&self.words.subset, clause));
        if sentences > 1 || between.contains('；') && !is_subset {
            return None;
        }
        // In the next sentence the words must come first: `30. Of these 10 …`.
        if is_subset && (sentences == 0 || starts_with(&self.words.subset, clause)) {
            return Some(Introduced::Words);
        }
        if clause.contains('：') {
            return Some(Introduced::Colon);
        }
        if between.contains('。') {
            return Some(Introduced::Sentence);
        }
        // What is counted may stand between: `30 parcels, …`.
        let behind = between.trim_start_matches(|c: char| c.is_ascii_alphabetic() || c == ' ');
        behind.starts_with('，').then_some(Introduced::Comma)
    }

    /// `网上10件、信函20件，合计30件`
    fn summed(&self, paragraph: &ProseParagraph, total: usize, before: &[usize]) -> Option<List> {
        let sentence = self.prose.sentence_around(self.mark(total));
        let label = self.label(total, sentence.start);
        if !any(&self.words.sums, label) {
            return None;
        }
        let start = self.label_start(total, sentence.start);
        let within: Vec<usize> =
            before.iter().copied().filter(|&index| self.mark(index) >= sentence.start).collect();
        let items = self.items(&within, sentence.start, start);
        // One sentence may name a total for each of its lists.
        let from =
            items.iter().rposition(|item| any(&self.words.sums, item.label)).map_or(0, |last| last + 1);
        let items = items.get(from..)?;
        if items.len() < 2 || items.last()?.end + width("，") < start {
            return None;
        }
        self.list(paragraph, total, items, Introduced::Sum, Span { start: sentence.start, end: start })
    }

    /// The parts between two places, at the depth of brackets of the first.
    fn items(&self, rest: &[usize], start: u32, end: u32) -> Vec<Item<'r>> {
        let mut items: Vec<Item<'_>> = Vec::new();
        let (mut from, mut level) = (start, 0);
        let (mut widest, mut is_begun) = (None, false);
        for &index in rest.iter().take_while(|&&index| self.mark(index) < end) {
            let item = self.item(index, from);
            level += depth(item.between);
            from = item.end;
            if level > 0 {
                continue;
            }
            // A second `of which` speaks of a part's own parts.
            if level < 0 || !items.is_empty() && any(&self.words.subset, item.between) {
                break;
            }
            // What is set off more strongly than the second part from the first is no part: `10 by post, 20 by fax; 3 left`.
            let is_first = !std::mem::replace(&mut is_begun, true);
            if !is_first {
                let border = border(item.between);
                let widest = *widest.get_or_insert(border);
                if border > widest {
                    break;
                }
                // Semicolons with commas between them part lists, not the parts of one.
                if border < widest && widest == STOP {
                    return Vec::new();
                }
            }
            if self.is_part(&item) {
                items.push(item);
            }
        }
        items
    }

    fn list(
        &self,
        paragraph: &ProseParagraph,
        total: usize,
        items: &[Item<'_>],
        introduced: Introduced,
        scope: Span,
    ) -> Option<List> {
        let own = self.item(total, self.prose.sentence_around(self.mark(total)).start);
        let (first, last) = (items.first()?, items.last()?);
        if any(&self.words.except, own.label) {
            return None;
        }
        let of_unit = |item: &&Item<'_>| item.unit == own.unit || item.unit.is_empty() && items.len() > 1;
        let text = scope.of(self.prose.text());
        let behind = self.text(last.end, paragraph.text.end);
        let said =
            self.text(self.prose.sentence_around(own.end.saturating_sub(1)).start, scope.end.max(last.end));
        let is_rest = any(&self.words.rest, last.label) || any(&self.words.rest, first.label);
        // Parts in words that could not be read are left out.
        let is_selection = worded::are_left_out(self.prose, &self.worded, scope, own.unit)
            || any(&self.words.selection, text)
            || any(&self.words.selection, behind_words(behind));
        Some(List {
            total,
            items: items.iter().filter(of_unit).map(|item| item.index).collect(),
            all: items.iter().map(|item| item.index).collect(),
            shares: self.shares(items, paragraph.text.end),
            introduced,
            is_complete: !is_selection && (is_rest && items.len() > 1 || any(&self.words.complete, said)),
            is_overlapping: any(&self.words.overlapping, said),
            is_selection,
        })
    }
}

/// What follows a list up to the next clause.
fn behind_words(text: &str) -> &str {
    let end = text.char_indices().nth(4).map_or(text.len(), |(at, _)| at);
    text.get(..end).unwrap_or(text)
}

fn starts_with(patterns: &[Pattern], text: &str) -> bool {
    patterns.iter().any(|pattern| pattern.starts(text))
}

fn width(text: &str) -> u32 {
    Span::new(text.len(), text.len()).start
}
