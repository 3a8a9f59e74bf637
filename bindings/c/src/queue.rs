//! The completion queue: batches that are submitted without waiting.
//!
//! A thread of the queue waits for the answers in the order of submission and puts them where the
//! caller finds them. The descriptor is the reading end of a pipe, in which there is one byte as
//! long as there are completions.

use crate::arguments::{array, bytes, output, room};
use crate::boundary::{call, free, on};
use crate::handle::{self, Handle, HandleType};
use crate::opaque::{escrow_queue, escrow_store};
use crate::status::{
    ESCROW_CLOSED, ESCROW_LIMIT_EXCEEDED, ESCROW_OK, ESCROW_TIMED_OUT, Failure, Result,
    escrow_error, escrow_status, fill_text,
};
use crate::store::StoreHandle;
use bytemuck::{Pod, Zeroable};
use escrow::{Operation, Outcome, Ticket};
use std::collections::VecDeque;
use std::ffi::{c_char, c_int, c_void};
use std::io::{PipeReader, PipeWriter, Read, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

/// Wait as long as it takes.
pub const ESCROW_WAIT_FOREVER: u32 = 0xffff_ffff;
/// Batches of one queue that are under way or not taken yet.
pub const ESCROW_QUEUE_BATCHES_MAX: u32 = 65_536;

/// The end of a batch that was submitted without waiting.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_completion {
    /// What the caller called the batch.
    pub tag: u64,
    /// How many outcomes it has: one for each operation, none if it failed.
    pub outcomes: u64,
    /// `ESCROW_OK`, or why it could not be carried out: as from `escrow_store_submit`.
    pub status: escrow_status,
    /// Zero.
    pub reserved: u32,
    /// What went wrong, on one line, zero-terminated; empty after `ESCROW_OK`.
    pub message: [c_char; 248],
}

/// What an `escrow_queue` stands for.
pub(crate) struct QueueHandle {
    parent: Arc<StoreHandle>,
    shared: Arc<Shared>,
}

pub(crate) struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    reader: PipeReader,
    writer: PipeWriter,
}

/// The tag of a batch and its outcomes.
type Done = (u64, Result<Vec<Outcome>>);

#[derive(Default)]
struct State {
    under_way: VecDeque<(u64, Ticket)>,
    done: VecDeque<Done>,
    /// Batches in both, and the one that is being waited for.
    batches: u32,
    /// The handle was freed.
    freed: bool,
    /// The store was closed: no batch comes any more.
    closed: bool,
}

impl Handle for escrow_queue {
    type HandleType = QueueHandle;
}

impl HandleType for QueueHandle {
    type Handle = escrow_queue;
    const NAME: &'static str = "queue";

    fn check(&self) -> Result<()> {
        self.parent.check()
    }

    fn poison(&self) {
        self.parent.poison();
    }

    fn freed(&self) {
        self.shared.end(|state| state.freed = true);
    }
}

impl Drop for QueueHandle {
    fn drop(&mut self) {
        self.shared.end(|state| state.freed = true);
    }
}

/// The queues of a store, and whether it was closed.
#[derive(Default)]
pub(crate) struct Queues(Mutex<(bool, Vec<Weak<Shared>>)>);

impl Queues {
    /// The store was closed: who waits for completions that cannot come is answered.
    pub(crate) fn close(&self) {
        let mut queues = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        queues.0 = true;
        for queue in queues.1.drain(..).filter_map(|queue| queue.upgrade()) {
            queue.end(|state| state.closed = true);
        }
    }

    fn add(&self, queue: &Arc<Shared>) {
        let mut queues = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if queues.0 {
            queue.end(|state| state.closed = true);
        }
        queues.1.retain(|queue| queue.strong_count() > 0);
        queues.1.push(Arc::downgrade(queue));
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes what is to come, and wakes everybody who waits for it.
    fn end(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.lock());
        self.changed.notify_all();
    }

