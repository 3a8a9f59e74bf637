//! Real orders of a marketplace, settled through orders: the totals are those of an independent
//! program, to the cent.
//!
//! Cards and boleto are external accounts, vouchers are promotion. Whatever would go back stays
//! with the buyer, by consent. The file lies next to the repository and is no part of it.

use escrowdb::disk::MemoryDisk;
use escrowdb::order::*;
use escrowdb::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

const BRL: u32 = 986;
const CAPITAL: Id = Id::from_u128(1);
const FEES: Id = Id::from_u128(2);

struct Row {
    at: u64,
    event: String,
    order: String,
    buyer: String,
    seller: String,
    centavos: u128,
    method: String,
}

fn rows(text: &str) -> Vec<Row> {
    let row = |line: &str| {
        let fields: Vec<_> = line.split(',').map(str::to_owned).collect();
        let at = fields[0].parse::<jiff::Timestamp>().unwrap().as_second();
        Row {
            at: u64::try_from(at).unwrap(),
            event: fields[1].clone(),
            order: fields[2].clone(),
            buyer: fields[3].clone(),
            seller: fields[4].clone(),
            centavos: match fields[5].as_str() {
                "" => 0,
                amount => money::parse(amount, 2).unwrap().minor_units(),
            },
            method: fields[7].clone(),
        }
    };
    text.lines().skip(1).map(row).collect()
}

fn units(centavos: u128) -> Amount {
    Amount::new(centavos).unwrap()
}

fn policy() -> Policy {
    Policy {
        protection: Window::Days(60),
        inspection: Window::Days(60),
        processing: Window::Days(30),
        ..crate::world::policy()
    }
}

/// What the file says of an order that is paid.
#[derive(Default)]
struct Cart<'r> {
    payments: Vec<&'r Row>,
    legs: Vec<&'r Row>,
}

/// Legs in their order, as far as the money goes.
fn legs_that_fit<'r>(cart: &Cart<'r>) -> Vec<&'r Row> {
    let mut left: u128 = cart.payments.iter().map(|row| row.centavos).sum();
    let mut fit = Vec::new();
    for leg in &cart.legs {
        if leg.centavos <= left {
            left -= leg.centavos;
            fit.push(*leg);
        }
    }
    fit
}

/// What is asked for of each payment: all of the first ones, and at least 1 of each.
fn asked(payments: &[&Row], price: u128) -> Vec<u128> {
    let mut left = price;
    let mut asked = Vec::new();
    for (place, payment) in payments.iter().enumerate() {
        let for_others = (payments.len() - place - 1) as u128;
        let part = payment.centavos.min(left - for_others);
        asked.push(part);
        left -= part;
    }
    assert_eq!(left, 0);
    asked
}

struct Market {
    store: Store,
    orders: Orders,
    counts: BTreeMap<&'static str, u64>,
    totals: BTreeMap<&'static str, u128>,
    refused: BTreeMap<String, u64>,
    /// Parts that somebody ended.
    ended: BTreeSet<(Id, u16)>,
    placed: BTreeSet<Id>,
}

impl Market {
    fn open(rows: &[Row]) -> Self {
        let options = Options::new().clock(ClockSource::Manual);
        let store = Store::open_on(Arc::new(MemoryDisk::new()), options).unwrap();
        let start = Timestamp::from_seconds(rows[0].at - 1).unwrap();
        store.advance(start).unwrap();
        store.create_ledgers(&[money::iso_ledger(BRL, "BRL").unwrap()]).unwrap();
        let limit = AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS;
        let mut accounts = vec![
            Account::new(CAPITAL, BRL, 100, AccountFlags::EXTERNAL),
            Account::new(FEES, BRL, 101, limit),
        ];
        let methods: BTreeSet<_> = rows.iter().map(|row| &row.method).collect();
        for method in methods.into_iter().filter(|method| !method.is_empty()) {
            let flags = if method == "voucher" { limit } else { AccountFlags::EXTERNAL };
            accounts.push(Account::new(source(method), BRL, 102, flags));
        }
        let orders = Orders::of(&store);
        let buyers: BTreeSet<_> = rows.iter().map(|row| &row.buyer).collect();
        for buyer in buyers.into_iter().filter(|buyer| !buyer.is_empty()) {
            let flags = limit | AccountFlags::SPEND_ONLY;
            accounts.push(Account::new(own(buyer), BRL, 103, flags));
            orders.register_buyer(Id::named("buyers", buyer), BRL).unwrap().unwrap();
        }
        let sellers: BTreeSet<_> = rows.iter().map(|row| &row.seller).collect();
        for seller in sellers.into_iter().filter(|seller| !seller.is_empty()) {
            orders.register_seller(Id::named("sellers", seller), BRL).unwrap().unwrap();
        }
        for outcome in store.create_accounts(&accounts).unwrap() {
            assert_eq!(outcome.status, Status::APPLIED);
        }
        orders.keep_policy(&policy()).unwrap();
        Self {
            store,
            orders,
            counts: BTreeMap::new(),
            totals: BTreeMap::new(),
            refused: BTreeMap::new(),
            ended: BTreeSet::new(),
            placed: BTreeSet::new(),
        }
    }

