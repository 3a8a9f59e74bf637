//! Orders under power cuts: who sends a command again that was not answered is where one is who was
//! never cut off. Carts are placed, paid, shipped, claimed and decided in both worlds, whole or by
//! items, and time passes; every answer is the same in both, and so is what is shown in the end.

use crate::crashes::variable;
use crate::disk::{Fault, Plan, SimulatedDisk};
use crate::random::Random;
use escrowdb::disk::{Disk, MemoryDisk};
use escrowdb::order::*;
use escrowdb::*;
use std::sync::Arc;

/// Seeds of the everyday run.
const SEEDS: u64 = 24;
const STEPS: usize = 60;
const ORDERS: u128 = 4;

const LEDGER: u32 = 1;
const CARD: Id = Id::from_u128(1);
const PROMOTION: Id = Id::from_u128(2);
const FEES: Id = Id::from_u128(3);
const ANNA: Id = Id::from_u128(4);
const BOB: Id = Id::from_u128(5);
const CARLA: Id = Id::from_u128(6);
/// When each run begins, in seconds.
const START: u64 = 1_800_000_000;

/// Something that a host does, with all that it needs to do it again.
#[derive(Clone, Copy, Debug)]
enum Deed {
    Place(Id),
    Came(Id, u16, Id),
    Act(Id, u16, Party, PartCommand, Id),
    /// As [`Deed::Act`], on so many items of the first line.
    OnItems(Id, u16, u32, Party, PartCommand, Id),
    Cancel(Id, Id),
    PayAgain(Id, Id),
    /// To this second.
    Wait(u64),
    Work,
}

/// What was answered, with times in seconds: a clock that is set ticks by how often it is read.
/// What [`Orders::work`] counts is left out: of what it was cut off in, some is done already.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Answer {
    Done,
    Paid(bool),
    Acted(u16, Stage, Amount),
    Back(Amount),
    Until(u64),
    Refused(OrderStatus),
}

struct World {
    store: Store,
    orders: Orders,
}

fn id(number: u128) -> Id {
    Id::from_u128(number)
}

fn seconds(time: Timestamp) -> u64 {
    time.nanoseconds() / 1_000_000_000
}

/// A step in words, at its second.
fn said(step: &OrderStep) -> String {
    let words = step.to_string();
    let (_, what) = words.split_once(' ').unwrap();
    format!("{} {what}", seconds(step.at))
}

fn actor(party: Party) -> Actor<'static> {
    match party {
        Party::Buyer => Actor::Buyer,
        Party::Seller => Actor::Seller,
        Party::Staff => Actor::Staff("eve"),
        _ => Actor::System,
    }
}

fn policy() -> Policy {
    Policy::from_json(
        r#"{
            "name": "sim", "payment": {"hours": 1}, "processing": {"days": 3},
            "protection": {"days": 9}, "inspection": {"days": 2},
            "claims": {
                "answer": {"days": 2}, "refused": {"days": 2}, "after_refusal": "escalate",
                "send_back": {"days": 3}, "receive_back": {"days": 3},
                "decision": {"days": 4}, "undecided": "claim", "appeal": {"days": 2}
            }
        }"#,
    )
    .unwrap()
}

fn terms() -> Terms {
    let leg = |seller, units: u32, lines: &[Line]| Leg {
        seller,
        amount: units.into(),
        commission_fixed: 30_u32.into(),
        commission_ppm: 77_000,
        lines: lines.to_vec(),
    };
    let line = |kind, quantity, units: u32| Line {
        kind,
        reference: id(8),
        quantity,
        amount: units.into(),
    };
    let items = |units| [line(LineKind::Item, 5, units), line(LineKind::Shipping, 1, 800)];
    let tender = |kind, source, units: u32| Tender { kind, source, amount: units.into() };
    Terms {
        buyer: ANNA,
        ledger: LEDGER,
        policy: policy().hash(),
        commission_account: FEES,
        legs: vec![leg(BOB, 6_001, &items(5_201)), leg(CARLA, 4_000, &items(3_200))],
        tenders: vec![
            tender(TenderKind::External, CARD, 7_003),
            tender(TenderKind::Promotion, PROMOTION, 2_998),
        ],
        keeping: None,
    }
}

fn open(disk: Arc<dyn Disk>) -> Result<World> {
    let store = Store::open_on(disk, Options::new().clock(ClockSource::Manual))?;
    Ok(World { orders: Orders::of(&store), store })
}

