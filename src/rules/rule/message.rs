//! Messages: words with placeholders that hold expressions.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::syntax_mistake;
use crate::rules::expression::compile::Compiler;
use crate::rules::expression::node::Node;
use crate::rules::expression::syntax;
use crate::rules::expression::vocabulary::Type;
use crate::rules::fields::Text;
use crate::rules::mistake::{At, Mistake};

/// A piece of a message.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Piece {
    /// Words as they stand.
    Words(String),
    /// A value to be filled in.
    Value(Node),
}

/// A message as written: words, and the places of its placeholders.
pub struct Template {
    text: Text,
    pieces: Vec<TemplatePiece>,
}

enum TemplatePiece {
    Words(String),
    Placeholder(Range<usize>),
}

impl Template {
    /// Where it stands.
    pub fn at(&self) -> At {
        self.text.at()
    }

    pub fn new(text: Text, mistakes: &mut Vec<Mistake>) -> Self {
        let mut pieces = Vec::new();
        let mut at = 0;
        while let Some(open) = text.value.get(at..).and_then(|rest| rest.find('{')).map(|offset| at + offset)
        {
            let inner = text.value.get(open + 1..).unwrap_or_default();
            let close = inner
                .find(['{', '}'])
                .filter(|&end| inner.get(end..).is_some_and(|end| end.starts_with('}')));
            let Some(close) = close.map(|offset| open + 1 + offset) else {
                let at = text.part(open..open + 1);
                let mistake = Mistake::new(at, "this placeholder is left open", "expected `}` after it");
                mistakes.push(mistake);
                break;
            };
            pieces.push(TemplatePiece::Words(text.value.get(at..open).unwrap_or_default().to_owned()));
            pieces.push(TemplatePiece::Placeholder(open + 1..close));
            at = close + 1;
        }
        pieces.push(TemplatePiece::Words(text.value.get(at..).unwrap_or_default().to_owned()));
        Self { text, pieces }
    }

    /// Compiles the placeholders for a choice of the rule's variables.
    pub fn compile(&self, compiler: &mut Compiler<'_>) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for piece in &self.pieces {
            match piece {
                TemplatePiece::Words(words) => pieces.push(Piece::Words(words.clone())),
                TemplatePiece::Placeholder(range) => {
                    let inner = self.text.sub_text(range.clone());
                    match syntax::parse(&inner.value) {
                        Ok(expression) => {
                            let typed = compiler.expression(&inner, &expression);
                            if let Some((_, Type::Records(_) | Type::Numbers | Type::Truth)) = typed {
                                compiler.mistakes.push(Mistake::new(
                                    inner.at(),
                                    "a message cannot show this",
                                    "expected one value",
                                ));
                            }
                            pieces.extend(typed.map(|(node, _)| Piece::Value(node)));
                        }
                        Err(error) => compiler.mistakes.push(syntax_mistake(&inner, error)),
                    }
                }
            }
        }
        pieces
    }
}
