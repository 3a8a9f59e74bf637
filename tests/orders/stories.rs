//! Orders that take different ways, each as a shop would tell it.

use crate::world::*;
use escrowdb::order::*;
use escrowdb::*;

/// Two sellers, a card and a coupon. Nobody is paid before all money is there; then both ship, one
/// parcel is confirmed, and the other one's buyer says nothing.
#[test]
fn a_cart_of_two_sellers_is_paid_by_card_and_promotion() {
    let world = World::new();
    world.orders.place(ORDER, &terms(&policy())).unwrap().unwrap();
    assert!(!world.orders.tender_came(ORDER, 1, id(1)).unwrap().unwrap());
    world.check_purse(ORDER);
    assert_eq!(world.orders.order(ORDER).unwrap().unwrap().state, OrderState::Unpaid);
    assert!(world.orders.tender_came(ORDER, 0, id(2)).unwrap().unwrap());
    world.check_purse(ORDER);

    let options = world.orders.options(ORDER, 0, Party::Seller).unwrap().unwrap();
    assert_eq!(options.possible, [Action::Ship, Action::Cancel]);
    assert_eq!((options.stage, options.if_nobody_acts), (Stage::Paid, Some(Silence::Refund)));
    for part in [0, 1] {
        assert_eq!(world.act(part, Actor::Seller, PartCommand::Ship), Stage::Shipped);
    }
    assert_eq!(world.act(0, Actor::System, PartCommand::Deliver), Stage::Delivered);
    assert_eq!(world.act(0, Actor::Buyer, PartCommand::Confirm), Stage::Done);
    assert_eq!(world.available(Orders::seller_account(BOB, LEDGER)), 5_400);

    world.wait(31 * DAY);
    assert_eq!(world.available(Orders::seller_account(CARLA, LEDGER)), 3_600);
    assert_eq!(world.available(FEES), 1_000);
    assert_eq!(world.orders.order(ORDER).unwrap().unwrap().state, OrderState::Done);
    world.check_purse(ORDER);
}

/// The card was charged, but the coupon was not there in time: the card gets its money back by
/// itself, and nobody was paid.
#[test]
fn an_order_that_is_half_paid_gives_all_back() {
    let world = World::new();
    world.orders.place(ORDER, &terms(&policy())).unwrap().unwrap();
    let before = world.available(PROMOTION);
    world.orders.tender_came(ORDER, 1, id(1)).unwrap().unwrap();
    assert_eq!(world.available(PROMOTION), before - 3_000);
    world.wait(3_602);
    assert_eq!(world.available(PROMOTION), before);
    assert_eq!(world.orders.order(ORDER).unwrap().unwrap().state, OrderState::Lapsed);
    world.check_purse(ORDER);
    // The timeline tells what went back, once.
    assert_eq!(world.orders.work(9).unwrap().parts, 1);
    assert_eq!(world.orders.work(9).unwrap(), OrderWork::default());
    let lapsed = world.last_step();
    assert_eq!((lapsed.kind, lapsed.refunds.len()), (StepKind::Lapsed, 1));
    assert_eq!((lapsed.refunds[0].tender, lapsed.refunds[0].amount), (1, units(3_000)));
}

/// A shop that follows the feed hears of each order that was not paid in time, even if nothing of
/// it came; and again of each further attempt, but not of one that was paid or cancelled.
#[test]
fn an_order_of_which_nothing_came_is_told_when_it_lapses() {
    let world = World::new();
    let place = |order| world.orders.place(order, &terms(&policy())).unwrap().unwrap();
    let [lapses, is_cancelled, is_paid] = [ORDER, id(1_002), id(1_003)];
    [lapses, is_cancelled, is_paid].into_iter().for_each(place);
    world.orders.cancel_unpaid(is_cancelled, id(1)).unwrap().unwrap();
    for tender in [0, 1] {
        world.orders.tender_came(is_paid, tender, id(2 + u128::from(tender))).unwrap().unwrap();
    }
    assert_eq!(world.orders.work(9).unwrap(), OrderWork::default(), "the window is open");
    let lapsed = || {
        let told = world.orders.events(Timestamp::NONE, usize::MAX).unwrap().steps;
        let told = told.into_iter().filter(|step| step.kind == StepKind::Lapsed);
        told.map(|step| (step.order, step.refunds.len())).collect::<Vec<_>>()
    };
    for attempts in 1..=2 {
        world.wait(3_602);
        assert_eq!(lapsed(), vec![(lapses, 0); attempts - 1]);
        assert_eq!(world.orders.work(9).unwrap().parts, 1);
        assert_eq!(world.orders.work(9).unwrap(), OrderWork::default());
        assert_eq!(lapsed(), vec![(lapses, 0); attempts]);
        assert_eq!(world.last_step().kind, StepKind::Lapsed);
        world.orders.pay_again(lapses, id(10 + attempts as u128)).unwrap().unwrap();
    }
}