/// After a power cut. A clock that is set knows but what is in the journal.
fn reopen(disk: &SimulatedDisk, now: u64) -> World {
    let world = open(Arc::new(disk.clone())).unwrap();
    world.store.advance(Timestamp::from_seconds(now).unwrap()).unwrap();
    world
}

/// A shop with buyers and sellers.
fn found(disk: Arc<dyn Disk>) -> Result<World> {
    let world = open(disk)?;
    let World { store, orders } = &world;
    store.advance(Timestamp::from_seconds(START).unwrap())?;
    store.create_ledgers(&[Ledger::new(LEDGER, LedgerCode::new("USD").unwrap(), 2)])?;
    let limited = AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS;
    store.create_accounts(&[
        Account::new(CARD, LEDGER, 100, AccountFlags::EXTERNAL),
        Account::new(PROMOTION, LEDGER, 101, limited),
        Account::new(FEES, LEDGER, 102, limited),
    ])?;
    let funds = Operation::transfer(id(9), CARD, PROMOTION, LEDGER, Amount::from(1_u32 << 30));
    store.submit(&[funds])?;
    orders.register_buyer(ANNA, LEDGER)?.unwrap();
    for seller in [BOB, CARLA] {
        orders.register_seller(seller, LEDGER)?.unwrap();
    }
    orders.keep_policy(&policy())?;
    Ok(world)
}

impl World {
    fn carry_out(&self, deed: Deed) -> Result<Answer> {
        let orders = &self.orders;
        let refused = |refusal: Refusal| Answer::Refused(refusal.status);
        let acted = |acted: Acted| Answer::Acted(acted.part, acted.stage, acted.refunded);
        Ok(match deed {
            Deed::Place(order) => {
                orders.place(order, &terms())?.map_or_else(refused, |()| Answer::Done)
            }
            Deed::Came(order, tender, command) => {
                orders.tender_came(order, tender, command)?.map_or_else(refused, Answer::Paid)
            }
            Deed::Act(order, part, party, what, command) => {
                orders.act(order, part, actor(party), &what, command)?.map_or_else(refused, acted)
            }
            Deed::OnItems(order, part, quantity, party, what, command) => {
                let items = [Item { line: 0, quantity }];
                let actor = actor(party);
                let done = orders.act_on_items(order, part, &items, actor, &what, command)?;
                done.map_or_else(refused, acted)
            }
            Deed::Cancel(order, command) => {
                orders.cancel_unpaid(order, command)?.map_or_else(refused, Answer::Back)
            }
            Deed::PayAgain(order, command) => {
                let until = orders.pay_again(order, command)?;
                until.map_or_else(refused, |until| Answer::Until(seconds(until)))
            }
            Deed::Wait(seconds) => {
                self.store.advance(Timestamp::from_seconds(seconds).unwrap())?;
                Answer::Done
            }
            Deed::Work => {
                orders.work(100)?;
                Answer::Done
            }
        })
    }

    /// What is shown of all orders; ids that the library made are left out.
    fn shown(&self) -> Vec<String> {
        let mut shown = Vec::new();
        for order in (1..=ORDERS).map(|number| id(1_000 + number)) {
            let Ok(view) = self.orders.order(order).unwrap() else { continue };
            shown.push(format!("{order}: {:?}", view.state));
            for tender in view.tenders {
                shown.push(format!("{:?} back, {:?} kept", tender.back, tender.kept));
            }
            for part in view.parts {
                let PartView { held, paid, commission, refunded, due, stage, until, .. } = part;
                let money = [held, paid, commission, refunded, due];
                let until = seconds(until);
                shown.push(format!("{stage:?} until {until}: {money:?}, {:?}", part.claimed));
            }
            let steps = self.orders.timeline(order).unwrap().unwrap();
            // Those of one second stand in the order of what they say.
            let mut steps: Vec<_> = steps.iter().map(said).collect();
            steps.sort_unstable();
            shown.append(&mut steps);
        }
        shown
    }

