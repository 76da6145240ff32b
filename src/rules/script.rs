//! Chinese characters as the simplified script writes them.

use std::borrow::Cow;

/// Traditional characters in the order of their code points, and below them the simplified ones.
///
/// Made with ICU 72 (`uconv -x Traditional-Simplified`, under the Unicode License v3) from what Unihan says of single
/// characters. Characters that the simplified script has too (GB 2312) are left out, so that a simplified text stays as
/// it is; but 於, 後, 麽, 夥 and 徵, of which it keeps only names.
const PAIRS: &str = include_str!("script/traditional.txt");

const FIRST: u32 = 0x4e00;
const COUNT: usize = 0x5200;

/// For each ideograph of the first block the one it is written as, or zero.
static SIMPLIFIED: [u16; COUNT] = table(PAIRS.as_bytes());

#[expect(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "evaluated when it is compiled"
)]
const fn table(pairs: &[u8]) -> [u16; COUNT] {
    /// Each character of the first block is written in three bytes.
    const WIDTH: usize = 3;
    const fn ideograph(bytes: &[u8], at: usize) -> u32 {
        ((bytes[at] as u32 & 0x0f) << 12)
            | ((bytes[at + 1] as u32 & 0x3f) << 6)
            | (bytes[at + 2] as u32 & 0x3f)
    }
    let mut table = [0; COUNT];
    // Two lines of the same length.
    let line = pairs.len() / 2;
    let mut at = 0;
    while at + WIDTH < line {
        let (from, to) = (ideograph(pairs, at), ideograph(pairs, line + at));
        table[(from - FIRST) as usize] = to as u16;
        at += WIDTH;
    }
    table
}

/// A character as the simplified script writes it.
#[inline]
pub fn simplified(character: char) -> char {
    let place = (character as u32).wrapping_sub(FIRST) as usize;
    match SIMPLIFIED.get(place) {
        None | Some(0) => character,
        Some(&written) => char::from_u32(u32::from(written)).unwrap_or(character),
    }
}

/// A text as the simplified script writes it, each character in as many bytes as before.
pub fn simplify(text: &str) -> Cow<'_, str> {
    match text.char_indices().find(|&(_, character)| simplified(character) != character) {
        None => Cow::Borrowed(text),
        Some((at, _)) => {
            let (before, rest) = text.split_at(at);
            let mut written = String::with_capacity(text.len());
            written.push_str(before);
            written.extend(rest.chars().map(simplified));
            Cow::Owned(written)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn traditional_characters_are_written_as_simplified_ones() {
        assert_eq!(simplify("書籍與雜誌總計壹萬冊，後於櫃檯領取"), "书籍与杂志总计壹万册，后于柜台领取");
        assert_eq!(simplify("關於後續、佈告、覆信與復信"), "关于后续、布告、覆信与复信");
    }

    #[test]
    fn simplified_texts_stay_as_they_are() {
        for text in ["显著成效，乾坤借藉，发展，头发，面条", "Total 12", "二〇二〇年"]
        {
            assert!(matches!(simplify(text), Cow::Borrowed(_)), "{text}");
        }
    }

    #[test]
    fn each_character_is_in_the_table_once() {
        let (from, to) = PAIRS.split_once('\n').unwrap();
        assert!(from.chars().zip(from.chars().skip(1)).all(|(a, b)| a < b));
        for (from, to) in from.chars().zip(to.trim_end().chars()) {
            assert_eq!((simplified(from), simplified(to)), (to, to));
        }
    }

    proptest! {
        #[test]
        fn places_stay(text in "\\PC{0,40}") {
            let written = simplify(&text);
            prop_assert_eq!(written.len(), text.len());
            prop_assert_eq!(simplify(&written), written.as_ref());
        }
    }
}
