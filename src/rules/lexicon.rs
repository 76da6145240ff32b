//! The lexicon of a pack: words by what they say of the figures near them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::fields::{Fields, Text};
use super::form::{Axis, Form};
use super::label;
use super::mistake::Mistake;
use super::search::Search;

/// A set of classes of words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Classes(u128);

impl Classes {
    /// No class.
    pub const NONE: Self = Self(0);

    /// Whether some class is in both.
    pub fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether no class is in it.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The classes of both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those of its classes that are in another, too.
    #[must_use]
    pub fn within(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Those of its classes that are not in another.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    fn one(number: usize) -> Option<Self> {
        u32::try_from(number).ok().and_then(|number| 1_u128.checked_shl(number)).map(Self)
    }
}

/// Most classes that a pack can have.
const MOST: usize = 128;

macro_rules! roles {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// The classes of words that the reading of sentences itself asks for.
        #[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
        pub struct Roles { $($(#[$doc])* pub $name: Classes,)* }

        /// Their names.
        const ROLES: &[&str] = &[$(stringify!($name)),*];

        impl Roles {
            fn new(class: impl Fn(&str) -> Classes) -> Self {
                Self { $($name: class(stringify!($name)),)* }
            }
        }
    };
}

roles! {
    /// Says nothing of a figure: words of grammar, adverbs.
    neutral,
    /// Introduces some or all parts of a total: 其中, of which.
    subset,
    /// Introduces all parts of a total: 分为, comprising.
    whole,
    /// Ends a clause that says by what all of a total is sorted: 按类别划分，.
    sorted,
    /// Names what is left over beside the parts before it: 其他, the remaining.
    rest,
    /// Behind a total that is restated, before a comma: 中, as in 在这9件中，.
    among,
    /// Says before such a total that it is picked from what was named: 在, 的.
    picked,
    /// Says that things go out: 发布, posted.
    posted,
    /// Before such a total, at the start of a clause: of, out of.
    out_of,
    /// Leaves out what follows from a whole: 除, all but.
    but,
    /// Says that a list names only some parts: 等, 主要, such as.
    selection,
    /// Behind the parts of a list: it goes on, 等, and so on.
    etc,
    /// What is done with things: 送达, 余下, closed. Parts of one total have the same one, or none.
    action,
    /// Begins another total: 共, total.
    total,
    /// Names a total before its parts: 总数, total.
    grand,
    /// Says that a figure is what is left when one figure is taken from another: 结余, leaving.
    difference,
    /// Says that parts overlap: 同步, 转载, may overlap.
    overlapping,
    /// Names a way by which one thing may go out several times: 网站, 微信.
    channel,
    /// A number in words, which is not read as a figure.
    numeral,
    /// Names a row of a form, though the lexicon has a class for it alone.
    outcome,
    /// By which something comes in, each thing once: by post, online.
    way,
    /// A total that comes behind its parts: 合计, in total.
    sum,
    /// Says that labels and figures stand in two rows: 分别, respectively.
    respective,
    /// Introduces a share: 占, of the total.
    share,
    /// Names all that a share is one of: 总数, of all.
    all_of,
    /// Says that a percentage tells how much of what was planned was done: 完成.
    completion,
    /// What was planned: 计划, budget.
    planned,
    /// Says that parts exclude each other and are all: 去重, each counted once.
    disjoint,
    /// Says that a figure grew: 增加, up.
    rise,
    /// Says that a figure fell: 减少, down.
    fall,
    /// Compares with another figure: 比, 同比, than.
    than,
    /// Says that a figure was reached: 至, to.
    reached,
    /// Says where a change began: 由, from.
    since,
    /// Somewhere before another kind of number: 平均, average.
    other_kind,
    /// Says that a figure is the mean of several: 平均, average.
    average,
    /// The same, with the thing that it is told for as its first character: 人均.
    average_of,
    /// Before the thing that an average is told for: 每, per, each.
    each,
    /// Names what is averaged over a year when something is told for each of it: 人口, population.
    stock,
    /// Right before another kind of number: 率, 指数.
    kind_end,
    /// A time before that of the report.
    last,
    /// A time behind that of the report.
    next,
    /// The time of the report.
    own_time,
    /// Another stretch of time: 历年, 截至, since.
    span,
    /// Counted up over more than a year: 累计, cumulative.
    cumulative,
    /// Brought over from one year to the next: carried, left over.
    carry,
    /// What was there at the start.
    opening,
    /// What is there at the end.
    closing,
    /// What came to it.
    inflow,
    /// What went from it.
    outflow,
    /// The name of a month.
    month,
    /// A stretch of time that a number before it measures: 工作日.
    duration,
    /// The body that reports.
    own,
    /// Others than the body that reports.
    others,
    /// Denies.
    negation,
    /// A word whose sentence is of no use for figures of this report: a plan, a target.
    plan,
    /// Says that growth is not that of the figures beside it: 可比口径, like-for-like, annual rate.
    adjusted,
    /// Stands between the last two of a list: 和, and.
    joint,
    /// Goes on with a list in a new sentence: 按…, 从…看.
    goes_on,
    /// The number behind it is a name: 第, Note, 12345.
    reference,
}

/// The words of a pack, with the classes that they are in.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Lexicon {
    /// The search for its words.
    search: Option<Search>,
    /// For each word, its classes.
    meanings: Vec<Classes>,
    /// The names of its classes.
    names: Vec<String>,
    /// The classes that the reading itself asks for.
    pub roles: Roles,
    /// Words that together name all there is of a kind, each of its parts once.
    pub wholes: Vec<Vec<String>>,
}

/// A word that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// Where it starts, in bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// What it says.
    pub classes: Classes,
}

/// The words that files declare, before they are made a lexicon.
#[derive(Debug, Default)]
pub struct Words {
    classes: Vec<String>,
    words: BTreeMap<String, Classes>,
    wholes: Vec<Vec<String>>,
}

impl Words {
    fn class(&mut self, name: &str) -> Option<Classes> {
        let known = self.classes.iter().position(|class| class == name);
        let number = known.unwrap_or_else(|| {
            self.classes.push(name.to_owned());
            self.classes.len() - 1
        });
        Classes::one(number).filter(|_| number < MOST)
    }

