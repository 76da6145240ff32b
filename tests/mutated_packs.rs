//! No pack file, however damaged, makes the program panic or hang: files of the packs built in, mutated at random from a
//! fixed seed, are loaded, and what still loads is run.
//!
//! A few hundred are tried with the other tests. For as many as wanted:
//! `TIEOUT_FUZZ=1000000 cargo test --release --test mutated_packs -- --nocapture` (`TIEOUT_FUZZ_SEED` for others).

#![allow(clippy::string_slice, reason = "a test may panic")]
#![cfg(test)]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use tieout::check::example;
use tieout::rules::library::{self, PackFiles};

/// What a few hundred more bytes of a file may cost.
const SLOWEST: Duration = Duration::from_secs(10);

/// Numbers that look random (xorshift64*): the same ones for a seed.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() >> 33) as usize % limit.max(1)
    }

    fn pick<'t, T: ?Sized>(&mut self, from: &[&'t T]) -> &'t T {
        from[self.below(from.len())]
    }

    /// A place between two characters.
    fn place(&mut self, text: &str) -> usize {
        let mut at = self.below(text.len() + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }

    /// A short stretch of a text.
    fn stretch(&mut self, text: &str) -> std::ops::Range<usize> {
        let start = self.place(text);
        let longest = self.pick(&[&1, &3, &12, &80]);
        let mut end = (start + 1 + self.below(*longest)).min(text.len());
        while !text.is_char_boundary(end) {
            end += 1;
        }
        start..end
    }
}

/// Pieces that mean something to one of the parsers, or have broken others.
#[rustfmt::skip]
const PIECES: &[&str] = &[
    "[", "]", "{", "}", "(", ")", "'", "\"", "'''", "\"\"\"", "\\", "=", "!=", "<=", "..", ".", ".*", "*", "+", "-", "/", ",", "|",
    "#", "\n", "\r\n", "\t", " ", "\0", "\u{e000}", "\u{feff}", "𠀀", "表", "０", "(", "((((((((((", "[[[[[[[[", "not ", "- ", "and ",
    "sum(", "count(", "min(", "round(", "percent_of(", "date(", "year(", "exists(", "present(", "blank(", "first(", "known(", "any_of(",
    "previous.", "children.", "report.", "claims.", "cells", "rows", "columns", "dates", "headings", "figures", "sections", "parts",
    "{count}", "{count:a}", "{year}", "{date}", "{row}", "{words}", "{unit}", "{gap}", "{fill}", "{x", "{1000}", "{2,1}", "{999999999}",
    "(?P<count>", "(?i)", "(?:", "[^", "\\p{Han}", "\\x{110000}", "\\b", "$", "^", "(?s:.){500}", "\\u0041", "\\uD800", "\\U0001F600", "\\x4",
    "0", "1", "-1", "1.5", "1e400", "0x7f", "99999999999999999999999999999999999999999", "0.00000000000000000000000000000000001", "nan", "inf",
    "true", "false", "2020-02-30", "1979-05-27T07:32:00Z", "\nid = \"x\"\n", "\nextends = \"ogi\"\n", "\n[rows.total]\n", "\n[columns.x]\n",
    "\n[[example]]\nverdict = \"fail\"\nreport = ''\n", "\nunder = \"total\"\n", "\neditions = [\"2019\"]\n", "\nfound = '.*'\n",
    "\nrepeated = true\n", "\nrow_labels = \"above\"\n", "\ntolerance = 1e28\n", "\nlevel = \"off\"\n", "\nwhen = \"1 = 1\"\n",
    "for = { a = \"rows\", b = \"rows\", c = \"rows\", d = \"rows\", e = \"rows\" }\n", "\nfrom = 4294967295\n", "\nleast = 0\n",
];

fn mutate(text: &mut String, other: &str, random: &mut Random) {
    for _ in 0..=random.below(3) {
        match random.below(8) {
            0 => {
                let stretch = random.stretch(text);
                text.replace_range(stretch, "");
            }
            1 => {
                let stretch = random.stretch(text);
                let copy = text[stretch].to_owned();
                let at = random.place(text);
                text.insert_str(at, &copy);
            }
            2 => {
                let stretch = random.stretch(text);
                text.replace_range(stretch, random.pick(PIECES));
            }
            3 | 4 => {
                let at = random.place(text);
                text.insert_str(at, random.pick(PIECES));
            }
            5 => {
                let stretch = random.stretch(other);
                let at = random.place(text);
                text.insert_str(at, &other[stretch]);
            }
            6 => {
                let mut lines: Vec<&str> = text.split('\n').collect();
                let (a, b) = (random.below(lines.len()), random.below(lines.len()));
                lines.swap(a, b);
                *text = lines.join("\n");
            }
            _ => {
                // A letter changed: a name that nearly is one.
                let at = random.place(text);
                let Some(old) = text[at..].chars().next() else { continue };
                let new = ["a", "e", "_", "1", "z", "总"][random.below(6)];
                text.replace_range(at..at + old.len_utf8(), new);
            }
        }
    }
}

