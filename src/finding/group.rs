//! Findings of many reports with one cause: a defect of what made the reports.

use std::collections::BTreeMap;

use super::{Report, fingerprint};

/// Fewer reports are told one by one.
const FEWEST: usize = 5;
/// Reports that are named beside the first.
const EXAMPLES: usize = 2;

/// What a finding has in common with those of other reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The same for all of them, from run to run.
    pub id: String,
    /// How many findings they are.
    pub size: usize,
    /// In how many reports.
    pub reports: usize,
    /// Of the first of them, which stands for all, the paths of a few others.
    pub examples: Option<Vec<String>>,
}

/// Groups the findings of reports that break one rule for one reason, where enough reports have one.
pub fn group(files: &mut [&mut [Report]]) {
    let mut found: BTreeMap<(String, String), (usize, Vec<String>)> = BTreeMap::new();
    for report in files.iter().flat_map(|reports| reports.iter()) {
        for finding in report.findings.iter().filter(|finding| finding.accepted.is_none()) {
            let Some(pattern) = &finding.pattern else { continue };
            let (size, paths) = found.entry((finding.rule.clone(), pattern.clone())).or_default();
            *size += 1;
            if paths.last() != Some(&report.path) {
                paths.push(report.path.clone());
            }
        }
    }
    found.retain(|_, (_, paths)| paths.len() >= FEWEST);
    let mut told: BTreeMap<String, ()> = BTreeMap::new();
    for report in files.iter_mut().flat_map(|reports| reports.iter_mut()) {
        for finding in &mut report.findings {
            let key = finding.pattern.as_ref().map(|pattern| (finding.rule.clone(), pattern.clone()));
            let Some((size, paths)) = key.as_ref().and_then(|key| found.get(key)) else { continue };
            let id = fingerprint::of(&finding.rule, finding.pattern.as_deref().unwrap_or_default(), "", "");
            let is_first = told.insert(id.clone(), ()).is_none();
            let examples = || paths.iter().skip(1).take(EXAMPLES).cloned().collect();
            let examples = is_first.then(examples);
            finding.group = Some(Group { id, size: *size, reports: paths.len(), examples });
        }
    }
}
