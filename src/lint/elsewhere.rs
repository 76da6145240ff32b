//! Places of figures in the files of other reports: those files are read again.

use std::collections::BTreeMap;

use super::{Job, Outcome};
use crate::check::{Elsewhere, ElsewhereWhat, Label};
use crate::facts;
use crate::finding::{OtherFile, Position, position};
use crate::source::shown;

/// Where a report stands: its file, the pack it was read with, by number, and which of several in the file it is.
#[derive(Clone, Copy)]
pub struct Whereabouts<'j> {
    pub job: &'j Job,
    pub pack: usize,
    pub part: usize,
}

/// Finds the places of figures in other reports that findings name.
pub fn find<'j>(outcome: &mut Outcome, whereabouts: impl Fn(usize) -> Option<Whereabouts<'j>>) {
    let Outcome::Reports(reports) = outcome else { return };
    let mut by_report: BTreeMap<usize, Vec<&mut Position>> = BTreeMap::new();
    let places = reports.iter_mut().flat_map(|report| &mut report.findings);
    for place in places.flat_map(|finding| &mut finding.related) {
        if let Some(cell) = place.other.as_ref().and_then(|other| other.cell) {
            by_report.entry(cell.report).or_default().push(place);
        }
    }
    for (report, places) in by_report {
        if let Some(whereabouts) = whereabouts(report) {
            whereabouts.place(places);
        }
    }
}

impl Whereabouts<'_> {
    fn place(self, places: Vec<&mut Position>) {
        let path = shown(&self.job.candidate.path);
        let (Ok(source), Some(entry)) = (self.job.source(), self.job.linter.packs.get(self.pack)) else {
            for other in places.into_iter().filter_map(|place| place.other.as_mut()) {
                other.path.clone_from(&path);
            }
            return;
        };
        let pack = entry.pack();
        let whole = facts::document(&source, pack);
        let mut facts = facts::read(&whole, pack);
        let part = facts.split(&whole).into_iter().nth(self.part).map(|part| whole.part(part));
        let document = part.as_ref().unwrap_or(&whole);
        if part.is_some() {
            facts = facts::read(document, pack);
        }
        let found = |there: Elsewhere| match there.what {
            ElsewhereWhat::Cell(slot) => facts.figure(facts.cell(slot)?).map(|figure| figure.span),
            ElsewhereWhat::Sentence(stamp) => {
                let mut sentences = facts.telling_sentences(document).into_iter();
                sentences.find(|(known, _)| *known == stamp).map(|(_, span)| span)
            }
        };
        for place in places {
            let Some(other) = place.other.take() else { continue };
            let role = std::mem::take(&mut place.message);
            let cell = other.cell;
            *place = match cell.and_then(found) {
                Some(span) => position(&source, document, Label::new(span, role)),
                None => Position { message: role, ..Position::default() },
            };
            place.other = Some(OtherFile { path: path.clone(), cell, source: Some(source.clone()) });
        }
    }
}
