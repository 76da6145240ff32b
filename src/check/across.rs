//! Rules that name other reports: counted from digests alone, and what differs between reports told once.

use rust_decimal::Decimal;

use super::evaluate::{Evaluator, Witness};
use super::{Breach, Checked, Relations, State, Truth, quantify};
use crate::document::Document;
use crate::facts::interval::Interval;
use crate::facts::table::Located;
use crate::facts::{Facts, FigureId, Home};
use crate::rules::form::Side;
use crate::rules::settings::Settings;
use crate::source::Source;

/// How the relations of a report with others came out.
#[derive(Clone, Debug, Default)]
pub struct Counted {
    /// The tally of relations.
    pub relations: Relations,
    /// The same for each rule that has any, by number.
    pub by_rule: Box<[(usize, Relations)]>,
    /// Figures of which no relation within their report could tell, and which now take part in one that holds.
    pub tied: usize,
    /// How many relations hold between figures that are not all zero.
    pub telling: usize,
}

/// Counts the relations of a report with others. `facts` may hold nothing but figures; `before` says what had become of
/// these without the others.
pub fn count_across(facts: &Facts<'_>, before: &[State], settings: &Settings) -> Counted {
    let source = Source::from_text("", String::new());
    let document = Document::new(source.content());
    let mut checked = Checked {
        states: vec![State::NoRule; facts.figures.len()],
        by_rule: vec![Relations::default(); facts.pack.rules.len()],
        ..Checked::default()
    };
    let mut evaluator = Evaluator::new(facts, &document);
    let mut telling = 0;
    quantify::sites_of(
        &mut evaluator,
        settings,
        |rule, evaluator| rule.reach.as_ref().is_some_and(|reach| quantify::reaches(evaluator, reach)),
        quantify::is_met,
        &mut |evaluator, site| {
            if checked.count(evaluator, site) == Truth::Yes {
                let _ = evaluator.relation(&site.instance.assert);
                let is_zero = |witness: &Witness| match witness {
                    Witness::Figure(id) => facts.interval(*id) == Some(Interval::ZERO),
                    _ => true,
                };
                telling += usize::from(!evaluator.take_witnesses().iter().all(is_zero));
            }
        },
    );
    let own = before.iter().zip(checked.states.iter().take(facts.own_figures()));
    let is_new = |(before, after): &(&State, &State)| {
        **after == State::Tied && matches!(before, State::NoRule | State::Undecided)
    };
    let by_rule = checked.by_rule.into_iter().enumerate().filter(|(_, tally)| *tally != Relations::default());
    Counted {
        relations: checked.relations,
        by_rule: by_rule.collect(),
        tied: own.filter(is_new).count(),
        telling,
    }
}

/// Whether a report says something that only its text and another report together can tell to be wrong.
pub fn may_reach(facts: &Facts<'_>, document: &Document<'_>, settings: &Settings) -> bool {
    let mut evaluator = Evaluator::new(facts, document);
    let mut may = false;
    quantify::sites_of(
        &mut evaluator,
        settings,
        |rule, _| rule.reach.as_ref().is_some_and(|reach| reach.needs_text),
        // What cannot be told yet may be told with the other report.
        |condition| condition != Truth::No,
        &mut |_, _| may = true,
    );
    may
}

/// Puts together what differs from other reports in one row of a form, or by the same in one column: it is one mistake,
/// of which more than one relation tells.
pub(super) fn together(facts: &Facts<'_>, breaches: Vec<Breach>) -> Vec<Breach> {
    let mut told: Vec<Breach> = Vec::with_capacity(breaches.len());
    let mut members: Vec<Vec<(FigureId, Decimal)>> = Vec::new();
    for breach in breaches {
        let Some(dissent) = breach.dissent else {
            told.push(breach);
            members.push(Vec::new());
            continue;
        };
        let this = (dissent.figure, dissent.difference);
        let is_same = |(known, members): &(&Breach, &Vec<_>)| {
            known.rules == breach.rules && members.iter().any(|&member| belong_together(facts, member, this))
        };
        let Some(first) = told.iter().zip(&members).position(|pair| is_same(&pair)) else {
            told.push(breach);
            members.push(vec![this]);
            continue;
        };
        if let (Some(known), Some(members)) = (told.get_mut(first), members.get_mut(first)) {
            members.push(this);
            known.evidence.extend(breach.evidence);
            let new = std::iter::once(breach.primary).chain(breach.related);
            let new: Vec<_> =
                new.filter(|label| *label != known.primary && !known.related.contains(label)).collect();
            known.related.extend(new);
        }
    }
    for (breach, members) in told.iter_mut().zip(members).filter(|(_, members)| members.len() > 1) {
        let more = members.len() - 1;
        let plural = if more == 1 { "" } else { "s" };
        breach.message += &format!(", and in {more} more cell{plural}");
    }
    told
}

fn belong_together(facts: &Facts<'_>, one: (FigureId, Decimal), other: (FigureId, Decimal)) -> bool {
    let cell = |id: FigureId| match facts.figure(id)?.home {
        Home::Cell(slot) => facts.locate(slot),
        Home::Prose => None,
    };
    let (Some(a), Some(b)): (Option<Located<'_>>, Option<Located<'_>>) = (cell(one.0), cell(other.0)) else {
        return false;
    };
    a.shares(&b, Side::Rows) || a.shares(&b, Side::Columns) && one.1 == other.1
}
