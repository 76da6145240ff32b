//! One report in the layouts that web pages, office programs and converters give it: every cell is bound to its place, and
//! nothing is found in it.

#![cfg(test)]

mod program;

use std::fmt::Write as _;

use tieout::document::Document;
use tieout::facts::{self, Home};
use tieout::lint::{Linter, Outcome, Policy};
use tieout::rules::library;
use tieout::source::Source;

/// A row of a form: labels with the number of columns that each spans, and its figures.
type Row = (&'static [(&'static str, usize)], &'static [&'static str]);

const DISCLOSED: &[Row] = &[
    (&[("第二十条第（一）项", 4)], &[]),
    (&[("信息内容", 1), ("本年制发件数", 1), ("本年废止件数", 1), ("现行有效件数", 1)], &[]),
    (&[("规章", 1)], &["0", "0", "0"]),
    (&[("行政规范性文件", 1)], &["3", "1", "12"]),
    (&[("第二十条第（五）项", 4)], &[]),
    (&[("信息内容", 1), ("本年处理决定数量", 3)], &[]),
    (&[("行政许可", 1)], &["1286"]),
    (&[("第二十条第（六）项", 4)], &[]),
    (&[("信息内容", 1), ("本年处理决定数量", 3)], &[]),
    (&[("行政处罚", 1)], &["47"]),
    (&[("行政强制", 1)], &["0"]),
    (&[("第二十条第（八）项", 4)], &[]),
    (&[("信息内容", 1), ("本年收费金额（单位：万元）", 3)], &[]),
    (&[("行政事业性收费", 1)], &["0"]),
];

const NOTHING: &[&str] = &["0", "0", "0", "0", "0", "0", "0"];

const REQUESTS: &[Row] = &[
    (&[("（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", 3), ("申请人情况", 7)], &[]),
    (&[("自然人", 1), ("法人或其他组织", 5), ("总计", 1)], &[]),
    (&[("商业企业", 1), ("科研机构", 1), ("社会公益组织", 1), ("法律服务机构", 1), ("其他", 1)], &[]),
    (&[("一、本年新收政府信息公开申请数量", 3)], &["9", "2", "0", "0", "1", "0", "12"]),
    (&[("二、上年结转政府信息公开申请数量", 3)], &["1", "0", "0", "0", "0", "0", "1"]),
    (&[("三、本年度办理结果", 1), ("（一）予以公开", 2)], &["5", "1", "0", "0", "0", "0", "6"]),
    (
        &[("（二）部分公开（区分处理的，只计这一情形，不计其他情形）", 2)],
        &["1", "0", "0", "0", "0", "0", "1"],
    ),
    (&[("（三）不予公开", 1), ("1.属于国家秘密", 1)], NOTHING),
    (&[("2.其他法律行政法规禁止公开", 1)], NOTHING),
    (&[("3.危及“三安全一稳定”", 1)], NOTHING),
    (&[("4.保护第三方合法权益", 1)], NOTHING),
    (&[("5.属于三类内部事务信息", 1)], NOTHING),
    (&[("6.属于四类过程性信息", 1)], NOTHING),
    (&[("7.属于行政执法案卷", 1)], NOTHING),
    (&[("8.属于行政查询事项", 1)], NOTHING),
    (&[("（四）无法提供", 1), ("1.本机关不掌握相关政府信息", 1)], &["3", "1", "0", "0", "1", "0", "5"]),
    (&[("2.没有现成信息需要另行制作", 1)], NOTHING),
    (&[("3.补正后申请内容仍不明确", 1)], NOTHING),
    (&[("（五）不予处理", 1), ("1.信访举报投诉类申请", 1)], NOTHING),
    (&[("2.重复申请", 1)], NOTHING),
    (&[("3.要求提供公开出版物", 1)], NOTHING),
    (&[("4.无正当理由大量反复申请", 1)], NOTHING),
    (&[("5.要求行政机关确认或重新出具已获取信息", 1)], NOTHING),
    (
        &[("（六）其他处理", 1), ("1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请", 1)],
        NOTHING,
    ),
    (&[("2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请", 1)], NOTHING),
    (&[("3.其他", 1)], NOTHING),
    (&[("（七）总计", 2)], &["9", "2", "0", "0", "1", "0", "12"]),
    (&[("四、结转下年度继续办理", 3)], &["1", "0", "0", "0", "0", "0", "1"]),
];

