//! Labels that are not known word for word: where most labels of a form are recognised, the others are told by how like
//! they are to the labels that are missing, and by where they stand among those that are there.

mod columns;
mod likely;
mod rows;

use super::token::{Token, TokenKind};
use crate::rules::form::{Form, Layout, Side};
use crate::rules::label_index::{Meaning, Target};
use crate::rules::pack::{Editions, Pack};
use crate::source::place::Span;

/// So many labels of a form, each another one, say that the form is there.
const FEWEST: usize = 4;
/// So many words that are no labels of it part two copies of a form, or a form and a text that uses its words.
const FARTHEST: usize = 12;
/// A label of another form counts as so many of them.
const OTHER: usize = 5;

/// A line told by its place alone.
#[derive(Clone, Copy, Debug)]
pub struct Placed {
    /// The form.
    pub form: usize,
    /// Rows or columns.
    pub side: Side,
    /// Which of them, by leaf.
    pub leaf: usize,
    /// Its label.
    pub label: Span,
}

/// What was recognised among some tokens.
#[derive(Debug, Default)]
pub struct Recognised {
    /// Stretches of the text that are forms.
    pub forms: Vec<Span>,
    /// Tokens that are further parts of the label before them.
    pub parts: Vec<usize>,
    /// Lines told by their place alone.
    pub placed: Vec<Placed>,
    /// Words among the rows of a form that are none of its labels, as far as can be told: the form, and the first of them.
    pub strange: Vec<(usize, Span)>,
}

/// How a token is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Found {
    /// The token.
    at: usize,
    /// How many tokens it takes, itself and those behind it.
    length: usize,
    target: Target,
    is_placed: bool,
}

/// Tokens of a table or of lines, in reading order, as a form reads them.
struct Reader<'r, 'p> {
    text: &'r str,
    number: usize,
    form: &'p Form,
    tokens: &'r [Token<'p>],
    /// Most tokens that one label may be parted into.
    most_parts: usize,
    /// The editions that the labels which are known speak for.
    editions: Editions,
}

/// Reads the labels among some tokens that are not known word for word.
pub fn labels<'p>(text: &str, pack: &'p Pack, tokens: &mut [Token<'p>], most_parts: usize) -> Recognised {
    let mut recognised = Recognised::default();
    let mut own = vec![0_usize; pack.forms.len()];
    for token in tokens.iter() {
        if let [meaning, rest @ ..] = token.meanings()
            && rest.iter().all(|other| other.form == meaning.form)
            && let Some(count) = own.get_mut(meaning.form)
        {
            *count += 1;
        }
    }
    let is_there = |number: usize| own.get(number).is_some_and(|&count| count >= FEWEST);
    let forms = pack.forms.iter().enumerate();
    for (number, form) in forms.filter(|&(number, form)| is_there(number) && !form.is_read_by_table()) {
        for (first, last) in stretches(number, tokens) {
            let end = end(tokens, last);
            let is_unknown = |token: &Token<'_>| is_unknown(token, number);
            let stretch = tokens.get(first..end).unwrap_or_default();
            let has_unknown = stretch.iter().any(is_unknown);
            let tail = reach(tokens, form, end);
            let tail = blank_row(text, tokens, form, (last, tail));
            if has_unknown || tail > end {
                let reader = Reader {
                    text,
                    number,
                    form,
                    tokens: tokens.get(first..tail).unwrap_or_default(),
                    most_parts,
                    editions: editions(pack, form, number, stretch),
                };
                let mut found = reader.rows();
                found.extend(reader.columns(&found));
                recognised.strange.extend(reader.strange(&found).map(|span| (number, span)));
                for found in found {
                    recognised.enter(pack, tokens, Found { at: first + found.at, ..found }, number);
                }
            }
            let whole = tokens.get(first..tail).unwrap_or_default().iter().map(|token| token.span);
            recognised.forms.extend(whole.reduce(Span::join));
        }
    }
    recognised.parts.sort_unstable();
    recognised
}

impl Recognised {
    fn enter<'p>(&mut self, pack: &'p Pack, tokens: &mut [Token<'p>], found: Found, number: usize) {
        let Some(token) = tokens.get_mut(found.at) else { return };
        token.kind = TokenKind::Label(pack.labels.only(number, found.target));
        self.parts.extend(found.at + 1..found.at + found.length);
        let form = pack.forms.get(number).filter(|_| found.is_placed);
        let place = form.and_then(|form| match found.target {
            Target::Row(node) => Some((Side::Rows, form.rows.nodes.get(node)?.leaf?)),
            Target::Column(node) => Some((Side::Columns, form.columns.nodes.get(node)?.leaf?)),
            Target::Caption => None,
        });
        self.placed.extend(place.map(|(side, leaf)| Placed { form: number, side, leaf, label: token.span }));
    }
}

