//! Mistakes in packs and configurations, printed with the lines of their files.

use super::tell;
use tieout::lint::SetupError;
use tieout::rules::diagnostic::shown;
use tieout::rules::mistake::{Mistake, PackFile};

/// Prints mistakes on standard error.
pub fn print(files: &[PackFile], mistakes: &[Mistake]) -> anyhow::Result<()> {
    shown(files, mistakes)?.lines().for_each(tell);
    Ok(())
}

/// What was made; `None` if files have mistakes, which are printed.
pub fn or_print<T>(made: Result<T, SetupError>) -> anyhow::Result<Option<T>> {
    match made {
        Ok(made) => Ok(Some(made)),
        Err(SetupError::Mistakes(flawed)) => {
            flawed.iter().try_for_each(|flawed| print(&flawed.files, &flawed.mistakes))?;
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}
