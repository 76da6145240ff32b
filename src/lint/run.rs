//! Many reports: each by itself, side by side; then those that rules compare with each other.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::BuildHasher;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxBuildHasher;

use super::beside::{Beside, Copied, Kept, named};
use super::copies;
use super::elsewhere::{self, Whereabouts};
use super::{Facts, Job, Outcome, in_order};
use crate::check;
use crate::facts::digest::{Digest, Others};
use crate::finding::{self, Missing, Report, own};
use crate::rules::library::Entry;
use crate::rules::pack::Pack;
use crate::set::bodies::Bodies;
use crate::set::{Body, Member, Set};
use crate::source::{Source, shown};

/// Bytes of text that are kept at most for the excerpts of findings that have to wait; other files are read again.
const TEXT_KEPT: usize = 16 << 20;

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
    let has_across = |job: &&Job| job.linter.packs.iter().any(|entry| entry.pack().across.is_some());
    if all.len() < 2 || !all.iter().any(has_across) {
        let flow = in_order(
            plan.jobs,
            plan.threads,
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

/// The reports of a run, and which are compared.
struct Compared<'c> {
    plan: Plan<'c>,
    all: &'c [&'c Job],
    held: &'c [Held],
    /// Bytes of text that may be kept yet.
    room: &'c AtomicUsize,
    /// For each report its file and its number among what is kept of that.
    reports: Vec<(usize, usize)>,
    /// For each file its first report.
    starts: Vec<usize>,
    set: Set<'c>,
    /// Packs of which reports are only compared where more than the name of a body says that they are of one.
    doubtful: BTreeSet<String>,
    /// Reports that have the figures of others.
    copies: BTreeMap<usize, Copied>,
}

/// What a second look at a file gives.
enum Again {
    /// All that is told of it.
    Whole(Outcome),
    /// Tallies of relations that hold or cannot be told, by what is kept.
    Tallies(Vec<(usize, check::Counted)>),
}

