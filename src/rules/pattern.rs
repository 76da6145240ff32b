//! Patterns over prose: regular expressions in which `{count}`, `{date}` and so on stand for figures as people
//! write them. Prose is matched with every figure already read and replaced by one [mark](Mark).

pub mod needs;

use std::ops::Range;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use serde::{Deserialize, Serialize};

use self::needs::{Needs, Wrong};
use super::fields::Text;
use super::matcher::{Matcher, Matches, Texts};
use super::mistake::Mistake;
use crate::embedded;

/// What stands in the prose in place of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// A count or amount, with its hedges and scale.
    Count,
    /// A percentage, with its sign.
    Percent,
    /// The digits of a year; 年 stays.
    Year,
    /// A date with a month and a day.
    Date,
    /// Digits that count nothing: ordinals, telephone numbers, document numbers.
    Other,
}

impl Mark {
    /// Every mark.
    pub const ALL: [Mark; 5] = [Mark::Count, Mark::Percent, Mark::Year, Mark::Date, Mark::Other];

    /// The private-use character that stands for the figure.
    pub fn character(self) -> char {
        match self {
            Mark::Count => '\u{e000}',
            Mark::Percent => '\u{e001}',
            Mark::Year => '\u{e002}',
            Mark::Date => '\u{e003}',
            Mark::Other => '\u{e004}',
        }
    }

    /// The mark that a character is.
    pub fn of(character: char) -> Option<Self> {
        Self::ALL.into_iter().find(|mark| mark.character() == character)
    }
}

/// What a placeholder captures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum CaptureKind {
    /// A count or an amount of money.
    Count,
    /// A percentage.
    Percent,
    /// A date.
    Date,
    /// A year.
    Year,
    /// A row of the claim's form, by its label.
    Row,
    /// A column of the claim's form, by its label.
    Column,
    /// Words.
    Words,
}

impl CaptureKind {
    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            CaptureKind::Count => "a count",
            CaptureKind::Percent => "a percentage",
            CaptureKind::Date => "a date",
            CaptureKind::Year => "a year",
            CaptureKind::Row => "a row",
            CaptureKind::Column => "a column",
            CaptureKind::Words => "words",
        }
    }
}

/// A named part of a pattern.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capture {
    /// Its name in expressions.
    pub name: String,
    /// What it captures.
    pub kind: CaptureKind,
}

/// Words before a figure that widen it (概数); the figure has them already.
const HEDGES: &str = "(?:大约|约|近|将近|接近|超过|超|逾|突破|不足|不到|至少|多达|高达|至多)*?";
/// Chinese numerals with their hedges; only a pattern that asks for a figure takes such characters for one.
const NUMERAL: &str = "[近约]?[〇零一二两三四五六七八九十百千万亿几数]+[余多来]?";
/// Anything within a clause but a figure.
const GAP: &str = r"[^，。；：、！？（）()\x{e000}-\x{e00f}]*?";

/// A compiled pattern.
#[derive(Debug, Serialize, Deserialize)]
pub struct Pattern {
    /// As written.
    pub text: Text,
    expanded: String,
    #[serde(skip)]
    matcher: OnceLock<Option<Matcher>>,
    /// How often it was looked for, up to some number.
    #[serde(skip)]
    uses: AtomicU32,
    needs: Needs,
    /// What a text must have to be worth searching, where much is searched.
    #[serde(skip)]
    needed: OnceLock<Option<Texts>>,
    /// The placeholders.
    pub captures: Vec<Capture>,
}

/// What placeholders stand for, besides figures.
#[derive(Clone, Copy, Debug, Default)]
pub struct Words<'w> {
    /// `{unit}`
    pub units: &'w [String],
    /// `{row}`
    pub rows: &'w [String],
    /// `{column}`
    pub columns: &'w [String],
    /// Parts of patterns that the pack has names for, each a regular expression.
    pub phrases: &'w [Phrase],
}

