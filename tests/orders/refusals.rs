//! Refusals, and the law of each: one line each.

use crate::world::*;
use OrderStatus as S;
use escrowdb::order::*;
use escrowdb::*;
use std::collections::BTreeSet;

/// Every law of orders is broken by some test.
#[test]
fn every_refusal_is_expected_by_a_test() {
    let tests = [
        include_str!("refusals.rs"),
        include_str!("stories.rs"),
        include_str!("refunds.rs"),
        include_str!("items.rs"),
        include_str!("staff.rs"),
        include_str!("../wallet/tenders.rs"),
    ];
    let tests = tests.concat();
    let words: BTreeSet<_> =
        tests.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').collect();
    for status in S::ALL {
        let name = status.name().to_uppercase();
        assert!(words.contains(name.as_str()), "no test expects {name}");
    }
}

#[test]
fn registering() {
    let world = World::new();
    for of in [Id::ZERO, Id::MAX] {
        let refused = world.orders.register_buyer(of, LEDGER).unwrap().unwrap_err();
        assert_eq!(refused.status, S::ID_MUST_BE_VALID);
    }
    let refused = world.orders.register_seller(BOB, 99).unwrap().unwrap_err();
    assert_eq!(refused.status, S::REFUSED_BY_LEDGER);
    assert_eq!(refused.ledger, Status::LEDGER_NOT_FOUND);
    // Somebody has opened what stands there.
    let ben = id(12);
    let account = Orders::buyer_account(ben, LEDGER);
    let other = Account::new(account, LEDGER, 7, AccountFlags::NONE);
    world.store.create_accounts(&[other]).unwrap();
    let refused = world.orders.register_buyer(ben, LEDGER).unwrap().unwrap_err();
    assert_eq!(refused.status, S::ACCOUNT_MUST_FIT);
}

