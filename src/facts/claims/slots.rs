//! Claims that are told by the words around a figure, in whatever order they stand.

use std::ops::Range;

use super::qualify::Qualified;
use super::scope::Scope;
use super::{
    Breakdown, Captured, CapturedValue, Claim, Claims, Reader, balances, changes, differences, percents,
    quotients, shares,
};
use crate::facts::figure::Value;
use crate::facts::lists::List;
use crate::facts::prose::ProseParagraph;
use crate::facts::quantity::Quantity;
use crate::facts::slots::{Slot, Slots, classes};
use crate::facts::tokens::{Border, Kind, Token};
use crate::rules::claim::Claim as ClaimKind;
use crate::rules::form::Side;
use crate::rules::lexicon::Classes;
use crate::rules::reads::{Needs, Reads, Way};
use crate::source::place::Span;

/// What is told of a slot; figures are meant by their numbers in the prose.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// The number of the slot.
    pub slot: usize,
    /// What is counted.
    pub count: Option<usize>,
    /// A share or a rate.
    pub percent: Option<usize>,
    /// What a share is one of.
    pub base: Option<usize>,
    /// What was.
    pub before: Option<usize>,
    /// What is.
    pub now: Option<usize>,
    /// By how much it changed.
    pub change: Option<usize>,
    /// The parts of what is told.
    pub parts: Vec<usize>,
    /// They are all there are.
    pub is_complete: bool,
    /// Other figures that belong with it.
    pub others: Vec<usize>,
    /// It may mean something else: it is no evidence of a mistake.
    pub is_doubtful: bool,
}

impl Reader<'_, '_> {
    /// Reads the claims that are told by the words around figures; `year` is that of the report.
    pub(super) fn read_slots(&mut self, text: &Slots, lists: &[List], year: Option<u32>, found: &mut Claims) {
        let roles = self.pack.claims.lexicon.roles;
        let mut changes = None;
        let mut counted: Vec<(usize, &Needs)> = Vec::new();
        for (number, kind) in self.pack.claims.claims.iter().enumerate() {
            let said = match &kind.reads {
                Some(Reads::Figures(way)) => match way {
                    Way::Share => shares::read(self.prose.text(), text, lists, &roles),
                    Way::Percents => percents::read(text, &roles),
                    Way::Balance => balances::read(text, &roles),
                    Way::Rate => balances::rates(text, &roles),
                    Way::Average => quotients::read(self.prose.text(), text, &roles),
                    Way::Points => changes::points::read(text, &roles),
                    Way::Difference => differences::read(text, &roles),
                    Way::Rise | Way::Fall => {
                        let changes = changes.get_or_insert_with(|| changes::read(text, &roles));
                        let of_kind = changes.iter().filter(|(rises, _)| *rises == (*way == Way::Rise));
                        of_kind.map(|(_, said)| said.clone()).collect()
                    }
                },
                Some(Reads::Counts(needs)) => {
                    counted.push((number, needs));
                    continue;
                }
                Some(Reads::Together(_)) | None => continue,
            };
            found.claims.extend(said.into_iter().filter_map(|said| self.told(text, number, said)));
        }
        if !counted.is_empty() {
            self.read_counts(text, &counted, year, found);
        }
    }

    /// The claim that is told of a slot.
    fn told(&self, text: &Slots, number: usize, said: Said) -> Option<Claim> {
        let kind = self.pack.claims.claims.get(number)?;
        let slot = text.slots.get(said.slot)?;
        let captured = |figure: usize| {
            let mark = text.figure(self.prose, figure)?.mark;
            let span = text.figure(self.prose, figure)?.span;
            Some(Captured { span, mark, value: CapturedValue::Figure(figure) })
        };
        let of = |name: &str| match name {
            "count" => said.count,
            "percent" => said.percent,
            "base" => said.base,
            "before" => said.before,
            "now" => said.now,
            "change" => said.change,
            _ => None,
        };
        let captures: Vec<Option<Captured>> =
            kind.captures.iter().map(|capture| of(&capture.name).and_then(captured)).collect();
        captures.iter().flatten().next()?;
        let token = text.tokens.get(slot.token)?.span;
        let paragraph = self.prose.paragraphs.get(usize::try_from(slot.paragraph).ok()?)?;
        Some(Claim {
            kind: number,
            span: self.prose.place(token),
            captures,
            block: paragraph.block,
            sentence: self.prose.sentence_around(token.start),
            qualified: None,
            breakdown: Breakdown { parts: said.parts, is_complete: said.is_complete },
            others: said.others,
            residue: Vec::new(),
            is_doubtful: said.is_doubtful,
        })
    }

