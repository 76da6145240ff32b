//! Figures along the axes of a chart, which stand under each other and beside each other as those of a table do.

use super::columns::Column;
use super::pieces::{Piece, Row};

/// Steps of a scale at least.
const MIN_STEPS: usize = 3;

/// Whether the columns of figures of some lines are scales, or the last line is one below what was drawn.
pub fn is_axes(rows: &[&Row], columns: &[Column]) -> bool {
    let mut of_figures =
        columns.iter().filter(|column| column.is_of_figures && column.count() > 1).peekable();
    let is_scale = |column: &Column| {
        let figures = rows.iter().flat_map(|row| row.figures()).filter(|piece| column.meets(piece.area));
        // Upwards, as no numbers of rows do.
        is_even(figures, MIN_STEPS, |step| step < 0)
    };
    let are_scales = of_figures.peek().is_some() && of_figures.all(is_scale);
    let is_below = rows.last().is_some_and(|row| {
        let is_bare = row.pieces.iter().all(|piece| piece.is_figure());
        is_bare && is_even(row.figures(), MIN_STEPS + 1, |step| step != 0)
    });
    are_scales || is_below
}

/// Whether figures rise or fall by the same step.
fn is_even<'p>(figures: impl Iterator<Item = &'p Piece>, steps: usize, is_step: fn(i64) -> bool) -> bool {
    let values: Option<Vec<(i64, usize)>> = figures.map(|piece| value(&piece.text())).collect();
    let Some(values) = values else { return false };
    let decimals = values.iter().map(|(_, decimals)| *decimals).max().unwrap_or(0);
    let scaled =
        |&(value, own): &(i64, usize)| (own..decimals).try_fold(value, |value, _| value.checked_mul(10));
    let Some(values) = values.iter().map(scaled).collect::<Option<Vec<i64>>>() else { return false };
    let step = |pair: &[i64]| match pair {
        [a, b] => b.checked_sub(*a),
        _ => None,
    };
    let found: Vec<i64> = values.windows(2).filter_map(step).collect();
    // Charts one below the other have one scale after another.
    let is_usual = |step: &i64| {
        is_step(*step) && found.iter().filter(|other| *other == step).count() * 5 >= found.len() * 4
    };
    values.len() > steps && found.first().is_some_and(is_usual)
}

/// The digits of a figure as a whole number, and how many of them are decimals.
fn value(text: &str) -> Option<(i64, usize)> {
    let is_negative = text.starts_with(['-', '−', '–', '(']);
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let decimals =
        text.rsplit_once('.').map_or(0, |(_, tail)| tail.chars().filter(char::is_ascii_digit).count());
    let value: i64 = digits.parse().ok()?;
    Some((if is_negative { value.checked_neg()? } else { value }, decimals))
}
