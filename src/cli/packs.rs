//! `tieout packs`, and the arguments that choose packs.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::{Status, mistakes};
use tieout::config::{Config, ConfigError, Discovery};
use tieout::lint::Packs;
use tieout::output::{count, safe_json};
use tieout::rules::library::Entry;
use tieout::rules::pack::Pack;
use tieout::rules::rule::{Level, Rule};

/// Which packs.
#[derive(clap::Args)]
pub struct PackArgs {
    /// Use this pack; every file is then read with it, recognised or not. As often as wanted
    #[arg(long = "pack", value_name = "ID")]
    pub packs: Vec<String>,
    /// Load the packs in this folder too; one of them replaces a built-in pack of the same name
    #[arg(long = "rules", value_name = "DIR")]
    pub rules: Vec<PathBuf>,
}

/// The rules of packs, each once: of a rule that another pack takes over, as its own pack has it.
pub fn rules(packs: &[Pack]) -> impl Iterator<Item = &Rule> {
    each_rule(packs).map(|(_, rule)| rule)
}

/// The rules of packs, each once, with the number of the pack: its own, or else the first that has it.
pub fn each_rule(packs: &[Pack]) -> impl Iterator<Item = (usize, &Rule)> {
    let own = |id: &str| id.split_once('/').map_or("", |(pack, _)| pack).to_owned();
    let mut seen = BTreeSet::new();
    let rules =
        packs.iter().enumerate().flat_map(|(number, pack)| pack.rules.iter().map(move |rule| (number, rule)));
    rules.filter(move |(number, rule)| {
        let pack = own(&rule.id);
        let has_own =
            packs.iter().any(|other| other.id == pack && other.rules.iter().any(|known| known.id == rule.id));
        let is_here = packs.get(*number).is_some_and(|here| here.id == pack);
        (is_here || !has_own) && seen.insert(rule.id.clone())
    })
}

impl PackArgs {
    /// Loads the packs that the command line and a configuration name; `None` if some have mistakes, which have then been
    /// printed.
    pub fn load(&self, config: Option<&Config>) -> anyhow::Result<Option<Packs>> {
        let configured = config.iter().flat_map(|config| &config.rules).map(|folder| as_typed(folder));
        let folders: Vec<PathBuf> = configured.chain(self.rules.iter().cloned()).collect();
        mistakes::or_print(Packs::load(&folders, &self.packs, config))
    }

    /// Loads all packs as they are used in a folder.
    pub fn load_in(&self, folder: &Path) -> anyhow::Result<Option<Vec<Pack>>> {
        let located = match Discovery::default().of(&folder.join("report")) {
            Ok(located) => located,
            Err(ConfigError::Mistakes { file, mistakes }) => {
                mistakes::print(std::slice::from_ref(&file), &mistakes)?;
                return Ok(None);
            }
            Err(error) => return Err(error.into()),
        };
        let loaded = self.load(located.config.as_deref())?;
        Ok(loaded.map(|loaded| loaded.all.into_iter().map(Entry::into_pack).collect()))
    }
}

/// A path below the folder that the program is run in as one would type it there.
fn as_typed(path: &Path) -> PathBuf {
    let here = std::env::current_dir().ok();
    match here.and_then(|here| path.strip_prefix(here).ok().map(Path::to_owned)) {
        Some(within) if within.as_os_str().is_empty() => PathBuf::from("."),
        Some(within) => within,
        None => path.to_owned(),
    }
}

/// The name of a rule's level.
pub fn level_name(level: Option<Level>) -> &'static str {
    level.map_or("off", Level::name)
}

/// How a list is printed.
#[derive(Clone, Copy, Default, ValueEnum)]
pub enum ListFormat {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
}

/// Arguments of `tieout packs`.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    packs: PackArgs,
    /// How to print the list
    #[arg(long, value_enum, default_value_t)]
    format: ListFormat,
}

/// Lists the packs.
pub fn run(args: Args) -> anyhow::Result<Status> {
    let Some(packs) = args.packs.load_in(Path::new("."))? else { return Ok(Status::Failed) };
    let mut out = io::stdout().lock();
    match args.format {
        ListFormat::Json => {
            let list: Vec<_> = packs
                .iter()
                .map(|pack| {
                    let editions: Vec<_> = pack.editions.iter().map(|edition| &edition.id).filter(|id| !id.is_empty()).collect();
                    serde_json::json!({"id": pack.id, "title": pack.title, "about": pack.about, "editions": editions, "rules": pack.rules.len()})
                })
                .collect();
            writeln!(out, "{}", safe_json(&serde_json::to_string_pretty(&list)?))?;
        }
        ListFormat::Text => {
            for pack in &packs {
                writeln!(out, "{}  {}  ({})", pack.id, pack.title, count(pack.rules.len(), "rule"))?;
                if !pack.about.is_empty() {
                    writeln!(out, "    {}", pack.about)?;
                }
                for edition in pack.editions.iter().filter(|edition| !edition.id.is_empty()) {
                    writeln!(
                        out,
                        "    edition {}: {}",
                        edition.id,
                        edition.authority.as_deref().unwrap_or_default()
                    )?;
                }
            }
        }
    }
    Ok(Status::Clean)
}
