//! The policies that come with the library, each by its particular ways: who says nothing, and what
//! happens then.

use crate::world::*;
use escrowdb::order::*;

/// Bought under a preset; both sellers ship.
fn shipped(name: &str) -> World {
    let world = World::new();
    world.buy(&Policy::preset(name).unwrap());
    for part in [0, 1] {
        world.act(part, Actor::Seller, PartCommand::Ship);
    }
    world
}

fn complain(world: &World, part: u16, reason: ClaimReason, remedy: Remedy) {
    let minor_units = world.part(part.into()).held.minor_units();
    let claim = PartCommand::Claim { reason, remedy, minor_units, evidence: id(77) };
    assert_eq!(world.act(part, Actor::Buyer, claim), Stage::Claimed);
}

/// Time goes by, and what it leaves to be done is done; the stage of each part after it.
fn pass(world: &World, seconds: u64) -> [Stage; 2] {
    world.wait(seconds);
    world.orders.work(9).unwrap();
    world.check_purse(ORDER);
    [0, 1].map(|part| world.part(part).stage)
}

fn refunded(world: &World) -> [u128; 2] {
    [0, 1].map(|part| world.part(part).refunded.minor_units())
}

/// Five working days to ship, else all goes back. Of what came, silence is contentment after two
/// days. A seller who is silent for 72 hours leaves a defect to staff; a buyer who changed his mind
/// has bought all the same, and so has one who does not send back within three days.
#[test]
fn vinted() {
    let world = World::new();
    world.buy(&Policy::preset("vinted").unwrap());
    assert_eq!(pass(&world, 7 * DAY - 1), [Stage::Paid, Stage::Paid], "over a weekend");
    assert_eq!(pass(&world, 2), [Stage::Done, Stage::Done]);
    assert_eq!(refunded(&world), [6_000, 4_000]);

    let world = shipped("vinted");
    world.act(0, Actor::System, PartCommand::Deliver);
    assert_eq!(pass(&world, 2 * DAY + 1), [Stage::Done, Stage::Shipped]);
    assert_eq!(refunded(&world), [0, 0]);

    let world = shipped("vinted");
    complain(&world, 0, ClaimReason::NotAsDescribed, Remedy::Return);
    complain(&world, 1, ClaimReason::Other, Remedy::Return);
    assert_eq!(pass(&world, 72 * 3_600 + 1), [Stage::Escalated, Stage::Done]);
    assert_eq!(refunded(&world), [0, 0]);

    let world = shipped("vinted");
    complain(&world, 0, ClaimReason::NotAsDescribed, Remedy::Return);
    world.act(0, Actor::Seller, PartCommand::Grant { minor_units: 6_000 });
    assert_eq!(pass(&world, 3 * DAY + 1), [Stage::Done, Stage::Shipped]);
    assert_eq!(refunded(&world), [0, 0]);
}

/// Nobody claims a parcel before its tenth day. A seller who says nothing for five days grants the
/// claim; what is not sent back in ten days is paid; and who lost can appeal once, in seven.
#[test]
fn aliexpress() {
    let world = shipped("aliexpress");
    let (reason, remedy, evidence) = (ClaimReason::NotReceived, Remedy::Refund, id(77));
    let early = PartCommand::Claim { reason, remedy, minor_units: 6_000, evidence };
    let refused = world.refusal(0, Actor::Buyer, early);
    assert_eq!(refused.status, OrderStatus::CLAIM_IS_TOO_EARLY);
    pass(&world, 10 * DAY + 1);
    complain(&world, 0, ClaimReason::NotReceived, Remedy::Refund);
    complain(&world, 1, ClaimReason::NotAsDescribed, Remedy::Return);
    assert_eq!(pass(&world, 5 * DAY + 1), [Stage::Done, Stage::ReturnAgreed]);
    assert_eq!(pass(&world, 10 * DAY + 1), [Stage::Done, Stage::Done]);
    assert_eq!(refunded(&world), [6_000, 0]);

    let world = shipped("aliexpress");
    for part in [0, 1] {
        complain(&world, part, ClaimReason::NotAsDescribed, Remedy::Refund);
        world.act(part, Actor::Seller, PartCommand::Refuse { evidence: id(5) });
    }
    assert_eq!(pass(&world, 5 * DAY + 1), [Stage::Escalated, Stage::Escalated]);
    for part in [0, 1] {
        world.act(part, Actor::Staff("eve"), PartCommand::Decide { minor_units: 1_000 });
    }
    world.act(0, Actor::Buyer, PartCommand::Appeal { evidence: id(6) });
    assert_eq!(pass(&world, 7 * DAY + 1), [Stage::Done, Stage::Done]);
    assert_eq!(refunded(&world), [1_000, 1_000], "nobody decided again");
}

