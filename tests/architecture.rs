//! What the rooms of `src/` may know, told from their text: docs/src/architecture.md says why.

#![allow(clippy::string_slice, clippy::indexing_slicing, reason = "a test may panic")]
#![cfg(test)]

mod program;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use program::root;
use regex::Regex;

/// Each room with the rooms it may import from. Data flows from source to output; rules stand beside facts.
const ROOMS: &[(&str, &[&str])] = &[
    ("source", &[]),
    // What the build script made; it reads the packs with the loader itself.
    ("embedded", &[]),
    ("rules", &["embedded"]),
    ("document", &["source"]),
    ("facts", &["source", "document", "rules"]),
    ("check", &["source", "document", "facts", "rules"]),
    ("finding", &["source", "document", "facts", "rules", "check"]),
    // An output is given findings: figures, claims and rules are no concern of it. It draws tables that have no lines.
    ("output", &["source", "document", "check", "finding"]),
    // What a user says of rules and of findings.
    ("config", &["rules", "finding"]),
    // Which report is of which body and year.
    ("set", &["source", "facts", "rules"]),
    // What files of packs and configurations may hold, for editors.
    ("schema", &["rules", "config", "set"]),
    // One report through all the rooms; what is printed of it, and where, is for the command line to say.
    ("lint", &["source", "document", "facts", "rules", "check", "finding", "config", "set"]),
];

/// A file of `src/`.
struct SourceFile {
    /// Its path below `src/`, with forward slashes.
    path: String,
    text: String,
}

impl SourceFile {
    /// The part of the program that it belongs to: `facts` for `facts.rs` and for all in `facts/`.
    fn room(&self) -> &str {
        let end = self.path.find(['/', '.']).unwrap();
        &self.path[..end]
    }

    /// Its text without comments.
    fn code(&self) -> String {
        let is_comment = |line: &&str| line.trim_start().starts_with("//");
        let without_end =
            |line: &str| line.split_once(" // ").map_or(line.to_owned(), |(code, _)| code.to_owned());
        let lines: Vec<String> =
            self.text.lines().filter(|line| !is_comment(line)).map(without_end).collect();
        lines.join("\n")
    }

    /// Its text without comments and without its unit tests, which stand at its end or in a file of their own.
    fn shipped(&self) -> String {
        if self.path.ends_with("/tests.rs") || self.path.contains("/tests/") {
            return String::new();
        }
        let code = self.code();
        code.split("#[cfg(test)]").next().unwrap_or_default().to_owned()
    }
}

fn sources() -> Vec<SourceFile> {
    fn gather(folder: &Path, base: &Path, found: &mut Vec<SourceFile>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                gather(&path, base, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let shown = path.strip_prefix(base).unwrap().to_string_lossy().replace('\\', "/");
                found.push(SourceFile { path: shown, text: fs::read_to_string(&path).unwrap() });
            }
        }
    }
    let base = root().join("src");
    let mut found = Vec::new();
    gather(&base, &base, &mut found);
    found.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(found.len() > 50, "the sources were not found");
    found
}

/// Fails with all lines that should not be.
fn assert_none(wrong: &[String], rule: &str) {
    assert!(wrong.is_empty(), "{rule}:\n  {}", wrong.join("\n  "));
}

#[test]
fn imports_point_one_way() {
    let import = Regex::new(r"\bcrate::(\w+)").unwrap();
    let mut wrong = Vec::new();
    for file in sources() {
        let allowed = ROOMS.iter().find(|(room, _)| *room == file.room()).map(|(_, allowed)| *allowed);
        for found in import.captures_iter(&file.code()) {
            let other = &found[1];
            if other != file.room() && !allowed.is_some_and(|allowed| allowed.contains(&other)) {
                wrong.push(format!("{} imports {other}", file.path));
            }
        }
    }
    assert_none(&wrong, "a room knows only those to its left");
}

/// A room that is not in the table would be checked by nothing.
#[test]
fn every_room_is_known() {
    let known: BTreeSet<&str> = ROOMS.iter().map(|(room, _)| *room).collect();
    let library = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let declared: BTreeSet<&str> =
        library.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    assert_eq!(declared, known);
}

/// An import may use any room on the left, but the table may not hold a circle.
#[test]
fn the_table_of_rooms_has_an_order() {
    let mut before: Vec<&str> = Vec::new();
    let mut left: Vec<_> = ROOMS.to_vec();
    while !left.is_empty() {
        let next = left.iter().position(|(_, allowed)| allowed.iter().all(|room| before.contains(room)));
        before.push(left.remove(next.expect("the rooms know each other in a circle")).0);
    }
}

