//! Texts that must not hold a card number.
//!
//! No field of a wallet is for a card number, and yet people write one into a note, a name or a
//! reason. A text that looks as if it holds one is refused before it reaches the journal, where it
//! would stay for ever.
//!
//! A card number (ISO/IEC 7812-1) is 13 to 19 digits whose last one is a Luhn check digit. Every
//! decimal digit of every script counts (category Nd, and what NFKC makes of superscripts and the
//! like), everything that is no letter or digit is passed over, and only a letter ends a run. A run
//! is searched for any window of 13 to 19 digits that passes the check: separators, invisible
//! characters, an expiry date after it or digits around it hide nothing.
//!
//! The price: one number in ten of 13 digits passes by chance, and of longer ones more. A tracking
//! number of that length is written with a letter in it. Where the rule would be absurd it knows
//! better, see [`Field`]; and hashes and UUIDs, which machines write by the million, are passed
//! over.

use super::chinese;
use std::ops::RangeInclusive;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The digits that a card number has.
const CARD_DIGITS: RangeInclusive<usize> = 13..=19;
/// Digits of a telephone number at most (ITU-T E.164).
const PHONE_DIGITS_MAX: usize = 15;
/// Hexadecimal digits of a UUID, and of the shortest hash that counts as one.
const HASH_DIGITS_MIN: usize = 32;
/// At least this many of them are letters: of 32 random digits twelve are, on average.
const HASH_LETTERS_MIN: usize = 4;

/// What a text is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Field<'text> {
    /// Anything.
    Text,
    /// A telephone number: one that is written with its `+`, in at most 15 digits, is no card
    /// number.
    Phone,
    /// The number of a document of this country. It is no free text: only what begins as the cards
    /// of an issuer do, and is as long as they are, is taken for one. Of licences with 13 digits
    /// (India, South Africa) one in ten would be refused otherwise, or all, for some have a Luhn
    /// digit.
    ///
    /// A Chinese driver's licence has the number of its owner: 18 characters with a date and a
    /// check character of their own.
    Document(&'text str),
}

/// Whether `text`, in a field for anything, holds what looks like a card number.
pub(crate) fn holds_card_number(text: &str) -> bool {
    field_holds_card_number(Field::Text, text)
}

/// Whether `text`, in such a field, holds what looks like a card number.
pub(crate) fn field_holds_card_number(field: Field<'_>, text: &str) -> bool {
    let text: String = text.nfkc().collect();
    let (is_known, is_card): (_, fn(&[u8]) -> bool) = match field {
        Field::Text => (false, is_any_card),
        Field::Phone => (is_phone_number(&text), is_any_card),
        Field::Document(country) => {
            (country == "CN" && chinese::is_personal_number(&text), is_issued_card)
        }
    };
    !is_known && runs(&text).iter().any(|run| holds_window(run, is_card))
}

/// A telephone number with its `+`.
fn is_phone_number(text: &str) -> bool {
    let digits = text.chars().filter(|letter| digit(*letter).is_some()).count();
    text.trim_start().starts_with('+') && digits <= PHONE_DIGITS_MAX && !text.chars().any(is_letter)
}

