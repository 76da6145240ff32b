//! Where packs come from: those embedded in the program, and folders named by the user.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::fields::{self, Text};
use super::mistake::{self, FileId, Mistake, PackFile};
use super::pack::{Card, Pack};
use crate::embedded;

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
    /// The name of the folder that its files are in.
    pub fn folder(&self) -> Option<&str> {
        let file = self.files.first()?;
        file.path.strip_suffix(&file.within)?.trim_end_matches('/').rsplit('/').next()
    }

    fn load(&self) -> Result<Pack, Vec<Mistake>> {
        Pack::load(&self.files).map_err(|mut mistakes| {
            mistakes.sort_by_key(|mistake| (mistake.at.file, mistake.at.range.start, mistake.at.range.end));
            mistakes.dedup();
            mistakes
        })
    }

    /// What its `pack.toml` says of its name and of the packs it extends. Mistakes are told when it is loaded.
    fn head(&self) -> (String, Vec<Text>) {
        let named = self.files.iter().enumerate().find(|(_, file)| file.within == "pack.toml");
        let Some((number, file)) = named else {
            return Default::default();
        };
        // The pack comes first among the files that it is loaded from.
        fields::parse(&[(FileId(number), &file.text)], &mut Vec::new(), |fields| {
            (fields.text("id").map(|id| id.value).unwrap_or_default(), fields.texts("extends"))
        })
    }
}

/// A pack of a run. It is unpacked when it is first needed: most runs need one.
#[derive(Debug)]
pub struct Entry {
    /// What is known of it before.
    pub card: Card,
    /// That of the program which it is.
    compiled: &'static [u8],
    pack: OnceLock<Pack>,
}

/// A pack of the program, as the build script leaves it: read, with its expressions compiled.
#[derive(Serialize, Deserialize)]
struct Compiled<'b> {
    card: Card,
    pack: &'b [u8],
}

impl Entry {
    /// The pack.
    pub fn pack(&self) -> &Pack {
        self.pack.get_or_init(|| unpacked(self.compiled))
    }

    /// The pack, if it was needed so far.
    pub fn loaded(&self) -> Option<&Pack> {
        self.pack.get()
    }

    /// The pack by itself.
    pub fn into_pack(self) -> Pack {
        self.pack.into_inner().unwrap_or_else(|| unpacked(self.compiled))
    }
}

/// What the build script wrote.
#[expect(clippy::expect_used, reason = "the same types wrote it")]
fn unpacked<T: Deserialize<'static>>(bytes: &'static [u8]) -> T {
    postcard::from_bytes(bytes).expect("the build script wrote it")
}

/// Packs as the program holds them. What has a mistake in them is left out; loading them tells it.
///
/// # Errors
/// Says what cannot be written.
pub fn compile(packs: Vec<PackFiles>) -> postcard::Result<Vec<u8>> {
    let packs = named(packs.into_iter());
    let files = (0..packs.len()).map(|number| files_of(&packs, number, &mut Vec::new()).files);
    let loaded: Vec<Pack> = files.map(|files| Pack::load_sound(&files)).collect();
    let bytes = loaded.iter().map(postcard::to_allocvec);
    let bytes: Vec<Vec<u8>> = bytes.collect::<Result<_, _>>()?;
    let compiled = loaded.iter().map(Pack::card).zip(&bytes).map(|(card, pack)| Compiled { card, pack });
    postcard::to_allocvec(&compiled.collect::<Vec<_>>())
}

impl From<Pack> for Entry {
    fn from(pack: Pack) -> Self {
        Self { card: pack.card(), compiled: &[], pack: OnceLock::from(pack) }
    }
}

/// A pack among others, before it is loaded.
struct Named {
    id: String,
    extends: Vec<Text>,
    files: PackFiles,
}

/// Loads packs, each with those that it extends. Of two packs of one name the later replaces the earlier, which it may
/// extend.
pub fn load(sources: Vec<PackFiles>) -> Vec<Result<Pack, LoadError>> {
    load_beside(Vec::new(), sources).into_iter().map(told).collect()
}

/// A pack with all files that it is made of, or the mistakes in them.
pub type WithFiles = (PackFiles, Result<Pack, Vec<Mistake>>);

fn told((files, pack): WithFiles) -> Result<Pack, LoadError> {
    pack.map_err(|mistakes| LoadError::Mistakes { files, mistakes })
}

