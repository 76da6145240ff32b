//! The terminal: each finding under its rule, with the lines of the report that it speaks of.

use std::io::{self, Write};

use codespan_reporting::diagnostic::{Diagnostic, Label, LabelStyle, Severity};
use codespan_reporting::term::termcolor::{Ansi, NoColor};
use codespan_reporting::term::{self, Config, Styles, StylesWriter};

use super::drawing::Drawing;
use super::excerpt::{Excerpt, Excerpts};
use super::safe::safe_line;
use super::{Format, Missing, Output, Style, Summary};
use crate::document::Document;
use crate::finding::{Finding, Level, Position, Report, Tables};
use crate::source::Source;

/// Text for people.
pub const FORMAT: Format = Format {
    name: "text",
    about: "excerpts with the figures underlined, for people",
    new: |style| Box::new(Text { style }),
};

struct Text {
    style: Style,
}

impl Output for Text {
    fn report(&mut self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        let without_lines = |source: &&Source| !source.has_lines();
        let document = report.source.as_deref().filter(without_lines);
        let document = document.map(|source| Document::new(source.content()));
        for finding in self.style.told(report) {
            let mut others = other_files(finding);
            others.truncate(MOST_OTHERS);
            match &document {
                Some(document) => self.drawn(document, report, finding, &others, out)?,
                // What is drawn of one file is drawn of all.
                None => match report
                    .source
                    .as_deref()
                    .filter(|_| others.iter().any(|(_, source, _)| !source.has_lines()))
                {
                    Some(source) => {
                        self.drawn(&Document::new(source.content()), report, finding, &others, out)?;
                    }
                    None => self.finding(report, finding, &others, out)?,
                },
            }
        }
        Ok(())
    }

    fn shows_text(&self) -> bool {
        true
    }

    fn finish(&mut self, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        if self.style.quiet {
            return Ok(());
        }
        let relations = summary.relations;
        let figures = summary.figures;
        let baseline = match summary.baseline {
            0 => String::new(),
            held_back => format!(", {} in the baseline", thousands(held_back)),
        };
        writeln!(
            out,
            "checked {}, {}: {} hold, {} fail, {} cannot be told; {} accepted{}",
            count(summary.reports, "report"),
            count(relations.held + relations.failed + relations.undecided, "relation"),
            thousands(relations.held),
            thousands(relations.failed),
            thousands(relations.undecided),
            thousands(summary.accepted),
            baseline,
        )?;
        writeln!(
            out,
            "{}, {}, {}; figures: {} tied, {} broken, {} unchecked",
            count(summary.errors, "error"),
            count(summary.warnings, "warning"),
            count(summary.notes, "note"),
            thousands(figures.tied),
            thousands(figures.broken),
            thousands(figures.unchecked),
        )?;
        let tables = summary.tables;
        if tables != Tables::default() {
            writeln!(
                out,
                "tables: {} checked, {} with nothing to check, {} not read",
                thousands(tables.checked),
                thousands(tables.nothing),
                thousands(tables.unread),
            )?;
        }
        if summary.fallback > 0 {
            writeln!(
                out,
                "{} of no kind that a pack recognises: only tables were checked (leave out with `exclude` in tieout.toml, check more with --pack)",
                count(summary.fallback, "report"),
            )?;
        }
        if !summary.skipped.is_empty() {
            let skipped: Vec<String> = summary
                .skipped
                .iter()
                .map(|(what, count)| format!("{} {}", thousands(*count), safe_line(what)))
                .collect();
            writeln!(out, "skipped: {}", skipped.join(", "))?;
        }
        self.missing(summary, out)?;
        Ok(())
    }
}

impl Text {
    fn notes(&self, finding: &Finding) -> Vec<String> {
        let mut notes = notes(finding);
        notes.extend(self.style.of_group(finding).map(|note| safe_line(&note)));
        notes
    }

