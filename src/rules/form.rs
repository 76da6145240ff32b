//! Forms: official tables, their rows and columns, named once with the labels that real reports use.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::claim::compile;
use super::element_path::ElementPath;
use super::fields::{self, Fields, Text};
use super::label::Key;
use super::mistake::{At, Mistake};
use super::pack::Editions;
use super::pattern::{Pattern, Words};

/// What a cell holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// A number of things: whole, not negative.
    Count,
    /// A sum of money or another measure: not negative.
    Amount,
    /// A change against an earlier count: whole, of either sign.
    Change,
    /// A sum of money that may be below zero.
    Balance,
    /// A percentage, with or without its sign.
    Percent,
    /// A day.
    Date,
    /// The number of the line: no figure of the report.
    Ordinal,
}

const KINDS: &[(&str, Kind)] = &[
    ("count", Kind::Count),
    ("amount", Kind::Amount),
    ("change", Kind::Change),
    ("balance", Kind::Balance),
    ("percent", Kind::Percent),
    ("date", Kind::Date),
    ("ordinal", Kind::Ordinal),
];

/// What a blank cell, or a mark such as `/` or `—`, means in a form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Blank {
    /// Nothing to count.
    #[default]
    Zero,
    /// Not told.
    Unknown,
}

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
    columns: Option<Vec<usize>>,
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
    is_found: bool,
    /// It says where it is in XML, rightly or not.
    has_elements: bool,
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

/// Which way a form's rows are found in a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Layout {
    /// Row labels stand to the left of their cells.
    #[default]
    Rows,
    /// Row labels stand above the column labels, in the header: one line of figures holds all.
    Stacked,
    /// Each label has its figures right beside it; a line may hold several labels.
    Beside,
}

/// Where the elements of a form are in XML.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ElementMap {
    /// Its tables, below the outermost element.
    pub table: ElementPath,
    /// The rows, below a table.
    pub row: ElementPath,
    /// What joins a row to what it belongs to by references, below a table.
    pub link: ElementPath,
    /// The label of a row, below what it belongs to.
    pub label: ElementPath,
    /// Notes to a table, below it.
    pub notes: Option<ElementPath>,
}

/// An official table.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Form {
    /// Name in expressions.
    pub id: String,
    /// Where that stands.
    pub at: At,
    /// Name in messages.
    pub name: String,
    /// Where its row labels stand.
    pub layout: Layout,
    /// What a blank cell means.
    pub blank: Blank,
    /// Its figures are rounded to the decimals shown.
    pub is_rounded: bool,
    /// Figures of a table with such words in it, or right above it, are rounded, and so are all that show decimals.
    pub rounded_where: Option<Arc<Pattern>>,
    /// What its total rows and columns add up is told from the report.
    pub is_footed: bool,
    /// Its rows, its columns or the tables themselves are found in the report.
    pub is_open: bool,
    /// Where it is in XML, if it is there.
    pub elements: Option<ElementMap>,
    kind: Kind,
    /// Its rows.
    pub rows: Axis,
    /// Its columns.
    pub columns: Axis,
    /// Labels of header cells that bind nothing, such as the name of the stub.
    pub captions: Vec<Text>,
    /// Number of its first cell among the cells of the pack.
    pub base: usize,
}

/// A cell, by its number: first those of the pack's forms, then those of the tables found in the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Slot(pub usize);

impl Form {
    /// Its rows or its columns.
    pub fn axis(&self, side: Side) -> &Axis {
        match side {
            Side::Rows => &self.rows,
            Side::Columns => &self.columns,
        }
    }

    /// Number of cells, whether or not the form has them; none of an open form, whose cells are found in the report.
    pub fn size(&self) -> usize {
        if self.is_open { 0 } else { self.rows.leaves.len() * self.columns.leaves.len() }
    }

    /// Whether its tables are told by their columns and its row labels, rather than by the order of a fixed form.
    pub fn is_read_by_table(&self) -> bool {
        self.elements.is_none() && (self.is_open || self.layout == Layout::Beside)
    }

