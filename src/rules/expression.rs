//! The expression language of rules: tokens, grammar, vocabulary, and the checking of names and types.
//! Nothing is evaluated here.

pub mod compile;
mod hint;
pub mod node;
pub mod syntax;
pub mod token;
pub mod vocabulary;
