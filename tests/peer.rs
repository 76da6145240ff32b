//! The phrases that the nearest program of the kind has tests for, and how each is read: its readings, without its mistakes.

#![cfg(test)]

use tieout::document::Document;
use tieout::facts;
use tieout::facts::cell::Reading;
use tieout::lint::{Linter, Outcome, Policy};
use tieout::rules::library;
use tieout::rules::pack::Pack;
use tieout::rules::rule::Level;
use tieout::source::Source;

fn ogi() -> Pack {
    let mut packs = library::load(library::embedded()).into_iter().map(Result::unwrap);
    packs.find(|pack| pack.id == "ogi").unwrap()
}

/// The claims that a text makes with the number each states, by name.
fn claims(text: &str) -> Vec<(String, String)> {
    let pack = ogi();
    let source = Source::from_text("report.txt", format!("一、依申请公开情况\n{text}\n"));
    let document = Document::new(source.content());
    let facts = facts::read(&document, &pack);
    let stated = facts.claims.claims.iter().filter_map(|claim| {
        let figure = facts.figure(facts.captured_figure(claim.figure()?)?)?;
        let Reading::Number(quantity) = figure.reading else { return None };
        Some((pack.claims.claims[claim.kind].id.clone(), quantity.printed.to_string()))
    });
    stated.collect()
}

fn assert_reads(text: &str, expected: &[(&str, &str)]) {
    let read = claims(text);
    for (claim, value) in expected {
        let values: Vec<&str> =
            read.iter().filter(|(name, _)| name == claim).map(|(_, value)| value.as_str()).collect();
        let wanted: Vec<&str> = if value.is_empty() { Vec::new() } else { vec![*value] };
        assert_eq!(values, wanted, "{claim} in {text}: {read:?}");
    }
}

/// The rules from warnings up that a report breaks which states this, its forms having these figures.
fn broken(text: &str, [new, carried_in, closed, carried_out]: [u32; 4], reviews: [u32; 3]) -> Vec<String> {
    let packs = vec![ogi().into()];
    let policy = Policy::new(&[], &[], None, &packs).unwrap();
    let linter = Linter { packs, is_forced: true, policy };
    let row = |label: &str, count: u32| format!("{label} | {count} | 0 | 0 | 0 | 0 | 0 | {count}\n");
    let columns = "自然人 | 商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他 | 总计";
    let outcomes = "结果维持 | 结果纠正 | 其他结果 | 尚未审结 | 总计";
    let cells = reviews.map(|count| format!("{count} | 0 | 0 | 0 | {count}")).join(" | ");
    let report = format!(
        "一、政府信息公开申请情况\n{text}\n办理情况 | {columns}\n{}{}{}{}\n二、政府信息公开行政复议、行政诉讼情况\n\
         行政复议 | 行政诉讼 |\n{outcomes} | 未经复议直接起诉 | 复议后起诉 |\n{outcomes} | {outcomes} |\n{cells} |\n",
        row("一、本年新收政府信息公开申请数量", new),
        row("二、上年结转政府信息公开申请数量", carried_in),
        row("（七）总计", closed),
        row("四、结转下年度继续办理", carried_out),
    );
    let Outcome::Reports(reports) = linter.source(Source::from_text("report.txt", report), "report.txt")
    else {
        panic!("not read");
    };
    let findings = reports.into_iter().flat_map(|report| report.findings);
    findings.filter(|finding| finding.level > Level::Note).map(|finding| finding.rule).collect()
}

#[test]
fn new_and_carried_in() {
    let text = "本年度共新收政府信息公开申请170件，上年结转15件。";
    assert_reads(text, &[("new_requests", "170"), ("carried_in", "15"), ("closed", "")]);
    assert!(broken(text, [170, 15, 180, 5], [0; 3]).is_empty());
    assert_eq!(broken(text, [170, 16, 180, 6], [0; 3]), ["ogi/prose-carried-in"]);
}

#[test]
fn suits_are_those_with_and_without_a_review() {
    let text = "全年发生行政诉讼案件7件。";
    assert!(broken(text, [1, 0, 1, 0], [0, 6, 1]).is_empty());
    assert_eq!(broken(text, [1, 0, 1, 0], [0, 6, 2]), ["ogi/prose-suits"]);
}

#[test]
fn what_was_answered_is_not_what_came_in() {
    let text = "共受理政府信息公开申请3259件，答复3278件（含上年度结转申请77件，另有58件顺延到下年度答复）。";
    assert_reads(
        text,
        &[("received", "3259"), ("answered", "3278"), ("carried_in", "77"), ("carried_out", "58")],
    );
    assert!(broken(text, [3259, 77, 3278, 58], [0; 3]).is_empty());
    assert_eq!(broken(text, [3259, 77, 3277, 59], [0; 3]), ["ogi/prose-answered", "ogi/prose-carried-over"]);
}

#[test]
fn a_partition_states_no_total() {
    let text = "共受理政府信息公开申请19件，其中11件均按规定程序办结，8件申请人主动撤销。";
    assert_reads(text, &[("received", "19"), ("closed", ""), ("answered", ""), ("handled", "")]);
    assert!(broken(text, [19, 0, 19, 0], [0; 3]).is_empty());
}

#[test]
fn what_was_carried_in_is_answered_too() {
    let text = "受理信息公开申请10件，办理上年度结转申请1件。答复11件，均在法定期限内答复。";
    assert_reads(text, &[("received", "10"), ("carried_in", "1"), ("answered", "11")]);
    assert!(broken(text, [10, 1, 11, 0], [0; 3]).is_empty());
}

#[test]
fn numerals_and_hedges_are_read() {
    assert!(broken("新收政府信息公开申请七件。", [7, 0, 7, 0], [0; 3]).is_empty());
    assert_eq!(broken("新收政府信息公开申请七件。", [8, 0, 8, 0], [0; 3]), ["ogi/prose-new"]);
    assert!(broken("新收政府信息公开申请近300件。", [298, 0, 298, 0], [0; 3]).is_empty());
    assert_eq!(broken("新收政府信息公开申请1.2万件。", [13500, 0, 13500, 0], [0; 3]), ["ogi/prose-new"]);
}

#[test]
fn words_of_another_sentence_are_not_joined() {
    let text = "未收到上级的政府信息公开申请转办件。制定工作计划3件。";
    assert_reads(text, &[("received", ""), ("new_requests", "")]);
}
