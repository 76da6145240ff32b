//! From the smallest answers to findings: one for each mistake, with the figure that explains everything, the value
//! that would, and the relations as evidence.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::evaluate::{Evaluator, Witness};
use super::localise::{Answer, Change};
use super::slip::{self, Slip};
use super::system::{Stated, Tied};
use super::{Breach, Label, names, relation, subject};
use crate::facts::interval::Interval;
use crate::facts::{FigureId, Home};

/// Figures that change together: a part and the total it was carried into count as one mistake.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Cluster {
    changes: Vec<Change>,
}

/// One mistake of a report.
struct Mistake {
    /// What may be wrong; more than one where the arithmetic cannot tell.
    candidates: Vec<Cluster>,
    /// The broken equations that it explains.
    broken: Vec<usize>,
}

/// A mistake as a finding, with the figures that it convicts or suspects.
pub struct Explained {
    /// The finding.
    pub breach: Breach,
    /// The figures.
    pub figures: Vec<FigureId>,
    /// Figures with the values that would tie everything, where there is one answer.
    pub assumed: Vec<(FigureId, Interval)>,
}

/// Explains the broken equations of a system.
pub fn explain(evaluator: &mut Evaluator<'_, '_>, tied: &mut Tied<'_>) -> Vec<Explained> {
    let answers = tied.answers();
    let mut explained = Vec::new();
    for answer in &answers {
        for mistake in mistakes(tied, answer) {
            let explainer = Explainer { tied, mistake: &mistake };
            explained.extend(explainer.explain(evaluator));
        }
    }
    explained
}

fn mistakes(tied: &Tied<'_>, answer: &Answer) -> Vec<Mistake> {
    let Some(first) = answer.sets.first() else {
        return vec![Mistake { candidates: Vec::new(), broken: answer.broken.clone() }];
    };
    let all: Vec<Vec<Cluster>> = answer.sets.iter().map(|set| clusters(tied, set)).collect();
    let touched = |cluster: &Cluster| -> BTreeSet<usize> {
        answer.broken.iter().copied().filter(|&equation| cluster.changes_sum(tied, equation)).collect()
    };
    let variables =
        |cluster: &Cluster| -> Vec<usize> { cluster.changes.iter().map(|change| change.variable).collect() };
    clusters(tied, first)
        .iter()
        .map(|cluster| {
            let own = touched(cluster);
            let is_in_all =
                all.iter().all(|set| set.iter().any(|other| variables(other) == variables(cluster)));
            let mut candidates: Vec<Cluster> = all
                .iter()
                .flatten()
                .filter(|other| {
                    if is_in_all {
                        variables(other) == variables(cluster)
                    } else {
                        !touched(other).is_disjoint(&own)
                    }
                })
                .cloned()
                .collect();
            candidates.sort();
            candidates.dedup();
            if !is_in_all {
                // What every answer holds is no candidate for what only some do.
                candidates.retain(|other| {
                    !all.iter().all(|set| set.iter().any(|one| variables(one) == variables(other)))
                });
            }
            let broken = if is_in_all { own } else { candidates.iter().flat_map(touched).collect() };
            Mistake { candidates, broken: broken.into_iter().collect() }
        })
        .collect()
}

/// Parts the changes of an answer into mistakes: figures that an unbroken relation ties together changed together.
fn clusters(tied: &Tied<'_>, set: &[Change]) -> Vec<Cluster> {
    let mut clusters: Vec<Cluster> = set.iter().map(|&change| Cluster { changes: vec![change] }).collect();
    for equation in tied.system.equations.iter().filter(|equation| equation.residual == 0) {
        let holds = |cluster: &Cluster| {
            cluster
                .changes
                .iter()
                .any(|change| equation.terms.iter().any(|&(variable, _)| variable == change.variable))
        };
        let (mut joined, rest): (Vec<Cluster>, Vec<Cluster>) = clusters.into_iter().partition(holds);
        clusters = rest;
        if let Some(mut first) = joined.pop() {
            first.changes.extend(joined.into_iter().flat_map(|cluster| cluster.changes));
            first.changes.sort_unstable();
            clusters.push(first);
        }
    }
    clusters.sort();
    clusters
}

