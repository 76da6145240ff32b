//! The command line: one file a subcommand.

mod baseline;
mod check;
mod completions;
mod explain;
mod facts;
mod init;
mod linters;
mod mistakes;
mod new;
mod packs;
mod place;
mod progress;
mod replace;
mod reports;
mod rules;
mod sets;
mod test;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tieout::output::safe_line;
use tieout::source::kind::{self, Format};

/// With the commit that it was built from, where that is known.
const VERSION: &str = env!("TIEOUT_VERSION");

/// Finds figures in reports that cannot all be true, and underlines them.
#[derive(Parser)]
#[command(name = "tieout", version = VERSION, max_term_width = 100, arg_required_else_help = true, after_help = EXIT_STATUS)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXIT_STATUS: &str = "\
Exit status:
  0  nothing at or above --fail-on
  1  findings
  2  the work could not be done: bad arguments, a mistake in a pack, no such path
  3  nothing was checked: no report was recognised, or not one relation could be told";

#[derive(Subcommand)]
enum Command {
    /// Check reports: files, folders, or `-` for standard input
    Check(check::Args),
    /// Keep a file of findings that are known, and held back
    Baseline(baseline::Args),
    /// Print what was read in a report: every bound figure with its place
    Facts(facts::Args),
    /// List the rules
    Rules(rules::Args),
    /// List the packs
    Packs(packs::Args),
    /// Say what a rule means, why, with its examples
    Explain(explain::Args),
    /// Run the examples in rule files
    Test(test::Args),
    /// Write a pack or a rule to start from
    New(new::Args),
    /// Write a tieout.toml with comments
    Init,
    /// Print a script that completes commands in a shell
    Completions(completions::CompletionsArgs),
    /// Write manual pages into a folder
    Man(completions::ManArgs),
}

/// How a run ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Status {
    Clean = 0,
    Findings = 1,
    Failed = 2,
    NothingChecked = 3,
}

/// Runs the program with the arguments of the process.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let result = match cli.command {
        Command::Check(args) => check::run(args),
        Command::Baseline(args) => baseline::run(args),
        Command::Facts(args) => facts::run(args),
        Command::Rules(args) => rules::run(args),
        Command::Packs(args) => packs::run(args),
        Command::Explain(args) => explain::run(args),
        Command::Test(args) => test::run(args),
        Command::New(args) => new::run(args),
        Command::Init => init::run(),
        Command::Completions(args) => completions::completions(args),
        Command::Man(args) => completions::man(args),
    };
    let status = result.unwrap_or_else(|error| {
        if is_broken_pipe(&error) {
            return Status::Clean;
        }
        tell(&format!("tieout: {error:#}"));
        Status::Failed
    });
    ExitCode::from(status as u8)
}

/// The format that an argument names.
fn kind(name: &str) -> Result<&'static Format, String> {
    let known: Vec<&str> = kind::FORMATS.iter().map(|format| format.name).collect();
    kind::called(name).ok_or_else(|| format!("there are: {}", known.join(", ")))
}

/// Writes a line on standard error. What it says may come from a report, a pack or the name of a file.
fn tell(line: &str) {
    let _ = writeln!(io::stderr(), "{}", safe_line(line));
}

/// Whether the reader of our output went away: nothing is wrong then.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    })
}
