//! Business days, against a calendar that is walked day by day.
#![allow(clippy::arithmetic_side_effects, reason = "a test may panic")]

use super::*;
use jiff::civil::DateTime;
use proptest::prelude::*;

fn at(local: &str, utc_offset_minutes: i16) -> Timestamp {
    let local: DateTime = local.parse().expect("a time");
    let offset = jiff::tz::Offset::from_seconds(i32::from(utc_offset_minutes) * 60);
    let instant = offset.expect("an offset").to_timestamp(local).expect("a time");
    Timestamp::from_nanoseconds(u64::try_from(instant.as_nanosecond()).expect("after 1970"))
}

#[test]
fn a_window_ends_at_the_same_time_of_a_business_day() {
    let calendar = Calendar {
        utc_offset_minutes: 120,
        weekend: vec![Weekday::Saturday, Weekday::Sunday],
        holidays: vec!["2026-05-01".into(), "2026-05-25".into()],
    };
    for (begins, number, ends) in [
        // Within a week, and over a weekend.
        ("2026-05-11T10:30:00", 1, "2026-05-12T10:30:00"),
        ("2026-05-11T10:30:00", 5, "2026-05-18T10:30:00"),
        // Over a holiday: Friday, 1 May.
        ("2026-04-30T23:59:59", 1, "2026-05-04T23:59:59"),
        // On a Saturday and on a holiday: the day on which it begins never counts.
        ("2026-05-09T00:00:00", 1, "2026-05-11T00:00:00"),
        ("2026-05-10T09:00:00", 1, "2026-05-11T09:00:00"),
        ("2026-05-25T09:00:00", 1, "2026-05-26T09:00:00"),
        // It is Monday here while it is still Sunday in UTC.
        ("2026-05-11T01:00:00", 1, "2026-05-12T01:00:00"),
    ] {
        let seconds = Window::BusinessDays(number).seconds(at(begins, 120), Some(&calendar));
        assert_eq!(at(begins, 120).plus_seconds(seconds), at(ends, 120), "{begins} {number}");
    }
}

/// Day by day, in words.
fn walk(calendar: &Calendar, number: u32, begins: Timestamp) -> u32 {
    let offset = jiff::tz::Offset::from_seconds(i32::from(calendar.utc_offset_minutes) * 60);
    let instant = jiff::Timestamp::from_nanosecond(begins.nanoseconds().into()).expect("a time");
    let mut day = offset.expect("an offset").to_datetime(instant).date();
    let (mut left, mut days) = (number, 0);
    while left > 0 {
        (day, days) = (day.tomorrow().expect("a day"), days + 1);
        let name = format!("{:?}", day.weekday());
        let is_weekend = calendar.weekend.iter().any(|day| format!("{day:?}") == name);
        if !is_weekend && !calendar.holidays.contains(&day.to_string()) {
            left -= 1;
        }
    }
    days
}

prop_compose! {
    fn calendars()(
        utc_offset_minutes in OFFSETS,
        weekend in proptest::sample::subsequence(WEEK.to_vec(), 0..=6),
        holidays in proptest::collection::btree_set(20_000_i64..20_900, 0..40),
    ) -> Calendar {
        let day = |day: i64| date(1970, 1, 1) + jiff::Span::new().days(day);
        let holidays = holidays.into_iter().map(|number| day(number).to_string()).collect();
        Calendar { utc_offset_minutes, weekend, holidays }
    }
}

proptest! {
    #[test]
    fn business_days_are_those_of_the_calendar(
        calendar in calendars(),
        number in 1_u32..300,
        begins in 20_000 * u64::from(DAY)..20_800 * u64::from(DAY),
    ) {
        prop_assert_eq!(calendar.fault(), None);
        let begins = Timestamp::from_seconds(begins).expect("a time");
        let days = calendar.days(number, begins);
        prop_assert_eq!(days, walk(&calendar, number, begins));
        prop_assert!(days <= calendar.days_at_most(number), "as the check has it");
        let seconds = Window::BusinessDays(number).seconds(begins, Some(&calendar));
        prop_assert_eq!(seconds, days * DAY);
    }
}
