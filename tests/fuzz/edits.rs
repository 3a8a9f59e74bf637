//! Files of a store, changed as an input says.

use crate::input::Input;
use escrowdb::disk::{Disk, DiskFile, MemoryDisk, OpenMode};
use std::sync::Arc;

/// Edits that one input makes, at most.
const EDITS_MAX: usize = 64;

/// Everything that a file holds.
pub(crate) fn contents(disk: &MemoryDisk, name: &str) -> Vec<u8> {
    let file = open(disk, name);
    let mut bytes = vec![0; file.len().expect("a length") as usize];
    file.read_at(0, &mut bytes).expect("a disk in memory");
    bytes
}

fn open(disk: &MemoryDisk, name: &str) -> Arc<dyn DiskFile> {
    disk.open(name, OpenMode::OpenOrCreate).expect("a disk in memory")
}

/// Changes the files of these names until the input says that it is enough, or ends.
pub(crate) fn apply(disk: &MemoryDisk, names: &[String], input: &mut Input<'_>) {
    for _ in 0..EDITS_MAX {
        let what = input.byte();
        if what & 0x0f == 0 || input.is_empty() {
            return;
        }
        let name = &names[usize::from(what >> 4) % names.len()];
        edit(disk, names, name, what & 0x0f, input);
    }
}

fn edit(disk: &MemoryDisk, names: &[String], name: &str, what: u8, input: &mut Input<'_>) {
    let file = open(disk, name);
    let length = file.len().expect("a length") as usize;
    let at = input.offset() % (length + 1);
    match what {
        1..=4 => {
            let count = usize::from(input.byte() % 16) + 1;
            let bytes = input.bytes(count);
            file.write_at(at as u64, bytes).expect("a disk in memory");
        }
        5..=8 => {
            let mut bytes = [0; 8];
            let count = bytes.len().min(length - at);
            file.read_at(at as u64, &mut bytes[..count]).expect("within the file");
            bytes.iter_mut().for_each(|byte| *byte ^= input.byte());
            file.write_at(at as u64, &bytes[..count]).expect("a disk in memory");
        }
        9 => file.set_len(at as u64).expect("a disk in memory"),
        10 => {
            let grown = length + usize::from(input.byte()) * 512;
            file.set_len(grown as u64).expect("a disk in memory");
        }
        11 => {
            let count = (usize::from(input.byte()) * 64).min(length - at);
            file.write_at(at as u64, &vec![0; count]).expect("a disk in memory");
        }
        12 => drop(disk.remove(name)),
        13 => {
            let other = &names[usize::from(input.byte()) % names.len()];
            drop(disk.rename(name, other));
        }
        _ => {
            let other = &names[usize::from(input.byte()) % names.len()];
            let from = contents(disk, other);
            let start = input.offset() % (from.len() + 1);
            let end = (start + usize::from(input.byte()) * 16).min(from.len());
            file.write_at(at as u64, &from[start..end]).expect("a disk in memory");
        }
    }
}
