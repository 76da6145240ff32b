//! JSON, as docs/schema/findings.json describes it: one document, or a line for each report, finding and the summary.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::safe::safe_json;
use super::{Format, Missing, Output, Style, Summary};
use crate::check::Relations;
use crate::finding::{Figures, Finding, Position, Report};
use crate::source::place::Place;
use crate::source::skipped::SkippedFile;

/// One JSON document.
pub const FORMAT: Format =
    Format { name: "json", about: "one JSON document", new: |_| Box::new(Document::default()) };
/// JSON lines.
pub const LINES: Format = Format {
    name: "jsonl",
    about: "JSON, a line for each report, finding and the summary",
    new: |_: Style| Box::new(Lines::default()),
};

/// The version of the layout; it only grows.
const SCHEMA: u32 = 1;

#[derive(Serialize)]
struct PositionJson<'f> {
    line: Option<usize>,
    column: Option<usize>,
    end_line: Option<usize>,
    end_column: Option<usize>,
    offset: Option<u32>,
    length: Option<usize>,
    text: &'f str,
    locator: Option<&'f str>,
    #[serde(rename = "box")]
    edges: Option<[u32; 4]>,
    message: &'f str,
    /// Of a place in another file than that of the finding.
    path: Option<&'f str>,
}

#[derive(Serialize)]
struct FindingJson<'f> {
    rule: &'f str,
    level: &'static str,
    message: &'f str,
    path: &'f str,
    rules: &'f [String],
    fingerprint: &'f str,
    relation: Option<&'f str>,
    relations: &'f [String],
    cause: Option<&'f str>,
    expected: Option<&'f str>,
    authority: Option<&'f str>,
    group: Option<GroupJson<'f>>,
    at: String,
    accepted: Option<AcceptedJson<'f>>,
    primary: PositionJson<'f>,
    related: Vec<PositionJson<'f>>,
}

#[derive(Serialize)]
struct GroupJson<'f> {
    id: &'f str,
    size: usize,
}

#[derive(Serialize)]
struct AcceptedJson<'f> {
    reason: &'f str,
    until: Option<String>,
}

#[derive(Serialize)]
struct ReportJson<'f> {
    path: &'f str,
    pack: Option<&'f str>,
    edition: Option<&'f str>,
    year: Option<u32>,
    subject: Option<&'f str>,
    figures: FiguresJson,
    relations: RelationsJson,
}

#[derive(Serialize)]
struct FiguresJson {
    tied: usize,
    broken: usize,
    unchecked: usize,
}

#[derive(Serialize)]
struct RelationsJson {
    held: usize,
    failed: usize,
    undecided: usize,
}

impl From<Figures> for FiguresJson {
    fn from(figures: Figures) -> Self {
        Self { tied: figures.tied, broken: figures.broken, unchecked: figures.unchecked }
    }
}

impl From<Relations> for RelationsJson {
    fn from(relations: Relations) -> Self {
        Self { held: relations.held, failed: relations.failed, undecided: relations.undecided }
    }
}

fn position(position: &Position) -> PositionJson<'_> {
    PositionJson {
        line: position.line,
        column: position.column,
        end_line: position.end_line,
        end_column: position.end_column,
        offset: position.span.map(|span| span.start),
        length: position.span.map(|span| span.len()),
        text: &position.text,
        locator: position.locator.as_deref(),
        edges: match position.place {
            Some(Place::Page { edges, .. }) => Some(edges),
            _ => None,
        },
        message: &position.message,
        path: position.other.as_ref().map(|other| other.path.as_str()),
    }
}

/// The place of a finding about the file itself: its beginning.
const WHOLE_FILE: PositionJson<'static> = PositionJson {
    line: Some(1),
    column: Some(1),
    end_line: Some(1),
    end_column: Some(1),
    offset: Some(0),
    length: Some(0),
    text: "",
    locator: None,
    edges: None,
    message: "",
    path: None,
};

