//! Sets of reports: which body each is of and on which year, which is that of the year before, and which are those of
//! the bodies below. Told from what the reports say; the name of a file only where a report does not say it.

pub mod bodies;
mod hint;
mod years;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::BuildHasher;

use rustc_hash::FxBuildHasher;

use crate::facts::date::Date;
use crate::rules::names::BodyNames;
use bodies::Bodies;
pub use years::Years;

/// A report of a set, as far as it says whose it is.
#[derive(Clone, Debug)]
pub struct Member<'m> {
    /// Path as shown.
    pub path: &'m str,
    /// The pack that it was read with.
    pub pack: &'m str,
    /// How that pack compares names of bodies.
    pub names: &'m BodyNames,
    /// The year it is about.
    pub year: Option<u32>,
    /// The body that reports.
    pub body: Option<&'m str>,
    /// The day it was signed on.
    pub signed: Option<Date>,
    /// It is reported on, and not only read beside those that are.
    pub is_checked: bool,
}

/// How something is known of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Known {
    /// The report says it.
    Said,
    /// The name of its file or folder does.
    Named,
}

/// A report in its place.
#[derive(Clone, Debug)]
pub struct Place {
    /// The body, by number.
    pub body: usize,
    /// How the body is known.
    pub body_known: Known,
    /// The year.
    pub year: u32,
    /// How the year is known.
    pub year_known: Known,
}

/// A body that reports.
#[derive(Clone, Debug, Default)]
pub struct Body {
    /// Its name, as its reports have it or `bodies.toml`.
    pub name: String,
    /// The pack its reports were read with.
    pub pack: String,
    /// Other names that reports give it.
    pub aliases: BTreeSet<String>,
    /// Its entry in `bodies.toml`, by number.
    pub entry: Option<usize>,
    /// Its reports.
    pub years: Years,
}

/// The reports of the bodies below a body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Below {
    /// Those that are there.
    pub reports: Vec<usize>,
    /// Names of the bodies without one.
    pub missing: Vec<String>,
}

/// Reports by body and year.
#[derive(Clone, Debug, Default)]
pub struct Set<'b> {
    /// For each report its place, where it is known.
    pub places: Vec<Option<Place>>,
    /// The bodies, by pack and name.
    pub bodies: Vec<Body>,
    /// For each report, a hash of its path without years.
    masked: Vec<u64>,
    /// The years that paths show.
    shown_years: Vec<Option<u32>>,
    by_entry: BTreeMap<(String, usize), usize>,
    declared: Option<&'b Bodies>,
}

/// What tells a body from others: the pack, its plain name, and a folder where the name alone does not.
type Key<'m> = (&'m str, String, String);

