//! A search for many texts at once, which can be kept with a pack.

use std::fmt;

use daachorse::charwise::CharwiseDoubleArrayAhoCorasickBuilder;
use daachorse::{CharwiseDoubleArrayAhoCorasick, MatchKind};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The search; each text has a number.
pub struct Search(CharwiseDoubleArrayAhoCorasick<u32>);

/// A text that was found.
#[derive(Clone, Copy, Debug)]
pub struct Found {
    /// Its number.
    pub number: usize,
    /// Where it starts, in bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

impl Search {
    /// A search that tells every text, also those within others; `None` where there is none to search for.
    pub fn overlapping<T: AsRef<str>>(texts: &[T]) -> Option<Self> {
        CharwiseDoubleArrayAhoCorasick::new(texts).ok().map(Self)
    }

    /// A search that tells, of texts that start alike, the longest; `None` where there is none to search for.
    pub fn longest<T: AsRef<str>>(texts: &[T]) -> Option<Self> {
        let builder = CharwiseDoubleArrayAhoCorasickBuilder::new().match_kind(MatchKind::LeftmostLongest);
        builder.build(texts).ok().map(Self)
    }

    /// All texts in another, in order of their ends; for one made with [`Search::overlapping`].
    pub fn all<'s>(&'s self, text: &'s str) -> impl Iterator<Item = Found> + 's {
        self.0.find_overlapping_iter(text).map(Found::from)
    }

    /// The first text in another; for one made with [`Search::longest`].
    pub fn first(&self, text: &str) -> Option<Found> {
        self.0.leftmost_find_iter(text).next().map(Found::from)
    }
}

impl From<daachorse::Match<u32>> for Found {
    fn from(found: daachorse::Match<u32>) -> Self {
        Self { number: found.value() as usize, start: found.start(), end: found.end() }
    }
}

impl fmt::Debug for Search {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Search").field("states", &self.0.num_states()).finish_non_exhaustive()
    }
}

impl Serialize for Search {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0.serialize())
    }
}

impl<'de> Deserialize<'de> for Search {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = <&[u8]>::deserialize(deserializer)?;
        let (search, _) = CharwiseDoubleArrayAhoCorasick::deserialize(bytes).map_err(Error::custom)?;
        Ok(Self(search))
    }
}
