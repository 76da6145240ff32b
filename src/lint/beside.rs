//! What a report is read beside: nothing, reports that are not known yet, or those that it is compared with.

use serde::{Deserialize, Serialize};

use super::{Facts, check};
use crate::check::{Checked, Elsewhere, ElsewhereWhat, Label, State};
use crate::document::Document;
use crate::facts::Home;
use crate::facts::digest::{Digest, Others};
use crate::facts::imprint::Imprint;
use crate::rules::reach::{Across, Named};
use crate::rules::settings::Settings;
use crate::source::place::Span;

/// What a report is read beside.
pub enum Beside<'b> {
    /// It is the only one.
    Nothing,
    /// Others that are not known yet.
    Unknown {
        /// Some of them may be of bodies below others.
        has_tree: bool,
    },
    /// Those that it is compared with.
    Known {
        /// Some of them may be of bodies below others.
        has_tree: bool,
        /// For the report of a pack, and of several in a file for each, the others.
        others: &'b (dyn Fn(usize, usize) -> Others<'b> + Sync),
        /// For the same, of which report it is a copy.
        copied: &'b (dyn Fn(usize, usize) -> Option<Copied> + Sync),
    },
}

/// What a report has of another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// The other report, by the number that it is known by.
    pub report: usize,
    /// Whose it is and on which year, in words.
    pub name: String,
    /// What it has of it.
    pub what: CopiedWhat,
}

/// What a report has of another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CopiedWhat {
    /// All figures of its forms.
    Forms,
    /// Some sentences, by what stands for them.
    Sentences(Vec<u32>),
}

/// What is kept of a report.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Kept {
    /// The pack it was read with, by number.
    pub pack: usize,
    /// Which of several reports in its file it is, from zero.
    pub part: usize,
    /// Its figures.
    pub digest: Digest,
    /// What became of them.
    pub states: Box<[State]>,
    /// What a copy of it would have too.
    pub imprint: Imprint,
    /// It says something that only its text and another report together can tell to be wrong.
    pub needs_text: bool,
}

/// The figures that are kept of reports of a pack.
pub fn named(across: &Across, has_tree: bool) -> &Named {
    if has_tree && across.children { &across.all } else { &across.over_years }
}

impl Beside<'_> {
    /// What tells what is kept of a report from what is kept of it elsewise; `None` where that depends on others.
    pub fn name(&self) -> Option<&'static str> {
        match self {
            Beside::Nothing => Some("nothing"),
            Beside::Unknown { has_tree: false } => Some("reports"),
            Beside::Unknown { has_tree: true } => Some("a tree of bodies"),
            Beside::Known { .. } => None,
        }
    }

    /// Adds the figures of the reports that one is compared with.
    pub fn add_to(&self, facts: &mut Facts<'_>, pack: usize, part: usize) {
        let (Beside::Known { has_tree, others, .. }, Some(across)) = (self, &facts.pack.across) else {
            return;
        };
        let others = others(pack, part);
        if !others.is_empty() {
            facts.add_others(named(across, *has_tree), &others);
        }
    }

    /// The labels of what a report has of another one, the first of its own, and what is said of it.
    pub fn copied(
        &self,
        document: &Document<'_>,
        facts: &Facts<'_>,
        (pack, part): (usize, usize),
    ) -> Option<(String, Vec<Label>)> {
        let Beside::Known { copied, .. } = self else { return None };
        let Copied { report, name, what } = copied(pack, part)?;
        let there = |what| Elsewhere { report, what };
        let label = |span, elsewhere| Label { span, role: String::new(), elsewhere };
        match what {
            CopiedWhat::Forms => {
                let id = facts.first_telling()?;
                let (figure, Home::Cell(slot)) = (facts.figure(id)?, facts.figure(id)?.home) else {
                    return None;
                };
                let message = format!("all figures of the forms are those of {name}");
                let labels = vec![
                    label(figure.span, None),
                    label(Span::default(), Some(there(ElsewhereWhat::Cell(slot)))),
                ];
                Some((message, labels))
            }
            CopiedWhat::Sentences(stamps) => {
                let own = facts.telling_sentences(document);
                let own = own.into_iter().filter(|(stamp, _)| stamps.contains(stamp));
                let mut labels: Vec<Label> = own.map(|(_, span)| label(span, None)).collect();
                let message = format!("{} sentences with figures are those of {name}", stamps.len());
                let others = stamps.iter().map(|&stamp| there(ElsewhereWhat::Sentence(stamp)));
                labels.extend(others.map(|there| label(Span::default(), Some(there))));
                Some((message, labels))
            }
        }
    }

    /// What is to be kept of a report.
    pub fn keep(
        &self,
        document: &Document<'_>,
        facts: &Facts<'_>,
        checked: &Checked,
        settings: &Settings,
        (pack, part): (usize, usize),
    ) -> Option<Kept> {
        let (Beside::Unknown { has_tree }, Some(across)) = (self, &facts.pack.across) else { return None };
        let (digest, held) = Digest::of(facts, named(across, *has_tree));
        let state = |id: &crate::facts::FigureId| checked.states.get(id.0).copied().unwrap_or_default();
        Some(Kept {
            pack,
            part,
            digest,
            states: held.iter().map(state).collect(),
            imprint: facts.imprint(document),
            needs_text: check::may_reach(facts, document, settings),
        })
    }
}