const FOUR: [(&str, usize); 5] =
    [("结果维持", 1), ("结果纠正", 1), ("其他结果", 1), ("尚未审结", 1), ("总计", 1)];

const REVIEWS: &[Row] = &[
    (&[("行政复议", 5), ("行政诉讼", 10)], &[]),
    (&[FOUR[0], FOUR[1], FOUR[2], FOUR[3], FOUR[4], ("未经复议直接起诉", 5), ("复议后起诉", 5)], &[]),
    (&[FOUR[0], FOUR[1], FOUR[2], FOUR[3], FOUR[4], FOUR[0], FOUR[1], FOUR[2], FOUR[3], FOUR[4]], &[]),
    (&[], &["1", "0", "0", "2", "3", "0", "0", "0", "0", "0", "0", "1", "0", "0", "1"]),
];

/// The cells of a row, labels first.
fn cells(row: &Row) -> Vec<&'static str> {
    row.0.iter().map(|(label, _)| *label).chain(row.1.iter().copied()).collect()
}

fn joined(form: &[Row], between: &str) -> String {
    form.iter().map(|row| cells(row).join(between) + "\n").collect()
}

/// The report as text, with its forms as `form` writes them.
fn text(form: impl Fn(&[Row]) -> String) -> String {
    format!(
        "澜安县林业局2023年政府信息公开工作年度报告\n\n本报告所列数据的统计期限为2023年1月1日至2023年12月31日。\n\n\
         一、总体情况\n全年新收政府信息公开申请12件。\n二、主动公开政府信息情况\n{}\
         三、收到和处理政府信息公开申请情况\n{}四、政府信息公开行政复议、行政诉讼情况\n{}\
         五、存在的主要问题及改进情况\n公开的深度有待加强。\n六、其他需要报告的事项\n无。\n",
        form(DISCLOSED),
        form(REQUESTS),
        form(REVIEWS)
    )
}

/// The report as a page: paragraphs, and forms as `form` writes them.
fn page(form: impl Fn(&[Row]) -> String) -> String {
    let text = text(|rows| format!("<!>{}\n", form(rows).replace('\n', "")));
    let paragraph = |line: &str| match line.strip_prefix("<!>") {
        Some(markup) => markup.to_owned(),
        None => format!("<p>{line}</p>"),
    };
    format!("<html><body>{}</body></html>", text.lines().map(paragraph).collect::<Vec<_>>().join("\n"))
}

/// A table without any span, with each cell as `cell` writes it.
fn bare_table(form: &[Row], cell: impl Fn(&str) -> String) -> String {
    let row = |row: &Row| -> String {
        format!(
            "<tr>{}</tr>",
            cells(row).into_iter().map(|text| format!("<td>{}</td>", cell(text))).collect::<String>()
        )
    };
    format!("<table>{}</table>", form.iter().map(row).collect::<String>())
}

