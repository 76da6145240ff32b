//! What stands in documents that programs write in odd but lawful ways is read as what it is. Each file is made here.

#![cfg(test)]

use std::io::{Cursor, Write as _};
use std::path::Path;
use std::time::Instant;

use tieout::source::Source;
use tieout::source::content::{CELL_BREAK, Mark, RemarkKind};
use zip::write::SimpleFileOptions;

/// A zip of parts.
fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// What is read of a file: `¶` a paragraph, `[ … ]` a table, `/` before each row, `|` before each cell.
fn read(name: &str, bytes: Vec<u8>) -> String {
    let source = Source::decode(Path::new(name), bytes, None).unwrap();
    let content = source.content();
    let mut told = String::new();
    for mark in &content.marks {
        match mark {
            Mark::Text { span, .. } => told += &format!("¶{}", span.of(&content.text)),
            Mark::TableStart(_) => told.push('['),
            Mark::RowStart => told.push('/'),
            Mark::Cell { span, .. } => {
                told += &format!("|{}", span.of(&content.text).replace(CELL_BREAK, "~"))
            }
            Mark::TableEnd => told.push(']'),
            Mark::Picture(_) => {}
        }
    }
    told
}

fn refused(name: &str, bytes: Vec<u8>) -> String {
    Source::decode(Path::new(name), bytes, None).unwrap_err().to_string()
}