#[test]
fn placing() {
    let world = World::new();
    let good = terms(&policy());
    let with = |change: &dyn Fn(&mut Terms)| {
        let mut terms = terms(&policy());
        change(&mut terms);
        terms
    };
    let keeping = |account| Some(Keeping { account, keeps_refunds: false });
    let other = Policy { name: "other".into(), ..policy() };
    let limit = AccountFlags::CREDITS_MUST_NOT_EXCEED_DEBITS;
    let opened = [
        Account::new(id(98), LEDGER, 7, limit),
        Account::new(Orders::buyer_account(id(13), LEDGER), LEDGER, 7, AccountFlags::NONE),
        Account::new(Orders::seller_account(id(13), LEDGER), LEDGER, 7, AccountFlags::NONE),
    ];
    world.store.create_accounts(&opened).unwrap();
    for (expected, terms) in [
        (S::ID_MUST_BE_VALID, with(&|terms| terms.buyer = Id::ZERO)),
        (S::ID_MUST_BE_VALID, with(&|terms| terms.legs[1].seller = Id::MAX)),
        (S::ID_MUST_BE_VALID, with(&|terms| terms.tenders[1].source = Id::ZERO)),
        (S::COUNT_MUST_BE_VALID, with(&|terms| terms.legs.clear())),
        (
            S::COUNT_MUST_BE_VALID,
            with(&|terms| terms.legs = vec![terms.legs[0].clone(); LEGS_MAX + 1]),
        ),
        (S::COUNT_MUST_BE_VALID, with(&|terms| terms.tenders = vec![terms.tenders[0]; 33])),
        (S::AMOUNT_MUST_BE_VALID, with(&|terms| terms.legs[0].amount = Amount::ZERO)),
        (S::AMOUNT_MUST_BE_VALID, with(&|terms| terms.tenders[0].amount = Amount::MAX)),
        (S::TENDERS_MUST_EQUAL_LEGS, with(&|terms| terms.legs[0].amount = units(5_999))),
        (S::COMMISSION_MUST_BE_VALID, with(&|terms| terms.legs[0].commission_ppm = 1_000_001)),
        (S::COMMISSION_MUST_BE_VALID, with(&|terms| terms.legs[0].commission_fixed = units(6_001))),
        (S::COMMISSION_MUST_BE_VALID, with(&|terms| terms.commission_account = Id::ZERO)),
        (
            S::COMMISSION_MUST_BE_VALID,
            with(&|terms| {
                terms.legs.iter_mut().for_each(|leg| leg.commission_ppm = 0);
                terms.legs[1].commission_fixed = units(1);
                terms.commission_account = Id::ZERO;
            }),
        ),
        (S::POLICY_NOT_FOUND, with(&|terms| terms.policy = other.hash())),
        (S::BUYER_MUST_BE_REGISTERED, with(&|terms| terms.buyer = BOB)),
        (S::SELLER_MUST_BE_REGISTERED, with(&|terms| terms.legs[0].seller = ANNA)),
        (S::ACCOUNT_MUST_FIT, with(&|terms| terms.tenders[0].source = FEES)),
        (S::ACCOUNT_MUST_FIT, with(&|terms| terms.tenders[1].source = CARD)),
        (S::ACCOUNT_MUST_FIT, with(&|terms| terms.tenders[0].source = id(99))),
        (S::ACCOUNT_MUST_FIT, with(&|terms| terms.commission_account = id(99))),
        (S::ACCOUNT_MUST_FIT, {
            with(&|terms| terms.tenders[1].source = Orders::buyer_account(ANNA, LEDGER))
        }),
        // Somebody's earnings are no promotion.
        (S::ACCOUNT_MUST_FIT, {
            with(&|terms| terms.tenders[1].source = Orders::seller_account(BOB, LEDGER))
        }),
        // What cannot take a commission would be refused with the last tender.
        (S::ACCOUNT_MUST_FIT, with(&|terms| terms.commission_account = CARD)),
        (S::ACCOUNT_MUST_FIT, with(&|terms| terms.commission_account = id(98))),
        (S::ACCOUNT_MUST_FIT, {
            with(&|terms| terms.commission_account = Orders::buyer_account(ANNA, LEDGER))
        }),
        (S::ACCOUNT_MUST_FIT, {
            with(&|terms| terms.commission_account = Orders::seller_account(BOB, LEDGER))
        }),
        // What the buyer keeps is kept where it is spent with the platform.
        (S::ID_MUST_BE_VALID, with(&|terms| terms.keeping = keeping(Id::ZERO))),
        (S::ACCOUNT_MUST_FIT, with(&|terms| terms.keeping = keeping(FEES))),
        (S::ACCOUNT_MUST_FIT, with(&|terms| terms.keeping = keeping(id(99)))),
        (S::ACCOUNT_MUST_FIT, {
            with(&|terms| terms.keeping = keeping(Orders::buyer_account(ANNA, LEDGER)))
        }),
        // Opened by the host, who has access to it.
        (S::BUYER_MUST_BE_REGISTERED, with(&|terms| terms.buyer = id(13))),
        (S::SELLER_MUST_BE_REGISTERED, with(&|terms| terms.legs[0].seller = id(13))),
    ] {
        let refused = world.orders.place(ORDER, &terms).unwrap().unwrap_err();
        assert_eq!(refused.status, expected, "{terms:?}");
    }
    let refused = world.orders.place(Id::MAX, &good).unwrap().unwrap_err();
    assert_eq!(refused.status, S::ID_MUST_BE_VALID);
    world.orders.place(ORDER, &good).unwrap().unwrap();
    let swapped = with(&|terms| terms.legs.reverse());
    let refused = world.orders.place(ORDER, &swapped).unwrap().unwrap_err();
    assert_eq!(refused.status, S::ORDER_EXISTS_WITH_OTHER_TERMS);
    let unfit = Policy { inspection: Window::Days(0), ..policy() };
    assert!(matches!(world.orders.keep_policy(&unfit), Err(Error::InvalidArgument(_))));
}

