//! A guest's end of one connection: many requests of many threads at a time.
//!
//! Whoever waits for an answer reads, if nobody else does, and hands out what comes for others; so
//! that a single caller is woken by the system, and by no other thread. Once there are answers that
//! nobody waits for, a thread of its own reads.

use super::super::inherited::Inherited;
use super::super::{Error, Result};
use super::errors;
use super::hello::{Hello, Settings, Welcome};
use super::kinds::{ANSWER, ERROR, HELLO, PING, WELCOME};
use crate::wire::codec::{Malformed, Reader};
use crate::wire::{Frame, FrameError, Incoming, Outgoing, Socket};
use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

/// How long nothing is heard before the host is asked whether it is there.
const SILENCE: Duration = Duration::from_millis(500);
/// An answer that comes within this time is waited for awake: a write and its sync take less.
const AWAKE: Duration = Duration::from_micros(300);

/// Why a request has no answer.
#[derive(Debug)]
pub(super) enum Failure {
    /// The connection ended before there was one. What was asked for may have been done.
    Lost,
    /// There is one: this error; or the host does not answer.
    Error(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl From<Malformed> for Failure {
    fn from(error: Malformed) -> Self {
        Self::Error(nonsense(error))
    }
}

impl Failure {
    /// What is told of it where nothing is sent again.
    pub(super) fn at_last(self, connection: &Connection) -> Error {
        match self {
            Self::Lost => Error::HostEnded { process: connection.welcome.process },
            Self::Error(error) => error,
        }
    }
}

/// What the host says makes no sense: to go on is of no use.
pub(super) fn nonsense(error: Malformed) -> Error {
    Error::Corrupt(format!("the host of the store: {error}"))
}

/// What is known of a host whose connection has ended.
#[derive(Clone, Copy)]
pub(super) struct Former {
    pub(super) settings: Settings,
    /// The number of the user that it runs as.
    pub(super) user: u32,
}

/// A connection that the host has welcomed.
pub(super) struct Connection {
    // Before the socket, which it lists.
    _listed: Inherited,
    socket: Socket,
    outgoing: Outgoing,
    incoming: Mutex<Incoming>,
    pending: Mutex<Pending>,
    next_number: AtomicU64,
    pub(super) welcome: Welcome,
    host_user: u32,
    patience: Duration,
    process: u32,
    began: Instant,
    /// When something was heard last, in milliseconds since it began.
    heard: AtomicU64,
    /// Of the file of keys, as told with the last snapshot; 0 if it was not.
    keys_generation: AtomicU64,
}

#[derive(Default)]
struct Pending {
    requests: HashMap<u64, Request>,
    has_reader: bool,
    /// The thread of its own that reads until the connection ends.
    own_reader: Option<Thread>,
    end: Option<End>,
}

#[derive(Clone, Copy)]
enum End {
    Lost,
    Unresponsive,
}

#[derive(Default)]
struct Request {
    /// Who waits for the answer; `None` while nobody does.
    waits: Option<Thread>,
    answer: Option<(u16, Vec<u8>)>,
}

impl fmt::Debug for Connection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Connection").field("host", &self.welcome.process).finish()
    }
}

impl Connection {
    /// Says who comes, and waits to be welcomed.
    pub(super) fn begin(
        socket: Socket,
        hello: &Hello,
        patience: Duration,
        deadline: Instant,
    ) -> Result<Self, Failure> {
        let listed = Inherited::list(&socket);
        let (outgoing, mut incoming) = (Outgoing::default(), Incoming::awake_for(AWAKE));
        socket.set_write_timeout(patience).map_err(Error::from)?;
        socket.set_read_timeout(SILENCE).map_err(Error::from)?;
        let sent = outgoing.send(&socket, (HELLO, 0, 0), &[&hello.write()]);
        // A refusal may have come all the same.
        let frame = incoming.next(&socket, Some(deadline)).map_err(|error| match error {
            FrameError::TimedOut => {
                let process = socket.peer().map_or(0, |peer| peer.process);
                Failure::Error(unresponsive(process, patience))
            }
            FrameError::Ended(_) | FrameError::Damaged(_) => Failure::Lost,
        })?;
        let welcome = match frame.kind {
            WELCOME => Welcome::read(frame.payload)?,
            ERROR => return Err(Failure::Error(errors::read(&mut Reader::new(frame.payload))?)),
            _ => return Err(Malformed.into()),
        };
        sent.map_err(|_| Failure::Lost)?;
        let host_user = socket.peer().map_err(Error::from)?.user;
        Ok(Self {
            host_user,
            _listed: listed,
            socket,
            outgoing,
            incoming: Mutex::new(incoming),
            pending: Mutex::default(),
            next_number: AtomicU64::new(1),
            welcome,
            patience,
            process: std::process::id(),
            began: Instant::now(),
            heard: AtomicU64::new(0),
            keys_generation: AtomicU64::new(0),
        })
    }

