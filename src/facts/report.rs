//! Facts about a report as a whole: its year, its period, the body that reports, the edition of its forms.

use std::collections::BTreeMap;
use std::ops::Range;

use super::DateFact;
use super::claims::{Captured, CapturedValue, Claims};
use super::date::Date;
use super::elements;
use super::figure::Value;
use super::prose::Prose;
use crate::document::Document;
use crate::rules::claim::Scope;
use crate::rules::element_path::ElementPath;
use crate::rules::names::BodyNames;
use crate::rules::pack::{Editions, Pack, Source};
use crate::rules::pattern::Mark;
use crate::rules::script::simplified;
use crate::source::elements::ROOT;
use crate::source::place::Span;

/// Facts about a report as a whole.
#[derive(Clone, Debug, Default)]
pub struct ReportFacts {
    /// The year that it is about: the one stated most often.
    pub year: Option<u32>,
    /// First day of its period.
    pub start: Option<Date>,
    /// Last day of its period.
    pub end: Option<Date>,
    /// The body that reports.
    pub body: Option<String>,
    /// The day it was signed on.
    pub signed: Option<Date>,
    /// The words of the preface that announce its sections.
    pub announcement: Option<Span>,
    /// Which of the pack's sections they announce.
    pub announced: Vec<bool>,
}

/// Gathers the facts about a report as a whole from its claims.
pub fn read(
    document: &Document<'_>,
    prose: &Prose,
    claims: &Claims,
    dates: &[DateFact],
    title: Range<usize>,
    pack: &Pack,
) -> ReportFacts {
    let reader = Reader { prose, claims, dates };
    let elements = Stated { document, pack };
    let year = elements.year().or_else(|| reader.year(&pack.sources.year));
    let in_year = |date: &Date| date.year == year && date.exists();
    let stated = |source: Option<Source>| source.and_then(|source| reader.dates_of(source).find(in_year));
    let (first, last) = period(pack, year);
    let words = |source: Source| reader.captured(source).next().map(|captured| captured.span);
    let stated_body = |source: Source| {
        reader.captured(source).find_map(|captured| body_name(captured.span.of(document.text())))
    };
    let body = elements.body().or_else(|| {
        pack.sources.body.iter().find_map(|&source| {
            stated_body(source).or_else(|| reader.body_over_lines(source, title.clone(), pack))
        })
    });
    let announcement = pack.sources.sections.and_then(words);
    let announced = announcement.map_or_else(Vec::new, |span| {
        let text = span.of(document.text()).chars().filter(|c| !c.is_whitespace());
        let text: String = text.map(simplified).collect();
        pack.sections.iter().map(|section| section.words.is_in(&text)).collect()
    });
    ReportFacts {
        year,
        start: stated(pack.sources.start).or(first),
        end: stated(pack.sources.end).or(last),
        body,
        signed: pack.sources.signed.and_then(|source| reader.dates_of(source).last()),
        announcement,
        announced,
    }
}

/// What the elements of XML state.
struct Stated<'r> {
    document: &'r Document<'r>,
    pack: &'r Pack,
}

impl Stated<'_> {
    fn text(&self, paths: &[ElementPath]) -> Option<String> {
        let elements = self.document.elements()?;
        let root = elements.children(ROOT).next()?;
        let text = self.document.text();
        let element = paths.iter().find_map(|path| elements::first(elements, text, root, path))?;
        Some(elements.text(element, text)).filter(|text| !text.is_empty())
    }

    fn year(&self) -> Option<u32> {
        self.text(&self.pack.sources.year_elements)?.parse().ok()
    }

    fn body(&self) -> Option<String> {
        self.text(&self.pack.sources.body_elements)
    }
}

/// The first and the last day of a year, as reports of the kind count it.
fn period(pack: &Pack, year: Option<u32>) -> (Option<Date>, Option<Date>) {
    let Some(year) = year else { return (None, None) };
    let of = |year, month, day| Date { year: Some(year), month, day };
    match pack.sources.year_begins {
        None | Some((1, 1)) => (Some(of(year, 1, 1)), Some(of(year, 12, 31))),
        Some((month, day)) => {
            let first = year.checked_sub(1).map(|before| of(before, month, day));
            (first, Some(of(year, month, day).day_before()))
        }
    }
}

/// The name of a body without white space and the end of a year before it; `None` if nothing is left of it.
fn body_name(text: &str) -> Option<String> {
    const LONGEST: usize = 40;
    let name: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let name = name.trim_start_matches(['年', '度', '《', '关', '于']);
    let is_name = name.chars().nth(1).is_some()
        && name.chars().nth(LONGEST).is_none()
        && !name.contains(['：', ':', '>', '|', '。', '，', '；']);
    is_name.then(|| name.to_owned())
}

