//! Figures that the same words name elsewhere: in another sentence, or in a table.

use super::sets::Numbers;
use super::{Evaluator, Witness};
use crate::check::value::Number;
use crate::facts::claims::{CapturedValue, Claim};
use crate::facts::figure::Value;
use crate::facts::interval::Interval;
use crate::facts::prose::{ProseFigure, is_border};
use crate::facts::table::{FoundTable, Line};
use crate::facts::{FigureId, cell::Reading};
use crate::rules::form::{Side, Slot};
use crate::source::place::Span;

/// So many figures to either side are looked at: what is named further away is another matter.
const FARTHEST: usize = 200;
/// So many characters may follow a label within the words before a figure, such as 费用 in 车辆费用.
const LONGEST_ENDING: usize = 3;

impl Evaluator<'_, '_> {
    /// The counts of other sentences whose words end with those that a claim captures, in the unit of its figure.
    pub(super) fn namesakes(&self, claim: &Claim) -> Option<Numbers> {
        let prose = &self.facts.prose;
        let own = claim.figure()?;
        let CapturedValue::Figure(index) = own.value else { return None };
        let words =
            claim.captures.iter().flatten().find(|captured| captured.value == CapturedValue::Words)?;
        let words = one_word(words.span.of(self.document.text()));
        let unit = prose.unit_at(own.mark);
        let near = prose.figures.iter().enumerate().skip(index.saturating_sub(FARTHEST)).take(FARTHEST * 2);
        let mut found = Numbers::new();
        for (index, figure) in near {
            let is_elsewhere = figure.mark < claim.sentence.start || claim.sentence.end <= figure.mark;
            let is_namesake = || self.words_before(figure.mark).ends_with(&words) && !words.is_empty();
            if is_elsewhere && matches!(figure.value, Value::Count(_)) && figure.unit == unit && is_namesake()
            {
                let id = self.facts.prose_figure(index);
                self.saw(Witness::Figure(id));
                found.push((Some(id), Number::new(self.facts.interval(id)?)));
            }
        }
        Some(found)
    }

    /// The counts before a claim's phrase in its sentence whose words have the last two characters of those that the claim
    /// captures, or what its kind takes for the same: `closed 30, closing rate 60 %`.
    pub(super) fn said(&self, claim: &Claim) -> Option<Numbers> {
        let mut found = Numbers::new();
        for index in self.said_figures(claim)? {
            let id = self.facts.prose_figure(index);
            self.saw(Witness::Figure(id));
            found.push((Some(id), Number::new(self.facts.interval(id)?)));
        }
        Some(found)
    }

    /// The numbers in the prose of those counts.
    pub(super) fn said_figures(&self, claim: &Claim) -> Option<Vec<usize>> {
        let prose = &self.facts.prose;
        let same = self.facts.pack.claims.claims.get(claim.kind)?.same.as_ref();
        let words = claim.captures.iter().flatten().find(|captured| captured.value == CapturedValue::Words);
        let words = words.map(|words| one_word(words.span.of(self.document.text()))).unwrap_or_default();
        let last = words.char_indices().rev().nth(1).map(|(at, _)| at);
        let ending = last.and_then(|last| words.get(last..));
        let is_named = |words: &str| match same {
            Some(same) => same.is_in(words),
            None => ending.is_some_and(|ending| words.contains(ending)),
        };
        let before = prose.figures_in(Span { start: claim.sentence.start, end: claim.figure()?.mark });
        let is_said = |index: &usize| {
            prose.figures.get(*index).is_some_and(|figure| {
                matches!(figure.value, Value::Count(_)) && is_named(self.words_before(figure.mark))
            })
        };
        Some(before.filter(is_said).collect())
    }

    /// The words of its clause before a figure, or those since the figure before it.
    fn words_before(&self, mark: u32) -> &str {
        let prose = &self.facts.prose;
        let before = Span { start: prose.sentence_around(mark).start, end: mark }.of(prose.text());
        before.rsplit(|c| is_border(c) || c == '、').next().unwrap_or(before)
    }

