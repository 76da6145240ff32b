//! What expressions can speak of: the types of values, the kinds of record with their fields, the functions.

mod function;

use std::fmt;

pub use function::{FUNCTIONS, Function, Wanted};
use serde::{Deserialize, Serialize};

use crate::rules::claim::Claim;
use crate::rules::form::Side;
use crate::rules::pattern::CaptureKind;

/// A kind of record: something read in a report that has fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Record {
    /// A row of a form, by the form's number.
    Row(usize),
    /// A column of a form, by the form's number.
    Column(usize),
    /// A cell of any form.
    Cell,
    /// A claim, by its number.
    Claim(usize),
    /// A date in the text.
    Date,
    /// A numbered heading.
    Heading,
    /// A section that the pack names.
    Section,
    /// A figure in prose.
    Figure,
    /// A total in prose with its parts.
    List,
    /// A total in a table with its parts.
    Footing,
    /// A rate of change in a table.
    Rate,
    /// A table of an open form, by the form's number.
    Table(usize),
    /// A row or column of a table of an open form, by the form's number.
    Line(usize, Side),
}

/// The type of an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// A number, or an interval of them.
    Number,
    /// Several numbers.
    Numbers,
    /// A day.
    Date,
    /// True or false.
    Truth,
    /// Words.
    Text,
    /// One record.
    Record(Record),
    /// Several records.
    Records(Record),
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Type::Number => "a number",
            Type::Numbers => "several numbers",
            Type::Date => "a date",
            Type::Truth => "true or false",
            Type::Text => "text",
            Type::Record(Record::Row(_)) => "a row",
            Type::Record(Record::Column(_)) => "a column",
            Type::Record(Record::Cell) => "a cell",
            Type::Record(Record::Claim(_)) => "a claim",
            Type::Record(Record::Date) => "a date",
            Type::Record(Record::Heading) => "a heading",
            Type::Record(Record::Section) => "a section",
            Type::Record(Record::Figure) => "a figure",
            Type::Record(Record::List) => "a list",
            Type::Record(Record::Footing) => "a footing",
            Type::Record(Record::Rate) => "a rate",
            Type::Record(Record::Table(_)) => "a table",
            Type::Record(Record::Line(_, Side::Rows)) => "a row of a table",
            Type::Record(Record::Line(_, Side::Columns)) => "a column of a table",
            Type::Records(_) => "several records",
        })
    }
}

/// A field of a record that every report's record of that kind has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Field {
    /// How often the row or column was found.
    Occurrences,
    /// Name of a row or column, or title of a heading or section.
    Name,
    /// The official label of a row or column.
    Label,
    /// Whether a row or column is missing, there once or there several times, in words.
    Found,
    /// What a cell holds, in words.
    Kind,
    /// Title of the section that something stands in.
    Section,
    /// The sentence that something stands in.
    Sentence,
    /// The parts of a stated total.
    Parts,
    /// The parts of a list, whatever their unit.
    All,
    /// The parts of a list are not all in its total's unit.
    Mixed,
    /// That a total is the sum of such cells is seen in other lines of its table.
    Seen,
    /// What a rate is the change of: the figure before.
    Before,
    /// What a rate is the change of: the figure now.
    Now,
    /// A rate is a share: `now` is a part of `before`.
    Share,
    /// How a list is introduced, in a word.
    Introduced,
    /// Parts are said to exclude each other and to be all.
    Complete,
    /// The parts of a list add up to its total.
    Exact,
    /// The parts of a list exclude each other.
    Exclusive,
    /// The parts of a list are ways by which one thing may go out several times.
    ByChannel,
    /// One digit changed in one figure of a list would make it add up.
    Slip,
    /// The classes of words that all parts of a list have around them.
    Common,
    /// The classes of the words around a total.
    Words,
    /// Parts are said to overlap.
    Overlapping,
    /// The list of parts is only a selection.
    Selection,
    /// The other counts of a claim's paragraph.
    Others,
    /// The year of a date.
    Year,
    /// Some claim of the pack has read it.
    Claimed,
    /// The number of a heading.
    Number,
    /// The number a heading should have after those before it.
    Expected,
    /// The heading that should come before this one stands there without its number.
    Lost,
    /// A section is in the report.
    Present,
    /// A section is announced in the preface.
    Announced,
    /// The sums of a claim's count with the counts right before it.
    Runs,
    /// The counts of other sentences that stand under the words that a claim captures.
    Namesakes,
    /// The counts before a claim's phrase in its sentence that stand under the words that it captures.
    Said,
    /// The cells of footed tables that are named by the words before a figure.
    Named,
    /// The percentages behind the parts of a list, one behind each.
    Shares,
    /// Nothing before a claim's phrase speaks of another time or of someone else.
    Sure,
    /// The year that the sentence of a claim gives it.
    StatedYear,
    /// The counts near a share that it may be a share of.
    Bases,
    /// The unit of a figure.
    Unit,
    /// A claim's number among the claims of its kind, a line's among those of its table, a table's among those of its
    /// form; from one.
    Order,
    /// The line before a line in its table.
    LineBefore,
    /// A figure's words mean the same thing as the claim's; see `same` in claim files.
    Alike,
    /// A named part of a claim, by its number among the claim's captures.
    Capture(usize),
}

