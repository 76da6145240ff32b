//! Packs: all that tieout knows of a kind of report, as a folder of TOML files.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::claim::{self, Claims};
use super::claim_index::ClaimIndex;
use super::element_path::ElementPath;
use super::fields::{self, Fields, Parsed, Text};
use super::form::{self, Form, Slot};
use super::label_index::LabelIndex;
use super::library::PARTS;
use super::mistake::{At, FileId, Mistake, PackFile};
use super::names::{self, BodyNames};
use super::pattern::{CaptureKind, PLACEHOLDERS, Pattern, Words};
use super::period;
use super::reach::Across;
use super::rule::{self, Rule};
use super::signs::Signs;

/// A set of editions of a pack's forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Editions(u32);

impl Editions {
    /// Every edition.
    pub const ALL: Editions = Editions(u32::MAX);

    /// One edition.
    pub fn only(edition: usize) -> Self {
        Self(1_u32.checked_shl(u32::try_from(edition).unwrap_or(u32::MAX)).unwrap_or(0))
    }

    /// Whether the sets share an edition.
    pub fn meets(self, other: Editions) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether every edition is in it.
    pub fn is_all(self) -> bool {
        self == Self::ALL
    }

    /// The edition of `count` that most votes are for, if any is; of several the newest.
    pub fn most_voted(votes: &[Editions], count: usize) -> Option<usize> {
        let votes_for =
            |edition: usize| votes.iter().filter(|vote| vote.meets(Editions::only(edition))).count();
        let best = (0..count).map(|edition| (votes_for(edition), edition)).max();
        best.filter(|&(votes, _)| votes > 0).map(|(_, edition)| edition)
    }

    /// Reads a list of editions; none given means all.
    pub fn read(names: Vec<Text>, known: &BTreeMap<String, Editions>, mistakes: &mut Vec<Mistake>) -> Self {
        if names.is_empty() {
            return Self::ALL;
        }
        let mut set = Self(0);
        for name in names {
            match known.get(&name.value) {
                Some(edition) => set.0 |= edition.0,
                None => mistakes.push(Mistake::unknown(
                    name.at(),
                    "edition",
                    &name.value,
                    known.keys().map(String::as_str),
                )),
            }
        }
        set
    }
}

/// An edition of a pack's forms.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Edition {
    /// Its name.
    pub id: String,
    /// First year of the reports that use it.
    pub from: Option<u32>,
    /// Last year of the reports that use it.
    pub until: Option<u32>,
    /// The document that issued it.
    pub authority: Option<String>,
}

/// A section that reports of the kind have.
#[derive(Debug, Serialize, Deserialize)]
pub struct Section {
    /// Name in messages: the official title.
    pub name: String,
    /// Words by which a heading, or a list of sections in the preface, names it.
    pub words: Pattern,
}

/// A claim's capture, as `claim.capture` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Number of the claim.
    pub claim: usize,
    /// Number of its capture.
    pub capture: usize,
}

/// Where the facts about a report as a whole are stated.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct ReportSources {
    /// Its year: the one stated most often, the earlier source winning a tie.
    pub year: Vec<Source>,
    /// First day of its period.
    pub start: Option<Source>,
    /// Last day of its period.
    pub end: Option<Source>,
    /// The body that reports.
    pub body: Vec<Source>,
    /// The day it was signed on: the last that is stated.
    pub signed: Option<Source>,
    /// The words that announce its sections.
    pub sections: Option<Source>,
    /// Its year, in XML: the first that is there.
    pub year_elements: Vec<ElementPath>,
    /// The body that reports, in XML: the first that is there.
    pub body_elements: Vec<ElementPath>,
    /// Month and day on which its year begins; a year that begins within another has the name of the one it ends in.
    pub year_begins: Option<(u32, u32)>,
    /// How names of bodies are compared.
    pub names: BodyNames,
}

/// What is known of a pack before it is loaded.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Card {
    /// Its name.
    pub id: String,
    /// The packs that it extends, directly or through others.
    pub bases: Vec<String>,
    /// What reports of the kind are known by.
    pub signs: Signs,
    /// The names of its rules, sorted.
    pub rules: Vec<String>,
}

impl Card {
    /// Reads what is known of the pack that some files are; mistakes are told when it is loaded.
    pub fn read(files: &[PackFile]) -> Self {
        let mut loader = Loader { files, mistakes: &mut Vec::new() };
        let head = loader.head();
        let files = loader.folder("rules");
        let first = files.iter().filter_map(Layered::first);
        let mut rules: Vec<String> = first.map(|file| rule::id(&file.pack, &file.path)).collect();
        rules.sort();
        Self { bases: loader.bases(&head.id), id: head.id, signs: head.signs, rules }
    }
}

