//! The host's door: lets guests in, and sees each of them served.

use super::super::host::Host;
use super::super::inherited::Inherited;
use super::super::{Error, FileAccess, Options, Result};
use super::answers::{Answer, write_error};
use super::guest_status::GuestStatus;
use super::hello::{Hello, Settings, Welcome};
use super::kinds::{ERROR, HELLO, WELCOME};
use super::session::{Serves, Session, TICK};
use super::{SOCKET_FILE, SOCKET_NAME};
use crate::disk::LocalDisk;
use crate::model::Id;
use crate::wire::{Incoming, Listener, Outgoing, Peer, Socket};
use rustix::fs::Mode;
use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// By which a host's filter knows what is told here.
const TARGET: &str = "escrowdb";
/// A request that comes within this time after another one is waited for awake.
const AWAKE: Duration = Duration::from_micros(50);
/// Whoever does not say who it is within this time is let in no more.
const HELLO_MAX: Duration = Duration::from_secs(5);
/// So many may be at the door, and not have said yet who they are.
const VISITORS_MAX: usize = 64;
/// A guest that takes no answer for so long has lost its connection.
const WRITE_MAX: Duration = Duration::from_secs(10);
/// How long guests that do not read their last answers are waited for when the host ends.
const END_MAX: Duration = Duration::from_secs(1);

/// Takes in guests until it is stopped.
pub(in super::super) struct Server {
    shared: Arc<Shared>,
    // Before the listener, which it lists.
    _listed: Inherited,
    listener: Arc<Listener>,
    door: Mutex<Option<JoinHandle<()>>>,
    process: u32,
    disk: LocalDisk,
}

struct Shared {
    host: Arc<Host>,
    welcome: Welcome,
    access: FileAccess,
    /// The user that the directory belongs to: root may be there first.
    owner: u32,
    directory: (u64, u64),
    guests_max: usize,
    is_stopping: AtomicBool,
    gate: Arc<Gate>,
}

/// Who is served, and who waits for that to be fewer.
#[derive(Default)]
struct Gate {
    served: Mutex<Served>,
    /// There are fewer.
    fewer: Condvar,
}

#[derive(Default)]
struct Served {
    next: u64,
    /// Those who have come through the door.
    threads: usize,
    sessions: BTreeMap<u64, Arc<Session>>,
}

impl fmt::Debug for Server {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Server").field("guests", &self.guests()).finish_non_exhaustive()
    }
}

impl Serves for Shared {
    fn host(&self) -> &Arc<Host> {
        &self.host
    }

    fn guests(&self) -> Vec<u8> {
        self.statuses().to_bytes()
    }
}

impl Shared {
    fn served(&self) -> MutexGuard<'_, Served> {
        self.gate.served()
    }

    fn statuses(&self) -> Vec<GuestStatus> {
        let sessions: Vec<_> = self.served().sessions.values().cloned().collect();
        sessions.iter().map(|session| session.status()).collect()
    }

    /// Whether whoever is at the other end may come in. Of a store that its group may use the
    /// system has asked that already, by the rights of the socket.
    fn admits(&self, peer: Peer) -> bool {
        let own = rustix::process::geteuid().as_raw();
        self.access == FileAccess::GroupWrite || [own, self.owner, 0].contains(&peer.user)
    }

    /// Hears who comes, and serves it.
    fn receive(self: &Arc<Self>, number: u64, socket: Socket) {
        let (outgoing, mut incoming) = (Outgoing::default(), Incoming::awake_for(AWAKE));
        if socket.set_write_timeout(WRITE_MAX).and(socket.set_read_timeout(TICK)).is_err() {
            return;
        }
        let Ok(peer) = socket.peer() else { return };
        let Ok(frame) = incoming.next(&socket, Some(Instant::now() + HELLO_MAX)) else { return };
        let Some(hello) = Some(frame).filter(|frame| frame.kind == HELLO) else { return };
        let Ok(hello) = Hello::read(hello.payload) else { return };
        let entered = hello.and_then(|hello| self.enter(peer, &hello).map(|()| hello));
        let hello = match entered {
            Ok(hello) => hello,
            Err(error) => {
                let _ = outgoing.send(&socket, (ERROR, 0, 0), &[&write_error(&error)]);
                return;
            }
        };
        if outgoing.send(&socket, (WELCOME, 0, 0), &[&self.welcome.write()]).is_err() {
            return;
        }
        let session = Arc::new(Session::new(socket, outgoing, peer, hello.process));
        {
            let mut served = self.served();
            if self.is_stopping.load(Ordering::Acquire) {
                return;
            }
            served.sessions.insert(number, Arc::clone(&session));
        }
        let (store, process, user) = (Id::from_bytes(self.host.store_id), hello.process, peer.user);
        tracing::info!(target: TARGET, %store, process, user, "guest came");
        session.serve(incoming, &**self);
        tracing::info!(target: TARGET, %store, process, user, "guest left");
    }

    fn enter(&self, peer: Peer, hello: &Hello) -> Result<()> {
        if !self.admits(peer) {
            let what = format!(
                "the store belongs to another user than {}: open it with file access for its group",
                peer.user
            );
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, what).into());
        }
        self.welcome.check(hello, self.host.index_user_data, self.directory)?;
        if self.served().sessions.len() >= self.guests_max {
            let what = format!("the store has {} guests, and takes no more", self.guests_max);
            return Err(Error::LimitExceeded(what));
        }
        Ok(())
    }
}

