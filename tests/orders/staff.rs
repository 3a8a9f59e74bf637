//! What staff do: two who decide, evidence that is asked for.

use crate::world::*;
use escrowdb::order::*;
use escrowdb::*;

/// Two members of staff decide about much money: what the first one decides waits for a second one
/// who decides the same. What is decided is shown, to whoever can appeal against it.
#[test]
fn two_members_of_staff_decide_about_much_money() {
    let world = World::new();
    let mut policy = policy();
    policy.claims.four_eyes_above = Some(4_000);
    world.buy(&policy);
    for part in [0, 1] {
        world.act(part, Actor::Seller, PartCommand::Ship);
        world.act(part, Actor::Buyer, claim(1_000, Remedy::Refund));
        world.act(part, Actor::Seller, PartCommand::Refuse { evidence: id(5) });
        world.act(part, Actor::Buyer, PartCommand::Escalate);
    }
    let (eve, adam) = (Actor::Staff("eve"), Actor::Staff("adam"));
    let decide = |minor_units| PartCommand::Decide { minor_units };
    // 40 are in escrow of the second part: that is not above.
    assert_eq!(world.act(1, eve, decide(900)), Stage::Decided);
    assert_eq!(world.act(0, eve, decide(6_000)), Stage::Escalated);
    assert_eq!((world.part(0).first_decision, world.part(0).decided), (Some(units(6_000)), None));
    for again in [6_000, 1_000] {
        let refused = world.refusal(0, eve, decide(again));
        assert_eq!(refused.status, OrderStatus::SECOND_MUST_DECIDE);
    }
    // Somebody who decides otherwise is the first one then.
    assert_eq!(world.act(0, adam, decide(1_000)), Stage::Escalated);
    assert_eq!(world.act(0, eve, decide(1_000)), Stage::Decided);
    let part = world.part(0);
    assert_eq!((part.first_decision, part.decided), (None, Some(units(1_000))));
    assert_eq!(world.last_step().amount, Some(units(1_000)));
    let options = world.orders.options(ORDER, 0, Party::Seller).unwrap().unwrap();
    assert_eq!((options.decided, &options.possible[..]), (part.decided, &[Action::Appeal][..]));
    // Nobody carries it after an appeal: what was decided stands.
    world.act(0, Actor::Seller, PartCommand::Appeal { evidence: id(6) });
    world.act(0, adam, decide(0));
    world.wait(7 * DAY + 1);
    world.orders.work(9).unwrap();
    assert_eq!((world.part(0).stage, world.part(0).refunded), (Stage::Done, units(1_000)));
    world.check_purse(ORDER);
}

/// The platform gives a buyer who waited too long five of its own money, at once; the money of the
/// order is as it was.
#[test]
fn staff_give_goodwill() {
    let world = World::paid();
    let own = id(31);
    let flags = AccountFlags::SPEND_ONLY | AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS;
    world.store.create_accounts(&[Account::new(own, LEDGER, 9, flags)]).unwrap();
    let goodwill = Goodwill { from: PROMOTION, to: own, amount: units(500) };
    let sum = |minor_units| Goodwill { amount: units(minor_units), ..goodwill };
    let give = |order, goodwill: Goodwill, staff: &str, command| {
        world.orders.give_goodwill(order, &goodwill, staff, command).unwrap()
    };
    let seller = Orders::seller_account(BOB, LEDGER);
    let purchase = Orders::buyer_account(ANNA, LEDGER);
    for (status, order, unfit, staff) in [
        (OrderStatus::STAFF_MUST_BE_NAMED, ORDER, goodwill, ""),
        (OrderStatus::AMOUNT_MUST_BE_VALID, ORDER, sum(0), "eve"),
        (OrderStatus::ORDER_NOT_FOUND, id(9), goodwill, "eve"),
        (OrderStatus::ACCOUNT_MUST_FIT, ORDER, Goodwill { from: CARD, ..goodwill }, "eve"),
        (OrderStatus::ACCOUNT_MUST_FIT, ORDER, Goodwill { from: own, ..goodwill }, "eve"),
        (OrderStatus::ACCOUNT_MUST_FIT, ORDER, Goodwill { from: seller, ..goodwill }, "eve"),
        (OrderStatus::ACCOUNT_MUST_FIT, ORDER, Goodwill { to: FEES, ..goodwill }, "eve"),
        (OrderStatus::ACCOUNT_MUST_FIT, ORDER, Goodwill { to: purchase, ..goodwill }, "eve"),
        (OrderStatus::ACCOUNT_MUST_FIT, ORDER, Goodwill { to: id(99), ..goodwill }, "eve"),
        (OrderStatus::REFUSED_BY_LEDGER, ORDER, Goodwill { from: FEES, ..goodwill }, "eve"),
        (OrderStatus::COMMAND_ID_IS_TAKEN, ORDER, goodwill, "eve"),
    ] {
        let command = if status == OrderStatus::COMMAND_ID_IS_TAKEN { id(1) } else { id(60) };
        assert_eq!(give(order, unfit, staff, command).unwrap_err().status, status, "{unfit:?}");
    }
    for _ in 0..2 {
        give(ORDER, goodwill, "eve", id(60)).unwrap();
        assert_eq!(world.available(own), 500, "once");
    }
    let other = give(ORDER, sum(501), "eve", id(60)).unwrap_err();
    assert_eq!(other.status, OrderStatus::COMMAND_ID_IS_TAKEN);
    give(ORDER, sum(7), "adam", id(61)).unwrap();
    assert_eq!(world.orders.order(ORDER).unwrap().unwrap().goodwill, units(507));
    let step = world.last_step();
    assert_eq!((step.kind, step.amount, step.part), (StepKind::Goodwill, Some(units(7)), None));
    assert!(step.to_string().ends_with("order: goodwill 7 by staff adam"), "{step}");
    world.check_purse(ORDER);
}

