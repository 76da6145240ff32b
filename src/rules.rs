//! Packs as data: forms, claims and rules, the expression language, loading, and mistakes shown at their place.
//! Nothing is read from a report and nothing is evaluated here.

pub mod claim;
pub mod claim_index;
pub mod diagnostic;
pub mod element_path;
pub mod expression;
pub mod fields;
pub mod form;
pub mod label;
pub mod label_index;
pub mod lexicon;
pub mod library;
pub mod lists;
pub mod matcher;
pub mod mistake;
pub mod names;
pub mod pack;
pub mod pattern;
pub mod period;
pub mod reach;
pub mod reads;
pub mod rule;
pub mod script;
pub mod search;
pub mod settings;
pub mod signs;
