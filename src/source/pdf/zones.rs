//! Columns of running text: parts of a page that are read one after the other, though their lines stand side by side.

use super::kind::Kind;
use super::page::{Glyph, Stroke};
use super::pieces::{Piece, Row, Word, of_page, spaced};

/// Letters of a piece from which on it is running text.
const MIN_LETTERS: usize = 15;
/// Lines of running text on either side of a gutter at least.
const MIN_LINES: usize = 4;
/// Columns within columns at most.
const MAX_DEPTH: usize = 4;

/// The lines of a page, part by part, as they are read.
pub fn zones(glyphs: Vec<Glyph>, upright: &[Stroke]) -> Vec<Vec<Row>> {
    let mut zones = Vec::new();
    part(of_page(glyphs, upright), &mut zones, 0);
    zones
}

fn part(rows: Vec<Row>, zones: &mut Vec<Vec<Row>>, depth: usize) {
    let Some(band) = Some(&rows).filter(|_| depth < MAX_DEPTH).and_then(|rows| band(rows)) else {
        zones.push(rows);
        return;
    };
    let mut above = Vec::new();
    let (mut left, mut right, mut below) = (Vec::new(), Vec::new(), Vec::new());
    for (at, row) in rows.into_iter().enumerate() {
        if at < band.first {
            above.push(row);
        } else if at >= band.end {
            below.push(row);
        } else {
            let (of_left, of_right): (Vec<Piece>, Vec<Piece>) =
                row.pieces.iter().cloned().partition(|piece| piece.area.center().0 < band.gutter);
            left.extend(row.with(of_left, |word| word.area.center().0 < band.gutter));
            right.extend(row.with(of_right, |word| word.area.center().0 >= band.gutter));
        }
    }
    for rows in [above, left, right, below] {
        if !rows.is_empty() {
            part(rows, zones, depth + 1);
        }
    }
}

/// Lines, by number, that a gutter parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Band {
    first: usize,
    end: usize,
    gutter: i32,
}

fn is_running(piece: &Piece, size: i32) -> bool {
    piece.kind == Kind::Words && piece.letters() >= MIN_LETTERS && piece.area.width() >= size * 8
}

/// The highest band of lines that a gutter parts.
fn band(rows: &[Row]) -> Option<Band> {
    let mut edges: Vec<(i32, i32)> = rows
        .iter()
        .flat_map(|row| {
            row.pieces
                .iter()
                .filter(|piece| is_running(piece, row.size))
                .map(|piece| (piece.area.left, row.size))
        })
        .collect();
    edges.sort_unstable();
    let near: Vec<&[(i32, i32)]> =
        edges.chunk_by(|a, b| b.0 - a.0 <= a.1 / 3).filter(|run| run.len() >= MIN_LINES).collect();
    // The leftmost edge is the margin of all of it.
    let lefts = near.iter().filter_map(|run| run.first().copied());
    lefts.filter_map(|(left, size)| beside(rows, left, size)).min_by_key(|band| (band.first, band.gutter))
}

/// The band in which running text starts at an edge, and other running text ends before it.
fn beside(rows: &[Row], edge: i32, size: i32) -> Option<Band> {
    let gutter = edge - size / 3;
    let crosses = |row: &Row| {
        row.pieces.iter().any(|piece| piece.area.left < gutter - size / 3 && piece.area.right > gutter)
    };
    let is_left =
        |row: &Row| row.pieces.iter().any(|piece| piece.area.right <= gutter && is_running(piece, row.size));
    let is_right = |row: &Row| {
        row.pieces
            .iter()
            .any(|piece| (piece.area.left - edge).abs() <= size / 2 && is_running(piece, row.size))
    };
    let numbers: Vec<usize> = (0..rows.len()).collect();
    let is_free = |at: &usize| rows.get(*at).is_some_and(|row| !crosses(row));
    for run in numbers.chunk_by(|a, b| is_free(a) == is_free(b)) {
        if !run.first().is_some_and(is_free) {
            continue;
        }
        for run in without_tables(rows, run, gutter) {
            let has = |at: &&usize, is_so: &dyn Fn(&Row) -> bool| rows.get(**at).is_some_and(is_so);
            let left: Vec<usize> = run.iter().filter(|at| has(at, &is_left)).copied().collect();
            let right: Vec<usize> = run.iter().filter(|at| has(at, &is_right)).copied().collect();
            if left.len() < MIN_LINES || right.len() < MIN_LINES {
                continue;
            }
            let first = left.iter().chain(&right).min().copied()?;
            let last = left.iter().chain(&right).max().copied()?;
            let lines = rows.get(first..=last)?;
            let tabular = lines.iter().filter(|row| has_figure_between(row, gutter)).count();
            if tabular * 3 > lines.len() {
                continue;
            }
            return Some(Band {
                first,
                end: grown(rows, last + 1, run.last().map_or(last, |at| at + 1), gutter),
                gutter,
            });
        }
    }
    None
}

/// Whether a figure stands alone between text on the left and text on the right.
fn has_figure_between(row: &Row, gutter: i32) -> bool {
    let is_both = row.pieces.iter().any(|piece| piece.area.right <= gutter)
        && row.pieces.iter().any(|piece| piece.area.left >= gutter);
    is_both && row.pieces.iter().skip(1).any(|piece| piece.kind == Kind::Figure)
}

/// A run of lines without the tables in it that go over both sides: lines, one after another, with no running text
/// and something on both sides.
fn without_tables<'n>(rows: &[Row], run: &'n [usize], gutter: i32) -> Vec<&'n [usize]> {
    let is_table = |at: &usize| {
        rows.get(*at).is_some_and(|row| {
            let is_both = row.pieces.iter().any(|piece| piece.area.right <= gutter)
                && row.pieces.iter().any(|piece| piece.area.left >= gutter);
            is_both
                && row.figures().count() > 1
                && !row.pieces.iter().any(|piece| piece.letters() >= 2 * MIN_LETTERS)
        })
    };
    let mut parts: Vec<&[usize]> = Vec::new();
    let (mut start, mut at) = (0, 0);
    for stretch in run.chunk_by(|a, b| is_table(a) == is_table(b)) {
        if stretch.len() > 2 && stretch.first().is_some_and(is_table) {
            parts.extend(run.get(start..at));
            start = at + stretch.len();
        }
        at += stretch.len();
    }
    parts.extend(run.get(start..));
    parts
}

/// Where a band ends that goes on with the short last lines of its paragraphs.
fn grown(rows: &[Row], mut end: usize, limit: usize, gutter: i32) -> usize {
    while end < limit {
        let (Some(last), Some(next)) = (end.checked_sub(1).and_then(|at| rows.get(at)), rows.get(end)) else {
            break;
        };
        if next.base - last.base > next.size * 2
            || next.figures().count() > 1
            || has_figure_between(next, gutter)
        {
            break;
        }
        end += 1;
    }
    end
}

impl Row {
    /// The line with some of its pieces only.
    fn with(&self, pieces: Vec<Piece>, is_own: impl Fn(&Word) -> bool) -> Option<Row> {
        let area = pieces.iter().map(|piece| piece.area).reduce(super::page::Area::join)?;
        let glyphs = pieces.iter().flat_map(|piece| spaced(&piece.words));
        let (base, size) =
            glyphs.fold((i32::MIN, 1), |(base, size), glyph| (base.max(glyph.base), size.max(glyph.size())));
        let leaders = self.leaders.iter().filter(|word| is_own(word)).cloned().collect();
        Some(Row { pieces, leaders, area, base, size })
    }
}
