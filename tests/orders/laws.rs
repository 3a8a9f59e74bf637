//! The law of ending and the law of the purse, over random policies, orders, actors and times.
//!
//! `ESCROWDB_ORDERS=100000 cargo test --test orders laws -- --nocapture` takes so many orders, and
//! prints how often each row of the table was reached.

use crate::model::ModelPart;
use crate::world::*;
use escrowdb::order::*;
use escrowdb::*;
use std::collections::{BTreeMap, BTreeSet};

/// Numbers that only look random: a failure comes again.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len() as u64) as usize]
    }

    fn window(&mut self) -> Window {
        Window::Seconds(1_000 + self.below(100_000) as u32)
    }

    /// A window, of business days if there is a calendar.
    fn window_by(&mut self, calendar: Option<&Calendar>) -> Window {
        match calendar {
            Some(_) => Window::BusinessDays(1 + self.below(2) as u32),
            None => self.window(),
        }
    }

    /// With holidays on days after this time, in seconds.
    fn calendar(&mut self, now: u64) -> Calendar {
        let week = [Weekday::Monday, Weekday::Wednesday, Weekday::Saturday, Weekday::Sunday];
        let mut holidays = BTreeSet::new();
        for _ in 0..self.below(20) {
            let day = i64::try_from(now / DAY + self.below(60)).unwrap();
            let day = jiff::civil::date(1970, 1, 1) + jiff::Span::new().days(day);
            holidays.insert(day.to_string());
        }
        Calendar {
            utc_offset_minutes: self.below(1_561) as i16 - 720,
            weekend: week.into_iter().filter(|_| self.below(2) == 0).collect(),
            holidays: holidays.into_iter().collect(),
        }
    }

    /// Of orders that begin at this time, in seconds.
    fn policy(&mut self, now: u64) -> Policy {
        let calendar = if self.below(4) == 0 { Some(self.calendar(now)) } else { None };
        let returns = self.below(5) > 0;
        Policy {
            name: "random".into(),
            payment: Window::Hours(1),
            processing: self.window_by(calendar.as_ref()),
            protection: self.window(),
            inspection: self.window(),
            shipping: self.one_of(&[Shipping::Never, Shipping::WithLastItem, Shipping::ProRata]),
            claims: Claims {
                not_received_after: self.one_of(&[None, Some(Window::Seconds(900))]),
                answer_unshipped: self.one_of(&[None, Some(Window::Seconds(5_000))]),
                unanswered: Unanswered {
                    not_received: self.one_of(&NO_ANSWERS),
                    not_as_described: self.one_of(&NO_ANSWERS),
                    other: self.one_of(&NO_ANSWERS),
                },
                answer: self.window_by(calendar.as_ref()),
                refused: self.window(),
                after_refusal: self.one_of(&[
                    AfterRefusal::Escalate,
                    AfterRefusal::Resume,
                    AfterRefusal::Refund,
                ]),
                returns,
                send_back: returns.then(|| self.window()),
                receive_back: returns.then(|| self.window()),
                decision: self.window_by(calendar.as_ref()),
                four_eyes_above: self.one_of(&[None, None, Some(1_000)]),
                undecided: self.one_of(&[Undecided::Refund, Undecided::Release, Undecided::Claim]),
                appeal: if self.below(4) > 0 { Some(self.window()) } else { None },
            },
            calendar,
            sources: None,
        }
    }

    /// Lines of a leg: items, and perhaps shipping and taxes; or none.
    fn lines(&mut self) -> Vec<Line> {
        if self.below(3) == 0 {
            return Vec::new();
        }
        let item = |dice: &mut Self| {
            let quantity = 1 + dice.below(4) as u32;
            let amount = u64::from(quantity) + dice.one_of(&[0, 7, 100, 3_000]) * dice.below(3);
            (LineKind::Item, quantity, amount)
        };
        let mut lines = vec![item(self)];
        for _ in 0..self.below(4) {
            let line = match self.below(2) {
                0 => item(self),
                _ => (self.one_of(&[LineKind::Shipping, LineKind::Tax]), 1, 1 + self.below(900)),
            };
            lines.insert(self.below(lines.len() as u64 + 1) as usize, line);
        }
        let line = |(kind, quantity, amount): (_, _, u64)| Line {
            kind,
            reference: id(5),
            quantity,
            amount: units(amount.into()),
        };
        lines.into_iter().map(line).collect()
    }

    /// Some items of a part, mostly.
    fn items(&mut self, part: &ModelPart) -> Vec<Item> {
        let mut items: Vec<Item> = Vec::new();
        for _ in 0..=self.below(2) {
            let line = match part.units.is_empty() || self.below(12) == 0 {
                true => self.below(3) as u16,
                false => part.units[self.below(part.units.len() as u64) as usize].line,
            };
            if items.iter().all(|item| item.line != line) {
                items.push(Item { line, quantity: 1 + self.below(2) as u32 });
            }
        }
        items
    }

    /// Legs and tenders of one sum.
    fn terms(&mut self, policy: &Policy, buyer: Id) -> Terms {
        let legs: Vec<_> = (0..=self.below(3))
            .map(|_| {
                let lines = self.lines();
                let sum = lines.iter().map(|line| line.amount.minor_units()).sum();
                let alone = u128::from(40 + self.below(9_000));
                let amount = units(if lines.is_empty() { alone } else { sum });
                Leg {
                    seller: self.one_of(&[BOB, CARLA]),
                    amount,
                    commission_fixed: self.one_of(&[0, 0, 1, 30, 4_000].map(units)).min(amount),
                    commission_ppm: self.one_of(&[0, 1, 33_333, 100_000, 1_000_000]),
                    lines,
                }
            })
            .collect();
        let mut left: u128 = legs.iter().map(|leg| leg.amount.minor_units()).sum();
        let mut tenders = Vec::new();
        while left > 0 {
            let is_last = tenders.len() == 7 || self.below(3) == 0;
            let amount = if is_last { left } else { 1 + u128::from(self.below(left as u64)) };
            let (kind, source) =
                self.one_of(&[(TenderKind::External, CARD), (TenderKind::Promotion, PROMOTION)]);
            tenders.push(Tender { kind, source, amount: units(amount) });
            left -= amount;
        }
        let (policy, commission_account) = (policy.hash(), FEES);
        let account = own_account(buyer);
        let keeping = self.one_of(&[None, None, Some(false), Some(true)]);
        let keeping = keeping.map(|keeps_refunds| Keeping { account, keeps_refunds });
        Terms { buyer, ledger: LEDGER, policy, commission_account, legs, tenders, keeping }
    }

    /// Mostly what the stage allows.
    fn command(&mut self, part: &ModelPart) -> (Party, PartCommand) {
        let rows: Vec<_> = TABLE.iter().filter(|row| row.stage == part.stage).collect();
        let (mut party, mut action) = (self.one_of(Party::ALL), self.one_of(Action::ALL));
        if !rows.is_empty() && self.below(4) > 0 {
            // What waits for somebody seldom does: it is mostly taken up when it does.
            let waiting: Vec<_> = rows.iter().filter(|row| part.awaits(row)).collect();
            let often = matches!(part.stage, Stage::Refused | Stage::Escalated);
            let row = match waiting.is_empty() {
                false if self.below(if often { 2 } else { 4 }) == 0 => self.one_of(&waiting),
                _ => self.one_of(&rows),
            };
            (party, action) = (row.party, row.action);
        }
        let most = u64::try_from(part.held).unwrap();
        let minor_units = match self.below(3) {
            0 => part.held,
            _ => u128::from(self.below(most + most / 8 + 2)),
        };
        // As the page shows it, mostly.
        let mut seen = |shown: Option<u128>| match self.below(8) {
            0 => minor_units,
            _ => shown.unwrap_or(minor_units),
        };
        let (theirs, claimed) = (usize::from(party == Party::Buyer), seen(Some(part.claimed)));
        let offer = seen(part.offers[theirs]);
        let evidence = id(1 + u128::from(self.below(99)));
        let command = match action {
            Action::Ship => PartCommand::Ship,
            Action::Deliver => PartCommand::Deliver,
            Action::Confirm => PartCommand::Confirm,
            Action::Cancel => PartCommand::Cancel,
            Action::Extend => PartCommand::Extend { seconds: 1 + self.below(150_000) as u32 },
            Action::Claim => {
                let reason = self.one_of(ClaimReason::ALL);
                let (remedy, minor_units) = match part.stage {
                    Stage::Paid if self.below(4) > 0 => (Remedy::Refund, part.held),
                    _ => (self.one_of(&[Remedy::Refund, Remedy::Return]), minor_units),
                };
                PartCommand::Claim { reason, remedy, minor_units, evidence }
            }
            Action::Amend => PartCommand::Amend { minor_units, evidence },
            Action::Withdraw => PartCommand::Withdraw,
            Action::Propose => PartCommand::Propose { minor_units },
            Action::Accept => PartCommand::Accept { minor_units: offer },
            Action::Grant => PartCommand::Grant { minor_units: claimed },
            Action::Refuse => PartCommand::Refuse { evidence },
            Action::Escalate => PartCommand::Escalate,
            Action::SendBack => PartCommand::SendBack { tracking: evidence },
            Action::ConfirmReturn => PartCommand::ConfirmReturn { minor_units: claimed },
            Action::ContestReturn => PartCommand::ContestReturn { evidence },
            Action::Decide => {
                // What was decided first is mostly decided again.
                let first = part.first.filter(|_| self.below(4) > 0);
                let minor_units = first.map_or(minor_units, |(amount, _)| amount);
                PartCommand::Decide { minor_units }
            }
            Action::AskEvidence => {
                let of = self.one_of(&[Party::Buyer, Party::Seller, Party::Seller, Party::Staff]);
                PartCommand::AskEvidence { of, seconds: self.below(9_000) as u32 }
            }
            Action::GiveEvidence => PartCommand::GiveEvidence { evidence },
            _ => PartCommand::Appeal { evidence },
        };
        (party, command)
    }
}

