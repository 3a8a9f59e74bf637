//! Calls from several threads at once, each call timed.

use crate::measure::{Measured, Seen};
use std::ops::Range;
use std::thread::ScopedJoinHandle;
use std::time::{Duration, Instant};

/// Makes one call for each number, from so many threads, each of which takes its share in order.
pub(crate) fn in_threads(
    numbers: Range<u64>,
    threads: u64,
    call: impl Fn(u64) -> Measured<()> + Sync,
) -> Measured<Seen> {
    let share = (numbers.end - numbers.start).div_ceil(threads);
    let call_all = |numbers: Range<u64>| -> Measured<Vec<Duration>> {
        let mut latencies = Vec::new();
        for number in numbers {
            let began = Instant::now();
            call(number)?;
            latencies.push(began.elapsed());
        }
        Ok(latencies)
    };
    let start = Instant::now();
    let all: Vec<Measured<Vec<Duration>>> = std::thread::scope(|scope| {
        let shares = (0..threads).map(|thread| {
            let from = (numbers.start + thread * share).min(numbers.end);
            from..(from + share).min(numbers.end)
        });
        let running: Vec<_> = shares.map(|share| scope.spawn(|| call_all(share))).collect();
        let ended = |thread: ScopedJoinHandle<'_, _>| {
            thread.join().unwrap_or_else(|_| Err("a caller has panicked".into()))
        };
        running.into_iter().map(ended).collect()
    });
    let mut seen = Seen { elapsed: start.elapsed(), ..Seen::default() };
    for latencies in all {
        seen.latencies.extend(latencies?);
    }
    Ok(seen)
}

/// How many threads, in words.
pub(crate) fn threads_in_words(threads: u64) -> String {
    if threads == 1 { "1 thread".to_owned() } else { format!("{threads} threads") }
}
