//! A part of an order as simply as can be: by words, one line for each thing that can happen. The
//! laws hold the real thing against it.

use OrderStatus as S;
use escrowdb::order::*;

/// One of an item, and what goes with it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Unit {
    pub(crate) line: u16,
    place: u128,
    /// With its taxes.
    price: u128,
    /// If shipping goes by price.
    shipping: u128,
}

/// All items of a leg, one by one: of each amount that goes with them, each has the difference of
/// two rounded sums.
pub(crate) fn units(leg: &Leg) -> Vec<Unit> {
    let rounded = |amount: u128, share: u128, total: u128| {
        let (whole, rest) = (amount * share / total, amount * share % total);
        whole + u128::from(2 * rest > total || (2 * rest == total && whole % 2 == 1))
    };
    let of = |kind| leg.lines.iter().filter(move |line| line.kind == kind);
    let all: u128 = of(LineKind::Item).map(|line| line.amount.minor_units()).sum();
    let sent: u128 = of(LineKind::Shipping).map(|line| line.amount.minor_units()).sum();
    let (mut units, mut before) = (Vec::new(), 0);
    for (line, item) in (0..).zip(&leg.lines).filter(|(_, line)| line.kind == LineKind::Item) {
        let (amount, quantity) = (item.amount.minor_units(), u128::from(item.quantity));
        for number in 0..quantity {
            let begin = before + rounded(amount, number, quantity);
            let end = before + rounded(amount, number + 1, quantity);
            let along = |amount| rounded(amount, end, all) - rounded(amount, begin, all);
            let taxes = of(LineKind::Tax).map(|tax| along(tax.amount.minor_units()));
            let price = end - begin + taxes.sum::<u128>();
            units.push(Unit { line, place: number, price, shipping: along(sent) });
        }
        before += amount;
    }
    units
}

/// What the model knows of a part.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct ModelPart {
    pub(crate) leg: u16,
    /// None if the leg has no lines.
    pub(crate) units: Vec<Unit>,
    pub(crate) shipping: u128,
    pub(crate) stage: Stage,
    /// In nanoseconds. What is in escrow then ends as [`Silence`] says.
    pub(crate) until: u64,
    pub(crate) held: u128,
    pub(crate) back: u128,
    /// What all of its leg comes to.
    agreed: u128,
    /// What the deal was in before it was disputed, and the time that was left of it.
    before: (Stage, u64),
    is_return: bool,
    is_sent_back: bool,
    reason: ClaimReason,
    /// In nanoseconds: from when on it can be claimed that it did not come.
    not_received_from: u64,
    pub(crate) claimed: u128,
    /// The buyer's, and the seller's.
    pub(crate) offers: [Option<u128>; 2],
    pub(crate) decided: u128,
    pub(crate) is_appealed: bool,
    /// What a first member of staff decided, and who that was.
    pub(crate) first: Option<(u128, &'static str)>,
    /// Until when evidence of the buyer, and of the seller, is awaited.
    pub(crate) asked: [u64; 2],
}

const SECOND: u64 = 1_000_000_000;

/// When a window ends that begins then: of business days, as one counts them on the wall.
fn end(policy: &Policy, now: u64, window: Window) -> u64 {
    let seconds = match window {
        Window::Seconds(seconds) => u64::from(seconds),
        Window::Hours(hours) => u64::from(hours) * 3_600,
        Window::Days(days) => u64::from(days) * 86_400,
        Window::BusinessDays(number) => {
            let calendar = policy.calendar.as_ref().expect("a calendar");
            let (mut left, mut days) = (number, 0);
            while left > 0 {
                days += 1;
                let ahead = i32::from(calendar.utc_offset_minutes) * 60;
                let offset = jiff::tz::Offset::from_seconds(ahead);
                let instant = now + days * 86_400 * SECOND;
                let instant = jiff::Timestamp::from_nanosecond(instant.into()).unwrap();
                let day = offset.unwrap().to_datetime(instant).date();
                let name = format!("{:?}", day.weekday());
                let is_free = calendar.weekend.iter().any(|day| format!("{day:?}") == name)
                    || calendar.holidays.contains(&day.to_string());
                left -= u32::from(!is_free);
            }
            days * 86_400
        }
    };
    now + seconds * SECOND
}

impl ModelPart {
    pub(crate) fn new(number: u16, leg: &Leg, policy: &Policy, now: u64) -> Self {
        let sent = leg.lines.iter().filter(|line| line.kind == LineKind::Shipping);
        let amount = leg.amount.minor_units();
        let mut part = Self {
            leg: number,
            units: units(leg),
            shipping: sent.map(|line| line.amount.minor_units()).sum(),
            stage: Stage::Paid,
            until: 0,
            held: amount,
            agreed: amount,
            back: 0,
            before: (Stage::Paid, 0),
            is_return: false,
            is_sent_back: false,
            reason: ClaimReason::Other,
            not_received_from: 0,
            claimed: 0,
            offers: [None; 2],
            decided: 0,
            is_appealed: false,
            first: None,
            asked: [0; 2],
        };
        part.to(Stage::Paid, policy, now, policy.processing);
        part
    }

