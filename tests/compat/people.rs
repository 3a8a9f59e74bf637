//! The people in the sample with wallets: what is sealed of them, and shown again. Their keys and
//! the ids that the library makes are random, so each making of the sample is another store.

use escrowdb::wallet::policy::HashCost;
use escrowdb::wallet::{Actor, DocumentKind, LetterFate, NewWallet, Policy, Profile, StaffRoles};
use escrowdb::*;
use serde_json::{Value, json};

const ANNA: Id = Id::from_u128(500_001);
const BORIS: Id = Id::from_u128(500_002);
const CLARA: Id = Id::from_u128(500_003);
const DORA: Id = Id::from_u128(500_004);
const EMMA: Id = Id::from_u128(500_005);
const WALLET: Id = Id::from_u128(500_011);
const LATE_WALLET: Id = Id::from_u128(500_012);
const LATE_ACCOUNT: Id = Id::from_u128(500_022);
const ACCOUNT: Id = Id::from_u128(500_021);
const EMAIL: &str = "anna@example.com";
const LOGIN: &str = "a rather long login phrase";
const PAYMENT: &str = "491827";

pub(crate) fn open(store: &Store, master: u8) -> Result<Wallets> {
    store.wallets(options(master))
}

fn options(master: u8) -> WalletOptions {
    let mut policy = Policy::none();
    policy.identity.credentials.hash = HashCost::LEAST;
    policy.identity.registration.captcha = false;
    policy.identity.registration.consents = Vec::new();
    WalletOptions::new(MasterKey::from_bytes([master; 32]), policy)
}

/// Registers Eve, with all roles.
fn hire(wallets: &Wallets) {
    let [olga, otto] = ["olga", "otto"].map(|name| Actor::staff(name, "a shop needs staff"));
    wallets.register_staff("otto", StaffRoles::OPERATOR, &olga).unwrap().unwrap();
    assert!(wallets.register_staff("eve", StaffRoles::ALL, &olga).unwrap().is_err());
    wallets.register_staff("eve", StaffRoles::ALL, &otto).unwrap().unwrap();
}

/// Somebody with a wallet and money in it, somebody who has only begun, and somebody who was
/// erased, for having only begun eight days before; the key-encryption key and the master key were
/// changed once.
pub(crate) fn tell(store: &Store) {
    let wallets = store.wallets(options(1).first_operator("olga")).unwrap();
    hire(&wallets);
    let eve = Actor::staff("eve", "asked for");
    wallets.begin_registration(CLARA, "clara@example.com", false).unwrap().unwrap();
    let now = store.snapshot().unwrap().timestamp();
    store.advance(now.plus_nanoseconds(8 * 86_400 * Timestamp::SECOND)).unwrap();
    assert_eq!(wallets.upkeep().unwrap().registrations, 1);
    for (person, email) in [(ANNA, EMAIL), (BORIS, "boris@example.com")] {
        wallets.begin_registration(person, email, false).unwrap().unwrap();
    }
    for letter in wallets.take_letters(10).unwrap() {
        if letter.address == EMAIL {
            wallets.confirm_address(&letter.secret).unwrap().unwrap();
        }
        wallets.report_letter(letter.id, LetterFate::Delivered).unwrap().unwrap();
    }
    let profile = Profile {
        name: "Anna Ivanova".into(),
        citizenship: "RU".into(),
        document_kind: DocumentKind::Passport,
        document_country: "RU".into(),
        document_number: "45 09 000001".into(),
        postal_address: "Lenina 1".into(),
        phone: "+7 900 000 00 00".into(),
        birth_date: String::new(),
    };
    wallets.set_profile(ANNA, &profile).unwrap().unwrap();
    wallets.set_login_password(ANNA, LOGIN, false).unwrap().unwrap();
    let new = NewWallet { wallet: WALLET, account: ACCOUNT, ledger: 1, code: 200 };
    wallets.submit_registration(ANNA, &new).unwrap().unwrap();
    wallets.create_payment_password(WALLET, PAYMENT).unwrap().unwrap();
    let fund =
        Operation::transfer(Id::from_u128(500_031), 1.into(), ACCOUNT, 1, Amount::from(9_000_u32));
    wallets.top_up(WALLET, fund).unwrap().unwrap();
    wallets.leave_note(ANNA, "she called", &eve).unwrap().unwrap();
    wallets.rotate_key_encryption_key(&eve).unwrap().unwrap();
    let master = MasterKey::from_bytes([2; 32]);
    wallets.add_master_key(&master, &eve).unwrap().unwrap();
    wallets.keep_master_key(&master, &eve).unwrap().unwrap();
    wallets.leave_note(BORIS, "he wrote", &eve).unwrap().unwrap();
}

/// Somebody who registers later, and somebody who only begins to.
pub(crate) fn register_late(wallets: &Wallets) -> (Id, Id) {
    for (person, email) in [(DORA, "dora@example.com"), (EMMA, "emma@example.com")] {
        wallets.begin_registration(person, email, false).unwrap().unwrap();
    }
    for letter in wallets.take_letters(10).unwrap() {
        if letter.address == "dora@example.com" {
            wallets.confirm_address(&letter.secret).unwrap().unwrap();
        }
    }
    let profile = Profile {
        name: "Dora Petrova".into(),
        citizenship: "RU".into(),
        document_kind: DocumentKind::Passport,
        document_country: "RU".into(),
        document_number: "45 09 000002".into(),
        postal_address: "Lenina 2".into(),
        phone: "+7 900 000 00 01".into(),
        birth_date: String::new(),
    };
    wallets.set_profile(DORA, &profile).unwrap().unwrap();
    wallets.set_login_password(DORA, LOGIN, false).unwrap().unwrap();
    let new = NewWallet { wallet: LATE_WALLET, account: LATE_ACCOUNT, ledger: 1, code: 200 };
    wallets.submit_registration(DORA, &new).unwrap().unwrap();
    (DORA, EMMA)
}

