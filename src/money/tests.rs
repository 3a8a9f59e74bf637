//! Text, decimals and rates against tables; amounts against `rust_decimal`.

use super::iso_4217::CURRENCIES;
use super::{
    CurrencyError, FromDecimalError, ParseAmountError, ParseRateError, currency, format,
    format_rate, format_signed, from_decimal, iso_ledger, parse, parse_rate, to_decimal,
};
use crate::model::{Amount, LedgerCode, limits};
use proptest::collection::vec;
use proptest::prelude::*;
use rust_decimal::{Decimal, RoundingStrategy};

const MAX: u128 = (1 << 96) - 1;

fn amount(minor_units: u128) -> Amount {
    Amount::new(minor_units).expect("a valid amount")
}

fn check_parse(text: &str, scale: u8, expected: Result<u128, ParseAmountError>) {
    let found = parse(text, scale).map(Amount::minor_units);
    assert_eq!(found, expected, "{text:?} at scale {scale}");
}

#[test]
fn texts_are_parsed_exactly() {
    for (text, scale, minor_units) in [
        ("35.61", 2, 3_561),
        ("35", 2, 3_500),
        ("0.05", 2, 5),
        ("0", 2, 0),
        ("0.00", 0, 0),
        ("007", 0, 7),
        ("12.340", 2, 1_234),
        ("12.000", 0, 12),
        ("1", 18, 1_000_000_000_000_000_000),
        ("79228162514264337593543950335", 0, MAX),
        ("792281625142643375935439503.35", 2, MAX),
        ("79228162514.264337593543950335", 18, MAX),
    ] {
        check_parse(text, scale, Ok(minor_units));
    }
}

#[test]
fn what_is_not_exactly_an_amount_is_refused() {
    for text in [
        "", ".", "5.", ".5", "1.2.3", " 1", "1 ", "+1", "--1", "-", "-x", "1e3", "1,5", "1_000",
        "0x1", "½", "١", "1.-5", "NaN", "inf", "$1", "1.٣",
    ] {
        check_parse(text, 2, Err(ParseAmountError::NotANumber));
    }
    for text in ["-1", "-0", "-1.234"] {
        check_parse(text, 2, Err(ParseAmountError::Negative));
    }
    for (text, scale) in [("12.345", 2), ("0.1", 0), ("0.0000000000000000001", 18)] {
        check_parse(text, scale, Err(ParseAmountError::TooManyDecimals { scale }));
    }
    let long = "9".repeat(1_000);
    for (text, scale) in [
        ("79228162514264337593543950336", 0),
        ("79228162514.264337593543950336", 18),
        ("1", 29),
        ("1", 255),
        (&long, 0),
    ] {
        check_parse(text, scale, Err(ParseAmountError::TooLarge));
    }
    assert_eq!(
        parse("1.234", 2).expect_err("too fine").to_string(),
        "more decimals than the ledger's scale of 2"
    );
}

fn check_format(minor_units: i128, scale: u8, expected: &str) {
    assert_eq!(format_signed(minor_units, scale).to_string(), expected);
}

#[test]
fn texts_have_all_their_decimals() {
    for (minor_units, scale, expected) in [
        (0, 0, "0"),
        (0, 2, "0.00"),
        (5, 2, "0.05"),
        (-5, 2, "-0.05"),
        (-3_561, 2, "-35.61"),
        (1_234, 0, "1234"),
        (1, 18, "0.000000000000000001"),
        (MAX as i128, 18, "79228162514.264337593543950335"),
        (i128::MIN, 0, "-170141183460469231731687303715884105728"),
    ] {
        check_format(minor_units, scale, expected);
    }
    assert_eq!(format_signed(1, 255).to_string().len(), 257);
    assert_eq!(std::format!("[{:>7}]", format(amount(5), 2)), "[   0.05]");
    assert_eq!(std::format!("[{:<7}]", format_signed(-5, 2)), "[-0.05  ]");
    assert_eq!(std::format!("[{:07}]", format_signed(-5, 2)), "[-000.05]");
}

