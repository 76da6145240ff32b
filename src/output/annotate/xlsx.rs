//! Comments at the cells of a workbook.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use quick_xml::escape::escape;

use super::parts::{Outer, Parts, inserted};
use super::{AUTHOR, Comment, NotAnnotated};
use crate::source::markup::{Markup, Piece};
use crate::source::place::{Place, cell_name};
use crate::source::xlsx;

const FORMAT: &str = "xlsx";
const CONTENT_TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml";
const DRAWING_TYPE: &str = "application/vnd.openxmlformats-officedocument.vmlDrawing";
const NAMESPACE: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONSHIPS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
/// What may follow the drawing of comments in a worksheet.
const AFTER_DRAWING: [&str; 8] = [
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
];

/// The comments of a sheet by row and column.
type Notes = BTreeMap<(u32, u32), Vec<String>>;

/// The bytes of a workbook with comments in it.
pub fn annotate(bytes: &[u8], comments: &[Comment]) -> Result<Vec<u8>, NotAnnotated> {
    let sheets = xlsx::sheets(bytes)?;
    let mut by_part: BTreeMap<&str, Notes> = BTreeMap::new();
    for comment in comments {
        let Place::Sheet { sheet, row, column } = &comment.place else { continue };
        let Some((_, part)) = sheets.iter().find(|(name, _)| **name == **sheet) else { continue };
        let lines = by_part.entry(part).or_default().entry((*row, *column)).or_default();
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.extend_from_slice(&comment.lines);
    }
    let mut parts = Parts::open(bytes, FORMAT)?;
    for (part, notes) in by_part {
        let old = list(&mut parts, part, &notes)?;
        drawing(
            &mut parts,
            part,
            notes.keys().copied().filter(|&(row, column)| !old.contains(&cell_name(row, column))),
        )?;
    }
    parts.finish()
}

/// Adds notes to the list of a sheet; says which cells had one before.
fn list(parts: &mut Parts<'_>, part: &str, notes: &Notes) -> Result<Vec<String>, NotAnnotated> {
    let target = match parts.related(part, "comments")? {
        Some(target) => target,
        None => {
            let target = parts.free_name("xl/comments", ".xml");
            parts.relate(part, "comments", &target)?;
            parts.declare(&target, CONTENT_TYPE)?;
            target
        }
    };
    let xml = parts.text(&target)?.unwrap_or_else(|| {
        format!(
            r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><comments xmlns="{NAMESPACE}"><authors></authors><commentList></commentList></comments>"#
        )
    });
    let old = Old::read(&xml)?;
    let prefix = Outer::of(&xml, FORMAT)?.prefix;
    let closed = || NotAnnotated::closed("its list of comments is not complete");
    let (authors, end) = (old.authors_end.ok_or_else(closed)?, old.list_end.ok_or_else(closed)?);
    let mut pieces = vec![(authors, format!("<{prefix}author>{AUTHOR}</{prefix}author>"))];
    let mut entries = String::new();
    for (&(row, column), lines) in notes {
        let name = cell_name(row, column);
        let run = run(&prefix, lines);
        match old.text_ends.get(&name) {
            Some(&text_end) => pieces.push((text_end, run)),
            None => {
                let author = old.authors;
                let _ = write!(
                    entries,
                    r#"<{prefix}comment ref="{name}" authorId="{author}"><{prefix}text>{run}</{prefix}text></{prefix}comment>"#
                );
            }
        }
    }
    pieces.push((end, entries));
    parts.put(&target, inserted(&xml, pieces));
    Ok(old.text_ends.into_keys().collect())
}

fn run(prefix: &str, lines: &[String]) -> String {
    let text = escape(lines.join("\n"));
    format!(r#"<{prefix}r><{prefix}t xml:space="preserve">{text}</{prefix}t></{prefix}r>"#)
}

/// The comments that a sheet has already.
#[derive(Default)]
struct Old {
    authors: usize,
    authors_end: Option<usize>,
    list_end: Option<usize>,
    /// By cell, where the text of its comment ends.
    text_ends: BTreeMap<String, usize>,
}

impl Old {
    fn read(xml: &str) -> Result<Self, NotAnnotated> {
        let mut markup = Markup::new(xml, FORMAT);
        let mut old = Old::default();
        let mut open: Vec<String> = Vec::new();
        let mut cell = String::new();
        loop {
            let before = markup.position();
            match markup.next()? {
                Piece::Start(tag) => {
                    match tag.name() {
                        "author" => old.authors += 1,
                        "comment" => cell = tag.attribute("ref").unwrap_or_default(),
                        _ => {}
                    }
                    open.push(tag.name().to_owned());
                }
                Piece::End => match open.pop().as_deref() {
                    Some("authors") => old.authors_end = Some(before),
                    Some("commentList") => old.list_end = Some(before),
                    Some("text") => drop(old.text_ends.insert(cell.clone(), before)),
                    _ => {}
                },
                Piece::Text(_) => {}
                Piece::Finish => return Ok(old),
            }
        }
    }
}

/// Draws the boxes of notes, without which some programs do not show them.
fn drawing(
    parts: &mut Parts<'_>,
    part: &str,
    cells: impl Iterator<Item = (u32, u32)>,
) -> Result<(), NotAnnotated> {
    let shapes: String = cells.map(|(row, column)| shape(row, column)).collect();
    if let Some(target) = parts.related(part, "vmlDrawing")? {
        let xml = parts.text(&target)?.unwrap_or_default();
        let xml = parts.appended(&xml, &shapes)?;
        parts.put(&target, xml);
        return Ok(());
    }
    let target = parts.free_name("xl/drawings/vmlDrawing", ".vml");
    let id = parts.relate(part, "vmlDrawing", &target)?;
    parts.declare(&target, DRAWING_TYPE)?;
    parts.put(&target, format!("{DRAWING_START}{shapes}</xml>"));
    let xml = parts.text(part)?.unwrap_or_default();
    let outer = Outer::of(&xml, FORMAT)?;
    let at = before_what_follows(&xml)?.unwrap_or(outer.end);
    let prefix = &outer.prefix;
    let element = format!(r#"<{prefix}legacyDrawing xmlns:r="{RELATIONSHIPS}" r:id="{id}"/>"#);
    parts.put(part, inserted(&xml, vec![(at, element)]));
    Ok(())
}

/// Where the first element stands that must follow the drawing of comments.
fn before_what_follows(xml: &str) -> Result<Option<usize>, NotAnnotated> {
    let mut markup = Markup::new(xml, FORMAT);
    let mut depth = 0_usize;
    loop {
        let before = markup.position();
        match markup.next()? {
            Piece::Start(tag) => {
                if depth == 1 && AFTER_DRAWING.contains(&tag.name()) {
                    return Ok(Some(before));
                }
                depth += 1;
            }
            Piece::End => depth = depth.saturating_sub(1),
            Piece::Text(_) => {}
            Piece::Finish => return Ok(None),
        }
    }
}

const DRAWING_START: &str = r##"<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel"><v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>"##;

fn shape(row: u32, column: u32) -> String {
    let (left, right) = (column.saturating_add(1), column.saturating_add(6));
    let (top, bottom) = (row.saturating_sub(1), row.saturating_add(8));
    format!(
        r##"<v:shape id="tieout_{row}_{column}" type="#_x0000_t202" style="position:absolute;width:360pt;height:130pt;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:textbox><div style="text-align:left"></div></v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{left},15,{top},2,{right},15,{bottom},4</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"##
    )
}
