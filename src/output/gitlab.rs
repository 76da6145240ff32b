//! GitLab: a Code Quality report, one JSON array.

use std::io::{self, Write};

use serde::Serialize;

use super::safe::{safe_json, safe_line};
use super::{Format, Output, Style, Summary};
use crate::finding::{Level, Report};

/// A Code Quality report.
pub const FORMAT: Format = Format {
    name: "gitlab",
    about: "a Code Quality report of GitLab",
    new: |style| Box::new(GitLab { style, has_any: false }),
};

struct GitLab {
    style: Style,
    has_any: bool,
}

#[derive(Serialize)]
struct Issue<'f> {
    description: String,
    check_name: &'f str,
    fingerprint: &'f str,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

impl Output for GitLab {
    fn report(&mut self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        for finding in report.findings.iter().filter(|finding| finding.accepted.is_none()) {
            let primary = finding.primary.as_ref();
            let begin = primary.and_then(|primary| primary.line).unwrap_or(1);
            let mut description = safe_line(&finding.message);
            if let Some(locator) = primary.and_then(|primary| primary.locator.as_deref()) {
                description = format!("{}: {description}", safe_line(locator));
            }
            if let Some(relation) = &finding.relation {
                description = format!("{description}: {}", safe_line(relation));
            }
            let issue = Issue {
                description,
                check_name: &finding.rule,
                fingerprint: &finding.fingerprint,
                severity: severity(finding.level),
                location: Location {
                    path: self.style.root.inside(&report.path).unwrap_or_else(|| report.path.clone()),
                    lines: Lines {
                        begin,
                        end: primary.and_then(|primary| primary.end_line).unwrap_or(begin),
                    },
                },
            };
            out.write_all(if self.has_any { b",\n" } else { b"[\n" })?;
            self.has_any = true;
            out.write_all(safe_json(&serde_json::to_string(&issue)?).as_bytes())?;
        }
        Ok(())
    }

    fn finish(&mut self, _summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(if self.has_any { b"\n]\n" } else { b"[]\n" })
    }
}

fn severity(level: Level) -> &'static str {
    match level {
        Level::Error => "major",
        Level::Warning => "minor",
        Level::Note => "info",
    }
}
