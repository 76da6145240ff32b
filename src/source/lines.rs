//! Lines of plain text, and the ways in which a line of plain text can be a row of a table.

use std::ops::Range;

use super::content::{Geometry, Mark};
use super::place::Span;

/// The lines of `text` within `range`, without their line breaks.
pub fn lines(text: &str, range: Range<usize>) -> impl Iterator<Item = Span> {
    let (bytes, mut start) = (text.as_bytes(), range.start);
    std::iter::from_fn(move || {
        let rest = bytes.get(start..range.end).filter(|rest| !rest.is_empty())?;
        let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let returns = rest.get(..length)?.iter().rev().take_while(|&&byte| byte == b'\r').count();
        let line = Span::new(start, start + length - returns);
        start += length + 1;
        Some(line)
    })
}

/// The characters that part the cells of a row drawn with bars.
const BARS: [char; 5] = ['|', '｜', '│', '┃', '║'];

/// Which bars a text has at all: most have none, so that its lines need not be searched for them.
#[derive(Clone, Copy)]
pub struct Bars {
    has_plain: bool,
    has_wide: bool,
}

impl Bars {
    /// The bars in a text.
    pub fn of(text: &str) -> Self {
        let has = |start: &[u8]| memchr::memmem::find(text.as_bytes(), start).is_some();
        let has_wide = has("｜".as_bytes()) || BOX_DRAWING.into_iter().any(has);
        Self { has_plain: memchr::memchr(b'|', text.as_bytes()).is_some(), has_wide }
    }

    /// Whether a line of the text may be a row of cells parted by bars.
    pub fn part(self, line: &str) -> bool {
        (self.has_plain && memchr::memchr(b'|', line.as_bytes()).is_some())
            || (self.has_wide && line.contains(['｜', '│', '┃', '║']))
            || is_border(line)
    }
}

/// What the characters that draw boxes begin with in UTF-8, `─` to `╿`.
const BOX_DRAWING: [&[u8]; 2] = [b"\xe2\x94", b"\xe2\x95"];

/// Whether a line only draws the border between two rows: `+---+---+`, `├──┼──┤`.
fn is_border(line: &str) -> bool {
    let line = line.trim_start();
    let starts = line.starts_with(|c: char| c == '+' || ('┌'..='╬').contains(&c));
    let line = line.trim_end();
    starts
        && line.chars().nth(2).is_some()
        && line.chars().all(|c| matches!(c, '+' | '-' | '=' | '|' | ' ') || ('─'..='╿').contains(&c))
}

/// Whether a run of such lines is a table: one bar in one line may be part of its text.
pub fn is_barred_table(text: &str, run: &[Span]) -> bool {
    let has_row =
        |line: &Span| line.of(text).matches(BARS).nth(1).is_some() || line.of(text).trim().ends_with(BARS);
    run.len() > 1 || run.iter().any(has_row)
}

/// Whether a barred row only underlines a header, as in Markdown: `| --- | :-: |`.
fn is_rule(line: &str) -> bool {
    let cell_is_rule = |cell: &str| {
        let cell = cell.trim();
        let dashes = cell.trim_start_matches(':').trim_end_matches(':');
        dashes.len() >= 3 && dashes.bytes().all(|byte| byte == b'-')
    };
    let inner = line.trim().trim_matches(BARS);
    is_border(line) || !inner.trim().is_empty() && inner.split(BARS).all(cell_is_rule)
}

/// Marks a run of barred lines as one table; the spans of its cells are trimmed.
///
/// Whether a bar at the start or end of a line is a border or parts off a blank cell cannot be seen from one
/// line: it is a border where every line of the run has it.
pub fn mark_barred(text: &str, run: &[Span], mut mark: impl FnMut(Mark)) {
    let rows: Vec<Span> = run.iter().copied().filter(|line| !is_rule(line.of(text))).collect();
    let left_border = rows.iter().all(|line| line.of(text).trim_start().starts_with(BARS));
    let right_border = rows.iter().all(|line| line.of(text).trim_end().ends_with(BARS));
    mark(Mark::TableStart(Geometry::Ordered));
    for line in rows {
        let body = line.of(text);
        mark(Mark::RowStart);
        let mut start = 0;
        let mut first = true;
        let ends = bars(body).chain(std::iter::once((body.len(), 0)));
        for (end, width) in ends {
            let border = (first && left_border && width > 0) || (width == 0 && right_border);
            if !border {
                let span = Span::new(line.start as usize + start, line.start as usize + end);
                mark(Mark::Cell { span: span.trim(text), colspan: 1, rowspan: 1 });
            }
            first = false;
            start = end + width;
        }
    }
    mark(Mark::TableEnd);
}

/// Offsets and widths of the bars in a line; a bar behind a backslash belongs to its cell.
fn bars(line: &str) -> impl Iterator<Item = (usize, usize)> {
    let bytes = line.as_bytes();
    bytes.iter().enumerate().filter_map(move |(at, byte)| {
        let width = match byte {
            b'|' => 1,
            // What the other bars begin with.
            0xe2 | 0xef => line.get(at..)?.chars().next().filter(|start| BARS.contains(start))?.len_utf8(),
            _ => return None,
        };
        let is_escaped = at > 0 && bytes.get(at - 1) == Some(&b'\\');
        (!is_escaped).then_some((at, width))
    })
}

