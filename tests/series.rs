//! Sets of reports: bodies over several years and offices below counties. All planted errors are found, each once and
//! with both files, and nothing is said of what is right.

#![allow(clippy::string_slice, clippy::indexing_slicing, reason = "a test may panic")]
#![cfg(test)]

mod program;
#[path = "series/set.rs"]
mod set;

use std::fs;

use program::{text, tieout_in};
use serde_json::Value;
use set::{Set, Slip};
use tempfile::TempDir;

const YEARS: usize = 4;

#[test]
fn nothing_is_said_of_sets_that_tie() {
    for seed in 1..3 {
        let folder = TempDir::new().unwrap();
        Set::new(seed, YEARS).write(folder.path());
        let answer = tieout_in(folder.path(), ["check", "--format", "json", "."]);
        assert_eq!(answer.findings(), Vec::<Value>::new(), "seed {seed}");
        let relations = answer.json()["summary"]["relations"].clone();
        assert_eq!(relations["failed"], 0);
        assert_eq!(answer.json()["summary"]["missing"], Value::Array(Vec::new()));
    }
}

#[test]
fn what_is_planted_is_found_once_and_shown_in_both_files() {
    for seed in 11..13 {
        let folder = TempDir::new().unwrap();
        let mut set = Set::new(seed, YEARS);
        let planted: Vec<_> =
            Slip::ALL.iter().enumerate().map(|(number, &slip)| set.plant(slip, number)).collect();
        set.write(folder.path());
        let answer = tieout_in(folder.path(), ["check", "--format", "json", "."]);
        let shown = tieout_in(folder.path(), ["check", "."]).stdout;
        let mut findings = answer.findings();
        for planted in &planted {
            let is_it = |finding: &Value| {
                let rules = finding["rules"].as_array().unwrap();
                finding["path"] == planted.path.as_str() && rules.iter().any(|rule| rule == planted.rule)
            };
            let found = findings.iter().position(is_it);
            let found = findings
                .remove(found.unwrap_or_else(|| panic!("seed {seed}: {planted:?} is not found in {shown}")));
            if let Some(other) = &planted.other {
                let related = found["related"].as_array().unwrap();
                let names =
                    |place: &Value| place["path"] == other.as_str() && !text(&place["text"]).is_empty();
                assert!(related.iter().any(names), "seed {seed}: {planted:?}: {found:#}");
                let excerpts = format!("┌─ {other}:");
                assert!(shown.contains(&excerpts), "seed {seed}: {planted:?}: {shown}");
            }
        }
        assert!(findings.is_empty(), "seed {seed}: {findings:#?}");
    }
}

/// The findings of a rule.
fn of_rule(findings: &[Value], rule: &str) -> Vec<Value> {
    findings.iter().filter(|finding| finding["rule"] == rule).cloned().collect()
}

#[test]
fn a_copy_of_last_year_is_told_with_both_files() {
    let folder = TempDir::new().unwrap();
    let set = Set::new(21, YEARS);
    set.write(folder.path());
    let body = "芷溪县水务局";
    let (from, to) = (set.path(body, 2), set.path(body, 3));
    let copy = fs::read_to_string(folder.path().join(&from))
        .unwrap()
        .replace("2022年", "2023年")
        .replace("2021年", "2022年");
    fs::remove_file(folder.path().join(&to)).unwrap();
    let to = from.replace("2021/", "2022/");
    fs::write(folder.path().join(&to), copy).unwrap();
    let answer = tieout_in(folder.path(), ["check", "--format", "json", "."]);
    let copied = of_rule(&answer.findings(), "tieout/copied");
    assert_eq!(copied.len(), 1, "{copied:#?}");
    assert_eq!(copied[0]["path"], to.as_str());
    assert_eq!(copied[0]["related"][0]["path"], from.as_str());
    assert_eq!(copied[0]["primary"]["text"], copied[0]["related"][0]["text"]);
}