/// All that tieout knows of a kind of report.
#[derive(Debug, Serialize, Deserialize)]
pub struct Pack {
    /// Its name.
    pub id: String,
    /// The packs that it extends, directly or through others.
    pub bases: Vec<String>,
    /// What kind of report it is for.
    pub title: String,
    /// What it checks, in a sentence or two.
    pub about: String,
    /// What reports of the kind are known by.
    pub signs: Signs,
    /// Editions of its forms, oldest first; at least one.
    pub editions: Vec<Edition>,
    /// Sections in their official order.
    pub sections: Vec<Section>,
    /// Where facts about the report as a whole are stated.
    pub sources: ReportSources,
    /// Words with which a note below a table begins.
    pub notes: Option<Pattern>,
    /// Its forms.
    pub forms: Vec<Form>,
    /// The labels of its forms that are bound row by row.
    pub labels: LabelIndex,
    /// The labels of its forms that are read table by table.
    pub table_labels: LabelIndex,
    /// Its claims and topics.
    pub claims: Claims,
    /// The search for its claims.
    claim_index: ClaimIndex,
    /// Its rules, by name.
    pub rules: Vec<Rule>,
    /// What its rules need that name other reports, if it has such rules.
    pub across: Option<Across>,
}

impl Pack {
    /// The search for its claims.
    pub fn claim_index(&self) -> &ClaimIndex {
        &self.claim_index
    }

    /// Whether it reads the elements of XML.
    pub fn maps_elements(&self) -> bool {
        self.forms.iter().any(|form| form.elements.is_some())
    }

    /// Number of cells of all its forms.
    pub fn size(&self) -> usize {
        self.forms.last().map_or(0, |form| form.slots().end)
    }

    /// The form, row and column of a cell of its forms.
    pub fn locate(&self, slot: Slot) -> Option<(usize, &Form, usize, usize)> {
        if slot.0 >= self.size() {
            return None;
        }
        let index = self.forms.partition_point(|form| form.slots().end <= slot.0);
        let form = self.forms.get(index)?;
        let (row, column) = form.row_column(slot);
        Some((index, form, row, column))
    }

    /// Loads a pack from its files. Paths are relative to the folder above the pack.
    ///
    /// # Errors
    /// All mistakes in its files.
    pub fn load(files: &[PackFile]) -> Result<Self, Vec<Mistake>> {
        let mut mistakes = Vec::new();
        let pack = Loader { files, mistakes: &mut mistakes }.load();
        if mistakes.is_empty() { Ok(pack) } else { Err(mistakes) }
    }

    /// Loads a pack from files that are known to be without mistakes.
    pub fn load_sound(files: &[PackFile]) -> Self {
        Loader { files, mistakes: &mut Vec::new() }.load()
    }

    /// What is known of it without loading it.
    pub fn card(&self) -> Card {
        Card {
            id: self.id.clone(),
            bases: self.bases.clone(),
            signs: self.signs.clone(),
            rules: self.rules.iter().map(|rule| rule.id.to_string()).collect(),
        }
    }
}

/// What `pack.toml` says, before claims are known.
struct Head {
    id: String,
    title: String,
    about: String,
    signs: Signs,
    editions: Vec<Edition>,
    sections: Vec<Section>,
    report: RawSources,
    notes: Option<Pattern>,
}

#[derive(Default)]
struct RawSources {
    year: Vec<Text>,
    start: Option<Text>,
    end: Option<Text>,
    body: Vec<Text>,
    signed: Option<Text>,
    sections: Option<Text>,
    year_elements: Vec<ElementPath>,
    body_elements: Vec<ElementPath>,
    year_begins: Option<(u32, u32)>,
    names: BodyNames,
}

struct Loader<'f, 'm> {
    files: &'f [PackFile],
    mistakes: &'m mut Vec<Mistake>,
}

/// A file of a pack with those of the same name that it adds to, which come after it.
struct Layered<'f> {
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
    fn first(&self) -> Option<&'f PackFile> {
        self.files.last().map(|&(_, file)| file)
    }
}

