//! A part of an order: what each command does to it, and what the end of each window does.

use super::case::{Case, CaseState, ClaimReason, Remedy};
use super::policy::Policy;
use super::refusal::{Refusal, refuse_if};
use super::rows::PartRow;
use super::stages::{Action, Party, Silence, Stage, TABLE, possible};
use super::terms::amount;
use super::{OrderStatus, WINDOW_SECONDS_MAX, Window};
use crate::model::{Amount, AtDeadline, Hold, Id, Operation, OperationFlags, Phase, Timestamp};
use serde::{Deserialize, Serialize};

/// What is done about a part.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub enum PartCommand {
    /// [`Action::Ship`].
    Ship,
    /// [`Action::Deliver`].
    Deliver,
    /// [`Action::Confirm`].
    Confirm,
    /// [`Action::Cancel`].
    Cancel,
    /// [`Action::Extend`].
    Extend {
        /// From now on: later than the window ends.
        seconds: u32,
    },
    /// [`Action::Claim`].
    Claim {
        /// What is wrong.
        reason: ClaimReason,
        /// What is asked for.
        remedy: Remedy,
        /// How much is to go back, in minor units: 1 to what is in escrow. All of it, and without
        /// a return, of what is not shipped.
        minor_units: u128,
        /// The host's reference.
        evidence: Id,
    },
    /// [`Action::Amend`].
    Amend {
        /// As for a claim.
        minor_units: u128,
        /// The host's reference.
        evidence: Id,
    },
    /// [`Action::Withdraw`].
    Withdraw,
    /// [`Action::Propose`]. The former one of this side ends.
    Propose {
        /// What goes back to the buyer, who keeps the goods: 1 to what is in escrow.
        minor_units: u128,
    },
    /// [`Action::Accept`].
    Accept {
        /// What the other side proposed, as this one has seen it.
        minor_units: u128,
    },
    /// [`Action::Grant`].
    Grant {
        /// What is claimed, as the seller has seen it.
        minor_units: u128,
    },
    /// [`Action::Refuse`].
    Refuse {
        /// The host's reference.
        evidence: Id,
    },
    /// [`Action::Escalate`].
    Escalate,
    /// [`Action::SendBack`].
    SendBack {
        /// The host's reference.
        tracking: Id,
    },
    /// [`Action::ConfirmReturn`].
    ConfirmReturn {
        /// What is claimed, as the seller has seen it.
        minor_units: u128,
    },
    /// [`Action::ContestReturn`].
    ContestReturn {
        /// The host's reference.
        evidence: Id,
    },
    /// [`Action::Decide`].
    Decide {
        /// What goes back to the buyer: 0 to what is in escrow. The seller gets the rest.
        minor_units: u128,
    },
    /// [`Action::Appeal`].
    Appeal {
        /// The host's reference.
        evidence: Id,
    },
}

/// What a command does to the hold of its part.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Effect {
    Nothing,
    Ship {
        timeout_seconds: u32,
    },
    Deliver {
        timeout_seconds: u32,
    },
    Extend {
        timeout_seconds: u32,
    },
    Confirm,
    Cancel,
    Dispute,
    Resume,
    /// Of a disputed hold: so much back to the buyer, and the rest to the seller.
    Settle {
        back: u128,
    },
}

impl Effect {
    /// What goes back to the buyer's account by it, of what is held now.
    pub(crate) fn back(self, held: u128) -> u128 {
        match self {
            Self::Cancel => held,
            Self::Settle { back } => back.min(held),
            _ => 0,
        }
    }

    /// What the ledger carries out; `id` makes new ids.
    pub(crate) fn operations(self, hold: &Hold, mut id: impl FnMut() -> Id) -> Vec<Operation> {
        let release = AtDeadline::RELEASE;
        match self {
            Self::Nothing => Vec::new(),
            Self::Ship { timeout_seconds } => {
                vec![Operation::ship(id(), hold.id).with_deadline(timeout_seconds, release)]
            }
            Self::Deliver { timeout_seconds } => {
                vec![Operation::deliver(id(), hold.id).with_deadline(timeout_seconds, release)]
            }
            Self::Extend { timeout_seconds } => {
                vec![Operation::extend(id(), hold.id, timeout_seconds)]
            }
            Self::Confirm => vec![Operation::release_rest(id(), hold.id)],
            Self::Cancel => vec![Operation::refund_rest(id(), hold.id)],
            Self::Dispute => vec![Operation::dispute(id(), hold.id)],
            Self::Resume => vec![Operation::withdraw_dispute(id(), hold.id)],
            Self::Settle { .. } => {
                let held = hold.held.minor_units();
                let back = self.back(held);
                let mut operations = Vec::new();
                if back > 0 {
                    let amount = amount(back);
                    operations.push(Operation::refund(id(), hold.id, amount));
                }
                if back < held {
                    operations.push(Operation::release_rest(id(), hold.id));
                }
                let arbitrated = |one: Operation| one.with_flags(OperationFlags::ARBITRATED);
                operations.into_iter().map(arbitrated).collect()
            }
        }
    }
}

