//! A clock that jumps does nothing that cannot be undone.

use crate::world::{BANK, LEDGER, WALLET, World, amount, id, seconds, settle_in};
use escrowdb::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

const DAY: u64 = 86_400;
const START: u64 = 1_700_000_000;

/// Both clocks of a machine, as a test sets them: seconds.
#[derive(Debug)]
struct Machine {
    wall: AtomicU64,
    elapsed: AtomicU64,
}

impl Machine {
    fn new(wall: u64) -> Arc<Self> {
        Arc::new(Self { wall: AtomicU64::new(wall), elapsed: AtomicU64::new(5) })
    }

    /// Time passes.
    fn pass(&self, seconds: u64) {
        self.wall.fetch_add(seconds, Ordering::SeqCst);
        self.elapsed.fetch_add(seconds, Ordering::SeqCst);
    }

    /// Somebody sets the clock.
    fn set(&self, wall: u64) {
        self.wall.store(wall, Ordering::SeqCst);
    }
}

impl TimeSource for Machine {
    fn wall(&self) -> Timestamp {
        let seconds = self.wall.load(Ordering::SeqCst);
        Timestamp::from_seconds(seconds).unwrap_or(Timestamp::MAX)
    }

    fn elapsed(&self) -> u64 {
        self.elapsed.load(Ordering::SeqCst) * Timestamp::SECOND
    }
}

fn options(machine: &Arc<Machine>) -> Options {
    Options::new().time_source(Arc::clone(machine) as Arc<dyn TimeSource>)
}

/// A hold that the payee is paid for by its deadline, a day later.
fn hold_for_a_day(store: &Store) -> Id {
    let hold = Id::new();
    let paid = Operation::transfer(Id::new(), id(BANK), id(WALLET), LEDGER, amount(100));
    let held = Operation::hold(hold, id(WALLET), id(WALLET + 1), LEDGER, amount(100))
        .with_deadline(DAY as u32, AtDeadline::RELEASE);
    assert!(store.submit(&[paid, held]).unwrap().iter().all(Outcome::is_done));
    hold
}

fn phase(store: &Store, hold: Id) -> Phase {
    store.snapshot().unwrap().hold(hold).unwrap().unwrap().phase
}

/// A stamp: the time of an operation that changes nothing of interest.
fn stamp(store: &Store) -> u64 {
    let paid = Operation::transfer(Id::new(), id(BANK), id(WALLET), LEDGER, amount(1));
    store.submit(&[paid]).unwrap()[0].timestamp.nanoseconds() / Timestamp::SECOND
}

/// One wrong reading of the clock paid out every hold for good. A step beyond `clock_step_max`
/// is not believed, either way; stamps go on by the clock that nobody sets.
#[test]
fn a_step_of_the_clock_settles_nothing() {
    for jump in [START + 365 * DAY, START - 365 * DAY, u64::MAX] {
        let machine = Machine::new(START);
        let world = World::new(options(&machine), 2);
        let hold = hold_for_a_day(&world.store);
        machine.pass(100);
        assert_eq!(stamp(&world.store), START + 100);
        machine.set(jump);
        machine.elapsed.fetch_add(7, Ordering::SeqCst);
        assert_eq!(stamp(&world.store), START + 107, "{jump}");
        assert_eq!(world.store.clock().unwrap().state, ClockState::Stepped);
        assert_eq!(phase(&world.store, hold), Phase::FUNDED);
        // Deadlines still come, by the clock that nobody sets.
        machine.elapsed.fetch_add(DAY, Ordering::SeqCst);
        stamp(&world.store);
        assert_eq!(phase(&world.store, hold), Phase::SETTLED);
    }
}

/// Steps are summed: a clock that is moved on by half an hour again and again is found out.
#[test]
fn small_steps_add_up() {
    let machine = Machine::new(START);
    let world = World::new(options(&machine), 2);
    machine.set(START + 1_800);
    assert_eq!(stamp(&world.store), START + 1_800);
    assert_eq!(world.store.clock().unwrap().state, ClockState::Trusted);
    machine.set(START + 3_600);
    assert_eq!(stamp(&world.store), START + 3_600);
    machine.set(START + 3_601);
    stamp(&world.store);
    assert_eq!(world.store.clock().unwrap().state, ClockState::Stepped);
    assert_eq!(world.store.clock().unwrap().system, seconds(START + 3_601));
}

/// A machine that slept, or a store without traffic, is no step.
#[test]
fn time_that_passes_is_no_step() {
    let machine = Machine::new(START);
    let world = World::new(options(&machine), 2);
    let hold = hold_for_a_day(&world.store);
    machine.pass(400 * DAY);
    assert_eq!(stamp(&world.store), START + 400 * DAY);
    assert_eq!(phase(&world.store, hold), Phase::SETTLED);
}

/// The host vouches for the new time, from a source of its own; a wrong clock cannot be confirmed
/// blindly.
#[test]
fn the_host_confirms_a_step() {
    let machine = Machine::new(START);
    let world = World::new(options(&machine), 2);
    let hold = hold_for_a_day(&world.store);
    machine.set(START + 30 * DAY);
    stamp(&world.store);
    let wrong = world.store.confirm_clock(seconds(START));
    assert!(matches!(wrong, Err(Error::InvalidArgument(_))), "{wrong:?}");
    assert_eq!(world.store.clock().unwrap().state, ClockState::Stepped);
    let confirmed = world.store.confirm_clock(seconds(START + 30 * DAY + 60)).unwrap();
    assert_eq!(confirmed, seconds(START + 30 * DAY));
    assert_eq!(world.store.clock().unwrap().state, ClockState::Trusted);
    assert_eq!(stamp(&world.store), START + 30 * DAY);
    assert_eq!(phase(&world.store, hold), Phase::SETTLED);
}

