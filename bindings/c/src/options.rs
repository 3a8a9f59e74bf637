//! How to open a store.

use crate::arguments::flag;
use crate::status::{Failure, Result};
use bytemuck::{Pod, Zeroable};
use escrow::{ClockSource, Durability, FileAccess, Id, OpenMode, Options, journal};
use std::time::Duration;

/// Open the store, or create it if there is nothing.
pub const ESCROW_OPEN_OR_CREATE: u32 = 0;
/// Create the store; there must be none.
pub const ESCROW_OPEN_CREATE_NEW: u32 = 1;
/// Open the store; it must be there.
pub const ESCROW_OPEN_EXISTING: u32 = 2;
/// Open the store to read it; it must be there. Nothing is written, so that it works on a medium that
/// cannot be written to, and without the right to. Many may read at a time. Beside a process that
/// writes the store, this is a guest that reads; whoever comes to write a store that others have
/// open to read it is answered `ESCROW_LOCKED`. What a crash left is recovered in memory, deadlines
/// are not settled, and all that would write is `ESCROW_READ_ONLY`, also to open wallets. A backup can
/// be made.
pub const ESCROW_OPEN_READ_ONLY: u32 = 3;

/// Answers are given after the sync: an answered operation survives a power cut.
pub const ESCROW_DURABLE: u32 = 0;
/// Answers are given after the write: an answered operation survives the end of the process, but
/// not that of the machine. For tests, simulations and imports that can be repeated.
pub const ESCROW_DURABLE_PROCESS: u32 = 1;

/// The system clock says what time it is. Deadlines are settled when they come, traffic or not.
pub const ESCROW_CLOCK_SYSTEM: u32 = 0;
/// The caller alone says what time it is, by `escrow_store_advance` and imported operations.
pub const ESCROW_CLOCK_MANUAL: u32 = 1;

/// Only the user that the process runs as may use the files of the store: 0600, directories 0700.
pub const ESCROW_FILES_OF_OWNER: u32 = 0;
/// The group of the files may read them, to make copies of them: 0640 and 0750.
pub const ESCROW_FILES_READ_BY_GROUP: u32 = 1;
/// The group of the files may use the store as the owner does: 0660 and 0770.
pub const ESCROW_FILES_OF_GROUP: u32 = 2;

/// How to open a store. Begin with `ESCROW_OPEN_OPTIONS_INIT`; a field that stays zero is the
/// default.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_open_options {
    /// `sizeof(escrow_open_options)`.
    pub struct_size: u32,
    /// What to expect at the path: `ESCROW_OPEN_*`.
    pub mode: u32,
    /// When an answer is given: `ESCROW_DURABLE*`.
    pub durability: u32,
    /// Who says what time it is: `ESCROW_CLOCK_*`.
    pub clock: u32,
    /// Bytes of memory that the store may use, roughly, at least 4 MiB; 0 for 384 MiB. Memory in
    /// which callers' batches and snapshots live is not counted.
    pub cache_bytes: u64,
    /// The size that a file of the journal does not outgrow, unless for a single block that is
    /// larger; 0 for 64 MiB.
    pub segment_bytes: u64,
    /// How much room is made at once ahead in the journal; 0 for 8 MiB.
    pub preallocate_bytes: u64,
    /// 1 if operations are to be found by their `user_data_128`. Decided when the store is created: a
    /// store that has the index keeps it, whatever is said here. Asked of a store without it, opening is
    /// `ESCROW_INVALID_ARGUMENT`. To get it, close the store, put back what was archived, move
    /// `state.redb` away, and open the store with this.
    pub index_user_data: u32,
    /// Who may use the files that the store creates, also as backups and archives, whatever the umask
    /// is: `ESCROW_FILES_*`. Those that are there already keep their rights.
    pub file_access: u32,
    /// The id of the store: a store that is created gets it, and one that is there must have it.
    /// Zero for random bytes, and for any store. Two stores with the same id that are sent the same,
    /// a call at a time and by a manual clock, have the same journal, byte for byte.
    pub store_id: Id,
    /// Bytes of memory for batches that were submitted without waiting and are not answered yet, with
    /// their outcomes; 0 for 256 MiB. `escrow_store_submit_async` answers `ESCROW_LIMIT_EXCEEDED` beyond
    /// that, takes nothing and never waits. A batch that is alone is always taken.
    pub submissions_bytes_max: u64,
    /// Must be zero.
    pub reserved: u64,
    /// How far the system clock may step, either way, while the store is open, summed since it was
    /// opened or last confirmed; 0 for one hour, `UINT64_MAX` for any step. Beyond that the
    /// store goes on by a clock that nobody sets, until `escrow_store_confirm_clock`.
    pub clock_step_max_seconds: u64,
    /// How long after its last event a store may be opened by the system clock; 0 for 30 days,
    /// `UINT64_MAX` for any time. Later, nothing is settled, and every write is
    /// `ESCROW_CLOCK_MUST_BE_CONFIRMED` until `escrow_store_confirm_clock`.
    pub clock_gap_max_seconds: u64,
    /// 1 if this handle alone may have the store open: opening it is `ESCROW_LOCKED` if another one has,
    /// and so is theirs while this one has it.
    pub exclusive: u32,
    /// 1 if, as a guest, the store's clock and durability are taken as its host has them, whatever is
    /// said of them here: for tools that look at any store. Otherwise to open a store whose host has
    /// others is `ESCROW_INVALID_ARGUMENT`.
    pub follow_host: u32,
    /// How many other handles may be guests of this one at a time, while it hosts the store; 0 for 256.
    /// One more is answered `ESCROW_LIMIT_EXCEEDED` when it opens the store.
    pub guests_max: u32,
    /// For how long a call of a guest waits for a host that does not answer, or for somebody to take the
    /// place of one that ended; 0 for 30 s. Then it is `ESCROW_HOST_UNRESPONSIVE`.
    pub takeover_wait_seconds: u32,
}

