//! What is said of what could not be bound.

use crate::facts::Facts;
use crate::facts::bind::{Problem, Unbound};

/// What is said of something that could not be bound, and the role of its place.
pub fn unbound_message(facts: &Facts<'_>, unbound: &Unbound) -> (String, String) {
    let form = facts.pack.forms.get(unbound.form);
    let name = form.map(|form| form.name.as_str()).unwrap_or_default();
    match &unbound.problem {
        Problem::NoColumns => (
            format!(
                "a table looks like the form on {name}, but its header does not say which column is which: not checked"
            ),
            "in this table".to_owned(),
        ),
        Problem::Misfit { found, expected } => (
            format!("this row of the form on {name} has {found} cells for {expected} columns: not checked"),
            "this row".to_owned(),
        ),
        Problem::UnknownRow => {
            (format!("this row is none of the form on {name}: not checked"), "this row".to_owned())
        }
        Problem::MissingColumns(columns) => {
            let names = columns
                .iter()
                .filter_map(|&column| form?.columns.leaf(column))
                .map(|column| column.name.as_str());
            let names: Vec<&str> = names.collect();
            (
                format!("the form on {name} lacks columns from this row on: {}", names.join(", ")),
                "this row".to_owned(),
            )
        }
        Problem::MissingRows(rows) => {
            let names = rows.iter().filter_map(|&row| form?.rows.leaf(row)).map(|row| row.name.as_str());
            let names: Vec<&str> = names.collect();
            (
                format!("the form on {name} lacks {} rows: {}", names.len(), names.join(", ")),
                "first row found".to_owned(),
            )
        }
        Problem::Ownerless { more } => (
            format!(
                "this row of the form on {name} does not say whose it is{}: it is compared with no row of another form",
                if *more > 0 {
                    format!(", and {more} more rows of the report do not")
                } else {
                    String::new()
                }
            ),
            "this row".to_owned(),
        ),
        Problem::AnotherCopy => (
            format!("the form on {name} is there again from this row on: not checked"),
            "this row".to_owned(),
        ),
        Problem::Placed { agrees } => (
            format!(
                "this line of the form on {name} is told by where it stands, not by its label{}",
                if *agrees { "" } else { ", and nothing bears it out: not checked" }
            ),
            "this label".to_owned(),
        ),
        Problem::OtherEdition => (
            format!("this row of the form on {name} is of another edition: not checked"),
            "this row".to_owned(),
        ),
    }
}
