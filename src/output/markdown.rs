//! Markdown: a table a report, for the summary of a job or a comment on a pull request.

use std::io::{self, Write};

use super::safe::safe_line;
use super::text::count;
use super::{Format, Output, Style, Summary, other_places};
use crate::finding::{Finding, Report};
use crate::source::skipped::SkippedFile;

/// A table a report.
pub const FORMAT: Format = Format {
    name: "markdown",
    about: "a table a report, for the summary of a job",
    new: |style| Box::new(Markdown { style, written: 0, left_out: 0 }),
};

/// Kept free under the limit for the account of the run.
const RESERVED: usize = 4 << 10;

struct Markdown {
    style: Style,
    written: usize,
    left_out: usize,
}

impl Markdown {
    fn fits(&self, text: &str) -> bool {
        self.style.limit.is_none_or(|limit| self.written + text.len() + RESERVED <= limit)
    }

    /// The files that were passed over, those that may hold a report first.
    fn skipped(&mut self, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        /// Files that are named at most: a folder may hold thousands of pictures.
        const MOST: usize = 100;
        let mut files: Vec<&SkippedFile> = summary.skipped_files.iter().collect();
        files.sort_by_key(|file| file.hint.is_none());
        if files.is_empty() {
            return Ok(());
        }
        let mut text = "\nNot read:\n\n".to_owned();
        let mut named = 0;
        for file in files.iter().take(MOST) {
            let hint = file.hint.as_ref().map(|hint| format!("; {}", escaped(hint))).unwrap_or_default();
            let line = format!("- {} {}{hint}\n", code(&file.path), escaped(&file.why));
            if self.style.limit.is_some_and(|limit| self.written + text.len() + line.len() > limit) {
                break;
            }
            text += &line;
            named += 1;
        }
        if named < files.len() {
            text += &format!("- {}\n", count(files.len() - named, "more file"));
        }
        self.write(&text, out)
    }

    fn write(&mut self, text: &str, out: &mut dyn Write) -> io::Result<()> {
        self.written += text.len();
        out.write_all(text.as_bytes())
    }
}

impl Output for Markdown {
    fn report(&mut self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        let mut head = format!(
            "### {}\n\n| level | place | finding | relation | would tie |\n| --- | --- | --- | --- | --- |\n",
            code(&report.path)
        );
        let rows: Vec<String> =
            self.style.told(report).map(|finding| row(finding, self.style.of_group(finding))).collect();
        for row in rows {
            let text = format!("{head}{row}");
            if self.left_out > 0 || !self.fits(&text) {
                self.left_out += 1;
                continue;
            }
            self.write(&text, out)?;
            head.clear();
        }
        if head.is_empty() { self.write("\n", out) } else { Ok(()) }
    }

    fn finish(&mut self, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        if self.left_out > 0 {
            let left_out = count(self.left_out, "more finding");
            self.write(&format!("{left_out} would not fit in here.\n\n"), out)?;
        }
        let relations = summary.relations;
        let figures = summary.figures;
        let mut text = format!(
            "**tieout: {}, {}, {}** in {}. {}: {} hold, {} fail, {} cannot be told. \
             Figures: {} tied, {} broken, {} unchecked. {} accepted",
            count(summary.errors, "error"),
            count(summary.warnings, "warning"),
            count(summary.notes, "note"),
            count(summary.reports, "report"),
            count(relations.held + relations.failed + relations.undecided, "relation"),
            relations.held,
            relations.failed,
            relations.undecided,
            figures.tied,
            figures.broken,
            figures.unchecked,
            summary.accepted,
        );
        if summary.baseline > 0 {
            text += &format!(", {} in the baseline", summary.baseline);
        }
        if !summary.skipped.is_empty() {
            let skipped: usize = summary.skipped.values().sum();
            text += &format!("; {} skipped", count(skipped, "file"));
        }
        self.write(&format!("{text}.\n"), out)?;
        self.skipped(summary, out)
    }
}

fn row(finding: &Finding, of_group: Option<String>) -> String {
    let primary = finding.primary.as_ref();
    let place = primary
        .and_then(|primary| match (primary.line, primary.column) {
            (Some(line), Some(column)) => Some(format!("{line}:{column}")),
            _ => primary.locator.as_deref().map(escaped),
        })
        .unwrap_or_default();
    let mut message = format!("{}<br>{}", escaped(&finding.message), code(&finding.rule));
    if let Some(cause) = &finding.cause {
        message += &format!("<br>{}", escaped(cause));
    }
    for other in other_places(finding) {
        message += &format!("<br>{}", code(&other));
    }
    if let Some(of_group) = of_group {
        message += &format!("<br>{}", escaped(&of_group));
    }
    if let Some(accepted) = &finding.accepted {
        message += &format!("<br>accepted: {}", escaped(&accepted.reason));
    }
    let relations: Vec<String> = finding.evidence.iter().map(|relation| escaped(relation)).collect();
    format!(
        "| {} | {place} | {message} | {} | {} |\n",
        finding.level.name(),
        relations.join("<br>"),
        finding.expected.as_deref().map(escaped).unwrap_or_default()
    )
}

/// Text in which nothing is markup, a link, a mention of a person or an issue, or a formula.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let safe = safe_line(text);
    let mut characters = safe.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            // A comment parts what GitHub would join to a mention, a reference or an address.
            '@' | '#' => {
                out.push(character);
                out.push_str("<!-- -->");
            }
            ':' if characters.peek() == Some(&'/') => out.push_str(":<!-- -->"),
            '$' => out.push_str("<span>$</span>"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '!' => {
                out.push('\\');
                out.push(character);
            }
            // The address of a page may start without its scheme.
            '.' if out.ends_with(['w', 'W']) => out.push_str("\\."),
            _ => out.push(character),
        }
    }
    out
}

/// What ends code or a cell, or is taken for markup where code is not understood.
const MARKUP_IN_CODE: [char; 6] = ['`', '|', '\\', '<', '>', '&'];

/// Text as code, in which only its own end and the end of a cell would be markup.
fn code(text: &str) -> String {
    let safe = safe_line(text);
    if safe.contains(MARKUP_IN_CODE) { escaped(&safe) } else { format!("`{safe}`") }
}
