//! Names of what was read, as messages and labels show them.

use super::evaluate::Witness;
use super::value::Record;
use super::{Elsewhere, ElsewhereWhat, Label};
use crate::document::Document;
use crate::facts::said::Said;
use crate::facts::table::Located;
use crate::facts::{Facts, FigureId, Home};
use crate::rules::form::{Form, Side};
use crate::rules::pattern::CaptureKind;
use crate::rules::reads::Reads;
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
        Record::Cell(slot) => facts.locate(slot).map(|cell| full_name(&cell)).unwrap_or_default(),
        Record::Table(table) => {
            let form = facts.tables.get(table).and_then(|table| facts.pack.forms.get(table.form));
            form.map(|form| form.name.clone()).unwrap_or_default()
        }
        Record::Line { table, side, index } => {
            let line = facts.tables.get(table).and_then(|table| table.lines(side).get(index));
            line.map(|line| line.name.clone()).unwrap_or_default()
        }
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
        Record::Footing(footing) => {
            let total = facts.footings.get(footing).map(|footing| footing.total);
            total.map(|total| printed(facts, document, total)).unwrap_or_default()
        }
        Record::Rate(rate) => {
            let rate = facts.rates.get(rate).map(|rate| rate.rate);
            rate.map(|rate| printed(facts, document, rate)).unwrap_or_default()
        }
        Record::List(list) => {
            let total = facts.lists.get(list).map(|list| facts.prose_figure(list.total));
            total.map(|total| printed(facts, document, total)).unwrap_or_default()
        }
    }
}

fn row(form: &Form, leaf: usize) -> String {
    form.rows.leaf(leaf).map(|row| row.name.clone()).unwrap_or_default()
}

fn column(form: &Form, leaf: usize) -> String {
    form.columns.leaf(leaf).map(|column| column.name.clone()).unwrap_or_default()
}

/// A figure as printed, on one line; of another report, whose text is not at hand, its value.
pub fn printed(facts: &Facts<'_>, document: &Document<'_>, id: FigureId) -> String {
    if facts.elsewhere(id).is_some() {
        return facts.interval(id).map(|interval| interval.to_string()).unwrap_or_default();
    }
    let text = facts.figure(id).map(|figure| figure.span.of(document.text())).unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The part that each figure of a relation plays in it: by rows where its cells share a column, by columns where
/// they share a row, else by both.
pub fn roles(facts: &Facts<'_>, document: &Document<'_>, witnesses: &[Witness]) -> Vec<String> {
    let cell = |witness: &Witness| match witness {
        Witness::Figure(id) => match facts.figure(*id)?.home {
            Home::Cell(slot) => facts.locate(slot),
            Home::Prose => None,
        },
        _ => None,
    };
    let cells: Vec<Located<'_>> = witnesses.iter().filter_map(cell).collect();
    let all_share = |side: Side| {
        cells.len() == witnesses.len()
            && cells.len() > 1
            && cells.first().is_some_and(|first| cells.iter().all(|cell| cell.shares(first, side)))
    };
    let (same_row, same_column) = (all_share(Side::Rows), all_share(Side::Columns));
    witnesses
        .iter()
        .map(|witness| match cell(witness) {
            Some(cell) if same_row => cell.name(Side::Columns),
            Some(cell) if same_column => cell.name(Side::Rows),
            Some(cell) => full_name(&cell),
            None => other_role(facts, document, witness),
        })
        .collect()
}

fn full_name(cell: &Located<'_>) -> String {
    format!("{}, {}", cell.name(Side::Rows), cell.name(Side::Columns))
}

fn other_role(facts: &Facts<'_>, document: &Document<'_>, witness: &Witness) -> String {
    match witness {
        Witness::Figure(id) => match facts.said(*id) {
            Some(Said::Captured { claim, capture }) => {
                capture_role(facts, claim, capture).unwrap_or_default()
            }
            Some(Said::Part) => "part".to_owned(),
            Some(Said::OtherCount) => "other count".to_owned(),
            Some(Said::Total) => "total".to_owned(),
            None => String::new(),
        },
        Witness::Date(index) => {
            let claim = facts.claim_of_date(*index);
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
    rows.map(|row| Label::new(row.label, "the same row".to_owned())).collect()
}

/// The part that a figure of a claim plays: the claim's name, or the capture's where the claim has several figures;
/// of claims told together, the name of the one that states it.
fn capture_role(facts: &Facts<'_>, claim: usize, capture: usize) -> Option<String> {
    let kinds = &facts.pack.claims;
    let kind = kinds.claims.get(facts.claims.claims.get(claim)?.kind)?;
    if let Some(Reads::Together(names)) = &kind.reads {
        return Some(kinds.claims.get(kinds.find(names.get(capture)?)?)?.name.clone());
    }
    let is_figure = |kind: CaptureKind| matches!(kind, CaptureKind::Count | CaptureKind::Percent);
    let figures = kind.captures.iter().filter(|capture| is_figure(capture.kind)).count();
    let own = kind.captures.get(capture).filter(|capture| figures > 1 && is_figure(capture.kind));
    Some(own.map_or(&kind.name, |capture| &capture.name).clone())
}

/// A label at a witness; one in another report says in which.
pub fn label(facts: &Facts<'_>, witness: &Witness, role: String) -> Option<Label> {
    if let Witness::Figure(id) = witness
        && let Some((other, slot)) = facts.elsewhere(*id)
    {
        let role = of_other(facts, other, role);
        let report = facts.others.get(other)?.number;
        return Some(Label {
            span: Span::default(),
            role,
            elsewhere: Some(Elsewhere { report, what: ElsewhereWhat::Cell(slot) }),
        });
    }
    Some(Label::new(place(facts, witness)?, role))
}

/// The part of a figure in another report: of one on another year with the year, else with the body.
fn of_other(facts: &Facts<'_>, other: usize, role: String) -> String {
    let Some(other) = facts.others.get(other) else { return role };
    let year = other.year.filter(|_| other.year != facts.report.year).map(|year| year.to_string());
    let name = year.or_else(|| other.body.clone()).unwrap_or_default();
    match (role.is_empty(), name.is_empty()) {
        (_, true) => role,
        (true, _) => name,
        _ => format!("{role} ({name})"),
    }
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
