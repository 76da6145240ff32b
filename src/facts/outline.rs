//! The outline of a report: its numbered headings, the numbers they should have, and its sections.

use std::collections::BTreeMap;

use super::bind::Binding;
use crate::document::number::{self, NumberStyle};
use crate::document::table::{Cell, Table};
use crate::document::{Block, Document, Paragraph};
use crate::rules::pack::{Editions, Pack};
use crate::rules::script::simplified;
use crate::source::place::Span;

/// A heading.
#[derive(Clone, Debug)]
pub struct Heading {
    /// Number of its block in the document.
    pub block: usize,
    /// Its text; for one that text follows in the same paragraph, up to the first stop.
    pub span: Span,
    /// Its number, where it has one.
    pub number: Option<u32>,
    /// Place of the number.
    pub number_span: Span,
    /// The number it should have after those before it.
    pub expected: Option<u32>,
    /// The heading that should come before it stands there without its number, or within a paragraph.
    pub lost: Option<Span>,
    /// The heading above it in the tree, by its number among the headings.
    pub parent: Option<usize>,
    /// The heading before it that it should follow on from.
    pub previous: Option<usize>,
    style: Option<NumberStyle>,
    level: Option<u8>,
}

/// A section that the pack names, as the report has it.
#[derive(Clone, Copy, Debug)]
pub struct Section {
    /// Its heading, by number; or, of a missing one, the heading next to the gap.
    pub heading: Option<usize>,
    /// Whether the report has it; `None` where the report's headings could not be told from its text.
    pub is_present: Option<bool>,
}

/// The headings of a report, in order.
#[derive(Clone, Debug, Default)]
pub struct Outline {
    /// The headings.
    pub headings: Vec<Heading>,
    /// The sections of the pack, in its order.
    pub sections: Vec<Section>,
}

/// Longer paragraphs without a stop are text.
const LONGEST_HEADING: usize = 45;

/// The outline of a document, of which some blocks are cells of forms, and some stretches forms.
pub fn read(document: &Document<'_>, pack: &Pack, binding: &Binding) -> Outline {
    let cell_blocks = &binding.cell_blocks;
    let text = document.text();
    let mut headings: Vec<Heading> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    for (block, found) in document.blocks().iter().enumerate() {
        let in_table;
        let paragraphs = match found {
            Block::Paragraph(paragraph) if cell_blocks.binary_search(&block).is_err() => {
                std::slice::from_ref(paragraph)
            }
            Block::Table(table) => {
                in_table = headings_in(text, table, pack);
                in_table.as_slice()
            }
            _ => continue,
        };
        let is_free =
            |paragraph: &&Paragraph| !binding.forms.iter().any(|form| form.contains(paragraph.span));
        let free = paragraphs.iter().filter(is_free);
        for heading in free.filter_map(|paragraph| heading(text, block, paragraph)) {
            // A table may repeat the heading above it.
            let is_repeated = matches!(found, Block::Table(_))
                && headings
                    .last()
                    .is_some_and(|last| reduced(last.span.of(text)) == reduced(heading.span.of(text)));
            if is_repeated {
                continue;
            }
            push(&mut headings, &mut open, heading);
        }
    }
    number(document, pack, &mut headings, cell_blocks);
    let sections = sections(text, pack, &headings);
    Outline { headings, sections }
}

/// The headings of the pack's sections that stand in rows of a table, which a line of tabs or spaces may look like.
fn headings_in(text: &str, table: &Table, pack: &Pack) -> Vec<Paragraph> {
    let of_row = |row: &[Cell]| {
        let mut shown = row.iter().map(|cell| cell.span).filter(|span| !span.is_empty());
        let first = shown.next()?;
        let span = shown.next().map_or(first, |second| first.join(second));
        if shown.next().is_some() {
            return None;
        }
        let body = span.of(text);
        if body.chars().nth(LONGEST_HEADING).is_some() {
            return None;
        }
        let number = number::read(text, span)
            .filter(|number| matches!(number.style, NumberStyle::Chinese | NumberStyle::Part))?;
        let is_label = row.iter().any(|cell| !pack.labels.find(cell.span.of(text)).is_empty());
        let is_section = || {
            let title = reduced(body);
            pack.sections.iter().any(|section| section.words.is_in(&title))
        };
        (!is_label && is_section()).then_some(Paragraph { span, heading: None, number: Some(number) })
    };
    table.rows().filter_map(of_row).collect()
}

