//! What is right by its names and types, and still makes no sense in a rule.

use super::{Example, Expected};
use crate::rules::expression::syntax::{Expression, Kind, Operator};
use crate::rules::fields::Text;
use crate::rules::form::{Axis, Form};
use crate::rules::mistake::Mistake;

/// Words that expressions know without being told.
const WORDS: [&str; 3] = ["report", "cells", "claims"];

/// A variable must not hide a name of the pack: which one is meant could not be told.
pub fn check_variables(named: &[(Text, Text)], forms: &[Form], mistakes: &mut Vec<Mistake>) {
    for (name, _) in named {
        let id = name.value.as_str();
        let has = |axis: &Axis| axis.find(id).is_some();
        let what = if WORDS.contains(&id) {
            "a word of expressions".to_owned()
        } else if forms.iter().any(|form| form.id == id) {
            "a form".to_owned()
        } else if let Some(form) = forms.iter().find(|form| has(&form.rows)) {
            format!("a row of `{}`", form.id)
        } else if let Some(form) = forms.iter().find(|form| has(&form.columns)) {
            format!("a column of `{}`", form.id)
        } else {
            continue;
        };
        let message = format!("a variable cannot be called `{id}`");
        mistakes.push(Mistake::new(name.at(), message, format!("is {what} too")));
    }
}

/// A relation, or the condition of one, must depend on the report.
pub fn check_relation(text: &Text, expression: &Expression, mistakes: &mut Vec<Mistake>) {
    if is_constant(expression) {
        let message = "this is the same for every report, so that the rule can never fire";
        mistakes.push(Mistake::new(text.part(expression.at.clone()), message, "names nothing of the report"));
    }
    check_sides(text, expression, mistakes);
}

fn is_constant(expression: &Expression) -> bool {
    match &expression.kind {
        Kind::Number(_) | Kind::Text(_) => true,
        Kind::Path(_) | Kind::Cell { .. } | Kind::Elsewhere { .. } => false,
        Kind::Call { arguments, .. } => arguments.iter().all(is_constant),
        Kind::Not(inner) | Kind::Negative(inner) => is_constant(inner),
        Kind::Binary { left, right, .. } => is_constant(left) && is_constant(right),
    }
}

/// The two sides of a comparison must not be the same.
fn check_sides(text: &Text, expression: &Expression, mistakes: &mut Vec<Mistake>) {
    match &expression.kind {
        Kind::Binary { operator: Operator::And | Operator::Or, left, right } => {
            check_sides(text, left, mistakes);
            check_sides(text, right, mistakes);
        }
        Kind::Binary { operator, left, right } if operator.is_comparison() => {
            let words = |side: &Expression| {
                let written = text.value.get(side.at.clone()).unwrap_or_default();
                written.split_whitespace().collect::<String>()
            };
            if words(left) == words(right) && !is_constant(left) {
                let message = "the two sides are the same, so that this depends on no figure";
                mistakes.push(Mistake::new(
                    text.part(expression.at.clone()),
                    message,
                    "compares a figure with itself",
                ));
            }
        }
        _ => {}
    }
}

/// What an example says of a finding must be of one that there can be.
pub fn check_examples(examples: &[Example], mistakes: &mut Vec<Mistake>) {
    for example in examples {
        if example.verdict != Expected::Fail
            && let Some(text) = example.at.as_ref().or(example.message.as_ref())
        {
            let label = "only an example with the verdict `fail` has one";
            mistakes.push(Mistake::new(text.at(), "nothing is found in this example", label));
        }
        if let Some(at) = &example.at
            && example.format == "txt"
            && !example.report.value.contains(&at.value)
        {
            let mistake = Mistake::new(at.at(), "this is not in the report of the example", "not there");
            mistakes.push(mistake.also(example.report.part(0..0), "this report"));
        }
    }
}
