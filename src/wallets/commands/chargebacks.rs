//! Chargebacks, as the processor reports them: notified, taken, represented, decided.
//!
//! Each report is one chain, and is answered alike when it is made again. Where their money comes
//! from and goes to is in `chargeback_money`.

use super::Wallets;
use super::chargeback_money::Money;
use super::transaction::ReadTransaction;
use crate::model::{Amount, Id, Timestamp};
use crate::store::Result;
use crate::wallets::rules::audit::{Actor, AuditEntry, Command, from_to};
use crate::wallets::rules::card_payment::check_external;
use crate::wallets::rules::chargeback::{
    ChargebackReferenceKey, ChargebackReferenceRow, ChargebackRow, check_evidence, check_notice,
    units,
};
use crate::wallets::rules::rows::{Agenda, AgendaKey, AgendaList, RowKey, WalletRow};
use crate::wallets::rules::{ChargebackState, Decision, Refusal, WalletStatus, WriteSet};

/// A processor's report that a cardholder contests a payment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChargebackNotice {
    /// The host's id of it, which makes the report idempotent.
    pub id: Id,
    /// The payment that is contested. If its money lies in suspense, or lay there, the item.
    pub payment: Id,
    /// The processor's own name for it: 1 to 255 bytes. The same name twice is one chargeback, for
    /// ever. With several processors, begin it with the name of the processor.
    pub reference: String,
    /// What is contested, which may be more than the payment.
    pub amount: Amount,
    /// The reason code of the card network: 1 to 32 letters, digits, `.`, `_` and `-`.
    pub reason: String,
    /// Until when it must be answered; [`Timestamp::NONE`] if the processor does not say.
    pub answer_by: Timestamp,
    /// The account by which the money leaves: external, and of the payment's ledger.
    pub external: Id,
}

/// A chargeback.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Chargeback {
    /// The host's id of it.
    pub id: Id,
    /// The payment that is contested, or the item in suspense, as it was reported.
    pub payment: Id,
    /// The wallet that paid, or the buyer who has none.
    pub wallet: Id,
    /// The processor's name for it.
    pub reference: String,
    /// The reason code of the card network.
    pub reason: String,
    /// The host's name for the evidence that it was answered with; empty before.
    pub evidence: String,
    /// What is contested.
    pub amount: Amount,
    /// What of that the payment had left when it was reported: not refunded to wallet or card, and
    /// not taken by another chargeback. What is above that falls on the loss account.
    pub of_payment: Amount,
    /// What is gone for good; zero before it is decided.
    pub lost: Amount,
    /// What the processor took, while no loss account could bear it: it is not in the books.
    pub due: Amount,
    /// Of which ledger.
    pub ledger: u32,
    /// Where it is.
    pub state: ChargebackState,
    /// Until when it must be answered; [`Timestamp::NONE`] if the processor does not say.
    pub answer_by: Timestamp,
    /// When it was reported.
    pub notified_at: Timestamp,
    /// When the processor took the money; [`Timestamp::NONE`] before.
    pub taken_at: Timestamp,
    /// When it last changed.
    pub changed_at: Timestamp,
}

impl Wallets {
    /// A cardholder contests a payment. From now on none of it is refunded, by name, and its hold
    /// is disputed: no time releases or refunds it. Sent again, with the same id or the same
    /// reference, it changes nothing and is answered with what is known by now. The host acts, or a
    /// member of staff.
    ///
    /// At most what the payment has left counts against it; what is contested above that, because
    /// it was refunded meanwhile or never paid, will fall on the loss account alone. Nothing of it
    /// ever comes out of a wallet. A refund that the processor is carrying out counts as refunded:
    /// if it fails, see [`Wallets::card_refund_failed`].
    ///
    /// Refused: `card_payment_not_found`; `charge_must_be_reported` if the payment is not paid:
    /// report the charge, and if that lies in suspense, name the item; `chargeback_exists` if the
    /// id is that of another one; `chargeback_is_of_another_payment` and
    /// `chargeback_has_another_amount` if the reference was reported so before, which stands in the
    /// trail then; `external_account_must_fit`; `id_must_be_valid`, `amount_must_be_valid`,
    /// `text_must_be_valid`, `text_must_not_hold_a_card_number`; `too_many`;
    /// `actor_must_be_named`, `reason_must_be_given`.
    ///
    /// # Errors
    /// As [`Wallets::pay`].
    pub fn chargeback_notified(
        &self,
        notice: &ChargebackNotice,
        actor: &Actor,
    ) -> Result<Result<Chargeback, Refusal>> {
        let report =
            || self.transact(notice.payment, |reading| self.judge_notice(reading, notice, actor));
        let judged = match report()? {
            // A deadline settled the hold meanwhile: there is nothing to stop any more.
            Err(refusal) if refusal.status == WalletStatus::REFUSED_BY_LEDGER => report()?,
            other => other,
        };
        self.attempted((notice.id, Command::CHARGEBACK_NOTIFIED, notice.payment), actor, judged)
    }