#[test]
fn only_the_command_line_prints() {
    let prints =
        Regex::new(r"\b(?:println|print|eprintln|eprint|dbg)!|\bstdout\b|\bstderr\b|\bstdin\b").unwrap();
    let wrong: Vec<String> = sources()
        .iter()
        .filter(|file| file.room() != "cli" && prints.is_match(&file.shipped()))
        .map(|file| file.path.clone())
        .collect();
    assert_none(&wrong, "only src/cli speaks to the terminal");
}

#[test]
fn only_few_files_reach_outside() {
    /// Files that may read files, and why.
    const MAY_READ: &[(&str, &str)] = &[
        ("source.rs", "reads report files"),
        ("source/walk.rs", "finds report files"),
        ("source/archive.rs", "finds report files in archives"),
        ("rules/library.rs", "reads the packs of a folder"),
        ("config/discover.rs", "finds and reads configurations"),
        ("lint/cache.rs", "keeps what came of files"),
    ];
    let outside = Regex::new(
        r"\bstd::(?:fs|env|net|process|time)\b|\bFile::|\bSystemTime\b|\bInstant\b|\bCommand::new\b",
    )
    .unwrap();
    let is_allowed = |file: &SourceFile| {
        matches!(file.room(), "cli" | "main") || MAY_READ.iter().any(|(path, _)| *path == file.path)
    };
    let wrong: Vec<String> = sources()
        .iter()
        .filter(|file| !is_allowed(file) && outside.is_match(&file.shipped()))
        .map(|file| file.path.clone())
        .collect();
    assert_none(&wrong, "files, clock and environment are for source, rules/library and cli");
}

/// Arithmetic is exact: a binary fraction near a figure would round it.
#[test]
fn no_binary_fraction_is_near_a_figure() {
    let float = Regex::new(r"\bf(?:32|64)\b|\bas_f64|\bto_f64").unwrap();
    let rooms = ["document", "facts", "rules", "check", "finding"];
    let wrong: Vec<String> = sources()
        .iter()
        // How alike two names are is no figure of a report.
        .filter(|file| file.path != "rules/mistake.rs")
        .filter(|file| rooms.contains(&file.room()) && float.is_match(&file.code()))
        .map(|file| file.path.clone())
        .collect();
    assert_none(&wrong, "figures are integers and decimals");
}

#[test]
fn no_file_is_long() {
    const MOST: usize = 500;
    let long = sources()
        .iter()
        .map(|file| (file.text.lines().count(), &file.path))
        .filter(|(lines, _)| *lines > MOST)
        .map(|(lines, path)| format!("{path}: {lines} lines"))
        .collect::<Vec<_>>();
    assert_none(&long, "a long file holds two subjects");
}