    /// Adds the words that a claim file declares.
    pub fn add(&mut self, fields: &mut Fields<'_, '_>) {
        for (name, words) in fields.named_lists("lexicon") {
            let Some(class) = self.class(&name.value) else {
                let message = format!("a pack has at most {MOST} classes of words");
                fields.mistakes.push(Mistake::new(name.at(), message, "one too many"));
                continue;
            };
            for word in words {
                self.word(&word, class, fields.mistakes);
            }
        }
        for (_, words) in fields.named_lists("wholes") {
            self.wholes.push(words.into_iter().map(|word| word.value).collect());
        }
    }

    fn word(&mut self, word: &Text, class: Classes, mistakes: &mut Vec<Mistake>) {
        let folded = fold(&word.value);
        if folded.is_empty() {
            mistakes.push(Mistake::new(word.at(), "an empty word", "expected a word"));
            return;
        }
        let known = self.words.entry(folded).or_default();
        *known = known.and(class);
    }

    /// The lexicon of these words and of the labels of forms.
    pub fn finish(mut self, forms: &[Form]) -> Lexicon {
        for name in ROLES {
            self.class(name);
        }
        let (row, column) = (self.class(ROW).unwrap_or_default(), self.class(COLUMN).unwrap_or_default());
        let mut entered: BTreeSet<String> = BTreeSet::new();
        let rest = self.class("rest").unwrap_or_default();
        let rests: Vec<String> = self
            .words
            .iter()
            .filter(|(_, classes)| classes.meets(rest))
            .map(|(word, _)| word.clone())
            .collect();
        let labelled = forms.iter().filter(|form| !form.is_read_by_table());
        for form in labelled {
            for (axis, class) in [(&form.rows, row), (&form.columns, column)] {
                for label in labels(axis) {
                    let folded = fold(label);
                    // What the lexicon says of a label counts, not that it is one.
                    if self.words.contains_key(&folded) && !entered.contains(&folded) {
                        continue;
                    }
                    // 其他处理 is the rest, and a row.
                    let is_rest = rests.iter().any(|rest| folded.starts_with(rest.as_str()));
                    let classes = if is_rest { class.and(rest) } else { class };
                    let known = self.words.entry(folded.clone()).or_default();
                    *known = known.and(classes);
                    entered.insert(folded);
                }
            }
        }
        self.words.remove("");
        let texts: Vec<&str> = self.words.keys().map(String::as_str).collect();
        let of = |name: &str| self.classes.iter().position(|class| class == name).and_then(Classes::one);
        Lexicon {
            search: Search::longest(&texts),
            meanings: self.words.values().copied().collect(),
            roles: Roles::new(|name| of(name).unwrap_or_default()),
            names: self.classes.clone(),
            wholes: self.wholes,
        }
    }
}

/// The class of the labels of rows of forms.
pub const ROW: &str = "row";
/// The class of the labels of columns of forms.
pub const COLUMN: &str = "column";

/// The labels of a form's rows or columns as sentences write them: without numbers and notes. One character says too
/// little in a sentence.
fn labels(axis: &Axis) -> impl Iterator<Item = &str> {
    let leaves = axis.nodes.iter().filter(|node| node.leaf.is_some());
    let plain = leaves.flat_map(|node| &node.labels).map(|label| {
        let label = label.value.as_str();
        label::without_number(label::without_note(label).unwrap_or(label))
    });
    plain.filter(|label| label.chars().nth(1).is_some())
}

/// A word as texts are searched for it: in small letters.
fn fold(word: &str) -> String {
    word.trim().to_lowercase()
}

impl Lexicon {
    /// Whether it has no words.
    pub fn is_empty(&self) -> bool {
        self.meanings.is_empty()
    }

