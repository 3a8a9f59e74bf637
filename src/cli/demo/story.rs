//! The story. Every number in it is checked.

use super::stage::{Stage, cents, days, wrong};
use crate::cli::failure::Failure;
use escrowdb::{
    Account, AccountFlags as Flags, AtDeadline, Id, Operation, OperationFlags, Status, money,
};

/// The ledger: the number of the euro in ISO 4217.
pub(super) const EUR: u32 = 978;
pub(super) const BANK: Id = Id::from_u128(1);
pub(super) const PLATFORM: Id = Id::from_u128(2);
pub(super) const ANNA: Id = Id::from_u128(11);
pub(super) const BEN: Id = Id::from_u128(12);
pub(super) const CLARA: Id = Id::from_u128(13);
pub(super) const DORA: Id = Id::from_u128(21);
pub(super) const EMIL: Id = Id::from_u128(22);

const TEAPOT: Id = Id::from_u128(101);
const ATLAS: Id = Id::from_u128(102);
const LAMP: Id = Id::from_u128(103);
const NOVEL: Id = Id::from_u128(104);
const CHAIR: Id = Id::from_u128(105);

/// Parts per million that the platform keeps.
const COMMISSION: u32 = 100_000;

/// Tells the story from beginning to end.
pub(super) fn tell(stage: &mut Stage<'_>) -> Result<(), Failure> {
    open_shop(stage)?;
    goes_well(stage)?;
    never_ships(stage)?;
    keeps_silent(stage)?;
    called_off(stage)?;
    dispute(stage)?;
    after_payout(stage)?;
    closed_loop(stage)
}

fn id(number: u128) -> Id {
    Id::from_u128(number)
}

/// An order: held for the seller, refunded if nothing is shipped within two weeks.
fn order(hold: Id, buyer: Id, seller: Id, price: u32) -> Operation {
    Operation {
        fee_account: PLATFORM,
        fee_ppm: COMMISSION,
        ..Operation::hold(hold, buyer, seller, EUR, cents(price))
    }
    .with_deadline(days(14), AtDeadline::REFUND)
}

/// A shipment: the seller is paid in 30 days if nobody objects.
fn ship(number: u128, hold: Id) -> Operation {
    Operation::ship(id(number), hold).with_deadline(days(30), AtDeadline::RELEASE)
}

fn pay_in(number: u128, buyer: Id, amount: u32) -> Operation {
    Operation::transfer(id(number), BANK, buyer, EUR, cents(amount))
}

fn open_shop(stage: &mut Stage<'_>) -> Result<(), Failure> {
    for (hold, name) in [
        (TEAPOT, "teapot"),
        (ATLAS, "atlas"),
        (LAMP, "lamp"),
        (NOVEL, "novel"),
        (CHAIR, "chair"),
        (id(1_011), "paying in"),
        (id(1_015), "teapot"),
    ] {
        stage.name(hold, name);
    }
    stage.say(
        "A small marketplace. Anna, Ben and Clara buy; Dora makes lamps and teapots, Emil sells\n\
         old books and chairs. Buyers pay first, sellers are paid last, and what is in between\n\
         is held in escrow. Wallets are for shopping: money in them cannot be withdrawn. The\n\
         platform keeps 10% of what a seller gets.",
    )?;
    stage.later(0, 0)?;
    let euro = money::iso_ledger(EUR, "EUR").map_err(Failure::work)?;
    let solvent = Flags::DEBITS_MUST_NOT_EXCEED_CREDITS | Flags::HISTORY;
    let accounts = [
        (BANK, 100, Flags::EXTERNAL),
        (ANNA, 200, solvent | Flags::SPEND_ONLY),
        (BEN, 200, solvent | Flags::SPEND_ONLY),
        (CLARA, 200, solvent | Flags::SPEND_ONLY),
        (DORA, 300, solvent),
        (EMIL, 300, solvent),
        (PLATFORM, 400, solvent),
    ]
    .map(|(id, code, flags)| Account::new(id, EUR, code, flags));
    let mut outcomes = stage.store().create_ledgers(&[euro])?;
    outcomes.extend(stage.store().create_accounts(&accounts)?);
    match outcomes.iter().find(|outcome| outcome.status != Status::APPLIED) {
        Some(outcome) => Err(wrong(&format!("an account: {}", outcome.status))),
        None => Ok(()),
    }
}

fn goes_well(stage: &mut Stage<'_>) -> Result<(), Failure> {
    stage.chapter("Confirmed: a deal that goes well")?;
    stage.act("Anna pays EUR 120.00 into her wallet by card.", pay_in(1_011, ANNA, 12_000))?;
    let ordered = stage.act(
        "She orders a teapot of Dora for EUR 80.00. Dora sees that it is paid.",
        order(TEAPOT, ANNA, DORA, 8_000),
    )?;
    stage.check("what Dora sees", ordered.credit.credits_pending, cents(8_000))?;
    stage.has("Anna can spend", ANNA, cents(4_000))?;
    stage.has("Dora can spend", DORA, cents(0))?;
    stage.later(3, 0)?;
    stage.act("Dora ships the teapot.", ship(1_013, TEAPOT))?;
    stage.later(5, 0)?;
    let confirm = Operation::release_rest(id(1_015), TEAPOT);
    let paid = stage.act("Anna confirms that it is there: the money is released.", confirm)?;
    stage.check("the commission", paid.fee, cents(800))?;
    stage.has("Dora has", DORA, cents(7_200))?;
    stage.has("The platform has", PLATFORM, cents(800))?;
    let again = stage.expect(
        "The reply was lost, so the shop sends it again. Nobody is paid twice.",
        confirm,
        Status::EXISTS,
    )?;
    if again.timestamp != paid.timestamp {
        return Err(wrong("the repeated release has another time"));
    }
    stage.expect(
        "Somebody in support clicks on refund as well.",
        Operation::refund_rest(id(1_016), TEAPOT),
        Status::HOLD_ALREADY_SETTLED,
    )?;
    stage.has("Dora still has", DORA, cents(7_200))
}

