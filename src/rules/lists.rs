//! What claim files said of lists before words had classes: it is refused, with what to write instead.

use super::fields::Fields;
use super::mistake::Mistake;

/// The keys of `[lists]`, and the class of `[lexicon]` that has their words now.
const CLASSES: [(&str, &str); 9] = [
    ("subset", "subset"),
    ("rest", "rest"),
    ("sums", "sum"),
    ("complete", "whole"),
    ("overlapping", "overlapping"),
    ("selection", "selection"),
    ("except", "other_kind"),
    ("whole", "out_of"),
    ("respective", "respective"),
];

/// Tells where words of lists belong.
pub fn refuse(fields: &mut Fields<'_, '_>) {
    fields.table("lists", |fields| {
        for (key, class) in CLASSES {
            if fields.texts(key).is_empty() {
                continue;
            }
            if let Some(at) = fields.place(key) {
                let message = format!("`{key}` is no expression of `[lists]` any more");
                let label =
                    format!("write its words into a class of the lexicon: `[lexicon]`, `{class} = [\"…\"]`");
                fields.mistakes.push(Mistake::new(at, message, label));
            }
        }
    });
}

/// Tells where the parts of a claim's total are read.
pub fn refuse_parts(fields: &mut Fields<'_, '_>) {
    let at = fields.place("parts");
    let read = fields.table("parts", |fields| {
        for key in ["goes_on", "complete", "overlapping", "selection", "except"] {
            fields.text(key);
        }
    });
    if let (Some(at), Some(())) = (at, read) {
        let message = "the parts of totals are not told by expressions any more".to_owned();
        let label =
            "rules speak of them as `for = { l = \"lists\" }`; their words are classes of `[lexicon]`";
        fields.mistakes.push(Mistake::new(at, message, label));
    }
}
