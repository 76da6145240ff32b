//! Bytes to text: byte order mark, declared encoding, strict UTF-8, then a detector.

mod western;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use memchr::memmem;

/// The text of a file and the name of the encoding it was read with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without a byte order mark.
    pub text: String,
    /// Name of the encoding, as the WHATWG Encoding Standard has it.
    pub encoding: &'static str,
}

/// Why bytes are not text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Zero bytes, which no encoding of text has.
    #[error("holds binary data (a zero byte at offset {offset})")]
    Binary {
        /// Offset of the first zero byte.
        offset: usize,
    },
    /// More is malformed than a slip would explain.
    #[error("is not text in {encoding} or any encoding tieout could find ({malformed} malformed sequences)")]
    Malformed {
        /// The encoding that came nearest.
        encoding: &'static str,
        /// Number of malformed sequences in it.
        malformed: usize,
    },
}

/// How many bytes of a file the detector is shown at most, from the first that is not ASCII, and how many that are not
/// ASCII; it reads 9 MB/s.
const DETECTOR_BYTES: usize = 4 * 1024;
const DETECTOR_BYTES_BEYOND_ASCII: usize = 768;
/// How far into a file an HTML declaration is looked for.
const DECLARATION_BYTES: usize = 4 * 1024;
/// One malformed sequence in this many characters is taken for a slip in the file, more for a wrong encoding.
const CHARACTERS_PER_SLIP: usize = 500;

/// Decodes `bytes`. A declared encoding (`<meta charset>`) is believed only if it fits the bytes.
///
/// # Errors
/// Says what is in the way where the bytes are not text.
pub fn decode(bytes: &[u8]) -> Result<Decoded, DecodeError> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return decode_as(encoding, bytes.get(mark..).unwrap_or_default());
    }
    if let Some(encoding) = utf16_without_mark(bytes) {
        return decode_as(encoding, bytes);
    }
    if let Some(offset) = memchr::memchr(0, bytes)
        && !is_text_with_zeros(bytes)
    {
        return Err(DecodeError::Binary { offset });
    }
    // To check the bytes so and to copy them takes a fourth of what the standard library takes to check them.
    if let Some(decoded) = strictly(UTF_8, bytes) {
        return Ok(decoded);
    }
    let declared = declared(bytes).filter(|encoding| !encoding.is_single_byte() || is_of_letters(bytes));
    if let Some(decoded) = declared.and_then(|encoding| strictly(encoding, bytes)) {
        return Ok(decoded);
    }
    if is_of_letters(bytes) {
        let found = western::encoding(bytes, detected(bytes, None));
        let malformed = bytes.iter().filter(|byte| !byte.is_ascii()).count();
        let slip = || Some(WINDOWS_1252).filter(|_| malformed * CHARACTERS_PER_SLIP <= bytes.len());
        let decoded = found.or_else(slip).and_then(|encoding| strictly(encoding, bytes));
        return decoded.ok_or(DecodeError::Malformed { encoding: WINDOWS_1252.name(), malformed });
    }
    let guess = superset(detected(bytes, Some(b"cn")));
    strictly(guess, bytes)
        .or_else(|| strictly(GB18030, bytes))
        .map_or_else(|| decode_as(nearest(bytes, guess), bytes), Ok)
}

/// What the detector says, with the country in mind that a text may be from.
fn detected(bytes: &[u8], country: Option<&[u8]>) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let mut beyond = bytes.iter().enumerate().filter(|(_, byte)| !byte.is_ascii()).map(|(at, _)| at);
    let telling = beyond.next().and_then(|first| bytes.get(first..)).unwrap_or(bytes);
    let most = beyond
        .nth(DETECTOR_BYTES_BEYOND_ASCII)
        .map_or(bytes.len(), |last| last - (bytes.len() - telling.len()));
    let shown = telling.get(..most.min(DETECTOR_BYTES)).unwrap_or(telling);
    detector.feed(shown, shown.len() == telling.len());
    detector.guess(country, Utf8Detection::Allow)
}

