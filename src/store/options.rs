//! How to open a store.

use crate::commit::{ClockSource, CommitOptions};
use crate::journal;
use crate::state;

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
    clock: ClockSource,
    cache_bytes: usize,
    index_user_data: bool,
    pub(super) journal: journal::Options,
}

/// The default for [`Options::cache_bytes`].
const CACHE_BYTES: usize = 256 << 20;
/// The least that [`Options::cache_bytes`] is taken as.
const CACHE_BYTES_MIN: usize = 4 << 20;
/// Roughly what one record in memory takes, with its index.
const RECORD_BYTES: usize = 256;
/// Roughly what a row above the checkpoint takes.
const ROW_BYTES: usize = 80;

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}

impl Options {
    /// Durable, by the system clock, created if need be, 256 MiB of cache.
    #[must_use]
    pub fn new() -> Self {
        Self {
            mode: OpenMode::default(),
            durability: Durability::default(),
            clock: ClockSource::default(),
            cache_bytes: CACHE_BYTES,
            index_user_data: false,
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

    /// Who says what time it is.
    #[must_use]
    pub fn clock(mut self, clock: ClockSource) -> Self {
        self.clock = clock;
        self
    }

    /// Bytes of memory that the store may use, roughly: a third each for pages of the state file,
    /// for records that operations are judged by, and for what is not in the state file yet. At
    /// least 4 MiB; less is taken as that. Records and changes are counted, not weighed: many large
    /// documents, or records of every kind at once, take more. Up to an eighth more tells which ids
    /// were used before, in a store whose ids do not rise. Memory in which callers' batches and
    /// snapshots live is not counted.
    #[must_use]
    pub fn cache_bytes(mut self, bytes: usize) -> Self {
        self.cache_bytes = bytes.max(CACHE_BYTES_MIN);
        self
    }

    /// Whether operations can be found by their `user_data_128`. Decided when the store is created;
    /// later it has no effect. Costs a row per operation that has such data.
    #[must_use]
    pub fn index_user_data(mut self, index: bool) -> Self {
        self.index_user_data = index;
        self
    }

    /// The sizes of the journal's files.
    #[must_use]
    pub fn journal(mut self, options: journal::Options) -> Self {
        self.journal = options;
        self
    }

    pub(super) fn commit(&self) -> CommitOptions {
        let share = self.cache_bytes / 3;
        CommitOptions {
            clock: self.clock,
            journal: self.journal,
            state: state::Options { cache_bytes: share, index_user_data: self.index_user_data },
            records_in_memory: share / RECORD_BYTES,
            // Rows gather while a checkpoint runs, up to four times as many.
            checkpoint_rows: (share / ROW_BYTES / 2) as u64,
            id_filter_bytes: self.cache_bytes / 8,
        }
    }
}
