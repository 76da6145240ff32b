//! Loads a pack from its files, and tells mistakes in how they belong together.

use std::collections::BTreeMap;

use super::head::{Head, RawSources, head, is_name};
use super::{Editions, Pack, ReportSources, Source};
use crate::rules::claim::{self, Claims};
use crate::rules::claim_index::ClaimIndex;
use crate::rules::fields::{Fields, Parsed, Text};
use crate::rules::form::{self, Form};
use crate::rules::label_index::LabelIndex;
use crate::rules::lexicon;
use crate::rules::library::PARTS;
use crate::rules::mistake::{At, FileId, Mistake, PackFile};
use crate::rules::pattern::{CaptureKind, PLACEHOLDERS};
use crate::rules::reach::Across;
use crate::rules::rule;

pub(super) struct Loader<'f, 'm> {
    pub(super) files: &'f [PackFile],
    pub(super) mistakes: &'m mut Vec<Mistake>,
}

/// A file of a pack with those of the same name that it adds to, which come after it.
pub(super) struct Layered<'f> {
    files: Vec<(FileId, &'f PackFile)>,
}

impl<'f> Layered<'f> {
    fn parsed(&self) -> Parsed<'f> {
        let texts: Vec<(FileId, &str)> =
            self.files.iter().map(|&(id, file)| (id, file.text.as_str())).collect();
        Parsed::new(&texts)
    }

    fn parse<T>(&self, mistakes: &mut Vec<Mistake>, read: impl FnOnce(&mut Fields<'_, '_>) -> T) -> T {
        self.parsed().read(mistakes, read)
    }

    /// The file that the others add to.
    pub(super) fn first(&self) -> Option<&'f PackFile> {
        self.files.last().map(|&(_, file)| file)
    }
}