/// The card is charged after the window: its money is taken in, and goes back visibly. Then the
/// buyer pays the same order again.
#[test]
fn what_comes_late_goes_back_and_the_order_is_paid_again() {
    let world = World::new();
    world.orders.place(ORDER, &terms(&policy())).unwrap().unwrap();
    world.orders.tender_came(ORDER, 1, id(1)).unwrap().unwrap();
    let early = world.orders.pay_again(ORDER, id(3)).unwrap().unwrap_err();
    assert_eq!(early.status, OrderStatus::PAYMENT_WINDOW_IS_OPEN);
    world.wait(3_601);
    let (before, card) = (world.available(PROMOTION), world.net(CARD));
    let late = world.orders.tender_came_with(ORDER, 0, units(7_000), id(2)).unwrap().unwrap();
    assert_eq!((late.is_taken, late.has_paid, late.back), (false, false, units(7_000)));
    let again = world.orders.tender_came_with(ORDER, 0, units(7_000), id(2)).unwrap().unwrap();
    assert_eq!((again, world.net(CARD)), (late, card));
    assert_eq!(world.last_step().kind, StepKind::TenderReturned);
    world.check_purse(ORDER);

    let own = id(31);
    let flags = AccountFlags::SPEND_ONLY | AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS;
    world.store.create_accounts(&[Account::new(own, LEDGER, 9, flags)]).unwrap();
    let goodwill = Goodwill { from: PROMOTION, to: own, amount: units(5) };
    world.orders.give_goodwill(ORDER, &goodwill, "eve", id(8)).unwrap().unwrap();
    let before = before - 5;
    let until = world.orders.pay_again(ORDER, id(3)).unwrap().unwrap();
    assert_eq!(world.orders.pay_again(ORDER, id(3)).unwrap().unwrap(), until);
    let view = world.orders.order(ORDER).unwrap().unwrap();
    assert_eq!((view.state, view.pay_until), (OrderState::Unpaid, until));
    assert_eq!(view.goodwill, units(5), "what was given stays so");
    // The timeline tells what came of the first attempt, whether anything ran meanwhile or not.
    let reopened = world.last_step();
    assert_eq!(
        (reopened.kind, reopened.refunds[0].amount),
        (StepKind::PaymentReopened, units(3_000))
    );
    assert!(!world.orders.tender_came(ORDER, 1, id(4)).unwrap().unwrap());
    assert!(world.orders.tender_came(ORDER, 0, id(5)).unwrap().unwrap());
    assert_eq!(world.available(PROMOTION), before - 3_000);
    world.check_purse(ORDER);
    // A processor that reports the same charge twice gets it back.
    let double = world.orders.tender_came_with(ORDER, 0, units(7_000), id(6)).unwrap().unwrap();
    assert_eq!((double.is_taken, double.back), (false, units(7_000)));
    world.check_purse(ORDER);
    let paid = world.orders.pay_again(ORDER, id(7)).unwrap().unwrap_err();
    assert_eq!(paid.status, OrderStatus::ORDER_IS_PAID);
}

/// The buyer cancels what is half paid: all goes back, and the order is never paid.
#[test]
fn an_unpaid_order_is_cancelled() {
    let world = World::new();
    world.orders.place(ORDER, &terms(&policy())).unwrap().unwrap();
    let before = world.available(PROMOTION);
    world.orders.tender_came(ORDER, 1, id(1)).unwrap().unwrap();
    let back = world.orders.cancel_unpaid(ORDER, id(2)).unwrap().unwrap();
    assert_eq!((back, world.available(PROMOTION)), (units(3_000), before));
    assert_eq!(world.orders.cancel_unpaid(ORDER, id(2)).unwrap().unwrap(), back);
    assert_eq!(world.orders.order(ORDER).unwrap().unwrap().state, OrderState::Cancelled);
    let late = world.orders.tender_came_with(ORDER, 0, units(7_000), id(3)).unwrap().unwrap();
    assert!(!late.is_taken);
    world.check_purse(ORDER);
    world.wait(3_700);
    assert_eq!(world.orders.work(9).unwrap(), OrderWork::default());
    for refused in [
        world.orders.cancel_unpaid(ORDER, id(4)).unwrap().err(),
        world.orders.pay_again(ORDER, id(5)).unwrap().err(),
    ] {
        assert_eq!(refused.unwrap().status, OrderStatus::ORDER_IS_CANCELLED);
    }
    let other = World::paid();
    let refused = other.orders.cancel_unpaid(ORDER, id(9)).unwrap().unwrap_err();
    assert_eq!(refused.status, OrderStatus::ORDER_IS_PAID);
}

