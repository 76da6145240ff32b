//! Error localisation: the smallest sets of figures whose change lets every relation hold (Fellegi and Holt 1976,
//! JASA 71:17–35), found exactly, in whole numbers.
//!
//! Iterative deepening over the number of figures changed; at each node, elimination over the changes chosen so far
//! leaves a combination of relations that conflicts whatever their sizes, and one of the figures in that combination
//! must change too. All smallest answers are found, or the search ends at a bound and says so.

use std::collections::BTreeSet;

/// A figure of the system.
#[derive(Clone, Copy, Debug)]
pub struct Variable {
    /// Its value, in the unit of the system.
    pub value: i128,
    /// The least value it may have.
    pub least: Option<i128>,
    /// What its value must be a multiple of.
    pub step: i128,
}

/// A relation: the sum of its terms is zero where it holds.
#[derive(Clone, Debug)]
pub struct Equation {
    /// Variables, each once, with their coefficients.
    pub terms: Vec<(usize, i64)>,
    /// The sum of its terms as printed.
    pub residual: i128,
}

/// A system of relations.
#[derive(Clone, Debug, Default)]
pub struct System {
    /// Its variables.
    pub variables: Vec<Variable>,
    /// Its relations.
    pub equations: Vec<Equation>,
}

/// A change of one variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// The variable.
    pub variable: usize,
    /// What is added to its value.
    pub delta: i128,
}

/// The smallest answers for some broken relations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The broken relations that belong together.
    pub broken: Vec<usize>,
    /// Every smallest set of changes, each sorted by variable; none where the search ended at its bound.
    pub sets: Vec<Vec<Change>>,
}

/// No more figures than this are changed at once.
const MOST_CHANGES: usize = 6;
/// Nodes searched for one group of broken relations.
const MOST_NODES: usize = 10_000;
/// No more equally small answers are kept.
const MOST_SETS: usize = 256;

/// Finds the smallest answers, for each group of broken relations that a change could connect.
pub fn localise(system: &System) -> Vec<Answer> {
    let moves = Moves::new(system);
    moves
        .groups(system)
        .into_iter()
        .map(|broken| {
            let mut search =
                Search { system, moves: &moves, broken: &broken, nodes: 0, sets: BTreeSet::new() };
            for changes in 1..=MOST_CHANGES {
                search.from(&mut Vec::new(), &mut Vec::new(), changes);
                if !search.sets.is_empty() || search.nodes >= MOST_NODES {
                    break;
                }
            }
            let is_complete = search.nodes < MOST_NODES && search.sets.len() < MOST_SETS;
            let sets = if is_complete || !search.sets.is_empty() {
                search.sets.into_iter().collect()
            } else {
                Vec::new()
            };
            Answer { broken, sets }
        })
        .collect()
}

/// A change of one figure, or of a figure and the total or the sentence it was carried into, by the same amount.
#[derive(Clone, Debug)]
struct Move {
    variables: Vec<usize>,
    /// Coefficients in the equations it touches, none zero.
    column: Vec<(usize, i64)>,
}

struct Moves {
    moves: Vec<Move>,
    /// For each equation, the moves that touch it.
    touching: Vec<Vec<usize>>,
}

impl Moves {
    fn new(system: &System) -> Self {
        let mut columns: Vec<Vec<(usize, i64)>> = vec![Vec::new(); system.variables.len()];
        for (number, equation) in system.equations.iter().enumerate() {
            for &(variable, coefficient) in &equation.terms {
                if let Some(column) = columns.get_mut(variable) {
                    column.push((number, coefficient));
                }
            }
        }
        let single = |(variable, column): (usize, &Vec<(usize, i64)>)| Move {
            variables: vec![variable],
            column: column.clone(),
        };
        let mut moves: Vec<Move> = columns.iter().enumerate().map(single).collect();
        let mut seen = BTreeSet::new();
        for equation in system.equations.iter().filter(|equation| equation.residual == 0) {
            let Some(total) = equation.total().or(equation.copy()) else { continue };
            for &(part, _) in equation.terms.iter().filter(|&&(part, _)| part != total) {
                if seen.insert((part, total)) {
                    let column = add_columns(columns.get(part), columns.get(total));
                    moves.push(Move { variables: vec![part, total], column });
                }
            }
        }
        let mut touching = vec![Vec::new(); system.equations.len()];
        for (number, one) in moves.iter().enumerate() {
            for &(equation, _) in &one.column {
                touching.get_mut(equation).into_iter().for_each(|list: &mut Vec<usize>| list.push(number));
            }
        }
        Self { moves, touching }
    }

