//! Orders, beside the bare operations that they stand on: in each round the same holds go the same
//! way without an order, in a store of their own.
//!
//! What is measured is one call of one thread of 64: a seller ships, a carrier attests, a buyer
//! confirms; and a cart of three legs is paid, by a card whose money has come and from a wallet, by a
//! small payment for which its policy wants no password. All answers are durable.

use crate::calls::in_threads;
use crate::measure::{Figures, Measured, Seen};
use crate::population::{Inhabitant, Population};
use crate::wallets;
use escrowdb::order::{Actor, Leg, PartCommand, Policy, PolicyHash, Tender, TenderKind, Terms};
use escrowdb::{
    Account, AccountFlags, Amount, AtDeadline, Id, Operation, Options, Orders, Store, Wallets,
    money,
};
use serde::Serialize;
use std::path::Path;

/// By which these rows are asked for.
pub(crate) const NAME: &str = "orders";

const LEDGER: u32 = 1;
const THREADS: u64 = 64;
const CARD: Id = Id::from_u128(1);
const FEES: Id = Id::from_u128(2);
const BUYER: Id = Id::from_u128(3);
const SELLERS: [Id; 3] = [Id::from_u128(4), Id::from_u128(5), Id::from_u128(6)];
const PRICE: u32 = 200;
/// Of a cart, what the wallet pays: little enough to need no password.
const FROM_WALLET: u32 = 500;
const CODE: u16 = 7;
/// What the design asks for, a second.
const COMMANDS: f64 = 60_000.0;
const CARTS: f64 = 20_000.0;

/// How much is measured.
pub(crate) struct Sizes {
    pub(crate) rounds: usize,
    /// Orders of one leg, each of which takes three commands.
    orders: u64,
    /// Carts of three legs.
    carts: u64,
}

impl Sizes {
    pub(crate) fn new(quick: bool, rounds: usize) -> Self {
        let (orders, carts) = if quick { (128, 64) } else { (20_000, 10_000) };
        Self { rounds, orders, carts }
    }
}

/// One row: orders, and the bare operations beside them in each round.
#[derive(Serialize)]
pub(crate) struct Line {
    pub(crate) what: &'static str,
    pub(crate) target: f64,
    pub(crate) rounds: Vec<Round>,
}

/// What was seen in one round.
#[derive(Serialize)]
pub(crate) struct Round {
    pub(crate) per_second: f64,
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    pub(crate) bare_per_second: f64,
}

impl Round {
    fn of(count: u64, seen: Seen, bare: Seen) -> Self {
        let Figures { per_second, latency, .. } = Figures::of(count, seen);
        let bare_per_second = Figures::of(count, bare).per_second;
        Self { per_second, p50: latency.p50, p99: latency.p99, bare_per_second }
    }
}

/// Measures all of it in a folder on the disk to be measured.
pub(crate) fn measure(sizes: &Sizes, folder: &Path) -> Measured<Vec<Line>> {
    let row = |what, target| Line { what, target, rounds: Vec::new() };
    let mut commands = row("ship, deliver, confirm: commands", COMMANDS);
    let mut carts = row("carts of three legs, paid by card and wallet", CARTS);
    for round in 0..sizes.rounds {
        let path = folder.join(format!("orders-{round}"));
        let (shop, bare) = (Shop::found(&path)?, Bare::found(&path.with_extension("bare"))?);
        commands.rounds.push(commands_of_both(&shop, &bare, sizes.orders)?);
        carts.rounds.push(carts_of_both(&shop, &bare, sizes)?);
        for store in [&shop.store, &bare.store] {
            if !store.snapshot()?.trial_balance(LEDGER)?.is_balanced() {
                return Err("the books do not balance".into());
            }
        }
    }
    Ok(vec![commands, carts])
}

/// Each order is shipped, then each delivered, then each confirmed; so is each bare hold.
fn commands_of_both(shop: &Shop, bare: &Bare, orders: u64) -> Measured<Round> {
    in_threads(0..orders, THREADS, |number| shop.buy(number))?;
    in_threads(0..orders, THREADS, |number| bare.open(number))?;
    let (mut seen, mut seen_bare) = (Seen::default(), Seen::default());
    let steps = [
        (Actor::Seller, PartCommand::Ship),
        (Actor::System, PartCommand::Deliver),
        (Actor::Buyer, PartCommand::Confirm),
    ];
    for (step, (actor, what)) in steps.iter().enumerate() {
        let some = in_threads(0..orders, THREADS, |number| shop.act(number, *actor, what))?;
        add(&mut seen, some);
        add(&mut seen_bare, in_threads(0..orders, THREADS, |number| bare.act(number, step))?);
    }
    Ok(Round::of(3 * orders, seen, seen_bare))
}

