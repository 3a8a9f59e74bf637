//! Verification: asking for a tier, showing evidence, reviewing it.

use super::Wallets;
use super::transaction::ReadTransaction;
use super::words::time;
use crate::model::{Id, Timestamp};
use crate::store::Result;
use crate::wallets::rules::audit::{Actor, AuditEntry, Command, from_to};
use crate::wallets::rules::contact::check_text;
use crate::wallets::rules::payment::tier_at;
use crate::wallets::rules::policy::EvidenceKind;
use crate::wallets::rules::recovery::{review_again, stop};
use crate::wallets::rules::refusal::refuse_if;
use crate::wallets::rules::rows::{
    Agenda, AgendaKey, AgendaList, EvidenceRow, PersonRow, RecoveryRow, RowKey, ScanKey, ScanOfKey,
    ScanOfRow, ScanRow, WalletRow,
};
use crate::wallets::rules::secrets::Field;
use crate::wallets::rules::verification::{OpenCaseRow, VerificationRow, open};
use crate::wallets::rules::{
    Decision, LetterKind, RecoveryState, Refusal, StaffRoles, VerificationReason,
    VerificationState, WalletStatus, WriteSet,
};
use std::fmt;

/// Bytes of the host's reference of a piece of evidence.
const REFERENCE_BYTES_MAX: usize = 255;

/// The greatest number of other persons' cases that are listed.
const SAME_SCANS_MAX: usize = 64;

/// A piece of evidence: the host keeps the scan. Does not print the reference.
#[derive(Clone, PartialEq, Eq)]
pub struct CaseEvidence {
    /// What it is.
    pub kind: EvidenceKind,
    /// The hash of the scan, so that a later change is noticed; zeros when the person was erased.
    pub hash: [u8; 32],
    /// Where the host finds it: 1 to 255 bytes. Sealed; empty when the person was erased, or the
    /// key is damaged.
    pub reference: String,
    /// When the document itself ends; [`Timestamp::NONE`] for never.
    pub expires_at: Timestamp,
}

impl fmt::Debug for CaseEvidence {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("CaseEvidence").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// A verification case.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct VerificationCase {
    /// Its id.
    pub id: Id,
    /// The wallet that it is about.
    pub wallet: Id,
    /// The tier that the customer asked for.
    pub tier: u8,
    /// Where it is.
    pub state: VerificationState,
    /// Why it was refused.
    pub reason: Option<VerificationReason>,
    /// The evidence.
    pub evidence: Vec<CaseEvidence>,
    /// The member of staff who reviews it; empty while there is none.
    pub reviewer: String,
    /// The member of staff who approved first, where two must.
    pub first_approver: String,
    /// Until when the approval lasts; [`Timestamp::NONE`] for ever.
    pub until: Timestamp,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it last moved.
    pub changed_at: Timestamp,
}

impl Wallets {
    /// Opens a case: the wallet asks for `tier`, which is its own (to renew it) or a higher one. A
    /// wallet has one open case at a time. Sent again with the same id, it changes nothing.
    ///
    /// # Errors
    /// As [`Store::submit`](crate::Store::submit); [`Error::Contended`](crate::Error::Contended).
    pub fn open_verification(
        &self,
        case: Id,
        wallet: Id,
        tier: u8,
        actor: &Actor,
    ) -> Result<Result<(), Refusal>> {
        let opened = self.transact(wallet, |reading| {
            if let Err(refusal) = self.admit(reading, Command::OPEN_VERIFICATION, actor)? {
                return Ok(refusal.into());
            }
            if let Some(row) = reading.peek::<VerificationRow>(&case)? {
                let is_same = row.wallet == wallet && row.tier == tier;
                return Ok(refuse_if(!is_same, WalletStatus::CASE_EXISTS)
                    .map(|()| Decision::done(WriteSet::default(), ()))
                    .into());
            }
            let Some(row) = reading.get::<WalletRow>(&wallet)? else {
                return Ok(Refusal::of(WalletStatus::WALLET_NOT_FOUND).into());
            };
            let is_open = reading.get::<OpenCaseRow>(&wallet)?.is_some();
            let now = reading.now();
            let is_valid = !case.is_zero() && !case.is_max();
            let judged = refuse_if(!is_valid, WalletStatus::ID_MUST_BE_VALID)
                .and_then(|()| refuse_if(is_open, WalletStatus::CASE_IS_OPEN))
                .and_then(|()| open(self.policy(), (wallet, &row), tier, now));
            Ok(judged
                .map(|row| {
                    let entry = AuditEntry::new(wallet, Command::OPEN_VERIFICATION, actor, now);
                    let detail = from_to("case", "none", row.state());
                    let detail = format!("{detail}; tier {tier} asked for");
                    let mut changes = WriteSet::of(entry.about(case).detail(detail));
                    changes.put(&case, &row);
                    changes.put(&wallet, &OpenCaseRow { case });
                    Decision::done(changes, ())
                })
                .into())
        })?;
        self.attempted((wallet, Command::OPEN_VERIFICATION, case), actor, opened)
    }

