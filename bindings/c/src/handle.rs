//! Handles: what C holds, and which of them are alive.
//!
//! A handle is the address of a slot in a table that is never given back to the operating system.
//! The pointer that a caller hands in is compared with the addresses of the table and never
//! followed, so that a freed, foreign or invented handle is found out without touching its memory.
//! A freed slot rests before it is used again. What a handle stands for is counted, so that a call
//! which another thread's `free` overtakes ends in peace.

use crate::fork;
use crate::status::{ESCROW_FORKED, ESCROW_INVALID_HANDLE, ESCROW_LIMIT_EXCEEDED, Failure, Result};
use std::any::Any;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

/// What C calls a handle.
pub(crate) trait Handle: Sized {
    /// What it stands for.
    type HandleType: HandleType<Handle = Self>;
}

/// What a handle can stand for.
pub(crate) trait HandleType: Any + Send + Sync {
    /// Its name for C.
    type Handle;
    /// Its name in messages.
    const NAME: &'static str;

    /// Whether it can be used.
    fn check(&self) -> Result<()>;
    /// A call on it panicked: its store is to be used no more.
    fn poison(&self);
    /// Its handle was freed; calls of other threads may go on yet, and those that wait must end.
    fn freed(&self) {}
}

/// Slots of the first chunk; each further chunk is twice as large.
const FIRST_CHUNK: usize = 64;
const CHUNKS_MAX: usize = 20;
/// Freed slots that rest, at least, before the oldest of them is used again.
const REST: usize = 1_024;

/// The generation that makes no handle: the slot is free.
const NOBODY: u32 = 0;

/// On a cache line of its own: handles are used from many threads.
#[repr(align(64))]
struct Slot {
    /// The generation of the process that made the handle. Read first: after a fork, locks may be
    /// locked for ever.
    process: AtomicU32,
    object: RwLock<Option<Arc<dyn Any + Send + Sync>>>,
}

static CHUNKS: [OnceLock<Box<[Slot]>>; CHUNKS_MAX] = [const { OnceLock::new() }; CHUNKS_MAX];
static FREE: Mutex<Free> =
    Mutex::new(Free { fresh: VecDeque::new(), resting: VecDeque::new(), chunks: 0 });

struct Free {
    fresh: VecDeque<&'static Slot>,
    /// The longest free first.
    resting: VecDeque<&'static Slot>,
    chunks: usize,
}

impl Free {
    fn take(&mut self) -> Result<&'static Slot> {
        if self.resting.len() > REST
            && let Some(slot) = self.resting.pop_front()
        {
            return Ok(slot);
        }
        if self.fresh.is_empty() {
            self.grow()?;
        }
        let full = || Failure::new(ESCROW_LIMIT_EXCEEDED, "too many handles: free some");
        self.fresh.pop_front().ok_or_else(full)
    }

    fn grow(&mut self) -> Result<()> {
        let full = || Failure::new(ESCROW_LIMIT_EXCEEDED, "too many handles: free some");
        let chunk = CHUNKS.get(self.chunks).ok_or_else(full)?;
        let slot = || Slot { process: AtomicU32::new(NOBODY), object: RwLock::new(None) };
        let slots = chunk.get_or_init(|| (0..FIRST_CHUNK << self.chunks).map(|_| slot()).collect());
        self.fresh.extend(slots);
        self.chunks += 1;
        Ok(())
    }
}

/// Makes a handle for `this`.
pub(crate) fn make<N: HandleType>(this: Arc<N>) -> Result<*mut N::Handle> {
    fork::watch();
    let slot = FREE.lock().unwrap_or_else(PoisonError::into_inner).take()?;
    *slot.object.write().unwrap_or_else(PoisonError::into_inner) = Some(this);
    slot.process.store(fork::generation(), Ordering::Release);
    Ok(std::ptr::from_ref(slot).cast_mut().cast())
}

