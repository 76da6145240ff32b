//! Plain text: paragraphs a line each, and tables flattened in the ways that text exports write them.

use std::borrow::Cow;
use std::ops::Range;

use super::content::{Content, Geometry, Mark, Origin};
use super::kind::{Format, Reads};
use super::lines::{self, Bars};
use super::place::Span;

/// Plain text files.
pub const FORMAT: Format = Format { name: "text", extensions: &["txt", "text"], read: Reads::Text(read) };

/// Reads plain text.
pub fn read(source: &str) -> Content<'_> {
    Content {
        text: Cow::Borrowed(source),
        origin: Origin::default(),
        marks: marks(source, 0..source.len()),
        remarks: Vec::new(),
        elements: None,
    }
}

/// What a line of plain text is, by itself.
enum Line {
    Blank,
    /// A cell a line, set off by one tab: the cell's span.
    Flattened(Span),
    /// A row whose cells are parted by bars.
    Barred(Span),
    /// A row whose cells are parted by tabs or, before figures, by spaces, and its line.
    Spaced(Span, Vec<Span>),
    /// What may be a row whose cells are parted by commas or semicolons, and its line.
    Listed(Span, Vec<Span>),
    Prose(Span),
}

/// The marks of the plain text in `range` of `text`.
pub fn marks(text: &str, range: Range<usize>) -> Vec<Mark> {
    let mut reader = Reader { text, marks: Vec::new(), open: Open::Nothing };
    let bars = Bars::of(text.get(range.clone()).unwrap_or_default());
    for span in lines::lines(text, range) {
        reader.line(classify(text, span, bars, matches!(reader.open, Open::Spaced(_))));
    }
    reader.close();
    reader.marks
}

/// What a line is; `is_in_rows` says whether cells parted by tabs stand above it.
fn classify(text: &str, span: Span, bars: Bars, is_in_rows: bool) -> Line {
    if span.is_empty() {
        return Line::Blank;
    }
    let body = span.of(text);
    let inner = span.trim(text);
    // Of a row that is all blank only the tabs are left.
    if is_in_rows && inner.is_empty() && body.contains('\t') && body.trim_matches([' ', '\r']).len() > 1 {
        return Line::Spaced(span, lines::tabbed_cells(text, span));
    }
    if body.as_bytes().first() == Some(&b'\t') {
        let cell = Span { start: span.start + 1, end: inner.end };
        if inner.is_empty() || memchr::memchr(b'\t', cell.of(text).as_bytes()).is_none() {
            return Line::Flattened(inner);
        }
    }
    if inner.is_empty() {
        return Line::Blank;
    }
    if bars.part(body) {
        return Line::Barred(span);
    }
    match lines::spaced_cells(text, span) {
        Some(cells) => Line::Spaced(inner, cells),
        None => match lines::listed_cells(text, span) {
            Some(cells) => Line::Listed(inner, cells),
            None => Line::Prose(inner),
        },
    }
}

/// The table that the lines so far have left open.
enum Open {
    Nothing,
    /// Cells of the rows so far, and whether the last row goes on.
    Flattened {
        rows: Vec<Vec<Span>>,
        in_row: bool,
    },
    Barred(Vec<Span>),
    /// Rows of as many cells, each with its line.
    Listed(Vec<(Span, Vec<Span>)>),
    /// Rows of cells, each with its line.
    Spaced(Vec<(Span, Vec<Span>)>),
}

struct Reader<'t> {
    text: &'t str,
    marks: Vec<Mark>,
    open: Open,
}

