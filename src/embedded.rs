//! What the build script made of `rules/`.

/// A regular expression with sets of texts, of each of which one stands in every match.
pub type Known = (&'static str, &'static [&'static [&'static str]]);

/// Files of the packs: path below `rules/`, and text.
pub const PACKS: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/packs.rs"));

/// The regular expressions of the packs, sorted. To parse them takes longer than all else of loading a pack.
pub const NEEDS: &[Known] = include!(concat!(env!("OUT_DIR"), "/needs.rs"));

/// What a regular expression that stands in a pack needs.
pub fn needs(expanded: &str) -> Option<&'static [&'static [&'static str]]> {
    let at = NEEDS.binary_search_by(|(known, _)| (*known).cmp(expanded)).ok()?;
    NEEDS.get(at).map(|&(_, needs)| needs)
}
