//! The lines of a source that a finding speaks of, cut to a window around its labels and made safe to print, in
//! the shape that codespan-reporting draws.

use std::ops::Range;

use codespan_reporting::files::{Error, Files, Location};
use unicode_width::UnicodeWidthChar;

use super::safe::{push_safe, safe_line};
use crate::finding::{Finding, Position};
use crate::source::Source;

/// Columns of a line that are shown at most, unless labels need more.
const WINDOW: usize = 88;
/// Columns shown before and behind a label in a line that is cut.
const MARGIN: usize = 24;

/// A label in the excerpt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExcerptLabel {
    /// Bytes of the excerpt.
    pub range: Range<usize>,
    /// What it says.
    pub message: String,
    /// Whether it is the place to look at first.
    pub is_primary: bool,
}

/// Some lines of a source.
#[derive(Clone, Debug)]
pub struct Excerpt {
    name: String,
    text: String,
    /// Start of each line in `text`, and its number in the source.
    lines: Vec<(usize, usize)>,
    location: Location,
    /// The labels, the primary one first.
    pub labels: Vec<ExcerptLabel>,
}

impl Excerpt {
    /// The excerpt for a finding; `None` for one that has no place in the source.
    pub fn new(source: &Source, name: &str, finding: &Finding) -> Option<Self> {
        let own: Vec<&Position> = finding.related.iter().filter(|place| place.other.is_none()).collect();
        Self::of(source, name, Some(finding.primary.as_ref()?), &own)
    }

    /// The excerpt for places of a source; `None` where none of them has lines.
    pub fn of(source: &Source, name: &str, primary: Option<&Position>, others: &[&Position]) -> Option<Self> {
        let first = primary.or(others.first().copied())?;
        let location = Location { line_number: first.line?, column_number: first.column? };
        let mut excerpt = Self {
            name: safe_line(name),
            text: String::new(),
            lines: Vec::new(),
            location,
            labels: Vec::new(),
        };
        let mut places: Vec<(&Position, bool)> = primary.map(|place| (place, true)).into_iter().collect();
        places.extend(others.iter().map(|&place| (place, false)));
        places.retain(|(place, _)| place.span.is_some() && place.line.is_some());
        places.sort_by_key(|(place, is_primary)| (place.span, !is_primary));
        places.dedup_by(|next, kept| next.0.span == kept.0.span);
        let mut at = 0;
        let mut last_line = None;
        while let Some((first, _)) = places.get(at) {
            let line = first.line?;
            let count = places.iter().skip(at).take_while(|(place, _)| place.line == Some(line)).count();
            excerpt.gap(last_line, line);
            excerpt.line(source, line, places.get(at..at + count).unwrap_or_default());
            last_line = Some(line);
            at += count;
        }
        excerpt.labels.sort_by_key(|label| !label.is_primary);
        Some(excerpt)
    }

    /// An excerpt without a line, for a finding about the file itself.
    pub fn empty(name: &str) -> Self {
        let location = Location { line_number: 1, column_number: 1 };
        Self { name: safe_line(name), text: String::new(), lines: vec![(0, 1)], location, labels: Vec::new() }
    }

    /// Lines that are not neighbours are kept apart by lines that are never drawn.
    fn gap(&mut self, last: Option<usize>, line: usize) {
        if last.is_some_and(|last| line > last + 1) {
            for _ in 0..2 {
                self.start_line(0);
                self.text.push('\n');
            }
        }
    }

    fn start_line(&mut self, number: usize) {
        self.lines.push((self.text.len(), number));
    }

    fn line(&mut self, source: &Source, number: usize, places: &[(&Position, bool)]) {
        let span = source.line_span(number);
        let line = span.of(&source.text);
        let labels: Vec<(Range<usize>, &str, bool)> = places
            .iter()
            .filter_map(|(place, is_primary)| {
                let inner = place.span?;
                let start = (inner.start.saturating_sub(span.start) as usize).min(line.len());
                // A label over several lines is shown on its first.
                let end = (inner.end.saturating_sub(span.start) as usize).clamp(start, line.len());
                Some((start..end, place.message.as_str(), *is_primary))
            })
            .collect();
        for (window, members) in windows(line, &labels) {
            self.start_line(number);
            self.window(line, window, &labels, members);
            self.text.push('\n');
        }
    }

    fn window(
        &mut self,
        line: &str,
        window: Range<usize>,
        labels: &[(Range<usize>, &str, bool)],
        members: Range<usize>,
    ) {
        if window.start > 0 {
            self.text.push('…');
        }
        let mut edges: Vec<usize> = Vec::new();
        let mut offsets = Vec::new();
        for (at, character) in line.get(window.clone()).unwrap_or_default().char_indices() {
            edges.push(window.start + at);
            offsets.push(self.text.len());
            push_safe(&mut self.text, character);
        }
        edges.push(window.end);
        offsets.push(self.text.len());
        if window.end < line.len() {
            self.text.push('…');
        }
        let moved = |at: usize| {
            let index = edges.partition_point(|&edge| edge < at).min(offsets.len() - 1);
            offsets.get(index).copied().unwrap_or(0)
        };
        for (range, message, is_primary) in labels.get(members).unwrap_or_default() {
            self.labels.push(ExcerptLabel {
                range: moved(range.start)..moved(range.end),
                message: safe_line(message),
                is_primary: *is_primary,
            });
        }
    }
}

