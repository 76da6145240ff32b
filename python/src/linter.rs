//! What checks reports for Python: packs loaded once, and any number of reports on any number of threads.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::civil::Date;
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::PyBytes;
use tieout::finding::Report;
use tieout::finding::accept::Ledger;
use tieout::lint::{self, Outcome, Packs};
use tieout::output::{self, Output, Style, Summary};
use tieout::source::SourceError;

use crate::{ConfigError, config};

/// Packs and what is said of their rules.
#[pyclass(frozen, module = "tieout._tieout")]
pub struct Linter {
    linter: lint::Linter,
    /// It names folders with packs.
    #[pyo3(get)]
    has_folders: bool,
}

#[pymethods]
impl Linter {
    #[new]
    fn new(config: Option<&Bound<'_, PyAny>>, select: Vec<String>, ignore: Vec<String>) -> PyResult<Self> {
        let config = config.map(config::read).transpose()?.map(Arc::new);
        let folders: Vec<PathBuf> = config.iter().flat_map(|config| config.rules.clone()).collect();
        let has_folders = !folders.is_empty();
        let made = Packs::load(&folders, &[], config.as_deref())
            .and_then(|packs| lint::Linter::new(packs, config, &select, &ignore));
        let linter = made.map_err(|error| ConfigError::new_err(error.to_string()))?;
        Ok(Self { linter, has_folders })
    }

    /// Checks a report; the JSON document that the program prints.
    fn check<'py>(
        &self,
        py: Python<'py>,
        data: &[u8],
        name: &str,
        today: &str,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let today = date(today)?;
        let text = py.detach(|| {
            let mut run = Run::new(&self.linter, "json", today)?;
            run.outcome(name, self.outcome(data, name))?;
            run.about_accepted()?;
            run.finish()
        });
        Ok(PyBytes::new(py, &text?))
    }

    /// Checks reports; the JSON lines that the program prints, without its summary.
    fn check_rows<'py>(
        &self,
        py: Python<'py>,
        names: Vec<String>,
        contents: Vec<Option<PyBackedBytes>>,
        threads: Option<usize>,
        today: &str,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let today = date(today)?;
        let threads = threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
        let rows: Vec<(String, Option<PyBackedBytes>)> = names.into_iter().zip(contents).collect();
        let text = py.detach(|| {
            let mut run = Run::new(&self.linter, "jsonl", today)?;
            let mut told = Ok(());
            let work = |(name, content): &(String, Option<PyBackedBytes>)| match content {
                Some(content) => self.outcome(content, name),
                None => self.no_content(name),
            };
            let _ = lint::in_order(&rows, threads, lint::MOST_AHEAD, work, |(name, _), outcome| {
                told = run.outcome(name, outcome);
                if told.is_err() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            });
            told.map(|()| run.text)
        });
        Ok(PyBytes::new(py, &text?))
    }
}

impl Linter {
    fn outcome(&self, data: &[u8], name: &str) -> Outcome {
        if self.linter.policy.config().is_some_and(|config| config.excludes(name)) {
            return Outcome::Skipped("excluded".to_owned());
        }
        self.linter.bytes(data, name)
    }

    /// A row without content: a file that whoever made the table could not read.
    fn no_content(&self, name: &str) -> Outcome {
        let error = SourceError::Io(std::io::Error::other("its content is null"));
        self.linter.unreadable(name, name, &error)
    }
}

fn date(text: &str) -> PyResult<Date> {
    text.parse().map_err(|_| PyValueError::new_err(format!("today: {text} is no date")))
}

/// What was found so far, written as the program writes it.
struct Run<'l> {
    linter: &'l lint::Linter,
    ledger: Option<Ledger>,
    summary: Summary,
    output: Box<dyn Output>,
    text: Vec<u8>,
}

impl<'l> Run<'l> {
    fn new(linter: &'l lint::Linter, format: &str, today: Date) -> PyResult<Self> {
        let format = output::format(format).ok_or_else(|| PyRuntimeError::new_err("no such format"))?;
        let ledger = linter.policy.config().map(|config| Ledger::new(&config.accepts, today));
        let output = (format.new)(Style::default());
        Ok(Self { linter, ledger, summary: Summary::default(), output, text: Vec::new() })
    }

    fn outcome(&mut self, path: &str, outcome: Outcome) -> PyResult<()> {
        match outcome {
            Outcome::Skipped(what) => {
                self.summary.skip(std::path::Path::new(path), &what);
                Ok(())
            }
            Outcome::Reports(reports) => reports.into_iter().try_for_each(|mut report| {
                if let (Some(config), Some(ledger)) = (self.linter.policy.config(), &mut self.ledger) {
                    ledger.apply(&config.accepts, path, &mut report);
                }
                self.report(report)
            }),
        }
    }

    fn report(&mut self, mut report: Report) -> PyResult<()> {
        self.summary.add(&report);
        report.findings.retain(|finding| finding.accepted.is_none());
        Ok(self.output.report(&report, &mut self.text)?)
    }

    /// What is told of accepted findings that are out of date.
    fn about_accepted(&mut self) -> PyResult<()> {
        let (Some(config), Some(ledger)) = (self.linter.policy.config(), &self.ledger) else { return Ok(()) };
        let Some(mut report) = ledger.report(&config.accepts, &config.file.path, &config.file.text) else {
            return Ok(());
        };
        self.linter.policy.settle_own(&mut report, "");
        self.report(report)
    }

    fn finish(mut self) -> PyResult<Vec<u8>> {
        self.output.finish(&self.summary, &mut self.text)?;
        Ok(self.text)
    }
}
