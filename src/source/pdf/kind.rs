//! What a piece of a line says: a figure, a mark for none, or words.

/// What a piece says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A figure, with its signs and a unit of a few letters.
    Figure,
    /// What stands where there is no figure: a dash, a point, `n.a.`
    Nil,
    Words,
}

/// What a text says.
pub fn kind(text: &str) -> Kind {
    let text = text.trim();
    let is_sign = |c: char| "-+−–—(（[<>≤≥~±$€£¥￥*†‡".contains(c);
    let is_nil = |c: char| "-−–—.…·:/*†‡x×X#".contains(c);
    let count = text.chars().count();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    if !text.contains(|c: char| c.is_ascii_digit() || ('０'..='９').contains(&c)) {
        let plain: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
        let is_none = ["na", "nil"].contains(&plain.to_lowercase().as_str());
        let is_mark = count > 0 && count <= 5 && text.chars().all(is_nil);
        return if is_mark || is_none && count <= 6 { Kind::Nil } else { Kind::Words };
    }
    let body = text.trim_start_matches(|c: char| is_sign(c) || c.is_whitespace());
    let currency = body.chars().take_while(|c| c.is_alphabetic()).count();
    let rest =
        body.trim_start_matches(char::is_alphabetic).trim_start_matches(|c: char| is_sign(c) || c == ' ');
    let starts = rest.starts_with(|c: char| c.is_ascii_digit() || ('０'..='９').contains(&c) || c == '.');
    let has_currency = currency == 0 || currency <= 3 && body.chars().take(currency).all(char::is_uppercase);
    let digits = text.chars().filter(|c| c.is_ascii_digit() || ('０'..='９').contains(c)).count();
    // What numbers a label is no figure, though little of the label follows.
    let behind = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_numbered = behind.len() < rest.len()
        && behind.starts_with(['.', '、', '．', ')', '）'])
        && behind.chars().nth(1).is_some_and(char::is_alphabetic);
    // A name with a figure in it, such as B12, has no unit before it.
    let is_code = currency > 0 && text.chars().count() < currency + 4;
    if starts && has_currency && !is_code && !is_numbered && letters <= 3 && letters <= digits + 1 {
        Kind::Figure
    } else {
        Kind::Words
    }
}

/// Whether a text numbers what follows it: `1.`, `(2)`, `3)`, `4、`.
pub fn is_enumerator(text: &str) -> bool {
    let text = text.trim();
    let body = text.trim_start_matches(['(', '（']);
    let rest = body.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    text.chars().count() <= 6
        && (body.len() < text.len() || body.ends_with('.') || !rest.is_empty())
        && ["", ")", "）", "、", "．"].contains(&rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_piece_says() {
        for text in
            ["1,204", "$ 281,724", "(5)", "−3.5%", "25g", "12件", "2006 (*)", "25–29", ".6", "¥3", "1/2"]
        {
            assert_eq!(kind(text), Kind::Figure, "{text}");
        }
        for text in ["–", "...", ":", "n.a.", "—"] {
            assert_eq!(kind(text), Kind::Nil, "{text}");
        }
        for text in ["Total", "B12", "Under 1 year", "1.属", "3、其他", "12 years old", "", "合计"] {
            assert_eq!(kind(text), Kind::Words, "{text}");
        }
        assert!(["1.", "(2)", "3)", "4、"].into_iter().all(is_enumerator));
        assert!(!["1", "12.5", "1,204"].into_iter().any(is_enumerator));
    }
}
