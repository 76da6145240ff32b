//! Evaluation of one relation of a rule against the facts of a report.

use std::borrow::Cow;
use std::cell::RefCell;

use rust_decimal::Decimal;

use super::value::{Number, Record, Truth, Value};
use crate::document::Document;
use crate::facts::claims::{Captured, CapturedValue, Claim};
use crate::facts::date::Date;
use crate::facts::interval::{Possible, Relation};
use crate::facts::{Facts, FigureId, Home};
use crate::rules::expression::node::{Leaf, Node};
use crate::rules::expression::syntax::Operator;
use crate::rules::expression::vocabulary::{Field, Function, ReportField};
use crate::rules::form::{Kind, Slot};
use crate::source::place::Span;

/// Something in the report that an evaluation looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Witness {
    /// A figure.
    Figure(FigureId),
    /// A date, by number.
    Date(usize),
    /// A heading, by number.
    Heading(usize),
    /// A claim, by number.
    Claim(usize),
    /// A section of the pack, by number.
    Section(usize),
    /// A row of a form.
    Row { form: usize, leaf: usize },
}

/// Evaluates expressions over the facts of one report, with values for the dynamic variables of a rule.
pub struct Evaluator<'e, 'p> {
    /// The facts.
    pub facts: &'e Facts<'p>,
    /// The document they were read in.
    pub document: &'e Document<'e>,
    /// Records that the variables stand for.
    pub variables: Vec<Record>,
    /// What was looked at, in order.
    witnesses: RefCell<Vec<Witness>>,
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
        Self { facts, document, variables: Vec::new(), witnesses: RefCell::new(Vec::new()) }
    }

    /// Whether the relation of a rule holds.
    pub fn relation(&self, node: &Node) -> Truth {
        self.truth(node, Reading::Relation)
    }

    /// Whether the condition of a rule is met.
    pub fn condition(&self, node: &Node) -> Truth {
        self.truth(node, Reading::Condition)
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
        self.witnesses.borrow_mut().push(witness);
    }

    fn truth(&self, node: &Node, reading: Reading) -> Truth {
        match node {
            Node::Not(inner) => self.truth(inner, Reading::Condition).not(),
            Node::Binary(Operator::And, left, right) => match self.truth(left, reading) {
                Truth::No => Truth::No,
                left => match (left, self.truth(right, reading)) {
                    (_, Truth::No) => Truth::No,
                    (Truth::Yes, Truth::Yes) => Truth::Yes,
                    _ => Truth::Unknown,
                },
            },
            Node::Binary(Operator::Or, left, right) => match self.truth(left, reading) {
                Truth::Yes => Truth::Yes,
                left => match (left, self.truth(right, reading)) {
                    (_, Truth::Yes) => Truth::Yes,
                    (Truth::No, Truth::No) => Truth::No,
                    _ => Truth::Unknown,
                },
            },
            Node::Binary(Operator::In, left, right) => self.is_among(left, right, reading),
            Node::Binary(operator, left, right) if operator.is_comparison() => self.comparison(*operator, left, right, reading),
            Node::Matches(text, pattern) => match self.value(text) {
                Value::Text(text) => Truth::of(pattern.is_in(&text)),
                _ => Truth::Unknown,
            },
            other => match self.value(other) {
                Value::Truth(truth) => truth,
                _ => Truth::Unknown,
            },
        }
    }

    /// Whether a number equals one of several.
    fn is_among(&self, left: &Node, right: &Node, reading: Reading) -> Truth {
        let (Some(number), Some(numbers)) = (self.number(left), self.several(right)) else { return Truth::Unknown };
        let mut verdict = if numbers.is_empty() { Truth::Unknown } else { Truth::No };
        for (_, other) in numbers {
            match compare_numbers(Operator::Equal, number, other, reading) {
                Truth::Yes => return Truth::Yes,
                Truth::Unknown => verdict = Truth::Unknown,
                Truth::No => {}
            }
        }
        verdict
    }

    fn comparison(&self, operator: Operator, left: &Node, right: &Node, reading: Reading) -> Truth {
        let left = self.plain(self.value(left));
        let right = self.plain(self.value(right));
        match (left, right) {
            (Value::Number(a), Value::Number(b)) => compare_numbers(operator, a, b, reading),
            (Value::Date(a), Value::Date(b)) => compare_dates(operator, a, b),
            (Value::Text(a), Value::Text(b)) => Truth::of((a == b) == (operator == Operator::Equal)),
            (Value::Truth(a), Value::Truth(b)) if a != Truth::Unknown && b != Truth::Unknown => {
                Truth::of((a == b) == (operator == Operator::Equal))
            }
            _ => Truth::Unknown,
        }
    }

    /// The value that a record stands for.
    fn plain(&self, value: Value<'e>) -> Value<'e> {
        let Value::Record(record) = value else { return value };
        match record {
            Record::Cell(slot) => self.cell(slot),
            Record::Figure(id) => self.figure(id),
            Record::Date(index) => self.date(index),
            Record::Heading(index) => {
                self.saw(Witness::Heading(index));
                let number = self.facts.outline.headings.get(index).and_then(|heading| heading.number);
                number.map_or(Value::Unknown, |number| Value::Number(Number::exact(number.into())))
            }
            Record::Claim(index) => self.capture(index, 0),
            Record::Row { .. } | Record::Column { .. } | Record::Section(_) => Value::Unknown,
        }
    }

    fn cell(&self, slot: Slot) -> Value<'e> {
        self.facts.cell(slot).map_or(Value::Unknown, |id| self.figure(id))
    }

    fn figure(&self, id: FigureId) -> Value<'e> {
        self.saw(Witness::Figure(id));
        self.facts.interval(id).map_or(Value::Unknown, |interval| Value::Number(Number::new(interval)))
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
                let fact = self.facts.captured_date(captured);
                let index = fact.and_then(|fact| self.facts.dates.iter().position(|date| date.mark == fact.mark));
                index.map_or(Value::Unknown, |index| self.date(index))
            }
            CapturedValue::Row(leaf) => {
                let form = self.claim(claim).and_then(|claim| self.facts.pack.claims.claims.get(claim.kind)).and_then(|kind| kind.form);
                form.map_or(Value::Unknown, |form| Value::Record(Record::Row { form, leaf }))
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
            Node::Cells(_) | Node::AllCells(_) | Node::Claims(_) => self.several(node).map_or(Value::Unknown, Value::Numbers),
            Node::CellAt { form, row, column } => match self.slot(*form, row, column) {
                Some(slot) => self.cell(slot),
                None => Value::Unknown,
            },
            Node::Variable(index) => self.variables.get(*index).map_or(Value::Unknown, |&record| Value::Record(record)),
            Node::Row { form, leaf } => Value::Record(Record::Row { form: *form, leaf: *leaf }),
            Node::Column { form, leaf } => Value::Record(Record::Column { form: *form, leaf: *leaf }),
            Node::Field(of, field) => match self.value(of) {
                Value::Record(record) => self.field(record, *field),
                _ => Value::Unknown,
            },
            Node::Report(field) => self.report(*field),
            Node::Call(function, arguments) => self.call(*function, arguments),
            Node::Not(_) | Node::Matches(..) => Value::Truth(self.truth(node, Reading::Condition)),
            Node::Negative(inner) => self.number(inner).map_or(Value::Unknown, |number| Value::Number(number.negate())),
            Node::Binary(operator, left, right) => self.binary(*operator, node, left, right),
        }
    }

    /// The cell that a dynamic selection picks.
    pub fn slot(&self, form: usize, row: &Leaf, column: &Leaf) -> Option<Slot> {
        let leaf = |leaf: &Leaf| match leaf {
            Leaf::Known(leaf) => Some(*leaf),
            Leaf::Of(node) => match self.value(node) {
                Value::Record(Record::Row { leaf, .. } | Record::Column { leaf, .. }) => Some(leaf),
                _ => None,
            },
        };
        let (row, column) = (leaf(row)?, leaf(column)?);
        let form = self.facts.pack.forms.get(form)?;
        form.has(self.facts.editions(), row, column).then(|| form.slot(row, column))
    }

    fn number(&self, node: &Node) -> Option<Number> {
        match self.plain(self.value(node)) {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }

    fn binary(&self, operator: Operator, node: &Node, left: &Node, right: &Node) -> Value<'e> {
        let arithmetic: fn(Number, Number) -> Option<Number> = match operator {
            Operator::Add => Number::add,
            Operator::Subtract => Number::subtract,
            Operator::Multiply => Number::multiply,
            Operator::Divide => Number::divide,
            _ => return Value::Truth(self.truth(node, Reading::Condition)),
        };
        let (left, right) = (self.number(left), self.number(right));
        left.zip(right).and_then(|(left, right)| arithmetic(left, right)).map_or(Value::Unknown, Value::Number)
    }

    /// The numbers of a set; `None` where one of them is not known.
    fn several(&self, node: &Node) -> Option<Vec<(Option<FigureId>, Number)>> {
        let of_slots = |slots: &[Slot]| {
            slots
                .iter()
                .map(|&slot| {
                    let id = self.facts.cell(slot)?;
                    match self.figure(id) {
                        Value::Number(number) => Some((Some(id), number)),
                        _ => None,
                    }
                })
                .collect()
        };
        match node {
            Node::Cells(slots) => of_slots(slots),
            Node::AllCells(slots) => {
                let there: Vec<Slot> = slots.iter().copied().filter(|&slot| self.facts.cell(slot).is_some()).collect();
                of_slots(&there)
            }
            Node::Call(Function::AnyOf, arguments) => {
                Some(arguments.iter().filter_map(|argument| self.several(argument)).flatten().collect())
            }
            Node::Call(Function::PercentOf, arguments) => {
                let [part, totals] = arguments.as_slice() else { return None };
                let part = self.number(part)?.multiply(Number::exact(Decimal::ONE_HUNDRED))?;
                let totals = self.several(totals)?;
                // There is no share of nothing.
                Some(totals.into_iter().filter_map(|(_, total)| Some((None, part.divide(total)?))).collect())
            }
            _ => match self.set(node) {
                Value::Numbers(numbers) => Some(numbers),
                Value::Records(records) => records.into_iter().map(|record| self.numbered(record)).collect(),
                Value::Number(number) => Some(vec![(None, number)]),
                Value::Record(record) => Some(vec![self.numbered(record)?]),
                _ => None,
            },
        }
    }

    fn set(&self, node: &Node) -> Value<'e> {
        match node {
            Node::Claims(kind) => {
                let claims = self.facts.claims.claims.iter().enumerate().filter(|(_, claim)| claim.kind == *kind);
                Value::Records(claims.map(|(index, _)| Record::Claim(index)).collect())
            }
            other => self.value(other),
        }
    }

    fn numbered(&self, record: Record) -> Option<(Option<FigureId>, Number)> {
        let id = match record {
            Record::Cell(slot) => self.facts.cell(slot),
            Record::Figure(id) => Some(id),
            Record::Claim(index) => self.captured(index, 0).and_then(|captured| self.facts.captured_figure(captured)),
            _ => None,
        };
        match self.plain(Value::Record(record)) {
            Value::Number(number) => Some((id, number)),
            _ => None,
        }
    }

    fn report(&self, field: ReportField) -> Value<'e> {
        let report = &self.facts.report;
        let number = |value: Option<u32>| value.map_or(Value::Unknown, |value| Value::Number(Number::exact(value.into())));
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

    fn call(&self, function: Function, arguments: &[Node]) -> Value<'e> {
        let Some(first) = arguments.first() else { return Value::Unknown };
        let known = |number: Option<Number>| number.map_or(Value::Unknown, Value::Number);
        let truth = |is_true: bool| Value::Truth(Truth::of(is_true));
        match function {
            Function::Sum => known(self.several(first).and_then(|numbers| {
                numbers.into_iter().try_fold(Number::exact(Decimal::ZERO), |sum, (_, number)| sum.add(number))
            })),
            Function::Min | Function::Max => known(self.several(first).and_then(|numbers| extreme(function, &numbers))),
            Function::Count => match self.set(first) {
                Value::Numbers(numbers) => Value::Number(Number::exact(numbers.len().into())),
                Value::Records(records) => Value::Number(Number::exact(records.len().into())),
                _ => Value::Unknown,
            },
            Function::AnyOf => Value::Unknown,
            Function::Known => known(self.number(first).or_else(|| arguments.get(1).and_then(|second| self.number(second)))),
            Function::PercentOf => {
                let (part, total) = (self.number(first), arguments.get(1).and_then(|total| self.number(total)));
                let share = part.zip(total).and_then(|(part, total)| part.multiply(Number::exact(Decimal::ONE_HUNDRED))?.divide(total));
                known(share)
            }
            Function::Year => match self.plain(self.value(first)) {
                Value::Date(Date { year: Some(year), .. }) => known(Some(Number::exact(year.into()))),
                _ => Value::Unknown,
            },
            Function::Date => {
                let part = |index: usize| {
                    use rust_decimal::prelude::ToPrimitive;
                    self.number(arguments.get(index)?)?.value()?.to_u32()
                };
                match (part(0), part(1), part(2)) {
                    (Some(year), Some(month), Some(day)) => Value::Date(Date { year: Some(year), month, day }),
                    _ => Value::Unknown,
                }
            }
            Function::Exists => match self.plain(self.value(first)) {
                Value::Date(date) => truth(date.exists()),
                _ => Value::Unknown,
            },
            Function::Present => truth(self.is_present(first)),
            Function::Blank => match self.figure_of(first).and_then(|id| self.facts.figure(id)) {
                Some(figure) => truth(matches!(figure.reading, crate::facts::cell::Reading::Blank)),
                None => Value::Unknown,
            },
            Function::IsProper => self.is_proper(first),
            Function::IsWord => match self.figure_of(first).and_then(|id| self.facts.figure(id)) {
                Some(figure) => truth(figure.reading == crate::facts::cell::Reading::ZeroWord),
                None => Value::Unknown,
            },
            Function::Printed | Function::Exact | Function::Hedged => match self.several(first) {
                Some(numbers) => Value::Numbers(self.by_hedge(function, numbers)),
                None => Value::Unknown,
            },
            Function::First => match self.set(first) {
                Value::Records(records) => records.first().map_or(Value::Unknown, |&record| self.plain(Value::Record(record))),
                Value::Numbers(numbers) => known(numbers.first().map(|&(_, number)| number)),
                _ => Value::Unknown,
            },
        }
    }

    /// The figure that an expression names, if it names one.
    pub fn figure_of(&self, node: &Node) -> Option<FigureId> {
        let id = match node {
            Node::Cell(slot) => self.facts.cell(*slot),
            Node::CellAt { form, row, column } => self.slot(*form, row, column).and_then(|slot| self.facts.cell(slot)),
            Node::Variable(_) | Node::Field(..) => match node {
                Node::Field(of, Field::Capture(capture)) => match self.value(of) {
                    Value::Record(Record::Claim(claim)) => self.captured(claim, *capture).and_then(|captured| self.facts.captured_figure(captured)),
                    _ => None,
                },
                _ => match self.value(node) {
                    Value::Record(Record::Cell(slot)) => self.facts.cell(slot),
                    Value::Record(Record::Figure(id)) => Some(id),
                    Value::Record(Record::Claim(claim)) => self.captured(claim, 0).and_then(|captured| self.facts.captured_figure(captured)),
                    _ => None,
                },
            },
            _ => None,
        };
        id.inspect(|&id| self.saw(Witness::Figure(id)))
    }

    fn is_present(&self, node: &Node) -> bool {
        match self.set(node) {
            Value::Unknown => self.figure_of(node).is_some(),
            Value::Numbers(numbers) => !numbers.is_empty(),
            Value::Records(records) => !records.is_empty(),
            _ => true,
        }
    }

    fn is_proper(&self, node: &Node) -> Value<'e> {
        let Some(figure) = self.figure_of(node).and_then(|id| self.facts.figure(id)) else { return Value::Unknown };
        let Home::Cell(slot) = figure.home else { return Value::Unknown };
        match self.facts.pack.locate(slot) {
            Some((_, form, row, column)) => Value::Truth(Truth::of(figure.reading.is_proper(form.kind(row, column)))),
            None => Value::Unknown,
        }
    }

    fn by_hedge(&self, function: Function, numbers: Vec<(Option<FigureId>, Number)>) -> Vec<(Option<FigureId>, Number)> {
        let quantity = |id: Option<FigureId>| match self.facts.figure(id?)?.reading {
            crate::facts::cell::Reading::Number(quantity) => Some(quantity),
            _ => None,
        };
        numbers
            .into_iter()
            .filter_map(|(id, number)| {
                let is_hedged = quantity(id).is_some_and(|quantity| quantity.hedge.is_some() || !quantity.is_exact());
                match function {
                    Function::Exact => (!is_hedged).then_some((id, number)),
                    Function::Hedged => is_hedged.then_some((id, number)),
                    _ => Some((id, quantity(id).map_or(number, |quantity| Number::exact(quantity.printed)))),
                }
            })
            .collect()
    }

    fn field(&self, record: Record, field: Field) -> Value<'e> {
        let number = |value: Option<u32>| value.map_or(Value::Unknown, |value| Value::Number(Number::exact(value.into())));
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
                text(row.and_then(|row| row.labels.first()).map(|label| label.value.clone()).unwrap_or_default())
            }
            (Record::Cell(slot), Field::Kind) => text(match self.facts.pack.locate(slot).map(|(_, form, row, column)| form.kind(row, column)) {
                Some(Kind::Count) => "a count".to_owned(),
                Some(Kind::Amount) => "an amount".to_owned(),
                Some(Kind::Change) => "a change".to_owned(),
                None => String::new(),
            }),
            (Record::Row { .. } | Record::Column { .. } | Record::Cell(_) | Record::Heading(_) | Record::Section(_), Field::Name) => {
                text(super::names::record(self.facts, self.document, record))
            }
            (Record::Claim(claim), Field::Capture(capture)) => self.capture(claim, capture),
            (Record::Claim(claim), Field::Order) => {
                let kind = self.claim(claim).map(|claim| claim.kind);
                let before = self.facts.claims.claims.iter().take(claim + 1).filter(|other| Some(other.kind) == kind).count();
                Value::Number(Number::exact(before.into()))
            }
            (Record::Claim(claim), _) => self.claim(claim).map_or(Value::Unknown, |claim| self.claim_field(claim, field)),
            (Record::Date(index), Field::Year) => {
                self.saw(Witness::Date(index));
                number(self.facts.dates.get(index).and_then(|date| date.date.year))
            }
            (Record::Date(index), Field::Claimed) => truth(self.facts.dates.get(index).is_some_and(|date| date.is_claimed)),
            (Record::Date(index), Field::Sentence | Field::Section) => {
                self.facts.dates.get(index).map_or(Value::Unknown, |date| self.surroundings(date.mark, field))
            }
            (Record::Heading(index), _) => self.heading_field(index, field),
            (Record::Section(index), Field::Present) => {
                self.saw(Witness::Section(index));
                self.facts.outline.sections.get(index).and_then(|section| section.is_present).map_or(Value::Unknown, truth)
            }
            (Record::Section(index), Field::Announced) => truth(self.facts.report.announced.get(index).copied().unwrap_or(false)),
            (Record::Figure(id), Field::Claimed) => truth(self.facts.is_claimed(id)),
            (Record::Figure(id), _) => self.figure_field(id, field),
            _ => Value::Unknown,
        }
    }

    /// How often a row was found; `None` where the report has no row of the form, or where a row that is missing may
    /// be one whose label could not be told.
    fn occurrences(&self, form: usize, leaf: usize) -> Option<usize> {
        let binding = &self.facts.binding;
        let mut rows = binding.rows.iter().filter(|row| row.form == form).peekable();
        rows.peek()?;
        let found = rows.filter(|row| row.row == leaf).count();
        let may_be_there = || binding.unbound.iter().any(|unbound| unbound.form == form && unbound.problem.may_hide_rows());
        if found == 0 && may_be_there() { None } else { Some(found) }
    }

    fn claim_field(&self, claim: &'e Claim, field: Field) -> Value<'e> {
        let truth = |is_true: bool| Value::Truth(Truth::of(is_true));
        let figures = |indices: &[usize]| {
            Value::Records(indices.iter().map(|&index| Record::Figure(self.facts.prose_figure(index))).collect())
        };
        match field {
            Field::Parts => figures(&claim.breakdown.parts),
            Field::Others => figures(&claim.others),
            Field::Bases => self.bases(claim).map_or(Value::Unknown, Value::Numbers),
            Field::Complete => truth(claim.breakdown.is_complete),
            Field::Overlapping => truth(claim.breakdown.is_overlapping),
            Field::Selection => truth(claim.breakdown.is_selection),
            Field::Sentence | Field::Section => self.surroundings(claim.sentence.start, field),
            Field::Unit => match claim.figure().map(|captured| captured.value) {
                Some(CapturedValue::Figure(index)) => self.unit(index),
                _ => Value::Unknown,
            },
            _ => Value::Unknown,
        }
    }

    /// The counts that a share may be a share of: those of its unit in its sentence and the one before that carry
    /// no share themselves, and the sum of those in its sentence that do. None, where no count comes before it.
    fn bases(&self, claim: &Claim) -> Option<Vec<(Option<FigureId>, Number)>> {
        let own = claim.figure()?;
        let prose = &self.facts.prose;
        let unit = prose.unit_at(own.mark);
        let paragraph = self.paragraph_at(claim.sentence.start)?;
        let previous = prose.sentences(paragraph).take_while(|sentence| sentence.start < claim.sentence.start).last();
        let start = previous.map_or(claim.sentence.start, |sentence| sentence.start);
        let siblings = || self.facts.claims.claims.iter().filter(|other| other.kind == claim.kind);
        let carries_share = |mark: u32| siblings().any(|other| other.figure().is_some_and(|figure| figure.mark == mark));
        let mut bases = Vec::new();
        for index in prose.figures_in(Span { start, end: own.mark }) {
            let figure = prose.figures.get(index)?;
            let is_count = matches!(figure.value, crate::facts::figure::Value::Count(_));
            if is_count && prose.unit_at(figure.mark) == unit && !carries_share(figure.mark) {
                let id = self.facts.prose_figure(index);
                self.saw(Witness::Figure(id));
                bases.push((Some(id), Number::new(self.facts.interval(id)?)));
            }
        }
        if bases.is_empty() {
            return None;
        }
        let mut sum = Number::exact(Decimal::ZERO);
        for other in siblings().filter(|other| other.sentence == claim.sentence) {
            let figure = other.figure().and_then(|figure| self.facts.captured_figure(figure))?;
            sum = sum.add(Number::new(self.facts.interval(figure)?))?;
        }
        bases.push((None, sum));
        Some(bases)
    }

    fn unit(&self, prose_index: usize) -> Value<'e> {
        let figure = self.facts.prose.figures.get(prose_index);
        figure.map_or(Value::Unknown, |figure| Value::Text(Cow::Borrowed(self.facts.prose.unit_at(figure.mark))))
    }

    fn figure_field(&self, id: FigureId, field: Field) -> Value<'e> {
        let Some(index) = self.facts.prose_index(id) else { return Value::Unknown };
        let Some(figure) = self.facts.prose.figures.get(index) else { return Value::Unknown };
        match field {
            Field::Unit => self.unit(index),
            Field::Sentence | Field::Section => self.surroundings(figure.mark, field),
            Field::Alike => Value::Truth(Truth::of(self.is_alike(figure.mark))),
            _ => Value::Unknown,
        }
    }

    /// Whether a figure stands in words that mean the same as those of the claim that a variable stands for.
    fn is_alike(&self, mark: u32) -> bool {
        let claim = self.variables.iter().find_map(|record| match record {
            Record::Claim(index) => self.claim(*index),
            _ => None,
        });
        let same = claim.and_then(|claim| self.facts.pack.claims.claims.get(claim.kind)).and_then(|kind| kind.same.as_ref());
        let Some(paragraph) = self.paragraph_at(mark) else { return false };
        let sentence = self.facts.prose.sentence_around(paragraph, mark);
        let clause = self.facts.prose.clause_around(sentence, Span { start: mark, end: mark });
        same.is_some_and(|same| same.is_in(clause.of(self.facts.prose.text())))
    }

    fn paragraph_at(&self, mark: u32) -> Option<Span> {
        let paragraphs = &self.facts.prose.paragraphs;
        let index = paragraphs.partition_point(|paragraph| paragraph.text.end < mark);
        paragraphs.get(index).map(|paragraph| paragraph.text)
    }

    fn surroundings(&self, mark: u32, field: Field) -> Value<'e> {
        let prose = &self.facts.prose;
        let index = prose.paragraphs.partition_point(|paragraph| paragraph.text.end < mark);
        let Some(paragraph) = prose.paragraphs.get(index) else { return Value::Unknown };
        if field == Field::Sentence {
            let sentence = prose.sentence_around(paragraph.text, mark);
            return Value::Text(Cow::Borrowed(sentence.of(prose.text())));
        }
        let heading = self.facts.outline.heading_of(paragraph.block);
        let title = heading.and_then(|index| self.facts.outline.headings.get(index)).map(|heading| heading.span);
        // Two sections of one title are told apart by where they stand.
        let title = title.map_or_else(String::new, |span| format!("{}@{}", span.of(self.document.text()).trim(), span.start));
        Value::Text(Cow::Owned(title))
    }

    fn heading_field(&self, index: usize, field: Field) -> Value<'e> {
        let Some(heading) = self.facts.outline.headings.get(index) else { return Value::Unknown };
        self.saw(Witness::Heading(index));
        let number = |value: Option<u32>| value.map_or(Value::Unknown, |value| Value::Number(Number::exact(value.into())));
        match field {
            Field::Number => number(heading.number),
            Field::Expected => number(heading.expected),
            Field::Lost => Value::Truth(Truth::of(heading.lost.is_some())),
            _ => Value::Unknown,
        }
    }
}