/// More comes than was asked for: what is above goes back to its source, or to the buyer who has
/// agreed to it, as do refunds then.
#[test]
fn what_is_paid_too_much_goes_back_or_is_kept() {
    let own = id(31);
    for (keeps_refunds, is_closed) in
        [(None, false), (Some(false), false), (Some(true), false), (Some(true), true)]
    {
        let world = World::new();
        let flags = AccountFlags::SPEND_ONLY | AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS;
        world.store.create_accounts(&[Account::new(own, LEDGER, 9, flags)]).unwrap();
        let keeping = keeps_refunds.map(|keeps_refunds| Keeping { account: own, keeps_refunds });
        let terms = Terms { keeping, ..terms(&policy()) };
        world.orders.place(ORDER, &terms).unwrap().unwrap();
        if is_closed {
            world.store.submit(&[Operation::close(id(902), own)]).unwrap();
        }
        let came = |tender, came, command| {
            world.orders.tender_came_with(ORDER, tender, units(came), id(command)).unwrap()
        };
        let short = came(1, 2_999, 1).unwrap_err();
        assert_eq!((short.status, short.missing), (OrderStatus::TENDER_FALLS_SHORT, units(1)));
        assert_eq!(short.to_string(), "tender_falls_short: 1 are missing");
        let first = came(0, 7_007, 2).unwrap();
        assert!(first.is_taken && !first.has_paid);
        let last = came(1, 3_002, 3).unwrap();
        assert!(last.has_paid);
        let is_kept = keeping.is_some() && !is_closed;
        let (back, kept) = if is_kept { (0, 9) } else { (9, 0) };
        assert_eq!((last.back, last.kept), (units(back), units(kept)));
        assert_eq!(world.last_step().refunds.len(), if is_kept { 0 } else { 2 });
        world.check_purse(ORDER);

        world.act(1, Actor::Seller, PartCommand::Ship);
        world.act(0, Actor::Seller, PartCommand::Cancel);
        world.check_purse(ORDER);
        let view = world.orders.order(ORDER).unwrap().unwrap();
        let kept: Vec<_> = view.tenders.iter().map(|one| one.kept.minor_units()).collect();
        match (keeps_refunds, is_closed) {
            (Some(true), false) => {
                assert_eq!((world.back(), kept), ([0, 0], vec![4_200, 1_800]));
                assert_eq!((world.available(own), world.last_step().kept), (6_009, units(6_000)));
            }
            _ => assert_eq!((world.back(), kept), ([4_200, 1_800], vec![0, 0])),
        }
    }
}

/// One seller never ships. The deadline gives the money back to the buyer's account, and work
/// passes it on to card and promotion by their shares.
#[test]
fn a_seller_who_never_ships_leaves_nothing() {
    let world = World::paid();
    world.act(1, Actor::Seller, PartCommand::Ship);
    world.wait(3 * DAY + 1);
    let part = world.part(0);
    assert_eq!((part.stage, part.refunded, part.due), (Stage::Done, units(6_000), units(6_000)));
    world.check_purse(ORDER);
    assert_eq!(world.orders.work(10).unwrap().parts, 1);
    assert_eq!((world.part(0).due, world.back()), (Amount::ZERO, [4_200, 1_800]));
    assert_eq!(world.orders.work(10).unwrap(), OrderWork::default());
    world.check_purse(ORDER);
}

/// Paid on a Friday, with three business days to ship and a holiday on Monday: the seller has until
/// Thursday at the same time of day.
#[test]
fn a_seller_has_three_business_days_to_ship() {
    let world = World::new();
    let policy = Policy {
        processing: Window::BusinessDays(3),
        calendar: Some(Calendar {
            utc_offset_minutes: -300,
            weekend: vec![Weekday::Saturday, Weekday::Sunday],
            holidays: vec!["2027-01-18".into()],
        }),
        ..policy()
    };
    world.buy(&policy);
    world.wait(6 * DAY - 1);
    assert_eq!(world.act(1, Actor::Seller, PartCommand::Ship), Stage::Shipped);
    world.wait(2);
    assert_eq!((world.part(0).stage, world.part(0).refunded), (Stage::Done, units(6_000)));
    assert_eq!(world.orders.work(9).unwrap().parts, 1);
    assert_eq!(world.back(), [4_200, 1_800]);
    world.check_purse(ORDER);
}

/// The parcel is not what was offered. The seller offers ten back, the buyer wants twenty, and the
/// seller accepts.
#[test]
fn a_proposal_is_accepted_by_the_other_side() {
    let world = World::paid();
    world.act(0, Actor::Seller, PartCommand::Ship);
    world.act(0, Actor::Buyer, claim(6_000, Remedy::Refund));
    let can_accept = |party| {
        let options = world.orders.options(ORDER, 0, party).unwrap().unwrap();
        options.possible.contains(&Action::Accept)
    };
    assert!(!can_accept(Party::Buyer) && !can_accept(Party::Seller), "nothing is proposed");
    world.act(0, Actor::Seller, PartCommand::Propose { minor_units: 1_000 });
    assert!(can_accept(Party::Buyer) && !can_accept(Party::Seller), "one's own is no offer");
    world.act(0, Actor::Buyer, PartCommand::Propose { minor_units: 2_000 });
    let part = world.part(0);
    assert_eq!(part.claimed, Some(units(6_000)));
    assert_eq!(
        (part.buyer_proposal, part.seller_proposal),
        (Some(units(2_000)), Some(units(1_000)))
    );
    let accepted = PartCommand::Accept { minor_units: 2_000 };
    assert_eq!(world.act(0, Actor::Seller, accepted), Stage::Done);
    assert_eq!(world.back(), [1_400, 600]);
    assert_eq!(world.available(Orders::seller_account(BOB, LEDGER)), 3_600);
    world.check_purse(ORDER);
}