/// The windows of a line: all of it where it is short, else stretches around labels, near ones together.
pub(super) fn windows(
    line: &str,
    labels: &[(Range<usize>, &str, bool)],
) -> Vec<(Range<usize>, Range<usize>)> {
    if is_short(line) {
        return vec![(0..line.len(), 0..labels.len())];
    }
    // A line may be a whole document: only what is near its labels is looked at.
    let mut windows: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    for (index, (range, ..)) in labels.iter().enumerate() {
        let (start, end) = (margin_before(line, range.start), margin_behind(line, range.end));
        let wide = |range: Range<usize>| width(line.get(range).unwrap_or_default());
        match windows.last_mut() {
            Some((window, members))
                if start <= window.end
                    && (end <= window.end || wide(window.start..end) <= WINDOW.max(wide(window.clone()))) =>
            {
                window.end = window.end.max(end);
                members.end = index + 1;
            }
            _ => windows.push((start..end, index..index + 1)),
        }
    }
    windows
}

fn width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

fn columns(character: char) -> usize {
    character.width().unwrap_or(1)
}

fn is_short(line: &str) -> bool {
    let mut left = WINDOW;
    line.chars().all(|character| {
        let fits = left.checked_sub(columns(character));
        left = fits.unwrap_or(0);
        fits.is_some()
    })
}

/// Where the margin before a place of a line starts.
fn margin_before(line: &str, at: usize) -> usize {
    let mut left = MARGIN;
    let before = line.get(..at).unwrap_or_default().char_indices().rev();
    let within = before.take_while(|(_, character)| {
        let fits = left.checked_sub(columns(*character));
        left = fits.unwrap_or(0);
        fits.is_some()
    });
    within.last().map_or(at, |(start, _)| start)
}

/// Where the margin behind a place of a line ends.
fn margin_behind(line: &str, at: usize) -> usize {
    let mut shown = 0;
    let behind = line.get(at..).unwrap_or_default().char_indices();
    let within = behind.take_while(|(_, character)| {
        let starts_within = shown < MARGIN;
        shown += columns(*character);
        starts_within
    });
    within.last().map_or(at, |(start, character)| at + start + character.len_utf8())
}

/// Excerpts of several files, by number.
pub struct Excerpts(pub Vec<Excerpt>);

impl Excerpts {
    fn file(&self, file: usize) -> Result<&Excerpt, Error> {
        self.0.get(file).ok_or(Error::FileMissing)
    }
}

impl<'a> Files<'a> for Excerpts {
    type FileId = usize;
    type Name = &'a str;
    type Source = &'a str;

    fn name(&'a self, file: usize) -> Result<&'a str, Error> {
        Ok(&self.file(file)?.name)
    }

    fn source(&'a self, file: usize) -> Result<&'a str, Error> {
        Ok(&self.file(file)?.text)
    }

    fn line_index(&'a self, file: usize, byte: usize) -> Result<usize, Error> {
        Ok(self.file(file)?.lines.partition_point(|&(start, _)| start <= byte).saturating_sub(1))
    }

    fn line_number(&'a self, file: usize, index: usize) -> Result<usize, Error> {
        let lines = &self.file(file)?.lines;
        let line = lines.get(index).ok_or(Error::LineTooLarge { given: index, max: lines.len() })?;
        Ok(line.1.max(1))
    }

    fn location(&'a self, file: usize, _byte: usize) -> Result<Location, Error> {
        Ok(self.file(file)?.location)
    }

    fn line_range(&'a self, file: usize, index: usize) -> Result<Range<usize>, Error> {
        let Excerpt { lines, text, .. } = self.file(file)?;
        let start = lines.get(index).ok_or(Error::LineTooLarge { given: index, max: lines.len() })?.0;
        let end = lines.get(index + 1).map_or(text.len(), |&(next, _)| next);
        Ok(start..end)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    /// A whole document may stand in one line.
    #[test]
    fn a_long_line_is_looked_at_near_its_labels_only() {
        let time = |count: usize| -> Duration {
            let line = "收到来信３件，".repeat(count);
            let middle = line.floor_char_boundary(line.len() / 2);
            let labels = [(middle..line.ceil_char_boundary(middle + 1), "received", true)];
            let once = || {
                let start = Instant::now();
                for _ in 0..50 {
                    let found = windows(&line, &labels);
                    assert!(found.len() == 1 && width(line.get(found[0].0.clone()).unwrap()) <= WINDOW);
                }
                start.elapsed()
            };
            (0..3).map(|_| once()).min().unwrap()
        };
        let (short, long) = (time(50), time(50_000));
        assert!(long < short * 50, "{short:?}, then {long:?}");
    }

    #[test]
    fn labels_that_are_near_share_a_window() {
        let line = "收到来信３件，".repeat(40);
        let label = |number: usize| (number * 21 + 12..number * 21 + 15, "count", false);
        let found = windows(&line, &[label(0), label(1), label(20)]);
        let shown: Vec<&str> = found.iter().map(|(window, _)| line.get(window.clone()).unwrap()).collect();
        assert_eq!(shown, [line.get(..72).unwrap(), line.get(20 * 21 + 12 - 36..20 * 21 + 15 + 36).unwrap()]);
        assert_eq!(found.iter().map(|(_, members)| members.clone()).collect::<Vec<_>>(), [0..2, 2..3]);
    }
}
