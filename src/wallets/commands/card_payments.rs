//! Paying by card: the instruction to charge it, and the processor's report.
//!
//! The money of a card comes in from an external account, passes through the buyer's purchase
//! account and lies in escrow for the payee, in one chain. Money that comes late, twice or in
//! another amount than expected goes to a suspense account: see `suspense`. The way back is in
//! `card_refunds`.

use super::Wallets;
use super::cards::open_reference;
use super::passed_on_refunds::watch;
use super::payments::{Payment, is_taken};
use super::transaction::ReadTransaction;
use crate::model::{Amount, Id, Operation, Timestamp};
use crate::store::{Error, Result};
use crate::wallets::rules::audit::{Actor, AuditEntry, Command, from_to};
use crate::wallets::rules::card_payment::{
    CardPaymentRow, ChargeKey, ChargeRow, ReferenceKey, ReferenceRow, check_accounts,
};
use crate::wallets::rules::cards::CardsRow;
use crate::wallets::rules::chargeback::Contested;
use crate::wallets::rules::limits::Counted;
use crate::wallets::rules::payment::{
    Payer, Purchase, Source, SpendingKey, SpendingRow, check_operation,
};
use crate::wallets::rules::purchase_account::{
    from_purchase_account, is_purchase_account, purchase_account,
};
use crate::wallets::rules::refusal::refuse_if;
use crate::wallets::rules::rows::{
    AccountRow, Agenda, AgendaKey, AgendaList, Upgrade, UpgradeRow, WalletRow, WalletState,
};
use crate::wallets::rules::suspense::SuspenseRow;
use crate::wallets::rules::text_guard::holds_card_number;
use crate::wallets::rules::{
    CardPaymentState, CardReference, Decision, Refusal, SuspenseReason, WalletStatus, WriteSet,
};

/// The changes that count a payment, or why it may not be made.
type Spent = Result<Result<WriteSet, Refusal>>;

/// Bytes of a processor's reference.
const REFERENCE_BYTES_MAX: usize = 255;

/// What the host asks the processor for: charge this card.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct ChargeInstruction {
    /// The payment: use it as the processor's idempotency key.
    pub payment: Id,
    /// The card, with its token.
    pub card: CardReference,
    /// How much.
    pub amount: Amount,
    /// Of which ledger.
    pub ledger: u32,
}

/// A processor's report that a card was charged.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CardCharge {
    /// The payment that it was charged for.
    pub payment: Id,
    /// The processor's own name for this charge: 1 to 255 bytes. The same name twice is one charge,
    /// and it belongs to one payment for ever. With several processors, begin it with the name of
    /// the processor.
    pub reference: String,
    /// What was charged.
    pub amount: Amount,
    /// The account that card money comes from: external, and of the payment's ledger.
    pub external: Id,
    /// The account for money that cannot be booked: of the payment's ledger, neither external nor a
    /// wallet's.
    pub suspense: Id,
}

/// What became of the money of a card.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum ChargeResult {
    /// It paid the order: the hold or transfer is placed.
    Paid,
    /// It lies in suspense: the item, and why.
    InSuspense(Id, SuspenseReason),
}

impl Wallets {
    /// Begins a payment by bound card: uses up an authorisation that was made for the card, counts
    /// the payment, and tells the host what to charge. No money moves until
    /// [`Wallets::card_charged`]. Sent again while the card is being charged, it gives the same
    /// instruction, if wallet and card may still pay.
    ///
    /// The operation is one from the wallet's account, or from none: in its place stands the
    /// purchase account of the wallet's owner ([`Wallets::purchase_account`]), through which the
    /// money of all her cards passes, and which is opened by her first payment.
    ///
    /// Refused as [`Wallets::pay`], and `card_not_found`, `card_must_be_active`,
    /// `card_has_expired`, `card_payment_exists`; `card_payment_must_be_at_this_step` if it was
    /// charged or has failed; `order_is_paid` if money in suspense has paid its order since it
    /// began. The payee is never a wallet.
    ///
    /// # Errors
    /// As [`Wallets::pay`].
    pub fn begin_card_payment(
        &self,
        payment: &Payment,
        card: Id,
    ) -> Result<Result<ChargeInstruction, Refusal>> {
        let wallet = self.read()?.peek::<WalletRow>(&payment.wallet)?;
        let buyer = wallet.map_or(Id::ZERO, |row| row.person);
        let through = (buyer, payment.operation.ledger);
        self.transact_from_purchase_account(payment.wallet, through, |reading| {
            self.judge_card_payment(reading, payment, card)
        })
    }

