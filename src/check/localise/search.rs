//! The search for the smallest sets of changes that mend some broken relations.
//!
//! Iterative deepening over the number of variables changed; at each node, elimination leaves combinations of relations
//! that conflict whatever the amounts of the changes chosen so far, and one of the variables in such a combination must
//! change too. So every smallest set is met, once.

use std::collections::BTreeSet;

use super::elimination::{Elimination, Row};
use super::{Answer, Change, Columns, System};

/// No more figures than this are changed at once.
const MOST_CHANGES: usize = 6;
/// Nodes searched for one group of broken relations; three changes of the largest form need some hundreds.
const MOST_NODES: usize = 10_000;
/// No more equally small answers are kept.
const MOST_SETS: usize = 1000;

pub struct Search<'s> {
    system: &'s System,
    columns: &'s Columns,
    broken: Vec<usize>,
    /// Nodes that may still be searched.
    left: usize,
    sets: BTreeSet<Vec<Change>>,
}

impl<'s> Search<'s> {
    pub fn new(system: &'s System, columns: &'s Columns, broken: Vec<usize>) -> Self {
        Self { system, columns, broken, left: 0, sets: BTreeSet::new() }
    }

    /// The answer, for no more nodes than `budget` has left, which loses those searched.
    pub fn answer(mut self, budget: &mut usize) -> Answer {
        let most = MOST_NODES.min(*budget);
        self.left = most;
        let start = Elimination::new(self.system, &self.broken);
        for changes in 1..=MOST_CHANGES {
            self.from(&start, &mut Vec::new(), changes);
            if !self.sets.is_empty() || self.is_over() {
                break;
            }
        }
        *budget -= most - self.left;
        let is_complete = !self.is_over();
        Answer { broken: self.broken, sets: self.sets.into_iter().collect(), is_complete }
    }

    fn is_over(&self) -> bool {
        self.left == 0 || self.sets.len() >= MOST_SETS
    }

    /// Searches for answers that hold the variables chosen, none of those banned, and at most `left` more.
    fn from(&mut self, chosen: &Elimination, banned: &mut Vec<usize>, left: usize) {
        if self.is_over() {
            return;
        }
        self.left -= 1;
        let conflicts: Vec<&Row> =
            chosen.rows.iter().map(AsRef::as_ref).filter(|row| row.target != 0).collect();
        if conflicts.is_empty() && self.found(chosen) || left == 0 {
            return;
        }
        let candidates = match conflicts.is_empty() {
            true => self.loosening(chosen, left),
            false => mending(&conflicts, left),
        };
        let before = banned.len();
        for candidate in candidates {
            if banned.contains(&candidate) {
                continue;
            }
            let column = self.columns.of(candidate);
            let first = conflicts.first().filter(|_| left == 1);
            // Most do not mend all, which is seen before anything is eliminated.
            if first.is_some_and(|first| !chosen.is_mended_by(self.system, first, candidate, column)) {
                self.left -= usize::from(!self.is_over());
            } else if let Some(next) = chosen.choose(self.system, self.columns, candidate) {
                self.from(&next, banned, left - 1);
            }
            // Answers that hold this variable have been found: those that follow do without it.
            banned.push(candidate);
        }
        banned.truncate(before);
    }

    /// Where the chosen variables could mend everything but for values that they cannot have: the variables that would
    /// share the change with them.
    fn loosening(&self, chosen: &Elimination, left: usize) -> Vec<usize> {
        let mut candidates: Vec<usize> = chosen
            .in_play()
            .iter()
            .filter_map(|&equation| self.system.equations.get(equation))
            .flat_map(|equation| equation.terms.iter().map(|&(variable, _)| variable))
            .collect();
        candidates.sort_unstable();
        candidates.dedup();
        candidates.retain(|&candidate| {
            chosen.chosen().all(|known| known != candidate)
                && (left > 1 || chosen.spans(candidate, self.columns.of(candidate)))
        });
        candidates
    }

    /// Adds the answers that change just the variables chosen, which conflict no more; whether there are any.
    fn found(&mut self, chosen: &Elimination) -> bool {
        let variables: Vec<usize> = chosen.chosen().collect();
        let mut found: Vec<Vec<Change>> = Vec::new();
        if chosen.free.is_empty() {
            found.extend(chosen.amounts().and_then(|amounts| self.admissible(amounts)));
        } else {
            self.corners(&variables, chosen.free.len(), &mut Vec::new(), &mut found);
        }
        let is_found = !found.is_empty();
        self.sets.extend(found);
        is_found
    }