    fn read_counts(
        &mut self,
        text: &Slots,
        kinds: &[(usize, &Needs)],
        year: Option<u32>,
        found: &mut Claims,
    ) {
        let mut scope = Scope::default();
        for number in 0..text.slots.len() {
            let Some(slot) = text.slots.get(number) else { break };
            scope.enter(self, text, number, year);
            if !slot.is_count() {
                continue;
            }
            let Some(&paragraph) =
                usize::try_from(slot.paragraph).ok().and_then(|at| self.prose.paragraphs.get(at))
            else {
                continue;
            };
            if let Some(claim) = self.count(text, slot, kinds, &scope, &paragraph) {
                found.claims.push(claim);
            }
        }
        self.read_denials(text, kinds, found);
    }

    /// What a count is, of all that its words may mean the one that says most.
    fn count(
        &mut self,
        text: &Slots,
        slot: &Slot,
        kinds: &[(usize, &Needs)],
        scope: &Scope,
        paragraph: &ProseParagraph,
    ) -> Option<Claim> {
        let roles = self.pack.claims.lexicon.roles;
        self.around.enter(paragraph.text);
        let number = text.slots.partition_point(|other| other.token < slot.token);
        let together = text.told_together(number, roles.respective);
        let named = text.name_together(number, roles.respective, roles.joint);
        let is_together = together.is_some() && named.is_none();
        let all = || text.slots.get(together?.0).map(|first| first.before.clone());
        let labels = named.or_else(all).unwrap_or(slot.before.clone());
        if text.ends_with(slot, roles.rise.and(roles.fall).and(roles.kind_end), roles.neutral)
            || scope.is_of_others
        {
            return None;
        }
        let sentence = self.prose.sentence_around(text.tokens.get(slot.token)?.span.start);
        let (label, tail) =
            (scope.classes(self, text, labels), scope.classes(self, text, slot.behind.clone()));
        let lead = scope.classes(self, text, scope.lead.clone());
        let inherited = if scope.is_subset { roles.subset } else { Classes::NONE };
        let of_clause = lead.within(roles.span.and(roles.other_kind).and(roles.plan));
        let inherited = inherited.and(of_clause);
        // The nearest words tell: those before the figure, then those behind it, then those of the clause before.
        let next = scope.classes(self, text, next_clause(text, slot));
        let windows = [
            (label, label.and(tail)),
            (label.and(tail), label.and(tail)),
            (label.and(tail).and(lead), label.and(tail).and(lead)),
            (label.and(tail).and(next), label.and(tail).and(next)),
        ];
        for (has, all) in windows {
            let all = all.and(inherited);
            let mut fitting: Vec<(usize, usize)> = Vec::new();
            let mut unsure: Vec<usize> = Vec::new();
            // What is carried over is told of the next year: only where a plan speaks against a claim does it make one unsure.
            for &(number, needs) in kinds {
                let kind = self.pack.claims.claims.get(number)?;
                let is_named = || match kind.captures.len() < 2 {
                    true => !is_together,
                    false => self.line_named(text, kind, slot).is_some(),
                };
                if needs.are_met(has, all)
                    && (kind.units.is_empty() || kind.units.iter().any(|unit| unit == slot.measure.word()))
                    && is_named()
                {
                    fitting.push((needs.all.len(), number));
                    let is_planned = scope.is_doubtful && needs.not.meets(roles.plan);
                    unsure.extend((all.meets(needs.unsure) || is_planned).then_some(number));
                }
            }
            fitting.sort_by_key(|&(needs, _)| std::cmp::Reverse(needs));
            let most = fitting.first().map(|(needs, _)| *needs);
            let best: Vec<usize> =
                fitting.iter().filter(|(needs, _)| Some(*needs) == most).map(|&(_, number)| number).collect();
            let figure = text.tokens.get(slot.token)?.span;
            let window = text.span(scope.lead.start..slot.behind.end).join(figure);
            let meant: Vec<usize> = best
                .into_iter()
                .filter(|&number| self.is_meant(number, paragraph, sentence, figure, window))
                .collect();
            let Some(&number) = meant.first() else {
                if most.is_some() {
                    return None;
                }
                continue;
            };
            let is_ambiguous = meant.len() > 1;
            let kind = self.pack.claims.claims.get(number)?;
            let named = self.line_named(text, kind, slot);
            let mut captures = vec![Some(Captured {
                span: text.figure(self.prose, slot.figure)?.span,
                mark: figure.start,
                value: CapturedValue::Figure(slot.figure),
            })];
            captures.extend(kind.captures.iter().skip(1).map(|_| named));
            let residue = residue(text, self, scope.lead.start..slot.behind.end);
            return Some(Claim {
                kind: number,
                span: self.prose.place(text.span(slot.before.clone()).join(figure)),
                captures,
                block: paragraph.block,
                sentence,
                qualified: Some(Qualified {
                    before: Span { start: figure.start, end: figure.start },
                    year: scope.year,
                }),
                breakdown: Breakdown::default(),
                others: self.others(kind, paragraph, slot.figure),
                residue,
                is_doubtful: is_ambiguous || unsure.contains(&number),
            });
        }
        None
    }

