//! `tieout rules`

use std::io::{self, Write};
use std::path::Path;

use super::Status;
use super::packs::{ListFormat, PackArgs, level_name};
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
    let Some(packs) = args.packs.load_in(Path::new("."))? else { return Ok(Status::Failed) };
    let mut out = io::stdout().lock();
    match args.format {
        ListFormat::Json => {
            let rules = packs.all.iter().flat_map(|pack| &pack.rules).map(|rule| {
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
        ListFormat::Text => {
            let rules = || packs.all.iter().flat_map(|pack| &pack.rules);
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
    }
    Ok(Status::Clean)
}