/// Erases them, without a key.
pub(crate) fn erase_late(store: &Store, wallets: &Wallets) {
    let eve = Actor::staff("eve", "there is no key");
    wallets.freeze_wallet(LATE_WALLET, &eve).unwrap().unwrap();
    wallets.close_wallet(LATE_WALLET, &eve).unwrap().unwrap();
    let now = store.snapshot().unwrap().timestamp();
    store.advance(now.plus_nanoseconds(5 * 366 * 86_400 * Timestamp::SECOND)).unwrap();
    wallets.erase_person(DORA, &eve).unwrap().unwrap();
    assert!(wallets.upkeep().unwrap().registrations >= 1);
}

/// What of it can be read, by the second master key alone.
pub(crate) fn shown(store: &Store) -> Value {
    assert!(matches!(open(store, 1), Err(Error::WrongMasterKey)));
    let wallets = open(store, 2).unwrap();
    let notes = |person| {
        let notes = wallets.notes_on(person).unwrap();
        notes.map_or_else(|refusal| json!(refusal.status.name()), |notes| json!(notes[0].text))
    };
    let name = |judged: Result<(), wallet::Refusal>| match judged {
        Ok(()) => "right",
        Err(refusal) => refusal.status.name(),
    };
    let login = wallets.log_in(EMAIL, LOGIN).unwrap().map(|person| assert_eq!(person, ANNA));
    let payment = wallets.check_payment_password(WALLET, PAYMENT).unwrap();
    let account = store.snapshot().unwrap().account(ACCOUNT).unwrap().unwrap();
    json!({
        "anna": notes(ANNA),
        "boris": notes(BORIS),
        "clara": notes(CLARA),
        "login": name(login),
        "payment_password": name(payment),
        "letters_to_anna": wallets.letters_of(ANNA).unwrap().len(),
        "available": account.balances.available().to_string(),
    })
}

/// The sample was written when every row still had its first version: all of it is read, the trail
/// too.
#[test]
fn rows_of_the_first_version_show_what_they_showed() {
    let (_folder, path) = crate::samples::sample("0.1.0", "wallets");
    let store = Store::open(&path, crate::story::options()).unwrap();
    let wallets = open(&store, 2).unwrap();
    let wallet = wallets.wallet(WALLET).unwrap().unwrap();
    assert_eq!((wallet.person, wallet.account, wallet.ledger), (ANNA, ACCOUNT, 1));
    assert_eq!((wallet.state, wallet.tier), (wallet::WalletState::Active, 0));
    assert!(wallet.has_payment_password && !wallet.key_is_damaged);
    assert_eq!(wallets.wallets_of(ANNA).unwrap(), [WALLET]);
    assert!(wallets.cards(WALLET).unwrap().is_empty());
    let trail = |subject| {
        let entries = wallets.audit_trail(subject, None, 100).unwrap();
        assert!(entries.iter().all(|(_, entry)| entry.detail.is_empty()), "none had a detail");
        let word = |entry: &wallet::AuditEntry| match entry.actor.staff_name() {
            Some(name) => format!("{} by {name}", entry.command.name()),
            None => entry.command.name().to_owned(),
        };
        entries.iter().map(|(_, entry)| word(entry)).collect::<Vec<_>>().join(", ")
    };
    let registered = "begin_registration, confirm_address, letter, set_profile, \
                      set_login_password, submit_registration, note by eve";
    assert_eq!(trail(ANNA), registered);
    assert_eq!(trail(WALLET), "create_payment_password, top_up");
    assert_eq!(trail(CLARA), "begin_registration, purge_registration, person_erased");
    assert_eq!(
        trail(wallet::AuditEntry::STORE),
        "rotate_key_encryption_key by eve, add_master_key by eve, keep_master_key by eve"
    );
    // The first command that changes a row writes it as it is written today.
    wallets.set_consent(ANNA, "news", "1", true).unwrap().unwrap();
    wallets.propose_card(WALLET, WALLET, &card(), &Actor::System).unwrap().unwrap();
    wallets.confirm_card(WALLET, WALLET).unwrap().unwrap();
    assert_eq!(wallets.cards(WALLET).unwrap().len(), 1);
    assert_eq!(wallets.log_in(EMAIL, LOGIN).unwrap(), Ok(ANNA));
    assert_eq!(wallets.notes_on(ANNA).unwrap().unwrap()[0].text, "she called");
    drop(wallets);
    store.close().unwrap();
    assert_eq!(verify(&path, |_, _| ()).unwrap().fault, None);
}

fn card() -> wallet::CardReference {
    wallet::CardReference {
        token: "a token".into(),
        brand: "Visa".into(),
        last_four: "1111".into(),
        expiry_year: 2090,
        expiry_month: 12,
        fingerprint: "a fingerprint".into(),
    }
}