/// What `handle` stands for.
pub(crate) fn find<N: HandleType>(handle: *mut N::Handle) -> Result<Arc<N>> {
    if handle.is_null() {
        return Err(Failure::null(N::NAME));
    }
    let slot = slot_at(handle.addr()).ok_or_else(invalid::<N>)?;
    match slot.process.load(Ordering::Acquire) {
        NOBODY => return Err(invalid::<N>()),
        owner if owner != fork::generation() => {
            let message = format!("the {} was made before this process forked", N::NAME);
            return Err(Failure::new(ESCROW_FORKED, message));
        }
        _ => (),
    }
    let object = slot.object.read().unwrap_or_else(PoisonError::into_inner).clone();
    object.and_then(|object| object.downcast().ok()).ok_or_else(invalid::<N>)
}

/// Frees `handle`, unless it stands for no [`HandleType`] of this kind. In a forked child nothing is
/// done: the threads that would have to be waited for are not there.
pub(crate) fn free<N: HandleType>(handle: *mut N::Handle) {
    let Some(slot) = slot_at(handle.addr()) else { return };
    if slot.process.load(Ordering::Acquire) != fork::generation() {
        return;
    }
    let mut object = slot.object.write().unwrap_or_else(PoisonError::into_inner);
    let taken = match object.take().map(|object| object.downcast::<N>()) {
        Some(Ok(taken)) => taken,
        Some(Err(other)) => {
            *object = Some(other);
            return;
        }
        None => return,
    };
    slot.process.store(NOBODY, Ordering::Release);
    drop(object);
    FREE.lock().unwrap_or_else(PoisonError::into_inner).resting.push_back(slot);
    // Last and without a lock: to end a store takes a while.
    taken.freed();
    drop(taken);
}

fn slot_at(address: usize) -> Option<&'static Slot> {
    CHUNKS.iter().map_while(OnceLock::get).find_map(|slots| {
        let offset = address.checked_sub(slots.as_ptr().addr())?;
        let is_slot = offset.is_multiple_of(size_of::<Slot>());
        slots.get(offset / size_of::<Slot>()).filter(|_| is_slot)
    })
}

fn invalid<N: HandleType>() -> Failure {
    let message =
        format!("no {} has this handle: it was freed, or never came from this library", N::NAME);
    Failure::new(ESCROW_INVALID_HANDLE, message)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    struct Fruit(u32);
    struct Stone;
    #[derive(Debug)]
    enum Opaque {}

    impl HandleType for Fruit {
        type Handle = Opaque;
        const NAME: &'static str = "fruit";
        fn check(&self) -> Result<()> {
            Ok(())
        }
        fn poison(&self) {}
    }

    impl HandleType for Stone {
        type Handle = Opaque;
        const NAME: &'static str = "stone";
        fn check(&self) -> Result<()> {
            Ok(())
        }
        fn poison(&self) {}
    }

    #[test]
    fn dead_and_foreign_handles_are_found_out() {
        let handle = make(Arc::new(Fruit(7))).unwrap();
        let status = |found: Result<Arc<Fruit>>| {
            found.map_or_else(|failure| failure.status, |fruit| fruit.0)
        };
        assert_eq!(status(find(handle)), 7);
        assert_eq!(find::<Stone>(handle).err().unwrap().status, ESCROW_INVALID_HANDLE);
        free::<Stone>(handle);
        assert_eq!(status(find(handle)), 7, "freed as something else, it lives");
        for invented in [handle.wrapping_byte_add(1), std::ptr::without_provenance_mut(8)] {
            assert_eq!(status(find(invented)), ESCROW_INVALID_HANDLE);
            free::<Fruit>(invented);
        }
        free::<Fruit>(handle);
        free::<Fruit>(handle);
        assert_eq!(status(find(handle)), ESCROW_INVALID_HANDLE);
        // Half of the rest: the other tests of this process free handles meanwhile.
        for _ in 0..REST / 2 {
            let other = make(Arc::new(Fruit(8))).unwrap();
            assert_ne!(other, handle, "a freed slot rests");
            free::<Fruit>(other);
        }
    }
}