    /// Where the variables leave a choice of amounts: the answers in which as many as may be have the least value that
    /// they can have, or the next. There are such if there are any, for sums of counts.
    fn corners(
        &self,
        variables: &[usize],
        free: usize,
        fixed: &mut Vec<(usize, i128)>,
        found: &mut Vec<Vec<Change>>,
    ) {
        if free == 0 {
            found.extend(self.solved(variables, fixed));
            return;
        }
        let from = fixed.last().map_or(0, |&(last, _)| {
            variables.iter().position(|&variable| variable == last).map_or(0, |at| at + 1)
        });
        for &variable in variables.iter().skip(from) {
            let Some(known) = self.system.variables.get(variable) else { continue };
            let Some(least) = known.least else { continue };
            for value in [Some(least), least.checked_add(known.step)].into_iter().flatten() {
                let Some(delta) = value.checked_sub(known.value) else { continue };
                fixed.push((variable, delta));
                self.corners(variables, free - 1, fixed, found);
                fixed.pop();
            }
        }
    }

    /// The answer that changes the variables, some of them by fixed amounts, if there is just one.
    fn solved(&self, variables: &[usize], fixed: &[(usize, i128)]) -> Option<Vec<Change>> {
        let mut changed = self.system.clone();
        for &(variable, delta) in fixed {
            for &(equation, coefficient) in self.columns.of(variable) {
                let equation = changed.equations.get_mut(equation)?;
                let share = delta.checked_mul(i128::from(coefficient))?;
                equation.residual = equation.residual.checked_add(share)?;
            }
        }
        let is_fixed = |variable: &usize| fixed.iter().any(|(known, _)| known == variable);
        let touched = fixed.iter().flat_map(|&(variable, _)| self.columns.of(variable));
        let mut in_play: Vec<usize> =
            touched.map(|&(equation, _)| equation).chain(self.broken.iter().copied()).collect();
        in_play.sort_unstable();
        in_play.dedup();
        let mut chosen = Elimination::new(&changed, &in_play);
        for &variable in variables.iter().filter(|variable| !is_fixed(variable)) {
            chosen = chosen.choose(&changed, self.columns, variable)?;
        }
        if !chosen.free.is_empty() || chosen.rows.iter().any(|row| row.target != 0) {
            return None;
        }
        let mut amounts = chosen.amounts()?;
        amounts.extend(fixed);
        self.admissible(amounts)
    }

    /// The changes, if there are none of nothing and every figure may have the value it gets.
    fn admissible(&self, amounts: Vec<(usize, i128)>) -> Option<Vec<Change>> {
        let change = |(variable, delta): (usize, i128)| {
            let known = self.system.variables.get(variable)?;
            let value = known.value.checked_add(delta)?;
            let is_allowed = delta != 0
                && known.least.is_none_or(|least| value >= least)
                && value.checked_rem(known.step)? == 0;
            is_allowed.then_some(Change { variable, delta })
        };
        let mut changes: Vec<Change> = amounts.into_iter().map(change).collect::<Option<_>>()?;
        changes.sort_unstable();
        (!changes.is_empty()).then_some(changes)
    }
}

/// The variables of which one must be chosen: those in the conflict with the fewest, or, where only one more may be
/// chosen, those in every conflict. None where the conflicts need more than are left.
fn mending(conflicts: &[&Row], left: usize) -> Vec<usize> {
    let mut by_size = conflicts.to_vec();
    by_size.sort_by_key(|row| row.terms.len());
    // Conflicts without a common variable need one each.
    let mut apart: Vec<&Row> = Vec::new();
    for row in &by_size {
        if row.terms.iter().all(|&(variable, _)| apart.iter().all(|other| other.share(variable) == 0)) {
            apart.push(row);
        }
    }
    let Some(smallest) = by_size.first().filter(|_| apart.len() <= left) else { return Vec::new() };
    let variables = smallest.terms.iter().map(|&(variable, _)| variable);
    variables.filter(|&variable| left > 1 || by_size.iter().all(|row| row.share(variable) != 0)).collect()
}
