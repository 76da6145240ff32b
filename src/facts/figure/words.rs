//! Numbers in English words: thirty-one, two hundred and ten.

/// The value of a word below a hundred.
fn small(word: &str) -> Option<u64> {
    const ONES: [&str; 20] = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    let ones = ONES.iter().position(|one| *one == word).and_then(|value| u64::try_from(value).ok());
    let tens = || TENS.iter().position(|ten| *ten == word).and_then(|at| u64::try_from((at + 2) * 10).ok());
    ones.or_else(tens)
}

fn power(word: &str) -> Option<u64> {
    match word {
        "hundred" => Some(100),
        "thousand" => Some(1000),
        "million" => Some(1_000_000),
        _ => None,
    }
}

/// Reads the number in words that a text in small letters starts with: its length in bytes and its value. A single `one`
/// is an article and no number.
pub fn read(text: &str) -> Option<(usize, u64)> {
    let (mut total, mut section, mut end, mut words) = (0_u64, 0_u64, 0, 0_usize);
    // What may follow: a unit behind tens, anything smaller behind a power.
    let mut limit = u64::MAX;
    let mut at = 0;
    loop {
        let rest = text.get(at..)?;
        let length = rest.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(rest.len());
        let word = rest.get(..length)?;
        if let Some(value) = small(word).filter(|&value| value < limit && (words == 0 || value > 0)) {
            section = section.checked_add(value)?;
            limit = if value >= 20 { 10 } else { 0 };
        } else if let Some(power) = power(word).filter(|_| words > 0) {
            if power == 100 {
                section = section.checked_mul(100)?;
                limit = 100;
            } else {
                total = total.checked_add(section.checked_mul(power)?)?;
                section = 0;
                limit = 1000;
            }
        } else if !(word == "and" && words > 0 && limit >= 100) {
            break;
        }
        if word != "and" {
            words += 1;
            end = at + length;
        }
        at += length;
        let joint = text.get(at..).and_then(|rest| rest.chars().next());
        if !matches!(joint, Some(' ' | '-')) {
            break;
        }
        at += 1;
    }
    let value = total.checked_add(section)?;
    let is_article = words == 1 && value <= 1;
    let is_whole = text.get(end..)?.chars().next().is_none_or(|c| !c.is_alphanumeric() && c != '-');
    (words > 0 && !is_article && is_whole).then_some((end, value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn write(number: u64) -> String {
        let below = |number: u64| -> String {
            const ONES: [&str; 20] = [
                "",
                "one",
                "two",
                "three",
                "four",
                "five",
                "six",
                "seven",
                "eight",
                "nine",
                "ten",
                "eleven",
                "twelve",
                "thirteen",
                "fourteen",
                "fifteen",
                "sixteen",
                "seventeen",
                "eighteen",
                "nineteen",
            ];
            const TENS: [&str; 10] =
                ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
            let (tens, ones) = ((number / 10) as usize, (number % 10) as usize);
            match number {
                0..=19 => ONES[number as usize].to_owned(),
                _ if ones == 0 => TENS[tens].to_owned(),
                _ => format!("{}-{}", TENS[tens], ONES[ones]),
            }
        };
        let hundreds = |number: u64| match (number / 100, number % 100) {
            (0, rest) => below(rest),
            (hundreds, 0) => format!("{} hundred", below(hundreds)),
            (hundreds, rest) => format!("{} hundred and {}", below(hundreds), below(rest)),
        };
        match (number / 1000, number % 1000) {
            (0, rest) => hundreds(rest),
            (thousands, 0) => format!("{} thousand", hundreds(thousands)),
            (thousands, rest) => format!("{} thousand {}", hundreds(thousands), hundreds(rest)),
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(number in 2_u64..1_000_000) {
            let words = write(number);
            prop_assert_eq!(read(&format!("{words} ships")), Some((words.len(), number)), "{}", words);
        }
    }

    #[test]
    fn other_words_are_none() {
        for text in ["one of them", "oneself", "tend to", "and", "hundred", "sixth", "ten-year plan"] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(read("twelve and four"), Some((6, 12)));
    }
}
