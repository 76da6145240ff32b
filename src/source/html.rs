//! HTML as offices publish it: real pages and Word exports, tags unclosed, in any case, wrongly nested.

mod concealed;
mod tags;

use std::ops::Range;

use html5gum::emitters::ForwardingEmitter;
use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Emitter, Span as Bytes, Tokenizer, naive_next_state};

use self::concealed::{Concealed, conceals, may_conceal};
use self::tags::Attribute;
use super::content::{Content, ContentBuilder, Geometry, Mark};
use super::kind::{Format, Reads};
use super::place::Span;
use super::visible::is_invisible;

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

/// Hands on all but the errors of a page.
struct Faultless<E>(E);

impl<E: Emitter> ForwardingEmitter for Faultless<E> {
    type Token = E::Token;

    fn inner(&mut self) -> &mut impl Emitter<Token = E::Token> {
        &mut self.0
    }

    fn should_emit_errors(&mut self) -> bool {
        false
    }
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

/// A table whose end has not been met.
struct OpenTable {
    /// Index of its [`Mark::TableStart`].
    first_mark: usize,
    /// It holds another table, so it only lays out the page: its cells are running text.
    is_layout: bool,
    in_row: bool,
    /// Columns and rows spanned by the cell being read.
    cell: Option<(u16, u16)>,
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

    /// Reads all of the page.
    fn page(&mut self) {
        let html = self.html;
        let (mut name, mut attributes) = (Vec::new(), Vec::new());
        let mut at = 0;
        while let Some(rest) = html.as_bytes().get(at..).filter(|rest| !rest.is_empty()) {
            if rest.first() != Some(&b'<') {
                let end = memchr::memchr(b'<', rest).map_or(html.len(), |length| at + length);
                self.text(at..end);
                at = end;
                continue;
            }
            let tag = tags::read(html.as_bytes(), at, &mut attributes);
            name.clear();
            name.extend_from_slice(tag.as_ref().map(|tag| tag.name).unwrap_or_default());
            name.make_ascii_lowercase();
            at = match tag {
                Some(tag) if tag.is_end => {
                    self.end_tag(&name, at..tag.end);
                    tag.end
                }
                Some(tag) if naive_next_state(&name).is_none() => {
                    self.open(&name, at);
                    for &(attribute, value) in &attributes {
                        self.attribute(attribute, value);
                    }
                    self.start(tag.is_self_closing, tag.end);
                    tag.end
                }
                _ => self.odd(at..html.len()),
            };
        }
    }

    /// Reads text between tags.
    fn text(&mut self, range: Range<usize>) {
        let Some(text) = self.html.get(range.clone()) else { return };
        if memchr::memchr2(b'&', b'\r', text.as_bytes()).is_some() {
            self.odd(range);
        } else {
            self.string(text, range);
        }
    }

    /// Has html5gum read up to the end of the next tag, with the text of an element whose text holds no tags, or of the
    /// next comment. Says where that is.
    fn odd(&mut self, range: Range<usize>) -> usize {
        let Some(html) = self.html.get(range.clone()) else { return range.end };
        let mut holds_no_tags = false;
        let mut attribute = None;
        let mut events = CallbackEmitter::new(|event: CallbackEvent<'_>, at: Bytes<usize>| {
            let (start, end) = (at.start + range.start, at.end + range.start);
            match event {
                CallbackEvent::String { value } => {
                    self.string(std::str::from_utf8(value).unwrap_or_default(), start..end);
                }
                CallbackEvent::OpenStartTag { name } => {
                    holds_no_tags = naive_next_state(name).is_some();
                    self.open(name, start);
                }
                CallbackEvent::AttributeName { name } => attribute = Attribute::named(name),
                CallbackEvent::AttributeValue { value } => {
                    if let Some(attribute) = attribute {
                        self.attribute(attribute, value);
                    }
                }
                CallbackEvent::CloseStartTag { self_closing } => {
                    self.start(self_closing, end);
                    return Some(end).filter(|_| !holds_no_tags);
                }
                CallbackEvent::EndTag { name } => {
                    self.end_tag(name, start..end);
                    return Some(end);
                }
                CallbackEvent::Comment { .. } | CallbackEvent::Doctype { .. } => return Some(end),
                CallbackEvent::Error(_) => {}
            }
            None
        });
        events.naively_switch_states(true);
        let mut ends = Tokenizer::new_with_emitter(html, Faultless(events));
        // The tokenizer cannot fail on a string: its only error is that of an input stream.
        ends.next().and_then(Result::ok).unwrap_or(range.end)
    }