    /// Adds evidence to a case that is not reviewed yet. From then on staff find the case among
    /// [`Wallets::open_verifications`]. A scan, known by its hash, counts once for the tier,
    /// however often it is shown.
    ///
    /// Refused: `actor_must_be_named` if evidence of kind [`EvidenceKind::IN_PERSON`] does not come
    /// from staff, who saw the customer; `evidence_must_be_given`, `evidence_kind_must_be_known`,
    /// `evidence_has_expired`, `too_many`, `case_must_be_at_this_step`, `text_must_be_valid`.
    ///
    /// # Errors
    /// As [`Wallets::open_verification`].
    pub fn submit_evidence(
        &self,
        case: Id,
        evidence: &[CaseEvidence],
        actor: &Actor,
    ) -> Result<Result<(), Refusal>> {
        self.on_case(case, Command::SUBMIT_EVIDENCE, actor, |reading, row| {
            let Some(person) = reading.peek::<PersonRow>(&row.person)? else {
                return Ok(Err(Refusal::of(WalletStatus::PERSON_NOT_FOUND)));
            };
            let Some(key) = self.person_key(row.person, &person)? else {
                return Ok(Err(Refusal::of(WalletStatus::PERSON_NOT_FOUND)));
            };
            let (now, mut moved) = (reading.now(), Ok(row));
            if evidence.is_empty() {
                return Ok(Err(Refusal::of(WalletStatus::EVIDENCE_MUST_BE_GIVEN)));
            }
            let in_person = evidence.iter().any(|one| one.kind == EvidenceKind::IN_PERSON);
            if in_person && let Err(refusal) = actor.check_staff() {
                return Ok(Err(refusal));
            }
            for one in evidence {
                if let Err(refusal) = check_text(&one.reference, REFERENCE_BYTES_MAX) {
                    return Ok(Err(refusal));
                }
                let record = EvidenceRow::record(case, one.kind, &one.hash);
                let sealed = EvidenceRow {
                    kind: one.kind.number(),
                    hash: one.hash,
                    reference: key.seal(record, Field::EVIDENCE, one.reference.as_bytes())?,
                    expires_at: one.expires_at,
                    added_at: now,
                };
                moved = moved.and_then(|row| row.submit(sealed, now));
            }
            Ok(moved)
        })
        .map(|judged| judged.map(drop))
    }

    /// Takes a submitted case into review.
    ///
    /// # Errors
    /// As [`Wallets::open_verification`].
    pub fn review_verification(&self, case: Id, actor: &Actor) -> Result<Result<(), Refusal>> {
        let moved = self.by_staff(case, Command::REVIEW_VERIFICATION, actor, |staff, row, now| {
            row.review(staff, now)
        });
        moved.map(|judged| judged.map(drop))
    }

