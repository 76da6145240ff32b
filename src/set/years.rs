//! The reports of a body by year, in as little room as they need: there may be as many bodies as reports.

/// The reports of a body by year, once they are sorted.
#[derive(Clone, Debug, Default)]
pub struct Years {
    /// The years, in order, each as often as there are reports on it.
    years: Vec<u32>,
    /// The reports, in that order: of a year, the one that others are compared with comes first.
    reports: Vec<usize>,
}

impl Years {
    /// Adds a report, which stands at its place once all are sorted.
    pub(super) fn add(&mut self, year: u32, report: usize) {
        self.years.push(year);
        self.reports.push(report);
    }

    /// Sorts the reports by year, and those of a year by a key of theirs, the greatest first.
    pub(super) fn sort_by_key<K: Ord>(&mut self, key: impl Fn(usize) -> K) {
        let mut all: Vec<(u32, usize)> = self.years.drain(..).zip(self.reports.drain(..)).collect();
        all.sort_by_cached_key(|&(year, report)| (year, std::cmp::Reverse(key(report))));
        (self.years, self.reports) = all.into_iter().unzip();
    }

    /// The reports on a year.
    pub fn on(&self, year: u32) -> &[usize] {
        let start = self.years.partition_point(|&known| known < year);
        let end = self.years.partition_point(|&known| known <= year);
        self.reports.get(start..end).unwrap_or_default()
    }

    /// The years with their reports.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &[usize])> {
        self.years.chunk_by(|one, next| one == next).filter_map(|same| {
            let &year = same.first()?;
            Some((year, self.on(year)))
        })
    }

    /// The first year and the last.
    pub fn ends(&self) -> Option<(u32, u32)> {
        Some((*self.years.first()?, *self.years.last()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_stand_by_year_the_greatest_key_first() {
        let mut years = Years::default();
        for (year, report) in [(2021, 0), (2019, 1), (2021, 2), (2021, 3)] {
            years.add(year, report);
        }
        // Of two with one key the one added first stays first.
        years.sort_by_key(|report| [1, 9, 2, 2].get(report).copied());
        assert_eq!(years.on(2021), [2, 3, 0]);
        assert_eq!(years.on(2020), [] as [usize; 0]);
        let all: Vec<(u32, &[usize])> = years.iter().collect();
        assert_eq!(all, [(2019, &[1][..]), (2021, &[2, 3, 0][..])]);
        assert_eq!(years.ends(), Some((2019, 2021)));
        assert_eq!(Years::default().ends(), None);
    }
}
