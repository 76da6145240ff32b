//! What the path of a report hints at: a year, a body.

use std::ops::Range;

/// The only year that the name of a file names, or else the nearest folder above it that names one.
pub fn year(path: &str) -> Option<u32> {
    path.rsplit('/').find_map(|part| {
        let mut named: Vec<&str> = years(part).filter_map(|at| part.get(at)).collect();
        named.dedup();
        match named.as_slice() {
            [year] => year.parse().ok(),
            _ => None,
        }
    })
}

/// The name of a file without its year and its extension, and its folder; `None` where no word is left of it.
pub fn body(path: &str) -> Option<(String, String)> {
    let name = path.rsplit('/').next()?;
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let name = without_years(stem).replace('*', "");
    let name = name.trim_matches(|c: char| !c.is_alphanumeric());
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    (letters >= 2).then(|| (name.to_owned(), folder(path)))
}

/// The folder of a file, with every year in it left out.
pub fn folder(path: &str) -> String {
    path.rsplit_once('/').map_or_else(String::new, |(folder, _)| without_years(folder))
}

/// A path with `*` in place of every year.
pub fn without_years(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let mut end = 0;
    for at in years(path) {
        out.push_str(path.get(end..at.start).unwrap_or_default());
        out.push('*');
        end = at.end;
    }
    out + path.get(end..).unwrap_or_default()
}

/// Four digits that are a year and no part of a longer number.
fn years(text: &str) -> impl Iterator<Item = Range<usize>> {
    let bytes = text.as_bytes();
    let is_digit = move |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    (0..bytes.len()).filter_map(move |at| {
        let is_start = is_digit(at) && at.checked_sub(1).is_none_or(|before| !is_digit(before));
        let end = (at..bytes.len()).find(|&end| !is_digit(end)).unwrap_or(bytes.len());
        let is_year = matches!(text.get(at..at + 2), Some("19" | "20")) && end - at == 4;
        (is_start && is_year).then_some(at..end)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_hint_at_years_and_bodies() {
        assert_eq!(year("a/2019/harbour-2020.txt"), Some(2020));
        assert_eq!(year("a/2019/harbour.txt"), Some(2019));
        assert_eq!(year("a/harbour-2019-2020.txt"), None);
        assert_eq!(year("a/120200.txt"), None);
        assert_eq!(body("a/2019/harbour-2020.txt"), Some(("harbour".to_owned(), "a/*".to_owned())));
        assert_eq!(body("2019/0123.txt"), None);
        assert_eq!(without_years("2019/x_2019年.txt"), "*/x_*年.txt");
    }
}
