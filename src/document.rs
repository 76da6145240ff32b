//! The report as a reader sees it: paragraphs with their numbers, tables as grids, pictures; in order, and
//! every piece of text with its place in the file.

pub mod number;
pub mod numeral;
mod pairs;
pub mod table;

use std::borrow::Cow;
use std::sync::Arc;

use unicode_width::UnicodeWidthStr;

use crate::source::content::{Content, Mark, Origin, Remark};
use crate::source::elements::Elements;
use crate::source::place::{Place, Span};
use number::Number;
use table::{Table, TableBuilder};

/// A paragraph or heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paragraph {
    /// Its text.
    pub span: Span,
    /// Heading level, where the file format itself says that it is one.
    pub heading: Option<u8>,
    /// The number it starts with.
    pub number: Option<Number>,
}

/// A block of the report.
#[derive(Clone, Debug)]
pub enum Block {
    /// Running text or a heading.
    Paragraph(Paragraph),
    /// A table.
    Table(Table),
    /// An image.
    Picture(Span),
}

impl Block {
    /// Its place in the document.
    pub fn span(&self) -> Span {
        match self {
            Block::Paragraph(paragraph) => paragraph.span,
            Block::Table(table) => {
                table.cells().iter().map(|cell| cell.span).reduce(Span::join).unwrap_or_default()
            }
            Block::Picture(span) => *span,
        }
    }
}

/// A report. Spans are in [`Document::text`]; [`Document::place`] turns them into places in the file.
#[derive(Clone, Debug)]
pub struct Document<'s> {
    text: Cow<'s, str>,
    origin: Arc<Origin>,
    blocks: Vec<Block>,
    remarks: Vec<Remark>,
    elements: Option<Arc<Elements>>,
}

impl<'s> Document<'s> {
    /// Builds the document from what a reader found.
    pub fn new(content: Content<'s>) -> Self {
        let Content { text, origin, marks, remarks, elements } = content;
        let wrap = wrap_width(&text, &marks);
        let mut blocks: Vec<Block> = Vec::new();
        let mut table: Option<TableBuilder> = None;
        for mark in marks {
            match mark {
                Mark::Text { span, heading } => push_paragraph(&text, &mut blocks, span, heading, wrap),
                Mark::Picture(span) => blocks.push(Block::Picture(span)),
                Mark::TableStart(geometry) => table = Some(TableBuilder::new(geometry)),
                Mark::RowStart => {
                    if let Some(table) = &mut table {
                        table.row();
                    }
                }
                Mark::Cell { span, colspan, rowspan } => {
                    if let Some(table) = &mut table {
                        table.cell(span, colspan, rowspan);
                    }
                }
                Mark::TableEnd => {
                    let found = table.take().and_then(TableBuilder::finish);
                    blocks.extend(found.map(|found| Block::Table(pairs::headed(&text, found))));
                }
            }
        }
        Self { text, origin: Arc::new(origin), blocks, remarks, elements }
    }

    /// The text of the report in reading order.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The blocks in reading order.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// The elements of the text, where it is read as such.
    pub fn elements(&self) -> Option<&Elements> {
        self.elements.as_deref()
    }

    /// What must be known to trust the reading of the file.
    pub fn remarks(&self) -> &[Remark] {
        &self.remarks
    }

    /// The document that some of its blocks are.
    #[must_use]
    pub fn part(&self, blocks: std::ops::Range<usize>) -> Document<'_> {
        Document {
            text: Cow::Borrowed(&self.text),
            origin: Arc::clone(&self.origin),
            // What is said of the file is said once.
            remarks: if blocks.start == 0 { self.remarks.clone() } else { Vec::new() },
            blocks: self.blocks.get(blocks).unwrap_or_default().to_vec(),
            elements: None,
        }
    }

    /// Where a piece of the text stands in the file.
    pub fn place(&self, span: Span) -> Place {
        self.origin.place(span)
    }
}

fn push_paragraph(text: &str, blocks: &mut Vec<Block>, span: Span, heading: Option<u8>, wrap: Option<usize>) {
    let number = number::read(text, span);
    if let (Some(wrap), None, None) = (wrap, heading, number)
        && let Some(Block::Paragraph(last)) = blocks.last_mut()
        && last.heading.is_none()
        && goes_on(text, last.span, span, wrap)
    {
        last.span = last.span.join(span);
        return;
    }
    blocks.push(Block::Paragraph(Paragraph { span, heading, number }));
}

/// The width in columns at which the lines of a text are broken, where they are: no line is longer, and many
/// lines end near it.
fn wrap_width(text: &str, marks: &[Mark]) -> Option<usize> {
    const WIDEST: usize = 120;
    const SLACK: usize = 4;
    let lines = || {
        marks.iter().filter_map(|mark| match mark {
            Mark::Text { span, heading: None } => Some(*span),
            _ => None,
        })
    };
    // Bytes bound columns from above closely enough to tell most texts by one paragraph.
    if lines().any(|line| line.len() > WIDEST * 2) {
        return None;
    }
    let widths: Vec<usize> = lines().map(|line| line.of(text).width()).collect();
    let widest = widths.iter().copied().max().filter(|&widest| (40..=WIDEST).contains(&widest))?;
    let full = widths.iter().filter(|&&width| width + SLACK >= widest).count();
    (full >= 5 && full * 3 >= widths.len()).then_some(widest - SLACK)
}

/// Whether `next` is the rest of a line that was broken at the end of `last`.
fn goes_on(text: &str, last: Span, next: Span, wrap: usize) -> bool {
    let gap = Span { start: last.end, end: next.start }.of(text);
    let line = last.of(text).rsplit('\n').next().unwrap_or_default();
    let is_indented = gap.rsplit('\n').next().is_some_and(|indent| !indent.is_empty());
    gap.matches('\n').count() == 1
        && !is_indented
        && line.trim().width() >= wrap
        && !line.trim_end().ends_with(['。', '！', '？', '：', '；', '.', '!', '?', ':'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;

    fn paragraphs(text: &str) -> Vec<String> {
        let source = Source::from_text("a.txt", text.into());
        let document = Document::new(source.content());
        let text = document.text();
        document
            .blocks()
            .iter()
            .filter_map(|block| match block {
                Block::Paragraph(paragraph) => Some(paragraph.span.of(text).replace('\n', "~")),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn lines_broken_at_a_width_are_joined() {
        let line = "甲乙丙丁戊己庚辛壬癸".repeat(3);
        let text = format!("题目\n{line}\n{line}\n{line}\n{line}\n{line}\n尾。\n一、标题\n");
        let joined = [line.as_str(); 5].join("~") + "~尾。";
        assert_eq!(paragraphs(&text), ["题目".to_owned(), joined, "一、标题".to_owned()]);
    }

    #[test]
    fn a_long_title_stays_apart_from_the_text_below_it() {
        let title = "某市某区中心图书阅览馆关于二〇二〇年某某工作情况的年度总结报告";
        let text = format!("{title}\n现将{}。\n", "有关情况报告如下".repeat(20));
        assert_eq!(paragraphs(&text).len(), 2);
    }
}