/// Whether zero bytes only stand between text, or fill up its end: they are few, and no other controls are with them.
fn is_text_with_zeros(bytes: &[u8]) -> bool {
    const BYTES_PER_ZERO: usize = 50;
    let end = bytes.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
    let body = bytes.get(..end).unwrap_or_default();
    let zeros = memchr::memchr_iter(0, body).count();
    let is_control = |byte: &u8| byte.is_ascii_control() && !matches!(byte, 0 | 0x1b | b'\t'..=b'\r');
    zeros * BYTES_PER_ZERO <= body.len() && !body.is_empty() && !body.iter().any(is_control)
}

/// Whether the bytes beyond ASCII stand alone, as letters with accents do. An encoding of single bytes fits any
/// bytes, so that a declaration of one says nothing where they come in pairs, as those of Chinese do.
fn is_of_letters(bytes: &[u8]) -> bool {
    let beyond = bytes.iter().filter(|byte| !byte.is_ascii()).count();
    let pairs = bytes.windows(2).filter(|pair| pair.iter().all(|byte| !byte.is_ascii())).count();
    pairs * 2 < beyond
}

/// GBK and GB2312 are read as GB18030, which holds both.
fn superset(encoding: &'static Encoding) -> &'static Encoding {
    if encoding == GBK { GB18030 } else { encoding }
}

fn strictly(encoding: &'static Encoding, bytes: &[u8]) -> Option<Decoded> {
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
    Some(Decoded { text: text.into_owned(), encoding: encoding.name() })
}

/// The encoding with the fewest malformed sequences, for a file that is strictly in none.
fn nearest(bytes: &[u8], guess: &'static Encoding) -> &'static Encoding {
    [UTF_8, GB18030, guess]
        .into_iter()
        .min_by_key(|encoding| malformed(&encoding.decode_without_bom_handling(bytes).0))
        .unwrap_or(UTF_8)
}

fn malformed(text: &str) -> usize {
    memmem::find_iter(text.as_bytes(), "\u{fffd}").count()
}

fn decode_as(encoding: &'static Encoding, bytes: &[u8]) -> Result<Decoded, DecodeError> {
    let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
    if had_errors {
        let malformed = malformed(&text);
        if malformed * CHARACTERS_PER_SLIP > text.chars().count().max(CHARACTERS_PER_SLIP) {
            return Err(DecodeError::Malformed { encoding: encoding.name(), malformed });
        }
    }
    if let Some(offset) = memchr::memchr(0, text.as_bytes())
        && !is_text_with_zeros(text.as_bytes())
    {
        return Err(DecodeError::Binary { offset });
    }
    Ok(Decoded { text: text.into_owned(), encoding: encoding.name() })
}

/// UTF-16 without a mark: the byte order in which nearly every character is one that reports are written in.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let even = bytes.len() - bytes.len() % 2;
    let shown = bytes.get(..even.min(DECLARATION_BYTES))?;
    memchr::memchr(0, shown)?;
    [UTF_16LE, UTF_16BE].into_iter().find(|encoding| {
        let (text, _) = encoding.decode_without_bom_handling(shown);
        let total = text.chars().count();
        text.chars().filter(|&character| is_of_reports(character)).count() * 10 > total * 9
    })
}

fn is_of_reports(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='~' | '\u{a0}' | '\u{2000}'..='\u{206f}' | '\u{3000}'..='\u{303f}'
        | '\u{4e00}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}')
}

