//! One report through all the rooms, and many reports side by side.

mod beside;
pub mod cache;
mod copies;
mod elsewhere;
mod policy;
mod run;
mod setup;

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError, mpsc};

use crate::check::{self, Relations};
use crate::document::Document;
use crate::facts::{self, Facts};
use crate::finding::{self, Report, own};
use crate::rules::library::Entry;
use crate::rules::pack::Pack;
use crate::rules::script::simplify;
use crate::source::refusal::Refusal;
use crate::source::skipped::NOT_RECOGNISED;
use crate::source::walk::Candidate;
use crate::source::{Source, SourceError};
use beside::{Beside, Kept};
use cache::Cache;
pub use policy::{GlobError, Policy};
pub use run::{Grouped, Plan, Ran, group, run};
pub use setup::{Flawed, Packs, SetupError};

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
    pub packs: Vec<Entry>,
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
    /// What was read of it already, as of standard input, which cannot be read twice.
    pub given: Option<Arc<Source>>,
    /// What came of files in earlier runs.
    pub cache: Option<Arc<Cache>>,
}

impl Job {
    /// Reads the file, or takes what was read of it before.
    fn source(&self) -> Result<Arc<Source>, SourceError> {
        match &self.given {
            Some(source) => Ok(Arc::clone(source)),
            None => self.candidate.read().map(Arc::new),
        }
    }

    fn run(&self, beside: &Beside<'_>) -> (Outcome, Vec<Kept>) {
        match (&self.cache, beside.name()) {
            (Some(cache), Some(name)) if self.given.is_none() => self.run_with(cache, name, beside),
            _ => match self.source() {
                Ok(source) => self.linter.read(source, &self.path, beside),
                Err(error) => (self.failed(&error), Vec::new()),
            },
        }
    }

    fn run_with(&self, cache: &Cache, name: &str, beside: &Beside<'_>) -> (Outcome, Vec<Kept>) {
        let bytes = match self.candidate.bytes() {
            Ok(bytes) => bytes,
            Err(error) => return (self.failed(&error), Vec::new()),
        };
        let key = cache.key(self, name, &bytes);
        if let Some((outcome, kept)) = cache.get(&key, self) {
            return (self.with_text(outcome, bytes), kept);
        }
        let source = match self.candidate.decode(bytes) {
            Ok(source) => Arc::new(source),
            // Whether it is told depends on how the file was named: it is not kept.
            Err(error) => return (self.failed(&error), Vec::new()),
        };
        let (outcome, kept) = self.linter.read(source, &self.path, beside);
        cache.put(key, &outcome, &kept);
        (outcome, kept)
    }

    /// What came of a file in an earlier run, with the text that its findings are shown in.
    fn with_text(&self, mut outcome: Outcome, bytes: Vec<u8>) -> Outcome {
        if let Outcome::Reports(reports) = &mut outcome
            && reports.iter().any(|report| !report.findings.is_empty())
        {
            let source = match self.candidate.decode(bytes) {
                Ok(source) => Arc::new(source),
                Err(error) => return self.failed(&error),
            };
            reports.iter_mut().for_each(|report| report.source = Some(Arc::clone(&source)));
        }
        outcome
    }

    fn failed(&self, error: &SourceError) -> Outcome {
        match error {
            // A file met on the walk may be gone by the time it is its turn.
            SourceError::Io(error)
                if !self.candidate.named && error.kind() == std::io::ErrorKind::NotFound =>
            {
                Outcome::Skipped("gone".to_owned())
            }
            SourceError::Refused(Refusal::Unsupported { what, .. }) if !self.candidate.named => {
                Outcome::Skipped((*what).to_owned())
            }
            error => self.linter.unreadable(&crate::source::shown(&self.candidate.path), &self.path, error),
        }
    }
}

impl Linter {
    /// What is told of a file that cannot be read.
    pub fn unreadable(&self, shown: &str, path: &str, error: &SourceError) -> Outcome {
        let rule = match error {
            SourceError::TooLarge | SourceError::Refused(Refusal::TooMuch { .. }) => own::TOO_MUCH,
            SourceError::Empty => own::EMPTY,
            _ => own::UNREADABLE,
        };
        let mut report = finding::unreadable(shown, path, rule, &error.to_string());
        self.policy.settle_own(&mut report, path);
        Outcome::Reports(vec![report])
    }

