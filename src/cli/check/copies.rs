//! Copies of reports with comments, in a folder.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::{Component, Path, PathBuf};
use std::{fs, mem};

use anyhow::{Context, bail};

use super::super::{replace, tell};
use tieout::finding::{Finding, Report};
use tieout::output::{annotate, count, safe_line};
use tieout::source::archive;

/// What `--output` calls it.
pub const NAME: &str = "annotate";

/// The copies of a run.
pub struct Copies {
    folder: PathBuf,
    /// The report whose findings are gathered: packs that read the same file are told one after the other.
    path: String,
    findings: Vec<Finding>,
    written: BTreeSet<PathBuf>,
    /// Reports with findings of which there is no copy: how many, and of the first why.
    left_out: BTreeMap<String, usize>,
}

impl Copies {
    /// Copies that go to a folder, which is made if there is none.
    pub fn new(folder: &str) -> anyhow::Result<Self> {
        if folder == "-" {
            bail!("--output {NAME}=-: copies of reports need a folder");
        }
        fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {folder}"))?;
        Ok(Self {
            folder: PathBuf::from(folder),
            path: String::new(),
            findings: Vec::new(),
            written: BTreeSet::new(),
            left_out: BTreeMap::new(),
        })
    }

    /// Takes what is told of a report.
    pub fn report(&mut self, report: &Report) -> anyhow::Result<()> {
        if report.path != self.path {
            self.finish()?;
            self.path.clone_from(&report.path);
        }
        // What is told of a configuration or of a file that cannot be read has no report to be written into.
        if report.pack.is_some() {
            self.findings.extend_from_slice(&report.findings);
        }
        Ok(())
    }

    /// Writes the copy of the report that was told last, if anything was found in it.
    pub fn finish(&mut self) -> anyhow::Result<()> {
        let (path, findings) = (mem::take(&mut self.path), mem::take(&mut self.findings));
        if findings.is_empty() {
            return Ok(());
        }
        let copy = archive::bytes(&path).map_err(Into::into);
        match copy.and_then(|bytes| annotate::copy(&bytes, &findings)) {
            Ok(bytes) => self.write(&path, &bytes),
            Err(why) => {
                *self.left_out.entry(why.to_string()).or_default() += 1;
                Ok(())
            }
        }
    }

    fn write(&mut self, report: &str, bytes: &[u8]) -> anyhow::Result<()> {
        let target = self.target(report);
        let cannot = || format!("cannot write {}", target.display());
        if let (Ok(there), Ok(own)) = (target.canonicalize(), Path::new(report).canonicalize())
            && there == own
        {
            bail!("{}: the copy would take the place of the report; name another folder", cannot());
        }
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder).with_context(cannot)?;
        }
        let mut file = replace::Replacement::new(&target).with_context(cannot)?;
        file.write_all(bytes).with_context(cannot)?;
        file.finish().with_context(cannot)?;
        self.written.insert(target);
        Ok(())
    }

    /// Where the copy of a report goes: its path under the folder, without what leads out of it.
    fn target(&self, report: &str) -> PathBuf {
        let steps = Path::new(report).components().filter_map(|step| match step {
            Component::Normal(step) => Some(step),
            _ => None,
        });
        let target: PathBuf = self.folder.iter().chain(steps).collect();
        let mut free = target.clone();
        let mut number = 2;
        while self.written.contains(&free) {
            let name = target.file_stem().unwrap_or_default().to_string_lossy();
            let extension = target.extension().unwrap_or_default().to_string_lossy();
            free = target.with_file_name(format!("{name} ({number}).{extension}"));
            number += 1;
        }
        free
    }

    /// Says how many copies there are, and of how many reports there are none.
    pub fn tell(&self) {
        let mut line =
            format!("{} with comments in {}", count(self.written.len(), "report"), self.folder.display());
        for (why, number) in &self.left_out {
            line.push_str(&format!("; {} left out: {}", count(*number, "report"), safe_line(why)));
        }
        tell(&line);
    }
}
