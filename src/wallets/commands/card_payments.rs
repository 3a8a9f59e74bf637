//! Paying by bound card: the instruction to charge it, the processor's report, refunds.
//!
//! The money of a card comes in from an external account, passes through the wallet's account and
//! lies in escrow for the payee, in one chain. Money that comes late, twice or in another amount
//! than expected goes to a suspense account: see `suspense`.

use super::Wallets;
use super::cards::open_reference;
use super::payments::{Payment, is_taken};
use super::transaction::ReadTransaction;
use crate::model::{Amount, Id, Kind, Operation, OperationFlags, Status, Timestamp};
use crate::store::{Error, Result};
use crate::wallets::rules::audit::{Actor, AuditEntry, Command, from_to};
use crate::wallets::rules::card_payment::{
    CardPaymentRow, ChargeKey, ChargeRow, ReferenceKey, ReferenceRow, RefundRow, SuspenseRow,
    check_accounts,
};
use crate::wallets::rules::cards::CardsRow;
use crate::wallets::rules::limits::Counted;
use crate::wallets::rules::payment::{Payer, Source, SpendingKey, SpendingRow, check_operation};
use crate::wallets::rules::policy::WalletOperation;
use crate::wallets::rules::refusal::refuse_if;
use crate::wallets::rules::rows::{
    AccountRow, Agenda, AgendaKey, AgendaList, Upgrade, UpgradeRow, WalletRow, WalletState,
};
use crate::wallets::rules::text_guard::holds_card_number;
use crate::wallets::rules::{
    CardPaymentState, CardReference, Decision, Refusal, SuspenseReason, WalletStatus, WriteSet,
};

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

/// Where the money of a refund went.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Refunded {
    /// Into the wallet, as its owner agreed and its tier allows.
    ToWallet,
    /// Out again to the card: the host has the processor refund it.
    ToCard,
}

