//! Reads form files.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Axis, Blank, ElementMap, Form, Kind, Layout, Node};
use crate::rules::claim::compile;
use crate::rules::element_path::ElementPath;
use crate::rules::fields::{self, Fields, Text};
use crate::rules::label::Key;
use crate::rules::mistake::{At, Mistake};
use crate::rules::pack::Editions;
use crate::rules::pattern::{Pattern, Words};

const KINDS: &[(&str, Kind)] = &[
    ("count", Kind::Count),
    ("amount", Kind::Amount),
    ("change", Kind::Change),
    ("balance", Kind::Balance),
    ("percent", Kind::Percent),
    ("date", Kind::Date),
    ("ordinal", Kind::Ordinal),
];

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
    let varies = fields.flag("varies");
    let mut words = |key| {
        let text = fields.text(key);
        text.and_then(|text| compile(text, Words::default(), fields.mistakes)).map(Arc::new)
    };
    let rounded_where = words("rounded_where");
    let total_words = words("total_words");
    let apart_words = words("apart_words");
    let overlap_words = words("overlap_words");
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
        varies,
        total_words,
        apart_words,
        overlap_words,
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
