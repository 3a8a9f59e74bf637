//! What a forked child inherits and must not keep: descriptors that hold its parent's locks, and
//! those of its parent's connections.

use std::os::fd::{AsFd, AsRawFd, RawFd};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicI32, Ordering};

/// That a descriptor is listed, until this is dropped.
#[derive(Debug)]
pub(super) struct Inherited {
    /// `None` once it is listed no more.
    slot: Option<&'static AtomicI32>,
}

impl Inherited {
    /// Lists a descriptor. Drop this before the descriptor is closed.
    pub(super) fn list(descriptor: impl AsFd) -> Self {
        Self { slot: Some(LISTED.list(descriptor.as_fd().as_raw_fd())) }
    }

    /// Lists it no longer, and says whether it is still this process's own to be closed.
    pub(super) fn end(&mut self) -> bool {
        self.slot.take().is_some_and(|slot| slot.swap(FREE, Ordering::AcqRel) != FREE)
    }
}

impl Drop for Inherited {
    fn drop(&mut self) {
        self.end();
    }
}

/// Stands for no descriptor.
const FREE: i32 = -1;
const CHUNK: usize = 32;
/// What is listed now.
static LISTED: Chunk = Chunk::new();

/// A list that grows, and that can be read where a thread that is not there any more was changing
/// it: it has no lock, and reading it allocates nothing.
struct Chunk {
    slots: [AtomicI32; CHUNK],
    next: OnceLock<Box<Chunk>>,
}

impl Chunk {
    const fn new() -> Self {
        Self { slots: [const { AtomicI32::new(FREE) }; CHUNK], next: OnceLock::new() }
    }

    fn list(&'static self, descriptor: RawFd) -> &'static AtomicI32 {
        let mut chunk = self;
        loop {
            let take = |slot: &&AtomicI32| {
                slot.compare_exchange(FREE, descriptor, Ordering::AcqRel, Ordering::Relaxed).is_ok()
            };
            if let Some(slot) = chunk.slots.iter().find(take) {
                return slot;
            }
            chunk = chunk.next.get_or_init(|| Box::new(Self::new()));
        }
    }
}

/// For a child that has just been forked: hands over each descriptor that holds a lock of the
/// parent's or one end of a connection of it, to be closed, and forgets it. Otherwise the child
/// would keep stores locked, and guests waiting, when its parent has ended. Takes no lock and no
/// memory, so that it may be called from a handler of `pthread_atfork`.
#[doc(hidden)]
pub fn take_inherited_descriptors(mut close: impl FnMut(RawFd)) {
    let mut next = Some(&LISTED);
    while let Some(chunk) = next {
        for slot in &chunk.slots {
            let descriptor = slot.swap(FREE, Ordering::AcqRel);
            if descriptor != FREE {
                close(descriptor);
            }
        }
        next = chunk.next.get().map(|chunk| &**chunk);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_grows_and_its_places_are_used_again() {
        let list: &'static Chunk = Box::leak(Box::new(Chunk::new()));
        let slots: Vec<_> = (0..100).map(|descriptor| list.list(descriptor)).collect();
        slots[3].store(FREE, Ordering::Release);
        assert!(std::ptr::eq(list.list(1_000), slots[3]));
        let listed: Vec<_> = slots.iter().map(|slot| slot.load(Ordering::Acquire)).collect();
        assert_eq!((listed[2], listed[3], listed[99]), (2, 1_000, 99));
    }
}
