//! `tieout init`

use std::path::Path;

use super::{Status, new};
use tieout::config::FILE_NAME;

const TEXT: &str = include_str!("tieout.toml");

/// Writes a configuration with comments.
pub fn run() -> anyhow::Result<Status> {
    new::write(Path::new(FILE_NAME), TEXT)?;
    Ok(Status::Clean)
}
