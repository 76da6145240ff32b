//! Makes findings, and the report that is told of a file.

use std::sync::Arc;

use super::{
    Figures, Finding, Level, Position, Report, RuleTally, Tables, fingerprint, in_order, own, own_finding,
    placed, position,
};
use crate::check::{Breach, Checked, Label, Relations, State};
use crate::document::Document;
use crate::facts::Facts;
use crate::facts::tally::Reading;
use crate::rules::pack::Pack;
use crate::rules::rule::Rule;
use crate::rules::settings::Settings;
use crate::source::Source;
use crate::source::content::RemarkKind;

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
        tables: tables(facts, document),
        is_fallback: false,
        rules: by_rule(facts, &checked.by_rule, settings),
        findings,
        source: Some(Arc::clone(source)),
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

fn tables(facts: &Facts<'_>, document: &Document<'_>) -> Tables {
    let mut tables = Tables::default();
    for table in facts.tables_read(document) {
        match table.reading {
            Reading::Checked => tables.checked += 1,
            Reading::Nothing => tables.nothing += 1,
            Reading::Unread(_) => tables.unread += 1,
        }
    }
    tables
}

/// What is told of a file that holds several reports, each checked by itself.
pub fn of_several(reports: Vec<Report>, source: &Arc<Source>, path: &str, parts: &[Document<'_>]) -> Report {
    let count = reports.len();
    let mut reports = reports.into_iter();
    let mut all = reports.next().unwrap_or_else(|| Report::about_file(&source.path, Vec::new(), None));
    for report in reports {
        all.figures.add(report.figures);
        all.relations.add(report.relations);
        all.tables.add(report.tables);
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

/// The report of a file that cannot be read, as one of the own rules says. `path` is told from the configuration or the repository.
pub fn unreadable(shown: &str, path: &str, rule: &'static str, reason: &str) -> Report {
    let finding = own_finding(rule, format!("{shown} {reason}"), path, "");
    Report::about_file(shown, vec![finding], None)
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
