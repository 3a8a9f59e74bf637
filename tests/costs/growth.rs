//! What a commit and an opening cost does not grow with the store.

use crate::alone;
use crate::work::*;
use escrowdb::*;

/// Two sizes of a store, in operations.
const SMALL: u64 = 3 * BATCH;
const LARGE: u64 = 10 * SMALL;

/// A store of so many transfers, all of them checkpointed.
fn filled(operations: u64) -> Work {
    let mut work = Work::new(roomy());
    work.fill(operations);
    work.store.checkpoint().unwrap();
    work
}

#[test]
fn a_block_is_written_the_same_into_a_store_of_any_size() {
    let _alone = alone();
    let costs = [SMALL, LARGE].map(|size| {
        let mut work = filled(size);
        work.counted(|work| {
            for _ in 0..50 {
                let batch = work.transfers(100);
                work.submit(&batch);
            }
        })
    });
    let [small, large] = costs;
    println!("50 blocks: {small:?} in a small store, {large:?} in a large one");
    assert_eq!((small.syncs, large.syncs), (50, 50), "one sync a block");
    assert_eq!((small.reads, large.reads), (0, 0), "new ids and known accounts are not read");
    // A block, and now and then the room ahead.
    assert!(large.writes <= small.writes + 8, "{} writes", large.writes);
}

#[test]
fn a_look_up_reads_as_many_pages_as_the_tree_is_deep() {
    let _alone = alone();
    const LOOKUPS: u64 = 200;
    let costs = [SMALL, LARGE].map(|size| {
        // Nothing is in memory: every account has to be read, and every repeated id.
        let mut work = filled(size).reopen(Options::new().cache_bytes(4 << 20));
        work.counted(|work| {
            let numbers = (0..LOOKUPS).map(|number| 1 + number * size / LOOKUPS);
            for number in numbers {
                let repeat = Operation { id: id(number), ..work.transfers(1)[0] };
                let status = work.store.submit(&[repeat]).unwrap()[0].status;
                assert!(!status.is_applied(), "the id was used before");
            }
        })
    });
    let each = costs.map(|counts| counts.reads.div_ceil(LOOKUPS));
    println!(
        "reads for a repeated operation: {} in a small store, {} in a large",
        each[0], each[1]
    );
    // The account's and the id's, and the record in the journal: here most blocks are known.
    assert!(each[1] <= 3, "{each:?}");
}

#[test]
fn a_statement_reads_each_record_once_and_each_block_once() {
    let mut work = filled(LARGE);
    let snapshot = work.store.snapshot().unwrap();
    let newest = StatementQuery { newest_first: true, limit: 100, ..StatementQuery::default() };
    let account = work.transfers(1)[0].debit_account;
    let lines = |_: &mut Work| {
        let lines = snapshot.statement(account, &newest).unwrap();
        lines.map(Result::unwrap).count() as u64
    };
    let mut read = 0;
    let first = work.counted(|work| read = lines(work));
    let second = work.counted(|work| read = lines(work));
    println!("{read} lines: {} reads, {} the next time", first.reads, second.reads);
    // The header and the directory of a block are read for its first line alone.
    let blocks = LARGE.div_ceil(BATCH);
    assert!(first.reads <= read + 2 * blocks + 8, "{first:?} for {read} lines");
    assert!(second.reads <= read, "{second:?} for {read} lines");
}

#[test]
fn opening_reads_the_journal_from_the_checkpoint_on() {
    let _alone = alone();
    let options = || Options::new().cache_bytes(64 << 20);
    let costs = [SMALL, LARGE].map(|size| {
        let mut work = filled(size);
        let before = work.store.stats().unwrap().journal_bytes_written;
        work.fill(2 * BATCH);
        let distance = work.store.stats().unwrap().journal_bytes_written - before;
        let (work, counts) = work.counted_reopening(options());
        assert_eq!(work.store.stats().unwrap().blocks, 0, "nothing was submitted");
        println!("{distance} bytes after the checkpoint of {size}, {counts:?} to open");
        (distance, counts.bytes_read)
    });
    for (distance, read) in costs {
        // The room made ahead is looked through for traces of a later block, thrice.
        let ahead = journal::Options::default().preallocate_bytes;
        assert!(read <= 2 * distance + 3 * ahead, "{read} bytes for {distance}");
    }
}

/// Symptom, if it were not so: who opens a store, or asks for one operation, has the journal walked
/// through. Blocks of one operation each are the most that there can be of them.
#[test]
fn a_block_is_found_with_few_reads_in_a_store_just_opened() {
    let _alone = alone();
    const BLOCKS: u64 = 4_000;
    const LOOKUPS: u64 = 100;
    let mut work = Work::new(roomy());
    for _ in 0..BLOCKS {
        let one = work.transfers(1);
        work.submit(&one);
    }
    work.store.checkpoint().unwrap();
    let (mut work, opening) = work.counted_reopening(roomy());
    let looked_up = work.counted(|work| {
        let snapshot = work.store.snapshot().unwrap();
        for number in (0..LOOKUPS).map(|number| 1 + number * BLOCKS / LOOKUPS) {
            assert!(snapshot.operation(id(number)).unwrap().is_some());
        }
    });
    println!("{opening:?} to open, {looked_up:?} for {LOOKUPS} operations");
    // Measured: 170 reads to open, mostly of the state, and 39 for an operation, mostly of headers
    // of blocks within 16 KiB.
    assert!(opening.reads < 200, "{} reads to open", opening.reads);
    assert!(looked_up.reads < 45 * LOOKUPS, "{} reads", looked_up.reads);
}
