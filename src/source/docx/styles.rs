//! Styles of paragraphs: which are headings, which are numbered, which belong to a table of contents.

use std::collections::BTreeMap;

use super::FORMAT_NAME;
use crate::source::markup::{Markup, Piece};
use crate::source::refusal::Refusal;

/// What a style, or a paragraph itself, says of a paragraph.
#[derive(Clone, Debug, Default)]
pub struct Look {
    /// Level of heading, from 1; zero for running text.
    pub heading: Option<u8>,
    /// The list that numbers it; `0` takes the number away.
    pub list: Option<String>,
    /// The level of the list.
    pub level: Option<usize>,
    /// Whether it is an entry of a table of contents.
    pub is_contents: bool,
}

#[derive(Clone, Debug, Default)]
struct Style {
    based_on: Option<String>,
    look: Look,
}

/// The styles of a document.
#[derive(Debug, Default)]
pub struct Styles {
    styles: BTreeMap<String, Style>,
    default: Option<String>,
}

impl Styles {
    /// Reads `styles.xml`.
    ///
    /// # Errors
    /// It is no XML.
    pub fn read(xml: &str) -> Result<Self, Refusal> {
        let mut styles = Self::default();
        let mut markup = Markup::new(xml, FORMAT_NAME);
        let mut id = String::new();
        loop {
            let tag = match markup.next()? {
                Piece::Start(tag) => tag,
                Piece::Finish => return Ok(styles),
                _ => continue,
            };
            let value = || tag.attribute("val");
            let style = styles.styles.entry(id.clone()).or_default();
            match tag.name() {
                "style" => {
                    id = tag.attribute("styleId").unwrap_or_default();
                    styles.styles.insert(id.clone(), Style::default());
                    let is_default = tag.attribute("default").is_some_and(|default| default != "0");
                    if is_default && tag.attribute("type").as_deref() == Some("paragraph") {
                        styles.default = Some(id.clone());
                    }
                }
                "name" => {
                    let name = value().unwrap_or_default().to_lowercase();
                    style.look.is_contents = name.starts_with("toc ") || name == "table of contents";
                    let level = match name.as_str() {
                        "title" => Some(1),
                        name => name.strip_prefix("heading ").and_then(|level| level.trim().parse().ok()),
                    };
                    style.look.heading = style.look.heading.or(level);
                }
                "basedOn" => style.based_on = value(),
                "outlineLvl" => style.look.heading = outline_level(tag.number("val")),
                "numId" => style.look.list = value(),
                "ilvl" => style.look.level = tag.number("val"),
                _ => {}
            }
        }
    }

    /// What a style says, with what those say that it is based on.
    pub fn look(&self, style: Option<&str>) -> Look {
        /// Styles based on each other at most; some files have circles.
        const MAX_DEPTH: usize = 32;
        let mut look = Look::default();
        let mut next = style.or(self.default.as_deref());
        for _ in 0..MAX_DEPTH {
            let Some(style) = next.and_then(|id| self.styles.get(id)) else { break };
            look.heading = look.heading.or(style.look.heading);
            look.level = look.level.or(style.look.level.filter(|_| look.list.is_none()));
            look.list = look.list.or_else(|| style.look.list.clone());
            look.is_contents |= style.look.is_contents;
            next = style.based_on.as_deref();
        }
        look
    }
}

/// The level of a heading by its level in the outline, where nine stands for running text.
pub fn outline_level(level: Option<u8>) -> Option<u8> {
    level.map(|level| if level < 9 { level + 1 } else { 0 })
}
