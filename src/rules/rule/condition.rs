//! The conditions of a rule, apart, so that each is looked at as early as can be.

use serde::{Deserialize, Serialize};

use crate::rules::expression::node::Node;
use crate::rules::expression::syntax::Operator;

/// A condition of a rule.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Condition {
    /// What must be true.
    pub node: Node,
    /// How many of the rule's dynamic variables must be chosen for it to be told.
    pub variables: usize,
}

impl Condition {
    /// The conditions that an expression joins with `and`.
    pub(super) fn joined(node: Node) -> Vec<Self> {
        match node {
            Node::Binary(Operator::And, left, right) => {
                let mut both = Self::joined(*left);
                both.extend(Self::joined(*right));
                both
            }
            node => vec![Self { variables: node.variables(), node }],
        }
    }
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::*;

    #[test]
    fn conditions_wait_for_the_last_variable_they_speak_of() {
        let variable = |number| Box::new(Node::Variable(number));
        let joined = |operator, left, right| Box::new(Node::Binary(operator, left, right));
        let one = Box::new(Node::Number(Decimal::ONE));
        // 1 = 1 and a < 1 and (b = a or a = 1)
        let either = joined(Operator::Or, joined(Operator::Equal, variable(1), variable(0)), variable(0));
        let two = joined(
            Operator::And,
            joined(Operator::Equal, one.clone(), one.clone()),
            joined(Operator::Less, variable(0), one),
        );
        let conditions = Condition::joined(*joined(Operator::And, two, either));
        assert_eq!(conditions.iter().map(|condition| condition.variables).collect::<Vec<_>>(), [0, 1, 2]);
    }
}
