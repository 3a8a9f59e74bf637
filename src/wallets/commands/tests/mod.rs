//! What the public face cannot show: commands whose order is made, and rows that were exchanged.
//!
//! In unit tests the threads of the store take their turns by a plan; these stories have one
//! caller, so that one plan is enough.

mod changed_password;
mod claimed_rows;
mod contention;
mod exchanged_rows;
mod exported_rows;
mod guesses;
mod keys_on_their_way;
mod later_versions;
mod left_staff;
mod long_rows;
mod older_charges;
mod taken_unclaimed;

use super::*;
use crate::disk::MemoryDisk;
use crate::model::{Account, AccountFlags, Amount, Id, Ledger, LedgerCode, Operation};
use crate::store::{ClockSource, Options};
use crate::wallets::keys::MasterKey;
use crate::wallets::rules::policy::{EvidenceKind, HashCost, Tier};
use crate::wallets::rules::{
    Actor, AuditEntry, CardReference, DocumentKind, LetterFate, LetterKind, NewWallet, Profile,
    StaffRoles,
};
use shuttle::scheduler::RoundRobinScheduler;
use shuttle::{Config, MaxSteps, Runner};

/// The store and its hashes run on such stacks.
const STACK_BYTES: usize = 1 << 20;

const LEDGER: u32 = 1;
const BANK: Id = Id::from_u128(1);
const SHOP: Id = Id::from_u128(2);
const LOGIN: &str = "a rather long login phrase";
const PASSWORD: &str = "491827";

/// Somebody with an active wallet and money in it, a payment password, and an active card.
#[derive(Clone, Copy, Debug)]
struct Customer {
    number: u8,
    person: Id,
    wallet: Id,
    account: Id,
    card: Id,
}

/// Runs a story of one caller.
fn run(story: fn()) {
    let mut config = Config::new();
    config.stack_size = STACK_BYTES;
    config.max_steps = MaxSteps::None;
    config.silence_warnings = true;
    Runner::new(RoundRobinScheduler::new(1), config).run(story);
}

fn id(number: u8) -> Id {
    Id::from_u128(number.into())
}

fn reference(number: u8) -> CardReference {
    CardReference {
        token: format!("token {number}"),
        brand: "Visa".into(),
        last_four: "1111".into(),
        expiry_year: 2090,
        expiry_month: 12,
        fingerprint: format!("fingerprint {number}"),
    }
}

/// A store in memory without limits, with a bank and a shop.
fn open() -> Wallets {
    let mut policy = Policy::none();
    policy.identity.credentials.hash = HashCost::LEAST;
    policy.identity.registration.captcha = false;
    policy.identity.registration.consents = Vec::new();
    let evidence = vec![vec![EvidenceKind::PASSPORT]];
    policy.tiers.push(Tier { name: "verified".into(), evidence, ..policy.tiers[0].clone() });
    let options = Options::new().clock(ClockSource::Manual);
    let store = Store::open_on(Arc::new(MemoryDisk::new()), options).expect("a store");
    let code = LedgerCode::new("USD").expect("a code");
    store.create_ledgers(&[Ledger::new(LEDGER, code, 2)]).expect("a ledger");
    let limited = AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS;
    let bank = Account::new(BANK, LEDGER, 100, AccountFlags::EXTERNAL);
    let shop = Account::new(SHOP, LEDGER, 300, limited);
    store.create_accounts(&[bank, shop]).expect("accounts");
    let options = WalletOptions::new(MasterKey::from_bytes([1; 32]), policy);
    let options = options.waiver_account(LEDGER, SHOP).first_operator("olga");
    let wallets = store.wallets(options).expect("wallets");
    hire(&wallets);
    wallets
}

/// Registers the staff of these stories, with all roles.
fn hire(wallets: &Wallets) {
    let [olga, otto] = ["olga", "otto"].map(|name| Actor::staff(name, "a shop needs staff"));
    let done = "a member of staff";
    wallets.register_staff("otto", StaffRoles::OPERATOR, &olga).expect(done).expect(done);
    for name in ["adam", "eve", "mallory"] {
        let first = wallets.register_staff(name, StaffRoles::ALL, &olga).expect(done);
        assert!(first.is_err_and(|refusal| refusal.status.awaits_second()));
        wallets.register_staff(name, StaffRoles::ALL, &otto).expect(done).expect(done);
    }
}

fn email(number: u8) -> String {
    format!("customer{number}@example.com")
}

/// Registers the customer of a number, below 30.
fn register(wallets: &Wallets, number: u8) -> Customer {
    let [person, wallet, account, card] = [100, 130, 160, 190].map(|from| id(from + number));
    let customer = Customer { number, person, wallet, account, card };
    let done = "a registration";
    wallets.begin_registration(person, &email(number), false).expect(done).expect(done);
    for letter in wallets.take_letters(10).expect(done) {
        if letter.kind == LetterKind::CONFIRM_ADDRESS {
            wallets.confirm_address(&letter.secret).expect(done).expect(done);
        }
        wallets.report_letter(letter.id, LetterFate::Delivered).expect(done).expect(done);
    }
    let profile = Profile {
        name: "Anna Ivanova".into(),
        citizenship: "RU".into(),
        document_kind: DocumentKind::Passport,
        document_country: "RU".into(),
        document_number: format!("45 09 {number:06}"),
        postal_address: "Lenina 1".into(),
        phone: "+7 900 000 00 00".into(),
        birth_date: String::new(),
    };
    wallets.set_profile(person, &profile).expect(done).expect(done);
    wallets.set_login_password(person, LOGIN, false).expect(done).expect(done);
    let new = NewWallet { wallet, account, ledger: LEDGER, code: 200 };
    wallets.submit_registration(person, &new).expect(done).expect(done);
    wallets.create_payment_password(wallet, PASSWORD).expect(done).expect(done);
    let to = reference(number);
    wallets.propose_card(wallet, card, &to, &Actor::System).expect(done).expect(done);
    wallets.confirm_card(wallet, card).expect(done).expect(done);
    let amount = Amount::from(100_000u32);
    let top_up = Operation::transfer(Id::new(), BANK, account, LEDGER, amount);
    wallets.top_up(wallet, top_up).expect(done).expect(done);
    customer
}

/// A payment to the shop, authorised from the wallet's money or for the card.
fn authorised(wallets: &Wallets, by: Customer, by_card: bool) -> Payment {
    let hold = Operation::hold(Id::new(), by.account, SHOP, LEDGER, Amount::from(100u32));
    let (order, id) = (Id::new(), Id::new());
    let payment = Payment { wallet: by.wallet, order, authorisation: Some(id), operation: hold };
    let purchase = payment.purchase();
    let judged = match by_card {
        true => wallets.authorise_card(id, &purchase, by.card, PASSWORD, false),
        false => wallets.authorise(id, &purchase, PASSWORD, false),
    };
    judged.expect("an authorisation").expect("an authorisation");
    payment
}
