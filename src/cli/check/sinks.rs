//! Where findings are written: standard output and files, which are there whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::super::{place, replace};
use super::copies::{self, Copies};
use super::{Args, Color};
use tieout::finding::Report;
use tieout::output::{self, Format, Output, Root, Style, Summary};

/// The format whose writing goes to a job's log, and that has a summary beside it.
const GITHUB: &str = "github";
/// What there is room for in the summary of a step.
const MOST_OF_A_STEP: u64 = 1 << 20;

/// A writer of findings and where it writes to.
struct Sink {
    output: Box<dyn Output>,
    to: To,
    name: String,
}

/// Where a sink writes to.
enum To {
    Stdout(BufWriter<io::Stdout>),
    /// A device or a pipe.
    Device(BufWriter<File>),
    /// A file that is made or replaced when all of it is there.
    File(replace::Replacement),
    /// A file that others write to as well.
    End {
        text: Vec<u8>,
        file: PathBuf,
    },
}

impl To {
    fn writer(&mut self) -> &mut dyn Write {
        match self {
            To::Stdout(to) => to,
            To::Device(to) => to,
            To::File(to) => to,
            To::End { text, .. } => text,
        }
    }

    fn finish(self) -> io::Result<()> {
        match self {
            To::Stdout(mut to) => to.flush(),
            To::Device(mut to) => to.flush(),
            To::File(to) => to.finish(),
            To::End { text, file } => {
                OpenOptions::new().append(true).create(true).open(file)?.write_all(&text)
            }
        }
    }

    fn is_stdout(&self) -> bool {
        matches!(self, To::Stdout(_))
    }
}

/// All outputs of a run.
pub struct Sinks {
    sinks: Vec<Sink>,
    copies: Option<Copies>,
    failure: Option<anyhow::Error>,
    is_quiet: bool,
    /// Some of them is for a GitHub workflow.
    pub has_github: bool,
}

