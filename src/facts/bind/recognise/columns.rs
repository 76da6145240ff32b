//! The cells of a header that are not known word for word.

use super::likely::{LIKE, likeness};
use super::{Found, Reader, Token, is_unknown, meanings};
use crate::rules::form::Layout;
use crate::rules::label_index::Target;

/// A cell of a header that names a column, a group of columns or a row.
#[derive(Clone, Copy, Debug)]
struct Known {
    at: usize,
    target: Target,
    /// The column, by leaf.
    column: Option<usize>,
}

impl Reader<'_, '_> {
    /// The cells of headers that are not known word for word, where `rows` are rows that were not either.
    pub fn columns(&self, rows: &[Found]) -> Vec<Found> {
        let mut found = Vec::new();
        let mut header: Vec<usize> = Vec::new();
        for at in (0..self.tokens.len()).filter(|&at| self.tokens.get(at).is_some_and(Token::is_wordy)) {
            let has_figures = self.has_figures(at);
            // In a form with rows the last words before figures name a row.
            if !has_figures || self.form.layout == Layout::Stacked {
                header.push(at);
            }
            if has_figures {
                found.extend(self.header(&header, at, rows));
                header.clear();
            }
        }
        found
    }

    /// The cells of a header that are not known word for word; `below` is the last word before the figures below it.
    fn header(&self, cells: &[usize], below: usize, rows: &[Found]) -> Vec<Found> {
        let is_caption = |at: &usize| self.names(*at, |target| target == Target::Caption);
        let caption = cells.iter().rposition(is_caption);
        let cells = cells.get(caption.map_or(0, |caption| caption + 1)..).unwrap_or_default();
        let mut known: Vec<Known> = cells.iter().filter_map(|&at| self.known(at)).collect();
        let is_row = |at: usize| rows.iter().any(|row| (row.at..row.at + row.length).contains(&at));
        let is_open = |at: &usize| {
            !is_row(*at) && self.tokens.get(*at).is_some_and(|token| is_unknown(token, self.number))
        };
        let mut open: Vec<usize> = cells.iter().copied().filter(is_open).collect();
        // Words between rows may be the name of a group of them.
        if open.is_empty() || known.is_empty() && caption.is_none() {
            return Vec::new();
        }
        let mut found = Vec::new();
        while let Some((place, next)) = self.most_alike(&open, &known, below, rows) {
            open.retain(|at| !(next.at..next.at + next.length).contains(at));
            known.push(place);
            known.sort_by_key(|known| known.at);
            found.push(next);
        }
        while known.iter().any(|known| known.column.is_some())
            && let Some((place, next)) = self.in_place(&open, &known, below, rows)
        {
            open.retain(|&at| at != next.at);
            known.push(place);
            known.sort_by_key(|known| known.at);
            found.push(next);
        }
        found
    }

    fn names(&self, at: usize, is_such: impl Fn(Target) -> bool) -> bool {
        self.tokens
            .get(at)
            .is_some_and(|token| meanings(token, self.number).any(|meaning| is_such(meaning.target)))
    }

    fn known(&self, at: usize) -> Option<Known> {
        let token = self.tokens.get(at)?;
        let is_heading = |target: &Target| match target {
            Target::Column(_) => true,
            Target::Row(_) => self.form.layout == Layout::Stacked,
            Target::Caption => false,
        };
        let target = meanings(token, self.number).map(|meaning| meaning.target).find(is_heading)?;
        Some(self.place(at, target))
    }

    fn place(&self, at: usize, target: Target) -> Known {
        let column = match target {
            Target::Column(node) => self.form.columns.nodes.get(node).and_then(|node| node.leaf),
            _ => None,
        };
        Known { at, target, column }
    }

