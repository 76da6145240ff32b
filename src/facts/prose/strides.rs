//! A way to places of a text that looks at few of them.

/// Where in a list, which is in the order of the text, the things of each stretch of the text begin.
#[derive(Debug, Default)]
pub struct Strides {
    firsts: Vec<u32>,
}

/// Bytes of a stretch, as a power of two.
const STRETCH: u32 = 8;

impl Strides {
    /// Notes that the thing with some number, the last so far, stands at an offset.
    pub fn note(&mut self, number: usize, at: u32) {
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        let stretches = (at >> STRETCH) as usize + 1;
        if self.firsts.len() < stretches {
            self.firsts.resize(stretches, number);
        }
    }

    /// How many of all things stand before an offset.
    pub fn before<T>(&self, at: u32, all: &[T], place: impl Fn(&T) -> u32) -> usize {
        let stretch = (at >> STRETCH) as usize;
        let first = |stretch: usize| self.firsts.get(stretch).map_or(all.len(), |&first| first as usize);
        let (start, end) = (first(stretch), first(stretch + 1));
        start + all.get(start..end).unwrap_or_default().partition_point(|thing| place(thing) < at)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn as_many_stand_before_an_offset_as_when_all_are_looked_at(
            mut places in proptest::collection::vec(0_u32..5000, 0..60),
            at in 0_u32..6000,
        ) {
            places.sort_unstable();
            let mut strides = Strides::default();
            for (number, &place) in places.iter().enumerate() {
                strides.note(number, place);
            }
            let before = places.iter().filter(|place| **place < at).count();
            prop_assert_eq!(strides.before(at, &places, |place| *place), before);
        }
    }
}
