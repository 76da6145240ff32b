//! Characters to lines, and lines to paragraphs.

use super::page::{Area, Glyph, UNIT};

/// A line of text.
#[derive(Clone, Debug)]
pub struct Line {
    pub text: String,
    /// Where stretches of the text stand: offset, box.
    pub spots: Vec<(usize, Area)>,
    pub area: Area,
    /// The size of its font.
    pub size: i32,
}

impl Line {
    /// About the width of what the line starts with that is never parted: a word, a figure, a character, with the marks
    /// behind it.
    pub fn lead(&self) -> i32 {
        let is_narrow = |c: &char| c.is_ascii() && *c != ' ';
        let narrow = self.text.chars().take_while(is_narrow).count();
        let is_mark = |c: &char| "），。、；：！？》”’%".contains(*c);
        let wide = usize::from(narrow == 0 && !self.text.starts_with(|c| is_mark(&c)));
        let marks = self.text.chars().skip(narrow + wide).take_while(is_mark).count();
        let count = |count: usize| i32::try_from(count).unwrap_or(i32::MAX / 64).min(64);
        count(narrow) * self.size * 6 / 10 + count(wide + marks) * self.size
    }

    /// Whether another digit and the usual margins would not fit beside the line in its cell.
    pub fn fills(&self, cell: Area) -> bool {
        self.area.width() + self.size * 3 / 5 + 11 * UNIT > cell.width()
    }

    /// Whether the line ends with a stop.
    pub fn ends_sentence(&self) -> bool {
        self.text.ends_with(['。', '！', '？'])
    }
}

/// The lines that characters make, from the top down.
pub fn lines(glyphs: Vec<Glyph>) -> Vec<Line> {
    rows(glyphs).into_iter().filter_map(line).collect()
}

/// Characters by the lines that they stand on, from the top down.
pub fn rows(mut glyphs: Vec<Glyph>) -> Vec<Vec<Glyph>> {
    glyphs.sort_by_key(|glyph| (glyph.base, glyph.area.left));
    let mut rows: Vec<Vec<Glyph>> = Vec::new();
    for glyph in glyphs {
        match rows.last_mut() {
            // Raised and lowered characters belong to the line that they stand on.
            Some(row)
                if row.first().is_some_and(|first| {
                    glyph.base - first.base <= first.size().max(glyph.size()) * 2 / 5
                }) =>
            {
                row.push(glyph);
            }
            _ => rows.push(vec![glyph]),
        }
    }
    rows
}

/// What parts two stretches of a line whose places are told apart.
fn class(character: char) -> u8 {
    match character {
        '0'..='9' | '.' | ',' | '%' => 1,
        _ if character.is_whitespace() => 2,
        _ => 3,
    }
}

/// Characters of a line, in order, without white space that takes no room between the characters of a figure.
pub fn without_empty_spaces(glyphs: Vec<Glyph>) -> Vec<Glyph> {
    if !glyphs.iter().any(|glyph| glyph.character.is_ascii_digit()) {
        return glyphs;
    }
    let mut kept: Vec<Glyph> = Vec::with_capacity(glyphs.len());
    for glyph in glyphs {
        let spaces = kept.iter().rev().take_while(|kept| kept.character.is_whitespace()).count();
        let is_part = |glyph: &Glyph| glyph.character.is_ascii_digit() || "/.,:-%".contains(glyph.character);
        if spaces > 0
            && is_part(&glyph)
            && let Some(last) = kept.len().checked_sub(spaces + 1).and_then(|at| kept.get(at))
            && is_part(last)
            && (glyph.area.left - last.area.right) * 10 <= glyph.size()
        {
            kept.truncate(kept.len() - spaces);
        }
        kept.push(glyph);
    }
    kept
}

/// Which characters of a line, in order, belong to the one before them though a gap is between: digits of a figure that
/// are set apart, all with the same gap.
pub fn spread(glyphs: &[Glyph]) -> Vec<bool> {
    let is_part = |glyph: &Glyph| glyph.character.is_ascii_digit() || "/.,-:".contains(glyph.character);
    let gap = |a: &Glyph, b: &Glyph| b.area.left - a.area.right;
    let is_set_apart = |a: &Glyph, b: &Glyph| {
        let tenths = gap(a, b) * 10;
        is_part(a) && is_part(b) && tenths > a.size() * 2 && tenths <= a.size() * 6
    };
    if !glyphs.windows(2).any(|pair| matches!(pair, [a, b] if is_set_apart(a, b))) {
        return vec![false; glyphs.len()];
    }
    let mut tied = Vec::with_capacity(glyphs.len());
    for run in glyphs.chunk_by(is_set_apart) {
        let gaps = || run.windows(2).filter_map(|pair| Some(gap(pair.first()?, pair.get(1)?)));
        let size = run.first().map_or(1, Glyph::size);
        let is_even = gaps().max().zip(gaps().min()).is_some_and(|(most, least)| (most - least) * 5 <= size);
        tied.extend((0..run.len()).map(|at| at > 0 && run.len() > 2 && is_even));
    }
    tied
}

