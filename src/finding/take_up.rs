//! A figure that is wrong by what its own report says explains what differs from it in another report: one mistake, one
//! finding.

use super::{Finding, OtherFile, Position, Report};

/// Where a finding stands: its file, its report, its number.
type At = (usize, usize, usize);

/// Takes up findings that only say that two reports differ into those that say that a figure of the other is wrong.
/// `file_of` gives the number of a file by its path.
pub fn take_up(files: &mut [&mut [Report]], file_of: impl Fn(&str) -> Option<usize>) {
    let mut taken: Vec<(At, At)> = Vec::new();
    for (file, reports) in files.iter().enumerate() {
        for (number, report) in reports.iter().enumerate() {
            for (index, finding) in
                report.findings.iter().enumerate().filter(|(_, finding)| finding.is_dissent)
            {
                if let Some(into) = explained(finding, files, &file_of) {
                    taken.push(((file, number, index), into));
                }
            }
        }
    }
    for &(from, into) in &taken {
        let report = files.get(from.0).and_then(|reports| reports.get(from.1));
        let found = report.and_then(|report| Some((report, report.findings.get(from.2)?.clone())));
        let Some((path, source, finding)) =
            found.map(|(report, finding)| (report.path.clone(), report.source.clone(), finding))
        else {
            continue;
        };
        let known =
            files.get_mut(into.0).and_then(|reports| reports.get_mut(into.1)?.findings.get_mut(into.2));
        let Some(known) = known else { continue };
        known.level = known.level.max(finding.level);
        known.evidence.extend(finding.evidence);
        for rule in finding.rules {
            if !known.rules.contains(&rule) {
                known.rules.push(rule);
            }
        }
        let related = finding.related.into_iter().filter(|place| place.other.is_none());
        let other = OtherFile { path, cell: None, source };
        let places = finding.primary.into_iter().chain(related);
        known.related.extend(places.map(|place| Position { other: Some(other.clone()), ..place }));
    }
    // From the last on, so that the numbers of findings that stay are right.
    for (from, _) in taken.into_iter().rev() {
        if let Some(report) = files.get_mut(from.0).and_then(|reports| reports.get_mut(from.1)) {
            report.findings.remove(from.2);
        }
    }
}

/// The finding in another file by which all is explained that a finding differs from.
fn explained(
    finding: &Finding,
    files: &[&mut [Report]],
    file_of: &impl Fn(&str) -> Option<usize>,
) -> Option<At> {
    let others: Vec<&Position> = finding.related.iter().filter(|place| place.other.is_some()).collect();
    let path = &others.first()?.other.as_ref()?.path;
    let is_there = |place: &&Position| place.other.as_ref().is_some_and(|other| other.path == *path);
    let file = file_of(path)?;
    let own = finding.primary.as_ref()?.text.trim();
    files.get(file)?.iter().enumerate().find_map(|(number, report)| {
        let index = report.findings.iter().position(|known| {
            let Some(primary) = &known.primary else { return false };
            let is_known = |place: &&Position| {
                let is_same = |known: &&Position| known.other.is_none() && known.inner == place.inner;
                std::iter::once(primary).chain(&known.related).any(|known| is_same(&known))
            };
            // Where it is one cell, the value that would mend the other report must be what stands here.
            let is_mended = others.len() > 1 || known.expected.as_deref() == Some(own);
            others.iter().all(is_there)
                && others.iter().any(|place| place.inner == primary.inner)
                && others.iter().all(is_known)
                && is_mended
        })?;
        Some((file, number, index))
    })
}
