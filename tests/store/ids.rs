//! Ids that do not rise: each is used once, whatever the store remembers them by.

use crate::world::*;
use escrowdb::*;
use std::thread;

const THREADS: u64 = 4;
const BATCHES: u64 = 12;
const BATCH: u64 = 60;

/// The same numbers in no order for the same seed (splitmix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn id(&mut self) -> Id {
        id(u128::from(self.next()) << 64 | u128::from(self.next()))
    }

    fn transfer(&mut self, units: u32) -> Operation {
        Operation::transfer(self.id(), id(BANK), id(WALLET), LEDGER, amount(units))
    }
}

/// A chain whose second member cannot be paid: its first is undone.
fn broken_chain(random: &mut Random) -> [Operation; 2] {
    let mut first = random.transfer(1);
    first.flags = OperationFlags::LINKED;
    let poor = Operation::transfer(random.id(), id(WALLET + 1), id(WALLET), LEDGER, amount(1));
    [first, poor]
}

/// Sends new operations, some of those before once more, and chains that are undone. What was
/// applied comes back.
fn live(store: &Store, seed: u64) -> Vec<Operation> {
    let mut random = Random(seed);
    let mut applied: Vec<Operation> = Vec::new();
    for _ in 0..BATCHES {
        let fresh: Vec<_> = (0..BATCH).map(|_| random.transfer(1)).collect();
        let outcomes = store.submit(&fresh).unwrap();
        assert!(outcomes.iter().all(|outcome| outcome.status == Status::APPLIED));
        applied.extend(fresh);

        let chain = broken_chain(&mut random);
        let outcomes = store.submit(&chain).unwrap();
        assert_eq!(outcomes[0].status, Status::LINKED_EVENT_FAILED);
        let mut alone = chain[0];
        alone.flags = OperationFlags::NONE;
        let again = applied[random.next() as usize % applied.len()];
        let outcomes = store.submit(&[again, alone, chain[1], again]).unwrap();
        let statuses: Vec<_> = outcomes.iter().map(|outcome| outcome.status).collect();
        use Status as S;
        assert_eq!(statuses, [S::EXISTS, S::APPLIED, S::ID_ALREADY_FAILED, S::EXISTS]);
        applied.push(alone);
    }
    applied
}

#[test]
fn an_id_in_no_order_is_used_once() {
    // With the least memory the filter holds few, and checkpoints come often.
    for cache_bytes in [4 << 20, 256 << 20] {
        let options = Options::new().cache_bytes(cache_bytes);
        let mut world = World::new(options.clone(), 2);
        let mut all: Vec<Operation> = Vec::new();
        for round in 0..3 {
            let store = &world.store;
            let lived = thread::scope(|scope| {
                let seed = |thread| 1 + round * THREADS + thread;
                let spawn = |thread| scope.spawn(move || live(store, seed(thread)));
                let threads: Vec<_> = (0..THREADS).map(spawn).collect();
                threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
            });
            all.extend(lived);
            let before = world.available(WALLET);
            for batch in all.chunks(1_000) {
                let outcomes = world.store.submit(batch).unwrap();
                assert!(outcomes.iter().all(|outcome| outcome.status == Status::EXISTS));
            }
            assert_eq!(world.available(WALLET), before);
            assert_eq!(before, all.len() as u128, "each was paid once");
            if round == 1 {
                world.store.checkpoint().unwrap();
            }
            world = world.reopen(options.clone());
        }
        world.verify();
    }
}
