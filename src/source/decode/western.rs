//! Texts of single bytes, mostly ASCII: which of the encodings of the West makes them words, and amounts of money what
//! they are. One byte is é on Windows and Ž on a Mac, £ here and Ł there.

use encoding_rs::{Encoding, MACINTOSH, WINDOWS_1252};

/// Characters beyond ASCII that are looked at, and bytes of the file in which they are looked for.
const LOOKED_AT: usize = 2000;
const SAMPLE: usize = 256 * 1024;

/// The encoding in which the characters beyond ASCII stand where such characters do; `guess` is what a detector says.
/// `None` where none makes sense of them.
pub fn encoding(bytes: &[u8], guess: &'static Encoding) -> Option<&'static Encoding> {
    let first = bytes.iter().position(|byte| !byte.is_ascii())?;
    let start = first.saturating_sub(8);
    let sample = bytes.get(start..bytes.len().min(first.saturating_add(SAMPLE)))?;
    let candidates =
        [WINDOWS_1252, guess, MACINTOSH].into_iter().filter(|encoding| encoding.is_single_byte());
    let scored = candidates.map(|encoding| {
        let text = encoding.decode_without_bom_handling(sample).0;
        (encoding, score(&text))
    });
    // Of those that fit as well, the first.
    let mut best: Option<(&'static Encoding, i64)> = None;
    for (encoding, score) in scored {
        if best.is_none_or(|(_, highest)| score > highest) {
            best = Some((encoding, score));
        }
    }
    best.filter(|&(_, score)| score > 0).map(|(encoding, _)| encoding)
}

/// How well the characters beyond ASCII fit into their places: each that does counts for it, each that does not counts
/// twice against it.
fn score(text: &str) -> i64 {
    let characters: Vec<char> = text.chars().collect();
    let mut score = 0;
    let beyond = characters.iter().enumerate().filter(|(_, c)| !c.is_ascii());
    for (at, &character) in beyond.take(LOOKED_AT) {
        let beside = |step: Option<usize>| step.and_then(|at| characters.get(at)).copied().unwrap_or('\n');
        let (before, after) = (beside(at.checked_sub(1)), beside(Some(at + 1)));
        let far = (beside(at.checked_sub(2)), beside(Some(at + 2)));
        score += if fits(character, before, after, far) { 1 } else { -2 };
    }
    score
}

fn fits(character: char, before: char, after: char, far: (char, char)) -> bool {
    let is_letter = |c: char| c.is_alphabetic();
    let is_between_letters = is_letter(before) && is_letter(after);
    match character {
        // Of money: an amount stands beside it.
        '£' | '€' | '¥' | '¢' | '¤' => {
            let is_space = |c: char| matches!(c, ' ' | '\u{a0}');
            let digit =
                |near: char, next: char| near.is_ascii_digit() || is_space(near) && next.is_ascii_digit();
            let is_alone = !is_letter(before) && !is_letter(after);
            digit(before, far.0) || digit(after, far.1) || matches!(after, '-' | '(') || is_alone
        }
        'ª' | 'º' | '°' | '²' | '³' | '¹' | '½' | '¼' | '¾' | '±' | '×' | '÷' | '‰' | '§' | '©' | '®'
        | '™' | '·' | '«' | '»' | '–' | '—' | '…' | '•' | '“' | '”' | '„' | '‚' | '‹' | '›' => {
            !is_between_letters
        }
        '’' | '‘' | '´' => is_letter(before) || is_letter(after) || !before.is_ascii_digit(),
        '\u{a0}' => !is_between_letters || before.is_uppercase() == after.is_uppercase(),
        _ if is_letter(character) => {
            let is_in_word = is_letter(before) || is_letter(after);
            let is_word = |c: char| matches!(c, ' ' | '\u{a0}' | ',' | '.' | ';' | '\n' | '\r' | '\'' | '’');
            // A capital behind a small letter, or between a capital and a small letter, is no word of any language.
            let is_odd = character.is_uppercase()
                && (before.is_lowercase() || is_letter(before) && after.is_lowercase());
            let is_short = character.is_lowercase() && is_word(before) && after == ' ';
            (is_in_word && !is_odd && !before.is_ascii_digit()) || is_short
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::WINDOWS_1250;

    fn told(bytes: &[u8]) -> Option<&'static str> {
        encoding(bytes, WINDOWS_1250).map(Encoding::name)
    }

    #[test]
    fn words_and_amounts_tell() {
        assert_eq!(told(b"Ort;Zahl\nK\xf6nigsau;12"), Some("windows-1252"));
        assert_eq!(told(b"Lieu,Nombre\nP\x8echerie,12\nC\x99te,3"), Some("macintosh"));
        assert_eq!(told(b"Miasto;Liczba\n\xa3\xf3w\x9f;12\nG\xf3ra;3"), Some("windows-1250"));
        assert_eq!(told(b"Item;Sum\nA;\xa312\nB;\xa37"), Some("windows-1252"));
        assert_eq!(told(b"Item;Sum\nA;12 \x80\nB;7 \x80"), Some("windows-1252"));
        assert_eq!(told(b"Item;Sum\nA;12 \xdb\nB;7 \xdb"), Some("macintosh"));
        assert_eq!(told(b"A;12.5\xb0\nB;7.5\xb0"), Some("windows-1252"));
        assert_eq!(told(b"A;12\xa0345\nB;7\xa0000"), Some("windows-1252"));
        assert_eq!(told(b"It isn\x92t \x96 or is it"), Some("windows-1252"));
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        // As DOS wrote them: "Règion, 12" and the like are words in no encoding here.
        assert_eq!(told(b"R\x8agion;12\nb\x82t\x82;3"), None);
    }
}
