//! The figures of a report, gathered from the cells of its tables and from its text.

use super::bind::BoundCell;
use super::cell::{self, Reading};
use super::figure::Value;
use super::interval::Interval;
use super::quantity::Quantity;
use super::table::{FoundTable, Located};
use super::{Facts, Figure, FigureId, Home};
use crate::document::{Block, Document};
use crate::rules::form::{Blank, Form, Kind, Side, Slot};
use crate::rules::pattern::Pattern;
use crate::source::place::Span;

impl Facts<'_> {
    pub(super) fn gather_figures(&mut self, document: &Document<'_>) {
        let editions = self.editions();
        let of_forms = self.binding.cells();
        let of_tables = self.tables.iter().flat_map(|table| {
            let spans = table.cells.iter().enumerate();
            spans.filter_map(|(offset, span)| {
                Some(BoundCell { slot: Slot(table.base + offset), span: (*span)? })
            })
        });
        let bound: Vec<BoundCell> = of_forms.chain(of_tables).collect();
        let rounded = self.rounded_tables(document);
        for bound in bound {
            let Some(located) = self.locate(bound.slot) else { continue };
            let (form, row, column) = (located.form, located.leaf(Side::Rows), located.leaf(Side::Columns));
            let kind = form.kind(row, column);
            if !form.has(editions, row, column) || kind == Kind::Ordinal {
                continue;
            }
            let text = bound.span.of(document.text());
            let is_rounded = form.is_rounded
                || form.rounded_where.is_some()
                    && (text.contains('.')
                        || located.table.is_some_and(|(number, _)| rounded.contains(&number)));
            let own = located.table.and_then(|(_, table)| {
                let readings = &table.grid.as_ref()?.readings;
                readings.get(bound.slot.0.checked_sub(table.base)?).copied().flatten()
            });
            // Shares are as often cut off as they are rounded.
            let own = own.map(|own| match own {
                Reading::Number(quantity) if kind == Kind::Percent => {
                    Reading::Number(Quantity::percent(quantity.printed, None).unwrap_or(quantity))
                }
                own => own,
            });
            let reading = own.unwrap_or_else(|| cell::read(text, kind, is_rounded));
            let id = FigureId(self.figures.len());
            let is_proper =
                own.is_some_and(|own| matches!(own, Reading::Number(_))) || reading.is_proper(kind);
            let is_blank_total = matches!(reading, Reading::Blank) && form.is_total(row, column);
            let interval = reading.interval(form.blank).filter(|_| is_proper && !is_blank_total);
            self.figures.push(Figure {
                span: bound.span,
                reading,
                home: Home::Cell(bound.slot),
                is_proper,
                interval,
            });
            if let Some(cell) = self.cells.get_mut(bound.slot.0) {
                *cell = Some(id);
            }
            if !is_proper || matches!(reading, Reading::ZeroWord) {
                self.odd_cells.push(bound.slot);
            }
        }
        self.odd_cells.sort_unstable();
        self.settle_blank_totals();
        let of_prose = |span: Span, quantity: Option<Quantity>| {
            let reading = quantity.map_or(Reading::Garbled { likely: None }, Reading::Number);
            let interval = quantity.map(|quantity| quantity.interval);
            Figure { span, reading, home: Home::Prose, is_proper: true, interval }
        };
        self.prose_base = self.figures.len();
        self.figures.extend(self.prose.figures.iter().chain(&self.prose.worded).map(|figure| {
            let quantity = match figure.value {
                Value::Count(quantity) | Value::Percent(quantity) | Value::Points(quantity) => Some(quantity),
                Value::Year(year) => Some(Quantity::exact(year.into())),
                Value::Date(_) | Value::Other => None,
            };
            of_prose(figure.span, quantity)
        }));
        self.numeral_base = self.figures.len();
        self.figures
            .extend(self.claims.numerals.iter().map(|&(span, quantity)| of_prose(span, Some(quantity))));
    }

    /// The tables that say, in themselves or right above, that their figures are rounded.
    fn rounded_tables(&self, document: &Document<'_>) -> Vec<usize> {
        let blocks = document.blocks();
        let says = |words: &Pattern, block: usize| match blocks.get(block) {
            Some(Block::Paragraph(paragraph)) => words.is_in(paragraph.span.of(document.text())),
            Some(Block::Table(table)) => {
                table.cells().iter().any(|cell| words.is_in(cell.span.of(document.text())))
            }
            _ => false,
        };
        let is_rounded = |table: &FoundTable| {
            let words = self.pack.forms.get(table.form).and_then(|form| form.rounded_where.as_ref());
            words.is_some_and(|words| {
                table.block().is_some_and(|block| {
                    says(words, block) || block.checked_sub(1).is_some_and(|above| says(words, above))
                })
            })
        };
        let tables = self.tables.iter().enumerate();
        tables.filter(|(_, table)| is_rounded(table)).map(|(number, _)| number).collect()
    }

    /// Gives the totals left blank the value zero where all that they add up is zero, in a form that states a number
    /// somewhere: one left blank as a whole states nothing.
    fn settle_blank_totals(&mut self) {
        let states_number = |form: &Form| {
            let mut figures = form.slots().filter_map(|slot| self.figure_in(Slot(slot)));
            figures.any(|figure| figure.interval.is_some_and(|interval| interval != Interval::ZERO))
        };
        let forms = self.pack.forms.iter().filter(|form| form.blank == Blank::Zero && states_number(form));
        let is_zero_total = |&slot: &Slot| self.is_zero_total(slot);
        let zeros: Vec<FigureId> = forms
            .flat_map(|form| form.slots().map(Slot).filter(is_zero_total))
            .filter_map(|slot| self.cell(slot))
            .collect();
        for id in zeros {
            if let Some(figure) = self.figures.get_mut(id.0) {
                figure.interval = Some(Interval::ZERO);
            }
        }
    }

    /// Whether a cell is a total left blank, and all that it adds up is zero.
    fn is_zero_total(&self, slot: Slot) -> bool {
        if !self.figure_in(slot).is_some_and(|figure| matches!(figure.reading, Reading::Blank)) {
            return false;
        }
        let Some(Located { form, row, column, .. }) = self.locate(slot) else { return false };
        let is_zero = |row, column| {
            self.figure_in(form.slot(row, column)).is_some_and(|figure| {
                figure.reading == Reading::Blank || figure.interval == Some(Interval::ZERO)
            })
        };
        let has = |row, column| form.has(self.editions(), row, column);
        let (across, down) = (form.columns.leaf(column), form.rows.leaf(row));
        form.is_total(row, column)
            && across.is_some_and(|node| node.adds_only(|part| !has(row, part) || is_zero(row, part)))
            && down.is_some_and(|node| node.adds_only(|part| !has(part, column) || is_zero(part, column)))
    }

    fn figure_in(&self, slot: Slot) -> Option<&Figure> {
        self.cell(slot).and_then(|id| self.figures.get(id.0))
    }
}
