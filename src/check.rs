//! Verdicts: every relation of the rules, for every choice of what it runs over, against the facts of a report; and
//! the smallest set of mistakes that explains those that cannot hold.

mod across;
mod alike;
mod alone;
pub mod coverage;
pub mod evaluate;
pub mod example;
mod explain;
mod linear;
pub mod localise;
mod message;
mod mistake;
mod names;
mod quantify;
mod relation;
pub mod slip;
mod subject;
mod system;
mod unbound;
pub mod value;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::document::Document;
use crate::facts::bind::Note;
use crate::facts::{Facts, FigureId};
use crate::rules::form::Slot;
use crate::rules::pattern::Pattern;
use crate::rules::rule::Condition;
use crate::rules::settings::Settings;
use crate::source::place::Span;
use evaluate::{Evaluator, Witness};
use message::message;
use mistake::Mistake;
use quantify::Site;
use system::{Stated, Tied};
use value::{Record, Truth};

/// A place that takes part in a broken relation, and its part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where, in the document.
    pub span: Span,
    /// The part it plays: `carried over`.
    pub role: String,
    /// The other report that it stands in; its place there is not known here.
    pub elsewhere: Option<Elsewhere>,
}

/// Something in another report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Elsewhere {
    /// The number that the report is known by.
    pub report: usize,
    /// What it is.
    pub what: ElsewhereWhat,
}

/// What a place in another report is found by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ElsewhereWhat {
    /// A cell, as it is numbered there.
    Cell(Slot),
    /// A sentence, by what stands for it.
    Sentence(u32),
}

impl Label {
    /// A place in the report itself.
    pub fn new(span: Span, role: String) -> Self {
        Self { span, role, elsewhere: None }
    }
}

/// A mistake: one or more relations that cannot hold, for one reason.
#[derive(Clone, Debug)]
pub struct Breach {
    /// The rules whose relations it explains, by number; the first gives the message.
    pub rules: Vec<usize>,
    /// What is said of it.
    pub message: String,
    /// The relation with numbers in it.
    pub relation: Option<String>,
    /// All broken relations, with numbers.
    pub evidence: Vec<String>,
    /// What most likely happened.
    pub cause: Option<String>,
    /// What happened, without the figures of this report, where it may have happened in others for the same reason.
    pub pattern: Option<String>,
    /// The value that would make everything tie.
    pub expected: Option<String>,
    /// The place to look at first.
    pub primary: Label,
    /// The other places.
    pub related: Vec<Label>,
    /// What the relation is about, in words that survive edits elsewhere in the file.
    pub subject: String,
    /// The labels above the primary place, then what stands there.
    pub at: Vec<String>,
    /// A note in the report that explains it.
    pub note: Option<Label>,
    /// It is about what the report is made of (rows, sections, headings), not about figures.
    pub is_structural: bool,
    /// It says that this report and others differ, and not which of them is wrong.
    pub dissent: Option<Dissent>,
}

/// A figure that is not what figures of other reports come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dissent {
    /// The figure of this report.
    pub figure: FigureId,
    /// How much it is more than they come to.
    pub difference: Decimal,
}

/// How many relations came out how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relations {
    /// Hold, and a wrong figure would have shown.
    pub held: usize,
    /// Cannot hold.
    pub failed: usize,
    /// Could not be told.
    pub undecided: usize,
}

impl Relations {
    /// Adds the tally of another report.
    pub fn add(&mut self, other: Relations) {
        self.held += other.held;
        self.failed += other.failed;
        self.undecided += other.undecided;
    }

    fn of(&mut self, verdict: Truth) -> &mut usize {
        match verdict {
            Truth::Yes => &mut self.held,
            Truth::No => &mut self.failed,
            Truth::Unknown => &mut self.undecided,
        }
    }
}

/// What became of a figure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum State {
    /// It counts nothing, and is no figure: the digits of 第20条.
    Nothing,
    /// No relation speaks of it.
    #[default]
    NoRule,
    /// The relations that speak of it could not be told.
    Undecided,
    /// It took part in a relation that could have failed and held.
    Tied,
    /// It takes part in a relation that cannot hold.
    Broken,
}

