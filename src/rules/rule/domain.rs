//! What the variables of a rule run over.

use serde::{Deserialize, Serialize};

use super::{Context, syntax_mistake};
use crate::rules::expression::syntax::{self, Expression, Name};
use crate::rules::expression::vocabulary::Record;
use crate::rules::fields::Text;
use crate::rules::form::{Axis, Form, Side};
use crate::rules::mistake::Mistake;

/// What a dynamic variable of a rule runs over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Domain {
    /// Cells of one form or of all.
    Cells(Option<usize>),
    /// Claims of a kind.
    Claims(usize),
    /// Dates in the text.
    Dates,
    /// Numbered headings.
    Headings,
    /// Sections that the pack names.
    Sections,
    /// Figures in prose.
    Figures,
    /// Totals in prose with their parts.
    Lists,
    /// Totals in tables with their parts.
    Footings,
    /// Rates of change in tables.
    Rates,
    /// Tables of an open form.
    Tables(usize),
    /// Rows or columns of the tables of an open form, of one group or all.
    Lines {
        /// The form.
        form: usize,
        /// Rows or columns.
        side: Side,
        /// The group, or the one row or column, by node.
        group: Option<usize>,
    },
    /// The parts of the claim or list that an earlier variable stands for.
    Parts(usize),
    /// The other counts in the paragraph of that claim.
    Others(usize),
}

impl Domain {
    pub(super) fn record(self) -> Record {
        match self {
            Domain::Cells(_) => Record::Cell,
            Domain::Claims(claim) => Record::Claim(claim),
            Domain::Dates => Record::Date,
            Domain::Tables(form) => Record::Table(form),
            Domain::Lines { form, side, .. } => Record::Line(form, side),
            Domain::Headings => Record::Heading,
            Domain::Lists => Record::List,
            Domain::Footings => Record::Footing,
            Domain::Rates => Record::Rate,
            Domain::Sections => Record::Section,
            Domain::Figures | Domain::Parts(_) | Domain::Others(_) => Record::Figure,
        }
    }
}

/// A variable of a rule: its name, and what it runs over.
pub(super) enum Quantifier {
    AllRows,
    Rows { form: usize, group: Option<usize> },
    Columns { form: usize, group: Option<usize> },
    Dynamic(usize, Domain),
}

pub(super) fn quantifiers(
    named: &[(Text, Text)],
    mistakes: &mut Vec<Mistake>,
    context: Context<'_>,
) -> Vec<(String, Quantifier)> {
    let mut found: Vec<(String, Quantifier)> = Vec::new();
    for (name, text) in named {
        let path = match syntax::parse_path(&text.value) {
            Ok(path) => path,
            Err(error) => {
                mistakes.push(syntax_mistake(text, error));
                continue;
            }
        };
        let quantifier = domain(text, &path, &found, context);
        match quantifier {
            Ok(quantifier) => found.push((name.value.clone(), quantifier)),
            Err(mistake) => mistakes.push(mistake),
        }
    }
    found
}

