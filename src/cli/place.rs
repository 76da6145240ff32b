//! Where a run takes place: the folder it is started in, and the repository around it.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use tieout::output::Root;

/// Folders that build servers check repositories out to.
const WORKSPACES: [&str; 2] = ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"];

/// Paths told from the root of the repository: the folder that a build server names, or else the one that holds `.git`.
pub fn in_repository() -> io::Result<Root> {
    let here = env::current_dir()?;
    let named = WORKSPACES
        .iter()
        .filter_map(env::var_os)
        .filter_map(|folder| fs::canonicalize(folder).ok())
        .find(|folder| here.starts_with(folder));
    let root = named
        .or_else(|| here.ancestors().find(|folder| folder.join(".git").exists()).map(Path::to_owned))
        .unwrap_or_else(|| here.clone());
    Ok(Root::new(&here, &root))
}

/// Paths told from the folder of a file.
pub fn beside(file: &Path) -> io::Result<Root> {
    let here = env::current_dir()?;
    let folder = here.join(file).parent().map_or_else(PathBuf::new, Path::to_owned);
    Ok(Root::new(&here, &fs::canonicalize(&folder).unwrap_or(folder)))
}
