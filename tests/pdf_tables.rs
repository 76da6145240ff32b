//! Tables of PDFs that no ruling lines part, as `pdf_tables/make.py` made them: their cells, and the text around them.

#![cfg(test)]

use std::path::Path;

use tieout::document::{Block, Document};
use tieout::source::Source;

/// The blocks of a PDF: a table as rows of `a | b`, one for each column, where a name over several stands in the first; a
/// paragraph as its text.
fn blocks(name: &str) -> Vec<Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pdf_tables").join(format!("{name}.pdf"));
    let source = Source::read(&path).unwrap();
    let document = Document::new(source.content());
    let text = |span: tieout::source::place::Span| span.of(document.text()).replace('\u{2029}', "\n");
    let row = |cells: &[tieout::document::table::Cell]| {
        let mut places: Vec<String> = Vec::new();
        for cell in cells {
            places.resize(usize::from(cell.column), String::new());
            places.push(text(cell.span));
        }
        places.join(" | ")
    };
    let block = |block: &Block| match block {
        Block::Table(table) => table.rows().map(row).collect(),
        Block::Paragraph(paragraph) => vec![text(paragraph.span)],
        Block::Picture(_) => Vec::new(),
    };
    document.blocks().iter().map(block).collect()
}

/// The rows of the tables of a PDF.
fn tables(name: &str) -> Vec<Vec<String>> {
    blocks(name).into_iter().filter(|block| block.len() > 1).collect()
}

const LENT: [&str; 5] = [
    "District | 2021 | 2022 | Share (%)",
    "North | 1,204 | 1,311 | 84.2",
    "South | 87 | 95 | 6.1",
    "East | 640 | 702 | 45.0",
    "Total | 1,931 | 2,108 | 100.0",
];

#[test]
fn figures_that_stand_under_each_other_are_a_table() {
    let found = blocks("borderless");
    let at = found.iter().position(|block| block.len() > 1).unwrap();
    assert_eq!(found[at], LENT);
    // The title above and the text below are none of it, and the text is whole sentences.
    assert_eq!(found[at - 1], ["Table 1. Books lent, in thousands"]);
    assert!(found[at + 1][0].starts_with("Source: the libraries. The lending of books rose"), "{found:?}");
    assert!(found[0][0].contains("Readers came from 14 parishes and borrowed books"), "{found:?}");
}

#[test]
fn lines_around_a_table_and_below_its_header_part_no_rows() {
    assert_eq!(tables("header_and_frame"), [LENT]);
}

#[test]
fn a_label_of_several_lines_is_one() {
    let label = "Loans to readers who live outside of the district and have a card of another library";
    let expected = [
        "Kind of loan | Cases | Days".to_owned(),
        format!("{label} | 12 | 340"),
        format!("{label} | 7 | 91"),
        format!("{label} | 30 | 1,205"),
        "All loans | 49 | 1,636".to_owned(),
    ];
    assert_eq!(tables("labels_of_lines"), [expected]);
}

#[test]
fn names_over_several_columns_span_them() {
    let expected = [
        "Town | Halls |  | Branches".to_owned(),
        " | open | closed | open | closed".to_owned(),
        "Aldham | 3 | 1 | 12 | 0".to_owned(),
        "Birken | 11 | 4 | 25 | 2".to_owned(),
        "Corva | 5 | 0 | 8 | 1".to_owned(),
    ];
    assert_eq!(tables("spans"), [expected]);
    let expected = [
        "类别 |  | 读者类型 |  | 总计",
        " |  | 成人 | 少儿",
        "图书 | 馆藏 | 312 | 40 | 352",
        " | 外借 | 1280 | 95 | 1375",
        "期刊 | 馆藏 | 57 | 3 | 60",
        " | 外借 | 204 | 18 | 222",
    ];
    let found = blocks("chinese");
    assert_eq!(found[2], expected);
    assert_eq!(found[3], ["二、其他需要说明的事项"]);
}

#[test]
fn columns_of_running_text_are_read_one_after_the_other() {
    let found = blocks("two_columns");
    let table = ["Room | Seats | Days", "Harbour | 58 | 312", "Market | 40 | 290", "Mill | 21 | 205"];
    assert_eq!(tables("two_columns"), [table]);
    let sentence = "The council has asked for a second room, and the plans for it were laid out in the hall.";
    let sentences: usize = found.iter().flatten().map(|text| text.matches(sentence).count()).sum();
    assert_eq!(sentences, 5, "{found:?}");
}

