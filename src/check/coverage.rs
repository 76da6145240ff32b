//! What was checked of a report and what was not: each relation with its figures, each figure with its state.

use super::evaluate::Evaluator;
use super::value::{Record, Truth};
use super::{Checked, State, figure_of, is_counted, quantify};
use crate::document::Document;
use crate::facts::cell::Reading;
use crate::facts::{Facts, FigureId, Home};
use crate::rules::settings::Settings;

/// A relation that was counted.
#[derive(Clone, Debug)]
pub struct Covered {
    /// Its rule, by number.
    pub rule: usize,
    /// Whether it holds.
    pub verdict: Truth,
    /// The figures that it looked at, each once, in order.
    pub figures: Vec<FigureId>,
    /// Why it cannot be told, where that is so.
    pub why: Option<Untold>,
    /// Where it was inferred from a table: by number, the footing.
    pub footing: Option<usize>,
}

/// Why a relation cannot be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Untold {
    /// A figure is left blank where a blank does not mean zero.
    Blank(FigureId),
    /// A figure is said not to apply.
    NotApplicable(FigureId),
    /// A figure is no number, or none of its kind.
    NotANumber(FigureId),
    /// A figure is stated so loosely that a wrong one would hardly have shown.
    Loose(FigureId),
    /// Something that it needs is not in the report.
    Missing,
}

/// Why a figure is unchecked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unchecked {
    /// No relation speaks of it.
    NoRelation,
    /// Relations that speak of it fail by other figures, and none holds.
    Failed,
    /// None of the relations that speak of it could be told, the first for this reason.
    Untold(Untold),
}

/// What was checked of a report.
#[derive(Clone, Debug)]
pub struct Coverage {
    /// What came of checking it.
    pub checked: Checked,
    /// Its relations, in the order of the rules.
    pub relations: Vec<Covered>,
    /// For each figure, the relations that it took part in, by number.
    taken: Vec<Vec<usize>>,
}

/// Checks the facts of a report as [`super::check`] does, and keeps what took part in what.
pub fn coverage(facts: &Facts<'_>, document: &Document<'_>, settings: &Settings) -> Coverage {
    let checked = super::check(facts, document, settings);
    let mut evaluator = Evaluator::new(facts, document);
    let mut relations: Vec<Covered> = Vec::new();
    quantify::sites(&mut evaluator, settings, &mut |evaluator, site| {
        let verdict = Some(evaluator.verdict(&site.instance.assert));
        let verdict = verdict.filter(|&verdict| is_counted(site, verdict));
        let mut figures: Vec<FigureId> = Vec::new();
        evaluator.drain_witnesses(|witness| {
            figures.extend(figure_of(facts, &witness).filter(|id| !figures.contains(id)));
        });
        if let Some(verdict) = verdict {
            let why = (verdict == Truth::Unknown).then(|| untold(facts, &figures));
            let footing = evaluator.variables.iter().find_map(|record| match *record {
                Record::Footing(footing) => Some(footing),
                _ => None,
            });
            relations.push(Covered { rule: site.number, verdict, figures, why, footing });
        }
    });
    let mut taken: Vec<Vec<usize>> = vec![Vec::new(); facts.figures.len()];
    for (number, relation) in relations.iter().enumerate() {
        for id in &relation.figures {
            if let Some(taken) = taken.get_mut(id.0) {
                taken.push(number);
            }
        }
    }
    Coverage { checked, relations, taken }
}

fn untold(facts: &Facts<'_>, figures: &[FigureId]) -> Untold {
    let reading = |id: FigureId| {
        let figure = facts.figure(id)?;
        // A date has no interval.
        let is_cell = matches!(figure.home, Home::Cell(_));
        let has_none = figure.interval.is_none() && !matches!(figure.reading, Reading::Date(_));
        (is_cell && has_none).then_some((id, figure.reading))
    };
    if let Some((id, reading)) = figures.iter().find_map(|&id| reading(id)) {
        return match reading {
            Reading::Blank | Reading::ZeroWord => Untold::Blank(id),
            Reading::NotApplicable => Untold::NotApplicable(id),
            Reading::Number(_) | Reading::Date(_) | Reading::Garbled { .. } => Untold::NotANumber(id),
        };
    }
    let is_loose = |id: &&FigureId| facts.interval(**id).is_some() && !facts.is_narrow(**id);
    figures.iter().find(is_loose).map_or(Untold::Missing, |&id| Untold::Loose(id))
}

impl Coverage {
    /// What became of a figure.
    pub fn state(&self, id: FigureId) -> State {
        self.checked.states.get(id.0).copied().unwrap_or_default()
    }

    /// The relations that a figure took part in, by number.
    pub fn of(&self, id: FigureId) -> impl Iterator<Item = (usize, &Covered)> {
        let taken = self.taken.get(id.0).into_iter().flatten();
        taken.filter_map(|&number| Some((number, self.relations.get(number)?)))
    }

    /// Why a figure is unchecked; `None` where it is not.
    pub fn why(&self, id: FigureId) -> Option<Unchecked> {
        if !matches!(self.state(id), State::NoRule | State::Undecided) {
            return None;
        }
        let untold = self.of(id).find_map(|(_, relation)| relation.why);
        Some(match (untold, self.of(id).next()) {
            (Some(why), _) => Unchecked::Untold(why),
            (None, Some(_)) => Unchecked::Failed,
            (None, None) => Unchecked::NoRelation,
        })
    }
}
