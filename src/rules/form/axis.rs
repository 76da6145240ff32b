//! The rows and the columns of a form, with their groups.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Kind;
use crate::rules::element_path::ElementPath;
use crate::rules::fields::Text;
use crate::rules::mistake::At;
use crate::rules::pack::Editions;
use crate::rules::pattern::Pattern;

/// A row or column of a form, or a group of them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Node {
    /// Name in expressions.
    pub id: String,
    /// Place of the name, for mistakes that concern it.
    pub at: At,
    /// Name in messages.
    pub name: String,
    /// Where it is in XML: for a column its figure within the row, for a row what it belongs to; the first that is there.
    pub elements: Vec<ElementPath>,
    /// Labels that bind it; a group without labels only gathers others for expressions.
    pub labels: Vec<Text>,
    /// The group it belongs to.
    pub group: Option<usize>,
    /// Editions of the form that have it.
    pub editions: Editions,
    /// What its cells hold, where it says so.
    pub kind: Option<Kind>,
    /// For a row: the columns that it has; all of them if not given.
    pub(super) columns: Option<Vec<usize>>,
    /// It is the total of others: where it is left blank, it is not taken for zero unless they are.
    pub is_total: bool,
    /// For a total: the leaves that it adds up, where it says so.
    pub of: Vec<usize>,
    /// It holds rates of change, in percent.
    pub is_rate: bool,
    /// It holds shares of the total of the line before it, in percent.
    pub is_share: bool,
    /// It is found in the report, as often as there are labels like this that name nothing else.
    pub found: Option<Arc<Pattern>>,
    /// It says how it is found, rightly or not.
    pub(super) is_found: bool,
    /// It says where it is in XML, rightly or not.
    pub(super) has_elements: bool,
    /// Number among the leaves; `None` for a group.
    pub leaf: Option<usize>,
}

impl Node {
    /// Whether it is no total, or one whose parts, which it names, are all `such`.
    pub fn adds_only(&self, such: impl FnMut(usize) -> bool) -> bool {
        !self.is_total || !self.of.is_empty() && self.of.iter().copied().all(such)
    }
}

/// Rows or columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Side {
    /// Rows.
    Rows,
    /// Columns.
    Columns,
}

/// The rows or the columns of a form.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Axis {
    /// Rows or columns and their groups, in the order of the form.
    pub nodes: Vec<Node>,
    /// For each leaf its node.
    pub leaves: Vec<usize>,
}

impl Axis {
    /// The node called `id`.
    pub fn find(&self, id: &str) -> Option<usize> {
        self.nodes.iter().position(|node| node.id == id)
    }

    /// The node of a leaf.
    pub fn leaf(&self, leaf: usize) -> Option<&Node> {
        self.leaves.get(leaf).and_then(|&node| self.nodes.get(node))
    }

    /// Leaves at or below a node, in order.
    pub fn leaves_of(&self, node: usize) -> impl Iterator<Item = usize> {
        self.leaves
            .iter()
            .enumerate()
            .filter(move |&(_, &leaf)| self.is_within(leaf, node))
            .map(|(leaf, _)| leaf)
    }

    /// Whether `node` is `group` or lies below it.
    pub fn is_within(&self, node: usize, group: usize) -> bool {
        self.ancestors(node).any(|ancestor| ancestor == group)
    }

    /// A node and the groups above it, from the inside out.
    pub fn ancestors(&self, node: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(node), |&node| self.nodes.get(node).and_then(|node| node.group))
    }

    /// The nearest group above a node that has labels, so that a report can show it.
    pub fn labelled_group(&self, node: usize) -> Option<usize> {
        self.ancestors(node)
            .skip(1)
            .find(|&group| self.nodes.get(group).is_some_and(|group| !group.labels.is_empty()))
    }
}
