//! Markdown: blocks and inline markup by pulldown-cmark; tables by their bars, because the rules of Markdown
//! tables throw away the cells of a row that is longer than its header; tables in HTML by the HTML reader.

use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::content::{Content, ContentBuilder, Mark};
use super::kind::{Format, Reads};
use super::lines::Bars;
use super::place::Span;
use super::visible::is_invisible;
use super::{html, lines, text};

/// Markdown files.
pub const FORMAT: Format =
    Format { name: "markdown", extensions: &["md", "markdown", "mdown", "mkd"], read: Reads::Text(read) };

fn read(source: &str) -> Content<'_> {
    let mut builder = ContentBuilder::with_capacity(source.len());
    for (part, range) in parts(source) {
        match part {
            Part::Blocks => blocks(source, range, &mut builder),
            Part::BarredTable(run) if !lines::is_barred_table(source, &run) => {
                blocks(source, range, &mut builder)
            }
            Part::BarredTable(run) => barred(source, &run, &mut builder),
            Part::HtmlTable => html::read_into(source, range, &mut builder),
        }
    }
    builder.finish()
}

/// A stretch of a Markdown file that is read in one way.
enum Part {
    Blocks,
    BarredTable(Vec<Span>),
    HtmlTable,
}

fn parts(source: &str) -> Vec<(Part, Range<usize>)> {
    let mut parts: Vec<(Part, Range<usize>)> = Vec::new();
    let bars = Bars::of(source);
    let mut quoted = Quoted::default();
    let mut at = 0;
    while at < source.len() {
        let table = html_table(source, at);
        let end = table.as_ref().map_or(source.len(), |table| table.start);
        for line in lines::lines(source, at..end) {
            let range = line.range();
            let is_barred = !quoted.enter(line.of(source)) && bars.part(line.of(source));
            match parts.last_mut() {
                Some((Part::BarredTable(run), part)) if is_barred && part.end >= at => {
                    run.push(line);
                    part.end = range.end;
                }
                Some((Part::Blocks, part)) if !is_barred && part.end >= at => part.end = range.end,
                _ if is_barred => parts.push((Part::BarredTable(vec![line]), range)),
                _ => parts.push((Part::Blocks, range)),
            }
        }
        at = end;
        if let Some(table) = table {
            at = table.end;
            parts.push((Part::HtmlTable, table));
        }
    }
    parts
}

/// Whether lines are within a fence or a comment, where bars are those of an example or of nothing that is shown.
#[derive(Default)]
struct Quoted {
    fence: Option<&'static str>,
    is_comment: bool,
}

impl Quoted {
    /// Turns to the next line.
    fn enter(&mut self, line: &str) -> bool {
        let line = line.trim();
        if self.is_comment {
            self.is_comment = !line.contains("-->");
            return true;
        }
        if let Some(fence) = self.fence {
            if line.starts_with(fence)
                && line
                    .trim_start_matches(fence.as_bytes().first().map_or('`', |&byte| byte.into()))
                    .is_empty()
            {
                self.fence = None;
            }
            return true;
        }
        self.fence = ["```", "~~~"].into_iter().find(|fence| line.starts_with(fence));
        self.is_comment =
            line.rfind("<!--").is_some_and(|at| !line.get(at..).is_some_and(|rest| rest.contains("-->")));
        self.fence.is_some() || self.is_comment
    }
}

/// The next HTML table at or after `from`, with the tables nested in it.
fn html_table(source: &str, from: usize) -> Option<Range<usize>> {
    let tag = |name: &str, from: usize| {
        let bytes = source.as_bytes().get(from..)?;
        memchr::memchr_iter(b'<', bytes)
            .find(|&at| {
                bytes
                    .get(at + 1..at + 1 + name.len())
                    .is_some_and(|word| word.eq_ignore_ascii_case(name.as_bytes()))
            })
            .map(|at| from + at)
    };
    let start = tag("table", from)?;
    let (mut depth, mut at) = (1_u32, start + 1);
    while depth > 0 {
        let end = tag("/table", at);
        match tag("table", at).filter(|&inner| end.is_none_or(|end| inner < end)) {
            Some(inner) => {
                depth += 1;
                at = inner + 1;
            }
            None => {
                let Some(end) = end else { return Some(start..source.len()) };
                depth -= 1;
                at = end + 1;
            }
        }
    }
    let close =
        memchr::memchr(b'>', source.as_bytes().get(at..)?).map_or(source.len(), |close| at + close + 1);
    Some(start..close)
}

