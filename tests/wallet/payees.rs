//! Which payees a wallet may pay, and what an authorisation is bound to.

use crate::cards::with_card;
use crate::market::*;
use crate::world::*;
use WalletStatus as W;
use escrowdb::wallet::policy::WalletOperation;
use escrowdb::wallet::*;
use escrowdb::*;

/// A payment of a customer to another account than the seller's, authorised.
fn paying(market: &Market, by: Customer, to: Id, units: u32) -> Payment {
    let payment = market.payment(by, units);
    let operation = Operation { credit_account: to, ..payment.operation };
    let payment = Payment { operation, ..payment };
    let authorisation = market.authorise(&payment.purchase(), false);
    Payment { authorisation: authorisation.ok(), ..payment }
}

/// Mallory collected from twenty stolen wallets in one of his own, by orders that were none, past
/// all limits of his own wallet, and its trail knew nothing. A wallet does not pay a wallet unless
/// the policy says so; nor does a card, nor a fee.
#[test]
fn wallets_do_not_pay_each_other() {
    let market = Market::new(Policy::article());
    let (anna, mallory) = (market.customer(100_00), market.customer(0));
    let wallets = &market.wallets;
    let payment = paying(&market, anna, mallory.account, 10_00);
    let transfer = Operation { kind: Kind::TRANSFER, ..payment.operation };
    for operation in [payment.operation, transfer] {
        let paid = wallets.pay(&Payment { operation, ..payment }).unwrap();
        assert_eq!(verdict(paid), Err(W::PAYEE_MUST_NOT_BE_A_WALLET));
    }
    let many = wallets.pay_many(&[payment]).unwrap().remove(0);
    assert_eq!(verdict(many), Err(W::PAYEE_MUST_NOT_BE_A_WALLET));
    let fee = Operation { fee_account: mallory.account, fee_ppm: 1_000_000, ..payment.operation };
    let fee = Operation { credit_account: id(SELLER), ..fee };
    let to_seller = paying(&market, anna, id(SELLER), 10_00);
    let paid = wallets.pay(&Payment { operation: fee, ..to_seller }).unwrap();
    assert_eq!(verdict(paid), Err(W::PAYEE_MUST_NOT_BE_A_WALLET));
    assert_eq!((market.available(anna.account), market.available(mallory.account)), (100_00, 0));

    // A card that fills a stranger's wallet is a top-up without that stranger's limits.
    let card = market.fresh();
    let bound = crate::cards::reference("fp");
    wallets.propose_card(anna.wallet, card, &bound, &Actor::System).unwrap().unwrap();
    wallets.confirm_card(anna.wallet, card).unwrap().unwrap();
    let shown = market.authorise_card(&payment.purchase(), card);
    assert_eq!(verdict(shown), Err(W::PAYEE_MUST_NOT_BE_A_WALLET));
    let begun = wallets.begin_card_payment(&payment, card).unwrap();
    assert_eq!(verdict(begun), Err(W::PAYEE_MUST_NOT_BE_A_WALLET));
    market.verify();
}

