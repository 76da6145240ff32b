//! Tags as nearly all are written, read by their bytes alone. What is odd in one is left to html5gum, which reads
//! every page as browsers do and takes three times as long.

/// A tag without anything odd.
pub struct Tag<'h> {
    /// It ends an element.
    pub is_end: bool,
    /// Its name as the page writes it.
    pub name: &'h [u8],
    /// It ends in `/>`.
    pub is_self_closing: bool,
    /// Offset of what follows it in the page.
    pub end: usize,
}

/// An attribute that says something of the reading of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attribute {
    Colspan,
    Rowspan,
    Style,
}

impl Attribute {
    /// The attribute with a name in any case.
    pub fn named(name: &[u8]) -> Option<Self> {
        let is = |wanted: &[u8]| name.eq_ignore_ascii_case(wanted);
        match name.len() {
            5 if is(b"style") => Some(Self::Style),
            7 if is(b"colspan") => Some(Self::Colspan),
            7 if is(b"rowspan") => Some(Self::Rowspan),
            _ => None,
        }
    }
}

/// Reads the tag that starts with the `<` at `at`, and adds those of its attributes that say something. `None` for
/// anything odd, and for what is no tag.
pub fn read<'h>(page: &'h [u8], at: usize, attributes: &mut Vec<(Attribute, &'h [u8])>) -> Option<Tag<'h>> {
    attributes.clear();
    let mut rest = Rest(page.get(at + 1..)?);
    let is_end = rest.0.first() == Some(&b'/');
    rest.0 = rest.0.get(usize::from(is_end)..)?;
    let name = rest.until(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>'))?;
    if !name.first()?.is_ascii_alphabetic() {
        return None;
    }
    loop {
        rest.0 = rest.0.trim_ascii_start();
        let (is_self_closing, after) = match rest.0 {
            [b'>', after @ ..] => (false, after),
            [b'/', b'>', after @ ..] => (true, after),
            _ => {
                attributes.extend(rest.attribute()?);
                continue;
            }
        };
        return Some(Tag { is_end, name, is_self_closing, end: page.len() - after.len() });
    }
}

/// What of a page is still to be read.
struct Rest<'h>(&'h [u8]);

impl<'h> Rest<'h> {
    /// Takes the bytes before the first that ends them; `None` where the page ends before.
    fn until(&mut self, ends: impl Fn(u8) -> bool) -> Option<&'h [u8]> {
        let (taken, rest) = self.0.split_at_checked(self.0.iter().position(|&byte| ends(byte))?)?;
        self.0 = rest;
        Some(taken)
    }

    /// Takes an attribute, and keeps it if it says something.
    fn attribute(&mut self) -> Option<Option<(Attribute, &'h [u8])>> {
        // What is odd in a name is where the next one starts, which is empty then.
        let name = self.until(|byte| {
            byte.is_ascii_whitespace() || matches!(byte, b'/' | b'=' | b'>' | b'"' | b'\'' | b'<')
        })?;
        if name.is_empty() {
            return None;
        }
        self.0 = self.0.trim_ascii_start();
        let Some(value) = self.0.strip_prefix(b"=") else { return Some(None) };
        self.0 = value.trim_ascii_start();
        let value = match self.0 {
            [quote @ (b'"' | b'\''), value @ ..] => {
                let (value, rest) = value.split_at_checked(memchr::memchr(*quote, value)?)?;
                self.0 = rest.get(1..)?;
                value
            }
            [b'>', ..] => return None,
            _ => self.until(|byte| byte.is_ascii_whitespace() || byte == b'>')?,
        };
        match Attribute::named(name) {
            Some(_) if value.iter().any(|byte| matches!(byte, b'&' | b'\r')) => None,
            Some(attribute) => Some(Some((attribute, value))),
            None => Some(None),
        }
    }
}
