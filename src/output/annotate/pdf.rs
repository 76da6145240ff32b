//! Highlights with comments on the pages of a PDF: an update behind the file as it is, of which no byte changes.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, IncrementalDocument, Object, ObjectId, dictionary, text_string};

use super::{AUTHOR, Comment, NotAnnotated};
use crate::finding::Level;
use crate::source::pdf;
use crate::source::place::Place;

/// Flag of annotations that are printed with the page.
const PRINT: i64 = 4;

/// The bytes of a PDF with comments in it.
pub fn annotate(bytes: &[u8], comments: &[Comment]) -> Result<Vec<u8>, NotAnnotated> {
    let places: Vec<&Place> = comments.iter().map(|comment| &comment.place).collect();
    let boxes = pdf::boxes(bytes, &places)?;
    let document = Document::load_mem(bytes).map_err(NotAnnotated::closed)?;
    if document.is_encrypted() || document.was_encrypted() {
        return Err(NotAnnotated::closed("it is encrypted"));
    }
    let pages = document.get_pages();
    let mut update = IncrementalDocument::create_from(bytes.to_vec(), document);
    let mut by_page: BTreeMap<ObjectId, Vec<Object>> = BTreeMap::new();
    for (comment, edges) in comments.iter().zip(boxes) {
        let (Place::Page { page, .. }, Some(edges)) = (&comment.place, edges) else { continue };
        let Some(&page) = pages.get(page) else { continue };
        let id = update.new_document.add_object(highlight(comment, edges, page));
        by_page.entry(page).or_default().push(Object::Reference(id));
    }
    for (page, new) in by_page {
        add(&mut update, page, new).map_err(NotAnnotated::closed)?;
    }
    let mut written = Vec::with_capacity(bytes.len() + 8192);
    update.save_to(&mut written).map_err(NotAnnotated::closed)?;
    Ok(written)
}

/// Adds annotations to those of a page, which stand in it or in an object of their own.
fn add(update: &mut IncrementalDocument, page: ObjectId, new: Vec<Object>) -> lopdf::Result<()> {
    update.opt_clone_object_to_new_document(page)?;
    let own = update.new_document.get_dictionary(page)?.get(b"Annots").ok().cloned();
    let holder = own.as_ref().and_then(|own| own.as_reference().ok());
    let old = match holder {
        Some(holder) => update.get_prev_documents().get_object(holder)?.as_array()?.clone(),
        None => own.and_then(|own| own.as_array().cloned().ok()).unwrap_or_default(),
    };
    let all = Object::Array(old.into_iter().chain(new).collect());
    match holder {
        Some(holder) => update.new_document.set_object(holder, all),
        None => update.new_document.get_object_mut(page)?.as_dict_mut()?.set("Annots", all),
    }
    Ok(())
}

fn highlight(comment: &Comment, [left, bottom, right, top]: [i64; 4], page: ObjectId) -> Dictionary {
    let numbers = |numbers: &[i64]| Object::Array(numbers.iter().map(|&number| number.into()).collect());
    // Parts of red, green and blue.
    let color = match comment.level {
        Level::Error => [1, 0, 0],
        Level::Warning => [1, 1, 0],
        Level::Note => [0, 1, 1],
    };
    dictionary! {
        "Type" => "Annot",
        "Subtype" => "Highlight",
        "Rect" => numbers(&[left, bottom, right, top]),
        "QuadPoints" => numbers(&[left, top, right, top, left, bottom, right, bottom]),
        "C" => numbers(&color),
        "CA" => Object::Real(0.4),
        "F" => PRINT,
        "T" => text_string(AUTHOR),
        "Contents" => text_string(&comment.lines.join("\n")),
        "P" => Object::Reference(page),
    }
}
