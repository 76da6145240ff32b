//! Findings: breaches with their places in the file, their level and a fingerprint that survives edits elsewhere.

pub mod accept;
pub mod baseline;
mod fingerprint;
mod group;
mod take_up;

use std::collections::BTreeMap;
use std::sync::Arc;

use accept::Acceptance;
pub use group::{Group, group};
use serde::{Deserialize, Serialize};
pub use take_up::take_up;

use crate::check::{Breach, Checked, Counted, Elsewhere, Label, Relations, State};
use crate::document::Document;
use crate::facts::Facts;
use crate::rules::pack::Pack;
pub use crate::rules::rule::Level;
use crate::rules::rule::Rule;
use crate::rules::settings::Settings;
use crate::source::Source;
use crate::source::content::RemarkKind;
use crate::source::place::{Place, Span};

/// A place in a report file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// First line, from 1; `None` for formats without lines.
    pub line: Option<usize>,
    /// First column, from 1, in characters.
    pub column: Option<usize>,
    /// Last line.
    pub end_line: Option<usize>,
    /// One past the last column.
    pub end_column: Option<usize>,
    /// Bytes of the decoded text.
    pub span: Option<Span>,
    /// Bytes of the text of the document, which every format has.
    pub inner: Span,
    /// Where it stands in a format without lines, for programs.
    pub place: Option<Place>,
    /// What stands there.
    pub text: String,
    /// The same in words.
    pub locator: Option<String>,
    /// The part it plays.
    pub message: String,
    /// The file of another report that it stands in: when all reports are known.
    #[serde(skip)]
    pub other: Option<OtherFile>,
}

/// The file of another report than the one that a finding is told of.
#[derive(Clone, Debug)]
pub struct OtherFile {
    /// Path as shown.
    pub path: String,
    /// What its place is found by.
    pub cell: Option<Elsewhere>,
    /// Its text, for excerpts.
    pub source: Option<Arc<Source>>,
}

impl PartialEq for OtherFile {
    fn eq(&self, other: &Self) -> bool {
        (&self.path, self.cell) == (&other.path, other.cell)
    }
}

impl Eq for OtherFile {}

/// Something in a report that cannot be true, is very likely wrong, or is worth a look.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Finding {
    /// Full name of the rule.
    pub rule: String,
    /// Every rule whose relation it explains.
    pub rules: Vec<String>,
    /// How much it matters.
    pub level: Level,
    /// What is said of it.
    pub message: String,
    /// The relation with numbers in it.
    pub relation: Option<String>,
    /// All broken relations, with numbers.
    pub evidence: Vec<String>,
    /// What most likely happened.
    pub cause: Option<String>,
    /// The value that would make everything tie.
    pub expected: Option<String>,
    /// The regulation or note that says so.
    pub authority: Option<String>,
    /// What identifies it from run to run.
    pub fingerprint: String,
    /// The labels above the primary place, then what stands there: how an accepted finding names it.
    pub at: Vec<String>,
    /// Why it is not told, where it is not. That is for each run to say.
    #[serde(skip)]
    pub accepted: Option<Acceptance>,
    /// The place to look at first; `None` for a finding about the file itself.
    pub primary: Option<Position>,
    /// The other places.
    pub related: Vec<Position>,
    /// It says that this report and others differ, and not which of them is wrong.
    pub is_dissent: bool,
    /// What happened, without the figures of this report.
    pub pattern: Option<String>,
    /// The findings of other reports with the same cause.
    #[serde(skip)]
    pub group: Option<Group>,
}

/// How many figures came out how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// Took part in a relation that could have failed and held.
    pub tied: usize,
    /// Take part in a relation that cannot hold.
    pub broken: usize,
    /// No relation could tell.
    pub unchecked: usize,
}

/// How the relations of one rule came out in a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleTally {
    /// Full name of the rule.
    pub rule: Arc<str>,
    /// Its relations.
    pub relations: Relations,
}

/// What is told of one report file.
#[derive(Clone, Debug)]
pub struct Report {
    /// Path as shown.
    pub path: String,
    /// Name of the pack it was checked with; `None` for a file that could not be read.
    pub pack: Option<String>,
    /// Edition of its forms.
    pub edition: Option<String>,
    /// The year it is about.
    pub year: Option<u32>,
    /// The body that reports.
    pub subject: Option<String>,
    /// The tally of its figures.
    pub figures: Figures,
    /// The tally of its relations.
    pub relations: Relations,
    /// The tally of each rule that was wanted, those included that compare nothing.
    pub rules: Vec<RuleTally>,
    /// Its findings, by place, then rule.
    pub findings: Vec<Finding>,
    /// Its text, for excerpts.
    pub source: Option<Arc<Source>>,
}

