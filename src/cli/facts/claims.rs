//! `tieout facts --claims`: each sentence that states a figure, how it was read, and what it was compared with.

use std::io::{self, Write};

use serde_json::{Value as Json, json};

use super::coverage::Covering;
use super::{Read, with_interval};
use tieout::check::Label;
use tieout::facts::claims::Claim;
use tieout::facts::figure::Value;
use tieout::facts::tokens::Kind as TokenKind;
use tieout::facts::{Facts, FigureId};
use tieout::finding::position;
use tieout::output::safe_line;
use tieout::rules::reads::Reads;
use tieout::source::place::Span;

/// A figure of a sentence as it was read.
struct Told {
    text: String,
    interval: Option<String>,
    unit: &'static str,
    /// What it was read as; empty where it was not understood.
    read_as: Vec<String>,
    compared: String,
}

/// A sentence with its figures.
struct Sentence {
    line: usize,
    column: usize,
    text: String,
    figures: Vec<Told>,
}

fn sentences(read: &Read<'_>, covering: &Covering<'_>) -> Vec<Sentence> {
    let prose = &read.facts.prose;
    let all = prose.paragraphs.iter().flat_map(|paragraph| prose.sentences(paragraph.text));
    all.filter_map(|span| sentence(read, covering, span)).collect()
}

fn sentence(read: &Read<'_>, covering: &Covering<'_>, span: Span) -> Option<Sentence> {
    let facts = read.facts;
    let prose = &facts.prose;
    let is_stated = |index: &usize| {
        let value = prose.figures.get(*index).map(|figure| figure.value);
        matches!(value, Some(Value::Count(_) | Value::Percent(_) | Value::Points(_)))
    };
    let mut ids: Vec<FigureId> =
        prose.figures_in(span).filter(is_stated).map(|index| facts.prose_figure(index)).collect();
    // Numbers in words, and phrases that say there was none.
    let claims = facts.claims.within(span);
    let captured = claims.iter().flat_map(|claim| claim.captures.iter().flatten());
    ids.extend(captured.filter_map(|captured| facts.captured_figure(captured)));
    ids.retain(|&id| facts.interval(id).is_some());
    ids.sort_by_key(|&id| (facts.figure(id).map(|figure| figure.span), id));
    ids.dedup();
    if ids.is_empty() {
        return None;
    }
    let place = position(read.source, read.document, Label::new(prose.place(span), String::new()));
    Some(Sentence {
        line: place.line.unwrap_or(0),
        column: place.column.unwrap_or(0),
        text: safe_line(place.text.trim()),
        figures: ids.into_iter().map(|id| told(read, covering, claims, id)).collect(),
    })
}

fn told(read: &Read<'_>, covering: &Covering<'_>, claims: &[Claim], id: FigureId) -> Told {
    let facts = read.facts;
    let span = facts.figure(id).map(|figure| figure.span).unwrap_or_default();
    let index = facts.prose_index(id);
    let mark = index.and_then(|index| facts.prose.figure(index)).map(|figure| figure.mark);
    let mut read_as: Vec<String> = claims.iter().filter_map(|claim| as_claimed(facts, claim, id)).collect();
    for list in &facts.lists {
        if Some(list.total) == index {
            read_as.push(format!("total of {} parts", list.all.len()));
        } else if index.is_some_and(|index| list.all.contains(&index)) {
            read_as.push("part of a total".to_owned());
        }
    }
    read_as.dedup();
    if read_as.is_empty() {
        read_as.extend(index.and_then(|index| near_miss(facts, index)));
    }
    Told {
        text: safe_line(span.of(read.document.text()).trim()),
        interval: read.interval(id),
        unit: mark.map_or("", |mark| facts.prose.unit_at(mark)),
        read_as,
        compared: covering.told(id),
    }
}

