//! Stores: open, submit, close.

use crate::arguments::{array, bytes, output, path, room, sized, text};
use crate::boundary::{boundary, call, free, on};
use crate::handle::{self, Handle, HandleType, Heir};
use crate::lent::lend;
use crate::opaque::{escrow_snapshot, escrow_store};
use crate::options::escrow_open_options;
use crate::queue::Queues;
use crate::snapshot::SnapshotHandle;
use crate::status::{ESCROW_POISONED, Failure, Result, escrow_error, escrow_status};
use escrow::{Account, Error, Ledger, Operation, Outcome, Store, Timestamp};
use std::ffi::{c_char, c_void};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

/// What an `escrow_store` stands for. Snapshots, cursors and queues share it.
pub(crate) struct StoreHandle {
    /// Until it is closed.
    store: RwLock<Option<Store>>,
    pub(crate) queues: Queues,
    has_panicked: AtomicBool,
    origin: Arc<Origin>,
}

/// How a store was opened: what a forked child opens it by again.
pub(crate) struct Origin {
    /// Absolute: the child may be elsewhere.
    path: PathBuf,
    options: escrow_open_options,
    is_closed: AtomicBool,
}

impl Origin {
    /// In a forked child: opens the store as the guest of whoever hosts it, or as its host if nobody does.
    fn open(self: &Arc<Self>) -> Result<StoreHandle> {
        if self.is_closed.load(Ordering::Acquire) {
            return Err(Error::Closed.into());
        }
        let store = Store::open(&self.path, self.options.parse()?)?;
        Ok(StoreHandle::new(store, Arc::clone(self)))
    }
}

impl StoreHandle {
    fn new(store: Store, origin: Arc<Origin>) -> Self {
        let (queues, has_panicked) = (Queues::default(), AtomicBool::new(false));
        Self { store: RwLock::new(Some(store)), queues, has_panicked, origin }
    }

    pub(crate) fn origin(&self) -> Arc<Origin> {
        Arc::clone(&self.origin)
    }

    pub(crate) fn is_from(&self, origin: &Arc<Origin>) -> bool {
        Arc::ptr_eq(&self.origin, origin)
    }

    /// The store, for one call.
    pub(crate) fn store(&self) -> Result<Store> {
        let store = self.store.read().unwrap_or_else(PoisonError::into_inner);
        store.clone().ok_or_else(|| Error::Closed.into())
    }

    /// The store, for the last call: nobody finds it here any more.
    fn take(&self) -> Result<Store> {
        self.origin.is_closed.store(true, Ordering::Release);
        let store = self.store.write().unwrap_or_else(PoisonError::into_inner).take();
        store.ok_or_else(|| Error::Closed.into())
    }
}

impl Handle for escrow_store {
    type HandleType = StoreHandle;
}

impl HandleType for StoreHandle {
    type Handle = escrow_store;
    const NAME: &'static str = "store";

    fn check(&self) -> Result<()> {
        if self.has_panicked.load(Ordering::Relaxed) {
            let message = "the store is poisoned (a bug was met): free it and open it again";
            return Err(Failure::new(ESCROW_POISONED, message));
        }
        Ok(())
    }

    fn poison(&self) {
        self.has_panicked.store(true, Ordering::Relaxed);
    }

    /// A store that is its handle's alone stays the parent's.
    fn heir(&self) -> Option<Heir> {
        let origin = Arc::clone(&self.origin);
        let open = move || Ok(Arc::new(origin.open()?) as handle::Object);
        (self.origin.options.exclusive == 0).then(|| Box::new(open) as Heir)
    }
}

