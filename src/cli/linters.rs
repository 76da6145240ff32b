//! A linter for each configuration that the reports of a run have.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::packs::PackArgs;
use super::{mistakes, tell};
use tieout::config::{Config, ConfigError, Discovery};
use tieout::lint::cache::{self, Cache};
use tieout::lint::{Linter, Packs};

/// Makes linters, one for each configuration.
pub struct Linters<'a> {
    packs: &'a PackArgs,
    select: &'a [String],
    ignore: &'a [String],
    with_cache: bool,
    discovery: Discovery,
    /// By the folder of the configuration; `None` is for reports without one.
    made: BTreeMap<Option<PathBuf>, Made>,
}

/// A linter, and what is kept of its runs.
#[derive(Clone)]
struct Made {
    linter: Arc<Linter>,
    cache: Option<Arc<Cache>>,
}

/// What checks a report, and the report's path relative to its configuration.
pub struct Found {
    /// What checks it.
    pub linter: Arc<Linter>,
    /// Its path relative to the folder of its configuration.
    pub path: String,
    /// What came of reports in earlier runs.
    pub cache: Option<Arc<Cache>>,
}

impl<'a> Linters<'a> {
    /// Linters with the packs and rules of the command line.
    pub fn new(packs: &'a PackArgs, select: &'a [String], ignore: &'a [String], with_cache: bool) -> Self {
        Self { packs, select, ignore, with_cache, discovery: Discovery::default(), made: BTreeMap::new() }
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
        let made = match self.made.get(&key) {
            Some(made) => made.clone(),
            None => match self.make(located.config)? {
                Some(made) => {
                    self.made.insert(key, made.clone());
                    made
                }
                None => return Ok(None),
            },
        };
        Ok(Some(Found { linter: made.linter, path: located.path, cache: made.cache }))
    }

    /// The linters made so far.
    pub fn made(&self) -> impl Iterator<Item = &Arc<Linter>> {
        self.made.values().map(|made| &made.linter)
    }

    /// What is kept of their runs.
    pub fn caches(&self) -> impl Iterator<Item = &Cache> {
        self.made.values().filter_map(|made| made.cache.as_deref())
    }

    fn make(&self, config: Option<Arc<Config>>) -> anyhow::Result<Option<Made>> {
        let Some(packs) = self.packs.load(config.as_deref())? else { return Ok(None) };
        let cache = if self.with_cache { self.cache(&packs, config.as_deref()) } else { None };
        let linter = mistakes::or_print(Linter::new(packs, config, self.select, self.ignore))?;
        Ok(linter.map(|linter| Made { linter: Arc::new(linter), cache }))
    }

    /// The cache of reports with a configuration; none if there is no place for it.
    fn cache(&self, packs: &Packs, config: Option<&Config>) -> Option<Arc<Cache>> {
        let folder = config.map_or(Path::new("."), |config| &config.folder);
        let texts = |texts: &[String]| texts.join("\n");
        let (wanted, select, ignore) = (packs.ids().join("\n"), texts(self.select), texts(self.ignore));
        let settings = [
            config.map_or("", |config| config.file.text.as_str()),
            &select,
            &ignore,
            &wanted,
            if packs.is_forced { "forced" } else { "" },
        ];
        let files = packs.from_folders.iter().flat_map(|file| [file.within.as_str(), file.text.as_str()]);
        match Cache::open(folder, settings.into_iter().chain(files)) {
            Ok(cache) => Some(Arc::new(cache)),
            Err(error) => {
                let place = folder.join(cache::FOLDER);
                tell(&format!("tieout: there is no cache: {}: {error}", place.display()));
                None
            }
        }
    }
}
