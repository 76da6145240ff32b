//! What became of the tables of a report.

use super::Facts;
use super::grid::Unread;
use crate::document::{Block, Document};

/// What became of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// It is of a form, or sums were found in it.
    Checked,
    /// It was read, and no sums were found in it.
    Nothing,
    /// It was not read; why, where no form would fit.
    Unread(Option<Unread>),
}

/// A table of a report.
#[derive(Clone, Debug)]
pub struct TableRead {
    /// The blocks that it is.
    pub blocks: Vec<usize>,
    /// Its number among the tables of open forms, where it is one.
    pub number: Option<usize>,
    /// What became of it.
    pub reading: Reading,
}

impl Facts<'_> {
    /// The tables of the report in order. One in several parts is there once.
    pub fn tables_read(&self, document: &Document<'_>) -> Vec<TableRead> {
        let blocks = document.blocks().iter().enumerate();
        let told = blocks.filter_map(|(block, found)| {
            let Block::Table(_) = found else { return None };
            let number = self.tables.iter().position(|known| known.has_block(block));
            let grid = number.and_then(|number| self.tables.get(number)?.grid.as_ref());
            let blocks = grid.map(|grid| grid.blocks.clone()).filter(|blocks| blocks.len() > 1);
            if blocks.as_ref().and_then(|blocks| blocks.first()).is_some_and(|&first| first != block) {
                return None;
            }
            let why = || self.binding.unread.iter().find(|(known, _)| *known == block).map(|&(_, why)| why);
            let is_of_form = || self.binding.rows.iter().any(|row| found.span().contains(row.label));
            let has_sums = grid.is_none_or(|grid| grid.sums.iter().any(|sum| !sum.places.is_empty()));
            let reading = match number {
                Some(_) if has_sums => Reading::Checked,
                Some(_) => Reading::Nothing,
                None if is_of_form() => Reading::Checked,
                None => Reading::Unread(why()),
            };
            Some(TableRead { blocks: blocks.unwrap_or_else(|| vec![block]), number, reading })
        });
        told.collect()
    }
}