    /// Whether a cell that is not there means nothing to count.
    pub fn absent_is_zero(&self, column: usize) -> bool {
        self.blank == Blank::Zero && !self.columns.leaf(column).is_some_and(|node| node.is_total)
    }

    /// The cells of this form among those of the pack.
    pub fn slots(&self) -> Range<usize> {
        self.base..self.base + self.size()
    }

    /// The cell in a row and column.
    pub fn slot(&self, row: usize, column: usize) -> Slot {
        Slot(self.base + row * self.columns.leaves.len() + column)
    }

    /// Row and column of one of this form's cells.
    pub fn row_column(&self, slot: Slot) -> (usize, usize) {
        let offset = slot.0.saturating_sub(self.base);
        let width = self.columns.leaves.len().max(1);
        (offset / width, offset % width)
    }

    /// Whether an edition of the form has the cell.
    pub fn has(&self, editions: Editions, row: usize, column: usize) -> bool {
        let (Some(row), Some(column_node)) = (self.rows.leaf(row), self.columns.leaf(column)) else {
            return false;
        };
        row.editions.meets(editions)
            && column_node.editions.meets(editions)
            && row.columns.as_ref().is_none_or(|columns| columns.contains(&column))
    }

    /// The columns that a row has in an edition.
    pub fn columns_of(&self, editions: Editions, row: usize) -> impl Iterator<Item = usize> {
        (0..self.columns.leaves.len()).filter(move |&column| self.has(editions, row, column))
    }

    /// The rows of an edition.
    pub fn rows_in(&self, editions: Editions) -> impl Iterator<Item = usize> {
        (0..self.rows.leaves.len())
            .filter(move |&row| self.rows.leaf(row).is_some_and(|row| row.editions.meets(editions)))
    }

    /// Whether a cell is the total of others.
    pub fn is_total(&self, row: usize, column: usize) -> bool {
        let of = |axis: &Axis, leaf| axis.leaf(leaf).is_some_and(|node| node.is_total);
        of(&self.rows, row) || of(&self.columns, column)
    }

    /// What a cell holds.
    pub fn kind(&self, row: usize, column: usize) -> Kind {
        let of = |axis: &Axis, leaf| axis.leaf(leaf).and_then(|node| node.kind);
        of(&self.columns, column).or(of(&self.rows, row)).unwrap_or(self.kind)
    }
}

/// What a form file may say.
pub fn describe() -> fields::Table {
    fields::describe(|fields| read(fields, &BTreeMap::new()))
}

/// Reads a form file.
pub fn read(fields: &mut Fields<'_, '_>, editions: &BTreeMap<String, Editions>) -> Option<Form> {
    let id = fields.required("id");
    let name = fields.text("name");
    let layout = fields
        .choice(
            "row_labels",
            &[("left", Layout::Rows), ("above", Layout::Stacked), ("beside", Layout::Beside)],
        )
        .unwrap_or_default();
    let blank =
        fields.choice("blank", &[("zero", Blank::Zero), ("unknown", Blank::Unknown)]).unwrap_or_default();
    let kind = fields.choice("kind", KINDS).unwrap_or(Kind::Count);
    let is_rounded = fields.flag("rounded");
    let rounded_where = fields
        .text("rounded_where")
        .and_then(|text| compile(text, Words::default(), fields.mistakes))
        .map(Arc::new);
    let is_footed = fields.flag("footed");
    let is_repeated = fields.flag("repeated");
    let captions = fields.texts("captions");
    let has_elements = fields.has("elements");
    let elements = fields.table("elements", element_map).flatten();
    let columns = axis(fields, "columns", editions, None);
    let rows = axis(fields, "rows", editions, Some(&columns));
    let id = id?;
    let name = name.map_or_else(|| id.value.clone(), |name| name.value);
    for (axis, what) in [(&rows, "row"), (&columns, "column")] {
        if axis.leaves.is_empty() {
            fields.mistakes.push(Mistake::new(
                id.at(),
                format!("form `{}` has no {what}", id.value),
                "this form",
            ));
        }
        check_labels(axis, what, has_elements, fields);
    }
    let has_found = |axis: &Axis| axis.nodes.iter().any(|node| node.found.is_some());
    let is_open = has_elements || is_repeated || has_found(&rows) || has_found(&columns);
    if is_open && layout == Layout::Stacked {
        let message = "a form with rows or columns found in the report has its row labels beside its figures";
        fields.mistakes.push(Mistake::new(id.at(), message, "this form"));
    }
    Some(Form {
        at: id.at(),
        id: id.value,
        name,
        layout,
        blank,
        is_rounded,
        rounded_where,
        is_footed,
        is_open,
        elements,
        kind,
        rows,
        columns,
        captions,
        base: 0,
    })
}

