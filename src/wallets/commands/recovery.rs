//! Recovery of a payment password through support.

use super::Wallets;
use super::hashing::random;
use super::letters::Draft;
use super::persons::PersonKey;
use super::transaction::ReadTransaction;
use crate::model::{Id, Timestamp};
use crate::store::Result;
use crate::wallets::rules::audit::from_to;
use crate::wallets::rules::contact::check_text;
use crate::wallets::rules::policy::EvidenceKind;
use crate::wallets::rules::recovery;
use crate::wallets::rules::registration;
use crate::wallets::rules::rows::{
    Agenda, AgendaKey, AgendaList, CredentialKey, CredentialRow, EvidenceRow, RecoveryRow, RowKey,
    ScanKey, TokenKey, TokenPurpose, TokenRow, WalletRow,
};
use crate::wallets::rules::secrets::{Field, PasswordText, Token};
use crate::wallets::rules::{
    Actor, AuditEntry, Channel, Command, Decision, LetterKind, RecoveryCase, RecoveryDecision,
    RecoveryState, Refusal, StaffRoles, WalletState, WalletStatus, WriteSet,
};
use std::fmt;
use subtle::ConstantTimeEq;

/// Bytes of the host's reference of a piece of evidence.
const REFERENCE_BYTES_MAX: usize = 500;

/// A document that the host keeps and staff look at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Evidence<'e> {
    /// What it is.
    pub kind: EvidenceKind,
    /// The hash of the scan.
    pub hash: [u8; 32],
    /// Where the host finds it: up to 500 bytes. Sealed before it is stored.
    pub reference: &'e str,
    /// When the document itself ends; [`Timestamp::NONE`] for never.
    pub expires_at: Timestamp,
}

impl fmt::Debug for Evidence<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Evidence").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// A piece of evidence, read again. Does not print the reference.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredEvidence {
    /// What it is.
    pub kind: EvidenceKind,
    /// The hash of the scan.
    pub hash: [u8; 32],
    /// Where the host finds it; empty when the person's key is damaged.
    pub reference: String,
    /// When the document itself ends; [`Timestamp::NONE`] for never.
    pub expires_at: Timestamp,
    /// When it was added.
    pub added_at: Timestamp,
}

impl StoredEvidence {
    /// A piece of evidence of a case; without its reference if there is no key.
    pub(super) fn open(case: Id, piece: &EvidenceRow, key: Option<&PersonKey>) -> Result<Self> {
        let record = EvidenceRow::record(case, piece.kind(), &piece.hash);
        let reference = match key {
            Some(key) => key.open_text(record, Field::EVIDENCE, &piece.reference)?.to_string(),
            None => String::new(),
        };
        let (kind, hash) = (piece.kind(), piece.hash);
        let (expires_at, added_at) = (piece.expires_at, piece.added_at);
        Ok(Self { kind, hash, reference, expires_at, added_at })
    }
}

