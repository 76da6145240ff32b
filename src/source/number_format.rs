//! Numbers as a spreadsheet shows them: a share as 12.3%, a day as a date, thousands set off. What is shown is what is
//! checked, so a figure is rounded here as its cell rounds it. Codes are those of Excel (ECMA-376, part 1, 18.8.30 and
//! 18.8.31).

mod builtin;
mod code;
mod digits;
mod time;

use rust_decimal::{Decimal, RoundingStrategy};

pub use builtin::built_in;
use code::{Kind, Section, Token};

/// How the cells of a style show numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberFormat {
    /// The sections for numbers: up to three.
    sections: Vec<Section>,
    /// That for texts, where there is one.
    text: Option<Section>,
}

/// Digits that a spreadsheet keeps of a number.
const KEPT: u32 = 15;
/// What is smaller, and has digits that nobody typed, is what binary arithmetic left over of a zero.
const RESIDUE: Decimal = Decimal::from_parts(1, 0, 0, false, 9);
/// Digits that nobody types.
const TYPED: u32 = 10;

impl NumberFormat {
    /// Reads a format code.
    pub fn new(code: &str) -> Self {
        let mut sections: Vec<Section> =
            code::sections(code).iter().take(4).map(|section| Section::new(section)).collect();
        let has_text = |section: &Section| section.tokens.contains(&Token::Text);
        let text = if sections.len() > 3 {
            sections.pop()
        } else if sections.last().is_some_and(has_text) {
            if sections.len() > 1 { sections.pop() } else { sections.last().cloned() }
        } else {
            None
        };
        Self { sections, text }
    }

    /// Whether texts are shown in another way than they are written.
    pub fn changes_texts(&self) -> bool {
        self.text.as_ref().is_some_and(|section| section.tokens != [Token::Text])
    }

    /// A text as it is shown.
    pub fn show_text(&self, text: String) -> String {
        let Some(section) = &self.text else { return text };
        let parts = section.tokens.iter().map(|token| match token {
            Token::Literal(literal) => literal.as_str(),
            Token::Text | Token::General => text.as_str(),
            _ => "",
        });
        parts.collect()
    }

    /// A number, as the file writes it, as it is shown; `is_1904` says from when days are counted.
    pub fn show(&self, raw: &str, is_1904: bool) -> String {
        let Some(value) = decimal(raw) else { return raw.trim().to_owned() };
        match self.section(value) {
            Some((section, is_signed)) => self.show_in(section, value, is_signed, is_1904),
            None => general(value),
        }
    }

    /// The section that shows a number, and whether it writes the sign of a negative one by itself.
    fn section(&self, value: Decimal) -> Option<(&Section, bool)> {
        let is_below = value.is_sign_negative() && !value.is_zero();
        let holds = |section: &Section, otherwise: bool| {
            section.condition.as_ref().map_or(otherwise, |condition| condition.holds(value))
        };
        match self.sections.as_slice() {
            [] => None,
            [only] => holds(only, true).then_some((only, false)),
            [first, second] if holds(first, !is_below) => Some((first, first.is_below_zero(None))),
            [first, second] => holds(second, true).then_some((second, second.is_below_zero(Some(first)))),
            [first, _, ..] if holds(first, is_above(value)) => Some((first, first.is_below_zero(None))),
            [first, second, ..] if holds(second, is_below) => {
                let is_third_way = first.condition.is_some() && second.condition.is_none();
                Some((second, is_third_way || second.is_below_zero(Some(first))))
            }
            [_, _, third, ..] => Some((third, false)),
        }
    }

    fn show_in(&self, section: &Section, value: Decimal, is_signed: bool, is_1904: bool) -> String {
        if section.kind == Kind::Time {
            return time::show(section, value, is_1904).unwrap_or_else(|| general(value));
        }
        let is_below = value.is_sign_negative() && !value.is_zero();
        let shown = digits::show(section, value.abs());
        // A sign that only a colour tells is lost in a text.
        let is_coloured_only = || {
            let first = self.sections.first().filter(|first| !std::ptr::eq(*first, section));
            section.is_coloured && first.is_none_or(|first| first.literals() == section.literals())
        };
        let is_written = is_signed && !is_coloured_only() || section.writes_sign();
        let has_value = shown.chars().any(|c| c.is_ascii_digit() && c != '0') || !section.has_digits();
        if !is_below || shown.is_empty() {
            return shown;
        }
        // In a text a triangle may stand for a rise, too.
        let shown = if is_signed { shown.replacen(['△', '▲', '▼'], "-", 1) } else { shown };
        if is_written || !has_value { shown } else { format!("-{shown}") }
    }
}

fn is_above(value: Decimal) -> bool {
    value > Decimal::ZERO
}

/// A number as the file writes it, with as many digits as a spreadsheet keeps: 0.28999999999999998 is 0.29.
fn decimal(raw: &str) -> Option<Decimal> {
    let raw = raw.trim();
    if raw.len() <= KEPT as usize
        && let Ok(exact) = Decimal::from_str_exact(raw)
    {
        return Some(exact);
    }
    let shortest = raw.parse::<f64>().ok().filter(|value| value.is_finite())?;
    let shortest = format!("{shortest:e}");
    let (mantissa, exponent) = shortest.split_once('e')?;
    let (mantissa, exponent): (Decimal, i32) = (mantissa.parse().ok()?, exponent.parse().ok()?);
    let mantissa = mantissa.round_sf_with_strategy(KEPT, RoundingStrategy::MidpointAwayFromZero)?.normalize();
    let digits = mantissa.scale() + 1;
    if exponent < 0 {
        let scale = mantissa.scale().checked_add(exponent.unsigned_abs())?;
        let is_residue = |value: Decimal| value.abs() < RESIDUE && digits >= TYPED;
        // What has more places than any figure is nothing.
        let value = Decimal::try_from_i128_with_scale(mantissa.mantissa(), scale).unwrap_or(Decimal::ZERO);
        return Some(if is_residue(value) { Decimal::ZERO } else { value });
    }
    Decimal::from_scientific(&format!("{mantissa}e{exponent}")).ok()
}

/// A number in the format "General": at most eleven characters, of which what a cell writes with an exponent is written
/// in full.
fn general(value: Decimal) -> String {
    const CHARACTERS: u32 = 10;
    const FEWEST: u32 = 6;
    let whole = u32::try_from(value.trunc().abs().to_string().len()).unwrap_or(CHARACTERS);
    let is_small = value.abs() < Decimal::from_parts(1, 0, 0, false, 4);
    let rounded = match is_small {
        true => value.round_sf_with_strategy(FEWEST, RoundingStrategy::MidpointAwayFromZero).unwrap_or(value),
        false => value
            .round_dp_with_strategy(CHARACTERS.saturating_sub(whole), RoundingStrategy::MidpointAwayFromZero),
    };
    rounded.normalize().to_string()
}

#[cfg(test)]
mod tests;
