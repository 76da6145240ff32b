//! The reports that a command is about: found, read, checked, accepted or not, and handed on in order.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;

use super::linters::Linters;
use super::packs::PackArgs;
use super::progress::Progress;
use super::{kind, place, sets, tell};
use tieout::finding::accept::Ledger;
use tieout::finding::baseline::Baseline;
use tieout::finding::{Level, Report, own};
use tieout::lint::{self, Job, Linter, Outcome, Plan};
use tieout::output::{Root, RuleAbout, Summary, count};
use tieout::rules::library::Entry;
use tieout::source::kind::Format;
use tieout::source::{self, Source, walk};

/// Which reports, and what they are checked against.
#[derive(clap::Args)]
pub struct ReportArgs {
    /// Files and folders; `-` reads standard input
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// The name that standard input goes by; its extension says what kind of file it is
    #[arg(long, value_name = "NAME", default_value = "stdin.txt")]
    pub stdin_filename: PathBuf,
    /// Read every file as of this kind, whatever it seems to be
    #[arg(long = "type", value_name = "KIND", value_parser = kind)]
    pub kind: Option<&'static Format>,
    /// A folder of last year's reports: read for what the others are compared with, not reported on
    #[arg(long, value_name = "DIR")]
    pub previous: Vec<PathBuf>,
    /// Which body is under which; without it, the bodies.toml in a folder that is named or beside its tieout.toml
    #[arg(long, value_name = "FILE")]
    pub bodies: Option<PathBuf>,
    #[command(flatten)]
    pub packs: PackArgs,
    /// Report only these rules: a name or a glob, such as PACK/*
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub select: Vec<String>,
    /// Leave these rules out: a name or a glob
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub ignore: Vec<String>,
    /// The day on which accepted findings end or not; without it, that of the clock
    #[arg(long, value_name = "DATE")]
    pub today: Option<Date>,
    /// Number of threads; without it, as many as the machine has
    #[arg(long, value_name = "N")]
    pub jobs: Option<usize>,
    /// Keep what came of each report in .tieout_cache, beside tieout.toml or where the run is started, and do not check a
    /// report again that is as it was
    #[arg(long)]
    pub cache: bool,
    /// Say which configurations, packs and files were used and which files were passed over, and why
    #[arg(long)]
    pub verbose: bool,
    /// Show no progress bar
    #[arg(long)]
    pub no_progress: bool,
}

/// A baseline, and what its paths are told from.
pub struct Held {
    /// The baseline.
    pub baseline: Baseline,
    /// The folder that its paths are told from.
    pub root: Root,
}

/// What came of a run.
pub struct Told {
    /// The tally.
    pub summary: Summary,
    /// What could not be looked at.
    pub failure: Option<anyhow::Error>,
}

/// A run: what was found so far.
struct Run<'r> {
    args: &'r ReportArgs,
    summary: Summary,
    /// By the folder of the configuration.
    ledgers: BTreeMap<PathBuf, (Arc<Linter>, Ledger)>,
    held: Option<&'r mut Held>,
    each: &'r mut dyn FnMut(Report) -> ControlFlow<()>,
    progress: &'r RefCell<Progress>,
}

/// What is shown of a run.
#[derive(Clone, Copy)]
pub struct Shown {
    /// How far it is.
    pub progress: bool,
    /// Lines of the reports.
    pub text: bool,
    /// The tallies of rules of each report.
    pub rules: bool,
}

