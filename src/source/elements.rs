//! The elements of an XML text as a tree, each with its place.

use std::collections::HashMap;
use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::place::Span;

/// Elements in elements at most.
const MAX_DEPTH: usize = 200;

/// An element. Names are without prefixes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Element {
    /// Its name.
    pub name: Span,
    /// All of it, with its tags.
    pub extent: Span,
    /// The element that holds it, by number.
    parent: u32,
    /// The number of the first element after all that it holds.
    end: u32,
    /// Its attributes among those of the text.
    attributes: (u32, u32),
}

/// An attribute that does not declare something.
#[derive(Clone, Copy, Debug)]
pub struct Attribute {
    /// Its name.
    pub name: Span,
    /// Its value.
    pub value: Span,
}

/// A stretch of text.
#[derive(Clone, Debug)]
pub struct Piece {
    /// The element that it stands in, by number.
    element: u32,
    /// Where it stands.
    pub span: Span,
    /// What it stands for, if that is something else.
    pub shown: Option<String>,
}

/// What is wrong with a text.
#[derive(Clone, Debug)]
pub struct Problem {
    /// Where.
    pub at: usize,
    /// What.
    pub what: String,
}

/// The elements of a text in their order. The first one, without a name, stands for the text.
#[derive(Clone, Debug)]
pub struct Elements {
    elements: Vec<Element>,
    attributes: Vec<Attribute>,
    pieces: Vec<Piece>,
    /// Elements by the value of their attribute `id`, hashed: the text is not at hand.
    ids: HashMap<String, u32>,
}

/// The number of the element that stands for the text.
pub const ROOT: usize = 0;

fn narrow(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

impl Elements {
    /// The elements of a text, and what is wrong with it.
    pub fn parse(source: &str) -> (Self, Option<Problem>) {
        let mut parser = Parser::new(source);
        let problem = parser.run().err();
        let problem = problem.or_else(|| {
            let is_whole = parser.open.len() <= 1;
            (!is_whole)
                .then(|| Problem { at: source.len(), what: "it ends in the middle of an element".to_owned() })
        });
        while let Some(open) = parser.open.pop() {
            parser.close(open, source.len());
        }
        (parser.tree, problem)
    }

    /// An element by its number.
    pub fn get(&self, number: usize) -> Option<&Element> {
        self.elements.get(number)
    }

    /// The elements right in an element, by number.
    pub fn children(&self, of: usize) -> impl Iterator<Item = usize> {
        let end = self.end(of);
        let first = Some(of + 1).filter(|&first| first < end);
        std::iter::successors(first, move |&child| Some(self.end(child)).filter(|&next| next < end))
    }

    fn end(&self, of: usize) -> usize {
        self.elements.get(of).map_or(of + 1, |element| (element.end as usize).max(of + 1))
    }

    /// The element that holds an element, by number.
    pub fn parent(&self, of: usize) -> Option<usize> {
        self.elements.get(of).map(|element| element.parent as usize).filter(|&parent| parent != of)
    }

    /// The attributes of an element.
    pub fn attributes(&self, of: usize) -> &[Attribute] {
        let range =
            self.elements.get(of).map(|element| element.attributes.0 as usize..element.attributes.1 as usize);
        range.and_then(|range| self.attributes.get(range)).unwrap_or_default()
    }

    /// The value of an attribute of an element.
    pub fn attribute<'s>(&self, of: usize, name: &str, source: &'s str) -> Option<&'s str> {
        let found = self.attributes(of).iter().find(|attribute| attribute.name.of(source) == name);
        found.map(|attribute| attribute.value.of(source))
    }

    /// The element whose `id` has a value, by number.
    pub fn by_id(&self, id: &str) -> Option<usize> {
        self.ids.get(id).map(|&number| number as usize)
    }

    /// The stretches of text right in an element.
    pub fn pieces(&self, of: usize) -> impl Iterator<Item = &Piece> {
        let extent = self.elements.get(of).map(|element| element.extent).unwrap_or_default();
        let range = match of {
            ROOT => 0..self.pieces.len(),
            _ => self.pieces_in(extent),
        };
        self.pieces.get(range).unwrap_or_default().iter().filter(move |piece| piece.element as usize == of)
    }

    fn pieces_in(&self, extent: Span) -> Range<usize> {
        let start = self.pieces.partition_point(|piece| piece.span.start < extent.start);
        let end = self.pieces.partition_point(|piece| piece.span.start < extent.end);
        start..end.max(start)
    }

    /// The place of the text right in an element, without white space around it; of an empty one its end.
    pub fn text_span(&self, of: usize, source: &str) -> Span {
        let span = self.pieces(of).map(|piece| piece.span).reduce(Span::join);
        let end = self.elements.get(of).map_or(0, |element| element.name.end);
        span.map_or(Span { start: end, end }, |span| span.trim(source))
    }

    /// The text right in an element on one line, entities as what they stand for.
    pub fn text(&self, of: usize, source: &str) -> String {
        let mut text = String::new();
        for piece in self.pieces(of) {
            text.push_str(piece.shown.as_deref().unwrap_or_else(|| piece.span.of(source)));
        }
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The name of an element.
    pub fn name<'s>(&self, of: usize, source: &'s str) -> &'s str {
        self.elements.get(of).map_or("", |element| element.name.of(source))
    }

    /// The innermost element that holds a place, by number.
    pub fn at(&self, place: Span) -> usize {
        let last =
            self.elements.partition_point(|element| element.extent.start <= place.start).saturating_sub(1);
        let holds = |&number: &usize| {
            number == ROOT || self.elements.get(number).is_some_and(|element| element.extent.contains(place))
        };
        std::iter::successors(Some(last), |&number| self.parent(number)).find(holds).unwrap_or(ROOT)
    }
}

