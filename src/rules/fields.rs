//! Reading the tables of a TOML file key by key, so that all mistakes of a file are found at once and each is
//! shown where it is.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::mistake::{At, FileId, Mistake};

/// A string of a TOML file with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The string.
    pub value: String,
    /// The file it stands in.
    pub file: FileId,
    /// For each byte of `value` and its end, where it stands in the file; just the start where they run alike.
    offsets: Offsets,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Offsets {
    From(usize),
    Each(Vec<usize>),
}

impl Text {
    /// The place of the whole string, without its quotes.
    pub fn at(&self) -> At {
        self.part(0..self.value.len())
    }

    /// The place of a part of the string.
    pub fn part(&self, part: Range<usize>) -> At {
        let place = |offset: usize| match &self.offsets {
            Offsets::From(start) => start + offset,
            Offsets::Each(all) => all.get(offset).or(all.last()).copied().unwrap_or(0),
        };
        let start = place(part.start);
        At { file: self.file, range: start..place(part.end).max(start) }
    }

    /// A part of the string as a string of its own, with its place.
    #[must_use]
    pub fn sub_text(&self, part: Range<usize>) -> Text {
        let offsets = match &self.offsets {
            Offsets::From(start) => Offsets::From(start + part.start),
            Offsets::Each(all) => Offsets::Each(all.get(part.start..=part.end).unwrap_or_default().to_vec()),
        };
        Text { value: self.value.get(part).unwrap_or_default().to_owned(), file: self.file, offsets }
    }

    fn new(value: &str, quoted: Range<usize>, file: FileId, source: &str) -> Self {
        let raw = source.get(quoted.clone()).unwrap_or_default();
        let quote = if raw.starts_with("\"\"\"") || raw.starts_with("'''") { 3 } else { 1 };
        let mut start = quote;
        if quote == 3 {
            let body = raw.get(3..).unwrap_or_default();
            start += if body.starts_with("\r\n") { 2 } else { usize::from(body.starts_with('\n')) };
        }
        let body = raw.get(start..raw.len().saturating_sub(quote)).unwrap_or_default();
        let base = quoted.start + start;
        let offsets =
            if body == value { Offsets::From(base) } else { Offsets::Each(escaped(body, value, base)) };
        Self { value: value.to_owned(), file, offsets }
    }
}

/// Where each byte of `value` stands, for a string with escapes: characters that agree go together, and what
/// lies between them in the source belongs to the next.
fn escaped(body: &str, value: &str, base: usize) -> Vec<usize> {
    let mut offsets = Vec::with_capacity(value.len() + 1);
    let mut at = 0;
    for character in value.chars() {
        let rest = body.get(at..).unwrap_or_default();
        let width = if rest.starts_with('\\') {
            match rest.chars().nth(1) {
                Some('u') => 6,
                Some('U') => 10,
                Some('x') => 4,
                _ => 2,
            }
        } else {
            rest.chars().next().map_or(0, char::len_utf8)
        };
        offsets.extend(std::iter::repeat_n(base + at, character.len_utf8()));
        at = (at + width).min(body.len());
    }
    offsets.push(base + at);
    offsets
}

/// Parses a TOML file and hands its top table to `read`; mistakes of syntax are added to `mistakes`.
pub fn parse<T>(
    file: FileId,
    source: &str,
    mistakes: &mut Vec<Mistake>,
    read: impl FnOnce(&mut Fields<'_, '_>) -> T,
) -> T {
    let (table, errors) = DeTable::parse_recoverable(source);
    for error in &errors {
        let range = error.span().unwrap_or(0..0);
        let at = At { file, range };
        mistakes.push(Mistake::new(at, format!("this is not TOML: {}", error.message().trim()), "here"));
    }
    let range = table.span();
    let mut fields = Fields {
        source,
        file,
        table: table.get_ref(),
        range,
        name: String::new(),
        known: Vec::new(),
        mistakes,
    };
    let result = read(&mut fields);
    // After a mistake of syntax the keys that follow may be in the wrong table.
    fields.finish(errors.is_empty());
    result
}

/// A table of a TOML file being read.
pub struct Fields<'t, 'm> {
    source: &'t str,
    file: FileId,
    table: &'t DeTable<'t>,
    range: Range<usize>,
    /// Its name in messages: `rows.new`, or nothing for the whole file.
    name: String,
    known: Vec<&'static str>,
    /// Mistakes found so far.
    pub mistakes: &'m mut Vec<Mistake>,
}

type Entry<'t> = (&'t Spanned<std::borrow::Cow<'t, str>>, &'t Spanned<DeValue<'t>>);

