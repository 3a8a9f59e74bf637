//! What was seen while something ran, and the figures that are told of it.
#![expect(clippy::float_arithmetic, reason = "figures for people, no money")]

use super::{Bare, Latency, Reads, ratio};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};

/// Told how much is done, in operations.
pub(crate) type Progress<'p> = &'p (dyn Fn(u64) + Sync);

/// What was seen of one run, in the order in which it was seen.
#[derive(Clone, Default, Debug)]
pub(crate) struct Seen {
    pub(crate) elapsed: Duration,
    /// Of each submission, from the call to the durable answer.
    pub(crate) latencies: Vec<Duration>,
    /// When so many operations were done.
    pub(crate) marks: Vec<(Duration, u64)>,
}

impl Seen {
    /// Remembers a submission that was answered now, and how many operations are done.
    pub(crate) fn answered(&mut self, start: Instant, submitted: Instant, done: u64) {
        self.latencies.push(submitted.elapsed());
        self.marks.push((start.elapsed(), done));
    }
}

/// What is told of one run. Zero where a contestant has no such thing.
#[derive(Clone, Default, Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Figures {
    pub(crate) operations: u64,
    pub(crate) seconds: f64,
    pub(crate) per_second: f64,
    pub(crate) latency: Latency,
    /// Operations done by then, and how many a second since the last of these.
    pub(crate) pace: Vec<(u64, f64)>,
    pub(crate) blocks: u64,
    pub(crate) syncs: u64,
    pub(crate) checkpoints: u64,
    /// Bytes an operation in the journal, without the room made ahead.
    pub(crate) journal_bytes_each: f64,
    /// Bytes an operation on the disk, of all files, checkpointed.
    pub(crate) disk_bytes_each: f64,
    /// Bytes on the disk before the first operation.
    pub(crate) empty_bytes: u64,
    /// The most memory that the process ever had, after the operations and before the reads.
    pub(crate) memory_peak_bytes: u64,
    pub(crate) reads: Option<Reads>,
    /// To open the store again after the process was killed.
    pub(crate) open_seconds: Option<f64>,
    /// The same bytes in as many pieces, written and synced without a store.
    pub(crate) bare: Option<Bare>,
}

impl Figures {
    /// What a run of `operations` was like.
    pub(crate) fn of(operations: u64, seen: Seen) -> Self {
        let seconds = seen.elapsed.as_secs_f64();
        Self {
            operations,
            seconds,
            per_second: ratio(operations as f64, seconds),
            pace: pace(operations, &seen.marks),
            latency: Latency::of(seen.latencies),
            ..Self::default()
        }
    }

    /// Bytes of the journal in a block, and so in a sync.
    pub(crate) fn block_bytes(&self) -> u64 {
        let bytes = self.journal_bytes_each * self.operations as f64;
        ratio(bytes, self.blocks as f64).round() as u64
    }

    /// Shares the bytes of all files among the operations.
    pub(crate) fn weigh(&mut self, bytes: u64) {
        let grown = bytes.saturating_sub(self.empty_bytes);
        self.disk_bytes_each = ratio(grown as f64, self.operations as f64);
    }

    /// How near it comes to the bare loop of the same pieces: 1 is as fast.
    pub(crate) fn share_of_bare(&self) -> Option<f64> {
        let bare = self.bare.as_ref()?;
        let operations_in_block = ratio(self.operations as f64, self.blocks as f64);
        Some(ratio(self.per_second, bare.per_second * operations_in_block))
    }
}

/// The speed in forty parts of a run.
fn pace(operations: u64, marks: &[(Duration, u64)]) -> Vec<(u64, f64)> {
    let step = operations.div_ceil(40).max(1);
    let mut pace = Vec::new();
    let (mut since, mut before) = (Duration::ZERO, 0);
    for &(at, done) in marks {
        if done >= before + step {
            pace.push((done, ratio((done - before) as f64, (at - since).as_secs_f64())));
            (since, before) = (at, done);
        }
    }
    pace
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_the_nearest_rank() {
        let latency = Latency::of((1..=200).rev().map(Duration::from_millis).collect());
        assert_eq!((latency.p50, latency.p99, latency.max), (100.0, 198.0, 200.0));
        assert_eq!((latency.quantiles[0], latency.quantiles[200]), (1.0, 200.0));
        let one = Latency::of(vec![Duration::from_millis(7)]);
        assert_eq!((one.p50, one.p99, one.max), (7.0, 7.0, 7.0));
        assert_eq!(Latency::of(Vec::new()).max, 0.0);
    }

    #[test]
    fn the_pace_is_that_of_each_part() {
        let mark = |second: u64, done: u64| (Duration::from_secs(second), done);
        let pace = pace(80, &[mark(1, 1), mark(2, 2), mark(4, 4), mark(5, 80)]);
        assert_eq!(pace, [(2, 1.0), (4, 1.0), (80, 76.0)]);
    }
}
