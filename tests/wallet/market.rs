//! A market: a bank, a seller, and as many customers as you like, each with a payment password.
//!
//! Registering a customer takes three password hashes. It is done once, by the flow that every
//! shopper takes; each test has a copy of that disk, and opens it under its own policy.

use crate::world::*;
use escrowdb::disk::MemoryDisk;
use escrowdb::wallet::policy::{EvidenceKind, HashCost};
use escrowdb::wallet::*;
use escrowdb::*;
use std::cell::Cell;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

pub(crate) const SELLER: u128 = 2;
pub(crate) const SUSPENSE: u128 = 3;
pub(crate) const FEES: u128 = 4;
/// What owners give up goes there, in a market that says so.
pub(crate) const WAIVED: u128 = FEES;
/// What bears chargebacks, in a market that says so.
pub(crate) const LOSS: u128 = 5;
/// 2026-03-10 12:00:00 UTC.
pub(crate) const START: u64 = 1_773_144_000;
/// Customers of one market.
const CUSTOMERS: u128 = 21;

/// A world with sellers and customers.
pub(crate) struct Market {
    world: World,
    next: Cell<u128>,
    customers: Cell<u128>,
}

/// Somebody with an active wallet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Customer {
    pub(crate) person: Id,
    pub(crate) wallet: Id,
    pub(crate) account: Id,
}

impl Deref for Market {
    type Target = World;

    fn deref(&self) -> &World {
        &self.world
    }
}

pub(crate) fn amount(units: u32) -> Amount {
    Amount::from(units)
}

/// The status of a refusal; the answer is of no interest.
pub(crate) fn verdict<A>(judged: Result<A, Refusal>) -> Result<(), WalletStatus> {
    judged.map(drop).map_err(|refusal| refusal.status)
}

/// A passport that is good for two years and a half.
pub(crate) fn passport() -> CaseEvidence {
    CaseEvidence {
        kind: EvidenceKind::PASSPORT,
        hash: [5; 32],
        reference: "scans/planted-reference".into(),
        expires_at: Timestamp::from_seconds(START + 900 * DAY).unwrap(),
    }
}

/// The same, scanned anew: a scan that nobody has shown before.
pub(crate) fn fresh_passport() -> CaseEvidence {
    let mut hash = [5; 32];
    hash[..16].copy_from_slice(&Id::new().to_bytes());
    CaseEvidence { hash, ..passport() }
}

/// A disk on which everybody is registered.
fn registered() -> MemoryDisk {
    static REGISTERED: OnceLock<MemoryDisk> = OnceLock::new();
    REGISTERED.get_or_init(register).duplicate()
}

fn register() -> MemoryDisk {
    let world = World::new();
    world.store.advance(Timestamp::from_seconds(START - HOUR).unwrap()).unwrap();
    let limited = AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS;
    let accounts = [
        Account::new(id(SELLER), LEDGER, 300, limited),
        Account::new(id(SUSPENSE), LEDGER, 500, limited),
        Account::new(id(FEES), LEDGER, 400, AccountFlags::NONE),
        Account::new(id(LOSS), LEDGER, 600, AccountFlags::NONE),
    ];
    world.store.create_accounts(&accounts).unwrap();
    for number in 1..=CUSTOMERS {
        world.register(number, &format!("customer{number}@example.com"));
        world.wallets.create_payment_password(wallet(number), PAYMENT).unwrap().unwrap();
        world.deliver();
    }
    let World { store, wallets, disk } = world;
    drop((store, wallets));
    disk
}

impl Market {
    pub(crate) fn new(policy: Policy) -> Self {
        Self::with_options(policy, |options| options)
    }

    /// A market that names an account for its losses.
    pub(crate) fn with_loss_account(policy: Policy) -> Self {
        Self::with_options(policy, |options| options.loss_account(LEDGER, id(LOSS)))
    }

    /// A market that names an account for what owners give up.
    pub(crate) fn with_waiver_account(policy: Policy) -> Self {
        Self::with_options(policy, |options| options.waiver_account(LEDGER, id(WAIVED)))
    }

    fn with_options(mut policy: Policy, more: impl Fn(WalletOptions) -> WalletOptions) -> Self {
        policy.identity.credentials.hash = HashCost::LEAST;
        let world = World::on(registered(), more(WalletOptions::new(master(1), policy)));
        let market = Self { world, next: Cell::new(1_000_000), customers: Cell::new(0) };
        market.at(START);
        market
    }

    /// The same market, opened by another policy.
    pub(crate) fn reopened(self, policy: Policy) -> Self {
        self.reopened_with(policy, store_options())
    }

    /// The same market, with a journal of small segments from here on.
    pub(crate) fn with_small_segments(self) -> Self {
        let journal = journal::Options { segment_bytes: 3_000, preallocate_bytes: 1_024 };
        let policy = self.wallets.policy().clone();
        self.reopened_with(policy, store_options().journal(journal))
    }

