//! Verification of a store that somebody has open.
//!
//! Its host copies the state, which changes under whoever reads the file, and says how far the
//! journal had come. The journal's files are read where they lie: up to there nothing changes any
//! more, and what is behind is none of this verification's business.

use super::{Files, VerifyOptions, VerifyReport, check, reported};
use crate::disk::{Disk, LocalDisk, OverlayDisk};
use crate::journal::ChainHead;
use crate::store::files::read_format;
use crate::store::{
    Error, FileAccess, Head, InRole, OpenMode, Options, Result, marks, opening, scratch,
};
use std::path::Path;
use std::sync::Arc;

/// In the folder of a verification: what the host has copied.
const COPY: &str = "copy";
/// How often is begun again because the host has ended.
const TRIES: usize = 10;

/// Verifies a store of which somebody has the lock; with these words it is refused if that one
/// takes no guests.
pub(super) fn verify(
    path: &Path,
    options: &VerifyOptions,
    progress: &mut dyn FnMut(u64, u64),
    refusal: String,
) -> Result<VerifyReport> {
    for _ in 0..TRIES {
        match verify_once(path, options, progress, &refusal) {
            Err(Error::HostEnded { .. }) => (),
            verified => return verified,
        }
    }
    Err(Error::Locked(refusal))
}

fn verify_once(
    path: &Path,
    options: &VerifyOptions,
    progress: &mut dyn FnMut(u64, u64),
    refusal: &str,
) -> Result<VerifyReport> {
    let reading = Options::new().mode(OpenMode::ReadOnly).follow_host(true);
    // Whoever only reads the store keeps others from verifying it as ever.
    let guest = match opening::open(path, reading)? {
        InRole::Guest(guest) => guest,
        InRole::Host(_) => return Err(Error::Locked(refusal.to_owned())),
    };
    let store: Arc<dyn Disk> = Arc::new(LocalDisk::new(path.to_path_buf()));
    let disk: Arc<dyn Disk> = Arc::new(OverlayDisk::new(Arc::clone(&store)));
    let mut report = VerifyReport::default();
    let result = scratch::in_one_of_many(path, |folder| {
        report = VerifyReport::default();
        let format = read_format(&*disk)?;
        format.check_log_is_here()?;
        let noted = marks::read(&*disk, &format.store_id)?;
        let copy = folder.root().join(COPY);
        FileAccess::Owner.create_directory(&copy)?;
        let head = guest.copy_state(&copy)?;
        let files = Files {
            disk: Arc::new(LocalDisk::new(copy)),
            journal: options.journal(&disk, &noted)?,
            is_with_archive: options.archive.is_some(),
            scratch: Arc::new(folder),
            format,
            noted,
            end: Some(head),
        };
        let checked = check(&files, options.expected, &mut report, &mut *progress);
        // What is archived is missing where it was looked for: no fault.
        if checked.is_err() && marks::read(&*disk, &format.store_id)?.archived != noted.archived {
            return Err(Error::Locked(format!(
                "segments of {} were archived while it was verified: verify it again",
                path.display()
            )));
        }
        checked
    });
    reported(result, report)
}

/// The journal has come to where its host said that it had.
pub(super) fn check_end(last: &ChainHead, end: &Head) -> Result<()> {
    if (last.number, last.hash) == (end.block, end.hash) {
        return Ok(());
    }
    let (last, end) = (last.number, end.block);
    let what = match last < end {
        true => format!("the journal ends with block {last}, but block {end} was there"),
        false => format!("block {end} of the journal is not the one that its host has written"),
    };
    Err(Error::Corrupt(what))
}
