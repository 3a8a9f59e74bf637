//! Handles: what C holds, and which of them are alive.
//!
//! A handle is the address of a slot in a table that is never given back to the operating system.
//! The pointer that a caller hands in is compared with the addresses of the table and never
//! followed, so that a freed, foreign or invented handle is found out without touching its memory.
//! A freed slot rests before it is used again. What a handle stands for is counted, so that a call
//! which another thread's `free` overtakes ends in peace.
//!
//! In a forked child nothing of the parent's may be locked or dropped: threads that are not there may
//! have been in the middle of it. A handle that has an heir gets what that makes in its place when it is
//! used there for the first time, and what was there is never looked at again.

use crate::fork;
use crate::status::{ESCROW_FORKED, ESCROW_INVALID_HANDLE, ESCROW_LIMIT_EXCEEDED, Failure, Result};
use std::any::Any;
use std::cell::UnsafeCell;
use std::collections::VecDeque;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicPtr, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};
use std::time::Duration;

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
    /// What makes another one in a forked child, which has nothing else of this. Without it, the handle
    /// is good for nothing there.
    fn heir(&self) -> Option<Heir> {
        None
    }
}

/// Something that handles stand for, whatever it is.
pub(crate) type Object = Arc<dyn Any + Send + Sync>;
/// Makes what a handle of a forked child's parent stands for in the child. Takes no lock of the parent's.
pub(crate) type Heir = Box<dyn Fn() -> Result<Object> + Send + Sync>;

/// Slots of the first chunk; each further chunk is twice as large.
const FIRST_CHUNK: usize = 64;
const CHUNKS_MAX: usize = 20;
/// Freed slots that rest, at least, before the oldest of them is used again.
const REST: usize = 1_024;

/// The generation that makes no handle: the slot is free.
const NOBODY: u32 = 0;
/// With the generation: the heir is at work.
const OPENING: u32 = 1 << 31;
/// How often those look who wait for an heir of another thread's.
const PAUSE: Duration = Duration::from_millis(1);

/// On a cache line of its own: handles are used from many threads.
#[repr(align(64))]
struct Slot {
    /// The generation of the process that made the handle. Read first: after a fork, locks may be
    /// locked for ever.
    process: AtomicU32,
    /// Written anew in a forked child, by the thread that has set [`OPENING`]; otherwise only shared.
    object: UnsafeCell<RwLock<Option<Object>>>,
    /// From [`Box::into_raw`]; may be null.
    heir: AtomicPtr<Heir>,
}

// SAFETY: the cell is written to by one thread alone, before any other of its process has looked at it:
// they do so only if `process` is the generation of this process, which it becomes after that.
unsafe impl Sync for Slot {}

impl Slot {
    const fn new() -> Self {
        Self {
            process: AtomicU32::new(NOBODY),
            object: UnsafeCell::new(RwLock::new(None)),
            heir: AtomicPtr::new(null_mut()),
        }
    }

    /// To be called by the process whose handle it is, or is to become.
    fn object(&self) -> &RwLock<Option<Object>> {
        // SAFETY: in this process nobody writes to the cell any more.
        unsafe { &*self.object.get() }
    }

    fn set_heir(&self, heir: Option<Heir>) {
        let new = heir.map_or(null_mut(), |heir| Box::into_raw(Box::new(heir)));
        let old = self.heir.swap(new, Ordering::AcqRel);
        if !old.is_null() {
            // SAFETY: it came from `Box::into_raw`, and whoever takes it out of here has it alone.
            drop(unsafe { Box::from_raw(old) });
        }
    }

    /// Has the heir make what the handle stands for in this process, in which `owner` has ended. If it
    /// cannot, the next call tries again.
    fn inherit(&self, owner: u32) -> Result<()> {
        let here = fork::generation();
        let order = (Ordering::AcqRel, Ordering::Relaxed);
        if self.process.compare_exchange(owner, here | OPENING, order.0, order.1).is_err() {
            return Ok(());
        }
        let back = Back { slot: self, owner };
        // SAFETY: not null, as the caller has looked; it is freed only by the owner's own process.
        let object = unsafe { &*self.heir.load(Ordering::Acquire) }()?;
        std::mem::forget(back);
        // SAFETY: nobody else in this process looks at it before the next line. What was there is leaked:
        // its locks may be locked for ever.
        unsafe { self.object.get().write(RwLock::new(Some(object))) };
        self.process.store(here, Ordering::Release);
        Ok(())
    }
}

/// Gives a slot back to whom it was inherited from: its heir failed, or panicked.
struct Back<'s> {
    slot: &'s Slot,
    owner: u32,
}

impl Drop for Back<'_> {
    fn drop(&mut self) {
        self.slot.process.store(self.owner, Ordering::Release);
    }
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
        let fresh = || (0..FIRST_CHUNK << self.chunks).map(|_| Slot::new()).collect();
        let slots = chunk.get_or_init(fresh);
        self.fresh.extend(slots);
        self.chunks += 1;
        Ok(())
    }
}

/// Makes a handle for `this`.
pub(crate) fn make<N: HandleType>(this: Arc<N>) -> Result<*mut N::Handle> {
    fork::watch();
    let slot = free_slots().take()?;
    slot.set_heir(this.heir());
    *slot.object().write().unwrap_or_else(PoisonError::into_inner) = Some(this);
    slot.process.store(fork::generation(), Ordering::Release);
    Ok(std::ptr::from_ref(slot).cast_mut().cast())
}

/// What `handle` stands for.
pub(crate) fn find<N: HandleType>(handle: *mut N::Handle) -> Result<Arc<N>> {
    if handle.is_null() {
        return Err(Failure::null(N::NAME));
    }
    let slot = slot_at(handle.addr()).ok_or_else(invalid::<N>)?;
    loop {
        match slot.process.load(Ordering::Acquire) {
            NOBODY => return Err(invalid::<N>()),
            owner if owner == fork::generation() => break,
            owner if owner == fork::generation() | OPENING => std::thread::sleep(PAUSE),
            _ if slot.heir.load(Ordering::Acquire).is_null() => {
                let message = format!("the {} was made before this process forked", N::NAME);
                return Err(Failure::new(ESCROW_FORKED, message));
            }
            owner => slot.inherit(owner)?,
        }
    }
    let object = slot.object().read().unwrap_or_else(PoisonError::into_inner).clone();
    object.and_then(|object| object.downcast().ok()).ok_or_else(invalid::<N>)
}

/// Frees `handle`, unless it stands for no [`HandleType`] of this kind. In a forked child nothing is
/// done: the threads that would have to be waited for are not there.
pub(crate) fn free<N: HandleType>(handle: *mut N::Handle) {
    let Some(slot) = slot_at(handle.addr()) else { return };
    if slot.process.load(Ordering::Acquire) != fork::generation() {
        return;
    }
    let mut object = slot.object().write().unwrap_or_else(PoisonError::into_inner);
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
    // After that: a child that is forked in between finds nobody's handle, or one that has its heir.
    slot.set_heir(None);
    free_slots().resting.push_back(slot);
    // Last and without a lock: to end a store takes a while.
    taken.freed();
    drop(taken);
}

fn free_slots() -> MutexGuard<'static, Free> {
    FREE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits until no other thread makes or frees a handle, and keeps them from it: while the process forks,
/// so that the child finds the table whole, and its lock to be had.
pub(crate) fn hold() -> Held {
    Held { _free: free_slots() }
}

/// No other thread makes or frees a handle.
pub(crate) struct Held {
    _free: MutexGuard<'static, Free>,
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