impl escrow_open_options {
    pub(crate) fn parse(self) -> Result<Options> {
        let invalid = |what: &str| Err(Failure::invalid(format!("options: {what}")));
        let mode = match self.mode {
            ESCROW_OPEN_OR_CREATE => OpenMode::OpenOrCreate,
            ESCROW_OPEN_CREATE_NEW => OpenMode::CreateNew,
            ESCROW_OPEN_EXISTING => OpenMode::Existing,
            ESCROW_OPEN_READ_ONLY => OpenMode::ReadOnly,
            _ => return invalid("mode is not one of ESCROW_OPEN_*"),
        };
        let durability = match self.durability {
            ESCROW_DURABLE => Durability::Durable,
            ESCROW_DURABLE_PROCESS => Durability::Process,
            _ => return invalid("durability is not one of ESCROW_DURABLE*"),
        };
        let clock = match self.clock {
            ESCROW_CLOCK_SYSTEM => ClockSource::System,
            ESCROW_CLOCK_MANUAL => ClockSource::Manual,
            _ => return invalid("clock is not one of ESCROW_CLOCK_*"),
        };
        if self.index_user_data > 1 {
            return invalid("index_user_data is 0 or 1");
        }
        let access = file_access(self.file_access)?;
        if self.reserved != 0 {
            return invalid("reserved must be zero");
        }
        let mut options = Options::new()
            .mode(mode)
            .durability(durability)
            .file_access(access)
            .clock(clock)
            .index_user_data(self.index_user_data == 1)
            .store_id(self.store_id)
            .journal(self.journal())
            .exclusive(flag(self.exclusive, "options: exclusive")?)
            .follow_host(flag(self.follow_host, "options: follow_host")?);
        if self.guests_max > 0 {
            options = options.guests_max(self.guests_max as usize);
        }
        if self.takeover_wait_seconds > 0 {
            options = options.takeover_wait(Duration::from_secs(self.takeover_wait_seconds.into()));
        }
        if self.clock_step_max_seconds > 0 {
            options = options.clock_step_max(duration(self.clock_step_max_seconds));
        }
        if self.clock_gap_max_seconds > 0 {
            options = options.clock_gap_max(duration(self.clock_gap_max_seconds));
        }
        if self.cache_bytes > 0 {
            options = options.cache_bytes(usize::try_from(self.cache_bytes).unwrap_or(usize::MAX));
        }
        if self.submissions_bytes_max > 0 {
            let bytes = usize::try_from(self.submissions_bytes_max).unwrap_or(usize::MAX);
            options = options.submissions_bytes_max(bytes);
        }
        Ok(options)
    }

    /// How to open the store of this id again that was opened by these.
    pub(crate) fn again(self, store_id: Id) -> Self {
        let mode = match self.mode {
            ESCROW_OPEN_READ_ONLY => ESCROW_OPEN_READ_ONLY,
            _ => ESCROW_OPEN_EXISTING,
        };
        Self { mode, store_id, ..self }
    }

    fn journal(&self) -> journal::Options {
        let mut options = journal::Options::default();
        if self.segment_bytes > 0 {
            options.segment_bytes = self.segment_bytes;
        }
        if self.preallocate_bytes > 0 {
            options.preallocate_bytes = self.preallocate_bytes;
        }
        options
    }
}

/// Who may use files that are created, by number.
pub(crate) fn file_access(number: u32) -> Result<FileAccess> {
    match number {
        ESCROW_FILES_OF_OWNER => Ok(FileAccess::Owner),
        ESCROW_FILES_READ_BY_GROUP => Ok(FileAccess::GroupRead),
        ESCROW_FILES_OF_GROUP => Ok(FileAccess::GroupWrite),
        _ => Err(Failure::invalid("file_access is not one of ESCROW_FILES_*")),
    }
}

/// A bound on the clock: none is zero in Rust.
fn duration(seconds: u64) -> Duration {
    if seconds == u64::MAX { Duration::ZERO } else { Duration::from_secs(seconds) }
}
