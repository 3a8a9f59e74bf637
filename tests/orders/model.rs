//! A part of an order as simply as can be: by words, one line for each thing that can happen. The
//! laws hold the real thing against it.

use OrderStatus as S;
use escrowdb::order::*;

/// What the model knows of a part.
#[derive(Clone, Debug)]
pub(crate) struct ModelPart {
    pub(crate) stage: Stage,
    /// In nanoseconds. What is in escrow then ends as [`Silence`] says.
    pub(crate) until: u64,
    pub(crate) held: u128,
    pub(crate) back: u128,
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
    decided: u128,
    is_appealed: bool,
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
    pub(crate) fn new(amount: u128, policy: &Policy, now: u64) -> Self {
        let mut part = Self {
            stage: Stage::Paid,
            until: 0,
            held: amount,
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
        };
        part.to(Stage::Paid, policy, now, policy.processing);
        part
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

    /// What a command does, or why not.
    pub(crate) fn act(
        &mut self,
        policy: &Policy,
        now: u64,
        party: Party,
        command: &PartCommand,
    ) -> Result<(), OrderStatus> {
        use {Action as A, Stage as St};
        let (claims, action, stage) = (&policy.claims, command.action(), self.stage);
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
            (St::Escalated, A::Decide) => vec![Party::Staff],
            (St::Decided, A::Appeal) => vec![Party::Buyer, Party::Seller],
            _ => return Err(S::NOT_IN_THIS_STAGE),
        };
        if !who.contains(&party) {
            return Err(S::NOT_BY_THIS_ACTOR);
        }
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
                self.check(minor_units, 1)?;
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
                self.to(St::Claimed, policy, now, self.answer(claims));
            }
            PartCommand::Amend { minor_units, .. } => {
                self.check(minor_units, 1)?;
                self.whole(self.before.0, minor_units, self.is_return)?;
                self.claimed = minor_units;
                self.to(St::Claimed, policy, now, self.answer(claims));
            }
            PartCommand::Withdraw => self.resume(now),
            PartCommand::Propose { minor_units } => {
                self.check(minor_units, 1)?;
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
                self.check(minor_units, 0)?;
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

    /// What a party can do in words of the table, and of what the other side proposed.
    pub(crate) fn possible(&self, party: Party) -> Vec<Action> {
        let has_offer = self.offers[usize::from(party == Party::Buyer)].is_some();
        let actions = possible(self.stage, party).into_iter();
        actions.filter(|action| *action != Action::Accept || has_offer).collect()
    }

    /// What is not shipped goes back as a whole, and nothing is sent back.
    fn whole(&self, deal: Stage, minor_units: u128, is_return: bool) -> Result<(), OrderStatus> {
        match deal {
            Stage::Paid if minor_units != self.held || is_return => Err(S::CLAIM_MUST_BE_WHOLE),
            _ => Ok(()),
        }
    }

    fn check(&self, minor_units: u128, least: u128) -> Result<(), OrderStatus> {
        match minor_units {
            few if few < least => Err(S::AMOUNT_MUST_BE_VALID),
            many if many > self.held => Err(S::AMOUNT_EXCEEDS_PART),
            _ => Ok(()),
        }
    }
}
