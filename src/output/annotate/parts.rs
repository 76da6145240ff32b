//! Office files as zips of which some parts are changed and the others stay byte for byte.

use std::collections::BTreeMap;
use std::io::{Cursor, Write as _};

use quick_xml::escape::escape;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::NotAnnotated;
use crate::source::markup::{Markup, Piece};
use crate::source::package::Package;

const CONTENT_TYPES: &str = "[Content_Types].xml";
const RELATIONSHIPS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// A file whose parts are changed.
pub struct Parts<'b> {
    bytes: &'b [u8],
    package: Package<'b>,
    format: &'static str,
    changed: BTreeMap<String, String>,
}

impl<'b> Parts<'b> {
    /// The parts of the bytes of a file of a format.
    pub fn open(bytes: &'b [u8], format: &'static str) -> Result<Self, NotAnnotated> {
        let package = Package::open(bytes, format)?;
        Ok(Self { bytes, package, format, changed: BTreeMap::new() })
    }

    /// The text of a part as it is now.
    pub fn text(&mut self, name: &str) -> Result<Option<String>, NotAnnotated> {
        match self.changed.get(name) {
            Some(text) => Ok(Some(text.clone())),
            None => Ok(self.package.part(name)?),
        }
    }

    /// Gives a part a text; one that there is not yet is added.
    pub fn put(&mut self, name: &str, text: String) {
        self.changed.insert(name.to_owned(), text);
    }

    /// A name for a new part, with a number in it: `xl/comments{}.xml`.
    pub fn free_name(&self, before: &str, after: &str) -> String {
        let mut number = 1_u32;
        loop {
            let name = format!("{before}{number}{after}");
            if !self.package.has(&name) && !self.changed.contains_key(&name) {
                return name;
            }
            number += 1;
        }
    }

    /// The part that `part` has as its `kind`, with a full name.
    pub fn related(&mut self, part: &str, kind: &str) -> Result<Option<String>, NotAnnotated> {
        let Some(xml) = self.text(&relations_of(part))? else { return Ok(None) };
        let mut markup = Markup::new(&xml, self.format);
        loop {
            match markup.next()? {
                Piece::Start(tag) if tag.name() == "Relationship" => {
                    let is_wanted =
                        tag.attribute("Type").is_some_and(|found| found.rsplit('/').next() == Some(kind));
                    if let Some(target) = tag.attribute("Target").filter(|_| is_wanted) {
                        return Ok(Some(resolved(part, &target)));
                    }
                }
                Piece::Finish => return Ok(None),
                _ => {}
            }
        }
    }

    /// Makes a part the `kind` of another, and says by what id.
    pub fn relate(&mut self, part: &str, kind: &str, target: &str) -> Result<String, NotAnnotated> {
        let name = relations_of(part);
        let xml = self.text(&name)?.unwrap_or_else(|| {
            r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>"#
                .to_owned()
        });
        let mut number = 1_u32;
        while xml.contains(&format!("\"rIdTieout{number}\"")) {
            number += 1;
        }
        let id = format!("rIdTieout{number}");
        let entry = format!(
            r#"<Relationship Id="{id}" Type="{RELATIONSHIPS}/{kind}" Target="/{}"/>"#,
            escape(target)
        );
        let xml = self.appended(&xml, &entry)?;
        self.put(&name, xml);
        Ok(id)
    }

