//! XML of any kind as headings and tables: an element that holds elements is a heading, elements alike with values in
//! them are the rows of a table, and other values stand in a table of two columns beside their names.

use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::content::{CELL_BREAK, Content, ContentBuilder, Geometry, Mark, RemarkKind};
use super::kind::{Format, Reads};
use super::place::Span;

/// XML files.
pub const FORMAT: Format = Format { name: "xml", extensions: &["xml"], read: Reads::Text(read) };

/// Elements in elements at most.
const MAX_DEPTH: usize = 200;
/// Columns of a table of elements at most: more are rather a text.
const MAX_COLUMNS: usize = 256;

/// A stretch of text in the source, and what it stands for if that is something else.
type Piece = (Range<usize>, Option<String>);

/// An element.
#[derive(Debug, Default)]
struct Element {
    /// Its name without a prefix.
    name: Range<usize>,
    children: Vec<Element>,
    /// Its attributes but those that declare something: name and value.
    attributes: Vec<(Range<usize>, Range<usize>)>,
    text: Vec<Piece>,
}

fn read(source: &str) -> Content<'_> {
    let mut writer = Writer { source, builder: ContentBuilder::with_capacity(source.len() / 2) };
    let (root, problem) = tree(source);
    for element in &root.children {
        writer.element(element, 1);
    }
    if let Some((at, problem)) = problem {
        let line = source.get(..at).unwrap_or(source).matches('\n').count() + 1;
        writer.builder.separator(Span::new(at.min(source.len()), 0).start);
        writer.builder.remark(format!("the XML cannot be read past line {line}: {problem}"), RemarkKind::Gap);
        writer.builder.separator(Span::new(at.min(source.len()), 0).start);
    }
    writer.builder.finish()
}

/// The elements of a text under one that stands for the file, and what is wrong with the text.
fn tree(source: &str) -> (Element, Option<(usize, String)>) {
    let mut reader = Reader::from_str(source);
    let config = reader.config_mut();
    config.expand_empty_elements = true;
    config.allow_dangling_amp = true;
    let mut open = vec![Element::default()];
    let mut problem = None;
    let position = |reader: &Reader<&[u8]>| usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
    loop {
        let start = position(&reader);
        let event = match reader.read_event() {
            Ok(event) => event,
            Err(error) => {
                problem = Some((start, error.to_string()));
                break;
            }
        };
        let here = start..position(&reader);
        match event {
            Event::Start(tag) if open.len() <= MAX_DEPTH => open.push(element(source, &tag)),
            Event::Start(_) => {
                problem = Some((start, format!("more than {MAX_DEPTH} elements within each other")));
                break;
            }
            Event::End(_) => close(&mut open),
            Event::Text(_) => add(&mut open, (here, None)),
            Event::CData(_) => {
                // `<![CDATA[` and `]]>` stand around it.
                let inner = here.start + 9..here.end.saturating_sub(3).max(here.start + 9);
                add(&mut open, (inner, None));
            }
            Event::GeneralRef(entity) => {
                let name: &str = &entity;
                let character = entity.resolve_char_ref().ok().flatten().map(String::from);
                let known = quick_xml::escape::resolve_xml_entity(name).map(str::to_owned);
                add(&mut open, (here, character.or(known)));
            }
            Event::Eof => break,
            _ => {}
        }
    }
    if open.len() > 1 {
        problem.get_or_insert_with(|| (source.len(), "it ends in the middle of an element".to_owned()));
    }
    while open.len() > 1 {
        close(&mut open);
    }
    (open.pop().unwrap_or_default(), problem)
}

fn close(open: &mut Vec<Element>) {
    // An end without a start is an error of the reader's.
    if open.len() > 1
        && let Some(element) = open.pop()
        && let Some(parent) = open.last_mut()
    {
        parent.children.push(element);
    }
}

fn add(open: &mut [Element], piece: Piece) {
    if let Some(element) = open.last_mut() {
        element.text.push(piece);
    }
}

