//! What the build script made of `rules/`.

/// Files of the packs: path below `rules/`, and text.
pub const PACKS: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/packs.rs"));

/// The packs, compiled: to read their files takes longer than to check a report.
pub const COMPILED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/packs.bin"));

/// What the build script found out about the regular expressions of the packs: to parse and compile them takes longer
/// than all else of checking one report. Written one behind the other, each as its text, what it needs and its steps.
const EXPRESSIONS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/expressions.bin"));

/// Where each of them starts and where its three parts end, sorted by their texts. Numbers, unlike slices, are not
/// written anew each time the program is loaded.
const PLACES: &[[u32; 4]] = include!(concat!(env!("OUT_DIR"), "/expressions.rs"));

/// A regular expression that stands in a pack.
#[derive(Clone, Copy, Debug)]
pub struct Expression {
    /// As it is written, with its placeholders expanded.
    pub text: &'static [u8],
    /// What every match of it needs.
    pub needs: &'static [u8],
    /// The steps that it is compiled to; empty where they cannot be written.
    pub steps: &'static [u8],
}

/// All regular expressions of the packs.
pub fn expressions() -> impl ExactSizeIterator<Item = Expression> {
    PLACES.iter().map(at)
}

/// What is known of a regular expression, if it stands in a pack.
pub fn expression(expanded: &str) -> Option<Expression> {
    let found = PLACES.binary_search_by(|places| at(places).text.cmp(expanded.as_bytes())).ok()?;
    PLACES.get(found).map(at)
}

fn at(&[start, needs, steps, end]: &[u32; 4]) -> Expression {
    let part = |from: u32, to: u32| EXPRESSIONS.get(from as usize..to as usize).unwrap_or_default();
    Expression { text: part(start, needs), needs: part(needs, steps), steps: part(steps, end) }
}
