//! When the year of a kind of reports begins.

use super::fields::Text;
use super::mistake::Mistake;

/// Month and day, as `10-01`.
pub fn year_begins(text: &Text, mistakes: &mut Vec<Mistake>) -> Option<(u32, u32)> {
    let part = |part: &str| part.parse::<u32>().ok().filter(|_| part.len() == 2);
    let day = text.value.split_once('-').and_then(|(month, day)| part(month).zip(part(day)));
    let day = day.filter(|&(month, day)| (1..=12).contains(&month) && (1..=28).contains(&day));
    if day.is_none() {
        let message = format!("`{}` is no month and day", text.value);
        mistakes.push(Mistake::new(text.at(), message, "expected such as `10-01`, to the 28th at most"));
    }
    day
}
