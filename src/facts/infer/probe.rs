//! A quick look at candidates: in a few places that show many figures, sums are followed term by term. What holds in none of
//! them is no candidate.

use super::body::{Cell, View};

/// Places looked at.
const MOST: usize = 12;

/// A figure in each place looked at.
pub type Figures = [i128; MOST];

/// The lines of a table in some of their places.
#[derive(Debug)]
pub struct Probe {
    lines: Vec<Figures>,
    /// The unit of the last digit in each place.
    ulps: Figures,
    count: usize,
}

impl Probe {
    /// Picks the places of a table that show the most figures.
    pub fn new(view: &View<'_>) -> Self {
        let shown = |place: usize| {
            let figures =
                (0..view.lines()).filter(|&line| view.value(line, place).is_some_and(|value| value != 0));
            (view.place(place).is_other, std::cmp::Reverse(figures.count()))
        };
        let mut places: Vec<usize> = (0..view.places()).collect();
        places.sort_by_cached_key(|&place| shown(place));
        places.truncate(MOST);
        let mut ulps = [1; MOST];
        let mut lines = Vec::with_capacity(view.lines());
        for line in 0..view.lines() {
            let mut figures = [0; MOST];
            for ((figure, most), &place) in figures.iter_mut().zip(&mut ulps).zip(&places) {
                if let Cell::Value { value, ulp } = view.at(line, place) {
                    *figure = value;
                    *most = ulp.max(*most);
                }
            }
            lines.push(figures);
        }
        Self { lines, ulps, count: places.len() }
    }

    /// No figures.
    pub fn zero() -> Figures {
        [0; MOST]
    }

    /// Adds a line to a sum.
    pub fn add(&self, sum: &mut Figures, line: usize) {
        if let Some(figures) = self.lines.get(line) {
            for (known, figure) in sum.iter_mut().zip(figures) {
                *known = known.saturating_add(*figure);
            }
        }
    }

    /// Whether a line may be a sum of so many terms in some place.
    pub fn may_be(&self, total: usize, sum: &Figures, terms: usize) -> bool {
        self.fitting(total, sum, terms).0 > 0
    }

    /// Whether a line may be a sum of so many terms in a third of the places looked at.
    pub fn often_is(&self, total: usize, sum: &Figures, terms: usize) -> bool {
        let (fitting, all) = self.fitting(total, sum, terms);
        fitting > 0 && 3 * fitting >= all
    }

    /// In how many places a line that is not zero may be a sum of so many terms, of how many.
    fn fitting(&self, total: usize, sum: &Figures, terms: usize) -> (usize, usize) {
        let Some(figures) = self.lines.get(total) else { return (0, 0) };
        let slack = 1 + terms as i128 / 2;
        let (mut fitting, mut all) = (0, 0);
        for ((stated, added), ulp) in figures.iter().zip(sum).zip(&self.ulps).take(self.count) {
            if *stated != 0 && *added != 0 {
                all += 1;
                fitting += usize::from((stated - added).abs() <= slack * ulp);
            }
        }
        (fitting, all)
    }

    /// Whether a sum of lines that are not negative has grown beyond a line in all places.
    pub fn is_beyond(&self, total: usize, sum: &Figures) -> bool {
        let Some(figures) = self.lines.get(total) else { return true };
        let mut places = figures.iter().zip(sum).zip(&self.ulps).take(self.count);
        places.all(|((stated, added), ulp)| *added > stated.abs() + 64 * ulp && *added > 2 * stated.abs())
    }

    /// Whether a line shows a negative figure in a place looked at.
    pub fn is_negative(&self, line: usize) -> bool {
        self.lines.get(line).is_some_and(|figures| figures.iter().any(|&figure| figure < 0))
    }
}