    /// Approves a case, until a time or for as long as the policy allows ([`Timestamp::NONE`]).
    /// Answers [`VerificationState::APPROVED`], or [`VerificationState::AWAITS_SECOND`] where the
    /// policy wants another member of staff to approve too. The wallet is in its new tier at once,
    /// and its owner is told. If the first one approves again, and not until an earlier time, the
    /// case awaits the second as before. A name that only looks like another one is refused with
    /// `reviewer_must_be_another`.
    ///
    /// # Errors
    /// As [`Wallets::open_verification`].
    pub fn approve_verification(
        &self,
        case: Id,
        until: Timestamp,
        actor: &Actor,
    ) -> Result<Result<VerificationState, Refusal>> {
        self.on_case(case, Command::APPROVE_VERIFICATION, actor, |reading, row| {
            let same_scans = self.same_scans_of(reading, &row.evidence, row.person)?;
            let has_same_scans = !same_scans.is_empty();
            let (checked, now) = (actor.check_staff(), reading.now());
            let by = (actor.staff_name().unwrap_or_default(), has_same_scans);
            Ok(checked.and_then(|()| row.approve(self.policy(), by, until, now)))
        })
    }

    /// Cases of other persons in which the scans of this case, a verification or a recovery, were
    /// shown too, at most 64; `None` if there is no such case. Show them to the reviewer: approving
    /// such a case takes two members of staff, whatever the tier.
    ///
    /// # Errors
    /// As [`Wallets::verification`].
    pub fn same_scans(&self, case: Id) -> Result<Option<Vec<Id>>> {
        let reading = self.read()?;
        let (evidence, person) = match reading.peek::<VerificationRow>(&case)? {
            Some(row) => (row.evidence, row.person),
            None => match reading.peek::<RecoveryRow>(&case)? {
                Some(row) => (row.evidence, row.person),
                None => return Ok(None),
            },
        };
        self.same_scans_of(&reading, &evidence, person).map(Some)
    }

    pub(super) fn same_scans_of(
        &self,
        reading: &ReadTransaction,
        evidence: &[EvidenceRow],
        person: Id,
    ) -> Result<Vec<Id>> {
        let mut cases = Vec::new();
        for one in evidence {
            for shown in reading.scan::<ScanRow>(&one.hash, None).take(SAME_SCANS_MAX) {
                let (key, shown) = shown?;
                if key.person != person && !cases.contains(&shown.case) {
                    cases.push(shown.case);
                }
            }
        }
        cases.truncate(SAME_SCANS_MAX);
        Ok(cases)
    }

    /// Remembers that a person showed a scan.
    pub(super) fn put_scan(changes: &mut WriteSet, key: ScanKey, case: Id) {
        changes.put(&key, &ScanRow { case });
        changes.put(&ScanOfKey(key), &ScanOfRow {});
    }

    /// Refuses a case; the customer is told.
    ///
    /// # Errors
    /// As [`Wallets::open_verification`].
    pub fn refuse_verification(
        &self,
        case: Id,
        reason: VerificationReason,
        actor: &Actor,
    ) -> Result<Result<(), Refusal>> {
        let moved = self.by_staff(case, Command::REFUSE_VERIFICATION, actor, |_, row, now| {
            row.refuse(reason, now)
        });
        moved.map(|judged| judged.map(drop))
    }

