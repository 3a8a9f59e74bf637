//! Finding blocks and records while the journal grows.

use super::*;

const _: () = {
    const fn shared_by_threads<T: Send + Sync + Clone>() {}
    const fn held_behind_a_pointer(_: Option<&dyn Appender>) {}
    shared_by_threads::<JournalReader>();
    held_behind_a_pointer(None);
};

#[test]
fn a_record_is_found_from_any_block_before_it() {
    let expected = contents(&[1, 33, 64, 2, 100, 5]);
    let (disk, positions) = written(&expected, SMALL);
    let reader = JournalReader::new(Arc::new(disk.clone()), STORE);
    let mut buffer = b"old".to_vec();
    let hinted = |(near, at): (usize, &Position)| {
        let number = near as u64 + 1;
        [(near, BlockRef { number, hint: at.hint(number) }), (near, number.into())]
    };
    for (near, position) in positions.iter().enumerate().flat_map(hinted) {
        for (index, records) in expected.iter().enumerate() {
            for (timestamp, body) in records {
                let found = reader.record(position, *timestamp, &mut buffer).unwrap();
                assert_eq!(found, near <= index, "near {near}, block {index}");
                assert_eq!(buffer, if found { &body[..] } else { &[] });
                // No record has the timestamp after one, since steps of 1 follow multiples of 3.
                if timestamp % 3 != 0 {
                    assert!(!reader.record(position, timestamp + 1, &mut buffer).unwrap());
                }
            }
        }
        assert!(!reader.record(position, 1, &mut buffer).unwrap());
        assert!(!reader.record(position, u64::MAX, &mut buffer).unwrap());
    }
}

#[test]
fn one_record_is_read_without_its_block() {
    let records: Vec<_> = (1..=10_000).map(|time| (time, vec![7; 100])).collect();
    let (disk, positions) = written(&vec![records], Options::default());
    let file = segment_file(&disk, 1);
    let block = JournalReader::new(Arc::new(disk.clone()), STORE).block(positions[0]).unwrap();
    assert_eq!(block.records().count(), 10_000);
    // All groups but one are destroyed; whoever read them would notice.
    let group = 32 * (7 + 1 + 100);
    let (start, end) = (positions[0].offset + 160, positions[0].offset + 160 + 312 * group);
    file.write_at(start, &vec![0xff; (100 * group) as usize]).unwrap();
    file.write_at(start + 101 * group, &vec![0xff; (end - start - 101 * group) as usize]).unwrap();

    let reader = JournalReader::new(Arc::new(disk.clone()), STORE);
    let mut buffer = Vec::new();
    for timestamp in 100 * 32 + 1..=101 * 32 {
        assert!(reader.record(1.into(), timestamp, &mut buffer).unwrap());
        assert_eq!(buffer, [7; 100]);
    }
    assert!(reader.record(1.into(), 100 * 32, &mut buffer).is_err());
    assert!(reader.block(positions[0]).is_err());
}

#[test]
fn a_reader_walks_the_durable_blocks_only() {
    let expected = contents(&[4; 8]);
    let disk = MemoryDisk::new();
    let mut journal = LocalJournal::create(Arc::new(disk.clone()), STORE, SMALL).unwrap();
    let reader = journal.reader();
    let first = append(&mut journal, &expected[0]);
    let (mut position, mut header) = (first, reader.header(first).unwrap());
    for records in &expected[1..] {
        // Half of a block is there, as while an append is under way.
        let end = journal.end();
        segment_file(&disk, end.segment).write_at(end.offset, b"escrwBLK half of it").unwrap();
        assert_eq!(reader.next(position, &header).unwrap(), None);
        assert!(!reader.record(1.into(), records[0].0, &mut Vec::new()).unwrap());

        let appended = append(&mut journal, records);
        if appended.segment != end.segment {
            let garbage = vec![0; 19];
            segment_file(&disk, end.segment).write_at(end.offset, &garbage).unwrap();
        }
        assert_eq!(reader.next(position, &header).unwrap(), Some(appended));
        assert!(reader.record(1.into(), records[0].0, &mut Vec::new()).unwrap());
        position = appended;
        header = reader.header(position).unwrap();
    }
    assert_eq!(reader.segments().unwrap(), [1, 4, 7]);
    assert_eq!(reader.head_before(4).unwrap().number, 3);
    let unbounded = JournalReader::new(Arc::new(disk.clone()), STORE);
    assert_eq!(unbounded.next(position, &header).unwrap(), None);
    segment_file(&disk, 7).write_at(journal.end().offset + 8, &[1]).unwrap();
    assert!(unbounded.next(position, &header).is_err(), "neither a block nor an end");
}

#[test]
fn many_segments_do_not_stay_open() {
    let expected = contents(&[1; 60]);
    let options = Options { segment_bytes: 0, preallocate_bytes: 0 };
    let (disk, _) = written(&expected, options);
    let reader = JournalReader::new(Arc::new(disk), STORE);
    for round in 0..2 {
        for (near, records) in (1..).zip(&expected) {
            let found = reader.record(BlockRef::from(near), records[0].0, &mut Vec::new()).unwrap();
            assert!(found, "round {round}");
        }
    }
    assert_eq!(reader.segments().unwrap().len(), 60);
}

