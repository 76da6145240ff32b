//! SARIF 2.1.0, for code scanning: a result a finding, every place of it linked from its message.

mod layout;

use std::collections::BTreeSet;
use std::io::{self, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Map, Value, json};

use super::safe::{safe_json, safe_line};
use super::text::count;
use super::{Format, Output, RuleAbout, Style, Summary};
use crate::finding::{Finding, Level, Position, Report};
use crate::source::skipped::SkippedFile;
use layout::{
    ArtifactLocation, Location, LogicalLocation, Message, PhysicalLocation, Region, Snippet, Suppression,
};

/// SARIF 2.1.0.
pub const FORMAT: Format = Format {
    name: "sarif",
    about: "SARIF 2.1.0, for code scanning",
    new: |style| Box::new(Sarif { style, rules: BTreeSet::new(), results: Vec::new(), left_out: 0 }),
};

/// Results that GitHub takes in a run.
const MOST_RESULTS: usize = 25_000;
/// Bytes that it takes, compressed with gzip; the rest of its 10 MB is for what stands around the results.
const MOST_BYTES: usize = 9_500_000;
/// The name of our fingerprints; its number changes when they do.
const FINGERPRINT: &str = "tieout/v1";

struct Sarif {
    style: Style,
    /// The rules of the results: only what they mean need be told.
    rules: BTreeSet<String>,
    /// In order, each as JSON.
    results: Vec<(Level, String)>,
    left_out: usize,
}

impl Output for Sarif {
    fn report(&mut self, report: &Report, _out: &mut dyn Write) -> io::Result<()> {
        for finding in &report.findings {
            if !self.rules.contains(&finding.rule) {
                self.rules.insert(finding.rule.clone());
            }
            let result = serde_json::to_string(&self.result(report, finding))?;
            self.results.push((finding.level, safe_json(&result).into_owned()));
        }
        // Not after each finding, so that a large run does not sort all the time.
        if self.results.len() > 2 * MOST_RESULTS {
            self.keep_what_matters(MOST_RESULTS);
        }
        Ok(())
    }

    fn finish(&mut self, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        self.keep_what_matters(MOST_RESULTS);
        let fitting = self.fitting()?;
        self.keep_what_matters(fitting);
        let frame = json!({
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
        });
        let rules = summary.rules.iter().filter(|about| self.rules.contains(&about.id));
        let run = json!({
            "tool": {"driver": {
                "name": env!("CARGO_PKG_NAME"),
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules.map(rule).collect::<Vec<_>>(),
            }},
            // Ours are characters, neither bytes nor halves of surrogate pairs.
            "columnKind": "unicodeCodePoints",
            "invocations": [self.invocation(summary)],
            "properties": {
                "accepted": summary.accepted,
                "baseline": summary.baseline,
                "relations": {
                    "held": summary.relations.held,
                    "failed": summary.relations.failed,
                    "undecided": summary.relations.undecided,
                },
            },
        });
        let open = |object: &Value| -> io::Result<String> {
            let json = safe_json(&serde_json::to_string(object)?).into_owned();
            Ok(json.strip_suffix('}').unwrap_or(&json).to_owned())
        };
        write!(out, "{},\n\"runs\":[{},\n\"results\":[", open(&frame)?, open(&run)?)?;
        for (number, (_, result)) in self.results.iter().enumerate() {
            out.write_all(if number == 0 { b"\n" } else { b",\n" })?;
            out.write_all(result.as_bytes())?;
        }
        out.write_all(b"\n]}]}\n")
    }
}

impl Sarif {
    fn invocation(&self, summary: &Summary) -> Value {
        let mut told: Vec<Value> = summary.skipped_files.iter().map(|file| self.skipped(file)).collect();
        let mut invocation = Map::new();
        invocation.insert("executionSuccessful".to_owned(), true.into());
        if self.left_out > 0 {
            let text =
                format!("{} left out: there is no room for more in a run", count(self.left_out, "finding"));
            told.push(json!({"level": "warning", "message": {"text": text}}));
        }
        if !told.is_empty() {
            invocation.insert("toolExecutionNotifications".to_owned(), told.into());
        }
        Value::Object(invocation)
    }

    /// A file that was passed over.
    fn skipped(&self, file: &SkippedFile) -> Value {
        let hint = file.hint.as_ref().map(|hint| format!("; {hint}")).unwrap_or_default();
        let text = safe_line(&format!("{} {}{hint}", file.path, file.why));
        let level = if file.hint.is_some() { "warning" } else { "note" };
        let location = json!({"physicalLocation": {"artifactLocation": self.artifact(&file.path)}});
        json!({"level": level, "message": {"text": text}, "locations": [location]})
    }

