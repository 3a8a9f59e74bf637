//! Refunds that the processor cannot carry out: no cent of them is lost, and none goes back twice.

use crate::chargebacks::{contest, decide};
use crate::first_cards::paid_by_new_card;
use crate::market::*;
use crate::world::*;
use WalletStatus as W;
use escrowdb::wallet::*;
use escrowdb::*;

/// A payment of 80.00, of which 30.00 is to be refunded to its card.
fn refunded(market: &Market, anna: Customer) -> (Id, Id) {
    let payment = paid_by_new_card(market, anna, 80_00).operation.id;
    let refund = Operation::refund(market.fresh(), payment, amount(30_00));
    let done = market.wallets.refund_card_payment(payment, refund).unwrap();
    assert_eq!(done, Ok(Refunded::ToCard));
    let [one] = market.wallets.open_card_refunds(None, 9).unwrap()[..] else { panic!("one") };
    (payment, one.id)
}

fn failed(refund: Id) -> FailedCardRefund {
    FailedCardRefund { refund, external: id(BANK), suspense: id(SUSPENSE) }
}

/// The processor says so, twice.
fn fail(market: &Market, refund: Id) -> RefundReturned {
    let fail = || market.wallets.card_refund_failed(&failed(refund)).unwrap().unwrap();
    let first = fail();
    assert_eq!(fail(), first, "the answer was lost");
    first
}

fn agree(market: &Market, anna: Customer) {
    let set = market.wallets.set_consent(anna.person, REFUNDS_TO_WALLET, "1", true);
    set.unwrap().unwrap();
}

/// Anna's card is closed. She has not agreed to refunds into her wallet: the money lies in suspense
/// as hers, until a clerk sends it to her new card.
#[test]
fn a_closed_card_leaves_the_money_due() {
    for is_done in [false, true] {
        let market = Market::new(Policy::article());
        let (anna, wallets) = (market.customer(0), &market.wallets);
        let (payment, refund) = refunded(&market, anna);
        if is_done {
            // It was said to be carried out, and then came back.
            wallets.card_refunded(refund).unwrap().unwrap();
        }
        let RefundReturned::InSuspense(item) = fail(&market, refund) else { panic!("suspense") };
        assert!(wallets.open_card_refunds(None, 9).unwrap().is_empty());
        let again = wallets.card_refunded(refund).unwrap();
        assert_eq!(verdict(again), Err(W::CARD_REFUND_HAS_FAILED));
        let [open] = wallets.open_suspense(None, 9).unwrap()[..] else { panic!("one item") };
        assert_eq!((open.id, open.payment, open.amount), (item, payment, amount(30_00)));
        assert_eq!(open.reason, SuspenseReason::REFUND_FAILED);
        market.freeze(anna);
        let close = wallets.close_wallet(anna.wallet, &staff("eve")).unwrap();
        assert_eq!(verdict(close), Err(W::WALLET_HAS_OPEN_ORDERS));
        market.unfreeze(anna);

        let back = Resolution::BackToCard(market.fresh());
        wallets.resolve_suspense(item, &back, &staff("eve")).unwrap().unwrap();
        let [one] = wallets.open_card_refunds(None, 9).unwrap()[..] else { panic!("one refund") };
        assert_eq!((one.payment, one.amount), (payment, amount(30_00)));
        wallets.card_refunded(one.id).unwrap().unwrap();
        assert_eq!(market.balances(id(BANK)).net(), -50_00);
        // It counts once against the payment.
        let more = Operation::refund(market.fresh(), payment, amount(50_00));
        assert_eq!(wallets.refund_card_payment(payment, more).unwrap(), Ok(Refunded::ToCard));
        market.verify();
    }
}

/// She agrees, and it fits: it lies in her wallet. What does not fit lies in suspense as a whole.
#[test]
fn with_consent_it_goes_into_the_wallet() {
    for (room, in_wallet) in [(30_00, 30_00), (29_99, 0)] {
        let mut policy = Policy::article();
        policy.currencies[0].tiers[0].balance = Some(amount(room));
        let market = Market::new(policy);
        let anna = market.customer(0);
        let (payment, refund) = refunded(&market, anna);
        agree(&market, anna);
        let returned = fail(&market, refund);
        assert_eq!(returned == RefundReturned::ToWallet, in_wallet > 0);
        assert_eq!(market.available(anna.account), in_wallet);
        assert_eq!(market.available(id(SUSPENSE)), 30_00 - in_wallet);
        // It is no money that could go to the card once more.
        let back = market.wallets.return_to_card(payment, market.fresh(), amount(1)).unwrap();
        assert_eq!(verdict(back), Err(W::EXCEEDS_CARD_PAYMENT));
        market.verify();
    }
}

/// The bank has taken the whole payment while a refund was under way at the processor, who then
/// does not carry it out: the excess fell on the shop, and the money of the refund is not given to
/// the customer by itself, who would have it twice.
#[test]
fn a_refund_under_way_meets_a_chargeback() {
    let market = Market::with_loss_account(Policy::article());
    let (anna, wallets) = (market.customer(0), &market.wallets);
    let (payment, refund) = refunded(&market, anna);
    agree(&market, anna);
    let chargeback = contest(&market, payment, 80_00);
    assert_eq!(wallets.chargeback(chargeback).unwrap().unwrap().of_payment, amount(50_00));
    let RefundReturned::InSuspense(item) = fail(&market, refund) else { panic!("suspense") };
    decide(&market, chargeback, 80_00);
    assert_eq!(market.balances(id(LOSS)).net(), -30_00);
    assert_eq!((market.available(anna.account), market.available(id(SUSPENSE))), (0, 30_00));
    assert_eq!(wallets.open_suspense(None, 9).unwrap()[0].id, item);
    market.verify();
}

#[test]
fn every_refusal_of_a_failed_refund() {
    let market = Market::new(Policy::article());
    let anna = market.customer(0);
    let (_, refund) = refunded(&market, anna);
    let good = failed(refund);
    for (failed, expected) in [
        (FailedCardRefund { refund: id(77), ..good }, W::CARD_REFUND_NOT_FOUND),
        (FailedCardRefund { external: id(SELLER), ..good }, W::EXTERNAL_ACCOUNT_MUST_FIT),
        (FailedCardRefund { suspense: id(BANK), ..good }, W::SUSPENSE_ACCOUNT_MUST_FIT),
        (FailedCardRefund { suspense: anna.account, ..good }, W::SUSPENSE_ACCOUNT_MUST_FIT),
    ] {
        assert_eq!(verdict(market.wallets.card_refund_failed(&failed).unwrap()), Err(expected));
    }
    assert_eq!(market.wallets.open_card_refunds(None, 9).unwrap().len(), 1);
    market.verify();
}