    /// Meets the name of a start tag.
    fn open(&mut self, name: &[u8], start: usize) {
        let mut kept = std::mem::take(&mut self.tag.name);
        kept.clear();
        if self.is_concealing {
            kept.extend_from_slice(name);
        }
        let element = Element::named(name);
        self.tag = Tag { element, start, colspan: 1, rowspan: 1, name: kept, is_concealed: false };
    }

    /// Meets an attribute of the start tag. An empty value says nothing.
    fn attribute(&mut self, attribute: Attribute, value: &[u8]) {
        match attribute {
            _ if value.is_empty() => {}
            Attribute::Colspan => self.tag.colspan = span_count(value),
            Attribute::Rowspan => self.tag.rowspan = span_count(value),
            Attribute::Style => self.tag.is_concealed |= self.is_concealing && conceals(value),
        }
    }

    fn end_tag(&mut self, name: &[u8], at: Range<usize>) {
        if self.concealed.is_open() {
            self.concealed.end(name);
        } else {
            self.end(Element::named(name), at);
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

    fn in_cell(&self) -> bool {
        self.tables.last().is_some_and(|table| !table.is_layout && table.cell.is_some())
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

    fn table_start(&mut self, source: usize) {
        if let Some(outer) = self.tables.last_mut()
            && !outer.is_layout
        {
            outer.is_layout = true;
            let first = outer.first_mark;
            self.run_text(first);
        }
        self.flush(source);
        self.heading = None;
        let first_mark = self.builder.marks.len();
        self.builder.marks.push(Mark::TableStart(Geometry::Spanned));
        self.tables.push(OpenTable { first_mark, is_layout: false, in_row: false, cell: None });
    }

    fn table_end(&mut self, source: usize) {
        self.row_end(source);
        match self.tables.pop() {
            Some(OpenTable { is_layout: false, first_mark, .. }) => {
                self.builder.marks.push(Mark::TableEnd);
                if self.holds_prose(first_mark) {
                    self.run_text(first_mark);
                }
            }
            _ => self.flush(source),
        }
    }

    /// Whether a cell from mark `first` on holds several paragraphs, one of them long: no table of figures.
    fn holds_prose(&self, first: usize) -> bool {
        let text = self.builder.text();
        let is_prose = |cell: &str| {
            cell.matches(PARAGRAPH).count() >= 2
                && cell.split(PARAGRAPH).any(|part| part.chars().nth(60).is_some())
        };
        self.builder
            .marks
            .iter()
            .skip(first)
            .any(|mark| matches!(mark, Mark::Cell { span, .. } if is_prose(span.of(text))))
    }

    /// Turns the marks from `first` on from a table into the running text of its cells.
    fn run_text(&mut self, first: usize) {
        for mark in self.builder.marks.split_off(first) {
            match mark {
                Mark::Cell { span, .. } => self.paragraphs(span),
                Mark::TableStart(_) | Mark::TableEnd | Mark::RowStart => {}
                Mark::Text { .. } | Mark::Picture(_) => self.builder.marks.push(mark),
            }
        }
    }

    fn row_start(&mut self, source: usize) {
        self.row_end(source);
        self.open_row(source);
    }

    fn open_row(&mut self, source: usize) {
        match self.tables.last_mut() {
            Some(table) if !table.is_layout => {
                table.in_row = true;
                // Stray text between rows is not a cell's.
                self.flush_before_row(source);
                self.builder.marks.push(Mark::RowStart);
            }
            _ => self.flush(source),
        }
    }

    /// Text met in a table outside its cells stands before the table, as browsers show it.
    fn flush_before_row(&mut self, source: usize) {
        let marks = self.builder.marks.len();
        self.flush(source);
        if self.builder.marks.len() > marks
            && let Some(text) = self.builder.marks.pop()
            && let Some(table) = self.tables.last_mut()
        {
            self.builder.marks.insert(table.first_mark, text);
            table.first_mark += 1;
        }
    }

    fn row_end(&mut self, source: usize) {
        self.cell_end(source);
        if let Some(table) = self.tables.last_mut() {
            table.in_row = false;
        }
    }

    fn cell_start(&mut self, source: usize) {
        self.cell_end(source);
        let spans = (self.tag.colspan, self.tag.rowspan);
        match self.tables.last() {
            Some(table) if table.is_layout => return,
            Some(table) if table.in_row => {}
            Some(_) => self.open_row(source),
            None => return,
        }
        self.flush_before_row(source);
        if let Some(table) = self.tables.last_mut() {
            table.cell = Some(spans);
        }
        self.block = Some(self.builder.position());
    }

    fn cell_end(&mut self, source: usize) {
        let Some(table) = self.tables.last_mut() else { return };
        if table.is_layout {
            self.flush(source);
            return;
        }
        let Some((colspan, rowspan)) = table.cell.take() else { return };
        let text = self.builder.text();
        let start = self.block.take().unwrap_or(text.len());
        let inner = Span::new(start, text.len()).trim(text);
        if inner.is_empty() {
            let span = self.here(source);
            self.builder.marks.push(Mark::Cell { span, colspan, rowspan });
        } else {
            self.builder.marks.push(Mark::Cell { span: inner, colspan, rowspan });
            self.builder.separator(self.source(source));
        }
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

/// The number of columns or rows spanned; browsers read a missing, zero or wild value as these bounds do.
fn span_count(value: &[u8]) -> u16 {
    std::str::from_utf8(value)
        .ok()
        .and_then(|value| value.trim().parse().ok())
        .map_or(1, |count: u16| count.clamp(1, 1000))
}

/// Adds `value`, which the source writes as `raw`: verbatim runs with entities between them.
fn decoded(builder: &mut ContentBuilder, raw: &str, value: &str, source: Span) {
    let (mut raw_at, mut value_at) = (0, 0);
    while let (Some(raw_rest), Some(value_rest)) = (raw.get(raw_at..), value.get(value_at..)) {
        if raw_rest.is_empty() || value_rest.is_empty() {
            break;
        }
        let run = raw_rest.find(['&', '\r', '\0']).unwrap_or(raw_rest.len());
        let Some((verbatim, after)) =
            value_rest.split_at_checked(run).filter(|(verbatim, _)| raw_rest.starts_with(verbatim))
        else {
            break;
        };
        if !verbatim.is_empty() {
            builder.verbatim(verbatim, source.start + Span::new(0, raw_at).end);
        }
        raw_at += run;
        value_at += run;
        let entity = entity_length(raw.get(raw_at..).unwrap_or_default());
        let Some(character) = after.chars().next().filter(|_| entity > 0) else { continue };
        let place = Span::new(raw_at, raw_at + entity).shift(source.start);
        if !is_invisible(character) {
            builder.replaced(after.get(..character.len_utf8()).unwrap_or_default(), place);
        }
        raw_at += entity;
        value_at += character.len_utf8();
    }
    if let Some(rest) = value.get(value_at..).filter(|rest| !rest.is_empty()) {
        let place = Span::new(raw_at.min(source.len()), source.len()).shift(source.start);
        builder.replaced(rest, place);
    }
}

/// Bytes of the entity, or of the character read as another one, at the start of `raw`.
fn entity_length(raw: &str) -> usize {
    match raw.as_bytes() {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\0', ..] => 1,
        [b'&', rest @ ..] => {
            let name = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'#').count();
            1 + name + usize::from(rest.get(name) == Some(&b';'))
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests;
