//! Expressions ready to be evaluated: names resolved, types checked, static rows and columns filled in.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::syntax::Operator;
use super::vocabulary::{Field, Function, ReportField};
use crate::rules::form::Slot;
use crate::rules::pattern::Pattern;

/// A checked expression.
#[expect(missing_docs, reason = "each is named after what it is")]
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Node {
    Number(Decimal),
    Text(String),
    /// A cell of a form.
    Cell(Slot),
    /// Cells of forms.
    Cells(Vec<Slot>),
    /// A cell whose row or column is only known in the report.
    CellAt {
        form: usize,
        row: Box<Leaf>,
        column: Box<Leaf>,
    },
    /// Cells of a table of an open form.
    Found(Box<FoundCells>),
    /// A record that a quantifier runs over, by its number among the rule's dynamic variables.
    Variable(usize),
    /// A row of a form.
    Row {
        form: usize,
        leaf: usize,
    },
    /// A column of a form.
    Column {
        form: usize,
        leaf: usize,
    },
    Field(Box<Node>, Field),
    Report(ReportField),
    /// All claims of a kind.
    Claims(usize),
    /// All cells that count something, in all forms of the edition.
    AllCells(Vec<Slot>),
    Call(Function, Vec<Node>),
    /// A number of other reports.
    Elsewhere(Whose, Box<Node>),
    Not(Box<Node>),
    Negative(Box<Node>),
    Binary(Operator, Box<Node>, Box<Node>),
    /// Text against a pattern.
    Matches(Box<Node>, std::sync::Arc<Pattern>),
}

impl Node {
    /// Whether values are compared anywhere in it; else it only asks whether something is there, or is as it must be.
    pub fn compares(&self) -> bool {
        match self {
            Node::Binary(operator, left, right) => {
                operator.is_comparison()
                    || matches!(operator, Operator::In)
                    || left.compares()
                    || right.compares()
            }
            Node::Not(inner) => inner.compares(),
            _ => false,
        }
    }

    /// How many of the rule's variables it needs, which are chosen in order: those up to the last that it speaks of.
    pub fn variables(&self) -> usize {
        let mut needed = 0;
        self.visit(&mut |node, _| {
            if let Node::Variable(number) = node {
                needed = needed.max(number + 1);
            }
        });
        needed
    }

    /// Calls `each` for it and for every expression in it, with the number of years that it looks back.
    pub fn visit<'n>(&'n self, each: &mut impl FnMut(&'n Node, usize)) {
        self.visit_in(0, each);
    }

    fn visit_in<'n>(&'n self, back: usize, each: &mut impl FnMut(&'n Node, usize)) {
        each(self, back);
        match self {
            Node::CellAt { row, column, .. } => {
                for leaf in [row, column] {
                    if let Leaf::Of(node) = leaf.as_ref() {
                        node.visit_in(back, each);
                    }
                }
            }
            Node::Found(cells) => {
                cells.table.visit_in(back, each);
                for lines in [&cells.rows, &cells.columns] {
                    if let Lines::Of(node) = lines {
                        node.visit_in(back, each);
                    }
                }
            }
            Node::Elsewhere(Whose::Previous, inner) => inner.visit_in(back + 1, each),
            Node::Field(inner, _)
            | Node::Elsewhere(Whose::Children, inner)
            | Node::Not(inner)
            | Node::Negative(inner)
            | Node::Matches(inner, _) => inner.visit_in(back, each),
            Node::Call(_, arguments) => {
                arguments.iter().for_each(|argument| argument.visit_in(back, each));
            }
            Node::Binary(_, left, right) => {
                left.visit_in(back, each);
                right.visit_in(back, each);
            }
            Node::Number(_)
            | Node::Text(_)
            | Node::Cell(_)
            | Node::Cells(_)
            | Node::Variable(_)
            | Node::Row { .. }
            | Node::Column { .. }
            | Node::Report(_)
            | Node::Claims(_)
            | Node::AllCells(_) => {}
        }
    }
}

/// Cells of a table of an open form.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FoundCells {
    /// The form, by number.
    pub form: usize,
    /// The table, or one of its rows or columns.
    pub table: Node,
    /// The rows.
    pub rows: Lines,
    /// The columns.
    pub columns: Lines,
}

/// Rows or columns of a table.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Lines {
    /// One that a variable stands for.
    Of(Node),
    /// The one of the same name as a line of a table of another form, which a variable stands for.
    Same(Node),
    /// The one of a leaf that the form fixes.
    Fixed(usize),
    /// All of some leaves, by number.
    Leaves(Vec<usize>),
}

impl Lines {
    /// Whether it is one line.
    pub fn is_one(&self) -> bool {
        !matches!(self, Lines::Leaves(_))
    }
}

/// Other reports that an expression can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Whose {
    /// The report of the same body on the year before.
    Previous,
    /// Those of the bodies below, on the same year.
    Children,
}

/// A row or column of a form.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Leaf {
    /// Known from the rule.
    Known(usize),
    /// Read in the report.
    Of(Node),
}
