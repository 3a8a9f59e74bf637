//! Verification cases: a customer asks for a tier, shows evidence, and staff decide.
//!
//! ```text
//! created ──submit──▶ submitted ──review──▶ in review ──approve──▶ approved
//!    │                    │                 │    └──approve──▶ awaits second ──approve──▶ approved
//!    └─────withdraw───────┴─────────────────┴── withdraw ──▶ withdrawn  (also from awaits second)
//!                                           └── refuse ──▶ refused      (also from awaits second)
//! ```
//!
//! The second person is another member of staff than the first. An approval ends at the time that
//! the reviewer set, at the latest as the policy says; the wallet then falls back to tier 0 by
//! itself. The evidence itself is the host's: only its hash, reference and expiry are known here.

use super::WalletStatus;
use super::audit::{is_name_of, is_same_person};
use super::payment::tier_at;
use super::policy::{EvidenceKind, Policy};
use super::refusal::{Refusal, refuse_if};
use super::rows::{EvidenceRow, Row, RowTable, Space, WalletRow, WalletState};
use crate::model::{Id, Timestamp, named_values};
use bytemuck::{Pod, Zeroable};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Pieces of evidence of one case.
pub const EVIDENCE_MAX: usize = 16;
/// Nanoseconds in a day.
const DAY: u64 = 86_400 * Timestamp::SECOND;

named_values! {
    /// Where a verification case is. Numbers and names are never changed or used again.
    VerificationState(u8) {
        /// Opened; evidence is awaited.
        CREATED = 1, "created";
        /// Evidence is there; a reviewer is awaited.
        SUBMITTED = 2, "submitted";
        /// A member of staff reviews it.
        IN_REVIEW = 3, "in_review";
        /// One member of staff approved; another one must.
        AWAITS_SECOND = 4, "awaits_second";
        /// Approved.
        APPROVED = 5, "approved";
        /// Refused.
        REFUSED = 6, "refused";
        /// The customer withdrew it.
        WITHDRAWN = 7, "withdrawn";
    }
}

impl VerificationState {
    /// Whether something can still happen to the case.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::CREATED | Self::SUBMITTED | Self::IN_REVIEW | Self::AWAITS_SECOND)
    }
}

named_values! {
    /// Why a case was refused. Numbers and names are never changed or used again.
    VerificationReason(u8) {
        /// The evidence was tampered with.
        FALSIFIED = 1, "falsified";
        /// The document has expired.
        EXPIRED = 2, "expired";
        /// Not a document that is accepted.
        NOT_ACCEPTED = 3, "not_accepted";
        /// The scan cannot be read.
        UNREADABLE = 4, "unreadable";
        /// Something is missing.
        INCOMPLETE = 5, "incomplete";
        /// It does not match the profile.
        MISMATCH = 6, "mismatch";
        /// The customer is too young.
        UNDERAGE = 7, "underage";
    }
}

/// A verification case.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct VerificationRow {
    pub(crate) wallet: Id,
    pub(crate) person: Id,
    /// The tier that is asked for.
    pub(crate) tier: u8,
    pub(crate) state: u8,
    /// Why it was refused; 0 otherwise.
    pub(crate) reason: u8,
    pub(crate) evidence: Vec<EvidenceRow>,
    /// The member of staff who reviews it, or did.
    pub(crate) reviewer: String,
    /// The member of staff who approved first, where two must.
    pub(crate) first_approver: String,
    /// How long the approval lasts, or would; [`Timestamp::NONE`] for ever.
    pub(crate) until: Timestamp,
    pub(crate) opened_at: Timestamp,
    pub(crate) changed_at: Timestamp,
}

impl Row for VerificationRow {
    const TABLE: RowTable = RowTable::new(Space::Verification);
    type Key = Id;
}

/// The open case of a wallet.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct OpenCaseRow {
    pub(crate) case: Id,
}

impl Row for OpenCaseRow {
    const TABLE: RowTable = RowTable::new(Space::OpenCase);
    /// The wallet.
    type Key = Id;
}