/// Symptom: who divided much into little had one member of staff decide about each, and so all of
/// it. It is the leg that counts.
#[test]
fn four_eyes_are_not_dodged_by_dividing() {
    let mut policy = policy();
    policy.claims.four_eyes_above = Some(5_000);
    let world = World::new();
    world.orders.keep_policy(&policy).unwrap();
    let mut terms = terms(&policy);
    let (kind, reference) = (LineKind::Item, id(400));
    terms.legs[0].lines = vec![Line { kind, reference, quantity: 6, amount: units(6_000) }];
    world.orders.place(ORDER, &terms).unwrap().unwrap();
    for tender in [0, 1] {
        world.orders.tender_came(ORDER, tender, Id::new()).unwrap().unwrap();
    }
    world.act(0, Actor::Seller, PartCommand::Ship);
    let one = [Item { line: 0, quantity: 1 }];
    let what = claim(1_000, Remedy::Refund);
    let acted = world.orders.act_on_items(ORDER, 0, &one, Actor::Buyer, &what, Id::new());
    let part = acted.unwrap().unwrap().part;
    world.act(part, Actor::Seller, PartCommand::Refuse { evidence: id(5) });
    world.act(part, Actor::Buyer, PartCommand::Escalate);
    let decide = PartCommand::Decide { minor_units: 1_000 };
    assert_eq!(world.act(part, Actor::Staff("eve"), decide), Stage::Escalated, "one of two");
    let alone = world.refusal(part, Actor::Staff("eve"), decide);
    assert_eq!(alone.status, OrderStatus::SECOND_MUST_DECIDE);
    assert_eq!(world.act(part, Actor::Staff("adam"), decide), Stage::Decided);
}

/// Staff ask one side for evidence, which gives it in time; the other one was asked too, is silent,
/// and staff decide all the same.
#[test]
fn staff_ask_for_evidence() {
    let world = World::paid();
    world.act(0, Actor::Seller, PartCommand::Ship);
    world.act(0, Actor::Buyer, claim(6_000, Remedy::Refund));
    world.act(0, Actor::Seller, PartCommand::Refuse { evidence: id(5) });
    world.act(0, Actor::Buyer, PartCommand::Escalate);
    let eve = Actor::Staff("eve");
    let give = PartCommand::GiveEvidence { evidence: id(9) };
    let ask = |of, seconds| PartCommand::AskEvidence { of, seconds };
    for (status, actor, what) in [
        (OrderStatus::QUESTION_MUST_BE_VALID, eve, ask(Party::Staff, 60)),
        (OrderStatus::QUESTION_MUST_BE_VALID, eve, ask(Party::Buyer, 0)),
        (OrderStatus::QUESTION_MUST_BE_VALID, eve, ask(Party::Buyer, 8 * 86_400)),
        (OrderStatus::NOT_BY_THIS_ACTOR, Actor::Buyer, ask(Party::Seller, 60)),
        (OrderStatus::NO_EVIDENCE_IS_ASKED_FOR, Actor::Buyer, give),
    ] {
        assert_eq!(world.refusal(0, actor, what).status, status, "{what:?}");
    }
    for of in [Party::Buyer, Party::Seller] {
        assert_eq!(world.act(0, eve, ask(of, 2 * 86_400)), Stage::Escalated);
    }
    let until = world.part(0).until;
    let options = |party| world.orders.options(ORDER, 0, party).unwrap().unwrap();
    assert_eq!(options(Party::Buyer).possible, [Action::GiveEvidence]);
    assert_eq!(options(Party::Buyer).asked_until, world.part(0).buyer_asked_until);
    let without = PartCommand::GiveEvidence { evidence: Id::ZERO };
    let refused = world.refusal(0, Actor::Buyer, without);
    assert_eq!(refused.status, OrderStatus::REFERENCE_MUST_BE_GIVEN);
    assert_eq!(world.act(0, Actor::Buyer, give), Stage::Escalated);
    assert_eq!((options(Party::Buyer).possible, world.part(0).buyer_asked_until), (vec![], None));
    assert_eq!(world.part(0).seller_asked_until, options(Party::Seller).asked_until);
    assert!(options(Party::Seller).asked_until.is_some());
    world.wait(2 * DAY + 1);
    // Symptom: a time that was over was shown as if evidence were still awaited.
    assert_eq!(
        (options(Party::Seller).asked_until, world.part(0).seller_asked_until),
        (None, None)
    );
    let late = world.refusal(0, Actor::Seller, give);
    assert_eq!(late.status, OrderStatus::NO_EVIDENCE_IS_ASKED_FOR);
    assert_eq!((world.part(0).stage, world.part(0).until), (Stage::Escalated, until));
    assert_eq!(world.act(0, eve, PartCommand::Decide { minor_units: 0 }), Stage::Decided);
}
