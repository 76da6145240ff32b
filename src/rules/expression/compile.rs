//! Checks names and types of an expression against a pack, and makes it ready to be evaluated.

mod cells;
mod elsewhere;

use std::ops::Range;
use std::sync::Arc;

use super::node::Node;
use super::syntax::{Expression, Kind, Name, Operator};
use super::vocabulary::{FUNCTIONS, Function, REPORT, Record, Type, Wanted};
use crate::rules::claim::Claim;
use crate::rules::fields::Text;
use crate::rules::form::Form;
use crate::rules::mistake::Mistake;
use crate::rules::pack::Editions;
use crate::rules::pattern::{Pattern, Words};

/// What a variable of a rule stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binding {
    /// A row of a form.
    Row {
        /// The form, by number.
        form: usize,
        /// The leaf of its rows, by number.
        leaf: usize,
    },
    /// A column of a form.
    Column {
        /// The form, by number.
        form: usize,
        /// The leaf of its columns, by number.
        leaf: usize,
    },
    /// A record found in the report, by its number among the rule's dynamic variables.
    Dynamic(usize, Record),
}

impl Binding {
    /// The kind of record.
    pub fn record(self) -> Record {
        match self {
            Binding::Row { form, .. } => Record::Row(form),
            Binding::Column { form, .. } => Record::Column(form),
            Binding::Dynamic(_, record) => record,
        }
    }
}

/// Variables of a rule that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lost {
    /// All were read.
    None,
    /// Some were not.
    Some(Vec<String>),
    /// None was, and their names are not known.
    All,
}

/// Compiles the expressions of one rule.
pub struct Compiler<'p> {
    /// Forms of the pack.
    pub forms: &'p [Form],
    /// Claims of the pack.
    pub claims: &'p [Claim],
    /// The edition that cells are picked for.
    pub editions: Editions,
    /// The variables in scope.
    pub variables: Vec<(String, Binding)>,
    /// Mistakes found.
    pub mistakes: Vec<Mistake>,
    /// Variables that could not be read, which is a mistake of its own.
    pub lost: &'p Lost,
    /// The expression names a cell that this edition of the form does not have.
    pub is_absent: bool,
    /// It is read for another report, of which only cells are known.
    pub is_elsewhere: bool,
}

type Typed = Option<(Node, Type)>;