    fn judge_notice(
        &self,
        reading: &mut ReadTransaction,
        notice: &ChargebackNotice,
        actor: &Actor,
    ) -> Result<Decision<Chargeback>> {
        let texts = (notice.reference.as_str(), notice.reason.as_str());
        let admitted = self.admit_host(reading, Command::CHARGEBACK_NOTIFIED, actor)?;
        let checked = admitted.and_then(|()| check_notice(notice.id, texts, notice.amount));
        if let Err(refusal) = checked {
            return Ok(refusal.into());
        }
        let place = ChargebackReferenceKey::of(&notice.reference);
        if let Some(known) = reading.get::<ChargebackRow>(&notice.id)? {
            if known.reference != notice.reference {
                return Ok(Refusal::of(WalletStatus::CHARGEBACK_EXISTS).into());
            }
            return known.again(reading, notice.id, notice, actor);
        }
        if let Some(of) = reading.get::<ChargebackReferenceRow>(&place)? {
            let known = reading.get::<ChargebackRow>(&of.chargeback)?;
            return match known {
                Some(known) => known.again(reading, of.chargeback, notice, actor),
                None => Ok(Refusal::of(WalletStatus::CHARGEBACK_NOT_FOUND).into()),
            };
        }
        let mut money = match Money::contested(reading, notice.payment)? {
            Ok(money) => money,
            Err(refusal) => return Ok(refusal.into()),
        };
        let (ledger, now) = (money.ledger(), reading.now());
        // Who closes a wallet looks for chargebacks of it.
        reading.get::<WalletRow>(&money.subject())?;
        let external = reading.snapshot().account(notice.external)?;
        let of_payment = notice.amount.minor_units().min(money.left());
        let judged = check_external(external.as_ref(), ledger)
            .and_then(|()| money.contest_mut().open(notice.id, of_payment));
        if let Err(refusal) = judged {
            return Ok(refusal.into());
        }
        let row = ChargebackRow {
            payment: notice.payment,
            money: money.id(),
            subject: money.subject(),
            reference: notice.reference.clone(),
            reason: notice.reason.clone(),
            evidence: String::new(),
            amount: notice.amount.minor_units(),
            of_payment,
            lost: 0,
            ledger,
            external: notice.external,
            state: ChargebackState::NOTIFIED.number(),
            answer_by: notice.answer_by,
            notified_at: now,
            changed_at: now,
            taken_at: Timestamp::NONE,
            fronted: 0,
            loss: Id::ZERO,
            due: 0,
        };
        let entry = AuditEntry::new(row.subject, Command::CHARGEBACK_NOTIFIED, actor, now);
        let (amount, left) =
            (reading.money(ledger, notice.amount)?, reading.money(ledger, units(of_payment))?);
        let detail = from_to("chargeback", "none", row.state());
        let (of, reason) = (row.payment, &row.reason);
        let detail = format!("{detail}; {amount} of payment {of}, which has {left}: {reason}");
        let mut changes = WriteSet::of(entry.about(notice.id).detail(detail));
        money.stop(reading, &mut changes)?;
        money.put(&mut changes);
        changes.put(&place, &ChargebackReferenceRow { chargeback: notice.id });
        row.put(&mut changes, notice.id);
        Ok(Decision::done(changes, row.view(notice.id)))
    }