fn element_map(fields: &mut Fields<'_, '_>) -> Option<ElementMap> {
    let mut required = |key| fields.required(key).and_then(|text| path(&text, fields.mistakes));
    let (table, row, link, label) = (required("table"), required("row"), required("link"), required("label"));
    let notes = fields.text("notes").and_then(|text| path(&text, fields.mistakes));
    Some(ElementMap { table: table?, row: row?, link: link?, label: label?, notes })
}

/// The element paths of a key.
pub fn paths(fields: &mut Fields<'_, '_>, key: &'static str) -> Vec<ElementPath> {
    let texts = fields.texts(key);
    texts.iter().filter_map(|text| path(text, fields.mistakes)).collect()
}

fn path(text: &Text, mistakes: &mut Vec<Mistake>) -> Option<ElementPath> {
    ElementPath::read(text).map_err(|mistake| mistakes.push(mistake)).ok()
}

fn axis(
    fields: &mut Fields<'_, '_>,
    key: &'static str,
    editions: &BTreeMap<String, Editions>,
    columns: Option<&Axis>,
) -> Axis {
    struct Raw {
        node: Node,
        under: Option<Text>,
        columns: Vec<Text>,
        of: Vec<Text>,
    }
    let raw = fields.named_tables(key, |id, fields| {
        let at = id.at();
        let name = fields.text("name").map_or_else(|| id.value.replace('_', " "), |name| name.value);
        let labels = fields.texts("labels");
        let elements = paths(fields, "element");
        let in_editions = Editions::read(fields.texts("editions"), editions, fields.mistakes);
        let kind = fields.choice("kind", KINDS);
        let under = fields.text("under");
        let wanted = if columns.is_some() { fields.texts("columns") } else { Vec::new() };
        let is_total = fields.flag("total");
        let of = fields.texts("of");
        if let (Some(of), false) = (of.first(), is_total) {
            let message = "`of` says what a total adds up, and this is none";
            fields.mistakes.push(Mistake::new(of.at(), message, "expected `total = true` beside it"));
        }
        let is_rate = fields.flag("rate");
        let is_share = fields.flag("share");
        let found = fields.text("found").and_then(|text| match Pattern::new(text, Words::default()) {
            Ok(pattern) => Some(Arc::new(pattern)),
            Err(mistake) => {
                fields.mistakes.push(mistake);
                None
            }
        });
        let node = Node {
            is_total,
            of: Vec::new(),
            is_rate,
            is_share,
            found,
            is_found: fields.has("found"),
            id: id.value,
            at,
            name,
            elements,
            has_elements: fields.has("element"),
            labels,
            group: None,
            editions: in_editions,
            kind,
            columns: None,
            leaf: None,
        };
        Raw { node, under, columns: wanted, of }
    });
    let mut axis = Axis::default();
    let ids: Vec<String> = raw.iter().map(|raw| raw.node.id.clone()).collect();
    let mut totals = Vec::new();
    for Raw { mut node, under, columns: wanted, of } in raw {
        let known = || ids.iter().map(String::as_str);
        if let Some(under) = under {
            node.group = ids.iter().position(|id| *id == under.value);
            if under.value == node.id {
                node.group = None;
                let message = format!("`{}` lies under itself", node.id);
                fields.mistakes.push(Mistake::new(under.at(), message, "expected another group"));
            } else if node.group.is_none() {
                fields.mistakes.push(Mistake::unknown(under.at(), "group", &under.value, known()));
            }
        }
        if let (Some(columns), false) = (columns, wanted.is_empty()) {
            let mut leaves = Vec::new();
            for name in wanted {
                match columns.find(&name.value) {
                    Some(found) => leaves.extend(columns.leaves_of(found)),
                    None => {
                        let known = columns.nodes.iter().map(|node| node.id.as_str());
                        fields.mistakes.push(Mistake::unknown(name.at(), "column", &name.value, known));
                    }
                }
            }
            node.columns = Some(leaves);
        }
        totals.extend(of.into_iter().map(|part| (axis.nodes.len(), part)));
        axis.nodes.push(node);
    }
    break_circles(&mut axis, fields);
    let groups: Vec<Option<usize>> = axis.nodes.iter().map(|node| node.group).collect();
    for (index, node) in axis.nodes.iter_mut().enumerate() {
        if !groups.contains(&Some(index)) {
            node.leaf = Some(axis.leaves.len());
            axis.leaves.push(index);
        }
    }
    for (total, part) in totals {
        match axis.find(&part.value) {
            Some(found) => {
                let leaves: Vec<usize> = axis.leaves_of(found).collect();
                if let Some(node) = axis.nodes.get_mut(total) {
                    node.of.extend(leaves);
                }
            }
            None => {
                let known = ids.iter().map(String::as_str);
                fields.mistakes.push(Mistake::unknown(part.at(), "part", &part.value, known));
            }
        }
    }
    axis
}