    fn wait<'g>(
        &self,
        state: MutexGuard<'g, State>,
        end: Option<Instant>,
    ) -> MutexGuard<'g, State> {
        let Some(end) = end else {
            return self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        };
        let left = end.saturating_duration_since(Instant::now());
        self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0
    }

    /// Waits for the answers in order, until the queue is freed.
    fn work(&self) {
        loop {
            let mut state = self.lock();
            let (tag, ticket) = loop {
                if state.freed {
                    return;
                }
                if let Some(next) = state.under_way.pop_front() {
                    break next;
                }
                state = self.wait(state, None);
            };
            drop(state);
            let answer = ticket.wait().map_err(Failure::from);
            let mut state = self.lock();
            if state.done.is_empty() {
                // A pipe with no reader left is a queue that nobody asks any more.
                drop((&self.writer).write(&[1]));
            }
            state.done.push_back((tag, answer));
            drop(state);
            self.changed.notify_all();
        }
    }

    /// The oldest completion. If its outcomes do not fit, it stays, and `too_many` is told.
    fn take(
        &self,
        end: Option<Instant>,
        capacity: usize,
        too_many: impl FnOnce(&Done),
    ) -> Result<Done> {
        let mut state = self.lock();
        loop {
            match state.done.front() {
                Some(done @ (_, Ok(outcomes))) if outcomes.len() > capacity => {
                    too_many(done);
                    return Err(Failure::too_small("outcomes", outcomes.len()));
                }
                Some(_) => break,
                None if state.freed => {
                    return Err(Failure::new(ESCROW_CLOSED, "the queue was freed"));
                }
                None if state.closed && state.batches == 0 => {
                    let message = "the store is closed, and all completions were taken";
                    return Err(Failure::new(ESCROW_CLOSED, message));
                }
                None if end.is_some_and(|end| end <= Instant::now()) => {
                    return Err(Failure::new(ESCROW_TIMED_OUT, "no batch has completed yet"));
                }
                None => state = self.wait(state, end),
            }
        }
        let taken = state.done.pop_front();
        state.batches = state.batches.saturating_sub(1);
        if state.done.is_empty() {
            // There is a byte: it was written with the first completion.
            (&self.reader).read_exact(&mut [0])?;
        }
        if state.closed && state.batches == 0 {
            // The last one was taken: whoever else waits has nothing to wait for.
            self.changed.notify_all();
        }
        taken.ok_or_else(|| Failure::new(ESCROW_CLOSED, "the queue is empty"))
    }
}

/// Makes a completion queue for a store.
///
/// Ownership: `*queue` is the caller's, to be freed by `escrow_queue_free`. It keeps the store
/// alive.
/// Threads: any.
/// Errors: `ESCROW_IO` if there are no more descriptors or threads.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_queue_new(
    store: *mut escrow_store,
    queue: *mut *mut escrow_queue,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(store, error), |this| {
        let output = output(queue, "queue")?;
        this.store()?;
        let (reader, writer) = std::io::pipe()?;
        let (state, changed) = (Mutex::default(), Condvar::new());
        let shared = Arc::new(Shared { state, changed, reader, writer });
        this.queues.add(&shared);
        let worker = Arc::clone(&shared);
        let thread = std::thread::Builder::new().name("escrow-queue".into());
        thread.spawn(move || worker.work())?;
        output.set(handle::make(Arc::new(QueueHandle { parent: Arc::clone(this), shared }))?);
    })
}

/// Frees a queue. Batches that are under way are carried out all the same; their completions are
/// dropped. A thread that waits in `escrow_queue_take` is answered `ESCROW_CLOSED`.
///
/// Ownership: `queue` is no handle any more, and its descriptor is closed soon after. NULL is let
/// be, and so is what was freed before.
/// Threads: any.
/// Errors: none. In a forked child nothing is done.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub extern "C" fn escrow_queue_free(queue: *mut escrow_queue) {
    free::<QueueHandle>(queue);
}

/// Gives a descriptor that is readable as long as there are completions to take: for `poll`,
/// `epoll`, `kqueue` and event loops. Wait for it to be readable, and do not read it.
///
/// Ownership: the descriptor is the queue's; the caller does not close it.
/// Threads: any.
/// Errors: `ESCROW_INVALID_ARGUMENT` on systems without such descriptors.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_queue_descriptor(
    queue: *mut escrow_queue,
    descriptor: *mut c_int,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(queue, error), |this| {
        let output = output(descriptor, "descriptor")?;
        #[cfg(unix)]
        output.set(std::os::fd::AsRawFd::as_raw_fd(&this.shared.reader));
        #[cfg(not(unix))]
        return Err(Failure::invalid("this system has no descriptors to wait for"));
    })
}

