//! The contents of a file on a simulated disk: as the system sees them, and as they are durable.

use crate::random::Random;

/// What a disk writes as a whole or not at all.
const SECTOR_BYTES: usize = 512;

#[derive(Clone, Debug, Default)]
pub(crate) struct Contents {
    pub(crate) seen: Vec<u8>,
    pub(crate) durable: Vec<u8>,
    pub(crate) pending: Vec<Change>,
}

#[derive(Clone, Debug)]
pub(crate) enum Change {
    /// Within one sector.
    Write(usize, Vec<u8>),
    Length(usize),
}

impl Contents {
    /// Writes, and lets each sector wait for itself.
    pub(crate) fn write(&mut self, offset: usize, bytes: &[u8]) {
        let (mut offset, mut rest) = (offset, bytes);
        while !rest.is_empty() {
            let room = SECTOR_BYTES - offset % SECTOR_BYTES;
            let (piece, behind) = rest.split_at(room.min(rest.len()));
            self.change(Change::Write(offset, piece.to_vec()));
            (offset, rest) = (offset + piece.len(), behind);
        }
    }

    pub(crate) fn change(&mut self, change: Change) {
        change.apply(&mut self.seen);
        self.pending.push(change);
    }

    /// Of a write that failed, any sectors may have been written.
    pub(crate) fn write_some(&mut self, offset: usize, bytes: &[u8], random: &mut Random) {
        let kept_percent = random.below(101);
        let (mut offset, mut rest) = (offset, bytes);
        while !rest.is_empty() {
            let room = SECTOR_BYTES - offset % SECTOR_BYTES;
            let (piece, behind) = rest.split_at(room.min(rest.len()));
            if random.below(100) < kept_percent {
                self.change(Change::Write(offset, piece.to_vec()));
            }
            (offset, rest) = (offset + piece.len(), behind);
        }
    }

    /// Of a write that was cut short, the first half is written; but what lies within one sector of
    /// the file is written as a whole or not at all.
    pub(crate) fn write_half(&mut self, offset: usize, bytes: &[u8]) {
        let end = offset + bytes.len();
        let in_one_sector = offset / SECTOR_BYTES == end.saturating_sub(1) / SECTOR_BYTES;
        if !(in_one_sector && end <= self.seen.len()) {
            self.write(offset, &bytes[..bytes.len() / 2]);
        }
    }

    pub(crate) fn sync(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        for change in self.pending.drain(..) {
            change.apply(&mut self.durable);
        }
        // The length is written as a whole, whatever became of it earlier.
        set_length(&mut self.durable, self.seen.len());
    }

    /// The system takes what waits for written, and the disk has any part of it. The length that it
    /// has is one that the file had once.
    pub(crate) fn fail_to_sync(&mut self, random: &mut Random) {
        let kept_percent = random.below(101);
        let mut lengths = vec![self.durable.len()];
        for change in self.pending.drain(..) {
            let length = lengths.last().copied().unwrap_or(0);
            lengths.push(match &change {
                Change::Write(offset, bytes) => length.max(offset + bytes.len()),
                Change::Length(length) => *length,
            });
            if random.below(100) < kept_percent {
                change.apply(&mut self.durable);
            }
        }
        let length = random.pick(&lengths).copied().unwrap_or(0);
        set_length(&mut self.durable, length);
    }

    /// The same, and the disk has none of it.
    pub(crate) fn fail_to_sync_any(&mut self) {
        self.pending.clear();
    }

    pub(crate) fn lose(&mut self, random: &mut Random) {
        self.fail_to_sync(random);
        self.seen.clone_from(&self.durable);
    }
}

impl Change {
    pub(crate) fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Write(offset, written) => {
                let end = offset + written.len();
                if bytes.len() < end {
                    set_length(bytes, end);
                }
                bytes[*offset..end].copy_from_slice(written);
            }
            Self::Length(length) => set_length(bytes, *length),
        }
    }
}

/// As `resize` with zeros, which writes them one by one where little is optimised.
fn set_length(bytes: &mut Vec<u8>, length: usize) {
    bytes.truncate(length);
    bytes.extend_from_slice(&vec![0; length - bytes.len()]);
}