impl<'b> Set<'b> {
    /// Groups reports.
    pub fn new(members: &[Member<'_>], declared: Option<&'b Bodies>) -> Self {
        let mut by_key: BTreeMap<Key<'_>, usize> = BTreeMap::new();
        let mut bodies: Vec<Body> = Vec::new();
        let mut by_name: BTreeMap<&str, BTreeMap<String, usize>> = BTreeMap::new();
        let mut places: Vec<Option<Place>> = Vec::with_capacity(members.len());
        for (number, member) in members.iter().enumerate() {
            let said = member.year.map(|year| (year, Known::Said));
            let year = said.or_else(|| hint::year(member.path).map(|year| (year, Known::Named)));
            let entries = declared.map(|declared| {
                let by_name = by_name.entry(member.pack).or_insert_with(|| declared.by_name(member.names));
                (declared, &*by_name)
            });
            let body = key(member, entries);
            let Some(((year, year_known), (key, name, entry, body_known))) = year.zip(body) else {
                places.push(None);
                continue;
            };
            let body = *by_key.entry(key).or_insert_with(|| {
                bodies.push(Body {
                    name: name.into_owned(),
                    pack: member.pack.to_owned(),
                    aliases: BTreeSet::new(),
                    entry,
                    years: Years::default(),
                });
                bodies.len() - 1
            });
            places.push(Some(Place { body, body_known, year, year_known }));
            let Some(body) = bodies.get_mut(body) else { continue };
            if let Some(other) = member.body.filter(|other| *other != body.name) {
                body.aliases.insert(other.to_owned());
            }
            body.years.add(year, number);
        }
        // In the order of their keys, not in that of the reports.
        let mut ranks = vec![0; bodies.len()];
        let mut in_order: Vec<Body> = Vec::with_capacity(bodies.len());
        for body in by_key.into_values() {
            ranks.get_mut(body).into_iter().for_each(|rank| *rank = in_order.len());
            in_order.extend(bodies.get_mut(body).map(std::mem::take));
        }
        let mut bodies = in_order;
        for place in places.iter_mut().flatten() {
            place.body = ranks.get(place.body).copied().unwrap_or_default();
        }
        for body in &mut bodies {
            body.years.sort_by_key(|report| {
                let member = members.get(report)?;
                Some((member.is_checked, member.signed.and_then(Date::ordinal), member.path))
            });
        }
        let by_entry = bodies.iter().enumerate();
        let by_entry = by_entry.filter_map(|(number, body)| Some(((body.pack.clone(), body.entry?), number)));
        Self {
            by_entry: by_entry.collect(),
            places,
            bodies,
            shown_years: members.iter().map(|member| hint::year(member.path)).collect(),
            masked: members
                .iter()
                .map(|member| FxBuildHasher.hash_one(hint::without_years(member.path)))
                .collect(),
            declared,
        }
    }

    /// The body and the year of a report.
    pub fn place(&self, report: usize) -> Option<(&Body, u32)> {
        let place = self.places.get(report)?.as_ref()?;
        Some((self.bodies.get(place.body)?, place.year))
    }

    /// The report of the same body on the year before. Of several the one whose path differs in the year only, else
    /// the one signed last, else the one with the last path.
    pub fn previous(&self, report: usize) -> Option<usize> {
        let (body, year) = self.place(report)?;
        let before = body.years.on(year.checked_sub(1)?);
        let own = self.masked.get(report)?;
        let beside = before.iter().find(|&&other| self.masked.get(other) == Some(own));
        beside.or(before.first()).copied()
    }

    /// Whether something besides its name says that two reports are of one body: `bodies.toml`, or paths that show the
    /// years of both.
    pub fn is_sure(&self, one: usize, other: usize) -> bool {
        let is_declared = self.place(one).is_some_and(|(body, _)| body.entry.is_some());
        let shown = |report: usize| self.shown_years.get(report).copied().flatten();
        let shows = |report: usize| self.place(report).is_some_and(|(_, year)| shown(report) == Some(year));
        is_declared || shows(one) && shows(other)
    }

    /// Whether a report that has the figures of another one should have others: not where both are of one body and year,
    /// where one body is above the other, or where one is called as the other with more words, as its own office is.
    pub fn is_another(&self, one: usize, other: usize) -> bool {
        let (Some((a, a_year)), Some((b, b_year))) = (self.place(one), self.place(other)) else {
            return false;
        };
        if a.name == b.name {
            return a_year != b_year;
        }
        let children = |body: &Body| {
            let entry = body.entry.and_then(|entry| self.declared?.entries.get(entry));
            entry.map(|entry| entry.children.as_slice()).unwrap_or_default()
        };
        let is_above =
            |above: &Body, below: &Body| below.entry.is_some_and(|entry| children(above).contains(&entry));
        let is_office = |a: &Body, b: &Body| a.name.starts_with(&b.name) || a.name.ends_with(&b.name);
        !is_above(a, b) && !is_above(b, a) && !is_office(a, b) && !is_office(b, a)
    }

    /// The reports on the years before, the last year first, `most` at most.
    pub fn years_before(&self, report: usize, most: usize) -> Vec<usize> {
        let next = |&report: &usize| self.previous(report);
        std::iter::successors(self.previous(report), next).take(most).collect()
    }

    /// The reports on the same year of the bodies below, where `bodies.toml` says that it names all of them.
    pub fn below(&self, report: usize) -> Option<Below> {
        let (body, year) = self.place(report)?;
        let entry = self.declared?.entries.get(body.entry?)?;
        if !entry.is_complete || entry.children.is_empty() {
            return None;
        }
        let mut below = Below::default();
        for child in &entry.children {
            let found =
                self.by_entry.get(&(body.pack.clone(), *child)).and_then(|&found| self.bodies.get(found));
            match found.and_then(|found| found.years.on(year).first()) {
                Some(&report) => below.reports.push(report),
                None => {
                    let name = self.declared.and_then(|declared| declared.entries.get(*child));
                    below.missing.extend(name.map(|entry| entry.name.clone()));
                }
            }
        }
        Some(below)
    }

    /// Bodies and years with several reports.
    pub fn several(&self) -> impl Iterator<Item = (&Body, u32, &[usize])> {
        self.bodies.iter().flat_map(|body| {
            let years = body.years.iter().filter(|(_, reports)| reports.len() > 1);
            years.map(move |(year, reports)| (body, year, reports))
        })
    }
}

/// What tells the body of a report from others, its name, its entry in `bodies.toml`, and how it is known.
fn key<'m>(
    member: &Member<'m>,
    declared: Option<(&'m Bodies, &BTreeMap<String, usize>)>,
) -> Option<(Key<'m>, Cow<'m, str>, Option<usize>, Known)> {
    let of = |name: String, folder: String| (member.pack, name, folder);
    let Some(said) = member.body else {
        let (name, folder) = hint::body(member.path)?;
        return Some((of(name.clone(), format!("{folder}/")), Cow::Owned(name), None, Known::Named));
    };
    let plain = member.names.plain(said);
    let entry = declared.and_then(|(declared, by_name)| {
        let number = *by_name.get(&plain)?;
        Some((number, declared.entries.get(number)?))
    });
    if let Some((number, entry)) = entry {
        return Some((
            of(member.names.plain(&entry.name), String::new()),
            Cow::Borrowed(&entry.name),
            Some(number),
            Known::Said,
        ));
    }
    let folder =
        if member.names.is_full(said) { String::new() } else { format!("{}/", hint::folder(member.path)) };
    Some((of(plain, folder), Cow::Borrowed(said), None, Known::Said))
}
