//! Paying, as a shopper does it: with the payment password, for one order.

use super::world::*;
use escrowdb::wallet::policy::{EvidenceKind, SmallPayments};
use escrowdb::wallet::*;
use escrowdb::*;

const SHOP: u128 = 2;

/// A shop that sells, and Anna with 2,000.00.
fn shop() -> World {
    let world = World::new();
    let flags = AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS;
    world.store.create_accounts(&[Account::new(id(SHOP), LEDGER, 300, flags)]).unwrap();
    world.anna();
    world.pay_in(1, 200_000);
    world
}

fn payment(units: u32) -> Payment {
    let amount = Amount::from(units);
    let operation = Operation::hold(Id::new(), account(1), id(SHOP), LEDGER, amount);
    Payment { wallet: wallet(1), order: Id::new(), authorisation: None, operation }
}

fn authorise(world: &World, payment: &mut Payment, password: &str) -> Result<Timestamp, Refusal> {
    let authorisation = Id::new();
    payment.authorisation = Some(authorisation);
    world.wallets.authorise(authorisation, &payment.purchase(), password, false).unwrap()
}

fn pay(world: &World, units: u32) -> Result<Outcome, Refusal> {
    let mut payment = payment(units);
    authorise(world, &mut payment, PAYMENT)?;
    world.wallets.pay(&payment).unwrap()
}

/// Anna registers, creates her payment password, and buys for 40.00. The shop sees that it is paid
/// and ships; she confirms, and the shop is paid. The next parcel is lost, and she has her money
/// back.
#[test]
fn a_confirmed_and_a_refunded_purchase() {
    let world = shop();
    let mut bought = payment(4_000);
    let now = world.now();
    let until = authorise(&world, &mut bought, PAYMENT).unwrap();
    assert!(until > now.plus_seconds(290) && until < now.plus_seconds(310));
    assert_eq!(world.wallets.needs(&bought.purchase()).unwrap(), Ok(Needs::Password));
    assert_eq!(world.wallets.pay(&bought).unwrap().unwrap().status, Status::APPLIED);
    let hold = bought.operation.id;
    for step in [Operation::ship(Id::new(), hold), Operation::release_rest(Id::new(), hold)] {
        assert!(world.store.submit(&[step]).unwrap()[0].is_done());
    }
    let mut lost = payment(10_000);
    authorise(&world, &mut lost, PAYMENT).unwrap();
    world.wallets.pay(&lost).unwrap().unwrap();
    let refund = Operation::refund_rest(Id::new(), lost.operation.id);
    assert!(world.store.submit(&[refund]).unwrap()[0].is_done());
    assert_eq!(world.account(1).balances.available(), Amount::from(196_000u32));
    assert!(world.store.snapshot().unwrap().trial_balance(LEDGER).unwrap().is_balanced());

    let world = world.reopen();
    let again = world.wallets.pay(&bought).unwrap().unwrap();
    assert_eq!(again.status, Status::EXISTS, "a retry after the host was started again");
}

/// Wrong passwords are counted before they are answered, authorise nothing, and lock the password.
#[test]
fn a_wrong_password_authorises_nothing() {
    let world = shop();
    let mut wanted = payment(4_000);
    for _ in 0..5 {
        let refused = authorise(&world, &mut wanted, "000001").unwrap_err();
        assert_eq!(refused.status, WalletStatus::CREDENTIALS_MUST_MATCH);
        let unpaid = world.wallets.pay(&wanted).unwrap().unwrap_err();
        assert_eq!(unpaid.status, WalletStatus::AUTHORISATION_NOT_FOUND);
    }
    let locked = authorise(&world, &mut wanted, PAYMENT).unwrap_err();
    assert_eq!(locked.status, WalletStatus::CREDENTIAL_IS_LOCKED);
    world.wait(16 * MINUTE);
    authorise(&world, &mut wanted, PAYMENT).unwrap();
    world.wallets.pay(&wanted).unwrap().unwrap();
}

/// A new password ends what the old one authorised.
#[test]
fn a_changed_password_voids_authorisations() {
    let world = shop();
    let mut wanted = payment(4_000);
    authorise(&world, &mut wanted, PAYMENT).unwrap();
    let changed = world.wallets.change_payment_password(wallet(1), PAYMENT, "730164");
    changed.unwrap().unwrap();
    let refused = world.wallets.pay(&wanted).unwrap().unwrap_err();
    assert_eq!(refused.status, WalletStatus::AUTHORISATION_HAS_EXPIRED);
}

/// Small purchases need no passport; large ones do. Anna shows hers, is told that it was accepted,
/// and buys.
#[test]
fn a_large_purchase_after_verification() {
    let world = shop();
    let refused = pay(&world, 90_000).unwrap_err();
    assert_eq!((refused.status, refused.tier), (WalletStatus::NEEDS_TIER, 1));
    assert_eq!(pay(&world, 20_000).map(|outcome| outcome.status), Ok(Status::APPLIED));

    let (case, eve) = (id(50), staff("eve"));
    let passport = CaseEvidence {
        kind: EvidenceKind::PASSPORT,
        hash: [1; 32],
        reference: "scans/50".into(),
        expires_at: Timestamp::NONE,
    };
    let wallets = &world.wallets;
    wallets.open_verification(case, wallet(1), 1, &Actor::Customer).unwrap().unwrap();
    wallets.submit_evidence(case, &[passport], &Actor::Customer).unwrap().unwrap();
    wallets.review_verification(case, &eve).unwrap().unwrap();
    wallets.approve_verification(case, Timestamp::NONE, &eve).unwrap().unwrap();
    let letters = world.letters();
    let told = letters.iter().filter(|one| one.kind == LetterKind::VERIFICATION_APPROVED);
    assert!(told.count() >= 1);
    pay(&world, 90_000).unwrap();
    assert_eq!(world.wallet(1).tier, 1);
}

