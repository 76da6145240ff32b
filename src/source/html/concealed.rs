//! Elements that a style of their own hides: copies for printing, menus, notes of scripts.

use super::Element;

/// Whether a page may hide elements by styles of their own.
pub fn may_conceal(html: &str) -> bool {
    memchr::memmem::find_iter(html.as_bytes(), b"none").any(|at| {
        let before = html.as_bytes().get(at.saturating_sub(10)..at).unwrap_or_default();
        before
            .trim_ascii_end()
            .strip_suffix(b":")
            .is_some_and(|before| before.trim_ascii_end().to_ascii_lowercase().ends_with(b"display"))
    })
}

/// Whether a style hides its element.
pub fn conceals(style: &[u8]) -> bool {
    style.split(|&byte| byte == b';').any(|part| {
        let part: Vec<u8> =
            part.iter().filter(|byte| !byte.is_ascii_whitespace()).map(u8::to_ascii_lowercase).collect();
        part.strip_prefix(b"display:none").is_some_and(|rest| rest.is_empty() || rest.starts_with(b"!"))
    })
}

/// The element that a style of its own hides, while it is open.
#[derive(Default)]
pub struct Concealed {
    /// Its name; empty outside of any.
    pub name: Vec<u8>,
    /// Elements of that name open within it, itself included.
    pub depth: u32,
    /// Bytes of text left out so far.
    pub bytes: usize,
}

impl Concealed {
    /// Whether it is open.
    pub fn is_open(&self) -> bool {
        self.depth > 0
    }

    /// Meets a start tag within the element; some elements end where the next of their kind starts.
    pub fn start(&mut self, name: &[u8], element: Element) {
        let ends = match self.name.as_slice() {
            b"p" => !matches!(element, Element::Inline | Element::Break | Element::Image | Element::Hidden),
            b"td" | b"th" | b"tr" | b"li" => name == self.name,
            _ => false,
        };
        if ends {
            self.depth = 0;
        } else if name == self.name {
            self.depth += 1;
        }
    }

    /// Meets an end tag within the element.
    pub fn end(&mut self, name: &[u8]) {
        if name == self.name {
            self.depth -= 1;
        }
    }
}