/// Loads packs that may extend those of `others`, which are not loaded themselves.
pub fn load_beside(others: Vec<PackFiles>, sources: Vec<PackFiles>) -> Vec<WithFiles> {
    let first = others.len();
    let packs = named(others.into_iter().chain(sources));
    let wanted = (first..packs.len()).filter(|&number| !is_replaced(&packs, number));
    wanted.map(|number| with_bases(&packs, number)).collect()
}

/// The packs of a run: those embedded in the program, which tests know to be without mistakes, and others, which may
/// replace and extend them.
pub fn entries(others: Vec<PackFiles>) -> Vec<Result<Entry, LoadError>> {
    let ids: Vec<String> = others.iter().map(|other| other.head().0).collect();
    let mut embedded: Vec<Compiled<'_>> = unpacked(embedded::COMPILED);
    embedded.retain(|embedded| !ids.contains(&embedded.card.id));
    let entry = |Compiled { card, pack }| Ok(Entry { card, compiled: pack, pack: OnceLock::new() });
    let entries = embedded.into_iter().map(entry);
    if others.is_empty() {
        return entries.collect();
    }
    let others = load_beside(self::embedded(), others).into_iter().map(|pack| told(pack).map(Entry::from));
    entries.chain(others).collect()
}

fn named(sources: impl Iterator<Item = PackFiles>) -> Vec<Named> {
    let named = |mut files: PackFiles| {
        let (id, extends) = files.head();
        files.files.iter_mut().for_each(|file| file.pack.clone_from(&id));
        Named { id, extends, files }
    };
    sources.map(named).collect()
}

fn is_replaced(packs: &[Named], number: usize) -> bool {
    let id = packs.get(number).map_or("", |named| &named.id);
    !id.is_empty() && packs.iter().skip(number + 1).any(|later| later.id == id)
}

fn with_bases(packs: &[Named], number: usize) -> WithFiles {
    let mut mistakes = Vec::new();
    let all = files_of(packs, number, &mut mistakes);
    let pack = if mistakes.is_empty() { all.load() } else { Err(mistakes) };
    (all, pack)
}

/// The files that a pack is made of.
fn files_of(packs: &[Named], number: usize, mistakes: &mut Vec<Mistake>) -> PackFiles {
    let mut layers = Vec::new();
    gather(packs, number, &mut layers, mistakes);
    let files =
        layers.into_iter().filter_map(|layer| packs.get(layer)).flat_map(|named| named.files.files.clone());
    PackFiles { files: files.collect() }
}

/// The packs that a pack is made of: itself, then those that it extends.
fn gather(packs: &[Named], number: usize, layers: &mut Vec<usize>, mistakes: &mut Vec<Mistake>) {
    let Some(named) = packs.get(number) else { return };
    layers.push(number);
    for base in &named.extends {
        let called = |&other: &usize| packs.get(other).is_some_and(|other| other.id == base.value);
        // A pack may extend the one it replaces, not itself.
        let found = (0..number).rev().find(called).or_else(|| (number + 1..packs.len()).find(called));
        let Some(found) = found else {
            let known = packs.iter().map(|known| known.id.as_str()).filter(|id| *id != named.id);
            // Only mistakes of the pack itself have its files; those of its bases are told when they are loaded.
            if layers.len() == 1 {
                mistakes.push(Mistake::unknown(base.at(), "pack", &base.value, known));
            }
            continue;
        };
        if layers.contains(&found) {
            continue;
        }
        gather(packs, found, layers, mistakes);
    }
}

/// The packs embedded in the program.
pub fn embedded() -> Vec<PackFiles> {
    by_folder(embedded::PACKS.iter().copied())
}

/// Packs by their files, each with its path below the folder of all packs.
pub fn by_folder<'f>(files: impl Iterator<Item = (&'f str, &'f str)>) -> Vec<PackFiles> {
    let mut packs: Vec<(&str, PackFiles)> = Vec::new();
    for (path, text) in files {
        let (folder, within) = path.split_once('/').unwrap_or(("", path));
        let file = PackFile {
            path: path.to_owned(),
            within: within.to_owned(),
            pack: String::new(),
            text: text.to_owned(),
        };
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
        let mut inner = paths_in(folder)?;
        inner.retain(|path| path.join("pack.toml").is_file());
        inner
    };
    if folders.is_empty() {
        return Err(LoadError::NoPack { path: folder.to_owned() });
    }
    folders.iter().map(|folder| read(folder)).collect()
}