#[test]
fn what_is_missing_or_there_twice_is_said() {
    let folder = TempDir::new().unwrap();
    let set = Set::new(22, YEARS);
    set.write(folder.path());
    let at = |path: &str| folder.path().join(path);
    let (gone, twice) = (set.path("岚汀县档案局", 1), set.path("榆坪县林业局", 1));
    fs::remove_file(at(&gone)).unwrap();
    let draft = twice.replace("2020/", "2020/draft-");
    fs::write(at(&draft), fs::read_to_string(at(&twice)).unwrap().replace("1月18日", "1月8日")).unwrap();
    let answer = tieout_in(folder.path(), ["check", "--format", "json", "."]);
    assert_eq!(
        answer.json()["summary"]["missing"],
        serde_json::json!([
            {"year": 2020, "bodies": 1, "below": null, "names": [], "reports": null},
            {"year": 2020, "bodies": null, "below": "岚汀县人民政府", "names": ["岚汀县档案局"], "reports": null},
        ])
    );
    let notes: Vec<String> = answer.findings().iter().map(|finding| text(&finding["message"])).collect();
    assert_eq!(
        notes,
        [format!("榆坪县林业局 has another report on 2020, which others are compared with: {twice}")]
    );
    assert_eq!(answer.findings()[0]["path"], draft.as_str());
    let shown = tieout_in(folder.path(), ["check", "."]).stdout;
    assert!(shown.contains("not compared with the year before: no 2020 report of 1 body\n"), "{shown}");
    // Of one year alone nothing is missing, and of one file neither.
    for quiet in ["2021", &set.path("岚汀县档案局", 2)] {
        assert_eq!(
            tieout_in(folder.path(), ["check", "--format", "json", quiet]).json()["summary"]["missing"],
            serde_json::json!([])
        );
    }
    let grouped = tieout_in(folder.path(), ["facts", "--set", "."]).stdout;
    assert!(
        grouped.contains(&format!(
            "岚汀县档案局, below 岚汀县人民政府\n  2019  {}\n  2020  missing\n",
            set.path("岚汀县档案局", 0)
        )),
        "{grouped}"
    );
    assert!(
        grouped.contains(&format!("  2020  {twice}  (taken)\n  2020  {draft}  (passed over)\n")),
        "{grouped}"
    );
}

#[test]
fn last_year_is_read_and_not_reported_on() {
    let folder = TempDir::new().unwrap();
    let mut set = Set::new(23, YEARS);
    let planted = set.plant(Slip::CarriedIn, 0);
    set.write(folder.path());
    let alone = tieout_in(folder.path(), ["check", "--format", "json", "2022"]);
    assert_eq!(alone.findings(), Vec::<Value>::new());
    let answer = tieout_in(folder.path(), ["check", "--format", "json", "2022", "--previous", "2021"]);
    let told: Vec<String> = answer.findings().iter().map(|finding| text(&finding["path"])).collect();
    assert_eq!(told, [planted.path]);
    let reports = answer.json()["reports"].as_array().unwrap().clone();
    assert!(reports.iter().all(|report| report["year"] == 2022), "{reports:#?}");
}

/// Reports that share a name and nothing else are of several bodies.
#[test]
fn bodies_of_one_name_are_not_compared() {
    let folder = TempDir::new().unwrap();
    for (number, seed) in (31..37).enumerate() {
        let other = TempDir::new().unwrap();
        let set = Set::new(seed, YEARS);
        set.write(other.path());
        let path = set.path("芷溪县水务局", number % YEARS);
        let extension = path.rsplit('.').next().unwrap();
        let to = folder.path().join(format!("{seed}.{extension}"));
        fs::copy(other.path().join(&path), to).unwrap();
    }
    let answer = tieout_in(folder.path(), ["check", "--format", "json", "."]);
    let told: Vec<Value> =
        answer.findings().into_iter().filter(|finding| finding["rule"] != "tieout/two-reports").collect();
    assert_eq!(told, Vec::<Value>::new());
    let missing = answer.json()["summary"]["missing"].clone();
    assert!(missing.as_array().unwrap().iter().any(|missing| missing["reports"].is_number()), "{missing}");
}

#[test]
fn any_number_of_threads_says_the_same() {
    let folder = TempDir::new().unwrap();
    let mut set = Set::new(24, YEARS);
    for (number, &slip) in Slip::ALL.iter().enumerate() {
        set.plant(slip, number);
    }
    set.write(folder.path());
    let of = |jobs: &str| tieout_in(folder.path(), ["check", "--jobs", jobs, "."]).stdout;
    let one = of("1");
    assert!(one.contains("ogi/carried-in"));
    assert_eq!(of("4"), one);
}

