//! The reports of a run, and which are compared with which.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::atomic::AtomicUsize;

use super::{Held, Plan, keep_little, keep_text};
use crate::check;
use crate::facts::Facts;
use crate::facts::digest::{Digest, Others};
use crate::finding::Missing;
use crate::lint::beside::{Beside, Copied, Kept, named};
use crate::lint::elsewhere::{self, Whereabouts};
use crate::lint::{Job, Outcome, copies, in_order};
use crate::rules::pack::Pack;
use crate::set::{Body, Member, Set};
use crate::source::shown;

/// The reports of a run, and which are compared.
pub(super) struct Compared<'c> {
    plan: Plan<'c>,
    all: &'c [&'c Job],
    held: &'c [Held],
    /// Bytes of text that may be kept yet.
    room: &'c AtomicUsize,
    /// For each report its file and its number among what is kept of that.
    pub(super) reports: Vec<(usize, usize)>,
    /// For each file its first report.
    starts: Vec<usize>,
    pub(super) set: Set<'c>,
    /// Packs of which reports are only compared where more than the name of a body says that they are of one.
    doubtful: BTreeSet<String>,
    /// Reports that have the figures of others.
    copies: BTreeMap<usize, Copied>,
}

/// What a second look at a file gives.
pub(super) enum Again {
    /// All that is told of it.
    Whole(Outcome),
    /// Tallies of relations that hold or cannot be told, by what is kept.
    Tallies(Vec<(usize, check::Counted)>),
}

impl<'c> Compared<'c> {
    pub(super) fn new(plan: Plan<'c>, all: &'c [&'c Job], held: &'c [Held], room: &'c AtomicUsize) -> Self {
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

    pub(super) fn of(&self, report: usize) -> Option<(&'c Pack, &'c Digest)> {
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
    pub(super) fn second_pass(&self) -> BTreeMap<usize, Again> {
        let files: Vec<usize> = (0..self.plan.jobs.len()).collect();
        let mut found = BTreeMap::new();
        let _ = in_order(
            &files,
            self.plan.threads,
            usize::MAX,
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
        keep_little(&mut outcome, self.plan.with_rules);
        outcome
    }

    /// What could not be compared.
    pub(super) fn missing(&self) -> Vec<Missing> {
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
    pub(super) fn notes(&self) -> Vec<(usize, String, String)> {
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
