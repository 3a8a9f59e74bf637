//! A guest: a handle to a store that another process has open, and what takes its host's place when
//! that is gone.

use super::super::host::Host;
use super::super::lock::Purpose;
use super::super::{Error, Options, Result, files, lock};
use super::answers::{Answer, outcomes_of};
use super::batches::Batches;
use super::connection::{Connection, Failure, Former, nonsense, unresponsive};
use super::hello::Hello;
use super::hosting::Hosting;
use super::{BatchTicket, SOCKET_FILE, kinds};
use crate::disk::{FileAccess, LocalDisk};
use crate::engine::Origin;
use crate::journal::StoreId;
use crate::model::{Operation, Outcome};
use crate::wire::connect;
use std::io::ErrorKind;
use std::mem;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant};

/// How long to wait before the host, or its place, is looked for again: at first, and at most.
const PAUSE_MIN: Duration = Duration::from_micros(500);
const PAUSE_MAX: Duration = Duration::from_millis(20);
/// How often whoever watches the host sees whether somebody still has the handle.
const WATCHED: Duration = Duration::from_millis(500);
/// Whoever only reads, or is there for a moment, leaves the place of a host that ended to others,
/// for so long.
const READERS_WAIT: Duration = Duration::from_secs(1);

/// A handle to a store that another process hosts, until this one does.
#[derive(Debug)]
pub(in super::super) struct Guest {
    disk: LocalDisk,
    options: Options,
    hosting: OnceLock<Hosting>,
    place: Mutex<Place>,
    /// Nobody looks any more for who hosts the store.
    found: Condvar,
    batches: Batches,
    /// It takes nobody's place any more.
    has_left: AtomicBool,
    pub(super) store_id: StoreId,
    pub(super) process: u32,
}

/// Where the host of the store is, as far as this handle knows.
#[derive(Debug, Default)]
struct Place {
    connection: Option<Arc<Connection>>,
    /// A thread looks for it.
    is_looking: bool,
}

/// A thread looks for the host, until this is dropped.
struct Looking<'g> {
    guest: &'g Guest,
}

impl Drop for Looking<'_> {
    fn drop(&mut self) {
        self.guest.place().is_looking = false;
        self.guest.found.notify_all();
    }
}

/// Who hosts the store now.
enum Found {
    Host(Hosting),
    Connection(Arc<Connection>),
}

/// What a call can be given to.
enum Reached<'g> {
    Host(&'g Arc<Host>),
    Guest(Arc<Connection>),
}

impl Guest {
    /// Becomes the guest of whoever has the store open, and takes guests.
    ///
    /// # Errors
    /// [`Error::Locked`] with these words if nobody there takes guests;
    /// [`Error::HostUnresponsive`].
    pub(in super::super) fn enter(
        path: &Path,
        options: Options,
        refusal: String,
    ) -> Result<Arc<Self>> {
        let disk = LocalDisk::new(path.to_path_buf()).with_access(options.access);
        disk.open_root()?;
        let mut guest = Self {
            store_id: StoreId::default(),
            disk,
            batches: Batches::new(options.submissions_bytes_max),
            options,
            hosting: OnceLock::new(),
            has_left: AtomicBool::new(false),
            place: Mutex::default(),
            found: Condvar::new(),
            process: std::process::id(),
        };
        guest.store_id = match guest.reach().map_err(|error| match error {
            Error::Locked(_) => Error::Locked(refusal),
            error => error,
        })? {
            Reached::Host(host) => host.store_id,
            Reached::Guest(connection) => connection.welcome.store_id,
        };
        // Another store may stand in the directory by the time when its host has ended.
        guest.options = guest.options.clone().for_existing(guest.store_id);
        let guest = Arc::new(guest);
        if guest.options.purpose() == Purpose::Hosting {
            let weak = Arc::downgrade(&guest);
            let watcher = thread::Builder::new().name("escrowdb-watch".into());
            watcher.spawn(move || watch(&weak))?;
        }
        Ok(guest)
    }

