//! Slips of the hand in any digit.

/// Whether a figure may have been printed for another by one slip: a digit changed, two swapped, one lost or doubled.
pub fn is_slip(printed: i128, meant: i128) -> bool {
    if printed == 0 || meant == 0 || (printed < 0) != (meant < 0) {
        return false;
    }
    let (printed, meant) = (printed.unsigned_abs().to_string(), meant.unsigned_abs().to_string());
    let (printed, meant) = (printed.as_bytes(), meant.as_bytes());
    if printed.len() == meant.len() {
        return is_changed(printed, meant);
    }
    let (long, short) = if printed.len() > meant.len() { (printed, meant) } else { (meant, printed) };
    let without = |skipped: usize| {
        long.iter().enumerate().filter(move |(at, _)| *at != skipped).map(|(_, digit)| digit).eq(short)
    };
    // A figure of one digit has none to spare.
    long.len() == short.len() + 1 && short.len() > 1 && (0..long.len()).any(without)
}

/// Whether as many digits were printed for others with one of them changed or two neighbours changed about.
pub fn is_changed(printed: &[u8], meant: &[u8]) -> bool {
    let mut different = printed.iter().zip(meant).enumerate().filter(|(_, (a, b))| a != b);
    let is_one_slip = match (different.next(), different.next(), different.next()) {
        (Some(_), None, None) => true,
        (Some((at, (a, b))), Some((next, (c, d))), None) => next == at + 1 && a == d && b == c,
        _ => false,
    };
    printed.len() == meant.len() && is_one_slip
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip_and_no_more() {
        for (printed, meant) in [(578, 587), (578, 528), (57, 578), (5788, 578), (-12, -21)] {
            assert!(is_slip(printed, meant), "{printed} {meant}");
        }
        for (printed, meant) in [(578, 785), (578, 5), (12, -12), (578, 578), (1234, 1324 + 1)] {
            assert!(!is_slip(printed, meant), "{printed} {meant}");
        }
    }
}
