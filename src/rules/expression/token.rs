//! Tokens of the expression language.

use std::ops::Range;

use logos::Logos;

/// A token.
#[expect(missing_docs, reason = "each is named after what it is")]
#[derive(Logos, Clone, Copy, Debug, PartialEq, Eq)]
#[logos(skip r"[ \t\r\n]+")]
pub enum Token {
    #[token("and")]
    And,
    #[token("or")]
    Or,
    #[token("not")]
    Not,
    #[token("in")]
    In,
    #[token("matches")]
    Matches,
    #[token("+")]
    Plus,
    #[token("-")]
    Minus,
    #[token("*")]
    Star,
    #[token("/")]
    Slash,
    #[token("=")]
    Equal,
    #[token("!=")]
    NotEqual,
    #[token("<=")]
    AtMost,
    #[token("<")]
    Less,
    #[token(">=")]
    AtLeast,
    #[token(">")]
    Greater,
    #[token("..")]
    Range,
    #[token(".")]
    Dot,
    #[token(",")]
    Comma,
    #[token("(")]
    Open,
    #[token(")")]
    Close,
    #[token("[")]
    OpenIndex,
    #[token("]")]
    CloseIndex,
    #[regex(r"[0-9]+(\.[0-9]+)?")]
    Number,
    #[regex(r"'[^']*'")]
    Text,
    #[regex(r"[\p{XID_Start}_][\p{XID_Continue}]*")]
    Name,
}

/// A token with its place in the expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// The token, or `None` for a character that starts none.
    pub token: Option<Token>,
    /// Bytes of the expression.
    pub at: Range<usize>,
}

/// The tokens of an expression.
pub fn tokens(text: &str) -> Vec<Placed> {
    Token::lexer(text).spanned().map(|(token, at)| Placed { token: token.ok(), at }).collect()
}
