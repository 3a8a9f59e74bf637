//! A command from its rows to its answer: read, judge, submit one chain, answer.
//!
//! Every row that was read and relied on is written with its version, or put back unchanged, so that
//! a chain that was judged by rows of yesterday falls as a whole and is judged again. Rows come
//! first in the chain and operations of the ledger last: an operation's id is used up by a refusal
//! of the ledger alone.
//!
//! That a row is absent is guarded where the command puts it. Nothing guards an absence that was
//! only looked at. A row that is looked at with `peek` is guarded where whoever changes it puts back
//! another one that the command relies on: see `times_set`.

use super::Wallets;
use crate::model::limits::DOCUMENT_VALUE_BYTES_MAX;
use crate::model::{DocumentKey, Id, Operation, OperationFlags, Outcome, Status, Timestamp};
use crate::store::{Error, Result, Snapshot, StoredDocument};
use crate::wallets::rules::audit::AuditKey;
use crate::wallets::rules::rows::{Row, RowError, RowKey, row_key};
use crate::wallets::rules::{Changes, Decision, Judged, Refusal};
use std::collections::{BTreeMap, HashSet};

/// How often a command is judged anew when others were faster. Lanes make that rare.
const ATTEMPTS_MAX: usize = 64;

/// What a command sees: the rows as of one snapshot, and the time.
pub(super) struct Reading {
    snapshot: Snapshot,
    now: Timestamp,
    relied_on: BTreeMap<DocumentKey, Option<StoredDocument>>,
}

/// What a command came to.
pub(super) struct Done<A> {
    pub(super) answer: A,
    /// What the ledger said to the operations of the decision, in their order.
    #[allow(dead_code, reason = "identity has nothing to ask of the ledger")]
    pub(super) outcomes: Vec<Outcome>,
}

/// What became of a chain.
enum Submitted {
    Applied(Vec<Outcome>),
    /// A row is no longer what it was.
    Outdated,
    Refused(Refusal),
}

impl Reading {
    /// What the store's clock shows.
    pub(super) fn now(&self) -> Timestamp {
        self.now
    }

    /// The same moment, for another command.
    fn again(&self) -> Self {
        Self { snapshot: self.snapshot.clone(), now: self.now, relied_on: BTreeMap::new() }
    }

    /// The ledger's records as of the same moment. Not guarded: the ledger judges by its own.
    pub(super) fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// Reads a row that the command relies on: the chain falls if it changes.
    pub(super) fn get<R: Row>(&mut self, key: &R::Key) -> Result<Option<R>> {
        let key = row_key::<R>(key)?;
        let found = match self.relied_on.get(&key) {
            Some(found) => found.clone(),
            None => self.snapshot.row(&key)?,
        };
        let row = found.as_ref().map(|found| R::from_bytes(&found.value)).transpose()?;
        self.relied_on.insert(key, found);
        Ok(row)
    }

    /// Reads a row that may change before the command is carried out.
    pub(super) fn peek<R: Row>(&self, key: &R::Key) -> Result<Option<R>> {
        let found = self.snapshot.row(&row_key::<R>(key)?)?;
        Ok(found.map(|found| R::from_bytes(&found.value)).transpose()?)
    }

    /// Rows whose keys begin with `prefix`, behind the key `after`, in order; they may change before
    /// the command is carried out.
    pub(super) fn scan<R: Row>(
        &self,
        prefix: &[u8],
        after: Option<&[u8]>,
    ) -> impl Iterator<Item = Result<(R::Key, R)>> + '_ {
        self.snapshot.rows_with_prefix(R::TABLE.space, prefix, after).map(|row| {
            let (key, found) = row?;
            let unreadable = RowError { space: R::TABLE.space, what: "has no valid key" };
            let key = R::Key::from_bytes(key.key()).ok_or(unreadable)?;
            Ok((key, R::from_bytes(&found.value)?))
        })
    }
}

impl From<RowError> for Error {
    fn from(error: RowError) -> Self {
        Self::Corrupt(error.to_string())
    }
}

impl Wallets {
    /// What is durable now.
    pub(super) fn read(&self) -> Result<Reading> {
        let store = &self.shared.store;
        let snapshot = store.snapshot()?;
        let now = store.now();
        Ok(Reading { snapshot, now, relied_on: BTreeMap::new() })
    }

    /// Carries out a command: `judge` is asked again whenever a row that it relied on has changed.
    /// Commands of one lane go one after the other.
    pub(super) fn transact<A>(
        &self,
        lane: Id,
        judge: impl FnMut(&mut Reading) -> Result<Decision<A>>,
    ) -> Result<Judged<A>> {
        Ok(self.transact_with_outcomes(lane, judge)?.map(|done| done.answer))
    }

