//! Reading the tables of a TOML file key by key, so that all mistakes of a file are found at once and each is
//! shown where it is.

mod parse;
mod shape;
mod tables;
mod text;

use std::ops::Range;

use jiff::civil::Date;
use rust_decimal::Decimal;
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use toml::value::Datetime;

use super::mistake::{self, At, FileId, Mistake};
pub use parse::{Parsed, describe, parse};
pub use shape::{Key, Needed, Shape, Table};
pub use text::Text;

/// A table as one file has it.
#[derive(Clone)]
struct Layer<'t> {
    source: &'t str,
    file: FileId,
    table: &'t DeTable<'t>,
    range: Range<usize>,
    /// No mistake of syntax is near: after one, the keys that follow may be in the wrong table.
    is_complete: bool,
    /// No mistake of syntax is in the whole file: after one, what seems to be missing may only be misread.
    is_whole: bool,
}

/// A table of a TOML file being read, with those that it adds to.
pub struct Fields<'t, 'm> {
    layers: Vec<Layer<'t>>,
    /// Its name in messages: `rows.new`, or nothing for the whole file.
    name: String,
    known: Vec<&'static str>,
    /// Keys that must be there and are not, each with the mistake that tells it.
    missing: Vec<(&'static str, Mistake)>,
    /// Where the table is only to be described: how much a key is needed that must be there, and the keys so far.
    described: Option<(Needed, Table)>,
    /// Mistakes found so far.
    pub mistakes: &'m mut Vec<Mistake>,
}

type Value<'t> = &'t Spanned<DeValue<'t>>;

/// A key with its value, and the file that has it.
struct Entry<'t> {
    layer: Layer<'t>,
    key: &'t Spanned<std::borrow::Cow<'t, str>>,
    value: Value<'t>,
}

impl<'t> Entry<'t> {
    fn at(&self, value: &Spanned<DeValue<'_>>) -> At {
        At { file: self.layer.file, range: value.span() }
    }

    fn text_of(&self, value: &Spanned<DeValue<'_>>) -> Option<Text> {
        match value.get_ref() {
            DeValue::String(text) => Some(Text::new(text, value.span(), self.layer.file, self.layer.source)),
            _ => None,
        }
    }

    /// The entries of its table, in the order of the file.
    fn entries(&self, table: &'t DeTable<'t>) -> Vec<Entry<'t>> {
        let mut entries: Vec<Entry<'t>> =
            table.iter().map(|(key, value)| Entry { layer: self.layer.clone(), key, value }).collect();
        entries.sort_by_key(|entry| entry.key.span().start);
        entries
    }

    fn name(&self) -> Text {
        Text::new(self.key.get_ref(), self.key.span(), self.layer.file, self.layer.source)
    }
}