    /// The processor has taken the money of a chargeback: it leaves by the external account. The
    /// loss account of the ledger bears it until the chargeback is decided; where there is none, or
    /// it cannot pay, the money is [due](Chargeback::due), which [`Wallets::upkeep`] books when one
    /// can. Sent again, it changes nothing.
    ///
    /// Refused: `chargeback_not_found`; `chargeback_is_decided`; `refused_by_ledger` if the
    /// external account is frozen or closed; `actor_must_be_named`, `reason_must_be_given`.
    ///
    /// # Errors
    /// As [`Wallets::pay`].
    pub fn chargeback_taken(
        &self,
        chargeback: Id,
        actor: &Actor,
    ) -> Result<Result<Chargeback, Refusal>> {
        let command = Command::CHARGEBACK_TAKEN;
        self.change_chargeback(chargeback, command, actor, |reading, changes, row| {
            if row.is_taken() {
                return Ok(Ok(false));
            }
            let loss = self.loss_account(reading, row.ledger, row.amount())?;
            Ok(row.take(loss, reading.now()).map(|flow| {
                row.move_money(changes, flow);
                true
            }))
        })
    }

    /// A chargeback was answered with evidence, which the host keeps under this name: 1 to 255
    /// bytes. Another name adds to what was sent before; the same one again changes nothing.
    ///
    /// Refused: `chargeback_not_found`; `chargeback_is_decided`; `text_must_be_valid`,
    /// `text_must_not_hold_a_card_number`; `actor_must_be_named`, `reason_must_be_given`.
    ///
    /// # Errors
    /// As [`Wallets::pay`].
    pub fn chargeback_represented(
        &self,
        chargeback: Id,
        evidence: &str,
        actor: &Actor,
    ) -> Result<Result<Chargeback, Refusal>> {
        let command = Command::CHARGEBACK_REPRESENTED;
        // What looks like the number of a card is called that, whatever else is wrong.
        if let Err(refusal) = check_evidence(evidence) {
            return self.attempted((chargeback, command, chargeback), actor, Err(refusal));
        }
        self.change_chargeback(chargeback, command, actor, |reading, _, row| {
            if row.evidence == evidence {
                return Ok(Ok(false));
            }
            Ok(row.represent(evidence, reading.now()).map(|()| true))
        })
    }

    /// A chargeback is decided: `lost` is gone for good, nothing of it if it is won, all of it if
    /// it is lost. What the processor had taken beyond that comes back to the loss account; what is
    /// gone comes out of what a deadline refunded and nobody has passed on, then out of escrow, as
    /// far as the payment bears it; the loss account bears the rest. When none of the payment's
    /// chargebacks is open any more, what is left in escrow goes on as before. Sent again, it
    /// changes nothing.
    ///
    /// Without a loss account the money leaves the payment by the external account at once, and
    /// what the payment cannot bear is [due](Chargeback::due).
    ///
    /// Refused: `chargeback_not_found`; `exceeds_chargeback`; `chargeback_is_decided` if it was
    /// decided otherwise; `refused_by_ledger` while an account that is concerned is frozen, or if
    /// there is no loss account and the charge is archived; `actor_must_be_named`,
    /// `reason_must_be_given`.
    ///
    /// # Errors
    /// As [`Wallets::pay`].
    pub fn chargeback_decided(
        &self,
        chargeback: Id,
        lost: Amount,
        actor: &Actor,
    ) -> Result<Result<Chargeback, Refusal>> {
        let (command, lost) = (Command::CHARGEBACK_DECIDED, lost.minor_units());
        self.change_chargeback(chargeback, command, actor, |reading, changes, row| {
            if row.state().is_decided() && row.lost == lost {
                return Ok(Ok(false));
            }
            let loss = self.loss_account(reading, row.ledger, units(lost))?;
            let flow = match row.decide(lost, loss, reading.now()) {
                Ok(flow) => flow,
                Err(refusal) => return Ok(Err(refusal)),
            };
            row.move_money(changes, flow);
            match Money::contested_by(reading, row.money)? {
                Some(mut money) => {
                    money.settle(reading, changes, row)?;
                    money.put(changes);
                }
                None => return Ok(Err(Refusal::of(WalletStatus::CARD_PAYMENT_NOT_FOUND))),
            }
            Ok(Ok(true))
        })
    }

