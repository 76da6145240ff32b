//! Names of what was read, as messages and labels show them.

use super::Label;
use super::evaluate::Witness;
use super::value::Record;
use crate::document::Document;
use crate::facts::{Facts, FigureId, Home};
use crate::rules::form::Form;
use crate::source::place::Span;

/// The name of a record.
pub fn record(facts: &Facts<'_>, document: &Document<'_>, record: Record) -> String {
    match record {
        Record::Row { form, leaf } => {
            facts.pack.forms.get(form).map(|form| row(form, leaf)).unwrap_or_default()
        }
        Record::Column { form, leaf } => {
            facts.pack.forms.get(form).map(|form| column(form, leaf)).unwrap_or_default()
        }
        Record::Cell(slot) => match facts.pack.locate(slot) {
            Some((_, form, at_row, at_column)) => {
                format!("{}, {}", row(form, at_row), column(form, at_column))
            }
            None => String::new(),
        },
        Record::Heading(index) => {
            let heading = facts.outline.headings.get(index).map(|heading| heading.span);
            heading.map(|span| span.of(document.text()).trim().to_owned()).unwrap_or_default()
        }
        Record::Section(index) => {
            facts.pack.sections.get(index).map(|section| section.name.clone()).unwrap_or_default()
        }
        Record::Date(index) => facts.dates.get(index).map(|date| date.date.to_string()).unwrap_or_default(),
        Record::Claim(index) => {
            let kind =
                facts.claims.claims.get(index).and_then(|claim| facts.pack.claims.claims.get(claim.kind));
            kind.map(|kind| kind.name.clone()).unwrap_or_default()
        }
        Record::Figure(id) => printed(facts, document, id),
    }
}

fn row(form: &Form, leaf: usize) -> String {
    form.rows.leaf(leaf).map(|row| row.name.clone()).unwrap_or_default()
}

fn column(form: &Form, leaf: usize) -> String {
    form.columns.leaf(leaf).map(|column| column.name.clone()).unwrap_or_default()
}

/// A figure as printed, on one line.
pub fn printed(facts: &Facts<'_>, document: &Document<'_>, id: FigureId) -> String {
    let text = facts.figure(id).map(|figure| figure.span.of(document.text())).unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The part that each figure of a relation plays in it: by rows where its cells share a column, by columns where
/// they share a row, else by both.
pub fn roles(facts: &Facts<'_>, document: &Document<'_>, witnesses: &[Witness]) -> Vec<String> {
    let cell = |witness: &Witness| match witness {
        Witness::Figure(id) => match facts.figure(*id)?.home {
            Home::Cell(slot) => facts.pack.locate(slot).map(|(number, _, row, column)| (number, row, column)),
            Home::Prose => None,
        },
        _ => None,
    };
    let cells: Vec<(usize, usize, usize)> = witnesses.iter().filter_map(cell).collect();
    let first = cells.first().copied();
    let is_all_cells = cells.len() == witnesses.len() && cells.len() > 1;
    let same_row = is_all_cells
        && first.is_some_and(|(form, row, _)| cells.iter().all(|cell| (cell.0, cell.1) == (form, row)));
    let same_column = is_all_cells
        && first.is_some_and(|(form, _, column)| cells.iter().all(|cell| (cell.0, cell.2) == (form, column)));
    witnesses
        .iter()
        .map(|witness| {
            match cell(witness)
                .and_then(|(number, row, column)| Some((facts.pack.forms.get(number)?, row, column)))
            {
                Some((form, _, at)) if same_row => column(form, at),
                Some((form, at, _)) if same_column => row(form, at),
                Some((form, at_row, at_column)) => {
                    format!("{}, {}", row(form, at_row), column(form, at_column))
                }
                None => other_role(facts, document, witness),
            }
        })
        .collect()
}

fn other_role(facts: &Facts<'_>, document: &Document<'_>, witness: &Witness) -> String {
    match witness {
        Witness::Figure(id) => {
            let claim = facts.claims.claims.iter().position(|claim| {
                claim.captures.iter().flatten().any(|captured| facts.captured_figure(captured) == Some(*id))
            });
            let is_part = facts.prose_index(*id).is_some_and(|index| {
                facts.claims.claims.iter().any(|claim| claim.breakdown.parts.contains(&index))
            });
            match claim {
                Some(index) => record(facts, document, Record::Claim(index)),
                None if is_part => "part".to_owned(),
                None => String::new(),
            }
        }
        Witness::Date(index) => {
            let fact = facts.dates.get(*index);
            let claim = facts.claims.claims.iter().position(|claim| {
                claim.captures.iter().flatten().any(|captured| {
                    facts.captured_date(captured).map(|date| date.mark) == fact.map(|fact| fact.mark)
                })
            });
            claim.map(|index| record(facts, document, Record::Claim(index))).unwrap_or_default()
        }
        Witness::Heading(_) => String::new(),
        Witness::LostHeading(_) => "without a number".to_owned(),
        _ => of_witness(facts, document, witness),
    }
}

/// The name of a claim, a section or a row that was looked at.
pub fn of_witness(facts: &Facts<'_>, document: &Document<'_>, witness: &Witness) -> String {
    match witness {
        Witness::Claim(index) => record(facts, document, Record::Claim(*index)),
        Witness::Section(index) => record(facts, document, Record::Section(*index)),
        Witness::Row { form, leaf } => record(facts, document, Record::Row { form: *form, leaf: *leaf }),
        Witness::Figure(_) | Witness::Date(_) | Witness::Heading(_) | Witness::LostHeading(_) => {
            String::new()
        }
    }
}

/// The other rows that carry the label of a row, each with its place.
pub fn other_rows(facts: &Facts<'_>, form: usize, leaf: usize, primary: Span) -> Vec<Label> {
    let rows =
        facts.binding.rows.iter().filter(|row| row.form == form && row.row == leaf && row.label != primary);
    rows.map(|row| Label { span: row.label, role: "the same row".to_owned() }).collect()
}

/// Where a witness stands; for what is missing, the place next to the gap.
pub fn place(facts: &Facts<'_>, witness: &Witness) -> Option<Span> {
    match witness {
        Witness::Figure(id) => facts.figure(*id).map(|figure| figure.span),
        Witness::Date(index) => facts.dates.get(*index).map(|date| date.span),
        Witness::Heading(index) => facts.outline.headings.get(*index).map(|heading| heading.number_span),
        Witness::LostHeading(index) => facts.outline.headings.get(*index).and_then(|heading| heading.lost),
        Witness::Claim(index) => facts.claims.claims.get(*index).map(|claim| claim.span),
        Witness::Section(index) => {
            let heading = facts.outline.sections.get(*index)?.heading?;
            facts.outline.headings.get(heading).map(|heading| heading.number_span)
        }
        Witness::Row { form, leaf } => row_place(facts, *form, *leaf),
    }
}

/// Where a row stands: of several that carry its label the one too many, of a missing one the row that stands in
/// its place or comes after it.
fn row_place(facts: &Facts<'_>, form: usize, leaf: usize) -> Option<Span> {
    let rows = || facts.binding.rows.iter().filter(move |row| row.form == form);
    let extra = rows()
        .find(|row| row.row == leaf && row.is_extra)
        .or_else(|| rows().find(|row| row.stands_for == Some(leaf)));
    let own = || rows().find(|row| row.row == leaf);
    let next = || rows().filter(|row| row.row > leaf).min_by_key(|row| row.row);
    let last = || rows().filter(|row| row.row < leaf).max_by_key(|row| row.row);
    extra.or_else(own).or_else(next).or_else(last).map(|row| row.label)
}