/// The cells of a line parted by tabs, or by runs of spaces where the line ends in at least two figures.
pub fn spaced_cells(text: &str, line: Span) -> Option<Vec<Span>> {
    let body = line.of(text);
    if memchr::memchr(b'\t', body.as_bytes()).is_some() {
        return Some(tabbed_cells(text, line));
    }
    // Most lines are sentences, and are told by their last character.
    let last = body.trim_end().chars().next_back()?;
    if !matches!(last, '0'..='9' | '%' | '％' | '/' | '／' | '-' | '—' | '－' | '０'..='９') {
        return None;
    }
    // Of the others most are one figure.
    body.split_whitespace().rev().nth(1).filter(|word| is_figure(word))?;
    let cells = split_runs(text, line);
    let figures = cells.iter().rev().take_while(|cell| is_figure(cell.of(text))).count();
    (figures >= 2 && figures < cells.len() && cells.len() - figures <= 3).then_some(cells)
}

/// The cells of a line between commas or semicolons, three at least; a cell in quotation marks may hold them too.
pub fn listed_cells(text: &str, line: Span) -> Option<Vec<Span>> {
    let body = line.of(text);
    let separator =
        char::from(*memchr::memchr2(b',', b';', body.as_bytes()).and_then(|at| body.as_bytes().get(at))?);
    if body.contains('。') {
        return None;
    }
    let mut is_quoted = false;
    let cells = split(text, line, separator.len_utf8(), |c| {
        is_quoted ^= c == '"';
        c == separator && !is_quoted
    });
    let unquoted = |cell: Span| {
        let is_in_marks = cell.len() > 1 && cell.of(text).starts_with('"') && cell.of(text).ends_with('"');
        if is_in_marks { Span { start: cell.start + 1, end: cell.end - 1 } } else { cell }
    };
    (cells.len() > 2).then(|| cells.into_iter().map(unquoted).collect())
}

/// The cells of a line between its tabs.
pub fn tabbed_cells(text: &str, line: Span) -> Vec<Span> {
    split(text, line, '\t'.len_utf8(), |c| c == '\t')
}

/// The cells of a line that may head a table of spaced cells: several short words and no sentence.
pub fn spaced_header(text: &str, line: Span) -> Option<Vec<Span>> {
    let cells = split_runs(text, line);
    let is_word = |cell: &Span| {
        let word = cell.of(text);
        word.chars().count() <= 24 && !word.contains(['。', '；', '，', '.', ',']) && !word.is_ascii()
    };
    (cells.len() >= 2 && cells.iter().all(is_word)).then_some(cells)
}

/// Whether a word is a figure, or a mark in its place.
pub fn is_figure(word: &str) -> bool {
    let is_part = |c| matches!(c, '0'..='9' | '０'..='９' | '+' | '-' | ',' | '.' | '%' | '，' | '．' | '％');
    matches!(word, "/" | "-" | "—" | "－" | "／")
        || (word.chars().all(is_part) && word.bytes().any(|byte| byte.is_ascii_digit()))
}

fn split(text: &str, line: Span, width: usize, parts: impl FnMut(char) -> bool) -> Vec<Span> {
    let mut start = line.start as usize;
    line.of(text)
        .split(parts)
        .map(|cell| {
            let span = Span::new(start, start + cell.len()).trim(text);
            start += cell.len() + width;
            span
        })
        .collect()
}

fn split_runs(text: &str, line: Span) -> Vec<Span> {
    let base = line.start as usize;
    let body = line.of(text);
    body.split_whitespace()
        .map(|word| {
            let start = base + (word.as_ptr() as usize - body.as_ptr() as usize);
            Span::new(start, start + word.len())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<Vec<&str>> {
        let run: Vec<Span> = lines(text, 0..text.len()).collect();
        let mut marks = Vec::new();
        mark_barred(text, &run, |mark| marks.push(mark));
        let mut rows: Vec<Vec<&str>> = Vec::new();
        for mark in marks {
            match mark {
                Mark::RowStart => rows.push(Vec::new()),
                Mark::Cell { span, .. } => rows.last_mut().unwrap().push(span.of(text)),
                _ => {}
            }
        }
        rows
    }

    #[test]
    fn a_bar_is_a_border_only_where_every_row_has_it() {
        assert_eq!(cells("| a | |\n|---|---|\n| b | 1 |\n"), [["a", ""], ["b", "1"]]);
        assert_eq!(cells(" | a |\nx | 1 |"), [["", "a"], ["x", "1"]]);
        assert_eq!(cells("a | b\nx | "), [["a", "b"], ["x", ""]]);
        assert_eq!(cells("a｜b｜\nx｜1｜"), [["a", "b"], ["x", "1"]]);
    }

    #[test]
    fn drawn_borders_are_no_rows() {
        let drawn = "┌──┬──┐\n│ a│ 1│\n├──┼──┤\n│ b│  │\n└──┴──┘";
        assert_eq!(cells(drawn), [["a", "1"], ["b", ""]]);
        assert_eq!(cells("+---+---+\n| a | 1 |\n+===+===+\n| b | 2 |\n+---+---+"), [["a", "1"], ["b", "2"]]);
    }

    #[test]
    fn zeros_written_as_dashes_are_not_a_rule() {
        assert_eq!(cells("a | - | - |\nb | 1 | - |"), [["a", "-", "-"], ["b", "1", "-"]]);
    }

    #[test]
    fn spaces_part_cells_only_before_figures() {
        let row = "一、合计  3　4 －";
        let found = spaced_cells(row, Span::new(0, row.len())).unwrap();
        assert_eq!(found.iter().map(|cell| cell.of(row)).collect::<Vec<_>>(), ["一、合计", "3", "4", "－"]);
        let prose = "2020 年 全年 工作";
        assert!(spaced_cells(prose, Span::new(0, prose.len())).is_none());
    }

    #[test]
    fn line_breaks_of_both_kinds_end_a_line() {
        let text = "a\r\n\nb";
        let found: Vec<&str> = lines(text, 0..text.len()).map(|line| line.of(text)).collect();
        assert_eq!(found, ["a", "", "b"]);
    }
}
