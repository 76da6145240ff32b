//! A consistency linter for reports.
//!
//! Organisations publish reports whose figures are stated several times: a table's row, its total, a sentence that
//! repeats it. `tieout` finds the figures that cannot all be true, and shows them in the file itself.
//!
//! Data flows one way:
//!
//! ```text
//! bytes → source → document → facts → check → finding → output
//!                               ↑       ↑
//!                               rules (packs as data)
//! ```
//!
//! Each room knows only those to its left. docs/src/architecture.md says what each holds and never holds.

pub mod check;
pub mod config;
pub mod document;
pub mod embedded;
pub mod facts;
pub mod finding;
pub mod lint;
pub mod output;
pub mod rules;
pub mod schema;
pub mod set;
pub mod source;
