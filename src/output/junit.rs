//! JUnit: a suite a report and a case a rule, so that a dashboard shows what held as well.

use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use super::safe::safe_line;
use super::text::count;
use super::{Format, Output, Style, Summary};
use crate::check::Relations;
use crate::finding::{Finding, Report};
use crate::source::skipped::SkippedFile;

/// A suite a report, a case a rule.
pub const FORMAT: Format = Format {
    name: "junit",
    about: "JUnit XML: a suite a report, a case a rule",
    new: |style| Box::new(JUnit { style, is_open: false }),
};

const ROOT: &str = "testsuites";

struct JUnit {
    style: Style,
    is_open: bool,
}

/// How a case came out.
enum Verdict {
    Passed,
    Failed { kind: &'static str, message: String, details: String },
    Skipped(String),
}

struct Case<'r> {
    rule: &'r str,
    verdict: Verdict,
    /// Findings that do not make it fail.
    remarks: Vec<String>,
}

impl JUnit {
    fn open(&mut self, writer: &mut Writer<&mut dyn Write>) -> io::Result<()> {
        if std::mem::replace(&mut self.is_open, true) {
            return Ok(());
        }
        writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        writer.write_event(Event::Text(BytesText::new("\n")))?;
        let mut root = BytesStart::new(ROOT);
        root.push_attribute(("name", env!("CARGO_PKG_NAME")));
        writer.write_event(Event::Start(root))
    }

    fn cases<'r>(&self, report: &'r Report) -> Vec<Case<'r>> {
        let mut cases: Vec<Case<'r>> =
            report.rules.iter().map(|tally| self.case(report, &tally.rule, tally.relations)).collect();
        for finding in &report.findings {
            if !cases.iter().any(|case| case.rule == finding.rule) {
                cases.push(self.case(report, &finding.rule, Relations::default()));
            }
        }
        cases
    }

    fn case<'r>(&self, report: &'r Report, rule: &'r str, relations: Relations) -> Case<'r> {
        let broken = report.findings.iter().filter(|finding| finding.rules.iter().any(|other| other == rule));
        let (failing, rest): (Vec<&Finding>, Vec<&Finding>) = broken.partition(|finding| self.fails(finding));
        let verdict = match failing.split_first() {
            Some((first, others)) => {
                let mut message = safe_line(&first.message);
                if !others.is_empty() {
                    message = format!("{message} (and {})", count(others.len(), "more finding"));
                }
                let details: Vec<String> =
                    failing.iter().map(|finding| details(report, finding, rule)).collect();
                Verdict::Failed { kind: first.level.name(), message, details: details.join("\n") }
            }
            None if !rest.is_empty() => Verdict::Passed,
            None if relations.failed > 0 => Verdict::Skipped("what it found is accepted or explained".into()),
            None if relations.held > 0 => Verdict::Passed,
            None if relations.undecided > 0 => Verdict::Skipped("none of its relations could be told".into()),
            None => Verdict::Skipped("nothing in the report is what it speaks of".into()),
        };
        let remarks = rest.iter().map(|finding| details(report, finding, rule)).collect();
        Case { rule, verdict, remarks }
    }

    /// Whether a finding makes its case fail, as it makes the run fail.
    fn fails(&self, finding: &Finding) -> bool {
        finding.accepted.is_none() && self.style.fail_on.is_some_and(|lowest| finding.level >= lowest)
    }
}

impl Output for JUnit {
    fn shows_rules(&self) -> bool {
        true
    }