impl<'t> Fields<'t, '_> {
    /// The place of the table's header, or of the file's start.
    pub fn at(&self) -> At {
        At { file: self.file, range: self.range.clone() }
    }

    /// The name of the table in messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    fn entry(&mut self, key: &'static str) -> Option<Entry<'t>> {
        self.known.push(key);
        self.table.get_key_value(key)
    }

    fn at_value(&self, value: &Spanned<DeValue<'_>>) -> At {
        At { file: self.file, range: value.span() }
    }

    fn wanted(&mut self, key: &str, wanted: &str, value: &Spanned<DeValue<'_>>) {
        let found = value.get_ref().type_str();
        let message = format!("`{key}` is not {wanted}");
        self.mistakes.push(Mistake::new(
            self.at_value(value),
            message,
            format!("expected {wanted}, found {found}"),
        ));
    }

    fn missing(&mut self, key: &str, wanted: &str) {
        let place = if self.name.is_empty() { "the file".to_owned() } else { format!("`{}`", self.name) };
        let mut at = self.at();
        let first_line = self.source.get(at.range.clone()).and_then(|text| text.find('\n'));
        at.range.end = first_line.map_or(at.range.end, |end| at.range.start + end);
        let message = format!("{place} has no `{key}`");
        self.mistakes.push(Mistake::new(at, message, format!("expected `{key}` ({wanted})")));
    }

    /// A string.
    pub fn text(&mut self, key: &'static str) -> Option<Text> {
        let (_, value) = self.entry(key)?;
        let found = self.as_text(value);
        if found.is_none() {
            self.wanted(key, "a string", value);
        }
        found
    }

    /// A string that must be there.
    pub fn required(&mut self, key: &'static str) -> Option<Text> {
        if !self.table.contains_key(key) {
            self.known.push(key);
            self.missing(key, "a string");
            return None;
        }
        self.text(key)
    }

    fn as_text(&self, value: &Spanned<DeValue<'_>>) -> Option<Text> {
        match value.get_ref() {
            DeValue::String(text) => Some(Text::new(text, value.span(), self.file, self.source)),
            _ => None,
        }
    }

    /// A list of strings, or one string.
    pub fn texts(&mut self, key: &'static str) -> Vec<Text> {
        let Some((_, value)) = self.entry(key) else { return Vec::new() };
        let DeValue::Array(items) = value.get_ref() else {
            let found = self.as_text(value);
            if found.is_none() {
                self.wanted(key, "a list of strings", value);
            }
            return found.into_iter().collect();
        };
        let mut texts = Vec::new();
        for item in items.iter() {
            match self.as_text(item) {
                Some(text) => texts.push(text),
                None => self.wanted(key, "a list of strings", item),
            }
        }
        texts
    }

    /// A list of lists of strings.
    pub fn text_lists(&mut self, key: &'static str) -> Vec<Vec<Text>> {
        let Some((_, value)) = self.entry(key) else { return Vec::new() };
        let DeValue::Array(lists) = value.get_ref() else {
            self.wanted(key, "a list of lists of strings", value);
            return Vec::new();
        };
        let mut found = Vec::new();
        for list in lists.iter() {
            match list.get_ref() {
                DeValue::Array(items) => {
                    found.push(items.iter().filter_map(|item| self.as_text(item)).collect())
                }
                _ => found.extend(self.as_text(list).map(|text| vec![text])),
            }
        }
        found
    }

    /// `true` or `false`; `false` where it is not given.
    pub fn flag(&mut self, key: &'static str) -> bool {
        let Some((_, value)) = self.entry(key) else { return false };
        let DeValue::Boolean(flag) = value.get_ref() else {
            self.wanted(key, "true or false", value);
            return false;
        };
        *flag
    }

    /// A whole number that is not negative.
    pub fn number(&mut self, key: &'static str) -> Option<u32> {
        let (_, value) = self.entry(key)?;
        let found = match value.get_ref() {
            DeValue::Integer(integer) if integer.radix() == 10 => integer.as_str().parse().ok(),
            _ => None,
        };
        if found.is_none() {
            self.wanted(key, "a whole number", value);
        }
        found
    }

    /// One of a few words.
    pub fn choice<T: Copy>(&mut self, key: &'static str, choices: &[(&'static str, T)]) -> Option<T> {
        let text = self.text(key)?;
        let found = choices.iter().find(|(word, _)| *word == text.value).map(|&(_, value)| value);
        if found.is_none() {
            let known = choices.iter().map(|(word, _)| *word);
            let mistake = Mistake::unknown(text.at(), &format!("value of `{key}`:"), &text.value, known);
            self.mistakes.push(mistake);
        }
        found
    }

    /// The sub-tables of `key`, each with its own key, in the order of the file.
    pub fn named_tables<T>(
        &mut self,
        key: &'static str,
        mut read: impl FnMut(Text, &mut Fields<'_, '_>) -> T,
    ) -> Vec<T> {
        let Some((_, value)) = self.entry(key) else { return Vec::new() };
        let DeValue::Table(table) = value.get_ref() else {
            self.wanted(key, "a table of tables", value);
            return Vec::new();
        };
        let mut entries: Vec<Entry<'_>> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        let mut found = Vec::new();
        for (name, value) in entries {
            let path = format!("{key}.{}", name.get_ref());
            let range = name.span();
            let name = Text {
                value: name.get_ref().to_string(),
                file: self.file,
                offsets: Offsets::From(range.start),
            };
            if let Some(result) = self.sub_table(path, range, value, |fields| read(name, fields)) {
                found.push(result);
            }
        }
        found
    }

    /// The string values of the table `key`, each with its own key, in the order of the file.
    pub fn named_texts(&mut self, key: &'static str) -> Vec<(Text, Text)> {
        let Some((_, value)) = self.entry(key) else { return Vec::new() };
        let DeValue::Table(table) = value.get_ref() else {
            self.wanted(key, "a table of strings", value);
            return Vec::new();
        };
        let mut entries: Vec<Entry<'_>> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        let mut found = Vec::new();
        for (name, value) in entries {
            let text = Text {
                value: name.get_ref().to_string(),
                file: self.file,
                offsets: Offsets::From(name.span().start),
            };
            match self.as_text(value) {
                Some(value) => found.push((text, value)),
                None => self.wanted(key, "a string", value),
            }
        }
        found
    }

    /// The tables of the list `key` (`[[key]]`).
    pub fn tables<T>(&mut self, key: &'static str, mut read: impl FnMut(&mut Fields<'_, '_>) -> T) -> Vec<T> {
        let Some((_, value)) = self.entry(key) else { return Vec::new() };
        let DeValue::Array(items) = value.get_ref() else {
            self.wanted(key, "a list of tables", value);
            return Vec::new();
        };
        items.iter().filter_map(|item| self.sub_table(key.to_owned(), item.span(), item, &mut read)).collect()
    }

    /// The table `key`.
    pub fn table<T>(&mut self, key: &'static str, read: impl FnOnce(&mut Fields<'_, '_>) -> T) -> Option<T> {
        let (name, value) = self.entry(key)?;
        self.sub_table(key.to_owned(), name.span(), value, read)
    }

    fn sub_table<T>(
        &mut self,
        name: String,
        range: Range<usize>,
        value: &Spanned<DeValue<'_>>,
        read: impl FnOnce(&mut Fields<'_, '_>) -> T,
    ) -> Option<T> {
        let DeValue::Table(table) = value.get_ref() else {
            self.wanted(&name, "a table", value);
            return None;
        };
        let mut fields = Fields {
            source: self.source,
            file: self.file,
            table,
            range,
            name,
            known: Vec::new(),
            mistakes: self.mistakes,
        };
        let result = read(&mut fields);
        fields.finish(true);
        Some(result)
    }

    fn finish(self, complete: bool) {
        if !complete {
            return;
        }
        for key in self.table.keys() {
            if !self.known.contains(&key.get_ref().as_ref()) {
                let at = At { file: self.file, range: key.span() };
                let kind =
                    if self.name.is_empty() { "key".to_owned() } else { format!("key in `{}`:", self.name) };
                self.mistakes.push(Mistake::unknown(at, &kind, key.get_ref(), self.known.iter().copied()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T>(source: &str, read: impl FnOnce(&mut Fields<'_, '_>) -> T) -> (T, Vec<String>) {
        let mut mistakes = Vec::new();
        let value = parse(FileId(0), source, &mut mistakes, read);
        let shown = mistakes
            .into_iter()
            .map(|mistake| {
                format!(
                    "{} @ {:?} {}",
                    mistake.message,
                    source.get(mistake.at.range),
                    mistake.help.unwrap_or_default()
                )
            })
            .collect();
        (value, shown)
    }

    #[test]
    fn all_mistakes_of_a_file_at_once() {
        let source = "lable = 1\nlevel = \"eror\"\nsummary = 3\n[rows.a]\nx = 1\n";
        let (_, mistakes) = read(source, |fields| {
            fields.text("label");
            fields.choice("level", &[("error", 1), ("warning", 2)]);
            fields.text("summary");
            fields.required("assert");
            fields.named_tables("rows", |_, row| row.text("name"));
        });
        assert_eq!(
            mistakes,
            [
                "unknown value of `level`: `eror` @ Some(\"eror\") did you mean `error`?",
                "`summary` is not a string @ Some(\"3\") ",
                "the file has no `assert` @ Some(\"\") ",
                "unknown key in `rows.a`: `x` @ Some(\"x\") known: `name`",
                "unknown key `lable` @ Some(\"lable\") did you mean `label`?",
            ]
        );
    }

    #[test]
    fn a_part_of_a_string_has_its_place_through_escapes() {
        let source = "a = \"x\\u002By\\\"z\"\nb = '''\nc d'''\n";
        let ((a, b), mistakes) =
            read(source, |fields| (fields.required("a").unwrap(), fields.required("b").unwrap()));
        assert!(mistakes.is_empty());
        assert_eq!(a.value, "x+y\"z");
        assert_eq!(source.get(a.part(1..3).range), Some("\\u002By"));
        assert_eq!(source.get(a.part(3..4).range), Some("\\\""));
        assert_eq!(source.get(b.part(2..3).range), Some("d"));
    }

    #[test]
    fn syntax_errors_are_mistakes_too() {
        let (_, mistakes) = read("a = \nb = 'x'\n", |fields| fields.text("b"));
        assert_eq!(mistakes.len(), 1);
        assert!(mistakes[0].starts_with("this is not TOML"), "{mistakes:?}");
    }
}
