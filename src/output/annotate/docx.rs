//! Comments beside the paragraphs of a text document.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use quick_xml::escape::escape;

use super::parts::{Outer, Parts, filled, inserted};
use super::{AUTHOR, Comment, NotAnnotated};
use crate::source::docx::{self, Anchors};
use crate::source::markup::{Markup, Piece};

const FORMAT: &str = "docx";
const CONTENT_TYPE: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml";
const NAMESPACE: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

/// The bytes of a document with comments in it.
pub fn annotate(bytes: &[u8], comments: &[Comment]) -> Result<Vec<u8>, NotAnnotated> {
    let Anchors { part, text, runs } = docx::anchors(bytes)?;
    // Where a place takes no comment, such as a footnote, the first paragraph does.
    let first = runs.values().min_by_key(|runs| runs.start).cloned();
    let Some(first) = first else { return Err(NotAnnotated::closed("it has no paragraph")) };
    let mut parts = Parts::open(bytes, FORMAT)?;
    let target = match parts.related(&part, "comments")? {
        Some(target) => target,
        None => {
            let target = parts.free_name("word/comments", ".xml");
            parts.relate(&part, "comments", &target)?;
            parts.declare(&target, CONTENT_TYPE)?;
            target
        }
    };
    let list = parts.text(&target)?.unwrap_or_else(|| {
        format!(r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:comments xmlns:w="{NAMESPACE}"></w:comments>"#)
    });
    let list_prefix = Outer::of(&list, FORMAT)?.prefix;
    let mut id = first_free_id(&list)?;
    let mut entries = String::new();
    let mut by_place: BTreeMap<(usize, usize), Vec<u32>> = BTreeMap::new();
    for comment in comments {
        entries.push_str(&entry(&list_prefix, id, comment));
        let runs = runs.get(&comment.place).unwrap_or(&first);
        by_place.entry((runs.start, runs.end)).or_default().push(id);
        id += 1;
    }
    let list = parts.appended(&list, &entries)?;
    parts.put(&target, list);
    let prefix = Outer::of(&text, FORMAT)?.prefix;
    let mut pieces = Vec::new();
    for ((start, end), ids) in by_place {
        let (before, after) = marks(&prefix, &ids);
        let paragraph = format!("{prefix}p");
        if start == end {
            pieces.push((end, filled(&text, end, &paragraph, &format!("{before}{after}"))));
        } else {
            pieces.push((start, before));
            pieces.push((end, after));
        }
    }
    parts.put(&part, inserted(&text, pieces));
    parts.finish()
}

/// What stands before and behind the runs that comments are about.
fn marks(prefix: &str, ids: &[u32]) -> (String, String) {
    let (mut before, mut after) = (String::new(), String::new());
    for id in ids {
        let _ = write!(before, r#"<{prefix}commentRangeStart {prefix}id="{id}"/>"#);
        let _ = write!(
            after,
            r#"<{prefix}commentRangeEnd {prefix}id="{id}"/><{prefix}r><{prefix}commentReference {prefix}id="{id}"/></{prefix}r>"#
        );
    }
    (before, after)
}

fn entry(prefix: &str, id: u32, comment: &Comment) -> String {
    let mut entry = format!(
        r#"<{prefix}comment {prefix}id="{id}" {prefix}author="{AUTHOR}" {prefix}initials="{AUTHOR}">"#
    );
    for line in &comment.lines {
        let line = escape(line.as_str());
        let _ = write!(
            entry,
            r#"<{prefix}p><{prefix}r><{prefix}t xml:space="preserve">{line}</{prefix}t></{prefix}r></{prefix}p>"#
        );
    }
    let _ = write!(entry, "</{prefix}comment>");
    entry
}

/// One more than the highest id of the comments in a list.
fn first_free_id(list: &str) -> Result<u32, NotAnnotated> {
    let mut markup = Markup::new(list, FORMAT);
    let mut free = 0;
    loop {
        match markup.next()? {
            Piece::Start(tag) if tag.name() == "comment" => {
                free = free.max(tag.number::<u32>("id").unwrap_or(0).saturating_add(1));
            }
            Piece::Finish => return Ok(free),
            _ => {}
        }
    }
}
