//! From the text of TOML files to the tables that are read key by key.

use std::ops::Range;

use toml::Spanned;
use toml::de::DeTable;

use super::{Fields, Layer, Needed, Table};
use crate::rules::mistake::{At, FileId, Mistake};

/// A TOML file and the files that it adds to, parsed.
pub struct Parsed<'t> {
    /// Whether each table is without mistakes of syntax.
    tables: Vec<(FileId, &'t str, Spanned<DeTable<'t>>, bool)>,
    /// Mistakes of syntax.
    mistakes: Vec<Mistake>,
    /// The lines that are no TOML.
    broken: Vec<(FileId, Range<usize>)>,
}

impl<'t> Parsed<'t> {
    /// Parses files, given from the one that adds to the one that is added to.
    pub fn new(files: &[(FileId, &'t str)]) -> Self {
        let mut parsed =
            Self { tables: Vec::with_capacity(files.len()), mistakes: Vec::new(), broken: Vec::new() };
        for &(file, source) in files {
            let (table, errors) = DeTable::parse_recoverable(source);
            // Of a table that is there twice, the keys may be there twice too.
            let mut twice = 0..0;
            for error in &errors {
                let range = error.span().unwrap_or(0..0);
                let line = lines(source, &range);
                let is_twice = error.message().contains("duplicate key");
                if is_twice && twice.contains(&range.start) {
                    continue;
                }
                if is_twice && source.get(line.clone()).is_some_and(|line| line.starts_with('[')) {
                    let after = source.get(line.end..).unwrap_or_default();
                    twice = line.start..after.find("\n[").map_or(source.len(), |end| line.end + end + 1);
                }
                parsed.broken.push((file, line));
                let at = At { file, range };
                parsed.mistakes.push(match is_twice {
                    true => Mistake::new(at, "two keys of one name", "the second"),
                    false => {
                        Mistake::new(at, format!("this is not TOML: {}", error.message().trim()), "here")
                    }
                });
            }
            parsed.tables.push((file, source, table, errors.is_empty()));
        }
        parsed
    }

    /// Hands the top table to `read`; mistakes of syntax are added to `mistakes`. Of two values the first counts, lists of
    /// strings are joined, tables are merged, lists of tables are replaced.
    pub fn read<T>(&self, mistakes: &mut Vec<Mistake>, read: impl FnOnce(&mut Fields<'_, '_>) -> T) -> T {
        mistakes.extend(self.mistakes.iter().cloned());
        let layers = self.tables.iter().map(|(file, source, table, is_complete)| Layer {
            source,
            file: *file,
            table: table.get_ref(),
            range: table.span(),
            is_complete: *is_complete,
            is_whole: *is_complete,
        });
        let layers = layers.collect();
        let told = mistakes.len();
        let mut fields = Fields {
            layers,
            name: String::new(),
            known: Vec::new(),
            missing: Vec::new(),
            described: None,
            mistakes,
        };
        let result = read(&mut fields);
        fields.finish();
        if !self.broken.is_empty() {
            // What a line that is no TOML was taken for is no mistake of its own.
            let is_of = |at: &At| {
                self.broken.iter().any(|(file, line)| *file == at.file && line.contains(&at.range.start))
            };
            let later = mistakes.split_off(told);
            mistakes.extend(later.into_iter().filter(|mistake| !is_of(&mistake.at)));
        }
        result
    }
}

/// Parses files and hands their top table to `read`.
pub fn parse<T>(
    files: &[(FileId, &str)],
    mistakes: &mut Vec<Mistake>,
    read: impl FnOnce(&mut Fields<'_, '_>) -> T,
) -> T {
    Parsed::new(files).read(mistakes, read)
}

/// The lines that a place is in.
fn lines(source: &str, range: &Range<usize>) -> Range<usize> {
    let start = source.get(..range.start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let end =
        source.get(range.end..).and_then(|after| after.find('\n')).map_or(source.len(), |at| range.end + at);
    start..end + 1
}

/// What `read` asks of a table: every key with what it may hold.
pub fn describe<T>(read: impl FnOnce(&mut Fields<'_, '_>) -> T) -> Table {
    describe_within(Needed::UnlessAdded, read)
}

pub(super) fn describe_within<T>(needed: Needed, read: impl FnOnce(&mut Fields<'_, '_>) -> T) -> Table {
    // There is no file, so whatever is missed is no mistake.
    let mut mistakes = Vec::new();
    let mut fields = Fields {
        layers: Vec::new(),
        name: String::new(),
        known: Vec::new(),
        missing: Vec::new(),
        described: Some((needed, Table::default())),
        mistakes: &mut mistakes,
    };
    read(&mut fields);
    fields.described.map(|(_, table)| table).unwrap_or_default()
}
