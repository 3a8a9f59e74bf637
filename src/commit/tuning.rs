//! The sizes and times by which the commit path waits and pauses.
//!
//! Parameters of what is opened, and no constants, so that the model checker runs the very code
//! that users run, with sizes so small that a story of few turns meets every wait.

use super::wait_strategy::WaitStrategies;
use super::work::BLOCK_BYTES_ENOUGH;
use crate::engine::WORTH_FETCHING_BYTES;
use std::time::Duration;

/// How the commit path waits and pauses.
#[derive(Clone, Debug)]
pub(crate) struct Tuning {
    /// Submissions that are worth a block of their own while another one is on its way to disk.
    /// Fewer wait for that sync to end, so that more come together.
    pub(super) worth_pipelining: usize,
    /// Operations after which a block takes no further submission.
    pub(super) block_operations_enough: usize,
    /// Bytes after which it does not, either.
    pub(super) block_bytes_enough: usize,
    /// Below this a sync is not worth the timer that ends the wait for callers who come back.
    pub(super) worth_waiting: Duration,
    /// The work in the background between two pauses, while callers spin. None at all: it
    /// pauses whenever it may.
    pub(super) piece: Duration,
    /// Bytes of accounts in memory from which on the processor fetches many at a time.
    pub(super) worth_fetching_bytes: usize,
    /// How callers wait.
    pub(super) wait_strategies: WaitStrategies,
    /// How often a spinning caller yields its processor before it is parked.
    pub(super) yields: u32,
}

impl Default for Tuning {
    fn default() -> Self {
        Self {
            worth_pipelining: 1_024,
            block_operations_enough: 16_384,
            block_bytes_enough: BLOCK_BYTES_ENOUGH,
            worth_waiting: Duration::from_micros(40),
            // Short beside the time in which all callers who share a processor take a turn each,
            // which is 0.09 ms for 32 of them.
            piece: Duration::from_micros(25),
            worth_fetching_bytes: WORTH_FETCHING_BYTES,
            wait_strategies: WaitStrategies::default(),
            // Of 64 callers on two processors hardly one comes to that, with a sync of 0.2 ms.
            yields: 64,
        }
    }
}
