//! Chargebacks of money in suspense: it stays there while the bank asks, and what is lost is gone.

use crate::chargebacks::{contest, decide, take};
use crate::first_cards::{charge_of, typed_in};
use crate::market::*;
use crate::world::*;
use WalletStatus as W;
use escrowdb::wallet::*;
use escrowdb::*;

/// A charge of 50.00 that came after its payment was given up.
fn late(market: &Market) -> (Id, Id) {
    let anna = market.customer(0);
    let payment = typed_in(market, anna, 50_00);
    market.wallets.begin_new_card_payment(&payment).unwrap().unwrap();
    market.wallets.card_payment_failed(payment.operation.id).unwrap().unwrap();
    let charge = charge_of(&payment, &payment.operation.id.to_string(), 50_00);
    let charged = market.wallets.card_charged(&charge).unwrap();
    let Ok(ChargeResult::InSuspense(item, _)) = charged else { panic!("{charged:?}") };
    (payment.operation.id, item)
}

/// Minor units in suspense, gone by the bank, and what the loss account bears.
fn places(market: &Market) -> [i128; 3] {
    [
        market.available(id(SUSPENSE)) as i128,
        market.balances(id(BANK)).credits_posted.minor_units() as i128,
        -market.balances(id(LOSS)).net(),
    ]
}

/// Whether staff can send it back to its card, and what is told to the processor.
fn back_to_card(market: &Market, item: Id) -> Result<u128, WalletStatus> {
    let back = market.fresh();
    let resolution = Resolution::BackToCard(back);
    let resolved = market.wallets.resolve_suspense(item, &resolution, &staff("eve")).unwrap();
    verdict(resolved)?;
    Ok(market.wallets.card_refund(back).unwrap().unwrap().amount.minor_units())
}

/// A charge that came late is contested: staff cannot give it away meanwhile. Won, they can; lost,
/// it is gone; lost in part, the rest is theirs to resolve.
#[test]
fn money_in_suspense_is_contested() {
    for names_loss in [true, false] {
        let new = if names_loss { Market::with_loss_account } else { Market::new };
        let market = new(Policy::article());
        for (lost, left) in
            [(0, Ok(50_00)), (20_00, Ok(30_00)), (50_00, Err(W::SUSPENSE_ITEM_IS_RESOLVED))]
        {
            let (payment, item) = late(&market);
            let of_payment = crate::chargebacks::notice(&market, payment, 50_00);
            let judged = market.wallets.chargeback_notified(&of_payment, &Actor::System).unwrap();
            assert_eq!(verdict(judged), Err(W::CHARGE_MUST_BE_REPORTED), "name the item");
            let before = places(&market);
            let chargeback = contest(&market, item, 50_00);
            assert_eq!(back_to_card(&market, item), Err(W::CHARGEBACK_IS_OPEN));
            let due = if names_loss { 0 } else { 50_00 };
            assert_eq!(take(&market, chargeback).due, amount(due));
            let [suspended, gone, borne] = before;
            let lent = 50_00 - i128::from(due);
            assert_eq!(places(&market), [suspended, gone + lent, borne + lent]);
            assert_eq!(decide(&market, chargeback, lost).due, amount(0));
            let lost = i128::from(lost);
            let gone = gone + if names_loss { 50_00 } else { lost };
            assert_eq!(places(&market), [suspended - lost, gone, borne]);
            let open = market.wallets.open_suspense(None, 9).unwrap();
            assert_eq!(open.is_empty(), left.is_err());
            let shown = market.wallets.suspense_item(item).unwrap().unwrap();
            let units = left.unwrap_or(50_00);
            assert_eq!(
                (shown.amount.minor_units(), shown.resolved_by.is_zero()),
                (units, left.is_ok())
            );
            assert_eq!(back_to_card(&market, item), left);
            assert_eq!(market.available(id(SUSPENSE)), 0);
        }
        market.verify();
    }
}

/// An item that was resolved: to an order, the payment that it made is contested; to the card or
/// the wallet, nothing is left of it, and the shop bears all.
#[test]
fn resolved_money_is_followed() {
    let market = Market::with_loss_account(Policy::article());
    let (_, item) = late(&market);
    let (wallets, hold) = (&market.wallets, market.fresh());
    let order = wallets.order_from_suspense(item, hold).unwrap().unwrap();
    wallets.resolve_suspense(item, &Resolution::ToOrder(order), &staff("eve")).unwrap().unwrap();
    let chargeback = contest(&market, item, 50_00);
    assert_eq!(wallets.chargebacks_of(hold).unwrap()[0].id, chargeback);
    take(&market, chargeback);
    decide(&market, chargeback, 50_00);
    assert_eq!(places(&market), [0, 50_00, 0]);
    assert_eq!(market.balances(id(SELLER)).credits_pending, amount(0));

    let (_, item) = late(&market);
    assert_eq!(back_to_card(&market, item), Ok(50_00));
    let chargeback = contest(&market, item, 50_00);
    assert_eq!(wallets.chargeback(chargeback).unwrap().unwrap().of_payment, amount(0));
    decide(&market, chargeback, 50_00);
    assert_eq!(places(&market), [0, 150_00, 50_00]);
    market.verify();
}

/// The same without a loss account: the money goes back the way that it came.
#[test]
fn an_order_out_of_suspense_is_contested_without_a_loss_account() {
    let market = Market::new(Policy::article());
    let (_, item) = late(&market);
    let (wallets, hold) = (&market.wallets, market.fresh());
    let order = wallets.order_from_suspense(item, hold).unwrap().unwrap();
    wallets.resolve_suspense(item, &Resolution::ToOrder(order), &staff("eve")).unwrap().unwrap();
    let chargeback = contest(&market, hold, 50_00);
    assert_eq!(decide(&market, chargeback, 20_00).due, amount(0));
    assert_eq!(places(&market), [0, 20_00, 0]);
    assert_eq!(market.balances(id(SELLER)).credits_pending, amount(30_00));
    market.verify();
}
