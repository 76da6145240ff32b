//! The relations of a report that share figures, as one system.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use rustc_hash::FxHashMap;

use super::evaluate::Evaluator;
use super::linear::{self, Linear};
use super::localise::{self, Answer, Change, System, Variable};
use super::quantify::Site;
use super::value::{Record, Truth, whole};
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
    /// Its readings.
    readings: Vec<Reading<'r>>,
    /// The reading taken.
    chosen: usize,
    /// By how much rounding may let its sides differ.
    slack: Decimal,
}

/// A way to read a relation.
#[derive(Clone, Debug)]
struct Reading<'r> {
    linear: Linear,
    /// The part of the rule that states it.
    node: &'r Node,
    /// Its value as printed.
    value: Decimal,
}

impl<'r> Stated<'r> {
    /// The equations that a relation states with exact figures; `None` if it is not just equations of such.
    pub fn of(evaluator: &Evaluator<'_, '_>, site: Site<'r>) -> Option<Vec<Self>> {
        if !site.tolerance.is_zero() {
            return None;
        }
        let equations = match linear::equations(evaluator, &site.instance.assert) {
            Some(equations) => equations,
            None => return Self::of_rounded(evaluator, site).map(|stated| vec![stated]),
        };
        equations
            .into_iter()
            .map(|equation| {
                let valued = |(linear, node): (Linear, &'r Node)| {
                    let value = linear.value(evaluator)?;
                    Some(Reading { linear, node, value })
                };
                let readings: Vec<_> = equation.readings.into_iter().map(valued).collect::<Option<_>>()?;
                let chosen = readings.iter().position(|reading| reading.value.is_zero()).unwrap_or(0);
                let slack = Decimal::ZERO;
                Some(Self { site, variables: evaluator.variables.clone(), readings, chosen, slack })
            })
            .collect()
    }

    /// The equation of a sum of rounded figures in a table: it holds where they can be such.
    fn of_rounded(evaluator: &Evaluator<'_, '_>, site: Site<'r>) -> Option<Self> {
        let [Record::Footing(footing)] = evaluator.variables.as_slice() else { return None };
        let footing = evaluator.facts.footings.get(*footing)?;
        let mut linear = Linear::default();
        linear.terms.extend(footing.parts.iter().map(|&part| (part, Decimal::ONE)));
        linear.terms.push((footing.total, Decimal::NEGATIVE_ONE));
        let (mut value, mut slack) = (Decimal::ZERO, Decimal::ZERO);
        for &(id, factor) in &linear.terms {
            value = value.checked_add(evaluator.facts.nominal(id)?.checked_mul(factor)?)?;
            let (low, high) = evaluator.facts.interval(id)?.ends();
            slack = slack.checked_add(high?.value.checked_sub(low?.value)?)?;
        }
        let verdict = evaluator.relation(&site.instance.assert);
        evaluator.forget_witnesses();
        if verdict != Truth::No {
            // The constant takes up what rounding has left.
            linear.constant = -value;
            value = Decimal::ZERO;
        }
        let readings = vec![Reading { linear, node: &site.instance.assert, value }];
        Some(Self { site, variables: evaluator.variables.clone(), readings, chosen: 0, slack })
    }

    /// Its figures, in the order in which the relation names them.
    pub fn figures(&self) -> Vec<FigureId> {
        self.reading()
            .map(|reading| reading.linear.terms.iter().map(|&(id, _)| id).collect())
            .unwrap_or_default()
    }

    /// The part of the rule that states the reading taken.
    pub fn node(&self) -> Option<&'r Node> {
        self.reading().map(|reading| reading.node)
    }

    fn reading(&self) -> Option<&Reading<'r>> {
        self.readings.get(self.chosen)
    }

    /// The total and its parts, where it says that one figure is the sum of others.
    pub fn total_and_parts(&self) -> Option<(FigureId, Vec<FigureId>)> {
        let linear = &self.reading()?.linear;
        let of_sign = |is_negative: bool| -> Vec<FigureId> {
            let terms = linear.terms.iter().filter(|(_, factor)| factor.is_sign_negative() == is_negative);
            terms.map(|&(id, _)| id).collect()
        };
        let (one, other) = (of_sign(false), of_sign(true));
        match (one.as_slice(), other.as_slice()) {
            (&[total], _) => Some((total, other)),
            (_, &[total]) => Some((total, one)),
            _ => None,
        }
    }

    /// What its sides differ by.
    pub fn value(&self) -> Option<Decimal> {
        self.reading().map(|reading| reading.value)
    }

    fn is_broken(&self) -> bool {
        self.reading().is_some_and(|reading| !reading.value.is_zero())
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
    /// For each of `stated`, the equations of its readings.
    equations: Vec<Vec<localise::Equation>>,
    /// For each variable, the numbers of the equations that hold it in some reading.
    holding: Vec<Vec<usize>>,
    /// The variable that stands for a figure.
    variables: FxHashMap<FigureId, usize>,
    scale: Decimal,
}

