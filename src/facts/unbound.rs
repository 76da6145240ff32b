//! What only the edition of a report tells to be unbound.

use super::Facts;
use super::bind::{Problem, Unbound};
use crate::rules::form::Form;

impl Facts<'_> {
    /// Adds what only the edition tells to be unbound: columns that the header lacks, rows of another edition.
    pub(super) fn tell_unbound(&mut self) {
        let editions = self.editions();
        let mut unbound: Vec<Unbound> = Vec::new();
        for found in self.binding.rows.iter().filter(|row| !row.is_extra && !row.cells.is_empty()) {
            let Some(form) = self.pack.forms.get(found.form) else { continue };
            if !form.rows.leaf(found.row).is_some_and(|row| row.editions.meets(editions)) {
                // One row tells that the form is of another edition.
                let is_told =
                    |other: &Unbound| other.form == found.form && other.problem == Problem::OtherEdition;
                if !unbound.iter().any(is_told) {
                    unbound.push(Unbound {
                        form: found.form,
                        span: found.label,
                        problem: Problem::OtherEdition,
                    });
                }
                continue;
            }
            let missing: Vec<usize> = form
                .columns_of(editions, found.row)
                .filter(|&column| self.cell(form.slot(found.row, column)).is_none())
                .collect();
            // The rows of one table lack the same columns: say so once.
            let is_told = |other: &Unbound| {
                other.form == found.form && other.problem == Problem::MissingColumns(missing.clone())
            };
            if !missing.is_empty() && !unbound.iter().any(is_told) {
                unbound.push(Unbound {
                    form: found.form,
                    span: found.label,
                    problem: Problem::MissingColumns(missing),
                });
            }
        }
        unbound.extend(self.missing_rows());
        self.binding.unbound.extend(unbound);
        self.binding.unbound.sort_by_key(|unbound| unbound.span);
    }

    /// Forms of which so many rows are missing that part of the form must be: one row may have been left out, not
    /// half a table.
    fn missing_rows(&self) -> Vec<Unbound> {
        const MOST: usize = 3;
        let missing_of = |(number, form): (usize, &Form)| {
            let first = self.binding.rows.iter().find(|row| row.form == number)?;
            let is_found =
                |row: &usize| self.binding.rows.iter().any(|found| found.form == number && found.row == *row);
            let missing: Vec<usize> = form.rows_in(self.editions()).filter(|row| !is_found(row)).collect();
            let problem = Problem::MissingRows(missing);
            match &problem {
                Problem::MissingRows(missing) if missing.len() > MOST => {
                    Some(Unbound { form: number, span: first.label, problem })
                }
                _ => None,
            }
        };
        self.pack.forms.iter().enumerate().filter(|(_, form)| !form.varies).filter_map(missing_of).collect()
    }
}
