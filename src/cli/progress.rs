//! A bar that shows how far a long run is, to a person who looks.

use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Work shorter than this shows no bar.
const PATIENCE: Duration = Duration::from_secs(1);

/// A bar on standard error; one that is not wanted does nothing.
pub struct Progress {
    bar: Option<ProgressBar>,
    started: Instant,
    is_shown: bool,
}

impl Progress {
    /// A bar for `length` files: only for a person at a terminal, not for a pipe or a build server.
    pub fn new(is_wanted: bool, length: usize) -> Self {
        let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let is_wanted = is_wanted && io::stderr().is_terminal() && !is_set("CI") && !is_dumb;
        let bar = is_wanted.then(|| {
            let bar = ProgressBar::with_draw_target(Some(length as u64), ProgressDrawTarget::hidden());
            let style = ProgressStyle::with_template("{bar:30} {pos}/{len} files, {eta} left");
            style.map(|style| bar.clone().with_style(style)).unwrap_or(bar)
        });
        Self { bar, started: Instant::now(), is_shown: false }
    }

    /// One file more is done.
    pub fn step(&mut self) {
        let Some(bar) = &self.bar else { return };
        bar.inc(1);
        if !self.is_shown && self.started.elapsed() >= PATIENCE {
            self.is_shown = true;
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }

    /// Does something that prints, with the bar out of the way.
    pub fn aside<T>(&self, print: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) if self.is_shown => bar.suspend(print),
            _ => print(),
        }
    }

    /// Takes the bar away.
    pub fn finish(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}