    /// What could not be compared, in a line for all years and one for each body above others.
    fn missing(&self, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        const NAMED: usize = 3;
        let mut years = Vec::new();
        for missing in &summary.missing {
            if let Missing::Year { year, bodies } = missing {
                let bodies =
                    if *bodies == 1 { "1 body".to_owned() } else { format!("{} bodies", thousands(*bodies)) };
                years.push(format!("no {year} report of {bodies}"));
            }
        }
        if !years.is_empty() {
            writeln!(out, "not compared with the year before: {}", years.join(", "))?;
        }
        for missing in &summary.missing {
            if let Missing::Doubtful { reports } = missing {
                let reports = count(*reports, "report");
                writeln!(
                    out,
                    "{reports} not compared with the year before: reports under one name differ too often to be of one body; bodies.toml, --previous or years in their paths say that they are"
                )?;
            }
            let Missing::Below { body, year, missing } = missing else { continue };
            let mut names: Vec<String> = missing.iter().take(NAMED).map(|name| safe_line(name)).collect();
            if missing.len() > NAMED {
                names.push(format!("{} more", missing.len() - NAMED));
            }
            let body = safe_line(body);
            writeln!(
                out,
                "{body} not compared with the sum of those below it: no {year} report of {}",
                names.join(", ")
            )?;
        }
        Ok(())
    }

    fn finding(
        &self,
        report: &Report,
        finding: &Finding,
        others: &[Others<'_>],
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let severity = severity(finding.level);
        let own = report.source.as_deref().and_then(|source| Excerpt::new(source, &report.path, finding));
        let mut excerpts = vec![own.unwrap_or_else(|| Excerpt::empty(&report.path))];
        let others =
            others.iter().filter_map(|(path, source, places)| Excerpt::of(source, path, None, places));
        excerpts.extend(others);
        let labels = excerpts.iter().enumerate().flat_map(|(file, excerpt)| {
            excerpt.labels.iter().map(move |label| {
                let style = if label.is_primary { LabelStyle::Primary } else { LabelStyle::Secondary };
                Label::new(style, file, label.range.clone()).with_message(label.message.clone())
            })
        });
        let diagnostic = Diagnostic::new(severity)
            .with_code(finding.rule.clone())
            .with_message(safe_line(&finding.message))
            .with_labels(labels.collect())
            .with_notes(self.notes(finding));
        let excerpts = Excerpts(excerpts);
        let config = Config { tab_width: 1, ..Config::default() };
        let mut buffer = Vec::new();
        let styles = Styles::default();
        let emitted = if self.style.color {
            term::emit_to_write_style(
                &mut StylesWriter::new(Ansi::new(&mut buffer), &styles),
                &config,
                &excerpts,
                &diagnostic,
            )
        } else {
            term::emit_to_write_style(
                &mut StylesWriter::new(NoColor::new(&mut buffer), &styles),
                &config,
                &excerpts,
                &diagnostic,
            )
        };
        emitted.map_err(io::Error::other)?;
        let link = self.link(report);
        trimmed(&buffer, link.as_deref(), out)
    }

    /// A finding in a report without lines.
    fn drawn(
        &self,
        document: &Document<'_>,
        report: &Report,
        finding: &Finding,
        others: &[Others<'_>],
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let mut drawing = Drawing::new(document, &report.path, finding);
        for (path, source, places) in others {
            drawing.add(&Document::new(source.content()), path, places);
        }
        let (severity, notes) = (severity(finding.level), self.notes(finding));
        let mut buffer = Vec::new();
        let styles = Styles::default();
        if self.style.color {
            let mut writer = StylesWriter::new(Ansi::new(&mut buffer), &styles);
            drawing.write(severity, finding, &notes, &mut writer)?;
        } else {
            let mut writer = StylesWriter::new(NoColor::new(&mut buffer), &styles);
            drawing.write(severity, finding, &notes, &mut writer)?;
        }
        trimmed(&buffer, self.link(report).as_deref(), out)
    }
}

/// Files of other reports of which lines are shown at most.
const MOST_OTHERS: usize = 5;

/// Another file: its path, its text, and the places in it.
type Others<'f> = (&'f str, &'f Source, Vec<&'f Position>);

/// The other files that a finding names and whose text is at hand, in its order.
fn other_files(finding: &Finding) -> Vec<Others<'_>> {
    let mut files: Vec<Others<'_>> = Vec::new();
    for place in &finding.related {
        let Some(other) = &place.other else { continue };
        let Some(source) = other.source.as_deref() else { continue };
        match files.iter_mut().find(|(path, ..)| *path == other.path) {
            Some((.., places)) => places.push(place),
            None => files.push((&other.path, source, vec![place])),
        }
    }
    files
}