/// Symptom: a seller who granted a claim of 1 gave back 60, and one who accepted an offer paid
/// another. Cause: who agreed named no amount, and the buyer changed it after the page was drawn.
#[test]
fn nobody_agrees_to_what_was_not_seen() {
    let world = World::paid();
    world.act(0, Actor::Seller, PartCommand::Ship);
    world.act(0, Actor::Buyer, claim(100, Remedy::Refund));
    world.act(0, Actor::Buyer, PartCommand::Propose { minor_units: 50 });
    world.act(0, Actor::Buyer, PartCommand::Amend { minor_units: 6_000, evidence: id(5) });
    world.act(0, Actor::Buyer, PartCommand::Propose { minor_units: 5_000 });
    for stale in [PartCommand::Grant { minor_units: 100 }, PartCommand::Accept { minor_units: 50 }]
    {
        let refused = world.refusal(0, Actor::Seller, stale);
        assert_eq!(refused.status, OrderStatus::AMOUNT_MUST_MATCH);
    }
    world.act(0, Actor::Seller, PartCommand::Accept { minor_units: 5_000 });
    assert_eq!(world.back(), [3_500, 1_500]);
    world.check_purse(ORDER);
}

/// Symptom: a buyer who complained of an unshipped parcel, and asked for a part of the money or for
/// a return, paid the seller for nothing. What is not shipped is claimed as a whole.
#[test]
fn an_unshipped_part_goes_back_as_a_whole() {
    let world = World::paid();
    for unfit in [claim(5_999, Remedy::Refund), claim(6_000, Remedy::Return)] {
        let refused = world.refusal(0, Actor::Buyer, unfit);
        assert_eq!(refused.status, OrderStatus::CLAIM_MUST_BE_WHOLE);
    }
    world.act(0, Actor::Buyer, claim(6_000, Remedy::Refund));
    for unfit in [
        PartCommand::Amend { minor_units: 1, evidence: id(5) },
        PartCommand::Propose { minor_units: 1 },
    ] {
        let refused = world.refusal(0, Actor::Buyer, unfit);
        assert_eq!(refused.status, OrderStatus::CLAIM_MUST_BE_WHOLE);
    }
    assert_eq!(world.act(0, Actor::Seller, PartCommand::Grant { minor_units: 6_000 }), Stage::Done);
    assert_eq!(world.back(), [4_200, 1_800]);
}

/// Symptom: a buyer kept both goods and money, because the seller refused a return and the policy
/// granted it then. The goods go back first, whoever granted it.
#[test]
fn a_return_is_paid_when_the_goods_are_back() {
    let world = World::new();
    let mut policy = policy();
    policy.claims.after_refusal = AfterRefusal::Refund;
    world.buy(&policy);
    for part in [0, 1] {
        world.act(part, Actor::Seller, PartCommand::Ship);
    }
    world.act(0, Actor::Buyer, claim(6_000, Remedy::Return));
    world.act(0, Actor::Seller, PartCommand::Refuse { evidence: id(5) });
    world.wait(4 * DAY + 1);
    world.orders.work(9).unwrap();
    assert_eq!((world.part(0).stage, world.back()), (Stage::ReturnAgreed, [0, 0]));
    world.act(0, Actor::Buyer, PartCommand::SendBack { tracking: id(8) });
    let confirmed = PartCommand::ConfirmReturn { minor_units: 6_000 };
    assert_eq!(world.act(0, Actor::Seller, confirmed), Stage::Done);
    assert_eq!(world.back(), [4_200, 1_800]);
    world.check_purse(ORDER);
}

/// Symptom: who had lost appealed for nothing, and had all if nobody decided again.
#[test]
fn an_appeal_that_nobody_decides_changes_nothing() {
    let world = World::paid();
    for part in [0, 1] {
        world.act(part, Actor::Seller, PartCommand::Ship);
    }
    world.act(0, Actor::Buyer, claim(6_000, Remedy::Refund));
    world.act(0, Actor::Seller, PartCommand::Refuse { evidence: id(5) });
    world.act(0, Actor::Buyer, PartCommand::Escalate);
    world.act(0, Actor::Staff("eve"), PartCommand::Decide { minor_units: 1_000 });
    world.act(0, Actor::Buyer, PartCommand::Appeal { evidence: id(6) });
    let options = world.orders.options(ORDER, 0, Party::Buyer).unwrap().unwrap();
    assert_eq!(options.if_nobody_acts, Some(Silence::CarryOut));
    world.wait(7 * DAY + 1);
    world.orders.work(9).unwrap();
    assert_eq!((world.part(0).stage, world.back()), (Stage::Done, [700, 300]));
    world.check_purse(ORDER);
}

/// The seller is silent: what was claimed is granted, and the rest is the seller's.
#[test]
fn a_silent_seller_grants_the_claim() {
    let world = World::paid();
    world.act(0, Actor::Seller, PartCommand::Ship);
    world.act(0, Actor::Buyer, claim(1_500, Remedy::Refund));
    world.wait(5 * DAY + 1);
    assert_eq!(world.part(0).stage, Stage::Ending);
    // Before anything else is done about the part, what is due of it is.
    let late = world.refusal(0, Actor::Seller, PartCommand::Refuse { evidence: id(5) });
    assert_eq!((late.status, late.stage), (OrderStatus::NOT_IN_THIS_STAGE, Some(Stage::Done)));
    assert_eq!(world.back(), [1_050, 450]);
    assert_eq!(world.available(Orders::seller_account(BOB, LEDGER)), 4_050);
    world.check_purse(ORDER);
}

