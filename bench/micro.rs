//! What each room takes for one report: `cargo bench --bench micro`.

#![allow(clippy::unwrap_used, missing_docs, reason = "a benchmark may panic")]

use std::path::Path;

use divan::{Bencher, black_box};
use tieout::check;
use tieout::document::Document;
use tieout::facts;
use tieout::rules::library;
use tieout::rules::pack::Pack;
use tieout::rules::settings::Settings;
use tieout::source::Source;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// One report in every format, with two mistakes.
const ERRORS: &[&str] = &[
    "tests/reports/errors.txt",
    "tests/reports/errors.md",
    "tests/reports/errors.html",
    "tests/formats/errors-csv.csv",
    "tests/formats/errors-docx.docx",
    "tests/formats/errors-xlsx.xlsx",
    "tests/formats/errors-xls.xls",
    "tests/formats/errors-ods.ods",
    "tests/formats/errors-typst.pdf",
];
const CLEAN: &str = "tests/reports/clean.txt";

fn main() {
    divan::main();
}

fn bytes(path: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

fn source(path: &str) -> Source {
    Source::decode(Path::new(path), bytes(path), None).unwrap()
}

fn pack() -> Pack {
    library::load(library::embedded()).into_iter().flatten().find(|pack| pack.id == "ogi").unwrap()
}

#[divan::bench]
fn load_packs() -> usize {
    library::load(library::embedded()).len()
}

#[divan::bench(args = ERRORS)]
fn decode(bencher: Bencher<'_, '_>, path: &str) {
    let bytes = bytes(path);
    bencher.bench(|| Source::decode(Path::new(path), black_box(bytes.clone()), None).unwrap());
}

#[divan::bench(args = ERRORS)]
fn structure(bencher: Bencher<'_, '_>, path: &str) {
    let source = source(path);
    bencher.bench(|| Document::new(black_box(&source).content()).blocks().len());
}

#[divan::bench(args = ERRORS)]
fn read_facts(bencher: Bencher<'_, '_>, path: &str) {
    let (pack, source) = (pack(), source(path));
    let document = Document::new(source.content());
    bencher.bench(|| facts::read(black_box(&document), &pack).figures.len());
}

/// A report in which every relation holds, and one of which the mistakes are sought.
#[divan::bench(args = [CLEAN, "tests/reports/errors.txt"])]
fn evaluate_and_localise(bencher: Bencher<'_, '_>, path: &str) {
    let (pack, source) = (pack(), source(path));
    let document = Document::new(source.content());
    let facts = facts::read(&document, &pack);
    let settings = Settings::of(&pack);
    bencher.bench(|| check::check(black_box(&facts), &document, &settings).breaches.len());
}
