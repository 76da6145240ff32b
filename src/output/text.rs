//! The terminal: each finding under its rule, with the lines of the report that it speaks of.

use std::io::{self, Write};

use codespan_reporting::diagnostic::{Diagnostic, Label, LabelStyle, Severity};
use codespan_reporting::term::termcolor::{Ansi, NoColor};
use codespan_reporting::term::{self, Config, Styles, StylesWriter};

use super::drawing::Drawing;
use super::excerpt::Excerpt;
use super::safe::safe_line;
use super::{Format, Output, Style, Summary};
use crate::document::Document;
use crate::finding::{Finding, Level, Report};

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
        let without_lines = report.source.as_deref().filter(|source| !source.has_lines());
        let document = without_lines.map(|source| Document::new(source.content()));
        for finding in &report.findings {
            match &document {
                Some(document) => self.drawn(document, report, finding, out)?,
                None => self.finding(report, finding, out)?,
            }
        }
        Ok(())
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
        if !summary.skipped.is_empty() {
            let skipped: Vec<String> = summary
                .skipped
                .iter()
                .map(|(what, count)| format!("{} {}", thousands(*count), safe_line(what)))
                .collect();
            writeln!(out, "skipped: {}", skipped.join(", "))?;
        }
        Ok(())
    }
}

impl Text {
    fn finding(&self, report: &Report, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
        let severity = severity(finding.level);
        let excerpt = report.source.as_deref().and_then(|source| Excerpt::new(source, &report.path, finding));
        let labels = excerpt.iter().flat_map(|excerpt| &excerpt.labels).map(|label| {
            let style = if label.is_primary { LabelStyle::Primary } else { LabelStyle::Secondary };
            Label::new(style, (), label.range.clone()).with_message(label.message.clone())
        });
        let diagnostic = Diagnostic::new(severity)
            .with_code(finding.rule.clone())
            .with_message(safe_line(&finding.message))
            .with_labels(labels.collect())
            .with_notes(notes(finding));
        let excerpt = excerpt.unwrap_or_else(|| Excerpt::empty(&report.path));
        let config = Config { tab_width: 1, ..Config::default() };
        let mut buffer = Vec::new();
        let styles = Styles::default();
        let emitted = if self.style.color {
            term::emit_to_write_style(
                &mut StylesWriter::new(Ansi::new(&mut buffer), &styles),
                &config,
                &excerpt,
                &diagnostic,
            )
        } else {
            term::emit_to_write_style(
                &mut StylesWriter::new(NoColor::new(&mut buffer), &styles),
                &config,
                &excerpt,
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
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let drawing = Drawing::new(document, &report.path, finding);
        let (severity, notes) = (severity(finding.level), notes(finding));
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