/// A pack of one form, one rule of one report and one of two.
const ORCHARD: [(&str, &str); 4] = [
    (
        "pack.toml",
        "id = 'orchard'\ntitle = 'Harvests'\n[recognise]\nsigns = [['Harvest of']]\n[report]\nyear = 'head.year'\nbody = 'head.body'\n",
    ),
    (
        "claims/head.toml",
        "[claims.head]\nscope = 'title'\npatterns = ['^Harvest of {words:body} in {year}']\n",
    ),
    (
        "forms/crates.toml",
        "id = 'crates'\n[rows.all]\nlabels = ['crates']\n[columns.left]\nlabels = ['left over']\n[columns.north]\nlabels = ['north field']\n\
         [columns.south]\nlabels = ['south field']\n[columns.total]\nlabels = ['in all']\n",
    ),
    (
        "rules/total.toml",
        "summary = 'The total is the sum of the fields'\nlevel = 'error'\nassert = 'crates[all, total] = crates[all, north] + crates[all, south]'\n\
         [[example]]\nverdict = 'pass'\nreport = \"\"\"\nkind | left over | north field | south field | in all\ncrates | 0 | 3 | 4 | 7\n\"\"\"\n\
         [[example]]\nverdict = 'fail'\nreport = \"\"\"\nkind | left over | north field | south field | in all\ncrates | 0 | 3 | 4 | 8\n\"\"\"\n",
    ),
];

const LEFT: &str = "summary = 'No more is left over than there was last year'\nlevel = 'note'\nassert = 'crates[all, left] <= previous.crates[all, total]'\n\
     [[example]]\nverdict = 'pass'\nreport = \"\"\"\nkind | left over | north field | south field | in all\ncrates | 1 | 3 | 4 | 7\n\"\"\"\n\
     previous = \"\"\"\nkind | left over | north field | south field | in all\ncrates | 0 | 3 | 4 | 7\n\"\"\"\n\
     [[example]]\nverdict = 'fail'\nreport = \"\"\"\nkind | left over | north field | south field | in all\ncrates | 9 | 3 | 4 | 7\n\"\"\"\n\
     previous = \"\"\"\nkind | left over | north field | south field | in all\ncrates | 0 | 3 | 4 | 7\n\"\"\"\n";

/// Many reports with a total that is its last part were made by one program: that is told once.
#[test]
fn one_cause_in_many_reports_is_told_once() {
    let folder = TempDir::new().unwrap();
    for (path, text) in ORCHARD.iter().chain(&[("rules/left.toml", LEFT)]) {
        let file = folder.path().join("orchard").join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    for number in 0..6 {
        let (north, south) = (20 + number, 31 + 2 * number);
        let total = if number == 5 { north + south + 7 } else { south };
        let text = format!(
            "Harvest of field {number} in 2023\n\nkind | left over | north field | south field | in all\ncrates | 0 | {north} | {south} | {total}\n"
        );
        fs::write(folder.path().join(format!("field-{number}.txt")), text).unwrap();
    }
    let check = |more: &[&str]| {
        let all = ["check", "--rules", "orchard", "."].into_iter().chain(more.iter().copied());
        tieout_in(folder.path(), all.collect::<Vec<_>>())
    };
    let answer = check(&["--format", "json"]);
    let groups: Vec<Value> =
        answer.findings().iter().map(|finding| finding["group"]["size"].clone()).collect();
    assert_eq!(groups.iter().filter(|size| **size == 5).count(), 5, "{:#?}", answer.findings());
    assert_eq!(answer.json()["summary"]["errors"], 6);
    let shown = check(&[]).stdout;
    assert_eq!(shown.matches("error[").count(), 2, "{shown}");
    let note = "the same in 5 reports (5 findings), such as field-1.txt, field-2.txt; --show-all shows each";
    assert!(shown.contains("= the total is its last part\n") && shown.contains(note), "{shown}");
    assert!(shown.contains("6 errors"), "{shown}");
    assert_eq!(check(&["--show-all"]).stdout.matches("error[").count(), 6);
    assert_eq!(check(&["--format", "markdown"]).stdout.matches("| error |").count(), 2);
    assert_eq!(check(&["--format", "github"]).stdout.matches("::error file=").count(), 2);
}
