//! What the paragraph around a phrase says. It is asked about by each phrase of the paragraph, and looked at once.

use crate::facts::prose::Prose;
use crate::rules::claim::Topic;
use crate::rules::pattern::Pattern;
use crate::source::place::Span;

/// A place where a subject is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Named {
    end: u32,
    length: u32,
    topic: usize,
}

/// What was found out about a paragraph of the prose.
#[derive(Debug, Default)]
pub struct Around {
    /// The paragraph.
    text: Span,
    /// Where subjects are named, in order of their ends, and the length of the longest name.
    named: Option<(Vec<Named>, u32)>,
    /// For some kinds of claim, the end of the sentence up to which the paragraph has the words they must have.
    contexts: Vec<(usize, Option<u32>)>,
}

impl Around {
    /// Turns to a paragraph.
    pub fn enter(&mut self, paragraph: Span) {
        if self.text != paragraph {
            self.text = paragraph;
            self.named = None;
            self.contexts.clear();
        }
    }

    /// The subject named last before an offset of the paragraph.
    pub fn topic_before(&mut self, prose: &Prose, topics: &[Topic], at: u32) -> Option<usize> {
        let paragraph = self.text;
        let (named, longest) = self.named.get_or_insert_with(|| {
            let named = all_named(prose, topics, paragraph);
            let longest = named.iter().map(|named| named.length).max();
            (named, longest.unwrap_or(0))
        });
        let next = named.partition_point(|named| named.end <= at);
        let last = next.checked_sub(1).and_then(|last| named.get(last)).copied();
        // What is named across the offset may be named by fewer characters before it.
        let behind = named.get(next..).unwrap_or_default().iter();
        let across = behind.take_while(|named| named.end - at < *longest).filter_map(|named| {
            let before = Span { start: named.end - named.length, end: at };
            let words = topics.get(named.topic).filter(|_| before.start < at)?;
            let found = words.words.matches(before.of(prose.text())).last()?;
            let found = Span::from(found).shift(before.start);
            Some(Named { end: found.end, length: found.end - found.start, topic: named.topic })
        });
        across.chain(last).max().map(|named| named.topic)
    }

    /// Whether the paragraph has some words in its sentences up to one that ends at an offset; `kind` is whose words
    /// they are.
    pub fn has(&mut self, prose: &Prose, kind: usize, words: &Pattern, sentence_end: u32) -> bool {
        let known = self.contexts.iter().find(|(known, _)| *known == kind);
        let from = known.map(|&(_, from)| from).unwrap_or_else(|| {
            let from = first_with(prose, words, self.text);
            self.contexts.push((kind, from));
            from
        });
        from.is_some_and(|from| from <= sentence_end)
    }
}

/// The end of the first sentence up to which a paragraph has some words.
fn first_with(prose: &Prose, words: &Pattern, paragraph: Span) -> Option<u32> {
    if !words.is_in(paragraph.of(prose.text())) {
        return None;
    }
    let ends: Vec<u32> = prose.sentences(paragraph).map(|sentence| sentence.end).collect();
    let lacks = |end: u32| !words.is_in(Span { start: paragraph.start, end }.of(prose.text()));
    ends.get(ends.partition_point(|&end| lacks(end))).copied()
}

/// All subjects named in a paragraph.
fn all_named(prose: &Prose, topics: &[Topic], paragraph: Span) -> Vec<Named> {
    let text = paragraph.of(prose.text());
    let mut all: Vec<Named> = Vec::new();
    for (topic, words) in topics.iter().enumerate() {
        all.extend(words.words.matches(text).map(|found| {
            let place = Span::from(found).shift(paragraph.start);
            Named { end: place.end, length: place.end - place.start, topic }
        }));
    }
    all.sort_unstable();
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Paragraph;
    use crate::rules::claim::read_topics;
    use crate::rules::fields::parse;
    use crate::rules::mistake::FileId;

    fn topics(file: &str) -> Vec<Topic> {
        let mut mistakes = Vec::new();
        let topics = parse(&[(FileId(0), file)], &mut mistakes, read_topics);
        assert!(mistakes.is_empty(), "{mistakes:?}");
        topics
    }

    fn prose(text: &str) -> Prose {
        let mut prose = Prose::default();
        prose.add(text, Paragraph { span: Span::new(0, text.len()), heading: None, number: None }, 0);
        prose
    }

    /// Names may go on behind the offset, and then be shorter before it, or none.
    #[test]
    fn the_subject_named_last_is_that_of_the_text_up_to_there() {
        let topics =
            topics("[topics]\na = '苹果|果汁|果汁饮料'\nb = '箱[^，。]{0,3}(?:大|小)?'\nc = '苹果箱子'\n");
        let prose = prose("三箱大苹果，苹果箱子小果汁饮料，另有2箱，苹果汁。箱大箱小梨");
        let paragraph = prose.paragraphs[0].text;
        let text = paragraph.of(prose.text());
        let mut around = Around::default();
        around.enter(paragraph);
        for (at, before) in (0..=text.len()).filter_map(|at| Some((at, text.get(..at)?))) {
            let last = |(number, topic): (usize, &Topic)| {
                let last = topic.words.matches(before).last()?;
                Some((last.end, last.len(), number))
            };
            let expected = topics.iter().enumerate().filter_map(last).max().map(|(.., number)| number);
            let offset = Span::new(at, at).start;
            assert_eq!(around.topic_before(&prose, &topics, offset), expected, "{before}");
        }
    }

    #[test]
    fn words_count_from_the_sentence_on_that_has_them() {
        let prose = prose("共收到3件。包裹2件。信件1件。");
        let paragraph = prose.paragraphs[0].text;
        let ends: Vec<u32> = prose.sentences(paragraph).map(|sentence| sentence.end).collect();
        let words = topics("[topics]\na = '包裹'\nb = '花束'\n");
        let mut around = Around::default();
        around.enter(paragraph);
        let has = |around: &mut Around, kind: usize| -> Vec<bool> {
            ends.iter().map(|&end| around.has(&prose, kind, &words[kind].words, end)).collect()
        };
        assert_eq!(has(&mut around, 0), [false, true, true]);
        assert_eq!(has(&mut around, 1), [false, false, false]);
    }
}