    /// The row or column of its form that the words beside a figure name last.
    fn line_named(&self, text: &Slots, kind: &ClaimKind, slot: &Slot) -> Option<Captured> {
        kind.form?;
        let side = match kind.captures.get(1)?.kind {
            crate::rules::pattern::CaptureKind::Row => Side::Rows,
            _ => Side::Columns,
        };
        let roles = self.pack.claims.lexicon.roles;
        let class = |name| self.pack.claims.lexicon.class(name).unwrap_or_default();
        let lines = class(crate::rules::lexicon::ROW).and(class(crate::rules::lexicon::COLUMN));
        let line = |token: &Token| {
            let is_word = match token.kind {
                Kind::Word(classes) | Kind::Quoted(classes) => {
                    !classes.meets(roles.rest) || classes.meets(lines)
                }
                _ => false,
            };
            let words = token.span.of(self.prose.text()).trim_matches('"');
            let line = self.line(kind, side, words).filter(|_| is_word)?;
            let value =
                if side == Side::Rows { CapturedValue::Row(line) } else { CapturedValue::Column(line) };
            Some(Captured { span: self.prose.place(token.span), mark: token.span.start, value })
        };
        let number = text.slots.partition_point(|other| other.token < slot.token);
        if let Some((first, count, which)) = text.told_together(number, roles.respective) {
            let labels = text.slots.get(first)?.before.clone();
            let named: Vec<Captured> = text.tokens(labels).iter().filter_map(line).collect();
            if named.len() == count {
                return named.get(which).copied();
            }
            let own = text.name_together(number, roles.respective, roles.joint)?;
            let mut own = text.tokens(own).iter().filter_map(line);
            return own.next().filter(|_| own.next().is_none());
        }
        let mut before = text.tokens(slot.before.clone()).iter().rev().filter_map(line);
        match (before.next(), before.next()) {
            (Some(only), None) => Some(only),
            // Two kinds counted together.
            (Some(_), Some(_)) => None,
            _ => text.tokens(slot.behind.clone()).iter().find_map(line),
        }
    }

