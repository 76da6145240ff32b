//! Telling what came of a run: the findings that are not accepted, to every output wanted.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use jiff::civil::Date;

use super::super::tell;
use super::{Args, Color};
use tieout::finding::Report;
use tieout::finding::accept::Ledger;
use tieout::lint::{Linter, Outcome};
use tieout::output::{self, Output, Style, Summary, count};
use tieout::source::shown;

/// A writer of findings and where it writes to.
struct Sink {
    output: Box<dyn Output>,
    to: Box<dyn Write>,
}

/// A run: what was found so far and where it is written.
pub struct Teller {
    /// The tally so far.
    pub summary: Summary,
    sinks: Vec<Sink>,
    /// By the folder of the configuration.
    ledgers: BTreeMap<PathBuf, (Arc<Linter>, Ledger)>,
    failure: Option<anyhow::Error>,
    today: Date,
    is_verbose: bool,
    shows_accepted: bool,
}

impl Teller {
    /// A teller with the outputs of the command line.
    pub fn new(args: &Args, today: Date) -> anyhow::Result<Self> {
        Ok(Self {
            summary: Summary::default(),
            sinks: sinks(args)?,
            ledgers: BTreeMap::new(),
            failure: None,
            today,
            is_verbose: args.verbose,
            shows_accepted: args.show_accepted,
        })
    }

    /// Tells what came of a file, whose path relative to its configuration is `relative`.
    pub fn tell(&mut self, path: &Path, relative: &str, linter: &Arc<Linter>, outcome: Outcome) {
        match outcome {
            Outcome::Skipped(what) => self.skip(path, &what),
            Outcome::Reports(reports) => {
                for mut report in reports {
                    if let Some(config) = linter.policy.config() {
                        let today = self.today;
                        let (_, ledger) = self
                            .ledgers
                            .entry(config.folder.clone())
                            .or_insert_with(|| (Arc::clone(linter), Ledger::new(&config.accepts, today)));
                        ledger.apply(&config.accepts, relative, &mut report);
                    }
                    self.report(report);
                }
            }
        }
    }

    /// Counts a file that was passed over.
    pub fn skip(&mut self, path: &Path, what: &str) {
        if self.is_verbose {
            tell(&format!("{}: skipped, {what}", shown(path)));
        }
        *self.summary.skipped.entry(what.to_owned()).or_default() += 1;
    }

    fn report(&mut self, mut report: Report) {
        if self.is_verbose {
            let pack = report.pack.as_deref().unwrap_or("not read");
            let relations = report.relations;
            tell(&format!(
                "{}: {pack}, {}; {}: {} hold, {} fail, {} cannot be told",
                report.path,
                count(report.findings.len(), "finding"),
                count(relations.held + relations.failed + relations.undecided, "relation"),
                relations.held,
                relations.failed,
                relations.undecided
            ));
        }
        self.summary.add(&report);
        if !self.shows_accepted {
            report.findings.retain(|finding| finding.accepted.is_none());
        }
        for sink in &mut self.sinks {
            if let Err(error) = sink.output.report(&report, &mut sink.to) {
                self.failure.get_or_insert(error.into());
            }
        }
    }

    /// Keeps what went wrong, to be told at the end.
    pub fn fail(&mut self, error: anyhow::Error) {
        self.failure.get_or_insert(error);
    }

    /// Tells what is left to tell: of configurations whose accepted findings are out of date, then of the whole run.
    ///
    /// # Errors
    /// What went wrong during the run.
    pub fn finish(mut self) -> anyhow::Result<Summary> {
        for (linter, ledger) in std::mem::take(&mut self.ledgers).into_values() {
            let Some(config) = linter.policy.config() else { continue };
            let about = ledger.report(&config.accepts, &config.file.path, &config.file.text);
            if let Some(mut report) = about {
                linter.policy.settle_own(&mut report, "");
                self.report(report);
            }
        }
        for sink in &mut self.sinks {
            sink.output.finish(&self.summary, &mut sink.to)?;
            sink.to.flush()?;
        }
        match self.failure {
            Some(failure) => Err(failure),
            None => Ok(self.summary),
        }
    }
}

fn sinks(args: &Args) -> anyhow::Result<Vec<Sink>> {
    let known: Vec<&str> = output::FORMATS.iter().map(|format| format.name).collect();
    let format = |name: &str| {
        output::format(name)
            .with_context(|| format!("no format is called `{name}`; there are: {}", known.join(", ")))
    };
    let quiet = args.quiet;
    let stdout = Style { color: args.color.is_on(), quiet };
    let mut sinks = vec![Sink {
        output: (format(&args.format)?.new)(stdout),
        to: Box::new(BufWriter::new(io::stdout())),
    }];
    for text in &args.outputs {
        let Some((name, file)) = text.split_once('=') else {
            bail!("--output {text}: expected FORMAT=FILE, such as json=findings.json");
        };
        let format = format(name)?;
        let sink = if file == "-" {
            Sink { output: (format.new)(stdout), to: Box::new(BufWriter::new(io::stdout())) }
        } else {
            let style = Style { color: args.color == Color::Always, quiet };
            let to = File::create(file).with_context(|| format!("cannot write {file}"))?;
            Sink { output: (format.new)(style), to: Box::new(BufWriter::new(to)) }
        };
        sinks.push(sink);
    }
    Ok(sinks)
}
