//! The styles of cells: how they show numbers, and whether a border draws them.

use std::collections::BTreeMap;

use super::each;
use crate::source::number_format::{NumberFormat, built_in};
use crate::source::refusal::Refusal;

/// What a style says of the cells that have it.
pub struct Style {
    /// How they show numbers.
    pub format: NumberFormat,
    /// Whether a border draws them.
    pub has_border: bool,
}

/// The styles of cells, by their numbers.
pub fn styles(xml: &str) -> Result<Vec<Style>, Refusal> {
    let mut codes: BTreeMap<u32, String> = BTreeMap::new();
    let mut borders: Vec<bool> = Vec::new();
    let mut used: Vec<(u32, usize)> = Vec::new();
    let mut is_of_cells = false;
    each(xml, |tag| match tag.name() {
        "numFmt" => {
            let id = tag.number("numFmtId").unwrap_or(0);
            codes.insert(id, tag.attribute("formatCode").unwrap_or_default());
        }
        "border" => borders.push(false),
        "left" | "right" | "top" | "bottom" => {
            let is_drawn = tag.attribute("style").is_some_and(|style| style != "none");
            if let Some(border) = borders.last_mut() {
                *border |= is_drawn;
            }
        }
        "cellXfs" => is_of_cells = true,
        "cellStyles" | "dxfs" => is_of_cells = false,
        "xf" if is_of_cells => {
            used.push((tag.number("numFmtId").unwrap_or(0), tag.number("borderId").unwrap_or(0)));
        }
        _ => {}
    })?;
    let code = |id: &u32| codes.get(id).map_or_else(|| built_in(*id), String::as_str);
    let style = |(id, border): &(u32, usize)| Style {
        format: NumberFormat::new(code(id)),
        has_border: borders.get(*border).copied().unwrap_or(false),
    };
    Ok(used.iter().map(style).collect())
}