/// Where the policy lets them, the payment is a top-up of the other wallet: its tier and balance
/// count, what waits in escrow for it too, its owner's trail tells of it, and the payer learns
/// nothing of limits that are not hers.
#[test]
fn paying_a_wallet_tops_it_up() {
    let mut policy = Policy::article();
    policy.payments.to_wallets = true;
    policy.currencies[0].tiers[0].balance = Some(amount(150_00));
    let market = Market::new(policy.clone());
    let (anna, ben) = (market.customer(150_00), market.customer(0));
    let (carl, wallets) = (market.customer(150_00), &market.wallets);
    let pay = |payment: &Payment| verdict(wallets.pay(payment).unwrap());
    let first = paying(&market, anna, ben.account, 100_00);
    assert_eq!(pay(&first), Ok(()));
    let entry = wallets.audit_trail(ben.wallet, None, 1_000).unwrap().pop().unwrap().1;
    assert_eq!((entry.command, entry.about), (Command::RECEIVE, first.operation.id));
    assert_eq!(entry.detail, format!("USD 100.00 from account {}", anna.account));
    // In escrow it counts, for it will come.
    assert_eq!(pay(&paying(&market, carl, ben.account, 50_01)), Err(W::PAYEE_CANNOT_RECEIVE));
    let fund = Operation::transfer(market.fresh(), id(BANK), ben.account, LEDGER, amount(50_01));
    assert_eq!(verdict(wallets.top_up(ben.wallet, fund).unwrap()), Err(W::NEEDS_TIER));
    assert!(market.submit(Operation::release_rest(market.fresh(), first.operation.id)).is_done());

    // Two at a time, of which one fits: one is paid.
    let both = [anna, carl].map(|payer| paying(&market, payer, ben.account, 30_00));
    let answers = wallets.pay_many(&both).unwrap();
    let mut answers: Vec<_> = answers.into_iter().map(verdict).collect();
    answers.sort_by_key(Result::is_err);
    assert_eq!(answers, [Ok(()), Err(W::PAYEE_CANNOT_RECEIVE)]);
    let shown = paying(&market, carl, ben.account, 1_00);
    market.freeze(ben);
    assert_eq!(pay(&shown), Err(W::PAYEE_CANNOT_RECEIVE));
    let purchase = shown.purchase();
    assert_eq!(verdict(market.authorise(&purchase, false)), Err(W::PAYEE_CANNOT_RECEIVE));
    market.unfreeze(ben);

    policy.tiers[0].operations.retain(|operation| *operation != WalletOperation::TopUp);
    let market = market.reopened(policy);
    let refused = market.wallets.pay(&paying(&market, carl, ben.account, 1_00)).unwrap();
    assert_eq!(verdict(refused), Err(W::PAYEE_CANNOT_RECEIVE));
    market.verify();
}

/// She confirmed a book for 10.00, and the shop's broken page took the money out for her; and the
/// other way round. An authorisation for an order is none for a redemption, whose order is the
/// wallet.
#[test]
fn an_order_is_not_redeemed_and_a_redemption_buys_nothing() {
    let mut policy = Policy::article();
    policy.redemption.allowed = true;
    for tier in &mut policy.tiers {
        tier.operations.push(WalletOperation::Redeem);
    }
    let market = Market::new(policy);
    let (anna, ben) = (market.customer(100_00), market.customer(0));
    let wallets = &market.wallets;
    let out = |order, to| {
        let operation =
            Operation::transfer(market.fresh(), anna.account, to, LEDGER, amount(10_00));
        let payment = Payment { wallet: anna.wallet, order, authorisation: None, operation };
        let authorisation = Some(market.authorise(&payment.purchase(), false).unwrap());
        Payment { authorisation, ..payment }
    };
    let order = out(market.fresh(), id(FEES));
    assert_eq!(verdict(wallets.redeem(&order).unwrap()), Err(W::AUTHORISATION_MUST_MATCH));
    // Nor by naming the wallet as the order now: the authorisation is bound to the other one.
    let renamed = Payment { order: anna.wallet, ..order };
    assert_eq!(verdict(wallets.redeem(&renamed).unwrap()), Err(W::AUTHORISATION_MUST_MATCH));
    let redemption = out(anna.wallet, id(FEES));
    assert_eq!(verdict(wallets.pay(&redemption).unwrap()), Err(W::AUTHORISATION_MUST_MATCH));
    let operation = Operation { credit_account: ben.account, ..redemption.operation };
    let given = Payment { operation, ..redemption };
    let refused = Err(W::PAYEE_MUST_NOT_BE_A_WALLET);
    assert_eq!(verdict(market.authorise(&given.purchase(), false)), refused);
    assert_eq!(verdict(wallets.redeem(&given).unwrap()), refused);
    assert_eq!(verdict(wallets.redeem(&redemption).unwrap()), Ok(()));
    assert_eq!(verdict(wallets.pay(&order).unwrap()), Ok(()));
    assert_eq!(market.available(anna.account), 80_00);
}

