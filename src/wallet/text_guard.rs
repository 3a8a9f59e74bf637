//! Texts that must not hold a card number.
//!
//! No field of a wallet is for a card number, and yet people write one into a note, a name or a
//! reason. A text that looks as if it holds one is refused before it reaches the journal, where it
//! would stay for ever.
//!
//! A card number (ISO/IEC 7812-1) is 13 to 19 digits whose last one is a Luhn check digit. People
//! group the digits with spaces, dashes or dots, so these do not end a run: every stretch of whole
//! groups counts. A group longer than 19 digits is no card number. One number in ten passes the
//! check by chance: whoever means to write a tracking number of that length puts a letter in.

/// The digits that a card number has.
const CARD_DIGITS: std::ops::RangeInclusive<usize> = 13..=19;

/// Whether `text` holds what looks like a card number: whole groups of digits, 13 to 19 digits
/// together, that pass the Luhn check.
pub(crate) fn holds_card_number(text: &str) -> bool {
    let mut run = Run::default();
    for letter in text.chars() {
        match digit(letter) {
            Some(digit) => run.push(digit),
            None if is_separator(letter) && !run.is_between_groups() => run.end_group(),
            None => {
                if run.holds_card_number() {
                    return true;
                }
                run = Run::default();
            }
        }
    }
    run.holds_card_number()
}

/// Digits, and where their groups begin.
#[derive(Default)]
struct Run {
    digits: Vec<u8>,
    /// Where each group begins; the last one is where the next group will.
    groups: Vec<usize>,
}

impl Run {
    fn push(&mut self, digit: u8) {
        if self.groups.is_empty() {
            self.groups.push(0);
        }
        self.digits.push(digit);
    }

    fn end_group(&mut self) {
        self.groups.push(self.digits.len());
    }

    /// Whether the run is empty, or just met a separator: a second one ends it.
    fn is_between_groups(&self) -> bool {
        self.groups.last().is_none_or(|&begin| begin == self.digits.len())
    }

    fn holds_card_number(&self) -> bool {
        let ends = self.groups.iter().copied().skip(1).chain([self.digits.len()]);
        let ends: Vec<usize> = ends.collect();
        self.groups.iter().any(|&begin| {
            ends.iter().any(|&end| self.digits.get(begin..end).is_some_and(is_card_number))
        })
    }
}

fn is_card_number(digits: &[u8]) -> bool {
    CARD_DIGITS.contains(&digits.len()) && passes_luhn(digits)
}

/// ISO/IEC 7812-1, annex B: every second digit from the right, beginning left of the check digit,
/// is doubled; the sum of all digits is a multiple of ten.
fn passes_luhn(digits: &[u8]) -> bool {
    let doubled = |digit: u8| match digit {
        0..=4 => u32::from(digit).saturating_mul(2),
        _ => u32::from(digit).saturating_mul(2).saturating_sub(9),
    };
    let from_right = digits.iter().rev().enumerate();
    let values = from_right.map(|(place, &digit)| match place % 2 {
        0 => u32::from(digit),
        _ => doubled(digit),
    });
    values.sum::<u32>() % 10 == 0
}

/// The value of a decimal digit in the scripts that customers write numbers in.
fn digit(letter: char) -> Option<u8> {
    /// The zeros of: Latin, Arabic-Indic, Persian, Devanagari, Bengali, Thai, full width.
    const ZEROS: [u32; 7] = [0x30, 0x660, 0x6f0, 0x966, 0x9e6, 0xe50, 0xff10];
    let value =
        ZEROS.iter().find_map(|&zero| u32::from(letter).checked_sub(zero).filter(|&d| d < 10));
    value.and_then(|value| u8::try_from(value).ok())
}

/// What stands between groups of digits.
fn is_separator(letter: char) -> bool {
    matches!(letter, '-' | '.' | '\u{2010}'..='\u{2015}') || letter.is_whitespace()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_card_number_is_found() {
        // (text, whether it holds one)
        for (text, holds) in [
            ("4111111111111111", true),
            ("4111 1111 1111 1111", true),
            ("4111-1111-1111-1111", true),
            ("4111.1111.1111.1111", true),
            ("4111\u{a0}1111\u{2013}1111\t1111", true),
            ("my card 5500005555555559, thanks", true),
            ("tok_378282246310005_x", true),
            ("6304000000000000000", true),
            ("4222222222222", true),
            ("４１１１１１１１１１１１１１１１", true),
            ("٤١١١١١١١١١١١١١١١", true),
            // An expiry and a security code behind it do not hide it, nor a word's digits before it.
            ("4111 1111 1111 1111 12 27 123", true),
            ("room 12 4111 1111 1111 1111", true),
            // Nearly.
            ("4111111111111112", false),
            ("411111111111", false),
            ("41111111111111111111", false),
            ("4111 1111  1111 1111", false),
            ("4111a1111a1111a1111", false),
            ("", false),
            ("...", false),
            ("+49 30 901820", false),
            ("passport 7100 123456 of 2019-02-11", false),
            ("550e8400-e29b-41d4-a716-446655440000", false),
        ] {
            assert_eq!(holds_card_number(text), holds, "{text:?}");
        }
    }

    #[test]
    fn one_wrong_digit_is_always_noticed() {
        let good: Vec<u8> = "4111111111111111".bytes().map(|byte| byte - b'0').collect();
        for place in 0..good.len() {
            for other in (0..10).filter(|&digit| digit != good[place]) {
                let mut digits = good.clone();
                digits[place] = other;
                assert!(!passes_luhn(&digits), "{digits:?}");
            }
        }
    }
}
