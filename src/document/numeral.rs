//! Chinese numerals.

/// Reads a Chinese numeral such as 三, 十二, 二十, 一百零三, 一千二百, 三万五千, 两百, 〇; or digit by digit, such as
/// 二〇二一. `None` where `text` is anything else, or too large for 18 digits.
pub fn parse(text: &str) -> Option<u64> {
    let count = text.chars().count();
    if count == 0 || count > 24 {
        return None;
    }
    if count > 1 && text.chars().all(|character| digit(character).is_some()) {
        return text
            .chars()
            .try_fold(0_u64, |value, character| value.checked_mul(10)?.checked_add(digit(character)?));
    }
    let (mut total, mut section, mut pending) = (0_u64, 0_u64, None);
    let mut last_power = u64::MAX;
    for character in text.chars() {
        if let Some(value) = digit(character) {
            if pending.is_some_and(|pending| pending != 0) {
                return None;
            }
            pending = Some(value);
            continue;
        }
        match character {
            '十' | '百' | '千' => {
                let power = match character {
                    '十' => 10,
                    '百' => 100,
                    _ => 1000,
                };
                if power >= last_power {
                    return None;
                }
                last_power = power;
                let times = match pending.take() {
                    Some(0) if power != 10 => return None,
                    Some(0) | None => 1,
                    Some(times) => times,
                };
                section += times * power;
            }
            '万' | '亿' | '萬' | '億' => {
                let power = if matches!(character, '万' | '萬') { 10_000 } else { 100_000_000 };
                section += pending.take().unwrap_or(0);
                if section == 0 {
                    return None;
                }
                total = total.checked_add(section)?.checked_mul(power)?;
                section = 0;
                last_power = u64::MAX;
            }
            _ => return None,
        }
    }
    total.checked_add(section)?.checked_add(pending.unwrap_or(0))
}

/// The value of a single digit; 两 counts.
pub fn digit(character: char) -> Option<u64> {
    Some(match character {
        '〇' | '零' | '○' => 0,
        '一' => 1,
        '二' | '两' | '兩' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    })
}

/// Whether a character can stand in a Chinese numeral.
pub fn is_part(character: char) -> bool {
    digit(character).is_some() || matches!(character, '十' | '百' | '千' | '万' | '亿' | '萬' | '億')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Writes a number below 100,000,000 as a numeral, independently of the reader.
    fn write(number: u64) -> String {
        const DIGITS: [&str; 10] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
        if number >= 10_000 {
            let (high, low) = (number / 10_000, number % 10_000);
            let gap = if low > 0 && low < 1000 { "零" } else { "" };
            return format!("{}万{gap}{}", write(high), if low > 0 { write(low) } else { String::new() });
        }
        let mut out = String::new();
        let mut gap = false;
        for (power, name) in [(1000, "千"), (100, "百"), (10, "十"), (1, "")] {
            let value = (number / power % 10) as usize;
            if value == 0 {
                gap = !out.is_empty();
                continue;
            }
            if gap {
                out += "零";
                gap = false;
            }
            out += DIGITS[value];
            out += name;
        }
        if out.is_empty() { "零".into() } else { out }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(number in 0_u64..100_000_000) {
            prop_assert_eq!(parse(&write(number)), Some(number), "{}", write(number));
        }
    }

    #[test]
    fn as_people_write_them() {
        for (text, value) in [
            ("十", 10),
            ("十二", 12),
            ("二十", 20),
            ("三十六", 36),
            ("两百", 200),
            ("一百零三", 103),
            ("二〇二一", 2021),
            ("三万五千", 35_000),
            ("一亿", 100_000_000),
            ("零", 0),
            ("百", 100),
        ] {
            assert_eq!(parse(text), Some(value), "{text}");
        }
        for text in ["", "十百", "二三百", "件", "万"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
