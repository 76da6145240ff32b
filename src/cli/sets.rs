//! Finding and reading `bodies.toml`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;

use super::mistakes;
use tieout::lint::Linter;
use tieout::rules::mistake::PackFile;
use tieout::set::bodies::{Bodies, FILE_NAME};
use tieout::source::shown;

/// The bodies of the reports under some paths: what a file says that is named, or else the first one in a folder that is
/// named, or beside a configuration. `None` if it has mistakes, which have then been printed.
pub fn bodies<'l>(
    named: Option<&Path>,
    paths: &[PathBuf],
    linters: impl Iterator<Item = &'l Arc<Linter>>,
) -> anyhow::Result<Option<Option<Bodies>>> {
    let folders = paths.iter().filter(|path| path.is_dir()).cloned();
    let configured = linters.filter_map(|linter| linter.policy.config().map(|config| config.folder.clone()));
    let mut found = folders.chain(configured).map(|folder| folder.join(FILE_NAME));
    let Some(path) = named.map(Path::to_owned).or_else(|| found.find(|path| path.is_file())) else {
        return Ok(Some(None));
    };
    let name = shown(&path);
    let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {name}"))?;
    let file = PackFile { path: name, within: FILE_NAME.to_owned(), pack: String::new(), text };
    match Bodies::parse(&file) {
        Ok(bodies) => Ok(Some(Some(bodies))),
        Err(found) => {
            mistakes::print(std::slice::from_ref(&file), &found)?;
            Ok(None)
        }
    }
}
