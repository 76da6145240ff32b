//! Numbers that the word processor puts before paragraphs: they stand in no text, and readers see them.

use std::collections::BTreeMap;

use super::FORMAT_NAME;
use crate::source::markup::{Markup, Piece};
use crate::source::refusal::Refusal;

/// Levels of a list.
const LEVELS: usize = 9;
/// Characters of a number, as a level of a list writes it, at most: it stands before each paragraph.
const LONGEST: usize = 255;

/// A level of a list.
#[derive(Clone, Debug)]
struct Level {
    start: u32,
    format: String,
    /// What is shown: `（%1）`.
    text: String,
    /// Whether nothing stands between the number and the paragraph.
    is_tight: bool,
    /// Whether numbers of higher levels are shown in figures.
    is_legal: bool,
    /// The style whose paragraphs stand on it.
    style: Option<String>,
}

impl Default for Level {
    fn default() -> Self {
        Self {
            start: 1,
            format: "decimal".to_owned(),
            text: String::new(),
            is_tight: false,
            is_legal: false,
            style: None,
        }
    }
}

#[derive(Clone, Debug, Default)]
struct List {
    levels: BTreeMap<usize, Level>,
    /// The list style that it defines, or that it takes its levels from.
    defines: Option<String>,
    uses: Option<String>,
}

#[derive(Clone, Debug, Default)]
struct Use {
    list: String,
    /// Starts of levels that are its own.
    starts: BTreeMap<usize, u32>,
    levels: BTreeMap<usize, Level>,
}

/// The lists of a document and how far each has counted.
#[derive(Debug, Default)]
pub struct Numbering {
    lists: BTreeMap<String, List>,
    uses: BTreeMap<String, Use>,
    /// By list: the number that each level has reached.
    counts: BTreeMap<String, [Option<u32>; LEVELS]>,
    /// Levels whose own start has been used.
    started: BTreeMap<(String, usize), ()>,
}

impl Numbering {
    /// Reads `numbering.xml`.
    ///
    /// # Errors
    /// It is no XML.
    pub fn read(xml: &str) -> Result<Self, Refusal> {
        let mut numbering = Self::default();
        let mut markup = Markup::new(xml, FORMAT_NAME);
        loop {
            match markup.next()? {
                Piece::Start(tag) => match tag.name() {
                    "abstractNum" => {
                        let id = tag.attribute("abstractNumId").unwrap_or_default();
                        let list = read_list(&mut markup)?;
                        numbering.lists.insert(id, list);
                    }
                    "num" => {
                        let id = tag.attribute("numId").unwrap_or_default();
                        let one = read_use(&mut markup)?;
                        numbering.uses.insert(id, one);
                    }
                    _ => {}
                },
                Piece::Finish => return Ok(numbering),
                _ => {}
            }
        }
    }

    /// The level of a list on which paragraphs of a style stand.
    pub fn level_of_style(&self, list: &str, style: &str) -> Option<usize> {
        let list = self.list(list)?.1;
        list.levels.iter().find(|(_, level)| level.style.as_deref() == Some(style)).map(|(&number, _)| number)
    }

    fn list(&self, number: &str) -> Option<(&str, &List)> {
        let id = self.uses.get(number)?.list.as_str();
        let list = self.lists.get(id)?;
        let linked = list
            .uses
            .as_ref()
            .and_then(|style| self.lists.iter().find(|(_, other)| other.defines.as_ref() == Some(style)));
        Some(linked.map_or((id, list), |(id, list)| (id.as_str(), list)))
    }

