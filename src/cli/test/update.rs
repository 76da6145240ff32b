//! Writing the messages of findings into the examples that expect others. All else in a file stays as it is.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::Range;
use std::path::Path;

use anyhow::Context;

use tieout::check::example;
use tieout::rules::library::{self, PackFiles};
use tieout::rules::pack::Pack;

/// What is written in place of which bytes of a file, by the first of them.
type Edits = BTreeMap<usize, (Range<usize>, String)>;

/// Rewrites messages in the files of a folder, not in those of packs built in that they extend, and says how many.
pub fn run(packs: &[(PackFiles, Pack)], folder: &Path) -> anyhow::Result<usize> {
    // A file that several packs share is written once.
    let own = library::in_folder(folder)?;
    let own: BTreeSet<String> = own.into_iter().flat_map(|pack| pack.files).map(|file| file.path).collect();
    let mut edits: BTreeMap<(&str, &str), Edits> = BTreeMap::new();
    for (files, pack) in packs {
        for rule in &pack.rules {
            for one in &rule.examples {
                let given = example::run(pack, rule, one);
                let Some((at, message)) = given.update(one) else { continue };
                let Some(file) = files.files.get(at.file.0).filter(|file| own.contains(&file.path)) else {
                    continue;
                };
                let edits = edits.entry((&file.path, &file.text)).or_default();
                edits.insert(at.range.start, (at.range, quoted(message)));
            }
        }
    }
    let mut updated = 0;
    for ((path, text), edits) in edits {
        let mut text = text.to_owned();
        updated += edits.len();
        for (range, message) in edits.into_values().rev() {
            if text.get(range.clone()).is_some() {
                text.replace_range(range, &message);
            }
        }
        fs::write(path, text).with_context(|| format!("cannot write {path}"))?;
    }
    Ok(updated)
}

/// A string as TOML.
pub fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