    /// Keeps at most `most` results, those of the highest levels, in their order.
    fn keep_what_matters(&mut self, most: usize) {
        let Some(excess) = self.results.len().checked_sub(most).filter(|&excess| excess > 0) else { return };
        let mut order: Vec<usize> = (0..self.results.len()).collect();
        let level = |&index: &usize| self.results.get(index).map(|(level, _)| *level);
        order.sort_by_key(|index| std::cmp::Reverse(level(index)));
        let mut kept: Vec<bool> = vec![false; self.results.len()];
        for index in order.into_iter().take(most) {
            if let Some(kept) = kept.get_mut(index) {
                *kept = true;
            }
        }
        let mut kept = kept.into_iter();
        self.results.retain(|_| kept.next().unwrap_or(false));
        self.left_out += excess;
    }

    /// How many results, the highest levels first, are small enough together when they are compressed.
    fn fitting(&self) -> io::Result<usize> {
        let bytes: usize = self.results.iter().map(|(_, result)| result.len()).sum();
        if bytes <= MOST_BYTES {
            return Ok(self.results.len());
        }
        // The fastest compression is the weakest, so that whoever compresses it for the upload gets less than this.
        let mut zipped = GzEncoder::new(Counter(0), Compression::fast());
        let levels = [Level::Error, Level::Warning, Level::Note];
        let by_level =
            levels.iter().flat_map(|level| self.results.iter().filter(move |(own, _)| own == level));
        for (number, (_, result)) in by_level.enumerate() {
            zipped.write_all(result.as_bytes())?;
            // What is not written yet is held in a window of 64 KiB.
            if zipped.get_ref().0 + (64 << 10) > MOST_BYTES {
                return Ok(number);
            }
        }
        Ok(self.results.len())
    }

    fn result<'f>(&self, report: &'f Report, finding: &'f Finding) -> layout::Result<'f> {
        let primary = Location {
            id: None,
            physical_location: self.physical(report, finding.primary.as_ref()),
            logical_locations: logical(finding.primary.as_ref()),
            message: finding.primary.as_ref().and_then(role),
        };
        let related = finding.related.iter().enumerate().map(|(index, position)| Location {
            id: Some(index + 1),
            physical_location: self.physical(report, Some(position)),
            logical_locations: logical(Some(position)),
            message: role(position),
        });
        layout::Result {
            rule_id: &finding.rule,
            level: finding.level.name(),
            message: Message { text: message(finding) },
            locations: [primary],
            related_locations: related.collect(),
            partial_fingerprints: [(FINGERPRINT, finding.fingerprint.as_str())].into(),
            suppressions: finding
                .accepted
                .iter()
                .map(|accepted| Suppression {
                    kind: "external",
                    status: "accepted",
                    justification: safe_line(&accepted.reason),
                })
                .collect(),
        }
    }

    fn physical(&self, report: &Report, position: Option<&Position>) -> PhysicalLocation {
        let whole_file = Region { start_line: 1, ..Region::default() };
        let region = match position {
            None => Some(whole_file),
            Some(position) => position.line.map(|line| Region {
                start_line: line,
                start_column: position.column,
                end_line: position.end_line,
                end_column: position.end_column,
                snippet: (!position.text.is_empty()).then(|| Snippet { text: safe_line(&position.text) }),
            }),
        };
        let other = position.and_then(|position| position.other.as_ref());
        let path = other.map_or(&report.path, |other| &other.path);
        PhysicalLocation { artifact_location: self.artifact(path), region }
    }

    fn artifact(&self, path: &str) -> ArtifactLocation {
        match self.style.root.inside(path) {
            Some(path) => ArtifactLocation { uri: encoded(&path), uri_base_id: Some("%SRCROOT%") },
            None => {
                let path = self.style.root.absolute(path).to_string_lossy().replace('\\', "/");
                let uri = format!("file:///{}", encoded(path.trim_start_matches('/')));
                ArtifactLocation { uri, uri_base_id: None }
            }
        }
    }
}

/// Where something stands in a format without lines.
fn logical(position: Option<&Position>) -> Vec<LogicalLocation> {
    let locator = position.and_then(|position| position.locator.as_deref());
    locator.map(|locator| LogicalLocation { fully_qualified_name: safe_line(locator) }).into_iter().collect()
}

fn role(position: &Position) -> Option<Message> {
    (!position.message.is_empty()).then(|| Message { text: safe_line(&position.message) })
}

