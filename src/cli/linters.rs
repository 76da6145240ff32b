//! A linter for each configuration that the reports of a run have.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::mistakes;
use super::packs::PackArgs;
use tieout::config::{Config, ConfigError, Discovery};
use tieout::lint::Linter;

/// Makes linters, one for each configuration.
pub struct Linters<'a> {
    packs: &'a PackArgs,
    select: &'a [String],
    ignore: &'a [String],
    discovery: Discovery,
    /// By the folder of the configuration; `None` is for reports without one.
    made: BTreeMap<Option<PathBuf>, Arc<Linter>>,
}

/// What checks a report, and the report's path relative to its configuration.
pub struct Found {
    /// What checks it.
    pub linter: Arc<Linter>,
    /// Its path relative to the folder of its configuration.
    pub path: String,
}

impl<'a> Linters<'a> {
    /// Linters with the packs and rules of the command line.
    pub fn new(packs: &'a PackArgs, select: &'a [String], ignore: &'a [String]) -> Self {
        Self { packs, select, ignore, discovery: Discovery::default(), made: BTreeMap::new() }
    }

    /// What checks a report; `None` if its configuration or packs have mistakes, which have then been printed.
    pub fn of(&mut self, report: &Path) -> anyhow::Result<Option<Found>> {
        let located = match self.discovery.of(report) {
            Ok(located) => located,
            Err(ConfigError::Mistakes { file, mistakes }) => {
                mistakes::print(std::slice::from_ref(&file), &mistakes)?;
                return Ok(None);
            }
            Err(error) => return Err(error.into()),
        };
        let key = located.config.as_ref().map(|config| config.folder.clone());
        let linter = match self.made.get(&key) {
            Some(linter) => Arc::clone(linter),
            None => match self.make(located.config)? {
                Some(linter) => {
                    self.made.insert(key, Arc::clone(&linter));
                    linter
                }
                None => return Ok(None),
            },
        };
        Ok(Some(Found { linter, path: located.path }))
    }

    /// The linters made so far.
    pub fn made(&self) -> impl Iterator<Item = &Arc<Linter>> {
        self.made.values()
    }

    fn make(&self, config: Option<Arc<Config>>) -> anyhow::Result<Option<Arc<Linter>>> {
        let Some(packs) = self.packs.load(config.as_deref())? else { return Ok(None) };
        let linter = mistakes::or_print(Linter::new(packs, config, self.select, self.ignore))?;
        Ok(linter.map(Arc::new))
    }
}