impl Cluster {
    /// Whether the changes alter the value of an equation.
    fn changes_sum(&self, tied: &Tied<'_>, equation: usize) -> bool {
        let terms =
            tied.system.equations.get(equation).map(|equation| equation.terms.as_slice()).unwrap_or_default();
        let sum: i128 = self
            .changes
            .iter()
            .filter_map(|change| {
                let coefficient = terms.iter().find(|(variable, _)| *variable == change.variable)?.1;
                change.delta.checked_mul(i128::from(coefficient))
            })
            .sum();
        sum != 0
    }

    /// The change of the part, not of the totals that it was carried into.
    fn part(&self, tied: &Tied<'_>) -> Option<Change> {
        let is_total = |change: &&Change| {
            tied.system.equations.iter().filter(|equation| equation.residual == 0).any(|equation| {
                equation.total() == Some(change.variable)
                    && self.changes.iter().any(|other| {
                        other.variable != change.variable
                            && equation.terms.iter().any(|&(variable, _)| variable == other.variable)
                    })
            })
        };
        self.changes.iter().find(|change| !is_total(change)).or(self.changes.first()).copied()
    }
}

struct Explainer<'x, 'r> {
    tied: &'x Tied<'r>,
    mistake: &'x Mistake,
}

/// A figure that may be wrong.
#[derive(Clone, Copy)]
struct Suspect {
    id: FigureId,
    /// The value that would tie everything; `None` where several readings give several.
    expected: Option<Decimal>,
    slip: Option<Slip>,
}

impl Explainer<'_, '_> {
    fn explain(&self, evaluator: &mut Evaluator<'_, '_>) -> Option<Explained> {
        let mut broken: Vec<&Stated<'_>> =
            self.mistake.broken.iter().filter_map(|&equation| self.tied.stated.get(equation)).collect();
        broken.sort_by_key(|stated| (stated.figures().len(), stated.site.rule.id.as_str()));
        let main = *broken.first()?;
        evaluator.variables.clone_from(&main.variables);
        let target = main.site.instance.target.as_ref().and_then(|target| evaluator.figure_of(target));
        let target = target.or_else(|| main.figures().first().copied());
        evaluator.forget_witnesses();
        let mut suspects = self.suspects(evaluator);
        suspects.sort_by_key(|suspect| {
            (suspect.slip.is_none(), Some(suspect.id) != target, self.support(suspect.id), suspect.id)
        });
        suspects.dedup_by_key(|suspect| suspect.id);
        let message = super::message(evaluator, &main.site.instance.message);
        let subject = target.map(|target| subject::of_figure(evaluator, target)).unwrap_or_default();
        let evidence: Vec<String> = broken
            .iter()
            .filter_map(|stated| {
                evaluator.variables.clone_from(&stated.variables);
                relation::written(evaluator, stated.node()?)
            })
            .collect();
        let mut rules: Vec<usize> = broken.iter().map(|stated| stated.site.number).collect();
        let mut seen = BTreeSet::new();
        rules.retain(|rule| seen.insert(*rule));
        let primary = suspects.first().map(|suspect| suspect.id).or(target)?;
        let labels = self.labels(evaluator, &broken, primary, &suspects);
        let (primary_label, related) = labels.split_first()?;
        let is_decided = suspects.len() == 1;
        let only = suspects.first().filter(|_| is_decided);
        let expected = only.and_then(|suspect| suspect.expected);
        let cause = only.and_then(|suspect| self.cause(evaluator, suspect, &broken));
        let message = match suspects.len() {
            0 => format!(
                "{message}; no change of a few figures would tie the {} relations that break here",
                broken.len()
            ),
            1 => message,
            count => format!("{message}; any one of {count} figures would explain it"),
        };
        let carried = self.carried(evaluator);
        let assumed = match (is_decided, expected) {
            (true, Some(_)) => {
                carried.iter().filter_map(|&(id, value)| Some((id, Interval::Exact(value?)))).collect()
            }
            _ => Vec::new(),
        };
        let mut figures: Vec<FigureId> = suspects.iter().map(|suspect| suspect.id).collect();
        figures.extend(carried.iter().map(|&(id, _)| id));
        Some(Explained {
            breach: Breach {
                rules,
                message,
                relation: evidence.first().cloned(),
                evidence,
                cause,
                expected: expected.map(|value| value.to_string()),
                primary: primary_label.clone(),
                related: related.to_vec(),
                subject,
                is_structural: false,
            },
            figures,
            assumed,
        })
    }