/// A case that was opened for a wallet.
pub(crate) fn open(
    policy: &Policy,
    wallet: (Id, &WalletRow),
    tier: u8,
    now: Timestamp,
) -> Result<VerificationRow, Refusal> {
    let (id, wallet) = wallet;
    refuse_if(wallet.state == WalletState::Closed, WalletStatus::WALLET_MUST_BE_ACTIVE)?;
    let exists = (1..policy.tiers.len()).contains(&usize::from(tier));
    refuse_if(!exists, WalletStatus::TIER_MUST_EXIST)?;
    // The same tier again is how an approval that will end is renewed.
    refuse_if(tier < tier_at(wallet, now), WalletStatus::TIER_ALREADY_REACHED)?;
    Ok(VerificationRow {
        wallet: id,
        person: wallet.person,
        tier,
        state: VerificationState::CREATED.number(),
        reason: 0,
        evidence: Vec::new(),
        reviewer: String::new(),
        first_approver: String::new(),
        until: Timestamp::NONE,
        opened_at: now,
        changed_at: now,
    })
}

impl VerificationRow {
    pub(crate) fn state(&self) -> VerificationState {
        VerificationState::from_number(self.state)
    }

    fn check(&self, states: &[VerificationState]) -> Result<(), Refusal> {
        refuse_if(!states.contains(&self.state()), WalletStatus::CASE_MUST_BE_AT_THIS_STEP)
    }

    fn moved(mut self, state: VerificationState, now: Timestamp) -> Self {
        (self.state, self.changed_at) = (state.number(), now);
        self
    }

    /// The case with one more piece of evidence.
    pub(crate) fn submit(mut self, evidence: EvidenceRow, now: Timestamp) -> Result<Self, Refusal> {
        self.check(&[VerificationState::CREATED, VerificationState::SUBMITTED])?;
        refuse_if(self.evidence.len() >= EVIDENCE_MAX, WalletStatus::TOO_MANY)?;
        refuse_if(!evidence.kind().is_known(), WalletStatus::EVIDENCE_KIND_MUST_BE_KNOWN)?;
        refuse_if(is_over(evidence.expires_at, now), WalletStatus::EVIDENCE_HAS_EXPIRED)?;
        self.evidence.push(evidence);
        Ok(self.moved(VerificationState::SUBMITTED, now))
    }

    /// The case with its reviewer.
    pub(crate) fn review(mut self, staff: &str, now: Timestamp) -> Result<Self, Refusal> {
        self.check(&[VerificationState::SUBMITTED])?;
        self.reviewer = staff.to_owned();
        Ok(self.moved(VerificationState::IN_REVIEW, now))
    }

    /// The case after one more approval, until a time or, with [`Timestamp::NONE`], for as long as
    /// the policy and the evidence allow. A case whose scans another person has shown too takes
    /// two.
    pub(crate) fn approve(
        mut self,
        policy: &Policy,
        (staff, has_same_scans): (&str, bool),
        until: Timestamp,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        self.check(&[VerificationState::IN_REVIEW, VerificationState::AWAITS_SECOND])?;
        let tier = policy.tiers.get(usize::from(self.tier));
        let tier = tier.ok_or(WalletStatus::TIER_MUST_EXIST)?;
        let expired = self.evidence.iter().any(|one| is_over(one.expires_at, now));
        refuse_if(expired, WalletStatus::EVIDENCE_HAS_EXPIRED)?;
        let enough = suffices(&tier.evidence, &scans_of(&self.evidence));
        refuse_if(!enough, WalletStatus::EVIDENCE_MUST_SUFFICE)?;
        refuse_if(is_over(until, now), WalletStatus::APPROVAL_MUST_END_LATER)?;
        let latest = tier.approval_days.map_or(Timestamp::NONE, |days| {
            now.plus_nanoseconds(u64::from(days).saturating_mul(DAY))
        });
        // It never outlasts what it stands on.
        let ends = self.evidence.iter().map(|one| one.expires_at);
        let latest = ends.fold(latest, earlier);
        if self.state() == VerificationState::AWAITS_SECOND {
            // The same once more, unless it is to end sooner.
            let is_repeated = earlier(self.until, until) == self.until;
            if is_repeated && is_name_of(staff, &self.first_approver) {
                return Ok(self);
            }
            let same = is_same_person(staff, &self.first_approver);
            refuse_if(same, WalletStatus::REVIEWER_MUST_BE_ANOTHER)?;
            self.until = earlier(earlier(self.until, until), latest);
            return Ok(self.moved(VerificationState::APPROVED, now));
        }
        self.until = earlier(until, latest);
        let second_from = policy.verification.second_person_from_tier;
        if has_same_scans || second_from.is_some_and(|from| self.tier >= from) {
            self.first_approver = staff.to_owned();
            return Ok(self.moved(VerificationState::AWAITS_SECOND, now));
        }
        Ok(self.moved(VerificationState::APPROVED, now))
    }

