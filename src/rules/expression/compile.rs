//! Checks names and types of an expression against a pack, and makes it ready to be evaluated.

mod elsewhere;

use std::ops::Range;
use std::sync::Arc;

use super::node::{FoundCells, Leaf, Lines, Node};
use super::syntax::{Expression, Kind, Name, Operator, Pick, Selector};
use super::vocabulary::{FUNCTIONS, Function, REPORT, Record, Type, Wanted};
use crate::rules::claim::Claim;
use crate::rules::fields::Text;
use crate::rules::form::{Axis, Form, Kind as CellKind, Side};
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

    fn counted_cells(&self) -> Vec<crate::rules::form::Slot> {
        let mut slots = Vec::new();
        for form in self.forms.iter().filter(|form| !form.is_open) {
            for row in form.rows_in(self.editions) {
                let counted = form
                    .columns_of(self.editions, row)
                    .filter(|&column| form.kind(row, column) == CellKind::Count);
                slots.extend(counted.map(|column| form.slot(row, column)));
            }
        }
        slots
    }

    fn cell(&mut self, text: &Text, name: &Name, row: &Selector, column: &Selector) -> Typed {
        let Some(form_index) = self.forms.iter().position(|form| form.id == name.text) else {
            let known: Vec<&str> = self.forms.iter().map(|form| form.id.as_str()).collect();
            self.unknown(text, name, "form", &known);
            return None;
        };
        let form = self.forms.get(form_index)?;
        if form.is_open {
            return self.found_cells(text, form_index, name, row, column);
        }
        let rows = self.select(text, row, &form.rows, "row", Record::Row(form_index));
        let columns = self.select(text, column, &form.columns, "column", Record::Column(form_index));
        let at = name.at.start..column.at.end + 1;
        match (rows?, columns?) {
            (Selected::Dynamic(row), Selected::Dynamic(column)) => {
                Some(cell_at(form_index, Leaf::Of(row), Leaf::Of(column)))
            }
            (Selected::Dynamic(row), Selected::One(column)) => {
                Some(cell_at(form_index, Leaf::Of(row), Leaf::Known(column)))
            }
            (Selected::One(row), Selected::Dynamic(column)) => {
                Some(cell_at(form_index, Leaf::Known(row), Leaf::Of(column)))
            }
            (Selected::One(row), Selected::One(column)) => {
                if !form.has(Editions::ALL, row, column) {
                    self.mistake(
                        text,
                        &at,
                        "the form has no such cell",
                        "this row does not have this column",
                    );
                    return None;
                }
                self.is_absent |= !form.has(self.editions, row, column);
                Some((Node::Cell(form.slot(row, column)), Type::Number))
            }
            (Selected::Dynamic(_), Selected::Several(_)) | (Selected::Several(_), Selected::Dynamic(_)) => {
                self.mistake(
                    text,
                    &row.at,
                    "a row read in the report picks one cell",
                    "needs one column beside it",
                );
                None
            }
            (rows, columns) => {
                let (rows, columns) = (rows.leaves(), columns.leaves());
                let all = rows.iter().flat_map(|&row| columns.iter().map(move |&column| (row, column)));
                let slots = all
                    .filter(|&(row, column)| form.has(self.editions, row, column))
                    .map(|(row, column)| form.slot(row, column));
                Some((Node::Cells(slots.collect()), Type::Numbers))
            }
        }
    }

    /// Cells of an open form: of the table of a variable.
    fn found_cells(
        &mut self,
        text: &Text,
        form: usize,
        name: &Name,
        row: &Selector,
        column: &Selector,
    ) -> Typed {
        let rows = self.lines(text, row, form, Side::Rows);
        let columns = self.lines(text, column, form, Side::Columns);
        let (rows, columns) = (rows?, columns?);
        let of_line = [&rows, &columns].into_iter().find_map(|lines| match lines {
            Lines::Of(node) => Some(node.clone()),
            _ => None,
        });
        let of_form = |binding: &Binding| match binding {
            Binding::Dynamic(index, Record::Table(of) | Record::Line(of, _)) if *of == form => {
                Some(Node::Variable(*index))
            }
            _ => None,
        };
        let table = of_line.or_else(|| self.variables.iter().find_map(|(_, binding)| of_form(binding)));
        let Some(table) = table else {
            // Rules look over the tables of the forms that they name; other expressions do not.
            self.mistake(text, &name.at, "which table of the form?", "expected a variable that runs over it");
            return None;
        };
        let kind = if rows.is_one() && columns.is_one() { Type::Number } else { Type::Numbers };
        Some((Node::Found(Box::new(FoundCells { form, table, rows, columns })), kind))
    }

    fn lines(&mut self, text: &Text, selector: &Selector, form: usize, side: Side) -> Option<Lines> {
        let what = if side == Side::Rows { "row" } else { "column" };
        let axis = self.forms.get(form)?.axis(side);
        match self.select(text, selector, axis, what, Record::Line(form, side))? {
            Selected::Dynamic(node) => Some(Lines::Of(node)),
            Selected::Same(node) => Some(Lines::Same(node)),
            Selected::Several(leaves) => Some(Lines::Leaves(leaves)),
            Selected::One(leaf) => {
                let is_found = axis.leaf(leaf).is_some_and(|node| node.found.is_some());
                Some(if is_found { Lines::Leaves(vec![leaf]) } else { Lines::Fixed(leaf) })
            }
        }
    }

    fn select(
        &mut self,
        text: &Text,
        selector: &Selector,
        axis: &Axis,
        what: &str,
        record: Record,
    ) -> Option<Selected> {
        let find = |compiler: &mut Self, name: &Name| {
            let found = axis.find(&name.text);
            if found.is_none() {
                let mut known: Vec<String> = axis.nodes.iter().map(|node| node.id.clone()).collect();
                known.extend(compiler.variables.iter().map(|(name, _)| name.clone()));
                let known: Vec<&str> = known.iter().map(String::as_str).collect();
                compiler.unknown(text, name, what, &known);
            }
            found
        };
        match &selector.pick {
            Pick::All => Some(Selected::Several((0..axis.leaves.len()).collect())),
            Pick::Group(name) => {
                let group = find(self, name)?;
                Some(Selected::Several(axis.leaves_of(group).collect()))
            }
            Pick::Range(first, last) => {
                let (first_node, last_node) = (find(self, first)?, find(self, last)?);
                let leaf = |node: usize| axis.nodes.get(node).and_then(|node| node.leaf);
                let (Some(start), Some(end)) = (leaf(first_node), leaf(last_node)) else {
                    self.mistake(
                        text,
                        &selector.at,
                        format!("a range runs from one {what} to another"),
                        "one end is a group",
                    );
                    return None;
                };
                if start > end {
                    self.mistake(
                        text,
                        &selector.at,
                        "this range runs backwards",
                        format!("`{}` comes first in the form", last.text),
                    );
                    return None;
                }
                Some(Selected::Several((start..=end).collect()))
            }
            Pick::Path(path) => {
                let (first, fields) = path.split_first()?;
                if let Some(binding) = self.variable(&first.text) {
                    return self.select_variable(text, selector, binding, fields, record);
                }
                let node = find(self, first)?;
                if let Some(extra) = fields.first() {
                    self.mistake(
                        text,
                        &extra.at,
                        format!("a {what} has no fields here"),
                        "expected `,` or `]`",
                    );
                    return None;
                }
                let leaf = axis.nodes.get(node).and_then(|node| node.leaf);
                if leaf.is_none() {
                    let mistake = Mistake::new(
                        text.part(selector.at.clone()),
                        format!("`{}` is a group of {what}s", first.text),
                        format!("expected one {what}"),
                    );
                    self.mistakes.push(mistake.help(format!("write `{}.*` for all of them", first.text)));
                }
                leaf.map(Selected::One)
            }
        }
    }

    fn select_variable(
        &mut self,
        text: &Text,
        selector: &Selector,
        binding: Binding,
        fields: &[Name],
        record: Record,
    ) -> Option<Selected> {
        match binding {
            Binding::Row { leaf, .. } | Binding::Column { leaf, .. }
                if fields.is_empty() && binding.record() == record =>
            {
                Some(Selected::One(leaf))
            }
            Binding::Dynamic(index, of) => {
                let (node, kind) = self.fields(text, Node::Variable(index), Type::Record(of), fields)?;
                if kind == Type::Record(record) {
                    return Some(Selected::Dynamic(node));
                }
                if self.share_names(kind, record) {
                    return Some(Selected::Same(node));
                }
                let wanted = Type::Record(record);
                self.mistake(
                    text,
                    &selector.at,
                    "this picks nothing in the form",
                    format!("is {kind}, expected {wanted} of this form"),
                );
                None
            }
            _ => {
                let wanted = Type::Record(record);
                self.mistake(
                    text,
                    &selector.at,
                    "this variable is of another form or the other axis",
                    format!("expected {wanted} of this form"),
                );
                None
            }
        }
    }

    /// Whether a line of one open form can have the name of one of another.
    fn share_names(&self, kind: Type, wanted: Record) -> bool {
        let (Type::Record(Record::Line(form, side)), Record::Line(other, other_side)) = (kind, wanted) else {
            return false;
        };
        let axis = |form: usize| self.forms.get(form).map(|form| form.axis(side));
        let (Some(axis), Some(other)) = (axis(form), axis(other)) else { return false };
        let mut leaves = (0..axis.leaves.len()).filter_map(|leaf| axis.leaf(leaf));
        side == other_side && leaves.any(|leaf| other.find(&leaf.id).is_some())
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

/// What a selector picks.
enum Selected {
    One(usize),
    Several(Vec<usize>),
    Dynamic(Node),
    /// The line of the same name as one of another form.
    Same(Node),
}

impl Selected {
    fn leaves(self) -> Vec<usize> {
        match self {
            Selected::One(leaf) => vec![leaf],
            Selected::Several(leaves) => leaves,
            Selected::Dynamic(_) | Selected::Same(_) => Vec::new(),
        }
    }
}

fn is_cell(node: &Node) -> bool {
    match node {
        Node::Cell(_) | Node::CellAt { .. } => true,
        Node::Found(cells) => cells.rows.is_one() && cells.columns.is_one(),
        _ => false,
    }
}

fn cell_at(form: usize, row: Leaf, column: Leaf) -> (Node, Type) {
    (Node::CellAt { form, row: Box::new(row), column: Box::new(column) }, Type::Number)
}
