//! The host's side of one guest: what it asks for is carried out in the order in which it came.
//!
//! One thread reads, and answers what can be answered at once; one waits for what becomes durable,
//! and answers that; a third, begun when it is first needed, answers what may take its time. None
//! of them waits for another guest.

use super::super::host::Host;
use super::super::inherited::Inherited;
use super::super::query::Query;
use super::super::{ArchiveOptions, Error, LocalSnapshot, Result, check_batch, check_count};
use super::answers::{Answer, Taken, read_path, write_error};
use super::{kinds, served_keys};
use crate::commit::{self, Work};
use crate::engine::Origin;
use crate::model::{Account, Ledger, Operation, Outcome, Timestamp};
use crate::wire::codec::{self, Malformed, Reader, Writer};
use crate::wire::{Frame, FrameError, Incoming, Outgoing, Peer, Socket};
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Snapshots that are kept for one guest at a time.
const SNAPSHOTS_MAX: usize = 1_024;
/// A snapshot that was not asked for so long is kept no more.
const SNAPSHOT_IDLE_MAX: Duration = Duration::from_secs(600);
/// Bytes of what a guest has sent and not got its answers for. One request alone is always taken.
const BYTES_UNDER_WAY_MAX: usize = 256 << 20;
/// How often idle snapshots are looked for.
pub(super) const TICK: Duration = Duration::from_secs(30);
/// So many ids are looked up at once; more take their time.
const IDS_AT_ONCE: usize = 64;

/// A guest, as its host sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct GuestStatus {
    /// The number of its process, as it says itself.
    pub process: u32,
    /// The number of the user that it runs as.
    pub user: u32,
    /// For how many seconds it has been connected.
    pub connected_seconds: u64,
    /// Snapshots that are kept for it.
    pub snapshots: u64,
    /// Bytes of what it has sent and not got its answers for.
    pub bytes_under_way: u64,
}

impl GuestStatus {
    pub(super) fn write(&self, writer: &mut Writer) {
        writer.put(&self.process);
        writer.put(&self.user);
        writer.put(&self.connected_seconds);
        writer.put(&self.snapshots);
        writer.put(&self.bytes_under_way);
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            process: reader.take()?,
            user: reader.take()?,
            connected_seconds: reader.take()?,
            snapshots: reader.take()?,
            bytes_under_way: reader.take()?,
        })
    }
}

/// What the threads of one guest share.
#[derive(Debug)]
pub(super) struct Session {
    // Before the socket, which it lists.
    _listed: Inherited,
    socket: Socket,
    outgoing: Outgoing,
    peer: Peer,
    process: u32,
    began: Instant,
    snapshots: Mutex<Snapshots>,
    bytes_under_way: AtomicUsize,
}

#[derive(Debug, Default)]
struct Snapshots {
    kept: HashMap<u64, Kept>,
    last: u64,
}

#[derive(Debug)]
struct Kept {
    snapshot: LocalSnapshot,
    asked: Instant,
}

/// An answer that somebody waits for until it is durable.
struct Owed {
    number: u64,
    ticket: commit::Ticket,
    what: What,
    bytes: usize,
}

/// What will be owed for a request.
struct Owes {
    number: u64,
    what: What,
    bytes: usize,
    comes_back: bool,
}

enum What {
    Outcomes,
    Advanced,
    Acknowledged { consumer: String, position: Timestamp },
    Removed,
}

/// What takes its time.
enum Slow {
    Query(LocalSnapshot, Query),
    Checkpoint,
    Stats,
    Keys(u16, Vec<u8>),
    Backup(Vec<u8>),
    Archive(ArchiveOptions, Vec<u8>),
    CopyState(Vec<u8>),
}

/// What those who serve a guest need of the server.
pub(super) trait Serves: Send + Sync {
    fn host(&self) -> &Arc<Host>;
    /// All guests as an answer.
    fn guests(&self) -> Vec<u8>;
}

