//! Several reports in one file, and files that are no report although they use the words of one.

use std::collections::BTreeSet;
use std::ops::Range;

use super::Facts;
use crate::document::{Block, Document};
use crate::rules::claim::Scope;
use crate::rules::script::simplified;

/// So many rows of a form that were there already belong to another report.
const REPEATED: usize = 4;
const LONGEST_TITLE: usize = 60;

impl Facts<'_> {
    /// Why the document is no report of the pack's kind, if it shows neither a form, nor half of the sections of one, nor
    /// one of them under a title or with a period, or is of a time before the first edition.
    pub fn is_no_report(&self, document: &Document<'_>) -> Option<&'static str> {
        let binding = &self.binding;
        let has_forms = !binding.rows.is_empty() || !self.tables.is_empty() || !binding.unbound.is_empty();
        if has_forms {
            return None;
        }
        if self.pack.maps_elements() {
            return Some("not recognised");
        }
        let sections = self.pack.sections.len();
        let shown = self.sections_shown(document);
        if sections > 0 && shown * 2 < sections && (shown == 0 || !self.states_what_it_is()) {
            return Some("not recognised");
        }
        let first = self.pack.editions.iter().map(|edition| edition.from).min().flatten();
        let is_earlier = self.report.year.zip(first).is_some_and(|(year, first)| year < first);
        is_earlier.then_some("of a year before the forms")
    }

    /// Whether it has the title of a report, or says what period it is about.
    fn states_what_it_is(&self) -> bool {
        let claims = &self.pack.claims.claims;
        let is_title = |claim: usize| claims.get(claim).is_some_and(|kind| kind.scope == Scope::Title);
        let sources = &self.pack.sources;
        let titles = sources.year.iter().chain(&sources.body).map(|source| source.claim);
        let period = sources.start.iter().chain(&sources.end).map(|source| source.claim);
        let telling: Vec<usize> = titles.filter(|&claim| is_title(claim)).chain(period).collect();
        self.claims.claims.iter().any(|claim| telling.contains(&claim.kind))
    }

    /// Number of the pack's sections that short lines name, whether or not they are numbered.
    fn sections_shown(&self, document: &Document<'_>) -> usize {
        const LONGEST: usize = 40;
        let mut shown = BTreeSet::new();
        for block in document.blocks() {
            let Block::Paragraph(paragraph) = block else { continue };
            let line = paragraph.span.of(document.text()).chars().filter(|c| !c.is_whitespace());
            let line: String = line.map(simplified).collect();
            if line.chars().nth(LONGEST).is_none() && !line.ends_with('。') {
                shown.extend(self.pack.sections.iter().position(|section| section.words.is_in(&line)));
            }
        }
        shown.len()
    }

    /// The blocks of each report, where a document holds several: a title stands before forms that were there already.
    pub fn split(&self, document: &Document<'_>) -> Vec<Range<usize>> {
        if self.binding.copies.is_empty() {
            return Vec::new();
        }
        let mut titles = self.beginnings(document).into_iter().peekable();
        let rows = self.rows_by_block(document);
        let mut starts: Vec<usize> = vec![0];
        let rows_in = |blocks: Range<usize>| -> BTreeSet<(usize, usize)> {
            let within = rows.iter().filter(|row| blocks.contains(&row.0));
            within.map(|&(_, form, row)| (form, row)).collect()
        };
        let mut seen = rows_in(0..titles.peek().copied().unwrap_or(0));
        // Of titles with nothing between them the first begins the report.
        let mut waiting = None;
        while let Some(title) = titles.next() {
            let next = rows_in(title..titles.peek().copied().unwrap_or(usize::MAX));
            if next.is_empty() {
                waiting = waiting.or(Some(title));
                continue;
            }
            let start = waiting.take().unwrap_or(title);
            if next.intersection(&seen).count() >= REPEATED {
                starts.push(start);
                seen = next;
            } else {
                seen.extend(next);
            }
        }
        let ends = starts.iter().skip(1).copied().chain([document.blocks().len()]);
        let parts: Vec<Range<usize>> = starts.iter().zip(ends).map(|(&start, end)| start..end).collect();
        if parts.len() > 1 { parts } else { Vec::new() }
    }

    /// The blocks that read as titles, wherever they stand, and the headings of the first section.
    fn beginnings(&self, document: &Document<'_>) -> Vec<usize> {
        let claims = self.pack.claims.claims.iter().filter(|claim| claim.scope == Scope::Title);
        let patterns: Vec<_> = claims.flat_map(|claim| &claim.patterns).collect();
        let is_title = |text: &str| {
            text.chars().nth(LONGEST_TITLE).is_none()
                && !text.contains('。')
                && patterns.iter().any(|pattern| pattern.is_in(text))
        };
        let lines = self.prose.paragraphs.iter().filter(|paragraph| {
            let is_line = matches!(document.blocks().get(paragraph.block), Some(Block::Paragraph(_)));
            is_line && is_title(paragraph.text.of(self.prose.text()))
        });
        let titles = lines.map(|paragraph| paragraph.block);
        let names_first = |title: &str| {
            let title = title.chars().filter(|c| !c.is_whitespace());
            let title: String = title.map(simplified).collect();
            self.pack.sections.first().is_some_and(|section| section.words.is_in(&title))
        };
        let first_headings = self
            .outline
            .headings
            .iter()
            .filter(|heading| heading.number == Some(1) && names_first(heading.span.of(document.text())));
        let mut blocks: Vec<usize> = titles.chain(first_headings.map(|heading| heading.block)).collect();
        blocks.sort_unstable();
        blocks.dedup();
        blocks
    }

    /// Rows of forms, those of further copies too: block, form, row.
    fn rows_by_block(&self, document: &Document<'_>) -> Vec<(usize, usize, usize)> {
        let block_of =
            |at: u32| document.blocks().partition_point(|block| block.span().start <= at).saturating_sub(1);
        let rows = self.binding.rows.iter().chain(&self.binding.copies);
        rows.map(|row| (block_of(row.label.start), row.form, row.row)).collect()
    }
}
