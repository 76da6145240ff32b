//! Digits, ASCII and full-width, and the spaces around them.

/// The value of an ASCII or full-width digit.
pub fn digit(character: char) -> Option<u32> {
    match character {
        '0'..='9' => Some(character as u32 - '0' as u32),
        '０'..='９' => Some(character as u32 - '０' as u32),
        _ => None,
    }
}

/// A run of digits at the start of a text.
pub(super) struct Digits {
    pub(super) value: Option<u64>,
    pub(super) count: usize,
    /// Bytes read.
    pub(super) length: usize,
    pub(super) has_leading_zero: bool,
}

impl Digits {
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut digits = Digits { value: Some(0), count: 0, length: 0, has_leading_zero: false };
        for character in text.chars() {
            let Some(value) = digit(character) else { break };
            digits.has_leading_zero |= digits.count == 0 && value == 0;
            digits.value =
                digits.value.and_then(|so_far| so_far.checked_mul(10)?.checked_add(u64::from(value)));
            digits.count += 1;
            digits.length += character.len_utf8();
        }
        (digits.count > 0).then_some(digits)
    }

    pub(super) fn small(&self) -> u32 {
        self.value.and_then(|value| u32::try_from(value).ok()).unwrap_or(u32::MAX)
    }
}

/// White space within a line.
pub(super) fn skip_spaces(text: &str) -> usize {
    text.len() - text.trim_start_matches([' ', '\u{a0}', '\u{3000}', '\u{2009}']).len()
}
