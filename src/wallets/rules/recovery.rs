//! Recovery of a payment password: support opens a case, evidence is reviewed, a link is sent, the
//! customer sets a new password. Staff never know or choose it.

use super::WalletStatus;
use super::audit::{Actor, is_name_of, is_same_person};
use super::policy::Recovery;
use super::refusal::{Refusal, refuse_if};
use super::rows::{EvidenceRow, RecoveryRow, RecoveryState, WalletRow, WalletState};
use crate::model::{Id, Timestamp};

/// What a member of staff decides about a case.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum RecoveryDecision {
    /// The customer's identity is shown: a link is sent.
    Approve,
    /// The identity is wrong, or not shown.
    Refuse,
}

/// A case as staff see it.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct RecoveryCase {
    /// The case.
    pub case: Id,
    /// The wallet that is recovered.
    pub wallet: Id,
    /// Where the case is.
    pub state: RecoveryState,
    /// The member of staff who opened it.
    pub opened_by: String,
    /// The member of staff who reviews it, or decided it; empty while there is none.
    pub reviewer: String,
    /// The member of staff who approved it first, where another one must too; empty for none.
    pub first_approver: String,
    /// How many pieces of evidence it has.
    pub evidence: usize,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it last changed.
    pub changed_at: Timestamp,
}

impl RecoveryRow {
    pub(crate) fn state(&self) -> RecoveryState {
        match RecoveryState::from_number(self.state) {
            RecoveryState::IN_REVIEW if !self.first_approver.is_empty() => {
                RecoveryState::AWAITS_SECOND
            }
            state => state,
        }
    }

    /// As staff see it.
    pub(crate) fn case(self, case: Id) -> RecoveryCase {
        RecoveryCase {
            case,
            wallet: self.wallet,
            state: self.state(),
            opened_by: self.opened_by,
            reviewer: self.reviewer,
            first_approver: self.first_approver,
            evidence: self.evidence.len(),
            opened_at: self.opened_at,
            changed_at: self.changed_at,
        }
    }

    fn at(mut self, state: RecoveryState, now: Timestamp) -> Self {
        self.state = state.number();
        self.changed_at = now;
        self
    }

    fn must_be(&self, states: &[RecoveryState]) -> Result<(), Refusal> {
        let here = states.contains(&self.state());
        refuse_if(!here, WalletStatus::CASE_MUST_BE_AT_THIS_STEP)
    }

    /// Whether staff still have to do something.
    pub(crate) fn is_open(&self) -> bool {
        let open = [RecoveryState::OPENED, RecoveryState::SUBMITTED, RecoveryState::IN_REVIEW];
        open.contains(&self.state()) || self.state() == RecoveryState::AWAITS_SECOND
    }
}

/// A new case. A wallet has one open case at a time; asking for it locks nothing.
pub(crate) fn open(
    case: Id,
    wallet: Id,
    row: &WalletRow,
    present: Option<&RecoveryRow>,
    actor: &Actor,
    now: Timestamp,
) -> Result<RecoveryRow, Refusal> {
    actor.check_staff()?;
    refuse_if(case.is_zero() || case.is_max(), WalletStatus::ID_MUST_BE_VALID)?;
    refuse_if(row.state == WalletState::Closed, WalletStatus::WALLET_MUST_BE_ACTIVE)?;
    let has_open_case = present.is_some_and(RecoveryRow::is_open);
    refuse_if(has_open_case, WalletStatus::CASE_IS_OPEN)?;
    Ok(RecoveryRow {
        wallet,
        person: row.person,
        state: RecoveryState::OPENED.number(),
        opened_by: actor.staff_name().unwrap_or_default().to_owned(),
        reviewer: String::new(),
        evidence: Vec::new(),
        token: [0; 32],
        opened_at: now,
        changed_at: now,
        first_approver: String::new(),
    })
}

/// The case with one more piece of evidence.
pub(crate) fn add_evidence(
    mut row: RecoveryRow,
    evidence: EvidenceRow,
    now: Timestamp,
    policy: &Recovery,
) -> Result<RecoveryRow, Refusal> {
    row.must_be(&[RecoveryState::OPENED, RecoveryState::SUBMITTED])?;
    refuse_if(row.evidence.len() >= policy.evidence_max as usize, WalletStatus::TOO_MANY)?;
    refuse_if(!evidence.kind().is_known(), WalletStatus::EVIDENCE_KIND_MUST_BE_KNOWN)?;
    let expired = !evidence.expires_at.is_none() && evidence.expires_at <= now;
    refuse_if(expired, WalletStatus::EVIDENCE_HAS_EXPIRED)?;
    row.evidence.push(evidence);
    Ok(row.at(RecoveryState::SUBMITTED, now))
}

