//! What a report is read beside: nothing, reports that are not known yet, or those that it is compared with.

use super::{Facts, check};
use crate::check::{Checked, State};
use crate::document::Document;
use crate::facts::digest::{Digest, Others};
use crate::rules::reach::{Across, Named};
use crate::rules::settings::Settings;

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
    },
}

/// What is kept of a report.
#[derive(Debug)]
pub struct Kept {
    /// The pack it was read with, by number.
    pub pack: usize,
    /// Which of several reports in its file it is, from zero.
    pub part: usize,
    /// Its figures.
    pub digest: Digest,
    /// What became of them.
    pub states: Box<[State]>,
    /// It says something that only its text and another report together can tell to be wrong.
    pub needs_text: bool,
}

/// The figures that are kept of reports of a pack.
pub fn named(across: &Across, has_tree: bool) -> &Named {
    if has_tree && across.children { &across.all } else { &across.over_years }
}

impl Beside<'_> {
    /// Adds the figures of the reports that one is compared with.
    pub fn add_to(&self, facts: &mut Facts<'_>, pack: usize, part: usize) {
        let (Beside::Known { has_tree, others }, Some(across)) = (self, &facts.pack.across) else { return };
        let others = others(pack, part);
        if !others.is_empty() {
            facts.add_others(named(across, *has_tree), &others);
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
            needs_text: check::may_reach(facts, document, settings),
        })
    }
}
