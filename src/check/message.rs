//! What is said of a broken relation: the words of its rule, with what the placeholders among them stand for.

use super::evaluate::Evaluator;
use super::names;
use super::value::Value;
use crate::rules::expression::node::Node;
use crate::rules::rule::Piece;

/// A message with its placeholders filled in.
pub(super) fn message(evaluator: &Evaluator<'_, '_>, pieces: &[Piece]) -> String {
    let mut message = String::new();
    for piece in pieces {
        match piece {
            Piece::Words(words) => message.push_str(words),
            Piece::Value(node) => message.push_str(&shown(evaluator, node)),
        }
    }
    evaluator.forget_witnesses();
    message
}

fn shown(evaluator: &Evaluator<'_, '_>, node: &Node) -> String {
    if let Some(id) = evaluator.figure_of(node) {
        return names::printed(evaluator.facts, evaluator.document, id);
    }
    match evaluator.value(node) {
        Value::Number(number) => {
            number.value().map(|value| value.normalize().to_string()).unwrap_or_default()
        }
        Value::Date(date) => date.to_string(),
        // A section's text carries its place, which is not for reading.
        Value::Text(text) => text.rsplit_once('@').map_or(text.as_ref(), |(title, _)| title).to_owned(),
        Value::Record(record) => names::record(evaluator.facts, evaluator.document, record),
        _ => String::new(),
    }
}
