//! How long something may take, and the calendar that business days are counted by.

use crate::model::Timestamp;
use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};

const HOUR: u32 = 3_600;
const DAY: u32 = 24 * HOUR;
/// Days of the longest window.
const DAYS_MAX: u32 = 3_650;

/// The longest window, and the longest extension: ten years of 365 days.
pub const WINDOW_SECONDS_MAX: u32 = DAYS_MAX * DAY;

/// The greatest number of holidays of a calendar.
const HOLIDAYS_MAX: usize = 400;
/// The places on Earth furthest from UTC, in minutes.
const OFFSETS: std::ops::RangeInclusive<i16> = -720..=840;

/// A length of time.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Window {
    /// Seconds.
    Seconds(#[cfg_attr(test, schemars(range(min = 1, max = 315_360_000)))] u32),
    /// Hours of 3,600 seconds.
    Hours(#[cfg_attr(test, schemars(range(min = 1, max = 87_600)))] u32),
    /// Days of 24 hours.
    Days(#[cfg_attr(test, schemars(range(min = 1, max = 3_650)))] u32),
    /// Business days of the policy's calendar. It ends at the same local time of day on the last of
    /// them; the day on which it begins never counts, whether it is a business day or not.
    BusinessDays(#[cfg_attr(test, schemars(range(min = 1, max = 3_650)))] u32),
}

/// Which days are business days, and where.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    /// By how many minutes local time is ahead of UTC, the whole year: -720 to 840.
    #[cfg_attr(test, schemars(range(min = -720, max = 840)))]
    pub utc_offset_minutes: i16,
    /// The days of the week that are no business days, in their order, Monday first: not all seven.
    #[cfg_attr(test, schemars(length(max = 6), extend("uniqueItems" = true)))]
    pub weekend: Vec<Weekday>,
    /// Other days that are none, as in `2026-12-25`, the earliest first: at most 400. One at a
    /// weekend changes nothing.
    #[serde(default)]
    #[cfg_attr(test, schemars(
        length(max = 400),
        inner(regex(pattern = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")),
        extend("uniqueItems" = true),
    ))]
    pub holidays: Vec<String>,
}

/// A day of the week.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "days of the week")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

const WEEK: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

impl Window {
    /// How long it lasts that begins then. Without a calendar every day is a business day.
    pub(super) fn seconds(self, begins: Timestamp, calendar: Option<&Calendar>) -> u32 {
        match self {
            Self::Seconds(seconds) => seconds,
            Self::Hours(hours) => hours.saturating_mul(HOUR),
            Self::Days(days) => days.saturating_mul(DAY),
            Self::BusinessDays(number) => {
                let days = calendar.map_or(number, |calendar| calendar.days(number, begins));
                days.saturating_mul(DAY)
            }
        }
    }

    /// Whether it is counted by a calendar.
    pub(super) const fn needs_calendar(self) -> bool {
        matches!(self, Self::BusinessDays(_))
    }

    /// How long it lasts at most, whenever it begins.
    pub(super) fn seconds_at_most(self, calendar: Option<&Calendar>) -> u32 {
        match (self, calendar) {
            (Self::BusinessDays(number), Some(calendar)) => {
                calendar.days_at_most(number).saturating_mul(DAY)
            }
            _ => self.seconds_at_least(),
        }
    }

    /// How long it lasts at least.
    pub(super) fn seconds_at_least(self) -> u32 {
        self.seconds(Timestamp::NONE, None)
    }

    /// Whether it lasts 1 second to ten years, whenever it begins.
    pub(super) fn is_fit(self, calendar: Option<&Calendar>) -> bool {
        (1..=WINDOW_SECONDS_MAX).contains(&self.seconds_at_most(calendar))
    }
}

impl Calendar {
    /// How many days later the last of so many business days is.
    fn days(&self, business_days: u32, begins: Timestamp) -> u32 {
        let today = self.local_day(begins);
        let holidays: Vec<i64> = self.holidays.iter().filter_map(|text| day_of(text)).collect();
        let (mut left, mut days) = (business_days, 0_u32);
        while left > 0 && days < DAYS_MAX {
            days = days.saturating_add(1);
            let day = today.saturating_add(days.into());
            let is_holiday = holidays.binary_search(&day).is_ok();
            if !is_holiday && !self.weekend.contains(&weekday(day)) {
                left = left.saturating_sub(1);
            }
        }
        days
    }

    /// The same, at most, whenever they begin: every seven days have the same number of working
    /// weekdays.
    fn days_at_most(&self, business_days: u32) -> u32 {
        let working = WEEK.iter().filter(|day| !self.weekend.contains(day)).count();
        let working = u32::try_from(working).unwrap_or_default().max(1);
        let holidays = u32::try_from(self.holidays.len()).unwrap_or(u32::MAX);
        match business_days {
            0 => 0,
            some => some.saturating_add(holidays).div_ceil(working).saturating_mul(7),
        }
    }

    /// Days from 1970-01-01 to the day that it is there.
    fn local_day(&self, at: Timestamp) -> i64 {
        let ahead = i64::from(self.utc_offset_minutes).saturating_mul(60);
        let seconds = i64::try_from(at.nanoseconds() / Timestamp::SECOND).unwrap_or(i64::MAX);
        seconds.saturating_add(ahead).div_euclid(DAY.into())
    }

    /// Why it is none: the field, and what of it.
    pub(super) fn fault(&self) -> Option<&'static str> {
        if !OFFSETS.contains(&self.utc_offset_minutes) {
            return Some("utc_offset_minutes: must be -720 to 840");
        }
        if !self.weekend.is_sorted_by(|one, next| one < next) || self.weekend.len() == WEEK.len() {
            return Some("weekend: must be days of the week in their order, and not all seven");
        }
        let days: Vec<_> = self.holidays.iter().map(|text| day_of(text)).collect();
        let are_days = days.iter().all(Option::is_some);
        if !are_days || days.len() > HOLIDAYS_MAX || !days.is_sorted_by(|one, next| one < next) {
            return Some(
                "holidays: must be days as in 2026-12-25, the earliest first, at most 400",
            );
        }
        None
    }
}

/// The day of the week, of days from 1970-01-01, which was a Thursday.
fn weekday(day: i64) -> Weekday {
    let place = usize::try_from(day.saturating_add(3).rem_euclid(7)).unwrap_or_default();
    WEEK.get(place).copied().unwrap_or(Weekday::Monday)
}

/// Days from 1970-01-01 to the one that a text writes, as in `2026-12-25`.
pub(super) fn day_of(text: &str) -> Option<i64> {
    let is_plain = text.len() == 10
        && text.bytes().enumerate().all(|(place, byte)| match place {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let day: Date = text.parse().ok().filter(|_| is_plain)?;
    Some(day.duration_since(date(1970, 1, 1)).as_hours() / 24)
}

#[cfg(test)]
mod tests;
