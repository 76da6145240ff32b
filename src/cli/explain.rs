//! `tieout explain`

mod page;

use std::io::{self, Write};
use std::path::Path;

use anyhow::bail;
use clap::ValueEnum;

use super::Status;
use super::packs::{PackArgs, each_rule};
use page::Page;
pub use page::plain;
use tieout::finding::own;
use tieout::output::safe_line;
use tieout::rules::pack::Pack;

/// Arguments of `tieout explain`.
#[derive(clap::Args)]
pub struct Args {
    /// Rules, as `tieout rules` lists them
    #[arg(value_name = "RULE", required = true)]
    wanted: Vec<String>,
    #[command(flatten)]
    packs: PackArgs,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// How a rule is explained.
#[derive(Clone, Copy, Default, ValueEnum)]
enum Format {
    /// For a terminal
    #[default]
    Text,
    /// A page of documentation
    Markdown,
}

/// Says what rules mean.
pub fn run(args: Args) -> anyhow::Result<Status> {
    let Some(packs) = args.packs.load_in(Path::new("."))? else { return Ok(Status::Failed) };
    let mut out = io::stdout().lock();
    for (number, wanted) in args.wanted.iter().enumerate() {
        let page = page(&packs, wanted)?;
        let shown = match args.format {
            Format::Text => page.text(),
            Format::Markdown => page.markdown(),
        };
        if number > 0 {
            writeln!(out)?;
        }
        for line in shown.lines() {
            writeln!(out, "{}", safe_line(line))?;
        }
    }
    Ok(Status::Clean)
}

fn page<'p>(packs: &'p [Pack], wanted: &str) -> anyhow::Result<Page<'p>> {
    let rules = || each_rule(packs).filter_map(|(pack, rule)| Some((packs.get(pack)?, rule)));
    let found = rules().find(|(_, rule)| *rule.id == *wanted).map(|(pack, rule)| Page::of(pack, rule));
    let own = || own::ALL.iter().find(|own| own.id == wanted).map(Page::of_own);
    let Some(page) = found.or_else(own) else {
        const LIKE: f64 = 0.8;
        let likeness = |rule: &str| strsim::jaro_winkler(rule, wanted);
        let names = rules().map(|(_, rule)| &*rule.id).chain(own::ALL.iter().map(|own| own.id));
        let near =
            names.filter(|rule| likeness(rule) >= LIKE).max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
        let advice = near.map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
        bail!("no rule is called `{}`; {advice}`tieout rules` lists them", wanted);
    };
    Ok(page)
}
