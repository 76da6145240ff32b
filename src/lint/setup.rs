//! Making a linter: the packs that a run and its configuration name, and what they say of rules.

use std::path::PathBuf;
use std::sync::Arc;

use super::{GlobError, Linter, Policy};
use crate::config::Config;
use crate::rules::diagnostic::shown;
use crate::rules::library::{self, Entry, LoadError, PackFiles};
use crate::rules::mistake::{Mistake, PackFile};

/// Files with mistakes in them.
#[derive(Clone, Debug)]
pub struct Flawed {
    /// The files.
    pub files: Vec<PackFile>,
    /// What is wrong in them.
    pub mistakes: Vec<Mistake>,
}

/// Why there is no linter.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// Packs or a configuration have mistakes.
    #[error("{}", diagnostics(.0))]
    Mistakes(Vec<Flawed>),
    /// A folder could not be read, or holds no pack.
    #[error(transparent)]
    Load(LoadError),
    /// The run names a pack that there is none of.
    #[error("no pack is called `{wanted}`; there are: {}", known.join(", "))]
    NoSuchPack {
        /// What it names.
        wanted: String,
        /// The packs that there are.
        known: Vec<String>,
    },
    /// The run names a rule that there is none of.
    #[error(transparent)]
    Glob(#[from] GlobError),
}

fn diagnostics(flawed: &[Flawed]) -> String {
    let shown = flawed.iter().map(|flawed| shown(&flawed.files, &flawed.mistakes).unwrap_or_default());
    shown.collect::<String>().trim_end().to_owned()
}

/// The packs of a run.
#[derive(Debug)]
pub struct Packs {
    /// All of them.
    pub all: Vec<Entry>,
    /// The names of the rules of all packs that there are.
    pub rules: Vec<String>,
    /// Every file is read with each of them, recognised or not.
    pub is_forced: bool,
    /// The files of those that are not built in.
    pub from_folders: Vec<PackFile>,
}

impl Packs {
    /// Loads the packs that are built in and those in `folders`; of them the ones that are wanted, or else that a
    /// configuration names, or else all.
    ///
    /// # Errors
    /// Mistakes in packs, folders that cannot be read, and names of packs that there are none of.
    pub fn load(folders: &[PathBuf], wanted: &[String], config: Option<&Config>) -> Result<Self, SetupError> {
        let mut sources = Vec::new();
        let mut from_folders = Vec::new();
        for folder in folders {
            let packs = library::in_folder(folder).map_err(SetupError::Load)?;
            from_folders.extend(packs.iter().flat_map(|pack| pack.files.clone()));
            sources.extend(packs);
        }
        let mut all = without_mistakes(sources)?;
        let rules = all.iter().flat_map(|entry| entry.card.rules.iter().cloned()).collect();
        let known = || all.iter().map(|entry| entry.card.id.clone()).collect::<Vec<_>>();
        let is_known = |id: &str| all.iter().any(|entry| entry.card.id == id);
        if let Some(wanted) = wanted.iter().find(|wanted| !is_known(wanted)) {
            return Err(SetupError::NoSuchPack { wanted: wanted.clone(), known: known() });
        }
        let configured = config.map(|config| config.packs.as_slice()).unwrap_or_default();
        if let (Some(config), Some(unknown)) =
            (config, configured.iter().find(|configured| !is_known(&configured.value)))
        {
            let known = known();
            let known = known.iter().map(String::as_str);
            let mistake = Mistake::unknown(unknown.at(), "pack", &unknown.value, known);
            return Err(of_config(config, vec![mistake]));
        }
        let mut wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
        if wanted.is_empty() {
            wanted.extend(configured.iter().map(|pack| pack.value.as_str()));
        }
        let is_forced = !wanted.is_empty();
        if is_forced {
            all.retain(|entry| wanted.contains(&entry.card.id.as_str()));
        }
        Ok(Self { all, rules, is_forced, from_folders })
    }

    /// Their names.
    pub fn ids(&self) -> Vec<&str> {
        self.all.iter().map(|entry| entry.card.id.as_str()).collect()
    }
}

/// The packs that are built in with others, or the mistakes in all of those.
fn without_mistakes(others: Vec<PackFiles>) -> Result<Vec<Entry>, SetupError> {
    let mut packs = Vec::new();
    let mut flawed = Vec::new();
    for loaded in library::entries(others) {
        match loaded {
            Ok(pack) => packs.push(pack),
            Err(LoadError::Mistakes { files, mistakes }) => {
                flawed.push(Flawed { files: files.files, mistakes });
            }
            Err(error) => return Err(SetupError::Load(error)),
        }
    }
    if flawed.is_empty() { Ok(packs) } else { Err(SetupError::Mistakes(flawed)) }
}

fn of_config(config: &Config, mistakes: Vec<Mistake>) -> SetupError {
    SetupError::Mistakes(vec![Flawed { files: vec![config.file.clone()], mistakes }])
}

impl Linter {
    /// Checks reports with packs as a configuration says, telling the rules that match a glob of `select` (all, if there
    /// is none) and leaving out those that match one of `ignore`.
    ///
    /// # Errors
    /// Rules that are named, but that there are none of.
    pub fn new(
        packs: Packs,
        config: Option<Arc<Config>>,
        select: &[String],
        ignore: &[String],
    ) -> Result<Self, SetupError> {
        if let Some(config) = &config {
            let unknown = config.unknown_rules(&packs.rules);
            if !unknown.is_empty() {
                return Err(of_config(config, unknown));
            }
        }
        let policy = Policy::new(select, ignore, config, &packs.all)?;
        Ok(Self { packs: packs.all, is_forced: packs.is_forced, policy })
    }
}
