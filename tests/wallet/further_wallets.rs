//! A customer who pays in euros too: a further wallet, in another ledger.

use crate::market::verdict;
use crate::world::*;
use WalletStatus as W;
use escrowdb::wallet::*;
use escrowdb::*;
use serde_json::Value;

pub(crate) const EUROS: u32 = 2;
const OTHER: &str = "604417";

/// The second wallet of a customer.
pub(crate) fn in_euros(number: u128) -> NewWallet {
    let number = 500 + number;
    NewWallet { wallet: wallet(number), account: account(number), ledger: EUROS, code: 200 }
}

/// Adds a ledger of another currency, with a bank of its own.
pub(crate) fn add_ledger(store: &Store, number: u32, code: &str, scale: u8) {
    let ledger = Ledger::new(number, LedgerCode::new(code).unwrap(), scale);
    store.create_ledgers(&[ledger]).unwrap();
    let bank = Account::new(bank_of(number), number, 100, AccountFlags::EXTERNAL);
    store.create_accounts(&[bank]).unwrap();
}

pub(crate) fn bank_of(ledger: u32) -> Id {
    id(9_000 + u128::from(ledger))
}

/// Anna has a wallet, and a ledger of euros is there.
fn world() -> World {
    let world = World::new();
    world.anna();
    add_ledger(&world.store, EUROS, "EUR", 2);
    world
}

fn open(world: &World, new: &NewWallet) -> Result<(), WalletStatus> {
    verdict(world.wallets.open_wallet(person(1), new).unwrap())
}

#[test]
fn a_customer_opens_a_wallet_in_another_ledger_and_registers_nothing_anew() {
    let world = world();
    let (wallets, new) = (&world.wallets, in_euros(1));
    assert_eq!(open(&world, &new), Ok(()));
    assert_eq!(open(&world, &new), Ok(()), "sent again");
    assert_eq!(wallets.wallets_of(person(1)).unwrap(), [wallet(1), new.wallet]);
    let view = wallets.wallet(new.wallet).unwrap().unwrap();
    assert_eq!((view.person, view.account, view.ledger), (person(1), new.account, EUROS));
    assert_eq!((view.state, view.tier, view.has_payment_password), (WalletState::Active, 0, false));
    let account = world.store.snapshot().unwrap().account(new.account).unwrap().unwrap();
    assert!(account.has(AccountFlags::SPEND_ONLY) && account.ledger == EUROS);
    let done = world.trail(person(1));
    assert_eq!(done.iter().filter(|one| **one == Command::OPEN_WALLET).count(), 1);

    // Both channels are told, and letters say which wallet.
    let told: Vec<_> = world.letters().iter().map(|one| (one.kind, one.about)).collect();
    assert_eq!(told, [(LetterKind::WALLET_OPENED, new.wallet); 2]);
    world.deliver();

    // A payment password of its own, which is neither that of the other wallet nor the login's.
    wallets.create_payment_password(new.wallet, OTHER).unwrap().unwrap();
    let check = |of, text| verdict(wallets.check_payment_password(of, text).unwrap());
    assert_eq!(check(new.wallet, PAYMENT), Err(W::CREDENTIALS_MUST_MATCH));
    assert_eq!((check(new.wallet, OTHER), check(wallet(1), PAYMENT)), (Ok(()), Ok(())));

    // It is paid into and from in its own ledger only, and by the limits that this has.
    let coming = Operation::transfer(id(41), bank_of(EUROS), new.account, EUROS, 30_00u32.into());
    let topped_up = wallets.top_up(new.wallet, coming).unwrap();
    assert_eq!(verdict(topped_up), Err(W::LEDGER_HAS_NO_LIMITS));
    let purchase = |wallet, ledger| {
        let amount = 10_00u32.into();
        let purchase = Purchase { wallet, order: id(42), payee: id(40), amount, ledger };
        verdict(wallets.needs(&purchase).unwrap())
    };
    assert_eq!(purchase(wallet(1), EUROS), Err(W::WALLET_HAS_ANOTHER_LEDGER));
    assert_eq!(purchase(new.wallet, LEDGER), Err(W::WALLET_HAS_ANOTHER_LEDGER));
    world.verify();
}

#[test]
fn a_further_wallet_is_refused() {
    let world = world();
    let (wallets, new) = (&world.wallets, in_euros(1));
    world.register(2, "boris@example.com");
    world.confirm(3, "carla@example.com");
    let other = |change: fn(&mut NewWallet)| {
        let mut other = in_euros(1);
        change(&mut other);
        open(&world, &other)
    };
    assert_eq!(other(|new| new.wallet = Id::ZERO), Err(W::ID_MUST_BE_VALID));
    assert_eq!(other(|new| new.account = Id::MAX), Err(W::ID_MUST_BE_VALID));
    assert_eq!(other(|new| new.wallet = wallet(2)), Err(W::WALLET_EXISTS));
    assert_eq!(other(|new| new.account = account(2)), Err(W::ACCOUNT_MUST_FIT));
    assert_eq!(other(|new| new.ledger = LEDGER), Err(W::WALLET_EXISTS_IN_LEDGER));
    assert_eq!(other(|new| new.ledger = 7), Err(W::REFUSED_BY_LEDGER));
    let of = |person| verdict(wallets.open_wallet(person, &new).unwrap());
    assert_eq!(of(person(9)), Err(W::PERSON_NOT_FOUND));
    assert_eq!(of(person(3)), Err(W::PERSON_MUST_BE_ACTIVE));
    assert_eq!(open(&world, &new), Ok(()));
    assert_eq!(other(|new| new.code += 1), Err(W::ACCOUNT_MUST_FIT), "another code");
    assert_eq!(of(person(2)), Err(W::WALLET_EXISTS));
    assert_eq!(other(|new| new.wallet = id(7)), Err(W::WALLET_EXISTS_IN_LEDGER));
    assert!(!world.trail(person(2)).contains(&Command::OPEN_WALLET));
    world.verify();
}

