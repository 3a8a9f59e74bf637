//! Refunds of payments by card: into the wallet, where its owner agreed and there is room, or back
//! to the card.
//!
//! The money comes back into the buyer's purchase account and goes on from there in the same chain.
//! What a deadline refunds comes back by the ledger alone: it lies there as owed until it is passed
//! on. Payments that an older version began have the wallet's account in its place, and their money
//! stays where it came back.

use super::Wallets;
use super::open_card_refunds::instruct;
use super::transaction::ReadTransaction;
use crate::model::{Amount, Id, Kind, Operation, OperationFlags, Status};
use crate::store::{Error, Result};
use crate::wallets::rules::audit::{Actor, AuditEntry, Command};
use crate::wallets::rules::card_payment::{CardPaymentRow, Shares};
use crate::wallets::rules::policy::WalletOperation;
use crate::wallets::rules::registration::refunds_to_wallet;
use crate::wallets::rules::rows::{PersonRow, WalletRow, WalletState};
use crate::wallets::rules::{Decision, Refusal, WalletStatus, WriteSet};

/// Where the money of a refund went.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Refunded {
    /// Into the wallet, as its owner agreed and its tier allows.
    ToWallet,
    /// Out again to the card: the host has the processor refund it, see
    /// [`Wallets::open_card_refunds`].
    ToCard,
    /// As much as there was room for into the wallet, and the rest out again to the card.
    Split {
        /// What the wallet got.
        to_wallet: Amount,
        /// What the processor is to refund.
        to_card: Amount,
    },
}

/// What one refund moves.
pub(super) struct Refund {
    /// Its id, by which it is known again.
    pub(super) id: Id,
    /// The operation that takes the money back from the payee, or out of escrow.
    pub(super) operation: Option<Operation>,
    pub(super) shares: Shares,
    /// The account of the wallet that gets its share.
    pub(super) wallet_account: Id,
    /// The ids of the reversal that takes money to the card, and of what takes it to the wallet.
    pub(super) reversal: Id,
    pub(super) pass_on: Id,
    pub(super) command: Command,
}

