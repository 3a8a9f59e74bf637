//! A store with a bank, a seller and as many wallets as you like, each with a payment password.

use crate::store::wallets::authorisation::Request;
use crate::store::{Durability, Options, Payment, Store, WalletOptions, Wallets};
use crate::vault::MasterKey;
use crate::wallet::policy::{Policy, SmallPayments};
use crate::wallet::rows::{CredentialKey, CredentialRow, PersonRow, PersonState, WalletRow};
use crate::wallet::secrets::{Field, IndexKind};
use crate::wallet::{Changes, Decision, Judged, Purchase, WalletState, WalletStatus};
use crate::*;
use std::cell::Cell;
use tempfile::TempDir;

pub(super) const USD: u32 = 1;
pub(super) const BANK: u128 = 1;
pub(super) const SELLER: u128 = 2;
pub(super) const SUSPENSE: u128 = 3;
pub(super) const FEES: u128 = 4;
/// 2026-03-10 12:00:00 UTC.
pub(super) const START: u64 = 1_773_144_000;
pub(super) const DAY: u64 = 86_400;

pub(super) struct World {
    pub(super) wallets: Wallets,
    pub(super) store: Store,
    pub(super) directory: TempDir,
    next: Cell<u128>,
}

pub(super) fn id(number: u128) -> Id {
    Id::from_u128(number)
}

pub(super) fn amount(units: u32) -> Amount {
    Amount::from(units)
}

/// The status of a refusal; the answer is of no interest.
pub(super) fn status<A>(judged: Judged<A>) -> Result<(), WalletStatus> {
    judged.map(drop).map_err(|refusal| refusal.status)
}

/// Small payments up to 10.00, three in a row.
pub(super) fn with_small_payments() -> Policy {
    let mut policy = Policy::article();
    policy.currencies[0].small_payments = Some(SmallPayments {
        per_payment: amount(10_00),
        in_a_row_sum: amount(25_00),
        in_a_row: 3,
    });
    policy
}

