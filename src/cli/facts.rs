//! `tieout facts`

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::bail;

use super::Status;
use super::linters::Linters;
use super::packs::{ListFormat, PackArgs};
use tieout::check::Label;
use tieout::document::Document;
use tieout::facts::{self, Facts, Home};
use tieout::finding::position;
use tieout::output::{safe_json, safe_line};
use tieout::rules::form::Side;
use tieout::source::Source;

/// Arguments of `tieout facts`.
#[derive(clap::Args)]
pub struct Args {
    /// The report
    #[arg(value_name = "PATH")]
    path: PathBuf,
    #[command(flatten)]
    packs: PackArgs,
    /// How to print the facts
    #[arg(long, value_enum, default_value_t)]
    format: ListFormat,
}

/// Prints what was read in a report.
pub fn run(args: Args) -> anyhow::Result<Status> {
    let Some(found) = Linters::new(&args.packs, &[], &[]).of(&args.path)? else { return Ok(Status::Failed) };
    let source = match Source::read(&args.path) {
        Ok(source) => source,
        Err(error) => bail!("{} {error}", args.path.display()),
    };
    let document = Document::new(source.content());
    let mut out = io::BufWriter::new(io::stdout().lock());
    let packs = found.linter.packs_for(&source);
    for &(_, pack) in &packs {
        let facts = facts::read(&document, pack);
        match args.format {
            ListFormat::Text => print(&source, &document, &facts, &mut out)?,
            ListFormat::Json => {
                let json = serde_json::to_string_pretty(&json(&source, &document, &facts))?;
                writeln!(out, "{}", safe_json(&json))?
            }
        }
    }
    out.flush()?;
    if packs.is_empty() {
        bail!("{}: no pack recognises it; name one with --pack", args.path.display());
    }
    Ok(Status::Clean)
}

/// A fact as it is printed: where, what it is, what it says.
struct Row {
    line: usize,
    column: usize,
    kind: String,
    name: String,
    text: String,
}

fn rows(source: &Source, document: &Document<'_>, facts: &Facts<'_>) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut push = |span, kind: String, name: String| {
        let place = position(source, document, Label { span, role: String::new() });
        rows.push(Row {
            line: place.line.unwrap_or(0),
            column: place.column.unwrap_or(0),
            kind,
            name,
            text: safe_line(place.text.trim()),
        });
    };
    for figure in &facts.figures {
        let Home::Cell(slot) = figure.home else { continue };
        let Some(cell) = facts.locate(slot) else { continue };
        let form = &cell.form.id;
        push(
            figure.span,
            form.clone(),
            format!("{form}[{}, {}]", cell.id(Side::Rows), cell.id(Side::Columns)),
        );
    }
    for claim in &facts.claims.claims {
        let Some(kind) = facts.pack.claims.claims.get(claim.kind) else { continue };
        for (captured, capture) in claim.captures.iter().zip(&kind.captures) {
            if let Some(captured) = captured {
                push(captured.span, "claim".to_owned(), format!("claims.{}.{}", kind.id, capture.name));
            }
        }
    }
    for date in facts.dates.iter().filter(|date| !date.is_claimed) {
        push(date.span, "date".to_owned(), date.date.to_string());
    }
    for heading in facts.outline.headings.iter() {
        push(
            heading.span,
            "heading".to_owned(),
            heading.number.map(|number| number.to_string()).unwrap_or_default(),
        );
    }
    rows
}

fn print(
    source: &Source,
    document: &Document<'_>,
    facts: &Facts<'_>,
    out: &mut impl Write,
) -> io::Result<()> {
    let edition = facts
        .pack
        .editions
        .get(facts.edition)
        .filter(|_| facts.is_edition_seen)
        .map(|edition| edition.id.as_str());
    writeln!(
        out,
        "{}: {}, edition {}, year {}, body {}",
        safe_line(&source.path),
        facts.pack.id,
        edition.filter(|id| !id.is_empty()).unwrap_or("unknown"),
        facts.report.year.map_or_else(|| "unknown".to_owned(), |year| year.to_string()),
        facts.report.body.as_deref().map_or_else(|| "unknown".to_owned(), safe_line),
    )?;
    let rows = rows(source, document, facts);
    let widest = rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(0);
    for row in &rows {
        writeln!(out, "{:>6}:{:<4} {:9} {:widest$}  {}", row.line, row.column, row.kind, row.name, row.text)?;
    }
    let cells = facts.figures.iter().filter(|figure| matches!(figure.home, Home::Cell(_))).count();
    writeln!(out, "{cells} cells of forms bound, {} not bound", facts.binding.unbound.len())
}

fn json(source: &Source, document: &Document<'_>, facts: &Facts<'_>) -> serde_json::Value {
    let rows: Vec<_> = rows(source, document, facts)
        .into_iter()
        .map(|row| serde_json::json!({"line": row.line, "column": row.column, "kind": row.kind, "name": row.name, "text": row.text}))
        .collect();
    let edition =
        facts.pack.editions.get(facts.edition).filter(|_| facts.is_edition_seen).map(|edition| &edition.id);
    serde_json::json!({
        "path": source.path, "pack": facts.pack.id, "edition": edition, "year": facts.report.year,
        "subject": facts.report.body, "facts": rows,
    })
}