const ROW: &[(&str, Field, Type)] = &[
    ("occurrences", Field::Occurrences, Type::Number),
    ("name", Field::Name, Type::Text),
    ("label", Field::Label, Type::Text),
    ("found", Field::Found, Type::Text),
];
const CLAIM: &[(&str, Field, Type)] = &[
    ("section", Field::Section, Type::Text),
    ("sentence", Field::Sentence, Type::Text),
    ("parts", Field::Parts, Type::Records(Record::Figure)),
    ("complete", Field::Complete, Type::Truth),
    ("others", Field::Others, Type::Records(Record::Figure)),
    ("bases", Field::Bases, Type::Numbers),
    ("runs", Field::Runs, Type::Numbers),
    ("namesakes", Field::Namesakes, Type::Numbers),
    ("said", Field::Said, Type::Numbers),
    ("sure", Field::Sure, Type::Truth),
    ("stated_year", Field::StatedYear, Type::Number),
    ("unit", Field::Unit, Type::Text),
    ("order", Field::Order, Type::Number),
];
const DATE: &[(&str, Field, Type)] = &[
    ("year", Field::Year, Type::Number),
    ("claimed", Field::Claimed, Type::Truth),
    ("sentence", Field::Sentence, Type::Text),
    ("section", Field::Section, Type::Text),
];
const HEADING: &[(&str, Field, Type)] = &[
    ("number", Field::Number, Type::Number),
    ("expected", Field::Expected, Type::Number),
    ("lost", Field::Lost, Type::Truth),
    ("name", Field::Name, Type::Text),
];
const SECTION: &[(&str, Field, Type)] = &[
    ("present", Field::Present, Type::Truth),
    ("announced", Field::Announced, Type::Truth),
    ("name", Field::Name, Type::Text),
];
const FIGURE: &[(&str, Field, Type)] = &[
    ("unit", Field::Unit, Type::Text),
    ("claimed", Field::Claimed, Type::Truth),
    ("section", Field::Section, Type::Text),
    ("sentence", Field::Sentence, Type::Text),
    ("alike", Field::Alike, Type::Truth),
    ("named", Field::Named, Type::Numbers),
];
const LIST: &[(&str, Field, Type)] = &[
    ("parts", Field::Parts, Type::Records(Record::Figure)),
    ("all", Field::All, Type::Records(Record::Figure)),
    ("mixed", Field::Mixed, Type::Truth),
    ("shares", Field::Shares, Type::Records(Record::Figure)),
    ("introduced", Field::Introduced, Type::Text),
    ("exact", Field::Exact, Type::Truth),
    ("exclusive", Field::Exclusive, Type::Truth),
    ("by_channel", Field::ByChannel, Type::Truth),
    ("slip", Field::Slip, Type::Truth),
    ("common", Field::Common, Type::Text),
    ("words", Field::Words, Type::Text),
    ("complete", Field::Complete, Type::Truth),
    ("overlapping", Field::Overlapping, Type::Truth),
    ("selection", Field::Selection, Type::Truth),
    ("unit", Field::Unit, Type::Text),
    ("sentence", Field::Sentence, Type::Text),
    ("section", Field::Section, Type::Text),
];
const FOOTING: &[(&str, Field, Type)] = &[
    ("parts", Field::Parts, Type::Records(Record::Figure)),
    ("seen", Field::Seen, Type::Truth),
    ("sure", Field::Sure, Type::Truth),
];
const RATE: &[(&str, Field, Type)] = &[
    ("before", Field::Before, Type::Number),
    ("now", Field::Now, Type::Number),
    ("share", Field::Share, Type::Truth),
];
const LINE: &[(&str, Field, Type)] =
    &[("name", Field::Name, Type::Text), ("order", Field::Order, Type::Number)];
