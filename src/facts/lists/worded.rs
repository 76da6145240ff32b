//! Counts in lists that are written in words: `图解十二篇`.

use super::List;
use crate::document::numeral;
use crate::facts::claims::{CapturedValue, Claims};
use crate::facts::figure::{self, Value};
use crate::facts::prose::{Prose, ProseFigure};
use crate::facts::quantity::Quantity;
use crate::source::place::Span;

/// Before a numeral: it numbers or picks out, and counts nothing.
const PICKS: [char; 16] =
    ['第', '每', '同', '某', '任', '这', '那', '数', '几', '上', '下', '前', '后', '头', '唯', '之'];

/// Measure words before which 一 counts; before others it is an article.
const COUNTED: [&str; 10] = ["件", "条", "宗", "份", "起", "例", "篇", "封", "人", "期"];

/// The counts written in words in a paragraph: numerals right before a measure word.
pub fn read(prose: &Prose, paragraph: Span) -> Vec<ProseFigure> {
    let text = paragraph.of(prose.text());
    let mut found = Vec::new();
    in_english(prose, paragraph, &mut found);
    let mut at = 0;
    while let Some(start) = text.get(at..).and_then(|rest| rest.find(numeral::is_part)).map(|next| at + next)
    {
        let rest = text.get(start..).unwrap_or_default();
        let length = rest.len() - rest.trim_start_matches(numeral::is_part).len();
        at = start + length;
        let unit = figure::unit(text.get(at..).unwrap_or_default().trim_start_matches(['余', '多', '来']));
        let is_article = rest.get(..length) == Some("一") && !COUNTED.contains(&unit);
        if !unit.is_empty() && !is_article {
            found.extend(worded(prose, Span::new(start, at).shift(paragraph.start)));
        }
    }
    found.sort_by_key(|figure: &ProseFigure| figure.mark);
    found
}

/// Numbers in English words.
fn in_english(prose: &Prose, paragraph: Span, found: &mut Vec<ProseFigure>) {
    let text = paragraph.of(prose.text());
    if !text.bytes().any(|byte| byte.is_ascii_lowercase()) {
        return;
    }
    let text = text.to_ascii_lowercase();
    let (mut at, mut is_start) = (0, true);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        // Below ten they mostly tell no count: between the two, one of the three.
        let opens = text
            .get(..at)
            .unwrap_or_default()
            .trim_end()
            .chars()
            .next_back()
            .is_none_or(|c| matches!(c, '.' | '：' | '；' | '"'));
        let number = figure::words::read(rest).filter(|&(_, value)| is_start && (opens || value >= 10));
        if let Some((length, value)) = number {
            let span = Span::new(at, at + length).shift(paragraph.start);
            let quantity = Quantity::exact(value.into());
            found.push(ProseFigure {
                mark: span.start,
                span: prose.place(span),
                value: Value::Count(quantity),
                unit: "",
            });
            at += length;
            is_start = false;
            continue;
        }
        let character = rest.chars().next().map_or(1, char::len_utf8);
        is_start = !rest.starts_with(|c: char| c.is_alphanumeric() || c == '-');
        at += character;
    }
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

/// Of counts in words those that lists and claims name, which are given their numbers.
pub fn keep(
    lists: &mut [List],
    claims: &mut Claims,
    prose: &Prose,
    read: Vec<ProseFigure>,
) -> Vec<ProseFigure> {
    let first = prose.figures.len();
    if read.is_empty() {
        return read;
    }
    let mut kept: Vec<usize> = Vec::new();
    let mut keep = |number: &mut usize| {
        let Some(worded) = number.checked_sub(first) else { return };
        let place = kept.iter().position(|known| *known == worded).unwrap_or_else(|| {
            kept.push(worded);
            kept.len() - 1
        });
        *number = first + place;
    };
    for list in lists {
        let own = [&mut list.items, &mut list.all, &mut list.shares].into_iter().flatten();
        own.chain([&mut list.total]).for_each(&mut keep);
    }
    for claim in &mut claims.claims {
        claim.others.iter_mut().chain(&mut claim.breakdown.parts).for_each(&mut keep);
        for captured in claim.captures.iter_mut().flatten() {
            if let CapturedValue::Figure(number) = &mut captured.value {
                keep(number);
            }
        }
    }
    kept.into_iter().filter_map(|worded| read.get(worded).copied()).collect()
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
    }
}
