//! What tells a table of figures from one that only lays out a page, and signs that stand in cells of their own beside
//! their figures.

use super::content::{CELL_BREAK, Mark};
use super::place::Span;

/// Signs of money that stand before an amount.
const MONEY: &[&str] = &["$", "US$", "HK$", "A$", "C$", "¥", "￥", "€", "£"];

/// Whether a text is a figure by its looks.
pub fn is_figure(text: &str) -> bool {
    let text = text.trim();
    let bare = MONEY.iter().find_map(|sign| text.strip_prefix(sign)).unwrap_or(text);
    let is_part = |c: char| {
        c.is_ascii_digit() || matches!(c, ',' | '.' | '%' | '％' | '(' | ')' | '-' | '+' | '−' | ' ')
    };
    bare.chars().any(|c| c.is_ascii_digit()) && bare.chars().all(is_part)
}

/// Whether a cell is one that only a page which a table lays out has: several paragraphs, one of them long.
pub fn is_prose<'l>(lines: impl Iterator<Item = &'l str> + Clone) -> bool {
    lines.clone().count() > 2 && lines.into_iter().any(|line| line.chars().nth(60).is_some())
}

/// How many figures and how many such cells a table has.
#[derive(Clone, Copy, Debug, Default)]
pub struct Looks {
    figures: usize,
    prose: usize,
}

impl Looks {
    /// Counts a cell.
    pub fn count<'l>(&mut self, lines: impl Iterator<Item = &'l str> + Clone) {
        let mut rest = lines.clone();
        self.figures += usize::from(rest.next().is_some_and(is_figure) && rest.next().is_none());
        self.prose += usize::from(is_prose(lines));
    }

    /// Whether the table only lays out the page: one long remark makes no table of figures into text.
    pub fn is_layout(self) -> bool {
        self.prose > 0 && self.prose >= self.figures
    }

    /// Whether it is a table of figures, though some of its cells hold tables.
    pub fn outweigh(self, inner: usize) -> bool {
        const FEWEST: usize = 4;
        self.figures >= FEWEST && self.figures >= inner * 2
    }
}

/// Joins cells that hold nothing but a sign to the figures that they belong to: `$` before one, `)` and `%` behind one.
/// `marks` are those of a table.
pub fn join(marks: &mut Vec<Mark>, text: &str) {
    let mut joined: Vec<Mark> = Vec::with_capacity(marks.len());
    let mut money: Option<Mark> = None;
    for mark in marks.drain(..) {
        let Mark::Cell { span, colspan, rowspan } = mark else {
            joined.extend(money.take());
            joined.push(mark);
            continue;
        };
        let own = span.of(text).trim();
        if let Some(Mark::Cell { colspan: wide, rowspan: high, .. }) = money
            && high == rowspan
            && (is_figure(own) || own.starts_with('(') || matches!(own, "-" | "–" | "—"))
        {
            money = None;
            joined.push(Mark::Cell { span, colspan: colspan.saturating_add(wide), rowspan });
            continue;
        }
        joined.extend(money.take());
        if MONEY.contains(&own) {
            money = Some(mark);
            continue;
        }
        let closes = matches!(own, ")" | "%" | ")%" | "％");
        match joined.last_mut() {
            Some(Mark::Cell { span: before, colspan: wide, rowspan: high })
                if closes && *high == rowspan && is_open(before.of(text), own) =>
            {
                // Only white space may stand between them.
                let between = Span { start: before.end, end: span.start };
                if between.of(text).trim().is_empty() {
                    *before = before.join(span);
                    *wide = wide.saturating_add(colspan);
                } else {
                    joined.push(mark);
                }
            }
            _ => joined.push(mark),
        }
    }
    joined.extend(money);
    *marks = joined;
}

/// Whether a cell holds a figure that the sign in the next one completes.
fn is_open(figure: &str, sign: &str) -> bool {
    let figure = figure.trim();
    let has_bracket = figure.starts_with('(');
    let digits = figure.trim_start_matches('(');
    let is_single = !figure.contains([CELL_BREAK, ')', '%']);
    is_single && is_figure(digits) && has_bracket == sign.starts_with(')')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(cells: &[&str]) -> Vec<(String, u16)> {
        let (mut text, mut marks) = (String::new(), Vec::new());
        for cell in cells {
            let start = text.len();
            text += cell;
            marks.push(Mark::Cell { span: Span::new(start, text.len()), colspan: 1, rowspan: 1 });
            text.push('\n');
        }
        join(&mut marks, &text);
        let told = marks.into_iter().map(|mark| match mark {
            Mark::Cell { span, colspan, .. } => (span.of(&text).to_owned(), colspan),
            _ => unreachable!(),
        });
        told.collect()
    }

    #[test]
    fn signs_join_their_figures() {
        let cell = |text: &str, columns| (text.to_owned(), columns);
        assert_eq!(
            joined(&["Fees", "$", "1,200", "$", "(30", ")"]),
            [cell("Fees", 1), cell("1,200", 2), cell("(30\n)", 3)]
        );
        assert_eq!(
            joined(&["Share", "12.5", "%", "$", "x"]),
            [cell("Share", 1), cell("12.5\n%", 2), cell("$", 1), cell("x", 1)]
        );
        assert_eq!(joined(&["Year", "%", "$"]), [cell("Year", 1), cell("%", 1), cell("$", 1)]);
    }
}
