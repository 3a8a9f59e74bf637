//! Work in the background, in small pieces: in between others have the processor.
//!
//! Callers who [spin](super::wait_strategy) take turns of microseconds. A thread that computes for
//! milliseconds on the same processor makes all of them wait for it, and the leader for them. So it
//! gives its processor away after each piece. Another program that computes takes a long turn then:
//! that may happen, but seldom.
//!
//! Orders nothing between threads: to the model checker a pause is one more moment for others.

use super::sync::yield_now;
use std::cell::Cell;
use std::time::{Duration, Instant};

/// In a pause of this length somebody computed, who did not just look whether he is called.
const LONG: Duration = Duration::from_millis(1);
/// After a long pause the next piece is so many times as long.
const PIECE_AFTER_LONG: u32 = 64;

/// Gives the processor of a thread away now and then.
pub(super) struct CooperativeYield {
    /// The work between two pauses; none at all, and it pauses whenever it may.
    piece: Duration,
    /// The piece at hand ends then.
    works_until: Cell<Instant>,
}

impl CooperativeYield {
    pub(super) fn new(piece: Duration) -> Self {
        Self { piece, works_until: Cell::new(Instant::now()) }
    }

    /// Pauses if it is time to. To be called after every few microseconds.
    pub(super) fn pause(&self) {
        if self.piece.is_zero() {
            return yield_now();
        }
        let start = Instant::now();
        if start >= self.works_until.get() {
            yield_now();
            self.paused(start, Instant::now());
        }
    }

    fn paused(&self, start: Instant, end: Instant) {
        let took = end.saturating_duration_since(start);
        let piece = if took < LONG { self.piece } else { took.saturating_mul(PIECE_AFTER_LONG) };
        self.works_until.set(end.checked_add(piece).unwrap_or(end));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PIECE: Duration = Duration::from_micros(25);

    #[test]
    fn who_takes_long_turns_gets_few_of_them() {
        let cooperative_yield = CooperativeYield::new(PIECE);
        let mut now = Instant::now();
        for (turn, share) in [(60, 0.2..0.4), (3_000, 0.98..1.0), (100_000, 0.98..1.0)] {
            let turn = Duration::from_micros(turn);
            let (start, mut paused) = (now, Duration::ZERO);
            for _ in 0..100 {
                cooperative_yield.paused(now, now + turn);
                paused += turn;
                now = cooperative_yield.works_until.get();
            }
            let works = 1.0 - paused.as_secs_f64() / (now - start).as_secs_f64();
            assert!(share.contains(&works), "turns of {turn:?}: it works {works:.3} of the time");
        }
    }

    #[test]
    fn no_turn_is_too_long() {
        let cooperative_yield = CooperativeYield::new(PIECE);
        let start = Instant::now();
        cooperative_yield.paused(start, start + Duration::from_secs(1 << 40));
        cooperative_yield.paused(start + Duration::from_secs(1), start);
    }
}