impl Gate {
    fn served(&self) -> MutexGuard<'_, Served> {
        self.served.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counts somebody who came, until it is gone.
struct Visit {
    /// Until it is about to be gone.
    shared: Option<Arc<Shared>>,
    gate: Arc<Gate>,
    number: u64,
}

impl Drop for Visit {
    fn drop(&mut self) {
        let session = self.gate.served().sessions.remove(&self.number);
        // Before it is counted no more: whoever waits for that lets go of the directory next, which
        // the host that is shared keeps locked.
        drop((session, self.shared.take()));
        self.gate.served().threads -= 1;
        self.gate.fewer.notify_all();
    }
}

impl Server {
    /// Lets guests in from now on.
    pub(in super::super) fn start(
        host: &Arc<Host>,
        disk: &LocalDisk,
        options: &Options,
    ) -> Result<Self> {
        let access = match options.access {
            FileAccess::Owner | FileAccess::GroupRead => Mode::RUSR | Mode::WUSR,
            FileAccess::GroupWrite => Mode::RUSR | Mode::WUSR | Mode::RGRP | Mode::WGRP,
        };
        let listener = Listener::bind(&disk.reopen_root()?, SOCKET_FILE, access);
        let listener = listener.map_err(|error| {
            let path = disk.root().join(SOCKET_FILE);
            let what = "no guests can be let in by";
            let hint = "open the store with the option exclusive to do without";
            io::Error::new(error.kind(), format!("{what} {}: {error}; {hint}", path.display()))
        })?;
        disk.give_to_owner(SOCKET_NAME);
        let listed = Inherited::list(&listener);
        let listener = Arc::new(listener);
        let shared = Arc::new(Shared {
            welcome: Welcome {
                process: std::process::id(),
                settings: Settings::of(options),
                store_id: host.store_id,
            },
            host: Arc::clone(host),
            access: options.access,
            owner: disk.root_owner()?,
            directory: disk.root_identity()?,
            guests_max: options.guests_max,
            is_stopping: AtomicBool::new(false),
            gate: Arc::default(),
        });
        let door = {
            let (shared, listener) = (Arc::clone(&shared), Arc::clone(&listener));
            let door = thread::Builder::new().name("escrowdb-door".into());
            door.spawn(move || let_in(&shared, &listener))?
        };
        let (door, process) = (Mutex::new(Some(door)), std::process::id());
        Ok(Self { shared, listener, door, _listed: listed, process, disk: disk.clone() })
    }

    /// Those who are served now.
    pub(in super::super) fn guests(&self) -> Vec<GuestStatus> {
        self.shared.statuses()
    }

    /// Takes in nobody any more, and serves nobody any more: what was asked for by now is answered
    /// first, if whoever asked takes the answers. Says whether anybody was served.
    pub(in super::super) fn stop(&self) -> bool {
        self.shared.is_stopping.store(true, Ordering::Release);
        self.listener.shut_down();
        let door = self.door.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(door) = door {
            let _ = door.join();
        }
        let mut served = self.shared.served();
        let had_guests = !served.sessions.is_empty();
        served.sessions.values().for_each(|session| session.socket().shut_down_reading());
        let is_served = |served: &mut Served| served.threads > 0;
        (served, _) = self
            .shared
            .gate
            .fewer
            .wait_timeout_while(served, END_MAX, is_served)
            .unwrap_or_else(PoisonError::into_inner);
        served.sessions.values().for_each(|session| session.socket().shut_down());
        drop(
            self.shared
                .gate
                .fewer
                .wait_while(served, is_served)
                .unwrap_or_else(PoisonError::into_inner),
        );
        // A thread that has just said that it is done has the host a moment longer: the directory
        // must be free when the store is closed.
        while Arc::strong_count(&self.shared) > 1 {
            thread::yield_now();
        }
        // The lock is still there: nobody else listens by this name yet. A copy of the directory is
        // of files alone.
        if let Ok(directory) = self.disk.reopen_root() {
            Listener::remove(&directory, SOCKET_FILE);
        }
        had_guests
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A forked child has none of the threads, and must not end its parent's connections.
        if self.process == std::process::id() && self.stop() {
            self.shared.host.leave_guests();
        }
    }
}

fn let_in(shared: &Arc<Shared>, listener: &Listener) {
    loop {
        let socket = match listener.accept() {
            Ok(socket) => socket,
            Err(_) if shared.is_stopping.load(Ordering::Acquire) => return,
            Err(_) => {
                // Out of descriptors, for one: others may let go of theirs.
                thread::sleep(Duration::from_millis(10));
                continue;
            }
        };
        if shared.is_stopping.load(Ordering::Acquire) {
            return;
        }
        let number = {
            let mut served = shared.served();
            if served.threads >= shared.guests_max.saturating_add(VISITORS_MAX) {
                // Whoever does not say who it is keeps nobody else out for long.
                continue;
            }
            served.next += 1;
            served.threads += 1;
            served.next
        };
        let gate = Arc::clone(&shared.gate);
        let visit = Visit { shared: Some(Arc::clone(shared)), gate, number };
        let guest = thread::Builder::new().name("escrowdb-serve".into());
        // If there is no thread for it, the visit ends here, and the connection with it.
        let _ = guest.spawn(move || {
            if let Some(shared) = &visit.shared {
                shared.receive(visit.number, socket);
            }
        });
    }
}