impl<'c> Compared<'c> {
    fn new(plan: Plan<'c>, all: &'c [&'c Job], held: &'c [Held], room: &'c AtomicUsize) -> Self {
        let mut reports = Vec::new();
        let mut starts = Vec::with_capacity(held.len());
        for (file, held) in held.iter().enumerate() {
            starts.push(reports.len());
            reports.extend((0..held.kept.len()).map(|kept| (file, kept)));
        }
        let paths: Vec<String> = all.iter().map(|job| shown(&job.candidate.path)).collect();
        let mut compared = Self {
            plan,
            all,
            held,
            room,
            reports,
            starts,
            set: Set::default(),
            doubtful: BTreeSet::new(),
            copies: BTreeMap::new(),
        };
        let member = |&(file, kept): &(usize, usize)| {
            let (pack, digest) = compared.pack_and_digest((file, kept))?;
            Some(Member {
                path: paths.get(file)?,
                pack: &pack.id,
                names: &pack.sources.names,
                year: digest.year,
                body: digest.body.as_deref(),
                signed: digest.signed,
                is_checked: file < plan.jobs.len(),
            })
        };
        let members: Vec<Member<'_>> = compared.reports.iter().filter_map(member).collect();
        compared.set = Set::new(&members, plan.bodies);
        compared.doubtful = compared.doubtful();
        compared.copies = copies::find(&compared.reports, held, &compared.set);
        compared
    }

    /// Whether more than the name of a body says that two reports are of one.
    fn is_sure(&self, report: usize, other: usize) -> bool {
        let is_beside =
            |report: usize| self.reports.get(report).is_some_and(|(file, _)| *file >= self.plan.jobs.len());
        is_beside(other) || self.set.is_sure(report, other)
    }

    /// Packs of which reports under one name differ more often than they agree, where nothing else says that they are of
    /// one body: bodies of the same name in several places, most likely.
    fn doubtful(&self) -> BTreeSet<String> {
        let mut tallies: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for (report, &(file, kept)) in self.reports.iter().enumerate() {
            let is_unsure = self.set.previous(report).is_some_and(|other| !self.is_sure(report, other));
            let (Some(job), Some(held)) = (self.all.get(file), self.held.get(file)) else { continue };
            let Some(kept) = held.kept.get(kept).filter(|_| is_unsure) else { continue };
            if let Some((counted, pack)) = self.counted(job, kept, &self.others(report)) {
                let (agreeing, differing) = tallies.entry(&pack.id).or_default();
                *agreeing += counted.telling;
                *differing += counted.relations.failed;
            }
        }
        let doubtful = tallies.into_iter().filter(|(_, (agreeing, differing))| agreeing < differing);
        doubtful.map(|(pack, _)| pack.to_owned()).collect()
    }

    /// How the relations of a report with others come out, as far as what is kept of it tells.
    fn counted(&self, job: &'c Job, kept: &Kept, others: &Others<'_>) -> Option<(check::Counted, &'c Pack)> {
        let pack = job.linter.packs.get(kept.pack)?.pack();
        let named = named(pack.across.as_ref()?, self.plan.bodies.is_some());
        let mut facts = Facts::of_digest(pack, named, &kept.digest);
        facts.add_others(named, others);
        let settings = job.linter.policy.settings(kept.pack, pack, &job.path);
        Some((check::count_across(&facts, &kept.states, &settings), pack))
    }

    fn pack_and_digest(&self, (file, kept): (usize, usize)) -> Option<(&'c Pack, &'c Digest)> {
        let kept = self.held.get(file)?.kept.get(kept)?;
        Some((self.all.get(file)?.linter.packs.get(kept.pack)?.pack(), &kept.digest))
    }

    fn of(&self, report: usize) -> Option<(&'c Pack, &'c Digest)> {
        self.pack_and_digest(*self.reports.get(report)?)
    }

    /// The reports that one is compared with.
    fn others(&self, report: usize) -> Others<'c> {
        let Some((pack, _)) = self.of(report) else { return Others::default() };
        let Some(across) = &pack.across else { return Others::default() };
        let digest = |&other: &usize| {
            let (other_pack, digest) = self.of(other)?;
            is_same(pack, other_pack).then_some((other, digest))
        };
        let is_taken = |&other: &usize| !self.doubtful.contains(&pack.id) || self.is_sure(report, other);
        let before = self.set.years_before(report, across.years).into_iter().take_while(is_taken);
        let before: Vec<usize> = before.collect();
        let below = self.set.below(report).filter(|below| across.children && below.missing.is_empty());
        Others {
            previous: before.iter().map_while(digest).collect(),
            children: below.and_then(|below| below.reports.iter().map(digest).collect()),
        }
    }

    /// Looks again at the files of reports that others are compared with.
    fn second_pass(&self) -> BTreeMap<usize, Again> {
        let files: Vec<usize> = (0..self.plan.jobs.len()).collect();
        let mut found = BTreeMap::new();
        let _ = in_order(
            &files,
            self.plan.threads,
            |&file| self.look_again(file),
            |&file, again| {
                found.extend(again.map(|again| (file, again)));
                ControlFlow::Continue(())
            },
        );
        found
    }

    fn look_again(&self, file: usize) -> Option<Again> {
        let (job, held, start) = (self.all.get(file)?, self.held.get(file)?, *self.starts.get(file)?);
        let mut tallies = Vec::new();
        for (number, kept) in held.kept.iter().enumerate() {
            if self.copies.contains_key(&(start + number)) {
                return Some(Again::Whole(self.whole(job, held, start)));
            }
            let others = self.others(start + number);
            if others.is_empty() {
                continue;
            }
            let Some((counted, _)) = self.counted(job, kept, &others) else { continue };
            if kept.needs_text || counted.relations.failed > 0 {
                return Some(Again::Whole(self.whole(job, held, start)));
            }
            tallies.push((number, counted));
        }
        (!tallies.is_empty()).then_some(Again::Tallies(tallies))
    }