/// Submits a batch without waiting: its completion comes into `queue` when it is durable. Batches
/// are applied in the order in which they were submitted, and complete in it.
///
/// Ownership: `operations` and `data` are only read during the call. `tag` is the caller's name for
/// the batch, which its completion carries.
/// Threads: any.
/// Errors: `ESCROW_LIMIT_EXCEEDED` also above `ESCROW_QUEUE_BATCHES_MAX` batches that were not
/// taken, and above `submissions_bytes_max` of `escrow_open_options` of batches that are not answered:
/// take completions, and try again; `ESCROW_INVALID_ARGUMENT` also if the queue is another store's; as
/// `escrow_store_submit`. After an error no completion comes.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_store_submit_async(
    store: *mut escrow_store,
    operations: *const Operation,
    count: usize,
    data: *const c_void,
    data_length: usize,
    queue: *mut escrow_queue,
    tag: u64,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(store, error), |this| {
        let operations = array(operations, count, "operations")?;
        let data = bytes(data, data_length, "data")?;
        let queue = handle::find::<QueueHandle>(queue)?;
        if !Arc::ptr_eq(&queue.parent, this) {
            return Err(Failure::invalid("the queue belongs to another store"));
        }
        let mut state = queue.shared.lock();
        if state.batches >= ESCROW_QUEUE_BATCHES_MAX {
            let message = "the queue is full: take completions first";
            return Err(Failure::new(ESCROW_LIMIT_EXCEEDED, message));
        }
        // Under the lock, so that batches stand in the queue in the store's order.
        let ticket = this.store()?.submit_async(operations.to_vec(), data.to_vec())?;
        state.under_way.push_back((tag, ticket));
        state.batches += 1;
        drop(state);
        queue.shared.changed.notify_all();
    })
}

/// Takes the oldest completion. Waits for one up to `timeout_milliseconds`: 0 to look only,
/// `ESCROW_WAIT_FOREVER` for as long as it takes.
///
/// Ownership: `outcomes` is the caller's room for `capacity` outcomes, in the order of the batch.
/// With `ESCROW_BUFFER_TOO_SMALL` the completion stays, and `completion->outcomes` says how many
/// outcomes it has.
/// Threads: any. Each completion is given once.
/// Errors: `ESCROW_TIMED_OUT` if there is none; `ESCROW_BUFFER_TOO_SMALL`; `ESCROW_CLOSED` as soon as
/// another thread has closed the store and all completions were taken, or has freed the queue.
/// That a batch could not be carried out stands in `completion->status`; the call succeeds.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_queue_take(
    queue: *mut escrow_queue,
    timeout_milliseconds: u32,
    completion: *mut escrow_completion,
    outcomes: *mut Outcome,
    capacity: usize,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(queue, error), |this| {
        let (completion, room) =
            (output(completion, "completion")?, room(outcomes, capacity, "outcomes")?);
        let wait = Duration::from_millis(timeout_milliseconds.into());
        let end = (timeout_milliseconds != ESCROW_WAIT_FOREVER).then(|| Instant::now() + wait);
        let done = this.shared.take(end, capacity, |done| completion.set(complete(done)))?;
        completion.set(complete(&done));
        room.put_all(0, done.1.as_deref().unwrap_or(&[]));
    })
}

fn complete((tag, answer): &Done) -> escrow_completion {
    let failure = answer.as_ref().err();
    let mut message = [0; 248];
    fill_text(&mut message, failure.map_or("", |failure| &failure.message));
    escrow_completion {
        tag: *tag,
        outcomes: answer.as_ref().map_or(0, |outcomes| outcomes.len() as u64),
        status: failure.map_or(ESCROW_OK, |failure| failure.status),
        reserved: 0,
        message,
    }
}
