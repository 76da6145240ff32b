//! What a report says, typed: figures with the numbers they can mean, dates, claims, headings; cells bound to the
//! rows and columns of forms. No verdicts.

pub mod bind;
pub mod cell;
pub mod claims;
pub mod date;
pub mod digest;
pub mod elements;
pub mod figure;
pub mod footings;
mod gather;
pub mod grid;
pub mod imprint;
pub mod infer;
pub mod interval;
mod layout;
pub mod lists;
pub mod measure;
pub mod outline;
pub mod prose;
pub mod quantity;
mod read;
pub mod report;
pub mod said;
mod slip;
pub mod slots;
mod split;
pub mod table;
pub mod tally;
pub mod tokens;
mod unbound;

use std::sync::OnceLock;

use rust_decimal::Decimal;

use crate::document::Document;
use crate::rules::form::{Kind, Side, Slot};
use crate::rules::pack::{Editions, Pack};
use crate::source::elements::ROOT;
use crate::source::place::Span;
use bind::Binding;
use cell::Reading;
use claims::{Captured, CapturedValue, Claim, Claims};
use date::Date;
use digest::Other;
use figure::Value;
use footings::{Footing, Rate};
use interval::Interval;
use lists::List;
use outline::Outline;
use prose::Prose;
pub use read::{document, read};
use report::ReportFacts;
use said::Sayings;
use slots::Slots;
use table::{FoundTable, Line, Located, TablePlace};

/// A figure of a report, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FigureId(pub usize);

/// Where a figure stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home {
    /// In a cell of a form or of a table of an open form.
    Cell(Slot),
    /// In running text.
    Prose,
}

/// A figure of a report.
#[derive(Clone, Copy, Debug)]
pub struct Figure {
    /// Its place in the document.
    pub span: Span,
    /// What it shows.
    pub reading: Reading,
    /// Where it stands.
    pub home: Home,
    /// What it shows is a number of its kind, or nothing.
    pub is_proper: bool,
    /// The numbers it can mean; `None` where its relations cannot be told from it: it is no number of its kind, or a
    /// total left blank, or a blank that may mean anything.
    pub interval: Option<Interval>,
}

/// A date in the text.
#[derive(Clone, Copy, Debug)]
pub struct DateFact {
    /// Its place in the document.
    pub span: Span,
    /// Offset of its mark in the prose.
    pub mark: u32,
    /// The date.
    pub date: Date,
    /// Some claim has read it.
    pub is_claimed: bool,
}

/// All that was read in a report.
#[derive(Debug)]
pub struct Facts<'p> {
    /// The pack it was read with.
    pub pack: &'p Pack,
    /// The edition of the pack's forms that it uses, by number.
    pub edition: usize,
    /// Whether its forms told the edition.
    pub is_edition_seen: bool,
    /// Its figures: cells of forms first, then those of the prose, then numerals that claims asked for.
    pub figures: Vec<Figure>,
    /// Its tables of open forms.
    pub tables: Vec<FoundTable>,
    /// For each cell of the pack's forms and of those tables, its figure.
    cells: Vec<Option<FigureId>>,
    /// Its cells that show no number of their kind, or zero in a word.
    pub odd_cells: Vec<Slot>,
    prose_base: usize,
    numeral_base: usize,
    /// Its running text.
    pub prose: Prose,
    /// Its headings and sections.
    pub outline: Outline,
    /// Its claims.
    pub claims: Claims,
    /// For each claim, its number among those of its kind that are of this year, from one; or how many came before it.
    orders: Vec<usize>,
    /// The words around its counts and percentages.
    pub slots: Slots,
    /// Its totals with their parts.
    pub lists: Vec<List>,
    /// Totals in tables of forms that are footed.
    pub footings: Vec<Footing>,
    /// Rates in such tables.
    pub rates: Vec<Rate>,
    /// Its dates.
    pub dates: Vec<DateFact>,
    /// Figures of the prose that some claim has read, by their numbers there.
    claimed: Vec<bool>,
    /// What is said of figures, from when it is first asked for.
    sayings: OnceLock<Sayings>,
    /// What was bound, and what was not.
    pub binding: Binding,
    /// Facts about the report as a whole.
    pub report: ReportFacts,
    /// Its pictures.
    pub pictures: Vec<Span>,
    /// Number of its own figures; those of other reports stand behind them.
    own_figures: usize,
    /// Other reports whose figures are among its own.
    pub others: Vec<Other>,
    /// The report of the same body on the year before, by number among the others.
    pub previous: Option<usize>,
    /// The reports of the bodies below, where all are there.
    pub children: Option<Vec<usize>>,
}