impl Wallets {
    /// Refunds all or part of a payment by card. As much of the money goes into the wallet as there
    /// is room for, if its owner agrees to that, the wallet is active and its tier allows it
    /// ([`RefundToWallet`](WalletOperation::RefundToWallet)); the rest goes back to the card, in
    /// the same chain. The same holds for an order paid out of suspense
    /// ([`Resolution::ToOrder`](super::Resolution::ToOrder)): its payment is the hold or transfer
    /// that paid it. `operation` names the payment as its target. While the money is in escrow,
    /// `operation` is a refund of the hold, with no flags but `arbitrated` and `rest`. If the payee
    /// has been paid, by releases, a deadline or a transfer, it is a reversal, with no flags but
    /// `rest`. With `rest` and no amount it refunds all that is left. Sent again, it changes
    /// nothing.
    ///
    /// Refused with `exceeds_card_payment` if there is nothing left, because chargebacks took it
    /// maybe; `chargeback_is_open` while one is open; by the ledger if the id is
    /// that of another refund: `exists_with_different_amount`, and `exists_with_different_kind` of
    /// one that [`Wallets::return_to_card`] made.
    ///
    /// What a deadline refunds is passed on in the same way by [`Wallets::upkeep`].
    ///
    /// The money of a payment that an older version began passes through the wallet's account, and
    /// goes one of the two ways as a whole. While that account is frozen or closed, the ledger
    /// refuses a refund to the card with `debit_account_frozen`, and a refund of money that the
    /// payee was paid with `credit_account_frozen` (`credit_account_closed`): unfreeze the wallet
    /// first. Whether the refunded payment goes on counting against the limits says the policy: see
    /// [`Wallets::pay`].
    ///
    /// # Errors
    /// As [`Wallets::pay`].
    pub fn refund_card_payment(
        &self,
        payment: Id,
        operation: Operation,
    ) -> Result<Result<Refunded, Refusal>> {
        let (reversal, pass_on) = (Id::new(), Id::new());
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
            let is_back = operation.kind == Kind::REVERSE;
            let mut changes = WriteSet::default();
            let coming = (operation.amount, is_back);
            let (shares, wallet_account) = self.share(reading, &mut changes, &row, coming)?;
            if let Ok(before) = came_back(reading, payment)? {
                let in_all = before.minor_units().saturating_add(operation.amount.minor_units());
                self.give_back(reading, &mut changes, &mut row, in_all)?;
            }
            let refund = Refund {
                id: operation.id,
                operation: Some(operation),
                shares,
                wallet_account,
                reversal,
                pass_on,
                command: Command::REFUND_CARD_PAYMENT,
            };
            Ok(self.judge_refund(reading, (payment, row), &refund)?.after(changes))
        })
    }

    /// Returns money of a card payment to its card that its owner has back: what a deadline
    /// refunded and nobody has passed on yet, and what lies in the wallet. The amount is at most
    /// what came back and is not at the card yet, and the wallet must still have what lay there;
    /// `id` is that of the reversal. Sent again, it changes nothing. The ledger refuses an id that
    /// is taken with `exists_with_different_amount` or, if a refund has it,
    /// `exists_with_different_kind`. Refused with `chargeback_is_open` while a chargeback of the
    /// payment is open.
    ///
    /// # Errors
    /// As [`Wallets::pay`].
    pub fn return_to_card(
        &self,
        payment: Id,
        id: Id,
        amount: Amount,
    ) -> Result<Result<Refunded, Refusal>> {
        let take_out = Id::new();
        self.transact(payment, |reading| {
            let mut row = match self.paid_by_card(reading, payment)? {
                Ok(row) => row,
                Err(refusal) => return Ok(refusal.into()),
            };
            match row.known_refund(id, amount, true) {
                Ok(None) => (),
                Ok(Some(_)) => return Ok(Decision::done(WriteSet::default(), Refunded::ToCard)),
                Err(refusal) => return Ok(refusal.into()),
            }
            let came_back = match came_back(reading, payment)? {
                Ok(came_back) => came_back,
                Err(refusal) => return Ok(refusal.into()),
            };
            let after = row.returned().saturating_add(amount.minor_units());
            let is_some = !amount.is_zero();
            if !is_some || after > row.kept(came_back) {
                return Ok(Refusal::of(WalletStatus::EXCEEDS_CARD_PAYMENT).into());
            }
            let mut operation = None;
            if row.has_purchase_account() {
                let here = Amount::new(row.owed(came_back)).unwrap_or(Amount::MAX);
                let from_wallet = amount.checked_sub(here).unwrap_or(Amount::ZERO);
                let wallet = self.wallet_of(reading, &row)?;
                if !from_wallet.is_zero() {
                    let Some((_, wallet)) = wallet else {
                        return Ok(Refusal::of(WalletStatus::WALLET_NOT_FOUND).into());
                    };
                    let (from, to) = (wallet.account, row.through());
                    let taken = Operation::transfer(take_out, from, to, row.ledger, from_wallet);
                    operation = Some(Operation { user_data_128: payment, ..taken });
                    row.from_wallet = row.from_wallet.saturating_add(from_wallet.minor_units());
                }
            }
            let refund = Refund {
                id,
                operation,
                shares: Shares { to_wallet: Amount::ZERO, to_card: amount },
                wallet_account: Id::ZERO,
                reversal: id,
                pass_on: Id::ZERO,
                command: Command::REFUND_CARD_PAYMENT,
            };
            let mut changes = WriteSet::default();
            self.give_back(reading, &mut changes, &mut row, came_back.minor_units())?;
            Ok(self.judge_refund(reading, (payment, row), &refund)?.after(changes))
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

    /// How money that comes back is divided, and the account of the wallet that gets a share.
    /// `is_back` says that the payee gives it back, and that it was not in escrow.
    pub(super) fn share(
        &self,
        reading: &mut ReadTransaction,
        changes: &mut WriteSet,
        row: &CardPaymentRow,
        (amount, is_back): (Amount, bool),
    ) -> Result<(Shares, Id)> {
        let card_alone = (Shares { to_wallet: Amount::ZERO, to_card: amount }, Id::ZERO);
        let Some((id, wallet)) = self.wallet_of(reading, row)? else { return Ok(card_alone) };
        if !wallet.refunds_to_wallet {
            return Ok(card_alone);
        }
        if !row.has_purchase_account() {
            // What is in escrow counts as lying in the wallet already.
            let coming = if is_back { amount } else { Amount::ZERO };
            let coming = (WalletOperation::RefundToWallet, coming);
            let stays = self.make_room(reading, changes, (id, &wallet), coming)?.is_ok();
            let whole = Shares { to_wallet: amount, to_card: Amount::ZERO };
            return Ok(if stays { (whole, wallet.account) } else { card_alone });
        }
        let agrees = match reading.peek::<PersonRow>(&wallet.person)? {
            Some(person) => refunds_to_wallet(&person, &self.identity().registration),
            None => false,
        };
        if wallet.state != WalletState::Active || !agrees {
            return Ok(card_alone);
        }
        let to_wallet = self.room_for_refund(reading, changes, (id, &wallet), amount)?;
        let to_card = amount.checked_sub(to_wallet).unwrap_or(Amount::ZERO);
        Ok((Shares { to_wallet, to_card }, wallet.account))
    }

    /// The wallet that paid, or the one that the buyer has in the ledger by now.
    pub(super) fn wallet_of(
        &self,
        reading: &mut ReadTransaction,
        row: &CardPaymentRow,
    ) -> Result<Option<(Id, WalletRow)>> {
        if !row.wallet.is_zero() {
            return Ok(reading.get::<WalletRow>(&row.wallet)?.map(|wallet| (row.wallet, wallet)));
        }
        let Some(person) = reading.get::<PersonRow>(&row.buyer)? else { return Ok(None) };
        for id in &person.wallets {
            if let Some(wallet) = reading.get::<WalletRow>(id)?
                && wallet.ledger == row.ledger
            {
                return Ok(Some((*id, wallet)));
            }
        }
        Ok(None)
    }

    /// A refund: its operation, and the two ways on from there.
    pub(super) fn judge_refund(
        &self,
        reading: &ReadTransaction,
        (payment, row): (Id, CardPaymentRow),
        refund: &Refund,
    ) -> Result<Decision<Refunded>> {
        let (now, Shares { to_wallet, to_card }) = (reading.now(), refund.shares);
        let (charge, pass, subject) = (row.charge, row.pass, row.subject());
        let (ledger, through, id) = (row.ledger, row.through(), refund.id);
        let passes_on = row.has_purchase_account();
        let mut ways = Vec::new();
        for (amount, to) in [(to_wallet, "the wallet"), (to_card, "its card")] {
            if !amount.is_zero() {
                ways.push(format!("{} to {to}", reading.money(ledger, amount)?));
            }
        }
        let detail = format!("{} by refund {id}", ways.join(", "));
        let refunded = row.refunded((id, refund.reversal), refund.shares, now);
        Ok(refunded
            .map(|row| {
                let entry = AuditEntry::new(subject, refund.command, &Actor::System, now);
                let mut changes = WriteSet::of(entry.about(payment).detail(detail));
                changes.put(&payment, &row);
                changes.operations.extend(refund.operation);
                if passes_on && !to_wallet.is_zero() {
                    let to = refund.wallet_account;
                    let on = Operation::transfer(refund.pass_on, through, to, ledger, to_wallet);
                    changes.operation(Operation { user_data_128: payment, ..on });
                }
                if !to_card.is_zero() {
                    // Back the way that it came.
                    if !pass.is_zero() {
                        changes.operation(Operation::reverse(Id::new(), pass, to_card));
                    }
                    changes.operation(Operation::reverse(refund.reversal, charge, to_card));
                    let due = (payment, to_card, ledger);
                    instruct(&mut changes, refund.reversal, due, now);
                }
                Decision::done(changes, refund.shares.result())
            })
            .into())
    }
}

/// What came back of a payment, out of escrow or from the payee, by whatever operation.
pub(super) fn came_back(reading: &ReadTransaction, payment: Id) -> Result<Result<Amount, Refusal>> {
    Ok(Ok(match reading.snapshot().hold(payment)? {
        Some(hold) => hold.refunded.checked_add(hold.reversed).unwrap_or(Amount::MAX),
        None => match reading.snapshot().operation(payment) {
            Ok(found) => found.map_or(Amount::ZERO, |found| found.reversed),
            Err(Error::Archived { .. }) => {
                return Ok(Err(Refusal::by_ledger(Status::ORIGINAL_IS_ARCHIVED)));
            }
            Err(error) => return Err(error),
        },
    }))
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

impl Shares {
    fn result(self) -> Refunded {
        let Self { to_wallet, to_card } = self;
        match (to_wallet.is_zero(), to_card.is_zero()) {
            (_, true) => Refunded::ToWallet,
            (true, _) => Refunded::ToCard,
            _ => Refunded::Split { to_wallet, to_card },
        }
    }
}
