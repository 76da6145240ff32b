//! HTML as offices publish it: real pages and Word exports, tags unclosed, in any case, wrongly nested.

mod concealed;
mod entities;
mod page;
mod tables;
mod tags;

use std::ops::Range;

use self::concealed::{Concealed, may_conceal};
use self::entities::decoded;
use self::tables::OpenTable;
use super::content::{Content, ContentBuilder, Mark};
use super::kind::{Format, Reads};
use super::place::Span;

/// HTML files.
pub const FORMAT: Format = Format {
    name: "html",
    extensions: &["html", "htm", "xhtml", "shtml", "mht", "mhtml"],
    read: Reads::Text(read),
};

fn read(source: &str) -> Content<'_> {
    let read_with = |concealing| {
        let mut builder = ContentBuilder::with_capacity(source.len() / 2);
        let concealed = read_as(source, 0..source.len(), &mut builder, concealing);
        (builder, concealed)
    };
    let (builder, concealed) = read_with(true);
    // A page that hides most of its text has a script to show it.
    if concealed > builder.text().len() * 2 { read_with(false).0.finish() } else { builder.finish() }
}

/// Reads the HTML in `range` of `source` into `builder`.
pub fn read_into(source: &str, range: Range<usize>, builder: &mut ContentBuilder) {
    read_as(source, range, builder, true);
}

/// Reads HTML with or without what its own styles hide, and says how many bytes of text were left out so.
fn read_as(source: &str, range: Range<usize>, builder: &mut ContentBuilder, is_concealing: bool) -> usize {
    let mut reader = Reader::new(source, range, builder, is_concealing);
    reader.page();
    reader.end_of_input();
    reader.concealed.bytes
}

/// Parts the lines and paragraphs of a cell; no line break of the source reads like it.
const PARAGRAPH: char = '\u{2029}';

/// Parts the lines of a heading.
const LINE: char = '\u{2028}';

/// What a tag does to the reading of a report.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Element {
    #[default]
    Inline,
    Block,
    Heading(u8),
    Break,
    Table,
    Row,
    Cell,
    Image,
    /// Its text is not part of the page.
    Hidden,
}

impl Element {
    fn named(name: &[u8]) -> Self {
        match name {
            b"td" | b"th" => Element::Cell,
            b"tr" => Element::Row,
            b"table" => Element::Table,
            b"br" => Element::Break,
            b"img" | b"v:imagedata" => Element::Image,
            b"h1" => Element::Heading(1),
            b"h2" => Element::Heading(2),
            b"h3" => Element::Heading(3),
            b"h4" => Element::Heading(4),
            b"h5" => Element::Heading(5),
            b"h6" => Element::Heading(6),
            b"title" | b"script" | b"style" | b"template" => Element::Hidden,
            b"p" | b"div" | b"section" | b"article" | b"main" | b"aside" | b"header" | b"footer" | b"nav"
            | b"center" | b"li" | b"ul" | b"ol" | b"dl" | b"dt" | b"dd" | b"blockquote" | b"pre"
            | b"form" | b"fieldset" | b"figure" | b"figcaption" | b"caption" | b"hr" | b"head" | b"body"
            | b"html" | b"thead" | b"tbody" | b"tfoot" | b"address" | b"details" | b"summary" => {
                Element::Block
            }
            _ => Element::Inline,
        }
    }
}

/// The start tag being read.
#[derive(Default)]
struct Tag {
    element: Element,
    start: usize,
    colspan: u16,
    rowspan: u16,
    name: Vec<u8>,
    is_concealed: bool,
}

struct Reader<'h, 'b> {
    html: &'h str,
    /// Offset of `html` in the source.
    base: u32,
    builder: &'b mut ContentBuilder,
    tables: Vec<OpenTable>,
    /// Start, in the content text, of the block or cell being read.
    block: Option<usize>,
    /// Number of open elements whose text is not part of the page.
    hidden: u32,
    /// Whether elements of the page may be hidden, so that the names of tags must be kept.
    is_concealing: bool,
    concealed: Concealed,
    heading: Option<u8>,
    /// Number of blocks open within the heading.
    blocks_in_heading: u32,
    /// Where headings start within cells, with their levels.
    cell_headings: Vec<(usize, u8)>,
    tag: Tag,
}

impl<'h, 'b> Reader<'h, 'b> {
    fn new(
        source: &'h str,
        range: Range<usize>,
        builder: &'b mut ContentBuilder,
        is_concealing: bool,
    ) -> Self {
        let html = source.get(range.clone()).unwrap_or_default();
        Self {
            html,
            base: Span::new(range.start, range.end).start,
            builder,
            tables: Vec::new(),
            block: None,
            hidden: 0,
            is_concealing: is_concealing && may_conceal(html),
            concealed: Concealed::default(),
            heading: None,
            blocks_in_heading: 0,
            cell_headings: Vec::new(),
            tag: Tag::default(),
        }
    }

