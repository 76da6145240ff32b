//! Files of binary formats damaged at random: whatever is cut out, turned over or doubled, the reader ends in time and
//! in little memory, and what it finds has a place. The damage is the same in every run. `TIEOUT_MUTATIONS` says how
//! many files of each format, `100000` or `4000..5000`; of one, such as `4711..4712`, the file is kept in `target/tmp`.

#![cfg(test)]

mod program;
mod strokes;

use std::fs;
use std::io::{Cursor, Write as _};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::mpsc;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use peak_alloc::PeakAlloc;
use program::{fixture_text, root};
use strokes::{Random, damage_compound, damage_pdf, damage_zip, damaged};
use tieout::document::{Block, Document};
use tieout::lint::{Linter, Outcome, Policy};
use tieout::output::annotate;
use tieout::rules::library;
use tieout::source::{Source, SourceError, archive};
use zip::write::SimpleFileOptions;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;
/// Memory is counted for all threads.
static ALONE: Mutex<()> = Mutex::new(());

const MOST_MEMORY: usize = 512 << 20;
/// Without optimisation everything takes ten times as long.
const LONGEST: Duration = Duration::from_secs(if cfg!(debug_assertions) { 20 } else { 2 });
/// Of so many files one is checked and annotated, too.
const CHECKED: usize = 8;

/// A format: good files of several producers, how to damage one, how to read it.
struct Format {
    name: &'static str,
    seeds: Vec<Vec<u8>>,
    damage: fn(&[u8], &mut Random) -> Vec<u8>,
    read: fn(&Linter, usize, &str, Vec<u8>) -> bool,
}

/// The short report in files of an extension.
fn short(extension: &str) -> Vec<Vec<u8>> {
    seeds("short", extension)
}

fn seeds(folder: &str, extension: &str) -> Vec<Vec<u8>> {
    let folder = root().join("tests/formats").join(folder);
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> =
        files.filter(|path| path.extension().is_some_and(|own| own == extension)).collect();
    files.sort();
    assert!(files.len() > 1, "{extension}");
    files.iter().map(|path| fs::read(path).unwrap()).collect()
}

fn linter() -> Linter {
    let packs: Vec<_> = library::entries(Vec::new()).into_iter().map(Result::unwrap).collect();
    let policy = Policy::new(&[], &[], None, &packs).unwrap();
    // A damaged report need not be recognised.
    Linter { packs, is_forced: true, policy }
}

fn range() -> Range<usize> {
    let given = std::env::var("TIEOUT_MUTATIONS").unwrap_or_else(|_| "400".to_owned());
    let number = |text: &str| text.parse().unwrap();
    given.split_once("..").map_or_else(|| 0..number(&given), |(start, end)| number(start)..number(end))
}

/// Time of this thread on a processor where the system tells it, so that what else runs does not count.
fn now() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let told = fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|told| told.split_once(' ')?.0.parse().ok());
    nanoseconds.map_or_else(|| START.elapsed(), Duration::from_nanos)
}

/// What became of a damaged file.
struct Ended {
    number: usize,
    /// Whether it could be read; else what the panic said.
    read: Result<bool, String>,
    took: Duration,
    memory: usize,
}

/// Reads damaged files of a format, each by itself.
fn survive(format: Format) {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let (range, name, format) = (range(), format.name, Arc::new(format));
    let (tell, told) = mpsc::channel();
    let start = Instant::now();
    let (numbers, numbers_are_one) = (range.clone(), range.len() == 1);
    thread::spawn(move || {
        let linter = linter();
        for number in numbers {
            let mut random = Random::new(number);
            let bytes = (format.damage)(&format.seeds[number % format.seeds.len()], &mut random);
            if numbers_are_one {
                fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join(format.name), &bytes).unwrap();
            }
            let before = MEMORY.current_usage();
            MEMORY.reset_peak_usage();
            let start = now();
            let read = catch_unwind(AssertUnwindSafe(|| (format.read)(&linter, number, format.name, bytes)));
            let (took, memory) = (now() - start, MEMORY.peak_usage().saturating_sub(before));
            let read = read.map_err(|panic| {
                let text = panic.downcast_ref::<String>().map(String::as_str);
                text.or_else(|| panic.downcast_ref().copied()).unwrap_or("a panic").to_owned()
            });
            if tell.send(Ended { number, read, took, memory }).is_err() {
                return;
            }
        }
    });
    let (mut read, mut slowest, mut most, mut failures) = (0, (Duration::ZERO, 0), (0, 0), Vec::new());
    for number in range.clone() {
        // On a clock, beside whatever else runs.
        let Ok(ended) = told.recv_timeout(10 * LONGEST) else {
            panic!("{name}: number {number} does not end")
        };
        slowest = slowest.max((ended.took, number));
        most = most.max((ended.memory, number));
        assert_eq!(ended.number, number);
        match ended.read {
            Ok(is_read) => read += usize::from(is_read),
            Err(message) => failures.push(format!("{number}: {message}")),
        }
        if ended.took > LONGEST || ended.memory > MOST_MEMORY {
            failures.push(format!("{number}: {:?}, {} MiB", ended.took, ended.memory >> 20));
        }
        if number % 10_000 == 9_999 {
            eprintln!("{name}: {number}, failed: {failures:?}");
        }
    }
    eprintln!(
        "{name}: {range:?} in {:?}, {read} read; the slowest is {} in {:?}, the largest {} with {} KiB",
        start.elapsed(),
        slowest.1,
        slowest.0,
        most.1,
        most.0 >> 10
    );
    assert!(failures.is_empty(), "{name}: {failures:#?}");
    assert!(read > 0 || range.len() < 50, "{name}: nothing could be read");
}