/// The case in review.
pub(crate) fn review(
    mut row: RecoveryRow,
    actor: &Actor,
    now: Timestamp,
    policy: &Recovery,
) -> Result<RecoveryRow, Refusal> {
    actor.check_staff()?;
    refuse_if(row.state() == RecoveryState::OPENED, WalletStatus::EVIDENCE_MUST_BE_GIVEN)?;
    row.must_be(&[RecoveryState::SUBMITTED])?;
    let reviewer = actor.staff_name().unwrap_or_default();
    let same = policy.second_person && is_same_person(reviewer, &row.opened_by);
    refuse_if(same, WalletStatus::REVIEWER_MUST_BE_ANOTHER)?;
    reviewer.clone_into(&mut row.reviewer);
    Ok(row.at(RecoveryState::IN_REVIEW, now))
}

/// The case, decided by its reviewer. Where its scans were shown for somebody else too, a third
/// member of staff, who did not open it either, must approve it after the reviewer:
/// `awaits_another` says whether that is so.
pub(crate) fn decide(
    row: RecoveryRow,
    decision: RecoveryDecision,
    actor: &Actor,
    now: Timestamp,
) -> Result<RecoveryRow, Refusal> {
    actor.check_staff()?;
    row.must_be(&[RecoveryState::IN_REVIEW, RecoveryState::AWAITS_SECOND])?;
    let name = actor.staff_name().unwrap_or_default();
    let is_second = !row.first_approver.is_empty();
    // The reviewer approves first, a third one after; anybody refuses then.
    let is_allowed = if is_second && decision == RecoveryDecision::Approve {
        !is_same_person(name, &row.reviewer) && !is_same_person(name, &row.opened_by)
    } else {
        is_second || is_name_of(name, &row.reviewer)
    };
    refuse_if(!is_allowed, WalletStatus::REVIEWER_MUST_BE_ANOTHER)?;
    let expired =
        row.evidence.iter().any(|piece| !piece.expires_at.is_none() && piece.expires_at <= now);
    let approve = decision == RecoveryDecision::Approve;
    refuse_if(approve && expired, WalletStatus::EVIDENCE_HAS_EXPIRED)?;
    Ok(row.at(if approve { RecoveryState::APPROVED } else { RecoveryState::REFUSED }, now))
}

/// Whether the member of staff who approved it first, where another one must too, approves it once
/// more.
pub(crate) fn is_repeated(row: &RecoveryRow, decision: RecoveryDecision, actor: &Actor) -> bool {
    let by_first = actor.staff_name().is_some_and(|name| is_name_of(name, &row.first_approver));
    let awaits_second = row.state() == RecoveryState::AWAITS_SECOND;
    awaits_second && by_first && decision == RecoveryDecision::Approve && actor.check().is_ok()
}

/// The case, awaiting the approval of another member of staff, if this is the first approval.
pub(crate) fn awaits_another(
    before: &RecoveryRow,
    actor: &Actor,
    now: Timestamp,
) -> Option<RecoveryRow> {
    let first_approver = actor.staff_name().unwrap_or_default().to_owned();
    let is_first = before.first_approver.is_empty();
    is_first.then(|| RecoveryRow { first_approver, changed_at: now, ..before.clone() })
}

/// The case, to be approved anew: the first of two approvals no longer counts.
pub(crate) fn review_again(row: RecoveryRow, now: Timestamp) -> RecoveryRow {
    RecoveryRow { first_approver: String::new(), changed_at: now, ..row }
}

/// The case, stopped: the link that was sent for it is no longer good.
pub(crate) fn stop(mut row: RecoveryRow, now: Timestamp) -> Result<RecoveryRow, Refusal> {
    let can_stop = row.is_open() || row.state() == RecoveryState::APPROVED;
    refuse_if(!can_stop, WalletStatus::CASE_MUST_BE_AT_THIS_STEP)?;
    row.token = [0; 32];
    Ok(row.at(RecoveryState::STOPPED, now))
}

/// The case after the customer has set a new password by the link.
pub(crate) fn finish(mut row: RecoveryRow, now: Timestamp) -> Result<RecoveryRow, Refusal> {
    row.must_be(&[RecoveryState::APPROVED]).map_err(|_| WalletStatus::TOKEN_MUST_BE_VALID)?;
    row.token = [0; 32];
    Ok(row.at(RecoveryState::DONE, now))
}