fn extreme(function: Function, numbers: &[(Option<FigureId>, Number)]) -> Option<Number> {
    let mut best = numbers.first()?.1;
    for &(_, number) in numbers.iter().skip(1) {
        let is_smaller = number.compare(Relation::Less, best)?;
        if is_smaller == Possible::Sometimes {
            return None;
        }
        if (is_smaller == Possible::Always) == (function == Function::Min) {
            best = number;
        }
    }
    Some(best)
}

fn compare_numbers(operator: Operator, a: Number, b: Number, reading: Reading) -> Truth {
    let verdict = match operator {
        Operator::Equal => a.compare(Relation::Equal, b),
        Operator::NotEqual => a.compare(Relation::NotEqual, b),
        Operator::AtMost => a.compare(Relation::AtMost, b),
        Operator::Less => a.compare(Relation::Less, b),
        Operator::AtLeast => b.compare(Relation::AtMost, a),
        Operator::Greater => b.compare(Relation::Less, a),
        _ => None,
    };
    match verdict {
        Some(Possible::Always) => Truth::Yes,
        Some(Possible::Never) => Truth::No,
        Some(Possible::Sometimes) if reading == Reading::Relation && operator != Operator::NotEqual => {
            if a.is_narrow && b.is_narrow { Truth::Yes } else { Truth::Unknown }
        }
        _ => Truth::Unknown,
    }
}

fn compare_dates(operator: Operator, a: Date, b: Date) -> Truth {
    let (Some(a), Some(b)) = (a.ordinal(), b.ordinal()) else { return Truth::Unknown };
    Truth::of(match operator {
        Operator::Equal => a == b,
        Operator::NotEqual => a != b,
        Operator::Less => a < b,
        Operator::AtMost => a <= b,
        Operator::Greater => a > b,
        Operator::AtLeast => a >= b,
        _ => return Truth::Unknown,
    })
}