    /// Sends a request and waits for its answer.
    pub(super) fn call(&self, kind: u16, flags: u16, parts: &[&[u8]]) -> Result<Vec<u8>, Failure> {
        let number = self.send(kind, flags, parts)?;
        self.wait(number)
    }

    /// Sends a request; [`Connection::wait`] gives its answer.
    pub(super) fn send(&self, kind: u16, flags: u16, parts: &[&[u8]]) -> Result<u64, Failure> {
        let number = self.next_number.fetch_add(1, Ordering::Relaxed);
        let has_company = {
            let mut pending = self.pending();
            if let Some(end) = pending.end {
                return Err(self.failure(end));
            }
            if pending.requests.is_empty() {
                // The host had nothing to say until now.
                self.heard.store(self.since_beginning(), Ordering::Relaxed);
            }
            pending.requests.insert(number, Request::default());
            pending.requests.len() > 1
        };
        let added = self.outgoing.add(&self.socket, (kind, flags, number), parts);
        if has_company {
            // Those who were answered together ask again together: one write takes them all.
            thread::yield_now();
        }
        match added.and_then(|()| self.outgoing.flush(&self.socket)) {
            Ok(()) => Ok(number),
            Err(FrameError::Damaged(what)) => {
                self.pending().requests.remove(&number);
                Err(Error::LimitExceeded(format!("a request to the host: {what}")).into())
            }
            Err(FrameError::TimedOut | FrameError::Ended(_)) => {
                // What came before the end is still to be read: a request may have been answered.
                self.socket.shut_down();
                Ok(number)
            }
        }
    }

    /// Sends what has no answer.
    pub(super) fn tell(&self, kind: u16, payload: &[u8]) {
        // If it does not arrive, the connection has ended, and the host has forgotten it anyway.
        let _ = self.outgoing.send(&self.socket, (kind, 0, 0), &[payload]);
    }

    /// What is to be known of its host when it has ended.
    pub(super) fn former(&self) -> Former {
        Former { settings: self.welcome.settings, user: self.host_user }
    }

    pub(super) fn keys_generation(&self) -> Option<u64> {
        Some(self.keys_generation.load(Ordering::Acquire)).filter(|generation| *generation != 0)
    }

    /// With a snapshot came this generation.
    pub(super) fn tell_generation(&self, generation: u64) {
        // Answers of several threads may overtake each other; with one host it rises.
        self.keys_generation.fetch_max(generation, Ordering::AcqRel);
    }

    /// Whether nothing will be answered any more.
    pub(super) fn has_ended(&self) -> bool {
        self.pending().end.is_some()
    }

    /// Ends it: whatever is not answered by now is lost.
    pub(super) fn end(&self) {
        self.socket.shut_down();
    }

    /// Whether all requests have their answers, or will never have them.
    pub(super) fn is_settled(&self) -> bool {
        let pending = self.pending();
        pending.end.is_some() || pending.requests.values().all(|request| request.answer.is_some())
    }

    /// Nobody will ask for the answer to this request.
    pub(super) fn forget(&self, number: u64) {
        self.pending().requests.remove(&number);
    }

    /// Something that tells of the end of the connection, and does not keep it.
    pub(super) fn watched(&self) -> Result<Watched> {
        let socket = self.socket.duplicate()?;
        Ok(Watched { _listed: Inherited::list(&socket), socket })
    }

    /// Whether nothing is under way.
    pub(super) fn is_idle(&self) -> bool {
        self.pending().requests.is_empty()
    }

    /// Whether the answer to this request is there, which [`Connection::wait`] gives, also after
    /// the end.
    pub(super) fn has_answer(&self, number: u64) -> bool {
        let pending = self.pending();
        pending.requests.get(&number).is_some_and(|request| request.answer.is_some())
    }

    /// Waits for the answer to a request.
    pub(super) fn wait(&self, number: u64) -> Result<Vec<u8>, Failure> {
        loop {
            let mut pending = self.pending();
            let end = pending.end;
            let Some(request) = pending.requests.get_mut(&number) else {
                return Err(Failure::Lost);
            };
            if let Some((kind, payload)) = request.answer.take() {
                pending.requests.remove(&number);
                return match kind {
                    ANSWER => Ok(payload),
                    ERROR => Err(errors::read(&mut Reader::new(&payload))?.into()),
                    _ => Err(Malformed.into()),
                };
            }
            if let Some(end) = end {
                pending.requests.remove(&number);
                return Err(self.failure(end));
            }
            request.waits = Some(thread::current());
            if pending.has_reader {
                drop(pending);
                thread::park();
                continue;
            }
            pending.has_reader = true;
            drop(pending);
            self.read_until(|pending| {
                pending.requests.get(&number).is_none_or(|request| request.answer.is_some())
            });
        }
    }

