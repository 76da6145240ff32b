//! Paths as an output's reader counts them: from the root of the repository rather than from where the run was started.

use std::path::{Component, Path, PathBuf};

/// A folder that paths are told from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Root {
    /// Where the run was started; shown paths start there.
    here: PathBuf,
    root: PathBuf,
}

impl Root {
    /// Paths told from `root` in a run that was started in `here`; both absolute.
    pub fn new(here: &Path, root: &Path) -> Self {
        Self { here: here.to_owned(), root: root.to_owned() }
    }

    /// The absolute path of a path as shown.
    pub fn absolute(&self, shown: &str) -> PathBuf {
        let mut path = PathBuf::new();
        for part in self.here.join(shown).components() {
            match part {
                Component::CurDir => {}
                Component::ParentDir => {
                    path.pop();
                }
                part => path.push(part),
            }
        }
        path
    }

    /// The path from the root, with forward slashes; `None` for one that is not under it.
    pub fn inside(&self, shown: &str) -> Option<String> {
        let path = self.absolute(shown);
        path.strip_prefix(&self.root).ok().map(slashed)
    }

    /// Where a path leads that is told from the root.
    pub fn at(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// The path from the root, upwards where it must be, with forward slashes.
    pub fn relative(&self, shown: &str) -> String {
        let path = self.absolute(shown);
        let common = path.components().zip(self.root.components()).take_while(|(a, b)| a == b).count();
        let up = self.root.components().skip(common).map(|_| Component::ParentDir);
        let relative: PathBuf = up.chain(path.components().skip(common)).collect();
        slashed(&relative)
    }
}

fn slashed(path: &Path) -> String {
    let parts: Vec<_> = path.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn paths_are_told_from_the_root() {
        let root = Root::new(Path::new("/work/project/reports"), Path::new("/work/project"));
        for (shown, inside) in [
            ("a.txt", Some("reports/a.txt")),
            ("../b.txt", Some("b.txt")),
            ("/work/project/c/d.txt", Some("c/d.txt")),
            ("/elsewhere/e.txt", None),
            ("../../f.txt", None),
        ] {
            assert_eq!(root.inside(shown).as_deref(), inside, "{shown}");
        }
        assert_eq!(root.relative("../../f.txt"), "../f.txt");
        assert_eq!(root.relative("/elsewhere/e.txt"), "../../elsewhere/e.txt");
        assert_eq!(root.relative("a.txt"), "reports/a.txt");
    }
}