/// Mutates some files of a pack and says how many: rules do not depend on each other, so that all may be damaged at
/// once; of the files that others depend on one at a time, or little would be looked at behind it.
fn damage(pack: &mut PackFiles, random: &mut Random) -> usize {
    let numbers = |folder: &str, pack: &PackFiles| -> Vec<usize> {
        let files = pack.files.iter().enumerate().filter(|(_, file)| file.within.starts_with(folder));
        files.map(|(number, _)| number).collect()
    };
    let of = ["pack.toml", "forms/", "claims/", "rules/"];
    let chosen = match random.below(12) {
        0 => numbers(of[0], pack),
        1 | 2 => numbers(of[1], pack),
        3 | 4 if pack.files.iter().any(|file| file.within.starts_with(of[2])) => numbers(of[2], pack),
        _ => numbers(of[3], pack),
    };
    let all_at_once = chosen.len() > 5 && random.below(8) > 0;
    let chosen = if all_at_once { chosen } else { vec![chosen[random.below(chosen.len())]] };
    for &number in &chosen {
        let other = pack.files[random.below(pack.files.len())].text.clone();
        mutate(&mut pack.files[number].text, &other, random);
    }
    chosen.len()
}

#[test]
fn mutated_pack_files_neither_panic_nor_hang() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let wanted = number("TIEOUT_FUZZ").unwrap_or(600);
    let mut random = Random(number("TIEOUT_FUZZ_SEED").unwrap_or(0x7165_6f75_7421).max(1));
    let whole = library::embedded();
    let (mut files, mut loads, mut loaded, mut mistakes, mut run) = (0, 0, 0_u64, 0, 0_u64);
    let mut slowest = Duration::ZERO;
    let start = Instant::now();
    while files < wanted {
        let mut pack = whole[random.below(whole.len())].clone();
        files += damage(&mut pack, &mut random) as u64;
        loads += 1;
        let before = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            let (mut loaded, mut mistakes, mut run) = (0, 0, 0);
            for (files, outcome) in library::load_beside(Vec::new(), vec![pack.clone()]) {
                match outcome {
                    Ok(pack) => {
                        loaded += 1;
                        for rule in pack.rules.iter().take(60) {
                            run += rule.examples.len() as u64;
                            rule.examples.iter().for_each(|one| _ = example::run(&pack, rule, one));
                        }
                    }
                    Err(wrong) => {
                        assert!(!wrong.is_empty(), "a pack that does not load says why");
                        for mistake in &wrong {
                            let places =
                                std::iter::once(&mistake.at).chain(mistake.also.iter().map(|(at, _)| at));
                            for at in places {
                                let file = &files.files[at.file.0];
                                assert!(
                                    file.text.get(at.range.clone()).is_some(),
                                    "no place in {}: {mistake:?}",
                                    file.path
                                );
                            }
                        }
                        mistakes += wrong.len() as u64;
                    }
                }
            }
            (loaded, mistakes, run)
        }));
        let took = before.elapsed();
        let show = |why: &str| {
            let changed = pack.files.iter().filter(|file| {
                !whole
                    .iter()
                    .flat_map(|pack| &pack.files)
                    .any(|other| other.path == file.path && other.text == file.text)
            });
            let shown: Vec<String> =
                changed.map(|file| format!("=== {}\n{}", file.path, file.text)).collect();
            panic!("{why} at load {loads}:\n{}", shown.join("\n"));
        };
        match outcome {
            Ok(counts) => {
                loaded += counts.0;
                mistakes += counts.1;
                run += counts.2;
            }
            Err(_) => show("a panic"),
        }
        if took > SLOWEST {
            show(&format!("{took:?}"));
        }
        slowest = slowest.max(took);
    }
    println!(
        "{files} mutated files in {loads} packs in {:?}: {mistakes} mistakes told, {loaded} packs loaded, {run} examples run; slowest {slowest:?}",
        start.elapsed()
    );
}
