//! One report in every format: the same figures, the same findings, and places that say where in the file.
//! `formats/make.py` made the files from `reports/*.html`.

#![cfg(test)]

mod program;

use std::fs::{self, File};
use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};

use program::{Answer, answer, command, fixture, fixture_text, root, text, tieout, tieout_in};
use serde_json::Value;
use tempfile::TempDir;
use zip::write::SimpleFileOptions;

/// What each file was made by.
const ERRORS: &[&str] = &[
    "errors-docx.docx",
    "errors-office-docx.docx",
    "errors-word.docx",
    "errors-wps.docx",
    "errors-xlsx.xlsx",
    "errors-xls.xls",
    "errors-office-xls.xls",
    "errors-ods.ods",
    "errors-csv.csv",
    "errors-tsv.tsv",
    "errors-typst.pdf",
    "errors-weasyprint.pdf",
    "errors-reportlab.pdf",
    "errors-office-pdf.pdf",
    // A page break goes through cells of a header (`--text 6`).
    "errors-parted-weasyprint.pdf",
];

fn made(name: &str) -> PathBuf {
    root().join("tests/formats").join(name)
}

fn check(path: &Path) -> Answer {
    tieout(["check".as_ref(), "--format=json".as_ref(), path.as_os_str()])
}

/// What is told of a report, places aside.
fn told(answer: &Answer) -> Vec<[String; 6]> {
    let told = |finding: &Value| {
        ["rule", "level", "message", "relation", "expected"]
            .map(|key| text(&finding[key]))
            .into_iter()
            .chain([text(&finding["primary"]["text"])])
            .collect::<Vec<_>>()
            .try_into()
            .unwrap()
    };
    let mut told: Vec<[String; 6]> = answer.findings().iter().map(told).collect();
    told.sort();
    told
}

#[test]
fn every_format_gives_the_same_findings() {
    let expected = check(&fixture("errors.html"));
    let failed = |answer: &Answer| answer.json()["summary"]["relations"]["failed"].clone();
    assert!(expected.findings().len() > 1);
    for name in ERRORS {
        let found = check(&made(name));
        assert_eq!(told(&found), told(&expected), "{name}");
        assert_eq!(failed(&found), failed(&expected), "{name}");
    }
}

#[test]
fn tables_without_ruling_lines_are_read_in_pdf_too() {
    let check = |name: &str| {
        tieout(["check".as_ref(), "--pack=prose".as_ref(), "--format=json".as_ref(), made(name).as_os_str()])
    };
    let expected = told(&check("unruled/unruled.html"));
    assert_eq!(expected.len(), 1);
    for producer in ["typst", "weasyprint", "reportlab"] {
        assert_eq!(told(&check(&format!("unruled/{producer}.pdf"))), expected, "{producer}");
    }
}

#[test]
fn nothing_is_found_where_nothing_is_wrong() {
    for name in ["clean-docx.docx", "clean-xlsx.xlsx", "clean-csv.csv", "clean-reportlab.pdf"] {
        let found = check(&made(name));
        assert_eq!((found.status, found.findings().len()), (0, 0), "{name}");
        assert_eq!(found.json()["summary"]["reports"], 1, "{name}");
    }
}