impl Wallets {
    /// Begins a payment by card: uses up an authorisation that was made for the card, counts the
    /// payment, and tells the host what to charge. No money moves until [`Wallets::card_charged`].
    /// Sent again while the card is being charged, it gives the same instruction, if wallet and
    /// card may still pay.
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
        self.transact(payment.wallet, |reading| self.judge_card_payment(reading, payment, card))
    }

    pub(super) fn judge_card_payment(
        &self,
        reading: &mut ReadTransaction,
        payment: &Payment,
        card: Id,
    ) -> Result<Decision<ChargeInstruction>> {
        let (id, purchase, now) = (payment.operation.id, payment.purchase(), reading.now());
        let wallet = match self.spender(reading, &purchase)? {
            Ok(wallet) => wallet,
            Err(refusal) => return Ok(refusal.into()),
        };
        let cards = reading.get::<CardsRow>(&payment.wallet)?.unwrap_or_default();
        let known = reading.get::<CardPaymentRow>(&id)?;
        let row = CardPaymentRow::begin(&purchase, card, &payment.operation, now);
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
        let to_wallet = reading.peek::<AccountRow>(&payment.operation.credit_account)?.is_some();
        let payee = self.check_payee(reading, &payment.operation)?;
        let payee = payee.and(self.check_receiver(reading, &purchase, wallet.account)?);
        let checked = check_operation(&payment.operation, wallet.account, &purchase)
            .and_then(|()| {
                let is_redemption = payment.order == payment.wallet;
                refuse_if(is_redemption, WalletStatus::AUTHORISATION_MUST_MATCH)?;
                refuse_if(to_wallet, WalletStatus::PAYEE_MUST_NOT_BE_A_WALLET)
            })
            .and(payee);
        if let Err(refusal) = checked {
            return Ok(refusal.into());
        }
        let place = SpendingKey { wallet: payment.wallet, ledger };
        let spending = reading.get::<SpendingRow>(&place)?.unwrap_or_default();
        let counted = spending.counters.counts_card(self.policy(), now);
        let row = CardPaymentRow { card, counted, ..row };
        let used = match payment.authorisation {
            Some(id) => Some((id, self.times_set(reading, payment.wallet)?)),
            None => None,
        };
        let money = reading.money(ledger, amount)?;
        let spent = self.spend(reading, &wallet, &purchase, Source::Card(card), used)?;
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
        let detail = from_to("card payment", payment.state(), charged.state());
        let detail = format!(
            "{detail}; {} from account {} to account {}",
            reading.money(payment.ledger, charge.amount)?,
            charge.external,
            if suspense.is_some() { charge.suspense } else { wallet.account }
        );
        let mut changes = WriteSet::of(entry.about(charge.payment).detail(detail));
        let into = if suspense.is_some() { charge.suspense } else { wallet.account };
        let ledger = payment.ledger;
        let credit = Operation::transfer(transfer, charge.external, into, ledger, charge.amount);
        let user_data_128 = charge.payment;
        changes.operation(Operation { user_data_128, ..credit });
        match suspense {
            None => changes.operation(operation),
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

    /// Refunds all or part of a payment by card. The money goes into the wallet if its owner agreed
    /// to that, its tier allows it ([`RefundToWallet`](WalletOperation::RefundToWallet)) and the
    /// balance stays within its limits; otherwise it goes back to the card, in the same chain. The
    /// same holds for an order paid out of suspense
    /// ([`Resolution::ToOrder`](super::Resolution::ToOrder)): its payment is the hold or transfer
    /// that paid it. `operation` names the payment as its target. While the money is in escrow,
    /// `operation` is a refund of the hold, with no flags but `arbitrated` and `rest`. If the payee
    /// has been paid, by releases, a deadline or a transfer, it is a reversal, with no flags but
    /// `rest`. With `rest` and no amount it refunds all that is left. Sent again, it changes
    /// nothing.
    ///
    /// Refused with `exceeds_card_payment` if there is nothing left; by the ledger if the id is
    /// that of another refund: `exists_with_different_amount`, and `exists_with_different_kind` of
    /// one that [`Wallets::return_to_card`] made.
    ///
    /// A hold that was refunded by its deadline left the money in the wallet: use
    /// [`Wallets::return_to_card`].
    ///
    /// The money passes through the wallet's account. While that is frozen or closed, the ledger
    /// refuses a refund to the card with `debit_account_frozen`, and a refund of money that the
    /// payee was paid with `credit_account_frozen` (`credit_account_closed`): unfreeze the wallet
    /// first. Money in escrow still comes back into a frozen wallet, if it stays there. The
    /// refunded payment goes on counting against the limits: see [`Wallets::pay`].
    ///
    /// # Errors
    /// As [`Wallets::pay`].
    pub fn refund_card_payment(
        &self,
        payment: Id,
        operation: Operation,
    ) -> Result<Result<Refunded, Refusal>> {
        let reversal = Id::new();
        self.transact(payment, |reading| {
            let mut row = match self.paid_by_card(reading, payment)? {
                Ok(row) => row,
                Err(refusal) => return Ok(refusal.into()),
            };
            match row.known_refund(operation.id, operation.amount, false) {
                Ok(None) => (),
                Ok(Some(known)) => {
                    return Ok(Decision::done(WriteSet::default(), known.result()));
                }
                Err(refusal) => return Ok(refusal.into()),
            }
            let is_rest = operation.flags.contains(OperationFlags::REST);
            let is_refund = matches!(operation.kind, Kind::REFUND | Kind::REVERSE)
                && operation.target == payment
                && operation.amount.is_zero() == is_rest;
            if !is_refund {
                return Ok(Refusal::of(WalletStatus::PAYMENT_MUST_BE_PLAIN).into());
            }
            let operation = match is_rest {
                true => in_full(reading, operation)?,
                false => {
                    row.with_amount.push(operation.id);
                    operation
                }
            };
            if operation.amount.is_zero() {
                return Ok(Refusal::of(WalletStatus::EXCEEDS_CARD_PAYMENT).into());
            }
            let wallet = reading.get::<WalletRow>(&row.wallet)?;
            let mut changes = WriteSet::default();
            let stays = match wallet.filter(|wallet| wallet.refunds_to_wallet) {
                Some(wallet) => {
                    // What is in escrow counts as lying there already.
                    let is_back = operation.kind == Kind::REVERSE;
                    let coming = if is_back { operation.amount } else { Amount::ZERO };
                    let coming = (WalletOperation::RefundToWallet, coming);
                    self.make_room(reading, &mut changes, (row.wallet, &wallet), coming)?.is_ok()
                }
                None => false,
            };
            let reversal = if stays { Id::ZERO } else { reversal };
            let back = (operation.amount, reversal);
            let decision = self.judge_refund(reading, (payment, row), Some(operation), back)?;
            Ok(decision.after(changes))
        })
    }

    /// Returns money of a card payment that came back to the wallet to its card: what a deadline
    /// refunded, or what its owner wants back after all. The amount is at most what the hold
    /// refunded and no earlier refund took out; `id` is that of the reversal. Sent again, it
    /// changes nothing. The ledger refuses an id that is taken with `exists_with_different_amount`
    /// or, if a refund has it, `exists_with_different_kind`.
    ///
    /// # Errors
    /// As [`Wallets::pay`].
    pub fn return_to_card(
        &self,
        payment: Id,
        id: Id,
        amount: Amount,
    ) -> Result<Result<Refunded, Refusal>> {
        self.transact(payment, |reading| {
            let row = match self.paid_by_card(reading, payment)? {
                Ok(row) => row,
                Err(refusal) => return Ok(refusal.into()),
            };
            match row.known_refund(id, amount, true) {
                Ok(None) => (),
                Ok(Some(_)) => return Ok(Decision::done(WriteSet::default(), Refunded::ToCard)),
                Err(refusal) => return Ok(refusal.into()),
            }
            let came_back = match reading.snapshot().hold(payment)? {
                Some(hold) => hold.refunded.checked_add(hold.reversed).unwrap_or(Amount::MAX),
                None => match reading.snapshot().operation(payment) {
                    Ok(found) => found.map_or(Amount::ZERO, |found| found.reversed),
                    Err(Error::Archived { .. }) => {
                        return Ok(Refusal::by_ledger(Status::ORIGINAL_IS_ARCHIVED).into());
                    }
                    Err(error) => return Err(error),
                },
            };
            let after = row.returned().saturating_add(amount.minor_units());
            if after > came_back.minor_units() {
                return Ok(Refusal::of(WalletStatus::EXCEEDS_CARD_PAYMENT).into());
            }
            self.judge_refund(reading, (payment, row), None, (amount, id))
        })
    }

    fn paid_by_card(
        &self,
        reading: &mut ReadTransaction,
        payment: Id,
    ) -> Result<Result<CardPaymentRow, Refusal>> {
        let row = reading.get::<CardPaymentRow>(&payment)?;
        Ok(row.ok_or(Refusal::of(WalletStatus::CARD_PAYMENT_NOT_FOUND)))
    }

    /// A refund, where `reversal` is not zero also out of the wallet.
    fn judge_refund(
        &self,
        reading: &ReadTransaction,
        paid: (Id, CardPaymentRow),
        refund: Option<Operation>,
        back: (Amount, Id),
    ) -> Result<Decision<Refunded>> {
        let ((payment, row), (amount, reversal), now) = (paid, back, reading.now());
        let entry = RefundRow {
            refund: refund.map_or(reversal, |refund| refund.id),
            amount: amount.minor_units(),
            reversal,
        };
        let (result, charge, pass, subject) = (entry.result(), row.charge, row.pass, row.wallet);
        let to = if reversal.is_zero() { "the wallet" } else { "its card" };
        let money = reading.money(row.ledger, amount)?;
        let detail = format!("{money} to {to} by refund {}", entry.refund);
        Ok(row
            .refunded(entry, now)
            .map(|row| {
                let (command, actor) = (Command::REFUND_CARD_PAYMENT, Actor::System);
                let entry = AuditEntry::new(subject, command, &actor, now).about(payment);
                let mut changes = WriteSet::of(entry.detail(detail));
                changes.put(&payment, &row);
                if let Some(refund) = refund {
                    changes.operation(refund);
                }
                if !reversal.is_zero() {
                    // Back the way that it came.
                    if !pass.is_zero() {
                        changes.operation(Operation::reverse(Id::new(), pass, amount));
                    }
                    changes.operation(Operation::reverse(reversal, charge, amount));
                }
                Decision::done(changes, result)
            })
            .into())
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

impl RefundRow {
    fn result(&self) -> Refunded {
        if self.reversal.is_zero() { Refunded::ToWallet } else { Refunded::ToCard }
    }
}

/// Whether the host may be told to charge a card: the first time, or once more while it is at it.
fn may_charge(
    wallet: &WalletRow,
    known: Option<&CardPaymentRow>,
    row: &CardPaymentRow,
    now: Timestamp,
) -> Result<(), Refusal> {
    if let Some(known) = known {
        refuse_if(!known.is_same(row), WalletStatus::CARD_PAYMENT_EXISTS)?;
        let is_charging = known.state() == CardPaymentState::CHARGING;
        refuse_if(!is_charging, WalletStatus::CARD_PAYMENT_MUST_BE_AT_THIS_STEP)?;
        refuse_if(!known.paid_by.is_zero(), WalletStatus::ORDER_IS_PAID)?;
    }
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

/// The refund or reversal of all that is left, as one of an amount: what goes to the card must be
/// the same, whatever happens to the hold meanwhile.
fn in_full(reading: &ReadTransaction, operation: Operation) -> Result<Operation> {
    let snapshot = reading.snapshot();
    let amount = match (snapshot.hold(operation.target)?, operation.kind) {
        (Some(hold), Kind::REFUND) => hold.held,
        (Some(hold), _) => hold.paid,
        (None, _) => snapshot.operation(operation.target)?.map_or(Amount::ZERO, |paid| {
            paid.moved.amount.checked_sub(paid.reversed).unwrap_or(Amount::ZERO)
        }),
    };
    let flags = operation.flags.without(OperationFlags::REST);
    Ok(Operation { amount, flags, ..operation })
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
