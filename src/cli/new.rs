//! `tieout new`: packs and rules to start from.

use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use clap::Subcommand;

use super::{Status, mistakes};
use tieout::rules::library;
use tieout::rules::pack::Pack;

/// Arguments of `tieout new`.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Write a pack with a form, a claim and two rules
    Pack {
        /// Its folder, whose last name is that of the pack: small letters, digits and hyphens
        #[arg(value_name = "NAME")]
        folder: PathBuf,
    },
    /// Write a rule
    Rule {
        /// The folder of its pack, and its name
        #[arg(value_name = "PACK/NAME")]
        path: PathBuf,
    },
}

/// The files of a new pack.
const PACK: &[(&str, &str)] = &[
    ("pack.toml", include_str!("new/pack.toml")),
    ("forms/stock.toml", include_str!("new/form.toml")),
    ("claims/stock.toml", include_str!("new/claims.toml")),
    ("rules/stock-flow.toml", include_str!("new/flow.toml")),
    ("rules/received-in-text.toml", include_str!("new/text.toml")),
];
const RULE: &str = include_str!("new/rule.toml");

/// Writes a pack or a rule.
pub fn run(args: Args) -> anyhow::Result<Status> {
    match args.what {
        What::Pack { folder } => pack(&folder),
        What::Rule { path } => rule(&path),
    }
}

fn pack(folder: &Path) -> anyhow::Result<Status> {
    let name = checked_name(folder)?;
    ensure!(!folder.exists(), "{} is there already", folder.display());
    let is_taken = name == "tieout" || library::embedded().iter().any(|pack| pack.folder() == Some(name));
    ensure!(
        !is_taken,
        "`{name}` is the name of a pack built in, which this one would replace; to change that, extend it in a pack of another name"
    );
    for (within, text) in PACK {
        let text = text.replace("NAME", name).replace("FOLDER", &folder.to_string_lossy());
        write(&folder.join(within), &text)?;
    }
    writeln!(io::stdout(), "try: tieout test {}", folder.display())?;
    Ok(Status::Clean)
}

fn rule(path: &Path) -> anyhow::Result<Status> {
    let name = checked_name(path)?;
    let folder = path.parent().filter(|folder| folder.join("pack.toml").is_file());
    let Some(folder) = folder else {
        bail!(
            "a rule goes into a pack: expected PACK/NAME, where the folder PACK holds a pack.toml (`tieout new pack` writes one)"
        );
    };
    let sources = library::in_folder(folder)?;
    let Some((files, loaded)) = library::load_beside(library::embedded(), sources).pop() else {
        return Ok(Status::Failed);
    };
    let pack = match loaded {
        Ok(pack) => pack,
        Err(wrong) => {
            mistakes::print(&files.files, &wrong)?;
            return Ok(Status::Failed);
        }
    };
    let shown = folder.to_string_lossy();
    let text = RULE.replace("NAMES\n", &names(&pack)).replace("PACK", &shown);
    write(&folder.join("rules").join(format!("{name}.toml")), &text)?;
    writeln!(io::stdout(), "try: tieout test {shown}")?;
    Ok(Status::Clean)
}

/// The last name of a path, which is that of a pack or a rule.
fn checked_name(path: &Path) -> anyhow::Result<&str> {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let is_name = !name.is_empty()
        && name.split('-').all(|word| {
            !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        });
    ensure!(
        is_name,
        "`{name}` is no name: expected small letters, digits and single hyphens, such as `stock-flow`"
    );
    Ok(name)
}

/// Writes a file that is not there yet.
pub fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    let file = fs::File::options().write(true).create_new(true).open(path);
    let mut file = match file {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            bail!("{} is there already", path.display())
        }
        other => other.with_context(|| format!("cannot write {}", path.display()))?,
    };
    file.write_all(text.as_bytes()).with_context(|| format!("cannot write {}", path.display()))?;
    writeln!(io::stdout(), "wrote {}", path.display())?;
    Ok(())
}

/// What a rule of the pack can name, as comments.
fn names(pack: &Pack) -> String {
    const SHOWN: usize = 12;
    let some = |names: Vec<&str>| {
        let more = if names.len() > SHOWN { ", …" } else { "" };
        names.into_iter().take(SHOWN).collect::<Vec<_>>().join(", ") + more
    };
    let mut text = String::new();
    for form in &pack.forms {
        let ids =
            |axis: &tieout::rules::form::Axis| some(axis.nodes.iter().map(|node| node.id.as_str()).collect());
        let _ = writeln!(text, "#   {}[row, column]", form.id);
        let _ = writeln!(text, "#     rows: {}", ids(&form.rows));
        let _ = writeln!(text, "#     columns: {}", ids(&form.columns));
    }
    let claims: Vec<&str> = pack.claims.claims.iter().map(|claim| claim.id.as_str()).collect();
    if !claims.is_empty() {
        let _ = writeln!(text, "#   claims: {}", some(claims));
    }
    if text.is_empty() { text } else { format!("#\n# What rules of this pack can name:\n{text}") }
}
