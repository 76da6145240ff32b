//! The relations of a report that share figures, as one system.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::evaluate::Evaluator;
use super::linear::{self, Linear};
use super::localise::{self, Answer, System, Variable};
use super::quantify::Site;
use super::value::Record;
use crate::facts::{FigureId, Home};
use crate::rules::expression::node::Node;
use crate::rules::form::Kind;

/// An equation of the system, and the relation that states it.
#[derive(Clone, Debug)]
pub struct Stated<'r> {
    /// The rule.
    pub site: Site<'r>,
    /// The records that its variables stand for.
    pub variables: Vec<Record>,
    /// Its readings: the equation, the part of the rule that states it, and its value as printed.
    readings: Vec<(Linear, &'r Node, Decimal)>,
    /// The reading taken.
    chosen: usize,
}

impl<'r> Stated<'r> {
    /// The equations that a relation states with exact figures; `None` if it is not just equations of such.
    pub fn of(evaluator: &Evaluator<'_, '_>, site: Site<'r>) -> Option<Vec<Self>> {
        if !site.tolerance.is_zero() {
            return None;
        }
        let equations = linear::equations(evaluator, &site.instance.assert)?;
        equations
            .into_iter()
            .map(|equation| {
                let valued = |(linear, node): (Linear, &'r Node)| {
                    let value = linear.value(evaluator)?;
                    Some((linear, node, value))
                };
                let readings: Vec<_> = equation.readings.into_iter().map(valued).collect::<Option<_>>()?;
                let chosen = readings.iter().position(|(_, _, value)| value.is_zero()).unwrap_or(0);
                Some(Self { site, variables: evaluator.variables.clone(), readings, chosen })
            })
            .collect()
    }

    /// Its figures, in the order in which the relation names them.
    pub fn figures(&self) -> Vec<FigureId> {
        self.readings
            .get(self.chosen)
            .map(|(linear, ..)| linear.terms.iter().map(|&(id, _)| id).collect())
            .unwrap_or_default()
    }

    /// The part of the rule that states the reading taken.
    pub fn node(&self) -> Option<&'r Node> {
        self.readings.get(self.chosen).map(|&(_, node, _)| node)
    }

    fn is_broken(&self) -> bool {
        self.readings.get(self.chosen).is_some_and(|(_, _, value)| !value.is_zero())
    }
}

/// The system of a report, with what its numbers stand for.
pub struct Tied<'r> {
    /// Its equations.
    pub stated: Vec<Stated<'r>>,
    /// Its variables.
    pub figures: Vec<FigureId>,
    /// The system.
    pub system: System,
    scale: Decimal,
}

/// Readings of broken relations that are tried together at most.
const MOST_READINGS: usize = 8;

impl<'r> Tied<'r> {
    /// The system of some equations. Those that it cannot hold in whole numbers are left out.
    pub fn new(evaluator: &Evaluator<'_, '_>, stated: Vec<Stated<'r>>) -> Self {
        let mut tied = Self { stated, figures: Vec::new(), system: System::default(), scale: Decimal::ONE };
        tied.build(evaluator);
        tied
    }

    fn build(&mut self, evaluator: &Evaluator<'_, '_>) {
        let mut numbers: BTreeMap<FigureId, usize> = BTreeMap::new();
        let mut decimals = 0;
        let value_of =
            |id: FigureId| evaluator.facts.interval(id).and_then(crate::facts::interval::Interval::exact);
        for stated in &self.stated {
            for (linear, ..) in &stated.readings {
                decimals = decimals.max(linear.constant.normalize().scale());
                for &(id, _) in &linear.terms {
                    decimals = decimals.max(value_of(id).map_or(0, |value| value.normalize().scale()));
                    let next = numbers.len();
                    numbers.entry(id).or_insert(next);
                }
            }
        }
        self.scale = (0..decimals.min(12)).fold(Decimal::ONE, |scale, _| scale * Decimal::TEN);
        self.figures = vec![FigureId(0); numbers.len()];
        for (&id, &number) in &numbers {
            if let Some(place) = self.figures.get_mut(number) {
                *place = id;
            }
        }
        let whole = self.scale.to_i128().unwrap_or(1);
        self.system.variables = self
            .figures
            .iter()
            .map(|&id| {
                let value = value_of(id).and_then(|value| self.scaled(value)).unwrap_or(0);
                let (is_count, may_be_negative) = kind(evaluator, id);
                let step = if is_count && value % whole == 0 { whole } else { 1 };
                Variable { value, least: (!may_be_negative).then_some(0), step }
            })
            .collect();
        self.rebuild_equations(&numbers);
    }

    fn scaled(&self, value: Decimal) -> Option<i128> {
        let scaled = value.checked_mul(self.scale)?.normalize();
        (scaled.scale() == 0).then(|| scaled.to_i128()).flatten()
    }

