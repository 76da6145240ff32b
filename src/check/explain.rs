//! A mistake as a finding: the figure that explains everything, the value that would, the relations as evidence.

use rust_decimal::Decimal;

use super::evaluate::{Evaluator, Witness};
use super::mistake::{Candidate, Mistake};
use super::slip::{self, Slip};
use super::system::{Stated, Tied};
use super::value::Record;
use super::{Breach, Dissent, Label, names, relation, subject};
use crate::facts::cell::Reading;
use crate::facts::{FigureId, Home};

/// A figure that may be wrong.
#[derive(Clone, Copy)]
struct Suspect {
    id: FigureId,
    /// The value that would tie everything; `None` where several readings give several.
    expected: Option<Decimal>,
    slip: Option<Slip>,
    /// It would be the only mistake.
    is_alone: bool,
    /// Its change would be enough: no other figure would change with it.
    is_enough: bool,
    /// Of the figures that would change together it is where the mistake was made.
    is_origin: bool,
    /// Its change is part of every explanation.
    is_in_all: bool,
    /// What else would change is only where it was carried.
    is_one: bool,
}

impl Suspect {
    /// Adds what another answer says of the figure. Where it wants another value the figure is wrong, but it is not
    /// known by how much.
    fn add(&mut self, other: Self) {
        self.expected = self.expected.filter(|_| self.expected == other.expected);
        self.is_alone |= other.is_alone;
        self.is_enough |= other.is_enough;
        self.is_origin |= other.is_origin;
        self.is_one |= other.is_one;
    }
}

/// Explains a mistake: the finding, and the figures that it convicts or suspects.
pub fn explain(
    evaluator: &mut Evaluator<'_, '_>,
    tied: &Tied<'_>,
    mistake: &Mistake,
) -> Option<(Breach, Vec<FigureId>)> {
    Explainer { tied, mistake }.explain(evaluator)
}

struct Explainer<'x, 'r> {
    tied: &'x Tied<'r>,
    mistake: &'x Mistake,
}

impl Explainer<'_, '_> {
    fn explain(&self, evaluator: &mut Evaluator<'_, '_>) -> Option<(Breach, Vec<FigureId>)> {
        let mut broken: Vec<&Stated<'_>> =
            self.mistake.broken.iter().filter_map(|&equation| self.tied.stated.get(equation)).collect();
        broken.sort_by_key(|stated| (stated.figures().len(), &*stated.site.rule.id));
        let main = *broken.first()?;
        evaluator.variables.clone_from(&main.variables);
        let target = main.site.instance.target.as_ref().and_then(|target| evaluator.figure_of(target));
        let is_own = |id: &FigureId| evaluator.facts.elsewhere(*id).is_none();
        let target = target.filter(is_own).or_else(|| main.figures().into_iter().find(is_own));
        let mut suspects = self.suspects(evaluator, target);
        // Which of the reports is wrong cannot be told where only they differ.
        let differs = |stated: &&Stated<'_>| stated.site.rule.reach.is_some();
        let dissent = broken.iter().all(differs) && suspects.iter().any(|suspect| !is_own(&suspect.id));
        if dissent {
            suspects.clear();
        }
        let message = super::message(evaluator, &main.site.instance.message);
        let message = match suspects.len() {
            0 if dissent => message,
            0 => {
                let relations = match broken.len() {
                    1 => "the relation that breaks".to_owned(),
                    count => format!("the {count} relations that break"),
                };
                format!("{message}; no change of a few figures would tie {relations} here")
            }
            1 if self.mistake.is_complete => message,
            1 => format!("{message}; this figure would explain it, and so may others"),
            count => {
                let is_enough = suspects.iter().all(|suspect| suspect.is_enough);
                let (count, what) = if is_enough {
                    (count, "figures")
                } else {
                    (self.mistake.candidates.len(), "sets of figures")
                };
                let or_more = if self.mistake.is_complete { "" } else { " or more" };
                format!("{message}; any one of {count} {what}{or_more} would explain it")
            }
        };
        let subject = target.map(|target| subject::of_figure(evaluator, target)).unwrap_or_default();
        let mut evidence: Vec<String> = Vec::new();
        let mut rules: Vec<usize> = Vec::new();
        for stated in &broken {
            evaluator.variables.clone_from(&stated.variables);
            evidence.extend(stated.node().and_then(|node| relation::written(evaluator, node)));
            rules.push(stated.site.number);
        }
        for (rule, written) in &self.mistake.also {
            evidence.extend(written.clone());
            rules.push(*rule);
        }
        let pattern = self.pattern(evaluator, &broken);
        let own_suspect = suspects.iter().map(|suspect| suspect.id).find(is_own);
        let primary = own_suspect.or(target)?;
        let labels = self.labels(evaluator, &broken, primary, &suspects);
        let (primary_label, related) = labels.split_first()?;
        let only = suspects.first().filter(|_| suspects.len() == 1 && self.mistake.is_complete);
        let only = only.filter(|suspect| suspect.id == primary);
        let breach = Breach {
            rules: distinct(rules),
            message,
            relation: evidence.first().cloned(),
            evidence,
            cause: only
                .and_then(|suspect| self.cause(evaluator, suspect, &broken))
                .or_else(|| pattern.clone().filter(|_| !dissent)),
            pattern: pattern.filter(|_| !dissent),
            expected: only.and_then(|suspect| suspect.expected).map(|value| value.to_string()),
            primary: primary_label.clone(),
            related: related.to_vec(),
            subject,
            at: subject::path(evaluator, &Witness::Figure(primary)),
            note: None,
            is_structural: false,
            dissent: main
                .value()
                .filter(|_| dissent)
                .map(|difference| Dissent { figure: primary, difference }),
        };
        let mut figures: Vec<FigureId> = suspects.iter().map(|suspect| suspect.id).collect();
        if dissent {
            figures.push(primary);
        } else {
            figures.extend(self.carried(evaluator));
        }
        evaluator.forget_witnesses();
        Some((breach, figures))
    }

