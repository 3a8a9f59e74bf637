//! The headers of segments and blocks as bytes, both ways; `format.md` draws them.
//!
//! Guaranteed: decoding any bytes either gives a header whose checksum matches and whose lengths
//! agree with each other and with the limits, or says why not. It knows no files, and not whether
//! a block's payload matches its header.

use super::{Hash, JOURNAL_FOLDER, StoreId};

/// The format version that this code writes, and the latest that it reads.
pub const FORMAT_VERSION: u32 = 1;

pub(super) const SEGMENT_HEADER_BYTES: usize = 128;
pub(super) const BLOCK_HEADER_BYTES: usize = 160;
pub(super) const DIRECTORY_ENTRY_BYTES: usize = 12;
/// Blocks begin at multiples of this.
pub(super) const BLOCK_ALIGNMENT: usize = 8;
/// Every group of this many records has an entry in the directory of its block.
pub const RECORDS_PER_GROUP: usize = 32;
/// The largest payload of a block: what a reader may have to hold in memory at once.
pub const PAYLOAD_BYTES_MAX: usize = 256 << 20;

const SEGMENT_MAGIC: [u8; 8] = *b"escrwSEG";
pub(super) const BLOCK_MAGIC: [u8; 8] = *b"escrwBLK";
/// Where the hash stands in a block header; all before it is hashed, together with the payload.
const HASH_AT: usize = 124;

const _: () = {
    assert!(SEGMENT_HEADER_BYTES.is_multiple_of(BLOCK_ALIGNMENT));
    assert!(BLOCK_HEADER_BYTES.is_multiple_of(BLOCK_ALIGNMENT));
    assert!(PAYLOAD_BYTES_MAX.is_multiple_of(BLOCK_ALIGNMENT));
    assert!(PAYLOAD_BYTES_MAX < u32::MAX as usize);
    assert!(HASH_AT + 32 + 4 == BLOCK_HEADER_BYTES);
};

/// Why bytes are not the header that was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotHeader {
    /// They are no header, or a damaged one.
    Damaged,
    /// They are an intact header of a later format version.
    Newer(u32),
    /// They are an intact header of another store.
    Foreign,
}

/// What stands at the start of a segment file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SegmentHeader {
    pub(super) store_id: StoreId,
    pub(super) first_block: u64,
    pub(super) previous_hash: Hash,
    pub(super) previous_timestamp: u64,
}

impl SegmentHeader {
    pub(super) fn encode(&self) -> [u8; SEGMENT_HEADER_BYTES] {
        let mut bytes = [0; SEGMENT_HEADER_BYTES];
        bytes[0..8].copy_from_slice(&SEGMENT_MAGIC);
        bytes[8..12].copy_from_slice(&FORMAT_VERSION.to_le_bytes());
        bytes[16..32].copy_from_slice(&self.store_id);
        bytes[32..40].copy_from_slice(&self.first_block.to_le_bytes());
        bytes[40..48].copy_from_slice(&self.previous_timestamp.to_le_bytes());
        bytes[48..80].copy_from_slice(&self.previous_hash);
        seal_header(&mut bytes);
        bytes
    }

    pub(super) fn decode(
        bytes: &[u8; SEGMENT_HEADER_BYTES],
        store_id: &StoreId,
    ) -> Result<Self, NotHeader> {
        check_header(bytes, SEGMENT_MAGIC)?;
        if array_at::<16>(bytes, 16) != *store_id {
            return Err(NotHeader::Foreign);
        }
        let header = Self {
            store_id: *store_id,
            first_block: u64_at(bytes, 32),
            previous_timestamp: u64_at(bytes, 40),
            previous_hash: array_at(bytes, 48),
        };
        if header.encode() == *bytes { Ok(header) } else { Err(NotHeader::Damaged) }
    }
}