/// What could not be compared, because a report is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Reports on a year.
    Year {
        /// The year.
        year: u32,
        /// How many bodies have none, but one on the year after.
        bodies: usize,
    },
    /// Reports under the name of one body that differ so often that they may be of several bodies.
    Doubtful {
        /// How many were not compared.
        reports: usize,
    },
    /// Reports of bodies below another.
    Below {
        /// The body above.
        body: String,
        /// The year.
        year: u32,
        /// The bodies without a report.
        missing: Vec<String>,
    },
}

/// The engine's own findings, which no pack has.
pub mod own {
    use super::Level;

    /// A file that cannot be read.
    pub const UNREADABLE: &str = "tieout/unreadable";
    /// A table of a form that could not be bound, or not all of it.
    pub const UNBOUND: &str = "tieout/unbound";
    /// Forms that are not in the text of a report that has pictures.
    pub const PICTURES: &str = "tieout/forms-are-pictures";

    /// A part of a file that was not read.
    pub const GAP: &str = "tieout/not-all-read";
    /// A part of a file that was read, or passed over, though its readers do not see it.
    pub const HIDDEN: &str = "tieout/hidden";

    /// A report that has the figures of another one.
    pub const COPIED: &str = "tieout/copied";
    /// Several reports of one body and year.
    pub const TWICE: &str = "tieout/two-reports";
    /// A formula that adds up cells and shows another value.
    pub const STALE_SUM: &str = "tieout/stale-sum";
    /// A total that is typed in where others are computed.
    pub const TYPED_TOTAL: &str = "tieout/typed-total";

    /// Several reports in one file.
    pub const SEVERAL: &str = "tieout/several-reports";
    /// An accepted finding that there is no more.
    pub const UNUSED: &str = "tieout/unused-accept";
    /// An accepted finding whose time is over.
    pub const EXPIRED: &str = "tieout/expired-accept";
    /// An entry of a baseline that holds back nothing.
    pub const UNUSED_BASELINE: &str = "tieout/unused-baseline";

    /// Those that speak of accepted findings, not of a report.
    pub const ABOUT_ACCEPTED: &[&str] = &[UNUSED, EXPIRED, UNUSED_BASELINE];

    /// A rule of the engine's own.
    #[derive(Clone, Copy, Debug)]
    pub struct Own {
        /// Its name.
        pub id: &'static str,
        /// Its level.
        pub level: Level,
        /// What must be true.
        pub summary: &'static str,
    }

    const fn rule(id: &'static str, level: Level, summary: &'static str) -> Own {
        Own { id, level, summary }
    }

    /// Every rule of the engine's own.
    pub const ALL: &[Own] = &[
        rule(UNREADABLE, Level::Error, "A report file must be readable"),
        rule(UNBOUND, Level::Note, "Every row and column of an official form should be told from its labels"),
        rule(PICTURES, Level::Note, "The forms of a report should be in its text, not in pictures"),
        rule(GAP, Level::Warning, "Every part of a report file should be readable"),
        rule(HIDDEN, Level::Note, "Nothing in a report file should be hidden from its readers"),
        rule(COPIED, Level::Warning, "A report should not have the figures of another year or body"),
        rule(TWICE, Level::Note, "A body should have one report on a year"),
        rule(STALE_SUM, Level::Warning, "A formula that adds up cells should show what they make"),
        rule(TYPED_TOTAL, Level::Note, "A total among totals that are computed should be computed, too"),
        rule(SEVERAL, Level::Note, "A file should hold one report"),
        rule(UNUSED, Level::Note, "A finding that is accepted should still be there, with the same value"),
        rule(EXPIRED, Level::Warning, "A finding should not be accepted past the day that was set"),
        rule(
            UNUSED_BASELINE,
            Level::Note,
            "A finding that a baseline lists should still be there, with the same figures",
        ),
    ];

    /// The level of one of them.
    pub fn level(id: &str) -> Level {
        ALL.iter().find(|own| own.id == id).map_or(Level::Note, |own| own.level)
    }
}