fn domain(
    text: &Text,
    path: &[Name],
    earlier: &[(String, Quantifier)],
    context: Context<'_>,
) -> Result<Quantifier, Mistake> {
    let words: Vec<&str> = path.iter().map(|name| name.text.as_str()).collect();
    let at = |index: usize| path.get(index).map_or_else(|| text.at(), |name| text.part(name.at.clone()));
    let next = earlier.iter().filter(|(_, quantifier)| matches!(quantifier, Quantifier::Dynamic(..))).count();
    let dynamic = |domain| Ok(Quantifier::Dynamic(next, domain));
    if let [variable, field] = words.as_slice()
        && let Some((_, Quantifier::Dynamic(index, domain))) =
            earlier.iter().find(|(name, _)| name == variable)
    {
        return match (domain, *field) {
            (Domain::Claims(_) | Domain::Lists, "parts") => dynamic(Domain::Parts(*index)),
            (Domain::Claims(_), "others") => dynamic(Domain::Others(*index)),
            _ => Err(Mistake::unknown(at(1), "set", field, ["parts", "others"])),
        };
    }
    match words.as_slice() {
        ["rows"] => Ok(Quantifier::AllRows),
        ["cells"] => dynamic(Domain::Cells(None)),
        ["dates"] => dynamic(Domain::Dates),
        ["headings"] => dynamic(Domain::Headings),
        ["lists"] => dynamic(Domain::Lists),
        ["footings"] => dynamic(Domain::Footings),
        ["rates"] => dynamic(Domain::Rates),
        ["sections"] => dynamic(Domain::Sections),
        ["figures"] => dynamic(Domain::Figures),
        ["claims", claim] => match context.claims.find(claim) {
            Some(claim) => dynamic(Domain::Claims(claim)),
            None => Err(Mistake::unknown(
                at(1),
                "claim",
                claim,
                context.claims.claims.iter().map(|claim| claim.id.as_str()),
            )),
        },
        [form] if context.forms.iter().any(|known| known.id == *form && known.is_open) => {
            let index = context.forms.iter().position(|known| known.id == *form).unwrap_or_default();
            dynamic(Domain::Tables(index))
        }
        [form, axis, group @ ..] if group.len() <= 1 => {
            let Some(index) = context.forms.iter().position(|known| known.id == *form) else {
                let known = context
                    .forms
                    .iter()
                    .map(|form| form.id.as_str())
                    .chain(["claims"])
                    .chain(earlier.iter().map(|(name, _)| name.as_str()));
                return Err(Mistake::unknown(at(0), "form", form, known));
            };
            let found = context.forms.get(index);
            let within = |axis: Option<&Axis>| match (group, axis) {
                ([group], Some(axis)) => axis.find(group).map(Some).ok_or_else(|| {
                    Mistake::unknown(at(2), "group", group, axis.nodes.iter().map(|node| node.id.as_str()))
                }),
                _ => Ok(None),
            };
            if let Some(open) = found.filter(|form| form.is_open) {
                let side = match *axis {
                    "rows" => Side::Rows,
                    "columns" => Side::Columns,
                    other => return Err(Mistake::unknown(at(1), "set", other, ["rows", "columns"])),
                };
                return dynamic(Domain::Lines { form: index, side, group: within(Some(open.axis(side)))? });
            }
            match *axis {
                "rows" => Ok(Quantifier::Rows { form: index, group: within(found.map(|form| &form.rows))? }),
                "columns" => {
                    Ok(Quantifier::Columns { form: index, group: within(found.map(|form| &form.columns))? })
                }
                "cells" if group.is_empty() => dynamic(Domain::Cells(Some(index))),
                other => Err(Mistake::unknown(at(1), "set", other, ["rows", "columns", "cells"])),
            }
        }
        _ => {
            let known = [
                "rows", "cells", "claims", "dates", "figures", "headings", "lists", "footings", "rates",
                "sections",
            ];
            Err(Mistake::unknown(
                text.at(),
                "set",
                &text.value,
                known.into_iter().chain(context.forms.iter().map(|form| form.id.as_str())),
            ))
        }
    }
}

/// A rule that names cells of an open form, but has no variable over its tables, looks over all of them.
pub(super) fn look_over_tables<'e>(
    quantifiers: &mut Vec<(String, Quantifier)>,
    expressions: impl Iterator<Item = &'e Expression>,
    forms: &[Form],
) {
    let mut named: Vec<&str> = Vec::new();
    expressions.for_each(|expression| expression.forms(&mut named));
    for (number, form) in forms.iter().enumerate().filter(|(_, form)| form.is_open) {
        let has_variable = quantifiers.iter().any(|(_, quantifier)| {
            matches!(quantifier, Quantifier::Dynamic(_, Domain::Tables(of) | Domain::Lines { form: of, .. }) if *of == number)
        });
        if named.contains(&form.id.as_str()) && !has_variable {
            let next = quantifiers
                .iter()
                .filter(|(_, quantifier)| matches!(quantifier, Quantifier::Dynamic(..)))
                .count();
            quantifiers.push((String::new(), Quantifier::Dynamic(next, Domain::Tables(number))));
        }
    }
}
