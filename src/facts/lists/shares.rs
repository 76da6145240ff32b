//! The shares that a list gives for its parts: `网上10件，占25%`.

use super::Reader;
use crate::facts::figure::Value;
use crate::facts::tokens::{Border, Kind};

impl Reader<'_> {
    /// The percentages right behind the parts, one behind each, by their numbers in the prose.
    pub(super) fn shares(&self, parts: &[usize]) -> Vec<usize> {
        let ends = parts.iter().skip(1).copied().chain([usize::MAX]);
        let share = |(&part, end): (&usize, usize)| {
            let (own, next) = (self.slot(part)?, self.slot(part + 1)?);
            let is_near =
                part + 1 < end && next.sentence == own.sentence && matches!(next.value, Value::Percent(_));
            let change = self.roles.rise.and(self.roles.fall).and(self.roles.than);
            let between = self.text.tokens(own.token + 1..next.token);
            let is_apart = between.iter().any(|token| match token.kind {
                Kind::Border(border) => {
                    border == Border::Item && !next.label.meets(self.roles.share)
                        || border >= Border::Semicolon
                }
                _ => false,
            });
            (is_near && !next.label.meets(change) && !is_apart).then_some(next.figure)
        };
        parts.iter().zip(ends).map(share).collect::<Option<_>>().unwrap_or_default()
    }
}
