//! From the bytes of a page to its tags and texts: plain ones directly, odd ones through html5gum.

use std::ops::Range;

use html5gum::emitters::ForwardingEmitter;
use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Emitter, Span as Bytes, Tokenizer, naive_next_state};

use super::concealed::conceals;
use super::tags::{self, Attribute};
use super::{Element, Reader, Tag};

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

impl Reader<'_, '_> {
    /// Reads all of the page.
    pub fn page(&mut self) {
        let html = self.html;
        let (mut name, mut attributes) = (Vec::new(), Vec::new());
        let mut at = 0;
        while let Some(rest) = html.as_bytes().get(at..).filter(|rest| !rest.is_empty()) {
            if rest.first() != Some(&b'<') {
                at = self.text(at);
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

    /// Reads the text that starts at `start`, and says where it ends.
    fn text(&mut self, start: usize) -> usize {
        let rest = self.html.as_bytes().get(start..).unwrap_or_default();
        let first = memchr::memchr3(b'<', b'&', b'\r', rest);
        let is_plain = first.is_none_or(|first| rest.get(first) == Some(&b'<'));
        let length = if is_plain { first } else { memchr::memchr(b'<', rest) };
        let end = length.map_or(self.html.len(), |length| start + length);
        match self.html.get(start..end) {
            Some(text) if is_plain => self.string(text, start..end),
            _ => {
                self.odd(start..end);
            }
        }
        end
    }

    /// Has html5gum read up to the end of the next tag, with the text of an element whose text holds no tags, or of the
    /// next comment. Says where that is.
    pub fn odd(&mut self, range: Range<usize>) -> usize {
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
}

/// The number of columns or rows spanned; browsers read a missing, zero or wild value as these bounds do.
fn span_count(value: &[u8]) -> u16 {
    std::str::from_utf8(value)
        .ok()
        .and_then(|value| value.trim().parse().ok())
        .map_or(1, |count: u16| count.clamp(1, 1000))
}