/// A store that is opened by a clock far beyond its last event settles nothing and takes no write,
/// until the host confirms; and then it is remembered.
#[test]
fn a_gap_at_opening_must_be_confirmed() {
    let machine = Machine::new(START);
    let world = World::new(options(&machine), 2);
    let hold = hold_for_a_day(&world.store);
    let directory = world.directory;
    drop(world.store);
    let path = directory.path().join("store");
    let open = |options| Store::open(&path, options).unwrap();

    machine.pass(31 * DAY);
    let store = open(options(&machine));
    let paid = [Operation::transfer(Id::new(), id(BANK), id(WALLET), LEDGER, amount(1))];
    for refused in [
        store.submit(&paid).map(drop),
        store.submit_async(paid.to_vec(), Vec::new()).map(drop),
        store.advance(seconds(START + DAY)).map(drop),
        store.acknowledge("mail", seconds(START)),
        store.create_accounts(&[]).map(drop),
    ] {
        let Err(error @ Error::ClockMustBeConfirmed { .. }) = refused else {
            panic!("{refused:?}")
        };
        let said = error.to_string();
        assert!(
            said.contains("shows 2023-12-15T22:13:20Z, the last event was at 2023-11-14T22:13")
        );
        assert!(said.ends_with("confirm the time"), "{said}");
    }
    std::thread::sleep(Duration::from_millis(400)); // the background worker looks for deadlines
    assert_eq!(phase(&store, hold), Phase::FUNDED);
    assert_eq!(store.clock().unwrap().state, ClockState::Unconfirmed);
    drop(store);

    // It is asked again at each opening, and a tick later the confirmation is enough for thirty
    // days.
    let store = open(options(&machine));
    store.confirm_clock(seconds(START + 31 * DAY)).unwrap();
    drop(store);
    let store = open(options(&machine));
    assert_eq!(store.clock().unwrap().state, ClockState::Trusted);
    stamp(&store);
    assert_eq!(phase(&store, hold), Phase::SETTLED);
    drop(store);

    // The gap is the host's to choose.
    machine.pass(2 * DAY);
    let state = |gap| open(options(&machine).clock_gap_max(gap)).clock().unwrap().state;
    assert_eq!(state(Duration::from_secs(DAY)), ClockState::Unconfirmed);
    machine.pass(1_000 * DAY);
    assert_eq!(state(Duration::ZERO), ClockState::Trusted);
}

/// The confirmation is a convenience: a damaged one asks the host again.
#[test]
fn a_damaged_confirmation_asks_again() {
    let machine = Machine::new(START);
    let world = World::new(options(&machine), 2);
    machine.pass(31 * DAY);
    world.store.confirm_clock(seconds(START + 31 * DAY)).unwrap();
    let path = world.directory.path().join("store");
    drop(world.store);
    std::fs::write(path.join("CLOCK"), b"confirmed 1\ntime 9999999999999999999\n").unwrap();
    let store = Store::open(&path, options(&machine)).unwrap();
    assert_eq!(store.clock().unwrap().state, ClockState::Unconfirmed);
}

/// A time beyond the end of the format is refused and never stored: it bricked the store.
#[test]
fn the_end_of_time_is_refused() {
    let machine = Machine::new(u64::MAX);
    let directory = tempfile::tempdir().unwrap();
    let unguarded =
        |machine| options(machine).clock_gap_max(Duration::ZERO).clock_step_max(Duration::ZERO);
    let store = Store::open(directory.path().join("store"), unguarded(&machine)).unwrap();
    let ledger = Ledger::new(LEDGER, LedgerCode::new("USD").unwrap(), 2);
    let refused = store.create_ledgers(&[ledger]);
    assert!(matches!(refused, Err(Error::ClockMustBeConfirmed { .. })), "{refused:?}");
    assert!(matches!(store.confirm_clock(Timestamp::MAX), Err(Error::InvalidArgument(_))));
    machine.set(START);
    store.confirm_clock(seconds(START)).unwrap();
    settle_in(&store, 2);
    machine.set(u64::MAX);
    assert_eq!(stamp(&store), START);
}

/// Nobody could ask a manual clock, so that an `advance` into the past, which moves nothing, looked
/// like any other.
#[test]
fn a_manual_clock_can_be_read_and_never_goes_back() {
    let world = World::new(Options::new().clock(ClockSource::Manual), 2);
    world.store.advance(seconds(100)).unwrap();
    let reading = world.store.clock().unwrap();
    assert_eq!((reading.state, reading.now), (ClockState::Manual, seconds(100)));
    world.applied(&[Operation {
        timeout_seconds: 50,
        at_deadline: AtDeadline::RELEASE,
        ..Operation::hold(world.id(), id(BANK), id(WALLET), LEDGER, amount(1))
    }]);
    let advance = |second| {
        let advanced = world.store.advance(seconds(second)).unwrap();
        (advanced.settled, advanced.now)
    };
    let last = world.store.clock().unwrap().now;
    assert_eq!(last, seconds(100));
    assert_eq!(advance(99), (0, last));
    assert_eq!(world.store.clock().unwrap().now, last);
    assert_eq!(advance(200), (1, seconds(200)));
    assert_eq!(advance(200), (0, seconds(200)));
    let refused = world.store.confirm_clock(seconds(100));
    assert!(matches!(refused, Err(Error::InvalidArgument(_))));
}
