//! What the readers of a file ask of its tables, from which its schema is made.

/// What a key of a table may hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A string.
    Text,
    /// A list of strings, or one string.
    Texts,
    /// A list of lists of strings.
    TextLists,
    /// `true` or `false`.
    Flag,
    /// A whole number that is not negative.
    Number,
    /// A number that is not negative.
    Decimal,
    /// A day.
    Date,
    /// One of a few words.
    Choice(Vec<&'static str>),
    /// Strings, each under a name of its own.
    NamedTexts,
    /// Lists of strings, each under a name of its own.
    NamedTextLists,
    /// One of a few words under each of several names.
    NamedChoices(Vec<&'static str>),
    /// Numbers, each under a name of its own.
    NamedDecimals,
    /// Tables, each under a name of its own.
    NamedTables(Table),
    /// A list of tables.
    Tables(Table),
    /// A table.
    Table(Table),
}

/// Whether a key must be there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Needed {
    /// It may be left out.
    #[default]
    Never,
    /// It may only be left out in a file that adds to one which has it.
    UnlessAdded,
    /// It must be there.
    Always,
}

/// A key of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The key.
    pub name: &'static str,
    /// What it may hold.
    pub shape: Shape,
    /// Whether it must be there.
    pub needed: Needed,
}

/// The keys of a table, in the order in which they are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The keys.
    pub keys: Vec<Key>,
}

impl Table {
    /// Adds a key. Of one that is read in several ways the first counts: readers that ask for more ask first.
    pub(super) fn add(&mut self, name: &'static str, shape: Shape) {
        match self.keys.iter_mut().find(|key| key.name == name) {
            Some(_) => {}
            None => self.keys.push(Key { name, shape, needed: Needed::Never }),
        }
    }

    /// Says that a key must be there.
    pub(super) fn need(&mut self, name: &str, needed: Needed) {
        if let Some(key) = self.keys.iter_mut().find(|key| key.name == name) {
            key.needed = key.needed.max(needed);
        }
    }
}