fn barred(source: &str, run: &[Span], builder: &mut ContentBuilder) {
    lines::mark_barred(source, run, |mark| {
        let mark = match mark {
            Mark::Cell { span: cell, colspan, rowspan } => {
                let start = builder.position();
                let text = cell.of(source);
                let span = if text.bytes().any(|byte| b"*_`\\<&[~".contains(&byte)) {
                    inline(source, cell, builder);
                    Span::new(start, builder.position()).trim(builder.text())
                } else {
                    builder.verbatim(text, cell.start);
                    Span::new(start, builder.position())
                };
                builder.separator(cell.end);
                Mark::Cell { span, colspan, rowspan }
            }
            other => other,
        };
        builder.marks.push(mark);
    });
}

/// Adds the text of a cell without its inline markup.
fn inline(source: &str, cell: Span, builder: &mut ContentBuilder) {
    let mut writer = Writer::new(source, cell.start, builder);
    for (event, range) in Parser::new_ext(cell.of(source), Options::empty()).into_offset_iter() {
        writer.inline(&event, range);
    }
}

fn blocks(source: &str, range: Range<usize>, builder: &mut ContentBuilder) {
    let Some(markdown) = source.get(range.clone()) else { return };
    let base = Span::new(range.start, range.end).start;
    let mut writer = Writer::new(source, base, builder);
    let mut literal: Option<Range<usize>> = None;
    for (event, at) in Parser::new_ext(markdown, Options::empty()).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(_) | Tag::HtmlBlock) => {
                writer.end_block(at.start);
                literal = Some(at.end..at.start);
            }
            // What is written in Markdown itself is an example.
            Event::End(TagEnd::CodeBlock) => {
                let of_code = |range: &Range<usize>| writer.place(range).of(source);
                let is_example = |text: &str| text.lines().any(|line| line.trim_start().starts_with('|'));
                let shown = literal.take().filter(|range| !is_example(of_code(range)));
                writer.lines(shown);
            }
            Event::End(TagEnd::HtmlBlock) => writer.html(literal.take()),
            Event::Text(_) | Event::Html(_) if literal.is_some() => {
                literal = literal.map(|range| range.start.min(at.start)..range.end.max(at.end));
            }
            Event::Start(Tag::Heading { level, .. }) => {
                writer.end_block(at.start);
                writer.heading = Some(heading_level(level));
            }
            Event::Start(Tag::Item) => {
                writer.end_block(at.start);
                writer.item_number(markdown, at.start);
            }
            Event::Start(Tag::Image { .. }) => writer.picture(at.start),
            Event::End(TagEnd::Item | TagEnd::Paragraph | TagEnd::Heading(_)) => writer.end_block(at.end),
            Event::SoftBreak | Event::HardBreak => writer.end_block(at.start),
            event => writer.inline(&event, at),
        }
    }
    writer.end_block(markdown.len());
}