    /// Whether one of its times is in this very second.
    pub(crate) fn turns_at(&self, now: u64) -> bool {
        let [buyer, seller] = self.asked;
        let times = [self.until, self.not_received_from, buyer, seller];
        times.iter().any(|time| time / SECOND == now / SECOND)
    }

    fn to(&mut self, stage: Stage, policy: &Policy, now: u64, window: Window) {
        (self.stage, self.until) = (stage, end(policy, now, window));
    }

    fn done(&mut self, back: u128) {
        self.back += back;
        (self.held, self.stage) = (0, Stage::Done);
    }

    fn resume(&mut self, now: u64) {
        (self.stage, self.until) = (self.before.0, now + self.before.1);
    }

    /// What time does; gives what ended.
    pub(crate) fn pass(&mut self, policy: &Policy, now: u64) -> Vec<(Stage, Silence)> {
        let mut ended = Vec::new();
        while self.stage != Stage::Done && self.until <= now {
            let (at, stage, claims) = (self.until, self.stage, &policy.claims);
            let silence = match stage {
                Stage::Paid => Silence::Refund,
                Stage::Shipped | Stage::Delivered | Stage::ReturnAgreed => Silence::Release,
                Stage::Claimed if self.before.0 != Stage::Paid => match self.no_answer(claims) {
                    NoAnswer::Grant => Silence::Grant,
                    NoAnswer::Escalate => Silence::Escalate,
                    NoAnswer::Release => Silence::Release,
                },
                Stage::Claimed | Stage::SentBack => Silence::Grant,
                Stage::Refused if claims.after_refusal == AfterRefusal::Escalate => {
                    Silence::Escalate
                }
                Stage::Refused if claims.after_refusal == AfterRefusal::Resume => Silence::Resume,
                Stage::Refused => Silence::Grant,
                Stage::Escalated if self.is_appealed => Silence::CarryOut,
                Stage::Escalated if claims.undecided == Undecided::Refund => Silence::Refund,
                Stage::Escalated if claims.undecided == Undecided::Release => Silence::Release,
                Stage::Escalated => Silence::Grant,
                _ => Silence::CarryOut,
            };
            ended.push((stage, silence));
            match silence {
                Silence::Refund => self.done(self.held),
                Silence::Release => self.done(0),
                Silence::Grant if self.is_return && !self.is_sent_back => {
                    self.to(Stage::ReturnAgreed, policy, at, claims.send_back.expect("returns"));
                }
                Silence::Grant => self.done(self.claimed),
                Silence::Escalate => self.to(Stage::Escalated, policy, at, claims.decision),
                Silence::Resume => self.resume(now),
                _ => self.done(self.decided),
            }
        }
        ended
    }

    /// Divides items off, for this to be done about them; `None` if they are all of the part.
    pub(crate) fn divide(
        &mut self,
        policy: &Policy,
        items: &[Item],
        party: Party,
        action: Action,
    ) -> Result<Option<Self>, OrderStatus> {
        use {Action as A, Stage as St};
        if !matches!(self.stage, St::Paid | St::Shipped | St::Delivered | St::Done) {
            return Err(S::PART_HAS_COMPLAINT);
        }
        self.may(party, action)?;
        if self.units.is_empty() {
            return Err(S::LEG_HAS_NO_LINES);
        }
        let (mut rest, mut gone) = (self.clone(), self.clone());
        gone.units.clear();
        for item in items {
            let of_line = rest.units.iter().filter(|unit| unit.line == item.line).count();
            match of_line {
                0 => return Err(S::ITEM_NOT_IN_PART),
                few if few < item.quantity as usize => return Err(S::QUANTITY_EXCEEDS_PART),
                _ => (),
            }
            for _ in 0..item.quantity {
                let last = rest.units.iter().rposition(|unit| unit.line == item.line).unwrap();
                gone.units.push(rest.units.remove(last));
            }
        }
        if rest.units.is_empty() {
            return Ok(None);
        }
        gone.units.sort_unstable();
        gone.shipping = match policy.shipping {
            Shipping::ProRata => gone.units.iter().map(|unit| unit.shipping).sum(),
            _ if matches!(action, A::Ship | A::Deliver | A::Confirm) => self.shipping,
            _ => 0,
        };
        gone.held = gone.shipping + gone.units.iter().map(|unit| unit.price).sum::<u128>();
        rest.shipping -= gone.shipping;
        rest.held -= gone.held;
        *self = rest;
        Ok(Some(gone))
    }