    /// Counts a paragraph of a list on, and gives what stands before it, with what parts it from the paragraph.
    pub fn next(&mut self, number: &str, level: usize) -> Option<String> {
        let level = level.min(LEVELS - 1);
        let (id, list) = self.list(number)?;
        let one = self.uses.get(number)?;
        let of =
            |at: usize| one.levels.get(&at).or_else(|| list.levels.get(&at)).cloned().unwrap_or_default();
        let levels: Vec<Level> = (0..LEVELS).map(of).collect();
        let own_start = one.starts.get(&level).copied();
        let (id, key) = (id.to_owned(), (number.to_owned(), level));
        let counts = self.counts.entry(id).or_default();
        let current = levels.get(level)?;
        let is_first = own_start.is_some() && self.started.insert(key, ()).is_none();
        let reached = counts.get_mut(level)?;
        *reached = Some(match (*reached, own_start) {
            (_, Some(start)) if is_first => start,
            (Some(count), _) => count.saturating_add(1),
            (None, _) => current.start,
        });
        counts.iter_mut().skip(level + 1).for_each(|count| *count = None);
        if current.format == "bullet" || current.format == "none" || current.text.is_empty() {
            return None;
        }
        let mut shown = String::new();
        let mut characters = current.text.chars().peekable();
        while let Some(character) = characters.next() {
            let digit = characters.peek().and_then(|digit| digit.to_digit(10)).filter(|_| character == '%');
            match digit.and_then(|digit| (digit as usize).checked_sub(1)) {
                Some(at) if at < LEVELS => {
                    characters.next();
                    let Some(shown_level) = levels.get(at) else { continue };
                    let count = counts.get(at).copied().flatten().unwrap_or(shown_level.start);
                    let format = if current.is_legal { "decimal" } else { &shown_level.format };
                    shown.push_str(&numeral(count, format));
                }
                _ => shown.push(character),
            }
        }
        // A figure must not run into the figure that a paragraph may start with.
        if !current.is_tight || shown.ends_with(|c: char| c.is_ascii_digit()) {
            shown.push(' ');
        }
        Some(shown)
    }
}

fn read_list(markup: &mut Markup<'_>) -> Result<List, Refusal> {
    let mut list = List::default();
    loop {
        match markup.next()? {
            Piece::Start(tag) => match tag.name() {
                "lvl" => {
                    let number = tag.number("ilvl").unwrap_or(0);
                    let level = read_level(markup)?;
                    list.levels.insert(number, level);
                }
                name => {
                    match name {
                        "styleLink" => list.defines = tag.attribute("val"),
                        "numStyleLink" => list.uses = tag.attribute("val"),
                        _ => {}
                    }
                    markup.skip()?;
                }
            },
            Piece::End | Piece::Finish => return Ok(list),
            Piece::Text(_) => {}
        }
    }
}

fn read_level(markup: &mut Markup<'_>) -> Result<Level, Refusal> {
    let mut level = Level::default();
    loop {
        match markup.next()? {
            Piece::Start(tag) => {
                let value = || tag.attribute("val");
                match tag.name() {
                    "start" => level.start = tag.number("val").unwrap_or(1),
                    "numFmt" => level.format = value().unwrap_or_default(),
                    "lvlText" => level.text = value().unwrap_or_default().chars().take(LONGEST).collect(),
                    "suff" => level.is_tight = value().as_deref() == Some("nothing"),
                    "isLgl" => level.is_legal = tag.is_on("val"),
                    "pStyle" => level.style = value(),
                    // Word writes newer kinds of numbers as a choice, with an older kind beside it.
                    "AlternateContent" | "Choice" => continue,
                    _ => {}
                }
                markup.skip()?;
            }
            Piece::End | Piece::Finish => return Ok(level),
            Piece::Text(_) => {}
        }
    }
}

fn read_use(markup: &mut Markup<'_>) -> Result<Use, Refusal> {
    let mut found = Use::default();
    loop {
        match markup.next()? {
            Piece::Start(tag) => match tag.name() {
                "abstractNumId" => {
                    found.list = tag.attribute("val").unwrap_or_default();
                    markup.skip()?;
                }
                "lvlOverride" => {
                    let level = tag.number("ilvl").unwrap_or(0);
                    loop {
                        match markup.next()? {
                            Piece::Start(tag) if tag.name() == "startOverride" => {
                                found.starts.insert(level, tag.number("val").unwrap_or(1));
                                markup.skip()?;
                            }
                            Piece::Start(tag) if tag.name() == "lvl" => {
                                let own = read_level(markup)?;
                                found.levels.insert(level, own);
                            }
                            Piece::Start(_) => markup.skip()?,
                            Piece::End | Piece::Finish => break,
                            Piece::Text(_) => {}
                        }
                    }
                }
                _ => markup.skip()?,
            },
            Piece::End | Piece::Finish => return Ok(found),
            Piece::Text(_) => {}
        }
    }
}