    /// The case, to be approved anew: the first of two approvals no longer counts.
    pub(crate) fn review_again(mut self, now: Timestamp) -> Self {
        self.first_approver.clear();
        self.until = Timestamp::NONE;
        self.moved(VerificationState::IN_REVIEW, now)
    }

    /// The case, refused.
    pub(crate) fn refuse(
        mut self,
        reason: VerificationReason,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        self.check(&[VerificationState::IN_REVIEW, VerificationState::AWAITS_SECOND])?;
        refuse_if(!reason.is_known(), WalletStatus::REASON_MUST_BE_GIVEN)?;
        self.reason = reason.number();
        Ok(self.moved(VerificationState::REFUSED, now))
    }

    /// The case, withdrawn.
    pub(crate) fn withdraw(self, now: Timestamp) -> Result<Self, Refusal> {
        refuse_if(!self.state().is_open(), WalletStatus::CASE_MUST_BE_AT_THIS_STEP)?;
        Ok(self.moved(VerificationState::WITHDRAWN, now))
    }
}

fn is_over(end: Timestamp, now: Timestamp) -> bool {
    !end.is_none() && end <= now
}

/// The earlier end of two, of which none means never.
fn earlier(end: Timestamp, other: Timestamp) -> Timestamp {
    match (end.is_none(), other.is_none()) {
        (true, _) => other,
        (_, true) => end,
        _ => end.min(other),
    }
}

/// The kinds that each scan was shown as: one scan counts once, however often it is shown.
fn scans_of(evidence: &[EvidenceRow]) -> Vec<Vec<EvidenceKind>> {
    let mut scans: Vec<([u8; 32], Vec<EvidenceKind>)> = Vec::new();
    for piece in evidence {
        match scans.iter_mut().find(|(hash, _)| *hash == piece.hash) {
            Some((_, kinds)) => kinds.push(piece.kind()),
            None => scans.push((piece.hash, vec![piece.kind()])),
        }
    }
    scans.into_iter().map(|(_, kinds)| kinds).collect()
}

/// Whether there is a different scan for each list; a customer who came in person has met every
/// list that names that.
fn suffices(lists: &[Vec<EvidenceKind>], scans: &[Vec<EvidenceKind>]) -> bool {
    let in_person = scans.iter().any(|kinds| kinds.contains(&EvidenceKind::IN_PERSON));
    let met = |list: &[EvidenceKind]| in_person && list.contains(&EvidenceKind::IN_PERSON);
    let lists: Vec<&[EvidenceKind]> =
        lists.iter().map(Vec::as_slice).filter(|list| !met(list)).collect();
    let mut taken = vec![None; scans.len()];
    (0..lists.len())
        .all(|list| assign(list, &lists, scans, &mut taken, &mut vec![false; scans.len()]))
}

/// Finds a scan for `list`, moving those of other lists along where that helps (an augmenting
/// path).
fn assign(
    list: usize,
    lists: &[&[EvidenceKind]],
    scans: &[Vec<EvidenceKind>],
    taken: &mut [Option<usize>],
    seen: &mut [bool],
) -> bool {
    for (scan, kinds) in scans.iter().enumerate() {
        if seen[scan] || !kinds.iter().any(|kind| lists[list].contains(kind)) {
            continue;
        }
        seen[scan] = true;
        if taken[scan].is_none_or(|other| assign(other, lists, scans, taken, seen)) {
            taken[scan] = Some(list);
            return true;
        }
    }
    false
}

#[cfg(test)]
#[allow(clippy::arithmetic_side_effects, reason = "a test may panic")]
mod tests {
    use super::*;
    use crate::wallets::rules::refusal::Refusal;
    use EvidenceKind as E;
    use VerificationState as S;
    use WalletStatus as W;

    const NOW: Timestamp = Timestamp::from_nanoseconds(100 * DAY);

    fn wallet(tier: u8, until: u64) -> WalletRow {
        WalletRow {
            person: Id::from_u128(1),
            account: Id::from_u128(2),
            ledger: 1,
            state: WalletState::Active,
            tier,
            tier_until: Timestamp::from_nanoseconds(until * DAY),
            created_at: NOW,
            refunds_to_wallet: false,
            cooldown_until: Timestamp::NONE,
            recovery: Id::ZERO,
        }
    }

    fn evidence(kind: EvidenceKind, expires: u64) -> EvidenceRow {
        EvidenceRow {
            kind: kind.number(),
            hash: [0; 32],
            reference: crate::wallets::rules::secrets::Sealed::default(),
            expires_at: Timestamp::from_nanoseconds(expires * DAY),
            added_at: NOW,
        }
    }