/// What is said of a finding, with a link to each of its places.
fn message(finding: &Finding) -> String {
    let mut text = unlinked(&finding.message);
    let facts = finding.evidence.iter().cloned();
    let facts = facts.chain(finding.expected.iter().map(|expected| format!("{expected} would tie")));
    let facts: Vec<String> = facts.chain(finding.cause.iter().cloned()).map(|fact| unlinked(&fact)).collect();
    if !facts.is_empty() {
        text += &format!(": {}", facts.join("; "));
    }
    if !finding.related.is_empty() {
        let links = finding.related.iter().enumerate().map(|(index, place)| {
            let shown = if place.text.trim().is_empty() { "here" } else { &place.text };
            let link = format!("[{}]({})", unlinked(shown), index + 1);
            if place.message.is_empty() { link } else { format!("{link} {}", unlinked(&place.message)) }
        });
        text += &format!(". See {}", links.collect::<Vec<_>>().join(", "));
    }
    text + "."
}

/// Text on a line in which nothing is a link, nor a placeholder for an argument.
fn unlinked(text: &str) -> String {
    let mut out = String::new();
    for character in safe_line(text).chars() {
        match character {
            '\\' | '[' | ']' => out.extend(['\\', character]),
            '{' | '}' => out.extend([character, character]),
            _ => out.push(character),
        }
    }
    out
}

/// A path as a relative URI reference, in which a colon would end the name of a scheme.
fn encoded(path: &str) -> String {
    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
    const KEPT: &AsciiSet =
        &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    utf8_percent_encode(path, KEPT).to_string()
}

fn rule(about: &RuleAbout) -> Value {
    let mut text = format!("{}.", about.summary);
    if let Some(explanation) = &about.explanation {
        text += &format!("\n\n{}", explanation.trim());
    }
    if let Some(relation) = &about.relation {
        text += &format!("\n\nRelation: {relation}");
    }
    if let Some(authority) = &about.authority {
        text += &format!("\n\nAuthority: {authority}");
    }
    text += &format!("\n\n`tieout explain {}` shows examples.", about.id);
    json!({
        "id": about.id,
        "shortDescription": {"text": about.summary},
        "fullDescription": {"text": about.explanation.as_deref().unwrap_or(&about.summary).trim()},
        "help": {"text": text},
        "defaultConfiguration": {"level": about.level.name()},
    })
}

/// Counts the bytes that are written to it.
struct Counter(usize);

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sarif(results: Vec<(Level, String)>) -> Sarif {
        Sarif { style: Style::default(), rules: BTreeSet::new(), results, left_out: 0 }
    }

    fn written(mut sarif: Sarif) -> Value {
        let mut out = Vec::new();
        sarif.finish(&Summary::default(), &mut out).unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn the_least_matter_is_left_out_and_told() {
        let note = |number: usize| (Level::Note, number.to_string());
        let mut results: Vec<(Level, String)> = (0..MOST_RESULTS).map(note).collect();
        results.push((Level::Error, "\"last\"".to_owned()));
        let json = written(sarif(results));
        let run = &json["runs"][0];
        let kept = run["results"].as_array().unwrap();
        assert_eq!(kept.len(), MOST_RESULTS);
        assert_eq!((&kept[0], &kept[MOST_RESULTS - 1]), (&json!(0), &json!("last")));
        let told = &run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"];
        assert_eq!(told, "1 finding left out: there is no room for more in a run");
    }

    /// Characters that cannot be foretold: six bits of each byte are left when they are compressed.
    fn noise(seed: u64, length: usize) -> String {
        let mut state = seed;
        let characters = std::iter::repeat_with(|| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            char::from(b'0' + (state >> 58) as u8).to_string().replace('\\', "z")
        });
        format!("\"{}\"", characters.take(length).collect::<String>())
    }

    #[test]
    fn a_run_is_not_too_large_when_it_is_compressed() {
        let results = (0..140).map(|seed| (Level::Error, noise(seed, 100_000))).collect();
        let mut sarif = sarif(results);
        let mut out = Vec::new();
        sarif.finish(&Summary::default(), &mut out).unwrap();
        let mut zipped = GzEncoder::new(Counter(0), Compression::fast());
        zipped.write_all(&out).unwrap();
        let size = zipped.finish().unwrap().0;
        assert!(sarif.left_out > 0 && size < 10_000_000, "{} left out, {size} bytes", sarif.left_out);
        assert!(size > 9_000_000, "{} left out, {size} bytes", sarif.left_out);
    }
}