/// The seller agrees to a return, and then says that it is not what came back; staff decide, the
/// seller appeals, and staff decide again, for good.
#[test]
fn a_contested_return_is_decided_and_appealed_once() {
    let world = World::paid();
    world.act(0, Actor::Seller, PartCommand::Ship);
    world.act(0, Actor::System, PartCommand::Deliver);
    world.act(0, Actor::Buyer, claim(6_000, Remedy::Return));
    let granted = PartCommand::Grant { minor_units: 6_000 };
    assert_eq!(world.act(0, Actor::Seller, granted), Stage::ReturnAgreed);
    let sent = world.act(0, Actor::Buyer, PartCommand::SendBack { tracking: id(8) });
    assert_eq!(sent, Stage::SentBack);
    let contested = PartCommand::ContestReturn { evidence: id(9) };
    assert_eq!(world.act(0, Actor::Seller, contested), Stage::Escalated);
    let eve = Actor::Staff("eve");
    let decided = world.act(0, eve, PartCommand::Decide { minor_units: 6_000 });
    assert_eq!((decided, world.back()), (Stage::Decided, [0, 0]));
    let appealed = world.act(0, Actor::Seller, PartCommand::Appeal { evidence: id(10) });
    assert_eq!(appealed, Stage::Escalated);
    let decided = world.act(0, Actor::Staff("adam"), PartCommand::Decide { minor_units: 3_000 });
    assert_eq!((decided, world.back()), (Stage::Done, [2_100, 900]));
    world.check_purse(ORDER);

    let timeline = world.orders.timeline(ORDER).unwrap().unwrap();
    let kinds: Vec<_> = timeline.iter().map(|step| step.kind.name()).collect();
    assert_eq!(
        kinds,
        [
            "placed",
            "tender_came",
            "paid",
            "ship",
            "deliver",
            "claim",
            "grant",
            "send_back",
            "contest_return",
            "decide",
            "appeal",
            "decide"
        ]
    );
    let last = timeline.last().unwrap().to_string();
    let words = "part 0: decide 3000 by staff adam, then done, 2100 back to tender 0, 900 back to \
                 tender 1";
    assert!(last.ends_with(words), "{last}");
}

/// A claim that is taken back: the clock goes on with the time that was left.
#[test]
fn a_claim_that_is_withdrawn_gives_the_time_back() {
    let world = World::paid();
    world.wait(2 * DAY);
    world.act(0, Actor::Buyer, claim(6_000, Remedy::Refund));
    world.wait(3 * DAY);
    assert_eq!(world.act(0, Actor::Buyer, PartCommand::Withdraw), Stage::Paid);
    let left = world.part(0).until.nanoseconds_since(Timestamp::from_seconds(START).unwrap());
    assert_eq!(left / Timestamp::SECOND, 6 * DAY);
}

/// More time: the buyer gives it to a seller who has not shipped, the seller to a buyer whose
/// parcel is late.
#[test]
fn each_side_can_give_the_other_more_time() {
    let world = World::paid();
    let seconds = |days: u32| PartCommand::Extend { seconds: days * 86_400 };
    assert_eq!(world.act(0, Actor::Buyer, seconds(9)), Stage::Paid);
    world.wait(8 * DAY);
    assert_eq!(world.act(0, Actor::Seller, PartCommand::Ship), Stage::Shipped);
    world.act(0, Actor::Seller, seconds(60));
    world.wait(59 * DAY);
    assert_eq!(world.part(0).stage, Stage::Shipped);
    assert_eq!(world.act(0, Actor::Buyer, PartCommand::Confirm), Stage::Done);
}

/// The same command again is answered as the first time, whatever has happened since.
#[test]
fn a_command_that_is_sent_again_changes_nothing() {
    let world = World::paid();
    let ship = || world.orders.act(ORDER, 0, Actor::Seller, &PartCommand::Ship, id(50));
    let first = ship().unwrap().unwrap();
    world.act(0, Actor::Buyer, PartCommand::Confirm);
    let head = world.store.head().unwrap();
    assert_eq!(ship().unwrap().unwrap(), first);
    assert!(world.orders.tender_came(ORDER, 1, id(2)).unwrap().unwrap());
    world.orders.place(ORDER, &terms(&policy())).unwrap().unwrap();
    world.orders.keep_policy(&policy()).unwrap();
    assert_eq!(world.store.head().unwrap(), head, "nothing was written");
}

/// Two act at once: one wins, and the other is told what is possible now.
#[test]
fn of_two_who_act_at_once_one_wins() {
    let world = World::paid();
    let orders = &world.orders;
    let act =
        |actor, what: PartCommand| move || orders.act(ORDER, 0, actor, &what, Id::new()).unwrap();
    let cancel = act(Actor::Seller, PartCommand::Cancel);
    let complain = act(Actor::Buyer, claim(6_000, Remedy::Refund));
    let (cancelled, claimed) = std::thread::scope(|scope| {
        let (one, other) = (scope.spawn(cancel), scope.spawn(complain));
        (one.join().unwrap(), other.join().unwrap())
    });
    match (cancelled, claimed) {
        (Ok(done), Err(refusal)) => {
            assert_eq!((done.stage, refusal.stage), (Stage::Done, Some(Stage::Done)));
        }
        (Err(refusal), Ok(_)) => {
            assert!(refusal.possible.contains(&Action::Grant), "{refusal}");
        }
        both => panic!("{both:?}"),
    }
    world.check_purse(ORDER);
}

