//! Lines of a page as the pieces that stand apart in them: words by the gaps between characters, pieces by the gaps
//! between words.

use super::kind::{Kind, kind};
use super::lines::{Line, line, rows, spread, without_empty_spaces};
use super::page::{Area, Glyph, Stroke};

/// A stretch of a line that stands apart.
#[derive(Clone, Debug)]
pub struct Piece {
    pub words: Vec<Word>,
    pub area: Area,
    pub kind: Kind,
    letters: usize,
}

/// Characters without a gap between them.
#[derive(Clone, Debug)]
pub struct Word {
    pub glyphs: Vec<Glyph>,
    pub area: Area,
    pub kind: Kind,
    letters: usize,
    /// Whether white space is written before it.
    is_spaced: bool,
}

/// A line of a page.
#[derive(Clone, Debug)]
pub struct Row {
    pub pieces: Vec<Piece>,
    /// Points that lead from a label to its figure.
    pub leaders: Vec<Word>,
    pub area: Area,
    pub base: i32,
    pub size: i32,
}

/// Letters in a figure at most: a unit, or two signs of nothing.
const MAX_UNIT: usize = 4;
/// Points one after another from which on they lead to a figure.
const MIN_LEADERS: usize = 4;
/// A gap wider than this many tenths of the size of a font parts pieces.
const WIDE_GAP: i32 = 7;
/// The same for characters of which each is a word, which are spread to fill a line.
const WIDE_GAP_OF_SQUARE: i32 = 11;

fn text(glyphs: &[Glyph]) -> String {
    glyphs.iter().map(|glyph| glyph.character).collect()
}

impl Word {
    fn new(glyphs: Vec<Glyph>, is_spaced: bool) -> Option<Self> {
        let area = glyphs.iter().map(|glyph| glyph.area).reduce(Area::join)?;
        let letters = glyphs.iter().filter(|glyph| glyph.character.is_alphabetic()).count();
        let kind = if letters > MAX_UNIT { Kind::Words } else { kind(&text(&glyphs)) };
        Some(Self { glyphs, area, kind, letters, is_spaced })
    }

    fn size(&self) -> i32 {
        self.glyphs.iter().map(Glyph::size).max().unwrap_or(1)
    }

    pub fn text(&self) -> String {
        text(&self.glyphs)
    }

    fn is_leader(&self) -> bool {
        self.glyphs.len() >= MIN_LEADERS && self.glyphs.iter().all(is_point)
    }
}

fn is_point(glyph: &Glyph) -> bool {
    matches!(glyph.character, '.' | '…' | '·' | '‥' | '_' | '･')
}

impl Piece {
    pub fn new(words: Vec<Word>) -> Option<Self> {
        let area = words.iter().map(|word| word.area).reduce(Area::join)?;
        let letters = words.iter().map(|word| word.letters).sum();
        let kind = match words.as_slice() {
            [one] => one.kind,
            _ if letters > MAX_UNIT => Kind::Words,
            words => kind(&words.iter().map(Word::text).collect::<Vec<_>>().join(" ")),
        };
        Some(Self { words, area, kind, letters })
    }

    pub fn text(&self) -> String {
        spaced(&self.words).iter().map(|glyph| glyph.character).collect()
    }

    /// Its text, and where it stands. A space parts words that a narrow gap parts.
    pub fn line(&self) -> Option<Line> {
        line(spaced(&self.words))
    }

    /// Whether it starts with a character that is a word of its own.
    pub fn starts_square(&self) -> bool {
        self.words
            .first()
            .and_then(|word| word.glyphs.first())
            .is_some_and(|glyph| !glyph.character.is_ascii())
    }

    /// Whether it ends with a character that is a word of its own.
    pub fn ends_square(&self) -> bool {
        self.words.last().and_then(|word| word.glyphs.last()).is_some_and(|glyph| !glyph.character.is_ascii())
    }

    /// Whether it is a dash, which stands for no figure or for nought.
    pub fn is_dash(&self) -> bool {
        let text = self.text();
        !text.is_empty() && text.chars().all(|c| matches!(c, '-' | '−' | '–' | '—'))
    }

