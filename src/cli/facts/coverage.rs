//! `tieout facts --coverage`

use std::io::{self, Write};

use serde_json::json;

use super::{Read, name, shown_place, with_interval};
use tieout::check::coverage::{Coverage, Covered, Unchecked, Untold, coverage};
use tieout::check::value::Truth;
use tieout::check::{Label, State};
use tieout::facts::FigureId;
use tieout::facts::infer::Verdict;
use tieout::facts::infer::body::Across;
use tieout::finding::{Position, placed};
use tieout::output::safe_line;
use tieout::rules::form::Side;
use tieout::rules::settings::Settings;

/// A report with every figure marked.
pub struct Covering<'r> {
    read: &'r Read<'r>,
    coverage: Coverage,
    /// Its figures, by place.
    figures: Vec<FigureId>,
}

impl<'r> Covering<'r> {
    /// Checks a report as the settings say.
    pub fn new(read: &'r Read<'r>, settings: &Settings) -> Self {
        let facts = read.facts;
        let all = (0..facts.figures.len()).map(FigureId);
        let mut figures: Vec<FigureId> = all.filter(|&id| !facts.counts_nothing(id)).collect();
        figures.sort_by_key(|&id| facts.figure(id).map(|figure| figure.span));
        Self { read, coverage: coverage(facts, read.document, settings), figures }
    }

    /// Prints it for people.
    pub fn print(&self, out: &mut impl Write) -> io::Result<()> {
        self.read.print_head(out)?;
        let names: Vec<String> = self.figures.iter().map(|&id| name(self.read.facts, id)).collect();
        let widest = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
        for (&id, name) in self.figures.iter().zip(&names) {
            let position = self.position(id);
            let place = shown_place(&position);
            let shown = with_interval(&safe_line(position.text.trim()), self.read.interval(id).as_deref());
            let state = state(self.coverage.state(id));
            let told = self.told(id);
            writeln!(out, "{place} {state:9} {name:widest$}  {shown}  {told}")?;
        }
        for relation in &self.coverage.relations {
            match (relation.verdict, relation.why) {
                (Truth::Unknown, Some(why)) => {
                    let rule = self.rule(relation);
                    writeln!(out, "cannot be told: {rule}{}: {}", self.at(relation), self.untold(why))?;
                }
                (Truth::No, _) => writeln!(out, "fails: {}{}", self.rule(relation), self.at(relation))?,
                _ => {}
            }
        }
        let relations = self.coverage.checked.relations;
        let of = |state: State| self.figures.iter().filter(|&&id| self.coverage.state(id) == state).count();
        writeln!(
            out,
            "relations: {} hold, {} fail, {} cannot be told; figures: {} tied, {} broken, {} unchecked",
            relations.held,
            relations.failed,
            relations.undecided,
            of(State::Tied),
            of(State::Broken),
            of(State::NoRule) + of(State::Undecided),
        )
    }

    /// The same for programs.
    pub fn json(&self) -> serde_json::Value {
        let figure = |&id: &FigureId| {
            let place = self.position(id);
            let relations: Vec<usize> = self.coverage.of(id).map(|(number, _)| number).collect();
            json!({
                "line": place.line, "column": place.column, "locator": place.locator,
                "name": name(self.read.facts, id), "text": place.text.trim(),
                "interval": self.read.interval(id), "state": state(self.coverage.state(id)),
                "why": self.coverage.why(id).map(|why| self.why(why)), "relations": relations,
            })
        };
        let relations = self.relations_json();
        let mut json = self.read.json_head();
        json.insert("figures".to_owned(), self.figures.iter().map(figure).collect());
        json.insert("relations".to_owned(), relations.into_iter().map(|(_, relation)| relation).collect());
        json.into()
    }

    /// The relations for programs, each with the table that it was inferred from.
    pub fn relations_json(&self) -> Vec<(Option<usize>, serde_json::Value)> {
        let mut numbers: Vec<Option<usize>> = vec![None; self.read.facts.figures.len()];
        for (number, id) in self.figures.iter().enumerate() {
            if let Some(place) = numbers.get_mut(id.0) {
                *place = Some(number);
            }
        }
        let number = |id: &FigureId| numbers.get(id.0).copied().flatten();
        let relation = |relation: &Covered| {
            let figures: Vec<usize> = relation.figures.iter().filter_map(number).collect();
            let footing = relation.footing.and_then(|footing| self.read.facts.footings.get(footing));
            let parts: Option<Vec<usize>> =
                footing.map(|footing| footing.parts.iter().filter_map(number).collect());
            let signs = parts.as_ref().map(|parts| vec![1; parts.len()]);
            let json = json!({
                "rule": self.rule(relation), "verdict": verdict(relation.verdict), "figures": figures,
                "why": relation.why.map(|why| self.untold(why)),
                "total": footing.and_then(|footing| number(&footing.total)), "parts": parts, "signs": signs,
                "inferred": footing.is_some(),
            });
            (footing.map(|footing| footing.table), json)
        };
        self.coverage.relations.iter().map(relation).collect()
    }

