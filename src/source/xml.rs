//! XML of any kind as headings and tables: an element that holds elements is a heading, elements alike with values in
//! them are the rows of a table, and other values stand in a table of two columns beside their names.

use std::borrow::Cow;
use std::sync::Arc;

use super::content::{CELL_BREAK, Content, ContentBuilder, Geometry, Mark, Origin, Remark, RemarkKind};
use super::elements::{Elements, Piece, Problem, ROOT};
use super::kind::{Format, Reads};
use super::place::Span;

/// XML files.
pub const FORMAT: Format = Format { name: "xml", extensions: &["xml"], read: Reads::Text(read) };

/// Columns of a table of elements at most: more are rather a text.
const MAX_COLUMNS: usize = 256;

fn read(source: &str) -> Content<'_> {
    let (tree, problem) = Elements::parse(source);
    let mut writer = Writer { source, tree: &tree, builder: ContentBuilder::with_capacity(source.len() / 2) };
    for element in tree.children(ROOT) {
        writer.element(element, 1);
    }
    if let Some(problem) = problem {
        let place = Span::new(problem.at.min(source.len()), 0).start;
        writer.builder.separator(place);
        writer.builder.remark(told(&problem, source), RemarkKind::Gap);
        writer.builder.separator(place);
    }
    writer.builder.finish()
}

/// The text itself with its elements, for who knows what they mean.
pub(super) fn read_elements(source: &str) -> Content<'_> {
    let (tree, problem) = Elements::parse(source);
    let remark = |problem: Problem| {
        let at = problem.at.min(source.len());
        Remark { message: told(&problem, source), span: Span::new(at, at), kind: RemarkKind::Gap }
    };
    Content {
        text: Cow::Borrowed(source),
        origin: Origin::default(),
        marks: Vec::new(),
        remarks: problem.map(remark).into_iter().collect(),
        elements: Some(Arc::new(tree)),
    }
}

fn told(problem: &Problem, source: &str) -> String {
    let line = source.get(..problem.at).unwrap_or(source).matches('\n').count() + 1;
    format!("the XML cannot be read past line {line}: {}", problem.what)
}

struct Writer<'s> {
    source: &'s str,
    tree: &'s Elements,
    builder: ContentBuilder,
}

impl<'s> Writer<'s> {
    fn name(&self, element: usize) -> Span {
        self.tree.get(element).map(|element| element.name).unwrap_or_default()
    }

    fn has_text(&self, element: usize) -> bool {
        self.tree.pieces(element).any(|piece| !self.shown(piece).trim().is_empty())
    }

