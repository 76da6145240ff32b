//! Files of binary formats damaged at random: whatever is cut out, turned over or doubled, the reader ends in time, and
//! what it finds has a place. The damage is the same in every run; TIEOUT_MUTATIONS sets how many of each file.

#![cfg(test)]

mod program;

use std::io::{Cursor, Read as _, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

use program::root;
use tieout::document::{Block, Document};
use tieout::source::{Source, SourceError};
use zip::write::SimpleFileOptions;

/// A small generator of numbers (xorshift), so that each failure can be made again.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (end.max(1) as u64)).unwrap()
    }
}

/// What is put in: bytes that mean something in one of the formats.
const PIECES: &[&[u8]] = &[
    b"\0",
    b"\xff\xff\xff\xff",
    b"999999999",
    b"-1",
    b"1e308",
    b"<",
    b">",
    b"</w:tc>",
    b"<w:tbl>",
    b"<row r=\"1048576\">",
    b"<c r=\"XFD1048576\"><v>1</v></c>",
    b"<mergeCell ref=\"A1:XFD1048576\"/>",
    b"number-columns-repeated=\"1048576\"",
    b"<w:gridSpan w:val=\"65535\"/>",
    b"<w:vMerge/>",
    b"<w:p>",
    b"&#xFFFF;",
    b"&lol;",
    b"<![CDATA[",
    b"<!DOCTYPE a [",
    b"endobj",
    b"stream",
    b"<<",
    b">>",
    b"[",
    b"]",
    b"0 0 R",
    b"1 0 R",
    b"BT",
    b"q",
    b"Q",
    b"/Kids",
    b"/Length 99999999",
    b"\x0a\x00\x00\x00",
    b"\x09\x08\x10\x00",
    b"\xe5\x00\xff\xff",
];

fn damage(bytes: &mut Vec<u8>, random: &mut Random, strokes: usize) {
    for _ in 0..=random.below(strokes) {
        let at = random.below(bytes.len());
        let end = (at + random.below(64)).min(bytes.len());
        match random.below(6) {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(at..end)),
            2 => {
                let piece = PIECES[random.below(PIECES.len())];
                bytes.splice(at..at, piece.iter().copied());
            }
            3 => {
                let doubled = bytes[at..end].to_vec();
                bytes.splice(at..at, doubled);
            }
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << random.below(8);
                }
            }
        }
    }
}

/// Damages a part within a zip, and packs it anew: damage to the zip itself is found by its checksums.
fn damage_part(bytes: &[u8], random: &mut Random) -> Vec<u8> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let chosen = random.below(zip.len());
    let mut packed = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for number in 0..zip.len() {
        let mut part = zip.by_index(number).unwrap();
        let mut content = Vec::new();
        part.read_to_end(&mut content).unwrap();
        let is_main = part.name().unwrap().ends_with("document.xml")
            || part.name().unwrap().contains("sheet1.xml")
            || part.name().unwrap() == "content.xml";
        let is_main = is_main && random.below(2) == 0;
        if number == chosen || is_main {
            damage(&mut content, random, 1);
        }
        packed
            .start_file(
                part.name().unwrap().as_ref(),
                SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored),
            )
            .unwrap();
        packed.write_all(&content).unwrap();
    }
    packed.finish().unwrap().into_inner()
}

/// Reads damaged copies of a file.
fn survive(name: &str, is_zip: bool) {
    let count: usize = std::env::var("TIEOUT_MUTATIONS").ok().map_or(150, |count| count.parse().unwrap());
    let whole = std::fs::read(root().join("tests/formats").join(name)).unwrap();
    let mut random = Random(0x9E37_79B9_7F4A_7C15 ^ whole.len() as u64);
    let (mut read, mut slowest) = (0, Duration::ZERO);
    for number in 0..count {
        let mut bytes =
            if is_zip && number % 8 > 0 { damage_part(&whole, &mut random) } else { whole.clone() };
        if !is_zip || number % 8 == 0 {
            damage(&mut bytes, &mut random, 8);
        }
        let start = Instant::now();
        let source = Source::decode(Path::new(name), bytes, None);
        let took = start.elapsed();
        slowest = slowest.max(took);
        // The slowest machine and a build without optimisation have ten times as long.
        assert!(took < Duration::from_secs(20), "{name}: number {number} took {took:?}");
        match source {
            Ok(source) => {
                read += 1;
                assert_places(&source);
            }
            Err(SourceError::Io(error)) => panic!("{error}"),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
    eprintln!("{name}: {read} of {count} read, the slowest in {slowest:?}");
    assert!(read > 0 || count < 50, "{name}: nothing could be read");
}

fn assert_places(source: &Source) {
    let document = Document::new(source.content());
    for block in document.blocks() {
        let spans: Vec<_> = match block {
            Block::Paragraph(paragraph) => vec![paragraph.span],
            Block::Picture(span) => vec![*span],
            Block::Table(table) => table.cells().iter().map(|cell| cell.span).collect(),
        };
        for span in spans {
            assert!(document.text().get(span.range()).is_some(), "{span:?}");
            assert!(source.has_lines() || document.place(span).locator().is_some(), "{span:?}");
        }
    }
}

#[test]
fn damaged_docx_is_survived() {
    survive("errors-docx.docx", true);
    survive("errors-office-docx.docx", true);
}

#[test]
fn damaged_xlsx_is_survived() {
    survive("errors-xlsx.xlsx", true);
}

#[test]
fn damaged_ods_is_survived() {
    survive("errors-ods.ods", true);
}

#[test]
fn damaged_xls_is_survived() {
    survive("errors-xls.xls", false);
    survive("errors-office-xls.xls", false);
}

#[test]
fn damaged_pdf_is_survived() {
    survive("errors-reportlab.pdf", false);
    survive("errors-typst.pdf", false);
    survive("errors-weasyprint.pdf", false);
    survive("errors-office-pdf.pdf", false);
}

#[test]
fn damaged_csv_is_survived() {
    survive("errors-csv.csv", false);
}