    /// The same, with what the ledger said to the operations.
    pub(super) fn transact_with_outcomes<A>(
        &self,
        lane: Id,
        mut judge: impl FnMut(&mut Reading) -> Result<Decision<A>>,
    ) -> Result<Judged<Done<A>>> {
        let _lane = self.shared.lanes.enter(lane);
        for _ in 0..ATTEMPTS_MAX {
            let mut reading = self.read()?;
            let Decision { changes, answer } = judge(&mut reading)?;
            if changes.is_empty() {
                return Ok(answer.map(|answer| Done { answer, outcomes: Vec::new() }));
            }
            match self.submit(&reading, changes)? {
                Submitted::Applied(outcomes) => {
                    return Ok(answer.map(|answer| Done { answer, outcomes }));
                }
                Submitted::Outdated => (),
                Submitted::Refused(refusal) => return Ok(Err(refusal)),
            }
        }
        Err(Error::Contended)
    }

    /// Carries out many commands that have nothing to do with each other, many in one batch, each in
    /// a chain of its own, and each with an answer of its own. `judge` gets the place of the command. A
    /// batch holds one command of each lane, as the next would be judged by rows that the first
    /// changes; those whose rows were changed by others are judged again with the next batch, each as
    /// often as a command that is alone: what became of it never hangs on how many others there are.
    ///
    /// An error is one of all of them: the disk failed, and what became of each nobody can say.
    pub(super) fn transact_many<A>(
        &self,
        lanes: &[[Id; 2]],
        mut judge: impl FnMut(usize, &mut Reading) -> Result<Decision<A>>,
    ) -> Result<Vec<Result<Judged<Done<A>>>>> {
        let mut answers: Vec<_> = lanes.iter().map(|_| None).collect();
        let mut attempts = vec![0; lanes.len()];
        loop {
            let (mut chain, mut spans) = (Chain::default(), Vec::new());
            let (fresh, mut taken) = (self.read()?, HashSet::<Id>::new());
            let open = answers.iter_mut().zip(lanes).enumerate();
            for (place, (answered, lanes)) in open {
                if answered.is_some() || lanes.iter().any(|lane| taken.contains(lane)) {
                    continue;
                }
                taken.extend(lanes);
                let mut reading = fresh.again();
                let judged = judge(place, &mut reading);
                let Decision { changes, answer } = match own(judged)? {
                    Ok(decision) => decision,
                    Err(error) => {
                        *answered = Some(Err(error));
                        continue;
                    }
                };
                if changes.is_empty() {
                    *answered =
                        Some(Ok(answer.map(|answer| Done { answer, outcomes: Vec::new() })));
                    continue;
                }
                match own(chain.command(&reading, changes))? {
                    Ok(span) => spans.push((place, answer, span)),
                    Err(error) => *answered = Some(Err(error)),
                }
            }
            if !spans.is_empty() {
                let outcomes = self.send(chain)?;
                for (place, answer, span) in spans {
                    answers[place] = match own(span.judge(&outcomes))? {
                        Ok(Submitted::Applied(outcomes)) => {
                            Some(Ok(answer.map(|answer| Done { answer, outcomes })))
                        }
                        Ok(Submitted::Refused(refusal)) => Some(Ok(Err(refusal))),
                        Ok(Submitted::Outdated) => {
                            attempts[place] += 1;
                            (attempts[place] >= ATTEMPTS_MAX).then_some(Err(Error::Contended))
                        }
                        Err(error) => Some(Err(error)),
                    };
                }
            }
            if answers.iter().all(Option::is_some) {
                return Ok(answers.into_iter().flatten().collect());
            }
        }
    }

    fn submit(&self, reading: &Reading, changes: Changes) -> Result<Submitted> {
        let mut chain = Chain::default();
        let span = chain.command(reading, changes)?;
        let outcomes = if chain.operations.is_empty() { Vec::new() } else { self.send(chain)? };
        span.judge(&outcomes)
    }

    fn send(&self, chain: Chain) -> Result<Vec<Outcome>> {
        let Chain { operations, data } = chain;
        self.shared.store.submit_own(operations, data)
    }
}

/// Tells what went wrong with one command alone, its rows, from what went wrong with the store.
fn own<A>(result: Result<A>) -> Result<Result<A>> {
    match result {
        Err(error @ (Error::Corrupt(_) | Error::LimitExceeded(_))) => Ok(Err(error)),
        other => other.map(Ok),
    }
}

/// Where a command's operations stand in a batch: its rows first.
struct Span {
    begin: usize,
    rows_end: usize,
    end: usize,
}

impl Span {
    fn judge(&self, outcomes: &[Outcome]) -> Result<Submitted> {
        let culprit = (self.begin..self.end).find(|&place| {
            !matches!(outcomes[place].status, Status::APPLIED | Status::LINKED_EVENT_FAILED)
        });
        Ok(match culprit {
            None => Submitted::Applied(outcomes[self.rows_end..self.end].to_vec()),
            Some(place) => judge_refusal(&outcomes[place], place < self.rows_end)?,
        })
    }
}

