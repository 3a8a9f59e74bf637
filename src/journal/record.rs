//! Record frames and the directory of a block: the inside of a payload.
//!
//! Guaranteed: walking any bytes ends, never reads past them, and gives only whole frames whose
//! timestamps rise. It knows nothing of files or hashes, nor what a record's body means.

use super::error::Fault;
use super::format::{DIRECTORY_ENTRY_BYTES, u32_at, u64_at};

/// Length (24 bits) and checksum stand before the timestamp delta and the body.
pub(super) const FRAME_HEADER_BYTES: usize = 7;
const LENGTH_MAX: usize = (1 << 24) - 1;
const DELTA_BYTES_MAX: usize = 10;
/// What a record takes of a block at most beside its body: its frame, and an entry of the
/// directory.
pub(crate) const FRAME_BYTES_MAX: usize =
    FRAME_HEADER_BYTES + DELTA_BYTES_MAX + DIRECTORY_ENTRY_BYTES;
/// The largest body of a record.
pub const RECORD_BYTES_MAX: usize = LENGTH_MAX - DELTA_BYTES_MAX;

/// One record as it stands in a payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame<'a> {
    pub(super) timestamp: u64,
    pub(super) body: &'a [u8],
    checksum: u32,
    checked: &'a [u8],
}

impl Frame<'_> {
    /// Whether delta and body are what was written.
    pub(super) fn check(&self) -> Result<(), Fault> {
        if crc32fast::hash(self.checked) == self.checksum {
            Ok(())
        } else {
            Err(Fault::RecordChecksum)
        }
    }
}

/// Appends one frame. The caller has checked the body against [`RECORD_BYTES_MAX`].
pub(super) fn push_frame(bytes: &mut Vec<u8>, delta: u64, body: &[u8]) {
    let start = bytes.len();
    bytes.extend_from_slice(&[0; FRAME_HEADER_BYTES]);
    push_varint(bytes, delta);
    bytes.extend_from_slice(body);
    let (header, checked) = bytes[start..].split_at_mut(FRAME_HEADER_BYTES);
    debug_assert!(checked.len() <= LENGTH_MAX);
    header[..3].copy_from_slice(&(checked.len() as u32).to_le_bytes()[..3]);
    header[3..].copy_from_slice(&crc32fast::hash(checked).to_le_bytes());
}

/// Walks the frames of one group, whose first record has the timestamp that the directory says.
#[derive(Clone, Debug)]
pub(super) struct Group<'a> {
    rest: &'a [u8],
    timestamp: u64,
    first: bool,
}

impl<'a> Group<'a> {
    pub(super) fn new(bytes: &'a [u8], first_timestamp: u64) -> Self {
        Self { rest: bytes, timestamp: first_timestamp, first: true }
    }

    /// How many bytes stand after the frames given so far.
    pub(super) fn rest_bytes(&self) -> usize {
        self.rest.len()
    }

    /// The next frame; `None` when the bytes are used up exactly. Checksums are not checked here.
    pub(super) fn next_frame(&mut self) -> Result<Option<Frame<'a>>, Fault> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let header = self.rest.get(..FRAME_HEADER_BYTES).ok_or(Fault::RecordFrame)?;
        let length = u32_at(&[header[0], header[1], header[2], 0], 0) as usize;
        let checksum = u32_at(header, 3);
        let end = FRAME_HEADER_BYTES + length;
        let checked = self.rest.get(FRAME_HEADER_BYTES..end).ok_or(Fault::RecordFrame)?;
        let (delta, body) = split_varint(checked).ok_or(Fault::RecordFrame)?;
        if (delta == 0) != self.first {
            return Err(Fault::BlockTime);
        }
        self.timestamp = self.timestamp.checked_add(delta).ok_or(Fault::BlockTime)?;
        self.first = false;
        self.rest = &self.rest[end..];
        Ok(Some(Frame { timestamp: self.timestamp, body, checksum, checked }))
    }
}

/// The entries of a block's directory.
#[derive(Clone, Copy, Debug)]
pub(super) struct Directory<'a> {
    bytes: &'a [u8],
    records_length: usize,
}