#[test]
fn digits_that_are_set_apart_are_one_figure() {
    let expected = [
        "Station | Opened | Readers",
        "Alder | 03/25/2016 | 12345",
        "Birch | 11/02/2017 | 980",
        "Cedar | 07/30/2019 | 4410",
    ];
    assert_eq!(tables("letter_spaced"), [expected]);
}

#[test]
fn a_table_goes_on_on_the_next_page() {
    let [table] = tables("two_pages").try_into().unwrap();
    assert_eq!(table.len(), 16, "{table:?}");
    assert_eq!(table[10..12], ["Parish 10 | 1,370 | 110 | 10.5", "Parish 11 | 1,407 | 121 | 11.5"]);
}

#[test]
fn pages_are_read_however_their_text_is_turned() {
    assert_eq!(tables("turned"), [LENT, LENT, LENT]);
}

#[test]
fn points_that_lead_to_a_figure_are_no_label() {
    let expected = [
        "Account | 2021 | 2022",
        "Fees | 1,204.6 | 980.1",
        "Gifts and grants | 87.0 | 1,095.3",
        "Sales | 640.2 | 702.9",
    ];
    assert_eq!(tables("leaders"), [expected]);
}

#[test]
fn the_axes_of_a_chart_are_no_table() {
    assert_eq!(tables("chart"), [[""; 0]; 0]);
}

/// The remarks on a PDF made of bytes.
fn read(bytes: &[u8]) -> Result<Vec<String>, String> {
    let source =
        Source::decode(Path::new("a.pdf"), bytes.to_vec(), None).map_err(|error| error.to_string())?;
    Ok(source.content().remarks.iter().map(|remark| remark.message.clone()).collect())
}

#[test]
fn what_stands_before_a_file_is_passed_over() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pdf_tables/spans.pdf");
    let bytes = std::fs::read(path).unwrap();
    let junk = [b"HTTP/1.1 200 OK\r\nX-Mark: \xff\xfe\r\n\r\n", bytes.as_slice()].concat();
    assert_eq!(read(&junk), Ok(Vec::new()));
}

/// A file of two pages with the same content, and what its trailer has besides.
fn file(content: &str, resources: &str, trailer: &str) -> Vec<u8> {
    let length = content.len();
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R 3 0 R]/Count 2>>".to_owned(),
        format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 400]/Resources<<{resources}>>/Contents 5 0 R>>"),
        "<</Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray/Length 1>>\
         stream\n0\nendstream"
            .to_owned(),
        format!("<</Length {length}>>stream\n{content}\nendstream"),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_owned(),
    ];
    let mut file = "%PDF-1.7\n".to_owned();
    let mut places = Vec::new();
    for (number, object) in (1..).zip(&objects) {
        places.push(format!("{:010} 00000 n \n", file.len()));
        file += &format!("{number} 0 obj\n{object}\nendobj\n");
    }
    let (start, places) = (file.len(), places.concat());
    file += &format!("xref\n0 7\n0000000000 65535 f \n{places}trailer\n<</Size 7/Root 1 0 R {trailer}>>\n");
    file += &format!("startxref\n{start}\n%%EOF\n");
    file.into_bytes()
}

#[test]
fn a_blank_page_is_no_picture_of_text() {
    let image = "/XObject<</I 4 0 R>>";
    assert_eq!(read(&file("", "", "")), Ok(Vec::new()));
    // A seal on it makes no page of text.
    assert_eq!(read(&file("60 0 0 60 9 9 cm /I Do", image, "")), Ok(Vec::new()));
    assert!(read(&file("400 0 0 400 0 0 cm /I Do", image, "")).unwrap_err().contains("has no text layer"));
}

#[test]
fn encrypted_attachments_keep_no_one_from_the_text() {
    let trailer = "/ID[<00><00>]/Encrypt<</Filter/Standard/V 4/R 4/Length 128/P -4/O(00000000000000000000000000000000)\
        /U(00000000000000000000000000000000)/CF<</StdCF<</CFM/AESV2/AuthEvent/EFOpen/Length 16>>>>\
        /StmF/Identity/StrF/Identity/EFF/StdCF>>";
    let content = "BT /F 12 Tf 20 200 Td (Twelve readers) Tj ET";
    let bytes = file(content, "/Font<</F 6 0 R>>", trailer);
    assert_eq!(read(&bytes), Ok(Vec::new()));
    let locked = file(content, "/Font<</F 6 0 R>>", &trailer.replace("/StmF/Identity", "/StmF/StdCF"));
    assert!(read(&locked).unwrap_err().contains("protected by a password"));
}