/// A number in one of the ways of the word processor; a way that is not known is shown in figures.
fn numeral(number: u32, format: &str) -> String {
    match format {
        "chineseCounting"
        | "chineseCountingThousand"
        | "japaneseCounting"
        | "taiwaneseCounting"
        | "taiwaneseCountingThousand"
        | "koreanCounting" => counting(number),
        "ideographDigital" | "taiwaneseDigital" | "japaneseDigitalTenThousand" | "koreanDigital2" => {
            digits(number, &['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'])
        }
        "decimalFullWidth" | "decimalFullWidth2" => {
            digits(number, &['０', '１', '２', '３', '４', '５', '６', '７', '８', '９'])
        }
        "decimalZero" => format!("{number:02}"),
        "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" => enclosed(number, 0x2460),
        "decimalEnclosedParen" | "ideographEnclosedCircle" if number > 20 => number.to_string(),
        "decimalEnclosedParen" => enclosed(number, 0x2474),
        "decimalEnclosedFullstop" => enclosed(number, 0x2488),
        "upperLetter" => letters(number, 'A'),
        "lowerLetter" => letters(number, 'a'),
        "upperRoman" => roman(number),
        "lowerRoman" => roman(number).to_lowercase(),
        _ => number.to_string(),
    }
}

fn digits(number: u32, names: &[char; 10]) -> String {
    let digit = |c: char| c.to_digit(10).and_then(|digit| names.get(digit as usize).copied()).unwrap_or(c);
    number.to_string().chars().map(digit).collect()
}

fn enclosed(number: u32, first: u32) -> String {
    let shown = (1..=20).contains(&number).then(|| char::from_u32(first + number - 1)).flatten();
    shown.map_or_else(|| number.to_string(), String::from)
}

fn letters(number: u32, first: char) -> String {
    let index = number.saturating_sub(1);
    let letter = char::from_u32(first as u32 + index % 26).unwrap_or(first);
    std::iter::repeat_n(letter, (index / 26 + 1).min(40) as usize).collect()
}

fn roman(number: u32) -> String {
    const SIGNS: [(u32, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    let mut rest = number.min(4999);
    let mut shown = String::new();
    for (value, sign) in SIGNS {
        while rest >= value {
            shown.push_str(sign);
            rest -= value;
        }
    }
    shown
}

/// 一, 十, 十一, 二十, 一百零三.
fn counting(number: u32) -> String {
    const DIGITS: [&str; 10] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    if number > 9999 {
        return number.to_string();
    }
    let digit = |at: u32| DIGITS.get((number / at % 10) as usize).copied().unwrap_or_default();
    let mut shown = String::new();
    let mut has_gap = false;
    for (at, unit) in [(1000, "千"), (100, "百"), (10, "十"), (1, "")] {
        if (number / at).is_multiple_of(10) {
            has_gap = !shown.is_empty();
            continue;
        }
        if std::mem::take(&mut has_gap) {
            shown.push('零');
        }
        if !(at == 10 && shown.is_empty() && number / at % 10 == 1) {
            shown.push_str(digit(at));
        }
        shown.push_str(unit);
    }
    if shown.is_empty() { "零".to_owned() } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numerals_as_word_processors_show_them() {
        let counted: Vec<String> = [1, 10, 11, 20, 21, 103, 110, 1005].into_iter().map(counting).collect();
        assert_eq!(counted, ["一", "十", "十一", "二十", "二十一", "一百零三", "一百一十", "一千零五"]);
        assert_eq!(numeral(12, "ideographDigital"), "一二");
        assert_eq!(numeral(3, "decimalEnclosedCircle"), "③");
        assert_eq!((numeral(28, "upperLetter"), numeral(4, "lowerRoman")), ("BB".into(), "iv".into()));
    }

    #[test]
    fn levels_count_within_each_other() {
        let xml = r#"<w:numbering xmlns:w="w"><w:abstractNum w:abstractNumId="0">
            <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:suff w:val="nothing"/><w:lvlText w:val="%1、"/></w:lvl>
            <w:lvl w:ilvl="1"><w:numFmt w:val="decimal"/><w:isLgl/><w:lvlText w:val="%1.%2"/></w:lvl></w:abstractNum>
            <w:num w:numId="5"><w:abstractNumId w:val="0"/></w:num>
            <w:num w:numId="6"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>
            </w:numbering>"#;
        let mut numbering = Numbering::read(xml).unwrap();
        let mut next = |number, level| numbering.next(number, level).unwrap();
        assert_eq!(next("5", 0), "一、");
        assert_eq!((next("5", 1), next("5", 1)), ("1.1 ".into(), "1.2 ".into()));
        assert_eq!((next("5", 0), next("5", 1)), ("二、".into(), "2.1 ".into()));
        assert_eq!((next("6", 0), next("6", 0), next("5", 0)), ("一、".into(), "二、".into(), "三、".into()));
    }
}
