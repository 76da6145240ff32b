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

/// What would explain a mistake: as a rule one cluster, or several that would all have to be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// The clusters.
    pub clusters: Vec<Cluster>,
}

/// One mistake of a report.
#[derive(Clone, Debug)]
pub struct Mistake {
    /// What may be wrong; more than one where the arithmetic cannot tell, none where no small change mends it.
    pub candidates: Vec<Candidate>,
    /// Whether these are all that may be.
    pub is_complete: bool,
    /// The broken equations that it explains.
    pub broken: Vec<usize>,
    /// Broken relations that are no equations and that it explains too: their rules, and how they are written.
    pub also: Vec<(usize, Option<String>)>,
}

/// The mistakes that the smallest answers for a group of broken equations come to: the clusters of the answer that has
/// the fewest. What every answer holds is a mistake by itself, though its value may hang on the others; clusters that
/// another answer can only replace together are one.
pub fn mistakes(tied: &Tied<'_>, answer: &Answer) -> Vec<Mistake> {
    let mistake = |candidates: Vec<Candidate>, broken: BTreeSet<usize>| Mistake {
        candidates,
        is_complete: answer.is_complete,
        broken: broken.into_iter().collect(),
        also: Vec::new(),
    };
    let all: Vec<Vec<Cluster>> = answer.sets.iter().map(|set| clusters(tied, set)).collect();
    let Some(base) = all.iter().min_by_key(|set| set.len()) else {
        return vec![mistake(Vec::new(), answer.broken.iter().copied().collect())];
    };
    let is_sure = |cluster: &Cluster| all.iter().all(|set| set.iter().any(|other| other.is_alike(cluster)));
    let (sure, open): (Vec<&Cluster>, Vec<&Cluster>) = base.iter().partition(|cluster| is_sure(cluster));
    let mut exchanges: Vec<Exchange> = all.iter().flat_map(|other| exchanges(tied, base, other)).collect();
    for exchange in &mut exchanges {
        exchange.lost.retain(|cluster| !is_sure(cluster));
        exchange.gained.retain(|cluster| !is_sure(cluster));
    }
    let values_of = |cluster: &Cluster| {
        let alike = all.iter().flatten().filter(|other| other.is_alike(cluster));
        alike.map(|other| Candidate { clusters: vec![other.clone()] }).collect::<Vec<Candidate>>()
    };
    let mut units: Vec<(Vec<Cluster>, Vec<Candidate>)> =
        sure.into_iter().map(|cluster| (vec![cluster.clone()], values_of(cluster))).collect();
    for unit in joined(open, &exchanges) {
        let replaced = exchanges.iter().filter_map(|exchange| exchange.replace(&unit));
        let candidates = [Candidate { clusters: unit.clone() }].into_iter().chain(replaced).collect();
        units.push((unit, candidates));
    }
    units.sort();
    let mut mistakes: Vec<Mistake> = Vec::new();
    for (_, candidates) in &mut units {
        candidates.sort();
        candidates.dedup();
        let clusters = candidates.iter().flat_map(|candidate| &candidate.clusters);
        let broken = clusters.flat_map(|cluster| cluster.explains(tied, answer)).collect();
        mistakes.push(mistake(std::mem::take(candidates), broken));
    }
    // What only several mistakes together explain is evidence of each.
    let is_told = |equation: &usize| mistakes.iter().any(|mistake| mistake.broken.contains(equation));
    let untold: Vec<usize> = answer.broken.iter().copied().filter(|equation| !is_told(equation)).collect();
    for (mistake, (unit, _)) in mistakes.iter_mut().zip(&units) {
        let is_altered =
            |equation: &&usize| unit.iter().any(|cluster| cluster.alters(tied, answer).contains(equation));
        mistake.broken.extend(untold.iter().filter(is_altered));
        mistake.broken.sort_unstable();
    }
    mistakes
}

/// The clusters of an answer, those together that are only lost together.
fn joined(clusters: Vec<&Cluster>, exchanges: &[Exchange]) -> Vec<Vec<Cluster>> {
    let mut units: Vec<Vec<Cluster>> = clusters.into_iter().map(|cluster| vec![cluster.clone()]).collect();
    for exchange in exchanges.iter().filter(|exchange| exchange.lost.len() > 1) {
        let is_lost = |unit: &Vec<Cluster>| unit.iter().any(|cluster| exchange.lost.contains(cluster));
        let (joined, rest): (Vec<_>, Vec<_>) = units.into_iter().partition(is_lost);
        units = rest;
        let mut joined: Vec<Cluster> = joined.into_iter().flatten().collect();
        joined.sort();
        units.push(joined);
    }
    units
}

/// Clusters of one answer, and those of another that can take their place.
struct Exchange {
    lost: Vec<Cluster>,
    gained: Vec<Cluster>,
}

impl Exchange {
    /// What takes the place of some clusters that lose by it.
    fn replace(&self, unit: &[Cluster]) -> Option<Candidate> {
        unit.iter().any(|cluster| self.lost.contains(cluster)).then(|| {
            let kept = unit.iter().filter(|cluster| !self.lost.contains(cluster));
            let mut clusters: Vec<Cluster> = kept.chain(&self.gained).cloned().collect();
            clusters.sort();
            Candidate { clusters }
        })
    }
}