/// A part of patterns that a pack has a name for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phrase {
    /// Its name: `{name}` stands for it.
    pub name: String,
    /// A regular expression without placeholders.
    pub regex: String,
}

impl Pattern {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// The mistake in it, at its place.
    pub fn new(text: Text, words: Words<'_>) -> Result<Self, Mistake> {
        let mut captures = Vec::new();
        let (expanded, map) = expand(&text, words, &mut captures)?;
        let known = embedded::expression(&expanded).and_then(|known| postcard::from_bytes(known.needs).ok());
        let needs = match known {
            Some(known) => known,
            None => Needs::of(&expanded).map_err(|wrong| wrong.mistake(&text, &map))?,
        };
        Ok(Self {
            text,
            expanded,
            matcher: OnceLock::new(),
            uses: AtomicU32::new(0),
            needs,
            needed: OnceLock::new(),
            captures,
        })
    }

    /// Of each of these sets one text stands in every match, one behind the other; none where that is not known.
    pub fn needs(&self) -> &[Vec<String>] {
        &self.needs.sets
    }

    /// The most bytes of a match before the first of its needs, where there is a bound.
    pub fn lead(&self) -> Option<usize> {
        self.needs.lead
    }

    /// The expression, compiled when it is first needed. `None` if it is too large to compile.
    pub fn matcher(&self) -> Option<&Matcher> {
        self.matcher.get_or_init(|| Matcher::new(&self.expanded)).as_ref()
    }

    /// Its matches in `text`, each behind the one before.
    pub fn matches<'t>(&self, text: &'t str) -> impl Iterator<Item = Range<usize>> + use<'_, 't> {
        /// A longer text is worth looking through for what it needs.
        const LONG: usize = 1 << 10;
        let matcher = (text.len() < LONG || self.has_needs(text)).then(|| self.matcher()).flatten();
        matcher.into_iter().flat_map(move |matcher| matcher.matches(text))
    }

    /// Its first match in `text`, with what its groups match.
    pub fn captures<'t>(&self, text: &'t str) -> Option<Matches<'_, 't>> {
        let mut matches = self.matcher()?.captures(text, 0);
        matches.next().map(|_| matches)
    }

    /// Whether it occurs in `text`.
    pub fn is_in(&self, text: &str) -> bool {
        /// What is looked for in so many texts is looked for in thousands.
        const OFTEN: u32 = 16;
        let is_possible = if self.uses.load(Ordering::Relaxed) < OFTEN {
            self.uses.fetch_add(1, Ordering::Relaxed);
            // Most reports by themselves lack what it needs, and to compile it takes longer than to find that out.
            self.matcher.get().is_some() || self.has_needs(text)
        } else {
            self.needed.get_or_init(|| self.strongest_need()).as_ref().is_none_or(|needed| needed.is_in(text))
        };
        is_possible && self.matcher().is_some_and(|matcher| matcher.is_match(text))
    }

    /// The one of its needs that the fewest texts meet; not there where the matcher itself starts from texts.
    fn strongest_need(&self) -> Option<Texts> {
        if self.matcher()?.knows_starts() {
            return None;
        }
        let weight = |set: &&Vec<String>| {
            set.iter().map(|need| need.len()).min().map(|shortest| (shortest, std::cmp::Reverse(set.len())))
        };
        Texts::new(self.needs.sets.iter().max_by_key(weight)?)
    }

    /// Whether `text` starts with it.
    pub fn starts(&self, text: &str) -> bool {
        let is_possible = self.matcher.get().is_some() || self.has_needs(text);
        is_possible && self.matcher().is_some_and(|matcher| matcher.starts(text))
    }

    fn has_needs(&self, text: &str) -> bool {
        self.needs.sets.iter().all(|set| set.iter().any(|need| text.contains(need.as_str())))
    }
}

/// The pattern with its placeholders written out, and where each stretch of it stands in the original.
type Expanded = (String, Vec<(usize, usize)>);

