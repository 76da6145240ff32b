//! The engine's own findings, which no pack has.

use super::Level;

/// A file that cannot be read.
pub const UNREADABLE: &str = "tieout/unreadable";
/// A file that is larger than what is read.
pub const TOO_MUCH: &str = "tieout/too-much";
/// A file that holds nothing.
pub const EMPTY: &str = "tieout/empty";
/// A table of a form that could not be bound, or not all of it.
pub const UNBOUND: &str = "tieout/unbound";
/// Forms that are not in the text of a report that has pictures.
pub const PICTURES: &str = "tieout/forms-are-pictures";

/// A part of a file that was not read.
pub const GAP: &str = "tieout/not-all-read";
/// A part of a file that was read, or passed over, though its readers do not see it.
pub const HIDDEN: &str = "tieout/hidden";

/// A report that has the figures of another one.
pub const COPIED: &str = "tieout/copied";
/// Several reports of one body and year.
pub const TWICE: &str = "tieout/two-reports";
/// A formula that adds up cells and shows another value.
pub const STALE_SUM: &str = "tieout/stale-sum";
/// A total that is typed in where others are computed.
pub const TYPED_TOTAL: &str = "tieout/typed-total";

/// Several reports in one file.
pub const SEVERAL: &str = "tieout/several-reports";
/// An accepted finding that there is no more.
pub const UNUSED: &str = "tieout/unused-accept";
/// An accepted finding whose time is over.
pub const EXPIRED: &str = "tieout/expired-accept";
/// An entry of a baseline that holds back nothing.
pub const UNUSED_BASELINE: &str = "tieout/unused-baseline";

/// Those that speak of accepted findings, not of a report.
pub const ABOUT_ACCEPTED: &[&str] = &[UNUSED, EXPIRED, UNUSED_BASELINE];

/// A rule of the engine's own.
#[derive(Clone, Copy, Debug)]
pub struct Own {
    /// Its name.
    pub id: &'static str,
    /// Its level.
    pub level: Level,
    /// What must be true.
    pub summary: &'static str,
}

const fn rule(id: &'static str, level: Level, summary: &'static str) -> Own {
    Own { id, level, summary }
}

/// Every rule of the engine's own.
pub const ALL: &[Own] = &[
    rule(UNREADABLE, Level::Error, "A report file must be readable"),
    rule(TOO_MUCH, Level::Error, "A report file must not be larger than any report is"),
    rule(EMPTY, Level::Note, "A report file should hold something"),
    rule(UNBOUND, Level::Note, "Every row and column of an official form should be told from its labels"),
    rule(PICTURES, Level::Note, "The forms of a report should be in its text, not in pictures"),
    rule(GAP, Level::Warning, "Every part of a report file should be readable"),
    rule(HIDDEN, Level::Note, "Nothing in a report file should be hidden from its readers"),
    rule(COPIED, Level::Warning, "A report should not have the figures of another year or body"),
    rule(TWICE, Level::Note, "A body should have one report on a year"),
    rule(STALE_SUM, Level::Warning, "A formula that adds up cells should show what they make"),
    rule(TYPED_TOTAL, Level::Note, "A total among totals that are computed should be computed, too"),
    rule(SEVERAL, Level::Note, "A file should hold one report"),
    rule(UNUSED, Level::Note, "A finding that is accepted should still be there, with the same value"),
    rule(EXPIRED, Level::Warning, "A finding should not be accepted past the day that was set"),
    rule(
        UNUSED_BASELINE,
        Level::Note,
        "A finding that a baseline lists should still be there, with the same figures",
    ),
];

/// The level of one of them.
pub fn level(id: &str) -> Level {
    ALL.iter().find(|own| own.id == id).map_or(Level::Note, |own| own.level)
}