    pub(super) fn judge_card_payment(
        &self,
        reading: &mut ReadTransaction,
        payment: &Payment,
        card: Id,
    ) -> Result<Decision<ChargeInstruction>> {
        self.judge_card_payment_by(reading, payment, card, |reading, wallet, card| {
            let used = match payment.authorisation {
                Some(id) => Some((id, self.times_set(reading, payment.wallet)?)),
                None => None,
            };
            self.spend(reading, wallet, &payment.purchase(), Source::Card(card), used)
        })
    }

    /// The same; `spend` gives the changes that count the payment and use its authorisation up.
    pub(super) fn judge_card_payment_by(
        &self,
        reading: &mut ReadTransaction,
        payment: &Payment,
        card: Id,
        spend: impl FnOnce(&mut ReadTransaction, &WalletRow, Id) -> Spent,
    ) -> Result<Decision<ChargeInstruction>> {
        let (id, purchase, now) = (payment.operation.id, payment.purchase(), reading.now());
        // Who closes a wallet looks for cards that are being charged.
        let Some(wallet) = reading.get::<WalletRow>(&payment.wallet)? else {
            return Ok(Refusal::of(WalletStatus::WALLET_NOT_FOUND).into());
        };
        let cards = reading.get::<CardsRow>(&payment.wallet)?.unwrap_or_default();
        let known = reading.get::<CardPaymentRow>(&id)?;
        let through = purchase_account(wallet.person, purchase.ledger);
        let operation = from_purchase_account(&payment.operation, wallet.account, through);
        let operation = match operation {
            Ok(operation) => operation,
            Err(refusal) => return Ok(refusal.into()),
        };
        let row = CardPaymentRow::begin((wallet.person, &purchase), card, &operation, now);
        let found = may_charge(&wallet, known.as_ref(), &row, now).and_then(|()| {
            // A retry is about the card that it began with, whatever the default is by now.
            cards.active(known.as_ref().map_or(card, |known| known.card), now)
        });
        let found = match found {
            Ok(found) => found,
            Err(refusal) => return Ok(refusal.into()),
        };
        let (key, card) = (self.key_of(reading, wallet.person)?, found.id);
        let Some(reference) = open_reference(key.as_ref(), card, found.reference.as_ref())? else {
            return Ok(Refusal::of(WalletStatus::CARD_NOT_FOUND).into());
        };
        let (amount, ledger) = (purchase.amount, purchase.ledger);
        let instruction = ChargeInstruction { payment: id, card: reference, amount, ledger };
        if known.is_some() {
            return Ok(Decision::done(WriteSet::default(), instruction));
        }
        // Its money would lie in suspense: no hold can be placed by an id that is taken.
        if let Some(refusal) = is_taken(reading, id)? {
            return Ok(refusal.into());
        }
        let is_redemption = payment.order == payment.wallet;
        let checked = refuse_if(is_redemption, WalletStatus::AUTHORISATION_MUST_MATCH);
        let checked = checked.and(self.check_card_payment(reading, &operation, &purchase)?);
        if let Err(refusal) = checked {
            return Ok(refusal.into());
        }
        let place = SpendingKey { wallet: payment.wallet, ledger };
        let spending = reading.get::<SpendingRow>(&place)?.unwrap_or_default();
        let counted = spending.counters.counts_card(self.policy(), now);
        let row = CardPaymentRow { card, counted, ..row };
        let money = reading.money(ledger, amount)?;
        let spent = spend(reading, &wallet, card)?;
        Ok(spent
            .map(|mut changes| {
                let (command, actor) = (Command::BEGIN_CARD_PAYMENT, Actor::Customer);
                let entry = AuditEntry::new(payment.wallet, command, &actor, now);
                let detail = from_to("card payment", "none", row.state());
                let detail = format!("{detail}; {money} by card {card}");
                changes.audit.push(entry.about(id).detail(detail));
                changes.put(&id, &row);
                Decision::done(changes, instruction)
            })
            .into())
    }