fn expand(text: &Text, words: Words<'_>, captures: &mut Vec<Capture>) -> Result<Expanded, Mistake> {
    let pattern = text.value.as_str();
    let mut out = String::with_capacity(pattern.len() * 2);
    let mut map = Vec::new();
    let mut at = 0;
    while let Some(open) = pattern.get(at..).and_then(|rest| rest.find('{')).map(|offset| at + offset) {
        map.push((out.len(), at));
        out.push_str(pattern.get(at..open).unwrap_or_default());
        let inner = pattern.get(open + 1..).unwrap_or_default();
        // `{2,3}` repeats; `\{` and a class such as `\p{Han}` are none of ours.
        let is_ours =
            inner.starts_with(|first: char| first.is_ascii_lowercase()) && !is_escaped(pattern, open);
        let Some(close) = inner.find('}').filter(|_| is_ours) else {
            map.push((out.len(), open));
            out.push('{');
            at = open + 1;
            continue;
        };
        let end = open + 1 + close + 1;
        let body = inner.get(..close).unwrap_or_default();
        map.push((out.len(), open));
        let at_placeholder = || text.part(open..end);
        out.push_str(&placeholder(body, words, captures).map_err(|problem| {
            match problem {
                Problem::Unknown => {
                    let phrases = words.phrases.iter().map(|phrase| phrase.name.as_str());
                    Mistake::unknown(
                        at_placeholder(),
                        "placeholder",
                        body,
                        PLACEHOLDERS.iter().copied().chain(phrases),
                    )
                }
                Problem::NoUnits => {
                    Mistake::new(at_placeholder(), "`{unit}` stands for nothing", "the claim has no `unit`")
                }
                Problem::NoRows => {
                    Mistake::new(at_placeholder(), "`{row}` stands for nothing", "the claim has no `form`")
                }
                Problem::NoColumns => {
                    Mistake::new(at_placeholder(), "`{column}` stands for nothing", "the claim has no `form`")
                }
                Problem::Twice => {
                    Mistake::new(at_placeholder(), "two placeholders of one name", "the second").help(
                        format!("name it: `{{{}:other_name}}`", body.split(':').next().unwrap_or_default()),
                    )
                }
            }
        })?);
        at = end;
    }
    map.push((out.len(), at));
    out.push_str(pattern.get(at..).unwrap_or_default());
    map.push((out.len(), pattern.len()));
    Ok((out, map))
}

/// Whether the brace at `open` follows `\`, or `\p` and the like.
fn is_escaped(pattern: &str, open: usize) -> bool {
    let before = pattern.get(..open).unwrap_or_default();
    before.ends_with('\\') || before.ends_with("\\p") || before.ends_with("\\P") || before.ends_with("\\x")
}

/// What placeholders of the program's own are called.
pub const PLACEHOLDERS: &[&str] =
    &["count", "percent", "date", "year", "row", "column", "words", "unit", "gap"];

enum Problem {
    Unknown,
    NoUnits,
    NoRows,
    NoColumns,
    Twice,
}

