//! Labels compared as readers compare them: without spaces, punctuation, brackets, widths or leading numbers, and in the
//! simplified script.

use super::script::simplified;

/// A label reduced to what tells it from others. Two spellings of one label have the same key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(String);

impl Key {
    /// The key of a label as printed, its number included.
    pub fn new(label: &str) -> Self {
        let mut key = String::with_capacity(label.len());
        write(label, &mut key);
        Self(key)
    }

    /// The reduced text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nothing was left.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Appends the key of `label` to `key`.
pub fn write(label: &str, key: &mut String) {
    key.extend(label.chars().filter_map(reduce));
}

/// A character of a label as it counts in a key; `None` for what does not count.
fn reduce(character: char) -> Option<char> {
    match character {
        '0'..='9' | 'a'..='z' => Some(character),
        'A'..='Z' => Some(character.to_ascii_lowercase()),
        '\0'..='\x7f' => None,
        // CJK ideographs first: nearly every character of a label is one.
        '\u{4e00}'..='\u{9fff}' => Some(simplified(character)),
        '\u{ff10}'..='\u{ff19}' | '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}' => {
            reduce(char::from_u32(character as u32 - 0xfee0)?)
        }
        '①'..='⑳' => Some(character),
        // Numbers in brackets or with a stop are as well written in three characters.
        '⑴'..='⑼' => char::from_u32('1' as u32 + (character as u32 - '⑴' as u32)),
        '⒈'..='⒐' => char::from_u32('1' as u32 + (character as u32 - '⒈' as u32)),
        '㈠'..='㈩' => "一二三四五六七八九十".chars().nth(character as usize - '㈠' as usize),
        _ if character.is_alphanumeric() => Some(character),
        _ => None,
    }
}

/// The label without a note in brackets at its end: `部分完好（只计这一情形）`.
pub fn without_note(label: &str) -> Option<&str> {
    let trimmed = label.trim_end();
    let close = trimmed.chars().next_back().filter(|close| matches!(close, '）' | ')'))?;
    let (mut depth, mut open) = (0_i32, None);
    for (at, character) in trimmed.char_indices().rev() {
        match character {
            '）' | ')' => depth += 1,
            '（' | '(' => {
                depth -= 1;
                if depth == 0 {
                    open = Some(at);
                    break;
                }
            }
            _ => {}
        }
    }
    debug_assert!(matches!(close, '）' | ')'));
    trimmed.get(..open?).filter(|label| !label.trim().is_empty())
}

/// The label without the number that it starts with: `（一）`, `1.`, `三、`.
pub fn without_number(label: &str) -> &str {
    let trimmed = label.trim_start_matches(|character: char| character.is_whitespace());
    let is_bracket = |character: char| matches!(character, '（' | '(' | '〔' | '【');
    let is_numeral = |character: char| {
        character.is_ascii_digit()
            || ('０'..='９').contains(&character)
            || "一二三四五六七八九十".contains(character)
    };
    let body = trimmed.trim_start_matches(is_bracket);
    let rest = body.trim_start_matches(is_numeral);
    let digits = body.len() - rest.len();
    let stop =
        rest.chars().next().filter(|stop| matches!(stop, '）' | ')' | '〕' | '】' | '、' | '.' | '．'));
    match stop {
        Some(stop) if (1..=12).contains(&digits) => {
            rest.get(stop.len_utf8()..).unwrap_or_default().trim_start()
        }
        _ if trimmed.starts_with(is_numbered) => trimmed.get(3..).unwrap_or_default().trim_start(),
        _ => trimmed,
    }
}

/// Whether a character is a number by itself: ①, ⑴, ⒈, ㈠.
fn is_numbered(character: char) -> bool {
    matches!(character, '①'..='⒛' | '㈠'..='㈩' | '㊀'..='㊉')
}

/// How alike two keys are, from 0 to 100: how much of both, and of the shorter one, they share in order. A label that lacks
/// some words is as much like the whole one as its own words say.
pub fn likeness(a: &str, b: &str) -> u32 {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let (short, long) = (a.len().min(b.len()), a.len().max(b.len()));
    if short == 0 || long > LONGEST {
        return 0;
    }
    let shared = common(&a, &b);
    let part = |of: usize| 100 * shared / of;
    u32::try_from((2 * part(short + long) + part(short)) / 2).unwrap_or(0)
}

/// Longer texts are no labels.
const LONGEST: usize = 100;

/// Length of the longest sequence of characters that both have, in order.
fn common(a: &[char], b: &[char]) -> usize {
    let mut lengths = vec![0; b.len() + 1];
    for one in a {
        let mut before = 0;
        for (at, other) in b.iter().enumerate() {
            let Some(&[left, above]) = lengths.get(at..at + 2) else { continue };
            if let Some(length) = lengths.get_mut(at + 1) {
                *length = if one == other { before + 1 } else { above.max(left) };
            }
            before = above;
        }
    }
    lengths.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_label_have_one_key() {
        let official = Key::new("3.属于“三大件一小件”");
        for spelling in ["３．属于\"三大件一小件\"", "3、属于 三大件\n一小件", "3. 属于‘三大件一小件’"]
        {
            assert_eq!(Key::new(spelling), official);
        }
        assert_ne!(Key::new("（一）已经完成"), Key::new("（二）已经完成"));
    }

    #[test]
    fn a_note_at_the_end_is_told_from_a_name_in_brackets() {
        assert_eq!(without_note("部分完好（有划痕的（含）只计）"), Some("部分完好"));
        assert_eq!(without_note("（单位）"), None);
        assert_eq!(without_note("总计"), None);
    }

    #[test]
    fn numbers_are_taken_off_and_words_are_not() {
        for (label, rest) in [
            ("（一）已经完成", "已经完成"),
            ("3. 其他", "其他"),
            ("三、结果", "结果"),
            ("一般事项", "一般事项"),
            ("②其他", "其他"),
            ("（单位）", "（单位）"),
        ] {
            assert_eq!(without_number(label), rest);
        }
    }

    #[test]
    fn reworded_labels_stay_alike() {
        assert!(likeness("本店铺不经营相关家用电器", "本店铺不经营该家用电器") >= 75);
        assert!(likeness("重复登记", "要求寄送纸质样册") < 20);
        assert!(likeness("逾期不修", "店家无正当理由逾期不修理、不再赔偿") >= 60);
        assert!(likeness("信件投诉类登记", "重复登记") < 60);
    }
}
