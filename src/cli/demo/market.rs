//! A marketplace of orders: ten of them, that take ten ways.
//!
//! Every step is checked: the story fails where the rules answer otherwise than it is told.
#![allow(clippy::inconsistent_digit_grouping, reason = "the last two digits are cents")]

use super::stage::{Stage, cents, wrong};
use crate::cli::failure::Failure;
use crate::cli::tables;
use escrowdb::order::{
    Actor, ClaimReason, Leg, OrderStatus, PartCommand, Party, Policy, PolicyHash, Refusal, Remedy,
    Silence, Stage as PartStage, Tender, TenderKind, Terms,
};
use escrowdb::{Account, AccountFlags, Amount, Id, Operation, Orders, Status, money};

const EUR: u32 = 978;
const CARD: Id = Id::from_u128(1);
const PLATFORM: Id = Id::from_u128(2);
const COUPONS: Id = Id::from_u128(3);
const ANNA: Id = Id::from_u128(11);
const DORA: Id = Id::from_u128(21);
const EMIL: Id = Id::from_u128(22);
/// Where the host keeps a photograph, a letter, a number of a parcel.
const EVIDENCE: Id = Id::from_u128(31);
/// Parts per million that the platform keeps.
const COMMISSION: u32 = 100_000;

/// A shop's promise, as it writes it down.
const POLICY: &str = r#"{
    "name": "our marketplace",
    "payment": {"hours": 1},
    "processing": {"days": 3},
    "protection": {"days": 30},
    "inspection": {"days": 2},
    "claims": {
        "answer": {"days": 5}, "refused": {"days": 4}, "after_refusal": "resume",
        "send_back": {"days": 10}, "receive_back": {"days": 10},
        "decision": {"days": 7}, "undecided": "claim", "appeal": {"days": 7}
    }
}"#;

/// Tells the story from beginning to end.
pub(super) fn tell(stage: &mut Stage<'_>) -> Result<(), Failure> {
    stage.later(0, 0)?;
    let mut market = Market::open(stage)?;
    market.goes_well()?;
    market.never_ships()?;
    market.keeps_silent()?;
    market.asks_to_cancel()?;
    market.gets_lost()?;
    market.settles()?;
    market.sends_back()?;
    market.contests()?;
    market.appeals()?;
    market.has_a_cart()?;
    market.closes_its_books()
}

struct Market<'s, 'out> {
    stage: &'s mut Stage<'out>,
    orders: Orders,
    policy: PolicyHash,
    /// The order that is told of; the first one is 101.
    order: Id,
}

impl<'s, 'out> Market<'s, 'out> {
    fn open(stage: &'s mut Stage<'out>) -> Result<Self, Failure> {
        stage.say(
            "A marketplace. Anna buys; Dora makes lamps and teapots, Emil sells old books. Buyers\n\
             pay first, and what they have paid is held in escrow until the deal has ended, well\n\
             or not. The platform keeps 10% of what a seller gets. Each window below has an end,\n\
             and the shop's policy says what happens then if nobody does anything.",
        )?;
        let euro = money::iso_ledger(EUR, "EUR").map_err(Failure::work)?;
        let solvent = AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS;
        let mut outcomes = stage.store().create_ledgers(&[euro])?;
        outcomes.extend(stage.store().create_accounts(&[
            Account::new(CARD, EUR, 100, AccountFlags::EXTERNAL),
            Account::new(PLATFORM, EUR, 400, solvent),
            Account::new(COUPONS, EUR, 500, solvent),
        ])?);
        let coupons = Operation::transfer(Id::new(), CARD, COUPONS, EUR, cents(100_00));
        outcomes.extend(stage.store().submit(&[coupons])?);
        if let Some(outcome) = outcomes.iter().find(|outcome| outcome.status != Status::APPLIED) {
            return Err(wrong(&format!("an account: {}", outcome.status)));
        }
        let orders = Orders::of(stage.store());
        orders.register_buyer(ANNA, EUR)?.map_err(Failure::work)?;
        for seller in [DORA, EMIL] {
            orders.register_seller(seller, EUR)?.map_err(Failure::work)?;
        }
        let policy = Policy::from_json(POLICY).map_err(Failure::work)?;
        let policy = orders.keep_policy(&policy)?;
        Ok(Self { stage, orders, policy, order: Id::from_u128(100) })
    }

