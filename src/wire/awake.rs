//! Waiting awake: for a moment before a thread is put to sleep, as long as that pays.
//!
//! To wake a thread takes longer than most answers do: on a virtual machine a processor that has
//! nothing to do is stopped, and needs 20 µs and more to go on. So whoever waits for a frame looks
//! for it again and again, and gives its processor to others in between. Where the wait is longer
//! than that, or others need the processor, it sleeps at once, and tries again ever more seldom.

use std::io;
use std::thread;
use std::time::{Duration, Instant};

/// In a pause of this length somebody computed, who was kept from it for nothing.
const LONG_PAUSE: Duration = Duration::from_millis(1);
/// After waits in vain the next ones are slept through: twice as many each time, up to 2 to the
/// power of this.
const DOUBLINGS_MAX: u32 = 8;

/// How one reader waits.
#[derive(Debug)]
pub(super) struct Awake {
    /// No wait is awake for longer.
    longest: Duration,
    /// Waits in a row that were in vain.
    vain: u32,
    /// Waits to sleep through.
    asleep: u32,
}

impl Awake {
    pub(super) fn new(longest: Duration) -> Self {
        Self { longest, vain: 0, asleep: 0 }
    }

    /// What `look` finds, if it does soon.
    pub(super) fn wait<T>(
        &mut self,
        mut look: impl FnMut() -> io::Result<Option<T>>,
    ) -> io::Result<Option<T>> {
        if self.longest.is_zero() {
            return Ok(None);
        }
        if self.asleep > 0 {
            self.asleep -= 1;
            return Ok(None);
        }
        let began = Instant::now();
        let mut now = began;
        loop {
            if let Some(found) = look()? {
                self.vain = 0;
                return Ok(Some(found));
            }
            thread::yield_now();
            let paused = now;
            now = Instant::now();
            if now - began > self.longest || now - paused > LONG_PAUSE {
                break;
            }
        }
        self.vain = (self.vain + 1).min(DOUBLINGS_MAX);
        self.asleep = (1 << self.vain) - 1;
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many of so many waits were awake, if what is waited for comes at the given look.
    fn awake(awake: &mut Awake, waits: usize, comes: Option<u32>) -> usize {
        let one = |awake: &mut Awake| {
            let mut looks = 0;
            let found = awake.wait(|| {
                looks += 1;
                Ok((Some(looks) == comes).then_some(()))
            });
            assert_eq!(found.expect("no error").is_some(), looks > 0 && comes.is_some());
            looks > 0
        };
        (0..waits).filter(|_| one(awake)).count()
    }

    #[test]
    fn who_waits_in_vain_sleeps() {
        let longest = Duration::from_micros(20);
        let mut reader = Awake::new(longest);
        let in_vain = awake(&mut reader, 10_000, None);
        assert!((9..60).contains(&in_vain), "{in_vain}");
        let mut sleeper = Awake::new(Duration::ZERO);
        assert_eq!(awake(&mut sleeper, 100, None), 0);
    }

    #[test]
    fn who_finds_soon_stays_awake() {
        let mut reader = Awake::new(Duration::from_secs(60));
        assert_eq!(awake(&mut reader, 1_000, Some(1)), 1_000);
        // It has slept through what it had to by then.
        let mut reader = Awake { asleep: (1 << DOUBLINGS_MAX) - 1, vain: DOUBLINGS_MAX, ..reader };
        assert_eq!(awake(&mut reader, 1_000, Some(1)), 1_000 - ((1 << DOUBLINGS_MAX) - 1));
        assert_eq!(reader.vain, 0);
    }

    #[test]
    fn errors_are_told() {
        let mut reader = Awake::new(Duration::from_secs(60));
        let found: io::Result<Option<()>> = reader.wait(|| Err(io::ErrorKind::BrokenPipe.into()));
        assert_eq!(found.expect_err("broken").kind(), io::ErrorKind::BrokenPipe);
    }
}