fn finding<'f>(report: &'f Report, finding: &'f Finding) -> FindingJson<'f> {
    FindingJson {
        rule: &finding.rule,
        level: finding.level.name(),
        message: &finding.message,
        path: &report.path,
        rules: &finding.rules,
        fingerprint: &finding.fingerprint,
        relation: finding.relation.as_deref(),
        relations: &finding.evidence,
        cause: finding.cause.as_deref(),
        expected: finding.expected.as_deref(),
        authority: finding.authority.as_deref(),
        group: finding.group.as_ref().map(|group| GroupJson { id: &group.id, size: group.size }),
        at: finding.at.join(" / "),
        accepted: finding.accepted.as_ref().map(|accepted| AcceptedJson {
            reason: &accepted.reason,
            until: accepted.until.map(|until| until.to_string()),
        }),
        primary: finding.primary.as_ref().map_or(WHOLE_FILE, position),
        related: finding.related.iter().map(position).collect(),
    }
}

fn report(report: &Report) -> ReportJson<'_> {
    ReportJson {
        path: &report.path,
        pack: report.pack.as_deref(),
        edition: report.edition.as_deref(),
        year: report.year,
        subject: report.subject.as_deref(),
        figures: report.figures.into(),
        relations: report.relations.into(),
    }
}

fn summary(summary: &Summary) -> Value {
    json!({
        "reports": summary.reports,
        "skipped": summary.skipped.values().sum::<usize>(),
        "errors": summary.errors,
        "warnings": summary.warnings,
        "notes": summary.notes,
        "accepted": summary.accepted,
        "baseline": summary.baseline,
        "relations": RelationsJson::from(summary.relations),
        "figures": FiguresJson::from(summary.figures),
        "tables": json!({
            "checked": summary.tables.checked, "nothing": summary.tables.nothing, "unread": summary.tables.unread,
        }),
        "tables_only": summary.fallback,
        "missing": summary.missing.iter().map(missing).collect::<Vec<_>>(),
    })
}

fn missing(missing: &Missing) -> Value {
    let (mut year_of, mut bodies_of, mut below, mut names_of, mut reports_of) =
        (None, None, None, &[][..], None);
    match missing {
        Missing::Year { year, bodies } => (year_of, bodies_of) = (Some(year), Some(bodies)),
        Missing::Doubtful { reports } => reports_of = Some(reports),
        Missing::Below { body, year, missing } => {
            (year_of, below, names_of) = (Some(year), Some(body), missing.as_slice());
        }
    }
    json!({"year": year_of, "bodies": bodies_of, "below": below, "names": names_of, "reports": reports_of})
}

fn skipped(file: &SkippedFile) -> Value {
    json!({"path": file.path, "kind": file.kind, "why": file.why, "hint": file.hint})
}

fn tool() -> Value {
    json!({"name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION")})
}

/// Findings are written as they come; the reports, which are few bytes each, follow them.
#[derive(Default)]
struct Document {
    reports: Vec<String>,
    has_findings: bool,
}

impl Document {
    fn open(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if std::mem::replace(&mut self.has_findings, true) {
            return out.write_all(b",\n");
        }
        write!(out, "{{\"schema\":{SCHEMA},\"tool\":{},\n\"findings\":[\n", tool())
    }
}

impl Output for Document {
    fn report(&mut self, found: &Report, out: &mut dyn Write) -> io::Result<()> {
        for one in &found.findings {
            self.open(out)?;
            let json = serde_json::to_string(&finding(found, one))?;
            out.write_all(safe_json(&json).as_bytes())?;
        }
        if found.pack.is_some() {
            let json = serde_json::to_string(&report(found))?;
            self.reports.push(safe_json(&json).into_owned());
        }
        Ok(())
    }

    fn finish(&mut self, total: &Summary, out: &mut dyn Write) -> io::Result<()> {
        if !self.has_findings {
            write!(out, "{{\"schema\":{SCHEMA},\"tool\":{},\n\"findings\":[", tool())?;
        }
        let skipped =
            total.skipped_files.iter().map(|file| safe_json(&skipped(file).to_string()).into_owned());
        let skipped: Vec<String> = skipped.collect();
        write!(
            out,
            "],\n\"reports\":[\n{}],\n\"skipped_files\":[{}],\n\"summary\":{}}}\n",
            self.reports.join(",\n"),
            skipped.join(",\n"),
            summary(total)
        )
    }
}