    /// A case of class II in China, where two must approve, at this step.
    fn at(state: VerificationState) -> VerificationRow {
        let policy = Policy::cn_pboc();
        let wallet = wallet(1, 0);
        let mut case = open(&policy, (Id::from_u128(9), &wallet), 2, NOW).expect("a case");
        if state != S::CREATED {
            case = case.submit(evidence(E::IN_PERSON, 0), NOW).expect("submitted");
        }
        if ![S::CREATED, S::SUBMITTED].contains(&state) {
            case = case.review("eve", NOW).expect("in review");
        }
        match state {
            S::REFUSED => case.refuse(VerificationReason::MISMATCH, NOW).expect("refused"),
            S::WITHDRAWN => case.withdraw(NOW).expect("withdrawn"),
            S::AWAITS_SECOND | S::APPROVED => {
                let case =
                    case.approve(&policy, ("eve", false), Timestamp::NONE, NOW).expect("first");
                if state == S::AWAITS_SECOND {
                    return case;
                }
                case.approve(&policy, ("mallory", false), Timestamp::NONE, NOW).expect("second")
            }
            _ => case,
        }
    }

    #[test]
    fn every_step_from_every_state() {
        let policy = Policy::cn_pboc();
        let step = Err(W::CASE_MUST_BE_AT_THIS_STEP);
        // (state, submit, review, approve by the first, approve by another, refuse, withdraw)
        for (state, expected) in [
            (S::CREATED, [Ok(S::SUBMITTED), step, step, step, step, Ok(S::WITHDRAWN)]),
            (
                S::SUBMITTED,
                [Ok(S::SUBMITTED), Ok(S::IN_REVIEW), step, step, step, Ok(S::WITHDRAWN)],
            ),
            (
                S::IN_REVIEW,
                [
                    step,
                    step,
                    Ok(S::AWAITS_SECOND),
                    Ok(S::AWAITS_SECOND),
                    Ok(S::REFUSED),
                    Ok(S::WITHDRAWN),
                ],
            ),
            (
                S::AWAITS_SECOND,
                [
                    step,
                    step,
                    Ok(S::AWAITS_SECOND),
                    Ok(S::APPROVED),
                    Ok(S::REFUSED),
                    Ok(S::WITHDRAWN),
                ],
            ),
            (S::APPROVED, [step; 6]),
            (S::REFUSED, [step; 6]),
            (S::WITHDRAWN, [step; 6]),
        ] {
            let case = || at(state);
            let found = [
                case().submit(evidence(E::PASSPORT, 0), NOW),
                case().review("eve", NOW),
                case().approve(&policy, ("eve", false), Timestamp::NONE, NOW),
                case().approve(&policy, ("mallory", false), Timestamp::NONE, NOW),
                case().refuse(VerificationReason::UNDERAGE, NOW),
                case().withdraw(NOW),
            ];
            let found = found.map(|case| case.map(|case| case.state()).map_err(status));
            assert_eq!(found, expected, "from {state}");
        }
    }

    fn status(refusal: Refusal) -> WalletStatus {
        refusal.status
    }

    #[test]
    fn a_tier_is_asked_for_upwards_or_again() {
        let policy = Policy::cn_pboc();
        let asked = |tier, wallet: &WalletRow| {
            open(&policy, (Id::from_u128(9), wallet), tier, NOW)
                .map(|case| case.tier)
                .map_err(status)
        };
        assert_eq!(asked(3, &wallet(2, 0)), Ok(3));
        assert_eq!(asked(2, &wallet(2, 200)), Ok(2), "to renew it");
        assert_eq!(asked(1, &wallet(2, 0)), Err(W::TIER_ALREADY_REACHED));
        assert_eq!(asked(1, &wallet(2, 100)), Ok(1), "it has just ended");
        assert_eq!(asked(0, &wallet(0, 0)), Err(W::TIER_MUST_EXIST));
        assert_eq!(asked(4, &wallet(0, 0)), Err(W::TIER_MUST_EXIST));
    }

    #[test]
    fn approvals_end_when_the_first_of_reviewers_and_policy_says() {
        let mut policy = Policy::cn_pboc();
        policy.tiers[2].approval_days = Some(50);
        let day = |day: u64| Timestamp::from_nanoseconds(day * DAY);
        // (first reviewer, second reviewer, end)
        for (first, second, end) in [(0, 0, 150), (140, 0, 140), (145, 120, 120), (400, 0, 150)] {
            let case =
                at(S::IN_REVIEW).approve(&policy, ("eve", false), day(first), NOW).expect("first");
            let case = case.approve(&policy, ("mallory", false), day(second), NOW).expect("second");
            assert_eq!(case.until, day(end), "{first} {second}");
        }
        let past = at(S::IN_REVIEW).approve(&policy, ("eve", false), NOW, NOW).map_err(status);
        assert_eq!(past, Err(W::APPROVAL_MUST_END_LATER));
    }

