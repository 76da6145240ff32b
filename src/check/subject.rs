//! What a finding is about, in words that stay when the file around it is edited: labels and headings, never lines,
//! order or values.

use super::evaluate::{Evaluator, Witness};
use crate::facts::{FigureId, Home};
use crate::rules::form::Axis;
use crate::source::place::Span;

/// The subject of something that was looked at.
pub fn of(evaluator: &Evaluator<'_, '_>, witness: &Witness) -> String {
    let facts = evaluator.facts;
    match witness {
        Witness::Figure(id) => of_figure(evaluator, *id),
        Witness::Date(index) => {
            facts.dates.get(*index).map(|date| in_prose(evaluator, date.mark)).unwrap_or_default()
        }
        Witness::Claim(index) => facts
            .claims
            .claims
            .get(*index)
            .map(|claim| in_prose(evaluator, claim.sentence.start))
            .unwrap_or_default(),
        Witness::Heading(index) => match facts.outline.headings.get(*index) {
            Some(heading) => format!(
                "{}/{}",
                headings(evaluator, heading.block),
                words(heading.span.of(evaluator.document.text()))
            ),
            None => String::new(),
        },
        Witness::Section(index) => {
            facts.pack.sections.get(*index).map(|section| section.name.clone()).unwrap_or_default()
        }
        Witness::Row { form, leaf } => match facts.pack.forms.get(*form) {
            Some(form) => format!("{}/{}", form.id, id(&form.rows, *leaf)),
            None => String::new(),
        },
    }
}

/// The subject of a figure.
pub fn of_figure(evaluator: &Evaluator<'_, '_>, id: FigureId) -> String {
    let facts = evaluator.facts;
    let Some(figure) = facts.figure(id) else { return String::new() };
    if let Home::Cell(slot) = figure.home {
        return match facts.pack.locate(slot) {
            Some((_, form, row, column)) => {
                format!("{}/{}/{}", form.id, self::id(&form.rows, row), self::id(&form.columns, column))
            }
            None => String::new(),
        };
    }
    let mark =
        facts.prose_index(id).and_then(|index| facts.prose.figures.get(index)).map(|figure| figure.mark);
    let claimed = || {
        let captured = facts.claims.claims.iter().flat_map(|claim| claim.captures.iter().flatten());
        captured
            .into_iter()
            .find(|captured| facts.captured_figure(captured) == Some(id))
            .map(|captured| captured.mark)
    };
    mark.or_else(claimed).map(|mark| in_prose(evaluator, mark)).unwrap_or_default()
}

fn id(axis: &Axis, leaf: usize) -> &str {
    axis.leaf(leaf).map(|node| node.id.as_str()).unwrap_or_default()
}

/// Headings above a place in the prose, and the words of its clause without their figures.
fn in_prose(evaluator: &Evaluator<'_, '_>, mark: u32) -> String {
    let prose = &evaluator.facts.prose;
    let sentence = prose.sentence_around(mark);
    let clause = prose.clause_around(sentence, Span { start: mark, end: mark });
    let paragraph = prose.paragraphs.partition_point(|paragraph| paragraph.text.end < mark);
    let block = prose.paragraphs.get(paragraph).map_or(0, |paragraph| paragraph.block);
    format!("{}/{}", headings(evaluator, block), words(clause.of(prose.text())))
}

fn headings(evaluator: &Evaluator<'_, '_>, block: usize) -> String {
    let above = evaluator.facts.outline.above(block);
    let titles: Vec<String> =
        above.map(|heading| words(heading.span.of(evaluator.document.text()))).collect();
    titles.join("/")
}

/// Letters and ideographs only.
fn words(text: &str) -> String {
    text.chars().filter(|c| c.is_alphabetic() && !('\u{e000}'..='\u{f8ff}').contains(c)).collect()
}
