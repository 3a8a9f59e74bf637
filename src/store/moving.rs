//! Moving a store's journal into a database.

use super::{Error, Follower, Head, OpenMode, Options, Result, Store};
use crate::journal::postgres::{Setup, import};
use crate::model::Id;
use std::path::Path;

impl Store {
    /// Moves the journal of the store in the directory `path` into the database that
    /// [`Options::log`] names, where a log is made for it: see
    /// [`journal::postgres`](crate::journal::postgres). From then on the directory is a replica,
    /// which is opened with the same option. Nobody may write to the store meanwhile, and no
    /// deadline is settled.
    ///
    /// What stands in `standbys` and `required` is as in [`Setup`]. What was archived stays where
    /// it is. Cut short, it is gone on with by the same call; until it is done the store is opened
    /// as before.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] without a log, if the database has another store's, one with
    /// other standbys, or one with blocks that the store lacks; [`Error::Locked`] if somebody has
    /// the store open to write to it; [`Error::Led`] if somebody leads the log;
    /// [`Error::Unavailable`]; as [`Store::open`].
    pub fn replicate(
        path: impl AsRef<Path>,
        options: Options,
        standbys: &[String],
        required: u32,
    ) -> Result<Head> {
        let (path, mut as_it_was) = (path.as_ref(), options.clone());
        let Some(address) = as_it_was.log.take() else {
            let what = "say by the option log where the journal is to go";
            return Err(Error::InvalidArgument(what.into()));
        };
        // Who only reads keeps those out who write, and leaves the store as it is.
        let store = Self::open(path, as_it_was.mode(OpenMode::ReadOnly).exclusive(true))?;
        let host = store.host("moving the journal")?;
        let (log, head, store_id) = (host.committer.log(), host.head(), host.store_id);
        let setup = Setup { store_id, standbys: standbys.to_vec(), required };
        let archived = log.archived();
        let blocks = log.follow(None, archived.timestamp)?;
        import(&address, &setup, archived, blocks, head.block)?;
        store.close()?;
        // Nobody opens it by its own files any more. Whoever wrote to it before that is noticed.
        let options = options.mode(OpenMode::Existing).store_id(Id::from_bytes(store_id));
        Follower::open(path, options)?.close()?;
        Ok(head)
    }
}
