//! The fields of records.

use std::borrow::Cow;

use super::{Evaluator, Witness};
use crate::check::names;
use crate::check::value::{Number, Record, Truth, Value};
use crate::facts::FigureId;
use crate::facts::claims::{CapturedValue, Claim};
use crate::facts::infer::Surety;
use crate::facts::lists::List;
use crate::rules::expression::node::Node;
use crate::rules::expression::vocabulary::Field;
use crate::rules::form::Kind;
use crate::rules::lexicon::Classes;
use crate::source::place::Span;

impl<'e> Evaluator<'e, '_> {
    pub(super) fn field(&self, record: Record, field: Field) -> Value<'e> {
        let number = |value: Option<u32>| {
            value.map_or(Value::Unknown, |value| Value::Number(Number::exact(value.into())))
        };
        let truth = |is_true: bool| Value::Truth(Truth::of(is_true));
        let text = |text: String| Value::Text(Cow::Owned(text));
        match (record, field) {
            (Record::Row { form, leaf }, Field::Occurrences) => {
                self.saw(Witness::Row { form, leaf });
                let found = self.occurrences(form, leaf);
                found.map_or(Value::Unknown, |found| Value::Number(Number::exact(found.into())))
            }
            (Record::Row { form, leaf }, Field::Found) => text(match self.occurrences(form, leaf) {
                Some(1) => "there once".to_owned(),
                Some(found) if found > 1 => format!("there {found} times"),
                _ => "missing".to_owned(),
            }),
            (Record::Row { form, leaf }, Field::Label) => {
                let row = self.facts.pack.forms.get(form).and_then(|form| form.rows.leaf(leaf));
                text(
                    row.and_then(|row| row.labels.first())
                        .map(|label| label.value.clone())
                        .unwrap_or_default(),
                )
            }
            (Record::Cell(slot), Field::Kind) => text(match self.facts.kind(slot) {
                Some(Kind::Count) => "a count".to_owned(),
                Some(Kind::Amount | Kind::Balance) => "an amount".to_owned(),
                Some(Kind::Change) => "a change".to_owned(),
                Some(Kind::Percent) => "a percentage".to_owned(),
                Some(Kind::Date) => "a date".to_owned(),
                Some(Kind::Ordinal) | None => String::new(),
            }),
            (
                Record::Row { .. }
                | Record::Column { .. }
                | Record::Cell(_)
                | Record::Heading(_)
                | Record::Section(_)
                | Record::Table(_)
                | Record::Line { .. },
                Field::Name,
            ) => text(names::record(self.facts, self.document, record)),
            (Record::Claim(claim), Field::Capture(capture)) => self.capture(claim, capture),
            (Record::Claim(claim), Field::Order) => {
                number(self.facts.order(claim).and_then(|order| u32::try_from(order).ok()))
            }
            (Record::Line { table, side, index }, Field::LineBefore) => match index.checked_sub(1) {
                Some(index) => Value::Record(Record::Line { table, side, index }),
                None => Value::Unknown,
            },
            (Record::Line { index, .. }, Field::Order) => number(u32::try_from(index + 1).ok()),
            (Record::Table(table), Field::Order) => {
                let form = self.facts.tables.get(table).map(|table| table.form);
                let before =
                    self.facts.tables.iter().take(table + 1).filter(|other| Some(other.form) == form);
                number(u32::try_from(before.count()).ok())
            }
            (Record::Claim(index), Field::Sure) => self.is_sure(index).map_or(Value::Unknown, truth),
            (Record::Claim(claim), _) => {
                self.claim(claim).map_or(Value::Unknown, |claim| self.claim_field(claim, field))
            }
            (Record::Date(index), Field::Year) => {
                self.saw(Witness::Date(index));
                number(self.facts.dates.get(index).and_then(|date| date.date.year))
            }
            (Record::Date(index), Field::Claimed) => {
                truth(self.facts.dates.get(index).is_some_and(|date| date.is_claimed))
            }
            (Record::Date(index), Field::Sentence | Field::Section) => {
                self.facts.dates.get(index).map_or(Value::Unknown, |date| self.surroundings(date.mark, field))
            }
            (Record::Heading(index), _) => self.heading_field(index, field),
            (Record::Section(index), Field::Present) => {
                self.saw(Witness::Section(index));
                self.facts
                    .outline
                    .sections
                    .get(index)
                    .and_then(|section| section.is_present)
                    .map_or(Value::Unknown, truth)
            }
            (Record::Section(index), Field::Announced) => {
                truth(self.facts.report.announced.get(index).copied().unwrap_or(false))
            }
            (Record::Footing(footing), Field::Parts) => {
                let parts = self.facts.footings.get(footing).map(|footing| footing.parts.as_slice());
                Value::Records(parts.unwrap_or_default().iter().copied().map(Record::Figure).collect())
            }
            (Record::Footing(footing), Field::Seen | Field::Sure) => {
                let least = if field == Field::Sure { Surety::Sure } else { Surety::Likely };
                truth(self.facts.footings.get(footing).is_some_and(|footing| footing.surety >= least))
            }
            (Record::Rate(rate), Field::Share) => {
                truth(self.facts.rates.get(rate).is_some_and(|rate| rate.is_share))
            }
            (Record::Rate(rate), Field::Before | Field::Now) => {
                let rate = self.facts.rates.get(rate);
                let figure = rate.map(|rate| if field == Field::Now { rate.now } else { rate.before });
                let interval = figure.and_then(|figure| {
                    self.saw(Witness::Figure(figure));
                    self.facts.rounded_interval(figure)
                });
                interval.map_or(Value::Unknown, |interval| Value::Number(Number::new(interval)))
            }
            (Record::List(list), _) => {
                self.facts.lists.get(list).map_or(Value::Unknown, |list| self.list_field(list, field))
            }
            (Record::Figure(id), Field::Claimed) => truth(self.facts.is_claimed(id)),
            (Record::Figure(id), _) => self.figure_field(id, field),
            _ => Value::Unknown,
        }
    }

    /// How often a row was found; `None` where the report has no row of the form, or where a row that is missing may
    /// be one whose label could not be told.
    pub(super) fn occurrences(&self, form: usize, leaf: usize) -> Option<usize> {
        let binding = &self.facts.binding;
        let rows = self.rows_found.get_or_init(|| {
            let mut rows: Vec<(usize, usize)> = binding.rows.iter().map(|row| (row.form, row.row)).collect();
            rows.sort_unstable();
            rows
        });
        let start = rows.partition_point(|&row| row < (form, 0));
        rows.get(start).filter(|row| row.0 == form)?;
        let found = rows.partition_point(|&row| row <= (form, leaf))
            - rows.partition_point(|&row| row < (form, leaf));
        let may_be_there =
            || binding.unbound.iter().any(|unbound| unbound.form == form && unbound.problem.may_hide_rows());
        if found == 0 && may_be_there() { None } else { Some(found) }
    }

    /// Whether a relation holds: what may mean something else ties where it agrees, and is silent where not.
    pub fn verdict(&self, node: &Node) -> Truth {
        match self.relation(node) {
            Truth::No if self.has_doubt() => Truth::Unknown,
            verdict => verdict,
        }
    }

    /// Whether a variable stands for a claim that was read by the words around it and may mean something else.
    fn has_doubt(&self) -> bool {
        let is_read = |claim: &Claim| {
            self.facts.pack.claims.claims.get(claim.kind).is_some_and(|kind| kind.reads.is_some())
        };
        self.variables.iter().any(|record| match *record {
            Record::Claim(index) => {
                self.claim(index).is_some_and(is_read) && self.is_sure(index) == Some(false)
            }
            _ => false,
        })
    }

    /// Whether a claim is sure, which the rules of its kind all ask.
    fn is_sure(&self, index: usize) -> Option<bool> {
        let claim = self.claim(index)?;
        let mut known = self.sure.borrow_mut();
        if known.is_empty() {
            known.resize(self.facts.claims.claims.len(), None);
        }
        let known = known.get_mut(index)?;
        Some(*known.get_or_insert_with(|| self.facts.is_sure(claim)))
    }

    pub(super) fn claim_field(&self, claim: &'e Claim, field: Field) -> Value<'e> {
        let truth = |is_true: bool| Value::Truth(Truth::of(is_true));
        let figures = |indices: &[usize]| {
            Value::Records(
                indices.iter().map(|&index| Record::Figure(self.facts.prose_figure(index))).collect(),
            )
        };
        match field {
            Field::Parts => figures(&claim.breakdown.parts),
            Field::Others => figures(&claim.others),
            Field::Bases => self.bases(claim).map_or(Value::Unknown, Value::Numbers),
            Field::Runs => self.runs(claim).map_or(Value::Unknown, Value::Numbers),
            Field::Said => self.said(claim).map_or(Value::Unknown, Value::Numbers),
            Field::Namesakes => self.namesakes(claim).map_or(Value::Unknown, Value::Numbers),
            Field::Complete => truth(claim.breakdown.is_complete),
            Field::Sentence | Field::Section => self.surroundings(claim.sentence.start, field),
            Field::StatedYear => {
                let year = claim.qualified.and_then(|qualified| qualified.year);
                year.map_or(Value::Unknown, |year| self.figure(self.facts.prose_figure(year)))
            }
            Field::Unit => match claim.figure().map(|captured| captured.value) {
                Some(CapturedValue::Figure(index)) => self.unit(index),
                _ => Value::Unknown,
            },
            _ => Value::Unknown,
        }
    }

    fn list_field(&self, list: &List, field: Field) -> Value<'e> {
        let truth = |is_true: bool| Value::Truth(Truth::of(is_true));
        let figures = |indices: &[usize]| {
            Value::Records(
                indices.iter().map(|&index| Record::Figure(self.facts.prose_figure(index))).collect(),
            )
        };
        match field {
            Field::Parts => figures(&list.items),
            Field::All => figures(&list.all),
            Field::Mixed => truth(list.items.len() != list.all.len()),
            Field::Shares => figures(&list.shares),
            Field::Introduced => Value::Text(Cow::Borrowed(list.introduced.name())),
            Field::Complete => truth(list.is_complete),
            Field::Exact => truth(list.is_exact),
            Field::Exclusive => truth(list.is_exclusive),
            Field::ByChannel => truth(list.is_by_channel),
            Field::Slip => truth(list.is_slip),
            Field::Common => self.class_names(list.common),
            Field::Words => self.class_names(list.words),
            Field::Overlapping => truth(list.is_overlapping),
            Field::Selection => truth(list.is_selection),
            _ => self.figure_field(self.facts.prose_figure(list.total), field),
        }
    }

    fn class_names(&self, classes: Classes) -> Value<'e> {
        let names: Vec<&str> = self.facts.pack.claims.lexicon.names_of(classes).collect();
        Value::Text(Cow::Owned(names.join(" ")))
    }

    pub(super) fn unit(&self, prose_index: usize) -> Value<'e> {
        let prose = &self.facts.prose;
        prose.figure(prose_index).map_or(Value::Unknown, |_| {
            Value::Text(Cow::Borrowed(self.facts.slots.measure_word(prose, prose_index)))
        })
    }

    pub(super) fn figure_field(&self, id: FigureId, field: Field) -> Value<'e> {
        let Some(index) = self.facts.prose_index(id) else { return Value::Unknown };
        let Some(figure) = self.facts.prose.figure(index) else { return Value::Unknown };
        match field {
            Field::Unit => self.unit(index),
            Field::Sentence | Field::Section => self.surroundings(figure.mark, field),
            Field::Alike => Value::Truth(Truth::of(self.is_alike(figure.mark))),
            Field::Named => self.named(id, figure).map_or(Value::Unknown, Value::Numbers),
            _ => Value::Unknown,
        }
    }

    /// Whether a figure stands in words that mean the same as those of the claim that a variable stands for.
    pub(super) fn is_alike(&self, mark: u32) -> bool {
        let claim = self.variables.iter().find_map(|record| match record {
            Record::Claim(index) => self.claim(*index),
            _ => None,
        });
        let same = claim
            .and_then(|claim| self.facts.pack.claims.claims.get(claim.kind))
            .and_then(|kind| kind.same.as_ref());
        let sentence = self.facts.prose.sentence_around(mark);
        let clause = self.facts.prose.clause_around(sentence, Span { start: mark, end: mark });
        same.is_some_and(|same| same.is_in(clause.of(self.facts.prose.text())))
    }

    pub(super) fn paragraph_at(&self, mark: u32) -> Option<Span> {
        let paragraphs = &self.facts.prose.paragraphs;
        let index = paragraphs.partition_point(|paragraph| paragraph.text.end < mark);
        paragraphs.get(index).map(|paragraph| paragraph.text)
    }

    pub(super) fn surroundings(&self, mark: u32, field: Field) -> Value<'e> {
        let prose = &self.facts.prose;
        let index = prose.paragraphs.partition_point(|paragraph| paragraph.text.end < mark);
        let Some(paragraph) = prose.paragraphs.get(index) else { return Value::Unknown };
        if field == Field::Sentence {
            let sentence = prose.sentence_around(mark);
            return Value::Text(Cow::Borrowed(sentence.of(prose.text())));
        }
        let heading = self.facts.outline.heading_of(paragraph.block);
        let title =
            heading.and_then(|index| self.facts.outline.headings.get(index)).map(|heading| heading.span);
        // Two sections of one title are told apart by where they stand.
        let title = title.map_or_else(String::new, |span| {
            format!("{}@{}", span.of(self.document.text()).trim(), span.start)
        });
        Value::Text(Cow::Owned(title))
    }

    pub(super) fn heading_field(&self, index: usize, field: Field) -> Value<'e> {
        let Some(heading) = self.facts.outline.headings.get(index) else { return Value::Unknown };
        self.saw(Witness::Heading(index));
        let number = |value: Option<u32>| {
            value.map_or(Value::Unknown, |value| Value::Number(Number::exact(value.into())))
        };
        match field {
            Field::Number => number(heading.number),
            Field::Expected => number(heading.expected),
            Field::Lost => {
                self.saw(Witness::LostHeading(index));
                Value::Truth(Truth::of(heading.lost.is_some()))
            }
            _ => Value::Unknown,
        }
    }
}