impl Compiler<'_> {
    /// Compiles an expression that must be true or false.
    pub fn truth(&mut self, text: &Text, expression: &Expression) -> Option<Node> {
        let (node, kind) = self.expression(text, expression)?;
        if kind == Type::Truth {
            return Some(node);
        }
        self.mistake(
            text,
            &expression.at,
            "this is not a condition",
            format!("is {kind}, expected true or false"),
        );
        None
    }

    fn mistake(
        &mut self,
        text: &Text,
        at: &Range<usize>,
        message: impl Into<String>,
        label: impl Into<String>,
    ) {
        self.mistakes.push(Mistake::new(text.part(at.clone()), message, label));
    }

    fn unknown(&mut self, text: &Text, name: &Name, kind: &str, known: &[&str]) {
        let at = text.part(name.at.clone());
        let mistake = Mistake::unknown(at, kind, &name.text, known.iter().copied());
        let is_lost = match self.lost {
            Lost::None => false,
            Lost::Some(names) => names.contains(&name.text),
            Lost::All => mistake.is_lost,
        };
        if !is_lost {
            self.mistakes.push(mistake);
        }
    }

    /// Compiles any expression.
    pub fn expression(&mut self, text: &Text, expression: &Expression) -> Typed {
        match &expression.kind {
            Kind::Number(number) => Some((Node::Number(*number), Type::Number)),
            Kind::Text(words) => Some((Node::Text(words.clone()), Type::Text)),
            Kind::Path(path) => self.path(text, path),
            Kind::Cell { form, row, column } => self.cell(text, form, row, column),
            Kind::Call { function, arguments } => self.call(text, function, arguments, &expression.at),
            Kind::Elsewhere { whose, inner } => self.elsewhere(text, whose, inner),
            Kind::Not(inner) => {
                self.truth(text, inner).map(|inner| (Node::Not(Box::new(inner)), Type::Truth))
            }
            Kind::Negative(inner) => {
                let node = self.value(text, inner, Type::Number)?;
                Some((Node::Negative(Box::new(node)), Type::Number))
            }
            Kind::Binary { operator, left, right } => self.binary(text, *operator, left, right),
        }
    }

    /// Compiles an expression of a wanted type; a record that stands for such a value will do.
    fn value(&mut self, text: &Text, expression: &Expression, wanted: Type) -> Option<Node> {
        let (node, kind) = self.expression(text, expression)?;
        if self.stands_for(kind) == wanted {
            return Some(node);
        }
        self.mistake(
            text,
            &expression.at,
            "this is of the wrong type",
            format!("is {kind}, expected {wanted}"),
        );
        None
    }

    fn stands_for(&self, kind: Type) -> Type {
        match kind {
            Type::Record(record) => record.value(self.claims).unwrap_or(kind),
            Type::Records(record) if record.value(self.claims) == Some(Type::Number) => Type::Numbers,
            other => other,
        }
    }

    fn path(&mut self, text: &Text, path: &[Name]) -> Typed {
        let (first, fields) = path.split_first()?;
        if !self.may_be_elsewhere(text, first, fields) {
            return None;
        }
        if first.text == "report" {
            let known: Vec<&str> = REPORT.iter().map(|(name, ..)| *name).collect();
            let Some(field) = fields.first() else {
                self.mistake(
                    text,
                    &first.at,
                    "`report` is no value by itself",
                    format!("expected one of its fields: {}", known.join(", ")),
                );
                return None;
            };
            let found = REPORT
                .iter()
                .find(|(name, ..)| *name == field.text)
                .map(|&(_, field, kind)| (Node::Report(field), kind));
            if found.is_none() {
                self.unknown(text, field, "field of `report`:", &known);
            }
            return found;
        }
        if first.text == "cells" && fields.is_empty() && self.variable("cells").is_none() {
            return Some((Node::AllCells(self.counted_cells()), Type::Numbers));
        }
        if first.text == "claims" && self.variable("claims").is_none() {
            let known: Vec<&str> = self.claims.iter().map(|claim| claim.id.as_str()).collect();
            let Some(name) = fields.first() else {
                self.mistake(
                    text,
                    &first.at,
                    "`claims` is no value by itself",
                    "expected `claims.` and the name of a claim",
                );
                return None;
            };
            let Some(claim) = self.claims.iter().position(|claim| claim.id == name.text) else {
                self.unknown(text, name, "claim", &known);
                return None;
            };
            return Some((Node::Claims(claim), Type::Records(Record::Claim(claim))));
        }
        let Some(binding) = self.variable(&first.text) else {
            let mut known: Vec<String> = self.variables.iter().map(|(name, _)| name.clone()).collect();
            known.extend(["report".to_owned(), "cells".to_owned(), "claims".to_owned()]);
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            self.unknown(text, first, "variable", &known);
            return None;
        };
        let node = match binding {
            Binding::Row { form, leaf } => Node::Row { form, leaf },
            Binding::Column { form, leaf } => Node::Column { form, leaf },
            Binding::Dynamic(index, _) => Node::Variable(index),
        };
        self.fields(text, node, Type::Record(binding.record()), fields)
    }

    fn fields(&mut self, text: &Text, mut node: Node, mut kind: Type, fields: &[Name]) -> Typed {
        for name in fields {
            let Type::Record(record) = kind else {
                self.mistake(text, &name.at, format!("{kind} has no fields"), "this field");
                return None;
            };
            let Some((field, field_type)) = record.field(&name.text, self.claims) else {
                let known =
                    record.field_names(self.claims).into_iter().map(str::to_owned).collect::<Vec<_>>();
                let known: Vec<&str> = known.iter().map(String::as_str).collect();
                self.unknown(text, name, &format!("field of {kind}:"), &known);
                return None;
            };
            node = Node::Field(Box::new(node), field);
            kind = field_type;
        }
        Some((node, kind))
    }

    fn variable(&self, name: &str) -> Option<Binding> {
        self.variables.iter().rev().find(|(known, _)| known == name).map(|&(_, binding)| binding)
    }

    fn call(&mut self, text: &Text, name: &Name, arguments: &[Expression], at: &Range<usize>) -> Typed {
        let Some(&(_, function, wanted, result)) = FUNCTIONS.iter().find(|(known, ..)| *known == name.text)
        else {
            let known: Vec<&str> = FUNCTIONS.iter().map(|(known, ..)| *known).collect();
            self.unknown(text, name, "function", &known);
            return None;
        };
        let repeated = wanted.iter().copied().find(|wanted| *wanted == Wanted::EachNumbers);
        if wanted.len() != arguments.len() && (repeated.is_none() || arguments.is_empty()) {
            let label = format!("takes {}, has {}", wanted.len(), arguments.len());
            self.mistake(text, at, format!("wrong number of arguments for `{}`", name.text), label);
            return None;
        }
        let mut nodes = Vec::new();
        let mut result = result;
        for (argument, wanted) in
            arguments.iter().zip(wanted.iter().copied().chain(repeated.into_iter().cycle()))
        {
            let (node, kind) = self.expression(text, argument)?;
            let stands_for = self.stands_for(kind);
            let fits = match wanted {
                Wanted::One(wanted) => stands_for == wanted,
                Wanted::Numbers | Wanted::EachNumbers => matches!(stands_for, Type::Numbers | Type::Number),
                Wanted::Several => matches!(kind, Type::Numbers | Type::Records(_)),
                Wanted::Cell => kind == Type::Record(Record::Cell) || is_cell(&node),
                Wanted::Anything => true,
            };
            if !fits {
                self.mistake(
                    text,
                    &argument.at,
                    format!("`{}` cannot take this", name.text),
                    format!("is {kind}, expected {wanted}"),
                );
                return None;
            }
            // The share of several totals is several shares.
            if function == Function::PercentOf && stands_for == Type::Numbers {
                result = Type::Numbers;
            }
            nodes.push(node);
        }
        Some((Node::Call(function, nodes), result))
    }

    fn binary(&mut self, text: &Text, operator: Operator, left: &Expression, right: &Expression) -> Typed {
        let both = |left, right, kind| Some((Node::Binary(operator, Box::new(left), Box::new(right)), kind));
        match operator {
            Operator::Or | Operator::And => {
                let (left, right) = (self.truth(text, left), self.truth(text, right));
                both(left?, right?, Type::Truth)
            }
            Operator::Add | Operator::Subtract | Operator::Multiply | Operator::Divide => {
                let (left, right) =
                    (self.value(text, left, Type::Number), self.value(text, right, Type::Number));
                both(left?, right?, Type::Number)
            }
            Operator::Matches => {
                let node = self.value(text, left, Type::Text)?;
                let Kind::Text(pattern) = &right.kind else {
                    self.mistake(text, &right.at, "`matches` needs a pattern", "expected `'…'`");
                    return None;
                };
                // The quotes are not part of the pattern.
                let inner = text.sub_text(right.at.start + 1..right.at.start + 1 + pattern.len());
                match Pattern::new(inner, Words::default()) {
                    Ok(pattern) => Some((Node::Matches(Box::new(node), Arc::new(pattern)), Type::Truth)),
                    Err(mistake) => {
                        self.mistakes.push(mistake);
                        None
                    }
                }
            }
            Operator::In => {
                let left = self.value(text, left, Type::Number);
                let right = self.value(text, right, Type::Numbers);
                both(left?, right?, Type::Truth)
            }
            _ => self.comparison(text, operator, left, right),
        }
    }

    fn comparison(
        &mut self,
        text: &Text,
        operator: Operator,
        left: &Expression,
        right: &Expression,
    ) -> Typed {
        let (left_typed, right_typed) = (self.expression(text, left), self.expression(text, right));
        let ((left_node, left_type), (right_node, right_type)) = (left_typed?, right_typed?);
        let (a, b) = (self.stands_for(left_type), self.stands_for(right_type));
        let is_ordered = !matches!(operator, Operator::Equal | Operator::NotEqual);
        let fits = match (a, b) {
            (Type::Number, Type::Number) | (Type::Date, Type::Date) => true,
            (Type::Text, Type::Text) | (Type::Truth, Type::Truth) => !is_ordered,
            _ => false,
        };
        if !fits {
            let at = left.at.start..right.at.end;
            let mistake = Mistake::new(text.part(at), "these cannot be compared", format!("{a} against {b}"));
            let mistake = match (a, b) {
                (Type::Numbers, _) | (_, Type::Numbers) => {
                    mistake.help("take their `sum(…)`, `min(…)` or `max(…)`")
                }
                (Type::Date, Type::Number) | (Type::Number, Type::Date) => {
                    mistake.help("`year(…)` gives the year of a date")
                }
                _ => mistake,
            };
            self.mistakes.push(mistake);
            return None;
        }
        Some((Node::Binary(operator, Box::new(left_node), Box::new(right_node)), Type::Truth))
    }
}

fn is_cell(node: &Node) -> bool {
    match node {
        Node::Cell(_) | Node::CellAt { .. } => true,
        Node::Found(cells) => cells.rows.is_one() && cells.columns.is_one(),
        _ => false,
    }
}