    fn id(&self, variable: usize) -> Option<FigureId> {
        self.tied.figures.get(variable).copied()
    }

    fn changed(&self, evaluator: &Evaluator<'_, '_>, change: Change) -> Option<(FigureId, Option<Decimal>)> {
        let id = self.id(change.variable)?;
        let value = evaluator.facts.interval(id)?.exact()?;
        Some((
            id,
            self.tied
                .unscaled(change.delta)
                .and_then(|delta| value.checked_add(delta))
                .map(|value| value.normalize()),
        ))
    }

    fn suspects(&self, evaluator: &Evaluator<'_, '_>) -> Vec<Suspect> {
        let mut suspects: Vec<Suspect> = Vec::new();
        for cluster in &self.mistake.candidates {
            let Some((id, expected)) =
                cluster.part(self.tied).and_then(|change| self.changed(evaluator, change))
            else {
                continue;
            };
            let printed = evaluator.facts.interval(id).and_then(Interval::exact);
            let slip = printed.zip(expected).and_then(|(printed, expected)| slip::slip(printed, expected));
            match suspects.iter_mut().find(|known| known.id == id) {
                // Two readings that want two values of one figure: it is wrong, but not known by how much.
                Some(known) if known.expected != expected => known.expected = None,
                Some(_) => {}
                None => suspects.push(Suspect { id, expected, slip }),
            }
        }
        suspects
    }

    /// The figures of the only candidate, with their values: the part and the totals that it was carried into.
    fn carried(&self, evaluator: &Evaluator<'_, '_>) -> Vec<(FigureId, Option<Decimal>)> {
        let [cluster] = self.mistake.candidates.as_slice() else { return Vec::new() };
        cluster.changes.iter().filter_map(|&change| self.changed(evaluator, change)).collect()
    }

    /// The number of unbroken relations that a figure is part of: the more, the less it is suspected.
    fn support(&self, id: FigureId) -> usize {
        let Some(variable) = self.tied.figures.iter().position(|&known| known == id) else { return 0 };
        let has =
            |equation: &&super::localise::Equation| equation.terms.iter().any(|&(own, _)| own == variable);
        self.tied.system.equations.iter().filter(|equation| equation.residual == 0).filter(has).count()
    }