impl<'t> Fields<'t, '_> {
    /// The place of the table's header, or of the file's start.
    pub fn at(&self) -> At {
        self.layers.first().map_or(At { file: FileId(0), range: 0..0 }, |layer| At {
            file: layer.file,
            range: layer.range.clone(),
        })
    }

    /// The name of the table in messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where the value of a key stands.
    pub fn place(&self, key: &str) -> Option<At> {
        let entry = |layer: &Layer<'t>| Some(At { file: layer.file, range: layer.table.get(key)?.span() });
        self.layers.iter().find_map(entry)
    }

    /// Whether a key is given in the file that adds, or in any.
    pub fn has(&self, key: &str) -> bool {
        self.layers.iter().any(|layer| layer.table.contains_key(key))
    }

    fn describe(&mut self, key: &'static str, shape: impl FnOnce() -> Shape) {
        if let Some((_, table)) = &mut self.described {
            table.add(key, shape());
        }
    }

    /// A key in each of the files that have it, the one that adds first.
    fn entries(&mut self, key: &'static str) -> Vec<Entry<'t>> {
        self.know(key);
        let entry = |layer: &Layer<'t>| {
            let (key, value) = layer.table.get_key_value(key)?;
            Some(Entry { layer: layer.clone(), key, value })
        };
        self.layers.iter().filter_map(entry).collect()
    }

    fn entry(&mut self, key: &'static str) -> Option<Entry<'t>> {
        self.entries(key).into_iter().next()
    }

    fn wanted(&mut self, key: &str, wanted: &str, entry: &Entry<'_>, value: &Spanned<DeValue<'_>>) {
        let found = value.get_ref().type_str();
        let message = format!("`{key}` is not {wanted}");
        self.mistakes.push(Mistake::new(
            entry.at(value),
            message,
            format!("expected {wanted}, found {found}"),
        ));
    }

    fn know(&mut self, key: &'static str) {
        if !self.known.contains(&key) {
            self.known.push(key);
        }
    }

    fn missing(&mut self, key: &'static str, wanted: &str) {
        self.know(key);
        let place = if self.name.is_empty() { "the file".to_owned() } else { format!("`{}`", self.name) };
        let mut at = self.at();
        let source = self.layers.first().map_or("", |layer| layer.source);
        let first_line = source.get(at.range.clone()).and_then(|text| text.find('\n'));
        at.range.end = first_line.map_or(at.range.end, |end| at.range.start + end);
        let message = format!("{place} has no `{key}`");
        self.missing.push((key, Mistake::new(at, message, format!("expected `{key}` ({wanted})"))));
    }

    /// A string.
    pub fn text(&mut self, key: &'static str) -> Option<Text> {
        self.describe(key, || Shape::Text);
        let entry = self.entry(key)?;
        let found = entry.text_of(entry.value);
        if found.is_none() {
            self.wanted(key, "a string", &entry, entry.value);
        }
        found
    }

    /// A string that must be there.
    pub fn required(&mut self, key: &'static str) -> Option<Text> {
        self.text(key).or_else(|| self.need(key, "a string"))
    }

    /// One of a few words, which must be there.
    pub fn required_choice<T: Copy>(
        &mut self,
        key: &'static str,
        choices: &[(&'static str, T)],
    ) -> Option<T> {
        let words = || choices.iter().map(|(word, _)| format!("`{word}`")).collect::<Vec<_>>();
        self.choice(key, choices).or_else(|| self.need(key, &format!("one of {}", words().join(", "))))
    }

    /// A list of strings, or one string, of which there must be some.
    pub fn required_texts(&mut self, key: &'static str) -> Vec<Text> {
        let found = self.texts(key);
        if found.is_empty() {
            self.need::<()>(key, "a list of strings");
        }
        found
    }

    /// Tells that a key is missing that must be there.
    fn need<T>(&mut self, key: &'static str, wanted: &str) -> Option<T> {
        if let Some((needed, table)) = &mut self.described {
            table.need(key, *needed);
        } else if !self.has(key) {
            self.missing(key, wanted);
        }
        None
    }

    /// A string that must be in the file itself, not in one that it adds to.
    pub fn own(&mut self, key: &'static str) -> Option<Text> {
        self.describe(key, || Shape::Text);
        if let Some((_, table)) = &mut self.described {
            table.need(key, Needed::Always);
        }
        let is_own = self.layers.first().is_some_and(|layer| layer.table.contains_key(key));
        if is_own {
            return self.text(key);
        }
        self.missing(key, "a string");
        None
    }

    /// A list of strings, or one string.
    pub fn texts(&mut self, key: &'static str) -> Vec<Text> {
        self.describe(key, || Shape::Texts);
        let mut texts = Vec::new();
        for entry in self.entries(key).into_iter().rev() {
            let DeValue::Array(items) = entry.value.get_ref() else {
                let found = entry.text_of(entry.value);
                if found.is_none() {
                    self.wanted(key, "a list of strings", &entry, entry.value);
                }
                texts.extend(found);
                continue;
            };
            for item in items.iter() {
                match entry.text_of(item) {
                    Some(text) => texts.push(text),
                    None => self.wanted(key, "a list of strings", &entry, item),
                }
            }
        }
        texts
    }

    /// A list of lists of strings.
    pub fn text_lists(&mut self, key: &'static str) -> Vec<Vec<Text>> {
        self.describe(key, || Shape::TextLists);
        let mut found = Vec::new();
        for entry in self.entries(key).into_iter().rev() {
            let DeValue::Array(lists) = entry.value.get_ref() else {
                self.wanted(key, "a list of lists of strings", &entry, entry.value);
                continue;
            };
            for list in lists.iter() {
                match list.get_ref() {
                    DeValue::Array(items) => {
                        let texts = items.iter().filter_map(|item| {
                            let text = entry.text_of(item);
                            if text.is_none() {
                                self.wanted(key, "a list of lists of strings", &entry, item);
                            }
                            text
                        });
                        found.push(texts.collect());
                    }
                    _ => match entry.text_of(list) {
                        Some(text) => found.push(vec![text]),
                        None => self.wanted(key, "a list of lists of strings", &entry, list),
                    },
                }
            }
        }
        found
    }

    /// `true` or `false`; `false` where it is not given.
    pub fn flag(&mut self, key: &'static str) -> bool {
        self.describe(key, || Shape::Flag);
        let Some(entry) = self.entry(key) else { return false };
        let DeValue::Boolean(flag) = entry.value.get_ref() else {
            self.wanted(key, "true or false", &entry, entry.value);
            return false;
        };
        *flag
    }

    /// A whole number that is not negative.
    pub fn number(&mut self, key: &'static str) -> Option<u32> {
        self.describe(key, || Shape::Number);
        let entry = self.entry(key)?;
        let found = match entry.value.get_ref() {
            DeValue::Integer(integer) if integer.radix() == 10 => integer.as_str().parse().ok(),
            _ => None,
        };
        if found.is_none() {
            self.wanted(key, "a whole number", &entry, entry.value);
        }
        found
    }

    /// An exact number that is not negative, whole or with decimals.
    pub fn decimal(&mut self, key: &'static str) -> Option<Decimal> {
        self.describe(key, || Shape::Decimal);
        let entry = self.entry(key)?;
        self.as_decimal(key, &entry)
    }

    fn as_decimal(&mut self, key: &str, entry: &Entry<'_>) -> Option<Decimal> {
        let digits = match entry.value.get_ref() {
            DeValue::Integer(integer) if integer.radix() == 10 => Some(integer.as_str()),
            DeValue::Float(float) => Some(float.as_str()),
            _ => None,
        };
        let found = digits.and_then(|digits| Decimal::from_str_exact(digits).ok());
        let found = found.filter(|number| !number.is_sign_negative());
        if found.is_none() {
            self.wanted(key, "a number from zero on", entry, entry.value);
        }
        found
    }

    /// A day: `2027-06-30`.
    pub fn date(&mut self, key: &'static str) -> Option<Date> {
        self.describe(key, || Shape::Date);
        let entry = self.entry(key)?;
        let found = match entry.value.get_ref() {
            DeValue::Datetime(Datetime { date: Some(date), time: None, offset: None }) => {
                let (year, month, day) =
                    (i16::try_from(date.year), i8::try_from(date.month), i8::try_from(date.day));
                year.ok()
                    .zip(month.ok())
                    .zip(day.ok())
                    .and_then(|((year, month), day)| Date::new(year, month, day).ok())
            }
            _ => None,
        };
        if found.is_none() {
            self.wanted(key, "a date", &entry, entry.value);
        }
        found
    }

    /// One of a few words.
    pub fn choice<T: Copy>(&mut self, key: &'static str, choices: &[(&'static str, T)]) -> Option<T> {
        self.describe(key, || Shape::Choice(choices.iter().map(|&(word, _)| word).collect()));
        let text = self.text(key)?;
        self.chosen(key, &text, choices)
    }

    fn chosen<T: Copy>(&mut self, key: &str, text: &Text, choices: &[(&'static str, T)]) -> Option<T> {
        let found = choices.iter().find(|(word, _)| *word == text.value).map(|&(_, value)| value);
        if found.is_none() {
            let known: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
            let message = format!("unknown value of `{key}`: `{}`", text.value);
            let mistake =
                Mistake::new(text.at(), message, format!("expected one of {}", mistake::list(&known)));
            self.mistakes.push(mistake.meant(&text.value, &known));
        }
        found
    }

    fn finish(mut self) {
        for layer in self.layers.iter().filter(|layer| layer.is_complete) {
            for key in layer.table.keys().filter(|key| !self.known.contains(&key.get_ref().as_ref())) {
                let at = At { file: layer.file, range: key.span() };
                let kind =
                    if self.name.is_empty() { "key".to_owned() } else { format!("key in `{}`:", self.name) };
                // A key that is misspelt is not missing too.
                let meant = mistake::nearest(key.get_ref(), &self.known);
                self.missing.retain(|(missing, _)| Some(*missing) != meant);
                self.mistakes.push(Mistake::unknown(at, &kind, key.get_ref(), self.known.iter().copied()));
            }
        }
        if self.layers.iter().all(|layer| layer.is_whole) {
            self.mistakes.extend(self.missing.into_iter().map(|(_, mistake)| mistake));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T>(source: &str, read: impl FnOnce(&mut Fields<'_, '_>) -> T) -> (T, Vec<String>) {
        let mut mistakes = Vec::new();
        let value = parse(&[(FileId(0), source)], &mut mistakes, read);
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
                "unknown key in `rows.a`: `x` @ Some(\"x\") known: `name`",
                "unknown key `lable` @ Some(\"lable\") did you mean `label`?",
                "the file has no `assert` @ Some(\"\") ",
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
    fn a_file_adds_to_another() {
        let base = "level = 'error'\nlist = ['a']\n[rows.x]\nlabels = ['x']\n[rows.y]\nlabels = ['y']\n[[example]]\nn = 1\n";
        let added = "level = 'note'\nlist = 'b'\n[rows.x]\nlabels = ['z']\nlable = 1\n[rows.w]\nlabels = ['w']\n[[example]]\nn = 2\n[[example]]\nn = 3\n";
        let mut mistakes = Vec::new();
        let values = |texts: Vec<Text>| texts.into_iter().map(|text| text.value).collect::<Vec<_>>();
        let read = |fields: &mut Fields<'_, '_>| {
            (
                fields.text("level").map(|text| text.value),
                values(fields.texts("list")),
                fields.named_tables("rows", |name, row| (name.value, values(row.texts("labels")))),
                fields.tables("example", |example| example.number("n")),
            )
        };
        let (level, list, rows, examples) =
            parse(&[(FileId(1), added), (FileId(0), base)], &mut mistakes, read);
        assert_eq!((level.as_deref(), list), (Some("note"), vec!["a".to_owned(), "b".to_owned()]));
        let rows: Vec<String> =
            rows.into_iter().map(|(name, labels)| format!("{name}: {}", labels.join(" "))).collect();
        assert_eq!(rows, ["x: x z", "y: y", "w: w"]);
        assert_eq!(examples, [Some(2), Some(3)]);
        assert_eq!(mistakes.len(), 1);
        assert_eq!(
            (mistakes[0].at.file, mistakes[0].message.as_str()),
            (FileId(1), "unknown key in `rows.x`: `lable`")
        );
    }

    #[test]
    fn syntax_errors_are_mistakes_too() {
        let (_, mistakes) = read("a = \nb = 'x'\n", |fields| fields.text("b"));
        assert_eq!(mistakes.len(), 1);
        assert!(mistakes[0].starts_with("this is not TOML"), "{mistakes:?}");
    }
}
