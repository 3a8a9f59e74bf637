//! Moving a store's journal into a database.

use super::{Error, Follower, Head, OpenMode, Options, Result, Store};
use crate::journal::ChainHead;
use crate::journal::postgres::{Address, Setup, import};
use crate::model::Id;
use std::path::Path;

impl Store {
    /// Moves the journal of the store in the directory `path` into a database, where a log is made
    /// for it: see [`journal::postgres`](crate::journal::postgres). From then on the directory is a
    /// replica, which is opened with [`Options::log`]. Nobody may write to the store meanwhile.
    ///
    /// What stands in `standbys` and `required` is as in [`Setup`]. What was archived stays where
    /// it is. Cut short, it is gone on with by the same call; until it is done the store is opened
    /// as before.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if the database has another store's log, one with other standbys,
    /// or one with blocks that the store lacks; [`Error::Locked`] if somebody writes to the store;
    /// [`Error::Led`] if somebody leads the log; [`Error::Unavailable`]; as [`Store::open`].
    pub fn replicate(
        path: impl AsRef<Path>,
        address: &Address,
        standbys: &[String],
        required: u32,
    ) -> Result<Head> {
        let path = path.as_ref();
        // Who only reads keeps those out who write, and leaves the store as it is.
        let store = Self::open(path, Options::new().mode(OpenMode::ReadOnly).exclusive(true))?;
        let host = store.host("moving the journal")?;
        let store_id = host.store_id;
        let (log, head) = (host.committer.log(), host.head());
        let archived: ChainHead = log.archived();
        let blocks = log.follow(None, archived.timestamp)?;
        let setup = Setup { store_id, standbys: standbys.to_vec(), required };
        import(address, &setup, archived, blocks, head.block).map_err(Error::from)?;
        store.close()?;
        // Nobody opens it by its own files any more. Whoever wrote to it before that is noticed.
        let id = Id::from_bytes(store_id);
        let options = Options::new().mode(OpenMode::Existing).store_id(id).log(address.clone());
        Follower::open(path, options)?.close()?;
        Ok(head)
    }
}
