//! A replica that follows the log while a store leads: what it shows, what stops it, and how it
//! takes over.

use crate::disk::SimulatedDisk;
use crate::laws;
use crate::life::{End, Life, check_error};
use crate::read::dump;
use crate::second_log::{Failure, SecondLog};
use crate::story::opening;
use crate::system::{System, same_dumps};
use escrowdb::disk::MemoryDisk;
use escrowdb::journal::{LocalLog, Log};
use escrowdb::{
    Account, AccountFlags, Amount, ArchiveOptions, Error, Follower, Id, OpenMode, Operation,
    Options, Result, Status, Store, Timestamp,
};
use std::sync::Arc;
use std::time::Duration;

/// Longer than any machine takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// A store that leads, and where a replica of it lies.
struct Pair {
    life: Life,
    log: SecondLog,
    disk: SimulatedDisk,
}

impl Pair {
    fn new(seed: u64) -> Self {
        let mut life = Life::on_second_log(seed);
        life.open().unwrap();
        let log = life.log.clone().expect("it is on one");
        Self { life, log, disk: SimulatedDisk::new(seed) }
    }

    fn follow(&self) -> Result<Follower> {
        self.follow_log(&self.log)
    }

    fn follow_log(&self, log: &SecondLog) -> Result<Follower> {
        let (disk, log) = (Arc::new(self.disk.clone()), Arc::new(log.clone()));
        Follower::open_with_log(disk, log, self.life.options.clone())
    }

    fn go_on(&mut self, steps: usize) {
        for _ in 0..steps {
            let step = self.life.next_plain_step();
            assert_eq!(self.life.step(&step), End::Answered);
        }
    }

    fn settle_in(&mut self) {
        for step in opening() {
            assert_eq!(self.life.step(&step), End::Answered);
        }
    }

    /// The replica catches up: it shows what the store answered, no more and no less.
    fn compare(&self, follower: &Follower) {
        let head = self.life.store.as_ref().expect("it is open").head().unwrap();
        assert!(follower.catch_up(PATIENCE).unwrap(), "it does not come so far");
        assert_eq!(follower.head(), head);
        let found = dump(&follower.snapshot().unwrap(), &self.life.known).unwrap();
        laws::check(&found).unwrap();
        same_dumps(&self.life.model.dump(&self.life.known), &found).unwrap();
    }
}

#[test]
fn a_follower_shows_what_was_answered_and_never_goes_back() {
    for seed in 1..6 {
        let mut pair = Pair::new(seed);
        let mut follower = pair.follow().unwrap();
        let kept = follower.snapshot().unwrap();
        pair.settle_in();
        let mut last = 0;
        for round in 0..8 {
            pair.go_on(4);
            let block = follower.head().block;
            assert!(block >= last, "{block} after {last}");
            last = block;
            if round % 3 == 1 {
                pair.compare(&follower);
            }
            if round == 5 {
                // What it has is where it goes on, whether it was written or not.
                match seed % 2 {
                    0 => follower.close().unwrap(),
                    _ => drop(follower),
                }
                follower = pair.follow().unwrap();
            }
        }
        pair.compare(&follower);
        // It has followed, and nothing else: the one who leads was not disturbed.
        pair.go_on(1);
        pair.life.look();
        assert_eq!(kept.timestamp().nanoseconds(), 0, "a snapshot does not change");
    }
}

/// Any call of the follower to the log may find nobody; it goes on as soon as it finds somebody.
#[test]
fn a_follower_outlives_an_outage_of_the_log() {
    for call in 1..12 {
        let mut pair = Pair::new(20 + call);
        pair.settle_in();
        let follower = pair.follow().unwrap();
        // The leader appends nothing meanwhile, so that they are the follower's calls.
        pair.log.plan_call(call, Failure::Unavailable(3));
        while pair.log.has_plan() {
            assert!(follower.check().is_ok());
            std::thread::yield_now();
        }
        pair.log.heal();
        pair.compare(&follower);
        pair.go_on(5);
        pair.compare(&follower);
    }
}

