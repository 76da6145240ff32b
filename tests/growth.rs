//! Time grows with a report and no faster, however it is written.

#![cfg(test)]

use std::time::{Duration, Instant};

use tieout::lint::{Linter, Outcome, Policy};
use tieout::rules::library;
use tieout::source::Source;

fn linter() -> Linter {
    let packs: Vec<_> = library::entries(Vec::new()).into_iter().map(Result::unwrap).collect();
    let policy = Policy::new(&[], &[], None, &packs).unwrap();
    let mut linter = Linter { packs, is_forced: true, policy };
    linter.packs.retain(|entry| entry.card.id == "ogi");
    linter
}

/// The least of some times that a text takes to be checked.
fn time(linter: &Linter, text: &str) -> Duration {
    let once = || {
        let source = Source::from_text("report.txt", text.to_owned());
        let start = Instant::now();
        assert!(matches!(linter.source(source, "report.txt"), Outcome::Reports(_)));
        start.elapsed()
    };
    (0..3).map(|_| once()).min().unwrap()
}

/// Four times the text: four times as long, or sixteen times where each part is held against each.
fn assert_in_proportion(part: &str) {
    let text = |count: usize| {
        format!("云岭县气象局2023年政府信息公开工作年度报告\n一、总体情况\n{}\n", part.repeat(count))
    };
    let linter = linter();
    time(&linter, &text(10));
    let (short, long) = (time(&linter, &text(300)), time(&linter, &text(1200)));
    assert!(long < short * 9, "{part}: {short:?}, then {long:?}");
}

#[test]
fn a_paragraph_of_many_totals_is_read_once() {
    assert_in_proportion("全年主动公开政府信息1724条，其中网站公开政府信息1108条，微信公开政府信息616条。");
}

#[test]
fn a_paragraph_of_many_subjects_is_read_once() {
    assert_in_proportion("收到复议申请3件，受理热线工单12件，收到政府信息公开申请8件。");
}