struct Parser<'s> {
    source: &'s str,
    tree: Elements,
    open: Vec<u32>,
    /// The last event was text: white space behind it belongs to it.
    is_in_text: bool,
}

impl<'s> Parser<'s> {
    fn new(source: &'s str) -> Self {
        let root = Element { extent: Span::new(0, source.len()), ..Element::default() };
        let tree = Elements {
            elements: vec![root],
            attributes: Vec::new(),
            pieces: Vec::new(),
            ids: HashMap::new(),
        };
        Self { source, tree, open: vec![0], is_in_text: false }
    }

    fn run(&mut self) -> Result<(), Problem> {
        let mut reader = Reader::from_str(self.source);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.allow_dangling_amp = true;
        let position =
            |reader: &Reader<&[u8]>| usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        loop {
            let start = position(&reader);
            let event =
                reader.read_event().map_err(|error| Problem { at: start, what: error.to_string() })?;
            let end = position(&reader);
            let was_in_text = std::mem::replace(&mut self.is_in_text, false);
            match event {
                Event::Start(tag) if self.open.len() <= MAX_DEPTH => self.start(&tag, start),
                Event::Start(_) => {
                    return Err(Problem {
                        at: start,
                        what: format!("more than {MAX_DEPTH} elements within each other"),
                    });
                }
                // An end without a start is an error of the reader's.
                Event::End(_) if self.open.len() > 1 => {
                    if let Some(open) = self.open.pop() {
                        self.close(open, end);
                    }
                }
                Event::Text(_) => {
                    let is_blank = || self.source.get(start..end).is_some_and(|text| text.trim().is_empty());
                    if was_in_text || !is_blank() {
                        self.piece(Span::new(start, end), None);
                    }
                }
                Event::CData(_) => {
                    // `<![CDATA[` and `]]>` stand around it.
                    self.piece(Span::new(start + 9, end.saturating_sub(3).max(start + 9)), None);
                }
                Event::GeneralRef(entity) => {
                    let name: &str = &entity;
                    let character = entity.resolve_char_ref().ok().flatten().map(String::from);
                    let known = quick_xml::escape::resolve_xml_entity(name).map(str::to_owned);
                    self.piece(Span::new(start, end), character.or(known));
                }
                Event::Eof => return Ok(()),
                _ => {}
            }
        }
    }

    fn piece(&mut self, span: Span, shown: Option<String>) {
        self.is_in_text = true;
        if let Some(&element) = self.open.last() {
            self.tree.pieces.push(Piece { element, span, shown });
        }
    }

    fn close(&mut self, element: u32, end: usize) {
        let next = narrow(self.tree.elements.len());
        if let Some(element) = self.tree.elements.get_mut(element as usize) {
            element.end = next;
            element.extent.end = narrow(end);
        }
    }

    fn start(&mut self, tag: &BytesStart<'_>, start: usize) {
        let source = self.source;
        let place = |text: &str| {
            // What the reader gives is a part of the source.
            let start = (text.as_ptr() as usize).wrapping_sub(source.as_ptr() as usize);
            let fits = start.checked_add(text.len()).is_some_and(|end| end <= source.len());
            if fits { Span::new(start, start + text.len()) } else { Span::default() }
        };
        let number = narrow(self.tree.elements.len());
        let first = narrow(self.tree.attributes.len());
        for attribute in tag.attributes().with_checks(false).flatten() {
            let key = attribute.key.into_inner();
            let prefix = key.split(':').next().unwrap_or_default();
            if matches!(prefix, "xmlns" | "xsi" | "xml") {
                continue;
            }
            let name = place(attribute.key.local_name().as_ref());
            let value = place(&attribute.value);
            if name.of(source) == "id" {
                self.tree.ids.entry(value.of(source).to_owned()).or_insert(number);
            }
            self.tree.attributes.push(Attribute { name, value });
        }
        self.tree.elements.push(Element {
            name: place(tag.local_name().as_ref()),
            extent: Span::new(start, start),
            parent: self.open.last().copied().unwrap_or(0),
            end: number + 1,
            attributes: (first, narrow(self.tree.attributes.len())),
        });
        self.open.push(number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_know_their_places() {
        let source = "<a x:id='one'>\n <b> 1 </b><c>2 &amp; <d/>3</c><b y:ref=\"one\"/></a>";
        let (tree, problem) = Elements::parse(source);
        assert!(problem.is_none());
        let a = tree.children(ROOT).next().unwrap();
        assert_eq!(tree.by_id("one"), Some(a));
        let names: Vec<&str> = tree.children(a).map(|child| tree.name(child, source)).collect();
        assert_eq!(names, ["b", "c", "b"]);
        let [b, c, last] = tree.children(a).collect::<Vec<_>>().try_into().unwrap();
        assert_eq!(tree.text_span(b, source).of(source), "1");
        assert_eq!(tree.text(c, source), "2 & 3");
        assert_eq!(tree.attribute(last, "ref", source), Some("one"));
        assert_eq!(tree.text_span(last, source).of(source), "");
        assert_eq!(tree.at(tree.text_span(b, source)), b);
        assert_eq!(tree.parent(b), Some(a));
        assert_eq!(tree.get(c).unwrap().extent.of(source), "<c>2 &amp; <d/>3</c>");
    }

    #[test]
    fn what_is_broken_is_told() {
        let (tree, problem) = Elements::parse("<a><b>1</b><c>");
        assert_eq!(problem.unwrap().at, 14);
        assert_eq!(tree.children(1).count(), 2);
    }
}
