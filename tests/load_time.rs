//! Loading all packs of the program takes no time that one would notice: under 5 ms in a release build.
//! `cargo test --release --test load_time -- --ignored --nocapture` says how long it takes.

#![cfg(test)]

use std::time::{Duration, Instant};

use tieout::rules::library;

/// That of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const LIMIT: Duration = Duration::from_millis(5);

/// Only a release build on a machine that is not busy can tell.
#[test]
#[ignore = "a measurement"]
fn all_packs_load_in_five_milliseconds() {
    let time = || {
        let start = Instant::now();
        let packs = library::load(library::embedded());
        let took = start.elapsed();
        assert!(packs.iter().all(Result::is_ok));
        took
    };
    let first = time();
    let mut times: Vec<Duration> = (0..200).map(|_| time()).collect();
    times.sort();
    println!("first {first:?}, fastest {:?}, median {:?}, slowest {:?}", times[0], times[100], times[199]);
    assert!(times[0] < LIMIT, "{:?}", times[0]);
}