    fn start(&mut self, self_closing: bool, after: usize) {
        let Tag { element, start, is_concealed, .. } = self.tag;
        if self.concealed.is_open() {
            self.concealed.start(&self.tag.name, element);
            if self.concealed.is_open() {
                return;
            }
        }
        let is_void =
            self_closing || matches!(self.tag.name.as_slice(), b"br" | b"img" | b"hr" | b"input" | b"col");
        if is_concealed && !is_void && self.hidden == 0 {
            if matches!(element, Element::Block | Element::Heading(_) | Element::Table) {
                self.block_border(start);
            }
            self.concealed.name.clone_from(&self.tag.name);
            self.concealed.depth = 1;
            return;
        }
        if element == Element::Hidden {
            self.hidden += u32::from(!self_closing);
            return;
        }
        if self.hidden > 0 {
            return;
        }
        match element {
            Element::Inline | Element::Hidden => {}
            Element::Image => {
                let span = self.here(start);
                self.builder.marks.push(Mark::Picture(span));
            }
            Element::Break => self.line_break(start, after),
            Element::Block => {
                // A block behind the text of a heading is none of it, though the heading was left open.
                let has_text = self.block.is_some();
                self.block_border(start);
                self.heading = self.heading.filter(|_| !has_text || self.in_cell());
                self.blocks_in_heading += u32::from(self.heading.is_some());
            }
            Element::Heading(level) => {
                self.block_border(start);
                self.blocks_in_heading = 0;
                if self.in_cell() {
                    self.cell_headings.push((self.builder.position(), level));
                } else {
                    self.heading = Some(level);
                }
            }
            Element::Table => self.table_start(start),
            Element::Row => self.row_start(start),
            Element::Cell => self.cell_start(start),
        }
    }

    fn end(&mut self, element: Element, at: Range<usize>) {
        if element == Element::Hidden {
            self.hidden = self.hidden.saturating_sub(1);
            return;
        }
        if self.hidden > 0 {
            return;
        }
        match element {
            Element::Inline | Element::Hidden | Element::Image => {}
            Element::Break => self.line_break(at.start, at.end),
            Element::Block if self.blocks_in_heading > 0 => {
                self.block_border(at.start);
                self.blocks_in_heading -= 1;
            }
            Element::Block | Element::Heading(_) => {
                self.block_border(at.start);
                self.heading = None;
                self.blocks_in_heading = 0;
            }
            Element::Table => self.table_end(at.start),
            Element::Row => self.row_end(at.start),
            Element::Cell => self.cell_end(at.start),
        }
    }

    /// An empty span in the content text, placed at `source`.
    fn here(&mut self, source: usize) -> Span {
        let at = self.builder.position();
        self.builder.separator(self.source(source));
        Span::new(at, at)
    }

    fn source(&self, at: usize) -> u32 {
        self.base.saturating_add(Span::new(at, at).start)
    }

    /// Ends a paragraph; within a cell, parts two lines of it.
    fn block_border(&mut self, source: usize) {
        if self.in_cell() {
            self.line_break(source, source);
        } else {
            self.flush(source);
        }
    }

    fn line_break(&mut self, start: usize, end: usize) {
        let border = match (self.in_cell(), self.heading) {
            (true, _) => PARAGRAPH,
            (false, Some(_)) => LINE,
            (false, None) => return self.flush(start),
        };
        if let Some(block) = self.block {
            let text = self.builder.text().get(block..).unwrap_or_default();
            if !text.trim().is_empty() && !text.ends_with(border) {
                let source = Span { start: self.source(start), end: self.source(end) };
                self.builder.replaced(border.encode_utf8(&mut [0; 4]), source);
            }
        }
    }

    fn flush(&mut self, source: usize) {
        if let Some(start) = self.block.take() {
            self.paragraphs(Span::new(start, self.builder.position()));
            self.builder.separator(self.source(source));
        }
    }

    /// Marks the paragraphs of a stretch of text.
    fn paragraphs(&mut self, span: Span) {
        let text = self.builder.text();
        let mut at = span.start as usize;
        let mut found = Vec::new();
        for part in span.of(text).split(PARAGRAPH) {
            let paragraph = Span::new(at, at + part.len());
            let in_cell = self.cell_headings.iter().find(|(start, _)| paragraph.range().contains(start));
            let heading = in_cell.map(|&(_, level)| level).or(self.heading);
            found.push((paragraph.trim(text), heading));
            at += part.len() + PARAGRAPH.len_utf8();
        }
        let marks = found.into_iter().filter(|(span, _)| !span.is_empty());
        self.builder.marks.extend(marks.map(|(span, heading)| Mark::Text { span, heading }));
    }

    fn end_of_input(&mut self) {
        let end = self.html.len();
        while !self.tables.is_empty() {
            self.table_end(end);
        }
        self.flush(end);
    }

    fn string(&mut self, value: &str, at: Range<usize>) {
        if self.concealed.is_open() {
            self.concealed.bytes += value.trim_ascii().len();
            return;
        }
        if self.hidden > 0 {
            return;
        }
        if self.block.is_none() {
            if value.trim().is_empty() {
                return;
            }
            self.block = Some(self.builder.position());
        }
        let source = Span { start: self.source(at.start), end: self.source(at.end) };
        match self.html.get(at) {
            Some(raw) if raw == value => self.builder.verbatim(value, source.start),
            Some(raw) => decoded(self.builder, raw, value, source),
            None => self.builder.replaced(value, source),
        }
    }
}

#[cfg(test)]
mod tests;
