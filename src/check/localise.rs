//! Error localisation: the smallest sets of figures whose change lets every relation hold (Fellegi and Holt 1976,
//! JASA 71:17–35), found exactly, in whole numbers.
//!
//! Relations that no figure connects are searched apart; those that some do are searched together, because two mistakes
//! that break different relations may yet have a common explanation that is as small. Only where that is too much are
//! they taken apart by the relations that are broken.

mod elimination;
mod search;

use std::collections::{BTreeMap, BTreeSet};

use search::Search;

/// Nodes searched for all broken relations of a report, in all their readings.
pub const BUDGET: usize = 20_000;

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
    /// Smallest sets of changes, each sorted by variable; none where no few changes would do. A set of variables that
    /// may change in several ways is there several times.
    pub sets: Vec<Vec<Change>>,
    /// Whether these are all: what is in each of them is certain.
    pub is_complete: bool,
}

/// Finds the smallest answers, for each group of broken relations that belong together, for no more nodes than `budget`
/// has left, which loses those searched.
pub fn localise(system: &System, budget: &mut usize) -> Vec<Answer> {
    let columns = Columns::new(system);
    let mut answers = Vec::new();
    for broken in columns.parts(system, |_| true) {
        let answer = Search::new(system, &columns, broken).answer(budget);
        if answer.is_complete && !answer.sets.is_empty() {
            answers.push(answer);
        } else {
            answers.extend(apart(system, &columns, &answer.broken, budget));
        }
    }
    answers
}

/// Answers for groups of broken relations that share figures with each other, or whose answers touch each other.
fn apart(system: &System, columns: &Columns, broken: &[usize], budget: &mut usize) -> Vec<Answer> {
    let mut groups = columns.parts(system, |equation| broken.binary_search(&equation).is_ok());
    groups.retain(|group| group.iter().all(|equation| broken.binary_search(equation).is_ok()));
    let mut answers: Vec<Answer> = Vec::new();
    while let Some(group) = groups.pop() {
        let answer = Search::new(system, columns, group).answer(budget);
        let touched: BTreeSet<usize> = answer
            .sets
            .iter()
            .flatten()
            .flat_map(|change| columns.of(change.variable))
            .map(|&(equation, _)| equation)
            .filter(|equation| system.is_broken(*equation) && !answer.broken.contains(equation))
            .collect();
        if touched.is_empty() {
            answers.push(answer);
            continue;
        }
        let is_touched = |group: &[usize]| group.iter().any(|equation| touched.contains(equation));
        let mut joined = answer.broken;
        groups.retain(|group| {
            let is_joined = is_touched(group);
            if is_joined {
                joined.extend(group);
            }
            !is_joined
        });
        answers.retain(|answer| {
            let is_joined = is_touched(&answer.broken);
            if is_joined {
                joined.extend(&answer.broken);
            }
            !is_joined
        });
        joined.sort_unstable();
        groups.push(joined);
    }
    answers.sort_by(|a, b| a.broken.cmp(&b.broken));
    answers
}

/// For each variable, its coefficients in the equations it is part of, by equation.
struct Columns {
    entries: Vec<(usize, i64)>,
    /// Where the entries of each variable start, and where the last end.
    starts: Vec<usize>,
}

impl Columns {
    fn new(system: &System) -> Self {
        let mut starts = vec![0; system.variables.len() + 1];
        for equation in &system.equations {
            for &(variable, _) in &equation.terms {
                if let Some(count) = starts.get_mut(variable + 1) {
                    *count += 1;
                }
            }
        }
        let mut end = 0;
        for start in &mut starts {
            end += *start;
            *start = end;
        }
        // Where the next entry of each variable goes.
        let mut next = starts.clone();
        let mut entries = vec![(0, 0); end];
        for (number, equation) in system.equations.iter().enumerate() {
            for &(variable, factor) in &equation.terms {
                if let Some(at) = next.get_mut(variable)
                    && let Some(entry) = entries.get_mut(*at)
                {
                    *entry = (number, factor);
                    *at += 1;
                }
            }
        }
        Self { entries, starts }
    }

    fn of(&self, variable: usize) -> &[(usize, i64)] {
        let ends = self.starts.get(variable).zip(self.starts.get(variable + 1));
        ends.and_then(|(&start, &end)| self.entries.get(start..end)).unwrap_or_default()
    }

    /// The broken equations, parted into those that variables connect by way of equations that `counts`.
    fn parts(&self, system: &System, counts: impl Fn(usize) -> bool) -> Vec<Vec<usize>> {
        let mut above: Vec<usize> = (0..system.equations.len()).collect();
        fn top(above: &mut [usize], mut at: usize) -> usize {
            while let Some(&up) = above.get(at).filter(|&&up| up != at) {
                // Paths are halved as they are walked.
                let further = above.get(up).copied().unwrap_or(up);
                if let Some(up) = above.get_mut(at) {
                    *up = further;
                }
                at = further;
            }
            at
        }
        for variable in 0..system.variables.len() {
            let mut first = None;
            for &(equation, _) in self.of(variable) {
                if !counts(equation) {
                    continue;
                }
                let (a, b) = (top(&mut above, *first.get_or_insert(equation)), top(&mut above, equation));
                if let Some(up) = above.get_mut(b) {
                    *up = a;
                }
            }
        }
        let mut parts: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for number in (0..system.equations.len()).filter(|&number| system.is_broken(number)) {
            parts.entry(top(&mut above, number)).or_default().push(number);
        }
        parts.into_values().collect()
    }
}

impl System {
    /// The broken relations, parted into those that figures connect.
    pub fn parts(&self) -> Vec<Vec<usize>> {
        Columns::new(self).parts(self, |_| true)
    }

    /// Whether a relation is broken.
    pub fn is_broken(&self, equation: usize) -> bool {
        self.equations.get(equation).is_some_and(|equation| equation.residual != 0)
    }
}

impl Equation {
    /// Whether a variable is one of its terms.
    pub fn has(&self, variable: usize) -> bool {
        self.terms.iter().any(|&(own, _)| own == variable)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn localise(system: &System) -> Vec<Answer> {
        super::localise(system, &mut BUDGET.clone())
    }

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
