//! A command from what it reads to its answer: read, judge, submit one chain, answer.

use super::super::any_host::of_any_host;
use super::super::{Error, Result, Store};
use super::chain::{Chain, Span, Submitted, Words, Writes};
use super::key_file::KeyFile;
use super::read_transaction::ReadTransaction;
use super::striped_locks::StripedLocks;
use crate::model::{Id, Operation, Outcome};
use std::collections::HashSet;
use std::fmt;
use std::mem;
use std::sync::Arc;

/// How often a command is judged anew when others were faster. StripedLocks make that rare.
const ATTEMPTS_MAX: usize = 64;

/// Of many commands so many are sent together. While they become durable, the next are judged.
const PART_COMMANDS: usize = 256;

/// Commands that are sent together, with their places and answers.
struct Part<A> {
    chain: Chain,
    spans: Vec<(usize, A, Span)>,
}

impl<A> Part<A> {
    fn new(words: Words) -> Self {
        Self { chain: Chain::new(words), spans: Vec::new() }
    }
}

/// What became of a command: all of it, or nothing.
pub(crate) enum Carried {
    /// With what the ledger said to its operations, in their order.
    Out(Vec<Outcome>),
    /// The ledger refused one of them, and so nothing was written.
    Refused(Outcome),
}

/// The chains of a house.
pub(crate) struct Chains {
    store: Store,
    locks: StripedLocks,
    words: Words,
    keys: Option<Arc<dyn KeyFile>>,
}

impl fmt::Debug for Chains {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Chains").finish_non_exhaustive()
    }
}

impl Chains {
    /// Of this store, for a house that speaks so of its documents.
    pub(crate) fn new(store: Store, words: Words) -> Self {
        Self { store, locks: StripedLocks::new(), words, keys: None }
    }

    /// Judged by keys in this file: a chain that was judged by those of yesterday is judged again,
    /// as it would put a document where nobody looks for it any more. Another process may have
    /// changed them.
    pub(crate) fn with_keys(mut self, keys: Arc<dyn KeyFile>) -> Self {
        self.keys = Some(keys);
        self
    }

    /// What is durable now, and as of which keys: they did not change meanwhile.
    pub(crate) fn read(&self) -> Result<ReadTransaction> {
        loop {
            let generation = self.generation()?;
            let (snapshot, now) = self.store.snapshot_and_time()?;
            if self.generation()? == generation {
                let snapshot = of_any_host(snapshot, &self.store);
                return Ok(ReadTransaction::new(snapshot, now, generation));
            }
        }
    }

    fn generation(&self) -> Result<u64> {
        self.keys.as_ref().map_or(Ok(0), |keys| keys.generation())
    }

    /// Whether the keys have changed since.
    fn is_outdated(&self, reading: &ReadTransaction) -> Result<bool> {
        Ok(self.generation()? != reading.generation())
    }

    /// Carries out a command: `judge` is asked again whenever a document that it relied on has
    /// changed. Commands under one lock go one after the other.
    pub(crate) fn transact<A>(
        &self,
        lock: Id,
        mut judge: impl FnMut(&mut ReadTransaction) -> Result<(Writes, A)>,
    ) -> Result<(A, Carried)> {
        let _lane = self.locks.enter(lock);
        for _ in 0..ATTEMPTS_MAX {
            let mut reading = self.read()?;
            let (writes, answer) = judge(&mut reading)?;
            if self.is_outdated(&reading)? {
                continue;
            }
            if writes.is_empty() {
                return Ok((answer, Carried::Out(Vec::new())));
            }
            match self.submit(&reading, writes)? {
                Submitted::Applied(outcomes) => return Ok((answer, Carried::Out(outcomes))),
                Submitted::Outdated => (),
                Submitted::Refused(outcome) => return Ok((answer, Carried::Refused(outcome))),
            }
        }
        Err(Error::Contended)
    }

