//! Text that a page writes with entities, each with its place.

use crate::source::content::ContentBuilder;
use crate::source::place::Span;
use crate::source::visible::is_invisible;

/// Adds `value`, which the source writes as `raw`: verbatim runs with entities between them.
pub fn decoded(builder: &mut ContentBuilder, raw: &str, value: &str, source: Span) {
    let (mut raw_at, mut value_at) = (0, 0);
    while let (Some(raw_rest), Some(value_rest)) = (raw.get(raw_at..), value.get(value_at..)) {
        if raw_rest.is_empty() || value_rest.is_empty() {
            break;
        }
        let run = raw_rest.find(['&', '\r', '\0']).unwrap_or(raw_rest.len());
        let Some((verbatim, after)) =
            value_rest.split_at_checked(run).filter(|(verbatim, _)| raw_rest.starts_with(verbatim))
        else {
            break;
        };
        if !verbatim.is_empty() {
            builder.verbatim(verbatim, source.start + Span::new(0, raw_at).end);
        }
        raw_at += run;
        value_at += run;
        let entity = entity_length(raw.get(raw_at..).unwrap_or_default());
        let Some(character) = after.chars().next().filter(|_| entity > 0) else { continue };
        let place = Span::new(raw_at, raw_at + entity).shift(source.start);
        if !is_invisible(character) {
            builder.replaced(after.get(..character.len_utf8()).unwrap_or_default(), place);
        }
        raw_at += entity;
        value_at += character.len_utf8();
    }
    if let Some(rest) = value.get(value_at..).filter(|rest| !rest.is_empty()) {
        let place = Span::new(raw_at.min(source.len()), source.len()).shift(source.start);
        builder.replaced(rest, place);
    }
}

/// Bytes of the entity, or of the character read as another one, at the start of `raw`.
fn entity_length(raw: &str) -> usize {
    match raw.as_bytes() {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\0', ..] => 1,
        [b'&', rest @ ..] => {
            let name = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'#').count();
            1 + name + usize::from(rest.get(name) == Some(&b';'))
        }
        _ => 0,
    }
}
