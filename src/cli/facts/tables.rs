//! `tieout facts --tables`

use std::io::{self, Write};

use serde_json::json;

use super::Read;
use super::coverage::Covering;
use tieout::check::Label;
use tieout::document::Block;
use tieout::facts::grid::Unread;
use tieout::facts::tally::Reading;
use tieout::finding::{Position, placed};
use tieout::output::safe_line;

/// A table of a report, and how it was read.
struct Told<'t> {
    place: Position,
    read: &'static str,
    why: Option<&'static str>,
    /// Its number among those read.
    number: Option<usize>,
    parts: Vec<&'t tieout::document::table::Table>,
}

/// The tables of a report in order.
fn tables<'r>(read: &Read<'r>) -> Vec<Told<'r>> {
    let (facts, blocks) = (read.facts, read.document.blocks());
    let told = facts.tables_read(read.document).into_iter().map(|table| {
        let found = table.blocks.iter().filter_map(|&block| blocks.get(block));
        let span = found.clone().map(Block::span).next().unwrap_or_default();
        let parts = found.filter_map(|block| match block {
            Block::Table(part) => Some(part),
            _ => None,
        });
        let (read_as, why) = match table.reading {
            Reading::Checked => ("checked", None),
            Reading::Nothing => ("nothing", Some("no sums were found in it")),
            Reading::Unread(Some(why)) => ("unread", Some(why_not(why))),
            Reading::Unread(None) => ("unread", Some("the pack has no form for it")),
        };
        let place = placed(read.source, read.document, facts, Label::new(span, String::new()));
        Told { place, read: read_as, why, number: table.number, parts: parts.collect() }
    });
    told.collect()
}

fn why_not(why: Unread) -> &'static str {
    match why {
        Unread::Ragged => "its cells do not stand under each other",
        Unread::NoFigures => "it shows no figures",
        Unread::TooWide => "it has too many columns",
    }
}

/// The texts of a table, one for each column of each row.
fn rows(read: &Read<'_>, told: &Told<'_>) -> Vec<Vec<String>> {
    let text = read.document.text();
    let cells = told.parts.iter().flat_map(|part| part.cells());
    let width = cells.map(|cell| usize::from(cell.column) + usize::from(cell.colspan)).max();
    told.parts
        .iter()
        .flat_map(|part| part.rows())
        .map(|row| {
            let mut texts = vec![String::new(); width.unwrap_or(0)];
            for cell in row {
                if let Some(place) = texts.get_mut(usize::from(cell.column)) {
                    *place = safe_line(cell.span.of(text).trim());
                }
            }
            texts
        })
        .collect()
}

/// The tables for programs.
pub fn json(read: &Read<'_>, covering: &Covering<'_>) -> serde_json::Value {
    let relations = covering.relations_json();
    let table = |told: &Told<'_>| {
        let grid = told.number.and_then(|number| read.facts.tables.get(number)?.grid.as_ref());
        let own = relations.iter().filter(|(of, _)| of.is_some() && *of == told.number);
        json!({
            "place": {"line": told.place.line, "locator": told.place.locator},
            "read": told.read, "why": told.why,
            "header_rows": grid.map(|grid| grid.header_rows), "stub_columns": grid.map(|grid| grid.stub_columns),
            "rows": rows(read, told), "units": grid.map(|grid| &grid.units),
            "relations": own.map(|(_, relation)| relation).collect::<Vec<_>>(),
        })
    };
    let mut json = read.json_head();
    json.insert("tables".to_owned(), tables(read).iter().map(table).collect());
    json.into()
}

/// The tables for people.
pub fn print(read: &Read<'_>, covering: &Covering<'_>, out: &mut impl Write) -> io::Result<()> {
    read.print_head(out)?;
    for told in tables(read) {
        let why = told.why.map(|why| format!(": {why}")).unwrap_or_default();
        writeln!(out, "{} {}{why}", super::shown_place(&told.place), told.read)?;
        let Some(number) = told.number else { continue };
        let Some(table) = read.facts.tables.get(number) else { continue };
        let Some(grid) = &table.grid else { continue };
        writeln!(
            out,
            "  {} lines by {} columns of figures, under {} rows of header, beside {} columns of labels",
            table.rows.len(),
            table.columns.len(),
            grid.header_rows,
            grid.stub_columns,
        )?;
        covering.print_sums(number, out)?;
        if grid.is_cut {
            writeln!(out, "  there was more to be tried than a table of its size is worth")?;
        }
    }
    Ok(())
}
