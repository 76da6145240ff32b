//! How punctuation sets texts off from each other: commas, stops and brackets.

/// A semicolon or a full stop.
pub(super) const STOP: u8 = 2;

/// How strongly a text sets off what follows it.
pub(super) fn border(text: &str) -> u8 {
    if text.contains(['；', '。']) { STOP } else { u8::from(text.contains('，')) }
}

pub(super) fn is_label_border(character: char) -> bool {
    matches!(character, '，' | '；' | '、' | '：' | '（' | '）' | '。')
}

/// By how much a text goes deeper into brackets.
pub(super) fn depth(text: &str) -> i32 {
    let count = |bracket| i32::try_from(text.matches(bracket).count()).unwrap_or(i32::MAX);
    count('（').saturating_sub(count('）'))
}

/// Where the bracket that a text stands in is closed.
pub(super) fn closing(text: &str) -> Option<usize> {
    let mut open = 0;
    text.char_indices().find_map(|(at, character)| {
        match character {
            '（' => open += 1,
            '）' if open == 0 => return Some(at),
            '）' => open -= 1,
            _ => {}
        }
        None
    })
}
