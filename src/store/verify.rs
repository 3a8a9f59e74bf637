//! Verification: everything is read again, and nothing is taken on trust.

mod live;

use super::audit::Audit;
use super::files::{Format, lock_directory_to_read, read_format};
use super::head::hex;
use super::house::Kept;
use super::lock::Purpose;
use super::marks;
use super::with_archive::WithArchive;
use super::{Error, Head, Options, Result, laws, scratch};
use crate::commit::{Noted, Replay, archived, decode};
use crate::disk::{Disk, FileAccess, OverlayDisk};
use crate::journal::{BlockHeader, BlockRef, ChainHead, LocalLog, Log};
use crate::model::{AccountFlags as Flags, Event, Id, Kind, Record};
use crate::state::{self, STATE_FILE, State, View, state_hash};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What a verification is to look at beside the store itself. The default is nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VerifyOptions {
    expected: Option<Head>,
    archive: Option<PathBuf>,
    pub(super) access: FileAccess,
}

impl VerifyOptions {
    /// Only the store itself.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The store must have this head or have gone on from it: proves that nothing up to it was
    /// changed, and nothing of it lost. A [`Head`](super::Store::head) must have been noted where
    /// whoever writes the store cannot write.
    #[must_use]
    pub fn expect(mut self, head: Head) -> Self {
        self.expected = Some(head);
        self
    }

    /// The directory into which [`Store::archive`](super::Store::archive) has moved segments: they
    /// are read as if they were in the store. One that is not there, or that has none of them, is
    /// an error; one that lacks some of them is a fault.
    #[must_use]
    pub fn archive(mut self, directory: impl Into<PathBuf>) -> Self {
        self.archive = Some(directory.into());
        self
    }

    /// Who else than the owner may use the files of a store that [`restore`](super::restore())
    /// makes: nobody, unless this is called. A verification alone makes none.
    #[must_use]
    pub fn file_access(mut self, access: FileAccess) -> Self {
        self.access = access;
        self
    }
}

impl VerifyOptions {
    /// Where the journal is read: with the archive if there is one.
    fn journal(&self, store: &Arc<dyn Disk>, noted: &Noted) -> Result<Arc<dyn Disk>> {
        Ok(match &self.archive {
            Some(archive) => {
                let last = noted.archived.number;
                Arc::new(WithArchive::new(Arc::clone(store), archive, last)?)
            }
            None => Arc::clone(store),
        })
    }
}

/// What a verification has seen.
#[derive(Clone, PartialEq, Eq, Debug, Default, serde::Serialize)]
#[non_exhaustive]
pub struct VerifyReport {
    /// Blocks of the journal, all with their checksums, hashes and links in the chain.
    pub blocks: u64,
    /// Blocks that were archived and not looked at. Unless it is 0, the state was not compared with
    /// a replay of the whole journal: see [`VerifyOptions::archive`].
    pub blocks_archived: u64,
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
    /// The first fault, in words; `None` if the store is in order. Of damaged keys of persons the
    /// first sixteen, and whose they are.
    pub fault: Option<String>,
    /// What the store holds that this build cannot check, in words: that of a part of the library
    /// which a feature brings that it was made without. Checked are its checksums, and the state
    /// against the journal. `None` if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unchecked: Option<String>,
}

/// As [`verify_with`], without options.
///
/// # Errors
/// As [`verify_with`].
pub fn verify(path: impl AsRef<Path>, progress: impl FnMut(u64, u64)) -> Result<VerifyReport> {
    verify_with(path, &VerifyOptions::new(), progress)
}

/// Reads a store completely: every checksum, the chain of the journal, the indexes, the state
/// against a replay of the journal from its beginning, all laws of the ledger, and that each person
/// has a key in the file of keys, unless it says that it was destroyed. `progress` is told how many
/// blocks are done, and how many there were at the last checkpoint.
///
/// If the beginning of the journal is archived, and no archive is given, the chain is checked from
/// the first block that is there, against the record of what was archived; the state against a
/// replay of the blocks after the checkpoint, and by all laws.
///
/// A backup must reach at least as far as it did when it was made, which it knows itself.
///
/// A fault that is found is in the report. Of a store that is open, its host copies the state and
/// the keys as they are, and the journal is read up to there while the host goes on. No file of the
/// store is changed;
/// the state is built again in a folder `verify.tmp` of the store, which is removed at the end.
/// Where nothing can be created in there, on a medium that is only read or without the right to, or
/// where there is no room, as on a full disk, that is a folder in the one for temporary files
/// (`TMPDIR`), which needs as much room as the state.
///
/// # Errors
/// [`Error`] if the verification itself cannot be carried out: there is no store, somebody has it
/// open who takes no guests, segments are archived meanwhile, its format is newer, the expected
/// head is in a part that is archived, the archive is not there or another's, or the disk fails.
pub fn verify_with(
    path: impl AsRef<Path>,
    options: &VerifyOptions,
    mut progress: impl FnMut(u64, u64),
) -> Result<VerifyReport> {
    let path = path.as_ref();
    let locked = match lock_directory_to_read(path, Purpose::ReadingAlone) {
        Err(Error::Locked(refusal)) => return live::verify(path, options, &mut progress, refusal),
        locked => locked?,
    };
    let store: Arc<dyn Disk> = Arc::new(locked.disk);
    let _lock = locked.lock;
    let mut report = VerifyReport::default();
    let result = scratch::in_one(path, |folder| {
        report = VerifyReport::default();
        let disk: Arc<dyn Disk> = Arc::new(OverlayDisk::new(Arc::clone(&store)));
        let format = read_format(&*disk)?;
        format.check_log_is_here()?;
        let noted = marks::read(&*disk, &format.store_id)?;
        let scratch: Arc<dyn Disk> = Arc::new(folder);
        let journal = options.journal(&disk, &noted)?;
        let is_with_archive = options.archive.is_some();
        let files = Files { disk, journal, is_with_archive, scratch, format, noted, end: None };
        check(&files, options.expected, &mut report, &mut progress)
    });
    reported(result, report)
}