/// The smallest exchanges that turn one answer into another: clusters in which they differ belong together where an
/// equation connects them. Each alone turns an answer into one as good.
fn exchanges(tied: &Tied<'_>, one: &[Cluster], other: &[Cluster]) -> Vec<Exchange> {
    let lost = one.iter().filter(|cluster| !other.contains(cluster));
    let mut waiting: Vec<&Cluster> =
        lost.chain(other.iter().filter(|cluster| !one.contains(cluster))).collect();
    let mut exchanges = Vec::new();
    while let Some(first) = waiting.pop() {
        let mut connected = vec![first];
        let mut next = 0;
        while let Some(&from) = connected.get(next) {
            let (near, far): (Vec<&Cluster>, Vec<&Cluster>) =
                waiting.into_iter().partition(|cluster| from.shares_equation(tied, cluster));
            connected.extend(near);
            waiting = far;
            next += 1;
        }
        let (lost, gained) = connected.into_iter().cloned().partition(|cluster| one.contains(cluster));
        exchanges.push(Exchange { lost, gained });
    }
    exchanges
}

/// Parts the changes of an answer into mistakes: figures that an unbroken relation ties together changed together.
fn clusters(tied: &Tied<'_>, set: &[Change]) -> Vec<Cluster> {
    let mut clusters: Vec<Cluster> = set.iter().map(|&change| Cluster { changes: vec![change] }).collect();
    for equation in tied.unbroken_around(set) {
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
    /// Whether the same figures change, maybe by other amounts.
    fn is_alike(&self, other: &Cluster) -> bool {
        self.changes
            .iter()
            .map(|change| change.variable)
            .eq(other.changes.iter().map(|change| change.variable))
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

    /// Whether some equation holds figures of both.
    fn shares_equation(&self, tied: &Tied<'_>, other: &Cluster) -> bool {
        let is_in = |equation: &Equation, cluster: &Cluster| {
            cluster.changes.iter().any(|change| equation.has(change.variable))
        };
        let mut held = self.changes.iter().flat_map(|change| tied.equations_of(change.variable));
        held.any(|equation| is_in(equation, other))
    }

    /// The broken equations whose value the changes alter.
    fn alters(&self, tied: &Tied<'_>, answer: &Answer) -> BTreeSet<usize> {
        let effect =
            |number: &usize| tied.system.equations.get(*number).map(|equation| self.effect(equation));
        answer
            .broken
            .iter()
            .copied()
            .filter(|number| effect(number).is_some_and(|effect| effect != 0))
            .collect()
    }

    /// The broken equations that the changes mend; if they mend none by themselves, those that they alter.
    fn explains(&self, tied: &Tied<'_>, answer: &Answer) -> BTreeSet<usize> {
        let altered = self.alters(tied, answer);
        let is_mended = |number: &usize| {
            let equation = tied.system.equations.get(*number);
            equation.is_some_and(|equation| equation.residual + self.effect(equation) == 0)
        };
        let mended: BTreeSet<usize> = altered.iter().copied().filter(is_mended).collect();
        if mended.is_empty() { altered } else { mended }
    }

    /// The change of the figure where the mistake was made: a part rather than the totals that it was carried into, a
    /// cell rather than the sentences that repeat it, a figure of a relation that is broken.
    pub fn origin(&self, tied: &Tied<'_>, evaluator: &Evaluator<'_, '_>) -> Option<Change> {
        let is_in_broken =
            |change: &Change| tied.equations_of(change.variable).any(|equation| equation.residual != 0);
        let order = |change: &&Change| {
            let is_carried = self.is_carried_total(tied, change);
            (is_restated(tied, evaluator, change), is_carried, !is_in_broken(change))
        };
        self.changes.iter().min_by_key(order).copied()
    }

    /// Whether all but one of the figures restate that one or are totals that it was carried into. Others just happen
    /// to be off by amounts that go together.
    pub fn is_of_one_figure(&self, tied: &Tied<'_>, evaluator: &Evaluator<'_, '_>) -> bool {
        let follows =
            |change: &&Change| self.is_carried_total(tied, change) || is_restated(tied, evaluator, change);
        self.changes.iter().filter(|change| !follows(change)).count() <= 1
    }

    /// Whether a change is that of the total of an unbroken relation in which another figure changes too.
    fn is_carried_total(&self, tied: &Tied<'_>, change: &Change) -> bool {
        let holds_other = |equation: &Equation| {
            self.changes.iter().any(|other| other.variable != change.variable && equation.has(other.variable))
        };
        let mut unbroken = tied.unbroken_around(std::slice::from_ref(change));
        unbroken.any(|equation| equation.total() == Some(change.variable) && holds_other(equation))
    }
}

/// Whether a change is of a figure in running text, which restates others.
fn is_restated(tied: &Tied<'_>, evaluator: &Evaluator<'_, '_>, change: &Change) -> bool {
    let figure = tied.figures.get(change.variable).and_then(|&id| evaluator.facts.figure(id));
    figure.is_none_or(|figure| figure.home == Home::Prose)
}

impl Candidate {
    /// The figures that change, with the values that they would have.
    pub fn values(&self, tied: &Tied<'_>, evaluator: &Evaluator<'_, '_>) -> Vec<(FigureId, Decimal)> {
        let changes = self.clusters.iter().flat_map(|cluster| &cluster.changes);
        changes.filter_map(|&change| tied.changed(evaluator, change)).collect()
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
        let mends = |evaluator: &mut Evaluator<'_, '_>, candidate: &Candidate| {
            let values = candidate.values(tied, evaluator).into_iter();
            evaluator.assumed = values.map(|(id, value)| (id, Interval::Exact(value))).collect();
            let is_mended = holds(evaluator);
            evaluator.assumed.clear();
            is_mended
        };
        let mending: Vec<Candidate> =
            self.candidates.iter().filter(|candidate| mends(evaluator, candidate)).cloned().collect();
        if mending.is_empty() {
            return false;
        }
        self.candidates = mending;
        self.also.push((rule, written));
        true
    }
}
