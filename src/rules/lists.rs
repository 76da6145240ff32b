//! How a text lists the parts of a total: the words of its language for it.

use serde::{Deserialize, Serialize};

use super::claim::compile;
use super::fields::Fields;
use super::pattern::{Pattern, Words};

/// Words that tell what is said of the parts of a total. Where several files of a pack state them, all hold.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct ListWords {
    /// Between a total and its first part: the parts need not be all there are (`of which`, 其中).
    pub subset: Vec<Pattern>,
    /// The label of a last part that makes the list complete (`others`, 其他).
    pub rest: Vec<Pattern>,
    /// Before a total that comes after its parts (`in all`, 合计).
    pub sums: Vec<Pattern>,
    /// In the sentence: the parts are said to be all there are, and to exclude each other.
    pub complete: Vec<Pattern>,
    /// In the list: its parts can overlap.
    pub overlapping: Vec<Pattern>,
    /// In the list: it is only a selection.
    pub selection: Vec<Pattern>,
    /// Before a figure: it is neither a part nor a total (a change, another year).
    pub except: Vec<Pattern>,
    /// Before a total: what follows behind a comma are its parts (`Of 30,`).
    pub whole: Vec<Pattern>,
    /// Between several labels and as many figures: the first is that of the first, and so on (分别).
    pub respective: Vec<Pattern>,
}

impl ListWords {
    /// Whether any words of lists are known.
    pub fn is_empty(&self) -> bool {
        self.subset.is_empty() && self.sums.is_empty() && self.rest.is_empty()
    }

    /// Adds the words that a claim file declares.
    pub fn add(&mut self, fields: &mut Fields<'_, '_>) {
        let more = fields.table("lists", |fields| {
            let mut words = |key: &'static str| -> Vec<Pattern> {
                let text = fields.text(key);
                text.and_then(|text| compile(text, Words::default(), fields.mistakes)).into_iter().collect()
            };
            Self {
                subset: words("subset"),
                rest: words("rest"),
                sums: words("sums"),
                complete: words("complete"),
                overlapping: words("overlapping"),
                selection: words("selection"),
                except: words("except"),
                whole: words("whole"),
                respective: words("respective"),
            }
        });
        let Some(more) = more else { return };
        self.subset.extend(more.subset);
        self.rest.extend(more.rest);
        self.sums.extend(more.sums);
        self.complete.extend(more.complete);
        self.overlapping.extend(more.overlapping);
        self.selection.extend(more.selection);
        self.except.extend(more.except);
        self.whole.extend(more.whole);
        self.respective.extend(more.respective);
    }
}

/// Whether some of the patterns occur in a text.
pub fn any(patterns: &[Pattern], text: &str) -> bool {
    patterns.iter().any(|pattern| pattern.is_in(text))
}
