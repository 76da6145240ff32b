//! The rows of a report set against those of a form: each in its order, as many as can be of those that are alike
//! (Needleman and Wunsch).

use super::likely::{LIKE, likeness};
use super::{Found, Reader, meanings};
use crate::rules::form::Layout;
use crate::rules::label_index::Target;

/// Words with figures behind them.
#[derive(Clone, Copy, Debug)]
struct Row {
    /// The last of its tokens with words.
    at: usize,
    figures: usize,
    is_known: bool,
    /// What stands behind it are figures, or more blanks than the cells of a header leave.
    is_sure: bool,
}

/// What a row that is known counts, and one that is like the form's, times its likeness.
const KNOWN: u32 = 1000;
const ALIKE: u32 = 5;

impl Reader<'_, '_> {
    /// The rows that are not known word for word.
    pub fn rows(&self) -> Vec<Found> {
        if self.form.layout != Layout::Rows {
            return Vec::new();
        }
        let rows: Vec<Row> = self.rows_found().collect();
        if rows.iter().all(|row| row.is_known) {
            return Vec::new();
        }
        let scores = self.scores(&rows);
        let width = self.form.rows.leaves.len();
        let score = |row: usize, leaf: usize| scores.get(row * width + leaf).copied().unwrap_or_default();
        let matched = align(rows.len(), width, |row, leaf| score(row, leaf).0);
        let mut found = Vec::new();
        for &(row, leaf) in &matched {
            if let Some(known) = rows.get(row).filter(|row| !row.is_known) {
                found.extend(self.found(known, leaf, score(row, leaf).1, false));
            }
        }
        found.extend(self.placed(&rows, &matched));
        found.extend(self.repeated(&rows, &found));
        found
    }

    /// Rows that carry the words of one that was found out: it is there again.
    fn repeated(&self, rows: &[Row], found: &[Found]) -> Vec<Found> {
        let is_found =
            |at: usize| found.iter().any(|found| (found.at..found.at + found.length).contains(&at));
        let open = rows.iter().filter(|row| !row.is_known && !is_found(row.at));
        let again = open.filter_map(|row| {
            let original = found.iter().find(|found| {
                let words = self.joined(found.at, found.length);
                words.is_some()
                    && words == self.joined(row.at + 1 - found.length.min(row.at + 1), found.length)
            })?;
            Some(Found { at: row.at + 1 - original.length, ..*original })
        });
        again.collect()
    }

    fn found(&self, row: &Row, leaf: usize, length: usize, is_placed: bool) -> Option<Found> {
        let &node = self.form.rows.leaves.get(leaf)?;
        Some(Found { at: row.at + 1 - length, length, target: Target::Row(node), is_placed })
    }

    fn rows_found(&self) -> impl Iterator<Item = Row> {
        let words = self.tokens.iter().enumerate().filter(|(_, token)| token.is_wordy());
        words.filter_map(|(at, token)| {
            let figures = self.figures_behind(at);
            let is_known = meanings(token, self.number).next().is_some();
            let is_sure = self.has_figures(at);
            (is_sure || !is_known && figures > 0).then_some(Row { at, figures, is_known, is_sure })
        })
    }

    /// For each row and each row of the form what their match counts, and how many tokens the label takes.
    fn scores(&self, rows: &[Row]) -> Vec<(u32, usize)> {
        let width = self.form.rows.leaves.len();
        let mut scores = Vec::with_capacity(rows.len() * width);
        for row in rows {
            let texts = if row.is_known { Vec::new() } else { self.texts(row.at) };
            let names: Vec<usize> = self.tokens.get(row.at).map_or_else(Vec::new, |token| {
                let nodes = meanings(token, self.number).filter_map(|meaning| match meaning.target {
                    Target::Row(node) => self.form.rows.nodes.get(node)?.leaf,
                    _ => None,
                });
                nodes.collect()
            });
            let begun = if row.is_known { None } else { self.begun(row.at) };
            for leaf in 0..width {
                let Some(node) = self.form.rows.leaf(leaf) else { continue };
                let whole = begun.as_ref().filter(|(leaves, ..)| leaves.contains(&leaf));
                let whole = whole.filter(|(_, _, text)| likeness(text, node) >= LIKE);
                let alike = texts.iter().map(|(length, text)| (likeness(text, node), *length));
                let best = alike.max_by_key(|&(likeness, length)| (likeness, std::cmp::Reverse(length)));
                if let Some(&(_, length, _)) = whole {
                    scores.push((KNOWN, length));
                    continue;
                }
                scores.push(match best.filter(|&(likeness, _)| likeness >= LIKE) {
                    _ if names.contains(&leaf) => (KNOWN, 1),
                    Some((likeness, length)) if node.editions.meets(self.editions) => {
                        (ALIKE * likeness, length)
                    }
                    _ => (0, 1),
                });
            }
        }
        scores
    }

