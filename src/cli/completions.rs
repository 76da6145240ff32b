//! `tieout completions` and `tieout man`: what a package puts beside the program.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::Context;
use clap::CommandFactory;
use clap_complete::Shell;

use super::{Cli, Status};

/// Arguments of `tieout completions`.
#[derive(clap::Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

/// Arguments of `tieout man`.
#[derive(clap::Args)]
pub struct ManArgs {
    /// The folder that the pages are put into; it is made if need be
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// Prints a script for a shell.
pub fn completions(args: CompletionsArgs) -> anyhow::Result<Status> {
    // What generates the script panics where it cannot write.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "tieout", &mut script);
    io::stdout().write_all(&script)?;
    Ok(Status::Clean)
}

/// Writes a manual page for the program and for each of its commands.
pub fn man(args: ManArgs) -> anyhow::Result<Status> {
    let told = || format!("cannot write to {}", args.folder.display());
    fs::create_dir_all(&args.folder).with_context(told)?;
    clap_mangen::generate_to(Cli::command(), &args.folder).with_context(told)?;
    Ok(Status::Clean)
}