fn heading_level(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

/// Adds what the Markdown parser finds to the content.
struct Writer<'s, 'b> {
    source: &'s str,
    base: u32,
    builder: &'b mut ContentBuilder,
    block: usize,
    heading: Option<u8>,
}

impl<'s, 'b> Writer<'s, 'b> {
    fn new(source: &'s str, base: u32, builder: &'b mut ContentBuilder) -> Self {
        let block = builder.position();
        Self { source, base, builder, block, heading: None }
    }

    fn place(&self, at: &Range<usize>) -> Span {
        Span::new(at.start, at.end).shift(self.base)
    }

    fn inline(&mut self, event: &Event<'_>, at: Range<usize>) {
        let place = self.place(&at);
        match event {
            Event::Text(text) if place.of(self.source) == text.as_ref() => {
                self.builder.verbatim(text, place.start)
            }
            Event::Text(text) if text.chars().all(is_invisible) => {}
            Event::Text(text) | Event::Code(text) => self.builder.replaced(text, place),
            // White space that no line reader takes for the end of a line.
            Event::InlineHtml(tag) if is_break(tag) => self.builder.replaced("\u{2028}", place),
            Event::SoftBreak | Event::HardBreak => self.builder.replaced("\u{2028}", place),
            _ => {}
        }
    }

    fn end_block(&mut self, at: usize) {
        let span = Span::new(self.block, self.builder.position()).trim(self.builder.text());
        if !span.is_empty() {
            self.builder.marks.push(Mark::Text { span, heading: self.heading.take() });
        }
        self.heading = None;
        self.separate(at);
    }

    fn separate(&mut self, at: usize) {
        let place = self.place(&(at..at));
        self.builder.separator(place.start);
        self.block = self.builder.position();
    }

    /// Keeps the number of an item, which a report may mean as the number of a heading.
    fn item_number(&mut self, markdown: &str, at: usize) {
        let item = markdown.get(at..).unwrap_or_default();
        let digits = item.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 {
            let number = item.get(..digits + 1).unwrap_or_default();
            let place = self.place(&(at..at));
            self.builder.verbatim(number, place.start);
        }
    }

    fn picture(&mut self, at: usize) {
        let span = Span::new(self.builder.position(), self.builder.position());
        self.builder.marks.push(Mark::Picture(span));
        self.separate(at);
    }

    fn lines(&mut self, literal: Option<Range<usize>>) {
        let Some(range) = literal.filter(|range| range.start < range.end) else { return };
        let place = self.place(&range);
        let at = Span::new(self.builder.position(), self.builder.position()).start;
        self.builder.verbatim(place.of(self.source), place.start);
        let moved =
            |span: Span| Span { start: span.start - place.start + at, end: span.end - place.start + at };
        let marks = text::marks(self.source, place.range()).into_iter().map(|mark| match mark {
            Mark::Text { span, heading } => Mark::Text { span: moved(span), heading },
            Mark::Cell { span, colspan, rowspan } => Mark::Cell { span: moved(span), colspan, rowspan },
            other => other,
        });
        self.builder.marks.extend(marks);
        self.separate(range.end);
    }

    fn html(&mut self, literal: Option<Range<usize>>) {
        let Some(range) = literal.filter(|range| range.start < range.end) else { return };
        html::read_into(self.source, self.place(&range).range(), self.builder);
        self.block = self.builder.position();
    }
}

fn is_break(tag: &str) -> bool {
    tag.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("<br"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::place::Place;

    fn sketch(markdown: &str) -> String {
        let content = read(markdown);
        let mut out = String::new();
        for mark in &content.marks {
            match mark {
                Mark::Text { span, heading } => {
                    let level = heading.map(|level| level.to_string()).unwrap_or_default();
                    out += &format!("¶{level}{}", span.of(&content.text));
                }
                Mark::TableStart(_) => out.push('['),
                Mark::RowStart => out.push('/'),
                Mark::Cell { span, .. } => {
                    out += &format!("{},", span.of(&content.text).replace('\u{2028}', "~"))
                }
                Mark::TableEnd => out.push(']'),
                Mark::Picture(_) => out.push('!'),
            }
        }
        out
    }

    #[test]
    fn headings_emphasis_and_item_numbers() {
        assert_eq!(sketch("# 题\n\n共**538**条\n\n1. 甲\n2. 乙\n"), "¶1题¶共538条¶1.甲¶2.乙");
    }

    #[test]
    fn a_row_longer_than_its_header_loses_no_cell() {
        assert_eq!(sketch("说明\n| 甲 |\n|---|\n| 乙<br>的 | **3** |\n尾"), "¶说明[/甲,/乙~的,3,]¶尾");
    }

    #[test]
    fn a_table_in_html_and_an_indented_table() {
        assert_eq!(sketch("文\n\n<table>\n<tr><td>1\n\n<td>2</table>\n\n尾"), "¶文[/1,2,]¶尾");
        assert_eq!(sketch("    甲\t1\n    乙\t2\n"), "[/甲,1,/乙,2,]");
    }

    #[test]
    fn text_keeps_its_place_through_markup() {
        let markdown = "共 **5**38 条 &amp; `9`\n";
        let content = read(markdown);
        let start = content.text.find("538").unwrap();
        let Place::Bytes(place) = content.origin.place(Span::new(start, start + 3)) else { panic!() };
        assert_eq!(place.of(markdown), "5**38");
    }
}
