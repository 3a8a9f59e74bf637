//! A part of an order: what each command does to it, and what the end of each window does.

use super::actor::Actor;
use super::case::{Case, CaseState, ClaimReason, FirstDecision, Remedy};
use super::command::PartCommand;
use super::policy::{NoAnswer, Policy, Shipping};
use super::refusal::{Refusal, refuse_if};
use super::rows::{PartRow, TermsRow};
use super::stages::{Action, Party, Silence, Stage, TABLE, possible};
use super::terms::amount;
use super::{OrderStatus, WINDOW_SECONDS_MAX, Window};
use crate::model::{Amount, AtDeadline, Hold, Id, Operation, OperationFlags, Phase, Timestamp};

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
    /// What was agreed.
    pub(crate) terms: &'s TermsRow,
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
            _ => Silence::of(self.stage_before_end(), self.policy, self.unanswered()),
        }
    }

    /// What it means that the seller does not answer; what is not shipped is given back.
    fn unanswered(&self) -> NoAnswer {
        let unanswered = self.policy.claims.unanswered;
        match self.row.case.map(|case| case.reason) {
            _ if self.hold.phase == Phase::FUNDED => NoAnswer::Grant,
            Some(ClaimReason::NotReceived) => unanswered.not_received,
            Some(ClaimReason::NotAsDescribed) => unanswered.not_as_described,
            Some(ClaimReason::Other) | None => unanswered.other,
        }
    }

    /// What a party can do now.
    pub(crate) fn possible(&self, party: Party) -> Vec<Action> {
        let mut actions = possible(self.stage(), party);
        let is_proposed = self.row.case.is_some_and(|case| case.proposal_to(party).is_some());
        let asked = self.row.case.map_or(Timestamp::NONE, |case| case.asked(party));
        actions.retain(|action| match action {
            Action::Accept => is_proposed,
            Action::GiveEvidence => self.now < asked,
            _ => true,
        });
        actions
    }

    /// From when on it can be claimed that it did not come, if that is not now.
    pub(crate) fn not_received_from(&self) -> Option<Timestamp> {
        let window = self.policy.claims.not_received_after?;
        let from = self.policy.end_of(window, self.row.shipped_at);
        (self.stage() == Stage::Shipped && self.now < from).then_some(from)
    }

    /// The stage of the window in which the part is, whether that has run out or not.
    fn stage_before_end(&self) -> Stage {
        stage_of(self.row.case.as_ref(), self.hold.phase)
    }

    /// Judges a command: what it changes, or why not.
    pub(crate) fn judge(
        &self,
        actor: &Actor<'_>,
        command: &PartCommand,
    ) -> Result<Judged, Refusal> {
        self.check_table(actor.party(), command.action())?;
        let judged = match self.row.case {
            Some(case) => self.judge_case(case, actor, command),
            None => self.judge_deal(command),
        }?;
        judged.ok_or_else(|| self.refusal(OrderStatus::NOT_IN_THIS_STAGE, actor.party()))
    }

    /// Refuses what the table does not have for this party now.
    pub(crate) fn check_table(&self, party: Party, action: Action) -> Result<(), Refusal> {
        let stage = self.stage();
        let mut rows = TABLE.iter().filter(|row| row.stage == stage && row.action == action);
        if rows.any(|row| row.party == party) {
            return Ok(());
        }
        let by_others = TABLE.iter().any(|row| row.stage == stage && row.action == action);
        let status = match by_others {
            true => OrderStatus::NOT_BY_THIS_ACTOR,
            false => OrderStatus::NOT_IN_THIS_STAGE,
        };
        Err(self.refusal(status, party))
    }

    /// Refuses what nobody can do now.
    pub(crate) fn check_stage(&self, action: Action) -> Result<(), Refusal> {
        let stage = self.stage();
        let is_possible = TABLE.iter().any(|row| row.stage == stage && row.action == action);
        let refusal = || Refusal::in_stage(OrderStatus::NOT_IN_THIS_STAGE, stage, Vec::new());
        is_possible.then_some(()).ok_or_else(refusal)
    }

    fn refusal(&self, status: OrderStatus, party: Party) -> Refusal {
        let stage = self.stage();
        Refusal::in_stage(status, stage, self.possible(party))
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
                self.check_claim(minor_units)?;
                check_reference(evidence)?;
                self.check_whole(minor_units, remedy)?;
                let is_return = remedy == Remedy::Return;
                let is_possible = !is_return || policy.claims.returns;
                refuse_if(!is_possible, OrderStatus::RETURN_IS_NOT_POSSIBLE)?;
                let is_early =
                    reason == ClaimReason::NotReceived && self.not_received_from().is_some();
                refuse_if(is_early, OrderStatus::CLAIM_IS_TOO_EARLY)?;
                let case = Case {
                    state: CaseState::Claimed,
                    reason,
                    remedy,
                    amount: minor_units,
                    evidence,
                    was_sent_back: false,
                    until: self.end_of(self.answer()),
                    buyer_proposal: None,
                    seller_proposal: None,
                    first_decision: None,
                    buyer_asked: Timestamp::NONE,
                    seller_asked: Timestamp::NONE,
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
        actor: &Actor<'_>,
        command: &PartCommand,
    ) -> Result<Option<Judged>, Refusal> {
        let (claims, party) = (&self.policy.claims, actor.party());
        let go_on = |case| Ok(Some(Judged { case: Some(case), effect: Effect::Nothing }));
        let until = |window: Window| self.end_of(window);
        match *command {
            PartCommand::Amend { minor_units, evidence } => {
                self.check_claim(minor_units)?;
                check_reference(evidence)?;
                self.check_whole(minor_units, case.remedy)?;
                // The seller has the whole window to answer it.
                let until = until(self.answer());
                go_on(Case { amount: minor_units, evidence, until, ..case })
            }
            PartCommand::Withdraw => Ok(Some(resume())),
            PartCommand::Propose { minor_units } => {
                self.check_claim(minor_units)?;
                self.check_whole(minor_units, Remedy::Refund)?;
                go_on(match party {
                    Party::Buyer => Case { buyer_proposal: Some(minor_units), ..case },
                    _ => Case { seller_proposal: Some(minor_units), ..case },
                })
            }
            PartCommand::Accept { minor_units } => {
                let theirs = case.proposal_to(party);
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
                let Some(window) = claims.receive_back else { return Ok(None) };
                let (state, until) = (CaseState::SentBack, until(window));
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
                if self.needs_two() && !is_second(&case, actor, minor_units)? {
                    let first = FirstDecision { amount: minor_units, by: actor.key() };
                    return go_on(Case { first_decision: Some(first), ..case });
                }
                let none = Timestamp::NONE;
                let (first_decision, buyer_asked, seller_asked) = (None, none, none);
                let case = Case { first_decision, buyer_asked, seller_asked, ..case };
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
            PartCommand::AskEvidence { of, seconds } => {
                let until = self.now.plus_seconds(seconds);
                let asked = case.asking(of, until).filter(|_| seconds > 0 && until <= case.until);
                let asked = asked.ok_or(Refusal::of(OrderStatus::QUESTION_MUST_BE_VALID))?;
                go_on(asked)
            }
            PartCommand::GiveEvidence { evidence } => {
                let is_late = case.asked(party) <= self.now;
                refuse_if(is_late, OrderStatus::NO_EVIDENCE_IS_ASKED_FOR)?;
                check_reference(evidence)?;
                let given = Case { evidence, ..case };
                go_on(given.asking(party, Timestamp::NONE).unwrap_or(given))
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
        let is_refund = case.remedy == Remedy::Refund || case.was_sent_back;
        let Some(window) = self.policy.claims.send_back.filter(|_| !is_refund) else {
            return settle(case.amount);
        };
        let until = self.end_of(window);
        let case = Case { state: CaseState::ReturnAgreed, until, ..case };
        Judged { case: Some(case), effect: Effect::Nothing }
    }

    fn escalated(&self, case: Case, decided: Option<u128>) -> Case {
        let until = self.end_of(self.policy.claims.decision);
        Case { state: CaseState::Escalated { decided }, until, ..case }
    }

    /// Whether two members of staff decide: what one side does not get, the other does, so that it
    /// is about all that was sold, whatever is given back, and into however many parts it is
    /// divided.
    fn needs_two(&self) -> bool {
        let limit = self.policy.claims.four_eyes_above;
        limit.is_some_and(|limit| self.terms.amount_of_leg(self.row) > limit.into())
    }

    /// How long the seller may take to answer.
    fn answer(&self) -> Window {
        let claims = &self.policy.claims;
        match claims.answer_unshipped {
            Some(window) if self.hold.phase == Phase::FUNDED => window,
            _ => claims.answer,
        }
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

    /// What buyer and seller claim and propose of a part.
    fn check_claim(&self, minor_units: u128) -> Result<(), Refusal> {
        self.check_amount(minor_units, 1)?;
        let most =
            self.hold.held.minor_units().saturating_sub(self.never_claimed(self.row.shipping));
        refuse_if(minor_units > most, OrderStatus::AMOUNT_EXCEEDS_PART)
    }

    /// What of so much shipping of a part can never be claimed.
    pub(crate) fn never_claimed(&self, shipping: u128) -> u128 {
        let is_shipped = self.hold.phase != Phase::FUNDED;
        if is_shipped && self.policy.shipping == Shipping::Never { shipping } else { 0 }
    }

    fn check_amount(&self, minor_units: u128, least: u128) -> Result<(), Refusal> {
        let is_valid = minor_units >= least && Amount::new(minor_units).is_some();
        refuse_if(!is_valid, OrderStatus::AMOUNT_MUST_BE_VALID)?;
        let held = self.hold.held.minor_units();
        refuse_if(minor_units > held, OrderStatus::AMOUNT_EXCEEDS_PART)
    }
}

/// Whether somebody else has decided the same before. Another decision replaces the first.
fn is_second(case: &Case, actor: &Actor<'_>, minor_units: u128) -> Result<bool, Refusal> {
    let Some(first) = case.first_decision else { return Ok(false) };
    refuse_if(first.by == actor.key(), OrderStatus::SECOND_MUST_DECIDE)?;
    Ok(first.amount == minor_units)
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
