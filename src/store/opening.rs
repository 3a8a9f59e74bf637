//! How a handle comes to its store: as its host, as a guest of its host, or after whoever is there
//! for a moment.

use super::files::{lock_directory, lock_directory_to_read};
use super::lock::{self, Manners};
use super::processes::{Guest, Hosting};
use super::{Error, InRole, Options, Result};
use crate::disk::LocalDisk;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

/// How long to wait before the lock is tried again: at first, and at most.
const PAUSE_MIN: Duration = Duration::from_millis(1);
const PAUSE_MAX: Duration = Duration::from_millis(20);
/// Whoever has just come may not have said yet what for, and whoever just goes says nothing any
/// more, on a busy machine for long: only one that is seen for so long is an earlier version.
const SILENT_MAX: Duration = Duration::from_secs(5);

/// So often is tried again what nobody has locked.
const MISSES_MAX: usize = 4;

/// Opens the store at the path, whoever has it open.
pub(super) fn open(path: &Path, options: Options) -> Result<InRole> {
    let deadline = Instant::now() + options.takeover_wait;
    let (mut pause, mut seen) = (PAUSE_MIN, (None, Instant::now()));
    let mut misses = 0;
    loop {
        let purpose = options.purpose();
        let locked = match options.is_read_only() {
            true => lock_directory_to_read(path, purpose),
            false => lock_directory(path, &options),
        };
        let refusal = match locked {
            Ok(locked) => return Ok(InRole::Host(Hosting::open(locked, &options)?)),
            Err(Error::Locked(refusal)) => refusal,
            Err(error) => return Err(error),
        };
        let disk = LocalDisk::new(path.to_path_buf());
        disk.open_root()?;
        let (manners, holder) = lock::manners(&disk);
        if manners != Manners::Unknown || holder != seen.0 {
            seen = (holder, Instant::now());
        }
        if manners == Manners::Nobody {
            misses += 1;
        }
        match manners {
            Manners::Nobody if misses < MISSES_MAX => {}
            Manners::TakesGuests if !options.exclusive => {
                return Ok(InRole::Guest(Guest::enter(path, options, refusal)?));
            }
            Manners::Passes if Instant::now() < deadline => (),
            Manners::Unknown if seen.1.elapsed() < SILENT_MAX && Instant::now() < deadline => {}
            _ => return Err(Error::Locked(refusal)),
        }
        thread::sleep(pause);
        pause = (pause * 2).min(PAUSE_MAX);
    }
}
