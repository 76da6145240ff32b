//! Many reports: each by itself, side by side; then those that rules compare with each other.

mod compared;

use std::collections::BTreeMap;
use std::hash::BuildHasher;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxBuildHasher;

use super::beside::{Beside, Kept};
use super::{Job, MOST_AHEAD, Outcome, in_order};
use crate::finding::{self, Missing, Report, own};
use crate::rules::library::Entry;
use crate::rules::pack::Pack;
use crate::set::Set;
use crate::set::bodies::Bodies;
use crate::source::{Source, shown};
use compared::{Again, Compared};

/// Bytes of text that are kept at most for the excerpts of findings that have to wait; other files are read again.
const TEXT_KEPT: usize = 16 << 20;

/// For how many reports at most, by thread, the text is read again before their turn.
const MOST_TEXTS_AHEAD: usize = 64;

/// What is to be checked, and how.
#[derive(Clone, Copy)]
pub struct Plan<'p> {
    /// The files.
    pub jobs: &'p [Job],
    /// Files that are read only for what the others are compared with.
    pub beside: &'p [Job],
    /// Who is under whom.
    pub bodies: Option<&'p Bodies>,
    /// Number of threads.
    pub threads: usize,
    /// Whether findings are told with the text of their reports.
    pub with_text: bool,
    /// Whether the tally of each rule is told of each report.
    pub with_rules: bool,
}

/// What came of a run.
#[derive(Clone, Debug)]
pub struct Ran {
    /// Whether it was stopped.
    pub flow: ControlFlow<()>,
    /// What could not be compared.
    pub missing: Vec<Missing>,
}

/// Checks files, and hands what came of each to `each` in the order of the files, until it says that it has enough;
/// `step` is called for each that has been read. Where no pack has rules that name other reports, findings are told as
/// they come, else when all files have been read.
pub fn run(
    plan: Plan<'_>,
    mut step: impl FnMut(),
    mut each: impl FnMut(&Job, Outcome) -> ControlFlow<()>,
) -> Ran {
    let all: Vec<&Job> = plan.jobs.iter().chain(plan.beside).collect();
    let has_across = |job: &&Job| job.linter.packs.iter().any(|entry| entry.card.has_across);
    if all.len() < 2 || !all.iter().any(has_across) {
        let flow = in_order(
            plan.jobs,
            plan.threads,
            MOST_AHEAD,
            |job| job.run(&Beside::Nothing).0,
            |job, outcome| {
                step();
                each(job, outcome)
            },
        );
        return Ran { flow, missing: Vec::new() };
    }
    let room = AtomicUsize::new(if plan.with_text { TEXT_KEPT } else { 0 });
    let held = first_pass(plan, &all, &room, &mut step);
    let compared = Compared::new(plan, &all, &held, &room);
    let again = compared.second_pass();
    let missing = compared.missing();
    let notes = compared.notes();
    let files = Files::new(&all);
    let outcomes = settled(held, again, notes, &files);
    let flow = tell(plan, outcomes, &files, &mut each);
    Ran { flow, missing }
}

/// A report of a set, and its place in it.
#[derive(Clone, Debug)]
pub struct Grouped {
    /// Path as shown.
    pub path: String,
    /// The pack that it was read with.
    pub pack: String,
    /// The name that it gives its body.
    pub body: Option<String>,
}

/// Groups the reports of files by body and year, and hands them on with the groups.
pub fn group<T>(plan: Plan<'_>, each: impl FnOnce(&[Grouped], &Set<'_>) -> T) -> T {
    let all: Vec<&Job> = plan.jobs.iter().chain(plan.beside).collect();
    let room = AtomicUsize::new(0);
    let held = first_pass(plan, &all, &room, &mut || {});
    let compared = Compared::new(plan, &all, &held, &room);
    let grouped = |report: usize, file: usize| {
        let (pack, digest) = compared.of(report)?;
        let path = shown(&all.get(file)?.candidate.path);
        Some(Grouped { path, pack: pack.id.clone(), body: digest.body.as_deref().map(str::to_owned) })
    };
    let reports = compared.reports.iter().enumerate();
    let reports: Vec<Grouped> = reports.filter_map(|(report, &(file, _))| grouped(report, file)).collect();
    each(&reports, &compared.set)
}