/// Readings of the relations that are tried at most.
const MOST_READINGS: usize = 32;

impl<'r> Tied<'r> {
    /// The system of some equations. Those that it cannot hold in whole numbers are left out.
    pub fn new(evaluator: &Evaluator<'_, '_>, stated: Vec<Stated<'r>>) -> Self {
        let mut tied = Self {
            stated,
            figures: Vec::new(),
            system: System::default(),
            equations: Vec::new(),
            holding: Vec::new(),
            variables: FxHashMap::default(),
            scale: Decimal::ONE,
        };
        tied.build(evaluator);
        tied
    }

    fn build(&mut self, evaluator: &Evaluator<'_, '_>) {
        let mut numbers: Vec<Option<usize>> = vec![None; evaluator.facts.figures.len()];
        let mut decimals = 0;
        let value_of = |id: FigureId| evaluator.facts.nominal(id);
        for stated in &self.stated {
            for Reading { linear, .. } in &stated.readings {
                decimals = decimals.max(decimals_of(linear.constant));
                for &(id, _) in &linear.terms {
                    let Some(number @ None) = numbers.get_mut(id.0) else { continue };
                    *number = Some(self.figures.len());
                    self.figures.push(id);
                    decimals = decimals.max(value_of(id).map_or(0, decimals_of));
                }
            }
        }
        self.scale = (0..decimals.min(12)).fold(Decimal::ONE, |scale, _| scale * Decimal::TEN);
        let whole = self.scale.to_i128().unwrap_or(1);
        self.system.variables = self
            .figures
            .iter()
            .map(|&id| {
                let value = value_of(id).and_then(|value| self.scaled(value)).unwrap_or(0);
                let (is_count, may_be_negative) = kind(evaluator, id);
                let step = if is_count && whole != 1 && value % whole == 0 { whole } else { 1 };
                Variable { value, least: (!may_be_negative).then_some(0), step }
            })
            .collect();
        self.build_equations(&numbers);
    }

    fn scaled(&self, value: Decimal) -> Option<i128> {
        whole(if self.scale == Decimal::ONE { value } else { value.checked_mul(self.scale)? })
    }

    /// A difference in the unit of the system as a number.
    fn unscaled(&self, delta: i128) -> Option<Decimal> {
        Decimal::try_from_i128_with_scale(delta, 0)
            .ok()?
            .checked_div(self.scale)
            .map(|value| value.normalize())
    }

    /// The equations that hold a variable, in their order, and the number of each.
    fn numbered_of(&self, variable: usize) -> impl Iterator<Item = (usize, &localise::Equation)> {
        let numbers = self.holding.get(variable).into_iter().flatten();
        let numbered = numbers.filter_map(|&number| Some((number, self.system.equations.get(number)?)));
        numbered.filter(move |(_, equation)| equation.has(variable))
    }

    /// The equations that hold a variable.
    pub fn equations_of(&self, variable: usize) -> impl Iterator<Item = &localise::Equation> {
        self.numbered_of(variable).map(|(_, equation)| equation)
    }

    /// The unbroken equations that hold some of the figures that change, in their order.
    pub fn unbroken_around(&self, changes: &[Change]) -> impl Iterator<Item = &localise::Equation> {
        let around = changes.iter().flat_map(|change| self.numbered_of(change.variable));
        let unbroken = around.filter(|(_, equation)| equation.residual == 0);
        unbroken.collect::<BTreeMap<_, _>>().into_values()
    }

    /// The variable that stands for a figure.
    pub fn variable(&self, figure: FigureId) -> Option<usize> {
        self.variables.get(&figure).copied()
    }