/// A text without the longest end of the body's name that it has, in whatever spelling: a report of the Harbour Office
/// of Anton calls it the Harbour Office.
pub fn without_body(text: &str, body: Option<&str>, names: &BodyNames) -> Option<String> {
    let body = body?;
    without_end(text, body).or_else(|| without_end(&names.plain(text), &names.plain(body)))
}

fn without_end(text: &str, name: &str) -> Option<String> {
    /// An end of fewer characters may belong to other bodies too.
    const LEAST: usize = 3;
    let (shortest, _) = name.char_indices().rev().nth(LEAST - 1)?;
    // A text without the shortest end has none of them.
    text.contains(name.get(shortest..)?).then_some(())?;
    let end = name.char_indices().filter_map(|(at, _)| name.get(at..)).find(|end| text.contains(end))?;
    Some(text.replacen(end, "", 1))
}

struct Reader<'r> {
    prose: &'r Prose,
    claims: &'r Claims,
    dates: &'r [DateFact],
}

impl<'r> Reader<'r> {
    fn captured(&self, source: Source) -> impl Iterator<Item = &'r Captured> {
        let claims = self.claims.claims.iter().filter(move |claim| claim.kind == source.claim);
        claims.filter_map(move |claim| claim.captures.get(source.capture)?.as_ref())
    }

    fn dates_of(&self, source: Source) -> impl Iterator<Item = Date> {
        self.captured(source).filter_map(|captured| match captured.value {
            CapturedValue::Date(index) => {
                let mark = self.prose.figures.get(index)?.mark;
                let found = self.dates.binary_search_by_key(&mark, |date| date.mark).ok()?;
                self.dates.get(found).map(|date| date.date)
            }
            _ => None,
        })
    }

    /// The body that a title names which goes on in the line below: its name alone, or its first words.
    fn body_over_lines(&self, source: Source, title: Range<usize>, pack: &Pack) -> Option<String> {
        let kind = pack.claims.claims.get(source.claim).filter(|kind| kind.scope == Scope::Title)?;
        let capture = &kind.captures.get(source.capture)?.name;
        let line =
            |index: usize| self.prose.paragraphs.get(index).map(|line| line.text.of(self.prose.text()));
        title.clone().filter(|index| title.contains(&(index + 1))).find_map(|index| {
            let whole = format!("{}{}", line(index)?, line(index + 1)?);
            let mut names = kind.patterns.iter().filter_map(|pattern| {
                let found = pattern.captures(&whole)?;
                body_name(whole.get(found.group(pattern.matcher()?.group(capture)?)?)?)
            });
            names.find(|name| !name.contains(|c| Mark::of(c).is_some()))
        })
    }

    /// The year stated by most sources; of several, the one that the text names most often, then the one stated first.
    fn year(&self, sources: &[Source]) -> Option<u32> {
        let mut votes: BTreeMap<u32, (usize, std::cmp::Reverse<usize>)> = BTreeMap::new();
        for (order, &source) in sources.iter().enumerate() {
            let years = self.captured(source).filter_map(|captured| match captured.value {
                CapturedValue::Year(index) => match self.prose.figures.get(index)?.value {
                    Value::Year(year) => Some(year),
                    _ => None,
                },
                _ => None,
            });
            for year in years.chain(self.dates_of(source).filter_map(|date| date.year)) {
                if (1900..2100).contains(&year) {
                    votes.entry(year).or_insert((0, std::cmp::Reverse(order))).0 += 1;
                }
            }
        }
        let mentions = |year: u32| {
            let names = |value: &Value| matches!(value, Value::Year(named) if *named == year);
            self.prose.figures.iter().filter(|figure| names(&figure.value)).count()
        };
        // Where nothing says which year it is about, it is the one that the text names most often, and of several the first.
        if votes.is_empty() {
            let named = self.prose.figures.iter().filter_map(|figure| match figure.value {
                Value::Year(year) => Some(year),
                _ => None,
            });
            return named.rev().max_by_key(|&year| mentions(year));
        }
        votes
            .into_iter()
            .max_by_key(|&(year, (count, order))| (count, mentions(year), order))
            .map(|(year, _)| year)
    }
}

/// The edition that most of a report's labels are of, or else the one in use in its year, or else the newest; and
/// whether its labels said so.
pub fn edition(pack: &Pack, votes: &[Editions], year: Option<u32>) -> (usize, bool) {
    if let Some(edition) = Editions::most_voted(votes, pack.editions.len()) {
        return (edition, true);
    }
    let in_use = year.and_then(|year| {
        pack.editions.iter().position(|edition| {
            edition.from.is_none_or(|from| from <= year) && edition.until.is_none_or(|until| year <= until)
        })
    });
    (in_use.unwrap_or(pack.editions.len().saturating_sub(1)), false)
}