/// Opens the store in the directory `path`, and recovers what a crash left.
///
/// Any number of processes of a machine may have it open, and any number of handles in each: the first
/// one hosts the store, and every other is its guest, with the same functions. When the host ends, a
/// guest takes its place; what was not answered is sent again under the same ids, so that the answer may
/// be `ESCROW_OUTCOME_EXISTS`, and snapshots and cursors of guests are `ESCROW_HOST_ENDED`. All must be
/// opened with the same clock and durability. Threads share a handle: it is faster than one for each.
///
/// In a forked child the handle is a guest of its parent from its first use on, which opens the store
/// again by the same path and options. One that is `exclusive` is `ESCROW_FORKED` there.
///
/// Ownership: `*store` is the caller's, to be freed by `escrow_store_free`. `path` and `options`
/// are only read during the call; `options` may be NULL for the defaults. On Unix a path is any
/// bytes but zero ones, elsewhere UTF-8; it need not be zero-terminated.
/// Threads: any.
/// Errors: `ESCROW_LOCKED` if it is open elsewhere and there or here `exclusive`, or to be read;
/// `ESCROW_HOST_UNRESPONSIVE`, `ESCROW_VERSION_MISMATCH`, `ESCROW_NOT_FOUND`,
/// `ESCROW_ALREADY_EXISTS`, `ESCROW_NOT_A_STORE`, `ESCROW_NEWER_FORMAT`, `ESCROW_CORRUPT`,
/// `ESCROW_MISMATCHED_STATE`, `ESCROW_IO`; `ESCROW_INVALID_ARGUMENT` for an empty path, for options
/// that make no sense or are not the host's, and if the store has another id than they say;
/// `ESCROW_LIMIT_EXCEEDED` above the host's `guests_max`. No handle is given then.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_store_open(
    path: *const c_char,
    path_length: usize,
    options: *const escrow_open_options,
    store: *mut *mut escrow_store,
    error: *mut escrow_error,
) -> escrow_status {
    call!(boundary(error), || {
        let output = output(store, "store")?;
        let options = sized(options, "options")?;
        let (path, parsed) = (self::path(path, path_length)?, options.parse()?);
        // Before anything is opened, as a fork must be noticed from then on.
        crate::fork::watch();
        let store = Store::open(path, parsed)?;
        let path = std::path::absolute(path)?;
        let (options, is_closed) = (options.again(store.store_id()), AtomicBool::new(false));
        let origin = Arc::new(Origin { path, options, is_closed });
        output.set(handle::make(Arc::new(StoreHandle::new(store, origin)))?);
    })
}

/// Takes no more work, waits until all that was submitted is answered, and writes a checkpoint, so that
/// the next opening is instant. When this returns, the directory is free, unless snapshots, cursors,
/// wallets or orders keep it, which go on until they are freed, or a call that another thread is in,
/// until that ends. Every later call on the store answers `ESCROW_CLOSED`, and so does
/// `escrow_queue_take` to threads that wait for what does not come. The handle remains to be freed. A
/// store that is freed or whose process ends without this has lost nothing that was answered.
///
/// Ownership: unchanged.
/// Threads: any. Batches that other threads have submitted, waiting or not, are answered first.
/// Errors: `ESCROW_POISONED`, `ESCROW_CLOSED`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_store_close(
    store: *mut escrow_store,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(store, error), |this| {
        let closed = this.take()?.close();
        this.queues.close();
        closed?
    })
}

/// Frees a store. What was submitted is carried out. The directory is free at once, unless snapshots,
/// cursors, wallets, orders or queues keep it: then when they are freed too, in whatever order. A
/// store that was closed is not kept by queues.
///
/// Ownership: `store` is no handle any more. NULL is let be, and so is what was freed before.
/// Threads: any. A call on the store that another thread is in goes on to its end.
/// Errors: none. In a forked child nothing is done.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub extern "C" fn escrow_store_free(store: *mut escrow_store) {
    free::<StoreHandle>(store);
}

/// Registers ledgers: currency books with a fixed scale. Sent again, a ledger is answered
/// `ESCROW_OUTCOME_EXISTS`.
///
/// Ownership: `ledgers` is only read; `outcomes` is the caller's room for `count` outcomes.
/// Threads: any.
/// Errors: as `escrow_store_submit`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_store_create_ledgers(
    store: *mut escrow_store,
    ledgers: *const Ledger,
    count: usize,
    outcomes: *mut Outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(store, error), |this| {
        let outcomes = room(outcomes, count, "outcomes")?;
        outcomes.put_all(0, &this.store()?.create_ledgers(array(ledgers, count, "ledgers")?)?);
    })
}

/// Opens accounts. Sent again, an account is answered `ESCROW_OUTCOME_EXISTS`.
///
/// Ownership: `accounts` is only read; `outcomes` is the caller's room for `count` outcomes.
/// Threads: any.
/// Errors: as `escrow_store_submit`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_store_create_accounts(
    store: *mut escrow_store,
    accounts: *const Account,
    count: usize,
    outcomes: *mut Outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(store, error), |this| {
        let outcomes = room(outcomes, count, "outcomes")?;
        outcomes.put_all(0, &this.store()?.create_accounts(array(accounts, count, "accounts")?)?);
    })
}

