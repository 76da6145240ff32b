//! How much a sum that holds says, in sixteenths of a bit: what the chance is that figures that have nothing to do with
//! each other would agree as well.

use super::body::{Body, Cell, View};

/// Sixteenths of a bit in a bit.
pub const BIT: i64 = 16;

/// By how much the evidence must outweigh the candidates: one table in some hundred shows so much by chance.
pub const MARGIN: i64 = 7 * BIT;

/// What places must say in which several figures are added up, before those count in which it is just one.
const PLAIN: i64 = 6 * BIT;

/// What it takes to say which line is the total: its label does, or it is any of them.
pub fn naming(view: &View<'_>, total: usize) -> i64 {
    if view.line(total).is_total { 0 } else { 2 * BIT + log2(view.lines() as u128) }
}

/// What a sum does in the places of its line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Places where it holds, with what is left over.
    pub holds: Vec<(usize, i128)>,
    /// Places where it cannot hold, with what is left over.
    pub fails: Vec<(usize, i128)>,
    /// Places where it holds and that says nothing: at most one figure is not zero.
    pub plain: Vec<usize>,
    /// Places where it holds if the figures were rounded more than they show.
    pub loose: Vec<(usize, i128)>,
    /// Places where a cell is no figure.
    pub unknown: Vec<usize>,
    /// What those where it holds say.
    pub bits: i64,
    /// What those say in which it is but one other figure.
    pub plain_bits: i64,
}

impl Tally {
    /// By how much what it says outweighs what it costs to say which sum it is, and in which places it does not hold.
    pub fn gain(&self, cost: i64) -> i64 {
        let (holds, fails) = (self.holds.len(), self.fails.len());
        // That a line is another but for a few places says more where those places say that it is their sum.
        let plain = if self.bits >= PLAIN { self.plain_bits } else { 0 };
        self.bits + plain - log2_choose(holds + fails, fails) - cost - MARGIN
    }
}

/// How many cells are looked at, at most: so many times the cells of the table.
#[derive(Debug)]
pub struct Budget {
    left: u64,
}

impl Budget {
    /// Of a table.
    pub fn new(body: &Body) -> Self {
        const LEAST: u64 = 1_000_000;
        const TIMES: u64 = 50;
        Self { left: LEAST + TIMES * body.cells.len() as u64 }
    }

    /// Takes from it; `false` where nothing is left.
    pub fn take(&mut self, cells: usize) -> bool {
        self.left = self.left.saturating_sub(cells as u64);
        self.left > 0
    }

    /// Whether nothing is left.
    pub fn is_spent(&self) -> bool {
        self.left == 0
    }
}

/// What a sum does in one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// Too little stands there to say anything.
    Nothing,
    /// A cell is no figure.
    Unknown,
    /// It is but one other figure, or zero; what that says.
    Plain(i64),
    /// It holds; what is left over, what it says, and what rounding takes from that.
    Holds(i128, i64, i64),
    /// It may hold.
    Loose(i128),
    /// It cannot hold; what is left over.
    Fails(i128),
}

/// Looks at a sum in one place.
pub fn told(view: &View<'_>, total: usize, parts: &[(usize, i8)], place: usize) -> Told {
    let (stated, ulp) = match view.at(total, place) {
        Cell::Value { value, ulp } => (value, ulp),
        Cell::Unknown => return Told::Unknown,
        Cell::Blank => return Told::Nothing,
    };
    let mut terms = Terms::default();
    terms.add(stated);
    let (mut sum, mut shown, mut parts_not_zero, mut most) = (0_i128, 0_usize, 0_usize, ulp);
    for &(line, sign) in parts {
        match view.at(line, place) {
            Cell::Value { value, ulp: own } => {
                shown += 1;
                // A part with fewer digits than its total is as exact as that.
                most += own.min(ulp);
                if value != 0 {
                    parts_not_zero += 1;
                    terms.add(value);
                    sum += if sign < 0 { -value } else { value };
                }
            }
            Cell::Unknown => return Told::Unknown,
            Cell::Blank => {}
        }
    }
    let left = stated - sum;
    if parts_not_zero < 2 && left == 0 {
        return if shown == 0 { Told::Nothing } else { Told::Plain(one_more(stated.abs(), ulp)) };
    }
    if parts_not_zero == 0 {
        return Told::Nothing;
    }
    // Rounded figures miss their sum by half a unit each at most; three times as far as they do on average is enough.
    let most = most / 2;
    let usual = (ulp * isqrt(3 * (shown as i128 + 1) / 4).max(1)).min(most);
    if left == 0 || view.is_rounded && left.abs() <= usual {
        let width = if left == 0 { 1 } else { 2 * usual / ulp + 1 };
        return Told::Holds(left, terms.weight(ulp), log2(width.unsigned_abs()));
    }
    if left.abs() <= most { Told::Loose(left) } else { Told::Fails(left) }
}