    /// The figure that a change is of, and the value that it would have.
    pub fn changed(&self, evaluator: &Evaluator<'_, '_>, change: Change) -> Option<(FigureId, Decimal)> {
        let id = *self.figures.get(change.variable)?;
        let value = evaluator.facts.nominal(id)?;
        Some((id, value.checked_add(self.unscaled(change.delta)?)?.normalize()))
    }

    fn build_equations(&mut self, numbers: &[Option<usize>]) {
        let equation = |reading: &Reading<'_>| {
            let mut terms = Vec::with_capacity(reading.linear.terms.len());
            for (id, coefficient) in &reading.linear.terms {
                terms.push(((*numbers.get(id.0)?)?, i64::try_from(whole(*coefficient)?).ok()?));
            }
            Some(localise::Equation { terms, residual: self.scaled(reading.value)? })
        };
        let equations: Vec<Option<Vec<localise::Equation>>> =
            self.stated.iter().map(|stated| stated.readings.iter().map(equation).collect()).collect();
        let mut keep = equations.iter().map(Option::is_some);
        self.stated.retain(|_| keep.next().unwrap_or(false));
        self.equations = equations.into_iter().flatten().collect();
        self.level();
        let chosen = self.stated.iter().zip(&self.equations);
        let chosen = chosen.filter_map(|(stated, readings)| readings.get(stated.chosen));
        self.system.equations = chosen.cloned().collect();
        self.holding = vec![Vec::new(); self.figures.len()];
        for (number, readings) in self.equations.iter().enumerate() {
            for (variable, _) in readings.iter().flat_map(|reading| &reading.terms) {
                if let Some(held) = self.holding.get_mut(*variable)
                    && held.last() != Some(&number)
                {
                    held.push(number);
                }
            }
        }
        self.variables = self.figures.iter().enumerate().map(|(variable, &id)| (id, variable)).collect();
    }

    /// Lets sums of rounded figures that miss by as much but for rounding miss by the same.
    fn level(&mut self) {
        let mut known: Vec<i128> = Vec::new();
        for (stated, readings) in self.stated.iter().zip(&mut self.equations) {
            let Some(slack) = self.scale.checked_mul(stated.slack).and_then(|slack| slack.ceil().to_i128())
            else {
                continue;
            };
            for reading in readings.iter_mut().filter(|reading| reading.residual != 0) {
                let size = reading.residual.abs();
                match known.iter().find(|&&known| (known - size).abs() <= slack) {
                    Some(&same) => reading.residual = same * reading.residual.signum(),
                    None => known.push(size),
                }
            }
        }
    }

    /// The smallest answers for the broken relations. Where relations allow several readings, the answers are those
    /// under the readings that need the fewest changes.
    pub fn answers(&mut self) -> Vec<Answer> {
        // A relation that holds in one reading may have to be read otherwise when a figure of it changes.
        let mut open: Vec<usize> = (0..self.stated.len()).collect();
        open.retain(|&index| self.stated.get(index).is_some_and(|stated| stated.readings.len() > 1));
        open.sort_by_key(|&index| self.stated.get(index).is_some_and(|stated| !stated.is_broken()));
        if !open.is_empty() {
            let beside = self.beside_the_broken(&open);
            open.retain(|index| !beside.contains(index));
        }
        let counts: Vec<(usize, usize)> = open
            .iter()
            .filter_map(|&index| self.stated.get(index))
            .map(|stated| (stated.chosen, stated.readings.len()))
            .collect();
        let (mut least, mut budget) = (usize::MAX, localise::BUDGET);
        let mut best: Vec<(Vec<usize>, Vec<Answer>)> = Vec::new();
        for choice in choices(&counts) {
            self.choose(&open, &choice);
            let answers = localise::localise(&self.system, &mut budget);
            let size = |answer: &Answer| answer.sets.first().map_or(self.system.variables.len(), Vec::len);
            let total = answers.iter().map(size).sum();
            if total < least {
                least = total;
                best.clear();
            }
            if total == least {
                best.push((choice, answers));
            }
        }
        let Some((choice, _)) = best.first() else { return Vec::new() };
        self.choose(&open, choice);
        united(best.into_iter().map(|(_, answers)| answers).collect())
    }

    /// Of relations, those that no figure connects with a broken one in any reading: how they are read changes nothing.
    fn beside_the_broken(&self, relations: &[usize]) -> Vec<usize> {
        let all_readings = |(index, readings): (usize, &Vec<localise::Equation>)| {
            let terms = readings.iter().flat_map(|reading| reading.terms.iter().copied()).collect();
            // What is to be told apart counts as broken.
            let residual = i128::from(relations.contains(&index) || self.system.is_broken(index));
            localise::Equation { terms, residual }
        };
        let equations = self.equations.iter().enumerate().map(all_readings).collect();
        let parts = System { variables: self.system.variables.clone(), equations }.parts();
        let beside = parts.into_iter().filter(|part| !part.iter().any(|&index| self.system.is_broken(index)));
        beside.flatten().collect()
    }

    /// Takes some readings of some relations.
    fn choose(&mut self, open: &[usize], choice: &[usize]) {
        for (&index, &reading) in open.iter().zip(choice) {
            if let Some(stated) = self.stated.get_mut(index)
                && let Some(place) = self.system.equations.get_mut(index)
                && let Some(equation) = self.equations.get(index).and_then(|readings| readings.get(reading))
                && stated.chosen != reading
            {
                stated.chosen = reading;
                place.clone_from(equation);
            }
        }
    }
}

