//! What arithmetic can tell, by trying everything: all changes of one cell, then all of two, then all of three.
//! Written without a look at the solver, for what is obviously right rather than for speed.

use crate::form::{Cell, Domain, Relation, Term};

/// What is printed in a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Printed {
    Number(i64),
    Blank,
    /// No number, or none of its kind: `1O`, or -3 where something is counted.
    Improper,
}

impl Printed {
    /// Reads what the tests and the generators write.
    pub fn read(text: &str, domain: Domain) -> Self {
        let plain: String = text
            .chars()
            .filter(|character| !matches!(character, ',' | ' ' | '\u{3000}'))
            .map(|character| match character {
                '０'..='９' => char::from_digit(character as u32 - '０' as u32, 10).unwrap(),
                other => other,
            })
            .collect();
        if matches!(plain.as_str(), "" | "/" | "-" | "—") {
            return Printed::Blank;
        }
        let plain = plain.strip_prefix('+').unwrap_or(&plain);
        let whole = plain.split_once('.').filter(|(_, part)| part.chars().all(|digit| digit == '0'));
        let number = whole.map_or(plain, |(whole, _)| whole).parse();
        match (number, domain) {
            (Ok(number), Domain::Change) => Printed::Number(number),
            (Ok(number), _) if number >= 0 => Printed::Number(number),
            (Ok(_), _) => Printed::Improper,
            // The tests tie no amount to another, so its value does not matter.
            (Err(_), Domain::Amount) if plain.trim_end_matches("万元").parse::<f64>().is_ok() => {
                Printed::Number(0)
            }
            (Err(_), _) => Printed::Improper,
        }
    }
}

/// A set of changes after which every relation holds, by cell.
pub type Set = Vec<(usize, i64)>;

/// The relations of a report that can be told from what is printed.
pub struct Brute {
    /// The relations, once for every way to read them.
    readings: Vec<Reading>,
}

impl Brute {
    pub fn new(cells: &[Cell], relations: &[Relation], printed: &[Printed]) -> Self {
        let value = |cell: usize| match printed[cell] {
            Printed::Number(number) => Some(number),
            Printed::Blank => {
                let is_zero = !cells[cell].kind.is_total() || adds_nothing(cells, relations, printed, cell);
                is_zero.then_some(0)
            }
            Printed::Improper => None,
        };
        let values: Vec<i64> = (0..cells.len()).map(|cell| value(cell).unwrap_or(0)).collect();
        let term = |term: &Term| {
            if value(term.cell).is_some() {
                return Some(vec![(term.cell, term.sign)]);
            }
            let parts = term.parts.iter().map(|&part| value(part).map(|_| (part, term.sign)));
            parts.collect::<Option<Vec<_>>>().filter(|parts| !parts.is_empty())
        };
        let way =
            |terms: &Vec<Term>| terms.iter().map(term).collect::<Option<Vec<_>>>().map(|all| all.concat());
        let mut readings = vec![Reading { values, ..Reading::default() }];
        for relation in relations {
            let Some(ways) = relation.readings.iter().map(way).collect::<Option<Vec<_>>>() else { continue };
            readings = ways
                .iter()
                .flat_map(|way| readings.iter().map(|reading| reading.with(way)).collect::<Vec<_>>())
                .collect();
        }
        Self { readings }
    }

    /// Whether some relation is broken, in each way to read them.
    pub fn is_broken(&self) -> bool {
        self.readings.iter().all(|reading| reading.broken != 0)
    }

    /// Every smallest set of at most `most` changes; none where there is none so small.
    pub fn smallest(&self, most: usize) -> Vec<Set> {
        for size in 1..=most {
            let mut found: Vec<Set> =
                self.readings.iter().flat_map(|reading| reading.answers(size)).collect();
            found.sort();
            found.dedup();
            if !found.is_empty() {
                return found;
            }
        }
        Vec::new()
    }

    /// The value that a change gives a cell.
    pub fn value(&self, (cell, delta): (usize, i64)) -> i64 {
        self.readings[0].values[cell] + delta
    }
}

/// Whether a total left blank stands over zeros only, in a form that is not blank as a whole.
fn adds_nothing(cells: &[Cell], relations: &[Relation], printed: &[Printed], total: usize) -> bool {
    let states_number = printed.iter().zip(cells).any(|(printed, cell)| {
        cell.at.0 == cells[total].at.0 && matches!(printed, Printed::Number(number) if *number != 0)
    });
    let sums: Vec<&[Term]> = relations
        .iter()
        .filter_map(|relation| match relation.readings.as_slice() {
            [terms] => terms.split_first(),
            _ => None,
        })
        .filter(|(first, parts)| first.cell == total && parts.iter().all(|part| part.sign == -first.sign))
        .map(|(_, parts)| parts)
        .collect();
    let is_zero = |term: &Term| matches!(printed[term.cell], Printed::Blank | Printed::Number(0));
    states_number && !sums.is_empty() && sums.iter().all(|parts| parts.iter().all(is_zero))
}