/// What is known of a file when all have been read.
pub(super) struct Held {
    outcome: Outcome,
    pub(super) kept: Box<[Kept]>,
}

fn first_pass(plan: Plan<'_>, all: &[&Job], room: &AtomicUsize, step: &mut impl FnMut()) -> Vec<Held> {
    let mut held = Vec::with_capacity(all.len());
    let beside = Beside::Unknown { has_tree: plan.bodies.is_some() };
    let _ = in_order(
        all,
        plan.threads,
        usize::MAX,
        |job| {
            let (mut outcome, kept) = job.run(&beside);
            keep_text(&mut outcome, room);
            keep_little(&mut outcome, plan.with_rules);
            Held { outcome, kept: kept.into() }
        },
        |_, found| {
            step();
            held.push(found);
            ControlFlow::Continue(())
        },
    );
    held
}

/// Leaves out room for further findings, and the tallies of rules unless they are wanted: the most of what is kept of a
/// report in which all ties.
fn keep_little(outcome: &mut Outcome, with_rules: bool) {
    let Outcome::Reports(reports) = outcome else { return };
    reports.shrink_to_fit();
    for report in reports {
        report.findings.shrink_to_fit();
        if !with_rules {
            report.rules = Vec::new();
        }
    }
}

/// Keeps the text of reports with findings while there is room.
fn keep_text(outcome: &mut Outcome, room: &AtomicUsize) {
    let Outcome::Reports(reports) = outcome else { return };
    let has_room = |source: &Source| {
        let take = |left: usize| left.checked_sub(source.text.len());
        room.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_ok()
    };
    for report in reports {
        report.source.take_if(|source| report.findings.is_empty() || !has_room(source));
        let places = report.findings.iter_mut().flat_map(|finding| &mut finding.related);
        for other in places.filter_map(|place| place.other.as_mut()) {
            other.source.take_if(|source| !has_room(source));
        }
    }
}

/// What is told of each file, with all that the comparison added.
fn settled(
    held: Vec<Held>,
    mut again: BTreeMap<usize, Again>,
    notes: Vec<(usize, String, String)>,
    files: &Files<'_>,
) -> Vec<Outcome> {
    let mut outcomes: Vec<Outcome> = Vec::with_capacity(held.len());
    for (file, held) in held.into_iter().enumerate() {
        let mut outcome = held.outcome;
        match again.remove(&file) {
            Some(Again::Whole(whole)) => outcome = whole,
            Some(Again::Tallies(tallies)) => {
                for (number, counted) in tallies {
                    let Some(kept) = held.kept.get(number) else { continue };
                    let entry = files.all.get(file).and_then(|job| job.linter.packs.get(kept.pack));
                    let pack = entry.map(Entry::pack);
                    if let Some((report, pack)) =
                        pack.and_then(|pack| Some((report_of(&mut outcome, pack)?, pack)))
                    {
                        report.add(&counted, pack);
                    }
                }
            }
            None => {}
        }
        outcomes.push(outcome);
    }
    for (file, message, subject) in notes {
        let (Some(Outcome::Reports(reports)), Some(job)) = (outcomes.get_mut(file), files.all.get(file))
        else {
            continue;
        };
        if let Some(report) = reports.first_mut() {
            report.add_note(own::TWICE, message, &job.path, &subject);
            job.linter.policy.settle_own(report, &job.path);
        }
    }
    finding::take_up(&mut by_file(&mut outcomes), |path| files.at(path));
    finding::group(&mut by_file(&mut outcomes));
    outcomes
}

