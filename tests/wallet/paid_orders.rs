//! An order is paid once, whatever comes out of suspense, and whatever is on its way meanwhile.

use crate::cards::*;
use crate::market::*;
use crate::world::*;
use WalletStatus as W;
use escrowdb::wallet::*;
use escrowdb::*;

/// Anna's order, her card, and money of it that came late.
struct Late {
    market: Market,
    anna: Customer,
    card: Id,
    payment: Payment,
    item: Id,
}

impl Late {
    fn new() -> Self {
        let market = Market::new(Policy::article());
        let (anna, card) = with_card(&market);
        let payment = begun(&market, anna, card, 50_00).unwrap();
        market.wallets.card_payment_failed(payment.operation.id).unwrap().unwrap();
        let item = in_suspense(&market, &payment, "late");
        Self { market, anna, card, payment, item }
    }

    /// Another attempt to pay the same order with the card, which is being charged.
    fn charging(&self) -> Payment {
        let operation = Operation { id: self.market.fresh(), ..self.payment.operation };
        let payment = Payment { operation, authorisation: None, ..self.payment };
        let shown = self.market.authorise_card(&payment.purchase(), self.card).unwrap();
        let payment = Payment { authorisation: Some(shown), ..payment };
        self.market.wallets.begin_card_payment(&payment, self.card).unwrap().unwrap();
        payment
    }

    /// The answer to a clerk who gives the money of an item to the order, as the payment was to.
    fn resolve(&self, item: Id, by: &str) -> (Id, Result<(), WalletStatus>) {
        let (wallets, id) = (&self.market.wallets, self.market.fresh());
        let order = wallets.order_from_suspense(item, id).unwrap().unwrap();
        let judged = wallets.resolve_suspense(item, &Resolution::ToOrder(order), &staff(by));
        (id, verdict(judged.unwrap()))
    }

    fn is_paid(&self, item: Id) -> bool {
        self.market.wallets.suspense_item(item).unwrap().unwrap().order_is_paid
    }

    fn paid(&self) -> Amount {
        self.market.balances(id(SELLER)).credits_pending
    }

    /// Gives a payment by card back, all of it.
    fn refund(&self, payment: Id) {
        let refund = Operation::refund_rest(self.market.fresh(), payment);
        self.market.wallets.refund_card_payment(payment, refund).unwrap().unwrap();
    }
}

fn in_suspense(market: &Market, payment: &Payment, name: &str) -> Id {
    let charged = market.wallets.card_charged(&charge(payment, name, 50_00)).unwrap();
    let Ok(ChargeResult::InSuspense(item, _)) = charged else { panic!("{charged:?}") };
    item
}

/// Anna's card was slow, so she tried it again. The money of the first attempt came, a clerk gave
/// it to the order, and then the second attempt was charged and paid the seller once more: nobody
/// looked at payments that were on their way. What is charged for an order that money in suspense
/// has paid lies in suspense, and its instruction is not given again.
#[test]
fn what_is_charged_for_an_order_that_is_paid_meanwhile_lies_in_suspense() {
    let late = Late::new();
    let wallets = &late.market.wallets;
    let spent = || wallets.spending(late.anna.wallet).unwrap().unwrap().day;
    let other = begun(&late.market, late.anna, late.card, 1_00).unwrap();
    let second = late.charging();
    assert!(!late.is_paid(late.item));
    assert_eq!(spent(), 51_00);
    let (first, done) = late.resolve(late.item, "eve");
    assert_eq!((done, spent()), (Ok(()), 101_00));
    assert!(late.is_paid(late.item));
    let again = wallets.begin_card_payment(&second, late.card).unwrap();
    assert_eq!(verdict(again), Err(W::ORDER_IS_PAID), "the card is not charged for nothing");
    let charged = wallets.card_charged(&charge(&second, "second", 50_00)).unwrap();
    let Ok(ChargeResult::InSuspense(item, reason)) = charged else { panic!("{charged:?}") };
    assert_eq!((reason, late.paid()), (SuspenseReason::TWICE, amount(50_00)));
    assert_eq!(spent(), 51_00, "it does not count");
    let state = wallets.card_payment(second.operation.id).unwrap();
    assert_eq!(state, Some(CardPaymentState::IN_SUSPENSE));
    for by in ["eve", "adam"] {
        assert_eq!(late.resolve(item, by).1, Err(W::ORDER_IS_PAID));
    }
    assert_eq!(wallets.open_suspense(None, 9).unwrap().len(), 1);
    assert!(wallets.open_suspense(None, 9).unwrap()[0].order_is_paid);
    // It may pay once the first was given back.
    late.refund(first);
    assert!(!late.is_paid(item));
    assert_eq!(late.resolve(item, "eve").1, Ok(()));
    assert_eq!(late.paid(), amount(50_00));
    // Another order is none of this.
    let charged = wallets.card_charged(&charge(&other, "other", 1_00)).unwrap();
    assert_eq!(charged, Ok(ChargeResult::Paid));
    late.market.verify();
}