    /// Revokes the tier of a wallet, for a member of staff: its evidence turned out to be false,
    /// say. The wallet is in tier 0 at once, and its owner is told. Cases of the same person that
    /// one member of staff has approved and that await a second approval must be approved anew:
    /// verifications and recoveries are in review again.
    ///
    /// Refused: `wallet_not_found`, `tier_must_be_reached`, `actor_must_be_named`,
    /// `reason_must_be_given`.
    ///
    /// # Errors
    /// As [`Wallets::open_verification`].
    pub fn revoke_tier(&self, wallet: Id, actor: &Actor) -> Result<Result<(), Refusal>> {
        let revoked = self.transact(wallet, |reading| {
            if let Err(refusal) = self.admit_staff(reading, Command::REVOKE_TIER, actor)? {
                return Ok(refusal.into());
            }
            let Some(row) = reading.get::<WalletRow>(&wallet)? else {
                return Ok(Refusal::of(WalletStatus::WALLET_NOT_FOUND).into());
            };
            let now = reading.now();
            let tier = tier_at(&row, now);
            if let Err(refusal) = refuse_if(tier == 0, WalletStatus::TIER_MUST_BE_REACHED) {
                return Ok(refusal.into());
            }
            let entry = AuditEntry::new(wallet, Command::REVOKE_TIER, actor, now);
            let mut changes = WriteSet::of(entry.detail(from_to("tier", tier, 0)));
            let told = (LetterKind::TIER_REVOKED, wallet);
            self.tell_with_or_without_key(reading, &mut changes, row.person, told)?;
            self.end_first_approvals(reading, &mut changes, row.person, actor)?;
            let (tier, tier_until) = (0, Timestamp::NONE);
            changes.put(&wallet, &WalletRow { tier, tier_until, ..row });
            Ok(Decision::done(changes, ()))
        })?;
        self.attempted((wallet, Command::REVOKE_TIER, Id::ZERO), actor, revoked)
    }

    /// Ends the first approvals of a person's cases that await a second: the member of staff who
    /// gave them did not know yet what is false.
    fn end_first_approvals(
        &self,
        reading: &mut ReadTransaction,
        changes: &mut WriteSet,
        person: Id,
        actor: &Actor,
    ) -> Result<()> {
        let (now, command) = (reading.now(), Command::REVOKE_TIER);
        let wallets = reading.peek::<PersonRow>(&person)?.map_or(Vec::new(), |row| row.wallets);
        for wallet in wallets {
            let entry = |case, before: &str, after: &str| {
                let entry = AuditEntry::new(wallet, command, actor, now).about(case);
                entry.detail(from_to("case", before, after))
            };
            if let Some(open) = reading.get::<OpenCaseRow>(&wallet)?
                && let Some(row) = reading.get::<VerificationRow>(&open.case)?
                && row.state() == VerificationState::AWAITS_SECOND
            {
                let (before, again) = (row.state(), row.review_again(now));
                changes.audit.push(entry(open.case, before.name(), again.state().name()));
                changes.put(&open.case, &again);
            }
            let case = reading.peek::<WalletRow>(&wallet)?.map_or(Id::ZERO, |row| row.recovery);
            if let Some(row) = reading.get::<RecoveryRow>(&case)?
                && row.state() == RecoveryState::AWAITS_SECOND
            {
                let (before, again) = (row.state(), review_again(row, now));
                changes.audit.push(entry(case, before.name(), again.state().name()));
                changes.put(&case, &again);
            }
        }
        Ok(())
    }

    /// The customer withdraws an open case.
    ///
    /// # Errors
    /// As [`Wallets::open_verification`].
    pub fn withdraw_verification(&self, case: Id, actor: &Actor) -> Result<Result<(), Refusal>> {
        let moved = self.on_case(case, Command::WITHDRAW_VERIFICATION, actor, |reading, row| {
            Ok(row.withdraw(reading.now()))
        });
        moved.map(|judged| judged.map(drop))
    }

    fn by_staff(
        &self,
        case: Id,
        command: Command,
        actor: &Actor,
        step: impl Fn(&str, VerificationRow, Timestamp) -> Result<VerificationRow, Refusal>,
    ) -> Result<Result<VerificationState, Refusal>> {
        self.on_case(case, command, actor, |reading, row| {
            let checked = actor.check_staff();
            let staff = actor.staff_name().unwrap_or_default();
            Ok(checked.and_then(|()| step(staff, row, reading.now())))
        })
    }

