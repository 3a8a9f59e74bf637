//! Building, appending, rolling, reopening.

use proptest::prelude::*;

use super::*;
use crate::disk::{CountingDisk, LocalDisk};

#[test]
fn what_was_written_is_read() {
    let cases: [(&[usize], Options); 6] = [
        (&[], SMALL),
        (&[1], SMALL),
        (&[31, 32, 33, 64, 65], SMALL),
        (&[1; 40], SMALL),
        (&[3, 500, 3], SMALL),
        (&[3, 500, 3], Options { segment_bytes: 1, preallocate_bytes: 0 }),
    ];
    for (record_counts, options) in cases {
        let expected = contents(record_counts);
        let (disk, positions) = written(&expected, options);
        let (found, tail) = read(&disk).unwrap();
        assert_eq!(found, expected);
        assert!(!tail.torn);
        assert_eq!(tail.head.number, expected.len() as u64);
        assert_eq!(tail.last_block, positions.last().copied());
    }
}

#[test]
fn segments_roll_and_keep_their_sizes() {
    let expected = contents(&[4, 4, 4, 4, 40, 4, 4]);
    let (disk, positions) = written(&expected, SMALL);
    let segments: Vec<u64> = positions.iter().map(|position| position.segment).collect();
    assert_eq!(segments, [1, 1, 1, 4, 5, 6, 6], "a large block has a segment of its own");
    assert_eq!(
        disk.list(JOURNAL_FOLDER).unwrap()[1],
        "00000000000000000004.seg",
        "the name is the first block"
    );
    for (segment, length) in [(1, 1024), (4, 512), (6, 768)] {
        assert_eq!(segment_file(&disk, segment).len().unwrap(), length, "segment {segment}");
    }
    let large = Position { segment: 5, offset: 128 };
    let exact = large.after(block_len(&disk, large)).offset;
    assert_eq!(segment_file(&disk, 5).len().unwrap(), exact);
}

#[test]
fn a_block_costs_one_write_and_one_sync() {
    let disk = CountingDisk::new(MemoryDisk::new());
    let options = Options { segment_bytes: 1 << 20, preallocate_bytes: 1 << 20 };
    let mut journal = LocalJournal::create(Arc::new(disk.clone()), STORE, options).unwrap();
    let expected = contents(&[5; 20]);
    append(&mut journal, &expected[0]);
    for records in &expected[1..] {
        let before = disk.counts();
        let length = append(&mut journal, records);
        let after = disk.counts();
        let block_bytes = journal.end().offset - length.offset;
        assert_eq!(after.syncs - before.syncs, 1);
        assert_eq!(after.folder_syncs, before.folder_syncs);
        assert_eq!(after.writes - before.writes, 1);
        assert_eq!(after.bytes_written - before.bytes_written, block_bytes);
    }
}

#[test]
fn a_reopened_journal_goes_on() {
    let expected = contents(&[2, 9, 1, 40, 2, 2, 2, 2, 33]);
    let disk = MemoryDisk::new();
    let mut end = Position { segment: 1, offset: 128 };
    for (index, records) in expected.iter().enumerate() {
        let (found, tail) = read(&disk).unwrap();
        assert_eq!(found, expected[..index]);
        let mut journal = resume(&disk, tail).unwrap();
        assert_eq!(journal.end(), end);
        append(&mut journal, records);
        end = journal.end();
        assert_eq!(journal.head().number, index as u64 + 1);
    }
    assert_eq!(read(&disk).unwrap().0, expected);
}

#[test]
fn a_journal_in_real_files_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let disk: Arc<dyn Disk> = Arc::new(LocalDisk::new(folder.path().to_owned()));
    let expected = contents(&[4, 40, 4, 4, 4, 4]);
    let (mut found, mut tail) = (Contents::new(), None);
    for round in 0..=expected.len() {
        if round > 0 {
            let tail = tail.unwrap();
            let mut journal = LocalJournal::resume(disk.clone(), STORE, SMALL, tail).unwrap();
            append(&mut journal, &expected[round - 1]);
            // Traces of an append that was cut short.
            let end = journal.end();
            let file = disk.open(&format::file_name(end.segment), OpenMode::Existing).unwrap();
            file.write_at(end.offset, b"escrwBLK and no more").unwrap();
        }
        let mut scan = scan(disk.clone(), STORE, Start::Beginning).unwrap();
        found.clear();
        for block in &mut scan {
            found
                .push(block.unwrap().records().map(|(time, body)| (time, body.to_vec())).collect());
        }
        assert_eq!(found, expected[..round]);
        let end = scan.finish().unwrap();
        assert_eq!(end.torn, round > 0);
        tail = Some(end);
    }
}

