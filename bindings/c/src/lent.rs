//! The caller's memory, lent to the library for as long as a call takes.

use escrow::{Outcome, OutcomeRoom, Status};
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

/// Room that was lent. Whether the call returns or panics, this waits until the room is given back;
/// unless the call succeeded, nothing that reads like an answer is left there.
struct Loan<'slots> {
    slots: &'slots mut [MaybeUninit<Outcome>],
    given_back: Receiver<()>,
    has_succeeded: bool,
}

impl Drop for Loan<'_> {
    fn drop(&mut self) {
        // Nothing is ever sent: it ends when the other side is dropped.
        let _ended = self.given_back.recv();
        if !self.has_succeeded {
            self.slots.fill(MaybeUninit::new(Outcome::of(Status::from_number(u32::MAX))));
        }
    }
}

/// Lends room to a call, which the library may hand on to the thread that leads, and returns when
/// all of them are done with it. After a failure the outcomes have a status that none has.
pub(crate) fn lend<E>(
    slots: &mut [MaybeUninit<Outcome>],
    call: impl FnOnce(Box<dyn OutcomeRoom>) -> Result<(), E>,
) -> Result<(), E> {
    let (end, given_back) = mpsc::channel();
    let mut loan = Loan { slots, given_back, has_succeeded: false };
    let (count, first) = (loan.slots.len(), NonNull::from(&mut *loan.slots).cast());
    call(Box::new(LentRoom { first, count, _end: end }))?;
    loan.has_succeeded = true;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
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

    /// Writes when the call is over.
    fn write_late(mut room: Box<dyn OutcomeRoom>) {
        thread::spawn(move || {
            thread::sleep(Duration::from_millis(20));
            room.slots()[1].write(Outcome::of(Status::LINKED_EVENT_FAILED));
        });
    }

    #[test]
    fn a_call_that_returns_early_is_waited_for() {
        let mut slots = slots();
        let ended: Result<(), ()> = lend(&mut slots, |room| {
            write_late(room);
            Ok(())
        });
        assert_eq!(ended, Ok(()));
        assert_eq!(last_status(slots), Status::LINKED_EVENT_FAILED);
    }

    #[test]
    fn a_call_that_fails_or_panics_leaves_no_answer() {
        let fail: fn() -> Result<(), ()> = || Err(());
        let panic: fn() -> Result<(), ()> = || panic!("a bug");
        for end in [fail, panic] {
            let mut slots = slots();
            let ended = catch_unwind(AssertUnwindSafe(|| {
                lend(&mut slots, |room| {
                    write_late(room);
                    end()
                })
            }));
            assert!(!matches!(ended, Ok(Ok(()))));
            assert_eq!(last_status(slots).name(), "unknown");
        }
    }
}
