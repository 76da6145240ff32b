//! `tieout rules`

use std::io::{self, Write};
use std::path::Path;

use clap::ValueEnum;

use super::Status;
use super::explain::plain;
use super::packs::{self, PackArgs, level_name};
use tieout::finding::own;
use tieout::output::{safe_json, safe_line};
use tieout::rules::pack::Pack;

/// Arguments of `tieout rules`.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    packs: PackArgs,
    /// How to print the list
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// How the rules are listed.
#[derive(Clone, Copy, Default, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
    /// For documentation
    Markdown,
}

/// Lists the rules.
pub fn run(args: Args) -> anyhow::Result<Status> {
    let Some(packs) = args.packs.load_in(Path::new("."))? else { return Ok(Status::Failed) };
    let mut out = io::stdout().lock();
    match args.format {
        Format::Json => {
            let rules = packs::rules(&packs).map(|rule| {
                serde_json::json!({
                    "id": rule.id, "level": level_name(rule.level), "summary": rule.summary,
                    "relation": rule.relation, "authority": rule.authority,
                })
            });
            let own = own::ALL.iter().map(|own| {
                serde_json::json!({
                    "id": own.id, "level": own.level.name(), "summary": own.summary,
                    "relation": null, "authority": null,
                })
            });
            let all: Vec<_> = rules.chain(own).collect();
            writeln!(out, "{}", safe_json(&serde_json::to_string_pretty(&all)?))?;
        }
        Format::Text => {
            let rules = || packs::rules(&packs);
            let widest = rules()
                .map(|rule| rule.id.len())
                .chain(own::ALL.iter().map(|own| own.id.len()))
                .max()
                .unwrap_or(0);
            for rule in rules() {
                writeln!(out, "{:widest$}  {:7}  {}", rule.id, level_name(rule.level), rule.summary)?;
            }
            for own in own::ALL {
                writeln!(out, "{:widest$}  {:7}  {}", own.id, own.level.name(), own.summary)?;
            }
        }
        Format::Markdown => {
            for line in markdown(&packs).lines() {
                writeln!(out, "{}", safe_line(line))?;
            }
        }
    }
    Ok(Status::Clean)
}

/// A table for each pack.
fn markdown(packs: &[Pack]) -> String {
    const HEAD: &str = "| rule | level | what must be true |\n| --- | --- | --- |\n";
    let mut text = "# Rules\n".to_owned();
    let row = |id: &str, level: &str, summary: &str| format!("| `{id}` | {level} | {} |\n", plain(summary));
    for pack in packs {
        text += &format!("\n## {}\n\n{}\n", pack.id, plain(&pack.title));
        if !pack.about.is_empty() {
            text += &format!("\n{}\n", plain(&pack.about));
        }
        text += &format!("\n{HEAD}");
        text.extend(pack.rules.iter().map(|rule| row(&rule.id, level_name(rule.level), &rule.summary)));
    }
    text += &format!("\n## tieout\n\nRules of the program's own, of no pack.\n\n{HEAD}");
    text.extend(own::ALL.iter().map(|own| row(own.id, own.level.name(), own.summary)));
    text
}