/// Whether a token is a unit between the label of a row and its figures, which names nothing.
pub fn is_unit(before: &Token<'_>, token: &Token<'_>, after: &Token<'_>) -> bool {
    let is_caption = |meaning: &Meaning| meaning.target == Target::Caption;
    let names_row = |meaning: &Meaning| matches!(meaning.target, Target::Row(_));
    !token.meanings().is_empty()
        && token.meanings().iter().all(is_caption)
        && after.is_value()
        && (before.kind == TokenKind::Words || before.meanings().iter().any(names_row))
}

/// Whether a token may be a label of a form that is not known word for word.
fn is_unknown(token: &Token<'_>, number: usize) -> bool {
    token.is_wordy() && meanings(token, number).next().is_none()
}

fn meanings<'t>(token: &'t Token<'_>, number: usize) -> impl Iterator<Item = &'t Meaning> {
    token.meanings().iter().filter(move |meaning| meaning.form == number)
}

/// Stretches of the tokens with labels of a form close to each other, from the first of those that name nothing else to
/// the last.
fn stretches(number: usize, tokens: &[Token<'_>]) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    let mut targets: Vec<Target> = Vec::new();
    let mut between = 0;
    let mut open: Option<(usize, usize)> = None;
    for (at, token) in tokens.iter().enumerate() {
        let meanings = token.meanings();
        let is_own = !meanings.is_empty() && meanings.iter().all(|meaning| meaning.form == number);
        if !is_own {
            // Where another form begins, this one has ended.
            let is_other = is_unknown(token, number) && !meanings.is_empty();
            between += if is_other { OTHER } else { usize::from(is_unknown(token, number)) };
            continue;
        }
        if open.is_some() && between > FARTHEST {
            found.extend(open.take().filter(|_| targets.len() >= FEWEST));
            targets.clear();
        }
        between = 0;
        let first = open.map_or(at, |(first, _)| first);
        open = Some((first, at));
        for meaning in meanings {
            if targets.len() < FEWEST && !targets.contains(&meaning.target) {
                targets.push(meaning.target);
            }
        }
    }
    found.extend(open.filter(|_| targets.len() >= FEWEST));
    found
}

/// One past the figures behind a label.
fn end(tokens: &[Token<'_>], label: usize) -> usize {
    let behind = tokens.iter().skip(label + 1);
    label + 1 + behind.take_while(|token| token.is_value()).count()
}

/// Where a form ends whose last labels are not known: words with as many figures as its rows have are rows of it, and words
/// between a header and the figures below it are cells of the header.
fn reach(tokens: &[Token<'_>], form: &Form, end: usize) -> usize {
    const MOST_ROWS: usize = 3;
    const MOST_WORDS: usize = 2;
    const LEAST_FIGURES: usize = 3;
    let width = form.columns.leaves.len();
    let is_header = end.checked_sub(1).and_then(|last| tokens.get(last)).is_some_and(Token::is_wordy);
    let rows = match form.layout {
        Layout::Rows if width >= LEAST_FIGURES => MOST_ROWS,
        Layout::Stacked if is_header => 1,
        _ => 0,
    };
    let mut reached = end;
    for _ in 0..rows {
        let words = tokens.iter().skip(reached).take_while(|token| token.is_wordy()).count();
        let figures = tokens.iter().skip(reached + words).take_while(|token| token.is_value()).count();
        let fits = if form.layout == Layout::Rows { figures == width } else { figures >= width };
        if !(1..=MOST_WORDS).contains(&words) || !fits {
            break;
        }
        reached += words + figures;
    }
    reached
}

/// Where a form ends whose rows have no figures, as one that was left blank and lost its cells: the words behind it may
/// be like a row of it.
fn blank_row(text: &str, tokens: &[Token<'_>], form: &Form, (last, tail): (usize, usize)) -> usize {
    let next = tokens.get(tail).filter(|_| form.layout == Layout::Rows && tail == last + 1);
    let Some(next) = next.filter(|next| next.kind == TokenKind::Words) else { return tail };
    let leaves = (0..form.rows.leaves.len()).filter_map(|leaf| form.rows.leaf(leaf));
    let is_alike = leaves.into_iter().any(|node| likely::likeness(next.span.of(text), node) >= likely::LIKE);
    if is_alike { end(tokens, tail) } else { tail }
}

/// The edition that most of the labels are of which not all have.
fn editions(pack: &Pack, form: &Form, number: usize, tokens: &[Token<'_>]) -> Editions {
    // What a label means as it stands, not what it would mean with a number before it.
    let closest = |token: &'_ Token<'_>| {
        let least = meanings(token, number).map(|meaning| meaning.omitted).min();
        let closest: Vec<Meaning> =
            meanings(token, number).filter(|meaning| Some(meaning.omitted) == least).copied().collect();
        closest
    };
    let known = tokens.iter().flat_map(closest);
    let nodes = known.filter_map(|meaning| match meaning.target {
        Target::Row(node) => form.rows.nodes.get(node),
        Target::Column(node) => form.columns.nodes.get(node),
        Target::Caption => None,
    });
    let votes: Vec<Editions> =
        nodes.map(|node| node.editions).filter(|editions| !editions.is_all()).collect();
    Editions::most_voted(&votes, pack.editions.len()).map_or(Editions::ALL, Editions::only)
}
