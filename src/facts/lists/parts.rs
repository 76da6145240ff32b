//! Which figures behind a total are its parts.

use super::{Found, Introduced, MOST_ITEMS, Reader};
use crate::facts::interval::{Possible, Relation};
use crate::facts::slots::Slot;
use crate::facts::tokens::{Border, Kind, Token};
use crate::rules::lexicon::Classes;

/// No more tokens behind a list say anything of it.
const MOST_WORDS: usize = 200;

/// What stands between a total and its first part.
#[derive(Clone, Copy, Debug, Default)]
struct Gap {
    /// Full stops.
    stops: usize,
    /// Ends of paragraphs.
    paragraphs: usize,
    /// A colon behind the last full stop.
    has_colon: bool,
    /// A semicolon.
    has_semicolon: bool,
    /// Some mark sets the two apart.
    is_set_off: bool,
    /// The words.
    words: Classes,
    /// The words behind the last full stop.
    lead: Classes,
    /// The first word behind the last full stop is one of these.
    first: Classes,
    /// A clause says by what the total is sorted.
    is_sorted: bool,
    /// A clause without a figure says that what follows is picked from what was counted: among these,.
    is_picked: bool,
}

impl Reader<'_> {
    /// `30件（网上10件，信函20件）`
    pub(super) fn bracketed(&self, total: usize) -> Option<Found> {
        let own = self.slot(total)?;
        let open = self.opened(own)?;
        let close = self.closing(open)?;
        let inside = self.counts(total).take_while(|(_, slot)| slot.token < close);
        let inside: Vec<usize> =
            inside.filter(|(_, slot)| slot.depth == own.depth + 1).map(|(number, _)| number).collect();
        let first = self.slot(*inside.first()?)?;
        let lead = self.text.classes(open..first.token);
        let introduced = if lead.meets(self.roles.subset) { Introduced::Words } else { Introduced::Bracket };
        let is_list = inside.len() > 1 || introduced == Introduced::Words;
        let parts = self.alike(&inside);
        // (2020: 50, as reported: 53)
        let is_of_before = self.text.classes(open..close).meets(self.roles.last);
        if self.is_other(own) || !is_list || is_of_before {
            return None;
        }
        let said = self.text.classes(open..close);
        let said = said.without(self.roles.selection).and(lead.within(self.roles.selection));
        Some(Found {
            is_whole: false,
            is_bare: false,
            introduced,
            said: said.and(self.tail_of(parts.last().copied())),
            parts,
            more: Vec::new(),
        })
    }

    /// `30件，其中网上10件`, `30件：网上10件、信函20件`, `30件。网上10件，信函20件。`
    pub(super) fn following(&self, total: usize) -> Vec<Found> {
        /// No total has more lists in a row.
        const MOST_LISTS: usize = 3;
        let mut found: Vec<Found> = Vec::new();
        let Some(own) = self.slot(total).filter(|own| !self.is_other(own)) else { return found };
        let mut start = self.past_asides(own);
        while found.len() < MOST_LISTS {
            let before = found.last();
            let Some((list, stopped)) = self.list_from(total, start, before) else { break };
            let last = list.parts.iter().chain(&list.more).max().and_then(|&last| self.slot(last));
            found.push(list);
            match last.filter(|_| stopped) {
                Some(last) => start = last.behind.end,
                None => break,
            }
        }
        found
    }

    /// The list of a total from a token on, behind another one of it; and whether words that introduce parts end it.
    fn list_from(&self, total: usize, start: usize, before: Option<&Found>) -> Option<(Found, bool)> {
        let own = self.slot(total)?;
        let (first, slot) =
            self.counts(total).find(|(_, slot)| slot.token >= start && slot.depth <= own.depth)?;
        if slot.depth < own.depth || self.is_restated(slot) {
            return None;
        }
        let gap = self.gap(self.text.tokens(start..slot.token));
        let introduced = self.introduced(own, slot, gap, before.is_some())?;
        if let Some(before) = before {
            // `30, of which 20 A. Of which 18 …` may be the parts of the 20.
            let last = before.parts.last().and_then(|&last| self.interval(last));
            let is_of_last = match (last, self.interval(first)) {
                (Some(last), Some(first)) => first.compare(Relation::AtMost, last) != Possible::Never,
                _ => true,
            };
            if introduced != Introduced::Words || gap.stops == 0 || is_of_last {
                return None;
            }
        }
        // `128 came in, 9 were left, of which 131 …` is of both.
        let is_larger = match (self.interval(total), self.interval(first)) {
            (Some(own), Some(first)) => first.compare(Relation::AtMost, own) == Possible::Never,
            _ => false,
        };
        if is_larger && (introduced != Introduced::Words || !self.is_first(own)) {
            return None;
        }
        let (parts, more, stopped) = self.run(first, own, gap);
        if parts.len() < 2 && (introduced != Introduced::Words || gap.stops > 0) {
            return None;
        }
        let last = parts.last().copied();
        let end = last.and_then(|last| self.slot(last)).map_or(slot.token, |last| last.token);
        // What is said of the parts may stand behind them.
        let rest = self.text.tokens.get(end..).unwrap_or_default().iter().take(MOST_WORDS);
        let sentence =
            rest.take_while(|token| !matches!(token.kind, Kind::Border(border) if border >= Border::Stop));
        let end = end + sentence.count();
        let said = self.text.classes(start..end).without(self.roles.selection);
        let said = said.and(gap.words.within(self.roles.selection)).and(self.tail_of(last));
        // `fell into three kinds` before the parts says how many they are.
        let numerals = self.text.classes(slot.token..end).within(self.roles.numeral);
        let said = said.without(self.roles.numeral).and(numerals);
        let is_rest = |second: &Slot| second.label.meets(self.roles.rest);
        let second = parts.get(1).and_then(|&second| self.slot(second));
        let all_but = slot.label.meets(self.roles.but) && second.is_some_and(is_rest);
        let is_behind = self.tail_of(last).meets(self.roles.whole);
        let found = Found {
            is_bare: introduced == Introduced::Colon && self.starts_bare(own, slot, gap),
            is_whole: introduced == Introduced::Whole && (!gap.is_sorted || more.is_empty())
                || all_but
                || is_behind,
            introduced: if all_but { Introduced::Whole } else { introduced },
            said,
            parts: if all_but { parts.into_iter().take(2).collect() } else { parts },
            more: if all_but { Vec::new() } else { more },
        };
        Some((found, stopped))
    }

    /// The counts behind a slot, with their numbers.
    fn counts(&self, behind: usize) -> impl Iterator<Item = (usize, &Slot)> {
        let slots = self.text.slots.iter().enumerate().skip(behind + 1).take(MOST_ITEMS * 2);
        slots.filter(|(_, slot)| slot.is_count())
    }

    /// The bracket that is opened behind a figure, before any other mark.
    fn opened(&self, own: &Slot) -> Option<usize> {
        let end = own.behind.end;
        matches!(self.text.tokens.get(end)?.kind, Kind::Open).then_some(end)
    }

    /// The bracket that closes one.
    fn closing(&self, open: usize) -> Option<usize> {
        let mut depth = 0_i32;
        let rest = self.text.tokens.get(open..)?;
        let closed = rest.iter().position(|token| {
            match token.kind {
                Kind::Open => depth += 1,
                Kind::Close => depth -= 1,
                _ => {}
            }
            depth == 0 || matches!(token.kind, Kind::Border(Border::Paragraph))
        });
        closed.map(|length| open + length)
    }

    /// The token behind a figure and the remarks in brackets that follow it.
    fn past_asides(&self, own: &Slot) -> usize {
        match self.opened(own).and_then(|open| self.closing(open)) {
            Some(close) => close + 1,
            None => own.token + 1,
        }
    }

    fn gap(&self, tokens: &[Token]) -> Gap {
        let mut gap = Gap::default();
        let mut depth = 0_i32;
        let mut last = Classes::NONE;
        let mut is_begun = false;
        for token in tokens {
            if let Kind::Border(border) = token.kind {
                let is_clause = matches!(border, Border::Comma | Border::Colon);
                gap.is_picked |=
                    is_clause && last.meets(self.roles.among) && gap.lead.meets(self.roles.picked);
                gap.is_sorted |=
                    is_clause && last.meets(self.roles.sorted) && gap.lead.meets(self.roles.goes_on);
            }
            last = match token.kind {
                Kind::Word(classes) => classes,
                _ => Classes::NONE,
            };
            match token.kind {
                Kind::Open => depth += 1,
                Kind::Close => depth -= 1,
                Kind::Border(border) if depth <= 0 => {
                    gap.is_set_off = true;
                    if border >= Border::Stop {
                        gap.stops += usize::from(border == Border::Stop);
                        gap.paragraphs += usize::from(border == Border::Paragraph);
                        gap.has_colon &= border == Border::Paragraph;
                        (gap.lead, gap.first, is_begun) = (Classes::NONE, Classes::NONE, false);
                    }
                    gap.has_colon |= border == Border::Colon;
                    gap.has_semicolon |= border == Border::Semicolon;
                }
                Kind::Word(classes) | Kind::Quoted(classes) if depth <= 0 => {
                    gap.words = gap.words.and(classes);
                    if !is_begun {
                        gap.first = classes;
                    }
                    is_begun = true;
                    gap.lead = gap.lead.and(classes);
                }
                Kind::Unknown if depth <= 0 => is_begun = true,
                _ => {}
            }
        }
        gap
    }

    /// Whether a figure is a total that is named again: 在这9件中，, of the 9,.
    pub(super) fn is_restated(&self, slot: &Slot) -> bool {
        let is_before_border = matches!(
            self.text.tokens.get(slot.behind.end).map(|token| token.kind),
            Some(Kind::Border(_)) | None
        );
        let last = self.text.tokens(slot.behind.clone()).last();
        let is_among = last
            .is_some_and(|last| matches!(last.kind, Kind::Word(classes) if classes.meets(self.roles.among)));
        is_among && is_before_border && slot.label.meets(self.roles.picked.and(self.roles.action))
            || self.is_out_of(slot)
    }

    /// Whether a total is named at the start of a clause as one to pick from: of the 9, out of 9.
    fn is_out_of(&self, slot: &Slot) -> bool {
        let mut before = self.text.tokens(slot.before.clone()).iter();
        let is_word = |token: &&Token| !matches!(token.kind, Kind::Border(_) | Kind::Open | Kind::Close);
        before.find(is_word).is_some_and(
            |first| matches!(first.kind, Kind::Word(classes) if classes.meets(self.roles.out_of)),
        )
    }

    fn introduced(&self, own: &Slot, first: &Slot, gap: Gap, is_again: bool) -> Option<Introduced> {
        let roles = self.roles;
        if gap.stops > 1 || gap.paragraphs > 2 {
            return None;
        }
        let is_across = gap.stops + gap.paragraphs > 0;
        let starts_anew = gap.first.meets(roles.subset.and(roles.goes_on).and(roles.whole));
        if is_across {
            // Which of several totals the next sentence speaks of cannot be told.
            if !is_again && !self.is_alone(own) {
                return None;
            }
            if gap.paragraphs > 0 && !(gap.has_colon || starts_anew) {
                return None;
            }
        }
        // `20 A, 30 B; of which 10 C` speaks of all that came before.
        if gap.has_semicolon && !(gap.lead.meets(roles.subset) && self.is_first(own)) {
            return None;
        }
        if self.is_restated(own) && gap.is_set_off && !is_across {
            return Some(Introduced::Words);
        }
        if gap.lead.meets(roles.whole) || first.label.meets(roles.but) || gap.is_sorted {
            return Some(Introduced::Whole).filter(|_| !is_across || starts_anew);
        }
        let is_of_it = roles.subset.and(roles.selection).and(roles.disjoint);
        // 收到14件，分别来自…8件、…6件
        if !is_across && gap.lead.meets(roles.respective) && self.is_first(own) {
            return Some(Introduced::Respective);
        }
        if gap.is_picked || gap.lead.meets(is_of_it) && (!is_across || starts_anew) {
            return Some(Introduced::Words);
        }
        if gap.has_colon && (!is_across || gap.paragraphs > 0) {
            return Some(Introduced::Colon);
        }
        if is_across {
            return Some(Introduced::Sentence);
        }
        gap.is_set_off.then_some(if self.starts_bare(own, first, gap) {
            Introduced::Colon
        } else {
            Introduced::Comma
        })
    }

    /// Whether parts start right behind a comma: `210 joined, 96 in the north and 114 in the south`. What stands like its
    /// parts is no total.
    fn starts_bare(&self, own: &Slot, first: &Slot, gap: Gap) -> bool {
        let number = self.text.slots.partition_point(|slot| slot.token < own.token);
        first.before.is_empty()
            && first.measure == own.measure
            && !first.behind.is_empty()
            && (!own.before.is_empty() || own.measure.is_unsaid())
            && self.is_first(own)
            && !gap.has_colon
            && gap.stops + gap.paragraphs == 0
            && self.text.told_together(number, self.roles.respective).is_none()
    }

    /// Whether no count of its unit stands before a figure in its sentence.
    pub(super) fn is_first(&self, own: &Slot) -> bool {
        let slots = &self.text.slots;
        let at = slots.partition_point(|slot| slot.token < own.token);
        let before = slots.get(..at).unwrap_or_default().iter().rev();
        let mut before = before.take_while(|slot| slot.sentence == own.sentence).take(MOST_ITEMS);
        !before.any(|slot| slot.is_count() && slot.measure == own.measure)
    }

    /// Whether no other count of its unit stands in a figure's sentence at its depth.
    fn is_alone(&self, own: &Slot) -> bool {
        self.is_alone_but(own, own.token)
    }

    /// The same, but for the figure of another token.
    fn is_alone_but(&self, own: &Slot, other: usize) -> bool {
        let slots = &self.text.slots;
        let at = slots.partition_point(|slot| slot.token < own.token);
        let is_same = |slot: &&Slot| slot.sentence == own.sentence;
        let before = slots.get(..at).unwrap_or_default().iter().rev().take_while(is_same);
        let behind = slots.get(at + 1..).unwrap_or_default().iter().take_while(is_same);
        let is_like = |slot: &Slot| {
            slot.token != other && slot.is_count() && slot.measure == own.measure && slot.depth <= own.depth
        };
        !before.chain(behind).take(MOST_ITEMS).any(is_like)
    }

    /// The parts from the first on, and what may be parts behind them.
    fn run(&self, first: usize, own: &Slot, gap: Gap) -> (Vec<usize>, Vec<usize>, bool) {
        let mut parts: Vec<usize> = Vec::new();
        let mut more: Vec<usize> = Vec::new();
        let mut widest = None;
        let mut action = Classes::NONE;
        let mut is_open = false;
        let mut at = own.token;
        for (number, slot) in self.counts(first.saturating_sub(1)).filter(|(number, _)| *number >= first) {
            if slot.depth > own.depth {
                continue;
            }
            if slot.depth < own.depth || parts.len() + more.len() >= MOST_ITEMS {
                break;
            }
            let between = self.gap(self.text.tokens(at + 1..slot.token));
            let is_first = parts.is_empty();
            if !is_first && between.lead.meets(self.roles.subset) {
                return (parts, more, true);
            }
            let is_anew =
                slot.label.meets(self.roles.sum.and(self.roles.total)) && !slot.label.meets(self.roles.rest);
            if !is_first && is_anew || self.is_restated(slot) {
                // What the next sentence counts may be the rest.
                if is_anew
                    && slot.paragraph == own.paragraph
                    && self.border(at + 1, slot.token) >= Border::Stop
                {
                    more.push(number);
                }
                break;
            }
            // What something has come to is no part of what it was: brought the balance to 86.
            if self.is_other(slot) || self.text.ends_with(slot, self.roles.reached, Classes::NONE) {
                continue;
            }
            if !is_first {
                let border = self.border(at + 1, slot.token);
                let is_each_alone = |number: &usize| {
                    self.slot(*number).is_some_and(|part| self.is_alone_but(part, own.token))
                };
                match border {
                    Border::Paragraph => {
                        let is_list = gap.paragraphs > 0 || self.is_like_item(parts.first().copied(), slot);
                        if !is_list || !parts.iter().all(is_each_alone) || !more.is_empty() {
                            break;
                        }
                    }
                    Border::Stop => {
                        let goes_on = gap.stops + gap.paragraphs > 0 && parts.iter().all(is_each_alone)
                            || parts
                                .first()
                                .and_then(|&part| self.slot(part))
                                .is_some_and(|part| self.are_of_a_kind(part, slot));
                        is_open |= !goes_on;
                        if is_open && slot.paragraph != own.paragraph {
                            break;
                        }
                    }
                    border => {
                        let level = *widest.get_or_insert(border);
                        is_open |= border > level && border >= Border::Semicolon;
                        if border < level && level >= Border::Semicolon {
                            // What is set off less than the parts is a part of one of them.
                            continue;
                        }
                    }
                }
            }
            let own_action = slot.words().within(self.roles.action);
            if is_first {
                action = own_action;
            } else {
                is_open |=
                    !own_action.is_empty() && !own_action.meets(action) && !slot.label.meets(self.roles.rest);
            }
            if is_open {
                more.push(number)
            } else {
                parts.push(number)
            }
            at = slot.token;
        }
        (parts, more, false)
    }

    /// Of some figures those whose words are of one kind with the first.
    fn alike(&self, numbers: &[usize]) -> Vec<usize> {
        let is_part = |number: &&usize| self.slot(**number).is_some_and(|slot| !self.is_other(slot));
        numbers.iter().filter(is_part).copied().collect()
    }

    /// Whether the words of two figures are of one kind: rows, or columns, of a form.
    fn are_of_a_kind(&self, part: &Slot, slot: &Slot) -> bool {
        let (part, slot) = (self.kind_words(part), self.kind_words(slot));
        self.kinds.iter().any(|&kind| part.meets(kind) && slot.meets(kind))
    }

    /// Whether a figure opens its paragraph as a part does: with words in quotation marks, or of a kind with the part's.
    fn is_like_item(&self, part: Option<usize>, slot: &Slot) -> bool {
        let is_quoted = |slot: &Slot| {
            let first = self.text.tokens(slot.before.clone()).first();
            first.is_some_and(|token| matches!(token.kind, Kind::Quoted(_)))
        };
        let opens = slot.before.start.checked_sub(1).and_then(|at| self.text.tokens.get(at));
        let opens = opens.is_some_and(|token| matches!(token.kind, Kind::Border(Border::Paragraph)));
        let part = part.and_then(|part| self.slot(part));
        opens && part.is_some_and(|part| is_quoted(part) && is_quoted(slot) || self.are_of_a_kind(part, slot))
    }

    /// The strongest mark between two tokens, outside brackets.
    fn border(&self, start: usize, end: usize) -> Border {
        let mut depth = 0_i32;
        let mut strongest = Border::Item;
        for token in self.text.tokens(start..end) {
            match token.kind {
                Kind::Open => depth += 1,
                Kind::Close => depth -= 1,
                Kind::Border(border) if depth <= 0 => strongest = strongest.max(border),
                _ => {}
            }
        }
        strongest
    }

    /// The words right behind the last part, and those that begin the clause behind it.
    fn tail_of(&self, last: Option<usize>) -> Classes {
        let Some(slot) = last.and_then(|last| self.slot(last)) else { return Classes::NONE };
        let selection = self.roles.selection.and(self.roles.etc);
        let behind = slot.behind.end;
        let is_word = |token: &&Token| matches!(token.kind, Kind::Word(_));
        let next = self.text.tokens(behind..behind + 2).iter().find(is_word);
        let next = match next.map(|token| token.kind) {
            Some(Kind::Word(classes)) => classes.within(self.roles.etc),
            _ => Classes::NONE,
        };
        let mut tail = slot.tail.and(next);
        if tail.meets(self.roles.etc) {
            tail = tail.and(selection);
        }
        tail
    }
}
