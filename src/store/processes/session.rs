//! The host's side of one guest: what it asks for is carried out in the order in which it came.
//!
//! One thread reads, and answers what can be answered at once; one waits for what becomes durable,
//! and answers that; a third, begun when it is first needed, answers what may take its time. None
//! of them waits for another guest.

use super::super::checks::{acknowledged, check_batch, check_consumer, check_count, removed};
use super::super::host::Host;
use super::super::inherited::Inherited;
use super::super::query::Query;
use super::super::{ArchiveOptions, Error, LocalSnapshot, Result};
use super::answers::{Answer, Taken, write_error};
use super::guest_status::GuestStatus;
use super::kept::{KeptSnapshots, UnderWay};
use super::kinds;
use super::slow::{Answers, Slow, SlowQueue, page};
use crate::commit::{self, Work};
use crate::engine::Origin;
use crate::model::{Operation, Outcome, Timestamp};
use crate::wire::codec::{self, Malformed, Reader};
use crate::wire::{Frame, FrameError, Incoming, Outgoing, Peer, Socket};
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

/// How often idle snapshots are looked for.
pub(super) const TICK: Duration = Duration::from_secs(30);
/// So many ids are looked up at once; more take their time.
const IDS_AT_ONCE: usize = 64;

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
    snapshots: KeptSnapshots<LocalSnapshot>,
    under_way: UnderWay,
}

/// An answer that somebody waits for until it is durable.
struct Owed {
    number: u64,
    ticket: commit::Ticket,
    what: What,
    bytes: usize,
}

