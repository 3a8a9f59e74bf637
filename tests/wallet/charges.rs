//! The processor answers twice, late and wrongly, clerks are careless or worse, and policies
//! change: the money of a card goes where it belongs.

use crate::cards::*;
use crate::market::*;
use crate::world::*;
use WalletStatus as W;
use escrowdb::wallet::*;
use escrowdb::*;

/// What the trail of a subject says last.
fn last(market: &Market, subject: Id) -> AuditEntry {
    market.wallets.audit_trail(subject, None, 1_000).unwrap().pop().unwrap().1
}

fn in_suspense(result: Result<ChargeResult, Refusal>) -> Id {
    let Ok(ChargeResult::InSuspense(item, _)) = result else { panic!("{result:?}") };
    item
}

/// Anna's card was charged once, and the webhook was answered by two workers, one of which took the
/// order of Boris for hers: both sellers shipped, the shop paid one of them out of its own pocket.
/// A reference was known within one payment alone. It belongs to one payment for ever, with its
/// amount; other reports of it are refused by name, and the trail has them.
#[test]
fn one_charge_pays_one_payment() {
    let market = Market::new(Policy::article());
    let (anna, card) = with_card(&market);
    let (boris, other_card) = with_card(&market);
    let wallets = &market.wallets;
    let hers = begun(&market, anna, card, 80_00).unwrap();
    let his = begun(&market, boris, other_card, 80_00).unwrap();
    let charged = charge(&hers, "ch_1", 80_00);
    assert_eq!(wallets.card_charged(&charged).unwrap(), Ok(ChargeResult::Paid));

    let stolen = wallets.card_charged(&charge(&his, "ch_1", 80_00)).unwrap();
    assert_eq!(verdict(stolen), Err(W::CHARGE_IS_OF_ANOTHER_PAYMENT));
    let entry = last(&market, boris.wallet);
    assert_eq!((entry.command, entry.about), (Command::REFUSE_CHARGE, his.operation.id));
    assert!(
        entry.detail.starts_with("USD 80.00 ") && entry.detail.contains("another_payment"),
        "{entry:?}"
    );
    // A payment that failed does not get it either: its money would lie in suspense twice.
    wallets.card_payment_failed(his.operation.id).unwrap().unwrap();
    let stolen = wallets.card_charged(&charge(&his, "ch_1", 80_00)).unwrap();
    assert_eq!(verdict(stolen), Err(W::CHARGE_IS_OF_ANOTHER_PAYMENT));

    // The same charge with another amount was answered "paid", and the difference was nobody's.
    let wrong = wallets.card_charged(&charge(&hers, "ch_1", 800_00)).unwrap();
    assert_eq!(verdict(wrong), Err(W::CHARGE_HAS_ANOTHER_AMOUNT));
    let entry = last(&market, anna.wallet);
    assert_eq!((entry.command, entry.about), (Command::REFUSE_CHARGE, hers.operation.id));
    assert!(entry.detail.starts_with("USD 800.00 "), "{entry:?}");

    assert_eq!(wallets.card_charged(&charged).unwrap(), Ok(ChargeResult::Paid), "a retry");
    assert_eq!(market.balances(id(BANK)).debits_posted, amount(80_00));
    market.verify();
}

