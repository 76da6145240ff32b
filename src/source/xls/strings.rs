//! Texts of binary workbooks: of one or two bytes a character, and those that all cells share in one long record.

use super::{u16_at, u32_at};

/// A text behind its length in one byte.
pub fn short(bytes: &[u8]) -> String {
    let count = bytes.first().copied().unwrap_or(0).into();
    characters(bytes.get(1..).unwrap_or_default(), count)
}

/// A text behind its length in two bytes.
pub fn long(bytes: &[u8]) -> String {
    let count = u16_at(bytes, 0).unwrap_or(0).into();
    characters(bytes.get(2..).unwrap_or_default(), count)
}

/// So many characters behind a byte that says how wide they are.
fn characters(bytes: &[u8], count: usize) -> String {
    let Some((flags, rest)) = bytes.split_first() else { return String::new() };
    let units: Vec<u16> = if flags & 1 == 0 {
        rest.iter().take(count).map(|&byte| byte.into()).collect()
    } else {
        rest.as_chunks::<2>().0.iter().take(count).map(|unit| u16::from_le_bytes(*unit)).collect()
    };
    String::from_utf16_lossy(&units)
}

/// The shared texts, from their record and those that continue it.
pub fn shared(records: &[&[u8]]) -> Vec<String> {
    let Some((first, _)) = records.split_first() else { return Vec::new() };
    let count = u32_at(first, 4).unwrap_or(0);
    let mut reader = Reader { records, record: 0, at: 8 };
    // The count may be wrong: the bytes end before it does.
    (0..count).map_while(|_| reader.text()).collect()
}

/// Reads over the borders of records.
struct Reader<'r> {
    records: &'r [&'r [u8]],
    record: usize,
    at: usize,
}

impl Reader<'_> {
    fn is_at_border(&self) -> bool {
        self.records.get(self.record).is_some_and(|record| self.at >= record.len())
    }

    fn byte(&mut self) -> Option<u8> {
        while self.is_at_border() {
            self.record += 1;
            self.at = 0;
        }
        let byte = self.records.get(self.record)?.get(self.at).copied()?;
        self.at += 1;
        Some(byte)
    }

    fn number(&mut self, bytes: u32) -> Option<u32> {
        (0..bytes).try_fold(0_u32, |number, place| Some(number | u32::from(self.byte()?) << (8 * place)))
    }

    fn text(&mut self) -> Option<String> {
        let count = self.number(2)?;
        let mut flags = self.byte()?;
        let runs = if flags & 8 != 0 { self.number(2)? } else { 0 };
        let extra = if flags & 4 != 0 { self.number(4)? } else { 0 };
        let mut units = Vec::new();
        for _ in 0..count {
            // The characters that stand in the next record say anew how wide they are.
            if self.is_at_border() {
                flags = self.byte()?;
            }
            units.push(u16::try_from(self.number(if flags & 1 == 0 { 1 } else { 2 })?).ok()?);
        }
        for _ in 0..u64::from(runs) * 4 + u64::from(extra) {
            self.byte()?;
        }
        Some(String::from_utf16_lossy(&units))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_goes_on_in_the_next_record_in_another_width() {
        let first = [0, 0, 0, 0, 2, 0, 0, 0, 3, 0, 1, 0x32, 0x75];
        let second = [0, b'a', b'b', 1, 0, 0, b'c'];
        assert_eq!(shared(&[&first, &second]), ["甲ab", "c"]);
        assert_eq!(shared(&[&first]), Vec::<String>::new());
    }

    #[test]
    fn texts_behind_their_lengths() {
        assert_eq!(short(&[2, 0, b'a', b'b', b'c']), "ab");
        assert_eq!(long(&[1, 0, 1, 0x32, 0x75]), "甲");
        assert_eq!((short(&[]), long(&[9, 0, 1, 0x32])), (String::new(), String::new()));
    }
}