    fn count(&mut self, what: &'static str, centavos: u128) {
        *self.counts.entry(what).or_default() += 1;
        *self.totals.entry(what).or_default() += centavos;
    }

    fn refuse(&mut self, event: &str, reason: &str) {
        *self.refused.entry(format!("{event}:{reason}")).or_default() += 1;
    }

    fn submit(&self, operation: Operation) {
        assert_eq!(self.store.submit(&[operation]).unwrap()[0].status, Status::APPLIED);
    }

    /// A voucher is the platform's own money before it is spent.
    fn come_in(&mut self, payment: &Row) {
        self.count("payments", payment.centavos);
        if payment.method == "voucher" {
            let (id, to) = (Id::new(), source(&payment.method));
            self.submit(Operation::transfer(id, CAPITAL, to, BRL, units(payment.centavos)));
        }
    }

    fn pay(&mut self, cart: &Cart<'_>) {
        for payment in &cart.payments {
            self.come_in(payment);
        }
        let legs = legs_that_fit(cart);
        for _ in legs.len()..cart.legs.len() {
            self.refuse("paid", "insufficient_funds");
        }
        let buyer = &cart.payments[0].buyer;
        if legs.is_empty() {
            for payment in &cart.payments {
                let (from, amount) = (source(&payment.method), units(payment.centavos));
                self.submit(Operation::transfer(Id::new(), from, own(buyer), BRL, amount));
            }
            return;
        }
        let price = legs.iter().map(|leg| leg.centavos).sum();
        let order = Id::named("orders", &cart.legs[0].order);
        let tender = |(payment, amount): (&&Row, u128)| Tender {
            kind: match payment.method.as_str() {
                "voucher" => TenderKind::Promotion,
                _ => TenderKind::External,
            },
            source: source(&payment.method),
            amount: units(amount),
        };
        let leg = |leg: &&Row| Leg {
            commission_ppm: 100_000,
            ..Leg::new(Id::named("sellers", &leg.seller), units(leg.centavos))
        };
        let terms = Terms {
            buyer: Id::named("buyers", buyer),
            ledger: BRL,
            policy: policy().hash(),
            commission_account: FEES,
            legs: legs.iter().map(leg).collect(),
            tenders: cart.payments.iter().zip(asked(&cart.payments, price)).map(tender).collect(),
            keeping: Some(Keeping { account: own(buyer), keeps_refunds: true }),
        };
        self.orders.place(order, &terms).unwrap().unwrap();
        let mut is_paid = false;
        for (number, payment) in (0..).zip(&cart.payments) {
            let came = units(payment.centavos);
            let came = self.orders.tender_came_with(order, number, came, Id::new());
            let came = came.unwrap().unwrap();
            assert!(came.is_taken && came.back.is_zero());
            is_paid = came.has_paid;
        }
        assert!(is_paid);
        self.placed.insert(order);
        for leg in legs {
            self.count("holds", leg.centavos);
        }
    }

    fn act(&mut self, order: Id, part: u16, actor: Actor<'_>, what: PartCommand) {
        self.orders.act(order, part, actor, &what, Id::new()).unwrap().unwrap();
    }

    /// An event of an order, about every part of it that is open.
    fn happen(&mut self, event: &str, order: Id) {
        if !self.placed.contains(&order) {
            return self.refuse(event, "no_hold");
        }
        let parts = self.orders.order(order).unwrap().unwrap().parts;
        for (number, part) in (0..).zip(&parts) {
            if part.stage == Stage::Done {
                self.refuse(event, "hold_closed");
                continue;
            }
            let (amount, is_paid) = (part.held.minor_units(), part.stage == Stage::Paid);
            match event {
                "shipped" => {
                    self.act(order, number, Actor::Seller, PartCommand::Ship);
                    self.count("shipped", amount);
                }
                "delivered" => {
                    // Some were with the carrier before the payment was approved.
                    if is_paid {
                        self.act(order, number, Actor::Seller, PartCommand::Ship);
                    }
                    self.act(order, number, Actor::Buyer, PartCommand::Confirm);
                    self.count("released", amount);
                }
                _ if is_paid => {
                    self.act(order, number, Actor::Seller, PartCommand::Cancel);
                    self.count("refunded", amount);
                }
                _ => {
                    let claim = crate::world::claim(amount, Remedy::Refund);
                    self.act(order, number, Actor::Buyer, claim);
                    let grant = PartCommand::Grant { minor_units: amount };
                    self.act(order, number, Actor::Seller, grant);
                    self.count("refunded", amount);
                }
            }
            if event != "shipped" {
                self.ended.insert((order, number));
            }
        }
    }