    /// The figures that may be wrong, the most suspect first: one that a slip of the hand explains, the total that the
    /// relation is about, one that few other relations confirm.
    fn suspects(&self, evaluator: &Evaluator<'_, '_>, target: Option<FigureId>) -> Vec<Suspect> {
        let mut suspects: Vec<Suspect> = Vec::new();
        let parts = self.mistake.candidates.iter().flat_map(|candidate| {
            candidate.clusters.iter().map(|cluster| (cluster, candidate.clusters.len() == 1))
        });
        for (cluster, is_alone) in parts {
            let origin = cluster.origin(self.tied, evaluator);
            // What changes with it is shown as carried on where it is the only answer.
            let is_only = self.mistake.candidates.len() == 1;
            let others = cluster.changes.iter().filter(|change| !is_only && Some(**change) != origin);
            for change in origin.iter().chain(others) {
                let Some((id, value)) = self.tied.changed(evaluator, *change) else { continue };
                let printed = evaluator.facts.nominal(id);
                let suspect = Suspect {
                    id,
                    expected: Some(value),
                    slip: printed.and_then(|printed| slip::slip(printed, value)),
                    is_alone,
                    is_enough: is_alone && (is_only || cluster.changes.len() == 1),
                    is_origin: Some(*change) == origin,
                    is_in_all: false,
                    is_one: cluster.is_of_one_figure(self.tied, evaluator),
                };
                match suspects.iter_mut().find(|known| known.id == id) {
                    Some(known) => known.add(suspect),
                    None => suspects.push(suspect),
                }
            }
        }
        for suspect in &mut suspects {
            let is_in = |candidate: &Candidate| {
                candidate.values(self.tied, evaluator).iter().any(|&(id, _)| id == suspect.id)
            };
            suspect.is_in_all = self.mistake.candidates.iter().all(is_in);
        }
        let ranked = self.likeliest(evaluator);
        suspects.sort_by_key(|suspect| {
            let is_blank =
                evaluator.facts.figure(suspect.id).is_some_and(|figure| figure.reading == Reading::Blank);
            let is_clear_slip = suspect.slip.is_some_and(|slip| slip != Slip::Misread);
            let is_target = Some(suspect.id) == target;
            let is_broken_total = self.is_broken_total(suspect.id);
            let is_elsewhere = evaluator.facts.elsewhere(suspect.id).is_some();
            let support = self.support(suspect.id);
            let likelihood = ranked.iter().position(|&id| id == suspect.id);
            let is_sound = !self.is_of_broken(suspect.id);
            let in_answers = (!suspect.is_in_all, !suspect.is_alone, !suspect.is_origin);
            (
                is_elsewhere,
                is_sound,
                in_answers,
                is_blank,
                !suspect.is_one,
                !is_clear_slip,
                likelihood.unwrap_or(ranked.len()),
                !is_target,
                !is_broken_total,
                suspect.slip.is_none(),
                support,
                suspect.id,
            )
        });
        suspects
    }

