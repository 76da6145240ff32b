//! One report through all the rooms, and many reports side by side.

mod policy;

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError, mpsc};

use crate::check;
use crate::document::Document;
use crate::facts::{self, Facts};
use crate::finding::{self, Report};
use crate::rules::pack::Pack;
use crate::source::refusal::Refusal;
use crate::source::walk::Candidate;
use crate::source::{Source, SourceError};
pub use policy::{GlobError, Policy};

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
    /// The rules wanted, and what is said of them.
    pub policy: Policy,
}

/// A file to check, and how.
#[derive(Clone, Debug)]
pub struct Job {
    /// The file.
    pub candidate: Candidate,
    /// Its path relative to the folder of its configuration.
    pub path: String,
    /// What checks it.
    pub linter: Arc<Linter>,
}

impl Job {
    fn run(&self) -> Outcome {
        match self.candidate.read() {
            Ok(source) => self.linter.source(source, &self.path),
            // A file met on the walk may be gone by the time it is its turn.
            Err(SourceError::Io(error))
                if !self.candidate.named && error.kind() == std::io::ErrorKind::NotFound =>
            {
                Outcome::Skipped("gone".to_owned())
            }
            Err(SourceError::Refused(Refusal::Unsupported { what, .. })) if !self.candidate.named => {
                Outcome::Skipped(what.to_owned())
            }
            Err(error) => {
                self.linter.unreadable(&crate::source::shown(&self.candidate.path), &self.path, &error)
            }
        }
    }
}

impl Linter {
    /// What is told of a file that cannot be read.
    pub fn unreadable(&self, shown: &str, path: &str, error: &SourceError) -> Outcome {
        let mut report = finding::unreadable(shown, path, &error.to_string());
        self.policy.settle_own(&mut report, path);
        Outcome::Reports(vec![report])
    }

    /// Checks a decoded source, whose path is relative to the folder of its configuration.
    pub fn source(&self, source: Source, path: &str) -> Outcome {
        let packs = self.packs_for(&source);
        if packs.is_empty() {
            return Outcome::Skipped(source.misnamed().unwrap_or_else(|| "not recognised".to_owned()));
        }
        let source = Arc::new(source);
        let (read, with_elements) = (OnceCell::new(), OnceCell::new());
        let mut reports = Vec::with_capacity(packs.len());
        let mut passed_over = None;
        for (number, pack) in packs {
            let document = if pack.maps_elements() { &with_elements } else { &read };
            let document = document.get_or_init(|| facts::document(&source, pack));
            let facts = facts::read(document, pack);
            if !self.is_forced
                && let Some(reason) = facts.is_no_report(document)
            {
                passed_over = Some(reason);
                continue;
            }
            let settings = self.policy.settings(number, pack, path);
            let checked = |document: &Document<'_>, facts: &Facts<'_>| {
                let checked = check::check(facts, document, &settings);
                finding::report(&source, path, document, facts, checked, &settings)
            };
            let parts = facts.split(document);
            let mut report = if parts.is_empty() {
                checked(document, &facts)
            } else {
                let parts: Vec<Document<'_>> = parts.into_iter().map(|part| document.part(part)).collect();
                finding::of_several(
                    parts.iter().map(|part| checked(part, &facts::read(part, pack))).collect(),
                    &source,
                    path,
                    &parts,
                )
            };
            self.policy.settle_own(&mut report, path);
            reports.push(report);
        }
        match passed_over {
            Some(reason) if reports.is_empty() => Outcome::Skipped(reason.to_owned()),
            _ => Outcome::Reports(reports),
        }
    }

    /// The packs that read a source: of those that recognise it, not those that another of them extends.
    pub fn packs_for(&self, source: &Source) -> Vec<(usize, &Pack)> {
        let numbered = self.packs.iter().enumerate();
        if self.is_forced {
            return numbered.collect();
        }
        let recognising: Vec<(usize, &Pack)> =
            numbered.filter(|(_, pack)| pack.recognises(&source.text)).collect();
        let is_extended =
            |wanted: &Pack| recognising.iter().any(|(_, other)| other.bases.contains(&wanted.id));
        recognising.iter().copied().filter(|(_, pack)| !is_extended(pack)).collect()
    }
}

/// Checks files on `threads` threads, and hands what came of each to `each` in the order of the files, until it says
/// that it has enough.
pub fn run(
    jobs: &[Job],
    threads: usize,
    mut each: impl FnMut(&Job, Outcome) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let threads = threads.clamp(1, jobs.len().max(1));
    if threads == 1 {
        for job in jobs {
            each(job, job.run())?;
        }
        return ControlFlow::Continue(());
    }
    // Files so far ahead of the one to be told next that their findings would pile up have to wait.
    const AHEAD: usize = 512;
    let next = AtomicUsize::new(0);
    let told = (Mutex::new(0_usize), Condvar::new());
    let (sender, receiver) = mpsc::channel();
    let mut flow = ControlFlow::Continue(());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let (sender, next, told) = (sender.clone(), &next, &told);
            scope.spawn(move || {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(job) = jobs.get(index) else { break };
                    let mut done = told.0.lock().unwrap_or_else(PoisonError::into_inner);
                    while index > *done + AHEAD {
                        done = told.1.wait(done).unwrap_or_else(PoisonError::into_inner);
                    }
                    drop(done);
                    if sender.send((index, job.run())).is_err() {
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
            while let (Some(outcome), Some(job)) = (waiting.remove(&turn), jobs.get(turn)) {
                flow = each(job, outcome);
                turn += 1;
                if flow.is_break() {
                    next.store(jobs.len(), Ordering::Relaxed);
                    turn = jobs.len();
                }
            }
            *told.0.lock().unwrap_or_else(PoisonError::into_inner) = turn;
            told.1.notify_all();
            if flow.is_break() {
                break;
            }
        }
    });
    flow
}