    fn goes_well(&mut self) -> Result<(), Failure> {
        self.buys("Confirmed: a deal that goes well", "a lamp", DORA, 80_00)?;
        self.refused(
            "Anna writes that it is on its way. That is for the seller to say.",
            Actor::Buyer,
            &PartCommand::Ship,
            OrderStatus::NOT_BY_THIS_ACTOR,
        )?;
        self.ships("Dora ships it.")?;
        self.stage.later(3, 0)?;
        let delivered = ("The carrier has delivered it.", PartStage::Delivered);
        self.does(delivered, Actor::System, PartCommand::Deliver)?;
        let confirmed = ("Anna likes it, and confirms.", PartStage::Done);
        self.does(confirmed, Actor::Buyer, PartCommand::Confirm)?;
        self.ends(72_00, 0)
    }

    fn never_ships(&mut self) -> Result<(), Failure> {
        self.buys("Timed out for the buyer: a seller who never ships", "an atlas", EMIL, 40_00)?;
        self.stage.later(3, 1)?;
        self.works("Three days, and Emil has not shipped: all goes back.", 1)?;
        self.ends(0, 40_00)
    }

    fn keeps_silent(&mut self) -> Result<(), Failure> {
        self.buys("Timed out for the seller: a buyer who says nothing", "a novel", EMIL, 12_00)?;
        self.ships("Emil ships it.")?;
        self.stage.later(4, 0)?;
        let delivered = ("The carrier has delivered it.", PartStage::Delivered);
        self.does(delivered, Actor::System, PartCommand::Deliver)?;
        self.stage.later(2, 1)?;
        self.works("Anna reads. Two days later Emil has his money.", 1)?;
        self.ends(10_80, 0)
    }

    fn asks_to_cancel(&mut self) -> Result<(), Failure> {
        self.buys("Called off: a buyer who changes her mind", "a globe", EMIL, 55_00)?;
        let asked = ("Anna asks Emil to call it off.", PartStage::Claimed);
        self.claims(asked, ClaimReason::Other, Remedy::Refund, 55_00)?;
        let granted = ("He has not packed it yet, and does.", PartStage::Done);
        self.does(granted, Actor::Seller, PartCommand::Grant { minor_units: 55_00 })?;
        self.ends(0, 55_00)
    }

    fn gets_lost(&mut self) -> Result<(), Failure> {
        self.buys("Lost: a parcel that never comes", "a vase", DORA, 64_00)?;
        self.ships("Dora ships it.")?;
        self.stage.later(20, 0)?;
        let claimed = ("Nothing has come, and Anna says so.", PartStage::Claimed);
        self.claims(claimed, ClaimReason::NotReceived, Remedy::Refund, 64_00)?;
        self.stage.later(5, 0)?;
        self.works("Dora says nothing for five days: the claim is granted.", 1)?;
        self.ends(0, 64_00)
    }

    fn settles(&mut self) -> Result<(), Failure> {
        self.buys("Settled: a scratch, and ten euros", "a teapot", DORA, 80_00)?;
        self.ships("Dora ships it.")?;
        self.stage.later(3, 0)?;
        let claimed = ("It has a scratch. Anna wants half of it back.", PartStage::Claimed);
        self.claims(claimed, ClaimReason::NotAsDescribed, Remedy::Refund, 40_00)?;
        let offered = ("Dora offers EUR 10.00.", PartStage::Claimed);
        self.does(offered, Actor::Seller, PartCommand::Propose { minor_units: 10_00 })?;
        let accepted = ("Anna keeps the teapot, and takes it.", PartStage::Done);
        self.does(accepted, Actor::Buyer, PartCommand::Accept { minor_units: 10_00 })?;
        self.ends(63_00, 10_00)
    }