    /// Refuses what cannot be paid by card, and a payee that cannot receive. `operation` is as the
    /// ledger is to carry it out.
    pub(super) fn check_card_payment(
        &self,
        reading: &ReadTransaction,
        operation: &Operation,
        purchase: &Purchase,
    ) -> Result<Result<(), Refusal>> {
        let terms = self.check_terms(reading, operation, purchase)?;
        Ok(terms.and(self.check_receiver(reading, purchase, operation.debit_account)?))
    }

    /// Refuses what cannot be paid by card: another operation than the purchase, a wallet or a
    /// purchase account that is paid.
    pub(super) fn check_terms(
        &self,
        reading: &ReadTransaction,
        operation: &Operation,
        purchase: &Purchase,
    ) -> Result<Result<(), Refusal>> {
        let payee = operation.credit_account;
        let is_wallets = reading.peek::<AccountRow>(&payee)?.is_some();
        let found = reading.snapshot().account(payee)?;
        let is_buyers = found.is_some_and(|account| is_purchase_account(&account));
        let payee = self.check_payee(reading, operation)?;
        Ok(check_operation(operation, operation.debit_account, purchase)
            .and_then(|()| {
                refuse_if(is_wallets || is_buyers, WalletStatus::PAYEE_MUST_NOT_BE_A_WALLET)
            })
            .and(payee))
    }

    /// Books the money of a card: it pays the order, or lands in suspense if it came late, twice,
    /// with another amount, if money in suspense paid the order since the payment began, or if the
    /// ledger refuses the payment. The same report again is answered alike, and books nothing.
    ///
    /// Refused: `card_payment_not_found`; `charge_is_of_another_payment` and
    /// `charge_has_another_amount` if the reference was reported so before, which stands in the
    /// trail then; `external_account_must_fit` and `suspense_account_must_fit`, whether or not the
    /// money would lie in suspense; `refused_by_ledger` if not even the suspense account takes it:
    /// report it again.
    ///
    /// # Errors
    /// As [`Wallets::pay`].
    pub fn card_charged(&self, charge: &CardCharge) -> Result<Result<ChargeResult, Refusal>> {
        let transfer = Id::new();
        let booked = self.transact(charge.payment, |reading| {
            self.judge_charge(reading, charge, transfer, None)
        })?;
        match booked {
            Err(refusal) if refusal.status == WalletStatus::REFUSED_BY_LEDGER => {
                let (transfer, reason) = (Id::new(), SuspenseReason::REFUSED_BY_LEDGER);
                self.transact(charge.payment, |reading| {
                    self.judge_charge(reading, charge, transfer, Some(reason))
                })
            }
            other => Ok(other),
        }
    }