/// She paid from her wallet, at once and not into escrow, and was given it back. A year later that
/// lay in the archive, and her order counted as paid for ever: what was reversed is known, and how
/// much it was stands in the statement of her account.
#[test]
fn what_was_given_back_is_known_when_it_is_archived() {
    for (back, expected) in [(50_00, Ok(())), (49_99, Err(W::ORDER_IS_PAID))] {
        let Late { market, anna, card, payment, item } = Late::new();
        market.world().pay_in(1, 50_00);
        let paid = market.fresh();
        let operation = Operation::transfer(paid, anna.account, id(SELLER), LEDGER, amount(50_00));
        let purchase = Payment { operation, authorisation: None, ..payment };
        let authorisation = Some(market.authorise(&purchase.purchase(), false).unwrap());
        market.wallets.pay(&Payment { authorisation, ..purchase }).unwrap().unwrap();
        let reverse = Operation::reverse(market.fresh(), paid, amount(back));
        assert_eq!(market.submit(reverse).status, Status::APPLIED);

        let market = market.with_small_segments();
        for day in 1..20 {
            market.at(START + day * DAY);
            let fund = Operation::transfer(market.fresh(), id(BANK), id(FEES), LEDGER, amount(1));
            assert!(market.submit(fund).is_done());
        }
        let folder = tempfile::tempdir().unwrap();
        let before = Timestamp::from_seconds(START + 15 * DAY).unwrap();
        let options = ArchiveOptions::before(before);
        market.store.archive(folder.path().join("archive"), &options).unwrap();
        let found = market.store.snapshot().unwrap().operation(paid);
        assert!(matches!(found, Err(Error::Archived { .. })), "{found:?}");
        let late = Late { market, anna, card, payment, item };
        assert_eq!(late.is_paid(item), expected.is_err());
        assert_eq!(late.resolve(item, "eve").1, expected);
    }
}

/// The same, where the second attempt had failed before its money came.
#[test]
fn an_attempt_that_failed_does_not_pay_an_order_that_is_paid_meanwhile() {
    let late = Late::new();
    let second = late.charging();
    assert_eq!(late.resolve(late.item, "eve").1, Ok(()));
    late.market.wallets.card_payment_failed(second.operation.id).unwrap().unwrap();
    let item = in_suspense(&late.market, &second, "second");
    assert_eq!(late.resolve(item, "eve").1, Err(W::ORDER_IS_PAID));
    assert_eq!(late.paid(), amount(50_00));
    late.market.verify();
}

/// The processor charged Anna twice and told so by two references: two items of one payment. The
/// list did not say that the first had paid the order, and two clerks paid it again; when the first
/// was given back, the second still took two, for ever.
#[test]
fn a_payment_that_was_charged_twice_pays_once() {
    let late = Late::new();
    let item = in_suspense(&late.market, &late.payment, "late again");
    let (first, done) = late.resolve(late.item, "eve");
    assert_eq!(done, Ok(()));
    assert!(late.is_paid(item));
    for by in ["eve", "adam"] {
        assert_eq!(late.resolve(item, by).1, Err(W::ORDER_IS_PAID));
    }
    late.refund(first);
    assert!(!late.is_paid(item));
    let (second, done) = late.resolve(item, "eve");
    assert_eq!((done, late.paid()), (Ok(()), amount(50_00)));
    // So it is with a payment that was charged on time.
    let payment = begun(&late.market, late.anna, late.card, 50_00).unwrap();
    let charged = late.market.wallets.card_charged(&charge(&payment, "once", 50_00)).unwrap();
    assert_eq!(charged, Ok(ChargeResult::Paid));
    let item = in_suspense(&late.market, &payment, "twice");
    assert_eq!(late.resolve(item, "eve").1, Err(W::ORDER_IS_PAID));
    late.refund(payment.operation.id);
    assert_eq!(late.resolve(item, "eve").1, Ok(()));
    late.refund(second);
    late.market.verify();
}

/// The clerk and the processor's report come at the same moment: one of them pays the order.
#[test]
fn a_report_and_a_resolution_at_once_pay_once() {
    let market = Market::new(Policy::article());
    let (anna, card) = with_card(&market);
    let wallets = &market.wallets;
    let (mut by_clerk, mut by_card) = (0, 0);
    for round in 0..30 {
        let late = begun(&market, anna, card, 1_00).unwrap();
        wallets.card_payment_failed(late.operation.id).unwrap().unwrap();
        let charged = wallets.card_charged(&charge(&late, &format!("late {round}"), 1_00)).unwrap();
        let Ok(ChargeResult::InSuspense(item, _)) = charged else { panic!("{charged:?}") };
        let order = wallets.order_from_suspense(item, market.fresh()).unwrap().unwrap();
        let operation = Operation { id: market.fresh(), ..late.operation };
        let second = Payment { operation, authorisation: None, ..late };
        let shown = market.authorise_card(&second.purchase(), card).unwrap();
        let second = Payment { authorisation: Some(shown), ..second };
        wallets.begin_card_payment(&second, card).unwrap().unwrap();
        let report = charge(&second, &format!("second {round}"), 1_00);
        let start = std::sync::Barrier::new(2);
        let (resolved, charged) = std::thread::scope(|scope| {
            let clerk = scope.spawn(|| {
                start.wait();
                let order = Resolution::ToOrder(order);
                verdict(wallets.resolve_suspense(item, &order, &staff("eve")).unwrap())
            });
            start.wait();
            let charged = wallets.card_charged(&report).unwrap().unwrap();
            (clerk.join().unwrap(), charged)
        });
        match (resolved, charged) {
            (Ok(()), ChargeResult::InSuspense(_, SuspenseReason::TWICE)) => by_clerk += 1,
            (Err(W::ORDER_IS_PAID), ChargeResult::Paid) => by_card += 1,
            other => panic!("round {round}: {other:?}"),
        }
        assert_eq!(market.balances(id(SELLER)).credits_pending, amount((round + 1) * 1_00));
    }
    assert_eq!(by_clerk + by_card, 30);
    market.verify();
}