    /// The host, if this process is it by now.
    pub(in super::super) fn hosting(&self) -> Option<&Hosting> {
        self.hosting.get()
    }

    /// Asks for nothing any more. Gives the host, if this process is it by now.
    pub(in super::super) fn leave(&self) -> Option<&Hosting> {
        // What was submitted is answered first, if the host answers.
        let deadline = Instant::now() + self.options.takeover_wait;
        while let Some(connection) = self.connected()
            && !connection.is_settled()
            && Instant::now() < deadline
        {
            thread::sleep(PAUSE_MIN);
        }
        let mut place = self.place();
        self.has_left.store(true, Ordering::Release);
        // Whoever is about to take the place of a host that ended has it then, or never.
        place = self.found.wait_while(place, |place| place.is_looking).unwrap_or_else(unpoisoned);
        if let Some(connection) = place.connection.take() {
            connection.end();
        }
        self.hosting.get()
    }

    /// The connection that there is, unless this process is the host.
    fn connected(&self) -> Option<Arc<Connection>> {
        self.place().connection.clone().filter(|_| self.hosting.get().is_none())
    }

    fn place(&self) -> MutexGuard<'_, Place> {
        self.place.lock().unwrap_or_else(unpoisoned)
    }

    /// Whoever hosts the store now: the process that did, the one that took its place, or this one.
    /// One thread looks for it at a time, and none waits longer than its own time.
    fn reach(&self) -> Result<Reached<'_>> {
        if let Some(hosting) = self.hosting.get() {
            return Ok(Reached::Host(hosting.host()));
        }
        let began = Instant::now();
        let deadline = began + self.options.takeover_wait;
        let mut place = self.place();
        loop {
            if let Some(hosting) = self.hosting.get() {
                return Ok(Reached::Host(hosting.host()));
            }
            if self.has_left.load(Ordering::Acquire) {
                return Err(Error::Closed);
            }
            if let Some(connection) = &place.connection
                && !connection.has_ended()
            {
                return Ok(Reached::Guest(Arc::clone(connection)));
            }
            if place.is_looking {
                let left = deadline.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    return Err(self.nobody_answers());
                }
                (place, _) = self.found.wait_timeout(place, left).unwrap_or_else(unpoisoned);
                continue;
            }
            place.is_looking = true;
            let former = place.connection.as_ref().map(|connection| connection.former());
            drop(place);
            let looking = Looking { guest: self };
            let found = self.look(former, began, deadline);
            place = self.place();
            // Under the lock, so that batches keep their order.
            let settled = found.and_then(|found| self.settle(&mut place, found));
            drop((place, looking));
            settled?;
            place = self.place();
        }
    }

    /// From now on this is who hosts the store: it is given what the former host did not answer.
    fn settle(&self, place: &mut Place, found: Found) -> Result<()> {
        if self.has_left.load(Ordering::Acquire) {
            return Err(Error::Closed);
        }
        match found {
            Found::Host(hosting) => {
                self.batches.carry_out(hosting.host())?;
                let _first = self.hosting.set(hosting);
            }
            Found::Connection(connection) => {
                self.batches.send_again(&connection)?;
                place.connection = Some(connection);
            }
        }
        Ok(())
    }

    /// Looks for whoever hosts the store, or takes the place of the former host.
    fn look(&self, former: Option<Former>, began: Instant, deadline: Instant) -> Result<Found> {
        let mut pause = PAUSE_MIN;
        loop {
            if self.has_left.load(Ordering::Acquire) {
                return Err(Error::Closed);
            }
            if let Some(connection) = self.connect(deadline)? {
                return Ok(Found::Connection(Arc::new(connection)));
            }
            let is_in_turn =
                self.options.purpose() == Purpose::Hosting || began.elapsed() > READERS_WAIT;
            if is_in_turn && let Some(hosting) = self.take_place(former)? {
                return Ok(Found::Host(hosting));
            }
            if Instant::now() >= deadline {
                return Err(self.nobody_answers());
            }
            thread::sleep(pause);
            pause = (pause * 2).min(PAUSE_MAX);
        }
    }

    /// The connection has an end, which is known when all that came before it is read.
    fn read_to_its_end(&self) {
        let connection = self.place().connection.clone();
        let Some(connection) = connection else { return };
        connection.read_to_its_end();
        if !connection.has_ended() {
            // Another thread is about to find the end.
            thread::sleep(PAUSE_MAX);
        }
    }

    fn nobody_answers(&self) -> Error {
        let process = lock::holder(&self.disk).unwrap_or(0);
        unresponsive(process, self.options.takeover_wait)
    }

    /// A connection to whoever listens, if somebody does.
    fn connect(&self, deadline: Instant) -> Result<Option<Connection>> {
        let directory = self.disk.reopen_root()?;
        let socket = match connect(&directory, SOCKET_FILE) {
            Ok(socket) => socket,
            Err(error) => {
                return match error.kind() {
                    ErrorKind::NotFound
                    | ErrorKind::ConnectionRefused
                    | ErrorKind::WouldBlock
                    | ErrorKind::ConnectionReset => Ok(None),
                    _ => Err(error.into()),
                };
            }
        };
        let hello = Hello::of(&self.options, self.disk.root_identity()?);
        let patience = self.options.takeover_wait;
        match Connection::begin(socket, &hello, patience, deadline) {
            Ok(connection) => Ok(Some(connection)),
            // It was just closing.
            Err(Failure::Lost) => Ok(None),
            Err(Failure::Error(error)) => Err(error),
        }
    }

    /// Hosts the store, if nobody else does.
    fn take_place(&self, former: Option<Former>) -> Result<Option<Hosting>> {
        let mut options = self.options.clone();
        if let Some(former) = former {
            // What somebody else creates would keep those out whose store it is; what root creates
            // belongs to the owner of the directory.
            let own = rustix::process::geteuid().as_raw();
            if ![former.user, 0].contains(&own) && options.access != FileAccess::GroupWrite {
                return Ok(None);
            }
            // Nobody chose others when it came.
            (options.clock, options.durability) =
                (former.settings.clock, former.settings.durability);
        }
        let locked = match files::lock_again(&self.disk, options.purpose()) {
            Ok(locked) => locked,
            Err(Error::Locked(_)) => return Ok(None),
            Err(error) => return Err(error),
        };
        Ok(Some(Hosting::open(locked, &options)?))
    }

    /// Calls what hosts the store: again, if its host ends before it has answered.
    pub(super) fn call<T>(
        &self,
        on_host: impl Fn(&Arc<Host>) -> Result<T>,
        remote: impl Fn(&Arc<Connection>) -> Result<T, Failure>,
    ) -> Result<T> {
        let mut lost = None;
        loop {
            match self.reach()? {
                Reached::Host(host) => return on_host(host),
                Reached::Guest(connection) => match remote(&connection) {
                    Ok(answer) => return Ok(answer),
                    Err(Failure::Error(error)) => return Err(error),
                    Err(Failure::Lost) => {
                        // One that lets in and ends it again and again does not answer either.
                        let wait = self.options.takeover_wait;
                        if lost.get_or_insert_with(Instant::now).elapsed() > wait {
                            return Err(unresponsive(connection.welcome.process, wait));
                        }
                        thread::sleep(PAUSE_MIN);
                    }
                },
            }
        }
    }

    /// The generation of the file of keys that this guest was told with its last snapshot.
    pub(super) fn told_generation(&self) -> Option<u64> {
        self.connected()?.keys_generation()
    }

    /// Asks what takes a simple answer.
    pub(super) fn ask<A: Answer>(
        &self,
        kind: u16,
        payload: &[u8],
        on_host: impl Fn(&Arc<Host>) -> Result<A>,
    ) -> Result<A> {
        self.call(on_host, |connection| {
            let answer = connection.call(kind, 0, &[payload])?;
            Ok(A::from_bytes(&answer)?)
        })
    }

    /// As [`Guest::ask`], what is not done twice: if the host ends, nobody knows how far it came.
    pub(super) fn ask_once<A: Answer>(
        &self,
        kind: u16,
        payload: &[u8],
        on_host: impl Fn(&Arc<Host>) -> Result<A>,
    ) -> Result<A> {
        match self.reach()? {
            Reached::Host(host) => on_host(host),
            Reached::Guest(connection) => {
                let answer = connection.call(kind, 0, &[payload]);
                let answer = answer.map_err(|failure| failure.at_last(&connection))?;
                A::from_bytes(&answer).map_err(nonsense)
            }
        }
    }

    pub(in super::super) fn submit(
        &self,
        operations: &[Operation],
        data: &[u8],
        origin: Origin,
    ) -> Result<Vec<Outcome>> {
        let on_host = |host: &Arc<Host>| host.submit(operations, data, origin);
        let count = (operations.len() as u32).to_le_bytes();
        let own = if origin == Origin::Library { kinds::OWN } else { 0 };
        self.call(on_host, |connection| {
            let alone = if connection.is_idle() { kinds::ALONE } else { 0 };
            let parts: [&[u8]; 3] = [&count, bytemuck::cast_slice(operations), data];
            let flags = own | alone | kinds::AWAITED;
            let answer = connection.call(kinds::SUBMIT, flags, &parts)?;
            Ok(outcomes_of(&answer)?)
        })
    }

    /// Submits without waiting.
    pub(in super::super) fn submit_async(
        &self,
        operations: Vec<Operation>,
        data: Vec<u8>,
    ) -> Result<BatchTicket> {
        // Under the lock under which the host changes, so that batches keep their order.
        loop {
            let reached = self.reach()?;
            let place = self.place();
            match (&reached, &place.connection) {
                (Reached::Guest(reached), Some(current)) if Arc::ptr_eq(reached, current) => {
                    return self.batches.submit(current, operations, data);
                }
                (Reached::Host(host), _) => {
                    return self.batches.submit_here(host, operations, data);
                }
                _ => (),
            }
        }
    }

    /// Waits for a batch.
    pub(in super::super) fn wait(&self, ticket: &BatchTicket) -> Result<Vec<Outcome>> {
        loop {
            match ticket.wait() {
                Err(Failure::Lost) => drop(self.reach()?),
                Err(Failure::Error(error)) => return Err(error),
                Ok(outcomes) => return Ok(outcomes),
            }
        }
    }
}