    /// Whether it may stand in a column of figures.
    pub fn is_figure(&self) -> bool {
        self.kind != Kind::Words
    }

    /// The letters of the longest stretch of it that no gap parts which is wider than those between words; a character
    /// that is a word counts as two.
    pub fn longest(&self) -> usize {
        if self.letters < 4 {
            return self.letters;
        }
        let is_near = |a: &Word, b: &Word| (b.area.left - a.area.right) * 5 <= a.size().max(b.size()) * 2;
        let width = |glyph: &Glyph| match glyph.character {
            c if !c.is_alphabetic() => 0,
            c if c >= '\u{2e80}' => 2,
            _ => 1,
        };
        let letters = |run: &[Word]| run.iter().flat_map(|word| &word.glyphs).map(width).sum::<usize>();
        self.words.chunk_by(is_near).map(letters).max().unwrap_or(0)
    }

    pub fn letters(&self) -> usize {
        self.letters
    }
}

/// The characters of words with spaces between them.
pub fn spaced(words: &[Word]) -> Vec<Glyph> {
    let mut glyphs = Vec::with_capacity(words.len() * 8);
    add_spaced(&mut glyphs, words);
    glyphs
}

/// Adds the characters of words with spaces between them.
fn add_spaced(glyphs: &mut Vec<Glyph>, words: &[Word]) {
    let start = glyphs.len();
    for word in words {
        if let (Some(last), Some(first)) =
            (glyphs.get(start..).and_then(<[Glyph]>::last).copied(), word.glyphs.first())
        {
            let is_wide = |glyph: &Glyph| !glyph.character.is_ascii();
            let gap = first.area.left - last.area.right;
            let is_decimal =
                word.kind == Kind::Figure && first.character == '.' && last.character.is_ascii_digit();
            if is_decimal {
                // Nothing parts the decimals of a figure from it.
            } else if word.is_spaced || !(is_wide(&last) && is_wide(first)) || gap > last.size() * 4 / 5 {
                let area =
                    Area { left: last.area.right, right: first.area.left.max(last.area.right), ..last.area };
                glyphs.push(Glyph { character: ' ', area, base: last.base });
            }
        }
        glyphs.extend_from_slice(&word.glyphs);
    }
}

impl Row {
    fn new(glyphs: Vec<Glyph>, upright: &[Stroke]) -> Option<Self> {
        let (leaders, words): (Vec<Word>, Vec<Word>) = words(glyphs).into_iter().partition(Word::is_leader);
        let area = words.iter().map(|word| word.area).reduce(Area::join)?;
        let size = words.iter().map(Word::size).max()?;
        let base = words.iter().flat_map(|word| &word.glyphs).map(|glyph| glyph.base).max()?;
        let across: Vec<i32> = upright
            .iter()
            .filter(|line| line.start < base - size / 4 && line.end > base - size / 2)
            .map(|line| line.at)
            .chain(leaders.iter().map(|word| word.area.center().0))
            .collect();
        let pieces = pieces(words, &across);
        Some(Self { pieces, leaders, area, base, size })
    }

    pub fn figures(&self) -> impl Iterator<Item = &Piece> {
        self.pieces.iter().filter(|piece| piece.kind == Kind::Figure)
    }

    /// The boxes of what stands apart in it by more than the usual space between words.
    pub fn apart(&self) -> Vec<Area> {
        let mut boxes: Vec<Area> = Vec::new();
        for word in self.pieces.iter().flat_map(|piece| &piece.words) {
            match boxes.last_mut() {
                Some(last) if (word.area.left - last.right) * 5 <= self.size * 2 => {
                    *last = last.join(word.area)
                }
                _ => boxes.push(word.area),
            }
        }
        boxes
    }

    /// Its characters.
    pub fn into_glyphs(self) -> Vec<Glyph> {
        let mut glyphs = Vec::with_capacity(self.pieces.len() * 16);
        for piece in &self.pieces {
            add_spaced(&mut glyphs, &piece.words);
        }
        glyphs.extend(self.leaders.into_iter().flat_map(|word| word.glyphs));
        glyphs
    }
}