/// A thief has a list of old payment ids and the shop's retry: "begin" handed the token out again
/// for a payment that had failed, with a card that its owner had suspended, from a wallet that
/// support had frozen. The instruction is given while the card is being charged, and wallet and
/// card may pay.
#[test]
fn a_retry_is_not_a_second_instruction() {
    let market = Market::new(Policy::article());
    let (anna, card) = with_card(&market);
    let wallets = &market.wallets;
    let again = |payment: &Payment| verdict(wallets.begin_card_payment(payment, card).unwrap());

    let payment = begun(&market, anna, card, 10_00).unwrap();
    assert_eq!(again(&payment), Ok(()), "the answer was lost");
    wallets.suspend_card(anna.wallet, card, &Actor::Customer).unwrap().unwrap();
    assert_eq!(again(&payment), Err(W::CARD_MUST_BE_ACTIVE));
    wallets.resume_card(anna.wallet, card, &Actor::Customer).unwrap().unwrap();
    market.freeze(anna);
    assert_eq!(again(&payment), Err(W::WALLET_MUST_BE_ACTIVE));
    market.unfreeze(anna);
    assert_eq!(again(&payment), Ok(()));
    wallets.card_payment_failed(payment.operation.id).unwrap().unwrap();
    assert_eq!(again(&payment), Err(W::CARD_PAYMENT_MUST_BE_AT_THIS_STEP));

    let paid = begun(&market, anna, card, 10_00).unwrap();
    wallets.card_charged(&charge(&paid, "ch_1", 10_00)).unwrap().unwrap();
    assert_eq!(again(&paid), Err(W::CARD_PAYMENT_MUST_BE_AT_THIS_STEP), "charged once is enough");
    let odd = begun(&market, anna, card, 10_00).unwrap();
    wallets.card_charged(&charge(&odd, "ch_2", 9_00)).unwrap().unwrap();
    assert_eq!(again(&odd), Err(W::CARD_PAYMENT_MUST_BE_AT_THIS_STEP));

    let removed = begun(&market, anna, card, 10_00).unwrap();
    wallets.remove_card(anna.wallet, card, &Actor::Customer).unwrap().unwrap();
    assert_eq!(again(&removed), Err(W::CARD_MUST_BE_ACTIVE));
    market.freeze(anna);
    assert_eq!(verdict(begun(&market, anna, card, 1_00)), Err(W::CARD_MUST_BE_ACTIVE));
}

/// Eve, a clerk, gave a customer's late money to her cousin's shop, by one call, and again by a
/// "fee" of the whole amount. Two members of staff must agree on that, under two names; the
/// customer hears of it, and the trail has the amount and both accounts.
#[test]
fn no_clerk_alone_gives_money_away() {
    let market = Market::new(Policy::article());
    let (anna, card) = with_card(&market);
    let wallets = &market.wallets;
    let (cousin, eve, adam) = (id(61), staff("eve"), staff("adam"));
    market.store.create_accounts(&[Account::new(cousin, LEDGER, 300, AccountFlags::NONE)]).unwrap();
    let late = begun(&market, anna, card, 50_00).unwrap();
    wallets.card_payment_failed(late.operation.id).unwrap().unwrap();
    let item = in_suspense(wallets.card_charged(&charge(&late, "late", 50_00)).unwrap());
    market.deliver();

    let resolve = |operation: Operation, actor: &Actor| {
        let order = Resolution::ToOrder(operation);
        verdict(wallets.resolve_suspense(item, &order, actor).unwrap())
    };
    let meant = Operation { id: market.fresh(), ..late.operation };
    let away = Operation { credit_account: cousin, ..meant };
    let fee = Operation { fee_account: cousin, fee_ppm: 1_000_000, ..meant };
    for operation in [away, fee, away] {
        let alone = resolve(operation, &eve);
        assert_eq!(alone, Err(W::RESOLUTION_NEEDS_A_SECOND_PERSON));
        assert_eq!(resolve(operation, &eve), alone, "a retry");
        assert_eq!(resolve(operation, &staff("Eve")), alone, "a retry");
        assert_eq!(resolve(operation, &staff("e.ve")), Err(W::STAFF_MUST_BE_REGISTERED));
    }
    // After it come the refused attempts by another name of hers.
    let trail = wallets.audit_trail(anna.wallet, None, 1_000).unwrap();
    let proposed = trail.iter().rfind(|(_, entry)| entry.command == Command::PROPOSE_RESOLUTION);
    let entry = &proposed.unwrap().1;
    assert_eq!(entry.about, item);
    let text = format!("USD 50.00 from account {} to account {cousin}", id(SUSPENSE));
    assert_eq!(entry.detail, text);
    // What the second one orders is judged, not what the first one wanted.
    let else_where = Operation { credit_account: id(FEES), ..meant };
    assert_eq!(resolve(else_where, &adam), Err(W::RESOLUTION_NEEDS_A_SECOND_PERSON));
    assert_eq!(market.balances(cousin).credits_pending, amount(0));
    assert!(market.letters().is_empty());

    assert_eq!(resolve(away, &eve), Err(W::RESOLUTION_NEEDS_A_SECOND_PERSON));
    assert_eq!(resolve(away, &adam), Ok(()), "the seller has another account by now: both say so");
    assert_eq!(resolve(away, &adam), Ok(()), "a retry");
    assert_eq!(market.balances(cousin).credits_pending, amount(50_00));
    let entry = last(&market, anna.wallet);
    assert_eq!((entry.command, entry.actor), (Command::RESOLVE_SUSPENSE, adam));
    assert_eq!(entry.detail, text);
    let kinds: Vec<_> = market.letters().iter().map(|l| (l.kind, l.about)).collect();
    assert!(kinds.contains(&(LetterKind::SUSPENSE_RESOLVED, item)), "{kinds:?}");
    market.verify();
}