/// Takes the place of a host that has ended, or finds the next one, also while nobody calls:
/// deadlines come without callers.
fn watch(guest: &Weak<Guest>) {
    let mut has_ended = false;
    loop {
        let watched = {
            let Some(guest) = guest.upgrade() else { return };
            if guest.hosting.get().is_some() || guest.has_left.load(Ordering::Acquire) {
                return;
            }
            if has_ended {
                guest.read_to_its_end();
            }
            // If nobody takes guests for long, callers are told, and this looks again.
            let reached = guest.reach();
            match reached {
                Ok(Reached::Host(_)) => return,
                Ok(Reached::Guest(connection)) => connection.watched().ok(),
                Err(_) => None,
            }
        };
        match watched {
            Some(watched) => {
                has_ended = watched.wait(WATCHED);
                while !has_ended && guest.strong_count() > 0 {
                    has_ended = watched.wait(WATCHED);
                }
            }
            None => thread::sleep(WATCHED),
        }
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        if std::process::id() != self.process {
            // The parent's, which a forked child does not end: neither threads nor sockets.
            mem::forget((self.hosting.take(), self.place().connection.take()));
        }
    }
}

/// What a panic of another thread left is as good as before.
fn unpoisoned<G>(error: PoisonError<G>) -> G {
    error.into_inner()
}