    /// Changes a chargeback by a rule, which says whether anything changed.
    fn change_chargeback(
        &self,
        id: Id,
        command: Command,
        actor: &Actor,
        rule: impl Fn(
            &mut ReadTransaction,
            &mut WriteSet,
            &mut ChargebackRow,
        ) -> Result<Result<bool, Refusal>>,
    ) -> Result<Result<Chargeback, Refusal>> {
        let judged = self.transact(id, |reading| {
            if let Err(refusal) = self.admit_host(reading, command, actor)? {
                return Ok(refusal.into());
            }
            let Some(before) = reading.get::<ChargebackRow>(&id)? else {
                return Ok(Refusal::of(WalletStatus::CHARGEBACK_NOT_FOUND).into());
            };
            let (mut row, mut changes) = (before.clone(), WriteSet::default());
            match rule(reading, &mut changes, &mut row)? {
                Ok(true) => (),
                Ok(false) => return Ok(Decision::done(WriteSet::default(), before.view(id))),
                Err(refusal) => return Ok(refusal.into()),
            }
            let entry = AuditEntry::new(row.subject, command, actor, reading.now());
            let mut detail = from_to("chargeback", before.state(), row.state());
            for (minor_units, what) in [(row.lost, "lost"), (row.due, "due")] {
                if minor_units > 0 {
                    let money = reading.money(row.ledger, units(minor_units))?;
                    detail = format!("{detail}; {money} {what}");
                }
            }
            changes.audit.push(entry.about(id).detail(detail));
            before.take_off(reading, &mut changes, id)?;
            row.put(&mut changes, id);
            Ok(Decision::done(changes, row.view(id)))
        })?;
        let subject = self.read()?.peek::<ChargebackRow>(&id)?.map_or(id, |row| row.subject);
        self.attempted((subject, command, id), actor, judged)
    }

    /// Books what chargebacks took while no loss account could bear it; gives how many.
    pub(super) fn book_chargebacks(&self, limit: usize) -> Result<usize> {
        let due = self.due(&mut self.read()?, AgendaList::CHARGEBACKS_DUE, limit)?;
        let mut count = 0usize;
        for (key, _) in due {
            let id = key.about;
            let booked = self.transact(id, |reading| {
                let nothing = Decision::done(WriteSet::default(), false);
                let Some(before) = reading.get::<ChargebackRow>(&id)? else { return Ok(nothing) };
                let loss = self.loss_account(reading, before.ledger, units(before.due))?;
                let mut row = before.clone();
                let flow = row.book(loss);
                if flow.out == 0 {
                    return Ok(nothing);
                }
                let (command, now) = (Command::BOOK_CHARGEBACK, reading.now());
                let entry = AuditEntry::new(row.subject, command, &Actor::System, now);
                let (money, from) = (reading.money(row.ledger, units(flow.out))?, row.loss);
                let detail = format!("{money} from account {from}");
                let mut changes = WriteSet::of(entry.about(id).detail(detail));
                row.changed_at = now;
                row.move_money(&mut changes, flow);
                before.take_off(reading, &mut changes, id)?;
                row.put(&mut changes, id);
                Ok(Decision::done(changes, true))
            })?;
            // The ledger refuses while an account is frozen: later.
            count = count.saturating_add(usize::from(booked == Ok(true)));
        }
        Ok(count)
    }

    /// A chargeback, open or decided; `None` if there is none of this id.
    ///
    /// # Errors
    /// [`Error::Corrupt`](crate::Error::Corrupt), [`Error::Io`](crate::Error::Io).
    pub fn chargeback(&self, chargeback: Id) -> Result<Option<Chargeback>> {
        let row = self.read()?.peek::<ChargebackRow>(&chargeback)?;
        Ok(row.map(|row| row.view(chargeback)))
    }