fn never_ships(stage: &mut Stage<'_>) -> Result<(), Failure> {
    stage.chapter("Timed out for the buyer: a seller who never ships")?;
    stage.act("Anna orders an atlas of Emil for EUR 40.00.", order(ATLAS, ANNA, EMIL, 4_000))?;
    stage.expect(
        "In another tab she spends the same EUR 40.00 on a globe.",
        order(id(1_022), ANNA, EMIL, 4_000),
        Status::EXCEEDS_CREDITS,
    )?;
    stage.later(14, 1)?;
    stage.tell("Two weeks, and Emil has not shipped: the deadline gives the money back.")?;
    stage.expect(
        "Emil ships after all, and is told so in time.",
        ship(1_023, ATLAS),
        Status::HOLD_ALREADY_REFUNDED,
    )?;
    stage.has("Anna can spend", ANNA, cents(4_000))
}

fn keeps_silent(stage: &mut Stage<'_>) -> Result<(), Failure> {
    stage.chapter("Timed out for the seller: a buyer who keeps silent")?;
    stage.act("Ben pays in EUR 200.00.", pay_in(1_031, BEN, 20_000))?;
    stage.act("He orders a lamp of Dora for EUR 150.00.", order(LAMP, BEN, DORA, 15_000))?;
    stage.later(1, 0)?;
    stage.act("Dora ships the lamp.", ship(1_033, LAMP))?;
    stage.later(30, 1)?;
    stage.tell("A month without a word from Ben: the deadline pays Dora, less the commission.")?;
    stage.has("Dora has", DORA, cents(20_700))?;
    stage.has("The platform has", PLATFORM, cents(2_300))
}

fn called_off(stage: &mut Stage<'_>) -> Result<(), Failure> {
    stage.chapter("Refunded: an order that is called off")?;
    stage.act("Ben orders a novel of Emil for EUR 50.00.", order(NOVEL, BEN, EMIL, 5_000))?;
    stage.has("Ben can spend", BEN, cents(0))?;
    stage.later(1, 0)?;
    stage
        .act("Emil cannot find it, and calls it off.", Operation::refund_rest(id(1_042), NOVEL))?;
    stage.has("Ben can spend", BEN, cents(5_000))?;
    stage.expect(
        "A confirmation that was stuck in a queue comes late.",
        Operation::release_rest(id(1_043), NOVEL),
        Status::HOLD_ALREADY_REFUNDED,
    )?;
    Ok(())
}

fn dispute(stage: &mut Stage<'_>) -> Result<(), Failure> {
    stage.chapter("Split: a dispute")?;
    stage.act("Clara pays in EUR 90.00.", pay_in(1_051, CLARA, 9_000))?;
    stage.act("She orders a chair of Emil for EUR 90.00.", order(CHAIR, CLARA, EMIL, 9_000))?;
    stage.later(2, 0)?;
    stage.act("Emil ships the chair.", ship(1_053, CHAIR))?;
    stage.later(6, 0)?;
    stage.act(
        "A leg is broken. Clara opens a dispute: the clock stands still.",
        Operation::dispute(id(1_054), CHAIR),
    )?;
    stage.expect(
        "Emil's shop releases the money all the same.",
        Operation::release_rest(id(1_055), CHAIR),
        Status::HOLD_IS_DISPUTED,
    )?;
    stage.later(60, 0)?;
    stage.tell("Two months of letters. The old deadline goes by, and nothing happens.")?;
    let verdict = Operation::release(id(1_056), CHAIR, cents(3_000))
        .with_flags(OperationFlags::FINAL | OperationFlags::ARBITRATED);
    let split = stage.act("The arbiter: EUR 30.00 for Emil, the rest for Clara.", verdict)?;
    stage.check("Emil's part", split.amount, cents(3_000))?;
    stage.check("the commission on it", split.fee, cents(300))?;
    stage.has("Emil has", EMIL, cents(2_700))?;
    stage.has("Clara can spend", CLARA, cents(6_000))
}

fn after_payout(stage: &mut Stage<'_>) -> Result<(), Failure> {
    stage.chapter("Reversed: a fault that shows after the payout")?;
    let reversed = stage.act(
        "The teapot leaks. Dora gives back EUR 20.00; the platform its share of it.",
        Operation::reverse(id(1_061), id(1_015), cents(2_000)),
    )?;
    stage.check("the commission given back", reversed.fee, cents(200))?;
    stage.has("Anna can spend", ANNA, cents(6_000))?;
    stage.has("Dora has", DORA, cents(18_900))?;
    stage.has("The platform has", PLATFORM, cents(2_400))?;
    stage.expect(
        "She asks for EUR 70.00 more, but only EUR 60.00 of the sale are left.",
        Operation::reverse(id(1_062), id(1_015), cents(7_000)),
        Status::EXCEEDS_REVERSIBLE,
    )?;
    Ok(())
}

fn closed_loop(stage: &mut Stage<'_>) -> Result<(), Failure> {
    stage.chapter("Closed loop: what is in a wallet stays in the shop")?;
    stage.expect(
        "Anna wants her EUR 60.00 on her bank account.",
        Operation::transfer(id(1_071), ANNA, BANK, EUR, cents(6_000)),
        Status::SPEND_ONLY_MONEY_MUST_NOT_LEAVE,
    )?;
    stage.has("Anna can spend", ANNA, cents(6_000))
}