impl fmt::Debug for StoredEvidence {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("StoredEvidence").field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl Wallets {
    /// Opens the recovery of a wallet's payment password, for a member of staff. It locks nothing;
    /// the customer is told by every channel. Sent again with the same id, it answers as before.
    ///
    /// While the customer's key is damaged, a case can be opened, reviewed, refused and stopped.
    /// Adding evidence, approving the case and using its link take the key.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn open_recovery(
        &self,
        case: Id,
        wallet: Id,
        actor: &Actor,
    ) -> Result<Result<(), Refusal>> {
        let opened = self.transact(wallet, |reading| {
            if let Err(refusal) = self.admit_staff(reading, Command::OPEN_RECOVERY, actor)? {
                return Ok(refusal.into());
            }
            let now = reading.now();
            if let Some(found) = reading.get::<RecoveryRow>(&case)? {
                let retry = found.wallet == wallet;
                return Ok(match retry {
                    true => Decision::done(WriteSet::default(), ()),
                    false => Refusal::of(WalletStatus::CASE_EXISTS).into(),
                });
            }
            let Some(row) = reading.get::<WalletRow>(&wallet)? else {
                return Ok(Refusal::of(WalletStatus::WALLET_NOT_FOUND).into());
            };
            let present = reading.get::<RecoveryRow>(&row.recovery)?;
            let opened = match recovery::open(case, wallet, &row, present.as_ref(), actor, now) {
                Ok(opened) => opened,
                Err(refusal) => return Ok(refusal.into()),
            };
            if let Err(refusal) = self.person_row(reading, row.person)? {
                return Ok(refusal.into());
            }
            let entry = AuditEntry::new(wallet, Command::OPEN_RECOVERY, actor, now).about(case);
            let detail = from_to("case", "none", opened.state());
            let mut changes = WriteSet::of(entry.detail(detail));
            changes.put(&case, &opened);
            changes.put(&agenda_key(case, &opened), &Agenda::of(wallet));
            let told = (LetterKind::RECOVERY_OPENED, case);
            self.tell_with_or_without_key(reading, &mut changes, row.person, told)?;
            // A link that is still on its way is good no more.
            if let Some(former) = present {
                changes.delete::<TokenRow>(&token_key(former.token));
            }
            changes.put(&wallet, &WalletRow { recovery: case, ..row });
            Ok(Decision::done(changes, ()))
        })?;
        self.attempted((wallet, Command::OPEN_RECOVERY, case), actor, opened)
    }