impl Session {
    pub(super) fn new(socket: Socket, outgoing: Outgoing, peer: Peer, process: u32) -> Self {
        Self {
            _listed: Inherited::list(&socket),
            socket,
            outgoing,
            peer,
            process,
            began: Instant::now(),
            snapshots: Mutex::default(),
            bytes_under_way: AtomicUsize::new(0),
        }
    }

    pub(super) fn status(&self) -> GuestStatus {
        GuestStatus {
            process: self.process,
            user: self.peer.user,
            connected_seconds: self.began.elapsed().as_secs(),
            snapshots: self.snapshots().kept.len() as u64,
            bytes_under_way: self.bytes_under_way.load(Ordering::Relaxed) as u64,
        }
    }

    pub(super) fn socket(&self) -> &Socket {
        &self.socket
    }

    fn snapshots(&self) -> MutexGuard<'_, Snapshots> {
        self.snapshots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self, number: u64, answer: &Result<Vec<u8>>) {
        let (kind, payload) = match answer {
            Ok(payload) => (kinds::ANSWER, payload.as_slice()),
            // The store is about to end here: unanswered, it is sent again to who hosts it next.
            Err(Error::Closed) => return,
            Err(error) => (kinds::ERROR, &write_error(error)[..]),
        };
        // A guest that is gone will not be answered: whoever reads finds out.
        if let Err(FrameError::Damaged(what)) =
            self.outgoing.send(&self.socket, (kind, 0, number), &[payload])
        {
            let error = Error::LimitExceeded(format!("the answer of the host: {what}"));
            let payload = write_error(&error);
            let _ = self.outgoing.send(&self.socket, (kinds::ERROR, 0, number), &[&payload]);
        }
    }

    /// Serves the guest until it is gone, or is to be served no more.
    pub(super) fn serve(self: &Arc<Self>, mut incoming: Incoming, server: &dyn Serves) {
        let (owed, debts) = channel();
        let payer = {
            let (session, host) = (Arc::clone(self), Arc::clone(server.host()));
            thread::Builder::new()
                .name("escrowdb-answer".into())
                .spawn(move || session.pay(&host, &debts))
        };
        let Ok(payer) = payer else { return };
        let mut slow = SlowQueue::default();
        loop {
            match incoming.next(&self.socket, None) {
                Ok(frame) => {
                    if self.take(frame, server, &owed, &mut slow).is_err() {
                        break;
                    }
                }
                Err(FrameError::TimedOut) => self.let_go_of_idle(),
                Err(FrameError::Ended(_) | FrameError::Damaged(_)) => break,
            }
        }
        drop(owed);
        // What it asked for by now is answered, if it still listens.
        let _ = payer.join();
        slow.end();
        self.snapshots().kept.clear();
        self.socket.shut_down();
    }

    fn let_go_of_idle(&self) {
        self.snapshots().kept.retain(|_, kept| kept.asked.elapsed() < SNAPSHOT_IDLE_MAX);
    }

    /// Answers a request, or sees to it that it is.
    fn take(
        self: &Arc<Self>,
        frame: Frame<'_>,
        server: &dyn Serves,
        owed: &Sender<Owed>,
        slow: &mut SlowQueue,
    ) -> Result<(), Malformed> {
        let (host, number) = (server.host(), frame.number);
        let payload = frame.payload;
        let mut reader = Reader::new(payload);
        let mut later = |what| slow.push(self, host, number, what);
        let answer = match frame.kind {
            kinds::SUBMIT => {
                let (work, bytes) = match self.batch(payload, frame.flags)? {
                    Ok(work) => work,
                    Err(error) => {
                        self.answer(number, &Err(error));
                        return Ok(());
                    }
                };
                if frame.flags & kinds::ALONE != 0 {
                    let answer = host.do_work(work).map(|answer| answer.outcomes.into_own());
                    answer.map(|outcomes| bytemuck::cast_slice(&outcomes).to_vec())
                } else {
                    let comes_back = frame.flags & kinds::AWAITED != 0;
                    let owes = Owes { number, what: What::Outcomes, bytes, comes_back };
                    return self.submit(host, work, owes, owed);
                }
            }
            kinds::LEDGERS => {
                let work = records::<Ledger>(payload)?.map(Work::Ledgers);
                return self.submit_checked(host, work, What::Outcomes, number, payload, owed);
            }
            kinds::ACCOUNTS => {
                let work = records::<Account>(payload)?.map(Work::Accounts);
                return self.submit_checked(host, work, What::Outcomes, number, payload, owed);
            }
            kinds::ADVANCE => {
                let to = Timestamp::from_bytes(payload)?;
                let work = host.check_advance(to).map(|()| Work::Advance(to));
                return self.submit_checked(host, work, What::Advanced, number, payload, owed);
            }
            kinds::ACKNOWLEDGE => {
                let consumer = reader.text()?.to_owned();
                let position = Timestamp::read(&mut reader)?;
                reader.end()?;
                let work = super::super::check_consumer(&consumer)
                    .map(|()| Work::Acknowledge { consumer: consumer.clone(), position });
                let what = What::Acknowledged { consumer, position };
                return self.submit_checked(host, work, what, number, payload, owed);
            }
            kinds::REMOVE_CONSUMER => {
                let consumer = std::str::from_utf8(payload).map_err(|_| Malformed)?.to_owned();
                let work = super::super::check_consumer(&consumer)
                    .map(|()| Work::RemoveConsumer(consumer));
                return self.submit_checked(host, work, What::Removed, number, payload, owed);
            }
            kinds::SNAPSHOT => self.snapshot(host),
            kinds::DROP_SNAPSHOT => {
                let dropped = self.snapshots().kept.remove(&reader.take::<u64>()?);
                drop(dropped);
                return Ok(());
            }
            kinds::QUERY => {
                let snapshot = reader.take::<u64>()?;
                let query = Query::read(&mut reader)?;
                reader.end()?;
                match self.kept(snapshot) {
                    Ok(snapshot) if is_quick(&query) => page(&snapshot, &query),
                    Ok(snapshot) => return later(Slow::Query(snapshot, query)),
                    Err(error) => Err(error),
                }
            }
            kinds::HEAD => Ok(host.head().to_bytes()),
            kinds::CLOCK => Ok(host.clock().to_bytes()),
            kinds::CONFIRM_CLOCK => {
                host.confirm_clock(Timestamp::from_bytes(payload)?).map(|time| time.to_bytes())
            }
            kinds::STATS => return later(Slow::Stats),
            kinds::CHECKPOINT => return later(Slow::Checkpoint),
            kinds::BACKUP => return later(Slow::Backup(payload.to_vec())),
            kinds::COPY_STATE => return later(Slow::CopyState(payload.to_vec())),
            kinds::ARCHIVE => {
                let options = ArchiveOptions::before(Timestamp::read(&mut reader)?);
                let path = payload.get(size_of::<u64>()..).unwrap_or_default().to_vec();
                return later(Slow::Archive(options, path));
            }
            kinds::STATUS => Ok(server.guests()),
            kinds::KEYS_LEN..=kinds::KEYS_SET_ALIGNED => {
                return later(Slow::Keys(frame.kind, payload.to_vec()));
            }
            kinds::PING => Ok(Vec::new()),
            _ => return Err(Malformed),
        };
        self.answer(number, &answer);
        Ok(())
    }

    /// The operations of a payload, and how many bytes they take until they are answered.
    fn batch(&self, payload: &[u8], flags: u16) -> Result<Result<(Work, usize)>, Malformed> {
        let mut reader = Reader::new(payload);
        let operations = reader.list::<Operation>()?;
        let data = reader.rest().to_vec();
        let bytes = payload.len() + operations.len() * size_of::<Outcome>();
        if let Err(error) = check_batch(&operations, &data) {
            return Ok(Err(error));
        }
        let origin = if flags & kinds::OWN != 0 { Origin::Library } else { Origin::Host };
        Ok(Ok((Work::Operations { operations, data, origin }, bytes)))
    }

    fn submit_checked(
        &self,
        host: &Host,
        work: Result<Work>,
        what: What,
        number: u64,
        payload: &[u8],
        owed: &Sender<Owed>,
    ) -> Result<(), Malformed> {
        match work {
            Ok(work) => {
                let bytes = payload.len();
                self.submit(host, work, Owes { number, what, bytes, comes_back: false }, owed)
            }
            Err(error) => {
                self.answer(number, &Err(error));
                Ok(())
            }
        }
    }

    fn submit(
        &self,
        host: &Host,
        work: Work,
        Owes { number, what, bytes, comes_back }: Owes,
        owed: &Sender<Owed>,
    ) -> Result<(), Malformed> {
        let before = self.bytes_under_way.load(Ordering::Relaxed);
        let error = if before > 0 && before.saturating_add(bytes) > BYTES_UNDER_WAY_MAX {
            let most = BYTES_UNDER_WAY_MAX >> 20;
            let what =
                format!("more than {most} MiB of one process are under way: wait for answers");
            Error::LimitExceeded(what)
        } else {
            match host.submit_served(work, comes_back) {
                Ok(ticket) => {
                    self.bytes_under_way.fetch_add(bytes, Ordering::Relaxed);
                    // Whoever pays ends after this thread.
                    return owed.send(Owed { number, ticket, what, bytes }).map_err(|_| Malformed);
                }
                Err(error) => error,
            }
        };
        self.answer(number, &Err(error));
        Ok(())
    }

    /// Answers what becomes durable: many answers of one block by one write.
    fn pay(&self, host: &Host, debts: &Receiver<Owed>) {
        let mut next = debts.recv().ok();
        while let Some(owed) = next.take() {
            self.pay_one(host, owed);
            next = match debts.try_recv() {
                Ok(owed) if owed.ticket.is_done() => Some(owed),
                Ok(owed) => {
                    self.outgoing.flush(&self.socket);
                    Some(owed)
                }
                Err(_) => {
                    self.outgoing.flush(&self.socket);
                    debts.recv().ok()
                }
            };
        }
        self.outgoing.flush(&self.socket);
    }

    fn pay_one(&self, host: &Host, Owed { number, ticket, what, bytes }: Owed) {
        let answer = ticket.wait().map_err(Error::from);
        self.bytes_under_way.fetch_sub(bytes, Ordering::Relaxed);
        let answer = match (answer, what) {
            (Err(error), _) => Err(error),
            (Ok(answer), What::Outcomes) => {
                let outcomes = answer.outcomes.into_own();
                let parts = [bytemuck::cast_slice(&outcomes)];
                let _ = self.outgoing.add(&self.socket, (kinds::ANSWER, 0, number), &parts);
                return;
            }
            (Ok(answer), What::Advanced) => Ok(host.advanced(&answer).to_bytes()),
            (Ok(answer), What::Acknowledged { consumer, position }) => {
                super::super::acknowledged(&consumer, position, &answer).map(|()| Vec::new())
            }
            (Ok(answer), What::Removed) => Ok(super::super::removed(&answer).to_bytes()),
        };
        self.answer(number, &answer);
    }

    fn snapshot(&self, host: &Host) -> Result<Vec<u8>> {
        let mut snapshots = self.snapshots();
        if snapshots.kept.len() >= SNAPSHOTS_MAX {
            let what = format!("a process keeps at most {SNAPSHOTS_MAX} snapshots: drop some");
            return Err(Error::LimitExceeded(what));
        }
        snapshots.last += 1;
        let (number, snapshot) = (snapshots.last, host.snapshot_of(None));
        let timestamp = snapshot.timestamp();
        snapshots.kept.insert(number, Kept { snapshot, asked: Instant::now() });
        drop(snapshots);
        let (now, keys_generation) = (host.committer.now(), host.keys.generation()?);
        Ok(Taken { snapshot: number, timestamp, now, keys_generation }.to_bytes())
    }

    fn kept(&self, number: u64) -> Result<LocalSnapshot> {
        let mut snapshots = self.snapshots();
        let kept = snapshots.kept.get_mut(&number).ok_or_else(|| {
            let minutes = SNAPSHOT_IDLE_MAX.as_secs() / 60;
            let what = "which the host keeps for a guest no longer: take a new one";
            Error::InvalidArgument(format!(
                "the snapshot was not read for {minutes} minutes, {what}"
            ))
        })?;
        kept.asked = Instant::now();
        Ok(kept.snapshot.clone())
    }

    fn carry_out(&self, host: &Host, slow: Slow) -> Result<Vec<u8>> {
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
}

