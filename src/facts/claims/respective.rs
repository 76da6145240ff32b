//! Figures that are told together: `north, south and east received 3, 4 and 5` is read as if each label stood before its own
//! figure.

use super::{Captured, CapturedValue, Claim};
use crate::facts::figure::Value;
use crate::facts::prose::{Prose, ProseFigure, is_border};
use crate::rules::pattern::Pattern;
use crate::source::place::Span;

/// The sentences of a text that tell figures together, each behind the rest of its paragraph, with every label before its
/// figure.
#[derive(Debug, Default)]
pub struct Restated {
    /// The text.
    pub prose: Prose,
    /// For each of its figures, that of the text as it stands.
    figures: Vec<usize>,
    /// Where its stretches start, and where each of them starts in the text as it stands.
    stretches: Vec<(Span, u32)>,
}

/// Joins the last of several labels or figures to those before it.
const JOINTS: [&str; 5] = ["以及", "和", "及", "与", "、"];

/// Restates what a text tells together; `words` stand between its labels and its figures.
pub fn read(prose: &Prose, words: &[Pattern]) -> Restated {
    let mut restated = Restated::default();
    for words in words.iter().flat_map(|words| words.matches(prose.text())).map(Span::from) {
        if let Some(told) = told(prose, words) {
            restated.add(prose, words, &told);
        }
    }
    restated
}

/// Labels and figures told together.
struct Told {
    /// Each label, in order.
    labels: Vec<Span>,
    /// What stands between the labels and the first figure, but for the words that say that they are told together.
    between: [Span; 2],
    /// Whether the labels have figures of their own, which set them apart from what is said of them.
    has_figures: bool,
    /// Each figure with its unit.
    figures: Vec<Span>,
}

fn told(prose: &Prose, words: Span) -> Option<Told> {
    let sentence = prose.sentence_around(words.start);
    let figures = figures(prose, Span { start: words.end, end: sentence.end })?;
    let clause = prose.clause_around(sentence, Span { start: words.start, end: words.start });
    let own = Span { start: clause.start, end: words.start };
    let lead = Span { start: words.end, end: figures.first()?.start };
    if let Some(labels) = labels(prose, own, figures.len()) {
        let nothing = Span { start: words.start, end: words.start };
        return Some(Told { labels, between: [nothing, lead], has_figures: false, figures });
    }
    let labels = counted_labels(prose, Span { start: sentence.start, end: own.start }, figures.len())?;
    Some(Told { labels, between: [own, lead], has_figures: true, figures })
}

/// The figures in a row right behind a place, each with its unit; at least two of one kind.
fn figures(prose: &Prose, behind: Span) -> Option<Vec<Span>> {
    /// No more characters stand before the first figure.
    const LONGEST_LEAD: usize = 6;
    let mut found: Vec<Span> = Vec::new();
    let mut kind = None;
    for figure in prose.figures.get(prose.figures_in(behind))? {
        let start = found.last().map_or(behind.start, |last: &Span| last.end);
        let between = Span { start, end: figure.mark }.of(prose.text());
        let goes_on = match found.is_empty() {
            true => !between.contains(is_border) && between.chars().nth(LONGEST_LEAD).is_none(),
            false => JOINTS.contains(&between) || between == "，",
        };
        let is_alike = *kind.get_or_insert(std::mem::discriminant(&figure.value))
            == std::mem::discriminant(&figure.value);
        if !goes_on || !is_alike || !matches!(figure.value, Value::Count(_) | Value::Percent(_)) {
            break;
        }
        found.push(Span { start: figure.mark, end: end_with_unit(figure) });
    }
    (found.len() > 1).then_some(found)
}

fn end_with_unit(figure: &ProseFigure) -> u32 {
    let width = figure.value.mark().character().len_utf8() + figure.unit.len();
    figure.mark + Span::new(width, width).start
}

/// As many labels as wanted, set apart by marks and joints.
fn labels(prose: &Prose, stretch: Span, wanted: usize) -> Option<Vec<Span>> {
    let text = stretch.of(prose.text());
    let mut labels = pieces(stretch.start, text, "、");
    if labels.len() + 1 == wanted {
        let last = labels.pop()?;
        let text = last.of(prose.text());
        // The last joint may stand within a label.
        let (at, joint) =
            JOINTS.iter().filter_map(|joint| Some((text.rfind(joint)?, *joint))).max_by_key(|(at, _)| *at)?;
        let at = last.start + Span::new(at, at).start;
        labels.push(Span { start: last.start, end: at });
        labels.push(Span { start: at + Span::new(joint.len(), 0).start, end: last.end });
    }
    let are_words = labels.iter().all(|label| !label.is_empty() && !label.of(prose.text()).contains('\n'));
    (labels.len() == wanted && wanted > 1 && are_words).then_some(labels)
}

fn pieces(start: u32, text: &str, border: &str) -> Vec<Span> {
    let mut at = 0;
    text.split(border)
        .map(|piece| {
            let span = Span::new(at, at + piece.len()).shift(start);
            at += piece.len() + border.len();
            span
        })
        .collect()
}

