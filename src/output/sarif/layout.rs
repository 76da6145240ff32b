//! The objects of SARIF that a result is made of.

use std::collections::BTreeMap;

use serde::Serialize;

/// A finding.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Result<'f> {
    /// The rule.
    pub rule_id: &'f str,
    /// `error`, `warning` or `note`.
    pub level: &'static str,
    /// What is said of it.
    pub message: Message,
    /// Where it is.
    pub locations: [Location; 1],
    /// The other places, numbered so that the message can link to them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub related_locations: Vec<Location>,
    /// What identifies it from run to run, by the name of the way it is made.
    pub partial_fingerprints: BTreeMap<&'static str, &'f str>,
    /// Why it is not to be told.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub suppressions: Vec<Suppression>,
}

/// Plain text with links.
#[derive(Serialize)]
pub struct Message {
    /// The text.
    pub text: String,
}

/// A place.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Location {
    /// The number by which the message links to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<usize>,
    /// The place in a file.
    pub physical_location: PhysicalLocation,
    /// The place by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub logical_locations: Vec<LogicalLocation>,
    /// The part that it plays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<Message>,
}

/// A place in a file.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PhysicalLocation {
    /// The file.
    pub artifact_location: ArtifactLocation,
    /// Where in it; nothing for files without lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<Region>,
}

/// A file.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ArtifactLocation {
    /// Its address.
    pub uri: String,
    /// What the address is relative to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uri_base_id: Option<&'static str>,
}

/// Lines and columns, from 1; the end is one past the last column.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Region {
    /// The first line.
    pub start_line: usize,
    /// The first column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_column: Option<usize>,
    /// The last line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_line: Option<usize>,
    /// One past the last column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_column: Option<usize>,
    /// What stands there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snippet: Option<Snippet>,
}

/// What stands in a region.
#[derive(Serialize)]
pub struct Snippet {
    /// The text.
    pub text: String,
}

/// A place by name, such as a cell of a sheet.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LogicalLocation {
    /// Its name.
    pub fully_qualified_name: String,
}

/// Why a result is not to be told.
#[derive(Serialize)]
pub struct Suppression {
    /// It stands outside of the report.
    pub kind: &'static str,
    /// It holds.
    pub status: &'static str,
    /// The reason given.
    pub justification: String,
}
