//! Tables whose cells name their own figures: `received | persons 3 | others 0`.

use super::table::{Cell, Table, TableBuilder};
use crate::source::content::Geometry;
use crate::source::place::Span;

/// A table in which every cell behind the first of its row is a label with a figure, the same labels in every row, as
/// one with those labels over its columns; any other as it is.
pub fn headed(text: &str, table: Table) -> Table {
    headed_by_cells(text, &table).unwrap_or(table)
}

fn headed_by_cells(text: &str, table: &Table) -> Option<Table> {
    let mut rows = table.rows().map(|row| {
        let (first, rest) = row.split_first()?;
        let is_label = first.colspan == 1 && !first.span.of(text).contains(is_figure_part);
        let pairs: Vec<(Span, Span)> = rest.iter().map(|cell| pair(text, cell)).collect::<Option<_>>()?;
        (is_label && pairs.len() > 1).then_some((first.span, pairs))
    });
    let (label, pairs) = rows.next()??;
    let geometry = if table.is_of_lines { Geometry::Ordered } else { Geometry::Spanned };
    let mut builder = TableBuilder::new(geometry);
    builder.row();
    builder.cell(Span { start: label.start, end: label.start }, 1, 1);
    for (head, _) in &pairs {
        builder.cell(*head, 1, 1);
    }
    let heads: Vec<&str> = pairs.iter().map(|(head, _)| head.of(text)).collect();
    for row in std::iter::once(Some((label, pairs.clone()))).chain(rows) {
        let (label, pairs) = row?;
        if !pairs.iter().map(|(head, _)| head.of(text)).eq(heads.iter().copied()) {
            return None;
        }
        builder.row();
        builder.cell(label, 1, 1);
        for (_, figure) in pairs {
            builder.cell(figure, 1, 1);
        }
    }
    builder.finish()
}

/// The label and the figure of a cell that has just these.
fn pair(text: &str, cell: &Cell) -> Option<(Span, Span)> {
    let whole = cell.span.of(text).trim_end();
    let head = whole.trim_end_matches(is_figure_part);
    let figure = whole.get(head.len()..)?;
    let label = head.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '：'));
    let is_pair = cell.colspan == 1
        && cell.rowspan == 1
        && label.len() < head.len()
        && !label.trim().is_empty()
        && !label.contains(is_figure_part)
        && figure.starts_with(|c: char| c.is_ascii_digit());
    let start = |at: usize| cell.span.start + Span::new(at, at).start;
    is_pair.then(|| {
        let label = Span { start: cell.span.start, end: start(label.len()) };
        (label, Span { start: start(head.len()), end: start(whole.len()) })
    })
}

fn is_figure_part(character: char) -> bool {
    character.is_ascii_digit() || matches!(character, ',' | '.')
}

#[cfg(test)]
mod tests {
    use crate::document::{Block, Document};
    use crate::source::Source;

    fn rows(text: &str) -> Vec<Vec<String>> {
        let source = Source::from_text("a.txt", text.into());
        let document = Document::new(source.content());
        let tables = document.blocks().iter().filter_map(|block| match block {
            Block::Table(table) => Some(table),
            _ => None,
        });
        let cell = |span: crate::source::place::Span| span.of(document.text()).to_owned();
        tables
            .flat_map(|table| table.rows())
            .map(|row| row.iter().map(|found| cell(found.span)).collect())
            .collect()
    }

    #[test]
    fn labels_beside_figures_head_the_columns() {
        let found = rows("收到 | 船只 3 | 货车 0\n转来 | 船只 1 | 货车 2\n");
        assert_eq!(found, [["", "船只", "货车"], ["收到", "3", "0"], ["转来", "1", "2"]]);
    }

    #[test]
    fn cells_that_name_other_things_in_each_row_stay_as_they_are() {
        let text = "收到 | 船只 3 | 货车 0\n转来 | 货车 1 | 船只 2\n";
        assert_eq!(rows(text).len(), 2);
        assert_eq!(rows("收到 | 3 | 0\n转来 | 1 | 2\n").len(), 2);
    }
}
