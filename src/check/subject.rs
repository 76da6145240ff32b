//! What a finding is about, in words that stay when the file around it is edited: labels and headings, never lines,
//! order or values.

use super::evaluate::{Evaluator, Witness};
use super::names;
use crate::facts::said::Said;
use crate::facts::{FigureId, Home};
use crate::rules::form::{Axis, Side};
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
        Witness::Heading(index) | Witness::LostHeading(index) => match facts.outline.headings.get(*index) {
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

/// The labels above something that was looked at, then what stands there: how people name it. Unlike the subject it
/// holds the value, so that another value is another place.
pub fn path(evaluator: &Evaluator<'_, '_>, witness: &Witness) -> Vec<String> {
    let facts = evaluator.facts;
    let text = evaluator.document.text();
    let on_one_line = |span: Span| span.of(text).split_whitespace().collect::<Vec<_>>().join(" ");
    let in_prose = |mark: u32, value: String| {
        let (block, clause) = surroundings(evaluator, mark);
        let mut path = titles(evaluator, block);
        path.push(words(clause.of(facts.prose.text())));
        path.push(value);
        path
    };
    match witness {
        Witness::Figure(id) => {
            let Some(figure) = facts.figure(*id) else { return Vec::new() };
            if let Home::Cell(slot) = figure.home {
                let Some(cell) = facts.locate(slot) else { return Vec::new() };
                let above = cell.table.and_then(|(_, table)| table.block());
                let above = above.map(|block| titles(evaluator, block)).unwrap_or_default();
                let names = [cell.form.name.clone(), cell.name(Side::Rows), cell.name(Side::Columns)];
                return above.into_iter().chain(names).chain([on_one_line(figure.span)]).collect();
            }
            let index = facts.prose_index(*id);
            let unit = index.and_then(|index| facts.prose.figure(index)).map(|figure| figure.unit);
            let value = format!("{}{}", on_one_line(figure.span), unit.unwrap_or_default());
            mark_of(evaluator, *id).map(|mark| in_prose(mark, value)).unwrap_or_default()
        }
        Witness::Date(index) => match facts.dates.get(*index) {
            Some(date) => in_prose(date.mark, on_one_line(date.span)),
            None => Vec::new(),
        },
        Witness::Claim(index) => match facts.claims.claims.get(*index) {
            Some(claim) => {
                let paragraph = surroundings(evaluator, claim.sentence.start).0;
                let mut path = titles(evaluator, paragraph);
                path.push(on_one_line(claim.span));
                path
            }
            None => Vec::new(),
        },
        Witness::Heading(index) | Witness::LostHeading(index) => match facts.outline.headings.get(*index) {
            Some(heading) => {
                let mut path = titles(evaluator, heading.block);
                path.push(on_one_line(heading.span));
                path
            }
            None => Vec::new(),
        },
        Witness::Section(_) | Witness::Row { .. } => {
            vec![names::of_witness(evaluator.facts, evaluator.document, witness)]
        }
    }
}

/// The mark of a figure in the prose.
fn mark_of(evaluator: &Evaluator<'_, '_>, id: FigureId) -> Option<u32> {
    let facts = evaluator.facts;
    let figure = facts.prose_index(id).and_then(|index| facts.prose.figure(index));
    figure.map(|figure| figure.mark).or_else(|| {
        let Said::Captured { claim, capture } = facts.said(id)? else { return None };
        Some(facts.claims.claims.get(claim)?.captures.get(capture)?.as_ref()?.mark)
    })
}

/// The subject of a figure.
pub fn of_figure(evaluator: &Evaluator<'_, '_>, id: FigureId) -> String {
    let facts = evaluator.facts;
    let Some(figure) = facts.figure(id) else { return String::new() };
    if let Home::Cell(slot) = figure.home {
        let Some(cell) = facts.locate(slot) else { return String::new() };
        // Several tables of an open form are told apart by the headings above them.
        let above = cell.table.and_then(|(_, table)| table.block());
        let above = above.map(|block| headings(evaluator, block) + "/").unwrap_or_default();
        return format!("{above}{}/{}/{}", cell.form.id, cell.id(Side::Rows), cell.id(Side::Columns));
    }
    mark_of(evaluator, id).map(|mark| in_prose(evaluator, mark)).unwrap_or_default()
}

fn id(axis: &Axis, leaf: usize) -> &str {
    axis.leaf(leaf).map(|node| node.id.as_str()).unwrap_or_default()
}

/// Headings above a place in the prose, and the words of its clause without their figures.
fn in_prose(evaluator: &Evaluator<'_, '_>, mark: u32) -> String {
    let (block, clause) = surroundings(evaluator, mark);
    format!("{}/{}", headings(evaluator, block), words(clause.of(evaluator.facts.prose.text())))
}

/// The block and the clause that a mark stands in.
fn surroundings(evaluator: &Evaluator<'_, '_>, mark: u32) -> (usize, Span) {
    let prose = &evaluator.facts.prose;
    let sentence = prose.sentence_around(mark);
    let clause = prose.clause_around(sentence, Span { start: mark, end: mark });
    let paragraph = prose.paragraphs.partition_point(|paragraph| paragraph.text.end < mark);
    (prose.paragraphs.get(paragraph).map_or(0, |paragraph| paragraph.block), clause)
}

fn headings(evaluator: &Evaluator<'_, '_>, block: usize) -> String {
    titles(evaluator, block).iter().map(|title| words(title)).collect::<Vec<_>>().join("/")
}

/// The headings above a block, the outermost first.
fn titles(evaluator: &Evaluator<'_, '_>, block: usize) -> Vec<String> {
    let above = evaluator.facts.outline.above(block);
    above.map(|heading| heading.span.of(evaluator.document.text()).trim().to_owned()).collect()
}

/// Letters and ideographs only.
fn words(text: &str) -> String {
    text.chars().filter(|c| c.is_alphabetic() && !('\u{e000}'..='\u{f8ff}').contains(c)).collect()
}
