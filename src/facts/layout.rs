//! Which paragraphs are the title, the preface and the sign-off of a report.

use std::ops::Range;

use super::outline::Outline;
use super::prose::Prose;
use crate::document::number::NumberStyle;

/// Ranges of paragraphs, by their numbers in the prose.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// Short lines before the first sentence.
    pub title: Range<usize>,
    /// Running text before the first numbered heading.
    pub preface: Range<usize>,
    /// The last short lines.
    pub sign_off: Range<usize>,
}

/// No title is sought further down than this, nor a sign-off further up.
const FARTHEST: usize = 24;
const SIGN_OFF_LINES: usize = 6;
const LONGEST_LINE: usize = 60;

/// Finds the title, preface and sign-off.
pub fn read(prose: &Prose, outline: &Outline) -> Layout {
    let is_line = |index: usize| {
        prose.paragraphs.get(index).is_some_and(|paragraph| {
            let text = paragraph.text.of(prose.text());
            text.chars().nth(LONGEST_LINE).is_none() && !text.contains('。')
        })
    };
    let count = prose.paragraphs.len();
    let first_numbered = outline
        .headings
        .iter()
        .find(|heading| {
            heading.number == Some(1)
                && heading.is_styled(&[
                    NumberStyle::Chinese,
                    NumberStyle::Part,
                    NumberStyle::ChineseInBrackets,
                ])
        })
        .or_else(|| outline.headings.iter().find(|heading| heading.number.is_some()));
    let body = first_numbered.map_or(count, |heading| {
        prose.paragraphs.partition_point(|paragraph| paragraph.block < heading.block)
    });
    let title_end = (0..body.min(FARTHEST)).find(|&index| !is_line(index)).unwrap_or(body.min(FARTHEST));
    let last_heading = outline
        .headings
        .last()
        .map_or(0, |heading| prose.paragraphs.partition_point(|paragraph| paragraph.block <= heading.block));
    let mut sign_off = count;
    while sign_off > last_heading.max(title_end) && count - sign_off < SIGN_OFF_LINES && is_line(sign_off - 1)
    {
        sign_off -= 1;
    }
    Layout { title: 0..title_end, preface: title_end..body, sign_off: sign_off..count }
}
