//! What became of changed reports, counted.

use std::collections::BTreeMap;
use std::fmt;

/// The counts of one kind of change.
#[derive(Clone, Copy, Debug, Default)]
pub struct Count {
    /// Changes that break at least one relation.
    pub broken: usize,
    /// Reported, by just one finding.
    pub once: usize,
    /// Arithmetic can tell which cell it is.
    pub decidable: usize,
    /// … and the finding names it first.
    pub named: usize,
    /// … with certainty, and the value that it had.
    pub certain: usize,
    /// … which is not what was changed: a smaller or other change would have had the same effect.
    pub misled: usize,
    /// Arithmetic cannot tell, and the finding holds every cell that it could be, with the changed one.
    pub listed: usize,
    /// … the changed one first.
    pub first: usize,
    /// Arithmetic cannot tell, but the finding is certain, or certain of a cell that it is not.
    pub overbold: usize,
}

/// Counts by a kind of change.
#[derive(Clone, Debug, Default)]
pub struct Table(pub BTreeMap<String, Count>);

impl Table {
    pub fn add(&mut self, kinds: &[String], count: Count) {
        for kind in kinds {
            let known = self.0.entry(kind.clone()).or_default();
            known.broken += count.broken;
            known.once += count.once;
            known.decidable += count.decidable;
            known.named += count.named;
            known.certain += count.certain;
            known.misled += count.misled;
            known.listed += count.listed;
            known.first += count.first;
            known.overbold += count.overbold;
        }
    }

    pub fn all(&self, kind: &str) -> Count {
        self.0.get(kind).copied().unwrap_or_default()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:28}{:>8}{:>8}{:>11}{:>8}{:>9}{:>8}{:>12}{:>8}{:>7}{:>10}",
            "",
            "broken",
            "once",
            "decidable",
            "named",
            "certain",
            "misled",
            "undecidable",
            "listed",
            "first",
            "overbold"
        )?;
        for (kind, count) in &self.0 {
            writeln!(
                f,
                "{kind:28}{:8}{:8}{:11}{:8}{:9}{:8}{:12}{:8}{:7}{:10}",
                count.broken,
                count.once,
                count.decidable,
                count.named,
                count.certain,
                count.misled,
                count.broken - count.decidable,
                count.listed,
                count.first,
                count.overbold
            )?;
        }
        Ok(())
    }
}