impl<'f> Loader<'f, '_> {
    /// The files in a folder of the pack, by name.
    fn folder(&self, folder: &str) -> Vec<Layered<'f>> {
        let mut named: BTreeMap<&str, Vec<(FileId, &PackFile)>> = BTreeMap::new();
        for (index, file) in self.files.iter().enumerate() {
            let is_in = |(within, name): (&str, &str)| within == folder && !name.contains('/');
            if file.within.split_once('/').is_some_and(is_in) {
                named.entry(&file.within).or_default().push((FileId(index), file));
            }
        }
        named.into_values().map(|files| Layered { files }).collect()
    }

    fn load(mut self) -> Pack {
        self.misplaced();
        let head = self.head();
        let editions: BTreeMap<String, Editions> = head
            .editions
            .iter()
            .enumerate()
            .map(|(index, edition)| (edition.id.clone(), Editions::only(index)))
            .collect();
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
    fn bases(&self, id: &str) -> Vec<String> {
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

    fn head(&mut self) -> Head {
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
        for file in &files {
            file.read(&mut Vec::new(), |fields| {
                claims.qualifiers.extend(claim::read_qualifiers(fields, &claims.phrases));
                claims.lists.add(fields);
            });
        }
        for file in &files {
            let read = file.read(self.mistakes, |fields| claim::read(fields, &claims, forms));
            claims.claims.extend(read);
        }
        self.mistakes.extend(claims.duplicates());
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

/// What `pack.toml` may say.
pub fn describe() -> fields::Table {
    fields::describe(head)
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

/// Whether a name can be part of the name of a rule.
fn is_name(name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    !name.is_empty() && name.chars().all(is_part)
}

fn check_name(id: &Text, fields: &mut Fields<'_, '_>) {
    if !is_name(&id.value) {
        let message = format!("`{}` is no name for a pack", id.value);
        fields.mistakes.push(Mistake::new(id.at(), message, "expected letters, digits and hyphens"));
    }
    if id.value == OWN {
        let message = format!("a pack cannot be called `{OWN}`");
        fields.mistakes.push(Mistake::new(id.at(), message, "the program's own rules are"));
    }
}

/// The name before those of the program's own rules.
const OWN: &str = "tieout";

fn head(fields: &mut Fields<'_, '_>) -> Head {
    let id = fields.own("id");
    if let Some(id) = &id {
        check_name(id, fields);
    }
    let title = fields.own("title");
    fields.texts("extends");
    let about = fields.text("about").map(|text| text.value).unwrap_or_default();
    let about = about.split_whitespace().collect::<Vec<_>>().join(" ");
    let recognised = fields.table("recognise", |fields| {
        let before = fields.mistakes.len();
        let signs = fields.text_lists("signs");
        let is_read = fields.mistakes.len() == before;
        let least = fields.number("least").map_or(signs.len(), |least| least as usize);
        if is_read && (least == 0 || least > signs.len()) {
            let label = format!("expected 1 to {}, the groups of `signs`", signs.len().max(1));
            let at = fields.place("least").unwrap_or_else(|| fields.at());
            fields.mistakes.push(Mistake::new(at, "no report could be recognised", label));
        }
        let texts = |group: Vec<Text>| group.into_iter().map(|sign| sign.value).collect();
        Signs { groups: signs.into_iter().map(texts).collect(), least }
    });
    let mut editions = fields.named_tables("editions", |id, fields| {
        let (from, until) = (fields.number("from"), fields.number("until"));
        if from.zip(until).is_some_and(|(from, until)| until < from) {
            let at = fields.place("until").unwrap_or_else(|| fields.at());
            fields.mistakes.push(Mistake::new(at, "this edition ends before it starts", "before `from`"));
        }
        let authority = fields.text("authority").map(|text| text.value);
        Edition { id: id.value, from, until, authority }
    });
    if editions.len() > 32 {
        let at = fields.at();
        fields.mistakes.push(Mistake::new(at, "a pack has at most 32 editions", "in this file"));
    }
    if editions.is_empty() {
        editions.push(Edition { id: String::new(), from: None, until: None, authority: None });
    }
    let sections = fields.named_tables("sections", |id, fields| {
        let name = fields.text("name").map_or_else(|| id.value.clone(), |name| name.value);
        let words = fields.required("words")?;
        match Pattern::new(words, Words::default()) {
            Ok(words) => Some(Section { name, words }),
            Err(mistake) => {
                fields.mistakes.push(mistake);
                None
            }
        }
    });
    let notes = fields.text("notes").and_then(|text| claim::compile(text, Words::default(), fields.mistakes));
    let report = fields.table("report", |fields| RawSources {
        year: fields.texts("year"),
        start: fields.text("start"),
        end: fields.text("end"),
        body: fields.texts("body"),
        signed: fields.text("signed"),
        names: fields.table("names", names::read).unwrap_or_default(),
        sections: fields.text("sections"),
        year_elements: form::paths(fields, "year_element"),
        body_elements: form::paths(fields, "body_element"),
        year_begins: fields.text("year_begins").and_then(|text| period::year_begins(&text, fields.mistakes)),
    });
    // What is missing is a mistake, behind which others are still looked for.
    let value = |text: Option<Text>| text.map(|text| text.value).unwrap_or_default();
    Head {
        id: value(id),
        title: value(title),
        about,
        signs: recognised.unwrap_or_default(),
        editions,
        sections: sections.into_iter().flatten().collect(),
        report: report.unwrap_or_default(),
        notes,
    }
}
