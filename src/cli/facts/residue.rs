//! `tieout facts --residue`: the words around figures that no lexicon has, the most frequent first.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Value as Json, json};

use super::super::Status;
use super::super::linters::Linters;
use super::super::packs::ListFormat;
use super::{Args, print_json};
use tieout::facts::tokens::Kind;
use tieout::facts::{self, Facts};
use tieout::output::safe_line;
use tieout::source::{Source, walk};

/// So many places are shown of each word.
const MOST_PLACES: usize = 3;

/// Where a word stands, and how often.
#[derive(Default)]
struct Found {
    count: usize,
    places: Vec<String>,
}

/// Prints the words that are not understood in the reports under some paths.
pub fn run(args: &Args) -> anyhow::Result<Status> {
    let mut linters = Linters::new(&args.packs, &[], &[], false);
    let mut words: BTreeMap<String, Found> = BTreeMap::new();
    for candidate in walk::walk(&args.paths)?.candidates {
        let Some(found) = linters.of(&candidate.path)? else { return Ok(Status::Failed) };
        if found.linter.policy.config().is_some_and(|config| config.excludes(&found.path)) {
            continue;
        }
        let source = match Source::read_as(&candidate.path, args.kind) {
            Ok(source) => source,
            Err(error) => {
                anstream::eprintln!("{} {error}", candidate.path.display());
                continue;
            }
        };
        for (_, pack) in found.linter.packs_for(&source) {
            let document = facts::document(&source, pack);
            gather(&source, &facts::read(&document, pack), &mut words);
        }
    }
    let mut words: Vec<(String, Found)> = words.into_iter().collect();
    words.sort_by(|a, b| b.1.count.cmp(&a.1.count).then_with(|| a.0.cmp(&b.0)));
    let mut out = io::BufWriter::new(io::stdout().lock());
    match args.format {
        ListFormat::Text => print(&words, &mut out)?,
        ListFormat::Json => {
            let word = |(word, found): &(String, Found)| json!({"word": word, "count": found.count, "places": found.places});
            print_json(&json!({"residue": words.iter().map(word).collect::<Vec<Json>>()}), &mut out)?;
        }
    }
    out.flush()?;
    Ok(Status::Clean)
}

/// Adds the words of a report that stand around its counts and percentages.
fn gather(source: &Source, facts: &Facts<'_>, words: &mut BTreeMap<String, Found>) {
    let slots = &facts.slots;
    let mut from = 0;
    for slot in &slots.slots {
        let start = slot.before.start.max(from);
        from = slot.behind.end;
        let around = slots.tokens(start..slot.token).iter().chain(slots.tokens(slot.behind.clone()));
        for token in around.filter(|token| token.kind == Kind::Unknown) {
            let found = words.entry(token.span.of(facts.prose.text()).trim().to_owned()).or_default();
            found.count += 1;
            if found.places.len() < MOST_PLACES {
                let (line, column) = source.line_column(facts.prose.place(token.span).start);
                found.places.push(format!("{}:{line}:{column}", safe_line(&source.path)));
            }
        }
    }
}

fn print(words: &[(String, Found)], out: &mut impl Write) -> io::Result<()> {
    for (word, found) in words {
        writeln!(out, "{:>7} {}  {}", found.count, safe_line(word), found.places.join("  "))?;
    }
    writeln!(out, "{} words around figures that the lexicon does not have", words.len())
}