/// Anna's card was slow, so she paid from her wallet; then the card's money came after all, and the
/// clerk, who saw neither order nor payee, gave it to the order: the seller had it twice. An item
/// says what its payment was for, and an order that another payment has paid is refused by name, to
/// any number of clerks, until that payment was given back.
#[test]
fn an_order_is_not_paid_twice_out_of_suspense() {
    let market = Market::new(Policy::article());
    let (anna, card) = with_card(&market);
    let wallets = &market.wallets;
    market.world().pay_in(1, 50_00);
    let late = begun(&market, anna, card, 50_00).unwrap();
    wallets.card_payment_failed(late.operation.id).unwrap().unwrap();
    // She gives up on the card, and then on the first attempt from her wallet, too.
    let hold = Operation { id: market.fresh(), ..late.operation };
    let purchase = Payment { operation: hold, authorisation: None, ..late };
    let authorisation = Some(market.authorise(&purchase.purchase(), false).unwrap());
    wallets.pay(&Payment { authorisation, ..purchase }).unwrap().unwrap();
    let item = in_suspense(wallets.card_charged(&charge(&late, "late", 49_00)).unwrap());

    let found = wallets.suspense_item(item).unwrap().unwrap();
    assert_eq!((found.order, found.payee), (late.order, id(SELLER)));
    assert_eq!((found.amount, found.expected), (amount(49_00), amount(50_00)));
    assert_eq!(wallets.open_suspense(None, 9).unwrap(), [found]);
    let meant = wallets.order_from_suspense(item, market.fresh()).unwrap().unwrap();
    let debit_account = Wallets::purchase_account(anna.person, LEDGER);
    let whole = Operation { id: meant.id, amount: amount(49_00), debit_account, ..late.operation };
    assert_eq!(meant, whole, "by the terms of the payment");
    assert_eq!(wallets.order_from_suspense(id(77), id(78)).unwrap(), None);

    let resolve = |by: &Actor| {
        let order = Resolution::ToOrder(meant);
        verdict(wallets.resolve_suspense(item, &order, by).unwrap())
    };
    for by in ["eve", "adam"].map(staff) {
        assert_eq!(resolve(&by), Err(W::ORDER_IS_PAID));
    }
    assert_eq!(market.balances(id(SELLER)).credits_pending, amount(50_00));
    // Some of it was given back: it is paid all the same.
    let refund = |units| Operation::refund(market.fresh(), hold.id, amount(units));
    assert_eq!(market.submit(refund(10_00)).status, Status::APPLIED);
    assert_eq!(resolve(&staff("eve")), Err(W::ORDER_IS_PAID));
    assert_eq!(market.submit(refund(40_00)).status, Status::APPLIED);
    assert_eq!(resolve(&staff("eve")), Ok(()));
    assert_eq!(market.balances(id(SELLER)).credits_pending, amount(49_00));
    market.verify();
}