    /// The figures that may be wrong in a table, the likeliest first, as the sums inferred from it tell.
    fn likeliest<'f>(&self, evaluator: &Evaluator<'f, '_>) -> &'f [FigureId] {
        let broken = self.mistake.broken.iter().filter_map(|&equation| self.tied.stated.get(equation));
        let mut footings = broken.filter_map(|stated| match stated.variables.as_slice() {
            [Record::Footing(footing)] => evaluator.facts.footings.get(*footing),
            _ => None,
        });
        footings.next().map(|footing| footing.suspects.as_slice()).unwrap_or_default()
    }

    /// The figures that a mistake was carried into, where it is known.
    fn carried(&self, evaluator: &Evaluator<'_, '_>) -> Vec<FigureId> {
        match self.mistake.candidates.as_slice() {
            [candidate] => candidate.values(self.tied, evaluator).into_iter().map(|(id, _)| id).collect(),
            _ => Vec::new(),
        }
    }

    /// Whether a figure is part of a relation that is broken.
    fn is_of_broken(&self, id: FigureId) -> bool {
        let mut equations =
            self.mistake.broken.iter().filter_map(|&number| self.tied.system.equations.get(number));
        self.tied.variable(id).is_some_and(|variable| equations.any(|equation| equation.has(variable)))
    }

    /// Whether a figure is the total of a relation that is broken.
    fn is_broken_total(&self, id: FigureId) -> bool {
        let equations =
            self.mistake.broken.iter().filter_map(|&number| self.tied.system.equations.get(number));
        let totals = equations.filter_map(|equation| equation.total());
        totals.filter_map(|variable| self.tied.figures.get(variable)).any(|&total| total == id)
    }

    /// The number of unbroken relations that a figure is part of: the more, the less it is suspected.
    fn support(&self, id: FigureId) -> usize {
        let unbroken =
            |variable| self.tied.equations_of(variable).filter(|equation| equation.residual == 0).count();
        self.tied.variable(id).map_or(0, unbroken)
    }

