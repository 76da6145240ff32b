//! XML as a run of elements and text, for the formats that are made of it. Entities are those of XML itself and numbers of
//! characters: what a document type declares is never expanded, and nothing outside is ever fetched.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};

use super::refusal::Refusal;

/// Elements in elements at most.
const MAX_DEPTH: usize = 256;

/// A piece of XML.
#[derive(Debug)]
pub enum Piece<'x> {
    /// An element starts; one without content ends right after.
    Start(Tag<'x>),
    /// The element that started last ends.
    End,
    /// Text.
    Text(Cow<'x, str>),
    /// There is no more.
    Finish,
}

/// A start tag.
#[derive(Debug)]
pub struct Tag<'x>(BytesStart<'x>);

impl Tag<'_> {
    /// Its name without the prefix of a namespace.
    pub fn name(&self) -> &str {
        local(self.0.name().into_inner())
    }

    /// The prefix of its namespace, with the colon; empty where it has none.
    pub fn prefix(&self) -> &str {
        let name = self.0.name().into_inner();
        name.strip_suffix(local(name)).unwrap_or_default()
    }

    /// An attribute, by its name without the prefix of a namespace.
    pub fn attribute(&self, name: &str) -> Option<String> {
        let mut attributes = self.0.attributes();
        let attributes = attributes.with_checks(false).flatten();
        let found = attributes.into_iter().find(|attribute| local(attribute.key.into_inner()) == name)?;
        found.normalized_value(XmlVersion::Implicit1_0).ok().map(Cow::into_owned)
    }

    /// An attribute that is a number.
    pub fn number<N: std::str::FromStr>(&self, name: &str) -> Option<N> {
        self.attribute(name)?.trim().parse().ok()
    }

    /// Whether an attribute that says yes or no, or the element itself, says yes: `<w:b/>`, `<w:b w:val="1"/>`.
    pub fn is_on(&self, name: &str) -> bool {
        !matches!(self.attribute(name).as_deref(), Some("0" | "false" | "off" | "none"))
    }
}

fn local(name: &str) -> &str {
    // Names are short: to look at each byte is faster than to search.
    let colon = name.bytes().rposition(|byte| byte == b':');
    colon.and_then(|colon| name.get(colon + 1..)).unwrap_or(name)
}

/// Reads XML piece by piece.
#[derive(Debug)]
pub struct Markup<'x> {
    reader: Reader<&'x [u8]>,
    format: &'static str,
    depth: usize,
}

impl<'x> Markup<'x> {
    /// A reader of `text`, a part of a file of a format.
    pub fn new(text: &'x str, format: &'static str) -> Self {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.allow_dangling_amp = true;
        Self { reader, format, depth: 0 }
    }

    /// Where the next piece starts, in bytes of the text.
    pub fn position(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX)
    }

    /// The next piece.
    ///
    /// # Errors
    /// The text is no XML.
    pub fn next(&mut self) -> Result<Piece<'x>, Refusal> {
        loop {
            let event = self.reader.read_event().map_err(|error| Refusal::damaged(self.format, error))?;
            return Ok(match event {
                Event::Start(start) => {
                    self.depth += 1;
                    if self.depth > MAX_DEPTH {
                        return Err(Refusal::TooMuch {
                            limit: MAX_DEPTH,
                            what: "elements within each other",
                        });
                    }
                    Piece::Start(Tag(start))
                }
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    Piece::End
                }
                Event::Text(text) => Piece::Text(text.into_inner()),
                Event::CData(text) => Piece::Text(text.into_inner()),
                Event::GeneralRef(entity) => Piece::Text(entity_text(&entity)),
                Event::Eof if self.depth > 0 => {
                    return Err(Refusal::damaged(self.format, "it ends in the middle of an element"));
                }
                Event::Eof => Piece::Finish,
                Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {
                    continue;
                }
            });
        }
    }

    /// Passes over the rest of the element that was started last.
    ///
    /// # Errors
    /// The text is no XML.
    pub fn skip(&mut self) -> Result<(), Refusal> {
        let mut depth = 1;
        while depth > 0 {
            match self.next()? {
                Piece::Start(_) => depth += 1,
                Piece::End => depth -= 1,
                Piece::Text(_) => {}
                Piece::Finish => break,
            }
        }
        Ok(())
    }

    /// The text within the element that was started last, without its markup.
    ///
    /// # Errors
    /// The text is no XML.
    pub fn text(&mut self) -> Result<String, Refusal> {
        let mut text = String::new();
        let mut depth = 1;
        while depth > 0 {
            match self.next()? {
                Piece::Start(_) => depth += 1,
                Piece::End => depth -= 1,
                Piece::Text(piece) => text.push_str(&piece),
                Piece::Finish => break,
            }
        }
        Ok(text)
    }
}

/// What an entity stands for; one that only the document declares stays as it is written.
fn entity_text(entity: &quick_xml::events::BytesRef<'_>) -> Cow<'static, str> {
    if let Ok(Some(character)) = entity.resolve_char_ref() {
        return Cow::Owned(character.to_string());
    }
    let name: &str = entity;
    match quick_xml::escape::resolve_xml_entity(name) {
        Some(text) => Cow::Borrowed(text),
        None => Cow::Owned(format!("&{name};")),
    }
}
