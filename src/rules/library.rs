//! Where packs come from: those embedded in the program, and folders named by the user.

use std::io;
use std::path::{Path, PathBuf};

use super::mistake::{Mistake, PackFile};
use super::pack::Pack;

/// Files of the embedded packs: path and text.
const EMBEDDED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/packs.rs"));

/// The files of one pack.
#[derive(Clone, Debug, Default)]
pub struct PackFiles {
    /// Its files, paths relative to the folder above it.
    pub files: Vec<PackFile>,
}

/// A pack could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// Its files have mistakes.
    #[error("{} in the pack", count(mistakes.len()))]
    Mistakes {
        /// The files.
        files: PackFiles,
        /// The mistakes, by place.
        mistakes: Vec<Mistake>,
    },
    /// A file or folder could not be read.
    #[error("cannot read {}: {error}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// A folder holds no pack.
    #[error("{} holds no pack: no pack.toml in it, nor in a folder of it", path.display())]
    NoPack {
        /// The folder.
        path: PathBuf,
    },
}

fn count(mistakes: usize) -> String {
    if mistakes == 1 { "1 mistake".to_owned() } else { format!("{mistakes} mistakes") }
}

impl PackFiles {
    /// Loads the pack.
    ///
    /// # Errors
    /// All mistakes in its files.
    pub fn load(self) -> Result<Pack, LoadError> {
        Pack::load(&self.files).map_err(|mut mistakes| {
            mistakes.sort_by_key(|mistake| (mistake.at.file, mistake.at.range.start, mistake.at.range.end));
            mistakes.dedup();
            LoadError::Mistakes { files: self, mistakes }
        })
    }
}

/// The packs embedded in the program.
pub fn embedded() -> Vec<PackFiles> {
    let mut packs: Vec<(&str, PackFiles)> = Vec::new();
    for (path, text) in EMBEDDED {
        let folder = path.split('/').next().unwrap_or_default();
        let file = PackFile { path: (*path).to_owned(), text: (*text).to_owned() };
        match packs.iter_mut().find(|(known, _)| *known == folder) {
            Some((_, pack)) => pack.files.push(file),
            None => packs.push((folder, PackFiles { files: vec![file] })),
        }
    }
    packs.into_iter().map(|(_, pack)| pack).collect()
}

/// The packs in a folder: the folder itself if it has a `pack.toml`, else those folders of it that have one.
///
/// # Errors
/// What could not be read, or that there is no pack.
pub fn in_folder(folder: &Path) -> Result<Vec<PackFiles>, LoadError> {
    let folders = if folder.join("pack.toml").is_file() {
        vec![folder.to_owned()]
    } else {
        let mut inner = entries(folder)?;
        inner.retain(|path| path.join("pack.toml").is_file());
        inner
    };
    if folders.is_empty() {
        return Err(LoadError::NoPack { path: folder.to_owned() });
    }
    folders.iter().map(|folder| read(folder)).collect()
}

fn read(folder: &Path) -> Result<PackFiles, LoadError> {
    let mut paths = vec![folder.join("pack.toml")];
    for part in ["forms", "claims", "rules"] {
        let part = folder.join(part);
        if part.is_dir() {
            paths.extend(
                entries(&part)?
                    .into_iter()
                    .filter(|path| path.extension().is_some_and(|extension| extension == "toml")),
            );
        }
    }
    let mut pack = PackFiles::default();
    for path in paths {
        let text =
            std::fs::read_to_string(&path).map_err(|error| LoadError::Io { path: path.clone(), error })?;
        pack.files.push(PackFile { path: path.to_string_lossy().into_owned(), text });
    }
    Ok(pack)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, LoadError> {
    let failed = |error| LoadError::Io { path: folder.to_owned(), error };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        paths.push(entry.map_err(failed)?.path());
    }
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn embedded_packs_load() {
        for pack in embedded() {
            if let Err(LoadError::Mistakes { files, mistakes }) = pack.load() {
                for mistake in &mistakes {
                    let file = &files.files[mistake.at.file.0];
                    let line = file.text.get(..mistake.at.range.start).unwrap_or("").lines().count();
                    eprintln!(
                        "{}:{line}: {} — {} [{}] {:?}",
                        file.path,
                        mistake.message,
                        mistake.label,
                        file.text.get(mistake.at.range.clone()).unwrap_or(""),
                        mistake.help
                    );
                }
                panic!("{} mistakes", mistakes.len());
            }
        }
    }
}
