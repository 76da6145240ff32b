//! How sentences are read: some seven hundred, each with what is true of it, most of them in a report whose forms are known.

#![cfg(test)]

mod program;

use std::fs;

use program::root;
use tieout::lint::{Linter, Outcome, Policy};
use tieout::rules::library;
use tieout::rules::rule::Level;
use tieout::source::Source;

/// Of the sentences in which nothing is wrong, those that are reported: a tool that cries wolf is not used.
const MOST_FALSE: usize = 1;

/// Sentences with what is true of them.
struct Sentences {
    /// The pack that they are read with.
    pack: &'static str,
    /// The report that they are put into, where they are not one of their own.
    host: Option<&'static str>,
    file: &'static str,
    /// Of those in which something is wrong, the share that is found, in percent.
    least_found: usize,
}

const ALL: [Sentences; 4] = [
    Sentences { pack: "ogi", host: Some("busy"), file: "busy", least_found: 93 },
    Sentences { pack: "ogi", host: Some("busy"), file: "offices", least_found: 80 },
    Sentences { pack: "ogi", host: Some("empty"), file: "empty", least_found: 0 },
    Sentences { pack: "prose", host: None, file: "general", least_found: 70 },
];

struct Said {
    is_wrong: bool,
    sentence: String,
    /// The rules that the report then breaks, from warnings up.
    rules: Vec<String>,
}

fn said(sentences: &Sentences) -> Vec<Said> {
    let mut packs: Vec<_> = library::entries(Vec::new()).into_iter().map(Result::unwrap).collect();
    packs.retain(|pack| pack.card.id == sentences.pack);
    let policy = Policy::new(&[], &[], None, &packs).unwrap();
    let linter = Linter { packs, is_forced: true, policy };
    let read = |file: String| fs::read_to_string(root().join("tests/phrases").join(file)).unwrap();
    let host = sentences.host.map_or("{sentence}\n".to_owned(), |host| read(format!("{host}-report.txt")));
    let lines = read(format!("{}-sentences.txt", sentences.file));
    let lines = lines.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let (verdict, sentence) = line.split_once('|').unwrap();
            assert!(matches!(verdict, "ok" | "wrong"), "{line}");
            let text = host.replace("{sentence}", &sentence.replace("\\n", "\n"));
            let Outcome::Reports(reports) =
                linter.source(Source::from_text("report.txt", text), "report.txt")
            else {
                panic!("not recognised: {sentence}");
            };
            let findings = reports.into_iter().flat_map(|report| report.findings);
            let rules = findings.filter(|finding| finding.level > Level::Note).map(|finding| finding.rule);
            Said { is_wrong: verdict == "wrong", sentence: sentence.to_owned(), rules: rules.collect() }
        })
        .collect()
}

#[test]
fn true_sentences_are_not_reported_and_most_wrong_ones_are() {
    let mut reported: Vec<String> = Vec::new();
    for sentences in &ALL {
        let (wrong, right): (Vec<Said>, Vec<Said>) =
            said(sentences).into_iter().partition(|said| said.is_wrong);
        assert!(!right.is_empty());
        let false_alarms = right.iter().filter(|said| !said.rules.is_empty());
        reported.extend(false_alarms.map(|said| format!("{}: {}", said.sentence, said.rules.join(", "))));
        let missed: Vec<&str> =
            wrong.iter().filter(|said| said.rules.is_empty()).map(|said| said.sentence.as_str()).collect();
        let found = wrong.len() - missed.len();
        assert!(
            found * 100 >= wrong.len() * sentences.least_found,
            "{}: {found} of {}; missed:\n{}",
            sentences.file,
            wrong.len(),
            missed.join("\n")
        );
    }
    assert!(reported.len() <= MOST_FALSE, "{} are reported:\n{}", reported.len(), reported.join("\n"));
}

#[test]
fn the_body_calls_itself_by_the_end_of_its_name() {
    let mut packs: Vec<_> = library::entries(Vec::new()).into_iter().map(Result::unwrap).collect();
    packs.retain(|pack| pack.card.id == "ogi");
    let policy = Policy::new(&[], &[], None, &packs).unwrap();
    let linter = Linter { packs, is_forced: true, policy };
    let host = fs::read_to_string(root().join("tests/phrases/busy-report.txt")).unwrap();
    let host = host.replace("林业局", "人民政府办公室");
    let rules = |sentence: &str| {
        let text = host.replace("{sentence}", sentence);
        let Outcome::Reports(reports) = linter.source(Source::from_text("report.txt", text), "report.txt")
        else {
            panic!("not recognised")
        };
        let findings = reports.into_iter().flat_map(|report| report.findings);
        findings.filter(|finding| finding.level > Level::Note).map(|finding| finding.rule).collect::<Vec<_>>()
    };
    assert_eq!(rules("2023年，我办新收政府信息公开申请182件。"), ["ogi/prose-new"]);
    // What is no part of its name may be another body.
    assert!(rules("2023年，我馆新收政府信息公开申请182件。").is_empty());
}