    fn judge_charge(
        &self,
        reading: &mut ReadTransaction,
        charge: &CardCharge,
        transfer: Id,
        fallen: Option<SuspenseReason>,
    ) -> Result<Decision<ChargeResult>> {
        if let Err(refusal) = check_charge(charge) {
            return Ok(refusal.into());
        }
        let reference = *blake3::hash(charge.reference.as_bytes()).as_bytes();
        let key = ChargeKey { payment: charge.payment, reference };
        let Some(payment) = reading.get::<CardPaymentRow>(&charge.payment)? else {
            return Ok(Refusal::of(WalletStatus::CARD_PAYMENT_NOT_FOUND).into());
        };
        // A report that was booked is answered alike, also where an older version booked its
        // reference for two payments.
        if let Some(known) = reading.get::<ChargeRow>(&key)? {
            if known.amount != 0 && known.amount != charge.amount.minor_units() {
                let status = WalletStatus::CHARGE_HAS_ANOTHER_AMOUNT;
                return refused_charge(reading, &payment, charge, status);
            }
            return Ok(Decision::done(WriteSet::default(), known.result()));
        }
        let place = ReferenceKey(reference);
        if reading.get::<ReferenceRow>(&place)?.is_some() {
            let status = WalletStatus::CHARGE_IS_OF_ANOTHER_PAYMENT;
            return refused_charge(reading, &payment, charge, status);
        }
        let Some(wallet) = reading.get::<WalletRow>(&payment.wallet)? else {
            return Ok(Refusal::of(WalletStatus::WALLET_NOT_FOUND).into());
        };
        let snapshot = reading.snapshot();
        let (external, suspense) =
            (snapshot.account(charge.external)?, snapshot.account(charge.suspense)?);
        let fit = check_accounts(external.as_ref(), suspense.as_ref(), payment.ledger);
        if let Err(refusal) = fit {
            return Ok(refusal.into());
        }
        let frozen = wallet.state != WalletState::Active;
        let frozen = frozen.then_some(SuspenseReason::REFUSED_BY_LEDGER);
        let suspense = payment.obstacle(charge.amount).or(fallen).or(frozen);
        let operation = payment.operation();
        let operation = operation.ok_or_else(|| damaged(charge.payment))?;

        let now = reading.now();
        let (command, actor) = (Command::CARD_CHARGED, Actor::System);
        let entry = AuditEntry::new(payment.wallet, command, &actor, now);
        let charged = payment.clone().charged(transfer, suspense, now);
        let into = if suspense.is_some() { charge.suspense } else { operation.debit_account };
        let detail = from_to("card payment", payment.state(), charged.state());
        let detail = format!(
            "{detail}; {} from account {} to account {}",
            reading.money(payment.ledger, charge.amount)?,
            charge.external,
            into
        );
        let mut changes = WriteSet::of(entry.about(charge.payment).detail(detail));
        let ledger = payment.ledger;
        let credit = Operation::transfer(transfer, charge.external, into, ledger, charge.amount);
        let user_data_128 = charge.payment;
        changes.operation(Operation { user_data_128, ..credit });
        match suspense {
            None => {
                changes.operation(operation);
                watch(&mut changes, (charge.payment, &charged), &operation, now);
            }
            Some(reason) => {
                let item = SuspenseRow {
                    payment: charge.payment,
                    wallet: payment.wallet,
                    amount: charge.amount.minor_units(),
                    ledger,
                    account: charge.suspense,
                    reason: reason.number(),
                    resolved_by: Id::ZERO,
                    came_at: now,
                    proposed: Vec::new(),
                    proposed_by: String::new(),
                    proposed_at: Timestamp::NONE,
                    resolved_to: Vec::new(),
                    contested: Contested::default(),
                };
                changes.put(&transfer, &item);
                let place = AgendaKey { list: AgendaList::SUSPENSE, due: now, about: transfer };
                changes.put(&place, &Agenda { subject: payment.wallet, address: None });
            }
        }
        if suspense.is_some() && payment.state() == CardPaymentState::CHARGING {
            self.uncount(reading, &mut changes, &payment)?;
        }
        let suspended = suspense.map_or(0, SuspenseReason::number);
        let amount = charge.amount.minor_units();
        let row = ChargeRow { transfer, suspense: suspended, amount };
        changes.put(&key, &row);
        changes.put(&place, &ReferenceRow { payment: charge.payment });
        // Opening has seen to what an older version booked: from the first charge on, all are
        // known.
        if reading.peek::<UpgradeRow>(&Upgrade::CHARGE_REFERENCES)?.is_none() {
            changes.put(&Upgrade::CHARGE_REFERENCES, &UpgradeRow { at: now });
        }
        changes.put(&charge.payment, &charged);
        Ok(Decision::done(changes, row.result()))
    }