impl Sinks {
    /// The outputs of the command line.
    pub fn new(args: &Args) -> anyhow::Result<Self> {
        let style = Style {
            color: args.color == Color::Always,
            quiet: args.quiet,
            links: false,
            fail_on: args.fail_on.lowest(),
            root: place::in_repository()?,
            limit: None,
            show_all: args.show_all,
        };
        let to_stdout = Style {
            color: args.color.is_on(),
            links: args.color != Color::Never && supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout),
            ..style.clone()
        };
        let mut wanted = Vec::new();
        let mut copies: Option<Copies> = None;
        for text in &args.outputs {
            let Some((name, file)) = text.split_once('=').filter(|(_, file)| !file.is_empty()) else {
                bail!("--output {text}: expected FORMAT=FILE, such as json=findings.json");
            };
            if name != copies::NAME {
                wanted.push((format(name)?, file));
            } else if copies.replace(Copies::new(file)?).is_some() {
                bail!("--output {text}: annotated copies go to one folder");
            }
        }
        match &args.format {
            Some(name) => wanted.insert(0, (format(name)?, "-")),
            None if wanted.iter().any(|(_, file)| *file == "-") => {}
            None => wanted.insert(0, (format("text")?, "-")),
        }
        let mut sinks =
            Self { sinks: Vec::new(), copies, failure: None, is_quiet: args.quiet, has_github: false };
        let mut files: Vec<PathBuf> = Vec::new();
        for (format, file) in wanted {
            sinks.has_github |= format.name == GITHUB;
            let sink = if file == "-" {
                let to = To::Stdout(BufWriter::new(io::stdout()));
                Sink { output: (format.new)(to_stdout.clone()), to, name: "standard output".to_owned() }
            } else {
                let path = Path::new(file);
                let absolute = style.root.absolute(file);
                if files.contains(&absolute) {
                    bail!("two outputs go to {file}");
                }
                files.push(absolute);
                let to = to_file(path).with_context(|| format!("cannot write {file}"))?;
                Sink { output: (format.new)(style.clone()), to, name: file.to_owned() }
            };
            sinks.sinks.push(sink);
        }
        if sinks.has_github {
            sinks.sinks.extend(summary(&style)?);
        }
        Ok(sinks)
    }

    /// Whether some of them show lines of reports.
    pub fn show_text(&self) -> bool {
        self.sinks.iter().any(|sink| sink.output.shows_text())
    }

    /// Whether some of them show the tallies of rules.
    pub fn show_rules(&self) -> bool {
        self.sinks.iter().any(|sink| sink.output.shows_rules())
    }

    /// Writes what is told of a report.
    pub fn report(&mut self, report: &Report) {
        self.each(|output, to| {
            output.report(report, to)?;
            Ok(())
        });
        if let Some(copies) = &mut self.copies {
            keep_first(&mut self.failure, copies.report(report));
        }
    }

    fn each(&mut self, mut write: impl FnMut(&mut dyn Output, &mut dyn Write) -> io::Result<()>) {
        let failure = &mut self.failure;
        self.sinks.retain_mut(|sink| match write(sink.output.as_mut(), sink.to.writer()) {
            Ok(()) => true,
            // The reader has seen enough.
            Err(error) if error.kind() == ErrorKind::BrokenPipe && sink.to.is_stdout() => false,
            Err(error) => {
                let told = anyhow::Error::new(error).context(format!("cannot write {}", sink.name));
                failure.get_or_insert(told);
                false
            }
        });
    }

    /// Whether no one is left to be told.
    pub fn are_gone(&self) -> bool {
        self.sinks.is_empty()
    }

    /// Writes what is told of the run, and puts the files in their places.
    ///
    /// # Errors
    /// The first output that could not be written.
    pub fn finish(&mut self, summary: &Summary) -> anyhow::Result<()> {
        self.each(|output, to| output.finish(summary, to));
        for sink in self.sinks.drain(..) {
            let is_stdout = sink.to.is_stdout();
            match sink.to.finish() {
                Err(error) if !(is_stdout && error.kind() == ErrorKind::BrokenPipe) => {
                    let told = anyhow::Error::new(error).context(format!("cannot write {}", sink.name));
                    self.failure.get_or_insert(told);
                }
                _ => {}
            }
        }
        if let Some(copies) = &mut self.copies {
            keep_first(&mut self.failure, copies.finish());
            if !self.is_quiet {
                copies.tell();
            }
        }
        match self.failure.take() {
            Some(failure) => Err(failure),
            None => Ok(()),
        }
    }
}

fn keep_first(failure: &mut Option<anyhow::Error>, result: anyhow::Result<()>) {
    if let Err(error) = result {
        failure.get_or_insert(error);
    }
}

fn format(name: &str) -> anyhow::Result<&'static Format> {
    if name == copies::NAME {
        bail!("{name} writes copies of reports into a folder: --output {name}=DIR");
    }
    output::format(name).with_context(|| {
        let names = output::FORMATS.iter().map(|format| format.name);
        let known: Vec<&str> = names.chain([copies::NAME]).collect();
        format!("no format is called `{name}`; there are: {}", known.join(", "))
    })
}

fn to_file(path: &Path) -> io::Result<To> {
    match path.metadata() {
        Ok(found) if found.is_dir() => Err(io::Error::from(ErrorKind::IsADirectory)),
        Ok(found) if !found.is_file() => {
            Ok(To::Device(BufWriter::new(OpenOptions::new().write(true).open(path)?)))
        }
        _ => Ok(To::File(replace::Replacement::new(path)?)),
    }
}

/// The summary of a step of a GitHub workflow, where there is one.
fn summary(style: &Style) -> anyhow::Result<Option<Sink>> {
    let Some(file) = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|file| !file.is_empty()) else {
        return Ok(None);
    };
    let file = PathBuf::from(file);
    let written = fs::metadata(&file).map_or(0, |file| file.len());
    let room = usize::try_from(MOST_OF_A_STEP.saturating_sub(written)).unwrap_or(0);
    let style = Style { limit: Some(room), root: Root::clone(&style.root), ..Style::default() };
    let output = (format("markdown")?.new)(style);
    let name = file.to_string_lossy().into_owned();
    Ok(Some(Sink { output, to: To::End { text: Vec::new(), file }, name }))
}