    /// Says what a part holds.
    pub fn declare(&mut self, part: &str, content_type: &str) -> Result<(), NotAnnotated> {
        let xml = self.text(CONTENT_TYPES)?.unwrap_or_default();
        let entry = format!(r#"<Override PartName="/{}" ContentType="{content_type}"/>"#, escape(part));
        let xml = self.appended(&xml, &entry)?;
        self.put(CONTENT_TYPES, xml);
        Ok(())
    }

    /// A text with `inner` at the end of its outermost element.
    pub fn appended(&self, xml: &str, inner: &str) -> Result<String, NotAnnotated> {
        let outer = Outer::of(xml, self.format)?;
        Ok(inserted(xml, vec![(outer.end, outer.filled(xml, inner))]))
    }

    /// The file with what was changed.
    pub fn finish(self) -> Result<Vec<u8>, NotAnnotated> {
        let closed = NotAnnotated::closed::<zip::result::ZipError>;
        let mut changed = self.changed;
        let mut old = ZipArchive::new(Cursor::new(self.bytes)).map_err(closed)?;
        let mut new = ZipWriter::new(Cursor::new(Vec::with_capacity(self.bytes.len() + 8192)));
        for number in 0..old.len() {
            let part = old.by_index_raw(number).map_err(closed)?;
            let name = part.name().map_err(closed)?.replace('\\', "/");
            match changed.remove(&name) {
                Some(text) => write(&mut new, &name, &text)?,
                None => new.raw_copy_file(part).map_err(closed)?,
            }
        }
        for (name, text) in changed {
            write(&mut new, &name, &text)?;
        }
        Ok(new.finish().map_err(closed)?.into_inner())
    }
}

fn write(zip: &mut ZipWriter<Cursor<Vec<u8>>>, name: &str, text: &str) -> Result<(), NotAnnotated> {
    zip.start_file(name, SimpleFileOptions::default()).map_err(NotAnnotated::closed)?;
    zip.write_all(text.as_bytes()).map_err(NotAnnotated::closed)
}

/// Where the relations of a part are written.
fn relations_of(part: &str) -> String {
    let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
    format!("{folder}/_rels/{name}.rels").trim_start_matches('/').to_owned()
}

/// The full name of a part that another names: from the root, or from its own folder.
fn resolved(part: &str, target: &str) -> String {
    if let Some(full) = target.strip_prefix('/') {
        return full.to_owned();
    }
    let mut path: Vec<&str> = part.split('/').collect();
    path.pop();
    for step in target.split('/') {
        match step {
            ".." => drop(path.pop()),
            "." => {}
            step => path.push(step),
        }
    }
    path.join("/")
}

/// The outermost element of a part.
pub struct Outer {
    /// The prefix of its namespace, with the colon.
    pub prefix: String,
    name: String,
    /// Where its content ends.
    pub end: usize,
}

impl Outer {
    /// Of a text in XML.
    pub fn of(xml: &str, format: &'static str) -> Result<Self, NotAnnotated> {
        let mut markup = Markup::new(xml, format);
        let (mut outer, mut depth) = (None, 0_usize);
        loop {
            let before = markup.position();
            match markup.next()? {
                Piece::Start(tag) => {
                    depth += 1;
                    outer.get_or_insert_with(|| (tag.prefix().to_owned(), tag.name().to_owned()));
                }
                Piece::End => {
                    depth = depth.saturating_sub(1);
                    if let Some((prefix, name)) = outer.take_if(|_| depth == 0) {
                        return Ok(Self { prefix, name, end: before });
                    }
                }
                Piece::Text(_) => {}
                Piece::Finish => return Err(NotAnnotated::closed("a part of it is empty")),
            }
        }
    }

    /// What stands at the end of the content when `inner` is put there, in an element that may have no end tag.
    fn filled(&self, xml: &str, inner: &str) -> String {
        filled(xml, self.end, &format!("{}{}", self.prefix, self.name), inner)
    }
}

/// What to insert at `end`, the end of the content of an element, so that it holds `inner` at its end: the element may be
/// written without an end tag, and then the insertion replaces the slash of its tag.
pub fn filled(xml: &str, end: usize, name: &str, inner: &str) -> String {
    let is_closed = xml.get(end..).is_some_and(|rest| rest.starts_with(&format!("</{name}")));
    if is_closed { inner.to_owned() } else { format!("{OPENS}{inner}</{name}>") }
}

/// Stands first in what is inserted behind `/>` to make it `>`.
const OPENS: &str = "\0";

/// A text with pieces inserted at places.
pub fn inserted(xml: &str, mut pieces: Vec<(usize, String)>) -> String {
    pieces.sort_by_key(|(at, _)| *at);
    let mut text = String::with_capacity(xml.len() + 4096);
    let mut from = 0;
    for (at, piece) in pieces {
        text.push_str(xml.get(from..at).unwrap_or_default());
        from = at.max(from);
        match piece.strip_prefix(OPENS) {
            Some(piece) => {
                if text.ends_with("/>") {
                    text.truncate(text.len() - 2);
                    text.push('>');
                }
                text.push_str(piece);
            }
            None => text.push_str(&piece),
        }
    }
    text.push_str(xml.get(from..).unwrap_or_default());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_element_without_content_is_opened() {
        let xml = r#"<a><b x="1"/></a>"#;
        let at = xml.find("</a>").unwrap_or_default();
        let piece = filled(xml, at, "b", "<c/>");
        assert_eq!(inserted(xml, vec![(at, piece)]), r#"<a><b x="1"><c/></b></a>"#);
    }

    #[test]
    fn names_of_parts_from_where_they_are_named() {
        assert_eq!(resolved("xl/worksheets/sheet1.xml", "../comments1.xml"), "xl/comments1.xml");
        assert_eq!(resolved("word/document.xml", "/word/comments.xml"), "word/comments.xml");
        assert_eq!(relations_of("word/document.xml"), "word/_rels/document.xml.rels");
    }
}