/// The last counts of a stretch, each with its words and unit.
fn counted_labels(prose: &Prose, stretch: Span, wanted: usize) -> Option<Vec<Span>> {
    let all = prose.figures_in(stretch);
    let first = all.end.checked_sub(wanted).filter(|first| *first >= all.start)?;
    let figures = prose.figures.get(first..all.end)?;
    let mut from = match first.checked_sub(1).and_then(|before| prose.figures.get(before)) {
        Some(before) if before.mark >= stretch.start => end_with_unit(before),
        _ => stretch.start,
    };
    let mut labels = Vec::new();
    for figure in figures {
        let words = Span { start: from, end: figure.mark }.of(prose.text());
        let label = words.rsplit(|c| is_border(c) || c == '、').next().unwrap_or(words);
        let end = end_with_unit(figure);
        // Between the labels there is nothing else.
        let is_next = labels.is_empty() || words.len() - label.len() <= '、'.len_utf8();
        if !matches!(figure.value, Value::Count(_)) || label.is_empty() || !is_next {
            return None;
        }
        labels.push(Span { start: figure.mark - Span::new(label.len(), 0).start, end });
        from = end;
    }
    let rest = Span { start: from, end: stretch.end }.of(prose.text());
    (rest.chars().all(is_border) && rest.chars().nth(1).is_none()).then_some(labels)
}

impl Restated {
    fn add(&mut self, prose: &Prose, words: Span, told: &Told) -> Option<()> {
        let at = prose.paragraphs.partition_point(|paragraph| paragraph.text.end <= words.start);
        let paragraph = prose.paragraphs.get(at)?;
        let sentence = prose.sentence_around(words.start);
        let start = Span::new(self.prose.text().len(), 0).start;
        let (first, last) = (told.labels.first()?, told.figures.last()?);
        self.copy(prose, Span { start: paragraph.text.start, end: first.start });
        for (label, figure) in told.labels.iter().zip(&told.figures) {
            self.copy(prose, *label);
            if told.has_figures {
                self.prose.part();
            }
            for between in told.between {
                self.copy(prose, between);
            }
            self.copy(prose, *figure);
            self.prose.part();
        }
        self.copy(prose, Span { start: last.end, end: sentence.end });
        self.prose.end(start, *paragraph);
        Some(())
    }

    fn copy(&mut self, prose: &Prose, span: Span) {
        if span.is_empty() {
            return;
        }
        let to = Span::new(self.prose.text().len(), 0).start;
        self.stretches.push((Span { start: to, end: to + (span.end - span.start) }, span.start));
        self.figures.extend(prose.figures_in(span));
        self.prose.copy(prose, span);
    }

    /// Where a stretch of the restated text stands in the text as it is.
    fn origin(&self, span: Span) -> Option<Span> {
        let next = self.stretches.partition_point(|(stretch, _)| stretch.start <= span.start);
        let (stretch, origin) = next.checked_sub(1).and_then(|at| self.stretches.get(at))?;
        let start = span.start - stretch.start + origin;
        (span.end <= stretch.end).then_some(Span { start, end: start + (span.end - span.start) })
    }

    /// A claim of the restated text as one of the text as it stands; `None` where it has no figure there.
    pub fn claim(&self, prose: &Prose, claim: Claim) -> Option<Claim> {
        let origin = |figure: usize| self.figures.get(figure).copied();
        let captured = |captured: Option<Captured>| -> Option<Option<Captured>> {
            let Some(captured) = captured else { return Some(None) };
            let (value, figure) = match captured.value {
                CapturedValue::Figure(figure) => (CapturedValue::Figure(origin(figure)?), figure),
                CapturedValue::Date(figure) => (CapturedValue::Date(origin(figure)?), figure),
                CapturedValue::Year(figure) => (CapturedValue::Year(origin(figure)?), figure),
                CapturedValue::Numeral(_) => return None,
                value => return Some(Some(Captured { value, ..captured })),
            };
            let mark = prose.figures.get(origin(figure)?)?.mark;
            Some(Some(Captured { mark, value, ..captured }))
        };
        let captures: Vec<Option<Captured>> =
            claim.captures.into_iter().map(captured).collect::<Option<_>>()?;
        let figure = captures.first()?.as_ref()?;
        let origins = |figures: Vec<usize>| figures.into_iter().filter_map(origin).collect();
        let mut qualified = claim.qualified;
        if let Some(qualified) = &mut qualified {
            qualified.before = self.origin(qualified.before)?;
            qualified.year = match qualified.year {
                Some(year) => Some(origin(year)?),
                None => None,
            };
        }
        let mut breakdown = claim.breakdown;
        breakdown.parts = origins(breakdown.parts);
        Some(Claim {
            span: figure.span,
            sentence: prose.sentence_around(figure.mark),
            qualified,
            breakdown,
            others: origins(claim.others),
            captures,
            ..claim
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Paragraph;
    use crate::rules::pattern::Mark;

    fn restated(text: &str) -> Vec<String> {
        let mut prose = Prose::default();
        prose.add(text, Paragraph { span: Span::new(0, text.len()), heading: None, number: None }, 0);
        let mut restated = Restated::default();
        for (at, words) in prose.text().match_indices("分别") {
            let words = Span::new(at, at + words.len());
            if let Some(told) = told(&prose, words) {
                restated.add(&prose, words, &told);
            }
        }
        let shown = |c: char| if Mark::of(c).is_some() { '#' } else { c };
        restated.prose.text().lines().map(|line| line.chars().map(shown).collect()).collect()
    }

    #[test]
    fn each_label_comes_before_its_figure() {
        assert_eq!(
            restated("收到7件。其中，南港、北港和东港分别为4件、2件、1件，均已送达。"),
            ["收到#件。其中，南港为#件，北港为#件，东港为#件，，均已送达"]
        );
    }

    #[test]
    fn counts_get_their_shares() {
        assert_eq!(
            restated("其中船运4件、车运1件，占比分别为80%、20%。"),
            ["其中船运#件，占比为#，车运#件，占比为#，"]
        );
    }

    #[test]
    fn other_numbers_of_labels_are_left_alone() {
        assert!(restated("南港、北港分别为4件、2件、1件。").is_empty());
        assert!(restated("南港、北港分别增加4件、减少2件。").is_empty());
    }
}
