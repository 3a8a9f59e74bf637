//! Who leads: one at a time, for as long as it says so often enough.
//!
//! The lease decides who may try to lead; what is right is decided by the epoch, which each append
//! names, and by the numbers of blocks. So nothing is lost or torn if a clock is wrong.

use super::database::{Database, failed};
use super::durable;
use super::place::{Place, signed, unsigned};
use super::words;
use super::worker::Line;
use crate::journal::JournalError;
use postgres::types::Type;
use std::process;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, Builder};
use std::time::{Duration, Instant};

const LOOK: &str = "SELECT holder, expires_at::text, \
    ceil(extract(epoch FROM expires_at - clock_timestamp()) * 1000)::bigint FROM escrowdb.lease";
const TAKE: &str = "SELECT new_epoch, who, until, left_ms FROM escrowdb.take_over($1, $2)";
const RENEW: &str = "UPDATE escrowdb.lease SET \
    expires_at = clock_timestamp() + $2 * interval '1 millisecond' WHERE epoch = $1 RETURNING 1";
const EPOCH: &str = "SELECT epoch FROM escrowdb.lease";
/// How often is looked whether a former leader still says that it leads.
const LOOKS_AGAIN: Duration = Duration::from_millis(200);
/// How long is waited at the end until the lease is given back.
const GIVE_BACK_MAX: Duration = Duration::from_secs(2);

/// Who has the lease, and for how long.
struct Held {
    holder: String,
    until: String,
    left_ms: u64,
}

impl Held {
    /// Whether nobody has said since that it has the lease.
    fn is_same(&self, later: &Self) -> bool {
        self.holder == later.holder && self.until == later.until
    }
}

/// Takes the lead, and gives the epoch of it: all that is in the database by then is durable, and
/// nothing is appended any more by who led before. A former leader that ended without saying so is
/// waited for until its lease has run out.
///
/// # Errors
/// [`JournalError::Led`] if there is another leader, which renews its lease or has one for longer
/// than `until`; [`JournalError::Unavailable`].
pub(super) fn take(
    database: &mut Database,
    place: &Place,
    lease: Duration,
    patience: Duration,
    until: Instant,
) -> Result<u64, JournalError> {
    let mut first: Option<Held> = None;
    let epoch = loop {
        let held = look(database)?;
        if held.left_ms == 0
            && let Some(epoch) = try_to_take(database, lease)?
        {
            break epoch;
        }
        let is_renewed = first.as_ref().is_some_and(|first| !first.is_same(&held));
        if is_renewed || Instant::now() >= until {
            let seconds = held.left_ms.div_ceil(1000);
            return Err(JournalError::Led { holder: held.holder, seconds });
        }
        first.get_or_insert(held);
        thread::sleep(LOOKS_AGAIN);
    };
    let begun = Instant::now();
    if database.was_warned() {
        database.barrier()?;
    }
    durable::wait(database, place, || begun.elapsed() < patience)?;
    Ok(epoch)
}

fn look(database: &mut Database) -> Result<Held, JournalError> {
    let row = database.client.query_typed_opt(LOOK, &[]).map_err(failed)?;
    let row = row.ok_or_else(|| words::odd("escrowdb.lease has no row"))?;
    let left: i64 = row.try_get(2).map_err(failed)?;
    let (holder, until) = (row.try_get(0).map_err(failed)?, row.try_get(1).map_err(failed)?);
    Ok(Held { holder, until, left_ms: u64::try_from(left).unwrap_or(0) })
}

fn try_to_take(database: &mut Database, lease: Duration) -> Result<Option<u64>, JournalError> {
    database.was_warned();
    let row = database
        .client
        .query_typed_one(TAKE, &[(&this_process(), Type::TEXT), (&milliseconds(lease), Type::INT8)])
        .map_err(failed)?;
    let epoch: Option<i64> = row.try_get(0).map_err(failed)?;
    epoch.map(|_| unsigned(&row, 0)).transpose()
}

