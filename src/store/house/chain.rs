//! Chains: what a command changes, as linked operations of which all are applied or none.
//!
//! Every document that was read and relied on, there or not, must have the version that it had
//! then, so that a chain that was judged by documents of yesterday falls as a whole and is judged
//! again.
//! Those that it writes or deletes are guarded as they change, the others by an `expect`, which
//! leaves nothing in the journal; one that it claims is written back as it was. Expectations come
//! first in the chain, then documents, and operations of the ledger last: an operation's id is used
//! up by a refusal of the ledger alone.

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
    /// What the host has in the same chain, last of all, and the side buffer of its documents.
    pub(crate) alongside: (Vec<Operation>, Vec<u8>),
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

/// Where a command's operations stand in a batch: what is expected first, and then its documents.
pub(super) struct Span {
    begin: usize,
    expected_end: usize,
    documents_end: usize,
    end: usize,
}

impl Span {
    pub(super) fn judge(&self, outcomes: &[Outcome], words: Words) -> Result<Submitted> {
        let culprit = (self.begin..self.end).find(|&place| match outcomes[place].status {
            Status::APPLIED | Status::LINKED_EVENT_FAILED => false,
            // Passed over: all of the chain exists.
            Status::EXISTS => place >= self.expected_end,
            _ => true,
        });
        let done = || Submitted::Applied(outcomes[self.documents_end..self.end].to_vec());
        let Some(place) = culprit else { return Ok(done()) };
        // Sent by a guest whose host carried it out, and ended before it could say so. Nobody else
        // knows the ids of its documents.
        let all = &outcomes[self.begin..self.end];
        let changes_documents = self.expected_end < self.documents_end;
        if changes_documents && all.iter().all(|outcome| outcome.status == Status::EXISTS) {
            return Ok(done());
        }
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

/// The documents that change. What is written or deleted without having been read is as the
/// snapshot has it.
fn gather(
    reading: &ReadTransaction,
    documents: Vec<(DocumentKey, Option<Vec<u8>>)>,
) -> Result<BTreeMap<DocumentKey, Write>> {
    let mut all = BTreeMap::new();
    for (key, value) in documents {
        let version = match reading.version(&key) {
            Some(version) => version,
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
        let changed = gather(reading, writes.documents)?;
        let others = || reading.relied_on().filter(|(key, _)| !changed.contains_key(key));
        for (key, relied) in others().filter(|(_, relied)| relied.claimed().is_none()) {
            self.expect(key, relied.version())?;
        }
        let expected_end = self.operations.len();
        for (key, relied) in others() {
            if let Some(value) = relied.claimed() {
                self.put(key, relied.version(), value)?;
            }
        }
        for (key, write) in &changed {
            self.add(key, write.version, write.value.as_deref())?;
        }
        for (key, value) in &writes.added {
            self.put(key, 0, value)?;
        }
        let documents_end = self.operations.len();
        self.operations.extend(writes.operations);
        self.add_alongside(writes.alongside)?;
        let end = self.operations.len();
        if let Some((_, linked)) = self.operations[begin..].split_last_mut() {
            for operation in linked {
                operation.flags = operation.flags | OperationFlags::LINKED;
            }
        }
        Ok(Span { begin, expected_end, documents_end, end })
    }

    /// The document has this version; 0 if there is none.
    fn expect(&mut self, key: &DocumentKey, version: u64) -> Result<()> {
        let offset = self.document(key, &[])?;
        let (space, key) = self.lengths(key)?;
        let expect = Operation::expect(space, key, version);
        self.operations.push(Operation { data_offset: offset, ..expect });
        Ok(())
    }

    /// Adds operations of the host, whose documents lie in a side buffer of their own.
    fn add_alongside(&mut self, (operations, data): (Vec<Operation>, Vec<u8>)) -> Result<()> {
        let begin = u32::try_from(self.data.len()).map_err(|_| too_long(self.words))?;
        self.data.extend(data);
        for operation in operations {
            let offset = operation.data_offset.checked_add(begin);
            let data_offset = match operation.kind.is_about_document() {
                true => offset.ok_or_else(|| too_long(self.words))?,
                false => operation.data_offset,
            };
            self.operations.push(Operation { data_offset, ..operation });
        }
        Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: Words = Words { document: "a row", lists: "cards" };

    fn outcomes(statuses: &[Status]) -> Vec<Outcome> {
        statuses.iter().map(|status| Outcome::of(*status)).collect()
    }

    /// A guest sends what was not answered again when its host has ended. If the host had carried
    /// the chain out, all of it exists: that was an error which called the rows damaged.
    #[test]
    fn what_was_carried_out_before_the_host_ended_is_done() {
        let (exists, failed) = (Status::EXISTS, Status::LINKED_EVENT_FAILED);
        let span = Span { begin: 0, expected_end: 1, documents_end: 2, end: 3 };
        let found = span.judge(&outcomes(&[exists; 3]), WORDS).expect("no error");
        assert!(matches!(found, Submitted::Applied(of) if of[0].status == exists && of.len() == 1));
        // The id of an operation may be the caller's: it was used, and by no command of this kind.
        let found = span.judge(&outcomes(&[failed, failed, exists]), WORDS).expect("no error");
        assert!(matches!(found, Submitted::Refused(of) if of.status == exists));
        let alone = Span { begin: 0, expected_end: 1, documents_end: 1, end: 2 };
        let found = alone.judge(&outcomes(&[exists; 2]), WORDS).expect("no error");
        assert!(matches!(found, Submitted::Refused(of) if of.status == exists));
        let found = span.judge(&outcomes(&[Status::VERSION_MUST_MATCH, failed, failed]), WORDS);
        assert!(matches!(found, Ok(Submitted::Outdated)));
    }
}