    fn work(&self) {
        while self.orders.work(1_000).unwrap().parts > 0 {}
    }

    /// What time has ended; and no order is left without an end.
    fn count_ends(&mut self) {
        for order in self.placed.clone() {
            let view = self.orders.order(order).unwrap().unwrap();
            assert_eq!(view.state, OrderState::Done);
            for (number, part) in (0..).zip(&view.parts) {
                if !self.ended.contains(&(order, number)) {
                    let paid = part.paid.minor_units() + part.commission.minor_units();
                    match paid {
                        0 => self.count("expired_refunded", part.refunded.minor_units()),
                        _ => self.count("expired_released", paid),
                    }
                }
            }
        }
    }

    /// What accounts of this code have available, or have paid.
    fn sum(&self, accounts: impl Iterator<Item = Id>) -> i128 {
        let snapshot = self.store.snapshot().unwrap();
        let balance = |id| {
            let balances = snapshot.account(id).unwrap().unwrap().balances;
            let posted = [balances.credits_posted, balances.debits_posted];
            let [credits, debits] = posted.map(|side| side.minor_units() as i128);
            credits - debits
        };
        accounts.map(balance).sum()
    }
}

fn source(method: &str) -> Id {
    Id::named("methods", method)
}

fn own(buyer: &str) -> Id {
    Id::named("own accounts", buyer)
}

fn decimal(centavos: i128) -> String {
    let sign = if centavos < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", centavos.abs() / 100, centavos.abs() % 100)
}

#[test]
fn real_orders_come_out_as_an_independent_program_says() {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let file = shared.join("marketplace.csv");
    if !file.exists() {
        println!("left out: there is no {}", file.display());
        return;
    }
    let text = std::fs::read_to_string(file).unwrap();
    let expected = std::fs::read_to_string(shared.join("marketplace.expected.json")).unwrap();
    let expected: serde_json::Value = serde_json::from_str(&expected).unwrap();
    let rows = rows(&text);
    let mut carts: BTreeMap<&str, Cart<'_>> = BTreeMap::new();
    for row in &rows {
        let cart = carts.entry(&row.order).or_default();
        match row.event.as_str() {
            "payment" => cart.payments.push(row),
            "paid" => cart.legs.push(row),
            _ => (),
        }
    }
    let several = carts.values().filter(|cart| cart.payments.len() > 1).count();
    assert_eq!(several, 190);

    let mut market = Market::open(&rows);
    for (number, row) in rows.iter().enumerate() {
        market.store.advance(Timestamp::from_seconds(row.at).unwrap()).unwrap();
        match row.event.as_str() {
            // All of an order's stand together: the last one has it paid.
            "payment" => (),
            "paid" => {
                let cart = &carts[row.order.as_str()];
                if std::ptr::eq(cart.legs[cart.legs.len() - 1], row) {
                    market.pay(cart);
                }
            }
            event => market.happen(event, Id::named("orders", &row.order)),
        }
        if number % 1_000 == 0 {
            market.work();
        }
    }
    let until: jiff::Timestamp = "2019-01-01T00:00:00Z".parse().unwrap();
    let until = Timestamp::from_seconds(u64::try_from(until.as_second()).unwrap()).unwrap();
    market.store.advance(until).unwrap();
    market.work();
    market.count_ends();

    for (what, number) in expected["counts"].as_object().unwrap() {
        assert_eq!(market.counts[what.as_str()], number.as_u64().unwrap(), "{what}");
    }
    for (what, ours) in [
        ("paid_in", "payments"),
        ("held", "holds"),
        ("released", "released"),
        ("refunded", "refunded"),
        ("expired_released", "expired_released"),
        ("expired_refunded", "expired_refunded"),
    ] {
        let total = decimal(i128::try_from(market.totals[ours]).unwrap());
        assert_eq!(expected["totals"][what], total, "{what}");
    }
    let refused = serde_json::to_value(&market.refused).unwrap();
    assert_eq!(expected["refused"], refused);
    let names = |of: fn(&Row) -> &str| -> BTreeSet<&str> {
        rows.iter().map(of).filter(|name| !name.is_empty()).collect()
    };
    let sellers = names(|row| &row.seller).into_iter().map(|seller| Id::named("sellers", seller));
    let sellers = sellers.map(|seller| Orders::seller_account(seller, BRL));
    let buyers = || names(|row| &row.buyer).into_iter();
    let purchases = buyers().map(|buyer| Orders::buyer_account(Id::named("buyers", buyer), BRL));
    assert_eq!(expected["sellers_paid"], decimal(market.sum(sellers)));
    assert_eq!(expected["platform"], decimal(market.sum([FEES].into_iter())));
    assert_eq!(expected["buyers_left"], decimal(market.sum(buyers().map(own))));
    assert_eq!(market.sum(purchases), 0);
    let methods = names(|row| &row.method).into_iter().map(source).chain([CAPITAL]);
    assert_eq!(expected["external"], decimal(market.sum(methods)));
}
