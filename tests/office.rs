//! Workbooks written by another library, as LibreOffice shows them. Where LibreOffice is not installed nothing is tried.

#![cfg(test)]

use std::path::Path;
use std::process::Command;

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use rust_xlsxwriter::{Format, Workbook};
use tieout::source::Source;
use tieout::source::content::Mark;

/// Formats whose numbers are read as they are shown, not plainer.
const FORMATS: &[&str] = &[
    "0",
    "0.0",
    "0.00",
    "#,##0",
    "#,##0.00",
    "#,##0;(#,##0)",
    "#,##0.00_);(#,##0.00)",
    "0%",
    "0.0%",
    "0.00%",
    "00000",
    "#,##0,",
    "#,##0.0,,",
    "[=0]\"-\";#,##0",
    "[<0]\"minus \"0.0;0.0",
    "[>=1000]#,##0;0.00",
    "[>100]0.0;[<-100]-0.00;0",
    "0;-0;\"nil\"",
    "\"about \"0\" of them\"",
    "000-00-0000",
    "0.0\\x",
    "$#,##0.00",
    "[$€-407] #,##0.00",
    "_ * #,##0_ ;_ * \\-#,##0_ ;_ * \"-\"_ ;_ @_ ",
    "yyyy-mm-dd",
    "d/m/yyyy",
    "d mmm yyyy",
    "mmmm yyyy",
    "dddd",
    "h:mm",
    "hh:mm:ss",
    "h:mm AM/PM",
    "[h]:mm",
    "yyyy-mm-dd hh:mm",
];

fn is_time(format: &str) -> bool {
    format.contains(['y', 'd', 'h'])
}

/// So many parts of a power of ten.
fn number(digits: i64, power: u32) -> f64 {
    format!("{digits}e-{power}").parse().unwrap()
}

fn value(format: &'static str) -> BoxedStrategy<f64> {
    if is_time(format) {
        // Moments that binary numbers hold exactly, and so few hours that LibreOffice shows them.
        let last = if format.starts_with("[h]") { 5000 } else { 900_000 };
        return (1000..last).prop_map(|parts: i32| number(i64::from(parts) * 625, 4)).boxed();
    }
    // The sign of a number that no section is for alone is kept, though LibreOffice leaves it out.
    let lowest = if format.starts_with("[=0]") || format.starts_with("[>") { 0 } else { -2_000_000_000 };
    let any = (lowest..2_000_000_000_i64, 0..7_u32).prop_map(|(digits, power)| number(digits, power));
    let small = (lowest.max(-3000)..3000_i64).prop_map(|digits| number(digits * 5, 1));
    prop_oneof![any, small, Just(0.0)].boxed()
}

/// The cells of the second column of a workbook.
fn read(path: &Path) -> Vec<String> {
    let source = Source::read(path).unwrap();
    let content = source.content();
    let mut cells = content.marks.iter().filter_map(|mark| match mark {
        Mark::Cell { span, .. } => Some(span.of(&content.text).to_owned()),
        _ => None,
    });
    std::iter::from_fn(|| cells.nth(1)).collect()
}

/// A zero has no sign here, and blanks around a number say nothing.
fn plain(text: &str) -> String {
    let text = text.trim();
    let is_zero = text.bytes().filter(u8::is_ascii_digit).all(|digit| digit == b'0');
    if is_zero {
        text.trim_start_matches(['-', '(']).trim_end_matches(')').to_owned()
    } else {
        text.to_owned()
    }
}

#[test]
fn cells_are_read_as_an_office_shows_them() {
    if Command::new("soffice").arg("--version").output().is_err() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.xlsx");
    let mut runner = TestRunner::deterministic();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let mut written = Vec::new();
    for (row, format) in (0_u32..).zip(FORMATS.iter().cycle().take(FORMATS.len() * 60)) {
        let value = value(format).new_tree(&mut runner).unwrap().current();
        sheet.write_string(row, 0, format!("row {row}")).unwrap();
        sheet.write_number_with_format(row, 1, value, &Format::new().set_num_format(*format)).unwrap();
        written.push((format, value));
    }
    book.save(&path).unwrap();
    let profile = format!("-env:UserInstallation=file://{}", folder.path().join("profile").display());
    let converted = Command::new("soffice")
        .args(["--headless", &profile, "--convert-to"])
        .arg("csv:Text - txt - csv (StarCalc):44,34,76")
        .args(["--outdir".as_ref(), folder.path().as_os_str(), path.as_os_str()])
        .output()
        .unwrap();
    assert!(converted.status.success(), "{}", String::from_utf8_lossy(&converted.stderr));
    let mut shown =
        csv::ReaderBuilder::new().has_headers(false).from_path(folder.path().join("book.csv")).unwrap();
    let shown: Vec<String> =
        shown.records().map(|record| record.unwrap().get(1).unwrap_or_default().to_owned()).collect();
    let own = read(&path);
    assert_eq!((own.len(), shown.len()), (written.len(), written.len()));
    let wrong = own.iter().zip(&shown).zip(&written).filter(|((own, shown), _)| plain(own) != plain(shown));
    let wrong: Vec<String> = wrong
        .map(|((own, shown), (format, value))| format!("{format} of {value}: {own:?}, not {shown:?}"))
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), written.len(), wrong.join("\n"));
}