/// So it is with two cards: the order that the second one paid is not paid by the first one's late
/// money.
#[test]
fn an_order_that_another_card_paid_is_paid() {
    let market = Market::new(Policy::article());
    let (anna, card) = with_card(&market);
    let wallets = &market.wallets;
    let late = begun(&market, anna, card, 50_00).unwrap();
    wallets.card_payment_failed(late.operation.id).unwrap().unwrap();
    let operation = Operation { id: market.fresh(), ..late.operation };
    let second = Payment { operation, ..late };
    let authorisation = Some(market.authorise_card(&second.purchase(), card).unwrap());
    let second = Payment { authorisation, ..second };
    wallets.begin_card_payment(&second, card).unwrap().unwrap();
    let item = in_suspense(wallets.card_charged(&charge(&late, "late", 50_00)).unwrap());
    let resolve = |by: &str| {
        let order = wallets.order_from_suspense(item, id(900)).unwrap().unwrap();
        let judged = wallets.resolve_suspense(item, &Resolution::ToOrder(order), &staff(by));
        verdict(judged.unwrap())
    };
    wallets.card_charged(&charge(&second, "second", 50_00)).unwrap().unwrap();
    assert_eq!(resolve("eve"), Err(W::ORDER_IS_PAID));
    let refund = Operation::refund(market.fresh(), second.operation.id, amount(50_00));
    wallets.refund_card_payment(second.operation.id, refund).unwrap().unwrap();
    assert_eq!(resolve("eve"), Ok(()));
    market.verify();
}

/// Support froze Anna's wallet and the shop called her order off: nobody could say whether her card
/// gets its money back. It passes through an account that no freezing of the wallet touches, and
/// goes to the card, though she agreed to have refunds in her wallet. A refund goes on counting as
/// paid.
#[test]
fn a_refund_does_not_wait_for_a_frozen_wallet() {
    use Status as S;
    let market = Market::new(Policy::article());
    let (anna, card) = with_card(&market);
    let wallets = &market.wallets;
    let [held, paid] = [20_00, 30_00].map(|units| {
        let payment = begun(&market, anna, card, units).unwrap();
        let charge = charge(&payment, &units.to_string(), units);
        wallets.card_charged(&charge).unwrap().unwrap();
        payment.operation.id
    });
    let release = Operation::release_rest(market.fresh(), paid);
    assert_eq!(market.submit(release).status, S::APPLIED);
    let spent = || wallets.spending(anna.wallet).unwrap().unwrap().day;
    assert_eq!(spent(), 50_00);
    wallets.set_consent(anna.person, REFUNDS_TO_WALLET, "1", true).unwrap().unwrap();
    market.freeze(anna);
    let refund = |units: u32| Operation::refund(market.fresh(), held, amount(units));
    let take_back = || Operation::reverse(market.fresh(), paid, amount(30_00));
    let back = |payment, operation| wallets.refund_card_payment(payment, operation).unwrap();
    assert_eq!(back(held, refund(15_00)), Ok(Refunded::ToCard));
    assert_eq!(back(paid, take_back()), Ok(Refunded::ToCard));
    assert_eq!(market.submit(refund(5_00)).status, S::APPLIED, "by the store, to be passed on");
    let left = wallets.return_to_card(held, market.fresh(), amount(5_00)).unwrap();
    assert_eq!(left, Ok(Refunded::ToCard));
    assert_eq!(market.available(anna.account), 0);
    assert_eq!(spent(), 50_00);
    market.verify();
}