    /// Whether a party may do this now.
    fn may(&self, party: Party, action: Action) -> Result<(), OrderStatus> {
        use {Action as A, Stage as St};
        let stage = self.stage;
        let who = match (stage, action) {
            (St::Paid, A::Ship | A::Cancel) => vec![Party::Seller],
            (St::Shipped, A::Deliver) => vec![Party::System],
            (St::Shipped | St::Delivered, A::Confirm) => vec![Party::Buyer],
            (St::Paid, A::Extend) => vec![Party::Buyer],
            (St::Shipped, A::Extend) => vec![Party::Seller],
            (St::Paid | St::Shipped | St::Delivered, A::Claim) => vec![Party::Buyer],
            (St::Claimed, A::Amend | A::Withdraw) => vec![Party::Buyer],
            (St::Claimed, A::Propose | A::Accept) => vec![Party::Buyer, Party::Seller],
            (St::Claimed, A::Grant | A::Refuse) => vec![Party::Seller],
            (St::Refused, A::Escalate | A::Accept | A::Withdraw) => vec![Party::Buyer],
            (St::ReturnAgreed, A::SendBack) => vec![Party::Buyer],
            (St::SentBack, A::ConfirmReturn | A::ContestReturn) => vec![Party::Seller],
            (St::Escalated, A::Decide | A::AskEvidence) => vec![Party::Staff],
            (St::Escalated, A::GiveEvidence) => vec![Party::Buyer, Party::Seller],
            (St::Decided, A::Appeal) => vec![Party::Buyer, Party::Seller],
            _ => return Err(S::NOT_IN_THIS_STAGE),
        };
        if who.contains(&party) { Ok(()) } else { Err(S::NOT_BY_THIS_ACTOR) }
    }

