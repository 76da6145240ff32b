//! A broken relation written out with the numbers in it: `859 + 18 ≠ 805 + 71`.

use super::evaluate::Evaluator;
use super::names;
use super::value::{Number, Record, Value};
use crate::facts::FigureId;
use crate::facts::cell::Reading;
use crate::facts::interval::Interval;
use crate::rules::expression::node::{Node, Whose};
use crate::rules::expression::syntax::Operator;
use crate::rules::expression::vocabulary::Function;

/// The relation with numbers, where it compares numbers or dates.
pub fn written(evaluator: &Evaluator<'_, '_>, node: &Node) -> Option<String> {
    let Node::Binary(operator, left, right) = node else { return None };
    let sign = match operator {
        Operator::Equal => "≠",
        Operator::NotEqual => "=",
        Operator::AtMost => ">",
        Operator::Less => "≥",
        Operator::AtLeast => "<",
        Operator::Greater => "≤",
        _ => return None,
    };
    let is_limit = |node: &Node| matches!(node, Node::Number(_));
    // A figure against a number of the rule's own is no relation between figures.
    if is_limit(left) || is_limit(right) {
        return None;
    }
    Some(format!("{} {sign} {}", side(evaluator, left)?, side(evaluator, right)?))
}

fn side(evaluator: &Evaluator<'_, '_>, node: &Node) -> Option<String> {
    match node {
        Node::Binary(operator, left, right) => {
            let sign = match operator {
                Operator::Add => "+",
                Operator::Subtract => "-",
                Operator::Multiply => "×",
                Operator::Divide => "÷",
                _ => return None,
            };
            Some(joined(&side(evaluator, left)?, sign, &side(evaluator, right)?))
        }
        Node::Negative(inner) => Some(format!("-{}", bracketed(&side(evaluator, inner)?, Binding::Alone))),
        Node::Call(Function::Sum, arguments) => sum(evaluator, arguments.first()?),
        Node::Call(Function::PercentOf, arguments) => {
            let [part, total] = arguments.as_slice() else { return None };
            let share = match evaluator.value(node) {
                Value::Number(share) => {
                    share_text(share).map(|share| format!(" = {share}")).unwrap_or_default()
                }
                _ => String::new(),
            };
            Some(joined(&side(evaluator, part)?, "÷", &side(evaluator, total)?) + &share)
        }
        Node::Number(number) => Some(number.to_string()),
        Node::Elsewhere(Whose::Previous, inner) => {
            evaluator.within(evaluator.previous()?, || side(evaluator, inner))
        }
        Node::Elsewhere(Whose::Children, inner) => over_children(evaluator, node, inner),
        other => single(evaluator, other),
    }
}

/// How closely what is written out holds together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Binding {
    /// `3 ÷ 4 = 75%`
    Equation,
    /// `3 + 4`
    Sum,
    /// `3 × 4`
    Product,
    /// `3`, `(3 + 4)`
    Alone,
}

/// Two sides with a sign between them, each in brackets where it would else be read in another way.
fn joined(left: &str, sign: &str, right: &str) -> String {
    let (before, behind) = match sign {
        "+" => (Binding::Sum, Binding::Sum),
        "-" => (Binding::Sum, Binding::Product),
        "×" => (Binding::Product, Binding::Product),
        _ => (Binding::Product, Binding::Alone),
    };
    format!("{} {sign} {}", bracketed(left, before), bracketed(right, behind))
}

/// A text in brackets, unless it holds together so closely.
fn bracketed(text: &str, wanted: Binding) -> String {
    if binding(text) < wanted { format!("({text})") } else { text.to_owned() }
}

fn binding(text: &str) -> Binding {
    let mut depth = 0_usize;
    let mut loosest = Binding::Alone;
    for word in text.split(' ') {
        let found = match word {
            "=" => Binding::Equation,
            "+" | "-" => Binding::Sum,
            "×" | "÷" => Binding::Product,
            _ => Binding::Alone,
        };
        if depth == 0 {
            loosest = loosest.min(found);
        }
        depth = (depth + word.matches('(').count()).saturating_sub(word.matches(')').count());
    }
    loosest
}

