//! A rule for each choice of its rows and columns.

use serde::{Deserialize, Serialize};

use super::domain::Quantifier;
use super::message::Template;
use super::{Condition, Context, Piece};
use crate::rules::expression::compile::{Binding, Compiler, Lost};
use crate::rules::expression::node::Node;
use crate::rules::expression::syntax::Expression;
use crate::rules::fields::Text;
use crate::rules::form::{Axis, Form};
use crate::rules::mistake::{At, Mistake};
use crate::rules::pack::Editions;

/// A rule for one choice of its rows and columns.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Instance {
    /// The relation is only looked at where all of these are true.
    pub when: Vec<Condition>,
    /// The relation.
    pub assert: Node,
    /// The relation compares values; else it only asks whether something is there, or is as it must be.
    pub compares: bool,
    /// The figure that the finding points at, where it is not the first of the relation.
    pub target: Option<Node>,
    /// What is said when it is broken.
    pub message: Vec<Piece>,
    /// Names of the parts that figures play, each with the expression for those figures.
    pub roles: Vec<(String, Node)>,
}

/// Every cell of a large form and far more; what runs over the rows of several forms at once runs away.
const MOST_CHOICES: usize = 10_000;

/// The parts of a rule file from which its instances are made.
pub(super) struct Source {
    pub(super) quantifiers: Vec<(String, Quantifier)>,
    /// Where the last of them stands.
    pub(super) over: Option<At>,
    /// Variables that could not be read.
    pub(super) lost: Lost,
    pub(super) when: Option<(Text, Expression)>,
    /// The relation; `None` where it could not be read, which is a mistake of its own.
    pub(super) assert: Option<(Text, Expression)>,
    pub(super) target: Option<(Text, Expression)>,
    pub(super) message: Template,
    pub(super) roles: Vec<(String, (Text, Expression))>,
}

impl Source {
    pub(super) fn instances(&self, mistakes: &mut Vec<Mistake>, context: Context<'_>) -> Vec<Vec<Instance>> {
        let before = mistakes.len();
        let mut editions = Vec::new();
        for edition in 0..context.editions.max(1) {
            let mask = Editions::only(edition);
            let mut instances = Vec::new();
            let Some(choices) = self.choices(mask, context) else {
                let at = self.over.clone().unwrap_or_else(|| self.message.at());
                let message =
                    format!("this rule runs over more than {MOST_CHOICES} choices of rows and columns");
                mistakes.push(Mistake::new(at, message, "expected fewer variables, or smaller groups"));
                return Vec::new();
            };
            for variables in choices {
                let mut compiler = Compiler {
                    forms: context.forms,
                    claims: &context.claims.claims,
                    editions: mask,
                    variables,
                    mistakes: Vec::new(),
                    lost: &self.lost,
                    is_absent: false,
                    is_elsewhere: false,
                };
                let instance = self.instance(&mut compiler);
                // One choice of rows and columns shows the mistakes of all.
                if !compiler.mistakes.is_empty() {
                    mistakes.append(&mut compiler.mistakes);
                    return Vec::new();
                }
                if !compiler.is_absent {
                    instances.extend(instance);
                }
            }
            editions.push(instances);
        }
        let is_empty =
            editions.iter().all(Vec::is_empty) && mistakes.len() == before && self.lost == Lost::None;
        if let Some((text, _)) = self.assert.as_ref().filter(|_| is_empty) {
            mistakes.push(Mistake::new(
                text.at(),
                "this rule can never fire",
                "no edition of the pack has the cells it names",
            ));
        }
        editions
    }

    /// Every choice of the static variables, with the dynamic ones beside them; `None` if there are too many.
    fn choices(&self, editions: Editions, context: Context<'_>) -> Option<Vec<Vec<(String, Binding)>>> {
        let mut choices: Vec<Vec<(String, Binding)>> = vec![Vec::new()];
        for (name, quantifier) in &self.quantifiers {
            let bindings: Vec<Binding> = match *quantifier {
                Quantifier::AllRows => {
                    // The rows of an open form are those of the report, however many, and one that varies may lack some.
                    let is_fixed = |form: &Form| !form.is_open && !form.varies;
                    let forms = context.forms.iter().enumerate().filter(|(_, form)| is_fixed(form));
                    forms
                        .flat_map(|(form, found)| {
                            found.rows_in(editions).map(move |leaf| Binding::Row { form, leaf })
                        })
                        .collect()
                }
                Quantifier::Rows { form, group } => {
                    let Some(found) = context.forms.get(form) else { continue };
                    let leaves = found.rows_in(editions).filter(|&leaf| in_group(&found.rows, leaf, group));
                    leaves.map(|leaf| Binding::Row { form, leaf }).collect()
                }
                Quantifier::Columns { form, group } => {
                    let Some(found) = context.forms.get(form) else { continue };
                    let leaves = (0..found.columns.leaves.len()).filter(|&leaf| {
                        found.columns.leaf(leaf).is_some_and(|column| column.editions.meets(editions))
                            && in_group(&found.columns, leaf, group)
                    });
                    leaves.map(|leaf| Binding::Column { form, leaf }).collect()
                }
                Quantifier::Dynamic(index, domain) => vec![Binding::Dynamic(index, domain.record())],
            };
            if choices.len() * bindings.len() > MOST_CHOICES {
                return None;
            }
            choices = choices
                .into_iter()
                .flat_map(|choice| {
                    bindings.iter().map(move |&binding| {
                        let mut choice = choice.clone();
                        choice.push((name.clone(), binding));
                        choice
                    })
                })
                .collect();
        }
        Some(choices)
    }

    fn instance(&self, compiler: &mut Compiler<'_>) -> Option<Instance> {
        let when = self.when.as_ref().map(|(text, expression)| compiler.truth(text, expression));
        let target = self
            .target
            .as_ref()
            .map(|(text, expression)| compiler.expression(text, expression).map(|(node, _)| node));
        let assert = self.assert.as_ref().map(|(text, expression)| compiler.truth(text, expression));
        let message = self.message.compile(compiler);
        let role = |(name, (text, expression)): &(String, (Text, Expression))| {
            compiler.expression(text, expression).map(|(node, _)| (name.clone(), node))
        };
        let roles = self.roles.iter().filter_map(role).collect();
        let when = match when {
            Some(node) => Condition::joined(node?),
            None => Vec::new(),
        };
        let assert = assert??;
        Some(Instance { when, compares: assert.compares(), assert, target: target.flatten(), message, roles })
    }
}

fn in_group(axis: &Axis, leaf: usize, group: Option<usize>) -> bool {
    group.is_none_or(|group| axis.leaves.get(leaf).is_some_and(|&node| axis.is_within(node, group)))
}
