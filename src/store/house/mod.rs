//! The door for houses: what a part of the library that stands on the store, as the wallets do, may
//! use of it beside the public face.
//!
//! A house keeps its records as documents in spaces that the host has no access to, changes them by
//! chains, and may keep keys in a file beside the journal. So it has no journal, no recovery and no
//! locks of its own. The store does not know which houses there are, and what they keep.

mod alongside;
mod chain;
mod chains;
mod key_file;
mod keys;
mod read_transaction;
mod striped_locks;

pub(crate) use super::error::{Error as StoreError, rfc3339};
#[allow(unreachable_pub, reason = "a house gives it to its hosts, and is not always built")]
pub use alongside::Alongside;
pub(crate) use chain::{Words, Writes};
pub(crate) use chains::{Carried, Chains};
pub(crate) use key_file::Succession;
pub(crate) use key_file::{Exchange, KEY_BYTES, KEYS_FILE, KEYS_HEAD_BYTES, KeyFile, LocalKeyFile};
pub(super) use keys::{KeyStoreSlot, KeysOfHandle};
pub(crate) use keys::{KeysInUse, OpenKeys};
pub(crate) use read_transaction::ReadTransaction;

use super::local_snapshot::rows_with_prefix;
use super::snapshot::Source;
use super::walk::Walk;
use super::{By, Error, Result, Snapshot, Store, StoredDocument};
use crate::commit::{self, Work};
use crate::disk::Disk;
use crate::engine::Origin;
use crate::journal::StoreId;
use crate::model::{Account, Amount, DocumentKey, Hold, Id, Operation, Outcome};
use crate::state::View;
use std::sync::Arc;

/// What the store asks of a house, whichever it is.
pub(crate) trait House: Sync {
    /// Checks what it keeps in a store that is verified.
    ///
    /// # Errors
    /// [`Error::Corrupt`] with the faults.
    fn check(&self, kept: &Kept<'_>) -> Result<()>;

    /// The same in a copy that was just made, where nothing is looked at that nobody needs.
    fn check_copy(&self, kept: &Kept<'_>) -> Result<()> {
        self.check(kept)
    }
}

/// A house of the library, whether this build has it or not.
pub(crate) struct Plot {
    /// The control character that the names of its spaces begin with.
    pub(crate) mark: u8,
    /// The feature that brings it.
    pub(crate) feature: &'static str,
    /// Whether a store that has anything of it has the file [`KEYS_FILE`].
    pub(crate) has_keys: bool,
    /// `None` in a build without.
    pub(crate) house: Option<&'static dyn House>,
}

/// What houses keep in a store, as of one block.
pub(crate) struct Kept<'k> {
    /// The disk that [`KEYS_FILE`] lies on, if there is one.
    pub(crate) disk: &'k Arc<dyn Disk>,
    pub(crate) store_id: StoreId,
    pub(super) view: &'k View,
}

impl Kept<'_> {
    /// As [`Snapshot::rows_with_prefix`].
    pub(crate) fn rows(
        &self,
        space: &str,
        prefix: &[u8],
    ) -> impl Iterator<Item = Result<(DocumentKey, StoredDocument)>> + '_ {
        rows_with_prefix(self.view, space, prefix, None)
    }

    /// The account with this id.
    #[cfg_attr(not(feature = "wallets"), expect(dead_code, reason = "the wallets ask for it"))]
    pub(crate) fn account(&self, id: Id) -> Result<Option<Account>> {
        Ok(self.view.account(id)?)
    }

    /// The hold with this id.
    #[cfg_attr(not(feature = "orders"), expect(dead_code, reason = "the orders ask for it"))]
    pub(crate) fn hold(&self, id: Id) -> Result<Option<Hold>> {
        Ok(self.view.hold(id)?)
    }

    /// Has all houses of this build check what they keep; gives in words what none of them knows.
    pub(super) fn check(&self) -> Result<Option<String>> {
        self.each(|house| house.check(self))
    }

    /// The same in a copy that was just made.
    pub(super) fn check_copy(&self) -> Result<Option<String>> {
        self.each(|house| house.check_copy(self))
    }

    fn each(&self, check: impl Fn(&dyn House) -> Result<()>) -> Result<Option<String>> {
        let mut unknown = Vec::new();
        for plot in crate::PLOTS {
            match plot.house {
                Some(house) => check(house)?,
                None if self.view.has_documents(plot.mark)? => {
                    // All that can be known of them here.
                    if plot.has_keys && !self.disk.exists(KEYS_FILE)? {
                        return Err(Error::Corrupt(format!("file {KEYS_FILE} is missing")));
                    }
                    unknown.push(plot.feature);
                }
                None => (),
            }
        }
        if unknown.is_empty() {
            return Ok(None);
        }
        let features = unknown.join(", ");
        Ok(Some(format!("the rows and keys of features that this build lacks: {features}")))
    }
}