/// The answers under several readings as one list: those that differ are one answer, which any of them gives.
fn united(readings: Vec<Vec<Answer>>) -> Vec<Answer> {
    let Some((first, others)) = readings.split_first() else { return Vec::new() };
    if others.is_empty() {
        return first.clone();
    }
    let is_common = |answer: &&Answer| others.iter().all(|other| other.contains(answer));
    let (common, own): (Vec<&Answer>, Vec<&Answer>) = first.iter().partition(is_common);
    let mut answers: Vec<Answer> = common.iter().map(|&answer| answer.clone()).collect();
    if own.is_empty() {
        return answers;
    }
    let mut sets: Vec<Vec<Change>> = Vec::new();
    let mut is_complete = true;
    for reading in &readings {
        let differing: Vec<&Answer> = reading.iter().filter(|answer| !common.contains(answer)).collect();
        is_complete &= differing.iter().all(|answer| answer.is_complete);
        for set in products(&differing) {
            if !sets.contains(&set) {
                sets.push(set);
            }
        }
    }
    let mut broken: Vec<usize> = own.iter().flat_map(|answer| answer.broken.iter().copied()).collect();
    broken.sort_unstable();
    answers.push(Answer { broken, sets, is_complete });
    answers
}

/// Every choice of one set of each answer, as one set.
fn products(answers: &[&Answer]) -> Vec<Vec<Change>> {
    let mut all: Vec<Vec<Change>> = vec![Vec::new()];
    for answer in answers {
        let with = |set: &Vec<Change>| {
            let set = set.clone();
            answer.sets.iter().map(move |other| {
                let mut both: Vec<Change> = set.iter().chain(other).copied().collect();
                both.sort_unstable();
                both
            })
        };
        all = all.iter().flat_map(with).collect();
    }
    all
}

/// Every choice of a reading of each relation, that taken now first, up to a bound; beyond it that taken now.
fn choices(readings: &[(usize, usize)]) -> Vec<Vec<usize>> {
    let mut all: Vec<Vec<usize>> = vec![Vec::new()];
    for &(chosen, count) in readings {
        let others = if all.len() * count > MOST_READINGS { 0..0 } else { 0..count };
        let order: Vec<usize> = [chosen].into_iter().chain(others.filter(|&other| other != chosen)).collect();
        all = all
            .into_iter()
            .flat_map(|choice| {
                order.iter().map(move |&next| choice.iter().copied().chain([next]).collect::<Vec<usize>>())
            })
            .collect();
    }
    all
}

/// How many decimals a number has, not counting zeros at its end.
fn decimals_of(value: Decimal) -> u32 {
    if value.scale() == 0 { 0 } else { value.normalize().scale() }
}

/// Whether a figure counts whole things, and whether it may be negative.
fn kind(evaluator: &Evaluator<'_, '_>, id: FigureId) -> (bool, bool) {
    match evaluator.facts.figure(id).map(|figure| figure.home) {
        Some(Home::Cell(slot)) => match evaluator.facts.kind(slot) {
            Some(Kind::Count) => (true, false),
            Some(Kind::Change) => (true, true),
            Some(Kind::Balance) => (false, true),
            Some(Kind::Amount | Kind::Percent | Kind::Date | Kind::Ordinal) | None => (false, false),
        },
        _ => (true, false),
    }
}
