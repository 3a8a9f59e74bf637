//! Chains: what a command changes, as linked operations of which all are applied or none.
//!
//! Every document that was read and relied on is written with its version, or put back unchanged,
//! so that a chain that was judged by documents of yesterday falls as a whole and is judged again.
//! Documents come first in the chain and operations of the ledger last: an operation's id is used
//! up by a refusal of the ledger alone.
//!
//! That a document is absent is guarded where the command puts it. Nothing guards an absence that
//! was only looked at.

use super::super::{Error, Result};
use super::read_transaction::ReadTransaction;
use crate::model::limits::DOCUMENT_VALUE_BYTES_MAX;
use crate::model::{DocumentKey, Id, Operation, OperationFlags, Outcome, Status};
use std::collections::BTreeMap;

/// What a command changes.
#[derive(Debug, Default)]
pub(crate) struct Writes {
    /// Documents with their new bytes; `None` to delete one, which need not be there. The last
    /// change of a document counts.
    pub(crate) documents: Vec<(DocumentKey, Option<Vec<u8>>)>,
    /// Documents of which none is there yet.
    pub(crate) added: Vec<(DocumentKey, Vec<u8>)>,
    /// What the ledger carries out after that. None of it is linked.
    pub(crate) operations: Vec<Operation>,
}

impl Writes {
    pub(super) fn is_empty(&self) -> bool {
        self.documents.is_empty() && self.added.is_empty() && self.operations.is_empty()
    }
}

/// How a house speaks of its documents in errors.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Words {
    /// What one is, as in `a row of a wallet`.
    pub(crate) document: &'static str,
    /// What they list that can be made shorter.
    pub(crate) lists: &'static str,
}

/// What became of a chain.
pub(super) enum Submitted {
    /// With what the ledger said to the operations, in their order.
    Applied(Vec<Outcome>),
    /// A document is no longer what it was.
    Outdated,
    /// By the ledger.
    Refused(Outcome),
}

/// Where a command's operations stand in a batch: its documents first.
pub(super) struct Span {
    begin: usize,
    documents_end: usize,
    end: usize,
}

impl Span {
    pub(super) fn judge(&self, outcomes: &[Outcome], words: Words) -> Result<Submitted> {
        let culprit = (self.begin..self.end).find(|&place| {
            !matches!(outcomes[place].status, Status::APPLIED | Status::LINKED_EVENT_FAILED)
        });
        let Some(place) = culprit else {
            return Ok(Submitted::Applied(outcomes[self.documents_end..self.end].to_vec()));
        };
        let (outcome, of) = (&outcomes[place], words.document);
        if place >= self.documents_end {
            return Ok(Submitted::Refused(*outcome));
        }
        match outcome.status {
            Status::VERSION_MUST_MATCH | Status::DOCUMENT_NOT_FOUND => Ok(Submitted::Outdated),
            Status::VALUE_TOO_LONG => Err(too_long(words)),
            status => Err(Error::Corrupt(format!("{of} was refused: {status}"))),
        }
    }
}

/// A document of a chain: the version that it must have now, and its new bytes; `None` to delete
/// it.
struct Write {
    version: u64,
    value: Option<Vec<u8>>,
}

/// The documents that change, and those that were relied on. What is written or deleted without
/// having been read is as the snapshot has it.
fn gather(
    reading: &ReadTransaction,
    documents: Vec<(DocumentKey, Option<Vec<u8>>)>,
) -> Result<BTreeMap<DocumentKey, Write>> {
    let mut all = BTreeMap::new();
    for (key, found) in reading.relied_on() {
        if let Some(found) = found {
            let value = Some(found.value.to_vec());
            all.insert(key.clone(), Write { version: found.version, value });
        }
    }
    for (key, value) in documents {
        let version = match all.get(&key) {
            Some(known) => known.version,
            None => reading.snapshot().row(&key)?.map_or(0, |found| found.version),
        };
        all.insert(key, Write { version, value });
    }
    Ok(all)
}

