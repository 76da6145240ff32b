//! Gaussian elimination, one column at a time, in whole numbers.

use std::rc::Rc;

use super::{Columns, System};

/// A combination of equations in which no chosen variable is left.
#[derive(Debug)]
pub struct Row {
    /// What the chosen variables leave to be made up: zero where they can mend it.
    pub target: i128,
    /// Variables with their coefficients, by variable; none is zero.
    pub terms: Vec<(usize, i128)>,
}

impl Row {
    /// The coefficient of a variable.
    pub fn share(&self, variable: usize) -> i128 {
        let at = self.terms.binary_search_by_key(&variable, |&(variable, _)| variable);
        at.ok().and_then(|at| self.terms.get(at)).map_or(0, |&(_, share)| share)
    }

    /// This row times `own`, less `other` times `theirs`.
    fn less(&self, own: i128, other: &Row, theirs: i128) -> Option<Row> {
        let common = gcd(own, theirs);
        let (own, theirs) = (own / common, theirs / common);
        let less = |mine: i128, other: i128| mine.checked_mul(own)?.checked_sub(other.checked_mul(theirs)?);
        let mut terms = Vec::with_capacity(self.terms.len() + other.terms.len());
        let (mut mine, mut others) = (self.terms.iter().peekable(), other.terms.iter().peekable());
        loop {
            let (variable, share) = match (mine.peek(), others.peek()) {
                (None, None) => break,
                (Some(&&(a, share)), Some(&&(b, theirs))) if a == b => {
                    mine.next();
                    others.next();
                    (a, less(share, theirs)?)
                }
                (Some(&&(a, share)), next) if next.is_none_or(|&&(b, _)| a < b) => {
                    mine.next();
                    (a, less(share, 0)?)
                }
                (_, Some(&&(b, theirs))) => {
                    others.next();
                    (b, less(0, theirs)?)
                }
                (Some(_), None) => break,
            };
            if share != 0 {
                terms.push((variable, share));
            }
        }
        Some(Row { target: less(self.target, other.target)?, terms })
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
    pub rows: Vec<Rc<Row>>,
    /// Variables with the rows that give their amounts, in the order chosen: a row holds no variable before its own.
    pivots: Vec<(usize, Rc<Row>)>,
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
            let Some(equation) = system.equations.get(equation) else { return };
            let terms = equation.terms.iter().map(|&(variable, factor)| (variable, i128::from(factor)));
            let mut terms: Vec<(usize, i128)> = terms.collect();
            terms.sort_unstable_by_key(|&(variable, _)| variable);
            self.rows.push(Rc::new(Row { target: -equation.residual, terms }));
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

    /// Whether a variable can be made up of those chosen, given its column.
    pub fn spans(&self, variable: usize, column: &[(usize, i64)]) -> bool {
        column.iter().all(|(equation, _)| self.in_play.binary_search(equation).is_ok())
            && self.rows.iter().all(|row| row.share(variable) == 0)
    }

    /// Whether no row would conflict any more if one variable more, of which `conflict` holds a share, were chosen.
    pub fn is_mended_by(
        &self,
        system: &System,
        conflict: &Row,
        variable: usize,
        column: &[(usize, i64)],
    ) -> bool {
        let own = conflict.share(variable);
        let is_mended = |target: i128, share: i128| {
            target.checked_mul(own).zip(conflict.target.checked_mul(share)).is_none_or(|(a, b)| a == b)
        };
        let is_mended_equation = |&(equation, factor): &(usize, i64)| {
            self.in_play.binary_search(&equation).is_ok()
                || system
                    .equations
                    .get(equation)
                    .is_none_or(|equation| is_mended(-equation.residual, i128::from(factor)))
        };
        column.iter().all(is_mended_equation)
            && self.rows.iter().all(|row| is_mended(row.target, row.share(variable)))
    }

    /// Chooses one more variable. `None` where a number grows out of bounds.
    pub fn choose(&self, system: &System, columns: &Columns, variable: usize) -> Option<Self> {
        let mut next = self.clone();
        for &(equation, _) in columns.of(variable) {
            next.play(system, equation);
        }
        let Some(at) = next.rows.iter().position(|row| row.share(variable) != 0) else {
            next.free.push(variable);
            return Some(next);
        };
        let pivot = next.rows.remove(at);
        let own = pivot.share(variable);
        for row in &mut next.rows {
            let share = row.share(variable);
            if share != 0 {
                *row = Rc::new(row.less(own, &pivot, share)?);
            }
        }
        next.pivots.push((variable, pivot));
        Some(next)
    }

    /// The amounts of the chosen variables, where no row conflicts and none is free; `None` where one is not whole.
    pub fn amounts(&self) -> Option<Vec<(usize, i128)>> {
        let mut amounts: Vec<(usize, i128)> = Vec::with_capacity(self.pivots.len());
        for (variable, row) in self.pivots.iter().rev() {
            let mut target = row.target;
            for &(other, amount) in &amounts {
                target = target.checked_sub(row.share(other).checked_mul(amount)?)?;
            }
            let own = row.share(*variable);
            let is_whole = target.checked_rem(own)? == 0;
            amounts.push((*variable, if is_whole { target / own } else { return None }));
        }
        Some(amounts)
    }
}