    /// Carries out many commands that have nothing to do with each other, some hundreds in one
    /// batch, each in a chain of its own, and each with an answer of its own. `judge` gets the
    /// place of the command. All batches under way hold one command under each lock, as the next
    /// would be judged by documents that the first changes; those whose documents were changed by
    /// others are judged again with the next batches, each as often as a command that is alone:
    /// what became of it never hangs on how many others there are.
    ///
    /// An error is one of all of them: the disk failed, and what became of each nobody can say; or
    /// a later version wrote a document, which is nobody's damage.
    pub(crate) fn transact_many<A>(
        &self,
        locks: &[[Id; 2]],
        mut judge: impl FnMut(usize, &mut ReadTransaction) -> Result<(Writes, A)>,
    ) -> Result<Vec<Result<(A, Carried)>>> {
        let mut answers: Vec<_> = locks.iter().map(|_| None).collect();
        let mut attempts = vec![0; locks.len()];
        // A guest waits for each of its batches.
        let enough = if self.store.is_here()? { PART_COMMANDS } else { usize::MAX };
        loop {
            let (mut part, mut under_way) = (Part::new(self.words), Vec::new());
            let (fresh, mut taken) = (self.read()?, HashSet::<Id>::new());
            let open = answers.iter_mut().zip(locks).enumerate();
            // By keys that change meanwhile no answer is given, and nothing is sent.
            for (place, (answered, locks)) in open {
                if answered.is_some() || locks.iter().any(|lock| taken.contains(lock)) {
                    continue;
                }
                taken.extend(locks);
                let mut reading = fresh.again();
                let judged = judge(place, &mut reading);
                let (writes, answer) = match own(judged)? {
                    Ok(decided) => decided,
                    Err(error) => {
                        *answered = Some(Err(error));
                        continue;
                    }
                };
                if writes.is_empty() {
                    if !self.is_outdated(&fresh)? {
                        *answered = Some(Ok((answer, Carried::Out(Vec::new()))));
                    }
                    continue;
                }
                match own(part.chain.command(&reading, writes))? {
                    Ok(span) => part.spans.push((place, answer, span)),
                    Err(error) => *answered = Some(Err(error)),
                }
                if part.spans.len() >= enough && !self.is_outdated(&fresh)? {
                    let Part { chain, spans } = mem::replace(&mut part, Part::new(self.words));
                    let Chain { operations, data, .. } = chain;
                    under_way.push((self.store.submit_own_async(operations, data)?, spans));
                }
            }
            let mut decided = Vec::new();
            if !part.spans.is_empty() && !self.is_outdated(&fresh)? {
                decided.push((self.send(part.chain)?, part.spans));
            }
            for (ticket, spans) in under_way {
                decided.push((ticket.wait()?, spans));
            }
            for (outcomes, spans) in decided {
                for (place, answer, span) in spans {
                    answers[place] = match own(span.judge(&outcomes, self.words))? {
                        Ok(Submitted::Applied(outcomes)) => {
                            Some(Ok((answer, Carried::Out(outcomes))))
                        }
                        Ok(Submitted::Refused(outcome)) => {
                            Some(Ok((answer, Carried::Refused(outcome))))
                        }
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

    /// Sends the operations of a chain that was carried out before again, with what the host had in
    /// it, and changes nothing: the ledger compares each with the first.
    pub(crate) fn repeat(
        &self,
        operations: Vec<Operation>,
        alongside: (Vec<Operation>, Vec<u8>),
    ) -> Result<Vec<Outcome>> {
        let mut chain = Chain::new(self.words);
        chain.command(&self.read()?, Writes { operations, alongside, ..Writes::default() })?;
        self.send(chain)
    }

    fn submit(&self, reading: &ReadTransaction, writes: Writes) -> Result<Submitted> {
        let mut chain = Chain::new(self.words);
        let span = chain.command(reading, writes)?;
        let outcomes = if chain.operations.is_empty() { Vec::new() } else { self.send(chain)? };
        span.judge(&outcomes, self.words)
    }

    fn send(&self, chain: Chain) -> Result<Vec<Outcome>> {
        self.store.submit_own(chain.operations, chain.data)
    }
}

/// Tells what went wrong with one command alone, its documents, from what went wrong with the
/// store.
fn own<A>(result: Result<A>) -> Result<Result<A>> {
    match result {
        Err(error @ (Error::Corrupt(_) | Error::LimitExceeded(_))) => Ok(Err(error)),
        other => other.map(Ok),
    }
}