/// What came of checking a report.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// Broken relations.
    pub breaches: Vec<Breach>,
    /// The tally of relations.
    pub relations: Relations,
    /// The same for each rule by number, those included that compare nothing.
    pub by_rule: Vec<Relations>,
    /// For each figure, what became of it.
    pub states: Vec<State>,
}

/// Checks the facts of a report against the rules of its pack, as the settings say.
pub fn check(facts: &Facts<'_>, document: &Document<'_>, settings: &Settings) -> Checked {
    let state = |number| if facts.counts_nothing(FigureId(number)) { State::Nothing } else { State::NoRule };
    let mut checked = Checked {
        states: (0..facts.figures.len()).map(state).collect(),
        by_rule: vec![Relations::default(); facts.pack.rules.len()],
        ..Checked::default()
    };
    let mut evaluator = Evaluator::new(facts, document);
    let mut told = Told::default();
    quantify::sites(&mut evaluator, settings, &mut |evaluator, site| {
        let verdict = checked.count(evaluator, site);
        if verdict != Truth::Unknown && is_counted(site, verdict) {
            told.add(evaluator, site, verdict);
        }
    });
    if told.relations.iter().any(|&(_, verdict, _)| verdict == Truth::No) {
        checked.explain(&mut evaluator, &told);
    }
    checked.states.truncate(facts.own_figures());
    checked
}

pub use across::{Counted, count_across, may_reach};
pub use unbound::unbound_message;

/// Whether a relation is counted. What is only there or not, or as it must be, ties nothing to anything: it is told when
/// it is not.
fn is_counted(site: Site<'_>, verdict: Truth) -> bool {
    verdict == Truth::No || site.instance.compares
}

/// The relations that hold and those that cannot.
#[derive(Default)]
struct Told<'p> {
    /// Each with its verdict, and where the records start that its variables stand for.
    relations: Vec<(Site<'p>, Truth, usize)>,
    records: Vec<Record>,
}

impl<'p> Told<'p> {
    fn add(&mut self, evaluator: &Evaluator<'_, 'p>, site: Site<'p>, verdict: Truth) {
        self.relations.push((site, verdict, self.records.len()));
        self.records.extend_from_slice(&evaluator.variables);
    }

    /// Each with its verdict and the records that its variables stand for.
    fn iter(&self) -> impl Iterator<Item = (Site<'p>, Truth, &[Record])> {
        self.relations.iter().map(|&(site, verdict, start)| {
            let records = self.records.get(start..start + site.rule.domains.len());
            (site, verdict, records.unwrap_or_default())
        })
    }
}

impl Checked {
    /// Counts a relation, and marks the figures that took part.
    fn count(&mut self, evaluator: &Evaluator<'_, '_>, site: Site<'_>) -> Truth {
        let verdict = evaluator.verdict(&site.instance.assert);
        if let Some(tally) = self.by_rule.get_mut(site.number) {
            *tally.of(verdict) += 1;
        }
        if !is_counted(site, verdict) {
            evaluator.forget_witnesses();
            return verdict;
        }
        *self.relations.of(verdict) += 1;
        let state = if verdict == Truth::Yes { State::Tied } else { State::Undecided };
        let states = &mut self.states;
        evaluator.drain_witnesses(|witness| {
            let id = figure_of(evaluator.facts, &witness);
            if let Some(known) = id.and_then(|id| states.get_mut(id.0)) {
                *known = (*known).max(state);
            }
        });
        verdict
    }

