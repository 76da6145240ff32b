//! `tieout test`

mod update;
pub use update::quoted;

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::bail;

use super::{Status, mistakes};
use tieout::check::example;
use tieout::output::{count, safe_line};
use tieout::rules::diagnostic;
use tieout::rules::library::{self, PackFiles};
use tieout::rules::mistake::Mistake;
use tieout::rules::pack::Pack;
use tieout::rules::rule::Expected;

/// Arguments of `tieout test`.
#[derive(clap::Args)]
pub struct Args {
    /// A pack, or a folder of packs; without it, the packs built in
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Print only rules with a failed example
    #[arg(long)]
    quiet: bool,
    /// Write the messages that the rules give into the examples that expect others
    #[arg(long)]
    update: bool,
}

/// Runs the examples of rules.
pub fn run(args: Args) -> anyhow::Result<Status> {
    let Some(mut packs) = load(args.folder.as_deref())? else { return Ok(Status::Failed) };
    let mut out = io::stdout().lock();
    if args.update {
        let Some(folder) = &args.folder else {
            bail!("`--update` needs the folder of a pack: those built in cannot be changed");
        };
        let updated = update::run(&packs, folder)?;
        writeln!(out, "{} rewritten", count(updated, "message"))?;
        match load(args.folder.as_deref())? {
            Some(rewritten) => packs = rewritten,
            None => return Ok(Status::Failed),
        }
    }
    let mut tested: Vec<Tested> = packs.iter().flat_map(|(files, pack)| test(files, pack)).collect();
    // A rule that another pack takes over is run in both, and told once unless it fails.
    let mut seen = BTreeSet::new();
    tested.retain(|tested| !tested.failed.is_empty() || seen.insert(tested.rule));
    print(&tested, args.quiet, &mut out)?;
    let examples = tested.iter().map(|tested| tested.counts.iter().sum::<usize>()).sum();
    let failed: usize = tested.iter().map(|tested| tested.failed.len()).sum();
    writeln!(out, "{}, {}, {failed} failed", count(tested.len(), "rule"), count(examples, "example"))?;
    Ok(if failed > 0 { Status::Findings } else { Status::Clean })
}

/// The packs in a folder, which may extend those built in, or the latter; `None` if some have mistakes, which have then
/// been printed.
fn load(folder: Option<&Path>) -> anyhow::Result<Option<Vec<(PackFiles, Pack)>>> {
    let (others, sources) = match folder {
        Some(folder) => (library::embedded(), library::in_folder(folder)?),
        None => (Vec::new(), library::embedded()),
    };
    let mut packs = Vec::new();
    let mut is_broken = false;
    for (files, pack) in library::load_beside(others, sources) {
        match pack {
            Ok(pack) => packs.push((files, pack)),
            Err(wrong) => {
                is_broken = true;
                mistakes::print(&files.files, &wrong)?;
            }
        }
    }
    Ok((!is_broken).then_some(packs))
}

/// A rule whose examples were run.
struct Tested<'p> {
    files: &'p PackFiles,
    rule: &'p str,
    /// How many examples are to pass, to fail, and not to be told.
    counts: [usize; 3],
    /// The numbers of those that came out otherwise, and how.
    failed: Vec<(usize, Mistake)>,
}

fn test<'p>(files: &'p PackFiles, pack: &'p Pack) -> impl Iterator<Item = Tested<'p>> {
    pack.rules.iter().map(move |rule| {
        let of = |wanted: Expected| rule.examples.iter().filter(|example| example.verdict == wanted).count();
        let mismatches = rule.examples.iter().enumerate().filter_map(|(index, one)| {
            let mut mistake = example::run(pack, rule, one).mismatch(one)?;
            mistake.message = format!("{}, example {}: {}", rule.id, index + 1, mistake.message);
            Some((index + 1, mistake))
        });
        Tested {
            files,
            rule: &rule.id,
            counts: [Expected::Pass, Expected::Fail, Expected::Undecided].map(of),
            failed: mismatches.collect(),
        }
    })
}

fn print(tested: &[Tested<'_>], is_quiet: bool, out: &mut impl Write) -> anyhow::Result<()> {
    let shown = || tested.iter().filter(|tested| !is_quiet || !tested.failed.is_empty());
    let widest = shown().map(|tested| tested.rule.len()).chain([4]).max().unwrap_or(0);
    if shown().next().is_some() {
        writeln!(out, "{:widest$}  pass  fail  undecided", "rule")?;
    }
    for tested in shown() {
        let [pass, fail, undecided] = tested.counts;
        let numbers: Vec<String> = tested.failed.iter().map(|(number, _)| number.to_string()).collect();
        let result = match numbers.as_slice() {
            [] => "ok".to_owned(),
            [one] => format!("FAILED: example {one}"),
            several => format!("FAILED: examples {}", several.join(", ")),
        };
        writeln!(out, "{:widest$}  {pass:4}  {fail:4}  {undecided:9}  {result}", tested.rule)?;
    }
    for tested in tested.iter().filter(|tested| !tested.failed.is_empty()) {
        writeln!(out)?;
        let failed: Vec<Mistake> = tested.failed.iter().map(|(_, mistake)| mistake.clone()).collect();
        for line in diagnostic::shown(&tested.files.files, &failed)?.trim_end().lines() {
            writeln!(out, "{}", safe_line(line))?;
        }
        writeln!(out)?;
    }
    Ok(())
}