/// What is wrong with how a report is read: cells bound other than all two hundred of this report, in their places; findings.
fn trouble(name: &str, report: &str) -> Vec<String> {
    let packs = library::entries(Vec::new()).into_iter().map(Result::unwrap).collect::<Vec<_>>();
    let policy = Policy::new(&[], &[], None, &packs).unwrap();
    let linter = Linter { packs, is_forced: false, policy };
    let source = Source::from_text(name, report.to_owned());
    let mut trouble = Vec::new();
    {
        let document = Document::new(source.content());
        let pack = linter.packs.iter().find(|entry| entry.card.id == "ogi").unwrap().pack();
        let facts = facts::read(&document, pack);
        let mut shown: Vec<(usize, String)> = facts
            .figures
            .iter()
            .filter_map(|figure| match figure.home {
                Home::Cell(slot) if slot.0 < pack.size() => {
                    Some((slot.0, figure.span.of(document.text()).trim().to_owned()))
                }
                Home::Cell(_) | Home::Prose => None,
            })
            .collect();
        shown.sort();
        let shown: Vec<&str> = shown.iter().map(|(_, text)| text.as_str()).collect();
        let all: Vec<&str> = [DISCLOSED, REQUESTS, REVIEWS]
            .into_iter()
            .flatten()
            .flat_map(|row| row.1.iter().copied())
            .collect();
        if shown != all {
            trouble.push(format!("{} cells", shown.len()));
        }
        if facts.report.body.as_deref() != Some("澜安县林业局") {
            trouble.push(format!("{:?}", facts.report.body));
        }
    }
    match linter.source(source, name) {
        Outcome::Reports(reports) => {
            trouble.extend(
                reports.iter().flat_map(|report| &report.findings).map(|finding| finding.message.clone()),
            );
        }
        Outcome::Skipped(what) => trouble.push(what),
    }
    trouble
}

fn assert_read(layouts: &[(&str, &str, String)]) {
    for (layout, name, report) in layouts {
        assert_eq!(trouble(name, report), Vec::<String>::new(), "{layout}:\n{report}");
    }
}

#[test]
fn cells_are_parted_in_many_ways() {
    let by = |between: &'static str| text(|form| joined(form, between));
    let in_lines = |form: &[Row]| -> String {
        form.iter()
            .map(|row| {
                let labels: String = row.0.iter().map(|(label, _)| format!("{label}\n")).collect();
                if row.1.is_empty() { labels } else { format!("{labels}{}\n", row.1.join(" ")) }
            })
            .collect()
    };
    assert_read(&[
        ("tabs", "a.txt", by("\t")),
        ("two tabs", "a.txt", by("\t\t")),
        ("one space", "a.txt", by(" ")),
        ("three spaces", "a.txt", by("   ")),
        ("wide spaces", "a.txt", by("　")),
        ("bars", "a.txt", by(" | ")),
        ("commas", "a.txt", by(",")),
        ("a cell a line", "a.txt", by("\n")),
        ("figures below their labels", "a.txt", text(in_lines)),
        ("carriage returns", "a.txt", by("\t").replace('\n', "\r")),
    ]);
}

#[test]
fn columns_are_told_by_where_they_stand() {
    // As converters lay out a page: labels broken over two lines, each figure under its column.
    let laid_out = |form: &[Row]| {
        let is_requests = form.len() == REQUESTS.len();
        let (left, width) = if form.len() == REVIEWS.len() { (0, 10) } else { (44, 14) };
        let mut out = String::new();
        for row in form {
            let (mut line, mut rest) = (String::new(), String::new());
            if row.1.is_empty() {
                // The first column of the header stands over the labels of rows.
                let is_over_labels = form.len() == DISCLOSED.len() || is_requests && row.0.len() == 2;
                let mut at = if is_over_labels { 2 } else { left };
                for (index, (label, span)) in row.0.iter().enumerate() {
                    pad(&mut line, at);
                    line += label;
                    at = if is_over_labels && index == 0 { left } else { at + span * width };
                }
            } else if let Some((label, _)) = row.0.last() {
                let cut = label.char_indices().nth(18).map_or(label.len(), |(at, _)| at);
                let (first, second) = label.split_at(cut);
                pad(&mut line, 2);
                line += first;
                if !second.is_empty() {
                    rest = format!("  {second}\n");
                }
            }
            for (column, figure) in row.1.iter().enumerate() {
                pad(&mut line, left + column * width + 3);
                line += figure;
            }
            let _ = writeln!(out, "{line}");
            out += &rest;
        }
        out
    };
    assert_read(&[("laid out", "a.txt", text(laid_out))]);
}

