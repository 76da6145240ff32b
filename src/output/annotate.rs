//! Copies of report files with what was found written into them as comments: what an auditor sends to the office.

mod docx;
mod parts;
mod pdf;
mod xlsx;

use super::{count, safe_line};
use crate::finding::{Finding, Level, Position};
use crate::source::place::Place;
use crate::source::refusal::Refusal;
use crate::source::{Source, SourceError};

/// Who comments are signed by.
const AUTHOR: &str = env!("CARGO_PKG_NAME");

/// Why there is no copy of a file with comments.
#[derive(Debug, thiserror::Error)]
pub enum NotAnnotated {
    /// Its kind takes none.
    #[error("{0} files take no comments")]
    Kind(&'static str),
    /// It cannot be read, though it could when it was checked.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// It cannot be read, though it could when it was checked.
    #[error(transparent)]
    Unreadable(#[from] SourceError),
    /// It is written in a way in which nothing can be added to it.
    #[error("nothing can be added to it: {0}")]
    Closed(String),
}

impl NotAnnotated {
    fn closed<E: ToString>(why: E) -> Self {
        Self::Closed(why.to_string())
    }
}

/// A comment, and where it belongs.
struct Comment {
    place: Place,
    level: Level,
    /// What it says, line by line.
    lines: Vec<String>,
}

/// The bytes of a report file with its findings written into them.
///
/// # Errors
/// Says why there can be no such copy.
pub fn copy(bytes: &[u8], findings: &[Finding]) -> Result<Vec<u8>, NotAnnotated> {
    let comments: Vec<Comment> = findings.iter().filter_map(Comment::of).collect();
    match Source::kind(bytes)? {
        Some("docx") => docx::annotate(bytes, &comments),
        Some("xlsx") => xlsx::annotate(bytes, &comments),
        Some("pdf") => pdf::annotate(bytes, &comments),
        other => Err(NotAnnotated::Kind(other.unwrap_or("text"))),
    }
}

impl Comment {
    /// What is said of a finding; `None` where it has no place.
    fn of(finding: &Finding) -> Option<Self> {
        let place = finding.primary.as_ref()?.place.clone()?;
        let mut lines = vec![format!("{}: {}", finding.level.name(), safe_line(&finding.message))];
        lines.extend(finding.evidence.iter().map(|relation| safe_line(relation)));
        lines.extend(finding.expected.iter().map(|expected| format!("{} would tie", safe_line(expected))));
        lines.extend(finding.cause.iter().map(|cause| safe_line(cause)));
        const MOST: usize = 12;
        lines.extend(finding.primary.iter().chain(&finding.related).take(MOST).map(figure));
        if let Some(more) = (finding.related.len() + 1).checked_sub(MOST).filter(|&more| more > 0) {
            lines.push(format!("… and {}", count(more, "figure")));
        }
        lines.push(format!("({})", finding.rule));
        Some(Self { place, level: finding.level, lines })
    }
}

/// A figure with its part and its place.
fn figure(position: &Position) -> String {
    let locator = position.locator.as_deref().map(|locator| format!(" ({})", safe_line(locator)));
    let role = match position.message.is_empty() {
        true => String::new(),
        false => format!("{}: ", safe_line(&position.message)),
    };
    format!("{role}{}{}", safe_line(&shortened(&position.text)), locator.unwrap_or_default())
}

/// A text of which a reader sees the start.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 40;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
