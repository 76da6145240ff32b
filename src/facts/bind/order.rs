//! Rows found twice: which of them is the one that its label says, told by the official order.

use std::collections::BTreeSet;

use super::FoundRow;
use crate::rules::form::Form;
use crate::rules::pack::Editions;

/// Marks all but one of the rows that carry the same label as extra, and says which missing row an extra one
/// stands for, if only one can be.
pub fn settle(number: usize, form: &Form, editions: Editions, rows: &mut [FoundRow]) {
    let ours: Vec<usize> =
        (0..rows.len()).filter(|&index| rows.get(index).is_some_and(|row| row.form == number)).collect();
    let leaf = |rows: &[FoundRow], index: usize| rows.get(index).map(|row| row.row);
    let leaves: Vec<Option<usize>> = ours.iter().map(|&index| leaf(rows, index)).collect();
    let mut extras = Vec::new();
    for row in 0..form.rows.leaves.len() {
        let places: Vec<usize> =
            (0..leaves.len()).filter(|&place| leaves.get(place) == Some(&Some(row))).collect();
        if places.len() < 2 {
            continue;
        }
        let is_in_order = |&&place: &&usize| {
            let before = place.checked_sub(1).and_then(|before| leaves.get(before)).copied().flatten();
            let after = leaves.get(place + 1).copied().flatten();
            before.is_none_or(|before| before < row) && after.is_none_or(|after| after > row)
        };
        let keep = places.iter().find(is_in_order).or(places.first()).copied();
        extras.extend(places.into_iter().filter(|&place| Some(place) != keep));
    }
    for place in extras {
        let missing = missing_at(form, editions, &leaves, place);
        if let Some(row) = ours.get(place).and_then(|&index| rows.get_mut(index)) {
            row.is_extra = true;
            row.stands_for = missing;
        }
    }
}

/// Takes out the rows of a form that are there again, where they are so many that the form itself is: one row may carry
/// the label of another, not half of them.
pub fn copies(number: usize, rows: &mut Vec<FoundRow>) -> Vec<FoundRow> {
    const FEWEST: usize = 3;
    let of_form = |is_extra: bool, rows: &[FoundRow]| {
        rows.iter().filter(|row| row.form == number && row.is_extra == is_extra).count()
    };
    let (extras, own) = (of_form(true, rows), of_form(false, rows));
    if extras < FEWEST || extras * 2 < own {
        return Vec::new();
    }
    let mut seen = BTreeSet::new();
    let (mut kept, copies): (Vec<FoundRow>, Vec<FoundRow>) =
        std::mem::take(rows).into_iter().partition(|row| row.form != number || seen.insert(row.row));
    for row in kept.iter_mut().filter(|row| row.form == number) {
        (row.is_extra, row.stands_for) = (false, None);
    }
    *rows = kept;
    copies
}

/// The one official row that is missing between the neighbours of a place.
fn missing_at(form: &Form, editions: Editions, leaves: &[Option<usize>], place: usize) -> Option<usize> {
    let before = place.checked_sub(1).and_then(|before| leaves.get(before)).copied().flatten();
    let after = leaves.get(place + 1).copied().flatten();
    let low = before.map_or(0, |before| before + 1);
    let high = after.unwrap_or(form.rows.leaves.len());
    let mut missing = (low..high).filter(|candidate| {
        let is_there = leaves.contains(&Some(*candidate));
        let fits = form.rows.leaf(*candidate).is_some_and(|node| node.editions.meets(editions));
        !is_there && fits
    });
    let found = missing.next();
    found.filter(|_| missing.next().is_none())
}