/// What stands at the start of a block. Its checksum has been checked; the payload has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockHeader {
    /// The number of the block; the first of a journal is 1, and there are no gaps.
    pub number: u64,
    /// The timestamp of its first record.
    pub first_timestamp: u64,
    /// The timestamp of its last record.
    pub last_timestamp: u64,
    /// How many records it holds; at least one.
    pub record_count: u32,
    /// The hash of the block before it.
    pub previous_hash: Hash,
    /// The hash of this block: over the header up to the hash, and the payload.
    pub hash: Hash,
    pub(super) store_id: StoreId,
    pub(super) payload_length: u32,
    pub(super) records_length: u32,
    pub(super) directory_crc32: u32,
}

impl BlockHeader {
    /// The bytes of the whole block in its file.
    pub fn block_bytes(&self) -> u64 {
        BLOCK_HEADER_BYTES as u64 + u64::from(self.payload_length)
    }

    pub(super) fn directory_entries(&self) -> usize {
        (self.record_count as usize).div_ceil(RECORDS_PER_GROUP)
    }

    /// Encodes the header with `hash` as it stands.
    pub(super) fn encode(&self) -> [u8; BLOCK_HEADER_BYTES] {
        let mut bytes = self.encode_unsealed();
        seal_header(&mut bytes);
        bytes
    }

    /// As [`BlockHeader::encode`], without the checksum.
    fn encode_unsealed(&self) -> [u8; BLOCK_HEADER_BYTES] {
        let mut bytes = [0; BLOCK_HEADER_BYTES];
        bytes[0..8].copy_from_slice(&BLOCK_MAGIC);
        bytes[8..12].copy_from_slice(&FORMAT_VERSION.to_le_bytes());
        bytes[12..16].copy_from_slice(&self.payload_length.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.number.to_le_bytes());
        bytes[24..32].copy_from_slice(&self.first_timestamp.to_le_bytes());
        bytes[32..40].copy_from_slice(&self.last_timestamp.to_le_bytes());
        bytes[40..44].copy_from_slice(&self.record_count.to_le_bytes());
        bytes[44..48].copy_from_slice(&self.records_length.to_le_bytes());
        bytes[48..52].copy_from_slice(&(self.directory_entries() as u32).to_le_bytes());
        bytes[52..56].copy_from_slice(&self.directory_crc32.to_le_bytes());
        bytes[56..72].copy_from_slice(&self.store_id);
        bytes[72..104].copy_from_slice(&self.previous_hash);
        bytes[HASH_AT..HASH_AT + 32].copy_from_slice(&self.hash);
        bytes
    }

    pub(super) fn decode(
        bytes: &[u8; BLOCK_HEADER_BYTES],
        store_id: &StoreId,
    ) -> Result<Self, NotHeader> {
        check_header(bytes, BLOCK_MAGIC)?;
        let header = Self {
            payload_length: u32_at(bytes, 12),
            number: u64_at(bytes, 16),
            first_timestamp: u64_at(bytes, 24),
            last_timestamp: u64_at(bytes, 32),
            record_count: u32_at(bytes, 40),
            records_length: u32_at(bytes, 44),
            directory_crc32: u32_at(bytes, 52),
            store_id: array_at(bytes, 56),
            previous_hash: array_at(bytes, 72),
            hash: array_at(bytes, HASH_AT),
        };
        if header.store_id != *store_id {
            return Err(NotHeader::Foreign);
        }
        let payload = header.payload_length as usize;
        let fits = payload <= PAYLOAD_BYTES_MAX
            && payload == payload_bytes(header.records_length as usize, header.directory_entries())
            && header.record_count > 0
            && header.number > 0
            && header.encode() == *bytes;
        // The checksum matches, so this is a writer's mistake or a forgery; neither is a block.
        if fits { Ok(header) } else { Err(NotHeader::Damaged) }
    }

    /// The hash that the block must have if `payload` is its payload.
    pub(super) fn hash_with(&self, payload: &[u8]) -> Hash {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.encode_unsealed()[..HASH_AT]);
        hasher.update(payload);
        *hasher.finalize().as_bytes()
    }
}