/// Staff see what is due next, what is escalated, and go on page by page.
#[test]
fn open_parts_are_found_by_stage_and_by_what_is_due_next() {
    let world = World::paid();
    let found = |stage, due_before, after: Option<&OpenPart>, limit| {
        let found = world.orders.open_parts(stage, due_before, after, limit).unwrap();
        found.iter().map(|one| (one.part, one.stage)).collect::<Vec<_>>()
    };
    assert_eq!(found(None, None, None, 9), [(0, Stage::Paid), (1, Stage::Paid)]);
    world.act(0, Actor::Seller, PartCommand::Ship);
    assert_eq!(found(None, None, None, 9), [(1, Stage::Paid), (0, Stage::Shipped)]);
    assert_eq!(found(Some(Stage::Shipped), None, None, 9), [(0, Stage::Shipped)]);
    let soon = Timestamp::from_seconds(world.clock.get() + 4 * DAY).unwrap();
    assert_eq!(found(None, Some(soon), None, 9), [(1, Stage::Paid)]);
    let page = world.orders.open_parts(None, None, None, 1).unwrap();
    assert_eq!(page[0].due_at.nanoseconds() / Timestamp::SECOND, START + 3 * DAY);
    assert_eq!(found(None, None, page.first(), 9), [(0, Stage::Shipped)]);
    let last = OpenPart::new(ORDER, 0, Stage::Paid, world.part(0).until.plus_seconds(1));
    assert_eq!(found(None, None, Some(&last), 9), []);

    world.act(0, Actor::Buyer, claim(1_000, Remedy::Refund));
    world.act(0, Actor::Seller, PartCommand::Refuse { evidence: id(5) });
    world.act(0, Actor::Buyer, PartCommand::Escalate);
    assert_eq!(found(Some(Stage::Escalated), None, None, 9), [(0, Stage::Escalated)]);
    // What a deadline gave back is open until it is passed on; an order that waits for money is
    // not.
    world.orders.place(id(500), &terms(&policy())).unwrap().unwrap();
    world.orders.tender_came(id(500), 0, Id::new()).unwrap().unwrap();
    world.wait(3 * DAY + 1);
    assert_eq!(found(Some(Stage::Done), None, None, 9), [(1, Stage::Done)]);
    world.orders.work(9).unwrap();
    assert_eq!(found(None, None, None, 9), [(0, Stage::Escalated)]);
    world.act(0, Actor::Staff("eve"), PartCommand::Decide { minor_units: 0 });
    world.wait(8 * DAY + 1);
    assert_eq!(found(None, None, None, 9), [(0, Stage::Ending)]);
    world.orders.work(9).unwrap();
    assert_eq!(found(None, None, None, 9), []);
}

#[test]
fn orders_are_found_by_buyer_and_seller() {
    let world = World::new();
    for number in 0..3 {
        world.orders.place(id(500 + number), &terms(&policy())).unwrap().unwrap();
    }
    let first = world.orders.orders_of_buyer(ANNA, None, 2).unwrap();
    let rest = world.orders.orders_of_buyer(ANNA, first.last(), 9).unwrap();
    let found: Vec<_> = first.iter().chain(&rest).map(|one| one.order).collect();
    assert_eq!(found, [id(500), id(501), id(502)]);
    let of_carla = world.orders.orders_of_seller(CARLA, None, 9).unwrap();
    assert!(of_carla.len() == 3 && of_carla.iter().all(|one| one.part == Some(1)));
    assert_eq!(world.orders.orders_of_buyer(BOB, None, 9).unwrap(), []);
}

/// The host has no access to a purchase account, and a store is verified with what is due in it.
#[test]
fn a_store_with_orders_is_verified() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("shop.escrow");
    let options = || Options::new().clock(ClockSource::Manual);
    let world = World::of(Store::open(&path, options()).unwrap());
    world.orders.place(ORDER, &terms(&policy())).unwrap().unwrap();
    for tender in [0, 1] {
        world.orders.tender_came(ORDER, tender, Id::new()).unwrap().unwrap();
    }
    world.wait(3 * DAY + 1);
    let purchase = Orders::buyer_account(ANNA, LEDGER);
    let stolen = Operation::transfer(id(901), purchase, FEES, LEDGER, units(1));
    let refused = world.store.submit(&[stolen]).unwrap()[0].status;
    assert_eq!(refused, Status::ACCOUNT_IS_MANAGED);
    drop(world);
    verify(&path, |_, _| ()).unwrap();

    let orders = Orders::of(&Store::open(&path, options()).unwrap());
    assert_eq!(orders.work(9).unwrap().parts, 2);
    assert_eq!(orders.policy(policy().hash()).unwrap(), Some(policy()));
    drop(orders);
    verify(&path, |_, _| ()).unwrap();
}