/// Her late money paid the order after all, and then the seller had nothing to send: the refund was
/// stuck in her wallet, for ever, as its card payment had "failed". Money that leaves suspense for
/// an order is a card payment of its own, and goes back the way that it came.
#[test]
fn what_paid_an_order_out_of_suspense_goes_back_to_its_card() {
    let market = Market::new(Policy::article());
    let (anna, card) = with_card(&market);
    let wallets = &market.wallets;
    let late = begun(&market, anna, card, 50_00).unwrap();
    wallets.card_payment_failed(late.operation.id).unwrap().unwrap();
    let item = in_suspense(wallets.card_charged(&charge(&late, "late", 50_00)).unwrap());
    let order = Operation { id: market.fresh(), ..late.operation };
    let to_order = Resolution::ToOrder(order);
    wallets.resolve_suspense(item, &to_order, &staff("eve")).unwrap().unwrap();
    assert_eq!(wallets.card_payment(order.id).unwrap(), Some(CardPaymentState::PAID));
    let back = |units| {
        let refund = Operation::refund(market.fresh(), order.id, amount(units));
        wallets.refund_card_payment(order.id, refund).unwrap()
    };
    assert_eq!(back(20_00), Ok(Refunded::ToCard));
    // The rest by herself, out of the wallet that a plain refund brought it to.
    let refund = Operation::refund(market.fresh(), order.id, amount(30_00));
    assert_eq!(market.submit(refund).status, Status::APPLIED);
    let returned = wallets.return_to_card(order.id, market.fresh(), amount(30_00)).unwrap();
    assert_eq!(returned, Ok(Refunded::ToCard));
    let more = wallets.return_to_card(order.id, market.fresh(), amount(1)).unwrap();
    assert_eq!(verdict(more), Err(W::EXCEEDS_CARD_PAYMENT));
    assert_eq!(market.balances(id(BANK)).credits_posted, amount(50_00));
    assert_eq!((market.available(anna.account), market.available(id(SUSPENSE))), (0, 0));
    assert!(market.is_balanced());
    market.verify();
}

/// A launderer pays by card and calls the orders off: 10,000.00 lay in an anonymous wallet that the
/// law lets hold 150.00, as the limit was looked at when topping up alone. Each command that puts
/// money in looks at it; what does not fit goes to the card.
#[test]
fn what_does_not_fit_into_the_wallet_goes_to_the_card() {
    let mut policy = Policy::eu_amld5();
    policy.currencies[0].code = "USD".into();
    policy.currencies[0].tiers[0].per_payment = None;
    policy.currencies[0].cooldown.per_payment = None;
    policy.currencies[0].cooldown.per_day = None;
    let market = Market::new(policy);
    let (anna, card) = with_card(&market);
    let wallets = &market.wallets;
    wallets.set_consent(anna.person, REFUNDS_TO_WALLET, "1", true).unwrap().unwrap();
    let mut number = 0;
    let mut refunded = |units: u32, released: bool| {
        number += 1;
        let payment = begun(&market, anna, card, units).unwrap();
        let hold = payment.operation.id;
        wallets.card_charged(&charge(&payment, &format!("ch_{number}"), units)).unwrap().unwrap();
        let back = match released {
            true => {
                let release = Operation::release(market.fresh(), hold, amount(units));
                assert!(market.submit(release).is_done());
                Operation::reverse(market.fresh(), hold, amount(units))
            }
            false => Operation::refund(market.fresh(), hold, amount(units)),
        };
        wallets.refund_card_payment(hold, back).unwrap()
    };
    let split = |to_wallet, to_card| {
        Ok(Refunded::Split { to_wallet: amount(to_wallet), to_card: amount(to_card) })
    };
    assert_eq!(refunded(100_00, false), Ok(Refunded::ToWallet));
    assert_eq!(refunded(40_00, true), Ok(Refunded::ToWallet), "paid out, and back from the seller");
    assert_eq!(refunded(10_000_00, true), split(10_00, 9_990_00));
    assert_eq!(refunded(1, false), Ok(Refunded::ToCard));
    assert_eq!(market.available(anna.account), 150_00);

    // Out of suspense too: a clerk is told, and sends it back.
    let odd = begun(&market, anna, card, 5_00).unwrap();
    let item = in_suspense(wallets.card_charged(&charge(&odd, "odd", 6_00)).unwrap());
    let eve = staff("eve");
    let resolve = |to| verdict(wallets.resolve_suspense(item, &to, &eve).unwrap());
    assert_eq!(resolve(Resolution::ToWallet(market.fresh())), Err(W::NEEDS_TIER));
    assert_eq!(resolve(Resolution::BackToCard(market.fresh())), Ok(()));
    assert_eq!(market.available(anna.account), 150_00);
    let out = market.balances(id(BANK));
    assert_eq!(out.debits_posted.minor_units() - out.credits_posted.minor_units(), 150_00);
    market.verify();
}

