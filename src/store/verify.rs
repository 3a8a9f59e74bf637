//! Verification: everything is read again, and nothing is taken on trust.

use super::files::{identify, lock_directory};
use super::stats::hex;
use super::{Error, OpenMode, Options, Result, laws};
use crate::commit::{CommitError, Replay};
use crate::disk::{Disk, LocalDisk};
use crate::journal::{JournalReader, Start, StoreId, scan};
use crate::model::{AccountFlags as Flags, Event, Id, Kind, Record};
use crate::state::{self, State, state_hash};
use std::path::Path;
use std::sync::Arc;

/// The state is built a second time in this folder of the store, which is removed afterwards.
const REPLAY_FOLDER: &str = "verify.tmp";

/// What a verification has seen.
#[derive(Clone, PartialEq, Eq, Debug, Default, serde::Serialize)]
#[non_exhaustive]
pub struct VerifyReport {
    /// Blocks of the journal, all with their checksums, hashes and links in the chain.
    pub blocks: u64,
    /// Events in them.
    pub events: u64,
    /// Accounts whose balances were added up from their entries and holds.
    pub accounts: u64,
    /// Holds that were looked at.
    pub holds: u64,
    /// The hash that the chain of the journal has come to, in hexadecimal digits.
    pub chain_hash: String,
    /// The hash over all records of the state, in hexadecimal digits.
    pub state_hash: String,
    /// The first fault, in words; `None` if the store is in order.
    pub fault: Option<String>,
}

/// Reads a store completely: every checksum, the chain of the journal, the state against a replay of
/// the journal from its beginning, and all laws of the ledger. `progress` is told how many blocks
/// are done, and how many there were at the last checkpoint.
///
/// A fault that is found is in the report. The store must not be open; nothing of it is changed.
///
/// # Errors
/// [`Error`] if the verification itself cannot be carried out: there is no store, it
/// is open elsewhere, its format is newer, or the disk fails.
pub fn verify(path: impl AsRef<Path>, progress: impl FnMut(u64, u64)) -> Result<VerifyReport> {
    let path = path.as_ref();
    let _lock = lock_directory(path, OpenMode::Existing)?;
    let disk: Arc<dyn Disk> = Arc::new(LocalDisk::new(path.to_path_buf()));
    let mut report = VerifyReport::default();
    let folder = path.join(REPLAY_FOLDER);
    remove_folder(&folder)?;
    let result = identify(&*disk, None).and_then(|store_id| {
        std::fs::create_dir(&folder)?;
        let scratch: Arc<dyn Disk> = Arc::new(LocalDisk::new(folder.clone()));
        let files = Files { disk, scratch, store_id };
        check(&files, &mut report, progress)
    });
    remove_folder(&folder)?;
    match result {
        Ok(()) => Ok(report),
        Err(Error::Corrupt(fault)) => {
            report.fault = Some(fault);
            Ok(report)
        }
        Err(error) => Err(error),
    }
}

fn remove_folder(folder: &Path) -> Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

struct Files {
    disk: Arc<dyn Disk>,
    /// Where the state is built again.
    scratch: Arc<dyn Disk>,
    store_id: StoreId,
}

fn check(
    files: &Files,
    report: &mut VerifyReport,
    mut progress: impl FnMut(u64, u64),
) -> Result<()> {
    let options = Options::new().commit();
    let reader = JournalReader::new(Arc::clone(&files.disk), files.store_id);
    let stored = State::open(Arc::clone(&files.disk), options.state)?;
    let tip = *stored.view().tip();
    let index_user_data = stored.index_user_data();
    let mut stored = Replay::over(stored, reader.clone(), &options)?.without_checkpoints();
    let state_options = state::Options { index_user_data, ..options.state };
    let replayed = State::open(Arc::clone(&files.scratch), state_options)?;
    let mut replayed = Replay::over(replayed, reader, &options)?;

    let mut blocks = scan(Arc::clone(&files.disk), files.store_id, Start::Beginning)?;
    for block in &mut blocks {
        let block = block?;
        let events = replayed.add(&block)?;
        let number = block.header().number;
        check_closed_loop(replayed.state(), &events)?;
        if number == tip.block && block.header().hash != tip.hash {
            let what = format!("the state was made from another block {number} than is there");
            return Err(Error::Corrupt(what));
        }
        if number > tip.block {
            stored.add(&block)?;
        }
        report.blocks += 1;
        report.events += events.len() as u64;
        report.chain_hash = hex(&block.header().hash);
        progress(report.blocks, tip.block.max(report.blocks));
    }
    let head = blocks.finish()?.head;
    if head.number < tip.block {
        let error = CommitError::JournalTooShort { journal: head.number, state: tip.block };
        return Err(error.into());
    }
    let stored = stored.state().view();
    let counts = laws::check(&stored)?;
    (report.accounts, report.holds) = (counts.accounts, counts.holds);
    let hash = state_hash(&stored)?;
    report.state_hash = hex(&hash);
    if hash != state_hash(&replayed.state().view())? {
        let what = "the state differs from a replay of the journal";
        return Err(Error::Corrupt(what.into()));
    }
    Ok(())
}

/// Law 4 for transfers: no spend-only money goes to an external account, except by a reversal.
fn check_closed_loop(state: &State, events: &[Event]) -> Result<()> {
    let view = state.view();
    let flags = |id: Id| -> Result<Flags> {
        Ok(view.account(id)?.map_or(Flags::NONE, |account| account.flags))
    };
    for event in events {
        let Record::Operation(decision) = &event.record else { continue };
        let operation = &decision.operation;
        if operation.kind != Kind::TRANSFER || !decision.status.is_applied() {
            continue;
        }
        let leaves = flags(operation.debit_account)?.contains(Flags::SPEND_ONLY)
            && flags(operation.credit_account)?.contains(Flags::EXTERNAL);
        if leaves {
            let what = format!("operation {} took spend-only money out", operation.id);
            return Err(Error::Corrupt(what));
        }
    }
    Ok(())
}
