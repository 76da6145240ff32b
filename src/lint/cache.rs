//! What came of files in earlier runs: one that is as it was, and would be checked as it was, is not checked again.
//!
//! The folder of a cache has a file for each way to check: each program, set of packs and configuration. Such a file is a
//! row of entries, each with its own checksum. It is read when a run starts and replaced as a whole when it ends, so that
//! a run that is cut off changes nothing, and of two runs at once the later keeps what the earlier has added.

mod entry;
mod stored;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::UNIX_EPOCH;
use std::{fmt, fs, mem};

use super::beside::Kept;
use super::{Job, Outcome};
use crate::source::shown;
use entry::{Entry, Key};
use stored::Stored;

/// The name of the folder.
pub const FOLDER: &str = ".tieout_cache";
/// How many days an entry is kept without being used, and a file of entries without being written.
const DAYS: u32 = 30;
/// How many files of entries are kept, those that were written last.
const FILES: usize = 8;
/// After how many days the day of the last use is written anew, although nothing else is.
const DAYS_TO_MARK: u32 = 7;
const EXTENSION: &str = "entries";
/// See <https://bford.info/cachedir/>: programs that make backups leave such a folder out.
const TAG: &str =
    "Signature: 8a477f597d28d172789f06886806bc55\n# What tieout check --cache keeps; it may be deleted.\n";

/// What came of files in earlier runs.
#[derive(Debug)]
pub struct Cache {
    /// The file of entries.
    file: PathBuf,
    /// What the keys of entries are made with.
    settings: Key,
    bytes: Vec<u8>,
    known: BTreeMap<Key, Known>,
    fresh: Mutex<BTreeMap<Key, Vec<u8>>>,
    looked_at: AtomicUsize,
}

/// An entry of the file.
#[derive(Debug)]
struct Known {
    start: usize,
    is_used: AtomicBool,
}

