//! `tieout check`

mod tell;

use std::io;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use jiff::civil::Date;

use super::Status;
use super::kind;
use super::linters::Linters;
use super::packs::PackArgs;
use tell::Teller;
use tieout::finding::Level;
use tieout::lint::{self, Job, Linter, Outcome};
use tieout::output::Summary;
use tieout::source::kind::Format;
use tieout::source::{Source, walk};

/// Arguments of `tieout check`.
#[derive(clap::Args)]
pub struct Args {
    /// Files and folders; `-` reads standard input
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    /// The name that standard input goes by; its extension says what kind of file it is
    #[arg(long, value_name = "NAME", default_value = "stdin.txt")]
    stdin_filename: PathBuf,
    /// Read every file as of this kind, whatever it seems to be
    #[arg(long = "type", value_name = "KIND", value_parser = kind)]
    kind: Option<&'static Format>,
    /// How to print the findings: text, json or jsonl
    #[arg(long, value_name = "FMT", default_value = "text")]
    format: String,
    /// Write the findings to a file too, as often as wanted; `-` is standard output
    #[arg(long = "output", value_name = "FMT=FILE")]
    outputs: Vec<String>,
    #[command(flatten)]
    packs: PackArgs,
    /// Report only these rules: a name or a glob, such as PACK/*
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    select: Vec<String>,
    /// Leave these rules out: a name or a glob
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    ignore: Vec<String>,
    /// The lowest level of finding that makes the exit status 1
    #[arg(long, value_enum, value_name = "LEVEL", default_value = "warning")]
    fail_on: FailOn,
    /// Exit with 0 although nothing was checked
    #[arg(long)]
    allow_nothing: bool,
    /// Number of threads; without it, as many as the machine has
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
    /// Print findings only, without the closing lines
    #[arg(long)]
    quiet: bool,
    /// Say which files were read and which were passed over, and why
    #[arg(long)]
    verbose: bool,
    /// Show accepted findings too
    #[arg(long)]
    show_accepted: bool,
    /// The day on which accepted findings end or not; without it, that of the clock
    #[arg(long, value_name = "DATE")]
    today: Option<Date>,
    /// Show no progress bar
    #[arg(long)]
    no_progress: bool,
    /// When to use colours
    #[arg(long, value_enum, value_name = "WHEN", default_value_t)]
    color: Color,
}

/// The lowest level of finding that makes the exit status 1.
#[derive(Clone, Copy, ValueEnum)]
enum FailOn {
    Error,
    Warning,
    Note,
    Never,
}

impl FailOn {
    fn is_met(self, summary: &Summary) -> bool {
        let lowest = match self {
            FailOn::Error => Level::Error,
            FailOn::Warning => Level::Warning,
            FailOn::Note => Level::Note,
            FailOn::Never => return false,
        };
        [(Level::Error, summary.errors), (Level::Warning, summary.warnings), (Level::Note, summary.notes)]
            .into_iter()
            .any(|(level, count)| level >= lowest && count > 0)
    }
}

/// When to use colours.
#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Color {
    /// In a terminal that shows them, unless NO_COLOR is set
    #[default]
    Auto,
    Always,
    Never,
}

impl Color {
    fn is_on(self) -> bool {
        match self {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never,
        }
    }
}

/// Checks reports.
pub fn run(args: Args) -> anyhow::Result<Status> {
    let today = args.today.unwrap_or_else(|| jiff::ZonedDateTime::now().date());
    let mut teller = Teller::new(&args, today)?;
    let mut linters = Linters::new(&args.packs, &args.select, &args.ignore);
    // Packs and globs with mistakes are told although there may be no report.
    if linters.of(Path::new("./report"))?.is_none() {
        return Ok(Status::Failed);
    }
    let is_stdin = |path: &PathBuf| path.as_os_str() == "-";
    let found = walk::walk(&args.paths.iter().filter(|path| !is_stdin(path)).cloned().collect::<Vec<_>>())?;
    for (what, count) in &found.skipped {
        *teller.summary.skipped.entry(what.clone()).or_default() += count;
    }
    let mut jobs = Vec::with_capacity(found.candidates.len());
    for mut candidate in found.candidates {
        candidate.format = args.kind;
        let Some(located) = linters.of(&candidate.path)? else { return Ok(Status::Failed) };
        if located.linter.policy.config().is_some_and(|config| config.excludes(&located.path)) {
            teller.skip(&candidate.path, "excluded in tieout.toml");
            continue;
        }
        jobs.push(Job { candidate, path: located.path, linter: located.linter });
    }
    if args.paths.iter().any(is_stdin) {
        let Some(located) = linters.of(&args.stdin_filename)? else { return Ok(Status::Failed) };
        let outcome = stdin(&located.linter, &args.stdin_filename, &located.path, args.kind);
        teller.tell(&args.stdin_filename, &located.path, &located.linter, outcome);
    }
    let threads = args
        .jobs
        .filter(|&jobs| jobs > 0)
        .unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
    lint::run(&jobs, threads, |job, outcome| {
        teller.tell(&job.candidate.path, &job.path, &job.linter, outcome);
    });
    for failure in &found.failures {
        teller.fail(anyhow::anyhow!("cannot walk {}: {}", failure.path.display(), failure.reason));
    }
    Ok(status(&args, &teller.finish()?))
}

fn status(args: &Args, summary: &Summary) -> Status {
    let relations = summary.relations;
    if args.fail_on.is_met(summary) {
        Status::Findings
    } else if relations.held + relations.failed == 0 && !args.allow_nothing {
        if !args.quiet {
            super::tell(&format!("tieout: nothing was checked: {}", nothing(summary)));
        }
        Status::NothingChecked
    } else {
        Status::Clean
    }
}

fn nothing(summary: &Summary) -> &'static str {
    if summary.reports > 0 {
        "not one relation could be told"
    } else if summary.skipped.contains_key("not recognised") {
        "no pack recognised a report (name one with --pack, if these are reports of its kind)"
    } else {
        "there was no file of a kind that tieout reads"
    }
}

fn stdin(linter: &Linter, name: &Path, relative: &str, kind: Option<&'static Format>) -> Outcome {
    match Source::read_from(name, io::stdin().lock(), 0, kind) {
        Ok(source) => linter.source(source, relative),
        Err(error) => linter.unreadable(&name.to_string_lossy(), relative, &error),
    }
}
