//! Reports that have the figures of another year or of another body.

use std::collections::BTreeMap;

use super::beside::{Copied, CopiedWhat};
use super::run::Held;
use crate::facts::imprint::Imprint;
use crate::set::Set;

/// So many sentences with figures are the same in a copy at least.
const SENTENCES: usize = 4;
/// A sentence in more reports than these belongs to none of them.
const COMMON: usize = 3;

/// The reports that have the figures of another one, each with the earliest of those: by year, then in order.
pub fn find(reports: &[(usize, usize)], held: &[Held], set: &Set<'_>) -> BTreeMap<usize, Copied> {
    let imprint = |report: usize| -> Option<&Imprint> {
        let &(file, kept) = reports.get(report)?;
        held.get(file)?.kept.get(kept).map(|kept| &kept.imprint)
    };
    let mut order: Vec<usize> = (0..reports.len()).filter(|&report| set.place(report).is_some()).collect();
    order.sort_by_key(|&report| (set.place(report).map(|(_, year)| year), report));
    let mut by_forms: BTreeMap<u64, usize> = BTreeMap::new();
    let mut by_sentence: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for &report in &order {
        for &stamp in imprint(report).iter().flat_map(|imprint| &imprint.sentences) {
            by_sentence.entry(stamp).or_default().push(report);
        }
    }
    let mut copies = BTreeMap::new();
    for &report in &order {
        let Some(imprint) = imprint(report) else { continue };
        let of_forms = imprint.forms.and_then(|stamp| match by_forms.get(&stamp) {
            Some(&other) => Some(other),
            None => {
                by_forms.insert(stamp, report);
                None
            }
        });
        let found = match of_forms {
            Some(other) => Some((other, CopiedWhat::Forms)),
            None => of_sentences(report, imprint, &by_sentence),
        };
        if let Some((other, what)) = found.filter(|&(other, _)| set.is_another(report, other))
            && let Some((body, year)) = set.place(other)
        {
            let name = format!("the {year} report of {}", body.name);
            copies.insert(report, Copied { report: other, name, what });
        }
    }
    copies
}

/// The report before one, in order, that has most of its sentences with figures.
fn of_sentences(
    report: usize,
    imprint: &Imprint,
    by_sentence: &BTreeMap<u32, Vec<usize>>,
) -> Option<(usize, CopiedWhat)> {
    let mut shared: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
    for stamp in &imprint.sentences {
        let holders = by_sentence.get(stamp).filter(|holders| holders.len() <= COMMON);
        let Some(holders) = holders else { continue };
        for &other in holders.iter().take_while(|&&other| other != report) {
            shared.entry(other).or_default().push(*stamp);
        }
    }
    let (other, stamps) = shared.into_iter().max_by_key(|(_, stamps)| stamps.len())?;
    let is_most = stamps.len() >= SENTENCES && stamps.len() * 2 > imprint.sentences.len();
    is_most.then_some((other, CopiedWhat::Sentences(stamps)))
}