fn placeholder(body: &str, words: Words<'_>, captures: &mut Vec<Capture>) -> Result<String, Problem> {
    let (kind, name) = body.split_once(':').unwrap_or((body, body));
    let alternatives = |words: &[String]| {
        let mut words: Vec<String> = words.iter().map(|word| regex_syntax::escape(word)).collect();
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        words.join("|")
    };
    let mark = |mark: Mark| format!(r"\x{{{:x}}}", u32::from(mark.character()));
    let (kind, inner) = match kind {
        "gap" => return Ok(GAP.to_owned()),
        "unit" if words.units.is_empty() => return Err(Problem::NoUnits),
        "unit" => return Ok(format!("(?:{})", alternatives(words.units))),
        "row" if words.rows.is_empty() => return Err(Problem::NoRows),
        "row" => (CaptureKind::Row, alternatives(words.rows)),
        "column" if words.columns.is_empty() => return Err(Problem::NoColumns),
        "column" => (CaptureKind::Column, alternatives(words.columns)),
        "count" => (CaptureKind::Count, format!("{}|{NUMERAL}", mark(Mark::Count))),
        "percent" => (CaptureKind::Percent, format!("{}|百分之{NUMERAL}", mark(Mark::Percent))),
        "date" => (CaptureKind::Date, mark(Mark::Date)),
        "year" => (CaptureKind::Year, mark(Mark::Year)),
        "words" => (CaptureKind::Words, r"[^。；！？\x{e000}-\x{e00f}]+?".to_owned()),
        _ => {
            let phrase = words.phrases.iter().find(|phrase| phrase.name == body).ok_or(Problem::Unknown)?;
            return Ok(format!("(?:{})", phrase.regex));
        }
    };
    let is_name = name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if !is_name {
        return Err(Problem::Unknown);
    }
    let before = if kind == CaptureKind::Count || kind == CaptureKind::Percent { HEDGES } else { "" };
    if captures.iter().any(|capture| capture.name == name) {
        return Err(Problem::Twice);
    }
    captures.push(Capture { name: name.to_owned(), kind });
    Ok(format!("{before}(?P<{name}>{inner})"))
}

