//! Whether the standbys have what was written.
//!
//! That a commit returned is not enough: `synchronous_standby_names` may be empty by mistake, or
//! `*`, which a backup client answers to as well. So those that were named when the log was made
//! are looked at, one by one.

use super::database::{Database, failed};
use super::place::Place;
use super::words;
use crate::journal::JournalError;
use std::thread;
use std::time::Duration;

const PAUSE_MIN: Duration = Duration::from_micros(500);
const PAUSE_MAX: Duration = Duration::from_millis(50);

/// How much of the server's log is flushed there, and how many of the standbys have flushed that.
const LOOK: &str = "WITH here AS MATERIALIZED (SELECT pg_current_wal_flush_lsn() AS lsn) \
    SELECT here.lsn::text, count(DISTINCT standby.application_name) FROM here \
    LEFT JOIN pg_stat_replication AS standby ON standby.application_name = ANY($1) \
    AND standby.flush_lsn >= here.lsn GROUP BY here.lsn";
/// The same of a place in that log.
const LOOK_AT: &str = "SELECT count(DISTINCT application_name) FROM pg_stat_replication \
    WHERE application_name = ANY($1) AND flush_lsn >= $2::text::pg_lsn";

/// Waits until as many standbys as it takes have flushed all that is on the server by now. Looks
/// again as long as `goes_on` says so.
///
/// # Errors
/// [`JournalError::Unavailable`], also if it does not go on.
pub(super) fn wait(
    database: &mut Database,
    place: &Place,
    goes_on: impl Fn() -> bool,
) -> Result<(), JournalError> {
    if place.required == 0 {
        return Ok(());
    }
    let row = database.client.query_typed_one(LOOK, &[(&place.standbys, TEXTS)]).map_err(failed)?;
    let lsn: String = row.try_get(0).map_err(failed)?;
    let mut count: i64 = row.try_get(1).map_err(failed)?;
    let mut pause = PAUSE_MIN;
    while count < i64::from(place.required) {
        if !goes_on() {
            return Err(words::unavailable(too_few(count, place)));
        }
        thread::sleep(pause);
        pause = (pause * 2).min(PAUSE_MAX);
        let parameters: &[(&(dyn postgres::types::ToSql + Sync), _)] =
            &[(&place.standbys, TEXTS), (&lsn, postgres::types::Type::TEXT)];
        let row = database.client.query_typed_one(LOOK_AT, parameters).map_err(failed)?;
        count = row.try_get(0).map_err(failed)?;
    }
    Ok(())
}

/// Whether that is so now.
///
/// # Errors
/// [`JournalError::Unavailable`].
pub(super) fn is_so(database: &mut Database, place: &Place) -> Result<bool, JournalError> {
    if place.required == 0 {
        return Ok(true);
    }
    let row = database.client.query_typed_one(LOOK, &[(&place.standbys, TEXTS)]).map_err(failed)?;
    let count: i64 = row.try_get(1).map_err(failed)?;
    Ok(count >= i64::from(place.required))
}

const TEXTS: postgres::types::Type = postgres::types::Type::TEXT_ARRAY;

fn too_few(count: i64, place: &Place) -> String {
    let (required, names) = (place.required, place.standbys.join(", "));
    format!("{count} of the standbys {names} have what was written, and it takes {required}")
}
