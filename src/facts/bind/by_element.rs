//! Forms whose figures stand in elements of XML: their rows are elements, which references join to who they are of.

use super::{Binding, Note, Problem, Unbound};
use crate::document::Document;
use crate::facts::elements::{all, first};
use crate::facts::table::{ElementPlace, FoundTable, Line, TablePlace};
use crate::rules::form::{ElementMap, Form};
use crate::rules::pack::Pack;
use crate::source::elements::{Elements, ROOT};
use crate::source::place::Span;

/// Binds the elements of a document to the forms of a pack that say where theirs are.
pub(super) fn bind(document: &Document<'_>, pack: &Pack, binding: &mut Binding) {
    let Some(elements) = document.elements() else { return };
    let Some(root) = elements.children(ROOT).next() else { return };
    let reader = Reader { elements, text: document.text(), root };
    for (number, form) in pack.forms.iter().enumerate() {
        let Some(map) = &form.elements else { continue };
        let owners = reader.owners(form, map);
        for table in all(elements, reader.text, root, &map.table) {
            reader.table(number, form, map, &owners, table, pack, binding);
        }
    }
}

/// Whose the figures of a row can be.
struct Owner {
    element: usize,
    line: Line,
}

struct Reader<'d> {
    elements: &'d Elements,
    text: &'d str,
    root: usize,
}

