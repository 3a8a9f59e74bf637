//! How to open a store.

use super::lock::Purpose;
use crate::commit::{
    ClockSource, CommitOptions, GAP_MAX, Guard, STEP_MAX, SystemTimeSource, TimeSource, Tuning,
};
use crate::disk::FileAccess;
#[cfg(feature = "postgres")]
use crate::journal::postgres::Address;
use crate::journal::{self, StoreId};
use crate::model::{Id, limits};
use crate::state;
use std::sync::Arc;
use std::time::Duration;

/// When an answer is given.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
pub enum Durability {
    /// After `fdatasync`: an answered operation survives a power cut.
    #[default]
    Durable,
    /// After the write: an answered operation survives the end of the process, but not that of the
    /// machine. A power cut can leave a store that must be restored from a backup. For tests,
    /// simulations and imports that can be repeated.
    Process,
}

/// What [`Store::open`](crate::Store::open) expects to find.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
pub enum OpenMode {
    /// Opens the store, or creates it if there is nothing.
    #[default]
    OpenOrCreate,
    /// Creates the store; there must be none.
    CreateNew,
    /// Opens the store; it must be there.
    Existing,
    /// Opens the store to read it; it must be there. Nothing is written, not even a lock file, so
    /// that it works on a medium that cannot be written to, and without the right to. Many may read
    /// at a time. Beside a host this is a guest that only reads; whoever would host the store waits
    /// until nobody reads it so any more, see [`Options::takeover_wait`].
    ///
    /// What a crash left is recovered in memory, each time anew; so is a state that is missing, in
    /// as much memory as it takes. Time stands still: no deadline is settled. All that would write
    /// is [`Error::ReadOnly`](crate::Error::ReadOnly), also opening wallets, for who looks at a
    /// person leaves a trail. A backup can be made.
    ReadOnly,
}

/// How to open a store.
///
/// ```
/// use escrowdb::{ClockSource, Options};
/// let options = Options::new().clock(ClockSource::Manual).cache_bytes(64 << 20);
/// ```
#[derive(Clone, Debug)]
pub struct Options {
    pub(super) mode: OpenMode,
    pub(super) durability: Durability,
    pub(super) access: FileAccess,
    pub(super) clock: ClockSource,
    pub(super) exclusive: bool,
    pub(super) follows_host: bool,
    pub(super) brief: bool,
    pub(super) guests_max: usize,
    pub(super) takeover_wait: Duration,
    clock_step_max: Duration,
    clock_gap_max: Duration,
    time_source: Arc<dyn TimeSource>,
    cache_bytes: usize,
    pub(super) submissions_bytes_max: usize,
    pub(super) log_patience: Duration,
    #[cfg(feature = "postgres")]
    pub(super) log: Option<Address>,
    pub(super) index_user_data: bool,
    store_id: Id,
    deadline_window: usize,
    pub(super) journal: journal::Options,
}

/// The default for [`Options::cache_bytes`].
const CACHE_BYTES: usize = 384 << 20;
/// The default for [`Options::submissions_bytes_max`].
const SUBMISSIONS_BYTES_MAX: usize = 256 << 20;
/// The default for [`Options::log_patience`]: what it takes until another machine leads.
const LOG_PATIENCE: Duration = Duration::from_secs(10);
/// The default for [`Options::guests_max`].
const GUESTS_MAX: usize = 256;
/// What [`Options::takeover_wait`] is taken as at least and at most.
const TAKEOVER_WAIT_MIN: Duration = Duration::from_millis(10);
const TAKEOVER_WAIT_MAX: Duration = Duration::from_secs(86_400);
/// The default for [`Options::takeover_wait`].
const TAKEOVER_WAIT: Duration = Duration::from_secs(30);
/// The least that [`Options::cache_bytes`] is taken as.
const CACHE_BYTES_MIN: usize = 4 << 20;

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}

impl Options {
    /// Durable, by the system clock, created if need be, 384 MiB of cache.
    #[must_use]
    pub fn new() -> Self {
        Self {
            mode: OpenMode::default(),
            durability: Durability::default(),
            access: FileAccess::default(),
            clock: ClockSource::default(),
            exclusive: false,
            follows_host: false,
            brief: false,
            guests_max: GUESTS_MAX,
            takeover_wait: TAKEOVER_WAIT,
            clock_step_max: STEP_MAX,
            clock_gap_max: GAP_MAX,
            time_source: Arc::new(SystemTimeSource),
            cache_bytes: CACHE_BYTES,
            submissions_bytes_max: SUBMISSIONS_BYTES_MAX,
            log_patience: LOG_PATIENCE,
            #[cfg(feature = "postgres")]
            log: None,
            index_user_data: false,
            store_id: Id::ZERO,
            deadline_window: limits::DUE_HOLDS_PER_BLOCK_MAX,
            journal: journal::Options::default(),
        }
    }

