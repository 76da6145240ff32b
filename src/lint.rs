//! One report through all the rooms, and many reports side by side.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError, mpsc};

use globset::{Glob, GlobSet, GlobSetBuilder};

use crate::check;
use crate::document::Document;
use crate::facts;
use crate::finding::{self, Report, Selection, own};
use crate::rules::pack::Pack;
use crate::source::walk::Candidate;
use crate::source::{Source, SourceError};

/// Which rules are wanted, by globs over their names.
#[derive(Clone, Debug)]
pub struct RuleGlobs {
    select: Option<GlobSet>,
    ignore: GlobSet,
}

/// A glob that is none, or that matches no rule.
#[derive(Debug, thiserror::Error)]
pub enum GlobError {
    /// It cannot be read.
    #[error("{0}")]
    Glob(#[from] globset::Error),
    /// It matches nothing.
    #[error("no rule matches `{glob}`; `tieout rules` lists them")]
    NoRule {
        /// The glob.
        glob: String,
    },
}

impl RuleGlobs {
    /// The rules that match a glob of `select` (all, if there is none) and no glob of `ignore`.
    ///
    /// # Errors
    /// The first glob that cannot be read or matches no rule of the packs.
    pub fn new(select: &[String], ignore: &[String], packs: &[Pack]) -> Result<Self, GlobError> {
        let set = |globs: &[String]| {
            let mut builder = GlobSetBuilder::new();
            for text in globs {
                let glob = Glob::new(text)?;
                let matcher = glob.compile_matcher();
                let mut known = packs.iter().flat_map(|pack| pack.rules.iter().map(|rule| rule.id.as_str()));
                if !known.any(|rule| matcher.is_match(rule))
                    && !own::ALL.iter().any(|(rule, ..)| matcher.is_match(rule))
                {
                    return Err(GlobError::NoRule { glob: text.clone() });
                }
                builder.add(glob);
            }
            Ok(builder.build()?)
        };
        let select = if select.is_empty() { None } else { Some(set(select)?) };
        Ok(Self { select, ignore: set(ignore)? })
    }

    /// Whether the relations of a rule are left out altogether.
    pub fn is_ignored(&self, rule: &str) -> bool {
        self.ignore.is_match(rule)
    }
}

impl Selection for RuleGlobs {
    fn is_selected(&self, rule: &str) -> bool {
        self.select.as_ref().is_none_or(|select| select.is_match(rule)) && !self.is_ignored(rule)
    }
}

/// What came of a file.
#[derive(Debug)]
pub enum Outcome {
    /// It was read: a report for each pack that recognised it.
    Reports(Vec<Report>),
    /// It was passed over, and what it is.
    Skipped(String),
}

/// Checks reports against packs.
#[derive(Debug)]
pub struct Linter {
    /// The packs.
    pub packs: Vec<Pack>,
    /// Every file is read with every pack, recognised or not.
    pub is_forced: bool,
    /// The rules wanted.
    pub globs: RuleGlobs,
}

impl Linter {
    /// Checks a file.
    pub fn file(&self, candidate: &Candidate) -> Outcome {
        match Source::read(&candidate.path) {
            Ok(source) => self.source(source),
            // A file met on the walk may be gone by the time it is its turn.
            Err(SourceError::Io(error))
                if !candidate.named && error.kind() == std::io::ErrorKind::NotFound =>
            {
                Outcome::Skipped("gone".to_owned())
            }
            Err(error) => self.unreadable(&crate::source::shown(&candidate.path), &error),
        }
    }

    /// What is told of a file that cannot be read.
    pub fn unreadable(&self, path: &str, error: &SourceError) -> Outcome {
        let mut report = finding::unreadable(path, &error.to_string());
        report.findings.retain(|finding| self.globs.is_selected(&finding.rule));
        Outcome::Reports(vec![report])
    }

    /// Checks a decoded source.
    pub fn source(&self, source: Source) -> Outcome {
        let packs: Vec<&Pack> =
            self.packs.iter().filter(|pack| self.is_forced || pack.recognises(&source.text)).collect();
        if packs.is_empty() {
            return Outcome::Skipped("not recognised".to_owned());
        }
        let source = Arc::new(source);
        let document = Document::new(source.content());
        let reports = packs.into_iter().map(|pack| {
            let facts = facts::read(&document, pack);
            let checked = check::check(&facts, &document, |rule| self.globs.is_ignored(&rule.id));
            finding::report(&source, &document, &facts, checked, &self.globs)
        });
        Outcome::Reports(reports.collect())
    }

    /// Checks files on `jobs` threads, and hands what came of each to `each` in the order of the files.
    pub fn files(&self, candidates: &[Candidate], jobs: usize, mut each: impl FnMut(&Candidate, Outcome)) {
        let jobs = jobs.clamp(1, candidates.len().max(1));
        if jobs == 1 {
            for candidate in candidates {
                each(candidate, self.file(candidate));
            }
            return;
        }
        // Files so far ahead of the one to be told next that their findings would pile up have to wait.
        const AHEAD: usize = 512;
        let next = AtomicUsize::new(0);
        let told = (Mutex::new(0_usize), Condvar::new());
        let (sender, receiver) = mpsc::channel();
        std::thread::scope(|scope| {
            for _ in 0..jobs {
                let (sender, next, told) = (sender.clone(), &next, &told);
                scope.spawn(move || {
                    loop {
                        let index = next.fetch_add(1, Ordering::Relaxed);
                        let Some(candidate) = candidates.get(index) else { break };
                        let mut done = told.0.lock().unwrap_or_else(PoisonError::into_inner);
                        while index > *done + AHEAD {
                            done = told.1.wait(done).unwrap_or_else(PoisonError::into_inner);
                        }
                        drop(done);
                        if sender.send((index, self.file(candidate))).is_err() {
                            break;
                        }
                    }
                });
            }
            drop(sender);
            let mut waiting: BTreeMap<usize, Outcome> = BTreeMap::new();
            let mut turn = 0;
            for (index, outcome) in receiver {
                waiting.insert(index, outcome);
                while let (Some(outcome), Some(candidate)) = (waiting.remove(&turn), candidates.get(turn)) {
                    each(candidate, outcome);
                    turn += 1;
                }
                *told.0.lock().unwrap_or_else(PoisonError::into_inner) = turn;
                told.1.notify_all();
            }
        });
    }
}
