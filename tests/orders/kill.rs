//! Killed for real, with orders under way: a child buys, ships, claims and decides from several
//! threads while another one works off what is due, and is killed at any time. What it was answered
//! is there; who sends the rest again, and lets time pass, is where one is who was never killed.
//!
//! `KILL_ROUNDS=300` makes a long run of it.

use crate::world::*;
use escrowdb::disk::MemoryDisk;
use escrowdb::order::*;
use escrowdb::*;
use std::cell::Cell;
use std::env;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

const ROUNDS: u64 = 12;
const THREADS: u128 = 3;
/// Orders that are due when a child begins.
const DUE: u128 = 12;
/// Says where a child finds its store, and which round it is.
const CHILD: &str = "ESCROWDB_KILLED_ORDERS";

/// Something that a host does with an order; its id follows from the order's.
#[derive(Clone, Copy)]
enum Deed {
    Place,
    Came(u16),
    Act(u16, Actor<'static>, PartCommand),
    /// As [`Deed::Act`], on two items of the first leg.
    OnTwo(Actor<'static>, PartCommand),
    CancelUnpaid,
}

const BOUGHT: [Deed; 3] = [Deed::Place, Deed::Came(0), Deed::Came(1)];
const SHIPPED: Deed = Deed::Act(0, Actor::Seller, PartCommand::Ship);
const EVIDENCE: Id = Id::from_u128(77);
const CLAIMED: Deed = Deed::Act(
    0,
    Actor::Buyer,
    PartCommand::Claim {
        reason: ClaimReason::NotAsDescribed,
        remedy: Remedy::Refund,
        minor_units: 2_000,
        evidence: EVIDENCE,
    },
);
const REFUSED: Deed = Deed::Act(0, Actor::Seller, PartCommand::Refuse { evidence: EVIDENCE });
const ESCALATED: Deed = Deed::Act(0, Actor::Buyer, PartCommand::Escalate);

/// The ways that orders take. Where one ends before its order does, time goes on with it.
fn ways() -> Vec<Vec<Deed>> {
    let decided = Deed::Act(0, Actor::Staff("eve"), PartCommand::Decide { minor_units: 1_500 });
    let granted = Deed::Act(0, Actor::Seller, PartCommand::Grant { minor_units: 2_000 });
    let confirmed = |part| Deed::Act(part, Actor::Buyer, PartCommand::Confirm);
    let given_up = |part| Deed::Act(part, Actor::Seller, PartCommand::Cancel);
    let two_sent = Deed::OnTwo(Actor::Seller, PartCommand::Ship);
    let bought = |more: &[Deed]| [&BOUGHT, more].concat();
    vec![
        vec![Deed::Place],
        vec![Deed::Place, Deed::Came(0), Deed::CancelUnpaid],
        BOUGHT.to_vec(),
        bought(&[SHIPPED, confirmed(0), given_up(1)]),
        bought(&[SHIPPED]),
        bought(&[SHIPPED, CLAIMED]),
        bought(&[SHIPPED, CLAIMED, granted, given_up(1)]),
        bought(&[SHIPPED, CLAIMED, REFUSED]),
        bought(&[SHIPPED, CLAIMED, REFUSED, ESCALATED, decided]),
        bought(&[two_sent, given_up(0), confirmed(2)]),
        vec![Deed::Place, Deed::Came(1), Deed::Came(0), two_sent],
    ]
}

fn way(number: u128) -> Vec<Deed> {
    let mut ways = ways();
    ways.swap_remove(number as usize % ways.len())
}

/// The first leg has three items.
fn cart() -> Terms {
    let line = |kind, quantity, amount| Line { kind, reference: EVIDENCE, quantity, amount };
    let mut terms = terms(&policy());
    terms.legs[0].lines =
        vec![line(LineKind::Item, 3, units(5_400)), line(LineKind::Shipping, 1, units(600))];
    terms
}

/// Carries out the deed of this number of an order, and says what was answered, without a space.
fn carry_out(orders: &Orders, order: Id, number: usize, deed: Deed) -> Result<String> {
    let command = id(order.as_u128() + 1 + number as u128);
    Ok(match deed {
        Deed::Place => format!("{:?}", orders.place(order, &cart())?.map_err(|it| it.status)),
        Deed::Came(tender) => {
            format!("{:?}", orders.tender_came(order, tender, command)?.map_err(|it| it.status))
        }
        Deed::CancelUnpaid => {
            format!("{:?}", orders.cancel_unpaid(order, command)?.map_err(|it| it.status))
        }
        Deed::Act(part, actor, what) => said(orders.act(order, part, actor, &what, command)?),
        Deed::OnTwo(actor, what) => {
            let items = [Item { line: 0, quantity: 2 }];
            said(orders.act_on_items(order, 0, &items, actor, &what, command)?)
        }
    })
}

fn said(acted: std::result::Result<Acted, Refusal>) -> String {
    match acted {
        Ok(acted) => format!("{:?}/{:?}/{}", acted.stage, acted.part, acted.refunded),
        Err(refusal) => format!("{:?}", refusal.status),
    }
}

/// The order that a thread begins as its so-manieth in a round.
fn order_of(round: u64, thread: u128, number: u128) -> Id {
    id(u128::from(round) << 64 | (thread + 1) << 48 | number << 8)
}

fn open(path: &Path) -> Store {
    let journal = journal::Options { segment_bytes: 200_000, preallocate_bytes: 20_000 };
    let options = Options::new().cache_bytes(4 << 20).journal(journal).clock(ClockSource::Manual);
    Store::open(path, options).unwrap()
}

/// The shop, which is founded if there is no clock yet.
fn begin(path: &Path, clock: Option<u64>) -> World {
    let store = open(path);
    match clock {
        None => World::of(store),
        Some(clock) => World { orders: Orders::of(&store), store, clock: Cell::new(clock) },
    }
}

/// The child. Does nothing unless it was started as one.
#[test]
fn child() {
    let Ok(child) = env::var(CHILD) else { return };
    let (round, path) = child.split_once(' ').unwrap();
    let round: u64 = round.parse().unwrap();
    let store = open(path.as_ref());
    let orders = Orders::of(&store);
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let orders = &orders;
            scope.spawn(move || {
                for number in 0.. {
                    let order = order_of(round, thread, number);
                    for (step, deed) in way(number + thread).into_iter().enumerate() {
                        let answer = carry_out(orders, order, step, deed).unwrap();
                        let line = format!("answered {thread} {number} {step} {answer} .\n");
                        // One write, so that a line is whole, and there before what is next.
                        std::io::stdout().lock().write_all(line.as_bytes()).unwrap();
                    }
                }
            });
        }
        loop {
            orders.work(2).unwrap();
        }
    });
}