impl<'f> Loader<'f, '_> {
    /// The files in a folder of the pack, by name.
    pub(super) fn folder(&self, folder: &str) -> Vec<Layered<'f>> {
        let mut named: BTreeMap<&str, Vec<(FileId, &PackFile)>> = BTreeMap::new();
        for (index, file) in self.files.iter().enumerate() {
            let is_in = |(within, name): (&str, &str)| within == folder && !name.contains('/');
            if file.within.split_once('/').is_some_and(is_in) {
                named.entry(&file.within).or_default().push((FileId(index), file));
            }
        }
        named.into_values().map(|files| Layered { files }).collect()
    }

    pub(super) fn load(mut self) -> Pack {
        self.misplaced();
        let head = self.head();
        let editions = Editions::by_name(&head.editions);
        let forms = self.forms(&editions);
        let before = self.mistakes.len();
        let claims = self.claims(&forms);
        let is_sound = self.mistakes.iter().all(|mistake| mistake.is_lost);
        self.forgive(before, is_sound);
        let before = self.mistakes.len();
        let sources = self.sources(head.report, &claims);
        let mut rules = Vec::new();
        for file in self.folder("rules") {
            let Some(first) = file.first() else { continue };
            let context = rule::Context {
                pack: &first.pack,
                forms: &forms,
                claims: &claims,
                editions: head.editions.len(),
                path: &first.path,
            };
            let name = rule::name(&first.path);
            if !is_name(name)
                && let Some(&(id, _)) = file.files.last()
            {
                let message = format!("`{name}` is no name for a rule");
                let label = "the name of this file: expected letters, digits and hyphens";
                self.mistakes.push(Mistake::new(At { file: id, range: 0..0 }, message, label));
            }
            rules.extend(file.parse(self.mistakes, |fields| rule::read(fields, context)));
        }
        self.forgive(before, before == 0);
        rules.sort_by(|a, b| a.id.cmp(&b.id));
        Pack {
            bases: self.bases(&head.id),
            id: head.id,
            title: head.title,
            about: head.about,
            signs: head.signs,
            editions: head.editions,
            sections: head.sections,
            sources,
            notes: head.notes,
            is_fallback: head.is_fallback,
            labels: LabelIndex::new(&forms, |form| !form.is_read_by_table()),
            table_labels: LabelIndex::new(&forms, Form::is_read_by_table),
            forms,
            claim_index: ClaimIndex::new(&claims.claims),
            claims,
            across: Across::of(&rules),
            rules,
        }
    }

    /// The packs that the files of a pack come from, besides itself.
    pub(super) fn bases(&self, id: &str) -> Vec<String> {
        let mut bases: Vec<String> = self.files.iter().map(|file| file.pack.clone()).collect();
        bases.dedup();
        bases.retain(|base| base != id);
        bases
    }

    /// Files that would not be read, such as those in a folder whose name is misspelt.
    fn misplaced(&mut self) {
        for (index, file) in self.files.iter().enumerate() {
            let is_read = match file.within.split_once('/') {
                Some((folder, name)) => PARTS.contains(&folder) && !name.contains('/'),
                None => file.within == "pack.toml",
            };
            if !is_read {
                let at = At { file: FileId(index), range: 0..0 };
                let message = format!("`{}` is not read", file.within);
                let folder = file.within.split('/').next().unwrap_or_default();
                self.mistakes.push(if PARTS.contains(&folder) {
                    Mistake::new(at, message, format!("expected this file in `{folder}` itself"))
                } else {
                    let label = "expected this file in `forms`, `claims` or `rules`";
                    Mistake::new(at, message, label).meant(&folder.to_lowercase(), &PARTS)
                });
            }
        }
    }

    /// Leaves out, of the mistakes from one on, names that may only be lost through mistakes in what defines them.
    fn forgive(&mut self, from: usize, is_sound: bool) {
        if !is_sound {
            let later = self.mistakes.split_off(from.min(self.mistakes.len()));
            self.mistakes.extend(later.into_iter().filter(|mistake| !mistake.is_lost));
        }
    }

    pub(super) fn head(&mut self) -> Head {
        let heads = self.files.iter().enumerate().filter(|(_, file)| file.within == "pack.toml");
        let files = heads.map(|(index, file)| (FileId(index), file)).collect();
        Layered { files }.parse(self.mistakes, head)
    }

    fn forms(&mut self, editions: &BTreeMap<String, Editions>) -> Vec<Form> {
        let mut forms: Vec<Form> = Vec::new();
        for file in self.folder("forms") {
            forms.extend(file.parse(self.mistakes, |fields| form::read(fields, editions)));
        }
        let mut seen: BTreeMap<&str, &At> = BTreeMap::new();
        for form in &forms {
            if let Some(first) = seen.insert(&form.id, &form.at) {
                self.mistakes.push(twice("forms", &form.id, form.at.clone(), first.clone()));
            }
        }
        let mut base = 0;
        for form in &mut forms {
            form.base = base;
            base += form.size();
        }
        forms
    }

    fn claims(&mut self, forms: &[Form]) -> Claims {
        let files: Vec<Parsed<'_>> = self.folder("claims").iter().map(Layered::parsed).collect();
        let mut claims = Claims::default();
        // The first pass knows no claim, so its other mistakes are those of the second.
        let (mut topics, mut phrases) = (Vec::new(), Vec::new());
        for file in &files {
            file.read(&mut Vec::new(), |fields| {
                claims.topics.extend(claim::read_topics(fields));
                claims.phrases.extend(claim::read_phrases(fields));
                topics.extend(fields.named_texts("topics").into_iter().map(|(name, _)| name));
                phrases.extend(fields.named_texts("phrases").into_iter().map(|(name, _)| name));
            });
        }
        self.mistakes.extend(named_twice("topics", &topics));
        self.mistakes.extend(named_twice("phrases", &phrases));
        for name in phrases.iter().filter(|name| PLACEHOLDERS.contains(&name.value.as_str())) {
            let message = format!("a phrase cannot be called `{}`", name.value);
            let label = format!("`{{{}}}` stands for something else", name.value);
            self.mistakes.push(Mistake::new(name.at(), message, label));
        }
        let mut words = lexicon::Words::default();
        for file in &files {
            file.read(&mut Vec::new(), |fields| words.add(fields));
        }
        claims.lexicon = words.finish(forms);
        for file in &files {
            file.read(&mut Vec::new(), |fields| {
                claims.qualifiers.extend(claim::read_qualifiers(fields, &claims.phrases));
            });
        }
        for file in &files {
            let read = file.read(self.mistakes, |fields| claim::read(fields, &claims, forms));
            claims.claims.extend(read);
        }
        self.mistakes.extend(claims.duplicates());
        self.mistakes.extend(claims.unknown());
        claims
    }

    fn sources(&mut self, raw: RawSources, claims: &Claims) -> ReportSources {
        let mut find = |text: Text, wanted: &[CaptureKind]| self.source(&text, claims, wanted);
        let dates = [CaptureKind::Date, CaptureKind::Year];
        ReportSources {
            year: raw.year.into_iter().filter_map(|text| find(text, &dates)).collect(),
            start: raw.start.and_then(|text| find(text, &dates[..1])),
            end: raw.end.and_then(|text| find(text, &dates[..1])),
            body: raw.body.into_iter().filter_map(|text| find(text, &[CaptureKind::Words])).collect(),
            signed: raw.signed.and_then(|text| find(text, &dates[..1])),
            sections: raw.sections.and_then(|text| find(text, &[CaptureKind::Words])),
            year_elements: raw.year_elements,
            body_elements: raw.body_elements,
            year_begins: raw.year_begins,
            names: raw.names,
        }
    }

    fn source(&mut self, text: &Text, claims: &Claims, wanted: &[CaptureKind]) -> Option<Source> {
        let (claim_name, capture_name) = text.value.split_once('.').unwrap_or((&text.value, ""));
        let Some(claim) = claims.find(claim_name) else {
            let known = claims.claims.iter().map(|claim| claim.id.as_str());
            self.mistakes.push(Mistake::unknown(text.part(0..claim_name.len()), "claim", claim_name, known));
            return None;
        };
        let captures = claims.claims.get(claim).map(|claim| claim.captures.as_slice()).unwrap_or_default();
        let found = captures
            .iter()
            .position(|capture| capture.name == capture_name && wanted.contains(&capture.kind));
        if found.is_none() {
            let start = (claim_name.len() + 1).min(text.value.len());
            let at = text.part(start..text.value.len());
            self.mistakes.push(if captures.iter().any(|capture| capture.name == capture_name) {
                let kinds: Vec<&str> = wanted.iter().map(|kind| kind.name()).collect();
                let label = format!("expected {}", kinds.join(" or "));
                Mistake::new(at, format!("`{capture_name}` is of another kind"), label)
            } else {
                let fitting = captures.iter().filter(|capture| wanted.contains(&capture.kind));
                let known = fitting.map(|capture| capture.name.as_str());
                Mistake::unknown(at, "placeholder", capture_name, known)
            });
        }
        found.map(|capture| Source { claim, capture })
    }
}

/// Two things of one name.
fn twice(what: &str, name: &str, second: At, first: At) -> Mistake {
    Mistake::new(second, format!("two {what} are called `{name}`"), "the second").also(first, "the first")
}

fn named_twice(what: &str, names: &[Text]) -> Vec<Mistake> {
    let mut seen: BTreeMap<&str, &Text> = BTreeMap::new();
    let mut mistakes = Vec::new();
    for name in names {
        if let Some(first) = seen.insert(&name.value, name) {
            mistakes.push(twice(what, &name.value, name.at(), first.at()));
        }
    }
    mistakes
}