/// Makes the report of a checked document. `path` is told from the configuration or the repository: a report that does
/// not say what it is about goes by it.
pub fn report(
    source: &Arc<Source>,
    path: &str,
    document: &Document<'_>,
    facts: &Facts<'_>,
    checked: Checked,
    settings: &Settings,
) -> Report {
    let maker = Maker { source, path, document, facts, settings };
    let mut findings: Vec<Finding> = Vec::new();
    for breach in checked.breaches {
        if breach.rules.iter().any(|&rule| settings.get(rule).is_some_and(|setting| setting.is_told)) {
            findings.extend(maker.finding(breach));
        }
    }
    findings.extend(maker.unbound().into_iter().chain(maker.pictures()).chain(maker.remarks()));
    in_order(&mut findings);
    let edition = facts.pack.editions.get(facts.edition).filter(|_| facts.is_edition_seen);
    Report {
        path: source.path.clone(),
        pack: Some(facts.pack.id.clone()),
        edition: edition.map(|edition| edition.id.clone()).filter(|id| !id.is_empty()),
        year: facts.report.year,
        subject: facts.report.body.clone(),
        figures: tally(&checked.states),
        relations: checked.relations,
        rules: by_rule(facts, &checked.by_rule, settings),
        findings,
        source: Some(Arc::clone(source)),
    }
}

impl Figures {
    fn add(&mut self, other: Figures) {
        self.tied += other.tied;
        self.broken += other.broken;
        self.unchecked += other.unchecked;
    }
}

fn by_rule(facts: &Facts<'_>, tallies: &[Relations], settings: &Settings) -> Vec<RuleTally> {
    tallied(facts.pack, settings)
        .filter_map(|(number, rule)| {
            Some(RuleTally { rule: rule.id.clone(), relations: *tallies.get(number)? })
        })
        .collect()
}

/// The rules of a pack that a report has tallies of, with their numbers.
pub fn tallied<'p>(pack: &'p Pack, settings: &Settings) -> impl Iterator<Item = (usize, &'p Rule)> {
    let is_wanted =
        |number| settings.get(number).is_some_and(|setting| setting.is_told && setting.level.is_some());
    pack.rules.iter().enumerate().filter(move |(number, _)| is_wanted(*number))
}

fn tally(states: &[State]) -> Figures {
    let mut figures = Figures::default();
    for state in states {
        match state {
            State::Tied => figures.tied += 1,
            State::Broken => figures.broken += 1,
            State::NoRule | State::Undecided => figures.unchecked += 1,
            State::Nothing => {}
        }
    }
    figures
}

/// Sorts findings by place, then rule, and tells apart those with the same fingerprint.
fn in_order(findings: &mut [Finding]) {
    findings.sort_by(|a, b| {
        let place = |finding: &Finding| finding.primary.as_ref().map(|primary| (primary.span, primary.inner));
        (place(a), &a.rule, &a.fingerprint).cmp(&(place(b), &b.rule, &b.fingerprint))
    });
    number_alike(findings);
}

/// Findings of one file with the same fingerprint get #2, #3 … in order.
fn number_alike(findings: &mut [Finding]) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for finding in findings {
        let count = seen.entry(finding.fingerprint.clone()).or_default();
        *count += 1;
        if *count > 1 {
            finding.fingerprint = format!("{}#{count}", finding.fingerprint);
        }
    }
}

