//! `--dry-run`: a copy of the store in memory, on which a file is tried. Nothing is written to any
//! disk.

use super::options;
use crate::cli::failure::Failure;
use crate::cli::input::to_read;
use escrowdb::disk::{Disk, LocalDisk, MemoryDisk, OpenMode as FileMode};
use escrowdb::{Error, OpenMode, Store};
use std::io;
use std::path::Path;
use std::sync::Arc;

/// The files of a store at its top that a run needs: neither its lock nor keys.
const FILES: [&str; 4] = ["FORMAT", "ARCHIVE", "COPY", "state.redb"];
const JOURNAL: &str = "journal";
/// Bytes that are copied at a time.
const PIECE: u64 = 1 << 20;

/// The store at the path, copied; a new one if there is none.
pub(super) fn copy(path: &Path) -> Result<Store, Failure> {
    let memory = MemoryDisk::new();
    if path.join(FILES[0]).exists() {
        // Whoever reads a store keeps others from writing, and leaves nothing behind. A guest does
        // not: what it copies file by file would change under it.
        let _reader = Store::open(path, to_read().exclusive(true))?;
        let wrong = |error| Failure::work(format!("cannot read {}: {error}", path.display()));
        copy_all(&LocalDisk::new(path.to_path_buf()), &memory).map_err(wrong)?;
    } else if let Err(error) = Store::open(path, options().mode(OpenMode::Existing)) {
        // It says why this is no store, and makes none.
        if !matches!(error, Error::NotFound(_)) {
            return Err(error.into());
        }
    }
    Ok(Store::open_on(Arc::new(memory), options())?)
}

fn copy_all(from: &dyn Disk, to: &dyn Disk) -> io::Result<()> {
    to.create_folder(JOURNAL)?;
    let segments = from.list(JOURNAL)?.into_iter().map(|name| format!("{JOURNAL}/{name}"));
    for name in FILES.map(str::to_owned).into_iter().chain(segments) {
        if from.exists(&name)? {
            copy_one(from, to, &name)?;
        }
    }
    Ok(())
}

fn copy_one(from: &dyn Disk, to: &dyn Disk, name: &str) -> io::Result<()> {
    let (from, to) = (from.open(name, FileMode::ReadOnly)?, to.open(name, FileMode::CreateNew)?);
    let length = from.len()?;
    let mut piece = Vec::new();
    for start in (0..length).step_by(PIECE as usize) {
        piece.resize(PIECE.min(length.saturating_sub(start)) as usize, 0);
        from.read_at(start, &mut piece)?;
        to.write_at(start, &piece)?;
    }
    Ok(())
}