    /// From now on a thread of its own reads: there are answers that nobody waits for.
    pub(super) fn read_apart(connection: &Arc<Self>) -> Result<()> {
        let mut pending = connection.pending();
        if pending.own_reader.is_some() {
            return Ok(());
        }
        let weak = Arc::downgrade(connection);
        let reader = thread::Builder::new().name("escrowdb-guest".into());
        let reader = reader.spawn(move || {
            // Not for longer than somebody else has the connection.
            while let Some(connection) = weak.upgrade() {
                let mut pending = connection.pending();
                if pending.end.is_some() {
                    return;
                }
                let has_reader = std::mem::replace(&mut pending.has_reader, true);
                drop(pending);
                if has_reader {
                    drop(connection);
                    thread::park_timeout(SILENCE);
                    continue;
                }
                let began = Instant::now();
                connection.read_until(|_| began.elapsed() > SILENCE);
            }
        })?;
        pending.own_reader = Some(reader.thread().clone());
        Ok(())
    }

    /// Reads what is left of a connection whose end has come, unless another thread does so
    /// already.
    pub(super) fn read_to_its_end(&self) {
        let mut pending = self.pending();
        if pending.end.is_some() || pending.has_reader {
            return;
        }
        pending.has_reader = true;
        drop(pending);
        self.read_until(|_| false);
    }

    /// Reads until `is_enough` says so, or the connection ends; then somebody else may.
    fn read_until(&self, is_enough: impl Fn(&Pending) -> bool) {
        let mut incoming = self.incoming.lock().unwrap_or_else(PoisonError::into_inner);
        let end = loop {
            match incoming.take() {
                Ok(Some(frame)) => {
                    self.hand_out(frame);
                    continue;
                }
                Ok(None) if is_enough(&self.pending()) => break None,
                Ok(None) => (),
                Err(_) => break Some(End::Lost),
            }
            match incoming.next(&self.socket, None) {
                Ok(frame) => self.hand_out(frame),
                Err(FrameError::TimedOut) => {
                    let heard = Duration::from_millis(self.heard.load(Ordering::Relaxed));
                    if self.began.elapsed().saturating_sub(heard) >= self.patience {
                        break Some(End::Unresponsive);
                    }
                    self.tell(PING, &[]);
                }
                Err(FrameError::Ended(_) | FrameError::Damaged(_)) => break Some(End::Lost),
            }
        };
        drop(incoming);
        let mut pending = self.pending();
        pending.has_reader = false;
        if let Some(end) = end {
            self.socket.shut_down();
            pending.end = pending.end.or(Some(end));
            pending
                .requests
                .values()
                .filter_map(|request| request.waits.as_ref())
                .for_each(Thread::unpark);
            return;
        }
        let waiting = pending.requests.values().filter(|request| request.answer.is_none());
        let next = waiting.filter_map(|request| request.waits.as_ref()).next();
        if let Some(next) = pending.own_reader.as_ref().or(next) {
            next.unpark();
        }
    }

    fn hand_out(&self, frame: Frame<'_>) {
        self.heard.store(self.since_beginning(), Ordering::Relaxed);
        let answer = (frame.kind, frame.payload.to_vec());
        let mut pending = self.pending();
        // Whoever waited may have given up.
        let Some(request) = pending.requests.get_mut(&frame.number) else { return };
        request.answer = Some(answer);
        let waits = request.waits.clone();
        drop(pending);
        if let Some(thread) = waits {
            thread.unpark();
        }
    }

    fn since_beginning(&self) -> u64 {
        self.began.elapsed().as_millis() as u64
    }

    fn failure(&self, end: End) -> Failure {
        match end {
            End::Lost => Failure::Lost,
            End::Unresponsive => Failure::Error(unresponsive(self.welcome.process, self.patience)),
        }
    }

    fn pending(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The end of a connection can be waited for.
pub(super) struct Watched {
    // Before the socket, which it lists.
    _listed: Inherited,
    socket: Socket,
}

impl Watched {
    /// Waits for the end, but no longer than so, and says whether it came.
    pub(super) fn wait(&self, patience: Duration) -> bool {
        self.socket.wait_for_end(patience)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // Whoever watches it has a copy of the descriptor. A forked child's copy is the parent's.
        if std::process::id() == self.process {
            self.socket.shut_down();
        }
    }
}

/// Says which process does not answer.
pub(super) fn unresponsive(process: u32, patience: Duration) -> Error {
    Error::HostUnresponsive { process, seconds: patience.as_secs() }
}