    /// Finds the mistakes behind the broken relations.
    fn explain<'p>(&mut self, evaluator: &mut Evaluator<'_, 'p>, told: &Told<'p>) {
        let mut stated: Vec<Stated<'p>> = Vec::new();
        let mut alone: Vec<(Site<'p>, &[Record])> = Vec::new();
        for (site, verdict, records) in told.iter() {
            evaluator.variables.clear();
            evaluator.variables.extend_from_slice(records);
            match Stated::of(evaluator, site) {
                Some(equations) => stated.extend(equations),
                None if verdict == Truth::No => alone.push((site, records)),
                None => {}
            }
            evaluator.forget_witnesses();
        }
        let mut tied = Tied::new(evaluator, stated);
        let answers = tied.answers();
        let mut mistakes: Vec<Mistake> =
            answers.iter().flat_map(|answer| mistake::mistakes(&tied, answer)).collect();
        let mut explained: Vec<(Breach, Vec<FigureId>)> = Vec::new();
        for (site, records) in alone {
            evaluator.variables.clear();
            evaluator.variables.extend_from_slice(records);
            evaluator.tolerance = site.tolerance;
            let written = relation::written(evaluator, linear::broken(evaluator, &site.instance.assert));
            let holds = |evaluator: &Evaluator<'_, '_>| {
                let is_met = |condition: &Condition| evaluator.condition(&condition.node) == Truth::Yes;
                let holds = site.instance.when.iter().all(is_met)
                    && evaluator.relation(&site.instance.assert) == Truth::Yes;
                evaluator.forget_witnesses();
                holds
            };
            let is_evidence = mistakes
                .iter_mut()
                .any(|mistake| mistake.take(&tied, evaluator, site.number, written.clone(), holds));
            if !is_evidence {
                explained.extend(alone::breach(evaluator, site));
            }
        }
        evaluator.tolerance = Decimal::ZERO;
        explained.extend(mistakes.iter().filter_map(|mistake| explain::explain(evaluator, &tied, mistake)));
        for figure in explained.iter().flat_map(|(_, figures)| figures) {
            if let Some(state) = self.states.get_mut(figure.0) {
                *state = State::Broken;
            }
        }
        let breaches = merge(explained.into_iter().map(|(breach, _)| breach).collect());
        let breaches = across::together(evaluator.facts, breaches);
        self.breaches = alike::together(evaluator.facts, evaluator.document, breaches);
        for breach in &mut self.breaches {
            breach.note = excuse(evaluator, breach);
        }
    }
}

/// The note in the report that explains a breach: one to a table that one of its figures stands in, with the words that
/// each of its rules asks for.
fn excuse(evaluator: &Evaluator<'_, '_>, breach: &Breach) -> Option<Label> {
    let (facts, text) = (evaluator.facts, evaluator.document.text());
    let words: Option<Vec<&Pattern>> =
        breach.rules.iter().map(|&rule| facts.pack.rules.get(rule)?.excused_by.as_ref()).collect();
    let words = words.filter(|words| !words.is_empty())?;
    let is_about = |label: &Label, note: &Note| note.about.contains(label.span);
    let notes = facts.binding.notes.iter().filter(|note| {
        is_about(&breach.primary, note) || breach.related.iter().any(|label| is_about(label, note))
    });
    let found = notes.map(|note| note.span).find(|span| words.iter().all(|words| words.is_in(span.of(text))));
    found.map(|span| Label::new(span, "note".to_owned()))
}

/// The figure or date that was looked at.
fn figure_of(facts: &Facts<'_>, witness: &Witness) -> Option<FigureId> {
    match witness {
        Witness::Figure(id) => Some(*id),
        Witness::Date(index) => facts.date_figure(*index),
        _ => None,
    }
}

/// A mistake in what a report is made of often breaks more than one rule at one place: a section that is missing
/// leaves a gap in the numbers, a label copied from another row leaves that row missing. Such breaches are one, and so
/// are those in which two rules say the same of the same figures.
fn merge(breaches: Vec<Breach>) -> Vec<Breach> {
    let mut merged: Vec<Breach> = Vec::new();
    for breach in breaches {
        let same = |known: &&mut Breach| {
            known.is_structural && breach.is_structural && known.primary.span == breach.primary.span
        };
        let is_said = |known: &Breach| {
            breach.relation.is_some()
                && (known.primary.span, &known.relation) == (breach.primary.span, &breach.relation)
        };
        if let Some(known) = merged.iter_mut().find(|known| is_said(known)) {
            known.rules.extend(breach.rules);
            continue;
        }
        match merged.iter_mut().find(same) {
            Some(known) => {
                known.rules.extend(
                    breach.rules.into_iter().filter(|rule| !known.rules.contains(rule)).collect::<Vec<_>>(),
                );
                if known.message != breach.message {
                    known.message = format!("{}; {}", known.message, breach.message);
                }
                known.evidence.extend(breach.evidence);
                known.related.extend(breach.related);
            }
            None => merged.push(breach),
        }
    }
    merged
}
