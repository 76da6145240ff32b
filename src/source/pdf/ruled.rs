//! Whether ruling lines part all cells of a table, or only its header, its frame or its columns.

use std::collections::BTreeMap;

use super::grid::Grid;
use super::page::Glyph;
use super::pieces::{Row, of_page};

/// Whether each cell of a grid holds one thing, and nothing that belongs to its rows stands beside it.
pub fn is_whole(grid: &Grid, held: &BTreeMap<usize, Vec<Glyph>>, free: &[Glyph]) -> bool {
    let (mut all, mut crowded, mut cells) = (0, 0, 0);
    for glyphs in held.values() {
        let has_digit = glyphs.iter().any(|glyph| glyph.character.is_ascii_digit());
        if !has_digit {
            continue;
        }
        let figures = if is_one(glyphs) { 1 } else { figures(&of_page(glyphs.clone(), &[])) };
        all += figures;
        if figures > 1 {
            crowded += figures;
            cells += 1;
        }
    }
    !((cells > 1 || crowded > 3) && crowded * 4 >= all) && !is_beside(grid, held, free)
}

/// Whether characters stand on one line, without a gap wider than the one between words.
fn is_one(glyphs: &[Glyph]) -> bool {
    let Some(first) = glyphs.first() else { return true };
    let size = first.size();
    glyphs.iter().all(|glyph| (glyph.base - first.base).abs() * 2 < size)
        && glyphs.windows(2).all(|pair| {
            matches!(pair, [a, b] if (0..size).contains(&(b.area.left - a.area.left)) && b.area.left - a.area.right <= size / 2)
        })
        && !glyphs.iter().any(|glyph| glyph.character.is_whitespace())
}

/// The figures that stand alone in a line, or apart from others.
fn figures(rows: &[Row]) -> usize {
    let stand_apart = |row: &&Row| row.pieces.len() > 1 || row.pieces.iter().all(|piece| piece.is_figure());
    rows.iter().filter(stand_apart).map(|row| row.figures().count()).sum()
}

/// Whether labels stand beside most rows, on the same base lines.
fn is_beside(grid: &Grid, held: &BTreeMap<usize, Vec<Glyph>>, free: &[Glyph]) -> bool {
    let mut bases: Vec<(i32, i32)> = held
        .iter()
        .filter(|(cell, _)| grid.cells.get(**cell).is_some_and(|cell| cell.rowspan == 1))
        .flat_map(|(_, glyphs)| glyphs.iter().map(|glyph| (glyph.base, glyph.size())))
        .collect();
    bases.sort_unstable();
    bases.dedup_by(|next, kept| next.0 - kept.0 <= kept.1 / 2);
    let is_near = |glyph: &&Glyph, left: bool| {
        let distance =
            if left { grid.area.left - glyph.area.right } else { glyph.area.left - grid.area.right };
        !glyph.character.is_whitespace() && distance > -glyph.size() && distance < grid.area.width() / 2
    };
    let labelled = |left: bool| {
        let mut near: Vec<i32> =
            free.iter().filter(|glyph| is_near(glyph, left)).map(|glyph| glyph.base).collect();
        near.sort_unstable();
        let at = |&&(base, size): &&(i32, i32)| {
            let next = near.partition_point(|near| (base - near) * 10 > size);
            near.get(next).is_some_and(|near| (near - base) * 10 <= size)
        };
        bases.iter().filter(at).count()
    };
    bases.len() > 2 && [true, false].into_iter().any(|left| labelled(left) * 4 >= bases.len() * 3)
}