fn element(source: &str, tag: &BytesStart<'_>) -> Element {
    let place = |text: &str| {
        // What the reader gives is a part of the source.
        let start = (text.as_ptr() as usize).wrapping_sub(source.as_ptr() as usize);
        let fits = start.checked_add(text.len()).is_some_and(|end| end <= source.len());
        if fits { start..start + text.len() } else { 0..0 }
    };
    let name = tag.local_name();
    let mut element = Element { name: place(name.as_ref()), ..Element::default() };
    for attribute in tag.attributes().with_checks(false).flatten() {
        let key = attribute.key.into_inner();
        let prefix = key.split(':').next().unwrap_or_default();
        if !matches!(prefix, "xmlns" | "xsi" | "xml") {
            let local = attribute.key.local_name();
            element.attributes.push((place(local.as_ref()), place(&attribute.value)));
        }
    }
    element
}

impl Element {
    fn text<'s>(&'s self, source: &'s str) -> impl Iterator<Item = &'s str> {
        self.text.iter().map(move |(range, shown)| match shown {
            Some(shown) => shown.as_str(),
            None => source.get(range.clone()).unwrap_or_default(),
        })
    }

    fn has_text(&self, source: &str) -> bool {
        self.text(source).any(|piece| !piece.trim().is_empty())
    }

    fn is_leaf(&self) -> bool {
        self.children.is_empty()
    }

    /// Whether it holds nothing but values.
    fn is_record(&self, source: &str) -> bool {
        !self.children.is_empty() && self.children.iter().all(Element::is_leaf) && !self.has_text(source)
    }
}

struct Writer<'s> {
    source: &'s str,
    builder: ContentBuilder,
}