    /// What to expect at the path.
    #[must_use]
    pub fn mode(mut self, mode: OpenMode) -> Self {
        self.mode = mode;
        self
    }

    /// When an answer is given.
    #[must_use]
    pub fn durability(mut self, durability: Durability) -> Self {
        self.durability = durability;
        self
    }

    /// Who else than the owner may use the files that the store creates, in its directory, and by
    /// [`Store::backup`](crate::Store::backup) and [`Store::archive`](crate::Store::archive).
    /// Nobody, unless this is called; the umask has no say. Has no effect on a disk of the caller's
    /// own.
    #[must_use]
    pub fn file_access(mut self, access: FileAccess) -> Self {
        self.access = access;
        self
    }

    /// Who says what time it is.
    #[must_use]
    pub fn clock(mut self, clock: ClockSource) -> Self {
        self.clock = clock;
        self
    }

    /// How far the system clock may step, either way, while the store is open, summed since it was
    /// opened or last confirmed: one hour. Beyond that the store goes on from the time before by a
    /// clock that nobody sets, until [`Store::confirm_clock`](crate::Store::confirm_clock); so a
    /// clock that jumps a year settles no hold before its time. [`Duration::ZERO`] believes any
    /// step. A manual clock has no use for it.
    #[must_use]
    pub fn clock_step_max(mut self, step: Duration) -> Self {
        self.clock_step_max = step;
        self
    }

    /// How long after its last event a store may be opened by the system clock: 30 days. Later,
    /// nothing is settled, and every write is [`Error::ClockMustBeConfirmed`](crate::Error) until
    /// [`Store::confirm_clock`](crate::Store::confirm_clock): a wrong clock would pay out every
    /// hold for good. [`Duration::ZERO`] believes any time. A manual clock has no use for it.
    #[must_use]
    pub fn clock_gap_max(mut self, gap: Duration) -> Self {
        self.clock_gap_max = gap;
        self
    }

    /// Where the system clock is read. The default reads the operating system's.
    #[must_use]
    pub fn time_source(mut self, source: Arc<dyn TimeSource>) -> Self {
        self.time_source = source;
        self
    }

    /// Bytes of memory that the store may use, roughly: half for records that operations are judged
    /// by, a third for what is not in the state file yet, and the rest for pages of that file. At
    /// least 4 MiB; less is taken as that. Up to an eighth more tells which ids were used before,
    /// in a store whose ids do not rise. Memory in which callers' batches and snapshots live is not
    /// counted.
    #[must_use]
    pub fn cache_bytes(mut self, bytes: usize) -> Self {
        self.cache_bytes = bytes.max(CACHE_BYTES_MIN);
        self
    }

    /// Bytes of memory for batches that were submitted without waiting and are not answered yet,
    /// with their outcomes: 256 MiB unless said otherwise. [`Store::submit_async`](crate::Store)
    /// answers [`Error::LimitExceeded`](crate::Error) beyond that, takes nothing, and never waits:
    /// wait for a ticket, and submit again. A batch that is alone is always taken. Calls that wait
    /// for their answers do not count.
    #[must_use]
    pub fn submissions_bytes_max(mut self, bytes: usize) -> Self {
        self.submissions_bytes_max = bytes;
        self
    }

    /// For how long a log [of your own](crate::Store::open_with_log) that cannot be reached is
    /// tried again: 10 s unless said otherwise. Then all calls that wait for it are answered
    /// [`Error::Unavailable`](crate::Error), and the store goes on: they are sent again under the
    /// same ids. Opening, reading, backup and archive do not wait. The log in the store's own files
    /// knows no outage.
    #[must_use]
    pub fn log_patience(mut self, patience: Duration) -> Self {
        self.log_patience = patience;
        self
    }

    /// The database that the journal is in, instead of the directory: see [`journal::postgres`].
    /// The directory is then a replica, which may be empty to begin with and gets the id of the
    /// store from there. For [`Store::open`](crate::Store::open) and
    /// [`Follower::open`](crate::Follower::open): who opens a store on a disk of
    /// their own gives it a log of their own, too. A guest uses the log that its host has.
    #[cfg(feature = "postgres")]
    #[must_use]
    pub fn log(mut self, address: Address) -> Self {
        self.log = Some(address);
        self
    }

    /// Whether this process alone may have the store open: opening it is
    /// [`Error::Locked`](crate::Error::Locked) if another one has, and so is theirs while this one
    /// has it. Otherwise every other handle is a guest of the one that came first: see
    /// [`Store::open`](crate::Store::open).
    #[must_use]
    pub fn exclusive(mut self, exclusive: bool) -> Self {
        self.exclusive = exclusive;
        self
    }

    /// As a guest, takes the clock and the durability of the store as its host has them, whatever
    /// was said of them here: for tools that look at any store that is open. Without it, opening a
    /// store whose host has others is [`Error::InvalidArgument`](crate::Error).
    #[must_use]
    pub fn follow_host(mut self, follow: bool) -> Self {
        self.follows_host = follow;
        self
    }

