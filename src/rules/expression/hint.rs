//! What was most likely meant where an expression has something that the language does not.

/// What is written in other languages, or with another keyboard, and how it is written here.
const HINTS: &[(&str, &str)] = &[
    ("=", "one `=` asks whether two are equal"),
    (">", "write `!=` for what is not equal"),
    ("≠", "write `!=`"),
    ("!", "write `not`, or `!=`"),
    ("≤", "write `<=`"),
    ("≥", "write `>=`"),
    ("＝", "write `=`"),
    ("＋", "write `+`"),
    ("－", "write `-`"),
    ("−", "write `-`"),
    ("×", "write `*`"),
    ("÷", "write `/`"),
    ("%", "a percentage is a number: write `percent_of(part, total)`"),
    ("&", "write `and`"),
    ("|", "write `or`"),
    ("（", "write `(`"),
    ("）", "write `)`"),
    ("，", "write `,`"),
    (",", "a number is written without thousands separators"),
    ("'", "a text ends with `'`"),
    ("\"", "a text stands in single quotes"),
    ("“", "a text stands in single quotes"),
    ("０", "write digits as 0 to 9"),
    ("１", "write digits as 0 to 9"),
    ("２", "write digits as 0 to 9"),
    ("３", "write digits as 0 to 9"),
    ("４", "write digits as 0 to 9"),
    ("５", "write digits as 0 to 9"),
    ("６", "write digits as 0 to 9"),
    ("７", "write digits as 0 to 9"),
    ("８", "write digits as 0 to 9"),
    ("９", "write digits as 0 to 9"),
];

/// What was most likely meant at a place of an expression where something else is expected.
pub fn hint(text: &str, at: usize) -> Option<&'static str> {
    let (before, rest) = (text.get(..at)?, text.get(at..)?);
    let (_, hint) = HINTS.iter().find(|(found, _)| rest.starts_with(found))?;
    match rest.chars().next()? {
        '=' => before.ends_with('=').then_some(*hint),
        '>' => before.ends_with('<').then_some(*hint),
        ',' => before.ends_with(|c: char| c.is_ascii_digit()).then_some(*hint),
        _ => Some(hint),
    }
}
