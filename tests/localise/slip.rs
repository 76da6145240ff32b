//! Slips of the hand: what else could stand in a cell.

/// A kind of slip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Slip {
    /// Two digits beside each other changed places.
    Swapped,
    /// A digit left out.
    Dropped,
    /// A digit written twice.
    Doubled,
    /// A digit taken for one that looks like it.
    Misread,
    /// A letter for a digit.
    Letter,
    /// The decimal point moved: a zero more or less, or a point that was none.
    Point,
    /// A group of thousands more or less, or a point for its comma.
    Group,
    /// The value of a cell one column off.
    Column,
    /// The value of a cell one row off.
    Row,
    /// The sign flipped.
    Sign,
    /// One more or one less, as by a miscount.
    Count,
    /// Nothing.
    Erased,
}

/// Pairs of digits taken for each other.
const ALIKE: [(char, char); 8] =
    [('1', '7'), ('3', '8'), ('5', '6'), ('0', '6'), ('0', '8'), ('6', '8'), ('8', '9'), ('4', '9')];
const LETTERS: [(char, char); 5] = [('0', 'O'), ('1', 'l'), ('2', 'Z'), ('5', 'S'), ('8', 'B')];

/// Every text that a slip could put in the place of `value`. `beside` holds the values of the cells one column off,
/// `above` those of the cells one row off.
pub fn slips(value: i64, beside: &[i64], above: &[i64]) -> Vec<(Slip, String)> {
    let text = value.to_string();
    let digits: Vec<char> = text.chars().collect();
    let length = digits.len();
    let mut all: Vec<(Slip, String)> = Vec::new();
    let mut add = |slip: Slip, text: String| all.push((slip, text));
    for at in 0..length {
        let without: String = digits[..at].iter().chain(&digits[at + 1..]).collect();
        let with = |digit: char| -> String {
            digits[..at].iter().chain([&digit]).chain(&digits[at + 1..]).collect()
        };
        if !digits[at].is_ascii_digit() {
            continue;
        }
        if length >= 2 {
            add(Slip::Dropped, without);
        }
        if at + 1 < length && digits[at] != digits[at + 1] {
            let mut swapped = digits.clone();
            swapped.swap(at, at + 1);
            add(Slip::Swapped, swapped.iter().collect());
        }
        let doubled: String = digits[..=at].iter().chain(&digits[at..]).collect();
        add(Slip::Doubled, doubled);
        for (one, other) in ALIKE {
            if digits[at] == one {
                add(Slip::Misread, with(other));
            } else if digits[at] == other {
                add(Slip::Misread, with(one));
            }
        }
        for (digit, letter) in LETTERS {
            if digits[at] == digit {
                add(Slip::Letter, with(letter));
            }
        }
        if at > 0 && digits[at - 1].is_ascii_digit() {
            let (whole, part) = digits.split_at(at);
            let pointed = whole.iter().chain(['.'].iter()).chain(part).collect();
            add(if length - at == 3 { Slip::Group } else { Slip::Point }, pointed);
        }
    }
    if value != 0 {
        add(Slip::Point, format!("{text}0"));
        if value.abs() < 1000 {
            add(Slip::Group, format!("{text},000"));
        }
        add(Slip::Sign, (-value).to_string());
        if value % 10 == 0 {
            add(Slip::Point, (value / 10).to_string());
        }
        if value.abs() >= 1000 {
            add(Slip::Group, (value / 1000).to_string());
            add(Slip::Group, (value % 1000).to_string());
        }
        add(Slip::Count, (value - 1).to_string());
        add(Slip::Erased, String::new());
    }
    add(Slip::Count, (value + 1).to_string());
    for other in beside {
        add(Slip::Column, other.to_string());
    }
    for other in above {
        add(Slip::Row, other.to_string());
    }
    all.retain(|(_, slip)| *slip != text && !(slip.starts_with('0') && slip.parse() == Ok(value)));
    all.sort();
    all.dedup();
    all
}