    #[test]
    fn evidence_must_be_good_and_enough() {
        let policy = Policy::cn_pboc();
        let case = || at(S::CREATED);
        let refused = |kind, expires| case().submit(evidence(kind, expires), NOW).map_err(status);
        assert_eq!(refused(E::PASSPORT, 100), Err(W::EVIDENCE_HAS_EXPIRED));
        let unknown = EvidenceRow { kind: 99, ..evidence(E::PASSPORT, 0) };
        assert_eq!(
            case().submit(unknown, NOW).map_err(status),
            Err(W::EVIDENCE_KIND_MUST_BE_KNOWN)
        );

        let mut full = case();
        for _ in 0..EVIDENCE_MAX {
            full = full.submit(evidence(E::PASSPORT, 101), NOW).expect("room");
        }
        let more = full.clone().submit(evidence(E::PASSPORT, 0), NOW).map_err(status);
        assert_eq!(more, Err(W::TOO_MANY));
        let reviewed = full.review("eve", NOW).expect("in review");
        let approve = |case: &VerificationRow, now| {
            case.clone().approve(&policy, ("eve", false), Timestamp::NONE, now).map_err(status)
        };
        assert_eq!(approve(&reviewed, NOW), Err(W::EVIDENCE_MUST_SUFFICE));
        let later = Timestamp::from_nanoseconds(101 * DAY);
        assert_eq!(approve(&reviewed, later), Err(W::EVIDENCE_HAS_EXPIRED));
    }

    #[test]
    fn each_list_wants_a_piece_of_its_own() {
        let lists: &[&[EvidenceKind]] =
            &[&[E::PASSPORT, E::SELFIE], &[E::PASSPORT, E::PROOF_OF_ADDRESS]];
        let sources: &[&[EvidenceKind]] = &[&[E::EXTERNAL_SOURCE, E::IN_PERSON][..]; 3];
        for (lists, kinds, enough) in [
            (lists, &[E::PASSPORT, E::PROOF_OF_ADDRESS][..], true),
            (lists, &[E::PASSPORT, E::SELFIE], true),
            (lists, &[E::PASSPORT], false),
            (lists, &[E::PASSPORT, E::PASSPORT], true),
            (lists, &[E::SELFIE, E::EXTERNAL_SOURCE], false),
            (sources, &[E::EXTERNAL_SOURCE, E::EXTERNAL_SOURCE], false),
            (sources, &[E::EXTERNAL_SOURCE; 3], true),
            (sources, &[E::IN_PERSON], true),
            (&[], &[], true),
        ] {
            let lists: Vec<_> = lists.iter().map(|list| list.to_vec()).collect();
            let scans: Vec<_> = kinds.iter().map(|kind| vec![*kind]).collect();
            assert_eq!(suffices(&lists, &scans), enough, "{kinds:?}");
        }
    }

    /// Symptom: a tier that takes three sources was reached with one letter of one bank, shown
    /// three times. Cause: pieces of evidence were counted, not scans.
    #[test]
    fn one_scan_counts_once() {
        let sources = vec![vec![E::EXTERNAL_SOURCE, E::PASSPORT]; 3];
        let scan = |kind, byte| EvidenceRow { hash: [byte; 32], ..evidence(kind, 0) };
        for (shown, enough) in [
            ([(E::EXTERNAL_SOURCE, 1); 3], false),
            ([(E::EXTERNAL_SOURCE, 1), (E::PASSPORT, 1), (E::EXTERNAL_SOURCE, 2)], false),
            ([(E::EXTERNAL_SOURCE, 1), (E::PASSPORT, 3), (E::EXTERNAL_SOURCE, 2)], true),
            // A scan of two things is either of them.
            ([(E::SELFIE, 1), (E::PASSPORT, 1), (E::EXTERNAL_SOURCE, 2)], false),
        ] {
            let shown = shown.map(|(kind, byte)| scan(kind, byte));
            assert_eq!(suffices(&sources, &scans_of(&shown)), enough, "{shown:?}");
        }
        let shown = [scan(E::SELFIE, 1), scan(E::PASSPORT, 1), scan(E::EXTERNAL_SOURCE, 2)];
        assert!(suffices(&sources[1..], &scans_of(&shown)));
    }
}