    /// Moves a case by a step, with what hangs on its state: the wallet's tier, the open case of
    /// the wallet, the staff's list.
    fn on_case<F>(
        &self,
        case: Id,
        command: Command,
        actor: &Actor,
        step: F,
    ) -> Result<Result<VerificationState, Refusal>>
    where
        F: Fn(&mut ReadTransaction, VerificationRow) -> Result<Result<VerificationRow, Refusal>>,
    {
        let moved = self.transact(case, |reading| {
            if let Err(refusal) = self.admit(reading, command, actor)? {
                return Ok(refusal.into());
            }
            let Some(before) = reading.get::<VerificationRow>(&case)? else {
                return Ok(Refusal::of(WalletStatus::CASE_NOT_FOUND).into());
            };
            let after = match step(reading, before.clone())? {
                Ok(after) => after,
                Err(refusal) => return Ok(refusal.into()),
            };
            if after == before {
                return Ok(Decision::done(WriteSet::default(), after.state()));
            }
            let role = match after.state() {
                VerificationState::AWAITS_SECOND => Some(StaffRoles::REVIEWER),
                VerificationState::APPROVED => Some(StaffRoles::APPROVER),
                _ => None,
            };
            if let Some(role) = role
                && let Err(refusal) = self.admit_with(reading, role, actor)?
            {
                return Ok(refusal.into());
            }
            let entry = AuditEntry::new(before.wallet, command, actor, reading.now());
            let mut detail = from_to("case", before.state().name(), after.state().name());
            if after.state() == VerificationState::APPROVED {
                let found = reading.peek::<WalletRow>(&after.wallet)?;
                let tier = found.map_or(0, |wallet| tier_at(&wallet, reading.now()));
                detail +=
                    &format!("; {} until {}", from_to("tier", tier, after.tier), time(after.until));
            }
            let mut changes = WriteSet::of(entry.about(case).detail(detail));
            changes.put(&case, &after);
            self.follow(reading, case, (&before, &after), &mut changes)?;
            Ok(Decision::done(changes, after.state()))
        })?;
        let row = self.read()?.peek::<VerificationRow>(&case)?;
        let wallet = row.map_or(Id::ZERO, |row| row.wallet);
        self.attempted((wallet, command, case), actor, moved)
    }

    fn follow(
        &self,
        reading: &mut ReadTransaction,
        case: Id,
        step: (&VerificationRow, &VerificationRow),
        changes: &mut WriteSet,
    ) -> Result<()> {
        let (before, after) = step;
        for one in after.evidence.iter().skip(before.evidence.len()) {
            let key = ScanKey { hash: one.hash, person: after.person };
            Self::put_scan(changes, key, case);
        }
        let place = agenda_key(case, before);
        let waits = |row: &VerificationRow| {
            row.state().is_open() && row.state() != VerificationState::CREATED
        };
        match (waits(before), waits(after)) {
            (false, true) => changes.put(&place, &Agenda { subject: after.wallet, address: None }),
            (true, false) => {
                reading.get::<Agenda>(&place)?;
                changes.delete::<Agenda>(&place);
            }
            _ => (),
        }
        if !after.state().is_open() {
            reading.get::<OpenCaseRow>(&after.wallet)?;
            changes.delete::<OpenCaseRow>(&after.wallet);
        }
        let kind = match after.state() {
            VerificationState::APPROVED => Some(LetterKind::VERIFICATION_APPROVED),
            VerificationState::REFUSED => Some(LetterKind::VERIFICATION_REFUSED),
            _ => None,
        };
        if let Some(kind) = kind {
            self.tell_with_or_without_key(reading, changes, after.person, (kind, case))?;
        }
        if after.state() == VerificationState::APPROVED
            && let Some(wallet) = reading.get::<WalletRow>(&after.wallet)?
        {
            let (tier, tier_until) = (after.tier, after.until);
            changes.put(&after.wallet, &WalletRow { tier, tier_until, ..wallet });
        }
        Ok(())
    }

    /// A verification case; `None` if there is none of this id.
    ///
    /// # Errors
    /// [`Error::Corrupt`](crate::Error::Corrupt), [`Error::Io`](crate::Error::Io).
    pub fn verification(&self, case: Id) -> Result<Option<VerificationCase>> {
        let reading = self.read()?;
        let row = reading.peek::<VerificationRow>(&case)?;
        row.map(|row| self.case_of(&reading, case, row)).transpose()
    }