/// What was answered to the deed of this number, of the order of this number of a thread.
struct Answer {
    thread: u128,
    number: u128,
    step: usize,
    answer: String,
}

fn parsed(line: &str) -> Option<Answer> {
    // What libtest says stands before an answer; a last line may be cut.
    let (_, line) = line.split_once("answered ")?;
    let [thread, number, step, answer, "."] = line.split(' ').collect::<Vec<_>>()[..] else {
        return None;
    };
    Some(Answer {
        thread: thread.parse().ok()?,
        number: number.parse().ok()?,
        step: step.parse().ok()?,
        answer: answer.into(),
    })
}

/// Lets a child deal for a while, kills it, and gives what it said.
fn kill_one(path: &Path, round: u64) -> Vec<Answer> {
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "kill::child", "--nocapture"])
        .env(CHILD, format!("{round} {}", path.display()))
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let reader = thread::spawn(move || {
        lines.map_while(|line| line.ok()).filter_map(|line| parsed(&line)).collect()
    });
    thread::sleep(Duration::from_millis(20 + round * 37 % 250));
    child.kill().unwrap();
    child.wait().unwrap();
    reader.join().unwrap()
}

/// What is shown of an order, without times and ids.
fn shown(orders: &Orders, order: Id) -> Vec<String> {
    let view = orders.order(order).unwrap().unwrap();
    let tenders = view.tenders.iter().map(|one| format!("{:?} {:?}", one.back, one.kept));
    let parts = view.parts.iter().map(|part| {
        let PartView { held, paid, commission, refunded, due, stage, claimed, .. } = part;
        format!("{stage:?} {claimed:?}: {:?}", [held, paid, commission, refunded, due])
    });
    std::iter::once(format!("{:?}", view.state)).chain(tenders).chain(parts).collect()
}

