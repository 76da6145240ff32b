//! `bodies.toml`: the bodies that report, who is under whom, and what else they were called.

use std::collections::BTreeMap;

use crate::rules::fields::{self, Fields, Text};
use crate::rules::mistake::{FileId, Mistake, PackFile};
use crate::rules::names::BodyNames;

/// The name of the file.
pub const FILE_NAME: &str = "bodies.toml";

/// A body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// Other names of it, such as those of earlier years.
    pub aliases: Vec<String>,
    /// The bodies below it, by number.
    pub children: Vec<usize>,
    /// Those are all bodies below it.
    pub is_complete: bool,
}

/// The bodies that report.
#[derive(Clone, Debug, Default)]
pub struct Bodies {
    /// The bodies: those with an entry of their own, then those that are only named as being below others.
    pub entries: Vec<Entry>,
}

/// A body as it is written.
struct Written {
    name: Text,
    aliases: Vec<Text>,
    children: Vec<Text>,
    is_complete: bool,
}

impl Bodies {
    /// Reads the file.
    ///
    /// # Errors
    /// All mistakes in it.
    pub fn parse(file: &PackFile) -> Result<Self, Vec<Mistake>> {
        let mut mistakes = Vec::new();
        let bodies = fields::parse(&[(FileId(0), &file.text)], &mut mistakes, Self::read);
        if mistakes.is_empty() { Ok(bodies) } else { Err(mistakes) }
    }

    /// What it may say.
    pub fn describe() -> fields::Table {
        fields::describe(Self::read)
    }

    fn read(fields: &mut Fields<'_, '_>) -> Self {
        let written = fields.tables("body", |fields| {
            let name = fields.required("name");
            let (aliases, children) = (fields.texts("aliases"), fields.texts("children"));
            let is_complete = fields.flag("complete");
            if is_complete && children.is_empty() {
                let at = fields.place("complete").unwrap_or_else(|| fields.at());
                let mistake = Mistake::new(at, "no body is said to be below this one", "all of none");
                fields.mistakes.push(mistake.help("name them in `children`"));
            }
            Some(Written { name: name?, aliases, children, is_complete })
        });
        let written: Vec<Written> = written.into_iter().flatten().collect();
        let mut numbers = BTreeMap::new();
        let mut first: BTreeMap<&str, &Text> = BTreeMap::new();
        for (number, body) in written.iter().enumerate() {
            for name in std::iter::once(&body.name).chain(&body.aliases) {
                numbers.entry(name.value.clone()).or_insert(number);
                if let Some(other) = first.insert(&name.value, name) {
                    let message = format!("two bodies are called `{}`", name.value);
                    let mistake = Mistake::new(name.at(), message, "the second");
                    fields.mistakes.push(mistake.also(other.at(), "the first"));
                }
            }
        }
        let mut bodies = Self::default();
        bodies.entries.extend(written.iter().map(|body| Entry {
            name: body.name.value.clone(),
            aliases: body.aliases.iter().map(|alias| alias.value.clone()).collect(),
            children: Vec::new(),
            is_complete: body.is_complete,
        }));
        let mut above: BTreeMap<usize, (usize, &Text)> = BTreeMap::new();
        for (number, body) in written.iter().enumerate() {
            for child in &body.children {
                let next = bodies.entries.len();
                let below = *numbers.entry(child.value.clone()).or_insert(next);
                if below == next {
                    let (name, aliases, children) = (child.value.clone(), Vec::new(), Vec::new());
                    bodies.entries.push(Entry { name, aliases, children, is_complete: false });
                }
                if let Some((_, other)) = above.insert(below, (number, child)) {
                    let message = format!("`{}` is below two bodies", child.value);
                    let mistake = Mistake::new(child.at(), message, "here");
                    fields.mistakes.push(mistake.also(other.at(), "and here"));
                    continue;
                }
                if is_above(&above, below, number) {
                    let message = format!("`{}` is above the body that it is below", child.value);
                    fields.mistakes.push(Mistake::new(child.at(), message, "a circle"));
                    continue;
                }
                if let Some(entry) = bodies.entries.get_mut(number) {
                    entry.children.push(below);
                }
            }
        }
        bodies
    }

    /// The bodies by their plain names.
    pub fn by_name(&self, names: &BodyNames) -> BTreeMap<String, usize> {
        let mut by_name = BTreeMap::new();
        for (number, entry) in self.entries.iter().enumerate() {
            for name in std::iter::once(&entry.name).chain(&entry.aliases) {
                by_name.entry(names.plain(name)).or_insert(number);
            }
        }
        by_name
    }

    /// The body above one, by number.
    pub fn above(&self, child: usize) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.children.contains(&child))
    }
}

/// Whether one body is above another, or is it.
fn is_above(above: &BTreeMap<usize, (usize, &Text)>, one: usize, other: usize) -> bool {
    let mut at = other;
    for _ in 0..=above.len() {
        if at == one {
            return true;
        }
        match above.get(&at) {
            Some(&(up, _)) => at = up,
            None => return false,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Bodies, Vec<String>> {
        let file = PackFile {
            path: FILE_NAME.into(),
            within: FILE_NAME.into(),
            pack: String::new(),
            text: text.into(),
        };
        let told = |mistakes: Vec<Mistake>| mistakes.into_iter().map(|mistake| mistake.message).collect();
        Bodies::parse(&file).map_err(told)
    }

    #[test]
    fn who_is_under_whom() {
        let bodies = parse(
            "[[body]]\nname = 'Anton'\nchildren = ['Harbour', 'Parks']\ncomplete = true\n\
             [[body]]\nname = 'Harbour'\naliases = ['Docks']\n",
        )
        .unwrap();
        let names: Vec<&str> = bodies.entries.iter().map(|entry| entry.name.as_str()).collect();
        assert_eq!(names, ["Anton", "Harbour", "Parks"]);
        assert_eq!(bodies.entries[0].children, [1, 2]);
        assert_eq!(bodies.by_name(&BodyNames::default())["Docks"], 1);
        assert_eq!(bodies.above(2).unwrap().name, "Anton");
    }

    #[test]
    fn all_mistakes_at_once() {
        let mistakes = parse(
            "[[body]]\nname = 'A'\nchildren = ['B', 'C']\n[[body]]\nname = 'B'\nchildren = ['A', 'C']\n\
             [[body]]\nname = 'D'\naliases = ['B']\ncomplete = true\nchild = 'x'\n",
        );
        assert_eq!(
            mistakes.unwrap_err(),
            [
                "no body is said to be below this one",
                "unknown key in `body`: `child`",
                "two bodies are called `B`",
                "`A` is above the body that it is below",
                "`C` is below two bodies",
            ]
        );
    }
}
