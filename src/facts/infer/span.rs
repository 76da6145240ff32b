//! Which sums follow from others: linear dependence, in whole numbers modulo a large prime.

use std::collections::BTreeMap;

/// 2^61 - 1.
const PRIME: i128 = (1 << 61) - 1;

/// The sums that some sums imply.
#[derive(Debug, Default)]
pub struct Span {
    rows: BTreeMap<usize, BTreeMap<usize, i128>>,
}

impl Span {
    /// Adds a sum; `false` where it follows from those there are.
    pub fn add(&mut self, terms: impl IntoIterator<Item = (usize, i8)>) -> bool {
        let mut rest: BTreeMap<usize, i128> = BTreeMap::new();
        for (line, sign) in terms {
            let value = (rest.get(&line).copied().unwrap_or(0) + i128::from(sign)).rem_euclid(PRIME);
            rest.insert(line, value);
        }
        let mut from = 0;
        loop {
            rest.retain(|_, value| *value != 0);
            let Some((&line, &times)) = rest.range(from..).find(|(line, _)| self.rows.contains_key(line))
            else {
                break;
            };
            if let Some(row) = self.rows.get(&line) {
                for (&at, value) in row {
                    let own = rest.get(&at).copied().unwrap_or(0);
                    rest.insert(at, (own - times * value).rem_euclid(PRIME));
                }
            }
            from = line + 1;
        }
        let Some((&line, &first)) = rest.first_key_value() else { return false };
        let inverse = power(first, PRIME - 2);
        self.rows.insert(line, rest.into_iter().map(|(at, value)| (at, value * inverse % PRIME)).collect());
        true
    }
}

fn power(mut base: i128, mut exponent: i128) -> i128 {
    let mut result = 1;
    while exponent > 0 {
        if exponent % 2 == 1 {
            result = result * base % PRIME;
        }
        base = base * base % PRIME;
        exponent /= 2;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_is_told() {
        let mut span = Span::default();
        assert!(span.add([(0, -1), (1, 1), (2, 1)]));
        assert!(span.add([(3, -1), (0, 1), (4, 1)]));
        assert!(!span.add([(3, -1), (1, 1), (2, 1), (4, 1)]));
        assert!(!span.add([(1, -1), (0, 1), (2, -1)]));
        assert!(span.add([(5, -1), (1, 1), (4, 1)]));
    }
}
