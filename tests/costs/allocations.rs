//! The path of a batch allocates for the block, not for the operation.

use crate::work::*;
use crate::{ALLOCATOR, alone};
use escrowdb::*;
use stats_alloc::Region;

/// Allocations, growths of one counted too, of the whole process meanwhile.
fn allocations(act: impl FnOnce()) -> usize {
    let region = Region::new(ALLOCATOR);
    act();
    let change = region.change();
    change.allocations + change.reallocations
}

/// Submissions that warm up, and as many that are measured.
const SUBMISSIONS: usize = 16;

/// Allocations a submission.
fn of_submissions(make: impl Fn(&mut Work) -> Vec<Vec<Operation>>) -> usize {
    let mut work = Work::new(roomy());
    let mut submissions = Vec::new();
    while submissions.len() < 2 * SUBMISSIONS {
        submissions.extend(make(&mut work));
    }
    let measured = submissions.split_off(SUBMISSIONS);
    submissions.iter().for_each(|batch| work.submit(batch));
    allocations(|| measured.iter().for_each(|batch| work.submit(batch))) / SUBMISSIONS
}

#[test]
fn a_batch_of_transfers_allocates_for_its_block_and_not_for_its_operations() {
    let _alone = alone();
    let whole = of_submissions(|work| vec![work.transfers(BATCH)]);
    let half = of_submissions(|work| vec![work.transfers(BATCH / 2)]);
    println!("transfers: {whole} allocations a block of {BATCH}, {half} of half as many");
    assert!(whole <= 64, "{whole}");
    // What grows by doubling grows once more.
    assert!(whole <= half + half / 4, "{half} for half, {whole} for the whole");
}

#[test]
fn holds_allocate_the_nodes_that_their_deadlines_lie_in() {
    let _alone = alone();
    // A submission of holds, and one of their releases.
    let whole = of_submissions(|work| {
        let pairs = work.holds(2 * BATCH).into_iter();
        let (holds, releases) = pairs.partition(|one| one.kind == Kind::HOLD);
        vec![holds, releases]
    });
    println!("holds, then releases: {whole} allocations a block of {BATCH}");
    assert!(whole <= 880, "{whole}");
}

#[test]
fn a_release_in_the_batch_of_its_hold_allocates_nothing() {
    let _alone = alone();
    // The id of the hold is new, so that it is not looked up in the state.
    let whole = of_submissions(|work| vec![work.holds(BATCH)]);
    println!("holds with their releases: {whole} allocations a block of {BATCH}");
    assert!(whole <= 75, "{whole}");
}

#[test]
fn a_call_allocates_a_fixed_number_of_times() {
    let _alone = alone();
    let mut work = Work::new(roomy());
    let calls = work.transfers(2_000);
    let (warm, measured) = calls.split_at(1_000);
    warm.chunks(1).for_each(|call| work.submit(call));
    let each = allocations(|| measured.chunks(1).for_each(|call| work.submit(call))) / 1_000;
    println!("{each} allocations a call of one transfer");
    assert!(each <= 54, "{each}");
}

#[test]
fn to_read_an_account_allocates_nothing() {
    let _alone = alone();
    let mut work = Work::new(roomy());
    work.fill(4 * BATCH);
    let snapshot = work.store.snapshot().unwrap();
    let accounts: Vec<_> = work.transfers(1_000).iter().map(|one| one.debit_account).collect();
    let count = allocations(|| {
        for &account in &accounts {
            assert!(snapshot.account(account).unwrap().is_some());
        }
    });
    println!("{count} allocations for 1,000 look-ups of an account above the checkpoint");
    assert!(count == 0, "{count}");
}
