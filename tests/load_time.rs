//! Loading all packs of the program takes no time that one would notice: under 5 ms in a release build.
//! `cargo test --release --test load_time -- --ignored --nocapture` says how long it takes.

#![cfg(test)]

use std::time::{Duration, Instant};

use tieout::rules::library;

/// That of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const LIMIT: Duration = Duration::from_millis(5);

/// Loads every pack as a run does that needs all of them.
fn time_to_load() -> Duration {
    let start = Instant::now();
    let entries = library::entries(Vec::new());
    let rules: usize = entries.iter().flatten().map(|entry| entry.pack().rules.len()).sum();
    let took = start.elapsed();
    assert!(rules > 200, "{rules} rules");
    took
}

/// Only a release build on a machine that is not busy can tell.
#[test]
#[ignore = "a measurement"]
fn all_packs_load_in_five_milliseconds() {
    let first = time_to_load();
    let mut times: Vec<Duration> = (0..200).map(|_| time_to_load()).collect();
    times.sort();
    println!("first {first:?}, fastest {:?}, median {:?}, slowest {:?}", times[0], times[100], times[199]);
    assert!(times[0] < LIMIT, "{:?}", times[0]);
}

/// Holds on any machine, busy or not: what takes long is done when the program is built.
#[test]
fn packs_take_less_time_to_load_than_their_files_to_parse() {
    let files: Vec<String> =
        library::embedded().into_iter().flat_map(|pack| pack.files).map(|file| file.text).collect();
    let time_to_parse = || {
        let start = Instant::now();
        assert!(files.iter().all(|text| toml::de::DeTable::parse(text).is_ok()));
        start.elapsed()
    };
    let (mut load, mut parse) = (Duration::MAX, Duration::MAX);
    for _ in 0..20 {
        load = load.min(time_to_load());
        parse = parse.min(time_to_parse());
    }
    println!("{load:?} to load, {parse:?} to parse");
    assert!(load < parse, "{load:?} to load, {parse:?} to parse");
}