/// The line that characters make.
pub fn line(mut glyphs: Vec<Glyph>) -> Option<Line> {
    glyphs.sort_by_key(|glyph| glyph.area.left);
    let mut glyphs = without_empty_spaces(glyphs);
    // Bold is sometimes drawn by writing twice.
    glyphs.dedup_by(|next, kept| {
        next.character == kept.character && (next.area.left - kept.area.left).abs() <= kept.size() / 8
    });
    let first = glyphs.iter().find(|glyph| !glyph.character.is_whitespace())?;
    let mut line = Line { text: String::new(), spots: Vec::new(), area: first.area, size: first.size() };
    let mut last: Option<Glyph> = None;
    let tied = spread(&glyphs);
    for (glyph, is_tied) in glyphs.into_iter().zip(tied) {
        let character = if glyph.character == '\u{a0}' { ' ' } else { glyph.character };
        if character.is_whitespace() && line.text.is_empty() || character.is_control() {
            continue;
        }
        if let Some(last) = last {
            let gap = glyph.area.left - last.area.right;
            // Wide characters are spread to fill a line, and have no spaces between them.
            let is_wide = !last.character.is_ascii() && !character.is_ascii();
            let widest = if is_wide { last.size() * 4 / 5 } else { last.size() * 3 / 10 };
            if gap > widest && !is_tied && !line.text.ends_with(' ') && !character.is_whitespace() {
                line.text.push(' ');
            }
        }
        let is_same =
            last.is_some_and(|last| class(last.character) == class(character)) && !line.text.ends_with(' ');
        match line.spots.last_mut() {
            Some((_, area)) if is_same => *area = area.join(glyph.area),
            _ => line.spots.push((line.text.len(), glyph.area)),
        }
        if !character.is_whitespace() {
            line.area = line.area.join(glyph.area);
            line.size = line.size.max(glyph.size());
        }
        line.text.push(character);
        last = Some(glyph);
    }
    let kept = line.text.trim_end().len();
    line.text.truncate(kept);
    line.spots.retain(|(offset, _)| *offset < kept);
    (!line.text.is_empty()).then_some(line)
}

/// The edges of the column that lines of running text fill.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    left: i32,
    right: i32,
}

impl Column {
    /// The column of some lines.
    pub fn of<'l>(lines: impl Iterator<Item = &'l Line> + Clone) -> Self {
        let left = lines.clone().map(|line| line.area.left).min().unwrap_or(i32::MAX);
        Self { left, right: lines.map(|line| line.area.right).max().unwrap_or(0) }
    }

    /// The column that holds both.
    pub fn join(self, other: Column) -> Self {
        Self { left: self.left.min(other.left), right: self.right.max(other.right) }
    }

    /// Whether a line is broken only because the column ends: what `next` starts with would not have fitted in it.
    pub fn is_filled(self, line: &Line, next: &Line) -> bool {
        let is_short = line.area.right + line.size * 9 / 10 < self.right;
        line.area.right + next.lead() + line.size * 3 / 2 >= self.right && !(is_short && line.ends_sentence())
    }

    /// Whether a line starts where lines of a paragraph but its first do.
    pub fn resumes(self, line: &Line) -> bool {
        line.area.left <= self.left.saturating_add(line.size * 6 / 5)
    }
}

/// Whether `next`, below `line` on a page, is its rest.
pub fn goes_on(line: &Line, next: &Line, column: Column, gap: i32) -> bool {
    let distance = next.area.top - line.area.top;
    // Titles are set larger than the lines of the text are apart.
    let gap = if line.size * 10 > gap.saturating_mul(9) { line.size * 3 / 2 } else { gap };
    column.is_filled(line, next)
        && column.resumes(next)
        && distance > 0
        && distance <= gap + line.size / 4
        && (line.size - next.size).abs() * 16 <= line.size
}

/// The usual distance from one line to the next.
pub fn usual_gap(lines: &[&Line]) -> i32 {
    let mut gaps: Vec<i32> = lines
        .windows(2)
        .filter_map(|pair| match pair {
            [a, b] => Some(b.area.top - a.area.top).filter(|&gap| gap > 0 && gap < a.size * 3),
            _ => None,
        })
        .collect();
    gaps.sort_unstable();
    // The distance within paragraphs is the smaller one of those that are often met.
    gaps.get(gaps.len() / 3).copied().unwrap_or(i32::MAX / 2)
}