    /// The cells of footed tables that the words before a figure name: with the year of its sentence, or where there is
    /// no choice. Each as printed, and in the scale of the figure.
    pub(super) fn named(&self, id: FigureId, figure: &ProseFigure) -> Option<Numbers> {
        let mut found = Numbers::new();
        let is_footed =
            |table: &&FoundTable| self.facts.pack.forms.get(table.form).is_some_and(|form| form.is_footed);
        let mut tables = self.facts.tables.iter().filter(is_footed).peekable();
        // Most reports have none, and their words need not be read.
        if tables.peek().is_none() {
            return Some(found);
        }
        let words = self.words_before(figure.mark);
        if words.is_empty() || self.is_other(words) {
            return None;
        }
        for table in tables {
            for side in [Side::Rows, Side::Columns] {
                let cell = self.named_slot(table, side, words, figure.mark);
                let Some(cell) = cell.and_then(|slot| self.facts.cell(slot)) else { continue };
                self.saw(Witness::Figure(cell));
                let interval = self.facts.interval(cell)?;
                found.push((Some(cell), Number::new(interval)));
                let scale = self.scale(id)?;
                found.push((Some(cell), Number::new(interval.checked_mul(scale)?)));
            }
        }
        Some(found)
    }

    /// Whether words before a figure say that it is a change, or of another time or kind.
    fn is_other(&self, words: &str) -> bool {
        let lexicon = &self.facts.pack.claims.lexicon;
        let roles = &lexicon.roles;
        let other =
            roles.rise.and(roles.fall).and(roles.than).and(roles.last).and(roles.span).and(roles.other_kind);
        lexicon.classes_of(words).meets(other)
    }

    fn named_slot(&self, table: &FoundTable, side: Side, words: &str, mark: u32) -> Option<Slot> {
        let across = if side == Side::Rows { Side::Columns } else { Side::Rows };
        let line = only(table.lines(side), |line| names(words, &line.name))?;
        let crossing = match self.year_before(mark).or(self.facts.report.year) {
            _ if table.lines(across).len() == 1 => 0,
            Some(year) => only(table.lines(across), |line| line.name.contains(&year.to_string()))?,
            None => return None,
        };
        Some(if side == Side::Rows { table.slot(line, crossing) } else { table.slot(crossing, line) })
    }

    /// The year named last in the sentence before a figure.
    fn year_before(&self, mark: u32) -> Option<u32> {
        let prose = &self.facts.prose;
        let before = prose.figures_in(Span { start: prose.sentence_around(mark).start, end: mark });
        before.rev().find_map(|index| match prose.figures.get(index)?.value {
            Value::Year(year) => Some(year),
            _ => None,
        })
    }

    /// What a figure's scale multiplies: 10,000 for 3万.
    fn scale(&self, id: FigureId) -> Option<Interval> {
        let figure = self.facts.figure(id)?;
        let Reading::Number(quantity) = figure.reading else { return None };
        let text = figure.span.of(self.document.text());
        let digits: String = text.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect();
        let shown = digits.parse::<rust_decimal::Decimal>().ok().filter(|shown| !shown.is_zero())?;
        Some(Interval::Exact(quantity.printed.checked_div(shown)?))
    }
}

/// The number of the only line that meets a condition.
fn only(lines: &[Line], condition: impl Fn(&Line) -> bool) -> Option<usize> {
    let mut found = lines.iter().enumerate().filter(|(_, line)| condition(line)).map(|(at, _)| at);
    let first = found.next();
    first.filter(|_| found.next().is_none())
}

/// Whether words before a figure end with a label, or nearly.
fn names(words: &str, label: &str) -> bool {
    let label = one_word(label);
    let is_label = label.chars().nth(1).is_some();
    let found = words.rfind(&label).filter(|_| is_label);
    let ending = found.and_then(|at| words.get(at + label.len()..));
    ending.is_some_and(|ending| ending.chars().nth(LONGEST_ENDING).is_none())
}

fn one_word(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}