impl<'a> Directory<'a> {
    /// Reads a directory whose checksum must be `crc32`, and which describes so many bytes of
    /// records. Afterwards all its ranges lie within the records.
    pub(super) fn parse(bytes: &'a [u8], crc32: u32, records_length: usize) -> Result<Self, Fault> {
        let directory = Self { bytes, records_length };
        let offsets = (0..directory.len()).map(|group| directory.offset(group));
        let sound = crc32fast::hash(bytes) == crc32
            && bytes.len().is_multiple_of(DIRECTORY_ENTRY_BYTES)
            && directory.len() > 0
            && directory.offset(0) == 0
            && offsets.is_sorted_by(|left, right| left < right)
            && directory.offset(directory.len() - 1) < records_length;
        if sound { Ok(directory) } else { Err(Fault::Directory) }
    }

    /// The directory of a block that was parsed before.
    pub(super) fn verified(bytes: &'a [u8], records_length: u32) -> Self {
        Self { bytes, records_length: records_length as usize }
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len() / DIRECTORY_ENTRY_BYTES
    }

    /// The timestamp of the first record of a group.
    pub(super) fn timestamp(&self, group: usize) -> u64 {
        u64_at(self.bytes, group * DIRECTORY_ENTRY_BYTES)
    }

    /// Where the frames of a group are among the records.
    pub(super) fn range(&self, group: usize) -> std::ops::Range<usize> {
        let next = group + 1;
        let end = if next < self.len() { self.offset(next) } else { self.records_length };
        self.offset(group)..end
    }

    /// The only group that can hold a record of this timestamp.
    pub(super) fn find(&self, timestamp: u64) -> Option<usize> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.timestamp(middle) <= timestamp {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low.checked_sub(1)
    }

    fn offset(&self, group: usize) -> usize {
        u32_at(self.bytes, group * DIRECTORY_ENTRY_BYTES + 8) as usize
    }
}

/// Appends one directory entry.
pub(super) fn push_directory_entry(bytes: &mut Vec<u8>, timestamp: u64, offset: u32) {
    bytes.extend_from_slice(&timestamp.to_le_bytes());
    bytes.extend_from_slice(&offset.to_le_bytes());
}

fn push_varint(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// The LEB128 number at the start, and what follows it. Only the shortest form is accepted, so
/// that a number has one encoding.
fn split_varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0_u64;
    for (index, &byte) in bytes.iter().enumerate().take(DELTA_BYTES_MAX) {
        let part = u64::from(byte & 0x7f);
        if index == DELTA_BYTES_MAX - 1 && part > 1 {
            return None;
        }
        value |= part << (7 * index);
        if byte & 0x80 == 0 {
            let shortest = index == 0 || byte != 0;
            return shortest.then_some((value, &bytes[index + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

    use super::*;

    #[test]
    fn varints_have_one_form() {
        for value in [0, 1, 127, 128, 16_383, 16_384, 1 << 62, 1 << 63, u64::MAX] {
            let mut bytes = Vec::new();
            push_varint(&mut bytes, value);
            assert!(bytes.len() <= DELTA_BYTES_MAX);
            bytes.push(0xaa);
            assert_eq!(split_varint(&bytes), Some((value, &[0xaa][..])), "{value}");
        }
        let refused: [&[u8]; 6] = [
            &[],
            &[0x80],
            &[0x80, 0],
            &[0xff, 0xff, 0],
            &[0xff; 11],
            &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2],
        ];
        for bytes in refused {
            assert_eq!(split_varint(bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn frames_that_do_not_fit_are_refused() {
        let mut bytes = Vec::new();
        push_frame(&mut bytes, 0, b"one");
        push_frame(&mut bytes, 5, b"");
        let mut group = Group::new(&bytes, 10);
        let one = group.next_frame().unwrap().unwrap();
        assert_eq!((one.timestamp, one.body, one.check()), (10, &b"one"[..], Ok(())));
        assert_eq!(group.next_frame().unwrap().unwrap().timestamp, 15);
        assert_eq!(group.next_frame(), Ok(None));

        for length in (1..bytes.len()).filter(|&length| length != 11) {
            let mut group = Group::new(&bytes[..length], 10);
            let faults = (0..3).find_map(|_| group.next_frame().err());
            assert_eq!(faults, Some(Fault::RecordFrame), "cut to {length}");
        }
        let mut group = Group::new(&bytes, u64::MAX);
        group.next_frame().unwrap();
        assert_eq!(group.next_frame(), Err(Fault::BlockTime), "past the end of time");
        let mut group = Group::new(&bytes[11..], 10);
        assert_eq!(group.next_frame(), Err(Fault::BlockTime), "a group begins with delta 0");
    }
}
