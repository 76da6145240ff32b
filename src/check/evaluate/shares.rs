//! What a share may be a share of, and of what.

use rust_decimal::Decimal;

use super::sets::Numbers;
use super::{Evaluator, Witness};
use crate::check::value::Number;
use crate::facts::claims::{CapturedValue, Claim};
use crate::facts::figure::Value as FigureValue;
use crate::facts::prose::Prose;
use crate::rules::pattern::CaptureKind;
use crate::rules::reads::{Reads, Way};
use crate::source::place::Span;

impl Evaluator<'_, '_> {
    /// The counts that a share may be a share of: the one that its phrase names, or else those of its unit in its
    /// sentence and the one before that carry no share themselves, and the sum of those in its sentence that do.
    /// None, where there is no such count.
    pub(super) fn bases(&self, claim: &Claim) -> Option<Numbers> {
        let own = claim.figure()?;
        let kind = self.facts.pack.claims.claims.get(claim.kind)?;
        if matches!(kind.reads, Some(Reads::Figures(Way::Share))) {
            let base = |&index: &usize| {
                let id = self.facts.prose_figure(index);
                self.saw(Witness::Figure(id));
                Some((Some(id), Number::new(self.facts.interval(id)?)))
            };
            return claim.others.iter().map(base).collect();
        }
        if let Some(named) = self.named_base(claim) {
            return Some(named);
        }
        let prose = &self.facts.prose;
        // A rate is one of the counts that its name names.
        let is_rate = matches!(own.value, CapturedValue::Figure(index) if is_percent(prose, index));
        let said = if is_rate { self.said_figures(claim)? } else { Vec::new() };
        let unit = match is_rate {
            true => prose.figures.get(*said.first()?)?.unit,
            false => prose.unit_at(own.mark),
        };
        let paragraph = self.paragraph_at(claim.sentence.start)?;
        let before = Span { start: paragraph.start, end: claim.sentence.start };
        let start = prose.sentences(before).next_back().unwrap_or(claim.sentence).start;
        let near = self.facts.claims.within(Span { start, end: claim.sentence.end });
        let siblings = || near.iter().filter(|other| other.kind == claim.kind);
        let carries_share =
            |mark: u32| siblings().any(|other| other.figure().is_some_and(|figure| figure.mark == mark));
        let mut bases = Vec::new();
        for index in prose.figures_in(Span { start, end: own.mark }) {
            let figure = prose.figures.get(index)?;
            let is_count = matches!(figure.value, FigureValue::Count(_));
            let is_base = is_count && !said.contains(&index) && !carries_share(figure.mark);
            if is_base && figure.unit == unit {
                let id = self.facts.prose_figure(index);
                self.saw(Witness::Figure(id));
                bases.push((Some(id), Number::new(self.facts.interval(id)?)));
            }
        }
        if bases.is_empty() {
            return None;
        }
        if is_rate {
            return Some(combined(bases));
        }
        let mut sum = Number::exact(Decimal::ZERO);
        for other in siblings().filter(|other| other.sentence == claim.sentence) {
            let figure = other.figure().and_then(|figure| self.facts.captured_figure(figure))?;
            sum = sum.checked_add(Number::new(self.facts.interval(figure)?))?;
        }
        bases.push((None, sum));
        Some(bases)
    }

    /// The second count of a claim's phrase.
    fn named_base(&self, claim: &Claim) -> Option<Numbers> {
        let kind = self.facts.pack.claims.claims.get(claim.kind)?;
        let captured =
            kind.captures.iter().zip(&claim.captures).skip(1).find_map(|(capture, captured)| {
                captured.as_ref().filter(|_| capture.kind == CaptureKind::Count)
            })?;
        let id = self.facts.captured_figure(captured)?;
        self.saw(Witness::Figure(id));
        Some(vec![(Some(id), Number::new(self.facts.interval(id)?))])
    }

    /// The sums of a claim's count with the counts of its unit right before it in its sentence: `30 by post, 10 by
    /// fax, 40 % of all`.
    pub(super) fn runs(&self, claim: &Claim) -> Option<Numbers> {
        /// More are not named together.
        const MOST: usize = 6;
        let own = claim.figure()?;
        let CapturedValue::Figure(figure) = own.value else { return Some(Vec::new()) };
        let prose = &self.facts.prose;
        let unit = prose.unit_at(own.mark);
        let mut sum = Number::new(self.facts.interval(self.facts.prose_figure(figure))?);
        let mut runs = Vec::new();
        for index in prose.figures_in(Span { start: claim.sentence.start, end: own.mark }).rev().take(MOST) {
            let other = prose.figures.get(index)?;
            if !matches!(other.value, FigureValue::Count(_)) || other.unit != unit {
                break;
            }
            sum = sum.checked_add(Number::new(self.facts.interval(self.facts.prose_figure(index))?))?;
            runs.push((None, sum));
        }
        Some(runs)
    }
}

fn is_percent(prose: &Prose, index: usize) -> bool {
    prose.figures.get(index).is_some_and(|figure| matches!(figure.value, FigureValue::Percent(_)))
}

/// Counts with the sums and the differences of any two of them: a rate may be one of what came in with what was left from
/// before, or without what is not due yet.
fn combined(mut counts: Numbers) -> Numbers {
    /// Of more, some pair would fit anything.
    const MOST: usize = 6;
    let single = counts.clone();
    if single.len() <= MOST {
        for (at, &(_, a)) in single.iter().enumerate() {
            for &(_, b) in single.iter().skip(at + 1) {
                let pairs = [a.checked_add(b), a.checked_sub(b), b.checked_sub(a)];
                counts.extend(pairs.into_iter().flatten().map(|number| (None, number)));
            }
        }
    }
    counts
}