fn severity(level: Level) -> Severity {
    match level {
        Level::Error => Severity::Error,
        Level::Warning => Severity::Warning,
        Level::Note => Severity::Note,
    }
}

impl Text {
    /// The address of a report's file, for a terminal that follows links.
    fn link(&self, report: &Report) -> Option<String> {
        let path = self.style.links.then(|| self.style.root.absolute(&report.path))?;
        anstyle_hyperlink::path_to_url(&path)
    }
}

/// What stands before the place of a finding.
const BEFORE_PLACE: &str = "┌─";

/// Writes lines without the white space that the drawing of labels leaves at their ends, the place of the finding as a
/// link.
fn trimmed(drawn: &[u8], mut link: Option<&str>, out: &mut dyn Write) -> io::Result<()> {
    for line in drawn.split_inclusive(|&byte| byte == b'\n') {
        let text = line.trim_ascii_end();
        let place = link.and_then(|_| memchr::memmem::find(text, BEFORE_PLACE.as_bytes()));
        match (place.and_then(|at| text.split_at_checked(at + BEFORE_PLACE.len())), link) {
            (Some((before, place)), Some(address)) => {
                let link_to = anstyle_hyperlink::Hyperlink::with_url(address);
                let (space, place) =
                    place.split_at_checked(1).filter(|(space, _)| *space == b" ").unwrap_or((b"", place));
                out.write_all(before)?;
                out.write_all(space)?;
                write!(out, "{link_to}")?;
                out.write_all(place)?;
                write!(out, "{link_to:#}")?;
                link = None;
            }
            _ => out.write_all(text)?,
        }
        if line.ends_with(b"\n") {
            out.write_all(b"\n")?;
        }
    }
    Ok(())
}

fn notes(finding: &Finding) -> Vec<String> {
    let mut notes = Vec::new();
    let more = other_files(finding).len().saturating_sub(MOST_OTHERS);
    if more > 0 {
        notes.push(format!("and in {}", count(more, "more file")));
    }
    if let Some(accepted) = &finding.accepted {
        let until = accepted.until.map(|until| format!(" (until {until})")).unwrap_or_default();
        notes.push(format!("accepted{until}: {}", safe_line(&accepted.reason)));
    }
    // A line and a column say little of a text whose elements say where something is.
    let in_lines = finding.primary.iter().filter(|primary| primary.line.is_some());
    notes.extend(
        in_lines.filter_map(|primary| Some(format!("in {}", safe_line(primary.locator.as_deref()?)))),
    );
    notes.extend(finding.evidence.iter().map(|relation| safe_line(relation)));
    if let Some(expected) = &finding.expected {
        notes.push(format!("{} would tie", safe_line(expected)));
    }
    notes.extend(finding.cause.iter().map(|cause| safe_line(cause)));
    let others: Vec<&str> =
        finding.rules.iter().map(String::as_str).filter(|rule| *rule != finding.rule).collect();
    if !others.is_empty() {
        notes.push(format!("also breaks: {}", others.join(", ")));
    }
    if let Some(authority) = &finding.authority {
        notes.push(safe_line(authority));
    }
    notes
}

/// How many of something there are, in words.
pub fn count(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {what}{plural}", thousands(number))
}

/// A number with its thousands set off.
fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