/// Terms have changed since: they are agreed to first. A frozen wallet is not got round by another
/// one, and who has closed them all has none.
#[test]
fn consents_must_count_and_no_wallet_be_frozen() {
    let world = world();
    let (wallets, eve, new) = (&world.wallets, staff("eve"), in_euros(1));
    wallets.set_consent(person(1), "terms", "1", false).unwrap().unwrap();
    assert_eq!(open(&world, &new), Err(W::CONSENT_MUST_BE_GIVEN));
    wallets.set_consent(person(1), "terms", "1", true).unwrap().unwrap();
    wallets.freeze_wallet(wallet(1), &eve).unwrap().unwrap();
    assert_eq!(open(&world, &new), Err(W::WALLET_MUST_BE_ACTIVE));
    wallets.close_wallet(wallet(1), &eve).unwrap().unwrap();
    assert_eq!(open(&world, &new), Err(W::WALLET_MUST_BE_ACTIVE));
    assert_eq!(wallets.wallets_of(person(1)).unwrap(), [wallet(1)]);
    world.verify();
}

/// What belongs to the person concerns all her wallets: where refunds go, lower limits after a new
/// address, the login password, the export, and erasing.
#[test]
fn what_belongs_to_the_person_concerns_all_her_wallets() {
    let world = world();
    let (wallets, eve, new) = (&world.wallets, staff("eve"), in_euros(1));
    assert_eq!(open(&world, &new), Ok(()));
    wallets.create_payment_password(new.wallet, OTHER).unwrap().unwrap();
    wallets.set_consent(person(1), REFUNDS_TO_WALLET, "1", true).unwrap().unwrap();
    for of in [wallet(1), new.wallet] {
        assert!(wallets.wallet(of).unwrap().unwrap().refunds_to_wallet);
    }
    let same = wallets.change_login_password(person(1), LOGIN, OTHER, true).unwrap();
    assert_eq!(verdict(same), Err(W::PASSWORD_TOO_SHORT));

    let shown = wallets.show_person(person(1), Id::ZERO, &eve).unwrap().unwrap();
    assert_eq!(shown.wallets, [wallet(1), new.wallet]);
    let export = wallets.export_person(person(1), &eve).unwrap().unwrap();
    let document: Value = serde_json::from_str(export.as_json()).unwrap();
    let text = |id: Id| Value::from(id.to_string());
    let found = document["wallets"].as_array().unwrap();
    assert_eq!(found.len(), 2, "{document}");
    for (one, of) in found.iter().zip([wallet(1), new.wallet]) {
        assert!(one.to_string().contains(text(of).as_str().unwrap()), "{one}");
    }

    // Opened while a new address cools down, a third one has the lower limits of the others.
    wallets.begin_contact_change(person(1), Channel::EMAIL, "anna@example.org").unwrap().unwrap();
    let link = world.secret(LetterKind::CONFIRM_NEW_ADDRESS);
    wallets.confirm_email_change(&link).unwrap().unwrap();
    let until = |of| wallets.wallet(of).unwrap().unwrap().cooldown_until;
    assert_eq!(until(wallet(1)), until(new.wallet));
    assert!(until(wallet(1)) > world.now());
    add_ledger(&world.store, 3, "GBP", 2);
    let third = NewWallet { wallet: wallet(701), account: account(701), ledger: 3, code: 200 };
    assert_eq!(open(&world, &third), Ok(()));
    assert_eq!(until(third.wallet), until(wallet(1)));

    // All of them must be closed before she is erased, and the last one sets the term.
    let close = |of| {
        wallets.freeze_wallet(of, &eve).unwrap().unwrap();
        verdict(wallets.close_wallet(of, &eve).unwrap())
    };
    assert_eq!((close(wallet(1)), close(new.wallet)), (Ok(()), Ok(())));
    world.wait(11 * 365 * DAY);
    let erase = || verdict(wallets.erase_person(person(1), &eve).unwrap());
    assert_eq!(erase(), Err(W::WALLETS_MUST_BE_CLOSED));
    assert_eq!(close(third.wallet), Ok(()));
    assert_eq!(erase(), Err(W::RETENTION_FORBIDS));
    world.wait(11 * 365 * DAY);
    assert_eq!(erase(), Ok(()));
    world.verify();
}
