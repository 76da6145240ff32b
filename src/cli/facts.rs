//! `tieout facts`

mod claims;
mod coverage;
mod residue;
mod set;
mod tables;

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::bail;

use super::Status;
use super::kind;
use super::linters::Linters;
use super::packs::{ListFormat, PackArgs};
use tieout::check::Label;
use tieout::document::Document;
use tieout::facts::said::Said;
use tieout::facts::table::Located;
use tieout::facts::{self, Facts, FigureId, Home};
use tieout::finding::{Position, placed};
use tieout::output::{safe_json, safe_line};
use tieout::rules::form::Side;
use tieout::source::Source;
use tieout::source::kind::Format;

/// Arguments of `tieout facts`.
#[derive(clap::Args)]
pub struct Args {
    /// The report; with --set and --residue, files and folders
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// Show how reports are grouped: whose each is and on which year, what is missing, and what is there twice
    #[arg(long, conflicts_with_all = ["coverage", "claims", "tables"])]
    set: bool,
    /// Which body is under which, for --set
    #[arg(long, value_name = "FILE", requires = "set")]
    bodies: Option<PathBuf>,
    /// Check it, and show of every figure whether it is tied, broken or unchecked, and the relations it took part in
    #[arg(long)]
    coverage: bool,
    /// Check it, and show each sentence that states a figure: how it was read, and what it was compared with, or why not
    #[arg(long, conflicts_with = "coverage")]
    claims: bool,
    /// List the words around figures that no lexicon explains, the most frequent first, with three places each
    #[arg(long, conflicts_with_all = ["coverage", "claims", "set"])]
    residue: bool,
    /// Check it, and show each table: how it was read, and which sums were found in it
    #[arg(long, conflicts_with_all = ["coverage", "claims"])]
    tables: bool,
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
    if args.set {
        return set::run(&args);
    }
    if args.residue {
        return residue::run(&args);
    }
    let [path] = args.paths.as_slice() else {
        bail!("one report at a time, or several with --set or --residue")
    };
    let Some(found) = Linters::new(&args.packs, &[], &[], false).of(path)? else { return Ok(Status::Failed) };
    let source = match Source::read_as(path, args.kind) {
        Ok(source) => source,
        Err(error) => bail!("{} {error}", path.display()),
    };
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut packs = found.linter.packs_for(&source);
    // Of a file that no pack recognises, only the tables are read.
    if !args.tables && found.linter.is_read_by_fallback(&source) {
        packs.clear();
    }
    for &(number, pack) in &packs {
        let document = facts::document(&source, pack);
        let read = Read { source: &source, document: &document, facts: &facts::read(&document, pack) };
        let covering = (args.coverage || args.claims || args.tables).then(|| {
            let settings = found.linter.policy.settings(number, pack, &found.path);
            coverage::Covering::new(&read, &settings)
        });
        match (args.format, covering) {
            (ListFormat::Text, Some(covering)) if args.claims => claims::print(&read, &covering, &mut out)?,
            (ListFormat::Json, Some(covering)) if args.claims => {
                print_json(&claims::json(&read, &covering), &mut out)?;
            }
            (ListFormat::Text, Some(covering)) if args.tables => tables::print(&read, &covering, &mut out)?,
            (ListFormat::Json, Some(covering)) if args.tables => {
                print_json(&tables::json(&read, &covering), &mut out)?;
            }
            (ListFormat::Text, Some(covering)) => covering.print(&mut out)?,
            (ListFormat::Text, None) => read.print(&mut out)?,
            (ListFormat::Json, Some(covering)) => print_json(&covering.json(), &mut out)?,
            (ListFormat::Json, None) => print_json(&read.json(), &mut out)?,
        }
    }
    out.flush()?;
    if packs.is_empty() {
        bail!("{}: no pack recognises it; name one with --pack", path.display());
    }
    Ok(Status::Clean)
}

fn print_json(json: &serde_json::Value, out: &mut impl Write) -> anyhow::Result<()> {
    Ok(writeln!(out, "{}", safe_json(&serde_json::to_string_pretty(json)?))?)
}

/// A fact as it is printed: where, what it is, what it says.
struct Row {
    place: Position,
    kind: String,
    name: String,
    text: String,
    /// The numbers that it can mean, where that is not one.
    interval: Option<String>,
}

/// A place as it stands before a fact: line and column, or what says it in a format without lines.
fn shown_place(place: &Position) -> String {
    match &place.locator {
        Some(locator) => format!("{:>28}", safe_line(locator)),
        None => format!("{:>6}:{:<4}", place.line.unwrap_or(0), place.column.unwrap_or(0)),
    }
}

/// A report with what was read in it.
struct Read<'r> {
    source: &'r Source,
    document: &'r Document<'r>,
    facts: &'r Facts<'r>,
}

