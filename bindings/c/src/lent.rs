//! The caller's memory, lent to the library for as long as a call takes.

use escrow::{Outcome, OutcomeRoom};
use std::mem::MaybeUninit;
use std::ptr::NonNull;
use std::sync::mpsc::{self, Receiver, Sender};

/// Room of the caller's that may be written to until it is dropped.
struct LentRoom {
    first: NonNull<MaybeUninit<Outcome>>,
    count: usize,
    /// Dropped with the rest, and so tells who lent it.
    _end: Sender<()>,
}

// SAFETY: it stands for a `&mut [MaybeUninit<Outcome>]`, which may be sent.
unsafe impl Send for LentRoom {}

impl OutcomeRoom for LentRoom {
    fn slots(&mut self) -> &mut [MaybeUninit<Outcome>] {
        // SAFETY: `lend` borrows them, and returns only when this room is dropped.
        unsafe { std::slice::from_raw_parts_mut(self.first.as_ptr(), self.count) }
    }
}

/// Waits until what was lent is dropped, whether the call returned or panicked.
struct UntilGivenBack(Receiver<()>);

impl Drop for UntilGivenBack {
    fn drop(&mut self) {
        // Nothing is ever sent: it ends when the other side is dropped.
        let _ended = self.0.recv();
    }
}

/// Lends room to a call, which the library may hand on to the thread that leads, and returns when
/// all of them are done with it.
pub(crate) fn lend<R>(
    slots: &mut [MaybeUninit<Outcome>],
    call: impl FnOnce(Box<dyn OutcomeRoom>) -> R,
) -> R {
    let (end, given_back) = mpsc::channel();
    let (count, first) = (slots.len(), NonNull::from(slots).cast());
    let _until = UntilGivenBack(given_back);
    call(Box::new(LentRoom { first, count, _end: end }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use escrow::Status;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::thread;
    use std::time::Duration;

    fn slots() -> [MaybeUninit<Outcome>; 2] {
        [MaybeUninit::new(Outcome::of(Status::APPLIED)); 2]
    }

    fn last_status(slots: [MaybeUninit<Outcome>; 2]) -> Status {
        // SAFETY: they were initialised above.
        unsafe { slots[1].assume_init() }.status
    }

    #[test]
    fn a_call_that_returns_early_is_waited_for() {
        let mut slots = slots();
        let writer = lend(&mut slots, |mut room| {
            thread::spawn(move || {
                thread::sleep(Duration::from_millis(20));
                room.slots()[1].write(Outcome::of(Status::LINKED_EVENT_FAILED));
            })
        });
        assert_eq!(last_status(slots), Status::LINKED_EVENT_FAILED);
        writer.join().expect("it does not panic");
    }

    #[test]
    fn a_call_that_panics_is_waited_for() {
        let mut slots = slots();
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            lend(&mut slots, |mut room| {
                thread::spawn(move || {
                    thread::sleep(Duration::from_millis(20));
                    room.slots()[1].write(Outcome::of(Status::LINKED_EVENT_FAILED));
                });
                panic!("a bug");
            })
        }));
        assert!(panicked.is_err());
        assert_eq!(last_status(slots), Status::LINKED_EVENT_FAILED);
    }
}