impl World {
    pub(super) fn new(policy: Policy) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let options = Options::new().clock(ClockSource::Manual).durability(Durability::Process);
        let store = Store::open(directory.path().join("store"), options).unwrap();
        let usd = Ledger::new(USD, LedgerCode::new("USD").unwrap(), 2);
        store.create_ledgers(&[usd]).unwrap();
        let limited = AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS;
        let accounts = [
            Account::new(id(BANK), USD, 100, AccountFlags::EXTERNAL),
            Account::new(id(SELLER), USD, 300, limited),
            Account::new(id(SUSPENSE), USD, 500, limited),
            Account::new(id(FEES), USD, 400, AccountFlags::NONE),
        ];
        store.create_accounts(&accounts).unwrap();
        let master = MasterKey::from_bytes([7; 32]);
        let wallets = store.wallets(WalletOptions::new(master, policy)).unwrap();
        let world = Self { wallets, store, directory, next: Cell::new(1_000) };
        world.at(START);
        world
    }

    pub(super) fn id(&self) -> Id {
        self.next.set(self.next.get() + 1);
        id(self.next.get())
    }

    pub(super) fn at(&self, seconds: u64) {
        self.store.advance(Timestamp::from_seconds(seconds).unwrap()).unwrap();
    }

    pub(super) fn now(&self) -> Timestamp {
        self.wallets.read().unwrap().now()
    }

    /// An active wallet of a person of its own, with a payment password and this much money. Its
    /// account has the id of the wallet.
    pub(super) fn wallet(&self, units: u32) -> Id {
        let (person, wallet) = (self.id(), self.id());
        let flags = AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS | AccountFlags::SPEND_ONLY;
        self.store.create_accounts(&[Account::new(wallet, USD, 200, flags)]).unwrap();
        let (slot, key) = self.wallets.create_person_key(person).unwrap();
        let index = self.wallets.shared.vault.index_keys().unwrap().current;
        let hash = key.seal(wallet, Field::PAYMENT_HASH, b"-").unwrap();
        let address = key.seal(person, Field::ADDRESS, b"anna@example.com").unwrap();
        let set_up = |changes: &mut Changes, now: Timestamp| {
            let person_row = PersonRow {
                state: PersonState::Active,
                slot,
                created_at: now,
                address: Some(address.clone()),
                address_index: index.of(IndexKind::ADDRESS, &person.to_string()),
                profile: None,
                document_index: None,
                consents: Vec::new(),
                wallets: vec![wallet],
                legal_hold: false,
                retain_until: Timestamp::NONE,
                notes: 0,
            };
            changes.put(&person, &person_row);
            let wallet_row = WalletRow {
                person,
                account: wallet,
                ledger: USD,
                state: WalletState::Active,
                tier: 0,
                tier_until: Timestamp::NONE,
                created_at: now,
                refunds_to_wallet: false,
                cooldown_until: Timestamp::NONE,
                recovery: Id::ZERO,
            };
            changes.put(&wallet, &wallet_row);
            let credential = CredentialRow {
                person,
                hash: hash.clone(),
                times_set: 1,
                throttle: Default::default(),
                reset_token: [0; 32],
                set_at: now,
            };
            changes.put(&CredentialKey::payment(wallet), &credential);
        };
        self.change(wallet, set_up);
        if units > 0 {
            let pay_in = Operation::transfer(self.id(), id(BANK), wallet, USD, amount(units));
            assert!(self.store.submit(&[pay_in]).unwrap()[0].is_done());
        }
        wallet
    }

    fn change(&self, lane: Id, make: impl Fn(&mut Changes, Timestamp)) {
        let done = self.wallets.transact(lane, |reading| {
            let mut changes = Changes::default();
            make(&mut changes, reading.now());
            Ok(Decision::done(changes, ()))
        });
        done.unwrap().unwrap();
    }

    /// Changes the wallet's row as another part of the library would.
    pub(super) fn alter(&self, wallet: Id, alter: impl Fn(&mut WalletRow, Timestamp)) {
        let done = self.wallets.transact(wallet, |reading| {
            let mut row = reading.get::<WalletRow>(&wallet)?.unwrap();
            alter(&mut row, reading.now());
            let mut changes = Changes::default();
            changes.put(&wallet, &row);
            Ok(Decision::done(changes, ()))
        });
        done.unwrap().unwrap();
    }

    /// The payment password is set anew.
    pub(super) fn new_password(&self, wallet: Id) {
        let done = self.wallets.transact(wallet, |reading| {
            let key = CredentialKey::payment(wallet);
            let mut row = reading.get::<CredentialRow>(&key)?.unwrap();
            row.times_set += 1;
            let mut changes = Changes::default();
            changes.put(&key, &row);
            Ok(Decision::done(changes, ()))
        });
        done.unwrap().unwrap();
    }

    /// As if the payment password had never been set.
    pub(super) fn forget_password(&self, wallet: Id) {
        let done = self.wallets.transact(wallet, |reading| {
            let key = CredentialKey::payment(wallet);
            reading.get::<CredentialRow>(&key)?;
            let mut changes = Changes::default();
            changes.delete::<CredentialRow>(&key);
            Ok(Decision::done(changes, ()))
        });
        done.unwrap().unwrap();
    }

    /// A payment to the seller into escrow, without an authorisation.
    pub(super) fn payment(&self, wallet: Id, units: u32) -> Payment {
        let operation = Operation::hold(self.id(), wallet, id(SELLER), USD, amount(units));
        Payment { wallet, order: self.id(), authorisation: None, operation }
    }

    /// As a right password does it.
    pub(super) fn authorise(&self, purchase: &Purchase, card: Id, second: bool) -> Judged<Id> {
        let authorisation = self.id();
        let request = Request { authorisation, purchase, card, second_factor: second };
        let judged = self.wallets.transact(purchase.wallet, |reading| {
            let times_set = self.wallets.times_set(reading, purchase.wallet)?;
            let judged = self.wallets.authorised(reading, &request, times_set)?;
            Ok(judged.map(|(changes, end)| Decision::done(changes, end)).into())
        });
        judged.unwrap().map(|_| authorisation)
    }

    /// A payment to the seller that is authorised.
    pub(super) fn authorised(&self, wallet: Id, units: u32) -> Judged<Payment> {
        let payment = self.payment(wallet, units);
        let authorisation = self.authorise(&payment.purchase(), Id::ZERO, false)?;
        Ok(Payment { authorisation: Some(authorisation), ..payment })
    }

    /// Authorises and pays.
    pub(super) fn pays(&self, wallet: Id, units: u32) -> Judged<Outcome> {
        let payment = self.authorised(wallet, units)?;
        self.wallets.pay(&payment).unwrap()
    }

    pub(super) fn submit(&self, operation: Operation) -> Outcome {
        self.store.submit(&[operation]).unwrap()[0]
    }

    pub(super) fn balances(&self, account: Id) -> Balances {
        self.store.snapshot().unwrap().account(account).unwrap().unwrap().balances
    }

    pub(super) fn available(&self, account: Id) -> u128 {
        self.balances(account).available().minor_units()
    }

    pub(super) fn is_balanced(&self) -> bool {
        self.store.snapshot().unwrap().trial_balance(USD).unwrap().is_balanced()
    }

    /// Everything is read again, and nothing is wrong.
    pub(super) fn verify(self) {
        let Self { wallets, store, directory, .. } = self;
        drop((wallets, store));
        let report = verify(directory.path().join("store"), |_, _| ()).unwrap();
        assert_eq!(report.fault, None);
    }
}
