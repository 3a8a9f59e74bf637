//! How much memory submissions take that nobody waits for.
//!
//! Who waits for an answer has one submission under way, and so bounds its memory by itself. Who
//! does not would fill the memory of the machine, were the disk slow.
//!
//! Guarantees that the limit is not exceeded, unless by one submission that is alone; and that what
//! was answered is not counted any more by who gets the answer. Knows no queue.

use super::CommitError;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The submissions under way.
#[derive(Debug)]
pub(super) struct UnderWay {
    bytes: Arc<AtomicUsize>,
    bytes_max: usize,
}

/// The weight of one of them; it is under way until this is dropped.
#[derive(Debug)]
pub(super) struct Weight {
    under_way: Arc<AtomicUsize>,
    bytes: usize,
}

impl UnderWay {
    pub(super) fn new(bytes_max: usize) -> Self {
        Self { bytes: Arc::default(), bytes_max }
    }

    /// Adds a submission, unless there are too many. By one thread at a time.
    pub(super) fn add(&self, bytes: usize) -> Result<Option<Weight>, CommitError> {
        if bytes == 0 {
            return Ok(None);
        }
        // Others only take away meanwhile.
        let before = self.bytes.load(Ordering::Acquire);
        if before > 0 && before.saturating_add(bytes) > self.bytes_max {
            return Err(CommitError::TooManyUnderWay { bytes_max: self.bytes_max });
        }
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        Ok(Some(Weight { under_way: Arc::clone(&self.bytes), bytes }))
    }
}

impl Drop for Weight {
    fn drop(&mut self) {
        self.under_way.fetch_sub(self.bytes, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_is_exceeded_by_one_that_is_alone_only() {
        let under_way = UnderWay::new(100);
        let large = under_way.add(101).expect("it is alone");
        assert!(under_way.add(1).is_err());
        assert!(under_way.add(0).expect("it is nothing").is_none());
        drop(large);
        let _some = under_way.add(60).expect("there is room");
        assert!(under_way.add(41).is_err());
        let _rest = under_way.add(40).expect("there is just enough");
        assert!(under_way.add(1).is_err());
    }
}