    /// Chargebacks that are open, or whose money is [due](Chargeback::due): those after `after`, at
    /// most `limit`. The one that must be answered first comes first; one that the processor set no
    /// deadline stands where it was reported.
    ///
    /// # Errors
    /// As [`Wallets::chargeback`].
    pub fn open_chargebacks(
        &self,
        after: Option<&Chargeback>,
        limit: usize,
    ) -> Result<Vec<Chargeback>> {
        let (reading, list) = (self.read()?, AgendaList::CHARGEBACKS);
        let after = after.map(|one| {
            let due = if one.answer_by.is_none() { one.notified_at } else { one.answer_by };
            AgendaKey { list, due, about: one.id }.bytes()
        });
        let mut found = Vec::new();
        for entry in reading.scan::<Agenda>(&[list.number()], after.as_deref()).take(limit) {
            let id = entry?.0.about;
            found.extend(reading.peek::<ChargebackRow>(&id)?.map(|row| row.view(id)));
        }
        Ok(found)
    }

    /// All chargebacks of a payment, or of an item in suspense, oldest first.
    ///
    /// # Errors
    /// As [`Wallets::chargeback`].
    pub fn chargebacks_of(&self, payment: Id) -> Result<Vec<Chargeback>> {
        let mut reading = self.read()?;
        let Some(money) = Money::contested_by(&mut reading, payment)? else {
            return Ok(Vec::new());
        };
        let mut found = Vec::new();
        for id in &money.contest().chargebacks {
            found.extend(reading.peek::<ChargebackRow>(id)?.map(|row| row.view(*id)));
        }
        Ok(found)
    }
}

impl ChargebackRow {
    /// Writes it, and lists it as it is to be.
    fn put(&self, changes: &mut WriteSet, id: Id) {
        changes.put(&id, self);
        for (key, is_listed) in self.places(id) {
            if is_listed {
                changes.put(&key, &Agenda::of(self.subject));
            }
        }
    }

    /// Takes it off the lists on which it stands.
    fn take_off(
        &self,
        reading: &mut ReadTransaction,
        changes: &mut WriteSet,
        id: Id,
    ) -> Result<()> {
        for (key, is_listed) in self.places(id) {
            if is_listed {
                reading.get::<Agenda>(&key)?;
                changes.delete::<Agenda>(&key);
            }
        }
        Ok(())
    }

    /// The lists, and whether it stands on them.
    fn places(&self, about: Id) -> [(AgendaKey, bool); 2] {
        let key = |list, due| AgendaKey { list, due, about };
        [
            (key(AgendaList::CHARGEBACKS, self.listed_at()), self.is_listed()),
            (key(AgendaList::CHARGEBACKS_DUE, self.notified_at), self.due > 0),
        ]
    }

    /// Answers a report that was made before; one that differs is remembered, for money may have
    /// moved.
    fn again(
        &self,
        reading: &ReadTransaction,
        id: Id,
        notice: &ChargebackNotice,
        actor: &Actor,
    ) -> Result<Decision<Chargeback>> {
        let status = if self.payment != notice.payment {
            WalletStatus::CHARGEBACK_IS_OF_ANOTHER_PAYMENT
        } else if self.amount != notice.amount.minor_units() {
            WalletStatus::CHARGEBACK_HAS_ANOTHER_AMOUNT
        } else {
            return Ok(Decision::done(WriteSet::default(), self.view(id)));
        };
        let (amount, of) = (reading.money(self.ledger, notice.amount)?, notice.payment);
        let detail = format!("{amount} of payment {of}: {status}");
        let (command, now) = (Command::REFUSE_CHARGEBACK, reading.now());
        let entry = AuditEntry::new(self.subject, command, actor, now).about(id);
        Ok(Decision::refused(WriteSet::of(entry.detail(detail)), status))
    }

    fn view(&self, id: Id) -> Chargeback {
        Chargeback {
            id,
            payment: self.payment,
            wallet: self.subject,
            reference: self.reference.clone(),
            reason: self.reason.clone(),
            evidence: self.evidence.clone(),
            amount: self.amount(),
            of_payment: units(self.of_payment),
            lost: units(self.lost),
            due: units(self.due),
            ledger: self.ledger,
            state: self.state(),
            answer_by: self.answer_by,
            notified_at: self.notified_at,
            taken_at: self.taken_at,
            changed_at: self.changed_at,
        }
    }
}