/// The shop's worker died after paying, and the night's archiving came before it asked again: it
/// was told that the store could not read its journal, and paid by another id. It is answered as
/// the ledger answers: that the original is archived.
#[test]
fn a_payment_that_is_archived_is_not_paid_again() {
    let market = Market::new(Policy::article());
    let anna = market.customer(100_00);
    let payment = market.authorised(anna, 10_00).unwrap();
    market.wallets.pay(&payment).unwrap().unwrap();
    let fund = Operation::transfer(market.fresh(), id(BANK), anna.account, LEDGER, amount(5_00));
    market.wallets.top_up(anna.wallet, fund).unwrap().unwrap();
    let market = market.with_small_segments();
    for day in 1..20 {
        market.at(START + day * DAY);
        let fund = Operation::transfer(market.fresh(), id(BANK), id(FEES), LEDGER, amount(1));
        assert!(market.submit(fund).is_done());
    }
    let folder = tempfile::tempdir().unwrap();
    let before = Timestamp::from_seconds(START + 15 * DAY).unwrap();
    let options = ArchiveOptions::before(before);
    let report = market.store.archive(folder.path().join("archive"), &options).unwrap();
    assert!(report.segments > 0, "{report:?}");

    let expected = market.submit(payment.operation).status;
    assert_eq!(expected, Status::ORIGINAL_IS_ARCHIVED);
    let answers = [
        market.wallets.pay(&payment).unwrap(),
        market.wallets.pay_many(&[payment]).unwrap().remove(0),
        market.wallets.top_up(anna.wallet, fund).unwrap(),
    ];
    for answer in answers {
        let refusal = answer.unwrap_err();
        assert_eq!((refusal.status, refusal.ledger), (W::REFUSED_BY_LEDGER, expected));
    }
    assert_eq!(market.available(anna.account), 95_00);
}

/// The shop mistyped an account: its customer showed the password, and the card was charged, before
/// the ledger said that there was nobody to pay. What cannot be paid is refused at once, as paying
/// it would be.
#[test]
fn nobody_shows_a_password_for_a_payee_that_cannot_be_paid() {
    use Status as S;
    let market = Market::new(Policy::article());
    let (anna, card) = with_card(&market);
    let wallets = &market.wallets;
    market.world().pay_in(1, 50_00);
    let [frozen, closed, yen, gone] = [61, 62, 63, 64].map(id);
    let ledger = Ledger::new(2, LedgerCode::new("JPY").unwrap(), 0);
    market.store.create_ledgers(&[ledger]).unwrap();
    let accounts = [(frozen, LEDGER), (closed, LEDGER), (yen, 2)]
        .map(|(account, ledger)| Account::new(account, ledger, 300, AccountFlags::NONE));
    market.store.create_accounts(&accounts).unwrap();
    let payment = market.payment(anna, 5_00);
    let operation = Operation { credit_account: frozen, ..payment.operation };
    let payment = Payment { operation, ..payment };
    let authorisation = Some(market.authorise_card(&payment.purchase(), card).unwrap());
    let shown_before = Payment { authorisation, ..payment };
    assert_eq!(market.submit(Operation::freeze(market.fresh(), frozen)).status, S::APPLIED);
    assert_eq!(market.submit(Operation::close(market.fresh(), closed)).status, S::APPLIED);
    for (payee, expected) in [
        (frozen, S::CREDIT_ACCOUNT_FROZEN),
        (closed, S::CREDIT_ACCOUNT_CLOSED),
        (yen, S::ACCOUNTS_MUST_HAVE_THE_SAME_LEDGER),
        (gone, S::CREDIT_ACCOUNT_NOT_FOUND),
        (Id::ZERO, S::CREDIT_ACCOUNT_MUST_NOT_BE_ZERO),
    ] {
        let purchase = Purchase { payee, ..market.payment(anna, 5_00).purchase() };
        let refusal = Err(Refusal::by_ledger(expected));
        assert_eq!(wallets.needs(&purchase).unwrap().map(drop), refusal);
        assert_eq!(market.authorise(&purchase, false).map(drop), refusal);
        assert_eq!(market.authorise_card(&purchase, card).map(drop), refusal);
    }
    let stranger = market.customer(0);
    for payee in [stranger.account, anna.account] {
        let purchase = Purchase { payee, ..market.payment(anna, 5_00).purchase() };
        let refused = Err(W::PAYEE_MUST_NOT_BE_A_WALLET);
        assert_eq!(verdict(wallets.needs(&purchase).unwrap()), refused);
        assert_eq!(verdict(market.authorise(&purchase, false)), refused);
    }
    // It was good when the password was shown: the card is not charged for nothing.
    let begun = wallets.begin_card_payment(&shown_before, card).unwrap();
    assert_eq!(begun.map(drop), Err(Refusal::by_ledger(S::CREDIT_ACCOUNT_FROZEN)));
}
