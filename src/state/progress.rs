//! How far a checkpoint has come, so that whoever adds to what is above it can keep pace with it.
//!
//! Guarantees that the whole is never said to be written before it is. Knows neither tables nor who
//! asks.

use super::view::View;
use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};

/// All of a checkpoint.
const WHOLE: usize = 1_000;
/// The part of it that is spent on its rows; the rest is their way to the disk.
const ROWS: usize = 800;
/// It is told when it has come so much further.
const STEP: usize = WHOLE / 50;
/// A pause is possible each time that so many rows were written: in some microseconds.
const PAUSE_ROWS: usize = 16;

/// What of the deltas a running checkpoint writes, and how much of that is done.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Writing {
    /// Bytes of memory that the end of the checkpoint frees; 0 if none is running.
    pub(crate) bytes: usize,
    /// How much of it is done.
    pub(crate) thousandths: usize,
}

impl Writing {
    /// Of so many bytes, the part that is as large as what is written of the checkpoint.
    pub(crate) const fn part_of(&self, bytes: usize) -> usize {
        bytes / WHOLE * self.thousandths
    }
}

/// Where the running checkpoint is told of, for anybody to read.
#[derive(Default)]
pub(super) struct CheckpointProgress {
    bytes: AtomicUsize,
    thousandths: AtomicUsize,
}

impl CheckpointProgress {
    /// What is written now.
    pub(super) fn writing(&self) -> Writing {
        // Neither orders other memory; a reader who sees one without the other waits a little more
        // or less.
        Writing {
            bytes: self.bytes.load(Ordering::Relaxed),
            thousandths: self.thousandths.load(Ordering::Relaxed),
        }
    }

    /// No checkpoint is running any more.
    pub(super) fn clear(&self) {
        self.bytes.store(0, Ordering::Relaxed);
        self.thousandths.store(0, Ordering::Relaxed);
    }
}

/// Who goes along with a checkpoint.
pub(crate) trait CheckpointObserver {
    /// What [`State::writing`](super::State::writing) says has changed.
    fn told(&self) {}

    /// Called after every few rows, holding no lock that readers or writers need.
    fn pause(&self) {}
}

/// Nobody.
impl CheckpointObserver for () {}

/// Counts the rows of one checkpoint as they are written.
pub(super) struct Progress<'c> {
    checkpoint_progress: &'c CheckpointProgress,
    observer: &'c dyn CheckpointObserver,
    rows: usize,
    done: Cell<usize>,
    /// The count at which it is told next.
    next: Cell<usize>,
    /// The count at which it may pause next.
    pause_at: Cell<usize>,
}

impl<'c> Progress<'c> {
    /// Of the deltas of `view`.
    pub(super) fn new(
        view: &View,
        checkpoint_progress: &'c CheckpointProgress,
        observer: &'c dyn CheckpointObserver,
    ) -> Self {
        let deltas = view.deltas().iter();
        let rows: usize = deltas.map(|delta| delta.rows() + delta.entries()).sum();
        checkpoint_progress.thousandths.store(0, Ordering::Relaxed);
        checkpoint_progress.bytes.store(view.unflushed().bytes, Ordering::Relaxed);
        let [done, next, pause_at] = [const { Cell::new(0) }; 3];
        Self { checkpoint_progress, observer, rows, done, next, pause_at }
    }

    /// So many more rows are written.
    pub(super) fn step(&self, rows: usize) {
        let done = self.done.get() + rows;
        self.done.set(done);
        if done >= self.next.get() {
            let part = (done * ROWS / self.rows.max(1)).min(ROWS);
            self.checkpoint_progress.thousandths.store(part, Ordering::Relaxed);
            self.next.set(done + self.rows / (WHOLE / STEP));
            self.observer.told();
        }
        if done >= self.pause_at.get() {
            self.pause_at.set(done + PAUSE_ROWS);
            self.observer.pause();
        }
    }
}