impl Read<'_> {
    fn rows(&self) -> Vec<Row> {
        let (source, document, facts) = (self.source, self.document, self.facts);
        let mut rows = Vec::new();
        let mut push = |span, kind: String, name: String, figure: Option<FigureId>| {
            let place = placed(source, document, facts, Label::new(span, String::new()));
            let text = safe_line(place.text.trim());
            let interval = figure.and_then(|id| self.interval(id));
            rows.push(Row { place, kind, name, text, interval });
        };
        for (number, figure) in facts.figures.iter().enumerate() {
            let Home::Cell(slot) = figure.home else { continue };
            let Some(cell) = facts.locate(slot) else { continue };
            let id = FigureId(number);
            push(figure.span, cell.form.id.clone(), name(facts, id), Some(id));
        }
        for claim in &facts.claims.claims {
            let Some(kind) = facts.pack.claims.claims.get(claim.kind) else { continue };
            for (captured, capture) in claim.captures.iter().zip(&kind.captures) {
                if let Some(captured) = captured {
                    let name = format!("claims.{}.{}", kind.id, capture.name);
                    push(captured.span, "claim".to_owned(), name, facts.captured_figure(captured));
                }
            }
        }
        for date in facts.dates.iter().filter(|date| !date.is_claimed) {
            push(date.span, "date".to_owned(), date.date.to_string(), None);
        }
        for heading in facts.outline.headings.iter() {
            let number = heading.number.map(|number| number.to_string()).unwrap_or_default();
            push(heading.span, "heading".to_owned(), number, None);
        }
        rows
    }

    /// The numbers that a figure can mean, where that is not one.
    fn interval(&self, id: FigureId) -> Option<String> {
        let interval = self.facts.interval(id)?;
        interval.exact().is_none().then(|| interval.to_string())
    }

    fn print_head(&self, out: &mut impl Write) -> io::Result<()> {
        let facts = self.facts;
        let edition = self.edition().filter(|id| !id.is_empty());
        writeln!(
            out,
            "{}: {}, edition {}, year {}, body {}",
            safe_line(&self.source.path),
            facts.pack.id,
            edition.unwrap_or("unknown"),
            facts.report.year.map_or_else(|| "unknown".to_owned(), |year| year.to_string()),
            facts.report.body.as_deref().map_or_else(|| "unknown".to_owned(), safe_line),
        )
    }

    fn edition(&self) -> Option<&str> {
        let edition = self.facts.pack.editions.get(self.facts.edition);
        edition.filter(|_| self.facts.is_edition_seen).map(|edition| edition.id.as_str())
    }

    fn print(&self, out: &mut impl Write) -> io::Result<()> {
        self.print_head(out)?;
        let rows = self.rows();
        let widest = rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(0);
        for row in &rows {
            let text = with_interval(&row.text, row.interval.as_deref());
            let place = shown_place(&row.place);
            writeln!(out, "{place} {:9} {:widest$}  {text}", row.kind, row.name)?;
        }
        // Tables of any kind are no forms of the pack.
        let is_of_form = |home: Home| match home {
            Home::Cell(slot) => self.facts.locate(slot).is_some_and(|cell| !cell.form.is_footed),
            Home::Prose => false,
        };
        let cells = self.facts.figures.iter().filter(|figure| is_of_form(figure.home)).count();
        writeln!(out, "{cells} cells of forms bound, {} not bound", self.facts.binding.unbound.len())
    }

    fn json_head(&self) -> serde_json::Map<String, serde_json::Value> {
        let fields = [
            ("path", self.source.path.as_str().into()),
            ("pack", self.facts.pack.id.as_str().into()),
            ("edition", self.edition().into()),
            ("year", self.facts.report.year.into()),
            ("subject", self.facts.report.body.as_deref().into()),
        ];
        fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    fn json(&self) -> serde_json::Value {
        let row = |row: Row| {
            serde_json::json!({
                "line": row.place.line, "column": row.place.column, "locator": row.place.locator,
                "kind": row.kind, "name": row.name, "text": row.text, "interval": row.interval,
            })
        };
        let mut json = self.json_head();
        json.insert("facts".to_owned(), self.rows().into_iter().map(row).collect());
        json.into()
    }
}

/// What is printed of a figure, and the numbers that it can mean.
fn with_interval(text: &str, interval: Option<&str>) -> String {
    interval.map_or_else(|| text.to_owned(), |interval| format!("{text} ({interval})"))
}

/// What rules call a figure: the cell, or what a claim has captured; nothing for one that no claim has read.
fn name(facts: &Facts<'_>, id: FigureId) -> String {
    if let Some(Home::Cell(slot)) = facts.figure(id).map(|figure| figure.home) {
        let of_cell = |cell: Located<'_>| {
            format!("{}[{}, {}]", cell.form.id, cell.id(Side::Rows), cell.id(Side::Columns))
        };
        return facts.locate(slot).map(of_cell).unwrap_or_default();
    }
    let of_claim = |claim: usize, capture: usize| {
        let kind = facts.pack.claims.claims.get(facts.claims.claims.get(claim)?.kind)?;
        Some(format!("claims.{}.{}", kind.id, kind.captures.get(capture)?.name))
    };
    match facts.said(id) {
        Some(Said::Captured { claim, capture }) => of_claim(claim, capture).unwrap_or_default(),
        _ => String::new(),
    }
}