/// The lines that characters make, from the top down, parted where upright lines go through them.
pub fn of_page(glyphs: Vec<Glyph>, upright: &[Stroke]) -> Vec<Row> {
    rows(glyphs).into_iter().filter_map(|glyphs| Row::new(glyphs, upright)).collect()
}

fn words(mut glyphs: Vec<Glyph>) -> Vec<Word> {
    glyphs.sort_by_key(|glyph| glyph.area.left);
    // Bold is sometimes drawn by writing twice.
    glyphs.dedup_by(|next, kept| {
        next.character == kept.character && (next.area.left - kept.area.left).abs() <= kept.size() / 8
    });
    let glyphs = without_empty_spaces(glyphs);
    let mut words: Vec<(Vec<Glyph>, bool)> = Vec::new();
    let mut is_spaced = false;
    let tied = spread(&glyphs);
    for (glyph, is_tied) in glyphs.into_iter().zip(tied) {
        if glyph.character.is_whitespace() || glyph.character.is_control() {
            is_spaced = true;
            continue;
        }
        match words.last_mut() {
            Some((word, _))
                if is_tied || word.last().is_some_and(|last| is_same_word(last, &glyph, is_spaced)) =>
            {
                word.push(glyph)
            }
            _ => words.push((vec![glyph], is_spaced)),
        }
        is_spaced = false;
    }
    let mut made = Vec::with_capacity(words.len());
    for (glyphs, is_spaced) in words {
        if glyphs.iter().filter(|glyph| is_point(glyph)).count() < MIN_LEADERS {
            made.extend(Word::new(glyphs, is_spaced));
        } else {
            let parts = led(glyphs, is_spaced).into_iter();
            made.extend(parts.filter_map(|(glyphs, is_spaced)| Word::new(glyphs, is_spaced)));
        }
    }
    made
}

/// A word without the points that lead on from it, and those.
fn led(glyphs: Vec<Glyph>, is_spaced: bool) -> Vec<(Vec<Glyph>, bool)> {
    let runs: Vec<&[Glyph]> = glyphs.chunk_by(|a, b| is_point(a) == is_point(b)).collect();
    let is_leader = |run: &[Glyph]| run.len() >= MIN_LEADERS && run.first().is_some_and(is_point);
    let mut parts: Vec<(Vec<Glyph>, bool)> = Vec::new();
    let mut is_new = true;
    for run in runs {
        match parts.last_mut() {
            Some((part, _)) if !is_new && !is_leader(run) => part.extend_from_slice(run),
            _ => parts.push((run.to_vec(), is_spaced && parts.is_empty())),
        }
        is_new = is_leader(run);
    }
    parts
}

fn is_same_word(last: &Glyph, next: &Glyph, is_spaced: bool) -> bool {
    let gap = next.area.left - last.area.right;
    // Points that lead to a figure are often set apart.
    if is_point(last) && is_point(next) {
        return gap <= last.size();
    }
    !is_spaced && is_near(last, next)
}

fn is_near(last: &Glyph, next: &Glyph) -> bool {
    let gap = next.area.left - last.area.right;
    let tenths = match (last.character.is_ascii(), next.character.is_ascii()) {
        (true, true) => 2,
        _ => 3,
    };
    gap * 10 <= last.size().min(next.size()) * tenths
}

/// Words to pieces; `across` are the places of upright lines.
fn pieces(words: Vec<Word>, across: &[i32]) -> Vec<Piece> {
    let mut pieces: Vec<Vec<Word>> = Vec::new();
    for word in words {
        match pieces.last_mut() {
            Some(piece) if piece.last().is_some_and(|last| !is_apart(piece, last, &word, across)) => {
                piece.push(word)
            }
            _ => pieces.push(vec![word]),
        }
    }
    pieces.into_iter().filter_map(Piece::new).collect()
}