#[derive(Clone, Default)]
struct Reading {
    values: Vec<i64>,
    /// For each cell, the relations that it is part of, as bits.
    masks: Vec<u64>,
    /// For each cell, its signs in them.
    columns: Vec<Vec<(usize, i64)>>,
    residuals: Vec<i64>,
    broken: u64,
}

impl Reading {
    fn with(&self, terms: &[(usize, i64)]) -> Self {
        let mut next = self.clone();
        let number = next.residuals.len();
        assert!(number < 64, "a bit for each relation");
        next.masks.resize(next.values.len(), 0);
        next.columns.resize(next.values.len(), Vec::new());
        let residual: i64 = terms.iter().map(|&(cell, sign)| sign * next.values[cell]).sum();
        for &(cell, sign) in terms {
            next.columns[cell].push((number, sign));
            next.masks[cell] |= 1 << number;
        }
        next.broken |= u64::from(residual != 0) << number;
        next.residuals.push(residual);
        next
    }

    /// Every set of changes of so many cells after which every relation holds.
    fn answers(&self, size: usize) -> Vec<Set> {
        let cells: Vec<usize> = (0..self.masks.len()).filter(|&cell| self.masks[cell] != 0).collect();
        let mut found: Vec<Set> = Vec::new();
        for (at, &first) in cells.iter().enumerate() {
            if size == 1 {
                found.extend(self.repair(&[first]));
                continue;
            }
            for (beside, &second) in cells.iter().enumerate().skip(at + 1) {
                if size == 2 {
                    found.extend(self.repair(&[first, second]));
                    continue;
                }
                for &third in &cells[beside + 1..] {
                    found.extend(self.repair(&[first, second, third]));
                }
            }
        }
        found
    }

    /// Changes of all the cells, none of them zero, after which every relation holds.
    fn repair(&self, cells: &[usize]) -> Option<Set> {
        let (mut once, mut twice) = (0, 0);
        for &cell in cells {
            twice |= once & self.masks[cell];
            once |= self.masks[cell];
        }
        // A broken relation needs a change, and one that holds breaks by a lone one.
        if self.broken & !once != 0 || once & !twice & !self.broken != 0 {
            return None;
        }
        let mut set: Set = Vec::new();
        self.complete(cells, &mut set).then_some(set)
    }

    /// Adds changes of the cells to those of `set`.
    fn complete(&self, cells: &[usize], set: &mut Set) -> bool {
        let Some((&cell, rest)) = cells.split_first() else { return self.holds(set) };
        let others: u64 = rest.iter().map(|&other| self.masks[other]).fold(0, |all, mask| all | mask);
        let alone = self.columns[cell].iter().find(|(relation, _)| others & (1 << relation) == 0);
        if let Some(&(relation, sign)) = alone {
            // No other cell can mend this relation.
            let delta = -self.after(relation, set) * sign;
            set.push((cell, delta));
            if delta != 0 && self.values[cell] + delta >= 0 && self.complete(rest, set) {
                return true;
            }
            set.pop();
            return false;
        }
        let reach: i64 = self.residuals.iter().map(|residual| residual.abs()).sum::<i64>()
            + cells
                .iter()
                .chain(set.iter().map(|(cell, _)| cell))
                .map(|&cell| self.values[cell])
                .sum::<i64>()
            + 3;
        for delta in (-self.values[cell]..=reach).filter(|&delta| delta != 0) {
            set.push((cell, delta));
            if self.complete(rest, set) {
                return true;
            }
            set.pop();
        }
        false
    }

    /// What a relation comes to after some changes.
    fn after(&self, relation: usize, set: &Set) -> i64 {
        let share = |&(cell, delta): &(usize, i64)| {
            let sign =
                self.columns[cell].iter().find(|&&(own, _)| own == relation).map_or(0, |&(_, sign)| sign);
            sign * delta
        };
        self.residuals[relation] + set.iter().map(share).sum::<i64>()
    }

    fn holds(&self, set: &Set) -> bool {
        (0..self.residuals.len()).all(|relation| self.after(relation, set) == 0)
    }
}
