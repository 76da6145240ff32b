//! What every match of a regular expression holds, found out without compiling it.

use std::collections::BTreeSet;

use regex_syntax::hir::{Hir, HirKind};
use serde::{Deserialize, Serialize};

use super::Mark;
use crate::rules::matcher::Matcher;

/// No more sets of needed texts than this are kept of a pattern.
const MOST_NEEDS: usize = 6;
/// More texts, with single characters among them, are met too often to narrow anything.
const MOST_CHARACTERS: usize = 10;

/// What is wrong with a regular expression.
#[derive(Debug)]
pub enum Wrong {
    /// It is none.
    Syntax(Box<regex_syntax::Error>),
    /// It would take too much memory.
    TooLarge,
}

/// What every match of a regular expression holds.
#[derive(Debug, Serialize, Deserialize)]
pub struct Needs {
    /// Of each of these sets one text stands in every match, one behind the other.
    pub sets: Vec<Vec<String>>,
    /// The most bytes of a match before the first of them, where there is a bound.
    pub lead: Option<usize>,
}

impl Needs {
    /// Looks at an expression before it is compiled.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn of(expression: &str) -> Result<Self, Wrong> {
        let hir = regex_syntax::parse(expression).map_err(|error| Wrong::Syntax(Box::new(error)))?;
        if size(&hir) > LARGEST_UNTRIED && Matcher::new(expression).is_none() {
            return Err(Wrong::TooLarge);
        }
        let mut all = Vec::new();
        required(&hir, Some(0), &mut all);
        let strongest = strongest(&all);
        let lead = strongest.first().and_then(|first| first.lead);
        let sets = strongest.into_iter().map(|need| need.texts.iter().cloned().collect()).collect();
        Ok(Self { sets, lead })
    }
}

/// Texts of which one stands in every match.
struct Need {
    texts: BTreeSet<String>,
    /// The most bytes of a match before it, where there is a bound.
    lead: Option<usize>,
}

/// Those that narrow the search most, in their order.
fn strongest(all: &[Need]) -> Vec<&Need> {
    let narrows = |set: &BTreeSet<String>| {
        let is_long =
            |text: &String| text.chars().nth(1).is_some() || text.contains(|c| Mark::of(c).is_some());
        set.len() <= MOST_CHARACTERS || set.iter().all(is_long)
    };
    let mut strongest: Vec<(usize, &Need)> = all.iter().enumerate().collect();
    strongest.sort_by_key(|(_, need)| std::cmp::Reverse((narrows(&need.texts), strength(&need.texts))));
    let narrowing = strongest.iter().take_while(|(_, need)| narrows(&need.texts)).count();
    strongest.truncate(narrowing.clamp(1, MOST_NEEDS));
    strongest.sort_by_key(|&(place, _)| place);
    strongest.into_iter().map(|(_, need)| need).collect()
}

/// A regular expression is compiled when it is first needed; one larger than this at once, to see if it can be.
const LARGEST_UNTRIED: usize = 20_000;

/// About how many states a regular expression has.
fn size(hir: &Hir) -> usize {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 1,
        HirKind::Literal(literal) => literal.0.len(),
        HirKind::Class(regex_syntax::hir::Class::Unicode(class)) => class.ranges().len(),
        HirKind::Class(regex_syntax::hir::Class::Bytes(class)) => class.ranges().len(),
        HirKind::Capture(capture) => size(&capture.sub),
        HirKind::Repetition(repetition) => {
            let most = repetition.max.unwrap_or(repetition.min).max(1);
            size(&repetition.sub).saturating_mul(most as usize)
        }
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().map(size).fold(0, usize::saturating_add)
        }
    }
}

/// Adds what every match needs, one behind the other, as far as it can be found; `lead` is the most bytes before.
fn required(hir: &Hir, lead: Option<usize>, needs: &mut Vec<Need>) {
    match hir.kind() {
        HirKind::Capture(capture) => required(&capture.sub, lead, needs),
        HirKind::Repetition(repetition) if repetition.min > 0 => required(&repetition.sub, lead, needs),
        HirKind::Concat(parts) => required_of_all(parts, lead, needs),
        HirKind::Alternation(branches) if texts_of(hir).is_none() => {
            let strongest = |branch: &Hir| {
                let mut needs = Vec::new();
                required(branch, lead, &mut needs);
                needs.into_iter().max_by_key(|need| strength(&need.texts))
            };
            // One branch that needs nothing, and the whole needs nothing.
            if let Some(all) = branches.iter().map(strongest).collect::<Option<Vec<_>>>() {
                let leads = all.iter().map(|need| need.lead);
                let lead = leads.collect::<Option<Vec<_>>>().and_then(|leads| leads.into_iter().max());
                needs.push(Need { texts: all.into_iter().flat_map(|need| need.texts).collect(), lead });
            }
        }
        _ => needs.extend(texts_of(hir).and_then(|texts| one_of(texts, lead))),
    }
}

