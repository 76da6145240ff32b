//! `tieout check`

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::ValueEnum;

use super::packs::PackArgs;
use super::{Status, tell};
use tieout::finding::{Level, Report};
use tieout::lint::{Linter, Outcome, RuleGlobs};
use tieout::output::{self, Output, Style, Summary, count};
use tieout::source::walk;
use tieout::source::{Source, shown};

/// Arguments of `tieout check`.
#[derive(clap::Args)]
pub struct Args {
    /// Files and folders; `-` reads standard input
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    /// The name that standard input goes by; its extension says what kind of file it is
    #[arg(long, value_name = "NAME", default_value = "stdin.txt")]
    stdin_filename: PathBuf,
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

/// A writer of findings and where it writes to.
struct Sink {
    output: Box<dyn Output>,
    to: Box<dyn Write>,
}

/// Checks reports.
pub fn run(args: Args) -> anyhow::Result<Status> {
    let mut sinks = sinks(&args)?;
    let Some(packs) = args.packs.load()? else { return Ok(Status::Failed) };
    let globs = RuleGlobs::new(&args.select, &args.ignore, &packs)?;
    let linter = Linter { packs, is_forced: !args.packs.packs.is_empty(), globs };
    let mut run =
        Run { summary: Summary::default(), sinks: &mut sinks, failure: None, verbose: args.verbose };
    let is_stdin = |path: &PathBuf| path.as_os_str() == "-";
    let found = walk::walk(&args.paths.iter().filter(|path| !is_stdin(path)).cloned().collect::<Vec<_>>())?;
    for (what, count) in &found.skipped {
        *run.summary.skipped.entry(what.clone()).or_default() += count;
    }
    if args.paths.iter().any(is_stdin) {
        run.tell(&args.stdin_filename, stdin(&linter, &args.stdin_filename));
    }
    let jobs = args
        .jobs
        .filter(|&jobs| jobs > 0)
        .unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
    linter.files(&found.candidates, jobs, |candidate, outcome| run.tell(&candidate.path, outcome));
    for failure in &found.failures {
        run.fail(anyhow::anyhow!("cannot walk {}: {}", failure.path.display(), failure.reason));
    }
    let Run { summary, failure, .. } = run;
    for sink in &mut sinks {
        sink.output.finish(&summary, &mut sink.to)?;
        sink.to.flush()?;
    }
    if let Some(failure) = failure {
        return Err(failure);
    }
    Ok(status(&args, &summary))
}

fn status(args: &Args, summary: &Summary) -> Status {
    let relations = summary.relations;
    if args.fail_on.is_met(summary) {
        Status::Findings
    } else if relations.held + relations.failed == 0 && !args.allow_nothing {
        if !args.quiet {
            tell(&format!("tieout: nothing was checked: {}", nothing(summary)));
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

fn stdin(linter: &Linter, name: &Path) -> Outcome {
    match Source::read_from(name, io::stdin().lock(), 0) {
        Ok(source) => linter.source(source),
        Err(error) => linter.unreadable(&name.to_string_lossy(), &error),
    }
}

fn sinks(args: &Args) -> anyhow::Result<Vec<Sink>> {
    let known: Vec<&str> = output::FORMATS.iter().map(|format| format.name).collect();
    let format = |name: &str| {
        output::format(name)
            .with_context(|| format!("no format is called `{name}`; there are: {}", known.join(", ")))
    };
    let quiet = args.quiet;
    let stdout = Style { color: args.color.is_on(), quiet };
    let mut sinks = vec![Sink {
        output: (format(&args.format)?.new)(stdout),
        to: Box::new(BufWriter::new(io::stdout())),
    }];
    for text in &args.outputs {
        let Some((name, file)) = text.split_once('=') else {
            bail!("--output {text}: expected FORMAT=FILE, such as json=findings.json");
        };
        let format = format(name)?;
        let sink = if file == "-" {
            Sink { output: (format.new)(stdout), to: Box::new(BufWriter::new(io::stdout())) }
        } else {
            let style = Style { color: args.color == Color::Always, quiet };
            let to = File::create(file).with_context(|| format!("cannot write {file}"))?;
            Sink { output: (format.new)(style), to: Box::new(BufWriter::new(to)) }
        };
        sinks.push(sink);
    }
    Ok(sinks)
}

/// A run: what was found so far and where it is written.
struct Run<'s> {
    summary: Summary,
    sinks: &'s mut [Sink],
    failure: Option<anyhow::Error>,
    verbose: bool,
}

impl Run<'_> {
    fn tell(&mut self, path: &Path, outcome: Outcome) {
        match outcome {
            Outcome::Skipped(what) => {
                if self.verbose {
                    tell(&format!("{}: skipped, {what}", shown(path)));
                }
                *self.summary.skipped.entry(what).or_default() += 1;
            }
            Outcome::Reports(reports) => {
                for report in &reports {
                    self.report(report);
                }
            }
        }
    }

    fn report(&mut self, report: &Report) {
        if self.verbose {
            let pack = report.pack.as_deref().unwrap_or("not read");
            let relations = report.relations;
            tell(&format!(
                "{}: {pack}, {}; {}: {} hold, {} fail, {} cannot be told",
                report.path,
                count(report.findings.len(), "finding"),
                count(relations.held + relations.failed + relations.undecided, "relation"),
                relations.held,
                relations.failed,
                relations.undecided
            ));
        }
        self.summary.add(report);
        for sink in &mut *self.sinks {
            if let Err(error) = sink.output.report(report, &mut sink.to) {
                self.failure.get_or_insert(error.into());
            }
        }
    }

    fn fail(&mut self, error: anyhow::Error) {
        self.failure.get_or_insert(error);
    }
}