    /// That the store is needed for a moment: for tools that look at it or change it and end. As a
    /// guest nothing is different. Where nobody hosts the store, this handle has it alone, and
    /// whoever else opens it is neither refused nor a guest by this one's options, but waits until
    /// it has ended: see [`Options::takeover_wait`].
    #[must_use]
    pub fn brief(mut self, brief: bool) -> Self {
        self.brief = brief;
        self
    }

    /// How many other handles may be guests of this one at a time, while it hosts the store: 256
    /// unless said otherwise. One more is [`Error::LimitExceeded`](crate::Error) when it opens the
    /// store.
    #[must_use]
    pub fn guests_max(mut self, guests: usize) -> Self {
        self.guests_max = guests;
        self
    }

    /// How long a call of a guest waits for a host that does not answer, or for somebody to take
    /// the place of one that ended, and opening a store for a process that only reads it or is
    /// [there for a moment](Options::brief): 30 s unless said otherwise, at
    /// least 10 ms and at most a day. Then it is
    /// [`Error::HostUnresponsive`](crate::Error), which names the process. It is not known then
    /// whether what was asked for was done, or will be: send it again under the same ids.
    #[must_use]
    pub fn takeover_wait(mut self, wait: Duration) -> Self {
        self.takeover_wait = wait.clamp(TAKEOVER_WAIT_MIN, TAKEOVER_WAIT_MAX);
        self
    }

    /// Whether operations can be found by their `user_data_128`. Decided when the store is created:
    /// a store that has the index keeps it, whatever is said here. Asked of a store without it,
    /// opening is [`Error::InvalidArgument`](crate::Error). To get it, close the store, put back
    /// what was archived, move `state.redb` away, and open the store with this: it is built from
    /// the journal. Costs a row per operation that has such data.
    #[must_use]
    pub fn index_user_data(mut self, index: bool) -> Self {
        self.index_user_data = index;
        self
    }

    /// The id of the store, which tells its files from those of any other. A store that is created
    /// gets this one; that of a store that is there must be the same, or opening it is
    /// [`Error::InvalidArgument`](crate::Error). Without it, or with [`Id::ZERO`], a store is given
    /// random bytes for an id, and any store is opened.
    ///
    /// Two stores with the same id that are sent the same, a call at a time and by a manual clock,
    /// have the same journal, byte for byte, and so the same [`Store::head`](crate::Store::head).
    #[must_use]
    pub fn store_id(mut self, id: Id) -> Self {
        self.store_id = id;
        self
    }

    /// How many of the deadlines that come next are kept in memory: for tests, to which the usual
    /// number is too large.
    #[doc(hidden)]
    #[must_use]
    pub fn deadline_window(mut self, deadlines: usize) -> Self {
        self.deadline_window = deadlines;
        self
    }

    /// The id that was asked for.
    /// For this store and no other, which is there.
    pub(super) fn for_existing(mut self, store: StoreId) -> Self {
        self.store_id = Id::from_bytes(store);
        if matches!(self.mode, OpenMode::OpenOrCreate | OpenMode::CreateNew) {
            self.mode = OpenMode::Existing;
        }
        self
    }

    pub(super) fn wanted_id(&self) -> Option<StoreId> {
        (!self.store_id.is_zero()).then(|| self.store_id.to_bytes())
    }

    /// The sizes of the journal's files.
    #[must_use]
    pub fn journal(mut self, options: journal::Options) -> Self {
        self.journal = options;
        self
    }

    /// Whether nothing may be written.
    pub(super) fn is_read_only(&self) -> bool {
        self.mode == OpenMode::ReadOnly
    }

    /// What a directory is locked for.
    pub(super) fn purpose(&self) -> Purpose {
        match self.mode {
            OpenMode::ReadOnly => Purpose::Reading,
            _ if self.brief => Purpose::Passing,
            _ if self.exclusive => Purpose::Writing,
            _ => Purpose::Hosting,
        }
    }

    pub(super) fn commit(&self) -> CommitOptions {
        let read_only = self.is_read_only();
        CommitOptions {
            read_only,
            // Nothing becomes due where nothing can be settled.
            clock: if read_only { ClockSource::Manual } else { self.clock },
            guard: Guard {
                time: Arc::clone(&self.time_source),
                step_max: self.clock_step_max,
                gap_max: self.clock_gap_max,
                ..Guard::default()
            },
            journal: self.journal,
            state: state::Options {
                cache_bytes: self.cache_bytes / 6,
                index_user_data: self.index_user_data,
                tuning: state::Tuning::new(),
            },
            records_bytes: self.cache_bytes / 2,
            unflushed_bytes: self.cache_bytes / 3,
            id_filter_bytes: self.cache_bytes / 8,
            submissions_bytes_max: self.submissions_bytes_max,
            log_patience: self.log_patience,
            tuning: Tuning::default(),
            deadline_window: self.deadline_window,
        }
    }
}