/// Lets so much time pass that each order ends, in steps that no window outlasts twice.
fn end_all(world: &World) {
    for _ in 0..6 {
        world.wait(35 * DAY);
        while world.orders.work(100).unwrap() != OrderWork::default() {}
    }
}

/// What each way was answered where nobody was killed, and what was shown in the end.
fn undisturbed() -> Vec<(Vec<String>, Vec<String>)> {
    let options = Options::new().clock(ClockSource::Manual);
    let world = World::of(Store::open_on(Arc::new(MemoryDisk::new()), options).unwrap());
    let answers: Vec<Vec<_>> = (0..ways().len() as u128)
        .map(|number| {
            let deeds = way(number).into_iter().enumerate();
            let order = order_of(0, 0, number);
            deeds.map(|(step, deed)| carry_out(&world.orders, order, step, deed).unwrap()).collect()
        })
        .collect();
    end_all(&world);
    (0..).zip(answers).map(|(n, it)| (it, shown(&world.orders, order_of(0, 0, n)))).collect()
}

#[test]
fn kill_9_leaves_no_order_in_between() {
    let expected = undisturbed();
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store");
    let rounds = env::var("KILL_ROUNDS").map_or(ROUNDS, |rounds| rounds.parse().unwrap());
    let (mut answered, mut ended) = (0, 0);
    let mut clock = None;
    for round in 1..=rounds {
        let expected_of = |number: u128| &expected[number as usize % expected.len()];
        let world = begin(&path, clock);
        let late: Vec<_> = (0..DUE).map(|number| order_of(round, THREADS, number)).collect();
        for (number, &order) in (0..).zip(&late) {
            for (step, deed) in way(number).into_iter().enumerate() {
                carry_out(&world.orders, order, step, deed).unwrap();
            }
        }
        world.wait(35 * DAY);
        clock = Some(world.clock.get());
        drop(world);

        let answers = kill_one(&path, round);
        let world = begin(&path, clock);
        let head = world.store.head().unwrap();
        for Answer { thread, number, step, answer } in &answers {
            let deed = way(number + thread)[*step];
            let order = order_of(round, *thread, *number);
            let again = carry_out(&world.orders, order, *step, deed).unwrap();
            let expected = &expected_of(number + thread).0[*step];
            assert_eq!((&again, answer), (expected, expected), "round {round}: {order}, {step}");
        }
        assert_eq!(
            world.store.head().unwrap(),
            head,
            "round {round}: something had to be done again"
        );
        answered += answers.len();

        // Nobody knows how far the last order of each thread came: all of it is sent again.
        let mut all: Vec<_> = (0..).zip(late).collect();
        for thread in 0..THREADS {
            let of_thread = answers.iter().filter(|answer| answer.thread == thread);
            let next = of_thread.map(|answer| answer.number + 1).max().unwrap_or(0);
            for number in 0..=next {
                let order = order_of(round, thread, number);
                for (step, deed) in way(number + thread).into_iter().enumerate() {
                    let answer = carry_out(&world.orders, order, step, deed).unwrap();
                    assert_eq!(answer, expected_of(number + thread).0[step], "round {round}");
                }
                all.push((number + thread, order));
            }
        }
        end_all(&world);
        for (number, order) in all {
            assert_eq!(shown(&world.orders, order), expected_of(number).1, "round {round}");
            world.check_purse(order);
            ended += 1;
        }
        let trial = world.store.snapshot().unwrap().trial_balance(LEDGER).unwrap();
        assert!(trial.is_balanced() && trial.totals.debits_pending.is_zero(), "round {round}");
        clock = Some(world.clock.get());
        drop(world);
    }
    assert_eq!(verify(&path, |_, _| ()).unwrap().fault, None);
    println!("{rounds} rounds, {answered} answers checked, {ended} orders came to their end");
    assert!(answered as u64 > 10 * rounds, "the children hardly ever dealt");
}
