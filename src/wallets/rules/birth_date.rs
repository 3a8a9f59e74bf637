//! Birth dates, and whether somebody is old enough.

use super::WalletStatus;
use super::refusal::{Refusal, refuse_if};
use crate::model::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Nobody is older, in years.
const AGE_MAX: i16 = 150;

/// The day that a text writes, as in `1990-02-28`. `None` for one that no calendar has.
fn date_of(text: &str) -> Option<Date> {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_plain = text.len() == 10
        && matches!(text.split('-').collect::<Vec<_>>()[..], [year, month, day]
            if year.len() == 4 && month.len() == 2 && [year, month, day].into_iter().all(digits));
    text.parse().ok().filter(|_| is_plain)
}

/// The day of a time, in UTC.
fn day_of(now: Timestamp) -> Date {
    let instant = jiff::Timestamp::from_nanosecond(now.nanoseconds().into());
    instant.unwrap_or(jiff::Timestamp::UNIX_EPOCH).to_zoned(TimeZone::UTC).date()
}

/// The years of somebody on a day: one more on each birthday, and on 1 March for whom there is none
/// in that year.
fn age(born: Date, today: Date) -> i16 {
    let years = today.year().saturating_sub(born.year());
    let is_before = (today.month(), today.day()) < (born.month(), born.day());
    if is_before { years.saturating_sub(1) } else { years }
}

/// Refuses a text that is no day on which somebody who lives now was born. An empty one is none.
pub(crate) fn check(text: &str, now: Timestamp) -> Result<(), Refusal> {
    if text.is_empty() {
        return Ok(());
    }
    let today = day_of(now);
    let is_day = date_of(text).is_some_and(|born| born <= today && age(born, today) <= AGE_MAX);
    refuse_if(!is_day, WalletStatus::BIRTH_DATE_MUST_BE_VALID)
}

/// Refuses somebody who is younger than the policy wants on the day, in UTC, that is `now`, or of
/// whom that is not known.
pub(crate) fn check_age(text: &str, minimum: Option<u8>, now: Timestamp) -> Result<(), Refusal> {
    let Some(minimum) = minimum else { return Ok(()) };
    let born = date_of(text).ok_or(WalletStatus::BIRTH_DATE_MUST_BE_GIVEN)?;
    let is_under = age(born, day_of(now)) < i16::from(minimum);
    refuse_if(is_under, WalletStatus::PERSON_IS_UNDERAGE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use WalletStatus as W;

    fn at(text: &str) -> Timestamp {
        let time: jiff::Timestamp = text.parse().expect("a time");
        Timestamp::from_seconds(time.as_second().unsigned_abs()).expect("a time")
    }

    #[test]
    fn days_on_which_somebody_was_born() {
        let now = at("2026-03-10T00:00:00Z");
        for text in ["", "1990-02-28", "2004-02-29", "2026-03-10", "1876-03-10"] {
            assert_eq!(check(text, now), Ok(()), "{text}");
        }
        for text in [
            "2026-03-11",
            "1875-03-10",
            "2003-02-29",
            "1990-13-01",
            "1990-00-10",
            "1990-2-28",
            "19900228",
            "1990-02-28T00:00",
            "28.02.1990",
            "-1990-02-28",
            "+1990-02-2",
            "born",
        ] {
            let status = check(text, now).map_err(|refusal| refusal.status);
            assert_eq!(status, Err(W::BIRTH_DATE_MUST_BE_VALID), "{text}");
        }
    }

    #[test]
    fn somebody_comes_of_age_on_the_birthday_in_utc() {
        for (born, now, expected) in [
            ("2008-03-10", "2026-03-09T23:59:59Z", Err(W::PERSON_IS_UNDERAGE)),
            ("2008-03-10", "2026-03-10T00:00:00Z", Ok(())),
            ("2008-02-29", "2026-02-28T23:59:59Z", Err(W::PERSON_IS_UNDERAGE)),
            ("2008-02-29", "2026-03-01T00:00:00Z", Ok(())),
            ("2008-02-29", "2028-02-28T12:00:00Z", Ok(())),
            ("2010-02-29", "2026-03-01T00:00:00Z", Err(W::BIRTH_DATE_MUST_BE_GIVEN)),
            ("", "2026-03-10T00:00:00Z", Err(W::BIRTH_DATE_MUST_BE_GIVEN)),
        ] {
            let found = check_age(born, Some(18), at(now)).map_err(|refusal| refusal.status);
            assert_eq!(found, expected, "{born} {now}");
            assert_eq!(check_age(born, None, at(now)), Ok(()));
        }
        let twenty = check_age("2008-02-29", Some(20), at("2028-02-28T12:00:00Z"));
        assert_eq!(twenty.map_err(|refusal| refusal.status), Err(W::PERSON_IS_UNDERAGE));
        assert_eq!(check_age("2008-02-29", Some(20), at("2028-02-29T00:00:00Z")), Ok(()));
    }
}
