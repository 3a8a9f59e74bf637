//! Merging sorted runs of entries, some pages at each checkpoint.
//!
//! Guarantees that a merge which stops anywhere goes on there, and that a sorted run is gone from
//! its pages as far as it has moved. Knows no deltas.

use super::base::{Base, RawRows};
use super::bytes::seal;
use super::codec::RunNumber;
use super::entries::Entry;
use super::error::StateError;
use super::run_pages::{Page, PageGroups, PageWriter};
use super::sorted_runs::SortedRuns;
use super::table::{Name, Writable};
use crate::model::{Id, Timestamp};

/// Merges sorted runs that are in `base`, until about so many bytes are written or nothing is left
/// to be merged.
pub(super) fn merge(
    table: &mut Writable<'_>,
    base: &Base,
    sorted_runs: &mut SortedRuns,
    mut bytes: usize,
) -> Result<(), StateError> {
    let stored = sorted_runs.clone();
    while bytes > 0
        && let Some((inputs, merge)) = sorted_runs.merging()
    {
        // A sorted run that was finished in this transaction is not in `base`: the next checkpoint
        // is early enough for it.
        if inputs.iter().any(|input| !stored.has(input.number)) {
            break;
        }
        let readers = inputs.iter().map(|input| Reader::new(base, input.number, merge.moved));
        let readers = readers.collect();
        let mut merger = Merger { readers, writer: PageWriter::new(merge.output) };
        match merger.run(table, &mut bytes)? {
            Some(moved) => sorted_runs.moved(moved),
            None => sorted_runs.merged(),
        }
        for reader in merger.readers {
            for key in reader.done {
                table.remove(&key[..])?;
            }
        }
    }
    Ok(())
}

/// Inserts a page.
pub(super) fn put(table: &mut Writable<'_>, page: Page) -> Result<usize, StateError> {
    let (key, mut body) = page;
    seal(&key, &mut body);
    table.insert(&key[..], &body[..])?;
    Ok(key.len() + body.len())
}

struct Merger {
    /// By time.
    readers: Vec<Reader>,
    writer: PageWriter,
}

impl Merger {
    /// Goes on until about so many bytes are written, and says up to where everything has moved
    /// then; `None` if everything has.
    fn run(
        &mut self,
        table: &mut Writable<'_>,
        bytes: &mut usize,
    ) -> Result<Option<(Id, Timestamp)>, StateError> {
        while let Some(account) = self.next_account()? {
            let mut begun = false;
            for reader in &mut self.readers {
                while reader.account()? == Some(account) {
                    let Some((opening, entries)) = reader.page.take() else { break };
                    if !begun {
                        self.writer.begin(account, opening);
                        begun = true;
                    }
                    // What was shown at the end of one sorted run is what the next begins with.
                    if self.writer.balances() != opening {
                        return Err(reader.corrupt());
                    }
                    for entry in entries {
                        let Some(page) = self.writer.push(entry) else {
                            return Err(reader.corrupt());
                        };
                        if let Some(page) = page {
                            *bytes = bytes.saturating_sub(put(table, page)?);
                        }
                    }
                    let last = entries.last().map(|entry: &Entry| entry.timestamp);
                    if *bytes == 0
                        && let Some(last) = last
                    {
                        self.finish(table)?;
                        return Ok(Some((account, last)));
                    }
                }
            }
        }
        self.finish(table)?;
        Ok(None)
    }

    fn next_account(&mut self) -> Result<Option<Id>, StateError> {
        let mut next = None;
        for reader in &mut self.readers {
            let account = reader.account()?;
            next = match (next, account) {
                (Some(next), Some(account)) => Some(account.min(next)),
                (next, account) => next.or(account),
            };
        }
        Ok(next)
    }

    fn finish(&mut self, table: &mut Writable<'_>) -> Result<(), StateError> {
        // Pages whose last group was taken are done with.
        for reader in &mut self.readers {
            if reader.page.account().is_none() {
                reader.end_page();
            }
        }
        self.writer.finish().map_or(Ok(0), |page| put(table, page)).map(drop)
    }
}

/// The groups of one sorted run, in order.
struct Reader {
    /// Only what is behind this account and time is read.
    after: (Id, Timestamp),
    pages: RawRows,
    key: Vec<u8>,
    page: PageGroups,
    /// The keys of the pages that were read to their ends.
    done: Vec<Vec<u8>>,
}

impl Reader {
    fn new(base: &Base, sorted_run: RunNumber, after: (Id, Timestamp)) -> Self {
        Self {
            after,
            pages: base.pages_of(sorted_run, after, (Id::MAX, Timestamp::MAX)),
            key: Vec::new(),
            page: PageGroups::default(),
            done: Vec::new(),
        }
    }

    /// The account of the next group.
    fn account(&mut self) -> Result<Option<Id>, StateError> {
        loop {
            if let Some(account) = self.page.account() {
                return Ok(Some(account));
            }
            self.end_page();
            let after = self.after;
            let page = self
                .pages
                .next(|key, body| Some((key.to_vec(), PageGroups::read(key, body, after)?)));
            let Some(page) = page else { return Ok(None) };
            (self.key, self.page) = page?;
        }
    }

    fn end_page(&mut self) {
        if !self.key.is_empty() {
            self.done.push(std::mem::take(&mut self.key));
        }
    }

    fn corrupt(&self) -> StateError {
        StateError::corrupt(Name::Entries.text(), &self.key)
    }
}