/// The encoding that a `charset=` near the start of the file names.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..DECLARATION_BYTES).unwrap_or(bytes).to_ascii_lowercase();
    memmem::find_iter(&head, b"charset").find_map(|at| {
        let value = head.get(at + b"charset".len()..)?.trim_ascii_start().strip_prefix(b"=")?;
        let value = value.trim_ascii_start();
        let value = value.strip_prefix(b"\"").or_else(|| value.strip_prefix(b"'")).unwrap_or(value);
        let name = value.split(|byte| !byte.is_ascii_alphanumeric() && !b"-_".contains(byte)).next()?;
        Encoding::for_label(name).map(superset)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENTENCE: &str = "本年度收到包裹三十六件，均已送达。一二三四五六七八九十";

    fn gbk(text: &str) -> Vec<u8> {
        GBK.encode(text).0.into_owned()
    }

    #[test]
    fn marks_win_and_are_not_part_of_the_text() {
        let mut bytes = b"\xef\xbb\xbf".to_vec();
        bytes.extend("年".as_bytes());
        assert_eq!(decode(&bytes).unwrap().text, "年");
        let utf16: Vec<u8> =
            std::iter::once(0xfeff_u16).chain(SENTENCE.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&utf16).unwrap(), Decoded { text: SENTENCE.into(), encoding: "UTF-16LE" });
    }

    #[test]
    fn utf16_is_found_without_a_mark() {
        let bytes: Vec<u8> =
            format!("{SENTENCE}\r\n1\r\n2\r\n").encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(decode(&bytes).unwrap().encoding, "UTF-16BE");
    }

    #[test]
    fn a_declaration_is_believed_only_where_it_fits() {
        let page = |charset: &str| format!("<META CONTENT=\"text/html; charset={charset}\"><p>{SENTENCE}");
        assert_eq!(decode(&gbk(&page("gb2312"))).unwrap().text, page("gb2312"));
        assert_eq!(decode(&gbk(&page("utf-8"))).unwrap().text, page("utf-8"));
        assert_eq!(decode(&gbk(&page("iso-8859-1"))).unwrap().text, page("iso-8859-1"));
        let latin = b"<meta charset=iso-8859-1>r\xe9sum\xe9 d\xe9j\xe0 vu, \xe9lu".to_vec();
        assert!(decode(&latin).unwrap().text.ends_with("résumé déjà vu, élu"));
        assert_eq!(decode(page("gb2312").as_bytes()).unwrap().encoding, "UTF-8");
    }

    #[test]
    fn bytes_that_stand_alone_are_western() {
        let decoded = decode(b"Kanton;Zahl\nGen\xe8ve;12\nZ\xfcrich;3\n").unwrap();
        assert_eq!(
            (decoded.text.as_str(), decoded.encoding),
            ("Kanton;Zahl\nGenève;12\nZürich;3\n", "windows-1252")
        );
        assert_eq!(decode(b"A;\xa31,200\n").unwrap().text, "A;£1,200\n");
        let cyrillic =
            encoding_rs::WINDOWS_1251.encode("Город;Жители\nЛесной;12\u{a0}346\nИтого;12\u{a0}346\n").0;
        assert!(decode(&cyrillic).unwrap().text.ends_with("Итого;12\u{a0}346\n"));
        assert!(decode(b"R\x8agion;12\nb\x82t\x82;3").is_err());
    }

    #[test]
    fn short_undeclared_gbk_is_found() {
        assert_eq!(decode(&gbk("合计")).unwrap().text, "合计");
    }

    #[test]
    fn a_slip_is_forgiven_and_binary_is_not() {
        let mut bytes = SENTENCE.repeat(40).into_bytes();
        bytes.insert(3, 0xff);
        assert!(decode(&bytes).unwrap().text.contains('\u{fffd}'));
        assert!(matches!(decode(b"\x89PNG\r\n\0\x01"), Err(DecodeError::Binary { offset: 6 })));
        let zeros = format!("{}\0{}\0\0\0", SENTENCE.repeat(4), SENTENCE).into_bytes();
        assert!(decode(&zeros).unwrap().text.contains('\0'));
        let noise: Vec<u8> =
            (0..400).map(|i| if i % 2 == 0 { 0xff } else { 0x80 + (i % 64) as u8 }).collect();
        assert!(matches!(decode(&noise), Err(DecodeError::Malformed { .. })));
    }
}
