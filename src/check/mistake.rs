//! From the smallest answers to mistakes: which figures changed together, and which could have.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::evaluate::Evaluator;
use super::localise::{Answer, Change, Equation};
use super::system::Tied;
use crate::facts::interval::Interval;
use crate::facts::{FigureId, Home};

/// Figures that change together: a figure and the totals or sentences that it was carried into are one mistake.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cluster {
    /// The changes, by variable.
    pub changes: Vec<Change>,
}

/// One mistake of a report.
#[derive(Clone, Debug)]
pub struct Mistake {
    /// What may be wrong; more than one where the arithmetic cannot tell, none where no small change mends it.
    pub candidates: Vec<Cluster>,
    /// The broken equations that it explains.
    pub broken: Vec<usize>,
    /// Broken relations that are no equations and that it explains too: their rules, and how they are written.
    pub also: Vec<(usize, Option<String>)>,
}

/// The mistakes that the smallest answers for a group of broken equations come to.
pub fn mistakes(tied: &Tied<'_>, answer: &Answer) -> Vec<Mistake> {
    let Some(first) = answer.sets.first() else {
        return vec![Mistake { candidates: Vec::new(), broken: answer.broken.clone(), also: Vec::new() }];
    };
    let all: Vec<Vec<Cluster>> = answer.sets.iter().map(|set| clusters(tied, set)).collect();
    let is_in = |set: &Vec<Cluster>, cluster: &Cluster| {
        set.iter().any(|other| other.variables() == cluster.variables())
    };
    let is_in_all = |cluster: &Cluster| all.iter().all(|set| is_in(set, cluster));
    clusters(tied, first)
        .iter()
        .map(|cluster| {
            let own = cluster.explains(tied, answer);
            let is_certain = is_in_all(cluster);
            let is_candidate = |other: &&Cluster| {
                if is_certain {
                    return other.variables() == cluster.variables();
                }
                // What every answer holds is no candidate for what only some do.
                !is_in_all(other) && !other.explains(tied, answer).is_disjoint(&own)
            };
            let mut candidates: Vec<Cluster> = all.iter().flatten().filter(is_candidate).cloned().collect();
            candidates.sort();
            candidates.dedup();
            let broken: BTreeSet<usize> = if is_certain {
                own
            } else {
                candidates.iter().flat_map(|one| one.explains(tied, answer)).collect()
            };
            Mistake { candidates, broken: broken.into_iter().collect(), also: Vec::new() }
        })
        .collect()
}

/// Parts the changes of an answer into mistakes: figures that an unbroken relation ties together changed together.
fn clusters(tied: &Tied<'_>, set: &[Change]) -> Vec<Cluster> {
    let mut clusters: Vec<Cluster> = set.iter().map(|&change| Cluster { changes: vec![change] }).collect();
    for equation in tied.unbroken() {
        let holds = |cluster: &Cluster| cluster.changes.iter().any(|change| equation.has(change.variable));
        let (mut joined, rest): (Vec<Cluster>, Vec<Cluster>) = clusters.into_iter().partition(holds);
        clusters = rest;
        if let Some(mut first) = joined.pop() {
            first.changes.extend(joined.into_iter().flat_map(|cluster| cluster.changes));
            first.changes.sort_unstable();
            clusters.push(first);
        }
    }
    clusters.sort();
    clusters
}

impl Cluster {
    fn variables(&self) -> Vec<usize> {
        self.changes.iter().map(|change| change.variable).collect()
    }

    /// What the changes add to the value of an equation.
    fn effect(&self, equation: &Equation) -> i128 {
        let share = |change: &Change| {
            let (_, coefficient) =
                equation.terms.iter().find(|(variable, _)| *variable == change.variable)?;
            change.delta.checked_mul(i128::from(*coefficient))
        };
        self.changes.iter().filter_map(share).sum()
    }

    /// The broken equations that the changes mend; if they mend none by themselves, those that they alter.
    fn explains(&self, tied: &Tied<'_>, answer: &Answer) -> BTreeSet<usize> {
        let effect_on = |number: &usize| {
            tied.system.equations.get(*number).map(|equation| (self.effect(equation), equation.residual))
        };
        let altered: BTreeSet<usize> = answer
            .broken
            .iter()
            .copied()
            .filter(|number| effect_on(number).is_some_and(|(effect, _)| effect != 0))
            .collect();
        let is_mended =
            |number: &usize| effect_on(number).is_some_and(|(effect, residual)| residual + effect == 0);
        let mended: BTreeSet<usize> = altered.iter().copied().filter(is_mended).collect();
        if mended.is_empty() { altered } else { mended }
    }

    /// The change of the figure where the mistake was made: a part rather than the totals that it was carried into, a
    /// cell rather than the sentences that repeat it.
    pub fn origin(&self, tied: &Tied<'_>, evaluator: &Evaluator<'_, '_>) -> Option<Change> {
        let shares = |equation: &Equation, change: &Change| {
            self.changes.iter().any(|other| other.variable != change.variable && equation.has(other.variable))
        };
        let is_total = |change: &Change| {
            tied.unbroken()
                .any(|equation| equation.total() == Some(change.variable) && shares(equation, change))
        };
        let is_prose = |change: &Change| {
            let figure = tied.figures.get(change.variable).and_then(|&id| evaluator.facts.figure(id));
            figure.is_none_or(|figure| figure.home == Home::Prose)
        };
        self.changes.iter().min_by_key(|change| (is_prose(change), is_total(change))).copied()
    }

    /// The figures that change, with the values that they would have.
    pub fn values(&self, tied: &Tied<'_>, evaluator: &Evaluator<'_, '_>) -> Vec<(FigureId, Decimal)> {
        self.changes.iter().filter_map(|&change| tied.changed(evaluator, change)).collect()
    }
}

impl Mistake {
    /// Takes a broken relation as evidence, if some of the candidates would mend it: those remain. `holds` says
    /// whether the relation can hold with some figures at other values.
    pub fn take(
        &mut self,
        tied: &Tied<'_>,
        evaluator: &mut Evaluator<'_, '_>,
        rule: usize,
        written: Option<String>,
        holds: impl Fn(&Evaluator<'_, '_>) -> bool,
    ) -> bool {
        let mends = |evaluator: &mut Evaluator<'_, '_>, cluster: &Cluster| {
            evaluator.assumed = cluster
                .values(tied, evaluator)
                .into_iter()
                .map(|(id, value)| (id, Interval::Exact(value)))
                .collect();
            let is_mended = holds(evaluator);
            evaluator.assumed.clear();
            is_mended
        };
        let mending: Vec<Cluster> =
            self.candidates.iter().filter(|cluster| mends(evaluator, cluster)).cloned().collect();
        if mending.is_empty() {
            return false;
        }
        self.candidates = mending;
        self.also.push((rule, written));
        true
    }
}