    fn report(&mut self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        let cases = self.cases(report);
        if cases.is_empty() {
            return Ok(());
        }
        let mut writer = Writer::new_with_indent(out, b' ', 2);
        self.open(&mut writer)?;
        let counted =
            |is: fn(&Verdict) -> bool| cases.iter().filter(|case| is(&case.verdict)).count().to_string();
        let path = safe_line(&report.path);
        let name = match &report.pack {
            Some(pack) => format!("{path} ({pack})"),
            None => path.clone(),
        };
        let suite = writer
            .create_element("testsuite")
            .with_attribute(("name", name.as_str()))
            .with_attribute(("tests", cases.len().to_string().as_str()))
            .with_attribute((
                "failures",
                counted(|verdict| matches!(verdict, Verdict::Failed { .. })).as_str(),
            ))
            .with_attribute(("errors", "0"))
            .with_attribute(("skipped", counted(|verdict| matches!(verdict, Verdict::Skipped(_))).as_str()));
        suite.write_inner_content(|writer| {
            for case in &cases {
                let element = writer
                    .create_element("testcase")
                    .with_attribute(("classname", path.as_str()))
                    .with_attribute(("name", case.rule))
                    .with_attribute(("file", path.as_str()));
                if matches!(case.verdict, Verdict::Passed) && case.remarks.is_empty() {
                    element.write_empty()?;
                } else {
                    element.write_inner_content(|writer| case.write(writer))?;
                }
            }
            Ok(())
        })?;
        Ok(())
    }

    fn finish(&mut self, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        let mut writer = Writer::new(out);
        self.open(&mut writer)?;
        if !summary.skipped_files.is_empty() {
            skipped(&summary.skipped_files, &mut writer)?;
        }
        writer.write_event(Event::Text(BytesText::new("\n")))?;
        writer.write_event(Event::End(BytesEnd::new(ROOT)))?;
        writer.write_event(Event::Text(BytesText::new("\n")))
    }
}

/// The files that were passed over, as cases that were.
fn skipped(files: &[SkippedFile], writer: &mut Writer<&mut dyn Write>) -> io::Result<()> {
    let count = files.len().to_string();
    let suite = writer.create_element("testsuite").with_attributes([
        ("name", "files that were not read"),
        ("tests", count.as_str()),
        ("failures", "0"),
        ("errors", "0"),
        ("skipped", count.as_str()),
    ]);
    suite.write_inner_content(|writer| {
        for file in files {
            let path = safe_line(&file.path);
            let hint = file.hint.as_ref().map(|hint| format!("; {hint}")).unwrap_or_default();
            let why = safe_line(&format!("{}{hint}", file.why));
            let case = writer.create_element("testcase").with_attributes([
                ("classname", path.as_str()),
                ("name", "is read"),
                ("file", path.as_str()),
            ]);
            case.write_inner_content(|writer| {
                writer.create_element("skipped").with_attribute(("message", why.as_str())).write_empty()?;
                Ok(())
            })?;
        }
        Ok(())
    })?;
    Ok(())
}

impl Case<'_> {
    fn write(&self, writer: &mut Writer<&mut dyn Write>) -> io::Result<()> {
        match &self.verdict {
            Verdict::Passed => {}
            Verdict::Failed { kind, message, details } => {
                writer
                    .create_element("failure")
                    .with_attribute(("type", *kind))
                    .with_attribute(("message", message.as_str()))
                    .write_text_content(BytesText::new(details))?;
            }
            Verdict::Skipped(why) => {
                writer.create_element("skipped").with_attribute(("message", why.as_str())).write_empty()?;
            }
        }
        if !self.remarks.is_empty() {
            let remarks = self.remarks.join("\n");
            writer.create_element("system-out").write_text_content(BytesText::new(&remarks))?;
        }
        Ok(())
    }
}

/// A finding in a few lines; for a rule that another stands for, which.
fn details(report: &Report, finding: &Finding, rule: &str) -> String {
    let mut place = safe_line(&report.path);
    if let Some(primary) = &finding.primary {
        if let (Some(line), Some(column)) = (primary.line, primary.column) {
            place = format!("{place}:{line}:{column}");
        } else if let Some(locator) = &primary.locator {
            place = format!("{place}: {}", safe_line(locator));
        }
    }
    let mut lines = vec![format!("{place}: {}: {}", finding.level.name(), safe_line(&finding.message))];
    if finding.rule != rule {
        lines.push(format!("  told as {}", finding.rule));
    }
    if let Some(accepted) = &finding.accepted {
        lines.push(format!("  accepted: {}", safe_line(&accepted.reason)));
    }
    lines.extend(finding.evidence.iter().map(|relation| format!("  {}", safe_line(relation))));
    lines.extend(finding.expected.iter().map(|expected| format!("  {} would tie", safe_line(expected))));
    lines.extend(finding.cause.iter().map(|cause| format!("  {}", safe_line(cause))));
    lines.join("\n")
}
