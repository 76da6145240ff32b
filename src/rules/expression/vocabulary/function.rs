//! The functions that expressions can call, with what they take and give.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Type;

/// A function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Function {
    /// The sum of several numbers; nothing sums to zero.
    Sum,
    /// How many there are.
    Count,
    /// The smallest.
    Min,
    /// The largest.
    Max,
    /// `round(number, decimals)`: halves away from zero.
    Round,
    /// `percent_of(part, total)`: the share in percent.
    PercentOf,
    /// The year of a date.
    Year,
    /// `date(year, month, day)`
    Date,
    /// Whether a date is in the calendar.
    Exists,
    /// Whether something was read.
    Present,
    /// Whether a cell is blank.
    Blank,
    /// Whether what a cell shows is a number of the cell's kind.
    IsProper,
    /// Whether a cell shows a word for nothing instead of a number.
    IsWord,
    /// The numbers as printed, their hedges left aside.
    Printed,
    /// The numbers, each as any that rounds or is cut off to the decimals printed.
    Rounded,
    /// Those that are exact.
    Exact,
    /// Those that are hedged.
    Hedged,
    /// The first of several records.
    First,
    /// Those of several numbers that are known, together.
    AnyOf,
    /// `near(a, b, percent)`: whether a may differ from b, or from one of several, by so many percent of it or less.
    Near,
    /// The first of two numbers, if it is known, else the second.
    Known,
    /// The day that a cell shows.
    DateIn,
}

/// Name, function, arguments and result. An argument type accepts what can stand for it: a claim for a number.
pub const FUNCTIONS: &[(&str, Function, &[Wanted], Type)] = &[
    ("sum", Function::Sum, &[Wanted::Numbers], Type::Number),
    ("count", Function::Count, &[Wanted::Several], Type::Number),
    ("min", Function::Min, &[Wanted::Numbers], Type::Number),
    ("max", Function::Max, &[Wanted::Numbers], Type::Number),
    ("round", Function::Round, &[Wanted::One(Type::Number), Wanted::One(Type::Number)], Type::Number),
    ("percent_of", Function::PercentOf, &[Wanted::Numbers, Wanted::Numbers], Type::Number),
    ("year", Function::Year, &[Wanted::One(Type::Date)], Type::Number),
    (
        "date",
        Function::Date,
        &[Wanted::One(Type::Number), Wanted::One(Type::Number), Wanted::One(Type::Number)],
        Type::Date,
    ),
    ("exists", Function::Exists, &[Wanted::One(Type::Date)], Type::Truth),
    ("present", Function::Present, &[Wanted::Anything], Type::Truth),
    ("blank", Function::Blank, &[Wanted::One(Type::Number)], Type::Truth),
    ("is_proper", Function::IsProper, &[Wanted::Cell], Type::Truth),
    ("is_word", Function::IsWord, &[Wanted::Cell], Type::Truth),
    ("printed", Function::Printed, &[Wanted::Numbers], Type::Numbers),
    ("rounded", Function::Rounded, &[Wanted::Numbers], Type::Numbers),
    ("exact", Function::Exact, &[Wanted::Numbers], Type::Numbers),
    ("hedged", Function::Hedged, &[Wanted::Numbers], Type::Numbers),
    ("first", Function::First, &[Wanted::Several], Type::Number),
    ("known", Function::Known, &[Wanted::One(Type::Number), Wanted::One(Type::Number)], Type::Number),
    (
        "near",
        Function::Near,
        &[Wanted::One(Type::Number), Wanted::Numbers, Wanted::One(Type::Number)],
        Type::Truth,
    ),
    ("date_in", Function::DateIn, &[Wanted::Cell], Type::Date),
    ("any_of", Function::AnyOf, &[Wanted::EachNumbers], Type::Numbers),
];

/// What a function takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// One value of a type.
    One(Type),
    /// Several numbers, or records that stand for numbers.
    Numbers,
    /// As many arguments as wished, each one number or several.
    EachNumbers,
    /// Several of anything.
    Several,
    /// A cell of a form.
    Cell,
    /// Anything.
    Anything,
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Wanted::One(kind) => kind.fmt(f),
            Wanted::Numbers | Wanted::EachNumbers => f.write_str("one or several numbers"),
            Wanted::Several => f.write_str("several numbers or records"),
            Wanted::Cell => f.write_str("a cell"),
            Wanted::Anything => f.write_str("anything"),
        }
    }
}