/// Adds a heading to those before it, below the one that it belongs to.
fn push(headings: &mut Vec<Heading>, open: &mut Vec<usize>, mut heading: Heading) {
    while let Some(&last) = open.last() {
        if headings.get(last).is_some_and(|above| is_above(above, &heading, open, headings)) {
            break;
        }
        open.pop();
    }
    heading.parent = open.last().copied();
    open.push(headings.len());
    headings.push(heading);
}

fn heading(text: &str, block: usize, paragraph: &Paragraph) -> Option<Heading> {
    let body = paragraph.span.of(text);
    let number = paragraph.number;
    if number.is_none() && paragraph.heading.is_none() {
        return None;
    }
    let title_end = body.find(['。', '：', '；']).unwrap_or(body.len());
    let title_end = if body.chars().nth(LONGEST_HEADING).is_some() { title_end } else { body.len() };
    let span = Span::new(paragraph.span.start as usize, paragraph.span.start as usize + title_end);
    Some(Heading {
        block,
        span,
        number: number.map(|number| number.value),
        number_span: number.map_or(span, |number| number.span),
        expected: None,
        lost: None,
        parent: None,
        previous: None,
        style: number.map(|number| number.style),
        level: paragraph.heading,
    })
}

/// Whether `above` can be the parent of `next`: its level says so, or its style is not one met again.
fn is_above(above: &Heading, next: &Heading, open: &[usize], headings: &[Heading]) -> bool {
    if let (Some(upper), Some(lower)) = (above.level, next.level) {
        return upper < lower;
    }
    if above.level.is_some() && next.style.is_none() {
        return false;
    }
    // A style that is open already goes on at its own depth; any other opens a depth below.
    !open.iter().any(|&index| {
        headings.get(index).is_some_and(|heading| heading.style.is_some() && heading.style == next.style)
    })
}

/// Works out the numbers that headings should have. Of several explanations for numbers that do not run on, the
/// one with the fewest wrong numbers is taken: one number out of step is a wrong number, all those after it a gap.
fn number(document: &Document<'_>, pack: &Pack, headings: &mut [Heading], cell_blocks: &[usize]) {
    let mut siblings: BTreeMap<(Option<usize>, NumberStyle, Option<u8>), Vec<usize>> = BTreeMap::new();
    for (index, heading) in headings.iter().enumerate() {
        if let Some(style) = heading.style {
            siblings.entry((heading.parent, style, heading.level)).or_default().push(index);
        }
    }
    for siblings in siblings.values() {
        run(document, pack, headings, siblings, cell_blocks);
    }
}

fn run(
    document: &Document<'_>,
    pack: &Pack,
    headings: &mut [Heading],
    siblings: &[usize],
    cell_blocks: &[usize],
) {
    let value = |headings: &[Heading], place: usize| {
        siblings.get(place).and_then(|&index| headings.get(index)).and_then(|heading| heading.number)
    };
    let mut counted = 0_u32;
    let mut previous = None;
    for (place, &index) in siblings.iter().enumerate() {
        let Some(found) = value(headings, place) else { continue };
        let style = headings.get(index).and_then(|heading| heading.style);
        let starts_anew = found == 1
            && (counted >= 3
                || (counted > 0 && !matches!(style, Some(NumberStyle::Chinese | NumberStyle::Part))));
        let expected = if starts_anew { 1 } else { counted + 1 };
        let next = value(headings, place + 1);
        let is_slip = found != expected && next == Some(expected + 1);
        counted = if is_slip { expected } else { found };
        let lost = if found == expected + 1 && !is_slip {
            // What stands before another numbered heading belongs with that one.
            let from = index
                .checked_sub(1)
                .and_then(|before| headings.get(before))
                .map_or(0, |heading| heading.block);
            let style = style.unwrap_or(NumberStyle::Arabic);
            headings.get(index).and_then(|heading| {
                lost_heading(document, pack, from..heading.block, style, expected, cell_blocks)
            })
        } else {
            None
        };
        if let Some(heading) = headings.get_mut(index) {
            heading.expected = Some(expected);
            heading.lost = lost;
            heading.previous = previous.filter(|_| !starts_anew);
        }
        previous = Some(index);
    }
}