fn pad(line: &mut String, column: usize) {
    use unicode_width::UnicodeWidthStr;
    let gap = column.saturating_sub(line.width()).max(usize::from(!line.is_empty()) * 2);
    line.extend(std::iter::repeat_n(' ', gap));
}

#[test]
fn pages_write_tables_with_and_without_spans() {
    let plain = |text: &str| text.to_owned();
    let invisible = |text: &str| format!("&#8203;{text}\u{ad}&nbsp;\u{e5e5}");
    let by_breaks = |form: &[Row]| {
        let rows: Vec<String> = form.iter().map(|row| cells(row).join("&nbsp;&nbsp;&nbsp;")).collect();
        format!("<p>{}</p>", rows.join("<br/>"))
    };
    let turned = |form: &[Row]| {
        if form.len() != REVIEWS.len() {
            return bare_table(form, plain);
        }
        let rows = ["行政复议", "未经复议直接起诉", "复议后起诉"];
        let mut table = String::from("<table><tr><td>类型<td>结果<td>件数</tr>");
        for (row, name) in rows.into_iter().enumerate() {
            for (column, (label, _)) in FOUR.into_iter().enumerate() {
                let head = if column == 0 { format!("<td rowspan=5>{name}") } else { String::new() };
                let figure = form.last().unwrap().1[row * 5 + column];
                table += &format!("<tr>{head}<td>{label}<td>{figure}</tr>");
            }
        }
        table + "</table>"
    };
    assert_read(&[
        ("no spans", "a.html", page(|form| bare_table(form, plain))),
        ("invisible characters", "a.html", page(|form| bare_table(form, invisible))),
        ("line breaks", "a.html", page(by_breaks)),
        ("pre", "a.html", page(|form| format!("<pre>{}</pre>", joined(form, "\t").replace('\n', "&#10;")))),
        ("turned around", "a.html", page(turned)),
    ]);
}

#[test]
fn a_copy_of_the_report_is_told_once_or_not_at_all() {
    let whole = page(|form| bare_table(form, str::to_owned));
    let body = whole.trim_start_matches("<html><body>").trim_end_matches("</body></html>");
    assert_read(&[(
        "hidden",
        "a.html",
        format!("<html><body>{body}<div style='display:none'>{body}</div></body></html>"),
    )]);
    let other = whole.replace("林业局", "水务局").replace("申请12件", "申请12件，已办结12件");
    let both = format!("{whole}{other}");
    let notes = trouble("a.html", &both);
    assert_eq!(notes.iter().filter(|note| note.contains("2 reports")).count(), 1, "{notes:?}");
    assert_eq!(notes.len(), 1, "{notes:?}");
}

#[test]
fn a_guide_and_a_letter_about_reports_are_no_reports() {
    let guide = "澜安县林业局政府信息公开指南\n主动公开政府信息的范围。\n一、依申请公开\n对政府信息公开申请，予以公开、不予公开的，分别答复。\n三、监督\n政府信息公开工作年度报告每年公布，其他需要报告的事项一并公布。\n";
    let letter = "关于编制2021年政府信息公开工作年度报告的通知\n各单位：\n主动公开规范性文件、依申请公开和行政复议的数据，请于年底前报送。\n一、主动公开\n逐项填写。\n";
    for text in [guide, letter] {
        assert!(trouble("a.txt", text).contains(&"not recognised".to_owned()), "{text}");
    }
}

#[test]
fn reports_before_the_forms_are_reports_of_their_own_sections() {
    let older = "澜安县林业局2011年政府信息公开工作年度报告\n一、概述\n文。\n二、主动公开政府信息情况\n文。\n三、依申请公开政府信息情况\n收到政府信息公开申请。\n四、收费情况\n文。\n";
    assert_eq!(trouble("a.txt", older), ["0 cells"]);
}

