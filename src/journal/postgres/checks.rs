//! Whether a server and a role are such that what they say can be relied on.

use super::database::{Database, failed};
use crate::journal::JournalError;

const LOOK: &str = "SELECT current_setting('server_version_num')::int, \
    current_setting('fsync')::bool, pg_has_role(current_user, 'pg_monitor', 'USAGE'), \
    current_setting('synchronous_standby_names')";
/// The earliest version of the server that is tested.
const VERSION_MIN: i32 = 150_000;

/// Sees to it, for a log of which so many standbys have to have what is answered.
///
/// # Errors
/// [`JournalError::Refused`]; [`JournalError::Unavailable`].
pub(super) fn check(database: &mut Database, required: i32) -> Result<(), JournalError> {
    let row = database.client.query_typed_one(LOOK, &[]).map_err(failed)?;
    let version: i32 = row.try_get(0).map_err(failed)?;
    let is_synced: bool = row.try_get(1).map_err(failed)?;
    let is_monitor: bool = row.try_get(2).map_err(failed)?;
    let names: String = row.try_get(3).map_err(failed)?;
    let refused = |what: &str| Err(JournalError::Refused(what.into()));
    if version < VERSION_MIN {
        return refused("the server is older than PostgreSQL 15");
    }
    if !is_synced {
        return refused("the server does not sync its files: set fsync = on");
    }
    if required == 0 {
        return Ok(());
    }
    if !is_monitor {
        return refused("the role may not look at the standbys: GRANT pg_monitor to it");
    }
    if names.trim().is_empty() {
        return refused("the server waits for no standby: set synchronous_standby_names");
    }
    Ok(())
}
