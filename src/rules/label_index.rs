//! All labels of a pack's forms, found by the text of a cell.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize, Serializer};

use super::form::{Axis, Form};
use super::label;

/// What a label names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Target {
    /// A row, or a group of rows, by its node.
    Row(usize),
    /// A column, or a group of columns, by its node.
    Column(usize),
    /// Nothing: the name of the stub, or another caption.
    Caption,
}

/// A meaning of a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meaning {
    /// The form it belongs to.
    pub form: usize,
    /// What it names there.
    pub target: Target,
    /// How much of the form's label the text left out: nothing, a note, a number, both.
    pub omitted: u8,
}

/// All labels of a pack's forms.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct LabelIndex {
    #[serde(serialize_with = "sorted")]
    meanings: FxHashMap<String, Vec<Meaning>>,
    /// Labels just as forms write them, with their keys: most reports write them so.
    #[serde(serialize_with = "sorted")]
    keys: FxHashMap<String, String>,
    /// Length of the longest label in bytes.
    longest: usize,
    /// What has labels, each by itself.
    named: Vec<Meaning>,
}

impl LabelIndex {
    /// The index of those of some forms that `is_wanted` says.
    pub fn new(forms: &[Form], is_wanted: impl Fn(&Form) -> bool) -> Self {
        let mut index = Self::default();
        for (number, form) in forms.iter().enumerate().filter(|(_, form)| is_wanted(form)) {
            let mut add_axis = |axis: &Axis, target: fn(usize) -> Target| {
                for (node_number, node) in axis.nodes.iter().enumerate() {
                    index.named.push(Meaning { form: number, target: target(node_number), omitted: 0 });
                    for label in &node.labels {
                        index.add(&label.value, number, target(node_number));
                    }
                }
            };
            add_axis(&form.rows, Target::Row);
            add_axis(&form.columns, Target::Column);
            for caption in &form.captions {
                index.add(&caption.value, number, Target::Caption);
            }
        }
        index
    }

    fn add(&mut self, text: &str, form: usize, target: Target) {
        self.longest = self.longest.max(text.len());
        let mut key = String::with_capacity(text.len());
        label::write(text, &mut key);
        self.keys.insert(text.to_owned(), key);
        for (omitted, variant) in variants(text) {
            let mut key = String::with_capacity(variant.len());
            label::write(variant, &mut key);
            if key.is_empty() {
                continue;
            }
            let meanings = self.meanings.entry(key).or_default();
            if !meanings.iter().any(|known| known.form == form && known.target == target) {
                let closer = meanings.partition_point(|known| known.omitted <= omitted);
                meanings.insert(closer, Meaning { form, target, omitted });
            }
        }
    }

    /// The meaning of a text that names one thing only, whatever its words.
    pub fn only(&self, form: usize, target: Target) -> &[Meaning] {
        let is_wanted = |meaning: &Meaning| (meaning.form, meaning.target) == (form, target);
        let at = self.named.iter().position(is_wanted).unwrap_or(self.named.len());
        self.named.get(at..(at + 1).min(self.named.len())).unwrap_or_default()
    }

    /// What the text of a cell can name, the closest meanings first.
    pub fn find(&self, text: &str) -> &[Meaning] {
        // Spaces and notes make a label longer, but not by this much.
        if text.len() > self.longest * 2 {
            return &[];
        }
        if let Some(found) = self.keys.get(text).and_then(|key| self.meanings.get(key)) {
            return found;
        }
        let mut key = String::with_capacity(text.len());
        for (_, variant) in variants(text) {
            key.clear();
            label::write(variant, &mut key);
            if let Some(found) = self.meanings.get(&key) {
                return found;
            }
        }
        &[]
    }
}

/// Writes a map in the order of its keys, so that the same forms give the same bytes.
fn sorted<T: Serialize, S: Serializer>(map: &FxHashMap<String, T>, serializer: S) -> Result<S::Ok, S::Error> {
    map.iter().collect::<BTreeMap<_, _>>().serialize(serializer)
}

/// The ways to take a label: all of it, without its note, without its number, without both.
fn variants(text: &str) -> impl Iterator<Item = (u8, &str)> {
    let number_less = label::without_number(text);
    let number_less = (number_less.len() < text.trim_start().len()).then_some(number_less);
    std::iter::once((0, text))
        .chain(label::without_note(text).map(|rest| (1, rest)))
        .chain(number_less.map(|rest| (2, rest)))
        .chain(number_less.and_then(label::without_note).map(|rest| (3, rest)))
}
