//! A gate before a simulated disk, at which calls are held until others have been made.
//!
//! It is what makes threads repeatable: while one of them stands at the gate, what the others do is
//! decided by the story alone, and not by the machine.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Looks at the gate that nothing which a store does on a simulated disk takes, at 20 us and more
/// each. Counted, as a clock goes on while the machine stands still.
const LOOKS_MAX: u64 = 1_000_000;

/// Which calls are held.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Hold {
    /// Each call.
    All,
    /// The so-manieth sync of the state from now on; the first is 1.
    StateSync(u64),
}

#[derive(Debug, Default)]
pub(crate) struct Gate {
    inner: Mutex<Inner>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Inner {
    hold: Option<Hold>,
    waiting: usize,
}

impl Gate {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn shut(&self, hold: Hold) {
        self.lock().hold = Some(hold);
    }

    pub(crate) fn open(&self) {
        self.lock().hold = None;
        self.changed.notify_all();
    }

    /// Goes through, now or when the gate is opened.
    pub(crate) fn pass(&self, is_state_sync: bool) {
        let mut inner = self.lock();
        let is_held = match &mut inner.hold {
            None => false,
            Some(Hold::All) => true,
            Some(Hold::StateSync(left)) => {
                *left = left.wrapping_sub(is_state_sync.into());
                is_state_sync && *left == 0
            }
        };
        if !is_held {
            return;
        }
        inner.waiting += 1;
        while inner.hold.is_some() {
            inner = self.changed.wait(inner).unwrap_or_else(PoisonError::into_inner);
        }
        inner.waiting -= 1;
    }

    /// Waits until a call stands at the gate, or what it would be a part of has ended without one.
    pub(crate) fn wait(&self, has_ended: impl Fn() -> bool) {
        let mut looks = 0;
        while self.lock().waiting == 0 && !has_ended() {
            assert!(looks < LOOKS_MAX, "it hangs");
            looks += 1;
            std::thread::sleep(Duration::from_micros(20));
        }
    }
}
