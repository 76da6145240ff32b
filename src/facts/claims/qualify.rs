//! Of what time and of whom a phrase speaks: the words before it in its clause, and the clauses before that.

use crate::facts::figure::Value;
use crate::facts::lists::worded;
use crate::facts::prose::{Prose, is_border};
use crate::rules::claim::Qualifiers;
use crate::source::place::Span;

/// What stands before a phrase.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Qualified {
    /// The words of its clause before it, in the prose text.
    pub before: Span,
    /// The year that its sentence gives it, by the figure's number in the prose.
    pub year: Option<usize>,
}

/// Reads what stands before a phrase of a sentence, with a figure of this unit; `None` where it speaks of another time
/// or of someone else.
pub fn read(
    prose: &Prose,
    words: &Qualifiers,
    sentence: Span,
    phrase: Span,
    unit: &str,
) -> Option<Qualified> {
    let text = prose.text();
    // A phrase may begin with the border of its clause.
    let words_of = phrase.of(text);
    let border = words_of.len() - words_of.trim_start_matches(|c| is_border(c) || c == '、').len();
    let phrase = Span { start: phrase.start + Span::new(border, border).start, end: phrase.end };
    let start = Span { start: phrase.start, end: phrase.start };
    let before = match border {
        0 => after_last_count(
            prose,
            Span { start: clause_start(prose, sentence, start), end: phrase.start },
            unit,
        ),
        _ => start,
    };
    let is_own = |clause: Span| words.own.is_in(clause.of(text));
    let is_other = |clause: Span| words.other.is_in(clause.of(text)) && !is_own(clause);
    if is_other(before) {
        return None;
    }
    let mut year = year_in(prose, before);
    let mut is_led = true;
    for clause in prose.clauses_before(sentence, before.start) {
        if year.is_none() {
            year = year_in(prose, clause).filter(|_| is_own(clause));
        }
        is_led &= prose.figures_in(clause).all(|index| {
            prose
                .figures
                .get(index)
                .is_some_and(|figure| matches!(figure.value, Value::Year(_) | Value::Date(_)))
        }) && worded::numerals(prose, clause, unit).next().is_none();
        if is_led && is_other(clause) {
            return None;
        }
    }
    Some(Qualified { before, year })
}

/// Where the clause before a phrase starts; a short remark in brackets belongs to the words before it: `the branches
/// (north) received`.
fn clause_start(prose: &Prose, sentence: Span, phrase: Span) -> u32 {
    const LONGEST_REMARK: usize = 6;
    let start = prose.clause_around(sentence, phrase).start;
    let before = Span { start: sentence.start, end: start }.of(prose.text());
    let Some(open) = before.strip_suffix('）').and_then(|inner| inner.rfind('（')) else { return start };
    let remark = before.get(open..).unwrap_or_default().chars().count();
    if remark > LONGEST_REMARK + 2 {
        return start;
    }
    let open = Span::new(open, open).shift(sentence.start);
    prose.clause_around(sentence, open).start
}

/// What follows the last count of a stretch and its unit: `apples 3, pears` → `, pears`. Counts written in words are
/// those in the unit given.
fn after_last_count(prose: &Prose, stretch: Span, unit: &str) -> Span {
    let mut counts = prose.figures_in(stretch).filter_map(|index| prose.figures.get(index));
    let in_digits = counts.rfind(|figure| matches!(figure.value, Value::Count(_)));
    let in_digits = in_digits.map(|figure| {
        let mark = prose.text().get(figure.mark as usize..).and_then(|text| text.chars().next());
        figure.mark + mark.map_or(Span::default(), |mark| Span::new(0, mark.len_utf8())).end
    });
    let in_words = worded::numerals(prose, stretch, unit).map(|numeral| numeral.end).last();
    let Some(end) = in_digits.max(in_words) else { return stretch };
    let text = Span { start: end, end: stretch.end }.of(prose.text());
    // The phrase may begin with the unit of that count.
    let Some((_, rest)) = text.split_once('、').or(text.is_empty().then_some(("", ""))) else {
        return stretch;
    };
    Span { start: stretch.end - Span::new(rest.len(), rest.len()).start, end: stretch.end }
}

fn year_in(prose: &Prose, clause: Span) -> Option<usize> {
    let is_year = |index: &usize| {
        prose.figures.get(*index).is_some_and(|figure| matches!(figure.value, Value::Year(_)))
    };
    prose.figures_in(clause).rev().find(is_year)
}