/// Lines make one table for programs that read them as one: a key has one type in all of them, and the first line has
/// them all, since types are guessed from the first lines.
#[derive(Default)]
struct Lines {
    has_fields: bool,
}

/// The keys that are of another type in a finding, with what they are called in the other lines.
const RENAMED: [(&str, &str); 2] = [("relations", "verdicts"), ("accepted", "accepted_findings")];

impl Lines {
    /// A line with every field of all lines, each with a value of its type that says nothing.
    fn fields() -> io::Result<Map<String, Value>> {
        let none = [String::new()];
        let mut fields = object(&FindingJson {
            rule: "",
            level: "",
            message: "",
            path: "",
            rules: &none,
            fingerprint: "",
            relation: Some(""),
            relations: &none,
            cause: Some(""),
            expected: Some(""),
            authority: Some(""),
            group: Some(GroupJson { id: "", size: 0 }),
            at: String::new(),
            accepted: Some(AcceptedJson { reason: "", until: Some(String::new()) }),
            primary: EVERY_PLACE,
            related: vec![EVERY_PLACE],
        })?;
        let report = ReportJson {
            path: "",
            pack: Some(""),
            edition: Some(""),
            year: Some(0),
            subject: Some(""),
            figures: Figures::default().into(),
            relations: Relations::default().into(),
        };
        fields.extend(renamed(object(&report)?));
        fields.extend(whole(&Summary::default())?);
        let missing = json!([{"year": 0, "bodies": 0, "below": "", "names": [""], "reports": 0}]);
        fields.insert("missing".to_owned(), missing);
        let skipped = json!([{"path": "", "kind": "", "why": "", "hint": ""}]);
        fields.insert("skipped_files".to_owned(), skipped);
        Ok(fields)
    }

    fn open(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if std::mem::replace(&mut self.has_fields, true) {
            return Ok(());
        }
        line(out, "fields", Self::fields()?)
    }
}

const EVERY_PLACE: PositionJson<'static> =
    PositionJson { locator: Some(""), edges: Some([0; 4]), path: Some(""), ..WHOLE_FILE };

fn object(value: &impl Serialize) -> io::Result<Map<String, Value>> {
    match serde_json::to_value(value)? {
        Value::Object(object) => Ok(object),
        other => Err(io::Error::other(format!("not an object: {other}"))),
    }
}

fn renamed(mut object: Map<String, Value>) -> Map<String, Value> {
    for (from, to) in RENAMED {
        if let Some(value) = object.remove(from) {
            object.insert(to.to_owned(), value);
        }
    }
    object
}

/// The summary, and what the document says of itself.
fn whole(total: &Summary) -> io::Result<Map<String, Value>> {
    let mut object = renamed(object(&summary(total))?);
    let files = total.skipped_files.iter().map(skipped).collect::<Vec<_>>();
    object.insert("skipped_files".to_owned(), files.into());
    object.insert("schema".to_owned(), SCHEMA.into());
    object.insert("tool".to_owned(), tool());
    Ok(object)
}

fn line(out: &mut dyn Write, kind: &str, mut object: Map<String, Value>) -> io::Result<()> {
    object.insert("type".to_owned(), kind.into());
    writeln!(out, "{}", safe_json(&Value::Object(object).to_string()))
}

impl Output for Lines {
    fn report(&mut self, found: &Report, out: &mut dyn Write) -> io::Result<()> {
        self.open(out)?;
        for one in &found.findings {
            line(out, "finding", object(&finding(found, one))?)?;
        }
        if found.pack.is_some() {
            line(out, "report", renamed(object(&report(found))?))?;
        }
        Ok(())
    }

    fn finish(&mut self, total: &Summary, out: &mut dyn Write) -> io::Result<()> {
        self.open(out)?;
        line(out, "summary", whole(total)?)
    }
}