    /// Groups of broken relations that a move connects.
    fn groups(&self, system: &System) -> Vec<Vec<usize>> {
        let broken: Vec<usize> =
            (0..system.equations.len()).filter(|&number| system.is_broken(number)).collect();
        let mut group: Vec<usize> = (0..system.equations.len()).collect();
        fn root(group: &[usize], mut at: usize) -> usize {
            while let Some(&up) = group.get(at).filter(|&&up| up != at) {
                at = up;
            }
            at
        }
        for one in &self.moves {
            let mut touched = one
                .column
                .iter()
                .map(|&(equation, _)| equation)
                .filter(|&equation| system.is_broken(equation));
            let Some(first) = touched.next() else { continue };
            for other in touched {
                let (a, b) = (root(&group, first), root(&group, other));
                if let Some(up) = group.get_mut(b) {
                    *up = a;
                }
            }
        }
        let mut roots: Vec<usize> = broken.iter().map(|&number| root(&group, number)).collect();
        roots.sort_unstable();
        roots.dedup();
        roots
            .into_iter()
            .map(|top| broken.iter().copied().filter(|&number| root(&group, number) == top).collect())
            .collect()
    }
}

fn add_columns(a: Option<&Vec<(usize, i64)>>, b: Option<&Vec<(usize, i64)>>) -> Vec<(usize, i64)> {
    let mut sum: Vec<(usize, i64)> = a.into_iter().flatten().copied().collect();
    for &(equation, coefficient) in b.into_iter().flatten() {
        match sum.iter_mut().find(|(known, _)| *known == equation) {
            Some((_, known)) => *known += coefficient,
            None => sum.push((equation, coefficient)),
        }
    }
    sum.retain(|&(_, coefficient)| coefficient != 0);
    sum
}

impl System {
    fn is_broken(&self, equation: usize) -> bool {
        self.equations.get(equation).is_some_and(|equation| equation.residual != 0)
    }
}

impl Equation {
    /// Whether a variable is one of its terms.
    pub fn has(&self, variable: usize) -> bool {
        self.terms.iter().any(|&(own, _)| own == variable)
    }

    /// The variable that restates another, where the equation is between two alike.
    pub fn copy(&self) -> Option<usize> {
        match self.terms.as_slice() {
            &[(first, a), (_, b)] if a == -b => Some(first),
            _ => None,
        }
    }

    /// The one variable that stands against all others, as a total stands against its parts.
    pub fn total(&self) -> Option<usize> {
        let is_alone = |sign: i64| {
            let mut of_sign = self.terms.iter().filter(|(_, coefficient)| coefficient.signum() == sign);
            let first = of_sign.next();
            first.filter(|_| of_sign.next().is_none()).map(|&(variable, _)| variable)
        };
        if self.terms.len() < 3 { None } else { is_alone(1).or(is_alone(-1)) }
    }
}

/// A row of the elimination: a combination of equations.
#[derive(Clone, Debug)]
struct Row {
    /// Coefficients of the moves chosen.
    chosen: Vec<i128>,
    /// What the chosen moves must add up to.
    target: i128,
    /// The equations combined.
    combination: Vec<(usize, i128)>,
}