/// The runs of digits between letters, without what machines write.
fn runs(text: &str) -> Vec<Vec<u8>> {
    let (mut runs, mut run) = (Vec::new(), Vec::new());
    for word in
        text.split_inclusive(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-')
    {
        if is_hash(word) {
            runs.push(std::mem::take(&mut run));
            continue;
        }
        for letter in word.chars() {
            match digit(letter) {
                Some(digit) => run.push(digit),
                None if is_letter(letter) => runs.push(std::mem::take(&mut run)),
                None => (),
            }
        }
    }
    runs.push(run);
    runs
}

fn holds_window(run: &[u8], is_card: fn(&[u8]) -> bool) -> bool {
    CARD_DIGITS.into_iter().any(|length| run.windows(length).any(is_card))
}

/// No payment card begins with 0 (ISO/IEC 7812-1 gives it to other industries).
fn is_any_card(digits: &[u8]) -> bool {
    digits.first() != Some(&0) && passes_luhn(digits)
}

/// The first four digits of the cards of the networks, and how many digits such cards have today.
const ISSUERS: [(RangeInclusive<u32>, RangeInclusive<usize>); 13] = [
    (2200..=2204, 16..=19), // Mir
    (2221..=2720, 16..=16), // Mastercard
    (3000..=3059, 14..=19), // Diners Club
    (3095..=3095, 14..=19), // Diners Club
    (3400..=3499, 15..=15), // American Express
    (3528..=3589, 16..=19), // JCB
    (3600..=3699, 14..=19), // Diners Club
    (3700..=3799, 15..=15), // American Express
    (3800..=3999, 14..=19), // Diners Club
    (4000..=4999, 16..=19), // Visa
    (5000..=6999, 16..=19), // Mastercard, Maestro, Verve, Discover, RuPay, UnionPay
    (8100..=8299, 16..=19), // UnionPay, RuPay
    (9792..=9792, 16..=16), // Troy
];

/// A number of which a network would say that it is one of its own.
fn is_issued_card(digits: &[u8]) -> bool {
    let first = digits.iter().take(4).map(|&digit| u32::from(digit));
    let prefix = first.fold(0_u32, |number, digit| number.saturating_mul(10).saturating_add(digit));
    let is_of = |(prefixes, lengths): &(RangeInclusive<u32>, RangeInclusive<usize>)| {
        prefixes.contains(&prefix) && lengths.contains(&digits.len())
    };
    ISSUERS.iter().any(is_of) && passes_luhn(digits)
}

/// Whether a word is a hash or a UUID: 32 hexadecimal digits or more, not few of which are letters,
/// with hyphens at the places of a UUID or without any. Nobody writes a card number so by accident.
fn is_hash(word: &str) -> bool {
    let word = word.trim_end_matches(|letter: char| !letter.is_ascii_alphanumeric());
    let hex = word.bytes().filter(u8::is_ascii_hexdigit).count();
    let letters = word.bytes().filter(u8::is_ascii_alphabetic).count();
    let hyphens: Vec<usize> = word.match_indices('-').map(|(place, _)| place).collect();
    let is_whole = hex.saturating_add(hyphens.len()) == word.len();
    let is_uuid = hyphens == [8, 13, 18, 23] && word.len() == 36;
    is_whole
        && hex >= HASH_DIGITS_MIN
        && letters >= HASH_LETTERS_MIN
        && (hyphens.is_empty() || is_uuid)
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

/// The zeros of all scripts that have decimal digits: category Nd comes in tens.
#[rustfmt::skip]
const ZEROS: [u32; 76] = [
    0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66,
    0xde6, 0xe50, 0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90,
    0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0,
    0xff10, 0x104a0, 0x10d30, 0x10d40, 0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0, 0x11450,
    0x114d0, 0x11650, 0x116c0, 0x116d0, 0x116da, 0x11730, 0x118e0, 0x11950, 0x11bf0, 0x11c50,
    0x11d50, 0x11da0, 0x11f50, 0x16130, 0x16a60, 0x16ac0, 0x16b50, 0x16d70, 0x1ccf0, 0x1d7ce,
    0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e4f0, 0x1e5f1, 0x1e950, 0x1fbf0,
];

/// The value of a decimal digit in any script.
fn digit(letter: char) -> Option<u8> {
    let code = u32::from(letter);
    let place = ZEROS.partition_point(|&zero| zero <= code).checked_sub(1)?;
    let value = code.checked_sub(*ZEROS.get(place)?)?;
    u8::try_from(value).ok().filter(|&value| value < 10)
}

/// Characters that show nothing (Unicode: default ignorable code points), and the blank of Braille.
#[rustfmt::skip]
const INVISIBLE: [RangeInclusive<char>; 18] = [
    '\u{ad}'..='\u{ad}', '\u{34f}'..='\u{34f}', '\u{61c}'..='\u{61c}', '\u{115f}'..='\u{1160}',
    '\u{17b4}'..='\u{17b5}', '\u{180b}'..='\u{180f}', '\u{200b}'..='\u{200f}',
    '\u{202a}'..='\u{202e}', '\u{2060}'..='\u{206f}', '\u{2800}'..='\u{2800}',
    '\u{3164}'..='\u{3164}', '\u{fe00}'..='\u{fe0f}', '\u{feff}'..='\u{feff}',
    '\u{ffa0}'..='\u{ffa0}', '\u{fff0}'..='\u{fffb}', '\u{1bca0}'..='\u{1bca3}',
    '\u{1d173}'..='\u{1d17a}', '\u{e0000}'..='\u{e0fff}',
];

/// Whether the character is invisible.
pub(crate) fn is_invisible(letter: char) -> bool {
    INVISIBLE.iter().any(|range| range.contains(&letter))
}

/// Whether any of the text is visible.
pub(crate) fn is_visible(text: &str) -> bool {
    let shows = |letter: char| !letter.is_whitespace() && !letter.is_control();
    text.chars().any(|letter| shows(letter) && !is_invisible(letter))
}

/// A letter ends a run. Marks that stand on one do not: alone among digits they are a disguise.
fn is_letter(letter: char) -> bool {
    letter.is_alphabetic() && !is_combining_mark(letter)
}

#[cfg(test)]
#[path = "../../../tests/wallet/disguises.rs"]
mod disguises;

#[cfg(test)]
mod tests {
    use super::*;

    /// Symptom: a clerk copied a customer's card number out of a mail into a note, and it stood in
    /// the journal for ever, because the mail had invisible spaces in it. Cause: separators and
    /// scripts were a list of what had come to mind. Now all is passed over that is no letter, and
    /// the digits of every script count.
    #[test]
    fn a_card_number_is_found_in_any_disguise() {
        for text in disguises::DISGUISES {
            assert!(holds_card_number(text), "{text:?}");
        }
    }

    #[test]
    fn a_text_of_which_nothing_is_seen() {
        for text in ["", " \t", "\u{200b}", "\u{2060}\u{ad} \u{feff}", "\u{3164}", "\u{e0041}"] {
            assert!(!is_visible(text), "{text:?}");
        }
        for text in ["x", "\u{200b}x", "?", "\u{1f44d}", "\u{915}"] {
            assert!(is_visible(text), "{text:?}");
        }
    }

    #[test]
    fn what_is_none_is_left_alone() {
        for text in [
            "",
            "...",
            "4111111111111114",
            "0000 0000 0000 0000",
            "411111111111",
            "4111a1111a1111a1111",
            "411111****1111",
            "Visa 1111",
            "+49 30 901820",
            "passport 7100 123456",
            "order A-2026-0000017, 3 pieces at 12.50",
            "2026-03-10",
            // Hashes and UUIDs: of these, one in a hundred has such a run by chance.
            "550e8400-e29b-41d4-a716-446655440000",
            "scans/3f2b4111-1111-4111-a111-1114bead0000.jpg",
            "sha256:4111111111111111deadbeefdeadbeefdeadbeefdeadbeefdeadbeefdeadbeef",
            // Numerals that are letters.
            "四一一一一一一一一一一一一一一一",
        ] {
            assert!(!holds_card_number(text), "{text:?}");
        }
    }

    /// A customer whose telephone or licence number happens to pass the check could not register.
    #[test]
    fn telephone_and_document_numbers_are_known() {
        use Field::{Document, Phone, Text};
        let licence = chinese::tests::NUMBER;
        for (field, text, holds) in [
            // Thirteen digits that pass, as one number in ten does.
            (Text, "+49 1512 3456 704", true),
            (Phone, "+49 1512 3456 704", false),
            (Phone, " ＋49 (1512) 3456-704", false),
            // Without its + it is not known as one.
            (Phone, "0049 1512 3456 704", true),
            (Phone, "4111 1111 1111 1111", true),
            (Phone, "+4111 1111 1111 1111", true),
            (Phone, "+49 30 901820, card 5500005555555559", true),
            (Text, licence, true),
            (Document("CN"), licence, false),
            (Document("DE"), licence, false),
            // Licences whose digits pass: of India, of South Africa (all do), of Ontario.
            (Text, "MH14 20110062824", true),
            (Document("IN"), "MH14 20110062824", false),
            (Text, "8001015009087", true),
            (Document("ZA"), "8001015009087", false),
            (Text, "A1234-56789-01237", true),
            (Document("CA"), "A1234-56789-01237", false),
            // One card of each network, and one digit off.
            (Document("DE"), "2200 0000 0000 0004", true),
            (Document("DE"), "5555 5555 5555 4444", true),
            (Document("DE"), "2223 0000 4841 0010", true),
            (Document("DE"), "3782 822463 10005", true),
            (Document("DE"), "3056 9309 0259 04", true),
            (Document("DE"), "3530 1113 3330 0000", true),
            (Document("DE"), "6011 1111 1111 1117", true),
            (Document("DE"), "6200 0000 0000 0005", true),
            (Document("DE"), "6304 0000 0000 0000 000", true),
            (Document("DE"), "4111 1111 1111 1114", false),
            (Document("DE"), "x4111111111111111x", true),
            (Document("DE"), disguises::LIKE_A_LICENCE, false),
            (Document("CN"), "4111 1111 1111 1111", true),
            (Document("CN"), "411111111111111100", true),
        ] {
            assert_eq!(field_holds_card_number(field, text), holds, "{field:?} {text:?}");
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

    /// The table rises, and each ten of it are numeric and no letters.
    #[test]
    fn digits_are_digits() {
        assert!(ZEROS.is_sorted_by(|a, b| a.saturating_add(10) <= *b));
        for letter in ('\0'..=char::MAX).filter(|letter| digit(*letter).is_some()) {
            // What this compiler's tables do not know yet is neither.
            assert!(!letter.is_alphabetic(), "{letter:?}");
        }
        let known = ('\0'..=char::MAX).filter(|one| digit(*one).is_some() && one.is_numeric());
        assert!(known.count() >= 680);
    }
}
