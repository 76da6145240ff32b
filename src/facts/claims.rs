//! Claims found in prose: which phrase says what, with the figures in it.

mod around;
mod balances;
mod changes;
mod differences;
mod percents;
mod qualify;
mod quotients;
mod scope;
mod shares;
mod slots;
mod together;

use std::ops::Range;

use self::around::Around;
use self::qualify::Qualified;
use super::figure::{self, Value};
use super::layout::Layout;
use super::lists::List;
use super::outline::Outline;
use super::prose::{Prose, ProseParagraph};
use super::quantity::Quantity;
use super::slots::Slots;
use crate::document::Document;
use crate::rules::claim::{Claim as Kind, Scope};
use crate::rules::claim_index::{Candidate, Met};
use crate::rules::form::Side;
use crate::rules::label_index::Target;
use crate::rules::matcher::{Matcher, Matches};
use crate::rules::pack::Pack;
use crate::rules::pattern::{CaptureKind, Pattern};
use crate::source::place::Span;

/// Something captured in a phrase.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Captured {
    /// Its place in the document.
    pub span: Span,
    /// Where it starts in the prose.
    pub mark: u32,
    /// What it is.
    pub value: CapturedValue,
}

/// What was captured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CapturedValue {
    /// A figure of the prose, by its number there.
    Figure(usize),
    /// A number written as a numeral, or the zero of a phrase that says there was none, by its number among
    /// [`Claims::numerals`].
    Numeral(usize),
    /// A date, by its figure's number.
    Date(usize),
    /// A year, by its figure's number.
    Year(usize),
    /// A row of the claim's form, by leaf.
    Row(usize),
    /// A column of the claim's form, by leaf.
    Column(usize),
    /// Words; their span says which.
    Words,
}

/// The parts that a claim is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Breakdown {
    /// The figures, by their numbers in the prose.
    pub parts: Vec<usize>,
    /// They are all there are.
    pub is_complete: bool,
}

/// A claim found in the report.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Its kind, by number among the pack's claims.
    pub kind: usize,
    /// Place of the phrase in the document.
    pub span: Span,
    /// What was captured, in the order of the kind's captures.
    pub captures: Vec<Option<Captured>>,
    /// Number of the block it stands in.
    pub block: usize,
    /// Its sentence, in the prose text.
    pub sentence: Span,
    /// What stands before it, where its kind asks.
    pub qualified: Option<Qualified>,
    /// The figures that are its parts.
    pub breakdown: Breakdown,
    /// The other counts that belong with it: those of its paragraph, or what a share may be a share of.
    pub others: Vec<usize>,
    /// What of the words around it nobody explains.
    pub residue: Vec<Span>,
    /// It may mean something else: it ties, and is no evidence of a mistake.
    pub is_doubtful: bool,
}

impl Claim {
    /// The figure that the claim is about: its first capture.
    pub fn figure(&self) -> Option<&Captured> {
        self.captures.first().and_then(Option::as_ref)
    }
}

/// The claims of a report.
#[derive(Clone, Debug, Default)]
pub struct Claims {
    /// The claims, in the order of the text.
    pub claims: Vec<Claim>,
    /// Figures of claims that are not among the figures of the prose.
    pub numerals: Vec<(Span, Quantity)>,
}

impl Claims {
    /// Those whose sentence starts within a stretch of the prose.
    pub fn within(&self, stretch: Span) -> &[Claim] {
        let start = self.claims.partition_point(|claim| claim.sentence.start < stretch.start);
        let end = self.claims.partition_point(|claim| claim.sentence.start < stretch.end);
        self.claims.get(start..end).unwrap_or_default()
    }
}

/// Finds the claims of a pack in the prose of a report.
pub fn read(
    document: &Document<'_>,
    prose: &Prose,
    layout: &Layout,
    outline: &Outline,
    pack: &Pack,
) -> Claims {
    let mut reader = Reader { document, prose, layout, outline, pack, around: Around::default() };
    let mut found = Claims::default();
    reader.read(&mut found);
    found.in_order();
    found
}