/// The report with some labels in other words.
fn reworded(report: &str, words: &[(&str, &str)]) -> String {
    words.iter().fold(report.to_owned(), |report, (label, other)| {
        assert!(report.contains(label), "{label}");
        report.replace(label, other)
    })
}

#[test]
fn labels_in_other_words_are_told_by_likeness_and_order() {
    const WORDS: &[(&str, &str)] = &[
        ("本年制发件数", "本年度制发的件数"),
        ("社会公益组织", "社会公益类组织"),
        (
            "（二）部分公开（区分处理的，只计这一情形，不计其他情形）",
            "(二)部分公开(区分处理,只计这一种情形,不计其他)",
        ),
        ("二、上年结转政府信息公开申请数量", "二、上年度結轉的政府信息公開申請數"),
        ("5.属于三类内部事务信息", "５．属于三类内部的事务信息"),
        ("1.本机关不掌握相关政府信息", "⑴本机关未掌握相关信息"),
        (
            "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
            "2.逾期未按通知缴费不再处理",
        ),
        ("（七）总计", "㈦总计"),
        ("四、结转下年度继续办理", "四、结转至下年度办理"),
        ("尚未审结", "尚未审结的"),
    ];
    let cell_a_line = text(|form| {
        form.iter().flat_map(|row| cells(row)).fold(String::new(), |all, cell| all + cell + "\n")
    });
    let barred = text(|form| {
        form.iter().flat_map(|row| cells(row)).fold(String::new(), |all, cell| all + cell + " |\n")
    });
    assert_read(&[
        ("a table", "a.html", reworded(&page(|form| bare_table(form, str::to_owned)), WORDS)),
        ("bars", "a.txt", reworded(&text(|form| joined(form, " | ")), WORDS)),
        ("a cell a line", "a.txt", reworded(&cell_a_line, WORDS)),
        ("a cell and a bar a line", "a.txt", reworded(&barred, WORDS)),
        ("a cell a paragraph", "a.txt", reworded(&cell_a_line, WORDS).replace('\n', "\n\n")),
    ]);
}

#[test]
fn a_header_cell_that_no_form_has_is_told_by_its_place() {
    let report = reworded(&text(|form| joined(form, " | ")), &[("法律服务机构", "律所")]);
    let notes = trouble("a.txt", &report);
    let [note] = notes.as_slice() else { panic!("{notes:?}") };
    assert!(note.ends_with("is told by where it stands, not by its label"), "{note}");
    // What its figures do not bear out takes no part.
    let report = report.replace(" | 0 | 0 | 1 | 0 | ", " | 0 | 0 | 4 | 0 | ");
    let notes = trouble("a.txt", &report);
    assert!(notes.iter().any(|note| note.ends_with("nothing bears it out: not checked")), "{notes:?}");
}

#[test]
fn lines_of_a_form_are_no_headings() {
    let report = text(|form| joined(form, "\n"));
    let report =
        reworded(&report, &[("（四）无法提供", "（五）不能提供的"), ("三、本年度办理结果", "七、结果")]);
    assert_read(&[("other numbers", "a.txt", report)]);
}

#[test]
fn a_word_in_every_cell_is_told_once_a_form() {
    let report = text(|form| {
        form.iter()
            .map(|row| {
                let nothing: Vec<&str> = row.1.iter().map(|_| "无").collect();
                let labels: Vec<&str> = row.0.iter().map(|(label, _)| *label).collect();
                [labels, nothing].concat().join("\t") + "\n"
            })
            .collect()
    })
    .replace("全年新收政府信息公开申请12件。\n", "");
    let told = trouble("a.txt", &report);
    assert_eq!(
        told.iter().filter(|message| message.contains("more cells of the form")).count(),
        3,
        "{told:?}"
    );
    assert_eq!(told.len(), 4, "{told:?}");
}