/// What is computed over the reports of several bodies: the terms of a sum where they are few, else its value.
fn over_children(evaluator: &Evaluator<'_, '_>, node: &Node, inner: &Node) -> Option<String> {
    const MOST: usize = 8;
    let children = evaluator.children()?;
    if matches!(inner, Node::Call(Function::Sum, _)) && children.len() <= MOST {
        let terms = children.iter().map(|&child| evaluator.within(child, || side(evaluator, inner)));
        let mut terms: Vec<String> = terms.collect::<Option<_>>()?;
        terms.retain(|term| term != "0");
        return Some(if terms.is_empty() { "0".to_owned() } else { terms.join(" + ") });
    }
    match evaluator.value(node) {
        Value::Number(number) => {
            let value = number.value()?.normalize();
            Some(format!("{value} (of {} reports)", children.len()))
        }
        _ => None,
    }
}

fn single(evaluator: &Evaluator<'_, '_>, node: &Node) -> Option<String> {
    if let Some(id) = evaluator.figure_of(node) {
        return Some(figure(evaluator, id));
    }
    match evaluator.value(node) {
        Value::Number(number) => Some(number.value()?.normalize().to_string()),
        Value::Date(date) => Some(date.to_string()),
        Value::Text(text) => Some(text.into_owned()),
        Value::Record(Record::Date(index)) => {
            evaluator.facts.dates.get(index).map(|date| date.date.to_string())
        }
        Value::Record(Record::Heading(index)) => {
            evaluator.facts.outline.headings.get(index)?.number.map(|number| number.to_string())
        }
        Value::Record(Record::Claim(claim)) => {
            let captured = evaluator.facts.claims.claims.get(claim)?.figure()?;
            let date = evaluator.facts.dates.get(evaluator.facts.captured_date(captured)?);
            date.map(|date| date.date.to_string())
        }
        _ => None,
    }
}

/// A figure: its number, or what is printed where that means more than one number.
pub fn figure(evaluator: &Evaluator<'_, '_>, id: FigureId) -> String {
    const LONGEST: usize = 16;
    let printed = names::printed(evaluator.facts, evaluator.document, id);
    let is_hedged = evaluator.facts.figure(id).is_some_and(
        |figure| matches!(figure.reading, Reading::Number(quantity) if quantity.hedge.is_some()),
    );
    match evaluator.facts.interval(id).and_then(Interval::exact).filter(|_| !is_hedged) {
        Some(value) => value.normalize().to_string(),
        None if printed.chars().count() <= LONGEST && !printed.is_empty() => printed,
        None => "?".to_owned(),
    }
}

/// A sum: its terms that are not zero.
fn sum(evaluator: &Evaluator<'_, '_>, node: &Node) -> Option<String> {
    let ids: Vec<Option<FigureId>> = match node {
        Node::Cells(slots) | Node::AllCells(slots) => {
            slots.iter().map(|&slot| evaluator.cell_figure(slot)).collect()
        }
        Node::Found(cells) => evaluator.found_figures(cells)?,
        // What was printed is shown with its hedge, so that it can be seen what was left aside.
        Node::Call(Function::Printed | Function::Rounded, arguments) => {
            return sum(evaluator, arguments.first()?);
        }
        _ if evaluator.figure_of(node).is_some() => vec![evaluator.figure_of(node)],
        _ => match evaluator.value(node) {
            Value::Records(records) => records
                .into_iter()
                .map(|record| match record {
                    Record::Figure(_) | Record::List(_) | Record::Footing(_) => {
                        evaluator.record_figure(record)
                    }
                    Record::Cell(slot) => evaluator.cell_figure(slot),
                    _ => None,
                })
                .collect(),
            Value::Numbers(numbers) => {
                let terms: Option<Vec<String>> = numbers
                    .iter()
                    .map(|(_, number)| number.value().map(|value| value.normalize().to_string()))
                    .collect();
                return terms.map(|terms| terms.join(" + "));
            }
            _ => return None,
        },
    };
    let is_zero = |id: FigureId| {
        evaluator.facts.interval(id).and_then(Interval::exact).is_some_and(|value| value.is_zero())
    };
    let terms: Vec<String> =
        ids.into_iter().flatten().filter(|&id| !is_zero(id)).map(|id| figure(evaluator, id)).collect();
    Some(if terms.is_empty() { "0".to_owned() } else { terms.join(" + ") })
}

