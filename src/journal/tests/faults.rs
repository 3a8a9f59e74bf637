//! Disks that fail: nothing answered is lost, nothing limps on.

use std::io::ErrorKind;

use super::*;

/// Appends until an error; says how many blocks were answered.
fn append_until_error(disk: &MemoryDisk, tail: Tail, expected: &Contents) -> usize {
    let Ok(mut journal) = resume(disk, tail) else {
        return usize::try_from(tail.head.number).unwrap();
    };
    let mut answered = usize::try_from(tail.head.number).unwrap();
    for records in &expected[answered..] {
        let mut head = journal.head();
        let block = seal(&mut head, records);
        match journal.append(&block) {
            Ok(_) => answered += 1,
            Err(error) => {
                assert!(matches!(error, JournalError::Io { .. }), "{error}");
                disk.heal();
                let again = journal.append(&block);
                assert!(matches!(again, Err(JournalError::Poisoned)), "{again:?}");
                assert_eq!(journal.head().number, answered as u64);
                break;
            }
        }
    }
    answered
}

#[test]
fn a_fault_at_any_call_loses_nothing_answered() {
    let expected = contents(&[4, 4, 4, 40, 1, 4, 4, 4]);
    for call in 1.. {
        let disk = MemoryDisk::new();
        let empty = read(&disk).unwrap().1;
        disk.fail_after(call, ErrorKind::StorageFull);
        let answered = append_until_error(&disk, empty, &expected);
        disk.heal();

        let (found, tail) = read(&disk).unwrap();
        assert!(found.len() == answered || found.len() == answered + 1, "call {call}");
        assert_eq!(found, expected[..found.len()], "call {call}");

        // And again, while recovering and going on.
        for second_call in 1..12 {
            let disk = disk.duplicate();
            disk.fail_after(second_call, ErrorKind::Other);
            let answered_then = append_until_error(&disk, tail, &expected);
            disk.heal();
            let (found, tail) = read(&disk).unwrap();
            assert!(found.len() >= answered_then, "calls {call}, {second_call}");
            assert_eq!(append_until_error(&disk, tail, &expected), expected.len());
            assert_eq!(read(&disk).unwrap().0, expected, "calls {call}, {second_call}");
        }
        if answered == expected.len() {
            return;
        }
    }
}

#[test]
fn a_fault_in_creation_is_an_error() {
    for call in 1.. {
        let disk = MemoryDisk::new();
        disk.fail_after(call, ErrorKind::Other);
        let created = LocalJournal::create(Arc::new(disk.clone()), STORE, SMALL);
        disk.heal();
        let (found, tail) = read(&disk).unwrap();
        assert_eq!((found.len(), tail.head), (0, ChainHead::origin(&STORE)));
        let mut journal = resume(&disk, tail).unwrap();
        append(&mut journal, &contents(&[3])[0]);
        if created.is_ok() {
            return;
        }
    }
}

#[test]
fn a_tail_that_is_not_the_end_is_refused() {
    let expected = contents(&[4, 4, 4, 4, 4]);
    let (disk, _) = written(&Contents::new(), SMALL);
    let mut tails = vec![read(&disk).unwrap().1];
    for records in &expected {
        let mut journal = resume(&disk, read(&disk).unwrap().1).unwrap();
        append(&mut journal, records);
        tails.push(read(&disk).unwrap().1);
    }
    let now = tails.pop().unwrap();
    for tail in tails {
        let error = resume(&disk, tail).unwrap_err();
        assert!(matches!(error, JournalError::StaleTail { .. }), "{tail:?}: {error}");
    }
    let moved = Position { segment: now.position.segment + 9, ..now.position };
    assert!(resume(&disk, Tail { position: moved, ..now }).is_err());
    resume(&disk, now).unwrap();
    assert_eq!(read(&disk).unwrap().0, expected, "a refusal changes nothing");
}

/// Resuming erases what is behind the tail, so it looks for blocks there itself.
#[test]
fn a_tail_before_damaged_and_later_blocks_is_refused() {
    let expected = contents(&[4, 4, 4]);
    let (disk, positions) = written(&expected[..1].to_vec(), SMALL);
    let tail = read(&disk).unwrap().1;
    let mut journal = resume(&disk, tail).unwrap();
    append(&mut journal, &expected[1]);
    append(&mut journal, &expected[2]);
    let file = segment_file(&disk, positions[0].segment);
    file.write_at(tail.position.offset, &[0]).unwrap();
    let before = bytes_of(&*file);
    let error = resume(&disk, tail).unwrap_err();
    assert!(matches!(error, JournalError::StaleTail { .. }), "{error}");
    assert_eq!(bytes_of(&*file), before, "a refusal changes nothing");
}