fn carts_of_both(shop: &Shop, bare: &Bare, sizes: &Sizes) -> Measured<Round> {
    // Their numbers come after those of the orders of one leg.
    let carts = sizes.orders..sizes.orders + sizes.carts;
    shop.customers(carts.start..carts.end)?;
    in_threads(carts.clone(), THREADS, |number| shop.place_cart(number))?;
    let seen = in_threads(carts.clone(), THREADS, |number| shop.pay_cart(number))?;
    let seen_bare = in_threads(carts, THREADS, |number| bare.pay_cart(number))?;
    Ok(Round::of(sizes.carts, seen, seen_bare))
}

fn add(seen: &mut Seen, more: Seen) {
    seen.elapsed += more.elapsed;
    seen.latencies.extend(more.latencies);
}

/// A store with sellers, a card and a place for commission.
fn found(path: &Path) -> Measured<Store> {
    let store = Store::open(path, Options::new())?;
    store.create_ledgers(&[money::iso_ledger(LEDGER, "USD")?])?;
    let limited = AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS;
    let external = Account::new(CARD, LEDGER, 100, AccountFlags::EXTERNAL);
    store.create_accounts(&[external, Account::new(FEES, LEDGER, 102, limited)])?;
    Ok(store)
}

/// With orders.
struct Shop {
    store: Store,
    orders: Orders,
    wallets: Wallets,
    policy: PolicyHash,
}

fn order(number: u64) -> Id {
    Id::from_u128(9 << 64 | u128::from(number))
}

impl Shop {
    fn found(path: &Path) -> Measured<Self> {
        let store = found(path)?;
        let (orders, wallets) = (Orders::of(&store), wallets::of(&store)?);
        orders.register_buyer(BUYER, LEDGER)?.map_err(|refusal| refusal.to_string())?;
        for seller in SELLERS {
            orders.register_seller(seller, LEDGER)?.map_err(|refusal| refusal.to_string())?;
        }
        let policy = orders.keep_policy(&Policy::preset("aliexpress").ok_or("no such preset")?)?;
        Ok(Self { store, orders, wallets, policy })
    }

    fn terms(&self, legs: &[Id], tenders: Vec<Tender>) -> Terms {
        let leg =
            |&seller: &Id| Leg { commission_ppm: 80_000, ..Leg::new(seller, Amount::from(PRICE)) };
        Terms {
            buyer: BUYER,
            ledger: LEDGER,
            policy: self.policy,
            commission_account: FEES,
            legs: legs.iter().map(leg).collect(),
            tenders,
            keeping: None,
        }
    }

    /// Places an order of one leg, and pays it.
    fn buy(&self, number: u64) -> Measured<()> {
        let card = Tender { kind: TenderKind::External, source: CARD, amount: Amount::from(PRICE) };
        let terms = self.terms(&SELLERS[..1], vec![card]);
        self.orders.place(order(number), &terms)?.map_err(|refusal| refusal.to_string())?;
        let paid = self.orders.tender_came(order(number), 0, Id::new())?;
        if paid.map_err(|refusal| refusal.to_string())? { Ok(()) } else { Err("unpaid".into()) }
    }

    fn act(&self, number: u64, actor: Actor<'_>, what: &PartCommand) -> Measured<()> {
        let acted = self.orders.act(order(number), 0, actor, what, Id::new())?;
        Ok(acted.map(drop).map_err(|refusal| refusal.to_string())?)
    }

    /// Customers of these numbers, each with money in a wallet.
    fn customers(&self, numbers: std::ops::Range<u64>) -> Measured<()> {
        let population = Population {
            ledger: LEDGER,
            login: "a long login",
            payment: "491827",
            authorised: None,
        };
        population.settle(&self.wallets, numbers.clone(), &|_| ())?;
        let pocket = |number: u64| {
            let account = Inhabitant(number).account();
            Operation::transfer(Id::new(), CARD, account, LEDGER, Amount::from(FROM_WALLET))
        };
        let given = self.store.submit(&numbers.map(pocket).collect::<Vec<_>>())?;
        if given.iter().all(escrowdb::Outcome::is_done) {
            Ok(())
        } else {
            Err("a customer got no money".into())
        }
    }