impl Wrong {
    /// The mistake at its place in the pattern; `map` says where stretches of the expression come from.
    fn mistake(self, text: &Text, map: &[(usize, usize)]) -> Mistake {
        let Wrong::Syntax(error) = self else {
            return Mistake::new(text.at(), "this regular expression is too large", "repeats too much");
        };
        let (reason, span) = match *error {
            regex_syntax::Error::Parse(error) => (error.kind().to_string(), *error.span()),
            regex_syntax::Error::Translate(error) => (error.kind().to_string(), *error.span()),
            error => return Mistake::new(text.at(), "this is not a regular expression", error.to_string()),
        };
        let place = |offset: usize| {
            map.partition_point(|&(at, _)| at <= offset)
                .checked_sub(1)
                .and_then(|i| map.get(i))
                .map_or(0, |&(at, original)| original + (offset - at))
        };
        // Within what a placeholder stands for, a place has no place in the pattern as written.
        let boundary =
            |at: usize| (0..=at.min(text.value.len())).rev().find(|&at| text.value.is_char_boundary(at));
        let start = boundary(place(span.start.offset)).unwrap_or(0);
        let end = boundary(place(span.end.offset)).unwrap_or(start).max(start);
        Mistake::new(text.part(start..end), "this is not a regular expression", reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::fields::parse;
    use crate::rules::matcher::steps;
    use crate::rules::mistake::FileId;

    fn pattern(source: &str) -> Result<Pattern, (String, String)> {
        let file = format!("p = '{source}'");
        let mut mistakes = Vec::new();
        let text = parse(&[(FileId(0), &file)], &mut mistakes, |fields| fields.required("p")).unwrap();
        let units = ["件".to_owned(), "宗".to_owned()];
        Pattern::new(text, Words { units: &units, ..Words::default() })
            .map_err(|mistake| (mistake.message, file.get(mistake.at.range).unwrap_or_default().to_owned()))
    }

    #[test]
    fn placeholders_match_marks_and_numerals() {
        let pattern = pattern("收到{gap}包裹{count}{unit}").unwrap();
        for (text, count) in [
            ("共收到外地包裹\u{e000}件", "\u{e000}"),
            ("收到包裹三十六宗", "三十六"),
            ("收到包裹近百件", "近百"),
        ] {
            let group = pattern.matcher().unwrap().group("count").unwrap();
            let found = pattern.captures(text).and_then(|found| found.group(group)).unwrap();
            assert_eq!(text.get(found), Some(count));
        }
        assert!(!pattern.is_in("收到信件\u{e000}件，包裹\u{e000}件"));
        assert_eq!(pattern.captures, [Capture { name: "count".into(), kind: CaptureKind::Count }]);
    }

    #[test]
    fn every_match_holds_one_of_the_literals() {
        let needs = |source| pattern(source).unwrap().needs().to_vec();
        assert_eq!(needs("(?:收到|接到){gap}包裹{count}"), [vec!["接到", "收到"], vec!["包裹"]]);
        assert_eq!(needs("(?:收到|接到)?{count}件"), [["件"]]);
        assert_eq!(needs("{gap}"), Vec::<Vec<String>>::new());
        // A mark, or a numeral.
        assert_eq!(needs("{count}").iter().map(Vec::len).collect::<Vec<_>>(), [20]);
        assert_eq!(
            needs("(?:寄|邮寄)(?:至|到)?(?:下|次)站{gap}(?:信|函)"),
            [vec!["寄下站", "寄到下站", "寄到次站", "寄次站", "寄至下站", "寄至次站"], vec!["信", "函"],]
        );
        assert_eq!(needs("(?:没有|未)+收到"), [vec!["未", "没有"], vec!["收到"]]);
    }

    #[test]
    fn a_match_starts_no_further_before_its_first_need() {
        let lead = |source| pattern(source).unwrap().lead();
        assert_eq!(lead("(?:收到|接到){gap}包裹{count}"), Some(0));
        assert_eq!(lead("(?:今年)?[^，]{0,2}收到"), Some(14));
        assert_eq!(lead("(?:共|一共)收(?:信|函)"), Some(3));
        assert_eq!(lead("(?:没有|未)+收到"), Some(0));
        assert_eq!(lead("(?:寄.车站{gap}信|都.取走)"), Some(7));
        assert_eq!(lead("{gap}收到"), None);
    }

    #[test]
    fn what_lacks_its_texts_is_not_compiled() {
        let pattern = pattern("收到{gap}包裹{count}").unwrap();
        assert!(!pattern.is_in("收到信件\u{e000}件"));
        assert!(pattern.matcher.get().is_none());
        assert!(pattern.is_in("收到各类包裹\u{e000}件"));
        assert!(!pattern.is_in("收到信件\u{e000}件"));
    }

    #[test]
    fn what_the_build_script_found_out_is_what_patterns_need() {
        assert!(embedded::expressions().len() > 100, "the build script found no patterns");
        assert!(embedded::expressions().is_sorted_by_key(|known| known.text));
        for known in embedded::expressions() {
            let expanded = std::str::from_utf8(known.text).unwrap();
            assert!(embedded::expression(expanded).is_some_and(|found| found.text == known.text));
            assert_eq!(
                postcard::to_allocvec(&Needs::of(expanded).unwrap()).unwrap(),
                known.needs,
                "{expanded}"
            );
            assert_eq!(steps::written(expanded).unwrap(), known.steps, "{expanded}");
        }
    }

    /// Found by mutated packs.
    #[test]
    fn mistakes_beside_placeholders_stand_between_characters() {
        for source in ["{unit}{总", "总{unit}{", "{count}{总}", "{gap}总{2,1}总", "{unit}(总", "总总[{unit}"]
        {
            let (_, place) = pattern(source).unwrap_err();
            assert!(source.contains(&place), "{source}: {place}");
        }
    }

    #[test]
    fn mistakes_point_into_the_pattern() {
        assert_eq!(
            pattern("收到{cuont}件").unwrap_err(),
            ("unknown placeholder `cuont`".into(), "{cuont}".into())
        );
        assert_eq!(pattern("{count}件{gap}(未").unwrap_err().1, "(");
        assert_eq!(pattern("{count}和{count}").unwrap_err().0, "two placeholders of one name");
        assert_eq!(pattern("{row}件").unwrap_err().0, "`{row}` stands for nothing");
        assert!(pattern("a{2,3}\\p{Han}").is_ok());
    }
}