impl Cache {
    /// The cache in a folder for files that are checked in one way. `settings` is all that says how they are, but for the
    /// program and the packs that are built in.
    ///
    /// # Errors
    /// What the system says where the entries cannot be read.
    pub fn open<'s>(folder: &Path, settings: impl IntoIterator<Item = &'s str>) -> io::Result<Self> {
        let mut hasher = blake3::Hasher::new();
        for part in [env!("CARGO_PKG_VERSION"), env!("TIEOUT_BUILD")].into_iter().chain(settings) {
            hasher.update(&part.len().to_le_bytes()).update(part.as_bytes());
        }
        let settings = hasher.finalize();
        let name: String = settings.to_hex().chars().take(16).collect();
        let file = folder.join(FOLDER).join(name).with_extension(EXTENSION);
        let bytes = read(&file)?;
        let known = entry::starts(&bytes)
            .map(|(key, start)| (key, Known { start, is_used: AtomicBool::new(false) }))
            .collect();
        Ok(Self {
            file,
            settings: *settings.as_bytes(),
            bytes,
            known,
            fresh: Mutex::default(),
            looked_at: AtomicUsize::new(0),
        })
    }

    /// The key of a file with some bytes, that is read beside others or not.
    pub fn key(&self, job: &Job, beside: &str, bytes: &[u8]) -> Key {
        let mut hasher = blake3::Hasher::new_keyed(&self.settings);
        for part in [beside, &job.path, job.candidate.format.map_or("", |format| format.name)] {
            hasher.update(&part.len().to_le_bytes()).update(part.as_bytes());
        }
        *hasher.update(bytes).finalize().as_bytes()
    }

    /// What came of a file, without its text.
    pub fn get(&self, key: &Key, job: &Job) -> Option<(Outcome, Vec<Kept>)> {
        self.looked_at.fetch_add(1, Ordering::Relaxed);
        let known = self.known.get(key)?;
        let entry = entry::read(&self.bytes, known.start)?;
        let stored: Stored<'_> = postcard::from_bytes(entry.kept).ok()?;
        let found = stored.found(&job.linter, &shown(&job.candidate.path), &job.path)?;
        known.is_used.store(true, Ordering::Relaxed);
        Some(found)
    }

    /// Keeps what came of a file.
    pub fn put(&self, key: Key, outcome: &Outcome, kept: &[Kept]) {
        // What cannot be kept is found anew in the next run.
        let Some(Ok(bytes)) = Stored::of(outcome, kept).map(|stored| postcard::to_allocvec(&stored)) else {
            return;
        };
        self.fresh.lock().unwrap_or_else(PoisonError::into_inner).insert(key, bytes);
    }

    /// Writes the entries that were used or made in this run, and those that were used of late; `today` is a day counted
    /// from 1970.
    ///
    /// # Errors
    /// What the system says where they cannot be written.
    pub fn save(&self, today: u32) -> io::Result<()> {
        let fresh = mem::take(&mut *self.fresh.lock().unwrap_or_else(PoisonError::into_inner));
        let is_used =
            |key: &Key| self.known.get(key).is_some_and(|known| known.is_used.load(Ordering::Relaxed));
        let is_to_mark = |known: &Known| {
            let day = entry::read(&self.bytes, known.start).map_or(0, |entry| entry.day);
            known.is_used.load(Ordering::Relaxed) && today.abs_diff(day) >= DAYS_TO_MARK
        };
        if fresh.is_empty() && !self.known.values().any(is_to_mark) {
            return Ok(());
        }
        let folder = self.file.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        for (name, text) in [("CACHEDIR.TAG", TAG), (".gitignore", "*\n")] {
            if !folder.join(name).exists() {
                fs::write(folder.join(name), text)?;
            }
        }
        let mut file = tempfile::Builder::new().prefix(TEMPORARY).tempfile_in(folder)?;
        let mut out = BufWriter::new(&mut file);
        // Another run may have added to it.
        let bytes = read(&self.file)?;
        for (key, start) in entry::starts(&bytes).filter(|(key, _)| !fresh.contains_key(key)) {
            let Some(entry) = entry::read(&bytes, start) else { continue };
            let day = if is_used(&key) { today } else { entry.day };
            if today.abs_diff(day) <= DAYS {
                entry::write(&mut out, &key, &Entry { day, ..entry })?;
            }
        }
        for (key, kept) in &fresh {
            entry::write(&mut out, key, &Entry { day: today, kept })?;
        }
        out.flush()?;
        drop(out);
        file.persist(&self.file)?;
        prune(folder, &self.file, today)
    }
}

/// How much of it was known.
impl fmt::Display for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = self.known.values().filter(|known| known.is_used.load(Ordering::Relaxed)).count();
        let looked_at = self.looked_at.load(Ordering::Relaxed);
        write!(f, "{FOLDER}: {known} of {looked_at} files were known")
    }
}

/// What the names of files begin with that are not there as a whole yet.
const TEMPORARY: &str = ".writing";

/// The bytes of a file; none if there is no file.
fn read(file: &Path) -> io::Result<Vec<u8>> {
    match fs::read(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        read => read,
    }
}

/// Deletes files of entries that are not written any more, and what runs that were cut off have left.
fn prune(folder: &Path, own: &Path, today: u32) -> io::Result<()> {
    let mut others = Vec::new();
    for file in fs::read_dir(folder)? {
        let path = file?.path();
        let is_temporary =
            path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(TEMPORARY.as_bytes()));
        if path == own || !is_temporary && path.extension() != Some(OsStr::new(EXTENSION)) {
            continue;
        }
        // Another run may have deleted it.
        let Ok(written) = path.metadata().and_then(|about| about.modified()) else { continue };
        let seconds = written.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let age = u64::from(today).saturating_sub(seconds / (24 * 60 * 60));
        others.push((age, is_temporary, path));
    }
    others.sort();
    let mut kept = 1;
    for (age, is_temporary, path) in others {
        let is_old = if is_temporary { age > 1 } else { age > u64::from(DAYS) || kept >= FILES };
        if is_old {
            // Whoever else deletes it does the same.
            let _ = fs::remove_file(path);
        } else if !is_temporary {
            kept += 1;
        }
    }
    Ok(())
}
