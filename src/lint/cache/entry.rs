//! Entries of a cache, one behind the other in a file: a key, the day of the last use, and what is kept, with a checksum
//! over all of it. What is damaged is passed over.

use std::io::{self, Write};

/// The name of an entry.
pub type Key = [u8; 32];

/// Key, day, length of what is kept, checksum.
const HEAD: usize = 32 + 4 + 4 + SUM;
const SUM: usize = 8;

/// An entry.
#[derive(Debug, PartialEq, Eq)]
pub struct Entry<'b> {
    /// The day of its last use.
    pub day: u32,
    /// What is kept.
    pub kept: &'b [u8],
}

/// Each entry of a file, with where it starts. Whether it is whole is for [`read`] to say.
pub fn starts(bytes: &[u8]) -> impl Iterator<Item = (Key, usize)> {
    let mut start = 0_usize;
    std::iter::from_fn(move || {
        let (key, _, length, _) = head(bytes.get(start..)?)?;
        let found = (key, start);
        start = start.checked_add(HEAD)?.checked_add(length)?;
        (start <= bytes.len()).then_some(found)
    })
}

/// The entry that starts at a byte, if it is whole.
pub fn read(bytes: &[u8], start: usize) -> Option<Entry<'_>> {
    let bytes = bytes.get(start..)?;
    let (key, day, length, sum) = head(bytes)?;
    let kept = bytes.get(HEAD..HEAD.checked_add(length)?)?;
    (sum_of(&key, day, kept) == sum).then_some(Entry { day, kept })
}

/// Writes an entry.
pub fn write(out: &mut impl Write, key: &Key, entry: &Entry<'_>) -> io::Result<()> {
    let length = u32::try_from(entry.kept.len()).map_err(io::Error::other)?;
    out.write_all(key)?;
    out.write_all(&entry.day.to_le_bytes())?;
    out.write_all(&length.to_le_bytes())?;
    out.write_all(&sum_of(key, entry.day, entry.kept))?;
    out.write_all(entry.kept)
}

fn head(bytes: &[u8]) -> Option<(Key, u32, usize, [u8; SUM])> {
    let (key, rest) = bytes.split_first_chunk()?;
    let (day, rest) = rest.split_first_chunk()?;
    let (length, rest) = rest.split_first_chunk()?;
    let (sum, _) = rest.split_first_chunk()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    Some((*key, u32::from_le_bytes(*day), length, *sum))
}

fn sum_of(key: &Key, day: u32, kept: &[u8]) -> [u8; SUM] {
    let mut hasher = blake3::Hasher::new_keyed(key);
    hasher.update(&day.to_le_bytes()).update(kept);
    let mut sum = [0; SUM];
    hasher.finalize_xof().fill(&mut sum);
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> Vec<u8> {
        let mut bytes = Vec::new();
        for (number, kept) in [b"first".as_slice(), b"", b"third"].into_iter().enumerate() {
            let number = u8::try_from(number).unwrap();
            write(&mut bytes, &[number; 32], &Entry { day: 20_000, kept }).unwrap();
        }
        bytes
    }

    fn whole(bytes: &[u8]) -> Vec<(Key, &[u8])> {
        starts(bytes).filter_map(|(key, start)| Some((key, read(bytes, start)?.kept))).collect()
    }

    #[test]
    fn what_is_written_is_read() {
        let bytes = file();
        assert_eq!(whole(&bytes), [([0; 32], b"first".as_slice()), ([1; 32], b""), ([2; 32], b"third")]);
    }

    #[test]
    fn nothing_that_is_damaged_is_read() {
        let sound = file();
        let all = whole(&sound);
        for at in 0..sound.len() {
            let mut bytes = sound.clone();
            bytes[at] ^= 0x10;
            let left = whole(&bytes);
            assert!(left.len() < all.len() && left.iter().all(|entry| all.contains(entry)), "byte {at}");
            let cut = whole(&sound[..at]);
            assert!(cut.len() < all.len() && cut.iter().all(|entry| all.contains(entry)), "cut at {at}");
        }
    }
}