    /// Prints the sums inferred from a table, one line each: what holds, fails and cannot be told.
    pub fn print_sums(&self, table: usize, out: &mut impl Write) -> io::Result<()> {
        let facts = self.read.facts;
        let Some(found) = facts.tables.get(table) else { return Ok(()) };
        let Some(grid) = &found.grid else { return Ok(()) };
        for sum in &grid.sums {
            let side = if sum.across == Across::Rows { Side::Rows } else { Side::Columns };
            let name = |line: usize| {
                let line = found.lines(side).get(line).map(|line| safe_line(&line.name)).unwrap_or_default();
                if line.is_empty() { "(no label)".to_owned() } else { line }
            };
            let parts: Vec<String> = sum.parts.iter().map(|&(line, _)| name(line)).collect();
            let of = |wanted: Verdict| sum.places.iter().filter(|(_, verdict)| *verdict == wanted).count();
            writeln!(
                out,
                "  {} = {}: holds {}, fails {}, cannot be told {}",
                name(sum.total),
                parts.join(" + "),
                of(Verdict::Holds),
                of(Verdict::Fails),
                of(Verdict::Unknown),
            )?;
        }
        Ok(())
    }

    /// The relations that a figure took part in, or why it is unchecked.
    pub fn told(&self, id: FigureId) -> String {
        let of = |verdict: Truth, words: &str| {
            let relations = self.coverage.of(id).filter(|(_, relation)| relation.verdict == verdict);
            let mut rules: Vec<&str> = relations.map(|(_, relation)| self.rule(relation)).collect();
            rules.dedup();
            (!rules.is_empty()).then(|| format!("{words}{}", rules.join(", ")))
        };
        let why = self.coverage.why(id).map(|why| self.why(why));
        let relations =
            [of(Truth::Yes, ""), of(Truth::No, "fails: "), of(Truth::Unknown, "cannot be told: ")];
        why.into_iter().chain(relations.into_iter().flatten()).collect::<Vec<_>>().join("; ")
    }

    fn rule(&self, relation: &Covered) -> &str {
        self.read.facts.pack.rules.get(relation.rule).map(|rule| &*rule.id).unwrap_or_default()
    }

    fn position(&self, id: FigureId) -> Position {
        let span = self.read.facts.figure(id).map(|figure| figure.span).unwrap_or_default();
        placed(self.read.source, self.read.document, self.read.facts, Label::new(span, String::new()))
    }

    /// Where a figure stands, in words.
    fn at_figure(&self, id: FigureId) -> String {
        let place = self.position(id);
        match (place.locator, place.line.zip(place.column)) {
            (Some(locator), _) => format!(" at {locator}"),
            (None, Some((line, column))) => format!(" at {line}:{column}"),
            (None, None) => String::new(),
        }
    }

    /// Where a relation is: the place of the figure that it names first.
    fn at(&self, relation: &Covered) -> String {
        relation.figures.first().map(|&id| self.at_figure(id)).unwrap_or_default()
    }

    fn why(&self, why: Unchecked) -> String {
        match why {
            Unchecked::NoRelation => "no relation speaks of it".to_owned(),
            Unchecked::Failed => "another figure may be wrong".to_owned(),
            Unchecked::Untold(why) => self.untold(why),
        }
    }

    fn untold(&self, why: Untold) -> String {
        let of = |id: FigureId, words: &str| {
            let name = name(self.read.facts, id);
            let name = if name.is_empty() { safe_line(self.position(id).text.trim()) } else { name };
            format!("{name}{} {words}", self.at_figure(id))
        };
        match why {
            Untold::Blank(id) => of(id, "is blank"),
            Untold::NotApplicable(id) => of(id, "does not apply"),
            Untold::NotANumber(id) => of(id, "is no number of its kind"),
            Untold::Loose(id) => of(id, "is too loose for a wrong figure to show"),
            Untold::Missing => "something that it needs is not in the report".to_owned(),
        }
    }
}

fn state(state: State) -> &'static str {
    match state {
        State::Tied => "tied",
        State::Broken => "broken",
        State::NoRule | State::Undecided | State::Nothing => "unchecked",
    }
}

fn verdict(verdict: Truth) -> &'static str {
    match verdict {
        Truth::Yes => "held",
        Truth::No => "failed",
        Truth::Unknown => "undecided",
    }
}