/// Every later call is told the failure that ended it; what was there is still shown.
#[test]
fn a_follower_says_why_it_follows_no_more() {
    let mut pair = Pair::new(40);
    pair.settle_in();
    let follower = pair.follow().unwrap();
    pair.compare(&follower);
    let head = follower.head();
    pair.log.plan_call(1, Failure::Fenced);
    let error = loop {
        if let Err(error) = follower.check() {
            break error;
        }
        std::thread::yield_now();
    };
    check_error(&error);
    assert!(matches!(&error, Error::Poisoned(why) if why.contains("taken over")), "{error}");
    let waited = follower.wait_for(head.block + 1, PATIENCE);
    assert!(matches!(waited, Err(Error::Poisoned(_))), "{waited:?}");
    assert!(follower.wait_for(head.block, PATIENCE).unwrap());
    assert!(dump(&follower.snapshot().unwrap(), &pair.life.known).is_ok());
    assert!(matches!(follower.lead(), Err(Error::Poisoned(_))));
    // Opened again it goes on.
    pair.log.heal();
    pair.compare(&pair.follow().unwrap());
}

/// The one that led answers nothing any more, and all that it answered is there.
#[test]
fn a_follower_takes_over() {
    for seed in 60..66 {
        let mut pair = Pair::new(seed);
        pair.settle_in();
        let follower = pair.follow().unwrap();
        pair.go_on(6);
        let before = follower.snapshot().unwrap();
        let shown = dump(&before, &pair.life.known).unwrap();
        let former = pair.life.store.take().expect("it is open");
        let store = follower.lead().unwrap();
        assert_eq!(store.head().unwrap(), former.head().unwrap());
        pair.life.adopt(pair.disk.clone(), store);
        pair.go_on(4);
        pair.life.look();
        let error = loop {
            let step = pair.life.next_plain_step();
            match step.on_store(&former) {
                // A step that leaves no trace needs no log; nor is one needed to refuse what came
                // after its time to be acknowledged.
                Ok(_) | Err(Error::InvalidPosition(_)) => (),
                Err(error) => break error,
            }
        };
        check_error(&error);
        // What the replica showed before it led is still to be seen.
        same_dumps(&shown, &dump(&before, &pair.life.known).unwrap()).unwrap();
        drop((before, former));
        pair.life.shut();
        pair.life.open().unwrap();
        pair.life.look();
        pair.life.rebuild();
    }
}

/// A replica that has another history than the log, or more of it, is not brought up to it.
#[test]
fn a_replica_of_another_history_does_not_follow() {
    let mut pair = Pair::new(80);
    pair.settle_in();
    let follower = pair.follow().unwrap();
    pair.go_on(6);
    pair.compare(&follower);
    let last = follower.head().block;
    follower.close().unwrap();
    let end = last - 1;
    let cut = pair.log.cut(end);
    let refused = pair.follow_log(&cut).map(drop);
    let words = format!("ends with block {end}, but the state includes block {last}: ");
    // A replica has no segments to restore: the log that it was given may be the wrong one.
    let remedy = "or give the store the log that has these blocks";
    let says_so = |why: &String| why.contains(&words) && why.ends_with(remedy);
    assert!(matches!(&refused, Err(Error::MismatchedState(why)) if says_so(why)), "{refused:?}");

    let mut other = Pair::new(81);
    other.settle_in();
    while other.life.store.as_ref().expect("it is open").head().unwrap().block <= last {
        other.go_on(1);
    }
    let refused = pair.follow_log(&other.log).map(drop);
    assert!(matches!(&refused, Err(Error::MismatchedState(why)) if why.contains("another block")));
    // With its own log it goes on.
    pair.compare(&pair.follow().unwrap());
}

