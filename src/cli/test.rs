//! `tieout test`

use std::io::{self, Write};
use std::path::PathBuf;

use super::Status;
use super::packs;
use tieout::check::example;
use tieout::output::count;
use tieout::rules::library;

/// Arguments of `tieout test`.
#[derive(clap::Args)]
pub struct Args {
    /// A pack, or a folder of packs; without it, the packs built in
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Print only rules with a failed example
    #[arg(long)]
    quiet: bool,
}

/// Runs the examples of rules.
pub fn run(args: Args) -> anyhow::Result<Status> {
    let sources = match &args.folder {
        Some(folder) => library::in_folder(folder)?,
        None => library::embedded(),
    };
    let Some(packs) = packs::load_all(sources)? else { return Ok(Status::Failed) };
    let mut out = io::stdout().lock();
    let (mut examples, mut failed, mut rules) = (0, 0, 0);
    for pack in &packs {
        for rule in &pack.rules {
            rules += 1;
            examples += rule.examples.len();
            let mismatches: Vec<(usize, String)> = rule
                .examples
                .iter()
                .enumerate()
                .filter_map(|(index, one)| Some((index + 1, example::run(pack, rule, one).mismatch(one)?)))
                .collect();
            failed += mismatches.len();
            if mismatches.is_empty() && !args.quiet {
                writeln!(out, "ok      {}  ({})", rule.id, rule.examples.len())?;
            }
            for (number, mismatch) in mismatches {
                writeln!(out, "FAILED  {}, example {number}: {mismatch}", rule.id)?;
            }
        }
    }
    writeln!(out, "{}, {}, {failed} failed", count(rules, "rule"), count(examples, "example"))?;
    Ok(if failed > 0 { Status::Findings } else { Status::Clean })
}
