//! Tables of a TOML file: those with names, those in a row, and those within others.

use rust_decimal::Decimal;
use toml::de::DeValue;

use super::parse::describe_within;
use super::{Entry, Fields, Layer, Needed, Shape, Text, Value};
use crate::rules::mistake::FileId;

impl<'t> Fields<'t, '_> {
    /// The entries of the table `key` by name, in the order of the files, those that are added to first; each with
    /// what every file says of it.
    fn named(&mut self, key: &'static str, wanted: &str) -> Vec<Vec<Entry<'t>>> {
        let mut named: Vec<Vec<Entry<'t>>> = Vec::new();
        for entry in self.entries(key).into_iter().rev() {
            let DeValue::Table(table) = entry.value.get_ref() else {
                self.wanted(key, wanted, &entry, entry.value);
                continue;
            };
            for inner in entry.entries(table) {
                let same = |known: &&mut Vec<Entry<'t>>| {
                    known.first().is_some_and(|first| first.key.get_ref() == inner.key.get_ref())
                };
                match named.iter_mut().find(same) {
                    Some(known) => known.insert(0, inner),
                    None => named.push(vec![inner]),
                }
            }
        }
        named
    }

    /// The sub-tables of `key`, each with its own key, in the order of the file.
    pub fn named_tables<T>(
        &mut self,
        key: &'static str,
        mut read: impl FnMut(Text, &mut Fields<'_, '_>) -> T,
    ) -> Vec<T> {
        if let Some((needed, _)) = self.described {
            let nameless = Text::new("", 0..0, FileId(0), "");
            let inner = describe_within(needed, |fields| read(nameless, fields));
            self.describe(key, || Shape::NamedTables(inner));
        }
        let mut found = Vec::new();
        for entries in self.named(key, "a table of tables") {
            let Some(name) = entries.first().map(Entry::name) else { continue };
            let path = format!("{key}.{}", name.value);
            found.extend(self.sub_table(path, &entries, |fields| read(name, fields)));
        }
        found
    }

    /// The string values of the table `key`, each with its own key, in the order of the file.
    pub fn named_texts(&mut self, key: &'static str) -> Vec<(Text, Text)> {
        self.describe(key, || Shape::NamedTexts);
        let mut found = Vec::new();
        for entries in self.named(key, "a table of strings") {
            let Some(entry) = entries.first() else { continue };
            match entry.text_of(entry.value) {
                Some(value) => found.push((entry.name(), value)),
                None => self.wanted(key, "a string", entry, entry.value),
            }
        }
        found
    }

    /// The lists of strings of the table `key`, each with its own key, in the order of the file; those of files of one
    /// name are joined.
    pub fn named_lists(&mut self, key: &'static str) -> Vec<(Text, Vec<Text>)> {
        self.describe(key, || Shape::NamedTextLists);
        let mut found = Vec::new();
        for entries in self.named(key, "a table of lists of strings") {
            let Some(name) = entries.first().map(Entry::name) else { continue };
            let mut texts = Vec::new();
            for entry in entries.iter().rev() {
                let DeValue::Array(items) = entry.value.get_ref() else {
                    self.wanted(&name.value, "a list of strings", entry, entry.value);
                    continue;
                };
                for item in items.iter() {
                    match entry.text_of(item) {
                        Some(text) => texts.push(text),
                        None => self.wanted(&name.value, "a list of strings", entry, item),
                    }
                }
            }
            found.push((name, texts));
        }
        found
    }

    /// One of a few words for each key of the table `key`, in the order of the file.
    pub fn named_choices<T: Copy>(
        &mut self,
        key: &'static str,
        choices: &[(&'static str, T)],
    ) -> Vec<(Text, T)> {
        self.describe(key, || Shape::NamedChoices(choices.iter().map(|&(word, _)| word).collect()));
        let mut found = Vec::new();
        for (name, text) in self.named_texts(key) {
            found.extend(self.chosen(key, &text, choices).map(|choice| (name, choice)));
        }
        found
    }

    /// The numbers of the table `key`, exact and not negative, each with its own key, in the order of the file.
    pub fn named_decimals(&mut self, key: &'static str) -> Vec<(Text, Decimal)> {
        self.describe(key, || Shape::NamedDecimals);
        let mut found = Vec::new();
        for entries in self.named(key, "a table of numbers") {
            let Some(entry) = entries.first() else { continue };
            found.extend(self.as_decimal(key, entry).map(|number| (entry.name(), number)));
        }
        found
    }

    /// The tables of the list `key` (`[[key]]`).
    pub fn tables<T>(&mut self, key: &'static str, mut read: impl FnMut(&mut Fields<'_, '_>) -> T) -> Vec<T> {
        if self.described.is_some() {
            // The tables of a list are never added to.
            let inner = describe_within(Needed::Always, &mut read);
            self.describe(key, || Shape::Tables(inner));
        }
        let Some(entry) = self.entry(key) else { return Vec::new() };
        let DeValue::Array(items) = entry.value.get_ref() else {
            self.wanted(key, "a list of tables", &entry, entry.value);
            return Vec::new();
        };
        let item = |value: Value<'t>| Entry { layer: entry.layer.clone(), key: entry.key, value };
        let read_item = |value: Value<'t>| {
            let DeValue::Table(table) = value.get_ref() else {
                self.wanted(key, "a table", &item(value), value);
                return None;
            };
            let layer = Layer { table, range: value.span(), ..entry.layer.clone() };
            Some(self.within(key.to_owned(), vec![layer], &mut read))
        };
        items.iter().filter_map(read_item).collect()
    }

    /// The table `key`.
    pub fn table<T>(&mut self, key: &'static str, read: impl FnOnce(&mut Fields<'_, '_>) -> T) -> Option<T> {
        if let Some((needed, _)) = self.described {
            let inner = describe_within(needed, read);
            self.describe(key, || Shape::Table(inner));
            return None;
        }
        let entries = self.entries(key);
        if entries.is_empty() {
            return None;
        }
        self.sub_table(key.to_owned(), &entries, read)
    }

    fn sub_table<T>(
        &mut self,
        name: String,
        entries: &[Entry<'t>],
        read: impl FnOnce(&mut Fields<'_, '_>) -> T,
    ) -> Option<T> {
        let mut layers = Vec::with_capacity(entries.len());
        for entry in entries {
            match entry.value.get_ref() {
                DeValue::Table(table) => {
                    layers.push(Layer { table, range: entry.key.span(), ..entry.layer.clone() });
                }
                _ => self.wanted(&name, "a table", entry, entry.value),
            }
        }
        (!layers.is_empty()).then(|| self.within(name, layers, read))
    }

    fn within<T>(
        &mut self,
        name: String,
        layers: Vec<Layer<'t>>,
        read: impl FnOnce(&mut Fields<'_, '_>) -> T,
    ) -> T {
        let layers = layers.into_iter().map(|layer| Layer { is_complete: true, ..layer }).collect();
        let mut fields = Fields {
            layers,
            name,
            known: Vec::new(),
            missing: Vec::new(),
            described: None,
            mistakes: self.mistakes,
        };
        let result = read(&mut fields);
        fields.finish();
        result
    }
}