#[test]
fn decimals_are_taken_exactly_or_not_at_all() {
    let decimal = |text: &str| text.parse::<Decimal>().expect("a decimal");
    for (text, scale, expected) in [
        ("35.61", 2, Ok(3_561)),
        ("35.6100", 2, Ok(3_561)),
        ("-0.00", 2, Ok(0)),
        ("0", 255, Ok(0)),
        ("35.615", 2, Err(FromDecimalError::TooManyDecimals { scale: 2 })),
        ("-0.01", 2, Err(FromDecimalError::Negative)),
        ("79228162514264337593543950335", 0, Ok(MAX)),
        ("79228162514264337593543950335", 1, Err(FromDecimalError::TooLarge)),
        ("1", 255, Err(FromDecimalError::TooLarge)),
    ] {
        let found = from_decimal(decimal(text), scale).map(Amount::minor_units);
        assert_eq!(found, expected, "{text} at scale {scale}");
    }
    assert_eq!(to_decimal(Amount::MAX, 19), None);
    assert_eq!(to_decimal(bytemuck::cast([0_u64, 1 << 32]), 0), None);
}

#[test]
fn rates_are_fractions_or_percentages() {
    for (text, expected) in [
        ("0", Ok(0)),
        ("0.10", Ok(100_000)),
        ("0.000001", Ok(1)),
        ("1", Ok(1_000_000)),
        ("1.0000000", Ok(1_000_000)),
        ("10%", Ok(100_000)),
        ("2.9%", Ok(29_000)),
        ("0.0001%", Ok(1)),
        ("100.00%", Ok(1_000_000)),
        ("0.0000001", Err(ParseRateError::TooManyDecimals)),
        ("0.00001%", Err(ParseRateError::TooManyDecimals)),
        ("1.000001", Err(ParseRateError::TooLarge)),
        ("10", Err(ParseRateError::TooLarge)),
        ("100.0001%", Err(ParseRateError::TooLarge)),
        ("99999999999999999999999999999999", Err(ParseRateError::TooLarge)),
        ("-0.1", Err(ParseRateError::Negative)),
        ("%", Err(ParseRateError::NotARate)),
        ("10 %", Err(ParseRateError::NotARate)),
        ("10%%", Err(ParseRateError::NotARate)),
        ("", Err(ParseRateError::NotARate)),
    ] {
        assert_eq!(parse_rate(text), expected, "{text:?}");
    }
    for (ppm, expected) in [(0, "0%"), (1, "0.0001%"), (29_000, "2.9%"), (1_000_000, "100%")] {
        assert_eq!(format_rate(ppm).to_string(), expected);
    }
}

#[test]
fn the_table_of_currencies_is_sound() {
    assert!(CURRENCIES.is_sorted_by(|a, b| a.code < b.code), "searched by halves");
    let mut numbers: Vec<_> = CURRENCIES.iter().map(|currency| currency.numeric).collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), CURRENCIES.len());
    for known in CURRENCIES {
        assert_eq!(currency(known.code), Some(known));
        assert!(LedgerCode::new(known.code).is_ok() && known.code.len() == 3);
        assert!(known.numeric < 1_000);
        assert!(known.exponent.is_none_or(|exponent| exponent <= limits::LEDGER_SCALE_MAX));
    }
}

#[test]
fn ledgers_take_the_scale_of_their_currency() {
    for (code, expected) in [
        ("JPY", Ok(0)),
        ("USD", Ok(2)),
        ("EUR", Ok(2)),
        ("KWD", Ok(3)),
        ("CLF", Ok(4)),
        ("UGX", Ok(0)),
        ("XCG", Ok(2)),
        ("ZWG", Ok(2)),
        ("XAU", Err(CurrencyError::NoMinorUnit)),
        ("XXX", Err(CurrencyError::NoMinorUnit)),
        ("HRK", Err(CurrencyError::Unknown)),
        ("BGN", Err(CurrencyError::Unknown)),
        ("usd", Err(CurrencyError::Unknown)),
        ("", Err(CurrencyError::Unknown)),
    ] {
        assert_eq!(iso_ledger(7, code).map(|ledger| ledger.scale()), expected, "{code}");
    }
}