fn break_circles(axis: &mut Axis, fields: &mut Fields<'_, '_>) {
    for index in 0..axis.nodes.len() {
        if axis.ancestors(index).skip(1).take(axis.nodes.len()).any(|ancestor| ancestor == index)
            && let Some(node) = axis.nodes.get_mut(index)
        {
            node.group = None;
            let message = format!("`{}` lies under itself", node.id);
            fields.mistakes.push(Mistake::new(node.at.clone(), message, "its groups run in a circle"));
        }
    }
}

/// A label must not bind two rows (or columns) of one group: which one a report means could not be told.
fn check_labels(axis: &Axis, what: &str, has_elements: bool, fields: &mut Fields<'_, '_>) {
    let mut seen: BTreeMap<(Option<usize>, Key), (usize, At)> = BTreeMap::new();
    for (index, node) in axis.nodes.iter().enumerate() {
        if has_elements && node.leaf.is_some() && !node.has_elements {
            let message = format!("{what} `{}` has no `element`", node.id);
            let expected = "expected `element = \"…\"`: the form says by `[elements]` that it is in XML";
            fields.mistakes.push(Mistake::new(node.at.clone(), message, expected));
        } else if !has_elements && node.has_elements {
            let message = format!("{what} `{}` has an `element`, and the form no `[elements]`", node.id);
            fields.mistakes.push(Mistake::new(
                node.at.clone(),
                message,
                "expected `[elements]` in this file",
            ));
        }
        if !has_elements && node.leaf.is_some() && node.labels.is_empty() && !node.is_found {
            let message = format!("{what} `{}` has no label", node.id);
            let expected = "expected `labels = [\"…\"]` or `found = '…'`";
            fields.mistakes.push(Mistake::new(node.at.clone(), message, expected));
        }
        for label in &node.labels {
            let key = Key::new(&label.value);
            if key.is_empty() {
                fields.mistakes.push(Mistake::new(
                    label.at(),
                    "a label needs a letter, a digit or an ideograph",
                    "nothing to compare",
                ));
                continue;
            }
            let place = (axis.labelled_group(index), key);
            match seen.get(&place) {
                Some((other, at))
                    if *other != index
                        && axis
                            .nodes
                            .get(*other)
                            .is_some_and(|other| other.editions.meets(node.editions)) =>
                {
                    let message = format!("this label binds two {what}s");
                    let mistake = Mistake::new(label.at(), message, format!("binds `{}`", node.id));
                    let other = axis.nodes.get(*other).map(|node| node.id.clone()).unwrap_or_default();
                    fields.mistakes.push(mistake.also(at.clone(), format!("and `{other}`")));
                }
                Some(_) => {}
                None => {
                    seen.insert(place, (index, label.at()));
                }
            }
        }
    }
}
