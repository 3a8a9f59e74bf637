//! Making a log in a database, and looking at one.

use super::address::Address;
use super::checks;
use super::database::{Database, failed};
use super::place::{self, LAYOUT, signed, unsigned};
use super::reading;
use super::words;
use crate::journal::{ChainHead, JournalError, StoreId};
use postgres::error::SqlState;
use postgres::types::ToSql;
use std::thread;

const SCHEMA: &str = include_str!("schema.sql");
const PUT_STORE: &str = "INSERT INTO escrowdb.store (layout, store, standbys, required, \
    archived_number, archived_hash, archived_time) VALUES ($1, $2, $3, $4, $5, $6, $7)";
const PUT_LEASE: &str = "INSERT INTO escrowdb.lease (epoch, holder, expires_at) \
    VALUES (0, 'nobody', 'epoch')";
const LEASE: &str = "SELECT epoch, holder, greatest(0, \
    ceil(extract(epoch FROM expires_at - clock_timestamp()) * 1000))::bigint FROM escrowdb.lease";
const STANDBYS: &str = "SELECT application_name, state, sync_state, \
    greatest(0, pg_wal_lsn_diff(pg_current_wal_flush_lsn(), flush_lsn))::bigint \
    FROM pg_stat_replication ORDER BY application_name";

/// What a log is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setup {
    /// The store whose log it is.
    pub store_id: StoreId,
    /// The standbys by their `application_name`, as `synchronous_standby_names` has them.
    pub standbys: Vec<String>,
    /// How many of them have to have what is answered. With 0 an answer is as durable as the one
    /// server.
    pub required: u32,
}

/// Makes an empty log in a database: tables and functions in a schema of their own, `escrowdb`.
///
/// # Errors
/// [`JournalError::AlreadyExists`] if there is one; [`JournalError::Refused`] if it takes more
/// standbys than are named, or the server or the role is not fit for it;
/// [`JournalError::Unavailable`].
pub fn init(address: &Address, setup: &Setup) -> Result<(), JournalError> {
    init_after(address, setup, ChainHead::origin(&setup.store_id))
}

/// The same of a log whose blocks up to this one are archived.
///
/// # Errors
/// As [`init`].
pub(super) fn init_after(
    address: &Address,
    setup: &Setup,
    archived: ChainHead,
) -> Result<(), JournalError> {
    let refused = |what: &str| Err(JournalError::Refused(what.into()));
    let mut standbys = setup.standbys.clone();
    standbys.sort();
    standbys.dedup();
    let is_no_name = |name: &String| ["", "*"].contains(&name.trim());
    if standbys.len() != setup.standbys.len() || standbys.iter().any(is_no_name) {
        return refused("standbys are named one by one, each once");
    }
    let required = match i32::try_from(setup.required) {
        Ok(required) if setup.required as usize <= standbys.len() => required,
        _ => return refused("it takes more standbys than are named"),
    };
    if required == 0 && !standbys.is_empty() {
        return refused("standbys are named of which none is needed");
    }
    let setup = setup.clone();
    apart(address, move |database| {
        checks::check(database, required)?;
        let mut transaction = database.client.transaction().map_err(failed)?;
        transaction.batch_execute(SCHEMA).map_err(|error| match error.code() {
            // The latter if somebody else makes one at this moment.
            Some(code)
                if [SqlState::DUPLICATE_SCHEMA, SqlState::UNIQUE_VIOLATION].contains(code) =>
            {
                JournalError::AlreadyExists
            }
            Some(code) if *code == SqlState::INSUFFICIENT_PRIVILEGE => {
                JournalError::Refused("the role may not make a schema in the database".into())
            }
            _ => failed(error),
        })?;
        let (number, time) = (signed(archived.number)?, signed(archived.timestamp)?);
        let (store, hash) = (&setup.store_id[..], &archived.hash[..]);
        let row: &[&(dyn ToSql + Sync)] =
            &[&LAYOUT, &store, &setup.standbys, &required, &number, &hash, &time];
        transaction.execute(PUT_STORE, row).map_err(failed)?;
        transaction.execute(PUT_LEASE, &[]).map_err(failed)?;
        transaction.commit().map_err(failed)
    })
}

/// What a log is, and how it is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogStatus {
    /// The store whose log it is.
    pub store_id: StoreId,
    /// The last block that is visible.
    pub last: u64,
    /// The last block that was archived; 0 if none was.
    pub archived: u64,
    /// How often the lead was taken.
    pub epoch: u64,
    /// Who leads or did so last: a process, and its machine.
    pub leader: String,
    /// For how many milliseconds more the leader leads if it says nothing any more; 0 if nobody
    /// does.
    pub lease_ms: u64,
    /// The standbys that have to have what is answered, and how many of them.
    pub standbys: Vec<String>,
    /// How many of them.
    pub required: u32,
    /// Those that are connected to the server, these and others.
    pub connected: Vec<Standby>,
}

/// A standby that is connected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standby {
    /// Its `application_name`.
    pub name: String,
    /// What it does, in the server's word: `streaming` once it has caught up.
    pub state: String,
    /// What it is to the server, in its word: `sync`, `quorum`, `potential` or `async`.
    pub sync_state: String,
    /// How many bytes of the server's log it has not flushed yet; `None` if it does not say.
    pub behind_bytes: Option<u64>,
}

/// Looks at a log. Nobody is fenced.
///
/// # Errors
/// [`JournalError::Refused`] if there is none; [`JournalError::Unavailable`].
pub fn status(address: &Address) -> Result<LogStatus, JournalError> {
    apart(address, |database| {
        let place = place::read(database)?;
        let last = reading::last(database)?;
        let lease = database.client.query_one(LEASE, &[]).map_err(failed)?;
        let rows = database.client.query(STANDBYS, &[]).map_err(failed)?;
        let connected = rows.iter().map(|row| {
            let text = |column: usize| -> Result<String, JournalError> {
                let text: Option<String> = row.try_get(column).map_err(failed)?;
                Ok(text.unwrap_or_default())
            };
            let behind: Option<i64> = row.try_get(3).map_err(failed)?;
            let behind_bytes = behind.and_then(|bytes| u64::try_from(bytes).ok());
            Ok(Standby { name: text(0)?, state: text(1)?, sync_state: text(2)?, behind_bytes })
        });
        Ok(LogStatus {
            store_id: place.store_id,
            last,
            archived: place.archived.number,
            epoch: unsigned(&lease, 0)?,
            leader: lease.try_get(1).map_err(failed)?,
            lease_ms: unsigned(&lease, 2)?,
            required: place.required.unsigned_abs(),
            standbys: place.standbys,
            connected: connected.collect::<Result<_, JournalError>>()?,
        })
    })
}

/// Does something by a connection of its own, in a thread of its own: the client does not run
/// within a runtime of the caller's.
fn apart<T: Send>(
    address: &Address,
    work: impl FnOnce(&mut Database) -> Result<T, JournalError> + Send,
) -> Result<T, JournalError> {
    let connected = || work(&mut Database::connect(address)?);
    let done = thread::scope(|scope| scope.spawn(connected).join());
    done.unwrap_or_else(|_| Err(words::unavailable("the client of the database failed")))
}