    /// The texts that a label may be which ends with a token: it alone, or with those before it.
    fn texts(&self, at: usize) -> Vec<(usize, String)> {
        let lengths = 1..=self.most_parts.min(at + 1);
        let of_length = |length: usize| {
            let first = at + 1 - length;
            let is_one = self.parts(first) >= length;
            is_one.then(|| self.joined(first, length)).flatten().map(|text| (length, text))
        };
        lengths.map_while(of_length).collect()
    }

    /// The label that is known before the words that end with a token, where these may be the rest of it: the rows that it
    /// names, how many tokens it has with the rest, and the whole text.
    fn begun(&self, at: usize) -> Option<(Vec<usize>, usize, String)> {
        let rest = (1..self.most_parts.min(at + 1))
            .take_while(|&length| self.parts(at + 1 - length) >= length)
            .last()?;
        let first = (at + 1).checked_sub(rest + 1)?;
        let nodes =
            meanings(self.tokens.get(first)?, self.number).filter_map(|meaning| match meaning.target {
                Target::Row(node) => self.form.rows.nodes.get(node)?.leaf,
                _ => None,
            });
        let leaves: Vec<usize> = nodes.collect();
        let is_begun = !leaves.is_empty() && self.figures_behind(first) == 0;
        is_begun.then(|| self.joined(first, rest + 1)).flatten().map(|text| (leaves, rest + 1, text))
    }

    /// The rows told by their place alone: between two that are known there are just as many that are not as the form
    /// has there.
    fn placed(&self, rows: &[Row], matched: &[(usize, usize)]) -> Vec<Found> {
        let mut found = Vec::new();
        let start = (None, None);
        let known = matched.iter().map(|&(row, leaf)| (Some(row), Some(leaf)));
        let ends = known.chain([(Some(rows.len()), Some(self.form.rows.leaves.len()))]);
        let mut before: (Option<usize>, Option<usize>) = start;
        for after in ends {
            let from = |place: Option<usize>| place.map_or(0, |place| place + 1);
            let (Some(row_end), Some(leaf_end)) = after else { continue };
            let between = rows.get(from(before.0)..row_end).unwrap_or_default();
            let is_free = |leaf: &usize| {
                let is_named = matched.iter().any(|(_, named)| named == leaf);
                let node = self.form.rows.leaf(*leaf);
                !is_named && node.is_some_and(|node| node.editions.meets(self.editions))
            };
            let free: Vec<usize> = (from(before.1)..leaf_end).filter(is_free).collect();
            let fits = |(row, leaf): (&Row, &usize)| {
                let columns = self.form.columns_of(self.editions, *leaf).count();
                !row.is_known && row.is_sure && row.figures == columns
            };
            if between.len() == free.len() && between.iter().zip(&free).all(fits) {
                found.extend(
                    between.iter().zip(free).filter_map(|(row, leaf)| self.found(row, leaf, 1, true)),
                );
            }
            before = after;
        }
        found
    }
}

/// The pairs of the best alignment of two sequences, where a pair counts what `score` says and a gap nothing.
fn align(rows: usize, leaves: usize, score: impl Fn(usize, usize) -> u32) -> Vec<(usize, usize)> {
    let width = leaves + 1;
    let mut best = vec![0_u32; (rows + 1) * width];
    let at = |best: &[u32], row: usize, leaf: usize| best.get(row * width + leaf).copied().unwrap_or(0);
    for row in 0..rows {
        for leaf in 0..leaves {
            let pair = score(row, leaf);
            let with_pair = if pair > 0 { at(&best, row, leaf) + pair } else { 0 };
            let value = at(&best, row, leaf + 1).max(at(&best, row + 1, leaf)).max(with_pair);
            if let Some(cell) = best.get_mut((row + 1) * width + leaf + 1) {
                *cell = value;
            }
        }
    }
    let mut pairs = Vec::new();
    let (mut row, mut leaf) = (rows, leaves);
    while row > 0 && leaf > 0 {
        let value = at(&best, row, leaf);
        if value == at(&best, row - 1, leaf) {
            row -= 1;
        } else if value == at(&best, row, leaf - 1) {
            leaf -= 1;
        } else {
            (row, leaf) = (row - 1, leaf - 1);
            pairs.push((row, leaf));
        }
    }
    pairs.reverse();
    pairs
}