/// The report, with the fault if there is one.
fn reported(result: Result<()>, mut report: VerifyReport) -> Result<VerifyReport> {
    match result {
        Ok(()) => Ok(report),
        Err(Error::Corrupt(fault) | Error::MismatchedState(fault)) => {
            report.fault = Some(fault);
            Ok(report)
        }
        Err(error) => Err(error),
    }
}

struct Files {
    /// The store. Whoever opens a state writes to its file, if nothing that matters: that stays in
    /// memory.
    disk: Arc<dyn Disk>,
    /// Where the journal is read, with the archive if there is one.
    journal: Arc<dyn Disk>,
    is_with_archive: bool,
    /// Where the state is built again.
    scratch: Arc<dyn Disk>,
    format: Format,
    noted: Noted,
    /// The block up to which the journal is looked at, where somebody writes on behind it.
    end: Option<Head>,
}

fn check(
    files: &Files,
    expected: Option<Head>,
    report: &mut VerifyReport,
    mut progress: impl FnMut(u64, u64),
) -> Result<()> {
    let Format { store_id, index_user_data, .. } = files.format;
    let mut options = Options::new().commit();
    options.state.index_user_data = index_user_data == Some(true);
    let log = LocalLog::new(Arc::clone(&files.journal), store_id, options.journal);
    let log = Arc::new(log);
    let reader = log.reader();
    // A store without a state is in order: it is built again on opening, and here.
    let is_stored = files.disk.exists(STATE_FILE)?;
    let disk: Arc<dyn Disk> = match is_stored {
        true => Arc::clone(&files.disk),
        false => Arc::clone(&files.scratch),
    };
    let stored = State::open(disk, store_id, options.state)?;
    let (view, index_user_data) = (stored.view(), stored.index_user_data());
    let archived = archived::last(&view, reader, files.noted.archived)?;
    reader.archive(archived);
    report.blocks_archived = archived.number;
    if files.is_with_archive && archived.number > 0 {
        let what = format!("block {} is neither in the store nor in the archive", archived.number);
        return Err(Error::Corrupt(what));
    }
    let mut audit = Audit::new(&view, expected, files.noted, archived, store_id)?;

    let mut stored = Replay::over(stored, log.clone(), &options)?;
    if is_stored {
        stored = stored.without_checkpoints();
    }
    let mut replayed = None;
    if is_stored && archived.number == 0 {
        let state_options = state::Options { index_user_data, ..options.state };
        let state = State::open(Arc::clone(&files.scratch), store_id, state_options)?;
        replayed = Some(Replay::over(state, log.clone(), &options)?);
    }
    let mut blocks = log.open(archived, BlockRef::default())?;
    let mut last = archived;
    while files.end.is_none_or(|end| last.number < end.block)
        && let Some(block) = blocks.next()
    {
        let block = block?;
        let &BlockHeader { number, hash, last_timestamp: timestamp, .. } = block.header();
        last = ChainHead { number, hash, timestamp };
        audit.look_at(&block)?;
        let events = if block.header().number > audit.tip.block {
            stored.add(&block)?
        } else {
            Arc::new(decode(&block)?)
        };
        match &mut replayed {
            Some(replayed) => drop(replayed.add(&block)?),
            None => check_operations(&stored.state().view(), &events)?,
        }
        check_closed_loop(&stored.state().view(), &events)?;
        report.blocks += 1;
        report.events += events.len() as u64;
        report.chain_hash = hex(&block.header().hash);
        let total = audit.tip.block.saturating_sub(archived.number);
        progress(report.blocks, total.max(report.blocks));
    }
    match &files.end {
        Some(end) => live::check_end(&last, end)?,
        None => last = blocks.end()?,
    }
    audit.finish(&last)?;
    let stored = stored.state().view();
    let counts = laws::check(&stored)?;
    (report.accounts, report.holds) = (counts.accounts, counts.holds);
    let hash = state_hash(&stored)?;
    report.state_hash = hex(&hash);
    let kept = Kept { disk: &files.disk, store_id, view: &stored };
    report.unchecked = match files.end {
        Some(_) => kept.check_copy()?,
        None => kept.check()?,
    };
    if let Some(replayed) = replayed
        && hash != state_hash(&replayed.state().view())?
    {
        let what = "the state differs from a replay of the journal";
        return Err(Error::Corrupt(what.into()));
    }
    Ok(())
}

/// Every decided operation is found by its id, as far as the journal is there.
fn check_operations(view: &View, events: &[Event]) -> Result<()> {
    for event in events {
        let Record::Operation(decision) = &event.record else { continue };
        let id = decision.operation.id;
        if !id.is_zero() && view.operation(id)? != Some(event.timestamp) {
            return Err(Error::Corrupt(format!("operation {id} is not found by its id")));
        }
    }
    Ok(())
}

/// Law 4 for transfers: no spend-only money goes to an external account, except by a reversal.
fn check_closed_loop(view: &View, events: &[Event]) -> Result<()> {
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