impl Facts<'_> {
    /// The elements of XML that a place is in, from that of its table down, and whose figures they are; nothing where the
    /// document is read otherwise.
    pub fn element_path(&self, document: &Document<'_>, place: Span) -> Option<String> {
        let (elements, text) = (document.elements()?, document.text());
        let at = elements.at(place);
        let of_table = |table: &'_ FoundTable| match &table.place {
            TablePlace::Element(element) if element.extent.contains(place) => {
                let row = element.rows.iter().position(|row| row.contains(place));
                Some((
                    element.name,
                    row.and_then(|row| Some((*element.rows.get(row)?, table.rows.get(row)?.name.clone()))),
                ))
            }
            _ => None,
        };
        let names = match self.tables.iter().find_map(of_table) {
            Some((table, row)) => {
                let above =
                    elements.at(row.as_ref().map_or(table, |(row, _)| Span { end: row.start, ..*row }));
                let below = elements::names_below(elements, text, above, at);
                let row = row.map(|(_, name)| name);
                std::iter::once(table.of(text).to_owned()).chain(row).chain(below).collect()
            }
            None => elements::names_below(elements, text, ROOT, at),
        };
        Some(names.join(" / "))
    }

    /// The set that holds just the edition used.
    pub fn editions(&self) -> Editions {
        Editions::only(self.edition)
    }

    /// Number of its own figures; those of other reports stand behind them.
    pub fn own_figures(&self) -> usize {
        self.own_figures
    }

    /// A figure by its number.
    pub fn figure(&self, id: FigureId) -> Option<&Figure> {
        self.figures.get(id.0)
    }

    /// Where a cell stands.
    pub fn locate(&self, slot: Slot) -> Option<Located<'_>> {
        let other = self.other_of(slot);
        let base = other.map_or(0, |(_, other)| other.base());
        let report = other.map(|(number, _)| number);
        if let Some((number, form, row, column)) = self.pack.locate(Slot(slot.0 - base)) {
            return Some(Located { report, number, form, table: None, row, column });
        }
        let tables = other.map_or(&self.tables, |(_, other)| &other.tables);
        let index = tables.partition_point(|table| table.base + table.cells.len() <= slot.0);
        let table = tables.get(index)?;
        let offset = slot.0.checked_sub(table.base)?;
        let width = table.columns.len().max(1);
        Some(Located {
            report,
            number: table.form,
            form: self.pack.forms.get(table.form)?,
            table: Some((index, table)),
            row: offset / width,
            column: offset % width,
        })
    }

    /// The row or column of a table that has the name of one of another table, if just one has.
    pub fn same_line(&self, side: Side, (other, index): (usize, usize), table: usize) -> Option<usize> {
        let named = |table: &'_ FoundTable, line: &Line| {
            self.pack.forms.get(table.form).and_then(|form| form.axis(side).leaf(line.leaf))
        };
        let (other, table) = (self.tables.get(other)?, self.tables.get(table)?);
        let wanted = other.lines(side).get(index)?;
        let node = named(other, wanted)?;
        let is_same = |line: &Line| {
            named(table, line)
                .is_some_and(|own| own.id == node.id && (own.found.is_none() || line.name == wanted.name))
        };
        let mut same = table.lines(side).iter().enumerate().filter(|(_, line)| is_same(line));
        let (found, _) = same.next()?;
        same.next().is_none().then_some(found)
    }

    /// Number of cells of the pack's forms and of the tables of open forms, whether or not the report has them.
    pub fn cell_count(&self) -> usize {
        self.cells.len()
    }

    /// What a cell holds.
    pub fn kind(&self, slot: Slot) -> Option<Kind> {
        let located = self.locate(slot)?;
        Some(located.form.kind(located.leaf(Side::Rows), located.leaf(Side::Columns)))
    }

    /// The figure in a cell of a form.
    pub fn cell(&self, slot: Slot) -> Option<FigureId> {
        self.cells.get(slot.0).copied().flatten()
    }

    /// The numbers that a figure can mean, where its relations can be told from it.
    pub fn interval(&self, id: FigureId) -> Option<Interval> {
        self.figure(id)?.interval
    }

    /// Whether a wrong digit of a figure would show: it is stated closely, or rounded without a word that hedges it to two
    /// digits or more, which makes it at most a seventh of itself wide.
    pub fn is_narrow(&self, id: FigureId) -> bool {
        let Some(figure) = self.figure(id) else { return false };
        let is_plain = matches!(figure.reading, Reading::Number(quantity) if quantity.hedge.is_none());
        figure.interval.is_some_and(|interval| {
            interval.is_narrow() || is_plain && interval.is_narrow_by(Decimal::from(7))
        })
    }

    /// The number that a figure shows, where its relations can be told from it: a rounded one of a table counts as what is
    /// printed when mistakes are sought.
    pub fn nominal(&self, id: FigureId) -> Option<Decimal> {
        let figure = self.figure(id)?;
        let exact = figure.interval?.exact();
        exact.or_else(|| match (figure.home, figure.reading) {
            (Home::Cell(slot), Reading::Number(quantity)) => {
                self.locate(slot)?.table?.1.grid.as_ref()?;
                Some(quantity.printed)
            }
            _ => None,
        })
    }

    /// The numbers that a figure can mean if it is rounded to what it shows.
    pub fn rounded_interval(&self, id: FigureId) -> Option<Interval> {
        match self.figure(id)?.reading {
            Reading::Number(quantity) => {
                Some(quantity.rounded_to_nearest().map_or(quantity.interval, |quantity| quantity.interval))
            }
            _ => self.interval(id),
        }
    }

    /// The figure of the prose with a number.
    pub fn prose_figure(&self, index: usize) -> FigureId {
        FigureId(self.prose_base + index)
    }

    /// The number of a figure among those of the prose, where it is one.
    pub fn prose_index(&self, id: FigureId) -> Option<usize> {
        id.0.checked_sub(self.prose_base).filter(|_| id.0 < self.numeral_base)
    }

    /// The claims of a kind, by number, without those whose sentence gives them another year.
    pub fn claims_of(&self, kind: usize) -> impl Iterator<Item = usize> {
        let claims = self.claims.claims.iter().enumerate();
        claims
            .filter(move |(_, claim)| claim.kind == kind && self.is_of_this_year(claim))
            .map(|(index, _)| index)
    }

    fn count_orders(&self) -> Vec<usize> {
        let mut seen = vec![0; self.pack.claims.claims.len()];
        let mut order = |claim: &Claim| {
            let Some(count) = seen.get_mut(claim.kind) else { return 0 };
            *count += usize::from(self.is_of_this_year(claim));
            *count
        };
        self.claims.claims.iter().map(&mut order).collect()
    }

    /// The number of a claim among those of its kind that are of this year, from one.
    pub fn order(&self, claim: usize) -> Option<usize> {
        self.orders.get(claim).copied()
    }

    /// Whether a claim is of the year of the report, as far as its sentence says.
    pub fn is_of_this_year(&self, claim: &Claim) -> bool {
        let stated = claim.qualified.and_then(|qualified| qualified.year);
        let year = stated.and_then(|year| match self.prose.figures.get(year)?.value {
            Value::Year(year) => Some(year),
            _ => None,
        });
        year.is_none() || self.report.year.is_none() || year == self.report.year
    }

    /// Whether nothing before a claim's phrase speaks of another time or of someone else than the reporting body.
    pub fn is_sure(&self, claim: &Claim) -> bool {
        if claim.is_doubtful || !claim.residue.iter().all(|residue| self.is_of_body(*residue)) {
            return false;
        }
        let kind = self.pack.claims.claims.get(claim.kind);
        let words = kind.and_then(|kind| self.pack.claims.qualifiers.get(kind.qualifiers?));
        let (Some(words), Some(qualified)) = (words, claim.qualified) else { return true };
        let before = qualified.before.of(self.prose.text());
        let names = &self.pack.sources.names;
        let is_own = |before: &str| words.own.is_in(before);
        is_own(before)
            || report::without_body(before, self.report.body.as_deref(), names)
                .is_some_and(|before| is_own(&before))
    }

    /// Whether words are part of the name of the body that reports.
    fn is_of_body(&self, words: Span) -> bool {
        let words = words.of(self.prose.text()).trim();
        let names = &self.pack.sources.names;
        self.report
            .body
            .as_deref()
            .is_some_and(|body| body.contains(words) || names.plain(body).contains(&names.plain(words)))
    }

    /// The figure that a claim captured.
    pub fn captured_figure(&self, captured: &Captured) -> Option<FigureId> {
        match captured.value {
            CapturedValue::Figure(index) | CapturedValue::Year(index) => Some(self.prose_figure(index)),
            CapturedValue::Numeral(index) => Some(FigureId(self.numeral_base + index)),
            _ => None,
        }
    }

    /// The date that a claim captured, by its number.
    pub fn captured_date(&self, captured: &Captured) -> Option<usize> {
        let CapturedValue::Date(index) = captured.value else { return None };
        let mark = self.prose.figures.get(index)?.mark;
        self.dates.binary_search_by_key(&mark, |date| date.mark).ok()
    }

    /// The figure that a date of the text is.
    pub fn date_figure(&self, index: usize) -> Option<FigureId> {
        let mark = self.dates.get(index)?.mark;
        let figure = self.prose.figures.binary_search_by_key(&mark, |figure| figure.mark).ok()?;
        Some(self.prose_figure(figure))
    }

    /// Whether a figure is digits of the text that count nothing, such as those of 第20条.
    pub fn counts_nothing(&self, id: FigureId) -> bool {
        let figure = self.prose_index(id).and_then(|index| self.prose.figures.get(index));
        figure.is_some_and(|figure| figure.value == Value::Other)
    }

    /// Whether some claim has read a figure of the prose.
    pub fn is_claimed(&self, id: FigureId) -> bool {
        self.prose_index(id).is_none_or(|index| self.claimed.get(index).copied().unwrap_or(false))
    }
}
