//! Finding elements by their paths.

use crate::rules::element_path::{ElementPath, Only, Step};
use crate::source::elements::Elements;

/// The elements at the end of a path, in their order.
pub fn all(elements: &Elements, text: &str, from: usize, path: &ElementPath) -> Vec<usize> {
    let mut found = vec![from];
    for step in &path.steps {
        found = found.into_iter().flat_map(|within| steps(elements, text, within, step)).collect();
    }
    found
}

/// The first element at the end of a path.
pub fn first(elements: &Elements, text: &str, from: usize, path: &ElementPath) -> Option<usize> {
    fn down(elements: &Elements, text: &str, from: usize, path: &[Step]) -> Option<usize> {
        let Some((step, rest)) = path.split_first() else { return Some(from) };
        steps(elements, text, from, step).find_map(|next| down(elements, text, next, rest))
    }
    down(elements, text, from, &path.steps)
}

fn steps<'e>(
    elements: &'e Elements,
    text: &'e str,
    from: usize,
    step: &'e Step,
) -> impl Iterator<Item = usize> + 'e {
    let named = elements.children(from).filter(move |&child| elements.name(child, text) == step.name);
    named.enumerate().filter_map(move |(place, child)| {
        let is_meant = match &step.only {
            None => true,
            Some(Only::Nth(wanted)) => place == *wanted,
            Some(Only::With { name, value }) => elements.children(child).any(|inner| {
                elements.name(inner, text) == name && elements.text_span(inner, text).of(text) == value
            }),
        };
        is_meant.then_some(child)
    })
}

/// The names of the elements from one that holds another down to it, the first one left out.
pub fn names_below(elements: &Elements, text: &str, above: usize, below: usize) -> Vec<String> {
    let chain = std::iter::successors(Some(below), |&element| elements.parent(element));
    let mut names: Vec<String> = chain
        .take_while(|&element| element != above && element != 0)
        .map(|element| elements.name(element, text).to_owned())
        .collect();
    names.reverse();
    names
}
