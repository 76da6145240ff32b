//! CSV for spreadsheets: a row a finding.

use std::io::{self, Write};

use super::safe::safe_line;
use super::{Format, Output, Summary};
use crate::finding::{Finding, Report};
use crate::source::skipped::SkippedFile;

/// A row a finding.
pub const FORMAT: Format =
    Format { name: "csv", about: "a row a finding, for spreadsheets", new: |_| Box::new(Csv::default()) };

const HEADER: [&str; 13] = [
    "path",
    "line",
    "column",
    "locator",
    "level",
    "rule",
    "message",
    "text",
    "relation",
    "expected",
    "cause",
    "fingerprint",
    "accepted",
];

/// Without it spreadsheets read UTF-8 as something else.
const BYTE_ORDER_MARK: &str = "\u{feff}";

#[derive(Default)]
struct Csv {
    has_header: bool,
}

impl Csv {
    fn header(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if std::mem::replace(&mut self.has_header, true) {
            return Ok(());
        }
        out.write_all(BYTE_ORDER_MARK.as_bytes())?;
        row(&HEADER.map(str::to_owned), out)
    }
}

impl Output for Csv {
    fn report(&mut self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        self.header(out)?;
        for finding in &report.findings {
            row(&fields(report, finding), out)?;
        }
        Ok(())
    }

    fn finish(&mut self, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        self.header(out)?;
        for file in &summary.skipped_files {
            row(&skipped(file), out)?;
        }
        Ok(())
    }
}

/// A row for a file that was passed over: its name, why, and what to do.
fn skipped(file: &SkippedFile) -> [String; 13] {
    let mut fields = HEADER.map(|_| String::new());
    let message = file.hint.as_ref().map_or_else(|| file.why.clone(), |hint| format!("{}; {hint}", file.why));
    for (name, field) in HEADER.iter().zip(&mut fields) {
        match *name {
            "path" => *field = cell(&file.path),
            "level" => "skipped".clone_into(field),
            "message" => *field = cell(&message),
            _ => {}
        }
    }
    fields
}

fn fields(report: &Report, finding: &Finding) -> [String; 13] {
    let primary = finding.primary.as_ref();
    let number = |number: Option<usize>| number.map(|number| number.to_string()).unwrap_or_default();
    let optional = |text: Option<&str>| text.map(cell).unwrap_or_default();
    [
        cell(&report.path),
        number(primary.and_then(|primary| primary.line)),
        number(primary.and_then(|primary| primary.column)),
        optional(primary.and_then(|primary| primary.locator.as_deref())),
        finding.level.name().to_owned(),
        finding.rule.clone(),
        cell(&finding.message),
        optional(primary.map(|primary| primary.text.as_str())),
        optional(finding.relation.as_deref()),
        optional(finding.expected.as_deref()),
        optional(finding.cause.as_deref()),
        finding.fingerprint.clone(),
        optional(finding.accepted.as_ref().map(|accepted| accepted.reason.as_str())),
    ]
}

/// Text on a line that no spreadsheet takes for a formula. A number with its sign is none.
fn cell(text: &str) -> String {
    let safe = safe_line(text);
    let is_number = || {
        let digits = safe.strip_prefix(['-', '+']).unwrap_or(&safe);
        digits.chars().all(|character| character.is_ascii_digit() || matches!(character, '.' | '%'))
    };
    // Some spreadsheets take full-width signs for theirs.
    if safe.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) && !is_number() {
        format!("'{safe}")
    } else {
        safe
    }
}

/// Every field stands in quotes, so that no line of the file starts with what a report says.
fn row(fields: &[String], out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::WriterBuilder::new()
        .quote_style(csv::QuoteStyle::Always)
        .terminator(csv::Terminator::CRLF)
        .from_writer(out);
    writer.write_record(fields).map_err(io::Error::other)?;
    writer.flush()
}
