//! Evaluation of one relation of a rule against the facts of a report.

mod cells;
mod elsewhere;
mod fields;
mod functions;
mod namesakes;
mod sets;
mod shares;
mod truth;
mod whole;

use std::borrow::Cow;
use std::cell::{Cell, OnceCell, RefCell};

use rust_decimal::Decimal;

use super::value::{Number, Record, Truth, Value};
use crate::document::Document;
use crate::facts::claims::{Captured, CapturedValue, Claim};
use crate::facts::date::Date;
use crate::facts::interval::Interval;
use crate::facts::{Facts, FigureId};
use crate::rules::expression::node::{Node, Whose};
use crate::rules::expression::syntax::Operator;
use crate::rules::expression::vocabulary::{Field, ReportField};
use crate::rules::form::Slot;

/// Something in the report that an evaluation looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Witness {
    /// A figure.
    Figure(FigureId),
    /// A date, by number.
    Date(usize),
    /// A heading, by number.
    Heading(usize),
    /// The line without a number that stands before a heading, by the number of that heading.
    LostHeading(usize),
    /// A claim, by number.
    Claim(usize),
    /// A section of the pack, by number.
    Section(usize),
    /// A row of a form.
    Row {
        /// The form, by number.
        form: usize,
        /// The leaf of its rows, by number.
        leaf: usize,
    },
}

/// Evaluates expressions over the facts of one report, with values for the dynamic variables of a rule.
pub struct Evaluator<'e, 'p> {
    /// The facts.
    pub facts: &'e Facts<'p>,
    /// The document they were read in.
    pub document: &'e Document<'e>,
    /// Records that the variables stand for.
    pub variables: Vec<Record>,
    /// Figures that are taken to have other values than those printed, to see what would follow.
    pub assumed: Vec<(FigureId, Interval)>,
    /// By how much the sides of a relation may differ.
    pub tolerance: Decimal,
    /// The other report that cells are looked up in now, by number.
    other: Cell<Option<usize>>,
    /// What was looked at, in order.
    witnesses: RefCell<Vec<Witness>>,
    /// Whether what is looked at is kept.
    is_watched: Cell<bool>,
    /// The rows found, by form and row, from when they are first asked for.
    rows_found: OnceCell<Vec<(usize, usize)>>,
    /// Of each claim whether it is sure, where that has been asked.
    sure: RefCell<Vec<Option<bool>>>,
}

/// How a comparison of intervals that overlap is taken.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// In a relation: it holds if a wrong figure would have shown.
    Relation,
    /// In a condition: it cannot be told.
    Condition,
}

impl<'e, 'p> Evaluator<'e, 'p> {
    /// An evaluator without variables.
    pub fn new(facts: &'e Facts<'p>, document: &'e Document<'e>) -> Self {
        Self {
            facts,
            document,
            variables: Vec::new(),
            assumed: Vec::new(),
            tolerance: Decimal::ZERO,
            other: Cell::new(None),
            witnesses: RefCell::new(Vec::new()),
            is_watched: Cell::new(true),
            rows_found: OnceCell::new(),
            sure: RefCell::default(),
        }
    }

    /// Whether the relation of a rule holds.
    pub fn relation(&self, node: &Node) -> Truth {
        self.truth(node, Reading::Relation)
    }

    /// Whether the condition of a rule is met. What it looks at takes no part in the relation.
    pub fn condition(&self, node: &Node) -> Truth {
        let before = self.is_watched.replace(false);
        let truth = self.truth(node, Reading::Condition);
        self.is_watched.set(before);
        truth
    }

    /// What was looked at since the last call.
    pub fn take_witnesses(&self) -> Vec<Witness> {
        std::mem::take(&mut self.witnesses.borrow_mut())
    }

    /// Forgets what was looked at since the last call.
    pub fn forget_witnesses(&self) {
        self.witnesses.borrow_mut().clear();
    }

    /// Hands what was looked at since the last call to `each`, and forgets it.
    pub fn drain_witnesses(&self, each: impl FnMut(Witness)) {
        self.witnesses.borrow_mut().drain(..).for_each(each);
    }

    fn saw(&self, witness: Witness) {
        if self.is_watched.get() {
            self.witnesses.borrow_mut().push(witness);
        }
    }

