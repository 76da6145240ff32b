//! Claims that a sentence, or a report, makes together.

use super::{Breakdown, Captured, Claim, Claims};
use crate::rules::claim::Claims as Kinds;
use crate::rules::reads::Reads;

/// Adds the claims that consist of others.
pub fn read(kinds: &Kinds, found: &mut Claims) {
    let mut made = Vec::new();
    for (number, kind) in kinds.claims.iter().enumerate() {
        let Some(Reads::Together(names)) = &kind.reads else { continue };
        let wanted: Option<Vec<usize>> = names.iter().map(|name| kinds.find(name)).collect();
        let Some(wanted) = wanted else { continue };
        let of_kind = |claim: &&Claim| wanted.contains(&claim.kind) && !claim.is_doubtful;
        let mut claims: Vec<&Claim> = found.claims.iter().filter(of_kind).collect();
        claims.sort_by_key(|claim| claim.sentence.start);
        let before = made.len();
        let mut start = 0;
        while let Some(first) = claims.get(start) {
            let rest = claims.get(start..).unwrap_or_default();
            let length = rest.iter().take_while(|claim| claim.sentence == first.sentence).count();
            made.extend(together(number, &wanted, rest.get(..length).unwrap_or_default()));
            start += length.max(1);
        }
        if made.len() == before {
            made.extend(together(number, &wanted, &claims));
        }
    }
    found.claims.extend(made);
}

/// The claim made of others, where just one of each is there.
fn together(kind: usize, wanted: &[usize], claims: &[&Claim]) -> Option<Claim> {
    let only = |&wanted: &usize| {
        let mut of_kind = claims.iter().filter(|claim| claim.kind == wanted);
        let only = of_kind.next()?;
        of_kind.next().is_none().then_some(*only)
    };
    let parts: Vec<&Claim> = wanted.iter().map(only).collect::<Option<_>>()?;
    let captures: Vec<Option<Captured>> = parts.iter().map(|claim| claim.figure().copied()).collect();
    let (first, last) = (parts.first()?, parts.last()?);
    Some(Claim {
        kind,
        span: first.span.join(last.span),
        captures,
        block: last.block,
        sentence: last.sentence,
        qualified: parts
            .iter()
            .find_map(|claim| claim.qualified.filter(|qualified| qualified.year.is_some())),
        breakdown: Breakdown::default(),
        others: Vec::new(),
        residue: parts.iter().flat_map(|claim| claim.residue.iter().copied()).collect(),
        is_doubtful: false,
    })
}
