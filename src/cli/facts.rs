//! `tieout facts`

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::bail;

use super::Status;
use super::kind;
use super::linters::Linters;
use super::packs::{ListFormat, PackArgs};
use tieout::check::Label;
use tieout::document::Document;
use tieout::facts::{self, Facts, Home};
use tieout::finding::{Position, position};
use tieout::output::{safe_json, safe_line};
use tieout::rules::form::Side;
use tieout::source::Source;
use tieout::source::kind::Format;

/// Arguments of `tieout facts`.
#[derive(clap::Args)]
pub struct Args {
    /// The report
    #[arg(value_name = "PATH")]
    path: PathBuf,
    #[command(flatten)]
    packs: PackArgs,
    /// Read the file as of this kind, whatever it seems to be
    #[arg(long = "type", value_name = "KIND", value_parser = kind)]
    kind: Option<&'static Format>,
    /// How to print the facts
    #[arg(long, value_enum, default_value_t)]
    format: ListFormat,
}

/// Prints what was read in a report.
pub fn run(args: Args) -> anyhow::Result<Status> {
    let Some(found) = Linters::new(&args.packs, &[], &[]).of(&args.path)? else { return Ok(Status::Failed) };
    let source = match Source::read_as(&args.path, args.kind) {
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
    place: Position,
    kind: String,
    name: String,
    text: String,
}

fn rows(source: &Source, document: &Document<'_>, facts: &Facts<'_>) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut push = |span, kind: String, name: String| {
        let place = position(source, document, Label { span, role: String::new() });
        let text = safe_line(place.text.trim());
        rows.push(Row { place, kind, name, text });
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
        let place = match (&row.place.locator, row.place.line, row.place.column) {
            (Some(locator), ..) => format!("{:>28}", safe_line(locator)),
            (None, line, column) => format!("{:>6}:{:<4}", line.unwrap_or(0), column.unwrap_or(0)),
        };
        writeln!(out, "{place} {:9} {:widest$}  {}", row.kind, row.name, row.text)?;
    }
    let cells = facts.figures.iter().filter(|figure| matches!(figure.home, Home::Cell(_))).count();
    writeln!(out, "{cells} cells of forms bound, {} not bound", facts.binding.unbound.len())
}

fn json(source: &Source, document: &Document<'_>, facts: &Facts<'_>) -> serde_json::Value {
    let rows: Vec<_> = rows(source, document, facts)
        .into_iter()
        .map(|row| {
            let Position { line, column, locator, .. } = row.place;
            serde_json::json!({"line": line, "column": column, "locator": locator, "kind": row.kind, "name": row.name, "text": row.text})
        })
        .collect();
    let edition =
        facts.pack.editions.get(facts.edition).filter(|_| facts.is_edition_seen).map(|edition| &edition.id);
    serde_json::json!({
        "path": source.path, "pack": facts.pack.id, "edition": edition, "year": facts.report.year,
        "subject": facts.report.body, "facts": rows,
    })
}
