//! Files that were cut, flipped or removed, as crashes and rot do it.

use super::format::{BLOCK_HEADER_BYTES, SEGMENT_HEADER_BYTES};
use super::*;

/// After any damage: an error, or the blocks as they were, of which the last may be missing.
fn check_damaged(disk: &MemoryDisk, expected: &Contents, what: &str) {
    match read(disk) {
        Err(error) => assert!(!error.to_string().contains('\n'), "{what}"),
        Ok((found, tail)) => {
            assert!(found.len() + 1 >= expected.len(), "{what}: {} blocks", found.len());
            assert_eq!(found, expected[..found.len()], "{what}");
            assert!(tail.torn || found.len() == expected.len(), "{what}");
        }
    }
}

#[test]
fn a_tail_torn_at_any_byte_is_found_and_healed() {
    // In the middle of a segment; the first in a new one; one of its own.
    for record_counts in [&[4, 4, 4][..], &[4, 4, 4, 4], &[4, 40]] {
        let expected = contents(record_counts);
        let (whole, positions) = written(&expected, SMALL);
        let last = positions[positions.len() - 1];
        let bytes = bytes_of(&*segment_file(&whole, last.segment));
        let start = usize::try_from(last.offset).unwrap();
        let length = usize::try_from(block_len(&whole, last)).unwrap();
        for kept in 0..length {
            for cut in [false, true] {
                let disk = whole.duplicate();
                let file = segment_file(&disk, last.segment);
                if cut {
                    file.set_len((start + kept) as u64).unwrap();
                } else {
                    file.write_at((start + kept) as u64, &vec![0; length - kept]).unwrap();
                }
                // Where the block ends in zeros, cutting them makes no difference.
                if !cut && bytes_of(&*file) == bytes {
                    continue;
                }
                let (found, tail) = read(&disk).unwrap();
                let earlier = expected.len() - 1;
                assert_eq!(found, expected[..earlier], "kept {kept}");
                assert_eq!((tail.position, tail.torn), (last, kept > 0), "kept {kept}");

                let mut journal = resume(&disk, tail).unwrap();
                let healed = bytes_of(&*segment_file(&disk, last.segment));
                assert!(healed[start..].iter().all(|&byte| byte == 0), "kept {kept}");
                append(&mut journal, &expected[earlier]);
                let (found, tail) = read(&disk).unwrap();
                assert_eq!((found, tail.torn), (expected.clone(), false), "kept {kept}");
            }
        }
    }
}

#[test]
fn a_torn_segment_header_is_an_unfinished_roll() {
    let expected = contents(&[4, 4, 4, 4]);
    let (whole, positions) = written(&expected, SMALL);
    assert_eq!(positions[3], Position { segment: 4, offset: 128 });
    for kept in 0..SEGMENT_HEADER_BYTES {
        let disk = whole.duplicate();
        segment_file(&disk, 4).set_len(kept as u64).unwrap();
        let (found, tail) = read(&disk).unwrap();
        assert_eq!((&found[..], tail.position), (&expected[..3], positions[3]));
        let mut journal = resume(&disk, tail).unwrap();
        append(&mut journal, &expected[3]);
        assert_eq!(read(&disk).unwrap().0, expected, "kept {kept}");

        // With a block behind it, it is no unfinished roll.
        let disk = whole.duplicate();
        segment_file(&disk, 4).write_at(kept as u64, &[0xee]).unwrap();
        assert_eq!(fault(&disk).0, Fault::SegmentHeader, "byte {kept}");
    }
}

#[test]
fn a_flipped_byte_anywhere_is_found_or_harmless() {
    let expected = contents(&[4, 34, 4, 4, 4]);
    let (whole, positions) = written(&expected, SMALL);
    let last = positions[4];
    for segment in [1, 2, 3] {
        let bytes = bytes_of(&*segment_file(&whole, segment));
        for offset in 0..bytes.len() as u64 {
            for mask in [0x01, 0x80, 0xff] {
                let disk = whole.duplicate();
                let flipped = bytes[offset as usize] ^ mask;
                segment_file(&disk, segment).write_at(offset, &[flipped]).unwrap();
                check_damaged(&disk, &expected, &format!("segment {segment}, offset {offset}"));
                if read(&disk).is_ok_and(|(found, _)| found.len() < expected.len()) {
                    assert!(segment == last.segment && offset >= last.offset, "{offset}");
                }
            }
        }
    }
}

#[test]
fn a_flipped_byte_never_changes_a_record() {
    let expected = contents(&[70, 4]);
    let (whole, positions) = written(&expected, SMALL);
    let length = block_len(&whole, positions[0]);
    let bytes = bytes_of(&*segment_file(&whole, 1));
    let mut buffer = Vec::new();
    for offset in positions[0].offset..positions[0].offset + length {
        let disk = whole.duplicate();
        segment_file(&disk, 1).write_at(offset, &[bytes[offset as usize] ^ 0x10]).unwrap();
        let reader = JournalReader::new(Arc::new(disk), STORE);
        for (timestamp, body) in expected.iter().flatten() {
            if let Ok(found) = reader.record(1.into(), *timestamp, &mut buffer) {
                assert!(found && buffer == *body, "offset {offset}, record {timestamp}");
            }
        }
    }
}