/// The reports of each file.
fn by_file(outcomes: &mut [Outcome]) -> Vec<&mut [Report]> {
    let reports = |outcome| match outcome {
        &mut Outcome::Reports(ref mut reports) => reports.as_mut_slice(),
        Outcome::Skipped(_) => &mut [],
    };
    outcomes.iter_mut().map(reports).collect()
}

fn report_of<'o>(outcome: &'o mut Outcome, pack: &Pack) -> Option<&'o mut Report> {
    let Outcome::Reports(reports) = outcome else { return None };
    reports.iter_mut().find(|report| report.pack.as_ref() == Some(&pack.id))
}

/// The files of a run, and their numbers by path.
struct Files<'f> {
    all: &'f [&'f Job],
    /// Sorted by what their paths hash to: the paths themselves would take much room.
    by_path: Vec<(u64, usize)>,
}

impl<'f> Files<'f> {
    fn new(all: &'f [&'f Job]) -> Self {
        let numbered = all.iter().enumerate();
        let mut by_path: Vec<(u64, usize)> =
            numbered.map(|(file, job)| (FxBuildHasher.hash_one(shown(&job.candidate.path)), file)).collect();
        by_path.sort_unstable();
        Self { all, by_path }
    }

    fn at(&self, path: &str) -> Option<usize> {
        let hash = FxBuildHasher.hash_one(path);
        let first = self.by_path.partition_point(|&(known, _)| known < hash);
        let same = self.by_path.iter().skip(first).take_while(|&&(known, _)| known == hash);
        let is_there =
            |&file: &usize| self.all.get(file).is_some_and(|job| shown(&job.candidate.path) == path);
        same.map(|&(_, file)| file).filter(is_there).last()
    }
}

/// Tells what came of the files, with the text of those that have findings.
fn tell(
    plan: Plan<'_>,
    outcomes: Vec<Outcome>,
    files: &Files<'_>,
    each: &mut impl FnMut(&Job, Outcome) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let outcomes = outcomes.into_iter().map(|outcome| Mutex::new(Some(outcome)));
    let all: Vec<(&Job, Mutex<Option<Outcome>>)> = plan.jobs.iter().zip(outcomes).collect();
    in_order(
        &all,
        if plan.with_text { plan.threads } else { 1 },
        MOST_TEXTS_AHEAD.saturating_mul(plan.threads),
        |(job, outcome)| {
            let mut outcome = outcome.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(Outcome::Reports(reports)) = &mut outcome
                && plan.with_text
            {
                files.add_text(job, reports);
            }
            outcome
        },
        |(job, _), outcome| outcome.map_or(ControlFlow::Continue(()), |outcome| each(job, outcome)),
    )
}

impl Files<'_> {
    /// Reads again the texts for which there was no room.
    fn add_text(&self, job: &Job, reports: &mut [Report]) {
        let is_wanting = |report: &&mut Report| report.source.is_none() && !report.findings.is_empty();
        let wanting: Vec<&mut Report> = reports.iter_mut().filter(is_wanting).collect();
        if !wanting.is_empty()
            && let Ok(source) = job.source()
        {
            wanting.into_iter().for_each(|report| report.source = Some(source.clone()));
        }
        let places = reports.iter_mut().flat_map(|report| &mut report.findings);
        let places = places.flat_map(|finding| &mut finding.related);
        let mut last: Option<(usize, Arc<Source>)> = None;
        for other in places.filter_map(|place| place.other.as_mut()).filter(|other| other.source.is_none()) {
            let Some(file) = self.at(&other.path) else { continue };
            if last.as_ref().is_none_or(|(known, _)| *known != file) {
                last = self.all.get(file).and_then(|job| job.source().ok()).map(|source| (file, source));
            }
            other.source = last.as_ref().map(|(_, source)| source.clone());
        }
    }
}