#[test]
fn paying() {
    let world = World::new();
    let came = |order, tender, command| {
        world.orders.tender_came(order, tender, command).unwrap().unwrap_err().status
    };
    assert_eq!(came(ORDER, 0, id(1)), S::ORDER_NOT_FOUND);
    world.orders.place(ORDER, &terms(&policy())).unwrap().unwrap();
    assert_eq!(came(ORDER, 0, Id::ZERO), S::ID_MUST_BE_VALID);
    assert_eq!(came(ORDER, 2, id(1)), S::TENDER_NOT_FOUND);
    let refused = world.orders.options(ORDER, 0, Party::Buyer).unwrap().unwrap_err();
    assert_eq!(refused.status, S::ORDER_MUST_BE_PAID);
    world.orders.tender_came(ORDER, 0, id(1)).unwrap().unwrap();
    let none = world.orders.tender_came_with(ORDER, 1, Amount::ZERO, id(2)).unwrap();
    assert_eq!(none.unwrap_err().status, S::AMOUNT_MUST_BE_VALID);
    for refused in [
        world.orders.cancel_unpaid(id(9), id(2)).unwrap().err(),
        world.orders.pay_again(id(9), id(2)).unwrap().err(),
    ] {
        assert_eq!(refused.unwrap().status, S::ORDER_NOT_FOUND);
    }
    for refused in [
        world.orders.cancel_unpaid(ORDER, id(1)).unwrap().err(),
        world.orders.pay_again(ORDER, id(1)).unwrap().err(),
    ] {
        assert_eq!(refused.unwrap().status, S::COMMAND_ID_IS_TAKEN);
    }
    assert_eq!(came(ORDER, 1, id(1)), S::COMMAND_ID_IS_TAKEN);
    // The promotion has nothing left: the ledger says so, and it can come later.
    let all = units(world.available(PROMOTION));
    let away = Operation::transfer(id(901), PROMOTION, FEES, LEDGER, all);
    world.store.submit(&[away]).unwrap();
    let refused = world.orders.tender_came(ORDER, 1, id(3)).unwrap().unwrap_err();
    assert_eq!(refused.to_string(), "refused_by_ledger: exceeds_credits");
    world.check_purse(ORDER);
    let again = Operation::transfer(id(902), FEES, PROMOTION, LEDGER, all);
    world.store.submit(&[again]).unwrap();
    assert!(world.orders.tender_came(ORDER, 1, id(3)).unwrap().unwrap());
}