/// What stands around a figure that no claim reads: its classes of words, what is not in the lexicon, and the claim that comes
/// nearest.
fn near_miss(facts: &Facts<'_>, index: usize) -> Option<String> {
    let slot = facts.slots.slots.iter().find(|slot| slot.figure == index)?;
    let lexicon = &facts.pack.claims.lexicon;
    let roles = &lexicon.roles;
    let telling = slot.words().without(roles.neutral.and(roles.picked).and(roles.posted));
    let unknown = facts.slots.tokens(slot.before.start..slot.behind.end).iter();
    let unknown: Vec<&str> = unknown
        .filter(|token| token.kind == TokenKind::Unknown)
        .map(|token| token.span.of(facts.prose.text()))
        .collect();
    let nearest = facts.pack.claims.claims.iter().find_map(|kind| match &kind.reads {
        Some(Reads::Counts(needs)) if needs.are_met(telling, telling) => {
            (!kind.units.iter().any(|unit| unit == slot.measure.word())).then(|| {
                let units = kind.units.join(", ");
                format!(
                    "claims.{} but for the measure word {}, which is none of {units}",
                    kind.id,
                    shown_unit(slot.measure.word())
                )
            })
        }
        _ => None,
    });
    let mut told = match nearest {
        Some(nearest) => format!("not understood: {nearest}"),
        None => "not understood".to_owned(),
    };
    let classes: Vec<&str> = lexicon.names_of(telling).collect();
    if !classes.is_empty() {
        told += &format!(", words of {}", classes.join(", "));
    }
    if !unknown.is_empty() {
        told += &format!(", not in the lexicon: {}", safe_line(&unknown.join(" ")));
    }
    Some(told)
}

fn shown_unit(unit: &str) -> &str {
    if unit.is_empty() { "(none)" } else { unit }
}

/// What a claim takes a figure for, and of whom and of what year it is said.
fn as_claimed(facts: &Facts<'_>, claim: &Claim, id: FigureId) -> Option<String> {
    let kind = facts.pack.claims.claims.get(claim.kind)?;
    let is_own = |captured: &Option<_>| {
        captured.as_ref().is_some_and(|captured| facts.captured_figure(captured) == Some(id))
    };
    let capture = claim.captures.iter().position(is_own)?;
    let name = kind.captures.get(capture).map(|capture| capture.name.as_str()).unwrap_or_default();
    let mut told = format!("claims.{}.{name}", kind.id);
    if !facts.is_of_this_year(claim) {
        told += ", of another year";
    } else if !facts.is_sure(claim) {
        told += ", not surely of the whole body and year";
    }
    Some(told)
}

/// Prints them for people.
pub fn print(read: &Read<'_>, covering: &Covering<'_>, out: &mut impl Write) -> io::Result<()> {
    read.print_head(out)?;
    for sentence in sentences(read, covering) {
        writeln!(out, "{:>6}:{:<4} {}", sentence.line, sentence.column, sentence.text)?;
        for told in sentence.figures {
            let shown = with_interval(&format!("{}{}", told.text, told.unit), told.interval.as_deref());
            let read_as =
                if told.read_as.is_empty() { "not understood".to_owned() } else { told.read_as.join("; ") };
            writeln!(out, "            {shown}: {read_as}: {}", told.compared)?;
        }
    }
    Ok(())
}

/// The same for programs.
pub fn json(read: &Read<'_>, covering: &Covering<'_>) -> Json {
    let figure = |told: Told| {
        json!({
            "text": told.text, "unit": told.unit, "interval": told.interval, "read_as": told.read_as,
            "compared": told.compared,
        })
    };
    let sentence = |sentence: Sentence| {
        json!({
            "line": sentence.line, "column": sentence.column, "text": sentence.text,
            "figures": sentence.figures.into_iter().map(figure).collect::<Vec<_>>(),
        })
    };
    let mut json = read.json_head();
    json.insert("sentences".to_owned(), sentences(read, covering).into_iter().map(sentence).collect());
    json.into()
}
