//! How claims are read by the words around figures.

use serde::{Deserialize, Serialize};

use super::fields::{Fields, Text};
use super::lexicon::{Classes, Lexicon};
use super::mistake::Mistake;
use super::pattern::{Capture, CaptureKind};

/// What is read by the words around figures, in whatever order they stand.
#[derive(Debug, Serialize, Deserialize)]
pub enum Reads {
    /// Figures that belong together in a way of their own.
    Figures(Way),
    /// Counts by the classes of the words around them.
    Counts(Needs),
    /// Claims of one sentence, or of a report that makes each of them once, by their names.
    Together(Vec<String>),
}

/// How figures belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Way {
    /// Percentages with the count that they are the share of.
    Share,
    /// Percentages of one whole without counts.
    Percents,
    /// Figures that grew.
    Rise,
    /// Figures that fell.
    Fall,
    /// Figures that are what is left when one is taken from another.
    Difference,
    /// What was there, what came, what went and what is there.
    Balance,
    /// A rate of the two counts before it.
    Rate,
    /// What one of several counted things has of a total.
    Average,
    /// Percentages that changed, by so many points.
    Points,
}

impl Way {
    /// What a claim of such figures captures.
    fn captures(self) -> &'static [&'static str] {
        match self {
            Self::Balance => &["now", "before", "change", "base"],
            Self::Share | Self::Rate => &["count", "percent", "base"],
            Self::Percents => &["percent"],
            Self::Average => &["now", "before", "base"],
            Self::Points => &["now", "before", "change"],
            Self::Rise | Self::Fall | Self::Difference => &["now", "before", "change", "percent"],
        }
    }
}

/// The classes of words that tell a count.
#[derive(Debug, Serialize, Deserialize)]
pub struct Needs {
    /// A word of each of these must be there.
    pub all: Vec<Classes>,
    /// Or one of each of these.
    pub or: Vec<Classes>,
    /// No word of these may be there.
    pub not: Classes,
    /// Words of these make it unsure: it ties, and is no evidence of a mistake.
    pub unsure: Classes,
    /// Where a clause denies it, there is none.
    pub is_denied: bool,
    /// Where a clause denies words of each of these, there is none.
    pub denied: Vec<Classes>,
}

impl Needs {
    /// Whether words behind a negation say that there is no such count.
    pub fn denies(&self, has: Classes, all: Classes) -> bool {
        let are_there = |wanted: &[Classes]| wanted.iter().all(|&wanted| has.meets(wanted));
        self.is_denied && self.are_met(has, all)
            || !self.denied.is_empty() && are_there(&self.denied) && !all.meets(self.not)
    }

    /// Whether words tell such a count: `has` are those that may tell it, `all` those that must not speak against it.
    pub fn are_met(&self, has: Classes, all: Classes) -> bool {
        let are_there = |wanted: &[Classes]| wanted.iter().all(|&wanted| has.meets(wanted));
        (are_there(&self.all) || !self.or.is_empty() && are_there(&self.or)) && !all.meets(self.not)
    }
}

/// How a claim is read by the words around figures, and what it captures then.
pub fn read(
    fields: &mut Fields<'_, '_>,
    lexicon: &Lexicon,
    has_form: bool,
    captures: &mut Vec<Capture>,
) -> Option<Reads> {
    let ways = [
        ("share", Way::Share),
        ("percents", Way::Percents),
        ("rise", Way::Rise),
        ("fall", Way::Fall),
        ("difference", Way::Difference),
        ("balance", Way::Balance),
        ("rate", Way::Rate),
        ("points", Way::Points),
        ("average", Way::Average),
    ];
    let way = fields.choice("reads", &ways);
    let side = fields.choice("names", &[("row", CaptureKind::Row), ("column", CaptureKind::Column)]);
    let mut class = |key: &'static str| -> Vec<(Text, Classes)> {
        let mut found = Vec::new();
        for text in fields.texts(key) {
            let mut either = Classes::NONE;
            for name in text.value.split('|').map(str::trim) {
                match lexicon.class(name) {
                    Some(class) => either = either.and(class),
                    None => fields.mistakes.push(Mistake::unknown(
                        text.at(),
                        "class of words",
                        name,
                        lexicon.class_names(),
                    )),
                }
            }
            found.push((text, either));
        }
        found
    };
    let (needs, or, denied) = (class("needs"), class("or_needs"), class("denied_needs"));
    let (not, unsure) = (class("not"), class("unsure"));
    let is_denied = fields.flag("denied");
    let together: Vec<String> = fields.texts("together").into_iter().map(|name| name.value).collect();
    let mut capture = |name: &str, kind: CaptureKind| {
        if !captures.iter().any(|known| known.name == name) {
            captures.push(Capture { name: name.into(), kind });
        }
    };
    let reads = match way {
        Some(way) => {
            for &name in way.captures() {
                let is_percent = name == "percent" || way == Way::Points && name != "change";
                let kind = if is_percent { CaptureKind::Percent } else { CaptureKind::Count };
                capture(name, kind);
            }
            Reads::Figures(way)
        }
        None if !together.is_empty() => {
            for name in &together {
                capture(name, CaptureKind::Count);
            }
            Reads::Together(together)
        }
        None if !needs.is_empty() => {
            capture("count", CaptureKind::Count);
            if let Some(side) = side.filter(|_| has_form) {
                capture(if side == CaptureKind::Row { "row" } else { "column" }, side);
            }
            let [all, or, denied] =
                [needs, or, denied].map(|needs| needs.into_iter().map(|(_, classes)| classes).collect());
            let [not, unsure] = [not, unsure]
                .map(|any| any.into_iter().fold(Classes::NONE, |all, (_, classes)| all.and(classes)));
            Reads::Counts(Needs { all, or, not, unsure, is_denied, denied })
        }
        None => return None,
    };
    Some(reads)
}