    /// Adds a piece of evidence to a case.
    ///
    /// Refused: `actor_must_be_named` if evidence of kind [`EvidenceKind::IN_PERSON`] does not come
    /// from staff, who saw the customer; `data_is_damaged` while the customer's key is damaged.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn add_recovery_evidence(
        &self,
        case: Id,
        evidence: &Evidence<'_>,
        actor: &Actor,
    ) -> Result<Result<(), Refusal>> {
        let text = check_text(evidence.reference, REFERENCE_BYTES_MAX);
        let (command, reading) = (Command::ADD_RECOVERY_EVIDENCE, &mut self.read()?);
        // Whoever stole a mailbox cannot say that staff have seen her.
        let by = match evidence.kind {
            EvidenceKind::IN_PERSON => self.admit_staff(reading, command, actor)?,
            _ => self.admit(reading, command, actor)?,
        };
        if let Err(refusal) = by.and(text) {
            return self.attempted_on_recovery(case, command, actor, Err(refusal));
        }
        let policy = &self.identity().recovery;
        self.change_case(case, command, actor, |reading, row| {
            let (_, key) = match self.person_with_whole_key(reading, row.person)? {
                Ok(found) => found,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let now = reading.now();
            let (kind, hash, expires_at) = (evidence.kind, evidence.hash, evidence.expires_at);
            let record = EvidenceRow::record(case, kind, &hash);
            let reference = key.seal(record, Field::EVIDENCE, evidence.reference.as_bytes())?;
            let kind = kind.number();
            let piece = EvidenceRow { kind, hash, reference, expires_at, added_at: now };
            Ok(recovery::add_evidence(row, piece, now, policy))
        })
    }

    /// Takes a case into review. The member of staff must not be the one who opened it.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn review_recovery(&self, case: Id, actor: &Actor) -> Result<Result<(), Refusal>> {
        let policy = &self.identity().recovery;
        self.change_case(case, Command::REVIEW_RECOVERY, actor, |reading, row| {
            Ok(recovery::review(row, actor, reading.now(), policy))
        })
    }

    /// Changes a case that stays open.
    fn change_case(
        &self,
        case: Id,
        command: Command,
        actor: &Actor,
        change: impl Fn(&mut ReadTransaction, RecoveryRow) -> Result<Result<RecoveryRow, Refusal>>,
    ) -> Result<Result<(), Refusal>> {
        let changed = self.transact(case, |reading| {
            if let Err(refusal) = self.admit(reading, command, actor)? {
                return Ok(refusal.into());
            }
            let Some(row) = reading.get::<RecoveryRow>(&case)? else {
                return Ok(Refusal::of(WalletStatus::CASE_NOT_FOUND).into());
            };
            let before = row.state();
            let changed = match change(reading, row)? {
                Ok(changed) => changed,
                Err(refusal) => return Ok(refusal.into()),
            };
            let entry = AuditEntry::new(changed.wallet, command, actor, reading.now());
            let detail = from_to("case", before, changed.state());
            let mut changes = WriteSet::of(entry.about(case).detail(detail));
            if command == Command::ADD_RECOVERY_EVIDENCE
                && let Some(piece) = changed.evidence.last()
            {
                let key = ScanKey { hash: piece.hash, person: changed.person };
                Self::put_scan(&mut changes, key, case);
            }
            changes.put(&case, &changed);
            Ok(Decision::done(changes, ()))
        })?;
        self.attempted_on_recovery(case, command, actor, changed)
    }

    fn attempted_on_recovery(
        &self,
        case: Id,
        command: Command,
        actor: &Actor,
        judged: Result<(), Refusal>,
    ) -> Result<Result<(), Refusal>> {
        let row = self.read()?.peek::<RecoveryRow>(&case)?;
        let wallet = row.map_or(Id::ZERO, |row| row.wallet);
        self.attempted((wallet, command, case), actor, judged)
    }

    /// Decides a case, by the member of staff who reviews it. If it is approved, a link to set a
    /// new payment password goes to the customer's address; staff never see it.
    ///
    /// If its scans were shown for another person too ([`Wallets::same_scans`]), approval takes two
    /// members of staff. The reviewer's approval is refused with `second_person_must_agree` and
    /// remembered: the case is [`RecoveryState::AWAITS_SECOND`]. The reviewer who approves again
    /// gets the same answer and changes nothing. The member of staff who opened the case is refused
    /// with `reviewer_must_be_another`, and so is a name that only looks like another one. When a
    /// third member of staff approves, it is done.
    ///
    /// While a new e-mail address cools down, approval is refused with `change_is_under_way` until
    /// then: no link goes to an address that may be a thief's.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn decide_recovery(
        &self,
        case: Id,
        decision: RecoveryDecision,
        actor: &Actor,
    ) -> Result<Result<(), Refusal>> {
        let command = match decision {
            RecoveryDecision::Approve => Command::APPROVE_RECOVERY,
            RecoveryDecision::Refuse => Command::REFUSE_RECOVERY,
        };
        let decided = self.transact(case, |reading| {
            if let Err(refusal) = self.admit_staff(reading, command, actor)? {
                return Ok(refusal.into());
            }
            let now = reading.now();
            let Some(row) = reading.get::<RecoveryRow>(&case)? else {
                return Ok(Refusal::of(WalletStatus::CASE_NOT_FOUND).into());
            };
            let before = row.state();
            if recovery::is_repeated(&row, decision, actor) {
                return Ok(Refusal::of(WalletStatus::SECOND_PERSON_MUST_AGREE).into());
            }
            let found = row.clone();
            let mut decided = match recovery::decide(row, decision, actor, now) {
                Ok(decided) => decided,
                Err(refusal) => return Ok(refusal.into()),
            };
            if decision == RecoveryDecision::Approve
                && !self.same_scans_of(reading, &found.evidence, found.person)?.is_empty()
                && let Some(first) = recovery::awaits_another(&found, actor, now)
            {
                let entry = AuditEntry::new(first.wallet, command, actor, now).about(case);
                let detail = from_to("case", before, first.state());
                if let Err(refusal) = self.admit_with(reading, StaffRoles::REVIEWER, actor)? {
                    return Ok(refusal.into());
                }
                let mut changes = WriteSet::of(entry.detail(detail));
                changes.put(&case, &first);
                return Ok(Decision::refused(changes, WalletStatus::SECOND_PERSON_MUST_AGREE));
            }
            let (person, wallet) = (decided.person, decided.wallet);
            let approved = decision == RecoveryDecision::Approve;
            if approved
                && let Err(refusal) = self.admit_with(reading, StaffRoles::APPROVER, actor)?
            {
                return Ok(refusal.into());
            }
            let owner = if approved {
                self.person_with_whole_key(reading, person)?.map(Some)
            } else {
                self.person_row(reading, person)?.map(|_| None)
            };
            let owner = match owner {
                Ok(owner) => owner,
                Err(refusal) => return Ok(refusal.into()),
            };
            if approved && let Some(until) = self.address_cools_down(reading, person)? {
                return Ok(Refusal::until(WalletStatus::CHANGE_IS_UNDER_WAY, until).into());
            }
            let entry = AuditEntry::new(wallet, command, actor, now).about(case);
            let detail = from_to("case", before, decided.state());
            let mut changes = WriteSet::of(entry.detail(detail));
            changes.delete::<Agenda>(&agenda_key(case, &decided));
            if let Some((owner, key)) = owner {
                let email = self.email_of(person, &owner, &key)?;
                let token = Token::new(random()?);
                decided.token = token.hash();
                let address = key.mac(person, Field::ADDRESS, email.normal.as_bytes());
                let expires_at = now.plus_seconds(self.identity().recovery.link_seconds);
                let row = TokenRow { person, wallet, case, address, expires_at };
                changes.put(&token_key(decided.token), &row);
                let (kind, channel) = (LetterKind::RESET_PAYMENT_PASSWORD, Channel::EMAIL);
                let (about, secret) = (case, token.to_text());
                let address = &*email.letters_to;
                let draft = Draft { kind, channel, about, address, secret: &secret };
                self.write_letter(&mut changes, (person, &key), &draft, now)?;
            } else {
                let told = (LetterKind::RECOVERY_REFUSED, case);
                self.tell_with_or_without_key(reading, &mut changes, person, told)?;
            }
            changes.put(&case, &decided);
            Ok(Decision::done(changes, ()))
        })?;
        self.attempted_on_recovery(case, command, actor, decided)
    }

    /// Sets a new payment password by the token of the link. Failures are forgotten, locks end, and
    /// lower limits apply for a while. The customer is told by every channel.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn reset_payment_password(&self, token: &str, new: &str) -> Result<Result<(), Refusal>> {
        let invalid = Ok(Err(Refusal::of(WalletStatus::TOKEN_MUST_BE_VALID)));
        let Some(token) = Token::from_text(token) else { return invalid };
        let at = token_key(token.hash());
        let reading = self.read()?;
        let found = registration::token(reading.peek::<TokenRow>(&at)?, reading.now());
        let Ok(found) = found else { return invalid };
        let owner = self.person_with_whole_key(&mut self.read()?, found.person)?;
        if let Err(refusal) = owner
            && refusal.status == WalletStatus::DATA_IS_DAMAGED
        {
            return Ok(Err(refusal));
        }
        let new = PasswordText::new(new);
        let compared = match self.may_set_payment_password(found.wallet, &new, true)? {
            Ok(compared) => compared,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let hash = self.hashing()?.hash(&new)?;
        self.transact(found.wallet, |reading| {
            let now = reading.now();
            let refused = || Ok(Refusal::of(WalletStatus::TOKEN_MUST_BE_VALID).into());
            let Ok(token) = registration::token(reading.get::<TokenRow>(&at)?, now) else {
                return refused();
            };
            let (case, wallet) = (token.case, token.wallet);
            let (Some(row), Some(wallet_row)) =
                (reading.get::<RecoveryRow>(&case)?, reading.get::<WalletRow>(&wallet)?)
            else {
                return refused();
            };
            let latest = bool::from(row.token.ct_eq(&at.hash))
                && wallet_row.recovery == case
                && wallet_row.state != WalletState::Closed
                && self.address_is_still(reading, &token)?;
            let finished = recovery::finish(row, now);
            let (true, Ok(finished)) = (latest, finished) else { return refused() };
            let mut changes = WriteSet::default();
            let of = wallet_row.person;
            let judged = self.judge_compared_login(reading, &mut changes, of, compared)?;
            if let Err(refusal) = judged {
                return Ok(Decision::refused(changes, refusal));
            }
            // This case ends by being done, any other one that it stands for by being stopped.
            let wallet_row = WalletRow { recovery: Id::ZERO, ..wallet_row };
            let set = (Command::RESET_PAYMENT_PASSWORD, hash.as_str());
            self.put_payment_password(reading, &mut changes, (wallet, &wallet_row), set)?;
            let cooldown = self.identity().recovery.cooldown_seconds;
            let cooldown_until = now.plus_seconds(cooldown);
            let wallet_row = WalletRow { cooldown_until, ..wallet_row };
            changes.put(&wallet, &wallet_row);
            changes.put(&case, &finished);
            changes.delete::<TokenRow>(&at);
            Ok(Decision::done(changes, ()))
        })
    }

    /// Stops a recovery that is under way, for the customer whom the host has authenticated, or for
    /// a member of staff. No new password is set, and the link of an approved recovery is no longer
    /// good. The customer is told by every channel. Sent again, it changes nothing.
    ///
    /// Refused: `case_not_found`, `case_must_be_at_this_step` if it was refused or is done;
    /// `actor_must_be_named`, `reason_must_be_given`.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn stop_recovery(&self, case: Id, actor: &Actor) -> Result<Result<(), Refusal>> {
        let stopped = self.transact(case, |reading| {
            if let Err(refusal) = self.admit(reading, Command::STOP_RECOVERY, actor)? {
                return Ok(refusal.into());
            }
            let Some(row) = reading.get::<RecoveryRow>(&case)? else {
                return Ok(Refusal::of(WalletStatus::CASE_NOT_FOUND).into());
            };
            let (person, wallet) = (row.person, row.wallet);
            if row.state() == RecoveryState::STOPPED {
                return Ok(Decision::done(WriteSet::default(), ()));
            }
            let Some(wallet_row) = reading.get::<WalletRow>(&wallet)? else {
                return Ok(Refusal::of(WalletStatus::WALLET_NOT_FOUND).into());
            };
            if let Err(refusal) = recovery::stop(row, reading.now()) {
                return Ok(refusal.into());
            }
            if let Err(refusal) = self.person_row(reading, person)? {
                return Ok(refusal.into());
            }
            let mut changes = WriteSet::default();
            self.end_recovery(reading, &mut changes, case, (wallet, &wallet_row), actor)?;
            let told = (LetterKind::RECOVERY_STOPPED, case);
            self.tell_with_or_without_key(reading, &mut changes, person, told)?;
            Ok(Decision::done(changes, ()))
        })?;
        self.attempted_on_recovery(case, Command::STOP_RECOVERY, actor, stopped)
    }

    /// Stops the recovery of a wallet, if one is under way: its link is no longer good.
    pub(super) fn end_recovery(
        &self,
        reading: &mut ReadTransaction,
        changes: &mut WriteSet,
        case: Id,
        (wallet, row): (Id, &WalletRow),
        actor: &Actor,
    ) -> Result<()> {
        let now = reading.now();
        let Some(found) = reading.get::<RecoveryRow>(&case)? else { return Ok(()) };
        let (place, token) = (agenda_key(case, &found), token_key(found.token));
        let before = found.state();
        let Ok(stopped) = recovery::stop(found, now) else { return Ok(()) };
        reading.get::<Agenda>(&place)?;
        changes.delete::<Agenda>(&place);
        reading.get::<TokenRow>(&token)?;
        changes.delete::<TokenRow>(&token);
        changes.put(&case, &stopped);
        if row.recovery == case {
            changes.put(&wallet, &WalletRow { recovery: Id::ZERO, ..row.clone() });
        }
        let entry = AuditEntry::new(wallet, Command::STOP_RECOVERY, actor, now).about(case);
        changes.audit.push(entry.detail(from_to("case", before, stopped.state())));
        Ok(())
    }

    /// Whether the person still has the address that a token was sent to.
    fn address_is_still(&self, reading: &mut ReadTransaction, token: &TokenRow) -> Result<bool> {
        let Ok((row, key)) = self.person(reading, token.person)? else { return Ok(false) };
        let email = self.email_of(token.person, &row, &key)?;
        let mac = key.mac(token.person, Field::ADDRESS, email.normal.as_bytes());
        Ok(mac.ct_eq(&token.address).into())
    }

    /// For a wallet whose owner is erased: takes its case off the agenda, and ends its link.
    pub(super) fn forget_recovery(
        &self,
        reading: &mut ReadTransaction,
        changes: &mut WriteSet,
        wallet: Id,
    ) -> Result<()> {
        let case = reading.get::<WalletRow>(&wallet)?.map_or(Id::ZERO, |row| row.recovery);
        if let Some(row) = reading.get::<RecoveryRow>(&case)? {
            changes.delete::<Agenda>(&agenda_key(case, &row));
            changes.delete::<TokenRow>(&token_key(row.token));
        }
        Ok(())
    }

    /// A case as staff see it; `None` if there is none.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn recovery_case(&self, case: Id) -> Result<Option<RecoveryCase>> {
        let row = self.read()?.peek::<RecoveryRow>(&case)?;
        Ok(row.map(|row| row.case(case)))
    }

    /// The evidence of a case, with the host's references, for a member of staff. The references
    /// are empty if the person's key is damaged: kinds and hashes are there.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn recovery_evidence(&self, case: Id) -> Result<Result<Vec<StoredEvidence>, Refusal>> {
        let mut reading = self.read()?;
        let Some(row) = reading.get::<RecoveryRow>(&case)? else {
            return Ok(Err(WalletStatus::CASE_NOT_FOUND.into()));
        };
        let person = match self.person_row(&mut reading, row.person)? {
            Ok(person) => person,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let key = self.key_if_whole(row.person, &person)?;
        let open = |piece| StoredEvidence::open(case, piece, key.as_ref());
        row.evidence.iter().map(open).collect::<Result<_>>().map(Ok)
    }

    /// The cases that wait for staff, oldest first, up to `limit`.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn open_recoveries(&self, limit: usize) -> Result<Vec<RecoveryCase>> {
        self.open_recoveries_after(None, limit)
    }

    /// The same, from after a case that was given before.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn open_recoveries_after(
        &self,
        after: Option<&RecoveryCase>,
        limit: usize,
    ) -> Result<Vec<RecoveryCase>> {
        let reading = self.read()?;
        let list = AgendaList::RECOVERIES;
        let after =
            after.map(|case| AgendaKey { list, due: case.opened_at, about: case.case }.bytes());
        let mut cases = Vec::new();
        for entry in reading.scan::<Agenda>(&[list.number()], after.as_deref()).take(limit) {
            let case = entry?.0.about;
            cases.extend(reading.peek::<RecoveryRow>(&case)?.map(|row| row.case(case)));
        }
        Ok(cases)
    }

    /// Failures of the wallet's payment password from unknown devices since it last matched on one,
    /// and when the lock ends; for support. `None` if there is no password. Those from known
    /// devices are given by [`Wallets::known_device`].
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn payment_password_failures(&self, wallet: Id) -> Result<Option<(u32, Timestamp)>> {
        let at = CredentialKey::payment(wallet);
        let row = self.read()?.peek::<CredentialRow>(&at)?;
        Ok(row.map(|mut row| {
            let throttle = *row.throttle(self.device);
            let forever = throttle.is_hard_locked;
            let until = if forever { Timestamp::MAX } else { throttle.locked_until };
            (throttle.failures, until)
        }))
    }
}

fn token_key(hash: [u8; 32]) -> TokenKey {
    TokenKey { purpose: TokenPurpose::RESET_PAYMENT_PASSWORD, hash }
}

fn agenda_key(case: Id, row: &RecoveryRow) -> AgendaKey {
    AgendaKey { list: AgendaList::RECOVERIES, due: row.opened_at, about: case }
}