/// What was decided about a part: its case after that, and what its hold goes through.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Judged {
    pub(crate) case: Option<Case>,
    pub(crate) effect: Effect,
}

/// A part as it is now.
#[derive(Clone, Copy)]
pub(crate) struct Seen<'s> {
    pub(crate) policy: &'s Policy,
    pub(crate) row: &'s PartRow,
    pub(crate) hold: &'s Hold,
    pub(crate) now: Timestamp,
}

impl Judged {
    /// How far the deal has come by it.
    pub(crate) fn stage_after(&self, hold: &Hold) -> Stage {
        match self.effect {
            Effect::Confirm | Effect::Cancel | Effect::Settle { .. } => Stage::Done,
            Effect::Ship { .. } => Stage::Shipped,
            Effect::Deliver { .. } => Stage::Delivered,
            _ => stage_of(self.case.as_ref(), hold.phase),
        }
    }

    /// When the window ends that follows; none if nothing is open then.
    pub(crate) fn until_after(&self, seen: &Seen<'_>) -> Timestamp {
        match (self.effect, self.case) {
            (Effect::Confirm | Effect::Cancel | Effect::Settle { .. }, _) => Timestamp::NONE,
            (_, Some(case)) => case.until,
            (
                Effect::Ship { timeout_seconds }
                | Effect::Deliver { timeout_seconds }
                | Effect::Extend { timeout_seconds },
                None,
            ) => seen.now.plus_seconds(timeout_seconds),
            (Effect::Resume, None) => seen.now.plus_nanoseconds(seen.hold.time_left),
            (Effect::Nothing | Effect::Dispute, None) => seen.until(),
        }
    }
}

fn stage_of(case: Option<&Case>, phase: Phase) -> Stage {
    match (case.map(|case| case.state), phase) {
        (Some(CaseState::Claimed), _) => Stage::Claimed,
        (Some(CaseState::Refused), _) => Stage::Refused,
        (Some(CaseState::ReturnAgreed), _) => Stage::ReturnAgreed,
        (Some(CaseState::SentBack), _) => Stage::SentBack,
        (Some(CaseState::Escalated { .. }), _) => Stage::Escalated,
        (Some(CaseState::Decided { .. }), _) => Stage::Decided,
        (None, Phase::FUNDED) => Stage::Paid,
        (None, Phase::SHIPPED) => Stage::Shipped,
        (None, _) => Stage::Delivered,
    }
}

impl PartCommand {
    /// What it is.
    #[must_use]
    pub const fn action(&self) -> Action {
        match self {
            Self::Ship => Action::Ship,
            Self::Deliver => Action::Deliver,
            Self::Confirm => Action::Confirm,
            Self::Cancel => Action::Cancel,
            Self::Extend { .. } => Action::Extend,
            Self::Claim { .. } => Action::Claim,
            Self::Amend { .. } => Action::Amend,
            Self::Withdraw => Action::Withdraw,
            Self::Propose { .. } => Action::Propose,
            Self::Accept { .. } => Action::Accept,
            Self::Grant { .. } => Action::Grant,
            Self::Refuse { .. } => Action::Refuse,
            Self::Escalate => Action::Escalate,
            Self::SendBack { .. } => Action::SendBack,
            Self::ConfirmReturn { .. } => Action::ConfirmReturn,
            Self::ContestReturn { .. } => Action::ContestReturn,
            Self::Decide { .. } => Action::Decide,
            Self::Appeal { .. } => Action::Appeal,
        }
    }
}