/// Finds the claims that are told by the words around figures; `year` is that of the report.
pub fn read_slots(
    found: &mut Claims,
    (document, prose): (&Document<'_>, &Prose),
    (layout, outline): (&Layout, &Outline),
    pack: &Pack,
    (text, lists): (&Slots, &[List]),
    year: Option<u32>,
) {
    let mut reader = Reader { document, prose, layout, outline, pack, around: Around::default() };
    reader.read_slots(text, lists, year, found);
    found.in_order();
    together::read(&pack.claims, found);
    found.claims.sort_by_key(|claim| (claim.span.start, claim.kind));
}

impl Claims {
    /// Puts claims in the order of the text. Several phrases of a claim may name the same figure: the longest stands for
    /// them.
    fn in_order(&mut self) {
        let found = self;
        let key = |claim: &Claim| (claim.kind, claim.figure().map(|figure| figure.span));
        found.claims.sort_by_key(|claim| (key(claim), std::cmp::Reverse(claim.span.len())));
        found.claims.dedup_by(|a, b| key(a) == key(b));
        found.claims.sort_by_key(|claim| (claim.span.start, claim.kind));
    }
}

pub(super) struct Reader<'r, 'd> {
    document: &'r Document<'d>,
    prose: &'r Prose,
    layout: &'r Layout,
    outline: &'r Outline,
    pack: &'r Pack,
    around: Around,
}

impl Reader<'_, '_> {
    /// Tries every pattern on the sentences that have what it needs.
    fn read(&mut self, found: &mut Claims) {
        let (prose, pack) = (self.prose, self.pack);
        let mut current = 0;
        let mut sentence = Span::default();
        let mut met = pack.claim_index().nothing_met();
        for literal in pack.claim_index().literals(prose.text()) {
            let at = literal.start;
            if !(sentence.start <= at && at < sentence.end) {
                self.complete(current, sentence, &mut met, found);
                sentence = prose.sentence_around(at);
                let after = |paragraph: &ProseParagraph| paragraph.text.end <= sentence.start;
                while prose.paragraphs.get(current).is_some_and(after) {
                    current += 1;
                }
            }
            pack.claim_index().meet(&mut met, literal, sentence.start);
        }
        self.complete(current, sentence, &mut met, found);
        for &id in pack.claim_index().always() {
            for (index, paragraph) in prose.paragraphs.iter().enumerate() {
                for sentence in prose.sentences(paragraph.text) {
                    self.sentence(index, sentence, Candidate { id, from: 0, most: usize::MAX }, found);
                }
            }
        }
    }

    /// Tries the patterns of which a sentence has all that they need.
    fn complete(&mut self, index: usize, sentence: Span, met: &mut Met, found: &mut Claims) {
        for candidate in self.pack.claim_index().complete(met) {
            self.sentence(index, sentence, candidate, found);
        }
    }

    /// Tries a pattern on a sentence of a paragraph.
    fn sentence(&mut self, index: usize, sentence: Span, candidate: Candidate, out: &mut Claims) {
        let id = candidate.id;
        let Some(kind) =
            self.pack.claims.claims.get(id.claim).filter(|kind| self.is_in_scope(kind.scope, index))
        else {
            return;
        };
        let Some(paragraph) = self.prose.paragraphs.get(index) else { return };
        let Some(pattern) = id.of(&self.pack.claims.claims) else { return };
        let text = sentence.of(self.prose.text());
        let Some(matcher) = pattern.matcher() else { return };
        let main = kind.captures.first().and_then(|capture| matcher.group(&capture.name));
        let from = candidate.from.saturating_sub(sentence.start as usize);
        let mut matches = matcher.captures(text, text.floor_char_boundary(from));
        self.around.enter(paragraph.text);
        for _ in 0..candidate.most {
            let Some(whole) = matches.next() else { break };
            let within = |place: Range<usize>| Span::from(place).shift(sentence.start);
            let matched = within(whole);
            let main = main.and_then(|main| matches.group(main)).map_or(matched, within);
            if !self.is_meant(id.claim, paragraph, sentence, main, matched) {
                continue;
            }
            let numerals = &mut out.numerals;
            let captures = if id.is_none {
                self.none(kind, matched, numerals)
            } else {
                self.captures(kind, matcher, &matches, sentence, numerals)
            };
            let Some(captures) = captures else { continue };
            let qualified = match kind.qualifiers.and_then(|number| self.pack.claims.qualifiers.get(number)) {
                Some(words) => {
                    match qualify::read(self.prose, words, sentence, matched, self.prose.unit_at(main.start))
                    {
                        Some(qualified) => Some(qualified),
                        None => continue,
                    }
                }
                None => None,
            };
            let figure =
                captures.first().and_then(Option::as_ref).and_then(|captured| match captured.value {
                    CapturedValue::Figure(figure) => Some(figure),
                    _ => None,
                });
            let breakdown = Breakdown::default();
            let others = figure.map(|figure| self.others(kind, paragraph, figure)).unwrap_or_default();
            out.claims.push(Claim {
                kind: id.claim,
                span: self.prose.place(matched),
                captures,
                block: paragraph.block,
                sentence,
                qualified,
                breakdown,
                others,
                residue: Vec::new(),
                is_doubtful: false,
            });
        }
    }

    fn is_in_scope(&self, scope: Scope, paragraph: usize) -> bool {
        match scope {
            Scope::Text => true,
            Scope::Title => self.layout.title.contains(&paragraph),
            Scope::Preface => self.layout.preface.contains(&paragraph),
            Scope::SignOff => self.layout.sign_off.contains(&paragraph),
        }
    }

    /// Whether the phrase is about the claim's subject: no word in its clause says otherwise, its surroundings
    /// have the words they must have, and the subject named last is the right one.
    fn is_meant(
        &mut self,
        number: usize,
        paragraph: &ProseParagraph,
        sentence: Span,
        figure: Span,
        phrase: Span,
    ) -> bool {
        let Some(kind) = self.pack.claims.claims.get(number) else { return false };
        let text = self.prose.text();
        if let Some(unless) = &kind.unless {
            let clause = self.prose.clause_around(sentence, figure);
            if unless.is_in(clause.of(text)) {
                return false;
            }
        }
        if kind.unless_sentence.as_ref().is_some_and(|unless| unless.is_in(sentence.of(text))) {
            return false;
        }
        if let Some(context) = &kind.context
            && !self.around.has(self.prose, number, context, sentence.end)
            && !self.headings_have(context, paragraph.block)
        {
            return false;
        }
        kind.topic.is_none_or(|topic| match self.topic_at(paragraph, phrase.end.max(figure.end)) {
            Some(named) => named == topic,
            None => kind.is_topic_presumed,
        })
    }

    fn headings_have(&self, words: &Pattern, block: usize) -> bool {
        self.outline.above(block).any(|heading| words.is_in(heading.span.of(self.document.text())))
    }

    /// The topic named last before an offset of a paragraph, or else by the nearest heading above it.
    fn topic_at(&mut self, paragraph: &ProseParagraph, at: u32) -> Option<usize> {
        let topics = &self.pack.claims.topics;
        let last_named = |text: &str| {
            let named = topics.iter().enumerate().filter_map(|(topic, named)| {
                let last = named.words.matches(text).last()?;
                Some((last.end, last.len(), topic))
            });
            named.max().map(|(_, _, topic)| topic)
        };
        self.around.topic_before(self.prose, topics, at).or_else(|| {
            self.outline
                .above(paragraph.block)
                .find_map(|heading| last_named(heading.span.of(self.document.text())))
        })
    }

    fn none(
        &self,
        kind: &Kind,
        matched: Span,
        numerals: &mut Vec<(Span, Quantity)>,
    ) -> Option<Vec<Option<Captured>>> {
        let span = self.prose.place(matched);
        let captured = Captured { span, mark: matched.start, value: CapturedValue::Numeral(numerals.len()) };
        numerals.push((span, Quantity::exact(rust_decimal::Decimal::ZERO)));
        let mut captures = vec![None; kind.captures.len()];
        let first_count = kind.captures.iter().position(|capture| capture.kind == CaptureKind::Count)?;
        *captures.get_mut(first_count)? = Some(captured);
        Some(captures)
    }

    fn captures(
        &self,
        kind: &Kind,
        matcher: &Matcher,
        found: &Matches<'_, '_>,
        sentence: Span,
        numerals: &mut Vec<(Span, Quantity)>,
    ) -> Option<Vec<Option<Captured>>> {
        let mut captures = vec![None; kind.captures.len()];
        for (place, capture) in kind.captures.iter().enumerate() {
            let group = matcher.group(&capture.name).and_then(|group| found.group(group));
            let Some(group) = group else { continue };
            let at = Span::from(group).shift(sentence.start);
            // A phrase whose figure cannot be read says nothing that could be checked.
            let captured = self.captured(kind, capture.kind, at, numerals)?;
            *captures.get_mut(place)? = Some(captured);
        }
        Some(captures)
    }

    fn captured(
        &self,
        kind: &Kind,
        wanted: CaptureKind,
        at: Span,
        numerals: &mut Vec<(Span, Quantity)>,
    ) -> Option<Captured> {
        let text = at.of(self.prose.text());
        let figure = self.prose.figure_index(at.start);
        let span = self.prose.place(at);
        let value = match wanted {
            CaptureKind::Words => CapturedValue::Words,
            CaptureKind::Row => CapturedValue::Row(self.line(kind, Side::Rows, text)?),
            CaptureKind::Column => CapturedValue::Column(self.line(kind, Side::Columns, text)?),
            CaptureKind::Year => CapturedValue::Year(figure?),
            CaptureKind::Date => CapturedValue::Date(figure?),
            CaptureKind::Count | CaptureKind::Percent => match figure {
                Some(figure) => CapturedValue::Figure(figure),
                None => {
                    let before = self.prose.text().get(..at.start as usize).unwrap_or_default();
                    let numeral = text.strip_prefix("百分之").unwrap_or(text);
                    numerals.push((span, figure::read_numeral(numeral, before)?));
                    CapturedValue::Numeral(numerals.len() - 1)
                }
            },
        };
        Some(Captured { span, mark: at.start, value })
    }

    fn line(&self, kind: &Kind, side: Side, text: &str) -> Option<usize> {
        let form_number = kind.form?;
        let form = self.pack.forms.get(form_number)?;
        self.pack.labels.find(text).iter().filter(|meaning| meaning.form == form_number).find_map(|meaning| {
            match (meaning.target, side) {
                (Target::Row(node), Side::Rows) => form.rows.nodes.get(node)?.leaf,
                (Target::Column(node), Side::Columns) => form.columns.nodes.get(node)?.leaf,
                _ => None,
            }
        })
    }

    /// The other counts of the paragraph in the units that belong with the claim.
    fn others(&self, kind: &Kind, paragraph: &ProseParagraph, own: usize) -> Vec<usize> {
        /// A paragraph with more figures is a table without lines: what belongs together in it cannot be told.
        const MOST_FIGURES: usize = 200;
        let figures = self.prose.figures_in(paragraph.text);
        if kind.others.is_empty() || figures.len() > MOST_FIGURES {
            return Vec::new();
        }
        figures
            .filter(|&index| index != own)
            .filter(|&index| {
                let Some(figure) = self.prose.figures.get(index) else { return false };
                matches!(figure.value, Value::Count(_))
                    && kind.others.iter().any(|other| other == figure.unit)
            })
            .collect()
    }
}