    /// What somebody does next here.
    fn next(&self, random: &mut Random, now: &mut u64, command: Id) -> Deed {
        let order = id(1_001 + u128::from(random.below(ORDERS as u64)));
        if random.one_in(6) {
            *now += match random.below(3) {
                0 => 60,
                1 => 90_000,
                _ => 400_000,
            };
            return Deed::Wait(*now);
        }
        if random.one_in(6) {
            return Deed::Work;
        }
        let Ok(view) = self.orders.order(order).unwrap() else { return Deed::Place(order) };
        match view.state {
            OrderState::Unpaid if random.one_in(12) => Deed::Cancel(order, command),
            OrderState::Unpaid => Deed::Came(order, random.below(2) as u16, command),
            OrderState::Lapsed => Deed::PayAgain(order, command),
            _ if random.one_in(12) => Deed::Came(order, random.below(2) as u16, command),
            _ => self.next_act(random, order, command),
        }
    }

    fn next_act(&self, random: &mut Random, order: Id, command: Id) -> Deed {
        let view = self.orders.order(order).unwrap().unwrap();
        let part = random.below(view.parts.len().max(2) as u64) as u16;
        let (mut party, mut action) = (Party::Buyer, Action::Confirm);
        for _ in 0..4 {
            party = *random.pick(Party::ALL).unwrap();
            let Ok(options) = self.orders.options(order, part, party).unwrap() else { break };
            if let Some(possible) = random.pick(&options.possible) {
                action = *possible;
                break;
            }
        }
        let shown = view.parts.get(usize::from(part));
        let all = shown.map_or(0, |part| part.held.minor_units());
        let claimed = shown.and_then(|part| part.claimed).map_or(all, Amount::minor_units);
        let theirs = shown.and_then(|part| match party {
            Party::Buyer => part.seller_proposal,
            _ => part.buyer_proposal,
        });
        let minor_units = if random.one_in(2) { all } else { all / 3 };
        let evidence = id(5);
        let what = match action {
            Action::Ship => PartCommand::Ship,
            Action::Deliver => PartCommand::Deliver,
            Action::Cancel => PartCommand::Cancel,
            Action::Extend => PartCommand::Extend { seconds: 999_999 },
            Action::Claim => {
                let reason = ClaimReason::Other;
                let remedy = *random.pick(&[Remedy::Refund, Remedy::Return]).unwrap();
                PartCommand::Claim { reason, remedy, minor_units, evidence }
            }
            Action::Amend => PartCommand::Amend { minor_units, evidence },
            Action::Withdraw => PartCommand::Withdraw,
            Action::Propose => PartCommand::Propose { minor_units },
            Action::Accept => {
                PartCommand::Accept { minor_units: theirs.map_or(1, Amount::minor_units) }
            }
            Action::Grant => PartCommand::Grant { minor_units: claimed },
            Action::Refuse => PartCommand::Refuse { evidence },
            Action::Escalate => PartCommand::Escalate,
            Action::SendBack => PartCommand::SendBack { tracking: evidence },
            Action::ConfirmReturn => PartCommand::ConfirmReturn { minor_units: claimed },
            Action::ContestReturn => PartCommand::ContestReturn { evidence },
            Action::Decide => PartCommand::Decide { minor_units },
            Action::Appeal => PartCommand::Appeal { evidence },
            _ => PartCommand::Confirm,
        };
        if random.one_in(2) {
            let quantity = 1 + random.below(3) as u32;
            return Deed::OnItems(order, part, quantity, party, what, command);
        }
        Deed::Act(order, part, party, what, command)
    }
}

/// What is done in a run, and what is answered where no power fails.
fn undisturbed(seed: u64) -> (Vec<(Deed, Answer)>, Vec<String>) {
    let world = found(Arc::new(MemoryDisk::new())).unwrap();
    let mut random = Random::new(seed ^ 0x0bde_0001);
    let (mut deeds, mut now) = (Vec::new(), START);
    for number in 0..STEPS {
        let deed = world.next(&mut random, &mut now, id(5_000 + number as u128));
        deeds.push((deed, world.carry_out(deed).unwrap()));
    }
    // Whatever they left open, time ends.
    for days in [0, 40, 80, 120] {
        for deed in [Deed::Wait(now + days * 86_400), Deed::Work] {
            deeds.push((deed, world.carry_out(deed).unwrap()));
        }
    }
    (deeds, world.shown())
}