/// A chain that fell: by a row that changed, or by the ledger.
fn judge_refusal(outcome: &Outcome, is_row: bool) -> Result<Submitted> {
    match outcome.status {
        Status::VERSION_MUST_MATCH | Status::DOCUMENT_NOT_FOUND if is_row => {
            Ok(Submitted::Outdated)
        }
        Status::VALUE_TOO_LONG if is_row => {
            Err(Error::LimitExceeded("a row of a wallet has grown too long".into()))
        }
        status if is_row => Err(Error::Corrupt(format!("a row of a wallet was refused: {status}"))),
        _ => Ok(Submitted::Refused(Refusal::by_outcome(outcome))),
    }
}

/// A row of a chain: the version that it must have now, and its new bytes; `None` to delete it.
struct Write {
    version: u64,
    value: Option<Vec<u8>>,
}

/// The rows that change, and those that were relied on. What is written or deleted without having
/// been read is as the snapshot has it.
fn gather(reading: &Reading, changes: &Changes) -> Result<BTreeMap<DocumentKey, Write>> {
    let mut rows = BTreeMap::new();
    for (key, found) in &reading.relied_on {
        if let Some(found) = found {
            let value = Some(found.value.to_vec());
            rows.insert(key.clone(), Write { version: found.version, value });
        }
    }
    for change in &changes.rows {
        let (key, value) = (change.key.clone()?, change.value.clone().transpose()?);
        let version = match rows.get(&key) {
            Some(known) => known.version,
            None => reading.snapshot.row(&key)?.map_or(0, |found| found.version),
        };
        rows.insert(key, Write { version, value });
    }
    Ok(rows)
}

/// Chains one after the other, and the side buffer with their documents.
#[derive(Default)]
struct Chain {
    operations: Vec<Operation>,
    data: Vec<u8>,
}

impl Chain {
    /// Adds what a command changes as a chain of its own.
    fn command(&mut self, reading: &Reading, changes: Changes) -> Result<Span> {
        let begin = self.operations.len();
        let added = self.add_command(reading, changes);
        if added.is_err() {
            // What is half there would be carried out with the next one.
            self.operations.truncate(begin);
        }
        added
    }

    fn add_command(&mut self, reading: &Reading, changes: Changes) -> Result<Span> {
        let begin = self.operations.len();
        for (key, write) in &gather(reading, &changes)? {
            self.add(key, write.version, write.value.as_deref())?;
        }
        for entry in &changes.audit {
            let key = AuditKey { subject: entry.subject, entry: Id::new() };
            self.put(&row_key::<crate::wallets::rules::AuditEntry>(&key)?, 0, &entry.to_bytes()?)?;
        }
        let rows_end = self.operations.len();
        self.operations.extend(changes.operations);
        let end = self.operations.len();
        if let Some((_, linked)) = self.operations[begin..].split_last_mut() {
            for operation in linked {
                operation.flags = operation.flags | OperationFlags::LINKED;
            }
        }
        Ok(Span { begin, rows_end, end })
    }

    /// Writes or deletes a row that has this version; 0 if there is none.
    fn add(&mut self, key: &DocumentKey, version: u64, value: Option<&[u8]>) -> Result<()> {
        match value {
            Some(value) => self.put(key, version, value),
            None if version == 0 => Ok(()),
            None => {
                let offset = self.document(key, &[])?;
                let (space, key) = lengths(key)?;
                let delete = Operation::delete(Id::new(), space, key).if_version(version);
                self.operations.push(Operation { data_offset: offset, ..delete });
                Ok(())
            }
        }
    }

    fn put(&mut self, key: &DocumentKey, version: u64, value: &[u8]) -> Result<()> {
        // Looked at before anything is written.
        if value.len() > DOCUMENT_VALUE_BYTES_MAX {
            return Err(grown_too_long(key));
        }
        let offset = self.document(key, value)?;
        let (space, key) = lengths(key)?;
        let length = u32::try_from(value.len()).map_err(|_| too_long())?;
        let put = Operation::put(Id::new(), space, key, length).if_version(version);
        self.operations.push(Operation { data_offset: offset, ..put });
        Ok(())
    }

    fn document<T: TryFrom<usize>>(&mut self, key: &DocumentKey, value: &[u8]) -> Result<T> {
        let offset = T::try_from(self.data.len()).map_err(|_| too_long())?;
        self.data.extend_from_slice(key.space().as_bytes());
        self.data.extend_from_slice(key.key());
        self.data.extend_from_slice(value);
        Ok(offset)
    }
}

fn lengths(key: &DocumentKey) -> Result<(u16, u16)> {
    let length = |bytes: &[u8]| u16::try_from(bytes.len()).map_err(|_| too_long());
    Ok((length(key.space().as_bytes())?, length(key.key())?))
}

/// Names the table, and what makes room in it.
fn grown_too_long(key: &DocumentKey) -> Error {
    let table = String::from_utf8_lossy(key.space().as_bytes());
    let table = table.trim_start_matches(char::is_control);
    let most = DOCUMENT_VALUE_BYTES_MAX;
    Error::LimitExceeded(format!(
        "a row of the table {table} would be longer than {most} bytes, and nothing was written: have \
         what it lists (cards, authorisations, consents, evidence) removed, expire or be decided first"
    ))
}

fn too_long() -> Error {
    Error::LimitExceeded("a row of a wallet has grown too long".into())
}