const NO_ANSWERS: [NoAnswer; 3] = [NoAnswer::Grant, NoAnswer::Escalate, NoAnswer::Release];

/// Where what a buyer keeps goes to.
fn own_account(buyer: Id) -> Id {
    Id::named("own", &buyer.to_string())
}

#[derive(Default)]
struct Reached {
    rows: BTreeMap<Possible, u64>,
    /// Of some items of a part, and what was refused of it.
    divided: BTreeMap<Action, u64>,
    undivided: BTreeMap<OrderStatus, u64>,
    ends: BTreeMap<(Stage, Silence), u64>,
}

/// One order, from placing to its end.
struct Life<'w> {
    world: &'w World,
    /// Where the feed stood before it.
    began: Timestamp,
    order: Id,
    policy: Policy,
    terms: Terms,
    parts: Vec<ModelPart>,
}

fn actor(party: Party, staff: &'static str) -> Actor<'static> {
    match party {
        Party::Buyer => Actor::Buyer,
        Party::Seller => Actor::Seller,
        Party::Staff => Actor::Staff(staff),
        _ => Actor::System,
    }
}

/// Pays an order, by one attempt or more, of tenders that are late, double, short or too much.
fn pay(world: &World, dice: &mut Dice, order: Id, terms: &Terms) {
    let card = world.net(CARD) + world.net(PROMOTION);
    let mut own = 0;
    let came = |tender: u16, amount: u128| {
        world.orders.tender_came_with(order, tender, units(amount), Id::new()).unwrap()
    };
    loop {
        let fails_after = dice.below(40);
        for (number, tender) in (0..).zip(&terms.tenders) {
            if u64::from(number) >= fails_after {
                break;
            }
            let asked = tender.amount.minor_units();
            if dice.below(8) == 0 && asked > 1 {
                let short = came(number, asked - 1).unwrap_err();
                assert_eq!(short.missing, units(1));
            }
            let more = if dice.below(4) == 0 { u128::from(dice.below(50)) } else { 0 };
            let taken = came(number, asked + more).unwrap();
            let is_last = usize::from(number) + 1 == terms.tenders.len();
            assert!(taken.is_taken && taken.has_paid == is_last);
            own += taken.kept.minor_units() as i128;
            if dice.below(8) == 0 {
                let double = came(number, asked).unwrap();
                assert_eq!((double.is_taken, double.back), (false, units(asked)));
            }
            world.check_purse(order);
        }
        if world.orders.order(order).unwrap().unwrap().state == OrderState::Open {
            break;
        }
        world.wait(3_602);
        if dice.below(2) == 0 {
            world.orders.work(1_000).unwrap();
        }
        let late = came(0, 7).unwrap();
        assert!(!late.is_taken);
        world.check_purse(order);
        assert_eq!(world.net(CARD) + world.net(PROMOTION), card, "all went back");
        world.orders.pay_again(order, Id::new()).unwrap().unwrap();
    }
    let price: u128 = terms.legs.iter().map(|leg| leg.amount.minor_units()).sum();
    assert_eq!(card - (world.net(CARD) + world.net(PROMOTION)), price as i128 + own);
    assert_eq!(world.net(own_account(terms.buyer)), own);
}

impl<'w> Life<'w> {
    fn begin(world: &'w World, dice: &mut Dice, number: u128) -> Self {
        let policy = dice.policy(world.clock.get());
        let (order, buyer) = (id(1 << 40 | number), id(1 << 50 | number));
        world.orders.keep_policy(&policy).unwrap();
        world.orders.register_buyer(buyer, LEDGER).unwrap().unwrap();
        let flags = AccountFlags::SPEND_ONLY | AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS;
        world.store.create_accounts(&[Account::new(own_account(buyer), LEDGER, 9, flags)]).unwrap();
        let terms = dice.terms(&policy, buyer);
        let began = world.store.snapshot().unwrap().timestamp();
        world.orders.place(order, &terms).unwrap().unwrap();
        pay(world, dice, order, &terms);
        let now = world.clock.get() * Timestamp::SECOND;
        let part = |(number, leg)| ModelPart::new(number, leg, &policy, now);
        let parts = (0..).zip(&terms.legs).map(part).collect();
        let mut life = Self { world, began, order, policy, terms, parts };
        life.agree();
        life
    }

    fn now(&self) -> u64 {
        // What was written in this second is a few nanoseconds after it.
        (self.world.clock.get() * Timestamp::SECOND) + Timestamp::SECOND / 2
    }

    /// The model is what the store shows. Windows begin at the operation, some nanoseconds later.
    fn agree(&mut self) {
        self.world.check_purse(self.order);
        let view = self.world.orders.order(self.order).unwrap().unwrap();
        assert_eq!(view.parts.len(), self.parts.len());
        let now = self.now();
        for (model, part) in self.parts.iter_mut().zip(&view.parts) {
            assert_eq!((part.leg, part.shipping), (model.leg, units(model.shipping)));
            for item in &part.items {
                let of_line = model.units.iter().filter(|unit| unit.line == item.line);
                assert_eq!(of_line.count(), item.quantity as usize, "{item:?} {model:?}");
            }
            let items: u32 = part.items.iter().map(|item| item.quantity).sum();
            assert_eq!(items as usize, model.units.len(), "{model:?}");
            assert_eq!(part.stage, model.stage, "{model:?}");
            assert_eq!(part.held.minor_units(), model.held, "{model:?}");
            assert_eq!(part.refunded.minor_units(), model.back, "{model:?}");
            if model.stage != Stage::Done {
                let until = part.until.nanoseconds();
                assert!(until.abs_diff(model.until) <= Timestamp::SECOND, "{until} {model:?}");
                model.until = until;
                for (asked, until) in
                    model.asked.iter_mut().zip([part.buyer_asked_until, part.seller_asked_until])
                {
                    // What was asked for until a time that is past is not told any more.
                    let told = until.map_or(0, Timestamp::nanoseconds);
                    assert!(told == 0 || told.abs_diff(*asked) <= Timestamp::SECOND, "{model:?}");
                    assert!(told != 0 || *asked <= now, "{model:?}");
                    *asked = told;
                }
                let first = part.first_decision.map(Amount::minor_units);
                assert_eq!(first, model.first.map(|(amount, _)| amount), "{model:?}");
                let decided = part.decided.map(Amount::minor_units);
                let is_decided = model.stage == Stage::Decided || model.is_appealed;
                assert_eq!(decided, is_decided.then_some(model.decided), "{model:?}");
            }
        }
    }

    fn pass(&mut self, reached: &mut Reached) {
        let now = self.now();
        for part in &mut self.parts {
            for end in part.pass(&self.policy, now) {
                *reached.ends.entry(end).or_default() += 1;
            }
        }
    }

    fn act(&mut self, dice: &mut Dice, reached: &mut Reached) {
        let number = dice.below(self.parts.len() as u64) as usize;
        let model = &self.parts[number];
        let is_plain = matches!(model.stage, Stage::Paid | Stage::Shipped | Stage::Delivered);
        if dice.below(if is_plain && model.units.len() > 1 { 3 } else { 24 }) == 0 {
            return self.act_on_items(dice, reached, number);
        }
        let (party, command) = dice.command(&self.parts[number]);
        let (now, model) = (self.now(), &mut self.parts[number]);
        let row = Possible { stage: model.stage, party, action: command.action() };
        let staff = dice.one_of(&["eve", "adam"]);
        let expected = model.act(&self.policy, now, (party, staff), &command);
        let part = u16::try_from(number).unwrap();
        let orders = &self.world.orders;
        let found = orders.act(self.order, part, actor(party, staff), &command, Id::new()).unwrap();
        match (expected, found) {
            (Ok(()), Ok(acted)) => {
                assert_eq!(acted.stage, self.parts[number].stage, "{row:?}");
                assert!(TABLE.contains(&row), "{row:?}");
                *reached.rows.entry(row).or_default() += 1;
            }
            (Err(status), Err(refusal)) => {
                assert_eq!(refusal.status, status, "{row:?} {command:?}");
                if refusal.stage.is_some() {
                    assert_eq!(
                        refusal.possible,
                        self.parts[number].possible(party, now),
                        "{row:?}"
                    );
                }
            }
            (expected, found) => panic!("{row:?} {command:?}: {expected:?}, and {found:?}"),
        }
        self.agree();
    }

    /// The same, about some items of a part.
    fn act_on_items(&mut self, dice: &mut Dice, reached: &mut Reached, number: usize) {
        let (model, policy, now) = (&self.parts[number], &self.policy, self.now());
        let (party, mut command) = dice.command(model);
        let (items, action) = (dice.items(model), command.action());
        let mut rest = model.clone();
        let mut divided = rest.divide(policy, &items, party, action);
        if let (Ok(Some(part)), PartCommand::Claim { minor_units, .. }) = (&divided, &mut command) {
            // As a page shows it that was asked for it.
            *minor_units = match model.stage {
                Stage::Paid => part.held,
                _ => u128::from(dice.below(u64::try_from(part.held).unwrap() + 2)),
            };
            let asked = self.world.orders.amount_of_items(
                self.order,
                u16::try_from(number).unwrap(),
                &items,
                action,
            );
            assert_eq!(asked.unwrap().unwrap(), units(part.held));
        }
        let is_whole = divided == Ok(None);
        let expected = match &mut divided {
            Ok(Some(part)) => part.act(policy, now, (party, "eve"), &command),
            Ok(None) => rest.act(policy, now, (party, "eve"), &command),
            Err(status) => Err(*status),
        };
        let (part, orders) = (u16::try_from(number).unwrap(), &self.world.orders);
        let (actor, id) = (actor(party, "eve"), Id::new());
        let acts = || orders.act_on_items(self.order, part, &items, actor, &command, id).unwrap();
        let found = acts();
        match (expected, &found) {
            (Ok(()), Ok(acted)) => {
                let new = u16::try_from(self.parts.len()).unwrap();
                assert_eq!(acted.part, if is_whole { part } else { new });
                self.parts[number] = rest;
                if let Ok(Some(part)) = divided {
                    *reached.divided.entry(action).or_default() += 1;
                    self.parts.push(part);
                }
                assert_eq!(acted.stage, self.parts[usize::from(acted.part)].stage);
                assert_eq!(acts(), found, "again it changes nothing");
            }
            (Err(status), Err(refusal)) => {
                assert_eq!(refusal.status, status, "{items:?} {command:?}");
                *reached.undivided.entry(status).or_default() += 1;
            }
            (expected, found) => panic!("{items:?} {command:?}: {expected:?}, and {found:?}"),
        }
        self.agree();
    }

    /// What the parts of a leg pay is what the leg would have paid: just that if all of it, or one
    /// part, was released; else within the rounding of each part that gave something back, and
    /// without the fixed commission if the part was refunded that would have paid it.
    fn check_commission(&self) {
        let view = self.world.orders.order(self.order).unwrap().unwrap();
        for (number, leg) in (0..).zip(&self.terms.legs) {
            let parts = view.parts.iter().filter(|part| part.leg == number);
            let sums = parts.clone().fold([0; 3], |[refunded, paid, commission], part| {
                let one = [part.refunded, part.paid, part.commission].map(Amount::minor_units);
                [refunded + one[0], paid + one[1], commission + one[2]]
            });
            let [refunded, paid, commission] = sums;
            assert_eq!(refunded + paid + commission, leg.amount.minor_units());
            let (released, parts) = (units(paid + commission), parts.count());
            let exact = released.commission(leg.commission_fixed, leg.commission_ppm).minor_units();
            if refunded == 0 || parts == 1 {
                assert_eq!(commission, exact, "{leg:?}: {sums:?}");
            }
            let (least, slack) = (released.fee(leg.commission_ppm).minor_units(), parts as u128);
            let is_between = commission + slack >= least && commission <= exact + slack;
            assert!(is_between, "{leg:?}: {sums:?}");
        }
    }

    /// Time passes until something is due, or not yet.
    fn wait(&mut self, dice: &mut Dice, reached: &mut Reached) {
        self.world.wait(1 + dice.below(30_000));
        // What was begun in a second lasts until some nanoseconds after another, and the model
        // knows seconds alone: one later it has ended for both.
        while self.parts.iter().any(|part| part.turns_at(self.now())) {
            self.world.wait(1);
        }
        self.pass(reached);
        self.world.orders.work(1_000).unwrap();
        self.agree();
    }

    /// Left alone, it ends by time: at the latest after as many windows as a case can have.
    fn end(mut self, reached: &mut Reached) {
        for _ in 0..8 {
            self.world.wait(700_000);
            self.pass(reached);
            self.world.orders.work(1_000).unwrap();
            self.agree();
        }
        let view = self.world.orders.order(self.order).unwrap().unwrap();
        assert_eq!(view.state, OrderState::Done, "{:?}", self.parts);
        self.check_commission();
        let steps = self.world.orders.timeline(self.order).unwrap().unwrap();
        let kept: u128 = steps.iter().map(|step| step.kept.minor_units()).sum();
        assert_eq!(self.world.net(own_account(view.buyer)), kept as i128, "as the timeline tells");
        self.check_events(steps);
    }

    /// The feed tells the same steps, and beside them what deadlines ended, once of each part.
    fn check_events(&self, steps: Vec<OrderStep>) {
        let (mut told, mut after) = (Vec::new(), self.began);
        loop {
            let page = self.world.orders.events(after, 100).unwrap();
            told.extend(page.steps);
            if page.until == after {
                break;
            }
            after = page.until;
        }
        told.retain(|step| step.order == self.order);
        told.iter_mut().for_each(|step| step.position = Timestamp::NONE);
        let (ended, mut told): (Vec<_>, Vec<_>) =
            told.into_iter().partition(|step| step.command.is_zero());
        told.sort_by_key(|step| (step.at, step.command));
        assert_eq!(told, steps);
        let parts: BTreeSet<_> = ended.iter().map(|step| step.part).collect();
        assert_eq!(parts.len(), ended.len(), "{ended:?}");
    }
}

#[test]
fn every_order_ends_and_no_minor_unit_is_lost() {
    let orders = std::env::var("ESCROWDB_ORDERS").ok().and_then(|text| text.parse().ok());
    let (orders, mut reached) = (orders.unwrap_or(1_200), Reached::default());
    let mut world = World::new();
    for number in 0..orders {
        // Each order takes weeks: a clock would come to the end of time.
        if number % 1_000 == 999 {
            world = World::new();
        }
        let mut dice = Dice(number);
        dice.below(1);
        let mut life = Life::begin(&world, &mut dice, number.into());
        for _ in 0..dice.below(36) {
            match dice.below(5) {
                0 => life.wait(&mut dice, &mut reached),
                _ => life.act(&mut dice, &mut reached),
            }
        }
        life.end(&mut reached);
    }
    for row in TABLE {
        let times = reached.rows.get(row).copied().unwrap_or_default();
        println!(
            "{:>14} {:>7} {:<15} {times}",
            row.stage.name(),
            row.party.name(),
            row.action.name()
        );
        assert!(times > 0, "no order came to {row:?}");
    }
    for ((stage, silence), times) in &reached.ends {
        println!("{:>14}, left alone: {silence:?} {times}", stage.name());
    }
    assert_eq!(reached.ends.len(), 16, "{:?}", reached.ends);
    for (action, times) in &reached.divided {
        println!("some items: {} {times}", action.name());
    }
    for (status, times) in &reached.undivided {
        println!("some items: {status} {times}");
    }
    use Action::{Cancel, Claim, Confirm, Deliver, Extend, Ship};
    let divided: Vec<_> = reached.divided.keys().copied().collect();
    assert_eq!(divided, [Ship, Deliver, Confirm, Cancel, Extend, Claim]);
}
