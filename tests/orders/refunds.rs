//! Refunds that the host carries out: listed until they are confirmed, and what becomes of one that
//! fails.

use crate::world::*;
use OrderStatus as S;
use escrowdb::order::*;
use escrowdb::*;

const SUSPENSE: Id = Id::from_u128(71);
const KEPT: Id = Id::from_u128(72);

fn world() -> World {
    let world = World::new();
    let limited = AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS;
    let accounts = [
        Account::new(SUSPENSE, LEDGER, 500, limited),
        Account::new(KEPT, LEDGER, 210, limited | AccountFlags::SPEND_ONLY),
    ];
    assert!(world.store.create_accounts(&accounts).unwrap().iter().all(Outcome::is_done));
    world
}

/// With the order of [`terms`] paid, and its second part called off: 28.00 back to the card.
fn called_off(keeping: Option<Keeping>) -> World {
    let world = world();
    world.orders.place(ORDER, &Terms { keeping, ..terms(&policy()) }).unwrap().unwrap();
    for tender in [0, 1] {
        world.orders.tender_came(ORDER, tender, Id::new()).unwrap().unwrap();
    }
    world.act(1, Actor::Seller, PartCommand::Cancel);
    world
}

impl World {
    fn open_refunds(&self) -> Vec<OpenRefund> {
        self.orders.open_refunds(None, 100).unwrap()
    }

    fn fails(&self, reversal: Id, command: u128) -> Result<Id, Refusal> {
        self.orders.refund_failed(ORDER, reversal, SUSPENSE, id(command)).unwrap()
    }
}

/// The platform's own promotion is back by itself; the card's share is told to the processor once.
#[test]
fn what_goes_back_to_a_card_is_open_until_it_is_confirmed() {
    let world = called_off(None);
    let [refund] = world.open_refunds()[..] else { panic!("one refund") };
    assert_eq!((refund.order, refund.tender, refund.source), (ORDER, 0, CARD));
    assert_eq!((refund.amount, refund.ledger), (units(2_800), LEDGER));
    let step = world.last_step();
    assert_eq!((step.refunds[0].reversal, step.at), (refund.reversal, refund.at));
    assert!(world.orders.open_refunds(Some(refund.reversal), 100).unwrap().is_empty());
    for _ in 0..2 {
        world.orders.refund_confirmed(ORDER, refund.reversal, id(50)).unwrap().unwrap();
    }
    assert!(world.open_refunds().is_empty());
    let step = world.last_step();
    assert_eq!((step.kind, step.amount), (StepKind::RefundConfirmed, Some(units(2_800))));
    assert_eq!(step.refunds[0].reversal, refund.reversal);
    assert!(step.to_string().contains("refund_confirmed 2800 by system, of tender 0"), "{step}");
    // It was carried out: it cannot fail any more, nor be confirmed by another command.
    assert_eq!(world.fails(refund.reversal, 51).unwrap_err().status, S::REFUND_NOT_FOUND);
    let again = world.orders.refund_confirmed(ORDER, refund.reversal, id(52)).unwrap();
    assert_eq!(again.unwrap_err().status, S::REFUND_NOT_FOUND);
    world.check_purse(ORDER);
}

/// Whatever gives it back: a tender that is late, a payment that is above the price, an order that
/// lapses or is cancelled.
#[test]
fn each_way_back_is_listed() {
    let world = world();
    world.orders.place(ORDER, &terms(&policy())).unwrap().unwrap();
    let came = |units_: u128, command| {
        world.orders.tender_came_with(ORDER, 0, units(units_), id(command)).unwrap().unwrap()
    };
    let listed = || world.open_refunds().iter().map(|one| one.amount).collect::<Vec<_>>();
    came(7_000, 1);
    came(6_999, 2);
    assert_eq!(listed(), [units(6_999)], "it came twice");
    world.wait(3_700);
    world.orders.work(9).unwrap();
    assert_eq!(listed(), [units(7_000), units(6_999)], "it was not paid in time");
    world.orders.pay_again(ORDER, id(3)).unwrap().unwrap();
    came(7_500, 4);
    world.orders.tender_came(ORDER, 1, id(5)).unwrap().unwrap();
    assert_eq!(listed()[2..], [units(500)], "above the price");
    let other = id(1_002);
    world.orders.place(other, &terms(&policy())).unwrap().unwrap();
    world.orders.tender_came(other, 0, id(1)).unwrap().unwrap();
    world.orders.cancel_unpaid(other, id(2)).unwrap().unwrap();
    assert_eq!(listed()[3..], [units(7_000)], "cancelled");
}