    /// The value that a record stands for.
    fn plain(&self, value: Value<'e>) -> Value<'e> {
        let Value::Record(record) = value else { return value };
        match record {
            Record::Cell(slot) => self.cell(slot),
            Record::Figure(id) => self.figure(id),
            Record::List(_) | Record::Footing(_) | Record::Rate(_) => {
                self.record_figure(record).map_or(Value::Unknown, |total| self.figure(total))
            }
            Record::Date(index) => self.date(index),
            Record::Heading(index) => {
                self.saw(Witness::Heading(index));
                let number = self.facts.outline.headings.get(index).and_then(|heading| heading.number);
                number.map_or(Value::Unknown, |number| Value::Number(Number::exact(number.into())))
            }
            Record::Claim(index) => self.capture(index, 0),
            Record::Row { .. }
            | Record::Column { .. }
            | Record::Section(_)
            | Record::Table(_)
            | Record::Line { .. } => Value::Unknown,
        }
    }

    fn cell(&self, slot: Slot) -> Value<'e> {
        self.cell_figure(slot).map_or(Value::Unknown, |id| self.figure(id))
    }

    /// The figure in a cell of a form, in the report that is looked at now.
    pub fn cell_figure(&self, slot: Slot) -> Option<FigureId> {
        self.facts.cell(self.facts.cell_in(self.other.get(), slot))
    }

