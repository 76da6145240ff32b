//! Finding the files to read: folders walked, files named, each once.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::archive::{self, Member};
use super::kind::{self, Format};
use super::skipped::LOCK;
use super::{Source, SourceError};

/// The name of the files that say which reports are not to be read.
const IGNORE_FILE: &str = ".tieoutignore";

/// A file to read.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Path as it is to be shown.
    pub path: PathBuf,
    /// Whether the file itself was named, rather than a folder above it.
    pub named: bool,
    /// The format that it is to be read as; without one, what it is is told by its bytes and its name.
    pub format: Option<&'static Format>,
    /// The archive that it is in, if it is in one.
    member: Option<Member>,
}

impl Candidate {
    /// A file at a path.
    pub fn new(path: PathBuf, named: bool) -> Self {
        Self { path, named, format: None, member: None }
    }

    /// Reads the file.
    ///
    /// # Errors
    /// Says why it cannot be read.
    pub fn read(&self) -> Result<Source, SourceError> {
        self.decode(self.bytes()?)
    }

    /// The bytes of the file.
    ///
    /// # Errors
    /// Says why it cannot be read.
    pub fn bytes(&self) -> Result<Vec<u8>, SourceError> {
        match &self.member {
            Some(member) => member.bytes(),
            None => super::bytes_of(&self.path),
        }
    }

    /// Decodes the bytes of the file.
    ///
    /// # Errors
    /// Says why they cannot be read.
    pub fn decode(&self, bytes: Vec<u8>) -> Result<Source, SourceError> {
        Source::decode(&self.path, bytes, self.format)
    }
}

/// What the walk found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Files to read, by path, each file once.
    pub candidates: Vec<Candidate>,
    /// Files passed over, each with what it is: `png`, `broken link`, `in .tieoutignore`.
    pub skipped: Vec<(PathBuf, String)>,
    /// What could not be entered or looked at.
    pub failures: Vec<Failure>,
}

/// A folder or file on the walk that could not be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Where, as far as it is known.
    pub path: PathBuf,
    /// What the system said.
    pub reason: String,
}

/// A path that was given does not exist or cannot be looked at.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {}: {error}", path.display())]
pub struct NoSuchPath {
    /// The path as given.
    pub path: PathBuf,
    /// What the system said.
    pub error: io::Error,
}

/// Finds the files under `paths`.
///
/// # Errors
/// The first of `paths` that cannot be looked at.
pub fn walk(paths: &[PathBuf]) -> Result<Found, NoSuchPath> {
    let mut found = Found::default();
    let mut folders = Vec::new();
    for path in paths {
        let failed = |error| NoSuchPath { path: path.clone(), error };
        if path.metadata().map_err(failed)?.is_dir() {
            folders.push(path);
        } else if Ignored::default().leaves_out(path) {
            found.skip(path, format!("in {IGNORE_FILE}"));
        } else if kind::extension(path) == archive::EXTENSION {
            found.archive(path.clone(), true);
        } else {
            found.candidates.push(Candidate::new(path.clone(), true));
        }
    }
    let mut has_links = false;
    for folder in folders {
        has_links |= walk_folder(folder, &mut found);
    }
    found.candidates.sort_by(|a, b| (&a.path, !a.named).cmp(&(&b.path, !b.named)));
    // One folder without links reaches no file twice.
    if paths.len() > 1 || has_links {
        let mut seen = BTreeSet::new();
        found.candidates.retain(|candidate| {
            seen.insert(candidate.path.canonicalize().unwrap_or_else(|_| candidate.path.clone()))
        });
    }
    Ok(found)
}

impl Found {
    fn skip(&mut self, path: &Path, what: impl Into<String>) {
        self.skipped.push((path.to_owned(), what.into()));
    }
}

/// Adds what is under a folder; says whether links to files were followed.
fn walk_folder(folder: &Path, found: &mut Found) -> bool {
    let mut has_links = false;
    let mut ignored = Ignored::default();
    // The empty name behind the folder's enters a folder that is named by a link to it.
    // What a .tieoutignore leaves out is met all the same, so that it can be told.
    let walk = WalkBuilder::new(folder.join(""))
        .require_git(false)
        .follow_links(false)
        .sort_by_file_name(Ord::cmp)
        .build();
    for entry in walk {
        match entry {
            Ok(entry) => {
                let kind = entry.file_type();
                if kind.is_none_or(|kind| kind.is_dir()) {
                    continue;
                }
                if ignored.leaves_out(entry.path()) {
                    found.skip(entry.path(), format!("in {IGNORE_FILE}"));
                } else if kind.is_some_and(|kind| kind.is_symlink()) {
                    has_links |= found.link(entry.into_path());
                } else if !kind.is_some_and(|kind| kind.is_file()) {
                    found.skip(entry.path(), "special file");
                } else {
                    found.file(entry.into_path());
                }
            }
            Err(error) => {
                let reason = error.to_string();
                found.failures.push(Failure { path: folder.to_owned(), reason });
            }
        }
    }
    has_links
}