/// A lease that is renewed by a thread of its own until this is dropped, and then given back.
#[derive(Debug)]
pub(super) struct Lease {
    /// Dropped to say that it is over.
    stop: Option<mpsc::Sender<()>>,
    given_back: Mutex<mpsc::Receiver<()>>,
}

impl Lease {
    /// Keeps the lease of this epoch. `lost` is called, once, when somebody else leads.
    ///
    /// # Errors
    /// [`JournalError::Unavailable`] if there is no thread to be had, or no connection to say by
    /// that it is kept.
    pub(super) fn keep(
        mut line: Line,
        epoch: u64,
        lease: Duration,
        patience: Duration,
        lost: impl FnOnce() + Send + 'static,
    ) -> Result<Self, JournalError> {
        let (stop, stopped) = mpsc::channel::<()>();
        let (give_back, given_back) = mpsc::sync_channel(1);
        let (begin, begun) = mpsc::sync_channel(1);
        let keep = move || {
            // Whoever waited for it may have gone.
            begin.send(renew(&mut line, epoch, lease)).ok();
            let mut is_kept = true;
            while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(lease / 3) {
                // What fails is tried again: who leads is decided when something is appended.
                let renewed = renew(&mut line, epoch, lease);
                match (&renewed, is_kept) {
                    (Ok(false), _) => return lost(),
                    (Err(error), true) => tracing::warn!(%error, "the lease cannot be renewed"),
                    (Ok(true), false) => tracing::info!("the lease is renewed again"),
                    _ => (),
                }
                is_kept = renewed.is_ok();
            }
            drop(renew(&mut line, epoch, Duration::ZERO));
            // Whoever waited for it may have gone.
            give_back.send(()).ok();
        };
        let started = Builder::new().name("escrowdb-lease".into()).spawn(keep);
        started.map_err(|error| words::unavailable(error.to_string()))?;
        let kept = Self { stop: Some(stop), given_back: Mutex::new(given_back) };
        let slow = |_| words::unavailable("there is no second connection to keep the lease by");
        match begun.recv_timeout(patience).map_err(slow)?? {
            true => Ok(kept),
            false => Err(JournalError::Fenced),
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        drop(self.stop.take());
        // Otherwise it runs out by itself.
        let given_back = self.given_back.get_mut().unwrap_or_else(PoisonError::into_inner);
        given_back.recv_timeout(GIVE_BACK_MAX).ok();
    }
}

/// Says that the lease is for so long from now on, and whether it is still this epoch's. That is
/// not waited for by standbys: to say so again costs nothing.
fn renew(line: &mut Line, epoch: u64, lease: Duration) -> Result<bool, JournalError> {
    line.with_again(|database, _| {
        database.client.batch_execute("SET synchronous_commit = local").map_err(failed)?;
        if say(database, epoch, lease)? {
            return Ok(true);
        }
        // A server that has not heard of this epoch yet is no reason to give up.
        let row = database.client.query_typed_one(EPOCH, &[]).map_err(failed)?;
        Ok(unsigned(&row, 0)? < epoch)
    })
}

/// Gives the lead of this epoch back, which nobody wants any more.
///
/// # Errors
/// [`JournalError::Unavailable`]: then it runs out by itself.
pub(super) fn give_back(database: &mut Database, epoch: u64) -> Result<(), JournalError> {
    say(database, epoch, Duration::ZERO).map(drop)
}

/// Says that the lease of this epoch is for so long from now on; `false` if there is another epoch.
fn say(database: &mut Database, epoch: u64, lease: Duration) -> Result<bool, JournalError> {
    let parameters: &[(&(dyn postgres::types::ToSql + Sync), Type)] =
        &[(&signed(epoch)?, Type::INT8), (&milliseconds(lease), Type::INT8)];
    Ok(database.client.query_typed(RENEW, parameters).map_err(failed)?.len() == 1)
}

fn milliseconds(lease: Duration) -> i64 {
    i64::try_from(lease.as_millis()).unwrap_or(i64::MAX)
}

/// This process, as others are told who leads.
fn this_process() -> String {
    let system = rustix::system::uname();
    format!("process {} on {}", process::id(), system.nodename().to_string_lossy())
}
