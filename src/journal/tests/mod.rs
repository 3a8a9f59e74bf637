//! Tests of the journal as its users see it, and of what they see when its files are damaged.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod appending;
mod damage;
mod faults;
mod hostile;
mod power;
mod reading;

use std::sync::Arc;

use super::*;
use crate::disk::{Disk, DiskFile, MemoryDisk, OpenMode};

const STORE: StoreId = [7; 16];
const OTHER_STORE: StoreId = [8; 16];
/// Small enough for several segments of a few blocks.
const SMALL: Options = Options { segment_bytes: 1024, preallocate_bytes: 256 };

/// What a scan should find: for each block, its records.
type Contents = Vec<Vec<(u64, Vec<u8>)>>;

/// Blocks of so many records each, with timestamps in steps that need one and two varint bytes.
fn contents(record_counts: &[usize]) -> Contents {
    let mut timestamp = 1_000_000;
    let mut record = || {
        timestamp += if timestamp % 3 == 0 { 1 } else { 200 };
        (timestamp, format!("record at {timestamp}").into_bytes())
    };
    record_counts.iter().map(|&count| (0..count).map(|_| record()).collect()).collect()
}

fn seal(head: &mut ChainHead, records: &[(u64, Vec<u8>)]) -> SealedBlock {
    let mut builder = BlockBuilder::new(STORE);
    for (timestamp, body) in records {
        builder.push(*timestamp, |buffer| buffer.extend_from_slice(body)).unwrap();
    }
    builder.seal(head).unwrap()
}

fn append(journal: &mut LocalJournal, records: &[(u64, Vec<u8>)]) -> Position {
    let mut head = journal.head();
    let block = seal(&mut head, records);
    let appended = journal.append(&block).unwrap();
    assert_eq!(appended.number, block.number());
    Position::hinted(appended).unwrap()
}

/// A disk with a journal of these contents, and where each block is.
fn written(contents: &Contents, options: Options) -> (MemoryDisk, Vec<Position>) {
    let disk = MemoryDisk::new();
    let mut journal = LocalJournal::create(Arc::new(disk.clone()), STORE, options).unwrap();
    let positions = contents.iter().map(|records| append(&mut journal, records)).collect();
    (disk, positions)
}

fn read(disk: &MemoryDisk) -> Result<(Contents, Tail), JournalError> {
    read_from(disk, Start::Beginning)
}

fn read_from(disk: &MemoryDisk, start: Start) -> Result<(Contents, Tail), JournalError> {
    let mut scan = scan(Arc::new(disk.clone()), STORE, start)?;
    let mut contents = Contents::new();
    for block in &mut scan {
        contents.push(block?.records().map(|(time, body)| (time, body.to_vec())).collect());
    }
    Ok((contents, scan.finish()?))
}

fn resume(disk: &MemoryDisk, tail: Tail) -> Result<LocalJournal, JournalError> {
    LocalJournal::resume(Arc::new(disk.clone()), STORE, SMALL, tail)
}

fn segment_file(disk: &MemoryDisk, segment: u64) -> Arc<dyn DiskFile> {
    disk.open(&format::file_name(segment), OpenMode::Existing).unwrap()
}

fn bytes_of(file: &dyn DiskFile) -> Vec<u8> {
    let mut bytes = vec![0; usize::try_from(file.len().unwrap()).unwrap()];
    file.read_at(0, &mut bytes).unwrap();
    bytes
}

fn block_len(disk: &MemoryDisk, position: Position) -> u64 {
    let reader = JournalReader::new(Arc::new(disk.clone()), STORE);
    reader.header(position).unwrap().block_bytes()
}

/// The corruption that a scan ends with, and the block that it names.
fn fault(disk: &MemoryDisk) -> (Fault, Option<u64>) {
    match read(disk).unwrap_err() {
        JournalError::Corrupt { fault, block, .. } => (fault, block),
        other => panic!("{other}"),
    }
}