fn any_amount() -> impl Strategy<Value = Amount> {
    prop_oneof![
        (0..=MAX, 0..96_u32).prop_map(|(units, shift)| amount(units >> shift)),
        Just(Amount::MAX),
    ]
}

proptest! {
    #[test]
    fn amounts_survive_text_and_decimals(
        units in any_amount(),
        scale in 0..=limits::LEDGER_SCALE_MAX,
    ) {
        let text = format(units, scale).to_string();
        prop_assert_eq!(parse(&text, scale), Ok(units));
        let decimal = to_decimal(units, scale).expect("an amount of a ledger");
        prop_assert_eq!(decimal.to_string(), text);
        prop_assert_eq!(from_decimal(decimal, scale), Ok(units));
    }

    #[test]
    fn rates_survive_text(ppm in 0..=limits::RATE_PPM_MAX) {
        prop_assert_eq!(parse_rate(&format_rate(ppm).to_string()), Ok(ppm));
        prop_assert_eq!(parse_rate(&format_signed(i128::from(ppm), 6).to_string()), Ok(ppm));
    }

    #[test]
    fn any_text_is_an_amount_or_an_error(text in ".{0,40}", scale in any::<u8>()) {
        if let Ok(units) = parse(&text, scale) {
            prop_assert!(text.parse::<Decimal>().is_ok());
            prop_assert_eq!(parse(&format(units, scale).to_string(), scale), Ok(units));
        }
        let _ = parse_rate(&text);
    }

    // Products of greater amounts leave the 96 bits of a decimal, which would round them.
    #[test]
    fn fees_are_those_of_decimals(units in 0..1_u128 << 76, ppm in 0..=limits::RATE_PPM_MAX) {
        let rate = Decimal::new(i64::from(ppm), 6);
        let exact = to_decimal(amount(units), 0)
            .and_then(|units| units.checked_mul(rate))
            .expect("a product within 96 bits");
        let rounded = exact.round_dp_with_strategy(0, RoundingStrategy::MidpointNearestEven);
        prop_assert_eq!(from_decimal(rounded, 0), Ok(amount(units).fee(ppm)));
    }

    #[test]
    fn halves_round_to_even(odd in 0..1_u128 << 60) {
        let units = odd.saturating_mul(2).saturating_add(1);
        let half = Decimal::new(5, 1);
        let exact = to_decimal(amount(units), 0)
            .and_then(|units| units.checked_mul(half))
            .expect("a product within 96 bits");
        let rounded = exact.round_dp_with_strategy(0, RoundingStrategy::MidpointNearestEven);
        prop_assert_eq!(from_decimal(rounded, 0), Ok(amount(units).fee(500_000)));
    }

    #[test]
    fn fees_of_parts_add_up(
        units in any_amount(),
        ppm in 0..=limits::RATE_PPM_MAX,
        cut in any_amount(),
    ) {
        let part = cut.min(units);
        let rest = units.fee(ppm).checked_sub(part.fee(ppm)).expect("fees rise with the sum");
        prop_assert!(rest <= units.checked_sub(part).expect("a part"), "never above what is paid");
    }

    #[test]
    fn splits_are_exact_and_fair(
        units in any_amount(),
        weights in vec(prop_oneof![0..4_u32, any::<u32>()], 1..9),
    ) {
        let total: u128 = weights.iter().map(|&weight| u128::from(weight)).sum();
        prop_assume!(total > 0);
        let parts = units.split(&weights).expect("weights");
        let sum = parts.iter().try_fold(Amount::ZERO, |sum, &part| sum.checked_add(part));
        prop_assert_eq!(sum, Some(units));
        for (part, &weight) in parts.iter().zip(&weights) {
            let product = units.minor_units().saturating_mul(u128::from(weight));
            let floor = product.checked_div(total).expect("a weight");
            let is_whole = product.checked_rem(total) == Some(0);
            let above = part.minor_units().checked_sub(floor);
            prop_assert!(above == Some(0) || (above == Some(1) && !is_whole));
        }
    }
}