    /// A difference in the unit of the system as a number.
    fn unscaled(&self, delta: i128) -> Option<Decimal> {
        Decimal::try_from_i128_with_scale(delta, 0)
            .ok()?
            .checked_div(self.scale)
            .map(|value| value.normalize())
    }

    /// The equations that hold.
    pub fn unbroken(&self) -> impl Iterator<Item = &localise::Equation> {
        self.system.equations.iter().filter(|equation| equation.residual == 0)
    }

    /// The figure that a change is of, and the value that it would have.
    pub fn changed(
        &self,
        evaluator: &Evaluator<'_, '_>,
        change: localise::Change,
    ) -> Option<(FigureId, Decimal)> {
        let id = *self.figures.get(change.variable)?;
        let value = evaluator.facts.interval(id)?.exact()?;
        Some((id, value.checked_add(self.unscaled(change.delta)?)?.normalize()))
    }

    fn rebuild_equations(&mut self, numbers: &BTreeMap<FigureId, usize>) {
        let equation = |stated: &Stated<'_>| {
            let (linear, _, value) = stated.readings.get(stated.chosen)?;
            let terms = linear.terms.iter().map(|(id, coefficient)| {
                let coefficient = coefficient.normalize();
                let whole = (coefficient.scale() == 0).then(|| coefficient.to_i64()).flatten()?;
                Some((*numbers.get(id)?, whole))
            });
            Some(localise::Equation { terms: terms.collect::<Option<_>>()?, residual: self.scaled(*value)? })
        };
        let equations: Vec<Option<localise::Equation>> = self.stated.iter().map(equation).collect();
        let mut keep = equations.iter().map(Option::is_some);
        self.stated.retain(|_| keep.next().unwrap_or(false));
        self.system.equations = equations.into_iter().flatten().collect();
    }

    /// The smallest answers for the broken relations. Where relations allow several readings, the answers are those
    /// under the readings that need the fewest changes.
    pub fn answers(&mut self) -> Vec<Answer> {
        let numbers: BTreeMap<FigureId, usize> =
            self.figures.iter().enumerate().map(|(number, &id)| (id, number)).collect();
        let open: Vec<(usize, usize)> = self
            .stated
            .iter()
            .enumerate()
            .filter(|(_, stated)| stated.is_broken() && stated.readings.len() > 1)
            .map(|(index, stated)| (index, stated.readings.len()))
            .collect();
        let mut best: Option<(usize, Vec<usize>, Vec<Answer>)> = None;
        for choice in choices(&open.iter().map(|&(_, count)| count).collect::<Vec<_>>()) {
            for (&(index, _), &reading) in open.iter().zip(&choice) {
                if let Some(stated) = self.stated.get_mut(index) {
                    stated.chosen = reading;
                }
            }
            self.rebuild_equations(&numbers);
            let answers = localise::localise(&self.system);
            let size = |answer: &Answer| answer.sets.first().map_or(self.system.variables.len(), Vec::len);
            let total: usize = answers.iter().map(size).sum();
            best = Some(match best {
                Some((least, chosen, mut known)) if least == total => {
                    unite(&mut known, answers);
                    (least, chosen, known)
                }
                Some((least, chosen, known)) if least < total => (least, chosen, known),
                _ => (total, choice, answers),
            });
        }
        let Some((_, chosen, answers)) = best else { return Vec::new() };
        for (&(index, _), &reading) in open.iter().zip(&chosen) {
            if let Some(stated) = self.stated.get_mut(index) {
                stated.chosen = reading;
            }
        }
        self.rebuild_equations(&numbers);
        answers
    }
}

/// Adds answers for the same broken relations to those known.
fn unite(known: &mut [Answer], others: Vec<Answer>) {
    for other in others {
        if let Some(answer) = known.iter_mut().find(|answer| answer.broken == other.broken) {
            for set in other.sets {
                if !answer.sets.contains(&set) {
                    answer.sets.push(set);
                }
            }
        }
    }
}

/// Every choice of one of each count, up to a bound; beyond it the first of each.
fn choices(counts: &[usize]) -> Vec<Vec<usize>> {
    let mut all: Vec<Vec<usize>> = vec![Vec::new()];
    for &count in counts {
        let count = if all.len() * count > MOST_READINGS { 1 } else { count };
        all = all
            .into_iter()
            .flat_map(|choice| (0..count).map(move |next| choice.iter().copied().chain([next]).collect()))
            .collect();
    }
    all
}

/// Whether a figure counts whole things, and whether it may be negative.
fn kind(evaluator: &Evaluator<'_, '_>, id: FigureId) -> (bool, bool) {
    match evaluator.facts.figure(id).map(|figure| figure.home) {
        Some(Home::Cell(slot)) => {
            match evaluator.facts.pack.locate(slot).map(|(_, form, row, column)| form.kind(row, column)) {
                Some(Kind::Count) => (true, false),
                Some(Kind::Change) => (true, true),
                Some(Kind::Amount) | None => (false, false),
            }
        }
        _ => (true, false),
    }
}
