//! Counts in lists that are written in words: `图解十二篇`.

use super::List;
use crate::document::numeral;
use crate::facts::figure::{self, Value};
use crate::facts::prose::{Prose, ProseFigure};
use crate::source::place::Span;

/// Before a numeral: it numbers or picks out, and counts nothing.
const PICKS: [char; 16] =
    ['第', '每', '同', '某', '任', '这', '那', '数', '几', '上', '下', '前', '后', '头', '唯', '之'];

/// The counts written in words in a paragraph, where some of its counts are in digits; each in the unit of one of those.
pub fn read(prose: &Prose, paragraph: Span) -> Vec<ProseFigure> {
    let mut units: Vec<&str> = Vec::new();
    for figure in prose.figures.get(prose.figures_in(paragraph)).unwrap_or_default() {
        let unit = figure.unit;
        if matches!(figure.value, Value::Count(_)) && !unit.is_empty() && !units.contains(&unit) {
            units.push(unit);
        }
    }
    let mut found: Vec<ProseFigure> = units
        .iter()
        .flat_map(|unit| numerals(prose, paragraph, unit))
        .filter_map(|at| worded(prose, at))
        .collect();
    found.sort_by_key(|figure| figure.mark);
    // A unit may end with another.
    found.dedup_by_key(|figure| figure.mark);
    found
}

/// The numerals right before a unit.
pub fn numerals<'p>(prose: &'p Prose, stretch: Span, unit: &'p str) -> impl Iterator<Item = Span> + 'p {
    let text = stretch.of(prose.text());
    let found = text.match_indices(unit).filter_map(move |(end, _)| {
        let before = text.get(..end)?;
        let start = before.trim_end_matches(numeral::is_part).len();
        (start < end).then(|| Span::new(start, end).shift(stretch.start))
    });
    found.filter(move |_| !unit.is_empty())
}

fn worded(prose: &Prose, at: Span) -> Option<ProseFigure> {
    let before = prose.text().get(..at.start as usize)?;
    if before.ends_with(PICKS) {
        return None;
    }
    let quantity = figure::read_numeral(at.of(prose.text()), before)?;
    Some(ProseFigure {
        mark: at.start,
        span: prose.place(at),
        value: Value::Count(quantity),
        unit: prose.unit_at(at.start),
    })
}

/// Whether a count of this unit is written in words in a stretch and was not read.
pub fn are_left_out(prose: &Prose, read: &[ProseFigure], stretch: Span, unit: &str) -> bool {
    numerals(prose, stretch, unit).any(|at| !read.iter().any(|figure| figure.mark == at.start))
}

/// The lists of a paragraph, whose figures in words are numbered behind those of the paragraphs before.
pub fn number(
    mut lists: Vec<List>,
    prose: &Prose,
    read: &[ProseFigure],
    all: &mut Vec<ProseFigure>,
) -> Vec<List> {
    let first = prose.figures.len();
    if read.is_empty() {
        return lists;
    }
    for list in &mut lists {
        for index in std::iter::once(&mut list.total).chain(&mut list.items).chain(&mut list.all) {
            let Some(figure) = index.checked_sub(first).and_then(|worded| read.get(worded)) else { continue };
            let known = all.iter().position(|known| known.mark == figure.mark);
            *index = first + known.unwrap_or(all.len());
            if known.is_none() {
                all.push(*figure);
            }
        }
    }
    lists
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Paragraph;

    #[test]
    fn numerals_before_a_unit_of_the_paragraph_are_counts() {
        let text = "收到包裹12件：船运十件，车运二件。第三件、每一件、两箱不算，几十件也是数。";
        let mut prose = Prose::default();
        prose.add(text, Paragraph { span: Span::new(0, text.len()), heading: None, number: None }, 0);
        let all = prose.paragraphs.first().map(|paragraph| paragraph.text).unwrap_or_default();
        let found: Vec<&str> = read(&prose, all).iter().map(|figure| figure.span.of(text)).collect();
        assert_eq!(found, ["十", "二"]);
        assert!(are_left_out(&prose, &read(&prose, all), all, "件"));
    }
}
