//! The digits of a number in their places.

use rust_decimal::{Decimal, RoundingStrategy};

use super::code::{Section, Token};
use super::general;

/// Decimals that are shown at most.
const MOST: usize = 28;

/// A number that is not negative, as a section shows it.
pub fn show(section: &Section, value: Decimal) -> String {
    let count = |wanted: &Token| section.tokens.iter().filter(|token| *token == wanted).count();
    let times = |value: Decimal, factor: Decimal| value.checked_mul(factor).unwrap_or(value);
    let value = (0..count(&Token::Percent)).fold(value, |value, _| times(value, Decimal::ONE_HUNDRED));
    let value =
        (0..section.scale).fold(value, |value, _| value.checked_div(Decimal::ONE_THOUSAND).unwrap_or(value));
    let point = section.tokens.iter().position(|token| *token == Token::Point);
    let places = |tokens: &[Token]| tokens.iter().filter(|token| matches!(token, Token::Digit(_))).count();
    let (whole, decimals) = section.tokens.split_at(point.unwrap_or(section.tokens.len()));
    let (whole, decimals) = (places(whole), places(decimals).min(MOST));
    let kept = u32::try_from(decimals).unwrap_or(0);
    let text = value.round_dp_with_strategy(kept, RoundingStrategy::MidpointAwayFromZero).to_string();
    let (integer, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut places = Places {
        integer: integer.trim_start_matches('0'),
        fraction: fraction.trim_end_matches('0'),
        left: whole,
        is_first: true,
        at: 0,
        has_thousands: section.has_thousands,
    };
    let behind_point = section.tokens.iter().skip_while(|token| **token != Token::Point);
    let has_kept = behind_point.into_iter().any(|token| matches!(token, Token::Digit('0' | '?')));
    let mut shown = String::new();
    let mut is_behind = false;
    for token in &section.tokens {
        match token {
            Token::Literal(text) => shown.push_str(text),
            Token::Percent => shown.push('%'),
            Token::General | Token::Text => shown.push_str(&general(value)),
            Token::Point => {
                // Without a place before the point the digits before it are shown all the same.
                if whole == 0 {
                    shown.push_str(places.integer);
                }
                is_behind = true;
                // A point without decimals behind it says nothing, and makes a figure hard to read.
                if !places.fraction.is_empty() || has_kept {
                    shown.push('.');
                }
            }
            Token::Digit(kind) if is_behind => places.decimal(*kind, &mut shown),
            Token::Digit(kind) => places.whole(*kind, &mut shown),
            _ => {}
        }
    }
    shown
}

struct Places<'t> {
    /// The digits before the point, without zeros before them.
    integer: &'t str,
    /// Those behind it, without zeros behind them.
    fraction: &'t str,
    /// Places before the point that are still to come.
    left: usize,
    is_first: bool,
    /// Decimals shown so far.
    at: usize,
    has_thousands: bool,
}

impl Places<'_> {
    fn whole(&mut self, kind: char, shown: &mut String) {
        self.left = self.left.saturating_sub(1);
        let length = self.integer.len();
        // The first place takes all digits that have no place of their own.
        let most = if self.is_first { length.max(self.left + 1) } else { self.left + 1 };
        self.is_first = false;
        for place in (self.left..most).rev() {
            let digit = length.checked_sub(place + 1).and_then(|at| self.integer.as_bytes().get(at));
            match (digit, kind) {
                (Some(&digit), _) => shown.push(char::from(digit)),
                (None, '0') => shown.push('0'),
                (None, '?') => shown.push(' '),
                (None, _) => continue,
            }
            if self.has_thousands && place > 0 && place.is_multiple_of(3) {
                shown.push(if digit.is_none() && kind == '?' { ' ' } else { ',' });
            }
        }
    }

    fn decimal(&mut self, kind: char, shown: &mut String) {
        match (self.fraction.as_bytes().get(self.at), kind) {
            (Some(&digit), _) => shown.push(char::from(digit)),
            (None, '0') => shown.push('0'),
            (None, '?') => shown.push(' '),
            (None, _) => {}
        }
        self.at += 1;
    }
}