    /// Clauses without a figure that deny what a claim counts: its count is zero.
    fn read_denials(&mut self, text: &Slots, kinds: &[(usize, &Needs)], found: &mut Claims) {
        let roles = self.pack.claims.lexicon.roles;
        let mut start = 0;
        for at in 0..text.tokens.len() {
            let Some(token) = text.tokens.get(at) else { break };
            let ends = matches!(token.kind, Kind::Border(border) if border > Border::Item)
                || matches!(token.kind, Kind::Open | Kind::Close);
            if !ends {
                continue;
            }
            let clause = start..at;
            start = at + 1;
            let tokens = text.tokens(clause.clone());
            let is_word =
                |token: &&Token| matches!(token.kind, Kind::Word(classes) if classes.meets(roles.negation));
            let Some(denied) = tokens.iter().position(|token| is_word(&token)) else { continue };
            let has_figure = tokens.iter().any(|token| match token.kind {
                Kind::Figure(number) => text
                    .figure(self.prose, number)
                    .is_some_and(|figure| matches!(figure.value, Value::Count(_) | Value::Percent(_))),
                _ => false,
            });
            // 未收到来信 denies what follows, 来信量为零 what comes before.
            let is_last = tokens
                .get(denied + 1..)
                .unwrap_or_default()
                .iter()
                .all(|token| matches!(token.kind, Kind::Word(classes) if classes.meets(roles.neutral)));
            let behind = classes(tokens.get(if is_last { 0 } else { denied }..).unwrap_or_default());
            if has_figure || classes(tokens).meets(roles.others) {
                continue;
            }
            // “Last year left none”: the time that a clause speaks of may stand before what denies it.
            let time = classes(tokens).within(roles.last);
            let behind = behind.and(time);
            let whole = text.span(if is_last { clause.start } else { clause.start + denied }..clause.end);
            let residue = residue(text, self, clause.clone());
            for &(number, needs) in kinds {
                let is_of_its_time = time.is_empty() || needs.all.iter().any(|class| class.meets(roles.last));
                if !is_of_its_time || !needs.denies(behind, classes(tokens).without(roles.negation)) {
                    continue;
                }
                let paragraph =
                    self.prose.paragraphs.partition_point(|paragraph| paragraph.text.end <= whole.start);
                let Some(&paragraph) = self.prose.paragraphs.get(paragraph) else { continue };
                let sentence = self.prose.sentence_around(whole.start);
                let Some(kind) = self.pack.claims.claims.get(number) else { continue };
                self.around.enter(paragraph.text);
                if !self.is_meant(number, &paragraph, sentence, whole, whole) {
                    continue;
                }
                let span = self.prose.place(whole);
                let value = CapturedValue::Numeral(found.numerals.len());
                found.numerals.push((span, Quantity::exact(rust_decimal::Decimal::ZERO)));
                let mut captures = vec![None; kind.captures.len()];
                if let Some(first) = captures.first_mut() {
                    *first = Some(Captured { span, mark: whole.start, value });
                }
                found.claims.push(Claim {
                    kind: number,
                    span,
                    captures,
                    block: paragraph.block,
                    sentence,
                    qualified: None,
                    breakdown: Breakdown::default(),
                    others: Vec::new(),
                    residue: residue.clone(),
                    is_doubtful: false,
                });
            }
        }
    }
}

/// The clause behind that of a slot, where no figure counts anything in it.
fn next_clause(text: &Slots, slot: &Slot) -> Range<usize> {
    let start = slot.behind.end + 1;
    let is_comma =
        matches!(text.tokens.get(slot.behind.end).map(|token| token.kind), Some(Kind::Border(Border::Comma)));
    let rest = text.tokens.get(start..).unwrap_or_default();
    let is_end = |token: &Token| matches!(token.kind, Kind::Border(_) | Kind::Open | Kind::Close);
    let end = start + rest.iter().position(is_end).unwrap_or(rest.len());
    let at = text.slots.partition_point(|other| other.token <= slot.token);
    let is_counted = text.slots.get(at).is_some_and(|next| next.token < end);
    if is_comma && !is_counted { start..end } else { start..start }
}

/// The stretches of some tokens that the lexicon does not explain.
fn residue(text: &Slots, reader: &Reader<'_, '_>, range: Range<usize>) -> Vec<Span> {
    let tokens = text.tokens(range);
    let is_left = |token: &&Token| match token.kind {
        Kind::Unknown => true,
        Kind::Quoted(classes) => {
            classes.is_empty() && !token.span.of(reader.prose.text()).starts_with(['《', '〈'])
        }
        _ => false,
    };
    tokens.iter().filter(is_left).map(|token| token.span).collect()
}
