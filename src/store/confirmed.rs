//! The time that the host of a store last confirmed, in a file of its own.

use super::{Result, sealed};
use crate::disk::Disk;
use crate::model::Timestamp;

/// Holds what the host last said that the time was; not there if it never had to.
const CLOCK_FILE: &str = "CLOCK";
/// The version of that file.
const CLOCK_VERSION: u32 = 1;

/// Remembers it.
pub(super) fn write(disk: &dyn Disk, time: Timestamp) -> Result<()> {
    let text = format!("confirmed {CLOCK_VERSION}\ntime {}\n", time.nanoseconds());
    sealed::write(disk, CLOCK_FILE, &text)
}

/// What the host last confirmed; no time if it never did. A file that cannot be read confirms
/// nothing: the worst that can follow is that the host is asked again.
pub(super) fn read(disk: &dyn Disk) -> Timestamp {
    let read = || {
        let text = sealed::read(disk, CLOCK_FILE).ok()?;
        let (version, time) = text.split_once('\n')?;
        let version = version.strip_prefix("confirmed ")?.parse::<u32>().ok()?;
        let time = time.strip_prefix("time ")?.trim_end().parse().ok()?;
        (version == CLOCK_VERSION).then(|| Timestamp::from_nanoseconds(time))
    };
    read().unwrap_or(Timestamp::NONE)
}