#[test]
fn every_cell_of_the_official_forms_is_bound() {
    let bound = |path: &Path| {
        let answer = tieout(["facts".as_ref(), "--format=json".as_ref(), path.as_os_str()]).json();
        let facts = answer["facts"].as_array().unwrap();
        let of_forms = facts.iter().filter(|fact| text(&fact["name"]).contains('['));
        of_forms.map(|fact| (text(&fact["name"]), text(&fact["text"]))).collect::<Vec<_>>()
    };
    let mut expected = bound(&fixture("errors.html"));
    expected.sort();
    assert_eq!(expected.len(), 200);
    for name in ERRORS {
        let mut found = bound(&made(name));
        found.sort();
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn places_say_where() {
    let locators = |name: &str| {
        let answer = check(&made(name));
        let place = |place: &Value| (text(&place["locator"]), text(&place["text"]));
        answer.findings().iter().map(|finding| place(&finding["primary"])).collect::<Vec<_>>()
    };
    let own = |places: &[(&str, &str)]| {
        places.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect::<Vec<_>>()
    };
    assert_eq!(
        locators("errors-docx.docx"),
        own(&[("paragraph 4", "12"), ("table 2, row 27, column 10", "6")])
    );
    assert_eq!(locators("errors-xlsx.xlsx"), own(&[("Sheet!A4", "12"), ("Sheet!J51", "6")]));
    assert_eq!(locators("errors-xls.xls"), own(&[("报告!A4", "12"), ("报告!J51", "6")]));
    assert_eq!(locators("errors-typst.pdf"), own(&[("page 1", "12"), ("page 2", "6")]));
    // A box for each figure, not for the line that it stands in.
    let primary = check(&made("errors-typst.pdf")).findings()[0]["primary"].clone();
    let edges: Vec<i64> =
        primary["box"].as_array().unwrap().iter().map(|edge| edge.as_i64().unwrap()).collect();
    assert!((5..20).contains(&(edges[2] - edges[0])), "{edges:?}");
    assert_eq!((&primary["line"], &primary["offset"]), (&Value::Null, &Value::Null));
    // Text has lines, and its places are bytes.
    let csv = check(&made("errors-csv.csv")).findings()[0]["primary"].clone();
    assert_eq!((csv["line"].as_u64(), &csv["locator"], &csv["box"]), (Some(4), &Value::Null, &Value::Null));
}

#[test]
fn findings_are_drawn_in_small_tables() {
    let answer = tieout(["check".as_ref(), made("errors-docx.docx").as_os_str()]);
    let shown = answer.stdout.replace(&format!("{}/", root().display()), "");
    insta::assert_snapshot!(shown);
}

fn folder(files: &[(&str, Vec<u8>)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    folder
}

#[test]
fn the_kind_is_told_by_the_bytes() {
    let bytes = |name: &str| fs::read(made(name)).unwrap();
    let page = fixture_text("errors.html").into_bytes();
    let saved = [
        b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n",
        page.as_slice(),
        b"\r\n--x--\r\n",
    ]
    .concat();
    let files = [
        ("a.txt", bytes("errors-docx.docx")),
        ("b.doc", page.clone()),
        ("c.docx", bytes("errors-xlsx.xlsx")),
        ("d.xls", page),
        ("e.htm", bytes("errors-reportlab.pdf")),
        ("f.mht", saved.clone()),
        ("g.doc", saved),
    ];
    let folder = folder(&files);
    let found = tieout_in(folder.path(), ["check", "--format=json", "."]);
    assert_eq!(found.json()["summary"]["reports"], files.len(), "{found:?}");
    assert_eq!(found.findings().len(), 2 * files.len());
}

#[test]
fn the_kind_may_be_given() {
    let folder = folder(&[("report.dat", fs::read(made("errors-csv.csv")).unwrap())]);
    let unknown = tieout_in(folder.path(), ["check", "--format=json", "report.dat"]);
    assert_eq!(unknown.told(), [["tieout/unreadable", "error", "report.dat"].map(str::to_owned)]);
    let given = tieout_in(folder.path(), ["check", "--type", "csv", "--format=json", "report.dat"]);
    assert_eq!(told(&given), told(&check(&fixture("errors.html"))));
    let wrong = tieout_in(folder.path(), ["check", "--type", "docx", "--format=json", "report.dat"]);
    assert_eq!(wrong.told(), [["tieout/unreadable", "error", "report.dat"].map(str::to_owned)]);
    assert_eq!(tieout_in(folder.path(), ["check", "--type", "doc", "."]).status, 2);
}

/// A compound file with one stream.
fn compound(stream: &str) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    file.create_stream(stream).unwrap().write_all(&[0; 600]).unwrap();
    file.flush().unwrap();
    file.into_inner().into_inner()
}

#[test]
fn what_cannot_be_read_says_what_to_do() {
    let message = |name: &str, bytes: Vec<u8>| {
        let folder = folder(&[(name, bytes)]);
        let answer = tieout_in(folder.path(), ["check", "--format=json", name]);
        assert_eq!(answer.status, 1, "{answer:?}");
        text(&answer.findings()[0]["message"])
    };
    assert_eq!(
        message("a.doc", compound("WordDocument")),
        "a.doc is a Word 97 document (.doc), which tieout does not read; save it as .docx"
    );
    assert_eq!(
        message("a.xlsx", compound("EncryptedPackage")),
        "a.xlsx is protected by a password; save a copy without one"
    );
    assert_eq!(
        message("a.rtf", b"{\\rtf1 text}".to_vec()),
        "a.rtf is rich text (RTF), which tieout does not read; save it as .docx"
    );
    let cut = fs::read(made("errors-docx.docx")).unwrap()[..9000].to_vec();
    assert!(message("a.docx", cut).starts_with("a.docx is no whole zip file"));
    let blank = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj \
        3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<</XObject<</I 4 0 R>>>>/Contents 5 0 R>>endobj \
        4 0 obj<</Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray/Length 1>>stream\n0\nendstream endobj \
        5 0 obj<</Length 12>>stream\n9 0 0 9 0 0 cm /I Do\nendstream endobj\ntrailer<</Root 1 0 R>>";
    assert_eq!(
        message("scan.pdf", blank.to_vec()),
        "scan.pdf has no text layer: its pages are pictures of text, which tieout does not read"
    );
    // On the walk a kind that is not read is passed over, and counted.
    let folder = folder(&[("a.doc", compound("WordDocument"))]);
    let walked = tieout_in(folder.path(), ["check", "."]);
    assert!(walked.stdout.contains("skipped: 1 a Word 97 document (.doc)"), "{walked:?}");
}

/// A zip with these files, stored.
fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn an_archive_is_walked_as_a_folder() {
    let docx = fs::read(made("errors-docx.docx")).unwrap();
    let page = fixture_text("clean.html");
    let inner = zipped(&[("z.html", page.as_bytes())]);
    let files: [(&str, &[u8]); 5] = [
        ("区/甲.docx", &docx),
        ("区/乙.html", page.as_bytes()),
        ("区/图.png", b""),
        ("__MACOSX/区/甲.docx", b""),
        ("内.zip", &inner),
    ];
    let folder = folder(&[("all.zip", zipped(&files)), ("bad.zip", b"PK\x03\x04 and no more".to_vec())]);
    let walked = tieout_in(folder.path(), ["check", "--format=json", "."]);
    let json = walked.json();
    let mut paths: Vec<String> =
        json["reports"].as_array().unwrap().iter().map(|one| text(&one["path"])).collect();
    paths.sort();
    assert_eq!(paths, ["all.zip!/区/乙.html", "all.zip!/区/甲.docx"]);
    assert_eq!(walked.told()[2], ["tieout/unreadable", "error", "bad.zip"].map(str::to_owned));
    assert_eq!(json["summary"]["skipped"], 2);
    // Read in any number of threads.
    assert_eq!(tieout_in(folder.path(), ["check", "--format=json", "--jobs=1", "."]).stdout, walked.stdout);
}

/// A small file that unpacks to a large one is not unpacked.
#[test]
fn a_zip_bomb_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut zip = zip::ZipWriter::new(File::create(folder.path().join("bomb.docx")).unwrap());
    let zeros = vec![b' '; 1 << 20];
    zip.start_file("word/document.xml", SimpleFileOptions::default()).unwrap();
    (0..140).for_each(|_| zip.write_all(&zeros).unwrap());
    zip.finish().unwrap();
    let answer = tieout_in(folder.path(), ["check", "--format=json", "bomb.docx"]);
    assert_eq!(text(&answer.findings()[0]["message"]), "bomb.docx has more than 128 MiB in its parts");
}

/// A sheet that says it has cells at both its ends takes no room for those between them.
#[test]
fn a_sparse_sheet_takes_no_room() {
    let sheet = "<worksheet><sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"1048576\"><c r=\"XFD1048576\"><v>2</v></c></row>\
        </sheetData><mergeCells><mergeCell ref=\"A1:XFD1048576\"/></mergeCells></worksheet>";
    let workbook = "<workbook><sheets><sheet name=\"a\" r:id=\"r1\"/></sheets></workbook>";
    let bytes =
        zipped(&[("xl/workbook.xml", workbook.as_bytes()), ("xl/worksheets/sheet1.xml", sheet.as_bytes())]);
    let folder = folder(&[("a.xlsx", bytes)]);
    let answer = tieout_in(folder.path(), ["check", "--format=json", "a.xlsx"]);
    assert_eq!(text(&answer.findings()[0]["message"]), "a.xlsx has more than 1000000 rows of merged cells");
}

#[test]
fn what_is_hidden_or_was_never_computed_is_told() {
    let shown = |report: &str| {
        let rows: Vec<String> = report
            .lines()
            .enumerate()
            .map(|(row, line)| {
                let row = row + 1;
                format!("<row r=\"{row}\"><c r=\"A{row}\" t=\"inlineStr\"><is><t>{line}</t></is></c></row>")
            })
            .collect();
        rows.concat()
    };
    let report = "岚汀县教育局2021年政府信息公开工作年度报告\n一、总体情况";
    let sheet = |rows: &str| format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
    let rows = shown(report)
        + "<row r=\"9\" hidden=\"1\"><c r=\"B9\"><v>5</v></c></row><row r=\"10\"><c r=\"B10\"><f>SUM(B1:B9)</f></c></row>";
    let workbook = "<workbook><sheets><sheet name=\"报告\" r:id=\"r1\"/><sheet name=\"旧\" state=\"hidden\" r:id=\"r2\"/></sheets></workbook>";
    let (first, second) = (sheet(&rows), sheet(&shown("旧数")));
    let bytes = zipped(&[
        ("xl/workbook.xml", workbook.as_bytes()),
        ("xl/worksheets/sheet1.xml", first.as_bytes()),
        ("xl/worksheets/sheet2.xml", second.as_bytes()),
    ]);
    let folder = folder(&[("a.xlsx", bytes)]);
    let answer =
        tieout_in(folder.path(), ["check", "--pack=ogi", "--select=tieout/*", "--format=json", "a.xlsx"]);
    let told: Vec<[String; 3]> = answer
        .findings()
        .iter()
        .map(|finding| {
            [text(&finding["level"]), text(&finding["primary"]["locator"]), text(&finding["message"])]
        })
        .collect();
    let expected = [
        ["note", "报告!B9", "a cell of sheet 报告 is in a hidden row or column; it was read"],
        [
            "warning",
            "报告!B10",
            "a formula of sheet 报告 has no value; open and save the file in a spreadsheet program",
        ],
        ["note", "旧!A1", "sheet 旧 is hidden and was not read"],
    ];
    assert_eq!(told, expected.map(|one| one.map(str::to_owned)));
}

#[test]
fn what_formulas_say_of_figures_is_told() {
    let row = |row: u32, total: &str| {
        format!(
            "<row r=\"{row}\"><c r=\"A{row}\"><v>2</v></c><c r=\"B{row}\"><v>3</v></c><c r=\"C{row}\">{total}</c></row>"
        )
    };
    let sum = |row: u32, value: u32| format!("<f>SUM(A{row}:B{row})</f><v>{value}</v>");
    let rows = row(1, &sum(1, 6)) + &row(2, "<v>5</v>") + &row(3, &sum(3, 5));
    let sheet = format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
    let workbook = "<workbook><sheets><sheet name=\"表\" r:id=\"r1\"/></sheets></workbook>";
    let bytes =
        zipped(&[("xl/workbook.xml", workbook.as_bytes()), ("xl/worksheets/sheet1.xml", sheet.as_bytes())]);
    let folder = folder(&[("a.xlsx", bytes)]);
    let answer = tieout_in(folder.path(), ["check", "--pack=ogi", "--format=json", "a.xlsx"]);
    let told: Vec<[String; 4]> = answer
        .findings()
        .iter()
        .map(|finding| {
            [&finding["rule"], &finding["level"], &finding["primary"]["locator"], &finding["message"]]
                .map(text)
        })
        .collect();
    let expected = [
        ["tieout/stale-sum", "warning", "表!C1", "C1 shows 6, but the cells that its formula adds up make 5"],
        ["tieout/typed-total", "note", "表!C2", "C2 is typed in, while C1 and C3 beside it are sums"],
    ];
    let expected = expected.map(|one| one.map(str::to_owned));
    assert!(expected.iter().all(|one| told.contains(one)), "{told:?}");
}

/// What standard input holds is told by its bytes too.
#[test]
fn standard_input_may_hold_any_kind() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = command(folder.path());
    command.args(["check", "-", "--format=json", "--stdin-filename=a.pdf"]);
    let found = answer(&mut command, &fs::read(made("errors-reportlab.pdf")).unwrap());
    assert_eq!(told(&found), told(&check(&fixture("errors.html"))));
}
