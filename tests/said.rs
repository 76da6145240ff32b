//! What sentences say that their figures are: the claim that reads a figure comes before the total that it is a part of.

#![cfg(test)]

use tieout::document::Document;
use tieout::facts;
use tieout::facts::said::Said;
use tieout::rules::library;
use tieout::source::Source;

/// The figures of a text with what is said of them.
fn said(text: &str) -> Vec<(String, String)> {
    let entries: Vec<_> = library::entries(Vec::new()).into_iter().map(Result::unwrap).collect();
    let pack = entries.iter().find(|entry| entry.card.id == "ogi").unwrap().pack();
    let source = Source::from_text("a.txt", text.to_owned());
    let document = Document::new(source.content());
    let facts = facts::read(&document, pack);
    let name = |said: Said| match said {
        Said::Captured { claim, capture } => {
            let kind = &pack.claims.claims[facts.claims.claims[claim].kind];
            format!("{}.{}", kind.id, kind.captures[capture].name)
        }
        other => format!("{other:?}"),
    };
    let figures = (0..facts.prose.figures.len()).map(|index| facts.prose_figure(index));
    let shown = |id| facts.figure(id).unwrap().span.of(document.text()).to_owned();
    figures.map(|id| (shown(id), facts.said(id).map(name).unwrap_or_default())).collect()
}

#[test]
fn the_claim_that_reads_a_figure_comes_first() {
    let text = "枫溪县2021年政府信息公开工作年度报告\n一、总体情况\n2021年共收到政府信息公开申请12件，其中自然人7件，法人或其他组织5件。\
        编印资料20册，其中一类12册、二类8册。另有电话31415926。\n";
    let expected = [
        ("2021", "title.year"),
        ("2021", "year_of_work.year"),
        ("12", "received.count"),
        // Parts of a total, too, and read by claims of their own.
        ("7", "applicants.count"),
        ("5", "organisations.count"),
        ("20", "Total"),
        ("12", "Part"),
        ("8", "Part"),
        ("31415926", ""),
    ];
    assert_eq!(said(text), expected.map(|(figure, said)| (figure.to_owned(), said.to_owned())));
}