/// Reads a file, and checks and annotates some: whether it could be read.
fn read(linter: &Linter, number: usize, name: &str, bytes: Vec<u8>) -> bool {
    let kept = number.is_multiple_of(CHECKED).then(|| bytes.clone());
    let source = match Source::decode(Path::new(name), bytes, None) {
        Ok(source) => source,
        Err(SourceError::Io(error)) => panic!("{error}"),
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return false;
        }
    };
    assert_places(&source);
    if let Some(bytes) = kept {
        let Outcome::Reports(reports) = linter.source(source, name) else { panic!("every file is read") };
        for report in reports {
            // There may be none, and then a reason that is told.
            drop(annotate::copy(&bytes, &report.findings));
        }
    }
    true
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
    survive(Format { name: "a.docx", seeds: short("docx"), damage: damage_zip, read });
}

#[test]
fn damaged_xlsx_is_survived() {
    survive(Format { name: "a.xlsx", seeds: short("xlsx"), damage: damage_zip, read });
}

#[test]
fn damaged_ods_is_survived() {
    survive(Format { name: "a.ods", seeds: short("ods"), damage: damage_zip, read });
}

#[test]
fn damaged_xls_is_survived() {
    survive(Format { name: "a.xls", seeds: short("xls"), damage: damage_compound, read });
}

#[test]
fn damaged_pdf_is_survived() {
    survive(Format {
        name: "a.pdf",
        seeds: [short("pdf"), seeds("unruled", "pdf")].concat(),
        damage: damage_pdf,
        read,
    });
}

#[test]
fn damaged_csv_is_survived() {
    survive(Format {
        name: "a.csv",
        seeds: vec![fs::read(root().join("tests/formats/errors-csv.csv")).unwrap()],
        damage: damaged,
        read,
    });
}

/// A page in a file of parts, in two encodings.
fn saved_pages() -> Vec<Vec<u8>> {
    let page = fs::read_to_string(root().join("tests/formats/short/short.html")).unwrap();
    let quoted: String = page
        .bytes()
        .map(|byte| format!("={byte:02X}"))
        .collect::<Vec<_>>()
        .chunks(24)
        .map(|line| line.concat() + "=\r\n")
        .collect();
    let file = |encoding: &str, body: &str| {
        format!(
            "From: <Saved>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\tboundary=\"B\"\r\n\r\n\
            --B\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{body}\r\n--B--\r\n"
        )
        .into_bytes()
    };
    vec![file("quoted-printable", &quoted), file("8bit", &page)]
}

#[test]
fn damaged_saved_pages_are_survived() {
    survive(Format { name: "a.mht", seeds: saved_pages(), damage: damaged, read });
}

/// Archives of reports, packed and not.
fn archives() -> Vec<Vec<u8>> {
    let zipped = |method| {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let docx = fs::read(root().join("tests/formats/short/libreoffice.docx")).unwrap();
        let files = [
            ("区/甲.docx", docx),
            ("乙.txt", fixture_text("clean.txt").into_bytes()),
            ("丙.xls", short("xls").remove(0)),
        ];
        for (name, bytes) in files {
            zip.start_file(name, SimpleFileOptions::default().compression_method(method)).unwrap();
            zip.write_all(&bytes).unwrap();
        }
        zip.finish().unwrap().into_inner()
    };
    vec![zipped(zip::CompressionMethod::Stored), zipped(zip::CompressionMethod::Deflated)]
}

/// Reads every file of an archive: whether one could be.
fn read_archive(linter: &Linter, number: usize, _: &str, bytes: Vec<u8>) -> bool {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(&bytes).unwrap();
    let Ok(members) = archive::members(file.path()) else { return false };
    let mut is_read = false;
    for (path, member) in members {
        let Ok(bytes) = member.bytes() else { continue };
        is_read |= read(linter, number, &path.to_string_lossy(), bytes);
    }
    is_read
}

#[test]
fn damaged_archives_are_survived() {
    let damage = |bytes: &[u8], random: &mut Random| match random.below(2) {
        0 => damaged(bytes, random),
        _ => damage_zip(bytes, random),
    };
    survive(Format { name: "a.zip", seeds: archives(), damage, read: read_archive });
}

/// A table is looked at column by column.
#[test]
fn a_table_wider_than_any_form_ends_in_time() {
    let row = |cell: &str| "规章,".to_owned() + &vec![cell; 5000].join(",") + "\n";
    let table = "岚汀县教育局2022年政府信息公开工作年度报告\n\n".to_owned()
        + &row("")
        + &row("0")
        + &row("1").repeat(60);
    let linter = linter();
    let start = now();
    assert!(read(&linter, 0, "a.csv", table.into_bytes()));
    assert!(now() - start < LONGEST);
}