fn is_han(character: char) -> bool {
    matches!(character, '\u{3007}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}

/// What may stand in any file: numerals, their powers, and the words of a date.
const NUMERALS: &str = "〇零一二两三四五六七八九十百千万亿萬億兩年月日号";

/// Words of the language that the reading of figures, dates and headings needs, and where.
const WORDS: &[(&str, &str, &str)] = &[
    ("document/number.rs", "the words that numbered headings start with", "第章部分节条的"),
    ("facts/bind/by_table.rs", "what follows a year in the heading of a column", "度"),
    ("facts/cell.rs", "words for nothing, and signs in words", "无没有不适用减少增加化及变平持新涉"),
    ("facts/claims.rs", "a percentage in words", "分之"),
    ("facts/claims/shares.rs", "what amounts of money end in", "元"),
    (
        "facts/lists/worded.rs",
        "what makes a numeral pick out instead of count",
        "第每同某任这那数几上下前后头唯之人件份余例多宗封期条来篇起",
    ),
    ("facts/report.rs", "what joins a year to a name in a title", "于关度"),
    (
        "facts/figure.rs",
        "hedges and what ends in the same character, ordinals, what a percentage point is",
        "余多来几数第近约至少不足超过逾到突破以上下内左右于低接将大为最附邻靠契合预节公特条个元分点基",
    ),
    (
        "facts/figure/units.rs",
        "measure words",
        "个亩人件份位例元克公册分则升单只台名吨周场块堂处天头套字学宗家封小届岁幅平座张户所批支斤方时期本条枚架栋株次欧款港版班瓦种立笔\
         篇米类组美艘英课起车轮辆道部里钟镑门间集页顷项首",
    ),
    ("facts/slots.rs", "what follows the number of a month, a day, an hour", "时点"),
    ("facts/tokens.rs", "hedges behind a number in words", "余多来"),
    ("facts/prose.rs", "hedges, where a numeral may begin", "几数近约余多来"),
    (
        "source/number_format/builtin.rs",
        "dates and times as a Chinese spreadsheet shows them",
        "上下午时分秒",
    ),
    (
        "source/number_format/code.rs",
        "words of format codes: a colour, morning and afternoon, the general format, what says that a number is negative",
        "色上下午通用格式標準负",
    ),
    ("source/number_format/time.rs", "days of the week", "星期"),
    ("source/pdf/flow.rs", "what counts the pages of a report", "第页頁共"),
    (
        "rules/pattern.rs",
        "hedges before figures and in them, and a percentage in words",
        "几数余多来近约分之大将接超过逾突破不足到至少高达",
    ),
];

/// Characters that a file ships without need of them in the table, and those in the table that it does not ship.
#[test]
fn words_of_the_language_stand_where_they_are_needed() {
    let mut wrong = Vec::new();
    for file in sources() {
        let listed = WORDS.iter().find(|(path, ..)| *path == file.path);
        let allowed: BTreeSet<char> = listed.iter().flat_map(|(.., words)| words.chars()).collect();
        let shipped: BTreeSet<char> =
            file.shipped().chars().filter(|&one| is_han(one) && !NUMERALS.contains(one)).collect();
        let difference = |a: &BTreeSet<char>, b: &BTreeSet<char>| a.difference(b).collect::<String>();
        let (more, fewer) = (difference(&shipped, &allowed), difference(&allowed, &shipped));
        if !more.is_empty() {
            wrong.push(format!("{} holds {more}", file.path));
        }
        if !fewer.is_empty() {
            wrong.push(format!("{} does not hold {fewer}: take it from the table", file.path));
        }
    }
    assert_none(&wrong, "words belong in packs; what every report of the language has is listed here");
}

/// Words that only reports of some domain have: in Chinese as they stand in packs, here the commonest of them.
const DOMAIN_WORDS: &[&str] = &[
    "政府",
    "行政",
    "公开",
    "申请",
    "复议",
    "诉讼",
    "答复",
    "办结",
    "结转",
    "受理",
    "规章",
    "许可",
    "处罚",
    "强制",
    "收费",
    "采购",
    "自然人",
    "法人",
    "信访",
    "举报",
    "条例",
    "国务院",
    "机关",
    "街道",
    "财政",
    "预算",
    "决算",
    "法院",
    "检察",
    "审判",
    "税务",
    "营业",
    "利润",
    r"\brequests\b",
    r"\bdisclosed\b",
    r"\breviews\b",
];

/// Unit tests and comments included: an example from one domain makes the next reader think of that domain.
#[test]
fn no_word_of_a_domain_stands_in_the_sources() {
    let mut words: BTreeMap<String, Regex> = BTreeMap::new();
    for word in DOMAIN_WORDS {
        words.insert((*word).to_owned(), Regex::new(word).unwrap());
    }
    // What packs, forms and rules are called.
    for pack in fs::read_dir(root().join("rules")).unwrap().map(|entry| entry.unwrap().path()) {
        let stems = |folder: &str| -> Vec<String> {
            let entries = fs::read_dir(pack.join(folder)).into_iter().flatten();
            entries
                .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
                .collect()
        };
        let id = pack.file_name().unwrap().to_string_lossy().into_owned();
        // Running text is prose, and a search has a budget, whatever packs are called.
        let id = Some(id).filter(|id| !["prose", "budget"].contains(&id.as_str()));
        // A name of one word may be a word of the language; one of two words is its own.
        let of_two_words = |stem: &String| stem.contains(['-', '_']);
        let rules = stems("rules").into_iter().chain(stems("forms")).filter(of_two_words);
        for name in id.into_iter().chain(rules) {
            let whole = Regex::new(&format!(r"\b{}\b", regex::escape(&name))).unwrap();
            words.insert(name, whole);
        }
    }
    assert!(words.len() > DOMAIN_WORDS.len() + 10, "no pack was found");
    let mut wrong = Vec::new();
    for file in sources() {
        for (number, line) in file.text.lines().enumerate() {
            for (word, found) in &words {
                if found.is_match(line) {
                    wrong.push(format!("{}:{} holds {word}", file.path, number + 1));
                }
            }
        }
    }
    assert_none(&wrong, "words of a domain belong in packs");
}