/// The first payment is by card; the shop offers to bind it. Anna confirms, for which she creates
/// her payment password, and from then on the password alone pays.
#[test]
fn a_card_is_bound_after_the_first_payment() {
    let world = World::new();
    let flags = AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS;
    let accounts = [id(SHOP), id(3)].map(|account| Account::new(account, LEDGER, 300, flags));
    world.store.create_accounts(&accounts).unwrap();
    world.register(1, EMAIL);
    let (wallets, card) = (&world.wallets, id(60));
    let reference = CardReference {
        token: "tok_planted_secret".into(),
        brand: "Visa".into(),
        last_four: "4242".into(),
        expiry_year: 2040,
        expiry_month: 8,
        fingerprint: "fp".into(),
    };
    wallets.propose_card(wallet(1), card, &reference, &Actor::System).unwrap().unwrap();
    let refused = wallets.confirm_card(wallet(1), card).unwrap().unwrap_err();
    assert_eq!(refused.status, WalletStatus::PAYMENT_PASSWORD_MUST_BE_SET);
    assert_eq!(wallets.cards(wallet(1)).unwrap()[0].state, CardState::PROPOSED);
    wallets.create_payment_password(wallet(1), PAYMENT).unwrap().unwrap();
    wallets.confirm_card(wallet(1), card).unwrap().unwrap();

    let mut bought = payment(7_000);
    let authorisation = Id::new();
    bought.authorisation = Some(authorisation);
    let purchase = bought.purchase();
    // The default card: the only one.
    wallets.authorise_card(authorisation, &purchase, Id::ZERO, PAYMENT, false).unwrap().unwrap();
    let instruction = wallets.begin_card_payment(&bought, Id::ZERO).unwrap().unwrap();
    assert_eq!(instruction.card, reference);
    let charge = CardCharge {
        payment: instruction.payment,
        reference: "ch_1".into(),
        amount: instruction.amount,
        external: id(BANK),
        suspense: id(3),
    };
    assert_eq!(wallets.card_charged(&charge).unwrap(), Ok(ChargeResult::Paid));
    let shop = world.store.snapshot().unwrap().account(id(SHOP)).unwrap().unwrap();
    assert_eq!(shop.balances.credits_pending, Amount::from(7_000u32));

    world.store.checkpoint().unwrap();
    for (name, bytes) in world.files() {
        assert!(!holds(&bytes, b"planted_secret"), "{name} holds the card's token");
    }
}

/// The wallet is a closed loop: neither the ledger nor the wallet lets its money out.
#[test]
fn wallet_money_is_spent_in_the_shop_alone() {
    let world = shop();
    let mut out = payment(1_000);
    out.operation = Operation::transfer(Id::new(), account(1), id(BANK), LEDGER, 1_000u32.into());
    authorise(&world, &mut out, PAYMENT).unwrap();
    let refused = world.wallets.pay(&out).unwrap();
    assert_eq!(refused, Err(Refusal::by_ledger(Status::SPEND_ONLY_MONEY_MUST_NOT_LEAVE)));
    let refused = world.wallets.redeem(&out).unwrap().unwrap_err();
    assert_eq!(refused.status, WalletStatus::REDEMPTION_IS_OFF);
}

/// So many wallets pay in one call that they do so in several batches; each payment stands and
/// falls for itself.
#[test]
fn hundreds_pay_in_one_call() {
    const LAST: u128 = 270;
    let mut policy = policy();
    policy.payments.small_before_password = true;
    let amount = Amount::from(4_000u32);
    policy.currencies[0].small_payments = Some(SmallPayments {
        per_payment: amount,
        in_a_row_sum: Amount::from(12_000u32),
        in_a_row: 3,
        waive_second_factor: true,
    });
    let world = World::with(policy);
    let flags = AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS;
    world.store.create_accounts(&[Account::new(id(SHOP), LEDGER, 300, flags)]).unwrap();
    for number in 1..=LAST {
        world.register(number, &format!("customer{number}@example.com"));
        // The first has nothing.
        if number > 1 {
            world.pay_in(number, 10_000);
        }
    }
    let payment = |number| {
        let operation = Operation::hold(Id::new(), account(number), id(SHOP), LEDGER, amount);
        Payment { wallet: wallet(number), order: Id::new(), authorisation: None, operation }
    };
    let mut payments: Vec<_> = (1..=LAST).chain([2, LAST, LAST]).map(payment).collect();
    payments.extend([payments[1], payments[LAST as usize - 1]]);
    let before = world.store.stats().unwrap().blocks;
    let paid = world.wallets.pay_many(&payments).unwrap();
    let blocks = world.store.stats().unwrap().blocks - before;
    assert!((2..=8).contains(&blocks), "{blocks} blocks");
    let status = |one: &Result<Outcome, Refusal>| one.map(|outcome| outcome.status);
    let short = Refusal::by_ledger(Status::EXCEEDS_CREDITS);
    let mut expected = vec![Ok(Status::APPLIED); payments.len()];
    // The third of one customer is more than there is.
    (expected[0], expected[LAST as usize + 2]) = (Err(short), Err(short));
    let again = payments.len() - 2..;
    expected[again].fill(Ok(Status::EXISTS));
    assert_eq!(paid.iter().map(status).collect::<Vec<_>>(), expected);
    let escrowed = Amount::from(4_000 * (LAST as u32 + 1));
    let shop = world.store.snapshot().unwrap().account(id(SHOP)).unwrap().unwrap();
    assert_eq!(shop.balances.credits_pending, escrowed);
}
