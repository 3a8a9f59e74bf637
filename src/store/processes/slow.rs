//! What takes its time, answered by threads of its own: walks and files of a guest by one of them,
//! copies of the store by one each.

use super::super::host::Host;
use super::super::query::Query;
use super::super::{ArchiveOptions, Error, LocalSnapshot, Result};
use super::answers::{Answer, read_path};
use super::served_keys;
use crate::wire::codec::Writer;
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread::{self, JoinHandle};

/// Copies of the store that are made for one guest at a time.
const COPIES_MAX: usize = 8;

/// What takes its time.
pub(super) enum Slow {
    Query(LocalSnapshot, Query),
    Checkpoint,
    Stats,
    Keys(u16, Vec<u8>),
    Backup(Vec<u8>),
    Archive(ArchiveOptions, Vec<u8>),
    CopyState(Vec<u8>),
}

/// Who is told what became of a request.
pub(super) trait Answers: Send + Sync + 'static {
    /// Answers the request of this number.
    fn answer(&self, number: u64, answer: &Result<Vec<u8>>);
}

/// Where to send what takes its time, with the number of its request.
type Running = (Sender<(u64, Slow)>, JoinHandle<()>);

/// The thread that answers what takes its time, once there was something.
#[derive(Default)]
pub(super) struct SlowQueue {
    running: Option<Running>,
    copies: Vec<JoinHandle<()>>,
}

impl SlowQueue {
    pub(super) fn push(
        &mut self,
        session: &Arc<impl Answers>,
        host: &Arc<Host>,
        number: u64,
        slow: Slow,
    ) {
        let is_copy = matches!(slow, Slow::Backup(_) | Slow::Archive(..) | Slow::CopyState(_));
        let spawned = if is_copy {
            self.copies.retain(|thread| !thread.is_finished());
            if self.copies.len() >= COPIES_MAX {
                let what = format!("at most {COPIES_MAX} copies are made for one guest at a time");
                return session.answer(number, &Err(Error::LimitExceeded(what)));
            }
            let (session, host) = (Arc::clone(session), Arc::clone(host));
            let run = move || session.answer(number, &carry_out(&host, slow));
            let thread = thread::Builder::new().name("escrowdb-copy".into()).spawn(run);
            thread.map(|thread| self.copies.push(thread))
        } else {
            self.queue(session, host).map(|queue| drop(queue.send((number, slow))))
        };
        if let Err(error) = spawned {
            session.answer(number, &Err(error.into()));
        }
    }

    fn queue(
        &mut self,
        session: &Arc<impl Answers>,
        host: &Arc<Host>,
    ) -> io::Result<&Sender<(u64, Slow)>> {
        if self.running.is_none() {
            let (sender, receiver) = channel::<(u64, Slow)>();
            let (session, host) = (Arc::clone(session), Arc::clone(host));
            let run = move || {
                for (number, slow) in receiver {
                    session.answer(number, &carry_out(&host, slow));
                }
            };
            let thread = thread::Builder::new().name("escrowdb-read".into()).spawn(run)?;
            self.running = Some((sender, thread));
        }
        self.running.as_ref().map(|(sender, _)| sender).ok_or_else(|| io::ErrorKind::Other.into())
    }

    pub(super) fn end(self) {
        if let Some((sender, thread)) = self.running {
            drop(sender);
            let _ = thread.join();
        }
        self.copies.into_iter().for_each(|thread| drop(thread.join()));
    }
}

fn carry_out(host: &Host, slow: Slow) -> Result<Vec<u8>> {
    match slow {
        Slow::Query(snapshot, query) => page(&snapshot, &query),
        Slow::Stats => Ok(host.stats().to_bytes()),
        Slow::Checkpoint => host.checkpoint().map(|()| Vec::new()),
        Slow::Keys(kind, payload) => served_keys::answer(host, kind, &payload)
            .unwrap_or_else(|error| Err(Error::InvalidArgument(error.to_string()))),
        Slow::Backup(path) => host.backup(read_path(&path)).map(|report| report.to_bytes()),
        Slow::CopyState(path) => host.copy_state(read_path(&path)).map(|head| head.to_bytes()),
        Slow::Archive(options, path) => {
            host.archive(read_path(&path), &options).map(|report| report.to_bytes())
        }
    }
}

/// The answer to a question.
pub(super) fn page(snapshot: &LocalSnapshot, query: &Query) -> Result<Vec<u8>> {
    let mut writer = Writer::default();
    snapshot.answer(query)?.write(&mut writer);
    Ok(writer.into_bytes())
}