/// Applies a batch of operations, waits until it is durable, and gives an outcome for each. An
/// operation that breaks a law is refused in its outcome, and the others go on; the call succeeds.
/// Batches of several threads share a sync.
///
/// Ownership: `operations` is only read, and so is `data`, in which documents lie (see
/// `escrow_operation.data_offset`; NULL and 0 if there are none). `outcomes` is the caller's room
/// for `count` outcomes, which are written there as they are decided: only when the call returns
/// `ESCROW_OK` do they say what is durable. If it fails, none has a status that is known.
/// Threads: any.
/// Errors: `ESCROW_LIMIT_EXCEEDED` above `ESCROW_BATCH_OPERATIONS_MAX` operations or
/// `ESCROW_BATCH_DATA_BYTES_MAX` bytes; `ESCROW_CLOSED`. `ESCROW_POISONED`, `ESCROW_PANIC`,
/// `ESCROW_IO`: it is not known whether the batch was applied. Open the store again and send the
/// same batch: what was applied is answered `ESCROW_OUTCOME_EXISTS`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_store_submit(
    store: *mut escrow_store,
    operations: *const Operation,
    count: usize,
    data: *const c_void,
    data_length: usize,
    outcomes: *mut Outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(store, error), |this| {
        let operations = array(operations, count, "operations")?;
        let data = bytes(data, data_length, "data")?;
        let slots = room(outcomes, count, "outcomes")?.slots();
        lend(slots, |room| Ok::<_, Failure>(this.store()?.submit_into(operations, data, room)?))?
    })
}

/// Settles all holds whose deadline is at or before `to`, in nanoseconds since the Unix epoch. A
/// manual clock moves to `to`, and stays where it is if it shows a later time: it never goes back.
///
/// Ownership: `settled` gets the number of holds that were settled, `now` what the clock shows after
/// that.
/// Threads: any.
/// Errors: `ESCROW_INVALID_ARGUMENT` if `to` is later than the system clock that the store goes by;
/// as `escrow_store_submit`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_store_advance(
    store: *mut escrow_store,
    to: Timestamp,
    settled: *mut u64,
    now: *mut Timestamp,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(store, error), |this| {
        let (settled, now) = (output(settled, "settled")?, output(now, "now")?);
        let advanced = this.store()?.advance(to)?;
        settled.set(advanced.settled);
        now.set(advanced.now);
    })
}

/// Remembers that `consumer` has dealt with all events up to and including the timestamp
/// `position`. Durable when it returns; `escrow_snapshot_consumer` gives it back. The position that it
/// has already changes nothing. An acknowledgement is no event.
///
/// Ownership: `consumer` is only read; it need not be zero-terminated.
/// Threads: any.
/// Errors: `ESCROW_INVALID_POSITION` if the consumer has acknowledged more already, or if nothing has
/// happened at `position` yet; `ESCROW_INVALID_ARGUMENT` if the name is empty or longer than
/// `ESCROW_CONSUMER_NAME_BYTES_MAX`; `ESCROW_INVALID_TEXT`; `ESCROW_LIMIT_EXCEEDED` above
/// `ESCROW_CONSUMERS_MAX` consumers; as `escrow_store_submit`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_store_acknowledge(
    store: *mut escrow_store,
    consumer: *const c_char,
    consumer_length: usize,
    position: Timestamp,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(store, error), |this| {
        let consumer = text(consumer, consumer_length, "consumer")?;
        this.store()?.acknowledge(consumer, position)?
    })
}

/// Forgets a consumer of the event feed: it holds back no archive any more, and its name may begin
/// again. `removed` gets 1, or 0 if there was none.
///
/// Ownership: `consumer` is only read; it need not be zero-terminated.
/// Threads: any.
/// Errors: `ESCROW_INVALID_ARGUMENT` if the name is empty or longer than
/// `ESCROW_CONSUMER_NAME_BYTES_MAX`; `ESCROW_INVALID_TEXT`; as `escrow_store_submit`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_store_remove_consumer(
    store: *mut escrow_store,
    consumer: *const c_char,
    consumer_length: usize,
    removed: *mut u32,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(store, error), |this| {
        let removed = output(removed, "removed")?;
        let consumer = text(consumer, consumer_length, "consumer")?;
        removed.set(this.store()?.remove_consumer(consumer)?.into());
    })
}

/// Takes a snapshot: what is durable now, to be read. Costs next to nothing.
///
/// Ownership: `*snapshot` is the caller's, to be freed by `escrow_snapshot_free`. It keeps the store
/// alive.
/// Threads: any.
/// Errors: none beyond the conventions.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_store_snapshot(
    store: *mut escrow_store,
    snapshot: *mut *mut escrow_snapshot,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(store, error), |this| {
        let output = output(snapshot, "snapshot")?;
        let snapshot = this.store()?.snapshot()?;
        let this = SnapshotHandle { snapshot, parent: Arc::clone(this) };
        output.set(handle::make(Arc::new(this))?);
    })
}

/// Writes what is durable into the state file now, so that the next opening has less to do. The
/// store does so by itself now and then.
///
/// Ownership: unchanged.
/// Threads: any.
/// Errors: `ESCROW_IO`, `ESCROW_POISONED`: the store is poisoned.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_store_checkpoint(
    store: *mut escrow_store,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(store, error), |this| this.store()?.checkpoint()?)
}
