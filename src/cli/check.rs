//! `tieout check`

mod copies;
mod sinks;

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::PathBuf;

use anyhow::Context;
use clap::ValueEnum;

use super::Status;
use super::reports::{self, ReportArgs, Shown};
use sinks::Sinks;
use tieout::finding::Level;
use tieout::output::{Summary, safe_line};
use tieout::source::skipped::NOT_RECOGNISED;

/// Arguments of `tieout check`.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    reports: ReportArgs,
    /// How to print the findings: text, json, jsonl, github, sarif, junit, gitlab, csv or markdown. Without it text,
    /// unless an --output goes to standard output
    #[arg(long, value_name = "FMT")]
    format: Option<String>,
    /// Write the findings to a file too, as often as wanted; `-` is standard output. annotate=DIR writes copies of the
    /// reports (DOCX, XLSX, PDF) with the findings as comments into a folder
    #[arg(long = "output", value_name = "FMT=FILE")]
    outputs: Vec<String>,
    /// Hold back the findings that this file lists; `tieout baseline` makes one
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// The lowest level of finding that makes the exit status 1
    #[arg(long, value_enum, value_name = "LEVEL", default_value = "warning")]
    fail_on: FailOn,
    /// Exit with 0 although nothing was checked
    #[arg(long)]
    allow_nothing: bool,
    /// Exit with 1 where a file of a kind that may hold a report was not read
    #[arg(long)]
    fail_on_skipped: bool,
    /// Print findings only, without the closing lines
    #[arg(long)]
    quiet: bool,
    /// Show each finding, also of those that have one cause in many reports
    #[arg(long)]
    show_all: bool,
    /// Show accepted findings too, and those that the baseline holds back
    #[arg(long)]
    show_accepted: bool,
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
    fn lowest(self) -> Option<Level> {
        match self {
            FailOn::Error => Some(Level::Error),
            FailOn::Warning => Some(Level::Warning),
            FailOn::Note => Some(Level::Note),
            FailOn::Never => None,
        }
    }

    fn is_met(self, summary: &Summary) -> bool {
        let Some(lowest) = self.lowest() else { return false };
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
    let mut sinks = Sinks::new(&args)?;
    let mut held = args.baseline.as_deref().map(reports::baseline).transpose()?;
    let mut was_stopped = false;
    let shown = Shown { progress: !args.quiet, text: sinks.show_text(), rules: sinks.show_rules() };
    let told = reports::run(&args.reports, shown, held.as_mut(), &mut |mut report| {
        if !args.show_accepted {
            report.findings.retain(|finding| finding.accepted.is_none());
        }
        sinks.report(&report);
        was_stopped = sinks.are_gone();
        if was_stopped { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    let Some(told) = told else { return Ok(Status::Failed) };
    let summary = told.summary;
    sinks.finish(&summary)?;
    if sinks.has_github {
        github_outputs(&summary)?;
    }
    if let Some(unread) = unread(&summary).filter(|_| !args.quiet) {
        super::tell(&unread);
    }
    if let Some(failure) = told.failure {
        return Err(failure);
    }
    if was_stopped && !args.fail_on.is_met(&summary) {
        return Ok(Status::Clean);
    }
    Ok(status(&args, &summary))
}

fn status(args: &Args, summary: &Summary) -> Status {
    let relations = summary.relations;
    let has_unread = || summary.skipped_files.iter().any(|file| file.hint.is_some());
    if args.fail_on.is_met(summary) || args.fail_on_skipped && has_unread() {
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

/// What is said of files that may hold a report and were not read.
fn unread(summary: &Summary) -> Option<String> {
    const NAMED: usize = 5;
    let files: Vec<_> = summary.skipped_files.iter().filter(|file| file.hint.is_some()).collect();
    let mut names: Vec<String> = files.iter().take(NAMED).map(|file| safe_line(&file.path)).collect();
    let hint = files.first()?.hint.as_deref()?;
    if let Some(more) = files.len().checked_sub(NAMED).filter(|&more| more > 0) {
        names.push(format!("{more} more"));
    }
    let may =
        if files.len() == 1 { "1 file that may be a report was" } else { "files that may be reports were" };
    let count = if files.len() == 1 { String::new() } else { format!("{} ", files.len()) };
    Some(format!("tieout: {count}{may} not read: {} ({hint})", names.join(", ")))
}

/// Why nothing was checked.
pub fn nothing(summary: &Summary) -> &'static str {
    if summary.reports > 0 {
        "not one relation could be told"
    } else if summary.skipped.contains_key(NOT_RECOGNISED) {
        "no pack recognised a report (name one with --pack, if these are reports of its kind)"
    } else {
        "there was no file of a kind that tieout reads"
    }
}

/// Tells the steps of a GitHub workflow that follow what was found.
fn github_outputs(summary: &Summary) -> anyhow::Result<()> {
    let Some(file) = std::env::var_os("GITHUB_OUTPUT").filter(|file| !file.is_empty()) else {
        return Ok(());
    };
    let lines = format!(
        "findings={}\naccepted={}\nchecked={}\n",
        summary.errors + summary.warnings + summary.notes,
        summary.accepted + summary.baseline,
        summary.reports
    );
    let write = || OpenOptions::new().append(true).create(true).open(&file)?.write_all(lines.as_bytes());
    write().with_context(|| format!("cannot write {}", file.to_string_lossy()))
}