fn is_apart(piece: &[Word], last: &Word, next: &Word, across: &[i32]) -> bool {
    let gap = next.area.left - last.area.right;
    let size = last.size().max(next.size());
    let between = last.area.center().0..=next.area.center().0;
    if across.iter().any(|at| {
        between.contains(at) && *at >= last.area.right - size / 5 && *at <= next.area.left + size / 5
    }) {
        return true;
    }
    // The sign of a currency stands at the edge of its column, a sign behind a figure belongs to it.
    let is_sign = |word: &Word| word.text().chars().all(|c| "$€£¥￥".contains(c));
    let is_behind = |word: &Word| word.text().chars().all(|c| "%％)）".contains(c));
    if is_sign(last) && next.kind == Kind::Figure && gap <= size * 8
        || is_behind(next) && last.kind == Kind::Figure && gap * 2 <= size * 3
    {
        return false;
    }
    // So do decimals that are set apart from what they belong to.
    let is_whole = |word: &Word| word.glyphs.last().is_some_and(|glyph| glyph.character.is_ascii_digit());
    if next.text().starts_with('.') && next.kind == Kind::Figure && is_whole(last) && gap * 2 <= size {
        return false;
    }
    let is_square = |glyph: Option<&Glyph>| glyph.is_some_and(|glyph| !glyph.character.is_ascii());
    let squares = is_square(last.glyphs.last()) && is_square(next.glyphs.first());
    let tenths = if squares { WIDE_GAP_OF_SQUARE } else { WIDE_GAP };
    if gap * 10 > size * tenths {
        return true;
    }
    // Two figures are two cells, however near: unless the second is the thousands of the first.
    let alone = piece.len() == 1 || piece.iter().all(|word| word.kind == Kind::Figure);
    let is_pair = alone && last.kind == Kind::Figure && next.kind == Kind::Figure;
    is_pair
        && gap * 10 > size * 2
        && !next.text().starts_with(['(', '（', '['])
        && !are_thousands(last, next, gap, size)
}

fn are_thousands(last: &Word, next: &Word, gap: i32, size: i32) -> bool {
    let (high, low) = (last.text(), next.text());
    let high = high.trim_start_matches(|c: char| !c.is_ascii_digit());
    let groups = |text: &str| text.chars().take_while(char::is_ascii_digit).count();
    let tail = low.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_high = (1..=3).contains(&high.len()) && high.chars().all(|c| c.is_ascii_digit());
    is_high
        && groups(&low) == 3
        && !tail.starts_with(|c: char| c == ',' || c.is_alphabetic())
        && gap * 10 <= size * 4
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pieces of a line of characters that are 10 wide and 20 high: a blank is a gap of 10, a bar one of 3.
    fn parted(text: &str) -> Vec<String> {
        let mut left = 0;
        let mut glyphs = Vec::new();
        for character in text.chars() {
            let width = if character == '|' { 3 } else { 10 };
            if !" |".contains(character) {
                let area = Area { left, top: 0, right: left + 10, bottom: 20 };
                glyphs.push(Glyph { character, area, base: 18 });
            }
            left += width;
        }
        let rows = of_page(glyphs, &[]);
        rows.iter().flat_map(|row| &row.pieces).map(Piece::text).collect()
    }

    #[test]
    fn gaps_part_words_and_pieces() {
        assert_eq!(parted("North east   1,204  87"), ["North east", "1,204", "87"]);
        // Two figures are two, however near; thousands, decimals, currencies and per cent signs belong to their figure.
        assert_eq!(parted("45,611 32,762"), ["45,611", "32,762"]);
        assert_eq!(parted("1||107||302"), ["1 107 302"]);
        assert_eq!(parted("11,062 .6"), ["11,062.6"]);
        assert_eq!(parted("$      281"), ["$ 281"]);
        // Points that lead to a figure are of no piece.
        assert_eq!(parted("Fees ......87"), ["Fees", "87"]);
        // Digits that are set apart are one figure.
        assert_eq!(parted("0|||3|||/|||2|||5"), ["03/25"]);
    }
}