    /// What a cell of the header can be: columns of the rows below it that stand between those around it, their groups,
    /// and in a form with its rows in the header those.
    fn candidates(&self, at: usize, known: &[Known], end: usize, rows: &[Found]) -> Vec<Target> {
        let is_stacked = self.form.layout == Layout::Stacked;
        let below = self.row_below(end, rows);
        let has = |leaf: usize| match below {
            Some(row) => self.form.has(self.editions, row, leaf),
            None => self.form.columns.leaf(leaf).is_some_and(|node| node.editions.meets(self.editions)),
        };
        let is_named = |target: Target| known.iter().any(|known| known.target == target);
        let nodes = self.form.columns.nodes.iter().enumerate();
        let columns = nodes.filter_map(|(number, node)| {
            let target = Target::Column(number);
            let fits = match node.leaf {
                Some(_) if is_stacked => self.is_between(at, target, known),
                Some(leaf) => has(leaf) && !is_named(target),
                None => !is_named(target),
            };
            (fits && !node.labels.is_empty()).then_some(target)
        });
        let mut candidates: Vec<Target> = columns.collect();
        if is_stacked {
            let nodes = self.form.rows.nodes.iter().enumerate();
            let rows = nodes.filter(|(_, node)| !node.labels.is_empty());
            candidates
                .extend(rows.map(|(number, _)| Target::Row(number)).filter(|&target| !is_named(target)));
        }
        candidates
    }

    /// The row of the form that the words right below a header name.
    fn row_below(&self, at: usize, rows: &[Found]) -> Option<usize> {
        let leaf = |target: Target| match target {
            Target::Row(node) => self.form.rows.nodes.get(node)?.leaf,
            _ => None,
        };
        let told = rows.iter().find(|row| (row.at..row.at + row.length).contains(&at));
        told.and_then(|row| leaf(row.target))
            .or_else(|| meanings(self.tokens.get(at)?, self.number).find_map(|meaning| leaf(meaning.target)))
    }

    /// The cell that is most like what it can be, of those that are alike enough.
    fn most_alike(
        &self,
        open: &[usize],
        known: &[Known],
        end: usize,
        rows: &[Found],
    ) -> Option<(Known, Found)> {
        let mut best: Option<(u32, Found)> = None;
        for &at in open {
            let candidates = self.candidates(at, known, end, rows);
            let is_open = |length: &usize| open.contains(&(at + length - 1));
            for length in (1..=self.parts(at)).take_while(is_open) {
                let Some(text) = self.joined(at, length) else { continue };
                for &target in &candidates {
                    let node = match target {
                        Target::Column(node) => self.form.columns.nodes.get(node),
                        Target::Row(node) => self.form.rows.nodes.get(node),
                        Target::Caption => None,
                    };
                    let likeness = node.map_or(0, |node| likeness(&text, node));
                    if likeness >= LIKE && best.is_none_or(|(most, _)| likeness > most) {
                        best = Some((likeness, Found { at, length, target, is_placed: false }));
                    }
                }
            }
        }
        best.map(|(_, found)| (self.place(found.at, found.target), found))
    }

    /// A cell that can be one column only, by those around it, where no other cell can be that one; or the only cell that
    /// is not known, where the only column that is missing is due.
    fn in_place(
        &self,
        open: &[usize],
        known: &[Known],
        end: usize,
        rows: &[Found],
    ) -> Option<(Known, Found)> {
        let is_column = |target: &Target| self.place(0, *target).column.is_some();
        let columns_of = |at: usize| -> Vec<Target> {
            self.candidates(at, known, end, rows).into_iter().filter(is_column).collect()
        };
        let neighbours = |at: usize| {
            let before = known.iter().rev().find(|known| known.at < at).map(|known| known.at);
            let after = known.iter().find(|known| known.at > at).map(|known| known.at);
            (before, after)
        };
        open.iter().find_map(|&at| {
            let between = |target: &Target| self.is_between(at, *target, known);
            let candidates: Vec<Target> = columns_of(at).into_iter().filter(between).collect();
            let is_alone = !open.iter().any(|&other| other != at && neighbours(other) == neighbours(at));
            let all = columns_of(at);
            let target = match (candidates.as_slice(), all.as_slice()) {
                (&[target], _) if is_alone => target,
                (_, &[target]) if open.len() == 1 => target,
                _ => return None,
            };
            Some((self.place(at, target), Found { at, length: 1, target, is_placed: true }))
        })
    }

    fn is_between(&self, at: usize, target: Target, known: &[Known]) -> bool {
        let Some(leaf) = self.place(at, target).column else { return false };
        let before = known.iter().rev().filter(|known| known.at < at).find_map(|known| known.column);
        let after = known.iter().filter(|known| known.at > at).find_map(|known| known.column);
        match before.zip(after) {
            // The columns of one row are followed by those of the next.
            Some((before, after)) if before >= after && self.form.layout == Layout::Stacked => {
                before < leaf || leaf < after
            }
            _ => before.is_none_or(|before| before < leaf) && after.is_none_or(|after| leaf < after),
        }
    }
}