/// Symptom: a follower that was opened before its leader archived something stopped at the first
/// block that was judged by that, and a leader that had followed was poisoned by the retry of an
/// archived id. Cause: what is archived was looked up when the follower was opened, and never
/// again.
#[test]
fn a_follower_learns_what_its_leader_archives() {
    let mut pair = Pair::new(90);
    pair.settle_in();
    let store = pair.life.store.clone().expect("it is open");
    let [id, from, to] = [7_000_u128, 2, 3].map(Id::from);
    let hold = Operation::hold(id, from, to, 1, Amount::from(50_u32));
    let one = |store: &Store, operation| store.submit(&[operation]).unwrap()[0].status;
    assert_eq!(one(&store, hold), Status::APPLIED);
    pair.follow().unwrap().close().unwrap();
    let follower = pair.follow().unwrap();
    let archive = |store: &Store, disk: &SimulatedDisk| {
        let everything = ArchiveOptions::before(Timestamp::MAX);
        store.archive_to(Arc::new(disk.clone()), &everything)
    };
    // Something after it, which stays.
    let account = |id: u128| Account::new(Id::from(id), 1, 9, AccountFlags::NONE);
    store.create_accounts(&[account(70)]).unwrap();
    let disk = SimulatedDisk::new(91);
    assert!(archive(&store, &disk).unwrap().archived.block > 3);
    assert_eq!(one(&store, Operation::release_rest(Id::from(7_001), id)), Status::APPLIED);
    assert_eq!(one(&store, Operation::reverse_rest(Id::from(7_002), id)), Status::APPLIED);
    let head = store.head().unwrap();
    assert!(follower.wait_for(head.block, PATIENCE).unwrap());
    assert_eq!(follower.head(), head);
    // What it does not know yet when it takes over.
    store.create_accounts(&[account(71)]).unwrap();
    archive(&store, &disk).unwrap();
    let led = follower.lead().unwrap();
    assert_eq!(one(&led, hold), Status::ORIGINAL_IS_ARCHIVED);
    assert_eq!(one(&led, Operation::freeze(Id::from(7_003), Id::from(70))), Status::APPLIED);

    // A replica that begins with nothing is told that the log has no more what it lacks.
    let empty = Pair { disk: SimulatedDisk::new(92), log: pair.log.clone(), ..pair };
    let refused = empty.follow().map(drop);
    assert!(matches!(refused, Err(Error::Archived { .. })), "{refused:?}");

    // The archive of a log that went further is the only one that has its blocks.
    let other = Life::on_second_log(93);
    let log = other.log.clone().expect("it is on one");
    let fresh = Store::open_with_log(Arc::new(other.disk.clone()), Arc::new(log), other.options);
    let fresh = fresh.unwrap();
    fresh.create_ledgers(&[escrowdb::money::iso_ledger(1, "USD").unwrap()]).unwrap();
    fresh.create_accounts(&[account(70)]).unwrap();
    let before = disk.duplicate().names();
    let refused = archive(&fresh, &disk).map(drop);
    assert!(matches!(&refused, Err(Error::InTheWay(why)) if why.contains("not in the log")));
    assert_eq!(disk.names(), before);
}

/// Symptom: while a block was there and could not be read, a follower asked for it without a pause.
#[test]
fn a_follower_asks_seldom_during_an_outage() {
    let mut pair = Pair::new(95);
    pair.settle_in();
    let follower = pair.follow().unwrap();
    pair.log.plan_reads(Failure::Unavailable(u32::MAX));
    let store = pair.life.store.clone().expect("it is open");
    store.create_accounts(&[Account::new(Id::from(70), 1, 9, AccountFlags::NONE)]).unwrap();
    let before = pair.log.calls();
    std::thread::sleep(Duration::from_millis(400));
    let calls = pair.log.calls() - before;
    assert!(calls < 40, "{calls} calls");
    assert!(follower.check().is_ok());
}

#[test]
fn what_cannot_be_followed_is_refused() {
    let disk = MemoryDisk::new();
    let options = Options::new().store_id(crate::second_log::store_id());
    let id = crate::second_log::STORE.to_be_bytes();
    drop(Store::open_on(Arc::new(disk.clone()), options.clone()).unwrap());
    let local = LocalLog::new(Arc::new(disk), id, escrowdb::journal::Options::default());
    let log: [Arc<dyn Log>; 2] = [Arc::new(local), Arc::new(SecondLog::new())];
    let modes = [options.clone(), options.mode(OpenMode::ReadOnly)];
    for (log, options) in log.into_iter().zip(modes) {
        let empty = Arc::new(MemoryDisk::new());
        let refused = Follower::open_with_log(empty, log, options).map(drop);
        assert!(matches!(refused, Err(Error::InvalidArgument(_))), "{refused:?}");
    }
}