    /// What a command does, or why not.
    pub(crate) fn act(
        &mut self,
        policy: &Policy,
        now: u64,
        (party, staff): (Party, &'static str),
        command: &PartCommand,
    ) -> Result<(), OrderStatus> {
        use Stage as St;
        let (claims, stage) = (&policy.claims, self.stage);
        self.may(party, command.action())?;
        // What can be claimed and proposed of what is shipped.
        let claimable = |deal| match policy.shipping {
            Shipping::Never if deal != St::Paid => self.held - self.shipping,
            _ => self.held,
        };
        let (now_claimable, then_claimable) = (claimable(stage), claimable(self.before.0));
        let side = usize::from(party == Party::Seller);
        match *command {
            PartCommand::Ship => {
                self.not_received_from =
                    claims.not_received_after.map_or(0, |window| end(policy, now, window));
                self.to(St::Shipped, policy, now, policy.protection);
            }
            PartCommand::Deliver => self.to(St::Delivered, policy, now, policy.inspection),
            PartCommand::Confirm => self.done(0),
            PartCommand::Cancel => self.done(self.held),
            PartCommand::Extend { seconds } => {
                let until = now + u64::from(seconds) * SECOND;
                if until <= self.until {
                    return Err(S::EXTENSION_MUST_BE_VALID);
                }
                self.until = until;
            }
            PartCommand::Claim { reason, remedy, minor_units, .. } => {
                check(minor_units, 1, now_claimable)?;
                self.whole(stage, minor_units, remedy == Remedy::Return)?;
                if remedy == Remedy::Return && !claims.returns {
                    return Err(S::RETURN_IS_NOT_POSSIBLE);
                }
                if reason == ClaimReason::NotReceived && self.waits_for_parcel(now) {
                    return Err(S::CLAIM_IS_TOO_EARLY);
                }
                self.reason = reason;
                self.before = (stage, self.until - now);
                (self.claimed, self.is_return) = (minor_units, remedy == Remedy::Return);
                self.offers = [None; 2];
                (self.is_appealed, self.is_sent_back) = (false, false);
                (self.first, self.asked) = (None, [0; 2]);
                self.to(St::Claimed, policy, now, self.answer(claims));
            }
            PartCommand::Amend { minor_units, .. } => {
                check(minor_units, 1, then_claimable)?;
                self.whole(self.before.0, minor_units, self.is_return)?;
                self.claimed = minor_units;
                self.to(St::Claimed, policy, now, self.answer(claims));
            }
            PartCommand::Withdraw => self.resume(now),
            PartCommand::Propose { minor_units } => {
                check(minor_units, 1, then_claimable)?;
                self.whole(self.before.0, minor_units, false)?;
                self.offers[side] = Some(minor_units);
            }
            PartCommand::Accept { minor_units } => match self.offers[1 - side] {
                Some(offer) if offer == minor_units => self.done(offer),
                Some(_) => return Err(S::AMOUNT_MUST_MATCH),
                None => return Err(S::NOTHING_IS_PROPOSED),
            },
            PartCommand::Grant { minor_units } | PartCommand::ConfirmReturn { minor_units }
                if minor_units != self.claimed =>
            {
                return Err(S::AMOUNT_MUST_MATCH);
            }
            PartCommand::Grant { .. } if self.is_return => {
                self.to(St::ReturnAgreed, policy, now, claims.send_back.expect("returns"));
            }
            PartCommand::Grant { .. } | PartCommand::ConfirmReturn { .. } => {
                self.done(self.claimed);
            }
            PartCommand::Refuse { .. } => self.to(St::Refused, policy, now, claims.refused),
            PartCommand::Escalate | PartCommand::ContestReturn { .. } => {
                self.to(St::Escalated, policy, now, claims.decision);
            }
            PartCommand::SendBack { .. } => {
                self.is_sent_back = true;
                self.to(St::SentBack, policy, now, claims.receive_back.expect("returns"));
            }
            PartCommand::Decide { minor_units } => {
                check(minor_units, 0, self.held)?;
                if claims.four_eyes_above.is_some_and(|limit| self.agreed > limit.into()) {
                    match self.first {
                        Some((_, who)) if who == staff => return Err(S::SECOND_MUST_DECIDE),
                        Some((amount, _)) if amount == minor_units => (),
                        _ => {
                            self.first = Some((minor_units, staff));
                            return Ok(());
                        }
                    }
                }
                (self.first, self.asked) = (None, [0; 2]);
                match claims.appeal {
                    Some(window) if !self.is_appealed => {
                        self.decided = minor_units;
                        self.to(St::Decided, policy, now, window);
                    }
                    _ => self.done(minor_units),
                }
            }
            PartCommand::Appeal { .. } => {
                self.is_appealed = true;
                self.to(St::Escalated, policy, now, claims.decision);
            }
            PartCommand::AskEvidence { of, seconds } => {
                let until = now + u64::from(seconds) * SECOND;
                let is_side = matches!(of, Party::Buyer | Party::Seller);
                if !is_side || seconds == 0 || until > self.until {
                    return Err(S::QUESTION_MUST_BE_VALID);
                }
                self.asked[usize::from(of == Party::Seller)] = until;
            }
            PartCommand::GiveEvidence { .. } => {
                if self.asked[side] <= now {
                    return Err(S::NO_EVIDENCE_IS_ASKED_FOR);
                }
                self.asked[side] = 0;
            }
            _ => unreachable!("a command that the model does not know"),
        }
        Ok(())
    }

    fn no_answer(&self, claims: &Claims) -> NoAnswer {
        match self.reason {
            ClaimReason::NotReceived => claims.unanswered.not_received,
            ClaimReason::NotAsDescribed => claims.unanswered.not_as_described,
            _ => claims.unanswered.other,
        }
    }

    fn answer(&self, claims: &Claims) -> Window {
        match self.before.0 {
            Stage::Paid => claims.answer_unshipped.unwrap_or(claims.answer),
            _ => claims.answer,
        }
    }

    pub(crate) fn waits_for_parcel(&self, now: u64) -> bool {
        self.stage == Stage::Shipped && now < self.not_received_from
    }

    /// Whether this is what an offer, a question or a first decision waits for.
    pub(crate) fn awaits(&self, row: &Possible) -> bool {
        let side = usize::from(row.party == Party::Seller);
        match row.action {
            Action::Accept => self.offers[1 - side].is_some(),
            Action::GiveEvidence => self.asked[side] > 0,
            Action::Decide => self.first.is_some(),
            Action::Escalate => true,
            _ => false,
        }
    }

    /// What a party can do in words of the table, and of what the other side proposed.
    pub(crate) fn possible(&self, party: Party, now: u64) -> Vec<Action> {
        let is_asked = self.asked[usize::from(party == Party::Seller)] > now;
        let has_offer = self.offers[usize::from(party == Party::Buyer)].is_some();
        let actions = possible(self.stage, party).into_iter();
        let can = |action: &Action| match action {
            Action::Accept => has_offer,
            Action::GiveEvidence => is_asked,
            _ => true,
        };
        actions.filter(can).collect()
    }

    /// What is not shipped goes back as a whole, and nothing is sent back.
    fn whole(&self, deal: Stage, minor_units: u128, is_return: bool) -> Result<(), OrderStatus> {
        match deal {
            Stage::Paid if minor_units != self.held || is_return => Err(S::CLAIM_MUST_BE_WHOLE),
            _ => Ok(()),
        }
    }
}

fn check(minor_units: u128, least: u128, most: u128) -> Result<(), OrderStatus> {
    match minor_units {
        few if few < least => Err(S::AMOUNT_MUST_BE_VALID),
        many if many > most => Err(S::AMOUNT_EXCEEDS_PART),
        _ => Ok(()),
    }
}