    /// The primary label, then the others: other suspects, figures it was carried into, and the figures of the broken
    /// relations that are not zero.
    fn labels(
        &self,
        evaluator: &Evaluator<'_, '_>,
        broken: &[&Stated<'_>],
        primary: FigureId,
        suspects: &[Suspect],
    ) -> Vec<Label> {
        let facts = evaluator.facts;
        let mut labels = Roles(vec![(primary, String::new())]);
        let is_suspected = |id: FigureId| suspects.iter().any(|suspect| suspect.id == id);
        let is_zero = |id: FigureId| facts.nominal(id).is_some_and(|value| value.is_zero());
        for stated in broken {
            let figures = stated.figures();
            let witnesses: Vec<Witness> = figures.iter().map(|&id| Witness::Figure(id)).collect();
            let roles = names::roles(facts, evaluator.document, &witnesses);
            let elsewhere = figures.iter().filter(|&&id| facts.elsewhere(id).is_some()).count();
            let is_only_elsewhere = |id: FigureId| elsewhere == 1 && facts.elsewhere(id).is_some();
            for (position, (&id, role)) in figures.iter().zip(roles).enumerate() {
                if position == 0 || !is_zero(id) || is_suspected(id) || is_only_elsewhere(id) {
                    labels.add(id, role);
                }
            }
        }
        for id in self.carried(evaluator).into_iter().filter(|&id| id != primary) {
            labels.add(id, String::new());
            labels.append(id, "carried on");
        }
        for suspect in suspects.iter().filter(|_| suspects.len() > 1) {
            labels.add(suspect.id, String::new());
            let with = if suspect.is_enough { "" } else { "with another change, " };
            let value = suspect.expected.map_or("another value".to_owned(), |value| value.to_string());
            labels.append(suspect.id, &format!("{with}{value} would tie"));
        }
        labels
            .0
            .into_iter()
            .filter_map(|(id, role)| names::label(facts, &Witness::Figure(id), role))
            .collect()
    }

    /// What most likely happened.
    fn cause(
        &self,
        evaluator: &Evaluator<'_, '_>,
        suspect: &Suspect,
        broken: &[&Stated<'_>],
    ) -> Option<String> {
        let exact = |id: FigureId| evaluator.facts.nominal(id);
        let (printed, expected) = (exact(suspect.id)?, suspect.expected?);
        let numbers = format!("{} and {}", printed.normalize(), expected.normalize());
        if let Some(slip) = suspect.slip {
            return Some(format!("{numbers}: {slip}"));
        }
        if !printed.is_zero() && neighbours(evaluator, suspect.id).contains(&printed) {
            return Some(format!("{numbers}: {}", Slip::Neighbour));
        }
        let difference = printed.checked_sub(expected)?;
        let is_difference = |id: &FigureId| {
            *id != suspect.id && exact(*id).is_some_and(|value| !value.is_zero() && value == difference.abs())
        };
        // Only a sum has parts: a figure that restates another leaves nothing out.
        let sums = broken.iter().map(|stated| stated.figures()).filter(|figures| figures.len() > 2);
        let part = sums.flatten().find(is_difference)?;
        let role = names::roles(evaluator.facts, evaluator.document, &[Witness::Figure(part)])
            .pop()
            .unwrap_or_default();
        let what = if difference.is_sign_negative() { "left out" } else { "counted twice" };
        Some(format!("the difference is {}: {role} {what}", difference.abs().normalize()))
    }
}

/// Sums of fewer parts show no pattern.
const FEWEST_PARTS: usize = 2;

impl Explainer<'_, '_> {
    /// What may be wrong in other reports too: a total that is its first or its last part, as when a sum is written over.
    fn pattern(&self, evaluator: &Evaluator<'_, '_>, broken: &[&Stated<'_>]) -> Option<String> {
        let exact = |id: FigureId| evaluator.facts.nominal(id);
        broken.iter().find_map(|stated| {
            let (total, parts) = stated.total_and_parts()?;
            let value = exact(total).filter(|value| !value.is_zero())?;
            let parts: Vec<Decimal> = parts.into_iter().map(exact).collect::<Option<_>>()?;
            let others =
                |skipped: usize| parts.iter().enumerate().any(|(at, part)| at != skipped && !part.is_zero());
            let last = parts.len().checked_sub(1).filter(|_| parts.len() >= FEWEST_PARTS)?;
            let which = match (parts.last() == Some(&value), parts.first() == Some(&value)) {
                (true, false) if others(last) => "last",
                (false, true) if others(0) => "first",
                _ => return None,
            };
            Some(format!("the total is its {which} part"))
        })
    }
}

/// Figures with the parts they play, each figure once.
struct Roles(Vec<(FigureId, String)>);

impl Roles {
    fn add(&mut self, id: FigureId, role: String) {
        match self.0.iter_mut().find(|(known, _)| *known == id) {
            Some((_, known)) if known.is_empty() => *known = role,
            Some(_) => {}
            None => self.0.push((id, role)),
        }
    }

    fn append(&mut self, id: FigureId, words: &str) {
        if let Some((_, role)) = self.0.iter_mut().find(|(known, _)| *known == id) {
            *role = if role.is_empty() { words.to_owned() } else { format!("{role}: {words}") };
        }
    }
}

/// The values of the cells beside, above and below a cell.
fn neighbours(evaluator: &Evaluator<'_, '_>, id: FigureId) -> Vec<Decimal> {
    let facts = evaluator.facts;
    let Some(Home::Cell(slot)) = facts.figure(id).map(|figure| figure.home) else { return Vec::new() };
    let Some(cell) = facts.locate(slot) else { return Vec::new() };
    let (row, column) = (cell.row, cell.column);
    let beside = [
        (row.checked_sub(1), Some(column)),
        (Some(row + 1), Some(column)),
        (Some(row), column.checked_sub(1)),
        (Some(row), Some(column + 1)),
    ];
    let value = |(row, column): (Option<usize>, Option<usize>)| {
        let (row, column) = (row?, column?);
        let slot = match cell.table {
            Some((_, table)) => {
                (row < table.rows.len() && column < table.columns.len()).then(|| table.slot(row, column))
            }
            None => cell.form.has(facts.editions(), row, column).then(|| cell.form.slot(row, column)),
        };
        facts.interval(facts.cell(slot?)?)?.exact()
    };
    beside.into_iter().filter_map(value).collect()
}

/// Each rule once, in the order of the first.
fn distinct(rules: Vec<usize>) -> Vec<usize> {
    let mut seen: Vec<usize> = Vec::new();
    for rule in rules {
        if !seen.contains(&rule) {
            seen.push(rule);
        }
    }
    seen
}