    /// Checks the bytes of a file that is named, whose path is relative to the folder of its configuration.
    pub fn bytes(&self, bytes: &[u8], path: &str) -> Outcome {
        let name = Path::new(path);
        match Source::read_from(name, bytes, bytes.len(), None) {
            Ok(source) => self.source(source, path),
            Err(error) => self.unreadable(&crate::source::shown(name), path, &error),
        }
    }

    /// Checks a decoded source, whose path is relative to the folder of its configuration.
    pub fn source(&self, source: Source, path: &str) -> Outcome {
        self.read(Arc::new(source), path, &Beside::Nothing).0
    }

    /// Checks a source, and keeps what other reports may be compared with, where there may be others.
    fn read(&self, source: Arc<Source>, path: &str, beside: &Beside<'_>) -> (Outcome, Vec<Kept>) {
        let packs = self.packs_for(&source);
        let is_fallback = self.is_read_by_fallback(&source);
        let mut kept = Vec::new();
        if packs.is_empty() {
            let what = source.misnamed().unwrap_or_else(|| NOT_RECOGNISED.to_owned());
            return (Outcome::Skipped(what), kept);
        }
        let (plain, with_elements) = (OnceCell::new(), OnceCell::new());
        let mut reports = Vec::with_capacity(packs.len());
        let mut passed_over = None;
        for (number, pack) in packs {
            let document = if pack.maps_elements() { &with_elements } else { &plain };
            let document = document.get_or_init(|| facts::document(&source, pack));
            let facts = facts::read(document, pack);
            if !self.is_forced
                && let Some(reason) = facts.is_no_report(document)
            {
                passed_over = Some(reason);
                continue;
            }
            let mut settings = self.policy.settings(number, pack, path);
            if is_fallback {
                settings = Cow::Owned(settings.of_tables(pack));
            }
            let mut checked = |document: &Document<'_>, mut facts: Facts<'_>, part: usize| {
                beside.add_to(&mut facts, number, part);
                let checked = check::check(&facts, document, &settings);
                kept.extend(beside.keep(document, &facts, &checked, &settings, (number, part)));
                let mut report = finding::report(&source, path, document, &facts, checked, &settings);
                if let Some((message, labels)) = beside.copied(document, &facts, (number, part)) {
                    report.add_own(own::COPIED, message, labels, (&source, document, path));
                }
                report
            };
            let parts = facts.split(document);
            let mut report = if parts.is_empty() {
                checked(document, facts, 0)
            } else {
                let parts: Vec<Document<'_>> = parts.into_iter().map(|part| document.part(part)).collect();
                let reports = parts.iter().enumerate();
                let reports =
                    reports.map(|(part, document)| checked(document, facts::read(document, pack), part));
                finding::of_several(reports.collect(), &source, path, &parts)
            };
            self.policy.settle_own(&mut report, path);
            // What shows nothing to check is no report.
            if is_fallback && report.relations == Relations::default() {
                continue;
            }
            report.is_fallback = is_fallback;
            reports.push(report);
        }
        let outcome = match passed_over {
            Some(reason) if reports.is_empty() => Outcome::Skipped(reason.to_owned()),
            None if reports.is_empty() => {
                Outcome::Skipped(source.misnamed().unwrap_or_else(|| "not recognised".to_owned()))
            }
            _ => Outcome::Reports(reports),
        };
        (outcome, kept)
    }

    /// The packs that read a source: of those that recognise it, not those that another of them extends.
    pub fn packs_for(&self, source: &Source) -> Vec<(usize, &Pack)> {
        let recognising = self.recognising(source);
        let is_extended = |wanted: &Entry| {
            !self.is_forced && recognising.iter().any(|(_, other)| other.card.bases.contains(&wanted.card.id))
        };
        let reading = recognising.iter().filter(|(_, entry)| !is_extended(entry));
        let mut reading: Vec<(usize, &Pack)> =
            reading.map(|&(number, entry)| (number, entry.pack())).collect();
        if recognising.is_empty() {
            let fallbacks = self.packs.iter().enumerate().filter(|(_, entry)| entry.card.is_fallback);
            let first = fallbacks.min_by_key(|(_, entry)| entry.card.bases.len());
            reading.extend(first.map(|(number, entry)| (number, entry.pack())));
        }
        reading
    }