/// A seller has 24 hours to answer before shipping, and 36 after it; then the claim is granted. A
/// buyer who is silent for five days after a refusal goes on with the deal.
#[test]
fn taobao() {
    let world = World::new();
    world.buy(&Policy::preset("taobao").unwrap());
    world.act(1, Actor::Seller, PartCommand::Ship);
    complain(&world, 0, ClaimReason::Other, Remedy::Refund);
    complain(&world, 1, ClaimReason::NotReceived, Remedy::Refund);
    assert_eq!(pass(&world, DAY + 1), [Stage::Done, Stage::Claimed]);
    assert_eq!(pass(&world, DAY / 2), [Stage::Done, Stage::Done]);
    assert_eq!(refunded(&world), [6_000, 4_000]);

    let world = shipped("taobao");
    complain(&world, 0, ClaimReason::NotAsDescribed, Remedy::Refund);
    world.act(0, Actor::Seller, PartCommand::Refuse { evidence: id(5) });
    assert_eq!(pass(&world, 5 * DAY + 1), [Stage::Shipped, Stage::Shipped]);
    assert_eq!(pass(&world, 10 * DAY + 1), [Stage::Done, Stage::Done]);
    assert_eq!(refunded(&world), [0, 0]);
}

/// The seller is paid when the inspection is over. What is rejected goes back within ten days, and
/// the seller who does not look at it in five gives the money back.
#[test]
fn escrow_com() {
    let world = shipped("escrow_com");
    for part in [0, 1] {
        world.act(part, Actor::System, PartCommand::Deliver);
    }
    complain(&world, 0, ClaimReason::NotAsDescribed, Remedy::Return);
    assert_eq!(pass(&world, DAY + 1), [Stage::ReturnAgreed, Stage::Delivered]);
    assert_eq!(pass(&world, 9 * DAY), [Stage::ReturnAgreed, Stage::Done]);
    world.act(0, Actor::Buyer, PartCommand::SendBack { tracking: id(8) });
    assert_eq!(pass(&world, 5 * DAY + 1), [Stage::Done, Stage::Done]);
    assert_eq!(refunded(&world), [6_000, 0]);

    let world = shipped("escrow_com");
    complain(&world, 0, ClaimReason::NotAsDescribed, Remedy::Return);
    world.act(0, Actor::Seller, PartCommand::Grant { minor_units: 6_000 });
    world.act(0, Actor::Buyer, PartCommand::SendBack { tracking: id(8) });
    world.act(0, Actor::Seller, PartCommand::ContestReturn { evidence: id(9) });
    assert_eq!(pass(&world, 28 * DAY + 1)[0], Stage::Done);
    assert_eq!(refunded(&world)[0], 6_000, "no arbitrator was asked");
}

/// A day to look at a download, and nothing to send back.
#[test]
fn digital_goods() {
    let world = shipped("digital_goods");
    let (reason, remedy, evidence) = (ClaimReason::NotAsDescribed, Remedy::Return, id(77));
    let unfit = PartCommand::Claim { reason, remedy, minor_units: 6_000, evidence };
    let refused = world.refusal(0, Actor::Buyer, unfit);
    assert_eq!(refused.status, OrderStatus::RETURN_IS_NOT_POSSIBLE);
    world.act(1, Actor::System, PartCommand::Deliver);
    complain(&world, 0, ClaimReason::NotReceived, Remedy::Refund);
    assert_eq!(pass(&world, 2 * DAY + 1), [Stage::Done, Stage::Done]);
    assert_eq!(refunded(&world), [6_000, 0]);
}
