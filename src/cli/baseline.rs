//! `tieout baseline`

use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::PathBuf;

use anyhow::{Context, bail};

use super::check::nothing;
use super::replace::Replacement;
use super::reports::{self, Held, ReportArgs};
use super::{Status, place, tell};
use tieout::finding::baseline::{Baseline, Entry};
use tieout::finding::own;
use tieout::output::{Root, Summary, count, safe_line};
use tieout::source::shown;

/// Arguments of `tieout baseline`.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Write a file that lists what is found today
    Write(FileArgs),
    /// Take out of the file what is found no more; with --accept-new, put in what is new
    Update(UpdateArgs),
    /// Take out of the file what is found no more, and put in nothing
    Prune(FileArgs),
}

#[derive(clap::Args)]
struct FileArgs {
    /// The baseline
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    reports: ReportArgs,
}

#[derive(clap::Args)]
struct UpdateArgs {
    #[command(flatten)]
    file: FileArgs,
    /// Put findings in that are not in the file yet
    #[arg(long)]
    accept_new: bool,
}

/// Keeps the file of findings that are held back.
pub fn run(args: Args) -> anyhow::Result<Status> {
    match args.command {
        Command::Write(args) => write(&args),
        Command::Update(args) => update(&args.file, Some(args.accept_new)),
        Command::Prune(args) => update(&args, None),
    }
}

fn write(args: &FileArgs) -> anyhow::Result<Status> {
    let name = shown(&args.file);
    if args.file.exists() {
        bail!("{name} is there already: `tieout baseline update {name}` changes it");
    }
    let replacement = Replacement::new(&args.file).with_context(|| format!("cannot write {name}"))?;
    let root = place::beside(&args.file)?;
    let Some((mut entries, summary)) = found(&args.reports, None, &root)? else { return Ok(Status::Failed) };
    if is_nothing(&summary) {
        tell(&format!("tieout: nothing was checked: {}", nothing(&summary)));
        return Ok(Status::NothingChecked);
    }
    save(replacement, &mut entries, &name)?;
    writeln!(io::stdout(), "{}: {}", safe_line(&name), count(entries.len(), "finding"))?;
    Ok(Status::Clean)
}

/// Brings a baseline up to date. What is new is put in, refused, or (`None`) passed over.
fn update(args: &FileArgs, accepts_new: Option<bool>) -> anyhow::Result<Status> {
    let name = shown(&args.file);
    let mut held = reports::baseline(&args.file)?;
    let root = held.root.clone();
    let Some((new, summary)) = found(&args.reports, Some(&mut held), &root)? else {
        return Ok(Status::Failed);
    };
    if is_nothing(&summary) {
        tell(&format!("tieout: nothing was checked: {}", nothing(&summary)));
        return Ok(Status::NothingChecked);
    }
    let is_there = |path: &str| root.at(path).exists();
    let (gone, mut kept) = held.baseline.parted(is_there);
    let mut out = io::stdout().lock();
    let is_refused = accepts_new == Some(false) && !new.is_empty();
    let mut added = 0;
    for entry in &gone {
        line(&mut out, '-', entry)?;
    }
    if accepts_new.is_some() {
        for entry in &new {
            line(&mut out, '+', entry)?;
        }
    }
    if is_refused {
        tell(&format!(
            "tieout: {} not listed, and {name} is left as it is: --accept-new puts them in",
            count(new.len(), "finding"),
        ));
        return Ok(Status::Findings);
    }
    if accepts_new == Some(true) {
        added = new.len();
        kept.extend(new);
    }
    let replacement = Replacement::new(&args.file).with_context(|| format!("cannot write {name}"))?;
    save(replacement, &mut kept, &name)?;
    writeln!(
        out,
        "{}: {added} added, {} removed, {}",
        safe_line(&name),
        gone.len(),
        count(kept.len(), "finding")
    )?;
    Ok(Status::Clean)
}

/// What is found that no configuration accepts and no baseline holds back.
fn found(
    args: &ReportArgs,
    held: Option<&mut Held>,
    root: &Root,
) -> anyhow::Result<Option<(Vec<Entry>, Summary)>> {
    let mut entries = Vec::new();
    let shown_of_run = reports::Shown { progress: true, text: false, rules: false };
    let told = reports::run(args, shown_of_run, held, &mut |report| {
        let path = root.relative(&report.path);
        let told = report.findings.iter().filter(|finding| finding.accepted.is_none());
        // What is said of configurations and of the baseline itself is mended, not held back.
        let told = told.filter(|finding| !own::ABOUT_ACCEPTED.contains(&finding.rule.as_str()));
        entries.extend(told.map(|finding| Entry::of(&path, finding)));
        ControlFlow::Continue(())
    })?;
    let Some(told) = told else { return Ok(None) };
    entries.sort();
    match told.failure {
        Some(failure) => Err(failure),
        None => Ok(Some((entries, told.summary))),
    }
}

fn is_nothing(summary: &Summary) -> bool {
    summary.relations.held + summary.relations.failed == 0
}

fn save(mut to: Replacement, entries: &mut Vec<Entry>, name: &str) -> anyhow::Result<()> {
    let text = Baseline::text(entries)?;
    to.write_all(text.as_bytes()).and_then(|()| to.finish()).with_context(|| format!("cannot write {name}"))
}

fn line(out: &mut impl Write, sign: char, entry: &Entry) -> io::Result<()> {
    let relation = entry.relations.first().map(|relation| format!(": {relation}")).unwrap_or_default();
    let text = format!("{sign} {} {}: {}{relation}", entry.path, entry.rule, entry.message);
    writeln!(out, "{}", safe_line(&text))
}