    fn figure(&self, id: FigureId) -> Value<'e> {
        self.saw(Witness::Figure(id));
        let is_narrow = self.facts.is_narrow(id);
        let number = |interval| Number { is_narrow, ..Number::new(interval) };
        self.interval(id).map_or(Value::Unknown, |interval| Value::Number(number(interval)))
    }

    fn interval(&self, id: FigureId) -> Option<Interval> {
        let assumed = self.assumed.iter().find(|(known, _)| *known == id);
        assumed.map(|&(_, interval)| interval).or_else(|| self.facts.interval(id))
    }

    fn date(&self, index: usize) -> Value<'e> {
        self.saw(Witness::Date(index));
        self.facts.dates.get(index).map_or(Value::Unknown, |fact| Value::Date(fact.date))
    }

    fn claim(&self, index: usize) -> Option<&'e Claim> {
        self.facts.claims.claims.get(index)
    }

    fn captured(&self, claim: usize, capture: usize) -> Option<&'e Captured> {
        self.claim(claim)?.captures.get(capture)?.as_ref()
    }

    fn capture(&self, claim: usize, capture: usize) -> Value<'e> {
        let Some(captured) = self.captured(claim, capture) else { return Value::Unknown };
        match captured.value {
            CapturedValue::Figure(_) | CapturedValue::Numeral(_) | CapturedValue::Year(_) => {
                self.facts.captured_figure(captured).map_or(Value::Unknown, |id| self.figure(id))
            }
            CapturedValue::Date(_) => {
                self.facts.captured_date(captured).map_or(Value::Unknown, |index| self.date(index))
            }
            CapturedValue::Row(leaf) | CapturedValue::Column(leaf) => {
                let form = self
                    .claim(claim)
                    .and_then(|claim| self.facts.pack.claims.claims.get(claim.kind))
                    .and_then(|kind| kind.form);
                let is_row = matches!(captured.value, CapturedValue::Row(_));
                form.map_or(Value::Unknown, |form| {
                    Value::Record(if is_row {
                        Record::Row { form, leaf }
                    } else {
                        Record::Column { form, leaf }
                    })
                })
            }
            CapturedValue::Words => Value::Text(Cow::Borrowed(captured.span.of(self.document.text()))),
        }
    }

    /// The value of an expression.
    pub fn value(&self, node: &Node) -> Value<'e> {
        match node {
            Node::Number(number) => Value::Number(Number::exact(*number)),
            Node::Text(text) => Value::Text(Cow::Owned(text.clone())),
            Node::Cell(slot) => self.cell(*slot),
            Node::Cells(_) | Node::AllCells(_) | Node::Claims(_) => {
                self.several(node).map_or(Value::Unknown, Value::Numbers)
            }
            Node::CellAt { form, row, column } => match self.slot(*form, row, column) {
                Some(slot) => self.cell(slot),
                None => Value::Unknown,
            },
            Node::Found(cells) => match self.found_figures(cells).as_deref() {
                Some([figure]) if cells.rows.is_one() && cells.columns.is_one() => {
                    figure.map_or(Value::Unknown, |id| self.figure(id))
                }
                Some(figures) => {
                    self.of_figures(figures.iter().copied()).map_or(Value::Unknown, Value::Numbers)
                }
                None => Value::Unknown,
            },
            Node::Variable(index) => {
                self.variables.get(*index).map_or(Value::Unknown, |&record| Value::Record(record))
            }
            Node::Row { form, leaf } => Value::Record(Record::Row { form: *form, leaf: *leaf }),
            Node::Column { form, leaf } => Value::Record(Record::Column { form: *form, leaf: *leaf }),
            Node::Field(of, field) => match self.value(of) {
                Value::Record(record) => self.field(record, *field),
                _ => Value::Unknown,
            },
            Node::Report(field) => self.report(*field),
            Node::Elsewhere(whose, inner) => self.elsewhere(*whose, inner),
            Node::Call(function, arguments) => self.call(*function, arguments),
            Node::Not(_) | Node::Matches(..) => Value::Truth(self.truth(node, Reading::Condition)),
            Node::Negative(inner) => {
                self.number(inner).map_or(Value::Unknown, |number| Value::Number(number.negate()))
            }
            Node::Binary(operator, left, right) => self.binary(*operator, node, left, right),
        }
    }

    /// The figure that an expression names, if it names one.
    pub fn figure_of(&self, node: &Node) -> Option<FigureId> {
        let id = match node {
            Node::Cell(slot) => self.cell_figure(*slot),
            Node::CellAt { form, row, column } => {
                self.slot(*form, row, column).and_then(|slot| self.cell_figure(slot))
            }
            Node::Found(cells) if cells.rows.is_one() && cells.columns.is_one() => {
                self.found_figures(cells)?.first().copied().flatten()
            }
            Node::Elsewhere(Whose::Previous, inner) => {
                return self.within(self.previous()?, || self.figure_of(inner));
            }
            Node::Variable(index) => {
                self.variables.get(*index).and_then(|&record| self.record_figure(record))
            }
            Node::Field(..) => match node {
                Node::Field(of, Field::Before | Field::Now) => match self.value(of) {
                    Value::Record(Record::Rate(rate)) => self.facts.rates.get(rate).map(|rate| match node {
                        Node::Field(_, Field::Now) => rate.now,
                        _ => rate.before,
                    }),
                    _ => None,
                },
                Node::Field(of, Field::Capture(capture)) => match self.value(of) {
                    Value::Record(Record::Claim(claim)) => self
                        .captured(claim, *capture)
                        .and_then(|captured| self.facts.captured_figure(captured)),
                    _ => None,
                },
                _ => match self.value(node) {
                    Value::Record(record) => self.record_figure(record),
                    _ => None,
                },
            },
            _ => None,
        };
        id.inspect(|&id| self.saw(Witness::Figure(id)))
    }

    /// The figure that a record is or stands for.
    pub fn record_figure(&self, record: Record) -> Option<FigureId> {
        match record {
            Record::Cell(slot) => self.cell_figure(slot),
            Record::Figure(id) => Some(id),
            Record::Footing(footing) => self.facts.footings.get(footing).map(|footing| footing.total),
            Record::Rate(rate) => self.facts.rates.get(rate).map(|rate| rate.rate),
            Record::List(list) => self.facts.lists.get(list).map(|list| self.facts.prose_figure(list.total)),
            Record::Claim(claim) => {
                self.captured(claim, 0).and_then(|captured| self.facts.captured_figure(captured))
            }
            _ => None,
        }
    }

    fn number(&self, node: &Node) -> Option<Number> {
        match self.plain(self.value(node)) {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }

    fn binary(&self, operator: Operator, node: &Node, left: &Node, right: &Node) -> Value<'e> {
        let arithmetic: fn(Number, Number) -> Option<Number> = match operator {
            Operator::Add => Number::checked_add,
            Operator::Subtract => Number::checked_sub,
            Operator::Multiply => Number::checked_mul,
            Operator::Divide => Number::checked_div,
            _ => return Value::Truth(self.truth(node, Reading::Condition)),
        };
        let (left, right) = (self.number(left), self.number(right));
        left.zip(right)
            .and_then(|(left, right)| arithmetic(left, right))
            .map_or(Value::Unknown, Value::Number)
    }

    fn report(&self, field: ReportField) -> Value<'e> {
        let report = &self.facts.report;
        let number = |value: Option<u32>| {
            value.map_or(Value::Unknown, |value| Value::Number(Number::exact(value.into())))
        };
        let date = |date: Option<Date>| date.map_or(Value::Unknown, Value::Date);
        let edition = self.facts.pack.editions.get(self.facts.edition).filter(|_| self.facts.is_edition_seen);
        match field {
            ReportField::Year => number(report.year),
            ReportField::Start => date(report.start),
            ReportField::End => date(report.end),
            ReportField::Pictures => number(u32::try_from(self.facts.pictures.len()).ok()),
            ReportField::Announces => Value::Truth(Truth::of(report.announcement.is_some())),
            ReportField::EditionFrom => number(edition.and_then(|edition| edition.from)),
            ReportField::EditionUntil => number(edition.and_then(|edition| edition.until)),
        }
    }
}
