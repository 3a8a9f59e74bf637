//! Bringing the blocks of a journal that is there into a log.

use super::address::Address;
use super::log::{PostgresLog, Settings};
use super::setup::{self, Setup};
use crate::journal::{Appender, Blocks, ChainHead, JournalError, Log, SealedBlock};

/// Makes a log in a database out of the journal of a store: `blocks` are those after `archived`, up
/// to the one of number `end`. If an earlier attempt was cut short, it is gone on with.
///
/// # Errors
/// [`JournalError::Refused`] if there is a log of another store, with other standbys, or with
/// blocks that the journal does not have; as [`init`](super::init), [`Log::open`] and [`Appender`].
pub(crate) fn import(
    address: &Address,
    setup: &Setup,
    archived: ChainHead,
    blocks: Blocks,
    end: u64,
) -> Result<(), JournalError> {
    match setup::init_after(address, setup, archived) {
        Err(JournalError::AlreadyExists) => check_begun(address, setup)?,
        made => made?,
    }
    let settings = Settings::default();
    let log = PostgresLog::connect(address.clone(), settings)?;
    let there = setup::status(address)?.last;
    if there > end {
        return Err(lacks());
    }
    if there < archived.number {
        let what = "the journal has archived what comes next in the log: begin with a new database";
        return Err(JournalError::Refused(what.into()));
    }
    let mut last = archived;
    let mut appender: Option<Box<dyn Appender>> = None;
    for block in blocks {
        let block = block?;
        let head = ChainHead::of(block.header());
        if head.number > end {
            break;
        }
        if head.number <= there {
            // Its hash says what all before it were.
            if head.number == there && hash_of(&log, there)? != Some(head.hash) {
                return Err(lacks());
            }
            last = head;
            continue;
        }
        let appender = match &mut appender {
            Some(appender) => appender,
            none => none.insert(log.open(last, last.number.into())?.append()?),
        };
        appender.send(&SealedBlock::again(&block))?;
        appender.acknowledged(head.number)?;
    }
    // An earlier attempt may have left blocks that no standby has yet.
    log.last(settings.patience).map(drop)
}

fn hash_of(log: &PostgresLog, number: u64) -> Result<Option<[u8; 32]>, JournalError> {
    let archived = log.archived();
    if archived.number == number {
        return Ok(Some(archived.hash));
    }
    Ok(log.header(number, number.into())?.map(|header| header.hash))
}

/// A log that was begun before has to be the same one.
fn check_begun(address: &Address, setup: &Setup) -> Result<(), JournalError> {
    let found = setup::status(address)?;
    if found.store_id != setup.store_id {
        return Err(JournalError::Refused("the database has another store's log".into()));
    }
    if (&found.standbys, found.required) != (&setup.standbys, setup.required) {
        let what = "the log is in the database already, with other standbys";
        return Err(JournalError::Refused(what.into()));
    }
    Ok(())
}

fn lacks() -> JournalError {
    JournalError::Refused("the log in the database has blocks that the journal lacks".into())
}