#[test]
fn damage_before_the_last_block_is_corruption() {
    let (whole, positions) = written(&contents(&[4, 4, 4, 4, 4, 4, 4]), SMALL);
    let spoil = |position: Position, at: u64, bytes: &[u8]| {
        let disk = whole.duplicate();
        segment_file(&disk, position.segment).write_at(position.offset + at, bytes).unwrap();
        disk
    };
    for (index, &position) in positions[..6].iter().enumerate() {
        let number = Some(index as u64 + 1);
        assert_eq!(fault(&spoil(position, 200, &[0xee])), (Fault::BlockHash, number));
        assert_eq!(fault(&spoil(position, 16, &[0xee])), (Fault::BlockHeader, number));
        let length = usize::try_from(block_len(&whole, position)).unwrap();
        let erased = spoil(position, 0, &vec![0; length]);
        let expected = match index {
            // Nothing is left behind it in its segment, so it looks like one that is missing.
            2 | 5 => Fault::SegmentMissing,
            _ => Fault::BlockHeader,
        };
        assert_eq!(fault(&erased), (expected, number));
    }
}

/// The search looks at the file in windows of 1 MiB; a header may lie across the end of one.
#[test]
fn a_later_block_is_found_wherever_it_begins() {
    let options = Options { segment_bytes: 4 << 20, preallocate_bytes: 1 << 20 };
    for short in (0..200).step_by(8) {
        // Header of the block, frame header, delta and directory entry stand around the body.
        let body = vec![0; (1 << 20) - short - BLOCK_HEADER_BYTES - 8 - 12];
        let (disk, positions) = written(&vec![vec![(1, body)], vec![(2, vec![2])]], options);
        assert_eq!(positions[1].offset, 128 + (1 << 20) - short as u64);
        segment_file(&disk, 1).write_at(130, &[0]).unwrap();
        assert_eq!(fault(&disk), (Fault::BlockHeader, Some(1)), "{short}");
    }
}

#[test]
fn missing_and_strange_segments_are_corruption() {
    let (whole, _) = written(&contents(&[4, 4, 4, 4, 4, 4, 4]), SMALL);
    let name = format::file_name;
    type Harm = fn(&MemoryDisk, fn(u64) -> String);
    let cases: [(Harm, Fault); 6] = [
        (|disk, name| disk.remove(&name(1)).unwrap(), Fault::SegmentMissing),
        (|disk, name| disk.remove(&name(4)).unwrap(), Fault::SegmentMissing),
        (|disk, name| disk.rename(&name(4), &name(5)).unwrap(), Fault::SegmentMissing),
        (|disk, name| disk.rename(&name(7), &name(4)).unwrap(), Fault::SegmentNumber),
        (
            |disk, name| drop(disk.open(&name(2), OpenMode::CreateNew).unwrap()),
            Fault::SegmentNumber,
        ),
        (
            |disk, name| drop(disk.open(&name(99), OpenMode::CreateNew).unwrap()),
            Fault::SegmentMissing,
        ),
    ];
    for (index, (harm, expected)) in cases.into_iter().enumerate() {
        let disk = whole.duplicate();
        harm(&disk, name);
        assert_eq!(fault(&disk).0, expected, "case {index}");
    }
    for stray in ["journal/7.seg", "journal/00000000000000000009.tmp", "journal/notes"] {
        let disk = whole.duplicate();
        disk.open(stray, OpenMode::CreateNew).unwrap();
        assert_eq!(read(&disk).unwrap().0.len(), 7, "{stray}");
    }
}

#[test]
fn other_stores_and_newer_formats_have_their_own_errors() {
    let (whole, positions) = written(&contents(&[4, 4]), SMALL);
    let foreign =
        scan(Arc::new(whole.clone()), OTHER_STORE, Start::Beginning).unwrap().finish().unwrap_err();
    assert!(matches!(foreign, JournalError::ForeignStore { .. }), "{foreign}");

    for (offset, length) in [(0, SEGMENT_HEADER_BYTES), (positions[1].offset, BLOCK_HEADER_BYTES)] {
        let disk = whole.duplicate();
        let file = segment_file(&disk, 1);
        let mut bytes = vec![0; length];
        file.read_at(offset, &mut bytes).unwrap();
        bytes[8..12].copy_from_slice(&2_u32.to_le_bytes());
        let crc = crc32fast::hash(&bytes[..length - 4]);
        bytes[length - 4..].copy_from_slice(&crc.to_le_bytes());
        file.write_at(offset, &bytes).unwrap();
        let newer = read(&disk).unwrap_err();
        let expected = matches!(newer, JournalError::NewerFormat { found: 2, supported: 1, .. });
        assert!(expected, "{newer}");

        // Not taken for a torn tail either, where the block before it is damaged.
        if offset > 0 {
            file.write_at(positions[0].offset, &[0]).unwrap();
            assert_eq!(fault(&disk), (Fault::BlockHeader, Some(1)));
        }
    }
}

/// A caller may put anything into a record, so also what looks like a later block of this store.
#[test]
fn a_block_inside_a_torn_record_is_not_a_block() {
    let expected = contents(&[2]);
    let (whole, _) = written(&expected, SMALL);
    let tail = read(&whole).unwrap().1;
    let mut head = ChainHead { number: 8, ..tail.head };
    let inner = seal(&mut head, &[(u64::MAX, vec![1; 50])]);
    let disk = whole.duplicate();
    let mut journal = resume(&disk, tail).unwrap();
    // Frame header and delta take 8 or 9 bytes before the body; one of these is aligned.
    let bodies = (0..8).map(|pad| [vec![0; pad], inner.bytes().to_vec()].concat());
    let records: Vec<_> = bodies.zip(2_000_000..).map(|(body, time)| (time, body)).collect();
    let position = append(&mut journal, &records);
    let end = journal.end().offset;
    segment_file(&disk, position.segment).write_at(end - 9, &[0xee]).unwrap();
    let (found, tail) = read(&disk).unwrap();
    assert_eq!((found, tail.torn), (expected, true));
    resume(&disk, tail).unwrap();
}