/// Chains one after the other, and the side buffer with their documents.
pub(super) struct Chain {
    pub(super) operations: Vec<Operation>,
    pub(super) data: Vec<u8>,
    words: Words,
}

impl Chain {
    pub(super) fn new(words: Words) -> Self {
        Self { operations: Vec::new(), data: Vec::new(), words }
    }

    /// Adds what a command changes as a chain of its own.
    pub(super) fn command(&mut self, reading: &ReadTransaction, writes: Writes) -> Result<Span> {
        let begin = self.operations.len();
        let added = self.add_command(reading, writes);
        if added.is_err() {
            // What is half there would be carried out with the next one.
            self.operations.truncate(begin);
        }
        added
    }

    fn add_command(&mut self, reading: &ReadTransaction, writes: Writes) -> Result<Span> {
        let begin = self.operations.len();
        for (key, write) in &gather(reading, writes.documents)? {
            self.add(key, write.version, write.value.as_deref())?;
        }
        for (key, value) in &writes.added {
            self.put(key, 0, value)?;
        }
        let documents_end = self.operations.len();
        self.operations.extend(writes.operations);
        let end = self.operations.len();
        if let Some((_, linked)) = self.operations[begin..].split_last_mut() {
            for operation in linked {
                operation.flags = operation.flags | OperationFlags::LINKED;
            }
        }
        Ok(Span { begin, documents_end, end })
    }

    /// Writes or deletes a document that has this version; 0 if there is none.
    fn add(&mut self, key: &DocumentKey, version: u64, value: Option<&[u8]>) -> Result<()> {
        match value {
            Some(value) => self.put(key, version, value),
            None if version == 0 => Ok(()),
            None => {
                let offset = self.document(key, &[])?;
                let (space, key) = self.lengths(key)?;
                let delete = Operation::delete(Id::new(), space, key).if_version(version);
                self.operations.push(Operation { data_offset: offset, ..delete });
                Ok(())
            }
        }
    }

    fn put(&mut self, key: &DocumentKey, version: u64, value: &[u8]) -> Result<()> {
        // Looked at before anything is written.
        if value.len() > DOCUMENT_VALUE_BYTES_MAX {
            return Err(grown_too_long(key, self.words));
        }
        let offset = self.document(key, value)?;
        let (space, key) = self.lengths(key)?;
        let length = u32::try_from(value.len()).map_err(|_| too_long(self.words))?;
        let put = Operation::put(Id::new(), space, key, length).if_version(version);
        self.operations.push(Operation { data_offset: offset, ..put });
        Ok(())
    }

    fn document<T: TryFrom<usize>>(&mut self, key: &DocumentKey, value: &[u8]) -> Result<T> {
        let offset = T::try_from(self.data.len()).map_err(|_| too_long(self.words))?;
        self.data.extend_from_slice(key.space().as_bytes());
        self.data.extend_from_slice(key.key());
        self.data.extend_from_slice(value);
        Ok(offset)
    }

    fn lengths(&self, key: &DocumentKey) -> Result<(u16, u16)> {
        let length = |bytes: &[u8]| u16::try_from(bytes.len()).map_err(|_| too_long(self.words));
        Ok((length(key.space().as_bytes())?, length(key.key())?))
    }
}

/// Names the table, and what makes room in it.
fn grown_too_long(key: &DocumentKey, words: Words) -> Error {
    let table = String::from_utf8_lossy(key.space().as_bytes());
    let table = table.trim_start_matches(char::is_control);
    let (most, lists) = (DOCUMENT_VALUE_BYTES_MAX, words.lists);
    Error::LimitExceeded(format!(
        "a row of the table {table} would be longer than {most} bytes, and nothing was written: \
         have what it lists ({lists}) removed, expire or be decided first"
    ))
}

fn too_long(words: Words) -> Error {
    Error::LimitExceeded(format!("{} has grown too long", words.document))
}
