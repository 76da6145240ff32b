//! The pack `foia` on the reports of eight years, where they are at hand: how often each relation was looked at and how
//! often it broke. `cargo test --release --test foia -- --nocapture` prints the table of docs/src/foia.md.

#![cfg(test)]

mod program;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::Arc;

use program::{root, shared};
use tieout::lint::{self, Job, Linter, Outcome, Plan, Policy};
use tieout::rules::library;
use tieout::source::walk::{self, Candidate};

/// How a rule came out over all reports.
#[derive(Default)]
struct Tally {
    told: usize,
    broken: usize,
    untold: usize,
    reports: BTreeSet<String>,
}

/// The independent count: the relation, its rules, how often it was looked at, how often it broke, in how many reports.
type Counted = (&'static str, &'static [&'static str], usize, usize, usize);

const COUNTED: &[Counted] = &[
    ("IX cost sum", &["cost-total"], 3484, 0, 0),
    ("IX staff sum (2dp)", &["staff-total"], 3484, 0, 0),
    ("IX staff>0 if VB1>0", &["staff-where-processed"], 3374, 60, 37),
    ("VA CROSS-YEAR start(y)=end(y-1)", &["requests-carried"], 2917, 934, 169),
    ("VA end=start+recv-proc", &["requests-flow"], 3480, 0, 0),
    ("VA overall=sum comps", &["requests-overall"], 944, 28, 11),
    ("VA processed=VB1 total", &["requests-disposed"], 3478, 206, 205),
    ("VA processed>=sum VIIC totals", &["processed-by-days"], 3480, 176, 101),
    ("VB1 full denials<=sum VB3", &["denials-have-exemptions"], 3474, 23, 18),
    ("VB1 other=VB2 total", &["denials-explained"], 1320, 1, 1),
    ("VB1 row sum=total", &["dispositions-total"], 3478, 205, 205),
    ("VB2 row sum=total", &["other-reasons-total", "other-reasons-listed"], 2693, 152, 152),
    ("VIA CROSS-YEAR start(y)=end(y-1)", &["appeals-carried"], 1662, 202, 87),
    ("VIA end=start+recv-proc", &["appeals-flow"], 2142, 3, 3),
    ("VIA overall=sum comps", &["appeals-overall"], 944, 7, 4),
    ("VIA processed=VIB total", &["appeals-disposed"], 2140, 3, 2),
    ("VIB row sum=total", &["appeal-dispositions-total"], 2141, 0, 0),
    (
        "VIIAB avg<=high",
        &[
            "times-average-longest",
            "granted-times-average-longest",
            "times-longest-given",
            "granted-times-longest-given",
        ],
        20715,
        109,
        49,
    ),
    ("VIIAB low<=high", &["times-shortest-longest", "granted-times-shortest-longest"], 17942, 15, 15),
    (
        "VIIAB median<=high",
        &[
            "times-median-longest",
            "granted-times-median-longest",
            "times-longest-given",
            "granted-times-longest-given",
        ],
        20670,
        113,
        43,
    ),
    ("VIIC row sum=total", &["simple-days-total", "complex-days-total", "expedited-days-total"], 10220, 0, 0),
    ("VIID pend<=VA end", &["perfected-pending"], 3452, 137, 63),
    ("VIIIA w10<=granted+denied", &["within-ten-days"], 3313, 18, 14),
    ("X pct=fees/proc", &["fee-share"], 3383, 1, 1),
    ("XIIA app backlog<=VIA end", &["appeals-backlog-pending"], 2132, 26, 15),
    ("XIIA backlog<=VIID pend", &["backlog-perfected"], 3432, 125, 71),
    ("XIIB end=start+recv-proc", &["consultations-flow"], 3139, 0, 0),
    ("XIIB overall=sum comps", &["consultations-overall"], 908, 6, 2),
    ("XIID1 cur=VA", &["requests-received-again", "requests-processed-again"], 6918, 3, 1),
    ("XIID2 cur=XIIA", &["backlog-again"], 3439, 2, 2),
    ("XIIE1 cur=VIA", &["appeals-received-again", "appeals-processed-again"], 4242, 14, 5),
    (
        "oldest10 non-increasing",
        &["oldest-requests-in-order", "oldest-appeals-in-order", "oldest-consultations-in-order"],
        3874,
        32,
        13,
    ),
];

fn tallies() -> Option<(usize, BTreeMap<String, Tally>)> {
    let corpus = shared("corpus")?.join("foia");
    let mut packs: Vec<_> = library::entries(Vec::new()).into_iter().map(Result::unwrap).collect();
    packs.retain(|pack| pack.card.id == "foia");
    let policy = Policy::new(&[], &[], None, &packs).unwrap();
    let linter = Arc::new(Linter { packs, is_forced: false, policy });
    let (mut count, mut tallies) = (0, BTreeMap::<String, Tally>::new());
    let job = |candidate: Candidate| {
        let path = candidate.path.to_string_lossy().into_owned();
        Job { candidate, path, linter: Arc::clone(&linter), given: None, cache: None }
    };
    let jobs: Vec<Job> = walk::walk(&[corpus]).unwrap().candidates.into_iter().map(job).collect();
    let plan =
        Plan { jobs: &jobs, beside: &[], bodies: None, threads: 2, with_text: false, with_rules: true };
    let each = |job: &Job, outcome| {
        let Outcome::Reports(reports) = outcome else { return ControlFlow::Continue(()) };
        for report in reports {
            count += 1;
            for rule in report.rules {
                let tally = tallies.entry(rule.rule.to_string()).or_default();
                tally.told += rule.relations.held + rule.relations.failed;
                tally.broken += rule.relations.failed;
                tally.untold += rule.relations.undecided;
                if rule.relations.failed > 0 {
                    tally.reports.insert(job.path.clone());
                }
            }
        }
        ControlFlow::Continue(())
    };
    let _ = lint::run(plan, || {}, each);
    Some((count, tallies))
}

/// The table of the relations that were counted independently, then that of all rules.
fn table(tallies: &BTreeMap<String, Tally>) -> String {
    let mut lines = vec![
        "| relation | rules | looked at | breaches | reports | counted independently |".to_owned(),
        "| --- | --- | ---: | ---: | ---: | ---: |".to_owned(),
    ];
    let of = |rule: &str| tallies.get(&format!("foia/{rule}")).unwrap_or_else(|| panic!("no rule {rule}"));
    for &(relation, rules, told, broken, reports) in COUNTED {
        let all: Vec<&Tally> = rules.iter().map(|rule| of(rule)).collect();
        let own: BTreeSet<&String> = all.iter().flat_map(|tally| &tally.reports).collect();
        lines.push(format!(
            "| {relation} | {} | {} | {} | {} | {told} / {broken} / {reports} |",
            rules.iter().map(|rule| format!("`{rule}`")).collect::<Vec<_>>().join(", "),
            all.iter().map(|tally| tally.told).sum::<usize>(),
            all.iter().map(|tally| tally.broken).sum::<usize>(),
            own.len()
        ));
    }
    lines.push(String::new());
    lines.push("| rule | looked at | breaches | reports | cannot be told |".to_owned());
    lines.push("| --- | ---: | ---: | ---: | ---: |".to_owned());
    for (rule, tally) in tallies {
        let rule = rule.trim_start_matches("foia/");
        let Tally { told, broken, untold, reports } = tally;
        lines.push(format!("| `{rule}` | {told} | {broken} | {} | {untold} |", reports.len()));
    }
    lines.join("\n") + "\n"
}

#[test]
fn eight_years_come_out_as_the_documentation_says() {
    const BORDER: &str = "<!-- measured by tests/foia.rs -->\n";
    let Some((count, tallies)) = tallies() else { return };
    assert_eq!(count, 731);
    let table = table(&tallies);
    println!("{table}");
    let path = root().join("docs/src/foia.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let mut parts: Vec<&str> = page.split(BORDER).collect();
    assert_eq!(parts.len(), 3);
    if std::env::var_os("TIEOUT_UPDATE").is_some() {
        parts[1] = &table;
        std::fs::write(&path, parts.join(BORDER)).unwrap();
        return;
    }
    assert_eq!(parts[1], table, "TIEOUT_UPDATE=1 cargo test --release --test foia writes what was measured");
}