impl Found {
    fn file(&mut self, path: PathBuf) {
        // A file without an extension is read when named; on a walk it is most likely not a report.
        let extension = kind::extension(&path);
        if is_lock(&path) {
            self.skip(&path, LOCK);
        } else if extension.is_empty() {
            self.skip(&path, "without extension");
        } else if extension == archive::EXTENSION {
            self.archive(path, false);
        } else if kind::by_name(&path).is_none() {
            self.skip(&path, extension);
        } else {
            self.candidates.push(Candidate::new(path, false));
        }
    }

    /// The files in an archive are met on the walk, as those in a folder are. One that cannot be entered is told when its
    /// turn comes to be read.
    fn archive(&mut self, path: PathBuf, named: bool) {
        let Ok(members) = archive::members(&path) else {
            self.candidates.push(Candidate::new(path, named));
            return;
        };
        for (path, member) in members {
            let extension = kind::extension(&path);
            if is_lock(&path) {
                self.skip(&path, LOCK);
            } else if extension == archive::EXTENSION {
                self.skip(&path, "zip in a zip");
            } else if extension.is_empty() {
                self.skip(&path, "without extension");
            } else if kind::by_name(&path).is_none() {
                self.skip(&path, extension);
            } else {
                self.candidates.push(Candidate { member: Some(member), ..Candidate::new(path, false) });
            }
        }
    }

    /// A link to a file is read as the file; a link to a folder is not entered, so that no walk runs in circles.
    fn link(&mut self, path: PathBuf) -> bool {
        match path.metadata() {
            Ok(target) if target.is_file() => {
                self.file(path);
                return true;
            }
            Ok(_) => self.skip(&path, "link to a folder"),
            Err(_) => self.skip(&path, "broken link"),
        }
        false
    }
}

/// Whether a file is what an office program puts beside one that is open in it: `~$report.docx`.
fn is_lock(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("~$"))
}

/// What the `.tieoutignore` files say, each read once.
#[derive(Default)]
struct Ignored {
    by_folder: BTreeMap<PathBuf, Option<Gitignore>>,
    /// The folder looked at last, where none says anything of its files.
    free: Option<PathBuf>,
}

impl Ignored {
    /// Whether a `.tieoutignore` beside or above a file leaves it out.
    fn leaves_out(&mut self, path: &Path) -> bool {
        if self.free.is_some() && self.free.as_deref() == path.parent() {
            return false;
        }
        let beside = path.parent();
        let Ok(path) = std::path::absolute(path) else { return false };
        let mut is_free = true;
        let leaves_out = path.ancestors().skip(1).any(|folder| {
            let said = match self.by_folder.get(folder) {
                Some(said) => said,
                None => self.by_folder.entry(folder.to_owned()).or_insert_with(|| read_ignore_file(folder)),
            };
            is_free &= said.is_none();
            said.as_ref().is_some_and(|said| said.matched_path_or_any_parents(&path, false).is_ignore())
        });
        self.free = beside.filter(|_| is_free).map(Path::to_owned);
        leaves_out
    }
}

fn read_ignore_file(folder: &Path) -> Option<Gitignore> {
    let file = folder.join(IGNORE_FILE);
    if !file.is_file() {
        return None;
    }
    let mut builder = GitignoreBuilder::new(folder);
    builder.add(file);
    builder.build().ok()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_link_that_is_named_is_entered_and_one_met_on_the_walk_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        std::fs::create_dir(root.join("real")).unwrap();
        std::fs::write(root.join("real/a.txt"), "").unwrap();
        std::os::unix::fs::symlink("real", root.join("link")).unwrap();
        let paths = |found: &Found| -> Vec<PathBuf> {
            found.candidates.iter().map(|candidate| candidate.path.clone()).collect()
        };
        assert_eq!(paths(&walk(&[root.join("link")]).unwrap()), [root.join("link/a.txt")]);
        let all = walk(&[root.to_owned()]).unwrap();
        assert_eq!(paths(&all), [root.join("real/a.txt")]);
        assert_eq!(all.skipped, [(root.join("link"), "link to a folder".to_owned())]);
    }

    #[test]
    fn a_folder_without_a_tieoutignore_says_nothing_of_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for name in ["a", "b", "c"] {
            std::fs::create_dir(root.join(name)).unwrap();
            for file in ["kept.txt", "left.txt"] {
                std::fs::write(root.join(name).join(file), "").unwrap();
            }
        }
        std::fs::write(root.join("b/.tieoutignore"), "left.txt\n").unwrap();
        let found = walk(&[root.to_owned()]).unwrap();
        let skipped: Vec<&PathBuf> = found.skipped.iter().map(|(path, _)| path).collect();
        assert_eq!(skipped, [&root.join("b/left.txt")]);
        assert_eq!(found.candidates.len(), 5);
    }

    #[test]
    fn what_a_tieoutignore_leaves_out_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        std::fs::create_dir(root.join("drafts")).unwrap();
        for file in ["a.txt", "b.txt", "drafts/c.txt"] {
            std::fs::write(root.join(file), "").unwrap();
        }
        std::fs::write(root.join(".tieoutignore"), "b.txt\ndrafts/\n").unwrap();
        let found = walk(&[root.to_owned()]).unwrap();
        assert_eq!(found.candidates.len(), 1);
        let skipped: Vec<PathBuf> = found.skipped.iter().map(|(path, _)| path.clone()).collect();
        assert_eq!(skipped, [root.join("b.txt"), root.join("drafts/c.txt")]);
    }
}
