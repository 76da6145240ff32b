//! Finding the configuration of each report: the nearest `tieout.toml` in its folder or above, up to the root of the
//! repository.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use super::{Config, FILE_NAME};
use crate::rules::mistake::{Mistake, PackFile};

/// A configuration could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The system would not give it.
    #[error("cannot read {}: {error}", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// It has mistakes.
    #[error("mistakes in {}", file.path)]
    Mistakes {
        /// The file.
        file: PackFile,
        /// What is wrong.
        mistakes: Vec<Mistake>,
    },
}

/// A report with its configuration.
#[derive(Clone, Debug)]
pub struct Located {
    /// The configuration, if there is one.
    pub config: Option<Arc<Config>>,
    /// The path of the report relative to the folder of the configuration, or else to the root of the repository or to
    /// where the run is started, with forward slashes.
    pub path: String,
}

/// A folder with reports.
#[derive(Clone, Debug)]
struct Folder {
    real: PathBuf,
    /// What the paths of its reports are told from.
    root: PathBuf,
    config: Option<Arc<Config>>,
}

/// Finds configurations, each folder looked at once.
#[derive(Debug, Default)]
pub struct Discovery {
    /// By folder as given.
    folders: BTreeMap<PathBuf, Folder>,
    /// By folder: its own configuration or that of a folder above.
    found: BTreeMap<PathBuf, Option<Arc<Config>>>,
}

impl Discovery {
    /// The configuration of a report.
    ///
    /// # Errors
    /// The configuration that cannot be read.
    pub fn of(&mut self, report: &Path) -> Result<Located, ConfigError> {
        let folder =
            report.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let Folder { real, root, config } = match self.folders.get(folder) {
            Some(known) => known.clone(),
            None => {
                let real = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
                let config = self.above(&real)?;
                let root = config.as_ref().map_or_else(|| root(&real), |config| config.folder.clone());
                let found = Folder { real, root, config };
                self.folders.insert(folder.to_owned(), found.clone());
                found
            }
        };
        let real = real.join(report.file_name().unwrap_or_default());
        let relative = real.strip_prefix(&root).unwrap_or(&real);
        Ok(Located { path: relative.to_string_lossy().replace('\\', "/"), config })
    }

    fn above(&mut self, folder: &Path) -> Result<Option<Arc<Config>>, ConfigError> {
        if let Some(known) = self.found.get(folder) {
            return Ok(known.clone());
        }
        let path = folder.join(FILE_NAME);
        let config = if path.is_file() {
            Some(Arc::new(read(&path, folder)?))
        } else if folder.join(".git").exists() {
            None
        } else {
            match folder.parent() {
                Some(above) => self.above(above)?,
                None => None,
            }
        };
        self.found.insert(folder.to_owned(), config.clone());
        Ok(config)
    }
}

/// The root of the repository around a folder, or else where the run is started.
fn root(folder: &Path) -> PathBuf {
    let repository = folder.ancestors().find(|folder| folder.join(".git").exists());
    repository.map(Path::to_owned).or_else(|| std::env::current_dir().ok()).unwrap_or_default()
}

fn read(path: &Path, folder: &Path) -> Result<Config, ConfigError> {
    let text = fs::read_to_string(path).map_err(|error| ConfigError::Io { path: path.to_owned(), error })?;
    // Shown as one would type it.
    let shown = std::env::current_dir()
        .ok()
        .and_then(|here| path.strip_prefix(here).ok().map(Path::to_owned))
        .unwrap_or_else(|| path.to_owned());
    let path = shown.to_string_lossy().into_owned();
    let file = PackFile { path, within: FILE_NAME.to_owned(), pack: String::new(), text };
    Config::parse(file, folder.to_owned())
        .map_err(|(file, mistakes)| ConfigError::Mistakes { file, mistakes })
}