/// Checks reports, and hands on each in order, then what is told of configurations and of the baseline. `None` if a
/// pack or a configuration has mistakes, which have then been printed. Reports are handed on with their text if it is
/// shown.
pub fn run(
    args: &ReportArgs,
    shown: Shown,
    held: Option<&mut Held>,
    each: &mut dyn FnMut(Report) -> ControlFlow<()>,
) -> anyhow::Result<Option<Told>> {
    let mut linters = Linters::new(&args.packs, &args.select, &args.ignore, args.cache);
    // Packs and globs with mistakes are told although there may be no report.
    let Some(here) = linters.of(Path::new("./report"))? else { return Ok(None) };
    let is_stdin = |path: &PathBuf| path.as_os_str() == "-";
    let paths: Vec<PathBuf> = args.paths.iter().filter(|path| !is_stdin(path)).cloned().collect();
    let found = walk::walk(&paths)?;
    let before = walk::walk(&args.previous)?;
    let progress = RefCell::new(Progress::new(
        shown.progress && !args.no_progress && !args.verbose,
        found.candidates.len() + before.candidates.len(),
    ));
    let mut run =
        Run { args, summary: Summary::default(), ledgers: BTreeMap::new(), held, each, progress: &progress };
    for (path, what) in &found.skipped {
        run.skip(path, what);
    }
    let mut jobs = Vec::with_capacity(found.candidates.len());
    for mut candidate in found.candidates {
        candidate.format = args.kind;
        let Some(located) = linters.of(&candidate.path)? else { return Ok(None) };
        if located.linter.policy.config().is_some_and(|config| config.excludes(&located.path)) {
            run.skip(&candidate.path, "excluded in tieout.toml");
            continue;
        }
        jobs.push(Job {
            candidate,
            path: located.path,
            linter: located.linter,
            given: None,
            cache: located.cache,
        });
    }
    let named = jobs.iter().filter(|_| !before.candidates.is_empty());
    let checked: BTreeSet<PathBuf> = named.map(|job| real(&job.candidate.path)).collect();
    let mut beside = Vec::with_capacity(before.candidates.len());
    for candidate in before.candidates {
        let Some(located) = linters.of(&candidate.path)? else { return Ok(None) };
        let is_excluded = located.linter.policy.config().is_some_and(|config| config.excludes(&located.path));
        if !is_excluded && (checked.is_empty() || !checked.contains(&real(&candidate.path))) {
            beside.push(Job {
                candidate,
                path: located.path,
                linter: located.linter,
                given: None,
                cache: located.cache,
            });
        }
    }
    let Some(bodies) = sets::bodies(args.bodies.as_deref(), &paths, linters.made())? else { return Ok(None) };
    let stdin = match args.paths.iter().any(is_stdin) {
        true => match linters.of(&args.stdin_filename)? {
            Some(located) => Some(located),
            None => return Ok(None),
        },
        false => None,
    };
    run.say_what_is_used(&linters);
    let mut flow = ControlFlow::Continue(());
    if let Some(located) = stdin {
        let name = &args.stdin_filename;
        match Source::read_from(name, io::stdin().lock(), 0, args.kind) {
            Ok(source) => jobs.insert(
                0,
                Job {
                    candidate: walk::Candidate::new(name.clone(), true),
                    path: located.path,
                    linter: located.linter,
                    given: Some(Arc::new(source)),
                    cache: None,
                },
            ),
            Err(error) => {
                let outcome = located.linter.unreadable(&name.to_string_lossy(), &located.path, &error);
                flow = run.outcome(name, &located.path, &located.linter, outcome);
            }
        }
    }
    if flow.is_continue() {
        let threads = args
            .jobs
            .filter(|&jobs| jobs > 0)
            .unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
        let plan = Plan {
            jobs: &jobs,
            beside: &beside,
            bodies: bodies.as_ref(),
            threads,
            with_text: shown.text,
            // A baseline must know which rules were looked at.
            with_rules: shown.rules || run.held.is_some(),
        };
        let ran = lint::run(
            plan,
            || progress.borrow_mut().step(),
            |job, outcome| run.outcome(&job.candidate.path, &job.path, &job.linter, outcome),
        );
        flow = ran.flow;
        run.summary.missing = ran.missing;
    }
    for cache in linters.caches() {
        run.say(|| cache.to_string());
        if let Err(error) = cache.save(day()) {
            tell(&format!("tieout: the cache cannot be written: {error}"));
        }
    }
    run.summary.rules = abouts(linters.made());
    // Whoever stopped the run wants no more of it.
    if flow.is_continue() {
        run.about_accepted(&here.linter);
    }
    let summary = run.summary;
    progress.into_inner().finish();
    let failure = found.failures.first();
    let failure =
        failure.map(|failure| anyhow::anyhow!("cannot walk {}: {}", failure.path.display(), failure.reason));
    // The process ends with the run, and that frees the packs faster.
    std::mem::forget(linters);
    Ok(Some(Told { summary, failure }))
}