#[test]
fn acting() {
    let world = World::paid();
    let claimed = claim(6_000, Remedy::Refund);
    let without = PartCommand::Claim {
        reason: ClaimReason::Other,
        remedy: Remedy::Refund,
        minor_units: 1,
        evidence: Id::ZERO,
    };
    let extend = |seconds| PartCommand::Extend { seconds };
    for (expected, part, actor, what) in [
        (S::STAFF_MUST_BE_NAMED, 0, Actor::Staff("Eve"), PartCommand::Ship),
        (S::STAFF_MUST_BE_NAMED, 0, Actor::Staff(""), PartCommand::Ship),
        (S::PART_NOT_FOUND, 2, Actor::Seller, PartCommand::Ship),
        (S::NOT_BY_THIS_ACTOR, 0, Actor::Buyer, PartCommand::Ship),
        (S::NOT_BY_THIS_ACTOR, 0, Actor::Staff("eve"), claimed),
        (S::NOT_IN_THIS_STAGE, 0, Actor::Buyer, PartCommand::Confirm),
        (S::NOT_IN_THIS_STAGE, 0, Actor::Staff("eve"), PartCommand::Decide { minor_units: 1 }),
        (S::AMOUNT_MUST_BE_VALID, 0, Actor::Buyer, claim(0, Remedy::Refund)),
        (S::AMOUNT_MUST_BE_VALID, 0, Actor::Buyer, claim(u128::MAX, Remedy::Refund)),
        (S::AMOUNT_EXCEEDS_PART, 0, Actor::Buyer, claim(6_001, Remedy::Refund)),
        (S::REFERENCE_MUST_BE_GIVEN, 0, Actor::Buyer, without),
        (S::EXTENSION_MUST_BE_VALID, 0, Actor::Buyer, extend(0)),
        (S::EXTENSION_MUST_BE_VALID, 0, Actor::Buyer, extend(3_600)),
        (S::EXTENSION_MUST_BE_VALID, 0, Actor::Buyer, extend(u32::MAX)),
    ] {
        assert_eq!(world.refusal(part, actor, what).status, expected, "{what:?}");
    }
    let refused = world.refusal(0, Actor::Seller, PartCommand::Confirm);
    let words = "not_in_this_stage: the part is paid, and this actor can ship, cancel";
    assert_eq!(refused.to_string(), words);
    world.act(0, Actor::Buyer, claim(6_000, Remedy::Refund));
    let refused = world.refusal(0, Actor::Seller, PartCommand::Accept { minor_units: 1 });
    assert_eq!(refused.status, S::NOTHING_IS_PROPOSED);
    let refuse = PartCommand::Refuse { evidence: Id::ZERO };
    assert_eq!(world.refusal(0, Actor::Seller, refuse).status, S::REFERENCE_MUST_BE_GIVEN);
    let ship = |part| world.orders.act(ORDER, part, Actor::Seller, &PartCommand::Ship, id(5));
    ship(1).unwrap().unwrap();
    assert_eq!(ship(0).unwrap().unwrap_err().status, S::COMMAND_ID_IS_TAKEN);
    // The order's own id is that of its placing, of which no row tells.
    let placing = world.orders.act(ORDER, 0, Actor::Seller, &PartCommand::Ship, ORDER);
    assert_eq!(placing.unwrap().unwrap_err().status, S::COMMAND_ID_IS_TAKEN);
    for refused in [
        world.orders.order(id(9)).unwrap().err(),
        world.orders.timeline(id(9)).unwrap().err(),
        world.orders.options(id(9), 0, Party::Buyer).unwrap().err(),
    ] {
        assert_eq!(refused.unwrap().status, S::ORDER_NOT_FOUND);
    }
}

/// What this policy does not allow, another does.
#[test]
fn by_the_policy() {
    let world = World::new();
    let mut strict = policy();
    strict.claims.returns = false;
    (strict.claims.send_back, strict.claims.receive_back) = (None, None);
    strict.claims.not_received_after = Some(Window::Days(10));
    world.buy(&strict);
    world.act(0, Actor::Seller, PartCommand::Ship);
    let claim = |reason, remedy| {
        let evidence = id(77);
        PartCommand::Claim { reason, remedy, minor_units: 4_000, evidence }
    };
    let missing = claim(ClaimReason::NotReceived, Remedy::Refund);
    // What the carrier says came may still be missing: that is known at once.
    world.act(1, Actor::Seller, PartCommand::Ship);
    world.act(1, Actor::System, PartCommand::Deliver);
    assert_eq!(world.act(1, Actor::Buyer, missing), Stage::Claimed);
    for (expected, what) in [
        (S::RETURN_IS_NOT_POSSIBLE, claim(ClaimReason::Other, Remedy::Return)),
        (S::CLAIM_IS_TOO_EARLY, missing),
    ] {
        assert_eq!(world.refusal(0, Actor::Buyer, what).status, expected, "{what:?}");
    }
    let from = || {
        let options = world.orders.options(ORDER, 0, Party::Buyer).unwrap().unwrap();
        assert!(options.possible.contains(&Action::Claim), "of something else");
        options.not_received_from
    };
    let shipped = Timestamp::from_seconds(START).unwrap();
    let days = from().unwrap().nanoseconds_since(shipped) / Timestamp::SECOND / DAY;
    assert_eq!(days, 10);
    world.wait(10 * DAY + 1);
    assert_eq!(from(), None);
    assert_eq!(world.act(0, Actor::Buyer, missing), Stage::Claimed);
}
