//! Which figure of a sum that does not hold is wrong, as far as the other places tell: the one with which the parts have the
//! shares of the total that they have there.

use super::Sum;
use super::body::{Cell, View};
use crate::facts::slip::is_slip;

/// Shares are told in millionths.
const WHOLE: i128 = 1_000_000;

/// The lines of a sum, those whose figure is most likely to be wrong in a place first: a slip of the hand before other
/// mistakes, then what makes the place most like the others.
pub fn suspects(view: &View<'_>, sum: &Sum, (place, left): (usize, i128)) -> Vec<usize> {
    let usual: Vec<Option<i128>> = sum.parts.iter().map(|&(line, _)| usual_share(view, sum, line)).collect();
    let unlike = |changed: usize, value: i128| -> i128 {
        let figure = |line: usize| if line == changed { Some(value) } else { view.value(line, place) };
        let total = figure(sum.total).unwrap_or(0);
        let shares = sum.parts.iter().zip(&usual).filter_map(|(&(line, _), usual)| {
            Some((share(figure(line).unwrap_or(0), total)? - (*usual)?).abs())
        });
        shares.sum()
    };
    let changes = sum.parts.iter().map(|&(line, sign)| (line, i128::from(sign) * left));
    let mut ranked: Vec<((bool, i128), usize)> = std::iter::once((sum.total, -left))
        .chain(changes)
        .filter_map(|(line, change)| match view.at(line, place) {
            Cell::Value { value, .. } => {
                Some(((!is_slip(value, value + change), unlike(line, value + change)), line))
            }
            Cell::Blank | Cell::Unknown => None,
        })
        .collect();
    ranked.sort_unstable();
    ranked.into_iter().map(|(_, line)| line).collect()
}

fn share(part: i128, total: i128) -> Option<i128> {
    part.checked_mul(WHOLE)?.checked_div(total)
}

/// The share of the total that a part has in the middle of the places where the sum holds.
fn usual_share(view: &View<'_>, sum: &Sum, line: usize) -> Option<i128> {
    let of = |place: usize| share(view.value(line, place).unwrap_or(0), view.value(sum.total, place)?);
    let mut shares: Vec<i128> = sum.tally.holds.iter().filter_map(|&(place, _)| of(place)).collect();
    shares.sort_unstable();
    shares.get(shares.len() / 2).copied()
}