/// Looks at a sum in all places.
pub fn weigh(view: &View<'_>, total: usize, parts: &[(usize, i8)]) -> Tally {
    let mut tally = Tally::default();
    // The last places where it holds: the more a place repeats another, the less it says.
    let mut known: Vec<usize> = Vec::new();
    for place in 0..view.places() {
        match told(view, total, parts, place) {
            Told::Nothing => {}
            Told::Unknown => tally.unknown.push(place),
            Told::Plain(bits) => {
                tally.plain.push(place);
                tally.plain_bits += bits;
            }
            Told::Holds(left, bits, slack) => {
                tally.holds.push((place, left));
                let new =
                    known.iter().rev().take(MEMORY).map(|&known| news(view, total, parts, (known, place)));
                let bits = new.min().map_or(bits, |new| new.min(bits));
                tally.bits += (bits - slack).max(0);
                known.push(place);
            }
            Told::Loose(left) => {
                tally.loose.push((place, left));
                // Figures that were not rounded have no excuse.
                if !view.is_rounded && !view.place(place).is_other {
                    tally.fails.push((place, left));
                }
            }
            Told::Fails(left) if !view.place(place).is_other => tally.fails.push((place, left)),
            Told::Fails(_) => {}
        }
    }
    tally
}

/// Places that another is compared with.
const MEMORY: usize = 3;

/// What a place says that another does not: by how much its figures are other than those of that place in proportion.
fn news(view: &View<'_>, total: usize, parts: &[(usize, i8)], (known, place): (usize, usize)) -> i64 {
    let figure = |line: usize, place: usize| view.value(line, place).unwrap_or(0);
    let (before, now) = (figure(total, known), figure(total, place));
    let ulp = match view.at(total, place) {
        Cell::Value { ulp, .. } => ulp.max(1),
        Cell::Blank | Cell::Unknown => 1,
    };
    if before == 0 {
        return i64::MAX;
    }
    let deviation = parts.iter().filter_map(|&(line, _)| {
        let expected = figure(line, known).checked_mul(now)?.checked_div(before)?;
        Some((figure(line, place) - expected).abs())
    });
    one_more(deviation.max().unwrap_or(0), ulp)
}

/// The sizes of the figures of a sum.
#[derive(Default)]
struct Terms {
    largest: [i128; 3],
    zeros: Option<u32>,
}

impl Terms {
    fn add(&mut self, value: i128) {
        let mut size = value.abs();
        if size == 0 {
            return;
        }
        let zeros = trailing_zeros(size);
        self.zeros = Some(self.zeros.map_or(zeros, |known| known.min(zeros)));
        for known in &mut self.largest {
            if size > *known {
                std::mem::swap(known, &mut size);
            }
        }
    }

    /// What it says that they agree to so many units. The two largest may be alike for other reasons (two years, a total
    /// and its main part), and figures that all end in zeros agree in those.
    fn weight(&self, ulp: i128) -> i64 {
        let [first, second, third] = self.largest;
        let round = (0..self.zeros.unwrap_or(0)).fold(1_i128, |unit, _| unit * 10);
        let unit = ulp.max(round).max(1);
        one_more((first - second).max(third), unit)
    }
}

/// Zeros at the end of a whole number.
pub fn trailing_zeros(mut value: i128) -> u32 {
    let mut zeros = 0;
    while value != 0 && value % 10 == 0 {
        value /= 10;
        zeros += 1;
    }
    zeros
}

fn isqrt(value: i128) -> i128 {
    let mut root = 0;
    while (root + 1) * (root + 1) <= value {
        root += 1;
    }
    root
}

/// The binary logarithm in sixteenths, to a tenth of a bit; zero for zero.
pub fn log2(value: u128) -> i64 {
    let Some(whole) = value.checked_ilog2() else { return 0 };
    let part = if whole >= 4 { value >> (whole - 4) } else { value << (4 - whole) };
    i64::from(whole) * BIT + i64::try_from(part & 15).unwrap_or(0)
}

/// The logarithm of how many whole numbers there are from zero to so many units.
fn one_more(size: i128, unit: i128) -> i64 {
    let sixteenths = size.saturating_mul(16).checked_div(unit).unwrap_or(0);
    log2(sixteenths.saturating_add(16).unsigned_abs()) - 4 * BIT
}

/// The logarithm of in how many ways some of so many can be picked.
pub fn log2_choose(all: usize, picked: usize) -> i64 {
    let picked = picked.min(all.saturating_sub(picked));
    (0..picked).map(|at| log2((all - at) as u128) - log2((at + 1) as u128)).sum()
}
