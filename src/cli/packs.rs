//! `tieout packs`, and the arguments that choose packs.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::ValueEnum;
use codespan_reporting::diagnostic::{Diagnostic, Label};
use codespan_reporting::files::SimpleFiles;
use codespan_reporting::term::{self, Config};

use super::{Status, tell};
use tieout::output::{count, safe_json};
use tieout::rules::library::{self, LoadError, PackFiles};
use tieout::rules::mistake::Mistake;
use tieout::rules::pack::Pack;

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

impl PackArgs {
    /// Loads the packs; `None` if some have mistakes, which have then been printed.
    pub fn load(&self) -> anyhow::Result<Option<Vec<Pack>>> {
        let mut sources = library::embedded();
        for folder in &self.rules {
            sources.extend(library::in_folder(folder)?);
        }
        let Some(mut packs) = load_all(sources)? else { return Ok(None) };
        // Packs named later replace those before them.
        let mut seen = BTreeSet::new();
        packs.reverse();
        packs.retain(|pack| seen.insert(pack.id.clone()));
        packs.reverse();
        for wanted in &self.packs {
            if !packs.iter().any(|pack| pack.id == *wanted) {
                let known: Vec<&str> = packs.iter().map(|pack| pack.id.as_str()).collect();
                bail!("no pack is called `{wanted}`; there are: {}", known.join(", "));
            }
        }
        if !self.packs.is_empty() {
            packs.retain(|pack| self.packs.contains(&pack.id));
        }
        Ok(Some(packs))
    }
}

/// Loads packs; `None` if some have mistakes, which have then been printed.
pub fn load_all(sources: Vec<PackFiles>) -> anyhow::Result<Option<Vec<Pack>>> {
    let mut packs = Vec::new();
    let mut is_broken = false;
    for source in sources {
        match source.load() {
            Ok(pack) => packs.push(pack),
            Err(LoadError::Mistakes { files, mistakes }) => {
                is_broken = true;
                print_mistakes(&files, &mistakes).context("cannot print the mistakes of a pack")?;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok((!is_broken).then_some(packs))
}

/// Prints mistakes on standard error, each with the lines of its file.
fn print_mistakes(pack: &PackFiles, mistakes: &[Mistake]) -> anyhow::Result<()> {
    let mut files = SimpleFiles::new();
    for file in &pack.files {
        files.add(&file.path, &file.text);
    }
    let mut text = String::new();
    for mistake in mistakes {
        let mut labels =
            vec![Label::primary(mistake.at.file.0, mistake.at.range.clone()).with_message(&mistake.label)];
        labels.extend(
            mistake
                .also
                .iter()
                .map(|(at, label)| Label::secondary(at.file.0, at.range.clone()).with_message(label)),
        );
        let diagnostic = Diagnostic::error()
            .with_message(&mistake.message)
            .with_labels(labels)
            .with_notes(mistake.help.iter().cloned().collect());
        term::emit_to_string(&mut text, &Config::default(), &files, &diagnostic)?;
    }
    text.lines().for_each(tell);
    Ok(())
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
    let Some(packs) = args.packs.load()? else { return Ok(Status::Failed) };
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