/// A share in percent, to two decimals, for reading only.
fn share_text(share: Number) -> Option<String> {
    let value = share.numerator.exact()?.checked_div(share.divisor?.exact()?)?;
    Some(format!("{}%", value.round_dp(2).normalize()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Numbers modulo a prime, where every division but that by zero is exact.
    const PRIME: u64 = 1_000_003;

    #[derive(Clone, Debug)]
    enum Tree {
        Number(u64),
        Of(Box<Tree>, usize, Box<Tree>),
    }

    const SIGNS: [&str; 4] = ["+", "-", "×", "÷"];

    fn apply(sign: &str, left: u64, right: u64) -> u64 {
        let inverse = (0..20).rev().fold(1, |power, bit| {
            let square = power * power % PRIME;
            if (PRIME - 2) >> bit & 1 == 1 { square * right % PRIME } else { square }
        });
        match sign {
            "+" => (left + right) % PRIME,
            "-" => (left + PRIME - right) % PRIME,
            "×" => left * right % PRIME,
            _ => left * inverse % PRIME,
        }
    }

    impl Tree {
        fn value(&self) -> u64 {
            match self {
                Tree::Number(number) => *number,
                Tree::Of(left, sign, right) => apply(SIGNS[*sign], left.value(), right.value()),
            }
        }

        fn text(&self) -> String {
            match self {
                Tree::Number(number) => number.to_string(),
                Tree::Of(left, sign, right) => joined(&left.text(), SIGNS[*sign], &right.text()),
            }
        }
    }

    /// The value of a text, as it is taught in school.
    fn read(words: &mut std::iter::Peekable<std::vec::IntoIter<String>>, is_sum: bool) -> u64 {
        let operand = |words: &mut std::iter::Peekable<std::vec::IntoIter<String>>| match is_sum {
            true => read(words, false),
            false => match words.next().unwrap().as_str() {
                "(" => {
                    let value = read(words, true);
                    assert_eq!(words.next().unwrap(), ")");
                    value
                }
                number => number.parse().unwrap(),
            },
        };
        let mut value = operand(words);
        let wanted = if is_sum { &SIGNS[..2] } else { &SIGNS[2..] };
        while let Some(sign) = words.next_if(|word| wanted.contains(&word.as_str())) {
            let right = operand(words);
            value = apply(&sign, value, right);
        }
        value
    }

    fn trees() -> impl Strategy<Value = Tree> {
        (1..1000_u64).prop_map(Tree::Number).prop_recursive(5, 40, 2, |inner| {
            (inner.clone(), 0..4_usize, inner)
                .prop_map(|(left, sign, right)| Tree::Of(Box::new(left), sign, Box::new(right)))
        })
    }

    proptest! {
        /// What is printed, read again, has the value that was compared.
        #[test]
        fn what_is_written_has_its_value(tree in trees()) {
            let text = tree.text().replace('(', "( ").replace(')', " )");
            let words: Vec<String> = text.split(' ').map(str::to_owned).collect();
            prop_assert_eq!(read(&mut words.into_iter().peekable(), true), tree.value(), "{}", text);
        }
    }

    #[test]
    fn a_difference_is_divided_as_a_whole() {
        assert_eq!(joined("120万 - 100万", "÷", "100万"), "(120万 - 100万) ÷ 100万");
        assert_eq!(joined("3 + 4", "-", "1 + 2"), "3 + 4 - (1 + 2)");
        assert_eq!(joined("3 ÷ 4 = 75%", "-", "2"), "(3 ÷ 4 = 75%) - 2");
    }
}
