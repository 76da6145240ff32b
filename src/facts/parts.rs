//! The parts of a stated total: `共538条，其中网站130条、微信72条（其中原创9条）`.

use super::figure::Value;
use super::prose::Prose;
use crate::rules::claim::Parts;
use crate::rules::pattern::Pattern;
use crate::source::place::Span;

/// The parts of a total, and what is said of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Breakdown {
    /// The figures, by their numbers in the prose.
    pub parts: Vec<usize>,
    /// They are said to exclude each other and to be all there is.
    pub is_complete: bool,
    /// They are said to overlap.
    pub is_overlapping: bool,
    /// They are said, or seen, to be only a selection.
    pub is_selection: bool,
}

/// Reads the parts of the total that is figure `total` of the prose, in its sentence and the sentences that go
/// on with it.
pub fn read(prose: &Prose, paragraph: Span, total: usize, words: &Parts) -> Breakdown {
    let Some(figure) = prose.figures.get(total) else { return Breakdown::default() };
    let text = prose.text();
    let mut scope = prose.sentence_around(figure.mark);
    let sentence_start = scope.start;
    for next in prose.sentences(Span { start: scope.end, end: paragraph.end }) {
        if !words.goes_on.as_ref().is_some_and(|words| words.starts(next.of(text))) {
            break;
        }
        scope.end = next.end;
    }
    let list = Span { start: figure.mark, end: scope.end };
    let mut breakdown = list_parts(prose, list, total, words);
    // What is said of the parts may stand before or behind them, but not in a sentence of another total.
    let said = Span { start: sentence_start, end: scope.end }.of(text);
    let says = |pattern: &Option<Pattern>| pattern.as_ref().is_some_and(|pattern| pattern.is_in(said));
    breakdown.is_overlapping = says(&words.overlapping);
    // Parts written in words are not among those read.
    breakdown.is_selection |= says(&words.selection) || prose.counts_in_words(list, figure.unit);
    breakdown.is_complete = says(&words.complete) && !breakdown.is_overlapping && !breakdown.is_selection;
    breakdown
}

/// A list has no more figures; what is longer is text.
const MOST_FIGURES: usize = 100;

/// The figures of a list in the total's unit, at the depth of brackets of its first.
fn list_parts(prose: &Prose, list: Span, total: usize, words: &Parts) -> Breakdown {
    let mut breakdown = Breakdown::default();
    let text = prose.text();
    let Some(figure) = prose.figures.get(total) else { return breakdown };
    let unit = figure.unit;
    let mut depth: i32 = 0;
    let mut list_depth = None;
    let mut after = list.start;
    for index in prose.figures_in(list).take(MOST_FIGURES) {
        let Some(part) = prose.figures.get(index) else { continue };
        if index == total {
            after = part.mark;
            continue;
        }
        let between = Span { start: after, end: part.mark }.of(text);
        let (opened, closed) = (between.matches('（').count(), between.matches('）').count());
        depth += i32::try_from(opened).unwrap_or(0) - i32::try_from(closed).unwrap_or(0);
        after = part.mark;
        if !matches!(part.value, Value::Count(_)) || part.unit != unit {
            continue;
        }
        let clause = between.rsplit(['，', '；', '、', '：', '（', '。']).next().unwrap_or_default();
        if words.except.as_ref().is_some_and(|except| except.is_in(clause)) {
            continue;
        }
        let base = *list_depth.get_or_insert(depth);
        if depth > base {
            continue;
        }
        // A second 其中 speaks of a part's own parts.
        let is_nested = !breakdown.parts.is_empty() && between.contains("其中");
        if depth < base || is_nested {
            break;
        }
        breakdown.parts.push(index);
    }
    breakdown
}