    fn place_cart(&self, number: u64) -> Measured<()> {
        let source = Inhabitant(number).account();
        let by_card = Amount::from(3 * PRICE - FROM_WALLET);
        let tenders = vec![
            Tender { kind: TenderKind::External, source: CARD, amount: by_card },
            Tender { kind: TenderKind::Wallet, source, amount: Amount::from(FROM_WALLET) },
        ];
        let placed = self.orders.place(order(number), &self.terms(&SELLERS, tenders))?;
        Ok(placed.map_err(|refusal| refusal.to_string())?)
    }

    fn pay_cart(&self, number: u64) -> Measured<()> {
        let came = self.orders.tender_came(order(number), 0, Id::new())?;
        came.map_err(|refusal| refusal.to_string())?;
        let paid = self.orders.pay_from_wallet(&self.wallets, order(number), 1, None, Id::new())?;
        if paid.map_err(|refusal| refusal.to_string())?.has_paid {
            Ok(())
        } else {
            Err("a cart is unpaid".into())
        }
    }
}

/// The same holds, without an order.
struct Bare {
    store: Store,
}

/// Where the money of a buyer is before the sellers have it.
const PURCHASE: Id = BUYER;
const DAYS: u32 = 30 * 86_400;

fn hold(number: u64, of: u64) -> Id {
    Id::from_u128((10 + u128::from(of)) << 64 | u128::from(number))
}

impl Bare {
    fn found(path: &Path) -> Measured<Self> {
        let store = found(path)?;
        let limited = AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS;
        let open = |id: &Id| Account::new(*id, LEDGER, 300, limited);
        store.create_accounts(
            &[&[PURCHASE][..], &SELLERS].concat().iter().map(open).collect::<Vec<_>>(),
        )?;
        Ok(Self { store })
    }

    fn submit(&self, chain: &mut [Operation]) -> Measured<()> {
        let last = chain.len().saturating_sub(1);
        for operation in &mut chain[..last] {
            *operation = operation.linked();
        }
        let done = self.store.submit(chain)?;
        match done.iter().find(|outcome| !outcome.is_done()) {
            None => Ok(()),
            Some(refused) => Err(refused.status.to_string().into()),
        }
    }

    /// The hold of a tender or a leg.
    fn hold(id: Id, from: Id, to: Id, amount: u32) -> Operation {
        let fees = (to != PURCHASE).then_some(FEES);
        let hold = Operation {
            code: CODE,
            fee_ppm: if fees.is_some() { 80_000 } else { 0 },
            fee_account: fees.unwrap_or(Id::ZERO),
            ..Operation::hold(id, from, to, LEDGER, Amount::from(amount))
        };
        hold.with_deadline(DAYS, AtDeadline::REFUND)
    }

    /// The money of a tender comes, and is the leg's.
    fn open(&self, number: u64) -> Measured<()> {
        self.submit(&mut [
            Self::hold(hold(number, 0), CARD, PURCHASE, PRICE),
            Operation::release_rest(Id::new(), hold(number, 0)),
            Self::hold(hold(number, 1), PURCHASE, SELLERS[0], PRICE),
        ])
    }

    fn act(&self, number: u64, step: usize) -> Measured<()> {
        let hold = hold(number, 1);
        let operation = match step {
            0 => Operation::ship(Id::new(), hold).with_deadline(DAYS, AtDeadline::RELEASE),
            1 => Operation::deliver(Id::new(), hold).with_deadline(DAYS, AtDeadline::RELEASE),
            _ => Operation::release_rest(Id::new(), hold),
        };
        self.submit(&mut [operation])
    }

    /// Money of a card comes, then money of a wallet, and with it three legs are paid.
    fn pay_cart(&self, number: u64) -> Measured<()> {
        let by_card = 3 * PRICE - FROM_WALLET;
        self.submit(&mut [Self::hold(hold(number, 0), CARD, PURCHASE, by_card)])?;
        let leg = |of: u64| Self::hold(hold(number, 2 + of), PURCHASE, SELLERS[of as usize], PRICE);
        self.submit(&mut [
            Self::hold(hold(number, 1), CARD, PURCHASE, FROM_WALLET),
            Operation::release_rest(Id::new(), hold(number, 0)),
            Operation::release_rest(Id::new(), hold(number, 1)),
            leg(0),
            leg(1),
            leg(2),
        ])
    }
}
