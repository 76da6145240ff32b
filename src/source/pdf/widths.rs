//! The widths that fonts give to ranges of characters. The interpreter makes an entry for each character of a range, and
//! a range may be as long as a figure can say.

use hayro_syntax::Pdf;
use hayro_syntax::object::{Array, Dict, MaybeRef, Object};

/// Characters to which all ranges of a file give widths at most.
const MAX_CHARACTERS: u64 = 4_000_000;
/// Dictionaries and arrays within each other at most.
const MAX_DEPTH: usize = 8;

/// Whether the fonts of a file give widths to more characters than any fonts have.
pub fn are_endless(pdf: &Pdf) -> bool {
    let mut count = 0;
    pdf.objects().into_iter().any(|object| {
        count += characters(&object, 0);
        count > MAX_CHARACTERS
    })
}

/// The number of characters that ranges within an object name.
fn characters(object: &Object<'_>, depth: usize) -> u64 {
    let direct = |value: MaybeRef<Object<'_>>| match value {
        MaybeRef::NotRef(value) if depth < MAX_DEPTH => characters(&value, depth + 1),
        _ => 0,
    };
    match object {
        Object::Dict(dict) => of_dict(dict) + dict.entries().map(|(_, value)| direct(value)).sum::<u64>(),
        Object::Array(array) => array.raw_iter().map(direct).sum(),
        _ => 0,
    }
}

fn of_dict(dict: &Dict<'_>) -> u64 {
    // A range is two characters and one width, or three figures where lines are written downwards.
    [("W", 1), ("W2", 3)]
        .into_iter()
        .filter_map(|(key, figures)| Some(of_widths(&dict.get::<Array<'_>>(key)?, figures)))
        .sum()
}

fn of_widths(widths: &Array<'_>, figures: usize) -> u64 {
    let mut entries = widths.flex_iter();
    let mut count = 0_u64;
    loop {
        if entries.next::<(u32, Array<'_>)>().is_some() {
            continue;
        }
        let Some((first, last)) = entries.next::<(u32, u32)>() else { return count };
        count = count.saturating_add(u64::from(last.saturating_sub(first)));
        (0..figures).for_each(|_| drop(entries.next::<Object<'_>>()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_endless(widths: &str) -> bool {
        let file = format!(
            "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj \
            3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<</Font<</F<</DescendantFonts[4 0 R]>>>>>>>>endobj \
            4 0 obj<</Type/Font/Subtype/CIDFontType2/W[{widths}]>>endobj\ntrailer<</Root 1 0 R>>"
        );
        are_endless(&Pdf::new(file.into_bytes()).unwrap())
    }

    #[test]
    fn widths_for_more_characters_than_there_are_are_told() {
        assert!(!is_endless("0 [500 600] 2 65535 1000"));
        assert!(is_endless("0 [500 600] 72 2147483648 1000"));
    }
}