    /// The class called `name`.
    pub fn class(&self, name: &str) -> Option<Classes> {
        self.names.iter().position(|known| known == name).and_then(Classes::one)
    }

    /// The names of its classes.
    pub fn class_names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// The names of the classes of a set.
    pub fn names_of(&self, classes: Classes) -> impl Iterator<Item = &str> {
        let is_in = move |number: usize| Classes::one(number).is_some_and(|one| one.meets(classes));
        self.names.iter().enumerate().filter(move |(number, _)| is_in(*number)).map(|(_, name)| name.as_str())
    }

    /// The classes of all words in a text.
    pub fn classes_of(&self, text: &str) -> Classes {
        let text = text.to_ascii_lowercase();
        let (mut classes, mut at) = (Classes::NONE, 0);
        while let Some(word) = self.next(&text, at) {
            classes = classes.and(word.classes);
            at = word.end;
        }
        classes
    }

    /// The first word in `text` from byte `from` on; of those that start there the longest. Words in letters are whole
    /// words, up to an ending. `text` is in small letters.
    pub fn next(&self, text: &str, from: usize) -> Option<Word> {
        let search = self.search.as_ref()?;
        let mut from = from;
        loop {
            let rest = text.get(from..)?;
            let found = search.first(rest)?;
            let (start, end) = (from + found.start, from + found.end);
            let classes = self.meanings.get(found.number).copied().unwrap_or_default();
            if let Some(end) = whole_word(text, start, end) {
                return Some(Word { start, end, classes });
            }
            from = start + rest.get(found.start..)?.chars().next().map_or(1, char::len_utf8);
        }
    }
}

/// Where a word ends that stands in a text from `start` to `end`, its ending included; `None` where it is only a part of
/// another word in letters.
fn whole_word(text: &str, start: usize, end: usize) -> Option<usize> {
    /// What may follow a word without making it another.
    const ENDINGS: [&str; 8] = ["s", "es", "d", "ed", "ing", "ly", "n", "'s"];
    let word = text.get(start..end)?;
    let is_letter = |c: char| c.is_alphabetic() && c.is_ascii() || ('\u{e0}'..='\u{24f}').contains(&c);
    if word.starts_with(is_letter)
        && text.get(..start)?.chars().next_back().is_some_and(|c| is_letter(c) || c == '-')
    {
        return None;
    }
    if !word.ends_with(is_letter) {
        return Some(end);
    }
    let rest = text.get(end..)?;
    let ending = rest.find(|c: char| !is_letter(c) && c != '\'').unwrap_or(rest.len());
    let ending = rest.get(..ending)?;
    if ending.is_empty() || ENDINGS.contains(&ending) { Some(end + ending.len()) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lexicon(words: &[(&str, &str)]) -> Lexicon {
        let mut made = Words::default();
        for (class, word) in words {
            let class = made.class(class).unwrap();
            let known = made.words.entry(fold(word)).or_default();
            *known = known.and(class);
        }
        made.finish(&[])
    }

    fn found(lexicon: &Lexicon, text: &str) -> Vec<(String, Vec<String>)> {
        let mut at = 0;
        let mut found = Vec::new();
        while let Some(word) = lexicon.next(text, at) {
            let classes = lexicon.names_of(word.classes).map(str::to_owned).collect();
            found.push((text.get(word.start..word.end).unwrap().to_owned(), classes));
            at = word.end;
        }
        found
    }

    #[test]
    fn of_words_that_start_alike_the_longest_counts() {
        let lexicon =
            lexicon(&[("close", "送达"), ("neutral", "送"), ("rest", "其他"), ("object", "其他组织")]);
        let of = |text| found(&lexicon, text).into_iter().map(|(word, _)| word).collect::<Vec<_>>();
        assert_eq!(of("已送达其他组织的"), ["送达", "其他组织"]);
        assert_eq!(of("送其他"), ["送", "其他"]);
    }

    #[test]
    fn words_in_letters_are_whole_words_with_their_endings() {
        let lexicon =
            lexicon(&[("receive", "receive"), ("joint", "and"), ("fall", "down"), ("subset", "of which")]);
        let of = |text| found(&lexicon, text).into_iter().map(|(word, _)| word).collect::<Vec<_>>();
        assert_eq!(
            of("received 3 and 4, of which 2 landed in a downtown band"),
            ["received", "and", "of which"]
        );
    }

    #[test]
    fn a_word_may_be_in_several_classes() {
        let lexicon = lexicon(&[("new", "新增"), ("rise", "新增")]);
        assert_eq!(found(&lexicon, "新增"), [("新增".to_owned(), vec!["new".to_owned(), "rise".to_owned()])]);
    }
}