#[test]
fn an_order_goes_on_after_each_power_cut_as_if_there_had_been_none() {
    let (first, seeds) = (variable("SIM_FIRST", 0), variable("SIM_SEEDS", SEEDS));
    let (mut cuts, mut done, mut divided) = (0, 0, 0);
    for seed in first..first + seeds {
        let (deeds, shown) = undisturbed(seed);
        let mut random = Random::new(seed ^ 0x0bde_0002);
        let disk = SimulatedDisk::new(seed);
        let mut world = found(Arc::new(disk.clone())).unwrap();
        disk.plan(Plan { call: 1 + random.below(40), fault: Fault::PowerLoss });
        let mut now = START;
        for (number, (deed, expected)) in deeds.into_iter().enumerate() {
            if let Deed::Wait(until) = deed {
                now = until;
            }
            let answer = world.carry_out(deed).unwrap_or_else(|_| {
                cuts += 1;
                disk.cut_power();
                world = reopen(&disk, now);
                let answer = world.carry_out(deed).unwrap();
                disk.plan(Plan { call: 1 + random.below(40), fault: Fault::PowerLoss });
                answer
            });
            done += usize::from(!matches!(answer, Answer::Refused(_)));
            divided += usize::from(matches!(answer, Answer::Acted(2.., ..)));
            assert_eq!(answer, expected, "seed {seed}, {number}: {deed:?}");
        }
        disk.cut_power();
        let world = reopen(&disk, now);
        let found = world.shown();
        for (found, shown) in found.iter().zip(&shown) {
            assert_eq!(found, shown, "seed {seed}");
        }
        assert_eq!(found.len(), shown.len(), "seed {seed}");
        let balance = world.store.snapshot().unwrap().trial_balance(LEDGER).unwrap();
        assert!(balance.is_balanced(), "seed {seed}");
    }
    println!(
        "{cuts} power cuts, {done} commands that were carried out, {divided} on parts of parts"
    );
    assert!(cuts as u64 > seeds && divided as u64 > seeds, "{cuts} power cuts, {divided}");
}

/// When much is due.
const LATER: u64 = START + 4 * 86_400;

/// A shop in which much is due at once: a refund by a deadline, a claim that nobody answered, a
/// decision that stands, and an order that was not paid in time.
fn much_is_due(disk: Arc<dyn Disk>) -> World {
    let world = found(disk).unwrap();
    let mut command = 5_000;
    let mut carry_out = |deed: &dyn Fn(Id) -> Deed| {
        command += 1;
        let answer = world.carry_out(deed(id(command))).unwrap();
        assert!(!matches!(answer, Answer::Refused(_)), "{answer:?}");
    };
    let [one, two, three] = [1_001, 1_002, 1_003].map(id);
    for order in [one, two, three] {
        carry_out(&|_| Deed::Place(order));
        carry_out(&|command| Deed::Came(order, 0, command));
    }
    for order in [one, two] {
        carry_out(&|command| Deed::Came(order, 1, command));
    }
    let claim = |minor_units| PartCommand::Claim {
        reason: ClaimReason::Other,
        remedy: Remedy::Refund,
        minor_units,
        evidence: id(5),
    };
    for part in [0, 1] {
        carry_out(&|command| Deed::Act(two, part, Party::Seller, PartCommand::Ship, command));
        carry_out(&|command| Deed::Act(two, part, Party::Buyer, claim(1_000), command));
    }
    for (party, what) in [
        (Party::Seller, PartCommand::Refuse { evidence: id(6) }),
        (Party::Buyer, PartCommand::Escalate),
        (Party::Staff, PartCommand::Decide { minor_units: 500 }),
    ] {
        carry_out(&|command| Deed::Act(two, 1, party, what, command));
    }
    carry_out(&|_| Deed::Wait(LATER));
    world
}

/// Wherever `work` is cut off, the next one goes on: nothing is done twice, and nothing is left.
#[test]
fn work_goes_on_wherever_it_was_cut_off() {
    let whole = much_is_due(Arc::new(MemoryDisk::new()));
    assert_eq!(whole.orders.work(100).unwrap().parts, 5, "three parts, a decision, a lapse");
    let expected = whole.shown();
    let mut call = 1;
    loop {
        let disk = SimulatedDisk::new(call);
        let world = much_is_due(Arc::new(disk.clone()));
        disk.plan(Plan { call, fault: Fault::PowerLoss });
        let is_cut_off = world.orders.work(100).is_err();
        drop(world);
        disk.cut_power();
        let world = reopen(&disk, LATER);
        world.orders.work(100).unwrap();
        assert_eq!(world.shown(), expected, "cut off at call {call}");
        if !is_cut_off {
            break;
        }
        call += 1;
    }
    println!("cut off at each of {call} calls");
    assert!(call > 10, "{call}");
}
