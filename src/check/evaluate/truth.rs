//! Whether something holds: what joins conditions, and comparisons of numbers, dates and words.

use rust_decimal::Decimal;

use super::{Evaluator, Reading};
use crate::check::value::{Number, Truth, Value};
use crate::facts::date::Date;
use crate::facts::interval::{Possible, Relation};
use crate::rules::expression::node::Node;
use crate::rules::expression::syntax::Operator;
use crate::rules::expression::vocabulary::Function;

impl Evaluator<'_, '_> {
    pub(super) fn truth(&self, node: &Node, reading: Reading) -> Truth {
        match node {
            Node::Not(inner) => !self.truth(inner, Reading::Condition),
            Node::Binary(Operator::And, left, right) => match self.truth(left, reading) {
                Truth::No => Truth::No,
                left => match (left, self.truth(right, reading)) {
                    (_, Truth::No) => Truth::No,
                    (Truth::Yes, Truth::Yes) => Truth::Yes,
                    _ => Truth::Unknown,
                },
            },
            Node::Binary(Operator::Or, left, right) => match self.truth(left, reading) {
                Truth::Yes => Truth::Yes,
                left => match (left, self.truth(right, reading)) {
                    (_, Truth::Yes) => Truth::Yes,
                    (Truth::No, Truth::No) => Truth::No,
                    _ => Truth::Unknown,
                },
            },
            Node::Binary(Operator::In, left, right) => self.is_among(left, right, reading),
            Node::Binary(operator, left, right) if operator.is_comparison() => {
                self.comparison(*operator, left, right, reading)
            }
            Node::Matches(text, pattern) => match self.value(text) {
                Value::Text(text) => Truth::of(pattern.is_in(&text)),
                _ => Truth::Unknown,
            },
            Node::Call(Function::Near, arguments) => self.near(arguments),
            Node::Call(function, arguments) => {
                arguments.first().map_or(Truth::Unknown, |argument| self.predicate(*function, argument))
            }
            other => match self.value(other) {
                Value::Truth(truth) => truth,
                _ => Truth::Unknown,
            },
        }
    }

    /// Whether a number equals one of several.
    fn is_among(&self, left: &Node, right: &Node, reading: Reading) -> Truth {
        let (Some(number), Some(numbers)) = (self.number(left), self.several(right)) else {
            return Truth::Unknown;
        };
        let mut verdict = if numbers.is_empty() { Truth::Unknown } else { Truth::No };
        for (_, other) in numbers {
            match self.compare_numbers(Operator::Equal, number, other, reading) {
                Truth::Yes => return Truth::Yes,
                Truth::Unknown => verdict = Truth::Unknown,
                Truth::No => {}
            }
        }
        verdict
    }

    fn comparison(&self, operator: Operator, left: &Node, right: &Node, reading: Reading) -> Truth {
        let is_exact = reading == Reading::Condition || self.tolerance.is_zero();
        if is_exact && let Some(truth) = self.compare_wholes(operator, left, right) {
            return truth;
        }
        let left = self.plain(self.value(left));
        if let (Value::Text(a), Node::Text(b)) = (&left, right) {
            return Truth::of((a == b) == (operator == Operator::Equal));
        }
        let right = self.plain(self.value(right));
        match (left, right) {
            (Value::Number(a), Value::Number(b)) => self.compare_numbers(operator, a, b, reading),
            (Value::Date(a), Value::Date(b)) => compare_dates(operator, a, b),
            (Value::Text(a), Value::Text(b)) => Truth::of((a == b) == (operator == Operator::Equal)),
            (Value::Truth(a), Value::Truth(b)) if a != Truth::Unknown && b != Truth::Unknown => {
                Truth::of((a == b) == (operator == Operator::Equal))
            }
            _ => Truth::Unknown,
        }
    }

    fn compare_numbers(&self, operator: Operator, a: Number, b: Number, reading: Reading) -> Truth {
        let tolerance = if reading == Reading::Relation { self.tolerance } else { Decimal::ZERO };
        let Some(a) = a.widened(tolerance) else { return Truth::Unknown };
        compare_numbers(operator, a, b, reading)
    }
}

fn compare_numbers(operator: Operator, a: Number, b: Number, reading: Reading) -> Truth {
    let verdict = match operator {
        Operator::Equal => a.compare(Relation::Equal, b),
        Operator::NotEqual => a.compare(Relation::NotEqual, b),
        Operator::AtMost => a.compare(Relation::AtMost, b),
        Operator::Less => a.compare(Relation::Less, b),
        Operator::AtLeast => b.compare(Relation::AtMost, a),
        Operator::Greater => b.compare(Relation::Less, a),
        _ => None,
    };
    match verdict {
        Some(Possible::Always) => Truth::Yes,
        Some(Possible::Never) => Truth::No,
        Some(Possible::Sometimes) if reading == Reading::Relation && operator != Operator::NotEqual => {
            if a.is_narrow && b.is_narrow { Truth::Yes } else { Truth::Unknown }
        }
        _ => Truth::Unknown,
    }
}

fn compare_dates(operator: Operator, a: Date, b: Date) -> Truth {
    let (Some(a), Some(b)) = (a.ordinal(), b.ordinal()) else { return Truth::Unknown };
    Truth::of(match operator {
        Operator::Equal => a == b,
        Operator::NotEqual => a != b,
        Operator::Less => a < b,
        Operator::AtMost => a <= b,
        Operator::Greater => a > b,
        Operator::AtLeast => a >= b,
        _ => return Truth::Unknown,
    })
}