    fn sends_back(&mut self) -> Result<(), Failure> {
        self.buys("Returned: the wrong colour", "a lamp", DORA, 80_00)?;
        self.ships("Dora ships it.")?;
        self.stage.later(3, 0)?;
        let claimed = ("It is green, not blue: Anna wants to return it.", PartStage::Claimed);
        self.claims(claimed, ClaimReason::NotAsDescribed, Remedy::Return, 80_00)?;
        let agreed = ("Dora agrees.", PartStage::ReturnAgreed);
        self.does(agreed, Actor::Seller, PartCommand::Grant { minor_units: 80_00 })?;
        let sent = ("Anna sends it back.", PartStage::SentBack);
        self.does(sent, Actor::Buyer, PartCommand::SendBack { tracking: EVIDENCE })?;
        self.stage.later(3, 0)?;
        let received = ("Dora has it again.", PartStage::Done);
        self.does(received, Actor::Seller, PartCommand::ConfirmReturn { minor_units: 80_00 })?;
        self.ends(0, 80_00)
    }

    fn contests(&mut self) -> Result<(), Failure> {
        self.buys("Contested: what came back is broken", "a vase", DORA, 90_00)?;
        self.ships("Dora ships it.")?;
        self.stage.later(3, 0)?;
        let claimed = ("Anna has changed her mind, and wants to return it.", PartStage::Claimed);
        self.claims(claimed, ClaimReason::Other, Remedy::Return, 90_00)?;
        let agreed = ("Dora agrees.", PartStage::ReturnAgreed);
        self.does(agreed, Actor::Seller, PartCommand::Grant { minor_units: 90_00 })?;
        let sent = ("Anna sends it back.", PartStage::SentBack);
        self.does(sent, Actor::Buyer, PartCommand::SendBack { tracking: EVIDENCE })?;
        self.stage.later(3, 0)?;
        let contested = ("It comes in pieces, and Dora shows them.", PartStage::Escalated);
        self.does(contested, Actor::Seller, PartCommand::ContestReturn { evidence: EVIDENCE })?;
        let decided = ("Eve, of the platform, gives each half.", PartStage::Decided);
        self.does(decided, Actor::Staff("eve"), PartCommand::Decide { minor_units: 45_00 })?;
        self.stage.later(7, 0)?;
        self.works("Nobody appeals: it is carried out.", 1)?;
        self.ends(40_50, 45_00)
    }

    fn appeals(&mut self) -> Result<(), Failure> {
        self.buys("Appealed: not the first edition", "a first edition", EMIL, 200_00)?;
        self.ships("Emil ships it.")?;
        self.stage.later(3, 0)?;
        let claimed = ("It is the second, says Anna.", PartStage::Claimed);
        self.claims(claimed, ClaimReason::NotAsDescribed, Remedy::Refund, 200_00)?;
        let refused = ("Emil says that it is not, and shows a catalogue.", PartStage::Refused);
        self.does(refused, Actor::Seller, PartCommand::Refuse { evidence: EVIDENCE })?;
        let escalated = ("Anna asks the platform to decide.", PartStage::Escalated);
        self.does(escalated, Actor::Buyer, PartCommand::Escalate)?;
        let decided = ("Eve believes Emil.", PartStage::Decided);
        self.does(decided, Actor::Staff("eve"), PartCommand::Decide { minor_units: 0 })?;
        let appealed = ("Anna appeals, with a letter of the printer's.", PartStage::Escalated);
        self.does(appealed, Actor::Buyer, PartCommand::Appeal { evidence: EVIDENCE })?;
        let decided = ("Adam reads it, and believes her. That is the last word.", PartStage::Done);
        self.does(decided, Actor::Staff("adam"), PartCommand::Decide { minor_units: 200_00 })?;
        self.ends(0, 200_00)
    }