    fn shown<'p>(&self, piece: &'p Piece) -> &'p str
    where
        's: 'p,
    {
        piece.shown.as_deref().unwrap_or_else(|| piece.span.of(self.source))
    }

    fn is_leaf(&self, element: usize) -> bool {
        self.tree.children(element).next().is_none()
    }

    /// Whether an element holds nothing but values.
    fn is_record(&self, element: usize) -> bool {
        let mut children = self.tree.children(element);
        !self.is_leaf(element) && children.all(|child| self.is_leaf(child)) && !self.has_text(element)
    }

    fn element(&mut self, element: usize, level: u8) {
        let span = self.range(self.name(element));
        self.builder.marks.push(Mark::Text { span, heading: Some(level.min(6)) });
        if self.has_text(element) {
            let span = self.text(element, '\n');
            self.builder.marks.push(Mark::Text { span, heading: None });
        }
        let attributes = self.tree.attributes(element);
        if !attributes.is_empty() {
            self.builder.marks.push(Mark::TableStart(Geometry::Spanned));
            for attribute in attributes {
                self.row(&[attribute.name, attribute.value]);
            }
            self.builder.marks.push(Mark::TableEnd);
        }
        let name = |element: usize| self.tree.name(element, self.source);
        let is_alike = |&a: &usize, &b: &usize| {
            (self.is_leaf(a) && self.is_leaf(b))
                || (self.is_record(a) && self.is_record(b) && name(a) == name(b))
        };
        let children: Vec<usize> = self.tree.children(element).collect();
        let runs: Vec<&[usize]> = children.chunk_by(is_alike).collect();
        for run in runs {
            match run {
                [first, ..] if self.is_leaf(*first) => self.values(run),
                [_, _, ..] => self.records(run),
                _ => run.iter().for_each(|&child| self.element(child, level.saturating_add(1))),
            }
        }
    }

    /// Values beside their names.
    fn values(&mut self, elements: &[usize]) {
        self.builder.marks.push(Mark::TableStart(Geometry::Spanned));
        for &element in elements {
            self.builder.marks.push(Mark::RowStart);
            let name = self.range(self.name(element));
            self.cell(name);
            let value = self.value(element);
            self.cell(value);
        }
        self.builder.marks.push(Mark::TableEnd);
    }

    /// Elements alike as the rows of a table, the names of their values as its header.
    fn records(&mut self, elements: &[usize]) {
        let (source, tree) = (self.source, self.tree);
        let mut columns: Vec<Span> = Vec::new();
        for &element in elements {
            let attributes = tree.attributes(element).iter().map(|attribute| attribute.name);
            for name in attributes.chain(tree.children(element).map(|child| self.name(child))) {
                let is_known = columns.iter().any(|known| known.of(source) == name.of(source));
                if !is_known && columns.len() < MAX_COLUMNS {
                    columns.push(name);
                }
            }
        }
        self.builder.marks.push(Mark::TableStart(Geometry::Spanned));
        self.row(&columns);
        for &element in elements {
            self.builder.marks.push(Mark::RowStart);
            for column in &columns {
                let name = column.of(source);
                let attribute =
                    tree.attributes(element).iter().find(|attribute| attribute.name.of(source) == name);
                let child = tree.children(element).find(|&child| tree.name(child, source) == name);
                let end = self.name(element).end;
                let span = match (attribute, child) {
                    (_, Some(child)) => self.value(child),
                    (Some(attribute), None) => self.range(attribute.value),
                    (None, None) => self.range(Span { start: end, end }),
                };
                self.cell(span);
            }
        }
        self.builder.marks.push(Mark::TableEnd);
    }

    /// The text of a value; of one without text, its first attribute.
    fn value(&mut self, element: usize) -> Span {
        match self.tree.attributes(element).first() {
            Some(attribute) if !self.has_text(element) => self.range(attribute.value),
            _ => self.text(element, CELL_BREAK),
        }
    }

    fn row(&mut self, spans: &[Span]) {
        self.builder.marks.push(Mark::RowStart);
        for &span in spans {
            let span = self.range(span);
            self.cell(span);
        }
    }

    fn cell(&mut self, span: Span) {
        self.builder.marks.push(Mark::Cell { span, colspan: 1, rowspan: 1 });
    }

    fn range(&mut self, source: Span) -> Span {
        let start = self.builder.position();
        self.builder.verbatim(source.of(self.source), source.start);
        let span = Span::new(start, self.builder.position());
        self.builder.separator(source.end);
        span
    }

    fn text(&mut self, element: usize, line_break: char) -> Span {
        let start = self.builder.position();
        let mut end = self.name(element).end;
        let tree = self.tree;
        for piece in tree.pieces(element) {
            end = piece.span.end;
            if let Some(shown) = &piece.shown {
                self.builder.replaced(shown, piece.span);
                continue;
            }
            let mut at = piece.span.range().start;
            for line in piece.span.of(self.source).split_inclusive('\n') {
                let kept = line.trim_end_matches(['\n', '\r']);
                self.builder.verbatim(kept, Span::new(at, at).start);
                if kept.len() < line.len() {
                    let place = Span::new(at + kept.len(), at + line.len());
                    self.builder.replaced(line_break.encode_utf8(&mut [0; 4]), place);
                }
                at += line.len();
            }
        }
        let span = Span::new(start, self.builder.position()).trim(self.builder.text());
        self.builder.separator(end);
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