fn relations(of: &[(&str, &str)]) -> String {
    let kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let each = of.iter().enumerate().map(|(number, (kind, target))| {
        format!(r#"<Relationship Id="r{}" Type="{kinds}/{kind}" Target="{target}"/>"#, number + 1)
    });
    format!("<Relationships>{}</Relationships>", each.collect::<String>())
}

/// A workbook with one sheet: its styles, and the rows of the sheet.
fn workbook(styles: &str, rows: &str) -> Vec<u8> {
    package(&[
        ("_rels/.rels", &relations(&[("officeDocument", "xl/workbook.xml")])),
        ("xl/_rels/workbook.xml.rels", &relations(&[("worksheet", "worksheets/sheet1.xml")])),
        ("xl/workbook.xml", r#"<workbook><sheets><sheet name="S" r:id="r1"/></sheets></workbook>"#),
        ("xl/styles.xml", styles),
        ("xl/worksheets/sheet1.xml", &format!("<worksheet><sheetData>{rows}</sheetData></worksheet>")),
    ])
}

/// A document with a body.
fn document(body: &str) -> Vec<u8> {
    package(&[("word/document.xml", &format!("<w:document><w:body>{body}</w:body></w:document>"))])
}

fn paragraph(text: &str) -> String {
    let runs = text.split('\t').map(|word| format!("<w:r><w:t>{word}</w:t></w:r>"));
    format!("<w:p>{}</w:p>", runs.collect::<Vec<_>>().join("<w:r><w:tab/></w:r>"))
}

fn table(rows: &[&[&str]]) -> String {
    let cell = |text: &&str| format!("<w:tc>{}</w:tc>", text.split('~').map(paragraph).collect::<String>());
    let row = |cells: &&[&str]| format!("<w:tr>{}</w:tr>", cells.iter().map(cell).collect::<String>());
    format!("<w:tbl>{}</w:tbl>", rows.iter().map(row).collect::<String>())
}

#[test]
fn a_main_part_may_have_any_name() {
    let main = relations(&[("officeDocument", "/book.xml")]);
    let bytes = package(&[
        ("_rels/.rels", &main),
        ("_rels/book.xml.rels", &relations(&[("worksheet", "grid.xml"), ("sharedStrings", "texts.xml")])),
        ("book.xml", r#"<workbook><sheets><sheet name="S" r:id="r1"/></sheets></workbook>"#),
        ("texts.xml", "<sst><si><t>甲</t></si></sst>"),
        (
            "grid.xml",
            r#"<worksheet><sheetData><row><c t="s"><v>0</v></c><c><v>5</v></c></row></sheetData></worksheet>"#,
        ),
    ]);
    assert_eq!(read("a.xlsx", bytes), "[/|甲|5]");
    let bytes = package(&[
        ("_rels/.rels", &relations(&[("officeDocument", "word/main2.xml")])),
        ("word/main2.xml", &format!("<w:document><w:body>{}</w:body></w:document>", paragraph("甲"))),
    ]);
    assert_eq!(read("a.docx", bytes), "¶甲");
    let show = package(&[
        ("_rels/.rels", &relations(&[("officeDocument", "ppt/presentation.xml")])),
        ("ppt/presentation.xml", "<p:presentation/>"),
    ]);
    assert!(refused("a.pptx", show).contains("presentation (.pptx)"));
}

#[test]
fn formats_choose_their_sections() {
    let styles = r##"<styleSheet><numFmts>
        <numFmt numFmtId="164" formatCode="[=0]&quot;-&quot;;#,##0"/><numFmt numFmtId="165" formatCode=""/>
        <numFmt numFmtId="166" formatCode="[h]:mm"/><numFmt numFmtId="167" formatCode="0;-0;0;&quot;第&quot;@"/>
        </numFmts><cellXfs><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/><xf numFmtId="167"/>
        <xf numFmtId="18"/></cellXfs></styleSheet>"##;
    let cells = [("0", "1200"), ("0", "0"), ("0", "-7"), ("1", "1.5"), ("2", "1.5625"), ("4", "0.75")];
    let cells = cells.map(|(style, value)| format!(r#"<c s="{style}"><v>{value}</v></c>"#)).concat();
    let text = r#"<c s="3" t="str"><v>三</v></c>"#;
    let bytes = workbook(styles, &format!("<row>{cells}{text}</row>"));
    assert_eq!(read("a.xlsx", bytes), "[/|1,200|-|-7|1.5|37:30|6:00 PM|第三]");
}

#[test]
fn formulas_of_many_cells_are_no_sums() {
    let rows = r#"<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c>
        <c r="C1"><f t="array" ref="C1:C2">A1:A2+B1:B2</f><v>3</v></c></row>
        <row r="2"><c r="A2"><v>3</v></c><c r="B2"><v>4</v></c><c r="C2"><v>7</v></c></row>
        <row r="3"><c r="A3"><f>SUM(A1:A2)</f><v>5</v></c></row>"#;
    let source = Source::decode(Path::new("a.xlsx"), workbook("<styleSheet/>", rows), None).unwrap();
    let remarks: Vec<_> = source.content().remarks.iter().map(|remark| remark.kind).collect();
    assert_eq!(remarks, [RemarkKind::StaleSum]);
}

/// A record of a binary workbook.
fn record(kind: u16, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len()).unwrap();
    [&kind.to_le_bytes(), &length.to_le_bytes(), body].concat()
}

#[test]
fn charts_in_a_binary_sheet_are_not_its_cells() {
    let begin = |kind: u8| record(0x0809, &[0, 6, kind, 0, 0, 0, 0, 0]);
    let end = record(0x000A, &[]);
    let number = |row: u8, column: u8, value: f64| {
        record(0x0203, &[&[row, 0, column, 0, 0, 0][..], &value.to_le_bytes()].concat())
    };
    let sheet = [
        begin(0x10),
        number(0, 0, 1.0),
        number(0, 1, 2.0),
        begin(0x20),
        number(0, 0, 77.0),
        end.clone(),
        number(0, 2, 3.0),
        end.clone(),
    ]
    .concat();
    let listed = |offset: usize| {
        let offset = u32::try_from(offset).unwrap().to_le_bytes();
        record(0x0085, &[&offset[..], &[0, 0, 1, 0, b'S']].concat())
    };
    let globals = |offset| [begin(0x05), listed(offset), end.clone()].concat();
    let stream = [globals(globals(0).len()), sheet].concat();
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    file.create_stream("Workbook").unwrap().write_all(&stream).unwrap();
    file.flush().unwrap();
    assert_eq!(read("a.xls", file.into_inner().into_inner()), "[/|1|2|3]");
}

#[test]
fn one_long_remark_makes_no_table_into_text() {
    let long = "头一段。~第二段。~这一段很长，说明为什么今年的数比去年多，说明的话有六十多个字，所以从前整张表都被当成了版面，表里的数也就一个都没有被当成数来看，直到现在。";
    let rows: [&[&str]; 4] = [
        &["项目", "数", "去年", "说明"],
        &["甲", "12", "7", long],
        &["乙", "3", "4", ""],
        &["合计", "15", "11", ""],
    ];
    let told = read("a.docx", document(&table(&rows)));
    assert!(told.starts_with("[/|项目|数|去年|说明/|甲|12|7|头一段。~第二段。~"), "{told}");
    // A table that lays out the page is running text still.
    assert!(read("b.docx", document(&table(&[&["目录", long]]))).starts_with("¶目录¶头一段。¶第二段。"));
}

#[test]
fn a_table_in_a_cell_of_figures_stands_below() {
    let inner = table(&[&["注", "1"]]);
    let rows: [&[&str]; 3] = [&["项目", "数", "去年"], &["甲", "12", "7"], &["乙", "3", "4"]];
    let outer =
        table(&rows).replacen("<w:tc><w:p><w:r><w:t>甲", &format!("<w:tc>{inner}<w:p><w:r><w:t>甲"), 1);
    assert_eq!(read("a.docx", document(&outer)), "[/|项目|数|去年/|甲|12|7/|乙|3|4][/|注|1]");
}

#[test]
fn lines_set_by_tabs_are_a_table() {
    let lines = ["项目\t2023年\t2024年", "工资\t1,200\t\t1,300", "\t房租\t300\t（20）", "合计\t1,500\t1,280"];
    let body: String = lines.iter().map(|line| paragraph(line)).collect();
    let told = read("a.docx", document(&(paragraph("支出") + &body.replace('（', "(").replace('）', ")"))));
    assert_eq!(told, "¶支出[/|项目|2023年|2024年/|工资|1,200|1,300/|房租|300|(20)/|合计|1,500|1,280]");
    let prose: String = ["甲\t乙说了一句话", "丙\t丁又说了一句", "戊\t己没有说"].map(paragraph).concat();
    assert_eq!(read("a.docx", document(&prose)), "¶甲 乙说了一句话¶丙 丁又说了一句¶戊 己没有说");
}

#[test]
fn signs_beside_figures_join_them() {
    let page =
        "<table><tr><td>Fees<td>$<td>1,200<td>$ <td>1,100</tr><tr><td>Fines<td><td>(30<td>)<td>20</table>";
    assert_eq!(read("a.html", page.into()), "[/|Fees|1,200|1,100/|Fines||(30\n)|20]");
}

#[test]
fn a_remark_of_many_paragraphs_lays_out_no_page() {
    let long = "one word after the other ".repeat(4);
    let page = format!(
        "<table><tr><td>Item<td>2024<td>2025<td>Remark<tr><td>A<td>12<td>7<td><p>x</p><p>{long}</p><p>y</p><tr><td>B<td>3<td>4<td></table>"
    );
    assert!(read("a.html", page.into()).starts_with("[/|Item|2024|2025|Remark/|A|12|7|x~one"));
}

/// Says in time that a file would fill the memory.
fn is_refused(name: &str, bytes: Vec<u8>) {
    let start = Instant::now();
    assert_eq!(refused(name, bytes), "has more than 128 MiB of text");
    assert!(start.elapsed().as_secs() < 20, "{name}: {:?}", start.elapsed());
}

#[test]
fn texts_repeated_without_end_are_refused() {
    let long = "一二三四五六七八".repeat(4000);
    let row = format!("<row>{}</row>", r#"<c t="s"><v>0</v></c>"#.repeat(2000));
    let sheet = format!("<worksheet><sheetData>{row}</sheetData></worksheet>");
    let bytes = package(&[
        ("xl/workbook.xml", r#"<workbook><sheets><sheet name="S" r:id="x"/></sheets></workbook>"#),
        ("xl/sharedStrings.xml", &format!("<sst><si><t>{long}</t></si></sst>")),
        ("xl/worksheets/sheet1.xml", &sheet),
    ]);
    is_refused("a.xlsx", bytes);
    let cells = format!(
        r#"<table:table-row table:number-rows-repeated="900"><table:table-cell table:number-columns-repeated="900"><text:p>{}</text:p></table:table-cell></table:table-row>"#,
        long.get(..3000).unwrap()
    );
    let bytes = package(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        (
            "content.xml",
            &format!(r#"<office:body><table:table table:name="S">{cells}</table:table></office:body>"#),
        ),
    ]);
    is_refused("a.ods", bytes);
}

#[test]
fn a_number_before_each_paragraph_is_bounded() {
    let level = format!(r#"<w:lvl w:ilvl="0"><w:lvlText w:val="{}%1"/></w:lvl>"#, "长".repeat(100_000));
    let numbering = format!(
        r#"<w:numbering><w:abstractNum w:abstractNumId="0">{level}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>"#
    );
    let one = r#"<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>甲</w:t></w:r></w:p>"#;
    let body = one.repeat(5000);
    let bytes = package(&[
        ("word/document.xml", &format!("<w:document><w:body>{body}</w:body></w:document>")),
        ("word/numbering.xml", &numbering),
    ]);
    let told = read("a.docx", bytes);
    assert!(told.starts_with("¶甲") || told.len() < 20_000_000, "{}", told.len());
}