impl Seen<'_> {
    /// How far the deal has come.
    pub(crate) fn stage(&self) -> Stage {
        if !self.hold.is_open() {
            return Stage::Done;
        }
        if self.until() <= self.now {
            return Stage::Ending;
        }
        self.stage_before_end()
    }

    /// When the window ends in which the part is; none if nothing is open.
    pub(crate) fn until(&self) -> Timestamp {
        match self.row.case {
            _ if !self.hold.is_open() => Timestamp::NONE,
            Some(case) => case.until,
            None => self.hold.deadline,
        }
    }

    /// What happens then.
    pub(crate) fn silence(&self) -> Option<Silence> {
        if !self.hold.is_open() {
            return None;
        }
        match self.row.case.map(|case| case.state) {
            // An appeal that nobody decides changes nothing.
            Some(CaseState::Escalated { decided: Some(_) }) => Some(Silence::CarryOut),
            _ => Silence::of(self.stage_before_end(), self.policy),
        }
    }

    /// The stage of the window in which the part is, whether that has run out or not.
    fn stage_before_end(&self) -> Stage {
        stage_of(self.row.case.as_ref(), self.hold.phase)
    }

    /// Judges a command: what it changes, or why not.
    pub(crate) fn judge(&self, party: Party, command: &PartCommand) -> Result<Judged, Refusal> {
        let (stage, action) = (self.stage(), command.action());
        let in_stage = |status| Refusal::in_stage(status, stage, possible(stage, party));
        let mut rows = TABLE.iter().filter(|row| row.stage == stage && row.action == action);
        if !rows.any(|row| row.party == party) {
            let by_others = TABLE.iter().any(|row| row.stage == stage && row.action == action);
            return Err(in_stage(match by_others {
                true => OrderStatus::NOT_BY_THIS_ACTOR,
                false => OrderStatus::NOT_IN_THIS_STAGE,
            }));
        }
        match self.row.case {
            Some(case) => self.judge_case(case, party, command),
            None => self.judge_deal(command),
        }
        .and_then(|judged| judged.ok_or_else(|| in_stage(OrderStatus::NOT_IN_THIS_STAGE)))
    }

    /// A command about a deal without a case; `None` for one that the table does not have here.
    fn judge_deal(&self, command: &PartCommand) -> Result<Option<Judged>, Refusal> {
        let policy = self.policy;
        let of = |effect| Ok(Some(Judged { case: None, effect }));
        match *command {
            PartCommand::Ship => {
                of(Effect::Ship { timeout_seconds: policy.seconds_of(policy.protection, self.now) })
            }
            PartCommand::Deliver => {
                let timeout_seconds = policy.seconds_of(policy.inspection, self.now);
                of(Effect::Deliver { timeout_seconds })
            }
            PartCommand::Confirm => of(Effect::Confirm),
            PartCommand::Cancel => of(Effect::Cancel),
            PartCommand::Extend { seconds } => {
                let is_fit = (1..=WINDOW_SECONDS_MAX).contains(&seconds)
                    && self.now.plus_seconds(seconds) > self.hold.deadline;
                refuse_if(!is_fit, OrderStatus::EXTENSION_MUST_BE_VALID)?;
                of(Effect::Extend { timeout_seconds: seconds })
            }
            PartCommand::Claim { reason, remedy, minor_units, evidence } => {
                self.check_amount(minor_units, 1)?;
                check_reference(evidence)?;
                self.check_whole(minor_units, remedy)?;
                let case = Case {
                    state: CaseState::Claimed,
                    reason,
                    remedy,
                    amount: minor_units,
                    evidence,
                    was_sent_back: false,
                    until: self.end_of(policy.claims.answer),
                    buyer_proposal: None,
                    seller_proposal: None,
                };
                Ok(Some(Judged { case: Some(case), effect: Effect::Dispute }))
            }
            _ => Ok(None),
        }
    }

    /// A command about a case; `None` for one that the table does not have here.
    fn judge_case(
        &self,
        case: Case,
        party: Party,
        command: &PartCommand,
    ) -> Result<Option<Judged>, Refusal> {
        let claims = &self.policy.claims;
        let go_on = |case| Ok(Some(Judged { case: Some(case), effect: Effect::Nothing }));
        let until = |window: Window| self.end_of(window);
        match *command {
            PartCommand::Amend { minor_units, evidence } => {
                self.check_amount(minor_units, 1)?;
                check_reference(evidence)?;
                self.check_whole(minor_units, case.remedy)?;
                // The seller has the whole window to answer it.
                let until = until(claims.answer);
                go_on(Case { amount: minor_units, evidence, until, ..case })
            }
            PartCommand::Withdraw => Ok(Some(resume())),
            PartCommand::Propose { minor_units } => {
                self.check_amount(minor_units, 1)?;
                self.check_whole(minor_units, Remedy::Refund)?;
                go_on(match party {
                    Party::Buyer => Case { buyer_proposal: Some(minor_units), ..case },
                    _ => Case { seller_proposal: Some(minor_units), ..case },
                })
            }
            PartCommand::Accept { minor_units } => {
                let theirs = match party {
                    Party::Buyer => case.seller_proposal,
                    _ => case.buyer_proposal,
                };
                let back = theirs.ok_or(Refusal::of(OrderStatus::NOTHING_IS_PROPOSED))?;
                check_seen(minor_units, back)?;
                Ok(Some(settle(back)))
            }
            PartCommand::Grant { minor_units } => {
                check_seen(minor_units, case.amount)?;
                Ok(Some(self.grant(case)))
            }
            PartCommand::Refuse { evidence } => {
                check_reference(evidence)?;
                let until = until(claims.refused);
                go_on(Case { state: CaseState::Refused, evidence, until, ..case })
            }
            PartCommand::Escalate => go_on(self.escalated(case, None)),
            PartCommand::SendBack { tracking } => {
                check_reference(tracking)?;
                let (state, until) = (CaseState::SentBack, until(claims.receive_back));
                go_on(Case { state, evidence: tracking, was_sent_back: true, until, ..case })
            }
            PartCommand::ConfirmReturn { minor_units } => {
                check_seen(minor_units, case.amount)?;
                Ok(Some(settle(case.amount)))
            }
            PartCommand::ContestReturn { evidence } => {
                check_reference(evidence)?;
                go_on(self.escalated(Case { evidence, ..case }, None))
            }
            PartCommand::Decide { minor_units } => {
                self.check_amount(minor_units, 0)?;
                let is_last = matches!(case.state, CaseState::Escalated { decided: Some(_) });
                match claims.appeal.filter(|_| !is_last) {
                    Some(window) => {
                        let state = CaseState::Decided { amount: minor_units };
                        go_on(Case { state, until: until(window), ..case })
                    }
                    None => Ok(Some(settle(minor_units))),
                }
            }
            PartCommand::Appeal { evidence } => {
                check_reference(evidence)?;
                let CaseState::Decided { amount } = case.state else { return Ok(None) };
                go_on(self.escalated(Case { evidence, ..case }, Some(amount)))
            }
            _ => Ok(None),
        }
    }

    /// What the end of a case's window does; `None` while that lasts, or if there is no case. What
    /// ends without a case is ended by the hold's own deadline.
    ///
    /// The next window begins where this one ended, whenever that is carried out.
    pub(crate) fn end_of_window(&self) -> Option<Judged> {
        let case = self.row.case.filter(|case| self.hold.is_open() && case.until <= self.now)?;
        let then = Self { now: case.until, ..*self };
        Some(match self.silence()? {
            Silence::Refund => settle(self.hold.held.minor_units()),
            Silence::Release => settle(0),
            Silence::Grant => then.grant(case),
            Silence::Escalate => {
                Judged { case: Some(then.escalated(case, None)), effect: Effect::Nothing }
            }
            Silence::Resume => resume(),
            Silence::CarryOut => settle(match case.state {
                CaseState::Decided { amount } | CaseState::Escalated { decided: Some(amount) } => {
                    amount
                }
                _ => case.amount,
            }),
        })
    }

    /// Gives what is claimed; where a return was asked for, the goods come back first.
    fn grant(&self, case: Case) -> Judged {
        if case.remedy == Remedy::Refund || case.was_sent_back {
            return settle(case.amount);
        }
        let until = self.end_of(self.policy.claims.send_back);
        let case = Case { state: CaseState::ReturnAgreed, until, ..case };
        Judged { case: Some(case), effect: Effect::Nothing }
    }

    fn escalated(&self, case: Case, decided: Option<u128>) -> Case {
        let until = self.end_of(self.policy.claims.decision);
        Case { state: CaseState::Escalated { decided }, until, ..case }
    }

    /// When a window ends that begins now.
    fn end_of(&self, window: Window) -> Timestamp {
        self.policy.end_of(window, self.now)
    }

    /// What is not shipped is given back as a whole: the seller is not paid for what was never
    /// sent, and there is nothing to send back.
    fn check_whole(&self, minor_units: u128, remedy: Remedy) -> Result<(), Refusal> {
        let is_unshipped = self.hold.phase == Phase::FUNDED;
        let is_whole = minor_units == self.hold.held.minor_units() && remedy == Remedy::Refund;
        refuse_if(is_unshipped && !is_whole, OrderStatus::CLAIM_MUST_BE_WHOLE)
    }

    fn check_amount(&self, minor_units: u128, least: u128) -> Result<(), Refusal> {
        let is_valid = minor_units >= least && Amount::new(minor_units).is_some();
        refuse_if(!is_valid, OrderStatus::AMOUNT_MUST_BE_VALID)?;
        let held = self.hold.held.minor_units();
        refuse_if(minor_units > held, OrderStatus::AMOUNT_EXCEEDS_PART)
    }
}

/// Whoever agrees to an amount has seen it: the other side may have changed it meanwhile.
fn check_seen(seen: u128, amount: u128) -> Result<(), Refusal> {
    refuse_if(seen != amount, OrderStatus::AMOUNT_MUST_MATCH)
}

fn check_reference(reference: Id) -> Result<(), Refusal> {
    let is_given = !reference.is_zero() && !reference.is_max();
    refuse_if(!is_given, OrderStatus::REFERENCE_MUST_BE_GIVEN)
}

const fn settle(back: u128) -> Judged {
    Judged { case: None, effect: Effect::Settle { back } }
}

const fn resume() -> Judged {
    Judged { case: None, effect: Effect::Resume }
}
