//! Archives: the files in a zip are reports of their own, as those in a folder are.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use encoding_rs::GB18030;
use zip::ZipArchive;
use zip::result::ZipError;

use super::SourceError;
use super::refusal::Refusal;

/// The extension of archives that are walked.
pub const EXTENSION: &str = "zip";
/// What stands between the path of an archive and the path in it.
pub const BORDER: &str = "!/";
/// Files of an archive at most.
const MAX_MEMBERS: usize = 100_000;

/// A file in an archive.
#[derive(Clone, Debug)]
pub struct Member {
    /// Cloning shares the list of members; the archive is opened when a member is read.
    zip: ZipArchive<Reopened>,
    number: usize,
    size: u64,
}

/// The files in an archive, with the paths that they are shown by.
///
/// # Errors
/// It is no zip, or has too many files.
pub fn members(path: &Path) -> Result<Vec<(PathBuf, Member)>, SourceError> {
    let reader = Reopened { path: path.to_owned(), file: None, at: 0 };
    let mut zip = ZipArchive::new(reader).map_err(|error| Refusal::damaged(EXTENSION, error))?;
    if zip.len() > MAX_MEMBERS {
        return Err(Refusal::TooMuch { limit: MAX_MEMBERS, what: "files in it" }.into());
    }
    let mut members = Vec::new();
    for number in 0..zip.len() {
        let (name, size) = {
            let Ok(entry) = zip.by_index_raw(number) else { continue };
            if entry.is_dir() {
                continue;
            }
            (name(entry.name_raw()), entry.size())
        };
        // What the file managers of some systems put beside each file.
        if name.split('/').any(|part| part.starts_with('.') || part == "__MACOSX") {
            continue;
        }
        let shown = PathBuf::from(format!("{}{BORDER}{name}", path.to_string_lossy()));
        members.push((shown, Member { zip: zip.clone(), number, size }));
    }
    Ok(members)
}

/// The bytes of a file by its path as shown, in an archive or not.
///
/// # Errors
/// Says why it cannot be read.
pub fn bytes(shown: &str) -> Result<Vec<u8>, SourceError> {
    let Some((archive, _)) = shown.split_once(BORDER).filter(|_| !Path::new(shown).exists()) else {
        return Ok(fs::read(shown)?);
    };
    let members = members(Path::new(archive))?;
    let found = members.into_iter().find(|(path, _)| super::shown(path) == shown);
    let Some((_, member)) = found else { return Err(io::Error::from(io::ErrorKind::NotFound).into()) };
    let mut zip = member.zip;
    let mut entry = zip.by_index(member.number).map_err(|error| Refusal::damaged(EXTENSION, error))?;
    let mut bytes = Vec::new();
    entry.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A name in an archive: in UTF-8, or as Windows writes it in Chinese.
fn name(raw: &[u8]) -> String {
    let name = String::from_utf8(raw.to_vec())
        .unwrap_or_else(|error| GB18030.decode(error.as_bytes()).0.into_owned());
    let name = name.replace('\\', "/");
    // A name that leads out of the archive is shown as one in it: nothing is ever written by it.
    let steps = name.split('/').filter(|step| !matches!(*step, "" | "."));
    steps.map(|step| if step == ".." { "__" } else { step }).collect::<Vec<_>>().join("/")
}

impl Member {
    /// The bytes of the file.
    ///
    /// # Errors
    /// Says why it cannot be read.
    pub fn bytes(&self) -> Result<Vec<u8>, SourceError> {
        let mut zip = self.zip.clone();
        let entry = zip.by_index(self.number).map_err(|error| match error {
            ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => Refusal::Locked,
            ZipError::Io(error) => Refusal::damaged(EXTENSION, error),
            error => Refusal::damaged(EXTENSION, error),
        })?;
        // The size that an archive tells need not be true.
        let expected = usize::try_from(self.size.min(1 << 20)).unwrap_or(0);
        super::bytes(entry, expected).map_err(|error| match error {
            SourceError::Io(error) => Refusal::damaged(EXTENSION, error).into(),
            error => error,
        })
    }
}

/// A file that is opened anew by each clone, so that no more are open than are read.
#[derive(Debug)]
struct Reopened {
    path: PathBuf,
    file: Option<File>,
    at: u64,
}

impl Clone for Reopened {
    fn clone(&self) -> Self {
        Self { path: self.path.clone(), file: None, at: self.at }
    }
}

impl Reopened {
    fn file(&mut self) -> io::Result<&mut File> {
        match &mut self.file {
            Some(file) => Ok(file),
            none => {
                let mut file = File::open(&self.path)?;
                file.seek(SeekFrom::Start(self.at))?;
                Ok(none.insert(file))
            }
        }
    }
}

impl Read for Reopened {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file()?.read(buffer)?;
        self.at += read as u64;
        Ok(read)
    }
}

impl Seek for Reopened {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = self.file()?.seek(to)?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_lead_out_are_named_within() {
        assert_eq!(name(b"../../a.docx"), "__/__/a.docx");
        assert_eq!(name(b"/x\\./a.docx"), "x/a.docx");
    }
}
