//! What every reader ends in: the text of a report in reading order, where each piece of it came from, and
//! flat marks that say which pieces are blocks, rows and cells. No structure beyond that is decided here.

use std::borrow::Cow;
use std::sync::Arc;

use super::elements::Elements;
use super::place::{Place, Span};
use super::refusal::Refusal;

/// How far the cells of a table can be trusted to stand under each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Geometry {
    /// Every cell says how many columns and rows it spans (HTML, word processors).
    Spanned,
    /// Cells are only known in their order within a row (plain text, Markdown).
    Ordered,
    /// Cells are fields of records, each of which stands in a column by its number; several tables may be parts of one (CSV).
    Listed,
    /// Cells are words of a line with spaces between them, which may part words of one cell too.
    Spaced,
}

/// A flat mark in reading order; all spans are in [`Content::text`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// A line or block of running text. `heading` is the level where the format itself says that it is one.
    Text {
        /// Where its text is.
        span: Span,
        /// Its level as a heading.
        heading: Option<u8>,
    },
    /// The cells up to the matching [`Mark::TableEnd`] form one table.
    TableStart(Geometry),
    /// The cells up to the next row or the table's end form one row.
    RowStart,
    /// A cell; an empty one has an empty span at its place.
    Cell {
        /// Where its text is.
        span: Span,
        /// How many columns it spans.
        colspan: u16,
        /// How many rows it spans.
        rowspan: u16,
    },
    /// Ends the table that was started last.
    TableEnd,
    /// An image, which may hold what the text lacks.
    Picture(Span),
}

/// A piece of the content text and the source bytes it was read from.
#[derive(Clone, Copy, Debug)]
struct Segment {
    text: u32,
    source: Span,
    verbatim: bool,
}

/// Where the content text came from.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// Sorted by `text`; empty where the text is the source itself.
    segments: Vec<Segment>,
    /// For formats without lines: where each place starts in the content text, in order.
    spots: Vec<(u32, Place)>,
    /// Where the source came from, if it was itself made from another.
    under: Option<Arc<Origin>>,
}

impl Origin {
    /// The place from which `span` of the content text was read.
    pub fn place(&self, span: Span) -> Place {
        if let Some(place) = self.spot(span) {
            return place;
        }
        let span = self.bytes(span);
        self.under.as_ref().map_or(Place::Bytes(span), |under| under.place(span))
    }

    /// The origin of a text whose source is a text of that origin.
    #[must_use]
    pub fn over(self, under: Origin) -> Self {
        Self { under: Some(Arc::new(under)), ..self }
    }

    fn bytes(&self, span: Span) -> Span {
        if self.segments.is_empty() {
            return span;
        }
        let start = self.at(span.start).map_or(span.start, |(segment, offset)| {
            if segment.verbatim { segment.source.start + offset } else { segment.source.start }
        });
        if span.is_empty() {
            return Span { start, end: start };
        }
        let end = self.at(span.end - 1).map_or(span.end, |(segment, offset)| {
            if segment.verbatim { segment.source.start + offset + 1 } else { segment.source.end }
        });
        Span { start, end: end.max(start) }
    }

    fn spot(&self, span: Span) -> Option<Place> {
        let next = self.spots.partition_point(|&(start, _)| start <= span.start);
        let first = next.saturating_sub(1);
        let end = self.spots.partition_point(|&(start, _)| start < span.end).max(first + 1);
        let mut covered = self.spots.get(first..end)?.iter().map(|(_, place)| place);
        let place = covered.next()?.clone();
        Some(covered.fold(place, Place::join))
    }

    fn at(&self, offset: u32) -> Option<(Segment, u32)> {
        let next = self.segments.partition_point(|segment| segment.text <= offset);
        let segment = *self.segments.get(next.checked_sub(1)?)?;
        Some((segment, offset - segment.text))
    }
}

/// A report as its reader leaves it.
#[derive(Clone, Debug)]
pub struct Content<'s> {
    /// The text in reading order.
    pub text: Cow<'s, str>,
    /// Where each piece of the text came from.
    pub origin: Origin,
    /// Blocks, rows and cells in reading order.
    pub marks: Vec<Mark>,
    /// What of the file is not in the text, or is there though a reader does not see it.
    pub remarks: Vec<Remark>,
    /// The elements of the text, where it is read as such: XML whose elements a pack knows.
    pub elements: Option<Arc<Elements>>,
}

/// Bytes of text that are read of a file at most: a small file that says one thing a million times must not fill the
/// memory.
pub const MAX_TEXT: usize = 128 << 20;

/// Parts the lines and paragraphs of a cell; no line break of a source reads like it.
pub const CELL_BREAK: char = '\u{2029}';
/// The same as a text.
pub const CELL_BREAK_TEXT: &str = "\u{2029}";

/// Something that whoever trusts the reading of a file must know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// What is said, in a sentence without a full stop.
    pub message: String,
    /// Where it concerns the text; empty, but in its place, where it concerns what is not there.
    pub span: Span,
    /// What it is about.
    pub kind: RemarkKind,
}

/// What a remark is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemarkKind {
    /// A part of the file was not read.
    Gap,
    /// A part of the file is not seen by its readers.
    Hidden,
    /// A formula that adds up cells shows another value.
    StaleSum,
    /// A total is typed in where others are computed.
    TypedTotal,
}

