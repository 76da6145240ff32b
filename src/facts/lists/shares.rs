//! The shares that a list gives for its parts: `网上10件，占25%`.

use super::{Item, Reader};
use crate::facts::figure::Value;
use crate::rules::lists::any;
use crate::source::place::Span;

impl Reader<'_> {
    /// The percentages that stand right behind the parts, one behind each.
    pub(super) fn shares(&self, items: &[Item<'_>], end: u32) -> Vec<usize> {
        /// No more characters stand between a part and its share.
        const LONGEST: usize = 12;
        let ends = items.iter().skip(1).map(|item| self.mark(item.index)).chain([end]);
        let share = |(item, end): (&Item<'_>, u32)| {
            let index = self.prose.figures_in(Span { start: item.end, end }).next()?;
            let figure = self.prose.figures.get(index)?;
            let between = self.text(item.end, figure.mark);
            let is_share = matches!(figure.value, Value::Percent(_))
                && !between.contains(['。', '；', '、'])
                && between.chars().nth(LONGEST).is_none()
                && !any(&self.words.except, between);
            is_share.then_some(index)
        };
        items.iter().zip(ends).map(share).collect::<Option<_>>().unwrap_or_default()
    }
}