/// A card that is closed: the money is with the platform again, and waits for its owner.
#[test]
fn what_fails_waits_in_suspense() {
    let world = called_off(None);
    let [refund] = world.open_refunds()[..] else { panic!("one refund") };
    let before = world.net(CARD);
    for _ in 0..2 {
        assert_eq!(world.fails(refund.reversal, 50), Ok(SUSPENSE));
    }
    assert_eq!((world.available(SUSPENSE), world.net(CARD)), (2_800, before - 2_800));
    let step = world.last_step();
    assert_eq!((step.kind, step.amount), (StepKind::RefundFailed, Some(units(2_800))));
    assert!(world.open_refunds().is_empty());
    let other = world.orders.refund_failed(ORDER, refund.reversal, KEPT, id(50)).unwrap();
    assert_eq!(other.unwrap_err().status, S::COMMAND_ID_IS_TAKEN);
    world.check_purse(ORDER);
}

/// Where the buyer has agreed to keep things, it goes there, if that account takes it.
#[test]
fn what_fails_goes_to_where_the_buyer_keeps_it() {
    let keeping = Some(Keeping { account: KEPT, keeps_refunds: false });
    for (is_closed, to) in [(false, KEPT), (true, SUSPENSE)] {
        let world = called_off(keeping);
        let [refund] = world.open_refunds()[..] else { panic!("one refund") };
        if is_closed {
            world.store.submit(&[Operation::close(id(903), KEPT)]).unwrap();
        }
        for _ in 0..2 {
            assert_eq!(world.fails(refund.reversal, 50), Ok(to));
        }
        assert_eq!(world.available(to), 2_800);
        let kept = if is_closed { Amount::ZERO } else { units(2_800) };
        assert_eq!(world.last_step().kept, kept);
    }
}

#[test]
fn refunds_are_refused() {
    let world = called_off(None);
    let [refund] = world.open_refunds()[..] else { panic!("one refund") };
    for account in [CARD, KEPT, Orders::buyer_account(ANNA, LEDGER), id(999)] {
        let judged = world.orders.refund_failed(ORDER, refund.reversal, account, id(50)).unwrap();
        assert_eq!(judged.unwrap_err().status, S::ACCOUNT_MUST_FIT, "{account}");
    }
    world.store.submit(&[Operation::close(id(903), SUSPENSE)]).unwrap();
    let refused = world.fails(refund.reversal, 50).unwrap_err();
    assert_eq!(
        (refused.status, refused.ledger),
        (S::REFUSED_BY_LEDGER, Status::CREDIT_ACCOUNT_CLOSED)
    );
    let other = id(1_002);
    let judged = world.orders.refund_confirmed(other, refund.reversal, id(50)).unwrap();
    assert_eq!(judged.unwrap_err().status, S::ORDER_NOT_FOUND);
    world.orders.place(other, &terms(&policy())).unwrap().unwrap();
    let judged = world.orders.refund_confirmed(other, refund.reversal, id(50)).unwrap();
    assert_eq!(judged.unwrap_err().status, S::REFUND_NOT_FOUND, "it is another order's");
    let judged = world.orders.refund_confirmed(ORDER, refund.reversal, ORDER).unwrap();
    assert_eq!(judged.unwrap_err().status, S::COMMAND_ID_IS_TAKEN);
    assert_eq!(world.open_refunds(), [refund]);
}
