//! `tieout facts --set`: how reports are grouped by body and year.

use std::io::{self, Write};
use std::path::Path;

use serde_json::json;

use super::super::linters::Linters;
use super::super::{Status, packs::ListFormat, sets};
use super::{Args, print_json};
use tieout::lint::{self, Grouped, Job, Plan};
use tieout::output::safe_line;
use tieout::set::bodies::Bodies;
use tieout::set::{Body, Known, Set};
use tieout::source::walk;

/// Prints how the reports under some paths are grouped.
pub fn run(args: &Args) -> anyhow::Result<Status> {
    let mut linters = Linters::new(&args.packs, &[], &[], false);
    let mut jobs = Vec::new();
    for mut candidate in walk::walk(&args.paths)?.candidates {
        candidate.format = args.kind;
        let Some(found) = linters.of(&candidate.path)? else { return Ok(Status::Failed) };
        if found.linter.policy.config().is_none_or(|config| !config.excludes(&found.path)) {
            jobs.push(Job { candidate, path: found.path, linter: found.linter, given: None, cache: None });
        }
    }
    if linters.of(Path::new("./report"))?.is_none() {
        return Ok(Status::Failed);
    }
    let Some(bodies) = sets::bodies(args.bodies.as_deref(), &args.paths, linters.made())? else {
        return Ok(Status::Failed);
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let plan = Plan {
        jobs: &jobs,
        beside: &[],
        bodies: bodies.as_ref(),
        threads,
        with_text: false,
        with_rules: false,
    };
    let mut out = io::BufWriter::new(io::stdout().lock());
    lint::group(plan, |reports, set| {
        let printer = Printer { reports, set, bodies: bodies.as_ref() };
        match args.format {
            ListFormat::Text => printer.print(&mut out).map_err(Into::into),
            ListFormat::Json => print_json(&printer.json(), &mut out),
        }
    })?;
    out.flush()?;
    Ok(Status::Clean)
}

struct Printer<'p> {
    reports: &'p [Grouped],
    set: &'p Set<'p>,
    bodies: Option<&'p Bodies>,
}

/// How a body or a year is known, where the report does not say it.
fn hint(known: Known, what: &str) -> Option<String> {
    (known == Known::Named).then(|| format!("{what} from the file name"))
}

impl Printer<'_> {
    fn above(&self, body: &Body) -> Option<&str> {
        self.bodies?.above(body.entry?).map(|above| above.name.as_str())
    }

    fn path(&self, report: usize) -> &str {
        self.reports.get(report).map_or("", |report| report.path.as_str())
    }

    fn hints(&self, report: usize) -> Vec<String> {
        let Some(Some(place)) = self.set.places.get(report) else { return Vec::new() };
        hint(place.body_known, "body").into_iter().chain(hint(place.year_known, "year")).collect()
    }

    /// Reports whose body or year is not known.
    fn unplaced(&self) -> impl Iterator<Item = &Grouped> {
        let places = self.reports.iter().zip(&self.set.places);
        places.filter(|(_, place)| place.is_none()).map(|(report, _)| report)
    }

    fn print(&self, out: &mut impl Write) -> io::Result<()> {
        for body in &self.set.bodies {
            write!(out, "{}", safe_line(&body.name))?;
            if let Some(above) = self.above(body) {
                write!(out, ", below {}", safe_line(above))?;
            }
            if !body.aliases.is_empty() {
                let aliases: Vec<String> = body.aliases.iter().map(|alias| safe_line(alias)).collect();
                write!(out, ", also {}", aliases.join(", "))?;
            }
            writeln!(out)?;
            for (year, reports) in years(body) {
                if reports.is_empty() {
                    writeln!(out, "  {year}  missing")?;
                }
                for (number, &report) in reports.iter().enumerate() {
                    let mut notes = self.hints(report);
                    if reports.len() > 1 {
                        notes.push(if number == 0 { "taken" } else { "passed over" }.to_owned());
                    }
                    let notes =
                        if notes.is_empty() { String::new() } else { format!("  ({})", notes.join(", ")) };
                    writeln!(out, "  {year}  {}{notes}", safe_line(self.path(report)))?;
                }
            }
            for (year, reports) in body.years.iter() {
                let below = reports.first().and_then(|&report| self.set.below(report));
                for name in below.into_iter().flat_map(|below| below.missing) {
                    writeln!(out, "  {year}  missing below it: {}", safe_line(&name))?;
                }
            }
        }
        for report in self.unplaced() {
            writeln!(out, "{}: body or year not known", safe_line(&report.path))?;
        }
        Ok(())
    }

    fn json(&self) -> serde_json::Value {
        let report = |&report: &usize| json!({"path": self.path(report), "hints": self.hints(report)});
        let year = |(year, reports): (u32, &[usize])| json!({"year": year, "reports": reports.iter().map(report).collect::<Vec<_>>()});
        let body = |body: &Body| {
            json!({
                "name": body.name, "pack": body.pack, "aliases": body.aliases, "below": self.above(body),
                "years": years(body).map(year).collect::<Vec<_>>(),
            })
        };
        json!({
            "bodies": self.set.bodies.iter().map(body).collect::<Vec<_>>(),
            "unplaced": self.unplaced().map(|report| report.path.as_str()).collect::<Vec<_>>(),
        })
    }
}

/// The years from the first to the last report of a body, each with its reports.
fn years(body: &Body) -> impl Iterator<Item = (u32, &[usize])> {
    let range = body.years.ends().map(|(first, last)| first..=last).into_iter().flatten();
    range.map(|year| (year, body.years.on(year)))
}