    fn whole(&self, job: &Job, held: &Held, start: usize) -> Outcome {
        let others = |pack: usize, part: usize| {
            let number = held.kept.iter().position(|kept| (kept.pack, kept.part) == (pack, part));
            number.map_or_else(Others::default, |number| self.others(start + number))
        };
        let copied = |pack: usize, part: usize| {
            let number = held.kept.iter().position(|kept| (kept.pack, kept.part) == (pack, part))?;
            self.copies.get(&(start + number)).cloned()
        };
        let beside = Beside::Known { has_tree: self.plan.bodies.is_some(), others: &others, copied: &copied };
        let (mut outcome, _) = job.run(&beside);
        elsewhere::find(&mut outcome, |report| {
            let &(file, kept) = self.reports.get(report)?;
            let kept = self.held.get(file)?.kept.get(kept)?;
            Some(Whereabouts { job: self.all.get(file)?, pack: kept.pack, part: kept.part })
        });
        keep_text(&mut outcome, self.room);
        outcome
    }

    /// What could not be compared.
    fn missing(&self) -> Vec<Missing> {
        let mut years: BTreeMap<u32, usize> = BTreeMap::new();
        // A year of which no body has a report beside one on the next is not looked for.
        let has_before = |report: &usize| !self.others(*report).previous.is_empty();
        let of_pack = |report: usize| Some((self.of(report)?.0.id.as_str(), self.set.place(report)?.1));
        let compared: BTreeSet<(&str, u32)> =
            (0..self.reports.len()).filter(has_before).filter_map(of_pack).collect();
        let mut below = Vec::new();
        let mut doubtful = 0;
        for (report, _) in
            self.reports.iter().enumerate().filter(|(_, (file, _))| *file < self.plan.jobs.len())
        {
            let Some(((body, year), (pack, _))) = self.set.place(report).zip(self.of(report)) else {
                continue;
            };
            let Some(across) = &pack.across else { continue };
            let is_looked_for = !self.plan.beside.is_empty() || compared.contains(&(pack.id.as_str(), year));
            // A body is counted once, whatever the number of its reports.
            let is_counted = body.years.on(year).first() == Some(&report);
            if across.years > 0 && is_counted && is_looked_for && self.set.previous(report).is_none() {
                *years.entry(year.saturating_sub(1)).or_default() += 1;
            }
            let is_left = |other: usize| self.doubtful.contains(&pack.id) && !self.is_sure(report, other);
            doubtful += usize::from(self.set.previous(report).is_some_and(is_left));
            let missing = self.set.below(report).filter(|below| across.children && !below.missing.is_empty());
            if let Some(missing) = missing {
                below.push(Missing::Below { body: body.name.clone(), year, missing: missing.missing });
            }
        }
        let years = years.into_iter().map(|(year, bodies)| Missing::Year { year, bodies });
        let doubtful = (doubtful > 0).then_some(Missing::Doubtful { reports: doubtful });
        years.chain(doubtful).chain(below).collect()
    }

    /// What is said of reports that are passed over because another one is of the same body and year: by file, the
    /// message, and what it is about.
    fn notes(&self) -> Vec<(usize, String, String)> {
        let mut notes = Vec::new();
        let is_compared = |body: &Body| {
            body.years.ends().is_some_and(|(first, last)| first < last) && !self.doubtful.contains(&body.pack)
        };
        for (body, year, reports) in self.set.several() {
            // With one year only, nothing is compared.
            let Some((taken, rest)) = reports.split_first().filter(|_| is_compared(body)) else {
                continue;
            };
            let path = |report: &usize| {
                let (file, _) = self.reports.get(*report)?;
                Some((*file, shown(&self.all.get(*file)?.candidate.path)))
            };
            let Some((_, taken)) = path(taken) else { continue };
            for (file, _) in rest.iter().filter_map(path).filter(|(file, _)| *file < self.plan.jobs.len()) {
                let name = &body.name;
                let message =
                    format!("{name} has another report on {year}, which others are compared with: {taken}");
                notes.push((file, message, format!("{year} {name}")));
            }
        }
        notes
    }
}

/// Whether two packs have the same forms and rules, as far as reports are compared.
fn is_same(one: &Pack, other: &Pack) -> bool {
    std::ptr::eq(one, other) || one.id == other.id && one.size() == other.size() && one.across == other.across
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