/// What is told of a file that holds several reports, each checked by itself.
pub fn of_several(reports: Vec<Report>, source: &Arc<Source>, path: &str, parts: &[Document<'_>]) -> Report {
    let count = reports.len();
    let mut reports = reports.into_iter();
    let mut all = reports.next().unwrap_or_else(|| Report::about_file(&source.path, Vec::new(), None));
    for report in reports {
        all.figures.add(report.figures);
        all.relations.add(report.relations);
        for (all, own) in all.rules.iter_mut().zip(report.rules) {
            all.relations.add(own.relations);
        }
        all.findings.extend(report.findings);
    }
    let second = parts.get(1).and_then(|part| Some((part, part.blocks().first()?.span())));
    if let Some((part, span)) = second {
        let message = format!("{count} reports stand in this file: each is checked by itself");
        let primary = position(source, part, Label::new(span, "the second one".to_owned()));
        all.findings.push(Finding {
            at: vec![primary.text.clone()],
            primary: Some(primary),
            ..own_finding(own::SEVERAL, message, path, "")
        });
    }
    in_order(&mut all.findings);
    all
}

/// The report of a file that cannot be read. `path` is told from the configuration or the repository.
pub fn unreadable(shown: &str, path: &str, reason: &str) -> Report {
    let finding = own_finding(own::UNREADABLE, format!("{shown} {reason}"), path, "");
    Report::about_file(shown, vec![finding], None)
}

/// A finding of the engine's own about a file.
fn own_finding(rule: &str, message: String, path: &str, subject: &str) -> Finding {
    Finding {
        rule: rule.to_owned(),
        rules: vec![rule.to_owned()],
        level: own::level(rule),
        message,
        relation: None,
        evidence: Vec::new(),
        cause: None,
        expected: None,
        authority: None,
        fingerprint: fingerprint::of(rule, "", path, subject),
        at: Vec::new(),
        accepted: None,
        primary: None,
        related: Vec::new(),
        is_dissent: false,
        pattern: None,
        group: None,
    }
}

impl Report {
    /// Adds how relations with other reports came out.
    pub fn add(&mut self, counted: &Counted, pack: &Pack) {
        self.relations.add(counted.relations);
        for &(rule, relations) in &counted.by_rule {
            let rule = pack.rules.get(rule).map(|rule| &rule.id);
            if let Some(known) = self.rules.iter_mut().find(|known| Some(&known.rule) == rule) {
                known.relations.add(relations);
            }
        }
        self.figures.tied += counted.tied;
        self.figures.unchecked = self.figures.unchecked.saturating_sub(counted.tied);
    }

    /// Adds a finding of the engine's own, about places of which the first stands in the report.
    pub fn add_own(
        &mut self,
        rule: &str,
        message: String,
        labels: Vec<Label>,
        (source, document, path): (&Source, &Document<'_>, &str),
    ) {
        let mut places = labels.into_iter().map(|label| position(source, document, label));
        let primary = places.next();
        let identity = self.year.zip(self.subject.as_ref()).map(|(year, body)| format!("{year} {body}"));
        self.findings.push(Finding {
            fingerprint: fingerprint::of(rule, "", identity.as_deref().unwrap_or(path), ""),
            at: primary.iter().map(|place| place.text.trim().to_owned()).collect(),
            primary,
            related: places.collect(),
            ..own_finding(rule, message, path, "")
        });
        in_order(&mut self.findings);
    }

    /// Adds a finding about the file as a whole.
    pub fn add_note(&mut self, rule: &str, message: String, path: &str, subject: &str) {
        self.findings.push(own_finding(rule, message, path, subject));
        in_order(&mut self.findings);
    }

    /// What is told of a file that was not checked as a report.
    fn about_file(path: &str, findings: Vec<Finding>, source: Option<Arc<Source>>) -> Self {
        Self {
            path: path.to_owned(),
            pack: None,
            edition: None,
            year: None,
            subject: None,
            figures: Figures::default(),
            relations: Relations::default(),
            rules: Vec::new(),
            findings,
            source,
        }
    }
}

struct Maker<'m, 'd, 'p> {
    source: &'m Source,
    path: &'m str,
    document: &'m Document<'d>,
    facts: &'m Facts<'p>,
    settings: &'m Settings,
}

impl Maker<'_, '_, '_> {
    fn finding(&self, breach: Breach) -> Option<Finding> {
        let rules: Vec<_> = breach.rules.iter().filter_map(|&rule| self.facts.pack.rules.get(rule)).collect();
        let main = rules.first()?;
        let levels = breach.rules.iter().filter_map(|&rule| self.settings.get(rule)?.level);
        let level = levels.max()?;
        let quoted = breach.note.as_ref().map(|note| self.quoted(note));
        let related = breach.related.into_iter().chain(breach.note);
        Some(Finding {
            rule: main.id.to_string(),
            rules: rules.iter().map(|rule| rule.id.to_string()).collect(),
            level: if quoted.is_some() { level.min(Level::Note) } else { level },
            message: breach.message + quoted.as_deref().unwrap_or_default(),
            relation: breach.relation,
            evidence: breach.evidence,
            cause: breach.cause,
            expected: breach.expected,
            authority: main.authority.clone(),
            fingerprint: self.fingerprint(&main.id, &breach.subject),
            at: breach.at,
            accepted: None,
            primary: Some(self.position(breach.primary)),
            related: related.map(|label| self.position(label)).collect(),
            is_dissent: breach.dissent.is_some(),
            pattern: breach.pattern,
            group: None,
        })
    }

    /// What a note says that explains a finding, cut where it is long.
    fn quoted(&self, note: &Label) -> String {
        const LONGEST: usize = 160;
        let text = match self.document.elements() {
            Some(elements) => elements.text(elements.at(note.span), self.document.text()),
            None => note.span.of(self.document.text()).split_whitespace().collect::<Vec<_>>().join(" "),
        };
        let cut = text.char_indices().nth(LONGEST).and_then(|(at, _)| text.get(..at));
        match cut {
            Some(cut) => format!("; a note there says: “{}…”", cut.trim_end()),
            None => format!("; a note there says: “{text}”"),
        }
    }

    fn fingerprint(&self, rule: &str, subject: &str) -> String {
        let report = &self.facts.report;
        let identity = match (report.year, &report.body) {
            (Some(year), Some(body)) => format!("{year} {body}"),
            _ => self.path.to_owned(),
        };
        fingerprint::of(rule, &self.facts.pack.id, &identity, subject)
    }

    fn position(&self, label: Label) -> Position {
        placed(self.source, self.document, self.facts, label)
    }

    fn note(&self, rule: &str, message: String, label: Label) -> Finding {
        let subject = label.span.of(self.document.text()).to_owned();
        Finding {
            fingerprint: self.fingerprint(rule, &subject),
            at: vec![subject],
            primary: Some(self.position(label)),
            ..own_finding(rule, message, self.path, "")
        }
    }

    fn unbound(&self) -> Vec<Finding> {
        let told = self.facts.binding.unbound.iter().map(|unbound| {
            let (message, role) = crate::check::unbound_message(self.facts, unbound);
            self.note(own::UNBOUND, message, Label::new(unbound.span, role))
        });
        told.collect()
    }

    fn remarks(&self) -> impl Iterator<Item = Finding> {
        self.document.remarks().iter().map(|remark| {
            let rule = match remark.kind {
                RemarkKind::Gap => own::GAP,
                RemarkKind::Hidden => own::HIDDEN,
                RemarkKind::StaleSum => own::STALE_SUM,
                RemarkKind::TypedTotal => own::TYPED_TOTAL,
            };
            let label = Label::new(remark.span, String::new());
            Finding {
                fingerprint: self.fingerprint(rule, &remark.message),
                primary: Some(self.position(label)),
                at: vec![remark.message.clone()],
                ..own_finding(rule, remark.message.clone(), &self.source.path, "")
            }
        })
    }

    fn pictures(&self) -> Option<Finding> {
        let is_bound = !self.facts.binding.rows.is_empty();
        let first = self.facts.pictures.first().filter(|_| !is_bound && !self.facts.pack.forms.is_empty())?;
        let count = self.facts.pictures.len();
        let message = format!(
            "no form was found in the text, and the report has {count} picture{}: its forms may be pictures, which tieout does not read",
            if count == 1 { "" } else { "s" }
        );
        Some(self.note(own::PICTURES, message, Label::new(*first, "picture".to_owned())))
    }
}