/// The heading whose number was lost, between two blocks: a short line without a stop, or the number itself in
/// the middle of a paragraph.
fn lost_heading(
    document: &Document<'_>,
    pack: &Pack,
    blocks: std::ops::Range<usize>,
    style: NumberStyle,
    number: u32,
    cell_blocks: &[usize],
) -> Option<Span> {
    const LONGEST: usize = 25;
    let text = document.text();
    let written = written(style, number);
    blocks.filter(|block| cell_blocks.binary_search(block).is_err()).find_map(|block| {
        let Some(Block::Paragraph(paragraph)) = document.blocks().get(block) else { return None };
        let body = paragraph.span.of(text);
        if let Some(at) = written.as_deref().and_then(|written| body.find(written)) {
            let start = paragraph.span.start as usize + at;
            return Some(Span::new(start, start + written.as_ref().map_or(0, String::len)));
        }
        let is_line = paragraph.number.is_none()
            && body.chars().nth(LONGEST).is_none()
            && body.chars().count() >= 4
            && !body.contains(['。', '；', '，', '：', ':', '、'])
            && !body.chars().any(|c| super::figure::digit(c).is_some())
            // The title of a table above its first row.
            && pack.labels.find(body).is_empty();
        is_line.then_some(paragraph.span)
    })
}

/// A number as the middle of a paragraph would have it.
fn written(style: NumberStyle, number: u32) -> Option<String> {
    const NUMERALS: [&str; 20] = [
        "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", "十三", "十四", "十五",
        "十六", "十七", "十八", "十九", "二十",
    ];
    let numeral = NUMERALS.get(number.checked_sub(1)? as usize);
    match style {
        NumberStyle::ChineseInBrackets => Some(format!("（{}）", numeral?)),
        NumberStyle::ArabicInBrackets => Some(format!("（{number}）")),
        NumberStyle::Chinese => Some(format!("{}、", numeral?)),
        _ => None,
    }
}

/// Finds the pack's sections among the headings of one level: the level at which most of them are found. Fewer
/// than half of them say that the headings of this report cannot be told.
fn sections(text: &str, pack: &Pack, headings: &[Heading]) -> Vec<Section> {
    let level = |heading: &Heading| (heading.style, heading.level, heading.parent.is_none());
    let named: Vec<Vec<bool>> = headings
        .iter()
        .map(|heading| {
            let title = reduced(heading.span.of(text));
            pack.sections.iter().map(|section| section.words.is_in(&title)).collect()
        })
        .collect();
    let at_level = |wanted: &Heading| -> Vec<Option<usize>> {
        let mut used = Vec::new();
        (0..pack.sections.len())
            .map(|section| {
                let found = headings.iter().enumerate().position(|(index, heading)| {
                    level(heading) == level(wanted)
                        && !used.contains(&index)
                        && named.get(index).and_then(|named| named.get(section)) == Some(&true)
                });
                used.extend(found);
                found
            })
            .collect()
    };
    let mut levels: Vec<&Heading> = Vec::new();
    for (heading, named) in headings.iter().zip(&named) {
        if named.contains(&true) && !levels.iter().any(|other| level(other) == level(heading)) {
            levels.push(heading);
        }
    }
    let best = levels
        .into_iter()
        .map(at_level)
        .max_by_key(|found| found.iter().flatten().count())
        .filter(|found| found.iter().flatten().count() * 2 >= pack.sections.len().max(1));
    let Some(found) = best else {
        return vec![Section { heading: None, is_present: None }; pack.sections.len()];
    };
    (0..pack.sections.len())
        .map(|section| {
            let own = found.get(section).copied().flatten();
            let next = || found.iter().skip(section + 1).flatten().next().copied();
            let last = || found.iter().take(section).flatten().next_back().copied();
            Section { heading: own.or_else(next).or_else(last), is_present: Some(own.is_some()) }
        })
        .collect()
}

/// A title without its white space, in the simplified script.
fn reduced(title: &str) -> String {
    title.chars().filter(|c| !c.is_whitespace()).map(simplified).collect()
}

impl Heading {
    /// Whether its number is written in one of some styles.
    pub fn is_styled(&self, styles: &[NumberStyle]) -> bool {
        self.style.is_some_and(|style| styles.contains(&style))
    }
}

impl Outline {
    /// The headings above a block of the document, from the innermost out.
    pub fn above(&self, block: usize) -> impl Iterator<Item = &Heading> {
        let last = self.headings.partition_point(|heading| heading.block <= block);
        let start = last.checked_sub(1);
        std::iter::successors(start, |&index| self.headings.get(index)?.parent)
            .filter_map(|index| self.headings.get(index))
    }

    /// Leaves it open whether sections are there that reports of the edition need not have.
    pub fn keep_sections(&mut self, pack: &Pack, edition: Editions) {
        for (section, found) in pack.sections.iter().zip(&mut self.sections) {
            if !section.editions.meets(edition) {
                found.is_present = None;
            }
        }
    }

    /// The innermost heading above a block, by its number.
    pub fn heading_of(&self, block: usize) -> Option<usize> {
        self.headings.partition_point(|heading| heading.block <= block).checked_sub(1)
    }
}
