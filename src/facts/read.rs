//! Reading a document with a pack: what is read from what, and in which order.

use std::sync::OnceLock;

use super::claims::{CapturedValue, Claims};
use super::figure::Value;
use super::prose::Prose;
use super::{DateFact, Facts, bind, claims, footings, layout, lists, outline, report, slots};
use crate::document::{Block, Document};
use crate::rules::pack::{Editions, Pack};
use crate::source::Source;

/// The document that a pack reads in a source: its elements, where the pack knows those of XML.
pub fn document<'s>(source: &'s Source, pack: &Pack) -> Document<'s> {
    let elements = pack.maps_elements().then(|| source.elements()).flatten();
    Document::new(elements.unwrap_or_else(|| source.content()))
}

/// Reads the facts of a document with a pack.
pub fn read<'p>(document: &Document<'_>, pack: &'p Pack) -> Facts<'p> {
    let mut binding = bind::bind(document, pack);
    let tables = std::mem::take(&mut binding.tables);
    let cells = pack.size() + tables.iter().map(|table| table.cells.len()).sum::<usize>();
    binding.cell_blocks.sort_unstable();
    let mut prose = Prose::with_capacity(document.text().len() / 2);
    let mut pictures = Vec::new();
    for (number, block) in document.blocks().iter().enumerate() {
        match block {
            Block::Paragraph(paragraph) if binding.cell_blocks.binary_search(&number).is_err() => {
                prose.add(document.text(), *paragraph, number);
            }
            Block::Picture(span) => pictures.push(*span),
            _ => {}
        }
    }
    let mut outline = outline::read(document, pack, &binding);
    let layout = layout::read(&prose, &outline);
    let mut claims = claims::read(document, &prose, &layout, &outline, pack);
    let mut slots = slots::read(&prose, &pack.claims.lexicon);
    let mut lists = lists::read(&prose, &slots, &pack.claims.lexicon);
    let dates = dates(&prose, &claims);
    let report = report::read(document, &prose, &claims, &dates, layout.title.clone(), pack);
    let (reading, said) = ((document, &prose), (&slots, lists.as_slice()));
    claims::read_slots(&mut claims, reading, (&layout, &outline), pack, said, report.year);
    prose.worded = lists::worded::keep(&mut lists, &mut claims, &prose, std::mem::take(&mut slots.worded));
    let claimed = claimed(&prose, &claims);
    let (edition, is_edition_seen) = report::edition(pack, &binding.votes, report.year);
    outline.keep_sections(pack, Editions::only(edition));
    let mut facts = Facts {
        pack,
        edition,
        is_edition_seen,
        figures: Vec::new(),
        tables,
        cells: vec![None; cells],
        odd_cells: Vec::new(),
        prose_base: 0,
        numeral_base: 0,
        prose,
        outline,
        claims,
        orders: Vec::new(),
        slots,
        lists,
        footings: Vec::new(),
        rates: Vec::new(),
        dates,
        claimed,
        sayings: OnceLock::new(),
        binding,
        report,
        pictures,
        own_figures: 0,
        others: Vec::new(),
        previous: None,
        children: None,
    };
    facts.gather_figures(document);
    facts.own_figures = facts.figures.len();
    facts.tell_unbound();
    let (footings, rates) = footings::read(&facts);
    let orders = facts.count_orders();
    Facts { footings, rates, orders, ..facts }
}

fn dates(prose: &Prose, claims: &Claims) -> Vec<DateFact> {
    let mut dates: Vec<(usize, DateFact)> = prose
        .figures
        .iter()
        .enumerate()
        .filter_map(|(index, figure)| match figure.value {
            Value::Date(date) => {
                Some((index, DateFact { span: figure.span, mark: figure.mark, date, is_claimed: false }))
            }
            _ => None,
        })
        .collect();
    for claim in &claims.claims {
        let mut year = None;
        for captured in claim.captures.iter().flatten() {
            let CapturedValue::Date(index) = captured.value else { continue };
            if let Ok(place) = dates.binary_search_by_key(&index, |(index, _)| *index)
                && let Some((_, fact)) = dates.get_mut(place)
            {
                // In `2020年1月1日至12月31日` the second date is of the year of the first.
                fact.date = fact.date.or_year(year);
                year = fact.date.year;
                fact.is_claimed = true;
            }
        }
    }
    dates.into_iter().map(|(_, fact)| fact).collect()
}

fn claimed(prose: &Prose, claims: &Claims) -> Vec<bool> {
    let mut claimed = vec![false; prose.figures.len()];
    for claim in &claims.claims {
        let own = claim.captures.iter().flatten().filter_map(|captured| match captured.value {
            CapturedValue::Figure(figure) | CapturedValue::Date(figure) | CapturedValue::Year(figure) => {
                Some(figure)
            }
            _ => None,
        });
        for figure in own.chain(claim.breakdown.parts.iter().copied()) {
            if let Some(flag) = claimed.get_mut(figure) {
                *flag = true;
            }
        }
    }
    claimed
}