impl Row {
    /// Takes a multiple of `pivot` off this row so that its coefficient of `column` vanishes.
    fn reduce(&mut self, pivot: &Row, column: usize) -> Option<()> {
        let (own, theirs) = (*self.chosen.get(column)?, *pivot.chosen.get(column)?);
        if own == 0 {
            return Some(());
        }
        let common = gcd(own, theirs);
        let (own, theirs) = (own / common, theirs / common);
        for (mine, pivot) in self.chosen.iter_mut().zip(&pivot.chosen) {
            *mine = mine.checked_mul(theirs)?.checked_sub(pivot.checked_mul(own)?)?;
        }
        self.target = self.target.checked_mul(theirs)?.checked_sub(pivot.target.checked_mul(own)?)?;
        for (_, coefficient) in &mut self.combination {
            *coefficient = coefficient.checked_mul(theirs)?;
        }
        for &(equation, coefficient) in &pivot.combination {
            let taken = coefficient.checked_mul(own)?;
            match self.combination.iter_mut().find(|(known, _)| *known == equation) {
                Some((_, known)) => *known = known.checked_sub(taken)?,
                None => self.combination.push((equation, -taken)),
            }
        }
        Some(())
    }
}

fn gcd(a: i128, b: i128) -> i128 {
    let (mut a, mut b) = (a.abs(), b.abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
}

/// What the moves chosen so far come to.
enum Outcome {
    /// They can make all broken relations of the group hold, with these amounts.
    Solved(Vec<i128>),
    /// These combinations of relations conflict whatever the amounts.
    Conflicts(Vec<Vec<(usize, i128)>>),
    /// No choice that includes these can be smallest.
    Hopeless,
}

struct Search<'s> {
    system: &'s System,
    moves: &'s Moves,
    broken: &'s [usize],
    nodes: usize,
    sets: BTreeSet<Vec<Change>>,
}

