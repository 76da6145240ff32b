//! What the build script made of `rules/`.

/// Files of the packs: path below `rules/`, and text.
pub const PACKS: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/packs.rs"));

/// The packs, compiled: to read their files takes longer than to check a report.
pub const COMPILED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/packs.bin"));

/// The regular expressions of the packs, sorted, with what each needs, for packs that extend them: to parse these takes longer than all else of
/// reading their files.
pub const NEEDS: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/needs.rs"));

/// What a regular expression that stands in a pack needs.
pub fn needs(expanded: &str) -> Option<&'static [u8]> {
    let at = NEEDS.binary_search_by(|(known, _)| (*known).cmp(expanded)).ok()?;
    NEEDS.get(at).map(|&(_, needs)| needs)
}