/// The field of a line that is another line.
const LINE_BEFORE: &str = "before";
const TABLE: &[(&str, Field, Type)] =
    &[("name", Field::Name, Type::Text), ("order", Field::Order, Type::Number)];
const CELL: &[(&str, Field, Type)] = &[("name", Field::Name, Type::Text), ("kind", Field::Kind, Type::Text)];

impl Record {
    fn fields(self) -> &'static [(&'static str, Field, Type)] {
        match self {
            Record::Row(_) | Record::Column(_) => ROW,
            Record::Cell => CELL,
            Record::Claim(_) => CLAIM,
            Record::Date => DATE,
            Record::Heading => HEADING,
            Record::Section => SECTION,
            Record::Figure => FIGURE,
            Record::List => LIST,
            Record::Footing => FOOTING,
            Record::Rate => RATE,
            Record::Table(_) => TABLE,
            Record::Line(..) => LINE,
        }
    }

    /// The field called `name`, and its type.
    pub fn field(self, name: &str, claims: &[Claim]) -> Option<(Field, Type)> {
        if let Record::Claim(claim) = self {
            let claim = claims.get(claim)?;
            if let Some(index) = claim.captures.iter().position(|capture| capture.name == name) {
                return Some((Field::Capture(index), capture_type(claim, index)));
            }
        }
        if let (Record::Line(..), LINE_BEFORE) = (self, name) {
            return Some((Field::LineBefore, Type::Record(self)));
        }
        self.fields().iter().find(|(known, ..)| *known == name).map(|&(_, field, kind)| (field, kind))
    }

    /// The names of its fields.
    pub fn field_names(self, claims: &[Claim]) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        if let Record::Claim(claim) = self
            && let Some(claim) = claims.get(claim)
        {
            names.extend(claim.captures.iter().map(|capture| capture.name.as_str()));
        }
        names.extend(self.fields().iter().map(|(name, ..)| *name));
        names.extend(matches!(self, Record::Line(..)).then_some(LINE_BEFORE));
        names
    }

    /// The type of the value that the record stands for where a value is wanted.
    pub fn value(self, claims: &[Claim]) -> Option<Type> {
        match self {
            Record::Cell
            | Record::Figure
            | Record::List
            | Record::Footing
            | Record::Rate
            | Record::Heading => Some(Type::Number),
            Record::Date => Some(Type::Date),
            Record::Claim(claim) => claims
                .get(claim)
                .filter(|claim| !claim.captures.is_empty())
                .map(|claim| capture_type(claim, 0)),
            Record::Row(_) | Record::Column(_) | Record::Section | Record::Table(_) | Record::Line(..) => {
                None
            }
        }
    }
}

/// The type of a claim's capture.
pub fn capture_type(claim: &Claim, capture: usize) -> Type {
    match claim.captures.get(capture).map(|capture| capture.kind) {
        Some(CaptureKind::Date) => Type::Date,
        Some(CaptureKind::Row) => claim.form.map_or(Type::Text, |form| Type::Record(Record::Row(form))),
        Some(CaptureKind::Column) => claim.form.map_or(Type::Text, |form| Type::Record(Record::Column(form))),
        Some(CaptureKind::Words) => Type::Text,
        _ => Type::Number,
    }
}

/// A fact about the report as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReportField {
    /// The year that the report is about.
    Year,
    /// First day of its period.
    Start,
    /// Last day of its period.
    End,
    /// Number of pictures in it.
    Pictures,
    /// Whether its preface lists its sections.
    Announces,
    /// First year in which the edition of its forms was in use.
    EditionFrom,
    /// Last year in which the edition of its forms was in use.
    EditionUntil,
}

/// The fields of `report`.
pub const REPORT: &[(&str, ReportField, Type)] = &[
    ("year", ReportField::Year, Type::Number),
    ("start", ReportField::Start, Type::Date),
    ("end", ReportField::End, Type::Date),
    ("pictures", ReportField::Pictures, Type::Number),
    ("announces", ReportField::Announces, Type::Truth),
    ("edition_from", ReportField::EditionFrom, Type::Number),
    ("edition_until", ReportField::EditionUntil, Type::Number),
];