impl Run<'_> {
    fn outcome(
        &mut self,
        path: &Path,
        relative: &str,
        linter: &Arc<Linter>,
        outcome: Outcome,
    ) -> ControlFlow<()> {
        let reports = match outcome {
            Outcome::Skipped(what) => {
                self.skip(path, &what);
                return ControlFlow::Continue(());
            }
            Outcome::Reports(reports) => reports,
        };
        for mut report in reports {
            if let Some(config) = linter.policy.config() {
                let today = || self.args.today.unwrap_or_else(|| jiff::ZonedDateTime::now().date());
                let (_, ledger) = self
                    .ledgers
                    .entry(config.folder.clone())
                    .or_insert_with(|| (Arc::clone(linter), Ledger::new(&config.accepts, today())));
                ledger.apply(&config.accepts, relative, &mut report);
            }
            if let Some(held) = &mut self.held {
                let path = held.root.relative(&report.path);
                held.baseline.apply(&path, &mut report);
            }
            self.report(report)?;
        }
        ControlFlow::Continue(())
    }

    fn report(&mut self, report: Report) -> ControlFlow<()> {
        let relations = report.relations;
        self.say(|| {
            format!(
                "{}: {}, {}; {}: {} hold, {} fail, {} cannot be told",
                report.path,
                report.pack.as_deref().unwrap_or("not checked"),
                count(report.findings.len(), "finding"),
                count(relations.held + relations.failed + relations.undecided, "relation"),
                relations.held,
                relations.failed,
                relations.undecided
            )
        });
        self.summary.add(&report);
        let each = &mut self.each;
        self.progress.borrow().aside(|| each(report))
    }

    /// What is told of configurations and of a baseline whose findings are out of date.
    fn about_accepted(&mut self, here: &Linter) {
        for (linter, ledger) in std::mem::take(&mut self.ledgers).into_values() {
            let Some(config) = linter.policy.config() else { continue };
            let about = ledger.report(&config.accepts, &config.file.path, &config.file.text);
            if let Some(mut report) = about {
                linter.policy.settle_own(&mut report, "");
                let _ = self.report(report);
            }
        }
        if let Some(mut report) = self.held.as_ref().and_then(|held| held.baseline.report()) {
            here.policy.settle_own(&mut report, "");
            let _ = self.report(report);
        }
    }

    /// Counts a file that was passed over.
    fn skip(&mut self, path: &Path, what: &str) {
        self.say(|| format!("{}: skipped, {what}", source::shown(path)));
        self.summary.skip(path, what);
    }

    fn say(&self, line: impl FnOnce() -> String) {
        if self.args.verbose {
            tell(&line());
        }
    }

    fn say_what_is_used(&self, linters: &Linters<'_>) {
        for linter in linters.made() {
            let packs: Vec<&str> = linter.packs.iter().map(|entry| entry.card.id.as_str()).collect();
            let packs = packs.join(", ");
            self.say(|| match linter.policy.config() {
                Some(config) => format!("{}: packs {packs}", config.file.path),
                None => format!("without configuration: packs {packs}"),
            });
        }
        if let Some(held) = &self.held {
            self.say(|| format!("{}: {}", held.baseline.path, count(held.baseline.len(), "finding")));
        }
    }
}

/// The day of the clock, counted from 1970.
fn day() -> u32 {
    u32::try_from(jiff::Timestamp::now().as_second() / (24 * 60 * 60)).unwrap_or(0)
}

/// A path by which the same file is known again.
fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// What the rules of the packs that read reports say of themselves, by name.
fn abouts<'l>(linters: impl Iterator<Item = &'l Arc<Linter>>) -> Vec<RuleAbout> {
    let packs = linters.flat_map(|linter| &linter.packs).filter_map(Entry::loaded);
    let rules = packs.flat_map(|pack| &pack.rules);
    let mut abouts: Vec<RuleAbout> = rules
        .map(|rule| RuleAbout {
            id: rule.id.to_string(),
            level: rule.level.unwrap_or(Level::Note),
            summary: rule.summary.clone(),
            explanation: rule.explanation.clone(),
            authority: rule.authority.clone(),
            relation: Some(rule.relation.clone()),
        })
        .chain(own::ALL.iter().map(|own| RuleAbout {
            id: own.id.to_owned(),
            level: own.level,
            summary: own.summary.to_owned(),
            explanation: None,
            authority: None,
            relation: None,
        }))
        .collect();
    abouts.sort_by(|a, b| a.id.cmp(&b.id));
    abouts.dedup_by(|a, b| a.id == b.id);
    abouts
}

/// Reads a baseline. Its paths are told from its folder, so that they are the same wherever a run is started.
pub fn baseline(file: &Path) -> anyhow::Result<Held> {
    use anyhow::Context;
    let name = source::shown(file);
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("cannot read the baseline {name} (`tieout baseline write` makes one)"))?;
    let baseline = Baseline::parse(&name, text)?;
    Ok(Held { baseline, root: place::beside(file)? })
}