#[test]
fn a_scan_may_start_after_any_block() {
    let expected = contents(&[4; 9]);
    let (disk, positions) = written(&expected, SMALL);
    let reader = JournalReader::new(Arc::new(disk.clone()), STORE);
    let whole = read(&disk).unwrap().1;
    for (index, &position) in positions.iter().enumerate() {
        let block = reader.block(position).unwrap();
        let head = ChainHead::of(block.header());
        let (found, tail) = read_from(&disk, Start::After { end: block.end(), head }).unwrap();
        assert_eq!(found, expected[index + 1..]);
        assert_eq!((tail.position, tail.head), (whole.position, whole.head));

        let wrong = ChainHead { hash: [1; 32], ..head };
        let error = read_from(&disk, Start::After { end: block.end(), head: wrong });
        assert_eq!(error.is_err(), index + 1 < expected.len(), "another chain");
    }

    disk.remove(&format::file_name(1)).unwrap();
    let (found, tail) = read_from(&disk, Start::Oldest).unwrap();
    assert_eq!((&found[..], tail), (&expected[3..], whole));
    assert!(read(&disk).is_err(), "block 1 is gone");
}

#[test]
fn what_cannot_be_sealed_or_appended_is_refused() {
    let mut builder = BlockBuilder::new(STORE);
    let mut head = ChainHead::origin(&STORE);
    assert!(matches!(builder.seal(&mut head), Err(JournalError::EmptyBlock)));
    assert!(matches!(builder.push(0, |_| {}), Err(JournalError::NotRising { .. })));
    builder.push(5, |buffer| buffer.push(1)).unwrap();
    let bytes = builder.byte_count();
    assert!(matches!(builder.push(5, |_| {}), Err(JournalError::NotRising { .. })));
    let large = builder.push(6, |buffer| buffer.resize(RECORD_BYTES_MAX + 1, 0));
    assert!(matches!(large, Err(JournalError::TooLarge { what: "record", .. })));
    assert_eq!((builder.record_count(), builder.byte_count()), (1, bytes));

    let mut late = ChainHead { timestamp: 5, ..head };
    assert!(matches!(builder.seal(&mut late), Err(JournalError::NotRising { .. })));
    let first = builder.seal(&mut head).unwrap();
    assert_eq!(first.bytes().len() as u64, bytes);
    builder.push(6, |_| {}).unwrap();
    let second = builder.seal(&mut head).unwrap();
    assert_eq!((second.number(), second.hash()), (2, head.hash));

    let disk: Arc<dyn Disk> = Arc::new(MemoryDisk::new());
    let mut journal = LocalJournal::create(disk.clone(), STORE, SMALL).unwrap();
    let skipped = journal.append(&second);
    assert!(matches!(skipped, Err(JournalError::NotNext { expected: 1, given: 2 })));
    journal.append(&first).unwrap();
    assert!(matches!(journal.append(&first), Err(JournalError::NotNext { .. })));
    journal.append(&second).unwrap();
    let again = LocalJournal::create(disk, STORE, SMALL);
    assert!(matches!(again, Err(JournalError::AlreadyExists)));
}

#[test]
fn a_recycled_buffer_leaves_no_trace() {
    let expected = contents(&[40, 3]);
    let mut head = ChainHead::origin(&STORE);
    let large = seal(&mut head, &expected[0]);
    let fresh = seal(&mut head.clone(), &expected[1]);
    let mut builder = BlockBuilder::new(STORE);
    builder.recycle(large);
    for (timestamp, body) in &expected[1] {
        builder.push(*timestamp, |buffer| buffer.extend_from_slice(body)).unwrap();
    }
    builder.recycle(fresh.clone());
    assert_eq!(builder.seal(&mut head).unwrap().bytes(), fresh.bytes());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_records_come_back(
        blocks in prop::collection::vec(
            prop::collection::vec(
                (1_u64..1 << 40, prop::collection::vec(any::<u8>(), 0..60)),
                1..80,
            ),
            0..12,
        ),
        segment_bytes in 0_u64..8192,
        preallocate_bytes in 0_u64..2048,
    ) {
        let mut timestamp = 0;
        let rising = |(step, body): (u64, Vec<u8>)| {
            timestamp += step;
            (timestamp, body)
        };
        let mut rising = rising;
        let expected: Contents = blocks
            .into_iter()
            .map(|records| records.into_iter().map(&mut rising).collect())
            .collect();
        let (disk, positions) = written(&expected, Options { segment_bytes, preallocate_bytes });
        prop_assert_eq!(&read(&disk).unwrap().0, &expected);

        let reader = JournalReader::new(Arc::new(disk.clone()), STORE);
        let mut buffer = Vec::new();
        for (number, (records, position)) in (1..).zip(expected.iter().zip(positions)) {
            let near = BlockRef { number, hint: position.hint(number) };
            for (timestamp, body) in records {
                prop_assert!(reader.record(near, *timestamp, &mut buffer).unwrap());
                prop_assert_eq!(&buffer, body);
            }
        }
    }
}
