//! `tieout explain`

use std::io::{self, Write};
use std::path::Path;

use anyhow::bail;

use super::Status;
use super::packs::{PackArgs, level_name};
use tieout::check::example::name;
use tieout::finding::own;
use tieout::rules::rule::Rule;

/// Arguments of `tieout explain`.
#[derive(clap::Args)]
pub struct Args {
    /// The rule, as `tieout rules` lists it
    #[arg(value_name = "RULE")]
    rule: String,
    #[command(flatten)]
    packs: PackArgs,
}

/// Says what a rule means.
pub fn run(args: Args) -> anyhow::Result<Status> {
    let Some(packs) = args.packs.load_in(Path::new("."))? else { return Ok(Status::Failed) };
    let mut out = io::stdout().lock();
    if let Some(own) = own::ALL.iter().find(|own| own.id == args.rule) {
        writeln!(
            out,
            "{} ({})\n\n{}.\n\nThis is tieout's own rule, of no pack.",
            own.id,
            own.level.name(),
            own.summary
        )?;
        return Ok(Status::Clean);
    }
    let rules = || packs.all.iter().flat_map(|pack| &pack.rules);
    let Some(rule) = rules().find(|rule| rule.id == args.rule) else {
        const LIKE: f64 = 0.8;
        let likeness = |rule: &str| strsim::jaro_winkler(rule, &args.rule);
        let names = rules().map(|rule| rule.id.as_str()).chain(own::ALL.iter().map(|own| own.id));
        let near =
            names.filter(|rule| likeness(rule) >= LIKE).max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
        let advice = near.map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
        bail!("no rule is called `{}`; {advice}`tieout rules` lists them", args.rule);
    };
    explain(rule, &mut out)?;
    Ok(Status::Clean)
}

fn explain(rule: &Rule, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{} ({})\n\n{}.", rule.id, level_name(rule.level), rule.summary)?;
    if let Some(explanation) = &rule.explanation {
        writeln!(out, "\n{}", explanation.trim())?;
    }
    writeln!(out, "\nRelation\n    {}", rule.relation)?;
    for (variable, domain) in &rule.quantifiers {
        writeln!(out, "    for each {variable} in {domain}")?;
    }
    if let Some(condition) = &rule.condition {
        writeln!(out, "    when {condition}")?;
    }
    if let Some(authority) = &rule.authority {
        writeln!(out, "\nAuthority\n    {authority}")?;
    }
    for example in &rule.examples {
        writeln!(out, "\nExample ({})", name(example.verdict))?;
        for line in example.report.value.trim_end().lines() {
            writeln!(out, "    {line}")?;
        }
    }
    writeln!(out, "\nDefined in {}", rule.path)?;
    Ok(())
}
