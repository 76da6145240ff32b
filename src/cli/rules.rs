//! `tieout rules`

use std::io::{self, Write};

use super::Status;
use super::packs::{ListFormat, PackArgs};
use tieout::finding::own;
use tieout::output::safe_json;

/// Arguments of `tieout rules`.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    packs: PackArgs,
    /// How to print the list
    #[arg(long, value_enum, default_value_t)]
    format: ListFormat,
}

/// Lists the rules.
pub fn run(args: Args) -> anyhow::Result<Status> {
    let Some(packs) = args.packs.load()? else { return Ok(Status::Failed) };
    let mut out = io::stdout().lock();
    match args.format {
        ListFormat::Json => {
            let rules = packs.iter().flat_map(|pack| &pack.rules).map(|rule| {
                serde_json::json!({
                    "id": rule.id, "level": rule.level.name(), "summary": rule.summary,
                    "relation": rule.relation, "authority": rule.authority,
                })
            });
            let own = own::ALL.iter().map(|(id, level, summary)| {
                serde_json::json!({
                    "id": id, "level": level.name(), "summary": summary, "relation": null, "authority": null,
                })
            });
            let all: Vec<_> = rules.chain(own).collect();
            writeln!(out, "{}", safe_json(&serde_json::to_string_pretty(&all)?))?;
        }
        ListFormat::Text => {
            let rules = || packs.iter().flat_map(|pack| &pack.rules);
            let widest = rules()
                .map(|rule| rule.id.len())
                .chain(own::ALL.iter().map(|(id, ..)| id.len()))
                .max()
                .unwrap_or(0);
            for rule in rules() {
                writeln!(out, "{:widest$}  {:7}  {}", rule.id, rule.level.name(), rule.summary)?;
            }
            for (id, level, summary) in own::ALL {
                writeln!(out, "{id:widest$}  {:7}  {summary}", level.name())?;
            }
        }
    }
    Ok(Status::Clean)
}