impl Store {
    /// Whether both are one handle, and not two of the same store or of copies of it.
    #[cfg(feature = "orders")]
    pub(crate) fn is_clone_of(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
    }

    /// Which store it is.
    pub(crate) fn id(&self) -> StoreId {
        self.inner.store_id
    }

    /// As [`Store::submit_with_data`], of the library's own: it may write into all spaces.
    pub(crate) fn submit_own(
        &self,
        operations: Vec<Operation>,
        data: Vec<u8>,
    ) -> Result<Vec<Outcome>> {
        self.check_writable()?;
        match self.by()? {
            By::Host(host) => Ok(host.do_work(own_work(operations, data))?.outcomes.into_own()),
            By::Guest(guest) => guest.submit(&operations, &data, Origin::Library),
        }
    }

    /// Whether this process is the host, which can send without waiting.
    pub(crate) fn is_here(&self) -> Result<bool> {
        Ok(matches!(self.by()?, By::Host(_)))
    }

    /// The same without waiting, where this process is the host; a guest waits at once.
    pub(crate) fn submit_own_async(
        &self,
        operations: Vec<Operation>,
        data: Vec<u8>,
    ) -> Result<OwnTicket> {
        self.check_writable()?;
        match self.by()? {
            By::Host(host) => {
                let ticket = host.submit_served(own_work(operations, data), false)?;
                Ok(OwnTicket::Waiting(ticket))
            }
            By::Guest(guest) => {
                Ok(OwnTicket::Done(guest.submit(&operations, &data, Origin::Library)?))
            }
        }
    }
}

fn own_work(operations: Vec<Operation>, data: Vec<u8>) -> Work {
    Work::Operations { operations, data, origin: Origin::Library }
}

/// The outcomes of a batch of the library's own.
pub(crate) enum OwnTicket {
    Waiting(commit::Ticket),
    Done(Vec<Outcome>),
}

impl OwnTicket {
    /// Waits until the batch is durable.
    pub(super) fn wait(self) -> Result<Vec<Outcome>> {
        match self {
            Self::Waiting(ticket) => Ok(ticket.wait()?.outcomes.into_own()),
            Self::Done(outcomes) => Ok(outcomes),
        }
    }
}

impl Snapshot {
    /// The document of this key, the library's own too.
    pub(crate) fn row(&self, key: &DocumentKey) -> Result<Option<StoredDocument>> {
        match &self.source {
            Source::Local(local) => local.row(key),
            Source::Remote(remote) => remote.row(key),
        }
    }

    /// The documents of `space`, the library's own too, whose keys begin with `prefix` and lie
    /// behind `after`, by key bytes.
    pub(crate) fn rows_with_prefix(
        &self,
        space: &str,
        prefix: &[u8],
        after: Option<&[u8]>,
    ) -> impl Iterator<Item = Result<(DocumentKey, StoredDocument)>> + '_ {
        match &self.source {
            Source::Local(local) => Walk::Local(local.rows_with_prefix(space, prefix, after)),
            Source::Remote(remote) => {
                Walk::Remote(Box::new(remote.rows_with_prefix(space, prefix, after)))
            }
        }
    }

    /// What an operation took from the posted money of `account`, and how much of that was
    /// reversed; zeros if it took nothing of it. Known of what is archived too, out of the state
    /// alone.
    pub(crate) fn taken_and_reversed(&self, id: Id, account: Id) -> Result<(Amount, Amount)> {
        match &self.source {
            Source::Local(local) => local.taken_and_reversed(id, account),
            Source::Remote(remote) => remote.taken_and_reversed(id, account),
        }
    }
}
