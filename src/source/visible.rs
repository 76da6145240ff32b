//! The text of a file as a reader sees it: without characters that show nothing, its lines ended alike.

use super::content::{Content, ContentBuilder, Origin};

/// Whether a character shows nothing and parts no words: zero-width marks, soft hyphens, marks of direction,
/// private use, controls that no line or cell ends with.
pub fn is_invisible(character: char) -> bool {
    match character {
        '\0'..='\x08' | '\x0e'..='\x1f' | '\x7f' | '\u{80}'..='\u{84}' | '\u{86}'..='\u{9f}' => true,
        '\u{20}'..='\u{ac}' => false,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' => true,
        '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' => true,
        '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' => true,
        '\u{fff0}'..='\u{fffb}' | '\u{e000}'..='\u{f8ff}' | '\u{e0000}'.. => true,
        _ => false,
    }
}

/// Whether some character of a text may be invisible, mostly from two bytes at a time and without a branch: most texts
/// have none, and all are looked through.
fn may_hold_invisible(bytes: &[u8]) -> bool {
    let may_be = |a: u8, b: u8| {
        let is_control = (a < 0x09) | ((a > 0x0d) & (a < 0x20)) | (a == 0x7f);
        let is_latin = (a == 0xc2) & ((b < 0xa0) | (b == 0xad));
        let is_mark = (a == 0xcd) | (a == 0xd8) | (a == 0xe1) | ((a == 0xe3) & (b == 0x85));
        let is_operator = (a == 0xe2) & (b == 0x81);
        let is_private = (a == 0xee) | ((a == 0xef) & !(0xbc..=0xbd).contains(&b)) | (a > 0xf2);
        is_control | is_latin | is_mark | is_operator | is_private
    };
    let pairs = bytes.iter().zip(bytes.get(1..).unwrap_or_default());
    // Dashes and quotation marks begin like marks of width and direction.
    let mut dashes = memchr::memmem::find_iter(bytes, b"\xe2\x80");
    let is_mark = |at: usize| matches!(bytes.get(at + 2), Some(0x8b..=0x8f | 0xaa..=0xae));
    pairs.fold(false, |found, (&a, &b)| found | may_be(a, b))
        || bytes.last().is_some_and(|&last| may_be(last, b' '))
        || dashes.any(is_mark)
}

/// What ends a line: a line feed, unless lone carriage returns are more.
pub fn line_end(text: &str) -> u8 {
    let bytes = text.as_bytes();
    let Some(first) = memchr::memchr(b'\r', bytes) else { return b'\n' };
    // Most texts with carriage returns have them before line feeds: the first one tells.
    if bytes.get(first + 1) == Some(&b'\n')
        && memchr::memchr(b'\n', bytes.get(..first).unwrap_or_default()).is_none()
    {
        return b'\n';
    }
    let feeds = memchr::memchr_iter(b'\n', bytes).count();
    let is_lone = |&at: &usize| !matches!(bytes.get(at + 1), Some(b'\n' | b'\r'));
    if memchr::memchr_iter(b'\r', bytes).filter(is_lone).count() > feeds { b'\r' } else { b'\n' }
}

/// Reads a text as it is seen. Places are those of the text itself.
pub fn read<'s>(text: &'s str, reader: fn(&str) -> Content<'_>) -> Content<'s> {
    let has_invisible = may_hold_invisible(text.as_bytes()) && text.chars().any(is_invisible);
    let ends = line_end(text);
    if !has_invisible && ends == b'\n' {
        return reader(text);
    }
    let (seen, origin) = seen(text, ends);
    let content = reader(&seen);
    let Content { text, origin: within, marks, remarks, elements } = content;
    Content { text: text.into_owned().into(), origin: within.over(origin), marks, remarks, elements }
}

fn seen(text: &str, ends: u8) -> (String, Origin) {
    let mut builder = ContentBuilder::with_capacity(text.len());
    let mut rest = 0;
    for (at, character) in text.char_indices() {
        let is_end = ends == b'\r' && character == '\r';
        if !is_end && !is_invisible(character) {
            continue;
        }
        let end = at + character.len_utf8();
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        if rest < at {
            builder.verbatim(text.get(rest..at).unwrap_or_default(), place(rest));
        }
        if is_end {
            builder.verbatim("\n", place(at));
        }
        rest = end;
    }
    builder.verbatim(text.get(rest..).unwrap_or_default(), u32::try_from(rest).unwrap_or(u32::MAX));
    let content = builder.finish();
    (content.text.into_owned(), content.origin)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;
    use crate::source::content::Mark;
    use crate::source::place::{Place, Span};

    fn paragraphs(name: &str, text: &str) -> Vec<(String, Span)> {
        let source = Source::from_text(name, text.into());
        let content = source.content();
        let marks = content.marks.iter().filter_map(|mark| match mark {
            Mark::Text { span, .. } => Some(*span),
            _ => None,
        });
        let placed = marks.map(|span| match content.origin.place(span) {
            Place::Bytes(place) => (span.of(&content.text).to_owned(), place),
            other => panic!("{other:?}"),
        });
        placed.collect()
    }

    #[test]
    fn what_shows_nothing_is_not_read_and_moves_no_place() {
        for character in [
            '\u{200b}', '\u{ad}', '\u{feff}', '\u{2060}', '\u{e5e5}', '\u{200e}', '\0', '\u{f8ff}',
            '\u{fe0f}',
        ] {
            let text = format!("共1{character}3{character}8件\n完");
            let found = paragraphs("a.txt", &text);
            let (seen, place) = found.first().unwrap();
            assert_eq!(seen, "共138件", "{character:?}");
            assert_eq!(place.of(&text), text.lines().next().unwrap());
            assert_eq!(found.get(1).unwrap().1.of(&text), "完");
            let page = format!("<p>共1&#{};38件</p>", u32::from(character));
            if character != '\0' {
                assert_eq!(paragraphs("a.html", &page).first().unwrap().0, "共138件");
            }
        }
    }

    #[test]
    fn no_invisible_character_is_overlooked() {
        for character in ('\0'..=char::MAX).filter(|&character| is_invisible(character)) {
            for text in [format!("{character}"), format!("甲{character}"), format!("{character}，“乙”——…")]
            {
                assert!(may_hold_invisible(text.as_bytes()), "{character:?}");
            }
        }
        assert!(!may_hold_invisible("“甲”——…、，（一）①\t1.5%\r\n　・".as_bytes()));
    }

    #[test]
    fn lines_may_end_with_a_carriage_return_alone() {
        let text = "甲\r乙\u{200b}丙\r\r丁\n";
        let found = paragraphs("a.txt", text);
        let seen: Vec<&str> = found.iter().map(|(seen, _)| seen.as_str()).collect();
        assert_eq!(seen, ["甲", "乙丙", "丁"]);
        assert_eq!(found.last().unwrap().1.of(text), "丁");
        let source = Source::from_text("a.txt", text.into());
        let last = u32::try_from(text.find('丁').unwrap()).unwrap();
        assert_eq!(source.line_column(last), (4, 1));
        assert_eq!(source.line_span(2).of(text), "乙\u{200b}丙");
        assert_eq!(line_end("甲\r\n乙\r\n"), b'\n');
        assert_eq!(line_end("甲\r\r\n乙\r\r\n"), b'\n');
    }
}
