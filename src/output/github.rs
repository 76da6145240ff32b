//! GitHub: a workflow command for each finding, which the runner shows at its place in a pull request.
//!
//! A runner shows ten of each kind a step and drops the rest without a word, so the tenth says how many there are more.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::safe::safe_line;
use super::text::count;
use super::{Format, Output, Style, Summary, other_places};
use crate::finding::{Finding, Level, Report};

/// Workflow commands.
pub const FORMAT: Format = Format {
    name: "github",
    about: "annotations on a pull request, as workflow commands of GitHub Actions",
    new: |style| {
        Box::new(GitHub { style, kinds: KINDS.map(|(level, ..)| Kind { level, ..Kind::default() }) })
    },
};

/// Annotations of a kind that a runner shows in a step.
const SHOWN: usize = 10;

/// The level of a finding, the command for it, and what such findings are called; those that matter most first.
const KINDS: [(Level, &str, &str); 3] = [
    (Level::Error, "error", "more error"),
    (Level::Warning, "warning", "more warning"),
    (Level::Note, "notice", "more note"),
];

/// The annotations of one kind.
struct Kind {
    level: Level,
    commands: Vec<String>,
    /// The file of the last of them.
    last_file: String,
    count: usize,
}

impl Default for Kind {
    fn default() -> Self {
        Self { level: Level::Note, commands: Vec::new(), last_file: String::new(), count: 0 }
    }
}

struct GitHub {
    style: Style,
    kinds: [Kind; 3],
}

impl Output for GitHub {
    fn report(&mut self, report: &Report, _out: &mut dyn Write) -> io::Result<()> {
        for finding in self.style.told(report).filter(|finding| finding.accepted.is_none()) {
            let Some(kind) = self.kinds.iter_mut().find(|kind| kind.level == finding.level) else { continue };
            kind.count += 1;
            if kind.commands.len() < SHOWN {
                let shown = self.style.root.inside(&report.path);
                kind.last_file = property(shown.as_deref().unwrap_or(&report.path));
                kind.commands.push(annotation(&kind.last_file, finding, self.style.of_group(finding)));
            }
        }
        Ok(())
    }

    fn finish(&mut self, _summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        for (kind, (_, command, more)) in self.kinds.iter().zip(KINDS) {
            let shown = if kind.count > SHOWN { SHOWN - 1 } else { SHOWN };
            for annotation in kind.commands.iter().take(shown) {
                writeln!(out, "::{command} {annotation}")?;
            }
            if kind.count > SHOWN {
                let more = count(kind.count - shown, more);
                writeln!(
                    out,
                    "::{command} file={},title=tieout::and {more}, see the summary",
                    kind.last_file
                )?;
            }
        }
        Ok(())
    }
}

/// A command behind its name. A runner that meets no `file` first takes the line for one of another kind.
fn annotation(file: &str, finding: &Finding, of_group: Option<String>) -> String {
    let mut command = format!("file={file}");
    if let Some((primary, line)) = finding.primary.as_ref().and_then(|primary| Some((primary, primary.line?)))
    {
        let _ = write!(command, ",line={line}");
        if let Some(end) = primary.end_line {
            let _ = write!(command, ",endLine={end}");
        }
        // Columns are refused for what stands on several lines.
        if let (Some(column), Some(end)) = (primary.column, primary.end_column)
            && primary.end_line == Some(line)
        {
            let _ = write!(command, ",col={column},endColumn={end}");
        }
    }
    let _ = write!(command, ",title={}::{}", property(&finding.rule), data(finding, of_group));
    command
}

fn data(finding: &Finding, of_group: Option<String>) -> String {
    let mut lines = vec![safe_line(&finding.message)];
    lines.extend(finding.primary.iter().filter_map(|primary| primary.locator.as_deref()).map(safe_line));
    lines.extend(finding.evidence.iter().map(|relation| safe_line(relation)));
    lines.extend(finding.expected.iter().map(|expected| format!("{} would tie", safe_line(expected))));
    lines.extend(finding.cause.iter().map(|cause| safe_line(cause)));
    lines.extend(other_places(finding).iter().map(|place| safe_line(place)));
    lines.extend(of_group.map(|note| safe_line(&note)));
    let lines: Vec<String> = lines.iter().map(|line| line.replace('%', "%25")).collect();
    lines.join("%0A")
}

/// The value of a property: text on a line, in which what parts properties is escaped.
fn property(text: &str) -> String {
    safe_line(text).replace('%', "%25").replace(':', "%3A").replace(',', "%2C")
}