/// The payload of so many bytes of records and so many directory entries, padding included.
pub(super) fn payload_bytes(records_length: usize, directory_entries: usize) -> usize {
    directory_entries
        .saturating_mul(DIRECTORY_ENTRY_BYTES)
        .saturating_add(records_length)
        .checked_next_multiple_of(BLOCK_ALIGNMENT)
        .unwrap_or(usize::MAX)
}

/// Puts the checksum of all before it into the last four bytes.
fn seal_header(bytes: &mut [u8]) {
    let crc_at = bytes.len() - 4;
    let crc = crc32fast::hash(&bytes[..crc_at]);
    bytes[crc_at..].copy_from_slice(&crc.to_le_bytes());
}

/// Later versions keep the magic, the version's place, the header's length and its checksum, so
/// that an intact later header is told from a damaged one.
fn check_header(bytes: &[u8], magic: [u8; 8]) -> Result<(), NotHeader> {
    let crc_at = bytes.len() - 4;
    if bytes[..8] != magic || crc32fast::hash(&bytes[..crc_at]) != u32_at(bytes, crc_at) {
        return Err(NotHeader::Damaged);
    }
    match u32_at(bytes, 8) {
        FORMAT_VERSION => Ok(()),
        0 => Err(NotHeader::Damaged),
        newer => Err(NotHeader::Newer(newer)),
    }
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(array_at(bytes, at))
}

pub(super) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(array_at(bytes, at))
}

/// The caller has checked that the bytes reach that far.
fn array_at<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    let mut array = [0; N];
    array.copy_from_slice(&bytes[at..at + N]);
    array
}

/// The name of a segment file, relative to the store.
pub(super) fn file_name(segment: u64) -> String {
    format!("{JOURNAL_FOLDER}/{segment:020}.seg")
}

#[cfg(test)]
mod tests {
    use super::*;

    const STORE: StoreId = [3; 16];

    fn block_header() -> BlockHeader {
        BlockHeader {
            number: 9,
            first_timestamp: 10,
            last_timestamp: 11,
            record_count: 33,
            previous_hash: [1; 32],
            hash: [2; 32],
            store_id: STORE,
            payload_length: 328,
            records_length: 300,
            directory_crc32: 4,
        }
    }

    #[test]
    fn headers_come_back() {
        let block = block_header();
        assert_eq!(BlockHeader::decode(&block.encode(), &STORE), Ok(block));
        assert_eq!(BlockHeader::decode(&block.encode(), &[0; 16]), Err(NotHeader::Foreign));
        let segment = SegmentHeader {
            store_id: STORE,
            first_block: 9,
            previous_hash: [1; 32],
            previous_timestamp: 8,
        };
        assert_eq!(SegmentHeader::decode(&segment.encode(), &STORE), Ok(segment));
        assert_eq!(SegmentHeader::decode(&segment.encode(), &[0; 16]), Err(NotHeader::Foreign));
    }

    /// Each byte of a header is set to another value and the checksum repaired.
    #[test]
    fn what_the_format_leaves_no_choice_in_is_checked() {
        for at in 0..BLOCK_HEADER_BYTES - 4 {
            let mut bytes = block_header().encode();
            bytes[at] ^= 0x80;
            seal_header(&mut bytes);
            let decoded = BlockHeader::decode(&bytes, &STORE);
            // Numbers, times, checksums and hashes may be any; the high bit of a length may not.
            let free = matches!(at, 16..40 | 52..56 | 72..104 | 124..156);
            let other = matches!(at, 8..12 | 56..72);
            assert_eq!(decoded.is_ok(), free, "byte {at}");
            assert_eq!(decoded == Err(NotHeader::Damaged), !free && !other, "byte {at}");
        }
        for (at, decodes) in
            [(12, false), (15, false), (40, true), (79, true), (80, false), (123, false)]
        {
            let segment = SegmentHeader {
                store_id: STORE,
                first_block: 9,
                previous_hash: [1; 32],
                previous_timestamp: 8,
            };
            let mut bytes = segment.encode();
            bytes[at] ^= 0x80;
            seal_header(&mut bytes);
            assert_eq!(SegmentHeader::decode(&bytes, &STORE).is_ok(), decodes, "byte {at}");
        }
    }
}