    /// Two sellers, a card and a coupon; one of them gives up.
    fn has_a_cart(&mut self) -> Result<(), Failure> {
        self.stage.chapter("A cart: two sellers, a card and a coupon")?;
        let legs = [(DORA, 60_00), (EMIL, 40_00)];
        let tenders =
            [(TenderKind::External, CARD, 90_00), (TenderKind::Promotion, COUPONS, 10_00)];
        self.place(&legs, &tenders)?;
        self.stage.tell("Anna orders a lamp and a novel for EUR 100.00, with a coupon of 10.")?;
        self.comes("The coupon is put aside.", 1, false)?;
        self.comes("Her card is charged: now both sellers are paid, or neither.", 0, true)?;
        self.does_to(
            1,
            ("Emil cannot find the novel.", PartStage::Done),
            Actor::Seller,
            PartCommand::Cancel,
        )?;
        let view = self.orders.order(self.order)?.map_err(Failure::work)?;
        for (tender, back) in view.tenders.iter().zip([36_00, 4_00]) {
            self.stage.check("what goes back", tender.back, cents(back))?;
        }
        self.stage.say("               36.00 go back to her card, and 4.00 to the coupons.")?;
        self.ships("Dora ships the lamp.")?;
        self.stage.later(2, 0)?;
        let confirmed = ("Anna confirms.", PartStage::Done);
        self.does(confirmed, Actor::Buyer, PartCommand::Confirm)?;
        self.ends(54_00, 0)
    }

    /// What everybody has in the end: what they got above, order by order.
    fn closes_its_books(&mut self) -> Result<(), Failure> {
        self.stage.say("")?;
        self.stage.has("Dora has", Orders::seller_account(DORA, EUR), cents(229_50))?;
        self.stage.has("Emil has", Orders::seller_account(EMIL, EUR), cents(10_80))?;
        self.stage.has("The platform has", PLATFORM, cents(26_70))?;
        self.stage.has("Of Anna's, waiting is", Orders::buyer_account(ANNA, EUR), cents(0))?;
        let trial = self.stage.snapshot()?.trial_balance(EUR)?;
        if !trial.is_balanced() {
            return Err(wrong("the books do not balance"));
        }
        let name = |code| {
            let known = [
                (100, "card"),
                (400, "platform"),
                (500, "coupons"),
                (escrowdb::order::BUYER_CODE, "buyers"),
                (escrowdb::order::SELLER_CODE, "sellers"),
            ];
            let name = known.iter().find(|(known, _)| *known == code);
            name.map(|(_, name)| (*name).to_owned())
        };
        tables::trial_balance(self.stage.out(), &trial, &name)
    }

    /// A chapter, in which Anna buys one thing by card.
    fn buys(&mut self, title: &str, what: &str, of: Id, price: u32) -> Result<(), Failure> {
        self.stage.chapter(title)?;
        self.place(&[(of, price)], &[(TenderKind::External, CARD, price)])?;
        let seller = if of == DORA { "Dora" } else { "Emil" };
        let price = self.stage.currency().words(cents(price));
        self.comes(&format!("Anna orders {what} of {seller}, and pays {price}."), 0, true)
    }

    fn place(
        &mut self,
        legs: &[(Id, u32)],
        tenders: &[(TenderKind, Id, u32)],
    ) -> Result<(), Failure> {
        self.order = Id::from_u128(self.order.as_u128() + 1);
        let leg =
            |&(seller, price)| Leg { commission_ppm: COMMISSION, ..Leg::new(seller, cents(price)) };
        let tender = |&(kind, source, price)| Tender { kind, source, amount: cents(price) };
        let terms = Terms {
            buyer: ANNA,
            ledger: EUR,
            policy: self.policy,
            commission_account: PLATFORM,
            legs: legs.iter().map(leg).collect(),
            tenders: tenders.iter().map(tender).collect(),
            keeping: None,
        };
        self.orders.place(self.order, &terms)?.map_err(Failure::work)
    }

    /// A tender comes; with the last one the order is paid.
    fn comes(&mut self, words: &str, tender: u16, pays: bool) -> Result<(), Failure> {
        let paid = self.orders.tender_came(self.order, tender, Id::new())?;
        if paid.map_err(Failure::work)? != pays {
            return Err(wrong(words));
        }
        if !pays {
            return self.stage.tell(words);
        }
        let then = self.then(0)?;
        self.stage.remark(words, &then)
    }