    /// The same market, which from now on names an account for its losses.
    pub(crate) fn reopened_with_loss_account(self) -> Self {
        let policy = self.wallets.policy().clone();
        let more = |options: WalletOptions| options.loss_account(LEDGER, id(LOSS));
        self.reopened_by((policy, store_options()), more)
    }

    fn reopened_with(self, policy: Policy, options: Options) -> Self {
        self.reopened_by((policy, options), |options| options)
    }

    fn reopened_by(
        self,
        (mut policy, options): (Policy, Options),
        more: impl Fn(WalletOptions) -> WalletOptions,
    ) -> Self {
        policy.identity.credentials.hash = HashCost::LEAST;
        let (now, Self { world, next, customers }) = (self.now(), self);
        let World { store, wallets, disk } = world;
        drop((store, wallets));
        let store = Store::open_on(Arc::new(disk.clone()), options).unwrap();
        store.advance(now).unwrap();
        let wallets = store.wallets(more(WalletOptions::new(master(1), policy))).unwrap();
        Self { world: World { store, wallets, disk }, next, customers }
    }

    pub(crate) fn world(&self) -> &World {
        &self.world
    }

    pub(crate) fn fresh(&self) -> Id {
        self.next.set(self.next.get() + 1);
        id(self.next.get())
    }

    pub(crate) fn at(&self, seconds: u64) {
        self.store.advance(Timestamp::from_seconds(seconds).unwrap()).unwrap();
    }

    /// The next customer, with this much money.
    pub(crate) fn customer(&self, units: u32) -> Customer {
        let number = self.customers.get() + 1;
        assert!(number <= CUSTOMERS, "register more customers");
        self.customers.set(number);
        if units > 0 {
            self.world.pay_in(number, units);
        }
        Customer { person: person(number), wallet: wallet(number), account: account(number) }
    }

    /// A payment to the seller into escrow, without an authorisation.
    pub(crate) fn payment(&self, by: Customer, units: u32) -> Payment {
        let (id, payee) = (self.fresh(), id(SELLER));
        let operation = Operation::hold(id, by.account, payee, LEDGER, amount(units));
        Payment { wallet: by.wallet, order: self.fresh(), authorisation: None, operation }
    }

    /// The customer types the payment password.
    pub(crate) fn authorise(
        &self,
        purchase: &Purchase,
        second_factor: bool,
    ) -> Result<Id, Refusal> {
        let authorisation = self.fresh();
        let judged = self.wallets.authorise(authorisation, purchase, PAYMENT, second_factor);
        judged.unwrap().map(|_| authorisation)
    }

    /// The customer types the payment password to pay with a card.
    pub(crate) fn authorise_card(&self, purchase: &Purchase, card: Id) -> Result<Id, Refusal> {
        let authorisation = self.fresh();
        let judged = self.wallets.authorise_card(authorisation, purchase, card, PAYMENT, false);
        judged.unwrap().map(|_| authorisation)
    }

    /// A payment to the seller that is authorised.
    pub(crate) fn authorised(&self, by: Customer, units: u32) -> Result<Payment, Refusal> {
        let payment = self.payment(by, units);
        let authorisation = self.authorise(&payment.purchase(), false)?;
        Ok(Payment { authorisation: Some(authorisation), ..payment })
    }

    /// Authorises and pays.
    pub(crate) fn pays(&self, by: Customer, units: u32) -> Result<Outcome, Refusal> {
        let payment = self.authorised(by, units)?;
        self.wallets.pay(&payment).unwrap()
    }

    /// Staff approve tier 1 until a time, or for as long as the policy allows.
    pub(crate) fn approve(&self, of: Customer, until: Timestamp) {
        let (case, wallets, eve) = (self.fresh(), &self.wallets, staff("eve"));
        wallets.open_verification(case, of.wallet, 1, &Actor::Customer).unwrap().unwrap();
        wallets.submit_evidence(case, &[fresh_passport()], &Actor::Customer).unwrap().unwrap();
        wallets.review_verification(case, &eve).unwrap().unwrap();
        let approved = wallets.approve_verification(case, until, &eve).unwrap();
        assert_eq!(approved, Ok(VerificationState::APPROVED));
    }

    pub(crate) fn freeze(&self, of: Customer) {
        self.wallets.freeze_wallet(of.wallet, &staff("eve")).unwrap().unwrap();
    }

    pub(crate) fn unfreeze(&self, of: Customer) {
        self.wallets.unfreeze_wallet(of.wallet, &staff("eve")).unwrap().unwrap();
    }

    pub(crate) fn submit(&self, operation: Operation) -> Outcome {
        self.store.submit(&[operation]).unwrap()[0]
    }

    pub(crate) fn balances(&self, account: Id) -> Balances {
        self.store.snapshot().unwrap().account(account).unwrap().unwrap().balances
    }

    pub(crate) fn available(&self, account: Id) -> u128 {
        self.balances(account).available().minor_units()
    }

    pub(crate) fn is_balanced(&self) -> bool {
        self.store.snapshot().unwrap().trial_balance(LEDGER).unwrap().is_balanced()
    }

    /// Everything is read again, and nothing is wrong.
    pub(crate) fn verify(self) {
        self.world.verify();
    }
}