/// A fixed commission is taken once, and of what is released alone: of a leg that is refunded
/// nobody takes any.
#[test]
fn a_fixed_commission_is_taken_once_of_what_is_released() {
    let world = World::new();
    let mut terms = terms(&policy());
    for leg in &mut terms.legs {
        leg.commission_fixed = units(30);
    }
    world.orders.place(ORDER, &terms).unwrap().unwrap();
    for tender in [0, 1] {
        world.orders.tender_came(ORDER, tender, Id::new()).unwrap().unwrap();
    }
    world.act(0, Actor::Seller, PartCommand::Ship);
    world.act(0, Actor::Buyer, claim(2_000, Remedy::Refund));
    world.act(0, Actor::Seller, PartCommand::Grant { minor_units: 2_000 });
    world.act(1, Actor::Seller, PartCommand::Cancel);
    let part = world.part(0);
    assert_eq!([part.commission, part.paid], [units(430), units(3_570)]);
    let part = world.part(1);
    assert_eq!([part.commission, part.refunded], [units(0), units(4_000)]);
    assert_eq!(world.available(FEES), 430);
    world.check_purse(ORDER);
}

/// A platform may be paid where its commission goes, by a leg of its own that pays none.
#[test]
fn a_fee_that_the_buyer_pays_is_a_leg_of_the_platform() {
    let world = World::new();
    let platform = id(23);
    world.orders.register_seller(platform, LEDGER).unwrap().unwrap();
    let mut terms = terms(&policy());
    terms.commission_account = Orders::seller_account(platform, LEDGER);
    terms.legs[1] = Leg { seller: platform, commission_ppm: 0, ..terms.legs[1].clone() };
    world.orders.place(ORDER, &terms).unwrap().unwrap();
    for tender in [0, 1] {
        world.orders.tender_came(ORDER, tender, Id::new()).unwrap().unwrap();
    }
    for part in [0, 1] {
        world.act(part, Actor::Seller, PartCommand::Ship);
        world.act(part, Actor::Buyer, PartCommand::Confirm);
    }
    assert_eq!(world.available(terms.commission_account), 4_600);
    world.check_purse(ORDER);
}

/// Symptom: with one source closed, no complaint could end: neither seller nor card got anything,
/// for ever; and when it did, the card waited for the closed one. Now the deal ends, each source
/// that takes it has its share, and that of the closed one stays due.
#[test]
fn a_closed_source_keeps_no_deal_from_ending() {
    let world = World::paid();
    world.act(0, Actor::Seller, PartCommand::Ship);
    world.act(0, Actor::Buyer, claim(1_000, Remedy::Refund));
    world.store.submit(&[Operation::close(id(902), PROMOTION)]).unwrap();
    let granted = PartCommand::Grant { minor_units: 1_000 };
    let acted = world.orders.act(ORDER, 0, Actor::Seller, &granted, id(50)).unwrap().unwrap();
    // The card has its share, and what waits is the promotion's alone.
    assert_eq!((acted.stage, acted.refunded), (Stage::Done, units(700)));
    assert_eq!(world.available(Orders::seller_account(BOB, LEDGER)), 4_500);
    assert_eq!(world.part(0).due, units(300));
    // What time ends ends too, and a command that was carried out is known again.
    world.act(1, Actor::Seller, PartCommand::Ship);
    world.act(1, Actor::Buyer, claim(4_000, Remedy::Refund));
    world.wait(5 * DAY + 1);
    assert_eq!(world.orders.work(9).unwrap().refused, 2);
    assert_eq!((world.part(1).stage, world.part(1).due), (Stage::Done, units(1_200)));
    assert_eq!(world.back(), [3_500, 0]);
    let again = world.orders.act(ORDER, 0, Actor::Seller, &granted, id(50)).unwrap().unwrap();
    assert_eq!(again, acted);
    let refused = world.refusal(0, Actor::Buyer, PartCommand::Confirm);
    assert_eq!(
        (refused.status, refused.stage),
        (OrderStatus::NOT_IN_THIS_STAGE, Some(Stage::Done))
    );
    world.check_purse(ORDER);
    // Hours of trying take nothing of the others' shares.
    for _ in 0..3 {
        world.wait(3_601);
        assert_eq!(world.orders.work(9).unwrap().refused, 2);
    }
    assert_eq!(world.back(), [3_500, 0]);
    world.store.submit(&[Operation::reopen(id(903), PROMOTION)]).unwrap();
    world.wait(2 * 3_600);
    assert_eq!(world.orders.work(9).unwrap().parts, 2);
    assert_eq!(world.back(), [3_500, 1_500]);
    world.check_purse(ORDER);
}

/// Symptom: a buyer who kept refunds in an account that was closed meanwhile had none, for ever.
#[test]
fn what_cannot_be_kept_goes_back_to_its_source() {
    let world = World::new();
    let (own, limited) = (id(72), AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS);
    let account = Account::new(own, LEDGER, 210, AccountFlags::SPEND_ONLY | limited);
    world.store.create_accounts(&[account]).unwrap();
    let keeping = Some(Keeping { account: own, keeps_refunds: true });
    world.orders.place(ORDER, &Terms { keeping, ..terms(&policy()) }).unwrap().unwrap();
    for tender in [0, 1] {
        world.orders.tender_came(ORDER, tender, Id::new()).unwrap().unwrap();
    }
    world.act(1, Actor::Seller, PartCommand::Cancel);
    assert_eq!((world.available(own), world.back()), (4_000, [0, 0]));
    let kept = || world.orders.order(ORDER).unwrap().unwrap().tenders[0].kept;
    assert_eq!(kept(), units(2_800));
    world.store.submit(&[Operation::close(id(902), own)]).unwrap();
    world.act(0, Actor::Seller, PartCommand::Cancel);
    assert_eq!((world.part(0).due, world.back()), (Amount::ZERO, [4_200, 1_800]));
    assert_eq!((world.available(own), kept()), (4_000, units(2_800)));
    world.check_purse(ORDER);
}