    /// Whether no pack recognises a source, and none was asked for: of it only the tables are checked.
    pub fn is_read_by_fallback(&self, source: &Source) -> bool {
        self.recognising(source).is_empty()
    }

    /// The packs whose signs a source shows, or all where they were asked for.
    fn recognising(&self, source: &Source) -> Vec<(usize, &Entry)> {
        let by = |text: &str| -> Vec<(usize, &Entry)> {
            let numbered = self.packs.iter().enumerate();
            numbered.filter(|(_, entry)| self.is_forced || entry.card.signs.are_in(text)).collect()
        };
        let recognising = by(&source.text);
        // Signs are written in the simplified script.
        if recognising.is_empty()
            && let Cow::Owned(written) = simplify(&source.text)
        {
            return by(&written);
        }
        recognising
    }
}

/// How many items at most are begun before their turn where what came of them takes room.
pub const MOST_AHEAD: usize = 512;

/// Does work for each of some items on `threads` threads, and hands what came of it to `each` in the order of the items,
/// until it says that it has enough. Items further than `ahead` from the one to be told next are not begun, but for the rest of
/// what a thread takes at once.
pub fn in_order<T: Sync, R: Send>(
    items: &[T],
    threads: usize,
    ahead: usize,
    work: impl Fn(&T) -> R + Sync,
    mut each: impl FnMut(&T, R) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let threads = threads.clamp(1, items.len().max(1));
    if threads == 1 {
        for item in items {
            each(item, work(item))?;
        }
        return ControlFlow::Continue(());
    }
    /// Items that a thread takes at once: to wake the one that tells for each takes longer than some need.
    const MOST_AT_ONCE: usize = 16;
    let at_once = (items.len() / (threads * 8)).clamp(1, MOST_AT_ONCE);
    let next = AtomicUsize::new(0);
    let told = (Mutex::new(0_usize), Condvar::new());
    let (sender, receiver) = mpsc::channel();
    let mut flow = ControlFlow::Continue(());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let (sender, next, told, work) = (sender.clone(), &next, &told, &work);
            scope.spawn(move || {
                loop {
                    let start = next.fetch_add(at_once, Ordering::Relaxed);
                    let end = items.len().min(start.saturating_add(at_once));
                    let Some(taken) = items.get(start..end).filter(|taken| !taken.is_empty()) else { break };
                    let mut done = told.0.lock().unwrap_or_else(PoisonError::into_inner);
                    while start > done.saturating_add(ahead) {
                        done = told.1.wait(done).unwrap_or_else(PoisonError::into_inner);
                    }
                    drop(done);
                    if sender.send((start, taken.iter().map(work).collect::<Vec<R>>())).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        let mut waiting: BTreeMap<usize, Vec<R>> = BTreeMap::new();
        let mut turn = 0;
        for (start, results) in receiver {
            waiting.insert(start, results);
            while let Some(results) = waiting.remove(&turn) {
                for (item, result) in items.iter().skip(turn).zip(results) {
                    turn += 1;
                    flow = each(item, result);
                    if flow.is_break() {
                        next.store(items.len(), Ordering::Relaxed);
                        turn = items.len();
                        break;
                    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_told_in_their_order_until_it_is_enough() {
        let items: Vec<usize> = (0..300).collect();
        for (threads, ahead) in [(1, 0), (8, 0), (8, 1), (3, usize::MAX)] {
            for enough in [299, 120, 0] {
                let mut told = Vec::new();
                let flow = in_order(
                    &items,
                    threads,
                    ahead,
                    |&item| item * 2,
                    |&item, doubled| {
                        assert_eq!(doubled, item * 2);
                        told.push(item);
                        if item == enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
                    },
                );
                assert!(flow.is_break());
                assert!(told.iter().copied().eq(0..=enough), "{threads} threads, {ahead} ahead");
            }
        }
    }
}