impl Writer<'_> {
    fn name(&self, element: &Element) -> &str {
        self.source.get(element.name.clone()).unwrap_or_default()
    }

    fn element(&mut self, element: &Element, level: u8) {
        let span = self.range(element.name.clone());
        self.builder.marks.push(Mark::Text { span, heading: Some(level.min(6)) });
        if element.has_text(self.source) {
            let span = self.text(element, '\n');
            self.builder.marks.push(Mark::Text { span, heading: None });
        }
        if !element.attributes.is_empty() {
            self.builder.marks.push(Mark::TableStart(Geometry::Spanned));
            for (name, value) in &element.attributes {
                self.row(&[name.clone(), value.clone()]);
            }
            self.builder.marks.push(Mark::TableEnd);
        }
        let is_alike = |a: &Element, b: &Element| {
            let (a_record, b_record) = (a.is_record(self.source), b.is_record(self.source));
            (a.is_leaf() && b.is_leaf()) || (a_record && b_record && self.name(a) == self.name(b))
        };
        let runs: Vec<&[Element]> = element.children.chunk_by(is_alike).collect();
        for run in runs {
            match run {
                [first, ..] if first.is_leaf() => self.values(run),
                [_, _, ..] => self.records(run),
                _ => run.iter().for_each(|child| self.element(child, level.saturating_add(1))),
            }
        }
    }

    /// Values beside their names.
    fn values(&mut self, elements: &[Element]) {
        self.builder.marks.push(Mark::TableStart(Geometry::Spanned));
        for element in elements {
            self.builder.marks.push(Mark::RowStart);
            let name = self.range(element.name.clone());
            self.cell(name);
            let value = self.value(element);
            self.cell(value);
        }
        self.builder.marks.push(Mark::TableEnd);
    }

    /// Elements alike as the rows of a table, the names of their values as its header.
    fn records(&mut self, elements: &[Element]) {
        let source = self.source;
        let named = |range: &Range<usize>| source.get(range.clone()).unwrap_or_default();
        let mut columns: Vec<(&str, Range<usize>)> = Vec::new();
        for element in elements {
            let attributes = element.attributes.iter().map(|(name, _)| name);
            for range in attributes.chain(element.children.iter().map(|child| &child.name)) {
                if !columns.iter().any(|(name, _)| *name == named(range)) && columns.len() < MAX_COLUMNS {
                    columns.push((named(range), range.clone()));
                }
            }
        }
        self.builder.marks.push(Mark::TableStart(Geometry::Spanned));
        let header: Vec<Range<usize>> = columns.iter().map(|(_, range)| range.clone()).collect();
        self.row(&header);
        for element in elements {
            self.builder.marks.push(Mark::RowStart);
            for (name, _) in &columns {
                let attribute = element.attributes.iter().find(|(range, _)| named(range) == *name);
                let child = element.children.iter().find(|child| named(&child.name) == *name);
                let span = match (attribute, child) {
                    (_, Some(child)) => self.value(child),
                    (Some((_, value)), None) => self.range(value.clone()),
                    (None, None) => self.range(element.name.end..element.name.end),
                };
                self.cell(span);
            }
        }
        self.builder.marks.push(Mark::TableEnd);
    }

    /// The text of a value; of one without text, its first attribute.
    fn value(&mut self, element: &Element) -> Span {
        match element.attributes.first() {
            Some((_, value)) if !element.has_text(self.source) => self.range(value.clone()),
            _ => self.text(element, CELL_BREAK),
        }
    }

    fn row(&mut self, ranges: &[Range<usize>]) {
        self.builder.marks.push(Mark::RowStart);
        for range in ranges {
            let span = self.range(range.clone());
            self.cell(span);
        }
    }

    fn cell(&mut self, span: Span) {
        self.builder.marks.push(Mark::Cell { span, colspan: 1, rowspan: 1 });
    }

    fn range(&mut self, range: Range<usize>) -> Span {
        let start = self.builder.position();
        let source = Span::new(range.start, range.end);
        self.builder.verbatim(source.of(self.source), source.start);
        let span = Span::new(start, self.builder.position());
        self.builder.separator(source.end);
        span
    }

    fn text(&mut self, element: &Element, line_break: char) -> Span {
        let start = self.builder.position();
        let mut end = element.name.end;
        for (range, shown) in &element.text {
            let source = Span::new(range.start, range.end);
            end = range.end;
            let Some(shown) = shown else {
                let mut at = range.start;
                for line in source.of(self.source).split_inclusive('\n') {
                    let kept = line.trim_end_matches(['\n', '\r']);
                    self.builder.verbatim(kept, Span::new(at, at).start);
                    if kept.len() < line.len() {
                        let place = Span::new(at + kept.len(), at + line.len());
                        self.builder.replaced(line_break.encode_utf8(&mut [0; 4]), place);
                    }
                    at += line.len();
                }
                continue;
            };
            self.builder.replaced(shown, source);
        }
        let span = Span::new(start, self.builder.position()).trim(self.builder.text());
        self.builder.separator(Span::new(end, end).start);
        span
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::place::Place;

    fn sketch(source: &str) -> String {
        let content = read(source);
        let mut out = String::new();
        for mark in &content.marks {
            match mark {
                Mark::Text { span, heading } => {
                    let level = heading.map(|level| level.to_string()).unwrap_or_default();
                    out += &format!("¶{level}{}", span.of(&content.text));
                }
                Mark::TableStart(_) => out.push('['),
                Mark::RowStart => out.push('/'),
                Mark::Cell { span, .. } => out += &format!("{},", span.of(&content.text)),
                Mark::TableEnd => out.push(']'),
                Mark::Picture(_) => {}
            }
        }
        for remark in &content.remarks {
            out += &format!("!{}", remark.message);
        }
        out
    }

    #[test]
    fn values_and_records() {
        let source = "<?xml version=\"1.0\"?><r:报告 xmlns:r='u'><年>2020</年><月>3</月>\
            <区 id='a'><收>1</收><办>2</办></区><区 id='b'><收>4&amp;</收></区></r:报告>";
        assert_eq!(sketch(source), "¶1报告[/年,2020,/月,3,][/id,收,办,/a,1,2,/b,4&,,]");
        let content = read(source);
        let at = content.text.find("4&").unwrap();
        let Place::Bytes(place) = content.origin.place(Span::new(at, at + 2)) else { panic!() };
        assert_eq!(place.of(source), "4&amp;");
    }

    #[test]
    fn entities_of_the_document_are_not_expanded() {
        let source =
            "<!DOCTYPE r [<!ENTITY e \"x\"><!ENTITY f SYSTEM \"file:///etc/passwd\">]><r><a>&e;&f;</a></r>";
        assert_eq!(sketch(source), "¶1r[/a,&e;&f;,]");
    }

    #[test]
    fn what_is_broken_is_told_and_what_stands_before_it_read() {
        assert_eq!(
            sketch("<r>\n<a>1</a><b>2"),
            "¶1r[/a,1,/b,2,]!the XML cannot be read past line 2: it ends in the middle of an element"
        );
    }
}
