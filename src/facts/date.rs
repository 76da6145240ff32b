//! Dates as printed, possible or not.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A date as printed. Year, month and day are what the text says, in the calendar or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Date {
    /// The year, where it is stated.
    pub year: Option<u32>,
    /// The month.
    pub month: u32,
    /// The day.
    pub day: u32,
}

impl Date {
    /// Whether the calendar has the date. Without a year, 29 February may be.
    pub fn exists(self) -> bool {
        self.year.is_none_or(|year| (1900..=2100).contains(&year))
            && self.day >= 1
            && self.day <= self.days_in_month()
    }

    /// The day before, of a day that is in the calendar.
    #[must_use]
    pub fn day_before(self) -> Self {
        if self.day > 1 {
            return Self { day: self.day - 1, ..self };
        }
        let last = match self.month {
            0 | 1 => Self { year: self.year.and_then(|year| year.checked_sub(1)), month: 12, day: 1 },
            month => Self { month: month - 1, ..self },
        };
        Self { day: last.days_in_month(), ..last }
    }

    fn days_in_month(self) -> u32 {
        match self.month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if self.year.is_none_or(is_leap) => 29,
            2 => 28,
            _ => 0,
        }
    }

    /// The same day with a year, where none is stated.
    #[must_use]
    pub fn or_year(self, year: Option<u32>) -> Self {
        Self { year: self.year.or(year), ..self }
    }

    /// Year, month and day for comparison; `None` where the year is not stated.
    pub fn ordinal(self) -> Option<(u32, u32, u32)> {
        Some((self.year?, self.month, self.day))
    }
}

fn is_leap(year: u32) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.year {
            Some(year) => write!(f, "{year:04}-{:02}-{:02}", self.month, self.day),
            None => write!(f, "{:02}-{:02}", self.month, self.day),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_before() {
        let before = |year, month, day| Date { year: Some(year), month, day }.day_before().to_string();
        assert_eq!(before(2012, 10, 1), "2012-09-30");
        assert_eq!(before(2012, 3, 1), "2012-02-29");
        assert_eq!(before(2012, 1, 1), "2011-12-31");
        assert_eq!(before(2012, 1, 2), "2012-01-01");
    }

    #[test]
    fn the_calendar() {
        let exists = |year, month, day| Date { year, month, day }.exists();
        assert!(exists(Some(2024), 2, 29));
        assert!(!exists(Some(2023), 2, 29));
        assert!(!exists(Some(1900), 2, 29));
        assert!(exists(None, 2, 29));
        assert!(!exists(None, 2, 30));
        assert!(!exists(Some(2020), 13, 5));
        assert!(!exists(Some(2020), 11, 31));
        assert!(!exists(Some(202_020), 12, 31));
        assert!(!exists(Some(2020), 1, 0));
    }
}