fn read(folder: &Path) -> Result<PackFiles, LoadError> {
    let mut paths = vec![(folder.join("pack.toml"), "pack.toml".to_owned())];
    let mut folders: Vec<PathBuf> = paths_in(folder)?.into_iter().filter(|path| path.is_dir()).collect();
    folders.sort_by_key(|path| PARTS.iter().position(|part| path.ends_with(part)).unwrap_or(PARTS.len()));
    for inner in folders {
        let part = name(&inner);
        // One whose name is nearly that of a part of a pack is read to be told; others are none of ours.
        if mistake::nearest(&part.to_lowercase(), &PARTS).is_some() {
            read_part(&inner, &part, &mut paths)?;
        }
    }
    let mut pack = PackFiles::default();
    for (path, within) in paths {
        let text =
            std::fs::read_to_string(&path).map_err(|error| LoadError::Io { path: path.clone(), error })?;
        let path = path.to_string_lossy().into_owned();
        pack.files.push(PackFile { path, within, pack: String::new(), text });
    }
    Ok(pack)
}

/// The folders of a pack.
pub const PARTS: [&str; 3] = ["forms", "claims", "rules"];

/// The TOML files of a part of a pack; those of folders in it too, which are told to be at a wrong place.
fn read_part(folder: &Path, within: &str, paths: &mut Vec<(PathBuf, String)>) -> Result<(), LoadError> {
    // Deeper than any pack, for links that run in a circle.
    const DEEPEST: usize = 4;
    for path in paths_in(folder)? {
        let within = format!("{within}/{}", name(&path));
        if path.is_dir() && within.matches('/').count() < DEEPEST {
            read_part(&path, &within, paths)?;
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            paths.push((path, within));
        }
    }
    Ok(())
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn paths_in(folder: &Path) -> Result<Vec<PathBuf>, LoadError> {
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

    /// Found by mutated packs: the files of an embedded pack do not start with its `pack.toml`.
    #[test]
    fn a_pack_that_extends_nothing_known_is_told_in_its_own_file() {
        let file = |within: &str, text: &str| PackFile {
            path: format!("p/{within}"),
            within: within.to_owned(),
            pack: String::new(),
            text: text.to_owned(),
        };
        let head = "id = 'p'\ntitle = 'P'\nextends = 'p'\n";
        let pack = PackFiles { files: vec![file("claims/c.toml", ""), file("pack.toml", head)] };
        let (files, loaded) = load_beside(Vec::new(), vec![pack]).pop().unwrap();
        let mistake = loaded.unwrap_err().pop().unwrap();
        let place = files.files[mistake.at.file.0].text.get(mistake.at.range).unwrap();
        assert_eq!((mistake.message.as_str(), place), ("unknown pack `p`", "p"));
    }

    /// What is known of a pack before it is loaded is what it has then.
    #[test]
    fn cards_are_those_of_the_packs() {
        for entry in entries(Vec::new()).into_iter().map(Result::unwrap) {
            let card = entry.pack().card();
            assert_eq!((&entry.card.id, &entry.card.bases), (&card.id, &card.bases));
            assert_eq!(entry.card.rules, card.rules);
            assert!(card.rules.is_sorted());
            let names_others = entry.pack().rules.iter().any(|rule| rule.reach.is_some());
            assert_eq!(entry.card.has_across, names_others, "{}", card.id);
            assert_eq!(entry.card.signs, card.signs);
        }
    }

    /// The bytes in the program are those that its own types make of the files, and nothing of a pack is lost in them.
    #[test]
    fn compiled_packs_are_those_of_the_files() {
        assert!(
            compile(embedded()).unwrap() == embedded::COMPILED,
            "compiled from other files, or by other types"
        );
        let loaded = load(embedded()).into_iter().map(Result::unwrap);
        let entries = entries(Vec::new()).into_iter().map(Result::unwrap);
        for (loaded, entry) in loaded.zip(entries) {
            let bytes = |pack: &Pack| postcard::to_allocvec(pack).unwrap();
            assert!(bytes(entry.pack()) == bytes(&loaded), "{}", loaded.id);
            // What is not written, and so is not compared above, is only made when it is needed.
            let shown = |value: &dyn std::fmt::Debug| format!("{value:?}");
            assert_eq!(shown(&entry.pack().claims), shown(&loaded.claims));
            assert_eq!(shown(&entry.pack().forms), shown(&loaded.forms));
            assert_eq!(shown(&entry.pack().rules), shown(&loaded.rules));
            assert_eq!(shown(&entry.pack().sources), shown(&loaded.sources));
        }
    }

    #[test]
    fn embedded_packs_load() {
        for pack in load(embedded()) {
            if let Err(LoadError::Mistakes { files, mistakes }) = pack {
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