/// Work for the commit path, and what will be owed for it.
struct Request {
    work: Work,
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

impl What {
    /// What a guest is told of what became of its work.
    fn answer(self, host: &Host, answer: commit::Answer) -> Result<Vec<u8>> {
        match self {
            Self::Outcomes => Ok(bytemuck::cast_slice(&answer.outcomes.into_own()).to_vec()),
            Self::Advanced => Ok(host.advanced(&answer).to_bytes()),
            Self::Acknowledged { consumer, position } => {
                acknowledged(&consumer, position, &answer).map(|()| Vec::new())
            }
            Self::Removed => Ok(removed(&answer).to_bytes()),
        }
    }
}

/// What was found for a request.
enum Found {
    Now(Result<Vec<u8>>),
    Later(Slow),
}

/// What those who serve a guest need of the server.
pub(super) trait Serves: Send + Sync {
    fn host(&self) -> &Arc<Host>;
    /// All guests as an answer.
    fn guests(&self) -> Vec<u8>;
}

impl Answers for Session {
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
            snapshots: KeptSnapshots::default(),
            under_way: UnderWay::default(),
        }
    }

    pub(super) fn status(&self) -> GuestStatus {
        GuestStatus {
            process: self.process,
            user: self.peer.user,
            connected_seconds: self.began.elapsed().as_secs(),
            snapshots: self.snapshots.len() as u64,
            bytes_under_way: self.under_way.bytes() as u64,
        }
    }

    pub(super) fn socket(&self) -> &Socket {
        &self.socket
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
        let (mut slow, mut looked) = (SlowQueue::default(), Instant::now());
        loop {
            match incoming.next(&self.socket, None) {
                Ok(frame) => {
                    if self.take(frame, server, &owed, &mut slow).is_err() {
                        break;
                    }
                }
                Err(FrameError::TimedOut) => (),
                Err(FrameError::Ended(_) | FrameError::Damaged(_)) => break,
            }
            if looked.elapsed() >= TICK {
                looked = Instant::now();
                self.snapshots.drop_idle(looked);
            }
        }
        drop(owed);
        // What it asked for by now is answered, if it still listens.
        let _ = payer.join();
        slow.end();
        self.snapshots.drop_all();
        self.socket.shut_down();
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
        if frame.kind == kinds::DROP_SNAPSHOT {
            self.snapshots.drop_one(u64::from_bytes(frame.payload)?);
            return Ok(());
        }
        let answer = match frame.kind {
            kinds::SUBMIT..=kinds::REMOVE_CONSUMER => match request(host, &frame)? {
                Ok(request) if frame.flags & kinds::ALONE != 0 => {
                    let answer = host.do_work(request.work);
                    answer.and_then(|answer| request.what.answer(host, answer))
                }
                Ok(request) => match self.submit(host, request, number, owed) {
                    Ok(()) => return Ok(()),
                    Err(error) => Err(error),
                },
                Err(error) => Err(error),
            },
            _ => match self.look_up(host, server, &frame)? {
                Found::Now(answer) => answer,
                Found::Later(what) => {
                    slow.push(self, host, number, what);
                    return Ok(());
                }
            },
        };
        self.answer(number, &answer);
        Ok(())
    }

    /// What is no work for the commit path: the answer, or what takes its time.
    fn look_up(
        &self,
        host: &Host,
        server: &dyn Serves,
        frame: &Frame<'_>,
    ) -> Result<Found, Malformed> {
        let mut reader = Reader::new(frame.payload);
        let path = || frame.payload.to_vec();
        let answer = match frame.kind {
            kinds::SNAPSHOT => self.snapshot(host),
            kinds::QUERY => {
                let snapshot = reader.take::<u64>()?;
                let query = Query::read(&mut reader)?;
                reader.end()?;
                match self.snapshots.find(snapshot) {
                    Ok(snapshot) if is_quick(&query) => page(&snapshot, &query),
                    Ok(snapshot) => return Ok(Found::Later(Slow::Query(snapshot, query))),
                    Err(error) => Err(error),
                }
            }
            kinds::HEAD => Ok(host.head().to_bytes()),
            kinds::CLOCK => Ok(host.clock().to_bytes()),
            kinds::CONFIRM_CLOCK => {
                let time = host.confirm_clock(Timestamp::from_bytes(frame.payload)?);
                time.map(|time| time.to_bytes())
            }
            kinds::STATUS => Ok(server.guests()),
            kinds::PING => Ok(Vec::new()),
            kinds::STATS => return Ok(Found::Later(Slow::Stats)),
            kinds::CHECKPOINT => return Ok(Found::Later(Slow::Checkpoint)),
            kinds::BACKUP | kinds::COPY_STATE | kinds::ARCHIVE
                if !self.may_have_files_written() =>
            {
                Err(self.writes_no_files())
            }
            kinds::BACKUP => return Ok(Found::Later(Slow::Backup(path()))),
            kinds::COPY_STATE => return Ok(Found::Later(Slow::CopyState(path()))),
            kinds::ARCHIVE => {
                let options = ArchiveOptions::before(Timestamp::read(&mut reader)?);
                let path = reader.rest().to_vec();
                return Ok(Found::Later(Slow::Archive(options, path)));
            }
            kinds::KEYS_LEN..=kinds::KEYS_SET_ALIGNED => {
                return Ok(Found::Later(Slow::Keys(frame.kind, path())));
            }
            _ => return Err(Malformed),
        };
        Ok(Found::Now(answer))
    }

    /// Whether the host writes files where this guest says: it does so by its own rights, which
    /// another user's guest has not.
    fn may_have_files_written(&self) -> bool {
        [rustix::process::geteuid().as_raw(), 0].contains(&self.peer.user)
    }

    fn writes_no_files(&self) -> Error {
        let own = rustix::process::geteuid().as_raw();
        let what = format!(
            "user {} has no files written by the host, which runs as user {own}: copy the store as \
             that user",
            self.peer.user
        );
        io::Error::new(io::ErrorKind::PermissionDenied, what).into()
    }

    fn submit(
        &self,
        host: &Host,
        Request { work, what, bytes, comes_back }: Request,
        number: u64,
        owed: &Sender<Owed>,
    ) -> Result<()> {
        self.under_way.check(bytes)?;
        let ticket = host.submit_served(work, comes_back)?;
        self.under_way.add(bytes);
        // Whoever pays ends after this thread.
        owed.send(Owed { number, ticket, what, bytes }).map_err(|_| Error::Closed)
    }

    /// Answers what becomes durable: many answers of one block by one write.
    fn pay(&self, host: &Host, debts: &Receiver<Owed>) {
        let mut next = debts.recv().ok();
        while let Some(owed) = next.take() {
            self.pay_one(host, owed);
            next = match debts.try_recv() {
                Ok(owed) if owed.ticket.is_done() => Some(owed),
                Ok(owed) => {
                    self.flush();
                    Some(owed)
                }
                Err(_) => {
                    self.flush();
                    debts.recv().ok()
                }
            };
        }
        self.flush();
    }

    /// That the connection broke, whoever reads finds out.
    fn flush(&self) {
        let _ = self.outgoing.flush(&self.socket);
    }

    fn pay_one(&self, host: &Host, Owed { number, ticket, what, bytes }: Owed) {
        let answer = ticket.wait().map_err(Error::from);
        self.under_way.remove(bytes);
        match (answer, what) {
            // As they lie, and with others of the same block.
            (Ok(answer), What::Outcomes) => {
                let outcomes = answer.outcomes.into_own();
                let parts = [bytemuck::cast_slice(&outcomes)];
                let _ = self.outgoing.add(&self.socket, (kinds::ANSWER, 0, number), &parts);
            }
            (answer, what) => {
                self.answer(number, &answer.and_then(|answer| what.answer(host, answer)));
            }
        }
    }

    fn snapshot(&self, host: &Host) -> Result<Vec<u8>> {
        let (number, snapshot) = self.snapshots.keep(|| host.snapshot_for_guest())?;
        let (now, keys_generation) = (host.committer.now(), host.keys.generation()?);
        let timestamp = snapshot.timestamp();
        Ok(Taken { snapshot: number, timestamp, now, keys_generation }.to_bytes())
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

/// The work that a guest asks for, if it is within the limits.
fn request(host: &Host, frame: &Frame<'_>) -> Result<Result<Request>, Malformed> {
    let (payload, mut reader) = (frame.payload, Reader::new(frame.payload));
    let mut bytes = payload.len();
    let (work, what) = match frame.kind {
        kinds::SUBMIT => {
            let operations = reader.list::<Operation>()?;
            let data = reader.rest().to_vec();
            bytes += operations.len() * size_of::<Outcome>();
            let origin = match frame.flags & kinds::OWN {
                0 => Origin::Host,
                _ => Origin::Library,
            };
            let checked = check_batch(&operations, &data);
            let work = checked.map(|()| Work::Operations { operations, data, origin });
            (work, What::Outcomes)
        }
        kinds::LEDGERS => (records(payload)?.map(Work::Ledgers), What::Outcomes),
        kinds::ACCOUNTS => (records(payload)?.map(Work::Accounts), What::Outcomes),
        kinds::ADVANCE => {
            let to = Timestamp::from_bytes(payload)?;
            (host.check_advance(to).map(|()| Work::Advance(to)), What::Advanced)
        }
        kinds::ACKNOWLEDGE => {
            let consumer = reader.text()?.to_owned();
            let position = Timestamp::read(&mut reader)?;
            reader.end()?;
            let work = check_consumer(&consumer)
                .map(|()| Work::Acknowledge { consumer: consumer.clone(), position });
            (work, What::Acknowledged { consumer, position })
        }
        kinds::REMOVE_CONSUMER => {
            let consumer = std::str::from_utf8(payload).map_err(|_| Malformed)?.to_owned();
            (check_consumer(&consumer).map(|()| Work::RemoveConsumer(consumer)), What::Removed)
        }
        _ => return Err(Malformed),
    };
    let comes_back = frame.flags & kinds::AWAITED != 0;
    Ok(work.map(|work| Request { work, what, bytes, comes_back }))
}

/// Records alone in a payload.
fn records<T: bytemuck::Pod>(payload: &[u8]) -> Result<Result<Vec<T>>, Malformed> {
    if !payload.len().is_multiple_of(size_of::<T>()) {
        return Err(Malformed);
    }
    let records = codec::records(payload);
    Ok(check_count(records.len()).map(|()| records))
}
