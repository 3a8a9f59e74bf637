//! Bytes an operation takes, in the journal and in the state.

use crate::alone;
use crate::work::*;
use escrowdb::*;

/// Bytes an operation.
struct Bytes {
    /// Of blocks.
    journal: u64,
    /// Written into the state file by the checkpoint that takes the operations in.
    checkpoint: u64,
    /// Of the whole state file after it, with the room that redb keeps.
    state: u64,
}

/// In a checkpoint.
const BATCHES: u64 = 24;

/// What the operations of some batches take, in a store that has as many already.
fn bytes_of(submit: impl Fn(&mut Work)) -> Bytes {
    let mut work = Work::new(roomy());
    (0..BATCHES).for_each(|_| submit(&mut work));
    work.store.checkpoint().unwrap();
    let before = work.store.stats().unwrap();
    (0..BATCHES).for_each(|_| submit(&mut work));
    let checkpoint = work.counted(|work| work.store.checkpoint().unwrap()).bytes_written;
    let after = work.store.stats().unwrap();
    let operations = BATCHES * BATCH;
    let journal = after.journal_bytes_written - before.journal_bytes_written;
    Bytes {
        journal: journal.div_ceil(operations),
        checkpoint: checkpoint.div_ceil(operations),
        state: after.state_bytes.div_ceil(2 * operations),
    }
}

#[track_caller]
fn check(name: &str, bytes: &Bytes, most: &Bytes) {
    for (what, found, most) in [
        ("journal", bytes.journal, most.journal),
        ("checkpoint", bytes.checkpoint, most.checkpoint),
        ("state", bytes.state, most.state),
    ] {
        println!("{name}: {found} bytes of {what}");
        assert!(found <= most, "{name}: {found} bytes of {what}, at most {most} are allowed");
    }
}

#[test]
fn transfers_are_small() {
    let _alone = alone();
    let bytes = bytes_of(|work| {
        let batch = work.transfers(BATCH);
        work.submit(&batch);
    });
    check("a transfer", &bytes, &Bytes { journal: 33, checkpoint: 16, state: 25 });
}

#[test]
fn holds_with_their_releases_are_small() {
    let _alone = alone();
    let bytes = bytes_of(|work| {
        let batch = work.holds(BATCH);
        work.submit(&batch);
    });
    check("a hold or release", &bytes, &Bytes { journal: 45, checkpoint: 34, state: 50 });
}

#[test]
fn documents_cost_what_they_weigh_and_little_more() {
    let _alone = alone();
    const SPACE: &[u8] = b"orders";
    const VALUE: &[u8] = &[b'x'; 100];
    let bytes = bytes_of(|work| {
        let mut data = Vec::new();
        let puts: Vec<_> = work
            .transfers(BATCH)
            .into_iter()
            .map(|one| {
                let offset = u32::try_from(data.len()).unwrap();
                data.extend_from_slice(SPACE);
                data.extend_from_slice(&one.id.as_u128().to_be_bytes());
                data.extend_from_slice(VALUE);
                let put = Operation::put(one.id, SPACE.len() as u16, 16, VALUE.len() as u32);
                Operation { data_offset: offset, ..put }
            })
            .collect();
        let outcomes = work.store.submit_with_data(&puts, &data).unwrap();
        assert!(outcomes.iter().all(|outcome| outcome.status == Status::APPLIED));
    });
    check("a document of 122 bytes", &bytes, &Bytes { journal: 153, checkpoint: 165, state: 200 });
}