/// Collects content text that is not the source itself, piece by piece.
#[derive(Debug, Default)]
pub struct ContentBuilder {
    text: String,
    origin: Origin,
    /// The marks set so far.
    pub marks: Vec<Mark>,
    /// The remarks made so far.
    pub remarks: Vec<Remark>,
    /// Text of a file that is its own source is no more than the file.
    is_of_text: bool,
    /// Whether there was more text than is read.
    is_over: bool,
}

impl ContentBuilder {
    /// An empty content of a text, with room for `bytes` of it.
    pub fn with_capacity(bytes: usize) -> Self {
        Self { text: String::with_capacity(bytes), is_of_text: true, ..Self::default() }
    }

    /// The text collected so far.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where the next piece of text will start.
    pub fn position(&self) -> usize {
        self.text.len()
    }

    /// Adds text that stands in the source at `source`, byte for byte.
    pub fn verbatim(&mut self, text: &str, source: u32) {
        if self.is_too_much(text) {
            return;
        }
        let at = Span::new(self.text.len(), self.text.len()).start;
        let continues = self.origin.segments.last().is_some_and(|last| {
            last.verbatim && last.source.end == source && at - last.text == source - last.source.start
        });
        let end = source.saturating_add(Span::new(0, text.len()).end);
        match self.origin.segments.last_mut() {
            Some(last) if continues => last.source.end = end,
            _ => self.origin.segments.push(Segment {
                text: at,
                source: Span { start: source, end },
                verbatim: true,
            }),
        }
        self.text.push_str(text);
    }

    /// Adds text that the source writes in another way at `source`, such as an entity.
    pub fn replaced(&mut self, text: &str, source: Span) {
        if self.is_too_much(text) {
            return;
        }
        let text_at = Span::new(self.text.len(), self.text.len()).start;
        self.origin.segments.push(Segment { text: text_at, source, verbatim: false });
        self.text.push_str(text);
    }

    /// Adds a line break that belongs to no text, so that pieces stay apart and empty cells have a place.
    pub fn separator(&mut self, source: u32) {
        self.replaced("\n", Span { start: source, end: source });
    }

    /// Says where the text that follows stands, in a format without lines.
    pub fn spot(&mut self, place: Place) {
        let at = Span::new(0, self.text.len()).end;
        match self.origin.spots.last_mut() {
            Some((start, last)) if *start == at => *last = place,
            Some((_, last)) if *last == place => {}
            _ => self.origin.spots.push((at, place)),
        }
    }

    /// Adds text that stands at the last spot.
    pub fn push(&mut self, text: &str) {
        if !self.is_too_much(text) {
            self.text.push_str(text);
        }
    }

    fn is_too_much(&mut self, text: &str) -> bool {
        self.is_over |= !self.is_of_text && self.text.len().saturating_add(text.len()) > MAX_TEXT;
        self.is_over
    }

    /// Says whether all text so far was taken.
    ///
    /// # Errors
    /// There was more than is read.
    pub fn within(&self) -> Result<(), Refusal> {
        if self.is_over {
            Err(Refusal::TooMuch { limit: MAX_TEXT >> 20, what: "MiB of text" })
        } else {
            Ok(())
        }
    }

    /// The finished content, if all of it was taken.
    ///
    /// # Errors
    /// There was more than is read.
    pub fn whole(self) -> Result<Content<'static>, Refusal> {
        self.within()?;
        Ok(self.finish())
    }

    /// Ends the text that began at `start`, apart from what follows, and gives its span without white space around it.
    pub fn piece(&mut self, start: usize) -> Span {
        let span = Span::new(start, self.text.len()).trim(&self.text);
        self.text.push('\n');
        span
    }

    /// Makes a remark about the place that the text has reached.
    pub fn remark(&mut self, message: String, kind: RemarkKind) {
        let at = self.text.len();
        self.remarks.push(Remark { message, span: Span::new(at, at), kind });
    }

    /// The finished content.
    pub fn finish(self) -> Content<'static> {
        let Self { text, origin, marks, remarks, .. } = self;
        Content { text: Cow::Owned(text), origin, marks, remarks, elements: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_on_a_page_are_joined_and_cells_are_not() {
        let page = |edges| Place::Page { page: 1, edges };
        let mut builder = ContentBuilder::default();
        builder.spot(page([10, 10, 20, 20]));
        builder.push("12");
        builder.spot(page([20, 10, 30, 20]));
        builder.push("34");
        builder.spot(Place::Paragraph(7));
        builder.push("5");
        let origin = builder.finish().origin;
        assert_eq!(origin.place(Span::new(0, 2)), page([10, 10, 20, 20]));
        assert_eq!(origin.place(Span::new(1, 3)), page([10, 10, 30, 20]));
        assert_eq!(origin.place(Span::new(4, 5)), Place::Paragraph(7));
        assert_eq!(origin.place(Span::new(5, 5)), Place::Paragraph(7));
    }

    #[test]
    fn places_run_through_replaced_text() {
        // source: `5&#44;3`
        let mut builder = ContentBuilder::default();
        builder.verbatim("5", 0);
        builder.replaced(",", Span::new(1, 6));
        builder.verbatim("3", 6);
        builder.separator(7);
        let content = builder.finish();
        assert_eq!(content.origin.place(Span::new(0, 3)), Place::Bytes(Span::new(0, 7)));
        assert_eq!(content.origin.place(Span::new(1, 2)), Place::Bytes(Span::new(1, 6)));
        assert_eq!(content.origin.place(Span::new(3, 3)), Place::Bytes(Span::new(7, 7)));
    }
}