    /// The primary label, then the others: other suspects, totals it was carried into, and the figures of the broken
    /// relations that are not zero.
    fn labels(
        &self,
        evaluator: &Evaluator<'_, '_>,
        broken: &[&Stated<'_>],
        primary: FigureId,
        suspects: &[Suspect],
    ) -> Vec<Label> {
        let facts = evaluator.facts;
        let mut labels: Vec<(FigureId, String)> = Vec::new();
        let add = |labels: &mut Vec<(FigureId, String)>, id: FigureId, role: String| match labels
            .iter_mut()
            .find(|(known, _)| *known == id)
        {
            Some((_, known)) if known.is_empty() => *known = role,
            Some(_) => {}
            None => labels.push((id, role)),
        };
        labels.push((primary, String::new()));
        let is_suspected = |id: FigureId| suspects.iter().any(|suspect| suspect.id == id);
        let is_zero =
            |id: FigureId| facts.interval(id).and_then(Interval::exact).is_some_and(|value| value.is_zero());
        for stated in broken {
            let figures = stated.figures();
            let witnesses: Vec<Witness> = figures.iter().map(|&id| Witness::Figure(id)).collect();
            let roles = names::roles(facts, evaluator.document, &witnesses);
            for (position, (&id, role)) in figures.iter().zip(roles).enumerate() {
                if position == 0 || !is_zero(id) || is_suspected(id) {
                    add(&mut labels, id, role);
                }
            }
        }
        for (id, _) in self.carried(evaluator) {
            add(&mut labels, id, String::new());
            if let Some((_, role)) = labels.iter_mut().find(|(known, _)| *known == id && *known != primary) {
                role.push_str(" (carried into it)");
            }
        }
        if suspects.len() > 1 {
            for suspect in suspects {
                if let (Some((_, role)), Some(expected)) =
                    (labels.iter_mut().find(|(known, _)| *known == suspect.id), suspect.expected)
                {
                    let words = format!("{expected} would tie");
                    *role = if role.is_empty() { words } else { format!("{role}: {words}") };
                }
            }
        }
        labels
            .into_iter()
            .filter_map(|(id, role)| Some(Label { span: facts.figure(id)?.span, role }))
            .collect()
    }

    /// What most likely happened.
    fn cause(
        &self,
        evaluator: &Evaluator<'_, '_>,
        suspect: &Suspect,
        broken: &[&Stated<'_>],
    ) -> Option<String> {
        let printed = evaluator.facts.interval(suspect.id)?.exact()?;
        let expected = suspect.expected?;
        let numbers = format!("{} and {}", printed.normalize(), expected.normalize());
        if let Some(slip) = suspect.slip {
            return Some(format!("{numbers}: {slip}"));
        }
        if self.neighbours(evaluator, suspect.id).any(|value| value == printed) && !printed.is_zero() {
            return Some(format!("{numbers}: {}", Slip::Neighbour));
        }
        let difference = printed.checked_sub(expected)?;
        let part =
            broken.iter().flat_map(|stated| stated.figures()).filter(|&id| id != suspect.id).find(|&id| {
                evaluator
                    .facts
                    .interval(id)
                    .and_then(Interval::exact)
                    .is_some_and(|value| !value.is_zero() && value == difference.abs())
            })?;
        let role = names::roles(evaluator.facts, evaluator.document, &[Witness::Figure(part)])
            .pop()
            .unwrap_or_default();
        let what = if difference.is_sign_negative() { "left out" } else { "counted twice" };
        Some(format!("the difference is {}: {role} {what}", difference.abs().normalize()))
    }

    /// The values of the cells beside, above and below a cell.
    fn neighbours<'f>(
        &self,
        evaluator: &'f Evaluator<'_, '_>,
        id: FigureId,
    ) -> impl Iterator<Item = Decimal> + 'f {
        let facts = evaluator.facts;
        let place = match facts.figure(id).map(|figure| figure.home) {
            Some(Home::Cell(slot)) => facts.pack.locate(slot),
            _ => None,
        };
        place.into_iter().flat_map(move |(_, form, row, column)| {
            let beside = [
                (row.checked_sub(1), Some(column)),
                (Some(row + 1), Some(column)),
                (Some(row), column.checked_sub(1)),
                (Some(row), Some(column + 1)),
            ];
            beside.into_iter().filter_map(move |(row, column)| {
                let (row, column) = (row?, column?);
                let is_in_form = form.has(facts.editions(), row, column);
                let cell = is_in_form.then(|| facts.cell(form.slot(row, column))).flatten()?;
                facts.interval(cell)?.exact()
            })
        })
    }
}
