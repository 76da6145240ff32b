//! The same report in another encoding, or with other line ends, gives the same findings at the same places.

#![allow(clippy::string_slice, reason = "a test may panic")]
#![cfg(test)]

mod program;

use encoding_rs::{Encoding, GB18030};
use program::{answer, command, fixture_text, root, text};
use serde_json::Value;

/// What is said of a report and where, by lines and columns; bytes differ with the length of line ends.
fn told(name: &str, bytes: &[u8]) -> Vec<Value> {
    let mut command = command(root());
    command.args(["check", "--format", "json", "--stdin-filename", name, "-"]);
    let answer = answer(&mut command, bytes);
    assert_eq!(answer.json()["summary"]["reports"], 1, "{name} was not read: {answer:?}");
    let mut findings = answer.findings();
    for finding in &mut findings {
        let related = finding["related"].as_array_mut().unwrap().iter_mut().collect::<Vec<_>>();
        for place in related {
            forget_bytes(place);
        }
        forget_bytes(&mut finding["primary"]);
    }
    findings
}

fn forget_bytes(place: &mut Value) {
    let place = place.as_object_mut().unwrap();
    for key in ["offset", "length"] {
        place.remove(key);
    }
}

/// The findings of a fixture, of which there must be some.
fn as_it_is(name: &str, report: &str) -> Vec<Value> {
    let told = told(name, report.as_bytes());
    assert!(!told.is_empty(), "{name} shows nothing");
    told
}

fn encoded(encoding: &'static Encoding, report: &str) -> Vec<u8> {
    let (bytes, used, unmappable) = encoding.encode(report);
    assert!(used == encoding && !unmappable);
    bytes.into_owned()
}

fn utf16(report: &str, bytes: impl Fn(u16) -> [u8; 2]) -> Vec<u8> {
    report.encode_utf16().flat_map(bytes).collect()
}

const FIXTURES: [&str; 3] = ["errors.txt", "errors.md", "errors.html"];

#[test]
fn byte_order_marks_change_nothing() {
    for name in FIXTURES {
        let report = fixture_text(name);
        let expected = as_it_is(name, &report);
        let marked = format!("\u{feff}{report}");
        assert_eq!(told(name, marked.as_bytes()), expected, "{name}: UTF-8");
        assert_eq!(
            told(name, &utf16(&marked, u16::to_le_bytes)),
            expected,
            "{name}: UTF-16, little end first"
        );
        assert_eq!(told(name, &utf16(&marked, u16::to_be_bytes)), expected, "{name}: UTF-16, big end first");
    }
}

#[test]
fn utf_16_is_known_without_a_mark() {
    let report = fixture_text("errors.txt");
    let expected = as_it_is("a.txt", &report);
    assert_eq!(told("a.txt", &utf16(&report, u16::to_le_bytes)), expected);
    assert_eq!(told("a.txt", &utf16(&report, u16::to_be_bytes)), expected);
}

#[test]
fn gb18030_is_known_though_nothing_declares_it() {
    for name in FIXTURES {
        let report = fixture_text(name).replace("<meta charset=\"utf-8\">", "");
        assert_eq!(told(name, &encoded(GB18030, &report)), as_it_is(name, &report), "{name}");
    }
}

#[test]
fn declarations_are_believed_where_they_fit() {
    let report = fixture_text("errors.html");
    for declared in [
        "<meta charset=\"gb2312\">",
        "<meta charset=gbk>",
        "<META HTTP-EQUIV=\"Content-Type\" CONTENT=\"text/html; charset=GB18030\">",
        // False: the bytes are what they are.
        "<meta charset=\"utf-8\">",
        "<meta charset=\"iso-8859-1\">",
        "<meta charset=\"no such encoding\">",
    ] {
        let page = report.replace("<meta charset=\"utf-8\">", declared);
        assert!(page.contains(declared));
        let expected = as_it_is("a.html", &page);
        assert_eq!(told("a.html", &encoded(GB18030, &page)), expected, "{declared}");
    }
}

#[test]
fn line_ends_change_nothing() {
    for name in FIXTURES {
        let report = fixture_text(name);
        let expected = as_it_is(name, &report);
        let returns = report.replace('\n', "\r\n");
        assert_eq!(told(name, returns.as_bytes()), expected, "{name}");
        assert_eq!(told(name, &encoded(GB18030, &returns)), expected, "{name}: GB18030");
        assert_eq!(told(name, report.trim_end().as_bytes()), expected, "{name}: no line end at the end");
    }
}

/// Bytes are counted in the text as it was decoded, without its mark.
#[test]
fn offsets_point_into_the_decoded_text() {
    for name in FIXTURES {
        let report = fixture_text(name).replace('\n', "\r\n");
        let mut command = command(root());
        command.args(["check", "--format", "json", "--stdin-filename", name, "-"]);
        let answer = answer(&mut command, &encoded(GB18030, &report));
        let mut places = 0;
        for finding in answer.findings() {
            let related = finding["related"].as_array().unwrap().iter();
            for place in related.chain([&finding["primary"]]) {
                let number = |key: &str| place[key].as_u64().unwrap() as usize;
                let (start, length) = (number("offset"), number("length"));
                assert_eq!(&report[start..start + length], text(&place["text"]), "{name}: {place}");
                let before = &report[..start];
                let line_start = before.rfind('\n').map_or(0, |at| at + 1);
                assert_eq!(number("line"), before.matches('\n').count() + 1, "{name}: {place}");
                assert_eq!(number("column"), before[line_start..].chars().count() + 1, "{name}: {place}");
                places += 1;
            }
        }
        assert!(places > 3, "{name}: only {places} places");
    }
}