/// What is complained about, and what was shown, is there to be read: by the seller who answers, by
/// staff who decide, and afterwards.
#[test]
fn a_complaint_can_be_read() {
    let world = World::paid();
    world.act(0, Actor::Seller, PartCommand::Ship);
    world.act(0, Actor::Buyer, claim(2_000, Remedy::Return));
    let part = world.part(0);
    let reason = Some(ClaimReason::NotAsDescribed);
    assert_eq!((part.reason, part.remedy), (reason, Some(Remedy::Return)));
    assert_eq!(part.evidence, Some(id(77)));
    world.act(0, Actor::Seller, PartCommand::Grant { minor_units: 2_000 });
    world.act(0, Actor::Buyer, PartCommand::SendBack { tracking: id(78) });
    assert_eq!(world.part(0).evidence, Some(id(78)));
    world.act(0, Actor::Seller, PartCommand::ConfirmReturn { minor_units: 2_000 });
    assert_eq!((world.part(0).reason, world.part(0).evidence), (None, None));
    let steps = world.orders.timeline(ORDER).unwrap().unwrap();
    let claimed = steps.iter().find(|step| step.kind == StepKind::Acted(Action::Claim)).unwrap();
    let told = (claimed.reason, claimed.remedy, claimed.reference);
    assert_eq!(told, (reason, Some(Remedy::Return), Some(id(77))));
    let sent = steps.iter().find(|step| step.kind == StepKind::Acted(Action::SendBack)).unwrap();
    assert_eq!((sent.reason, sent.reference), (None, Some(id(78))));
    let words = claimed.in_words(|amount| format!("EUR {}", amount.minor_units()));
    assert!(words.contains("claim EUR 2000 (not_as_described, return) by buyer"), "{words}");
}

/// A frozen account takes back what is its own, and stays frozen; the purchase account, too.
#[test]
fn a_frozen_account_keeps_no_refund_waiting() {
    let world = World::paid();
    let frozen = [CARD, PROMOTION, Orders::buyer_account(ANNA, LEDGER)];
    for (number, account) in (902..).zip(frozen) {
        world.store.submit(&[Operation::freeze(id(number), account)]).unwrap();
    }
    world.wait(3 * DAY + 1);
    assert_eq!(world.orders.work(9).unwrap().refused, 0);
    assert_eq!((world.part(0).due, world.back()), (Amount::ZERO, [7_000, 3_000]));
    for account in frozen {
        let found = world.store.snapshot().unwrap().account(account).unwrap().unwrap();
        assert!(found.has(AccountFlags::FROZEN), "{account}");
    }
    world.check_purse(ORDER);
}

/// The feed of orders is their timelines, one after the other, and the deadlines that ended parts,
/// however large its pages are.
#[test]
fn what_happened_is_told_with_its_order_part_and_stage() {
    let world = World::paid();
    let (stray, code) = (id(904), LEG_CODE);
    let hold = Operation::hold(stray, PROMOTION, FEES, LEDGER, units(1));
    let hold = hold.with_deadline(60, AtDeadline::RELEASE);
    let hold = Operation { code, user_data_128: ORDER, user_data_64: 1, ..hold };
    assert!(world.store.submit(&[hold]).unwrap()[0].status.is_applied());
    world.act(1, Actor::Seller, PartCommand::Ship);
    world.wait(3 * DAY + 1);
    world.orders.work(10).unwrap();
    world.wait(30 * DAY);

    let all = world.orders.events(Timestamp::NONE, usize::MAX).unwrap();
    assert!(all.steps.is_sorted_by_key(|step| step.position));
    let told = |step: &OrderStep| (step.order, step.part, step.kind.name(), step.stage);
    let ends: Vec<_> = all.steps.iter().filter(|step| step.command.is_zero()).map(told).collect();
    let done = Some(Stage::Done);
    let expected = [
        (ORDER, Some(0), "refunded_by_deadline", done),
        (ORDER, Some(1), "released_by_deadline", done),
    ];
    assert_eq!(ends, expected);
    let mut steps = all.steps.clone();
    steps.retain(|step| !step.command.is_zero());
    steps.iter_mut().for_each(|step| step.position = Timestamp::NONE);
    assert_eq!(steps, world.orders.timeline(ORDER).unwrap().unwrap());

    let (mut paged, mut after) = (Vec::new(), Timestamp::NONE);
    loop {
        let page = world.orders.events(after, 1).unwrap();
        paged.extend(page.steps);
        if page.until == after {
            break;
        }
        after = page.until;
    }
    assert_eq!((paged, after), (all.steps, all.until));
}
