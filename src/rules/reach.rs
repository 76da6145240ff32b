//! What rules that name other reports need of each report: what is kept of it when its text is not.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::expression::node::{Leaf, Lines, Node, Whose};
use super::expression::vocabulary::{Function, ReportField};
use super::form::{Form, Side, Slot};
use super::rule::{Domain, Instance, Rule};

/// The other reports that a rule names, and the figures of each report that it needs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reach {
    /// How many years it looks back.
    pub years: usize,
    /// It names the reports of the bodies below.
    pub children: bool,
    /// It needs more of its own report than cells: claims, or how a cell is written.
    pub needs_text: bool,
    /// The figures that it names.
    pub named: Named,
}

/// Figures of forms.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// Cells, in order.
    pub slots: Vec<Slot>,
    /// Rows and columns of open forms, by form.
    pub open: BTreeMap<usize, OpenLines>,
}

/// Rows and columns of an open form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenLines {
    /// Rows, by leaf.
    pub rows: BTreeSet<usize>,
    /// Columns, by leaf.
    pub columns: BTreeSet<usize>,
}

impl Named {
    /// Adds the figures that others name.
    pub fn add(&mut self, other: &Named) {
        self.slots.extend(&other.slots);
        self.slots.sort_unstable();
        self.slots.dedup();
        for (&form, lines) in &other.open {
            let known = self.open.entry(form).or_default();
            known.rows.extend(&lines.rows);
            known.columns.extend(&lines.columns);
        }
    }

    fn form(&mut self, form: &Form) {
        self.slots.extend(form.slots().map(Slot));
    }

    fn node(&mut self, node: &Node, forms: &[Form], domains: &[Domain]) {
        match node {
            Node::Cell(slot) => self.slots.push(*slot),
            Node::Cells(slots) | Node::AllCells(slots) => self.slots.extend(slots),
            Node::CellAt { form, row, column } => {
                let Some(form) = forms.get(*form) else { return };
                let leaves = |leaf: &Leaf, side: Side| match leaf {
                    Leaf::Known(leaf) => vec![*leaf],
                    Leaf::Of(_) => (0..form.axis(side).leaves.len()).collect(),
                };
                let columns = leaves(column, Side::Columns);
                for row in leaves(row, Side::Rows) {
                    self.slots.extend(columns.iter().map(|&column| form.slot(row, column)));
                }
            }
            Node::Found(cells) => {
                let Some(form) = forms.get(cells.form) else { return };
                let leaves = |lines: &Lines, side: Side| match lines {
                    Lines::Of(_) | Lines::Same(_) => (0..form.axis(side).leaves.len()).collect(),
                    Lines::Fixed(leaf) => vec![*leaf],
                    Lines::Leaves(leaves) => leaves.clone(),
                };
                let known = self.open.entry(cells.form).or_default();
                known.rows.extend(leaves(&cells.rows, Side::Rows));
                known.columns.extend(leaves(&cells.columns, Side::Columns));
            }
            Node::Variable(index) => match domains.get(*index) {
                Some(Domain::Cells(Some(form))) => {
                    if let Some(form) = forms.get(*form) {
                        self.form(form);
                    }
                }
                Some(Domain::Cells(None)) => {
                    forms.iter().filter(|form| !form.is_open).for_each(|form| self.form(form));
                }
                _ => {}
            },
            _ => {}
        }
    }
}

impl Reach {
    /// What a rule with some instances names; `None` for a rule of one report.
    pub fn of(instances: &[Vec<Instance>], domains: &[Domain], forms: &[Form]) -> Option<Self> {
        let mut reach = Self::default();
        let is_of_text =
            |domain: &Domain| !matches!(domain, Domain::Cells(_) | Domain::Tables(_) | Domain::Lines { .. });
        reach.needs_text = domains.iter().any(is_of_text);
        for instance in instances.iter().flatten() {
            for node in instance.when.iter().map(|condition| &condition.node).chain([&instance.assert]) {
                node.visit(&mut |node, back| {
                    reach.years = reach.years.max(back);
                    reach.children |= matches!(node, Node::Elsewhere(Whose::Children, _));
                    reach.needs_text |= needs_text(node);
                    reach.named.node(node, forms, domains);
                });
            }
        }
        if reach.years == 0 && !reach.children {
            return None;
        }
        let own = std::mem::take(&mut reach.named);
        reach.named.add(&own);
        Some(reach)
    }
}

/// Whether an expression asks for what only the text of a report tells.
fn needs_text(node: &Node) -> bool {
    match node {
        Node::Claims(_) => true,
        Node::Report(field) => !matches!(field, ReportField::Year),
        Node::Call(function, _) => matches!(
            function,
            Function::Blank
                | Function::IsProper
                | Function::IsWord
                | Function::Printed
                | Function::Rounded
                | Function::Exact
                | Function::Hedged
        ),
        _ => false,
    }
}

/// What all rules of a pack need of each report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Across {
    /// How many years they look back at most.
    pub years: usize,
    /// Some name the reports of the bodies below.
    pub children: bool,
    /// The figures that rules name which look back.
    pub over_years: Named,
    /// The figures that rules name which look back or below.
    pub all: Named,
}

impl Across {
    /// What some rules need; `None` if all are rules of one report.
    pub fn of(rules: &[Rule]) -> Option<Self> {
        let mut across = Self::default();
        for reach in rules.iter().filter_map(|rule| rule.reach.as_ref()) {
            across.years = across.years.max(reach.years);
            across.children |= reach.children;
            if !reach.children {
                across.over_years.add(&reach.named);
            }
            across.all.add(&reach.named);
        }
        (across.years > 0 || across.children).then_some(across)
    }
}