#[test]
fn positions_that_are_none_are_errors() {
    let (disk, _) = written(&contents(&[4, 4]), SMALL);
    let reader = JournalReader::new(Arc::new(disk), STORE);
    for (segment, offset) in [(1, 0), (1, 8), (1, 129), (1, 1 << 40), (1, u64::MAX), (2, 128)] {
        let position = Position { segment, offset };
        let corrupt = |error| matches!(error, JournalError::Corrupt { .. });
        assert!(reader.header(position).is_err_and(corrupt), "{position:?}");
        assert!(reader.block(position).is_err_and(corrupt), "{position:?}");
    }
}

/// Against where each block was put: each is found by its number, from each hint, right or wrong,
/// and nothing behind the end or in the archive is.
#[test]
fn blocks_are_found_by_their_numbers() {
    let expected = contents(&[1, 33, 64, 2, 100, 5, 1, 1, 90, 3]);
    let (disk, positions) = written(&expected, SMALL);
    let last = positions.len() as u64;
    let others = [0, 1, 128, 129, 136, u64::MAX];
    let right = (1..).zip(&positions).map(|(number, at)| at.hint(number));
    let hints: Vec<_> = positions.iter().map(|at| at.offset).chain(right).chain(others).collect();
    let archived = |number| {
        let is_it = move |block| block == number;
        move |error| matches!(error, JournalError::Archived { block, .. } if is_it(block))
    };
    for first in segment::list_segments(&disk).unwrap() {
        let fresh = || {
            let reader = JournalReader::new(Arc::new(disk.clone()), STORE);
            if first > 1 {
                reader.archive(reader.head_before(first).unwrap());
            }
            reader
        };
        let reader = fresh();
        for (number, &position) in (1..).zip(&positions) {
            let near = (1..=last).flat_map(|near| hints.iter().map(move |hint| (near, *hint)));
            for (near, hint) in near {
                let near = BlockRef { number: near, hint };
                let found = reader.find(number, near);
                if number < first {
                    assert!(found.is_err_and(archived(number)), "{number} {near:?}");
                    continue;
                }
                let (at, header) = found.unwrap().unwrap();
                assert_eq!((at, header.number), (position, number), "{near:?}");
            }
            let alone = fresh().find(number, BlockRef::default());
            assert!(number < first || alone.unwrap().unwrap().0 == position);
        }
        for none in [0, last + 1, u64::MAX] {
            assert!(reader.find(none, BlockRef::default()).unwrap().is_none(), "{none}");
        }
    }
}

/// Symptom: with a hint of a block in an earlier segment, a record was taken for a block, if its
/// bytes, which a caller chose, were those of one. Cause: the offset was looked at in the segment
/// of the block that is searched for, too.
#[test]
fn a_record_that_looks_like_a_block_is_none() {
    let disk = MemoryDisk::new();
    let options = Options { segment_bytes: 4_096, preallocate_bytes: 0 };
    let mut journal = LocalJournal::create(Arc::new(disk.clone()), STORE, options).unwrap();
    let records = contents(&[400, 1, 1]);
    let mut former = ChainHead { number: 2, hash: [7; 32], timestamp: 1 };
    let forged = seal(&mut former, &[(5, b"forged".to_vec())]);
    assert_eq!(forged.number(), 3);
    append(&mut journal, &records[0]);
    // Each place in eight, so that it lies where a block may begin.
    let bodies = (0..8).map(|shift| [vec![0; shift], forged.bytes().to_vec()].concat());
    let first = records[1][0].0;
    let second: Vec<_> = (first..).zip(bodies).collect();
    let at = append(&mut journal, &second);
    let third = append(&mut journal, &[(first + 100, b"the real one".to_vec())]);
    assert_eq!((at.segment, third.segment), (2, 2));

    let bytes = bytes_of(&*segment_file(&disk, 2));
    let found = (0..bytes.len()).step_by(8).find(|at| bytes[*at..].starts_with(forged.bytes()));
    let hint = found.expect("one of them lies well") as u64;
    let reader = JournalReader::new(Arc::new(disk), STORE);
    let (position, _) = reader.find(3, BlockRef { number: 1, hint }).unwrap().unwrap();
    assert_eq!(position, third);
}

/// Symptom, if it were not so: the longer a store runs, the longer it takes to find a block. The
/// headers that need not be read are destroyed; whoever read them would notice.
#[test]
fn few_headers_are_read_to_find_a_block() {
    let disk = MemoryDisk::new();
    let shared = Arc::new(disk.clone());
    let mut journal = LocalJournal::create(shared, STORE, Options::default()).unwrap();
    let records = contents(&[1; 1_000]);
    let positions: Vec<_> = records.iter().map(|records| append(&mut journal, records)).collect();
    let new = || JournalReader::new(Arc::new(disk.clone()), STORE);
    let (appended, walked, opened) = (journal.reader(), new(), new());
    walked.find(1_000, BlockRef::default()).unwrap().unwrap();
    let last = positions[999];
    let far = positions.iter().filter(|at| at.offset + 2 * (16 << 10) < last.offset);
    for at in far {
        segment_file(&disk, 1).write_at(at.offset, &[0xff; 160]).unwrap();
    }
    let nothing = BlockRef::default();
    for reader in [&appended, &walked] {
        assert_eq!(reader.find(1_000, nothing).unwrap().unwrap().0, last);
        assert!(reader.find(1, nothing).is_err());
    }
    assert!(opened.find(1_000, nothing).is_err());
    let near = BlockRef { number: 990, hint: positions[989].hint(990) };
    assert_eq!(opened.find(1_000, near).unwrap().unwrap().0, last);
}
