//! Gaussian elimination, one column at a time, in whole numbers.

use super::{Columns, System};

/// A combination of equations in which no chosen variable is left.
#[derive(Clone, Debug)]
pub struct Row {
    /// What the chosen variables leave to be made up: zero where they can mend it.
    pub target: i128,
    /// Equations with their factors, by equation.
    pub factors: Vec<(usize, i128)>,
}

impl Row {
    /// The coefficient of a variable, given its column.
    pub fn share(&self, column: &[(usize, i64)]) -> Option<i128> {
        let mut share = 0_i128;
        for &(equation, coefficient) in column {
            if let Ok(at) = self.factors.binary_search_by_key(&equation, |&(equation, _)| equation)
                && let Some((_, factor)) = self.factors.get(at)
            {
                share = share.checked_add(factor.checked_mul(i128::from(coefficient))?)?;
            }
        }
        Some(share)
    }

    /// This row times `own`, less `other` times `theirs`.
    fn less(&self, own: i128, other: &Row, theirs: i128) -> Option<Row> {
        let common = gcd(own, theirs);
        let (own, theirs) = (own / common, theirs / common);
        let less = |mine: i128, other: i128| mine.checked_mul(own)?.checked_sub(other.checked_mul(theirs)?);
        let mut factors = Vec::with_capacity(self.factors.len() + other.factors.len());
        let (mut mine, mut others) = (self.factors.iter().peekable(), other.factors.iter().peekable());
        loop {
            let (equation, factor) = match (mine.peek(), others.peek()) {
                (None, None) => break,
                (Some(&&(a, factor)), Some(&&(b, theirs))) if a == b => {
                    mine.next();
                    others.next();
                    (a, less(factor, theirs)?)
                }
                (Some(&&(a, factor)), next) if next.is_none_or(|&&(b, _)| a < b) => {
                    mine.next();
                    (a, less(factor, 0)?)
                }
                (_, Some(&&(b, theirs))) => {
                    others.next();
                    (b, less(0, theirs)?)
                }
                (Some(_), None) => break,
            };
            if factor != 0 {
                factors.push((equation, factor));
            }
        }
        Some(Row { target: less(self.target, other.target)?, factors })
    }
}

fn gcd(a: i128, b: i128) -> i128 {
    let (mut a, mut b) = (a.abs(), b.abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
}

/// The equations in play, with the chosen variables eliminated.
#[derive(Clone, Debug, Default)]
pub struct Elimination {
    /// Rows without a chosen variable: those with a target conflict whatever the amounts.
    pub rows: Vec<Row>,
    /// Variables with the rows that give their amounts, in the order chosen: a row holds no variable before its own.
    pivots: Vec<(usize, Row)>,
    /// Variables that can be made up of the others.
    pub free: Vec<usize>,
    /// Equations that are part of some row, sorted.
    in_play: Vec<usize>,
}

impl Elimination {
    /// The broken equations.
    pub fn new(system: &System, broken: &[usize]) -> Self {
        let mut start = Self::default();
        for &equation in broken {
            start.play(system, equation);
        }
        start
    }

    fn play(&mut self, system: &System, equation: usize) {
        if let Err(at) = self.in_play.binary_search(&equation) {
            self.in_play.insert(at, equation);
            let residual = system.equations.get(equation).map_or(0, |equation| equation.residual);
            self.rows.push(Row { target: -residual, factors: vec![(equation, 1)] });
        }
    }

    /// The chosen variables.
    pub fn chosen(&self) -> impl Iterator<Item = usize> {
        self.pivots.iter().map(|&(variable, _)| variable).chain(self.free.iter().copied())
    }

    /// Equations that are part of some row.
    pub fn in_play(&self) -> &[usize] {
        &self.in_play
    }

    /// Whether a variable can be made up of those chosen.
    pub fn spans(&self, column: &[(usize, i64)]) -> bool {
        column.iter().all(|(equation, _)| self.in_play.binary_search(equation).is_ok())
            && self.rows.iter().all(|row| row.share(column) == Some(0))
    }

    /// Chooses one more variable. `None` where a number grows out of bounds.
    pub fn choose(&self, system: &System, columns: &Columns, variable: usize) -> Option<Self> {
        let column = columns.of(variable);
        let mut next = self.clone();
        for &(equation, _) in column {
            next.play(system, equation);
        }
        let shares: Vec<i128> = next.rows.iter().map(|row| row.share(column)).collect::<Option<_>>()?;
        let Some(at) = shares.iter().position(|&share| share != 0) else {
            next.free.push(variable);
            return Some(next);
        };
        let own = *shares.get(at)?;
        let pivot = next.rows.get(at)?.clone();
        for (row, &share) in next.rows.iter_mut().zip(&shares) {
            if share != 0 {
                *row = row.less(own, &pivot, share)?;
            }
        }
        next.rows.remove(at);
        next.pivots.push((variable, pivot));
        Some(next)
    }

    /// The amounts of the chosen variables, where no row conflicts and none is free; `None` where one is not whole.
    pub fn amounts(&self, columns: &Columns) -> Option<Vec<(usize, i128)>> {
        let mut amounts: Vec<(usize, i128)> = Vec::with_capacity(self.pivots.len());
        for (variable, row) in self.pivots.iter().rev() {
            let mut target = row.target;
            for &(other, amount) in &amounts {
                let share = row.share(columns.of(other))?;
                target = target.checked_sub(share.checked_mul(amount)?)?;
            }
            let own = row.share(columns.of(*variable))?;
            let is_whole = target.checked_rem(own)? == 0;
            amounts.push((*variable, if is_whole { target / own } else { return None }));
        }
        Some(amounts)
    }
}