/// The position of a label in the file; in XML whose elements are known, with those it is in.
pub fn placed(source: &Source, document: &Document<'_>, facts: &Facts<'_>, label: Label) -> Position {
    let elements = facts.element_path(document, label.span);
    let position = position(source, document, label);
    Position { locator: position.locator.or(elements), ..position }
}

/// The position of a label in the file.
pub fn position(source: &Source, document: &Document<'_>, label: Label) -> Position {
    if let Some(cell) = label.elsewhere {
        let other = OtherFile { path: String::new(), cell: Some(cell), source: None };
        return Position { message: label.role, other: Some(other), ..Position::default() };
    }
    let text = label.span.of(document.text()).to_owned();
    let place = document.place(label.span);
    let position = match place {
        Place::Bytes(span) => position_in(source, span, &label.role),
        _ => Position { message: label.role, ..Position::default() },
    };
    let locator = place.locator();
    let place = locator.is_some().then_some(place);
    Position { text, inner: label.span, place, locator, ..position }
}

/// The position of bytes of a file's text.
fn position_in(source: &Source, span: Span, role: &str) -> Position {
    let (line, column) = source.line_column(span.start);
    let (end_line, end_column) = source.line_column(span.end);
    Position {
        line: Some(line),
        column: Some(column),
        end_line: Some(end_line),
        end_column: Some(end_column),
        span: Some(span),
        inner: span,
        place: None,
        text: span.of(&source.text).to_owned(),
        locator: None,
        message: role.to_owned(),
        other: None,
    }
}