/// The same for parts that follow each other: those of few texts are needed as one.
fn required_of_all(parts: &[Hir], lead: Option<usize>, needs: &mut Vec<Need>) {
    let nothing = || BTreeSet::from([String::new()]);
    let (mut run, mut lead_of_run, mut lead) = (nothing(), lead, lead);
    for part in parts {
        let texts = texts_of(part);
        match texts.as_ref().and_then(|texts| joined(&run, texts)) {
            Some(longer) => run = longer,
            None => {
                needs.extend(one_of(std::mem::replace(&mut run, nothing()), lead_of_run));
                lead_of_run = lead;
                match texts {
                    Some(texts) => run = texts,
                    None => required(part, lead, needs),
                }
            }
        }
        lead = lead.zip(part.properties().maximum_len()).map(|(lead, longest)| lead + longest);
        if run.len() == 1 && run.contains("") {
            lead_of_run = lead;
        }
    }
    needs.extend(one_of(run, lead_of_run));
}

/// The need of one of some texts, behind so many bytes; none where one of them is empty.
fn one_of(texts: BTreeSet<String>, lead: Option<usize>) -> Option<Need> {
    let needed = shortest(&texts)?;
    let before = |text: &String| needed.iter().filter_map(|need| text.find(need.as_str())).min();
    let longest = texts.iter().filter_map(before).max()?;
    Some(Need { texts: needed, lead: lead.map(|lead| lead + longest) })
}

/// No more texts than this are told apart.
const MOST_TEXTS: usize = 24;

/// All texts that an expression can match, if they are few.
fn texts_of(hir: &Hir) -> Option<BTreeSet<String>> {
    let texts: BTreeSet<String> = match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => BTreeSet::from([String::new()]),
        HirKind::Literal(literal) => BTreeSet::from([String::from_utf8(literal.0.to_vec()).ok()?]),
        HirKind::Class(regex_syntax::hir::Class::Unicode(class)) => {
            let characters = class.iter().flat_map(|range| range.start()..=range.end());
            characters.take(MOST_TEXTS + 1).map(String::from).collect()
        }
        HirKind::Class(regex_syntax::hir::Class::Bytes(_)) => return None,
        HirKind::Capture(capture) => texts_of(&capture.sub)?,
        HirKind::Repetition(repetition) if repetition.max == Some(1) => {
            let mut texts = texts_of(&repetition.sub)?;
            if repetition.min == 0 {
                texts.insert(String::new());
            }
            texts
        }
        HirKind::Repetition(_) => return None,
        HirKind::Concat(parts) => {
            let empty = BTreeSet::from([String::new()]);
            parts.iter().try_fold(empty, |texts, part| joined(&texts, &texts_of(part)?))?
        }
        HirKind::Alternation(branches) => {
            branches.iter().map(texts_of).collect::<Option<Vec<_>>>()?.into_iter().flatten().collect()
        }
    };
    (texts.len() <= MOST_TEXTS).then_some(texts)
}

/// Each of some texts followed by each of others, if they are few.
fn joined(first: &BTreeSet<String>, second: &BTreeSet<String>) -> Option<BTreeSet<String>> {
    (first.len() * second.len() <= MOST_TEXTS)
        .then(|| first.iter().flat_map(|a| second.iter().map(move |b| format!("{a}{b}"))).collect())
}

/// Those of some texts that hold none of the others; none where one of them is empty.
fn shortest(texts: &BTreeSet<String>) -> Option<BTreeSet<String>> {
    let holds_none =
        |text: &&String| !texts.iter().any(|other| other != *text && text.contains(other.as_str()));
    let shortest: BTreeSet<String> = texts.iter().filter(holds_none).cloned().collect();
    (!texts.contains("")).then_some(shortest)
}

/// How well a set of texts narrows the search: by its shortest text, then by how few there are.
fn strength(texts: &BTreeSet<String>) -> (usize, std::cmp::Reverse<usize>) {
    (texts.iter().map(String::len).min().unwrap_or(0), std::cmp::Reverse(texts.len()))
}
