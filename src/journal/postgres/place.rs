//! What the database says of the log in it.

use super::database::{Database, failed};
use super::words;
use crate::journal::{ChainHead, JournalError, StoreId};
use postgres::Row;
use postgres::error::SqlState;

/// The version of the tables.
pub(super) const LAYOUT: i32 = 1;

/// The row of the store.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) store_id: StoreId,
    pub(super) standbys: Vec<String>,
    pub(super) required: i32,
    pub(super) archived: ChainHead,
}

/// Reads it.
///
/// # Errors
/// [`JournalError::Refused`] if there is no log in the database, or one of a later version.
pub(super) fn read(database: &mut Database) -> Result<Place, JournalError> {
    let columns = "SELECT layout, store, standbys, required, archived_number, archived_hash, \
        archived_time FROM escrowdb.store";
    let row = database.client.query_opt(columns, &[]).map_err(|error| match error.code() {
        Some(code) if [SqlState::UNDEFINED_TABLE, SqlState::INVALID_SCHEMA_NAME].contains(code) => {
            let what = "the database has no log of a store: make one with replicate init";
            JournalError::Refused(what.into())
        }
        _ => failed(error),
    })?;
    let row = row.ok_or_else(|| words::odd("escrowdb.store has no row"))?;
    let found: i32 = row.try_get(0).map_err(failed)?;
    if found != LAYOUT {
        let (file, found) = ("the log in the database".into(), found.unsigned_abs());
        let supported = LAYOUT.unsigned_abs();
        return Err(JournalError::NewerFormat { file, found, supported });
    }
    let (standbys, required) = (row.try_get(2).map_err(failed)?, row.try_get(3).map_err(failed)?);
    Ok(Place { store_id: bytes(&row, 1)?, standbys, required, archived: head(&row, 4)? })
}

/// A block by number, hash and time, in three columns.
pub(super) fn head(row: &Row, first: usize) -> Result<ChainHead, JournalError> {
    let number = unsigned(row, first)?;
    Ok(ChainHead { number, hash: bytes(row, first + 1)?, timestamp: unsigned(row, first + 2)? })
}

/// A number that is not negative.
pub(super) fn unsigned(row: &Row, column: usize) -> Result<u64, JournalError> {
    let number: i64 = row.try_get(column).map_err(failed)?;
    u64::try_from(number).map_err(|_| words::odd("a number is negative"))
}

/// A number as the database has it.
pub(super) fn signed(number: u64) -> Result<i64, JournalError> {
    i64::try_from(number).map_err(|_| words::odd("a number is too large for it"))
}

fn bytes<const N: usize>(row: &Row, column: usize) -> Result<[u8; N], JournalError> {
    let bytes: &[u8] = row.try_get(column).map_err(failed)?;
    bytes.try_into().map_err(|_| words::odd("an id or a hash has another length"))
}
