//! Numbers of persons in China (GB 11643), which their driver's licences have too.

/// What each of the first 17 digits counts for.
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/// The check character, by the remainder of the sum by 11.
const CHECKS: [u8; 11] = *b"10X98765432";

/// Whether `text` is such a number: six digits of a place, a date of birth, three digits, and a
/// check character.
pub(crate) fn is_personal_number(text: &str) -> bool {
    let text = text.trim().as_bytes();
    let (Some(digits), Some(check)) = (text.get(..17), text.get(17)) else { return false };
    let is_whole = text.len() == 18 && digits.iter().all(u8::is_ascii_digit);
    let values = digits.iter().map(|digit| u32::from(digit.wrapping_sub(b'0')));
    let weighed = values.zip(WEIGHTS).map(|(value, weight)| value.saturating_mul(weight));
    let remainder = weighed.fold(0_u32, u32::saturating_add) % 11;
    let expected = CHECKS.get(remainder as usize);
    let number = |from: usize, to: usize| {
        let part = digits.get(from..to).and_then(|part| std::str::from_utf8(part).ok());
        part.and_then(|part| part.parse::<i16>().ok()).unwrap_or_default()
    };
    let (month, day) = (i8::try_from(number(10, 12)), i8::try_from(number(12, 14)));
    let (Ok(month), Ok(day)) = (month, day) else { return false };
    let is_date = jiff::civil::Date::new(number(6, 10), month, day).is_ok();
    let is_place = (11..=91).contains(&number(0, 2)) && (1900..2200).contains(&number(6, 10));
    is_whole && is_date && is_place && expected == Some(&check.to_ascii_uppercase())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// The example of the standard.
    pub(crate) const NUMBER: &str = "11010519491231002X";

    #[test]
    fn a_number_has_a_place_a_date_and_a_check() {
        for (text, expected) in [
            (NUMBER, true),
            (" 11010519491231002x", true),
            ("110105194912310021", false),
            ("11010519491331002X", false),
            ("4111111111111111", false),
            ("", false),
        ] {
            assert_eq!(is_personal_number(text), expected, "{text:?}");
        }
    }
}
