//! What an expression is compiled to, in a form that can be written: to make it from the expression takes many times as
//! long as to read it.

use std::cell::RefCell;
use std::sync::Arc;

use regex_automata::nfa::thompson::{Builder, NFA, State, Transition};
use regex_automata::util::look::Look;
use regex_automata::util::primitives::{PatternID, StateID};
use serde::{Deserialize, Serialize};

use super::compiled;
use super::first::Beginnings;

thread_local! {
    /// It keeps the memory that the largest expression took.
    static BUILDER: RefCell<Builder> = RefCell::new({
        let mut builder = Builder::new();
        builder.set_utf8(true);
        builder
    });
}

/// What is written of a compiled expression before its steps.
#[derive(Debug, Serialize, Deserialize)]
struct Head<'b> {
    /// The [`Beginnings`] of its matches, which few searches ask for.
    beginnings: &'b [u8],
    start: u32,
    /// Where a search starts that may skip text.
    start_anywhere: u32,
    /// The names of its groups.
    groups: Vec<Option<Arc<str>>>,
}

#[derive(Debug, Serialize, Deserialize)]
enum Step {
    Byte(Bytes),
    Bytes(Vec<Bytes>),
    /// All of them are tried, the first ones first.
    Branches(Vec<u32>),
    TwoBranches(u32, u32),
    GroupStarts(u32, u32),
    GroupEnds(u32, u32),
    Look(u32, u32),
    Fail,
    Match,
}

/// Bytes from one to another, and the step behind them.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Bytes(u8, u8, u32);

/// Compiles an expression to what `read` takes; `None` if it is none, or takes too much memory, or has what cannot be
/// written.
pub fn written(expression: &str) -> Option<Vec<u8>> {
    let hir = regex_syntax::parse(expression).ok()?;
    let nfa = compiled(&hir)?;
    let names = nfa.group_info().pattern_names(PatternID::ZERO);
    let head = Head {
        beginnings: &postcard::to_allocvec(&Beginnings::of(&hir)).ok()?,
        start: nfa.start_anchored().as_u32(),
        start_anywhere: nfa.start_unanchored().as_u32(),
        groups: names.map(|name| name.map(Arc::from)).collect(),
    };
    let mut bytes = postcard::to_allocvec(&head).ok()?;
    for state in nfa.states() {
        bytes = postcard::to_extend(&Step::of(state)?, bytes).ok()?;
    }
    let is_same = read(&bytes).is_some_and(|read| is_same(&read, &nfa))
        && beginnings(&bytes).is_some_and(|read| read == Beginnings::of(&hir));
    is_same.then_some(bytes)
}

/// What its matches start with, if that is known, from what was written of an expression; `None` where that cannot be read.
pub(super) fn beginnings(bytes: &[u8]) -> Option<Option<Beginnings>> {
    let (head, _) = postcard::take_from_bytes::<Head<'_>>(bytes).ok()?;
    postcard::from_bytes(head.beginnings).ok()
}

/// What searches, from what was written of it; `None` where that cannot be read.
pub(super) fn read(bytes: &[u8]) -> Option<NFA> {
    let (head, mut rest) = postcard::take_from_bytes::<Head<'_>>(bytes).ok()?;
    BUILDER.with_borrow_mut(|builder| {
        builder.clear();
        builder.start_pattern().ok()?;
        while !rest.is_empty() {
            let (step, behind) = postcard::take_from_bytes::<Step>(rest).ok()?;
            step.add(&head.groups, builder)?;
            rest = behind;
        }
        let (start, start_anywhere) = (state(head.start)?, state(head.start_anywhere)?);
        builder.finish_pattern(start).ok()?;
        builder.build(start, start_anywhere).ok()
    })
}

impl Step {
    fn of(state: &State) -> Option<Self> {
        Some(match state {
            State::ByteRange { trans } => Self::Byte(Bytes::of(trans)),
            State::Sparse(sparse) => Self::Bytes(sparse.transitions.iter().map(Bytes::of).collect()),
            State::Dense(_) => return None,
            State::Look { look, next } => Self::Look(look.as_repr(), next.as_u32()),
            State::Union { alternates } => Self::Branches(alternates.iter().map(StateID::as_u32).collect()),
            State::BinaryUnion { alt1, alt2 } => Self::TwoBranches(alt1.as_u32(), alt2.as_u32()),
            State::Capture { next, group_index, slot, .. } if slot.as_usize() % 2 == 0 => {
                Self::GroupStarts(group_index.as_u32(), next.as_u32())
            }
            State::Capture { next, group_index, .. } => Self::GroupEnds(group_index.as_u32(), next.as_u32()),
            State::Fail => Self::Fail,
            State::Match { .. } => Self::Match,
        })
    }

    fn add(self, groups: &[Option<Arc<str>>], builder: &mut Builder) -> Option<StateID> {
        let added = match self {
            Self::Byte(bytes) => builder.add_range(bytes.transition()?),
            Self::Bytes(bytes) => {
                builder.add_sparse(bytes.into_iter().map(Bytes::transition).collect::<Option<_>>()?)
            }
            Self::Branches(next) => builder.add_union(next.into_iter().map(state).collect::<Option<_>>()?),
            Self::TwoBranches(first, second) => builder.add_union(vec![state(first)?, state(second)?]),
            Self::GroupStarts(group, next) => {
                let name = groups.get(group as usize).cloned().flatten();
                builder.add_capture_start(state(next)?, group, name)
            }
            Self::GroupEnds(group, next) => builder.add_capture_end(state(next)?, group),
            Self::Look(look, next) => builder.add_look(state(next)?, Look::from_repr(look)?),
            Self::Fail => builder.add_fail(),
            Self::Match => builder.add_match(),
        };
        added.ok()
    }
}

impl Bytes {
    fn of(transition: &Transition) -> Self {
        Self(transition.start, transition.end, transition.next.as_u32())
    }

    fn transition(self) -> Option<Transition> {
        Some(Transition { start: self.0, end: self.1, next: state(self.2)? })
    }
}

fn state(number: u32) -> Option<StateID> {
    StateID::new(number as usize).ok()
}

fn is_same(one: &NFA, other: &NFA) -> bool {
    let names = |nfa: &NFA| -> Vec<Option<String>> {
        nfa.group_info().pattern_names(PatternID::ZERO).map(|name| name.map(str::to_owned)).collect()
    };
    one.states() == other.states()
        && (one.start_anchored(), one.start_unanchored())
            == (other.start_anchored(), other.start_unanchored())
        && (one.is_utf8(), one.has_empty()) == (other.is_utf8(), other.has_empty())
        && names(one) == names(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for expression in
            ["甲|乙", "(?P<a>甲(?P<b>乙)?)+$", "a*", r"^[^，]{2,3}?(?:\b|丙)", "(?:甲|乙|丙丁)丁"]
        {
            let hir = regex_syntax::parse(expression).unwrap();
            let bytes = written(expression).unwrap();
            assert!(is_same(&read(&bytes).unwrap(), &compiled(&hir).unwrap()), "{expression}");
            assert_eq!(beginnings(&bytes), Some(Beginnings::of(&hir)), "{expression}");
        }
        assert!(written("甲(").is_none());
        assert!(read(&[]).is_none());
        assert!(beginnings(&[]).is_none());
    }
}