/// The shop turned its policy round between a payment's begin and its failure: a thief who let card
/// payments fail under the new policy took them out of what had never counted them, and could spend
/// as much more. A payment remembers what it counted, and in which day.
#[test]
fn a_payment_takes_back_what_it_counted() {
    let counting = Policy::article();
    let mut free = Policy::article();
    free.payments.limits_cover_cards = false;
    // Its clock is a day ahead of the other's.
    let mut ahead = Policy::article();
    ahead.utc_offset_minutes = 14 * 60;
    let day = |market: &Market, of: Customer| {
        let spent = market.wallets.spending(of.wallet).unwrap().unwrap();
        (spent.day, spent.month, spent.lifetime)
    };
    for (before, after, expected) in [
        (&counting, &free, (40_00, 40_00, 40_00)),
        (&free, &counting, (40_00, 40_00, 40_00)),
        (&counting, &counting, (40_00, 40_00, 40_00)),
    ] {
        let market = Market::new(before.clone());
        let (anna, card) = with_card(&market);
        market.pay_in(1, 100_00);
        market.pays(anna, 40_00).unwrap();
        let payment = begun(&market, anna, card, 30_00).unwrap();
        let market = market.reopened(after.clone());
        market.wallets.card_payment_failed(payment.operation.id).unwrap().unwrap();
        assert_eq!(day(&market, anna), expected);
    }
    // By the day that it was counted in, wherever that day is in the new policy.
    let market = Market::new(ahead);
    let (anna, card) = with_card(&market);
    let payment = begun(&market, anna, card, 30_00).unwrap();
    let market = market.reopened(counting);
    market.wallets.card_payment_failed(payment.operation.id).unwrap().unwrap();
    assert_eq!(day(&market, anna), (0, 0, 0));
}

/// She closed her wallet while her card was being charged; the money came an hour later and
/// belonged to nobody. What is on its way, or lies in suspense, is settled first.
#[test]
fn a_wallet_with_money_on_its_way_is_not_closed() {
    let market = Market::new(Policy::article());
    let (anna, card) = with_card(&market);
    let (wallets, eve) = (&market.wallets, staff("eve"));
    let payment = begun(&market, anna, card, 10_00).unwrap();
    market.freeze(anna);
    let close = || verdict(wallets.close_wallet(anna.wallet, &eve).unwrap());
    assert_eq!(close(), Err(W::WALLET_HAS_OPEN_PAYMENTS));
    let item = in_suspense(wallets.card_charged(&charge(&payment, "ch", 10_00)).unwrap());
    assert_eq!(close(), Err(W::WALLET_HAS_MONEY_IN_SUSPENSE));
    let refund = market.fresh();
    wallets.resolve_suspense(item, &Resolution::BackToCard(refund), &eve).unwrap().unwrap();
    assert_eq!(close(), Err(W::WALLET_HAS_OPEN_REFUNDS));
    wallets.card_refunded(refund).unwrap().unwrap();
    assert_eq!(close(), Ok(()));

    // In escrow it is neither hers nor the seller's.
    let ben = market.customer(10_00);
    market.pays(ben, 10_00).unwrap();
    market.freeze(ben);
    let close = verdict(wallets.close_wallet(ben.wallet, &eve).unwrap());
    assert_eq!(close, Err(W::WALLET_HAS_OPEN_ORDERS));
    market.verify();
}