impl Reader<'_> {
    fn line(&mut self, line: Line) {
        match line {
            Line::Blank => match &mut self.open {
                Open::Flattened { in_row, .. } => *in_row = false,
                Open::Nothing => {}
                Open::Barred(_) | Open::Spaced(_) | Open::Listed(_) => self.close(),
            },
            Line::Flattened(cell) => self.flattened(cell),
            Line::Barred(line) => {
                if let Open::Barred(run) = &mut self.open {
                    run.push(line);
                } else {
                    self.close();
                    self.open = Open::Barred(vec![line]);
                }
            }
            Line::Spaced(line, cells) => self.spaced(line, cells),
            Line::Listed(line, cells) => self.listed(line, cells),
            Line::Prose(span) => self.prose(span),
        }
    }

    fn listed(&mut self, line: Span, cells: Vec<Span>) {
        match &mut self.open {
            Open::Flattened { in_row: true, .. } => self.prose(line),
            Open::Listed(rows) if rows.last().is_some_and(|(_, row)| row.len() == cells.len()) => {
                rows.push((line, cells));
            }
            _ => {
                self.close();
                self.open = Open::Listed(vec![(line, cells)]);
            }
        }
    }

    fn flattened(&mut self, cell: Span) {
        if !matches!(self.open, Open::Flattened { .. }) {
            self.close();
            self.open = Open::Flattened { rows: Vec::new(), in_row: false };
        }
        if let Open::Flattened { rows, in_row } = &mut self.open {
            match rows.last_mut().filter(|_| *in_row) {
                Some(row) => row.push(cell),
                None => rows.push(vec![cell]),
            }
            *in_row = true;
        }
    }

    fn spaced(&mut self, line: Span, cells: Vec<Span>) {
        if let Open::Spaced(rows) = &mut self.open {
            rows.push((line, cells));
        } else {
            self.close();
            let mut rows = self.headers_above(line.start as usize);
            rows.push((line, cells));
            self.open = Open::Spaced(rows);
        }
    }

    /// Takes back the lines right above a spaced table that read as its header.
    fn headers_above(&mut self, mut below: usize) -> Vec<(Span, Vec<Span>)> {
        let mut headers = Vec::new();
        while let Some(&Mark::Text { span, heading: None }) = self.marks.last() {
            let gap = Span::new(span.end as usize, below);
            let adjacent = gap.of(self.text).bytes().filter(|&byte| byte == b'\n').count() == 1;
            let Some(cells) = lines::spaced_header(self.text, span).filter(|_| adjacent) else { break };
            self.marks.pop();
            below = span.start as usize;
            headers.push((span, cells));
        }
        headers.reverse();
        headers
    }

    fn prose(&mut self, span: Span) {
        if let Open::Flattened { rows, in_row: true } = &mut self.open
            && let Some(cell) = rows.last_mut().and_then(|row| row.last_mut())
        {
            *cell = if cell.is_empty() { span } else { cell.join(span) };
            return;
        }
        self.close();
        self.marks.push(Mark::Text { span, heading: None });
    }

    fn row(&mut self, cells: &[Span]) {
        self.marks.push(Mark::RowStart);
        self.marks.extend(cells.iter().map(|&span| Mark::Cell { span, colspan: 1, rowspan: 1 }));
    }

    fn close(&mut self) {
        if matches!(self.open, Open::Nothing) {
            return;
        }
        match std::mem::replace(&mut self.open, Open::Nothing) {
            Open::Nothing => {}
            Open::Spaced(rows) => self.close_spaced(rows),
            Open::Listed(rows) => self.close_listed(&rows),
            Open::Barred(run) if !lines::is_barred_table(self.text, &run) => {
                let lines =
                    run.into_iter().map(|line| Mark::Text { span: line.trim(self.text), heading: None });
                self.marks.extend(lines);
            }
            Open::Barred(run) => lines::mark_barred(self.text, &run, |mark| self.marks.push(mark)),
            Open::Flattened { rows, .. } => self.close_flattened(&rows),
        }
    }

    /// Lines of as many commas are a table where a line without figures stands above lines with them.
    fn close_listed(&mut self, rows: &[(Span, Vec<Span>)]) {
        const FEWEST: usize = 3;
        let has_figures = |(_, cells): &(Span, Vec<Span>)| {
            cells.iter().any(|cell| !cell.is_empty() && lines::is_figure(cell.of(self.text)))
        };
        let is_table = rows.len() >= FEWEST
            && rows.first().is_some_and(|first| !has_figures(first))
            && rows.iter().any(has_figures);
        if !is_table {
            self.marks.extend(rows.iter().map(|&(span, _)| Mark::Text { span, heading: None }));
            return;
        }
        self.marks.push(Mark::TableStart(Geometry::Ordered));
        for (_, cells) in rows {
            self.row(cells);
        }
        self.marks.push(Mark::TableEnd);
    }

    /// Rows whose cells are parted by spaces or tabs are a table, unless they are sentences.
    fn close_spaced(&mut self, mut rows: Vec<(Span, Vec<Span>)>) {
        let text = self.text;
        let sentences = rows.iter().filter(|(line, _)| line.of(text).contains('。')).count();
        if sentences * 2 > rows.len() {
            self.marks.extend(rows.into_iter().map(|(span, _)| Mark::Text { span, heading: None }));
            return;
        }
        let is_tabbed = rows.iter().any(|(line, _)| line.of(text).contains('\t'));
        // Where every two cells have a blank one between them, two tabs part cells.
        let is_doubled = |(_, cells): &(Span, Vec<Span>)| {
            cells.len() % 2 == 1 && cells.iter().skip(1).step_by(2).all(|cell| cell.is_empty())
        };
        if rows.iter().all(is_doubled) && rows.iter().any(|(_, cells)| cells.len() > 1) {
            for (_, cells) in &mut rows {
                *cells = cells.iter().copied().step_by(2).collect();
            }
        }
        self.marks.push(Mark::TableStart(if is_tabbed { Geometry::Ordered } else { Geometry::Spaced }));
        for (_, cells) in &rows {
            self.row(cells);
        }
        self.marks.push(Mark::TableEnd);
    }

    /// Lines set off by a tab are a table, unless they are sentences: then the tab was an indent.
    fn close_flattened(&mut self, rows: &[Vec<Span>]) {
        let cells = || rows.iter().flatten().filter(|span| !span.is_empty());
        let sentences = cells().filter(|span| span.of(self.text).contains('。')).count();
        if sentences * 2 > cells().count() {
            self.marks.extend(cells().map(|&span| Mark::Text { span, heading: None }));
            return;
        }
        self.marks.push(Mark::TableStart(Geometry::Ordered));
        for row in rows {
            self.row(row);
        }
        self.marks.push(Mark::TableEnd);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The marks as short text: `¶` a paragraph, `[ … ]` a table, `/` between rows, `,` after each cell.
    fn sketch(text: &str) -> String {
        let mut out = String::new();
        for mark in marks(text, 0..text.len()) {
            match mark {
                Mark::Text { span, .. } => out += &format!("¶{}", span.of(text)),
                Mark::TableStart(_) => out.push('['),
                Mark::RowStart => out.push('/'),
                Mark::Cell { span, .. } => out += &format!("{},", span.of(text).replace('\n', "~")),
                Mark::TableEnd => out.push(']'),
                Mark::Picture(_) => out.push('!'),
            }
        }
        out
    }

    #[test]
    fn a_cell_a_line_behind_a_tab() {
        let text = "题\n\n\t甲\n\n\t乙的\n名称\n\t\n\t3\n\n\n结尾\n";
        assert_eq!(sketch(text), "¶题[/甲,/乙的~名称,,3,]¶结尾");
    }

    #[test]
    fn a_tab_before_a_sentence_is_an_indent() {
        assert_eq!(sketch("\t本年共收到三件。\n\t已送达两件。\n"), "¶本年共收到三件。¶已送达两件。");
    }

    #[test]
    fn tabs_part_cells_and_not_sentences() {
        assert_eq!(sketch("甲\t\t乙\n丙\t\t1\n"), "[/甲,乙,/丙,1,]");
        assert_eq!(sketch("甲\t乙\n丙\t1\n\t\t\n尾\n"), "[/甲,乙,/丙,1,/,,,]¶尾");
        assert_eq!(sketch("共收到\t3\t件。\n尾\n"), "¶共收到\t3\t件。¶尾");
    }

    #[test]
    fn commas_part_cells_below_a_header() {
        let text = "项目,上年,本年\n\"一,二\",10,\n三,9,\"1,200\"\n尾\n";
        assert_eq!(sketch(text), "[/项目,上年,本年,/一,二,10,,/三,9,1,200,]¶尾");
        assert_eq!(sketch("a,b,c\nd,e,f\ng,h,i\n"), "¶a,b,c¶d,e,f¶g,h,i");
    }

    #[test]
    fn rows_of_bars_tabs_and_spaces() {
        assert_eq!(sketch("题\n甲 | 乙 |\n丙 | 1 |\n"), "¶题[/甲,乙,/丙,1,]");
        assert_eq!(sketch("甲\t乙\n丙\t1\n\n尾"), "[/甲,乙,/丙,1,]¶尾");
        assert_eq!(
            sketch("项目 上年 本年\n一、收入 10 12\n二、支出 9 -\n"),
            "[/项目,上年,本年,/一、收入,10,12,/二、支出,9,-,]"
        );
    }
}