    /// Cases that wait for staff, in the order in which they were opened: those after `after`, at
    /// most `limit`.
    ///
    /// # Errors
    /// As [`Wallets::verification`].
    pub fn open_verifications(
        &self,
        after: Option<&VerificationCase>,
        limit: usize,
    ) -> Result<Vec<VerificationCase>> {
        let reading = self.read()?;
        let list = AgendaList::VERIFICATIONS;
        let after =
            after.map(|case| AgendaKey { list, due: case.opened_at, about: case.id }.bytes());
        let rows = reading.scan::<Agenda>(&[list.number()], after.as_deref()).take(limit);
        let cases: Vec<_> = rows.collect::<Result<_>>()?;
        let cases = cases.into_iter().map(|(key, _)| key.about);
        let found = cases.filter_map(|case| match reading.peek::<VerificationRow>(&case) {
            Ok(row) => row.map(|row| self.case_of(&reading, case, row)),
            Err(error) => Some(Err(error)),
        });
        found.collect()
    }

    /// Ends the open cases of a wallet whose owner is erased, and forgets the hashes of all scans.
    pub(super) fn forget_cases(
        &self,
        reading: &mut ReadTransaction,
        changes: &mut WriteSet,
        wallet: Id,
    ) -> Result<()> {
        let trail = reading.scan::<AuditEntry>(&wallet.to_bytes(), None);
        let opened = trail.filter(|entry| match entry {
            Ok((_, entry)) => {
                matches!(entry.command, Command::OPEN_VERIFICATION | Command::OPEN_RECOVERY)
            }
            Err(_) => true,
        });
        let opened: Vec<_> = opened.collect::<Result<_>>()?;
        for case in opened.into_iter().map(|(_, entry)| entry.about) {
            if let Some(mut row) = reading.get::<VerificationRow>(&case)? {
                let before = row.clone();
                row.evidence.iter_mut().for_each(|piece| piece.hash = [0; 32]);
                if let Ok(ended) = row.clone().withdraw(reading.now()) {
                    row = ended;
                    self.follow(reading, case, (&before, &row), changes)?;
                }
                changes.put(&case, &row);
            }
            if let Some(mut row) = reading.get::<RecoveryRow>(&case)? {
                row.evidence.iter_mut().for_each(|piece| piece.hash = [0; 32]);
                // An approved one may still have a link on its way, which ends too.
                row = stop(row.clone(), reading.now()).unwrap_or(row);
                changes.put(&case, &row);
            }
        }
        Ok(())
    }

    fn case_of(
        &self,
        reading: &ReadTransaction,
        id: Id,
        row: VerificationRow,
    ) -> Result<VerificationCase> {
        let person = reading.peek::<PersonRow>(&row.person)?;
        let key = match person {
            Some(person) => self.key_if_whole(row.person, &person)?,
            None => None,
        };
        let mut evidence = Vec::with_capacity(row.evidence.len());
        for one in &row.evidence {
            let (kind, hash, expires_at) = (one.kind(), one.hash, one.expires_at);
            let record = EvidenceRow::record(id, kind, &hash);
            let reference = match &key {
                Some(_) if one.hash == [0; 32] => String::new(),
                Some(key) => key.open_text(record, Field::EVIDENCE, &one.reference)?.to_string(),
                None => String::new(),
            };
            evidence.push(CaseEvidence { kind, hash, reference, expires_at });
        }
        let reason = Some(VerificationReason::from_number(row.reason));
        Ok(VerificationCase {
            id,
            wallet: row.wallet,
            tier: row.tier,
            state: row.state(),
            reason: reason.filter(|reason| reason.is_known()),
            evidence,
            reviewer: row.reviewer,
            first_approver: row.first_approver,
            until: row.until,
            opened_at: row.opened_at,
            changed_at: row.changed_at,
        })
    }
}

fn agenda_key(case: Id, row: &VerificationRow) -> AgendaKey {
    AgendaKey { list: AgendaList::VERIFICATIONS, due: row.opened_at, about: case }
}
