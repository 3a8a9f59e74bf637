//! Files that somebody made, with every checksum right: no panic, no other contents.

use proptest::prelude::*;

use super::format::{BLOCK_HEADER_BYTES, DIRECTORY_ENTRY_BYTES};
use super::*;

/// Reads a block, lets it be edited, repairs directory checksum, hash and header checksum, and
/// writes it back.
fn forge(disk: &MemoryDisk, position: Position, edit: impl FnOnce(&mut BlockHeader, &mut [u8])) {
    let file = segment_file(disk, position.segment);
    let mut bytes = vec![0; usize::try_from(block_len(disk, position)).unwrap()];
    file.read_at(position.offset, &mut bytes).unwrap();
    let (header_bytes, payload) = bytes.split_at_mut(BLOCK_HEADER_BYTES);
    let mut header = BlockHeader::decode(header_bytes.first_chunk().unwrap(), &STORE).unwrap();
    let directory = directory_range(&header);
    edit(&mut header, payload);
    header.directory_crc32 = crc32fast::hash(&payload[directory]);
    header.hash = header.hash_with(payload);
    header_bytes.copy_from_slice(&header.encode());
    file.write_at(position.offset, &bytes).unwrap();
}

fn directory_range(header: &BlockHeader) -> std::ops::Range<usize> {
    let start = header.records_length as usize;
    start..start + header.directory_entries() * DIRECTORY_ENTRY_BYTES
}

/// Edits a body of the first record and repairs its checksum.
fn edit_record(_: &mut BlockHeader, payload: &mut [u8]) {
    let length = usize::from(payload[0]) + usize::from(payload[1]) * 256;
    payload[7 + 3] ^= 1;
    let crc = crc32fast::hash(&payload[7..7 + length]);
    payload[3..7].copy_from_slice(&crc.to_le_bytes());
}

#[test]
fn an_edited_record_with_repaired_checksums_is_found() {
    let (whole, positions) = written(&contents(&[4, 4, 4, 4]), SMALL);
    for (index, expected, number) in [(0, Fault::BlockChain, 2), (2, Fault::SegmentChain, 4)] {
        let disk = whole.duplicate();
        forge(&disk, positions[index], edit_record);
        assert_eq!(fault(&disk), (expected, Some(number)));

        // The chain is broken for a reader that walks, too.
        let reader = JournalReader::new(Arc::new(disk), STORE);
        let header = reader.header(positions[index]).unwrap();
        assert!(reader.next(positions[index], &header).is_err());
    }
    // Without the hash repaired, the block itself is found.
    for (index, number) in [(0, 1), (2, 3)] {
        let disk = whole.duplicate();
        let Position { segment, offset } = positions[index];
        let header = JournalReader::new(Arc::new(disk.clone()), STORE).header(positions[index]);
        forge(&disk, positions[index], edit_record);
        let file = segment_file(&disk, segment);
        file.write_at(offset, &header.unwrap().encode()).unwrap();
        assert_eq!(fault(&disk), (Fault::BlockHash, Some(number)));
    }
}

#[test]
fn a_forged_last_block_must_be_well_formed() {
    type Edit = fn(&mut BlockHeader, &mut [u8]);
    // Where the second entry of the directory is: {timestamp, offset}.
    fn entry(header: &BlockHeader) -> usize {
        directory_range(header).start + DIRECTORY_ENTRY_BYTES
    }
    let cases: [(&str, Edit, Fault); 14] = [
        ("higher number", |header, _| header.number += 1, Fault::BlockNumber),
        ("lower number", |header, _| header.number -= 1, Fault::BlockNumber),
        ("previous hash", |header, _| header.previous_hash[0] ^= 1, Fault::BlockChain),
        ("last time", |header, _| header.last_timestamp += 1, Fault::BlockTime),
        ("first time", |header, _| header.first_timestamp += 1, Fault::BlockTime),
        ("fewer records", |header, _| header.record_count -= 1, Fault::Directory),
        ("more records", |header, _| header.record_count += 1, Fault::Directory),
        ("body", |_, payload| payload[12] ^= 1, Fault::RecordChecksum),
        ("length", |_, payload| payload[0] += 1, Fault::RecordChecksum),
        ("great length", |_, payload| payload[2] = 0xff, Fault::RecordFrame),
        ("group time", |header, payload| payload[entry(header) + 1] -= 8, Fault::BlockTime),
        (
            "group order",
            |header, payload| payload[entry(header) + 8..][..4].fill(0),
            Fault::Directory,
        ),
        ("group end", |header, payload| payload[entry(header) + 11] = 1, Fault::Directory),
        ("group start", |header, payload| payload[entry(header) + 8] ^= 1, Fault::RecordFrame),
    ];
    let (whole, positions) = written(&contents(&[4, 40]), SMALL);
    for (name, edit, expected) in cases {
        let disk = whole.duplicate();
        forge(&disk, positions[1], edit);
        let (found, number) = fault(&disk);
        assert_eq!(found, expected, "{name}");
        assert!(matches!(number, Some(1..=3)), "{name}");
    }
}

#[test]
fn a_block_that_goes_back_in_time_is_found() {
    let expected = contents(&[4, 4]);
    let (disk, positions) = written(&expected, SMALL);
    let tail = read(&disk).unwrap().1;
    let mut forged = ChainHead { timestamp: 0, ..tail.head };
    let block = seal(&mut forged, &expected[1]);
    let Position { segment, offset } = tail.position;
    segment_file(&disk, segment).write_at(offset, block.bytes()).unwrap();
    assert_eq!(fault(&disk), (Fault::BlockTime, Some(3)));
    let reader = JournalReader::new(Arc::new(disk), STORE);
    let header = reader.header(positions[1]).unwrap();
    assert!(reader.next(positions[1], &header).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_forgery_is_read_without_panic(
        edits in prop::collection::vec((0_usize..2000, any::<u8>()), 0..4),
        fields in prop::collection::vec((0_usize..56, any::<u8>()), 0..3),
    ) {
        let (disk, positions) = written(&contents(&[4, 40, 4]), SMALL);
        forge(&disk, positions[1], |header, payload| {
            for (at, byte) in edits {
                payload[at % payload.len()] = byte;
            }
            let mut bytes = header.encode();
            for (at, byte) in fields {
                bytes[at] = byte;
            }
            let crc = crc32fast::hash(&bytes[..BLOCK_HEADER_BYTES - 4]);
            bytes[BLOCK_HEADER_BYTES - 4..].copy_from_slice(&crc.to_le_bytes());
            if let Ok(forged) = BlockHeader::decode(&bytes, &STORE) {
                *header = forged;
            }
        });
        let _ = read(&disk);
        let reader = JournalReader::new(Arc::new(disk), STORE);
        let mut buffer = Vec::new();
        let hint = positions[1].hint(2);
        for timestamp in [0, 1_000_000, 1_001_000, 1_004_000, u64::MAX] {
            let _ = reader.record(BlockRef { number: 2, hint }, timestamp, &mut buffer);
        }
        let _ = reader.block(positions[1]);
    }

    #[test]
    fn any_bytes_are_read_without_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..600),
        offset in 0_u64..1200,
    ) {
        let expected = contents(&[4, 4]);
        let (disk, _) = written(&expected, SMALL);
        segment_file(&disk, 1).write_at(offset, &bytes).unwrap();
        if let Ok((found, _)) = read(&disk) {
            prop_assert_eq!(&found[..], &expected[..found.len()]);
        }
    }
}
