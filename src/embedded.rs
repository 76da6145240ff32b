//! What the build script made of `rules/`.

/// Files of the packs: path below `rules/`, and text.
pub const PACKS: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/packs.rs"));

/// The packs, compiled: to read their files takes longer than to check a report.
pub const COMPILED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/packs.bin"));