    /// The processor did not charge the card: the payment is over, and no longer counts against the
    /// limits. If the money comes after all, it goes to suspense. Sent again, it changes nothing.
    ///
    /// # Errors
    /// As [`Wallets::pay`].
    pub fn card_payment_failed(&self, payment: Id) -> Result<Result<(), Refusal>> {
        self.transact(payment, |reading| {
            let Some(row) = reading.get::<CardPaymentRow>(&payment)? else {
                return Ok(Refusal::of(WalletStatus::CARD_PAYMENT_NOT_FOUND).into());
            };
            if row.state() == CardPaymentState::FAILED {
                return Ok(Decision::done(WriteSet::default(), ()));
            }
            let (command, actor, now) =
                (Command::CARD_PAYMENT_FAILED, Actor::System, reading.now());
            let before = row.state();
            let row = match row.failed(now) {
                Ok(row) => row,
                Err(refusal) => return Ok(refusal.into()),
            };
            let entry = AuditEntry::new(row.wallet, command, &actor, now).about(payment);
            let detail = from_to("card payment", before, row.state());
            let mut changes = WriteSet::of(entry.detail(detail));
            changes.put(&payment, &row);
            self.uncount(reading, &mut changes, &row)?;
            Ok(Decision::done(changes, ()))
        })
    }

    /// Stops counting a payment that was begun and not made: subtracts exactly what was counted,
    /// whatever the policy was then. If its money pays the order after all, it counts from then on.
    fn uncount(
        &self,
        reading: &mut ReadTransaction,
        changes: &mut WriteSet,
        payment: &CardPaymentRow,
    ) -> Result<()> {
        let counted = payment.counted.known(self.policy(), payment.begun_at);
        if counted == Counted::Nothing {
            return Ok(());
        }
        let key = SpendingKey { wallet: payment.wallet, ledger: payment.ledger };
        let mut spending = reading.get::<SpendingRow>(&key)?.unwrap_or_default();
        spending.counters = spending.counters.without(payment.amount(), counted);
        changes.put(&key, &spending);
        Ok(())
    }

    /// Where a card payment is; `None` if there is none of this id.
    ///
    /// # Errors
    /// [`Error::Corrupt`], [`Error::Io`].
    pub fn card_payment(&self, payment: Id) -> Result<Option<CardPaymentState>> {
        Ok(self.read()?.peek::<CardPaymentRow>(&payment)?.map(|row| row.state()))
    }
}

impl ChargeRow {
    fn result(&self) -> ChargeResult {
        match self.suspense {
            0 => ChargeResult::Paid,
            reason => ChargeResult::InSuspense(self.transfer, SuspenseReason::from_number(reason)),
        }
    }
}

/// Whether the host may be told to charge a card: the first time, or once more while it is at it.
fn may_charge(
    wallet: &WalletRow,
    known: Option<&CardPaymentRow>,
    row: &CardPaymentRow,
    now: Timestamp,
) -> Result<(), Refusal> {
    known.map_or(Ok(()), |known| known.may_go_on(row))?;
    Payer { wallet, now }.check_active()
}

/// A report with the reference of another report: it is refused, and remembered, because money may
/// have come.
fn refused_charge(
    reading: &ReadTransaction,
    payment: &CardPaymentRow,
    charge: &CardCharge,
    status: WalletStatus,
) -> Result<Decision<ChargeResult>> {
    let (amount, from) = (reading.money(payment.ledger, charge.amount)?, charge.external);
    let detail = format!("{amount} from account {from}: {status}");
    let (command, actor, now) = (Command::REFUSE_CHARGE, Actor::System, reading.now());
    let entry = AuditEntry::new(payment.wallet, command, &actor, now);
    Ok(Decision::refused(WriteSet::of(entry.about(charge.payment).detail(detail)), status))
}

fn check_charge(charge: &CardCharge) -> Result<(), Refusal> {
    let fits = (1..=REFERENCE_BYTES_MAX).contains(&charge.reference.len());
    refuse_if(!fits, WalletStatus::TEXT_MUST_BE_VALID)?;
    let holds = holds_card_number(&charge.reference);
    refuse_if(holds, WalletStatus::TEXT_MUST_NOT_HOLD_A_CARD_NUMBER)?;
    let is_amount = charge.amount.is_valid() && !charge.amount.is_zero();
    refuse_if(!is_amount, WalletStatus::AMOUNT_MUST_BE_VALID)
}

pub(super) fn damaged(payment: Id) -> Error {
    Error::Corrupt(format!("the operation of card payment {payment} cannot be read"))
}