impl Reader<'_> {
    /// All that rows of a form can belong to.
    fn owners(&self, form: &Form, map: &ElementMap) -> Vec<Owner> {
        let mut owners: Vec<Owner> = Vec::new();
        for leaf in 0..form.rows.leaves.len() {
            let Some(node) = form.rows.leaf(leaf) else { continue };
            for element in
                node.elements.iter().flat_map(|path| all(self.elements, self.text, self.root, path))
            {
                let labelled = first(self.elements, self.text, element, &map.label).unwrap_or(element);
                let name = self.elements.text(labelled, self.text);
                let is_meant = node.found.as_ref().is_none_or(|found| found.is_in(&name));
                if is_meant && !owners.iter().any(|owner| owner.element == element) {
                    let label = self.elements.text_span(labelled, self.text);
                    owners.push(Owner { element, line: Line { leaf, label, name } });
                }
            }
        }
        owners
    }

    #[expect(clippy::too_many_arguments, reason = "one table of one form, and where it goes")]
    fn table(
        &self,
        number: usize,
        form: &Form,
        map: &ElementMap,
        owners: &[Owner],
        table: usize,
        pack: &Pack,
        binding: &mut Binding,
    ) {
        let links = self.links(map, owners, table);
        let extent =
            |element: usize| self.elements.get(element).map(|found| found.extent).unwrap_or_default();
        let is_known = |leaf: usize| links.iter().any(|(_, owner)| owner.line.leaf == leaf);
        let (mut rows, mut extents, mut elements) = (Vec::new(), Vec::new(), Vec::new());
        for row in all(self.elements, self.text, table, &map.row) {
            let mut own = links.iter().filter(|(linked, _)| *linked == row).map(|(_, owner)| &owner.line);
            let owner = own.next().filter(|_| own.next().is_none()).cloned();
            if owner.is_none() {
                ownerless(
                    binding,
                    number,
                    self.elements.get(row).map(|element| element.name).unwrap_or_default(),
                );
            }
            let Some(line) = owner.or_else(|| self.nameless(form, row, is_known)) else { continue };
            rows.push(line);
            extents.push(extent(row));
            elements.push(row);
        }
        let leaves = 0..form.columns.leaves.len();
        let figures: Vec<Vec<Vec<usize>>> = elements
            .iter()
            .map(|&row| leaves.clone().map(|column| self.figures(form, row, column)).collect())
            .collect();
        // A column that is found in the report is there as often as in the row that has most of it.
        let width = |leaf: usize| match form.columns.leaf(leaf) {
            Some(node) if node.found.is_some() => {
                figures.iter().filter_map(|row| row.get(leaf)).map(Vec::len).max().unwrap_or(0)
            }
            _ => 1,
        };
        let columns: Vec<(usize, usize)> =
            leaves.clone().flat_map(|leaf| (0..width(leaf)).map(move |place| (leaf, place))).collect();
        let cells = elements.iter().zip(&figures).flat_map(|(&row, figures)| {
            columns.iter().map(move |&(leaf, place)| {
                let figure = figures.get(leaf).and_then(|figures| figures.get(place));
                self.cell(form, row, leaf, figure.copied())
            })
        });
        let cells: Vec<Option<Span>> = cells.collect();
        let columns = columns.iter().map(|&(leaf, place)| {
            let node = form.columns.leaf(leaf);
            let name = node.map(|node| node.name.as_str()).unwrap_or_default();
            let is_found = node.is_some_and(|node| node.found.is_some());
            let name = if is_found { format!("{name} {}", place + 1) } else { name.to_owned() };
            Line { leaf, label: Span::default(), name }
        });
        let columns = columns.collect();
        let base = binding.tables.last().map_or(pack.size(), |table| table.base + table.cells.len());
        let notes = map.notes.iter().flat_map(|path| all(self.elements, self.text, table, path));
        let notes =
            notes.map(|note| self.elements.text_span(note, self.text)).filter(|span| !span.is_empty());
        binding.notes.extend(notes.map(|span| Note { about: extent(table), span }));
        binding.tables.push(FoundTable {
            grid: None,
            form: number,
            place: TablePlace::Element(ElementPlace {
                name: self.elements.get(table).map(|element| element.name).unwrap_or_default(),
                extent: extent(table),
                rows: extents,
            }),
            rows,
            columns,
            cells,
            base,
        });
    }

    /// The rows of a table that are joined to their owners.
    fn links<'o>(&self, map: &ElementMap, owners: &'o [Owner], table: usize) -> Vec<(usize, &'o Owner)> {
        let mut links = Vec::new();
        for link in all(self.elements, self.text, table, &map.link) {
            let (mut row, mut owner) = (None, None);
            for child in self.elements.children(link) {
                let id = self.elements.attribute(child, "ref", self.text);
                let Some(target) = id.and_then(|id| self.elements.by_id(id)) else { continue };
                match owners.iter().find(|owner| owner.element == target) {
                    Some(found) => owner = owner.or(Some(found)),
                    None => row = row.or(Some(target)),
                }
            }
            links.extend(row.zip(owner));
        }
        links
    }

    /// The line of a row that does not say whose it is: one of those found in the report, where the others are there. It is
    /// called by its own `id`, so that no row of another form has its name.
    fn nameless(&self, form: &Form, row: usize, is_known: impl Fn(usize) -> bool) -> Option<Line> {
        let is_found = |leaf: &usize| form.rows.leaf(*leaf).is_some_and(|node| node.found.is_some());
        let (found, fixed): (Vec<usize>, Vec<usize>) = (0..form.rows.leaves.len()).partition(is_found);
        let leaf = found
            .first()
            .copied()
            .filter(|_| found.len() == 1 && fixed.iter().all(|&leaf| is_known(leaf)))?;
        let id = self.elements.attributes(row).iter().find(|attribute| attribute.name.of(self.text) == "id");
        let label = id.map(|id| id.value)?;
        Some(Line { leaf, label, name: label.of(self.text).to_owned() })
    }

    /// The elements of a row that are figures of a column: of alternatives those that are there, of one that is not found
    /// in the report the first.
    fn figures(&self, form: &Form, row: usize, column: usize) -> Vec<usize> {
        let Some(node) = form.columns.leaf(column) else { return Vec::new() };
        let find = |path| match node.found {
            Some(_) => Some(all(self.elements, self.text, row, path)).filter(|found| !found.is_empty()),
            None => first(self.elements, self.text, row, path).map(|found| vec![found]),
        };
        node.elements.iter().find_map(find).unwrap_or_default()
    }

    /// The text of a cell; `None` where it is not there, unless that means nothing to count.
    fn cell(&self, form: &Form, row: usize, column: usize, figure: Option<usize>) -> Option<Span> {
        match figure {
            Some(element) => Some(self.elements.text_span(element, self.text)),
            None if form.absent_is_zero(column) => {
                let end = self.elements.get(row).map_or(0, |element| element.name.end);
                Some(Span { start: end, end })
            }
            None => None,
        }
    }
}

/// Tells of the first row of a report that does not say whose it is, and counts the others.
fn ownerless(binding: &mut Binding, form: usize, span: Span) {
    let told = binding.unbound.iter_mut().find_map(|unbound| match &mut unbound.problem {
        Problem::Ownerless { more } => Some(more),
        _ => None,
    });
    match told {
        Some(more) => *more += 1,
        None => binding.unbound.push(Unbound { form, span, problem: Problem::Ownerless { more: 0 } }),
    }
}