/// Where to send what takes its time, with the number of its request.
type Running = (Sender<(u64, Slow)>, thread::JoinHandle<()>);

/// The thread that answers what takes its time, once there was something.
#[derive(Default)]
struct SlowQueue {
    running: Option<Running>,
    long: Vec<thread::JoinHandle<()>>,
}

impl SlowQueue {
    fn push(
        &mut self,
        session: &Arc<Session>,
        host: &Arc<Host>,
        number: u64,
        slow: Slow,
    ) -> Result<(), Malformed> {
        let is_long = matches!(slow, Slow::Backup(_) | Slow::Archive(..) | Slow::CopyState(_));
        if is_long {
            self.long.retain(|thread| !thread.is_finished());
        }
        let spawned = if is_long {
            let (session, host) = (Arc::clone(session), Arc::clone(host));
            let run = move || session.answer(number, &session.carry_out(&host, slow));
            let thread = thread::Builder::new().name("escrowdb-copy".into()).spawn(run);
            thread.map(|thread| self.long.push(thread))
        } else {
            self.queue(session, host).map(|queue| drop(queue.send((number, slow))))
        };
        if let Err(error) = spawned {
            session.answer(number, &Err(error.into()));
        }
        Ok(())
    }

    fn queue(
        &mut self,
        session: &Arc<Session>,
        host: &Arc<Host>,
    ) -> std::io::Result<&Sender<(u64, Slow)>> {
        if self.running.is_none() {
            let (sender, receiver) = channel::<(u64, Slow)>();
            let (session, host) = (Arc::clone(session), Arc::clone(host));
            let run = move || {
                for (number, slow) in receiver {
                    session.answer(number, &session.carry_out(&host, slow));
                }
            };
            let thread = thread::Builder::new().name("escrowdb-read".into()).spawn(run)?;
            self.running = Some((sender, thread));
        }
        self.running
            .as_ref()
            .map(|(sender, _)| sender)
            .ok_or_else(|| std::io::ErrorKind::Other.into())
    }

    fn end(self) {
        if let Some((sender, thread)) = self.running {
            drop(sender);
            let _ = thread.join();
        }
        self.long.into_iter().for_each(|thread| drop(thread.join()));
    }
}

/// Whether a question is answered while others wait.
fn is_quick(query: &Query) -> bool {
    match query {
        Query::Ledger(_) | Query::Document(_) | Query::Consumer(_) | Query::BalancesAt { .. } => {
            true
        }
        Query::TakenAndReversed { .. } => true,
        Query::Accounts(ids) | Query::Holds(ids) | Query::Operations(ids) => {
            ids.len() <= IDS_AT_ONCE
        }
        _ => false,
    }
}

fn page(snapshot: &LocalSnapshot, query: &Query) -> Result<Vec<u8>> {
    let mut writer = Writer::default();
    snapshot.answer(query)?.write(&mut writer);
    Ok(writer.into_bytes())
}

/// Records alone in a payload.
fn records<T: bytemuck::Pod>(payload: &[u8]) -> Result<Result<Vec<T>>, Malformed> {
    if !payload.len().is_multiple_of(size_of::<T>()) {
        return Err(Malformed);
    }
    let records = codec::records(payload);
    Ok(check_count(records.len()).map(|()| records))
}