    fn ships(&mut self, words: &str) -> Result<(), Failure> {
        self.does((words, PartStage::Shipped), Actor::Seller, PartCommand::Ship)
    }

    fn claims(
        &mut self,
        told: (&str, PartStage),
        reason: ClaimReason,
        remedy: Remedy,
        minor_units: u128,
    ) -> Result<(), Failure> {
        let claim = PartCommand::Claim { reason, remedy, minor_units, evidence: EVIDENCE };
        self.does(told, Actor::Buyer, claim)
    }

    /// Somebody does something about the first part, after which it is in this stage.
    fn does(
        &mut self,
        told: (&str, PartStage),
        by: Actor<'_>,
        what: PartCommand,
    ) -> Result<(), Failure> {
        self.does_to(0, told, by, what)
    }

    fn does_to(
        &mut self,
        part: u16,
        (words, stage): (&str, PartStage),
        by: Actor<'_>,
        what: PartCommand,
    ) -> Result<(), Failure> {
        let acted = self.orders.act(self.order, part, by, &what, Id::new())?;
        let acted = acted.map_err(|refusal| wrong(&format!("{words} {refusal}")))?;
        if acted.stage != stage {
            return Err(wrong(&format!("{words} {}", acted.stage.name())));
        }
        let then = self.then(part)?;
        self.stage.remark(words, &then)
    }

    /// Somebody tries what is refused.
    fn refused(
        &mut self,
        words: &str,
        by: Actor<'_>,
        what: &PartCommand,
        law: OrderStatus,
    ) -> Result<(), Failure> {
        match self.orders.act(self.order, 0, by, what, Id::new())? {
            Err(refusal @ Refusal { status, .. }) if status == law => {
                self.stage.remark(words, &format!("refused: {refusal}"))
            }
            other => Err(wrong(&format!("{words} {other:?}"))),
        }
    }

    /// What time has left to be done is done.
    fn works(&mut self, words: &str, parts: usize) -> Result<(), Failure> {
        let done = self.orders.work(100)?;
        if (done.parts, done.refused) != (parts, 0) {
            return Err(wrong(&format!("{words} {done:?}")));
        }
        let then = self.then(0)?;
        self.stage.remark(words, &then)
    }

    /// In which stage a part is, and what happens if nobody does anything.
    fn then(&self, part: u16) -> Result<String, Failure> {
        let options =
            self.orders.options(self.order, part, Party::Buyer)?.map_err(Failure::work)?;
        let stage = options.stage.name().replace('_', " ");
        let Some(end) = options.if_nobody_acts else { return Ok(stage) };
        let day = i128::from(options.until.nanoseconds());
        let day = jiff::Timestamp::from_nanosecond(day).map_err(Failure::work)?;
        let end = match end {
            Silence::Refund => "all goes back",
            Silence::Release => "the seller is paid",
            Silence::Grant => "it is granted",
            Silence::Escalate => "staff decide",
            Silence::Resume => "the deal goes on",
            Silence::CarryOut => "it is carried out",
            _ => return Err(wrong("an end that the story does not know")),
        };
        Ok(format!("{stage}; on {} {end}", day.strftime("%a %e %b")))
    }

    /// How the first part has ended: what its seller got, and what went back.
    fn ends(&mut self, paid: u32, back: u32) -> Result<(), Failure> {
        let view = self.orders.order(self.order)?.map_err(Failure::work)?;
        let part = view.parts.first().ok_or_else(|| wrong("an order without a part"))?;
        if part.stage != PartStage::Done {
            return Err(wrong("a deal that has not ended"));
        }
        self.stage.check("what the seller got", part.paid, cents(paid))?;
        self.stage.check("what went back", part.refunded, cents(back))?;
        self.stage.check("what is due", part.due, Amount::ZERO)?;
        let (paid, back) = (cents(paid), cents(back));
        let currency = self.stage.currency();
        let words = format!(
            "               The seller has got {}, and {} went back.",
            currency.words(paid),
            currency.words(back)
        );
        self.stage.say(&words)
    }
}