impl Search<'_> {
    /// Searches for answers that hold the moves chosen, none of the moves banned, and at most `left` more figures.
    fn from(&mut self, chosen: &mut Vec<usize>, banned: &mut Vec<usize>, left: usize) {
        self.nodes += 1;
        if self.nodes >= MOST_NODES || self.sets.len() >= MOST_SETS {
            return;
        }
        let conflicts = match self.outcome(chosen) {
            Outcome::Solved(amounts) => {
                self.sets.extend(self.admissible(chosen, &amounts));
                return;
            }
            Outcome::Hopeless => return,
            Outcome::Conflicts(conflicts) => conflicts,
        };
        if left == 0 {
            return;
        }
        let mut candidates = self.candidates(&conflicts, left);
        candidates.retain(|candidate| !chosen.contains(candidate) && !banned.contains(candidate));
        let before = banned.len();
        for candidate in candidates {
            let size = self.size(candidate);
            chosen.push(candidate);
            self.from(chosen, banned, left - size);
            chosen.pop();
            // Answers that hold this move have been found: those that follow do without it.
            banned.push(candidate);
        }
        banned.truncate(before);
    }

    fn size(&self, number: usize) -> usize {
        self.moves.moves.get(number).map_or(1, |one| one.variables.len())
    }

    /// The moves of which one must be chosen: those that touch the conflict with the fewest, or, where only one more
    /// may be chosen, those that touch every conflict.
    fn candidates(&self, conflicts: &[Vec<(usize, i128)>], left: usize) -> Vec<usize> {
        let mut sets: Vec<Vec<usize>> =
            conflicts.iter().map(|conflict| self.touching(conflict, left)).collect();
        sets.sort_by_key(Vec::len);
        let mut sets = sets.into_iter();
        let mut fewest = sets.next().unwrap_or_default();
        for other in sets {
            fewest.retain(|&number| {
                // A move that leaves this conflict as it is needs another beside it.
                other.binary_search(&number).is_ok() || self.size(number) < left
            });
        }
        fewest
    }

    /// The moves with a share in a combination of equations, sorted.
    fn touching(&self, combination: &[(usize, i128)], left: usize) -> Vec<usize> {
        let mut numbers: Vec<usize> = combination
            .iter()
            .filter_map(|&(equation, _)| self.moves.touching.get(equation))
            .flatten()
            .copied()
            .collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers.retain(|&number| {
            let Some(one) = self.moves.moves.get(number) else { return false };
            let share = |&(equation, factor): &(usize, i128)| {
                let coefficient =
                    one.column.iter().find(|(touched, _)| *touched == equation).map_or(0, |&(_, own)| own);
                factor.checked_mul(i128::from(coefficient))
            };
            let total = combination.iter().map(share).try_fold(0_i128, |sum, share| sum.checked_add(share?));
            one.variables.len() <= left && total.is_some_and(|total| total != 0)
        });
        numbers
    }

    fn outcome(&self, chosen: &[usize]) -> Outcome {
        self.eliminate(chosen).unwrap_or(Outcome::Hopeless)
    }

    /// Gaussian elimination over the equations that the chosen moves touch and those that are broken. `None` where a
    /// number grows out of bounds.
    fn eliminate(&self, chosen: &[usize]) -> Option<Outcome> {
        let moves: Vec<&Move> = chosen.iter().filter_map(|&number| self.moves.moves.get(number)).collect();
        let mut equations: Vec<usize> = self.broken.to_vec();
        equations.extend(moves.iter().flat_map(|one| one.column.iter().map(|&(equation, _)| equation)));
        equations.sort_unstable();
        equations.dedup();
        let mut rows: Vec<Row> = equations
            .into_iter()
            .map(|equation| {
                let coefficient = |one: &&Move| {
                    one.column
                        .iter()
                        .find(|(touched, _)| *touched == equation)
                        .map_or(0, |&(_, own)| i128::from(own))
                };
                let residual = self.system.equations.get(equation).map_or(0, |equation| equation.residual);
                Row {
                    chosen: moves.iter().map(coefficient).collect(),
                    target: -residual,
                    combination: vec![(equation, 1)],
                }
            })
            .collect();
        let mut pivots: Vec<Row> = Vec::new();
        for column in 0..moves.len() {
            // A move that can be made up of the others makes no answer smaller.
            let Some(at) = rows.iter().position(|row| row.chosen.get(column).is_some_and(|&own| own != 0))
            else {
                return Some(Outcome::Hopeless);
            };
            let pivot = rows.swap_remove(at);
            for row in rows.iter_mut().chain(&mut pivots) {
                row.reduce(&pivot, column)?;
            }
            pivots.push(pivot);
        }
        let conflicts: Vec<Vec<(usize, i128)>> =
            rows.into_iter().filter(|row| row.target != 0).map(|row| row.combination).collect();
        if !conflicts.is_empty() {
            return Some(Outcome::Conflicts(conflicts));
        }
        let amount = |(column, pivot): (usize, &Row)| {
            let coefficient = *pivot.chosen.get(column)?;
            (coefficient != 0 && pivot.target % coefficient == 0).then(|| pivot.target / coefficient)
        };
        Some(match pivots.iter().enumerate().map(amount).collect() {
            Some(amounts) => Outcome::Solved(amounts),
            None => Outcome::Hopeless,
        })
    }

    /// The changes that the moves come to, if every figure may have the value it gets.
    fn admissible(&self, chosen: &[usize], amounts: &[i128]) -> Option<Vec<Change>> {
        let mut changes: Vec<Change> = Vec::new();
        for (&number, &amount) in chosen.iter().zip(amounts) {
            for &variable in &self.moves.moves.get(number)?.variables {
                match changes.iter_mut().find(|change| change.variable == variable) {
                    Some(change) => change.delta = change.delta.checked_add(amount)?,
                    None => changes.push(Change { variable, delta: amount }),
                }
            }
        }
        changes.retain(|change| change.delta != 0);
        let is_allowed = |change: &Change| {
            let variable = self.system.variables.get(change.variable)?;
            let value = variable.value.checked_add(change.delta)?;
            (variable.least.is_none_or(|least| value >= least) && value % variable.step == 0).then_some(())
        };
        changes.iter().try_for_each(is_allowed)?;
        changes.sort_unstable();
        (!changes.is_empty()).then_some(changes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A grid of `rows` by `columns` counts, with a total for each row and column and for all.
    fn grid(rows: usize, columns: usize) -> System {
        let at = |row: usize, column: usize| row * (columns + 1) + column;
        let mut values = vec![0_i128; (rows + 1) * (columns + 1)];
        for row in 0..rows {
            for column in 0..columns {
                values[at(row, column)] = (3 + 7 * row as i128 + 5 * column as i128) % 11;
            }
        }
        for row in 0..rows {
            values[at(row, columns)] = (0..columns).map(|column| values[at(row, column)]).sum();
        }
        for column in 0..=columns {
            values[at(rows, column)] = (0..rows).map(|row| values[at(row, column)]).sum();
        }
        let sum = |total: usize, parts: Vec<usize>| {
            let mut terms = vec![(total, 1)];
            terms.extend(parts.into_iter().map(|part| (part, -1)));
            Equation { terms, residual: 0 }
        };
        let mut equations = Vec::new();
        for row in 0..=rows {
            equations.push(sum(at(row, columns), (0..columns).map(|column| at(row, column)).collect()));
        }
        for column in 0..=columns {
            equations.push(sum(at(rows, column), (0..rows).map(|row| at(row, column)).collect()));
        }
        let variables = values.into_iter().map(|value| Variable { value, least: Some(0), step: 1 }).collect();
        System { variables, equations }
    }

    fn with(mut system: System, changes: &[(usize, i128)]) -> System {
        for &(variable, delta) in changes {
            system.variables[variable].value += delta;
        }
        for equation in &mut system.equations {
            equation.residual = equation
                .terms
                .iter()
                .map(|&(variable, coefficient)| i128::from(coefficient) * system.variables[variable].value)
                .sum();
        }
        system
    }

    #[test]
    fn one_wrong_cell_of_a_grid_is_named() {
        for variable in 0..24 {
            let answers = localise(&with(grid(3, 5), &[(variable, 4)]));
            assert_eq!(answers.len(), 1, "{variable}");
            assert_eq!(answers[0].sets, [vec![Change { variable, delta: -4 }]], "{variable}");
        }
    }

    #[test]
    fn a_cell_carried_into_its_total_is_found_with_it() {
        // Row 1, column 2 and the total of row 1: both columns break by the same amount.
        let answers = localise(&with(grid(3, 5), &[(8, 4), (11, 4)]));
        assert_eq!(answers.len(), 1);
        assert!(
            answers[0]
                .sets
                .contains(&vec![Change { variable: 8, delta: -4 }, Change { variable: 11, delta: -4 }])
        );
        assert!(answers[0].sets.iter().all(|set| set.len() == 2));
    }

    #[test]
    fn a_lone_sum_can_be_wrong_anywhere() {
        let system = System {
            variables: [5, 2, 2].map(|value| Variable { value, least: Some(0), step: 1 }).to_vec(),
            equations: vec![Equation { terms: vec![(0, 1), (1, -1), (2, -1)], residual: 1 }],
        };
        let answers = localise(&system);
        assert_eq!(answers[0].sets.len(), 3);
    }

    #[test]
    fn no_figure_is_given_a_value_it_cannot_have() {
        let system = System {
            variables: [0, 2].map(|value| Variable { value, least: Some(0), step: 1 }).to_vec(),
            equations: vec![Equation { terms: vec![(0, 1), (1, 1)], residual: 2 }],
        };
        // 0 + 2 should be 0: the first would have to be -2.
        assert_eq!(localise(&system)[0].sets, [vec![Change { variable: 1, delta: -2 }]]);
    }

    #[test]
    fn two_mistakes_that_share_nothing_are_two_answers() {
        let mut system = grid(3, 5);
        let other = grid(2, 2);
        let offset = system.variables.len();
        system.variables.extend(other.variables);
        system.equations.extend(other.equations.into_iter().map(|mut equation| {
            equation.terms.iter_mut().for_each(|(variable, _)| *variable += offset);
            equation
        }));
        let answers = localise(&with(system, &[(0, 1), (offset, 2)]));
        assert_eq!(answers.len(), 2);
        assert!(answers.iter().all(|answer| answer.sets.len() == 1));
    }

    #[test]
    fn three_wrong_cells_of_a_large_form_are_found_in_time() {
        let system = with(grid(24, 7), &[(3, 5), (60, 2), (130, 9)]);
        let start = std::time::Instant::now();
        let answers = localise(&system);
        let wanted = vec![
            Change { variable: 3, delta: -5 },
            Change { variable: 60, delta: -2 },
            Change { variable: 130, delta: -9 },
        ];
        assert!(answers[0].sets.contains(&wanted));
        eprintln!("{:?} for {} answers", start.elapsed(), answers[0].sets.len());
    }
}
