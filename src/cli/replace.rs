//! Files that are replaced whole: who looks sees the old one or the new one, never half of it.

use std::fs;
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile, SpooledTempFile};

/// What is written is held in memory up to this size, then in a file without a name.
const IN_MEMORY: usize = 1 << 20;

/// A file in the making. Nothing is left of one that is not finished.
pub struct Replacement {
    text: SpooledTempFile,
    path: PathBuf,
}

impl Replacement {
    /// A file that will be at `path`.
    ///
    /// # Errors
    /// Says why no file could be put there, before all the work is done for nothing.
    pub fn new(path: &Path) -> io::Result<Self> {
        // What a link leads to is replaced, not the link.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        beside(&path)?;
        Ok(Self { text: SpooledTempFile::new(IN_MEMORY), path })
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    /// What the system says.
    pub fn finish(mut self) -> io::Result<()> {
        self.text.rewind()?;
        let mut file = beside(&self.path)?;
        io::copy(&mut self.text, &mut file)?;
        if let Ok(known) = fs::metadata(&self.path) {
            file.as_file().set_permissions(known.permissions())?;
        }
        file.persist(&self.path).map_err(|error| error.error)?;
        Ok(())
    }
}

impl Write for Replacement {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.text.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A file in the folder of another: only within a file system can it take the other's place.
fn beside(path: &Path) -> io::Result<NamedTempFile> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = Builder::new();
    builder.prefix(".tieout-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As for any new file, less what the user's mask takes away.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}
